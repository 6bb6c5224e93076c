"""Une équipe de processus : chacun se prépare une fois, celui qui meurt est remplacé, et tous meurent avec nous."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from queue import SimpleQueue

from ess_analyse.repartition.travail import Atelier, Issue, Travail

__all__ = ["MORTS", "Equipe", "interruption_retenue"]

MORTS = 3
"""Combien de travailleurs une tâche peut tuer avant qu'on cesse de la refaire."""
_AVANCE = 2
"""Combien de tâches chacun a devant lui : celle qu'il fait, et la suivante, pour ne jamais nous attendre."""
_FIN = b"fin"
_DELAI = 5
"""En secondes : ce qu'on laisse à un processus pour finir."""
_FILS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_REMEDE = "s'il manque de mémoire, demandez moins de processus"


@dataclass(eq=False)
class _Travailleur:
    processus: BaseProcess
    ordres: Connection
    rendus: Connection
    taches: deque[tuple[int, bytes]] = field(default_factory=deque)

    def fermer(self, propre: bool) -> None:
        """Finir s'il est oisif, l'arrêter sinon."""
        if propre and not self.taches:
            with suppress(OSError):
                self.ordres.send_bytes(_FIN)
            self.processus.join(_DELAI)
        for arreter in (self.processus.terminate, self.processus.kill):
            if self.processus.is_alive():
                arreter()
                self.processus.join(_DELAI)
        self.ordres.close()
        self.rendus.close()


class Equipe:
    """Des processus neufs (``spawn``), lancés à mesure qu'il y a de quoi les occuper."""

    def __init__(self, travail: Travail, nombre: int):
        self._charge = travail.emballer()
        self._nombre = nombre
        self._contexte = get_context("spawn")
        self._travailleurs: list[_Travailleur] = []
        self._faites: list[tuple[int, Issue]] = []
        self._morts: Counter[int] = Counter()

    @property
    def fenetre(self) -> int:
        """Deux tâches par travailleur."""
        return _AVANCE * self._nombre

    def soumettre(self, rang: int, tache: object) -> None:
        """Confier une tâche au moins occupé."""
        try:
            octets = pickle.dumps(tache, pickle.HIGHEST_PROTOCOL)
        except Exception as erreur:
            self._faites.append((rang, Issue.impossible(erreur)))
        else:
            self._confier(rang, octets)

    def attendre(self) -> list[tuple[int, Issue]]:
        """Attendre qu'un travailleur rende quelque chose, en remplaçant ceux qui meurent."""
        while not self._faites:
            pretes = wait([travailleur.rendus for travailleur in self._travailleurs])
            for travailleur in [sien for sien in self._travailleurs if sien.rendus in pretes]:
                try:
                    octets = travailleur.rendus.recv_bytes()
                except (EOFError, OSError):
                    self._remplacer(travailleur)
                else:
                    self._faites.append((travailleur.taches.popleft()[0], Issue.relire(octets)))
        faites, self._faites = self._faites, []
        return faites

    def close(self) -> None:
        """Arrêter tout le monde."""
        propre = not any(travailleur.taches for travailleur in self._travailleurs)
        if not propre:
            for travailleur in self._travailleurs:
                travailleur.processus.terminate()
        while self._travailleurs:
            self._travailleurs.pop().fermer(propre)

    def _confier(self, rang: int, octets: bytes) -> None:
        libre = min(self._travailleurs, key=lambda travailleur: len(travailleur.taches), default=None)
        if libre is None or (libre.taches and len(self._travailleurs) < self._nombre):
            libre = self._lancer()
        libre.taches.append((rang, octets))
        # If it has just died, its silence will be heard in `attendre`, where its tasks are given to others.
        with suppress(OSError):
            libre.ordres.send_bytes(octets)

    def _lancer(self) -> _Travailleur:
        (a_lire, ordres), (rendus, a_ecrire) = (self._contexte.Pipe(duplex=False) for _ in range(2))
        processus = self._contexte.Process(target=_travailler, args=(a_lire, a_ecrire, self._charge), daemon=True)
        with interruption_retenue():
            processus.start()
            self._travailleurs.append(_Travailleur(processus, ordres, rendus))
        # Only the worker keeps these ends: its death closes them, and ours closes the others.
        a_lire.close()
        a_ecrire.close()
        return self._travailleurs[-1]

    def _remplacer(self, mort: _Travailleur) -> None:
        self._travailleurs.remove(mort)
        mort.processus.join(_DELAI)
        code = mort.processus.exitcode
        mort.fermer(propre=False)
        if not mort.taches:
            return
        rang, _ = mort.taches[0]
        self._morts[rang] += 1
        if self._morts[rang] == MORTS:
            mort.taches.popleft()
            panne = f"{MORTS} processus y sont morts l'un après l'autre, code {code}"
            self._faites.append((rang, Issue(panne=panne, remede=_REMEDE)))
        for confiee, octets in mort.taches:
            self._confier(confiee, octets)


@contextmanager
def interruption_retenue() -> Iterator[None]:
    """Retenir Ctrl-C, pour que les processus lancés ici ne l'entendent jamais : c'est à nous de les arrêter."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # started later, it would release what we hold
    avant = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, avant)


def _travailler(ordres: Connection, rendus: Connection, charge: bytes) -> None:
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(dict.fromkeys(_FILS, "1"))  # for the libraries not loaded yet
    threadpool_limits(1)
    atelier, recues = Atelier(charge), SimpleQueue()
    threading.Thread(target=_recevoir, args=(ordres, recues), daemon=True).start()
    with suppress(BrokenPipeError):
        while (octets := recues.get()) != _FIN:
            rendus.send_bytes(atelier.traiter_octets(octets))


def _recevoir(ordres: Connection, recues: SimpleQueue) -> None:
    """Lire sans attendre que la tâche en cours finisse ; partir aussitôt si plus personne n'est là pour en donner."""
    octets = b""
    while octets != _FIN:
        try:
            octets = ordres.recv_bytes()
        except (EOFError, OSError):
            os._exit(1)
        recues.put(octets)
