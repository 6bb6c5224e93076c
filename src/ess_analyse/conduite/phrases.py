"""Compter et énumérer en français."""

from __future__ import annotations

from collections.abc import Sequence, Sized

from ess_analyse.erreurs import Probleme

__all__ = ["compter", "dire_probleme", "enumerer"]


def compter(combien: int | Sized, quoi: str) -> str:
    """Dire combien, le nom accordé.

    Examples
    --------
    >>> compter(["a.docx"], "fichier"), compter(2, "phrase"), compter(0, "nom")
    ('1 fichier', '2 phrases', '0 nom')
    """
    nombre = combien if isinstance(combien, int) else len(combien)
    return f"{nombre} {quoi}{'s' * (nombre > 1)}"


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
    'data/plan.csv, ligne 2 : cellule vide, et 1 autre problème'
    """
    premier, autres = problemes[0], len(problemes) - 1
    dit = str(premier).removesuffix(".")
    return dit + (f", et {autres} autre{'s' * (autres > 1)} problème{'s' * (autres > 1)}" if autres else "")
