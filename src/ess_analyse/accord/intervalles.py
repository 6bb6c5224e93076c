"""Dire entre quelles bornes un accord pourrait être, sur d'autres entretiens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ess_analyse.accord.mesures import retenir_lectures
from ess_analyse.accord.releves import MESURES, relever
from ess_analyse.coefficients import borner, tirer_grappes
from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.grille import Grille

__all__ = ["ENCADREMENT", "encadrer_accord"]

ENCADREMENT = ("code", "mesure", "valeur", "bas", "haut", "entretiens")


def encadrer_accord(
    codages: pd.DataFrame,
    grille: Grille,
    codeurs: Sequence[str] | None = None,
    *,
    tirages: int = 1000,
    graine: int = 0,
) -> pd.DataFrame:
    """Encadrer chaque mesure de :func:`~ess_analyse.mesurer_accord` par ce qu'elle vaudrait sur d'autres entretiens.

    Les phrases d'un entretien se ressemblent : tirer des phrases ferait des intervalles trop étroits. On tire donc,
    avec remise, autant d'entretiens entiers qu'il y en a, et l'on garde les 95 % du milieu.

    Parameters
    ----------
    codages, grille, codeurs
        Comme pour :func:`~ess_analyse.mesurer_accord`.
    tirages : int
        Combien de fois tirer.
    graine : int
        La même donne les mêmes bornes.

    Returns
    -------
    DataFrame
        Une ligne par code (puis par dimension) et par mesure définie pour lui : ``code``, ``mesure``
        (``pourcentage``, ``kappa``, ``alpha``, ``ac1`` pour un code, ``alpha_masi`` pour une dimension), ``valeur``
        (celle de :func:`~ess_analyse.mesurer_accord`), ``bas`` et ``haut``, ``entretiens`` (combien portent le
        code). Pas de bornes (NaN) à moins de deux entretiens : on ne sait rien de leur variété.

    Raises
    ------
    ErreurDonnees
        Si un codeur demandé n'a rien codé, si une lecture porte un code absent de la grille, ou si le nombre de
        tirages n'est pas positif.

    Notes
    -----
    Rééchantillonnage par grappes, bornes par centiles : Davison et Hinkley (1997), *Bootstrap Methods and their
    Application*, § 3.8 et 5.3. Un tirage où la mesure n'est pas définie (aucun usage du code) n'est pas compté. Avec
    peu de grappes, ces intervalles restent un peu étroits (Cameron, Gelbach et Miller, 2008) : à moins d'une
    vingtaine d'entretiens, lisez-les comme un minimum.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import CODAGES
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (Code("R-SENS", "theme", "Sens", "…", *[()] * 5),))
    >>> avis = [(f"E0{rang}:{place}", nom, code, "humain") for rang in (1, 2, 3) for nom in ("ana", "bob")
    ...         for place, code in (("0-9", "R-SENS"), ("10-19", "R-SENS" if rang == 3 and nom == "bob" else "-"))]
    >>> table = encadrer_accord(pd.DataFrame(avis, columns=CODAGES), grille, tirages=200).round(2)
    >>> table[table["mesure"] == "alpha"].values.tolist()
    [['R-SENS', 'alpha', 0.69, -0.22, 1.0, 3], ['theme', 'alpha', 0.69, -0.22, 1.0, 3]]
    """
    if tirages < 1:
        raise ErreurDonnees([Probleme("accord", 0, "il faut au moins un tirage", str(tirages))])
    releves = relever(retenir_lectures(codages, codeurs), grille)
    nombre = len(releves.unites)
    ici = releves.mesurer(np.ones((1, nombre)))
    ailleurs = releves.mesurer(tirer_grappes(nombre, tirages, graine))
    porteurs = (releves.usages() > 0).sum(axis=0)
    codes = len(grille)
    cas = [
        (rang, mesure)
        for rang in range(len(releves.noms))
        for mesure in MESURES
        if mesure != ("alpha_masi" if rang < codes else "ac1")
    ]
    tires = np.column_stack([ailleurs[mesure][:, rang] for rang, mesure in cas])
    table = pd.DataFrame(
        {
            "code": [releves.noms[rang] for rang, _ in cas],
            "mesure": [mesure for _, mesure in cas],
            "valeur": [ici[mesure][0, rang] for rang, mesure in cas],
            "entretiens": [int(porteurs[rang]) for rang, _ in cas],
        }
    )
    for nom, borne in zip(("bas", "haut"), borner(tires), strict=True):
        table[nom] = np.where(table["entretiens"] > 1, borne, np.nan)
    return table[list(ENCADREMENT)]
