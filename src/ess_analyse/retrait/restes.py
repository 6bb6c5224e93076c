"""Chercher ce qu'un document laisse derrière lui : ses mots, recopiés ailleurs que là où l'étude les range."""

from __future__ import annotations

import html
import io
import json
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import Probleme, relatif
from ess_analyse.fichiers import decoder
from ess_analyse.publication.octets import lire_tout

__all__ = ["RESTES", "Empreinte", "lister_restes", "parcourir", "vider_sorties"]

RESTES = ("fichier", "ligne", "reste")

_SUITE = 6
"""Mots de suite qui font reconnaître un document. Mesuré sur la démonstration, trois documents contre cent fichiers
écrits à la main : à cinq mots, « ce qui n'est pas » suffit à se méprendre ; à six, plus aucune rencontre de hasard."""

_PLAFOND = 64 * 1024 * 1024
"""Octets lus d'un fichier ou d'une pièce d'archive : au-delà, ce n'est plus un texte qu'une personne a écrit."""

# Elsewhere, in a program or its tests, what looks like a place is an example.
_CITANTS = ("data", "notebooks", "rapports", "documents", "restitutions", "depot", "exports")

_MOT = re.compile(r"[^\W_]+")
_BALISE = re.compile(r"<[^<>]{0,2000}>")
_ECHAPPEMENT = re.compile(r"\\u([0-9a-fA-F]{4})")
_BLANC_ECHAPPE = re.compile(r"\\[nrt]")
_PDF = 1024
"""Octets de tête où un lecteur de PDF accepte de trouver « %PDF- »."""
_NON_LU = "non lu (image, enregistrement…) : à regarder vous-même"
_IMAGES = ("image/png", "image/jpeg", "application/pdf")


class Empreinte:
    r"""Ce qui fait reconnaître un document : ses suites de mots, que nul autre n'a, et son identifiant.

    Parameters
    ----------
    document : str
        Son identifiant.
    texte : str
        Ses mots ; vide s'ils ont déjà été effacés.
    autres : iterable of str
        Les autres textes du corpus : ce qu'ils disent aussi n'est pas à lui seul.

    Examples
    --------
    >>> empreinte = Empreinte("E05", "On ressaisit tout le soir, deux fois.", ["On verra."])
    >>> empreinte.lignes("Un mot.\nElle dit : on ressaisit **tout** le\nsoir, deux fois.")
    [2]
    """

    def __init__(self, document: str, texte: str, autres: Iterable[str]):
        self._place = re.compile(rf"(?<![^\W_]){re.escape(document)}(?::|-)\d+-\d+")
        self._nom = re.compile(rf"(?<![^\W_]){re.escape(document)}(?![^\W_])")
        suites = {suite for suite, _ in _suites(texte)}
        for autre in autres:
            suites -= {suite for suite, _ in _suites(autre)}
        self._suites = suites

    def lignes(self, texte: str) -> list[int]:
        """Rendre les lignes où l'on commence à lire les mots du document."""
        lignes, precedente = [], -_SUITE
        for rang, (suite, position) in enumerate(_suites(texte)):
            if suite in self._suites:
                if rang > precedente + 1:
                    lignes.append(texte.count("\n", 0, position) + 1)
                precedente = rang
        return list(dict.fromkeys(lignes))

    def places(self, texte: str) -> list[int]:
        """Rendre les lignes où une place du document est écrite (``E05:71-95``)."""
        return list(dict.fromkeys(texte.count("\n", 0, lieu.start()) + 1 for lieu in self._place.finditer(texte)))

    def nomme(self, texte: str) -> bool:
        """Dire si l'identifiant du document y est écrit."""
        return bool(self._nom.search(texte))


def _suites(texte: str) -> Iterator[tuple[tuple[str, ...], int]]:
    mots = [(mot[0].casefold(), mot.start()) for mot in _MOT.finditer(_lisser(texte))]
    for rang in range(len(mots) - _SUITE + 1):
        yield tuple(mot for mot, _ in mots[rang : rang + _SUITE]), mots[rang][1]


def _lisser(texte: str) -> str:
    """Blanchir balises et échappements sans changer aucune position."""
    if "<" in texte:
        texte = _BALISE.sub(lambda balise: re.sub(r"[^\n]", " ", balise[0]), texte)
    if "\\" in texte:
        texte = _ECHAPPEMENT.sub(lambda signe: chr(int(signe[1], 16)).ljust(6), _BLANC_ECHAPPE.sub("  ", texte))
    if "&" in texte:
        texte = re.sub(r"&#?\w+;", lambda signe: html.unescape(signe[0]).ljust(len(signe[0])), texte)
    return texte


def parcourir(racine: Path, exclus: Iterable[Path] = ()) -> Iterator[Path]:
    """Rendre les fichiers d'une étude, sauf les dossiers cachés, les environnements Python et ceux qu'on exclut.

    Parameters
    ----------
    racine : Path
        Le dossier de l'étude.
    exclus : iterable of Path
        Fichiers et dossiers laissés.

    Yields
    ------
    Path
        Triés ; un lien vers un dossier n'est pas suivi.
    """
    exclus = set(exclus)
    for dossier, sous_dossiers, fichiers in os.walk(racine):
        ici = Path(dossier)
        sous_dossiers[:] = sorted(
            nom
            for nom in sous_dossiers
            if not nom.startswith(".")
            and nom != "__pycache__"
            and ici / nom not in exclus
            and not (ici / nom / "pyvenv.cfg").exists()
        )
        yield from (ici / nom for nom in sorted(fichiers) if ici / nom not in exclus)


