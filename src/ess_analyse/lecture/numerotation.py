"""Rendre les numéros qu'un traitement de texte affiche sans les écrire dans le texte."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ess_analyse.lecture.archive import IllisibleError

__all__ = ["NIVEAUX", "Compteurs", "Niveau", "ecrire_nombre", "lire_entier"]

NIVEAUX = 10
"""Niveaux d'une liste : LibreOffice en permet dix, Word neuf."""
_MODELE = 255
"""Signes de ce qu'un numéro affiche : « Article %1.%2 » en a quatorze."""

_ROMAINS = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_GRAND = 4000
"""Au-delà, ni chiffres romains ni lettres ne se lisent : le nombre est écrit en chiffres."""
_RANG = re.compile(r"%(\d)")


@dataclass(frozen=True)
class Niveau:
    """Un niveau d'une liste numérotée.

    Attributes
    ----------
    forme : str
        « 1 », « 01 », « a », « A », « i », « I » ; vide pour un niveau sans numéro.
    modele : str
        Ce qui est affiché, où ``%2`` tient la place du numéro du deuxième niveau ; vide pour une puce.
    depart : int
        Le premier numéro.

    Raises
    ------
    IllisibleError
        Si le modèle est démesuré : il serait écrit devant chaque paragraphe.
    """

    forme: str = ""
    modele: str = ""
    depart: int = 1

    def __post_init__(self):
        if len(self.modele) > _MODELE:
            raise IllisibleError(
                "document démesuré : ses numéros de liste le sont", "vérifiez d'où il vient, il n'a pas été lu"
            )


class Compteurs:
    """Compter les paragraphes numérotés d'un document.

    Examples
    --------
    >>> niveaux, compteurs = {0: Niveau("1", "%1."), 1: Niveau("a", "%1%2)")}, Compteurs()
    >>> [compteurs.avancer("liste", rang, niveaux) for rang in (0, 1, 1, 0, 1)]
    ['1.', '1a)', '1b)', '2.', '2a)']
    """

    def __init__(self):
        self._rangs: dict[str, dict[int, int]] = {}

    def avancer(self, liste: str, rang: int, niveaux: Mapping[int, Niveau], depart: int | None = None) -> str:
        """Passer au paragraphe suivant d'une liste.

        Parameters
        ----------
        liste : str
            Ce qui distingue cette liste des autres.
        rang : int
            Le niveau du paragraphe, à partir de 0.
        niveaux : mapping of int to Niveau
            Les niveaux de la liste.
        depart : int, optional
            Le numéro que ce paragraphe doit porter.

        Returns
        -------
        str
            Le numéro affiché ; vide pour une puce, ou si le niveau n'existe pas.
        """
        if rang not in range(NIVEAUX):
            return ""
        rangs = self._rangs.setdefault(liste, {})
        niveau = niveaux.get(rang, Niveau())
        rangs[rang] = depart if depart is not None else rangs.get(rang, niveau.depart - 1) + 1
        for plus_bas in [autre for autre in rangs if autre > rang]:
            del rangs[plus_bas]

        def numero(trouve: re.Match) -> str:
            cible = int(trouve[1]) - 1
            autre = niveaux.get(cible, Niveau())
            return ecrire_nombre(rangs.get(cible, autre.depart), autre.forme)

        return _RANG.sub(numero, niveau.modele).strip()

    def oublier(self, liste: str, rang: int) -> None:
        """Recommencer une liste à partir d'un niveau."""
        rangs = self._rangs.get(liste, {})
        for autre in [autre for autre in rangs if autre >= rang]:
            del rangs[autre]


def ecrire_nombre(nombre: int, forme: str) -> str:
    """Écrire un nombre comme une liste l'affiche.

    Parameters
    ----------
    nombre : int
        Le rang.
    forme : str
        « 1 », « 01 », « a », « A », « i », « I » ; vide pour rien.

    Returns
    -------
    str
        Le nombre écrit.

    Examples
    --------
    >>> [ecrire_nombre(*paire) for paire in ((4, "1"), (4, "01"), (28, "a"), (4, "I"), (4, ""))]
    ['4', '04', 'bb', 'IV', '']
    """
    if forme == "01":
        return f"{nombre:02d}"
    if forme not in tuple("aAiI") or not 0 < nombre < _GRAND:
        return str(nombre) if forme else ""
    if forme in "aA":
        lettres = chr(ord("a") + (nombre - 1) % 26) * ((nombre - 1) // 26 + 1)
    else:
        lettres = ""
        for valeur, signe in _ROMAINS:
            lettres += signe * (nombre // valeur)
            nombre %= valeur
    return lettres.upper() if forme.isupper() else lettres


def lire_entier(texte: str, defaut: int = 0) -> int:
    """Lire un petit entier dans un attribut, sans faire confiance à qui l'a écrit.

    Examples
    --------
    >>> [lire_entier(texte, 1) for texte in ("12", "-3", "", "9" * 5000)]
    [12, -3, 1, 1]
    """
    return int(texte) if re.fullmatch(r"-?\d{1,9}", texte, re.ASCII) else defaut
