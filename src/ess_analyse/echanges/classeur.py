"""Écrire une table dans un classeur de tableur : filtre, en-tête en vue, une feuille « Lisez-moi » devant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import pandas as pd

__all__ = ["en_classeur"]

_CREATION = datetime(2000, 1, 1)
"""Une date fixe : deux exports des mêmes données sont identiques à l'octet."""
_CELLULE, _LIENS = 32_767, 65_530
"""Les limites d'Excel : caractères d'une cellule, liens d'une feuille."""
_LARGEUR = 14


def en_classeur(
    nom: str, table: pd.DataFrame, presentation: Sequence[tuple[str, str]], largeurs: Mapping[str, int]
) -> bytes:
    """Mettre une table dans un classeur ``.xlsx``.

    Aucune cellule n'est une formule : un texte est écrit comme texte, un nombre comme nombre.

    Parameters
    ----------
    nom : str
        Le nom de la feuille de la table.
    table : DataFrame
        Des textes, et des nombres dans les colonnes de nombres ; une colonne ``lien`` donne des liens à suivre.
    presentation : sequence of (str, str)
        Les lignes de la feuille « Lisez-moi », la première du classeur.
    largeurs : mapping of str to int
        La largeur des colonnes plus larges qu'un mot, en caractères.

    Returns
    -------
    bytes
        Le classeur ; les mêmes données donnent les mêmes octets.

    Examples
    --------
    >>> table = pd.DataFrame({"code": ["R-SENS"], "score": [0.8]})
    >>> en_classeur("Citations", table, [("Étude", "Essai")], {})[:2]
    b'PK'
    """
    import xlsxwriter

    tampon = BytesIO()
    with xlsxwriter.Workbook(tampon, {"in_memory": True}) as classeur:
        classeur.set_properties({"created": _CREATION})
        texte, entete = (
            classeur.add_format({"text_wrap": True, "valign": "top", "bold": gras}) for gras in (False, True)
        )
        lisez_moi = classeur.add_worksheet("Lisez-moi")
        lisez_moi.set_column(0, 0, 22)
        lisez_moi.set_column(1, 1, 90)
        for rang, (quoi, sens) in enumerate(presentation):
            lisez_moi.write_string(rang, 0, quoi, entete)
            lisez_moi.write_string(rang, 1, sens, texte)
        _remplir(classeur.add_worksheet(nom), table, largeurs, texte, entete)
    return tampon.getvalue()


def _remplir(feuille: Any, table: pd.DataFrame, largeurs: Mapping[str, int], texte: Any, entete: Any) -> None:
    feuille.freeze_panes(1, 0)
    feuille.autofilter(0, 0, len(table), len(table.columns) - 1)
    for colonne, nom in enumerate(table):
        feuille.set_column(colonne, colonne, largeurs.get(nom, _LARGEUR))
        feuille.write_string(0, colonne, nom, entete)
        nombres = pd.api.types.is_numeric_dtype(table[nom])
        for rang, valeur in enumerate(table[nom], start=1):
            if pd.isna(valeur) or valeur == "":
                continue
            if nombres:
                feuille.write_number(rang, colonne, valeur, texte)
            elif nom == "lien" and rang <= _LIENS:
                # A relative address leads to a file beside the workbook.
                feuille.write_url(rang, colonne, valeur if "://" in valeur else f"external:{valeur}", texte, valeur)
            else:
                feuille.write_string(rang, colonne, valeur[:_CELLULE], texte)
