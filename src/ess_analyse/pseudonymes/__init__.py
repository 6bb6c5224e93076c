"""Remplacer les noms réels par ceux d'une clé qu'une personne a validée, et garder cette clé."""

from ess_analyse.coffre import PHRASE, chiffrer, choisir_dossier, dechiffrer, trouver_cle
from ess_analyse.pseudonymes.candidats import proposer_cle
from ess_analyse.pseudonymes.cle import CLE, CONTEXTE, NATURES, ecrire_cle, lire_cle, ouvrir_cle
from ess_analyse.pseudonymes.mesure import MARQUES, lire_marques, mesurer_masquage, nommer_cle, relever_masques
from ess_analyse.pseudonymes.motif import inverser, motif_cle, motif_noms
from ess_analyse.pseudonymes.numeros import lire_numero
from ess_analyse.pseudonymes.remplacement import RELEVE, compter_remplacements, pseudonymiser, remplacer
from ess_analyse.pseudonymes.restes import RESTES, chercher_restes

__all__ = [
    "CLE",
    "CONTEXTE",
    "MARQUES",
    "NATURES",
    "PHRASE",
    "RELEVE",
    "RESTES",
    "chercher_restes",
    "chiffrer",
    "choisir_dossier",
    "compter_remplacements",
    "dechiffrer",
    "ecrire_cle",
    "inverser",
    "lire_cle",
    "lire_marques",
    "lire_numero",
    "mesurer_masquage",
    "motif_cle",
    "motif_noms",
    "nommer_cle",
    "ouvrir_cle",
    "proposer_cle",
    "pseudonymiser",
    "relever_masques",
    "remplacer",
    "trouver_cle",
]
