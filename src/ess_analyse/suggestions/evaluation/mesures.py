"""Mesurer ce que valent des suggestions, et avec quelle incertitude."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ess_analyse.coefficients import borner, tirer_grappes
from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.grille import Grille
from ess_analyse.suggestions.evaluation.comptes import compter
from ess_analyse.suggestions.evaluation.confrontation import ENSEMBLE, confronter

__all__ = ["ENCADREMENT", "EVALUATION", "encadrer", "evaluer"]

_PAR_CODE = ("precision", "rappel", "f1", "rappel_3", "rappel_5")
_D_ENSEMBLE = ("f1_macro", "valence", "valence_risque")
EVALUATION = (
    "code",
    "usages",
    "proposes",
    "precision",
    "rappel",
    "f1",
    "f1_macro",
    "rappel_3",
    "rappel_5",
    "valence",
    "valence_risque",
)
ENCADREMENT = ("code", "mesure", "valeur", "bas", "haut", "entretiens", "tirages")


def evaluer(
    suggestions: pd.DataFrame, codages: pd.DataFrame, grille: Grille, *, dimension: str = "theme"
) -> pd.DataFrame:
    """Mesurer des suggestions contre les décisions de personnes, sur les segments qu'elles ont lus.

    Parameters
    ----------
    suggestions : DataFrame
        Colonnes ``SUGGESTIONS`` ; pour un chiffre honnête, celles de
        :func:`~ess_analyse.suggestions.suggerer_par_plis`.
    codages : DataFrame
        Colonnes ``CODAGES``, consolidées : un avis par segment.
    grille : Grille
        Les codes.
    dimension : str
        La dimension évaluée.

    Returns
    -------
    DataFrame
        Une ligne par code, dans l'ordre de la grille, puis la ligne ``ensemble``. ``usages`` : segments où les
        personnes ont mis le code ; ``proposes`` : segments où il est retenu ; ``precision``, ``rappel``, ``f1``
        (micro-moyennes dans ``ensemble``) ; ``f1_macro`` : moyenne des F1 définis ; ``rappel_3``, ``rappel_5`` : part
        des usages dont le code est parmi les 3 ou 5 premiers, retenu ou non (NaN si les suggestions ne vont jamais
        jusqu'à ce rang : ``rangs=3`` ne dit rien des 5 premiers) ; ``valence`` : α nominal de Krippendorff
        entre machine et personnes sur « risque, opportunité, mixte, rien » par segment ; ``valence_risque`` : le même
        α sur « risque ou opportunité », des seuls segments que les personnes ont codés d'une seule famille, la
        machine répondant par celle de son premier code, retenu ou non. NaN où la mesure n'est pas définie ;
        ``f1_macro`` et les deux valences ne le sont que pour ``ensemble``.

    Raises
    ------
    ErreurDonnees
        Colonne manquante, dimension inconnue.

    Notes
    -----
    α : K. Krippendorff, *Content Analysis*, 4ᵉ éd., 2019, chap. 12.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import CODAGES
    >>> from ess_analyse.suggestions.evaluation import JUGEES
    >>> code = Code("R-CHARGE", "theme", "Charge", "Trop", (), (), ("Trop.",), (), ("trop",))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (code,))
    >>> proposes = pd.DataFrame([("E01:0-9", "R-CHARGE", 0.7, 1, True),
    ...                          ("E01:10-19", "R-CHARGE", 0.7, 1, True)],
    ...                         columns=JUGEES)
    >>> decides = pd.DataFrame([("E01:0-9", "A", "R-CHARGE", ""), ("E01:10-19", "A", "-", "")], columns=CODAGES)
    >>> evaluer(proposes, decides, grille)[["code", "precision", "rappel", "rappel_3"]].values.tolist()
    [['R-CHARGE', 0.5, 1.0, 1.0], ['ensemble', 0.5, 1.0, 1.0]]
    """
    face = confronter(suggestions, codages, grille, dimension)
    comptes = compter(face)
    mesures = comptes.mesurer(np.ones((1, comptes.entretiens)))
    table = pd.DataFrame({nom: valeurs[0] for nom, valeurs in mesures.items()})
    table.insert(0, "code", [*face.codes, ENSEMBLE])
    for nom in ("usages", "proposes"):
        table[nom] = table[nom].astype(int)
    return table[list(EVALUATION)]


def encadrer(
    suggestions: pd.DataFrame,
    codages: pd.DataFrame,
    grille: Grille,
    *,
    tirages: int = 1000,
    graine: int = 0,
    dimension: str = "theme",
) -> pd.DataFrame:
    """Encadrer chaque mesure de :func:`evaluer` par ce qu'elle vaudrait sur d'autres entretiens.

    Les phrases d'un entretien se ressemblent : tirer des phrases ferait des intervalles trop étroits. On tire donc,
    avec remise, autant d'entretiens entiers qu'il y en a, et l'on garde les 95 % du milieu.

    Parameters
    ----------
    suggestions, codages, grille, dimension
        Comme pour :func:`evaluer`.
    tirages : int
        Combien de fois tirer.
    graine : int
        La même donne les mêmes bornes.

    Returns
    -------
    DataFrame
        Une ligne par code et par mesure, dans l'ordre d':func:`evaluer` : ``code``, ``mesure``, ``valeur`` (celle
        d':func:`evaluer`), ``bas`` et ``haut``, ``entretiens`` (combien portent le code, mis ou proposé),
        ``tirages`` (combien ont défini la mesure). Pas de bornes (NaN) à moins de deux entretiens : on ne sait rien
        de leur variété.

    Raises
    ------
    ErreurDonnees
        Comme :func:`evaluer`, ou un nombre de tirages qui n'est pas positif.

    Notes
    -----
    Rééchantillonnage par grappes, bornes par centiles : Davison et Hinkley (1997), *Bootstrap Methods and their
    Application*, § 3.8 et 5.3. Avec peu de grappes, ces intervalles restent un peu étroits (Cameron, Gelbach et
    Miller, 2008) : à moins d'une vingtaine d'entretiens, lisez-les comme un minimum.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import CODAGES
    >>> from ess_analyse.suggestions.evaluation import JUGEES
    >>> code = Code("R-CHARGE", "theme", "Charge", "Trop", (), (), ("Trop.",), (), ("trop",))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (code,))
    >>> segments = ["E01:0-9", "E02:0-9", "E03:0-9"]
    >>> proposes = pd.DataFrame([(nom, "R-CHARGE", 0.7, 1, True) for nom in segments],
    ...                         columns=JUGEES)
    >>> decides = pd.DataFrame([(nom, "A", pose, "") for nom, pose in zip(segments, ["R-CHARGE", "R-CHARGE", "-"])],
    ...                        columns=CODAGES)
    >>> table = encadrer(proposes, decides, grille, tirages=200).round(2)
    >>> table.loc[table["mesure"] == "precision", ["code", "valeur", "bas", "haut"]].values.tolist()
    [['R-CHARGE', 0.67, 0.0, 1.0], ['ensemble', 0.67, 0.0, 1.0]]
    """
    if tirages < 1:
        raise ErreurDonnees([Probleme("évaluation", 0, "il faut au moins un tirage", str(tirages))])
    face = confronter(suggestions, codages, grille, dimension)
    comptes, codes = compter(face), [*face.codes, ENSEMBLE]
    nombre = comptes.entretiens
    ici = comptes.mesurer(np.ones((1, nombre)))
    ailleurs = comptes.mesurer(tirer_grappes(nombre, tirages, graine))
    porteurs = [*((comptes.usages + comptes.proposes) > 0).sum(axis=0), nombre]
    cas = [(rang, nom) for rang in range(len(codes)) for nom in _PAR_CODE]
    cas += [(len(codes) - 1, nom) for nom in _D_ENSEMBLE]
    tires = np.column_stack([ailleurs[nom][:, rang] for rang, nom in cas])
    table = pd.DataFrame(
        {
            "code": [codes[rang] for rang, _ in cas],
            "mesure": [nom for _, nom in cas],
            "valeur": [ici[nom][0, rang] for rang, nom in cas],
            "entretiens": [int(porteurs[rang]) for rang, _ in cas],
            "tirages": (~np.isnan(tires)).sum(axis=0),
        }
    )
    for nom, borne in zip(("bas", "haut"), borner(tires), strict=True):
        table[nom] = np.where(table["entretiens"] > 1, borne, np.nan)
    return table[list(ENCADREMENT)]
