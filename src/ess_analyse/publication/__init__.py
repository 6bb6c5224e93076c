"""Ce qui peut être publié, et ce qui ne doit pas l'être."""

from ess_analyse.publication.cellules import masquer_petites_cellules
from ess_analyse.publication.noms import chercher_noms
from ess_analyse.publication.sources import (
    decrire_sources,
    lire_fonctions,
    lire_structures,
    verbatims_publiables,
)

__all__ = [
    "chercher_noms",
    "decrire_sources",
    "lire_fonctions",
    "lire_structures",
    "masquer_petites_cellules",
    "verbatims_publiables",
]
