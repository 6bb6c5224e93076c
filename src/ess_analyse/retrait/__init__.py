"""Retirer un document d'une étude : ce qui s'efface, ce que l'étude y perd, ce qui reste ailleurs."""

from ess_analyse.retrait.application import retirer
from ess_analyse.retrait.depot import Traces, chercher_dans_git
from ess_analyse.retrait.preparation import Retrait, preparer_retrait
from ess_analyse.retrait.registre import MOTIFS, REGISTRE, lire_registre, retraits_inacheves

__all__ = [
    "MOTIFS",
    "REGISTRE",
    "Retrait",
    "Traces",
    "chercher_dans_git",
    "lire_registre",
    "preparer_retrait",
    "retirer",
    "retraits_inacheves",
]
