"""Déposer l'étude dans une archive, après la porte de publication."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

import ess_analyse as ess
from ess_analyse.cli.affichage import dire
from ess_analyse.cli.etape import etape, lire_cle_etude
from ess_analyse.cli.formats import Choix, Matiere
from ess_analyse.echanges.versement import Citation, Selection, Versement, choisir, lire_citation, poser_modele
from ess_analyse.echanges.versement import deposer as poser_depot
from ess_analyse.echanges.versement.dossier import archive_de
from ess_analyse.enseignements.tables import COLLECTIVE, PLAN, QUESTIONS
from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_octets, lire_table
from ess_analyse.fichiers.tables import table_en_octets
from ess_analyse.modele import CODAGES, FONCTIONS
from ess_analyse.publication import verifier_publication, verifier_singularites
from ess_analyse.publication.octets import Extrait
from ess_analyse.publication.reels import Noms
from ess_analyse.reglages import lire_reglages
from ess_analyse.retrait import retraits_inacheves

__all__ = ["deposer"]


@click.command()
@click.argument("cible", metavar="DOSSIER", type=click.Path(path_type=Path))
@click.option("--noms-des-codeurs", "nommes", is_flag=True, help="Nommer les codeurs, au lieu de les numéroter.")
@click.option("--avec-memos", "memos", is_flag=True, help="Déposer aussi les mémos, qui sont des notes de travail.")
@click.option("--zip", "zippe", is_flag=True, help="Écrire aussi DOSSIER.zip.")
@etape
def deposer(etude: Etude, cible: Path, nommes: bool, memos: bool, zippe: bool) -> None:
    """Composer dans DOSSIER un dépôt pour une archive (Zenodo, beQuali…).

    Textes permis par leur diffusion, codages, grille, enseignements, dictionnaire, métadonnées, empreintes. La porte de
    publication passe avant : si elle refuse, rien n'est écrit. data/depot.yml dit comment citer.
    """
    cible = cible.absolute()
    ailleurs = "déposez ailleurs, par exemple dans depot/"
    lever([*etude.refuser_sortie(cible, ailleurs), *retraits_inacheves(etude)])
    citation = _lire_citation(etude)
    matiere, reglages = Matiere(etude, Choix(), cible), lire_reglages(etude.reglages)
    versement = _rassembler(matiere, reglages, nommes=nommes, memos=memos)
    cle = lire_cle_etude(etude)

    def controler(compose: Path) -> list[Probleme]:
        return verifier_publication(
            compose, cle=cle, corpus=matiere.corpus, segments=matiere.segments, autres=_singularites(matiere, versement)
        )

    ecrits = poser_depot(cible, versement, citation, controler, zippe=zippe)
    _conclure(versement, citation, cle, ecrits)


def _lire_citation(etude: Etude) -> Citation:
    if not etude.depot.exists():
        poser_modele(etude.depot)
        remede = "un modèle vient d'y être écrit : remplissez-le, puis relancez la commande"
        raise ErreurDonnees(
            [Probleme(relatif(etude.depot), 0, "rien ne dit encore comment citer ce dépôt", remede=remede)]
        )
    return lire_citation(etude.depot)


def _rassembler(matiere: Matiere, reglages: ess.Reglages, *, nommes: bool, memos: bool) -> Versement:
    etude, codee = matiere.etude, matiere.etude.codages.is_dir()
    selection = choisir(
        matiere.corpus,
        matiere.segments,
        matiere.codages if codee else pd.DataFrame(columns=CODAGES, dtype="str"),
        matiere.sources,
        matiere.grille,
        memos=matiere.memos if memos and codee else None,
        noms_des_codeurs=nommes,
        seuil=reglages.seuil,
    )
    if selection.documents.empty:
        remede = "rendez publics, dans data/corpus/corpus.csv, ceux que les personnes ont permis de diffuser"
        raise ErreurDonnees([Probleme(relatif(etude.documents), 0, "aucun document n'est public", remede=remede)])
    fichiers = _lire_proses(matiere)
    plan, actions = _lire_plan(matiere, selection)
    return Versement(selection, matiere.grille, fichiers | plan, reglages.fictif == "oui", nommes, actions)


def _lire_plan(matiere: Matiere, selection: Selection) -> tuple[dict[str, bytes], int]:
    """Lire le plan, sans les actions d'une structure que les documents déposés ne disent pas ; compter celles-ci."""
    chemin = matiere.etude.plan
    if not chemin.is_file():
        return {}, 0
    ess.lire_plan(chemin, matiere.corpus, matiere.segments, matiere.enseignements)
    plan = lire_table(chemin, PLAN)
    dites = plan["portee"].isin({COLLECTIVE, *selection.documents["structure"]} - {""})
    return {"plan.csv": table_en_octets(plan[dites])} if dites.any() else {}, int((~dites).sum())


