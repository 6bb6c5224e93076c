"""Les phrases d'exemple, écrites et codées pour que la machine ait appris avant que quiconque ne code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.etude import EXEMPLES_LIVRES
from ess_analyse.fichiers import lire_table
from ess_analyse.grille import Grille
from ess_analyse.modele import RIEN

__all__ = ["EXEMPLES", "decider_exemples", "lire_exemples"]

EXEMPLES = ("texte", "codes")
_AUTRES = ("registre", "secteur", "extrait", "relecture")


def lire_exemples(dossier: Path | None = None, grille: Grille | None = None) -> pd.DataFrame:
    """Lire des phrases d'exemple.

    Parameters
    ----------
    dossier : Path, optional
        Des CSV ``texte;codes`` (``registre``, ``secteur`` et ``relecture`` permis), un par main ; par défaut, ceux que
        le programme apporte, tous inventés.
    grille : Grille, optional
        Avec elle, un code inconnu est refusé.

    Returns
    -------
    DataFrame
        ``texte``, ``codes`` (séparés par une espace, ``-`` s'il n'y en a aucun) et ``main`` (le nom du fichier).

    Raises
    ------
    ErreurDonnees
        Phrase vide, codes absents ou inconnus.

    Examples
    --------
    >>> exemples = lire_exemples()
    >>> len(exemples) > 4500, exemples["main"].nunique() >= 8
    (True, True)
    """
    dossier = Path(dossier) if dossier is not None else EXEMPLES_LIVRES
    tables, problemes = [], []
    for chemin in sorted(dossier.glob("*.csv")):
        table, nom = lire_table(chemin, EXEMPLES, _AUTRES), relatif(chemin)
        table = table.apply(lambda colonne: colonne.str.strip())
        for ligne, exemple in zip(table.index, table.itertuples(index=False), strict=True):
            if not exemple.texte or not exemple.codes:
                remede = "écrivez la phrase et ses codes, ou « - »"
                problemes.append(Probleme(nom, ligne, "cellule vide", remede=remede))
            for code in [] if grille is None or exemple.codes == RIEN else exemple.codes.split():
                if code not in grille:
                    problemes.append(Probleme(nom, ligne, "code inconnu", code, proposer(code, grille.ids())))
        tables.append(table[list(EXEMPLES)].assign(main=chemin.stem))
    lever(problemes)
    if not tables:
        return pd.DataFrame(columns=[*EXEMPLES, "main"], dtype="str")
    return pd.concat(tables, ignore_index=True)


def decider_exemples(exemples: pd.DataFrame, grille: Grille) -> np.ndarray:
    """Dire, pour chaque exemple et chaque code de la grille : 1, 0, ou NaN si les exemples ne connaissent pas ce code.

    Parameters
    ----------
    exemples : DataFrame
        Tels que :func:`lire_exemples` les rend.
    grille : Grille
        Les codes.

    Returns
    -------
    ndarray
        Une ligne par exemple, une colonne par code de la grille.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> codes = [Code(nom, "theme", nom, "…", *[()] * 5) for nom in ("R-SENS", "O-COM")]
    >>> exemples = pd.DataFrame({"texte": ["a", "b"], "codes": ["R-SENS", "-"]})
    >>> decider_exemples(exemples, Grille(1, (Dimension("theme", "Thème"),), tuple(codes))).tolist()
    [[1.0, nan], [0.0, nan]]
    """
    poses = [set(codes.split()) for codes in exemples["codes"]]
    connus = set().union(*poses)
    return np.array(
        [[float(code in siens) if code in connus else np.nan for code in grille.ids()] for siens in poses]
    ).reshape(len(poses), len(grille))
