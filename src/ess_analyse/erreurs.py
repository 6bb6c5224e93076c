"""Dire ce qui ne va pas : où, quelle valeur, que faire."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sized
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ErreurDonnees", "Probleme", "compter", "lever", "proposer", "relatif"]


@dataclass(frozen=True, order=True)
class Probleme:
    """Un problème trouvé dans les données, tel qu'une personne peut le corriger.

    Attributes
    ----------
    fichier : str
        Le fichier en cause (ou la place, par exemple ``E01:71-95``).
    ligne : int
        La ligne dans le fichier, à partir de 1 ; 0 quand elle n'a pas de sens.
    message : str
        Ce qui ne va pas, en une phrase sans point final.
    valeur : str
        La valeur fautive, telle qu'elle est écrite ; vide s'il n'y en a pas.
    remede : str
        Ce qu'il faut faire, en une phrase sans point final.

    Examples
    --------
    >>> print(Probleme("data/grille.yml", 12, "code inconnu", "R-SEN", "vouliez-vous dire « R-SENS » ?"))
    data/grille.yml, ligne 12 : code inconnu (« R-SEN »). Vouliez-vous dire « R-SENS » ?
    """

    fichier: str
    ligne: int
    message: str
    valeur: str = ""
    remede: str = ""

    def __str__(self) -> str:
        lieu = self.fichier + (f", ligne {self.ligne}" if self.ligne else "")
        valeur = f" (« {self.valeur} »)" if self.valeur else ""
        remede = f" {_phrase(self.remede)}" if self.remede else ""
        return f"{lieu} : {self.message}{valeur}.{remede}"


class ErreurDonnees(Exception):
    """Tous les problèmes d'une lecture ou d'une vérification, ensemble.

    Parameters
    ----------
    problemes : iterable of Probleme
        Au moins un problème.

    Examples
    --------
    >>> raise ErreurDonnees([Probleme("data/brut", 0, "dossier introuvable")])
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: data/brut : dossier introuvable.
    """

    def __init__(self, problemes: Iterable[Probleme]):
        self.problemes = tuple(problemes)
        super().__init__("\n".join(map(str, self.problemes)))


def lever(problemes: Iterable[Probleme]) -> None:
    """Lever une seule erreur qui dit tout, ou rien s'il n'y a pas de problème.

    Parameters
    ----------
    problemes : iterable of Probleme
        Les problèmes réunis, dans l'ordre où une personne les corrigerait.

    Raises
    ------
    ErreurDonnees
        S'il y a au moins un problème.

    Examples
    --------
    >>> lever([])
    """
    problemes = tuple(problemes)
    if problemes:
        raise ErreurDonnees(problemes)


def proposer(valeur: str, choix: Iterable[str]) -> str:
    """Proposer le choix le plus proche d'une valeur mal écrite.

    Parameters
    ----------
    valeur : str
        Ce qui a été écrit.
    choix : iterable of str
        Ce qui était permis.

    Returns
    -------
    str
        « vouliez-vous dire « … » ? », ou la liste des choix s'ils sont peu nombreux et tous lointains.

    Examples
    --------
    >>> proposer("R-SEN", ["R-SENS", "O-SENS"])
    'vouliez-vous dire « R-SENS » ?'
    >>> proposer("xyz", ["entretien", "observation"])
    'choix possibles : entretien, observation'
    """
    choix = sorted(choix)
    proches = difflib.get_close_matches(valeur, choix, n=1, cutoff=0.6)
    if proches:
        return f"vouliez-vous dire « {proches[0]} » ?"
    return f"choix possibles : {', '.join(choix)}" if 0 < len(choix) <= 8 else ""


def compter(combien: int | Sized, quoi: str) -> str:
    """Dire combien, le nom et ce qui s'y rapporte accordés.

    Parameters
    ----------
    combien : int or collection
        Le nombre, ou ce qu'il faut compter.
    quoi : str
        Un nom au singulier, avec les adjectifs et les participes dont le pluriel est en « s ».

    Returns
    -------
    str
        Le nombre et le nom ; en français, zéro est au singulier.

    Examples
    --------
    >>> compter(["a.docx"], "fichier"), compter(2, "phrase lue"), compter(0, "nom")
    ('1 fichier', '2 phrases lues', '0 nom')
    """
    nombre = len(combien) if isinstance(combien, Sized) else combien
    return f"{nombre} {quoi}" if nombre < 2 else f"{nombre} {quoi.replace(' ', 's ')}s"


def relatif(chemin: Path, racine: Path | None = None) -> str:
    """Écrire un chemin comme une personne le cherche : depuis le dossier de l'étude quand il y est."""
    chemin, racine = Path(chemin).absolute(), (racine or Path.cwd()).absolute()
    return chemin.relative_to(racine).as_posix() if chemin.is_relative_to(racine) else str(chemin)


def _phrase(texte: str) -> str:
    texte = texte[0].upper() + texte[1:]
    return texte if texte.endswith(("?", ".", "!")) else texte + "."
