"""Le point d'entrée du programme : `ess-analyse`, `python -m ess_analyse`."""

from __future__ import annotations

import os
import signal
import sys

__all__ = ["lancer"]


def lancer() -> None:
    """Charger les commandes, puis faire ce qui est demandé.

    Pendant qu'elles se chargent, Ctrl-C finit déjà par un mot et le code 130 ; ensuite, c'est l'affaire de la commande.
    """
    # What was told to ignore interruptions (in the background, under nohup) goes on ignoring them.
    ecoute = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ecoute:
        signal.signal(signal.SIGINT, _abandonner)
    from ess_analyse.cli import principal

    if ecoute:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    principal(prog_name="ess-analyse")


def _abandonner(numero: int, _: object) -> None:
    # An exception would be swallowed, or made another one, by a library that is being imported.
    print("\nInterrompu. Rien n'a été commencé : relancez la même commande.", file=sys.stderr, flush=True)
    os._exit(128 + numero)


if __name__ == "__main__":
    lancer()
