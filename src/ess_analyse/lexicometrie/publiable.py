"""Ce que l'on peut montrer d'un lexique.

**Ce qu'un mot peut trahir.** Un tic de langage, un mot de métier rare, un nom de lieu ou de personne désignent qui les
a dits ; un mot banal, compté dans une petite part, dit qu'une personne de cette part l'a dit.

**La règle.**

1. Ne comptent que les mots des passages publics, dits par les personnes interrogées ou notés par l'observation : ni les
   questions, ni ce qui, dans un entretien, n'a pas de locuteur, ni ce qui est restreint.
2. Un mot n'est nommé que si au moins ``seuil`` documents et deux structures le contiennent, si aucun document n'en
   porte à lui seul plus de 80 % des occurrences (règle de dominance), et s'il n'est ni un nom propre ni un nombre : un
   pseudonyme réunit, lui aussi, tout ce qu'une personne dit.
3. Une cellule (un mot dans une part) n'est montrée que si au moins ``seuil`` documents et deux structures de la part
   contiennent le mot ; celles qui rendraient une petite cellule par différence avec le total du mot, fût-elle celle de
   ce qui n'est d'aucune part, ne le sont pas non plus. De même une arête : deux mots dans une même phrase.
4. Une phrase (concordance, segment typique) n'est citée que si elle est publique et dite par une personne interrogée.

Les structures ne comptent que s'il y en a plusieurs, et si les parts ne sont pas elles-mêmes des structures.

**Ce qui n'est pas promis.** Deux mots courants peuvent, ensemble, n'être dits que par une personne : une arête ou un
profil se lit avec ses documents. Qui connaît la voix de quelqu'un peut la reconnaître dans une phrase publique ; c'est
la diffusion, non le lexique, qui en décide.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from ess_analyse.lexicometrie.mots import (
    Unite,
    croiser_mots,
    lire_documents,
    lire_structures,
    nommer_unites,
    ont_des_structures,
    poser_parts,
)
from ess_analyse.modele import SEGMENTS, Corpus, est_une_parole, verifier_colonnes

__all__ = [
    "STRUCTURES",
    "lister_citables",
    "lister_montrables",
    "lister_publiables",
    "masquer_croisement",
    "rendre_publiable",
    "retenir_publiables",
]

STRUCTURES = 2
"""Ce qui ne vient que d'une structure la désigne."""

_DOMINANCE = 0.8
"""Au-delà, presque toutes les occurrences d'un mot sont d'un seul document : son effectif est celui d'une personne."""
_NATURES_TUES = ("PROPN", "NUM")
_HORS_PARTS = "\0hors parts"


def lister_citables(segments: pd.DataFrame, corpus: Corpus) -> pd.Series:
    """Dire quels segments peuvent être cités : publics, et dits par une personne interrogée.

    Parameters
    ----------
    segments : DataFrame
        Les segments.
    corpus : Corpus
        La diffusion des documents et de leurs passages.

    Returns
    -------
    Series of bool
        Même index que ``segments``.
    """
    return _sont_d_entretien(segments, corpus) & _sont_publics(segments, corpus)


def retenir_publiables(
    mots: pd.DataFrame, segments: pd.DataFrame, corpus: Corpus, *, citables: bool = False
) -> pd.DataFrame:
    r"""Garder les mots qu'un résultat publié peut compter.

    Parameters
    ----------
    mots, segments : DataFrame
        Les mots et les segments du corpus.
    corpus : Corpus
        La diffusion des documents et de leurs passages.
    citables : bool
        Ne garder que les phrases dites par une personne interrogée ; sinon, les notes d'observation et les documents
        publics comptent aussi.

    Returns
    -------
    DataFrame
        Les colonnes de ``mots``.

    Examples
    --------
    >>> from ess_analyse.langue import LEMMES
    >>> from ess_analyse.modele import DOCUMENTS, Entretien
    >>> e01 = Entretien.depuis_texte("E01", "Question : Alors ?\n\nMarion : Bon.\n")
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> lignes = [["E01:11-18", "E01", 1, "Question", 11, 18, "Alors ?"],
    ...           ["E01:29-33", "E01", 2, "Marion", 29, 33, "Bon."]]
    >>> mots = pd.DataFrame([("E01:11-18", 1, 11, 16, "Alors", "alors", "ADV"),
    ...                      ("E01:29-33", 1, 29, 32, "Bon", "bon", "ADJ")], columns=LEMMES)
    >>> retenir_publiables(mots, pd.DataFrame(lignes, columns=SEGMENTS), Corpus((e01,), documents))["lemme"].tolist()
    ['bon']
    """
    verifier_colonnes(segments, SEGMENTS, "segments")
    gardes = lister_citables(segments, corpus) if citables else _sont_publics(segments, corpus)
    return mots[mots["segment"].isin(segments.loc[gardes, "segment"])].reset_index(drop=True)


