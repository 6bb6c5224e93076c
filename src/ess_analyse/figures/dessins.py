"""Des figures lisibles sans la couleur, toujours les mêmes pour les mêmes chiffres."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer
from ess_analyse.figures.ecriture import ecrire, nommer
from ess_analyse.grille import Grille

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "ENCRE",
    "FOND",
    "TEINTES",
    "TRAIT",
    "cadrer",
    "dire",
    "preparer_figures",
    "tracer_barres",
    "tracer_courbes",
    "tracer_points",
]

# Okabe and Ito (2008), told apart by the colour-blind; the pattern or the marker says the same without colour.
TEINTES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
_MOTIFS = ("", "///", "---", "xxx", "\\\\\\", "|||")
_MARQUES = ("o", "s", "^", "D", "v", "P")
_FAMILLES = {"R": ("risque", "#D55E00", "///"), "O": ("opportunité", "#0072B2", ""), "P": ("prisme", "#009E73", "---")}
ENCRE, TRAIT, FOND = "#1a1a1a", "#767676", "#ffffff"
_LARGEUR, _LIGNE = 7.6, 0.31
_MANQUE, _SANS_VALEUR = "masqué", "Rien à tracer : aucune valeur n’est définie."


def preparer_figures() -> None:
    """Régler les figures d'un notebook : SVG sans date, identifiants fixes, police DejaVu Sans.

    À appeler une fois, en tête du notebook. Deux exécutions donnent alors les mêmes octets.

    Examples
    --------
    >>> preparer_figures()
    """
    import matplotlib as mpl
    from IPython import get_ipython
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    mpl.rcParams.update({"svg.hashsalt": "ess_analyse", "svg.fonttype": "path", "font.family": "DejaVu Sans"})
    if get_ipython() is not None:
        set_matplotlib_formats("svg", metadata={"Date": None, "Creator": None})


def tracer_barres(table: pd.DataFrame | pd.Series, titre: str, axe: str, grille: Grille | None = None) -> Figure:
    """Tracer des barres horizontales, une par ligne, dans l'ordre de la table.

    Parameters
    ----------
    table : DataFrame or Series
        Des nombres ; les colonnes d'un DataFrame sont empilées. Un manque est une barre absente, dite « masqué » ;
        sans aucune ligne, la figure le dit.
    titre : str
        Le titre de la figure.
    axe : str
        Ce que mesure l'axe, avec son unité.
    grille : Grille, optional
        Avec elle, les codes sont écrits en clair, et leur famille (les lignes d'une Series, ou des colonnes ``R``,
        ``O``, ``P``) a toujours la même couleur.

    Returns
    -------
    Figure
        Couleurs sûres, motifs en plus, total écrit au bout de chaque barre.

    Raises
    ------
    ErreurDonnees
        Si une ligne à colorer selon sa famille n'est pas un code de la grille.

    Examples
    --------
    >>> figure = tracer_barres(pd.Series({"R-SENS": 4, "O-COM": 2}), "Codes posés", "phrases")
    >>> figure.axes[0].get_xlabel()
    'phrases'
    """
    parts = table.to_frame("") if isinstance(table, pd.Series) else table
    if parts.empty:
        return dire(titre, "Aucune barre : la table est vide.")
    familles = _familles(parts.index, grille) if parts.shape[1] == 1 else []
    nombres = parts.to_numpy(dtype=float, na_value=np.nan)
    figure, dessin = _ouvrir(parts, titre, axe, grille)
    places, depart = np.arange(len(parts)), np.zeros(len(parts))
    styles = _styler(parts.columns, grille)
    for (nom, teinte, motif), valeurs in zip(styles, np.nan_to_num(nombres).T, strict=True):
        if nom == "" and grille is not None:
            teinte, motif = zip(*(_FAMILLES[grille[code].famille][1:] for code in parts.index), strict=True)
        dessin.barh(places, valeurs, left=depart, height=0.72, color=teinte, hatch=motif, edgecolor=FOND, linewidth=0.6)
        depart = depart + valeurs
    for place, total, manques in zip(places, depart, np.isnan(nombres), strict=True):
        # The sum of what is left would pass for the total.
        ecrit = _MANQUE if manques.all() else f"{ecrire(total)} + {_MANQUE}" if manques.any() else ecrire(total)
        dessin.annotate(ecrit, (total, place), (4, 0), textcoords="offset points", va="center", fontsize=9)
    dessin.set_xlim(0, max(depart.max(), 1) * 1.08)
    _legender(figure, styles if parts.shape[1] > 1 else familles)
    return figure


def tracer_points(
    table: pd.DataFrame, titre: str, axe: str, grille: Grille | None = None, seuils: Mapping[str, float] | None = None
) -> Figure:
    """Tracer une ligne par rangée et un point par colonne, pour comparer des mesures.

    Parameters
    ----------
    table : DataFrame
        Des nombres ; une valeur absente n'est pas tracée. Si toutes manquent, la figure le dit.
    titre, axe, grille
        Comme pour :func:`tracer_barres`.
    seuils : mapping of str to float, optional
        Des repères verticaux, avec leur nom.

    Returns
    -------
    Figure
        Une marque et une couleur par colonne, un trait entre les points d'une ligne ; l'axe comprend zéro.

    Examples
    --------
    >>> table = pd.DataFrame({"à froid": [0.1], "par plis": [0.4]}, index=["R-SENS"])
    >>> [ligne.get_marker() for ligne in tracer_points(table, "F1", "F1").axes[0].lines[-2:]]
    ['o', 's']
    """
    if table.isna().all(axis=None):
        return dire(titre, _SANS_VALEUR)
    figure, dessin = _ouvrir(table, titre, axe, grille)
    places = np.arange(len(table))
    dessin.hlines(places, table.min(axis=1), table.max(axis=1), color=TRAIT, linewidth=1.4, zorder=1)
    for nom, valeur in (seuils or {}).items():
        dessin.axvline(valeur, color=ENCRE, linewidth=1, linestyle="--", zorder=0)
        dessin.annotate(
            nom,
            (valeur, 1),
            (0, 3),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
        )
    for rang, nom in enumerate(table.columns):
        # The later, the smaller: two equal values both stay visible.
        dessin.plot(
            table[nom].to_numpy(dtype=float),
            places,
            _MARQUES[rang % 6],
            color=TEINTES[rang % 6],
            markersize=max(10 - 3 * rang, 4),
            markeredgecolor=FOND,
            markeredgewidth=0.7,
            label=str(nom),
        )
    bas, haut = _etendre(table)
    dessin.set_xlim(bas - 0.03 * (haut - bas), haut + 0.05 * (haut - bas))
    if len(table.columns) > 1:
        figure.legend(loc="outside lower center", ncols=len(table.columns), frameon=False, fontsize=9)
    return figure


def tracer_courbes(table: pd.DataFrame, titre: str, abscisse: str, ordonnee: str) -> Figure:
    """Tracer une courbe par colonne, nommée à son bout.

    Parameters
    ----------
    table : DataFrame
        Index : les abscisses. Si toutes les valeurs manquent, la figure le dit.
    titre : str
        Le titre de la figure.
    abscisse, ordonnee : str
        Ce que mesurent les axes, avec leur unité.

    Returns
    -------
    Figure
        L'ordonnée comprend zéro.

    Examples
    --------
    >>> figure = tracer_courbes(pd.DataFrame({"codes": [3, 5]}, index=[1, 2]), "Saturation", "documents", "codes")
    >>> bool(figure.axes[0].get_ylim()[0] == 0)
    True
    """
    if table.isna().all(axis=None):
        return dire(titre, _SANS_VALEUR)
    figure, dessin = cadrer(3.8, titre)
    for rang, nom in enumerate(table.columns):
        valeurs = table[nom].to_numpy(dtype=float)
        dessin.plot(
            table.index,
            valeurs,
            color=TEINTES[rang % 6],
            marker=_MARQUES[rang % 6],
            markersize=4.5,
            linewidth=1.8,
            linestyle=("-", "--", ":", "-.")[rang % 4],
            label=str(nom),
        )
    dessin.set_xlabel(abscisse)
    dessin.set_ylabel(ordonnee)
    bas, haut = _etendre(table)
    dessin.set_ylim(bas * 1.08, haut * 1.08)
    dessin.grid(axis="y", color="#e0e0e0", linewidth=0.7)
    figure.legend(loc="outside lower center", ncols=len(table.columns), frameon=False, fontsize=9)
    return figure


def cadrer(hauteur: float, titre: str) -> tuple[Figure, Axes]:
    """Ouvrir une figure de cette hauteur, en pouces : titre à gauche, axes discrets, nombres à la française."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    figure = Figure(figsize=(_LARGEUR, hauteur), layout="constrained", facecolor=FOND)
    dessin = figure.add_subplot()
    figure.suptitle(titre, x=0.01, ha="left", fontsize=11.5, fontweight="bold", color=ENCRE)
    dessin.spines[["top", "right"]].set_visible(False)
    dessin.spines[["left", "bottom"]].set_color(TRAIT)
    dessin.tick_params(labelsize=9, color=TRAIT)
    for cote in (dessin.xaxis, dessin.yaxis):
        cote.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))
        cote.set_major_formatter(FuncFormatter(lambda valeur, _: ecrire(round(float(valeur), 6))))
    dessin.set_axisbelow(True)
    return figure, dessin


