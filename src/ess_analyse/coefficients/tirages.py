"""Rééchantillonner des grappes, et borner une mesure par ce qu'elle devient d'un tirage à l'autre."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["borner", "tirer_grappes"]

_CENTILES = (0.025, 0.975)


def tirer_grappes(nombre: int, tirages: int, graine: int) -> np.ndarray:
    """Tirer avec remise autant de grappes qu'il y en a.

    Parameters
    ----------
    nombre : int
        Combien de grappes.
    tirages : int
        Combien de fois tirer.
    graine : int
        La même donne les mêmes tirages.

    Returns
    -------
    ndarray, shape (tirages, nombre)
        Combien de fois chaque grappe est prise.

    Examples
    --------
    >>> tirer_grappes(3, 4, graine=0).sum(axis=1).tolist()
    [3, 3, 3, 3]
    """
    if not nombre:
        return np.zeros((tirages, 0))
    return np.random.default_rng(graine).multinomial(nombre, np.full(nombre, 1 / nombre), size=tirages)


def borner(tires: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rendre les bornes qui gardent les 95 % du milieu.

    Parameters
    ----------
    tires : ndarray, shape (tirages, mesures)
        Ce que vaut chaque mesure à chaque tirage ; un NaN n'est pas compté.

    Returns
    -------
    (ndarray, ndarray)
        La borne basse et la borne haute de chaque mesure ; NaN si aucun tirage ne la définit.

    Examples
    --------
    >>> [borne.round(1).tolist() for borne in borner(np.linspace(0, 1, 41)[:, None])]
    [[0.0], [1.0]]
    """
    bas, haut = pd.DataFrame(tires).quantile(list(_CENTILES)).to_numpy()
    return bas, haut
