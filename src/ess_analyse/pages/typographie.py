"""Mettre en forme ce qui est montré : espaces, échappements, liens vers les preuves."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Container, Sequence

from ess_analyse.enseignements import citations
from ess_analyse.modele import Place

__all__ = ["adresse", "en_html", "en_mois", "en_nombre", "en_yaml", "lier_codes", "lier_preuves", "typographier"]

_MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_CODE = re.compile(r"\b[ROP]-[A-Z][A-Z0-9]*\b")
_FINE, _INSECABLE = "\u202f", "\u00a0"


def typographier(texte: str) -> str:
    r"""Poser les apostrophes et les espaces insécables du français.

    Parameters
    ----------
    texte : str
        Un texte à montrer ; les mots ne changent pas.

    Returns
    -------
    str
        Apostrophe courbe, espace fine insécable avant ``; ? !``, insécable avant ``:``, dans les guillemets, après
        ``n°`` et entre un nombre et ``%``, ``€`` ou ``h``.

    Examples
    --------
    >>> typographier("« Ça va ? »").replace("\u202f", "_").replace("\u00a0", "~")
    '«~Ça va_?~»'
    """
    texte = re.sub(r"[ \u00a0](?=[;?!])", _FINE, texte.replace("'", "’"))
    return re.sub(
        r"(?<=«) | (?=[:»](?:\W|$))|(?<=\d) (?=[%€]|h\b)|(?<=\d[ \u00a0]h) (?=\d)|(?<=\bn°) ", _INSECABLE, texte
    )


def en_html(texte: str) -> str:
    """Écrire un texte dans une page HTML : échappé et typographié."""
    return html.escape(typographier(texte), quote=True)


def en_yaml(texte: str) -> str:
    """Écrire une valeur dans un en-tête YAML (toute chaîne JSON en est une)."""
    return json.dumps(typographier(texte), ensure_ascii=False)


def en_mois(date: str) -> str:
    """Écrire en français un mois ``AAAA-MM`` ; toute autre écriture est rendue telle quelle.

    Examples
    --------
    >>> en_mois("2026-03").replace("\u00a0", " ")
    'mars 2026'
    """
    trouve = re.fullmatch(r"(\d{4})-(\d{2})", date)
    if not trouve or not 1 <= int(trouve[2]) <= 12:
        return en_html(date)
    return f"{_MOIS[int(trouve[2]) - 1]}{_INSECABLE}{trouve[1]}"


def en_nombre(nombre: int) -> str:
    """Écrire un nombre entier à la française.

    Examples
    --------
    >>> en_nombre(27158).replace("\u202f", "_")
    '27_158'
    """
    return f"{nombre:,}".replace(",", _FINE)


def adresse(place: Place | str) -> str:
    """Donner l'ancre d'un verbatim.

    Examples
    --------
    >>> adresse("E01:71-95")
    'v-E01-71-95'
    """
    return "v-" + str(place).replace(":", "-")


def lier_codes(texte: str, codes: Container[str]) -> str:
    """Écrire en HTML un texte qui cite des codes, chacun menant à sa définition dans la page.

    Examples
    --------
    >>> lier_codes("On s'en sert peu : R-COMP.", {"R-COMP"}).replace("\u00a0", " ")
    'On s’en sert peu : <a href="#code-R-COMP">R-COMP</a>.'
    """

    def lier(trouve: re.Match[str]) -> str:
        return f'<a href="#code-{trouve[0]}">{trouve[0]}</a>' if trouve[0] in codes else trouve[0]

    return _CODE.sub(lier, en_html(texte))


def lier_preuves(texte: str, preuves: Sequence[Place], mener: Callable[[Place], str]) -> str:
    """Remplacer les citations d'un texte Markdown par des liens numérotés vers leurs preuves.

    Parameters
    ----------
    texte : str
        De la prose citant ``[@E03:12-40]``.
    preuves : sequence of Place
        Toutes les preuves de la page : le rang y donne le numéro, le même partout dans la page.
    mener : callable
        D'une place, l'adresse de la citation depuis la page qui porte le texte
        (:class:`ess_analyse.pages.adresses.Adresses`).

    Returns
    -------
    str
        La même prose ; chaque preuve est un lien de classe ``preuve``.

    Examples
    --------
    >>> mener = lambda place: f"v.qmd#{adresse(place)}"
    >>> lier_preuves("On ressaisit [@E03:12-40].", [Place("E03", 12, 40)], mener).replace("\u00a0", " ")
    'On ressaisit [preuve 1](v.qmd#v-E03-12-40){.preuve}.'
    """
    morceaux, fin = [], 0
    for debut, suite, places in citations(texte):
        liens = [f"[preuve{_INSECABLE}{preuves.index(place) + 1}]({mener(place)}){{.preuve}}" for place in places]
        morceaux += [texte[fin:debut], " ".join(liens)]
        fin = suite
    return "".join(morceaux) + texte[fin:]
