"""Trouver les familles de fonctions qui, dites avec une structure, désignent une personne, et les élargir.

**Contre qui.** Un lecteur qui connaît les structures (un collègue, un financeur, un voisin) et qui a lu cette page. Il
voit à côté de chaque citation une structure et une famille de fonctions, il sait combien de personnes y travaillent, et
il sait quand une étiquette est élargie.

**La règle.** Une famille n'est montrée avec sa structure que si au moins ``personnes`` personnes y répondent : son
effectif quand le panel le donne, sinon le nombre de documents, qui n'en est qu'un minimum. Sinon l'étiquette ne dit que
« une personne de la structure ». Reste la déduction par différence : où les salariés en insertion sont toujours nommés
comme tels, « une personne » n'en est pas un. S'il reste alors trop peu de personnes, eux aussi sont élargis. C'est un
k-anonymat (Sweeney, *k-anonymity*, 2002) sur structure × famille, qui tient aussi devant qui connaît la règle (Wong et
al., *Minimality attack in privacy preserving data publishing*, 2007).

**Ce qui n'est pas protégé.** Ce que disent les mots mêmes de la citation, ou la prose d'un enseignement : seule une
relecture le voit. La structure reste montrée, parce que ce dont on parle (la caisse, le maraîchage) la dit déjà.

**Pourquoi les tables aussi.** Chaque citation porte l'identifiant de son document. Une table code × famille comptée sur
les vraies familles rend alors la famille de chaque document : sur la démonstration, les 49 cellules restées visibles
après masquage et ``verbatims.csv`` suffisent à retrouver les 19 entretiens sur 19, en un dixième de seconde
(programmation en nombres entiers). Toute table publiée compte donc les familles élargies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from ess_analyse.erreurs import compter
from ess_analyse.fichiers import reconnaitre
from ess_analyse.lecture.etiquettes import plier
from ess_analyse.modele import DOCUMENTS, FONCTIONS, verifier_colonnes

__all__ = [
    "INCONNUE",
    "NON_DITES",
    "PERSONNES",
    "Effectifs",
    "elargir_familles",
    "juger",
    "lire_effectifs",
    "plier_intitule",
]

PERSONNES = 5
"""Le k le plus souvent recommandé (El Emam et Dankar, *Protecting privacy using k-anonymity*, JAMIA 15, 2008)."""
_PAROLE = "entretien"
_ELARGIE = {
    _PAROLE: "une personne de la structure",
    "observation": "une observation dans la structure",
    "document": "un document de la structure",
}
NON_DITES = {
    _ELARGIE[_PAROLE]: "personnes dont la fonction n'est pas dite",
    _ELARGIE["observation"]: "observations dont l'équipe n'est pas dite",
    _ELARGIE["document"]: "documents dont l'origine n'est pas dite",
}
"""Le titre d'une colonne qui réunit ce qu'une étiquette élargie dit d'une seule source."""
# A whole label, never a part of it: « conseillers en insertion » are two, not the column's twenty-eight.
_GENS = r"(?:(?:salari|personne|employ|ouvri|travailleu|equipe)\S* )?"
_EFFECTIFS = {
    "insertion": re.compile(_GENS + r"en (?:insertion|parcours(?: d'insertion)?)"),
    "permanents": re.compile(_GENS + r"permanent\S*"),
}


def elargir_familles(
    documents: pd.DataFrame, structures: pd.DataFrame, fonctions: pd.DataFrame, personnes: int = PERSONNES
) -> pd.Series:
    """Dire de chaque document la famille que l'on peut montrer avec sa structure.

    Parameters
    ----------
    documents, structures, fonctions : DataFrame
        Les documents du corpus, le panel (``permanents`` et ``insertion`` comptent des personnes ; ``etp``, à défaut,
        en donne un minimum ; une colonne absente est inconnue), les familles de fonctions.
    personnes : int
        Parmi combien de personnes une source doit se fondre.

    Returns
    -------
    Series
        Même index que ``documents`` : la famille, ou « une personne de la structure » (une observation, un document)
        quand la famille désignerait quelqu'un. Vide si la fonction n'a pas de famille. Une famille que nul entretien ne
        porte (une équipe observée) décrit un collectif : elle est laissée ; sans structure, aucune n'est élargie.

    Examples
    --------
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"],
    ...                           ["E02", "entretien", "S1", "valoriste", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> structures = pd.DataFrame({"structure": ["S1"], "permanents": [7], "insertion": [28]})
    >>> fonctions = pd.DataFrame({"fonction": ["gérante", "valoriste"], "famille": ["direction", "en insertion"]})
    >>> elargir_familles(documents, structures, fonctions).tolist()
    ['une personne de la structure', 'en insertion']
    >>> elargir_familles(documents, structures.assign(permanents=2), fonctions).tolist()
    ['une personne de la structure', 'une personne de la structure']
    """
    familles = _familles(documents, fonctions)
    montrables = {
        (paire.structure, paire.famille)
        for paire in juger(documents, structures, fonctions, personnes)
        if not paire.raison
    }
    collectifs = _collectifs(documents, familles)
    return pd.Series(
        [
            famille
            if not structure or not famille or famille in collectifs or (structure, famille) in montrables
            else _ELARGIE.get(genre, _ELARGIE[_PAROLE])
            for structure, famille, genre in zip(documents["structure"], familles, documents["type"], strict=True)
        ],
        index=documents.index,
        dtype="str",
    )


