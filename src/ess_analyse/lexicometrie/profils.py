"""Ce qui fait une classe : ses mots, ses phrases."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ess_analyse.lexicometrie.liens import mesurer_liens
from ess_analyse.lexicometrie.mots import Unite, croiser_mots, nommer_unites, verifier_choix
from ess_analyse.lexicometrie.publiable import lister_citables, lister_montrables
from ess_analyse.lexicometrie.reinert import Classement
from ess_analyse.lexicometrie.unites import nommer_actives
from ess_analyse.modele import SEGMENTS, Corpus, verifier_colonnes

__all__ = ["lister_segments_typiques", "profiler_classes"]

_MESURES = ("somme", "moyenne")


def profiler_classes(
    mots: pd.DataFrame,
    classement: Classement,
    unite: Unite = "lemme",
    *,
    seuil: int | None = None,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Dresser le profil de chaque classe : les mots actifs qui y sont plus, ou moins, qu'ailleurs.

    Parameters
    ----------
    mots : DataFrame
        Les mots.
    classement : Classement
        Leur classement.
    unite : {"lemme", "forme"}
        Celle du classement.
    seuil : int, optional
        Pour publier : les mots qui, dans une classe, sont de moins de ``seuil`` documents n'y sont pas, ni ceux qui les
        feraient deviner (:func:`~ess_analyse.lexicometrie.masquer_croisement`).
    documents : DataFrame, optional
        Pour publier aussi : colonnes ``entretien, structure`` ; les mots qui, dans une classe, sont d'une seule
        structure n'y sont pas non plus.

    Returns
    -------
    DataFrame
        ``classe``, ``mot``, ``effectif`` (segments de la classe où il est), ``total`` (segments classés où il est),
        ``pourcentage`` (100 × effectif / total), ``documents`` (de la classe, où il est), ``chi2`` (à un degré de
        liberté, négatif si le mot évite la classe), ``p``. Par classe, χ² décroissant, puis mot.

    Notes
    -----
    Le χ² compare des segments, non des mots, comme dans ALCESTE et IRaMuTeQ. Les classes ont été formées pour le rendre
    grand : ``p`` se lit comme une échelle, non comme un test.

    References
    ----------
    Reinert (1990). ALCESTE, une méthodologie d'analyse des données textuelles et une application : Aurélia de G. de
    Nerval. *Bulletin de méthodologie sociologique*, 26, 24-54.

    Examples
    --------
    >>> from ess_analyse.langue import LEMMES
    >>> from ess_analyse.lexicometrie import classer_reinert
    >>> themes = [("logiciel", "écran"), ("camion", "tournée")] * 6
    >>> lignes = [(f"E01:{i}0-{i}9", rang, 0, 9, mot, mot, "NOUN")
    ...           for i, theme in enumerate(themes, start=1) for rang, mot in enumerate(theme)]
    >>> mots = pd.DataFrame(lignes, columns=LEMMES)
    >>> profils = profiler_classes(mots, classer_reinert(mots, classes=2, taille=0))
    >>> profils[["classe", "mot", "effectif", "chi2"]].values.tolist()[:2]
    [[1, 'logiciel', 6, 12.0], [1, 'écran', 6, 12.0]]
    """
    classes = classement.segments.loc[classement.segments["classe"] > 0, ["segment", "classe"]]
    tailles = classes["classe"].value_counts().sort_index()
    presences = _garder_actives(mots, classement, unite)
    # The total of a word counts the classified segments only.
    presences = presences[presences["segment"].isin(classes["segment"])]
    parts = classes.rename(columns={"classe": "part"})
    effectifs, appuis = (croiser_mots(presences, parts, unite, mesure) for mesure in ("effectif", "documents"))
    montrees = np.ones(effectifs.shape, dtype=bool)
    if seuil is not None:
        montrees = lister_montrables(presences, parts, seuil, unite, documents=documents)
    ici = effectifs.to_numpy(dtype=float)
    totaux = np.broadcast_to(ici.sum(axis=1, keepdims=True), ici.shape)
    liens = mesurer_liens(ici, totaux, tailles.reindex(effectifs.columns).to_numpy()[None, :], len(classes))
    lignes, colonnes = np.nonzero(montrees & (totaux > 0))
    table = pd.DataFrame(
        {
            "classe": effectifs.columns.to_numpy(dtype=np.int64)[colonnes],
            "mot": effectifs.index.to_numpy()[lignes],
            "effectif": effectifs.to_numpy()[lignes, colonnes],
            "total": totaux[lignes, colonnes].astype(np.int64),
            "pourcentage": 100 * ici[lignes, colonnes] / totaux[lignes, colonnes],
            "documents": appuis.to_numpy()[lignes, colonnes],
            "chi2": liens[lignes, colonnes],
        }
    )
    table["p"] = _lire_p(table["chi2"].abs().to_numpy())
    ordre = np.lexsort((table["mot"], -table["chi2"].round(9), table["classe"]))
    return table.iloc[ordre].reset_index(drop=True).astype({"mot": "str"})


