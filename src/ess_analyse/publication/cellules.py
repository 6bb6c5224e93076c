"""Masquer dans un tableau ce qui désignerait trop peu de personnes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme

__all__ = ["masquer_petites_cellules"]

_MARGES = ("total", "ensemble")


def masquer_petites_cellules(
    table: pd.DataFrame, effectifs: pd.DataFrame, seuil: int = 3, *, totaux: bool = True
) -> pd.DataFrame:
    """Masquer les cellules qui reposent sur trop peu de documents, et celles qui les feraient deviner.

    Une cellule dont l'effectif est entre 1 et ``seuil - 1`` est masquée. Si elle est la seule masquée d'une ligne ou
    d'une colonne dont le total est connu, une soustraction la rendrait : la plus petite autre cellule non nulle est
    alors masquée aussi, jusqu'à ce que plus aucune ne reste seule (suppression secondaire, Hundepool et al.,
    *Statistical Disclosure Control*, 2012, chap. 4).

    Parameters
    ----------
    table : DataFrame
        Ce qu'on publie : des nombres, une ligne ou une colonne « total » (ou « ensemble ») permise.
    effectifs : DataFrame
        Le nombre de documents derrière chaque cellule, même index ; les colonnes de ``table`` qui n'y sont pas (des
        libellés) sont laissées.
    seuil : int
        Le plus petit nombre de documents publiable.
    totaux : bool
        Vrai (le plus prudent) : tous les totaux sont tenus pour publiés, ici ou ailleurs. Faux : seulement ceux que la
        table contient.

    Returns
    -------
    DataFrame
        Même forme, cellules masquées ``NA`` (les entiers passent en ``Int64``). Les zéros sont laissés. Quand aucune
        autre cellule n'est non nulle, le total de la table, s'il y est, est masqué à la place.

    Raises
    ------
    ErreurDonnees
        Si les deux tables n'ont pas les mêmes lignes, ou si ``effectifs`` a une colonne que ``table`` n'a pas.

    Examples
    --------
    >>> table = pd.DataFrame({"S1": [9, 4], "S2": [2, 8], "S3": [7, 6]}, index=["R-SENS", "O-SENS"])
    >>> documents = pd.DataFrame({"S1": [4, 3], "S2": [1, 4], "S3": [3, 3]}, index=["R-SENS", "O-SENS"])
    >>> print(masquer_petites_cellules(table, documents))
              S1    S2    S3
    R-SENS     9  <NA>  <NA>
    O-SENS     4  <NA>  <NA>
    """
    if not table.index.equals(effectifs.index) or not effectifs.columns.isin(table.columns).all():
        raise ErreurDonnees(
            [
                Probleme(
                    "table des effectifs",
                    0,
                    "elle n'a pas les lignes et les colonnes du tableau",
                    remede="calculez-la sur les mêmes modalités",
                )
            ]
        )
    documents = effectifs.to_numpy(dtype=float, na_value=0)
    marges = tuple(
        np.array([str(nom).casefold() in _MARGES for nom in axe], dtype=bool)
        for axe in (effectifs.index, effectifs.columns)
    )
    masque = (documents >= 1) & (documents < seuil)
    # Each pass masks at least one more cell, so the loop ends.
    while (suivant := _completer(masque, documents, *marges, totaux)) is not None:
        masque = suivant
    sortie = table.copy()
    for rang, colonne in enumerate(effectifs.columns):
        valeurs = sortie[colonne]
        entiers = pd.api.types.is_integer_dtype(valeurs)
        sortie[colonne] = (valeurs.astype("Int64") if entiers else valeurs).mask(masque[:, rang])
    return sortie


def _completer(masque, documents, marge_lignes, marge_colonnes, totaux):
    """Masquer une cellule de plus, ou rien si aucune n'est seule."""
    for transpose in (False, True):
        vu, nombres = (masque.T, documents.T) if transpose else (masque, documents)
        marge = marge_lignes if transpose else marge_colonnes
        for rang in range(len(vu)):
            seule, total = vu[rang] & ~marge, vu[rang] & marge
            publie = (marge.any() and not total.any()) or (totaux and not marge.any())
            if seule.sum() != 1 or not publie:
                continue
            autres = np.flatnonzero(~vu[rang] & (nombres[rang] > 0) & ~marge)
            if not autres.size:
                autres = np.flatnonzero(~vu[rang] & marge)
            if autres.size:
                suivant = masque.copy()
                # Among equals, the cell that also keeps another one company saves a mask.
                accompagnees = vu[:, autres].any(axis=0)
                cible = autres[np.lexsort((~accompagnees, nombres[rang][autres]))[0]]
                suivant[(cible, rang) if transpose else (rang, cible)] = True
                return suivant
    return None
