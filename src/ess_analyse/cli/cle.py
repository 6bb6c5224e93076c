"""La clé des pseudonymes : la proposer, l'appliquer, chercher ce qui reste, la chiffrer."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import click
import pandas as pd

import ess_analyse as ess
from ess_analyse import lecture
from ess_analyse.cli.affichage import afficher_table, dire
from ess_analyse.cli.etape import demander_phrase, en_json, etape, lire_cle_etude
from ess_analyse.cli.textes import lire_registres, lire_textes
from ess_analyse.codages import RELECTURE
from ess_analyse.coffre import chercher_egaree
from ess_analyse.corrections import suivre_textes
from ess_analyse.erreurs import ErreurDonnees, Probleme, compter, lever, relatif
from ess_analyse.etude import Etude
from ess_analyse.langue import charger_lexique
from ess_analyse.pseudonymes import (
    chercher_restes,
    chiffrer,
    choisir_dossier,
    compter_remplacements,
    dechiffrer,
    ecrire_cle,
    proposer_cle,
    remplacer,
    trouver_cle,
)
from ess_analyse.pseudonymes.sources import ecrire_sources, lire_connues, lister_perimes, suivre_sources

__all__ = ["cle"]

_MONTRES = 40
_CERTAINS = ("nom de la clé", "nom soudé", "pluriel")
"""Ce qui est un nom de la clé, et pas seulement quelque chose qui y ressemble."""
_PROCHES = ("faute de frappe", "initiales")
"""Ce qui ressemble à un nom de la clé : à regarder avant ce qui ne ressemble à rien de connu, le plus nombreux."""


@click.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def cle() -> None:
    """Préparer, appliquer et garder la clé des pseudonymes."""


@cle.command()
@click.option("--dans-l-etude", is_flag=True, help="Ranger une clé neuve dans data/prive plutôt que hors de l'étude.")
@etape
def proposer(etude: Etude, dans_l_etude: bool) -> None:
    """Chercher ce qui peut être un nom, avec un remplacement : une personne décide ligne à ligne."""
    lever(chercher_egaree(etude))
    ancien = trouver_cle(etude)
    phrase = demander_phrase() if ancien is not None and ancien.suffix == ".age" else None
    connue = lire_cle_etude(etude, toutes=True)
    sources = lecture.lister_sources(etude.brut)
    proposee = proposer_cle(ess.lire_corpus(etude.brut), connue, fichiers=[source.name for source in sources])
    decidee = pd.DataFrame() if connue is None else connue[connue["valide"] != ""]
    # Only now: a study whose files cannot be read must not say that it has a key somewhere.
    chemin = ancien or choisir_dossier(etude, dans_l_etude=dans_l_etude) / etude.cle.name
    if dans_l_etude and chemin != etude.cle:
        dire(f"La clé est déjà dans {relatif(chemin.parent)} et y reste, malgré --dans-l-etude.", signe="!")
    ecrire_cle(chemin, pd.concat([decidee, proposee], ignore_index=True).fillna(""), phrase)
    if not _a_du_neuf(proposee, connue):
        attente = f"{len(proposee)} propositions attendent encore « oui » ou « non » dans {relatif(chemin)}."
        dire(f"Rien de neuf à proposer. {attente if len(proposee) else 'Tout ce qui a été trouvé est décidé.'}")
        return
    comptes = proposee["nature"].value_counts()
    dire(
        f"{relatif(chemin)} : {len(proposee)} propositions à relire"
        + (f" ({', '.join(f'{nature} {nombre}' for nature, nombre in comptes.items())})." if len(comptes) else ".")
    )
    dire(
        "Ouvrez ce fichier dans un tableur : pour chaque ligne, corrigez le pseudonyme et écrivez « oui » ou « non » "
        "dans « valide ». Puis : ess-analyse importer, ou ess-analyse cle appliquer si le corpus existe déjà.",
        signe="!",
    )


def _a_du_neuf(proposee: pd.DataFrame, connue: pd.DataFrame | None) -> bool:
    return connue is None or not proposee["reel"].isin(connue["reel"]).all()


@cle.command()
@en_json
@etape
def appliquer(etude: Etude, en_json: bool) -> None:
    """Appliquer les lignes validées à data/corpus ; codages, preuves et passages suivent leurs phrases."""
    table = _exiger_cle(etude)
    corpus, lexique = ess.lire_corpus(etude.corpus), charger_lexique()
    releve = compter_remplacements(corpus, table, courants=lexique)
    nouveau = ess.pseudonymiser(corpus, table, courants=lexique)
    changes = suivre_textes(etude, corpus, nouveau, partial(remplacer, cle=table, courants=lexique))
    connues = lire_connues(etude)
    perimes = lister_perimes(connues, table, nouveau)
    if len(connues):
        ecrire_sources(etude, suivre_sources(connues, table, corpus, nouveau))
    if en_json or len(releve):
        afficher_table(releve, "Noms remplacés", en_json=en_json)
    if not en_json:
        dire(f"{compter(changes, 'fichier changé')}." if changes else "Aucun nom de la clé n'était dans data/corpus.")
        if perimes:
            dits = ", ".join(f"« {nom} »" for nom in perimes)
            dire(
                f"Plus dans la clé, mais encore dans les textes : {dits}. Un pseudonyme corrigé après l'import ne se "
                "change qu'en relisant les fichiers reçus : ess-analyse importer",
                signe="!",
            )


@cle.command("verifier")
@en_json
@etape
def verifier_cle(etude: Etude, en_json: bool) -> None:
    """Chercher ce qui reste : noms de la clé, leurs variantes, numéros, mots à capitale inconnus."""
    restes = _chercher(etude, _exiger_cle(etude, toutes=True))
    sont_des_noms = restes["sorte"].isin(_CERTAINS)
    if en_json:
        afficher_table(restes, "Restes", en_json=True)
    elif len(restes):
        _montrer(restes[sont_des_noms], restes[~sont_des_noms])
    else:
        dire("Rien ne reste de ce que l'on sait chercher. Relisez tout de même : à l'oral, un surnom ne se voit pas.")
    if sont_des_noms.any():
        raise SystemExit(1)


def _chercher(etude: Etude, cle: pd.DataFrame) -> pd.DataFrame:
    """Chercher partout ; les noms de la clé d'abord, ce qui ne ressemble à rien de connu à la fin."""
    codes: tuple[str, ...] = ()
    with suppress(ErreurDonnees):
        codes = ess.lire_grille(etude.grille).ids()
    codeurs = {feuille.stem.partition(RELECTURE)[0] for feuille in etude.codages.glob("*.csv")}
    restes = pd.concat(
        [
            chercher_restes(lire_textes(etude), cle, termes=codes),
            chercher_restes(lire_registres(etude), cle, termes={*codes, *codeurs}),
        ],
        ignore_index=True,
    )
    rangs = {**dict.fromkeys(_CERTAINS, 0), **dict.fromkeys(_PROCHES, 1), "nom inconnu": 3}
    return restes.sort_values("sorte", key=lambda sortes: sortes.map(rangs).fillna(2), kind="stable", ignore_index=True)


