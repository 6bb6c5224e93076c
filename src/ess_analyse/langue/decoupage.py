"""Découper un texte en mots, et y retrouver les indices."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ess_analyse.langue.analyses import INDICES, MOTS, Cache, nommer_analyse, relire_ou_analyser
from ess_analyse.langue.vocabulaire import charger_langue, charger_vocabulaire

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["Lecteur", "Mot", "Phrase", "Reperage", "decouper", "lire_phrases", "reperer"]

_PAQUET = 512


class Mot(NamedTuple):
    """Un mot d'un texte : sa racine, sa place, et s'il ne fait que lier les autres (« de », « mais »)."""

    racine: str
    debut: int
    fin: int
    outil: bool


class Reperage(NamedTuple):
    """Un indice retrouvé dans un texte : pour quel code, tel qu'écrit dans la grille, et où (fin exclue)."""

    code: str
    indice: str
    debut: int
    fin: int


class Phrase(NamedTuple):
    """Un texte, ses mots, et les indices qui s'y trouvent."""

    texte: str
    mots: list[Mot]
    reperages: list[Reperage]


def decouper(textes: Iterable[str], cache: Cache | None = None) -> Iterator[list[Mot]]:
    """Découper des textes en mots, sans la ponctuation ni les blancs.

    Parameters
    ----------
    textes : iterable of str
        Des phrases ou des paragraphes.
    cache : Cache, optional
        Où garder les mots des indices d'une grille.

    Yields
    ------
    list of Mot
        Pour chaque texte, ses mots dans l'ordre ; les places sont en points de code, dans ce texte.

    Examples
    --------
    >>> [(mot.racine, mot.debut, mot.fin) for mot in next(decouper(["On ressaisit tout."])) if not mot.outil]
    [('ressais', 3, 12)]
    """
    docs = _documents(textes) if cache is None else _relire_documents(list(textes), cache, INDICES)
    for doc, places in docs:
        yield _mots(doc, places)


def reperer(
    textes: Iterable[str], indices: Mapping[str, Sequence[str]], sauf: Mapping[str, Sequence[str]] | None = None
) -> Iterator[list[Reperage]]:
    """Retrouver les indices de chaque code dans des textes, quelle qu'en soit la flexion.

    Deux suites de mots se correspondent quand leurs racines sont les mêmes (:func:`charger_langue`) : un indice
    s'écrit une fois. Dans un code, l'indice le plus long l'emporte sur ceux qu'il recouvre ; deux codes peuvent
    retenir les mêmes mots.

    Parameters
    ----------
    textes : iterable of str
        Des phrases ou des paragraphes.
    indices : mapping of str to sequence of str
        Pour chaque code, ses indices : un mot ou une suite de mots.
    sauf : mapping of str to sequence of str, optional
        Pour chaque code, les locutions qui ressemblent mais ne comptent pas : un indice entièrement compris dans
        l'une d'elles est annulé.

    Yields
    ------
    list of Reperage
        Pour chaque texte, dans l'ordre des codes de ``indices``, puis des places ; en points de code, dans ce texte.

    Examples
    --------
    >>> indices = {"R-CHARGE": ["ressaisir", "perte de temps"], "O-SERVICE": ["temps"]}
    >>> for trouves in reperer(["On ressaisit, perte de temps.", "Je suis à temps plein."], indices,
    ...                        sauf={"O-SERVICE": ["temps plein"]}):
    ...     print([tuple(trouve) for trouve in trouves])
    [('R-CHARGE', 'ressaisir', 3, 12), ('R-CHARGE', 'perte de temps', 14, 28), ('O-SERVICE', 'temps', 23, 28)]
    []
    """
    for phrase in lire_phrases(textes, indices, sauf):
        yield phrase.reperages


def lire_phrases(
    textes: Iterable[str], indices: Mapping[str, Sequence[str]], sauf: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Phrase]:
    """Découper des textes en mots et y retrouver les indices, en une lecture.

    Parameters
    ----------
    textes, indices, sauf
        Comme pour :func:`reperer`.

    Yields
    ------
    Phrase
        Le texte, et ce que rendent :func:`decouper` et :func:`reperer`, pour chaque texte.

    Examples
    --------
    >>> [phrase] = lire_phrases(["On ressaisit."], {"R-CHARGE": ["ressaisir"]})
    >>> [mot.racine for mot in phrase.mots], phrase.reperages[0].code
    (['on', 'ressais'], 'R-CHARGE')
    """
    lecteur, (lus, gardes) = Lecteur(indices, sauf), itertools.tee(textes)
    for texte, (doc, places) in zip(gardes, _documents(lus), strict=True):
        yield lecteur.phraser(texte, doc, places)


