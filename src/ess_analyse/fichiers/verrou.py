"""Tenir un dossier le temps d'y vérifier puis écrire : un seul programme à la fois, et jamais par-dessus un autre."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, relatif
from ess_analyse.fichiers.octets import erreur

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

__all__ = ["exiger_inchanges", "photographier", "seul_dans"]

_VERROU = ".verrou"
"""Le fichier que l'on tient sous Windows, où un dossier ne se tient pas."""
_ATTENTE, _PAS = 10.0, 0.02
"""En secondes : ce qu'on attend un dossier tenu (Windows attend de même), et d'un essai à l'autre."""


class _Tenus(threading.local):
    """Les dossiers que ce fil tient déjà : il peut y entrer encore."""

    def __init__(self) -> None:
        self.dossiers: set[Path] = set()


_TENUS = _Tenus()


@contextmanager
def seul_dans(dossier: Path, *, creer: bool = True) -> Iterator[None]:
    """Tenir un dossier ; un programme tué le lâche, et qui le tient déjà peut le tenir encore.

    Un disque en réseau qui ne sait pas tenir un dossier laisse entrer : :func:`exiger_inchanges` veille encore.

    Parameters
    ----------
    dossier : Path
        Celui des feuilles.
    creer : bool
        Le créer au besoin ; sinon, un dossier absent n'est pas tenu.

    Raises
    ------
    ErreurDonnees
        Si un autre programme le tient trop longtemps, ou s'il ne peut être créé ni ouvert.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier, seul_dans(Path(dossier)), seul_dans(Path(dossier)):
    ...     _ = Path(dossier, "claire.csv").write_text("segment;codes", encoding="utf-8")
    """
    vrai = Path(dossier).resolve()
    if vrai in _TENUS.dossiers or not (creer or vrai.is_dir()):
        yield
        return
    try:
        vrai.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise _inaccessible(dossier) from None
    with _tenir_dossier(vrai) if fcntl else _tenir_fichier(vrai / _VERROU):
        _TENUS.dossiers.add(vrai)
        try:
            yield
        finally:
            _TENUS.dossiers.discard(vrai)


@contextmanager
def _tenir_dossier(dossier: Path) -> Iterator[None]:
    try:
        descripteur = os.open(dossier, os.O_RDONLY)
    except OSError:
        raise _inaccessible(dossier) from None
    try:
        _attendre(descripteur, dossier)
        yield
    finally:
        os.close(descripteur)


def _attendre(descripteur: int, dossier: Path) -> None:
    limite = time.monotonic() + _ATTENTE
    while True:
        try:
            fcntl.flock(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= limite:
                raise _occupe(dossier) from None
            time.sleep(_PAS)
        except OSError:
            # Some network disks hold no folder: refusing would forbid all work there.
            return
        else:
            return


@contextmanager
def _tenir_fichier(verrou: Path) -> Iterator[None]:
    import msvcrt

    try:
        descripteur = os.open(verrou, os.O_RDWR | os.O_CREAT)
    except OSError:
        raise _inaccessible(verrou.parent) from None
    try:
        try:
            msvcrt.locking(descripteur, msvcrt.LK_LOCK, 1)
        except OSError:
            raise _occupe(verrou.parent) from None
        try:
            yield
        finally:
            msvcrt.locking(descripteur, msvcrt.LK_UNLCK, 1)
    finally:
        os.close(descripteur)
        # Windows keeps a file that another program holds open: that one will remove it.
        with suppress(OSError):
            verrou.unlink()


def _occupe(dossier: Path) -> ErreurDonnees:
    remede = "fermez les autres fenêtres de relecture, attendez la fin des autres commandes, puis recommencez"
    return erreur(dossier, "un autre programme y écrit", remede)


def _inaccessible(dossier: Path) -> ErreurDonnees:
    return erreur(dossier, "écriture impossible", "vérifiez vos droits, et qu'aucun fichier ne porte ce nom")


def photographier(chemins: Iterable[Path]) -> dict[Path, bytes | None]:
    """Garder le contenu de fichiers que l'on va lire, et peut-être récrire.

    Parameters
    ----------
    chemins : iterable of Path
        Les fichiers.

    Returns
    -------
    dict of Path to bytes or None
        Leurs octets ; rien pour un fichier absent.

    Examples
    --------
    >>> list(photographier([Path("absente.csv")]).values())
    [None]
    """
    return {Path(chemin): _octets(chemin) for chemin in chemins}


def exiger_inchanges(lus: Mapping[Path, bytes | None]) -> None:
    """Refuser d'écrire d'après des fichiers qui ne sont plus ce qu'ils étaient.

    À appeler en tenant le dossier (:func:`seul_dans`), juste avant d'écrire.

    Parameters
    ----------
    lus : mapping of Path to bytes or None
        Ce que :func:`photographier` a rendu.

    Raises
    ------
    ErreurDonnees
        Un problème par fichier changé, apparu ou disparu.

    Examples
    --------
    >>> exiger_inchanges({Path("absente.csv"): None})
    """
    remede = "il n'a pas été récrit : relancez la commande"
    lever(
        Probleme(relatif(chemin), 0, "ce fichier vient de changer", remede=remede)
        for chemin, octets in lus.items()
        if _octets(chemin) != octets
    )


def _octets(chemin: Path) -> bytes | None:
    try:
        return Path(chemin).read_bytes()
    except OSError:
        # What cannot be read is said by what reads it.
        return None
