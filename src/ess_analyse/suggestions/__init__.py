"""Ce que la machine propose, avec ses raisons ; jamais un codage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer
from ess_analyse.grille import Grille
from ess_analyse.langue import Reperage, decouper
from ess_analyse.modele import CODAGES, RIEN, SEGMENTS, SUGGESTIONS, est_enqueteur, verifier_colonnes
from ess_analyse.suggestions.apprentissage import Modele, apprendre, composer_grammes
from ess_analyse.suggestions.evaluation import evaluer
from ess_analyse.suggestions.exemples import decider_exemples, lire_exemples
from ess_analyse.suggestions.regles import Poids, noter, peser, trouver
from ess_analyse.suggestions.tables import ecrire_suggestions, lire_suggestions, typer

__all__ = [
    "SEUIL",
    "ecrire_suggestions",
    "evaluer",
    "lire_exemples",
    "lire_suggestions",
    "suggerer",
    "suggerer_par_plis",
]

SEUIL = 0.12
"""Le score à partir duquel une suggestion est retenue, sauf avis contraire : celui du meilleur F1 sur les phrases
d'exemple, chaque main étant jugée par ce que les huit autres ont appris à la machine (novembre 2026, 4 682 phrases)."""


def suggerer(
    segments: pd.DataFrame,
    grille: Grille,
    codages: pd.DataFrame | None = None,
    *,
    exemples: pd.DataFrame | None = None,
    seuil: float | Mapping[str, float] = SEUIL,
    rangs: int = 5,
) -> pd.DataFrame:
    """Proposer des codes pour chaque segment, du plus probable au moins probable, avec leur cause.

    Deux avis se combinent. Les règles : les indices de la grille, chacun avec la précision qu'on lui prête. Le
    modèle : une régression logistique par code, sur les mots et les suites de lettres. Le score est la chance que
    l'un au moins dise vrai, ``1 - (1 - règles)(1 - confiance × modèle)`` : aucun des deux ne fait taire l'autre. La
    confiance va de 0,3 quand la machine n'a rien lu (ni exemple ni codage) vers 1 (0,65 pour 300 phrases lues, 0,96
    avec les exemples livrés). Les exemples, puis ce que des personnes ont codé, corrigent les deux avis ; une
    suggestion que personne n'a confirmée ne leur apprend rien.

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
    seuil : float or mapping of str to float
        Le score à partir duquel une suggestion est retenue, pour tous les codes ou par code.
    rangs : int
        Combien de codes au plus par segment et par dimension.

    Returns
    -------
    DataFrame
        Colonnes ``SUGGESTIONS``, dans l'ordre des segments, des dimensions, des rangs : ``score`` de 0 à 1, ``rang``
        à partir de 1 dans sa dimension, ``retenu`` (jamais pour un enquêteur), ``methode`` (``indices``, ``modele``,
        ``indices+modele``), ``indice`` (celui de la grille, ou les mots qui ont pesé le plus pour le modèle ; vide si
        aucun), ``debut`` et ``fin`` de ces mots dans l'entretien (``<NA>`` si aucun).

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
    [['E01:9-27', 'R-CHARGE', 0.5, 1, True, 'indices', 'ressaisir', 12, 21]]
    """
    seuils = _lire_seuils(seuil, grille)
    return _proposer(segments, grille, *_apprendre(segments, grille, codages, exemples), seuils, rangs)


