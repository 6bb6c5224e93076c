"""Mettre des classes de mots en regard d'autre chose : les codes que des personnes ont posés, ou d'autres classes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ess_analyse.lexicometrie.mots import lister_parts, poser_parts
from ess_analyse.lexicometrie.reinert import Classement
from ess_analyse.modele import verifier_colonnes

__all__ = ["comparer_classements", "croiser_classes", "mesurer_lien"]


def croiser_classes(classement: Classement, parts: pd.DataFrame, *, seules: bool = False) -> pd.DataFrame:
    """Croiser les classes et les parts des segments.

    Parameters
    ----------
    classement : Classement
        Ce que rend une classification.
    parts : DataFrame
        ``segment, part`` : par exemple les codes (:func:`~ess_analyse.lexicometrie.parts_des_codes`).
    seules : bool
        Ne compter que les segments d'une seule part : chacun compte alors une fois, et le lien se mesure
        (:func:`mesurer_lien`).

    Returns
    -------
    DataFrame
        Classes (sans les non-classés) × parts (en texte), nombre de segments ; toutes les classes et toutes les parts y
        sont.

    Examples
    --------
    >>> segments = pd.DataFrame({"segment": ["E01:0-9", "E01:10-19"], "uc": [0, 1], "classe": [1, 2]})
    >>> parts = pd.DataFrame({"segment": ["E01:0-9", "E01:10-19", "E01:10-19"], "part": ["R", "R", "O"]})
    >>> croiser_classes(Classement(segments, pd.DataFrame(), ()), parts).to_dict("index")
    {1: {'O': 0, 'R': 1}, 2: {'O': 1, 'R': 1}}
    """
    ordre, poses = lister_parts(parts), poser_parts(parts).astype({"part": "str"})
    if seules:
        poses = poses[~poses["segment"].duplicated(keep=False)]
    classes = classement.segments.loc[classement.segments["classe"] > 0, ["segment", "classe"]]
    lignes = classes.merge(poses, on="segment")
    table = lignes.groupby(["classe", "part"]).size().unstack("part", fill_value=0)
    numeros = pd.Index(sorted(classes["classe"].unique()), dtype="int64", name="classe")
    return table.reindex(index=numeros, columns=pd.Index(list(map(str, ordre)), name="part"), fill_value=0).astype(
        "int64"
    )


def mesurer_lien(table: pd.DataFrame) -> float:
    """Mesurer le lien de deux partitions par le V de Cramér.

    Parameters
    ----------
    table : DataFrame
        Un tableau de contingence où chaque segment compte une fois.

    Returns
    -------
    float
        De 0 (aucun lien) à 1 (l'une dit l'autre) ; NaN si, lignes et colonnes vides ôtées, il n'y a pas deux lignes et
        deux colonnes. Avec peu de segments et beaucoup de cellules, il s'éloigne de 0 par le seul hasard.

    References
    ----------
    Cramér (1946). *Mathematical Methods of Statistics*. Princeton University Press, § 21.9.

    Examples
    --------
    >>> mesurer_lien(pd.DataFrame([[8, 0], [0, 4]])), mesurer_lien(pd.DataFrame([[2, 2], [3, 3]]))
    (1.0, 0.0)
    """
    effectifs = table.to_numpy(dtype=float)
    effectifs = effectifs[effectifs.sum(axis=1) > 0][:, effectifs.sum(axis=0) > 0]
    if min(effectifs.shape) < 2:
        return float("nan")
    total = effectifs.sum()
    attendus = np.outer(effectifs.sum(axis=1), effectifs.sum(axis=0)) / total
    chi2 = ((effectifs - attendus) ** 2 / attendus).sum()
    return float(np.sqrt(chi2 / (total * (min(effectifs.shape) - 1))))


def comparer_classements(un: pd.DataFrame, autre: pd.DataFrame) -> pd.Series:
    """Comparer deux partitions des mêmes segments, au-delà de ce que le hasard ferait.

    Parameters
    ----------
    un, autre : DataFrame
        ``segment`` et ``classe``, une ligne par segment (:attr:`Classement.segments`) ; 0, « non classé », est une
        classe comme une autre. Seuls les segments des deux comptent.

    Returns
    -------
    Series
        ``rand`` (indice de Rand ajusté) et ``information`` (information mutuelle ajustée) : 1 pour les mêmes classes,
        0 en moyenne pour des classes tirées au sort ; NaN sans segment commun.

    References
    ----------
    Hubert et Arabie (1985). Comparing partitions. *Journal of Classification*, 2, 193-218.
    Vinh, Epps et Bailey (2010). Information theoretic measures for clusterings comparison. *JMLR*, 11, 2837-2854.

    Examples
    --------
    >>> un = pd.DataFrame({"segment": ["E01:0-9", "E01:10-19", "E01:20-29"], "classe": [1, 1, 2]})
    >>> comparer_classements(un, un.assign(classe=[2, 2, 1])).tolist()
    [1.0, 1.0]
    """
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    for table in (un, autre):
        verifier_colonnes(table, ("segment", "classe"), "classement")
    communs = un[["segment", "classe"]].merge(autre[["segment", "classe"]], on="segment", suffixes=("", "_autre"))
    if communs.empty:
        return pd.Series({"rand": float("nan"), "information": float("nan")})
    paire = communs["classe"], communs["classe_autre"]
    return pd.Series({"rand": adjusted_rand_score(*paire), "information": adjusted_mutual_info_score(*paire)})
