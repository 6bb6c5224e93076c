"""Ce que la machine propose, avec ses raisons ; jamais un codage."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import pandas as pd

from ess_analyse.cache import Magasin
from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.grille import Grille
from ess_analyse.modele import SUGGESTIONS
from ess_analyse.suggestions.controle import verifier_codages, verifier_reglages
from ess_analyse.suggestions.demande import Demande
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
from ess_analyse.suggestions.flux import suggerer_en_flux
from ess_analyse.suggestions.inventaire import Inventaire, inventorier
from ess_analyse.suggestions.lecture_suivante import ordonner_lecture
from ess_analyse.suggestions.parts import ecrire_parts, oublier_parts, proposer_parts
from ess_analyse.suggestions.tables import SEUIL, ecrire_suggestions, lire_suggestions, typer

__all__ = [
    "SEUIL",
    "Adaptation",
    "ClassifieurParFamille",
    "Demande",
    "Inventaire",
    "Traits",
    "choisir_seuils",
    "confondre",
    "courbe_d_apprentissage",
    "courbe_des_seuils",
    "ecrire_parts",
    "ecrire_suggestions",
    "encadrer",
    "erreur_de_calibration",
    "evaluer",
    "inventorier",
    "lire_exemples",
    "lire_suggestions",
    "mesurer_calibration",
    "mesurer_couverture",
    "ordonner_lecture",
    "oublier_parts",
    "proposer_parts",
    "suggerer",
    "suggerer_en_flux",
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
    cache: Magasin | None = None,
    processus: int = 1,
    dask: str | None = None,
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
        Le score, de 0 à 1, à partir duquel une suggestion est retenue, pour tous les codes ou par code. Par défaut,
        ``SEUIL`` tant que l'étude n'a rien codé, puis, dimension par dimension, celui du meilleur F1 attendu.
    rangs : int
        Combien de codes au plus par segment et par dimension.
    cache : Magasin, optional
        Où garder ce qui est fait de chaque document (:func:`ess_analyse.cache.ouvrir_magasin`) : au passage suivant,
        n'est refait que ce qui a changé. Il n'y reste rien d'un document que ``segments`` n'a plus.
    processus : int
        Combien de processus se partagent les documents.
    dask : str, optional
        L'adresse d'une grappe dask, ou ``local`` : elle se partage les documents à la place des processus.

    Returns
    -------
    DataFrame
        Colonnes ``SUGGESTIONS`` et ``RAISONS``, les mêmes quels que soient le cache et le partage, dans l'ordre des
        segments, des dimensions, des rangs : ``score`` de 0 à 1 ; ``rang`` à partir de 1 dans sa dimension ;
        ``retenu`` (jamais pour un enquêteur) ; ``methode`` (``indices``, ``modele``, ``indices+modele``) ; ``indice``
        (celui de la grille, ou les mots qui ont pesé le plus pour le modèle ; vide si aucun) ; ``debut`` et ``fin`` de
        ces mots dans l'entretien (``<NA>`` si aucun) ; ``nuance`` (ce que la phrase fait de l'indice de la grille :
        ``negation``, ``reduction``, ``conditionnel``, ``question``, séparés par une espace) ; ``exemple`` (des
        suggestions retenues : la phrase d'exemple de ce code qui ressemble le plus au segment).

    Raises
    ------
    ErreurDonnees
        Colonne manquante, code ou segment inconnu dans les codages ou les seuils, seuil hors de 0 à 1, ``rangs`` qui
        n'est pas un entier à partir de 1.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import SEGMENTS
    >>> code = Code("R-CHARGE", "theme", "Charge", "Le travail en trop", (), (), ("Je n'ai plus le temps.",), (),
    ...             ("ressaisir",))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (code,))
    >>> segments = pd.DataFrame([("E01:9-27", "E01", 1, "Marion", 9, 27, "On ressaisit tout.")], columns=SEGMENTS)
    >>> sans = pd.DataFrame({"texte": [], "codes": []}, dtype="str")
    >>> suggerer(segments, grille, exemples=sans).values.tolist()
    [['E01:9-27', 'R-CHARGE', 0.575, 1, True, 'indices', 'ressaisir', 12, 21, '', '']]
    """
    exemples = lire_exemples() if exemples is None else exemples
    if cache is None:
        reglages = {"exemples": exemples, "seuil": seuil, "rangs": rangs, "processus": processus, "dask": dask}
        tables = list(suggerer_en_flux([segments], grille, codages, lus=segments, **reglages))
    else:
        demande = Demande(segments, grille, codages, exemples, seuil, rangs)
        parts = proposer_parts(demande, inventorier([segments]), cache=cache, processus=processus, dask=dask)
        tables = [part.en_table() for part in parts]
    return typer(pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(SUGGESTIONS)))


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
        En combien de parts les entretiens codés sont partagés, deux au moins ; au plus leur nombre.

    Returns
    -------
    DataFrame
        Colonnes ``SUGGESTIONS``, pour les segments des entretiens codés, dans leur ordre.

    Raises
    ------
    ErreurDonnees
        Comme :func:`suggerer`, s'il y a moins de deux entretiens codés, ou si ``plis`` n'est pas un entier à partir de
        2.
    """
    from sklearn.model_selection import GroupKFold

    from ess_analyse.suggestions.depart import preparer
    from ess_analyse.suggestions.proposition import proposer_codes
    from ess_analyse.suggestions.savoir import apprendre, lire_codages

    verifier_codages(segments, grille, codages)
    verifier_reglages(seuil, rangs, grille, plis)
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
        parts.append(proposer_codes(retenus.iloc[tus], savoir, savoir.choisir_seuils(seuil), rangs))
    ordre = {segment: rang for rang, segment in enumerate(retenus["segment"])}
    return pd.concat(parts).sort_values("segment", key=lambda ids: ids.map(ordre), kind="stable", ignore_index=True)


def __getattr__(nom: str):
    if nom not in _TARDIFS:
        raise AttributeError(f"module {__name__!r} has no attribute {nom!r}")
    return getattr(import_module(f"{__name__}.{_TARDIFS[nom]}"), nom)
