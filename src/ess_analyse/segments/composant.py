"""Prêter nos règles de découpage au composant spaCy ``ess_phrases``."""

from __future__ import annotations

from collections.abc import Callable

from ess_analyse.segments import couper

__all__ = ["donner_coupe"]


def donner_coupe() -> Callable[[str], list[tuple[int, int]]]:
    """Rendre :func:`~ess_analyse.segments.couper`, sous le nom que la configuration d'un pipeline garde.

    Le composant est dans ``langue``, qui seule connaît spaCy et ne connaît pas ``segments`` : il demande ce découpage
    au registre de spaCy (``@misc = "ess_analyse.couper.v1"``), où il peut s'en trouver un autre.

    Returns
    -------
    callable
        D'un texte à la place de ses phrases.

    Examples
    --------
    >>> donner_coupe()("On ressaisit. C'est long.")
    [(0, 13), (14, 25)]
    """
    return couper
