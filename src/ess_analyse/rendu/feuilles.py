"""Réunir les feuilles de style qu'une page appelle, et ce qu'elles appellent elles-mêmes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from ess_analyse.erreurs import Probleme
from ess_analyse.fichiers import lire_texte
from ess_analyse.rendu.balayage import ressources_css
from ess_analyse.rendu.choix import impubliable
from ess_analyse.rendu.projet import Projet
from ess_analyse.rendu.sources import Source

__all__ = ["lire_feuilles"]


def lire_feuilles(projet: Projet, source: Source, copies: set[str], problemes: list[Probleme]) -> Iterator[str]:
    """Donner les feuilles de style d'une page, celles du projet d'abord.

    Parameters
    ----------
    projet : Projet
        Le projet.
    source : Source
        La page.
    copies : set of str
        Reçoit les feuilles et les fichiers qu'elles appellent.
    problemes : list of Probleme
        Reçoit feuilles absentes, images absentes, adresses distantes.

    Yields
    ------
    str
        Le chemin de chaque feuille depuis la racine.
    """
    formats: Any = source.meta.get("format")
    html = formats.get("html") if isinstance(formats, dict) else None
    propres = [*_liste(source.meta.get("css")), *_liste(html.get("css") if isinstance(html, dict) else None)]
    dossier = posixpath.dirname(source.nom)
    demandes = [(feuille, "") for feuille in _liste(projet.reglages.get("css"))] + [
        (feuille, dossier) for feuille in propres
    ]
    for feuille, depart in demandes:
        nom = posixpath.normpath(posixpath.join("" if feuille.startswith("/") else depart, feuille.lstrip("/")))
        refus = impubliable(nom)
        if refus or not (projet.racine / nom).is_file():
            message, remede = refus or ("feuille de style introuvable", "vérifiez son nom")
            lieu = (
                projet.probleme(("format", "html", "css"), "")
                if not depart or feuille not in propres
                else Probleme(source.nom, 0, "")
            )
            problemes.append(Probleme(lieu.fichier, lieu.ligne, message, feuille, remede))
            continue
        contenu = lire_texte(projet.racine / nom)
        if contenu == (files("ess_analyse.rendu") / "composants.css").read_text(encoding="utf-8"):
            continue  # a project keeps this copy for Quarto; our pages have it already
        copies.add(nom)
        yield nom
        for adresse in ressources_css(contenu):
            _ajouter(projet, nom, adresse, copies, problemes)


def _ajouter(projet: Projet, feuille: str, adresse: str, copies: set[str], problemes: list[Probleme]) -> None:
    if adresse.startswith(("data:", "#")):
        return
    cible = posixpath.normpath(posixpath.join(posixpath.dirname(feuille), adresse.split("#")[0].split("?")[0]))
    if "//" in adresse:
        problemes.append(Probleme(feuille, 0, "ressource distante refusée", adresse, "copiez-la dans le projet"))
    elif refus := impubliable(cible):
        problemes.append(Probleme(feuille, 0, refus[0], adresse, refus[1]))
    elif not (projet.racine / cible).is_file():
        problemes.append(Probleme(feuille, 0, "fichier introuvable", adresse, "vérifiez son nom et son dossier"))
    else:
        copies.add(cible)


def _liste(valeur: object) -> list[str]:
    return (
        [valeur]
        if isinstance(valeur, str)
        else [un for un in valeur if isinstance(un, str)]
        if isinstance(valeur, list)
        else []
    )
