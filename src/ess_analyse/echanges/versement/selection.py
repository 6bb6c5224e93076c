"""Choisir dans une étude ce qui peut être déposé, sans déplacer un seul mot de ce qui reste."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

import pandas as pd

from ess_analyse.codages import ARBITRAGE, est_relecture
from ess_analyse.codages.avis import ordonner
from ess_analyse.grille import Grille
from ess_analyse.modele import (
    CODAGES,
    DIFFUSIONS,
    MEMOS,
    RIEN,
    SEGMENTS,
    Corpus,
    Place,
    verifier_colonnes,
)

__all__ = ["DEPOSES", "MARQUE", "Selection", "choisir", "masquer"]

DEPOSES = ("entretien", "type", "structure", "libelle_structure", "famille")
"""Ce que le dépôt dit de chaque document."""

MARQUE = "[passage restreint]"
"""Ce qui se lit à la place d'un passage restreint, quand il est assez long."""
_PLEIN = "█"
"""Ce qui remplace chaque autre caractère : les places comptent en points de code, celui-ci en est un."""

_PUBLIQUE, _RESTREINTE = DIFFUSIONS
_MOIS = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")


@dataclass(frozen=True)
class Selection:
    """Ce qui sera déposé, et ce qui en a été ôté.

    Attributes
    ----------
    corpus : Corpus
        Les documents publics ; leurs passages restreints y sont masqués, leur fonction y est la famille que l'on peut
        montrer, leur date n'y est pas.
    documents : DataFrame
        Les colonnes de :data:`DEPOSES`.
    segments, codages : DataFrame
        Les phrases entièrement publiques de ces documents, et ce qu'on en a décidé.
    memos : DataFrame or None
        Les notes des codeurs ; rien si elles ne sont pas déposées.
    periode : tuple of (str, str) or None
        Le premier et le dernier mois du recueil des documents déposés, quand ils sont datés.
    restreints, passages, phrases : int
        Documents absents, passages masqués, phrases codées ôtées.
    tus : tuple of str
        Les documents dont la structure ou la famille n'est pas dite, parce que trop peu de documents la portent.
    """

    corpus: Corpus
    documents: pd.DataFrame
    segments: pd.DataFrame
    codages: pd.DataFrame
    memos: pd.DataFrame | None
    periode: tuple[str, str] | None
    restreints: int
    passages: int
    phrases: int
    tus: tuple[str, ...]


def choisir(
    corpus: Corpus,
    segments: pd.DataFrame,
    codages: pd.DataFrame,
    sources: pd.DataFrame,
    grille: Grille,
    *,
    memos: pd.DataFrame | None = None,
    noms_des_codeurs: bool = False,
    seuil: int = 3,
) -> Selection:
    """Choisir ce qui peut être déposé.

    Un document dont la diffusion est restreinte n'y est pas, fût-ce en partie. Dans les autres, un passage restreint
    est masqué, signe pour signe ; une phrase qu'il touche n'est plus une unité : elle et ses codages n'y sont pas.

    Parameters
    ----------
    corpus, segments, codages : Corpus, DataFrame, DataFrame
        L'étude.
    sources : DataFrame
        Ce que l'on peut dire de chaque document (:func:`~ess_analyse.decrire_sources`).
    grille : Grille
        L'ordre des codes.
    memos : DataFrame, optional
        Les notes à déposer.
    noms_des_codeurs : bool
        Vrai pour garder leurs noms ; sinon « codeur 1 » est qui a le plus codé.
    seuil : int
        Une structure ou une famille que portent moins de documents déposés n'est pas dite.

    Returns
    -------
    Selection
        Ce qui reste, trié comme l'étude.

    Examples
    --------
    >>> from ess_analyse.modele import DOCUMENTS, Entretien
    >>> e01 = Entretien.depuis_texte("E01", "Ana : Ben oui. On ressaisit tout.")
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> segments = pd.DataFrame([["E01:6-14", "E01", 1, "Ana", 6, 14, "Ben oui."]], columns=SEGMENTS)
    >>> sources = pd.DataFrame([["E01", "La ressourcerie", ""]], columns=["entretien", "libelle_structure", "famille"])
    >>> codages = pd.DataFrame([["E01:6-14", "lea", "-", "humain"]], columns=CODAGES)
    >>> corpus = Corpus((e01,), documents, ((Place("E01", 15, 33), "restreinte"),))
    >>> choix = choisir(corpus, segments, codages, sources, Grille(1, (), ()))
    >>> choix.corpus["E01"].texte, choix.codages["codeur"].tolist()
    ('Ana : Ben oui. ██████████████████', ['codeur 1'])
    """
    verifier_colonnes(segments, SEGMENTS, "segments")
    verifier_colonnes(codages, CODAGES, "codages")
    publics = corpus.documents[corpus.documents["diffusion"] == _PUBLIQUE].reset_index(drop=True)
    gardes = segments[segments["entretien"].isin(publics["entretien"])]
    gardes = gardes[gardes["segment"].map(corpus.est_public).astype("bool")].reset_index(drop=True)
    restants = codages[codages["segment"].isin(gardes["segment"])]
    otees = codages.loc[~codages["segment"].isin(gardes["segment"]), "segment"].nunique()
    notes = _trier_memos(memos, gardes)
    if not noms_des_codeurs:
        numeros = _numeroter(restants, notes)
        restants = restants.assign(codeur=restants["codeur"].map(numeros).astype("str"))
        notes = None if notes is None else notes.assign(codeur=notes["codeur"].map(numeros).astype("str"))
    documents, tus = _decrire(publics, sources, seuil)
    masques = [(place, choix) for place, choix in corpus.diffusions if choix == _RESTREINTE]
    masques = [(place, choix) for place, choix in masques if place.entretien in set(publics["entretien"])]
    return Selection(
        corpus=_masquer_corpus(corpus, publics, documents, [place for place, _ in masques]),
        documents=documents,
        segments=gardes,
        codages=ordonner(restants, gardes["segment"], [RIEN, *grille.ids()]),
        memos=None if notes is None else _ranger_memos(notes, gardes),
        periode=_dater(publics["date"]),
        restreints=len(corpus) - len(publics),
        passages=len(masques),
        phrases=otees,
        tus=tus,
    )


