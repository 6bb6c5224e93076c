"""Choisir, d'après son extension, comment lire un fichier."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.fichiers import lire_octets, lire_texte_encode
from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.paragraphes import Depouillement

__all__ = ["EXTENSIONS", "Format", "lire_fichier", "trouver_format", "trouver_probleme"]

_MO = 1024 * 1024
_TAILLE = 64 * _MO
"""Octets d'un fichier reçu : cent heures de parole avec leurs images en font moins."""
_SIGNES = 5_000_000
"""Signes d'un texte : cent heures de parole en font moins."""
_PARAGRAPHES = 150_000
"""Paragraphes d'une transcription : cent heures de parole en ont moins."""
_LIGNES = 3 * _PARAGRAPHES
"""Lignes d'un texte : une réplique de sous-titre en prend trois, et une vide."""
_COUPER = "vérifiez que c'est une transcription, ou coupez-la en plusieurs fichiers"


class Format(NamedTuple):
    """Comment lire une sorte de fichier.

    Attributes
    ----------
    module, fonction : str
        Ce qui la lit, importé quand un fichier le demande.
    texte : bool
        Vrai pour un fichier de texte, décodé avant d'être lu.
    suite : str
        Ce qui joint deux paragraphes d'un même tour : les répliques d'un sous-titre sont des bouts de phrase.
    colonnes : bool
        Vrai pour un tableau d'un tour par ligne.
    """

    module: str
    fonction: str
    texte: bool = False
    suite: str = "\n"
    colonnes: bool = False


_TEXTE = Format("textes", "lire_txt", texte=True)
_SOUS_TITRES = Format("soustitres", "lire_soustitres", texte=True, suite=" ")
_TOILE = Format("toile", "lire_html", texte=True)
_TEI = Format("tei", "lire_tei")
_CLASSEUR = Format("classeur", "lire_classeur", colonnes=True)
_CSV = Format("classeur", "lire_csv", texte=True, colonnes=True)
_FORMATS = {
    ".csv": _CSV,
    ".docx": Format("word", "lire_docx"),
    ".eaf": Format("transcripteurs", "lire_eaf", suite=" "),
    ".htm": _TOILE,
    ".html": _TOILE,
    ".json": Format("transcripteurs", "lire_whisper", texte=True, suite=" "),
    ".md": _TEXTE,
    ".ods": _CLASSEUR,
    ".odt": Format("opendocument", "lire_odt"),
    ".pdf": Format("imprime", "lire_pdf"),
    ".rtf": Format("riche", "lire_rtf"),
    ".srt": _SOUS_TITRES,
    ".tei": _TEI,
    ".tsv": _CSV,
    ".txt": _TEXTE,
    ".vtt": _SOUS_TITRES,
    ".xlsx": _CLASSEUR,
    ".xml": _TEI,
}
EXTENSIONS = tuple(_FORMATS)
_MACROS = ("document à macros", "enregistrez-en une copie sans macros, en .docx ou en .xlsx")
_SON = ("enregistrement, et non transcription", "posez ici sa transcription, et gardez le son ailleurs")
_REFUS = {
    ".doc": ("ancien format de Word", "ouvrez-le dans Word ou LibreOffice et enregistrez-le en .docx"),
    ".xls": ("ancien format d'Excel", "ouvrez-le dans Excel ou LibreOffice et enregistrez-le en .xlsx"),
    **dict.fromkeys((".docm", ".dotm", ".xlsb", ".xlsm"), _MACROS),
    **dict.fromkeys((".flac", ".m4a", ".mp3", ".mp4", ".ogg", ".wav", ".wma"), _SON),
}


def trouver_format(chemin: Path) -> Format:
    """Trouver comment lire un fichier dont :func:`trouver_probleme` n'a rien à dire."""
    return _FORMATS[chemin.suffix.lower()]


