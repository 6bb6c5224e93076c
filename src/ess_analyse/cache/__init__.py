"""Ne pas refaire ce qui n'a pas changé : empreintes, magasin d'octets, étapes faites."""

from ess_analyse.cache.empreintes import decrire_versions, empreindre, empreindre_arbre, empreindre_programme
from ess_analyse.cache.jalons import Jalon, lire_jalon, poser_jalon
from ess_analyse.cache.magasin import DOSSIER, Magasin, ouvrir_magasin
from ess_analyse.cache.secret import lire_secret

__all__ = [
    "DOSSIER",
    "Jalon",
    "Magasin",
    "decrire_versions",
    "empreindre",
    "empreindre_arbre",
    "empreindre_programme",
    "lire_jalon",
    "lire_secret",
    "ouvrir_magasin",
    "poser_jalon",
]
