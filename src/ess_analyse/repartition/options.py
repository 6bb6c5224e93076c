"""Ce qu'une personne demande : combien de processus, quelle grappe."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit

from ess_analyse.erreurs import ErreurDonnees, Probleme

__all__ = ["LOCAL", "compter_coeurs", "lire_dask", "lire_processus"]

LOCAL = "local"
_AUTO = "auto"
_PLUS = 256
"""Au-delà, c'est une faute de frappe : chaque processus charge le modèle, quelques centaines de mébioctets."""
_EXEMPLE = "tcp://127.0.0.1:8786"
_REMEDE_TUNNEL = (
    "vers une autre machine, chiffrez (« tls://… »), ou ouvrez un tunnel (« ssh -L 8786:127.0.0.1:8786 machine ») "
    f"et donnez « {_EXEMPLE} »"
)


def lire_processus(valeur: int | str) -> int:
    """Lire combien de processus employer.

    Parameters
    ----------
    valeur : int or str
        Un nombre ; 0 ou ``auto`` pour autant que de cœurs.

    Returns
    -------
    int
        De 1 à 256.

    Raises
    ------
    ErreurDonnees
        Ce n'est pas un tel nombre.

    Examples
    --------
    >>> lire_processus("3"), lire_processus("auto") == lire_processus(0)
    (3, True)
    """
    texte = str(valeur).strip().lower()
    nombre = 0 if texte == _AUTO else int(texte) if texte.isascii() and texte.isdigit() else -1
    if not 0 <= nombre <= _PLUS:
        remede = f"écrivez un nombre de 1 à {_PLUS}, ou « {_AUTO} » pour autant que de cœurs"
        raise ErreurDonnees([Probleme("--processus", 0, "nombre de processus impossible", str(valeur), remede)])
    return nombre or compter_coeurs()


def compter_coeurs() -> int:
    """Compter les cœurs que ce programme peut employer.

    Returns
    -------
    int
        Au moins 1.

    Examples
    --------
    >>> compter_coeurs() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def lire_dask(valeur: str) -> str:
    """Lire l'adresse d'une grappe dask.

    Les phrases des entretiens partent vers cette adresse : en clair, elle ne peut être que sur cette machine.

    Parameters
    ----------
    valeur : str
        ``local``, ``tcp://127.0.0.1:PORT``, ou ``tls://MACHINE:PORT`` (certificats donnés dans la configuration de
        dask).

    Returns
    -------
    str
        L'adresse, ou ``local``.

    Raises
    ------
    ErreurDonnees
        Ce n'est pas une adresse, ou elle mènerait en clair hors de cette machine.

    Examples
    --------
    >>> lire_dask("127.0.0.1:8786")
    'tcp://127.0.0.1:8786'
    """
    texte = valeur.strip()
    if texte.lower() == LOCAL:
        return LOCAL
    adresse = texte if "://" in texte else f"tcp://{texte}"
    try:
        lue = urlsplit(adresse)
        bonne = lue.scheme in ("tcp", "tls") and lue.hostname and lue.port and not lue.path.strip("/")
    except ValueError:
        bonne = False
    if not bonne:
        remede = f"écrivez « {LOCAL} », ou une adresse comme « {_EXEMPLE} »"
        raise ErreurDonnees([Probleme("--dask", 0, "ce n'est pas une adresse", valeur, remede)])
    if lue.scheme == "tcp" and not _est_ici(lue.hostname):
        message = "les phrases des entretiens partiraient en clair hors de cette machine"
        raise ErreurDonnees([Probleme("--dask", 0, message, valeur, _REMEDE_TUNNEL)])
    return adresse.rstrip("/")


def _est_ici(hote: str) -> bool:
    try:
        return ipaddress.ip_address(hote).is_loopback
    except ValueError:
        return hote == "localhost"
