"""Masquer dans les tables publiées ce qui désignerait trop peu de personnes, et ce qui le ferait deviner.

**Contre qui.** Un lecteur qui a toutes les tables du site, connaît leurs totaux, sait que rien n'y est négatif, et a lu
cette page : il sait donc qu'un zéro n'est jamais masqué et qu'une cellule masquée vaut au moins 1.

**Ce qui est promis.** Une cellule *petite* (de 1 à ``seuil - 1`` documents, ou une seule structure) reste masquée, et
l'intervalle où ce lecteur peut l'enfermer contient tout ce qui va de 1 à ``seuil`` : ni sa valeur, ni qu'elle est sous
le seuil, ni qu'elle n'y est pas. Toute autre cellule masquée a au moins deux valeurs possibles, dont une au seuil.

**Ce qui ne l'est pas.** Le site cite aussi, une à une, les phrases publiques, avec leur structure et leurs codes : qui
les compte retrouve leur part de chaque cellule. Masquer n'y protège que le reste (observations, prismes, phrases que
rien ne cite) ; ce qui ne doit alors désigner personne est l'étiquette de la source
(:mod:`ess_analyse.publication.singularites`), et ce qui est restreint ne doit pas être compté du tout
(:func:`ess_analyse.pages.tables.compter_publiable`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from ess_analyse.erreurs import Probleme, lever
from ess_analyse.publication.audit import (
    LIENS,
    MINIMUM,
    Cellule,
    Lien,
    composantes,
    poser_equations,
    separer,
)

__all__ = ["masquer_petites_cellules", "masquer_tables"]

_POIDS_TOTAL = 1000
"""Un total masqué coûte plus que toutes les cellules de sa ligne : il ne l'est que si rien d'autre ne suffit."""
_DEPARTAGE = 1e-4
"""À coût égal, la première cellule : laissé au solveur, le choix changerait d'une version à l'autre."""
_NUL = 1e-6
"""Un écart plus petit n'est que l'arrondi du solveur."""


def masquer_petites_cellules(
    table: pd.DataFrame,
    effectifs: pd.DataFrame,
    seuil: int = 3,
    *,
    totaux: bool | Literal["lignes", "colonnes"] = True,
    structures: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Masquer les cellules d'une table qui reposent sur trop peu de documents, et celles qui les feraient deviner.

    Parameters
    ----------
    table : DataFrame
        Ce qu'on publie : des nombres, une ligne ou une colonne « total » (ou « ensemble ») permise.
    effectifs : DataFrame
        Le nombre de documents derrière chaque cellule, même index ; les colonnes de ``table`` qui n'y sont pas (des
        libellés) sont laissées.
    seuil : int
        Le plus petit nombre de documents publiable.
    totaux : bool or {"lignes", "colonnes"}
        Vrai (le plus prudent) : tous les totaux sont tenus pour publiés, ici ou ailleurs. « lignes » : ceux des lignes
        seulement. Faux : seulement ceux que la table contient. Le total d'une ligne où moins de ``seuil`` documents
        parlent, ou qui n'a qu'une cellule non nulle, ne l'est jamais : ce serait publier une petite cellule.
    structures : DataFrame, optional
        Le nombre de structures derrière chaque cellule, même forme qu'``effectifs`` : une cellule qui n'en a qu'une est
        masquée. À donner pour toute table qui n'est pas ventilée par structure.

    Returns
    -------
    DataFrame
        Même forme, cellules masquées ``NA`` (les entiers passent en ``Int64``) ; les zéros sont laissés. Une colonne de
        nombres à virgule (une proportion ne s'additionne pas) n'a de masquées que ses petites cellules.

    Raises
    ------
    ErreurDonnees
        Si les tables n'ont pas les mêmes lignes, ou si ``effectifs`` a une colonne que ``table`` n'a pas.

    Notes
    -----
    Quand aucune autre cellule ne suffit (``1, 1, 1`` dont le total 3 est publié ailleurs), toutes celles de la ligne et
    de la colonne sont masquées ; c'est le total qui doit l'être aussi, là où il est : :func:`masquer_tables` le fait si
    on le lui donne, :func:`ess_analyse.publication.audit.auditer_tables` le réclame sinon.

    Examples
    --------
    >>> table = pd.DataFrame({"S1": [9, 4], "S2": [2, 8], "S3": [7, 6]}, index=["R-SENS", "O-SENS"])
    >>> documents = pd.DataFrame({"S1": [4, 3], "S2": [1, 4], "S3": [3, 3]}, index=["R-SENS", "O-SENS"])
    >>> print(masquer_petites_cellules(table, documents))
              S1    S2    S3
    R-SENS     9  <NA>  <NA>
    O-SENS     4  <NA>  <NA>
    """
    seules = None if structures is None else {"": structures}
    return _masquer({"": table}, {"": effectifs}, seuil, seules, (), totaux)[""]