@dataclass(frozen=True)
class Effectifs:
    """Ce que le panel dit d'une structure.

    Attributes
    ----------
    libelle : str
        Son nom publié.
    effectifs : mapping of str to int
        Personnes, par colonne du panel (``permanents``, ``insertion``) ; une colonne inconnue n'y est pas.
    etp : int or None
        Équivalents temps plein, si on les connaît.
    """

    libelle: str
    effectifs: Mapping[str, int]
    etp: int | None

    @property
    def total(self) -> int | None:
        """Combien de personnes y travaillent, au moins."""
        minimums = [*([sum(self.effectifs.values())] if self.effectifs else []), *([self.etp] if self.etp else [])]
        return max(minimums, default=None)


INCONNUE = Effectifs("", {}, None)


@dataclass(frozen=True)
class _Paire:
    """Une famille dans une structure, et ce qui empêche de la montrer ; rien si elle peut l'être."""

    structure: str
    famille: str
    documents: int
    effectif: int | None
    raison: str = ""


def lire_effectifs(structures: pd.DataFrame) -> dict[str, Effectifs]:
    """Lire les effectifs du panel, structure par structure ; une colonne absente ou une cellule vide est inconnue."""
    lignes = structures.to_dict("records")
    return {
        ligne["structure"]: Effectifs(
            ligne.get("libelle", ligne["structure"]),
            {nom: int(ligne[nom]) for nom in _EFFECTIFS if pd.notna(ligne.get(nom))},
            int(ligne["etp"]) if pd.notna(ligne.get("etp")) else None,
        )
        for ligne in lignes
    }


def _familles(documents: pd.DataFrame, fonctions: pd.DataFrame) -> pd.Series:
    verifier_colonnes(documents, DOCUMENTS, "documents")
    verifier_colonnes(fonctions, FONCTIONS, "fonctions")
    familles = dict(zip(fonctions["fonction"], fonctions["famille"], strict=True))
    return documents["fonction"].map(lambda dite: familles.get(reconnaitre(dite, familles), "")).astype("str")


def _collectifs(documents: pd.DataFrame, familles: pd.Series) -> set[str]:
    return set(familles) - set(familles[documents["type"] == _PAROLE])


def juger(documents, structures, fonctions, personnes) -> list[_Paire]:
    """Juger chaque famille de chaque structure, puis ce que montrer les unes dirait des autres."""
    familles, panel, colonnes = _familles(documents, fonctions), lire_effectifs(structures), _colonnes(fonctions)
    gardes = (documents["structure"] != "") & (familles != "") & ~familles.isin(_collectifs(documents, familles))
    comptes = familles[gardes].groupby([documents.loc[gardes, "structure"], familles[gardes]]).size()
    jugees = []
    for structure in comptes.index.unique(level=0):
        connue = panel.get(structure, INCONNUE)
        paires = [
            _seule(structure, famille, int(nombre), connue.effectifs.get(colonnes.get(famille, "")), personnes)
            for famille, nombre in comptes[structure].items()
        ]
        if any(paire.raison for paire in paires):
            gardees = _sans_deduction(connue, set(colonnes.values()), personnes)
            raison = "la montrer laisserait deviner, par différence, les autres sources de la structure"
            paires = [
                paire if paire.raison or colonnes.get(paire.famille) in gardees else replace(paire, raison=raison)
                for paire in paires
            ]
        jugees += paires
    return jugees


def _seule(structure: str, famille: str, nombre: int, effectif: int | None, personnes: int) -> _Paire:
    raison = ""
    if (nombre if effectif is None else effectif) < personnes:
        raison = f"{compter(nombre, 'document')}, "
        raison += "effectif inconnu" if effectif is None else compter(effectif, "personne")
    return _Paire(structure, famille, nombre, effectif, raison)


def _sans_deduction(structure: Effectifs, colonnes: set[str], personnes: int) -> set[str]:
    """Choisir les effectifs du panel dont la famille reste montrée quand d'autres sources sont élargies.

    Le choix ne dépend que du panel, jamais de qui a été entendu : une source élargie est alors n'importe laquelle des
    personnes qui restent. La plus grande famille est gardée le plus longtemps.
    """
    gardees = {nom: nombre for nom, nombre in structure.effectifs.items() if nom in colonnes and nombre >= personnes}
    while gardees and (structure.total or 0) - sum(gardees.values()) < personnes:
        del gardees[min(gardees, key=lambda nom: (gardees[nom], nom))]
    return set(gardees)


def _colonnes(fonctions: pd.DataFrame) -> dict[str, str]:
    """Dire quel effectif du panel compte les personnes d'une famille ; aucun si deux familles se le partagent."""
    trouvees = {
        famille: nom
        for famille in fonctions["famille"].unique()
        for nom, motif in _EFFECTIFS.items()
        if motif.fullmatch(plier_intitule(famille))
    }
    return {famille: nom for famille, nom in trouvees.items() if list(trouvees.values()).count(nom) == 1}


def plier_intitule(intitule: str) -> str:
    """Mettre un intitulé de fonction sous une forme qui se compare, écriture inclusive comprise.

    Examples
    --------
    >>> plier_intitule("Salarié·e permanent·e")
    'salariee permanente'
    """
    return plier(intitule.replace("·", ""))
