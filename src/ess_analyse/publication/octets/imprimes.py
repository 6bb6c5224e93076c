"""Lire tout ce qu'un PDF contient : pages, métadonnées, signets, textes alternatifs, annotations, pièces jointes."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.publication.octets.extraits import PLAFOND, Extrait, Piece
from ess_analyse.publication.octets.textes import defaire, lire_brut

__all__ = ["lire_pdf"]

_CHIFFRE = ("PDF chiffré", "publiez-en une copie sans mot de passe")
_ABIME = ("PDF abîmé, qui ne peut être contrôlé", "exportez-le de nouveau, ou ne le publiez pas")
_PROFONDEUR = 40
"""Objets directs emboîtés suivis : un PDF sain en a moins de dix."""
_FIN = re.compile(rb"%%EOF\r?\n?")
_TETE = 1024
"""Octets de tête où un PDF fait pour être lu en ligne le dit."""
_ANCIENNE = "version antérieure"
_ANCIENNES = 8
"""Versions antérieures relues, les dernières : chacune se lit comme un document entier."""
_CESURE = re.compile(r"[-‐][^\S\n]*\n")
_LIEUX = {
    "/Alt": "texte alternatif",
    "/ActualText": "texte de remplacement",
    "/E": "texte développé",
    "/Contents": "annotation",
    "/F": "pièce jointe",
    "/UF": "pièce jointe",
    "/Desc": "pièce jointe",
    "/Title": "titre ou signet",
    "/T": "champ ou auteur d'une annotation",
    "/TU": "champ",
    "/V": "champ",
    "/Author": "métadonnée Author",
    "/Creator": "métadonnée Creator",
    "/Producer": "métadonnée Producer",
    "/Subject": "métadonnée Subject",
    "/Keywords": "métadonnée Keywords",
}
_XMP = (b"<?xpacket", b"<?xml", b"<x:xmpmeta")
_DESSINS = ("/Image", "/Font", "/ObjStm", "/XRef")
_PHOTOS = ("/DCTDecode", "/JPXDecode")
_EN_LIGNE = re.compile(rb"/(ActualText|Alt|E)\s*(?:\(((?:\\.|[^\\()])*)\)|<([0-9A-Fa-f\s]*)>)", re.DOTALL)


def lire_pdf(octets: bytes, nom: str = "") -> Iterator[Extrait | Piece]:
    """Lire un PDF : le texte de chaque page, puis chaque chaîne et chaque flux de chaque objet.

    Parameters
    ----------
    octets : bytes
        Le document.
    nom : str
        Sans effet : tous les lecteurs ont la même signature.

    Yields
    ------
    Extrait or Piece
        Une page illisible est un défaut, et n'empêche pas de lire le reste.

    Raises
    ------
    IllisibleError
        S'il est chiffré, abîmé ou démesuré.
    """
    with _silence():
        yield from _version(octets)
        for version in _versions(octets):
            # An older version is only what its bytes still say: one that does not read hides nothing from the new one.
            with suppress(IllisibleError):
                yield from (replace(vu, lieu=_joindre(_ANCIENNE, vu.lieu)) for vu in _version(version))
    yield from lire_brut(octets)


def _versions(octets: bytes) -> Iterator[bytes]:
    """Retrouver ce qu'un PDF était avant qu'un logiciel n'y ajoute ses changements à la fin."""
    fins = [fin.end() for fin in _FIN.finditer(octets)]
    # A file made for the web ends twice, and was never the first half of itself.
    debut = 1 if b"/Linearized" in octets[:_TETE] else 0
    yield from (octets[:fin] for fin in fins[debut:-1][-_ANCIENNES:])


def _version(octets: bytes) -> Iterator[Extrait | Piece]:
    from pypdf import PdfReader

    try:
        document = PdfReader(io.BytesIO(octets))
        if document.is_encrypted:
            raise IllisibleError(*_CHIFFRE)
        pages = list(document.pages)
        objets = {(numero, generation) for generation, table in document.xref.items() for numero in table}
    except IllisibleError:
        raise
    # A damaged PDF breaks its reader in ways that cannot be listed.
    except Exception:
        raise IllisibleError(*_ABIME) from None
    for rang, page in enumerate(pages, start=1):
        yield from _page(page, f"page {rang}")
    lieux = _proprietaires(pages)
    for numero, generation in sorted(objets | {(numero, 0) for numero in document.xref_objStm}):
        yield from _objet(document, numero, generation, lieux.get(numero, ""))
    yield from _chaines(document.trailer, "", 0)


@contextmanager
def _silence():
    """Taire ce que pypdf raconte d'un document mal fait : il est lu quand même, ou refusé en français."""
    journal = logging.getLogger("pypdf")
    avant, journal.disabled = journal.disabled, True
    try:
        yield
    finally:
        journal.disabled = avant


