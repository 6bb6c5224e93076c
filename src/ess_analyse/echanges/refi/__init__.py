"""Échanger l'étude avec les autres logiciels d'analyse qualitative, au standard REFI-QDA 1.5.

Écrire et lire ne se ressemblent pas : ce qui est écrit suit le schéma à la lettre, ce qui est lu vient de programmes
qui ne le suivent pas tous.
"""

from ess_analyse.echanges.refi.conventions import PERTES
from ess_analyse.echanges.refi.ecriture import exporter_qdc, exporter_qdpx
from ess_analyse.echanges.refi.lecture import lire_qdc, lire_qdpx

__all__ = ["PERTES", "exporter_qdc", "exporter_qdpx", "lire_qdc", "lire_qdpx"]
