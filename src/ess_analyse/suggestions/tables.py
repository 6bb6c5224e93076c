"""Garder les suggestions dans un fichier, et les relire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.fichiers import ecrire_table, lire_table
from ess_analyse.grille import Grille
from ess_analyse.modele import MOTIF_PLACE, RAISONS, SEGMENTS, SUGGESTIONS, verifier_colonnes

__all__ = ["SEUIL", "depuis_textes", "ecrire_suggestions", "en_textes", "lire_suggestions", "typer"]

SEUIL = 0.35
"""Le score à partir duquel une suggestion est retenue tant que l'étude n'a rien codé : à peu près celui du meilleur F1
sur les phrases d'exemple, chaque main étant jugée par ce que les autres ont appris à la machine (novembre 2026)."""

METHODES = ("indices", "indices+modele", "modele")
_TYPES = {
    "segment": "str",
    "code": "str",
    "score": "float64",
    "rang": "int64",
    "retenu": "bool",
    "methode": "str",
    "indice": "str",
    "debut": "Int64",
    "fin": "Int64",
    **dict.fromkeys(RAISONS, "str"),
}


def typer(table: pd.DataFrame) -> pd.DataFrame:
    """Donner à chaque colonne son type ; une place inconnue est ``<NA>``, une raison absente est vide."""
    return table.reindex(columns=[*SUGGESTIONS, *RAISONS], fill_value="").astype(_TYPES)


def en_textes(table: pd.DataFrame) -> pd.DataFrame:
    """Mettre une table typée dans la forme du fichier : ``retenu`` y est ``oui`` ou ``non``."""
    return table.assign(retenu=table["retenu"].map({True: "oui", False: "non"}))


def depuis_textes(brute: pd.DataFrame) -> pd.DataFrame:
    """Relire la forme du fichier, une fois vérifiée."""
    places = {champ: pd.to_numeric(brute[champ].where(brute[champ] != "")) for champ in ("debut", "fin")}
    return typer(brute.assign(retenu=brute["retenu"] == "oui", **places)).reset_index(drop=True)


def ecrire_suggestions(chemin: Path, table: pd.DataFrame) -> bool:
    """Écrire des suggestions.

    Parameters
    ----------
    chemin : Path
        Un fichier CSV (``;``, UTF-8 avec marque) ; ``retenu`` y est ``oui`` ou ``non``.
    table : DataFrame
        Colonnes ``SUGGESTIONS`` ; ``RAISONS`` si elle les a.

    Returns
    -------
    bool
        Vrai si le contenu a changé.
    """
    verifier_colonnes(table, SUGGESTIONS, "suggestions")
    return ecrire_table(chemin, en_textes(typer(table)))


def lire_suggestions(chemin: Path, segments: pd.DataFrame, grille: Grille) -> pd.DataFrame:
    """Relire des suggestions, et vérifier qu'elles parlent de ce corpus et de cette grille.

    Parameters
    ----------
    chemin : Path
        Un fichier écrit par :func:`ecrire_suggestions`.
    segments : DataFrame
        Colonnes ``SEGMENTS``.
    grille : Grille
        Les codes.

    Returns
    -------
    DataFrame
        Colonnes ``SUGGESTIONS`` et ``RAISONS``, types de :func:`~ess_analyse.suggestions.suggerer`.

    Raises
    ------
    ErreurDonnees
        Code inconnu, valeur mal écrite, place hors du segment, ligne en double : tous, avec leur ligne. Des suggestions
        d'un texte qui a changé depuis : une fois par document, car la machine les refait toutes.
    """
    verifier_colonnes(segments, SEGMENTS, "segments")
    brute = lire_table(chemin, SUGGESTIONS, RAISONS)
    bornes = {segment: (debut, fin) for segment, debut, fin in segments[["segment", "debut", "fin"]].values.tolist()}
    lever(_problemes(relatif(chemin), brute, bornes, grille))
    return depuis_textes(brute)


def _problemes(nom: str, brute: pd.DataFrame, bornes: dict[str, tuple[int, int]], grille: Grille) -> Iterator[Probleme]:
    refaire = "refaites-les : ess-analyse suggerer"
    vus: dict[tuple[str, str], int] = {}
    anciens: set[str] = set()
    for ligne, rangee in zip(brute.index, brute.to_dict("records"), strict=True):
        segment, code = rangee["segment"], rangee["code"]
        if segment not in bornes:
            document = lue["entretien"] if (lue := MOTIF_PLACE.fullmatch(segment)) else segment
            if document not in anciens:
                anciens.add(document)
                yield Probleme(nom, ligne, "suggestions d'un texte d'avant", document, refaire)
            continue
        if code not in grille:
            yield Probleme(nom, ligne, "code inconnu", code, proposer(code, grille.ids()) or refaire)
        if (premiere := vus.setdefault((segment, code), ligne)) != ligne:
            yield Probleme(nom, ligne, f"ligne en double (déjà ligne {premiere})", f"{segment} {code}", "gardez-en une")
        if not _est_score(rangee["score"]):
            yield Probleme(nom, ligne, "score mal écrit", rangee["score"], "écrivez un nombre de 0 à 1, avec un point")
        if not rangee["rang"].isdecimal() or int(rangee["rang"]) < 1:
            yield Probleme(nom, ligne, "rang mal écrit", rangee["rang"], "écrivez un nombre entier à partir de 1")
        for champ, choix in (("retenu", ("oui", "non")), ("methode", METHODES)):
            if rangee[champ] not in choix:
                yield Probleme(nom, ligne, f"« {champ} » mal écrit", rangee[champ], proposer(rangee[champ], choix))
        place = [rangee["debut"], rangee["fin"]]
        if place != ["", ""] and not _est_dedans(place, bornes[segment]):
            yield Probleme(nom, ligne, "place hors du segment", "-".join(place), refaire)


def _est_score(texte: str) -> bool:
    try:
        return 0 <= float(texte) <= 1
    except ValueError:
        return False


def _est_dedans(place: list[str], bornes: tuple[int, int]) -> bool:
    if not all(valeur.isdecimal() for valeur in place):
        return False
    debut, fin = map(int, place)
    return bornes[0] <= debut < fin <= bornes[1]
