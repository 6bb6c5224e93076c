"""Trouver les étiquettes de source qui désignent une personne, et les élargir.

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
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from ess_analyse.erreurs import Probleme
from ess_analyse.fichiers import reconnaitre
from ess_analyse.modele import DOCUMENTS, FONCTIONS, verifier_colonnes

__all__ = ["PERSONNES", "SINGULARITES", "elargir_familles", "signaler_singularites", "verifier_singularites"]

PERSONNES = 5
"""Le k le plus souvent recommandé (El Emam et Dankar, *Protecting privacy using k-anonymity*, JAMIA 15, 2008)."""
SINGULARITES = ("structure", "famille", "documents", "effectif", "raison", "proposition")

_PAROLE = "entretien"
_ELARGIE = {
    _PAROLE: "une personne de la structure",
    "observation": "une observation dans la structure",
    "document": "un document de la structure",
}
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
        for paire in _juger(documents, structures, fonctions, personnes)
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


def signaler_singularites(
    documents: pd.DataFrame, structures: pd.DataFrame, fonctions: pd.DataFrame, personnes: int = PERSONNES
) -> pd.DataFrame:
    """Lister les familles que le site n'a pas montrées telles quelles, pourquoi, et quoi faire pour en dire plus.

    Parameters
    ----------
    documents, structures, fonctions, personnes
        Comme pour :func:`elargir_familles`.

    Returns
    -------
    DataFrame
        Une ligne par structure × famille élargie : ``structure``, ``famille``, ``documents`` (leur nombre ; leur somme
        est celui des étiquettes élargies), ``effectif`` (personnes, NA si le panel ne le donne pas), ``raison``,
        ``proposition``.

    Examples
    --------
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> structures = pd.DataFrame({"structure": ["S1"], "permanents": [7], "insertion": [28]})
    >>> fonctions = pd.DataFrame({"fonction": ["gérante"], "famille": ["direction"]})
    >>> signaler_singularites(documents, structures, fonctions)["raison"].tolist()
    ['1 document, effectif inconnu']
    """
    panel = _panel(structures)
    lignes = [
        (
            paire.structure,
            paire.famille,
            paire.documents,
            paire.effectif,
            paire.raison,
            _etiquette_plus_large(panel.get(paire.structure, _INCONNUE), personnes),
        )
        for paire in _juger(documents, structures, fonctions, personnes)
        if paire.raison
    ]
    table = pd.DataFrame(sorted(lignes, key=lambda ligne: ligne[:2]), columns=SINGULARITES)
    return table.astype({"documents": "int64", "effectif": "Int64"} | dict.fromkeys(("raison", "proposition"), "str"))


def verifier_singularites(
    tables: Mapping[str, pd.DataFrame],
    documents: pd.DataFrame,
    structures: pd.DataFrame,
    fonctions: pd.DataFrame,
    personnes: int = PERSONNES,
) -> list[Probleme]:
    """Vérifier qu'aucune table publiée ne montre une fonction qui, dans sa structure, désigne quelqu'un.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Nom → table publiée (``verbatims``, ou ce que rend :func:`ess_analyse.publication.decrire_sources`). Sont lues
        celles qui ont une colonne ``structure`` ou ``libelle_structure`` ; l'index est le numéro de ligne cité quand il
        se nomme ``ligne`` (:func:`ess_analyse.fichiers.lire_table`).
    documents, structures, fonctions, personnes
        Comme pour :func:`elargir_familles`.

    Returns
    -------
    list of Probleme
        Un par étiquette : famille montrée là où elle devait être élargie, intitulé exact d'une fonction, structure de
        moins de ``personnes`` personnes.

    Examples
    --------
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> structures = pd.DataFrame({"structure": ["S1"], "permanents": [7], "insertion": [28]})
    >>> fonctions = pd.DataFrame({"fonction": ["gérante"], "famille": ["direction"]})
    >>> montree = pd.DataFrame({"structure": ["S1"], "famille": ["direction"]})
    >>> for probleme in verifier_singularites({"verbatims": montree}, documents, structures, fonctions):
    ...     print(probleme)
    verbatims : cette famille désigne une personne dans cette structure : 1 document, effectif inconnu
    (« S1, direction »). Réunissez les salariés permanents en une seule famille (7 personnes), ou ne donnez que la
    structure (35 personnes).
    """
    panel, intitules = _panel(structures), {_plier(fonction) for fonction in fonctions["fonction"]} - {""}
    noms = {nom: structure for structure, ligne in panel.items() for nom in (structure, ligne.libelle)}
    raisons = {
        (structure, famille): (f"cette famille désigne une personne dans cette structure : {raison}", remede)
        for structure, famille, _, _, raison, remede in signaler_singularites(
            documents, structures, fonctions, personnes
        ).itertuples(index=False)
    }
    petite = f"cette structure compte moins de {personnes} personnes, d'après le panel"
    problemes = []
    for nom, table in tables.items():
        for ligne, montree, valeur in _etiquettes(table):
            structure, numero = noms.get(montree, montree), ligne if table.index.name == "ligne" else 0
            if not valeur and (total := panel.get(structure, _INCONNUE).total) is not None and total < personnes:
                remede = "complétez ses effectifs, ou réunissez-la à une autre sous un même libellé"
                problemes.append(Probleme(nom, numero, petite, montree, remede))
            if (structure, valeur) in raisons:
                message, remede = raisons[structure, valeur]
                problemes.append(Probleme(nom, numero, message, f"{montree}, {valeur}", remede))
            if _plier(valeur) in intitules:
                message = "l'intitulé exact d'une fonction est publié avec sa structure"
                problemes.append(Probleme(nom, numero, message, f"{montree}, {valeur}", "publiez sa famille"))
    return sorted(problemes)


@dataclass(frozen=True)
class _Structure:
    """Ce que le panel dit d'une structure ; un effectif inconnu est None."""

    libelle: str
    effectifs: Mapping[str, int]
    etp: int | None

    @property
    def total(self) -> int | None:
        """Combien de personnes y travaillent, au moins."""
        minimums = [*([sum(self.effectifs.values())] if self.effectifs else []), *([self.etp] if self.etp else [])]
        return max(minimums, default=None)


