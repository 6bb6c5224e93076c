"""Relire : un composant où l'on code ou tranche au clavier, chaque décision aussitôt dans sa feuille."""

from ess_analyse.relecture.actions import ACTIONS, executer
from ess_analyse.relecture.arbitrage import Arbitrage
from ess_analyse.relecture.feuille import Conflit, Etat, FeuilleOuverte, preparer_feuille
from ess_analyse.relecture.gestes import GESTES
from ess_analyse.relecture.seance import Seance
from ess_analyse.relecture.serveur import Serveur
from ess_analyse.relecture.vue import decrire
from ess_analyse.relecture.widget import relire

__all__ = [
    "ACTIONS",
    "GESTES",
    "Arbitrage",
    "Conflit",
    "Etat",
    "FeuilleOuverte",
    "Seance",
    "Serveur",
    "decrire",
    "executer",
    "preparer_feuille",
    "relire",
]
