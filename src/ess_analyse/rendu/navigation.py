"""La navigation du site : barre de navigation, barre latérale, pages voisines, fil d'Ariane."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ess_analyse.erreurs import Probleme, proposer
from ess_analyse.rendu.choix import EXTENSIONS, choisir_fichiers, impubliable
from ess_analyse.rendu.projet import Projet

__all__ = ["Entree", "Lateral", "Navigation", "lire_navigation"]


@dataclass(frozen=True)
class Entree:
    """Une entrée de menu.

    Attributes
    ----------
    texte : str
        Ce qui est montré ; vide pour reprendre le titre de la page.
    cible : str
        Une page du projet (``rapports/a.qmd``), un fichier, une adresse ; vide pour un simple intitulé.
    enfants : tuple of Entree
        Les entrées d'une section ou d'un menu.
    """

    texte: str = ""
    cible: str = ""
    enfants: tuple[Entree, ...] = ()

    def pages(self) -> Iterator[str]:
        """Donner les pages dans l'ordre où on les lit."""
        if self.cible:
            yield self.cible
        for enfant in self.enfants:
            yield from enfant.pages()


@dataclass(frozen=True)
class Lateral:
    """Une barre latérale."""

    nom: str
    titre: str
    entrees: tuple[Entree, ...]

    def pages(self) -> list[str]:
        """Donner les pages, sans doublon, dans l'ordre où on les lit."""
        return list(
            dict.fromkeys(page for entree in self.entrees for page in entree.pages() if page.endswith(EXTENSIONS))
        )

    def chemin(self, page: str) -> list[Entree]:
        """Donner les sections qui mènent à une page, elle comprise ; rien si elle n'y est pas."""
        return next((suite for entree in self.entrees if (suite := _descendre(entree, page))), [])


@dataclass(frozen=True)
class Navigation:
    """Toute la navigation du site ; le pied est du Markdown ou une liste d'entrées, par place."""

    titre: str
    logo: str
    logo_alt: str
    gauche: tuple[Entree, ...]
    droite: tuple[Entree, ...]
    laterales: tuple[Lateral, ...]
    pied: Mapping[str, str | tuple[Entree, ...]]

    def laterale(self, page: str) -> Lateral | None:
        """Choisir la barre latérale d'une page : celle qui la contient, ou la seule qui n'a pas de nom."""
        for laterale in self.laterales:
            if page in laterale.pages():
                return laterale
        return self.laterales[0] if len(self.laterales) == 1 and not self.laterales[0].nom else None


def lire_navigation(projet: Projet) -> tuple[Navigation, list[Probleme]]:
    """Lire la navigation d'un projet.

    Parameters
    ----------
    projet : Projet
        Le projet lu.

    Returns
    -------
    navigation : Navigation
        Ses menus.
    problemes : list of Probleme
        Entrées mal formées, pages ou fichiers introuvables.
    """
    lecteur = _Lecteur(projet, [])
    site = projet.site
    barre = site.get("navbar") if isinstance(site.get("navbar"), dict) else {}
    place = ("website", "navbar")
    navigation = Navigation(
        titre=str(barre.get("title") or site.get("title") or ""),
        logo=str(barre.get("logo") or ""),
        logo_alt=str(barre.get("logo-alt") or ""),
        gauche=lecteur.entrees(barre.get("left"), (*place, "left")),
        droite=lecteur.entrees(barre.get("right"), (*place, "right")),
        laterales=lecteur.laterales(site.get("sidebar")),
        pied=lecteur.pied(site.get("page-footer")),
    )
    for cle in ("logo", "favicon"):
        lieu, valeur = (place, barre.get("logo")) if cle == "logo" else (("website",), site.get("favicon"))
        if valeur and (refus := impubliable(str(valeur).lstrip("/"))):
            lecteur.refuser((*lieu, cle), refus[0], valeur, refus[1])
        elif valeur and not (projet.racine / str(valeur).lstrip("/")).is_file():
            lecteur.refuser((*lieu, cle), "fichier introuvable", valeur, "vérifiez son nom et son dossier")
    return navigation, lecteur.problemes


