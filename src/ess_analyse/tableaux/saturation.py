"""Où en est le codage : la part lue et codée, et si de nouveaux codes apparaissent encore."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import pandas as pd

from ess_analyse.codages import consolider
from ess_analyse.erreurs import Probleme, lever, proposer
from ess_analyse.modele import RIEN, verifier_colonnes

__all__ = ["mesurer_saturation"]


def mesurer_saturation(
    codages: pd.DataFrame, segments: pd.DataFrame, ordre: Sequence[str] | None = None
) -> pd.DataFrame:
    """Suivre le nombre de codes distincts à mesure que les entretiens s'ajoutent.

    Une courbe qui ne monte plus dit que la grille ne rencontre plus de code nouveau ; elle ne dit pas qu'il n'y a plus
    rien à apprendre (Guest et al., 2006).

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine``, ramenées à un avis par segment. Pour n'étudier qu'une dimension,
        consolidez d'abord, puis n'en gardez que les codes et ``-``.
    segments : DataFrame
        Les segments.
    ordre : sequence of str, optional
        Les entretiens lus, chacun une fois (par exemple par date) ; par défaut l'ordre des segments.

    Returns
    -------
    DataFrame
        Une ligne par entretien lu : ``rang`` (à partir de 1), ``entretien``, ``nouveaux`` et ``cumul`` (codes
        distincts, dans cet ordre), ``moyenne`` (cumul moyen sur toutes les permutations des entretiens).

    Raises
    ------
    ErreurDonnees
        Si ``ordre`` oublie, répète ou invente un entretien.

    Notes
    -----
    La moyenne est exacte, sans tirage : parmi T entretiens, un code présent dans y d'entre eux manque à t entretiens
    pris au hasard avec la probabilité ``C(T-y, t) / C(T, t)`` ; la moyenne est la somme des compléments.

    References
    ----------
    Colwell et al. (2012). *Journal of Plant Ecology*, 5(1), 3-21 (raréfaction par échantillons).
    Guest, Bunce et Johnson (2006). How many interviews are enough? *Field Methods*, 18(1), 59-82.

    Examples
    --------
    >>> avis = [("E01:0-9", "ana", "R-SENS", "humain"), ("E01:10-19", "ana", "-", "humain")]
    >>> codages = pd.DataFrame(avis, columns=["segment", "codeur", "code", "origine"])
    >>> segments = pd.DataFrame({"segment": ["E01:0-9", "E01:10-19", "E01:20-29"], "entretien": "E01"})
    >>> mesurer_saturation(codages, segments).values.tolist()
    [[1, 'E01', 1, 1, 1.0]]
    """
    verifier_colonnes(segments, ("segment", "entretien"), "segments")
    avis = consolider(codages).merge(segments[["segment", "entretien"]], on="segment")
    lus = segments.loc[segments["entretien"].isin(avis["entretien"]), "entretien"].drop_duplicates().tolist()
    ordre = lus if ordre is None else _verifier_ordre(list(ordre), lus)
    rangs = {entretien: rang for rang, entretien in enumerate(ordre, start=1)}
    poses = avis[avis["code"] != RIEN].drop_duplicates(["code", "entretien"])
    premiers = poses["entretien"].map(rangs).groupby(poses["code"]).min().value_counts()
    nouveaux = premiers.reindex(rangs.values(), fill_value=0).astype("int64")
    presences, total = poses["code"].value_counts(), len(ordre)
    moyennes = [
        sum(1 - comb(total - presence, rang) / comb(total, rang) for presence in presences) for rang in rangs.values()
    ]
    return pd.DataFrame(
        {
            "rang": range(1, total + 1),
            "entretien": pd.Series(ordre, dtype="str"),
            "nouveaux": nouveaux.to_numpy(),
            "cumul": nouveaux.cumsum().to_numpy(),
            "moyenne": pd.Series(moyennes, dtype="float64"),
        }
    )


def _verifier_ordre(ordre: list[str], lus: list[str]) -> list[str]:
    fautes = [("entretien sans codage", nom, proposer(nom, lus)) for nom in ordre if nom not in lus]
    fautes += [("entretien oublié", nom, "ajoutez-le à l'ordre") for nom in lus if nom not in ordre]
    fautes += [("entretien répété", nom, "gardez-le une fois") for nom in lus if ordre.count(nom) > 1]
    lever(Probleme("ordre des entretiens", 0, *faute) for faute in fautes)
    return ordre
