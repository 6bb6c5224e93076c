"""Le travail : ce qui s'importe, se prépare une fois et s'exécute tâche par tâche, où que ce soit."""

from __future__ import annotations

import pickle
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from ess_analyse.erreurs import ErreurDonnees, Probleme

__all__ = ["Atelier", "Executant", "Issue", "Seul", "Travail", "decrire", "mener"]


@dataclass(frozen=True)
class Travail:
    """Ce qu'un travailleur doit savoir : la fonction, et ce qui se prépare une fois avant la première tâche."""

    fonction: Callable
    preparer: Callable | None = None
    arguments: tuple = ()

    @classmethod
    def verifier(cls, fonction: Callable, preparer: Callable | None, arguments: tuple) -> Travail:
        """Refuser ce qu'un autre processus ne saurait pas importer."""
        problemes = [_dire_introuvable(appel) for appel in (fonction, preparer) if appel and not _s_importe(appel)]
        if arguments and preparer is None:
            problemes.append(
                Probleme("repartir", 0, "des arguments sans rien qui les prépare", remede="donnez preparer")
            )
        if problemes:
            raise ErreurDonnees(problemes)
        return cls(fonction, preparer, tuple(arguments))

    def emballer(self) -> bytes:
        """Mettre le travail en octets, à envoyer tel quel à chaque travailleur."""
        try:
            return pickle.dumps(self, pickle.HIGHEST_PROTOCOL)
        except Exception as erreur:
            message = f"les arguments de la préparation ne peuvent pas être envoyés ({decrire(erreur)})"
            raise ErreurDonnees([Probleme("repartir", 0, message)]) from erreur


@dataclass(frozen=True)
class Issue:
    """Ce qu'une tâche a donné : un résultat, des problèmes de données, ou une panne."""

    resultat: object = None
    problemes: tuple[Probleme, ...] = ()
    panne: str = ""
    trace: str = ""
    remede: str = ""

    @classmethod
    def relire(cls, octets: bytes) -> Issue:
        """Relire une issue venue d'un autre processus."""
        try:
            return pickle.loads(octets)
        except Exception as erreur:
            return cls(panne=f"son résultat ne se relit pas ; {decrire(erreur)}")

    @classmethod
    def impossible(cls, erreur: Exception) -> Issue:
        """Dire qu'une tâche n'a pas pu partir."""
        return cls(panne=f"elle ne peut pas être envoyée à un autre processus ; {decrire(erreur)}")

    @property
    def bonne(self) -> bool:
        """La tâche a rendu un résultat."""
        return not (self.problemes or self.panne)

    def ouvrir(self, nom: str) -> object:
        """Rendre le résultat, ou lever ce qui est arrivé à la tâche de ce nom."""
        if self.problemes:
            raise ErreurDonnees(self.problemes)
        if self.panne:
            erreur = ErreurDonnees([Probleme(nom, 0, f"ce travail a échoué ({self.panne})", remede=self.remede)])
            if self.trace:
                erreur.add_note(self.trace)
            raise erreur
        return self.resultat


class Atelier:
    """Le travail chez un travailleur : préparé à la première tâche, une tâche à la fois."""

    def __init__(self, charge: Travail | bytes):
        self._charge = charge
        self._appel: Callable | None = None
        # A dask worker may run several threads; spaCy's vocabulary is not made to be grown by two at once.
        self._verrou = threading.Lock()

    def traiter(self, tache: object) -> Issue:
        """Traiter une tâche ; ce qui lui arrive de mal est rendu, jamais levé."""
        try:
            with self._verrou:
                return Issue(self._preparer()(tache))
        except ErreurDonnees as erreur:
            return Issue(problemes=erreur.problemes)
        except (Exception, SystemExit) as erreur:
            return Issue(panne=decrire(erreur), trace=traceback.format_exc())

    def traiter_octets(self, octets: bytes) -> bytes:
        """Traiter une tâche venue d'un autre processus, et mettre son issue en octets."""
        try:
            return pickle.dumps(self.traiter(pickle.loads(octets)), pickle.HIGHEST_PROTOCOL)
        except Exception as erreur:
            return pickle.dumps(Issue(panne=decrire(erreur), trace=traceback.format_exc()))

    def _preparer(self) -> Callable:
        if self._appel is None:
            travail = pickle.loads(self._charge) if isinstance(self._charge, bytes) else self._charge
            if travail.preparer is None:
                self._appel = travail.fonction
            else:
                prepare = travail.preparer(*travail.arguments)
                self._appel = lambda tache: travail.fonction(prepare, tache)
            self._charge = b""
        return self._appel


