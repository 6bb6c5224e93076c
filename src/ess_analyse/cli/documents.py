"""Ce que l'on imprime, remet ou projette : synthèse, rapport, diaporama, diagnostic d'une structure."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pandas as pd

from ess_analyse.cli.affichage import dire
from ess_analyse.cli.etape import etape, lire_cle_etude, lire_titre
from ess_analyse.cli.remise import remettre
from ess_analyse.corrections import textes_corriges
from ess_analyse.documents import (
    PAGES,
    Fonds,
    Tri,
    composer_diaporama,
    composer_rapport,
    composer_restitution,
    en_docx,
    en_html,
    en_pdf,
    en_pptx,
    imprimer_synthese,
    lire_recit,
    proposer_paroles,
    trier_paroles,
)
from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_table, ecrire_texte
from ess_analyse.modele import FONCTIONS
from ess_analyse.pages.edition import Edition, preparer_edition
from ess_analyse.pages.matiere import Matiere, rassembler
from ess_analyse.pages.typographie import en_mois, typographier
from ess_analyse.publication import auditer_tables, lire_fonctions
from ess_analyse.reglages import lire_reglages
from ess_analyse.retrait import retraits_inacheves

__all__ = ["diaporama", "pdf", "restituer", "reunir_fonds"]


_sortie = click.option(
    "--sortie",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    help="Où les écrire. Par défaut, documents/ dans l'étude.",
)
_remplacer = click.option("--remplacer", is_flag=True, help="Remplacer un document retouché depuis qu'il a été écrit.")


@click.command()
@_sortie
@_remplacer
@etape
def pdf(etude: Etude, sortie: Path | None, remplacer: bool) -> None:
    """Imprimer la synthèse de quatre pages et le rapport complet, en PDF accessible et en docx."""
    dossier = _choisir_lieu(etude, sortie)
    matiere = _rassembler(etude)
    fonds = reunir_fonds(etude, preparer_edition(etude, matiere))
    synthese, rapport = imprimer_synthese(fonds), composer_rapport(fonds)
    contenus = {
        "synthese.pdf": synthese.pdf,
        "synthese.docx": en_docx(synthese.document),
        "rapport.pdf": en_pdf(rapport),
        "rapport.docx": en_docx(rapport),
    }
    autres = auditer_tables(fonds.tables, fonds.seuil)
    remettre(etude, matiere.corpus, matiere.segments, dossier, contenus, autres, remplacer=remplacer)
    dire(f"{relatif(dossier)} : {', '.join(contenus)}.")
    _avertir(etude, fonds, synthese.pages)


@click.command()
@_sortie
@_remplacer
@etape
def diaporama(etude: Etude, sortie: Path | None, remplacer: bool) -> None:
    """Écrire le diaporama d'une réunion de restitution, en pptx et en une page HTML, preuves dans les notes."""
    dossier = _choisir_lieu(etude, sortie)
    matiere = _rassembler(etude)
    fonds = reunir_fonds(etude, preparer_edition(etude, matiere))
    document = composer_diaporama(fonds)
    contenus = {"diaporama.pptx": en_pptx(document), "diaporama.html": en_html(document)}
    autres = auditer_tables(fonds.tables, fonds.seuil)
    remettre(etude, matiere.corpus, matiere.segments, dossier, contenus, autres, remplacer=remplacer)
    dire(f"{relatif(dossier)} : {', '.join(contenus)}.")
    _avertir(etude, fonds)


@click.command()
@click.argument("structure", metavar="S3")
@_remplacer
@etape
def restituer(etude: Etude, structure: str, remplacer: bool) -> None:
    """Écrire le diagnostic d'une structure, pour elle seule, dans restitutions/ (jamais dans le site).

    Les paroles dites dans la structure sont d'abord proposées dans paroles.csv : seules celles où vous écrivez « oui »
    sont imprimées.
    """
    matiere = _rassembler(etude)
    fonds = reunir_fonds(etude, preparer_edition(etude, matiere))
    _verifier_structure(etude, fonds, structure)
    cle = lire_cle_etude(etude)
    pseudonymes = set() if cle is None else set(cle["pseudonyme"]) - {""}
    dossier = etude.restitutions / structure
    paroles = dossier / "paroles.csv"
    tri = trier_paroles(paroles, proposer_paroles(fonds, structure, pseudonymes))
    # Laid first: nothing is ever there that git would take.
    ecrire_texte(etude.restitutions / ".gitignore", "*\n")
    if paroles.is_file() or len(tri.feuille):
        ecrire_table(paroles, tri.feuille)
    document = composer_restitution(fonds, structure, tri)
    contenus = {"diagnostic.pdf": en_pdf(document), "diagnostic.docx": en_docx(document)}
    remettre(etude, matiere.corpus, matiere.segments, dossier, contenus, cle=cle, remplacer=remplacer)
    dire(f"{relatif(dossier)} : {', '.join(contenus)}, pour {fonds.noms[structure]}, et pour elle seule.")
    _dire_le_tri(paroles, tri, structure)
    relire = "Relisez-le avant de le remettre, avec une personne qui connaît l'équipe"
    dire(f"{relire} : une tournure ou un fait peut dire qui a parlé.", signe="!")


