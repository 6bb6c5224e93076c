"""Lire et écrire sans rien perdre : encodages, tables à la française, remplacement en une fois."""

from __future__ import annotations

import csv
import io
import os
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif

__all__ = [
    "decoder",
    "ecrire_ensemble",
    "ecrire_octets",
    "ecrire_table",
    "ecrire_texte",
    "lire_octets",
    "lire_table",
    "lire_texte",
    "table_en_octets",
]


def lire_octets(chemin: Path) -> bytes:
    """Lire un fichier tel quel.

    Parameters
    ----------
    chemin : Path
        Le fichier.

    Returns
    -------
    bytes
        Son contenu.

    Raises
    ------
    ErreurDonnees
        Si le fichier manque, est vide, ou ne peut être lu.

    Examples
    --------
    >>> lire_octets(Path("absent.txt"))
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: absent.txt : fichier introuvable. Vérifiez son nom et son dossier.
    """
    try:
        octets = Path(chemin).read_bytes()
    except FileNotFoundError:
        raise _erreur(chemin, "fichier introuvable", "vérifiez son nom et son dossier") from None
    except IsADirectoryError:
        raise _erreur(chemin, "c'est un dossier, pas un fichier", "vérifiez son nom") from None
    except OSError:
        raise _erreur(chemin, "fichier illisible", "vérifiez vos droits sur ce fichier") from None
    if not octets.strip():
        raise _vide(chemin)
    return octets


def decoder(octets: bytes) -> tuple[str, str]:
    r"""Décoder un texte français d'encodage inconnu.

    UTF-8 (avec ou sans marque), puis UTF-16 marqué, puis Windows-1252 : dans cet ordre, un texte français n'est
    jamais lu de travers, alors que les détecteurs statistiques confondent cp1252 avec des pages de code voisines.

    Parameters
    ----------
    octets : bytes
        Le contenu d'un fichier.

    Returns
    -------
    texte : str
        En NFC, lignes séparées par ``\n``, sans marque d'ordre.
    encodage : str
        ``utf-8``, ``utf-16`` ou ``cp1252``.

    Raises
    ------
    UnicodeDecodeError
        Si aucun des trois ne convient.

    Examples
    --------
    >>> decoder("été\r\n".encode("cp1252"))
    ('été\n', 'cp1252')
    """
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _normaliser(octets.decode("utf-16")), "utf-16"
    try:
        return _normaliser(octets.decode("utf-8-sig")), "utf-8"
    except UnicodeDecodeError:
        return _normaliser(octets.decode("cp1252")), "cp1252"


def lire_texte(chemin: Path) -> str:
    r"""Lire un fichier de texte, quel que soit son encodage.

    Parameters
    ----------
    chemin : Path
        Le fichier.

    Returns
    -------
    str
        Le texte, en NFC, lignes séparées par ``\n``.

    Raises
    ------
    ErreurDonnees
        Si le fichier manque, est vide, ou n'est pas du texte.
    """
    octets = lire_octets(chemin)
    remede = "enregistrez-le en texte UTF-8 depuis votre traitement de texte"
    try:
        texte = decoder(octets)[0]
    except UnicodeDecodeError:
        raise _erreur(chemin, "encodage inconnu", remede) from None
    if "\0" in texte:
        raise _erreur(chemin, "ce fichier n'est pas du texte", remede)
    if not texte.strip():
        raise _vide(chemin)
    return texte


def ecrire_octets(chemin: Path, octets: bytes) -> bool:
    """Écrire un fichier à côté, puis le renommer : il est entier ou il n'a pas changé.

    Parameters
    ----------
    chemin : Path
        Le fichier ; son dossier est créé au besoin.
    octets : bytes
        Le nouveau contenu.

    Returns
    -------
    bool
        Vrai si le contenu a changé ; un fichier déjà identique n'est pas touché. Un lien reste un lien : c'est sa cible
        qui est remplacée.

    Raises
    ------
    ErreurDonnees
        Si l'écriture est impossible (droits, disque plein, dossier du même nom) ; l'ancien fichier est alors intact.
    """
    return bool(ecrire_ensemble({Path(chemin): octets}))


def ecrire_ensemble(contenus: Mapping[Path, bytes]) -> list[Path]:
    """Écrire des fichiers qui vont ensemble : tous sont écrits à côté avant que le premier ne soit remplacé.

    Parameters
    ----------
    contenus : mapping of Path to bytes
        Le nouveau contenu de chaque fichier.

    Returns
    -------
    list of Path
        Les fichiers dont le contenu a changé.

    Raises
    ------
    ErreurDonnees
        Si l'un d'eux ne peut être écrit ; tous sont alors intacts.
    """
    provisoires: dict[Path, Path] = {}
    try:
        for chemin, octets in contenus.items():
            cible = Path(chemin).resolve()
            try:
                if cible.is_file() and cible.read_bytes() == octets:
                    continue
                cible.parent.mkdir(parents=True, exist_ok=True)
                provisoires[chemin] = _ecrire_a_cote(cible, octets)
            except OSError:
                raise _inscriptible(chemin) from None
        for chemin, provisoire in provisoires.items():
            provisoire.replace(Path(chemin).resolve())
    except OSError:
        raise _inscriptible(chemin) from None
    finally:
        for provisoire in provisoires.values():
            provisoire.unlink(missing_ok=True)
    return list(provisoires)


def _ecrire_a_cote(chemin: Path, octets: bytes) -> Path:
    descripteur, provisoire = tempfile.mkstemp(dir=chemin.parent, prefix=".ess-", suffix=chemin.suffix)
    try:
        with os.fdopen(descripteur, "wb") as sortie:
            sortie.write(octets)
        # mkstemp creates 0600 files, which a web server or a colleague could not read.
        Path(provisoire).chmod(chemin.stat().st_mode & 0o777 if chemin.exists() else 0o666 & ~_masque())
    except BaseException:
        Path(provisoire).unlink(missing_ok=True)
        raise
    return Path(provisoire)