_INCONNUE = _Structure("", {}, None)


@dataclass(frozen=True)
class _Paire:
    """Une famille dans une structure, et ce qui empêche de la montrer ; rien si elle peut l'être."""

    structure: str
    famille: str
    documents: int
    effectif: int | None
    raison: str = ""


def _panel(structures: pd.DataFrame) -> dict[str, _Structure]:
    """Lire les effectifs du panel ; une colonne absente ou une cellule vide est inconnue."""
    lignes = structures.to_dict("records")
    return {
        ligne["structure"]: _Structure(
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


def _juger(documents, structures, fonctions, personnes) -> list[_Paire]:
    """Juger chaque famille de chaque structure, puis ce que montrer les unes dirait des autres."""
    familles, panel, colonnes = _familles(documents, fonctions), _panel(structures), _colonnes(fonctions)
    gardes = (documents["structure"] != "") & (familles != "") & ~familles.isin(_collectifs(documents, familles))
    comptes = familles[gardes].groupby([documents.loc[gardes, "structure"], familles[gardes]]).size()
    jugees = []
    for structure in comptes.index.unique(level=0):
        connue = panel.get(structure, _INCONNUE)
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
        raison = f"{nombre} document{'s' * (nombre > 1)}, "
        raison += "effectif inconnu" if effectif is None else _personnes(effectif)
    return _Paire(structure, famille, nombre, effectif, raison)


def _sans_deduction(structure: _Structure, colonnes: set[str], personnes: int) -> set[str]:
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
        if motif.fullmatch(_plier(famille))
    }
    return {famille: nom for famille, nom in trouvees.items() if list(trouvees.values()).count(nom) == 1}


def _etiquette_plus_large(structure: _Structure, personnes: int) -> str:
    permanents, total = structure.effectifs.get("permanents", 0), structure.total
    if total is None:
        return "ne donnez que la structure, et complétez ses effectifs"
    if total < personnes:
        return "ne donnez que la famille"
    seule = f"ne donnez que la structure ({_personnes(total)})"
    if permanents < personnes:
        return seule
    return f"réunissez les salariés permanents en une seule famille ({_personnes(permanents)}), ou {seule}"


def _personnes(nombre: int) -> str:
    return f"{nombre} personne{'s' * (nombre > 1)}"


def _etiquettes(table: pd.DataFrame) -> Iterator[tuple[int, str, str]]:
    """Rendre ce qu'une table montre avec chaque structure, une fois chacun ; d'abord la structure elle-même."""
    colonne = next((nom for nom in ("structure", "libelle_structure") if nom in table), None)
    if colonne is None:
        return
    montrees = table[table[colonne].fillna("") != ""]
    vues = [montrees[colonne].map(lambda _: "")]
    vues += [montrees[nom] for nom in table.columns if nom != colonne and pd.api.types.is_string_dtype(table[nom])]
    for vue in vues:
        paires = pd.DataFrame({"structure": montrees[colonne], "valeur": vue.fillna("")})
        for ligne, structure, valeur in paires.drop_duplicates().itertuples():
            if valeur or vue is vues[0]:
                yield ligne, structure, valeur


def _plier(texte: str) -> str:
    nu = unicodedata.normalize("NFD", texte.casefold().replace("’", "'").replace("·", ""))
    return " ".join("".join(lettre for lettre in nu if not unicodedata.combining(lettre)).split())
