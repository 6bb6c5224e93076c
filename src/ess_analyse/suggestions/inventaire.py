"""Ce qu'un premier passage retient des documents, pour ne reprendre ensuite que ceux qui sont à noter."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterator, Sequence
from collections.abc import Set as Ensemble
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from ess_analyse.cache import empreindre
from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.langue import nommer_analyse
from ess_analyse.modele import SEGMENTS
from ess_analyse.suggestions.documents import couper_tables

__all__ = ["Fiche", "Inventaire", "inventorier"]

_NOTEES = ("segment", "locuteur", "debut", "texte")
"""Ce dont les suggestions d'un document dépendent."""


class Fiche(NamedTuple):
    """Ce qui est retenu d'un document, ou d'une part d'un très long document.

    Attributes
    ----------
    entretien : str
        Son nom.
    empreinte : str
        Celle de ce dont ses suggestions dépendent.
    analyse : str
        Le nom sous lequel le cache garde ce que spaCy en a lu.
    phrases : int
        Combien il en a.
    """

    entretien: str
    empreinte: str
    analyse: str
    phrases: int


@dataclass(frozen=True, eq=False)
class Inventaire:
    """Les documents à noter : où les reprendre, ce qu'un premier passage en a retenu.

    Attributes
    ----------
    tables : sequence of DataFrame
        Leurs segments ; une table est un document, ou plusieurs qui se suivent.
    fiches : tuple of tuple of Fiche
        Pour chaque table, celles de ses documents.
    lues : DataFrame
        Les segments de ceux que l'on a demandé de garder.
    """

    tables: Sequence[pd.DataFrame]
    fiches: tuple[tuple[Fiche, ...], ...]
    lues: pd.DataFrame

    def __iter__(self) -> Iterator[Fiche]:
        return itertools.chain.from_iterable(self.fiches)

    @property
    def phrases(self) -> int:
        """Combien il y en a, en tout."""
        return sum(fiche.phrases for fiche in self)

    def reprendre(self, rangs: Ensemble[int]) -> Iterator[pd.DataFrame]:
        """Reprendre les documents de ces rangs, dans leur ordre.

        Parameters
        ----------
        rangs : set of int
            Le rang de chacun dans l'inventaire ; une table où il n'y en a aucun n'est pas relue.

        Yields
        ------
        DataFrame
            Ses segments.

        Raises
        ------
        ErreurDonnees
            Si l'un d'eux n'est plus celui de l'inventaire.
        """
        suivant = 0
        for place, fiches in enumerate(self.fiches):
            siens = range(suivant, suivant := suivant + len(fiches))
            if rangs.isdisjoint(siens):
                continue
            documents = couper_tables([self.tables[place]])
            for rang, fiche, document in itertools.zip_longest(siens, fiches, documents):
                if fiche is None or document is None:
                    raise _change(fiches[-1])
                if rang in rangs:
                    if _empreindre(document) != fiche.empreinte:
                        raise _change(fiche)
                    yield document


def inventorier(tables: Sequence[pd.DataFrame], cites: Container[str] = ()) -> Inventaire:
    """Parcourir une fois des documents, et n'en retenir que quelques mots : leur empreinte, leur nombre de phrases.

    Parameters
    ----------
    tables : sequence of DataFrame
        Colonnes ``SEGMENTS``, un document par table, ou plusieurs qui se suivent ; chaque accès peut les relire
        (:func:`~ess_analyse.segmenter_un_a_un`).
    cites : container of str
        Les documents dont on garde les segments : ceux dont les codages parlent.

    Returns
    -------
    Inventaire
        De quoi les reprendre un à un, et refuser celui qui aurait changé.

    Raises
    ------
    ErreurDonnees
        Colonne manquante ; tout ce que lire les documents peut lever.

    Examples
    --------
    >>> segments = pd.DataFrame([("E01:9-27", "E01", 1, "Marion", 9, 27, "On ressaisit tout.")], columns=SEGMENTS)
    >>> inventaire = inventorier([segments], {"E01"})
    >>> inventaire.phrases, inventaire.lues["segment"].tolist()
    (1, ['E01:9-27'])
    """
    fiches, lues = [], []
    for table in tables:
        siennes = []
        for document in couper_tables([table]):
            fiche = _decrire(document)
            siennes.append(fiche)
            if fiche.entretien in cites:
                lues.append(document)
        fiches.append(tuple(siennes))
    table = pd.concat(lues, ignore_index=True) if lues else pd.DataFrame(columns=SEGMENTS)
    return Inventaire(tables, tuple(fiches), table)


def _decrire(document: pd.DataFrame) -> Fiche:
    textes = document["texte"].tolist()
    return Fiche(document["entretien"].iloc[0], _empreindre(document), nommer_analyse(textes), len(textes))


def _empreindre(document: pd.DataFrame) -> str:
    return empreindre([document[colonne].tolist() for colonne in _NOTEES])


def _change(fiche: Fiche) -> ErreurDonnees:
    remede = "ce qui est fait est gardé : relancez"
    return ErreurDonnees([Probleme(fiche.entretien, 0, "ce document a changé pendant le calcul", remede=remede)])
