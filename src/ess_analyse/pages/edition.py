"""Ce que l'on montre d'une étude, calculé une fois pour tout ce qui le montre : les pages, les documents imprimés."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ess_analyse.cache import Magasin
from ess_analyse.etude import Etude
from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.tables import composer_tables
from ess_analyse.pages.verbatims import Verbatim, lister_verbatims
from ess_analyse.reglages import lire_reglages

__all__ = ["Edition", "preparer_edition"]


@dataclass(frozen=True, eq=False)
class Edition:
    """Une étude, et ce que l'on peut en montrer.

    Attributes
    ----------
    matiere : Matiere
        L'étude.
    verbatims : tuple of Verbatim
        Les citations publiables.
    tables : mapping of str to DataFrame
        Les tables publiées, déjà masquées (:func:`ess_analyse.pages.tables.composer_tables`).
    seuil : int
        Le plus petit nombre de documents derrière une cellule publiée.
    """

    matiere: Matiere
    verbatims: tuple[Verbatim, ...]
    tables: Mapping[str, pd.DataFrame]
    seuil: int


def preparer_edition(etude: Etude, matiere: Matiere, magasin: Magasin | None = None) -> Edition:
    """Calculer ce que l'on peut montrer d'une étude.

    Parameters
    ----------
    etude : Etude
        Ses réglages disent le seuil.
    matiere : Matiere
        L'étude, lue (:func:`ess_analyse.pages.matiere.rassembler`).
    magasin : Magasin, optional
        Celui de l'étude, scellé par un secret, pour ne pas recompter ce qui n'a pas changé.

    Returns
    -------
    Edition
        Les citations et les tables publiables.

    Raises
    ------
    ErreurDonnees
        Si les réglages ne tiennent pas.
    """
    verbatims, seuil = lister_verbatims(matiere), lire_reglages(etude.reglages).seuil
    return Edition(matiere, tuple(verbatims), composer_tables(matiere, verbatims, seuil, magasin), seuil)
