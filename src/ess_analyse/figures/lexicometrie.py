"""Les figures des mots : le plan des correspondances, le dendrogramme des classes, l'arbre de similitude."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.figures.dessins import ENCRE, FOND, TEINTES, TRAIT, cadrer, dire
from ess_analyse.figures.ecriture import ecrire
from ess_analyse.modele import verifier_colonnes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ess_analyse.lexicometrie import Correspondances

__all__ = ["tracer_dendrogramme", "tracer_plan", "tracer_similitudes"]

_LETTRE, _HAUTEUR = 5.6, 11.0
"""Largeur d'une lettre et hauteur d'une ligne, en points, pour le corps 9 de DejaVu Sans."""
_CADRE = (485.0, 375.0)
"""Largeur et hauteur du plan, en points."""
_ETENDU = 1.25


def tracer_plan(
    analyse: Correspondances, titre: str, noms: Mapping[str, str] | None = None, *, mots: int = 40
) -> Figure:
    r"""Tracer le premier plan d'une analyse des correspondances.

    Parameters
    ----------
    analyse : Correspondances
        Des mots en lignes, des parts en colonnes (:func:`ess_analyse.analyser_correspondances`). Sans deux
        axes, la figure le dit.
    titre : str
        Le titre de la figure.
    noms : mapping of str to str, optional
        Ce qui est écrit à la place de l'identifiant d'une colonne.
    mots : int
        Combien de mots sont tracés : ceux qui contribuent le plus aux deux axes.

    Returns
    -------
    Figure
        Colonnes : carrés, en gras ; mots : points. La part d'inertie est sur chaque axe. Un nom qui en couvrirait un
        autre n'est pas écrit : la table le dit.

    Examples
    --------
    >>> from ess_analyse.lexicometrie import analyser_correspondances
    >>> table = pd.DataFrame([[9, 2, 1], [1, 8, 2], [2, 1, 7]], index=["bon", "jour", "nuit"], columns=["A", "B", "C"])
    >>> tracer_plan(analyser_correspondances(table), "Essai").axes[0].get_xlabel()
    'axe 1 (53,6\xa0% de l’inertie)'
    """
    parts = analyse.axes.set_index("axe")["part"]
    if len(parts) < 2:
        return dire(titre, f"Pas de plan : {len(parts)} axe d’inertie non nulle, il en faut deux.")
    figure, dessin = cadrer(6.2, titre)
    colonnes, lignes = (_placer(table) for table in (analyse.colonnes, analyse.lignes))
    gardees = lignes.head(mots)
    for centre in (dessin.axhline, dessin.axvline):
        centre(0, color="#e0e0e0", linewidth=0.9, zorder=0)
    dessin.plot(gardees["x"], gardees["y"], ".", color=TEINTES[0], markersize=4, zorder=2)
    dessin.plot(colonnes["x"], colonnes["y"], "s", color=TEINTES[5], markersize=6.5, markeredgecolor=FOND, zorder=3)
    tous = pd.concat([colonnes, gardees])
    for axe, bornes in (("x", dessin.set_xlim), ("y", dessin.set_ylim)):
        milieu, rayon = (tous[axe].max() + tous[axe].min()) / 2, (tous[axe].max() - tous[axe].min()) / 2 or 1.0
        bornes(milieu - _ETENDU * rayon, milieu + _ETENDU * rayon)
    etiquettes = [(noms or {}).get(nom, nom) for nom in colonnes.index] + list(gardees.index)
    _nommer(dessin, tous.assign(etiquette=etiquettes, gras=[True] * len(colonnes) + [False] * len(gardees)))
    dessin.set_xlabel(f"axe 1 ({ecrire(100 * parts[1], 1)}\u00a0% de l’inertie)")
    dessin.set_ylabel(f"axe 2 ({ecrire(100 * parts[2], 1)}\u00a0% de l’inertie)")
    return figure


def _placer(table: pd.DataFrame) -> pd.DataFrame:
    """Mettre en colonnes les deux premiers axes, et ce que chaque élément leur apporte."""
    verifier_colonnes(table, ("element", "axe", "coordonnee", "contribution"), "correspondances")
    deux = table[table["axe"] <= 2]
    places = deux.pivot(index="element", columns="axe", values="coordonnee").set_axis(["x", "y"], axis=1)
    places = places.assign(contribution=deux.groupby("element")["contribution"].sum().round(9))
    return places.sort_values("contribution", ascending=False, kind="stable")


def _nommer(dessin: Axes, points: pd.DataFrame) -> None:
    """Écrire le nom de chaque point, les premiers d'abord, là où il n'en couvre aucun autre."""
    (gauche, droite), (bas, haut) = dessin.get_xlim(), dessin.get_ylim()
    largeur, hauteur = _CADRE
    points = points.assign(
        px=largeur * (points["x"] - gauche) / (droite - gauche), py=hauteur * (points["y"] - bas) / (haut - bas)
    )
    # No name is written over the square of a column.
    pris = [(un.px - 4, un.py - 4, un.px + 4, un.py + 4) for un in points[points["gras"]].itertuples()]
    for point in points.itertuples():
        x, y = point.px, point.py
        long = _LETTRE * len(point.etiquette) * (1.12 if point.gras else 1)
        for cadre, sens, decalage in _essayer(x, y, long):
            if cadre[0] >= 0 and cadre[2] <= largeur and not any(_se_couvrent(cadre, autre) for autre in pris):
                pris.append(cadre)
                dessin.annotate(
                    point.etiquette,
                    (point.x, point.y),
                    decalage,
                    textcoords="offset points",
                    ha=sens,
                    va="center",
                    fontsize=9,
                    color=ENCRE,
                    fontweight="bold" if point.gras else "normal",
                )
                break


def _essayer(x: float, y: float, long: float) -> Iterator[tuple]:
    """Proposer, à droite, à gauche, au-dessus puis au-dessous d'un point, la place d'un nom."""
    demi = _HAUTEUR / 2
    yield (x + 5, y - demi, x + 5 + long, y + demi), "left", (5, 0)
    yield (x - 5 - long, y - demi, x - 5, y + demi), "right", (-5, 0)
    for saut in (_HAUTEUR, -_HAUTEUR):
        yield (x - long / 2, y + saut - demi, x + long / 2, y + saut + demi), "center", (0, saut)
        yield (x, y + saut - demi, x + long, y + saut + demi), "left", (0, saut)
        yield (x - long, y + saut - demi, x, y + saut + demi), "right", (0, saut)


def _se_couvrent(un: tuple[float, ...], autre: tuple[float, ...]) -> bool:
    return un[0] < autre[2] and autre[0] < un[2] and un[1] < autre[3] and autre[1] < un[3]


def tracer_dendrogramme(arbre: pd.DataFrame, titre: str, noms: Mapping[int, str] | None = None) -> Figure:
    """Tracer la descente d'une classification : chaque coupe, son χ², et les classes au bout.

    Parameters
    ----------
    arbre : DataFrame
        ``noeud, parent, effectif, chi2, classe`` (:class:`ess_analyse.Classement`) ; vide, la figure le dit.
    titre : str
        Le titre de la figure.
    noms : mapping of int to str, optional
        Ce qui est écrit après le numéro d'une classe, par exemple ses mots.

    Returns
    -------
    Figure
        De gauche à droite ; la distance ne mesure rien, le χ² est écrit à chaque coupe, l'effectif (en unités de
        contexte) à chaque classe.

    Examples
    --------
    >>> arbre = pd.DataFrame({"noeud": [1, 2, 3], "parent": [0, 1, 1], "effectif": [9, 5, 4],
    ...                       "chi2": [7.0, None, None], "classe": [0, 1, 2]})
    >>> [texte.get_text() for texte in tracer_dendrogramme(arbre, "Essai").axes[0].texts]
    ['classe 1 (5)', 'classe 2 (4)', 'χ² = 7']
    """
    verifier_colonnes(arbre, ("noeud", "parent", "effectif", "chi2", "classe"), "arbre")
    if arbre.empty:
        return dire(titre, "Aucune classe : rien n’a été coupé.")
    enfants = arbre[arbre["parent"] > 0].groupby("parent")["noeud"].agg(list).to_dict()
    racine = int(arbre.loc[arbre["parent"] == 0, "noeud"].iloc[0])
    places, profondeurs = _descendre(enfants, racine)
    fond = max(profondeurs.values())
    feuilles = [noeud for noeud in places if noeud not in enfants]
    figure, dessin = cadrer(1.1 + 0.5 * len(feuilles), titre)
    dessin.set_axis_off()
    lignes = arbre.set_index("noeud")
    for noeud in sorted(feuilles, key=places.__getitem__):
        dessin.plot([profondeurs[noeud], fond], [places[noeud]] * 2, color=TEINTES[0], linewidth=1.6)
        classe = int(lignes.at[noeud, "classe"])
        mots = (noms or {}).get(classe, "")
        texte = f"classe {classe} ({ecrire(int(lignes.at[noeud, 'effectif']))})" + (f" : {mots}" if mots else "")
        dessin.annotate(texte, (fond, places[noeud]), (6, 0), textcoords="offset points", va="center", fontsize=9)
    for noeud, siens in enfants.items():
        hauts = [places[enfant] for enfant in siens]
        dessin.plot([profondeurs[noeud] + 1] * 2, [min(hauts), max(hauts)], color=TEINTES[0], linewidth=1.6)
        dessin.plot([profondeurs[noeud], profondeurs[noeud] + 1], [places[noeud]] * 2, color=TEINTES[0], linewidth=1.6)
        chi2 = f"χ² = {ecrire(round(float(lignes.at[noeud, 'chi2'])))}"
        lieu = (profondeurs[noeud], places[noeud])
        dessin.annotate(chi2, lieu, (3, 4), textcoords="offset points", fontsize=8.5, color=ENCRE)
    dessin.set_xlim(0, fond + 2.5 + (2.5 if noms else 0))
    dessin.set_ylim(len(feuilles) - 0.5, -0.5)
    return figure


def _descendre(enfants: Mapping[int, list[int]], racine: int) -> tuple[dict[int, float], dict[int, int]]:
    """Donner à chaque feuille sa ligne, à chaque coupe le milieu des siennes, et à tous leur profondeur."""
    profondeurs, ordre, pile = {racine: 0}, [], [racine]
    while pile:
        noeud = pile.pop()
        ordre.append(noeud)
        for enfant in reversed(enfants.get(noeud, [])):
            profondeurs[enfant] = profondeurs[noeud] + 1
            pile.append(enfant)
    feuilles = [noeud for noeud in ordre if noeud not in enfants]
    places: dict[int, float] = {noeud: float(rang) for rang, noeud in enumerate(feuilles)}
    for noeud in reversed(ordre):
        if noeud in enfants:
            places[noeud] = sum(places[enfant] for enfant in enfants[noeud]) / len(enfants[noeud])
    return places, profondeurs


def tracer_similitudes(aretes: pd.DataFrame, titre: str) -> Figure:
    """Tracer un arbre de similitude, un mot par ligne.

    Parameters
    ----------
    aretes : DataFrame
        ``mot, avec, effectif``, et ``arbre`` si toutes les arêtes n'en sont pas
        (:func:`ess_analyse.mesurer_similitudes`). Sans arête, la figure le dit.
    titre : str
        Le titre de la figure.

    Returns
    -------
    Figure
        À gauche le mot qui a le plus de voisins, puis ses branches, les plus grosses d'abord ; un arbre par morceau.
        L'épaisseur d'un trait et le nombre écrit disent combien de segments réunissent ses deux mots.

    Raises
    ------
    ErreurDonnees
        Si les arêtes font un cycle.

    Examples
    --------
    >>> aretes = pd.DataFrame([("bon", "jour", 3), ("bon", "nuit", 2)], columns=["mot", "avec", "effectif"])
    >>> [texte.get_text() for texte in tracer_similitudes(aretes, "Essai").axes[0].texts]
    ['bon', 'jour', '3', 'nuit', '2']
    """
    verifier_colonnes(aretes, ("mot", "avec", "effectif"), "arêtes")
    gardees = aretes[aretes["arbre"].astype("bool")] if "arbre" in aretes else aretes
    if gardees.empty:
        return dire(titre, "Aucune arête : aucun mot n’est assez relié à un autre.")
    voisins: dict[str, dict[str, int]] = {}
    for mot, avec, effectif in gardees[["mot", "avec", "effectif"]].itertuples(index=False):
        voisins.setdefault(mot, {})[avec] = voisins.setdefault(avec, {})[mot] = int(effectif)
    _refuser_les_cycles(voisins)
    rangs = _derouler(voisins)
    figure, dessin = cadrer(1.0 + 0.235 * len(rangs), titre)
    dessin.set_axis_off()
    plafond = max((nombre for siens in voisins.values() for nombre in siens.values()), default=1)
    for ligne, (mot, (parent, profondeur)) in enumerate(rangs.items()):
        dessin.plot([profondeur], [ligne], "o", color=TEINTES[0], markersize=5, zorder=3)
        dessin.annotate(mot, (profondeur, ligne), (8, 0), textcoords="offset points", va="center", fontsize=9.5)
        if not parent:
            continue
        haut, nombre = list(rangs).index(parent), voisins[mot][parent]
        dessin.plot([profondeur - 1] * 2, [haut, ligne], color=TRAIT, linewidth=0.9, zorder=1)
        trait = {"color": TEINTES[0], "alpha": 0.55, "linewidth": 0.8 + 5 * nombre / plafond}
        dessin.plot([profondeur - 1, profondeur], [ligne, ligne], solid_capstyle="butt", zorder=2, **trait)
        dessin.annotate(
            ecrire(nombre),
            (profondeur - 0.5, ligne),
            ha="center",
            va="center",
            fontsize=8,
            color=ENCRE,
            bbox={"facecolor": FOND, "edgecolor": "none", "pad": 0.8},
        )
    dessin.set_xlim(-0.3, max((profondeur for _, profondeur in rangs.values()), default=0) + 2.5)
    dessin.set_ylim(len(rangs) - 0.5, -0.5)
    return figure


def _refuser_les_cycles(voisins: Mapping[str, Mapping[str, int]]) -> None:
    """Ôter les feuilles jusqu'à la dernière : ce qui reste n'est pas un arbre."""
    restent = {mot: set(siens) for mot, siens in voisins.items()}
    while feuilles := [mot for mot, siens in restent.items() if len(siens) < 2 and mot not in siens]:
        for feuille in feuilles:
            for parent in restent.pop(feuille):
                restent[parent].discard(feuille)
    if restent:
        remede = "gardez celles de l'arbre maximum (colonne « arbre »)"
        raise ErreurDonnees([Probleme("table arêtes", 0, "les arêtes font un cycle", ", ".join(restent), remede)])


def _derouler(voisins: Mapping[str, Mapping[str, int]]) -> dict[str, tuple[str, int]]:
    """Rendre chaque mot après son parent, avec sa profondeur ; les plus grosses branches d'abord."""
    rangs: dict[str, tuple[str, int]] = {}
    for racine in sorted(voisins, key=lambda mot: (-len(voisins[mot]), mot)):
        if racine in rangs:
            continue
        pile = [(racine, "", 0)]
        while pile:
            mot, parent, profondeur = pile.pop()
            rangs[mot] = (parent, profondeur)
            suivants = [autre for autre in voisins[mot] if autre != parent]
            suivants.sort(key=lambda autre, mot=mot: (-_peser(voisins, autre, mot), autre))
            pile += [(autre, mot, profondeur + 1) for autre in reversed(suivants)]
    return rangs


def _peser(voisins: Mapping[str, Mapping[str, int]], mot: str, parent: str) -> int:
    """Compter les mots d'une branche."""
    pile, taille = [(mot, parent)], 0
    while pile:
        mot, parent = pile.pop()
        taille += 1
        pile += [(autre, mot) for autre in voisins[mot] if autre != parent]
    return taille
