"""Classer les désaccords par ce qu'ils apprennent, et dresser le bilan de l'arbitrage."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ess_analyse as ess
from ess_analyse.accord import CLASSEMENT, classer_desaccords, dresser_bilan, lister_desaccords, lister_lecteurs
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES

IDS = ("R-SENS", "R-CHARGE", "R-MOYENS", "O-SENS", "P-GESTION", "P-PRODUCTION")
GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    tuple(Code(nom, "prisme" if nom[0] == "P" else "theme", nom, "…", (), (f"pas {nom}",), (), (), ()) for nom in IDS),
)


def table(decisions):
    """``{(phrase, codeur): "CODE CODE"}`` en table longue ; « - » si rien."""
    lignes = [(*lecture, code, "humain") for lecture, codes in decisions.items() for code in codes.split()]
    return pd.DataFrame(lignes, columns=CODAGES, dtype="str")


def lire(ana, bob, *autres):
    """Des phrases ``s0``, ``s1``… lues par Ana et Bob (et Cléo…), une chaîne de codes par phrase."""
    lectures = {}
    for nom, codes in zip(("ana", "bob", "cleo"), (ana, bob, *autres), strict=False):
        lectures |= {(f"s{rang}", nom): dit for rang, dit in enumerate(codes)}
    return table(dict(sorted(lectures.items())))


def sortes(codages):
    classement = classer_desaccords(codages, GRILLE)
    return {ligne.segment: (ligne.sorte, ligne.question) for ligne in classement.itertuples()}


def test_chaque_sorte_a_sa_question():
    codages = lire(
        ["R-CHARGE", "R-SENS", "R-SENS", "P-GESTION R-SENS", "-"],
        ["R-MOYENS", "O-SENS", "-", "P-PRODUCTION R-SENS", "-"],
    )
    assert sortes(codages) == {
        "s0": ("frontière", "R-CHARGE ou R-MOYENS ?"),
        "s1": ("côté", "R-SENS ou O-SENS ?"),
        "s2": ("étendue", "R-SENS ou non ?"),
        "s3": ("frontière", "P-GESTION ou P-PRODUCTION ?"),
    }


def test_un_code_de_plus_est_une_affaire_d_etendue():
    assert sortes(lire(["R-SENS R-CHARGE"], ["R-SENS"])) == {"s0": ("étendue", "R-CHARGE ou non ?")}


def test_deux_dimensions_ne_s_opposent_pas():
    classement = classer_desaccords(lire(["R-SENS"], ["P-GESTION"]), GRILLE)
    assert list(classement["sorte"]) == ["étendue"]
    assert {classement.loc[0, "question"], classement.loc[0, "autres"]} == {"R-SENS ou non ?", "P-GESTION ou non ?"}


def test_trois_lecteurs_s_opposent_si_chacun_a_un_code_que_l_autre_n_a_pas():
    assert sortes(lire(["R-SENS"], ["R-CHARGE"], ["-"]))["s0"] == ("frontière", "R-SENS ou R-CHARGE ?")
    emboites = classer_desaccords(lire(["R-SENS R-CHARGE"], ["R-CHARGE"], ["-"]), GRILLE)
    assert set(emboites["sorte"]) == {"étendue"}
    assert emboites.loc[0, "autres"]


def test_la_question_qui_revient_passe_avant_l_etourderie_isolee():
    ana = ["R-SENS", *["R-CHARGE"] * 3, *["R-SENS"] * 6, "O-SENS"]
    bob = ["-", *["R-MOYENS"] * 3, *["R-SENS"] * 6, "O-SENS"]
    classement = classer_desaccords(lire(ana, bob), GRILLE)
    assert list(classement["segment"]) == ["s1", "s2", "s3", "s0"]
    assert list(classement["rang"]) == [1, 2, 3, 4]
    assert list(classement["semblables"]) == [3, 3, 3, 1]
    assert classement.loc[0, "raison"].startswith("3 phrases posent cette question ; α de R-CHARGE : −0,")
    assert classement.loc[3, "raison"].startswith("aucune autre ne pose cette question ; α de R-SENS : 0,")


def test_a_nombre_egal_le_code_le_moins_partage_passe_avant():
    ana = ["R-SENS", "R-CHARGE", *["R-SENS"] * 8, "-"]
    bob = ["-", "-", *["R-SENS"] * 8, "-"]
    classement = classer_desaccords(lire(ana, bob), GRILLE)
    assert list(classement["codes"]) == ["R-CHARGE", "R-SENS"]
    assert classement["alpha"].is_monotonic_increasing
    mesures = ess.mesurer_accord(lire(ana, bob), GRILLE).set_index("code")["alpha"]
    assert list(classement["alpha"]) == [mesures["R-CHARGE"], mesures["R-SENS"]]


def test_le_critere_est_le_produit_ecrit_dans_la_docstring():
    ana = ["R-SENS", "R-SENS", "R-CHARGE", "O-SENS", "R-SENS", "P-GESTION", "-"]
    bob = ["-", "-", "R-MOYENS", "R-CHARGE", "R-SENS", "-", "P-GESTION"]
    classement = classer_desaccords(lire(ana, bob), GRILLE)
    poids = classement["semblables"] * (1 - classement["alpha"])
    assert poids.is_monotonic_decreasing
    assert poids.nunique() > 2
    alphas = ess.mesurer_accord(lire(ana, bob), GRILLE).set_index("code")["alpha"]
    for ligne in classement.itertuples():
        assert ligne.alpha == min(alphas[code] for code in ligne.codes.split())


def test_une_phrase_est_rangee_a_celle_de_ses_questions_qui_apprend_le_plus():
    codages = lire(["R-SENS P-GESTION", "P-GESTION", "P-GESTION", "-"], ["-", "-", "-", "-"])
    premiere = classer_desaccords(codages, GRILLE).iloc[0]
    assert (premiere["segment"], premiere["codes"], premiere["semblables"]) == ("s0", "P-GESTION", 3)
    assert premiere["autres"] == "R-SENS ou non ?"


def test_l_arbitrage_et_les_secondes_lectures_ne_sont_pas_des_avis():
    codages = lire(["R-CHARGE", "R-SENS", "-"], ["R-MOYENS", "-", "-"])
    autres = table({("s0", "arbitrage"): "R-SENS", ("s2", "ana@2026-03-01"): "R-SENS", ("s2", "arbitrage"): "O-SENS"})
    sans, avec = (classer_desaccords(tous, GRILLE) for tous in (codages, pd.concat([codages, autres])))
    pd.testing.assert_frame_equal(sans.drop(columns="arbitre"), avec.drop(columns="arbitre"))
    assert list(avec.set_index("segment")["arbitre"].sort_index()) == [True, False]
    assert not sans["arbitre"].any()
    assert lister_lecteurs(pd.concat([codages, autres])) == ["ana", "bob"]


@pytest.mark.parametrize(
    "codages", [table({}), table({("s0", "ana"): "R-SENS"}), lire(["R-SENS", "-"], ["R-SENS", "-"])]
)
def test_sans_desaccord_la_table_est_vide_et_garde_ses_colonnes(codages):
    classement = classer_desaccords(codages, GRILLE)
    assert classement.empty
    assert tuple(classement.columns) == CLASSEMENT
    assert (str(classement["rang"].dtype), str(classement["arbitre"].dtype)) == ("int64", "bool")
    bilan = dresser_bilan(codages, GRILLE, {})
    assert (bilan.phrases, bilan.arbitrees, bilan.sans_raison, bilan.restantes) == (0, 0, 0, 0)
    assert bilan.codes.empty
    assert bilan.confusions.empty


@pytest.mark.parametrize("faire", [classer_desaccords, lambda codages, grille: dresser_bilan(codages, grille, {})])
def test_un_code_inconnu_est_dit(faire):
    with pytest.raises(ess.ErreurDonnees, match=r"code inconnu \(« R-SENZ »\). Vouliez-vous dire « R-SENS »"):
        faire(lire(["R-SENZ"], ["-"]), GRILLE)


ENSEMBLES = st.sets(st.sampled_from(IDS), max_size=3).map(lambda codes: " ".join(sorted(codes)) or "-")
LECTURES = st.dictionaries(
    st.tuples(st.sampled_from([f"s{rang}" for rang in range(6)]), st.sampled_from(["ana", "bob", "cleo", "arbitrage"])),
    ENSEMBLES,
    max_size=24,
)


@given(LECTURES)
def test_le_classement_contient_chaque_phrase_en_desaccord_une_fois(lectures):
    codages = table(dict(sorted(lectures.items())))
    classement, desaccords = classer_desaccords(codages, GRILLE), lister_desaccords(codages)
    assert sorted(classement["segment"]) == sorted(set(desaccords["segment"]))
    assert list(classement["rang"]) == list(range(1, len(classement) + 1))
    # Every code in dispute is asked about somewhere, and no other.
    for ligne in classement.itertuples():
        demandes = set(f"{ligne.question} {ligne.autres}".split()) - {"ou", "non", "?"}
        assert demandes == set(desaccords.loc[desaccords["segment"] == ligne.segment, "code"])
    if len(classement):
        poids = (classement["semblables"] * (1 - classement["alpha"])).round(9)
        assert poids.is_monotonic_decreasing


@given(LECTURES)
def test_le_bilan_compte_chaque_phrase_une_fois(lectures):
    codages = table(dict(sorted(lectures.items())))
    raisons = {"s0": "parce que", "s1": "  "}
    bilan, classement = dresser_bilan(codages, GRILLE, raisons), classer_desaccords(codages, GRILLE)
    assert bilan.phrases == len(classement)
    assert bilan.arbitrees == classement["arbitre"].sum()
    tranchees = set(classement.loc[classement["arbitre"], "segment"])
    assert bilan.sans_raison == len(tranchees - {"s0"})
    codes = bilan.codes
    assert (codes["gardes"] + codes["ecartes"] + codes["restants"] == codes["discutes"]).all()
    assert (bilan.confusions["garde_un"] <= bilan.confusions["phrases"]).all()


def test_le_bilan_dit_de_quel_cote_on_tranche():
    codages = pd.concat(
        [
            lire(["R-CHARGE", "R-CHARGE", "R-SENS", "R-SENS"], ["R-MOYENS", "R-MOYENS", "O-SENS", "-"]),
            table(
                {("s0", "arbitrage"): "R-CHARGE R-MOYENS", ("s1", "arbitrage"): "R-MOYENS", ("s2", "arbitrage"): "-"}
            ),
        ]
    )
    bilan = dresser_bilan(codages, GRILLE, {"s1": "c'est l'outil", "s3": "pas encore tranché"})
    assert (bilan.phrases, bilan.arbitrees, bilan.sans_raison, bilan.restantes) == (4, 3, 2, 1)
    assert bilan.codes.values.tolist() == [
        ["R-SENS", 2, 0, 1, 1],
        ["R-CHARGE", 2, 1, 1, 0],
        ["R-MOYENS", 2, 2, 0, 0],
        ["O-SENS", 1, 0, 1, 0],
    ]
    assert bilan.confusions.values.tolist() == [["R-CHARGE", "R-MOYENS", 2, 1, 2], ["R-SENS", "O-SENS", 1, 0, 0]]
