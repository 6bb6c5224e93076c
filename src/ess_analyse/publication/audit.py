"""Attaquer les tables publiées comme le ferait un lecteur qui sait compter, pour savoir ce qu'elles rendent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ess_analyse.erreurs import Probleme

__all__ = ["LIENS", "Cellule", "Lien", "auditer_tables", "composantes", "poser_equations", "separer"]

MARGES = ("total", "ensemble")
"""Le nom d'une ligne ou d'une colonne qui est la somme des autres."""
MINIMUM = 1
"""Ce que vaut au moins une cellule masquée : les zéros sont laissés, et qui lit le site le sait."""

# The solver answers to about 1e-7: 2.9999999 is 3.
_DECIMALES = 6


class Cellule(NamedTuple):
    """Une cellule : le nom de sa table, le rang de sa ligne, le rang de sa colonne."""

    table: str
    ligne: int
    colonne: int


@dataclass(frozen=True)
class Lien:
    """Deux tables qui disent le même nombre, donc dont la différence peut rendre une cellule masquée.

    Attributes
    ----------
    table : str
        La table dont chaque ligne se somme à un nombre publié ailleurs.
    total, colonne : str
        La table et la colonne où ce nombre est publié, à la ligne du même nom.
    diagonale : bool
        Vrai si c'est la diagonale de la table, et non la somme de la ligne, qui répète ce nombre ; la table est alors
        symétrique.

    Examples
    --------
    >>> Lien("code_structure", "codes", "segments").diagonale
    False
    """

    table: str
    total: str
    colonne: str
    diagonale: bool = False


LIENS = (
    Lien("code_structure", "codes", "segments"),
    Lien("code_fonction", "codes", "segments"),
    Lien("cooccurrences", "codes", "segments", diagonale=True),
)
"""Ce qui lie les tables du site : chaque phrase est dans un document, donc dans une structure et une famille."""


def auditer_tables(tables: Mapping[str, pd.DataFrame], seuil: int = 3, liens: Sequence[Lien] = LIENS) -> list[Probleme]:
    """Chercher les cellules masquées que les nombres publiés rendent quand même.

    L'attaque est celle de l'audit classique (Hundepool et al., *Statistical Disclosure Control*, 2012, chap. 4 et 5 ;
    τ-ARGUS la mène de même) : chaque cellule masquée est une inconnue, qui vaut au moins 1 puisque les zéros sont
    laissés ; chaque total publié, dans la table ou dans une autre, est une équation ; la programmation linéaire donne
    la plus petite et la plus grande valeur possibles. Une cellule n'est que dans une ligne et une colonne : ces
    équations sont celles d'un réseau de flots, leurs bornes sont entières, et qui cherche des entiers n'en sait pas
    plus.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Nom → table publiée, telle que lue dans ``rapports/donnees/`` (``pandas.read_csv``). La première colonne qui
        n'est pas un nombre nomme les lignes, à défaut l'index. Une cellule vide est masquée.
    seuil : int
        Le plus petit nombre de documents publiable.
    liens : sequence of Lien
        Ce qui lie les tables ; un lien vers une table absente ne compte pas.

    Returns
    -------
    list of Probleme
        Un par cellule dont l'encadrement est trop étroit : une seule valeur possible, ou toutes sous le seuil (on sait
        alors qu'elle est petite). La table est le fichier, la ligne et la colonne sont la valeur.

    Notes
    -----
    **Ce que l'audit ne compte pas.** ``verbatims.csv`` montre une à une les phrases publiques, avec leur structure et
    leurs codes : leur nombre est public par nature, et l'audit ne tient pas pour un secret ce que chacun peut compter.
    Ce qui doit alors ne désigner personne est l'étiquette de la source (:mod:`ess_analyse.publication.singularites`).

    Examples
    --------
    >>> codes = pd.DataFrame({"code": ["R-SENS", "O-SENS"], "segments": [12, 20]})
    >>> par_structure = pd.DataFrame({"code": ["R-SENS", "O-SENS"], "S1": [9, 8], "S2": [None, 12]})
    >>> for probleme in auditer_tables({"codes": codes, "code_structure": par_structure}):
    ...     print(probleme)
    code_structure : les totaux publiés rendent une cellule masquée, qui vaut 3 (« R-SENS × S2 »).
    Masquez une autre cellule de la même ligne ou de la même colonne, ou le total.
    """
    rangees = {nom: _ranger(table) for nom, table in tables.items()}
    valeurs = {
        Cellule(nom, i, j): nombres[i, j]
        for nom, table in rangees.items()
        for nombres in [table.to_numpy(dtype=float, na_value=np.nan)]
        for i, j in np.ndindex(*nombres.shape)
    }
    problemes = []
    for cellule, (bas, haut) in _encadrer(poser_equations(rangees, liens), valeurs).items():
        if haut - bas >= 1 and haut >= seuil:
            continue
        combien = f"{bas:.0f}" if bas == haut else f"de {bas:.0f} à {haut:.0f}"
        message = f"les totaux publiés rendent une cellule masquée, qui vaut {combien}"
        remede = "masquez une autre cellule de la même ligne ou de la même colonne, ou le total"
        if bas > haut:
            message, remede = "aucune valeur d'une cellule masquée ne donne les totaux publiés", "refaites les tables"
        table = rangees[cellule.table]
        lieu = f"{table.index[cellule.ligne]} × {table.columns[cellule.colonne]}"
        problemes.append(Probleme(cellule.table, 0, message, lieu, remede))
    return sorted(problemes)


def poser_equations(tables: Mapping[str, pd.DataFrame], liens: Iterable[Lien]) -> list[list[tuple[Cellule, int]]]:
    """Écrire ce qu'un lecteur sait des cellules : des sommes nulles, totaux comptés négativement.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Des nombres ; l'index nomme les lignes, une ligne ou une colonne « total » (ou « ensemble ») somme les autres.
    liens : iterable of Lien
        Ce qui lie les tables.

    Returns
    -------
    list of list of (Cellule, int)
        Chaque équation : ses cellules et leurs coefficients, 1 ou -1.
    """
    equations = []
    for nom, table in tables.items():
        lignes, colonnes = (separer(axe) for axe in (table.index, table.columns))
        for marge in colonnes[1]:
            equations += [_sommer([(nom, i, j) for j in colonnes[0]], (nom, i, marge)) for i in range(len(table))]
        for marge in lignes[1]:
            equations += [_sommer([(nom, i, j) for i in lignes[0]], (nom, marge, j)) for j in range(table.shape[1])]
    for lien in liens:
        if lien.table not in tables or lien.total not in tables or lien.colonne not in tables[lien.total]:
            continue
        table, totaux = tables[lien.table], tables[lien.total]
        colonne, rangs = totaux.columns.get_loc(lien.colonne), {nom: i for i, nom in enumerate(totaux.index)}
        parties = separer(table.columns)[0]
        for i, ligne in enumerate(table.index):
            if ligne in rangs:
                dedans = [i] if lien.diagonale else parties
                equations.append(_sommer([(lien.table, i, j) for j in dedans], (lien.total, rangs[ligne], colonne)))
            if lien.diagonale:
                equations += [_sommer([(lien.table, i, j)], (lien.table, j, i)) for j in range(i)]
    return equations


def composantes(equations: Sequence[Sequence[tuple[Cellule, int]]]) -> list[list[int]]:
    """Grouper les équations qui ont, de proche en proche, une cellule en commun : chaque groupe se résout à part."""
    tetes = list(range(len(equations)))

    def tete(rang: int) -> int:
        while tetes[rang] != rang:
            tetes[rang] = rang = tetes[tetes[rang]]
        return rang

    premieres: dict[Cellule, int] = {}
    for rang, equation in enumerate(equations):
        for cellule, _ in equation:
            une, autre = sorted((tete(premieres.setdefault(cellule, rang)), tete(rang)))
            tetes[autre] = une
    groupes: dict[int, list[int]] = {}
    for rang in range(len(equations)):
        groupes.setdefault(tete(rang), []).append(rang)
    return list(groupes.values())


def _ranger(table: pd.DataFrame) -> pd.DataFrame:
    """Nommer les lignes par la première colonne de texte, et ne garder que les nombres."""
    textes = [nom for nom in table if not pd.api.types.is_numeric_dtype(table[nom]) and table[nom].notna().any()]
    rangee = table.set_index(textes[0]) if textes else table
    return rangee.drop(columns=textes[1:]).apply(pd.to_numeric)


def separer(axe: pd.Index) -> tuple[list[int], list[int]]:
    """Séparer les rangs des modalités de ceux des totaux."""
    rangs: tuple[list[int], list[int]] = ([], [])
    for rang, nom in enumerate(axe):
        rangs[str(nom).casefold() in MARGES].append(rang)
    return rangs


def _sommer(parties: Iterable[tuple], total: tuple) -> list[tuple[Cellule, int]]:
    return [*((Cellule(*partie), 1) for partie in parties), (Cellule(*total), -1)]


def _encadrer(equations, valeurs: Mapping[Cellule, float]) -> dict[Cellule, tuple[float, float]]:
    """Donner la plus petite et la plus grande valeur possibles de chaque cellule masquée qu'une équation contient."""
    inconnues = [[(cellule, k) for cellule, k in equation if np.isnan(valeurs[cellule])] for equation in equations]
    connus = [-sum(k * valeurs[cellule] for cellule, k in eq if not np.isnan(valeurs[cellule])) for eq in equations]
    garde = [rang for rang, equation in enumerate(inconnues) if equation]
    inconnues, connus = [inconnues[rang] for rang in garde], [connus[rang] for rang in garde]
    bornes = {}
    for rangs in composantes(inconnues):
        if len(rangs) == 1:
            bornes |= _encadrer_seule(inconnues[rangs[0]], connus[rangs[0]])
            continue
        cellules = list(dict.fromkeys(cellule for rang in rangs for cellule, _ in inconnues[rang]))
        matrice = np.zeros((len(rangs), len(cellules)))
        for place, rang in enumerate(rangs):
            for cellule, k in inconnues[rang]:
                matrice[place, cellules.index(cellule)] = k
        bornes |= _encadrer_ensemble(cellules, matrice, [connus[rang] for rang in rangs])
    return bornes


