"""Noter ce qu'un notebook lit de l'étude, du dedans de son noyau ; la bibliothèque standard seulement."""

from __future__ import annotations

import os
import sys

__all__ = ["surveiller"]

_LECTURES = {"open": 0, "os.listdir": 0, "os.scandir": 0}


def surveiller(racine: str, journal: str) -> None:
    """Écrire dans un journal le nom de chaque fichier de l'étude ouvert pour être lu, et de chaque dossier parcouru.

    Parameters
    ----------
    racine : str
        Le dossier de l'étude.
    journal : str
        Le fichier où écrire : un nom relatif par ligne.
    """
    debut = f"{os.path.realpath(racine)}{os.sep}"
    sortie = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    vus: set[str] = set()

    def noter(evenement: str, arguments: tuple) -> None:
        if evenement not in _LECTURES or not arguments or not isinstance(arguments[0], (str, bytes, os.PathLike)):
            return
        if evenement == "open" and isinstance(arguments[1], str) and set("wax") & set(arguments[1]):
            return
        chemin = os.path.realpath(os.fsdecode(arguments[0]))
        if chemin.startswith(debut) and chemin not in vus:
            vus.add(chemin)
            os.write(sortie, (chemin.removeprefix(debut).replace(os.sep, "/") + "\n").encode("utf-8", "replace"))

    sys.addaudithook(noter)
