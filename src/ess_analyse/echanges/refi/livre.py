"""Écrire la grille comme un livre de codes REFI-QDA."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from ess_analyse.echanges.codes import FAMILLES, decrire, nommer
from ess_analyse.echanges.refi.conventions import DOSSIER_LECTURE, LU_RIEN
from ess_analyse.echanges.refi.noeuds import identifier, poser, propre
from ess_analyse.erreurs import Probleme
from ess_analyse.grille import Grille
from ess_analyse.modele import RIEN

__all__ = ["ajouter_codes", "ajouter_lecture", "verifier_noms"]

_COULEURS = {"R": "#B3261E", "O": "#1B6E3C", "P": "#2B5DA8"}
_GRIS = "#5F6368"
_NON_THEMATIQUE = (
    "Ce code n'est pas un thème : il dit qu'une personne a lu la phrase et n'y a rien trouvé à coder. Sans lui, une "
    "phrase lue ne se distingue pas d'une phrase pas encore lue."
)


def ajouter_codes(parent: ET.Element, grille: Grille) -> ET.Element:
    """Ajouter les codes de la grille, rangés dans un dossier par famille, sous des noms uniques.

    Returns
    -------
    Element
        ``Codes``, auquel d'autres dossiers peuvent être ajoutés.
    """
    codes = poser(parent, "Codes")
    for famille in dict.fromkeys(code.famille for code in grille):
        couleur = _COULEURS[famille]
        dossier = _ajouter_code(codes, identifier("famille", famille), FAMILLES[famille], couleur, codable=False)
        for code in grille:
            if code.famille == famille:
                feuille = _ajouter_code(dossier, identifier("code", code.id), nommer(code), couleur)
                poser(feuille, "Description", decrire(code))
    return codes


def ajouter_lecture(codes: ET.Element) -> None:
    """Ajouter, dans un dossier à part, le code des phrases lues où il n'y a rien à coder."""
    dossier = _ajouter_code(codes, identifier("famille", RIEN), DOSSIER_LECTURE, _GRIS, codable=False)
    poser(_ajouter_code(dossier, identifier("code", RIEN), LU_RIEN, _GRIS), "Description", _NON_THEMATIQUE)


def verifier_noms(grille: Grille) -> Iterator[Probleme]:
    """Signaler deux codes, ou un code et un dossier, qui porteraient le même nom dans un autre logiciel.

    Plusieurs logiciels n'ont qu'une liste de noms pour tout l'arbre, sans égard à la casse ni aux blancs : le second
    code y perdrait ses codages.
    """
    vus = {_cle(nom): nom for nom in (*FAMILLES.values(), DOSSIER_LECTURE, LU_RIEN)}
    for code in grille:
        nom = nommer(code)
        if (premier := vus.setdefault(_cle(nom), nom)) is not nom:
            remede = f"« {premier} » existe déjà : changez l'un des deux libellés"
            yield Probleme("la grille", 0, "nom de code en double dans les autres logiciels", nom, remede)


def _ajouter_code(parent: ET.Element, guid: object, nom: str, couleur: str, *, codable: bool = True) -> ET.Element:
    return poser(parent, "Code", guid=guid, name=nom, isCodable=str(codable).lower(), color=couleur)


def _cle(nom: str) -> str:
    return "".join(propre(nom).casefold().split())
