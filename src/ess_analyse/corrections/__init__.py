"""Changer un texte déjà codé : tout ce qui le cite suit."""

from __future__ import annotations

from ess_analyse.corrections.attente import Attente, lire_attentes
from ess_analyse.corrections.preuves import sceller_preuves
from ess_analyse.corrections.recalage import Recalage, appliquer_recalage, preparer_recalage, textes_corriges
from ess_analyse.corrections.suivi import Phrase, Suivi
from ess_analyse.corrections.textes import Deplacement, suivre_textes

__all__ = [
    "Attente",
    "Deplacement",
    "Phrase",
    "Recalage",
    "Suivi",
    "appliquer_recalage",
    "lire_attentes",
    "preparer_recalage",
    "sceller_preuves",
    "suivre_textes",
    "textes_corriges",
]
