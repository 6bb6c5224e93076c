"""Choisir les pages et les ressources d'un projet, par motifs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ess_analyse.arbre import Arbre
from ess_analyse.erreurs import Probleme, proposer

__all__ = ["EXTENSIONS", "bloc", "choisir_fichiers", "choisir_pages", "choisir_ressources", "impubliable"]

EXTENSIONS = (".qmd", ".md", ".ipynb")
"""Ce qui se rend en page."""


def bloc(valeur: object, cle: str) -> Mapping[str, Any]:
    """Donner un bloc de clés ; vide s'il manque ou n'en est pas un."""
    trouve = valeur.get(cle) if isinstance(valeur, Mapping) else None
    return trouve if isinstance(trouve, Mapping) else {}


def impubliable(nom: str, *, caches: bool = False) -> tuple[str, str] | None:
    """Dire pourquoi un fichier ne va jamais dans le site, et que faire ; rien s'il peut y aller.

    Parameters
    ----------
    nom : str
        Son chemin depuis la racine du projet.
    caches : bool
        Accepter un nom qui commence par un point (``.nojekyll`` demandé en toutes lettres).

    Examples
    --------
    >>> impubliable("data/prive/cle.csv"), impubliable("rapports/a.csv")
    (("ce fichier est privé : il n'est jamais publié", 'retirez le lien'), None)
    """
    parties = posixpath.normpath(nom).split("/")
    if parties[0] == "..":
        return "ce fichier est hors du projet", "copiez-le dans le projet"
    if "prive" in parties or (not caches and any(partie.startswith(".") for partie in parties)):
        return "ce fichier est privé : il n'est jamais publié", "retirez le lien"
    return None


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


def choisir_pages(racine: Path, arbre: Arbre, sortie: str) -> tuple[tuple[str, ...], list[Probleme]]:
    """Choisir les pages à rendre : ``project.render``, ou toutes.

    Parameters
    ----------
    racine : Path
        Le projet.
    arbre : Arbre
        ``_quarto.yml``.
    sortie : str
        Le dossier du site, depuis la racine : il n'est jamais lu.

    Returns
    -------
    pages : tuple of str
        Leurs chemins ; ni ``_`` ni ``.`` en tête d'un nom.
    problemes : list of Probleme
        Pages nommées mais absentes, accueil manquant, deux pages pour une adresse.
    """
    place = ("project", "render")
    motifs = bloc(arbre.valeur, "project").get("render")
    if motifs is not None and not _est_liste_de_textes(motifs):
        return (), [_dire_liste_attendue(arbre, place, motifs)]
    # Without patterns, a glob would walk the environment and the hidden folders too.
    candidats = choisir_fichiers(racine, motifs) if motifs else _parcourir(racine, sortie)
    trouvees = [nom for nom in candidats if nom.endswith(EXTENSIONS) and _est_page(nom, sortie)]
    pages = [nom for nom in trouvees if not impubliable(nom)]
    problemes = [
        arbre.probleme((*place, rang), "page introuvable", motif, proposer(motif, candidats))
        for rang, motif in enumerate(motifs or ())
        if not set(motif) & set("!*?[") and not (racine / motif.lstrip("/")).exists()
    ]
    problemes += [
        arbre.probleme(place, impubliable(nom)[0], nom, f"ajoutez « !{nom} » à la fin de project.render")
        for nom in trouvees
        if nom not in pages
    ]
    if not pages:
        problemes.append(arbre.probleme(place, "aucune page à rendre", "", "écrivez au moins index.qmd"))
    elif not any(PurePosixPath(nom).with_suffix("").as_posix() == "index" for nom in pages):
        problemes.append(
            arbre.probleme(place, "le site n'a pas de page d'accueil", "", "ajoutez index.qmd à la racine")
        )
    vues: dict[str, str] = {}
    for nom in pages:
        autre = vues.setdefault(str(PurePosixPath(nom).with_suffix("")), nom)
        if autre != nom:
            problemes.append(Probleme(nom, 0, "deux pages auraient la même adresse", autre, "renommez l'une des deux"))
    return tuple(pages), problemes


def choisir_ressources(racine: Path, arbre: Arbre) -> tuple[tuple[str, ...], list[Probleme]]:
    """Choisir les fichiers à recopier : ``project.resources``.

    Parameters
    ----------
    racine : Path
        Le projet.
    arbre : Arbre
        ``_quarto.yml``.

    Returns
    -------
    ressources : tuple of str
        Leurs chemins.
    problemes : list of Probleme
        Fichiers nommés mais absents, fichiers privés.
    """
    place = ("project", "resources")
    motifs = bloc(arbre.valeur, "project").get("resources") or []
    motifs = [motifs] if isinstance(motifs, str) else motifs
    if not _est_liste_de_textes(motifs):
        return (), [_dire_liste_attendue(arbre, place, motifs)]
    choisis = choisir_fichiers(racine, motifs)
    problemes = [
        arbre.probleme((*place, rang), "aucun fichier ne répond à ce motif", motif, "vérifiez son nom, ou retirez-le")
        for rang, motif in enumerate(motifs)
        if not set(motif) & set("!*") and not choisir_fichiers(racine, [motif])
    ]
    problemes += [
        arbre.probleme(place, refus[0], nom, "retirez-le des ressources")
        for nom in choisis
        if (refus := impubliable(nom, caches=True))
    ]
    return tuple(choisis), problemes


def _parcourir(racine: Path, sortie: str) -> list[str]:
    noms, dossiers = [], [racine]
    while dossiers:
        for chemin in dossiers.pop().iterdir():
            nom = chemin.relative_to(racine).as_posix()
            if not _est_page(nom, sortie):
                continue
            if chemin.is_dir():
                dossiers.append(chemin)
            elif chemin.name.upper() != "README.MD":
                noms.append(nom)
    return sorted(noms, key=lambda nom: (nom.count("/"), nom))


def _est_page(nom: str, sortie: str) -> bool:
    dedans = PurePosixPath(nom).is_relative_to(PurePosixPath(sortie))
    return not dedans and not any(partie.startswith(("_", ".")) for partie in PurePosixPath(nom).parts)


def _dire_liste_attendue(arbre: Arbre, place: tuple, valeur: object) -> Probleme:
    return arbre.probleme(
        place, "une liste de motifs est attendue", valeur, "écrivez un motif par ligne, avec un tiret"
    )


def _est_liste_de_textes(valeur: object) -> bool:
    return isinstance(valeur, list) and all(isinstance(element, str) for element in valeur)
