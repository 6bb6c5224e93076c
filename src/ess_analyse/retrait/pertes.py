"""Mesurer ce qu'une étude perd quand un document s'en va."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ess_analyse.codages import ARBITRAGE
from ess_analyse.enseignements import Enseignement, citations, mesurer_soutien
from ess_analyse.fichiers import lire_texte
from ess_analyse.modele import MOTIF_PLACE, Place
from ess_analyse.retrait.etat import Etat
from ess_analyse.retrait.prose import aplatir
from ess_analyse.tableaux import compter_codes

__all__ = ["CODES_PERDUS", "DOUBLE_CODAGE", "SOUTIEN_PERDU", "mesurer_codes", "mesurer_double_codage", "mesurer_pertes"]

SOUTIEN_PERDU = (
    "quoi",
    "preuves",
    "preuves_apres",
    "documents",
    "documents_apres",
    "structures",
    "structures_apres",
    "contre",
    "contre_apres",
    "alerte",
)
CODES_PERDUS = ("code", "documents", "documents_apres", "structures", "structures_apres", "alerte")
DOUBLE_CODAGE = ("mesure", "avant", "apres")

_PORTE_PEU = 2
"""En deçà de deux documents ou de deux structures, un constat ne tient qu'à une personne ou à un lieu."""


class _Porteur(NamedTuple):
    quoi: str
    preuves: tuple[Place, ...]
    contre: tuple[Place, ...]
    ailleurs: bool


def mesurer_pertes(etat: Etat, document: str) -> pd.DataFrame:
    """Dire ce que chaque enseignement, fiche et action perd de ses preuves.

    Parameters
    ----------
    etat : Etat
        L'étude avant le retrait.
    document : str
        Le document retiré.

    Returns
    -------
    DataFrame
        Colonnes ``SOUTIEN_PERDU`` : une ligne par enseignement, fiche ou action qui perd une preuve ou une
        parole contraire ; les nombres avant et après (:func:`ess_analyse.enseignements.mesurer_soutien`) ;
        ``alerte`` dit ce qui n'a plus de preuve, ou ne tient plus qu'à un document ou à une structure.
    """
    porteurs = [
        porteur
        for porteur in _porteurs(etat)
        if any(place.entretien == document for place in (*porteur.preuves, *porteur.contre))
    ]
    documents = etat.corpus.documents
    avant = mesurer_soutien([_enseigner(rang, p) for rang, p in enumerate(porteurs)], documents)
    apres = mesurer_soutien(
        [
            _enseigner(rang, _Porteur(p.quoi, _sans(p.preuves, document), _sans(p.contre, document), p.ailleurs))
            for rang, p in enumerate(porteurs)
        ],
        documents[documents["entretien"] != document],
    )
    lignes = []
    for porteur, a, b in zip(porteurs, avant.itertuples(), apres.itertuples(), strict=True):
        couples = [
            nombre
            for nom in ("preuves", "documents", "structures", "contre")
            for nombre in (getattr(a, nom), getattr(b, nom))
        ]
        lignes.append((porteur.quoi, *couples, _alerter(porteur, a, b)))
    return pd.DataFrame(lignes, columns=SOUTIEN_PERDU)


def _porteurs(etat: Etat) -> Iterator[_Porteur]:
    for page in etat.recits:
        texte = aplatir(lire_texte(page.chemin))
        preuves = tuple(dict.fromkeys(place for _, _, places in citations(texte) for place in places))
        contre = tuple(Place.lire(lieu) for _, lieu in page.liste("contre") if MOTIF_PLACE.fullmatch(lieu))
        genre = "enseignement" if page.chemin.is_relative_to(etat.etude.enseignements) else "fiche"
        yield _Porteur(f"{genre} {page.valeurs.get('numero', page.chemin.stem)}", preuves, contre, ailleurs=False)
    plan = etat.tables.get(etat.etude.plan, pd.DataFrame(columns=["numero", "enseignements", "preuves"]))
    for action in plan.itertuples():
        lieux = (trouve[0] for cellule in action[1:] for trouve in MOTIF_PLACE.finditer(cellule))
        yield _Porteur(
            f"action {action.numero.strip()}",
            tuple(dict.fromkeys(map(Place.lire, lieux))),
            (),
            ailleurs=bool(action.enseignements.strip()),
        )


def _sans(places: tuple[Place, ...], document: str) -> tuple[Place, ...]:
    return tuple(place for place in places if place.entretien != document)


def _enseigner(rang: int, porteur: _Porteur) -> Enseignement:
    return Enseignement(rang, porteur.quoi, "", (), (), (), porteur.contre, "", porteur.preuves, Path())


def _alerter(porteur: _Porteur, avant, apres) -> str:
    if avant.preuves and not apres.preuves:
        return "plus aucune preuve" + " ; reste l'enseignement cité" * porteur.ailleurs
    tombes = [
        dit
        for nom, dit in (("documents", "un seul document"), ("structures", "une seule structure"))
        if getattr(apres, nom) < _PORTE_PEU <= getattr(avant, nom)
    ]
    return f"ne tient plus qu'à {' et '.join(tombes)}" if tombes else ""


def mesurer_codes(etat: Etat, document: str) -> pd.DataFrame:
    """Dire quels codes passent sous le seuil des petites cellules.

    Parameters
    ----------
    etat : Etat
        L'étude avant le retrait.
    document : str
        Le document retiré.

    Returns
    -------
    DataFrame
        Colonnes ``CODES_PERDUS`` : les codes dont le nombre de documents tombe sous le seuil de l'étude, dans l'ordre
        de la grille.
    """
    seuil, documents = etat.reglages.seuil, etat.corpus.documents
    avant, apres = (
        compter_codes(etat.codages, etat.segments, champ, etat.grille)
        for champ in (documents, documents[documents["entretien"] != document])
    )
    lignes = [
        (a.code, a.entretiens, b.entretiens, a.structures, b.structures, _dire_code(b.entretiens, seuil))
        for a, b in zip(avant.itertuples(), apres.itertuples(), strict=True)
        if b.entretiens < a.entretiens and b.entretiens < seuil
    ]
    return pd.DataFrame(lignes, columns=CODES_PERDUS)


def _dire_code(documents: int, seuil: int) -> str:
    return f"moins de {seuil} documents : ses cellules seront masquées" if documents else "plus aucun document"


def mesurer_double_codage(etat: Etat, document: str) -> pd.DataFrame:
    """Dire ce que le retrait ôte au double codage, donc à la mesure de l'accord.

    Parameters
    ----------
    etat : Etat
        L'étude avant le retrait.
    document : str
        Le document retiré.

    Returns
    -------
    DataFrame
        Colonnes ``DOUBLE_CODAGE`` : phrases et documents lus par deux personnes ou plus, arbitrage non compris ;
        vide si le document n'en est pas.
    """
    lues = etat.codages[etat.codages["codeur"] != ARBITRAGE].groupby("segment")["codeur"].nunique()
    places = pd.Series(lues.index[lues >= _PORTE_PEU], dtype="str").str.split(":").str[0]
    if document not in set(places):
        return pd.DataFrame(columns=DOUBLE_CODAGE)
    gardees = places[places != document]
    return pd.DataFrame(
        [
            ("phrases codées deux fois", len(places), len(gardees)),
            ("documents codés deux fois", places.nunique(), gardees.nunique()),
        ],
        columns=DOUBLE_CODAGE,
    )
