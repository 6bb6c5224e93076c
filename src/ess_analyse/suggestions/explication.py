"""Les raisons d'une suggestion : les mots qui ont pesé, et la phrase d'exemple la plus proche."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from ess_analyse.suggestions.classifieur import Adaptation
    from ess_analyse.suggestions.depart import Depart
    from ess_analyse.suggestions.traits import Gramme, PhraseLue, Traits

__all__ = ["rapprocher", "trouver_causes"]


def trouver_causes(
    depart: Depart,
    adaptation: Adaptation | None,
    phrases: Sequence[PhraseLue],
    mots: csr_matrix,
    codes: np.ndarray,
) -> list[list[Gramme | None]]:
    """Trouver, pour chaque phrase et chacun de ses codes, la suite de mots qui a pesé le plus en sa faveur.

    Parameters
    ----------
    depart : Depart
        Ce que la machine savait.
    adaptation : Adaptation, optional
        Ce que l'étude y a ajouté.
    phrases : sequence of PhraseLue
        Les phrases.
    mots : csr_matrix, shape (phrases, mots)
        Leurs mots, pour le départ.
    codes : ndarray, shape (phrases, k)
        Les rangs des codes à expliquer, par phrase.

    Returns
    -------
    list of list of Gramme or None
        Rien si aucun mot n'a pesé pour le code.
    """
    grammes = [_montrables(phrase) for phrase in phrases]
    poids = depart.classifieur.poids
    if adaptation is None:
        avis = [(_colonnes(depart.traits, mots, grammes), poids)]
    else:
        siens = adaptation.traits_.transformer_mots(phrases)
        avis = [
            (_colonnes(depart.traits, mots, grammes), poids * adaptation.pente_[:, None]),
            (_colonnes(adaptation.traits_, siens, grammes), adaptation.coef_),
        ]
    causes = []
    for rang, siens in enumerate(grammes):
        if not siens:
            causes.append([None] * codes.shape[1])
            continue
        apports = sum(table[rang].valeurs * poids[np.ix_(codes[rang], table[rang].colonnes)] for table, poids in avis)
        meilleurs = apports.argmax(axis=1)
        causes.append(
            [siens[place] if apport[place] > 0 else None for apport, place in zip(apports, meilleurs, strict=True)]
        )
    return causes


def rapprocher(mots: csr_matrix, exemples: csr_matrix, siens: np.ndarray) -> np.ndarray:
    """Trouver l'exemple qui ressemble le plus à chaque phrase, par le cosinus de leurs mots.

    Parameters
    ----------
    mots : csr_matrix, shape (phrases, mots)
        Les mots des phrases.
    exemples : csr_matrix, shape (exemples, mots)
        Ceux des exemples.
    siens : ndarray of int
        Les rangs des exemples parmi lesquels chercher.

    Returns
    -------
    ndarray of int
        Le rang d'un exemple par phrase ; -1 si aucun n'a un mot commun avec elle.
    """
    ressemblances = mots @ exemples[siens].T
    meilleurs = np.asarray(ressemblances.argmax(axis=1)).ravel()
    fortes = ressemblances.max(axis=1).toarray().ravel() > 0
    return np.where(fortes, siens[meilleurs], -1)


class _Presents(NamedTuple):
    """Les colonnes des suites de mots d'une phrase, et leurs valeurs ; 0 et 0 pour une suite inconnue."""

    colonnes: np.ndarray
    valeurs: np.ndarray


def _montrables(phrase: PhraseLue) -> list[Gramme]:
    return list({gramme.forme: gramme for gramme in reversed(phrase.grammes) if gramme.montrable}.values())


def _colonnes(traits: Traits, mots: csr_matrix, grammes: Sequence[Sequence[Gramme]]) -> list[_Presents]:
    connus = traits.mots_.vocabulary_
    mots.sort_indices()
    presents = []
    for rang, siens in enumerate(grammes):
        debut, fin = mots.indptr[rang], mots.indptr[rang + 1]
        places = np.array([connus.get(gramme.forme, -1) for gramme in siens], dtype=int)
        if debut == fin:
            presents.append(_Presents(np.zeros(len(siens), dtype=int), np.zeros(len(siens))))
            continue
        rangs = np.minimum(mots.indices[debut:fin].searchsorted(places), fin - debut - 1)
        trouves = mots.indices[debut + rangs] == places
        presents.append(_Presents(np.where(trouves, places, 0), np.where(trouves, mots.data[debut + rangs], 0.0)))
    return presents
