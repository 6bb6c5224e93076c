"""Les étapes, une commande chacune : lire l'étude, faire, écrire, dire ce qui a été fait."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path

import click
import pandas as pd

import ess_analyse as ess
from ess_analyse import fichiers, lecture
from ess_analyse.cli.affichage import afficher_table, dire
from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude

__all__ = ["COMMANDES"]

SOURCES = ("fichier", "entretien", "source", "texte")


def _etape(fonction: Callable) -> Callable:
    """Donner à une commande l'étude du dossier choisi."""

    @click.pass_obj
    @wraps(fonction)
    def commande(dossier: Path, *args, **options):
        return fonction(Etude.trouver(dossier), *args, **options)

    return commande


_json = click.option("--json", "en_json", is_flag=True, help="Écrire le résultat en JSON, pour un autre programme.")


@click.command()
@click.option("--forcer", is_flag=True, help="Réécrire aussi les textes corrigés à la main dans data/corpus.")
@_json
@_etape
def importer(etude: Etude, forcer: bool, en_json: bool) -> None:
    """Lire data/brut, appliquer la clé, écrire data/corpus."""
    sources, connues = lecture.lister_sources(etude.brut), _lire_sources(etude)
    noms = lecture.attribuer_identifiants(
        [source.name for source in sources], dict(zip(connues["fichier"], connues["entretien"], strict=True))
    )
    corpus = ess.lire_corpus(etude.brut, noms)
    if etude.cle.is_file():
        corpus = ess.pseudonymiser(corpus, ess.lire_cle(etude.cle))
    elif not en_json:
        dire(
            f"Aucune clé ({relatif(etude.cle)}) : les noms restent tels quels, et rien ne sera cité tant que la "
            "diffusion d'un document n'est pas « publique ».",
            signe="!",
        )
    empreintes = {entretien.identifiant: _empreinte(entretien.texte.encode()) for entretien in corpus}
    if not forcer:
        lever(_corriges(etude, connues, empreintes))
    ecrits = ess.ecrire_corpus(etude.corpus, corpus)
    fichiers.ecrire_table(
        etude.sources,
        pd.DataFrame(
            [
                (source.name, noms[source.name], _empreinte(source.read_bytes()), empreintes[noms[source.name]])
                for source in sources
            ],
            columns=SOURCES,
        ),
    )
    bilan = pd.DataFrame(
        [
            (
                entretien.identifiant,
                len(entretien.tours),
                len({tour.locuteur for tour in entretien.tours if tour.locuteur}),
                len(entretien.texte.split()),
            )
            for entretien in corpus
        ],
        columns=["entretien", "tours", "locuteurs", "mots"],
    )
    afficher_table(bilan, "Documents lus", en_json=en_json)
    if not en_json:
        dire(
            f"{len(corpus)} documents, {bilan['mots'].sum()} mots ; {len(ecrits)} fichiers écrits dans "
            f"{relatif(etude.corpus)}."
        )


def _lire_sources(etude: Etude) -> pd.DataFrame:
    if etude.sources.is_file():
        return fichiers.lire_table(etude.sources, SOURCES)
    return pd.DataFrame(columns=SOURCES, dtype="str")


def _empreinte(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()[:16]


def _corriges(etude: Etude, connues: pd.DataFrame, empreintes: dict[str, str]) -> list[Probleme]:
    """Trouver les textes qu'une personne a corrigés depuis leur import : les réécrire perdrait ses corrections."""
    anciennes = dict(zip(connues["entretien"], connues["texte"], strict=True))
    remede = "retirez le fichier reçu de data/brut, ou relancez avec --forcer pour perdre vos corrections"
    return [
        Probleme(relatif(chemin), 0, "ce texte a été corrigé depuis son import", remede=remede)
        for identifiant, nouvelle in empreintes.items()
        if (chemin := etude.corpus / f"{identifiant}.txt").is_file()
        and _empreinte(chemin.read_bytes()) not in (anciennes.get(identifiant), nouvelle)
    ]


@click.command()
@_json
@_etape
def suggerer(etude: Etude, en_json: bool) -> None:
    """Proposer des codes pour chaque phrase, avec les mots qui en sont la cause."""
    _, segments, grille = _lire_base(etude)
    codages = ess.lire_codages(etude.codages, segments, grille) if etude.codages.is_dir() else None
    suggestions = ess.suggerer(segments, grille, codages)
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
@_etape
def feuille(etude: Etude, codeur: str, aveugle: bool, documents: tuple[str, ...]) -> None:
    """Écrire la feuille où une personne code, à ouvrir dans un tableur."""
    if not codeur.replace("-", "").replace("_", "").isalnum():
        raise click.BadParameter("lettres, chiffres et tirets seulement", param_hint="--codeur")
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
@_json
@_etape
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
@_json
@_etape
def accord(etude: Etude, en_json: bool) -> None:
    """Mesurer l'accord entre les personnes qui ont codé les mêmes phrases."""
    _, segments, grille = _lire_base(etude)
    mesures = ess.mesurer_accord(ess.lire_codages(etude.codages, segments, grille), grille)
    mesures["conclusion"] = list(map(ess.conclure, mesures["alpha"], mesures["usages"]))
    afficher_table(mesures.round(3), "Accord entre codeurs", en_json=en_json)


@click.command()
@_etape
def pages(etude: Etude) -> None:
    """Écrire les pages du site dans rapports/, à partir des données."""
    ecrites = ess.ecrire_pages(etude)
    dire(f"{len(ecrites)} fichiers écrits dans {relatif(etude.rapports)}." if ecrites else "Les pages étaient à jour.")


@click.command()
@click.option(
    "--moteur",
    type=click.Choice(["embarque", "quarto"]),
    default="embarque",
    show_default=True,
    help="« quarto » emploie Quarto s'il est installé.",
)
@_etape
def site(etude: Etude, moteur: str) -> None:
    """Écrire les pages, rendre le site et vérifier qu'aucun nom n'en sort."""
    ess.ecrire_pages(etude)

    def controler_noms(rendu: Path) -> None:
        if etude.cle.is_file():
            lever(ess.chercher_noms(rendu, ess.lire_cle(etude.cle)))

    ess.rendre_site(etude.racine, etude.site, moteur, controler_noms)
    dire(f"Le site est prêt : ouvrez {relatif(etude.site / 'index.html')} dans votre navigateur.")


@click.command()
@click.argument("fichier", type=click.Path(path_type=Path))
@_etape
def exporter(etude: Etude, fichier: Path) -> None:
    """Exporter l'étude (.qdpx) ou sa grille (.qdc) pour un autre logiciel d'analyse qualitative."""
    corpus, segments, grille = _lire_base(etude)
    if fichier.suffix == ".qdc":
        ess.exporter_qdc(fichier, grille)
    elif fichier.suffix == ".qdpx":
        ess.exporter_qdpx(fichier, corpus, grille, ess.lire_codages(etude.codages, segments, grille))
    else:
        raise click.BadParameter("le nom doit finir par .qdpx ou .qdc", param_hint="FICHIER")
    dire(f"{relatif(fichier)} écrit.")


def _lire_base(etude: Etude):
    corpus = ess.lire_corpus(etude.corpus)
    return corpus, ess.segmenter(corpus), ess.lire_grille(etude.grille)


COMMANDES = (importer, suggerer, feuille, verifier, accord, pages, site, exporter)
