"""Lire ``_quarto.yml`` : quelles pages, quelle navigation, quels réglages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ess_analyse.arbre import Arbre, lire_arbre
from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer
from ess_analyse.fichiers import lire_texte
from ess_analyse.rendu.cles import controler_projet
from ess_analyse.rendu.mots import MOTS, completer

__all__ = ["EXTENSIONS", "Projet", "choisir_fichiers", "lire_projet"]

EXTENSIONS = (".qmd", ".md", ".ipynb")
_FICHIER = "_quarto.yml"


@dataclass(frozen=True)
class Projet:
    """Un projet Quarto « website », tel que le moteur embarqué le comprend.

    Attributes
    ----------
    racine : Path
        Le dossier qui contient ``_quarto.yml``.
    arbre : Arbre
        Le fichier lu, avec ses lignes.
    pages : tuple of str
        Les pages à rendre, depuis la racine, dans l'ordre de ``project.render``.
    ressources : tuple of str
        Les fichiers à recopier tels quels.
    variables : mapping
        Le contenu de ``_variables.yml``.
    mots : mapping of str to str
        Les mots écrits par le gabarit.
    """

    racine: Path
    arbre: Arbre
    pages: tuple[str, ...] = ()
    ressources: tuple[str, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    mots: Mapping[str, str] = field(default_factory=lambda: MOTS)

    @property
    def site(self) -> Mapping[str, Any]:
        """Le bloc ``website``."""
        return _bloc(self.arbre.valeur, "website")

    @property
    def sortie(self) -> Path:
        """Le dossier du site rendu."""
        return self.racine / str(_bloc(self.arbre.valeur, "project").get("output-dir") or "_site")

    @property
    def reglages(self) -> dict[str, Any]:
        """Les réglages communs à toutes les pages : les clés de tête, puis ``format.html``."""
        tete = {cle: valeur for cle, valeur in self.arbre.valeur.items() if cle not in ("project", "website", "format")}
        return tete | dict(_bloc(_bloc(self.arbre.valeur, "format"), "html"))

    def probleme(self, place: tuple, message: str, valeur: object = "", remede: str = "") -> Probleme:
        """Dire un problème à sa ligne dans ``_quarto.yml``."""
        return self.arbre.probleme(place, message, valeur, remede)


def lire_projet(racine: Path) -> tuple[Projet, list[Probleme]]:
    """Lire et contrôler un projet.

    Parameters
    ----------
    racine : Path
        Le dossier qui contient ``_quarto.yml``.

    Returns
    -------
    projet : Projet
        Ce qui a pu être compris.
    problemes : list of Probleme
        Ce qui ne va pas dans ``_quarto.yml``, ``_variables.yml`` et ``_language.yml``.

    Raises
    ------
    ErreurDonnees
        Si ``_quarto.yml`` manque ou n'est pas du YAML.
    """
    racine = Path(racine).absolute()
    arbre = lire_arbre(lire_texte(racine / _FICHIER), _FICHIER)
    problemes = [*arbre.problemes, *controler_projet(arbre)]
    if not isinstance(arbre.valeur, dict):
        raise ErreurDonnees(problemes)
    projet = Projet(racine, arbre)
    pages, fautes = _choisir_pages(projet)
    variables = _lire_annexe(racine / "_variables.yml", problemes)
    ressources, manquantes = _choisir_ressources(projet)
    return (
        Projet(racine, arbre, pages, ressources, variables, completer(_lire_langue(projet, problemes))),
        problemes + fautes + manquantes + _refuser_dossiers(racine, pages),
    )


def choisir_fichiers(racine: Path, motifs: Iterable[str]) -> list[str]:
    """Choisir des fichiers par motifs, comme Quarto : ``!`` retire, un dossier vaut tout ce qu'il contient.

    Parameters
    ----------
    racine : Path
        Le dossier de départ.
    motifs : iterable of str
        Par exemple ``rapports/*.qmd``, ``!rapports/essai.qmd``.

    Returns
    -------
    list of str
        Les chemins depuis ``racine``, sans doublon, dans l'ordre des motifs puis des noms.
    """
    choisis: dict[str, None] = {}
    for motif in motifs:
        retire, nu = motif.startswith("!"), motif.lstrip("!/")
        if (racine / nu).is_dir():
            nu = f"{nu.rstrip('/')}/**/*"
        trouves = sorted(chemin.relative_to(racine).as_posix() for chemin in racine.glob(nu or "*") if chemin.is_file())
        for nom in trouves:
            if retire:
                choisis.pop(nom, None)
            else:
                choisis.setdefault(nom)
    return list(choisis)


