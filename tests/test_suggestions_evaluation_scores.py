"""Seuils, calibration, couverture : les mêmes que scikit-learn, et prudents quand il y a peu de données."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, precision_recall_curve

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, RIEN
from ess_analyse.suggestions.evaluation import (
    CALIBRATION,
    COURBE,
    COUVERTURE,
    JUGEES,
    SEUILS,
    choisir_seuils,
    courbe_des_seuils,
    erreur_de_calibration,
    evaluer,
    mesurer_calibration,
    mesurer_couverture,
)
from ess_analyse.suggestions.evaluation.confrontation import Confrontation

NOMS = ("R-CHARGE", "O-COMP")
GRILLE = Grille(1, (Dimension("theme", "Thème"),), tuple(Code(nom, "theme", nom, "…", *[()] * 5) for nom in NOMS))

# For each sentence: the scores of both codes, and whether people have put them.
phrases = st.lists(st.tuples(*[st.tuples(st.integers(0, 100), st.booleans())] * len(NOMS)), min_size=1, max_size=12)


def poser(lues, seuil=0.5):
    """Écrire les deux tables : une phrase par élément, tous ses codes avec leur score en centièmes."""
    suggestions, codages = [], []
    for numero, codes in enumerate(lues):
        segment = f"E0{numero % 3}:{numero * 10}-{numero * 10 + 9}"
        classes = sorted(range(len(NOMS)), key=lambda rang, codes=codes: -codes[rang][0])
        for rang, code in enumerate(classes, start=1):
            score = codes[code][0] / 100
            suggestions.append((segment, NOMS[code], score, rang, score >= seuil))
        mis = [nom for nom, (_, vrai) in zip(NOMS, codes, strict=True) if vrai]
        codages += [(segment, "ana", nom, "humain") for nom in mis or [RIEN]]
    return pd.DataFrame(suggestions, columns=JUGEES), pd.DataFrame(codages, columns=CODAGES)


def aplatir(lues):
    paires = [paire for codes in lues for paire in codes]
    return np.array([vrai for _, vrai in paires]), np.array([score / 100 for score, _ in paires])


# ─── Seuils ───


@given(phrases)
def test_la_courbe_est_celle_de_scikit_learn(lues):
    vrais, scores = aplatir(lues)
    if not vrais.any():
        return
    courbe = courbe_des_seuils(*poser(lues), GRILLE, seuils=sorted(set(scores)))
    ensemble = courbe[courbe["code"] == "ensemble"]
    precisions, rappels, seuils = precision_recall_curve(vrais, scores)
    np.testing.assert_allclose(ensemble["seuil"], seuils)
    np.testing.assert_allclose(ensemble["precision"], precisions[:-1])
    np.testing.assert_allclose(ensemble["rappel"], rappels[:-1])
    descentes = -np.diff([*ensemble["rappel"], 0.0])
    moyenne = (descentes * ensemble["precision"]).sum()
    assert moyenne == pytest.approx(average_precision_score(vrais, scores))


@given(phrases)
def test_a_un_seuil_la_courbe_dit_ce_que_dit_evaluer(lues):
    tables = poser(lues, seuil=0.4)
    courbe = courbe_des_seuils(*tables, GRILLE)
    assert tuple(courbe.columns) == COURBE
    ici = courbe[courbe["seuil"] == 0.4].set_index("code")
    mesures = evaluer(*tables, GRILLE).set_index("code")
    colonnes = ["usages", "proposes", "precision", "rappel", "f1"]
    pd.testing.assert_frame_equal(ici[colonnes], mesures[colonnes], check_dtype=False)


@given(phrases)
def test_plus_le_seuil_est_haut_moins_on_propose(lues):
    for _, code in courbe_des_seuils(*poser(lues), GRILLE).groupby("code"):
        assert len(code) == 99
        assert code["seuil"].is_monotonic_increasing
        assert code["proposes"].is_monotonic_decreasing
        assert code["rappel"].dropna().is_monotonic_decreasing


def test_un_score_egal_au_seuil_est_propose():
    courbe = courbe_des_seuils(*poser([((30, True), (0, False))]), GRILLE, seuils=[0.3, 0.31])
    assert courbe.loc[courbe["code"] == "R-CHARGE", "proposes"].tolist() == [1, 0]


def essais(*lignes):
    return pd.DataFrame(lignes, columns=COURBE)


def test_le_seuil_choisi_est_le_plus_bas_qui_tient_la_precision():
    courbe = essais(
        ("R-CHARGE", 0.1, 40, 90, 0.30, 0.7, 0.4),
        ("R-CHARGE", 0.2, 40, 50, 0.50, 0.6, 0.5),
        ("R-CHARGE", 0.3, 40, 20, 0.45, 0.2, 0.3),
        ("R-CHARGE", 0.4, 40, 12, 0.75, 0.2, 0.3),
        ("ensemble", 0.1, 40, 90, 0.90, 0.7, 0.4),
    )
    choix = choisir_seuils(courbe, 0.5, commun=0.12)
    assert tuple(choix.columns) == SEUILS
    assert choix.values.tolist() == [["R-CHARGE", 0.2, 40, 50, 0.5, 0.6, "choisi"]]


def test_peu_d_usages_ou_peu_de_propositions_gardent_le_seuil_commun_et_le_disent():
    courbe = essais(
        ("R-CHARGE", 0.1, 9, 20, 0.30, 0.7, 0.4),
        ("R-CHARGE", 0.2, 9, 12, 0.60, 0.7, 0.6),
        ("O-COMP", 0.1, 10, 20, 0.30, 0.6, 0.4),
        ("O-COMP", 0.2, 10, 9, 1.00, 0.9, 0.9),
    )
    choix = choisir_seuils(courbe, 0.5, commun=0.12).set_index("code")
    assert choix["seuil"].to_dict() == {"R-CHARGE": 0.12, "O-COMP": 0.12}
    assert choix["raison"].to_dict() == {"R-CHARGE": "trop rare", "O-COMP": "hors d'atteinte"}
    # What the common threshold gives, read at the nearest one tried.
    assert choix["precision"].tolist() == [0.30, 0.30]


@given(phrases, st.floats(0, 1))
def test_tout_seuil_choisi_tient_sa_promesse(lues, voulue):
    tables = poser(lues * 10)
    choix = choisir_seuils(courbe_des_seuils(*poser(lues * 10), GRILLE), voulue, commun=0.12)
    assert choix["code"].tolist() == list(NOMS)
    suggestions = tables[0].assign(
        retenu=tables[0]["score"] >= tables[0]["code"].map(choix.set_index("code")["seuil"].to_dict())
    )
    mesures = evaluer(suggestions, tables[1], GRILLE).set_index("code")
    for ligne in choix.itertuples():
        if ligne.raison == "choisi":
            assert mesures.loc[ligne.code, "precision"] >= voulue
            assert mesures.loc[ligne.code, "precision"] == pytest.approx(ligne.precision)
            assert mesures.loc[ligne.code, "proposes"] == ligne.proposes >= 10
        else:
            assert ligne.seuil == 0.12


@pytest.mark.parametrize("voulue", [-0.1, 1.5, float("nan")])
def test_une_precision_impossible_est_refusee(voulue):
    with pytest.raises(ErreurDonnees, match="précision impossible"):
        choisir_seuils(essais(), voulue, commun=0.12)


def test_une_autre_table_n_est_pas_une_courbe():
    with pytest.raises(ErreurDonnees, match="table seuils : colonne manquante"):
        choisir_seuils(poser([])[0], 0.5, commun=0.12)


# ─── Calibration ───


@given(phrases, st.integers(1, 12))
def test_la_calibration_est_celle_de_scikit_learn(lues, tranches):
    vrais, scores = aplatir(lues)
    table = mesurer_calibration(*poser(lues), GRILLE, tranches=tranches)
    confirmes, moyens = calibration_curve(vrais, scores, n_bins=tranches)
    assert tuple(table.columns) == CALIBRATION
    np.testing.assert_allclose(table["confirme"], confirmes)
    np.testing.assert_allclose(table["score"], moyens)
    assert table["nombre"].sum() == len(scores)
    assert table["score"].between(table["debut"] - 1e-9, table["fin"] + 1e-9).all()


@given(phrases)
def test_l_erreur_de_calibration_est_entre_zero_et_un(lues):
    table = mesurer_calibration(*poser(lues), GRILLE)
    vrais, scores = aplatir(lues)
    erreur = erreur_de_calibration(table)
    assert 0 <= erreur <= 1
    # With one bin, only the difference of the means is left, and finer bins can but add to it.
    globale = erreur_de_calibration(mesurer_calibration(*poser(lues), GRILLE, tranches=1))
    assert globale == pytest.approx(abs(vrais.mean() - scores.mean()))
    assert erreur >= globale - 1e-9


def test_un_score_qui_dit_vrai_n_a_pas_d_erreur():
    lues = [((25, numero == 0), (75, numero > 0)) for numero in range(4)]
    table = mesurer_calibration(*poser(lues), GRILLE, tranches=(0, 0.5, 1))
    assert table.values.tolist() == [[0.0, 0.5, 4.0, 0.25, 0.25], [0.5, 1.0, 4.0, 0.75, 0.75]]
    assert erreur_de_calibration(table) == 0


def test_sans_suggestion_la_calibration_est_vide_et_son_erreur_indefinie():
    table = mesurer_calibration(poser([])[0], poser([((1, True), (1, True))])[1], GRILLE)
    assert table.empty
    assert np.isnan(erreur_de_calibration(table))


@pytest.mark.parametrize("tranches", [0, (0.5,), (0, 0.5), (0.1, 1), (0, 0.6, 0.5, 1)])
def test_des_tranches_impossibles_sont_refusees(tranches):
    with pytest.raises(ErreurDonnees, match="tranches impossibles"):
        mesurer_calibration(*poser([]), GRILLE, tranches=tranches)


# ─── Couverture ───


def test_la_precision_se_lit_selon_la_part_ou_la_machine_parle():
    lues = [((90, True), (0, False)), ((80, True), (0, False)), ((20, False), (0, True)), ((10, False), (0, False))]
    table = mesurer_couverture(*poser(lues), GRILLE, parts=[1, 0.25, 0.75])
    assert tuple(table.columns) == COUVERTURE
    assert table.round(3).values.tolist() == [
        [0.25, 1.0, 0.9, 1.0, 1.0],
        [0.75, 3.0, 0.2, 2.0, 0.667],
        [1.0, 4.0, 0.1, 2.0, 0.5],
    ]


def test_a_score_egal_toutes_parlent_ou_aucune():
    table = mesurer_couverture(*poser([((50, rang == 0), (0, False)) for rang in range(4)]), GRILLE, parts=[0.25, 0.5])
    assert table.values.tolist() == [[1.0, 4.0, 0.5, 1.0, 0.25]]


def test_une_phrase_ou_la_machine_n_a_rien_a_dire_ne_la_fait_pas_parler():
    suggestions, codages = poser([((90, True), (0, False)), ((80, True), (0, False))])
    muette = suggestions[suggestions["segment"] != codages["segment"].iloc[0]]
    assert mesurer_couverture(muette, codages, GRILLE, parts=[1]).values.tolist() == [[0.5, 1.0, 0.8, 1.0, 1.0]]
    assert mesurer_couverture(suggestions.head(0), codages, GRILLE).empty


@given(phrases)
def test_la_couverture_entiere_est_la_precision_du_premier_code(lues):
    table = mesurer_couverture(*poser(lues), GRILLE)
    suggestions, codages = poser(lues)
    premiers = suggestions[suggestions["rang"] == 1].merge(codages, on=["segment", "code"])
    assert table["part"].iloc[-1] == 1
    assert table["precision"].iloc[-1] == pytest.approx(len(premiers) / len(lues))
    assert table["part"].is_monotonic_increasing
    assert table["seuil"].is_monotonic_decreasing
    assert table["part"].is_unique


@pytest.mark.parametrize("part", [0, -0.5, 1.01])
def test_une_part_impossible_est_refusee(part):
    with pytest.raises(ErreurDonnees, match="part impossible"):
        mesurer_couverture(*poser([]), GRILLE, parts=[0.5, part])


def test_les_entretiens_sont_numerotes_dans_l_ordre_de_leurs_noms():
    lus = tuple(sorted(["E1:0-4", "E1:5-9", "E10:0-4", "E1-b:0-4", "E2:0-4"]))
    vide = np.zeros((len(lus), 0), dtype=bool)
    numeros, combien = Confrontation((), lus, vide, vide, vide, vide).entretiens
    noms = ["E1", "E1-b", "E10", "E2"]
    assert [noms[numero] for numero in numeros] == [segment.partition(":")[0] for segment in lus]
    assert combien == len(noms)
