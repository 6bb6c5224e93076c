"""Reconnaître qui parle : des paragraphes aux tours de parole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["lire_etiquette", "reconnaitre_tours"]

_HORODATAGE = r"(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?\s*)?"
_NOM = r"(?P<nom>[^\W\d_](?:[^\W_]|[ .'’-]){0,40}?)"
_ETIQUETTE = re.compile(rf"{_HORODATAGE}{_NOM}(?:[ \u00a0\u202f]?:|[ \u00a0\u202f][–—])(?:\s+|$)")
_MOTS_D_UN_NOM = 4
_QUESTION_LONGUE = 60
AVANT, QUESTION, REPONSE = "Préambule", "Question", "Réponse"


def reconnaitre_tours(paragraphes: Sequence[str], *, suite: str = "\n") -> list[tuple[str, str]]:
    r"""Reconnaître les tours de parole d'une suite de paragraphes.

    Deux écritures sont reconnues : un nom devant chaque tour (« Claire : », « R. – », précédé ou non d'un horodatage),
    quand ces noms reviennent ; des paragraphes de question sans nom, chacun suivi de sa réponse.

    Parameters
    ----------
    paragraphes : sequence of str
        Dans l'ordre.
    suite : str
        Ce qui joint un paragraphe sans nom au tour qu'il continue.

    Returns
    -------
    list of (str, str)
        ``(locuteur, paroles)`` ; ce qui précède le premier tour a pour locuteur « Préambule ». Sans tour reconnu, les
        paragraphes, locuteur vide : aucun mot n'est perdu.

    Examples
    --------
    >>> reconnaitre_tours(["Claire : Ça va ?", "Rose : Oui.", "Enfin bon.", "Claire : Bien."])
    [('Claire', 'Ça va ?'), ('Rose', 'Oui.\nEnfin bon.'), ('Claire', 'Bien.')]
    >>> reconnaitre_tours(["Objectif : former.", "Public : tous."])
    [('', 'Objectif : former.'), ('', 'Public : tous.')]
    """
    etiquettes = [lire_etiquette(paragraphe) for paragraphe in paragraphes]
    noms = {nom for nom, fois in Counter(nom for nom, _ in filter(None, etiquettes)).items() if fois > 1}
    nommes = [etiquette if etiquette and etiquette[0] in noms else None for etiquette in etiquettes]
    if sum(map(bool, nommes)) >= max(2, len(paragraphes) / 5):
        # Once speakers are known, a name heard only once among them is a speaker too, unless nothing follows it on its
        # line (« Trois choses : », then a list).
        etiquettes = [
            etiquette if etiquette and (etiquette[1] or etiquette[0] in noms) else None for etiquette in etiquettes
        ]
        return _reunir(zip(etiquettes, paragraphes, strict=True), suite)
    return _questions(paragraphes) or [("", paragraphe) for paragraphe in paragraphes]


def lire_etiquette(paragraphe: str) -> tuple[str, str] | None:
    """Lire le nom qui ouvre peut-être un paragraphe.

    Parameters
    ----------
    paragraphe : str
        Sans blanc à ses bords.

    Returns
    -------
    tuple of (str, str) or None
        Le nom et ce qui le suit ; rien si le paragraphe ne commence pas comme un tour de parole.

    Examples
    --------
    >>> lire_etiquette("[00:01:02] Claire : Ça va ?")
    ('Claire', 'Ça va ?')
    """
    trouve = _ETIQUETTE.match(paragraphe)
    if not trouve or len(trouve["nom"].split()) > _MOTS_D_UN_NOM or not trouve["nom"][0].isupper():
        return None
    return trouve["nom"].strip(), paragraphe[trouve.end() :]


def _reunir(paires, suite: str) -> list[tuple[str, str]]:
    tours: list[tuple[str, str]] = []
    for etiquette, paragraphe in paires:
        nom, dit = etiquette or ("", paragraphe)
        if tours and nom in ("", tours[-1][0]):
            tours[-1] = (tours[-1][0], f"{tours[-1][1]}{suite}{dit}".strip())
        else:
            tours.append((nom or AVANT, dit))
    return [(nom, dit) for nom, dit in tours if dit]


def _questions(paragraphes: Sequence[str]) -> list[tuple[str, str]]:
    """Lire un entretien dont seules les questions, courtes et seules sur leur ligne, séparent les tours."""
    est_question = [p.rstrip().endswith("?") and len(p.split()) <= _QUESTION_LONGUE for p in paragraphes]
    suivies = sum(q and not r for q, r in pairwise(est_question))
    if suivies < 3 or suivies < len(paragraphes) / 5 or suivies < 0.8 * sum(est_question):
        return []
    premiere = est_question.index(True)
    tours = [(AVANT, "\n".join(paragraphes[:premiere]))] if premiere else []
    for question, paragraphe in zip(est_question[premiere:], paragraphes[premiere:], strict=True):
        locuteur = QUESTION if question else REPONSE
        if tours and tours[-1][0] == locuteur:
            tours[-1] = (locuteur, f"{tours[-1][1]}\n{paragraphe}")
        else:
            tours.append((locuteur, paragraphe))
    return tours
