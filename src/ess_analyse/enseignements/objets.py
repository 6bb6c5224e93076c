"""Ce qu'une équipe publie : enseignements, fiches, actions, questions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ess_analyse.modele import Place

__all__ = ["COLLECTIVE", "Action", "Enseignement", "Fiche", "Question"]

COLLECTIVE = "collective"
"""La portée d'une action que toutes les structures du panel mènent ensemble."""


@dataclass(frozen=True)
class Enseignement:
    """Une leçon de l'étude, avec ce qui la soutient et ce qui s'y oppose.

    Attributes
    ----------
    numero : int
        À partir de 1, unique.
    titre : str
        La leçon, en une phrase.
    resume : str
        La leçon développée, en une phrase.
    codes : tuple of str
        Les codes de la grille dont elle parle.
    fiches : tuple of str
        Les fiches qui l'illustrent, par exemple ``F1``.
    solutions : tuple of str
        Ce que l'étude a vu marcher ou propose, une phrase par entrée, preuves comprises (``[@…]``).
    contre : tuple of Place
        Les paroles qui s'y opposent.
    corps : str
        Le texte Markdown, preuves comprises.
    preuves : tuple of Place
        Les places citées dans le corps, puis dans les solutions, dans l'ordre, chacune une fois.
    chemin : Path
        Le fichier lu.
    """

    numero: int
    titre: str
    resume: str
    codes: tuple[str, ...]
    fiches: tuple[str, ...]
    solutions: tuple[str, ...]
    contre: tuple[Place, ...]
    corps: str
    preuves: tuple[Place, ...]
    chemin: Path


@dataclass(frozen=True)
class Fiche:
    """Une situation-problème : ce qui s'est passé, pourquoi, et comment agir.

    Attributes
    ----------
    numero : str
        ``F1``, unique ; c'est aussi le nom du fichier.
    titre, temps, lieu : str
        De quoi il s'agit, quand, où (en termes qui ne désignent personne).
    acteurs, actions, consequences, causes, agir, codes : tuple of str
        Une entrée par acteur, étape, conséquence, cause organisationnelle, piste d'action, code ; les phrases gardent
        leurs preuves (``[@…]``).
    corps : str
        Le récit, en Markdown, preuves comprises.
    preuves : tuple of Place
        Les places citées dans le corps, puis dans l'en-tête, dans l'ordre, chacune une fois.
    chemin : Path
        Le fichier lu.
    """

    numero: str
    titre: str
    temps: str
    lieu: str
    acteurs: tuple[str, ...]
    actions: tuple[str, ...]
    consequences: tuple[str, ...]
    causes: tuple[str, ...]
    agir: tuple[str, ...]
    codes: tuple[str, ...]
    corps: str
    preuves: tuple[Place, ...]
    chemin: Path


@dataclass(frozen=True)
class Action:
    """Une ligne du plan d'actions.

    Attributes
    ----------
    numero : str
        ``A1``, unique.
    portee : str
        ``collective``, ou l'identifiant d'une structure.
    theme, axe, action, pilote, indicateur : str
        Ce qu'on fait, qui le porte, à quoi on verra que c'est fait.
    echeance : str
        ``AAAA-MM``.
    enseignements : tuple of int
        Les leçons d'où l'action vient.
    preuves : tuple of Place
        Les paroles qui la demandent ou la proposent.
    """

    numero: str
    portee: str
    theme: str
    axe: str
    action: str
    pilote: str
    echeance: str
    indicateur: str
    enseignements: tuple[int, ...]
    preuves: tuple[Place, ...]


@dataclass(frozen=True)
class Question:
    """Une question de l'autodiagnostic.

    Attributes
    ----------
    numero : str
        ``Q1``, unique.
    prisme : str
        Un code ``P-…`` : l'activité dont la question parle.
    code : str
        Le thème de la grille qu'elle sonde.
    question, aide : str
        Ce qui est demandé, et de quoi aider à répondre (peut être vide).
    enseignements : tuple of int
        Les leçons à lire quand la réponse inquiète.
    """

    numero: str
    prisme: str
    code: str
    question: str
    aide: str
    enseignements: tuple[int, ...]