def suggerer_par_plis(
    segments: pd.DataFrame,
    grille: Grille,
    codages: pd.DataFrame,
    plis: int = 5,
    *,
    exemples: pd.DataFrame | None = None,
    seuil: float | Mapping[str, float] = SEUIL,
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

    _verifier(segments, grille, codages)
    seuils = _lire_seuils(seuil, grille)
    codes = set(segments.loc[segments["segment"].isin(codages["segment"]), "entretien"])
    retenus = segments[segments["entretien"].isin(codes)].reset_index(drop=True)
    if len(codes) < 2:
        remede = "codez des segments d'un autre entretien"
        raise ErreurDonnees([Probleme("table codages", 0, "il faut au moins deux entretiens codés", remede=remede)])
    parts = []
    for appris, tus in GroupKFold(min(plis, len(codes))).split(retenus, groups=retenus["entretien"]):
        connus = retenus.iloc[appris]
        savoir = _apprendre(connus, grille, codages[codages["segment"].isin(connus["segment"])], exemples)
        parts.append(_proposer(retenus.iloc[tus], grille, *savoir, seuils, rangs))
    ordre = {segment: rang for rang, segment in enumerate(retenus["segment"])}
    return pd.concat(parts).sort_values("segment", key=lambda ids: ids.map(ordre), kind="stable", ignore_index=True)


def _apprendre(
    segments: pd.DataFrame, grille: Grille, codages: pd.DataFrame | None, exemples: pd.DataFrame | None
) -> tuple[Poids, Modele]:
    verifier_colonnes(segments, SEGMENTS, "segments")
    exemples = lire_exemples() if exemples is None else exemples
    textes, tableau = exemples["texte"].tolist(), decider_exemples(exemples, grille)
    if codages is not None and not codages.empty:
        _verifier(segments, grille, codages)
        decisions = _decider(codages, grille)
        textes += segments.set_index("segment").loc[decisions.index, "texte"].tolist()
        tableau = np.vstack([tableau, decisions.to_numpy()])
    return peser(grille, trouver(textes, grille), tableau), apprendre(grille, textes, tableau)


def _decider(codages: pd.DataFrame, grille: Grille) -> pd.DataFrame:
    """Rendre, par segment lu et par code : 1 si la majorité des codeurs l'a mis, 0 sinon, NaN si l'on ne sait pas."""
    codages = codages.drop_duplicates(["segment", "codeur", "code"])
    codeurs = codages.groupby("segment")["codeur"].nunique()
    voix = pd.crosstab(codages["segment"], codages["code"]).reindex(columns=list(grille.ids()), fill_value=0)
    decisions = voix.gt(codeurs / 2, axis=0).astype(float)
    employees = {code.dimension for code in grille if voix[code.id].any()}
    if employees:
        decisions[[code.id for code in grille if code.dimension not in employees]] = np.nan
    return decisions


def _proposer(
    segments: pd.DataFrame, grille: Grille, poids: Poids, modele: Modele, seuils: Mapping[str, float], rangs: int
) -> pd.DataFrame:
    textes = segments["texte"].tolist()
    grammes = [composer_grammes(mots) for mots in decouper(textes)]
    trouves = trouver(textes, grille)
    regles = noter(trouves, poids, grille)
    probabilites, mots = modele.noter(textes, grammes) if textes else (regles, None)
    scores = np.round(1 - (1 - regles) * (1 - modele.confiance * probabilites), 4)
    soutenus = probabilites >= 2 * modele.taux
    places = [
        np.array([rang for rang, code in enumerate(grille) if code.dimension == dimension.id], dtype=int)
        for dimension in grille.dimensions
    ]
    ids, lignes = grille.ids(), []
    for rang, (segment, locuteur, debut) in enumerate(
        zip(segments["segment"], segments["locuteur"], segments["debut"], strict=True)
    ):
        meilleurs = [groupe[np.argsort(-scores[rang, groupe], kind="stable")[:rangs]] for groupe in places]
        causes = modele.expliquer(mots[rang], grammes[rang], np.concatenate(meilleurs))
        indices = _choisir(trouves[rang], poids)
        suite = iter(causes)
        for groupe in meilleurs:
            for position, code in enumerate(groupe, start=1):
                cause = next(suite)
                score, nom = float(scores[rang, code]), ids[code]
                retenu = score >= seuils[nom] and not est_enqueteur(locuteur)
                if nom in indices:
                    methode, place = "indices+modele" if soutenus[rang, code] else "indices", indices[nom]
                else:
                    methode, place = "modele", cause and (textes[rang][cause[1] : cause[2]], *cause[1:])
                indice, a, b = (place[0], debut + place[1], debut + place[2]) if place else ("", None, None)
                lignes.append((segment, nom, score, position, retenu, methode, indice, a, b))
    return typer(pd.DataFrame(lignes, columns=list(SUGGESTIONS)))


def _choisir(trouves: Sequence[Reperage], poids: Poids) -> dict[str, tuple[str, int, int]]:
    """Garder pour chaque code son indice le plus sûr, le premier à égalité."""
    return {
        code: max(groupe, key=lambda trouve: poids[code, trouve.indice])[1:]
        for code, groupe in groupby(trouves, key=lambda trouve: trouve.code)
    }


def _lire_seuils(seuil: float | Mapping[str, float], grille: Grille) -> dict[str, float]:
    if not isinstance(seuil, Mapping):
        return dict.fromkeys(grille.ids(), seuil)
    lever(
        Probleme("seuils", 0, "code inconnu", code, proposer(code, grille.ids()))
        for code in seuil
        if code not in grille
    )
    return {code: seuil.get(code, SEUIL) for code in grille.ids()}


def _verifier(segments: pd.DataFrame, grille: Grille, codages: pd.DataFrame) -> None:
    verifier_colonnes(segments, SEGMENTS, "segments")
    verifier_colonnes(codages, CODAGES, "codages")
    lever(_problemes(segments, grille, codages))


def _problemes(segments: pd.DataFrame, grille: Grille, codages: pd.DataFrame) -> Iterator[Probleme]:
    connus = set(segments["segment"])
    for segment in sorted(set(codages["segment"]) - connus):
        yield Probleme(
            "table codages",
            0,
            "segment absent de la table des segments",
            segment,
            "donnez les segments de tout le corpus",
        )
    for code in sorted(set(codages["code"]) - {RIEN, *grille.ids()}):
        yield Probleme("table codages", 0, "code inconnu", code, proposer(code, grille.ids()))
