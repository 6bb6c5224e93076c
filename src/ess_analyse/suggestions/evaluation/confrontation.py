"""Mettre en face, phrase par phrase et code par code, ce que la machine propose et ce que des personnes ont décidé."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, verifier_colonnes

__all__ = ["ENSEMBLE", "JUGEES", "Confrontation", "classer_valence", "confronter", "poser"]

ENSEMBLE = "ensemble"
"""Le nom de la ligne qui tient tous les codes à la fois."""

JUGEES = ("segment", "code", "score", "rang", "retenu")
"""De ``SUGGESTIONS``, ce qu'il faut pour juger : qui a proposé quoi, non pourquoi."""


@dataclass(frozen=True, eq=False)
class Confrontation:
    """Les deux avis, une ligne par phrase lue, une colonne par code d'une dimension.

    Attributes
    ----------
    codes : tuple of str
        Dans l'ordre de la grille.
    lus : tuple of str
        Les segments lus, triés.
    vrais, poses : ndarray of bool
        Le code est mis par les personnes ; il est retenu par la machine.
    rangs : ndarray of float
        Son rang dans la liste de la machine ; infini s'il n'y est pas.
    scores : ndarray of float
        Son score ; NaN s'il n'est pas dans la liste.
    """

    codes: tuple[str, ...]
    lus: tuple[str, ...]
    vrais: np.ndarray
    poses: np.ndarray
    rangs: np.ndarray
    scores: np.ndarray

    @property
    def entretiens(self) -> tuple[np.ndarray, int]:
        """Pour chaque phrase le numéro de son entretien, dans l'ordre de leurs noms, et combien il y en a."""
        # « E10:… » sorts before « E1:… »: by name, every measure draws the same interviews.
        entretiens = np.array([segment.partition(":")[0] for segment in self.lus], dtype=object)
        numeros, noms = pd.factorize(entretiens, sort=True)
        return numeros, len(noms)

    @property
    def premiers(self) -> np.ndarray:
        """Pour chaque phrase, la colonne du premier code de la machine ; -1 si elle n'en donne aucun."""
        return np.where(np.isfinite(self.rangs).any(axis=1), self.rangs.argmin(axis=1), -1)

    @property
    def familles(self) -> np.ndarray:
        """Pour chaque phrase, celle du premier code de la machine : 1 (risque), 2 (opportunité) ou 0 (aucune)."""
        return classer_valence(np.arange(len(self.codes)) == self.premiers[:, None], self.codes)


def confronter(suggestions: pd.DataFrame, codages: pd.DataFrame, grille: Grille, dimension: str) -> Confrontation:
    """Ranger suggestions et codages dans les mêmes lignes et les mêmes colonnes.

    Parameters
    ----------
    suggestions : DataFrame
        Colonnes ``SUGGESTIONS`` ; celles d'une phrase que personne n'a lue sont laissées.
    codages : DataFrame
        Colonnes ``CODAGES``, consolidées.
    grille : Grille
        Les codes.
    dimension : str
        Celle qu'on mesure.

    Returns
    -------
    Confrontation
        Les phrases lues, triées.

    Raises
    ------
    ErreurDonnees
        Colonne manquante, dimension inconnue.
    """
    verifier_colonnes(suggestions, JUGEES, "suggestions")
    verifier_colonnes(codages, CODAGES, "codages")
    codes, lus = grille.ids(dimension), tuple(sorted(set(codages["segment"])))
    if not codes:
        remede = proposer(dimension, [connue.id for connue in grille.dimensions])
        raise ErreurDonnees([Probleme("évaluation", 0, "dimension inconnue", dimension, remede)])
    listees = suggestions[suggestions["segment"].isin(lus) & suggestions["code"].isin(codes)]
    cases = pd.Index(lus).get_indexer(listees["segment"]), pd.Index(codes).get_indexer(listees["code"])
    rangs, scores = np.full((len(lus), len(codes)), np.inf), np.full((len(lus), len(codes)), np.nan)
    rangs[cases], scores[cases] = listees["rang"].to_numpy(float), listees["score"].to_numpy(float)
    retenues = listees[listees["retenu"].astype(bool)]
    return Confrontation(codes, lus, poser(codages, lus, codes), poser(retenues, lus, codes), rangs, scores)


def poser(table: pd.DataFrame, lus: Sequence[str], codes: Sequence[str]) -> np.ndarray:
    """Dire, pour chaque segment lu et chaque code, s'il est dans la table."""
    presents = pd.MultiIndex.from_frame(table[["segment", "code"]])
    return pd.MultiIndex.from_product([lus, codes]).isin(presents).reshape(len(lus), len(codes))


def classer_valence(poses: np.ndarray, codes: Sequence[str]) -> np.ndarray:
    """Réduire chaque segment à 0 (rien), 1 (risque), 2 (opportunité) ou 3 (les deux)."""
    familles = np.array([code.partition("-")[0] for code in codes])
    return poses[:, familles == "R"].any(axis=1) + 2 * poses[:, familles == "O"].any(axis=1)
