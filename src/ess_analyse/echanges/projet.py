"""Ce qu'un autre logiciel tient d'une étude, quel que soit son format : sources, codes, codages."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ess_analyse.erreurs import Probleme
from ess_analyse.modele import verifier_colonnes

__all__ = ["CODES_REPRIS", "INCONNUE", "REPRISES", "Projet", "Source"]

REPRISES = ("source", "debut", "fin", "texte", "codeur", "code", "memo", "date")
CODES_REPRIS = ("code", "nom", "dossier", "definition")

INCONNUE = -1
"""La position d'une citation dont le fichier ne donne que les mots."""


@dataclass(frozen=True)
class Source:
    """Un document tel que l'autre logiciel le tient.

    Attributes
    ----------
    nom : str
        Son nom là-bas.
    texte : str
        Son texte, dans lequel les positions comptent ; vide si le fichier ne le donne pas.
    variables : dict of str to str
        Ce que l'autre logiciel en dit (fonction, structure…).
    """

    nom: str
    texte: str = ""
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Projet:
    """Ce qu'un fichier d'un autre logiciel contient, avant tout rapprochement avec l'étude.

    Attributes
    ----------
    fichier : str
        Son nom, pour les messages.
    sources : tuple of Source
        Les documents.
    codes : DataFrame
        ``code`` (ce qui le désigne dans ``codages``), ``nom``, ``dossier`` (vide, ou son chemin, tel que
        « Risque / Travail »), ``definition``. Un dossier qui n'est pas un code n'y est pas.
    codages : DataFrame
        ``source`` (nom), ``debut``, ``fin`` (points de code dans ``Source.texte``, fin exclue, ou ``INCONNUE``),
        ``texte`` (les mots cités), ``codeur`` (vide si le fichier ne le dit pas), ``code``, ``memo``, ``date`` (telle
        quelle). Une lecture sans code porte ``-`` ; un mémo sans codage a un ``code`` vide. Une colonne ``origine``
        peut suivre : ``humain``, ``score:méthode:indice``, ou vide.
    ecartes : tuple of Probleme
        Ce que le fichier contient et que l'étude ne peut pas tenir, à dire à la personne.

    Examples
    --------
    >>> codes = pd.DataFrame([("Charge", "Charge", "", "")], columns=CODES_REPRIS)
    >>> codages = pd.DataFrame([("E01", 0, 3, "Oui", "ana", "Charge", "", "")], columns=REPRISES)
    >>> Projet("etude.qdpx", (Source("E01", "Oui."),), codes, codages).codages["texte"].tolist()
    ['Oui']
    """

    fichier: str
    sources: tuple[Source, ...]
    codes: pd.DataFrame
    codages: pd.DataFrame
    ecartes: tuple[Probleme, ...] = ()

    def __post_init__(self):
        verifier_colonnes(self.codes, CODES_REPRIS, "codes repris")
        verifier_colonnes(self.codages, REPRISES, "codages repris")
