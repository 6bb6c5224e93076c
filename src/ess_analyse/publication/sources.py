"""Dire d'où vient une parole sans dire de qui."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.fichiers import lire_table, reconnaitre_cellules
from ess_analyse.modele import (
    CODAGES,
    DOCUMENTS,
    FONCTIONS,
    RIEN,
    SEGMENTS,
    STRUCTURES,
    Corpus,
    est_une_parole,
    verifier_colonnes,
)
from ess_analyse.publication.familles import PERSONNES, elargir_familles

__all__ = ["decrire_sources", "lire_fonctions", "lire_structures", "verbatims_publiables"]

_NOMBRES = ("permanents", "insertion", "etp")


def lire_structures(chemin: Path) -> pd.DataFrame:
    """Lire le panel.

    Parameters
    ----------
    chemin : Path
        CSV ``structure;libelle;statut;secteur;permanents;insertion;etp;territoire``.

    Returns
    -------
    DataFrame
        Mêmes colonnes ; ``permanents`` et ``insertion`` (personnes) et ``etp`` (équivalents temps plein) en nombres,
        NA si la cellule est vide.

    Raises
    ------
    ErreurDonnees
        Structure ou libellé vide ou en double, nombre illisible.
    """
    table, nom = _lire(chemin, STRUCTURES), relatif(chemin)
    problemes = _vides_et_doubles(table, nom, ("structure", "libelle"), ("structure", "libelle"))
    for colonne in _NOMBRES:
        nombres = pd.to_numeric(table[colonne].str.replace(",", "."), errors="coerce")
        problemes += [
            Probleme(
                nom,
                ligne,
                f"nombre illisible dans « {colonne} »",
                table.at[ligne, colonne],
                "écrivez par exemple 12 ou 12,5",
            )
            for ligne in table.index[((table[colonne] != "") & nombres.isna()) | (nombres < 0)]
        ]
        table[colonne] = nombres.astype("Float64")
    lever(sorted(problemes))
    return table


def lire_fonctions(chemin: Path) -> pd.DataFrame:
    """Lire les familles de fonctions.

    Parameters
    ----------
    chemin : Path
        CSV ``fonction;famille``.

    Returns
    -------
    DataFrame
        Mêmes colonnes.

    Raises
    ------
    ErreurDonnees
        Cellule vide, fonction en double, ou famille qui répète l'intitulé exact d'une fonction.
    """
    table, nom = _lire(chemin, FONCTIONS), relatif(chemin)
    problemes = _vides_et_doubles(table, nom, FONCTIONS, ("fonction",))
    lever(sorted([*problemes, *_intitules(table, nom)]))
    return table


def decrire_sources(
    documents: pd.DataFrame, structures: pd.DataFrame, fonctions: pd.DataFrame, personnes: int = PERSONNES
) -> pd.DataFrame:
    """Dire de chaque document ce qu'on peut publier de sa source : une structure et une famille de fonctions.

    Parameters
    ----------
    documents, structures, fonctions : DataFrame
        Les documents du corpus, le panel, les familles de fonctions.
    personnes : int
        Parmi combien de personnes une source doit se fondre : une famille qui, dans sa structure, en compte moins (ou
        on ne sait combien) est remplacée par « une personne de la structure »
        (:mod:`ess_analyse.publication.singularites`).

    Returns
    -------
    DataFrame
        ``entretien, libelle_structure, famille``, dans l'ordre des documents ; jamais l'intitulé de la fonction. Ce
        qui n'est pas encore décrit (cellule ou table vide) reste vide.

    Raises
    ------
    ErreurDonnees
        Structure ou fonction absente de sa table, famille égale à l'intitulé exact d'une fonction.

    Examples
    --------
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> structures = pd.DataFrame({"structure": ["S1"], "libelle": ["Une ressourcerie"], "permanents": [7]})
    >>> fonctions = pd.DataFrame({"fonction": ["gérante"], "famille": ["équipe permanente"]})
    >>> decrire_sources(documents, structures, fonctions).values.tolist()
    [['E01', 'Une ressourcerie', 'équipe permanente']]
    >>> decrire_sources(documents, structures.assign(permanents=2), fonctions).values.tolist()
    [['E01', 'Une ressourcerie', 'une personne de la structure']]
    """
    verifier_colonnes(documents, DOCUMENTS, "documents")
    verifier_colonnes(structures, STRUCTURES[:2], "structures")
    verifier_colonnes(fonctions, FONCTIONS, "fonctions")
    documents = reconnaitre_cellules(documents, {"fonction": fonctions["fonction"].tolist()})
    problemes = [
        *_intitules(fonctions, ""),
        *_inconnues(documents, "structure", structures["structure"]),
        *_inconnues(documents, "fonction", fonctions["fonction"]),
    ]
    lever(problemes)
    libelles = dict(zip(structures["structure"], structures["libelle"], strict=True))
    return pd.DataFrame(
        {
            "entretien": list(documents["entretien"]),
            "libelle_structure": [libelles.get(structure, "") for structure in documents["structure"]],
            "famille": list(elargir_familles(documents, structures, fonctions, personnes)),
        },
        dtype="str",
    )


def verbatims_publiables(segments: pd.DataFrame, codages: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """Garder les phrases que l'on peut montrer : publiques, dites par une personne interrogée, codées.

    Parameters
    ----------
    segments, codages : DataFrame
        Les segments du corpus, leurs codages (d'un ou de plusieurs codeurs).
    corpus : Corpus
        La diffusion des documents et de leurs passages.

    Returns
    -------
    DataFrame
        Les colonnes de ``segments`` et ``codes`` (identifiants séparés par une espace, dans l'ordre des codages). Les
        notes d'observation, les documents et ce qui précède le premier tour n'y sont pas : personne ne les a dits.

    Examples
    --------
    >>> from ess_analyse.modele import Entretien
    >>> e01 = Entretien.depuis_texte("E01", "Marion : Ben oui.")
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> segments = pd.DataFrame([["E01:9-17", "E01", 1, "Marion", 9, 17, "Ben oui."]], columns=SEGMENTS)
    >>> codages = pd.DataFrame([["E01:9-17", "ana", "R-SENS", "humain"]], columns=CODAGES)
    >>> verbatims_publiables(segments, codages, Corpus((e01,), documents))[["segment", "codes"]].values.tolist()
    [['E01:9-17', 'R-SENS']]
    """
    verifier_colonnes(segments, SEGMENTS, "segments")
    verifier_colonnes(codages, CODAGES, "codages")
    documents = corpus.documents
    entretiens = documents.loc[documents["type"] == "entretien", "entretien"]
    poses = codages[codages["code"] != RIEN].drop_duplicates(["segment", "code"])
    codes = poses.groupby("segment", sort=False)["code"].agg(" ".join)
    dits = (segments["locuteur"] != "") & segments["locuteur"].map(est_une_parole).astype("bool")
    gardes = segments[segments["entretien"].isin(entretiens) & dits & segments["segment"].isin(codes.index)]
    gardes = gardes[corpus.sont_publics(gardes["segment"])]
    return gardes.assign(codes=gardes["segment"].map(codes).astype("str")).reset_index(drop=True)


def _lire(chemin: Path, colonnes: tuple[str, ...]) -> pd.DataFrame:
    return lire_table(chemin, colonnes).apply(lambda colonne: colonne.str.strip())


def _vides_et_doubles(table, nom, pleines, uniques) -> list[Probleme]:
    vides = [
        Probleme(nom, ligne, "cellule vide", colonne, "remplissez-la")
        for colonne in pleines
        for ligne in table.index[table[colonne] == ""]
    ]
    return vides + [
        Probleme(nom, ligne, f"{colonne} en double", table.at[ligne, colonne], "gardez une seule ligne")
        for colonne in uniques
        for ligne in table.index[table[colonne].duplicated() & (table[colonne] != "")]
    ]


def _inconnues(documents: pd.DataFrame, colonne: str, connues: pd.Series) -> list[Probleme]:
    if connues.empty:
        return []
    inconnus = documents[(documents[colonne] != "") & ~documents[colonne].isin(connues)]
    return [
        Probleme(
            f"document {entretien}",
            0,
            f"{colonne} sans description publiable",
            valeur,
            proposer(valeur, connues) or f"décrivez-la dans data/{colonne}s.csv",
        )
        for entretien, valeur in zip(inconnus["entretien"], inconnus[colonne], strict=True)
    ]


def _intitules(fonctions: pd.DataFrame, nom: str) -> list[Probleme]:
    intitules = {fonction.casefold() for fonction in fonctions["fonction"]}
    remede = "donnez un nom plus large : croisé avec la structure, un intitulé exact désigne une personne"
    return [
        Probleme(
            nom or "table fonctions", ligne if nom else 0, "famille égale à l'intitulé d'une fonction", famille, remede
        )
        for ligne, famille in fonctions["famille"].items()
        if famille.casefold() in intitules
    ]
