"""Servir une séance dans une page locale, jusqu'à ce que la personne ait fini."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ess_analyse.cli.affichage import dire

if TYPE_CHECKING:
    from ess_analyse.relecture.commune import SeanceCommune

__all__ = ["servir"]

_RENVOI = """<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={adresse}">
<title>Ouverture de la page</title>
<p><a href="{adresse}">Ouvrir la page</a></p>
</html>
"""


def servir(seance: SeanceCommune, port: int, *, sans_navigateur: bool) -> None:
    """Ouvrir la page d'une séance, et attendre qu'elle soit terminée."""
    from ess_analyse.relecture import Serveur

    try:
        serveur = Serveur(seance, port)
    except OSError as panne:
        raise click.BadParameter(_expliquer(panne, port), param_hint="--port") from None
    with serveur, nullcontext() if sans_navigateur else _montrer(serveur.adresse):
        try:
            dire(f"{seance.entretien}, {seance.codeur} : {serveur.adresse}")
            dire("Ctrl-C, ou le bouton « Terminer » de la page, pour finir.")
            serveur.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            click.echo()
    lues, total = seance.avancement()
    dire(f"{seance.entretien}, tout est enregistré ; {seance.mots.compte.lower()} : {lues} sur {total}.")


def _expliquer(panne: OSError, port: int) -> str:
    if panne.errno == errno.EADDRINUSE:
        return f"le port {port} est pris ; n'en donnez pas"
    if panne.errno == errno.EACCES:
        return f"le système refuse le port {port} ; n'en donnez pas"
    return f"le port {port} ne s'ouvre pas : {panne.strerror or panne}"


@contextmanager
def _montrer(adresse: str) -> Iterator[None]:
    """Ouvrir l'adresse dans le navigateur, par un fichier que cette personne seule peut lire, ôté à la fin."""
    # Every user of the machine can read the arguments of a program: the token must not be among them.
    descripteur, nom = tempfile.mkstemp(prefix="ess-analyse-", suffix=".html")
    try:
        with os.fdopen(descripteur, "w", encoding="utf-8") as sortie:
            sortie.write(_RENVOI.format(adresse=adresse))
        # A text browser holds its caller until it is closed: the page would never be served.
        threading.Thread(target=webbrowser.open, args=(Path(nom).as_uri(),), daemon=True).start()
        yield
    finally:
        with suppress(OSError):
            Path(nom).unlink()
