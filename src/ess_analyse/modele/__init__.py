"""Ce que toutes les pièces partagent : la place d'un mot, un entretien, un corpus, les colonnes des tables."""

from ess_analyse.modele.corpus import Corpus
from ess_analyse.modele.entretiens import PREAMBULE, Entretien, Tour, est_enqueteur, est_une_parole
from ess_analyse.modele.places import MOTIF_PLACE, Place
from ess_analyse.modele.tables import (
    ACCORD,
    CODAGES,
    COMPTES,
    DESACCORDS,
    DIFFUSION,
    DIFFUSIONS,
    DOCUMENTS,
    FEUILLE,
    FONCTIONS,
    MEMOS,
    RAISONS,
    RIEN,
    SEGMENTS,
    STRUCTURES,
    SUGGESTIONS,
    TEMPS,
    TYPES,
    verifier_colonnes,
)

__all__ = [
    "ACCORD",
    "CODAGES",
    "COMPTES",
    "DESACCORDS",
    "DIFFUSION",
    "DIFFUSIONS",
    "DOCUMENTS",
    "FEUILLE",
    "FONCTIONS",
    "MEMOS",
    "MOTIF_PLACE",
    "PREAMBULE",
    "RAISONS",
    "RIEN",
    "SEGMENTS",
    "STRUCTURES",
    "SUGGESTIONS",
    "TEMPS",
    "TYPES",
    "Corpus",
    "Entretien",
    "Place",
    "Tour",
    "est_enqueteur",
    "est_une_parole",
    "verifier_colonnes",
]
