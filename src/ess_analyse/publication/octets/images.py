"""Lire ce qu'une image dit d'elle-même : commentaires, Exif, XMP, IPTC."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.publication.octets.extraits import Extrait, Piece, gonfler
from ess_analyse.publication.octets.textes import decoder_texte, lire_brut

__all__ = ["lire_jpeg", "lire_png", "lire_tiff", "lire_webp"]

_DESSIN = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"fdAT")
_APRES = "après la fin de l'image"
_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_SUITE = b"http://ns.adobe.com/xmp/extension/\0"
_ENTETE_SUITE = 40
"""Octets d'une suite de XMP avant son texte : une empreinte, une longueur, une place."""
_IPTC = re.compile(rb"\x1c[\x01-\x09](.)(..)", re.DOTALL)
_SANS_LONGUEUR = {0x01, *range(0xD0, 0xD9)}
_DEBUT_DU_DESSIN = 0xDA
_COMMENTAIRE = 0xFE
_SOUS_REPERTOIRES = (0x8769, 0x8825, 0xA005)
_ASCII, _INDEFINI, _OCTETS = 2, 7, 1
_COMMENTAIRE_EXIF = 0x9286
_XP = range(0x9C9B, 0x9CA0)
"""Les champs que Windows écrit en UTF-16 : titre, commentaire, auteur, mots-clés, sujet."""
_CHAMPS = {
    0x010E: "description",
    0x013B: "auteur",
    0x8298: "droits",
    _COMMENTAIRE_EXIF: "commentaire",
    0x9C9B: "titre",
    0x9C9C: "commentaire",
    0x9C9D: "auteur",
    0xA430: "propriétaire de l'appareil",
}
_REPERTOIRES = 32
"""Répertoires d'un Exif suivis : une image en a moins de dix, une image hostile en ferait une ronde."""


def _piece(texte: str, lieu: str) -> Piece:
    return Piece(texte.encode("utf-8", errors="replace"), lieu)


def _dire(octets: bytes) -> str:
    texte = decoder_texte(octets)
    return (octets.decode("latin-1") if texte is None else texte).replace("\0", " ").strip()


def lire_png(octets: bytes, nom: str = "") -> Iterator[Extrait | Piece]:
    """Lire les textes, l'Exif et les segments inconnus d'un PNG, et ce qui le suit.

    Parameters
    ----------
    octets : bytes
        L'image.
    nom : str
        Sans effet : tous les lecteurs ont la même signature.

    Yields
    ------
    Extrait or Piece
        Le nom d'un champ et son texte ; le texte dessiné n'est pas lu.
    """
    place = 8
    while place + 12 <= len(octets):
        longueur, sorte = struct.unpack_from(">I4s", octets, place)
        contenu = octets[place + 8 : place + 8 + longueur]
        place += 12 + longueur
        if sorte == b"IEND":
            break
        if sorte in (b"tEXt", b"zTXt", b"iTXt"):
            yield from _texte_png(sorte, contenu)
        elif sorte == b"eXIf":
            yield from _exif(contenu)
        elif sorte not in _DESSIN:
            yield Piece(contenu, f"segment {sorte.decode('latin-1')}")
    yield from _finir(octets, place)


def _finir(octets: bytes, place: int) -> Iterator[Extrait | Piece]:
    """Rendre ce qui suit la fin de l'image, puis tous ses octets."""
    if octets[place:].strip(b"\0"):
        yield Piece(octets[place:], _APRES)
    yield from lire_brut(octets)


def _texte_png(sorte: bytes, contenu: bytes) -> Iterator[Extrait | Piece]:
    cle, _, valeur = contenu.partition(b"\0")
    lieu = f"métadonnée {cle.decode('latin-1')}"
    try:
        if sorte == b"zTXt":
            valeur = gonfler(valeur[1:])
        elif sorte == b"iTXt":
            compresse, (langue, traduit, valeur) = valeur[:1] == b"\1", (valeur[2:].split(b"\0", 2) + [b""] * 3)[:3]
            valeur = langue + b" " + traduit + b"\n" + (gonfler(valeur) if compresse else valeur)
    except IllisibleError as erreur:
        yield Extrait("", lieu, defaut=str(erreur), remede=erreur.remede)
        return
    yield _piece(_dire(valeur), lieu)
    if cle.startswith(b"Raw profile type"):
        # ImageMagick writes a profile as hexadecimal digits, after its name and its length.
        chiffres = b"".join(valeur.split()[2:])
        if re.fullmatch(rb"(?:[0-9a-fA-F]{2})+", chiffres):
            yield Piece(bytes.fromhex(chiffres.decode()).removeprefix(_EXIF), lieu)


