"""Ce que l'en-tête d'une page dit aux autres programmes : Open Graph, adresse publique, place du site."""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ess_analyse.rendu.choix import bloc, impubliable
from ess_analyse.rendu.liens import Lieux
from ess_analyse.rendu.projet import Projet
from ess_analyse.rendu.sources import Source

__all__ = ["ABSENTE", "adresse_publique", "decrire_partage", "lire_image", "place_du_site"]

ABSENTE = "404.html"
"""L'adresse de la page servie à la place d'une page introuvable : ni plan du site, ni recherche n'y mènent."""


def adresse_publique(site: Mapping[str, Any], adresse: str) -> str:
    """Donner l'adresse publique d'une page ; vide si le site n'en dit pas la sienne.

    Examples
    --------
    >>> adresse_publique({"site-url": "https://exemple.invalid/etude"}, "rapports/a.html")
    'https://exemple.invalid/etude/rapports/a.html'
    >>> adresse_publique({}, "rapports/a.html")
    ''
    """
    base = str(site.get("site-url") or "")
    return f"{base.rstrip('/')}/{adresse}" if base else ""


def place_du_site(site: Mapping[str, Any]) -> str:
    """Donner le chemin du site sur son serveur, comme Quarto : ``site-path``, celui de ``site-url``, ou la racine.

    Examples
    --------
    >>> place_du_site({"site-url": "https://exemple.invalid/etude"}), place_du_site({})
    ('/etude/', '/')
    """
    chemin = str(site.get("site-path") or urlsplit(str(site.get("site-url") or "")).path)
    return f"/{chemin.strip('/')}/" if chemin.strip("/") else "/"


def lire_image(projet: Projet, source: Source, lieux: Lieux) -> str:
    """Trouver l'image d'aperçu d'une page, la sienne ou celle du site, et demander sa copie.

    Parameters
    ----------
    projet : Projet
        Le projet.
    source : Source
        La page.
    lieux : Lieux
        Reçoit le fichier à recopier.

    Returns
    -------
    str
        Son chemin depuis la racine ; vide s'il n'y en a pas, ou si le fichier manque.
    """
    propre = source.meta.get("image")
    ecrite = str(propre or bloc(projet.site, "open-graph").get("image") or projet.site.get("image") or "")
    depart = posixpath.dirname(source.nom) if propre and not ecrite.startswith("/") else ""
    nom = posixpath.normpath(posixpath.join(depart, ecrite.lstrip("/"))) if ecrite else ""
    if not nom or impubliable(nom) or not (projet.racine / nom).is_file():
        return ""
    lieux.copies.add(nom)
    return nom


def decrire_partage(
    projet: Projet, meta: Mapping[str, str], titre: str, description: str, image: str
) -> Iterator[tuple[str, str]]:
    """Donner les propriétés Open Graph d'une page : celles que Quarto écrit, et elles seules.

    Parameters
    ----------
    projet : Projet
        Le projet ; rien n'est donné sans ``website.open-graph``.
    meta : mapping of str to str
        L'en-tête de la page.
    titre, description : str
        Le titre de l'onglet, et la description de la page ou du site.
    image : str
        L'image d'aperçu, depuis la racine ; elle n'est dite que si le site a une adresse publique.

    Yields
    ------
    tuple of str
        Propriété sans « og: », valeur.
    """
    if not projet.site.get("open-graph"):
        return
    choix = bloc(projet.site, "open-graph")
    yield "title", titre
    if description:
        yield "description", description
    if image and (url := adresse_publique(projet.site, image)):
        yield "image", url
        taille = _mesurer(projet.racine / image)
        if taille:
            yield from (("image:height", str(taille[1])), ("image:width", str(taille[0])))
        if alternative := str(meta.get("image-alt") or ""):
            yield "image:alt", alternative
    yield "site_name", str(choix.get("site-name") or projet.site["title"])
    if choix.get("locale"):
        yield "locale", str(choix["locale"])


def _mesurer(chemin: Path) -> tuple[int, int] | None:
    """Lire la largeur et la hauteur d'un PNG ; rien pour une autre image."""
    octets = chemin.read_bytes()[:24]
    est_png = len(octets) == 24 and octets.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", octets[16:24]) if est_png else None
