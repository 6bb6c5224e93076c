"""Garder les mots de tout ce que l'étude cite : une preuve n'a que sa place, et un texte corrigé la rendrait muette."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ess_analyse.corrections.textes import lister_citants
from ess_analyse.etude import Etude
from ess_analyse.feuilles import proteger
from ess_analyse.fichiers import ecrire_table, lire_texte
from ess_analyse.modele import FEUILLE, MOTIF_PLACE, SEGMENTS, Place, verifier_colonnes

__all__ = ["sceller_preuves"]


def sceller_preuves(etude: Etude, segments: pd.DataFrame) -> list[Path]:
    """Écrire les phrases que l'étude cite, et leurs voisines, telles que le corpus les dit aujourd'hui.

    ``data/preuves.csv`` a la forme d'une feuille de codage où personne n'a codé : quand un texte est corrigé,
    ``recaler`` y lit ce que disaient les preuves, même d'un entretien que personne n'a codé, et ``verifier`` voit
    qu'elles ont changé.

    Parameters
    ----------
    etude : Etude
        L'étude, dont les enseignements, les fiches, le plan et la diffusion des passages sont relus.
    segments : DataFrame
        Les segments du corpus.

    Returns
    -------
    list of Path
        ``data/preuves.csv`` s'il a changé. Sans aucune citation, il n'existe pas.
    """
    verifier_colonnes(segments, SEGMENTS, "segments")
    places = _places(etude)
    cites = segments[segments["entretien"].isin({place.entretien for place in places})]
    phrases = {nom: groupe.reset_index(drop=True) for nom, groupe in cites.groupby("entretien")}
    places = [place for place in sorted(places) if place.entretien in phrases]
    citees = [_prendre(phrases[place.entretien], place) for place in places]
    table = pd.concat([segments.iloc[:0], *citees]).drop_duplicates("segment")
    if table.empty:
        existait = etude.preuves.exists()
        etude.preuves.unlink(missing_ok=True)
        return [etude.preuves] * existait
    table = table.sort_values(["entretien", "debut"])
    table = table.assign(texte=table["texte"].map(proteger), codes="", origine="", memo="")
    return [etude.preuves] * ecrire_table(etude.preuves, table[list(FEUILLE)])


def _places(etude: Etude) -> set[Place]:
    trouves = (trouve for chemin in lister_citants(etude) for trouve in MOTIF_PLACE.finditer(lire_texte(chemin)))
    return {Place(trouve["entretien"], int(trouve["debut"]), int(trouve["fin"])) for trouve in trouves}


def _prendre(phrases: pd.DataFrame, place: Place) -> pd.DataFrame:
    touchees = phrases.index[(phrases["debut"] < place.fin) & (phrases["fin"] > place.debut)]
    return phrases.iloc[:0] if touchees.empty else phrases.loc[max(touchees[0] - 1, 0) : touchees[-1] + 1]
