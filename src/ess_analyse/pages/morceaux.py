"""Composer les morceaux de pages : chacun un gabarit et ce qu'il montre."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from ess_analyse.modele import RIEN
from ess_analyse.pages.agenda import ecrire_agenda
from ess_analyse.pages.autodiagnostic import preparer_autodiagnostic
from ess_analyse.pages.chaleur import etiquette, table_de_chaleur, table_simple
from ess_analyse.pages.courbe import tracer_courbe
from ess_analyse.pages.fil import affirmer, mesurer_solidite, remonter, separer_resume
from ess_analyse.pages.flux import ecrire_flux
from ess_analyse.pages.matiere import MESURES, Matiere
from ess_analyse.pages.panel import decrire_panel, nommer_familles
from ess_analyse.pages.panorama import ouvrir_entrees
from ess_analyse.pages.reseau import lister_paires, tabler_paires, tracer_reseau
from ess_analyse.pages.transparence.effectifs import Effectifs, accorder
from ess_analyse.pages.transparence.points import LISTES
from ess_analyse.pages.transparence.releve import Reponse, denombrer, relever_points
from ess_analyse.pages.typographie import (
    adresse,
    en_html,
    en_mois,
    en_nombre,
    en_yaml,
    lier_preuves,
    typographier,
)
from ess_analyse.pages.verbatims import Verbatim
from ess_analyse.publication.ecrits import TABLES

__all__ = ["composer_morceaux"]

_SIMPLES = (
    "accueil",
    "autodiagnostic",
    "donnees",
    "enseignements",
    "fiches",
    "grille",
    "modele",
    "panel",
    "plan",
    "plan_du_site",
    "risques",
    "transparence",
    "verbatims",
)
_MODELES = ("modèle complet", "règles seules")
_ENTETES_ETATS = ("Liste et domaine", "Constaté", "Écrit", "Les deux", "Manque")
_NOMS_MESURES = ("F1 micro", "F1 macro", "Rappel parmi 3", "Rappel parmi 5", "Valence (α)", "Risque ou opportunité (α)")


def composer_morceaux(
    matiere: Matiere,
    tables: dict[str, pd.DataFrame],
    verbatims: list[Verbatim],
    seuil: int = 3,
    reponses: tuple[Reponse, ...] | None = None,
) -> dict[str, str]:
    """Écrire tous les morceaux de pages.

    Parameters
    ----------
    matiere : Matiere
        L'étude.
    tables : dict of str to DataFrame
        Les tables publiées, déjà masquées.
    verbatims : list of Verbatim
        Les citations publiables.
    seuil : int
        Le plus petit nombre de documents derrière une cellule publiée.
    reponses : tuple of Reponse, optional
        Ce que l'étude répond aux points de COREQ et de SRQR, s'il est déjà relevé.

    Returns
    -------
    dict of str to str
        Chemin depuis ``rapports/`` → texte de la page ou du morceau.
    """
    if reponses is None:
        reponses = relever_points(matiere, tables, verbatims, seuil)
    contexte = {
        "m": matiere,
        "grille": matiere.grille,
        "tables": tables,
        "verbatims": verbatims,
        "par_place": {str(verbatim.place): verbatim for verbatim in verbatims},
        "par_structure": matiere.noms_structures,
        "fiches": {fiche.numero: fiche for fiche in matiere.fiches},
        "chiffres": _chiffres(matiere),
        "chaleurs": _chaleurs(matiere, tables, verbatims),
        "reseau": _reseau(matiere, tables["cooccurrences"]),
        "courbe": _courbe(tables),
        "entrees": ouvrir_entrees(matiere),
        "renvois": remonter(matiere, verbatims),
        "accord": _accord(matiere, tables["accord"]),
        "modele": _modele(matiere.ablation),
        "panel": decrire_panel(matiere, seuil),
        "familles": nommer_familles(matiere, verbatims),
        "seuil": seuil,
        "effectifs": Effectifs(seuil),
        "telechargements": TABLES,
        "transparence": _transparence(reponses),
        "autodiagnostic": preparer_autodiagnostic(matiere, verbatims),
        "soutien": tables["soutien"].set_index("numero").to_dict("index") if "soutien" in tables else {},
    }
    gabarits = _gabarits()
    morceaux = {f"_fragments/{nom}.qmd": gabarits.get_template(f"{nom}.qmd.j2").render(contexte) for nom in _SIMPLES}
    for enseignement in matiere.enseignements:
        actions = [action for action in matiere.plan if enseignement.numero in action.enseignements]
        corps, resume = separer_resume(enseignement.corps)
        morceaux[f"enseignements/e{enseignement.numero}.qmd"] = gabarits.get_template("enseignement.qmd.j2").render(
            contexte,
            e=enseignement,
            actions=actions,
            corps=corps,
            resume=resume,
            affirmations=affirmer(corps),
            solidite=mesurer_solidite(enseignement, contexte["soutien"][enseignement.numero], tables["accord"]),
        )
    for fiche in matiere.fiches:
        liees = [e for e in matiere.enseignements if fiche.numero in e.fiches]
        morceaux[f"fiches/{fiche.numero.lower()}.qmd"] = gabarits.get_template("fiche.qmd.j2").render(
            contexte,
            f=fiche,
            enseignements=liees,
            actions=[action for action in matiere.plan if set(action.preuves) & set(fiche.preuves)],
        )
    return morceaux | _suivis(matiere)


def _suivis(matiere: Matiere) -> dict[str, str]:
    """Écrire ce qu'un agenda et un lecteur de flux savent suivre."""
    date, structures = max(matiere.documents["date"], default=""), matiere.noms_structures
    suivis = {}
    if matiere.plan:
        suivis["donnees/plan.ics"] = ecrire_agenda(matiere.plan, structures, date)
    if matiere.enseignements:
        suivis["donnees/enseignements.xml"] = ecrire_flux(matiere.enseignements, structures.values(), date)
    return suivis


