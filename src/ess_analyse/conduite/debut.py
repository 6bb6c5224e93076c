"""Du fichier reçu à la phrase : déposer, pseudonymiser, importer, décrire, choisir ses codes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ess_analyse.conduite.etapes import A_FAIRE, FACULTATIF, FAIT, PLUS_TARD, REPARER, Etape
from ess_analyse.conduite.lecture_etude import LectureEtude
from ess_analyse.conduite.phrases import dire_probleme, enumerer
from ess_analyse.erreurs import ErreurDonnees, Probleme, compter, relatif
from ess_analyse.lecture import attribuer_identifiants, lister_homonymes
from ess_analyse.pseudonymes import compter_remplacements, trouver_cle
from ess_analyse.pseudonymes.sources import empreindre_source, lire_connues, lister_perimes
from ess_analyse.publication import decrire_sources, lire_fonctions, lire_structures
from ess_analyse.retrait import retraits_inacheves

__all__ = ["A_REMPLACER", "decrire", "deposer", "importer", "proteger", "pseudonymiser", "tenir_grille"]

A_REMPLACER = "R-REMPLACER"
"""Le code que porte une grille à écrire : une grille sans code ne se lit pas."""
_VERIFIER = "ess-analyse verifier"


class _MotsCourants:
    """Un lexique où tout mot est courant : n'est alors un nom que ce qui est écrit comme un nom."""

    def __contains__(self, mot: object) -> bool:
        return True


def deposer(lue: LectureEtude) -> Etape:
    """Les transcriptions sont-elles là ?"""
    nom, brut = "Déposer les transcriptions", relatif(lue.etude.brut)
    if lue.sources and (doubles := _lister_homonymes(lue)):
        gestes = tuple(f"{un.fichier} : {un.remede}" for un in doubles)
        return Etape("deposer", nom, REPARER, dire_probleme(doubles), a_la_main=gestes)
    if lue.sources:
        return Etape("deposer", nom, FAIT, f"{compter(lue.sources, 'fichier')} dans {brut}")
    refus = [un for un in lue.problemes.get("sources", ()) if Path(un.fichier).name != lue.etude.brut.name]
    if refus:
        return Etape("deposer", nom, REPARER, dire_probleme(refus), a_la_main=(dire_probleme(refus[:1]),))
    if lue.corpus is not None:
        return Etape("deposer", nom, FAIT, "rien ici, mais le corpus est déjà importé")
    return Etape(
        "deposer",
        nom,
        A_FAIRE,
        f"{brut} est vide",
        "Tout part des textes tels que vous les avez reçus : ils ne sont jamais modifiés, et restent dans ce dossier.",
        a_la_main=(
            f"Copiez vos transcriptions dans {brut} (Word, LibreOffice, PDF, texte, sous-titres…)",
            "Faites commencer leur nom par E01, E02… pour un entretien, O01… pour une observation",
        ),
        ensuite="ess-analyse",
    )


def _lister_homonymes(lue: LectureEtude) -> list[Probleme]:
    try:
        connues = lire_connues(lue.etude)
    except ErreurDonnees:
        return []
    connus = dict(zip(connues["fichier"], connues["entretien"], strict=True))
    return lister_homonymes(lue.sources, attribuer_identifiants([un.name for un in lue.sources], connus))


def proteger(lue: LectureEtude) -> Etape | None:
    """Si l'étude est dans git, le contrôle y est-il posé ?"""
    racine = lue.etude.racine.absolute()
    depot = next((parent / ".git" for parent in (racine, *racine.parents) if (parent / ".git").exists()), None)
    # A linked working copy keeps its hooks elsewhere: only git could say where, and it need not be installed.
    if depot is None or not depot.is_dir():
        return None
    nom, crochet = "Protéger le dépôt git", depot / "hooks/pre-commit"
    if crochet.is_file() and "publication depot" in crochet.read_text(encoding="utf-8", errors="replace"):
        return Etape("proteger", nom, FAIT, "git passe par le contrôle avant chaque enregistrement")
    return Etape(
        "proteger",
        nom,
        FACULTATIF if lue.reglages.fictif == "oui" else A_FAIRE,
        "aucun contrôle avant d'enregistrer dans git",
        "Rien ne s'efface d'un dépôt git : ce contrôle y refuse les données reçues, la clé et les noms.",
        "ess-analyse publication proteger",
    )


