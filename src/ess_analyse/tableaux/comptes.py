"""Compter les codes : combien, chez qui, avec quels autres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from ess_analyse.codages import consolider, est_relecture
from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, COMPTES, RIEN, verifier_colonnes

__all__ = ["compter_codes", "compter_cooccurrences", "croiser_codes"]

_VIDE = "non renseigné"
_MESURES = {"segments": "segment", "entretiens": "entretien"}


def compter_codes(
    codages: pd.DataFrame, segments: pd.DataFrame, documents: pd.DataFrame, grille: Grille
) -> pd.DataFrame:
    """Compter chaque code de la grille.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine`` ; plusieurs codeurs sont d'abord ramenés à un avis par segment
        (:func:`ess_analyse.codages.consolider`).
    segments, documents : DataFrame
        Le champ du comptage : un segment ou un entretien absent de ces tables n'est pas compté.
    grille : Grille
        Les codes.

    Returns
    -------
    DataFrame
        ``code``, et le nombre de ``segments``, d'``entretiens`` et de ``structures`` où il est posé. Tous les codes,
        zéros compris, dans l'ordre de la grille.

    Raises
    ------
    ErreurDonnees
        Si un codage porte un code absent de la grille, ou si un segment est en double.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import CODAGES
    >>> codes = tuple(Code(nom, "theme", nom, "…", *[()] * 5) for nom in ("R-SENS", "O-SENS"))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), codes)
    >>> codages = pd.DataFrame([("E01:0-9", "ana", "R-SENS", "humain")], columns=CODAGES)
    >>> segments = pd.DataFrame({"segment": ["E01:0-9"], "entretien": ["E01"]})
    >>> documents = pd.DataFrame({"entretien": ["E01"], "structure": ["atelier"]})
    >>> compter_codes(codages, segments, documents, grille).values.tolist()
    [['R-SENS', 1, 1, 1], ['O-SENS', 0, 0, 0]]
    """
    poses = _situer(codages, segments, documents, grille)
    structures = _nommer(_decrire(poses, documents, "structure"))
    comptes = poses.assign(structure=structures.where(structures != _VIDE)).groupby("code").nunique()
    comptes = comptes[["segment", "entretien", "structure"]]
    return comptes.reindex(grille.ids(), fill_value=0).reset_index(names="code").set_axis(list(COMPTES), axis=1)


def croiser_codes(
    codages: pd.DataFrame,
    segments: pd.DataFrame,
    documents: pd.DataFrame,
    grille: Grille,
    par: str = "structure",
    mesure: str = "segments",
    dimension: str = "theme",
) -> pd.DataFrame:
    """Croiser les codes d'une dimension avec une autre dimension, ou avec ce qu'on sait des documents.

    Parameters
    ----------
    codages, segments, documents, grille
        Comme pour :func:`compter_codes`.
    par : str
        Une dimension de la grille (``prisme`` : les deux codes sont dans le même segment), ou une colonne de
        ``documents`` (``structure``, ``fonction``, ``type`` ou toute autre).
    mesure : {"segments", "entretiens"}
        Ce qu'on compte : des segments, ou des entretiens où le cas se présente au moins une fois.
    dimension : str
        La dimension des lignes.

    Returns
    -------
    DataFrame
        Index ``code`` (ordre de la grille), une colonne par modalité (ordre de la grille, des catégories, ou
        alphabétique ; une cellule vide est « non renseigné »), des entiers. Zéros compris.

    Raises
    ------
    ErreurDonnees
        Si ``par``, ``mesure`` ou ``dimension`` n'existe pas, si un code est absent de la grille, ou si un segment est
        en double.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import CODAGES
    >>> codes = tuple(Code(nom, "theme", nom, "…", *[()] * 5) for nom in ("R-SENS", "O-SENS"))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), codes)
    >>> codages = pd.DataFrame([("E01:0-9", "ana", "R-SENS", "humain")], columns=CODAGES)
    >>> segments = pd.DataFrame({"segment": ["E01:0-9"], "entretien": ["E01"]})
    >>> documents = pd.DataFrame({"entretien": ["E01"], "structure": ["atelier"]})
    >>> croiser_codes(codages, segments, documents, grille)
    structure  atelier
    code
    R-SENS           1
    O-SENS           0
    """
    dimensions = [connue.id for connue in grille.dimensions]
    _verifier_choix("mesure inconnue", mesure, _MESURES)
    _verifier_choix("dimension inconnue", dimension, dimensions)
    _verifier_choix("croisement inconnu", par, [*dimensions, *documents.columns])
    poses = _situer(codages, segments, documents, grille)
    if par in dimensions:
        modalites = list(grille.ids(par))
        croises = poses[poses["code"].isin(modalites)][["segment", "code"]].rename(columns={"code": "_modalite"})
        poses = poses.merge(croises, on="segment")
    else:
        poses = poses.assign(_modalite=_nommer(_decrire(poses, documents, par)))
        modalites = _modalites(documents[par])
    poses = poses.drop_duplicates(["code", "_modalite", _MESURES[mesure]])
    table = pd.crosstab(poses["code"], poses["_modalite"])
    return table.reindex(
        index=pd.Index(grille.ids(dimension), name="code"), columns=pd.Index(modalites, name=par), fill_value=0
    )


def compter_cooccurrences(
    codages: pd.DataFrame, grille: Grille, dimension: str = "theme", groupes: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Compter les segments où deux codes sont posés ensemble.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine``, ramenées à un avis par segment.
    grille : Grille
        Les codes.
    dimension : str
        La dimension étudiée.
    groupes : mapping of str to str, optional
        Segment → ce à quoi il appartient (un entretien, une structure). Ce sont alors les groupes que l'on compte :
        ceux dont un segment au moins porte les deux codes. Un segment qui n'y est pas ne compte pas.

    Returns
    -------
    DataFrame
        Matrice symétrique d'entiers, codes en lignes et en colonnes dans l'ordre de la grille ; la diagonale est le
        nombre de segments, ou de groupes, de chaque code.

    Raises
    ------
    ErreurDonnees
        Si la dimension n'existe pas, ou si un code est absent de la grille.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import CODAGES
    >>> codes = tuple(Code(nom, "theme", nom, "…", *[()] * 5) for nom in ("R-SENS", "O-SENS"))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), codes)
    >>> codages = pd.DataFrame([("E01:0-9", "ana", "R-SENS", "humain")], columns=CODAGES)
    >>> compter_cooccurrences(codages, grille).values.tolist()
    [[1, 0], [0, 0]]
    >>> compter_cooccurrences(pd.concat([codages, codages.assign(segment="E01:10-19")]), grille,
    ...                       groupes={"E01:0-9": "E01", "E01:10-19": "E01"}).values.tolist()
    [[1, 0], [0, 0]]
    """
    _verifier_choix("dimension inconnue", dimension, [connue.id for connue in grille.dimensions])
    poses, codes = _poser(codages, grille), list(grille.ids(dimension))
    poses = poses[poses["code"].isin(codes)]
    if groupes is not None:
        poses = poses.assign(groupe=poses["segment"].map(groupes)).dropna(subset="groupe")
    paires = poses.merge(poses[["segment", "code"]].rename(columns={"code": "avec"}), on="segment")
    paires = paires.drop_duplicates(["segment" if groupes is None else "groupe", "code", "avec"])
    table = pd.crosstab(paires["code"], paires["avec"]).reindex(index=codes, columns=codes, fill_value=0)
    return table.rename_axis(index="code", columns="avec").astype("int64")