def trouver_probleme(chemin: Path) -> Probleme | None:
    """Dire, sans l'ouvrir, pourquoi un fichier ne peut pas être lu.

    Parameters
    ----------
    chemin : Path
        Le fichier.

    Returns
    -------
    Probleme or None
        Extension inconnue ou refusée, lien cassé, dossier, tube, fichier démesuré ; rien si tout va bien.

    Examples
    --------
    >>> print(trouver_probleme(Path("entretien.doc")))
    entretien.doc : ancien format de Word (« .doc »). Ouvrez-le dans Word ou LibreOffice et enregistrez-le en .docx.
    """
    nom, extension = relatif(chemin), chemin.suffix.lower()
    if extension in _REFUS:
        message, remede = _REFUS[extension]
        return Probleme(nom, 0, message, extension, remede)
    if extension not in _FORMATS:
        remede = f"convertissez-le dans un format lu ({', '.join(EXTENSIONS)}), ou retirez-le"
        return Probleme(nom, 0, "extension inconnue", chemin.suffix or "aucune", remede)
    try:
        etat = chemin.stat()
    except FileNotFoundError:
        if chemin.is_symlink():
            return Probleme(nom, 0, "lien vers un fichier qui n'existe pas", remede="remplacez-le par le fichier")
        return Probleme(nom, 0, "fichier introuvable", remede="vérifiez son nom et son dossier")
    except OSError:
        return Probleme(nom, 0, "fichier illisible", remede="vérifiez vos droits sur ce fichier")
    if stat.S_ISDIR(etat.st_mode):
        return Probleme(nom, 0, "c'est un dossier, pas un fichier", remede="vérifiez son nom")
    if not stat.S_ISREG(etat.st_mode):
        return Probleme(nom, 0, "ce n'est pas un fichier ordinaire", remede="remplacez-le par le fichier lui-même")
    if etat.st_size > _TAILLE:
        taille = f"{etat.st_size / _MO:.0f} Mo"
        return Probleme(nom, 0, f"fichier démesuré : plus de {_TAILLE // _MO} Mo", taille, _COUPER)
    return None


def lire_fichier(chemin: Path, colonnes: Mapping[str, str] | None = None) -> Depouillement:
    """Lire les paragraphes d'un fichier, quel que soit son format.

    Parameters
    ----------
    chemin : Path
        Le fichier.
    colonnes : mapping of str to str, optional
        Pour un tableau d'un tour par ligne, le nom de la colonne qui tient chaque rôle.

    Returns
    -------
    Depouillement
        Ses paragraphes, et ce qui a été laissé de côté ou supposé.

    Raises
    ------
    ErreurDonnees
        Fichier absent, vide, démesuré ou illisible.
    """
    if probleme := trouver_probleme(chemin):
        raise ErreurDonnees([probleme])
    format_ = trouver_format(chemin)
    if colonnes and not format_.colonnes:
        remede = "retirez ce choix : il ne sert qu'aux tableaux (.csv, .ods, .tsv, .xlsx)"
        raise ErreurDonnees([Probleme(relatif(chemin), 0, "ce format n'a pas de colonnes à choisir", remede=remede)])
    lire: Callable[..., Depouillement] = getattr(
        import_module(f"ess_analyse.lecture.{format_.module}"), format_.fonction
    )
    options = {"colonnes": colonnes} if format_.colonnes else {}
    try:
        if not format_.texte:
            return _refuser_demesure(lire(lire_octets(chemin), **options))
        texte, encodage = lire_texte_encode(chemin)
        # Tagged texts say more than words: their readers have their own limits.
        if format_ in (_TEXTE, _SOUS_TITRES) and (len(texte) > _SIGNES or texte.count("\n") > _LIGNES):
            raise IllisibleError("document démesuré", _COUPER)
        lu = _refuser_demesure(lire(texte, **options))
    except IllisibleError as erreur:
        raise ErreurDonnees([Probleme(relatif(chemin), 0, str(erreur), remede=erreur.remede)]) from None
    dit = (f"texte lu en {encodage.upper()}, et non en UTF-8",) if encodage != "utf-8" else ()
    return Depouillement(lu.paragraphes, (*dit, *lu.constats))


def _refuser_demesure(lu: Depouillement) -> Depouillement:
    signes = sum(len(paragraphe.texte) for paragraphe in lu.paragraphes)
    if signes > _SIGNES or len(lu.paragraphes) > _PARAGRAPHES:
        raise IllisibleError("document démesuré", _COUPER)
    return lu
