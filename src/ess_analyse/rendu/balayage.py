"""Trouver ce qu'une page HTML ou une feuille de style appelle : liens, ancres, images muettes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

__all__ = ["Balayage", "Lien", "balayer", "ressources_css"]

_ATTRIBUTS = {
    "a": ("href",),
    "area": ("href",),
    "img": ("src",),
    "script": ("src",),
    "link": ("href",),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "input": ("src",),
    "form": ("action",),
}
_URL_CSS = re.compile(r"url\(\s*['\"]?(?P<url>[^'\")]+)['\"]?\s*\)|@import\s+['\"](?P<importe>[^'\"]+)")


class Lien(NamedTuple):
    """Une adresse écrite dans une page, et où est sa balise."""

    balise: str
    attribut: str
    valeur: str
    debut: int
    texte: str


class Balayage(NamedTuple):
    """Ce qu'une page HTML contient de liens, d'ancres, d'images muettes, et ce que ses styles appellent."""

    ancres: list[str]
    liens: list[Lien]
    muettes: list[str]
    styles: list[str]


class _Lecteur(HTMLParser):
    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.ancres: list[str] = []
        self.liens: list[Lien] = []
        self.muettes: list[str] = []
        self.styles: list[str] = []
        self._dessins = 0
        self._dans_style = False
        self._lignes = [0, *(trouve.end() for trouve in re.finditer("\n", html))]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributs = {nom: valeur or "" for nom, valeur in attrs}
        self._dessins += tag == "svg"
        self._dans_style = tag == "style"
        # A drawing repeats its inner identifiers from one figure to the next; nobody links to them.
        if "id" in attributs and not self._dessins:
            self.ancres.append(attributs["id"])
        if tag == "a" and attributs.get("name"):
            self.ancres.append(attributs["name"])
        if tag == "img" and "alt" not in attributs:
            self.muettes.append(attributs.get("src", ""))
        self.styles += _adresses_css(attributs.get("style", ""))
        ligne, colonne = self.getpos()
        debut = self._lignes[ligne - 1] + colonne
        for attribut in _ATTRIBUTS.get(tag, ()):
            if attribut in attributs:
                self.liens.append(Lien(tag, attribut, attributs[attribut], debut, self.get_starttag_text() or ""))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        self._dessins -= tag == "svg"
        self._dans_style = False

    def handle_data(self, data):
        if self._dans_style:
            self.styles += _adresses_css(data)


def balayer(html: str) -> Balayage:
    """Balayer une page.

    Examples
    --------
    >>> page = balayer('<p id="x"><a href="b.qmd#y">b</a> <img src="c.png"></p>')
    >>> page.ancres, [lien.valeur for lien in page.liens], page.muettes
    (['x'], ['b.qmd#y', 'c.png'], ['c.png'])
    """
    lu = _Lecteur(html)
    return Balayage(lu.ancres, lu.liens, lu.muettes, lu.styles)


def ressources_css(css: str) -> list[str]:
    """Lister les adresses qu'une feuille de style appelle.

    Examples
    --------
    >>> ressources_css("a { background: url('fond.svg') } @import 'b.css';")
    ['fond.svg', 'b.css']
    """
    return _adresses_css(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))


def _adresses_css(css: str) -> list[str]:
    return [(trouve["url"] or trouve["importe"]).strip() for trouve in _URL_CSS.finditer(css)]
