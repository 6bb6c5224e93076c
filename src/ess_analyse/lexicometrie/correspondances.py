"""L'analyse factorielle des correspondances d'un tableau de contingence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme

__all__ = ["Correspondances", "analyser_correspondances"]

_NUL = 1e-12
"""Une valeur propre plus petite n'est que l'arrondi du calcul."""


@dataclass(frozen=True, eq=False)
class Correspondances:
    """Ce qu'une analyse des correspondances donne à lire.

    Attributes
    ----------
    inertie : float
        L'inertie totale : le χ² du tableau divisé par son total.
    axes : DataFrame
        ``axe`` (à partir de 1), ``valeur_propre``, ``part`` de l'inertie (de 0 à 1), ``cumul``.
    lignes, colonnes : DataFrame
        ``element``, ``axe``, ``coordonnee`` (principale), ``contribution`` (à l'axe : leur somme y vaut 1), ``cos2``
        (qualité de la représentation : leur somme vaut 1 pour un élément), ``masse`` et ``inertie`` de l'élément. Une
        ligne par élément et par axe.
    """

    inertie: float
    axes: pd.DataFrame
    lignes: pd.DataFrame
    colonnes: pd.DataFrame


def analyser_correspondances(table: pd.DataFrame) -> Correspondances:
    """Analyser les correspondances d'un tableau de contingence.

    Parameters
    ----------
    table : DataFrame
        Des effectifs, positifs ou nuls ; les lignes et les colonnes vides ne comptent pas.

    Returns
    -------
    Correspondances
        Tous les axes d'inertie non nulle. Le sens d'un axe est arbitraire : ici, la colonne qui y contribue le plus a
        une coordonnée positive.

    Raises
    ------
    ErreurDonnees
        Un effectif négatif ou manquant, une cellule de texte, un élément en double (1 et « 1 » n'en font qu'un), moins
        de deux lignes ou de deux colonnes non vides.

    Notes
    -----
    Décomposition en valeurs singulières des résidus standardisés ``(p − r·c) / √(r·c)``. Vérifiée contre le tableau
    ``smoke`` de Greenacre (1984) : valeurs propres 0,0748, 0,0100 et 0,0004.

    References
    ----------
    Benzécri (1973). *L'analyse des données*, t. 2. Dunod.
    Greenacre (1984). *Theory and Applications of Correspondence Analysis*. Academic Press.

    Examples
    --------
    >>> table = pd.DataFrame({"S1": [8, 2], "S2": [2, 8]}, index=["bon", "jour"])
    >>> resultat = analyser_correspondances(table)
    >>> round(resultat.inertie, 2), resultat.colonnes["coordonnee"].round(1).tolist()
    (0.36, [0.6, -0.6])
    """
    table = _verifier(table)
    effectifs = table.to_numpy(dtype=float)
    probabilites = effectifs / effectifs.sum()
    r, c = probabilites.sum(axis=1), probabilites.sum(axis=0)
    residus = (probabilites - np.outer(r, c)) / np.sqrt(np.outer(r, c))
    u, singulieres, vt = np.linalg.svd(residus, full_matrices=False)
    nombre = int((singulieres**2 > _NUL).sum())
    u, singulieres, v = u[:, :nombre], singulieres[:nombre], vt[:nombre].T
    sens = _orienter(v, table.columns)
    inertie = float((residus**2).sum())
    propres = singulieres**2
    parts = propres / inertie if nombre else propres
    axes = pd.DataFrame(
        {
            "axe": np.arange(1, nombre + 1),
            "valeur_propre": propres,
            "part": parts,
            "cumul": np.cumsum(parts),
        }
    )
    return Correspondances(
        inertie,
        axes,
        _decrire(table.index, u * sens, singulieres, r, (residus**2).sum(axis=1)),
        _decrire(table.columns, v * sens, singulieres, c, (residus**2).sum(axis=0)),
    )


def _verifier(table: pd.DataFrame) -> pd.DataFrame:
    problemes = [
        Probleme("analyse des correspondances", 0, "élément en double", element, "donnez-lui un nom à lui")
        for axe in (table.index, table.columns)
        for element, combien in Counter(map(str, axe)).items()
        if combien > 1
    ]
    effectifs = table.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    textes = np.isnan(effectifs) & table.notna().to_numpy(dtype=bool)
    problemes += [
        Probleme("analyse des correspondances", 0, "effectif mal écrit", valeur, "donnez un nombre")
        for valeur in sorted(set(map(str, table.to_numpy(dtype=object)[textes])))
    ]
    if not (effectifs[~textes] >= 0).all():
        remede = "donnez un tableau de contingence, sans cellule masquée"
        problemes.append(Probleme("analyse des correspondances", 0, "effectif négatif ou manquant", "", remede))
    nombres = pd.DataFrame(effectifs, index=table.index, columns=table.columns)
    pleine = nombres.loc[(effectifs > 0).any(axis=1), (effectifs > 0).any(axis=0)]
    if not problemes and min(pleine.shape) < 2:
        remede = "il faut au moins deux lignes et deux colonnes non vides"
        problemes.append(Probleme("analyse des correspondances", 0, "tableau trop petit", "", remede))
    if problemes:
        raise ErreurDonnees(problemes)
    return pleine


def _orienter(v: np.ndarray, noms: pd.Index) -> np.ndarray:
    """Rendre, pour chaque axe, le signe qui rend positive la colonne qui y contribue le plus ; à égalité, la première.

    « La première » par son nom : ranger autrement les colonnes ne retourne pas la figure.
    """
    rangs = np.argsort(np.argsort([str(nom) for nom in noms], kind="stable"), kind="stable")
    sens = []
    for axe in v.T:
        premiere = np.lexsort((rangs, -np.round(axe**2, 9)))[0]
        sens.append(np.sign(axe[premiere]))
    return np.array(sens)


def _decrire(noms, vecteurs, singulieres, masses, inerties) -> pd.DataFrame:
    coordonnees = vecteurs * singulieres / np.sqrt(masses)[:, None]
    nombre, axes = vecteurs.shape
    distances = inerties / masses
    # An element at the centre is neither well nor badly shown.
    cos2 = np.divide(
        coordonnees**2, distances[:, None], out=np.zeros_like(coordonnees), where=distances[:, None] > _NUL
    )
    return pd.DataFrame(
        {
            "element": np.repeat([str(nom) for nom in noms], axes),
            "axe": np.tile(np.arange(1, axes + 1), nombre),
            "coordonnee": coordonnees.ravel(),
            "contribution": (vecteurs**2).ravel(),
            "cos2": cos2.ravel(),
            "masse": np.repeat(masses, axes),
            "inertie": np.repeat(inerties, axes),
        }
    ).astype({"element": "str"})
