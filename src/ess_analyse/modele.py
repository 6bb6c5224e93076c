"""Ce que toutes les pièces partagent : la place d'un mot, un entretien, un corpus, les colonnes des tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from ess_analyse.erreurs import Probleme, lever

__all__ = [
    "ACCORD",
    "CODAGES",
    "COMPTES",
    "DESACCORDS",
    "DIFFUSION",
    "DOCUMENTS",
    "FEUILLE",
    "FONCTIONS",
    "MOTIF_PLACE",
    "RIEN",
    "SEGMENTS",
    "STRUCTURES",
    "SUGGESTIONS",
    "TEMPS",
    "Corpus",
    "Entretien",
    "Place",
    "Tour",
    "est_enqueteur",
    "verifier_colonnes",
]

RIEN = "-"
"""Le code d'une phrase lue où il n'y a rien à coder ; une cellule vide veut dire « pas encore lue »."""

TYPES = ("entretien", "observation", "document")
DIFFUSIONS = ("publique", "restreinte")

DOCUMENTS = ("entretien", "type", "structure", "fonction", "date", "diffusion")
TEMPS = ("entretien", "tour", "debut", "fin")
DIFFUSION = ("segment", "diffusion", "motif")
STRUCTURES = ("structure", "libelle", "statut", "secteur", "permanents", "insertion", "etp", "territoire")
FONCTIONS = ("fonction", "famille")
SEGMENTS = ("segment", "entretien", "tour", "locuteur", "debut", "fin", "texte")
SUGGESTIONS = ("segment", "code", "score", "rang", "retenu", "methode", "indice", "debut", "fin")
FEUILLE = ("segment", "locuteur", "texte", "codes", "origine", "memo")
CODAGES = ("segment", "codeur", "code", "origine")
DESACCORDS = ("segment", "code", "pour", "contre")
ACCORD = ("code", "unites", "codeurs", "usages", "pourcentage", "kappa", "alpha")
COMPTES = ("code", "segments", "entretiens", "structures")

MOTIF_PLACE = re.compile(r"(?P<entretien>[A-Za-z0-9][A-Za-z0-9_-]*):(?P<debut>\d+)-(?P<fin>\d+)")
_ENQUETEUR = re.compile(
    r"(?:enquêt(?:rice|eur|eur·rice)|interviewe(?:ur|use)|cherche(?:ur|use)|question|q)s?\.?(?: ?\d+)?", re.IGNORECASE
)
_ETIQUETTE = re.compile(r"(?P<locuteur>[^\s:][^:\n]{0,60}?) : ")


class Place(NamedTuple):
    """Une place dans un entretien : ``(entretien, debut, fin)``, en points de code, fin exclue.

    Examples
    --------
    >>> Place.lire("E01:71-95")
    Place(entretien='E01', debut=71, fin=95)
    >>> str(Place("E01", 71, 95))
    'E01:71-95'
    """

    entretien: str
    debut: int
    fin: int

    def __str__(self) -> str:
        return f"{self.entretien}:{self.debut}-{self.fin}"

    @classmethod
    def lire(cls, segment: str) -> Place:
        """Lire l'identifiant d'un segment.

        Parameters
        ----------
        segment : str
            Par exemple ``E01:71-95``.

        Returns
        -------
        Place
            La même place, en nombres.

        Raises
        ------
        ValueError
            Si ce n'est pas un identifiant de segment.
        """
        trouve = MOTIF_PLACE.fullmatch(segment)
        if not trouve or int(trouve["debut"]) >= int(trouve["fin"]):
            raise ValueError(f"« {segment} » n'est pas une place ; écrivez par exemple E01:71-95")
        return cls(trouve["entretien"], int(trouve["debut"]), int(trouve["fin"]))


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
            Un locuteur vide donne un bloc sans étiquette.
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
            parole = unicodedata.normalize("NFC", re.sub(r"\n\s*\n", "\n", parole.strip()))
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


@dataclass(frozen=True, eq=False)
class Corpus:
    """Des entretiens et la table qui les décrit.

    Parameters
    ----------
    entretiens : tuple of Entretien
        Dans l'ordre de la table.
    documents : DataFrame
        Colonnes ``entretien, type, structure, fonction, date, diffusion``, une ligne par entretien, même ordre.
    diffusions : tuple of (Place, str)
        Les passages dont la diffusion n'est pas celle de leur document.

    Raises
    ------
    ValueError
        Si la table et les entretiens ne disent pas la même chose, ou si un identifiant sert deux fois.
    """

    entretiens: tuple[Entretien, ...]
    documents: pd.DataFrame
    diffusions: tuple[tuple[Place, str], ...] = ()

    def __post_init__(self):
        verifier_colonnes(self.documents, DOCUMENTS, "documents")
        if [entretien.identifiant for entretien in self.entretiens] != list(self.documents["entretien"]):
            raise ValueError("la table des documents et les entretiens ne se correspondent pas")
        for double in self.documents.loc[self.documents["entretien"].duplicated(), "entretien"]:
            raise ValueError(f"deux entretiens ont l'identifiant {double}")

    def __iter__(self) -> Iterator[Entretien]:
        return iter(self.entretiens)

    def __len__(self) -> int:
        return len(self.entretiens)

    def __getitem__(self, identifiant: str) -> Entretien:
        return self._index[identifiant]

    def __contains__(self, identifiant: str) -> bool:
        return identifiant in self._index

    def extrait(self, place: Place | str) -> str:
        """Rendre les mots d'une place.

        Parameters
        ----------
        place : Place or str
            Par exemple ``E01:71-95``.

        Returns
        -------
        str
            La tranche du texte.

        Raises
        ------
        KeyError
            Si l'entretien manque.
        ValueError
            Si la place sort du texte.
        """
        place = Place.lire(place) if isinstance(place, str) else place
        texte = self._index[place.entretien].texte
        if place.fin > len(texte):
            raise ValueError(f"{place} sort du texte, qui finit à {len(texte)}")
        return texte[place.debut : place.fin]

    def est_public(self, place: Place | str) -> bool:
        """Dire si les mots d'une place peuvent être cités.

        Parameters
        ----------
        place : Place or str
            Par exemple ``E01:71-95``.

        Returns
        -------
        bool
            Faux dès qu'un mot est dans un passage à diffusion restreinte ; sinon vrai si toute la place est dans un
            passage à diffusion publique, ou si le document est public.

        Raises
        ------
        KeyError
            Si l'entretien manque.
        """
        place = Place.lire(place) if isinstance(place, str) else place
        passages = self._passages.get(place.entretien, ())
        if any(choix == "restreinte" and p.debut < place.fin and place.debut < p.fin for p, choix in passages):
            return False
        return self._publics[place.entretien] or any(
            choix == "publique" and p.debut <= place.debut and place.fin <= p.fin for p, choix in passages
        )

    @cached_property
    def _publics(self) -> dict[str, bool]:
        return dict(zip(self.documents["entretien"], self.documents["diffusion"] == "publique", strict=True))

    @cached_property
    def _passages(self) -> dict[str, list[tuple[Place, str]]]:
        passages: dict[str, list[tuple[Place, str]]] = {}
        for place, choix in self.diffusions:
            passages.setdefault(place.entretien, []).append((place, choix))
        return passages

    @cached_property
    def _index(self) -> dict[str, Entretien]:
        return {entretien.identifiant: entretien for entretien in self.entretiens}


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
        Une ligne par colonne manquante.

    Examples
    --------
    >>> verifier_colonnes(pd.DataFrame({"segment": []}), ("segment", "code"), "codages")
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: table codages : colonne manquante (« code »).
    """
    lever(
        Probleme(f"table {nom}", 0, "colonne manquante", colonne)
        for colonne in colonnes
        if colonne not in table.columns
    )
