"""Servir une séance dans une page locale, jusqu'à ce que la personne ait fini."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING

import click

from ess_analyse.cli.affichage import dire

if TYPE_CHECKING:
    from ess_analyse.relecture.commune import SeanceCommune

__all__ = ["servir"]


def servir(seance: SeanceCommune, port: int, *, sans_navigateur: bool) -> None:
    """Ouvrir la page d'une séance, et attendre qu'elle soit terminée."""
    from ess_analyse.relecture import Serveur

    try:
        serveur = Serveur(seance, port)
    except OSError:
        raise click.BadParameter(f"le port {port} est pris ; n'en donnez pas", param_hint="--port") from None
    with serveur:
        try:
            dire(f"{seance.entretien}, {seance.codeur} : {serveur.adresse}")
            dire("Ctrl-C, ou le bouton « Terminer » de la page, pour finir.")
            if not sans_navigateur:
                webbrowser.open(serveur.adresse)
            serveur.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            click.echo()
    lues, total = seance.avancement()
    dire(f"{seance.entretien}, tout est enregistré ; {seance.mots.compte.lower()} : {lues} sur {total}.")
