"""Les désaccords observés et attendus, à partir de comptes que l'on peut sommer et rééchantillonner.

Chaque fonction accepte des dimensions de plus en tête (un tirage, un code) et rend un nombre pour chacune.
"""

from __future__ import annotations

from collections.abc import Sequence, Sized

import numpy as np

__all__ = [
    "desaccords_ac1",
    "desaccords_alpha",
    "desaccords_kappa",
    "diviser",
    "observer",
    "rapporter",
    "verifier_longueurs",
]


def verifier_longueurs(lignes: Sequence[Sized]) -> None:
    """Refuser des codeurs qui n'ont pas répondu au même nombre d'unités : rien ne dirait lesquelles se répondent.

    Raises
    ------
    ValueError
        Si les lignes n'ont pas la même longueur.
    """
    if len({len(ligne) for ligne in lignes}) > 1:
        raise ValueError("les codeurs n'ont pas tous le même nombre d'unités")


def observer(comptes: np.ndarray, distances: np.ndarray) -> np.ndarray:
    """Mesurer le désaccord de chaque unité : la distance moyenne de ses paires de réponses, fois leur nombre.

    Parameters
    ----------
    comptes : ndarray
        Une ligne par unité, une colonne par valeur : combien de codeurs l'ont donnée ; deux codeurs au moins.
    distances : ndarray
        La distance entre deux valeurs, de 0 à 1.

    Returns
    -------
    ndarray
        Un nombre par unité, à sommer avec les comptes pour :func:`desaccords_alpha`.

    Examples
    --------
    >>> observer(np.array([[2, 0], [1, 1]]), 1 - np.eye(2)).tolist()
    [0.0, 2.0]
    """
    return ((comptes @ distances) * comptes).sum(axis=-1) / (comptes.sum(axis=-1) - 1)


def desaccords_alpha(observes: np.ndarray, totaux: np.ndarray, distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compter les désaccords observés et attendus d'un alpha.

    Parameters
    ----------
    observes : ndarray
        La somme de ce qu'observe :func:`observer`.
    totaux : ndarray
        Combien de fois chaque valeur a été donnée, sur les mêmes unités ; une valeur par colonne.
    distances : ndarray
        La distance entre deux valeurs, de 0 à 1.

    Returns
    -------
    (ndarray, ndarray)
        Distances moyennes des paires, observée et attendue du hasard ; NaN si aucune unité n'a deux valeurs.

    Examples
    --------
    >>> comptes, distances = np.array([[2, 0], [1, 1]]), 1 - np.eye(2)
    >>> [float(part) for part in desaccords_alpha(observer(comptes, distances).sum(), comptes.sum(axis=0), distances)]
    [0.5, 0.5]
    """
    total = totaux.sum(axis=-1)
    attendus = ((totaux @ distances) * totaux).sum(axis=-1)
    return diviser(observes, total), diviser(attendus, total * (total - 1))


def desaccords_kappa(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compter les désaccords observés et attendus d'un kappa.

    Parameters
    ----------
    table : ndarray
        Les réponses croisées de deux codeurs : le premier en ligne, le second en colonne, mêmes modalités.

    Returns
    -------
    (ndarray, ndarray)
        Parts d'unités en désaccord, observée et attendue du hasard ; NaN s'il n'y a pas d'unité.

    Examples
    --------
    >>> [float(part) for part in desaccords_kappa(np.array([[2, 0], [1, 1]]))]
    [0.25, 0.5]
    """
    total = table.sum(axis=(-2, -1))
    accords = np.trace(table, axis1=-2, axis2=-1)
    hasard = (table.sum(axis=-1) * table.sum(axis=-2)).sum(axis=-1)
    return diviser(total - accords, total), diviser(total**2 - hasard, total**2)


def desaccords_ac1(accords: np.ndarray, parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compter les désaccords observés et attendus d'un AC1.

    Parameters
    ----------
    accords : ndarray
        La part moyenne des paires de codeurs d'accord.
    parts : ndarray
        La part moyenne de chaque modalité dans une unité ; une modalité par colonne, deux au moins.

    Returns
    -------
    (ndarray, ndarray)
        Parts de désaccord, observée et attendue du hasard ; NaN si une modalité a tout pris.

    Examples
    --------
    >>> [round(float(part), 3) for part in desaccords_ac1(np.array(0.75), np.array([0.25, 0.75]))]
    [0.25, 0.625]
    """
    hasard = (parts * (1 - parts)).sum(axis=-1) / (parts.shape[-1] - 1)
    varie = (parts > 0).sum(axis=-1) > 1
    return np.where(varie, 1 - accords, np.nan), np.where(varie, 1 - hasard, np.nan)


def rapporter(observe: np.ndarray, attendu: np.ndarray) -> np.ndarray:
    """Rapporter le désaccord observé à celui du hasard.

    Parameters
    ----------
    observe, attendu : ndarray
        Parts de désaccord, ou leurs sommes sur plusieurs codes.

    Returns
    -------
    ndarray
        ``1 - observe / attendu`` ; NaN si le hasard ne laisse attendre aucun désaccord.

    Examples
    --------
    >>> float(rapporter(0.25, 0.5))
    0.5
    """
    return 1 - diviser(observe, attendu)


def diviser(haut: np.ndarray, bas: np.ndarray) -> np.ndarray:
    """Diviser ; NaN là où il n'y a rien à diviser.

    Parameters
    ----------
    haut, bas : ndarray
        Le numérateur et le dénominateur, de formes compatibles.

    Returns
    -------
    ndarray
        Leur rapport, NaN où ``bas`` n'est pas positif.

    Examples
    --------
    >>> diviser([1, 1], [2, 0]).tolist()
    [0.5, nan]
    """
    haut, bas = np.asarray(haut, dtype=float), np.asarray(bas, dtype=float)
    haut, bas = np.broadcast_arrays(haut, bas)
    return np.divide(haut, bas, out=np.full(bas.shape, np.nan), where=bas > 0)
