"""Ce que tout export dit d'un code : où il est rangé, qui l'a posé, et si la machine l'avait proposé."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from ess_analyse.codages import HUMAIN
from ess_analyse.erreurs import Probleme, lever, proposer
from ess_analyse.grille import Code, Grille
from ess_analyse.modele import CODAGES, RIEN, SEGMENTS, verifier_colonnes

__all__ = [
    "ACCEPTEE",
    "FAMILLES",
    "Provenance",
    "decrire",
    "lire_provenance",
    "nommer",
    "ranger",
    "rassembler_codes",
    "rassembler_memos",
    "verifier_codages",
]

FAMILLES = {"R": "Risque", "O": "Opportunité", "P": "Prisme"}
"""Le dossier où un code est rangé, d'après la première lettre de son identifiant."""

ACCEPTEE = "suggestion acceptée"


class Provenance(NamedTuple):
    """D'où vient un code : d'une personne seule, ou d'une suggestion qu'elle a acceptée.

    Attributes
    ----------
    methode : str
        Comment la machine l'avait proposé ; vide si elle ne l'avait pas fait.
    score : float or None
        Son score, de 0 à 1.
    indice : str
        Les mots qui en étaient la cause.
    """

    methode: str = ""
    score: float | None = None
    indice: str = ""

    def __str__(self) -> str:
        if self.score is None:
            return HUMAIN
        score = f"{self.score:.2f}".replace(".", ",")
        return f"{ACCEPTEE} ({self.methode}, score {score}{f', « {self.indice} »' if self.indice else ''})"


def lire_provenance(origine: str) -> Provenance:
    """Lire la colonne ``origine`` d'une table de codages.

    Parameters
    ----------
    origine : str
        ``humain``, ou ``score:méthode:indice``.

    Returns
    -------
    Provenance
        Ses parts.

    Examples
    --------
    >>> str(lire_provenance("0.82:indices:ressaisir")), str(lire_provenance("humain"))
    ('suggestion acceptée (indices, score 0,82, « ressaisir »)', 'humain')
    """
    if origine == HUMAIN:
        return Provenance()
    score, methode, indice = origine.split(":", 2)
    return Provenance(methode, float(score.replace(",", ".")), indice.strip())


def ranger(code: Code) -> str:
    """Écrire le chemin d'un code.

    Parameters
    ----------
    code : Code
        Un code de la grille.

    Returns
    -------
    str
        Sa famille et son libellé.

    Examples
    --------
    >>> ranger(Code("R-CHARGE", "theme", "Charge de travail", "…", *[()] * 5))
    'Risque > Charge de travail'
    """
    return f"{FAMILLES[code.famille]} > {code.libelle}"


def nommer(code: Code) -> str:
    """Nommer un code comme il doit l'être là où tous les noms sont dans une même liste.

    Parameters
    ----------
    code : Code
        Un code de la grille.

    Returns
    -------
    str
        Son identifiant et son libellé : deux codes peuvent porter le même libellé.

    Examples
    --------
    >>> nommer(Code("R-CHARGE", "theme", "Charge de travail", "…", *[()] * 5))
    'R-CHARGE Charge de travail'
    """
    return f"{code.id} {code.libelle}"


def decrire(code: Code) -> str:
    """Réunir en un texte tout ce que la grille dit d'un code.

    Parameters
    ----------
    code : Code
        Un code de la grille.

    Returns
    -------
    str
        Sa définition, puis ce qu'il inclut, ce qu'il exclut, ses exemples et ses contre-exemples, s'il en a.

    Examples
    --------
    >>> print(decrire(Code("R-SENS", "theme", "Sens", "Perte de sens.", ("l'ennui",), *[()] * 4)))
    Perte de sens.
    <BLANKLINE>
    Inclure :
    - l'ennui
    """
    regles = (
        ("Inclure", code.inclure),
        ("Exclure", code.exclure),
        ("Exemples", code.exemples),
        ("Contre-exemples", code.contre_exemples),
    )
    listes = ["\n".join([f"{titre}\u00a0:", *(f"- {ligne}" for ligne in lignes)]) for titre, lignes in regles if lignes]
    return "\n\n".join([code.definition, *listes])


def rassembler_codes(codages: pd.DataFrame) -> dict[str, dict[str, dict[str, Provenance]]]:
    """Dire de chaque phrase codée ses codes, et de chaque code qui l'a posé.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine`` ; les phrases lues sans code (``-``) sont laissées.

    Returns
    -------
    dict
        Segment → code → codeur → provenance, dans l'ordre de la table.

    Examples
    --------
    >>> lignes = [("E01:0-3", "ana", "R-SENS", "humain"), ("E01:0-3", "bob", "R-SENS", "humain")]
    >>> list(rassembler_codes(pd.DataFrame(lignes, columns=CODAGES))["E01:0-3"]["R-SENS"])
    ['ana', 'bob']
    """
    codes: dict[str, dict[str, dict[str, Provenance]]] = {}
    for segment, codeur, code, origine in codages.loc[codages["code"] != RIEN, list(CODAGES)].itertuples(index=False):
        codes.setdefault(segment, {}).setdefault(code, {})[codeur] = lire_provenance(origine)
    return codes


def rassembler_memos(memos: pd.DataFrame | None) -> dict[str, list[tuple[str, str]]]:
    """Dire de chaque phrase ce qui a été noté à côté d'elle, et par qui.

    Parameters
    ----------
    memos : DataFrame or None
        Colonnes ``segment, codeur, memo``.

    Returns
    -------
    dict
        Segment → ses mémos (codeur, mémo), dans l'ordre de la table.

    Examples
    --------
    >>> rassembler_memos(pd.DataFrame([("E01:0-3", "ana", "À revoir.")]))
    {'E01:0-3': [('ana', 'À revoir.')]}
    """
    notes: dict[str, list[tuple[str, str]]] = {}
    for segment, *note in () if memos is None else memos.itertuples(index=False, name=None):
        notes.setdefault(segment, []).append(tuple(note))
    return notes


def verifier_codages(codages: pd.DataFrame, segments: pd.DataFrame, grille: Grille) -> None:
    """Vérifier que chaque codage désigne un code de la grille et une phrase du corpus.

    Parameters
    ----------
    codages, segments, grille
        L'étude.

    Raises
    ------
    ErreurDonnees
        Colonne manquante, code inconnu, phrase absente du corpus.

    Examples
    --------
    >>> codages = pd.DataFrame([("E01:0-3", "ana", "R-SENS", "humain")], columns=CODAGES)
    >>> verifier_codages(codages, pd.DataFrame(columns=SEGMENTS), Grille(1, (), ()))
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: table codages : code inconnu (« R-SENS »).
    table codages : phrase absente du corpus (« E01:0-3 »). Relancez « ess-analyse recaler ».
    """
    verifier_colonnes(segments, SEGMENTS, "segments")
    verifier_colonnes(codages, CODAGES, "codages")
    problemes = [
        Probleme("table codages", 0, "code inconnu", code, proposer(code, grille.ids()))
        for code in sorted(set(codages["code"]) - {RIEN, *grille.ids()})
    ]
    lever(
        problemes
        + [
            Probleme("table codages", 0, "phrase absente du corpus", segment, "relancez « ess-analyse recaler »")
            for segment in sorted(set(codages["segment"]) - set(segments["segment"]))
        ]
    )
