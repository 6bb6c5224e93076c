"""Les citations que l'on peut publier, chacune à son adresse et dans son contexte."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

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
    rangees = _ranger(matiere.segments, {place.entretien for place in places})
    connues = {place for rangee in rangees.values() for place in rangee.places}
    longues: dict[str, list[Place]] = {}
    for place in places:
        if place not in connues:
            longues.setdefault(place.entretien, []).append(place)
    codes, sources = _codes_par_segment(matiere), matiere.documents.set_index("entretien").to_dict("index")
    verbatims, donnees = [], set()
    for place in places:
        ici, publics = place.entretien, matiere.corpus.est_public
        verbatim = _composer(place, longues.get(ici, []), rangees[ici], codes, sources[ici], publics)
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


class _Rangee(NamedTuple):
    """Les phrases d'un entretien, dans l'ordre."""

    places: list[Place]
    textes: list[str]


def _ranger(segments: pd.DataFrame, entretiens: set[str]) -> dict[str, _Rangee]:
    cites = segments[segments["entretien"].isin(entretiens)]
    rangees: dict[str, _Rangee] = {}
    for segment, texte in zip(cites["segment"].tolist(), cites["texte"].tolist(), strict=True):
        place = Place.lire(segment)
        rangee = rangees.setdefault(place.entretien, _Rangee([], []))
        rangee.places.append(place)
        rangee.textes.append(texte)
    return rangees


def _montrer(phrases: Iterable[tuple[Place, str]], est_public: Callable[[Place], bool]) -> str:
    """Joindre des phrases, « […] » à la place de celles qu'on ne peut pas citer."""
    montrees = (texte if est_public(place) else _COUPE for place, texte in phrases)
    return " ".join(texte for texte, _ in groupby(montrees))


def _contient(longue: Place, place: Place) -> bool:
    return longue != place and longue.debut <= place.debut and place.fin <= longue.fin


def _composer(
    place: Place,
    longues: list[Place],
    rangee: _Rangee,
    codes: dict[str, list[str]],
    source: dict[str, str],
    est_public: Callable[[Place], bool],
) -> Verbatim:
    premier = bisect_left(rangee.places, place.debut, key=lambda une: une.debut)
    suivant = bisect_right(rangee.places, place.fin, key=lambda une: une.fin)
    phrases, avant, apres = (
        tuple(zip(rangee.places[max(0, a) : b], rangee.textes[max(0, a) : b], strict=True))
        for a, b in ((premier, suivant), (premier - _AUTOUR, premier), (suivant, suivant + _AUTOUR))
    )
    themes = tuple(tuple(codes.get(str(phrase), ())) for phrase, _ in phrases)
    dedans_aussi = [longue for longue in longues if _contient(place, longue)]
    return Verbatim(
        place=place,
        texte=" ".join(texte for _, texte in phrases),
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
