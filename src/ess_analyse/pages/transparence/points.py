"""Les points que COREQ et SRQR demandent de dire, lus dans ``points.yml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from ess_analyse.arbre import lire_arbre
from ess_analyse.erreurs import lever

__all__ = ["LISTES", "Point", "lire_points"]

LISTES = ("COREQ", "SRQR")


@dataclass(frozen=True)
class Point:
    """Ce qu'un compte rendu doit dire, et d'où l'étude en tire la réponse.

    Attributes
    ----------
    liste : {"COREQ", "SRQR"}
        La liste qui le demande.
    numero : int
        Son rang dans cette liste.
    domaine, intitule, attendu : str
        Où il se range, son nom, ce qu'une lectrice cherche.
    reponse : {"constat", "équipe", "renvoi"}
        Ce qui y répond : un calcul, un texte de l'équipe, ou d'autres points de COREQ.
    cle : str
        La clé de ``data/methode.yml`` où l'équipe écrit ; vide s'il renvoie à d'autres points.
    constats : tuple of str
        Ce que l'étude calcule pour lui.
    donnees : str
        Le fichier d'où vient le constat.
    renvoi : tuple of int
        Les points de COREQ qui disent la même chose.
    """

    liste: Literal["COREQ", "SRQR"]
    numero: int
    domaine: str
    intitule: str
    attendu: str
    reponse: Literal["constat", "équipe", "renvoi"]
    cle: str = ""
    constats: tuple[str, ...] = ()
    donnees: str = ""
    renvoi: tuple[int, ...] = ()

    @property
    def ancre(self) -> str:
        """L'adresse du point dans sa page."""
        return f"{self.liste.lower()}-{self.numero}"


@cache
def lire_points() -> tuple[Point, ...]:
    """Lire les 32 points de COREQ, puis les 21 de SRQR.

    Returns
    -------
    tuple of Point
        Dans l'ordre des listes.

    References
    ----------
    Tong, Sainsbury et Craig (2007). Consolidated criteria for reporting qualitative research (COREQ).
    *International Journal for Quality in Health Care*, 19(6), 349-357.
    O'Brien, Harris, Beckman, Reed et Cook (2014). Standards for reporting qualitative research. *Academic Medicine*,
    89(9), 1245-1251.

    Examples
    --------
    >>> points = lire_points()
    >>> len(points), points[0].cle, points[-1].intitule
    (53, 'enqueteurs', 'Financement')
    """
    source = files("ess_analyse.pages.transparence") / "points.yml"
    points, problemes = lire_arbre(source.read_text(encoding="utf-8"), source.name).valider(tuple[Point, ...])
    lever(problemes)
    return points
