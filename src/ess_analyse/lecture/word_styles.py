"""Ce que les styles et les listes d'un document Word ajoutent au texte : le gras, les numéros."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ess_analyse.lecture.analyseur import Analyseur, Jauge, trouver_attribut
from ess_analyse.lecture.numerotation import NIVEAUX, Compteurs, Niveau, lire_entier

__all__ = ["ESPACES", "Numerotation", "Styles", "est_vrai"]

_TRANSITIONNEL, _STRICT = "http://schemas.openxmlformats.org", "http://purl.oclc.org/ooxml"
ESPACES = {
    f"{_TRANSITIONNEL}/wordprocessingml/2006/main": "w",
    f"{_STRICT}/wordprocessingml/main": "w",
    f"{_TRANSITIONNEL}/officeDocument/2006/math": "m",
    f"{_STRICT}/officeDocument/math": "m",
    f"{_TRANSITIONNEL}/drawingml/2006/main": "a",
    f"{_STRICT}/drawingml/main": "a",
    f"{_TRANSITIONNEL}/drawingml/2006/diagram": "dgm",
    f"{_STRICT}/drawingml/diagram": "dgm",
    f"{_TRANSITIONNEL}/markup-compatibility/2006": "mc",
    f"{_TRANSITIONNEL}/package/2006/relationships": "rel",
    f"{_TRANSITIONNEL}/package/2006/content-types": "ct",
}
"""Un document « strict » ne diffère pour nous que par ses espaces de noms."""
_FORMES = {
    "decimalZero": "01",
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
    "none": "",
}
_ANCETRES = 20
"""Styles dont un style peut hériter : Word en permet dix ; une boucle s'arrête là."""


def est_vrai(attrs: dict[str, str]) -> bool:
    """Lire une propriété qui est vraie dès qu'elle est écrite, sauf si elle dit non."""
    return trouver_attribut(attrs, "val") not in ("0", "false", "off", "none")


@dataclass
class _Style:
    parent: str = ""
    gras: bool | None = None
    liste: str = ""
    rang: str = ""


class Styles(Analyseur):
    """Lire ``styles.xml``."""

    espaces: ClassVar = ESPACES

    def __init__(self, jauge: Jauge):
        super().__init__(jauge)
        self.styles: dict[str, _Style] = {}
        self._courant = _Style()

    def ouvrir(self, nom: str, attrs: dict[str, str]) -> None:
        """Recevoir le début d'un élément."""
        valeur = trouver_attribut(attrs, "val")
        match nom:
            case "w:style":
                self.jauge.ajouter(contenants=1)
                self._courant = self.styles[trouver_attribut(attrs, "styleId")] = _Style()
            case "w:basedOn":
                self._courant.parent = valeur
            case "w:b" if self.pile[-3:-1] == ["w:style", "w:rPr"]:
                self._courant.gras = est_vrai(attrs)
            case "w:numId":
                self._courant.liste = valeur
            case "w:ilvl":
                self._courant.rang = valeur

    def est_gras(self, style: str) -> bool | None:
        """Dire si un style met en gras ; rien s'il n'en dit rien."""
        return next((s.gras for s in self._lignee(style) if s.gras is not None), None)

    def trouver_liste(self, style: str) -> tuple[str, str]:
        """Trouver la liste d'un style et le rang de ses paragraphes ; vide s'il n'est pas numéroté."""
        lignee = self._lignee(style)
        return (
            next((s.liste for s in lignee if s.liste), ""),
            next((s.rang for s in lignee if s.rang), ""),
        )

    def _lignee(self, style: str) -> list[_Style]:
        lignee: list[_Style] = []
        while style in self.styles and len(lignee) < _ANCETRES:
            lignee.append(self.styles[style])
            style = lignee[-1].parent
        return lignee


class Numerotation(Analyseur):
    """Lire ``numbering.xml``, puis compter les paragraphes numérotés."""

    espaces: ClassVar = ESPACES

    def __init__(self, jauge: Jauge):
        super().__init__(jauge)
        self._modeles: dict[str, dict[int, Niveau]] = {}
        self._listes: dict[str, str] = {}
        self._departs: dict[str, dict[int, int]] = {}
        self._propres: dict[str, dict[int, Niveau]] = {}
        self._niveaux: dict[int, Niveau] = {}
        self._liste = ""
        self._rang = 0
        self._lu: dict[str, str] = {}
        self._compteurs = Compteurs()

    def ouvrir(self, nom: str, attrs: dict[str, str]) -> None:
        """Recevoir le début d'un élément."""
        valeur = trouver_attribut(attrs, "val")
        match nom:
            case "w:abstractNum":
                self.jauge.ajouter(contenants=1)
                self._niveaux = self._modeles[trouver_attribut(attrs, "abstractNumId")] = {}
            case "w:num":
                self.jauge.ajouter(contenants=1)
                self._liste = trouver_attribut(attrs, "numId")
                self._niveaux = self._propres[self._liste] = {}
            case "w:abstractNumId":
                self._listes[self._liste] = valeur
            case "w:lvlOverride":
                self._rang = lire_entier(trouver_attribut(attrs, "ilvl"))
            case "w:startOverride":
                self._departs.setdefault(self._liste, {})[self._rang] = lire_entier(valeur, 1)
            case "w:lvl":
                self._rang, self._lu = lire_entier(trouver_attribut(attrs, "ilvl")), {}
            case "w:start" | "w:numFmt" | "w:lvlText":
                self._lu[nom] = valeur

    def clore(self, nom: str) -> None:
        """Recevoir la fin d'un élément."""
        if nom != "w:lvl" or self._rang not in range(NIVEAUX):
            return
        forme = self._lu.get("w:numFmt", "decimal")
        modele = "" if forme == "bullet" else self._lu.get("w:lvlText", "")
        depart = lire_entier(self._lu.get("w:start", ""), 1)
        self._niveaux[self._rang] = Niveau(_FORMES.get(forme, "1"), modele, depart)

    def numeroter(self, liste: str, rang: int) -> str:
        """Rendre le numéro que porte le prochain paragraphe d'une liste ; vide pour une puce."""
        modele = self._listes.get(liste)
        if modele is None:
            return ""
        niveaux = {**self._modeles.get(modele, {}), **self._propres.get(liste, {})}
        # Lists made from one model share their count, until one of them says where it starts again.
        depart = self._departs.get(liste, {}).pop(rang, None)
        return self._compteurs.avancer(modele, rang, niveaux, depart)
