"""Chercher les noms réels dans ce qui va être publié."""

from __future__ import annotations

import html
import io
import re
import unicodedata
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.fichiers import decoder
from ess_analyse.modele import verifier_colonnes
from ess_analyse.pseudonymes import motif_noms

__all__ = ["chercher_noms"]

_PLAFOND = 64 * 1024 * 1024
"""Octets décompressés lus d'une pièce d'archive."""
_COURT = 5
"""En deçà, un nom « trouvé » dans une image ou une police n'est le plus souvent qu'un hasard d'octets."""

_ECHAPPEMENT = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_BLANC_ECHAPPE = re.compile(r"\\[nrtbf]")
_BLANC_OU_BALISE = re.compile(r"\s+|<[^<>]*>")
_BLANC = re.compile(r"\s+")
_INVISIBLES = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def chercher_noms(dossier: Path, cle: pd.DataFrame) -> list[Probleme]:
    r"""Chercher les noms réels d'une clé dans chaque fichier d'un dossier, noms de fichiers compris.

    Un texte est lu tel quel, puis échappements JSON (``\u00e9``), entités HTML et adresses (``%C3%A9``) défaits, puis
    sans ses balises ; un nom coupé par un saut de ligne est retrouvé. Les pièces d'une archive (docx, odt, qdpx, …)
    sont lues une à une. Limite : le texte compressé à l'intérieur d'un PDF ou dessiné dans une image n'est pas lu.

    Parameters
    ----------
    dossier : Path
        Par exemple ``_site``.
    cle : DataFrame
        Colonne ``reel`` : les noms cherchés, dans la casse de la clé ou en capitales
        (:func:`ess_analyse.pseudonymes.motif_noms`).

    Returns
    -------
    list of Probleme
        Un par nom et par ligne, trié ; le nom n'y paraît jamais, ni dans le message ni dans le chemin : seule sa
        première lettre est écrite.

    Raises
    ------
    ErreurDonnees
        Si le dossier n'existe pas.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     _ = Path(dossier, "index.html").write_text("<p>Le mot\nd'&Eacute;lodie</p>", encoding="utf-8")
    ...     problemes = chercher_noms(Path(dossier), pd.DataFrame({"reel": ["Élodie"]}))
    >>> [(probleme.ligne, probleme.message, probleme.valeur) for probleme in problemes]
    [(2, 'un nom réel de la clé se lit dans ce fichier', 'É…')]
    """
    dossier = Path(dossier)
    verifier_colonnes(cle, ("reel",), "clé")
    if not dossier.is_dir():
        raise ErreurDonnees([Probleme(relatif(dossier), 0, "dossier introuvable", remede="rendez d'abord le site")])
    noms = [nom for nom in cle["reel"] if nom.strip()]
    motif = motif_noms(unicodedata.normalize("NFC", nom) for nom in noms)
    problemes = set()
    for chemin in sorted(chemin for chemin in dossier.rglob("*") if chemin.is_file()):
        nom = _masquer(relatif(dossier), relatif(chemin), motif)
        for trouve in motif.finditer(_nom_lisible(chemin.relative_to(dossier).as_posix())):
            problemes.add(
                Probleme(
                    nom, 0, "un nom réel de la clé se lit dans le nom de ce fichier", _initiale(trouve), "renommez-le"
                )
            )
        for piece, octets in _pieces(chemin):
            lieu = f"{nom} ({_masquer('', piece, motif)})" if piece else nom
            for trouve in motif.finditer(_nom_lisible(piece)):
                problemes.add(
                    Probleme(
                        lieu,
                        0,
                        "un nom réel de la clé se lit dans le nom de cette pièce",
                        _initiale(trouve),
                        "renommez-la",
                    )
                )
            problemes |= {
                Probleme(
                    lieu,
                    ligne,
                    "un nom réel de la clé se lit dans ce fichier",
                    initiale,
                    "complétez la clé ou corrigez la source, puis publiez de nouveau",
                )
                for ligne, initiale in _trouver(octets, motif)
            }
    return sorted(problemes)


