"""Mesurer ce qui soutient chaque enseignement."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ess_analyse.enseignements.objets import Enseignement
from ess_analyse.modele import DOCUMENTS, verifier_colonnes

__all__ = ["SOUTIEN", "mesurer_soutien"]

SOUTIEN = ("numero", "preuves", "contre", "documents", "structures", "fonctions")


def mesurer_soutien(enseignements: Iterable[Enseignement], documents: pd.DataFrame) -> pd.DataFrame:
    """Compter, pour chaque enseignement, ses preuves et la diversité de ceux qui les portent.

    Parameters
    ----------
    enseignements : iterable of Enseignement
        Ce qu'on mesure.
    documents : DataFrame
        La description des documents.

    Returns
    -------
    DataFrame
        ``numero``, puis des nombres : ``preuves``, ``contre``, et les ``documents``, ``structures`` et ``fonctions``
        distincts d'où viennent les preuves (une cellule vide ne compte pas). Ce sont des comptes de places, non de
        personnes convaincues : un enseignement porté par une seule structure se voit, il n'est pas faux pour autant.

    Examples
    --------
    >>> from pathlib import Path
    >>> from ess_analyse.modele import Place
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> preuves = (Place("E01", 0, 9), Place("E01", 9, 15))
    >>> lecon = Enseignement(1, "…", "…", (), (), (), (), "…", preuves, Path("1-a.md"))
    >>> mesurer_soutien([lecon], documents).values.tolist()
    [[1, 2, 0, 1, 1, 1]]
    """
    verifier_colonnes(documents, DOCUMENTS, "documents")
    lignes = []
    for lecon in enseignements:
        cites = documents[documents["entretien"].isin({preuve.entretien for preuve in lecon.preuves})]
        divers = [cites[colonne].replace("", pd.NA).nunique() for colonne in ("entretien", "structure", "fonction")]
        lignes.append((lecon.numero, len(lecon.preuves), len(lecon.contre), *divers))
    return pd.DataFrame(lignes, columns=SOUTIEN).astype("int64")
