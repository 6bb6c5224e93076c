"""Les mots qu'une part du corpus emploie plus, ou moins, que le hasard ne le ferait attendre."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ess_analyse.lexicometrie.hypergeometrique import mesurer_surprise
from ess_analyse.lexicometrie.mots import Unite, croiser_mots, nommer_unites
from ess_analyse.lexicometrie.publiable import lister_montrables

__all__ = ["mesurer_specificites"]


def mesurer_specificites(
    mots: pd.DataFrame,
    parts: pd.DataFrame,
    unite: Unite = "lemme",
    *,
    seuil: int | None = None,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Mesurer la spécificité de chaque mot dans chaque part.

    Le modèle : la part est un tirage sans remise de ``taille`` mots parmi tous ceux du corpus. Il suppose les mots
    indépendants ; ils ne le sont pas (qui dit « logiciel » le redit), et beaucoup de scores sont lus à la fois : un
    score se lit pour classer, non pour prouver.

    Parameters
    ----------
    mots : DataFrame
        Tous les mots du corpus de référence, outils compris.
    parts : DataFrame
        Leurs parts (``segment, part``) ; elles peuvent se recouvrir et ne pas tout couvrir.
    unite : {"lemme", "forme"}
        Ce que l'on compte.
    seuil : int, optional
        Pour publier : les cellules de moins de ``seuil`` documents, et celles qui les feraient deviner, n'y sont pas
        (:func:`~ess_analyse.lexicometrie.masquer_croisement`). Ce qui n'est d'aucune part est protégé comme une part.
    documents : DataFrame, optional
        Pour publier aussi, si les parts ne sont pas des structures : colonnes ``entretien, structure`` ; les cellules
        d'une seule structure n'y sont pas non plus.

    Returns
    -------
    DataFrame
        ``part``, ``mot``, ``effectif`` (dans la part), ``total`` (dans le corpus), ``taille`` (mots de la part),
        ``attendu`` (``taille × total / mots du corpus``), ``score`` : −log10 de la probabilité d'en voir au moins
        autant si l'effectif dépasse le mode, log10 de celle d'en voir au plus autant sinon. On tient d'ordinaire pour
        banal un score entre −2 et 2. Dans l'ordre des parts, score décroissant, puis mot.

    References
    ----------
    Lafon (1980). Sur la variabilité de la fréquence des formes dans un corpus. *Mots*, 1, 127-165.

    Examples
    --------
    >>> from ess_analyse.langue import LEMMES
    >>> lignes = [("E01:0-9", 1, 0, 3, "bon", "bon", "NOUN"), ("E01:10-19", 1, 10, 14, "jour", "jour", "NOUN")]
    >>> parts = pd.DataFrame({"segment": ["E01:0-9"], "part": ["R-SENS"]})
    >>> table = mesurer_specificites(pd.DataFrame(lignes, columns=LEMMES), parts)
    >>> table[["mot", "effectif", "attendu"]].values.tolist()
    [['bon', 1, 0.5], ['jour', 0, 0.5]]
    """
    effectifs = croiser_mots(mots, parts, unite)
    tailles, corpus = effectifs.sum(), len(mots)
    totaux = nommer_unites(mots, unite).value_counts().reindex(effectifs.index)
    montrees = np.ones(effectifs.shape, dtype=bool)
    if seuil is not None:
        montrees = lister_montrables(mots, parts, seuil, unite, documents=documents)
    sous = effectifs.to_numpy()
    totaux, tailles = np.broadcast_arrays(totaux.to_numpy()[:, None], tailles.to_numpy()[None, :])
    scores = mesurer_surprise(sous.ravel(), totaux.ravel(), tailles.ravel(), corpus).reshape(sous.shape)
    lignes, colonnes = np.nonzero(montrees)
    table = pd.DataFrame(
        {
            "part": effectifs.columns.to_numpy()[colonnes],
            "mot": effectifs.index.to_numpy()[lignes],
            "effectif": sous[lignes, colonnes],
            "total": totaux[lignes, colonnes],
            "taille": tailles[lignes, colonnes],
            "attendu": (tailles * totaux / max(corpus, 1))[lignes, colonnes],
            "score": scores[lignes, colonnes],
        }
    )
    # Twelve decimals: equal scores stay equal whatever the machine.
    ordre = np.lexsort((table["mot"], -table["score"].round(12), colonnes))
    return table.iloc[ordre].reset_index(drop=True).astype({"part": "str", "mot": "str"})
