"""Un avis par phrase : l'arbitrage, l'unique codeur, ou la majorité."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ess_analyse.codages.noms import ARBITRAGE, HUMAIN, MAJORITE, est_relecture
from ess_analyse.modele import CODAGES, RIEN, verifier_colonnes

__all__ = ["consolider", "ordonner"]


def consolider(codages: pd.DataFrame) -> pd.DataFrame:
    """Ramener plusieurs codeurs à un seul avis par segment.

    L'arbitrage s'il existe ; sinon l'unique codeur ; sinon les codes que plus de la moitié des codeurs de ce segment
    ont donnés (``-`` si aucun). À deux codeurs, seuls les codes communs sont donc gardés. Une seconde lecture n'est
    pas une voix de plus : elle est ôtée.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine``.

    Returns
    -------
    DataFrame
        Mêmes colonnes, un seul codeur par segment : son nom, ``arbitrage``, ou ``majorite``. Un code que quelqu'un a
        accepté de la machine garde cette origine. Consolider deux fois ne change rien.

    Examples
    --------
    >>> avis = [("E01:0-9", "ana", "R-SENS", "humain"), ("E01:0-9", "bob", "R-SENS", "humain"),
    ...         ("E01:0-9", "bob", "O-COMP", "humain")]
    >>> consolider(pd.DataFrame(avis, columns=CODAGES)).values.tolist()
    [['E01:0-9', 'majorite', 'R-SENS', 'humain']]
    """
    verifier_colonnes(codages, CODAGES, "codages")
    codages = codages[~codages["codeur"].map(est_relecture).astype("bool")]
    arbitres = codages.loc[codages["codeur"] == ARBITRAGE, "segment"]
    avis = codages[(codages["codeur"] == ARBITRAGE) | ~codages["segment"].isin(arbitres)]
    codeurs = avis.groupby("segment", sort=False)["codeur"].agg(["nunique", "first"])
    # A suggested origin sorts before "humain", so that the machine's part is never forgotten.
    poses = avis[avis["code"] != RIEN].sort_values("origine", key=lambda origines: origines == HUMAIN, kind="stable")
    voix = poses.groupby(["segment", "code"], as_index=False).agg(
        voix=("codeur", "nunique"), origine=("origine", "first")
    )
    retenus = voix[voix["voix"] * 2 > voix["segment"].map(codeurs["nunique"])]
    vides = pd.DataFrame({"segment": codeurs.index.difference(retenus["segment"]), "code": RIEN, "origine": HUMAIN})
    tous = pd.concat([retenus, vides])
    noms = codeurs["first"].where(codeurs["nunique"] == 1, MAJORITE)
    tous = tous.assign(codeur=tous["segment"].map(noms))[list(CODAGES)].astype("str")
    return ordonner(tous, codeurs.index, codages["code"].drop_duplicates().sort_values())


def ordonner(codages: pd.DataFrame, segments: Iterable[str], codes: Iterable[str]) -> pd.DataFrame:
    """Trier par place, codeur, puis ordre des codes."""
    places = {nom: rang for rang, nom in enumerate(segments)}
    rangs = {nom: rang for rang, nom in enumerate(codes)}
    cles = pd.DataFrame(
        {"place": codages["segment"].map(places), "codeur": codages["codeur"], "rang": codages["code"].map(rangs)}
    )
    return codages.iloc[cles.reset_index(drop=True).sort_values([*cles]).index].reset_index(drop=True)
