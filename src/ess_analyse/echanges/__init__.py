"""Échanger l'étude avec les autres logiciels du métier, et reprendre ce qui y a été codé."""

from ess_analyse.echanges.projet import CODES_REPRIS, INCONNUE, REPRISES, Projet, Source
from ess_analyse.echanges.refi import exporter_qdc, exporter_qdpx

__all__ = ["CODES_REPRIS", "INCONNUE", "REPRISES", "Projet", "Source", "exporter_qdc", "exporter_qdpx"]
