"""Ce que chaque ingrédient du modèle apporte : on le retire, et l'on mesure ce qui reste.

Deux épreuves. « Main tenue à l'écart » : les mains qui ont écrit les phrases d'exemple sont rangées en cinq groupes, et
chaque groupe est jugé par ce que les autres ont appris à la machine. « À froid » : le corpus de démonstration est jugé
par ce que tous les exemples lui ont appris, sans rien savoir de ses codages.

Les phrases sont lues, leurs indices nuancés et leurs traits comptés une seule fois ; seules les régressions sont
refaites. Quels mots existent et combien chacun distingue vient donc de toutes les phrases d'exemple, sans leurs codes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property
from types import SimpleNamespace

import numpy as np
import pandas as pd

import ess_analyse as ess
from ess_analyse.modele import CODAGES
from ess_analyse.pages.matiere import ABLATION, MESURES
from ess_analyse.suggestions import SEUIL
from ess_analyse.suggestions.classifieur import ClassifieurParFamille
from ess_analyse.suggestions.depart import preparer, textes_grille
from ess_analyse.suggestions.evaluation import JUGEES
from ess_analyse.suggestions.exemples import decider_exemples
from ess_analyse.suggestions.regles import compter, lire, lire_nuances, peser
from ess_analyse.suggestions.savoir import Savoir
from ess_analyse.suggestions.traits import PhraseLue

__all__ = ["EPREUVES", "VARIANTES", "Atelier", "mesurer", "mesurer_a_froid"]

EPREUVES = ("main tenue à l'écart", "à froid")
GROUPES = 5
RANGS = 5


@dataclass(frozen=True)
class Variante:
    """Le modèle, un ingrédient en moins."""

    nom: str
    sans_mains: str = ""
    textes_grille: bool = True
    traits: str = "tous"
    familles: bool = True
    regles: bool = True
    nuances: bool = True
    modele: bool = True

    @property
    def regression(self) -> tuple:
        """Ce dont dépendent les régressions : deux variantes qui s'accordent là-dessus les partagent."""
        return self.sans_mains, self.textes_grille, self.traits, self.familles


VARIANTES = (
    Variante("modèle complet"),
    Variante("sans les règles", regles=False),
    Variante("sans les nuances", nuances=False),
    Variante("sans les textes de la grille", textes_grille=False),
    Variante("mots seuls", traits="mots"),
    Variante("lettres seules", traits="lettres"),
    Variante("sans la famille d'abord", familles=False),
    Variante("sans les exemples « suivis »", sans_mains="suivis"),
    Variante("sans les exemples « usuels »", sans_mains="usuels"),
    Variante("règles seules", modele=False),
)


@dataclass(frozen=True, eq=False)
class Epreuve:
    """Des phrases à juger, et ce que des personnes en ont décidé."""

    segments: pd.DataFrame
    phrases: Sequence[PhraseLue]
    codages: pd.DataFrame

    @cached_property
    def nuances(self) -> list[list[tuple[str, ...]]]:
        """Celles de chaque indice retrouvé."""
        return lire_nuances(self.phrases)

    def prendre(self, choisies: np.ndarray, avec: bool) -> tuple[list[PhraseLue], list[Sequence[tuple[str, ...]]]]:
        """Prendre certaines phrases, avec ou sans leurs nuances."""
        phrases = [self.phrases[rang] for rang in choisies]
        if avec:
            return phrases, [self.nuances[rang] for rang in choisies]
        return phrases, [[()] * len(phrase.reperages) for phrase in phrases]


