"""Entre le HTML où Taguette garde ses documents et le texte, octet par octet."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from ess_analyse.echanges.graduations import Graduation, compter_octets

__all__ = ["habiller", "rendre"]

_JETON = re.compile(r"<(?P<nom>/?[A-Za-z][A-Za-z0-9]*+)(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+>|[^<]++|<")
_BLANCS = " \t\n\r\f"
_PARAGRAPHES = ("p", "blockquote", "pre", "caption", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table")
_SAUTS = dict.fromkeys(_PARAGRAPHES, 2) | dict.fromkeys(("li", "dt", "dd", "thead", "tbody", "tr", "th", "td"), 1)
"""Sauts de ligne autour d'un élément : une ligne vide entre deux paragraphes."""
_INTERDITS = {signe: " " for signe in range(32) if chr(signe) not in "\t\n"}
"""Les signes de commande : Taguette refuse un projet qui en contient ; une espace compte autant d'octets."""


def rendre(page: str) -> Graduation:
    r"""Rendre le texte d'un document de Taguette, gradué en octets.

    Taguette compte ses positions en octets UTF-8 des nœuds de texte, blancs entre les balises compris, comme le fait
    son ``taguette.js`` (``describePos``) et son ``extract.py``, dans Taguette 1.5 et LibreQDA 1.2.

    Parameters
    ----------
    page : str
        Du HTML tel que Taguette l'enregistre : balises fermées, ni script, ni commentaire.

    Returns
    -------
    Graduation
        Une ligne vide entre deux paragraphes, un saut pour ``<br>`` ou une ligne de tableau ; les blancs que le HTML
        porte déjà sont gardés quand ils suffisent.

    Examples
    --------
    >>> document = rendre("<p>Léo : Ça va&nbsp;?</p>\n<p>Oui,<br>ça va.</p>")
    >>> document.texte
    'Léo : Ça va\xa0?\n\nOui,\nça va.'
    >>> document.situer(17, 28)
    (15, 26)
    """
    return Graduation.depuis(_lister_signes(page.replace("\r\n", "\n").replace("\r", "\n")))


def _lister_signes(page: str) -> Iterator[tuple[str, int]]:
    blancs: list[str] = []
    saut, entame, apres_pre = 0, False, False
    for jeton in _JETON.finditer(page):
        if nom := (jeton["nom"] or "").lower():
            saut = saut + 1 if nom == "br" else max(saut, _SAUTS.get(nom.removeprefix("/"), 0))
            apres_pre = nom == "pre"
            continue
        # The first line break of a <pre> is no text: HTML drops it.
        for signe in html.unescape(jeton[0].removeprefix("\n") if apres_pre else jeton[0]):
            if signe in _BLANCS:
                blancs.append(signe)
                continue
            yield from _separer(blancs, saut if entame else 0)
            yield signe, compter_octets(signe)
            blancs, saut, entame = [], 0, True
        apres_pre = False
    yield from ((signe, 1) for signe in blancs)


def _separer(blancs: list[str], saut: int) -> Iterator[tuple[str, int]]:
    if blancs.count("\n") >= saut:
        yield from ((signe, 1) for signe in blancs)
    else:
        yield from [("\n", 0)] * saut
        yield "", len(blancs)


def habiller(texte: str) -> str:
    r"""Mettre un texte dans le HTML que Taguette accepte, sans changer ses positions.

    Parameters
    ----------
    texte : str
        Le texte canonique d'un entretien, ou un passage.

    Returns
    -------
    str
        Un paragraphe par bloc ; le texte de ce HTML est exactement ``texte``, signes de commande remplacés par une
        espace.

    Examples
    --------
    >>> habiller("Léo : A & B.\nSi.\n\nAna : Oui.\n")
    '<p>Léo : A &amp; B.<br>\nSi.</p>\n\n<p>Ana : Oui.</p>\n'
    >>> rendre(_).texte
    'Léo : A & B.\nSi.\n\nAna : Oui.\n'
    """
    propre = html.escape(texte.translate(_INTERDITS), quote=False)
    corps = propre.rstrip("\n")
    # Blank lines before the first paragraph go inside it: a parser may drop what precedes the first tag.
    tete = len(corps) - len(corps.lstrip("\n"))
    morceaux = re.split(r"(\n{2,})", corps[tete:])
    morceaux[0] = corps[:tete] + morceaux[0]
    habits = [m if rang % 2 else "<p>" + m.replace("\n", "<br>\n") + "</p>" for rang, m in enumerate(morceaux) if m]
    return "".join(habits) + propre[len(corps) :]
