import math
from fractions import Fraction
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ess_analyse.coefficients import (
    ac1_gwet,
    alpha_krippendorff,
    alpha_masi,
    distance_masi,
    kappa_cohen,
    rapporter,
)


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


# Krippendorff (2011), section C: four observers, twelve units, missing values. Gwet (2014) takes it up again, as
# cac.raw4raters in the irrCAC package, whose vignette gives alpha 0.743, AC1 0.77544 (pa 0.8181818, pe 0.1903212).
QUATRE = lire(
    "1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."
)
# Gwet (2014), two abstractors and a hundred pregnant women: cont3x3abstractors in irrCAC.
GROSSESSES = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]


def derouler(croisees):
    """Two lists of answers that cross into this table."""
    paires = [(i, j) for i, ligne in enumerate(croisees) for j, nombre in enumerate(ligne) for _ in range(nombre)]
    return [list(reponses) for reponses in zip(*paires, strict=True)]


def test_alpha_retrouve_l_exemple_a_quatre_observateurs_de_krippendorff_2011():
    assert alpha_krippendorff(QUATRE) == pytest.approx(0.743421, abs=1e-6)


def test_les_trois_coefficients_retrouvent_la_table_des_grossesses_de_gwet_2014():
    deux = derouler(GROSSESSES)
    assert kappa_cohen(*deux) == pytest.approx(0.7964094, abs=1e-7)
    assert ac1_gwet(deux) == pytest.approx(0.8493305, abs=1e-7)
    assert alpha_krippendorff(deux) == pytest.approx(0.7972585, abs=1e-7)


def test_la_table_des_grossesses_recalculee_a_la_main_donne_le_meme_ac1():
    # Margins 13 27 60 and 13 24 63, so the mean shares are .13, .255 and .615.
    observe = Fraction(13 + 20 + 56, 100)
    hasard = sum(part * (1 - part) for part in (Fraction(130, 1000), Fraction(255, 1000), Fraction(615, 1000))) / 2
    assert ac1_gwet(derouler(GROSSESSES)) == pytest.approx(float((observe - hasard) / (1 - hasard)), abs=1e-12)


def test_ac1_retrouve_l_exemple_a_quatre_codeurs_de_gwet_2014_valeurs_manquantes_comprises():
    assert ac1_gwet(QUATRE) == pytest.approx(0.77544, abs=5e-6)
    # An unknown sixth answer lowers the agreement expected by chance: pe times 4/5.
    hasard = 0.1903212 * 4 / 5
    assert ac1_gwet(QUATRE, modalites=6) == pytest.approx((0.8181818 - hasard) / (1 - hasard), abs=1e-6)


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


@given(matrices)
def test_alpha_est_celui_de_nltk(valeurs):
    from nltk.metrics.agreement import AnnotationTask

    donnees = [(codeur, unite, v) for codeur, ligne in enumerate(valeurs) for unite, v in enumerate(ligne) if v]
    alpha = alpha_krippendorff(valeurs)
    # NLTK calls a perfect agreement what has no variation, and cannot divide without a pair.
    assume(not math.isnan(alpha))
    assert alpha == pytest.approx(AnnotationTask(data=donnees).alpha(), abs=1e-12)


def ac1_par_paires(valeurs):
    """The definition: agreeing pairs within units, and shares of each answer averaged over units."""
    unites = [[v for v in unite if v is not None] for unite in zip(*valeurs, strict=True)]
    unites = [unite for unite in unites if unite]
    doubles = [list(permutations(unite, 2)) for unite in unites if len(unite) > 1]
    modalites = {v for unite in unites for v in unite}
    if not doubles or len(modalites) < 2:
        return math.nan
    observe = sum(Fraction(sum(a == b for a, b in paires), len(paires)) for paires in doubles) / len(doubles)
    parts = [sum(Fraction(unite.count(m), len(unite)) for unite in unites) / len(unites) for m in modalites]
    hasard = sum(part * (1 - part) for part in parts) / (len(modalites) - 1)
    return float((observe - hasard) / (1 - hasard))


@given(matrices)
def test_ac1_suit_sa_definition_par_paires(valeurs):
    assert egaux(ac1_gwet(valeurs), ac1_par_paires(valeurs))


@given(st.lists(st.lists(st.sampled_from("xy"), min_size=3, max_size=3), min_size=1, max_size=20))
def test_a_deux_reponses_equilibrees_ac1_est_le_kappa_uniforme_de_statsmodels(unites):
    """With as many yes as no, Gwet's chance is a half, that of Randolph (``uniform`` in statsmodels)."""
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

    miroir = unites + [["y" if v == "x" else "x" for v in unite] for unite in unites]
    comptes, _ = aggregate_raters(miroir)
    assert ac1_gwet(list(zip(*miroir, strict=True))) == pytest.approx(fleiss_kappa(comptes, "uniform"), abs=1e-12)


def test_ac1_reste_haut_quand_un_code_est_rare():
    # Feinstein and Cicchetti's paradox: 94 % agreement, and a kappa below zero.
    deux = derouler([[118, 5], [2, 0]])
    assert kappa_cohen(*deux) == pytest.approx(-0.0234, abs=5e-5)
    assert ac1_gwet(deux) == pytest.approx((0.944 - 0.054432) / (1 - 0.054432), abs=1e-9)


@pytest.mark.parametrize("valeurs", [[], [[], []], [[None, 1], [2, None]], [[1, 1], [1, 1]], [[1, 2]]])
def test_ac1_est_indefini_sans_paire_ou_sans_variation(valeurs):
    assert math.isnan(ac1_gwet(valeurs))