def _choisir_pages(projet: Projet) -> tuple[tuple[str, ...], list[Probleme]]:
    motifs = _bloc(projet.arbre.valeur, "project").get("render")
    place = ("project", "render")
    if motifs is not None and not _est_liste_de_textes(motifs):
        return (), [
            projet.probleme(
                place, "une liste de motifs est attendue", motifs, "écrivez un motif par ligne, avec un tiret"
            )
        ]
    # A glob from "/" would walk the whole project, its environment and its hidden folders included.
    candidats = choisir_fichiers(projet.racine, motifs) if motifs else _parcourir(projet)
    pages = [nom for nom in candidats if nom.endswith(EXTENSIONS) and _est_page(nom, projet)]
    problemes = []
    for rang, motif in enumerate(motifs or ()):
        if (
            not motif.startswith("!")
            and not any(c in motif for c in "*?[")
            and not (projet.racine / motif.lstrip("/")).exists()
        ):
            problemes.append(projet.probleme((*place, rang), "page introuvable", motif, proposer(motif, candidats)))
    if not pages:
        problemes.append(projet.probleme(place, "aucune page à rendre", "", "écrivez au moins index.qmd"))
    elif not any(PurePosixPath(nom).with_suffix("").as_posix() == "index" for nom in pages):
        problemes.append(
            projet.probleme(place, "le site n'a pas de page d'accueil", "", "ajoutez index.qmd à la racine")
        )
    vues: dict[str, str] = {}
    for nom in pages:
        autre = vues.setdefault(str(PurePosixPath(nom).with_suffix("")), nom)
        if autre != nom:
            problemes.append(Probleme(nom, 0, "deux pages auraient la même adresse", autre, "renommez l'une des deux"))
    return tuple(pages), problemes


def _parcourir(projet: Projet) -> list[str]:
    ecartes = {projet.sortie.name}
    noms, dossiers = [], [projet.racine]
    while dossiers:
        for chemin in dossiers.pop().iterdir():
            if chemin.name.startswith(("_", ".")) or chemin.name in ecartes:
                continue
            if chemin.is_dir():
                dossiers.append(chemin)
            elif chemin.name.upper() != "README.MD":
                noms.append(chemin.relative_to(projet.racine).as_posix())
    return sorted(noms, key=lambda nom: (nom.count("/"), nom))


def _est_page(nom: str, projet: Projet) -> bool:
    parties = PurePosixPath(nom).parts
    return not any(partie.startswith(("_", ".")) for partie in parties) and parties[0] != projet.sortie.name


def _choisir_ressources(projet: Projet) -> tuple[tuple[str, ...], list[Probleme]]:
    motifs = _bloc(projet.arbre.valeur, "project").get("resources") or []
    motifs = [motifs] if isinstance(motifs, str) else motifs
    place = ("project", "resources")
    if not _est_liste_de_textes(motifs):
        return (), [
            projet.probleme(
                place, "une liste de motifs est attendue", motifs, "écrivez un motif par ligne, avec un tiret"
            )
        ]
    problemes = [
        projet.probleme((*place, rang), "aucun fichier ne répond à ce motif", motif, "vérifiez son nom, ou retirez-le")
        for rang, motif in enumerate(motifs)
        if not motif.startswith("!") and "*" not in motif and not choisir_fichiers(projet.racine, [motif])
    ]
    return tuple(choisir_fichiers(projet.racine, motifs)), problemes


def _lire_annexe(chemin: Path, problemes: list[Probleme]) -> dict[str, Any]:
    if not chemin.is_file() or not chemin.read_bytes().strip():
        return {}
    try:
        arbre = lire_arbre(lire_texte(chemin), chemin.name)
    except ErreurDonnees as erreur:
        problemes.extend(erreur.problemes)
        return {}
    problemes.extend(arbre.problemes)
    return arbre.valeur if isinstance(arbre.valeur, dict) else {}


def _lire_langue(projet: Projet, problemes: list[Probleme]) -> dict[str, Any]:
    langue = projet.arbre.valeur.get("language")
    if isinstance(langue, str) and not (projet.racine / langue).is_file():
        problemes.append(projet.probleme(("language",), "fichier introuvable", langue, "vérifiez son nom"))
    mots = _lire_annexe(projet.racine / (langue if isinstance(langue, str) else "_language.yml"), problemes)
    mots = _bloc(mots, str(projet.arbre.valeur.get("lang", "fr"))) or mots
    return {**mots, **(langue if isinstance(langue, dict) else {})}


def _refuser_dossiers(racine: Path, pages: Iterable[str]) -> Iterator[Probleme]:
    """Refuser ce qui change une page sans qu'elle le dise : extensions et réglages de dossier."""
    problemes = []
    if (racine / "_extensions").is_dir():
        problemes.append(
            Probleme(
                "_extensions",
                0,
                "les extensions de Quarto ne sont pas du sous-ensemble commun",
                remede="retirez ce dossier",
            )
        )
    for dossier in sorted({PurePosixPath(nom).parent for nom in pages}):
        if (racine / dossier / "_metadata.yml").is_file():
            problemes.append(
                Probleme(
                    (dossier / "_metadata.yml").as_posix(),
                    0,
                    "réglages de dossier non lus ici",
                    remede="mettez-les dans _quarto.yml ou dans chaque page",
                )
            )
    return problemes


def _est_liste_de_textes(valeur: object) -> bool:
    return isinstance(valeur, list) and all(isinstance(element, str) for element in valeur)


def _bloc(valeur: object, cle: str) -> Mapping[str, Any]:
    trouve = valeur.get(cle) if isinstance(valeur, Mapping) else None
    return trouve if isinstance(trouve, Mapping) else {}
