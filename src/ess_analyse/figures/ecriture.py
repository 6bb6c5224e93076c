"""Écrire à la française ce que montrent figures et tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ess_analyse.grille import Grille

__all__ = ["ecrire", "nommer"]


def nommer(grille: Grille | None) -> dict[str, str]:
    """Donner à chaque code le nom qui le montre, ``R · Charge de travail`` ; rien sans grille."""
    return {} if grille is None else {code.id: f"{code.famille}\u00a0·\u00a0{code.libelle}" for code in grille}


def ecrire(valeur: object, decimales: int | None = None, vide: str = "") -> str:
    """Écrire une valeur : espace fine des milliers, virgule, vrai signe moins.

    Parameters
    ----------
    valeur : object
        Un texte est rendu tel quel.
    decimales : int, optional
        Pour les nombres à virgule, les entiers n'en ont pas ; sans elle, autant qu'il en faut.
    vide : str
        Ce qui est écrit à la place d'une valeur absente.

    Returns
    -------
    str
        Par exemple ``0,91``.

    Examples
    --------
    >>> ecrire(1850), ecrire(-0.914, 2), ecrire(0.5), ecrire(None, vide="—")
    ('1\u202f850', '−0,91', '0,5', '—')
    """
    if isinstance(valeur, str):
        return valeur
    if pd.isna(valeur):
        return vide
    nombre = float(valeur)
    entier = isinstance(valeur, int | np.integer) if decimales is not None else nombre.is_integer()
    ecrit = f"{nombre:,.0f}" if entier else f"{nombre:,g}" if decimales is None else f"{nombre:,.{decimales}f}"
    return ecrit.translate({ord(","): "\u202f", ord("."): ",", ord("-"): "−"})
