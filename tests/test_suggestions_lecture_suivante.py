"""L'ordre de lecture : toutes les phrases non lues, du hasard dans toute tête, jamais deux fois la même chose."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.modele import CODAGES, SEGMENTS
from ess_analyse.suggestions.evaluation import JUGEES
from ess_analyse.suggestions.lecture_suivante import LECTURE, ordonner_lecture

NOMS = ("R-CHARGE", "R-MOYENS", "O-COMP")


def poser(phrases):
    """Une phrase par élément : son entretien, son premier code et son score."""
    segments, suggestions = [], []
    for numero, (entretien, code, score) in enumerate(phrases):
        debut = numero * 10
        place = f"E0{entretien}:{debut}-{debut + 9}"
        segments.append((place, f"E0{entretien}", 1, "Marion", debut, debut + 9, "…"))
        suggestions.append((place, NOMS[code], score, 1, score >= 0.5))
    return pd.DataFrame(suggestions, columns=JUGEES), pd.DataFrame(segments, columns=SEGMENTS)


def lire(segments):
    return pd.DataFrame([(segment, "ana", "-", "humain") for segment in segments], columns=CODAGES)


phrases = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 2), st.integers(0, 100).map(lambda note: note / 100)), max_size=40
)
parts = st.integers(0, 100).map(lambda centieme: centieme / 100)


@given(phrases, parts, st.sets(st.integers(0, 39)))
def test_chaque_phrase_non_lue_vient_une_fois_et_une_seule(lignes, part, deja):
    suggestions, segments = poser(lignes)
    lus = [segment for rang, segment in enumerate(segments["segment"]) if rang in deja]
    table = ordonner_lecture(suggestions, segments, lire(lus), part_au_hasard=part)
    assert tuple(table.columns) == LECTURE
    assert sorted(table["segment"]) == sorted(set(segments["segment"]) - set(lus))
    assert table["rang"].tolist() == list(range(1, len(table) + 1))


@given(phrases, parts)
def test_toute_tete_de_liste_a_sa_part_de_hasard(lignes, part):
    table = ordonner_lecture(*poser(lignes), part_au_hasard=part)
    tires = table["raison"].eq("hasard").cumsum().tolist()
    assert tires == [floor(Fraction(round(100 * part), 100) * rang) for rang in range(1, len(table) + 1)]
    assert set(table["raison"]) <= {"hasard", "incertaine"}


@given(phrases, parts, st.integers(0, 3), st.randoms(use_true_random=False))
def test_l_ordre_ne_depend_pas_de_celui_des_tables(lignes, part, graine, hasard):
    suggestions, segments = poser(lignes)
    attendu = ordonner_lecture(suggestions, segments, part_au_hasard=part, graine=graine)
    ordre = list(range(len(lignes)))
    hasard.shuffle(ordre)
    melees = suggestions.iloc[ordre].set_axis(ordre), segments.iloc[ordre[::-1]]
    pd.testing.assert_frame_equal(ordonner_lecture(*melees, part_au_hasard=part, graine=graine), attendu)


@given(phrases, st.integers(0, 40))
def test_reprendre_apres_la_tete_garde_le_hasard_deja_tire(lignes, lues):
    """Les phrases tirées le restent, dans le même ordre, même si la machine a changé d'avis entre-temps."""
    suggestions, segments = poser(lignes)
    avant = ordonner_lecture(suggestions, segments)
    suite = ordonner_lecture(
        suggestions.assign(score=1 - suggestions["score"] / 2), segments, lire(avant["segment"].head(lues))
    )
    attendues = avant.loc[(avant["rang"] > lues) & (avant["raison"] == "hasard"), "segment"].tolist()
    tirees = suite.loc[suite["raison"] == "hasard", "segment"].tolist()
    commun = min(len(attendues), len(tirees))
    assert tirees[:commun] == attendues[:commun]
    assert abs(len(tirees) - len(attendues)) <= 1


@given(phrases)
def test_deux_phrases_incertaines_de_suite_different_tant_que_c_est_possible(lignes):
    table = ordonner_lecture(*poser(lignes), part_au_hasard=0)
    cles = [(code, segment.split(":")[0]) for code, segment in zip(table["code"], table["segment"], strict=True)]
    for rang in range(1, len(cles)):
        (code, entretien), restent = cles[rang - 1], cles[rang:]
        for possible in (
            lambda cle, c=code, e=entretien: cle[0] != c and cle[1] != e,
            lambda cle, c=code: cle[0] != c,
            lambda cle, e=entretien: cle[1] != e,
        ):
            if any(map(possible, restent)):
                assert possible(cles[rang])
                break


