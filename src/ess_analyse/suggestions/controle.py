"""Refuser une demande de suggestions qui ne tient pas : colonnes, codages, réglages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from numbers import Integral, Real

import pandas as pd

from ess_analyse.erreurs import Probleme, lever, proposer
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, RIEN, SEGMENTS, verifier_colonnes

__all__ = ["verifier_codages", "verifier_reglages"]


def verifier_reglages(
    seuil: float | Mapping[str, float] | None, rangs: int, grille: Grille, plis: int | None = None
) -> None:
    """Refuser un seuil qui n'est pas un nombre de 0 à 1 ou dont la grille n'a pas le code, et un nombre trop petit."""
    lever([*_verifier_seuils(seuil, grille), *_verifier_nombre("rangs", rangs, 1), *_verifier_nombre("plis", plis, 2)])


def verifier_codages(segments: pd.DataFrame, grille: Grille, codages: pd.DataFrame) -> None:
    """Refuser des codages qui ne parlent pas de ce corpus ou de cette grille."""
    verifier_colonnes(segments, SEGMENTS, "segments")
    verifier_colonnes(codages, CODAGES, "codages")
    lever(_problemes(segments, grille, codages))


def _verifier_seuils(seuil: float | Mapping[str, float] | None, grille: Grille) -> Iterator[Probleme]:
    seuils = seuil if isinstance(seuil, Mapping) else {} if seuil is None else {None: seuil}
    for code, valeur in seuils.items():
        if code is not None and code not in grille:
            yield Probleme("seuils", 0, "code inconnu", code, proposer(code, grille.ids()))
        if isinstance(valeur, bool) or not isinstance(valeur, Real) or not 0 <= valeur <= 1:
            pour = "" if code is None else f" pour {code}"
            yield Probleme("seuils", 0, f"seuil impossible{pour}", str(valeur), "écrivez un nombre de 0 à 1")


def _verifier_nombre(nom: str, valeur: int | None, plancher: int) -> Iterator[Probleme]:
    if valeur is not None and (isinstance(valeur, bool) or not isinstance(valeur, Integral) or valeur < plancher):
        remede = f"donnez un nombre entier à partir de {plancher}"
        yield Probleme("suggestions", 0, f"« {nom} » impossible", str(valeur), remede)


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
