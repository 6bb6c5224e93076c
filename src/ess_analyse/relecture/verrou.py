"""Tenir le dossier des feuilles, le temps d'y vérifier puis écrire : un seul programme à la fois."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ess_analyse.erreurs import Probleme, lever, relatif

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

__all__ = ["seul_dans"]

_VERROU = ".verrou"
"""Le fichier que l'on tient sous Windows, où un dossier ne se tient pas."""


@contextmanager
def seul_dans(dossier: Path) -> Iterator[None]:
    """Tenir un dossier, créé au besoin ; un programme tué le lâche.

    Parameters
    ----------
    dossier : Path
        Celui des feuilles.

    Raises
    ------
    ErreurDonnees
        Sous Windows, si un autre programme le tient trop longtemps.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier, seul_dans(Path(dossier)):
    ...     _ = Path(dossier, "claire.csv").write_text("segment;codes", encoding="utf-8")
    """
    dossier.mkdir(parents=True, exist_ok=True)
    with _tenir_dossier(dossier) if fcntl else _tenir_fichier(dossier / _VERROU):
        yield


@contextmanager
def _tenir_dossier(dossier: Path) -> Iterator[None]:
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        fcntl.flock(descripteur, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descripteur)


@contextmanager
def _tenir_fichier(verrou: Path) -> Iterator[None]:
    import msvcrt

    descripteur = os.open(verrou, os.O_RDWR | os.O_CREAT)
    try:
        try:
            msvcrt.locking(descripteur, msvcrt.LK_LOCK, 1)
        except OSError:
            remede = "fermez les autres fenêtres de relecture, puis recommencez"
            lever([Probleme(relatif(verrou.parent), 0, "un autre programme y écrit", remede=remede)])
        try:
            yield
        finally:
            msvcrt.locking(descripteur, msvcrt.LK_UNLCK, 1)
    finally:
        os.close(descripteur)
        # Windows keeps a file that another program holds open: that one will remove it.
        with suppress(OSError):
            verrou.unlink()
