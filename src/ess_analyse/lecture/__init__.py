"""Lire les transcriptions telles que les équipes les reçoivent, et le corpus qui en est fait."""

from ess_analyse.lecture.corpus import ecrire_corpus, lire_corpus, reunir
from ess_analyse.lecture.lecteurs import EXTENSIONS
from ess_analyse.lecture.sources import (
    Lecture,
    attribuer_identifiants,
    depouiller,
    lire_entretien,
    lire_sources,
    lister_sources,
)

__all__ = [
    "EXTENSIONS",
    "Lecture",
    "attribuer_identifiants",
    "depouiller",
    "ecrire_corpus",
    "lire_corpus",
    "lire_entretien",
    "lire_sources",
    "lister_sources",
    "reunir",
]
