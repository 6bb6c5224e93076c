"""Passer des positions d'un autre logiciel (octets, unités UTF-16…) à des points de code."""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Graduation", "compter_octets", "compter_utf16", "memes_mots", "presser"]


@dataclass(frozen=True)
class Graduation:
    """Un texte, et la position où chacun de ses signes commence pour un autre logiciel.

    Attributes
    ----------
    texte : str
        Tel que l'étude le lit : NFC, sans rien que l'autre logiciel ajoute.
    departs : sequence of int
        Un de plus que de signes, croissants ; le dernier est la fin.

    Examples
    --------
    >>> octets = Graduation.depuis((signe, compter_octets(signe)) for signe in "Été 🙂 fini")
    >>> octets.situer(6, 15), octets.texte[4:10]
    ((4, 10), '🙂 fini')
    """

    texte: str
    departs: Sequence[int]

    @classmethod
    def depuis(cls, signes: Iterable[tuple[str, int]]) -> Graduation:
        r"""Graduer un texte donné signe par signe.

        Parameters
        ----------
        signes : iterable of (str, int)
            Un signe, et ce qu'il compte là-bas : zéro pour un signe ajouté ; un signe vide pour ce qui est compté
            mais n'est pas du texte.

        Returns
        -------
        Graduation
            Le texte en NFC et ses positions.

        Examples
        --------
        >>> Graduation.depuis([("e", 1), ("\u0301", 2), ("t", 1), ("é", 2)])
        Graduation(texte='été', departs=array('I', [0, 3, 4, 6]))
        """
        lettres: list[str] = []
        departs, place = array("I"), 0
        for signe, longueur in signes:
            if signe:
                lettres.append(signe)
                departs.append(place)
            place += longueur
        departs.append(place)
        texte = "".join(lettres)
        return cls(texte, departs) if unicodedata.is_normalized("NFC", texte) else _normaliser(texte, departs)

    @classmethod
    def simple(cls, texte: str) -> Graduation:
        """Graduer un texte que l'autre logiciel compte comme l'étude, signe par signe.

        Parameters
        ----------
        texte : str
            Le texte.

        Returns
        -------
        Graduation
            Le texte en NFC et ses positions.
        """
        departs = range(len(texte) + 1)
        return cls(texte, departs) if unicodedata.is_normalized("NFC", texte) else _normaliser(texte, departs)

    def situer(self, debut: int, fin: int) -> tuple[int, int] | None:
        """Trouver un passage.

        Parameters
        ----------
        debut, fin : int
            Ses positions là-bas, fin exclue.

        Returns
        -------
        tuple of (int, int) or None
            Ses points de code dans ``texte``, blancs du bord ôtés ; rien s'il sort du texte ou n'a aucun mot. Une
            position au milieu d'un signe avance jusqu'au suivant.
        """
        if not 0 <= debut < fin <= self.departs[-1]:
            return None
        premier, dernier = bisect_right(self.departs, debut) - 1, bisect_left(self.departs, fin)
        premier += premier < 0 or self.departs[premier] < debut
        passage = self.texte[premier:dernier]
        premier += len(passage) - len(passage.lstrip())
        dernier -= len(passage) - len(passage.rstrip())
        return (premier, dernier) if premier < dernier else None


def _normaliser(texte: str, departs: Sequence[int]) -> Graduation:
    """Composer chaque lettre avec les accents écrits après elle."""
    lettres, places = [], array("I")
    bords = [rang for rang, signe in enumerate(texte) if not rang or not unicodedata.combining(signe)]
    for premier, dernier in pairwise([*bords, len(texte)]):
        brut = texte[premier:dernier]
        compose = unicodedata.normalize("NFC", brut)
        # Only the first sign may start where its cluster starts: situer looks for the last one that starts there.
        suite = [departs[premier] + 1] * (len(compose) - 1)
        places.extend(departs[premier:dernier] if compose == brut else [departs[premier], *suite])
        lettres.append(compose)
    places.append(departs[-1])
    return Graduation("".join(lettres), places)


def compter_octets(signe: str) -> int:
    """Compter les octets UTF-8 d'un signe.

    Examples
    --------
    >>> [compter_octets(signe) for signe in "aé…🙂"]
    [1, 2, 3, 4]
    """
    return 1 + (signe > "\x7f") + (signe > "\u07ff") + (signe > "\uffff")


def compter_utf16(signe: str) -> int:
    """Compter les unités UTF-16 d'un signe, comme Qt et JavaScript.

    Examples
    --------
    >>> [compter_utf16(signe) for signe in "é🙂"]
    [1, 2]
    """
    return 1 + (signe > "\uffff")


def memes_mots(un: str, autre: str) -> bool:
    r"""Dire si deux passages ont les mêmes mots, aux blancs près.

    Parameters
    ----------
    un, autre : str
        Deux passages ; fins de ligne de Qt (U+2029), insécables et accents décomposés compris.

    Returns
    -------
    bool
        Vrai s'il ne reste aucune différence une fois les blancs ôtés.

    Examples
    --------
    >>> memes_mots("Ça va ?\u2029Oui.", "Ça va\u00a0?\nOui.")
    True
    """
    return presser(un) == presser(autre)


def presser(texte: str) -> str:
    r"""Ôter d'un texte ses blancs, fins de ligne comprises, et composer ses accents.

    Examples
    --------
    >>> presser("Ça va\u00a0?\nOui.")
    'Çava?Oui.'
    """
    return "".join(unicodedata.normalize("NFC", texte).split())
