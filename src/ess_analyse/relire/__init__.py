"""Relire : une page locale où une personne code au clavier, chaque décision aussitôt dans sa feuille."""

from ess_analyse.relire.feuille import Conflit, Etat, FeuilleOuverte, preparer_feuille
from ess_analyse.relire.seance import GESTES, Seance
from ess_analyse.relire.serveur import Serveur
from ess_analyse.relire.vue import decrire

__all__ = ["GESTES", "Conflit", "Etat", "FeuilleOuverte", "Seance", "Serveur", "decrire", "preparer_feuille"]
