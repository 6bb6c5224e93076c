"""Couper en deux un tableau de présences, là où les deux moitiés parlent le moins avec les mêmes mots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["Coupe", "couper_en_deux"]

_PETIT = 60
"""Un tableau dont un côté n'est pas plus grand se décompose entier, sans méthode itérative."""
_DECIMALES = 10
"""Deux coordonnées plus proches n'en font qu'une : leur ordre ne doit rien à l'arrondi."""
_GAIN = 1e-9
"""Un échange qui n'améliore le χ² que d'une moindre part n'est que de l'arrondi."""
_PASSAGES = 100
"""Au plus tant de passages sur les lignes : les échanges cessent bien avant, sauf arrondi qui les ferait osciller."""


class Coupe:
    """Une coupe en deux d'un tableau de présences, et le χ² de ses deux profils.

    Parameters
    ----------
    presences : csr_array
        Unités de contexte × mots, des 0 et des 1, sans ligne ni colonne vide.
    cote : ndarray of bool
        Les lignes du premier côté.

    Notes
    -----
    Avec ``a`` les effectifs des mots d'un côté, ``A`` leur somme, ``c`` les effectifs totaux, ``N`` leur somme, le χ²
    du tableau à deux lignes est ``N² / (A (N − A)) × (Σ a²/c − A²/N)`` : il se met à jour mot par mot.
    """

    def __init__(self, presences: sparse.csr_array, cote: np.ndarray):
        self._presences, self.cote = presences, cote.copy()
        self._totaux = presences.sum(axis=0)
        self._poids = presences.sum(axis=1)
        self._somme = float(self._poids.sum())
        self._recompter()

    def _recompter(self) -> None:
        self._effectifs = self._presences.T @ self.cote.astype(float)
        self._carres = float((self._effectifs**2 / self._totaux).sum())
        self._masse = float(self._poids[self.cote].sum())

    @property
    def chi2(self) -> float:
        """Le χ² des deux profils ; 0 si un côté est vide."""
        return float(_chi2(self._carres, self._masse, self._somme))

    def echanger(self, minimum: int) -> None:
        """Passer une ligne d'un côté à l'autre tant que le χ² y gagne.

        Parameters
        ----------
        minimum : int
            Le plus petit nombre de lignes d'un côté.
        """
        for _ in range(_PASSAGES):
            if not self._parcourir(minimum):
                return
            self._recompter()

    def _parcourir(self, minimum: int) -> bool:
        """Déplacer ce qui y gagne, du plus grand gain au plus petit ; dire si quelque chose a bougé."""
        gains, bouge, seuil = self._gains(np.arange(len(self.cote))), False, _GAIN * (1 + self.chi2)
        for ligne in np.lexsort((np.arange(len(gains)), -gains)):
            if gains[ligne] <= seuil:
                break
            depart = self.cote.sum() if self.cote[ligne] else (~self.cote).sum()
            if depart > minimum and self._gains(np.array([ligne]))[0] > seuil:
                self._deplacer(ligne)
                bouge = True
        return bouge

    def _gains(self, lignes: np.ndarray) -> np.ndarray:
        """Dire ce que le χ² gagne à déplacer chaque ligne seule."""
        presences = self._presences[lignes] if len(lignes) < len(self.cote) else self._presences
        signes = np.where(self.cote[lignes], -1.0, 1.0)
        carres = 2 * signes * (presences @ (self._effectifs / self._totaux)) + presences @ (1 / self._totaux)
        masses = self._masse + signes * self._poids[lignes]
        return _chi2(self._carres + carres, masses, self._somme) - self.chi2

    def _deplacer(self, ligne: int) -> None:
        signe = -1.0 if self.cote[ligne] else 1.0
        colonnes = self._presences.indices[self._presences.indptr[ligne] : self._presences.indptr[ligne + 1]]
        totaux = self._totaux[colonnes]
        self._carres += float(((2 * signe * self._effectifs[colonnes] + 1) / totaux).sum())
        self._effectifs[colonnes] += signe
        self._masse += signe * float(self._poids[ligne])
        self.cote[ligne] = not self.cote[ligne]


