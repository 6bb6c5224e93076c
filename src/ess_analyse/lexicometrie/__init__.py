"""Les mots de l'étude : lexique, concordance, spécificités, correspondances, classes, similitudes."""

from ess_analyse.lexicometrie.concordance import chercher_concordance
from ess_analyse.lexicometrie.correspondances import Correspondances, analyser_correspondances
from ess_analyse.lexicometrie.lexique import dresser_lexique, mesurer_richesse
from ess_analyse.lexicometrie.mots import (
    PLEINES,
    croiser_mots,
    est_pleine,
    parts_des_codes,
    parts_des_documents,
)
from ess_analyse.lexicometrie.profils import lister_segments_typiques, profiler_classes
from ess_analyse.lexicometrie.publiable import (
    lister_publiables,
    masquer_croisement,
    rendre_publiable,
    retenir_publiables,
)
from ess_analyse.lexicometrie.regard import comparer_classements, croiser_classes, mesurer_lien
from ess_analyse.lexicometrie.reinert import Classement, classer_reinert
from ess_analyse.lexicometrie.similitudes import mesurer_similitudes, reperer_communautes
from ess_analyse.lexicometrie.specificites import mesurer_specificites
from ess_analyse.lexicometrie.stables import classer_double

__all__ = [
    "PLEINES",
    "Classement",
    "Correspondances",
    "analyser_correspondances",
    "chercher_concordance",
    "classer_double",
    "classer_reinert",
    "comparer_classements",
    "croiser_classes",
    "croiser_mots",
    "dresser_lexique",
    "est_pleine",
    "lister_publiables",
    "lister_segments_typiques",
    "masquer_croisement",
    "mesurer_lien",
    "mesurer_richesse",
    "mesurer_similitudes",
    "mesurer_specificites",
    "parts_des_codes",
    "parts_des_documents",
    "profiler_classes",
    "rendre_publiable",
    "reperer_communautes",
    "retenir_publiables",
]
