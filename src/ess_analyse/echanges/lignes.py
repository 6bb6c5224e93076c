"""Mettre en table les codages repris d'un autre logiciel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ess_analyse.echanges.bases import demesure
from ess_analyse.echanges.projet import REPRISES

__all__ = ["CHEMINS", "PROFONDEUR", "en_reprises"]

_TYPES = {colonne: "int64" if colonne in ("debut", "fin") else "str" for colonne in REPRISES}

CHEMINS = 20_000_000
"""Signes que les chemins des codes ont ensemble : mille codes emboîtés sous de longs noms en font cent fois moins."""
PROFONDEUR = 50
"""Dossiers de codes emboîtés : un livre de codes en a deux ou trois."""
_SIGNES = 100_000_000
"""Signes des citations et des mémos d'un projet : cent heures de parole codées vingt fois en font moins."""


def en_reprises(fichier: str, lignes: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Mettre des codages en table, avec ses types même quand il n'y en a aucun.

    Parameters
    ----------
    fichier : str
        D'où ils viennent, pour le message.
    lignes : iterable of tuple
        Les valeurs, dans l'ordre de ``REPRISES``.

    Returns
    -------
    DataFrame
        Colonnes de ``REPRISES`` : ``debut`` et ``fin`` en nombres, le reste en texte.

    Raises
    ------
    ErreurDonnees
        Si leurs textes ensemble sont démesurés : cent codages d'un même long passage le répètent cent fois.

    Examples
    --------
    >>> en_reprises("etude.sqlite3", [("E01", 0, 3, "Oui", "ana", "Charge", "", "")])["fin"].tolist()
    [3]
    """
    gardees, signes = [], 0
    for ligne in lignes:
        signes += sum(len(valeur) for valeur in ligne if isinstance(valeur, str))
        if signes > _SIGNES:
            raise demesure(fichier)
        gardees.append(ligne)
    return pd.DataFrame(gardees, columns=list(REPRISES)).astype(_TYPES)