def _nom_lisible(nom: str) -> str:
    """Rendre un nom de fichier lisible par le motif : « _ » y tient lieu d'espace."""
    return unicodedata.normalize("NFC", unquote(nom)).replace("_", " ")


def _masquer(prefixe: str, chemin: str, motif: re.Pattern) -> str:
    lisible, sortie, fin = _nom_lisible(chemin), "", 0
    trouves = [trouve for trouve in motif.finditer(lisible) if trouve.start() >= len(prefixe)]
    # Unescaping may have moved the letters: then the readable form is shown instead.
    if not trouves:
        return chemin
    brut = chemin if len(chemin) == len(lisible) else lisible
    for trouve in trouves:
        sortie += brut[fin : trouve.start()] + _initiale(trouve)
        fin = trouve.end()
    return sortie + brut[fin:]


def _initiale(trouve: re.Match) -> str:
    return (trouve["nom"] or trouve["nu"])[0] + "…"


def _pieces(chemin: Path) -> Iterator[tuple[str, bytes]]:
    octets = chemin.read_bytes()
    yield "", octets
    if not zipfile.is_zipfile(io.BytesIO(octets)):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            for info in archive.infolist():
                with archive.open(info) as flux:
                    yield info.filename, flux.read(_PLAFOND)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError):
        return


def _trouver(octets: bytes, motif: re.Pattern) -> set[tuple[int, str]]:
    trouves = set()
    for texte, binaire in _decodages(octets):
        defait = _defaire(texte)
        vues = [(texte, _BLANC), (defait, _BLANC), (defait, _BLANC_OU_BALISE)]
        for vue, coupe in vues if "<" in defait else vues[: 1 + (defait != texte)]:
            plat, sauts = _aplanir(vue, coupe)
            trouves |= {
                (0 if binaire else bisect_right(sauts, trouve.start()) + 1, _initiale(trouve))
                for trouve in motif.finditer(plat)
                if not binaire or len(trouve[0]) >= _COURT
            }
    return trouves


def _decodages(octets: bytes) -> Iterator[tuple[str, bool]]:
    """Rendre les textes qu'un fichier peut être, et s'il est binaire."""
    try:
        texte = decoder(octets)[0]
    except UnicodeDecodeError:
        texte = "\0"
    if "\0" not in texte:
        yield texte, False
        return
    for encodage in ("utf-8", "cp1252", "utf-16-le", "utf-16-be"):
        yield octets.decode(encodage, errors="replace"), True


def _defaire(texte: str) -> str:
    """Défaire les échappements ; deux fois, pour du HTML rangé dans du JSON."""
    for _ in range(2):
        # An escaped line break must not leave its letter stuck to the name that follows it.
        texte = _BLANC_ECHAPPE.sub(" ", texte)
        texte = _ECHAPPEMENT.sub(_caractere, texte)
        texte = html.unescape(texte)
        texte = unquote(texte, errors="replace") if "%" in texte else texte
    return unicodedata.normalize("NFC", _INVISIBLES.sub("", texte))


def _caractere(trouve: re.Match) -> str:
    point = int(trouve[1] or trouve[2] or trouve[3], 16)
    return chr(point) if point <= 0x10FFFF else trouve[0]


def _aplanir(texte: str, coupe: re.Pattern) -> tuple[str, list[int]]:
    """Ramener blancs à une espace et balises à rien ; dire où étaient les sauts de ligne."""
    morceaux, sauts, fin, longueur = [], [], 0, 0
    for trouve in coupe.finditer(texte):
        morceau = texte[fin : trouve.start()] + " " * (not trouve[0].startswith("<"))
        morceaux.append(morceau)
        longueur += len(morceau)
        sauts += [longueur] * trouve[0].count("\n")
        fin = trouve.end()
    return "".join(morceaux) + texte[fin:], sauts
