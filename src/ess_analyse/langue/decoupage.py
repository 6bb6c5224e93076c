"""Découper un texte en mots, dont la racine retrouve un indice quelle qu'en soit la flexion."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from spacy import Language
    from spacy.tokens import Doc

__all__ = ["Mot", "Phrase", "Reperage", "charger_langue", "decouper", "lire_phrases", "reperer"]

_PAQUET = 512
_ELISIONS = {
    "c'": "ce",
    "d'": "de",
    "j'": "je",
    "jusqu'": "jusque",
    "l'": "le",
    "lorsqu'": "lorsque",
    "m'": "me",
    "n'": "ne",
    "puisqu'": "puisque",
    "qu'": "que",
    "quoiqu'": "quoique",
    "s'": "se",
    "t'": "te",
}
# Words whose stem Snowball shares with an unrelated one (donner, formation, saisir, CAF, devoir, direct, compter), or
# does not share with their own plural.
_A_PART = {
    "appuis": "appui",
    "café": "café",
    "cafés": "café",
    "compta": "compta",
    "devis": "devis",
    "direction": "direction",
    "directions": "direction",
    "donnée": "donnée",
    "données": "donnée",
    "emplois": "emploi",
    "essais": "essai",
    "format": "formats",
    "formats": "formats",
    "jeux": "jeu",
    "permanence": "permanence",
    "permanences": "permanence",
    "sais": "savoir",
}
# Snowball reads these plural nouns as verbs in the first person (connexions, opinions, permissions).
_PLURIELS = ("nions", "sions", "xions")


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


@functools.cache
def charger_langue() -> Language:
    """Charger le découpage français en mots, où la forme ``NORM`` de chaque mot est sa racine.

    La racine est celle de l'algorithme Snowball pour le français (Porter), accents gardés ; les élisions sont
    rétablies (« d' » vaut « de ») et les deux apostrophes confondues. Elle est calculée une fois par forme du
    vocabulaire, non par mot lu. Le chargement prend 3 à 6 s, une fois par processus.

    Returns
    -------
    spacy.Language
        Un pipeline réduit au découpage en mots, partagé : ne le modifiez pas.

    Notes
    -----
    Une racine n'est pas un lemme : « ressaisir », « ressaisie » et « ressaisissons » n'en font qu'une, mais
    « perdre » et « perdu » en font deux ; « travail » et « travaux » de même.

    Examples
    --------
    >>> [mot.norm_ for mot in charger_langue()("Les données ressaisies d'hier")]
    ['le', 'donnée', 'ressais', 'de', 'hi']
    """
    import spacy
    from snowballstemmer import stemmer
    from spacy.attrs import NORM

    nlp, raciner = spacy.blank("fr"), stemmer("french").stemWord

    def norme(forme: str) -> str:
        forme = forme.lower().replace("’", "'")
        return _ELISIONS.get(forme) or _A_PART.get(forme) or raciner(forme[:-1] if forme.endswith(_PLURIELS) else forme)

    nlp.vocab.lex_attr_getters[NORM] = norme
    for lexeme in nlp.vocab:
        lexeme.norm_ = norme(lexeme.orth_)
    # A NORM set by a tokenizer exception would hide the stem of its lexeme.
    nlp.tokenizer.rules = {
        forme: [{nom: valeur for nom, valeur in mot.items() if nom != NORM} for mot in mots]
        for forme, mots in nlp.tokenizer.rules.items()
    }
    return nlp


class Phrase(NamedTuple):
    """Un texte, ses mots, et les indices qui s'y trouvent."""

    texte: str
    mots: list[Mot]
    reperages: list[Reperage]


def decouper(textes: Iterable[str]) -> Iterator[list[Mot]]:
    """Découper des textes en mots, sans la ponctuation ni les blancs.

    Parameters
    ----------
    textes : iterable of str
        Des phrases ou des paragraphes.

    Yields
    ------
    list of Mot
        Pour chaque texte, ses mots dans l'ordre ; les places sont en points de code, dans ce texte.

    Examples
    --------
    >>> [(mot.racine, mot.debut, mot.fin) for mot in next(decouper(["On ressaisit tout."])) if not mot.outil]
    [('ressais', 3, 12)]
    """
    for doc, places in _documents(textes):
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
    chercher, (lus, gardes) = _preparer(indices, sauf or {}), itertools.tee(textes)
    for texte, (doc, places) in zip(gardes, _documents(lus), strict=True):
        yield Phrase(texte, _mots(doc, places), chercher(doc, places))


def _mots(doc: Doc, places: list[int] | None) -> list[Mot]:
    return [
        Mot(mot.norm_, *_place(places, mot.idx, mot.idx + len(mot)), mot.is_stop)
        for mot in doc
        if not (mot.is_punct or mot.is_space)
    ]


def _preparer(
    indices: Mapping[str, Sequence[str]], sauf: Mapping[str, Sequence[str]]
) -> Callable[[Doc, list[int] | None], list[Reperage]]:
    from spacy.matcher import PhraseMatcher

    cles = [
        (code, indice, annule)
        for annule, table in ((False, indices), (True, sauf))
        for code, locutions in table.items()
        for indice in locutions
    ]
    matcher = PhraseMatcher(charger_langue().vocab, attr="NORM")
    for rang, (doc, _) in enumerate(_documents(indice for _, indice, _ in cles)):
        if len(doc):
            matcher.add(str(rang), [doc])
    chaines, ordre = charger_langue().vocab.strings, {code: rang for rang, code in enumerate(indices)}

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