def lister_publiables(
    mots: pd.DataFrame, seuil: int, unite: Unite = "lemme", *, documents: pd.DataFrame | None = None
) -> tuple[str, ...]:
    """Lister les unités que l'on peut nommer.

    Parameters
    ----------
    mots : DataFrame
        Les mots publiables (:func:`retenir_publiables`).
    seuil : int
        Le plus petit nombre de documents publiable.
    unite : {"lemme", "forme"}
        Ce que l'on nomme.
    documents : DataFrame, optional
        Colonnes ``entretien, structure`` : s'il y a plusieurs structures, un mot doit être d'au moins deux.

    Returns
    -------
    tuple of str
        Par ordre alphabétique : dans au moins ``seuil`` documents, dont aucun n'en a plus de 80 %, ni nom propre
        (étiqueté tel le plus souvent, ou jamais écrit en minuscules) ni nombre.

    References
    ----------
    Hundepool et al. (2012). *Statistical Disclosure Control*. Wiley, chap. 4 (seuil et dominance).

    Examples
    --------
    >>> from ess_analyse.langue import LEMMES
    >>> lignes = [(f"E0{i}:0-9", rang, 0, 3, mot, mot.lower(), nature) for i in (1, 2, 3)
    ...           for rang, (mot, nature) in enumerate([("bon", "NOUN"), ("Marion", "PROPN"), ("deux", "NUM")])]
    >>> lister_publiables(pd.DataFrame(lignes, columns=LEMMES), seuil=3)
    ('bon',)
    """
    table = pd.DataFrame(
        {
            "mot": nommer_unites(mots, unite),
            "document": lire_documents(mots),
            "tu": mots["categorie"].isin(_NATURES_TUES),
            "minuscule": mots["forme"].str[:1].str.islower(),
        }
    )
    comptes = table.groupby(["mot", "document"]).size().groupby("mot")
    par_mot = table.groupby("mot")
    gardes = (
        (comptes.size() >= seuil)
        & (comptes.max() <= _DOMINANCE * comptes.sum())
        & (par_mot["tu"].mean() < 1 / 2)
        & par_mot["minuscule"].any()
    )
    if ont_des_structures(documents):
        gardes &= lire_structures(mots, documents).groupby(table["mot"]).nunique() >= STRUCTURES
    return tuple(sorted(gardes.index[gardes.astype("bool")]))


def rendre_publiable(table: pd.DataFrame, unites: Collection[str], colonnes: Sequence[str] = ("mot",)) -> pd.DataFrame:
    """Ne garder d'une table que les lignes dont tous les mots peuvent être nommés.

    Parameters
    ----------
    table : DataFrame
        Un lexique, des spécificités, des profils, des arêtes…
    unites : collection of str
        Les unités que l'on peut nommer (:func:`lister_publiables`).
    colonnes : sequence of str
        Les colonnes qui nomment une unité.

    Returns
    -------
    DataFrame
        Les mêmes colonnes.

    Examples
    --------
    >>> rendre_publiable(pd.DataFrame({"mot": ["bon", "marion"]}), {"bon"})["mot"].tolist()
    ['bon']
    """
    verifier_colonnes(table, colonnes, "lexicométrie")
    gardes = table[list(colonnes)].isin(set(unites)).all(axis=1)
    return table[gardes].reset_index(drop=True)


def lister_montrables(
    mots: pd.DataFrame,
    parts: pd.DataFrame,
    seuil: int,
    unite: Unite = "lemme",
    *,
    documents: pd.DataFrame | None = None,
) -> np.ndarray:
    """Dire quelles cellules d'un tableau lexical peuvent être montrées, quand le total de chaque mot l'est.

    Parameters
    ----------
    mots, parts : DataFrame
        Les mots ; leurs parts (``segment, part``). Ce qui n'est d'aucune part en fait une de plus : un total moins tout
        ce qui est montré le rendrait.
    seuil : int
        Le plus petit nombre de documents publiable.
    unite : {"lemme", "forme"}
        Ce que l'on compte.
    documents : DataFrame, optional
        Colonnes ``entretien, structure`` : une cellule d'une seule structure est masquée aussi.

    Returns
    -------
    ndarray of bool
        De la forme de :func:`~ess_analyse.lexicometrie.croiser_mots`.
    """
    parts = poser_parts(parts)
    hors = mots.loc[~mots["segment"].isin(parts["segment"]), ["segment"]].drop_duplicates().assign(part=_HORS_PARTS)

    def croiser(mesure: str) -> pd.DataFrame:
        ensemble = [croiser_mots(mots, unes, unite, mesure, documents) for unes in (parts, hors)]
        return pd.concat(ensemble, axis=1) if len(hors) else ensemble[0]

    structures = croiser("structures") if ont_des_structures(documents) else None
    effectifs = croiser("effectif")
    masquee = masquer_croisement(effectifs, croiser("documents"), seuil, structures)
    montrees = masquee.reindex(columns=effectifs.columns).notna().to_numpy(dtype=bool)
    return montrees[:, :-1] if len(hors) else montrees


