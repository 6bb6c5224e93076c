"""Écrire un site composé : à côté d'abord, puis à la place de l'ancien."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from html import escape
from importlib.resources import files
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.fichiers import ecrire_octets, ecrire_texte, remplacer_dossier
from ess_analyse.rendu.gabarit import Gabarit
from ess_analyse.rendu.partage import ABSENTE, adresse_publique
from ess_analyse.rendu.recherche import ecrire_index
from ess_analyse.rendu.site import Site

__all__ = ["ecrire_site", "remplacer"]

_BIBLIOTHEQUE = "site_libs"
_FICHIERS = ("composants.css", "site.css", "theme.js", "site.js")


def remplacer(sortie: Path, remplir: Callable[[Path], None]) -> None:
    """Remplir un dossier neuf, puis le mettre à la place de l'ancien.

    Parameters
    ----------
    sortie : Path
        Le dossier du site.
    remplir : callable
        Reçoit le dossier neuf ; s'il échoue, l'ancien site reste en place.

    Raises
    ------
    ErreurDonnees
        Si ``sortie`` contient autre chose qu'un site rendu : rien n'est effacé.
    """
    _verifier_sortie(sortie)
    sortie.parent.mkdir(parents=True, exist_ok=True)
    neuf = Path(tempfile.mkdtemp(dir=sortie.parent, prefix=f"{sortie.name}.neuf-"))
    try:
        remplir(neuf)
        remplacer_dossier(sortie, neuf)
    finally:
        shutil.rmtree(neuf, ignore_errors=True)


def ecrire_site(site: Site, dossier: Path) -> None:
    """Écrire toutes les pages, les ressources et l'index de recherche.

    Parameters
    ----------
    site : Site
        Un site composé sans problème.
    dossier : Path
        Un dossier vide.
    """
    gabarit = Gabarit(site, (f"{_BIBLIOTHEQUE}/composants.css", f"{_BIBLIOTHEQUE}/site.css"))
    for nom in _FICHIERS:
        ecrire_octets(dossier / _BIBLIOTHEQUE / nom, (files("ess_analyse.rendu") / nom).read_bytes())
    for nom in sorted(site.copies | _images_du_gabarit(site)):
        ecrire_octets(dossier / nom, (site.projet.racine / nom).read_bytes())
    entrees = []
    for page in site.pages.values():
        for chemin, octets in sorted(page.source.ressources.items()):
            ecrire_octets(dossier / chemin, octets)
        ecrire_texte(dossier / page.source.adresse, gabarit.ecrire(page))
        if page.reglages.get("search") is not False and page.source.adresse != ABSENTE:
            entrees += site.reprises.extraire(page.html, page.source.adresse, page.titre)
    if site.projet.site.get("search", True):
        ecrire_texte(dossier / _BIBLIOTHEQUE / "recherche.js", ecrire_index(entrees))
    _ecrire_pour_les_robots(site, dossier)


def _ecrire_pour_les_robots(site: Site, dossier: Path) -> None:
    """Écrire le plan du site et où il est, si le site dit son adresse ; reprendre un ``robots.txt`` de l'étude.

    Le plan ne date pas les pages : deux rendus des mêmes sources donnent les mêmes octets.
    """
    if url := adresse_publique(site.projet.site, "sitemap.xml"):
        adresses = [page.source.adresse for page in site.pages.values() if page.source.adresse != ABSENTE]
        ecrire_texte(dossier / "sitemap.xml", _plan([adresse_publique(site.projet.site, un) for un in adresses]))
    propre = site.projet.racine / "robots.txt"
    if propre.is_file():
        ecrire_octets(dossier / propre.name, propre.read_bytes())
    elif url:
        ecrire_texte(dossier / propre.name, f"Sitemap: {url}\n")


def _plan(adresses: list[str]) -> str:
    lignes = "".join(f"<url><loc>{escape(adresse)}</loc></url>\n" for adresse in adresses)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{lignes}</urlset>\n"
    )


def _images_du_gabarit(site: Site) -> set[str]:
    images = (site.navigation.logo, str(site.projet.site.get("favicon") or ""))
    menus = (
        *site.navigation.gauche,
        *site.navigation.droite,
        *(e for une in site.navigation.laterales for e in une.entrees),
        *(e for place in site.navigation.pied.values() if isinstance(place, tuple) for e in place),
    )
    fichiers = {cible.partition("#")[0] for entree in menus for cible in entree.pages()}
    return {
        nom
        for image in (*images, *fichiers)
        if (nom := image.lstrip("/"))
        and nom not in site.pages
        and "://" not in nom
        and (site.projet.racine / nom).is_file()
    }


def _verifier_sortie(sortie: Path) -> None:
    nom = relatif(sortie)
    if sortie.exists() and not sortie.is_dir():
        raise ErreurDonnees(
            [Probleme(nom, 0, "ce n'est pas un dossier", remede="choisissez un autre dossier de sortie")]
        )
    if sortie.is_dir() and any(sortie.iterdir()) and not (sortie / _BIBLIOTHEQUE).is_dir():
        raise ErreurDonnees(
            [
                Probleme(
                    nom,
                    0,
                    "ce dossier contient autre chose qu'un site rendu",
                    remede="choisissez un autre dossier de sortie, ou videz-le vous-même",
                )
            ]
        )
