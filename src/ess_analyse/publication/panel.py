"""Avec quelles structures l'étude a été faite, dit sans qu'aucune ne s'y reconnaisse à son effectif."""

from __future__ import annotations

import re
from typing import NamedTuple

import pandas as pd

from ess_analyse.erreurs import compter

__all__ = ["Panel", "compter_structures", "compter_types", "decrire_panel", "developper_sigles", "dire_totaux"]

_SIGLES = {
    "ACI": "atelier et chantier d'insertion",
    "AI": "association intermédiaire",
    "CAE": "coopérative d'activité et d'emploi",
    "EA": "entreprise adaptée",
    "EBE": "entreprise à but d'emploi",
    "EI": "entreprise d'insertion",
    "EITI": "entreprise d'insertion par le travail indépendant",
    "ESAT": "établissement et service d'accompagnement par le travail",
    "ETTI": "entreprise de travail temporaire d'insertion",
    "GEIQ": "groupement d'employeurs pour l'insertion et la qualification",
    "SCIC": "société coopérative d'intérêt collectif",
    "SCOP": "société coopérative de production",
}
"""Les statuts que les équipes abrègent, et qu'un lecteur d'un autre métier ne connaît pas."""
_TAILLES = {
    "insertion": "salariés en insertion",
    "permanents": "salariés permanents",
    "etp": "équivalents temps plein",
}


class Panel(NamedTuple):
    """Ce que l'on dit des structures d'une étude.

    Attributes
    ----------
    nombre : str
        « 7 structures ».
    statuts : str
        Chaque statut et son nombre, un sigle développé la première fois ; vide si aucun n'est donné.
    tailles : str
        Des étendues : de la plus petite à la plus grande structure ; vide si trop peu la donnent.
    secteurs : str
        Ce qu'elles font, par ordre alphabétique.
    """

    nombre: str = ""
    statuts: str = ""
    tailles: str = ""
    secteurs: str = ""

    def __str__(self) -> str:
        """Dire le panel en quelques phrases ; rien s'il n'est pas décrit.

        Examples
        --------
        >>> print(Panel("2 structures", "SCOP, 2", "", "maraîchage ; tri"))
        Le panel réunit 2 structures. Statuts : SCOP, 2. Secteurs : maraîchage ; tri.
        """
        if not self.nombre:
            return ""
        tailles = f" : {self.tailles}" if self.tailles else ""
        statuts = f" Statuts : {self.statuts}." if self.statuts else ""
        secteurs = f" Secteurs : {self.secteurs}." if self.secteurs else ""
        return f"Le panel réunit {self.nombre}{tailles}.{statuts}{secteurs}"


def decrire_panel(structures: pd.DataFrame, seuil: int) -> Panel:
    """Décrire le panel par des comptes et des étendues.

    Parameters
    ----------
    structures : DataFrame
        Le panel, tel que :func:`ess_analyse.publication.lire_structures` le rend ; un nombre inconnu est ``NA``.
    seuil : int
        Combien de structures au moins doivent donner une taille pour que son étendue soit dite.

    Returns
    -------
    Panel
        Vide sans structure.

    Examples
    --------
    >>> structures = pd.DataFrame({"statut": ["ACI", "ACI", "association et ACI"], "secteur": ["tri", "tri", "jardin"],
    ...                            "permanents": [7, 2, 90], "insertion": [28, pd.NA, 18], "etp": pd.NA})
    >>> print(decrire_panel(structures, seuil=3).statuts)
    atelier et chantier d'insertion (ACI), 2 ; association et ACI, 1
    >>> print(decrire_panel(structures, seuil=3).tailles)
    de 2 à 90 salariés permanents
    """
    if structures.empty:
        return Panel()
    statuts = structures.loc[structures["statut"] != "", "statut"].value_counts()
    return Panel(
        compter(len(structures), "structure"),
        developper_sigles(" ; ".join(f"{statut}, {nombre}" for statut, nombre in statuts.items())),
        ", ".join(
            _etendre(int(nombres.min()), int(nombres.max()), nom)
            for colonne, nom in _TAILLES.items()
            if (nombres := structures[colonne].dropna()).size >= max(seuil, 1)
        ),
        " ; ".join(sorted(set(structures["secteur"]) - {""})),
    )


def compter_structures(documents: pd.DataFrame) -> int:
    """Compter les structures d'où viennent des documents : colonne ``structure``, vide si l'on n'en sait rien.

    Examples
    --------
    >>> compter_structures(pd.DataFrame({"structure": ["S1", "S2", "S1", ""]}))
    2
    """
    return int(documents["structure"].replace("", pd.NA).nunique())


def compter_types(documents: pd.DataFrame, seuil: int) -> dict[str, int]:
    """Compter les documents de chaque type ; un nombre sous le seuil est tu.

    Parameters
    ----------
    documents : DataFrame
        Les documents de l'étude : colonne ``type``.
    seuil : int
        Le plus petit nombre de documents publié.

    Returns
    -------
    dict of str to int
        Le nombre de chaque type, du plus au moins fréquent.

    Examples
    --------
    >>> compter_types(pd.DataFrame({"type": ["entretien"] * 4 + ["observation"] * 2}), seuil=3)
    {'entretien': 4}
    """
    types = documents["type"].value_counts()
    return {nom: int(nombre) for nom, nombre in types.items() if nombre >= seuil}


def dire_totaux(documents: pd.DataFrame, seuil: int) -> dict[str, str]:
    """Écrire sur combien de documents et de structures l'étude compte.

    Parameters
    ----------
    documents : DataFrame
        Les documents de l'étude : colonnes ``type`` et ``structure``.
    seuil : int
        Le plus petit nombre de documents publié.

    Returns
    -------
    dict of str to str
        ``documents`` et ``structures`` : « sur 23 », un blanc devant. Rien pour les documents si un type est tu : leur
        total ferait deviner son nombre.

    Examples
    --------
    >>> documents = pd.DataFrame({"type": ["entretien"] * 4 + ["observation"] * 2, "structure": [*"ABABA", ""]})
    >>> dire_totaux(documents, seuil=2), dire_totaux(documents, seuil=3)["documents"]
    ({'documents': ' sur 6', 'structures': ' sur 2'}, '')
    """
    dits = sum(compter_types(documents, seuil).values())
    return {
        "documents": f" sur {dits}" if dits == len(documents) else "",
        "structures": f" sur {compter_structures(documents)}",
    }


def developper_sigles(texte: str) -> str:
    """Écrire en toutes lettres la première fois chaque sigle de statut, le sigle derrière.

    Examples
    --------
    >>> developper_sigles("une EI et une autre EI, dans une SCI")
    "une entreprise d'insertion (EI) et une autre EI, dans une SCI"
    """
    restants = dict(_SIGLES)

    def developper(trouve: re.Match) -> str:
        complet = restants.pop(trouve[0], "")
        return f"{complet} ({trouve[0]})" if complet else trouve[0]

    return re.sub(rf"\b(?:{'|'.join(_SIGLES)})\b(?!\))", developper, texte)


def _etendre(petite: int, grande: int, nom: str) -> str:
    return f"{petite} {nom} chacune" if petite == grande else f"de {petite} à {grande} {nom}"
