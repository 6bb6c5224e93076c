"""Recevoir le XML d'un document de bureau au fil de sa lecture : ce que Word et LibreOffice partagent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import ClassVar

from ess_analyse.lecture.archive import IllisibleError, descendre
from ess_analyse.lecture.composition import Brouillon, Case, Contenant, Ligne, Note, Tableau, joindre
from ess_analyse.lecture.paragraphes import Paragraphe
from ess_analyse.lecture.repliques import lire_repliques

__all__ = ["Analyseur", "Jauge", "constater", "trouver_attribut"]

_SIGNES = 5_000_000
"""Signes qu'un document peut dire : trente fois le plus long des entretiens, huit gros romans."""
_ELEMENTS = 3_000_000
"""Éléments XML d'un document, toutes pièces réunies : mille pages où chaque mot est un morceau à part en ont moins."""
_ATTRIBUTS = 16_000_000
"""Signes de ses attributs : un long document en a cinq millions ; ceux qui nomment un style se gardent en mémoire."""
_CONTENANTS = 150_000
"""Paragraphes, lignes et cases d'un document."""
_COUPER = "vérifiez d'où il vient, ou coupez-le en plusieurs fichiers"
_BLANCS = re.compile(r"[\t\r\n]+")
_CONSTATS = {
    "insertion": ("insertion suivie gardée", "insertions suivies gardées"),
    "suppression": ("suppression suivie laissée de côté", "suppressions suivies laissées de côté"),
    "deplacement": ("passage déplacé lu à sa nouvelle place", "passages déplacés lus à leur nouvelle place"),
    "commentaire": ("commentaire laissé de côté", "commentaires laissés de côté"),
    "note": (
        "note de bas de page ou de fin mise entre crochets après son paragraphe",
        "notes de bas de page ou de fin mises entre crochets après leur paragraphe",
    ),
    "orpheline": ("note que rien n'appelle laissée de côté", "notes que rien n'appelle laissées de côté"),
    "entete": ("en-tête ou pied de page laissé de côté", "en-têtes ou pieds de page laissés de côté"),
    "champ": (
        "code de champ laissé de côté, son résultat gardé",
        "codes de champ laissés de côté, leur résultat gardé",
    ),
    "schema": ("schéma (SmartArt) laissé de côté", "schémas (SmartArt) laissés de côté"),
    "equation": ("équation laissée de côté", "équations laissées de côté"),
    "dessin": ("texte de dessin laissé de côté", "textes de dessins laissés de côté"),
    "description": ("description d'image laissée de côté", "descriptions d'images laissées de côté"),
    "incorpore": ("objet incorporé laissé de côté", "objets incorporés laissés de côté"),
    "symbole": ("symbole d'une police spéciale laissé de côté", "symboles d'une police spéciale laissés de côté"),
    "tableau": ("tableau lu comme une suite de tours", "tableaux lus comme des suites de tours"),
    "numero_de_ligne": ("numéro de ligne de tableau laissé de côté", "numéros de ligne de tableau laissés de côté"),
}


class Jauge:
    """Ce qu'un document a déjà coûté, toutes pièces réunies."""

    def __init__(self):
        self.elements = self.signes = self.contenants = self.attributs = 0

    def ajouter(self, elements: int = 0, signes: int = 0, contenants: int = 0) -> None:
        """Compter de quoi le document est fait, et le refuser dès qu'il est démesuré."""
        self.elements += elements
        self.signes += signes
        self.contenants += contenants
        if self.elements > _ELEMENTS or self.signes > _SIGNES or self.contenants > _CONTENANTS:
            raise IllisibleError("document démesuré", _COUPER)

    def ouvrir(self, attrs: Mapping[str, str]) -> None:
        """Compter un élément XML de plus, et ses attributs."""
        self.ajouter(elements=1)
        if attrs:
            self.attributs += sum(map(len, attrs.values()))
            if self.attributs > _ATTRIBUTS:
                raise IllisibleError("document démesuré", _COUPER)