@dataclass
class _Lecteur:
    projet: Projet
    problemes: list[Probleme]

    def refuser(self, place: tuple, message: str, valeur: object = "", remede: str = "") -> None:
        self.problemes.append(self.projet.probleme(place, message, valeur, remede))

    def laterales(self, bloc: Any) -> tuple[Lateral, ...]:
        if not bloc:
            return ()
        place = ("website", "sidebar")
        blocs = [((*place, rang), un) for rang, un in enumerate(bloc)] if isinstance(bloc, list) else [(place, bloc)]
        return tuple(
            Lateral(
                str(un.get("id") or ""),
                str(un.get("title") or ""),
                self.entrees(un.get("contents"), (*lieu, "contents")),
            )
            for lieu, un in blocs
            if isinstance(un, dict)
        )

    def entrees(self, liste: Any, place: tuple) -> tuple[Entree, ...]:
        if liste is None:
            return ()
        if isinstance(liste, str):
            return tuple(self.une_page(liste, place))
        if not isinstance(liste, list):
            self.refuser(
                place, "une liste d'entrées est attendue", liste, "écrivez une entrée par ligne, avec un tiret"
            )
            return ()
        return tuple(entree for rang, element in enumerate(liste) for entree in self.entree(element, (*place, rang)))

    def entree(self, element: Any, place: tuple) -> Iterator[Entree]:
        if isinstance(element, str):
            if set(element) != {"-"}:
                yield from self.une_page(element, place)
            return
        if not isinstance(element, dict) or not set(element) & {
            "href",
            "file",
            "text",
            "section",
            "contents",
            "menu",
            "auto",
        }:
            self.refuser(
                place, "entrée de menu incomprise", element, "écrivez un chemin de page, ou « text: » et « href: »"
            )
            return
        if "auto" in element:
            yield from self.entrees(element["auto"], place)
            return
        section = element.get("section")
        cible = element.get("href") or element.get("file") or ""
        if isinstance(section, str) and not cible and section.endswith(EXTENSIONS):
            cible, section = section, ""
        texte = str(element.get("text") or section or element.get("aria-label") or "")
        suite = "contents" if "contents" in element else "menu"
        enfants = self.entrees(element.get(suite), (*place, suite))
        if cible:
            cible = self.cible(str(cible), place)
        yield Entree(texte, cible, enfants)

    def une_page(self, motif: str, place: tuple) -> Iterator[Entree]:
        if any(signe in motif for signe in "*?[") or (self.projet.racine / motif).is_dir():
            noms = [nom for nom in choisir_fichiers(self.projet.racine, [motif]) if nom in self.projet.pages]
            if not noms:
                self.refuser(place, "aucune page ne répond à ce motif", motif, "vérifiez son nom, ou retirez-le")
            yield from (Entree("", nom) for nom in noms)
            return
        yield Entree("" if motif.endswith(EXTENSIONS) else motif, self.cible(motif, place))

    def cible(self, href: str, place: tuple) -> str:
        """Rapporter une adresse de menu à la racine du projet, et vérifier qu'elle existe."""
        if "://" in href or href.startswith(("mailto:", "#")):
            return href
        nom, diese, ancre = href.removeprefix("/").partition("#")
        for page in self.projet.pages:
            if nom in (page, page.rsplit(".", 1)[0] + ".html"):
                return page + diese + ancre
        if nom.endswith(EXTENSIONS) or not (self.projet.racine / nom).is_file():
            absente = "cette page n'est pas rendue" if (self.projet.racine / nom).is_file() else "page introuvable"
            remede = proposer(nom, self.projet.pages) or "ajoutez-la à project.render"
            self.refuser(place, absente, href, remede)
        elif refus := impubliable(nom):
            self.refuser(place, refus[0], href, refus[1])
        return nom + diese + ancre

    def pied(self, bloc: Any) -> dict[str, str | tuple[Entree, ...]]:
        place = ("website", "page-footer")
        if isinstance(bloc, str):
            return {"center": bloc}
        if not isinstance(bloc, dict):
            return {}
        return {
            cote: valeur if isinstance(valeur := bloc[cote], str) else self.entrees(valeur, (*place, cote))
            for cote in ("left", "center", "right")
            if bloc.get(cote)
        }


def _descendre(entree: Entree, page: str) -> list[Entree]:
    if entree.cible.partition("#")[0] == page:
        return [entree]
    suite = next((suite for enfant in entree.enfants if (suite := _descendre(enfant, page))), [])
    return [entree, *suite] if suite else []
