"""Lire les transcriptions reçues : un fichier, ou tout un dossier."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, relatif
from ess_analyse.lecture.lecteurs import EXTENSIONS, lire_fichier, trouver_format, trouver_probleme
from ess_analyse.lecture.tours import reconnaitre_tours
from ess_analyse.modele import Entretien

__all__ = [
    "Lecture",
    "attribuer_identifiants",
    "depouiller",
    "lire_entretien",
    "lire_sources",
    "lister_homonymes",
    "lister_sources",
]

_IDENTIFIANT = re.compile(r"[A-Z]{1,3}\d{1,4}(?![^\W_])")
_NOTICE = re.compile(r"(?i)[.~]|lisez-?moi|readme")


@dataclass(frozen=True)
class Lecture:
    """Une transcription lue, et ce qu'il faut en dire à la personne.

    Attributes
    ----------
    entretien : Entretien
        Le texte canonique et ses tours.
    fichier : str
        Le nom du fichier.
    format : str
        Son extension, sans le point.
    tours : dict of str to int
        Combien de tours chaque locuteur a ; vide si personne n'a été reconnu.
    constats : tuple of str
        Une phrase par chose laissée de côté ou supposée, sans point final ; elle peut citer la source.
    """

    entretien: Entretien
    fichier: str
    format: str
    tours: dict[str, int]
    constats: tuple[str, ...] = ()


def lister_sources(dossier: Path) -> list[Path]:
    """Lister les transcriptions d'un dossier.

    Parameters
    ----------
    dossier : Path
        Par exemple ``data/brut``.

    Returns
    -------
    list of Path
        Triées par nom ; les fichiers cachés, les notices (``LISEZ-MOI…``, ``README…``) et les sous-dossiers sont
        laissés.

    Raises
    ------
    ErreurDonnees
        Dossier absent ou vide, ou fichier que l'on ne peut pas lire : extension inconnue ou refusée, taille démesurée,
        lien qui sort du dossier, dossier nommé comme un fichier.
    """
    sources, problemes = _examiner(dossier)
    lever(problemes)
    return sources


def _examiner(dossier: Path) -> tuple[list[Path], list[Probleme]]:
    dossier = Path(dossier)
    if not dossier.is_dir():
        remede = "créez-le et posez-y les transcriptions"
        raise ErreurDonnees([Probleme(relatif(dossier), 0, "dossier introuvable", remede=remede)])
    candidats = [
        chemin
        for chemin in sorted(dossier.iterdir())
        if not _NOTICE.match(chemin.name) and not (chemin.is_dir() and chemin.suffix.lower() not in EXTENSIONS)
    ]
    if not candidats:
        remede = "posez-y au moins un fichier"
        raise ErreurDonnees([Probleme(relatif(dossier), 0, "aucune transcription", remede=remede)])
    sources, problemes, racine = [], [], dossier.resolve()
    for chemin in candidats:
        probleme = trouver_probleme(chemin)
        if not probleme and not chemin.resolve().is_relative_to(racine):
            remede = "remplacez-le par une copie du fichier"
            probleme = Probleme(relatif(chemin), 0, "lien vers un fichier hors du dossier", remede=remede)
        if probleme:
            problemes.append(probleme)
        else:
            sources.append(chemin)
    return sources, problemes


def lister_homonymes(sources: Iterable[Path], identifiants: Mapping[str, str]) -> list[Probleme]:
    """Trouver les transcriptions qui auraient le même identifiant.

    Parameters
    ----------
    sources : iterable of Path
        Les fichiers, dans l'ordre.
    identifiants : mapping of str to str
        Fichier → identifiant.

    Returns
    -------
    list of Probleme
        Un par fichier de trop, qui dit lequel a déjà cet identifiant, et s'ils sont le même.

    Examples
    --------
    >>> fichiers = [Path("data/brut/E01.odt"), Path("data/brut/E01 (copie).odt")]
    >>> [un.fichier for un in lister_homonymes(fichiers, {"E01.odt": "E01", "E01 (copie).odt": "E02"})]
    []
    """
    premiers: dict[str, Path] = {}
    problemes = []
    for source in sources:
        premier = premiers.setdefault(identifiants[source.name], source)
        if premier is source:
            continue
        pareil = source.stat().st_size == premier.stat().st_size and source.read_bytes() == premier.read_bytes()
        message = f"même {'contenu' if pareil else 'identifiant'} que {relatif(premier)}"
        remede = "ôtez l'un des deux" if pareil else "renommez l'un des deux"
        problemes.append(Probleme(relatif(source), 0, message, identifiants[source.name], remede))
    return problemes


def attribuer_identifiants(
    fichiers: Iterable[str], connus: Mapping[str, str] | None = None, retires: Iterable[str] = ()
) -> dict[str, str]:
    """Donner à chaque fichier un identifiant qui ne dit rien de la personne.

    Parameters
    ----------
    fichiers : iterable of str
        Les noms des fichiers.
    connus : mapping of str to str, optional
        Les identifiants déjà donnés, qui ne changent pas.
    retires : iterable of str
        Les identifiants de documents retirés, qui ne resservent pas.

    Returns
    -------
    dict of str to str
        Fichier → identifiant : celui qui commence son nom (``E01_….docx``), sinon le premier numéro libre.

    Examples
    --------
    >>> attribuer_identifiants(["E02_direction.docx", "entretien Sandrine.odt"], retires=["E01"])
    {'E02_direction.docx': 'E02', 'entretien Sandrine.odt': 'E03'}
    """
    connus = connus or {}
    fichiers = sorted(fichiers)
    donnes = {
        fichier: connus.get(fichier) or (trouve[0] if (trouve := _IDENTIFIANT.match(Path(fichier).stem)) else "")
        for fichier in fichiers
    }
    pris = {*connus.values(), *donnes.values(), *retires}
    libres = (numero for rang in range(1, 10_000) if (numero := f"E{rang:02d}") not in pris)
    return {fichier: identifiant or next(libres) for fichier, identifiant in donnes.items()}


def depouiller(
    chemin: Path,
    identifiant: str | None = None,
    *,
    locuteurs: str | Sequence[str] | None = None,
    colonnes: Mapping[str, str] | None = None,
) -> Lecture:
    """Lire une transcription, et dire ce qui y a été reconnu, supposé ou laissé de côté.

    Parameters
    ----------
    chemin : Path
        Un fichier de l'une des ``EXTENSIONS``.
    identifiant : str, optional
        Par défaut, celui qui commence le nom du fichier, sinon ``E01``.
    locuteurs : str or sequence of str, optional
        Les seuls noms qui ouvrent un tour, comparés sans casse ni accents ; « aucun » pour ne pas chercher.
    colonnes : mapping of str to str, optional
        Pour un tableau d'un tour par ligne, le nom de la colonne qui tient chaque rôle (``locuteur``, ``texte``…).

    Returns
    -------
    Lecture
        L'entretien et son compte rendu ; si aucun locuteur n'est reconnu, un tour sans locuteur par paragraphe.

    Raises
    ------
    ErreurDonnees
        Fichier absent, vide, démesuré, illisible ou sans texte ; locuteur demandé que rien n'ouvre.
    """
    chemin = Path(chemin)
    identifiant = identifiant or attribuer_identifiants([chemin.name])[chemin.name]
    lu = lire_fichier(chemin, colonnes)
    # Word and LibreOffice do not write the same hyphen: a name must be found whichever was typed.
    paragraphes = [replace(p, texte=p.texte.replace("\u2011", "-")) for p in lu.paragraphes]
    tours = reconnaitre_tours(paragraphes, suite=trouver_format(chemin).suite, locuteurs=locuteurs)
    lever(
        Probleme(relatif(chemin), 0, "locuteur demandé, jamais trouvé en tête d'un tour", nom, remede)
        for nom, remede in tours.absents
    )
    if not tours.paroles:
        remede = "vérifiez que c'est le bon"
        raise ErreurDonnees([Probleme(relatif(chemin), 0, "aucun texte dans ce fichier", remede=remede)])
    entretien = Entretien.depuis_paroles(
        identifiant,
        [(parole.locuteur, parole.texte) for parole in tours.paroles],
        [parole.temps for parole in tours.paroles],
    )
    comptes = Counter(tour.locuteur for tour in entretien.tours if tour.locuteur)
    sans = () if comptes else ("aucun locuteur reconnu : chaque paragraphe est un tour",)
    return Lecture(
        entretien, chemin.name, chemin.suffix.lower()[1:], dict(comptes), (*lu.constats, *tours.constats, *sans)
    )


def lire_entretien(
    chemin: Path,
    identifiant: str | None = None,
    *,
    locuteurs: str | Sequence[str] | None = None,
    colonnes: Mapping[str, str] | None = None,
) -> Entretien:
    """Lire une transcription.

    Parameters
    ----------
    chemin : Path
        Un fichier de l'une des ``EXTENSIONS``.
    identifiant : str, optional
        Par défaut, celui qui commence le nom du fichier, sinon ``E01``.
    locuteurs, colonnes : optional
        Comme :func:`depouiller`.

    Returns
    -------
    Entretien
        Le texte canonique et ses tours.

    Raises
    ------
    ErreurDonnees
        Fichier absent, vide, démesuré, illisible ou sans texte ; locuteur demandé que rien n'ouvre.
    """
    return depouiller(chemin, identifiant, locuteurs=locuteurs, colonnes=colonnes).entretien


def lire_sources(
    dossier: Path,
    identifiants: Mapping[str, str] | None = None,
    choix: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[Lecture, ...]:
    """Lire toutes les transcriptions d'un dossier.

    Parameters
    ----------
    dossier : Path
        Par exemple ``data/brut``.
    identifiants : mapping of str to str, optional
        Fichier → identifiant, pour les transcriptions déjà connues.
    choix : mapping of str to mapping, optional
        Fichier → ce qu'une personne a décidé pour lui, ``locuteurs`` ou ``colonnes`` (voir :func:`depouiller`).

    Returns
    -------
    tuple of Lecture
        Triées par identifiant.

    Raises
    ------
    ErreurDonnees
        Tous les problèmes du dossier ensemble.
    """
    sources, problemes = _examiner(dossier)
    noms = attribuer_identifiants([source.name for source in sources], identifiants)
    lectures = []
    for source in sources:
        try:
            lectures.append(depouiller(source, noms[source.name], **(choix or {}).get(source.name, {})))
        except ErreurDonnees as erreur:
            problemes += erreur.problemes
    lever([*problemes, *lister_homonymes(sources, noms)])
    return tuple(sorted(lectures, key=lambda lecture: lecture.entretien.identifiant))
