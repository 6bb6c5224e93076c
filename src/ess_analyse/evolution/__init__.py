"""Faire évoluer la grille sans perdre les codages : chaque geste migre tout ce qui la cite, et se journalise.

Pour revenir d'un geste : un renommage se refait dans l'autre sens ; pour les autres, ``data/evolutions`` garde la
grille d'avant (``v1.yml``) et, ligne par ligne, les codes d'avant et d'après (``v2.csv``).
"""

from ess_analyse.evolution.changement import Evolution, appliquer_evolution
from ess_analyse.evolution.gestes import preparer_fusion, preparer_renommage, preparer_suppression
from ess_analyse.evolution.journal import JOURNAL, lire_journal
from ess_analyse.evolution.scission import SCISSION, preparer_scission

__all__ = [
    "JOURNAL",
    "SCISSION",
    "Evolution",
    "appliquer_evolution",
    "lire_journal",
    "preparer_fusion",
    "preparer_renommage",
    "preparer_scission",
    "preparer_suppression",
]