def pseudonymiser(lue: LectureEtude) -> Etape:
    """La clé est-elle proposée, puis relue ?"""
    nom = "Préparer la clé des pseudonymes"
    cle, egaree = lue.cle, lue.cle_egaree
    illisible = lue.problemes.get("cle") or (lue.reglages and lue.problemes.get("reglages"))
    if illisible:
        return Etape("cle", nom, REPARER, dire_probleme(illisible), commande=_VERIFIER)
    if egaree:
        return Etape(
            "cle",
            nom,
            A_FAIRE if lue.corpus is None else FACULTATIF,
            egaree[0].message,
            "Coder se passe de la clé ; importer ou publier, non : les noms ne seraient ni remplacés, ni cherchés.",
            a_la_main=(egaree[0].remede,),
        )
    chemin = trouver_cle(lue.etude)
    if chemin is None:
        return _proposer_cle(lue, nom)
    if cle is None:
        return Etape("cle", nom, FAIT, "chiffrée")
    restent = int(cle["valide"].eq("").sum())
    if not restent:
        return Etape("cle", nom, FAIT, f"{compter(int(cle['valide'].eq('oui').sum()), 'nom')} à remplacer, relue")
    return Etape(
        "cle",
        nom,
        A_FAIRE,
        f"{compter(restent, 'ligne')} à relire",
        "La machine propose, elle ne sait pas : un nom oublié désigne quelqu'un, un mot pris à tort abîme le texte.",
        "ess-analyse importer" if lue.corpus is None else "ess-analyse cle appliquer",
        (
            f"Ouvrez {relatif(chemin)} dans un tableur",
            "À chaque ligne, corrigez le pseudonyme, et écrivez « oui » ou « non » dans la colonne « valide »",
            "Ajoutez une ligne pour chaque nom oublié, puis enregistrez au format CSV",
        ),
        "ess-analyse cle verifier",
    )


def _proposer_cle(lue: LectureEtude, nom: str) -> Etape:
    if not lue.sources:
        return Etape("cle", nom, FAIT if lue.corpus is not None else PLUS_TARD, "pas de clé ici")
    return Etape(
        "cle",
        nom,
        FACULTATIF if lue.reglages.fictif == "oui" else A_FAIRE,
        "aucune clé",
        "Avant toute lecture, les noms de personnes, de lieux et d'organisations sont cherchés, pour être remplacés.",
        "ess-analyse cle proposer",
    )


def importer(lue: LectureEtude) -> Etape:
    """Le corpus est-il celui que donnent les fichiers reçus et la clé ?"""
    nom, corpus = "Importer les textes", lue.corpus
    try:
        inacheves = retraits_inacheves(lue.etude)
        change = _comparer_sources(lue)
    except ErreurDonnees as erreur:
        return Etape("importer", nom, REPARER, dire_probleme(erreur.problemes), commande=_VERIFIER)
    if inacheves:
        document = inacheves[0].valeur or "E01"
        constat = dire_probleme(inacheves)
        return Etape("importer", nom, REPARER, constat, commande=f"ess-analyse retirer {document}")
    if change:
        return Etape(
            "importer",
            nom,
            A_FAIRE,
            change,
            "Les fichiers deviennent des textes simples, où chaque phrase a une place fixe, et la clé y est appliquée.",
            "ess-analyse importer",
            ()
            if corpus is None or lue.cle is None
            else ("Pour les noms des fichiers nouveaux : ess-analyse cle proposer, puis relisez la clé",),
            "ess-analyse cle verifier",
        )
    if problemes := lue.problemes.get("corpus", ()):
        if _est_la_table(lue):
            return Etape("importer", nom, FAIT, f"textes écrits, {relatif(lue.etude.documents)} à réparer")
        corriges = any("ess-analyse recaler" in un.remede for un in problemes)
        commande = "ess-analyse recaler" if corriges else _VERIFIER
        return Etape("importer", nom, REPARER, dire_probleme(problemes), commande=commande)
    if corpus is None:
        return Etape("importer", nom, PLUS_TARD, "rien à importer")
    if perimes := _lister_perimes(lue):
        return Etape(
            "importer",
            nom,
            A_FAIRE,
            f"encore dans les textes, mais plus dans la clé : {enumerer([f'« {perime} »' for perime in perimes])}",
            "Un pseudonyme corrigé après l'import ne se change qu'en relisant les fichiers reçus.",
            "ess-analyse importer",
        )
    if restants := _compter_restants(lue):
        return Etape(
            "importer",
            nom,
            A_FAIRE,
            f"{compter(restants, 'nom')} de la clé encore dans les textes",
            "Une ligne validée depuis l'import reste à appliquer ; codages et preuves suivent leurs phrases.",
            "ess-analyse cle appliquer",
        )
    constat = f"{compter(len(corpus), 'document')}, {compter(len(lue.segments), 'phrase')}"
    return Etape("importer", nom, FAIT, constat)


def _est_la_table(lue: LectureEtude) -> bool:
    """Dire si seule la table des documents, que l'équipe remplit, empêche de lire le corpus."""
    problemes = lue.problemes.get("corpus", ())
    return bool(problemes) and {un.fichier for un in problemes} == {relatif(lue.etude.documents)}


