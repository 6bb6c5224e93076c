"""La loi hypergéométrique, en logarithmes : aucune probabilité n'y est si petite qu'elle se perde."""

from __future__ import annotations

import numpy as np

__all__ = ["mesurer_surprise"]

_PRECISION = 1e-15
"""En deçà, ce qu'un terme ajoute à une somme d'au moins 1 ne change plus son dernier chiffre."""


def mesurer_surprise(sous: np.ndarray, total: np.ndarray, taille: np.ndarray, corpus: int) -> np.ndarray:
    """Mesurer de combien un effectif surprend.

    Parameters
    ----------
    sous : ndarray of int
        k, les occurrences du mot dans la part.
    total : ndarray of int
        f, ses occurrences dans le corpus.
    taille : ndarray of int
        t, les occurrences de tous les mots dans la part.
    corpus : int
        T, celles de tous les mots du corpus.

    Returns
    -------
    ndarray of float
        Au-dessus du mode, −log10 P(X ≥ k), positif ; sinon log10 P(X ≤ k), négatif ou nul.

    Notes
    -----
    Le premier terme par la fonction ln Γ, les suivants par le rapport de deux termes voisins, en s'éloignant du mode :
    ils décroissent, la somme s'arrête donc d'elle-même. ``scipy.stats.hypergeom`` donne les mêmes nombres, bien plus
    lentement sur un lexique entier.

    References
    ----------
    Lafon (1980). Sur la variabilité de la fréquence des formes dans un corpus. *Mots*, 1, 127-165.

    Examples
    --------
    « Peuple » dans deux discours de Robespierre (Lafon, 1980), tels que le paquet ``textometry`` les publie :

    >>> scores = mesurer_surprise(np.array([4, 14]), np.array([296, 296]), np.array([1084, 6903]), 61449)
    >>> [round(float(score), 4) for score in scores]
    [-0.3977, -4.1743]
    """
    cas = np.stack([np.asarray(valeurs, dtype=np.int64) for valeurs in (sous, total, taille)])
    uniques, rangs = np.unique(cas, axis=1, return_inverse=True)
    k, f, t = uniques.astype(float)
    mode = np.floor((t + 1) * (f + 1) / (corpus + 2))
    haut = k > mode
    log10 = (_log_terme(k, f, t, corpus) + np.log(_sommer(k, f, t, corpus, haut))) / np.log(10)
    # A tail is at most 1: what exceeds it is rounding.
    return np.where(haut, -1.0, 1.0)[rangs] * np.minimum(log10, 0.0)[rangs]


def _log_terme(k, f, t, corpus):
    from scipy.special import gammaln

    def log_choix(n, r):
        return gammaln(n + 1) - gammaln(r + 1) - gammaln(n - r + 1)

    return log_choix(f, k) + log_choix(corpus - f, t - k) - log_choix(corpus, t)


def _sommer(k, f, t, corpus, haut):
    """Sommer les termes d'une queue, rapportés au premier."""
    somme, terme, rang = np.ones_like(k), np.ones_like(k), k.copy()
    actifs = np.arange(len(k))
    while len(actifs):
        i, f_, t_, monte = rang[actifs], f[actifs], t[actifs], haut[actifs]
        autres = corpus - f_ - t_
        montee = (f_ - i) * (t_ - i) / ((i + 1) * (autres + i + 1))
        descente = i * (autres + i) / ((f_ - i + 1) * (t_ - i + 1))
        terme[actifs] *= np.where(monte, montee, descente)
        somme[actifs] += terme[actifs]
        rang[actifs] += np.where(monte, 1, -1)
        actifs = actifs[terme[actifs] > _PRECISION * somme[actifs]]
    return somme