def ecrire_texte(chemin: Path, texte: str) -> bool:
    r"""Écrire un texte en UTF-8, lignes séparées par ``\n``.

    Parameters
    ----------
    chemin : Path
        Le fichier.
    texte : str
        Le nouveau contenu.

    Returns
    -------
    bool
        Vrai si le contenu a changé.
    """
    return ecrire_octets(chemin, texte.encode("utf-8"))


def lire_table(chemin: Path, colonnes: Sequence[str], facultatives: Sequence[str] = ()) -> pd.DataFrame:
    """Lire une table CSV, comme un tableur français ou anglais l'enregistre.

    Parameters
    ----------
    chemin : Path
        Le fichier ; ``;``, ``,`` ou tabulation sont reconnus à la ligne d'en-tête.
    colonnes : sequence of str
        Les colonnes exigées, dans l'ordre du résultat.
    facultatives : sequence of str
        Les colonnes permises, vides si elles manquent.

    Returns
    -------
    DataFrame
        Les colonnes demandées, toutes en texte (vide plutôt que NaN). L'index ``ligne`` est le numéro de la ligne
        dans le fichier, pour que chaque message puisse la citer.

    Raises
    ------
    ErreurDonnees
        Fichier absent ou vide, colonne manquante ou inconnue, ligne trop courte ou trop longue, guillemet jamais fermé.
    """
    texte = lire_texte(chemin)
    entete = texte.split("\n", 1)[0]
    separateur = max(";,\t", key=entete.count)
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True)
    permises, nom, precedente = [*colonnes, *facultatives], relatif(chemin), 0
    try:
        noms = [cellule.strip() for cellule in next(lecteur)]
        lever(_problemes_entete(nom, noms, colonnes, permises))
        lignes, numeros, problemes, precedente = [], [], [], lecteur.line_num
        for cellules in lecteur:
            numero, precedente = precedente + 1, lecteur.line_num
            if not any(cellule.strip() for cellule in cellules):
                continue
            if len(cellules) != len(noms):
                message = f"{len(cellules)} cellule{'s' * (len(cellules) > 1)} au lieu de {len(noms)}"
                remede = "mettez entre guillemets les cellules qui contiennent le séparateur"
                problemes.append(Probleme(nom, numero, message, separateur.join(cellules)[:60], remede))
                continue
            lignes.append(cellules)
            numeros.append(numero)
    except csv.Error:
        remede = "fermez-le, et doublez ceux qui sont dans le texte d'une cellule"
        raise _erreur(chemin, "guillemet mal placé ou jamais fermé", remede, precedente + 1) from None
    lever(problemes)
    table = pd.DataFrame(lignes, columns=noms, index=pd.Index(numeros, name="ligne", dtype="int64"), dtype="str")
    return table.reindex(columns=permises, fill_value="")


def _problemes_entete(nom, noms, colonnes, permises) -> list[Probleme]:
    problemes = [
        Probleme(nom, 1, "colonne manquante", colonne, f"ajoutez-la ; colonnes attendues : {', '.join(colonnes)}")
        for colonne in colonnes
        if colonne not in noms
    ]
    problemes += [
        Probleme(nom, 1, "colonne inconnue", colonne, proposer(colonne, permises))
        for colonne in noms
        if colonne not in permises
    ]
    doubles = sorted({colonne for colonne in noms if noms.count(colonne) > 1})
    return problemes + [Probleme(nom, 1, "colonne en double", colonne, "gardez-en une") for colonne in doubles]


def ecrire_table(chemin: Path, table: pd.DataFrame) -> bool:
    """Écrire une table CSV qui s'ouvre bien dans un tableur français : ``;`` et UTF-8 avec marque.

    Parameters
    ----------
    chemin : Path
        Le fichier.
    table : DataFrame
        Les colonnes sont écrites dans leur ordre, l'index ne l'est pas.

    Returns
    -------
    bool
        Vrai si le contenu a changé.
    """
    return ecrire_octets(chemin, table_en_octets(table))


def table_en_octets(table: pd.DataFrame) -> bytes:
    r"""Mettre une table dans la forme que ``ecrire_table`` écrit.

    Parameters
    ----------
    table : DataFrame
        Les colonnes sont écrites dans leur ordre, l'index ne l'est pas.

    Returns
    -------
    bytes
        Du CSV, ``;`` et UTF-8 avec marque.

    Examples
    --------
    >>> table_en_octets(pd.DataFrame({"code": ["R-SENS"], "usages": [3]})).decode("utf-8-sig")
    'code;usages\nR-SENS;3\n'
    """
    texte = table.replace(r"\r\n?", "\n", regex=True).to_csv(sep=";", index=False, lineterminator="\n")
    return texte.encode("utf-8-sig")


def _normaliser(texte: str) -> str:
    texte = texte.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", texte)


def _masque() -> int:
    masque = os.umask(0o077)
    os.umask(masque)
    return masque


def _vide(chemin: Path) -> ErreurDonnees:
    return _erreur(chemin, "fichier vide", "remplacez-le par le bon fichier ou retirez-le")


def _inscriptible(chemin: Path) -> ErreurDonnees:
    remede = "vérifiez vos droits, la place libre, et qu'aucun dossier ne porte ce nom"
    return _erreur(chemin, "écriture impossible", remede)


def _erreur(chemin: Path, message: str, remede: str, ligne: int = 0) -> ErreurDonnees:
    return ErreurDonnees([Probleme(relatif(chemin), ligne, message, remede=remede)])
