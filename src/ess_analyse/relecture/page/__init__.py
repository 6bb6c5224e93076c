"""Les fichiers du composant de relecture, et ce qu'on en compose : une page, ou un seul module pour un notebook."""

from __future__ import annotations

import json
import re
from importlib.resources import files

__all__ = ["MODULES", "composer_module", "composer_page", "lire_fichier"]

MODULES = (
    "noeuds.js",
    "conflit.js",
    "grille.js",
    "memo.js",
    "mots.js",
    "panneau.js",
    "suivi.js",
    "touches.js",
    "relire.js",
)
"""Les modules du composant, dans l'ordre où l'un a besoin de l'autre."""
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[a-z]+\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def lire_fichier(nom: str) -> str:
    """Lire un des fichiers du composant.

    Parameters
    ----------
    nom : str
        Son nom.

    Returns
    -------
    str
        Son texte.

    Examples
    --------
    >>> lire_fichier("icone.svg")[:4]
    '<svg'
    """
    return files(__name__).joinpath(nom).read_text(encoding="utf-8")


def composer_page() -> str:
    """Composer la page locale : son enveloppe, autour du gabarit du composant.

    Examples
    --------
    >>> composer_page().startswith("<!doctype html>")
    True
    """
    return lire_fichier("page.html").replace("<!-- composant -->\n", lire_fichier("composant.html"))


def composer_module() -> str:
    """Composer le seul module qu'un widget puisse charger : tous les nôtres bout à bout, et le gabarit.

    Returns
    -------
    str
        Du JavaScript sans ``import``, qui n'exporte que ce qu'anywidget attend.

    Examples
    --------
    >>> "import {" in composer_module()
    False
    """
    gabarit = f"const GABARIT = {json.dumps(lire_fichier('composant.html'), ensure_ascii=False)};\n"
    modules = (_EXPORT.sub("", _IMPORT.sub("", lire_fichier(nom))) for nom in (*MODULES, "cahier.js"))
    return gabarit + "\n".join(modules)
