"""Ce que l'étude enseigne, et les paroles qui le soutiennent."""

from ess_analyse.enseignements.citations import MOTIF_CITATION, citations
from ess_analyse.enseignements.objets import COLLECTIVE, Action, Enseignement, Fiche, Question
from ess_analyse.enseignements.recits import lire_enseignements, lire_fiches
from ess_analyse.enseignements.soutien import SOUTIEN, mesurer_soutien
from ess_analyse.enseignements.tables import PLAN, QUESTIONS, lire_autodiagnostic, lire_plan

__all__ = [
    "COLLECTIVE",
    "MOTIF_CITATION",
    "PLAN",
    "QUESTIONS",
    "SOUTIEN",
    "Action",
    "Enseignement",
    "Fiche",
    "Question",
    "citations",
    "lire_autodiagnostic",
    "lire_enseignements",
    "lire_fiches",
    "lire_plan",
    "mesurer_soutien",
]
