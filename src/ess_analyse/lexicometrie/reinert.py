"""La classification descendante hiérarchique de Reinert : des mondes lexicaux."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.lexicometrie.bipartition import couper_en_deux
from ess_analyse.lexicometrie.mots import Unite
from ess_analyse.lexicometrie.unites import lister_actives, reunir_unites

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["Classement", "Noeud", "classer_reinert", "descendre", "fixer_minimum", "lister_utiles", "verifier_reglages"]

_CONTINGENCE = 0.3
"""Le coefficient de contingence au-delà duquel un mot d'un côté n'aide plus à couper l'autre (comme dans rainette)."""
_PRESENCES = 3
"""Un mot présent moins de fois dans un côté n'aide pas à le couper (comme rainette)."""
_MINIMUM, _PART = 5, 20


@dataclass(frozen=True, eq=False)
class Classement:
    """Le résultat d'une classification.

    Attributes
    ----------
    segments : DataFrame
        ``segment``, ``uc`` (le rang de son unité de contexte, −1 si aucun de ses mots n'est actif et qu'aucun voisin ne
        l'accueille) et ``classe`` (à partir de 1, de la plus grande à la plus petite ; 0 : non classé), dans l'ordre
        des mots.
    arbre : DataFrame
        ``noeud``, ``parent`` (0 : la racine n'en a pas), ``effectif`` (unités de contexte), ``chi2`` de sa coupe (NaN
        pour une feuille), ``classe`` (0 pour un nœud coupé). Vide pour une double classification.
    unites : tuple of str
        Les mots actifs.
    """

    segments: pd.DataFrame
    arbre: pd.DataFrame
    unites: tuple[str, ...]

    @property
    def part_classee(self) -> float:
        """La part des segments qui ont une classe, de 0 à 1."""
        return float((self.segments["classe"] > 0).mean()) if len(self.segments) else 0.0


@dataclass(frozen=True, eq=False)
class Noeud:
    """Un ensemble d'unités de contexte, et le χ² de sa coupe s'il a été coupé."""

    numero: int
    parent: int
    lignes: np.ndarray
    chi2: float = float("nan")


