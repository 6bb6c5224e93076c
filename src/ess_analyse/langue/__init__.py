"""Le français des entretiens : les mots, leur racine, leur usage, les noms. Seule pièce à connaître spaCy."""

from ess_analyse.langue.decoupage import Mot, Reperage, charger_langue, decouper, reperer
from ess_analyse.langue.entites import Entite, nommer
from ess_analyse.langue.lexique import Lexique, charger_lexique

__all__ = [
    "Entite",
    "Lexique",
    "Mot",
    "Reperage",
    "charger_langue",
    "charger_lexique",
    "decouper",
    "nommer",
    "reperer",
]