def dire(titre: str, message: str) -> Figure:
    """Écrire, à la place d'une figure, pourquoi il n'y en a pas."""
    figure, dessin = cadrer(1.2, titre)
    dessin.set_axis_off()
    dessin.text(0, 0.5, message, va="center", fontsize=9.5, color=ENCRE)
    return figure


def _etendre(table: pd.DataFrame) -> tuple[float, float]:
    """Rendre les bornes d'un axe qui montre toutes les valeurs, et zéro."""
    bas, haut = min(0.0, float(table.min(axis=None))), max(0.0, float(table.max(axis=None)))
    return bas, haut if haut > bas else 1.0


def _ouvrir(table: pd.DataFrame, titre: str, axe: str, grille: Grille | None) -> tuple[Figure, Axes]:
    figure, dessin = cadrer(1.3 + _LIGNE * len(table), titre)
    dessin.set_yticks(np.arange(len(table)), [nommer(grille).get(nom, str(nom)) for nom in table.index])
    dessin.set_ylim(len(table) - 0.4, -0.6)
    dessin.tick_params(axis="y", length=0)
    dessin.grid(axis="x", color="#e0e0e0", linewidth=0.7)
    dessin.set_xlabel(axe)
    return figure, dessin


def _legender(figure: Figure, entrees: list[tuple[str, str, str]]) -> None:
    from matplotlib.patches import Patch

    if entrees:
        figure.legend(
            handles=[Patch(facecolor=teinte, hatch=motif, edgecolor=FOND, label=nom) for nom, teinte, motif in entrees],
            loc="outside lower center",
            ncols=min(len(entrees), 3),
            frameon=False,
            fontsize=9,
        )


def _styler(colonnes: pd.Index, grille: Grille | None) -> list[tuple[str, str, str]]:
    """Donner à chaque colonne son nom, sa couleur et son motif ; ceux d'une famille si c'en est une (``R``, ``O``)."""
    connues = {} if grille is None else _FAMILLES
    return [
        connues.get(nom, (str(nom), TEINTES[rang % len(TEINTES)], _MOTIFS[rang % len(_MOTIFS)]))
        for rang, nom in enumerate(colonnes)
    ]


def _familles(codes: pd.Index, grille: Grille | None) -> list[tuple[str, str, str]]:
    if grille is None:
        return []
    absents = [code for code in codes if code not in grille]
    if absents:
        lieu, message = "table à tracer", "code absent de la grille"
        raise ErreurDonnees(
            [Probleme(lieu, 0, message, str(code), proposer(str(code), grille.ids())) for code in absents]
        )
    return [_FAMILLES[nom] for nom in dict.fromkeys(grille[code].famille for code in codes)]
