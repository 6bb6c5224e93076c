"""Savoir ce que les positions d'un projet comptent, et les ramener à des points de code."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import product
from typing import NamedTuple

from ess_analyse.echanges.graduations import presser

__all__ = ["Regle", "Texte", "trouver_regle"]

_TEMOINS = 5_000
"""Passages qui suffisent à reconnaître une règle : un programme compte partout de la même façon."""
_CITATION = 200
"""Signes d'une citation qui suffisent à la reconnaître."""
_COUPURE = re.compile(r"\s*(?:\.\.\.|…)\s*$")


class Regle(NamedTuple):
    """Ce que les positions comptent, quand ce ne sont pas des points de code du texte tel qu'il est écrit.

    Attributes
    ----------
    marque : bool
        La marque d'ordre (BOM) compte pour un signe.
    fins : bool
        Les fins de ligne ne comptent pas comme elles sont écrites : ``CR LF`` pour un signe dans un fichier, ou ``LF``
        pour deux dans un texte en ligne, que XML a changé.
    doubles : bool
        Les signes hors du plan de base (émojis) comptent pour deux, comme en UTF-16.
    """

    marque: bool = False
    fins: bool = False
    doubles: bool = False


class Texte:
    r"""Un texte tel que l'autre programme le tient, et le même avec des fins de ligne simples.

    Parameters
    ----------
    brut : str
        Le texte, marque d'ordre et fins de ligne comprises.
    en_ligne : bool
        Vrai s'il vient du XML, où toute fin de ligne est devenue ``LF``.

    Attributes
    ----------
    propre : str
        Le texte, sans marque d'ordre, lignes séparées par ``\n``.

    Examples
    --------
    >>> texte = Texte("\ufeffOui.\r\nNon 🙂.")
    >>> texte.propre[texte.convertir(6, Regle()) : texte.convertir(9, Regle())]
    'Non'
    >>> texte.propre[texte.convertir(6, Regle(marque=True, fins=True)) : texte.convertir(9, Regle(True, True))]
    'Non'
    """

    def __init__(self, brut: str, *, en_ligne: bool = False):
        # Windows writes each LF of a CR LF again as CR LF; no program counts the result for three.
        corps = brut.removeprefix("\ufeff").replace("\r\r\n", "\r\n")
        motif = "\r\n|\n|[\U00010000-\U0010ffff]" if en_ligne else "\r\n|[\U00010000-\U0010ffff]"
        self._marque, self._en_ligne = brut.startswith("\ufeff"), en_ligne
        self._fins: list[int] = []
        self._doubles: list[int] = []
        otes = 0
        for trouve in re.finditer(motif, corps):
            fin = trouve[0] in ("\r\n", "\n")
            (self._fins if fin else self._doubles).append(trouve.start() - otes)
            otes += len(trouve[0]) - 1
        self.propre = corps.replace("\r\n", "\n").replace("\r", "\n")
        self._departs: dict[Regle, list[int]] = {}

    @cached_property
    def presse(self) -> str:
        """Le texte sans ses blancs, où chercher une citation."""
        return presser(self.propre)

    @property
    def particularites(self) -> Regle:
        """Ce sur quoi deux règles pourraient ne pas s'accorder dans ce texte."""
        return Regle(self._marque, bool(self._fins), bool(self._doubles))

    def convertir(self, position: int, regle: Regle) -> int:
        """Ramener une position à un point de code de ``propre`` ; elle peut en dépasser la fin."""
        marque = int(regle.marque and self._marque)
        if regle not in self._departs:
            fins = self._fins if regle.fins == self._en_ligne else []
            larges = sorted(fins + self._doubles * regle.doubles)
            self._departs[regle] = [place + rang + marque for rang, place in enumerate(larges)]
        # A passage may start on the byte order mark itself.
        return max(position - marque - bisect_left(self._departs[regle], position), 0)


def trouver_regle(passages: Sequence[tuple[Texte, int, int, str]]) -> Regle:
    r"""Trouver ce que les positions d'un projet comptent.

    Toutes les règles que les textes permettent de distinguer sont essayées. L'emporte celle sous laquelle le plus de
    passages redisent les mots que leur nom cite ; à égalité, celle sous laquelle le plus de passages commencent et
    finissent sur le bord d'un mot ; à égalité encore, la plus proche du standard. Un nom qui redit la place, comme
    « E01:7-25 », est de ce programme : il parle pour le standard.

    Parameters
    ----------
    passages : sequence of (Texte, int, int, str)
        Chaque passage : son texte, ses positions, son nom, qui est souvent la citation, parfois coupée.

    Returns
    -------
    Regle
        La règle de tout le projet.

    Examples
    --------
    >>> texte = Texte("Jade : Oui.\r\nAna : Non merci.")
    >>> trouver_regle([(texte, 19, 22, "")])
    Regle(marque=False, fins=False, doubles=False)
    >>> trouver_regle([(texte, 18, 21, "")])
    Regle(marque=False, fins=True, doubles=False)
    """
    particularites = _reunir(texte.particularites for texte, *_ in passages)
    regles = [Regle(*choix) for choix in product(*((False, True) if oui else (False,) for oui in particularites))]
    if len(regles) == 1:
        return regles[0]
    pas = -(-len(passages) // _TEMOINS)
    return max(regles, key=lambda regle: _juger(passages[::pas], regle))


def _reunir(particularites: Iterable[Regle]) -> Regle:
    marque = fins = doubles = False
    for une in particularites:
        marque, fins, doubles = marque or une.marque, fins or une.fins, doubles or une.doubles
    return Regle(marque, fins, doubles)


def _juger(passages: Iterable[tuple[Texte, int, int, str]], regle: Regle) -> tuple[int, int]:
    citations = bords = 0
    for texte, debut, fin, nom in passages:
        if nom.endswith(f":{debut}-{fin}"):
            citations += regle == Regle()
            continue
        debut, fin = texte.convertir(debut, regle), texte.convertir(fin, regle)
        if 0 <= debut < fin <= len(texte.propre):
            citations += _cite(nom[:_CITATION], texte.propre[debut : min(fin, debut + 2 * _CITATION)])
            bords += _est_bord(texte.propre, debut) and not texte.propre[debut].isspace()
            bords += _est_bord(texte.propre, fin) and not texte.propre[fin - 1].isspace()
    return citations, bords


def _cite(nom: str, mots: str) -> bool:
    dits = "".join(_COUPURE.sub("", nom).split())
    return bool(dits) and "".join(mots.split()).startswith(dits)


def _est_bord(texte: str, place: int) -> bool:
    return not 0 < place < len(texte) or not (texte[place - 1].isalnum() and texte[place].isalnum())
