"""Poser un dépôt à sa place : composé à côté, contrôlé, puis seulement mis à la place du précédent."""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from ess_analyse.echanges.versement.citation import Citation
from ess_analyse.echanges.versement.contenu import Versement, ecrire_donnees, ecrire_notices, lister
from ess_analyse.echanges.versement.notice import SIGNATURE
from ess_analyse.erreurs import Probleme, lever, relatif
from ess_analyse.fichiers import ecrire_octets, ecrire_texte, remplacer_dossier

__all__ = ["archive_de", "deposer"]

_NOTICE, _SOMMES = "LISEZ-MOI.md", "SHA256SUMS"
_DATE_ZIP = (1980, 1, 1, 0, 0, 0)
_DU_SYSTEME = (".DS_Store", "Thumbs.db", "desktop.ini")
"""Ce que les explorateurs de fichiers sèment : personne ne l'a écrit."""


def deposer(
    cible: Path,
    versement: Versement,
    citation: Citation,
    controler: Callable[[Path], Iterable[Probleme]],
    *,
    zippe: bool = False,
) -> list[Path]:
    """Composer un dépôt, le contrôler, et le poser.

    Tout est d'abord écrit à côté. Le contrôle lit chaque octet de ce qui sortira, auteurs du dépôt mis à part
    (:meth:`~ess_analyse.echanges.versement.Citation.sans_auteurs`) ; s'il trouve quelque chose, rien n'est posé.

    Parameters
    ----------
    cible : Path
        Le dossier du dépôt. S'il existe, ce doit être un dépôt fait ici et que personne n'a modifié.
    versement : Versement
        Ce qui est déposé.
    citation : Citation
        Comment le citer.
    controler : callable
        Reçoit le dossier composé, rend les problèmes.
    zippe : bool
        Vrai pour écrire aussi ``<cible>.zip``.

    Returns
    -------
    list of Path
        Le dossier, et l'archive si elle est demandée. Deux dépôts des mêmes données sont identiques à l'octet.

    Raises
    ------
    ErreurDonnees
        Ce que le contrôle a trouvé, ou ce que remplacer ``cible`` ferait perdre ; tout est alors resté en place.
    """
    cible = Path(cible).absolute()
    # A link stays a link: what it leads to is replaced.
    vraie = cible.resolve()
    lever(_verifier_place(cible, zippe=zippe))
    voisin = next(dossier for dossier in vraie.parents if dossier.is_dir())
    neuf = Path(tempfile.mkdtemp(dir=voisin, prefix=".ess-depot-"))
    try:
        ecrire_donnees(neuf, versement)
        ecrire_notices(neuf, versement, citation.sans_auteurs())
        provisoire, final = relatif(neuf), relatif(cible)
        lever(replace(p, fichier=p.fichier.replace(provisoire, final)) for p in controler(neuf))
        ecrire_notices(neuf, versement, citation)
        ecrire_texte(neuf / _SOMMES, _sommer(neuf))
        archive = _zipper(neuf, cible.name) if zippe else b""
        remplacer_dossier(vraie, neuf)
    finally:
        shutil.rmtree(neuf, ignore_errors=True)
    if not zippe:
        return [cible]
    ecrire_octets(archive_de(cible), archive)
    return [cible, archive_de(cible)]


def archive_de(cible: Path) -> Path:
    """Rendre le chemin de l'archive d'un dépôt.

    Examples
    --------
    >>> archive_de(Path("depots/etude.v1")).as_posix()
    'depots/etude.v1.zip'
    """
    return cible.with_name(f"{cible.name}.zip")


def _sommer(dossier: Path) -> str:
    return "".join(f"{_empreinte(dossier / nom)}  {nom}\n" for nom in lister(dossier) if nom != _SOMMES)


def _empreinte(chemin: Path) -> str:
    with chemin.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def _verifier_place(cible: Path, *, zippe: bool) -> Iterable[Probleme]:
    """Dire ce que poser un dépôt ici ferait perdre."""
    ailleurs = "choisissez un autre dossier, ou rangez-le vous-même"
    if cible.exists() and not cible.is_dir():
        yield Probleme(relatif(cible), 0, "ce n'est pas un dossier", remede=ailleurs)
    elif cible.is_dir():
        yield from _verifier_ancien(cible, ailleurs)
    archive = archive_de(cible)
    if zippe and archive.exists() and not _est_archive(archive, cible.name):
        yield Probleme(relatif(archive), 0, "ce fichier n'est pas l'archive d'un dépôt fait ici", remede=ailleurs)


def _verifier_ancien(cible: Path, ailleurs: str) -> Iterable[Probleme]:
    presents = [nom for nom in lister(cible) if Path(nom).name not in _DU_SYSTEME]
    if not presents:
        return
    if not {_NOTICE, _SOMMES} <= set(presents) or SIGNATURE not in _lire(cible / _NOTICE):
        yield Probleme(relatif(cible), 0, "ce dossier contient autre chose qu'un dépôt fait ici", remede=ailleurs)
        return
    lignes = (ligne.partition("  ") for ligne in _lire(cible / _SOMMES).splitlines())
    connues = {nom: empreinte for empreinte, _, nom in lignes}
    for nom in presents:
        if nom != _SOMMES and connues.get(nom) != _empreinte(cible / nom):
            message = "ce fichier a été modifié depuis le dépôt" if nom in connues else "ce fichier n'est pas du dépôt"
            remede = "mettez-le ailleurs : refaire le dépôt l'effacerait"
            yield Probleme(relatif(cible / nom), 0, message, remede=remede)


def _lire(chemin: Path) -> str:
    return chemin.read_text(encoding="utf-8", errors="replace")


def _est_archive(chemin: Path, nom: str) -> bool:
    try:
        with zipfile.ZipFile(chemin) as archive:
            return {f"{nom}/{_NOTICE}", f"{nom}/{_SOMMES}"} <= set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False


def _zipper(dossier: Path, nom: str) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        for fichier in lister(dossier):
            info = zipfile.ZipInfo(f"{nom}/{fichier}", _DATE_ZIP)
            # Stored, not deflated: compressors differ from one version to the next, these bytes do not.
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, (dossier / fichier).read_bytes())
    return tampon.getvalue()
