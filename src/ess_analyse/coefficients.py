"""Les coefficients d'accord, calculés sur des réponses : ni corpus, ni grille."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["alpha_krippendorff", "desaccords_alpha", "desaccords_kappa", "kappa_cohen", "rapporter"]


def alpha_krippendorff(valeurs: Sequence[Sequence[object]] | np.ndarray | pd.DataFrame) -> float:
    """Calculer l'alpha de Krippendorff pour des catégories sans ordre.

    Parameters
    ----------
    valeurs : matrix
        Une ligne par codeur, une colonne par unité ; None ou NaN où le codeur n'a rien dit.

    Returns
    -------
    float
        1 pour un accord parfait, 0 pour celui du hasard, négatif en dessous ; NaN si aucune unité n'a deux valeurs
        ou si toutes les valeurs sont la même (sans variation, l'accord ne prouve rien).

    References
    ----------
    Krippendorff (2011). *Computing Krippendorff's Alpha-Reliability*. https://repository.upenn.edu/asc_papers/43

    Examples
    --------
    >>> ana, bob = "a a b b d c c c e d d a".split(), "b a b b b c c c e d d d".split()
    >>> round(alpha_krippendorff([ana, bob]), 3)
    0.692
    """
    table = pd.DataFrame(valeurs).melt(var_name="unite", value_name="valeur").dropna()
    return rapporter(*desaccords_alpha(pd.crosstab(table["unite"], table["valeur"]).to_numpy()))


def kappa_cohen(premier: Sequence[object], second: Sequence[object]) -> float:
    """Calculer le kappa de Cohen.

    Parameters
    ----------
    premier, second : sequence
        Les réponses de deux codeurs aux mêmes unités, sans valeur manquante.

    Returns
    -------
    float
        1 pour un accord parfait, 0 pour celui du hasard ; NaN s'il n'y a pas d'unité ou pas de variation.

    Raises
    ------
    ValueError
        Si les listes n'ont pas la même longueur.

    References
    ----------
    Cohen (1960). *Educational and Psychological Measurement*, 20(1), 37-46.

    Examples
    --------
    >>> round(kappa_cohen([1, 1, 0, 0], [1, 0, 0, 0]), 3)
    0.5
    """
    return rapporter(*desaccords_kappa(premier, second))


def desaccords_alpha(comptes: np.ndarray) -> tuple[float, float]:
    """Compter les désaccords observés et attendus d'un alpha.

    Parameters
    ----------
    comptes : ndarray
        Une ligne par unité, une colonne par valeur : combien de codeurs l'ont donnée.

    Returns
    -------
    (float, float)
        Parts de paires en désaccord, observée et attendue du hasard ; NaN si aucune unité n'a deux valeurs.

    Examples
    --------
    >>> desaccords_alpha(np.array([[2, 0], [1, 1]]))
    (0.5, 0.5)
    """
    comptes = comptes[comptes.sum(axis=1) > 1]
    tailles, total = comptes.sum(axis=1), comptes.sum()
    if not total:
        return np.nan, np.nan
    observe = ((tailles**2 - (comptes**2).sum(axis=1)) / (tailles - 1)).sum() / total
    attendu = (total**2 - (comptes.sum(axis=0) ** 2).sum()) / (total * (total - 1))
    return float(observe), float(attendu)


def desaccords_kappa(premier: Sequence[object], second: Sequence[object]) -> tuple[float, float]:
    """Compter les désaccords observés et attendus d'un kappa.

    Parameters
    ----------
    premier, second : sequence
        Comme pour :func:`kappa_cohen`.

    Returns
    -------
    (float, float)
        Parts d'unités en désaccord, observée et attendue du hasard ; NaN s'il n'y a pas d'unité.

    Raises
    ------
    ValueError
        Si les listes n'ont pas la même longueur.

    Examples
    --------
    >>> desaccords_kappa([1, 1, 0, 0], [1, 0, 0, 0])
    (0.25, 0.5)
    """
    if len(premier) != len(second):
        raise ValueError(f"{len(premier)} réponses d'un côté, {len(second)} de l'autre")
    table = pd.crosstab(np.asarray(premier, dtype=object), np.asarray(second, dtype=object), dropna=False)
    modalites = table.index.union(table.columns)
    table = table.reindex(index=modalites, columns=modalites, fill_value=0).to_numpy()
    if not table.sum():
        return np.nan, np.nan
    parts = table / table.sum()
    return float(1 - np.trace(parts)), float(1 - parts.sum(axis=1) @ parts.sum(axis=0))


def rapporter(observe: float, attendu: float) -> float:
    """Rapporter le désaccord observé à celui du hasard.

    Parameters
    ----------
    observe, attendu : float
        Parts de désaccord, ou leurs sommes sur plusieurs codes.

    Returns
    -------
    float
        ``1 - observe / attendu`` ; NaN si le hasard ne laisse attendre aucun désaccord.

    Examples
    --------
    >>> rapporter(0.25, 0.5)
    0.5
    """
    return float(1 - observe / attendu) if attendu > 0 else np.nan
