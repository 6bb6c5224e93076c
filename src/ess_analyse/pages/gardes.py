"""Les tables masquées, gardées d'un passage à l'autre : les masquer résout des centaines de programmes linéaires."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from ess_analyse.cache import Magasin, decrire_versions, empreindre, empreindre_programme

__all__ = ["reprendre_tables"]

_SORTE = "tables"
_CALCUL = ("scipy", "numpy", "pandas")
"""Ce qui choisit les cellules à masquer : une autre version en choisirait peut-être d'autres."""


def reprendre_tables(
    magasin: Magasin | None, entrees: tuple[Any, ...], compter: Callable[[], dict[str, pd.DataFrame]]
) -> dict[str, pd.DataFrame]:
    """Rendre des tables masquées, reprises telles quelles si rien de ce dont elles viennent n'a changé.

    Parameters
    ----------
    magasin : Magasin or None
        Où elles sont gardées. Il n'est cru que scellé par un secret : une table remplacée pourrait montrer une petite
        cellule.
    entrees : tuple
        Tout ce dont elles viennent, en valeurs que JSON sait écrire.
    compter : callable
        Le calcul, s'il est à faire.

    Returns
    -------
    dict of str to DataFrame
        Nom → table de comptes (``Int64``, index ``code``), dans l'ordre du calcul.
    """
    if magasin is None or not magasin.secret:
        return compter()
    cle = empreindre(*entrees, empreindre_programme(), decrire_versions(*_CALCUL))
    if (gardees := magasin.prendre(_SORTE, cle)) is not None:
        return {nom: _relire(table) for nom, table in json.loads(gardees).items()}
    tables = compter()
    magasin.ranger(_SORTE, cle, json.dumps({nom: _decrire(table) for nom, table in tables.items()}).encode())
    magasin.nettoyer(_SORTE, [cle])
    return tables


def _decrire(table: pd.DataFrame) -> dict[str, list]:
    valeurs = [[None if pd.isna(un) else int(un) for un in table[nom]] for nom in table]
    return {"codes": list(table.index), "colonnes": list(table.columns), "valeurs": valeurs}


def _relire(decrite: Mapping[str, list]) -> pd.DataFrame:
    codes = pd.Index(decrite["codes"], dtype="str", name="code")
    colonnes = [pd.Series(valeurs, index=codes, dtype="Int64") for valeurs in decrite["valeurs"]]
    return pd.DataFrame(dict(enumerate(colonnes)), index=codes).set_axis(
        pd.Index(decrite["colonnes"], dtype="str"), axis=1
    )
