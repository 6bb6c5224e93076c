"""La proposition : classer les codes de chaque phrase, et dire pourquoi."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ess_analyse.grille import Grille
from ess_analyse.langue import Reperage
from ess_analyse.modele import RAISONS, SUGGESTIONS, est_une_parole
from ess_analyse.suggestions.documents import couper_en_documents, grouper_documents
from ess_analyse.suggestions.explication import rapprocher, trouver_causes
from ess_analyse.suggestions.regles import Liseur, Poids, attenuer
from ess_analyse.suggestions.savoir import Savoir
from ess_analyse.suggestions.tables import typer
from ess_analyse.suggestions.traits import PhraseLue

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["proposer_codes", "proposer_groupe"]

_SANS_MOT = ("", None, None, "")


def proposer_codes(segments: pd.DataFrame, savoir: Savoir, seuils: Mapping[str, float], rangs: int) -> pd.DataFrame:
    """Proposer les codes de chaque segment : voir :func:`~ess_analyse.suggestions.suggerer` pour les colonnes."""
    liseur = Liseur(savoir.grille)
    groupes = grouper_documents(couper_en_documents(segments))
    parts = [proposer_groupe(groupe, liseur, savoir, seuils, rangs) for groupe in groupes]
    if not parts:
        return typer(pd.DataFrame(columns=[*SUGGESTIONS, *RAISONS]))
    return typer(pd.concat(parts, ignore_index=True))


def proposer_groupe(
    documents: Sequence[pd.DataFrame], liseur: Liseur, savoir: Savoir, seuils: Mapping[str, float], rangs: int
) -> pd.DataFrame:
    """Proposer les codes de quelques documents, lus un à un et notés ensemble ; autant de lignes par segment."""
    lus = [liseur.lire(document["texte"].tolist()) for document in documents]
    phrases = [phrase for siennes, _ in lus for phrase in siennes]
    nuances = [nuance for _, siennes in lus for nuance in siennes]
    return _proposer(pd.concat(documents), phrases, nuances, savoir, seuils, rangs)


def _proposer(
    segments: pd.DataFrame,
    phrases: Sequence[PhraseLue],
    nuances: Sequence[Sequence[tuple[str, ...]]],
    savoir: Savoir,
    seuils: Mapping[str, float],
    rangs: int,
) -> pd.DataFrame:
    scores, modele = savoir.noter(phrases, nuances)
    codes = _classer(scores, savoir.grille, rangs)
    mots = savoir.depart.traits.transformer_mots(phrases)
    causes = trouver_causes(savoir.depart, savoir.adaptation, phrases, mots, codes)
    soutenus = modele >= 2 * savoir.depart.taux
    ids, lignes = savoir.grille.ids(), []
    positions = _positions(savoir.grille, rangs)
    for rang, (segment, locuteur, debut) in enumerate(
        zip(segments["segment"], segments["locuteur"], segments["debut"], strict=True)
    ):
        texte, muet = phrases[rang].texte, not est_une_parole(locuteur)
        indices = _choisir(phrases[rang].reperages, nuances[rang], savoir.poids)
        for code, position, cause in zip(codes[rang], positions, causes[rang], strict=True):
            score, nom = float(scores[rang, code]), ids[code]
            if nom in indices:
                methode, place = "indices+modele" if soutenus[rang, code] else "indices", indices[nom]
            elif cause:
                methode, place = "modele", (texte[cause.debut : cause.fin], cause.debut, cause.fin, "")
            else:
                methode, place = "modele", None
            indice, a, b, nuance = (place[0], debut + place[1], debut + place[2], place[3]) if place else _SANS_MOT
            retenu = score >= seuils[nom] and not muet
            lignes.append((segment, nom, score, position, retenu, methode, indice, a, b, nuance))
    table = pd.DataFrame(lignes, columns=[*SUGGESTIONS, RAISONS[0]])
    table[RAISONS[1]] = _citer(table, mots, codes.shape[1], savoir)
    return table


def _classer(scores: np.ndarray, grille: Grille, rangs: int) -> np.ndarray:
    """Rendre, pour chaque phrase, les rangs de ses meilleurs codes, dimension après dimension."""
    groupes = [
        np.array([rang for rang, code in enumerate(grille) if code.dimension == dimension.id], dtype=int)
        for dimension in grille.dimensions
    ]
    return np.hstack([groupe[np.argsort(-scores[:, groupe], axis=1, kind="stable")[:, :rangs]] for groupe in groupes])


def _positions(grille: Grille, rangs: int) -> list[int]:
    return [rang for dimension in grille.dimensions for rang in range(1, min(rangs, len(grille.ids(dimension.id))) + 1)]


def _choisir(
    reperages: Sequence[Reperage], nuances: Sequence[tuple[str, ...]], poids: Poids
) -> dict[str, tuple[str, int, int, str]]:
    """Garder pour chaque code son indice le plus sûr, le premier à égalité."""
    meilleurs: dict[str, tuple[float, tuple[str, int, int, str]]] = {}
    for trouve, nuance in zip(reperages, nuances, strict=True):
        valeur = attenuer(poids[trouve.code, trouve.indice], nuance)
        if trouve.code not in meilleurs or valeur > meilleurs[trouve.code][0]:
            meilleurs[trouve.code] = (valeur, (trouve.indice, trouve.debut, trouve.fin, " ".join(nuance)))
    return {code: place for code, (_, place) in meilleurs.items()}


def _citer(table: pd.DataFrame, mots: csr_matrix, par_phrase: int, savoir: Savoir) -> np.ndarray:
    """Trouver, pour chaque suggestion retenue, l'exemple de son code le plus proche de sa phrase."""
    citations = np.full(len(table), "", dtype=object)
    textes = savoir.exemples["texte"].to_numpy()
    for code, lignes in table[table["retenu"]].groupby("code").groups.items():
        if code in savoir.porteurs:
            proches = rapprocher(mots[lignes // par_phrase], savoir.depart.mots, savoir.porteurs[code])
            citations[lignes] = [textes[proche] if proche >= 0 else "" for proche in proches]
    return citations
