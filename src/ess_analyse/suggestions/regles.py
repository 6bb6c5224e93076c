"""Les règles : ce que valent les indices de la grille retrouvés dans un texte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ess_analyse.grille import Grille
from ess_analyse.langue import Cache, Lecteur, decouper, lire_phrases, nuancer
from ess_analyse.suggestions.traits import PhraseLue

__all__ = ["Comptes", "Liseur", "Poids", "attenuer", "compter", "lire", "lire_nuances", "noter", "peser"]

Comptes = Counter[tuple[str, str, bool]]
"""Pour chaque (code, indice), combien de phrases lues l'ont confirmé, et combien non."""

Poids = dict[tuple[str, str], float]
"""Pour chaque (code, indice), la chance qu'une phrase qui le contient relève du code."""

# A priori precision of a cue of one, two, three words or more; to be corrected by what people decide.
_A_PRIORI = (0.5, 0.7, 0.8)
_FERMETE = 4
_ATTENUATION = 0.5


def lire(textes: Sequence[str], grille: Grille) -> list[PhraseLue]:
    """Découper des textes en mots et y retrouver les indices de toute la grille."""
    return [PhraseLue.depuis(phrase) for phrase in lire_phrases(textes, **grille.configurer_indices())]


def lire_nuances(phrases: Sequence[PhraseLue], cache: Cache | None = None) -> list[list[tuple[str, ...]]]:
    """Dire ce que chaque phrase fait de chacun de ses indices, dans l'ordre de ``reperages``."""
    places = [[(trouve.debut, trouve.fin) for trouve in phrase.reperages] for phrase in phrases]
    return nuancer([phrase.texte for phrase in phrases], places, cache)


class Liseur:
    """Lire des documents, chacun en entier : ses mots, ses indices et leurs nuances.

    Un document est toujours lu d'un bloc, quoi que l'on fasse ensuite de ses phrases : c'est lui que le cache garde.

    Parameters
    ----------
    grille : Grille
        Les codes et leurs indices.
    cache : Cache, optional
        Où garder ce que spaCy a lu.
    """

    def __init__(self, grille: Grille, cache: Cache | None = None) -> None:
        self.cache = cache
        self._lecteur = Lecteur(**grille.configurer_indices(), cache=cache)

    def lire(self, textes: Sequence[str]) -> tuple[list[PhraseLue], list[list[tuple[str, ...]]]]:
        """Rendre les phrases d'un document, et les nuances de leurs indices."""
        phrases = [PhraseLue.depuis(phrase) for phrase in self._lecteur.lire(textes)]
        return phrases, lire_nuances(phrases, self.cache)


def compter(phrases: Sequence[PhraseLue], decisions: np.ndarray, grille: Grille) -> Comptes:
    """Compter, pour chaque indice retrouvé dans des phrases lues par une personne, combien de fois elle l'a confirmé.

    Parameters
    ----------
    phrases : sequence of PhraseLue
        Les phrases lues.
    decisions : ndarray
        Pour chaque phrase et chaque code de la grille : 1, 0, ou NaN si l'on ne sait pas.
    grille : Grille
        Les codes.

    Returns
    -------
    Counter
        ``(code, indice, confirme)`` : un nombre de phrases.
    """
    rangs = {code: rang for rang, code in enumerate(grille.ids())}
    return Counter(
        (code, indice, bool(decision))
        for phrase, ligne in zip(phrases, decisions, strict=True)
        for code, indice in {(trouve.code, trouve.indice) for trouve in phrase.reperages}
        if not np.isnan(decision := ligne[rangs[code]])
    )


def peser(grille: Grille, comptes: Comptes | None = None, cache: Cache | None = None) -> Poids:
    """Estimer la précision de chaque indice.

    A priori : plus l'indice est long, plus il est sûr ; partagé par plusieurs codes d'une dimension, sa valeur se
    partage. Puis les décisions des personnes le corrigent : c'est la moyenne d'une loi bêta, où l'a priori compte
    comme quatre phrases lues. Un indice souvent refusé s'éteint donc de lui-même.

    Parameters
    ----------
    grille : Grille
        Les codes et leurs indices.
    comptes : Counter, optional
        Ce que :func:`compter` rend ; deux se somment.
    cache : Cache, optional
        Où garder les mots des indices.

    Returns
    -------
    dict
        Une précision entre 0 et 1 par (code, indice).
    """
    comptes = comptes or Counter()
    cles = [(code, indice) for code in grille for indice in code.indices]
    racines = [tuple(mot.racine for mot in mots) for mots in decouper([indice for _, indice in cles], cache)]
    porteurs = Counter({(code.dimension, suite, code.id) for (code, _), suite in zip(cles, racines, strict=True)})
    partages = Counter((dimension, suite) for dimension, suite, _ in porteurs)
    poids = {}
    for (code, indice), suite in zip(cles, racines, strict=True):
        a_priori = _A_PRIORI[min(max(len(suite), 1), 3) - 1] / partages[code.dimension, suite]
        oui, non = comptes[code.id, indice, True], comptes[code.id, indice, False]
        poids[code.id, indice] = (a_priori * _FERMETE + oui) / (_FERMETE + oui + non)
    return poids


def attenuer(poids: float, nuances: Sequence[str]) -> float:
    """Abaisser ce que vaut un indice que sa phrase nie, réduit, suppose ou demande ; jamais l'annuler ni le retourner.

    Parameters
    ----------
    poids : float
        La précision de l'indice.
    nuances : sequence of str
        Ce que :func:`~ess_analyse.langue.nuancer` a trouvé.

    Returns
    -------
    float
        Le poids, ou sa moitié.
    """
    return poids * _ATTENUATION if nuances else poids


def noter(
    phrases: Sequence[PhraseLue], poids: Poids, grille: Grille, nuances: Sequence[Sequence[tuple[str, ...]]]
) -> np.ndarray:
    """Donner à chaque phrase une note par code : la chance qu'au moins un de ses indices dise vrai.

    Parameters
    ----------
    phrases : sequence of PhraseLue
        Les phrases.
    poids : dict
        La précision de chaque indice.
    grille : Grille
        Les codes.
    nuances : sequence of sequence of tuple of str
        Celles de chaque indice retrouvé, dans l'ordre de ``phrase.reperages``.

    Returns
    -------
    ndarray, shape (phrases, codes)
        Entre 0 et 1.
    """
    rangs = {code: rang for rang, code in enumerate(grille.ids())}
    faux = np.ones((len(phrases), len(grille)))
    for ligne, (phrase, siennes) in enumerate(zip(phrases, nuances, strict=True)):
        valeurs: dict[tuple[str, str], float] = {}
        for trouve, nuance in zip(phrase.reperages, siennes, strict=True):
            cle = trouve.code, trouve.indice
            valeurs[cle] = max(valeurs.get(cle, 0.0), attenuer(poids[cle], nuance))
        for (code, _), valeur in valeurs.items():
            faux[ligne, rangs[code]] *= 1 - valeur
    return 1 - faux