def masquer_tables(
    tables: Mapping[str, pd.DataFrame],
    effectifs: Mapping[str, pd.DataFrame],
    seuil: int = 3,
    *,
    structures: Mapping[str, pd.DataFrame] | None = None,
    liens: Sequence[Lien] = LIENS,
) -> dict[str, pd.DataFrame]:
    """Masquer ensemble des tables liées, pour que la différence de deux d'entre elles ne rende aucune petite cellule.

    Parameters
    ----------
    tables, effectifs : mapping of str to DataFrame
        Comme pour :func:`masquer_petites_cellules`, une entrée par table ; l'index nomme les lignes.
    seuil : int
        Le plus petit nombre de documents publiable.
    structures : mapping of str to DataFrame, optional
        Le nombre de structures derrière chaque cellule, pour les tables qui ne sont pas ventilées par structure.
    liens : sequence of Lien
        Quelles lignes se somment à quel nombre de quelle autre table.

    Returns
    -------
    dict of str to DataFrame
        Les mêmes tables, masquées. Un total publié dans l'une peut l'être lui aussi, s'il le faut pour une autre.

    Raises
    ------
    ErreurDonnees
        Comme :func:`masquer_petites_cellules`.

    Notes
    -----
    Suppression secondaire par programmation linéaire (Kelly, Golden et Assad, *Cell suppression: disclosure protection
    for sensitive tabular data*, Networks 22, 1992 ; Hundepool et al., *Statistical Disclosure Control*, 2012, chap. 4).
    Pour chaque petite cellule, on cherche l'écart le moins coûteux qui l'amène à ``seuil``, puis à 1, sans changer
    aucun total publié ni rendre nulle une cellule qui ne l'est pas : les cellules qu'il déplace sont masquées, donc un
    lecteur ne peut l'écarter. Masquer davantage n'ôte rien à une cellule déjà protégée, donc un passage suffit. Le coût
    d'une cellule est son nombre de documents : les mieux appuyées restent. Trouver le plus petit masque possible est un
    problème NP-difficile ; celui-ci peut donc masquer un peu trop.

    Examples
    --------
    >>> codes = pd.DataFrame({"segments": [12]}, index=["R-SENS"])
    >>> par_famille = pd.DataFrame({"encadrement": [8], "direction": [3], "insertion": [1]}, index=["R-SENS"])
    >>> documents = pd.DataFrame({"encadrement": [5], "direction": [3], "insertion": [1]}, index=["R-SENS"])
    >>> masquees = masquer_tables({"codes": codes, "code_fonction": par_famille},
    ...                           {"codes": codes * 0 + 9, "code_fonction": documents})
    >>> masquees["code_fonction"].values.tolist()
    [[8, <NA>, <NA>]]
    """
    return _masquer(tables, effectifs, seuil, structures, liens, False)


