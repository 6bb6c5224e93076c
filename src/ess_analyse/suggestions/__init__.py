"""Ce que la machine propose, avec ses raisons ; jamais un codage."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer
from ess_analyse.grille import Grille
from ess_analyse.modele import SEGMENTS, verifier_colonnes
from ess_analyse.suggestions.evaluation import (
    choisir_seuils,
    confondre,
    courbe_d_apprentissage,
    courbe_des_seuils,
    encadrer,
    erreur_de_calibration,
    evaluer,
    mesurer_calibration,
    mesurer_couverture,
)
from ess_analyse.suggestions.exemples import lire_exemples
from ess_analyse.suggestions.lecture_suivante import ordonner_lecture
from ess_analyse.suggestions.tables import SEUIL, ecrire_suggestions, lire_suggestions

__all__ = [
    "SEUIL",
    "Adaptation",
    "ClassifieurParFamille",
    "Traits",
    "choisir_seuils",
    "confondre",
    "courbe_d_apprentissage",
    "courbe_des_seuils",
    "ecrire_suggestions",
    "encadrer",
    "erreur_de_calibration",
    "evaluer",
    "lire_exemples",
    "lire_suggestions",
    "mesurer_calibration",
    "mesurer_couverture",
    "ordonner_lecture",
    "suggerer",
    "suggerer_par_plis",
]

# scikit-learn takes a second to load: only what learns asks for it.
_TARDIFS = {
    "Adaptation": "classifieur",
    "ClassifieurParFamille": "classifieur",
    "Traits": "traits",
}


def suggerer(
    segments: pd.DataFrame,
    grille: Grille,
    codages: pd.DataFrame | None = None,
    *,
    exemples: pd.DataFrame | None = None,
    seuil: float | Mapping[str, float] | None = None,
    rangs: int = 5,
) -> pd.DataFrame:
    """Proposer des codes pour chaque segment, du plus probable au moins probable, avec leur cause.

    Deux avis se combinent. Les règles : les indices de la grille, chacun avec la précision qu'on lui prête, moindre
    quand sa phrase le nie, le réduit, le suppose ou le demande. Le modèle : des régressions logistiques sur les mots et
    les suites de lettres, qui disent de quel côté est la phrase, puis de quel code ; il est appris de la grille et des
    exemples (gardé d'une fois sur l'autre), puis corrigé par ce que l'étude a codé. Le score est la chance que l'un au
    moins dise vrai, ``1 - (1 - règles)(1 - confiance × modèle)`` : aucun des deux ne fait taire l'autre. Quand la
    machine n'a rien lu, la confiance est de 0,3 et les règles valent en entier ; à mesure qu'elle lit, la confiance va
    vers 1 et les règles vers le quart. Une suggestion que personne n'a confirmée ne lui apprend rien.

    Parameters
    ----------
    segments : DataFrame
        Colonnes ``SEGMENTS``, tout le corpus.
    grille : Grille
        Les codes.
    codages : DataFrame, optional
        Colonnes ``CODAGES`` : ce que des personnes ont décidé, ``-`` compris. De plusieurs codeurs sur un segment, la
        majorité stricte l'emporte ; consolidez d'abord s'il y a eu arbitrage. Une dimension que personne n'a employée
        quand une autre l'est n'a pas été codée : on n'en apprend rien.
    exemples : DataFrame, optional
        Des phrases déjà codées d'où la machine apprend aussi (:func:`lire_exemples`) ; par défaut, celles que le
        programme apporte ; une table vide s'il n'en faut pas.
    seuil : float or mapping of str to float, optional
        Le score à partir duquel une suggestion est retenue, pour tous les codes ou par code. Par défaut, ``SEUIL``
        tant que l'étude n'a rien codé, puis, dimension par dimension, celui du meilleur F1 attendu.
    rangs : int
        Combien de codes au plus par segment et par dimension.

    Returns
    -------
    DataFrame
        Colonnes ``SUGGESTIONS`` et ``RAISONS``, dans l'ordre des segments, des dimensions, des rangs : ``score`` de 0 à
        1 ; ``rang`` à partir de 1 dans sa dimension ; ``retenu`` (jamais pour un enquêteur) ; ``methode`` (``indices``,
        ``modele``, ``indices+modele``) ; ``indice`` (celui de la grille, ou les mots qui ont pesé le plus pour le
        modèle ; vide si aucun) ; ``debut`` et ``fin`` de ces mots dans l'entretien (``<NA>`` si aucun) ; ``nuance`` (ce
        que la phrase fait de l'indice de la grille : ``negation``, ``reduction``, ``conditionnel``, ``question``,
        séparés par une espace) ; ``exemple`` (des suggestions retenues : la phrase d'exemple de ce code qui ressemble
        le plus au segment).

    Raises
    ------
    ErreurDonnees
        Colonne manquante, code ou segment inconnu dans les codages ou les seuils.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> code = Code("R-CHARGE", "theme", "Charge", "Le travail en trop", (), (), ("Je n'ai plus le temps.",), (),
    ...             ("ressaisir",))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (code,))
    >>> segments = pd.DataFrame([("E01:9-27", "E01", 1, "Marion", 9, 27, "On ressaisit tout.")], columns=SEGMENTS)
    >>> sans = pd.DataFrame({"texte": [], "codes": []}, dtype="str")
    >>> suggerer(segments, grille, exemples=sans).values.tolist()
    [['E01:9-27', 'R-CHARGE', 0.575, 1, True, 'indices', 'ressaisir', 12, 21, '', '']]
    """
    from ess_analyse.suggestions.depart import preparer
    from ess_analyse.suggestions.proposition import proposer_codes
    from ess_analyse.suggestions.savoir import Lues, apprendre, lire_codages

    _verifier_seuils(seuil, grille)
    verifier_colonnes(segments, SEGMENTS, "segments")
    exemples = lire_exemples() if exemples is None else exemples
    lues = Lues.vides(grille) if codages is None else lire_codages(segments, grille, codages)
    savoir = apprendre(grille, preparer(grille, exemples), exemples, lues)
    return proposer_codes(segments, savoir, _choisir_seuils(seuil, savoir.seuils), rangs)


def suggerer_par_plis(
    segments: pd.DataFrame,
    grille: Grille,
    codages: pd.DataFrame,
    plis: int = 5,
    *,
    exemples: pd.DataFrame | None = None,
    seuil: float | Mapping[str, float] | None = None,
    rangs: int = 5,
) -> pd.DataFrame:
    """Proposer des codes pour chaque segment sans avoir rien appris de son entretien : de quoi évaluer honnêtement.

    Parameters
    ----------
    segments, grille, codages, exemples, seuil, rangs
        Comme pour :func:`suggerer`.
    plis : int
        En combien de parts les entretiens codés sont partagés ; au plus leur nombre.

    Returns
    -------
    DataFrame
        Colonnes ``SUGGESTIONS``, pour les segments des entretiens codés, dans leur ordre.

    Raises
    ------
    ErreurDonnees
        Comme :func:`suggerer`, ou s'il y a moins de deux entretiens codés.
    """
    from sklearn.model_selection import GroupKFold

    from ess_analyse.suggestions.depart import preparer
    from ess_analyse.suggestions.proposition import proposer_codes
    from ess_analyse.suggestions.savoir import apprendre, lire_codages, verifier_codages

    verifier_codages(segments, grille, codages)
    _verifier_seuils(seuil, grille)
    codes = set(segments.loc[segments["segment"].isin(codages["segment"]), "entretien"])
    retenus = segments[segments["entretien"].isin(codes)].reset_index(drop=True)
    if len(codes) < 2:
        remede = "codez des segments d'un autre entretien"
        raise ErreurDonnees([Probleme("table codages", 0, "il faut au moins deux entretiens codés", remede=remede)])
    exemples = lire_exemples() if exemples is None else exemples
    depart, parts = preparer(grille, exemples), []
    for appris, tus in GroupKFold(min(plis, len(codes))).split(retenus, groups=retenus["entretien"]):
        connus = retenus.iloc[appris]
        leurs = codages[codages["segment"].isin(connus["segment"])]
        savoir = apprendre(grille, depart, exemples, lire_codages(connus, grille, leurs))
        parts.append(proposer_codes(retenus.iloc[tus], savoir, _choisir_seuils(seuil, savoir.seuils), rangs))
    ordre = {segment: rang for rang, segment in enumerate(retenus["segment"])}
    return pd.concat(parts).sort_values("segment", key=lambda ids: ids.map(ordre), kind="stable", ignore_index=True)


def _verifier_seuils(seuil: float | Mapping[str, float] | None, grille: Grille) -> None:
    lever(
        Probleme("seuils", 0, "code inconnu", code, proposer(code, grille.ids()))
        for code in (seuil if isinstance(seuil, Mapping) else ())
        if code not in grille
    )


def _choisir_seuils(seuil: float | Mapping[str, float] | None, appris: Mapping[str, float]) -> dict[str, float]:
    if seuil is None or isinstance(seuil, Mapping):
        return {**appris, **(seuil or {})}
    return dict.fromkeys(appris, seuil)


def __getattr__(nom: str):
    if nom not in _TARDIFS:
        raise AttributeError(f"module {__name__!r} has no attribute {nom!r}")
    return getattr(import_module(f"{__name__}.{_TARDIFS[nom]}"), nom)
