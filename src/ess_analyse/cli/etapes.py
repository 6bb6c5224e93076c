"""Les étapes, une commande chacune : lire l'étude, faire, écrire, dire ce qui a été fait."""

from __future__ import annotations

import json
from pathlib import Path

import click

import ess_analyse as ess
from ess_analyse.cli.affichage import afficher_table, dire
from ess_analyse.cli.etape import en_json, etape, refuser_nom
from ess_analyse.cli.publication import verifier_sortie
from ess_analyse.corrections import sceller_preuves, textes_corriges
from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.retrait import retraits_inacheves

__all__ = ["COMMANDES"]


@click.command()
@en_json
@etape
def suggerer(etude: Etude, en_json: bool) -> None:
    """Proposer des codes pour chaque phrase, avec les mots qui en sont la cause."""
    _, segments, grille = _lire_base(etude)
    codages = None
    if etude.codages.is_dir():
        codages = ess.consolider(ess.lire_codages(etude.codages, segments, grille))
    exemples = ess.lire_exemples(etude.exemples) if etude.exemples.is_dir() else None
    seuils = ess.lire_reglages(etude.reglages, grille.ids()).seuils
    suggestions = ess.suggerer(segments, grille, codages, exemples=exemples, seuil=seuils)
    ess.ecrire_suggestions(etude.suggestions, suggestions)
    retenues = suggestions[suggestions["retenu"]]
    bilan = retenues.groupby("code").size().reindex(grille.ids("theme"), fill_value=0)
    bilan = bilan.rename("suggestions").rename_axis("code").reset_index()
    afficher_table(bilan, "Suggestions retenues", en_json=en_json)
    if not en_json:
        dire(
            f"{len(segments)} phrases lues, {retenues['segment'].nunique()} avec au moins une suggestion "
            f"({relatif(etude.suggestions)}). Une suggestion n'est jamais un codage : une personne décide."
        )


@click.command()
@click.option("--codeur", required=True, metavar="NOM", help="Le nom du codeur : data/codages/NOM.csv.")
@click.option("--aveugle", is_flag=True, help="Ne montrer aucune suggestion (pour mesurer l'accord).")
@click.option("--document", "documents", multiple=True, metavar="E01", help="Seulement ce document (répétable).")
@etape
def feuille(etude: Etude, codeur: str, aveugle: bool, documents: tuple[str, ...]) -> None:
    """Écrire la feuille où une personne code, à ouvrir dans un tableur."""
    refuser_nom(etude, codeur, arbitre=True)
    corpus, segments, grille = _lire_base(etude)
    connus, nom = corpus.documents["entretien"], relatif(etude.documents)
    lever(
        Probleme(nom, 0, "document inconnu", document, proposer(document, connus))
        for document in documents
        if document not in corpus
    )
    suggestions = None
    if not aveugle and etude.suggestions.is_file():
        suggestions = ess.lire_suggestions(etude.suggestions, segments, grille)
    if documents:
        segments = segments[segments["entretien"].isin(documents)]
    chemin = etude.codages / f"{codeur}.csv"
    change = ess.ecrire_feuille(chemin, segments, suggestions)
    dire(
        f"{relatif(chemin)} : {len(segments)} phrases, {'à jour' if change else 'déjà à jour'}. "
        "Écrivez les codes dans la colonne « codes », « - » s'il n'y a rien à coder."
    )


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
@etape
def pages(etude: Etude) -> None:
    """Écrire les pages du site dans rapports/, à partir des données."""
    ecrites = _ecrire_pages(etude)
    dire(f"{len(ecrites)} fichiers écrits dans {relatif(etude.rapports)}." if ecrites else "Les pages étaient à jour.")


@click.command()
@click.option(
    "--moteur",
    type=click.Choice(["embarque", "quarto"]),
    default="embarque",
    show_default=True,
    help="« quarto » emploie Quarto s'il est installé.",
)
@etape
def site(etude: Etude, moteur: str) -> None:
    """Écrire les pages, rendre le site, et ne le montrer que si rien de personnel n'en sort."""
    _ecrire_pages(etude)
    ess.rendre_site(etude.racine, etude.site, moteur, lambda rendu: lever(verifier_sortie(etude, rendu)))
    dire(f"Le site est prêt : ouvrez {relatif(etude.site / 'index.html')} dans votre navigateur.")


def _ecrire_pages(etude: Etude) -> list[Path]:
    """Écrire les pages, et garder les mots de ce qu'elles citent ; refuser des preuves que leur texte a quittées."""
    lever(retraits_inacheves(etude))
    segments = ess.segmenter(ess.lire_corpus(etude.corpus))
    lever(textes_corriges(etude, segments))
    ecrites = ess.ecrire_pages(etude)
    sceller_preuves(etude, segments)
    return ecrites


def _lire_base(etude: Etude):
    corpus = ess.lire_corpus(etude.corpus)
    return corpus, ess.segmenter(corpus), ess.lire_grille(etude.grille)


COMMANDES = (suggerer, feuille, verifier, pages, site)
