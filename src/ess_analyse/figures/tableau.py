"""Une table prête à être montrée."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from math import ceil

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.figures.ecriture import ecrire, nommer
from ess_analyse.grille import Grille

__all__ = ["Tableau", "presenter"]

_ENCRE = "#1a1a1a"
# Light enough for the ink to keep a contrast of 7 on the darkest.
_CHALEUR = ("#eaf2f9", "#d3e4f2", "#b5d3ea", "#92bfe0", "#6baed6")
_LONG = 60


@dataclass(frozen=True)
class Tableau:
    """Une table prête à être montrée : en HTML dans un notebook ou une page, en texte ailleurs."""

    html: str = field(repr=False)
    texte: str

    def __repr__(self) -> str:
        return self.texte

    def _repr_html_(self) -> str:
        return self.html


def presenter(
    table: pd.DataFrame | pd.Series,
    titre: str,
    grille: Grille | None = None,
    *,
    teinte: bool = False,
    decimales: int = 2,
    vide: str = "—",
) -> Tableau:
    """Présenter une table : légende, nombres à la française, codes en clair.

    Parameters
    ----------
    table : DataFrame or Series
        L'index devient l'en-tête des lignes ; son nom, celui du coin. Un entier y nomme une ligne (une année) : il est
        écrit nu.
    titre : str
        La légende.
    grille : Grille, optional
        Avec elle, un code en ligne ou en colonne est remplacé par ``R · Charge de travail``.
    teinte : bool
        Colorer le fond des nombres, de rien (0) au bleu (le plus grand) ; la valeur reste écrite. Il y faut des lignes
        et des colonnes de noms distincts.
    decimales : int
        Pour les nombres à virgule.
    vide : str
        Ce qui est écrit à la place d'une valeur absente, par exemple ``masqué``.

    Returns
    -------
    Tableau
        La même pour les mêmes données.

    Raises
    ------
    ErreurDonnees
        Si une table à teinter a deux lignes ou deux colonnes du même nom.

    Examples
    --------
    >>> presenter(pd.DataFrame({"alpha": [0.912]}, index=pd.Index(["R-SENS"], name="code")), "Accord")
    code    alpha
    R-SENS   0,91
    """
    table = table.to_frame() if isinstance(table, pd.Series) else table
    coin = table.index.name or table.columns.name
    noms = nommer(grille)
    montree = table.rename(index=noms, columns=noms).rename_axis(index=None, columns=coin)
    ecrite = partial(ecrire, decimales=decimales, vide=vide)
    style = montree.style.set_uuid(sha256(titre.encode()).hexdigest()[:8]).set_caption(titre)
    style = style.format(ecrite, escape="html").set_table_styles(_aligner(montree))
    entete = partial(_nommer, ecrite=ecrite)
    for axe in (0, 1):
        style = style.format_index(entete, axis=axe, escape="html")
    nombres = montree.select_dtypes("number")
    if teinte and not nombres.empty:
        _refuser_les_doubles(montree)
        style = style.map(_teinter, subset=nombres.columns, plafond=nombres.max(axis=None))
    ecrits = montree.map(ecrite).rename(index=entete)
    return Tableau(style.to_html(cell_ids=False), ecrits.to_string())


def _nommer(nom: object, ecrite: Callable[[object], str]) -> str:
    return ecrite(nom).replace("\u202f", "") if isinstance(nom, int | np.integer) else ecrite(nom)


def _refuser_les_doubles(table: pd.DataFrame) -> None:
    doubles = [
        Probleme(
            "table à teinter", 0, f"{quoi} en double", str(nom), "donnez-leur des noms distincts, ou ôtez la teinte"
        )
        for quoi, axe in (("ligne", table.index), ("colonne", table.columns))
        for nom in axe[axe.duplicated()].unique()
    ]
    if doubles:
        raise ErreurDonnees(doubles)


def _aligner(table: pd.DataFrame) -> list[dict[str, str]]:
    """Aligner les nombres à droite, les textes à gauche, et laisser aux longs textes la place d'être lus."""
    regles = [("caption, th.row_heading", "text-align: left")]
    for rang, (_, colonne) in enumerate(table.items()):
        sens = "right" if pd.api.types.is_numeric_dtype(colonne) else "left"
        largeur = "; min-width: 20em" if sens == "left" and colonne.astype("str").str.len().max() > _LONG else ""
        regles.append((f"td.col{rang}, th.col{rang}", f"text-align: {sens}{largeur}"))
    return [{"selector": selecteur, "props": props} for selecteur, props in regles]


def _teinter(valeur: object, plafond: float) -> str:
    if pd.isna(valeur) or valeur <= 0:
        return ""
    palier = min(ceil(len(_CHALEUR) * valeur / plafond), len(_CHALEUR)) - 1
    return f"background-color: {_CHALEUR[palier]}; color: {_ENCRE}"
