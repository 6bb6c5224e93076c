"""Créer une étude : tout son dossier à la fois, ou rien."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from importlib.resources import as_file, files
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ess_analyse.echanges import exporter_qdc
from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_octets, ecrire_table, ecrire_texte
from ess_analyse.grille import lire_grille
from ess_analyse.modele import DOCUMENTS, FONCTIONS, STRUCTURES
from ess_analyse.nouveau.cahiers import composer_cahiers
from ess_analyse.nouveau.exigences import composer_exigences, dire_installation, trouver_adresse
from ess_analyse.nouveau.grilles import choisir_grille
from ess_analyse.pages import ecrire_pages
from ess_analyse.pages.transparence import lire_points

__all__ = ["Creation", "creer_etude", "nommer_etude"]

_DOSSIERS = ("data/brut", "data/codages", "data/corpus", "data/enseignements", "data/fiches", "data/prive")
_RENOMMES = {"gitignore": ".gitignore", "gitattributes": ".gitattributes", "github": ".github"}
"""Ce que le modèle ne peut porter sous son vrai nom : git et GitHub le liraient dans le dépôt du programme."""
_SEUIL_MIN = 2
_CAHIERS = '    - "notebooks/*.ipynb"\n'
_CAHIERS_PLUS_TARD = """\
    # Quand vos notebooks sont exécutés, retirez le # de la ligne suivante : le site les montrera.
    # - "notebooks/*.ipynb"
