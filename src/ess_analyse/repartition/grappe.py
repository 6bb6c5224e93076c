"""Une grappe dask : la même fonction sur d'autres processus, ou d'autres machines."""

from __future__ import annotations

import logging
import pickle
import tempfile
import uuid
from concurrent.futures import CancelledError
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.repartition.equipe import interruption_retenue
from ess_analyse.repartition.options import LOCAL, compter_coeurs
from ess_analyse.repartition.travail import Issue, Travail, decrire

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["Grappe"]

_AVANCE = 2
_DELAI = 10
"""En secondes : ce qu'on laisse à un ordonnanceur pour répondre."""
_ATTENTE = 30
"""En secondes : ce qu'on laisse à ses travailleurs pour être là ; ils peuvent être en train d'être lancés."""
_BOUCLE = "127.0.0.1"
_CONFIGURATION = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
}
"""Ni pages de suivi, ni le relevé que dask fait cent fois par seconde de ce que font ses travailleurs."""
_LANCER = "lancez-la (« dask scheduler --host 127.0.0.1 », puis « dask worker ADRESSE »), ou écrivez « --dask local »"
_INSTALLER = 'installez-le : python3 -m pip install "dask>=2026.8" "distributed>=2026.8"'
"""Ce paquet n'est pas sur PyPI : « ess-analyse[dask] » y prendrait ce que n'importe qui aurait mis sous son nom."""
_MEMOIRE = "s'il manque de mémoire, lancez moins de travailleurs par machine"


class Grappe:
    """Un ordonnanceur et ses travailleurs, lancés ici (``local``) ou déjà là."""

    def __init__(self, travail: Travail, adresse: str, nombre: int):
        try:
            import distributed
        except ImportError:
            raise ErreurDonnees([Probleme("--dask", 0, "dask n'est pas installé", remede=_INSTALLER)]) from None
        from ess_analyse.repartition.greffon import Greffon

        charge = travail.emballer()
        self._nom = f"ess-analyse-{uuid.uuid4().hex}"
        self._rangs: dict[Future, int] = {}
        self._faites: list[tuple[int, Issue]] = []
        with ExitStack() as pile:
            _taire(pile)
            locale = adresse == LOCAL
            self._client = _lancer(pile, nombre) if locale else _joindre(pile, adresse)
            self._client.register_plugin(Greffon(self._nom, charge))
            if not locale:
                pile.callback(self._oublier)
            self._achevees = distributed.as_completed(loop=self._client.loop)
            self._pile = pile.pop_all()

    @property
    def fenetre(self) -> int:
        """Deux tâches par fil des travailleurs présents : il peut en venir, et en partir."""
        try:
            return _AVANCE * max(1, sum(self._client.nthreads().values()))
        except OSError as erreur:
            raise _perdue() from erreur

    def soumettre(self, rang: int, tache: object) -> None:
        """Confier une tâche, sous un nom qui n'est qu'à elle : perdue, elle est refaite ; faite, elle ne l'est plus."""
        from ess_analyse.repartition.greffon import traiter

        try:
            octets = pickle.dumps(tache, pickle.HIGHEST_PROTOCOL)
        except Exception as erreur:
            self._faites.append((rang, Issue.impossible(erreur)))
            return
        # Not pure, so that nothing is cached; the key alone tells dask that two requests are one.
        promesse = self._client.submit(traiter, self._nom, octets, key=f"{self._nom}-{rang}", pure=False)
        self._rangs[promesse] = rang
        self._achevees.add(promesse)

    def attendre(self) -> list[tuple[int, Issue]]:
        """Attendre qu'une tâche soit faite, la rapporter et l'effacer de la grappe."""
        if not self._faites:
            promesse = next(self._achevees)
            self._faites.append((self._rangs.pop(promesse), _rapporter(promesse)))
            promesse.release()
        faites, self._faites = self._faites, []
        return faites

    def close(self) -> None:
        """Oublier ce qui reste sur la grappe, et l'arrêter si elle est à nous."""
        self._pile.close()

    def _oublier(self) -> None:
        with suppress(OSError, RuntimeError):
            self._client.cancel(list(self._rangs), force=True)
            self._client.unregister_worker_plugin(self._nom)


def _rapporter(promesse: Future) -> Issue:
    from distributed import KilledWorker

    try:
        return Issue.relire(promesse.result())
    except KilledWorker:
        return Issue(panne="plusieurs travailleurs y sont morts l'un après l'autre", remede=_MEMOIRE)
    except (CancelledError, OSError) as erreur:
        raise _perdue() from erreur
    except Exception as erreur:
        return Issue(panne=decrire(erreur))


def _lancer(pile: ExitStack, nombre: int) -> Client:
    """Lancer une grappe sur cette machine, qui n'écoute que l'adresse de boucle et n'écrit rien sur le disque."""
    import dask
    from distributed import Client, LocalCluster

    dossier = pile.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
    pile.enter_context(dask.config.set({**_CONFIGURATION, "temporary-directory": dossier}))
    with interruption_retenue():
        grappe = LocalCluster(
            n_workers=compter_coeurs() if nombre == 1 else nombre,
            threads_per_worker=1,
            processes=True,
            host=_BOUCLE,
            protocol="tcp://",
            dashboard_address=f"{_BOUCLE}:0",
            scheduler_kwargs={"dashboard": False},
            # Without a limit, no worker writes what it holds of the interviews to a temporary folder.
            memory_limit=None,
            local_directory=dossier,
            silence_logs=logging.CRITICAL,
        )
        pile.enter_context(grappe)
    return pile.enter_context(Client(grappe, set_as_default=False))


def _joindre(pile: ExitStack, adresse: str) -> Client:
    from distributed import Client

    try:
        client = pile.enter_context(Client(adresse, timeout=_DELAI, set_as_default=False))
    except OSError:
        raise _refus(adresse, "aucune grappe ne répond à cette adresse", _LANCER) from None
    try:
        client.wait_for_workers(1, timeout=_ATTENTE)
    except OSError:
        remede = f"lancez-en : dask worker {adresse} --nthreads 1"
        raise _refus(adresse, "cette grappe n'a aucun travailleur", remede) from None
    _verifier_versions(client, adresse)
    return client


def _verifier_versions(client: Client, adresse: str) -> None:
    """Refuser un travailleur qui ne ferait pas ce que cette machine ferait."""
    from ess_analyse.repartition.greffon import decrire_paquets

    ici, ecarts = decrire_paquets(), set()
    for leurs in client.run(decrire_paquets, on_error="return").values():
        if isinstance(leurs, BaseException):
            ecarts.add("ess-analyse absent" if isinstance(leurs, ImportError) else decrire(leurs))
        else:
            ecarts |= {f"{nom} {leurs[nom]}, ici {ici[nom]}" for nom in ici if leurs[nom] != ici[nom]}
    if ecarts:
        message = f"des travailleurs n'ont pas les mêmes paquets que cette machine : {' ; '.join(sorted(ecarts))}"
        raise _refus(adresse, message, "installez partout le même environnement")


def _taire(pile: ExitStack) -> None:
    """Taire les journaux de dask : ce qui compte est dit en français."""
    journal = logging.getLogger("distributed")
    pile.callback(journal.setLevel, journal.level)
    journal.setLevel(logging.CRITICAL)


def _refus(adresse: str, message: str, remede: str) -> ErreurDonnees:
    return ErreurDonnees([Probleme("--dask", 0, message, adresse, remede)])


def _perdue() -> ErreurDonnees:
    return ErreurDonnees([Probleme("--dask", 0, "la grappe a cessé de répondre", remede="relancez la commande")])
