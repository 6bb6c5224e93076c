"""Lire les paragraphes d'un document LibreOffice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ess_analyse.lecture.analyseur import Analyseur, Jauge, constater, trouver_attribut
from ess_analyse.lecture.archive import IllisibleError, lire_xml
from ess_analyse.lecture.composition import Case, Ligne, Note, Tableau
from ess_analyse.lecture.numerotation import NIVEAUX, Compteurs, Niveau, lire_entier
from ess_analyse.lecture.paragraphes import Depouillement

__all__ = ["lire_odt"]

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_TUS = {
    "text:deletion": "suppression",
    "office:annotation": "commentaire",
    "text:note-citation": "",
    "text:number": "",
    "svg:title": "description",
    "svg:desc": "description",
    "style:header": "entete",
    "style:header-left": "entete",
    "style:header-first": "entete",
    "style:footer": "entete",
    "style:footer-left": "entete",
    "style:footer-first": "entete",
}
_MUETS = {"chart", "draw", "form", "math", "office", "style", "svg", "table"}
"""Espaces dont le texte n'est pas celui d'un paragraphe, même s'il y est enchâssé."""
_CONTENANTS = {
    "table:table": Tableau,
    "table:table-row": Ligne,
    "table:table-cell": Case,
    "table:covered-table-cell": Case,
    "text:note-body": Note,
}
_GRAS = {"bold", "600", "700", "800", "900"}
_ESPACES_DE_SUITE = 100
"""Espaces qu'un seul élément peut écrire : un document peut en annoncer un milliard."""
_ANCETRES = 20
_PLAN = "plan"


def lire_odt(octets: bytes) -> Depouillement:
    """Lire les paragraphes d'un fichier LibreOffice.

    Les insertions suivies sont gardées ; suppressions, commentaires, en-têtes et descriptions d'images sont laissés et
    comptés. Notes, numéros automatiques, tableaux et cadres sont lus comme dans un fichier Word.

    Parameters
    ----------
    octets : bytes
        Le fichier.

    Returns
    -------
    Depouillement
        Un paragraphe par élément, dans l'ordre, et ce qui a été laissé de côté.

    Raises
    ------
    IllisibleError
        Si ce n'est pas un document OpenDocument sain, ou s'il contient des macros.
    """
    jauge = Jauge()
    manifeste = lire_xml(octets, "META-INF/manifest.xml", _Manifeste(jauge), facultative=True)
    if manifeste and manifeste.chiffre:
        raise IllisibleError("document protégé par un mot de passe", "enregistrez-en une copie sans mot de passe")
    if manifeste and manifeste.macros:
        raise IllisibleError("document à macros", "enregistrez-en une copie en .docx, sans macros")
    corps = _Corps(jauge)
    lire_xml(octets, "styles.xml", corps, facultative=True)
    lire_xml(octets, "content.xml", corps)
    return Depouillement(corps.composer(), (*constater(corps.comptes), *corps.constats))


@dataclass
class _Style:
    parent: str = ""
    gras: bool | None = None


@dataclass
class _Liste:
    style: str
    rang: int
    depart: int | None = None
    attend: bool = False
    """Vrai tant que le premier paragraphe de l'élément de liste n'a pas reçu le numéro."""


@dataclass
class _Feuille:
    """Ce que disent les styles : le gras, les niveaux des listes."""

    styles: dict[tuple[str, str], _Style] = field(default_factory=dict)
    listes: dict[str, dict[int, Niveau]] = field(default_factory=dict)

    def est_gras(self, famille: str, nom: str) -> bool | None:
        for _ in range(_ANCETRES):
            style = self.styles.get((famille, nom))
            if style is None or style.gras is not None:
                return style.gras if style else None
            nom = style.parent
        return None


class _Manifeste(Analyseur):
    """Lire de quoi l'archive est faite."""

    espaces: ClassVar = {f"{_OASIS}:manifest:1.0": "manifest"}
    chiffre = macros = False

    def ouvrir(self, nom: str, attrs: dict[str, str]) -> None:
        chemin = trouver_attribut(attrs, "full-path")
        self.chiffre |= nom == "manifest:encryption-data"
        self.macros |= chemin.startswith(("Basic/", "Scripts/")) and not chemin.endswith("/")