def test_la_plus_incertaine_vient_d_abord_et_la_plus_sure_a_la_fin():
    table = ordonner_lecture(*poser([(1, 0, 0.02), (1, 0, 0.9), (1, 0, 0.45), (1, 0, 1.0)]), part_au_hasard=0)
    assert table["segment"].tolist() == ["E01:20-29", "E01:10-19", "E01:0-9", "E01:30-39"]
    assert table["incertitude"].round(3).tolist() == [0.993, 0.469, 0.141, 0.0]


def test_l_incertitude_est_la_somme_des_entropies_des_codes_montres():
    suggestions, segments = poser([(1, 0, 0.5)])
    second = suggestions.assign(code="O-COMP", score=0.25, rang=2)
    table = ordonner_lecture(pd.concat([second, suggestions]), segments, part_au_hasard=0)
    entropie = -(0.25 * np.log2(0.25) + 0.75 * np.log2(0.75))
    assert table["incertitude"].tolist() == pytest.approx([1 + entropie], abs=1e-6)
    assert table["code"].tolist() == ["R-CHARGE"]


def test_un_code_frequent_ne_prend_pas_toute_la_tete():
    lignes = [(1 + rang % 4, 0, 0.5) for rang in range(20)] + [(1 + rang % 4, 1, 0.3) for rang in range(20)]
    table = ordonner_lecture(*poser(lignes), part_au_hasard=0)
    assert table["code"].head(10).value_counts().to_dict() == {"R-CHARGE": 5, "R-MOYENS": 5}


def test_le_hasard_est_tire_parmi_toutes_les_phrases_et_ignore_la_machine():
    rng = np.random.default_rng(0)
    lignes = [(1 + rang % 4, rang % 3, float(note)) for rang, note in enumerate(rng.random(3000))]
    suggestions, segments = poser(lignes)
    table = ordonner_lecture(suggestions, segments)
    tirees = table[table["raison"] == "hasard"]
    assert len(tirees) == 600
    # 600 of 3,000 drawn: the standard error of the mean is about 0.01 bit.
    assert tirees["incertitude"].mean() == pytest.approx(table["incertitude"].mean(), abs=0.04)
    assert table["incertitude"].head(300)[table["raison"] == "incertaine"].mean() > 0.99
    autre = ordonner_lecture(suggestions.assign(score=0.5), segments)
    assert autre.loc[autre["raison"] == "hasard", "segment"].tolist() == tirees["segment"].tolist()


def test_une_autre_graine_tire_d_autres_phrases():
    cas = poser([(1 + rang % 4, 0, 0.5) for rang in range(60)])
    un, deux = (ordonner_lecture(*cas, graine=graine) for graine in (0, 1))
    assert set(un.loc[un["raison"] == "hasard", "segment"]) != set(deux.loc[deux["raison"] == "hasard", "segment"])


def test_une_phrase_sans_suggestion_est_lue_aussi():
    suggestions, segments = poser([(1, 0, 0.5), (2, 1, 0.5)])
    table = ordonner_lecture(suggestions.head(1), segments, part_au_hasard=0)
    assert table[["code", "incertitude"]].values.tolist() == [["R-CHARGE", 1.0], ["", 0.0]]


def test_tout_est_lu_ou_rien_n_est_a_lire():
    suggestions, segments = poser([(1, 0, 0.5)])
    assert ordonner_lecture(suggestions, segments, lire(segments["segment"])).empty
    assert tuple(ordonner_lecture(*poser([])).columns) == LECTURE


@pytest.mark.parametrize("part", [-0.1, 1.1, float("nan")])
def test_une_part_impossible_est_refusee(part):
    with pytest.raises(ErreurDonnees, match="part au hasard impossible"):
        ordonner_lecture(*poser([]), part_au_hasard=part)


def test_une_table_sans_ses_colonnes_est_refusee():
    suggestions, segments = poser([(1, 0, 0.5)])
    with pytest.raises(ErreurDonnees, match="table suggestions : colonne manquante"):
        ordonner_lecture(segments, segments)
    with pytest.raises(ErreurDonnees, match="table codages : colonne manquante"):
        ordonner_lecture(suggestions, segments, segments)
