"""Mesurer l'accord d'un codeur avec lui-même, entre deux dates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from ess_analyse.accord.mesures import ACCORD_COMPLET, retenir_aveugles, tabler
from ess_analyse.codages import RELECTURE, est_relecture
from ess_analyse.erreurs import Probleme, lever, proposer
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, verifier_colonnes

__all__ = ["CONSTANCE", "mesurer_constance"]

CONSTANCE = ("codeur", "relecture", *(colonne for colonne in ACCORD_COMPLET if colonne != "codeurs"))


def mesurer_constance(codages: pd.DataFrame, grille: Grille, codeurs: Sequence[str] | None = None) -> pd.DataFrame:
    """Mesurer l'accord de chaque codeur avec lui-même, d'une lecture à la suivante.

    Un codeur qui ne se retrouve pas dans ses propres codes ne s'accordera pas mieux avec un autre : sa constance dit
    jusqu'où l'accord entre codeurs peut monter.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``CODAGES``, secondes lectures comprises : ``lire_codages(…, relectures=True)``. La seconde lecture
        de Paul porte le nom ``paul@2026-03-01``.
    grille : Grille
        Les codes mesurés.
    codeurs : sequence of str, optional
        Les personnes mesurées, quoi qu'elles aient lu ; par défaut, toutes, chaque lecture là où aucune suggestion n'a
        été acceptée : qui suit deux fois la même machine s'accorde avec elle.

    Returns
    -------
    DataFrame
        Pour chaque seconde lecture, comparée à celle d'avant sur les phrases lues les deux fois : ``codeur``,
        ``relecture`` (sa date), puis les colonnes de :func:`~ess_analyse.mesurer_accord`. Vide sans seconde lecture.

    Raises
    ------
    ErreurDonnees
        Si un codeur demandé n'a pas de seconde lecture, ou si une lecture porte un code absent de la grille.

    References
    ----------
    Krippendorff (2004). *Content Analysis*, 2e éd., p. 215 : la stabilité, condition la plus faible de la fiabilité.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (Code("R-SENS", "theme", "Sens", "…", *[()] * 5),))
    >>> avis = [("E01:0-9", "ana", "R-SENS"), ("E01:0-9", "ana@2026-03-01", "R-SENS"), ("E01:10-19", "ana", "R-SENS"),
    ...         ("E01:10-19", "ana@2026-03-01", "-"), ("E01:20-29", "ana", "-"), ("E01:20-29", "ana@2026-03-01", "-")]
    >>> codages = pd.DataFrame([(*lecture, "humain") for lecture in avis], columns=CODAGES)
    >>> table = mesurer_constance(codages, grille)
    >>> table[["codeur", "relecture", "code", "unites", "kappa", "conclusion"]].round(2).values.tolist()[0]
    ['ana', '2026-03-01', 'R-SENS', 3, 0.4, 'trop rare']
    """
    verifier_colonnes(codages, CODAGES, "codages")
    lectures = sorted(set(codages["codeur"]))
    relus = {nom.partition(RELECTURE)[0] for nom in lectures if est_relecture(nom)}
    lever(
        Probleme("table codages", 0, "codeur sans seconde lecture", codeur, proposer(codeur, relus))
        for codeur in codeurs or ()
        if codeur not in relus
    )
    if codeurs is None:
        codages = retenir_aveugles(codages)
        lectures = sorted(set(codages["codeur"]))
    tables = []
    for codeur in sorted(relus if codeurs is None else set(codeurs)):
        # « ana » sorts before « ana@2026-03-01 », and ISO dates sort by time.
        siennes = [nom for nom in lectures if nom.partition(RELECTURE)[0] == codeur]
        for deux in pairwise(siennes):
            table = tabler(codages[codages["codeur"].isin(deux)], grille)
            tables.append(table.assign(codeur=codeur, relecture=deux[1].partition(RELECTURE)[2])[list(CONSTANCE)])
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=CONSTANCE)
