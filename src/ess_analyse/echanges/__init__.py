"""Échanger l'étude avec les autres logiciels du métier, et reprendre ce qui y a été codé."""

from ess_analyse.echanges.annotations import exporter_annotations
from ess_analyse.echanges.citations import composer_citations, exporter_citations
from ess_analyse.echanges.iramuteq import exporter_iramuteq
from ess_analyse.echanges.notes import exporter_notes
from ess_analyse.echanges.projet import CODES_REPRIS, INCONNUE, REPRISES, Projet, Source
from ess_analyse.echanges.qualcoder import lire_qualcoder
from ess_analyse.echanges.refi import exporter_qdc, exporter_qdpx, lire_qdc, lire_qdpx
from ess_analyse.echanges.taguette import exporter_livre_taguette, exporter_taguette, lire_taguette
from ess_analyse.echanges.texte_riche import exporter_rtf, exporter_textes

__all__ = [
    "CODES_REPRIS",
    "INCONNUE",
    "REPRISES",
    "Projet",
    "Source",
    "composer_citations",
    "exporter_annotations",
    "exporter_citations",
    "exporter_iramuteq",
    "exporter_livre_taguette",
    "exporter_notes",
    "exporter_qdc",
    "exporter_qdpx",
    "exporter_rtf",
    "exporter_taguette",
    "exporter_textes",
    "lire_qdc",
    "lire_qdpx",
    "lire_qualcoder",
    "lire_taguette",
]
