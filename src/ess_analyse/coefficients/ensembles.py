"""L'accord quand chaque codeur donne à une unité un ensemble d'étiquettes, peut-être vide."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from ess_analyse.coefficients.desaccords import desaccords_alpha, observer, rapporter, verifier_longueurs

__all__ = ["alpha_masi", "distance_masi", "ranger_ensembles"]


def distance_masi(un: Collection[str], autre: Collection[str]) -> float:
    """Mesurer la distance MASI entre deux ensembles d'étiquettes.

    Parameters
    ----------
    un, autre : collection of str
        Deux ensembles, peut-être vides.

    Returns
    -------
    float
        ``1 - J × M`` : J est le rapport de l'intersection à la réunion (Jaccard) ; M vaut 1 si les ensembles sont
        égaux, 2/3 si l'un contient l'autre, 1/3 s'ils se croisent, 0 s'ils n'ont rien en commun. Deux ensembles vides
        sont égaux (0) ; un ensemble vide est à la distance 1 de tout autre.

    References
    ----------
    Passonneau (2006). Measuring agreement on set-valued items (MASI) for semantic and pragmatic annotation. *LREC*.
    Les fractions y sont exactes : 2/3 et 1/3, non leurs arrondis.

    Examples
    --------
    >>> [round(distance_masi(set(un), set(autre)), 3) for un, autre in [("ab", "ab"), ("a", "ab"), ("ab", "bc")]]
    [0.0, 0.667, 0.889]
    """
    un, autre = set(un), set(autre)
    if un == autre:
        return 0.0
    commun = un & autre
    monotonie = 2 / 3 if commun in (un, autre) else 1 / 3
    return 1 - monotonie * len(commun) / len(un | autre)


def alpha_masi(ensembles: Sequence[Sequence[Collection[str] | None]]) -> float:
    """Calculer l'alpha de Krippendorff de réponses à plusieurs étiquettes, avec la distance MASI.

    Parameters
    ----------
    ensembles : matrix
        Une ligne par codeur, une colonne par unité, un ensemble d'étiquettes dans chaque case : vide si le codeur a
        lu l'unité sans rien y mettre, None ou NaN s'il ne l'a pas lue.

    Returns
    -------
    float
        1 pour un accord parfait, 0 pour celui du hasard ; NaN si aucune unité n'a deux lectures ou si toutes les
        lectures sont la même. Si chaque case a une seule étiquette, c'est l'alpha nominal.

    Raises
    ------
    ValueError
        Si les lignes n'ont pas la même longueur, ou si une case est un texte au lieu d'un ensemble.

    References
    ----------
    Passonneau (2006), pour la distance (:func:`distance_masi`). Krippendorff (2004). *Content Analysis*, 2e éd.,
    p. 232, pour un alpha à distances.

    Examples
    --------
    >>> ana = [{"R-SENS"}, {"R-SENS", "O-COMP"}, set(), {"O-COMP"}]
    >>> bob = [{"R-SENS"}, {"R-SENS"}, set(), None]
    >>> round(alpha_masi([ana, bob]), 3)
    0.667
    """
    verifier_longueurs(ensembles)
    comptes, distances = ranger_ensembles(list(zip(*ensembles, strict=True)))
    comptes = comptes[comptes.sum(axis=1) > 1]
    return float(rapporter(*desaccords_alpha(observer(comptes, distances).sum(), comptes.sum(axis=0), distances)))


def ranger_ensembles(unites: Sequence[Sequence[Collection[str] | None]]) -> tuple[np.ndarray, np.ndarray]:
    """Compter les ensembles donnés à chaque unité, et mesurer les distances entre eux.

    Parameters
    ----------
    unites : sequence
        Pour chaque unité, les ensembles que ses codeurs lui ont donnés ; None ou NaN où l'un n'a rien dit.

    Returns
    -------
    comptes : ndarray
        Une ligne par unité, une colonne par ensemble différent : combien de codeurs l'ont donné.
    distances : ndarray
        La distance MASI entre deux ensembles.

    Raises
    ------
    ValueError
        Si une case est un texte au lieu d'un ensemble.

    Examples
    --------
    >>> comptes, distances = ranger_ensembles([({"a"}, {"a"}), ({"a"}, None), (set(), {"a"})])
    >>> comptes.tolist(), distances.tolist()
    ([[0, 2], [0, 1], [1, 1]], [[0.0, 1.0], [1.0, 0.0]])
    """
    donnes = [
        [_lire(case) for case in unite if case is not None and case is not pd.NA and case == case] for unite in unites
    ]
    sortes = sorted({ensemble for unite in donnes for ensemble in unite}, key=sorted)
    rangs = {ensemble: rang for rang, ensemble in enumerate(sortes)}
    comptes = np.zeros((len(donnes), len(sortes)), dtype="int64")
    for ligne, unite in enumerate(donnes):
        for ensemble in unite:
            comptes[ligne, rangs[ensemble]] += 1
    distances = np.array([[distance_masi(un, autre) for autre in sortes] for un in sortes])
    return comptes, distances.reshape(len(sortes), len(sortes))


def _lire(case: Collection[str]) -> frozenset[str]:
    if isinstance(case, str):
        raise ValueError(f"« {case} » est un texte : écrivez un ensemble d'étiquettes")
    return frozenset(case)
