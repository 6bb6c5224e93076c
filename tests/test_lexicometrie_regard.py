"""Les classes en regard des codes : les croisements comptent juste, les mesures sont celles de scipy et du hasard."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lexicometrie import (
    Classement,
    comparer_classements,
    croiser_classes,
    mesurer_lien,
    parts_des_codes,
)

CLASSES = st.lists(st.integers(0, 3), min_size=1, max_size=30)


def classer(classes):
    """Composer un classement : une classe par segment."""
    noms = [f"E01:{rang}0-{rang}9" for rang in range(len(classes))]
    return Classement(pd.DataFrame({"segment": noms, "uc": 0, "classe": classes}), pd.DataFrame(), ())


def partager(classement, parts):
    """Poser des parts : un texte par segment, une lettre par part."""
    lignes = [(nom, un) for nom, siens in zip(classement.segments["segment"], parts, strict=False) for un in siens]
    return pd.DataFrame(lignes, columns=["segment", "part"])


@given(CLASSES, st.lists(st.sampled_from(["", "R", "O", "RO"]), min_size=30, max_size=30))
def test_chaque_segment_classe_est_compte_dans_chacune_de_ses_parts(classes, parts):
    classement = classer(classes)
    poses = partager(classement, parts)
    table = croiser_classes(classement, poses)
    for classe in table.index:
        for part in table.columns:
            siens = [un for un, lettres in zip(classes, parts, strict=False) if un == classe and part in lettres]
            assert table.at[classe, part] == len(siens)
    assert 0 not in table.index
    seules = croiser_classes(classement, poses, seules=True)
    assert seules.to_numpy().sum() == sum(un > 0 and len(p) == 1 for un, p in zip(classes, parts, strict=False))


def test_un_segment_pose_deux_fois_ne_compte_qu_une():
    classement = classer([1])
    assert croiser_classes(classement, partager(classement, [["R-A", "R-A"]])).values.tolist() == [[1]]


def test_des_parts_en_nombres_ou_vides_se_croisent_aussi():
    parts = pd.DataFrame({"segment": ["E01:00-09", "E01:00-09", "E01:10-19"], "part": [10, float("nan"), 2]})
    table = croiser_classes(classer([1, 1]), parts.astype({"part": "Int64"}), seules=True)
    assert table.to_dict("index") == {1: {"2": 1, "10": 1}}


def test_l_ordre_des_codes_est_garde_et_un_code_absent_y_est():
    codages = pd.DataFrame({"segment": ["E01:00-09"], "codeur": "ana", "code": "R-B", "origine": "humain"})
    table = croiser_classes(classer([2]), parts_des_codes(codages, ["R-B", "R-A"]))
    assert list(table.columns) == ["R-B", "R-A"]
    assert table.loc[2].tolist() == [1, 0]


def test_sans_part_rien_n_est_croise():
    vide = pd.DataFrame(columns=["segment", "part"], dtype="str")
    assert croiser_classes(classer([1, 2]), vide).shape == (2, 0)
    with pytest.raises(ErreurDonnees):
        croiser_classes(classer([1]), vide.drop(columns="part"))


@given(st.integers(2, 5), st.integers(2, 5), st.data())
def test_le_v_de_cramer_est_celui_de_scipy(lignes, colonnes, data):
    from scipy.stats.contingency import association

    cases = st.integers(0, 20)
    table = np.array(data.draw(st.lists(cases, min_size=lignes * colonnes, max_size=lignes * colonnes)))
    table = table.reshape(lignes, colonnes)
    pleine = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    v = mesurer_lien(pd.DataFrame(table))
    if min(pleine.shape) < 2:
        assert np.isnan(v)
    else:
        assert v == pytest.approx(association(pleine, method="cramer"), abs=1e-9)
        assert v == pytest.approx(mesurer_lien(pd.DataFrame(table.T)))


@given(CLASSES, st.permutations([1, 2, 3]))
def test_le_nom_des_classes_ne_compte_pas(classes, noms):
    un = classer(classes).segments
    autre = un.assign(classe=[noms[classe - 1] if classe else 0 for classe in classes])
    assert comparer_classements(un, autre).tolist() == pytest.approx([1, 1])


def test_l_exemple_de_rand_ajuste_se_calcule_a_la_main():
    # Pairs: 15; together in one 6, in the other 3, in both 2; expected 6 × 3 / 15 = 1.2.
    un, autre = classer([1, 1, 1, 2, 2, 2]).segments, classer([1, 1, 2, 2, 3, 3]).segments
    assert comparer_classements(un, autre)["rand"] == pytest.approx((2 - 1.2) / ((6 + 3) / 2 - 1.2))


def test_seuls_les_segments_communs_sont_compares_quel_que_soit_leur_ordre():
    un = classer([1, 1, 2, 2]).segments
    assert comparer_classements(un, un.iloc[[3, 0, 2]]).tolist() == pytest.approx([1, 1])
    assert comparer_classements(un, un.iloc[:0]).isna().all()
    with pytest.raises(ErreurDonnees):
        comparer_classements(un, un[["segment"]])
