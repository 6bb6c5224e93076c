"""Ouvrir un projet ``.qdpx`` sans lui faire confiance : son XML, ses textes."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.fichiers import lire_octets
from ess_analyse.lecture.archive import Archive, IllisibleError, descendre

__all__ = ["Arbre", "Dossier", "borner", "decoder_brut", "ouvrir"]

_MO = 1024 * 1024
_TAILLE = 512 * _MO
"""Octets d'un projet : ses images, ses sons et ses vidéos y sont, mais seuls ses textes sont décompressés."""
_ELEMENTS = 1_000_000
"""Éléments XML d'un projet : un codage en prend quatre, et cent entretiens en ont cent mille."""
_SIGNES = 5_000_000
"""Signes d'un texte : cent heures de parole en font moins."""
_UTILES = frozenset(
    {
        *("guid", "id", "name", "isCodable", "plainTextPath", "richTextPath"),
        *("startPosition", "endPosition", "fromSyncPoint", "toSyncPoint", "position"),
        *("creatingUser", "modifyingUser", "creationDateTime", "modifiedDateTime", "targetGUID", "originGUID"),
    }
)
"""Les attributs que la lecture emploie : les autres ne prennent pas de mémoire."""
_REEXPORTER = "réexportez-le au format REFI-QDA (.qdpx) depuis le programme qui l'a fait"
_SEPARATEURS = re.compile(r"[/\\]")


class Arbre:
    """Recevoir un XML et n'en garder que ce qui sert, sans ses espaces de noms, qui changent selon la version."""

    def __init__(self):
        self._constructeur, self._profondeur, self._elements = ET.TreeBuilder(), 0, 0

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """Recevoir le début d'un élément."""
        self._profondeur, self._elements = descendre(self._profondeur), self._elements + 1
        if self._elements > _ELEMENTS:
            raise IllisibleError("document démesuré", "vérifiez d'où il vient, ou exportez-le en plusieurs projets")
        noms = ((cle.rpartition("}")[2], valeur) for cle, valeur in attrs.items())
        self._constructeur.start(tag.rpartition("}")[2], {cle: valeur for cle, valeur in noms if cle in _UTILES})

    def data(self, data: str) -> None:
        """Recevoir du texte."""
        self._constructeur.data(data)

    def end(self, tag: str) -> None:
        """Recevoir la fin d'un élément."""
        self._profondeur -= 1
        self._constructeur.end(tag.rpartition("}")[2])

    def close(self) -> ET.Element:
        """Rendre l'élément racine, lecture finie."""
        return self._constructeur.close()


class Dossier:
    """L'archive d'un projet : rien n'en est jamais écrit sur le disque, et un chemin n'y est qu'un nom.

    Parameters
    ----------
    octets : bytes
        Le fichier entier.

    Raises
    ------
    IllisibleError
        Archive tronquée, chiffrée ou aux pièces innombrables.
    """

    def __init__(self, octets: bytes):
        self._archive = Archive(octets)
        self._pieces: dict[str, list[str]] = defaultdict(list)
        for piece in self._archive.lister():
            if nom := _nommer(piece):
                self._pieces[nom].append(piece)

    def lire_projet(self) -> ET.Element:
        """Lire le XML du projet : ``project.qde``, ou à défaut l'unique ``.qde`` de l'archive.

        Raises
        ------
        IllisibleError
            Aucun projet, plusieurs entre lesquels choisir, ou un XML malsain.
        """
        # macOS adds a « ._project.qde » that is no XML.
        trouves = [nom for nom in self._pieces if nom.endswith(".qde") and not nom.startswith("._")]
        pieces = self._pieces.get("project.qde") or [piece for nom in trouves for piece in self._pieces[nom]]
        if not pieces:
            raise IllisibleError("aucun projet (.qde) dans cette archive", _REEXPORTER)
        if len(pieces) > 1:
            raise IllisibleError(f"plusieurs projets dans cette archive : {', '.join(pieces[:5])}", "n'en gardez qu'un")
        racine = self._archive.lire(pieces[0], Arbre())
        if racine.tag != "Project":
            raise IllisibleError("ce n'est pas un projet REFI-QDA, malgré son nom", _REEXPORTER)
        return racine

    def lire_texte(self, chemin: str) -> bytes | None:
        """Lire le texte qu'un chemin du standard (``internal://GUID.txt``) désigne, où qu'il soit rangé.

        Returns
        -------
        bytes or None
            Rien s'il n'est pas dans l'archive.

        Raises
        ------
        IllisibleError
            Si le texte est démesuré ou ne peut être décompressé.
        """
        pieces = self._pieces.get(_nommer(chemin)) or self._pieces.get(_nommer(unquote(chemin)))
        if not pieces:
            return None
        rangees = [piece for piece in pieces if _SEPARATEURS.split(piece.casefold())[-2:-1] == ["sources"]]
        return b"".join(self._archive.decompresser((rangees or pieces)[0]))


def ouvrir(chemin: Path) -> bytes:
    """Lire un fichier reçu, s'il n'est pas démesuré.

    Raises
    ------
    ErreurDonnees
        Fichier absent, vide ou démesuré.
    """
    try:
        taille = Path(chemin).stat().st_size
    except OSError:
        taille = 0
    if taille > _TAILLE:
        remede = "exportez-le sans ses images, ses sons ni ses vidéos"
        message = f"fichier démesuré : plus de {_TAILLE // _MO} Mo"
        raise ErreurDonnees([Probleme(relatif(chemin), 0, message, f"{taille // _MO} Mo", remede)])
    return lire_octets(chemin)


def decoder_brut(octets: bytes) -> tuple[str, bool]:
    r"""Décoder un texte sans rien y changer : ni sa marque d'ordre, ni ses fins de ligne.

    Parameters
    ----------
    octets : bytes
        Le texte, en UTF-8, en UTF-16 marqué ou en Windows-1252.

    Returns
    -------
    texte : str
        Le texte.
    windows : bool
        Vrai s'il a fallu le lire en Windows-1252.

    Examples
    --------
    >>> decoder_brut(b"\xef\xbb\xbfOui.\r\n")
    ('\ufeffOui.\r\n', False)
    """
    ordres = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
    windows = False
    try:
        texte = octets.decode(ordres.get(octets[:2], "utf-8"))
    except UnicodeDecodeError:
        texte, windows = octets.decode("cp1252", errors="replace"), True
    return texte, windows


def borner(texte: str) -> str:
    """Rendre un texte tel quel, ou le refuser s'il est démesuré."""
    if len(texte) > _SIGNES:
        raise IllisibleError("texte démesuré dans ce projet", "vérifiez d'où il vient")
    return texte


def _nommer(piece: str) -> str:
    return _SEPARATEURS.split(piece)[-1].casefold()