def _gabarits() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    gabarits = Environment(
        loader=PackageLoader("ess_analyse.pages", "gabarits"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    gabarits.filters |= {
        "adresse": adresse,
        "h": en_html,
        "mois": en_mois,
        "nombre": en_nombre,
        "preuves": lier_preuves,
        "typo": typographier,
        "yaml": en_yaml,
    }
    gabarits.globals |= {"accorder": accorder, "etiquette": etiquette, "table_simple": table_simple}
    return gabarits


def _chiffres(matiere: Matiere) -> dict[str, int]:
    types = matiere.documents["type"].value_counts()
    lus = matiere.consolide["segment"].nunique()
    codes = matiere.consolide.loc[matiere.consolide["code"] != RIEN, "segment"].nunique()
    return {
        "documents": len(matiere.corpus),
        "entretiens": int(types.get("entretien", 0)),
        "observations": int(types.get("observation", 0)),
        "structures": int(matiere.documents["structure"].replace("", pd.NA).nunique()),
        "mots": sum(len(entretien.texte.split()) for entretien in matiere.corpus),
        "segments": len(matiere.segments),
        "lus": int(lus),
        "codes": int(codes),
    }


def _chaleurs(matiere: Matiere, tables: dict[str, pd.DataFrame], verbatims: list[Verbatim]) -> dict[str, str]:
    libelles = {code.id: code.libelle for code in matiere.grille}
    titres = {
        "code_structure": ("Phrases codées par thème et par structure", matiere.noms_structures),
        "code_fonction": ("Phrases codées par thème et par famille de fonctions", {}),
        "code_prisme": ("Phrases codées par thème et par prisme", libelles),
    }
    liens = {
        "code_structure": _mener(verbatims, "structure"),
        "code_fonction": _mener(verbatims, "famille"),
    }
    return {
        nom: table_de_chaleur(tables[nom].set_index("code"), titre, libelles, entetes, liens.get(nom))
        for nom, (titre, entetes) in titres.items()
    }


def _mener(verbatims: list[Verbatim], par: str) -> Callable[[str, str], str]:
    """Mener d'une cellule aux citations qu'elle compte, quand la page des verbatims en montre."""
    montrees = {(code, getattr(v, par)) for v in verbatims if not v.contenue for code in v.codes}

    def adresser(code: str, modalite: str) -> str:
        question = urlencode({"code": code, par: modalite})
        return f"verbatims.html?{question}" if (code, modalite) in montrees else ""

    return adresser


def _reseau(matiere: Matiere, table: pd.DataFrame) -> dict[str, Any]:
    """Dessiner les thèmes dits dans une même phrase, et les mettre en table."""
    carre, libelles = table.set_index("code"), {code.id: code.libelle for code in matiere.grille}
    return {
        "dessin": tracer_reseau(carre, libelles, "Les thèmes dits dans une même phrase"),
        "table": tabler_paires(lister_paires(carre), libelles),
    }


def _courbe(tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    courbe = tables.get("saturation", pd.DataFrame({"documents": [], "themes": []}))
    return {
        "dessin": tracer_courbe(courbe, "Thèmes différents rencontrés, en moyenne, selon le nombre de documents lus"),
        "table": pd.DataFrame(
            {
                "Documents lus": courbe["documents"],
                "Thèmes différents": [f"{themes:.1f}".replace(".", ",") for themes in courbe["themes"]],
            }
        ),
    }


def _accord(matiere: Matiere, table: pd.DataFrame) -> pd.DataFrame:
    libelles = {code.id: code.libelle for code in matiere.grille}
    libelles |= {dimension.id: f"Ensemble : {dimension.libelle}" for dimension in matiere.grille.dimensions}
    mesures = table[table["usages"] > 0]
    return pd.DataFrame(
        {
            "Code": mesures["code"].map(libelles),
            "Usages": mesures["usages"],
            "Accord brut": mesures["pourcentage"],
            "κ de Cohen": mesures["kappa"],
            "α de Krippendorff": mesures["alpha"],
            "On peut conclure": mesures["conclusion"],
        }
    )


def _modele(ablation: pd.DataFrame) -> dict[str, Any]:
    """Dire ce que vaut le modèle entier, et ses règles seules, d'après les mesures rangées dans l'étude."""
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


def _transparence(reponses: tuple[Reponse, ...]) -> dict[str, Any]:
    """Ranger les réponses par liste et par domaine, les compter, et réunir celles qui manquent."""
    listes: dict[str, dict[str, list[Reponse]]] = {liste: {} for liste in LISTES}
    for reponse in reponses:
        listes[reponse.point.liste].setdefault(reponse.point.domaine, []).append(reponse)
    tenus = {liste: [reponse.tenu for reponse in reponses if reponse.point.liste == liste] for liste in LISTES}
    comptes = denombrer(reponses)
    comptes = comptes.assign(liste=comptes["liste"] + ", " + comptes["domaine"]).drop(columns="domaine")
    return {
        "bilan": [(liste, sum(oui), len(oui)) for liste, oui in tenus.items()],
        "comptes": comptes.set_axis(_ENTETES_ETATS, axis=1),
        "manques": [reponse for reponse in reponses if not reponse.tenu],
        "listes": listes,
    }
