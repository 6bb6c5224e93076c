"""Reprendre ce que des collègues ont codé dans un autre logiciel, en disant tout ce qui n'est pas repris."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from textwrap import shorten
from typing import Any

import click
import pandas as pd

import ess_analyse as ess
from ess_analyse.cli.affichage import afficher_table, dire
from ess_analyse.cli.etape import en_json, etape, lire_cle_etude
from ess_analyse.echanges.projet import Projet
from ess_analyse.erreurs import ErreurDonnees, Probleme, compter, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_octets, ecrire_texte, lire_texte
from ess_analyse.grille import Grille
from ess_analyse.pseudonymes import remplacer

__all__ = ["reprendre"]

_MONTRES = 10
"""Lignes montrées de chaque liste ; --json les donne toutes."""
_VALEURS = 80
"""Signes montrés des valeurs d'une variable."""


@click.command()
@click.argument("fichier", type=click.Path(path_type=Path))
@click.option(
    "--codeur",
    "codeurs",
    multiple=True,
    metavar="NOM",
    help="Qui a codé ; « NOM LÀ-BAS=NOM ICI » s'ils sont plusieurs (répétable).",
)
@click.option("--source", "sources", multiple=True, metavar="NOM=E01", help="Le document d'une source (répétable).")
@click.option(
    "--correspondance",
    type=click.Path(path_type=Path),
    metavar="TABLE",
    help="La table « code;vers » qui dit ce que deviennent les codes inconnus.",
)
@click.option("--sans-les-inconnus", is_flag=True, help="Reprendre le reste sans les codes inconnus.")
@click.option("--colonnes", metavar="citation=…,code=…", help="D'un tableau : ce que chaque colonne est.")
@click.option("--oui", is_flag=True, help="D'un tableau : accepter les colonnes devinées.")
@click.option("--projet", metavar="NOM", help="Le projet à reprendre, si le fichier en contient plusieurs.")
@click.option("--lus", multiple=True, metavar="E01", help="Ce document a été lu en entier (répétable).")
@click.option("--tout-lu", is_flag=True, help="Tous les documents du fichier ont été lus en entier.")
@click.option("--essai", is_flag=True, help="Montrer ce qui serait repris, sans rien écrire.")
@en_json
@etape
def reprendre(etude: Etude, fichier: Path, correspondance: Path | None, **options: Any) -> None:
    """Reprendre le codage ou la grille d'un autre logiciel (.qdpx, .qdc, Taguette, QualCoder, tableur).

    Une cellule déjà remplie n'est jamais changée, et rien de douteux n'est pris.
    """
    from ess_analyse.echanges.reprise import appliquer_reprise, lire_correspondance, preparer_reprise, rapprocher

    if (projet := _ouvrir(fichier, options)) is None:
        raise SystemExit(1)
    if projet.codages.empty:
        _reprendre_grille(etude, projet, options)
        return
    corpus, grille = ess.lire_corpus(etude.corpus), ess.lire_grille(etude.grille)
    segments, taire = ess.segmenter(corpus), _trouver_silence(etude)
    rapprochement = rapprocher(
        replace(projet, codages=projet.codages.assign(memo=projet.codages["memo"].map(taire))),
        corpus,
        segments,
        grille,
        lire_correspondance(correspondance, grille) if correspondance else None,
        _lire_codeurs(options["codeurs"]),
        documents=_lire_paires("--source", options["sources"]),
        connus=[chemin.stem for chemin in sorted(etude.codages.glob("*.csv"))],
    )
    rapprochement = replace(
        rapprochement,
        introuvables=rapprochement.introuvables.assign(texte=rapprochement.introuvables["texte"].map(taire)),
        variables=rapprochement.variables.assign(valeur=rapprochement.variables["valeur"].map(taire)),
    )
    if len(rapprochement.inconnus) and not options["sans_les_inconnus"]:
        _demander_correspondance(etude, fichier, rapprochement, correspondance, options)
        raise SystemExit(1)
    lus = _lire_documents(options, rapprochement, corpus)
    table = etude.reprises / f"{_nommer(fichier)}.csv"
    reprise = preparer_reprise(rapprochement, segments, grille, etude.codages, table, lus)
    ecrits = [] if options["essai"] else appliquer_reprise(reprise)
    _rendre_compte(rapprochement, reprise, ecrits, options)