def _masquer(tables, effectifs, seuil, structures, liens, totaux) -> dict[str, pd.DataFrame]:
    lever([*_mal_rangees(tables, effectifs), *_mal_rangees(tables, structures or {})])
    nombres = {nom: table[effectifs[nom].columns] for nom, table in tables.items()}
    documents = _en_cellules(effectifs)
    petites = {cellule for cellule, nombre in documents.items() if 1 <= nombre < seuil}
    if structures:
        seules = {nom: table[effectifs[nom].columns] for nom, table in structures.items()}
        petites |= {cellule for cellule, nombre in _en_cellules(seules).items() if nombre == 1}
    equations = poser_equations(nombres, liens)
    if totaux:
        equations += _supposer_totaux(nombres[""], documents, seuil, totaux)
    masque = petites | _accompagner(equations, _en_cellules(nombres), documents, petites, seuil)
    return {nom: _cacher(table, nom, effectifs[nom].columns, masque) for nom, table in tables.items()}


def _mal_rangees(tables, autres) -> list[Probleme]:
    message, remede = "elle n'a pas les lignes et les colonnes du tableau", "calculez-la sur les mêmes modalités"
    return [
        Probleme("table des effectifs", 0, message, nom, remede)
        for nom, autre in autres.items()
        if not tables[nom].index.equals(autre.index) or not autre.columns.isin(tables[nom].columns).all()
    ]


def _en_cellules(tables: Mapping[str, pd.DataFrame]) -> dict[Cellule, float]:
    """Ranger les nombres de toutes les tables, cellule par cellule ; une colonne qui ne compte rien n'y est pas."""
    return {
        Cellule(nom, i, j): valeur
        for nom, table in tables.items()
        for j, colonne in enumerate(table.columns)
        if pd.api.types.is_numeric_dtype(table[colonne]) and (table[colonne].dropna() % 1 == 0).all()
        for i, valeur in enumerate(table[colonne].to_numpy(dtype=float, na_value=0))
    }


def _supposer_totaux(table, documents, seuil, totaux):
    """Écrire les totaux publiés ailleurs : l'écart d'une cellule doit y être rendu par une autre."""
    (lignes, sommes_lignes), (colonnes, sommes_colonnes) = (separer(axe) for axe in (table.index, table.columns))
    rangees = []
    if totaux in (True, "lignes") and not sommes_colonnes:
        rangees += [[Cellule("", i, j) for j in colonnes] for i in lignes]
    if totaux in (True, "colonnes") and not sommes_lignes:
        rangees += [[Cellule("", i, j) for i in lignes] for j in colonnes]
    appuis = [[documents[cellule] for cellule in rangee if cellule in documents] for rangee in rangees]
    return [
        [(cellule, 1) for cellule in rangee]
        for rangee, nombres in zip(rangees, appuis, strict=True)
        if sum(nombres) >= seuil and sum(nombre > 0 for nombre in nombres) > 1
    ]


def _accompagner(equations, valeurs, documents, petites, seuil) -> set[Cellule]:
    """Choisir les cellules à masquer pour qu'aucune petite cellule ne soit rendue par les équations."""
    # A column that counts nothing adds up to nothing.
    equations = [equation for equation in equations if all(cellule in valeurs for cellule, _ in equation)]
    totaux = {equation[-1][0] for equation in equations if equation[-1][1] < 0 and len(equation) > 2}
    masque = set(petites)
    for rangs in composantes(equations):
        ecarts = _Ecarts([equations[rang] for rang in rangs], valeurs, documents, totaux)
        attente = [cellule for cellule in ecarts.cellules if cellule in masque]
        for cellule in attente:
            hausse = max(seuil - valeurs[cellule], cellule in totaux)
            baisse = MINIMUM - valeurs[cellule] if cellule in petites - totaux else 0
            for ecart in (hausse, baisse):
                ajoutees = ecarts.choisir(cellule, ecart, masque) if ecart else []
                masque.update(ajoutees)
                attente += ajoutees
    return masque


