"""Coder au clavier, dans une page que cette machine sert à elle seule."""

from __future__ import annotations

import re
import webbrowser

import click

from ess_analyse.cli.affichage import dire
from ess_analyse.cli.etape import etape
from ess_analyse.etude import Etude

__all__ = ["relire"]

_CODEUR = re.compile(r"[\w-]+(?:@\d{4}-\d{2}-\d{2})?")


@click.command()
@click.argument("document", metavar="[E03]", required=False)
@click.option("--codeur", required=True, metavar="NOM", help="Le nom du codeur : data/codages/NOM.csv.")
@click.option("--aveugle", is_flag=True, help="Ne montrer aucune suggestion (pour mesurer l'accord).")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Le port ; par défaut, un port libre.")
@click.option("--sans-navigateur", is_flag=True, help="Dire l'adresse sans l'ouvrir.")
@etape
def relire(etude: Etude, document: str | None, codeur: str, aveugle: bool, port: int, sans_navigateur: bool) -> None:
    """Coder un entretien au clavier, dans une page locale ; chaque décision est aussitôt enregistrée."""
    if not _CODEUR.fullmatch(codeur):
        raise click.BadParameter("lettres, chiffres et tirets seulement", param_hint="--codeur")
    from ess_analyse.relire import Seance, Serveur

    seance = Seance(etude, codeur, document, aveugle=aveugle)
    if not aveugle and seance.suggestions is None:
        dire("Aucune suggestion : lancez d'abord « ess-analyse suggerer » pour en voir.", signe="!")
    try:
        serveur = Serveur(seance, port)
    except OSError:
        raise click.BadParameter(f"le port {port} est pris ; n'en donnez pas", param_hint="--port") from None
    with serveur:
        try:
            dire(f"{seance.entretien}, {codeur} : {serveur.adresse}")
            dire("Ctrl-C, ou le bouton « Terminer » de la page, pour finir.")
            if not sans_navigateur:
                webbrowser.open(serveur.adresse)
            serveur.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            click.echo()
    lues, total = seance.avancement()
    dire(f"{seance.entretien}, tout est enregistré ; phrases lues : {lues} sur {total}.")
