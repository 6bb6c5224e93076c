"""Faire tenir des textes sur des diapositives : rien n'y déborde, rien ne s'y perd, aucun titre ne revient."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ess_analyse.documents.ecriture import abreger, couper_entre_mots, en_markdown

__all__ = ["COLONNES", "LIGNES", "Bloc", "Diapositive", "couper", "ecrire_diapositives", "mesurer", "ranger"]

LIGNES = 14
"""Les lignes de texte d'une diapositive, titre non compris, au corps de 20 points."""
COLONNES = 88
"""Les signes d'une ligne, en moyenne : mesuré en Arial, le texte étant du français."""
_INTERLIGNE = 0.3
_TITRE = 180
"""Les signes d'un titre : trois lignes."""
_PHRASE = re.compile(r"(?<=[.!?…»])[\s\u00a0\u202f]+(?=[A-ZÀ-ÖØ-Þ«\[*])")


@dataclass(frozen=True)
class Bloc:
    """Un paragraphe, une puce ou une parole, et les lignes qu'il prend."""

    markdown: str
    lignes: float


@dataclass(frozen=True)
class Diapositive:
    """Ce que la salle voit, et ce que seule la personne qui parle lit.

    Parameters
    ----------
    titre : str
        Du texte, sans Markdown.
    blocs : tuple of Bloc
        Ce qui est montré, de haut en bas.
    notes : str
        Du Markdown.
    """

    titre: str
    blocs: tuple[Bloc, ...]
    notes: str = ""


def mesurer(texte: str) -> float:
    """Compter les lignes que prend un texte, espace qui le suit compris.

    Examples
    --------
    >>> mesurer("Un mot."), mesurer("m" * 100)
    (1.3, 2.3)
    """
    # An escape takes a sign in the source and none on the slide.
    signes = len(re.sub(r"\\(.)", r"\1", texte))
    return max(math.ceil(signes / COLONNES), 1) + _INTERLIGNE


def couper(texte: str, signes: int) -> list[str]:
    """Couper un texte trop long, entre deux phrases si possible, sinon entre deux mots.

    Parameters
    ----------
    texte : str
        Une ligne.
    signes : int
        Le plus long morceau.

    Returns
    -------
    list of str
        Les morceaux ; bout à bout, les mots du texte. Un mot plus long que ``signes`` est coupé.

    Examples
    --------
    >>> couper("Un outil marche. Quelqu'un dépanne.", 20)
    ['Un outil marche.', "Quelqu'un dépanne."]
    """
    morceaux: list[str] = []
    for phrase in _PHRASE.split(texte.strip()):
        for reste in couper_entre_mots(phrase, signes):
            if morceaux and len(morceaux[-1]) + 1 + len(reste) <= signes:
                morceaux[-1] += f" {reste}"
            else:
                morceaux.append(reste)
    return morceaux


def ranger(titre: str, blocs: Iterable[Bloc], notes: str = "") -> list[Diapositive]:
    """Répartir des blocs sur autant de diapositives qu'il en faut.

    Parameters
    ----------
    titre : str
        Du texte ; suivi de « (1/2) » s'il faut plusieurs diapositives.
    blocs : iterable of Bloc
        Ce qui est montré.
    notes : str
        Les notes, sur la première.

    Returns
    -------
    list of Diapositive
        Aucune ne dépasse :data:`LIGNES`, si aucun bloc ne les dépasse.

    Examples
    --------
    >>> [d.titre for d in ranger("Le plan", [Bloc("a", 9), Bloc("b", 9)])]
    ['Le plan (1/2)', 'Le plan (2/2)']
    """
    pages: list[list[Bloc]] = [[]]
    for bloc in blocs:
        if pages[-1] and sum(un.lignes for un in pages[-1]) + bloc.lignes > LIGNES:
            pages.append([])
        pages[-1].append(bloc)
    court = abreger(titre, _TITRE)
    titres = [f"{court} ({rang}/{len(pages)})" for rang in range(1, len(pages) + 1)] if len(pages) > 1 else [court]
    tetes = ["", *[""] * (len(pages) - 1)]
    tetes[0] = notes if court == titre else f"{en_markdown(titre)}\n\n{notes}"
    return [Diapositive(*page) for page in zip(titres, map(tuple, pages), tetes, strict=True)]


def ecrire_diapositives(diapositives: Sequence[Diapositive]) -> str:
    """Écrire des diapositives en Markdown : un titre de premier niveau chacune, ses notes à part.

    Parameters
    ----------
    diapositives : sequence of Diapositive
        Dans l'ordre où elles sont montrées.

    Returns
    -------
    str
        Deux titres ne sont jamais les mêmes : on s'y retrouve aussi sans voir l'écran.
    """
    morceaux = []
    for titre, diapositive in zip(_distinguer(d.titre for d in diapositives), diapositives, strict=True):
        morceaux += [f"# {en_markdown(titre)}", *(bloc.markdown for bloc in diapositive.blocs)]
        if diapositive.notes:
            morceaux.append(f"::: notes\n{diapositive.notes}\n:::")
    return "\n\n".join(morceaux) + "\n"


def _distinguer(titres: Iterable[str]) -> Iterator[str]:
    deja: set[str] = set()
    for titre in titres:
        essais = (titre if rang == 1 else f"{titre} ({rang})" for rang in range(1, len(deja) + 2))
        choisi = next(essai for essai in essais if essai.casefold() not in deja)
        deja.add(choisi.casefold())
        yield choisi
