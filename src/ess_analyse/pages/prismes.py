"""Dire le prisme d'une phrase citée, sans défaire le masque des tableaux."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.verbatims import Verbatim

__all__ = ["dire_prismes"]


def dire_prismes(
    matiere: Matiere, verbatims: Iterable[Verbatim], croises: pd.DataFrame, seuil: int
) -> dict[str, tuple[str, ...]]:
    """Choisir les phrases citées dont on peut dire le prisme.

    Le prisme d'une phrase n'est dit que si chaque cellule qui le croise avec un thème de la phrase est publiée : les
    phrases d'une cellule masquée restent sans prisme, parmi celles qui n'en ont pas. Il faut qu'elles s'y fondent : si
    les phrases sans prisme dit d'un thème masqué quelque part viennent de trop peu de documents, aucune phrase de ce
    thème ne dit le sien.

    Parameters
    ----------
    matiere : Matiere
        L'étude.
    verbatims : iterable of Verbatim
        Les citations publiables.
    croises : DataFrame
        La table ``code_prisme`` publiée : ``code``, puis une colonne par prisme, vide où elle est masquée.
    seuil : int
        Le plus petit nombre de documents derrière une cellule publiée.

    Returns
    -------
    dict of str to tuple of str
        Place de la phrase → ses prismes que l'on peut dire, dans l'ordre de la grille.
    """
    publiees = croises.set_index("code").notna()
    montrees = publiees.to_dict()
    phrases = {
        str(place): (place.entretien, codes)
        for un in verbatims
        for (place, _), codes in zip(un.phrases, un.themes, strict=True)
        if codes
    }
    dits = {
        phrase: tuple(prisme for prisme in prismes if all(map(montrees[prisme].get, phrases[phrase][1])))
        for phrase, prismes in _lire_prismes(matiere, phrases).items()
    }
    muets: defaultdict[str, set[str]] = defaultdict(set)
    for phrase, (entretien, codes) in phrases.items():
        for code in codes if not dits.get(phrase) else ():
            muets[code].add(entretien)
    trahis = {code for code in publiees.index[~publiees.all(axis=1)] if len(muets[code]) < seuil}
    return {phrase: prismes for phrase, prismes in dits.items() if prismes and trahis.isdisjoint(phrases[phrase][1])}


def _lire_prismes(matiere: Matiere, phrases: Iterable[str]) -> dict[str, list[str]]:
    ordre = matiere.grille.ids("prisme")
    codes = matiere.consolide[matiere.consolide["code"].isin(ordre) & matiere.consolide["segment"].isin(list(phrases))]
    return {
        segment: sorted(siens, key=ordre.index) for segment, siens in codes.groupby("segment")["code"].agg(list).items()
    }
