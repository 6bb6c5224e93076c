"""Les nuances d'un indice : ce que sa phrase nie, réduit, suppose ou demande."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ess_analyse.langue.analyses import ARBRES, Cache, nommer_analyse, relire_ou_analyser
from ess_analyse.langue.lexique import MODELE
from ess_analyse.langue.portee import lire_portee
from ess_analyse.langue.tournures import CONDITIONNEL, DECLENCHEURS
from ess_analyse.langue.vocabulaire import charger_vocabulaire

if TYPE_CHECKING:
    from spacy import Language
    from spacy.tokens import Doc

__all__ = ["NUANCES", "nuancer"]

NUANCES = ("negation", "reduction", "conditionnel", "question")
"""Ce qu'une phrase peut faire d'un indice, dans l'ordre où :func:`nuancer` le dit."""

# Read with others, a sentence would owe them its last decimal: alone, it has one tree, whatever is read beside it.
_PAQUET = 1
_ARBRE = ("DEP", "HEAD", "MORPH", "POS")
_FORTE = re.compile(r"(?:(?<!\b[A-Z])[.]|[!?…])+")
# « …, hein ? » asks for assent, not for an answer.
_APPUI = re.compile(
    r",\s*(?:hein|non|quoi|n['’]est-ce pas|pas vrai|d['’]accord|voilà|ok|si|"
    r"(?:vous|tu) (?:voyez|vois|comprenez|comprends|savez|sais))\s*\?+$",
    re.IGNORECASE,
)
_INVERSION = re.compile(r"\best[- ]ce qu|\w-t-(?:il|elle|on|ils|elles)\b", re.IGNORECASE)


@functools.cache
def _charger_arbre() -> Language:
    import spacy

    return spacy.load(MODELE, exclude=["ner", "senter", "attribute_ruler", "lemmatizer"])


def nuancer(
    textes: Sequence[str], places: Sequence[Sequence[tuple[int, int]]], cache: Cache | None = None
) -> list[list[tuple[str, ...]]]:
    """Dire ce que chaque phrase fait de ses indices : elle peut les nier, les réduire, les supposer ou les demander.

    Une nuance abaisse la confiance, elle ne retourne jamais un code : « on n'a pas de double saisie » peut encore
    raconter une surcharge. De l'indice, on remonte dans l'arbre de dépendances vers ce qui le gouverne ; « ne » n'est
    jamais exigé, « plus » sans « ne » reste indécis (« on a plus de temps »), ce qui nie une réduction l'annule (« ça
    n'évite pas »), et les mots de l'indice lui-même ne comptent pas (« pas formés »). Seules sont analysées les phrases
    qui ont, hors d'un indice, un mot sans lequel aucune de ces nuances n'est possible : 41 des 2 642 phrases du corpus
    de démonstration (1,6 % ; 163 ont un indice), soit 0,2 s, plus de 100 000 mots du corpus par seconde, contre 4,5 s
    pour tout analyser ; le chargement du modèle prend 2 à 4 s, une fois par processus.

    Parameters
    ----------
    textes : sequence of str
        Des phrases.
    places : sequence of sequence of (int, int)
        Pour chaque phrase, la place de ses indices (:func:`~ess_analyse.langue.reperer`) : points de code, fin exclue.
    cache : Cache, optional
        Où garder les arbres ; de ceux qui y sont, le modèle n'a plus à être chargé. Ils sont rangés sous le nom
        de tous les textes : donnez ceux d'un document entier.

    Returns
    -------
    list of list of tuple of str
        Pour chaque phrase, puis chaque place, ses nuances parmi ``NUANCES``, dans cet ordre ; ``()`` s'il n'y en a pas.

    Raises
    ------
    ValueError
        Autant de textes que de listes de places, ou une place vide ou hors de sa phrase.

    Notes
    -----
    Mesuré à la première lecture de 138 phrases gardées à l'écart (``tests/donnees/nuances.csv``, part ``controle`` : 60
    écrites pour cela, 78 tirées au sort parmi les phrases d'exemple) : F1 de 0,85 pour la négation (précision 0,79,
    rappel 0,92), 0,87 pour la réduction (1,00 ; 0,77), 0,89 pour le conditionnel (1,00 ; 0,80), 1,00 pour la question ;
    0,89 en tout, contre 0,67 pour les mêmes mots cherchés à cinq mots de l'indice. Elle se trompe surtout quand
    l'indice n'est que le sujet ou l'objet défini d'un verbe nié (« une réticence n'est pas un caprice »).

    Examples
    --------
    >>> phrases = ["On a pas de double saisie.", "Ça pourrait éviter la paperasse ?", "On est pas formés."]
    >>> nuancer(phrases, [[(12, 25)], [(22, 31)], [(7, 17)]])
    [[('negation',)], [('reduction', 'conditionnel', 'question')], [()]]
    """
    lues = [_lire(texte, siennes) for texte, siennes in zip(textes, places, strict=True)]
    portees = _lire_arbres(textes, lues, cache)
    return [
        [_ordonner(portees.get((rang, place), set()) | _lire_demande(texte, *place)) for place in siennes]
        for rang, (texte, siennes) in enumerate(zip(textes, lues, strict=True))
    ]


