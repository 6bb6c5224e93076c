"""Énumérer en français, et dire un problème parmi d'autres."""

from __future__ import annotations

from collections.abc import Sequence

from ess_analyse.erreurs import Probleme, compter

__all__ = ["dire_probleme", "enumerer"]


def enumerer(dits: Sequence[str]) -> str:
    """Joindre des mots par des virgules et un « et ».

    Examples
    --------
    >>> enumerer(["a", "b", "c"]), enumerer(["a"]), enumerer([])
    ('a, b et c', 'a', '')
    """
    return " et ".join(filter(None, [", ".join(dits[:-1]), *dits[-1:]]))


def dire_probleme(problemes: Sequence[Probleme]) -> str:
    """Dire le premier problème, et combien d'autres il y a.

    Examples
    --------
    >>> dire_probleme([Probleme("data/plan.csv", 2, "cellule vide"), Probleme("data/plan.csv", 3, "cellule vide")])
    'data/plan.csv, ligne 2 : cellule vide (et 1 autre problème)'
    """
    premier, *autres = problemes
    return str(premier).removesuffix(".") + (f" (et {compter(autres, 'autre problème')})" if autres else "")
