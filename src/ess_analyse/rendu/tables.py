"""Écrire en HTML les tables de pandoc : légende, portée des en-têtes, alignement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ess_analyse.rendu.balises import balise
from ess_analyse.rendu.composants import ecrire_legende
from ess_analyse.rendu.noeuds import en_clair

if TYPE_CHECKING:
    from ess_analyse.rendu.document import Ecrivain

__all__ = ["ecrire_table"]

_ALIGNE = {"AlignLeft": "gauche", "AlignRight": "droite", "AlignCenter": "centre"}


def ecrire_table(ecrivain: Ecrivain, contenu: list[Any]) -> str:
    """Écrire une table de pandoc.

    Parameters
    ----------
    ecrivain : Ecrivain
        L'écrivain de la page.
    contenu : list
        Le contenu d'un nœud ``Table``.

    Returns
    -------
    str
        La table dans un cadre qui défile ; une tête vide n'est pas écrite, un en-tête vide devient une case.
    """
    attr, (_, legende), colonnes, (_, lignes_tete), corps, (_, lignes_pied) = contenu
    alignements = [colonne[0]["t"] for colonne in colonnes]
    inlines = [inline for bloc in legende for inline in bloc.get("c", [])]
    dit = ecrire_legende(ecrivain, attr[0], inlines)
    parties = [f"<caption>{dit}</caption>\n"] if dit else []
    if any(en_clair(cellule[4]).strip() for _, cellules in lignes_tete for cellule in cellules):
        parties.append(_groupe(ecrivain, "thead", lignes_tete, alignements, len(colonnes)))
    for _, entetes, tetes, lignes in corps:
        # RowHeadColumns says how many leading cells head their row.
        parties.append(_groupe(ecrivain, "tbody", lignes, alignements, entetes, tetes))
    if lignes_pied:
        parties.append(_groupe(ecrivain, "tfoot", lignes_pied, alignements, 0))
    identifiant, classes, paires = attr
    table = balise("table", "\n" + "".join(parties), ["", classes, paires])
    return balise("div", f"\n{table}\n", [identifiant, ["table-large"], []])


def _groupe(
    ecrivain: Ecrivain, nom: str, lignes: list, alignements: list[str], entetes: int, tetes: list | None = None
) -> str:
    portee = "col" if nom == "thead" else "row"
    dit = [_ligne(ecrivain, cellules, alignements, len(alignements), "col") for _, cellules in tetes or []]
    dit += [_ligne(ecrivain, cellules, alignements, entetes, portee) for _, cellules in lignes]
    return balise(nom, "\n" + "".join(dit)) + "\n"


def _ligne(ecrivain: Ecrivain, cellules: list, alignements: list[str], entetes: int, portee: str) -> str:
    sortie, rang = [], 0
    for attr, alignement, hauteur, largeur, blocs in cellules:
        aligne = alignement["t"] if alignement["t"] != "AlignDefault" else alignements[min(rang, len(alignements) - 1)]
        classes = [*attr[1], *([_ALIGNE[aligne]] if aligne in _ALIGNE else [])]
        autres = {nom: str(valeur) for nom, valeur in (("rowspan", hauteur), ("colspan", largeur)) if valeur > 1}
        texte = ecrivain.blocs(blocs).strip()
        tete = rang < entetes and bool(en_clair(blocs).strip() or "<img" in texte)
        if tete:
            autres["scope"] = portee + ("group" if (largeur if portee == "col" else hauteur) > 1 else "")
        sortie.append(balise("th" if tete else "td", texte, [attr[0], classes, attr[2]], **autres))
        rang += largeur
    return balise("tr", "".join(sortie)) + "\n"