def _ouvrir(fichier: Path, options: dict[str, Any]) -> Projet | None:
    """Lire le fichier ; rien si c'est un tableau dont la personne doit encore confirmer les colonnes."""
    from ess_analyse.echanges.reprise.formats import TABLEUR, lire_projet, reconnaitre_format
    from ess_analyse.echanges.tableur import ouvrir_tableur

    sorte = reconnaitre_format(fichier)
    if sorte != TABLEUR:
        if options["colonnes"]:
            raise click.BadParameter("ce fichier n'a pas de colonnes à choisir", param_hint="--colonnes")
        return lire_projet(fichier, sorte, options["projet"])
    tableau = ouvrir_tableur(fichier, _lire_colonnes(options["colonnes"]))
    if not options["en_json"]:
        feuille = f" (feuille « {tableau.feuille} »)" if tableau.feuille else ""
        afficher_table(tableau.montrer(), f"{tableau.fichier}{feuille} : colonnes et premières lignes")
        if tableau.laissees:
            dire(f"Colonnes laissées : {', '.join(tableau.laissees)}.", signe="!")
    if options["colonnes"] or options["oui"]:
        return tableau.en_projet()
    if options["en_json"]:
        click.echo(json.dumps({"colonnes": tableau.option, "laissees": tableau.laissees}, ensure_ascii=False, indent=2))
    else:
        dire(
            "Rien n'est encore repris : si ces colonnes sont les bonnes, relancez avec --oui ; sinon, avec "
            f'--colonnes "{tableau.option}".',
            signe="!",
        )
    return None


def _lire_colonnes(option: str | None) -> dict[str, str] | None:
    if option is None:
        return None
    # A title may hold a comma: only one that precedes another role cuts.
    paires = [paire.partition("=") for paire in re.split(r",(?=\s*\w+\s*=)", option)]
    if not all(signe and role.strip() and titre.strip() for role, signe, titre in paires):
        raise click.BadParameter("écrivez par exemple citation=Extrait,code=Code", param_hint="--colonnes")
    return {role.strip(): titre.strip() for role, _, titre in paires}


def _lire_paires(option: str, valeurs: tuple[str, ...]) -> dict[str, str]:
    paires = [valeur.rpartition("=") for valeur in valeurs]
    if not all(signe and ici.strip() for _, signe, ici in paires):
        raise click.BadParameter("écrivez « nom là-bas=nom ici »", param_hint=option)
    return {la_bas.strip(): ici.strip() for la_bas, _, ici in paires}


def _lire_codeurs(valeurs: tuple[str, ...]) -> str | dict[str, str] | None:
    if not valeurs:
        return None
    if len(valeurs) == 1 and "=" not in valeurs[0]:
        return valeurs[0].strip()
    return _lire_paires("--codeur", valeurs)


def _lire_documents(options: dict[str, Any], rapprochement, corpus: ess.Corpus) -> set[str]:
    connus = [entretien.identifiant for entretien in corpus]
    lever(
        Probleme("--lus", 0, "document inconnu", document, proposer(document, connus))
        for document in options["lus"]
        if document not in corpus
    )
    reconnus = {*rapprochement.sources["document"]} - {""} if options["tout_lu"] else set()
    return {*options["lus"]} | reconnus


def _trouver_silence(etude: Etude) -> Callable[[str], str]:
    """Rendre ce qui met les pseudonymes dans un texte libre : un mémo écrit ailleurs dit les vrais noms."""
    # An encrypted key asks for its passphrase: only when there is a text to go through.
    ouvrir = cache(lambda: lire_cle_etude(etude))

    def taire(texte: str) -> str:
        cle = ouvrir() if texte.strip() else None
        return texte if cle is None else remplacer(texte, cle)

    return taire


def _nommer(fichier: Path) -> str:
    from ess_analyse.echanges.reprise.mots import plier_mots

    return "-".join(re.findall(r"[^\W_]+", plier_mots(fichier.name))) or "reprise"


def _demander_correspondance(etude: Etude, fichier: Path, rapprochement, table: Path | None, options) -> None:
    from ess_analyse.echanges.reprise import rendre_correspondance

    chemin = table or etude.reprises / f"{_nommer(fichier)}-correspondance.csv"
    if not options["essai"]:
        ecrire_octets(chemin, rendre_correspondance(chemin, rapprochement.inconnus))
    if options["en_json"]:
        _ecrire_json(rapprochement, correspondance=relatif(chemin))
        return
    afficher_table(rapprochement.inconnus, "Codes que la grille n'a pas")
    dire(
        f"Rien n'est encore repris. Dans {relatif(chemin)}, écrivez dans « vers » le code de la grille, « - » pour "
        "« lu, rien à coder », ou rien pour laisser ce code de côté ; puis relancez avec --correspondance "
        f"{relatif(chemin)}, ou avec --sans-les-inconnus.",
        signe="!",
    )