def _poser(codages: pd.DataFrame, grille: Grille) -> pd.DataFrame:
    verifier_colonnes(codages, CODAGES, "codages")
    codeurs = codages[["segment", "codeur"]].drop_duplicates()
    if codeurs["segment"].is_unique and not any(map(est_relecture, codeurs["codeur"].unique())):
        # One reader a sentence: that is the advice already, and these tables are counted over and over.
        avis = codages.drop_duplicates(["segment", "code"])
    else:
        avis = consolider(codages)
    lever(
        Probleme("table codages", 0, "code absent de la grille", code, proposer(code, grille.ids()))
        for code in sorted(set(avis["code"]) - {*grille.ids(), RIEN})
    )
    return avis.loc[avis["code"] != RIEN, ["segment", "code"]]


def _situer(codages: pd.DataFrame, segments: pd.DataFrame, documents: pd.DataFrame, grille: Grille) -> pd.DataFrame:
    verifier_colonnes(segments, ("segment", "entretien"), "segments")
    verifier_colonnes(documents, ("entretien", "structure"), "documents")
    lever(
        Probleme("table segments", 0, "segment en double", str(segment), "gardez une seule ligne")
        for segment in sorted(set(segments.loc[segments["segment"].duplicated(), "segment"]))
    )
    places = segments.loc[segments["entretien"].isin(documents["entretien"]), ["segment", "entretien"]]
    return _poser(codages, grille).merge(places, on="segment", validate="many_to_one")


def _decrire(poses: pd.DataFrame, documents: pd.DataFrame, colonne: str) -> pd.Series:
    return poses["entretien"].map(dict(zip(documents["entretien"], documents[colonne], strict=True)))


def _verifier_choix(message: str, valeur: str, choix: Sequence[str]) -> None:
    if valeur not in choix:
        raise ErreurDonnees([Probleme("tableau croisé", 0, message, valeur, proposer(valeur, choix))])


def _nommer(colonne: pd.Series) -> pd.Series:
    return colonne.astype("str").where(colonne.notna() & (colonne.astype("str").str.strip() != ""), _VIDE)


def _modalites(colonne: pd.Series) -> list[str]:
    noms = set(_nommer(colonne))
    rangees = [str(nom) for nom in colonne.cat.categories] if hasattr(colonne, "cat") else sorted(noms - {_VIDE})
    return [*rangees, *([_VIDE] if _VIDE in noms else [])]
