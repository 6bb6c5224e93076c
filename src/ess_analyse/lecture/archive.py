"""Ouvrir un document zippé (docx, odt, xlsx, ods) ou un XML seul sans lui faire confiance."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

__all__ = ["Archive", "Cible", "IllisibleError", "descendre", "epurer", "lire_xml", "lire_xml_nu"]

_PLAFOND = 64 * 1024 * 1024
"""Octets décompressés que les pièces lues peuvent avoir : mille pages de texte en font moins de dix millions."""
_PIECES = 10_000
"""Pièces qu'une archive peut avoir : un document long et illustré en a quelques centaines."""
_PROFONDEUR = 1000
"""Éléments XML emboîtés : un document en a quelques dizaines."""
_BLOC = 256 * 1024
_SANS_FIN = 1024 * 1024
"""Octets qu'une balise ou un commentaire peut avoir : Word en écrit quelques milliers. L'analyseur garde entier ce qui
ne finit pas, et une balise prend en mémoire vingt fois sa taille."""
_NOMS = 1000
"""Noms différents d'éléments, d'attributs et d'espaces d'une pièce : l'analyseur les retient tous, et un document en a
deux cents."""
_ANCIEN = bytes.fromhex("D0CF11E0A1B11AE1")
"""Ce qui ouvre un vieux ``.doc``, et aussi un ``.docx`` que Word a chiffré."""
_FICHE = b"PK\x01\x02"
"""Ce qui ouvre la fiche d'une pièce dans le répertoire d'une archive."""
_AVANT_XML = b"\xef\xbb\xbf \t\r\n"
"""Ce qui peut précéder le premier chevron d'un XML : une marque d'ordre, des blancs."""
_REPARER = "ouvrez-le dans le programme qui l'a fait et réenregistrez-le"
_SUSPECT = "vérifiez d'où il vient, il n'a pas été lu"
_OUVRIR = "enregistrez-en une copie sans mot de passe"


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


class Archive:
    """Un document zippé, ouvert une fois pour toutes ses pièces : ce qu'elles coûtent ensemble est borné.

    Parameters
    ----------
    octets : bytes
        Le document entier.

    Raises
    ------
    IllisibleError
        Archive tronquée, d'un ancien format ou aux pièces innombrables.
    """

    def __init__(self, octets: bytes):
        if octets.startswith(_ANCIEN):
            message = "document protégé par un mot de passe, ou d'un ancien format (.doc, .xls)"
            raise IllisibleError(message, f"{_OUVRIR}, dans un format d'aujourd'hui (.docx, .odt, .xlsx, .ods)")
        # zipfile keeps half a kilobyte for each entry it finds, however empty.
        if octets.count(_FICHE) > _PIECES:
            raise IllisibleError("document démesuré : ses pièces sont trop nombreuses", _SUSPECT)
        with _refus():
            self._archive = zipfile.ZipFile(io.BytesIO(octets))
        self._lus = 0

    def lister(self) -> list[str]:
        """Lister les noms de ses pièces, dans l'ordre de l'archive ; un nom double n'y est qu'une fois."""
        return list(dict.fromkeys(self._archive.namelist()))

    def lire(self, piece: str, cible: Cible, *, facultative: bool = False) -> Any:
        """Lire une pièce XML au fil de l'eau.

        Parameters
        ----------
        piece, cible, facultative
            Comme :func:`lire_xml`.

        Returns
        -------
        Any
            Ce que rend ``cible.close()``, ou rien si une pièce facultative manque.

        Raises
        ------
        IllisibleError
            Comme :func:`lire_xml`.
        """
        try:
            self._archive.getinfo(piece)
        except KeyError:
            if facultative:
                return None
            message = f"la pièce {piece} manque : ce n'est pas le format que son nom annonce"
            raise IllisibleError(message, _REPARER) from None
        with _refus():
            return _analyser(self.decompresser(piece), cible)

    def decompresser(self, piece: str) -> Iterator[bytes]:
        """Décompresser une pièce bloc par bloc, jusqu'à ce que l'archive ait trop coûté."""
        fiche = self._archive.getinfo(piece)
        if fiche.flag_bits & 1:
            raise IllisibleError("document protégé par un mot de passe", _OUVRIR)
        # Word and LibreOffice write nothing else; lzma may ask for gigabytes before its first byte.
        if fiche.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise IllisibleError("document compressé d'une façon inconnue", _REPARER)
        with _refus(), self._archive.open(fiche) as flux:
            # The size an archive declares may be a lie: only what is read counts.
            while bloc := flux.read(_BLOC):
                self._lus += len(bloc)
                if self._lus > _PLAFOND:
                    raise IllisibleError("document démesuré une fois décompressé", _SUSPECT)
                yield bloc


def lire_xml(octets: bytes, piece: str, cible: Cible, *, facultative: bool = False) -> Any:
    """Lire une pièce XML d'un document zippé, au fil de l'eau et en mémoire bornée.

    Parameters
    ----------
    octets : bytes
        Le document entier.
    piece : str
        Par exemple ``word/document.xml``.
    cible : Cible
        Ce qui reçoit les éléments ; à elle de borner leur profondeur (:func:`descendre`).
    facultative : bool
        La pièce peut manquer (des notes, des commentaires).

    Returns
    -------
    Any
        Ce que rend ``cible.close()``, ou rien si une pièce facultative manque.

    Raises
    ------
    IllisibleError
        Archive tronquée, chiffrée ou démesurée, pièce absente, XML mal formé ou déclarant des entités.
    """
    return Archive(octets).lire(piece, cible, facultative=facultative)


