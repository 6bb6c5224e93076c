"""Lire les transcriptions telles que les équipes les reçoivent, et le corpus qui en est fait."""

from ess_analyse.lecture.canonique import CorpusSurDisque, lire_documents
from ess_analyse.lecture.corpus import ecrire_corpus, lire_corpus, ouvrir_corpus, reunir
from ess_analyse.lecture.lecteurs import EXTENSIONS
from ess_analyse.lecture.sources import (
    Lecture,
    attribuer_identifiants,
    depouiller,
    lire_entretien,
    lire_sources,
    lister_homonymes,
    lister_sources,
)

__all__ = [
    "EXTENSIONS",
    "CorpusSurDisque",
    "Lecture",
    "attribuer_identifiants",
    "depouiller",
    "ecrire_corpus",
    "lire_corpus",
    "lire_documents",
    "lire_entretien",
    "lire_sources",
    "lister_homonymes",
    "lister_sources",
    "ouvrir_corpus",
    "reunir",
]
