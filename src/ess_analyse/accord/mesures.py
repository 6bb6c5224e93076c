"""Mesurer l'accord entre codeurs, code par code, dire ce qu'on peut en conclure et ce dont il faut discuter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ess_analyse.accord.releves import MESURES, relever
from ess_analyse.codages import ARBITRAGE, HUMAIN, est_relecture
from ess_analyse.erreurs import Probleme, lever, proposer
from ess_analyse.grille import Grille
from ess_analyse.modele import ACCORD, CODAGES, DESACCORDS, RIEN, verifier_colonnes

__all__ = [
    "ACCORD_COMPLET",
    "USAGES",
    "conclure",
    "lister_desaccords",
    "mesurer_accord",
    "retenir_aveugles",
    "retenir_lectures",
    "tabler",
]

ACCORD_COMPLET = (*ACCORD, "ac1", "alpha_masi", "conclusion")

# The thresholds of Krippendorff (2004, p. 241).
_FIABLE, _PROVISOIRE = 0.800, 0.667
USAGES = 10
"""En dessous, un coefficient tient à une ou deux phrases."""


def mesurer_accord(codages: pd.DataFrame, grille: Grille, codeurs: Sequence[str] | None = None) -> pd.DataFrame:
    """Mesurer l'accord entre codeurs.

    Les unités sont les segments que deux codeurs au moins ont lus. Chaque code est une question à part, posé ou non ;
    ``-`` répond non à toutes ; une phrase qu'un codeur n'a pas lue est une valeur manquante, jamais un non.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine``.
    grille : Grille
        Les codes mesurés ; une ligne par code, puis une par dimension.
    codeurs : sequence of str, optional
        Les codeurs comparés, ``arbitrage`` et secondes lectures exclus ; tout ce qu'ils ont lu compte alors. Par
        défaut, tous, chacun dans les entretiens où il n'a accepté aucune suggestion : deux personnes qui suivent la
        même machine s'accordent avec elle, pas entre elles. Un entretien est pris ou laissé tout entier : n'en ôter
        que les phrases où une suggestion est acceptée garderait celles où la machine a tort.

    Returns
    -------
    DataFrame
        ``code`` (ou dimension), ``unites``, ``codeurs`` (leur nombre), ``usages`` (fois où le code a été posé sur ces
        unités, tous codeurs ensemble), ``pourcentage`` (0 à 1 : paires de codeurs d'accord, en moyenne par unité),
        ``kappa`` (Cohen, deux codeurs exactement), ``alpha`` (Krippendorff, nominal), ``ac1`` (Gwet, d'un code :
        utile s'il est rare), ``alpha_masi`` (d'une dimension : l'accord sur l'ensemble des codes de la phrase,
        distance MASI), ``conclusion`` (celle de :func:`conclure`). NaN où ce n'est pas défini.

    Raises
    ------
    ErreurDonnees
        Si un codeur demandé n'a rien codé, ou si une lecture porte un code absent de la grille.

    Notes
    -----
    Tous les coefficients se lisent sur les mêmes unités : l'AC1 d'ici est celui de Gwet (2008) sur ces seules phrases.
    Celui de :func:`~ess_analyse.ac1_gwet`, écrit pour les données manquantes (Gwet 2014), compte aussi dans l'accord du
    hasard les unités qu'un seul a lues : les deux diffèrent s'il y en a.

    Une phrase peut porter plusieurs codes : la ligne d'une dimension empile les questions de ses codes sans mêler
    leurs hasards. Désaccords observés et attendus sont sommés sur les codes, puis rapportés, ``1 - ΣDo / ΣDe`` : pour
    κ, c'est le κ regroupé de De Vries et al. (2008) ; pour α, la même chose, dans l'esprit de Moons et Vandervieren
    (2025). Si chaque phrase porte un seul code, on retrouve exactement l'α et le κ ordinaires. Ni moyenne des
    coefficients, où un code rare pèserait autant qu'un fréquent, ni α d'une seule table de 0 et de 1, que les codes
    absents gonflent. Le ``pourcentage`` d'une dimension est la moyenne de ceux de ses codes. AC1 reste haut quand un
    code est rare, là où κ et α s'effondrent ; mais il n'a pas de seuil reconnu, et la conclusion suit α.

    References
    ----------
    De Vries et al. (2008). Using pooled kappa to summarize interrater agreement. *Field Methods*, 20(3), 272-282.
    Gwet (2008), pour ``ac1`` (:func:`~ess_analyse.ac1_gwet`). Passonneau (2006), pour ``alpha_masi``
    (:func:`~ess_analyse.alpha_masi`).
    Fleiss (1971), pour ``pourcentage``. *Psychological Bulletin*, 76(5), 378-382.
    Moons et Vandervieren (2025). A generalization of Fleiss' kappa. *Behavior Research Methods*, 57, 287.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (Code("R-SENS", "theme", "Sens", "…", *[()] * 5),))
    >>> avis = [("E01:0-9", "ana", "R-SENS"), ("E01:0-9", "bob", "R-SENS"), ("E01:10-19", "ana", "R-SENS"),
    ...         ("E01:10-19", "bob", "-"), ("E01:20-29", "ana", "-"), ("E01:20-29", "bob", "-")]
    >>> codages = pd.DataFrame([(*lecture, "humain") for lecture in avis], columns=CODAGES)
    >>> mesurer_accord(codages, grille).round(2).values.tolist()
    [['R-SENS', 3, 2, 3, 0.67, 0.4, 0.44, 0.33, nan, 'trop rare'],
     ['theme', 3, 2, 3, 0.67, 0.4, 0.44, nan, 0.44, 'trop rare']]
    """
    return tabler(retenir_lectures(codages, codeurs), grille)


def tabler(lectures: pd.DataFrame, grille: Grille) -> pd.DataFrame:
    """Mettre en table l'accord de toutes les lectures données, quel qu'en soit l'auteur."""
    releves = relever(lectures, grille)
    mesures = releves.mesurer(np.ones((1, len(releves.unites))))
    usages = releves.usages().sum(axis=0).astype("int64")
    table = pd.DataFrame(
        {"code": releves.noms, "unites": int(releves.unites.sum()), "codeurs": releves.codeurs, "usages": usages}
        | {mesure: mesures[mesure][0] for mesure in MESURES}
    )
    return table.assign(conclusion=list(map(conclure, table["alpha"], usages)))[list(ACCORD_COMPLET)]


def retenir_lectures(codages: pd.DataFrame, codeurs: Sequence[str] | None) -> pd.DataFrame:
    """Ne garder que les lectures à comparer : celles des codeurs demandés, ou toutes celles faites à l'aveugle."""
    verifier_colonnes(codages, CODAGES, "codages")
    connus = {codeur for codeur in set(codages["codeur"]) - {ARBITRAGE} if not est_relecture(codeur)}
    if codeurs is None:
        return retenir_aveugles(codages[codages["codeur"].isin(connus)])
    lever(
        Probleme("table codages", 0, "codeur sans codage", codeur, proposer(codeur, connus))
        for codeur in codeurs
        if codeur not in connus
    )
    return codages[codages["codeur"].isin(codeurs)]


def retenir_aveugles(codages: pd.DataFrame) -> pd.DataFrame:
    """Ôter les entretiens qu'une personne a lus avec la machine : ceux où elle a accepté une suggestion au moins.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine``.

    Returns
    -------
    DataFrame
        Les mêmes colonnes ; ce que les autres ont lu du même entretien reste, et ses autres entretiens aussi.

    Examples
    --------
    >>> avis = [("E01:0-9", "ana", "R-SENS", "humain"), ("E02:0-9", "ana", "R-SENS", "0.90:indices:sens"),
    ...         ("E02:10-19", "ana", "-", "humain"), ("E02:0-9", "bob", "-", "humain")]
    >>> retenir_aveugles(pd.DataFrame(avis, columns=CODAGES))[["segment", "codeur"]].values.tolist()
    [['E01:0-9', 'ana'], ['E02:0-9', 'bob']]
    """
    lectures = codages["codeur"] + " " + codages["segment"].str.split(":", n=1).str[0]
    return codages[~lectures.isin(lectures[codages["origine"] != HUMAIN])]


def conclure(alpha: float, usages: int) -> str:
    """Dire ce qu'un alpha permet d'affirmer.

    Parameters
    ----------
    alpha : float
        Un alpha de Krippendorff, ou NaN.
    usages : int
        Combien de fois le code a été posé.

    Returns
    -------
    str
        ``fiable`` (≥ 0,800), ``provisoire`` (≥ 0,667), ``insuffisant``, ``trop rare`` (moins de 10 usages, quel que
        soit alpha) ou ``indéfini``.

    References
    ----------
    Krippendorff (2004). *Content Analysis*, 2e éd., p. 241, pour les seuils d'alpha ; celui des usages est le nôtre.

    Examples
    --------
    >>> conclure(0.81, 40), conclure(0.81, 4), conclure(float("nan"), 40)
    ('fiable', 'trop rare', 'indéfini')
    """
    if usages < USAGES:
        return "trop rare"
    if np.isnan(alpha):
        return "indéfini"
    return "fiable" if alpha >= _FIABLE else "provisoire" if alpha >= _PROVISOIRE else "insuffisant"


def lister_desaccords(codages: pd.DataFrame) -> pd.DataFrame:
    """Lister les codes sur lesquels les lecteurs d'une phrase se séparent.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine`` ; ``arbitrage`` et les secondes lectures ne sont pas des avis de
        plus et ne sont pas comptés.

    Returns
    -------
    DataFrame
        ``segment, code, pour, contre`` : une ligne par code que certains lecteurs ont posé et d'autres non ; les
        codeurs sont séparés par une espace. Dans l'ordre des codages, puis des codes.

    Examples
    --------
    >>> avis = [("E01:0-9", "ana", "R-SENS", "humain"), ("E01:0-9", "bob", "-", "humain")]
    >>> lister_desaccords(pd.DataFrame(avis, columns=CODAGES)).values.tolist()
    [['E01:0-9', 'R-SENS', 'ana', 'bob']]
    """
    verifier_colonnes(codages, CODAGES, "codages")
    avis = codages[(codages["codeur"] != ARBITRAGE) & ~codages["codeur"].map(est_relecture).astype("bool")]
    lecteurs: dict[str, set[str]] = {}
    poses: dict[str, dict[str, set[str]]] = {}
    for segment, codeur, code in zip(*(avis[nom].tolist() for nom in ("segment", "codeur", "code")), strict=True):
        lecteurs.setdefault(segment, set()).add(codeur)
        if code != RIEN:
            poses.setdefault(segment, {}).setdefault(code, set()).add(codeur)
    lignes = [
        (segment, code, " ".join(sorted(pour)), " ".join(sorted(tous - pour)))
        for segment, tous in lecteurs.items()
        for code, pour in sorted(poses.get(segment, {}).items())
        if tous - pour
    ]
    return pd.DataFrame(lignes, columns=DESACCORDS, dtype="str")