def classer_reinert(
    mots: pd.DataFrame,
    *,
    classes: int = 6,
    taille: int = 10,
    frequence: int = 3,
    formes: int = 3000,
    minimum: int = 0,
    unite: Unite = "lemme",
) -> Classement:
    """Classer les segments par leur vocabulaire, du tout vers les parties.

    À chaque pas, la plus grande classe est coupée en deux : ses unités de contexte sont rangées selon le premier axe de
    l'analyse des correspondances, coupées là où le χ² des deux profils est le plus grand, puis échangées une à une tant
    qu'il y gagne. Les mots trop rares d'un côté, ou propres à l'autre, n'y servent plus ensuite. Aucun tirage : les
    mêmes mots donnent les mêmes classes.

    Parameters
    ----------
    mots : DataFrame
        Les mots.
    classes : int
        Combien de classes former ; moins, si plus rien ne peut être coupé.
    taille : int
        Réunir les segments voisins d'un même document jusqu'à tant de mots actifs distincts ; 0 : un segment, une unité
        de contexte.
    frequence : int
        Un mot actif est dans au moins tant de segments.
    formes : int
        Le plus grand nombre de mots actifs ; les plus fréquents sont gardés.
    minimum : int
        Le plus petit nombre d'unités de contexte d'une classe : en deçà, une coupe isole des phrases singulières plutôt
        qu'un vocabulaire. 0 : une sur vingt, et au moins cinq (une convention).
    unite : {"lemme", "forme"}
        Ce que l'on compte.

    Returns
    -------
    Classement
        Une classe par segment ; un segment sans mot actif n'est pas classé.

    Raises
    ------
    ErreurDonnees
        Si un réglage n'a pas de sens.

    Notes
    -----
    Seuls les mots pleins qui ne sont pas des noms propres sont actifs. Le plus petit effectif d'une classe est tenu dès
    la coupe ; IRaMuTeQ fusionne après coup les classes trop petites, rainette les garde.

    Une classe est un vocabulaire partagé : elle dit de quoi l'on parle ensemble, ni pourquoi, ni si c'est bien ou mal.
    Le nombre de classes est un choix ; changez ``classes`` et ``taille`` avant de croire à l'une d'elles
    (:func:`~ess_analyse.lexicometrie.classer_double`).

    References
    ----------
    Reinert (1983). Une méthode de classification descendante hiérarchique : application à l'analyse lexicale par
    contexte. *Les cahiers de l'analyse des données*, 8(2), 187-198.
    Reinert (1990). ALCESTE, une méthodologie d'analyse des données textuelles et une application : Aurélia de G. de
    Nerval. *Bulletin de méthodologie sociologique*, 26, 24-54.

    Examples
    --------
    >>> from ess_analyse.langue import LEMMES
    >>> themes = [("logiciel", "écran"), ("camion", "tournée")] * 6
    >>> lignes = [(f"E01:{i}0-{i}9", rang, 0, 9, mot, mot, "NOUN")
    ...           for i, theme in enumerate(themes, start=1) for rang, mot in enumerate(theme)]
    >>> classer_reinert(pd.DataFrame(lignes, columns=LEMMES), classes=2, taille=0).segments["classe"].tolist()[:4]
    [1, 2, 1, 2]
    """
    verifier_reglages(
        classes=(classes, 2), taille=(taille, 0), frequence=(frequence, 1), formes=(formes, 2), minimum=(minimum, 0)
    )
    actives = lister_actives(mots, frequence, formes, unite)
    segments, presences = reunir_unites(mots, actives, taille, unite)
    noeuds = descendre(presences, classes, minimum)
    feuilles = [noeud for noeud in noeuds if np.isnan(noeud.chi2)] if len(noeuds) > 1 else []
    # From the largest to the smallest; then by their first words.
    feuilles.sort(key=lambda noeud: (-len(noeud.lignes), noeud.lignes[0]))
    numeros = {noeud.numero: classe for classe, noeud in enumerate(feuilles, start=1)}
    par_unite = np.zeros(presences.shape[0] + 1, dtype=np.int64)
    for noeud in feuilles:
        par_unite[noeud.lignes] = numeros[noeud.numero]
    # The last place, that index -1 reads, is the class of those that have none.
    return Classement(segments.assign(classe=par_unite[segments["uc"]]), _dessiner(noeuds, numeros), actives)


def descendre(presences: sparse.csr_array, classes: int, minimum: int) -> list[Noeud]:
    """Couper en deux la plus grande classe, jusqu'à en avoir assez.

    Parameters
    ----------
    presences : csr_array
        Unités de contexte × mots, des 0 et des 1.
    classes : int
        Combien de feuilles.
    minimum : int
        Le plus petit nombre de lignes d'une feuille ; 0 : une sur vingt, et au moins cinq.

    Returns
    -------
    list of Noeud
        La racine (numéro 1), puis les deux côtés de chaque coupe, dans l'ordre des coupes.
    """
    lignes, colonnes = presences.shape
    minimum = fixer_minimum(minimum, lignes)
    noeuds = [Noeud(1, 0, np.arange(lignes))]
    utiles = {1: np.arange(colonnes)}
    attente, feuilles = [1], 1
    while attente and feuilles < classes:
        numero = max(attente, key=lambda numero: (len(noeuds[numero - 1].lignes), -numero))
        attente.remove(numero)
        noeud = noeuds[numero - 1]
        coupe = _couper(presences, noeud.lignes, utiles[numero], minimum)
        if coupe is None:
            continue
        chi2, cotes, restes = coupe
        noeuds[numero - 1] = replace(noeud, chi2=chi2)
        for cote, reste in zip(cotes, restes, strict=True):
            noeuds.append(Noeud(len(noeuds) + 1, numero, cote))
            utiles[len(noeuds)] = reste
            attente.append(len(noeuds))
        feuilles += 1
    return noeuds


