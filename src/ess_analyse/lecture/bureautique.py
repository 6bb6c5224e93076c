"""Lire les paragraphes d'un document Word ou LibreOffice."""

from __future__ import annotations

import re
import unicodedata

from ess_analyse.lecture.archive import IllisibleError, lire_xml

__all__ = ["lire_docx", "lire_odt"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_PROFONDEUR = 1000
_BLANCS = re.compile(r"[\t\r\n]+")


class _Paragraphes:
    """Réunir le texte par paragraphe, en taisant ce qui n'est pas dit (suppressions suivies, commentaires)."""

    def __init__(self, paragraphes: set[str], textes: set[str], tus: set[str], signes: dict[str, str]):
        self.paragraphes, self.textes, self.tus, self.signes = paragraphes, textes, tus, signes
        self.lus: list[str] = []
        self.courant: list[str] = []
        self.muet = self.parlant = self.profondeur = 0

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        self.profondeur += 1
        if self.profondeur > _PROFONDEUR:
            raise IllisibleError(
                "document démesuré : ses éléments sont trop imbriqués", "vérifiez d'où il vient, il n'a pas été lu"
            )
        if self.muet or tag in self.tus:
            self.muet += 1
        elif tag in self.paragraphes:
            self._finir()
        if self.muet:
            return
        self.parlant += tag in self.textes
        if signe := self.signes.get(tag):
            self.courant.append(signe * min(int(attrs.get(f"{_T}c", 1)), 100))

    def data(self, data: str) -> None:
        if self.parlant and not self.muet:
            # In both formats a line break inside the text is layout of the XML: the real ones are elements.
            self.courant.append(_BLANCS.sub(" ", data))

    def end(self, tag: str) -> None:
        self.profondeur -= 1
        if self.muet:
            self.muet -= 1
            return
        self.parlant -= tag in self.textes
        if tag in self.paragraphes:
            self._finir()

    def close(self) -> list[str]:
        self._finir()
        return self.lus

    def _finir(self) -> None:
        if paragraphe := unicodedata.normalize("NFC", "".join(self.courant).strip()):
            self.lus.append(paragraphe)
        self.courant = []


def lire_docx(octets: bytes) -> list[str]:
    """Lire les paragraphes d'un fichier Word.

    Parameters
    ----------
    octets : bytes
        Le fichier.

    Returns
    -------
    list of str
        Un paragraphe par élément, dans l'ordre ; insertions suivies gardées, suppressions et commentaires écartés.

    Raises
    ------
    IllisibleError
        Si ce n'est pas un document Word sain.
    """
    # A text box is written twice in a docx: the fallback copy is skipped, as is what a revision moved away.
    tus = {f"{_MC}Fallback", f"{_W}del", f"{_W}moveFrom", f"{_W}instrText"}
    signes = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
    return lire_xml(octets, "word/document.xml", _Paragraphes({f"{_W}p"}, {f"{_W}t"}, tus, signes))


def lire_odt(octets: bytes) -> list[str]:
    """Lire les paragraphes d'un fichier LibreOffice.

    Parameters
    ----------
    octets : bytes
        Le fichier.

    Returns
    -------
    list of str
        Un paragraphe par élément, dans l'ordre ; suppressions suivies, commentaires et descriptions d'images
        écartés.

    Raises
    ------
    IllisibleError
        Si ce n'est pas un document OpenDocument sain.
    """
    blocs = {f"{_T}p", f"{_T}h"}
    tus = {f"{_T}tracked-changes", f"{_OFFICE}annotation", f"{_T}note-citation", f"{_SVG}title", f"{_SVG}desc"}
    signes = {f"{_T}s": " ", f"{_T}tab": " ", f"{_T}line-break": "\n"}
    return lire_xml(octets, "content.xml", _Paragraphes(blocs, blocs, tus, signes))
