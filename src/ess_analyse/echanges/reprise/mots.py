"""Les mots d'un texte, pliés et à leur place : ce qui reste quand la casse, les blancs et la typographie ont changé."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from ess_analyse.publication.reels import plier

__all__ = ["TextePlie", "plier_mots"]

_MOT = re.compile(r"[^\W_]+")
_SIGNE = re.compile(r"[^\w\s]")
_COUVERTURE = 0.5
"""Part d'un mot qu'une fenêtre doit couvrir pour qu'il en soit."""


def plier_mots(texte: str) -> str:
    """Réduire un texte à ses mots, en minuscules et sans accents.

    Parameters
    ----------
    texte : str
        N'importe quel texte.

    Returns
    -------
    str
        Les mots, séparés par une espace ; vide s'il n'y en a pas.

    Examples
    --------
    >>> plier_mots("« L’Œuvre » : ça va\u202f?")
    'l oeuvre ca va'
    """
    # A decomposed accent is no letter, and would cut its word.
    return " ".join(map(plier, _MOT.findall(unicodedata.normalize("NFC", texte))))


@dataclass(frozen=True)
class TextePlie:
    """Un texte où l'on cherche des mots.

    Attributes
    ----------
    texte : str
        Le texte, dont toutes les places sont des tranches.

    Examples
    --------
    >>> e01 = TextePlie("Ana : On trie l'été. On trie.")
    >>> e01.chercher("On  trie l’Été !"), e01.chercher("on trie")
    ([(6, 20)], [(6, 13), (21, 28)])
    """

    texte: str

    @property
    def plie(self) -> str:
        """Ses mots pliés, une espace avant et après chacun."""
        return self._mots[0]

    def chercher(self, citation: str) -> list[tuple[int, int]]:
        """Trouver des mots, à la casse, aux accents, aux blancs et à la ponctuation près.

        Parameters
        ----------
        citation : str
            Des mots entiers, qui se suivent.

        Returns
        -------
        list of (int, int)
            Où ils sont, dans l'ordre, avec la ponctuation qui les borde dans la citation. Si l'un des endroits les
            écrit exactement comme elle et nul autre, lui seul.
        """
        citation = unicodedata.normalize("NFC", citation)
        mots = plier_mots(citation)
        if not mots:
            return []
        cherche, trouves, ici = f" {mots} ", [], -1
        while (ici := self.plie.find(cherche, ici + 1)) >= 0:
            trouves.append(self._border(*self._places(ici + 1, ici + 1 + len(mots)), citation))
        pareils = [place for place in trouves if self.texte[slice(*place)] == citation.strip()]
        return pareils if len(pareils) == 1 else trouves

    def approcher(self, citation: str, seuil: float) -> list[tuple[tuple[int, int], float]]:
        """Trouver le passage qui ressemble le plus à une citation, et le suivant s'il lui ressemble aussi.

        Parameters
        ----------
        citation : str
            Des mots, dont certains ont pu changer.
        seuil : float
            La ressemblance exigée, sur 100 (``rapidfuzz.fuzz.partial_ratio``, des mots pliés).

        Returns
        -------
        list of ((int, int), float)
            Au plus deux places et leurs ressemblances ; deux veut dire que rien ne permet de choisir.
        """
        from rapidfuzz import fuzz

        citation = unicodedata.normalize("NFC", citation)
        mots, texte, trouves = plier_mots(citation), self.plie, []
        # The measure looks for the shorter text in the longer one.
        while mots and len(mots) < len(texte) and len(trouves) < 2:
            vu = fuzz.partial_ratio_alignment(mots, texte, score_cutoff=seuil)
            if vu is None or (bornes := self._entiers(vu.dest_start, vu.dest_end)) is None:
                break
            trouves.append((self._border(*bornes, citation), vu.score))
            texte = texte[: vu.dest_start] + "\0" * (vu.dest_end - vu.dest_start) + texte[vu.dest_end :]
        return trouves

    def compter_lettres(self, debut: int, fin: int) -> int:
        """Compter les lettres et les chiffres d'une tranche."""
        return self._lettres[min(fin, len(self.texte))] - self._lettres[min(debut, len(self.texte))]

    def _places(self, debut: int, fin: int) -> tuple[int, int]:
        """Rendre la tranche du texte que couvrent des mots pliés."""
        _, debuts, places = self._mots
        return places[bisect_right(debuts, debut) - 1][0], places[bisect_left(debuts, fin) - 1][1]

    def _entiers(self, debut: int, fin: int) -> tuple[int, int] | None:
        """Ramener une fenêtre des mots pliés aux mots entiers qu'elle couvre."""
        plie, debuts, _ = self._mots
        bornes = [(a, b - 1) for a, b in zip(debuts, [*debuts[1:], len(plie)], strict=True)]
        premier = bisect_right(debuts, debut) - 1
        couverts = [
            (a, b)
            for a, b in bornes[max(premier, 0) : bisect_left(debuts, fin)]
            if min(b, fin) - max(a, debut) >= _COUVERTURE * (b - a)
        ]
        return self._places(couverts[0][0], couverts[-1][1]) if couverts else None

    def _border(self, debut: int, fin: int, citation: str) -> tuple[int, int]:
        """Étendre une place à la ponctuation qui borde ces mots, si la citation en a autant."""
        mots = list(_MOT.finditer(citation))
        avant = len(_SIGNE.findall(citation[: mots[0].start()]))
        apres = len(_SIGNE.findall(citation[mots[-1].end() :]))
        # Blanks between two marks vary from one software to the next: only marks are counted.
        gauche = re.search(rf"(?:[^\w\s][^\S\n]?){{0,{avant}}}\Z", self.texte[max(debut - 2 * avant, 0) : debut])[0]
        droite = re.match(rf"(?:[^\S\n]?[^\w\s]){{0,{apres}}}", self.texte[fin : fin + 2 * apres])[0]
        return debut - len(gauche), fin + len(droite)

    @cached_property
    def _mots(self) -> tuple[str, list[int], list[tuple[int, int]]]:
        trouves = list(_MOT.finditer(self.texte))
        plies = [plier(trouve[0]) for trouve in trouves]
        debuts = [0, *accumulate(len(mot) + 1 for mot in plies)]
        return f" {' '.join(plies)} ", [debut + 1 for debut in debuts[:-1]], [trouve.span() for trouve in trouves]

    @cached_property
    def _lettres(self) -> list[int]:
        return [0, *accumulate(map(str.isalnum, self.texte))]