class Atelier:
    """Tout ce qui se lit une fois pour toutes les variantes."""

    def __init__(self, etude: ess.Etude) -> None:
        self.etude = etude
        self.grille = ess.lire_grille(etude.grille)
        self.exemples = ess.lire_exemples(etude.exemples, self.grille)
        self.depart = preparer(self.grille, self.exemples)
        self.decisions = decider_exemples(self.exemples, self.grille)

    @cached_property
    def demonstration(self) -> Epreuve:
        """Le corpus de démonstration et l'avis des personnes."""
        segments = ess.segmenter(ess.lire_corpus(self.etude.corpus))
        avis = ess.consolider(ess.lire_codages(self.etude.codages, segments, self.grille))
        segments = segments[segments["segment"].isin(avis["segment"])].reset_index(drop=True)
        return Epreuve(segments, lire(segments["texte"].tolist(), self.grille), avis)

    @cached_property
    def phrases(self) -> Epreuve:
        """Les phrases d'exemple, comme si chaque main était un entretien."""
        segments = [f"{main}:{rang}" for rang, main in enumerate(self.exemples["main"])]
        table = pd.DataFrame({"segment": segments, "locuteur": "", "codes": self.exemples["codes"].str.split()})
        codages = table.explode("codes").rename(columns={"codes": "code"}).assign(codeur="relecture", origine="")
        return Epreuve(table, lire(self.exemples["texte"].tolist(), self.grille), codages[list(CODAGES)])

    @cached_property
    def tableaux(self) -> dict[str, tuple]:
        """Les traits de la grille et leurs codes ; ceux des exemples ; ceux de la démonstration."""
        textes, verites = textes_grille(self.grille)
        transformer = self.depart.traits.transform
        return {
            "grille": (transformer(lire(textes, self.grille)), verites),
            "exemples": (transformer(self.phrases.phrases), self.decisions),
            "demonstration": (transformer(self.demonstration.phrases), None),
        }

    @cached_property
    def plis(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Qui apprend, qui est jugé : chaque main est jugée une fois, sans avoir rien appris à la machine."""
        from sklearn.model_selection import GroupKFold

        return list(GroupKFold(GROUPES).split(self.exemples, groups=self.exemples["main"]))

    def garder(self, variante: Variante, appris: np.ndarray) -> np.ndarray:
        """Ôter de ce qui apprend les mains que la variante écarte."""
        if not variante.sans_mains:
            return appris
        return appris[~self.exemples["main"].str.startswith(variante.sans_mains).to_numpy()[appris]]

    def estimer(self, variante: Variante, appris: np.ndarray, ou: str, juges: np.ndarray) -> np.ndarray:
        """Apprendre le modèle de cette variante et rendre les probabilités des phrases jugées."""
        frontiere = self.depart.traits.nombre_de_mots
        colonnes = {"tous": slice(None), "mots": slice(0, frontiere), "lettres": slice(frontiere, None)}[
            variante.traits
        ]
        a_juger = self.tableaux[ou][0][juges][:, colonnes]
        if variante.regression == VARIANTES[0].regression and len(appris) == len(self.exemples):
            return self._proposer(self.depart.classifieur, a_juger)
        X, y = (table[appris] for table in self.tableaux["exemples"])
        if variante.textes_grille:
            X, y = _empiler(self.tableaux["grille"][0], X), np.vstack([self.tableaux["grille"][1], y])
        familles = [(code.dimension, code.famille) for code in self.grille] if variante.familles else None
        return self._proposer(ClassifieurParFamille(familles).fit(X[:, colonnes], y), a_juger)

    def _proposer(self, classifieur: ClassifieurParFamille, tableau) -> np.ndarray:
        """Estimer comme le départ le ferait, calibration comprise, de traits déjà comptés."""
        tels_quels = SimpleNamespace(transform=lambda traits: traits)
        return replace(self.depart, traits=tels_quels, classifieur=classifieur).predict_proba(tableau)

    def noter(self, variante: Variante, appris: np.ndarray, epreuve: Epreuve, juges: np.ndarray, modele) -> np.ndarray:
        """Donner leurs scores aux phrases jugées, comme `suggerer` le ferait de ce que la variante a appris."""
        phrases, nuances = epreuve.prendre(juges, variante.nuances)
        poids = peser(self.grille, self._compter(variante, appris))
        if not variante.regles:
            poids = dict.fromkeys(poids, 0.0)
        # Cues alone are worth what they are worth when the machine has read nothing: no model takes over from them.
        lus = (~np.isnan(self.decisions[appris])).sum(axis=0) * variante.modele
        savoir = Savoir(self.grille, SimpleNamespace(predict_proba=lambda _: modele), self.exemples, None, poids, lus)
        return savoir.noter(phrases, nuances)[0]

    def _compter(self, variante: Variante, appris: np.ndarray):
        if len(appris) == len(self.exemples):
            return self.depart.comptes
        return compter([self.phrases.phrases[rang] for rang in appris], self.decisions[appris], self.grille)


def mesurer(etude: ess.Etude, dire=print) -> pd.DataFrame:
    """Calculer toute la table, les régressions se partageant les cœurs de la machine."""
    atelier = Atelier(etude)
    atelier.tableaux, atelier.plis  # noqa: B018 - read before the threads start, once
    tous, corpus = np.arange(len(atelier.exemples)), np.arange(len(atelier.demonstration.phrases))
    essais = [("exemples", appris, juges) for appris, juges in atelier.plis] + [("demonstration", tous, corpus)]

    @cache
    def estimer(regression: tuple, rang: int) -> np.ndarray:
        ou, appris, juges = essais[rang]
        variante = next(une for une in VARIANTES if une.modele and une.regression == regression)
        return atelier.estimer(variante, atelier.garder(variante, appris), ou, juges)

    taches = [(regression, rang) for regression in _regressions() for rang in range(len(essais))]
    with ThreadPoolExecutor(os.cpu_count()) as fils:
        for faites, _ in enumerate(fils.map(lambda tache: estimer(*tache), taches), 1):
            dire(f"ablation : {faites} apprentissages sur {len(taches)}")
    lignes = []
    for variante in VARIANTES:
        scores = np.zeros((len(tous), len(atelier.grille)))
        for rang, (appris, juges) in enumerate(atelier.plis):
            appris = atelier.garder(variante, appris)
            modele = estimer(variante.regression, rang) if variante.modele else np.zeros_like(scores[juges])
            scores[juges] = atelier.noter(variante, appris, atelier.phrases, juges, modele)
        lignes.append((EPREUVES[0], *_juger(atelier, variante, atelier.phrases, scores)))
    for variante in VARIANTES:
        modele = estimer(variante.regression, len(atelier.plis)) if variante.modele else None
        lignes.append(mesurer_a_froid(atelier, variante, modele))
    return pd.DataFrame(lignes, columns=ABLATION)


def mesurer_a_froid(atelier: Atelier, variante: Variante, modele: np.ndarray | None = None) -> tuple:
    """Calculer une ligne de l'épreuve à froid ; sans modèle, elle ne demande aucun apprentissage."""
    epreuve = atelier.demonstration
    appris, juges = atelier.garder(variante, np.arange(len(atelier.exemples))), np.arange(len(epreuve.phrases))
    modele = np.zeros((len(juges), len(atelier.grille))) if modele is None else modele
    scores = atelier.noter(variante, appris, epreuve, juges, modele)
    return EPREUVES[1], *_juger(atelier, variante, epreuve, scores)


def _regressions() -> list[tuple]:
    return list(dict.fromkeys(variante.regression for variante in VARIANTES if variante.modele))


def _empiler(*tables):
    from scipy.sparse import vstack

    return vstack(tables, format="csr")


def _juger(atelier: Atelier, variante: Variante, epreuve: Epreuve, scores: np.ndarray) -> tuple:
    """Mesurer des scores : les cinq premiers codes de chaque phrase, retenus à partir du seuil par défaut."""
    colonnes = np.array([rang for rang, code in enumerate(atelier.grille) if code.dimension == "theme"])
    ids = np.array(atelier.grille.ids("theme"), dtype=object)
    themes = scores[:, colonnes]
    ordre = np.argsort(-themes, axis=1, kind="stable")[:, :RANGS]
    tries = np.take_along_axis(themes, ordre, axis=1)
    parlent = ~epreuve.segments["locuteur"].map(ess.est_enqueteur).to_numpy(dtype=bool)
    suggestions = pd.DataFrame(
        {
            "segment": np.repeat(epreuve.segments["segment"].to_numpy(dtype=object), RANGS),
            "code": ids[ordre].ravel(),
            "score": tries.ravel(),
            "rang": np.tile(np.arange(1, RANGS + 1), len(ordre)),
            "retenu": ((tries >= SEUIL) & parlent[:, None]).ravel(),
        },
        columns=JUGEES,
    )
    mesures = ess.evaluer(suggestions, epreuve.codages, atelier.grille).set_index("code").loc["ensemble"]
    garde = atelier.exemples.loc[atelier.garder(variante, np.arange(len(atelier.exemples)))]
    comptes = (len(garde), garde["main"].nunique(), epreuve.codages["segment"].nunique())
    return variante.nom, *comptes, SEUIL, *(round(float(mesures[nom]), 4) for nom in MESURES)
