"""Les classifieurs : de quel côté est la phrase, puis de quel code ; et ce qu'une étude y ajoute."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from ess_analyse.suggestions.traits import Traits

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["Adaptation", "ClassifieurParFamille"]

_MUET = -20.0
_ECART = 1e-4
_PAS = 60
_TOLERANCE = 1e-5


class _AuSeuil(ClassifierMixin):
    """Poser plusieurs codes à la fois : tous ceux dont la probabilité atteint ``seuil``."""

    def predict(self, X) -> np.ndarray:
        """Poser les codes dont la probabilité atteint le seuil.

        Parameters
        ----------
        X
            Comme pour ``predict_proba``.

        Returns
        -------
        ndarray of int, shape (phrases, codes)
            1 ou 0.
        """
        return (self.predict_proba(X) >= self.seuil).astype(int)


class ClassifieurParFamille(_AuSeuil, BaseEstimator):
    """Estimer la probabilité de chaque code : celle de sa famille, fois celle du code dans sa famille.

    Apprendre à part de quel côté est une phrase (risque, opportunité) et de quoi elle parle vaut mieux que d'apprendre
    chaque code d'un coup : la première régression a pour elle tous les exemples d'un côté. ``notebooks/02`` le mesure.

    Parameters
    ----------
    familles : sequence of hashable, optional
        La famille de chaque colonne de ``y`` ; sans elle, chaque code est seul dans la sienne.
    C : float
        L'inverse de la régularisation des régressions logistiques.
    seuil : float
        La probabilité à partir de laquelle :meth:`predict` pose un code.

    Attributes
    ----------
    coef_ : ndarray, shape (familles + codes, traits)
        Les coefficients, ceux des familles d'abord.
    intercept_ : ndarray, shape (familles + codes,)
        Les constantes, dans le même ordre.

    Examples
    --------
    >>> traits = np.eye(4).repeat(5, axis=0)
    >>> codes = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]).repeat(5, axis=0)
    >>> modele = ClassifieurParFamille(["R", "R", "O"]).fit(traits, codes)
    >>> modele.predict(np.eye(4)).tolist()
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]
    """

    def __init__(self, familles: Sequence[Hashable] | None = None, C: float = 10.0, seuil: float = 0.3) -> None:
        self.familles = familles
        self.C = C
        self.seuil = seuil

    def fit(self, X, y) -> ClassifieurParFamille:
        """Apprendre.

        Parameters
        ----------
        X : array or sparse matrix, shape (phrases, traits)
            Les traits des phrases.
        y : array, shape (phrases, codes)
            1, 0, ou NaN si l'on ne sait pas.

        Returns
        -------
        ClassifieurParFamille
            Lui-même.
        """
        y = np.asarray(y, dtype=float)
        self._ranger(y.shape[1])
        # Nothing read outside a family: its probability is not known. Nothing else inside it: it is that code.
        familles = [_vers_famille(y[:, self.rang_famille_ == rang]) for rang in self.rangs_]
        appris = [_regresser(X, famille, self.C, seul_oui=0.0) for famille in familles]
        for colonne, rang in enumerate(self.rang_famille_):
            siens = np.where(familles[rang] == 1, y[:, colonne], np.nan)
            appris.append(_regresser(X, siens, self.C, seul_oui=-_MUET))
        return self._garder(*(np.array(partie) for partie in zip(*appris, strict=True)))

    def restaurer(self, coef: np.ndarray, intercept: np.ndarray) -> ClassifieurParFamille:
        """Retrouver un modèle appris une autre fois, de ses coefficients.

        Parameters
        ----------
        coef : ndarray, shape (familles + codes, traits)
            ``coef_``.
        intercept : ndarray, shape (familles + codes,)
            ``intercept_``.

        Returns
        -------
        ClassifieurParFamille
            Lui-même.
        """
        self._ranger(len(self.familles))
        return self._garder(coef, intercept)

    def _garder(self, coef: np.ndarray, intercept: np.ndarray) -> ClassifieurParFamille:
        self.coef_, self.intercept_ = coef, intercept
        self.classes_ = [np.array([0, 1])] * len(self.rang_famille_)
        return self

    def _ranger(self, codes: int) -> None:
        familles = list(self.familles) if self.familles is not None else list(range(codes))
        ordre = {famille: rang for rang, famille in enumerate(dict.fromkeys(familles))}
        self.rang_famille_ = np.array([ordre[famille] for famille in familles])
        self.rangs_ = range(len(ordre))

    def predict_proba(self, X) -> np.ndarray:
        """Estimer la probabilité de chaque code.

        Parameters
        ----------
        X : array or sparse matrix, shape (phrases, traits)
            Les traits des phrases.

        Returns
        -------
        ndarray, shape (phrases, codes)
            Entre 0 et 1 ; d'une phrase, elles ne somment pas à 1 : elle peut porter plusieurs codes, ou aucun.
        """
        from scipy.special import expit

        p = expit(X @ self.coef_.T + self.intercept_)
        return p[:, self.rang_famille_] * p[:, len(self.rangs_) :]

    @property
    def poids(self) -> np.ndarray:
        """Ce que chaque trait apporte à chaque code, famille comprise ; shape (codes, traits)."""
        return self.coef_[self.rang_famille_] + self.coef_[len(self.rangs_) :]


class Adaptation(_AuSeuil, BaseEstimator):
    """Corriger un modèle de départ par ce que les personnes d'une étude ont codé, en quelques secondes.

    Une régression logistique par code, qui part de l'avis du départ (sa cote, en logarithme) au lieu de partir de
    rien : la régularisation ramène vers lui. Dix phrases codées le corrigent donc un peu, mille beaucoup.

    Parameters
    ----------
    depart : estimator
        Un classifieur déjà appris, qui lit des phrases ; il n'est pas appris de nouveau.
    C : float
        L'inverse de la régularisation.
    souplesse : float
        Avec quelle liberté l'étude peut accroître ou réduire la confiance dans le départ ; 0, elle le suit.
    seuil : float
        La probabilité à partir de laquelle :meth:`predict` pose un code.

    Attributes
    ----------
    coef_ : ndarray, shape (codes, traits)
        Ce que chaque trait des phrases codées ajoute à chaque code.
    pente_ : ndarray, shape (codes,)
        Ce qui reste de la cote du départ : 1 si on le suit, moins s'il se croyait trop.
    intercept_ : ndarray, shape (codes,)
        Les constantes.

    Notes
    -----
    scikit-learn n'a pas de régression logistique à décalage (*offset*) : celle-ci minimise la même fonction que
    ``LogisticRegression``, décalage compris, par L-BFGS (scipy).

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> phrases = ["On ressaisit tout.", "On gagne du temps.", "On ressaisit encore.", "On gagne en qualité."] * 5
    >>> codes = np.array([[1, 0], [0, 1]] * 10)
    >>> depart = make_pipeline(Traits(), ClassifieurParFamille()).fit(phrases, codes)
    >>> bool(Adaptation(depart).fit(["Ça rame."] * 9, [[1, 0]] * 9).predict_proba(["Ça rame."])[0, 0] > 0.5)
    True
    """

    def __init__(self, depart: BaseEstimator, C: float = 1.0, souplesse: float = 0.3, seuil: float = 0.3) -> None:
        self.depart = depart
        self.C = C
        self.souplesse = souplesse
        self.seuil = seuil

    def __sklearn_clone__(self) -> Adaptation:
        # The starting model stays learnt: cloned, it would have to learn its thousands of examples again.
        return Adaptation(self.depart, self.C, self.souplesse, self.seuil)

    def fit(self, X, y) -> Adaptation:
        """Apprendre des phrases codées.

        Parameters
        ----------
        X : sequence of str or PhraseLue
            Les phrases.
        y : array, shape (phrases, codes)
            1, 0, ou NaN si l'on ne sait pas.

        Returns
        -------
        Adaptation
            Lui-même.
        """
        from threadpoolctl import threadpool_limits

        X, y = list(X), np.asarray(y, dtype=float)
        self.traits_ = Traits(usages=1).fit(X)
        traits, cotes = self.traits_.transform(X), _coter(self.depart.predict_proba(X))
        # The vectors are too short to share between threads: they would spend their time waiting for each other.
        with threadpool_limits(1):
            appris = np.array([self._corriger(traits, cotes[:, code], y[:, code]) for code in range(y.shape[1])])
        pentes = 1 + self.souplesse * appris[:, -2]
        return self.restaurer(self.traits_, np.ascontiguousarray(appris[:, :-2]), pentes, appris[:, -1])

    def restaurer(self, traits: Traits, coef: np.ndarray, pente: np.ndarray, intercept: np.ndarray) -> Adaptation:
        """Retrouver ce qui a été appris une autre fois, du même départ.

        Parameters
        ----------
        traits : Traits
            Ceux des phrases codées.
        coef, pente, intercept : ndarray
            ``coef_``, ``pente_``, ``intercept_``.

        Returns
        -------
        Adaptation
            Lui-même.
        """
        self.traits_, self.coef_, self.pente_, self.intercept_ = traits, coef, pente, intercept
        self.classes_ = [np.array([0, 1])] * len(intercept)
        return self

    def _corriger(self, traits: csr_matrix, cotes: np.ndarray, cible: np.ndarray) -> np.ndarray:
        from scipy.optimize import minimize
        from scipy.sparse import csr_matrix, hstack
        from scipy.special import expit

        connus = ~np.isnan(cible)
        depart = np.zeros(traits.shape[1] + 2)
        if not connus.any():
            return depart
        decalage, cible = cotes[connus], cible[connus]
        appuis = np.column_stack([self.souplesse * decalage, np.ones(len(cible))])
        tableau = hstack([traits[connus], csr_matrix(appuis)], format="csr")
        transpose = tableau.T.tocsr()

        def perdre(poids: np.ndarray) -> tuple[float, np.ndarray]:
            z = decalage + tableau @ poids
            perte = self.C * (np.logaddexp(0, z) - cible * z).sum() + poids @ poids / 2
            return perte, self.C * (transpose @ (expit(z) - cible)) + poids

        return minimize(perdre, depart, jac=True, method="L-BFGS-B", options={"maxiter": _PAS}).x

    def predict_proba(self, X) -> np.ndarray:
        """Estimer la probabilité de chaque code.

        Parameters
        ----------
        X : sequence of str or PhraseLue
            Les phrases.

        Returns
        -------
        ndarray, shape (phrases, codes)
            Entre 0 et 1.
        """
        from scipy.special import expit

        X = list(X)
        cotes = _coter(self.depart.predict_proba(X)) * self.pente_
        return expit(cotes + self.traits_.transform(X) @ self.coef_.T + self.intercept_)


def _vers_famille(y: np.ndarray) -> np.ndarray:
    """Dire si une phrase est de la famille : 1 si elle a l'un de ses codes, 0 si l'on sait que non, sinon NaN."""
    inconnus = np.isnan(y)
    sans = np.where(inconnus.mean(axis=1) <= 0.5, 0.0, np.nan)
    return np.where((np.where(inconnus, 0, y) > 0).any(axis=1), 1.0, sans)


def _regresser(X: csr_matrix, cible: np.ndarray, C: float, seul_oui: float) -> tuple[np.ndarray, float]:
    """Rendre les coefficients et la constante ; sans réponse contraire, une constante seule."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    connus = ~np.isnan(cible)
    if len(reponses := np.unique(cible[connus])) < 2:
        return np.zeros(X.shape[1]), seul_oui if 1 in reponses else _MUET
    # Classes are left unbalanced, so that the probability keeps the rarity of the code. Sums of one thread, and a close
    # tolerance: the same coefficients whatever the machine has of cores.
    with threadpool_limits(1):
        regression = LogisticRegression(C=C, solver="liblinear", random_state=0, tol=_TOLERANCE)
        regression.fit(X[connus], cible[connus])
    return regression.coef_[0], float(regression.intercept_[0])


def _coter(p: np.ndarray) -> np.ndarray:
    from scipy.special import logit

    return logit(np.clip(p, _ECART, 1 - _ECART))
