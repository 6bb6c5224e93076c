"""Trancher les désaccords, dans une page ou dans un tableur, et en tirer ce que la grille peut y gagner."""

from __future__ import annotations

import json

import click

import ess_analyse as ess
from ess_analyse.accord import Bilan, dresser_bilan
from ess_analyse.cli.affichage import afficher_table, dire
from ess_analyse.cli.etape import en_json, etape
from ess_analyse.cli.page import servir
from ess_analyse.erreurs import compter, relatif
from ess_analyse.etude import Etude
from ess_analyse.grille import Grille

__all__ = ["arbitrer"]

_CODES = {
    "code": "code",
    "discutes": "discuté",
    "gardes": "gardé",
    "ecartes": "écarté",
    "restants": "à trancher",
}
_CONFUSIONS = {
    "un": "l'un",
    "autre": "l'autre",
    "phrases": "phrases",
    "garde_un": "l'un gardé",
    "garde_autre": "l'autre gardé",
}


@click.command()
@click.argument("document", metavar="[E03]", required=False)
@click.option(
    "--tableur", is_flag=True, help="Écrire data/desaccords.csv, et porter les décisions qui y sont remplies."
)
@click.option("--bilan", "bilan", is_flag=True, help="Dire où en est l'arbitrage, et ce qu'il suggère pour la grille.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Le port ; par défaut, un port libre.")
@click.option("--sans-navigateur", is_flag=True, help="Dire l'adresse sans l'ouvrir.")
@en_json
@etape
def arbitrer(
    etude: Etude, document: str | None, tableur: bool, bilan: bool, port: int, sans_navigateur: bool, en_json: bool
) -> None:
    """Trancher les désaccords entre codeurs, ceux qui apprennent le plus d'abord.

    Les décisions vont dans data/codages/arbitrage.csv ; les feuilles des codeurs ne changent jamais.
    """
    if tableur + bilan + (document is not None) > 1:
        raise click.UsageError("un document, --tableur ou --bilan : un seul à la fois")
    if en_json and not bilan:
        raise click.UsageError("--json ne va qu'avec --bilan")
    if tableur:
        _passer_au_tableur(etude)
    elif bilan:
        _montrer_bilan(*_dresser(etude), en_json=en_json)
    else:
        from ess_analyse.relecture.arbitrage import Arbitrage

        servir(Arbitrage(etude, document), port, sans_navigateur=sans_navigateur)
        _resumer(_dresser(etude)[0])


def _passer_au_tableur(etude: Etude) -> None:
    from ess_analyse.relecture.tableur import arbitrer_au_tableur

    report = arbitrer_au_tableur(etude)
    dire(f"{relatif(etude.desaccords)} : {compter(report.lignes, 'phrase')} en désaccord.")
    portes = {"décision": report.portees - report.raisons, "raison seule": report.raisons}
    if dits := [compter(combien, quoi) for quoi, combien in portes.items() if combien]:
        dire(f"{' et '.join(dits)} dans la feuille d'arbitrage.")
    if report.restantes:
        dire(
            f"{compter(report.restantes, 'désaccord')} à trancher : écrivez dans « decision » les codes retenus "
            "(ceux que tous ont posés sont gardés), ou - si aucun ne l'est, dans « raison » pourquoi, puis relancez "
            "ess-analyse arbitrer --tableur.",
            signe="!",
        )


def _dresser(etude: Etude) -> tuple[Bilan, Grille]:
    from ess_analyse.relecture.arbitrage import Avis

    grille = ess.lire_grille(etude.grille)
    avis = Avis.lire(etude, ess.segmenter(ess.lire_corpus(etude.corpus)), grille)
    return dresser_bilan(avis.codages, grille, avis.raisons()), grille


def _montrer_bilan(bilan: Bilan, grille: Grille, *, en_json: bool) -> None:
    confondus = bilan.confusions.iloc[:1][["un", "autre"]].to_numpy().ravel().tolist()
    if en_json:
        nombres = {nom: getattr(bilan, nom) for nom in ("phrases", "arbitrees", "sans_raison", "restantes")}
        tables = {nom: getattr(bilan, nom).to_dict("records") for nom in ("codes", "confusions")}
        a_preciser = {"a_preciser": {code: list(grille[code].exclure) for code in confondus}}
        click.echo(json.dumps(nombres | tables | a_preciser, ensure_ascii=False, indent=2))
        return
    if len(bilan.codes):
        afficher_table(bilan.codes.rename(columns=_CODES), "De quel côté on tranche, en phrases")
    if len(bilan.confusions):
        afficher_table(bilan.confusions.rename(columns=_CONFUSIONS), "Codes mis l'un pour l'autre")
    _resumer(bilan)
    if confondus:
        un, autre = confondus
        phrases = compter(int(bilan.confusions["phrases"].iloc[0]), "phrase")
        dire(f"Les plus confondus : {un} et {autre} ({phrases}). Ce que la grille en exclut aujourd'hui :", signe="!")
        for code in confondus:
            for exclusion in grille[code].exclure:
                click.echo(f"  {code} : {exclusion}")
        if not any(code in exclusion for code, dit in ((un, autre), (autre, un)) for exclusion in grille[dit].exclure):
            click.echo("  Aucune de ces lignes ne nomme l'autre code.")


def _resumer(bilan: Bilan) -> None:
    texte = f"{compter(bilan.phrases, 'phrase')} en désaccord : {compter(bilan.arbitrees, 'tranchée')}"
    texte += f" (dont {bilan.sans_raison} sans raison écrite)" if bilan.sans_raison else ""
    dire(f"{texte}, {bilan.restantes} à trancher.", signe="!" if bilan.restantes or bilan.sans_raison else "✓")
