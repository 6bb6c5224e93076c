"""Les documents à imprimer, à remettre et à projeter : synthèse, rapport, diaporama, diagnostic d'une structure."""

from ess_analyse.documents.composition import composer_rapport, composer_restitution, composer_synthese
from ess_analyse.documents.diaporama import composer_diaporama
from ess_analyse.documents.fonds import Citation, Fonds, Recit
from ess_analyse.documents.impression import Document, en_docx, en_pdf
from ess_analyse.documents.projection import en_html, en_pptx
from ess_analyse.documents.recits import SECTIONS, lire_recit
from ess_analyse.documents.synthese import PAGES, imprimer_synthese
from ess_analyse.documents.tri import Tri, proposer_paroles, trier_paroles

__all__ = [
    "PAGES",
    "SECTIONS",
    "Citation",
    "Document",
    "Fonds",
    "Recit",
    "Tri",
    "composer_diaporama",
    "composer_rapport",
    "composer_restitution",
    "composer_synthese",
    "en_docx",
    "en_html",
    "en_pdf",
    "en_pptx",
    "imprimer_synthese",
    "lire_recit",
    "proposer_paroles",
    "trier_paroles",
]
