"""Ôter d'un texte le balisage qu'un copier-coller y a laissé, sans en perdre un mot."""

from __future__ import annotations

import html
import re

__all__ = ["debaliser", "desechapper", "lister_gras", "ramener_numeros"]

_NOMS = "a|b|br|div|em|font|h[1-6]|hr|i|li|ol|p|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul"
_LIGNES = re.compile(r"</?(?:br|div|h[1-6]|hr|li|ol|p|table|tr|ul)\b[^<>]*>", re.IGNORECASE)
_BALISE = re.compile(rf"</?(?:{_NOMS})\b[^<>]*>", re.IGNORECASE)
_GRAS = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_GRAS_DE_TETE = re.compile(rf"^{_GRAS.pattern}", re.MULTILINE)
_ITALIQUE = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_NUMERO_DEMESURE = re.compile(r"&#\d{20,};?", re.ASCII)
_TITRE = re.compile(r"^#{1,6} +(?=\S)", re.MULTILINE)


def debaliser(texte: str) -> tuple[str, int]:
    r"""Ôter les balises HTML courantes et les marques Markdown d'un texte.

    Parameters
    ----------
    texte : str
        Un texte où l'on a pu coller un tableau ou une liste venus d'une page.

    Returns
    -------
    texte : str
        Le même texte ; une balise de bloc devient un saut de ligne, les autres balises et marques disparaissent. Une
        parole entre chevrons qui n'est pas une balise connue est gardée.
    balises : int
        Le nombre de balises HTML ôtées.

    Examples
    --------
    >>> debaliser("Un <b>axe</b><ul style='x'><li>Former</li></ul> et **voilà**, <rires>.")
    ('Un axe\n\nFormer\n\n et voilà, <rires>.', 6)
    """
    balises = len(_BALISE.findall(texte))
    if balises:
        texte = desechapper(_BALISE.sub("", _LIGNES.sub("\n", texte)))
    return _ITALIQUE.sub(r"\1", _GRAS.sub(r"\2", _TITRE.sub("", texte))), balises


def ramener_numeros(texte: str) -> str:
    r"""Remplacer les numéros de signes démesurés (``&#999…;``), que ``html.unescape`` refuse de convertir.

    Parameters
    ----------
    texte : str
        Un texte où des signes peuvent être écrits par leur numéro.

    Returns
    -------
    str
        Le même texte ; « \ufffd » tient la place d'un numéro qui ne peut pas être celui d'un signe.

    Examples
    --------
    >>> ramener_numeros("&#233; et &#" + "9" * 5000 + ";")
    '&#233; et \ufffd'
    """
    return _NUMERO_DEMESURE.sub("\ufffd", texte)


def desechapper(texte: str) -> str:
    """Rendre les signes qu'un texte HTML écrit par leur nom ou par leur numéro.

    Parameters
    ----------
    texte : str
        Un texte sans balise.

    Returns
    -------
    str
        Les signes eux-mêmes.

    Examples
    --------
    >>> desechapper("&Eacute;lodie &amp; Zo&#233;")
    'Élodie & Zoé'
    """
    return html.unescape(ramener_numeros(texte))


def lister_gras(texte: str) -> set[str]:
    r"""Lister ce que Markdown met en gras au début d'une ligne : des noms, peut-être.

    Parameters
    ----------
    texte : str
        Le texte, marques comprises.

    Returns
    -------
    set of str
        Les passages, sans leurs marques.

    Examples
    --------
    >>> lister_gras("**Claire** Ça va ?\n\nUn **mot**.")
    {'Claire'}
    """
    return {trouve[2] for trouve in _GRAS_DE_TETE.finditer(texte)}
