"""Conduire une étude : où elle en est, ce qu'il reste à faire, la prochaine commande."""

from ess_analyse.conduite.debut import A_REMPLACER
from ess_analyse.conduite.etapes import A_FAIRE, ETATS, FACULTATIF, FAIT, PLUS_TARD, REPARER, Etape, Point, Rendu
from ess_analyse.conduite.releve import faire_le_point

__all__ = [
    "A_FAIRE",
    "A_REMPLACER",
    "ETATS",
    "FACULTATIF",
    "FAIT",
    "PLUS_TARD",
    "REPARER",
    "Etape",
    "Point",
    "Rendu",
    "faire_le_point",
]
