"""Lire un texte quel que soit son encodage, l'écrire en UTF-8."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from ess_analyse.fichiers.octets import ecrire_octets, erreur, lire_octets, vide

__all__ = ["decoder", "ecrire_texte", "lire_texte", "lire_texte_encode"]

_ECHANTILLON = 4096
_NULS_D_UTF_16 = 0.8
"""Part des lettres d'un texte français dont l'UTF-16 a un octet nul : toutes, hors « œ », « ’ », « … »."""


def decoder(octets: bytes) -> tuple[str, str]:
    r"""Décoder un texte français d'encodage inconnu.

    UTF-16 marqué, ou évident (un octet nul sur deux), puis UTF-8 (avec ou sans marque), puis Windows-1252 : dans cet
    ordre, un texte français n'est jamais lu de travers, alors que les détecteurs statistiques confondent cp1252 avec
    des pages de code voisines.

    Parameters
    ----------
    octets : bytes
        Le contenu d'un fichier.

    Returns
    -------
    texte : str
        En NFC, lignes séparées par ``\n``, sans marque d'ordre.
    encodage : str
        ``utf-8``, ``utf-16`` ou ``cp1252``.

    Raises
    ------
    UnicodeDecodeError
        Si aucun des trois ne convient.

    Examples
    --------
    >>> decoder("été\r\n".encode("cp1252"))
    ('été\n', 'cp1252')
    """
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _normaliser(octets.decode("utf-16")), "utf-16"
    if ordre := _deviner_ordre(octets):
        return _normaliser(octets.decode(ordre)), "utf-16"
    try:
        return _normaliser(octets.decode("utf-8-sig")), "utf-8"
    except UnicodeDecodeError:
        return _normaliser(octets.decode("cp1252")), "cp1252"


def _deviner_ordre(octets: bytes) -> str:
    """Reconnaître un UTF-16 sans marque : presque toutes ses lettres ont un octet nul, toujours du même côté."""
    debut = octets[:_ECHANTILLON]
    moitie, nuls = len(debut) // 2, (debut[::2].count(0), debut[1::2].count(0))
    if len(octets) % 2 or not max(nuls) > _NULS_D_UTF_16 * moitie or min(nuls):
        return ""
    return "utf-16-be" if nuls[0] else "utf-16-le"


def _normaliser(texte: str) -> str:
    texte = texte.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", texte)


def lire_texte(chemin: Path) -> str:
    r"""Lire un fichier de texte, quel que soit son encodage.

    Parameters
    ----------
    chemin : Path
        Le fichier.

    Returns
    -------
    str
        Le texte, en NFC, lignes séparées par ``\n``.

    Raises
    ------
    ErreurDonnees
        Si le fichier manque, est vide, ou n'est pas du texte.
    """
    return lire_texte_encode(chemin)[0]


def lire_texte_encode(chemin: Path) -> tuple[str, str]:
    r"""Lire un fichier de texte et dire dans quel encodage il est.

    Parameters
    ----------
    chemin : Path
        Le fichier.

    Returns
    -------
    texte : str
        En NFC, lignes séparées par ``\n``.
    encodage : str
        ``utf-8``, ``utf-16`` ou ``cp1252``.

    Raises
    ------
    ErreurDonnees
        Si le fichier manque, est vide, ou n'est pas du texte.
    """
    octets = lire_octets(chemin)
    remede = "enregistrez-le en texte UTF-8 depuis votre traitement de texte"
    try:
        texte, encodage = decoder(octets)
    except UnicodeDecodeError:
        raise erreur(chemin, "encodage inconnu", remede) from None
    if "\0" in texte:
        raise erreur(chemin, "ce fichier n'est pas du texte", remede)
    if not texte.strip():
        raise vide(chemin)
    return texte, encodage


def ecrire_texte(chemin: Path, texte: str) -> bool:
    r"""Écrire un texte en UTF-8, lignes séparées par ``\n``.

    Parameters
    ----------
    chemin : Path
        Le fichier.
    texte : str
        Le nouveau contenu.

    Returns
    -------
    bool
        Vrai si le contenu a changé.
    """
    return ecrire_octets(chemin, texte.encode("utf-8"))
