"""Demander si un score de 0,3 est confirmé trois fois sur dix, et combien on gagne à se taire."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.grille import Grille
from ess_analyse.modele import verifier_colonnes
from ess_analyse.suggestions.evaluation.confrontation import confronter

__all__ = ["CALIBRATION", "COUVERTURE", "erreur_de_calibration", "mesurer_calibration", "mesurer_couverture"]

CALIBRATION = ("debut", "fin", "nombre", "score", "confirme")
COUVERTURE = ("part", "phrases", "seuil", "justes", "precision")


def mesurer_calibration(
    suggestions: pd.DataFrame,
    codages: pd.DataFrame,
    grille: Grille,
    *,
    tranches: int | Sequence[float] = 10,
    dimension: str = "theme",
) -> pd.DataFrame:
    """Comparer, par tranche de score, ce que la machine annonce à ce que les personnes confirment.

    Parameters
    ----------
    suggestions : DataFrame
        Colonnes ``SUGGESTIONS``, par plis ; toutes celles des phrases lues comptent, retenues ou non.
    codages : DataFrame
        Colonnes ``CODAGES``, consolidées.
    grille : Grille
        Les codes.
    tranches : int or sequence of float
        Le nombre de tranches égales de 0 à 1, ou leurs bornes croissantes, de 0 à 1.
    dimension : str
        La dimension mesurée.

    Returns
    -------
    DataFrame
        ``debut`` (exclu, sauf le premier) et ``fin`` de la tranche, ``nombre`` de suggestions, ``score`` moyen,
        ``confirme`` : part que les personnes ont mise aussi. Une tranche vide n'a pas de ligne.

    Raises
    ------
    ErreurDonnees
        Comme :func:`~ess_analyse.suggestions.evaluation.evaluer`, ou des bornes qui ne vont pas de 0 à 1.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import CODAGES
    >>> from ess_analyse.suggestions.evaluation import JUGEES
    >>> code = Code("R-CHARGE", "theme", "Charge", "Trop", (), (), ("Trop.",), (), ("trop",))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (code,))
    >>> proposes = pd.DataFrame([(f"E01:{debut}-{debut + 9}", "R-CHARGE", score, 1, True)
    ...                          for debut, score in [(0, 0.8), (10, 0.4), (20, 0.3)]], columns=JUGEES)
    >>> decides = pd.DataFrame([("E01:0-9", "A", "R-CHARGE", ""), ("E01:10-19", "A", "-", ""),
    ...                         ("E01:20-29", "A", "-", "")], columns=CODAGES)
    >>> table = mesurer_calibration(proposes, decides, grille, tranches=2)
    >>> table.round(2).values.tolist()
    [[0.0, 0.5, 2.0, 0.35, 0.0], [0.5, 1.0, 1.0, 0.8, 1.0]]
    >>> round(erreur_de_calibration(table), 2)
    0.3
    """
    bornes = np.linspace(0, 1, tranches + 1) if isinstance(tranches, int) else np.asarray(tranches, dtype=float)
    if len(bornes) < 2 or bornes[0] != 0 or bornes[-1] != 1 or (np.diff(bornes) <= 0).any():
        remede = "donnez un nombre de tranches, ou des bornes croissantes de 0 à 1"
        raise ErreurDonnees([Probleme("calibration", 0, "tranches impossibles", str(tranches), remede)])
    face = confronter(suggestions, codages, grille, dimension)
    listes = ~np.isnan(face.scores)
    table = pd.DataFrame({"score": face.scores[listes], "confirme": face.vrais[listes].astype(float)})
    tranche = np.searchsorted(bornes[1:-1], table["score"])
    moyennes = table.groupby(tranche).agg(
        nombre=("score", "size"), score=("score", "mean"), confirme=("confirme", "mean")
    )
    rangs = moyennes.index.to_numpy(dtype=int)
    moyennes = moyennes.assign(debut=bornes[rangs], fin=bornes[rangs + 1])
    return moyennes[list(CALIBRATION)].reset_index(drop=True)


def erreur_de_calibration(calibration: pd.DataFrame) -> float:
    """Résumer une calibration : l'écart moyen entre le score annoncé et la part confirmée.

    Parameters
    ----------
    calibration : DataFrame
        Telle que :func:`mesurer_calibration` la rend.

    Returns
    -------
    float
        De 0 (chaque score dit vrai) à 1, chaque tranche pesant ses suggestions ; NaN s'il n'y en a pas.

    Notes
    -----
    Erreur de calibration attendue (ECE) : Naeini, Cooper et Hauskrecht (2015), *AAAI*, 2901-2907. Elle dépend des
    tranches : ne comparez que des erreurs mesurées avec les mêmes.

    Examples
    --------
    >>> erreur_de_calibration(pd.DataFrame([(0.0, 1.0, 4, 0.5, 0.25)], columns=CALIBRATION))
    0.25
    """
    verifier_colonnes(calibration, CALIBRATION, "calibration")
    if not calibration["nombre"].sum():
        return float("nan")
    ecarts = (calibration["score"] - calibration["confirme"]).abs()
    return float(np.average(ecarts, weights=calibration["nombre"]))


def mesurer_couverture(
    suggestions: pd.DataFrame,
    codages: pd.DataFrame,
    grille: Grille,
    *,
    parts: Sequence[float] = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    dimension: str = "theme",
) -> pd.DataFrame:
    """Dire combien de premiers codes seraient justes si la machine ne parlait que lorsqu'elle est la plus sûre.

    Parameters
    ----------
    suggestions : DataFrame
        Colonnes ``SUGGESTIONS``, par plis ; ôtez d'abord les phrases de l'enquêteur, qui n'ont pas de code à attendre.
    codages : DataFrame
        Colonnes ``CODAGES``, consolidées.
    grille : Grille
        Les codes.
    parts : sequence of float
        Les parts de phrases lues où elle parlerait, de 0 à 1.
    dimension : str
        La dimension mesurée.

    Returns
    -------
    DataFrame
        ``part`` (la vraie : à score égal, toutes parlent ou aucune), ``phrases`` où elle parle, ``seuil`` du score de
        son premier code, ``justes``, ``precision`` : part de ces premiers codes que les personnes ont mis. Par part
        croissante, sans doublon ; la dernière s'arrête aux phrases où la machine a un code à dire.

    Raises
    ------
    ErreurDonnees
        Comme :func:`~ess_analyse.suggestions.evaluation.evaluer`, ou une part hors de 0 à 1.

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
    >>> mesurer_couverture(proposes, decides, grille, parts=[0.5, 1]).values.tolist()
    [[0.5, 1.0, 0.8, 1.0, 1.0], [1.0, 2.0, 0.4, 1.0, 0.5]]
    """
    if mauvaises := [part for part in parts if not 0 < part <= 1]:
        remede = "écrivez un nombre plus grand que 0, 1 au plus"
        raise ErreurDonnees([Probleme("couverture", 0, "part impossible", str(part), remede) for part in mauvaises])
    face = confronter(suggestions, codages, grille, dimension)
    muettes = face.premiers < 0
    cases = np.flatnonzero(~muettes), face.premiers[~muettes]
    scores, justes = face.scores[cases], face.vrais[cases]
    descendants, lignes = -np.sort(-scores), []
    for part in sorted(parts) if len(scores) else ():
        # The small loss keeps 0.1 × 30 from asking for a fourth sentence.
        demandees = int(np.ceil(part * len(face.lus) - 1e-9))
        seuil = descendants[min(demandees, len(scores)) - 1]
        parlantes = scores >= seuil
        nombre, bonnes = int(parlantes.sum()), int(justes[parlantes].sum())
        lignes.append((nombre / len(face.lus), nombre, float(seuil), bonnes, bonnes / nombre))
    return pd.DataFrame(lignes, columns=COUVERTURE).drop_duplicates(ignore_index=True)
