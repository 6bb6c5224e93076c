"""Reprendre dans une étude ce que des collègues ont codé dans un autre logiciel."""

from __future__ import annotations

from ess_analyse.echanges.reprise.correspondance import lire_correspondance, rendre_correspondance
from ess_analyse.echanges.reprise.exacts import lire_passages, rendre_exacts
from ess_analyse.echanges.reprise.feuilles import Reprise, appliquer_reprise, preparer_reprise
from ess_analyse.echanges.reprise.grille import comparer_grille, composer_grille
from ess_analyse.echanges.reprise.rapprochement import Decision, Rapprochement, rapprocher

__all__ = [
    "Decision",
    "Rapprochement",
    "Reprise",
    "appliquer_reprise",
    "comparer_grille",
    "composer_grille",
    "lire_correspondance",
    "lire_passages",
    "preparer_reprise",
    "rapprocher",
    "rendre_correspondance",
    "rendre_exacts",
]
