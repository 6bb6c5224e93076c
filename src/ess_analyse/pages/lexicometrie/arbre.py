"""L'arbre de similitude : un dessin SVG qui ne bouge pas, un mot par ligne, sans trait qui en croise un autre."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from ess_analyse.pages.typographie import en_html

__all__ = ["Noeud", "ranger_arbre", "tracer_arbre"]

_PAS, _LIGNE, _ENTRE = 62, 27, 20
_LETTRE = 8.2
"""Largeur d'une lettre moyenne, arrondie au-dessus, dans l'unité du dessin."""
_RAYON, _MARGE, _MINIMUM = 8.5, 14, 300

Voisins = Mapping[str, Mapping[str, int]]


class Noeud(NamedTuple):
    """Un mot et sa place : ``cote`` vaut −1 à gauche, 1 à droite, 0 pour une racine."""

    mot: str
    parent: str
    phrases: int
    cote: int
    profondeur: int
    ligne: int


def ranger_arbre(aretes: pd.DataFrame) -> list[list[Noeud]]:
    """Ranger l'arbre : une racine au milieu, ses branches de part et d'autre, chaque mot sur sa ligne.

    La racine est le mot d'où l'on atteint tous les autres en le moins de pas ; à égalité, celui que le plus de phrases
    relient, puis le premier par ordre alphabétique. Les plus grosses branches viennent d'abord, chacune du côté le
    moins haut.

    Parameters
    ----------
    aretes : DataFrame
        ``mot, avec, phrases`` : les arêtes d'un arbre, ou de plusieurs.

    Returns
    -------
    list of list of Noeud
        Un arbre par morceau, le plus grand d'abord ; dans chacun, la racine, puis chaque mot après son parent.

    Examples
    --------
    >>> aretes = pd.DataFrame([("ligne", "écran", 4), ("écran", "photo", 9)], columns=["mot", "avec", "phrases"])
    >>> [(noeud.mot, noeud.parent, noeud.cote, noeud.ligne) for noeud in ranger_arbre(aretes)[0]]
    [('écran', '', 0, 0), ('ligne', 'écran', 1, 1), ('photo', 'écran', -1, 1)]
    """
    voisins: dict[str, dict[str, int]] = {}
    for a, b, phrases in aretes[["mot", "avec", "phrases"]].itertuples(index=False):
        voisins.setdefault(a, {})[b] = voisins.setdefault(b, {})[a] = int(phrases)
    restants, morceaux = set(voisins), []
    while restants:
        membres = _atteindre(voisins, min(restants))
        restants -= membres.keys()
        morceaux.append(sorted(membres))
    morceaux.sort(key=lambda mots: (-len(mots), mots))
    return [_ranger(voisins, _choisir_racine(voisins, mots)) for mots in morceaux]


def _atteindre(voisins: Voisins, depart: str) -> dict[str, int]:
    """Dire combien de pas séparent un mot de chacun des autres."""
    pas, file = {depart: 0}, deque([depart])
    while file:
        mot = file.popleft()
        for autre in voisins[mot]:
            if autre not in pas:
                pas[autre] = pas[mot] + 1
                file.append(autre)
    return pas


def _choisir_racine(voisins: Voisins, mots: list[str]) -> str:
    return min(mots, key=lambda mot: (max(_atteindre(voisins, mot).values()), -sum(voisins[mot].values()), mot))


def _ranger(voisins: Voisins, racine: str) -> list[Noeud]:
    enfants = _descendre(voisins, racine)
    noeuds, hauteurs = [Noeud(racine, "", 0, 0, 0, 0)], {1: 0, -1: 0}
    for branche in enfants[racine]:
        cote = 1 if hauteurs[1] <= hauteurs[-1] else -1
        # A pile instead of recursion: a tree may be one long chain.
        pile = [(branche, racine, 1)]
        while pile:
            mot, parent, profondeur = pile.pop()
            hauteurs[cote] += 1
            noeuds.append(Noeud(mot, parent, voisins[mot][parent], cote, profondeur, hauteurs[cote]))
            pile += [(enfant, mot, profondeur + 1) for enfant in reversed(enfants[mot])]
    return noeuds


def _descendre(voisins: Voisins, racine: str) -> dict[str, list[str]]:
    """Rendre les enfants de chaque mot, les plus grosses branches d'abord."""
    pas = _atteindre(voisins, racine)
    tailles = dict.fromkeys(pas, 1)
    enfants = {mot: [autre for autre in voisins[mot] if pas[autre] > pas[mot]] for mot in pas}
    for mot in sorted(pas, key=pas.__getitem__, reverse=True):
        tailles[mot] += sum(tailles[enfant] for enfant in enfants[mot])
        enfants[mot].sort(key=lambda enfant: (-tailles[enfant], enfant))
    return enfants


