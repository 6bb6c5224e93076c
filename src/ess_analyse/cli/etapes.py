"""Les étapes, une commande chacune : lire l'étude, faire, écrire, dire ce qui a été fait."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pandas as pd

import ess_analyse as ess
from ess_analyse.accord import lister_communs
from ess_analyse.cache import Magasin, lire_jalon, lire_secret, ouvrir_magasin, poser_jalon
from ess_analyse.cli.affichage import afficher_table, dire, progresser
from ess_analyse.cli.etape import en_json, etape, exiger_documents, refuser_nom
from ess_analyse.cli.jalons import empreindre_entrees, est_fait, force, interruptible, noter_fait, photographier
from ess_analyse.cli.joints import joindre
from ess_analyse.cli.notebooks import notebooks
from ess_analyse.cli.publication import verifier_sortie
from ess_analyse.corrections import sceller_preuves, textes_corriges
from ess_analyse.erreurs import Probleme, compter, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lister_feuilles, parcourir_feuilles
from ess_analyse.pages.edition import preparer_edition
from ess_analyse.pages.matiere import rassembler
from ess_analyse.pages.textes import Textes, lire_textes
from ess_analyse.retrait import retraits_inacheves
from ess_analyse.suggestions import EXEMPLES_LIVRES, Demande, ecrire_parts, oublier_parts, proposer_parts

__all__ = ["COMMANDES"]


@click.command()
@force
@click.option("--processus", default="1", metavar="N", help="Combien de processus se partagent les documents.")
@click.option("--dask", metavar="ADRESSE", help="Une grappe dask qui se les partage : son adresse, ou « local ».")
@en_json
@etape
def suggerer(etude: Etude, force: bool, processus: str, dask: str | None, en_json: bool) -> None:
    """Proposer des codes pour chaque phrase, avec les mots qui en sont la cause.

    Ce qui n'a pas changé depuis la dernière fois n'est pas refait ; un calcul interrompu reprend où il en était.
    """
    with interruptible("Ce qui est fait est gardé : relancez « ess-analyse suggerer » pour finir."):
        bilan, fait = _suggerer_au_besoin(etude, processus, dask, force=force, muet=en_json)
    comptes = [{"code": code, "suggestions": nombre} for code, nombre in bilan["retenues"].items()]
    afficher_table(pd.DataFrame(comptes, columns=["code", "suggestions"]), "Suggestions retenues", en_json=en_json)
    if not en_json:
        dire(
            f"{compter(bilan['phrases'], 'phrase lue')}, {bilan['suggerees']} avec au moins une suggestion "
            f"({relatif(etude.suggestions)}{'' if fait else ', déjà à jour'}). "
            "Une suggestion n'est jamais un codage : une personne décide."
        )


def _suggerer_au_besoin(
    etude: Etude, processus: str, dask: str | None, *, force: bool, muet: bool
) -> tuple[dict, bool]:
    """Rendre le bilan des suggestions, et dire s'il a fallu les calculer."""
    magasin, exemples = ouvrir_magasin(etude.racine), etude.exemples if etude.exemples.is_dir() else EXEMPLES_LIVRES
    entrees = empreindre_entrees(etude, [etude.corpus, etude.grille, etude.codages, exemples, etude.reglages])
    ici = (magasin, "suggerer", entrees, etude.racine, [etude.suggestions])
    if not force and (jalon := lire_jalon(*ici)):
        return jalon.bilan, False
    bilan = _suggerer(etude, magasin, exemples, processus, dask, force=force, muet=muet)
    poser_jalon(*ici, bilan)
    return bilan, True


