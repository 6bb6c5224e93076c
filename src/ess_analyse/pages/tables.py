"""Les tables que le site montre et donne à télécharger."""

from __future__ import annotations

import pandas as pd

from ess_analyse.accord import conclure, mesurer_accord
from ess_analyse.enseignements import mesurer_soutien
from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.verbatims import Verbatim
from ess_analyse.publication import masquer_petites_cellules
from ess_analyse.tableaux import compter_codes, compter_cooccurrences, croiser_codes

__all__ = ["composer_tables"]


def composer_tables(matiere: Matiere, verbatims: list[Verbatim]) -> dict[str, pd.DataFrame]:
    """Calculer toutes les tables publiées.

    Parameters
    ----------
    matiere : Matiere
        L'étude.
    verbatims : list of Verbatim
        Les citations publiables.

    Returns
    -------
    dict of str to DataFrame
        Nom du fichier (sans extension) → table. Les petites cellules sont masquées (vides dans le fichier).
    """
    grille, codages, documents = matiere.grille, matiere.consolide, matiere.documents
    comptes = compter_codes(codages, matiere.segments, documents, grille)
    comptes.insert(1, "libelle", [grille[code].libelle for code in comptes["code"]])
    tables = {
        "codes": comptes,
        "code_structure": _croiser(matiere, "structure"),
        "code_fonction": _croiser(matiere, "famille"),
        "code_prisme": _croiser(matiere, "prisme"),
        "cooccurrences": compter_cooccurrences(codages, grille).rename_axis("code").reset_index(),
        "accord": _accord(matiere),
        "verbatims": pd.DataFrame(
            [(str(v.place), v.texte, " ".join(v.codes), v.structure, v.famille) for v in verbatims],
            columns=["place", "texte", "codes", "structure", "famille"],
            dtype="str",
        ),
        "grille": pd.DataFrame(
            [(code.id, code.dimension, code.libelle, code.definition) for code in grille],
            columns=["code", "dimension", "libelle", "definition"],
        ),
    }
    if matiere.enseignements:
        tables["soutien"] = mesurer_soutien(matiere.enseignements, documents)
    return tables


def _croiser(matiere: Matiere, par: str) -> pd.DataFrame:
    arguments = (matiere.consolide, matiere.segments, matiere.documents, matiere.grille)
    table = croiser_codes(*arguments, par=par)
    if par != "prisme":
        table = masquer_petites_cellules(table, croiser_codes(*arguments, par=par, mesure="entretiens"))
    return table.rename_axis("code").rename_axis(None, axis=1).reset_index()


def _accord(matiere: Matiere) -> pd.DataFrame:
    mesures = mesurer_accord(matiere.codages, matiere.grille)
    mesures["conclusion"] = list(map(conclure, mesures["alpha"], mesures["usages"]))
    return mesures.round({"pourcentage": 3, "kappa": 3, "alpha": 3})
