"""Ce que chaque entretien apporte à l'accord : des sommes, que l'on additionne ou que l'on rééchantillonne."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ess_analyse.coefficients import (
    desaccords_ac1,
    desaccords_alpha,
    desaccords_kappa,
    observer,
    ranger_ensembles,
    rapporter,
)
from ess_analyse.erreurs import Probleme, lever, proposer
from ess_analyse.grille import Grille
from ess_analyse.modele import RIEN

__all__ = ["MESURES", "Ensembles", "Releves", "relever", "verifier_codes"]

MESURES = ("pourcentage", "kappa", "alpha", "ac1", "alpha_masi")

_OUI_NON = 1 - np.eye(2)


@dataclass(frozen=True, eq=False)
class Ensembles:
    """Les ensembles de codes d'une dimension, par entretien.

    Attributes
    ----------
    rangs : list of int
        Les places de ses codes dans la grille.
    observes, totaux : ndarray
        Par entretien : désaccords observés, et combien de fois chaque ensemble a été donné.
    distances : ndarray
        La distance MASI entre deux ensembles.
    """

    rangs: list[int]
    observes: np.ndarray
    totaux: np.ndarray
    distances: np.ndarray


@dataclass(frozen=True, eq=False)
class Releves:
    """Ce que chaque entretien apporte à l'accord, code par code.

    Attributes
    ----------
    noms : list of str
        Les codes de la grille, puis ses dimensions.
    codeurs : int
        Combien de codeurs ont lu ces unités.
    unites : ndarray
        Par entretien : segments lus par deux codeurs ou plus.
    accords, observes : ndarray
        Par entretien et par code : sommes, sur les unités, de la part des paires d'accord et de leur désaccord.
    totaux, parts : ndarray
        Par entretien, par code, puis non et oui : combien de réponses, et la somme de leurs parts dans chaque unité.
    croises : ndarray or None
        Par entretien et par code, les réponses croisées de deux codeurs ; None s'ils ne sont pas deux.
    dimensions : list of Ensembles
        Une par dimension.
    """

    noms: list[str]
    codeurs: int
    unites: np.ndarray
    accords: np.ndarray
    observes: np.ndarray
    totaux: np.ndarray
    parts: np.ndarray
    croises: np.ndarray | None
    dimensions: list[Ensembles]

    def usages(self) -> np.ndarray:
        """Compter, par entretien, combien de fois chaque code et chaque dimension a été posé."""
        poses = self.totaux[..., 1]
        return np.column_stack([poses, *(poses[:, dimension.rangs].sum(axis=1) for dimension in self.dimensions)])

    def mesurer(self, poids: np.ndarray) -> dict[str, np.ndarray]:
        """Calculer chaque mesure en comptant chaque entretien autant de fois que son poids.

        Parameters
        ----------
        poids : ndarray
            Une ligne par tirage, une colonne par entretien ; une seule ligne de 1 pour la mesure elle-même.

        Returns
        -------
        dict of str to ndarray
            Mesure → une ligne par tirage, une colonne par nom ; NaN où elle n'est pas définie.
        """

        def sommer(valeurs: np.ndarray) -> np.ndarray:
            return np.tensordot(poids, valeurs, axes=1)

        # Zero drawn unit leaves 0/0, which stays undefined.
        unites = np.where(sommer(self.unites) > 0, sommer(self.unites), np.nan)[:, None]
        pourcentage = sommer(self.accords) / unites
        alpha = desaccords_alpha(sommer(self.observes), sommer(self.totaux), _OUI_NON)
        ac1 = rapporter(*desaccords_ac1(pourcentage, sommer(self.parts) / unites[..., None]))
        if self.croises is None:
            kappa = (np.full_like(pourcentage, np.nan),) * 2
        else:
            kappa = desaccords_kappa(sommer(self.croises))
        masi = [
            rapporter(*desaccords_alpha(sommer(d.observes), sommer(d.totaux), d.distances)) for d in self.dimensions
        ]
        rangs = [dimension.rangs for dimension in self.dimensions]
        return {
            "pourcentage": np.column_stack([pourcentage, *(_moyenner(pourcentage[:, r]) for r in rangs)]),
            "kappa": _regrouper(kappa, rangs),
            "alpha": _regrouper(alpha, rangs),
            "ac1": np.column_stack([ac1, *(np.full(len(poids), np.nan) for _ in rangs)]),
            "alpha_masi": np.column_stack([np.full_like(ac1, np.nan), *masi]),
        }


def relever(lectures: pd.DataFrame, grille: Grille) -> Releves:
    """Relever ce que chaque entretien apporte à l'accord de ses codeurs.

    Parameters
    ----------
    lectures : DataFrame
        Colonnes ``CODAGES``, des seuls codeurs à comparer.
    grille : Grille
        Les codes mesurés.

    Returns
    -------
    Releves
        Les segments lus par deux codeurs au moins, sommés par entretien, entretiens triés.

    Raises
    ------
    ErreurDonnees
        Si une lecture porte un code absent de la grille : elle compterait comme un non à tous les autres.
    """
    verifier_codes(lectures, grille)
    lus = lectures[lectures.groupby("segment")["codeur"].transform("nunique") > 1]
    segments, codeurs = sorted(lus["segment"].unique()), sorted(lus["codeur"].unique())
    unite, codeur = pd.Index(segments).get_indexer(lus["segment"]), pd.Index(codeurs).get_indexer(lus["codeur"])
    ids = grille.ids()
    code = pd.Index(ids).get_indexer(lus["code"])
    presents = np.zeros((len(segments), len(codeurs)), dtype=bool)
    presents[unite, codeur] = True
    poses = np.zeros((*presents.shape, len(ids)), dtype=bool)
    poses[unite[code >= 0], codeur[code >= 0], code[code >= 0]] = True
    entretiens, groupes = np.unique([segment.partition(":")[0] for segment in segments], return_inverse=True)

    def sommer(valeurs: np.ndarray) -> np.ndarray:
        somme = np.zeros((len(entretiens), *valeurs.shape[1:]))
        np.add.at(somme, groupes, valeurs)
        return somme

    lecteurs = presents.sum(axis=1)[:, None]
    oui = poses.sum(axis=1)
    comptes = np.stack([lecteurs - oui, oui], axis=-1)
    observes = observer(comptes, _OUI_NON)
    return Releves(
        noms=[*ids, *(dimension.id for dimension in grille.dimensions)],
        codeurs=len(codeurs),
        unites=sommer(np.ones(len(segments))),
        accords=sommer(1 - observes / lecteurs),
        observes=sommer(observes),
        totaux=sommer(comptes),
        parts=sommer(comptes / lecteurs[..., None]),
        croises=sommer(_croiser(poses)) if len(codeurs) == 2 else None,
        dimensions=[_ranger(presents, poses, ids, grille.ids(d.id), sommer) for d in grille.dimensions],
    )


def verifier_codes(codages: pd.DataFrame, grille: Grille) -> None:
    """Refuser des codages qui portent un code absent de la grille."""
    connus = [*grille.ids(), RIEN]
    inconnus = sorted(set(map(str, codages["code"].unique())) - set(connus))
    lever(Probleme("table codages", 0, "code inconnu", code, proposer(code, connus)) for code in inconnus)


def _croiser(poses: np.ndarray) -> np.ndarray:
    un, deux = (np.stack([~poses[:, rang], poses[:, rang]], axis=-1).astype(float) for rang in (0, 1))
    return un[..., :, None] * deux[..., None, :]


def _ranger(presents, poses, ids, choisis, sommer) -> Ensembles:
    rangs = [ids.index(nom) for nom in choisis]
    unites = [
        [
            frozenset(nom for nom, rang in zip(choisis, rangs, strict=True) if pose[rang]) if la else None
            for la, pose in zip(ici, reponses, strict=True)
        ]
        for ici, reponses in zip(presents, poses, strict=True)
    ]
    comptes, distances = ranger_ensembles(unites)
    return Ensembles(rangs, sommer(observer(comptes, distances)), sommer(comptes), distances)


def _regrouper(desaccords: tuple[np.ndarray, np.ndarray], rangs: list[list[int]]) -> np.ndarray:
    """Rapporter les désaccords de chaque code, puis leurs sommes par dimension."""
    observes, attendus = desaccords
    sommes = [rapporter(observes[:, r].sum(axis=1), attendus[:, r].sum(axis=1)) for r in rangs]
    return np.column_stack([rapporter(observes, attendus), *sommes])


def _moyenner(valeurs: np.ndarray) -> np.ndarray:
    return valeurs.mean(axis=1) if valeurs.shape[1] else np.full(len(valeurs), np.nan)
