"""Les règles : ce que valent les indices de la grille retrouvés dans un texte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ess_analyse.grille import Grille
from ess_analyse.langue import Reperage, decouper, reperer

__all__ = ["Poids", "noter", "peser", "trouver"]

Poids = dict[tuple[str, str], float]
"""Pour chaque (code, indice), la chance qu'une phrase qui le contient relève du code."""

# A priori precision of a cue of one, two, three words or more; to be corrected by what people decide.
_A_PRIORI = (0.5, 0.7, 0.8)
_FERMETE = 4


def trouver(textes: Sequence[str], grille: Grille) -> list[list[Reperage]]:
    """Retrouver les indices de toute la grille dans chaque texte."""
    indices, sauf = ({code.id: getattr(code, champ) for code in grille} for champ in ("indices", "sauf"))
    return list(reperer(textes, indices, sauf))


def peser(grille: Grille, trouves: Sequence[Sequence[Reperage]] = (), decisions: np.ndarray | None = None) -> Poids:
    """Estimer la précision de chaque indice.

    A priori : plus l'indice est long, plus il est sûr ; partagé par plusieurs codes d'une dimension, sa valeur se
    partage. Puis les décisions des personnes le corrigent : c'est la moyenne d'une loi bêta, où l'a priori compte
    comme quatre phrases lues. Un indice souvent refusé s'éteint donc de lui-même.

    Parameters
    ----------
    grille : Grille
        Les codes et leurs indices.
    trouves : sequence of sequence of Reperage
        Les indices retrouvés dans chaque phrase lue par une personne.
    decisions : ndarray, optional
        Pour chaque phrase lue et chaque code de la grille : 1, 0, ou NaN si l'on ne sait pas.

    Returns
    -------
    dict
        Une précision entre 0 et 1 par (code, indice).
    """
    cles = [(code, indice) for code in grille for indice in code.indices]
    racines = [tuple(mot.racine for mot in mots) for mots in decouper(indice for _, indice in cles)]
    porteurs = Counter({(code.dimension, suite, code.id) for (code, _), suite in zip(cles, racines, strict=True)})
    partages = Counter((dimension, suite) for dimension, suite, _ in porteurs)
    poids = {
        (code.id, indice): _A_PRIORI[min(max(len(suite), 1), 3) - 1] / partages[code.dimension, suite]
        for (code, indice), suite in zip(cles, racines, strict=True)
    }
    lus, confirmes = Counter(), Counter()
    rangs = {code: rang for rang, code in enumerate(grille.ids())}
    for ligne, reperages in enumerate(trouves):
        for cle in {(reperage.code, reperage.indice) for reperage in reperages}:
            if not np.isnan(decision := decisions[ligne, rangs[cle[0]]]):
                lus[cle] += 1
                confirmes[cle] += decision
    return {cle: (valeur * _FERMETE + confirmes[cle]) / (_FERMETE + lus[cle]) for cle, valeur in poids.items()}


def noter(trouves: Sequence[Sequence[Reperage]], poids: Poids, grille: Grille) -> np.ndarray:
    """Donner à chaque texte une note par code : la chance qu'au moins un de ses indices dise vrai."""
    rangs = {code: rang for rang, code in enumerate(grille.ids())}
    faux = np.ones((len(trouves), len(grille)))
    for ligne, reperages in enumerate(trouves):
        for cle in {(reperage.code, reperage.indice) for reperage in reperages}:
            faux[ligne, rangs[cle[0]]] *= 1 - poids[cle]
    return 1 - faux
