"""Les colonnes des tables que les pièces s'échangent."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ess_analyse.erreurs import Probleme, lever

__all__ = [
    "ACCORD",
    "CODAGES",
    "COMPTES",
    "DESACCORDS",
    "DIFFUSION",
    "DIFFUSIONS",
    "DOCUMENTS",
    "FEUILLE",
    "FONCTIONS",
    "MEMOS",
    "RAISONS",
    "RIEN",
    "SEGMENTS",
    "STRUCTURES",
    "SUGGESTIONS",
    "TEMPS",
    "TYPES",
    "verifier_colonnes",
]

RIEN = "-"
"""Le code d'une phrase lue où il n'y a rien à coder ; une cellule vide veut dire « pas encore lue »."""

TYPES = ("entretien", "observation", "document")
DIFFUSIONS = ("publique", "restreinte")

DOCUMENTS = ("entretien", "type", "structure", "fonction", "date", "diffusion")
TEMPS = ("segment", "debut", "fin")
"""La place d'un tour entier, et ses secondes dans l'enregistrement."""
DIFFUSION = ("segment", "diffusion", "motif")
STRUCTURES = ("structure", "libelle", "statut", "secteur", "permanents", "insertion", "etp", "territoire")
FONCTIONS = ("fonction", "famille")
SEGMENTS = ("segment", "entretien", "tour", "locuteur", "debut", "fin", "texte")
SUGGESTIONS = ("segment", "code", "score", "rang", "retenu", "methode", "indice", "debut", "fin")
RAISONS = ("nuance", "exemple")
"""Ce qu'une table de suggestions dit de plus quand elle sort de :func:`~ess_analyse.suggerer`."""
FEUILLE = ("segment", "locuteur", "texte", "codes", "origine", "memo")
CODAGES = ("segment", "codeur", "code", "origine")
MEMOS = ("segment", "codeur", "memo")
DESACCORDS = ("segment", "code", "pour", "contre")
ACCORD = ("code", "unites", "codeurs", "usages", "pourcentage", "kappa", "alpha")
COMPTES = ("code", "segments", "entretiens", "structures")


def verifier_colonnes(table: pd.DataFrame, colonnes: Sequence[str], nom: str) -> None:
    """Vérifier qu'une table a les colonnes attendues ; d'autres sont permises.

    Parameters
    ----------
    table : DataFrame
        La table reçue.
    colonnes : sequence of str
        Les colonnes attendues.
    nom : str
        Le nom de la table, pour le message.

    Raises
    ------
    ErreurDonnees
        Une ligne par colonne manquante ; ou la table l'est elle-même (None), faute de l'argument de ce nom.

    Examples
    --------
    >>> verifier_colonnes(pd.DataFrame({"segment": []}), ("segment", "code"), "codages")
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: table codages : colonne manquante (« code »).
    """
    if table is None:
        lever([Probleme(f"table {nom}", 0, "table manquante", remede=f"donnez l'argument « {nom} »")])
    lever(
        Probleme(f"table {nom}", 0, "colonne manquante", colonne)
        for colonne in colonnes
        if colonne not in table.columns
    )
