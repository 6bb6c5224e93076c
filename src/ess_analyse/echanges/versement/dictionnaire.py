"""Ce que veut dire chaque fichier d'un dépôt, et chaque colonne de ses tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from ess_analyse.codages import ARBITRAGE, HUMAIN
from ess_analyse.echanges.versement.selection import DEPOSES
from ess_analyse.enseignements.tables import PLAN, QUESTIONS
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, MEMOS, RIEN, SEGMENTS, TYPES

__all__ = ["COLONNES", "DICTIONNAIRE", "PIECES", "composer_dictionnaire", "lister_pieces"]

DICTIONNAIRE = ("fichier", "colonne", "type", "description", "valeurs")

PIECES = {
    "LISEZ-MOI.md": "Ce que c'est, ce qui n'y est pas, comment citer, comment rouvrir.",
    "LICENCE.txt": "La licence.",
    "SHA256SUMS": "L'empreinte de chaque fichier, pour vérifier que rien n'a changé.",
    "datacite.json": "La description du dépôt, au format DataCite 4.5.",
    "ddi.xml": "La description de l'étude, au format DDI Codebook 2.5.",
    "dictionnaire.csv": "Chaque colonne de chaque table, et ce qu'elle veut dire.",
    "textes/": "Un texte par document, UTF-8, pseudonymisé.",
    "documents.csv": "Ce que l'on peut dire de la source de chaque document.",
    "segments.csv": "Les phrases, qui sont les unités codées, et leur place dans les textes.",
    "codages.csv": "Ce que chaque codeur a décidé de chaque phrase.",
    "memos.csv": "Ce que les codeurs ont noté à côté de leurs décisions : des notes de travail.",
    "grille.yml": "La grille de codage : définitions, règles, exemples.",
    "grille.qdc": "La même grille, au standard REFI-QDA.",
    "etude.qdpx": "Textes, grille et codages de ce dépôt, au standard REFI-QDA.",
    "enseignements/": "Les enseignements, et les phrases qui les soutiennent ou s'y opposent.",
    "fiches/": "Les fiches situation-problème, et leurs preuves.",
    "plan.csv": "Le plan d'actions.",
    "autodiagnostic.csv": "Les questions de l'autodiagnostic.",
}
"""Chaque fichier ou dossier qu'un dépôt peut contenir, dans l'ordre où on les présente."""

_TEXTE, _ENTIER, _LISTE = "texte", "nombre entier", "liste séparée par des espaces"
_PLACE = "Sa place : document, début et fin en points de code, fin exclue, comptés depuis 0 dans textes/."
_CODEUR = "Qui a décidé : un numéro, ou un nom si l'équipe l'a voulu."
_THEMES, _PRISMES = "un code R-… ou O-… de grille.yml", "un code P-… de grille.yml"

_Descriptions = Sequence[tuple[str, str, str]]


def _decrire(colonnes: Sequence[str], descriptions: _Descriptions) -> dict[str, tuple[str, str, str]]:
    return dict(zip(colonnes, descriptions, strict=True))


COLONNES = {
    "documents.csv": _decrire(
        DEPOSES,
        [
            (_TEXTE, "L'identifiant du document ; son texte est textes/<entretien>.txt.", "unique"),
            (_TEXTE, "Ce qu'est le document.", " | ".join(TYPES)),
            (_TEXTE, "L'identifiant de la structure ; vide si trop peu de documents en viennent.", ""),
            (_TEXTE, "Ce que l'on en dit.", ""),
            (_TEXTE, "Une famille de fonctions assez large, jamais l'intitulé du poste ; vide si trop rare.", ""),
        ],
    ),
    "segments.csv": _decrire(
        SEGMENTS,
        [
            (_TEXTE, _PLACE, "unique"),
            (_TEXTE, "Le document d'où vient la phrase.", "documents.csv, entretien"),
            (_ENTIER, "Le rang du tour de parole dans le document.", ""),
            (_TEXTE, "Qui parle, sous son pseudonyme ; vide si personne n'est nommé.", ""),
            (_ENTIER, "Le début de la phrase, en points de code depuis 0.", ""),
            (_ENTIER, "La fin de la phrase, exclue.", ""),
            (_TEXTE, "La phrase ; précédée d'une apostrophe si un tableur la prenait pour une formule.", ""),
        ],
    ),
    "codages.csv": _decrire(
        CODAGES,
        [
            (_TEXTE, "La phrase.", "segments.csv, segment"),
            (_TEXTE, _CODEUR, f"codeur 1… | {ARBITRAGE}"),
            (_TEXTE, f"Le code posé ; « {RIEN} » : phrase lue, rien à coder. Absente : pas encore lue.", ""),
            (
                _TEXTE,
                "D'où vient l'idée : une personne, ou une suggestion acceptée.",
                f"{HUMAIN} | score:méthode:indice",
            ),
        ],
    ),
    "memos.csv": _decrire(
        MEMOS,
        [
            (_TEXTE, "La phrase.", "segments.csv, segment"),
            (_TEXTE, _CODEUR, f"codeur 1… | {ARBITRAGE}"),
            (_TEXTE, "La note ; précédée d'une apostrophe si un tableur la prenait pour une formule.", ""),
        ],
    ),
    "plan.csv": _decrire(
        PLAN,
        [
            (_TEXTE, "Le numéro de l'action.", "A1, A2…"),
            (_TEXTE, "Qui est concerné.", "collective | une structure"),
            (_TEXTE, "Le sujet.", ""),
            (_TEXTE, "L'orientation dont l'action fait partie.", ""),
            (_TEXTE, "Ce que l'on fait.", ""),
            (_TEXTE, "Qui la porte.", ""),
            ("mois", "Pour quand.", "AAAA-MM"),
            (_TEXTE, "À quoi l'on verra que c'est fait.", ""),
            (_LISTE, "Les enseignements d'où elle vient.", "numéros d'enseignements/"),
            (_LISTE, "Les phrases qui la demandent ou la proposent.", "places dans textes/"),
        ],
    ),
    "autodiagnostic.csv": _decrire(
        QUESTIONS,
        [
            (_TEXTE, "Le numéro de la question.", "Q1, Q2…"),
            (_TEXTE, "L'activité dont elle parle.", _PRISMES),
            (_TEXTE, "Le thème qu'elle sonde.", _THEMES),
            (_TEXTE, "Ce qui est demandé.", ""),
            (_TEXTE, "De quoi aider à répondre.", ""),
            (_LISTE, "Les enseignements à lire quand la réponse inquiète.", "numéros d'enseignements/"),
        ],
    ),
    "dictionnaire.csv": _decrire(
        DICTIONNAIRE,
        [
            (_TEXTE, "Une table de ce dépôt.", ""),
            (_TEXTE, "Une de ses colonnes.", ""),
            (_TEXTE, "Ce que contient une cellule.", f"{_TEXTE} | {_ENTIER} | {_LISTE} | mois"),
            (_TEXTE, "Ce que la colonne veut dire.", ""),
            (_TEXTE, "Les valeurs permises ; vide si elles sont libres.", ""),
        ],
    ),
}
"""Table → colonne → type, description, valeurs permises ; ses colonnes sont celles que le programme lit et écrit."""


def composer_dictionnaire(grille: Grille, fichiers: Collection[str]) -> pd.DataFrame:
    """Composer le dictionnaire des tables d'un dépôt.

    Parameters
    ----------
    grille : Grille
        Les codes permis.
    fichiers : collection of str
        Les fichiers déposés : une table qui n'y est pas n'est pas décrite.

    Returns
    -------
    DataFrame
        Les colonnes de :data:`DICTIONNAIRE`, une ligne par colonne de table.

    Examples
    --------
    >>> table = composer_dictionnaire(Grille(1, (), ()), ["codages.csv"])
    >>> table.loc[2, ["fichier", "colonne", "valeurs"]].tolist()
    ['codages.csv', 'code', '-']
    """
    permises = {("codages.csv", "code"): " | ".join([RIEN, *grille.ids()])}
    lignes = [
        (fichier, colonne, genre, description, permises.get((fichier, colonne), valeurs))
        for fichier, colonnes in COLONNES.items()
        if fichier in fichiers
        for colonne, (genre, description, valeurs) in colonnes.items()
    ]
    return pd.DataFrame(lignes, columns=DICTIONNAIRE, dtype="str")


def lister_pieces(fichiers: Collection[str]) -> dict[str, str]:
    """Rendre ce que contient un dépôt, fichier ou dossier, et ce que c'est.

    Parameters
    ----------
    fichiers : collection of str
        Les chemins, depuis le dossier du dépôt.

    Returns
    -------
    dict of str to str
        Nom → description, dans l'ordre de :data:`PIECES`.

    Examples
    --------
    >>> list(lister_pieces(["textes/E01.txt", "textes/E02.txt", "ddi.xml"]))
    ['ddi.xml', 'textes/']
    """
    presentes = {nom.partition("/")[0] + "/" * ("/" in nom) for nom in fichiers}
    return {nom: description for nom, description in PIECES.items() if nom in presentes}