def lister_restes(
    chemins: Iterable[Path], racine: Path, empreinte: Empreinte, contenus: Mapping[Path, bytes]
) -> pd.DataFrame:
    """Dire où l'on lirait encore un document, une fois le retrait fait.

    Parameters
    ----------
    chemins : iterable of Path
        Les fichiers à lire.
    racine : Path
        Le dossier de l'étude, d'où les fichiers sont nommés.
    empreinte : Empreinte
        Ce qui fait reconnaître le document.
    contenus : mapping of Path to bytes
        Ce que le retrait écrira : lu à la place de ce que ces fichiers contiennent.

    Returns
    -------
    DataFrame
        Colonnes ``RESTES``. Les pièces d'une archive (docx, xlsx, qdpx) et les pages d'un PDF sont lues ; une image, un
        enregistrement, un PDF fait d'images ne le sont pas, et sont dits. Une place (``E07:71-95``) n'est cherchée que
        là où une étude en écrit.
    """
    restes = []
    for chemin in chemins:
        nom = relatif(chemin, racine)
        try:
            octets = contenus[chemin] if chemin in contenus else _lire(chemin)
        except OSError:
            restes.append((nom, 0, "fichier illisible : à regarder vous-même"))
            continue
        if empreinte.nomme(chemin.name.replace("_", " ")):
            restes.append((nom, 0, "identifiant dans le nom du fichier"))
        for piece, texte in _textes(octets):
            lieu = f"{nom} ({piece})" if piece else nom
            if texte is None:
                restes.append((lieu, 0, _NON_LU))
                continue
            places = empreinte.places(texte) if _cite(chemin.relative_to(racine)) else ()
            lus = dict.fromkeys(places, "place du document") | dict.fromkeys(
                empreinte.lignes(texte), "paroles du document"
            )
            restes += [(lieu, ligne, reste) for ligne, reste in sorted(lus.items())]
    return pd.DataFrame(list(dict.fromkeys(restes)), columns=RESTES).astype({"ligne": "int64"})


def _cite(chemin: Path) -> bool:
    return len(chemin.parts) == 1 or chemin.parts[0] in _CITANTS


def _lire(chemin: Path) -> bytes:
    with chemin.open("rb") as flux:
        return flux.read(_PLAFOND)


def _textes(octets: bytes) -> Iterator[tuple[str, str | None]]:
    """Rendre les textes d'un fichier, chacun avec sa pièce ; rien à la place d'un texte qui ne se lit pas."""
    if not zipfile.is_zipfile(io.BytesIO(octets)):
        yield from _lire_piece(octets)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            for info in archive.infolist():
                with archive.open(info) as flux:
                    lus = _lire_piece(flux.read(_PLAFOND))
                # The pictures of a slide or of a theme would hide what is to be looked at.
                yield from ((" › ".join(filter(None, (info.filename, lieu))), dit) for lieu, dit in lus if dit)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError):
        yield "", None


def _lire_piece(octets: bytes) -> Iterator[tuple[str, str | None]]:
    if b"%PDF-" in octets[:_PDF]:
        yield from _lire_imprime(octets)
        return
    try:
        texte = decoder(octets)[0]
    except UnicodeDecodeError:
        texte = "\0"
    yield "", None if "\0" in texte else texte


def _lire_imprime(octets: bytes) -> Iterator[tuple[str, str | None]]:
    extraits = [extrait for extrait in lire_tout(octets, "") if extrait.nature == "texte"]
    if not any(extrait.texte.strip() for extrait in extraits if extrait.lieu.startswith("page")):
        yield "", None
    # Where a printed line breaks says nothing to whoever looks for it in the page.
    yield from ((un.lieu, None if un.defaut else " ".join(un.texte.split())) for un in extraits)


def vider_sorties(chemin: Path, reconnait: Callable[[str], bool]) -> tuple[bytes | None, list[Probleme]]:
    """Vider les sorties d'un notebook qui montrent un document.

    Parameters
    ----------
    chemin : Path
        Un fichier ``.ipynb``.
    reconnait : callable
        Dit si un texte montre le document.

    Returns
    -------
    octets : bytes or None
        Le notebook sans ces sorties, rien s'il n'en a pas.
    problemes : list of Probleme
        S'il ne peut être lu.
    """
    try:
        cahier = json.loads(chemin.read_text(encoding="utf-8"))
        touchees = [
            cellule
            for cellule in cahier["cells"]
            if any(reconnait(texte) for sortie in cellule.get("outputs", ()) for texte in _montrer(sortie))
        ]
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        remede = "ouvrez-le et enregistrez-le de nouveau, ou retirez-le"
        return None, [Probleme(relatif(chemin), 0, "notebook illisible", remede=remede)]
    for cellule in touchees:
        cellule |= {"outputs": [], "execution_count": None}
    texte = json.dumps(cahier, ensure_ascii=False, indent=1) + "\n"
    return (texte.encode("utf-8") if touchees else None), []


def _montrer(sortie: dict) -> Iterator[str]:
    donnees = {genre: dit for genre, dit in sortie.get("data", {}).items() if genre not in _IMAGES}
    for dit in (*donnees.values(), sortie.get("text", ""), sortie.get("traceback", "")):
        yield "".join(dit) if isinstance(dit, list) else dit if isinstance(dit, str) else json.dumps(dit)