class Executant(Protocol):
    """Qui fait les tâches : ce processus, une équipe de processus, une grappe."""

    @property
    def fenetre(self) -> int:
        """Combien de tâches il peut tenir à la fois."""

    def soumettre(self, rang: int, tache: object) -> None:
        """Confier une tâche."""

    def attendre(self) -> list[tuple[int, Issue]]:
        """Attendre qu'une tâche au moins soit faite."""

    def close(self) -> None:
        """Tout arrêter."""


class Seul:
    """Ce processus, sans en lancer d'autre."""

    fenetre = 1

    def __init__(self, travail: Travail):
        self._atelier = Atelier(travail)
        self._attente: list[tuple[int, object]] = []

    def soumettre(self, rang: int, tache: object) -> None:
        """Garder la tâche : elle se fera quand on l'attendra."""
        self._attente.append((rang, tache))

    def attendre(self) -> list[tuple[int, Issue]]:
        """Faire ce qui est gardé."""
        attente, self._attente = self._attente, []
        return [(rang, self._atelier.traiter(tache)) for rang, tache in attente]

    def close(self) -> None:
        """Rien à arrêter."""


def mener(
    executant: Executant, taches: Iterable, en_ordre: bool, nommer: Callable[[object], str] | None
) -> Iterator[tuple[int, object]]:
    """Tenir l'exécutant occupé sans prendre plus de tâches que sa fenêtre, et rendre les résultats."""
    source, noms = enumerate(taches), {}
    tenus: dict[int, Issue] = {}
    prochain = 0
    while True:
        fenetre = executant.fenetre
        while len(noms) < fenetre and (suivante := next(source, None)) is not None:
            rang, tache = suivante
            noms[rang] = nommer(tache) if nommer else f"tâche n° {rang + 1}"
            executant.soumettre(rang, tache)
        if not noms:
            return
        # What has succeeded is given before what failed is raised: nothing done is lost.
        for rang, issue in sorted(executant.attendre(), key=lambda faite: (not faite[1].bonne, faite[0])):
            if not en_ordre:
                yield rang, issue.ouvrir(noms.pop(rang))
                continue
            tenus[rang] = issue
            while prochain in tenus:
                yield prochain, tenus.pop(prochain).ouvrir(noms.pop(prochain))
                prochain += 1


def decrire(erreur: BaseException) -> str:
    """Dire une erreur en une ligne : sa sorte, ce qu'elle dit."""
    return f"{type(erreur).__name__} : {erreur}".rstrip(" :")


def _s_importe(appel: Callable) -> bool:
    module, nom = getattr(appel, "__module__", None), getattr(appel, "__qualname__", "")
    if not module or module == "__main__":
        return False
    trouve = import_module(module)
    for partie in nom.split("."):
        trouve = getattr(trouve, partie, None)
    return trouve is appel


def _dire_introuvable(appel: Callable) -> Probleme:
    nom = getattr(appel, "__qualname__", None) or type(appel).__name__
    remede = "écrivez-la dans un module (un fichier .py), hors de toute autre fonction et hors d'un notebook"
    return Probleme("repartir", 0, "cette fonction ne s'importe pas d'un autre processus", nom, remede)
