"""Ce qui peut être publié, et ce qui ne doit pas l'être."""

from ess_analyse.publication.audit import auditer_tables
from ess_analyse.publication.cahiers import verifier_cahiers
from ess_analyse.publication.cellules import masquer_petites_cellules, masquer_tables
from ess_analyse.publication.depot import poser_crochet, verifier_depot
from ess_analyse.publication.familles import NON_DITES
from ess_analyse.publication.noms import chercher_noms
from ess_analyse.publication.panel import Panel, compter_structures, compter_types, decrire_panel, dire_totaux
from ess_analyse.publication.paroles import chercher_paroles_restreintes
from ess_analyse.publication.porte import verifier_publication
from ess_analyse.publication.singularites import signaler_singularites, verifier_singularites
from ess_analyse.publication.sources import (
    decrire_sources,
    lire_fonctions,
    lire_structures,
    verbatims_publiables,
)

__all__ = [
    "NON_DITES",
    "Panel",
    "auditer_tables",
    "chercher_noms",
    "chercher_paroles_restreintes",
    "compter_structures",
    "compter_types",
    "decrire_panel",
    "decrire_sources",
    "dire_totaux",
    "lire_fonctions",
    "lire_structures",
    "masquer_petites_cellules",
    "masquer_tables",
    "poser_crochet",
    "signaler_singularites",
    "verbatims_publiables",
    "verifier_cahiers",
    "verifier_depot",
    "verifier_publication",
    "verifier_singularites",
]
