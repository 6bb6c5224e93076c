"""Ce que l'on veut faire, et les pièces du paquet qui le font."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

__all__ = ["TACHES", "Tache", "repartir"]


class Tache(NamedTuple):
    """Une page de la référence : ce qu'une personne veut faire, et les pièces qui l'y aident."""

    nom: str
    titre: str
    resume: str
    pieces: tuple[str, ...]


TACHES = (
    Tache(
        "lire",
        "Ouvrir une étude et lire ses entretiens",
        "Le dossier de l'étude, ses réglages, les fichiers reçus, le texte canonique et ses places.",
        ("etude", "nouveau", "conduite", "reglages", "lecture", "modele", "fichiers", "erreurs"),
    ),
    Tache(
        "pseudonymiser",
        "Pseudonymiser",
        "Proposer une clé, l'appliquer, chercher ce qui reste, mesurer ce qui est masqué.",
        ("pseudonymes",),
    ),
    Tache(
        "suggerer",
        "Découper en phrases et suggérer des codes",
        "Les phrases, la langue, ce que la machine propose, ce que cela vaut, ce qu'elle ne refait pas.",
        ("segments", "langue", "suggestions", "cache"),
    ),
    Tache(
        "coder",
        "Coder, relire, faire évoluer la grille",
        "La grille, les feuilles où une personne décide, la relecture au clavier, les changements de codes.",
        ("grille", "codages", "relecture", "corrections", "evolution"),
    ),
    Tache(
        "accord",
        "Mesurer l'accord",
        "Tirer un échantillon, mesurer l'accord de personnes qui ont codé sans se voir, classer leurs désaccords.",
        ("accord",),
    ),
    Tache(
        "analyser",
        "Compter et croiser",
        "Les tables de l'analyse thématique et leurs figures.",
        ("tableaux", "figures"),
    ),
    Tache(
        "lexicometrie",
        "Compter les mots",
        "Lexique, concordances, spécificités, correspondances, classes de phrases.",
        ("lexicometrie",),
    ),
    Tache(
        "enseigner",
        "Écrire ce que l'étude enseigne",
        "Enseignements, fiches, plan d'actions, autodiagnostic, et la vérification de leurs preuves.",
        ("enseignements",),
    ),
    Tache(
        "publier",
        "Publier un site",
        "Ce qui peut sortir, les pages, leur rendu, et le retrait d'une personne.",
        ("publication", "pages", "rendu", "retrait"),
    ),
    Tache(
        "documents",
        "Imprimer, remettre et projeter",
        "Synthèse, rapport, diagnostic d'une structure, diaporama : PDF, docx, pptx, HTML.",
        ("documents",),
    ),
    Tache(
        "echanger",
        "Échanger avec d'autres logiciels",
        "REFI-QDA, Taguette, QualCoder, IRaMuTeQ, citations, notes, dépôt d'archive.",
        ("echanges",),
    ),
)


def repartir(pieces: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[str, str]]]:
    """Ranger les noms publics par tâche.

    Parameters
    ----------
    pieces : mapping of str to sequence of str
        Pièce → ses noms publics, comme ``ess_analyse._PIECES``.

    Returns
    -------
    dict of str to list of tuple
        Tâche → ses (pièce, nom), les pièces dans l'ordre de :data:`TACHES` ; une tâche sans nom n'y est pas.

    Raises
    ------
    ValueError
        Si une pièce publique n'a pas de tâche.
    """
    connues = {piece for tache in TACHES for piece in tache.pieces}
    if perdues := sorted(set(pieces) - connues):
        raise ValueError(f"sans tâche dans reference/taches.py : {', '.join(perdues)}")
    rangs = {
        tache.nom: [(piece, nom) for piece in tache.pieces for nom in sorted(pieces.get(piece, ()), key=str.casefold)]
        for tache in TACHES
    }
    return {nom: noms for nom, noms in rangs.items() if noms}
