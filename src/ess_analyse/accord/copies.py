"""Reconnaître une feuille recopiée, que l'accord prendrait pour une seconde personne."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from ess_analyse.accord.mesures import USAGES, retenir_lectures
from ess_analyse.erreurs import Probleme
from ess_analyse.modele import RIEN

__all__ = ["reperer_copies"]


def reperer_copies(codages: pd.DataFrame) -> list[Probleme]:
    """Dire quelles personnes ne se séparent sur rien de ce qu'elles ont lu toutes deux.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine``.

    Returns
    -------
    list of Probleme
        Un avis par paire qui pose exactement les mêmes codes sur ses phrases communes, et dix fois au moins : à moins,
        l'accord est de toute façon « trop rare ».

    Examples
    --------
    >>> avis = [(f"E01:{rang}-9", nom, "R-SENS", "humain") for rang in range(10) for nom in ("ana", "bob")]
    >>> print(reperer_copies(pd.DataFrame(avis, columns=["segment", "codeur", "code", "origine"]))[0].message)
    ana et bob posent partout les mêmes codes (10 phrases)
    """
    avis: dict[str, dict[str, set[str]]] = {}
    lectures = retenir_lectures(codages, None)[["codeur", "segment", "code"]]
    for codeur, segment, code in lectures.itertuples(index=False):
        avis.setdefault(codeur, {}).setdefault(segment, set()).add(code)
    remede = "si l'une des deux feuilles est une copie de l'autre, retirez-la de data/codages"
    copies = []
    for un, deux in combinations(sorted(avis), 2):
        communs = avis[un].keys() & avis[deux].keys()
        poses = sum(len(avis[un][segment] - {RIEN}) for segment in communs)
        if poses >= USAGES and all(avis[un][segment] == avis[deux][segment] for segment in communs):
            message = f"{un} et {deux} posent partout les mêmes codes ({len(communs)} phrases)"
            copies.append(Probleme("codages", 0, message, remede=remede))
    return copies