def lister_segments_typiques(
    mots: pd.DataFrame,
    segments: pd.DataFrame,
    classement: Classement,
    profils: pd.DataFrame,
    *,
    nombre: int = 5,
    mesure: str = "somme",
    unite: Unite = "lemme",
    corpus: Corpus | None = None,
) -> pd.DataFrame:
    """Lister les phrases qui ressemblent le plus à leur classe.

    Parameters
    ----------
    mots, segments : DataFrame
        Les mots et les segments.
    classement : Classement
        Leur classement.
    profils : DataFrame
        Les profils de ses classes (:func:`profiler_classes`).
    nombre : int
        Combien de phrases par classe.
    mesure : {"somme", "moyenne"}
        Le score d'une phrase : la somme des χ² positifs de ses mots actifs, qui avantage les longues, ou leur moyenne.
    unite : {"lemme", "forme"}
        Celle du classement.
    corpus : Corpus, optional
        Pour publier : seulement les phrases publiques, dites par une personne interrogée.

    Returns
    -------
    DataFrame
        ``classe``, ``rang`` (à partir de 1), ``segment``, ``score``, ``texte`` ; à égalité, dans l'ordre du corpus.

    Raises
    ------
    ErreurDonnees
        S'il manque une colonne, ou si la mesure est inconnue.

    References
    ----------
    Reinert (1990), comme :func:`~ess_analyse.lexicometrie.classer_reinert` (unités de contexte caractéristiques).
    """
    verifier_colonnes(segments, SEGMENTS, "segments")
    verifier_choix("mesure inconnue", mesure, _MESURES)
    classes = dict(zip(classement.segments["segment"], classement.segments["classe"], strict=True))
    presences = _garder_actives(mots, classement, unite)
    table = pd.DataFrame({"segment": presences["segment"], "mot": nommer_unites(presences, unite)})
    table["classe"] = table["segment"].map(classes)
    table = table.merge(profils[["classe", "mot", "chi2"]], on=["classe", "mot"])
    scores = table.assign(chi2=table["chi2"].clip(lower=0)).groupby("segment")["chi2"]
    scores = (scores.sum() if mesure == "somme" else scores.mean()).rename("score")
    gardes = segments if corpus is None else segments[lister_citables(segments, corpus)]
    typiques = gardes[["segment", "texte"]].merge(scores.reset_index(), on="segment")
    typiques["classe"] = typiques["segment"].map(classes).astype("int64")
    typiques = typiques[typiques["score"] > 0].assign(arrondi=typiques["score"].round(9))
    typiques = typiques.sort_values(["classe", "arrondi"], ascending=[True, False], kind="stable")
    typiques["rang"] = typiques.groupby("classe").cumcount() + 1
    typiques = typiques[typiques["rang"] <= nombre]
    return typiques[["classe", "rang", "segment", "score", "texte"]].reset_index(drop=True)


def _garder_actives(mots: pd.DataFrame, classement: Classement, unite: Unite) -> pd.DataFrame:
    """Garder, une fois par segment, chaque mot actif."""
    noms = nommer_actives(mots, unite)
    seuls = ~pd.DataFrame({"segment": mots["segment"], "mot": noms}).duplicated()
    return mots[noms.isin(classement.unites) & seuls]


def _lire_p(chi2: np.ndarray) -> np.ndarray:
    from scipy.special import chdtrc

    return chdtrc(1, chi2)
