"""Ce que fait un travailleur : préparer une fois de quoi lire et noter, puis noter des documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import pandas as pd

from ess_analyse.cache import Magasin
from ess_analyse.suggestions.demande import Demande, apprendre_etude
from ess_analyse.suggestions.documents import grouper_documents
from ess_analyse.suggestions.parts import Part
from ess_analyse.suggestions.proposition import proposer_groupe
from ess_analyse.suggestions.regles import Liseur
from ess_analyse.suggestions.savoir import Savoir
from ess_analyse.suggestions.tables import typer

__all__ = ["Travail", "calculer", "noter", "preparer", "travailler"]


@dataclass(frozen=True)
class Travail:
    """De quoi noter : ce que la machine sait, les seuils, combien de rangs, et de quoi lire."""

    liseur: Liseur
    savoir: Savoir
    seuils: Mapping[str, float]
    rangs: int


def preparer(savoir: Savoir, seuil: float | Mapping[str, float] | None, rangs: int, cache: Magasin | None) -> Travail:
    """Préparer un travailleur, une fois pour tous ses documents."""
    return Travail(Liseur(savoir.grille, cache), savoir, savoir.choisir_seuils(seuil), rangs)


def noter(travail: Travail, documents: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """Proposer les codes de quelques documents, et rendre la table de chacun."""
    table = typer(proposer_groupe(documents, travail.liseur, travail.savoir, travail.seuils, travail.rangs))
    par_segment, debut, tables = len(table) // sum(map(len, documents)), 0, []
    for document in documents:
        fin = debut + len(document) * par_segment
        tables.append(table.iloc[debut:fin])
        debut = fin
    return tables


def travailler(travail: Travail, documents: Sequence[pd.DataFrame]) -> list[bytes]:
    """Proposer les codes de quelques documents, et rendre leurs parts."""
    return [Part.depuis_table(table).en_octets() for table in noter(travail, documents)]


def calculer(
    fonction: Callable[[Travail, Sequence[pd.DataFrame]], list],
    demande: Demande,
    documents: Iterable[pd.DataFrame],
    cache: Magasin | None = None,
    processus: int | str = 1,
    dask: str | None = None,
) -> Iterator:
    """Apprendre de l'étude, puis noter des documents à mesure qu'ils viennent, ici ou partagés.

    Parameters
    ----------
    fonction : callable
        :func:`noter` ou :func:`travailler`.
    demande : Demande
        Ce qui est demandé.
    documents : iterable of DataFrame
        Pris au fur et à mesure : un groupe, ou deux par travailleur.
    cache, processus, dask
        Comme pour :func:`~ess_analyse.suggestions.proposer_parts`.

    Yields
    ------
    DataFrame or bytes
        Ce que la fonction rend de chaque document, dans leur ordre.
    """
    savoir, groupes = apprendre_etude(demande, cache), grouper_documents(documents)
    if processus == 1 and dask is None:
        travail = preparer(savoir, demande.seuil, demande.rangs, cache)
        for groupe in groupes:
            yield from fonction(travail, groupe)
        return
    from ess_analyse.repartition import repartir

    # A cluster may be on other machines: what comes from interviews is not left on their disks.
    arguments = (savoir, demande.seuil, demande.rangs, None if dask else cache)
    partage = {"processus": processus, "dask": dask, "preparer": preparer, "arguments": arguments}
    with closing(repartir(fonction, groupes, **partage, en_ordre=True, nommer=_nommer)) as faits:
        for _, rendus in faits:
            yield from rendus


def _nommer(groupe: Sequence[pd.DataFrame]) -> str:
    return ", ".join(dict.fromkeys(document["entretien"].iloc[0] for document in groupe))