def _lire(texte: str, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    for debut, fin in places:
        if not 0 <= debut < fin <= len(texte):
            raise ValueError(f"la place {debut}-{fin} n'est pas dans la phrase « {texte} »")
    return [(debut, fin) for debut, fin in places]


def _ordonner(nuances: set[str]) -> tuple[str, ...]:
    return tuple(nuance for nuance in NUANCES if nuance in nuances)


def _lire_arbres(
    textes: Sequence[str], places: Sequence[Sequence[tuple[int, int]]], cache: Cache | None
) -> dict[tuple[int, tuple[int, int]], set[str]]:
    """Lire l'arbre des seules phrases où un déclencheur le demande."""
    retenues = {
        rang: [place for place in siennes if _est_declenche(textes[rang], *place)]
        for rang, siennes in enumerate(places)
    }
    rangs = [rang for rang, siennes in retenues.items() if siennes]
    # A white space of any kind, but of the same length: the places must hold.
    aplatis = [re.sub(r"\s", " ", textes[rang]) for rang in rangs]
    cle = nommer_analyse(textes) if cache is not None else ""
    arbres = relire_ou_analyser(cache, ARBRES, cle, aplatis, _analyser, charger_vocabulaire, _ARBRE)
    return {
        (rang, place): lire_portee(doc.char_span(*place, alignment_mode="expand"))
        for rang, doc in zip(rangs, arbres, strict=True)
        for place in retenues[rang]
    }


def _analyser(textes: Sequence[str]) -> Iterator[Doc]:
    return _charger_arbre().pipe(textes, batch_size=_PAQUET) if textes else iter(())


def _est_declenche(texte: str, debut: int, fin: int) -> bool:
    """Dire si un mot pourrait nier, réduire ou supposer l'indice : hors de lui, ou son propre conditionnel."""
    return bool(CONDITIONNEL.search(texte, debut, fin)) or any(
        trouve.end() <= debut or fin <= trouve.start()
        for motif in DECLENCHEURS.values()
        for trouve in motif.finditer(texte)
    )


def _lire_demande(texte: str, debut: int, fin: int) -> set[str]:
    """Dire si l'indice est dans une question, d'après la ponctuation ou, à défaut, une inversion."""
    bornes = list(_FORTE.finditer(texte))
    ouverture = max((borne.end() for borne in bornes if borne.end() <= debut), default=0)
    fermeture = next((borne for borne in bornes if borne.start() >= fin), None)
    if fermeture is not None and "?" in fermeture[0]:
        appui = _APPUI.search(texte, ouverture, fermeture.end())
        return set() if appui and fin <= appui.start() else {"question"}
    return {"question"} if _INVERSION.search(texte, ouverture, debut) else set()
