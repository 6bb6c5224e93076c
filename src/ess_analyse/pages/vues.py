"""Ce que les tables publiées donnent à voir : des dessins, des tableaux, et où mène chacun de leurs nombres."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ess_analyse.coefficients import ecrire_coefficient
from ess_analyse.pages.adresses import Recherche
from ess_analyse.pages.chaleur import Lien, table_de_chaleur
from ess_analyse.pages.courbe import dire_apport, tracer_courbe
from ess_analyse.pages.matiere import MESURES, Matiere
from ess_analyse.pages.reseau import lister_paires, tabler_paires, tracer_reseau
from ess_analyse.publication import NON_DITES

__all__ = ["montrer_accord", "montrer_chaleurs", "montrer_courbe", "montrer_modele", "montrer_reseau"]

_COEFFICIENTS = {"pourcentage": "Accord brut", "kappa": "κ de Cohen", "alpha": "α de Krippendorff"}
_MODELES = ("modèle complet", "règles seules")
_NOMS_MESURES = ("F1 micro", "F1 macro", "Rappel parmi 3", "Rappel parmi 5", "Valence (α)", "Risque ou opportunité (α)")


def montrer_chaleurs(matiere: Matiere, tables: dict[str, pd.DataFrame], recherche: Recherche) -> dict[str, str]:
    """Mettre en tables de chaleur les croisements publiés, chaque nombre menant aux citations qu'il compte.

    Parameters
    ----------
    matiere : Matiere
        L'étude : sa grille, le nom de ses structures.
    tables : dict of str to DataFrame
        Les tables publiées, déjà masquées.
    recherche : Recherche
        Ce que la page des citations trouve : une cellule qui n'y trouverait rien ne mène nulle part.

    Returns
    -------
    dict of str to str
        Nom de la table → son HTML.
    """
    libelles = {code.id: code.libelle for code in matiere.grille}
    titres = {
        "code_fonction": ("Phrases codées par thème et par famille de fonctions", NON_DITES, "famille"),
        "code_structure": ("Phrases codées par thème et par structure", matiere.noms_structures, "structure"),
        "code_prisme": ("Phrases codées par thème et par prisme", libelles, "prisme"),
    }
    return {
        nom: table_de_chaleur(
            tables[nom].set_index("code"),
            titre,
            libelles,
            entetes,
            _mener(recherche, par),
            # One row a theme can be reached from its quotations.
            ancre="theme-" if nom == "code_fonction" else "",
        )
        for nom, (titre, entetes, par) in titres.items()
    }


def _mener(recherche: Recherche, par: str) -> Callable[[str, str], str]:
    """Mener d'une cellule aux citations qu'elle compte, quand la page des verbatims en montre."""
    return lambda code, modalite: recherche.adresser(code=code, **{par: modalite})


def montrer_reseau(matiere: Matiere, table: pd.DataFrame, recherche: Recherche) -> dict[str, Any]:
    """Dessiner les thèmes dits dans une même phrase, et les mettre en table.

    Returns
    -------
    dict
        ``dessin`` : du SVG, vide sans paire ; ``table`` : les paires, leur nombre menant aux citations.
    """
    carre, libelles = table.set_index("code"), {code.id: code.libelle for code in matiere.grille}
    return {
        "dessin": tracer_reseau(carre, libelles, "Les thèmes dits dans une même phrase"),
        "table": tabler_paires(lister_paires(carre), libelles, lambda a, b: recherche.adresser(code=a, avec=b)),
    }


def montrer_courbe(tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Dessiner la courbe de saturation, la dire et la mettre en table.

    Returns
    -------
    dict
        ``dessin`` : du SVG, ``apport`` : une phrase, vides sans courbe ; ``table`` : ses points.

    Examples
    --------
    >>> montrer_courbe({})["dessin"]
    ''
    """
    courbe = tables.get("saturation", pd.DataFrame({"documents": [], "themes": []}))
    return {
        "dessin": tracer_courbe(courbe, "Thèmes différents rencontrés, en moyenne, selon le nombre de documents lus"),
        "apport": dire_apport(courbe),
        "table": pd.DataFrame(
            {
                "Documents lus": courbe["documents"],
                "Thèmes différents": [f"{themes:.1f}".replace(".", ",") for themes in courbe["themes"]],
            }
        ),
    }


def montrer_accord(matiere: Matiere, table: pd.DataFrame, recherche: Recherche) -> pd.DataFrame:
    """Mettre en table l'accord entre codeurs : un thème dont les usages sont dits mène à ses citations.

    Parameters
    ----------
    matiere : Matiere
        L'étude : sa grille.
    table : DataFrame
        La table ``accord`` publiée ; un code dont les usages sont masqués n'est pas montré.
    recherche : Recherche
        Ce que la page des citations trouve.

    Returns
    -------
    DataFrame
        Les colonnes portent les noms à montrer ; trois décimales, comme dans la table à télécharger : à deux, 0,797
        se lirait 0,80, et « provisoire » passerait pour une erreur.
    """
    themes = set(matiere.grille.ids("theme"))
    libelles = {code.id: code.libelle for code in matiere.grille}
    libelles |= {dimension.id: f"Ensemble : {dimension.libelle}" for dimension in matiere.grille.dimensions}
    mesures = table[table["usages"] > 0]
    return pd.DataFrame(
        {
            "Code": [
                Lien(libelles[code], recherche.adresser(code=code) if code in themes else "", "les citations")
                for code in mesures["code"]
            ],
            "Usages": mesures["usages"],
            **{titre: [ecrire_coefficient(valeur) for valeur in mesures[nom]] for nom, titre in _COEFFICIENTS.items()},
            "On peut conclure": mesures["conclusion"],
        }
    )


def montrer_modele(ablation: pd.DataFrame) -> dict[str, Any]:
    """Dire ce que vaut le modèle entier, et ses règles seules, d'après les mesures rangées dans l'étude.

    Parameters
    ----------
    ablation : DataFrame
        Colonnes :data:`ess_analyse.pages.matiere.ABLATION`.

    Returns
    -------
    dict
        ``phrases`` : combien d'épreuves du modèle entier sont mesurées (0 ou 1) ; ``exemples``, ``mains``, ``seuil``
        de la première ; ``table`` : les mesures, à montrer.
    """
    montrees = ablation[ablation["modele"].isin(_MODELES)]
    nombres = montrees[list(MESURES)].apply(pd.to_numeric, errors="coerce").set_axis(_NOMS_MESURES, axis=1)
    entier = ablation[ablation["modele"] == _MODELES[0]].head(1)
    table = montrees[["epreuve", "modele"]].set_axis(["Épreuve", "Modèle"], axis=1).join(nombres)
    table["Épreuve"] = table["Épreuve"].str.capitalize()
    return {
        "phrases": len(entier),
        "exemples": sum(map(int, entier["exemples"])),
        "mains": sum(map(int, entier["mains"])),
        "seuil": "".join(entier["seuil"]).replace(".", ","),
        "table": table,
    }
