"""Dire quelles étiquettes de source désignent une personne, et vérifier qu'aucune table n'en montre."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from ess_analyse.erreurs import Probleme, compter
from ess_analyse.publication.familles import (
    INCONNUE,
    PERSONNES,
    Effectifs,
    juger,
    lire_effectifs,
    plier_intitule,
)

__all__ = ["SINGULARITES", "signaler_singularites", "verifier_singularites"]

SINGULARITES = ("structure", "famille", "documents", "effectif", "raison", "proposition")


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
    >>> from ess_analyse.modele import DOCUMENTS
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> structures = pd.DataFrame({"structure": ["S1"], "permanents": [7], "insertion": [28]})
    >>> fonctions = pd.DataFrame({"fonction": ["gérante"], "famille": ["direction"]})
    >>> signaler_singularites(documents, structures, fonctions)["raison"].tolist()
    ['1 document, effectif inconnu']
    """
    panel = lire_effectifs(structures)
    lignes = [
        (
            paire.structure,
            paire.famille,
            paire.documents,
            paire.effectif,
            paire.raison,
            _etiquette_plus_large(panel.get(paire.structure, INCONNUE), personnes),
        )
        for paire in juger(documents, structures, fonctions, personnes)
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
    >>> from ess_analyse.modele import DOCUMENTS
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
    panel, intitules = (
        lire_effectifs(structures),
        {plier_intitule(fonction) for fonction in fonctions["fonction"]} - {""},
    )
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
            if not valeur and (total := panel.get(structure, INCONNUE).total) is not None and total < personnes:
                remede = "complétez ses effectifs, ou réunissez-la à une autre sous un même libellé"
                problemes.append(Probleme(nom, numero, petite, montree, remede))
            if (structure, valeur) in raisons:
                message, remede = raisons[structure, valeur]
                problemes.append(Probleme(nom, numero, message, f"{montree}, {valeur}", remede))
            if plier_intitule(valeur) in intitules:
                message = "l'intitulé exact d'une fonction est publié avec sa structure"
                problemes.append(Probleme(nom, numero, message, f"{montree}, {valeur}", "publiez sa famille"))
    return sorted(problemes)


def _etiquette_plus_large(structure: Effectifs, personnes: int) -> str:
    permanents, total = structure.effectifs.get("permanents", 0), structure.total
    if total is None:
        return "ne donnez que la structure, et complétez ses effectifs"
    if total < personnes:
        return "ne donnez que la famille"
    seule = f"ne donnez que la structure ({compter(total, 'personne')})"
    if permanents < personnes:
        return seule
    return f"réunissez les salariés permanents en une seule famille ({compter(permanents, 'personne')}), ou {seule}"


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
