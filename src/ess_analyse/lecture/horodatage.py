"""Lire un moment d'un enregistrement tel qu'une transcription l'écrit."""

from __future__ import annotations

import re

__all__ = ["MOMENT", "lire_moment", "lire_moments"]

MOMENT = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
"""Motif d'un moment : minutes et secondes, ou heures, minutes et secondes, avec ou sans fraction."""
_SEUL = re.compile(rf"[\[(<]?\s*({MOMENT})(?:\s*(?:-->|->|→|[-–—à])\s*({MOMENT}))?\s*[\])>]?")


def lire_moment(texte: str) -> float:
    """Lire un moment en secondes.

    Parameters
    ----------
    texte : str
        Conforme à ``MOMENT``.

    Returns
    -------
    float
        Les secondes écoulées depuis le début.

    Examples
    --------
    >>> [lire_moment(texte) for texte in ("01:02", "1:00:02,5", "00:00.040")]
    [62.0, 3602.5, 0.04]
    """
    *rangs, secondes = texte.replace(",", ".").split(":")
    total = 0
    for rang in rangs:
        total = (total + int(rang)) * 60
    return round(total + float(secondes), 3)


def lire_moments(texte: str) -> tuple[float, float] | None:
    """Lire un moment ou un intervalle seul dans son texte.

    Parameters
    ----------
    texte : str
        Par exemple une case de tableau.

    Returns
    -------
    tuple of (float, float) or None
        Début et fin, en secondes, égales pour un moment seul ; rien si le texte dit autre chose.

    Examples
    --------
    >>> lire_moments("[00:01:02]"), lire_moments("0:05 – 0:09"), lire_moments("à 9:05 pile")
    ((62.0, 62.0), (5.0, 9.0), None)
    """
    trouve = _SEUL.fullmatch(texte.strip())
    if not trouve:
        return None
    debut = lire_moment(trouve[1])
    return debut, max(debut, lire_moment(trouve[2])) if trouve[2] else debut
