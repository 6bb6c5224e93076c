"""Un entretien : un texte, dont toutes les places dépendent, et qui y parle."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["PREAMBULE", "QUESTION", "REPONSE", "Entretien", "Tour", "est_enqueteur", "est_une_parole"]

PREAMBULE = "Préambule"
"""Le locuteur de ce qui précède le premier tour d'un entretien : un titre, une date, un lieu."""

QUESTION, REPONSE = "Question", "Réponse"
"""Les locuteurs d'un entretien dont seules les questions séparent les tours."""

_ENQUETEUR = re.compile(
    r"(?:enquêt(?:rice|eur|eur·rice)|interviewe(?:ur|use)|cherche(?:ur|use)|question|q)s?\.?(?: ?\d+)?", re.IGNORECASE
)
_ETIQUETTE = re.compile(r"(?P<locuteur>[^\s:][^:\n]{0,60}?) : ")


@dataclass(frozen=True)
class Tour:
    """Un tour de parole.

    Attributes
    ----------
    locuteur : str
        Qui parle ; vide si personne n'est nommé.
    debut, fin : int
        Où ses paroles commencent et finissent dans le texte, étiquette exclue.
    temps : tuple of (float, float) or None
        Où elles sont dans l'enregistrement, en secondes, quand la source le dit.
    """

    locuteur: str
    debut: int
    fin: int
    temps: tuple[float, float] | None = None


@dataclass(frozen=True)
class Entretien:
    r"""Un document du corpus : un texte, dont toutes les places dépendent, et ses tours de parole.

    Parameters
    ----------
    identifiant : str
        Par exemple ``E01``.
    texte : str
        UTF-8, NFC, lignes séparées par ``\n``, sans marque d'ordre.
    tours : tuple of Tour
        Dans l'ordre du texte, sans recouvrement.

    Raises
    ------
    ValueError
        Si le texte n'est pas en NFC ou si un tour sort du texte ou recouvre le précédent.

    Examples
    --------
    >>> e01 = Entretien.depuis_texte("E01", "Enquêtrice : Ça va ?\n\nMarion : Ben oui.\n")
    >>> [(tour.locuteur, e01.extrait(tour.debut, tour.fin)) for tour in e01.tours]
    [('Enquêtrice', 'Ça va ?'), ('Marion', 'Ben oui.')]
    """

    identifiant: str
    texte: str
    tours: tuple[Tour, ...]

    def __post_init__(self):
        if not unicodedata.is_normalized("NFC", self.texte) or "\r" in self.texte:
            raise ValueError(f"le texte de {self.identifiant} n'est pas en NFC avec des fins de ligne simples")
        fin = 0
        for tour in self.tours:
            if not fin <= tour.debut < tour.fin <= len(self.texte):
                raise ValueError(f"tour hors de sa place dans {self.identifiant} : {tour}")
            fin = tour.fin

    @classmethod
    def depuis_texte(cls, identifiant: str, texte: str, *, parle: bool = True) -> Entretien:
        """Retrouver les tours dans un texte canonique.

        Parameters
        ----------
        identifiant : str
            Par exemple ``E01``.
        texte : str
            Un tour par bloc, une ligne vide entre deux tours, ``Locuteur : `` en tête.
        parle : bool
            Faux pour une note d'observation ou un document : chaque bloc est un tour sans locuteur.

        Returns
        -------
        Entretien
            Le texte et ses tours.
        """
        tours = []
        for bloc in re.finditer(r"\S(?:.|\n(?!\n))*", texte):
            etiquette = _ETIQUETTE.match(texte, bloc.start()) if parle else None
            debut = etiquette.end() if etiquette else bloc.start()
            fin = bloc.start() + len(bloc[0].rstrip())
            if debut < fin:
                tours.append(Tour(etiquette["locuteur"] if etiquette else "", debut, fin))
        return cls(identifiant, texte, tuple(tours))

    @classmethod
    def depuis_paroles(
        cls,
        identifiant: str,
        paroles: Sequence[tuple[str, str]],
        temps: Sequence[tuple[float, float] | None] | None = None,
    ) -> Entretien:
        r"""Composer le texte canonique à partir de tours ``(locuteur, paroles)``.

        Parameters
        ----------
        identifiant : str
            Par exemple ``E01``.
        paroles : sequence of (str, str)
            Un locuteur vide donne un bloc sans étiquette. Une fin de ligne, quelle qu'elle soit, devient ``\n``, et une
            ligne vide est ôtée.
        temps : sequence of (float, float) or None, optional
            Pour chaque tour, où il est dans l'enregistrement, en secondes.

        Returns
        -------
        Entretien
            Le texte et ses tours.

        Examples
        --------
        >>> Entretien.depuis_paroles("E01", [("Marion", "Ben oui.")]).texte
        'Marion : Ben oui.\n'
        """
        texte, tours = "", []
        for (nom, parole), moment in zip(paroles, temps or [None] * len(paroles), strict=True):
            # An empty line would end the turn when the text is read again.
            parole = re.sub(r"\n\s*\n", "\n", re.sub(r"\r\n?", "\n", parole).strip())
            parole = unicodedata.normalize("NFC", parole)
            if not parole:
                continue
            locuteur = unicodedata.normalize("NFC", nom)
            texte += "\n\n" * bool(texte) + (f"{locuteur} : " if locuteur else "")
            tours.append(Tour(locuteur, len(texte), len(texte) + len(parole), moment))
            texte += parole
        return cls(identifiant, texte + "\n", tuple(tours))

    def extrait(self, debut: int, fin: int) -> str:
        """Rendre les mots d'une place."""
        return self.texte[debut:fin]


def est_enqueteur(locuteur: str) -> bool:
    """Dire si un locuteur est la personne qui enquête, et non celle que l'on interroge.

    Parameters
    ----------
    locuteur : str
        L'étiquette d'un tour.

    Returns
    -------
    bool
        Vrai pour « Enquêtrice », « Enquêteur 2 », « Chercheuse », « Intervieweur », « Question », « Q. ».

    Examples
    --------
    >>> [est_enqueteur(nom) for nom in ("Enquêtrice 2", "Q.", "Quentin", "")]
    [True, True, False, False]
    """
    return bool(_ENQUETEUR.fullmatch(locuteur))


def est_une_parole(locuteur: str) -> bool:
    """Dire si une étiquette est celle d'une personne que l'on interroge, ou peut l'être.

    Parameters
    ----------
    locuteur : str
        L'étiquette d'un tour ; vide si personne ne sait qui parle.

    Returns
    -------
    bool
        Faux pour la personne qui enquête et pour ce qui précède le premier tour.

    Examples
    --------
    >>> [est_une_parole(nom) for nom in ("Fleur", "", "Enquêtrice", PREAMBULE)]
    [True, True, False, False]
    """
    return locuteur != PREAMBULE and not est_enqueteur(locuteur)
