"""Les unités de contexte : des segments réunis jusqu'à dire assez, et les mots actifs qui y sont."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ess_analyse.lexicometrie.mots import Unite, croiser_presences, est_pleine, lire_documents, nommer_unites

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["lister_actives", "nommer_actives", "reunir_unites"]


def nommer_actives(mots: pd.DataFrame, unite: Unite = "lemme") -> pd.Series:
    """Nommer les mots qui peuvent être actifs : pleins, hors noms propres ; les autres n'ont pas de nom.

    Parameters
    ----------
    mots : DataFrame
        Les mots.
    unite : {"lemme", "forme"}
        Ce que l'on compte.

    Returns
    -------
    Series
        Même index que ``mots`` ; vide pour un mot qui ne peut être actif, fût-il ailleurs un mot plein.
    """
    return nommer_unites(mots, unite).where(est_pleine(mots) & (mots["categorie"] != "PROPN"), "")


def lister_actives(mots: pd.DataFrame, frequence: int, formes: int, unite: Unite = "lemme") -> tuple[str, ...]:
    """Lister les mots actifs : pleins, hors noms propres, assez fréquents.

    Parameters
    ----------
    mots : DataFrame
        Les mots.
    frequence : int
        Le plus petit nombre de segments.
    formes : int
        Le plus grand nombre de mots.
    unite : {"lemme", "forme"}
        Ce que l'on compte.

    Returns
    -------
    tuple of str
        Par ordre alphabétique.
    """
    table = pd.DataFrame({"segment": mots["segment"], "mot": nommer_actives(mots, unite)})
    table = table[table["mot"] != ""].drop_duplicates()
    comptes = table["mot"].value_counts().rename("nombre").rename_axis("mot").reset_index()
    comptes = comptes[comptes["nombre"] >= frequence].sort_values(["nombre", "mot"], ascending=[False, True])
    return tuple(sorted(comptes["mot"].head(formes)))


def reunir_unites(
    mots: pd.DataFrame, actives: Sequence[str], taille: int, unite: Unite = "lemme"
) -> tuple[pd.DataFrame, sparse.csr_array]:
    """Réunir les segments en unités de contexte, et dire quels mots actifs y sont.

    Parameters
    ----------
    mots : DataFrame
        Les mots, segment après segment.
    actives : sequence of str
        Les mots actifs.
    taille : int
        Le nombre de mots actifs distincts où une unité de contexte se ferme ; 0 : une par segment. Ce qui reste à la
        fin d'un document rejoint l'unité qui précède.
    unite : {"lemme", "forme"}
        Ce que l'on compte.

    Returns
    -------
    segments : DataFrame
        ``segment, uc`` ; −1 pour un segment sans mot actif que rien n'accueille.
    presences : csr_array
        Unités de contexte × mots actifs, des 0 et des 1 ; aucune ligne vide.
    """
    from scipy import sparse

    rangs, segments = pd.factorize(mots["segment"])
    presences = croiser_presences(rangs, nommer_actives(mots, unite), len(segments), actives)
    documents = lire_documents(pd.DataFrame({"segment": segments}))
    unites = _fermer(presences, documents.tolist(), taille) if taille else np.arange(len(segments))
    if len(segments):
        vides = np.bincount(unites, presences.sum(axis=1)) == 0
        unites = np.where(vides, -1, np.cumsum(~vides) - 1)[unites]
    garde = unites >= 0
    somme = sparse.csr_array(
        (np.ones(garde.sum()), (unites[garde], np.flatnonzero(garde))), (unites.max(initial=-1) + 1, len(segments))
    )
    reunies = sparse.csr_array(somme @ presences)
    reunies.data[:] = 1.0
    return pd.DataFrame({"segment": pd.Series(segments, dtype="str"), "uc": unites}), reunies


def _fermer(presences: sparse.csr_array, documents: list[str], taille: int) -> np.ndarray:
    """Numéroter les unités de contexte : des segments voisins d'un document, jusqu'à assez de mots actifs distincts."""
    unites = np.zeros(len(documents), dtype=np.int64)
    numero, debut, vus = 0, 0, set()
    for rang, document in enumerate(documents):
        unites[rang] = numero
        vus.update(presences.indices[presences.indptr[rang] : presences.indptr[rang + 1]].tolist())
        fini = rang + 1 == len(documents) or documents[rang + 1] != document
        if fini and len(vus) < taille and debut and documents[debut - 1] == document:
            unites[debut : rang + 1] = numero = unites[debut - 1]
        if fini or len(vus) >= taille:
            numero, debut, vus = numero + 1, rang + 1, set()
    return unites
