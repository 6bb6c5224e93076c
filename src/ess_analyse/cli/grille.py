"""Faire évoluer la grille : renommer, fusionner, scinder, supprimer un code, et relire ce qu'elle a connu."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import click

from ess_analyse.cli.affichage import afficher_table, dire
from ess_analyse.cli.etape import en_json, etape
from ess_analyse.erreurs import compter, relatif
from ess_analyse.etude import Etude
from ess_analyse.evolution import (
    Evolution,
    appliquer_evolution,
    lire_journal,
    preparer_fusion,
    preparer_renommage,
    preparer_scission,
    preparer_suppression,
)

__all__ = ["grille"]


@click.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def grille() -> None:
    """Faire évoluer la grille sans perdre les codages."""


def _lire_date(contexte: click.Context, option: click.Parameter, valeur: str | None) -> date:
    try:
        return date.fromisoformat(valeur) if valeur else date.today()
    except ValueError:
        raise click.BadParameter(f"« {valeur} » n'est pas une date : écrivez par exemple 2026-11-22") from None


def _geste(fonction: Callable) -> Callable:
    """Donner à un geste sa raison, sa date, et le moyen de le voir avant de le faire."""
    options = (
        click.option("--raison", required=True, metavar="TEXTE", help="Pourquoi ; le journal de la grille la garde."),
        click.option("--essai", is_flag=True, help="Montrer ce qui changerait, sans rien écrire."),
        click.option(
            "--date",
            "le",
            callback=_lire_date,
            metavar="AAAA-MM-JJ",
            help="La date que le journal gardera. Par défaut, aujourd'hui.",
        ),
    )
    for option in options:
        fonction = option(fonction)
    return etape(fonction)


@grille.command()
@click.argument("code", metavar="R-CHARGE")
@click.argument("vers", metavar="[R-SURCHARGE]", default="")
@click.option("--libelle", default="", metavar="TEXTE", help="Le nouveau libellé.")
@_geste
def renommer(etude: Etude, code: str, vers: str, libelle: str, raison: str, essai: bool, le: date) -> None:
    """Changer l'identifiant d'un code, son libellé, ou les deux.

    Les codages, et tout ce qui cite le code, suivent. Pour revenir, renommez dans l'autre sens.
    """
    _faire(etude, preparer_renommage(etude, code, vers, libelle=libelle, raison=raison, le=le), essai)


@grille.command()
@click.argument("codes", nargs=-1, required=True, metavar="R-MOYENS R-DONNEES…")
@click.option("--en", "vers", required=True, metavar="R-MOYENS", help="Le code gardé ; il existe déjà.")
@_geste
def fusionner(etude: Etude, codes: tuple[str, ...], vers: str, raison: str, essai: bool, le: date) -> None:
    """Réunir plusieurs codes en un seul.

    Les consignes, les exemples et les indices des codes absorbés rejoignent le code gardé, sans doublon. Pour revenir,
    remettez le code absorbé dans la grille, puis scindez : data/evolutions garde la grille et les codes d'avant.
    """
    _faire(etude, preparer_fusion(etude, codes, vers, raison=raison, le=le), essai)


@grille.command()
@click.argument("code", metavar="R-CHARGE")
@click.argument("suite", nargs=-1, metavar="")
@click.option(
    "--en", "vers", required=True, multiple=True, metavar="R-CHARGE R-DELAI…", help="Les codes d'arrivée, déjà écrits."
)
@_geste
def scinder(
    etude: Etude, code: str, suite: tuple[str, ...], vers: tuple[str, ...], raison: str, essai: bool, le: date
) -> None:
    """Répartir les codages d'un code entre plusieurs.

    La première fois, data/scission.csv reçoit une ligne par codage : remplissez « nouveau » (un code, ou plusieurs),
    puis relancez. L'ancien code ne quitte la grille que quand tout est réparti.
    """
    evolution = preparer_scission(etude, code, (*vers, *suite), raison=raison, le=le)
    _faire(etude, evolution, essai)
    if not evolution.restent:
        return
    attendent = f"{compter(evolution.restent, 'codage')} à répartir"
    dire(f"{attendent} : remplissez « nouveau » dans {relatif(etude.scission)}, puis relancez.", signe="!")


@grille.command()
@click.argument("code", metavar="R-SANTE")
@_geste
def supprimer(etude: Etude, code: str, raison: str, essai: bool, le: date) -> None:
    """Ôter de la grille un code que plus rien ne cite.

    Une phrase qui n'avait que lui devient « - » : elle a été lue. Pour revenir, remettez le code dans la grille, et
    dans les feuilles les codes d'avant : data/evolutions les garde.
    """
    _faire(etude, preparer_suppression(etude, code, raison=raison, le=le), essai)


@grille.command()
@en_json
@etape
def journal(etude: Etude, en_json: bool) -> None:
    """Montrer ce que la grille a connu, quand et pourquoi."""
    table = lire_journal(etude.journal_grille)
    if table.empty and not en_json:
        dire("La grille n'a pas encore changé.")
        return
    afficher_table(table, "Journal de la grille", en_json=en_json)


def _faire(etude: Etude, evolution: Evolution, essai: bool) -> None:
    if len(evolution.fichiers):
        afficher_table(evolution.fichiers, "Lignes changées")
    if not (evolution.contenus or evolution.effaces):
        dire("Rien de nouveau : aucune ligne n'a été remplie depuis.")
        return
    if essai:
        dire(f"{_bilan(evolution)} Rien n'a été écrit. Pour le faire : la même commande, sans --essai.", signe="!")
    else:
        appliquer_evolution(evolution)
        dire(_bilan(evolution))
    for avis in evolution.avis:
        dire(f"{avis[0].upper()}{avis[1:]}.", signe="!")
    garde = etude.evolutions / f"v{evolution.version}.csv"
    if garde in evolution.contenus and not essai:
        avant = relatif(etude.evolutions / f"v{evolution.version - 1}.yml")
        dire(f"Pour revenir : {avant} garde la grille d'avant, {relatif(garde)} les codes d'avant, ligne par ligne.")


def _bilan(evolution: Evolution) -> str:
    if evolution.geste == "scinder" and not evolution.codages:
        return "La répartition est terminée." if evolution.effaces else "La répartition est prête."
    ou = f" dans {compter(evolution.feuilles, 'feuille')}" if evolution.feuilles else ""
    return f"Grille version {evolution.version} : {compter(evolution.codages, 'codage changé')}{ou}."