class _Ecarts:
    """Les écarts que les cellules liées peuvent avoir sans qu'aucun total publié ne change."""

    def __init__(self, equations, valeurs, documents, totaux):
        # A zero is always shown: it cannot move.
        vues = dict.fromkeys(cellule for equation in equations for cellule, _ in equation if valeurs[cellule])
        self.cellules = list(vues)
        rangs = {cellule: rang for rang, cellule in enumerate(self.cellules)}
        self.matrice = np.zeros((len(equations), len(rangs)))
        for ligne, equation in enumerate(equations):
            for cellule, k in equation:
                if cellule in rangs:
                    self.matrice[ligne, rangs[cellule]] += k
        self.baisses = [(0, max(valeurs[cellule] - MINIMUM, 0)) for cellule in self.cellules]
        self.couts = [
            (1 + documents[cellule]) * (_POIDS_TOTAL if cellule in totaux else 1) + rang * _DEPARTAGE
            for cellule, rang in rangs.items()
        ]

    def choisir(self, cellule: Cellule, ecart: float, masque: set[Cellule]) -> list[Cellule]:
        """Choisir les cellules à masquer pour que la valeur de l'une puisse différer d'un écart donné."""
        rang = self.cellules.index(cellule)
        couts = [0 if autre in masque else cout for autre, cout in zip(self.cellules, self.couts, strict=True)]
        seule = len(self.matrice) == 1 and (np.abs(self.matrice) == 1).all()
        bouges = self._compenser(rang, ecart, couts) if seule else self._resoudre(rang, ecart, couts)
        if bouges is None:
            # Nothing is enough: hide the whole row and the whole column.
            bouges = (self.matrice[self.matrice[:, rang] != 0] != 0).any(axis=0)
        return [autre for autre, bouge in zip(self.cellules, bouges, strict=True) if bouge and autre not in masque]

    def _compenser(self, rang: int, ecart: float, couts: list[float]) -> np.ndarray | None:
        """Choisir dans une seule somme : les moins coûteuses d'abord, jusqu'à ce que l'écart soit rendu."""
        signes, reste = self.matrice[0], -self.matrice[0, rang] * ecart
        bouges = np.zeros(len(couts), dtype=bool)
        for autre in sorted(set(range(len(couts))) - {rang}, key=lambda un: couts[un]):
            if not reste:
                break
            # Up without limit, or down to the smallest value that a hidden cell has.
            pas = np.inf if signes[autre] * reste > 0 else self.baisses[autre][1]
            rendu = min(pas, abs(reste))
            bouges[autre] = rendu > 0
            reste -= np.sign(reste) * rendu
        return None if reste else bouges

    def _resoudre(self, rang: int, ecart: float, couts: list[float]) -> np.ndarray | None:
        """Choisir par programmation linéaire, dans des sommes qui ont des cellules en commun."""
        from scipy.optimize import linprog

        nombre = len(self.cellules)
        bornes = [(0, None)] * nombre + self.baisses
        bornes[rang], bornes[nombre + rang] = (max(ecart, 0),) * 2, (max(-ecart, 0),) * 2
        trouve = linprog(
            couts + couts,
            A_eq=np.hstack([self.matrice, -self.matrice]),
            b_eq=np.zeros(len(self.matrice)),
            bounds=bornes,
        )
        if trouve.x is None:
            return None
        hausses, baisses = np.split(trouve.x, 2)
        return np.abs(hausses - baisses) > _NUL


def _cacher(table: pd.DataFrame, nom: str, colonnes: pd.Index, masque: set[Cellule]) -> pd.DataFrame:
    sortie = table.copy()
    for j, colonne in enumerate(colonnes):
        valeurs = sortie[colonne]
        cachees = np.array([Cellule(nom, i, j) in masque for i in range(len(table))], dtype=bool)
        entiers = pd.api.types.is_integer_dtype(valeurs)
        sortie[colonne] = (valeurs.astype("Int64") if entiers else valeurs).mask(cachees)
    return sortie