def couper_en_deux(presences: sparse.csr_array, minimum: int = 1) -> Coupe | None:
    """Couper un tableau en deux : selon le premier axe de son analyse des correspondances, puis par échanges.

    Parameters
    ----------
    presences : csr_array
        Unités de contexte × mots, des 0 et des 1.
    minimum : int
        Le plus petit nombre d'unités de contexte d'un côté.

    Returns
    -------
    Coupe or None
        Rien si le tableau est trop petit, ou si toutes ses lignes ont le même profil.

    References
    ----------
    Reinert (1983). Une méthode de classification descendante hiérarchique : application à l'analyse lexicale par
    contexte. *Les cahiers de l'analyse des données*, 8(2), 187-198.

    Examples
    --------
    >>> from scipy import sparse
    >>> presences = sparse.csr_array(np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 1, 0, 0]]))
    >>> coupe = couper_en_deux(presences)
    >>> coupe.cote.tolist() in ([True, False, True], [False, True, False]), round(coupe.chi2, 6)
    (True, 6.0)
    """
    from scipy import sparse

    presences = sparse.csr_array(presences, dtype=float)
    lignes, colonnes = presences.shape
    if lignes < max(2, 2 * minimum) or colonnes < 2:
        return None
    ordre = _ordonner(presences)
    cumuls = _cumuler(presences, ordre)
    rang = int(np.argmax(np.round(cumuls[minimum - 1 : lignes - minimum], _DECIMALES))) + minimum
    cote = np.zeros(lignes, dtype=bool)
    cote[ordre[:rang]] = True
    coupe = Coupe(presences, cote)
    coupe.echanger(minimum)
    return coupe if coupe.chi2 > _GAIN else None


def _chi2(carres, masses, somme):
    autres = somme - masses
    vides = (masses <= 0) | (autres <= 0)
    return np.where(vides, 0.0, somme**2 / np.where(vides, 1.0, masses * autres) * (carres - masses**2 / somme))


def _ordonner(presences: sparse.csr_array) -> np.ndarray:
    """Ranger les lignes selon le premier axe ; à égalité, dans leur ordre."""
    from scipy import sparse

    poids, totaux = presences.sum(axis=1), presences.sum(axis=0)
    normes = presences / np.sqrt(poids)[:, None] / np.sqrt(totaux)[None, :]
    normes = sparse.csr_array(normes)
    somme = poids.sum()
    lignes, colonnes = np.sqrt(poids / somme), np.sqrt(totaux / somme)
    if min(presences.shape) <= _PETIT:
        vecteur = np.linalg.svd(normes.toarray() - np.outer(lignes, colonnes), full_matrices=False)[0][:, 0]
    else:
        vecteur = _premier_axe(normes, lignes, colonnes)
    coordonnees = np.round(vecteur / lignes, _DECIMALES)
    return np.lexsort((np.arange(len(coordonnees)), coordonnees))


def _premier_axe(normes: sparse.csr_array, lignes: np.ndarray, colonnes: np.ndarray) -> np.ndarray:
    """Trouver le premier vecteur singulier des résidus sans jamais écrire leur tableau, qui n'est pas creux."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    def multiplier(vecteur):
        return normes @ vecteur - lignes * (colonnes @ vecteur)

    def carrer(vecteur):
        residu = multiplier(vecteur)
        return normes.T @ residu - colonnes * (lignes @ residu)

    # A fixed start makes the iterations the same each time.
    depart = np.cos(np.arange(len(colonnes)))
    operateur = LinearOperator((len(colonnes), len(colonnes)), matvec=carrer, dtype=float)
    _, vecteurs = eigsh(operateur, k=1, which="LA", v0=depart)
    axe = multiplier(vecteurs[:, 0])
    return axe / np.linalg.norm(axe)


def _cumuler(presences: sparse.csr_array, ordre: np.ndarray) -> np.ndarray:
    """Rendre le χ² de chaque coupe qui met d'un côté les premières lignes, de la première à l'avant-dernière."""
    rangees = presences[ordre].tocsc()
    rangees.sort_indices()
    totaux = np.diff(rangees.indptr)
    # In a column, the rank of a presence is how many came before it.
    avant = np.arange(rangees.nnz) - np.repeat(rangees.indptr[:-1], totaux)
    ajouts = np.bincount(rangees.indices, (2 * avant + 1) / np.repeat(totaux, totaux), len(ordre))
    masses = np.cumsum(presences.sum(axis=1)[ordre])
    return _chi2(np.cumsum(ajouts), masses, masses[-1])[:-1]
