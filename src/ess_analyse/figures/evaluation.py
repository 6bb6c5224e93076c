"""Les figures qui disent ce que valent les suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer
from ess_analyse.figures.dessins import dire, tracer_courbes
from ess_analyse.figures.ecriture import ecrire

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["tracer_apprentissage", "tracer_calibration", "tracer_seuils"]

_MARGE, _PRES_DU_BORD = 0.02, 0.1


def tracer_calibration(calibration: pd.DataFrame, titre: str) -> Figure:
    """Tracer la part confirmée selon le score annoncé, à côté de la droite où chaque score dirait vrai.

    Parameters
    ----------
    calibration : DataFrame
        Telle que :func:`~ess_analyse.suggestions.mesurer_calibration` la rend ; vide, la figure le dit.
    titre : str
        Le titre de la figure.

    Returns
    -------
    Figure
        Un point par tranche, son nombre de suggestions écrit à côté.

    Examples
    --------
    >>> table = pd.DataFrame({"nombre": [40, 10], "score": [0.2, 0.7], "confirme": [0.1, 0.6]})
    >>> tracer_calibration(table, "Calibration").axes[0].get_ylabel()
    'part confirmée (de 0 à 1)'
    """
    if calibration["confirme"].isna().all():
        return dire(titre, "Rien à tracer : aucune suggestion n’a de score.")
    courbes = pd.DataFrame(
        {"machine": calibration["confirme"].to_numpy(), "si chaque score disait vrai": calibration["score"].to_numpy()},
        index=calibration["score"].to_numpy(),
    )
    figure = tracer_courbes(courbes, titre, "score moyen de la tranche (de 0 à 1)", "part confirmée (de 0 à 1)")
    dessin = figure.axes[0]
    for score, confirme, nombre in zip(courbes.index, courbes["machine"], calibration["nombre"], strict=True):
        # Away from the diagonal, and never on the graduations.
        dessus = confirme >= score or confirme < _PRES_DU_BORD
        dessin.annotate(
            ecrire(nombre),
            (score, confirme),
            (0, 8 if dessus else -8),
            textcoords="offset points",
            ha="left" if score < _PRES_DU_BORD else "center",
            va="bottom" if dessus else "top",
            fontsize=8.5,
        )
    dessin.set_xlim(-_MARGE, 1 + _MARGE)
    dessin.set_ylim(-_MARGE, 1 + 4 * _MARGE)
    return figure


def tracer_seuils(courbe: pd.DataFrame, titre: str, code: str = "ensemble") -> Figure:
    """Tracer précision, rappel et F1 d'un code selon le seuil.

    Parameters
    ----------
    courbe : DataFrame
        Telle que :func:`~ess_analyse.suggestions.courbe_des_seuils` la rend.
    titre : str
        Le titre de la figure.
    code : str
        Le code montré, ou ``ensemble``.

    Returns
    -------
    Figure
        Trois courbes, une marque tous les dix seuils.

    Raises
    ------
    ErreurDonnees
        Si la table n'a pas ce code.

    Examples
    --------
    >>> courbe = pd.DataFrame([("ensemble", 0.1, 0.2, 0.9, 0.3), ("ensemble", 0.2, 0.4, 0.6, 0.5)],
    ...                       columns=["code", "seuil", "precision", "rappel", "f1"])
    >>> [ligne.get_label() for ligne in tracer_seuils(courbe, "Seuils").axes[0].lines]
    ['précision', 'rappel', 'F1']
    """
    choisie = courbe[courbe["code"] == code].set_index("seuil")
    if choisie.empty:
        remede = proposer(code, courbe["code"].unique())
        raise ErreurDonnees([Probleme("table seuils", 0, "code absent", code, remede)])
    mesures = choisie[["precision", "rappel", "f1"]].set_axis(["précision", "rappel", "F1"], axis=1)
    figure = tracer_courbes(mesures, titre, "seuil de score (de 0 à 1)", "de 0 à 1")
    for ligne in figure.axes[0].lines:
        ligne.set_markevery(max(len(mesures) // 10, 1))
    figure.axes[0].set_ylim(0, 1 + _MARGE)
    return figure


def tracer_apprentissage(progres: pd.DataFrame, titre: str, mesure: str, ordonnee: str) -> Figure:
    """Tracer une mesure selon le nombre d'entretiens dont la machine a appris.

    Parameters
    ----------
    progres : DataFrame
        Telle que :func:`~ess_analyse.suggestions.courbe_d_apprentissage` la rend.
    titre : str
        Le titre de la figure.
    mesure : str
        La colonne montrée, par exemple ``f1``.
    ordonnee : str
        Ce qu'elle mesure, avec son unité.

    Returns
    -------
    Figure
        La moyenne des tirages, entre le plus bas et le plus haut. Partout indéfinie (trop peu de
        phrases), la figure le dit.

    Raises
    ------
    ErreurDonnees
        Si la table n'a pas cette mesure.

    Examples
    --------
    >>> progres = pd.DataFrame({"entretiens": [0, 0, 4, 4], "tirage": [1, 2, 1, 2], "f1": [0.1, 0.2, 0.3, 0.5]})
    >>> figure = tracer_apprentissage(progres, "Apprendre", "f1", "F1 micro (de 0 à 1)")
    >>> figure.axes[0].lines[0].get_ydata().round(2).tolist()
    [0.15, 0.4]
    """
    if mesure not in progres.columns:
        remede = proposer(mesure, progres.columns)
        raise ErreurDonnees([Probleme("table apprentissage", 0, "mesure absente", mesure, remede)])
    if progres[mesure].isna().all():
        return dire(titre, "Rien à tracer : la mesure n’est définie pour aucun nombre d’entretiens.")
    groupes = progres.groupby("entretiens")[mesure]
    noms = {"mean": "moyenne des tirages", "max": "tirage le plus haut", "min": "tirage le plus bas"}
    resume = groupes.agg([*noms]).rename(columns=noms)
    figure = tracer_courbes(resume, titre, "entretiens codés dont la machine a appris", ordonnee)
    dessin = figure.axes[0]
    dessin.fill_between(
        resume.index, resume[noms["min"]], resume[noms["max"]], color="#767676", alpha=0.15, linewidth=0
    )
    return figure
