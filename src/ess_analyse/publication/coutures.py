"""Défaire ce qui cache un nom sans l'effacer : soudé à d'autres mots, coupé en bout de ligne, rangé en cellules."""

from __future__ import annotations

import functools
import re
import unicodedata

__all__ = ["COUTURE", "cloisonner", "decoudre", "motif_mot", "plier", "recoller"]

COUTURE = "\x1f"
"""Ce qui marque, dans un texte décousu, où deux mots étaient soudés : un blanc, qu'aucun texte réduit ne contient."""

_COUTURES = re.compile(
    r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])"
    r"|(?<=[A-ZÀ-ÖØ-Þ])(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ])"
)
_CLOISON = re.compile(r"(?<=[^\W_])(?:\.|[_+]{1,2}|[\"']?\s?[;,|]\s?[\"']?)(?=[^\W_])")
_LONGUEUR = 64
"""Signes relus avant un saut de ligne."""

_DEBUT_DE_LIGNE = re.compile(r"\n(?<=[^\W_]\n|[-‐\u00ad \r]\n)[^\S\n]*+([^\W_]+)")
_FIN_DE_LIGNE = re.compile(r"([^\W_]+)([-‐\u00ad]?)[^\S\n]*\Z")
_BOUT = 3
"""Lettres : en deçà, ce que sépare un saut de ligne sans trait d'union (« Le », « bon ») est souvent un mot."""


@functools.lru_cache(maxsize=1 << 18)
def plier(mot: str) -> str:
    """Ramener un mot à ses lettres : ni casse, ni accent, ni ligature.

    Parameters
    ----------
    mot : str
        Un mot.

    Returns
    -------
    str
        Ses lettres, en minuscules.

    Examples
    --------
    >>> plier("ŒUVRÉ")
    'oeuvre'
    """
    lettres = unicodedata.normalize("NFKD", mot.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(signe for signe in lettres if not unicodedata.combining(signe))


def decoudre(texte: str) -> str:
    r"""Marquer d'une ``COUTURE`` où deux mots se touchent : une capitale après une minuscule, un chiffre, une lettre.

    Examples
    --------
    >>> decoudre("E01MartineDupuis2, LaRose, ESSDupuis").replace(COUTURE, "·")
    'E·01·Martine·Dupuis·2, La·Rose, ESS·Dupuis'
    """
    return _COUTURES.sub(COUTURE, texte)


def cloisonner(texte: str) -> str:
    """Mettre une espace à la place de ce qui sépare deux cellules ou les mots d'une adresse ; rien ne change de place.

    Examples
    --------
    >>> cloisonner('Dupuis;Martine "Dupuis","Martine" martine_dupuis martine.dupuis@ici. Oui')
    'Dupuis Martine "Dupuis   Martine" martine dupuis martine dupuis@ici. Oui'
    """
    return _CLOISON.sub(lambda trouve: " " * len(trouve[0]), texte)


def recoller(texte: str, connus: frozenset[str], fins: frozenset[str]) -> str:
    r"""Recoller les mots connus que coupe un saut de ligne, avec son trait d'union ou sans.

    Parameters
    ----------
    texte : str
        N'importe quel texte.
    connus : frozenset of str
        Les mots à recoller, pliés.
    fins : frozenset of str
        Toutes leurs fins.

    Returns
    -------
    str
        Autant de lignes qu'avant : le mot recollé est à la ligne où il commence. Sans trait d'union, seul un mot à
        capitale dont les deux bouts ont au moins trois lettres est recollé : « le / bon » n'est pas « Lebon ».

    Examples
    --------
    >>> recoller("M. Du-\npuis, Du\npuis", frozenset({"dupuis"}), frozenset({"puis"}))
    'M. Dupuis\n, Du\npuis'
    """
    morceaux, fait = [], 0
    for fin in _DEBUT_DE_LIGNE.finditer(texte):
        if plier(fin[1]) not in fins:
            continue
        debut = _FIN_DE_LIGNE.search(texte, max(fait, fin.start() - _LONGUEUR), fin.start())
        if debut is None or plier(debut[1] + fin[1]) not in connus:
            continue
        if not debut[2] and (min(len(debut[1]), len(fin[1])) < _BOUT or not debut[1][0].isupper()):
            continue
        morceaux += [texte[fait : debut.end(1)], fin[1], texte[debut.end(2) : fin.start(1)]]
        fait = fin.end()
    return "".join([*morceaux, texte[fait:]]) if morceaux else texte


def motif_mot(mot: str) -> re.Pattern[str]:
    """Composer le motif qui retrouve un mot entier.

    Examples
    --------
    >>> motif_mot("rose").findall("rose, arrose, rosette, _rose_")
    ['rose', 'rose']
    """
    # The word first, so that the search leaps from one to the next instead of looking at each letter.
    return re.compile(rf"{mot}(?<![^\W_]{mot})(?![^\W_])")
