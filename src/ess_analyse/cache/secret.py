"""Le secret de la machine : ce qu'un magasin scelle avec lui, nul autre n'a pu l'écrire."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

__all__ = ["lire_secret"]

_TAILLE = 32
"""Octets : autant que le sceau qu'il fait."""
_FICHIER = "secret"


def lire_secret(dossier: Path | None = None) -> bytes | None:
    """Rendre le secret de la personne qui lance le programme, tiré au hasard la première fois.

    Une étude se copie, s'envoie, se partage, et son magasin peut venir avec elle ; le secret reste, hors d'elle, dans
    un fichier que nul autre compte ne lit.

    Parameters
    ----------
    dossier : Path, optional
        Où il est gardé ; par défaut, le cache de l'utilisateur. Perdu, il est tiré de nouveau : ce qu'il scellait se
        refait.

    Returns
    -------
    bytes or None
        Rien si l'on ne peut pas le garder.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     lire_secret(Path(dossier)) == lire_secret(Path(dossier))
    True
    """
    chemin = (_dossier_utilisateur() if dossier is None else Path(dossier)) / _FICHIER
    with contextlib.suppress(OSError):
        if len(secret := chemin.read_bytes()) == _TAILLE:
            return secret
    try:
        chemin.parent.mkdir(parents=True, exist_ok=True)
        # Made for its owner alone, then put in place whole: two commands at once end with the same one.
        descripteur, brouillon = tempfile.mkstemp(dir=chemin.parent, prefix=f"{_FICHIER}-")
        with os.fdopen(descripteur, "wb") as fichier:
            fichier.write(secrets.token_bytes(_TAILLE))
        Path(brouillon).replace(chemin)
        return chemin.read_bytes()
    except OSError:
        return None


def _dossier_utilisateur() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("ess_analyse", appauthor=False)
