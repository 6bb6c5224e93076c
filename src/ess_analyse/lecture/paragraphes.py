"""Ce que chaque format rend avant que l'on sache qui parle."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

__all__ = ["Depouillement", "Paragraphe"]


@dataclass(frozen=True)
class Paragraphe:
    """Un paragraphe, une réplique ou une ligne, tel que le fichier le donne.

    Attributes
    ----------
    texte : str
        NFC, sans blanc aux bords, jamais vide ; un saut de ligne écrit dans le paragraphe reste ``\\n``.
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
