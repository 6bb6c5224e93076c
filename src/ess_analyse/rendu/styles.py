"""Sortir les feuilles de style écrites au milieu d'une page : HTML ne les admet que dans l'en-tête."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

__all__ = ["sortir_styles"]


def sortir_styles(html: str) -> tuple[str, str]:
    """Séparer le corps d'une page des styles qu'il contient.

    Parameters
    ----------
    html : str
        Le corps de la page ; une table mise en couleur par pandas y apporte son style.

    Returns
    -------
    corps : str
        Le même, sans ses éléments ``style`` ; ceux d'un dessin SVG y restent.
    styles : str
        Ces éléments, dans leur ordre, une ligne chacun ; vide s'il n'y en a pas.

    Examples
    --------
    >>> sortir_styles('<div><style type="text/css">#t { color: red }</style><table id="t"></table></div>')
    ('<div><table id="t"></table></div>', '<style>#t { color: red }</style>')
    """
    if "<style" not in html:
        return html, ""
    lecteur = _Lecteur(html)
    morceaux, fin = [], 0
    for debut, suite, _ in lecteur.styles:
        morceaux.append(html[fin:debut])
        fin = suite
    return "".join([*morceaux, html[fin:]]), "\n".join(dict.fromkeys(un for _, _, un in lecteur.styles))


class _Lecteur(HTMLParser):
    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.styles: list[tuple[int, int, str]] = []
        self._html = html
        self._dessins = 0
        self._ouvert: tuple[int, int, str] | None = None
        self._lignes = [0]
        for ligne in html.split("\n")[:-1]:
            self._lignes.append(self._lignes[-1] + len(ligne) + 1)
        self.feed(html)
        self.close()

    def _place(self) -> int:
        ligne, colonne = self.getpos()
        return self._lignes[ligne - 1] + colonne

    def handle_starttag(self, tag, attrs):
        self._dessins += tag == "svg"
        if tag == "style" and not self._dessins:
            media = dict(attrs).get("media")
            texte = self.get_starttag_text() or ""
            balise = f'<style media="{escape(media)}">' if media else "<style>"
            self._ouvert = (self._place(), self._place() + len(texte), balise)

    def handle_startendtag(self, tag, attrs):
        # A drawing closed on itself opens nothing.
        pass

    def handle_endtag(self, tag):
        self._dessins -= tag == "svg" and self._dessins > 0
        if tag == "style" and self._ouvert:
            debut, contenu, balise = self._ouvert
            ferme = self._place()
            suite = self._html.index(">", ferme) + 1
            self.styles.append((debut, suite, f"{balise}{self._html[contenu:ferme].strip()}</style>"))
            self._ouvert = None