def _couper(presences, lignes, colonnes, minimum):
    """Couper un nœud ; ce qui n'y a plus de mot utile va du côté le plus grand."""
    table = presences[lignes][:, colonnes]
    pleines, presentes = table.sum(axis=1) > 0, table.sum(axis=0) > 0
    coupe = couper_en_deux(table[pleines][:, presentes], minimum)
    if coupe is None:
        return None
    cote = np.full(len(lignes), coupe.cote.sum() * 2 >= len(coupe.cote))
    cote[pleines] = coupe.cote
    # The first row is always on the first side: the order of the sides is not chance.
    cote = cote == cote[0]
    presents = table.sum(axis=0)
    utiles = [colonnes[lister_utiles(table[ici].sum(axis=0), presents)] for ici in (cote, ~cote)]
    return coupe.chi2, [lignes[cote], lignes[~cote]], utiles


def lister_utiles(ici: np.ndarray, presents: np.ndarray) -> np.ndarray:
    """Dire quels mots aideront à couper un côté : assez présents, et non propres à l'autre.

    Parameters
    ----------
    ici, presents : ndarray
        Combien de lignes de ce côté, et des deux, portent chaque mot.

    Returns
    -------
    ndarray of bool
        Faux pour un mot trop rare, ou moins présent qu'attendu quand son coefficient de contingence
        ``√(χ² / (χ² + présences))`` dépasse 0,3.
    """
    attendu = presents * ici.sum() / presents.sum()
    marges = attendu * (presents - attendu)
    chi2 = np.divide((ici - attendu) ** 2 * presents, marges, out=np.zeros(len(ici)), where=marges > 0)
    contingence = np.sqrt(np.divide(chi2, chi2 + presents, out=np.zeros(len(ici)), where=presents > 0))
    return (ici >= _PRESENCES) & ~((contingence > _CONTINGENCE) & (ici < attendu))


def _dessiner(noeuds: list[Noeud], numeros: dict[int, int]) -> pd.DataFrame:
    if not numeros:
        noeuds = []
    return pd.DataFrame(
        {
            "noeud": pd.Series([noeud.numero for noeud in noeuds], dtype="int64"),
            "parent": pd.Series([noeud.parent for noeud in noeuds], dtype="int64"),
            "effectif": pd.Series([len(noeud.lignes) for noeud in noeuds], dtype="int64"),
            "chi2": pd.Series([noeud.chi2 for noeud in noeuds], dtype="float64"),
            "classe": pd.Series([numeros.get(noeud.numero, 0) for noeud in noeuds], dtype="int64"),
        }
    )


def fixer_minimum(minimum: int, lignes: int) -> int:
    """Rendre le plus petit nombre de lignes d'une classe : celui que l'on donne, sinon une sur vingt, au moins cinq."""
    return minimum or max(_MINIMUM, lignes // _PART)


def verifier_reglages(couple: Sequence[int] | None = None, /, **reglages: tuple[int, int]) -> None:
    """Refuser des réglages trop petits, ``nom=(valeur, plancher)``, et des tailles qui ne seraient pas deux.

    Raises
    ------
    ErreurDonnees
        Un problème par réglage.
    """
    problemes = [
        Probleme("classification", 0, f"« {nom} » trop petit", valeur, f"donnez au moins {plancher}")
        for nom, (valeur, plancher) in reglages.items()
        if valeur < plancher
    ]
    if couple is not None and len(couple) != 2:
        remede = "donnez-en deux, par exemple (10, 12)"
        problemes.append(Probleme("classification", 0, "« tailles » n'a pas deux tailles", str(tuple(couple)), remede))
    if problemes:
        raise ErreurDonnees(problemes)
