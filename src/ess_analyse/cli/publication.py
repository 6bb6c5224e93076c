"""Ce qui peut sortir de l'étude : la porte du site, celle du dépôt, et le retrait d'un document."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import click
import pandas as pd

import ess_analyse as ess
from ess_analyse.cache import Magasin
from ess_analyse.cli.affichage import afficher_table, dire
from ess_analyse.cli.etape import demander_phrase, en_json, etape, lire_cle_etude, prevenir_sans_cle
from ess_analyse.cli.jalons import noter_fait, photographier
from ess_analyse.cli.textes import lire_origines
from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, relatif
from ess_analyse.etude import Etude
from ess_analyse.pages.textes import Textes
from ess_analyse.pseudonymes import CONTEXTE, ecrire_cle, trouver_cle
from ess_analyse.publication import (
    auditer_tables,
    lire_fonctions,
    lire_structures,
    poser_crochet,
    signaler_singularites,
    verifier_depot,
    verifier_publication,
    verifier_singularites,
)
from ess_analyse.publication.noms import remonter
from ess_analyse.reglages import lire_reglages
from ess_analyse.retrait import MOTIFS, Traces, chercher_dans_git, preparer_retrait, retraits_inacheves
from ess_analyse.retrait import retirer as appliquer_retrait

__all__ = ["publication", "retirer", "verifier_sortie"]


@click.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def publication() -> None:
    """Contrôler ce qui sort de l'étude : le site et le dépôt."""


@publication.command("verifier")
@etape
def verifier_site(etude: Etude) -> None:
    """Lire chaque octet du site rendu : noms, paroles restreintes, petites cellules, traces de la machine."""
    if not etude.site.is_dir():
        remede = "rendez-le par « ess-analyse site »"
        raise ErreurDonnees([Probleme(relatif(etude.site), 0, "aucun site rendu", remede=remede)])
    avant = photographier(etude)
    lever(verifier_sortie(etude, etude.site))
    noter_fait(etude, "porte", avant, [], [etude.site])
    larges = _singularites(etude)
    if len(larges):
        afficher_table(larges, "Étiquettes élargies, pour ne désigner personne")
    dire("Rien de personnel ne se lit dans le site, pour ce que l'on sait chercher.")
    prevenir_sans_cle(etude)


def verifier_sortie(
    etude: Etude, dossier: Path, lus: Textes | None = None, *, magasin: Magasin | None = None
) -> list[Probleme]:
    """Contrôler un dossier à publier avec tout ce que l'étude sait : sa clé, ses diffusions, son seuil.

    Ce que l'étude permet est relu ici, même si elle vient de l'être : une personne a pu restreindre un document pendant
    que le site se rendait. Seules les phrases de textes restés les mêmes sont reprises. Avec un magasin, un
    fichier déjà lu ne l'est plus (:func:`ess_analyse.publication.verifier_publication`).
    """
    corpus = ess.lire_corpus(etude.corpus)
    meme = lus is not None and lus[0].entretiens == corpus.entretiens
    cle = lire_cle_etude(etude)
    problemes = verifier_publication(
        dossier,
        cle=cle,
        corpus=corpus,
        segments=lus[1] if meme else ess.segmenter(corpus),
        autres=[*retraits_inacheves(etude), *_verifier_tables(etude, corpus.documents)],
        magasin=magasin,
    )
    if problemes and cle is not None:
        problemes = remonter(problemes, lire_origines(etude), cle)
    # A site is checked beside the former one: a person looks for its pages where they will be.
    provisoire, final = relatif(dossier), relatif(etude.site)
    return [replace(probleme, fichier=probleme.fichier.replace(provisoire, final)) for probleme in problemes]


def _verifier_tables(etude: Etude, documents: pd.DataFrame) -> list[Probleme]:
    tables = {
        chemin.stem: pd.read_csv(chemin, sep=";", encoding="utf-8-sig")
        for chemin in sorted((etude.rapports / "donnees").glob("*.csv"))
    }
    problemes = auditer_tables(tables, lire_reglages(etude.reglages).seuil)
    if etude.structures.is_file() and etude.fonctions.is_file():
        panel = lire_structures(etude.structures), lire_fonctions(etude.fonctions)
        problemes += verifier_singularites(tables, documents, *panel)
    return problemes


