"""Prendre les segments document par document, dans leur ordre."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from ess_analyse.modele import SEGMENTS, verifier_colonnes

__all__ = ["couper_en_documents", "couper_tables", "grouper_documents"]

_PAQUET = 2000
"""En segments : ce qui est noté ensemble, quelle que soit la taille du corpus."""
_PLUS_LONG = 4000
"""En segments : un document plus long est pris en plusieurs fois, pour borner ce qui est tenu en mémoire."""


def couper_en_documents(segments: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Couper une table de segments là où change l'entretien.

    Parameters
    ----------
    segments : DataFrame
        Colonnes ``SEGMENTS``.

    Yields
    ------
    DataFrame
        Les lignes qui se suivent d'un même entretien ; mises bout à bout, elles sont la table.

    Examples
    --------
    >>> table = pd.DataFrame({"entretien": ["E01", "E01", "E02"], "texte": list("abc")})
    >>> [document["texte"].tolist() for document in couper_en_documents(table)]
    [['a', 'b'], ['c']]
    """
    noms = segments["entretien"].to_numpy()
    bords = [0, *(np.flatnonzero(noms[1:] != noms[:-1]) + 1).tolist(), len(noms)]
    for debut, fin in itertools.pairwise(bords):
        for place in range(debut, fin, _PLUS_LONG):
            yield segments.iloc[place : min(place + _PLUS_LONG, fin)]


def couper_tables(tables: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Couper des tables de segments, à mesure qu'elles viennent, comme :func:`couper_en_documents`.

    Parameters
    ----------
    tables : iterable of DataFrame
        Une table vide ne donne rien.

    Yields
    ------
    DataFrame
        Comme :func:`couper_en_documents`.

    Raises
    ------
    ErreurDonnees
        Colonne manquante.
    """
    for table in tables:
        verifier_colonnes(table, SEGMENTS, "segments")
        if len(table):
            yield from couper_en_documents(table)


def grouper_documents(documents: Iterable[pd.DataFrame]) -> Iterator[list[pd.DataFrame]]:
    """Réunir des documents qui se suivent, assez pour être notés vite, trop peu pour emplir la mémoire.

    Parameters
    ----------
    documents : iterable of DataFrame
        Ce que :func:`couper_en_documents` rend.

    Yields
    ------
    list of DataFrame
        Au moins un document.
    """
    groupe, compte = [], 0
    for document in documents:
        groupe.append(document)
        compte += len(document)
        if compte >= _PAQUET:
            yield groupe
            groupe, compte = [], 0
    if groupe:
        yield groupe
