"""Reprendre un tableau de citations codées, tel que les logiciels du métier l'exportent ou qu'une personne le tient."""

from ess_analyse.echanges.tableur.colonnes import ROLES
from ess_analyse.echanges.tableur.tableau import Tableau, lire_tableur, ouvrir_tableur

__all__ = ["ROLES", "Tableau", "lire_tableur", "ouvrir_tableur"]
