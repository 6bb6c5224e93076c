"""Importer : des fichiers reçus au corpus, en disant ce qui a été reconnu, supposé ou laissé de côté."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import click
import pandas as pd

import ess_analyse as ess
from ess_analyse import lecture
from ess_analyse.cli.affichage import afficher_table, dire
from ess_analyse.cli.etape import en_json, etape, lire_cle_etude
from ess_analyse.coffre import chercher_egaree
from ess_analyse.erreurs import Probleme, compter, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.langue import charger_lexique
from ess_analyse.pseudonymes import remplacer
from ess_analyse.pseudonymes.sources import (
    CHOIX,
    PSEUDONYMES,
    SOURCES,
    ecrire_sources,
    empreindre_source,
    lire_connues,
    relever_pseudonymes,
    suivre_renommes,
)
from ess_analyse.retrait import lire_registre, retraits_inacheves

__all__ = ["importer"]


@click.command()
@click.option(
    "--locuteurs",
    multiple=True,
    metavar="E03=Claire,Rose",
    help="Qui parle dans un document, s'il y a doute ; « E03=aucun » si personne n'y parle (répétable).",
)
@click.option(
    "--colonnes",
    multiple=True,
    metavar="E03=locuteur=Qui,texte=Parole",
    help="Les colonnes d'un tableau d'un tour par ligne, s'il y a doute (répétable).",
)
@click.option("--forcer", is_flag=True, help="Réécrire aussi les textes corrigés à la main dans data/corpus.")
@en_json
@etape
def importer(etude: Etude, locuteurs: tuple[str, ...], colonnes: tuple[str, ...], forcer: bool, en_json: bool) -> None:
    """Lire data/brut, appliquer la clé, écrire data/corpus."""
    lever([*retraits_inacheves(etude), *chercher_egaree(etude)])
    sources, anciennes = lecture.lister_sources(etude.brut), lire_connues(etude)
    connues = suivre_renommes(anciennes, sources)
    noms = lecture.attribuer_identifiants(
        [source.name for source in sources],
        dict(zip(connues["fichier"], connues["entretien"], strict=True)),
        lire_registre(etude.registre)["document"],
    )
    choix = _choisir(connues, noms, {"locuteurs": locuteurs, "colonnes": colonnes})
    lectures = lecture.lire_sources(etude.brut, noms, {nom: _lire_choix(un) for nom, un in choix.items()})
    corpus = lecture.reunir(lectures)
    cle = lire_cle_etude(etude)
    if cle is None:
        lever(_refuser_noms(etude, anciennes))
    else:
        corpus = ess.pseudonymiser(corpus, cle, courants=charger_lexique())
    empreintes = {entretien.identifiant: empreindre_source(entretien.texte.encode()) for entretien in corpus}
    if not forcer:
        lever(_corriges(etude, connues, empreintes))
    ecrits = ess.ecrire_corpus(etude.corpus, corpus)
    table = _decrire(sources, noms, empreintes, choix)
    if cle is not None:
        table[PSEUDONYMES] = [relever_pseudonymes(corpus[nom].texte, cle) for nom in table["entretien"]]
    ecrire_sources(etude, table)
    if en_json:
        click.echo(json.dumps([_relever(une) for une in lectures], ensure_ascii=False, indent=2))
        return
    _dire(lectures, corpus, cle)
    if cle is None:
        dire(
            "Aucune clé : les noms restent tels quels, et rien ne sera cité tant que la diffusion d'un document n'est "
            "pas « publique ». Pour en préparer une : ess-analyse cle proposer.",
            signe="!",
        )
    for fichier in sorted(set(noms) - set(connues["fichier"])):
        if not fichier.startswith(noms[fichier]):
            dit = fichier if cle is None else remplacer(fichier, cle)
            dire(f"{noms[fichier]} : identifiant donné d'office à « {dit} », dont le nom n'en porte pas.", signe="!")
    for renomme in connues.loc[connues["fichier"] != anciennes["fichier"], "entretien"]:
        dire(f"{renomme} : son fichier a été renommé, et reconnu à son contenu.")
    for neuf, deja in _trouver_doubles(etude, empreintes):
        dire(f"{neuf} a le même texte que {deja} : si l'un est de trop, ess-analyse retirer {neuf}.", signe="!")
    dire(f"{compter(corpus, 'document')} ; {compter(ecrits, 'fichier écrit')} dans {relatif(etude.corpus)}.")


def _refuser_noms(etude: Etude, anciennes: pd.DataFrame) -> list[Probleme]:
    """Refuser d'écrire les vrais noms par-dessus des textes importés sous pseudonymes."""
    if not anciennes[PSEUDONYMES].ne("").any():
        return []
    remede = "remettez-la à sa place : les vrais noms seraient réécrits dans les textes"
    return [Probleme(relatif(etude.corpus), 0, "textes importés sous pseudonymes, et clé absente", remede=remede)]


