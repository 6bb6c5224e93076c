"""De la phrase codée à la page publiée : écrire, suivre ses preuves, rendre le site, passer la porte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ess_analyse.conduite.etapes import A_FAIRE, FAIT, PLUS_TARD, REPARER, Etape
from ess_analyse.conduite.lecture_etude import LectureEtude
from ess_analyse.conduite.phrases import compter, dire_probleme
from ess_analyse.erreurs import relatif
from ess_analyse.etude import Etude
from ess_analyse.pseudonymes import trouver_cle

__all__ = ["ecrire", "passer_porte", "rendre", "suivre"]

_VERIFIER = "ess-analyse verifier"
_SOURCES_DU_SITE = (
    "_quarto.yml",
    "*.qmd",
    "rapports/**/*.qmd",
    "notebooks/*.ipynb",
    "data/*.yml",
    "data/structures.csv",
    "data/fonctions.csv",
    "data/plan.csv",
    "data/autodiagnostic.csv",
    "data/corpus/*",
    "data/codages/*.csv",
    "data/enseignements/*.md",
    "data/fiches/*.md",
)


def ecrire(lue: LectureEtude) -> Etape:
    """Un enseignement est-il écrit ?"""
    nom, dossier = "Écrire les enseignements", relatif(lue.etude.enseignements)
    if lue.corpus is None or lue.grille is None:
        return Etape("enseignements", nom, PLUS_TARD, "rien encore à en tirer")
    lecons = lue.enseignements
    if "enseignements" in lue.problemes:
        constat = dire_probleme(lue.problemes["enseignements"])
        return Etape("enseignements", nom, REPARER, constat, commande=_VERIFIER)
    if lecons:
        preuves = sum(len(lecon.preuves) for lecon in lecons)
        return Etape(
            "enseignements", nom, FAIT, f"{compter(len(lecons), 'enseignement')}, {compter(preuves, 'preuve')}"
        )
    return Etape(
        "enseignements",
        nom,
        A_FAIRE if len(lue.codages) else PLUS_TARD,
        "aucun enseignement",
        "Ce que l'étude apprend s'écrit en quelques pages, et chaque affirmation cite les phrases qui la portent.",
        _VERIFIER,
        (
            f"Créez {dossier}/1-quelques-mots.md (modèle : modeles/enseignement.md)",
            "Relisez les phrases d'un même code, écrivez ce qu'elles apprennent, ce qui le nuance, ce qu'on peut faire",
            "Citez la place de chaque phrase : [@E01:71-95]",
        ),
    )


def suivre(lue: LectureEtude) -> Etape:
    """Les mots cités sont-ils encore à leur place ?"""
    nom = "Tenir les preuves"
    if lue.deplaces:
        pourquoi = "Un texte corrigé déplace ses phrases : codages et preuves suivent leurs mots, ou vous sont montrés."
        return Etape("preuves", nom, REPARER, dire_probleme(lue.deplaces), pourquoi, "ess-analyse recaler")
    if "deplaces" in lue.problemes:
        return Etape("preuves", nom, REPARER, dire_probleme(lue.problemes["deplaces"]), commande=_VERIFIER)
    if not lue.enseignements:
        return Etape("preuves", nom, PLUS_TARD, "aucune preuve")
    return Etape("preuves", nom, FAIT, "chaque preuve est à sa place")


def rendre(lue: LectureEtude) -> Etape:
    """Le site est-il celui de ces données ?"""
    nom, accueil = "Rendre le site", lue.etude.site / "index.html"
    if lue.corpus is None or lue.grille is None:
        return Etape("site", nom, PLUS_TARD, "rien encore à montrer")
    if not accueil.is_file():
        constat = "aucun site rendu"
    elif (change := _plus_recent(lue.etude, accueil)) and not lue.rendu:
        constat = f"{relatif(change)} a changé depuis le dernier rendu"
    else:
        return Etape("site", nom, FAIT, f"à jour : ouvrez {relatif(accueil)}")
    return Etape(
        "site",
        nom,
        A_FAIRE,
        constat,
        "Les pages sont écrites à partir des données, et le site n'est montré que si rien de personnel n'en sort.",
        "ess-analyse site",
        ensuite="ess-analyse pages, pour n'écrire que les pages (et les rendre par Quarto)",
    )


def passer_porte(lue: LectureEtude) -> Etape:
    """Le site rendu a-t-il passé la porte, avec la clé d'aujourd'hui ?"""
    nom, accueil = "Passer la porte de publication", lue.etude.site / "index.html"
    if not accueil.is_file():
        return Etape("porte", nom, PLUS_TARD, "aucun site rendu")
    cle = None if "cle" in lue.problemes else trouver_cle(lue.etude)
    if cle is not None and cle.stat().st_mtime > accueil.stat().st_mtime and not lue.rendu:
        pourquoi = "Les noms ajoutés à la clé depuis le dernier rendu n'ont pas été cherchés dans le site."
        return Etape("porte", nom, A_FAIRE, "la clé a changé depuis le dernier rendu", pourquoi, "ess-analyse site")
    return Etape("porte", nom, FAIT, "passée au dernier rendu", commande="ess-analyse publication verifier")


def _plus_recent(etude: Etude, rendu: Path) -> Path | None:
    """Trouver un fichier dont le site est fait, et qui a été changé depuis."""
    limite = rendu.stat().st_mtime
    return next((chemin for chemin in _sources(etude) if chemin.stat().st_mtime > limite), None)


def _sources(etude: Etude) -> Iterator[Path]:
    for motif in _SOURCES_DU_SITE:
        yield from sorted(chemin for chemin in etude.racine.glob(motif) if chemin.is_file())