"""
_ENTETE_METHODE = """\
# Ce que seule l'équipe peut dire de sa méthode : une clé par point de COREQ ou de SRQR, un texte libre.
# Ce qui reste vide est compté comme un manque dans la page « Transparence » du site, jamais comblé par le programme.
"""


class Creation(NamedTuple):
    """Une étude neuve.

    Attributes
    ----------
    etude : Etude
        Son dossier.
    a_completer : tuple of Probleme
        Ce que la grille choisie laisse à écrire ; vide si l'étude est prête.
    """

    etude: Etude
    a_completer: tuple[Probleme, ...]


def creer_etude(
    dossier: Path,
    *,
    titre: str = "",
    fictive: bool = False,
    seuil: int = 3,
    grille: str = "ess",
    programme: str = "",
) -> Creation:
    """Créer le dossier d'une étude, prêt à recevoir des transcriptions.

    Parameters
    ----------
    dossier : Path
        Absent ou vide ; hors de toute autre étude.
    titre : str
        Celui du site ; par défaut, le nom du dossier.
    fictive : bool
        Vrai si personne ne se cache derrière les données.
    seuil : int
        Le plus petit nombre de documents derrière une cellule publiée, au moins 2.
    grille : str
        ``ess``, ``vide``, ou un livre de codes ``.qdc`` (:func:`~ess_analyse.nouveau.choisir_grille`).
    programme : str
        L'adresse d'où installer le programme (``git+https://…@v0.1.0``) ; par défaut, celle d'où il l'a été si c'est un
        dépôt git, sinon un fichier à poser dans ``paquets/``.

    Returns
    -------
    Creation
        L'étude, et ce que sa grille laisse à compléter.

    Raises
    ------
    ErreurDonnees
        Dossier déjà occupé, dans une autre étude ou impossible à écrire, seuil trop bas, grille inconnue ou illisible ;
        rien n'est alors écrit.
    """
    cible = Path(dossier).absolute()
    lever(_examiner(cible, seuil, programme))
    texte_grille = choisir_grille(grille)
    titre = titre.strip() or nommer_etude(cible)
    try:
        cible.parent.mkdir(parents=True, exist_ok=True)
        ici = cible if cible.is_dir() else cible.parent
        provisoire = Path(tempfile.mkdtemp(dir=ici, prefix=".ess-"))
    except OSError:
        raise ErreurDonnees([_inscriptible(cible)]) from None
    try:
        etude = Etude(provisoire / "etude")
        _ecrire(etude, titre, {"FICTIF": "oui" if fictive else "non", "SEUIL": str(seuil)}, programme)
        a_completer = _poser_grille(etude, texte_grille)
        _installer(etude.racine, cible)
    finally:
        shutil.rmtree(provisoire, ignore_errors=True)
    return Creation(Etude(cible), a_completer)


def nommer_etude(dossier: Path) -> str:
    """Tirer un titre du nom d'un dossier.

    Examples
    --------
    >>> nommer_etude(Path("travail-et-numerique"))
    'Travail et numerique'
    """
    nom = re.sub(r"[-_\s]+", " ", Path(dossier).absolute().name).strip()
    return nom[:1].upper() + nom[1:] if nom else "Mon étude"


def _examiner(cible: Path, seuil: int, programme: str) -> Iterator[Probleme]:
    nom = relatif(cible)
    if cible.is_file() or (cible.is_dir() and any(cible.iterdir())):
        remede = "rien n'y a été changé : choisissez un autre nom, ou videz-le vous-même"
        yield Probleme(nom, 0, "ce dossier n'est pas vide" if cible.is_dir() else "un fichier porte ce nom", "", remede)
    # A folder called data is nothing rare in a home folder: only what a study alone holds counts.
    if etudes := [parent for parent in cible.parents if (parent / "data/grille.yml").is_file()]:
        noms = chain([cible.name], (f"{cible.name}-{rang}" for rang in count(2)))
        libre = next(voisin for un in noms if not (voisin := etudes[-1].parent / un).exists())
        remede = f"donnez un dossier ailleurs, par exemple {libre}"
        yield Probleme(nom, 0, "ce dossier serait dans une autre étude", str(etudes[-1]), remede)
    if seuil < _SEUIL_MIN:
        remede = f"au moins {_SEUIL_MIN} : une cellule qui repose sur un seul document désigne qui l'a dit"
        yield Probleme("--seuil", 0, "seuil trop bas", str(seuil), remede)
    if programme and not re.fullmatch(r"(?:git\+)?(?:https|ssh|file)://\S+", programme):
        remede = "écrivez par exemple git+https://exemple.org/ess_analyse@v0.1.0"
        yield Probleme("--programme", 0, "adresse mal écrite", programme, remede)


def _ecrire(etude: Etude, titre: str, reglages: dict[str, str], programme: str) -> None:
    adresse = programme or trouver_adresse()
    mots = reglages | {
        "TITRE": " ".join(titre.split()),
        "NOM": re.sub(r"[^a-z0-9]+", "-", titre.casefold()).strip("-") or "etude",
        "VERSION": version("ess-analyse"),
        "PYTHON": ".".join(map(str, sys.version_info[:2])),
        "INSTALLER": dire_installation(adresse),
    }
    for nom in _DOSSIERS:
        (etude.racine / nom).mkdir(parents=True)
    for chemin, octets in _modele():
        ecrire_octets(etude.racine / chemin, _remplir(octets, mots))
    ecrire_texte(etude.racine / "requirements.txt", composer_exigences(adresse))
    ecrire_texte(etude.methode, _composer_methode())
    for chemin, colonnes in (
        (etude.documents, DOCUMENTS),
        (etude.structures, STRUCTURES),
        (etude.fonctions, FONCTIONS),
    ):
        ecrire_table(chemin, pd.DataFrame(columns=list(colonnes), dtype="str"))
    for nom, contenu in composer_cahiers().items():
        ecrire_texte(etude.notebooks / nom, contenu)
    _intituler(etude, mots["TITRE"])


def _modele() -> Iterator[tuple[Path, bytes]]:
    with as_file(files("ess_analyse.nouveau") / "modele") as modele:
        for source in sorted(chemin for chemin in modele.rglob("*") if chemin.is_file()):
            premier, *suite = source.relative_to(modele).parts
            yield Path(_RENOMMES.get(premier, premier), *suite), source.read_bytes()


def _remplir(octets: bytes, mots: dict[str, str]) -> bytes:
    texte = octets.decode("utf-8")
    return re.sub(r"@([A-Z]+)@", lambda mot: mots[mot[1]], texte).encode("utf-8")


def _composer_methode() -> str:
    """Écrire les clés que la page de transparence attend, chacune avec ce qu'une lectrice y cherche."""
    blocs, dites = [], set()
    for point in lire_points():
        if point.cle and point.cle not in dites:
            dites.add(point.cle)
            blocs.append(f"\n# {point.liste} {point.numero}. {point.intitule} : {point.attendu}\n{point.cle}:\n")
    return _ENTETE_METHODE + "".join(blocs)


def _intituler(etude: Etude, titre: str) -> None:
    """Poser le projet du site sous le titre de l'étude ; ses autres pages viendront avec ``ecrire_pages``."""
    cite = json.dumps(titre, ensure_ascii=False)
    for nom, champ in (("_quarto.yml", "  title"), ("index.qmd", "title")):
        modele = (files("ess_analyse.pages") / "projet" / nom).read_text(encoding="utf-8")
        # As a function, so that a title with a backslash stays a title.
        texte = re.sub(rf"^{champ}:.*$", partial(_rendre, f"{champ}: {cite}"), modele, count=1, flags=re.MULTILINE)
        ecrire_texte(etude.racine / nom, texte.replace(_CAHIERS, _CAHIERS_PLUS_TARD))


def _rendre(texte: str, _: re.Match) -> str:
    return texte


def _poser_grille(etude: Etude, texte: str) -> tuple[Probleme, ...]:
    """Écrire les pages, puis la grille choisie, même si elle est encore à compléter."""
    ecrire_texte(etude.grille, texte)
    try:
        lire_grille(etude.grille)
        a_completer = ()
    except ErreurDonnees as erreur:
        a_completer = erreur.problemes
        ecrire_texte(etude.grille, choisir_grille("vide"))
    ecrire_pages(etude)
    # The pages link to it, and leave it to whoever knows the exchange formats.
    exporter_qdc(etude.rapports / "donnees/grille.qdc", lire_grille(etude.grille))
    ecrire_texte(etude.grille, texte)
    return tuple(Probleme("data/grille.yml", *_suite(probleme)) for probleme in a_completer)


def _suite(probleme: Probleme) -> tuple[int, str, str, str]:
    return probleme.ligne, probleme.message, probleme.valeur, probleme.remede


def _installer(source: Path, cible: Path) -> None:
    """Mettre le dossier prêt à sa place ; s'il y en a un, vide, le remplir : un terminal peut y être ouvert."""
    try:
        if not cible.is_dir():
            source.rename(cible)
        elif set(cible.iterdir()) <= {source.parent}:
            _vider_dans(source, cible)
        else:
            raise ErreurDonnees([_inscriptible(cible)])
    except OSError:
        raise ErreurDonnees([_inscriptible(cible)]) from None


def _vider_dans(source: Path, cible: Path) -> None:
    poses = []
    try:
        # Until data/ is there, the folder is no study.
        for petit in sorted(source.iterdir(), key=lambda un: un.name == "data"):
            poses.append(petit.rename(cible / petit.name))
    except BaseException:
        for pose in poses:
            pose.rename(source / pose.name)
        raise


def _inscriptible(cible: Path) -> Probleme:
    remede = "vérifiez vos droits, la place libre, et que rien ne porte déjà ce nom"
    return Probleme(relatif(cible), 0, "dossier impossible à créer", "", remede)