def lire_jpeg(octets: bytes, nom: str = "") -> Iterator[Extrait | Piece]:
    """Lire les commentaires, l'Exif, le XMP et l'IPTC d'un JPEG, et ce qui le suit.

    Parameters
    ----------
    octets : bytes
        L'image.
    nom : str
        Sans effet : tous les lecteurs ont la même signature.

    Yields
    ------
    Extrait or Piece
        Le nom d'un champ et son texte ; le texte dessiné n'est pas lu.
    """
    place = 2
    while place + 4 <= len(octets) and octets[place] == 0xFF and octets[place + 1] != _DEBUT_DU_DESSIN:
        marque = octets[place + 1]
        if marque in _SANS_LONGUEUR or marque == 0xFF:
            place += 1 if marque == 0xFF else 2
            continue
        longueur = int.from_bytes(octets[place + 2 : place + 4], "big")
        contenu = octets[place + 4 : place + 2 + longueur]
        place += 2 + max(longueur, 2)
        if marque == _COMMENTAIRE:
            yield _piece(_dire(contenu), "commentaire")
        elif contenu.startswith(_EXIF):
            yield from _exif(contenu.removeprefix(_EXIF))
        elif contenu.startswith(_XMP):
            yield Piece(contenu.removeprefix(_XMP), "métadonnées XMP")
        elif contenu.startswith(_XMP_SUITE):
            yield Piece(contenu[len(_XMP_SUITE) + _ENTETE_SUITE :], "métadonnées XMP")
        else:
            yield from _iptc(contenu)
    fin = octets.rfind(b"\xff\xd9")
    yield from _finir(octets, len(octets) if fin < 0 else fin + 2)


def _iptc(contenu: bytes) -> Iterator[Piece]:
    for trouve in _IPTC.finditer(contenu):
        valeur = contenu[trouve.end() : trouve.end() + int.from_bytes(trouve[2], "big")]
        if texte := decoder_texte(valeur):
            yield _piece(texte, f"métadonnée IPTC {trouve[1][0]}")


def lire_tiff(octets: bytes, nom: str = "") -> Iterator[Extrait | Piece]:
    """Lire les champs de texte d'un TIFF.

    Parameters
    ----------
    octets : bytes
        L'image.
    nom : str
        Sans effet : tous les lecteurs ont la même signature.

    Yields
    ------
    Extrait or Piece
        Le nom d'un champ et son texte.
    """
    yield from _exif(octets)
    yield from lire_brut(octets)


def _exif(octets: bytes) -> Iterator[Piece]:
    """Suivre les répertoires d'un Exif (un TIFF) et rendre ce qui y est écrit."""
    ordre = {b"II": "<", b"MM": ">"}.get(octets[:2])
    if ordre is None or len(octets) < 8:
        return
    a_lire, lus = [struct.unpack_from(f"{ordre}I", octets, 4)[0]], set()
    while a_lire and len(lus) < _REPERTOIRES:
        place = a_lire.pop()
        if place in lus or not 8 <= place <= len(octets) - 2:
            continue
        lus.add(place)
        (nombre,) = struct.unpack_from(f"{ordre}H", octets, place)
        for champ in range(place + 2, min(place + 2 + 12 * nombre, len(octets) - 11), 12):
            etiquette, sorte, taille, valeur = struct.unpack_from(f"{ordre}HHII", octets, champ)
            if etiquette in _SOUS_REPERTOIRES:
                a_lire.append(valeur)
            elif sorte in (_ASCII, _INDEFINI, _OCTETS):
                debut = champ + 8 if taille <= 4 else valeur
                yield from _champ_exif(etiquette, sorte, octets[debut : debut + taille])
        suivant = place + 2 + 12 * nombre
        if suivant + 4 <= len(octets):
            a_lire.append(struct.unpack_from(f"{ordre}I", octets, suivant)[0])


def _champ_exif(etiquette: int, sorte: int, valeur: bytes) -> Iterator[Piece]:
    lieu = f"métadonnées Exif, {_CHAMPS.get(etiquette, f'champ {etiquette:#06x}')}"
    if etiquette in _XP:
        yield _piece(valeur.decode("utf-16-le", errors="replace").rstrip("\0"), lieu)
    elif etiquette == _COMMENTAIRE_EXIF:
        unicode = valeur.startswith(b"UNICODE\0")
        yield _piece(valeur[8:].decode("utf-16-le", errors="replace") if unicode else _dire(valeur[8:]), lieu)
    elif sorte == _ASCII:
        yield _piece(_dire(valeur), lieu)


def lire_webp(octets: bytes, nom: str = "") -> Iterator[Extrait | Piece]:
    """Lire l'Exif et le XMP d'un WebP.

    Parameters
    ----------
    octets : bytes
        L'image.
    nom : str
        Sans effet : tous les lecteurs ont la même signature.

    Yields
    ------
    Extrait or Piece
        Le nom d'un champ et son texte.
    """
    place = 12
    while place + 8 <= len(octets):
        sorte, longueur = struct.unpack_from("<4sI", octets, place)
        contenu = octets[place + 8 : place + 8 + longueur]
        place += 8 + longueur + longueur % 2
        if sorte == b"EXIF":
            yield from _exif(contenu.removeprefix(_EXIF))
        elif sorte == b"XMP ":
            yield Piece(contenu, "métadonnées XMP")
    yield from lire_brut(octets)