def _decrire(sources: list[Path], noms: dict, empreintes: dict, choix: dict) -> pd.DataFrame:
    lignes = [
        (
            source.name,
            noms[source.name],
            empreindre_source(source.read_bytes()),
            empreintes[noms[source.name]],
            *(choix.get(source.name, {}).get(option, "") for option in CHOIX),
        )
        for source in sources
    ]
    return pd.DataFrame(lignes, columns=[*SOURCES, *CHOIX], dtype="str")


def _choisir(connues: pd.DataFrame, noms: dict[str, str], options: dict[str, Iterable[str]]) -> dict[str, dict]:
    """Réunir les choix déjà faits pour chaque fichier et ceux de cette commande, qui l'emportent."""
    choix = {ligne.fichier: {option: getattr(ligne, option) for option in CHOIX} for ligne in connues.itertuples()}
    par_identifiant = {identifiant: fichier for fichier, identifiant in noms.items()}
    for option, valeurs in options.items():
        for valeur in valeurs:
            identifiant, signe, suite = valeur.partition("=")
            if not signe or not suite.strip():
                raise click.BadParameter("écrivez par exemple E03=…", param_hint=f"--{option}")
            if identifiant not in par_identifiant:
                remede = proposer(identifiant, par_identifiant)
                lever([Probleme("data/brut", 0, "document inconnu", identifiant, remede)])
            choix.setdefault(par_identifiant[identifiant], {})[option] = suite.strip()
    return choix


def _lire_choix(un: dict[str, str]) -> dict[str, object]:
    lus: dict[str, object] = {}
    if noms := un.get("locuteurs"):
        lus["locuteurs"] = noms if noms == "aucun" else tuple(nom.strip() for nom in noms.split(","))
    if colonnes := un.get("colonnes"):
        paires = [paire.partition("=") for paire in colonnes.split(",")]
        if not all(signe and role.strip() and nom.strip() for role, signe, nom in paires):
            raise click.BadParameter("écrivez par exemple E03=locuteur=Qui,texte=Parole", param_hint="--colonnes")
        lus["colonnes"] = {role.strip(): nom.strip() for role, _, nom in paires}
    return lus


def _relever(une: lecture.Lecture) -> dict[str, object]:
    return {
        "entretien": une.entretien.identifiant,
        "format": une.format,
        "tours": len(une.entretien.tours),
        "locuteurs": len(une.tours),
        "mots": len(une.entretien.texte.split()),
        "constats": list(une.constats),
    }


def _dire(lectures: Iterable[lecture.Lecture], corpus: ess.Corpus, cle: pd.DataFrame | None) -> None:
    bilan = pd.DataFrame([_relever(une) for une in lectures])
    # Speakers are told by their pseudonyms: a report may be sent to whoever helps.
    bilan["qui parle (tours)"] = [_compter_tours(corpus[identifiant]) for identifiant in bilan["entretien"]]
    afficher_table(bilan.drop(columns=["constats", "tours", "locuteurs"]), "Documents lus")
    for une in lectures:
        for constat in une.constats:
            click.echo(f"  {une.entretien.identifiant} : {constat if cle is None else remplacer(constat, cle)}")


def _compter_tours(entretien: ess.Entretien) -> str:
    comptes: dict[str, int] = {}
    for tour in entretien.tours:
        comptes[tour.locuteur or "sans locuteur"] = comptes.get(tour.locuteur or "sans locuteur", 0) + 1
    return ", ".join(f"{nom} {nombre}" for nom, nombre in comptes.items())


def _trouver_doubles(etude: Etude, empreintes: dict[str, str]) -> list[tuple[str, str]]:
    """Trouver les documents importés dont le texte est déjà celui d'un autre, importé ou gardé."""
    gardes = {
        chemin.stem: empreindre_source(chemin.read_bytes())
        for chemin in etude.corpus.glob("*.txt")
        if chemin.stem not in empreintes
    }
    premiers: dict[str, str] = {}
    # What is no longer in data/brut came first.
    for nom, texte in (*sorted(gardes.items()), *sorted(empreintes.items())):
        premiers.setdefault(texte, nom)
    return [(nom, premiers[texte]) for nom, texte in sorted(empreintes.items()) if premiers[texte] != nom]


def _corriges(etude: Etude, connues: pd.DataFrame, empreintes: dict[str, str]) -> list[Probleme]:
    """Trouver les textes qu'une personne a corrigés depuis leur import : les réécrire perdrait ses corrections."""
    anciennes = dict(zip(connues["entretien"], connues["texte"], strict=True))
    remede = "retirez le fichier reçu de data/brut, ou relancez avec --forcer pour perdre vos corrections"
    return [
        Probleme(relatif(chemin), 0, "ce texte a été corrigé depuis son import", remede=remede)
        for identifiant, nouvelle in empreintes.items()
        if (chemin := etude.corpus / f"{identifiant}.txt").is_file()
        and empreindre_source(chemin.read_bytes()) not in (anciennes.get(identifiant), nouvelle)
    ]
