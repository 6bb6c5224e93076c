"""Les nombres tels qu'ils se disent : « quarante et un », « soixante-dix-huit »."""

from __future__ import annotations

import re

__all__ = ["NOMBRE", "lire_nombre"]

_PETITS = """
zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize
"""
_UNITES = {mot: rang for rang, mot in enumerate(_PETITS.split())} | {"une": 1, "zero": 0}
_DIZAINES = {
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "huitante": 80,
    "octante": 80,
    "nonante": 90,
}
_J = r"[\s‐‑-]"
_UNITE = "|".join(sorted(_UNITES, key=len, reverse=True))
_DIZAINE = rf"quatre{_J}vingts?|{'|'.join(_DIZAINES)}"
_SUITE = rf"dix{_J}(?:sept|huit|neuf)|{_UNITE}"

NOMBRE = rf"(?:(?:{_DIZAINE})(?:{_J}et{_J}(?:une?|onze)|{_J}(?:{_SUITE}))?|{_SUITE})"
"""Motif d'un nombre de 0 à 99 écrit en lettres, à composer sans tenir compte de la casse."""


def lire_nombre(texte: str) -> int | None:
    """Lire un nombre de 0 à 99 en lettres, ou tout nombre en chiffres.

    Parameters
    ----------
    texte : str
        Rien d'autre que le nombre.

    Returns
    -------
    int or None
        Rien si ce n'est pas un nombre.

    Examples
    --------
    >>> [lire_nombre(dit) for dit in ("43", "quarante et un", "Soixante-dix-huit", "quatre-vingt-dix", "beaucoup")]
    [43, 41, 78, 90, None]
    """
    if texte.isdecimal():
        return int(texte)
    if not re.fullmatch(NOMBRE, texte, re.IGNORECASE):
        return None
    mots = re.split(rf"{_J}|\bet\b", re.sub(rf"quatre{_J}vingts?", "huitante", texte.lower()))
    return sum(_DIZAINES.get(mot, _UNITES.get(mot, 0)) for mot in mots)
