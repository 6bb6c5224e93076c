"""Les tables de chaleur : une vraie table HTML, la valeur écrite, la couleur en plus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import NamedTuple

import pandas as pd

from ess_analyse.pages.typographie import en_html

__all__ = ["Lien", "etiquette", "table_de_chaleur", "table_simple"]

_MASQUE = '<td class="masque"><span aria-hidden="true">·</span><span class="lecteur">masqué</span></td>'


class Lien(NamedTuple):
    """Une cellule qui mène quelque part : ce qu'elle montre, où, et ce qu'un lecteur d'écran doit en entendre."""

    texte: str
    adresse: str
    precision: str = ""

    def html(self) -> str:
        """L'écrire ; sans adresse, ce n'est que du texte."""
        if not self.adresse:
            return en_html(self.texte)
        dit = f'<span class="lecteur"> {en_html(f": {self.precision}")}</span>' if self.precision else ""
        return f'<a href="{escape(self.adresse)}">{en_html(self.texte)}{dit}</a>'


def table_de_chaleur(
    table: pd.DataFrame,
    titre: str,
    libelles: Mapping[str, str],
    entetes: Mapping[str, str],
    lien: Callable[[str, str], str] | None = None,
    ancre: str = "",
) -> str:
    """Écrire un tableau croisé où l'intensité se lit aussi en chiffres.

    Parameters
    ----------
    table : DataFrame
        Index : codes ; colonnes : modalités ; une cellule ``NA`` est une cellule masquée.
    titre : str
        La légende du tableau.
    libelles, entetes : mapping of str to str
        Les noms à montrer des codes et des colonnes.
    lien : callable, optional
        D'un code et d'une colonne, l'adresse des citations que la cellule compte, vide s'il n'y en a pas à montrer.
    ancre : str
        Ce qui précède le code dans l'ancre de chaque ligne ; vide, les lignes n'en ont pas.

    Returns
    -------
    str
        Du HTML : ``caption``, ``scope`` sur chaque en-tête, classe ``c0`` à ``c5`` selon la part du maximum.

    Examples
    --------
    >>> table = pd.DataFrame({"S1": [4, 0]}, index=["R-SENS", "O-COM"])
    >>> html = table_de_chaleur(table, "Essai", {"R-SENS": "Sens", "O-COM": "Communication"}, {"S1": "Garage"})
    >>> '<td class="c5">4</td>' in html and '<td class="c0">0</td>' in html
    True
    """
    plafond = max([1, *(int(valeur) for valeur in table.to_numpy().ravel() if pd.notna(valeur))])
    noms = [entetes.get(colonne, colonne) for colonne in table.columns]
    colonnes = "".join(f'<th scope="col">{en_html(nom)}</th>' for nom in noms)
    lignes = "".join(
        f'<tr{_ancrer(ancre, code)} class="{_sorte(code)}"><th scope="row">{etiquette(code, libelles[code])}</th>'
        + "".join(
            _cellule(valeur, plafond, lien(code, colonne) if lien else "", f"{libelles[code]}, {nom}")
            for colonne, nom, valeur in zip(table.columns, noms, ligne, strict=True)
        )
        + "</tr>\n"
        for code, ligne in zip(table.index, table.itertuples(index=False), strict=True)
    )
    return _cadre(titre, "chaleur", f'<th scope="col">Thème</th>{colonnes}', lignes)


def table_simple(table: pd.DataFrame, titre: str) -> str:
    """Écrire un tableau HTML accessible, premier champ en tête de ligne.

    Parameters
    ----------
    table : DataFrame
        Les colonnes portent les noms à montrer ; les nombres à virgule ont deux décimales, à la française. Une
        cellule :class:`Lien` mène quelque part.
    titre : str
        La légende.

    Returns
    -------
    str
        Du HTML.
    """
    entete = "".join(f'<th scope="col">{en_html(str(colonne))}</th>' for colonne in table.columns)
    lignes = "".join(
        f'<tr><th scope="row">{_valeur(premier)}</th>'
        + "".join(f"<td>{_valeur(valeur)}</td>" for valeur in suite)
        + "</tr>\n"
        for premier, *suite in table.itertuples(index=False)
    )
    return _cadre(titre, "simple", entete, lignes)


def _cadre(titre: str, classe: str, entete: str, lignes: str) -> str:
    titre = en_html(titre)
    return (
        f'<div class="table-large" tabindex="0" role="region" aria-label="{titre}">\n<table class="{classe}">'
        f"<caption>{titre}</caption>\n<thead><tr>{entete}</tr></thead>\n<tbody>\n{lignes}</tbody></table></div>\n"
    )


def etiquette(code: str, libelle: str, lien: str = "") -> str:
    """Écrire la pastille d'un code, qui mène ailleurs si on lui donne une adresse.

    La forme et le signe disent risque ou opportunité, pas la seule couleur.

    Examples
    --------
    >>> etiquette("R-SENS", "Sens", "grille.html#code-R-SENS")
    '<a class="etiquette risque" href="grille.html#code-R-SENS">Sens</a>'
    """
    balise, adresse = ("a", f' href="{escape(lien)}"') if lien else ("span", "")
    return f'<{balise} class="etiquette {_sorte(code)}"{adresse}>{en_html(libelle)}</{balise}>'


def _ancrer(ancre: str, code: str) -> str:
    return f' id="{ancre}{code}"' if ancre else ""


def _sorte(code: str) -> str:
    return {"R": "risque", "O": "opportunite"}.get(code[0], "prisme")


def _cellule(valeur, plafond: int, adresse: str, quoi: str) -> str:
    if pd.isna(valeur):
        return _MASQUE
    dit = Lien(str(int(valeur)), adresse if int(valeur) else "", quoi).html()
    return f'<td class="c{-(-5 * int(valeur) // plafond)}">{dit}</td>'


def _valeur(valeur) -> str:
    if isinstance(valeur, Lien):
        return valeur.html()
    if not isinstance(valeur, str) and pd.isna(valeur):
        return "—"
    return en_html(f"{valeur:.2f}".replace(".", ",").replace("-", "−") if isinstance(valeur, float) else str(valeur))
