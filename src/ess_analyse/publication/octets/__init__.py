"""De n'importe quel fichier aux textes qu'il contient.

Le texte dessiné dans une image, le tracé d'une lettre et le son d'un enregistrement ne sont pas lus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.publication.octets.archives import lire_comprime, lire_tar, lire_zip
from ess_analyse.publication.octets.donnees import lire_base, lire_cahier, lire_riche
from ess_analyse.publication.octets.extraits import Extrait, Piece
from ess_analyse.publication.octets.images import lire_jpeg, lire_png, lire_tiff, lire_webp
from ess_analyse.publication.octets.imprimes import lire_pdf
from ess_analyse.publication.octets.textes import decoder_texte, lire_brut, lire_texte_balise

__all__ = ["Extrait", "lire_dossier", "lire_fichier", "lire_tout", "parcourir"]

_PROFONDEUR = 6
"""Archives emboîtées ouvertes : un zip de documents qui contiennent des images en fait trois."""
_TOTAL = 512 * 1024 * 1024
"""Octets lus d'un fichier, une fois tout décompressé."""
_TROP = {"defaut": "trop gros pour être contrôlé", "remede": "publiez-le par morceaux, ou ne le publiez pas"}
_TROP_EMBOITE = {"defaut": "archives trop emboîtées pour être contrôlées", "remede": "publiez le contenu lui-même"}

Lecteur = Callable[[bytes, str], Iterator[Extrait | Piece]]

_SIGNATURES: tuple[tuple[bytes, Lecteur], ...] = (
    (b"\x89PNG\r\n\x1a\n", lire_png),
    (b"\xff\xd8\xff", lire_jpeg),
    (b"II*\0", lire_tiff),
    (b"MM\0*", lire_tiff),
    (b"PK\x03\x04", lire_zip),
    (b"PK\x05\x06", lire_zip),
    (b"\x1f\x8b", lire_comprime),
    (b"BZh", lire_comprime),
    (b"\xfd7zXZ\0", lire_comprime),
    (b"SQLite format 3\0", lire_base),
    (b"{\\rtf", lire_riche),
)
_ILLISIBLES = (
    (b"7z\xbc\xaf\x27\x1c", "archive 7z, qui ne peut être contrôlée", "refaites-la en zip ordinaire"),
    (b"Rar!\x1a\x07", "archive rar, qui ne peut être contrôlée", "refaites-la en zip ordinaire"),
    (b"\x28\xb5\x2f\xfd", "archive zstd, qui ne peut être contrôlée", "refaites-la en zip ordinaire"),
    (b"age-encryption.org/", "fichier chiffré, qui ne peut être contrôlé", "ne le publiez pas"),
    (
        bytes.fromhex("D0CF11E0A1B11AE1"),
        "document chiffré ou d'un ancien format (.doc, .xls), qui ne peut être contrôlé",
        "enregistrez-le sans mot de passe, en .docx, .xlsx ou .odt",
    ),
)
_TAR = (257, b"ustar")
_PDF = 1024
"""Octets de tête où un lecteur de PDF accepte de trouver « %PDF- »."""
_FIN_DE_ZIP = 66_000
"""Octets de queue où commence le sommaire d'un zip, fût-il collé derrière autre chose."""


def lire_tout(octets: bytes, nom: str) -> Iterator[Extrait]:
    r"""Lire tous les textes qu'un fichier contient, à quelque profondeur qu'ils soient.

    Pages, tables, programmes et dessins SVG (entités, échappements, adresses, noms coupés par des balises, données en
    base64) ; cahiers Jupyter, sorties comprises ; docx, odt, xlsx, ods, epub, qdpx (paragraphes, commentaires,
    métadonnées) ; PDF (pages, métadonnées, signets, textes alternatifs, annotations, pièces jointes) ; PNG, JPEG,
    TIFF, WebP (métadonnées) ; zip, tar, gzip, bzip2, xz, l'un dans l'autre ; SQLite ; RTF. Tout autre fichier est lu
    octet par octet, en quatre encodages. Limite : le texte dessiné dans une image n'est pas lu.

    Parameters
    ----------
    octets : bytes
        Le contenu du fichier.
    nom : str
        Son nom, qui aide à reconnaître ce qu'il est.

    Yields
    ------
    Extrait
        Un texte et son lieu ; ou un défaut, pour ce qui est chiffré, abîmé ou trop gros pour être lu : on ne publie pas
        ce qu'on ne peut pas lire.

    Examples
    --------
    >>> import gzip
    >>> [extrait.lieu for extrait in lire_tout(gzip.compress(b"d'&Eacute;lodie"), "a.txt.gz") if "Élo" in extrait.texte]
    ['décompressé']
    """
    yield from _lire(Piece(octets, "", nom, ligne=1), 0, [_TOTAL])


