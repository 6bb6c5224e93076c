"""Mettre l'accord de la machine avec les personnes à côté de celui des personnes entre elles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from ess_analyse.accord.mesures import choisir_codeurs, mesurer_accord
from ess_analyse.coefficients import alpha_krippendorff
from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, RIEN, verifier_colonnes
from ess_analyse.suggestions.evaluation.confrontation import classer_valence, confronter, poser

__all__ = ["COMPARAISON", "comparer_humains"]

COMPARAISON = ("paire", "premier", "second", "unites", "f1", "alpha", "valence", "valence_risque")

_MACHINE = "machine"
_NETTES = (1, 2)


def comparer_humains(
    suggestions: pd.DataFrame,
    codages: pd.DataFrame,
    grille: Grille,
    codeurs: Sequence[str] | None = None,
    *,
    dimension: str = "theme",
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
        Les personnes comparées ; par défaut, celles qui ont codé à l'aveugle, comme pour
        :func:`~ess_analyse.accord.mesurer_accord`.
    dimension : str
        La dimension comparée.

    Returns
    -------
    DataFrame
        Pour chaque paire de personnes qui ont lu des phrases communes, une ligne pour elles, puis une pour la machine
        avec chacune des deux, sur ces mêmes phrases : ``paire`` (``humain-humain`` ou ``machine-humain``),
        ``premier`` et ``second``, ``unites`` (phrases), ``f1`` (micro ; le même dans les deux sens), ``alpha``
        (Krippendorff, codes empilés), ``valence`` (α sur « risque, opportunité, mixte, rien »), ``valence_risque``
        (le même, des phrases où les deux personnes de la paire ont chacune mis une seule famille ; la machine y
        répond par celle de son premier code, retenu ou non). NaN où la mesure n'est pas définie.

    Raises
    ------
    ErreurDonnees
        Colonne manquante, dimension inconnue, codeur sans codage ou nommé « machine ».

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.suggestions.evaluation import JUGEES
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (Code("R-SENS", "theme", "Sens", "…", *[()] * 5),))
    >>> avis = [("E01:0-9", "ana", "R-SENS"), ("E01:0-9", "bob", "R-SENS"), ("E01:10-19", "ana", "R-SENS"),
    ...         ("E01:10-19", "bob", "-"), ("E01:20-29", "ana", "-"), ("E01:20-29", "bob", "-")]
    >>> codages = pd.DataFrame([(*lecture, "humain") for lecture in avis], columns=CODAGES)
    >>> proposes = pd.DataFrame([("E01:20-29", "R-SENS", 0.7, 1, True)], columns=JUGEES)
    >>> table = comparer_humains(proposes, codages, grille)
    >>> table[["premier", "second", "unites", "f1", "alpha"]].round(2).values.tolist()
    [['ana', 'bob', 3, 0.67, 0.44], ['machine', 'ana', 3, 0.0, -0.67], ['machine', 'bob', 3, 0.0, -0.25]]
    """
    verifier_colonnes(codages, CODAGES, "codages")
    choisis = choisir_codeurs(codages, codeurs)
    if _MACHINE in choisis:
        remede = "renommez sa feuille : la machine porte ce nom ici"
        raise ErreurDonnees([Probleme("table codages", 0, "nom de codeur réservé", _MACHINE, remede)])
    lectures = {codeur: codages[codages["codeur"] == codeur] for codeur in choisis}
    lignes = []
    for un, deux in combinations(choisis, 2):
        communs = sorted(set(lectures[un]["segment"]) & set(lectures[deux]["segment"]))
        if communs:
            avis = codages[codages["segment"].isin(communs) & codages["codeur"].isin((un, deux))]
            lignes += _comparer(suggestions, avis, grille, (un, deux), dimension)
    return pd.DataFrame(lignes, columns=COMPARAISON)


def _comparer(
    suggestions: pd.DataFrame, avis: pd.DataFrame, grille: Grille, paire: tuple[str, str], dimension: str
) -> list[tuple]:
    face = confronter(suggestions, avis, grille, dimension)
    poses = {codeur: poser(avis[avis["codeur"] == codeur], face.lus, face.codes) for codeur in paire}
    poses[_MACHINE] = face.poses
    tous = pd.concat([avis, _coder(face.poses, face.lus, face.codes)], ignore_index=True)
    valences = {codeur: classer_valence(table, face.codes) for codeur, table in poses.items()}
    nettes = np.logical_and.reduce([np.isin(valences[codeur], _NETTES) for codeur in paire])
    familles = valences | {_MACHINE: face.familles}
    lignes = []
    for un, deux in (paire, (_MACHINE, paire[0]), (_MACHINE, paire[1])):
        accord = mesurer_accord(tous, grille, [un, deux]).set_index("code")
        risques = nettes & (familles[un] > 0) & (familles[deux] > 0)
        lignes.append(
            (
                "machine-humain" if un == _MACHINE else "humain-humain",
                un,
                deux,
                len(face.lus),
                _f1(poses[un], poses[deux]),
                accord.loc[dimension, "alpha"],
                alpha_krippendorff([valences[un], valences[deux]]),
                alpha_krippendorff([familles[un][risques], familles[deux][risques]]),
            )
        )
    return lignes


def _coder(poses: np.ndarray, lus: Sequence[str], codes: Sequence[str]) -> pd.DataFrame:
    """Écrire ce que la machine retient comme l'écrirait une personne."""
    lignes = [
        (segment, _MACHINE, code, _MACHINE)
        for segment, retenus in zip(lus, poses, strict=True)
        for code in [nom for nom, retenu in zip(codes, retenus, strict=True) if retenu] or [RIEN]
    ]
    return pd.DataFrame(lignes, columns=CODAGES)


def _f1(un: np.ndarray, deux: np.ndarray) -> float:
    poses = un.sum() + deux.sum()
    return float(2 * (un & deux).sum() / poses) if poses else float("nan")
