"""Les classifieurs : leur interface est celle de scikit-learn, leurs nombres se refont autrement."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_validate
from sklearn.pipeline import make_pipeline

from ess_analyse.suggestions import Adaptation, ClassifieurParFamille, Traits

PHRASES = [
    *("On ressaisit tout à la main.", "On perd un temps fou.", "Il faut encore ressaisir la liste."),
    *("On gagne du temps chaque soir.", "La saisie va plus vite.", "Le planning se fait en dix minutes."),
    *("Personne n'a été formé.", "On apprend sur le tas.", "Il pleut.", "Le jardin ouvre à neuf heures."),
]
CODES = np.array([[1, 0, 0]] * 3 + [[0, 0, 1]] * 3 + [[0, 1, 0]] * 2 + [[0, 0, 0]] * 2)
FAMILLES = ["R", "R", "O"]


@pytest.fixture(scope="module")
def depart():
    return make_pipeline(Traits(usages=1), ClassifieurParFamille(FAMILLES)).fit(PHRASES, CODES)


def test_la_probabilite_est_celle_de_la_famille_fois_celle_du_code():
    X = Traits(usages=1).fit_transform(PHRASES)
    p = ClassifieurParFamille(FAMILLES, C=3).fit(X, CODES).predict_proba(X)
    regression = LogisticRegression(C=3, solver="liblinear", random_state=0, tol=1e-5)
    risque = CODES[:, :2].any(axis=1)
    famille = clone(regression).fit(X, risque).predict_proba(X)[:, 1]
    code = clone(regression).fit(X[risque], CODES[risque, 0]).predict_proba(X)[:, 1]
    np.testing.assert_allclose(p[:, 0], famille * code)
    # A family of one code is that code.
    seule = clone(regression).fit(X, CODES[:, 2]).predict_proba(X)[:, 1]
    np.testing.assert_allclose(p[:, 2], seule, rtol=1e-6)


def test_sans_familles_chaque_code_est_appris_seul():
    X = Traits(usages=1).fit_transform(PHRASES)
    p = ClassifieurParFamille().fit(X, CODES).predict_proba(X)
    attendu = (
        LogisticRegression(C=10, solver="liblinear", random_state=0, tol=1e-5)
        .fit(X, CODES[:, 1])
        .predict_proba(X)[:, 1]
    )
    np.testing.assert_allclose(p[:, 1], attendu, rtol=1e-6)


def test_ce_qu_on_ne_sait_pas_n_apprend_rien():
    X, y = Traits(usages=1).fit_transform(PHRASES), CODES.astype(float)
    y[:, 2] = np.nan
    p = ClassifieurParFamille(FAMILLES).fit(X, y).predict_proba(X)
    assert (p[:, 2] < 1e-6).all()
    np.testing.assert_array_equal(p[:, :2], ClassifieurParFamille(["R", "R"]).fit(X, y[:, :2]).predict_proba(X))


def test_une_famille_dont_on_n_a_lu_que_des_oui_reste_indecise():
    X = np.eye(4)
    p = ClassifieurParFamille(["P", "P"]).fit(X, [[1, 0], [1, 0], [0, 1], [0, 1]]).predict_proba(X)
    assert (p <= 0.5).all()
    assert p[0, 0] > p[0, 1]


def test_restaurer_rend_le_meme_modele():
    X = Traits(usages=1).fit_transform(PHRASES)
    appris = ClassifieurParFamille(FAMILLES).fit(X, CODES)
    rendu = ClassifieurParFamille(FAMILLES).restaurer(appris.coef_, appris.intercept_)
    np.testing.assert_array_equal(appris.predict_proba(X), rendu.predict_proba(X))
    np.testing.assert_array_equal(appris.poids, rendu.poids)


def test_se_valide_en_croise_par_entretien():
    modele = make_pipeline(Traits(usages=1), ClassifieurParFamille(FAMILLES))
    resultat = cross_validate(
        modele, PHRASES * 2, np.vstack([CODES] * 2), groups=[0] * 10 + [1] * 10, cv=GroupKFold(2), scoring="f1_micro"
    )
    assert (resultat["test_score"] > 0.8).all()


def test_le_seuil_decide():
    X = Traits(usages=1).fit_transform(PHRASES)
    p = ClassifieurParFamille(FAMILLES).fit(X, CODES).predict_proba(X)
    for seuil in (0.0, 0.4, 1.1):
        poses = ClassifieurParFamille(FAMILLES, seuil=seuil).fit(X, CODES).predict(X)
        np.testing.assert_array_equal(poses, (p >= seuil).astype(int))


def test_l_adaptation_part_du_depart(depart):
    rien = Adaptation(depart).fit(PHRASES[:2], np.full((2, 3), np.nan))
    np.testing.assert_allclose(rien.predict_proba(PHRASES), depart.predict_proba(PHRASES), atol=1e-6)


def test_peu_de_phrases_corrigent_un_peu_et_beaucoup_davantage(depart):
    neuves = ["Le serveur rame."] * 40
    avant = depart.predict_proba(neuves[:1])[0, 0]
    peu = Adaptation(depart).fit(neuves[:2], [[1, 0, 0]] * 2).predict_proba(neuves[:1])[0, 0]
    beaucoup = Adaptation(depart).fit(neuves, [[1, 0, 0]] * 40).predict_proba(neuves[:1])[0, 0]
    assert avant < peu < beaucoup
    assert beaucoup > 0.8


def test_l_adaptation_minimise_sa_fonction(depart):
    y = np.array([[1, 0, 0]] * 5 + [[0, 0, 0]] * 5)
    modele = Adaptation(depart, souplesse=0.0).fit(PHRASES, y)
    X, p = modele.traits_.transform(PHRASES), depart.predict_proba(PHRASES)[:, 0]
    z = np.log(p / (1 - p)) + X @ modele.coef_[0] + modele.intercept_[0]
    pente = X.T @ (expit(z) - y[:, 0]) + modele.coef_[0]
    assert abs(pente).max() < 1e-2


def test_sans_souplesse_la_cote_du_depart_compte_en_entier(depart):
    assert (Adaptation(depart, souplesse=0.0).fit(PHRASES, CODES).pente_ == 1).all()
    assert (Adaptation(depart, souplesse=0.3).fit(PHRASES, CODES).pente_ != 1).any()


def test_cloner_une_adaptation_ne_perd_pas_son_depart(depart):
    copie = clone(Adaptation(depart, C=2.0))
    assert copie.get_params(deep=False) == {"depart": depart, "C": 2.0, "souplesse": 0.3, "seuil": 0.3}
    resultat = cross_validate(
        Adaptation(depart),
        PHRASES * 2,
        np.vstack([CODES] * 2),
        groups=[0] * 10 + [1] * 10,
        cv=GroupKFold(2),
        scoring="f1_micro",
    )
    assert (resultat["test_score"] > 0.8).all()
