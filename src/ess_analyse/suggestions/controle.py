"""Refuser une demande de suggestions qui ne tient pas : colonnes, codages, seuils."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from ess_analyse.erreurs import Probleme, lever, proposer
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, RIEN, SEGMENTS, verifier_colonnes

__all__ = ["verifier_codages", "verifier_seuils"]


def verifier_seuils(seuil: float | Mapping[str, float] | None, grille: Grille) -> None:
    """Refuser un seuil donné pour un code que la grille n'a pas."""
    lever(
        Probleme("seuils", 0, "code inconnu", code, proposer(code, grille.ids()))
        for code in (seuil if isinstance(seuil, Mapping) else ())
        if code not in grille
    )


def verifier_codages(segments: pd.DataFrame, grille: Grille, codages: pd.DataFrame) -> None:
    """Refuser des codages qui ne parlent pas de ce corpus ou de cette grille."""
    verifier_colonnes(segments, SEGMENTS, "segments")
    verifier_colonnes(codages, CODAGES, "codages")
    lever(_problemes(segments, grille, codages))


def _problemes(segments: pd.DataFrame, grille: Grille, codages: pd.DataFrame) -> Iterator[Probleme]:
    connus = set(segments["segment"])
    for segment in sorted(set(codages["segment"]) - connus):
        yield Probleme(
            "table codages",
            0,
            "segment absent de la table des segments",
            segment,
            "donnez les segments de tout le corpus",
        )
    for code in sorted(set(codages["code"]) - {RIEN, *grille.ids()}):
        yield Probleme("table codages", 0, "code inconnu", code, proposer(code, grille.ids()))