def _encadrer_seule(inconnues: list[tuple[Cellule, int]], somme: float) -> dict[Cellule, tuple[float, float]]:
    """Encadrer les inconnues d'une équation qui n'en partage aucune avec une autre."""
    bornes = {}
    for cellule, signe in inconnues:
        autres = [k for autre, k in inconnues if autre != cellule]
        plus, moins = autres.count(1), autres.count(-1)
        # What the others may add up to: each is at least MINIMUM, and nothing bounds it above.
        bas = -np.inf if moins else plus * MINIMUM
        haut = np.inf if plus else -moins * MINIMUM
        extremes = sorted(signe * (somme - reste) for reste in (bas, haut))
        possible = extremes[1] >= MINIMUM
        bornes[cellule] = (max(extremes[0], MINIMUM), extremes[1]) if possible else (np.inf, -np.inf)
    return bornes


def _encadrer_ensemble(
    cellules: list[Cellule], matrice: np.ndarray, membres: list[float]
) -> dict[Cellule, tuple[float, float]]:
    from scipy.optimize import linprog

    bornes = {}
    for rang, cellule in enumerate(cellules):
        cout = np.eye(len(cellules))[rang]
        bas, haut = (linprog(signe * cout, A_eq=matrice, b_eq=membres, bounds=(MINIMUM, None)).fun for signe in (1, -1))
        # The minimum is bounded: without one, nothing fits. Without a maximum only, there is no bound.
        bornes[cellule] = (
            np.inf if bas is None else round(bas, _DECIMALES),
            (-np.inf if bas is None else np.inf) if haut is None else round(-haut, _DECIMALES),
        )
    return bornes
