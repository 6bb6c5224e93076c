"""De la prose d'une docstring (numpydoc) au Markdown des pages."""

from __future__ import annotations

import re
from collections.abc import Callable

from ess_analyse.pages.typographie import typographier

__all__ = ["en_code", "en_prose"]

_MARQUES = re.compile(
    r"``(?P<code>.+?)``"
    r"|:(?:func|class|meth|data|mod|attr|exc):`(?P<role>[^`]+)`"
    r"|`(?P<simple>[^`\n]+)`"
    r"|(?P<forte>\*\*(?:[^*\n]|\n(?!\n))+\*\*|(?<!\*)\*[^*\s](?:[^*\n]|\n(?!\n))*\*(?!\*))",
    re.DOTALL,
)
_SIGNES = re.compile(r"([\\*_\[\]<>$@^~{}|#`])")


def en_prose(texte: str, lier: Callable[[str], str], *, francaise: bool = True) -> str:
    r"""Écrire une prose en Markdown : code, renvois et gras gardés, tout autre signe protégé, typographie française.

    Parameters
    ----------
    texte : str
        Un ou plusieurs paragraphes.
    lier : callable
        D'un nom pointé, fait un lien vers sa place dans la référence, ou du code s'il n'y est pas.

    francaise : bool
        Faux pour un type, où une apostrophe est un signe du langage.

    Returns
    -------
    str
        Du Markdown.

    Examples
    --------
    >>> en_prose("Voir :func:`~a.lire`, ``[@E01:3-9]`` et x_y.", en_code)
    'Voir `a.lire`, `[@E01:3-9]` et x\\_y.'
    """
    proteger = _proteger if francaise else _neutraliser
    morceaux, fin = [], 0
    for trouve in _MARQUES.finditer(texte):
        morceaux += [proteger(texte[fin : trouve.start()]), _ecrire(trouve, lier)]
        fin = trouve.end()
    return "".join([*morceaux, proteger(texte[fin:])])


def en_code(texte: str) -> str:
    """Écrire du code dans une ligne, quels que soient ses accents graves.

    Examples
    --------
    >>> en_code("~a.b"), en_code("a`b")
    ('`a.b`', '`` a`b ``')
    """
    nu = " ".join(texte.lstrip("~").split())
    return f"`` {nu} ``" if "`" in nu else f"`{nu}`"


def _ecrire(trouve: re.Match[str], lier: Callable[[str], str]) -> str:
    if trouve["role"]:
        return lier(trouve["role"].lstrip("~"))
    if trouve["forte"]:
        etoiles = re.match(r"\*+", trouve["forte"])[0]
        return etoiles + _proteger(trouve["forte"].strip("*")) + etoiles
    code = trouve["code"] or trouve["simple"]
    return lier(code) if re.fullmatch(r"[\w.]+", code) else en_code(code)


def _proteger(texte: str) -> str:
    return typographier(_neutraliser(texte))


def _neutraliser(texte: str) -> str:
    return _SIGNES.sub(r"\\\1", texte)
