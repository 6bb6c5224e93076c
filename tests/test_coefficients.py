import math
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ess_analyse.coefficients import alpha_krippendorff, kappa_cohen, rapporter


def lire(*lignes):
    return [[None if valeur in "*." else valeur for valeur in ligne.split()] for ligne in lignes]


def alpha_par_paires(valeurs):
    """The definition, pair by pair: observed against expected share of unlike pairs."""
    unites = [[v for v in unite if v is not None] for unite in zip(*valeurs, strict=True)]
    unites = [unite for unite in unites if len(unite) > 1]
    toutes = [valeur for unite in unites for valeur in unite]
    attendu = [a != b for a, b in permutations(toutes, 2)]
    if not any(attendu):
        return math.nan
    observe = sum(sum(a != b for a, b in permutations(unite, 2)) / (len(unite) - 1) for unite in unites) / len(toutes)
    return 1 - observe / (sum(attendu) / len(attendu))


def egaux(un, autre):
    return (math.isnan(un) and math.isnan(autre)) or un == pytest.approx(autre, abs=1e-12)


def test_alpha_retrouve_l_exemple_a_quatre_observateurs_de_krippendorff_2011():
    valeurs = lire(
        "1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."
    )
    assert alpha_krippendorff(valeurs) == pytest.approx(0.743421, abs=1e-6)


def test_alpha_retrouve_l_exemple_a_trois_codeurs_de_wikipedia():
    valeurs = lire("* * * * * 3 4 1 2 1 1 3 3 * 3", "1 * 2 1 3 3 4 3 * * * * * * *", "* * 2 1 3 4 4 * 2 1 1 3 3 * 4")
    assert alpha_krippendorff(valeurs) == pytest.approx(0.691358, abs=1e-6)


def test_alpha_retrouve_les_exemples_a_deux_observateurs_de_krippendorff_2011():
    binaire = lire("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
    assert alpha_krippendorff(binaire) == pytest.approx(0.095, abs=5e-4)
    nominal = lire("a a b b d c c c e d d a", "b a b b b c c c e d d d")
    assert alpha_krippendorff(nominal) == pytest.approx(0.692, abs=5e-4)


@pytest.mark.parametrize("valeurs", [[], [[], []], [[None, 1], [2, None]], [[1, 1], [1, 1]], [[1, 2]]])
def test_alpha_est_indefini_sans_paire_ou_sans_variation(valeurs):
    assert math.isnan(alpha_krippendorff(valeurs))


def test_alpha_accepte_tableaux_et_nan():
    valeurs = [[1.0, 0.0, math.nan, 1.0], [1.0, 0.0, 0.0, 0.0], [math.nan, 0.0, 0.0, 1.0]]
    attendu = alpha_par_paires([[None if math.isnan(v) else v for v in ligne] for ligne in valeurs])
    assert alpha_krippendorff(np.array(valeurs)) == pytest.approx(attendu)
    assert alpha_krippendorff(pd.DataFrame(valeurs, index=["ana", "bob", "cle"])) == pytest.approx(attendu)


matrices = st.integers(1, 4).flatmap(
    lambda unites: st.lists(
        st.lists(st.sampled_from(["x", "y", "z", None]), min_size=unites, max_size=unites), min_size=1, max_size=4
    )
)


@given(matrices)
def test_alpha_suit_la_definition_par_paires(valeurs):
    assert egaux(alpha_krippendorff(valeurs), alpha_par_paires(valeurs))


@given(matrices, st.randoms(use_true_random=False))
def test_alpha_ignore_l_ordre_des_codeurs_et_des_unites(valeurs, hasard):
    melange = [list(ligne) for ligne in valeurs]
    hasard.shuffle(melange)
    colonnes = list(zip(*melange, strict=True))
    hasard.shuffle(colonnes)
    assert egaux(alpha_krippendorff(valeurs), alpha_krippendorff(list(map(list, zip(*colonnes, strict=True)))))


reponses = st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=1, max_size=30)


@given(reponses)
def test_kappa_est_celui_de_scikit_learn(paires):
    from sklearn.metrics import cohen_kappa_score

    deux = list(zip(*paires, strict=True))
    assume(len(set(deux[0]) | set(deux[1])) > 1)
    assert kappa_cohen(*deux) == pytest.approx(cohen_kappa_score(*deux), abs=1e-12)


def test_kappa_indefini_ou_impossible():
    assert math.isnan(kappa_cohen([], []))
    assert math.isnan(kappa_cohen(["x", "x"], ["x", "x"]))
    with pytest.raises(ValueError, match="2 réponses d'un côté, 1 de l'autre"):
        kappa_cohen([1, 0], [1])


def test_rapporter_n_a_de_sens_que_si_le_hasard_laisse_un_desaccord():
    assert rapporter(0.0, 0.5) == 1
    assert rapporter(0.5, 0.25) == -1
    assert math.isnan(rapporter(0.0, 0.0))
    assert math.isnan(rapporter(math.nan, math.nan))