def _page(page: Any, lieu: str) -> Iterator[Extrait]:
    try:
        texte = page.extract_text()
    except Exception:
        yield Extrait("", lieu, defaut=_ABIME[0], remede=_ABIME[1])
        return
    texte = defaire(texte)
    for vue in dict.fromkeys((texte, _CESURE.sub("", texte))):
        yield Extrait(vue, lieu)


def _proprietaires(pages: list[Any]) -> dict[int, str]:
    """Dire de quelle page sont les objets que l'on ne trouve qu'à partir d'elle : annotations et dessin."""
    lieux = {}
    for rang, page in enumerate(pages, start=1):
        lieu = f"page {rang}"
        if page.indirect_reference is not None:
            lieux[page.indirect_reference.idnum] = lieu
        for cle in ("/Annots", "/Contents"):
            try:
                brut = page.raw_get(cle)
                suite = brut.get_object()
            except Exception:
                continue
            for un in [brut, *(suite if isinstance(suite, list) else ())]:
                if hasattr(un, "idnum"):
                    lieux[un.idnum] = lieu
    return lieux


def _objet(document: Any, numero: int, generation: int, page: str) -> Iterator[Extrait | Piece]:
    from pypdf.generic import IndirectObject, StreamObject

    try:
        objet = IndirectObject(numero, generation, document).get_object()
        contenu = _flux(objet) if isinstance(objet, StreamObject) else None
    except IllisibleError as erreur:
        yield Extrait("", page or f"objet {numero}", defaut=str(erreur), remede=erreur.remede)
        return
    except Exception:
        yield Extrait("", page or f"objet {numero}", defaut=_ABIME[0], remede=_ABIME[1])
        return
    yield from _chaines(objet, page, 0)
    if contenu is None:
        return
    sorte = str(objet.get("/Type", ""))
    if sorte == "/Metadata" or contenu.lstrip().startswith(_XMP):
        yield Piece(contenu, "métadonnées XMP")
    elif sorte == "/EmbeddedFile" or str(objet.get("/Filter", "")) in _PHOTOS:
        jointe = sorte == "/EmbeddedFile"
        yield Piece(contenu, "pièce jointe" if jointe else page or "image", ligne=int(jointe))
    else:
        for _, clair, chiffres in _EN_LIGNE.findall(contenu):
            yield Extrait(defaire(_chaine(clair, chiffres)), _joindre(page, "texte de remplacement"))
        for extrait in lire_brut(contenu):
            yield Extrait(extrait.texte, page, nature="binaire", secours=True)


def _flux(objet: Any) -> bytes | None:
    """Décompresser un flux ; rien pour ce qui ne porte que du dessin ou des polices."""
    filtre = objet.get("/Filter", "")
    if str(filtre) in _PHOTOS:
        return objet._data
    if str(objet.get("/Subtype", "")) == "/Image" or str(objet.get("/Type", "")) in _DESSINS:
        return None
    if "/Length1" in objet or "/Length2" in objet:
        return None
    contenu = objet.get_data()
    if len(contenu) > PLAFOND:
        raise IllisibleError("trop gros pour être contrôlé", "publiez-le par morceaux, ou ne le publiez pas")
    return contenu


def _chaine(clair: bytes, chiffres: bytes) -> str:
    """Décoder une chaîne écrite dans le dessin d'une page."""
    if chiffres:
        octets = bytes.fromhex(re.sub(r"\s", "", chiffres.decode()).ljust(2, "0")[: len(chiffres) // 2 * 2])
    else:
        octal = re.sub(rb"\\([0-7]{1,3})", lambda code: bytes([int(code[1], 8) & 0xFF]), clair)
        octets = re.sub(rb"\\(.)", rb"\1", octal, flags=re.DOTALL)
    if octets.startswith(b"\xfe\xff"):
        return octets[2:].decode("utf-16-be", errors="replace")
    return octets.decode("utf-8-sig" if octets.startswith(b"\xef\xbb\xbf") else "latin-1", errors="replace")


def _chaines(objet: Any, page: str, profondeur: int, cle: str = "") -> Iterator[Extrait]:
    """Rendre chaque chaîne d'un objet, avec le nom de ce qu'elle est ; les objets indirects le sont à leur tour."""
    from pypdf.generic import ByteStringObject, IndirectObject, NameObject, TextStringObject

    if profondeur > _PROFONDEUR or isinstance(objet, IndirectObject):
        return
    if isinstance(objet, dict):
        for nom, valeur in dict.items(objet):
            yield from _chaines(valeur, page, profondeur + 1, str(nom))
    elif isinstance(objet, list):
        for valeur in list.__iter__(objet):
            yield from _chaines(valeur, page, profondeur + 1, cle)
    elif isinstance(objet, (TextStringObject, ByteStringObject)) and not isinstance(objet, NameObject):
        texte = objet if isinstance(objet, str) else bytes(objet).decode("latin-1")
        yield Extrait(defaire(texte), _joindre(page, _LIEUX.get(cle, cle.removeprefix("/") or "chaîne")))


def _joindre(page: str, lieu: str) -> str:
    return f"{page}, {lieu}" if page else lieu
