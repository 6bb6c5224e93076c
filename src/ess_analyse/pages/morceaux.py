"""Composer les morceaux de pages : chacun un gabarit et ce qu'il montre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ess_analyse.modele import RIEN
from ess_analyse.pages.accessibilite import dire_mentions, ecrire_entete, preparer_accessibilite
from ess_analyse.pages.adresses import Adresses, Liste, Recherche, ranger_listes
from ess_analyse.pages.agenda import ecrire_agenda
from ess_analyse.pages.autodiagnostic import preparer_autodiagnostic
from ess_analyse.pages.chaleur import etiquette, table_simple
from ess_analyse.pages.citations import dire_source, ecrire_citations
from ess_analyse.pages.fil import affirmer, mesurer_solidite, remonter, separer_resume
from ess_analyse.pages.flux import ecrire_flux
from ess_analyse.pages.lexicometrie.montre import preparer_mots
from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.panel import compter_documents, nommer_familles
from ess_analyse.pages.panorama import ouvrir_entrees
from ess_analyse.pages.prismes import dire_prismes
from ess_analyse.pages.transparence.effectifs import Effectifs, accorder
from ess_analyse.pages.transparence.points import LISTES
from ess_analyse.pages.transparence.releve import Reponse, denombrer, relever_points
from ess_analyse.pages.typographie import (
    adresse,
    en_html,
    en_mois,
    en_nombre,
    en_yaml,
    lier_codes,
    lier_preuves,
    typographier,
)
from ess_analyse.pages.verbatims import Verbatim
from ess_analyse.pages.vues import montrer_accord, montrer_chaleurs, montrer_courbe, montrer_modele, montrer_reseau
from ess_analyse.publication import compter_structures, decrire_panel, dire_totaux
from ess_analyse.publication.ecrits import TABLES

__all__ = ["composer_morceaux"]

_SIMPLES = (
    "accessibilite",
    "accueil",
    "autodiagnostic",
    "donnees",
    "enseignements",
    "fiches",
    "grille",
    "lexicometrie",
    "mentions",
    "modele",
    "panel",
    "plan",
    "plan_du_site",
    "risques",
    "transparence",
    "verbatims",
)
_ENTETES_ETATS = ("Liste et domaine", "Constaté", "Écrit", "Les deux", "Manque")


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
    listes = ranger_listes(verbatims, matiere.noms_structures)
    prismes = dire_prismes(matiere, verbatims, tables["code_prisme"], seuil)
    recherche, renvois = Recherche(verbatims, prismes), remonter(matiere, verbatims)
    contexte = {
        "m": matiere,
        "grille": matiere.grille,
        "tables": tables,
        "verbatims": verbatims,
        "par_place": {str(verbatim.place): verbatim for verbatim in verbatims},
        "par_structure": matiere.noms_structures,
        "fiches": {fiche.numero: fiche for fiche in matiere.fiches},
        "chiffres": _chiffres(matiere),
        "chaleurs": montrer_chaleurs(matiere, tables, recherche),
        "reseau": montrer_reseau(matiere, tables["cooccurrences"], recherche),
        "courbe": montrer_courbe(tables),
        "entrees": ouvrir_entrees(matiere),
        "renvois": renvois,
        "listes": listes,
        "adresses": Adresses(listes),
        "recherche": recherche,
        "prismes_dits": [un for un in matiere.grille.ids("prisme") if any(un in siens for siens in prismes.values())],
        "accord": montrer_accord(matiere, tables["accord"], recherche),
        "modele": montrer_modele(matiere.ablation),
        "mots": preparer_mots(matiere, verbatims, seuil),
        "panel": decrire_panel(matiere.structures, seuil),
        "recueillis": compter_documents(matiere.documents, seuil),
        "familles": nommer_familles(matiere, verbatims),
        "seuil": seuil,
        "effectifs": Effectifs(seuil),
        "sur": dire_totaux(matiere.documents, seuil),
        "telechargements": TABLES,
        "transparence": _transparence(reponses),
        "autodiagnostic": preparer_autodiagnostic(matiere, verbatims),
        "accessibilite": preparer_accessibilite(matiere),
        "mentions": dire_mentions(matiere.mentions),
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
    return morceaux | _lister(gabarits, contexte, listes, prismes) | _suivis(matiere)


def _lister(
    gabarits: Any, contexte: dict[str, Any], listes: tuple[Liste, ...], prismes: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Écrire les listes de citations, chacune une page et ses données."""
    ecrites = {}
    for liste in listes:
        soeurs = [une for une in listes if une.structure == liste.structure]
        page = gabarits.get_template("liste.qmd.j2").render(contexte, liste=liste, soeurs=soeurs)
        ecrites[f"verbatims/{liste.nom}.qmd"] = page
        ecrites[f"verbatims/{liste.nom}.js"] = ecrire_citations(liste, contexte["renvois"], prismes)
    return ecrites


def _suivis(matiere: Matiere) -> dict[str, str]:
    """Écrire ce qu'un agenda et un lecteur de flux savent suivre."""
    date, structures = max(matiere.documents["date"], default=""), matiere.noms_structures
    suivis = {"_fragments/entete.qmd": ecrire_entete(matiere)}
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
        "codes": lier_codes,
        "h": en_html,
        "mois": en_mois,
        "nombre": en_nombre,
        "preuves": lier_preuves,
        "source": dire_source,
        "typo": typographier,
        "yaml": en_yaml,
    }
    gabarits.globals |= {
        "accorder": accorder,
        "etiquette": etiquette,
        "table_simple": table_simple,
    }
    return gabarits


def _chiffres(matiere: Matiere) -> dict[str, int]:
    types = matiere.documents["type"].value_counts()
    lus = matiere.consolide["segment"].nunique()
    codes = matiere.consolide.loc[matiere.consolide["code"] != RIEN, "segment"].nunique()
    return {
        "documents": len(matiere.corpus),
        "entretiens": int(types.get("entretien", 0)),
        "observations": int(types.get("observation", 0)),
        "structures": compter_structures(matiere.documents),
        "mots": sum(len(entretien.texte.split()) for entretien in matiere.corpus),
        "segments": len(matiere.segments),
        "lus": int(lus),
        "codes": int(codes),
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
