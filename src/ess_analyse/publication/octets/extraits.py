"""Ce que la lecture d'un fichier rend : des textes et leur lieu, des pièces à lire à leur tour, ou un refus."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import BinaryIO, Literal

from ess_analyse.lecture.archive import IllisibleError

__all__ = ["PLAFOND", "Extrait", "Piece", "gonfler", "lire_borne", "trop_gros"]

PLAFOND = 64 * 1024 * 1024
"""Octets qu'une pièce décompressée peut avoir : mille pages de texte en font moins de dix millions."""


@dataclass(frozen=True)
class Extrait:
    """Un texte qu'un fichier contient, sous une des formes où une personne ou un programme le lirait.

    Attributes
    ----------
    texte : str
        Le texte ; ses sauts de ligne sont ceux du fichier quand ``ligne`` n'est pas nul.
    lieu : str
        Où il est dans le fichier : « page 3 », « word/document.xml, paragraphe 12 » ; vide pour le fichier lui-même.
    ligne : int
        La ligne de son premier signe, 0 quand elle n'a pas de sens.
    nature : {"texte", "code", "nom", "binaire"}
        Ce qui est écrit pour être lu ; un programme ou une feuille de style ; un nom de fichier ; des octets
        quelconques.
    secours : bool
        Vrai pour une seconde lecture de ce qui l'a déjà été : elle ne compte que si la première n'a rien vu.
    defaut : str
        Pourquoi ce lieu n'a pas pu être lu ; le texte est alors vide.
    remede : str
        Que faire d'un lieu qui n'a pas pu être lu.

    Examples
    --------
    >>> Extrait("Élodie", "page 3").nature
    'texte'
    """

    texte: str
    lieu: str = ""
    ligne: int = 0
    nature: Literal["texte", "code", "nom", "binaire"] = "texte"
    secours: bool = False
    defaut: str = ""
    remede: str = ""


@dataclass(frozen=True)
class Piece:
    """Des octets trouvés dans un fichier, à lire comme un fichier.

    Attributes
    ----------
    octets : bytes
        Son contenu, décompressé.
    lieu : str
        Où elle est dans le fichier qui la contient.
    nom : str
        Son nom, quand elle en a un : il aide à reconnaître ce qu'elle est.
    ligne : int
        Où elle commence, quand son texte est une partie de celui du fichier ; 0 sinon.
    """

    octets: bytes
    lieu: str
    nom: str = ""
    ligne: int = 0


def trop_gros() -> IllisibleError:
    """Composer le refus de ce qui dépasse toute mesure."""
    return IllisibleError("trop gros pour être contrôlé", "publiez-le par morceaux, ou ne le publiez pas")


def lire_borne(flux: BinaryIO) -> bytes:
    """Lire un flux décompressé au fur et à mesure, en mémoire bornée.

    Parameters
    ----------
    flux : file object
        Ouvert en lecture.

    Returns
    -------
    bytes
        Tout son contenu.

    Raises
    ------
    IllisibleError
        S'il dépasse ``PLAFOND``.
    """
    # The size an archive declares may be a lie: only what is read counts.
    octets = flux.read(PLAFOND + 1)
    if len(octets) > PLAFOND:
        raise trop_gros()
    return octets


def gonfler(octets: bytes) -> bytes:
    """Décompresser une suite zlib, en mémoire bornée.

    Parameters
    ----------
    octets : bytes
        La suite ; tronquée, elle rend ce qui s'y lit.

    Returns
    -------
    bytes
        Son contenu.

    Raises
    ------
    IllisibleError
        S'il dépasse ``PLAFOND``, ou si ce n'est pas du zlib.

    Examples
    --------
    >>> gonfler(zlib.compress(b"bonjour"))
    b'bonjour'
    """
    try:
        contenu = zlib.decompressobj().decompress(octets, PLAFOND + 1)
    except zlib.error:
        raise IllisibleError("données compressées abîmées", "refaites ce fichier") from None
    if len(contenu) > PLAFOND:
        raise trop_gros()
    return contenu
