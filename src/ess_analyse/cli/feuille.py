"""Écrire la feuille où une personne code dans un tableur."""

from __future__ import annotations

import click

import ess_analyse as ess
from ess_analyse.accord import lister_communs
from ess_analyse.cli.affichage import dire
from ess_analyse.cli.etape import etape, exiger_documents, refuser_nom
from ess_analyse.erreurs import Probleme, compter, lever, proposer, relatif
from ess_analyse.etude import Etude

__all__ = ["feuille"]


@click.command()
@click.option("--codeur", required=True, metavar="NOM", help="Le nom du codeur : data/codages/NOM.csv.")
@click.option("--aveugle", is_flag=True, help="Ne montrer aucune suggestion (pour mesurer l'accord).")
@click.option("--document", "documents", multiple=True, metavar="E01", help="Seulement ce document (répétable).")
@etape
def feuille(etude: Etude, codeur: str, aveugle: bool, documents: tuple[str, ...]) -> None:
    """Écrire la feuille où une personne code, à ouvrir dans un tableur."""
    refuser_nom(etude, codeur, arbitre=True)
    corpus = ess.lire_corpus(etude.corpus)
    segments, grille = ess.segmenter(corpus), ess.lire_grille(etude.grille)
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
