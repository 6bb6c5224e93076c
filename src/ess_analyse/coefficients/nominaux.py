"""Les coefficients pour des catégories sans ordre, une réponse par codeur et par unité."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ess_analyse.coefficients.desaccords import (
    desaccords_ac1,
    desaccords_alpha,
    desaccords_kappa,
    observer,
    rapporter,
    verifier_longueurs,
)

__all__ = ["ac1_gwet", "alpha_krippendorff", "kappa_cohen"]


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

    Raises
    ------
    ValueError
        Si les lignes n'ont pas la même longueur.

    References
    ----------
    Krippendorff (2011). *Computing Krippendorff's Alpha-Reliability*. https://repository.upenn.edu/asc_papers/43

    Examples
    --------
    >>> ana, bob = "a a b b d c c c e d d a".split(), "b a b b b c c c e d d d".split()
    >>> round(alpha_krippendorff([ana, bob]), 3)
    0.692
    """
    comptes = _compter(valeurs)
    comptes = comptes[comptes.sum(axis=1) > 1]
    distances = 1 - np.eye(comptes.shape[1])
    return float(rapporter(*desaccords_alpha(observer(comptes, distances).sum(), comptes.sum(axis=0), distances)))


def ac1_gwet(valeurs: Sequence[Sequence[object]] | np.ndarray | pd.DataFrame, modalites: int | None = None) -> float:
    """Calculer l'AC1 de Gwet, qui ne s'effondre pas quand une réponse est rare.

    Parameters
    ----------
    valeurs : matrix
        Une ligne par codeur, deux au moins, une colonne par unité ; None ou NaN où le codeur n'a rien dit.
    modalites : int, optional
        Combien de réponses étaient possibles ; par défaut, celles qui ont servi. Une réponse possible que personne
        n'a donnée change l'accord du hasard.

    Returns
    -------
    float
        1 pour un accord parfait, 0 pour celui du hasard ; NaN si aucune unité n'a deux valeurs ou si toutes les
        valeurs sont la même (sans variation, l'accord ne prouve rien).

    Raises
    ------
    ValueError
        Si ``modalites`` est plus petit que le nombre de réponses données, ou si les lignes n'ont pas la même longueur.

    Notes
    -----
    L'accord observé est la moyenne des unités à deux valeurs au moins ; celui du hasard, ``Σ πk(1 - πk) / (q - 1)``,
    où ``πk`` est la part moyenne de la réponse ``k`` dans une unité, unités à une seule valeur comprises : c'est la
    définition de Gwet (2014) pour les données manquantes. :func:`~ess_analyse.mesurer_accord` ne retient que les
    unités lues deux fois, pour lire tous ses coefficients sur les mêmes : son ``ac1`` diffère s'il y en a d'autres.

    References
    ----------
    Gwet (2008). Computing inter-rater reliability and its variance in the presence of high agreement. *British
    Journal of Mathematical and Statistical Psychology*, 61(1), 29-48. Pour les valeurs manquantes : Gwet (2014).
    *Handbook of Inter-Rater Reliability*, 4e éd.

    Examples
    --------
    Deux lecteurs d'accord 96 fois sur 100 pour ne pas poser un code, 2 fois pour le poser :

    >>> ana, bob = [1] * 3 + [0] * 97, [1] * 2 + [0] + [1] + [0] * 96
    >>> round(ac1_gwet([ana, bob]), 3), round(kappa_cohen(ana, bob), 3)
    (0.979, 0.656)
    """
    comptes = _compter(valeurs)
    donnees = comptes.shape[1]
    if modalites is not None and modalites < donnees:
        raise ValueError(f"{modalites} réponses possibles, mais {donnees} ont été données")
    doubles = comptes[comptes.sum(axis=1) > 1]
    if donnees < 2 or not len(doubles):
        return float("nan")
    comptes = np.pad(comptes, ((0, 0), (0, (modalites or donnees) - donnees)))
    accords = 1 - observer(doubles, 1 - np.eye(donnees)) / doubles.sum(axis=1)
    parts = comptes / comptes.sum(axis=1, keepdims=True)
    return float(rapporter(*desaccords_ac1(accords.mean(), parts.mean(axis=0))))


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
    if len(premier) != len(second):
        raise ValueError(f"{len(premier)} réponses d'un côté, {len(second)} de l'autre")
    table = pd.crosstab(np.asarray(premier, dtype=object), np.asarray(second, dtype=object), dropna=False)
    modalites = table.index.union(table.columns)
    table = table.reindex(index=modalites, columns=modalites, fill_value=0)
    return float(rapporter(*desaccords_kappa(table.to_numpy())))


def _compter(valeurs: Sequence[Sequence[object]] | np.ndarray | pd.DataFrame) -> np.ndarray:
    """Compter, pour chaque unité (en ligne), combien de codeurs ont donné chaque valeur (en colonne)."""
    if not isinstance(valeurs, pd.DataFrame):
        verifier_longueurs(valeurs)
    table = pd.DataFrame(valeurs).melt(var_name="unite", value_name="valeur").dropna()
    return pd.crosstab(table["unite"], table["valeur"]).to_numpy()
