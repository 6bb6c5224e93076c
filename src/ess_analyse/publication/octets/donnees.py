"""Lire ce qui range des textes : cahiers Jupyter, bases SQLite, documents RTF."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.publication.octets.extraits import Extrait, Piece
from ess_analyse.publication.octets.textes import decoder_texte, lire_brut, lire_texte_balise

__all__ = ["lire_base", "lire_cahier", "lire_riche"]

_LIGNES = 1_000_000
"""Lignes lues d'une table."""


def lire_cahier(octets: bytes, nom: str = "") -> Iterator[Extrait | Piece]:
    """Lire un cahier Jupyter : chaque cellule, chaque sortie, et toutes les métadonnées.

    Parameters
    ----------
    octets : bytes
        Le fichier ``.ipynb``.
    nom : str
        Son nom.

    Yields
    ------
    Extrait or Piece
        Ce qui n'est pas un cahier est lu comme un texte.
    """
    texte = decoder_texte(octets) or ""
    try:
        cahier = json.loads(texte)
        cellules = cahier["cells"]
        pieces = [piece for rang, cellule in enumerate(cellules, 1) for piece in _cellule(cellule, f"cellule {rang}")]
        reste = {cle: valeur for cle, valeur in cahier.items() if cle != "cells"}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        yield from lire_texte_balise(texte, nom)
        return
    yield from pieces
    yield _piece(reste, "métadonnées du cahier")
    # Read as a program, for base64 would spell initials by chance.
    yield Extrait(texte, nature="code", secours=True)


def _cellule(cellule: dict[str, Any], lieu: str) -> Iterator[Piece]:
    yield _piece(_joindre(cellule["source"]), lieu, ligne=1)
    for rang, sortie in enumerate(cellule.get("outputs", ()), start=1):
        contenus = sortie.get("data", {}) | {cle: sortie[cle] for cle in ("text", "traceback") if cle in sortie}
        for contenu in contenus.values():
            yield _piece(_joindre(contenu), f"{lieu}, sortie {rang}")
        reste = {cle: valeur for cle, valeur in sortie.items() if cle not in ("data", "text", "traceback")}
        yield _piece(reste, f"{lieu}, sortie {rang}")
    for joint, contenus in cellule.get("attachments", {}).items():
        yield _piece([joint, *map(_joindre, contenus.values())], f"{lieu}, pièce jointe")
    reste = {cle: valeur for cle, valeur in cellule.items() if cle not in ("source", "outputs", "attachments")}
    yield _piece(reste, f"{lieu}, métadonnées")


def _joindre(contenu: Any) -> Any:
    if isinstance(contenu, list) and all(isinstance(ligne, str) for ligne in contenu):
        return "".join(contenu)
    return contenu


def _piece(contenu: Any, lieu: str, ligne: int = 0) -> Piece:
    texte = contenu if isinstance(contenu, str) else json.dumps(contenu, ensure_ascii=False)
    return Piece(texte.encode("utf-8", errors="replace"), lieu, ligne=ligne)


def lire_base(octets: bytes, nom: str = "") -> Iterator[Extrait | Piece]:
    """Lire une base SQLite : chaque table, chaque ligne ; puis ses octets, où restent les lignes effacées.

    Parameters
    ----------
    octets : bytes
        La base.
    nom : str
        Sans effet : tous les lecteurs ont la même signature.

    Yields
    ------
    Extrait or Piece
        Une ligne de table, ou une donnée binaire rangée dans une cellule.

    Raises
    ------
    IllisibleError
        Si la base est abîmée.
    """
    import sqlite3
    from contextlib import closing

    try:
        with closing(sqlite3.connect(":memory:")) as base:
            base.deserialize(octets)
            base.text_factory = lambda valeur: valeur.decode("utf-8", errors="replace")
            schema = base.execute("SELECT name, sql, type, rootpage FROM sqlite_master").fetchall()
            yield Extrait("\n".join(str(definition) for _, definition, _, _ in schema), "schéma")
            for table in [table for table, _, sorte, page in schema if sorte == "table" and page]:
                guillemets = table.replace('"', '""')
                lignes = base.execute(f'SELECT * FROM "{guillemets}" LIMIT {_LIGNES}')
                for rang, cellules in enumerate(lignes, start=1):
                    lieu = f"table {table}, ligne {rang}"
                    textes = [cellule for cellule in cellules if isinstance(cellule, str)]
                    yield Piece("\n".join(textes).encode("utf-8", errors="replace"), lieu)
                    yield from (Piece(cellule, lieu) for cellule in cellules if isinstance(cellule, bytes))
    except sqlite3.Error:
        raise IllisibleError("base de données abîmée", "refaites-la, ou ne la publiez pas") from None
    yield from lire_brut(octets)


def lire_riche(octets: bytes, nom: str = "") -> Iterator[Extrait | Piece]:
    """Lire un document RTF : son texte, puis ses codes.

    Parameters
    ----------
    octets : bytes
        Le document.
    nom : str
        Son nom.

    Yields
    ------
    Extrait or Piece
        Le texte, comme un traitement de texte le montre, puis le fichier tel qu'il est écrit.
    """
    from striprtf.striprtf import rtf_to_text

    source = octets.decode("latin-1")
    try:
        yield Piece(rtf_to_text(source, errors="ignore").encode("utf-8", errors="replace"), "texte")
    except (ValueError, IndexError, KeyError, RecursionError):
        yield Extrait("", defaut="document RTF abîmé", remede="enregistrez-le de nouveau, ou ne le publiez pas")
    yield from lire_texte_balise(source, nom)
