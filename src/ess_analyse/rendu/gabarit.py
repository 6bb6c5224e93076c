"""Placer une page dans le gabarit du site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ess_analyse.rendu.balises import typographier
from ess_analyse.rendu.choix import EXTENSIONS
from ess_analyse.rendu.document import Titre
from ess_analyse.rendu.liens import depuis
from ess_analyse.rendu.navigation import Entree, Lateral
from ess_analyse.rendu.partage import ABSENTE, adresse_publique, decrire_partage, place_du_site
from ess_analyse.rendu.site import Page, Site
from ess_analyse.rendu.sources import Source

__all__ = ["Gabarit"]

_LIEN = re.compile(r'(?P<avant>\s(?:href|src)=")(?![a-zA-Z][a-zA-Z0-9+.-]*:|/|#)')


@dataclass
class Gabarit:
    """Le gabarit d'un site.

    Parameters
    ----------
    site : Site
        Le site composé.
    feuilles : tuple of str
        Les feuilles de style du moteur, depuis la racine du site.
    """

    site: Site
    feuilles: tuple[str, ...]

    def ecrire(self, page: Page) -> str:
        """Écrire une page entière.

        Parameters
        ----------
        page : Page
            Une page du site.

        Returns
        -------
        str
            Son HTML, du doctype à la fin.
        """
        adresse, reglages, site = page.source.adresse, page.reglages, self.site.projet.site
        meta = dict.fromkeys(("title", "subtitle", "author", "date", "abstract"), "") | {
            cle: html for cle, (html, _) in page.document.meta.items()
        }
        laterale = self.site.navigation.laterale(page.source.nom)
        titres = list(_sommaire(page)) if reglages.get("toc", True) is not False else []
        accueil = adresse == "index.html"
        titre_complet = page.titre if accueil and page.titre == site["title"] else f"{page.titre} – {site['title']}"
        description = str(reglages.get("description") or site.get("description") or "")
        dits = {cle: texte for cle, (_, texte) in page.document.meta.items()}
        partagee = str(reglages.get("description") or dits.get("abstract") or dits.get("subtitle") or description)
        corps, styles = self.site.reprises.sortir_styles(page.html)
        # Served in place of any missing page, at any depth: as with Quarto, its links start from the server's root.
        absolue = place_du_site(site) if adresse == ABSENTE else ""
        html = self._modele.render(
            adresse=adresse,
            lang=str(reglages.get("lang", "fr")),
            titre=page.titre,
            meta=meta,
            corps=corps,
            styles=styles,
            titre_complet=titre_complet,
            description=description,
            url="" if absolue else adresse_publique(site, "" if accueil else adresse),
            partage=list(decrire_partage(self.site.projet, reglages, titre_complet, partagee, page.image)),
            entetes=self._rebaser(self.site.entetes, page),
            accueil=accueil,
            racine=absolue or depuis(adresse, ".") + "/",
            favicon=_nu(site.get("favicon")),
            logo=_nu(self.site.navigation.logo),
            navigation=self.site.navigation,
            gauche=self._menu(self.site.navigation.gauche, page),
            droite=self._menu(self.site.navigation.droite, page),
            recherche=bool(site.get("search", True)),
            laterale=laterale,
            entrees=self._menu(laterale.entrees, page) if laterale else [],
            ariane=self._ariane(laterale, page),
            titres=titres,
            pleine=reglages.get("page-layout") == "full",
            voisines=self._voisines(laterale, page),
            pied=self._pied(page),
            mots=self.site.projet.mots,
            titre_sommaire=reglages.get("toc-title") or self.site.projet.mots["toc-title-website"],
            feuilles=[depuis(adresse, feuille) for feuille in (*self.feuilles, *page.feuilles)],
        )
        return _LIEN.sub(lambda trouve: trouve["avant"] + absolue, html) if absolue else html

    @cached_property
    def _modele(self) -> Any:
        from jinja2 import Environment, PackageLoader, StrictUndefined

        milieu = Environment(
            loader=PackageLoader("ess_analyse.rendu", "."),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        milieu.filters["typo"] = typographier
        return milieu.get_template("gabarit.html.j2")

    def _menu(self, entrees: tuple[Entree, ...], page: Page) -> list[dict[str, Any]]:
        """Rapporter des entrées de menu à une page ; celle de sa partie est repérée si elle-même n'y est pas."""
        presente = any(page.source.nom in entree.pages() for entree in entrees)
        return list(self._rapporter(entrees, page, page.source.nom if presente else self._partie(page)))

    def _rapporter(self, entrees: tuple[Entree, ...], page: Page, repere: str) -> Iterator[dict[str, Any]]:
        for entree in entrees:
            enfants = list(self._rapporter(entree.enfants, page, repere))
            actuelle = bool(entree.cible) and entree.cible == repere
            yield {
                "texte": self._texte(entree),
                "href": self._href(entree.cible, page),
                "actuelle": ("page" if repere == page.source.nom else "true") if actuelle else "",
                "ouverte": actuelle or any(enfant["ouverte"] for enfant in enfants),
                "enfants": enfants,
            }

    def _partie(self, page: Page) -> str:
        """Trouver ce qui ouvre le dossier d'une page : son index, ou la page voisine qui a son nom ; vide sinon."""
        dossier = posixpath.dirname(page.source.nom)
        accueils = [
            chemin + suffixe for chemin in (posixpath.join(dossier, "index"), dossier) for suffixe in EXTENSIONS
        ]
        return next((nom for nom in accueils if dossier and nom in self.site.pages and nom != page.source.nom), "")

    def _texte(self, entree: Entree) -> str:
        cible = self.site.pages.get(entree.cible.partition("#")[0])
        # A menu entry is read by Quarto as Markdown, whose apostrophes are curly.
        return typographier(entree.texte or (cible.titre if cible else entree.cible)).replace("'", "’")

    def _href(self, cible: str, page: Page) -> str:
        if not cible or "://" in cible or cible.startswith(("mailto:", "#")):
            return cible
        nom, diese, ancre = cible.partition("#")
        vers = Source(nom).adresse if nom in self.site.projet.pages else nom
        return depuis(page.source.adresse, vers) + diese + ancre

    def _ariane(self, laterale: Lateral | None, page: Page) -> list[dict[str, str]]:
        if page.source.adresse == "index.html":
            return []
        accueil = {"texte": "Accueil", "href": depuis(page.source.adresse, "index.html")}
        partie = self._partie(page)
        suite = laterale.chemin(page.source.nom)[:-1] if laterale else []
        if not suite and partie:
            suite = (laterale.chemin(partie) if laterale else []) or [Entree("", partie)]
        return [accueil, *({"texte": self._texte(entree), "href": self._href(entree.cible, page)} for entree in suite)]

    def _voisines(self, laterale: Lateral | None, page: Page) -> dict[str, dict[str, str]]:
        suite = laterale.pages() if laterale else []
        if page.source.nom not in suite and self._partie(page):
            # Quarto gives such a page no neighbours; ours are those of its folder, in the order of the rendering.
            dossier = posixpath.dirname(page.source.nom)
            suite = [nom for nom in self.site.pages if posixpath.dirname(nom) == dossier and nom != self._partie(page)]
        if self.site.projet.site.get("page-navigation") is not True or page.source.nom not in suite:
            return {}
        rang = suite.index(page.source.nom)
        couples = (("precedente", rang - 1), ("suivante", rang + 1))
        return {
            cote: {"texte": self.site.pages[suite[place]].titre, "href": self._href(suite[place], page)}
            for cote, place in couples
            if 0 <= place < len(suite) and suite[place] in self.site.pages
        }

    def _pied(self, page: Page) -> dict[str, Any]:
        pied: dict[str, Any] = {}
        for cote, contenu in self.site.navigation.pied.items():
            if isinstance(contenu, tuple):
                pied[cote] = {"entrees": self._menu(contenu, page), "html": ""}
            else:
                pied[cote] = {"entrees": [], "html": self._rebaser(self.site.pied.get(cote, ""), page)}
        return pied

    @staticmethod
    def _rebaser(html: str, page: Page) -> str:
        """Faire partir d'une page des liens écrits depuis la racine."""
        vers_racine = depuis(page.source.adresse, ".")
        rebase = "" if vers_racine == "." else f"{vers_racine}/"
        return _LIEN.sub(lambda trouve: trouve["avant"] + rebase, html)


def _sommaire(page: Page) -> Iterator[dict[str, Any]]:
    """Emboîter les titres d'une page selon leur niveau, jusqu'à ``toc-depth``."""
    profondeur = page.reglages.get("toc-depth")
    profondeur = profondeur if isinstance(profondeur, int) else 3
    yield from _emboiter([titre for titre in page.document.titres if titre.niveau <= profondeur])


def _emboiter(titres: list[Titre]) -> Iterator[dict[str, Any]]:
    rang = 0
    while rang < len(titres):
        suite = rang + 1
        while suite < len(titres) and titres[suite].niveau > titres[rang].niveau:
            suite += 1
        yield {
            "texte": titres[rang].texte,
            "ancre": titres[rang].identifiant,
            "enfants": list(_emboiter(titres[rang + 1 : suite])),
        }
        rang = suite


def _nu(chemin: object) -> str:
    return str(chemin or "").lstrip("/")
