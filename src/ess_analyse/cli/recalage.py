"""Faire suivre les codages après la correction d'une transcription."""

from __future__ import annotations

import click
import pandas as pd

from ess_analyse.cli.affichage import afficher_table, dire
from ess_analyse.cli.etape import etape
from ess_analyse.corrections import Attente, Recalage, appliquer_recalage, preparer_recalage
from ess_analyse.erreurs import compter, relatif
from ess_analyse.etude import Etude

__all__ = ["recaler"]


@click.command()
@click.argument("entretiens", nargs=-1, metavar="[E03]…")
@click.option("--essai", is_flag=True, help="Montrer ce qui serait déplacé, sans rien écrire.")
@click.option("--confirmer", is_flag=True, help="Accepter toutes les places proposées.")
@etape
def recaler(etude: Etude, entretiens: tuple[str, ...], essai: bool, confirmer: bool) -> None:
    """Faire suivre codages, mémos et preuves après la correction d'un texte de data/corpus."""
    recalage = preparer_recalage(etude, entretiens, confirmer=confirmer)
    _montrer(recalage)
    if essai:
        dire("Rien n'a été écrit. Pour le faire : ess-analyse recaler, sans --essai.", signe="!")
        return
    if not appliquer_recalage(etude, recalage) and not recalage.attentes:
        dire("Rien à recaler : les feuilles et les preuves disent toutes le texte d'aujourd'hui.")
        return
    _conclure(etude, recalage)


def _montrer(recalage: Recalage) -> None:
    if len(recalage.sures):
        afficher_table(recalage.sures, "Déplacés avec leurs mots")
    proposees = [attente for attente in recalage.attentes if attente.vers]
    sans_place = [attente for attente in recalage.attentes if not attente.vers]
    if proposees:
        click.echo("À confirmer :")
    for attente in proposees:
        _comparer(attente)
    if sans_place:
        table = pd.DataFrame([(une.segment, une.texte, ", ".join(une.ou)) for une in sans_place])
        afficher_table(table.set_axis(["place", "texte", "où"], axis=1), "Preuves perdues")
    if len(recalage.perdus):
        afficher_table(recalage.perdus[["ou", "segment", "texte", "codes", "raison"]], "Décisions perdues")


def _comparer(attente: Attente) -> None:
    click.echo(f"\n  {attente.segment} → {attente.vers} ({attente.raison}) — {', '.join(attente.ou)}")
    voisines = (("", attente.avant), ("avant", attente.texte), ("", attente.apres))
    for titre, texte in voisines:
        if titre or texte:
            click.secho(f"    {titre:8}{texte or '(aucune feuille ne garde ces mots)'}", dim=not titre)
    click.echo(f"    {'après':8}{attente.nouveau}")


def _conclure(etude: Etude, recalage: Recalage) -> None:
    suivies, confirmees = int(recalage.sures["lignes"].sum()), recalage.confirmees
    if suivies:
        dire(f"{compter(suivies, 'place suivie')} : les mots qui y sont codés ou cités sont restés les mêmes.")
    if confirmees:
        dire(f"{compter(confirmees, 'phrase confirmée')} : codages et preuves suivent, avec les nouveaux mots.")
    if not (suivies or confirmees or recalage.attentes or len(recalage.perdus)):
        dire("Des lignes encore vides ont suivi le texte ; rien de codé ni de cité n'a changé de place.")
    if recalage.attentes:
        dire(
            f"{compter(recalage.attentes, 'place')} à confirmer dans {relatif(etude.recalage)} : écrivez oui ou non "
            "dans « decision » (et la place dans « vers » s'il n'y en a pas), puis relancez ess-analyse recaler ; "
            "--confirmer accepte tout ce qui est proposé.",
            signe="!",
        )
    if len(recalage.perdus):
        gardees = compter(len(recalage.perdus), "décision gardée")
        dire(f"{gardees} à part, faute de phrase où aller : {relatif(etude.perdus)}.", signe="!")
    if etude.suggestions.is_file():
        dire("Les suggestions disent encore l'ancien texte : relancez ess-analyse suggerer.", signe="!")
