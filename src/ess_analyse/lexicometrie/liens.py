"""Le lien d'un mot et d'un ensemble de segments."""

from __future__ import annotations

import numpy as np

__all__ = ["mesurer_liens"]


def mesurer_liens(ensemble: np.ndarray, presents: np.ndarray, taille: np.ndarray | int, total: int) -> np.ndarray:
    """Mesurer le χ² d'association, à un degré de liberté, d'une présence et d'un ensemble ; négatif s'ils s'évitent.

    Parameters
    ----------
    ensemble : ndarray
        Combien de lignes de l'ensemble portent la présence.
    presents : ndarray
        Combien de toutes les lignes la portent.
    taille : ndarray or int
        Combien de lignes a l'ensemble.
    total : int
        Combien il y a de lignes.

    Returns
    -------
    ndarray of float
        Le χ² de Pearson du tableau à quatre cases, sans correction de continuité, signé ; 0 si une marge est vide.

    Examples
    --------
    >>> mesurer_liens(np.array([3.0, 0.0, 2.0]), np.array([3.0, 3.0, 4.0]), 3, 6).tolist()
    [6.0, -6.0, 0.0]
    """
    attendu = presents * taille / total
    # total² × (gap)² over the four margins, times total: the usual N (ad − bc)² / (R₁ R₂ C₁ C₂).
    marges = attendu * (total - taille) * (total - presents) / total
    ecart = ensemble - attendu
    chi2 = np.divide(ecart**2 * total, marges, out=np.zeros(np.shape(ecart)), where=marges > 0)
    return np.sign(ecart) * chi2