def masquer_croisement(
    effectifs: pd.DataFrame, documents: pd.DataFrame, seuil: int, structures: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Masquer dans un tableau de mots les petites cellules, et celles qui les feraient deviner.

    Parameters
    ----------
    effectifs, documents : DataFrame
        Les occurrences de chaque mot dans chaque part, et les documents qui les portent, de même forme
        (:func:`~ess_analyse.lexicometrie.croiser_mots`).
    seuil : int
        Le plus petit nombre de documents publiable.
    structures : DataFrame, optional
        Les structures qui les portent, de même forme : une cellule d'une seule est masquée. À ne pas donner si les
        parts sont des structures.

    Returns
    -------
    DataFrame
        Entiers ``Int64``, ``NA`` dans une cellule masquée ; les parts où aucun mot n'a ``seuil`` documents n'y sont
        pas. Le total de chaque mot est supposé publié : les cellules masquées d'une ligne sont au moins deux, et leur
        somme laisse chacune d'elles pouvoir valoir de 1 à ``seuil``. S'il n'y a pas de quoi, toute la ligne est
        masquée, zéros compris.

    Notes
    -----
    Les parts d'un tableau de mots n'ont d'autre somme publiée que celle des lignes : la suppression secondaire y est
    celle d'une seule équation, et se résout sans programme linéaire (Hundepool et al., 2012, chap. 4). À masquer en
    plus, on choisit les cellules que le moins de documents portent.

    Examples
    --------
    >>> effectifs = pd.DataFrame({"S1": [9, 9], "S2": [2, 7], "S3": [6, 0]}, index=["bon", "jour"])
    >>> documents = pd.DataFrame({"S1": [4, 4], "S2": [1, 3], "S3": [3, 0]}, index=["bon", "jour"])
    >>> print(masquer_croisement(effectifs, documents, 3))
          S1    S2    S3
    bon    9  <NA>  <NA>
    jour   9     7     0
    """
    valeurs, appuis = effectifs.to_numpy(dtype=np.int64), documents.to_numpy(dtype=np.int64)
    masque = (appuis > 0) & (appuis < seuil)
    if structures is not None:
        masque |= (appuis > 0) & (structures.to_numpy(dtype=np.int64) < STRUCTURES)
    for ligne in np.flatnonzero(masque.any(axis=1)):
        masque[ligne] = _proteger(valeurs[ligne], appuis[ligne], masque[ligne], seuil)
    gardees = (appuis >= seuil).any(axis=0) if len(appuis) else np.zeros(appuis.shape[1], dtype=bool)
    return effectifs.astype("Int64").mask(masque).loc[:, gardees]


def _proteger(valeurs: np.ndarray, appuis: np.ndarray, masque: np.ndarray, seuil: int) -> np.ndarray:
    """Masquer ce qu'il faut d'une ligne pour que le total du mot ne rende aucune petite cellule."""
    masque = masque.copy()
    attente = [rang for rang in np.lexsort((valeurs, appuis)) if valeurs[rang] and not masque[rang]]
    while masque.sum() < 2 or valeurs[masque].sum() - (masque.sum() - 1) < seuil:
        if not attente:
            return np.ones_like(masque)
        masque[attente.pop(0)] = True
    return masque


def _sont_publics(segments: pd.DataFrame, corpus: Corpus) -> pd.Series:
    dits = segments["locuteur"].map(est_une_parole).astype("bool")
    # In an interview, nobody knows who says a turn without a speaker: it may be a question.
    dits &= (segments["locuteur"] != "") | ~_sont_d_entretien(segments, corpus)
    return dits & corpus.sont_publics(segments["segment"])


def _sont_d_entretien(segments: pd.DataFrame, corpus: Corpus) -> pd.Series:
    documents = corpus.documents
    return segments["entretien"].isin(documents.loc[documents["type"] == "entretien", "entretien"])
