"""Lire et écrire sans rien perdre : encodages, tables à la française, remplacement en une fois."""

from ess_analyse.fichiers.dossiers import remplacer_dossier
from ess_analyse.fichiers.octets import ecrire_ensemble, ecrire_morceaux, ecrire_octets, lire_octets
from ess_analyse.fichiers.tables import (
    TIRETS,
    analyser_table,
    ecrire_table,
    lire_table,
    reconnaitre,
    reconnaitre_cellules,
    table_en_octets,
    trouver_separateur,
)
from ess_analyse.fichiers.textes import decoder, ecrire_texte, lire_texte, lire_texte_encode
from ess_analyse.fichiers.verrou import exiger_inchanges, photographier, seul_dans

__all__ = [
    "TIRETS",
    "analyser_table",
    "decoder",
    "ecrire_ensemble",
    "ecrire_morceaux",
    "ecrire_octets",
    "ecrire_table",
    "ecrire_texte",
    "exiger_inchanges",
    "lire_octets",
    "lire_table",
    "lire_texte",
    "lire_texte_encode",
    "photographier",
    "reconnaitre",
    "reconnaitre_cellules",
    "remplacer_dossier",
    "seul_dans",
    "table_en_octets",
    "trouver_separateur",
]
