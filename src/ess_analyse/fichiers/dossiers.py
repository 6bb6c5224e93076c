"""Remplacer un dossier en une fois : le nouveau est en place, ou l'ancien y est encore."""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["remplacer_dossier"]


def remplacer_dossier(cible: Path, neuf: Path) -> None:
    """Mettre un dossier composé à côté à la place d'un autre.

    Parameters
    ----------
    cible : Path
        Le dossier à remplacer ; il peut ne pas exister.
    neuf : Path
        Le dossier composé, sur le même disque. Ses droits deviennent ceux d'un dossier que chacun peut lire.

    Raises
    ------
    OSError
        Si le disque refuse ; l'ancien dossier est alors à sa place ou, s'il n'a pu y revenir, gardé à côté sous le nom
        de ``neuf`` suivi de ``-ancien``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     neuf = Path(dossier, "neuf")
    ...     neuf.mkdir()
    ...     remplacer_dossier(Path(dossier, "site"), neuf)
    ...     print([un.name for un in Path(dossier).iterdir()])
    ['site']
    """
    # mkdtemp creates 0700 folders, which a web server or a colleague could not read.
    neuf.chmod(0o755)
    cible.parent.mkdir(parents=True, exist_ok=True)
    ancien = cible.with_name(f"{neuf.name}-ancien")
    if cible.exists():
        cible.replace(ancien)
    try:
        neuf.replace(cible)
    except BaseException:
        if ancien.exists():
            ancien.replace(cible)
        raise
    # Only once the new folder is in place: until then, the old one is the only one.
    shutil.rmtree(ancien, ignore_errors=True)
