"""La courbe de saturation : combien de thèmes différents l'on rencontre à mesure que l'on lit."""

from __future__ import annotations

import pandas as pd

from ess_analyse.modele import RIEN
from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.typographie import en_html
from ess_analyse.tableaux import mesurer_saturation

__all__ = ["dire_apport", "mesurer_courbe", "tracer_courbe"]

_LARGEUR, _HAUTEUR = 640, 280
_GAUCHE, _BAS, _HAUT, _DROITE = 48, 44, 34, 16
_MOINS_D_UN = 0.85
"""Ce que gagne au plus un document qui n'apporte pas un thème : la courbe est arrondie à un dixième près."""


def mesurer_courbe(matiere: Matiere, seuil: int) -> pd.DataFrame:
    """Mesurer la courbe de saturation que l'on peut publier.

    Parameters
    ----------
    matiere : Matiere
        L'étude.
    seuil : int
        Le plus petit nombre de documents publiable.

    Returns
    -------
    DataFrame
        ``documents`` (lus) et ``themes`` (différents, en moyenne sur tous les ordres de lecture, à une décimale : une
        courbe exacte dirait combien de thèmes ne sont que dans un document) ; ce qui est restreint n'y est pas. Vide
        sous le seuil.
    """
    segments = matiere.segments[matiere.corpus.sont_publics(matiere.segments["segment"])]
    avis = matiere.consolide[matiere.consolide["code"].isin([*matiere.grille.ids("theme"), RIEN])]
    courbe = mesurer_saturation(avis[avis["segment"].isin(segments["segment"])], segments)
    if len(courbe) < seuil:
        courbe = courbe.iloc[:0]
    return pd.DataFrame({"documents": courbe["rang"], "themes": courbe["moyenne"].round(1)})


def dire_apport(courbe: pd.DataFrame) -> str:
    """Dire à partir de quel document lu un document de plus n'apporte plus, en moyenne, un thème.

    Parameters
    ----------
    courbe : DataFrame
        ``documents`` et ``themes``, tels que publiés.

    Returns
    -------
    str
        Une phrase, vide si la courbe n'en arrive pas là.

    Examples
    --------
    >>> dire_apport(pd.DataFrame({"documents": [1, 2, 3], "themes": [12.5, 16.4, 17.0]}))
    "À partir du 3ᵉ document lu, un document de plus apporte en moyenne moins d'un thème nouveau."
    """
    rangs = courbe.loc[courbe["themes"].diff() < _MOINS_D_UN, "documents"]
    if rangs.empty:
        return ""
    rang = int(rangs.iloc[0])
    return f"À partir du {rang}ᵉ document lu, un document de plus apporte en moyenne moins d'un thème nouveau."


def tracer_courbe(courbe: pd.DataFrame, titre: str) -> str:
    """Dessiner la courbe en SVG.

    Parameters
    ----------
    courbe : DataFrame
        ``documents`` et ``themes``.
    titre : str
        Le titre du dessin.

    Returns
    -------
    str
        Du SVG à poser dans la page ; vide si la courbe l'est.

    Examples
    --------
    >>> svg = tracer_courbe(pd.DataFrame({"documents": [1, 2], "themes": [4.0, 6.5]}), "Essai")
    >>> svg.count("<circle"), "6,5" in svg
    (2, True)
    """
    if courbe.empty:
        return ""
    lus, plafond = int(courbe["documents"].max()), float(courbe["themes"].max())
    haut = -(-int(plafond + 0.999) // 5) * 5 or 5
    points = [
        (
            round(_GAUCHE + (_LARGEUR - _GAUCHE - _DROITE) * (rang - 1) / max(1, lus - 1), 1),
            round(_HAUTEUR - _BAS - (_HAUTEUR - _BAS - _HAUT) * themes / haut, 1),
        )
        for rang, themes in courbe[["documents", "themes"]].itertuples(index=False)
    ]
    premier, dernier = (f"{valeur:.1f}".replace(".", ",") for valeur in courbe["themes"].iloc[[0, -1]])
    dit = (
        f"La courbe part de {premier} thèmes pour un document et arrive à {dernier} pour {lus}. "
        "La table qui suit dit la même chose."
    )
    trace = " ".join(f"{x},{y}" for x, y in points)
    marques = "".join(f'<circle cx="{x}" cy="{y}" r="3"/>' for x, y in points)
    return (
        '<div class="table-large dessin" tabindex="0" role="region" aria-label="Courbe de saturation">\n'
        f'<svg class="courbe" viewBox="0 0 {_LARGEUR} {_HAUTEUR}" role="img" '
        f'aria-labelledby="courbe-titre courbe-dit"><title id="courbe-titre">{en_html(titre)}</title>'
        f'<desc id="courbe-dit">{en_html(dit)}</desc>\n{_tracer_axes(haut, lus, [x for x, _ in points])}'
        f'<polyline points="{trace}"/>{marques}</svg></div>\n'
    )


def _tracer_axes(haut: int, lus: int, abscisses: list[float]) -> str:
    bas = _HAUTEUR - _BAS
    lignes = [f'<text x="{_GAUCHE}" y="{_HAUT - 16}">thèmes différents</text>']
    for themes in range(0, haut + 1, 5):
        y = round(bas - (bas - _HAUT) * themes / haut, 1)
        lignes.append(f'<path class="axe" d="M{_GAUCHE} {y}H{_LARGEUR - _DROITE}"/>')
        lignes.append(f'<text class="gauche" x="{_GAUCHE - 8}" y="{y + 5}">{themes}</text>')
    for rang in sorted({1, *range(5, lus + 1, 5), lus} - ({lus // 5 * 5} if 0 < lus % 5 < 2 else set())):
        lignes.append(f'<text class="milieu" x="{abscisses[rang - 1]}" y="{bas + 18}">{rang}</text>')
    lignes.append(f'<text class="milieu" x="{(_GAUCHE + _LARGEUR) / 2}" y="{_HAUTEUR - 6}">documents lus</text>')
    return "".join(lignes) + "\n"
