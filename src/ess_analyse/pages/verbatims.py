"""Les citations que l'on peut publier, chacune à son adresse et dans son contexte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby

import pandas as pd

from ess_analyse.modele import RIEN, Place
from ess_analyse.pages.matiere import Matiere
from ess_analyse.publication import verbatims_publiables

__all__ = ["Verbatim", "lister_verbatims"]

_AUTOUR = 2
_COUPE = "[…]"


@dataclass(frozen=True)
class Verbatim:
    """Une citation : sa place, ses mots, ce qui l'entoure, ses codes, et ce que l'on peut dire de sa source.

    Attributes
    ----------
    place : Place
        Une phrase, ou une suite de phrases d'un même tour.
    texte, avant, apres : str
        La tranche du corpus, et les phrases voisines.
    codes : tuple of str
        Les thèmes, dans l'ordre de la grille.
    structure, libelle, famille : str
        L'identifiant et le libellé de la structure, la famille de fonctions.
    phrases : tuple of (Place, str)
        Les phrases qui composent la citation.
    themes : tuple of tuple of str
        Les thèmes de chacune de ces phrases.
    contenue : bool
        Vrai si une citation plus longue la contient : la liste ne la montre pas une seconde fois.
    ancres : tuple of Place
        Les phrases et les citations qu'elle contient et dont elle est la première à garder l'adresse.
    """

    place: Place
    texte: str
    avant: str
    apres: str
    codes: tuple[str, ...]
    structure: str
    libelle: str
    famille: str
    phrases: tuple[tuple[Place, str], ...]
    themes: tuple[tuple[str, ...], ...]
    contenue: bool
    ancres: tuple[Place, ...]


def lister_verbatims(matiere: Matiere) -> list[Verbatim]:
    """Lister les citations publiables : les phrases codées, et toute preuve citée par un enseignement ou une fiche.

    Parameters
    ----------
    matiere : Matiere
        L'étude.

    Returns
    -------
    list of Verbatim
        Dans l'ordre du corpus.
    """
    codees = verbatims_publiables(matiere.segments, matiere.consolide, matiere.corpus)
    places = sorted({Place.lire(segment) for segment in codees["segment"]} | _preuves(matiere))
    connus = set(matiere.segments["segment"])
    longues = [place for place in places if str(place) not in connus]
    codes, sources = _codes_par_segment(matiere), matiere.documents.set_index("entretien")
    rangees = {nom: groupe.reset_index(drop=True) for nom, groupe in matiere.segments.groupby("entretien", sort=False)}
    verbatims, donnees = [], set()
    for place in places:
        publics = matiere.corpus.est_public
        verbatim = _composer(place, longues, rangees[place.entretien], codes, sources.loc[place.entretien], publics)
        if not verbatim.contenue:
            # Two quotations may overlap: an address must lead to one place only.
            ancres = tuple(ancre for ancre in verbatim.ancres if ancre not in donnees)
            donnees |= {place, *ancres}
            verbatim = replace(verbatim, ancres=ancres)
        verbatims.append(verbatim)
    return verbatims


def _preuves(matiere: Matiere) -> set[Place]:
    return {
        place
        for groupe in (
            *((*enseignement.preuves, *enseignement.contre) for enseignement in matiere.enseignements),
            *(fiche.preuves for fiche in matiere.fiches),
            *(action.preuves for action in matiere.plan),
        )
        for place in groupe
    }


def _codes_par_segment(matiere: Matiere) -> dict[str, list[str]]:
    codes = matiere.consolide[matiere.consolide["code"].isin(matiere.grille.ids("theme"))]
    return codes[codes["code"] != RIEN].groupby("segment")["code"].agg(list).to_dict()


def _montrer(phrases: pd.DataFrame, est_public: Callable[[str], bool]) -> str:
    """Joindre des phrases, « […] » à la place de celles qu'on ne peut pas citer."""
    lignes = zip(phrases["segment"], phrases["texte"], strict=True)
    montrees = (texte if est_public(segment) else _COUPE for segment, texte in lignes)
    return " ".join(texte for texte, _ in groupby(montrees))


def _contient(longue: Place, place: Place) -> bool:
    return (
        longue != place
        and longue.entretien == place.entretien
        and longue.debut <= place.debut
        and place.fin <= longue.fin
    )


def _composer(
    place: Place,
    longues: list[Place],
    rangee: pd.DataFrame,
    codes: dict[str, list[str]],
    source: pd.Series,
    est_public: Callable[[str], bool],
) -> Verbatim:
    premier, suivant = rangee["debut"].searchsorted(place.debut), rangee["fin"].searchsorted(place.fin, side="right")
    dedans, avant, apres = (
        rangee.iloc[max(0, a) : b]
        for a, b in ((premier, suivant), (premier - _AUTOUR, premier), (suivant, suivant + _AUTOUR))
    )
    phrases = tuple(zip(map(Place.lire, dedans["segment"]), dedans["texte"], strict=True))
    themes = tuple(tuple(codes.get(segment, ())) for segment in dedans["segment"])
    dedans_aussi = [longue for longue in longues if _contient(place, longue)]
    return Verbatim(
        place=place,
        texte=" ".join(dedans["texte"]),
        avant=_montrer(avant, est_public),
        apres=_montrer(apres, est_public),
        codes=tuple(dict.fromkeys(code for siens in themes for code in siens)),
        structure=source["structure"],
        libelle=source["libelle_structure"],
        famille=source["famille"],
        phrases=phrases,
        themes=themes,
        contenue=any(_contient(longue, place) for longue in longues),
        ancres=(*dedans_aussi, *(phrase for phrase, _ in phrases if phrase != place)),
    )