def _singularites(etude: Etude) -> pd.DataFrame:
    if not (etude.structures.is_file() and etude.fonctions.is_file()):
        return pd.DataFrame()
    documents = ess.lire_corpus(etude.corpus).documents
    return signaler_singularites(documents, lire_structures(etude.structures), lire_fonctions(etude.fonctions))


@publication.command()
@etape
def depot(etude: Etude) -> None:
    """Contrôler ce que git s'apprête à enregistrer : ni données reçues, ni clé, ni nom."""
    fictif = lire_reglages(etude.reglages).fictif == "oui"
    cle = None if fictif else _cle_sans_question(etude)
    lever(verifier_depot(etude.racine, fictif=fictif, cle=cle))


def _cle_sans_question(etude: Etude) -> pd.DataFrame | None:
    """Lire la clé si rien n'est à demander : git n'attend pas de phrase de passe."""
    chemin = trouver_cle(etude)
    return None if chemin is None or chemin.suffix == ".age" else lire_cle_etude(etude)


@publication.command()
@etape
def proteger(etude: Etude) -> None:
    """Poser le crochet qui refuse d'enregistrer dans git les données reçues, la clé et les noms."""
    dire(f"{relatif(poser_crochet(etude.racine))} : git passera par ce contrôle avant chaque enregistrement.")


@click.command()
@click.argument("document", metavar="E07")
@click.option("--simuler", is_flag=True, help="Montrer tout ce qui serait effacé et perdu, sans rien changer.")
@click.option("--motif", type=click.Choice(sorted(MOTIFS)), default="demande", show_default=True)
@click.option("--oublier-cle", is_flag=True, help="Ôter aussi de la clé les noms qui ne servent plus à aucun document.")
@en_json
@etape
def retirer(etude: Etude, document: str, simuler: bool, motif: str, oublier_cle: bool, en_json: bool) -> None:
    """Retirer un document de l'étude, et dire quels enseignements, fiches et actions y perdent."""
    cle = lire_cle_etude(etude, toutes=True)
    retrait = preparer_retrait(etude, document, cle)
    traces = chercher_dans_git(etude.racine, retrait.chemins)
    if en_json:
        tables = {titre: table.to_dict("records") for titre, table in retrait.en_tables().items()}
        click.echo(json.dumps(tables | {"avis": list(retrait.avis)}, ensure_ascii=False, indent=2, default=str))
    else:
        for titre, table in retrait.en_tables().items():
            afficher_table(table, titre)
        for avis in retrait.avis:
            dire(f"{avis}.", signe="!")
    if simuler:
        if not en_json:
            dire(f"Rien n'a été changé. Pour retirer {document} : ess-analyse retirer {document}.", signe="!")
        return
    oublier = None if cle is None else partial(_oublier, etude, cle, oublier_cle)
    appliquer_retrait(etude, retrait, date.today(), motif, oublier)
    if not en_json:
        _conclure(etude, document, traces)


def _conclure(etude: Etude, document: str, traces: Traces) -> None:
    dire(f"{document} est retiré ; {relatif(etude.registre)} en garde la date.")
    dire(
        "Reprenez les phrases listées ci-dessus (« [citation retirée] »), puis relancez : ess-analyse verifier, "
        "ess-analyse site, et ess-analyse notebooks si des notebooks sont cités.",
        signe="!",
    )
    if traces.raison:
        dire(f"{traces.raison}.", signe="!")
    if commandes := traces.commandes():
        dire("git garde encore ces fichiers dans son histoire. Pour les en ôter :", signe="!")
        click.echo(commandes)


def _oublier(etude: Etude, cle: pd.DataFrame, noms_aussi: bool, lignes: tuple[int, ...]) -> None:
    """Ôter de la clé les paroles qu'elle montrait en contexte, et si on le demande les noms qui ne servent plus."""
    chemin = trouver_cle(etude)
    phrase = demander_phrase() if chemin.suffix == ".age" else None
    gardees = cle.drop(index=list(lignes)) if noms_aussi else cle
    ecrire_cle(chemin, gardees.drop(columns=list(CONTEXTE), errors="ignore"), phrase)
