"""Un fichier tel qu'il est écrit, où quelques mots changent et rien d'autre."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from ess_analyse.fichiers import lire_octets, lire_texte_encode

__all__ = ["Brut", "Retouche", "retoucher"]

_MARQUE = "\ufeff"


class Retouche(NamedTuple):
    """Des mots à mettre à la place d'une tranche ; ``debut == fin`` : à insérer."""

    debut: int
    fin: int
    texte: str


@dataclass(frozen=True)
class Brut:
    """Un fichier lu presque sans rien normaliser : encodage, marque et fins de ligne sont gardés.

    Attributes
    ----------
    chemin : Path
        Le fichier.
    octets : bytes
        Son contenu.
    texte : str
        Le même, décodé, sans la marque de tête.
    encodage : str
        Celui où il sera récrit ; un fichier UTF-16 devient UTF-8, comme partout, et un texte aux fins de ligne des
        anciens Macintosh prend celles d'aujourd'hui.
    marque : str
        La marque d'ordre, ou rien.
    """

    chemin: Path
    octets: bytes = field(repr=False)
    texte: str = field(repr=False)
    encodage: str
    marque: str

    @classmethod
    def lire(cls, chemin: Path) -> Brut:
        """Lire un fichier de texte.

        Parameters
        ----------
        chemin : Path
            Le fichier.

        Returns
        -------
        Brut
            Ce qui y est écrit.

        Raises
        ------
        ErreurDonnees
            S'il manque, est vide, ou n'est pas du texte.
        """
        lu, encodage = lire_texte_encode(chemin)
        octets = lire_octets(chemin)
        if encodage == "utf-16":
            return cls(chemin, octets, lu, "utf-8", _MARQUE)
        texte = octets.decode(encodage)
        if chemin.suffix != ".csv" and re.search(r"\r(?!\n)", texte):
            # Only a table may hold a lone carriage return, inside a cell; elsewhere it would hide the end of a line.
            texte = re.sub(r"\r\n?", "\n", texte)
        marque = _MARQUE * texte.startswith(_MARQUE)
        return cls(chemin, octets, texte.removeprefix(_MARQUE), encodage, marque)

    def retoucher(self, retouches: Iterable[Retouche]) -> Brut:
        """Rendre le même fichier, retouché ; il passe en UTF-8 si son encodage n'a pas un des nouveaux signes."""
        texte = retoucher(self.texte, retouches)
        try:
            return replace(self, octets=(self.marque + texte).encode(self.encodage), texte=texte)
        except UnicodeEncodeError:
            marque = _MARQUE * (self.chemin.suffix == ".csv")
            return Brut(self.chemin, (marque + texte).encode(), texte, "utf-8", marque)


def retoucher(texte: str, retouches: Iterable[Retouche]) -> str:
    """Appliquer des retouches qui ne se chevauchent pas.

    Parameters
    ----------
    texte : str
        Un texte.
    retouches : iterable of Retouche
        Des tranches de ce texte, dans un ordre quelconque ; deux insertions à la même place gardent le leur.

    Returns
    -------
    str
        Le texte retouché.

    Examples
    --------
    >>> retoucher("a: 1 # v", [Retouche(3, 4, "2"), Retouche(0, 0, "b: 0, ")])
    'b: 0, a: 2 # v'
    """
    morceaux, place = [], 0
    for debut, fin, neuf in sorted(retouches, key=lambda retouche: retouche[:2]):
        morceaux += [texte[place:debut], neuf]
        place = fin
    return "".join([*morceaux, texte[place:]])
