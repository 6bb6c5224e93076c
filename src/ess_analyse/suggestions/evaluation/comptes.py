"""Compter par entretien, une fois ; mesurer ensuite n'importe quel mélange d'entretiens sans relire une phrase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ess_analyse.coefficients import desaccords_alpha, diviser, rapporter
from ess_analyse.suggestions.evaluation.confrontation import Confrontation, classer_valence

__all__ = ["Comptes", "compter"]


@dataclass(frozen=True, eq=False)
class Comptes:
    """Ce qui suffit à mesurer, compté par entretien : une ligne chacun, puis les codes, ou une table de réponses."""

    usages: np.ndarray
    proposes: np.ndarray
    justes: np.ndarray
    trouves_3: np.ndarray
    trouves_5: np.ndarray
    valence: np.ndarray
    valence_risque: np.ndarray

    @property
    def entretiens(self) -> int:
        """Combien il y en a."""
        return len(self.usages)

    def mesurer(self, poids: np.ndarray) -> dict[str, np.ndarray]:
        """Mesurer pour chaque jeu de poids des entretiens (une ligne) et chaque code, l'ensemble en dernier."""
        sommes = {nom: _sommer(poids @ getattr(self, nom)) for nom in ("usages", "proposes", "justes")}
        usages, proposes, justes = sommes.values()
        mesures = {"usages": usages, "proposes": proposes}
        mesures["precision"] = diviser(justes, proposes)
        mesures["rappel"] = diviser(justes, usages)
        mesures["f1"] = diviser(2 * justes, proposes + usages)
        mesures["rappel_3"] = diviser(_sommer(poids @ self.trouves_3), usages)
        mesures["rappel_5"] = diviser(_sommer(poids @ self.trouves_5), usages)
        definis = mesures["f1"][:, :-1]
        seules = {"f1_macro": diviser(np.nansum(definis, axis=1), (~np.isnan(definis)).sum(axis=1))}
        for nom in ("valence", "valence_risque"):
            seules[nom] = _calculer_alpha(np.tensordot(poids, getattr(self, nom), axes=1))
        for nom, valeurs in seules.items():
            mesures[nom] = np.full(usages.shape, np.nan)
            mesures[nom][:, -1] = valeurs
        return mesures


def compter(face: Confrontation) -> Comptes:
    """Compter, entretien par entretien, ce dont toutes les mesures se tirent."""
    numeros, nombre = face.entretiens
    tables = [face.vrais, face.poses, face.vrais & face.poses, *(_trouver(face, rang) for rang in (3, 5))]
    par_code = []
    for table in tables:
        compte = np.zeros((nombre, len(face.codes)))
        np.add.at(compte, numeros, table)
        par_code.append(compte)
    vrais, poses = classer_valence(face.vrais, face.codes), classer_valence(face.poses, face.codes)
    premiers = face.familles
    # One family on the people's side, an answer on the machine's: 1 is a risk, 2 an opportunity.
    nets = np.isin(vrais, (1, 2)) & (premiers > 0)
    return Comptes(
        *par_code,
        valence=_croiser(numeros, vrais, poses, (nombre, 4, 4)),
        valence_risque=_croiser(numeros[nets], vrais[nets] - 1, premiers[nets] - 1, (nombre, 2, 2)),
    )


def _trouver(face: Confrontation, rang: int) -> np.ndarray:
    """Dire quels usages sont parmi les premiers ; NaN si la liste de la machine ne va jamais si loin."""
    profondeur = face.rangs[np.isfinite(face.rangs)].max(initial=0)
    if profondeur < min(rang, len(face.codes)):
        return np.full(face.vrais.shape, np.nan)
    return face.vrais & (face.rangs <= rang)


def _croiser(numeros: np.ndarray, un: np.ndarray, deux: np.ndarray, forme: tuple[int, int, int]) -> np.ndarray:
    table = np.zeros(forme)
    np.add.at(table, (numeros, un, deux), 1)
    return table


def _sommer(par_code: np.ndarray) -> np.ndarray:
    return np.column_stack([par_code, par_code.sum(axis=1)])


def _calculer_alpha(tables: np.ndarray) -> np.ndarray:
    """Calculer l'α nominal de deux avis complets, pour chaque table de leurs réponses croisées."""
    marges = tables.sum(axis=1) + tables.sum(axis=2)
    # Two opposed answers are two ordered pairs: what `observer` counts for a unit of two coders.
    observes = marges.sum(axis=1) - 2 * np.trace(tables, axis1=1, axis2=2)
    return rapporter(*desaccords_alpha(observes, marges, 1 - np.eye(marges.shape[1])))