def test_ac1_refuse_moins_de_modalites_que_de_reponses():
    with pytest.raises(ValueError, match="2 réponses possibles, mais 5 ont été données"):
        ac1_gwet(QUATRE, modalites=2)
    assert math.isnan(ac1_gwet([["x", "x"], ["x", "x"]], modalites=2))


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


@given(reponses)
def test_kappa_est_celui_de_statsmodels(paires):
    from statsmodels.stats.inter_rater import cohens_kappa

    deux = list(zip(*paires, strict=True))
    assume(len(set(deux[0]) | set(deux[1])) > 1)
    noms = sorted(set(deux[0]) | set(deux[1]))
    table = [[sum(paire == (a, b) for paire in paires) for b in noms] for a in noms]
    assert kappa_cohen(*deux) == pytest.approx(cohens_kappa(np.array(table), return_results=False), abs=1e-12)


def test_kappa_indefini_ou_impossible():
    assert math.isnan(kappa_cohen([], []))
    assert math.isnan(kappa_cohen(["x", "x"], ["x", "x"]))
    with pytest.raises(ValueError, match="2 réponses d'un côté, 1 de l'autre"):
        kappa_cohen([1, 0], [1])


@pytest.mark.parametrize("mesurer", [alpha_krippendorff, ac1_gwet])
def test_des_codeurs_qui_n_ont_pas_lu_autant_d_unites_sont_refuses(mesurer):
    with pytest.raises(ValueError, match="le même nombre d'unités"):
        mesurer([[1, 0, 1], [1, 0]])
    assert mesurer(pd.DataFrame([[1, 0], [1, 0]])) == mesurer(np.array([[1, 0], [1, 0]])) == 1


def test_rapporter_n_a_de_sens_que_si_le_hasard_laisse_un_desaccord():
    assert rapporter(0.0, 0.5) == 1
    assert rapporter(0.5, 0.25) == -1
    assert math.isnan(rapporter(0.0, 0.0))
    assert math.isnan(rapporter(math.nan, math.nan))


etiquettes = st.sets(st.sampled_from("abcd"))


@given(etiquettes, etiquettes)
def test_la_distance_masi_est_celle_de_nltk(un, autre):
    from nltk.metrics.distance import masi_distance

    # NLTK divides by zero on two empty sets: « nothing » becomes a label of its own there.
    attendu = masi_distance(un or {"-"}, autre or {"-"})
    assert distance_masi(un, autre) == pytest.approx(attendu, abs=1e-12)
    assert distance_masi(un, autre) == distance_masi(autre, un)
    assert (distance_masi(un, autre) == 0) == (un == autre)


def test_la_distance_masi_suit_les_quatre_cas_de_passonneau_2006():
    assert distance_masi("abc", "cba") == 0
    assert distance_masi("a", "abc") == pytest.approx(1 - Fraction(1, 3) * Fraction(2, 3))
    assert distance_masi("ab", "bc") == pytest.approx(1 - Fraction(1, 3) * Fraction(1, 3))
    assert distance_masi("ab", "cd") == distance_masi("", "a") == 1


ensembles = st.integers(1, 5).flatmap(
    lambda unites: st.lists(st.lists(st.none() | etiquettes, min_size=unites, max_size=unites), min_size=1, max_size=4)
)


@given(ensembles)
def test_alpha_masi_est_celui_de_nltk(lus):
    from nltk.metrics.agreement import AnnotationTask
    from nltk.metrics.distance import masi_distance

    alpha = alpha_masi(lus)
    assume(not math.isnan(alpha))
    donnees = [
        (codeur, unite, frozenset(case or {"-"}))
        for codeur, ligne in enumerate(lus)
        for unite, case in enumerate(ligne)
        if case is not None
    ]
    assert alpha == pytest.approx(AnnotationTask(data=donnees, distance=masi_distance).alpha(), abs=1e-12)


def test_alpha_masi_d_une_etiquette_par_case_retrouve_la_table_de_krippendorff_2011():
    seules = [[None if valeur is None else {valeur} for valeur in ligne] for ligne in QUATRE]
    assert alpha_masi(seules) == pytest.approx(0.743421, abs=1e-6)


@given(matrices)
def test_alpha_masi_d_une_etiquette_par_case_est_l_alpha_nominal(valeurs):
    seules = [[None if valeur is None else {valeur} for valeur in ligne] for ligne in valeurs]
    assert egaux(alpha_masi(seules), alpha_krippendorff(valeurs))


def test_alpha_masi_recalcule_a_la_main():
    lus = [[{"a"}, {"a", "b"}, set(), {"b"}], [{"a"}, {"a"}, set(), None]]
    # One disagreement of 2/3 in three pairs; expected: 3 {a}, 1 {a, b}, 2 empty, out of 15 pairs.
    observe, attendu = Fraction(2, 3) / 3, (3 * Fraction(2, 3) + 6 + 2) / 15
    assert alpha_masi(lus) == pytest.approx(float(1 - observe / attendu), abs=1e-12)
    assert alpha_masi([[*ligne, case] for ligne, case in zip(lus, (math.nan, {"c"}), strict=True)]) == alpha_masi(lus)


@pytest.mark.parametrize("lus", [[], [[], []], [[{"a"}, None], [None, {"a"}]], [[set()], [set()]]])
def test_alpha_masi_est_indefini_sans_paire_ou_sans_variation(lus):
    assert math.isnan(alpha_masi(lus))


def test_alpha_masi_refuse_un_texte_et_des_lignes_inegales():
    with pytest.raises(ValueError, match="« R-SENS » est un texte"):
        alpha_masi([["R-SENS"], [{"R-SENS"}]])
    with pytest.raises(ValueError, match="le même nombre d'unités"):
        alpha_masi([[set()], [set(), set()]])