class _Corps(Analyseur):
    """Lire les styles, puis le corps d'un document."""

    espaces: ClassVar = {
        f"{_OASIS}:{uri}:1.0": prefixe
        for uri, prefixe in {
            "chart": "chart",
            "drawing": "draw",
            "form": "form",
            "office": "office",
            "style": "style",
            "svg-compatible": "svg",
            "table": "table",
            "text": "text",
        }.items()
    } | {"http://www.w3.org/1998/Math/MathML": "math"}

    def __init__(self, jauge: Jauge):
        super().__init__(jauge)
        self._feuille = _Feuille()
        self._courant = _Style()
        self._niveaux: dict[int, Niveau] = {}
        self._listes: list[_Liste] = []
        self._compteurs = Compteurs()
        self._gras: list[bool] = []
        """Le gras de chaque paragraphe et de chaque portion ouverts."""

    def ouvrir(self, nom: str, attrs: dict[str, str]) -> None:
        if nom in _TUS:
            self.taire(_TUS[nom])
        elif nom in _CONTENANTS:
            self.empiler(_CONTENANTS[nom]())
        elif nom.startswith("text:"):
            self._ouvrir_texte(nom, attrs)
        elif nom.startswith("style:"):
            self._ouvrir_style(nom, attrs)
        elif nom in ("draw:object", "draw:object-ole"):
            self.comptes["incorpore"] += 1

    def _ouvrir_texte(self, nom: str, attrs: dict[str, str]) -> None:
        style = trouver_attribut(attrs, "style-name")
        gras = bool(self._gras and self._gras[-1])
        match nom:
            case "text:p" | "text:h":
                self.ouvrir_paragraphe()
                self._gras.append(bool(self._feuille.est_gras("paragraph", style)))
                self._numeroter(nom, attrs)
            case "text:span":
                propre = self._feuille.est_gras("text", style)
                self._gras.append(gras if propre is None else propre)
            case "text:s":
                fois = lire_entier(trouver_attribut(attrs, "c"), 1)
                self.signer(" " * min(fois, _ESPACES_DE_SUITE), gras)
            case "text:tab":
                self.signer(" ", gras)
            case "text:line-break":
                self.signer("\n", gras)
            case "text:insertion":
                self.comptes["insertion"] += 1
            case "text:list":
                self._ouvrir_liste(style, attrs)
            case "text:list-item" if self._listes:
                depart = trouver_attribut(attrs, "start-value")
                self._listes[-1].attend = True
                self._listes[-1].depart = lire_entier(depart, 1) if depart else None
            case "text:list-header" if self._listes:
                self._listes[-1].attend = False
            case "text:list-style" | "text:outline-style":
                self.jauge.ajouter(contenants=1)
                cle = trouver_attribut(attrs, "name") if nom == "text:list-style" else _PLAN
                self._niveaux = self._feuille.listes[cle] = {}
            case "text:list-level-style-number" | "text:outline-level-style":
                self._lire_niveau(attrs)

    def _ouvrir_style(self, nom: str, attrs: dict[str, str]) -> None:
        match nom:
            case "style:style":
                self.jauge.ajouter(contenants=1)
                self._courant = _Style(trouver_attribut(attrs, "parent-style-name"))
                cle = (trouver_attribut(attrs, "family"), trouver_attribut(attrs, "name"))
                self._feuille.styles[cle] = self._courant
            case "style:text-properties" if self.pile[-2:-1] == ["style:style"]:
                graisse = trouver_attribut(attrs, "font-weight")
                self._courant.gras = graisse in _GRAS if graisse else None

    def _lire_niveau(self, attrs: dict[str, str]) -> None:
        rang = lire_entier(trouver_attribut(attrs, "level"), 1)
        if not 0 < rang <= NIVEAUX:
            return
        montres = lire_entier(trouver_attribut(attrs, "display-levels"), 1)
        places = ".".join(f"%{niveau}" for niveau in range(max(rang - montres, 0) + 1, min(rang, 9) + 1))
        forme = trouver_attribut(attrs, "num-format")
        modele = trouver_attribut(attrs, "num-prefix") + places + trouver_attribut(attrs, "num-suffix")
        depart = lire_entier(trouver_attribut(attrs, "start-value"), 1)
        self._niveaux[rang - 1] = Niveau(forme[:1], modele if forme else "", depart)

    def _ouvrir_liste(self, style: str, attrs: dict[str, str]) -> None:
        rang = len(self._listes)
        style = style or (self._listes[-1].style if self._listes else "")
        continue_ = trouver_attribut(attrs, "continue-numbering") == "true" or trouver_attribut(attrs, "continue-list")
        if not continue_:
            self._compteurs.oublier(style, rang)
        self._listes.append(_Liste(style, rang))

    def _numeroter(self, nom: str, attrs: dict[str, str]) -> None:
        """Donner son numéro au premier paragraphe d'un élément de liste, ou à un titre."""
        tete = ""
        if self._listes:
            liste = self._listes[-1]
            if liste.attend:
                liste.attend = False
                niveaux = self._feuille.listes.get(liste.style, {})
                tete = self._compteurs.avancer(liste.style, liste.rang, niveaux, liste.depart)
        elif nom == "text:h" and trouver_attribut(attrs, "is-list-header") != "true":
            rang = lire_entier(trouver_attribut(attrs, "outline-level"), 1) - 1
            tete = self._compteurs.avancer(_PLAN, rang, self._feuille.listes.get(_PLAN, {}))
        self.numeroter(tete)

    def lire(self, texte: str) -> None:
        if self._gras and self.pile[-1].partition(":")[0] not in _MUETS:
            self.ecrire(texte, self._gras[-1])

    def clore(self, nom: str) -> None:
        if nom in _CONTENANTS:
            self.depiler(_CONTENANTS[nom])
        elif nom in ("text:p", "text:h"):
            self._gras.pop()
            self.clore_paragraphe()
        elif nom == "text:span":
            self._gras.pop()
        elif nom == "text:list":
            self._listes.pop()