def masquer(texte: str, passages: Iterable[tuple[int, int]]) -> str:
    r"""Remplacer des passages par une marque de même longueur ; les sauts de ligne restent.

    Parameters
    ----------
    texte : str
        Un texte canonique.
    passages : iterable of (int, int)
        Début et fin, en points de code, fin exclue ; ils peuvent se recouvrir.

    Returns
    -------
    str
        Un texte de même longueur, dont rien d'autre n'a bougé.

    Examples
    --------
    >>> masquer("Ana : Ben oui, le chef nous surveille.\n", [(15, 38)])
    'Ana : Ben oui, ██[passage restreint]██\n'
    """
    caches = [False] * len(texte)
    for debut, fin in passages:
        caches[debut:fin] = [True] * (min(fin, len(texte)) - debut)
    sortie = ""
    for cache, suite in groupby(range(len(texte)), key=lambda rang: caches[rang] and texte[rang] != "\n"):
        rangs = list(suite)
        sortie += _marquer(len(rangs)) if cache else texte[rangs[0] : rangs[-1] + 1]
    return sortie


def _marquer(longueur: int) -> str:
    return (MARQUE if longueur >= len(MARQUE) else "").center(longueur, _PLEIN)


def _masquer_corpus(corpus: Corpus, publics: pd.DataFrame, decrits: pd.DataFrame, passages: list[Place]) -> Corpus:
    """Composer le corpus déposé, avec ce que l'on peut dire de ses documents."""
    structures = decrits["structure"].mask(decrits["libelle_structure"] != "", decrits["libelle_structure"])
    documents = publics.assign(structure=structures, fonction=decrits["famille"], date="")
    entretiens = (corpus[nom] for nom in publics["entretien"])
    return Corpus(
        tuple(
            replace(un, texte=masquer(un.texte, [place[1:] for place in passages if place.entretien == un.identifiant]))
            for un in entretiens
        ),
        documents,
    )


def _decrire(publics: pd.DataFrame, sources: pd.DataFrame, seuil: int) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Décrire les documents déposés, en taisant ce que trop peu d'entre eux portent."""
    table = publics[["entretien", "type", "structure"]].merge(sources, on="entretien", how="left", validate="1:1")
    table = table[list(DEPOSES)].fillna("").astype("str")
    rares = {nom: table[nom].map(table[nom].value_counts()) < seuil for nom in ("structure", "famille")}
    # In a study of one structure, naming it tells no document from another.
    rares["structure"] &= table["structure"].nunique() > 1
    rares["libelle_structure"] = rares["structure"]
    tus = pd.Series(False, index=table.index)
    for nom, rare in rares.items():
        tus |= rare & (table[nom] != "")
        table[nom] = table[nom].mask(rare, "")
    return table, tuple(table.loc[tus, "entretien"])


def _numeroter(codages: pd.DataFrame, memos: pd.DataFrame | None) -> dict[str, str]:
    """Numéroter les codeurs d'après ce qu'ils ont codé : l'ordre de leurs noms laisserait deviner qui est qui."""
    faits: dict[str, list[tuple[str, ...]]] = {}
    tables = [codages[list(CODAGES)], *([] if memos is None else [memos])]
    for table in tables:
        for segment, codeur, *autres in table.itertuples(index=False, name=None):
            faits.setdefault(codeur, []).append((segment, *autres))
    noms = sorted(faits.keys() - {ARBITRAGE}, key=lambda nom: (-len(faits[nom]), sorted(faits[nom])))
    return {nom: f"codeur {rang}" for rang, nom in enumerate(noms, start=1)} | {ARBITRAGE: ARBITRAGE}


def _trier_memos(memos: pd.DataFrame | None, segments: pd.DataFrame) -> pd.DataFrame | None:
    """Garder les notes des phrases déposées ; une seconde lecture n'est pas déposée, ses notes non plus."""
    if memos is None:
        return None
    verifier_colonnes(memos, MEMOS, "mémos")
    gardes = memos["segment"].isin(segments["segment"]) & ~memos["codeur"].map(est_relecture).astype("bool")
    return memos.loc[gardes, list(MEMOS)]


def _ranger_memos(memos: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    rangs = {segment: rang for rang, segment in enumerate(segments["segment"])}
    cles = pd.DataFrame({"place": memos["segment"].map(rangs), "codeur": memos["codeur"]}).reset_index(drop=True)
    return memos.iloc[cles.sort_values(["place", "codeur"]).index].reset_index(drop=True)


def _dater(dates: pd.Series) -> tuple[str, str] | None:
    """Rendre le premier et le dernier mois, sans le jour : un rendez-vous daté au jour près désigne quelqu'un."""
    mois = sorted(trouve[0] for date in dates if (trouve := _MOIS.match(date)))
    return (mois[0], mois[-1]) if mois else None
