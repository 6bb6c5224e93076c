"""Un magasin d'octets adressés par ce dont ils viennent : ce qu'il perd se refait, ce qu'il rend est entier."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.fichiers import ecrire_octets

__all__ = ["DOSSIER", "Magasin", "ouvrir_magasin"]

DOSSIER = ".ess"
"""Le dossier caché de l'étude où est rangé tout ce qui se recalcule : git l'ignore, un retrait l'efface en entier."""
_SCEAU = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Magasin:
    """Des octets rangés par sorte et par clé, sur le disque.

    Rien n'y est exécuté : ce sont des octets, non des objets. Ils sont écrits à côté puis renommés, et scellés : un
    fichier tronqué, abîmé ou rangé sous un autre nom est comme absent. Un dossier où l'on ne peut pas écrire coûte du
    temps, jamais un résultat.

    Parameters
    ----------
    dossier : Path
        Où ils sont ; il est créé au premier rangement, à soi seul et hors de git.
    secret : bytes
        Celui de la machine (:func:`lire_secret`), s'il faut aussi que ce qui est rendu n'ait pu être écrit par un
        autre. Sans lui, le sceau ne dit que l'intégrité.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     magasin = Magasin(Path(dossier) / "cache")
    ...     magasin.ranger("parts", "a1", b"octets")
    ...     magasin.prendre("parts", "a1"), magasin.prendre("parts", "b2")
    (b'octets', None)
    """

    dossier: Path
    secret: bytes = field(default=b"", repr=False)

    def prendre(self, sorte: str, cle: str) -> bytes | None:
        """Rendre des octets rangés, ou rien s'ils manquent ou ne sont plus entiers."""
        try:
            lus = self._chemin(sorte, cle).read_bytes()
        except OSError:
            return None
        sceau, octets = lus[:_SCEAU], lus[_SCEAU:]
        return octets if hmac.compare_digest(sceau, self._sceller(sorte, cle, octets)) else None

    def ranger(self, sorte: str, cle: str, octets: bytes) -> None:
        """Ranger des octets ; à défaut de place ou de droits, ne rien faire."""
        with contextlib.suppress(OSError, ErreurDonnees):
            if not self.dossier.is_dir():
                self.dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
                # Nothing that comes from interviews is kept where git could take it.
                ecrire_octets(self.dossier / ".gitignore", b"*\n")
            ecrire_octets(self._chemin(sorte, cle), self._sceller(sorte, cle, octets) + octets)

    def oter(self, sorte: str, cle: str) -> None:
        """Oublier ce qui est rangé sous une clé, s'il y est."""
        with contextlib.suppress(OSError):
            self._chemin(sorte, cle).unlink()

    def nettoyer(self, sorte: str, gardees: Iterable[str]) -> None:
        """Oublier d'une sorte tout ce qui ne sert plus, écritures interrompues comprises.

        Parameters
        ----------
        sorte : str
            Une sorte.
        gardees : iterable of str
            Les clés qui servent encore.
        """
        gardees = set(gardees)
        with contextlib.suppress(OSError), os.scandir(self.dossier / sorte) as trouves:
            for trouve in trouves:
                if trouve.name not in gardees:
                    with contextlib.suppress(OSError):
                        Path(trouve.path).unlink()

    def _sceller(self, sorte: str, cle: str, octets: bytes) -> bytes:
        nom = f"{sorte}/{cle}".encode()
        scelles = len(nom).to_bytes(8, "big") + nom + octets
        if not self.secret:
            return hashlib.sha256(scelles).digest()
        return hmac.digest(self.secret, scelles, "sha256")

    def _chemin(self, sorte: str, cle: str) -> Path:
        return self.dossier / sorte / cle


def ouvrir_magasin(racine: Path, secret: bytes = b"") -> Magasin:
    """Rendre le magasin d'une étude : ce qui vient des entretiens reste avec eux.

    Parameters
    ----------
    racine : Path
        Le dossier de l'étude.
    secret : bytes
        Comme pour :class:`Magasin`.

    Returns
    -------
    Magasin
        Dans ``.ess/cache``.

    Examples
    --------
    >>> ouvrir_magasin(Path("mon-etude")).dossier.as_posix()
    'mon-etude/.ess/cache'
    """
    return Magasin(Path(racine) / DOSSIER / "cache", secret)
