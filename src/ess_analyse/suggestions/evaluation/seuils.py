"""Choisir à partir de quel score un code est proposé."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ess_analyse.coefficients import diviser
from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.grille import Grille
from ess_analyse.modele import verifier_colonnes
from ess_analyse.suggestions.evaluation.confrontation import ENSEMBLE, confronter

__all__ = ["COURBE", "SEUILS", "choisir_seuils", "courbe_des_seuils"]

COURBE = ("code", "seuil", "usages", "proposes", "precision", "rappel", "f1")
SEUILS = ("code", "seuil", "usages", "proposes", "precision", "rappel", "raison")

# Below this many sentences, a share hangs on one or two of them.
_ASSEZ = 10


def courbe_des_seuils(
    suggestions: pd.DataFrame,
    codages: pd.DataFrame,
    grille: Grille,
    *,
    seuils: Sequence[float] | None = None,
    dimension: str = "theme",
) -> pd.DataFrame:
    """Dire, pour chaque code et chaque seuil, ce que l'on proposerait et combien serait juste.

    Parameters
    ----------
    suggestions : DataFrame
        Colonnes ``SUGGESTIONS``, par plis. ``retenu`` n'y est pas lu : ôtez d'abord les phrases de l'enquêteur, que la
        machine ne retient jamais.
    codages : DataFrame
        Colonnes ``CODAGES``, consolidées.
    grille : Grille
        Les codes.
    seuils : sequence of float, optional
        Les scores essayés ; par défaut, de 0,01 à 0,99 de centième en centième.
    dimension : str
        La dimension mesurée.

    Returns
    -------
    DataFrame
        ``code`` (puis ``ensemble``, où le seuil est le même pour tous), ``seuil`` croissant, ``usages``,
        ``proposes`` (phrases dont le score atteint le seuil), ``precision``, ``rappel``, ``f1`` (micro dans
        ``ensemble``) ; NaN où la mesure n'est pas définie.

    Raises
    ------
    ErreurDonnees
        Comme :func:`~ess_analyse.suggestions.evaluation.evaluer`.

    Notes
    -----
    Un code que la liste de la machine ne montre pas (elle s'arrête à ``rangs``) n'est proposé à aucun seuil.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import CODAGES
    >>> from ess_analyse.suggestions.evaluation import JUGEES
    >>> code = Code("R-CHARGE", "theme", "Charge", "Trop", (), (), ("Trop.",), (), ("trop",))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (code,))
    >>> proposes = pd.DataFrame([(f"E01:{debut}-{debut + 9}", "R-CHARGE", score, 1, True)
    ...                          for debut, score in [(0, 0.8), (10, 0.4)]], columns=JUGEES)
    >>> decides = pd.DataFrame([("E01:0-9", "A", "R-CHARGE", ""), ("E01:10-19", "A", "-", "")], columns=CODAGES)
    >>> courbe = courbe_des_seuils(proposes, decides, grille, seuils=[0.3, 0.5])
    >>> courbe.loc[courbe["code"] == "R-CHARGE", ["seuil", "proposes", "precision", "rappel"]].values.tolist()
    [[0.3, 2.0, 0.5, 1.0], [0.5, 1.0, 1.0, 1.0]]
    """
    face = confronter(suggestions, codages, grille, dimension)
    essais = np.unique(np.arange(1, 100) / 100 if seuils is None else np.asarray(seuils, dtype=float))
    usages = face.vrais.sum(axis=0)
    proposes, justes = (
        np.stack([_compter(scores[ou], essais) for scores, ou in zip(face.scores.T, cases.T, strict=True)])
        for cases in (~np.isnan(face.scores), ~np.isnan(face.scores) & face.vrais)
    )
    tables = []
    for code, n, p, j in zip(
        [*face.codes, ENSEMBLE],
        [*usages, usages.sum()],
        [*proposes, proposes.sum(axis=0)],
        [*justes, justes.sum(axis=0)],
        strict=True,
    ):
        colonnes = {"code": code, "seuil": essais, "usages": n, "proposes": p}
        mesures = {"precision": diviser(j, p), "rappel": diviser(j, n), "f1": diviser(2 * j, p + n)}
        tables.append(pd.DataFrame(colonnes | mesures))
    return pd.concat(tables, ignore_index=True)[list(COURBE)]


def choisir_seuils(courbe: pd.DataFrame, precision: float, *, commun: float) -> pd.DataFrame:
    """Trouver, pour chaque code, le seuil le plus bas qui tient la précision voulue.

    Parameters
    ----------
    courbe : DataFrame
        Telle que :func:`courbe_des_seuils` la rend.
    precision : float
        La part de propositions justes que l'équipe demande, de 0 à 1.
    commun : float
        Le seuil gardé quand les données ne permettent pas de choisir, d'ordinaire
        ``ess_analyse.suggestions.SEUIL``.

    Returns
    -------
    DataFrame
        Une ligne par code : ``code``, ``seuil``, ``usages``, ``proposes``, ``precision`` et ``rappel`` à ce seuil (à
        celui de la courbe qui en est le plus proche), ``raison`` : ``choisi`` ; ``trop rare`` (moins de 10 usages) ou
        ``hors d'atteinte`` (la précision n'est tenue sur 10 propositions à aucun seuil), et le seuil est alors le
        seuil commun.

    Raises
    ------
    ErreurDonnees
        Colonne manquante, précision hors de 0 à 1.

    Notes
    -----
    Le seuil est lu sur les phrases mêmes qui le mesurent : la précision annoncée est un peu flatteuse. La même au
    travail se relit sur les phrases tirées au hasard de :func:`~ess_analyse.suggestions.ordonner_lecture`.

    Examples
    --------
    >>> courbe = pd.DataFrame([("R-CHARGE", 0.2, 30, 60, 0.4, 0.8, 0.53), ("R-CHARGE", 0.4, 30, 30, 0.6, 0.6, 0.6),
    ...                        ("R-SANTE", 0.4, 3, 1, 1.0, 0.33, 0.5)], columns=COURBE)
    >>> choix = choisir_seuils(courbe, 0.5, commun=0.12)
    >>> choix[["code", "seuil", "raison"]].values.tolist()
    [['R-CHARGE', 0.4, 'choisi'], ['R-SANTE', 0.12, 'trop rare']]

    De quoi suggérer :

    >>> choix.set_index("code")["seuil"].to_dict()
    {'R-CHARGE': 0.4, 'R-SANTE': 0.12}
    """
    verifier_colonnes(courbe, COURBE, "seuils")
    if not 0 <= precision <= 1:
        remede = "écrivez un nombre de 0 à 1"
        raise ErreurDonnees([Probleme("seuils", 0, "précision impossible", str(precision), remede)])
    lignes = []
    for code, essais in courbe[courbe["code"] != ENSEMBLE].groupby("code", sort=False):
        rare = essais["usages"].iloc[0] < _ASSEZ
        tenus = essais[essais["precision"].ge(precision) & essais["proposes"].ge(_ASSEZ)]
        if rare or tenus.empty:
            seuil, raison = commun, "trop rare" if rare else "hors d'atteinte"
            essai = essais.loc[(essais["seuil"] - commun).abs().idxmin()]
        else:
            essai, raison = tenus.loc[tenus["seuil"].idxmin()], "choisi"
            seuil = float(essai["seuil"])
        lignes.append((code, seuil, *essai[["usages", "proposes", "precision", "rappel"]], raison))
    return pd.DataFrame(lignes, columns=SEUILS).astype({"usages": int, "proposes": int})


def _compter(scores: np.ndarray, seuils: np.ndarray) -> np.ndarray:
    """Compter les scores qui atteignent chaque seuil."""
    return len(scores) - np.searchsorted(np.sort(scores), seuils, side="left")
