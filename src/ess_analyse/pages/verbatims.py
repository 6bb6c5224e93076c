"""Les citations que l'on peut publier, chacune à son adresse et dans son contexte."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ess_analyse.modele import RIEN, Place
from ess_analyse.pages.matiere import Matiere
from ess_analyse.publication import verbatims_publiables

__all__ = ["Verbatim", "lister_verbatims"]

_AUTOUR = 2


@dataclass(frozen=True)
class Verbatim:
    """Une citation : sa place, ses mots, ce qui l'entoure, ses codes, et ce que l'on peut dire de sa source.

    Attributes
    ----------
    place : Place
        Une phrase, ou une suite de phrases d'un même tour.
    texte, avant, apres : str
        La tranche du corpus, et les phrases voisines du même échange.
    codes : tuple of str
        Les thèmes, dans l'ordre de la grille.
    structure, libelle, famille : str
        L'identifiant et le libellé de la structure, la famille de fonctions.
    interieures : tuple of Place
        Les phrases qui composent la citation, quand il y en a plusieurs.
    """

    place: Place
    texte: str
    avant: str
    apres: str
    codes: tuple[str, ...]
    structure: str
    libelle: str
    famille: str
    interieures: tuple[Place, ...] = ()


def lister_verbatims(matiere: Matiere) -> list[Verbatim]:
    """Lister les citations publiables : les phrases codées, et toute preuve citée par un enseignement ou une fiche.

    Parameters
    ----------
    matiere : Matiere
        L'étude.

    Returns
    -------
    list of Verbatim
        Dans l'ordre du corpus ; une preuve de plusieurs phrases en fait une seule citation.
    """
    codees = verbatims_publiables(matiere.segments, matiere.consolide, matiere.corpus.documents)
    places = {Place.lire(segment) for segment in codees["segment"]} | set(_preuves(matiere))
    codes = _codes_par_segment(matiere)
    sources = matiere.documents.set_index("entretien")
    rangees = {nom: groupe.reset_index(drop=True) for nom, groupe in matiere.segments.groupby("entretien", sort=False)}
    longues = [place for place in places if str(place) not in set(matiere.segments["segment"])]
    return [
        _composer(place, rangees[place.entretien], codes, sources.loc[place.entretien])
        for place in sorted(places) if not any(_dedans(place, longue) for longue in longues)
    ]


def _preuves(matiere: Matiere) -> list[Place]:
    preuves = [place for e in matiere.enseignements for place in (*e.preuves, *e.contre)]
    preuves += [place for fiche in matiere.fiches for place in fiche.preuves]
    return preuves + [place for action in matiere.plan for place in action.preuves]


def _codes_par_segment(matiere: Matiere) -> dict[str, tuple[str, ...]]:
    ordre = {code: rang for rang, code in enumerate(matiere.grille.ids("theme"))}
    codes = matiere.consolide[matiere.consolide["code"].isin(ordre) & (matiere.consolide["code"] != RIEN)]
    return {segment: tuple(sorted(groupe, key=ordre.get)) for segment, groupe in codes.groupby("segment")["code"]}


def _dedans(place: Place, autre: Place) -> bool:
    return (place != autre and place.entretien == autre.entretien
            and autre.debut <= place.debut and place.fin <= autre.fin)


def _composer(place: Place, rangee: pd.DataFrame, codes: dict[str, tuple[str, ...]], source: pd.Series) -> Verbatim:
    dedans = rangee[(rangee["debut"] >= place.debut) & (rangee["fin"] <= place.fin)]
    premier, dernier = dedans.index[0], dedans.index[-1]
    avant = rangee.iloc[max(0, premier - _AUTOUR):premier]
    apres = rangee.iloc[dernier + 1:dernier + 1 + _AUTOUR]
    portes = dict.fromkeys(code for segment in dedans["segment"] for code in codes.get(segment, ()))
    return Verbatim(
        place=place, texte=" ".join(dedans["texte"]), avant=" ".join(avant["texte"]), apres=" ".join(apres["texte"]),
        codes=tuple(portes), structure=source["structure"], libelle=source["libelle_structure"],
        famille=source["famille"],
        interieures=tuple(map(Place.lire, dedans["segment"])) if len(dedans) > 1 else (),
    )
