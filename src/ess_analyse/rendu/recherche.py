"""Bâtir l'index de la recherche : une entrée par section, dans un fichier JavaScript que ``file://`` sait charger."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import NamedTuple

__all__ = ["Entree", "ecrire_index", "extraire"]

_TUS = {"script", "style", "svg", "nav", "annotation", "select", "button"}
_CLASSES_TUES = {"cellule-code", "contexte", "sans-recherche", "notes", "filtres"}
_VIDES = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BLOCS = {
    "p",
    "li",
    "td",
    "th",
    "dt",
    "dd",
    "br",
    "div",
    "section",
    "article",
    "caption",
    "figcaption",
    "summary",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "footer",
}


class Entree(NamedTuple):
    """Un endroit du site que la recherche propose."""

    adresse: str
    page: str
    section: str
    texte: str


def extraire(html: str, adresse: str, titre: str) -> list[Entree]:
    """Découper une page en sections cherchables.

    Parameters
    ----------
    html : str
        Le corps de la page.
    adresse : str
        Son adresse dans le site.
    titre : str
        Son titre.

    Returns
    -------
    list of Entree
        Une par section ou article qui porte une ancre, plus le début de la page ; code et notes sont tus.

    Examples
    --------
    >>> extraire('<p>Un</p><section id="a"><h2>Deux</h2><p>Trois.</p></section>', "p.html", "Page")
    [Entree(adresse='p.html', page='Page', section='', texte='Un'),
     Entree(adresse='p.html#a', page='Page', section='Deux', texte='Trois.')]
    """
    lecteur = _Lecteur()
    lecteur.feed(html)
    lecteur.close()
    entrees = []
    for ancre, section, texte in lecteur.parties:
        dit, nomme = " ".join("".join(texte).split()), " ".join("".join(section).split())
        if dit or nomme or not ancre:
            entrees.append(Entree(adresse + (f"#{ancre}" if ancre else ""), titre, nomme, dit))
    return entrees


def ecrire_index(entrees: Iterable[Entree]) -> str:
    """Écrire l'index en JavaScript.

    Parameters
    ----------
    entrees : iterable of Entree
        Dans l'ordre du site.

    Returns
    -------
    str
        Un fichier que la page charge par ``<script>`` : ``file://`` n'a pas ``fetch``.
    """
    lignes = ",\n".join(json.dumps(list(entree), ensure_ascii=False).replace("</", "<\\/") for entree in entrees)
    return f"window.essRecherche = [\n{lignes}\n];\n"


class _Lecteur(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parties: list[tuple[str, list[str], list[str]]] = [("", [], [])]
        # Open elements: (tag, opens a part, hides its content).
        self.pile: list[tuple[str, bool, bool]] = []
        self.courantes = [self.parties[0]]
        self.titre = False

    def handle_starttag(self, tag, attrs):
        attributs = dict(attrs)
        if tag in _BLOCS:
            self.courantes[-1][2].append(" ")
        if tag in _VIDES:
            return
        classes = set((attributs.get("class") or "").split())
        ancre = attributs.get("id") or ""
        ouvre = bool(ancre) and tag in ("section", "article") and "volet" not in classes
        if ouvre:
            # An article (a quotation) has no heading of its own: it keeps that of its section.
            herite = list(self.courantes[-1][1]) if tag == "article" else []
            self.parties.append((ancre, herite, []))
            self.courantes.append(self.parties[-1])
        self.pile.append((tag, ouvre, tag in _TUS or bool(classes & _CLASSES_TUES)))
        self.titre = self.titre or (tag in ("h1", "h2", "h3", "h4", "h5", "h6") and not self.courantes[-1][1])

    def handle_endtag(self, tag):
        while self.pile and any(ouvert[0] == tag for ouvert in self.pile):
            nom, ouvre, _ = self.pile.pop()
            if ouvre:
                self.courantes.pop()
            if nom == tag:
                break
        if tag.startswith("h"):
            self.titre = False

    def handle_data(self, data):
        if not any(tu for _, _, tu in self.pile):
            self.courantes[-1][1 if self.titre else 2].append(data)
