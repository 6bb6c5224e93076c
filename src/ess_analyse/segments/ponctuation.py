"""Trouver où finissent les phrases d'une parole ponctuée."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ess_analyse.segments.abreviations import AMORCES, est_abrege

__all__ = ["fins_de_phrase"]

_BLANC = r"[^\S\n]"
_FERMANTS = '»”"’)\\]*'
_OUVRANTS = '«“"‘(\\[*'
# A sentence may end at a run of marks before white space, closed quotes included; at a run of marks glued to a capital;
# at a line break; before a bullet.
_CANDIDAT = re.compile(
    rf"(?<![.!?…])(?P<marque>[.!?…]+)(?P<fermants>(?:[ \u00a0\u202f]?[{_FERMANTS}])*)(?=\s)"
    r"|(?P<collee>(?<=[a-zà-öø-ÿœ]{2})[.!?…]+|(?<=[a-zà-öø-ÿœ][ \u00a0\u202f])[!?]+)"
    r"(?=(?P<mot>[A-ZÀ-ÖØ-ÞŒ][a-zà-öø-ÿœ]*)(?:[\s,’']|\Z))"
    r"|(?P<ligne>\n)"
    r"|(?<=\s)(?=[•▪●◦‣]\s)"
)
# What a transcriber notes between brackets is no sentence: it goes with the one that follows.
_SUITE = re.compile(
    rf"\s*(?:(?:\[[^\[\]\n]{{1,60}}\]|\([a-zà-öø-ÿœ][^()\n.!?…]{{0,60}}\)){_BLANC}*)*+"
    rf"(?:[-–—•▪●◦‣]{_BLANC})?[{_OUVRANTS} \u00a0\u202f]*+(?P<signe>\S?)(?P<reste>[^\W\d_]*)"
)
_JAMAIS_APRES = frozenset(",;:)»”…!?.")
_CITATION_BREVE = 240
"""En signes : au-delà, une citation se lit comme le reste, phrase par phrase."""
_GUILLEMETS = re.compile(r'[«»“”"\n]')
_BLANCS = re.compile(r"\s*")
_TIRETS = re.compile(rf"(?:{_BLANC}|[-–—])*")
_PORTEE = 60
"""En signes : où chercher, avant une marque, les deux derniers mots."""
_NUMERO = re.compile(r"(?<![\w.,/-])(\d{1,2})\.(?=\s+\S)")
_TETE_DE_LISTE = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})")
# « et… Marcel » hesitates, it does not end: nothing ends with these words.
_TEXTE_SUSPENS = """
le la les l un une des du de d à au aux chez avec dans sur par pour en mon ma mes son sa ses notre nos votre vos
leur leurs ce cet cette ces que qu c'est ben bah euh heu hum
"""
_SUSPENS = frozenset(_TEXTE_SUSPENS.split())


def fins_de_phrase(texte: str) -> Iterator[int]:
    """Trouver où finissent les phrases, d'après la ponctuation et les sauts de ligne.

    Parameters
    ----------
    texte : str
        Les paroles d'un tour.

    Yields
    ------
    int
        Une place du texte, juste après une phrase ; dans l'ordre. La fin du texte n'en est pas.

    Examples
    --------
    >>> list(fins_de_phrase("Le plan B. On y va. Avec M. Leroy ?"))
    [10, 19]
    """
    citations, numeros = _citations(texte), _numeros(texte)
    rang, ligne = 0, True
    debut = _BLANCS.match(texte).end()
    premier = _TIRETS.match(texte, debut).end()
    for candidat in _CANDIDAT.finditer(texte):
        ici, fin = candidat.span()
        if candidat["ligne"]:
            ligne = True
            if ici < debut:
                continue
        elif candidat["marque"] or candidat["collee"]:
            while rang < len(citations) and citations[rang][1] <= ici:
                rang += 1
            # Only a quotation embedded in a longer sentence is kept whole: one that opens the sentence is cut inside.
            if rang < len(citations) and premier < citations[rang][0] < ici and fin < citations[rang][1]:
                continue
            if ici in numeros or not _finit(texte, debut, ligne, candidat):
                continue
            ligne = False
        debut = _BLANCS.match(texte, fin).end()
        premier = _TIRETS.match(texte, debut).end()
        yield fin


def _citations(texte: str) -> list[tuple[int, int]]:
    """Placer les citations brèves ; de citations enchâssées, la plus grande qui soit brève."""
    breves: list[tuple[int, int]] = []
    ouverts: list[int] = []
    droit = None
    for trouve in _GUILLEMETS.finditer(texte):
        signe, place = trouve[0], trouve.start()
        debut = None
        if signe == "\n":
            ouverts, droit = [], None
        elif signe in "«“":
            ouverts.append(place)
        elif signe in "»”":
            debut = ouverts.pop() if ouverts else None
        elif droit is None:
            droit = place
        else:
            debut, droit = droit, None
        if debut is not None and place - debut <= _CITATION_BREVE:
            while breves and breves[-1][0] > debut:
                breves.pop()
            breves.append((debut, place + 1))
    return breves


def _numeros(texte: str) -> frozenset[int]:
    """Placer les points des numéros qui se suivent, 1. puis 2. : ils annoncent, ils ne finissent rien."""
    suite, numeros = [], set()
    for trouve in _NUMERO.finditer(texte):
        nombre, point = int(trouve[1]), trouve.end() - 1
        if nombre == len(suite) + 1:
            suite.append(point)
        elif nombre == 1:
            suite = [point]
        if len(suite) > 1:
            numeros.update(suite[-2:])
    return frozenset(numeros)


def _finit(texte: str, debut: int, ligne: bool, candidat: re.Match) -> bool:
    if candidat["collee"]:
        return _finit_collee(texte, candidat)
    suite = _SUITE.match(texte, candidat.end())
    signe = suite["signe"]
    if not signe or signe.islower() or signe in _JAMAIS_APRES:
        return False
    fin, marque = candidat.start(), candidat["marque"]
    mots = texte[max(debut, fin - _PORTEE) : fin].split()
    if not mots:
        return True
    if marque in ("…", "...") and signe.isupper():
        return mots[-1].lower() not in _SUSPENS or (signe + suite["reste"]).lower() in AMORCES
    if marque != "." or candidat["fermants"]:
        return True
    if ligne and _TETE_DE_LISTE.fullmatch(texte, debut, fin):
        return False
    apres = texte[suite.start("signe") : suite.start("signe") + _PORTEE]
    return not est_abrege(mots[-1], mots[-2] if len(mots) > 1 else "", apres)


def _finit_collee(texte: str, candidat: re.Match) -> bool:
    """Dire si « fini.On » finit une phrase : jamais dans une adresse ni devant ce qui peut être un nom."""
    place = candidat.start()
    jeton = texte[max(0, place - _PORTEE) : place].rsplit(maxsplit=1)[-1]
    return not any(signe in jeton for signe in "./@") and (
        candidat["collee"] != "." or candidat["mot"].lower() in AMORCES
    )