def _lire_proses(matiere: Matiere) -> dict[str, bytes]:
    """Lire ce qui est déposé tel que l'équipe l'a écrit, une fois ses preuves vérifiées."""
    etude, corpus, segments, grille = matiere.etude, matiere.corpus, matiere.segments, matiere.grille
    fichiers = {"grille.yml": lire_octets(etude.grille)}
    enseignements = matiere.enseignements
    fiches = ess.lire_fiches(etude.fiches, corpus, segments, grille) if etude.fiches.is_dir() else ()
    for dossier, ecrits in (("enseignements", enseignements), ("fiches", fiches)):
        fichiers |= {f"{dossier}/{ecrit.chemin.name}": lire_octets(ecrit.chemin) for ecrit in ecrits}
    if etude.autodiagnostic.is_file():
        ess.lire_autodiagnostic(etude.autodiagnostic, grille, enseignements)
        fichiers["autodiagnostic.csv"] = table_en_octets(lire_table(etude.autodiagnostic, QUESTIONS))
    return fichiers


def _singularites(matiere: Matiere, versement: Versement) -> list[Probleme]:
    """Vérifier que la table des documents ne désigne personne, quoi qu'en dise le calcul qui l'a faite."""
    chemin = matiere.etude.fonctions
    fonctions = ess.lire_fonctions(chemin) if chemin.is_file() else pd.DataFrame(columns=FONCTIONS, dtype="str")
    tables = {"documents.csv": versement.selection.documents}
    return verifier_singularites(tables, matiere.corpus.documents, matiere.structures, fonctions)


def _conclure(versement: Versement, citation: Citation, cle: pd.DataFrame | None, ecrits: list[Path]) -> None:
    choix, cible = versement.selection, ecrits[0]
    ecrit = ", ".join(map(relatif, ecrits))
    dire(f"{ecrit} : documents déposés, {len(choix.documents)} ; phrases, {len(choix.segments)}.")
    dire(
        f"Diffusion restreinte : documents absents, {choix.restreints} ; passages masqués, {choix.passages} ; phrases "
        f"codées ôtées, {choix.phrases}."
    )
    if choix.tus:
        dire(f"Structure ou famille portée par trop peu de documents, non dite : {', '.join(choix.tus)}.", signe="!")
    if versement.actions:
        dire(
            f"Actions ôtées du plan, la structure qu'elles concernent n'étant pas dite : {versement.actions}.",
            signe="!",
        )
    if choix.memos is not None:
        dire(f"Mémos déposés : {len(choix.memos)}. Relisez-les, ce sont des notes de travail.", signe="!")
    if versement.nommes:
        dire("Le nom des codeurs y est : assurez-vous de leur accord.", signe="!")
    signatures = Extrait("\n".join(f"{auteur}, {auteur.affiliation}" for auteur in citation.auteurs))
    if cle is not None and Noms(cle).trouver(signatures):
        dire("Le nom d'un auteur est aussi dans la clé : vérifiez que ce n'est pas une personne interrogée.", signe="!")
    if len(ecrits) == 1 and archive_de(cible).exists():
        dire(f"{relatif(archive_de(cible))} est d'un dépôt précédent : refaites-le par --zip.", signe="!")
    dire("Ni nom de la clé, ni parole restreinte ne s'y lit, pour ce que l'on sait chercher. Relisez avant d'envoyer.")
