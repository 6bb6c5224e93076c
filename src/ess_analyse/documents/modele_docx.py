"""Le document de référence des docx : nos styles, notre page, notre pied, rangés en clair à côté du code."""

from __future__ import annotations

import io
import zipfile
from importlib.resources import files

__all__ = ["composer_modele"]

_PIECES = (
    "[Content_Types].xml",
    "_rels/.rels",
    "word/document.xml",
    "word/_rels/document.xml.rels",
    "word/styles.xml",
    "word/footer1.xml",
)
_DATE = (1980, 1, 1, 0, 0, 0)


def composer_modele() -> bytes:
    """Réunir les pièces du document de référence.

    Returns
    -------
    bytes
        Un docx, toujours le même : ``pandoc`` y prend les styles, la taille de la page et le pied.

    Examples
    --------
    >>> composer_modele() == composer_modele()
    True
    """
    tampon, dossier = io.BytesIO(), files("ess_analyse.documents") / "reference"
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for piece in _PIECES:
            archive.writestr(zipfile.ZipInfo(piece, _DATE), (dossier / piece.replace("/", "__")).read_bytes())
    return tampon.getvalue()