def _comparer_sources(lue: LectureEtude) -> str:
    """Dire ce qui a changé dans les fichiers reçus depuis leur import ; un corpus illisible se répare d'abord."""
    if not lue.sources or "corpus" in lue.problemes:
        return ""
    importes = set() if lue.corpus is None else set(lue.corpus.documents["entretien"])
    lignes = lire_connues(lue.etude)
    connues = dict(zip(lignes["fichier"], zip(lignes["source"], lignes["entretien"], strict=True), strict=True))
    ici = {source.name: empreindre_source(source.read_bytes()) for source in lue.sources}
    neufs = [nom for nom in ici if nom not in connues or connues[nom][1] not in importes]
    changes = [nom for nom in ici if nom in connues and nom not in neufs and connues[nom][0] != ici[nom]]
    dits = [compter(neufs, "fichier") + " à importer"] if neufs else []
    dits += [compter(changes, "fichier modifié") + " depuis l'import"] if changes else []
    return enumerer(dits)


def _lister_perimes(lue: LectureEtude) -> list[str]:
    if lue.cle is None or lue.corpus is None or not lue.sources:
        return []
    return lister_perimes(lire_connues(lue.etude), lue.cle[lue.cle["valide"] == "oui"], lue.corpus)


def _compter_restants(lue: LectureEtude) -> int:
    if lue.cle is None or lue.corpus is None:
        return 0
    validees = lue.cle[lue.cle["valide"] == "oui"]
    if validees.empty:
        return 0
    return compter_remplacements(lue.corpus, validees, courants=_MotsCourants())["pseudonyme"].nunique()


def decrire(lue: LectureEtude) -> Etape:
    """Sait-on d'où vient chaque document, et ce qui peut en être cité ?"""
    nom, table = "Décrire les documents", relatif(lue.etude.documents)
    if lue.corpus is None:
        if _est_la_table(lue):
            return Etape("decrire", nom, REPARER, dire_probleme(lue.problemes["corpus"]), commande=_VERIFIER)
        return Etape("decrire", nom, PLUS_TARD, "aucun document")
    documents = lue.corpus.documents
    entretiens = documents[documents["type"] == "entretien"]
    vides = int((entretiens[["structure", "fonction", "date"]] == "").any(axis=1).sum())
    publics = int(documents["diffusion"].eq("publique").sum())
    try:
        structures, fonctions = _lire_panel(lue)
    except ErreurDonnees as erreur:
        return Etape("decrire", nom, REPARER, dire_probleme(erreur.problemes), commande=_VERIFIER)
    if not vides and publics:
        return Etape("decrire", nom, FAIT, f"{compter(structures, 'structure')}, {publics} à diffusion publique")
    dits = [f"{compter(vides, 'entretien')} à décrire"] if vides else []
    dits += [] if publics else ["aucun document à diffusion publique"]
    return Etape(
        "decrire",
        nom,
        A_FAIRE if not lue.enseignements else FACULTATIF,
        enumerer(dits),
        "Une citation dit sa structure et sa famille de fonctions, jamais plus ; rien de restreint n'est cité.",
        _VERIFIER,
        (
            f"Dans {relatif(lue.etude.structures)}, une ligne par structure ({structures} aujourd'hui)",
            f"Dans {relatif(lue.etude.fonctions)}, une ligne par fonction, rangée dans une famille plus large "
            f"({fonctions} aujourd'hui)",
            f"Dans {table}, remplissez « structure », « fonction » et « date », et écrivez « publique » dans "
            "« diffusion » si la personne accepte d'être citée sous pseudonyme",
        ),
    )


def _lire_panel(lue: LectureEtude) -> tuple[int, int]:
    structures = lire_structures(lue.etude.structures) if lue.etude.structures.is_file() else pd.DataFrame()
    fonctions = lire_fonctions(lue.etude.fonctions) if lue.etude.fonctions.is_file() else pd.DataFrame()
    if len(structures) and len(fonctions):
        decrire_sources(lue.corpus.documents, structures, fonctions)
    return len(structures), len(fonctions)


def tenir_grille(lue: LectureEtude) -> Etape:
    """La grille est-elle écrite ?"""
    nom, chemin = "Écrire la grille", relatif(lue.etude.grille)
    pourquoi = "Deux personnes ne posent le même code que si sa définition dit quand le poser, et quand s'en garder."
    if lue.grille is None:
        problemes = lue.problemes["grille"]
        main = (f"Complétez {chemin} ({compter(problemes, 'point')}) ; le premier : {dire_probleme(problemes[:1])}",)
        return Etape("grille", nom, A_FAIRE, dire_probleme(problemes), pourquoi, _VERIFIER, main)
    if A_REMPLACER in lue.grille:
        main = (f"Dans {chemin}, remplacez le code {A_REMPLACER} par le vôtre, et ajoutez les suivants",)
        return Etape("grille", nom, A_FAIRE, "aucun code n'est encore écrit", pourquoi, _VERIFIER, main)
    return Etape("grille", nom, FAIT, f"{compter(len(lue.grille), 'code')}, version {lue.grille.version}")
