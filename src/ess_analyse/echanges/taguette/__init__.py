"""Échanger avec Taguette et LibreQDA : leurs projets SQLite, leurs exports CSV."""

from ess_analyse.echanges.taguette.ecriture import PERTES, exporter_livre_taguette, exporter_taguette
from ess_analyse.echanges.taguette.lecture import lire_taguette

__all__ = ["PERTES", "exporter_livre_taguette", "exporter_taguette", "lire_taguette"]