def _rassembler(etude: Etude) -> Matiere:
    """Lire l'étude, si rien n'y est en suspens : ni retrait inachevé, ni preuve que son texte a quittée."""
    lever(retraits_inacheves(etude))
    matiere = rassembler(etude)
    lever(textes_corriges(etude, matiere.segments))
    return matiere


def reunir_fonds(etude: Etude, edition: Edition) -> Fonds:
    """Réunir ce que les documents d'une étude peuvent montrer."""
    matiere, reglages = edition.matiere, lire_reglages(etude.reglages)
    vides = pd.DataFrame(columns=FONCTIONS, dtype="str")
    return Fonds(
        grille=matiere.grille,
        documents=matiere.documents,
        segments=matiere.segments,
        consolide=matiere.consolide,
        structures=matiere.structures,
        fonctions=lire_fonctions(etude.fonctions) if etude.fonctions.is_file() else vides,
        enseignements=matiere.enseignements,
        fiches=matiere.fiches,
        plan=matiere.plan,
        questions=matiere.questions,
        tables=edition.tables,
        verbatims=list(edition.verbatims),
        typographier=typographier,
        en_mois=en_mois,
        methode=matiere.methode,
        recit=lire_recit(etude.recit),
        seuil=edition.seuil,
        fictif=reglages.fictif == "oui",
        titre_du_site=lire_titre(etude),
    )


def _dire_le_tri(paroles: Path, tri: Tri, structure: str) -> None:
    """Dire ce que l'équipe a encore à décider, et ce qui n'est plus proposé."""
    lieu, imprimees = relatif(paroles), sum(map(len, tri.gardees.values()))
    if tri.candidates:
        dire(f"{lieu} : paroles proposées {tri.candidates}, imprimées {imprimees}, à décider {tri.attendues}.")
    if tri.attendues:
        quoi = "ouvrez ce fichier, écrivez oui ou non dans la colonne « garder », enregistrez"
        dire(f"Rien n'est imprimé sans votre oui : {quoi}, puis relancez « ess-analyse restituer {structure} ».", "!")
    if tri.candidates:
        dire("Une parole publiée sur le site peut y être retrouvée dans son document, avec ses voisines.", signe="!")
    if tri.perimees:
        pourquoi = "restreintes, corrigées, ou d'un thème qui n'est plus prioritaire"
        dire(
            f"{lieu} : lignes décidées qui ne sont plus proposées, en fin de fichier : {tri.perimees} ({pourquoi}). "
            "Elles ne sont pas imprimées ; ôtez-les si elles ne servent plus.",
            signe="!",
        )


def _choisir_lieu(etude: Etude, sortie: Path | None) -> Path:
    """Choisir où écrire : ni parmi ce que l'équipe écrit, ni dans le site, que le prochain rendu remplace."""
    dossier = etude.racine / "documents" if sortie is None else sortie.absolute()
    lever(etude.refuser_sortie(dossier, "choisissez un autre dossier"))
    return dossier


def _verifier_structure(etude: Etude, fonds: Fonds, structure: str) -> None:
    panel = relatif(etude.structures)
    if not fonds.noms:
        raise ErreurDonnees(
            [Probleme(panel, 0, "aucune structure décrite", remede="décrivez le panel dans ce fichier")]
        )
    if structure not in fonds.noms:
        remede = proposer(structure, fonds.noms)
        raise ErreurDonnees([Probleme(panel, 0, "structure inconnue", structure, remede)])
    if not re.fullmatch(r"[\w-]+", structure):
        remede = "lettres, chiffres et tirets seulement : c'est aussi le nom d'un dossier"
        raise ErreurDonnees([Probleme(panel, 0, "identifiant de structure mal formé", structure, remede)])


def _avertir(etude: Etude, fonds: Fonds, pages: int = 0) -> None:
    """Dire d'où viennent les textes longs, et ce qui manque."""
    recit = relatif(etude.recit)
    absentes = [section for section in ("Demande", "Méthode") if section not in fonds.recit.sections]
    if absentes:
        sinon = "disent qu'il reste à l'écrire" if pages else "s'en passent"
        montre = "montrent ce que data/methode.yml en dit" if fonds.methode else sinon
        dire(f"{recit} n'a pas de section {' ni '.join(absentes)}. Les documents {montre}.", signe="!")
    manques = [
        nom for nom, ecrit in (("enseignement", fonds.enseignements), ("plan d'actions", fonds.plan)) if not ecrit
    ]
    if manques:
        dire(f"Sans {' ni '.join(manques)} : les documents " + ("le disent." if pages else "s'en passent."), signe="!")
    if pages > PAGES:
        dire(f"La synthèse a {pages} pages au lieu de {PAGES} : raccourcissez les sections de {recit}.", signe="!")
