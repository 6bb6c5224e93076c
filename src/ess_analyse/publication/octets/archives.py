"""Lire les archives, et les documents de bureau qui en sont : pièce par pièce, paragraphe par paragraphe."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.publication.octets.extraits import Extrait, Piece, lire_borne
from ess_analyse.publication.octets.textes import debaliser, decoder_texte, defaire, lire_brut

__all__ = ["lire_comprime", "lire_tar", "lire_zip"]

_ABIMEE = ("archive abîmée", "refaites-la, ou ne la publiez pas")
_CHIFFREE = ("archive chiffrée", "publiez-en une copie sans mot de passe")
_INCONNUE = ("archive compressée d'une façon inconnue", "refaites-la en zip ordinaire")
_METHODES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)

_PARAGRAPHE = re.compile(
    r"</(?:w:p|a:p|text:p|text:h|si|is|c|comment|table:table-cell)>|<(?:w:p|text:p|text:h|si|c)(?: [^<>]*)?/>"
)
_BLANC = re.compile(r"<(?:w:tab|w:br|w:cr|text:s|text:tab|text:line-break)(?![\w:-])[^<>]*>")
_ATTRIBUT = re.compile(r"""\s([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_BALISE = re.compile(r"<[^<>]*>")
_REMARQUE = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_CHAMP = re.compile(r"<([\w:.-]+)(?:\s[^<>]*)?>([^<>]+)</\1>")
_CELLULE = re.compile(r'<c\s[^<>]*?\br="([A-Z]+\d+)"[^<>]*?>')
_CELLULE_PARTAGEE = re.compile(r'<c\s(?=[^<>]*\bt="s")[^<>]*?\br="([A-Z]+\d+)"[^<>]*>(?:<f[^<>]*/>)?<v>(\d+)</v>')
_FEUILLE = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_METADONNEES = re.compile(r"docProps/.*\.xml|meta\.xml")


def lire_zip(octets: bytes, nom: str = "") -> Iterator[Extrait | Piece]:
    """Lire un zip : le nom et le contenu de chaque pièce ; dans un document de bureau, paragraphe par paragraphe.

    Parameters
    ----------
    octets : bytes
        L'archive : zip, docx, odt, xlsx, ods, pptx, epub, qdpx…
    nom : str
        Sans effet : tous les lecteurs ont la même signature.

    Yields
    ------
    Extrait or Piece
        Une pièce chiffrée, démesurée ou abîmée est un défaut, et n'empêche pas de lire les autres.

    Raises
    ------
    IllisibleError
        Si l'archive elle-même ne s'ouvre pas.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            yield Extrait(_dire(archive.comment), "commentaire de l'archive")
            bureau = _est_bureau(archive)
            cellules = _cellules_partagees(archive) if bureau else {}
            for info in archive.infolist():
                yield Extrait(info.filename, info.filename, nature="nom")
                if info.comment:
                    yield Extrait(_dire(info.comment), f"commentaire de {info.filename}")
                yield from _piece(archive, info, bureau, cellules)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, OSError):
        raise IllisibleError(*_ABIMEE) from None
    yield from lire_brut(octets)


def _dire(octets: bytes) -> str:
    texte = decoder_texte(octets)
    return octets.decode("cp437") if texte is None else texte


def _est_bureau(archive: zipfile.ZipFile) -> bool:
    noms = set(archive.namelist())
    return "[Content_Types].xml" in noms or {"content.xml", "META-INF/manifest.xml"} <= noms


def _lire(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.flag_bits & 1:
        raise IllisibleError(*_CHIFFREE)
    if info.compress_type not in _METHODES:
        raise IllisibleError(*_INCONNUE)
    try:
        with archive.open(info) as flux:
            return lire_borne(flux)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, OSError):
        raise IllisibleError(*_ABIMEE) from None


def _piece(archive, info, bureau: bool, cellules: dict[int, str]) -> Iterator[Extrait | Piece]:
    try:
        octets = _lire(archive, info)
    except IllisibleError as erreur:
        yield Extrait("", info.filename, defaut=str(erreur), remede=erreur.remede)
        return
    texte = decoder_texte(octets) if bureau and info.filename.endswith((".xml", ".rels")) else None
    if texte is None:
        yield Piece(octets, info.filename, info.filename, ligne=1)
        return
    yield from _paragraphes(texte, info.filename, cellules)
    yield from _marques(texte, info.filename)
    # Read once more as plain text, in case the marks were not where they are expected.
    yield Extrait(defaire(texte), info.filename, secours=True)


def _paragraphes(texte: str, piece: str, cellules: dict[int, str]) -> Iterator[Extrait]:
    if _METADONNEES.fullmatch(piece):
        for champ, valeur in _CHAMP.findall(texte):
            yield Extrait(defaire(valeur), f"{piece}, {champ}")
        return
    feuille = _FEUILLE.fullmatch(piece)
    for rang, bloc in enumerate(_PARAGRAPHE.split(texte), start=1):
        if not (paroles := defaire(debaliser(_BLANC.sub(" ", bloc), tout=True)).strip()):
            continue
        lieu = f"paragraphe {rang}"
        if feuille and (references := _CELLULE.findall(bloc)):
            lieu = f"feuille {feuille[1]}, cellule {references[-1]}"
        elif piece == "xl/sharedStrings.xml":
            lieu = cellules.get(rang - 1, f"texte {rang}")
        yield Extrait(paroles, f"{piece}, {lieu}")


def _marques(texte: str, piece: str) -> Iterator[Extrait]:
    """Rendre ce que disent les balises d'une pièce (auteurs, titres, textes alternatifs) et ses remarques."""
    attributs: dict[str, dict[str, None]] = {}
    for balise in _BALISE.findall(texte):
        for attribut, double, simple in _ATTRIBUT.findall(balise):
            attributs.setdefault(attribut, {})[double or simple] = None
    for attribut, valeurs in attributs.items():
        yield Extrait(defaire("\n".join(valeurs)), f"{piece}, attribut {attribut}")
    if remarques := _REMARQUE.findall(texte):
        yield Extrait(defaire("\n".join(remarques)), f"{piece}, remarque")


def _cellules_partagees(archive: zipfile.ZipFile) -> dict[int, str]:
    """Dire dans quelle cellule d'un classeur est chaque texte partagé (la première, s'il sert plusieurs fois)."""
    cellules: dict[int, str] = {}
    for info in archive.infolist():
        if feuille := _FEUILLE.fullmatch(info.filename):
            try:
                texte = _lire(archive, info).decode("utf-8", errors="replace")
            except IllisibleError:
                continue
            for reference, rang in _CELLULE_PARTAGEE.findall(texte):
                cellules.setdefault(int(rang), f"feuille {feuille[1]}, cellule {reference}")
    return cellules


def lire_comprime(octets: bytes, nom: str = "") -> Iterator[Extrait | Piece]:
    """Lire un fichier compressé seul : gzip, bzip2, xz.

    Parameters
    ----------
    octets : bytes
        Le fichier.
    nom : str
        Son nom : sans sa dernière extension, il dit ce que le contenu est.

    Yields
    ------
    Extrait or Piece
        Le nom d'origine, quand gzip l'a gardé, et le contenu.

    Raises
    ------
    IllisibleError
        S'il est abîmé ou démesuré.
    """
    ouvrir = gzip.open if octets.startswith(b"\x1f\x8b") else bz2.open if octets.startswith(b"BZh") else lzma.open
    if ouvrir is gzip.open:
        # The header keeps the name of the file that was compressed, and maybe a comment.
        yield Extrait(octets[10:1024].decode("utf-8", errors="replace"), "en-tête gzip", nature="binaire", secours=True)
    try:
        with ouvrir(io.BytesIO(octets)) as flux:
            contenu = lire_borne(flux)
    except (EOFError, OSError, zlib.error, lzma.LZMAError):
        raise IllisibleError(*_ABIMEE) from None
    yield Piece(contenu, "décompressé", nom.rpartition(".")[0], ligne=1)


def lire_tar(octets: bytes, nom: str = "") -> Iterator[Extrait | Piece]:
    """Lire un tar : le nom, le propriétaire et le contenu de chaque pièce.

    Parameters
    ----------
    octets : bytes
        L'archive, décompressée.
    nom : str
        Sans effet : tous les lecteurs ont la même signature.

    Yields
    ------
    Extrait or Piece
        Les pièces.

    Raises
    ------
    IllisibleError
        Si l'archive est abîmée ou démesurée.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(octets), mode="r:") as archive:
            for info in archive:
                yield Extrait(info.name, info.name, nature="nom")
                yield Extrait(f"{info.uname} {info.gname} {info.linkname}", f"{info.name}, propriétaire")
                if info.isfile() and (flux := archive.extractfile(info)):
                    yield Piece(lire_borne(flux), info.name, info.name, ligne=1)
    except (tarfile.TarError, EOFError, ValueError, OSError):
        raise IllisibleError(*_ABIMEE) from None
    yield from lire_brut(octets)
