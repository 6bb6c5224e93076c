"""Ce que fait un travailleur : préparer une fois de quoi lire et noter, puis noter des documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ess_analyse.cache import Magasin
from ess_analyse.suggestions.parts import Part
from ess_analyse.suggestions.proposition import proposer_groupe
from ess_analyse.suggestions.regles import Liseur
from ess_analyse.suggestions.savoir import Savoir
from ess_analyse.suggestions.tables import typer

__all__ = ["Travail", "preparer", "travailler"]


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


def travailler(travail: Travail, documents: Sequence[pd.DataFrame]) -> list[bytes]:
    """Proposer les codes de quelques documents, et rendre leurs parts."""
    table = typer(proposer_groupe(documents, travail.liseur, travail.savoir, travail.seuils, travail.rangs))
    par_segment, debut, parts = len(table) // sum(map(len, documents)), 0, []
    for document in documents:
        fin = debut + len(document) * par_segment
        parts.append(Part.depuis_table(table.iloc[debut:fin]).en_octets())
        debut = fin
    return parts