class Lecteur:
    """Lire des documents l'un après l'autre : les indices sont préparés une fois, chaque document peut être gardé.

    Parameters
    ----------
    indices, sauf
        Comme pour :func:`reperer`.
    cache : Cache, optional
        Où garder les mots découpés ; de ce qui y est, spaCy n'a plus à charger de quoi découper.

    Examples
    --------
    >>> lecteur = Lecteur({"R-CHARGE": ["ressaisir"]})
    >>> [[trouve.indice for trouve in phrase.reperages] for phrase in lecteur.lire(["On ressaisit.", "Oui."])]
    [['ressaisir'], []]
    """

    def __init__(
        self,
        indices: Mapping[str, Sequence[str]],
        sauf: Mapping[str, Sequence[str]] | None = None,
        cache: Cache | None = None,
    ) -> None:
        self.cache = cache
        self._chercher = _preparer(indices, sauf or {}, cache)

    def lire(self, textes: Sequence[str]) -> list[Phrase]:
        """Découper les phrases d'un document en mots, et y retrouver les indices."""
        lus = _relire_documents(textes, self.cache, MOTS)
        return [self.phraser(texte, doc, places) for texte, (doc, places) in zip(textes, lus, strict=True)]

    def phraser(self, texte: str, doc: Doc, places: list[int] | None) -> Phrase:
        """Rendre d'une phrase découpée ses mots et ses indices."""
        return Phrase(texte, _mots(doc, places), self._chercher(doc, places))


def _mots(doc: Doc, places: list[int] | None) -> list[Mot]:
    return [
        Mot(mot.norm_, *_place(places, mot.idx, mot.idx + len(mot)), mot.is_stop)
        for mot in doc
        if not (mot.is_punct or mot.is_space)
    ]


def _preparer(
    indices: Mapping[str, Sequence[str]], sauf: Mapping[str, Sequence[str]], cache: Cache | None
) -> Callable[[Doc, list[int] | None], list[Reperage]]:
    from spacy.matcher import PhraseMatcher

    cles = [
        (code, indice, annule)
        for annule, table in ((False, indices), (True, sauf))
        for code, locutions in table.items()
        for indice in locutions
    ]
    vocabulaire = charger_vocabulaire()
    matcher = PhraseMatcher(vocabulaire, attr="NORM")
    for rang, (doc, _) in enumerate(_relire_documents([indice for _, indice, _ in cles], cache, INDICES)):
        if len(doc):
            matcher.add(str(rang), [doc])
    chaines, ordre = vocabulaire.strings, {code: rang for rang, code in enumerate(indices)}

    def chercher(doc: Doc, places: list[int] | None) -> list[Reperage]:
        trouves: dict[str, list[tuple[int, int, str, bool]]] = {}
        for numero, debut, fin in matcher(doc):
            code, indice, annule = cles[int(chaines[numero])]
            trouves.setdefault(code, []).append((debut, fin, indice, annule))
        return [
            Reperage(code, indice, *_place(places, doc[debut].idx, doc[fin - 1].idx + len(doc[fin - 1])))
            for code in sorted(trouves.keys() & ordre.keys(), key=ordre.get)
            for debut, fin, indice in _trier(trouves[code])
        ]

    return chercher


def _trier(trouves: list[tuple[int, int, str, bool]]) -> list[tuple[int, int, str]]:
    """Garder les plus longs, sans recouvrement, hors des locutions annulées."""
    annules = [(debut, fin) for debut, fin, _, annule in trouves if annule]
    gardes: list[tuple[int, int, str]] = []
    for debut, fin, indice, annule in sorted(trouves, key=lambda trouve: (trouve[0] - trouve[1], trouve)):
        if annule or any(a <= debut and fin <= b for a, b in annules):
            continue
        if all(fin <= a or b <= debut for a, b, _ in gardes):
            gardes.append((debut, fin, indice))
    return sorted(gardes)


def _documents(textes: Iterable[str]) -> Iterator[tuple[Doc, list[int] | None]]:
    """Découper en mots un texte où tout blanc vaut une espace ; rendre de quoi retrouver les places d'origine."""
    paires = (_aplanir(texte) for texte in textes)
    yield from charger_langue().pipe(paires, as_tuples=True, batch_size=_PAQUET)


def _relire_documents(textes: Sequence[str], cache: Cache | None, sorte: str) -> Iterator[tuple[Doc, list[int] | None]]:
    """Faire de même, par le cache s'il y en a un."""
    aplatis = [_aplanir(texte) for texte in textes]
    nus = [texte for texte, _ in aplatis]
    cle = nommer_analyse(textes) if cache is not None else ""
    docs = relire_ou_analyser(cache, sorte, cle, nus, _couper, charger_vocabulaire)
    yield from zip(docs, (places for _, places in aplatis), strict=True)


def _couper(textes: Sequence[str]) -> Iterator[Doc]:
    return charger_langue().pipe(textes, batch_size=_PAQUET)


def _aplanir(texte: str) -> tuple[str, list[int] | None]:
    # spaCy makes a token of any white space but a single space, and it would part the words of a cue.
    if not re.search(r"[^\S ]|  ", texte):
        return texte, None
    gardees = [
        rang for rang, signe in enumerate(texte) if not (signe.isspace() and texte[rang + 1 : rang + 2].isspace())
    ]
    return "".join(" " if texte[rang].isspace() else texte[rang] for rang in gardees), gardees


def _place(places: list[int] | None, debut: int, fin: int) -> tuple[int, int]:
    return (debut, fin) if places is None else (places[debut], places[fin - 1] + 1)
