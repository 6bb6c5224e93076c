"""Lire les cellules d'un CSV ou d'un classeur, sans leur faire confiance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from ess_analyse.fichiers import lire_octets, lire_texte
from ess_analyse.lecture.classeur import couper_csv, lire_feuilles
from ess_analyse.lecture.paragraphes import propre

__all__ = ["lister_feuilles"]

_TEXTES = (".csv", ".tsv")


def lister_feuilles(chemin: Path) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    r"""Lire les feuilles d'un tableau, toutes les lignes d'une feuille ayant la même largeur.

    Parameters
    ----------
    chemin : Path
        Un ``.csv``, ``.tsv``, ``.xlsx`` ou ``.ods`` ; séparateur et encodage d'un CSV sont reconnus.

    Yields
    ------
    tuple of (str, list)
        Le nom de la feuille (vide pour un CSV), et ses lignes, cellules en texte.

    Raises
    ------
    ErreurDonnees
        Si le fichier manque, est vide, ou n'est pas du texte.
    IllisibleError
        Tableau protégé, abîmé, démesuré ou piégé.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     csv = Path(dossier, "codage.csv")
    ...     _ = csv.write_text("sep=|\nExtrait|Code\nOn trie.|Geste\n", encoding="utf-8")
    ...     list(lister_feuilles(csv))
    [('', [('Extrait', 'Code'), ('On trie.', 'Geste')])]
    """
    if chemin.suffix.lower() in _TEXTES:
        yield "", [tuple(map(propre, ligne)) for ligne in couper_csv(lire_texte(chemin))]
        return
    for nom, lignes in lire_feuilles(lire_octets(chemin)):
        yield nom, [tuple(map(_ecrire, ligne)) for ligne in lignes]


def _ecrire(cellule: object) -> str:
    match cellule:
        case float() if cellule.is_integer():
            return str(int(cellule))
        case dt.datetime() | dt.date() | dt.time():
            return cellule.isoformat()
    return propre(str(cellule))
