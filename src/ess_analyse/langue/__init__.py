"""Le français des entretiens : les mots, leur racine, leur usage, les noms. Seule pièce à connaître spaCy."""

from ess_analyse.langue.analyses import ARBRES, INDICES, MOTS, Cache, nommer_analyse
from ess_analyse.langue.decoupage import Lecteur, Mot, Phrase, Reperage, decouper, lire_phrases, reperer
from ess_analyse.langue.entites import Entite, nommer
from ess_analyse.langue.lemmes import LEMMES, lemmatiser
from ess_analyse.langue.lexique import Lexique, charger_lexique
from ess_analyse.langue.nuances import NUANCES, nuancer
from ess_analyse.langue.vocabulaire import charger_langue
from ess_analyse.langue.vue import regler_displacy

__all__ = [
    "ARBRES",
    "INDICES",
    "LEMMES",
    "MOTS",
    "NUANCES",
    "Cache",
    "Entite",
    "Lecteur",
    "Lexique",
    "Mot",
    "Phrase",
    "Reperage",
    "charger_langue",
    "charger_lexique",
    "decouper",
    "lemmatiser",
    "lire_phrases",
    "nommer",
    "nommer_analyse",
    "nuancer",
    "regler_displacy",
    "reperer",
]
