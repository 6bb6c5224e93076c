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
    "cache": ("Magasin", "ouvrir_magasin"),
    "codages": ("consolider", "ecrire_feuille", "lire_codages"),
    "conduite": ("faire_le_point",),
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
        "tracer_dendrogramme",
        "tracer_plan",
        "tracer_points",
        "tracer_seuils",
        "tracer_similitudes",
    ),
    "grille": ("Code", "Grille", "lire_grille"),
    "langue": ("charger_langue", "charger_lexique", "lemmatiser", "regler_displacy"),
    "lexicometrie": (
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
    ),
    "lecture": ("ecrire_corpus", "lire_corpus", "lire_entretien", "ouvrir_corpus"),
    "modele": ("Corpus", "Entretien", "Place", "Tour", "est_enqueteur"),
    "nouveau": ("creer_etude",),
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
    "segments": ("segmenter", "segmenter_un_a_un"),
    "suggestions": (
        "Adaptation",
        "ClassifieurParFamille",
        "Demande",
        "Traits",
        "choisir_seuils",
        "confondre",
        "courbe_d_apprentissage",
        "courbe_des_seuils",
        "ecrire_parts",
        "ecrire_suggestions",
        "encadrer",
        "erreur_de_calibration",
        "evaluer",
        "inventorier",
        "lire_exemples",
        "lire_suggestions",
        "mesurer_calibration",
        "mesurer_couverture",
        "ordonner_lecture",
        "proposer_parts",
        "suggerer",
        "suggerer_en_flux",
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
