"""Déposer l'étude dans une archive : ce qui peut sortir, décrit pour qui le trouvera, vérifiable à l'octet."""

from ess_analyse.echanges.versement.citation import Citation, lire_citation, poser_modele
from ess_analyse.echanges.versement.contenu import Versement
from ess_analyse.echanges.versement.dossier import deposer
from ess_analyse.echanges.versement.selection import Selection, choisir

__all__ = ["Citation", "Selection", "Versement", "choisir", "deposer", "lire_citation", "poser_modele"]
