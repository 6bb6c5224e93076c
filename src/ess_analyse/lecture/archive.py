"""Ouvrir un document zippé (docx, odt) sans lui faire confiance."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any, Protocol
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

__all__ = ["Cible", "IllisibleError", "lire_xml"]

_PLAFOND = 64 * 1024 * 1024
"""Octets décompressés qu'une pièce peut avoir : mille pages de texte en font moins de dix millions."""
_BLOC = 256 * 1024
_ANCIEN = bytes.fromhex("D0CF11E0A1B11AE1")
"""Ce qui ouvre un vieux ``.doc``, et aussi un ``.docx`` que Word a chiffré."""


class IllisibleError(Exception):
    """Ce document ne peut pas être lu ; le message dit pourquoi, ``remede`` dit que faire."""

    def __init__(self, message: str, remede: str):
        self.remede = remede
        super().__init__(message)


class Cible(Protocol):
    """Ce qui reçoit un document XML au fil de sa lecture (la « target » d'un XMLParser)."""

    def start(self, tag: str, attrs: dict[str, str]) -> None: ...  # noqa: D102
    def data(self, data: str) -> None: ...  # noqa: D102
    def end(self, tag: str) -> None: ...  # noqa: D102
    def close(self) -> Any: ...  # noqa: D102


def lire_xml(octets: bytes, piece: str, cible: Cible) -> Any:
    """Lire une pièce XML d'un document zippé, au fil de l'eau et en mémoire bornée.

    Parameters
    ----------
    octets : bytes
        Le document entier.
    piece : str
        Par exemple ``word/document.xml``.
    cible : Cible
        Ce qui reçoit les éléments.

    Returns
    -------
    Any
        Ce que rend ``cible.close()``.

    Raises
    ------
    IllisibleError
        Archive tronquée, chiffrée ou démesurée, pièce absente, XML mal formé ou déclarant des entités.
    """
    reparer = "ouvrez-le dans votre traitement de texte et réenregistrez-le"
    suspect = "vérifiez d'où il vient, il n'a pas été lu"
    ouvrir = "enregistrez-en une copie sans mot de passe"
    if octets.startswith(_ANCIEN):
        raise IllisibleError(
            "document protégé par un mot de passe, ou d'un ancien format (.doc)", f"{ouvrir}, en .docx ou en .odt"
        )
    analyseur, lus = XMLParser(target=cible, forbid_dtd=True), 0
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            fiche = archive.getinfo(piece)
            if fiche.flag_bits & 1:
                raise IllisibleError("document protégé par un mot de passe", ouvrir)
            # Word and LibreOffice write nothing else; lzma may ask for gigabytes before its first byte.
            if fiche.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise IllisibleError("document compressé d'une façon inconnue", reparer)
            with archive.open(piece) as flux:
                # The size an archive declares may be a lie: only what is read counts.
                while bloc := flux.read(_BLOC):
                    lus += len(bloc)
                    if lus > _PLAFOND:
                        raise IllisibleError("document démesuré une fois décompressé", suspect)
                    analyseur.feed(bloc)
        return analyseur.close()
    except KeyError:
        raise IllisibleError(f"la pièce {piece} manque : ce n'est pas le format que son nom annonce", reparer) from None
    except ParseError:
        raise IllisibleError("document abîmé : son XML est mal formé", reparer) from None
    except DefusedXmlException:
        raise IllisibleError("document refusé : il déclare des entités", suspect) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, NotImplementedError, ValueError, OSError):
        raise IllisibleError("document tronqué ou abîmé", reparer) from None
