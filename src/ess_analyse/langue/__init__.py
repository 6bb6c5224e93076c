"""Le français des entretiens : les mots, leur racine, leur usage, les noms. Seule pièce à connaître spaCy."""

from ess_analyse.langue.decoupage import Mot, Phrase, Reperage, charger_langue, decouper, lire_phrases, reperer
from ess_analyse.langue.entites import Entite, nommer
from ess_analyse.langue.lexique import Lexique, charger_lexique
from ess_analyse.langue.nuances import NUANCES, nuancer
from ess_analyse.langue.vue import regler_displacy

__all__ = [
    "NUANCES",
    "Entite",
    "Lexique",
    "Mot",
    "Phrase",
    "Reperage",
    "charger_langue",
    "charger_lexique",
    "decouper",
    "lire_phrases",
    "nommer",
    "nuancer",
    "regler_displacy",
    "reperer",
]