def _rendre_compte(rapprochement, reprise, ecrits: list[Path], options: dict[str, Any]) -> None:
    if options["en_json"]:
        suite = {"bilan": reprise.bilan, "conflits": reprise.conflits, "retenus": [*map(list, reprise.retenus)]}
        _ecrire_json(rapprochement, **suite, ecrits=[relatif(chemin) for chemin in ecrits], essai=options["essai"])
        return
    listes = (
        # The sources that nobody has recognised come first: a short list must not hide them.
        (rapprochement.sources.sort_values("document", kind="stable"), "Sources"),
        (reprise.bilan, "Phrases, par codeur"),
        (_compter_reconnus(rapprochement.passages), "Passages retrouvés"),
        (rapprochement.inconnus, "Codes laissés de côté : la grille ne les a pas"),
        (rapprochement.introuvables, "Passages non repris : leur place n'est pas sûre"),
        (reprise.conflits, "Conflits : la feuille est gardée telle quelle"),
        (_resumer_variables(rapprochement.variables), "Variables non reprises, à reporter dans data/corpus/corpus.csv"),
    )
    for table, titre in listes:
        if len(table):
            afficher_table(table.head(_MONTRES), titre + _dire_reste(len(table)))
    if inconnues := int((rapprochement.sources["document"] == "").sum()):
        remede = "Importez-les d'abord, ou dites quel document elles sont avec --source « NOM=E01 »."
        dire(f"Sources que l'étude n'a pas : {inconnues}. {remede}", signe="!")
    for probleme in rapprochement.ecartes[:_MONTRES]:
        dire(str(probleme), signe="!")
    if reste := _dire_reste(len(rapprochement.ecartes)):
        dire(f"Ce que l'étude ne peut tenir{reste}.", signe="!")
    for codeur, document in reprise.retenus:
        dire(f"{document} n'est pas tenu pour lu par {codeur} : un passage n'y a pas été retrouvé.", signe="!")
    _conclure(rapprochement, reprise, ecrits, options)


def _dire_reste(nombre: int) -> str:
    return f" (les {_MONTRES} premiers sur {nombre} ; --json les dit tous)" if nombre > _MONTRES else ""


def _conclure(rapprochement, reprise, ecrits: list[Path], options: dict[str, Any]) -> None:
    total = int(reprise.bilan["reprises"].sum() + reprise.bilan["lues"].sum())
    phrases = compter(total, "phrase")
    douteux = int(rapprochement.passages["reconnu"].str.endswith("%)").sum())
    if douteux:
        passages = compter(douteux, "passage")
        dire(f"À relire : {passages} dont les mots ne sont pas tout à fait les mêmes (« reconnu »).", signe="!")
    if options["essai"]:
        dire(f"Rien n'a été écrit. Sans --essai : {phrases}.", signe="!")
    elif ecrits:
        dire(f"Repris : {phrases}. Écrits : {', '.join(map(relatif, ecrits))}.")
    else:
        dire("Rien de nouveau à reprendre : rien n'a été écrit.")


def _compter_reconnus(passages: pd.DataFrame) -> pd.DataFrame:
    sortes = passages["reconnu"].str.replace(r" \(\d+ %\)", "", regex=True)
    return sortes.value_counts().rename_axis("comment").reset_index(name="passages").sort_values("comment")


def _resumer_variables(variables: pd.DataFrame) -> pd.DataFrame:
    par_nom = variables.groupby("variable")
    valeurs = par_nom["valeur"].agg(lambda siennes: shorten(" | ".join(siennes.unique()), _VALEURS, placeholder=" …"))
    return pd.DataFrame({"documents": par_nom["source"].nunique(), "valeurs": valeurs}).reset_index()


def _ecrire_json(rapprochement, **suite: Any) -> None:
    dits = {
        "fichier": rapprochement.fichier,
        "sources": rapprochement.sources,
        "passages": rapprochement.passages,
        "inconnus": rapprochement.inconnus,
        "introuvables": rapprochement.introuvables,
        "variables": rapprochement.variables,
        "ecartes": [vars(probleme) for probleme in rapprochement.ecartes],
        **suite,
    }
    dits = {nom: dit.to_dict("records") if isinstance(dit, pd.DataFrame) else dit for nom, dit in dits.items()}
    click.echo(json.dumps(dits, ensure_ascii=False, indent=2))


def _reprendre_grille(etude: Etude, projet: Projet, options: dict[str, Any]) -> None:
    from ess_analyse.echanges.reprise import comparer_grille, composer_grille

    if projet.codes.empty:
        raise ErreurDonnees([*projet.ecartes, Probleme(projet.fichier, 0, "ni codage ni code à reprendre")])
    taire = _trouver_silence(etude)
    libres = {colonne: projet.codes[colonne].map(taire) for colonne in ("nom", "dossier", "definition")}
    projet = replace(projet, codes=projet.codes.assign(**libres))
    grille = ess.lire_grille(etude.grille) if etude.grille.is_file() else Grille(1, (), ())
    comparaison = comparer_grille(projet.codes, grille)
    chemin, texte = etude.data / "grille_reprise.yml", composer_grille(projet.codes, grille, projet.fichier)
    if not options["essai"]:
        if chemin.is_file() and lire_texte(chemin) != texte:
            remede = "elle a peut-être été relue : renommez-la ou retirez-la, puis relancez"
            raise ErreurDonnees([Probleme(relatif(chemin), 0, "une autre grille reprise est déjà là", remede=remede)])
        ecrire_texte(chemin, texte)
    afficher_table(comparaison, "Les codes de ce fichier, à côté de la grille", en_json=options["en_json"])
    if options["en_json"]:
        return
    for probleme in projet.ecartes:
        dire(str(probleme), signe="!")
    if options["essai"]:
        dire("Ce fichier n'a que des codes. Rien n'a été écrit.", signe="!")
    else:
        dire(f"Ce fichier n'a que des codes : {relatif(chemin)} est à relire. data/grille.yml n'a pas changé.")
