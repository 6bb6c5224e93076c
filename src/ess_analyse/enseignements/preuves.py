"""Vérifier que chaque preuve est une parole du corpus, entière, publiable, et dite par une personne interrogée."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import pandas as pd

from ess_analyse.enseignements.citations import citations, mal_ecrites, paroles_citees, retapee
from ess_analyse.enseignements.entetes import Page
from ess_analyse.erreurs import Probleme, proposer
from ess_analyse.modele import SEGMENTS, Corpus, Place, est_enqueteur, est_une_parole, verifier_colonnes

__all__ = ["Reperes", "lire_preuves", "verifier_preuves"]

_EXEMPLE = "écrivez par exemple [@E03:1204-1290], plusieurs preuves séparées par « ; »"


class _Phrase(NamedTuple):
    debut: int
    fin: int
    tour: int
    locuteur: str


@dataclass(frozen=True)
class Reperes:
    """Ce qu'il faut savoir du corpus pour juger une preuve.

    Attributes
    ----------
    rangs : dict of str to list of int
        Les lignes de chaque entretien dans la table des segments ; les identifiants sont triés.
    segments : DataFrame
        Les segments.
    corpus : Corpus
        Les textes, et ce qu'on peut en citer.
    """

    rangs: dict[str, list[int]]
    segments: pd.DataFrame
    corpus: Corpus
    _rangees: dict[str, list[_Phrase]] = field(default_factory=dict, repr=False)

    @classmethod
    def depuis(cls, segments: pd.DataFrame, corpus: Corpus) -> Reperes:
        """Préparer les repères.

        Parameters
        ----------
        segments : DataFrame
            Les segments du corpus.
        corpus : Corpus
            Le corpus.
        """
        verifier_colonnes(segments, SEGMENTS, "segments")
        rangs: dict[str, list[int]] = {}
        for rang, entretien in enumerate(segments["entretien"].tolist()):
            rangs.setdefault(entretien, []).append(rang)
        return cls(dict(sorted(rangs.items())), segments, corpus)

    @property
    def entretiens(self) -> tuple[str, ...]:
        """Les identifiants connus."""
        return tuple(self.rangs)

    def phrases(self, entretien: str) -> list[_Phrase]:
        """Rendre les phrases d'un entretien, dans l'ordre."""
        if entretien not in self._rangees:
            siennes = self.segments[list(_Phrase._fields)].iloc[self.rangs[entretien]]
            lignes = zip(*(siennes[nom].tolist() for nom in _Phrase._fields), strict=True)
            self._rangees[entretien] = sorted(map(_Phrase._make, lignes))
        return self._rangees[entretien]

    def juger(self, place: Place) -> Iterator[tuple[str, str]]:
        """Dire ce qui empêche une place d'être une preuve.

        Parameters
        ----------
        place : Place
            La place citée.

        Yields
        ------
        message, remede : str
            Rien si la preuve est bonne.
        """
        if place.entretien not in self.rangs:
            yield "entretien inconnu", proposer(place.entretien, self.rangs)
            return
        if not self.corpus.est_public(place):
            yield "preuve à diffusion restreinte", "choisissez-en une dans un document et un passage publics"
        phrases, fin = self.phrases(place.entretien), len(self.corpus[place.entretien].texte)
        if place.fin > fin:
            yield "place hors du texte", f"le texte de {place.entretien} finit à {fin}"
            return
        touchees = [phrase for phrase in phrases if phrase.debut < place.fin and place.debut < phrase.fin]
        entiers = [list(tour) for _, tour in groupby(touchees, key=lambda phrase: phrase.tour)]
        if len(entiers) != 1 or (touchees[0].debut, touchees[-1].fin) != place[1:]:
            yield _mal_placee(place.entretien, entiers)
        elif est_enqueteur(touchees[0].locuteur):
            yield "preuve prise dans les paroles de qui enquête", "citez la réponse, pas la question"
        elif not est_une_parole(touchees[0].locuteur):
            yield "preuve prise dans ce qui précède l'entretien", "citez ce que quelqu'un a dit"


def _mal_placee(entretien: str, tours: list[list[_Phrase]]) -> tuple[str, str]:
    if not tours:
        return "aucune phrase à cette place", "reprenez la place d'une phrase dans une feuille de codage"
    dits = [tour for tour in tours if est_une_parole(tour[0].locuteur)] or tours
    proposees = [f"@{Place(entretien, tour[0].debut, tour[-1].fin)}" for tour in dits]
    message = "place à cheval sur plusieurs tours de parole" if len(tours) > 1 else "place qui coupe une phrase"
    return message, f"la place entière est [{'; '.join(proposees)}]"


def lire_preuves(page: Page, cles: Iterable[str]) -> tuple[Place, ...]:
    """Lire les places citées dans le corps, puis sous ces clés de l'en-tête, chacune une fois."""
    return tuple(
        dict.fromkeys(place for _, texte in page.textes(cles) for _, _, places in citations(texte) for place in places)
    )


def verifier_preuves(page: Page, cles: Iterable[str], reperes: Reperes) -> Iterator[Probleme]:
    """Vérifier tout ce qu'une page cite.

    Parameters
    ----------
    page : Page
        Le fichier lu.
    cles : iterable of str
        Les clés de l'en-tête où l'on peut citer.
    reperes : Reperes
        Le corpus.

    Yields
    ------
    Probleme
        Citation mal écrite, mauvaise preuve, ou paroles retapées.
    """
    for place, texte in page.textes(cles):
        for debut, ecrit in mal_ecrites(texte, reperes.entretiens):
            yield page.probleme(_ou(place, debut), "citation mal écrite", ecrit, _EXEMPLE)
        for debut, _, preuves in citations(texte):
            for preuve in preuves:
                for message, remede in reperes.juger(preuve):
                    yield page.probleme(_ou(place, debut), message, str(preuve), remede)
        for debut, mots, preuves in paroles_citees(texte):
            tranches = [tranche for preuve in preuves if (tranche := _tranche(reperes, preuve))]
            if tranches and retapee(mots, tranches):
                yield page.probleme(
                    _ou(place, debut),
                    "paroles entre guillemets absentes de la preuve qui les suit",
                    mots.strip(),
                    "recopiez-les du corpus, « […] » pour une coupe ; pour un mot à vous, préférez l'italique",
                )


def _ou(place: tuple | int, debut: int) -> tuple | int:
    return debut if isinstance(place, int) else place


def _tranche(reperes: Reperes, place: Place) -> str:
    if place.entretien not in reperes.corpus:
        return ""
    return reperes.corpus[place.entretien].extrait(place.debut, place.fin)
