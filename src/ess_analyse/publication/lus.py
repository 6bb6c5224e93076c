"""Les fichiers que la porte a déjà lus, et où elle n'a rien trouvé : leurs mêmes octets n'ont pas à être relus."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

from ess_analyse.cache import Magasin

__all__ = ["Lus"]

_SORTE = "porte"


class Lus:
    """Ce qui a déjà passé la porte, pour les mêmes noms, les mêmes paroles restreintes et le même programme.

    Un fichier n'y est reconnu qu'à son chemin et à tous ses octets. Rien n'est cru d'un magasin sans secret : qui peut
    écrire dans l'étude ne doit pas pouvoir faire passer un nom.

    Parameters
    ----------
    magasin : Magasin
        Celui de l'étude, scellé par le secret de la machine (:func:`ess_analyse.cache.lire_secret`).
    contexte : str
        L'empreinte de tout ce qui, hors du fichier, décide de la réponse.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     magasin = Magasin(Path(dossier), b"secret")
    ...     lus = Lus(magasin, "a1")
    ...     lus.noter(Path("index.html"), b"Bonjour.")
    ...     lus.garder()
    ...     [Lus(magasin, contexte).connait(Path("index.html"), b"Bonjour.") for contexte in ("a1", "b2")]
    [True, False]
    """

    def __init__(self, magasin: Magasin, contexte: str):
        self._magasin = magasin
        # Signed too: a name of the key must not be guessed by trying prints.
        self._cle = hmac.new(magasin.secret, contexte.encode(), hashlib.sha256).hexdigest()
        gardes = magasin.prendre(_SORTE, self._cle) if magasin.secret else None
        self._connus: dict[str, str] = {} if gardes is None else json.loads(gardes)
        self._vus: dict[str, str] = {}

    def connait(self, chemin: Path, octets: bytes) -> bool:
        """Dire si ce fichier, octet pour octet, a déjà été lu sans que rien n'y soit trouvé."""
        connu = self._connus.get(chemin.as_posix()) == _empreindre(octets)
        if connu:
            self.noter(chemin, octets)
        return connu

    def noter(self, chemin: Path, octets: bytes) -> None:
        """Retenir que rien n'a été trouvé dans un fichier."""
        self._vus[chemin.as_posix()] = _empreindre(octets)

    def garder(self) -> None:
        """Garder ce qui a été retenu, et oublier ce qui l'était d'une autre clé ou d'un autre programme."""
        if self._magasin.secret and self._vus != self._connus:
            self._magasin.ranger(_SORTE, self._cle, json.dumps(self._vus).encode())
            self._magasin.nettoyer(_SORTE, [self._cle])


def _empreindre(octets: bytes) -> str:
    # Whole, unlike other prints: someone might look for two files that share half of it.
    return hashlib.sha256(octets).hexdigest()
