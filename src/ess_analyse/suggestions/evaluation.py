"""Comparer ce que la machine propose à ce que des personnes ont décidé."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, SUGGESTIONS, verifier_colonnes

__all__ = ["EVALUATION", "evaluer"]

EVALUATION = ("code", "usages", "proposes", "precision", "rappel", "f1", "f1_macro", "rappel_3", "rappel_5", "valence")


def evaluer(
    suggestions: pd.DataFrame, codages: pd.DataFrame, grille: Grille, *, dimension: str = "theme"
) -> pd.DataFrame:
    """Mesurer des suggestions contre les décisions de personnes, sur les segments qu'elles ont lus.

    Parameters
    ----------
    suggestions : DataFrame
        Colonnes ``SUGGESTIONS`` ; pour un chiffre honnête, celles de
        :func:`~ess_analyse.suggestions.suggerer_par_plis`.
    codages : DataFrame
        Colonnes ``CODAGES``, consolidées : un avis par segment.
    grille : Grille
        Les codes.
    dimension : str
        La dimension évaluée.

    Returns
    -------
    DataFrame
        Une ligne par code, dans l'ordre de la grille, puis la ligne ``ensemble``. ``usages`` : segments où les
        personnes ont mis le code ; ``proposes`` : segments où il est retenu ; ``precision``, ``rappel``, ``f1``
        (micro-moyennes dans ``ensemble``) ; ``f1_macro`` : moyenne des F1 définis ; ``rappel_3``, ``rappel_5`` : part
        des usages dont le code est parmi les 3 ou 5 premiers, retenu ou non ; ``valence`` : α nominal de Krippendorff
        entre machine et personnes sur « risque, opportunité, mixte, rien » par segment. NaN où la mesure n'est pas
        définie ; ``f1_macro`` et ``valence`` ne le sont que pour ``ensemble``.

    Raises
    ------
    ErreurDonnees
        Colonne manquante, dimension inconnue.

    Notes
    -----
    α : K. Krippendorff, *Content Analysis*, 4ᵉ éd., 2019, chap. 12.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> code = Code("R-CHARGE", "theme", "Charge", "Trop", (), (), ("Trop.",), (), ("trop",))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (code,))
    >>> proposes = pd.DataFrame([("E01:0-9", "R-CHARGE", 0.7, 1, True, "indices", "trop", 0, 4),
    ...                          ("E01:10-19", "R-CHARGE", 0.7, 1, True, "indices", "trop", 10, 14)],
    ...                         columns=SUGGESTIONS)
    >>> decides = pd.DataFrame([("E01:0-9", "A", "R-CHARGE", ""), ("E01:10-19", "A", "-", "")], columns=CODAGES)
    >>> evaluer(proposes, decides, grille)[["code", "precision", "rappel", "rappel_3"]].values.tolist()
    [['R-CHARGE', 0.5, 1.0, 1.0], ['ensemble', 0.5, 1.0, 1.0]]
    """
    verifier_colonnes(suggestions, SUGGESTIONS, "suggestions")
    verifier_colonnes(codages, CODAGES, "codages")
    codes, lus = list(grille.ids(dimension)), sorted(set(codages["segment"]))
    if not codes:
        remede = proposer(dimension, [connue.id for connue in grille.dimensions])
        raise ErreurDonnees([Probleme("évaluation", 0, "dimension inconnue", dimension, remede)])
    vrais = _poser(codages, lus, codes)
    poses = _poser(suggestions[suggestions["retenu"].astype(bool)], lus, codes)
    premiers = {rang: vrais & _poser(suggestions[suggestions["rang"] <= rang], lus, codes) for rang in (3, 5)}
    nombres = {"usages": vrais.sum(axis=0), "proposes": poses.sum(axis=0)}
    justes = (vrais & poses).sum(axis=0)
    table = pd.DataFrame({"code": [*codes, "ensemble"]})
    for nom, valeurs in nombres.items():
        table[nom] = [*valeurs, valeurs.sum()]
    justes = np.append(justes, justes.sum())
    table["precision"] = _diviser(justes, table["proposes"])
    table["rappel"] = _diviser(justes, table["usages"])
    table["f1"] = _diviser(2 * justes, table["proposes"] + table["usages"])
    for rang, trouves in premiers.items():
        parmi = trouves.sum(axis=0)
        table[f"rappel_{rang}"] = _diviser(np.append(parmi, parmi.sum()), table["usages"])
    ensemble = table["code"] == "ensemble"
    table["f1_macro"] = np.where(ensemble, table.loc[~ensemble, "f1"].mean(), np.nan)
    alpha = _alpha(_valence(vrais, codes), _valence(poses, codes))
    table["valence"] = np.where(ensemble, alpha, np.nan)
    return table[list(EVALUATION)]


def _poser(table: pd.DataFrame, lus: Sequence[str], codes: Sequence[str]) -> np.ndarray:
    """Dire, pour chaque segment lu et chaque code, s'il est dans la table."""
    presents = pd.MultiIndex.from_frame(table[["segment", "code"]])
    return pd.MultiIndex.from_product([lus, codes]).isin(presents).reshape(len(lus), len(codes))


def _diviser(numerateur: np.ndarray, denominateur: pd.Series) -> pd.Series:
    return numerateur / denominateur.where(denominateur > 0).astype(float)


def _valence(poses: np.ndarray, codes: Sequence[str]) -> np.ndarray:
    """Réduire chaque segment à 0 (rien), 1 (risque), 2 (opportunité) ou 3 (les deux)."""
    familles = np.array([code.partition("-")[0] for code in codes])
    return poses[:, familles == "R"].any(axis=1) + 2 * poses[:, familles == "O"].any(axis=1)


def _alpha(un: np.ndarray, deux: np.ndarray) -> float:
    """Calculer l'α nominal de Krippendorff entre deux avis complets ; NaN si tout est de la même valeur."""
    ensemble = np.concatenate([un, deux]).astype(int)
    comptes, total = np.bincount(ensemble), len(ensemble)
    attendu = 1 - (comptes * (comptes - 1)).sum() / (total * (total - 1)) if total > 1 else 0.0
    return float(1 - (un != deux).mean() / attendu) if attendu else float("nan")
