"""La double classification : ne garder que les classes que deux découpages du texte retrouvent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ess_analyse.lexicometrie.liens import mesurer_liens
from ess_analyse.lexicometrie.mots import Unite
from ess_analyse.lexicometrie.reinert import Classement, descendre, fixer_minimum, verifier_reglages
from ess_analyse.lexicometrie.unites import lister_actives, reunir_unites

__all__ = ["classer_double"]

_CHI2 = 3.84
"""Le seuil à 5 % du χ² à un degré de liberté."""


def classer_double(
    mots: pd.DataFrame,
    *,
    classes: int = 6,
    tailles: tuple[int, int] = (10, 12),
    frequence: int = 3,
    formes: int = 3000,
    minimum: int = 0,
    unite: Unite = "lemme",
) -> Classement:
    """Classer deux fois, avec des unités de contexte de deux tailles, et garder ce qui ne change pas.

    Toutes les classes de la première classification, à tous les pas de sa descente, sont croisées avec toutes celles de
    la seconde. Parmi les croisements où les segments sont plus nombreux que le hasard ne le ferait attendre, on prend
    les ``classes`` ensembles disjoints qui classent ensemble le plus de segments.

    Parameters
    ----------
    mots : DataFrame
        Les mots.
    classes : int
        Combien de classes stables ; moins s'il n'y en a pas tant.
    tailles : tuple of (int, int)
        Les deux tailles d'unité de contexte, en mots actifs distincts.
    frequence, formes, unite
        Comme pour :func:`~ess_analyse.lexicometrie.classer_reinert`.
    minimum : int
        Le plus petit nombre d'unités de contexte d'une classe de chaque descente, puis le plus petit nombre de segments
        d'un croisement gardé : une unité réunit un ou plusieurs segments, le second est donc le moins exigeant. 0 : une
        unité sur vingt, puis un segment sur vingt, au moins cinq.

    Returns
    -------
    Classement
        ``classe`` vaut 0 pour un segment que les deux classifications ne rangent pas pareil ; ``uc`` est l'unité de la
        première ; l'arbre est vide : ces classes viennent de deux arbres.

    Raises
    ------
    ErreurDonnees
        Si un réglage n'a pas de sens.

    Notes
    -----
    Comme IRaMuTeQ et rainette, et au contraire de Reinert, les segments laissés de côté ne sont pas réaffectés ensuite
    par des centres mobiles : la part classée se lit avec les classes.

    References
    ----------
    Reinert (1990). ALCESTE, une méthodologie d'analyse des données textuelles et une application : Aurélia de G. de
    Nerval. *Bulletin de méthodologie sociologique*, 26, 24-54.

    Examples
    --------
    >>> from ess_analyse.langue import LEMMES
    >>> themes = [("logiciel", "écran"), ("camion", "tournée")] * 12
    >>> lignes = [(f"E{i:02}:10-19", rang, 0, 9, mot, mot, "NOUN")
    ...           for i, theme in enumerate(themes, start=1) for rang, mot in enumerate(theme)]
    >>> double = classer_double(pd.DataFrame(lignes, columns=LEMMES), classes=2, tailles=(1, 2))
    >>> double.segments["classe"].tolist()[:4], double.part_classee
    ([1, 2, 1, 2], 1.0)
    """
    verifier_reglages(
        tailles,
        classes=(classes, 2),
        tailles=(min(tailles, default=0), 0),
        frequence=(frequence, 1),
        formes=(formes, 2),
        minimum=(minimum, 0),
    )
    actives = lister_actives(mots, frequence, formes, unite)
    decoupes = [reunir_unites(mots, actives, taille, unite) for taille in tailles]
    ensembles = [_lister_ensembles(segments, presences, classes, minimum) for segments, presences in decoupes]
    segments = decoupes[0][0]
    numeros = np.zeros(len(segments), dtype=np.int64)
    stables = _choisir(_croiser(*ensembles, minimum), classes)
    for classe, membres in enumerate(stables, start=1):
        numeros[membres] = classe
    arbre = pd.DataFrame({nom: pd.Series(dtype="int64") for nom in ("noeud", "parent", "effectif", "chi2", "classe")})
    return Classement(segments.assign(classe=numeros), arbre.astype({"chi2": "float64"}), actives)


def _lister_ensembles(segments, presences, classes, minimum) -> np.ndarray:
    """Dire quels segments sont de chaque nœud, racine exclue : une ligne par nœud."""
    unites = segments["uc"].to_numpy()
    noeuds = descendre(presences, classes, minimum)[1:]
    return np.array([np.isin(unites, noeud.lignes) for noeud in noeuds]).reshape(len(noeuds), len(segments))


def _croiser(premiers: np.ndarray, seconds: np.ndarray, minimum: int) -> list[np.ndarray]:
    """Rendre les croisements plus nombreux qu'attendu, du plus grand au plus petit, chacun une fois."""
    total = premiers.shape[1]
    if not len(premiers) or not len(seconds) or not total:
        return []
    communs = premiers.astype(float) @ seconds.T.astype(float)
    liens = mesurer_liens(communs, seconds.sum(axis=1)[None, :].astype(float), premiers.sum(axis=1)[:, None], total)
    gardes = np.argwhere((liens > _CHI2) & (communs >= fixer_minimum(minimum, total)))
    croises = {tuple(np.flatnonzero(premiers[i] & seconds[j])): None for i, j in gardes}
    return [np.array(membres) for membres in sorted(croises, key=lambda membres: (-len(membres), membres))]


def _choisir(croises: list[np.ndarray], classes: int) -> list[np.ndarray]:
    """Choisir le plus d'ensembles disjoints, ``classes`` au plus, puis ceux qui réunissent le plus de segments.

    Les ensembles sont rangés du plus grand au plus petit : une branche s'arrête dès que les suivants, même tous
    disjoints, ne feraient pas mieux que ce qui est déjà trouvé.
    """
    tailles = [len(membres) for membres in croises]
    ensembles = [set(membres.tolist()) for membres in croises]
    meilleur: tuple[int, int, tuple[int, ...]] = (0, 0, ())

    def chercher(depart: int, choisis: tuple[int, ...], pris: set[int]) -> None:
        nonlocal meilleur
        if (len(choisis), len(pris)) > meilleur[:2]:
            meilleur = (len(choisis), len(pris), choisis)
        places = classes - len(choisis)
        for rang in range(depart, len(croises)):
            espoir = sum(tailles[rang : rang + places])
            nombre = len(choisis) + min(places, len(croises) - rang)
            if not places or (nombre, len(pris) + espoir) <= meilleur[:2]:
                return
            if pris.isdisjoint(ensembles[rang]):
                chercher(rang + 1, (*choisis, rang), pris | ensembles[rang])

    chercher(0, (), set())
    return [croises[rang] for rang in meilleur[2]]
