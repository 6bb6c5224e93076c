"""Le réseau des thèmes dits ensemble : un dessin SVG qui ne bouge pas, et sa table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from ess_analyse.pages.chaleur import Lien
from ess_analyse.pages.typographie import en_html

__all__ = ["Paire", "lister_paires", "ranger_themes", "tabler_paires", "tracer_reseau"]

_LARGEUR, _PAS, _MARGE = 800, 34, 28
_GAUCHE, _DROITE = 290, 510
_TOURS = 12
"""Rangements d'une colonne d'après l'autre : au-delà, l'ordre de vingt thèmes ne change plus."""


class Paire(NamedTuple):
    """Deux thèmes dits dans une même phrase ; ``phrases`` est ``None`` si le nombre est masqué."""

    a: str
    b: str
    phrases: int | None


def lister_paires(carre: pd.DataFrame) -> list[Paire]:
    """Lister les paires d'une table de cooccurrences publiée.

    Parameters
    ----------
    carre : DataFrame
        Index et colonnes : les codes ; ``NA`` est masqué, donc au moins 1 : un zéro ne l'est jamais.

    Returns
    -------
    list of Paire
        Les nombres d'abord, du plus grand au plus petit, puis les paires masquées, dans l'ordre de la grille.

    Examples
    --------
    >>> codes = ["R-SENS", "R-LIEN", "O-COM"]
    >>> carre = pd.DataFrame([[9, 4, None], [4, 5, 0], [None, 0, 2]], index=codes, columns=codes)
    >>> lister_paires(carre)
    [Paire(a='R-SENS', b='R-LIEN', phrases=4), Paire(a='R-SENS', b='O-COM', phrases=None)]
    """
    paires = [
        Paire(a, b, None if pd.isna(carre.at[a, b]) else int(carre.at[a, b])) for a, b in combinations(carre.index, 2)
    ]
    return sorted((paire for paire in paires if paire.phrases != 0), key=lambda paire: -(paire.phrases or 0))


def tabler_paires(
    paires: list[Paire], libelles: Mapping[str, str], mener: Callable[[str, str], str] = lambda a, b: ""
) -> pd.DataFrame:
    """Mettre les paires en table, telles que la page les montre.

    Parameters
    ----------
    paires : list of Paire
        Les liens.
    libelles : mapping of str to str
        Le nom de chaque thème.
    mener : callable, optional
        De deux thèmes, l'adresse des citations qui les disent ensemble ; un nombre masqué ne mène nulle part.

    Returns
    -------
    DataFrame
        ``Thème``, ``Avec``, ``Phrases``.

    Examples
    --------
    >>> tabler_paires([Paire("R-A", "O-B", 3), Paire("R-A", "O-C", None)], {"R-A": "a", "O-B": "b", "O-C": "c"})
      Thème Avec           Phrases
    0     a    b  (3, , a, avec b)
    1     a    c            masqué
    """
    lignes = [
        (
            libelles[un.a],
            libelles[un.b],
            "masqué"
            if un.phrases is None
            else Lien(str(un.phrases), mener(un.a, un.b), f"{libelles[un.a]}, avec {libelles[un.b]}"),
        )
        for un in paires
    ]
    return pd.DataFrame(lignes, columns=["Thème", "Avec", "Phrases"])


def ranger_themes(codes: list[str], paires: list[Paire]) -> tuple[list[str], list[str]]:
    """Ranger les risques d'un côté, les opportunités de l'autre, en croisant peu de traits.

    Chaque colonne est rangée tour à tour par le barycentre de ses voisins (Sugiyama et al., 1981). Une disposition
    spectrale ou par positionnement multidimensionnel dépendrait du signe et de l'ordre des vecteurs propres, que les
    bibliothèques de calcul ne rendent pas toutes de même.

    Parameters
    ----------
    codes : list of str
        Les thèmes, dans l'ordre de la grille.
    paires : list of Paire
        Les liens.

    Returns
    -------
    risques, opportunites : list of str
        De haut en bas ; un thème sans lien n'y est pas.

    Examples
    --------
    >>> ranger_themes(["R-A", "R-B", "O-A", "O-B"], [Paire("R-A", "O-B", 3), Paire("R-B", "O-A", 2)])
    (['R-B', 'R-A'], ['O-A', 'O-B'])
    """
    lies = {code for paire in paires for code in paire[:2]}
    colonnes = [[code for code in codes if code in lies and (code[0] == "R") is cote] for cote in (True, False)]
    poids: dict[str, dict[str, int]] = {code: {} for code in codes}
    for a, b, phrases in paires:
        poids[a][b] = poids[b][a] = phrases or 1
    for tour in range(_TOURS):
        mobile, fixe = colonnes[tour % 2], colonnes[1 - tour % 2]
        # Heights, not ranks: columns of unequal length are centred on each other.
        hauteurs = {code: rang - len(fixe) / 2 for rang, code in enumerate(fixe)}
        places = {code: rang - len(mobile) / 2 for rang, code in enumerate(mobile)}
        for code in mobile:
            voisins = [(hauteurs[autre], fois) for autre, fois in poids[code].items() if autre in hauteurs]
            if voisins:
                places[code] = sum(haut * fois for haut, fois in voisins) / sum(fois for _, fois in voisins)
        colonnes[tour % 2] = sorted(mobile, key=places.__getitem__)
    return colonnes[0], colonnes[1]


def tracer_reseau(carre: pd.DataFrame, libelles: Mapping[str, str], titre: str) -> str:
    """Dessiner le réseau des thèmes dits dans une même phrase.

    Parameters
    ----------
    carre : DataFrame
        La table de cooccurrences publiée.
    libelles : mapping of str to str
        Le nom de chaque thème.
    titre : str
        Le titre du dessin.

    Returns
    -------
    str
        Du SVG à poser dans la page, sans script ; vide s'il n'y a aucune paire. La forme (triangle, cercle) dit risque
        ou opportunité, l'épaisseur et le nombre écrit disent combien de phrases, le pointillé qu'un nombre est masqué.
    """
    paires = lister_paires(carre)
    if not paires:
        return ""
    gauche, droite = ranger_themes(list(carre.index), paires)
    lignes = max(len(gauche), len(droite))
    places = {
        code: (x, round(_MARGE + _PAS * (rang + (lignes - len(colonne)) / 2), 1))
        for colonne, x in ((gauche, _GAUCHE), (droite, _DROITE))
        for rang, code in enumerate(colonne)
    }
    plafond = max(paire.phrases or 1 for paire in paires)
    chiffrees = sum(paire.phrases is not None for paire in paires)
    dit = (
        f"{len(places)} thèmes, {len(paires)} paires : {chiffrees} ont leur nombre de phrases, "
        f"{len(paires) - chiffrees} sont masquées. La table qui suit dit la même chose."
    )
    traits = "".join(_tracer_trait(paire, places, plafond) for paire in reversed(paires))
    noeuds = "".join(_tracer_noeud(code, libelles[code], *places[code]) for code in places)
    return (
        '<div class="table-large dessin" tabindex="0" role="region" aria-label="Réseau des thèmes">\n'
        f'<svg class="reseau" viewBox="0 0 {_LARGEUR} {2 * _MARGE + _PAS * (lignes - 1)}" role="img" '
        f'aria-labelledby="reseau-titre reseau-dit"><title id="reseau-titre">{en_html(titre)}</title>'
        f'<desc id="reseau-dit">{en_html(dit)}</desc>\n{traits}{noeuds}</svg></div>\n'
    )


def _tracer_trait(paire: Paire, places: Mapping[str, tuple[float, float]], plafond: int) -> str:
    (xa, ya), (xb, yb) = places[paire.a], places[paire.b]
    # Two themes of one column are joined by a bow that leans inwards, deeper when they are far apart.
    creux = 0 if xa != xb else (1 if xa == _GAUCHE else -1) * min(190, 40 + abs(yb - ya) / 2)
    xm, ym = (xa + xb) / 2 + creux, (ya + yb) / 2
    chemin = f'd="M{xa} {ya}Q{xm:g} {ym:g} {xb} {yb}"'
    if paire.phrases is None:
        return f'<path class="masque" {chemin}/>\n'
    milieu = ((xa + xb) / 4 + xm / 2, (ya + yb) / 4 + ym / 2)
    return (
        f'<path {chemin} stroke-width="{1.5 + 6 * paire.phrases / plafond:.1f}"/>'
        f'<text class="nombre" x="{milieu[0]:g}" y="{milieu[1] + 5:g}">{paire.phrases}</text>\n'
    )


def _tracer_noeud(code: str, libelle: str, x: float, y: float) -> str:
    if code[0] == "R":
        forme = f'<path class="risque" d="M{x - 8} {y + 7}L{x} {y - 8}L{x + 8} {y + 7}Z"/>'
        return f'{forme}<text class="gauche" x="{x - 16}" y="{y + 5}">{en_html(libelle)}</text>\n'
    forme = f'<circle class="opportunite" cx="{x}" cy="{y}" r="7.5"/>'
    return f'{forme}<text x="{x + 16}" y="{y + 5}">{en_html(libelle)}</text>\n'
