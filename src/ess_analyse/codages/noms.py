"""Qui code : les noms qui ont un sens particulier."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

__all__ = [
    "ARBITRAGE",
    "CODEUR",
    "HUMAIN",
    "MACHINE",
    "MAJORITE",
    "RELECTURE",
    "est_relecture",
    "est_reserve",
    "nommer",
]

ARBITRAGE = "arbitrage"
"""Le codeur dont l'avis l'emporte : la feuille remplie ensemble après discussion des désaccords."""

MAJORITE = "majorite"
"""Le codeur d'un avis consolidé que plusieurs personnes ont donné."""

MACHINE = "machine"
"""Le nom de la machine, quand son avis est comparé à ceux des personnes."""

HUMAIN = "humain"
"""L'origine d'un code que la machine n'avait pas proposé."""

RELECTURE = "@"
"""Entre le nom d'un codeur et la date où il a relu : ``paul@2026-03-01.csv`` n'est pas un codeur de plus."""

CODEUR = re.compile(r"(?=[^@]*[^\W\d_])[\w-]+(?:@\d{4}-\d{2}-\d{2})?")
"""Ce qu'un nom de codeur peut être : celui d'un fichier, d'une lettre au moins, daté pour une seconde lecture."""

_WINDOWS = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9¹²³]", re.IGNORECASE)


def est_relecture(codeur: str) -> bool:
    """Dire si un nom est celui d'une seconde lecture, et non d'un codeur.

    Parameters
    ----------
    codeur : str
        Un nom de la colonne ``codeur``.

    Returns
    -------
    bool
        Vrai s'il porte la marque des secondes lectures.

    Examples
    --------
    >>> est_relecture("paul@2026-03-01"), est_relecture("paul")
    (True, False)
    """
    return RELECTURE in codeur


def est_reserve(codeur: str) -> bool:
    """Dire si un nom, sans date, a déjà un sens ici ou ne peut être celui d'un fichier sous Windows.

    Examples
    --------
    >>> est_reserve("machine"), est_reserve("Aux"), est_reserve("auxane")
    (True, True, False)
    """
    return codeur in (MAJORITE, MACHINE) or bool(_WINDOWS.fullmatch(codeur))


def nommer(feuille: Path) -> str:
    """Rendre le nom du codeur d'une feuille : celui du fichier, quel que soit le système qui l'a écrit."""
    return unicodedata.normalize("NFC", feuille.stem)
