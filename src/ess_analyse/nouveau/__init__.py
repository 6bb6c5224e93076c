"""Commencer une étude : ses dossiers, sa grille, ses pages, et de quoi l'installer ailleurs."""

from ess_analyse.nouveau.creation import Creation, creer_etude, nommer_etude
from ess_analyse.nouveau.exigences import PAQUETS, composer_exigences, trouver_adresse
from ess_analyse.nouveau.grilles import choisir_grille

__all__ = [
    "PAQUETS",
    "Creation",
    "choisir_grille",
    "composer_exigences",
    "creer_etude",
    "nommer_etude",
    "trouver_adresse",
]
