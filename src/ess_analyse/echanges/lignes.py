"""Mettre en table les codages repris d'un autre logiciel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ess_analyse.echanges.bases import demesure
from ess_analyse.echanges.projet import REPRISES

__all__ = ["CHEMINS", "PROFONDEUR", "Mesure", "en_reprises"]

_TYPES = {colonne: "int64" if colonne in ("debut", "fin") else "str" for colonne in REPRISES}

CHEMINS = 20_000_000
"""Signes que les chemins des codes ont ensemble : mille codes emboîtés sous de longs noms en font cent fois moins."""
PROFONDEUR = 50
"""Dossiers de codes emboîtés : un livre de codes en a deux ou trois."""
_SIGNES = 100_000_000
"""Signes des citations et des mémos d'un projet : cent heures de parole codées vingt fois en font moins."""

_ESSAIS = 5_000_000
"""Comparaisons d'un passage aux mots gardés avec lui : cent mille codages essayés de huit façons en font moins."""


class Mesure:
    """Ce que situer les passages d'un projet coûte, compté avant chacun.

    Parameters
    ----------
    fichier : str
        Le projet, pour le message.

    Examples
    --------
    >>> Mesure("etude.sqlite3").ajouter(_SIGNES + 1)
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: etude.sqlite3 : projet démesuré. Vérifiez d'où il vient, il n'a pas été lu.
    """

    def __init__(self, fichier: str):
        self._fichier = fichier
        self._signes = self._essais = 0

    def ajouter(self, signes: int, essais: int = 1) -> None:
        """Compter un passage.

        Parameters
        ----------
        signes : int
            Sa longueur, telle que le fichier la dit.
        essais : int
            Les façons de compter qui seront essayées.

        Raises
        ------
        ErreurDonnees
            Si les passages du projet sont ensemble démesurés.
        """
        self._signes += max(signes, 0)
        self._essais += essais
        if self._signes > _SIGNES or self._essais > _ESSAIS:
            raise demesure(self._fichier)


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
