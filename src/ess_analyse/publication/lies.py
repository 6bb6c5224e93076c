"""Les noms d'un seul tenant, que rien dans leurs lettres ne sépare de ce qui les touche."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from ess_analyse.publication.coutures import COUTURE, decoudre, motif_mot, plier

__all__ = ["Juges", "Lies", "montrer"]

_NOM = 5
"""Lettres : en deçà, un nom derrière une initiale est trop souvent un autre mot."""
_LONG = 6
"""Lettres : en deçà, les mots d'un nom mis bout à bout en font trop souvent un autre."""
_RETENUS = 1 << 18
"""Mots dont le jugement est retenu."""

_MOT = re.compile(r"[^\W_]+")
_LETTRES = re.compile(r"[^\W\d_]+")
_ARROBE = re.compile(r"@(?<=[\w.+-]@)(?=[^\W_])")
_AVANT_ARROBE = re.compile(r"[\w.+-]+\Z")
_LONGUEUR = 64
"""Signes qu'une adresse a au plus avant son arrobe."""


def montrer(nom: str) -> str:
    """Rendre ce qui peut être montré d'un nom : son initiale.

    Examples
    --------
    >>> montrer("élodie")
    'É…'
    """
    return nom[0].upper() + "…"


class Juges(dict[str, bool]):
    """Dire d'un mot si un nom en est fait : ce mot, ou un de ceux qui y sont soudés ; chacun n'est jugé qu'une fois.

    Parameters
    ----------
    entiers : container of str
        Les noms qui font à eux seuls un mot, pliés.
    soudes : container of str
        Ceux que l'on reconnaît aussi soudés à d'autres mots.
    court : int
        Les lettres du plus court de ces derniers.

    Examples
    --------
    >>> juges = Juges({"ana", "dupuis"}, {"dupuis"}, 4)
    >>> [juges[mot] for mot in ("Ana", "Ana2", "E01Dupuis", "ESSDupuis", "dupuistache")]
    [True, False, True, True, False]
    """

    def __init__(self, entiers: Container[str], soudes: Container[str], court: int):
        super().__init__()
        self._entiers, self._soudes, self._court = entiers, soudes, court

    def __missing__(self, mot: str) -> bool:
        if len(self) >= _RETENUS:
            self.clear()
        juge = plier(mot) in self._entiers
        # Most words plainly have no seam, or are too short to hide a name beside it.
        uni = len(mot) <= self._court or mot.isdigit() or (mot.isalpha() and (mot.islower() or mot.istitle()))
        if not juge and not uni:
            juge = any(plier(partie) in self._soudes for partie in decoudre(mot).split(COUTURE))
        self[mot] = juge
        return juge


class Lies:
    """Les noms complets écrits d'un seul tenant (« martinedupuis »), et ceux qui font une adresse électronique.

    Parameters
    ----------
    noms : iterable of str
        Les noms de personnes, dans un ordre et dans l'autre.
    seuls : iterable of str
        Parmi eux, ceux qui nomment quelqu'un même sans capitale : en un mot, ils se lisent derrière une initiale.

    Attributes
    ----------
    entiers : dict of str to str
        Chaque nom complet d'un seul tenant, plié, et son premier mot.

    Examples
    --------
    >>> lies = Lies(["Martine Dupuis", "Morvan"], ["Morvan"])
    >>> [nom for *_, nom in lies.reperer("mdupuis@ici.fr, s.morvan2@ici.fr, smorvan", [])]
    ['dupuis', 'morvan']
    """

    def __init__(self, noms: Iterable[str], seuls: Iterable[str]):
        suites = [suite for nom in noms if (suite := [plier(mot) for mot in _MOT.findall(nom)])]
        longs = [suite for suite in suites if len(suite) > 1]
        self.entiers = {"".join(suite): suite[0] for suite in longs if sum(map(len, suite)) >= _LONG}
        self._adresses = {plier(nom): plier(nom) for nom in seuls if len(nom) >= _NOM and _LETTRES.fullmatch(nom)}
        for prenom, *_, nom in longs:
            if len(nom) >= _NOM - 1:
                self._adresses |= {prenom[0] + nom: nom, nom + prenom[0]: nom}
        self._adresses |= self.entiers

    def reperer(self, texte: str, mots: Iterable[str]) -> Iterator[tuple[int, int, str, str]]:
        """Rendre la place de chacun de ces noms dans un texte.

        Parameters
        ----------
        texte : str
            N'importe quel texte.
        mots : iterable of str
            Ceux de ses mots qui peuvent en être.

        Yields
        ------
        tuple of (int, int, str, str)
            Où ces lettres commencent et finissent, l'initiale du nom et ses lettres.
        """
        for mot in mots:
            if nom := self.entiers.get(plier(mot)):
                for vu in motif_mot(mot).finditer(texte):
                    yield *vu.span(), montrer(nom), plier(mot)
        for arrobe in _ARROBE.finditer(texte) if self._adresses else ():
            avant = _AVANT_ARROBE.search(texte, max(0, arrobe.start() - _LONGUEUR), arrobe.start())
            for suite in _LETTRES.finditer(texte, avant.start(), avant.end()):
                lettres = plier(suite[0])
                formes = (lettres, lettres[1:], lettres[:-1])
                if nom := next((self._adresses[forme] for forme in formes if forme in self._adresses), ""):
                    yield *suite.span(), montrer(nom), nom
