"""Coder au clavier, dans une page que cette machine sert à elle seule."""

from __future__ import annotations

import click

from ess_analyse.cli.affichage import dire
from ess_analyse.cli.etape import etape, refuser_nom
from ess_analyse.cli.page import servir
from ess_analyse.etude import Etude

__all__ = ["relire"]


@click.command()
@click.argument("document", metavar="[E03]", required=False)
@click.option("--codeur", required=True, metavar="NOM", help="Le nom du codeur : data/codages/NOM.csv.")
@click.option("--aveugle", is_flag=True, help="Ne montrer aucune suggestion (pour mesurer l'accord).")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Le port ; par défaut, un port libre.")
@click.option("--sans-navigateur", is_flag=True, help="Dire l'adresse sans l'ouvrir.")
@etape
def relire(etude: Etude, document: str | None, codeur: str, aveugle: bool, port: int, sans_navigateur: bool) -> None:
    """Coder un entretien au clavier, dans une page locale ; chaque décision est aussitôt enregistrée."""
    from ess_analyse.relecture import Seance

    refuser_nom(etude, codeur)
    seance = Seance(etude, codeur, document, aveugle=aveugle)
    if not seance.aveugle and seance.suggestions is None:
        dire("Aucune suggestion : lancez d'abord « ess-analyse suggerer » pour en voir.", signe="!")
    servir(seance, port, sans_navigateur=sans_navigateur)
