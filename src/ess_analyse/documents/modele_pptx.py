"""Le diaporama de référence : notre thème et nos dispositions, rangés en clair à côté du code."""

from __future__ import annotations

import io
import zipfile
from importlib.resources import files

__all__ = ["composer_modele_pptx"]

_DATE = (1980, 1, 1, 0, 0, 0)


def composer_modele_pptx() -> bytes:
    """Réunir les pièces du diaporama de référence.

    Returns
    -------
    bytes
        Un pptx sans diapositive, toujours le même : ``pandoc`` y prend le thème, et chaque disposition d'après son nom.

    Examples
    --------
    >>> composer_modele_pptx() == composer_modele_pptx()
    True
    """
    tampon, dossier = io.BytesIO(), files("ess_analyse.documents") / "reference_pptx"
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for piece in sorted(dossier.iterdir(), key=lambda piece: piece.name):
            archive.writestr(zipfile.ZipInfo(piece.name.replace("__", "/"), _DATE), piece.read_bytes())
    return tampon.getvalue()
