"""Lire ``_quarto.yml`` : quelles pages, quelle navigation, quels réglages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ess_analyse.arbre import Arbre, lire_arbre
from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.fichiers import lire_texte
from ess_analyse.rendu.choix import bloc, choisir_pages, choisir_ressources
from ess_analyse.rendu.cles import controler_projet
from ess_analyse.rendu.mots import MOTS, completer

__all__ = ["Projet", "lire_projet"]

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
        return bloc(self.arbre.valeur, "website")

    @property
    def sortie(self) -> Path:
        """Le dossier du site rendu."""
        return self.racine / str(bloc(self.arbre.valeur, "project").get("output-dir") or "_site").strip("/")

    @property
    def reglages(self) -> dict[str, Any]:
        """Les réglages communs à toutes les pages : les clés de tête, puis ``format.html``."""
        tete = {cle: valeur for cle, valeur in self.arbre.valeur.items() if cle not in ("project", "website", "format")}
        return tete | dict(bloc(bloc(self.arbre.valeur, "format"), "html"))

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
    pages, fautes = choisir_pages(racine, arbre, projet.sortie.relative_to(racine).as_posix())
    variables = _lire_annexe(racine / "_variables.yml", problemes)
    ressources, manquantes = choisir_ressources(racine, arbre)
    return (
        Projet(racine, arbre, pages, ressources, variables, completer(_lire_langue(projet, problemes))),
        problemes + fautes + manquantes + _refuser_dossiers(racine, pages),
    )


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
    mots = bloc(mots, str(projet.arbre.valeur.get("lang", "fr"))) or mots
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