def _suggerer(
    etude: Etude, magasin: Magasin, exemples: Path, processus: str, dask: str | None, *, force: bool, muet: bool
) -> dict:
    partage = {}
    if processus != "1" or dask is not None:
        from ess_analyse.repartition import lire_dask, lire_processus

        partage = {"processus": lire_processus(processus), "dask": dask and lire_dask(dask)}
    corpus = ess.ouvrir_corpus(etude.corpus)
    exiger_documents(etude, corpus.documents)
    inventaire = ess.inventorier(ess.segmenter_un_a_un(corpus), _lister_codes(etude.codages))
    grille = ess.lire_grille(etude.grille)
    codages = _lire_avis(etude, corpus.documents["entretien"], inventaire.lues, grille)
    seuils = ess.lire_reglages(etude.reglages, grille.ids()).seuils
    if force:
        oublier_parts(magasin)
    demande = Demande(inventaire.lues, grille, codages, ess.lire_exemples(exemples), seuils)
    with progresser("Suggestions", inventaire.phrases, muet=muet) as avancer:
        parts = proposer_parts(demande, inventaire, cache=magasin, suivre=avancer, **partage)
        bilan = ecrire_parts(etude.suggestions, parts, grille)
    return bilan | {"retenues": {code: bilan["retenues"][code] for code in grille.ids("theme")}}


def _lister_codes(dossier: Path) -> set[str]:
    """Rendre les documents où quelqu'un a décidé quelque chose ; ce que les feuilles ont de fautif se dit après."""
    if not dossier.is_dir():
        return set()
    decides = (
        feuille.loc[feuille["codes"].str.strip() != "", "segment"]
        for _, feuille in parcourir_feuilles(lister_feuilles(dossier)[0], [])
    )
    return {place.strip().partition(":")[0] for places in decides for place in places}


def _lire_avis(etude: Etude, documents: pd.Series, lues: pd.DataFrame, grille: ess.Grille) -> pd.DataFrame | None:
    """Lire un avis par phrase codée ; d'un document où personne n'a codé, il suffit de savoir qu'il existe."""
    if not etude.codages.is_dir():
        return None
    autres = documents[~documents.isin(lues["entretien"])]
    connus = pd.concat([lues, pd.DataFrame({"segment": autres, "entretien": autres, "texte": ""})])
    return ess.consolider(ess.lire_codages(etude.codages, connus, grille))


@click.command()
@click.option("--codeur", required=True, metavar="NOM", help="Le nom du codeur : data/codages/NOM.csv.")
@click.option("--aveugle", is_flag=True, help="Ne montrer aucune suggestion (pour mesurer l'accord).")
@click.option("--document", "documents", multiple=True, metavar="E01", help="Seulement ce document (répétable).")
@etape
def feuille(etude: Etude, codeur: str, aveugle: bool, documents: tuple[str, ...]) -> None:
    """Écrire la feuille où une personne code, à ouvrir dans un tableur."""
    refuser_nom(etude, codeur, arbitre=True)
    corpus, segments, grille = _lire_base(etude)
    exiger_documents(etude, corpus.documents)
    connus, nom = corpus.documents["entretien"], relatif(etude.documents)
    lever(
        Probleme(nom, 0, "document inconnu", document, proposer(document, connus))
        for document in documents
        if document not in corpus
    )
    suggestions = None
    communs = lister_communs(etude.echantillon, grille)
    if not aveugle and etude.suggestions.is_file():
        suggestions = ess.lire_suggestions(etude.suggestions, segments, grille)
        tires = segments.loc[segments["entretien"].isin(communs), "segment"]
        suggestions = suggestions[~suggestions["segment"].isin(tires)]
    if documents:
        segments = segments[segments["entretien"].isin(documents)]
    chemin = etude.codages / f"{codeur}.csv"
    change = ess.ecrire_feuille(chemin, segments, suggestions)
    dire(
        f"{relatif(chemin)} : {compter(segments, 'phrase')}, {'à jour' if change else 'déjà à jour'}. "
        "Écrivez les codes dans la colonne « codes », « - » s'il n'y a rien à coder."
    )
    if suggestions is not None and (sans := [nom for nom in communs if nom in set(segments["entretien"])]):
        dire(f"Sans suggestion, pour mesurer l'accord : {', '.join(sans)} (échantillon commun).")


