"""Répartir un même travail entre plusieurs processus, ou sur une grappe dask ; à défaut, le faire ici."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

from ess_analyse.repartition.options import lire_dask, lire_processus
from ess_analyse.repartition.travail import Travail, mener

__all__ = ["lire_dask", "lire_processus", "repartir"]


def repartir(
    fonction: Callable,
    taches: Iterable,
    *,
    processus: int | str = 1,
    dask: str | None = None,
    preparer: Callable | None = None,
    arguments: tuple = (),
    en_ordre: bool = False,
    nommer: Callable[[object], str] | None = None,
) -> Iterator[tuple[int, object]]:
    """Faire la même chose de chaque tâche, une seule fois, et rendre chaque résultat dès qu'il est là.

    Les tâches sont prises au fur et à mesure : il n'y en a jamais plus de deux par travailleur qui soient commencées,
    en attente ou non encore rendues, quel que soit leur nombre. Chaque travailleur se prépare une fois, à sa première
    tâche. Un travailleur qui meurt est remplacé, et ce qu'il n'avait pas rendu est refait ; une tâche qui en tue trois
    arrête tout. Cesser d'itérer (``close``, une erreur, Ctrl-C) arrête les travailleurs ; ils s'arrêtent d'eux-mêmes si
    le programme est tué.

    Parameters
    ----------
    fonction : callable
        ``fonction(tache)``, ou ``fonction(prepare, tache)`` s'il y a ``preparer`` ; une fonction qui s'importe.
    taches : iterable
        Les tâches, que ``pickle`` sait envoyer, comme les résultats.
    processus : int or str
        Combien de processus ; 1 : tout se fait ici, sans en lancer ; 0 ou ``auto`` : autant que de cœurs.
    dask : str, optional
        ``local`` (une grappe sur cette machine, de ``processus`` travailleurs, autant que de cœurs s'il vaut 1) ou
        l'adresse d'un ordonnanceur (:func:`lire_dask`) ; demande l'extra ``dask``.
    preparer : callable, optional
        Ce qui se fait une fois par travailleur, ``preparer(*arguments)`` : charger un modèle.
    arguments : tuple
        Ce que reçoit ``preparer`` ; envoyé une fois par travailleur.
    en_ordre : bool
        Rendre les résultats dans l'ordre des tâches plutôt que dans celui où ils arrivent.
    nommer : callable, optional
        De la tâche au nom qu'une erreur lui donne ; par défaut, son rang.

    Yields
    ------
    rang : int
        Le rang de la tâche, à partir de 0.
    resultat : object
        Ce que la fonction en a rendu.

    Raises
    ------
    ErreurDonnees
        Celle d'une tâche, telle quelle ; pour toute autre erreur, laquelle et de quelle tâche. Fonction qui ne
        s'importe pas, nombre de processus ou adresse impossibles, dask absent ou qui ne répond pas.

    Examples
    --------
    >>> from math import sqrt
    >>> list(repartir(sqrt, [4, 9, 16]))
    [(0, 2.0), (1, 3.0), (2, 4.0)]
    """
    travail = Travail.verifier(fonction, preparer, arguments)
    nombre = lire_processus(processus)
    adresse = None if dask is None else lire_dask(dask)
    return _repartir(travail, taches, nombre, adresse, en_ordre, nommer)


def _repartir(travail, taches, nombre, adresse, en_ordre, nommer) -> Iterator[tuple[int, object]]:
    with closing(_embaucher(travail, nombre, adresse)) as executant:
        yield from mener(executant, taches, en_ordre, nommer)


def _embaucher(travail: Travail, nombre: int, adresse: str | None):
    if adresse is not None:
        from ess_analyse.repartition.grappe import Grappe

        return Grappe(travail, adresse, nombre)
    if nombre > 1:
        from ess_analyse.repartition.equipe import Equipe

        return Equipe(travail, nombre)
    from ess_analyse.repartition.travail import Seul

    return Seul(travail)