def _montrer(noms: pd.DataFrame, autres: pd.DataFrame) -> None:
    if len(noms):
        afficher_table(noms, f"Noms de la clé qui restent ({len(noms)})")
    if len(autres):
        afficher_table(autres.head(_MONTRES), f"À regarder ({len(autres)})")
    if (tus := len(autres) - _MONTRES) > 0:
        dire(f"… et {tus} autre{'s' * (tus > 1)} : « ess-analyse cle verifier --json » les donne tous.", signe="!")


@cle.command("chiffrer")
@etape
def chiffrer_cle(etude: Etude) -> None:
    """Chiffrer la clé sous une phrase de passe (format age)."""
    chemin = _trouver(etude)
    if chemin.suffix == ".age":
        raise ErreurDonnees([Probleme(relatif(chemin), 0, "cette clé est déjà chiffrée")])
    dire(f"{relatif(chiffrer(chemin, demander_phrase(confirmer=True)))} : sans la phrase de passe, elle est perdue.")


@cle.command("dechiffrer")
@etape
def dechiffrer_cle(etude: Etude) -> None:
    """Remettre la clé en clair, pour la relire dans un tableur."""
    chemin = _trouver(etude)
    if chemin.suffix != ".age":
        raise ErreurDonnees([Probleme(relatif(chemin), 0, "cette clé n'est pas chiffrée")])
    dire(f"{relatif(dechiffrer(chemin, demander_phrase()))} : en clair. Chiffrez-la de nouveau après relecture.")


def _trouver(etude: Etude):
    chemin = trouver_cle(etude)
    if chemin is None:
        remede = "préparez-la par « ess-analyse cle proposer »"
        raise ErreurDonnees([Probleme(relatif(etude.cle), 0, "cette étude n'a pas de clé", remede=remede)])
    return chemin


def _exiger_cle(etude: Etude, *, toutes: bool = False) -> pd.DataFrame:
    _trouver(etude)
    return lire_cle_etude(etude, toutes=toutes)
