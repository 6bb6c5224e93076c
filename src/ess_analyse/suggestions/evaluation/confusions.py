"""Lire ce que la machine dit à la place de ce que les personnes ont mis."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ess_analyse.grille import Grille
from ess_analyse.modele import RIEN
from ess_analyse.suggestions.evaluation.confrontation import confronter

__all__ = ["CONFUSIONS", "confondre"]

CONFUSIONS = ("code", "propose", "nombre", "part", "exemple")


def confondre(
    suggestions: pd.DataFrame,
    codages: pd.DataFrame,
    grille: Grille,
    *,
    retenus: bool = True,
    dimension: str = "theme",
) -> pd.DataFrame:
    """Compter les phrases où le premier code de la machine n'est aucun de ceux des personnes.

    Parameters
    ----------
    suggestions : DataFrame
        Colonnes ``SUGGESTIONS``, par plis.
    codages : DataFrame
        Colonnes ``CODAGES``, consolidées.
    grille : Grille
        Les codes.
    retenus : bool
        Ne tenir compte que des suggestions retenues ; faux : du premier code de la liste, si bas que soit son score.
    dimension : str
        La dimension mesurée.

    Returns
    -------
    DataFrame
        ``code`` : celui des personnes, ``-`` si elles n'ont rien mis dans cette dimension ; ``propose`` : le premier
        de la machine, ``-`` si elle n'a rien dit ; ``nombre`` de phrases ; ``part`` des phrases où les personnes ont
        mis ``code`` ; ``exemple`` : la place de celle où la machine était la plus sûre. De la plus fréquente à la plus
        rare, puis dans l'ordre de la grille. Une phrase à deux codes y compte pour chacun.

    Raises
    ------
    ErreurDonnees
        Comme :func:`~ess_analyse.suggestions.evaluation.evaluer`.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import CODAGES
    >>> from ess_analyse.suggestions.evaluation import JUGEES
    >>> codes = tuple(Code(nom, "theme", nom, "…", *[()] * 5) for nom in ("R-CHARGE", "R-MOYENS"))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), codes)
    >>> proposes = pd.DataFrame([("E01:0-9", "R-MOYENS", 0.7, 1, True)], columns=JUGEES)
    >>> decides = pd.DataFrame([("E01:0-9", "A", "R-CHARGE", ""), ("E01:10-19", "A", "R-CHARGE", "")], columns=CODAGES)
    >>> confondre(proposes, decides, grille).values.tolist()
    [['R-CHARGE', 'R-MOYENS', 1, 0.5, 'E01:0-9'], ['R-CHARGE', '-', 1, 0.5, 'E01:10-19']]
    """
    face = confronter(suggestions, codages, grille, dimension)
    noms = [*face.codes, RIEN]
    # The last column stands for « nothing », on both sides.
    vrais = np.column_stack([face.vrais, ~face.vrais.any(axis=1)])
    rangs = np.where(face.poses, face.rangs, np.inf) if retenus else face.rangs
    premiers = np.where(np.isfinite(rangs).any(axis=1), rangs.argmin(axis=1), len(face.codes))
    scores = np.column_stack([face.scores, np.zeros(len(face.lus))])
    lignes, codes = np.nonzero(vrais & ~vrais[np.arange(len(vrais)), premiers][:, None])
    table = pd.DataFrame({"ligne": lignes, "rang_code": codes, "rang_propose": premiers[lignes]})
    table["score"] = scores[table["ligne"], table["rang_propose"]]
    table = table.sort_values(["score", "ligne"], ascending=[False, True])
    paires = table.groupby(["rang_code", "rang_propose"], as_index=False).agg(
        nombre=("ligne", "size"), ligne=("ligne", "first")
    )
    paires = paires.sort_values(["nombre", "rang_code", "rang_propose"], ascending=[False, True, True])
    usages = vrais.sum(axis=0)
    return pd.DataFrame(
        {
            "code": [noms[rang] for rang in paires["rang_code"]],
            "propose": [noms[rang] for rang in paires["rang_propose"]],
            "nombre": paires["nombre"].to_numpy(dtype=int),
            "part": paires["nombre"].to_numpy() / usages[paires["rang_code"].to_numpy(dtype=int)],
            "exemple": [face.lus[rang] for rang in paires["ligne"]],
        },
        columns=CONFUSIONS,
    )