def lire_xml_nu(octets: bytes, cible: Cible) -> Any:
    """Lire un fichier qui est un XML seul, avec les refus de :func:`lire_xml`.

    Parameters
    ----------
    octets : bytes
        Le fichier entier.
    cible : Cible
        Ce qui reçoit les éléments.

    Returns
    -------
    Any
        Ce que rend ``cible.close()``.

    Raises
    ------
    IllisibleError
        XML démesuré, mal formé ou déclarant des entités.
    """
    if len(octets) > _PLAFOND:
        raise IllisibleError("document démesuré", _SUSPECT)
    with _refus():
        return _analyser((octets[debut : debut + _BLOC] for debut in range(0, len(octets), _BLOC)), cible)


def epurer(octets: bytes, examiner: Callable[[str], Cible]) -> bytes:
    """Refaire une archive avec ses seules pièces XML, une fois examinées et mesurées ; rien n'est écrit sur le disque.

    À faire avant de la confier à une bibliothèque qui ne se protège pas : elle ne verra que ce qui a été examiné, même
    si elle lit le répertoire d'une archive autrement que Python.

    Parameters
    ----------
    octets : bytes
        Le document entier.
    examiner : callable
        Donne, pour le nom d'une pièce, la cible qui l'examine ; elle lève :class:`IllisibleError` pour la refuser.

    Returns
    -------
    bytes
        L'archive refaite : les pièces XML et, d'un OpenDocument, la pièce ``mimetype``.

    Raises
    ------
    IllisibleError
        Archive tronquée, chiffrée ou démesurée, XML mal formé ou déclarant des entités.

    Examples
    --------
    >>> class Compte:
    ...     def start(self, tag, attrs): print(tag)
    >>> tampon = io.BytesIO()
    >>> with zipfile.ZipFile(tampon, "w") as archive:
    ...     archive.writestr("content.xml", "<a><b/></a>")
    ...     archive.writestr("macros.bin", "non")
    >>> propre = epurer(tampon.getvalue(), lambda nom: Compte())
    a
    b
    >>> zipfile.ZipFile(io.BytesIO(propre)).namelist()
    ['content.xml']
    """
    archive, refaite = Archive(octets), io.BytesIO()
    with _refus(), zipfile.ZipFile(refaite, "w", zipfile.ZIP_DEFLATED) as sortie:
        for nom in archive.lister():
            blocs = []
            for bloc in archive.decompresser(nom):
                if not blocs and nom != "mimetype" and not bloc.lstrip(_AVANT_XML).startswith(b"<"):
                    break
                blocs.append(bloc)
            if blocs and (nom == "mimetype" or _est_sain(blocs, examiner(nom))):
                sortie.writestr(nom, b"".join(blocs))
    return refaite.getvalue()


def descendre(profondeur: int) -> int:
    """Compter un élément XML ouvert de plus.

    Parameters
    ----------
    profondeur : int
        Éléments déjà ouverts.

    Returns
    -------
    int
        La nouvelle profondeur.

    Raises
    ------
    IllisibleError
        Si elle est démesurée.

    Examples
    --------
    >>> descendre(3)
    4
    """
    if profondeur >= _PROFONDEUR:
        raise IllisibleError("document démesuré : ses éléments sont trop imbriqués", _SUSPECT)
    return profondeur + 1


@contextmanager
def _refus() -> Iterator[None]:
    """Traduire ce que les bibliothèques disent d'un document malsain."""
    try:
        yield
    except ParseError:
        raise IllisibleError("document abîmé : son XML est mal formé", _REPARER) from None
    except DefusedXmlException:
        raise IllisibleError("document refusé : il déclare des entités", _SUSPECT) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, NotImplementedError, ValueError, OSError):
        raise IllisibleError("document tronqué ou abîmé", _REPARER) from None


def _analyser(blocs: Iterable[bytes], cible: Cible) -> Any:
    analyseur, recus = XMLParser(target=cible, forbid_dtd=True), 0
    expat = analyseur.parser
    # A prefix costs as much as a name, but is only counted with them when someone listens.
    expat.StartNamespaceDeclHandler = lambda *_: None
    for bloc in blocs:
        # A document may name any encoding Python knows: one of them grumbles before it fails.
        with warnings.catch_warnings(action="ignore"):
            analyseur.feed(bloc)
        recus += len(bloc)
        if recus - expat.CurrentByteIndex > _SANS_FIN or len(expat.intern) > _NOMS:
            raise IllisibleError("document démesuré", _SUSPECT)
    return analyseur.close()


def _est_sain(blocs: Iterable[bytes], cible: Cible) -> bool:
    """Examiner une pièce ; celle que sa forme rend illisible (un dessin d'Excel) n'est pas gardée."""
    try:
        _analyser(blocs, cible)
    except ParseError:
        return False
    return True
