"""Les traits d'une phrase : ce dont la machine apprend."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sklearn.base import BaseEstimator, TransformerMixin

from ess_analyse.langue import Mot, Phrase, Reperage, decouper

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

__all__ = ["Gramme", "PhraseLue", "Traits", "composer_grammes"]

_SIGNES = str.maketrans("’\u00a0\u202f", "'  ")
_BORD = "|"


class Gramme(NamedTuple):
    """Une suite d'un ou deux mots : ses racines, sa place, et si l'on peut la montrer comme une cause."""

    forme: str
    debut: int
    fin: int
    montrable: bool


class PhraseLue(NamedTuple):
    """Une phrase, ses suites de mots et ses indices : lue une fois, elle sert à apprendre, à noter, à expliquer."""

    texte: str
    grammes: list[Gramme]
    reperages: list[Reperage]

    @classmethod
    def depuis(cls, phrase: Phrase) -> PhraseLue:
        """Garder d'une phrase découpée ce qui sert."""
        return cls(phrase.texte, composer_grammes(phrase.mots), phrase.reperages)


class Traits(TransformerMixin, BaseEstimator):
    """Rendre des phrases en nombres : leurs suites d'un et deux mots, et de trois à cinq lettres (TF-IDF).

    Les mots sont des racines (:func:`~ess_analyse.langue.decouper`) ; le début et la fin de la phrase comptent comme
    des mots, car un verbe à l'infinitif en tête ou un point d'interrogation disent souvent de quel côté l'on est.

    Parameters
    ----------
    usages : int
        Dans combien de phrases au moins un trait doit se trouver pour compter.

    Examples
    --------
    >>> Traits(usages=1).fit_transform(["On ressaisit tout.", "Former les équipes."]).shape[0]
    2
    """

    def __init__(self, usages: int = 2) -> None:
        self.usages = usages

    def fit(self, X: Iterable[str | PhraseLue], y: object = None) -> Traits:
        """Apprendre quels traits existent, et combien chacun distingue.

        Parameters
        ----------
        X : iterable of str or PhraseLue
            Des phrases, déjà lues ou non.
        y : object
            Sans effet.

        Returns
        -------
        Traits
            Lui-même.
        """
        grammes, textes = _lire(X)
        usages = min(self.usages, len(textes))
        self.mots_ = _vectoriser(_formes, min_df=usages).fit(grammes)
        self.lettres_ = _vectoriser(_lettres, min_df=usages).fit(textes)
        return self

    def restaurer(
        self, mots: Sequence[str], idf_mots: np.ndarray, lettres: Sequence[str], idf_lettres: np.ndarray
    ) -> Traits:
        """Retrouver des traits appris une autre fois, de leurs noms et de leurs poids.

        Parameters
        ----------
        mots, lettres : sequence of str
            Les suites de mots, les suites de lettres, dans l'ordre des colonnes.
        idf_mots, idf_lettres : ndarray
            Leurs poids.

        Returns
        -------
        Traits
            Lui-même.
        """
        self.mots_ = _vectoriser(_formes, vocabulary=mots)
        self.lettres_ = _vectoriser(_lettres, vocabulary=lettres)
        self.mots_.idf_, self.lettres_.idf_ = idf_mots, idf_lettres
        return self

    def transform(self, X: Iterable[str | PhraseLue]) -> csr_matrix:
        """Rendre les traits des phrases.

        Parameters
        ----------
        X : iterable of str or PhraseLue
            Des phrases, déjà lues ou non.

        Returns
        -------
        csr_matrix
            Une ligne par phrase : d'abord ses mots, puis ses lettres.
        """
        from scipy.sparse import hstack

        grammes, textes = _lire(X)
        return hstack([self.mots_.transform(grammes), self.lettres_.transform(textes)], format="csr")

    def transformer_mots(self, X: Iterable[str | PhraseLue]) -> csr_matrix:
        """Rendre les seuls mots des phrases : les premières colonnes de :meth:`transform`.

        Parameters
        ----------
        X : iterable of str or PhraseLue
            Des phrases, déjà lues ou non.

        Returns
        -------
        csr_matrix
            Une ligne par phrase, de norme 1.
        """
        return self.mots_.transform(_lire(X)[0])

    @property
    def noms(self) -> tuple[list[str], list[str]]:
        """Les suites de mots et les suites de lettres, dans l'ordre des colonnes."""
        mots, lettres = (vectoriseur.get_feature_names_out().tolist() for vectoriseur in (self.mots_, self.lettres_))
        return mots, lettres

    @property
    def nombre_de_mots(self) -> int:
        """Combien de colonnes, les premières, sont des suites de mots."""
        return len(self.mots_.vocabulary_)


def _vectoriser(analyseur: Callable, **reglages) -> TfidfVectorizer:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer=analyseur, sublinear_tf=True, **reglages)


def composer_grammes(mots: Sequence[Mot]) -> list[Gramme]:
    """Composer les suites d'un et deux mots d'une phrase, bords compris.

    Parameters
    ----------
    mots : sequence of Mot
        Les mots d'une phrase, dans l'ordre.

    Returns
    -------
    list of Gramme
        Ne se montrent ni un bord, ni une suite qui ne fait que lier les autres mots.
    """
    if not mots:
        return []
    seuls = [Gramme(mot.racine, mot.debut, mot.fin, not mot.outil) for mot in mots]
    paires = [
        Gramme(f"{un.racine} {deux.racine}", un.debut, deux.fin, not (un.outil and deux.outil))
        for un, deux in itertools.pairwise(mots)
    ]
    premier, dernier = mots[0], mots[-1]
    bords = [
        Gramme(f"{_BORD} {premier.racine}", premier.debut, premier.fin, False),
        Gramme(f"{dernier.racine} {_BORD}", dernier.debut, dernier.fin, False),
    ]
    return [*seuls, *paires, *bords]


def _lire(phrases: Iterable[str | PhraseLue]) -> tuple[list[list[Gramme]], list[str]]:
    phrases = list(phrases)
    if phrases and isinstance(phrases[0], PhraseLue):
        return [phrase.grammes for phrase in phrases], [phrase.texte for phrase in phrases]
    return [composer_grammes(mots) for mots in decouper(phrases)], phrases


def _formes(grammes: Sequence[Gramme]) -> list[str]:
    return [gramme.forme for gramme in grammes]


def _lettres(texte: str) -> list[str]:
    """Confondre casse, apostrophes et espaces : elles disent d'où vient un fichier, non de quoi il parle."""
    return [suite for mot in texte.lower().translate(_SIGNES).split() for suite in _suites(mot)]


@functools.lru_cache(maxsize=100_000)
def _suites(mot: str) -> tuple[str, ...]:
    """Couper un mot, bordé d'espaces, en suites de trois à cinq lettres ; un mot court n'en donne qu'une par taille."""
    borde, suites = f" {mot} ", []
    for taille in (3, 4, 5):
        suites += [borde[place : place + taille] for place in range(max(len(borde) - taille + 1, 1))]
        if len(borde) <= taille:
            break
    return tuple(suites)
