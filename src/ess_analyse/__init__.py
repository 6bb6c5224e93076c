"""De la phrase entendue à l'enseignement publié.

Les noms publics sont chargés à la demande : ``import ess_analyse`` ne coûte rien, et spaCy n'est lu que par qui s'en
sert.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

_PIECES = {
    "accord": (
        "ac1_gwet",
        "alpha_krippendorff",
        "alpha_masi",
        "classer_desaccords",
        "comparer_humains",
        "conclure",
        "dresser_bilan",
        "encadrer_accord",
        "figer_echantillon",
        "kappa_cohen",
        "lire_echantillon",
        "lister_desaccords",
        "mesurer_accord",
        "mesurer_constance",
        "tirer_echantillon",
    ),
    "codages": ("consolider", "ecrire_feuille", "lire_codages"),
    "enseignements": ("lire_autodiagnostic", "lire_enseignements", "lire_fiches", "lire_plan", "mesurer_soutien"),
    "erreurs": ("ErreurDonnees", "Probleme"),
    "etude": ("Etude",),
    "evolution": (
        "appliquer_evolution",
        "lire_journal",
        "preparer_fusion",
        "preparer_renommage",
        "preparer_scission",
        "preparer_suppression",
    ),
    "fichiers": ("ecrire_table", "lire_table"),
    "figures": (
        "preparer_figures",
        "presenter",
        "tracer_apprentissage",
        "tracer_barres",
        "tracer_calibration",
        "tracer_courbes",
        "tracer_points",
        "tracer_seuils",
    ),
    "grille": ("Code", "Grille", "lire_grille"),
    "langue": ("charger_langue", "charger_lexique", "regler_displacy"),
    "lecture": ("ecrire_corpus", "lire_corpus", "lire_entretien"),
    "modele": ("Corpus", "Entretien", "Place", "Tour", "est_enqueteur"),
    "pages": ("compter_publiable", "ecrire_pages"),
    "pseudonymes": (
        "chercher_restes",
        "lire_cle",
        "lire_marques",
        "mesurer_masquage",
        "nommer_cle",
        "ouvrir_cle",
        "proposer_cle",
        "pseudonymiser",
        "relever_masques",
        "remplacer",
    ),
    "publication": (
        "chercher_noms",
        "decrire_sources",
        "lire_fonctions",
        "lire_structures",
        "masquer_petites_cellules",
        "signaler_singularites",
        "verbatims_publiables",
        "verifier_publication",
    ),
    "documents": (
        "Fonds",
        "composer_rapport",
        "composer_restitution",
        "composer_synthese",
        "en_docx",
        "en_pdf",
        "imprimer_synthese",
        "lire_recit",
    ),
    "echanges": (
        "composer_citations",
        "exporter_annotations",
        "exporter_citations",
        "exporter_iramuteq",
        "exporter_livre_taguette",
        "exporter_notes",
        "exporter_qdc",
        "exporter_qdpx",
        "exporter_rtf",
        "exporter_taguette",
        "exporter_textes",
        "lire_qdc",
        "lire_qdpx",
        "lire_qualcoder",
        "lire_taguette",
    ),
    "reglages": ("Reglages", "lire_reglages"),
    "relecture": ("relire",),
    "rendu": ("rendre_site",),
    "retrait": ("lire_registre", "preparer_retrait", "retirer"),
    "segments": ("segmenter",),
    "suggestions": (
        "Adaptation",
        "ClassifieurParFamille",
        "Traits",
        "choisir_seuils",
        "confondre",
        "courbe_d_apprentissage",
        "courbe_des_seuils",
        "ecrire_suggestions",
        "encadrer",
        "erreur_de_calibration",
        "evaluer",
        "lire_exemples",
        "lire_suggestions",
        "mesurer_calibration",
        "mesurer_couverture",
        "ordonner_lecture",
        "suggerer",
        "suggerer_par_plis",
    ),
    "tableaux": ("compter_codes", "compter_cooccurrences", "croiser_codes", "mesurer_saturation"),
}
_ORIGINES = {nom: piece for piece, noms in _PIECES.items() for nom in noms}

__all__ = sorted(_ORIGINES)


def __getattr__(nom: str):
    if nom not in _ORIGINES:
        raise AttributeError(f"ess_analyse n'a pas de nom public « {nom} »")
    valeur = getattr(import_module(f"ess_analyse.{_ORIGINES[nom]}"), nom)
    globals()[nom] = valeur
    return valeur


def __dir__() -> list[str]:
    return __all__
