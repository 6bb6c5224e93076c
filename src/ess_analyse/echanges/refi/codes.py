"""Lire les codes d'un projet ou d'un livre de codes REFI-QDA : leurs noms, leurs dossiers, ce qui n'en est pas un."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pandas as pd

from ess_analyse.echanges.projet import CODES_REPRIS
from ess_analyse.echanges.refi.constats import Constats
from ess_analyse.echanges.refi.conventions import est_lu_rien
from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.modele import RIEN

__all__ = ["Livre", "lire_livre", "normaliser", "numeroter"]

_SANS_NOM = "(sans nom)"
_CHEMINS = 20_000_000
"""Signes que les chemins des codes ont ensemble : mille codes emboîtés sous de longs noms en font cent fois moins."""


@dataclass(frozen=True)
class _Code:
    guid: str
    nom: str
    dossier: str
    definition: str
    codable: bool


@dataclass(frozen=True)
class Livre:
    """Les codes d'un projet.

    Attributes
    ----------
    designations : dict of str to str
        Pour chaque GUID, ce qui désigne le code : son nom, son chemin si deux codes ont le même nom, ou ``-``.
    noms : dict of str to str
        Pour chaque GUID, le nom du code.
    codes : tuple
        Ce que le fichier dit de chacun, dans son ordre.
    """

    designations: dict[str, str]
    noms: dict[str, str]
    codes: tuple[_Code, ...]

    def en_table(self, employes: Collection[str]) -> pd.DataFrame:
        """Rendre les codes repris, dossiers exclus sauf ceux qui codent un passage."""
        lignes = [
            (self.designations[code.guid], code.nom, code.dossier, code.definition)
            for code in self.codes
            if code.codable or self.designations[code.guid] in employes
        ]
        lignes = [ligne for ligne in lignes if ligne[0] != RIEN]
        return pd.DataFrame(lignes, columns=list(CODES_REPRIS), dtype="str")


def lire_livre(racine: ET.Element, constats: Constats, cas: Collection[str] = ()) -> Livre:
    """Lire les codes d'un projet ou d'un livre de codes.

    Parameters
    ----------
    racine : Element
        ``Project`` ou ``CodeBook``.
    constats : Constats
        Où compter les codes laissés de côté.
    cas : collection of str
        Les GUID des cas : certains programmes les écrivent aussi comme des codes, qui ne sont pas des thèmes.

    Returns
    -------
    Livre
        Les codes.
    """
    codes: dict[str, _Code] = {}
    for code in _parcourir(racine):
        if code.guid in codes:
            constats.compter("code_double")
        elif code.guid not in cas:
            codes[code.guid] = code
    noms = Counter(code.nom for code in codes.values())
    designations, pris = {}, {RIEN: 1}
    for code in codes.values():
        seul = noms[code.nom] == 1 or not code.dossier
        voulue = code.nom if seul else f"{code.dossier} / {code.nom}"
        designations[code.guid] = RIEN if est_lu_rien(code.nom) else numeroter(voulue, pris)
    return Livre(designations, {code.guid: code.nom for code in codes.values()}, tuple(codes.values()))


def normaliser(guid: str) -> str:
    """Écrire un GUID d'une seule façon : le standard permet les accolades et les capitales.

    Examples
    --------
    >>> normaliser("{A0B1}")
    'a0b1'
    """
    return guid.strip().strip("{}").casefold()


def numeroter(nom: str, pris: dict[str, int]) -> str:
    """Numéroter un nom déjà pris, et le compter parmi ceux qui le sont.

    Examples
    --------
    >>> pris = {}
    >>> [numeroter(nom, pris) for nom in ("Sens", "Sens", "Lien", "Sens")]
    ['Sens', 'Sens (2)', 'Lien', 'Sens (3)']
    """
    candidat = nom
    while candidat in pris:
        pris[nom] += 1
        candidat = f"{nom} ({pris[nom]})"
    pris[candidat] = 1
    return candidat


def _parcourir(racine: ET.Element) -> Iterator[_Code]:
    """Lire l'arbre dans l'ordre du fichier, sans récursion : il peut être très profond."""
    livre = racine if racine.tag == "CodeBook" else racine.find("CodeBook")
    codes = None if livre is None else livre.find("Codes")
    pile = [] if codes is None else [(element, "") for element in reversed(codes.findall("Code"))]
    signes = anonymes = 0
    while pile:
        element, dossier = pile.pop()
        nom = element.get("name", "").strip() or _SANS_NOM
        codable = element.get("isCodable", "true").strip().casefold() not in ("false", "0")
        guid = normaliser(element.get("guid", ""))
        if not guid:
            anonymes += 1
            guid = f"sans guid {anonymes}"
        yield _Code(guid, nom, dossier, (element.findtext("Description") or "").strip(), codable)
        if sous := element.findall("Code"):
            chemin = f"{dossier} / {nom}" if dossier else nom
            signes += len(chemin)
            if signes > _CHEMINS:
                raise IllisibleError("livre de codes démesuré", "vérifiez d'où il vient")
            pile += [(code, chemin) for code in reversed(sous)]
