"""De la phrase codée à la page publiée : écrire, suivre ses preuves, rendre le site, passer la porte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ess_analyse.conduite.etapes import A_FAIRE, FACULTATIF, FAIT, PLUS_TARD, REPARER, Etape
from ess_analyse.conduite.lecture_etude import LectureEtude
from ess_analyse.conduite.phrases import dire_probleme, enumerer
from ess_analyse.erreurs import compter, relatif
from ess_analyse.etude import Etude

__all__ = ["completer", "ecrire", "passer_porte", "rendre", "suivre"]

_VERIFIER = "ess-analyse verifier"
_MENTIONS = ("editeur", "direction", "contact", "hebergeur")
"""Ce qu'un site publié en France dit de qui le publie."""
_RECIT = ("Demande", "Méthode")
"""Les sections de la synthèse que rien d'autre ne remplace."""
_CLE, _COMPTE = "clé", "compte"
_SANS_EFFET = ("site", "brut", "suggestions", "restitutions")
_SANS_EFFET_NON_PLUS = (
    "data/prive",
    "depot",
    "depot.zip",
    "documents",
    "exports",
    "modeles",
    "node_modules",
    "venv",
)
"""Ce que le dossier d'une étude contient sans que le site en soit fait ; la clé compte, mais pour la porte."""
_LUS_PAR_LA_PORTE = ("corpus", "reglages", "fonctions", "registre", "structures")
"""Ce qui dit, avec la clé, ce qu'une page n'a pas le droit de montrer."""


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


def completer(lue: LectureEtude) -> Etape:
    """Ce que l'équipe seule peut dire du site et de sa méthode est-il écrit ?"""
    nom = "Dire qui publie, et comment"
    if not lue.enseignements:
        return Etape("completer", nom, PLUS_TARD, "rien encore à publier")
    recit, methode = lue.recit, lue.methode
    manques = {
        f"« mentions » de {relatif(lue.etude.reglages)}": not set(_MENTIONS) <= set(lue.reglages.mentions),
        relatif(lue.etude.recit): not set(_RECIT) <= set(recit),
        relatif(lue.etude.methode): not methode,
    }
    restent = [quoi for quoi, manque in manques.items() if manque]
    if not restent:
        return Etape("completer", nom, FAIT, "mentions, synthèse et méthode écrites")
    return Etape(
        "completer",
        nom,
        FACULTATIF,
        f"à écrire : {enumerer(restent)}",
        "Qui publie, où, ce qui a été demandé et comment l'étude a été menée : vous seuls le savez.",
        "ess-analyse site",
    )


def rendre(lue: LectureEtude) -> Etape:
    """Le site est-il celui de ces données ?"""
    nom, accueil = "Rendre le site", lue.etude.site / "index.html"
    if lue.corpus is None or lue.grille is None:
        return Etape("site", nom, PLUS_TARD, "rien encore à montrer")
    constat = _dire_change(lue, accueil) if accueil.is_file() else "aucun site rendu"
    if not constat:
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
    if lue.cle_egaree:
        pourquoi = "Aucun nom n'a pu être cherché dans ce site : il ne se publie pas d'ici."
        gestes = ("Rendez le site sur l'ordinateur qui a la clé",)
        return Etape("porte", nom, A_FAIRE, "la clé n'est pas sur cet ordinateur", pourquoi, a_la_main=gestes)
    depuis = lue.rendu.porte
    if depuis is None:
        pourquoi = "Un site rendu par Quarto, recopié ou retouché peut montrer un nom : chaque octet en est à relire."
        constat, commande = "rien ne prouve que ce site l'ait passée", "ess-analyse publication verifier"
        return Etape("porte", nom, A_FAIRE, constat, pourquoi, commande)
    if _CLE in depuis:
        pourquoi = "Les noms ajoutés à la clé depuis le dernier rendu n'ont pas été cherchés dans le site."
        return Etape("porte", nom, A_FAIRE, "la clé a changé depuis le dernier rendu", pourquoi, "ess-analyse site")
    lus = [getattr(lue.etude, lieu) for lieu in _LUS_PAR_LA_PORTE]
    if change := next((un for un in _localiser(lue.etude, depuis) if _est_dans(un, lus)), None):
        pourquoi = "Ce que le site a le droit de montrer n'est peut-être plus ce qu'il montre."
        return Etape("porte", nom, A_FAIRE, _dire(change), pourquoi, "ess-analyse site")
    return Etape("porte", nom, FAIT, "passée au dernier rendu", commande="ess-analyse publication verifier")


def _dire_change(lue: LectureEtude, accueil: Path) -> str:
    """Dire ce qui a changé dans l'étude depuis le rendu ; rien si le site est encore le sien."""
    etude, depuis = lue.etude, lue.rendu.rendu
    sauf = [getattr(etude, lieu) for lieu in _SANS_EFFET] + [etude.racine / lieu for lieu in _SANS_EFFET_NON_PLUS]
    if depuis is not None:
        changes = (chemin for chemin in _localiser(etude, depuis) if not _est_dans(chemin, sauf))
    else:
        limite = accueil.stat().st_mtime
        changes = (chemin for chemin in _parcourir(etude.racine, sauf) if chemin.stat().st_mtime > limite)
    return next(map(_dire, changes), "")


def _localiser(etude: Etude, noms: Iterable[str]) -> Iterator[Path]:
    return (etude.racine / nom for nom in noms if nom not in (_CLE, _COMPTE))


def _est_dans(chemin: Path, lieux: Iterable[Path]) -> bool:
    return any(chemin.is_relative_to(lieu) for lieu in lieux)


def _dire(change: Path) -> str:
    return f"{relatif(change)} {'a changé' if change.exists() else 'a été ôté'} depuis le dernier rendu"


def _parcourir(dossier: Path, sauf: list[Path]) -> Iterator[Path]:
    """Lister les fichiers dont un site peut être fait, et leurs dossiers : ce qui en est ôté change leur date."""
    for chemin in sorted(dossier.iterdir()):
        if not (chemin.name.startswith((".", "__")) or _est_dans(chemin, sauf)):
            if chemin.is_dir():
                yield from _parcourir(chemin, sauf)
            yield chemin