class Analyseur:
    """Recevoir le XML d'un document : nommer ses éléments, taire et compter ce qui n'est pas dit, composer le reste.

    Une sorte de document dit dans ``ouvrir``, ``lire`` et ``clore`` ce que ses éléments veulent dire.

    Parameters
    ----------
    jauge : Jauge
        Celle du document, que toutes ses pièces partagent.
    """

    espaces: ClassVar[Mapping[str, str]] = {}

    def __init__(self, jauge: Jauge):
        self.jauge = jauge
        self.comptes: Counter[str] = Counter()
        self.constats: list[str] = []
        self.pile: list[str] = []
        self.contenants: list[Contenant] = [Contenant()]
        self._noms: dict[str, str] = {}
        self._muet, self._tu, self._dit = 0, "", False

    def ouvrir(self, nom: str, attrs: dict[str, str]) -> None:
        """Recevoir le début d'un élément, nommé ``préfixe:nom``."""

    def lire(self, texte: str) -> None:
        """Recevoir du texte."""

    def clore(self, nom: str) -> None:
        """Recevoir la fin d'un élément."""

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """Recevoir le début d'un élément du XMLParser."""
        descendre(len(self.pile))
        self.jauge.ouvrir(attrs)
        nom = self._noms.get(tag)
        if nom is None:
            nom = self._noms[tag] = self._nommer(tag)
        self.pile.append(nom)
        if self._muet:
            self._muet += 1
        else:
            self.ouvrir(nom, attrs)

    def data(self, data: str) -> None:
        """Recevoir du texte du XMLParser."""
        self.jauge.ajouter(signes=len(data))
        if not self._muet:
            self.lire(data)
        elif not data.isspace():
            self._dit = True

    def end(self, tag: str) -> None:
        """Recevoir la fin d'un élément du XMLParser."""
        nom = self.pile.pop()
        if not self._muet:
            self.clore(nom)
            return
        self._muet -= 1
        if not self._muet and self._tu and self._dit:
            self.comptes[self._tu] += 1

    def close(self) -> Analyseur:
        """Rendre l'analyseur, lecture finie."""
        return self

    def composer(self) -> tuple[Paragraphe, ...]:
        """Rendre les paragraphes lus."""
        return tuple(self.contenants[0].composer())

    def taire(self, quoi: str = "") -> None:
        """Laisser de côté l'élément qui s'ouvre, et le compter sous ce nom s'il a du texte."""
        self._muet, self._tu, self._dit = 1, quoi, False

    def empiler(self, contenant: Contenant) -> None:
        """Ouvrir une ligne, une case, une note…"""
        self.jauge.ajouter(contenants=1)
        self.contenants.append(contenant)

    def depiler(self, sorte: type[Contenant]) -> None:
        """Fermer le contenant ouvert le dernier, qui rend ce qu'il a reçu à celui qui le porte."""
        contenant = self.contenants[-1]
        if not isinstance(contenant, sorte) or len(self.contenants) == 1:
            return
        del self.contenants[-1]
        parent = self.contenants[-1]
        match contenant, parent:
            case Case(), Ligne():
                parent.cases.append(contenant.composer())
            case Ligne(), Tableau():
                if not contenant.supprimee:
                    parent.lignes.append([*contenant.cases, *([contenant.composer()] if contenant.recus else [])])
            case Tableau(), _:
                parent.recevoir(self._lire_tableau(contenant))
            case Note(), Brouillon():
                self.noter(joindre(contenant.composer()))
            case _:
                parent.recevoir(contenant.composer())

    def ouvrir_paragraphe(self) -> Brouillon:
        """Ouvrir un paragraphe, ou continuer celui dont la fin a été supprimée."""
        porteur = self.contenants[-1]
        brouillon, porteur.ouvert = porteur.ouvert or Brouillon(), None
        self.empiler(brouillon)
        return brouillon

    def clore_paragraphe(self) -> None:
        """Fermer le paragraphe ouvert le dernier."""
        brouillon = self.brouillon
        if brouillon and brouillon.continue_ and len(self.contenants) > 1:
            brouillon.continue_ = False
            del self.contenants[-1]
            self.contenants[-1].ouvert = brouillon
        else:
            self.depiler(Brouillon)

    @property
    def brouillon(self) -> Brouillon | None:
        """Le paragraphe en cours, s'il y en a un."""
        dernier = self.contenants[-1]
        return dernier if isinstance(dernier, Brouillon) else None

    def ecrire(self, texte: str, gras: bool = False) -> None:
        """Ajouter du texte au paragraphe en cours ; un saut de ligne du XML n'en est pas un du document."""
        if self.brouillon:
            self.brouillon.morceaux.append((_BLANCS.sub(" ", texte), gras))

    def signer(self, signe: str, gras: bool = False) -> None:
        """Ajouter au paragraphe en cours un signe qui a son propre élément (tabulation, saut de ligne)."""
        self.jauge.ajouter(signes=len(signe))
        if self.brouillon:
            self.brouillon.morceaux.append((signe, gras))

    def numeroter(self, tete: str) -> None:
        """Écrire un numéro automatique en tête du paragraphe en cours."""
        self.jauge.ajouter(signes=len(tete))
        if self.brouillon:
            self.brouillon.tete = tete

    def noter(self, texte: str) -> None:
        """Garder une note pour la suite du paragraphe en cours."""
        if texte and self.brouillon:
            self.brouillon.notes.append(texte)
            self.comptes["note"] += 1

    def _lire_tableau(self, tableau: Tableau) -> list[Paragraphe]:
        repliques = lire_repliques(tableau.lignes)
        if repliques is None:
            cases = (case for ligne in tableau.lignes for case in ligne)
            return [paragraphe for case in cases for paragraphe in case] + tableau.composer()
        self.comptes["tableau"] += 1
        self.comptes["numero_de_ligne"] += repliques.numeros
        if repliques.entete:
            self.constats.append(f"en-tête de tableau laissé de côté : « {repliques.entete} »")
        return [*repliques.paragraphes, *tableau.composer()]

    def _nommer(self, tag: str) -> str:
        espace, _, local = tag.rpartition("}")
        prefixe = self.espaces.get(espace.removeprefix("{"))
        return f"{prefixe}:{local}" if prefixe else local


def trouver_attribut(attrs: Mapping[str, str], nom: str) -> str:
    """Trouver la valeur d'un attribut par son nom, quel que soit son espace ; vide s'il manque.

    Examples
    --------
    >>> trouver_attribut({"{urn:w}val": "3"}, "val")
    '3'
    """
    return next((valeur for cle, valeur in attrs.items() if cle.rpartition("}")[2] == nom), "")


def constater(comptes: Mapping[str, int]) -> list[str]:
    """Dire ce qui a été compté, en toujours le même ordre.

    Parameters
    ----------
    comptes : mapping of str to int
        Ce qu'un :class:`Analyseur` a compté.

    Returns
    -------
    list of str
        Une phrase par chose comptée, sans point final.

    Examples
    --------
    >>> constater({"commentaire": 2, "insertion": 1, "note": 0})
    ['1 insertion suivie gardée', '2 commentaires laissés de côté']
    """
    return [f"{comptes[nom]} {formes[comptes[nom] > 1]}" for nom, formes in _CONSTATS.items() if comptes.get(nom)]
