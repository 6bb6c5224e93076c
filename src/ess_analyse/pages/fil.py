"""Le fil de preuve : de chaque affirmation à ses paroles, de chaque parole à ce qui la cite, et ce que cela vaut."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, NamedTuple

import pandas as pd

from ess_analyse.coefficients import ecrire_coefficient
from ess_analyse.enseignements import Enseignement, citations
from ess_analyse.modele import Place
from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.verbatims import Verbatim

__all__ = ["Affirmation", "Renvoi", "affirmer", "mesurer_solidite", "remonter", "separer_resume"]

_DEBUT_DE_PHRASE = re.compile(r"(?<=[.!?…])(?:\s*[»”)*_])*\s+(?=[«“(*_]*\s*[A-ZÀ-ÖØ-ÞŒ])")
_RESUME = re.compile(r"^## +En résumé *\n+(?P<texte>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL | re.IGNORECASE)


class Affirmation(NamedTuple):
    """Une phrase d'un enseignement, et les paroles qu'elle donne pour preuves."""

    texte: str
    places: tuple[Place, ...]


class Renvoi(NamedTuple):
    """Ce qui cite une parole, et son adresse depuis ``rapports/``."""

    texte: str
    adresse: str


def affirmer(corps: str) -> tuple[Affirmation, ...]:
    """Lister ce qu'un texte affirme preuve à l'appui.

    Parameters
    ----------
    corps : str
        De la prose Markdown citant ``[@E03:12-40]``.

    Returns
    -------
    tuple of Affirmation
        Dans l'ordre. Une affirmation va du début de sa phrase, ou de la preuve précédente, jusqu'à ses preuves ; une
        citation seule dans son paragraphe n'affirme rien, elle est montrée.

    Examples
    --------
    >>> affirmer("On dépanne. On ressaisit [@E03:12-40], souvent [@E01:7-9; @E02:1-4].")[0]
    Affirmation(texte='On ressaisit', places=(Place(entretien='E03', debut=12, fin=40),))
    """
    affirmations: list[Affirmation] = []
    for bloc in corps.split("\n\n"):
        fin = 0
        for debut, suite, places in citations(bloc):
            texte = _derniere_phrase(bloc[fin:debut])
            texte = " ".join(re.sub(r"[*_]", "", texte).split()).lstrip(" .,;:)»").removeprefix("- ")
            if texte:
                affirmations.append(Affirmation(texte[0].upper() + texte[1:], places))
            elif fin:
                affirmations[-1] = affirmations[-1]._replace(places=(*affirmations[-1].places, *places))
            fin = suite
    return tuple(affirmations)


def _derniere_phrase(texte: str) -> str:
    """Garder la dernière phrase, sans couper des paroles entre guillemets."""
    debuts = [0, *(trouve.end() for trouve in _DEBUT_DE_PHRASE.finditer(texte))]
    phrases = (texte[debut:] for debut in reversed(debuts))
    return next((phrase for phrase in phrases if phrase.count("«") >= phrase.count("»")), texte)


def separer_resume(corps: str) -> tuple[str, str]:
    r"""Séparer la section « En résumé » du reste d'un enseignement.

    Returns
    -------
    reste, resume : str
        Le corps sans cette section, et son texte sans titre, vide s'il n'y en a pas.

    Examples
    --------
    >>> separer_resume("Un fait.\n\n## En résumé\n\nBref.\n")
    ('Un fait.\n\n', 'Bref.')
    """
    trouve = _RESUME.search(corps)
    if not trouve:
        return corps, ""
    return corps[: trouve.start()] + corps[trouve.end() :], trouve["texte"].strip()


def remonter(matiere: Matiere, verbatims: list[Verbatim]) -> dict[str, tuple[Renvoi, ...]]:
    """Dire, pour chaque citation montrée, ce qui la cite.

    Parameters
    ----------
    matiere : Matiere
        L'étude.
    verbatims : list of Verbatim
        Les citations publiables.

    Returns
    -------
    dict of str to tuple of Renvoi
        Place de la citation → enseignements, fiches et actions qui la citent, elle ou une phrase qu'elle contient.
    """
    directs: defaultdict[Place, list[Renvoi]] = defaultdict(list)
    for lecon in matiere.enseignements:
        page = f"enseignements/e{lecon.numero}.html"
        for place in lecon.preuves:
            directs[place].append(Renvoi(f"enseignement {lecon.numero}", page))
        for place in lecon.contre:
            directs[place].append(Renvoi(f"enseignement {lecon.numero}, qu'elle nuance", page))
    for fiche in matiere.fiches:
        for place in fiche.preuves:
            directs[place].append(Renvoi(f"fiche {fiche.numero}", f"fiches/{fiche.numero.lower()}.html"))
    for action in matiere.plan:
        for place in action.preuves:
            directs[place].append(Renvoi(f"action {action.numero}", f"plan-actions.html#action-{action.numero}"))
    renvois = {
        str(un.place): tuple(dict.fromkeys(renvoi for place in (un.place, *un.ancres) for renvoi in directs[place]))
        for un in verbatims
        if not un.contenue
    }
    return {place: tuple(cites) for place, cites in renvois.items() if cites}


def mesurer_solidite(lecon: Enseignement, soutien: dict[str, int], accord: pd.DataFrame) -> dict[str, Any]:
    """Dire sur quoi un enseignement repose : d'où viennent ses preuves, et ce que vaut l'accord sur ses codes.

    Parameters
    ----------
    lecon : Enseignement
        L'enseignement.
    soutien : dict of str to int
        Sa ligne de la table ``soutien``.
    accord : DataFrame
        La table ``accord`` publiée.

    Returns
    -------
    dict
        ``preuves``, ``contre``, ``documents``, ``structures``, ``fonctions``, publics par nature : la page montre
        chaque preuve, avec sa source (:mod:`ess_analyse.pages.tables`) ; ``accord`` : code, α, conclusion des codes
        qui ont été mesurés.
    """
    mesures = accord[accord["code"].isin(lecon.codes) & accord["alpha"].notna()].set_index("code")
    return {
        **{nom: soutien[nom] for nom in ("preuves", "contre", "documents", "structures", "fonctions")},
        "accord": [
            (code, ecrire_coefficient(mesures.at[code, "alpha"]), mesures.at[code, "conclusion"])
            for code in lecon.codes
            if code in mesures.index
        ],
    }