def tracer_arbre(aretes: pd.DataFrame, classes: Mapping[str, int], titre: str) -> str:
    """Dessiner l'arbre des mots dits dans les mêmes phrases.

    Parameters
    ----------
    aretes : DataFrame
        ``mot, avec, phrases`` : les arêtes publiables de l'arbre.
    classes : mapping of str to int
        Le groupe de mots où chacun est le plus présent, écrit dans son rond ; un mot peut n'en avoir pas.
    titre : str
        Le titre du dessin.

    Returns
    -------
    str
        Du SVG à poser dans la page, sans script ; vide s'il n'y a aucune arête. L'épaisseur et le nombre écrit disent
        combien de phrases réunissent les deux mots.
    """
    morceaux = ranger_arbre(aretes)
    if not morceaux:
        return ""
    largeurs = {
        cote: max(_MINIMUM, *(_etendre(noeud, cote) for mots in morceaux for noeud in mots)) for cote in (-1, 1)
    }
    centre = round(largeurs[-1] + _MARGE)
    plafond, haut, dessins = int(aretes["phrases"].max()), _MARGE, []
    for mots in morceaux:
        places = {un.mot: (centre + un.cote * un.profondeur * _PAS, haut + _LIGNE * (un.ligne + 1)) for un in mots}
        dessins += _tracer_morceau(mots, places, plafond, classes)
        haut = max(y for _, y in places.values()) + _ENTRE
    nombre = sum(map(len, morceaux))
    dit = (
        f"{nombre} mots reliés par {nombre - len(morceaux)} traits ; au milieu, « {morceaux[0][0].mot} ». "
        "La table qui suit dit la même chose."
    )
    return (
        '<div class="table-large dessin arbre" tabindex="0" role="region" aria-label="Arbre de similitude">\n'
        f'<svg viewBox="0 0 {centre + round(largeurs[1]) + _MARGE} {haut}" role="img" '
        f'aria-labelledby="arbre-titre arbre-dit"><title id="arbre-titre">{en_html(titre)}</title>'
        f'<desc id="arbre-dit">{en_html(dit)}</desc>\n{"".join(dessins)}</svg></div>\n'
    )


def _etendre(noeud: Noeud, cote: int) -> float:
    """Dire jusqu'où un mot va d'un côté ; celui d'une racine est au-dessus d'elle, au milieu."""
    if noeud.cote == 0:
        return _LETTRE * len(noeud.mot) / 2
    return noeud.profondeur * _PAS + 2 * _RAYON + _LETTRE * len(noeud.mot) if noeud.cote == cote else 0


def _tracer_morceau(
    mots: list[Noeud], places: Mapping[str, tuple[int, int]], plafond: int, classes: Mapping[str, int]
) -> Iterator[str]:
    derniers: dict[tuple[str, int], int] = {}
    for noeud in mots[1:]:
        # The trunk of a parent goes down to its last child, on each side.
        derniers[noeud.parent, noeud.cote] = max(places[noeud.mot][1], derniers.get((noeud.parent, noeud.cote), 0))
    for (parent, _), bas in derniers.items():
        x, y = places[parent]
        yield f'<path class="tronc" d="M{x} {y}V{bas}"/>\n'
    for noeud in mots[1:]:
        (x, y), (tronc, _) = places[noeud.mot], places[noeud.parent]
        milieu = (tronc + x - noeud.cote * _RAYON) / 2
        yield (
            f'<path d="M{tronc} {y}H{x}" stroke-width="{1.5 + 7 * noeud.phrases / plafond:.1f}"/>'
            f'<text class="nombre" x="{milieu:g}" y="{y + 5}">{noeud.phrases}</text>\n'
        )
    for noeud in mots:
        yield _tracer_mot(noeud, *places[noeud.mot], classes.get(noeud.mot, 0))


def _tracer_mot(noeud: Noeud, x: int, y: int, classe: int) -> str:
    rond = f'<circle cx="{x}" cy="{y}" r="{_RAYON}"/>'
    if classe:
        rond += f'<text class="classe" x="{x}" y="{y + 4}">{classe}</text>'
    if noeud.cote == 0:
        return f'{rond}<text class="milieu racine" x="{x}" y="{y - 14}">{en_html(noeud.mot)}</text>\n'
    sens = "gauche" if noeud.cote < 0 else "droite"
    return f'{rond}<text class="{sens}" x="{x + noeud.cote * 15:g}" y="{y + 5}">{en_html(noeud.mot)}</text>\n'
