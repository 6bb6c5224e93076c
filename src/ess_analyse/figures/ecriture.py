"""Écrire à la française ce que montrent figures et tables."""

from __future__ import annotations

from decimal import Decimal
from numbers import Number

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
        Un texte est rendu tel quel ; une date, sans l'heure s'il est minuit.
    decimales : int, optional
        Pour les nombres à virgule, les entiers n'en ont pas ; sans elle, autant qu'il en faut, six au plus à partir
        de 1, six chiffres significatifs au-dessous.
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
    if pd.api.types.is_scalar(valeur) and pd.isna(valeur):
        return vide
    if not isinstance(valeur, Number | np.bool_):
        return str(valeur).removesuffix(" 00:00:00")
    nombre = float(valeur)
    entier = isinstance(valeur, int | np.integer) if decimales is not None else nombre.is_integer()
    if entier:
        ecrit = f"{nombre:z,.0f}"
    elif decimales is not None:
        ecrit = f"{nombre:z,.{decimales}f}"
    else:
        ecrit = f"{nombre:z,.6f}" if abs(nombre) >= 1 else f"{Decimal(f'{nombre:.6g}'):f}"
        ecrit = ecrit.rstrip("0").rstrip(".")
    return ecrit.translate({ord(","): "\u202f", ord("."): ",", ord("-"): "−"})
