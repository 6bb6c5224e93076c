"""Lire et écrire des octets : un fichier est entier, ou il n'a pas changé."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif

__all__ = ["ecrire_ensemble", "ecrire_morceaux", "ecrire_octets", "erreur", "lire_octets", "vide"]

_PREFIXE = ".ess-"
_OUVERT = "fermez-le s'il est ouvert dans un tableur, puis "
_BLOC = 2**16


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
        raise erreur(chemin, "fichier introuvable", "vérifiez son nom et son dossier") from None
    except IsADirectoryError:
        raise erreur(chemin, "c'est un dossier, pas un fichier", "vérifiez son nom") from None
    except OSError:
        raise erreur(chemin, "fichier illisible", "vérifiez vos droits sur ce fichier") from None
    if not octets.strip():
        raise vide(chemin)
    return octets


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


def ecrire_morceaux(chemin: Path, morceaux: Iterable[bytes]) -> bool:
    """Écrire un fichier morceau après morceau, sans jamais le tenir en mémoire : il est entier ou il n'a pas changé.

    Les morceaux attendent, dans le même dossier, dans un fichier sans nom : un programme tué n'en laisse rien.

    Parameters
    ----------
    chemin : Path
        Le fichier ; son dossier est créé au besoin.
    morceaux : iterable of bytes
        Le nouveau contenu, pris au fur et à mesure ; ce que l'itérable lève laisse l'ancien fichier intact.

    Returns
    -------
    bool
        Comme :func:`ecrire_octets`.

    Raises
    ------
    ErreurDonnees
        Comme :func:`ecrire_octets`.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     chemin = Path(dossier) / "long.csv"
    ...     ecrire_morceaux(chemin, (f"{rang};".encode() for rang in range(3))), chemin.read_bytes()
    (True, b'0;1;2;')
    """
    cible = Path(chemin).resolve()
    with _inscrire(chemin):
        cible.parent.mkdir(parents=True, exist_ok=True)
        reserve = tempfile.TemporaryFile(dir=cible.parent, prefix=_PREFIXE)  # noqa: SIM115
    try:
        for morceau in morceaux:
            with _inscrire(chemin):
                reserve.write(morceau)
        with _inscrire(chemin):
            if _est_identique(cible, reserve):
                return False
            reserve.seek(0)
            provisoire = _ecrire_a_cote(cible, reserve)
    finally:
        # On a full disk, closing writes again, and fails again.
        with contextlib.suppress(OSError):
            reserve.close()
    try:
        with _inscrire(chemin, _OUVERT):
            provisoire.replace(cible)
    finally:
        provisoire.unlink(missing_ok=True)
    return True


def ecrire_ensemble(contenus: Mapping[Path, bytes]) -> list[Path]:
    """Écrire des fichiers qui vont ensemble : tous sont écrits à côté avant que le premier ne soit remplacé.

    Si l'un d'eux ne se laisse pas remplacer (Windows le refuse d'un fichier ouvert dans un tableur), ceux qui l'étaient
    déjà sont remis.

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
        Si l'un d'eux ne peut être écrit ; tous sont alors intacts, ou l'erreur nomme ceux qui n'ont pu être remis.
    """
    provisoires: dict[Path, Path] = {}
    anciens: dict[Path, bytes | None] = {}
    try:
        for chemin, octets in contenus.items():
            cible = Path(chemin).resolve()
            with _inscrire(chemin):
                ancien = cible.read_bytes() if cible.is_file() else None
                if ancien == octets:
                    continue
                cible.parent.mkdir(parents=True, exist_ok=True)
                provisoires[chemin] = _ecrire_a_cote(cible, io.BytesIO(octets))
                anciens[chemin] = ancien
        _remplacer(provisoires, anciens)
    finally:
        for provisoire in provisoires.values():
            provisoire.unlink(missing_ok=True)
    return list(provisoires)


def _remplacer(provisoires: Mapping[Path, Path], anciens: Mapping[Path, bytes | None]) -> None:
    """Mettre chaque fichier à sa place ; à la première panne, remettre les anciens."""
    tentes: list[Path] = []
    try:
        for chemin, provisoire in provisoires.items():
            tentes.append(chemin)
            provisoire.replace(Path(chemin).resolve())
    except BaseException as panne:
        # An interruption may come after the rename itself: the spare copy is then gone.
        faits = [chemin for chemin in tentes if not provisoires[chemin].exists()]
        restes = [chemin for chemin in reversed(faits) if not _remettre(Path(chemin).resolve(), anciens[chemin])]
        if not isinstance(panne, OSError):
            raise
        problemes = [*_inscriptible(tentes[-1], _OUVERT).problemes]
        remede = f"{_OUVERT}relancez"
        message = "écrit seul : l'ancien contenu n'a pu être remis"
        problemes += [Probleme(relatif(chemin), 0, message, remede=remede) for chemin in restes]
        raise ErreurDonnees(problemes) from None


def _remettre(cible: Path, ancien: bytes | None) -> bool:
    """Rendre à un fichier son ancien contenu, ou l'ôter s'il n'existait pas ; dire si c'est fait."""
    provisoire = None
    try:
        if ancien is None:
            cible.unlink(missing_ok=True)
        else:
            provisoire = _ecrire_a_cote(cible, io.BytesIO(ancien))
            provisoire.replace(cible)
    except OSError:
        if provisoire is not None:
            provisoire.unlink(missing_ok=True)
        return False
    return True


def _est_identique(chemin: Path, reserve: BinaryIO) -> bool:
    """Comparer bloc à bloc un fichier, s'il existe, à ce qui doit le remplacer."""
    taille = reserve.seek(0, os.SEEK_END)
    if not chemin.is_file() or chemin.stat().st_size != taille:
        return False
    reserve.seek(0)
    with chemin.open("rb") as ancien:
        return all(ancien.read(_BLOC) == bloc for bloc in iter(lambda: reserve.read(_BLOC), b""))


def _ecrire_a_cote(chemin: Path, contenu: BinaryIO) -> Path:
    descripteur, provisoire = tempfile.mkstemp(dir=chemin.parent, prefix=_PREFIXE, suffix=chemin.suffix)
    try:
        with os.fdopen(descripteur, "wb") as sortie:
            shutil.copyfileobj(contenu, sortie)
        # mkstemp creates 0600 files, which a web server or a colleague could not read.
        Path(provisoire).chmod(chemin.stat().st_mode & 0o777 if chemin.exists() else 0o666 & ~_masque())
    except BaseException:
        Path(provisoire).unlink(missing_ok=True)
        raise
    return Path(provisoire)


def _masque() -> int:
    masque = os.umask(0o077)
    os.umask(masque)
    return masque


@contextlib.contextmanager
def _inscrire(chemin: Path, avant: str = "") -> Iterator[None]:
    try:
        yield
    except OSError:
        raise _inscriptible(chemin, avant) from None


def _inscriptible(chemin: Path, avant: str = "") -> ErreurDonnees:
    remede = f"{avant}vérifiez vos droits, la place libre, et qu'aucun dossier ne porte ce nom"
    return erreur(chemin, "écriture impossible", remede)


def vide(chemin: Path) -> ErreurDonnees:
    """Dire qu'un fichier est vide."""
    return erreur(chemin, "fichier vide", "remplacez-le par le bon fichier ou retirez-le")


def erreur(chemin: Path, message: str, remede: str, ligne: int = 0) -> ErreurDonnees:
    """Composer l'erreur d'un seul problème de fichier."""
    return ErreurDonnees([Probleme(relatif(chemin), ligne, message, remede=remede)])
