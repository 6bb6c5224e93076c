"""L'analyse des correspondances : deux exemples publiés, et ce que la théorie promet de tout tableau."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lexicometrie import analyser_correspondances

# Greenacre (1984), habitudes de tabac (fictives) de cinq grades ; sorties publiées avec le paquet R « ca ».
TABAC = pd.DataFrame(
    [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]],
    index=["SM", "JM", "SE", "JE", "SC"],
    columns=["none", "light", "medium", "heavy"],
)
# Treize tâches ménagères, du paquet R « FactoMineR ».
TACHES = pd.DataFrame(
    [
        [156, 14, 2, 4],
        [124, 20, 5, 4],
        [77, 11, 7, 13],
        [82, 36, 15, 7],
        [53, 11, 1, 57],
        [32, 24, 4, 53],
        [33, 23, 9, 55],
        [12, 46, 23, 15],
        [10, 51, 75, 3],
        [13, 13, 21, 66],
        [8, 1, 53, 77],
        [0, 3, 160, 2],
        [0, 1, 6, 153],
    ]
)


def ranger(table, colonne="coordonnee"):
    return table.pivot(index="element", columns="axe", values=colonne)


@pytest.fixture(scope="module")
def tabac():
    return analyser_correspondances(TABAC)


def test_les_valeurs_propres_du_tabac(tabac):
    assert tabac.inertie == pytest.approx(0.085190, abs=5e-7)
    assert tabac.axes["axe"].tolist() == [1, 2, 3]
    assert tabac.axes["valeur_propre"].tolist() == pytest.approx([0.074759, 0.010017, 0.000414], abs=5e-7)
    assert tabac.axes["cumul"].tolist() == pytest.approx([0.878, 0.995, 1], abs=5e-4)


def test_les_masses_et_les_inerties_du_tabac(tabac):
    lignes = tabac.lignes.drop_duplicates("element").set_index("element")
    assert lignes["masse"].tolist() == pytest.approx([0.056995, 0.093264, 0.264249, 0.455959, 0.129534], abs=5e-7)
    assert lignes["inertie"].tolist() == pytest.approx([0.002673, 0.011881, 0.038314, 0.026269, 0.006053], abs=5e-7)


def test_le_premier_axe_du_tabac(tabac):
    # « ca » publie les coordonnées standard, et avec l'autre signe : la coordonnée principale, divisée par √λ.
    standard = -ranger(tabac.lignes)[1] / np.sqrt(tabac.axes["valeur_propre"][0])
    publiees = {"SM": -0.240539, "JM": 0.947105, "SE": -1.391973, "JE": 0.851989, "SC": -0.735456}
    assert standard.to_dict() == pytest.approx(publiees, abs=5e-7)
    standard = -ranger(tabac.colonnes)[1] / np.sqrt(tabac.axes["valeur_propre"][0])
    publiees = {"none": -1.438471, "light": 0.363746, "medium": 0.718017, "heavy": 1.074445}
    assert standard.to_dict() == pytest.approx(publiees, abs=5e-7)


def test_les_valeurs_propres_des_taches_menageres():
    axes = analyser_correspondances(TACHES).axes
    assert axes["valeur_propre"].tolist() == pytest.approx([0.5428893, 0.4450028, 0.1270484], abs=5e-8)
    assert (100 * axes["part"]).tolist() == pytest.approx([48.69222, 39.91269, 11.39509], abs=5e-5)


TABLEAUX = arrays(np.int64, st.tuples(st.integers(2, 6), st.integers(2, 6)), elements=st.integers(0, 30))


def en_table(effectifs):
    lignes, colonnes = effectifs.shape
    return pd.DataFrame(effectifs, index=[f"l{i}" for i in range(lignes)], columns=[f"c{j}" for j in range(colonnes)])


def en_table_pleine(effectifs):
    assume(min((effectifs.sum(axis=axe) > 0).sum() for axe in (0, 1)) >= 2)
    return en_table(effectifs)


@given(TABLEAUX)
def test_l_inertie_est_le_chi2_divise_par_le_total(effectifs):
    from scipy.stats import chi2_contingency

    table = en_table_pleine(effectifs)
    resultat = analyser_correspondances(table)
    pleine = table.loc[table.sum(axis=1) > 0, table.sum() > 0]
    chi2 = chi2_contingency(pleine, correction=False).statistic
    assert resultat.inertie == pytest.approx(chi2 / effectifs.sum(), abs=1e-9)
    assert resultat.axes["valeur_propre"].sum() == pytest.approx(resultat.inertie, abs=1e-9)
    assert (resultat.axes["valeur_propre"] <= 1 + 1e-9).all()


@given(TABLEAUX)
def test_contributions_et_cos2_se_somment_a_un(effectifs):
    resultat = analyser_correspondances(en_table_pleine(effectifs))
    assume(len(resultat.axes))
    for cote in (resultat.lignes, resultat.colonnes):
        assert cote.groupby("axe")["contribution"].sum().to_numpy() == pytest.approx(1)
        qualites = cote.groupby("element")["cos2"].sum()
        au_centre = cote.groupby("element")["inertie"].first() < 1e-9
        assert qualites[~au_centre].to_numpy() == pytest.approx(1, abs=1e-6)
        # The cloud is centred, and its inertia along an axis is the eigenvalue.
        moments = cote.assign(un=cote["masse"] * cote["coordonnee"], deux=cote["masse"] * cote["coordonnee"] ** 2)
        moments = moments.groupby("axe")[["un", "deux"]].sum()
        assert moments["un"].to_numpy() == pytest.approx(0, abs=1e-7)
        assert moments["deux"].to_numpy() == pytest.approx(resultat.axes["valeur_propre"].to_numpy(), abs=1e-9)


@given(TABLEAUX)
def test_le_tableau_se_reconstitue(effectifs):
    table = en_table_pleine(effectifs)
    resultat = analyser_correspondances(table)
    assume(len(resultat.axes))
    lignes, colonnes = (ranger(cote) for cote in (resultat.lignes, resultat.colonnes))
    r, c = (cote.groupby("element")["masse"].first() for cote in (resultat.lignes, resultat.colonnes))
    produits = (lignes / np.sqrt(resultat.axes["valeur_propre"].to_numpy())) @ colonnes.T
    refaits = np.outer(r, c) * (1 + produits) * effectifs.sum()
    voulus = table.loc[refaits.index, refaits.columns]
    assert refaits.to_numpy() == pytest.approx(voulus.to_numpy(), abs=1e-6)


@given(TABLEAUX, st.randoms(use_true_random=False))
def test_ranger_autrement_ne_change_rien_au_resultat(effectifs, hasard):
    table = en_table_pleine(effectifs)
    premier = analyser_correspondances(table)
    propres = premier.axes["valeur_propre"]
    # Two equal eigenvalues leave the axes free to turn.
    assume(len(propres) and (propres.diff().dropna().abs() > 1e-3).all())
    lignes, colonnes = list(table.index), list(table.columns)
    hasard.shuffle(lignes)
    hasard.shuffle(colonnes)
    second = analyser_correspondances(table.loc[lignes, colonnes])
    assert second.axes["valeur_propre"].to_numpy() == pytest.approx(propres.to_numpy(), abs=1e-9)
    for un, deux in ((premier.lignes, second.lignes), (premier.colonnes, second.colonnes)):
        pd.testing.assert_frame_equal(ranger(un), ranger(deux), check_exact=False, atol=1e-5)


def test_la_colonne_qui_contribue_le_plus_est_du_cote_positif(tabac):
    for _, axe in tabac.colonnes.groupby("axe"):
        assert axe.loc[axe["contribution"].idxmax(), "coordonnee"] > 0


def test_une_ligne_et_une_colonne_vides_ne_comptent_pas(tabac):
    vide = TABAC.assign(rien=0)
    vide.loc["XX"] = 0
    assert analyser_correspondances(vide).axes.equals(tabac.axes)


def test_un_tableau_sans_lien_n_a_pas_d_axe():
    resultat = analyser_correspondances(pd.DataFrame({"a": [2, 4], "b": [3, 6]}, index=["x", "y"]))
    assert resultat.inertie == pytest.approx(0)
    assert resultat.axes.empty
    assert resultat.lignes.empty


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame({"a": [1, -1], "b": [1, 2]}), "effectif négatif ou manquant"),
        (pd.DataFrame({"a": [1, pd.NA], "b": [1, 2]}, dtype="Int64"), "effectif négatif ou manquant"),
        (pd.DataFrame({"a": [1, 2], "b": [0, 0]}), "tableau trop petit"),
        (pd.DataFrame([[1, 2], [3, 4]], index=["x", "x"]), "élément en double"),
        (pd.DataFrame([[1, 2], [3, 4]], index=[1, "1"]), "élément en double .« 1 »"),
        (pd.DataFrame({"a": ["x", 2], "b": [1, 2]}), "effectif mal écrit .« x ».*nombre.$"),
        (pd.DataFrame(), "tableau trop petit"),
    ],
    ids=["negatif", "masque", "petit", "double", "meme_nom", "texte", "vide"],
)
def test_un_tableau_fautif_est_refuse(table, message):
    with pytest.raises(ErreurDonnees, match=message):
        analyser_correspondances(table)
