"""Avec qui l'étude a été faite, dit sans qu'un nombre ne désigne trop peu de personnes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.verbatims import Verbatim
from ess_analyse.publication import masquer_petites_cellules

__all__ = ["decrire_panel", "nommer_familles"]


def decrire_panel(matiere: Matiere, seuil: int) -> dict[str, Any]:
    """Décrire le panel par des comptes et des étendues : une structure ne doit pas s'y reconnaître à son effectif.

    Parameters
    ----------
    matiere : Matiere
        L'étude.
    seuil : int
        Le plus petit nombre de documents, ou de structures derrière une étendue, publié.

    Returns
    -------
    dict
        ``etendues`` : colonne → plus petite et plus grande valeur, si assez de structures la donnent ; ``statuts`` :
        statut → nombre de structures ; ``secteurs`` ; ``documents`` : leur nombre par type et par famille.
    """
    nombres = matiere.structures[["permanents", "insertion", "etp"]].apply(pd.to_numeric, errors="coerce")
    return {
        "etendues": {
            nom: (int(nombres[nom].min()), int(nombres[nom].max()))
            for nom in nombres
            if nombres[nom].count() >= max(seuil, 1)
        },
        "statuts": matiere.structures["statut"].value_counts().to_dict(),
        "secteurs": sorted(matiere.structures["secteur"]),
        "documents": _documents(matiere.documents, seuil),
    }


def nommer_familles(matiere: Matiere, verbatims: list[Verbatim]) -> list[str]:
    """Lister les familles de fonctions que disent les entretiens cités, sans les mentions plus larges.

    Parameters
    ----------
    matiere : Matiere
        L'étude ; ses ``familles`` sont celles que l'équipe a écrites.
    verbatims : list of Verbatim
        Les citations publiables.

    Returns
    -------
    list of str
        Par ordre alphabétique ; ni « une personne de la structure », ni ce qui n'est dit que d'une observation.
    """
    entretiens = set(matiere.documents.loc[matiere.documents["type"] == "entretien", "entretien"])
    dites = {verbatim.famille for verbatim in verbatims if verbatim.place.entretien in entretiens}
    return sorted(dites & matiere.familles)


def _documents(documents: pd.DataFrame, seuil: int) -> pd.DataFrame:
    """Compter les documents par type et par famille ; est masqué ce qui est sous le seuil, ou le ferait deviner."""
    croises = pd.crosstab(documents["type"], documents["famille"])
    # The home page gives the total of each type.
    masques = masquer_petites_cellules(croises, croises, seuil, totaux="lignes")
    lignes = [
        (sorte, famille, "masqué" if pd.isna(nombre := masques.at[sorte, famille]) else str(nombre))
        for sorte in croises.index
        for famille in croises.columns
        if croises.at[sorte, famille]
    ]
    return pd.DataFrame(lignes, columns=["Type", "Fonctions", "Documents"])
