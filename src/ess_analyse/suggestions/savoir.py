"""Ce que la machine sait quand elle propose : le départ, ce que l'étude y ajoute, ce que valent les indices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ess_analyse.grille import Grille
from ess_analyse.langue import Cache
from ess_analyse.suggestions.classifieur import Adaptation
from ess_analyse.suggestions.controle import verifier_codages
from ess_analyse.suggestions.depart import Depart
from ess_analyse.suggestions.documents import couper_en_documents
from ess_analyse.suggestions.regles import Liseur, Poids, compter, noter, peser
from ess_analyse.suggestions.tables import SEUIL
from ess_analyse.suggestions.traits import PhraseLue

__all__ = ["Lues", "Savoir", "apprendre", "lire_codages"]

# What the model's word is worth when it has read nothing, how many sentences read make it worth as much as they do,
# and what is left of the cues' word once it has read many: it has then learnt most of what they know.
_CONFIANCE = 0.3
_FERMETE = 300
_RESTE_DES_REGLES = 0.25


@dataclass(frozen=True)
class Lues:
    """Ce que des personnes ont lu de l'étude, et décidé.

    Attributes
    ----------
    phrases : list of PhraseLue
        Les phrases lues.
    decisions : ndarray, shape (phrases, codes)
        1, 0 ou NaN.
    nuances : list
        Pour chaque phrase, celles de chacun de ses indices.
    """

    phrases: list[PhraseLue]
    decisions: np.ndarray
    nuances: list[list[tuple[str, ...]]]

    @classmethod
    def vides(cls, grille: Grille) -> Lues:
        """Rien de lu."""
        return cls([], np.empty((0, len(grille))), [])


@dataclass(frozen=True)
class Savoir:
    """Le départ, ce que l'étude y ajoute, ce que valent les indices, et les seuils qui en résultent."""

    grille: Grille
    depart: Depart
    exemples: pd.DataFrame
    adaptation: Adaptation | None
    poids: Poids
    lus: np.ndarray
    seuils: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def porteurs(self) -> dict[str, np.ndarray]:
        """Les rangs des exemples de chaque code, croissants."""
        codes = self.exemples["codes"].reset_index(drop=True).str.split().explode()
        return {code: np.unique(rangs) for code, rangs in codes.groupby(codes).groups.items()}

    def choisir_seuils(self, seuil: float | Mapping[str, float] | None) -> dict[str, float]:
        """Rendre le seuil de chaque code : celui qui est demandé, sinon celui qui a été appris."""
        if seuil is None or isinstance(seuil, Mapping):
            return {**self.seuils, **(seuil or {})}
        return dict.fromkeys(self.seuils, seuil)

    def noter(
        self, phrases: Sequence[PhraseLue], nuances: Sequence[Sequence[tuple[str, ...]]]
    ) -> tuple[np.ndarray, ...]:
        """Rendre les scores, et ceux du modèle seul."""
        modele = (self.adaptation or self.depart).predict_proba(phrases)
        appris = self.lus / (self.lus + _FERMETE)
        regles = noter(phrases, self.poids, self.grille, nuances) * (1 - (1 - _RESTE_DES_REGLES) * appris)
        confiance = _CONFIANCE + (1 - _CONFIANCE) * appris
        return np.round(1 - (1 - regles) * (1 - confiance * modele), 4), modele


def lire_codages(segments: pd.DataFrame, grille: Grille, codages: pd.DataFrame, cache: Cache | None = None) -> Lues:
    """Rassembler les phrases que des personnes ont lues et ce qu'elles en ont décidé, une fois vérifiées."""
    verifier_codages(segments, grille, codages)
    if codages.empty:
        return Lues.vides(grille)
    decisions = _decider(codages, grille)
    codes = segments["entretien"].isin(segments.loc[segments["segment"].isin(decisions.index), "entretien"])
    liseur, lues = Liseur(grille, cache), {}
    for document in couper_en_documents(segments[codes]):
        lus = liseur.lire(document["texte"].tolist())
        lues |= {
            segment: lue for segment, *lue in zip(document["segment"], *lus, strict=True) if segment in decisions.index
        }
    phrases, nuances = zip(*(lues[segment] for segment in decisions.index), strict=True)
    return Lues(list(phrases), decisions.to_numpy(), list(nuances))


def apprendre(grille: Grille, depart: Depart, exemples: pd.DataFrame, lues: Lues, cache: Cache | None = None) -> Savoir:
    """Corriger le départ et les indices par ce que l'étude a lu."""
    adaptation = Adaptation(depart).fit(lues.phrases, lues.decisions) if lues.phrases else None
    poids = peser(grille, depart.comptes + compter(lues.phrases, lues.decisions, grille), cache)
    lus = depart.lus + (~np.isnan(lues.decisions)).sum(axis=0)
    savoir = Savoir(grille, depart, exemples, adaptation, poids, lus)
    return replace(savoir, seuils=_regler(savoir, lues))


def _regler(savoir: Savoir, lues: Lues) -> dict[str, float]:
    """Choisir le seuil de chaque code : celui du meilleur F1 que les scores laissent attendre des phrases lues.

    Un score se lisant comme une chance, le F1 attendu d'un seuil se calcule sans regarder ce qui a été décidé ; son
    meilleur seuil vaut à peu près la moitié de ce F1 (Lipton, Elkan et Narayanaswamy, 2014). Quand l'étude a peu lu, on
    reste près de celui du départ. Mesuré par plis sur la démonstration (2 732 phrases, novembre 2026) : F1 de 0,23 au
    lieu de 0,10.

    Les scores notés ici sont ceux des phrases mêmes que l'étude a lues, dont le modèle vient d'apprendre : le F1
    attendu qu'ils donnent est flatteur, et ne dit rien de phrases neuves.
    """
    seuils = dict.fromkeys(savoir.grille.ids(), SEUIL)
    if not lues.phrases:
        return seuils
    scores = savoir.noter(lues.phrases, lues.nuances)[0]
    for dimension in savoir.grille.dimensions:
        siens = [rang for rang, code in enumerate(savoir.grille) if code.dimension == dimension.id]
        connus = ~np.isnan(lues.decisions[:, siens])
        if connus.any():
            appris = connus.any(axis=1).sum() / (connus.any(axis=1).sum() + _FERMETE)
            seuil = (1 - appris) * SEUIL + appris * _meilleur(scores[:, siens][connus])
            seuils |= dict.fromkeys(savoir.grille.ids(dimension.id), round(float(seuil), 4))
    return seuils


def _meilleur(scores: np.ndarray) -> float:
    tries = np.sort(scores)[::-1]
    attendus = 2 * np.cumsum(tries) / (np.arange(1, len(tries) + 1) + tries.sum())
    return tries[attendus.argmax()]


def _decider(codages: pd.DataFrame, grille: Grille) -> pd.DataFrame:
    """Rendre, par segment lu et par code : 1 si la majorité des codeurs l'a mis, 0 sinon, NaN si l'on ne sait pas."""
    codages = codages.drop_duplicates(["segment", "codeur", "code"])
    codeurs = codages.groupby("segment")["codeur"].nunique()
    voix = pd.crosstab(codages["segment"], codages["code"]).reindex(columns=list(grille.ids()), fill_value=0)
    decisions = voix.gt(codeurs / 2, axis=0).astype(float)
    employees = {code.dimension for code in grille if voix[code.id].any()}
    if employees:
        decisions[[code.id for code in grille if code.dimension not in employees]] = np.nan
    return decisions