def _lire(piece: Piece, profondeur: int, reste: list[int]) -> Iterator[Extrait]:
    reste[0] -= len(piece.octets)
    if reste[0] < 0 or profondeur > _PROFONDEUR:
        yield Extrait("", piece.lieu, **(_TROP if reste[0] < 0 else _TROP_EMBOITE))
        return
    try:
        for vu in _choisir(piece)(piece.octets, piece.nom):
            lieu = " › ".join(filter(None, (piece.lieu, vu.lieu)))
            if isinstance(vu, Piece):
                yield from _lire(replace(vu, lieu=lieu), profondeur + 1, reste)
            else:
                yield replace(vu, lieu=lieu)
    except IllisibleError as erreur:
        yield Extrait("", piece.lieu, defaut=str(erreur), remede=erreur.remede)


def _choisir(piece: Piece) -> Lecteur:
    """Reconnaître un fichier à ses premiers octets, puis à son nom ; ce qui n'est pas du texte est lu brut."""
    octets = piece.octets
    for signature, message, remede in _ILLISIBLES:
        if octets.startswith(signature):
            raise IllisibleError(message, remede)
    for signature, lecteur in _SIGNATURES:
        if octets.startswith(signature):
            return lecteur
    if b"%PDF-" in octets[:_PDF]:
        return lire_pdf
    if octets[:4] == b"RIFF" and octets[8:12] == b"WEBP":
        return lire_webp
    if octets[_TAR[0] :].startswith(_TAR[1]):
        return lire_tar
    if piece.nom.lower().endswith(".ipynb"):
        return lire_cahier
    texte = decoder_texte(octets)
    if texte is not None:
        return lambda _, nom: lire_texte_balise(texte, nom, piece.ligne)
    if b"PK\x05\x06" in octets[-_FIN_DE_ZIP:]:
        return lire_zip
    return lambda brut, _: lire_brut(brut)


def lire_dossier(dossier: Path) -> Iterator[tuple[Path, Extrait]]:
    """Lire tous les fichiers d'un dossier, et leurs noms.

    Parameters
    ----------
    dossier : Path
        Par exemple ``_site``.

    Yields
    ------
    tuple of (Path, Extrait)
        Le chemin du fichier, depuis le dossier, et l'un de ses textes ; dans l'ordre des chemins.

    Raises
    ------
    ErreurDonnees
        Si le dossier n'existe pas.
    """
    for nom, octets in parcourir(dossier):
        for extrait in lire_fichier(nom, octets):
            yield nom, extrait


def parcourir(dossier: Path) -> Iterator[tuple[Path, bytes | None]]:
    """Rendre chaque fichier d'un dossier.

    Parameters
    ----------
    dossier : Path
        Par exemple ``_site``.

    Yields
    ------
    tuple of (Path, bytes or None)
        Son chemin, depuis le dossier, et ses octets ; rien à leur place s'ils ne se laissent pas lire. Dans l'ordre des
        chemins.

    Raises
    ------
    ErreurDonnees
        Si le dossier n'existe pas.
    """
    dossier = Path(dossier)
    if not dossier.is_dir():
        raise ErreurDonnees([Probleme(relatif(dossier), 0, "dossier introuvable", remede="rendez d'abord le site")])
    for chemin in sorted(chemin for chemin in dossier.rglob("*") if chemin.is_file()):
        try:
            octets = chemin.read_bytes()
        except OSError:
            octets = None
        yield chemin.relative_to(dossier), octets


def lire_fichier(nom: Path, octets: bytes | None) -> Iterator[Extrait]:
    """Lire un fichier, nom compris.

    Parameters
    ----------
    nom, octets
        Ce que rend :func:`parcourir`.

    Yields
    ------
    Extrait
        Son nom, puis ses textes (:func:`lire_tout`).
    """
    yield Extrait(nom.as_posix(), nature="nom")
    if octets is None:
        yield Extrait("", defaut="fichier illisible", remede="vérifiez vos droits sur ce fichier")
        return
    yield from lire_tout(octets, nom.name)
