"""Le modèle : apprendre les codes sur les textes de la grille, puis sur ce que des personnes ont codé."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ess_analyse.grille import Grille
from ess_analyse.langue import Mot, decouper

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

__all__ = ["Gramme", "Modele", "apprendre", "composer_grammes"]

Gramme = tuple[str, int, int]
"""Une suite d'un ou deux mots : ses racines, sa place."""

_SIGNES = str.maketrans("’\u00a0\u202f", "'  ")
_C = 10.0
# What the model's word is worth before anyone has coded, and how many sentences read make it worth as much as they do.
_CONFIANCE = 0.3
_FERMETE = 300


@dataclass(frozen=True)
class Modele:
    """Une régression logistique par code, sur les mots et les suites de lettres d'une phrase."""

    mots: TfidfVectorizer
    lettres: TfidfVectorizer
    coefficients: np.ndarray
    constantes: np.ndarray
    taux: np.ndarray
    confiance: float

    def noter(self, textes: Sequence[str], grammes: Sequence[Sequence[Gramme]]) -> tuple[np.ndarray, csr_matrix]:
        """Estimer, pour chaque texte, la probabilité brute de chaque code ; rendre aussi la table de ses mots."""
        from scipy.sparse import hstack
        from scipy.special import expit

        mots = self.mots.transform(grammes)
        traits = hstack([mots, self.lettres.transform(textes)], format="csr")
        return expit(traits @ self.coefficients.T + self.constantes), mots

    def expliquer(self, ligne: csr_matrix, grammes: Sequence[Gramme], codes: Sequence[int]) -> list[Gramme | None]:
        """Trouver, pour chaque code, la suite de mots du texte qui a pesé le plus en sa faveur."""
        if not ligne.nnz:
            return [None] * len(codes)
        apports = ligne.data * self.coefficients[np.ix_(codes, ligne.indices)]
        colonnes = {self.mots.vocabulary_.get(gramme[0]): gramme for gramme in reversed(grammes)}
        return [
            colonnes[ligne.indices[rang]] if apport[rang] > 0 else None
            for apport, rang in zip(apports, apports.argmax(axis=1), strict=True)
        ]


def apprendre(grille: Grille, textes: Sequence[str] = (), decisions: np.ndarray | None = None) -> Modele:
    """Apprendre un modèle par code.

    À froid, un code a pour lui ses exemples, ses indices, son libellé, sa définition et ses consignes d'inclusion ;
    contre lui, ceux des autres codes de sa dimension et ses contre-exemples (qui ne disent rien des autres codes).

    Parameters
    ----------
    grille : Grille
        Les codes.
    textes : sequence of str
        Les phrases qu'une personne a lues.
    decisions : ndarray, optional
        Pour chaque phrase lue et chaque code de la grille : 1, 0, ou NaN si l'on ne sait pas.

    Returns
    -------
    Modele
        Le même à chaque fois pour les mêmes données.
    """
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    froids, verites = _textes_grille(grille)
    textes = [*froids, *textes]
    if decisions is not None:
        verites = np.vstack([verites, decisions])
    mots = TfidfVectorizer(analyzer=_formes, sublinear_tf=True)
    lettres = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, preprocessor=_aplatir)
    grammes = [composer_grammes(liste) for liste in decouper(textes)]
    traits = hstack([mots.fit_transform(grammes), lettres.fit_transform(textes)], format="csr")
    appris = [_apprendre_code(traits, verite) for verite in verites.T]
    lus = len(textes) - len(froids)
    confiance = (_CONFIANCE * _FERMETE + lus) / (_FERMETE + lus)
    return Modele(mots, lettres, *(np.array(partie) for partie in zip(*appris, strict=True)), confiance)


def composer_grammes(mots: Sequence[Mot]) -> list[Gramme]:
    """Composer les suites d'un et deux mots d'un texte, sauf celles qui n'ont que des mots-outils."""
    suites = [mots[rang : rang + taille] for taille in (1, 2) for rang in range(len(mots) - taille + 1)]
    return [
        (" ".join(mot.racine for mot in suite), suite[0].debut, suite[-1].fin)
        for suite in suites
        if not all(mot.outil for mot in suite)
    ]


def _aplatir(texte: str) -> str:
    """Confondre casse, apostrophes et espaces : elles disent d'où vient un fichier, non de quoi il parle."""
    return texte.lower().translate(_SIGNES)


def _formes(grammes: Sequence[Gramme]) -> list[str]:
    return [forme for forme, _, _ in grammes]


def _textes_grille(grille: Grille) -> tuple[list[str], np.ndarray]:
    textes, verites = [], []
    for rang, code in enumerate(grille):
        autres = [0.0 if autre.dimension == code.dimension else np.nan for autre in grille]
        pour = [*code.exemples, *code.indices, *code.inclure, code.definition, code.libelle]
        textes += [*pour, *code.contre_exemples]
        verites += [[*autres[:rang], 1.0, *autres[rang + 1 :]]] * len(pour)
        verites += [[*[np.nan] * rang, 0.0, *[np.nan] * (len(grille) - rang - 1)]] * len(code.contre_exemples)
    return textes, np.array(verites)


def _apprendre_code(traits: csr_matrix, verite: np.ndarray) -> tuple[np.ndarray, float, float]:
    from sklearn.linear_model import LogisticRegression

    connus = ~np.isnan(verite)
    cible, taux = verite[connus], float(np.nanmean(verite))
    if taux in (0.0, 1.0):
        # A codebook of one code has nothing to be told from: the model stays silent.
        return np.zeros(traits.shape[1]), -20.0, taux
    # Classes are left unbalanced, so that the probability keeps the rarity of the code.
    regression = LogisticRegression(C=_C, solver="liblinear", random_state=0).fit(traits[connus], cible)
    return regression.coef_[0], float(regression.intercept_[0]), taux
