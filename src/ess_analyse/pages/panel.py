"""Les documents d'une étude, comptés et nommés sans qu'un nombre ne désigne trop peu de personnes."""

from __future__ import annotations

import pandas as pd

from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.verbatims import Verbatim
from ess_analyse.publication import NON_DITES, masquer_petites_cellules

__all__ = ["compter_documents", "nommer_familles"]


def compter_documents(documents: pd.DataFrame, seuil: int) -> pd.DataFrame:
    """Compter les documents par type et par famille ; est masqué ce qui est sous le seuil, ou le ferait deviner.

    Parameters
    ----------
    documents : DataFrame
        Les documents de l'étude : ``type``, et leur ``famille`` publiable.
    seuil : int
        Le plus petit nombre de documents publié.

    Returns
    -------
    DataFrame
        Colonnes ``Type, Fonctions, Documents``, à montrer telles quelles.
    """
    croises = pd.crosstab(documents["type"], documents["famille"])
    # The home page gives the total of each type.
    masques = masquer_petites_cellules(croises, croises, seuil, totaux="lignes")
    lignes = [
        (sorte, NON_DITES.get(famille, famille), "masqué" if pd.isna(nombre) else str(nombre))
        for (sorte, famille), nombre in masques.stack(future_stack=True).items()
        if croises.at[sorte, famille]
    ]
    return pd.DataFrame(lignes, columns=["Type", "Fonctions", "Documents"])


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
