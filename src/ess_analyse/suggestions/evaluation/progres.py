"""Demander combien d'entretiens il faut coder pour que la machine en ait appris quelque chose."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, SEGMENTS, verifier_colonnes
from ess_analyse.suggestions.evaluation.confrontation import ENSEMBLE
from ess_analyse.suggestions.evaluation.mesures import EVALUATION, evaluer

__all__ = ["PROGRES", "courbe_d_apprentissage"]

_MESURES = EVALUATION[1:]
PROGRES = ("entretiens", "tirage", "phrases", *_MESURES)


def courbe_d_apprentissage(
    segments: pd.DataFrame,
    grille: Grille,
    codages: pd.DataFrame,
    *,
    exemples: pd.DataFrame | None = None,
    tailles: Sequence[int] | None = None,
    tirages: int = 3,
    graine: int = 0,
    dimension: str = "theme",
) -> pd.DataFrame:
    """Mesurer ce que la machine vaut après avoir appris de peu, puis de plus d'entretiens codés.

    À chaque tirage, les entretiens codés sont mêlés ; ceux de la fin sont mis de côté et mesurent toutes les tailles,
    les premiers apprennent, de plus en plus nombreux : d'un point à l'autre d'un tirage, seul l'apprentissage change.

    Parameters
    ----------
    segments : DataFrame
        Colonnes ``SEGMENTS``.
    grille : Grille
        Les codes.
    codages : DataFrame
        Colonnes ``CODAGES``, consolidées.
    exemples : DataFrame, optional
        Comme pour :func:`~ess_analyse.suggestions.suggerer`.
    tailles : sequence of int, optional
        De combien d'entretiens apprendre ; par défaut 0, 1, 2, 4… sans dépasser les trois quarts des entretiens codés.
    tirages : int
        Combien de fois mêler les entretiens ; un tirage et une taille coûtent un apprentissage entier.
    graine : int
        La même donne la même courbe.
    dimension : str
        La dimension mesurée.

    Returns
    -------
    DataFrame
        Une ligne par taille et par tirage : ``entretiens``, ``tirage`` (à partir de 1), ``phrases`` (combien de
        phrases codées ont servi à apprendre), puis les mesures de la ligne ``ensemble``
        d':func:`~ess_analyse.suggestions.evaluation.evaluer` sur les entretiens mis de côté.

    Raises
    ------
    ErreurDonnees
        Colonne manquante, moins de deux entretiens codés, taille qui n'en laisse aucun à mesurer, aucun tirage.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> code = Code("R-CHARGE", "theme", "Charge", "Trop", (), (), ("Trop.",), (), ("trop",))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (code,))
    >>> segments = pd.DataFrame([(f"E0{n}:0-9", f"E0{n}", 1, "Marion", 0, 9, "C'est trop") for n in (1, 2)],
    ...                         columns=SEGMENTS)
    >>> decides = pd.DataFrame([(nom, "A", "R-CHARGE", "") for nom in segments["segment"]], columns=CODAGES)
    >>> sans = pd.DataFrame({"texte": [], "codes": [], "main": []}, dtype="str")
    >>> courbe = courbe_d_apprentissage(segments, grille, decides, exemples=sans, tirages=1)
    >>> courbe[["entretiens", "tirage", "phrases", "usages", "rappel_3"]].values.tolist()
    [[0.0, 1.0, 0.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0, 1.0]]
    """
    # The machine knows how to measure itself, and this measure calls the machine: one of the two must come late.
    from ess_analyse.suggestions import suggerer

    verifier_colonnes(segments, SEGMENTS, "segments")
    verifier_colonnes(codages, CODAGES, "codages")
    place = segments.set_index("segment")["entretien"]
    codes = sorted(set(place[place.index.isin(codages["segment"])]))
    essais = _verifier(codes, tailles, tirages)
    auteurs = codages["segment"].map(place)
    hasard, lignes = np.random.default_rng(graine), []
    for tirage in range(1, tirages + 1):
        ordre = hasard.permutation(codes)
        juges = ordre[max(essais) :]
        verite = codages[auteurs.isin(juges)]
        for taille in essais:
            lecon = codages[auteurs.isin(ordre[:taille])]
            connus = segments[segments["entretien"].isin([*ordre[:taille], *juges])].reset_index(drop=True)
            proposees = suggerer(connus, grille, lecon if taille else None, exemples=exemples)
            mesures = evaluer(proposees, verite, grille, dimension=dimension).set_index("code").loc[ENSEMBLE]
            lignes.append((taille, tirage, lecon["segment"].nunique(), *mesures[list(_MESURES)]))
    table = pd.DataFrame(lignes, columns=PROGRES).astype({"usages": int, "proposes": int})
    return table.sort_values(["entretiens", "tirage"], ignore_index=True)


def _verifier(codes: Sequence[str], tailles: Sequence[int] | None, tirages: int) -> list[int]:
    if len(codes) < 2:
        remede = "codez des segments d'un autre entretien"
        raise ErreurDonnees([Probleme("table codages", 0, "il faut au moins deux entretiens codés", remede=remede)])
    if tirages < 1:
        raise ErreurDonnees([Probleme("apprentissage", 0, "il faut au moins un tirage", str(tirages))])
    if tailles is None:
        plafond = max(1, 3 * len(codes) // 4)
        return [0, *(2**rang for rang in range(plafond.bit_length()))]
    essais = sorted(set(tailles))
    fautes = [taille for taille in essais if not 0 <= taille < len(codes)]
    if fautes or not essais:
        remede = f"donnez des nombres de 0 à {len(codes) - 1} : il faut garder un entretien à mesurer"
        ecrites = [str(taille) for taille in fautes] or [""]
        raise ErreurDonnees([Probleme("apprentissage", 0, "taille impossible", ecrite, remede) for ecrite in ecrites])
    return essais
