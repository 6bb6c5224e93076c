"""Les preuves citées dans un texte, et les mots qu'on y recopie."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

from ess_analyse.modele import MOTIF_PLACE, Place

__all__ = ["MOTIF_CITATION", "citations", "mal_ecrites", "paroles_citees", "retapee"]

_PLACE = MOTIF_PLACE.pattern.replace("?P<entretien>", "").replace("?P<debut>", "").replace("?P<fin>", "")
MOTIF_CITATION = re.compile(rf"\[@(?P<places>{_PLACE}(?:[ \u00a0]*;[ \u00a0]*@{_PLACE})*)\]")
"""Une citation bien écrite : ``[@E03:1204-1290]`` ou ``[@E03:1204-1290; @E01:71-95]``."""

_BLANC = "[ \u00a0\u202f]"
_GUILLEMETS = re.compile(r"«(?P<mots>[^«»]+)»")
_FIN_DE_PHRASE = re.compile(r"[.!?…]\s+[«“(*_]*\s*[A-ZÀ-ÖØ-ÞŒ]")
_COUPE = re.compile(r"\[\s*(?:…|\.\.\.)\s*\]")


def citations(texte: str) -> Iterator[tuple[int, int, tuple[Place, ...]]]:
    """Trouver les preuves citées dans un texte.

    Parameters
    ----------
    texte : str
        Du Markdown, ou une cellule.

    Yields
    ------
    debut, fin : int
        La place de la citation dans ce texte, crochets compris, fin exclue : de quoi la remplacer.
    places : tuple of Place
        Les preuves, dans l'ordre. Une citation mal écrite n'est pas rendue.

    Examples
    --------
    >>> list(citations("On ressaisit [@E03:12-40; @E01:7-9]."))
    [(13, 35, (Place(entretien='E03', debut=12, fin=40), Place(entretien='E01', debut=7, fin=9)))]
    """
    for trouve in MOTIF_CITATION.finditer(texte):
        try:
            places = tuple(Place.lire(place.strip().lstrip("@")) for place in trouve["places"].split(";"))
        except ValueError:
            continue
        yield trouve.start(), trouve.end(), places


def mal_ecrites(texte: str, entretiens: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Trouver ce qui voulait être une preuve et n'en est pas une.

    Parameters
    ----------
    texte : str
        Du Markdown, ou une cellule.
    entretiens : iterable of str
        Les identifiants du corpus.

    Yields
    ------
    debut : int
        Où cela commence.
    ecrit : str
        Ce qui est écrit. Une référence bibliographique (``[@dupont2020]``) n'est pas une preuve manquée.

    Examples
    --------
    >>> list(mal_ecrites("Vu [@E03: 12–40], dit [@dupont2020, p. 3], et (E03:7-9).", ["E03"]))
    [(3, '[@E03: 12–40]'), (47, 'E03:7-9')]
    """
    connus = frozenset(entretiens)
    bonnes = [(debut, fin) for debut, fin, _ in citations(texte)]
    deja = 0
    for trouve in _motif_place(connus).finditer(texte):
        debut = trouve.start()
        if debut < deja or any(a <= debut < b for a, b in bonnes):
            continue
        # Neither a reference key (@ab12) nor a paper size (A4 : 210-297) is a failed proof.
        marque = trouve["seul"] is None and trouve[0].startswith("@")
        if not marque and (trouve["seul"] or trouve["nom"]) not in connus:
            continue
        crochets = next((c for c in re.finditer(r"\[[^\[\]\n]*\]", texte) if c.start() <= debut < c.end()), trouve)
        deja = crochets.end()
        yield crochets.start(), crochets[0]


@functools.lru_cache(maxsize=4)
def _motif_place(entretiens: frozenset[str]) -> re.Pattern:
    """Composer ce qui trouve une place, bien ou mal écrite."""
    noms = "|".join(map(re.escape, sorted(entretiens, key=lambda nom: (-len(nom), nom))))
    nom = rf"(?:{noms + '|' if noms else ''}[A-Za-z]{{1,3}}\d{{1,4}})"
    nombres = rf"\d+(?:{_BLANC}*(?:[-‐‑‒–—]+|à|/){_BLANC}*\d+)?(?!\w)"
    return re.compile(rf"(?<![\w/@])(?:@?(?P<nom>{nom}){_BLANC}*[:,.]{_BLANC}*{nombres}|@(?P<seul>{nom})(?![\w:]))")


def paroles_citees(texte: str) -> Iterator[tuple[int, str, tuple[Place, ...]]]:
    """Trouver les paroles entre guillemets qu'une preuve suit dans la même phrase.

    Parameters
    ----------
    texte : str
        Du Markdown.

    Yields
    ------
    debut : int
        La place du guillemet ouvrant.
    mots : str
        Ce qu'il y a entre les guillemets.
    places : tuple of Place
        Les preuves qui suivent.

    Examples
    --------
    >>> [mots for _, mots, _ in paroles_citees("Le « faire avec ». « On note », dit-elle [@E03:12-40].")]
    [' On note ']
    """
    preuves = list(citations(texte))
    for trouve in _GUILLEMETS.finditer(texte):
        suivante = next((preuve for preuve in preuves if preuve[0] >= trouve.end()), None)
        if suivante is None:
            return
        entre = texte[trouve.end() : suivante[0]]
        if "\n\n" not in entre and not _FIN_DE_PHRASE.search(entre):
            yield trouve.start(), trouve["mots"], suivante[2]


def retapee(mots: str, tranches: Iterable[str]) -> bool:
    """Dire si des paroles citées ne se retrouvent dans aucune des tranches du corpus.

    Parameters
    ----------
    mots : str
        Ce qu'il y a entre les guillemets ; ``[…]`` marque une coupe.
    tranches : iterable of str
        Les tranches que les preuves désignent.

    Returns
    -------
    bool
        Vrai si les mots n'y sont pas, entiers et dans cet ordre. Espaces, apostrophes, casse, emphase Markdown et
        ponctuation aux bords d'un fragment ne comptent pas.

    Examples
    --------
    >>> tranche = "Ben, on ressaisit tout, l’après-midi, deux fois."
    >>> retapee(" On ressaisit tout […] deux fois ", [tranche]), retapee("on saisit", [tranche])
    (False, True)
    """
    fragments = [re.escape(net) for fragment in _COUPE.split(mots) if (net := _aplanir(fragment).strip(" .,;:…–—-"))]
    motif = re.compile(r"(?<!\w)" + r"(?!\w).*?(?<!\w)".join(fragments) + r"(?!\w)")
    return bool(fragments) and not any(motif.search(_aplanir(tranche)) for tranche in tranches)


def _aplanir(texte: str) -> str:
    texte = re.sub(r"[*_\\]", "", texte).replace("’", "'").replace("...", "…").casefold()
    return re.sub(r" (?=[?!;:])", "", re.sub(r"\s+", " ", texte))
