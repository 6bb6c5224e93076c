"""Dire en quelques lettres ce qu'un résultat doit à ses entrées : textes, fichiers, programme, versions."""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

__all__ = ["decrire_versions", "empreindre", "empreindre_arbre", "empreindre_programme"]

_LONGUEUR = 32
"""En chiffres hexadécimaux : 128 bits, que deux contenus différents ne partagent pas par hasard."""

_GROS = 16 * 1024 * 1024
"""Octets au-delà desquels un fichier est un enregistrement ou une image, non ce qu'une personne a écrit."""


def empreindre(*parties: object) -> str:
    """Rendre l'empreinte de plusieurs parties, dans leur ordre.

    Parameters
    ----------
    *parties : bytes, str, or anything JSON can write
        Deux suites de parties n'ont la même empreinte que si elles sont égales une à une : « ab », « c » n'est pas
        « a », « bc ».

    Returns
    -------
    str
        Trente-deux chiffres hexadécimaux (SHA-256, tronqué).

    Examples
    --------
    >>> empreindre("ab", "c") == empreindre("a", "bc")
    False
    >>> len(empreindre({"codes": ["R-SENS"]}, b"octets"))
    32
    """
    empreinte = hashlib.sha256()
    for partie in parties:
        marque, octets = _en_octets(partie)
        empreinte.update(marque + len(octets).to_bytes(8, "big"))
        empreinte.update(octets)
    return empreinte.hexdigest()[:_LONGUEUR]


def _en_octets(partie: object) -> tuple[bytes, bytes]:
    if isinstance(partie, bytes):
        return b"o", partie
    if isinstance(partie, str):
        # A lone surrogate, that a damaged file may hold, has no UTF-8.
        return b"t", partie.encode("utf-8", "surrogatepass")
    return b"j", json.dumps(partie, sort_keys=True).encode()


def empreindre_arbre(racine: Path, chemins: Iterable[Path], sauf: Iterable[Path] = ()) -> dict[str, str]:
    """Rendre l'empreinte de chaque fichier de plusieurs dossiers.

    Celle d'un gros fichier, un enregistrement posé dans l'étude, est faite de sa taille et de sa date : le lire
    prendrait des minutes, à chaque commande.

    Parameters
    ----------
    racine : Path
        Le dossier d'où les noms sont dits.
    chemins : iterable of Path
        Des fichiers, ou des dossiers pris entiers ; ce qui n'existe pas ne compte pas.
    sauf : iterable of Path
        Des fichiers et des dossiers à ne pas lire. Un nom caché (``.git``) ou ``__pycache__`` ne l'est jamais.

    Returns
    -------
    dict of str to str
        Nom relatif (absolu hors de ``racine``), à barres obliques → empreinte, dans l'ordre des noms.

    Examples
    --------
    >>> list(empreindre_arbre(Path(__file__).parent, [Path(__file__)]))
    ['empreintes.py']
    """
    racine, exclus = Path(racine), {Path(chemin) for chemin in sauf}
    trouves: dict[str, str] = {}
    for chemin in chemins:
        for fichier in _parcourir(Path(chemin), exclus):
            nom = fichier.relative_to(racine) if fichier.is_relative_to(racine) else fichier
            trouves[nom.as_posix()] = _empreindre_fichier(fichier)
    return dict(sorted(trouves.items()))


def _empreindre_fichier(fichier: Path) -> str:
    etat = fichier.stat()
    return empreindre(etat.st_size, etat.st_mtime_ns) if etat.st_size > _GROS else empreindre(fichier.read_bytes())


def _parcourir(chemin: Path, exclus: set[Path]) -> Iterable[Path]:
    if chemin in exclus:
        return
    if chemin.is_dir():
        for petit in sorted(chemin.iterdir()):
            if not petit.name.startswith(".") and petit.name != "__pycache__":
                yield from _parcourir(petit, exclus)
    elif chemin.is_file():
        yield chemin


@functools.cache
def empreindre_programme(*pieces: str) -> str:
    """Rendre l'empreinte du programme lui-même : une ligne qui change peut changer ce qu'il calcule.

    Parameters
    ----------
    *pieces : str
        Les pièces du paquet dont le résultat dépend (``"langue"``) ; toutes, si aucune n'est dite.

    Returns
    -------
    str
        Celle des fichiers installés, gabarits compris.

    Examples
    --------
    >>> empreindre_programme("langue") == empreindre_programme("grille")
    False
    """
    racine = Path(str(files("ess_analyse")))
    chemins = [racine / piece if (racine / piece).is_dir() else racine / f"{piece}.py" for piece in pieces]
    return empreindre(empreindre_arbre(racine, chemins or [racine]))


@functools.cache
def decrire_versions(*paquets: str) -> dict[str, str]:
    """Dire de quelles versions un résultat dépend, celle de Python comprise.

    Parameters
    ----------
    *paquets : str
        Leurs noms d'installation.

    Returns
    -------
    dict of str to str
        Nom → version ; vide pour un paquet absent.

    Examples
    --------
    >>> sorted(decrire_versions("pandas", "absent"))
    ['absent', 'pandas', 'python']
    """
    return {"python": ".".join(map(str, sys.version_info[:3]))} | {paquet: _version(paquet) for paquet in paquets}


def _version(paquet: str) -> str:
    try:
        return version(paquet)
    except PackageNotFoundError:
        return ""
