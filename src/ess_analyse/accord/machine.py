"""Mettre l'accord de la machine avec les personnes à côté de celui des personnes entre elles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from ess_analyse.accord.mesures import retenir_lectures
from ess_analyse.accord.releves import relever
from ess_analyse.codages import MACHINE
from ess_analyse.coefficients import borner, desaccords_alpha, diviser, observer, rapporter, tirer_grappes
from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, RIEN
from ess_analyse.suggestions.evaluation.confrontation import Confrontation, classer_valence, confronter, poser

__all__ = ["COMPARAISON", "comparer_humains"]

_MESURES = ("f1", "alpha", "valence", "valence_risque")
COMPARAISON = (
    *("paire", "premier", "second", "unites"),
    *_MESURES,
    *(f"{mesure}_{borne}" for mesure in _MESURES for borne in ("bas", "haut")),
)

_NETTES = (1, 2)


def comparer_humains(
    suggestions: pd.DataFrame,
    codages: pd.DataFrame,
    grille: Grille,
    codeurs: Sequence[str] | None = None,
    *,
    dimension: str = "theme",
    tirages: int = 1000,
    graine: int = 0,
) -> pd.DataFrame:
    """Comparer machine et personnes comme deux personnes entre elles : mêmes phrases, mêmes mesures.

    Parameters
    ----------
    suggestions : DataFrame
        Colonnes ``SUGGESTIONS``, par plis ; les codes retenus sont la réponse de la machine.
    codages : DataFrame
        Colonnes ``CODAGES``, tous les codeurs, avant consolidation : un avis discuté serait plus facile à suivre.
    grille : Grille
        Les codes.
    codeurs : sequence of str, optional
        Les personnes comparées ; par défaut, toutes, là où elles ont codé à l'aveugle, comme pour
        :func:`~ess_analyse.accord.mesurer_accord`.
    dimension : str
        La dimension comparée.
    tirages, graine : int
        Comme pour :func:`~ess_analyse.encadrer_accord` : combien de fois tirer des entretiens entiers, et d'où.

    Returns
    -------
    DataFrame
        Pour chaque paire de personnes qui ont lu des phrases communes, une ligne pour elles, puis une pour la machine
        avec chacune des deux, sur ces mêmes phrases : ``paire`` (``humain-humain`` ou ``machine-humain``),
        ``premier`` et ``second``, ``unites`` (phrases), ``f1`` (micro ; le même dans les deux sens), ``alpha``
        (Krippendorff, codes empilés), ``valence`` (α sur « risque, opportunité, mixte, rien »), ``valence_risque``
        (le même, des phrases où les deux personnes de la paire ont chacune mis une seule famille ; la machine y
        répond par celle de son premier code, retenu ou non) ; puis, de chacune de ces mesures, ses bornes à 95 %
        (``f1_bas``, ``f1_haut``…), par les mêmes tirages d'entretiens pour les personnes et pour la machine. NaN où la
        mesure n'est pas définie, et pour les bornes à moins de deux entretiens.

    Raises
    ------
    ErreurDonnees
        Colonne manquante, dimension inconnue, code absent de la grille, codeur sans codage ou nommé « machine ».

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.suggestions.evaluation import JUGEES
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (Code("R-SENS", "theme", "Sens", "…", *[()] * 5),))
    >>> avis = [("E01:0-9", "ana", "R-SENS"), ("E01:0-9", "bob", "R-SENS"), ("E01:10-19", "ana", "R-SENS"),
    ...         ("E01:10-19", "bob", "-"), ("E01:20-29", "ana", "-"), ("E01:20-29", "bob", "-")]
    >>> codages = pd.DataFrame([(*lecture, "humain") for lecture in avis], columns=CODAGES)
    >>> proposes = pd.DataFrame([("E01:20-29", "R-SENS", 0.7, 1, True)], columns=JUGEES)
    >>> table = comparer_humains(proposes, codages, grille, tirages=100)
    >>> table[["premier", "second", "unites", "f1", "alpha"]].round(2).values.tolist()
    [['ana', 'bob', 3, 0.67, 0.44], ['machine', 'ana', 3, 0.0, -0.67], ['machine', 'bob', 3, 0.0, -0.25]]
    """
    codages = retenir_lectures(codages, codeurs)
    choisis = sorted(set(codages["codeur"]))
    if MACHINE in choisis:
        remede = "renommez sa feuille : la machine porte ce nom ici"
        raise ErreurDonnees([Probleme("table codages", 0, "nom de codeur réservé", MACHINE, remede)])
    lectures = {codeur: codages[codages["codeur"] == codeur] for codeur in choisis}
    lignes = []
    for un, deux in combinations(choisis, 2):
        communs = sorted(set(lectures[un]["segment"]) & set(lectures[deux]["segment"]))
        if communs:
            avis = codages[codages["segment"].isin(communs) & codages["codeur"].isin((un, deux))]
            face = confronter(suggestions, avis, grille, dimension)
            # The first line of weights is the sample itself, the others are what else could have been drawn.
            nombre = face.entretiens[1]
            poids = np.vstack([np.ones((1, nombre)), tirer_grappes(nombre, tirages, graine)])
            lignes += _comparer(face, avis, grille, (un, deux), dimension, poids)
    return pd.DataFrame(lignes, columns=COMPARAISON)


def _comparer(
    face: Confrontation,
    avis: pd.DataFrame,
    grille: Grille,
    paire: tuple[str, str],
    dimension: str,
    poids: np.ndarray,
) -> list[tuple]:
    poses = {codeur: poser(avis[avis["codeur"] == codeur], face.lus, face.codes) for codeur in paire}
    poses[MACHINE] = face.poses
    tous = pd.concat([avis, _coder(face.poses, face.lus, face.codes)], ignore_index=True)
    valences = {codeur: classer_valence(table, face.codes) for codeur, table in poses.items()}
    nettes = np.logical_and.reduce([np.isin(valences[codeur], _NETTES) for codeur in paire])
    familles = valences | {MACHINE: face.familles}
    rang, lignes = [*grille.ids(), *(connue.id for connue in grille.dimensions)].index(dimension), []
    for un, deux in (paire, (MACHINE, paire[0]), (MACHINE, paire[1])):
        risques = nettes & (familles[un] > 0) & (familles[deux] > 0)
        accord = relever(tous[tous["codeur"].isin((un, deux))], grille).mesurer(poids)["alpha"][:, rang]
        mesures = np.column_stack(
            [
                _f1(poses[un], poses[deux], face, poids),
                accord,
                _alpha(valences[un], valences[deux], np.ones(len(face.lus), dtype=bool), face, poids),
                _alpha(familles[un], familles[deux], risques, face, poids),
            ]
        )
        bornes = np.full((2, len(_MESURES)), np.nan) if poids.shape[1] < 2 else np.array(borner(mesures[1:]))
        genre = "machine-humain" if un == MACHINE else "humain-humain"
        lignes.append((genre, un, deux, len(face.lus), *mesures[0], *bornes.T.ravel()))
    return lignes


def _coder(poses: np.ndarray, lus: Sequence[str], codes: Sequence[str]) -> pd.DataFrame:
    """Écrire ce que la machine retient comme l'écrirait une personne."""
    lignes = [
        (segment, MACHINE, code, MACHINE)
        for segment, retenus in zip(lus, poses, strict=True)
        for code in [nom for nom, retenu in zip(codes, retenus, strict=True) if retenu] or [RIEN]
    ]
    return pd.DataFrame(lignes, columns=CODAGES)


def _f1(un: np.ndarray, deux: np.ndarray, face: Confrontation, poids: np.ndarray) -> np.ndarray:
    communs, tous = 2 * (un & deux).sum(axis=1), un.sum(axis=1) + deux.sum(axis=1)
    return diviser(poids @ _sommer(communs, face), poids @ _sommer(tous, face))


def _alpha(
    un: np.ndarray, deux: np.ndarray, retenues: np.ndarray, face: Confrontation, poids: np.ndarray
) -> np.ndarray:
    """Mesurer α sur des valeurs de 0 à 3, des seules phrases retenues."""
    comptes = (np.eye(4)[un] + np.eye(4)[deux]) * retenues[:, None]
    distances = 1 - np.eye(4)
    observes = np.where(retenues, observer(np.where(retenues[:, None], comptes, [2, 0, 0, 0]), distances), 0)
    return rapporter(*desaccords_alpha(poids @ _sommer(observes, face), poids @ _sommer(comptes, face), distances))


def _sommer(valeurs: np.ndarray, face: Confrontation) -> np.ndarray:
    numeros, nombre = face.entretiens
    somme = np.zeros((nombre, *valeurs.shape[1:]))
    np.add.at(somme, numeros, valeurs)
    return somme