@click.command()
@en_json
@etape
def verifier(etude: Etude, en_json: bool) -> None:
    """Vérifier toute l'étude et dire tous les problèmes d'un coup."""
    from ess_analyse.cli.controle import controler

    problemes = controler(etude)
    if en_json:
        click.echo(json.dumps([vars(probleme) for probleme in problemes], ensure_ascii=False, indent=2))
        raise SystemExit(1 if problemes else 0)
    lever(problemes)
    dire("Tout est en ordre : corpus, grille, codages, enseignements, fiches, plan d'actions, autodiagnostic, pages.")


@click.command()
@force
@etape
def pages(etude: Etude, force: bool) -> None:
    """Écrire les pages du site dans rapports/, à partir des données."""
    if not force and est_fait(etude, "pages"):
        dire("Les pages étaient à jour.")
        return
    with interruptible("Relancez « ess-analyse pages »."):
        avant = photographier(etude)
        ecrites, _ = _ecrire_pages(etude, _ouvrir_sur(etude, force=force), force=force)
        noter_fait(etude, "pages", avant, [*ecrites, etude.preuves])
    faits = f"{compter(ecrites, 'fichier écrit')} dans {relatif(etude.rapports)}."
    dire(faits if ecrites else "Les pages étaient à jour.")


@click.command()
@click.option(
    "--moteur",
    type=click.Choice(["embarque", "quarto"]),
    default="embarque",
    show_default=True,
    help="« quarto » emploie Quarto s'il est installé.",
)
@force
@etape
def site(etude: Etude, moteur: str, force: bool) -> None:
    """Écrire les pages, rendre le site, et ne le montrer que si rien de personnel n'en sort."""
    nom, pret = f"site-{moteur}", f"ouvrez {relatif(etude.site / 'index.html')} dans votre navigateur."
    if not force and est_fait(etude, nom, [etude.site]):
        dire(f"Le site était à jour : {pret}")
        return
    with interruptible("Le site d'avant est intact : relancez « ess-analyse site »."):
        avant, magasin = photographier(etude), _ouvrir_sur(etude, force=force)
        ecrites, lus = _ecrire_pages(etude, magasin, force=force)
        ess.rendre_site(
            etude.racine, etude.site, moteur, lambda rendu: lever(verifier_sortie(etude, rendu, lus, magasin=magasin))
        )
        noter_fait(etude, nom, avant, [*ecrites, etude.preuves], [etude.site])
    dire(f"Le site est prêt : {pret}")


def _ouvrir_sur(etude: Etude, *, force: bool) -> Magasin | None:
    """Ouvrir le magasin de ce que nul autre n'a pu écrire ; rien s'il faut tout refaire, ou sans secret."""
    secret = None if force else lire_secret()
    return None if secret is None else ouvrir_magasin(etude.racine, secret)


def _ecrire_pages(etude: Etude, magasin: Magasin | None, *, force: bool = False) -> tuple[list[Path], Textes]:
    """Écrire les pages, et garder les mots de ce qu'elles citent ; refuser des preuves que leur texte a quittées.

    Rend ce qui a changé, et les textes lus.
    """
    lever(retraits_inacheves(etude))
    lus = lire_textes(etude, magasin)
    lever(textes_corriges(etude, lus[1]))
    edition = preparer_edition(etude, rassembler(etude, lus), magasin)
    ecrites = ess.ecrire_pages(etude, edition)
    sceller_preuves(etude, lus[1])
    return [*ecrites, *joindre(etude, edition, force=force)], lus


def _lire_base(etude: Etude):
    corpus = ess.lire_corpus(etude.corpus)
    return corpus, ess.segmenter(corpus), ess.lire_grille(etude.grille)


COMMANDES = (suggerer, feuille, verifier, pages, site, notebooks)
