"""Ce que chaque format rend avant que l'on sache qui parle."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Depouillement", "Paragraphe", "propre"]

_FINS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLES = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_ORPHELINS = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Paragraphe:
    r"""Un paragraphe, une réplique ou une ligne, tel que le fichier le donne.

    Attributes
    ----------
    texte : str
        NFC, sans blanc aux bords, jamais vide ; un saut de ligne écrit dans le paragraphe reste ``\n``.
    locuteur : str or None
        Qui parle, quand le format le dit (voix, colonne, acteur) ; ``None`` s'il faut le reconnaître dans le texte.
    temps : tuple of (float, float) or None
        Début et fin de la parole dans l'enregistrement, en secondes.
    gras : int
        Nombre de signes en gras au début du texte : un nom en gras ouvre un tour.

    Raises
    ------
    ValueError
        Si le texte est vide, a un blanc à ses bords ou n'est pas en NFC.
    """

    texte: str
    locuteur: str | None = None
    temps: tuple[float, float] | None = None
    gras: int = 0

    def __post_init__(self):
        if not self.texte or self.texte != self.texte.strip() or not unicodedata.is_normalized("NFC", self.texte):
            raise ValueError(f"paragraphe mal formé : {self.texte!r}")


@dataclass(frozen=True)
class Depouillement:
    """Le contenu d'un fichier, et ce qu'il faut en dire à la personne.

    Attributes
    ----------
    paragraphes : tuple of Paragraphe
        Dans l'ordre du fichier.
    constats : tuple of str
        Une phrase par chose laissée de côté ou supposée (« 3 commentaires laissés de côté »), sans point final.
    """

    paragraphes: tuple[Paragraphe, ...]
    constats: tuple[str, ...] = ()


def propre(texte: str) -> str:
    r"""Mettre au propre un texte lu dans un fichier, sans en perdre un mot.

    Parameters
    ----------
    texte : str
        Tel que le format le donne.

    Returns
    -------
    str
        En NFC, lignes séparées par ``\n``, sans blanc aux bords ; les tabulations deviennent des espaces, les espaces
        insécables sont gardées ; traits d'union conditionnels, caractères de contrôle et marques de sens d'écriture
        sont ôtés ; une moitié de caractère devient « \ufffd ».

    Examples
    --------
    >>> propre("\tnume\u0301\u00adrique\u00a0?\x00\r\n")
    'numérique\xa0?'
    """
    texte = _INVISIBLES.sub("", _FINS.sub("\n", texte)).replace("\t", " ").replace("\x1f", " ")
    return unicodedata.normalize("NFC", _ORPHELINS.sub("\ufffd", texte)).strip()
