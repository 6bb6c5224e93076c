import math
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.accord import (
    ACCORD_COMPLET,
    ac1_gwet,
    alpha_krippendorff,
    alpha_masi,
    conclure,
    encadrer_accord,
    kappa_cohen,
    lister_desaccords,
    mesurer_accord,
    reperer_copies,
)
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import ACCORD, CODAGES, DESACCORDS

IDS = ("R-SENS", "R-CHARGE", "O-SENS", "P-GESTION")


def grille_de(*ids):
    codes = tuple(Code(nom, "prisme" if nom[0] == "P" else "theme", nom, "…", (), (), (), (), ()) for nom in ids)
    return Grille(1, (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")), codes)


GRILLE = grille_de(*IDS)


def table(decisions):
    """``{(segment, codeur): {codes}}`` as a long table."""
    lignes = [(*lecture, code, "humain") for lecture, codes in decisions.items() for code in sorted(codes)]
    return pd.DataFrame(lignes, columns=CODAGES, dtype="str")


def egaux(un, autre):
    return (math.isnan(un) and math.isnan(autre)) or un == pytest.approx(autre, abs=1e-12)


@pytest.mark.parametrize(
    ("alpha", "usages", "conclusion"),
    [
        (0.8, 10, "fiable"),
        (0.7999, 10, "provisoire"),
        (0.667, 10, "provisoire"),
        (0.6669, 10, "insuffisant"),
        (-0.2, 500, "insuffisant"),
        (1.0, 9, "trop rare"),
        (math.nan, 0, "trop rare"),
        (math.nan, 10, "indéfini"),
    ],
)
def test_conclure_suit_les_seuils(alpha, usages, conclusion):
    assert conclure(alpha, usages) == conclusion


DEUX = {
    ("a", "ana"): {"R-SENS"},
    ("a", "bob"): {"R-SENS", "O-SENS"},
    ("b", "ana"): {"-"},
    ("b", "bob"): {"R-SENS"},
    ("c", "ana"): {"R-SENS"},
    ("c", "bob"): {"R-SENS"},
    ("d", "ana"): {"-"},
    ("d", "bob"): {"-"},
    ("e", "ana"): {"R-CHARGE"},
}


def test_mesurer_compte_sur_les_segments_lus_par_deux_codeurs():
    accord = mesurer_accord(table(DEUX), GRILLE)
    assert tuple(accord.columns) == ACCORD_COMPLET
    assert ACCORD_COMPLET[: len(ACCORD)] == ACCORD
    assert list(accord["code"]) == [*IDS, "theme", "prisme"]
    assert (accord["unites"] == 4).all()
    assert (accord["codeurs"] == 2).all()
    accord = accord.set_index("code")
    assert accord["usages"].tolist() == [5, 0, 1, 0, 6, 0]
    sens = accord.loc["R-SENS"]
    assert sens["pourcentage"] == 0.75
    assert sens["kappa"] == pytest.approx(kappa_cohen([1, 0, 1, 0], [1, 1, 1, 0]))
    assert sens["alpha"] == pytest.approx(alpha_krippendorff([[1, 0, 1, 0], [1, 1, 1, 0]]))
    assert accord.loc["R-CHARGE", "pourcentage"] == 1
    assert accord.loc[["R-CHARGE", "P-GESTION", "prisme"], ["kappa", "alpha"]].isna().all(axis=None)
    assert accord.loc["theme", "pourcentage"] == pytest.approx((0.75 + 0.75 + 1) / 3)
    assert sens["ac1"] == pytest.approx(ac1_gwet([[1, 0, 1, 0], [1, 1, 1, 0]]))
    ensembles = [[{"R-SENS"}, set(), {"R-SENS"}, set()], [{"R-SENS", "O-SENS"}, {"R-SENS"}, {"R-SENS"}, set()]]
    assert accord.loc["theme", "alpha_masi"] == pytest.approx(alpha_masi(ensembles))
    assert accord.loc[[*IDS, "prisme"], "alpha_masi"].isna().all()
    assert accord.loc[["R-CHARGE", "theme", "prisme"], "ac1"].isna().all()
    assert set(accord["conclusion"]) == {"trop rare"}


def test_la_conclusion_est_celle_d_alpha_et_des_usages():
    lignes = {(f"s{rang}", nom): {"R-SENS"} if rang < 12 else {"-"} for rang in range(30) for nom in ("ana", "bob")}
    accord = mesurer_accord(table(lignes | {("s0", "bob"): {"-"}}), GRILLE)
    assert accord["conclusion"].tolist() == list(map(conclure, accord["alpha"], accord["usages"]))
    assert accord.set_index("code").loc[["R-SENS", "O-SENS"], "conclusion"].tolist() == ["fiable", "trop rare"]


def test_une_seconde_lecture_n_est_pas_un_codeur_de_plus():
    relues = {(place, f"{nom}@2026-03-01"): {"O-SENS"} for place, nom in DEUX}
    codages = table(DEUX | relues)
    pd.testing.assert_frame_equal(mesurer_accord(codages, GRILLE), mesurer_accord(table(DEUX), GRILLE))
    pd.testing.assert_frame_equal(lister_desaccords(codages), lister_desaccords(table(DEUX)))
    with pytest.raises(ErreurDonnees, match=r"codeur sans codage \(« ana@2026-03-01 »\)"):
        mesurer_accord(codages, GRILLE, ["ana@2026-03-01", "bob"])


@pytest.mark.parametrize("mesurer", [mesurer_accord, encadrer_accord])
def test_un_code_absent_de_la_grille_ne_compte_pas_comme_un_non(mesurer):
    codages = table({("E01:0-9", nom): {"R-SEN"} for nom in ("ana", "bob")})
    with pytest.raises(ErreurDonnees, match=r"code inconnu .*Vouliez-vous dire « R-SENS »"):
        mesurer(codages, GRILLE)


def test_l_ac1_se_lit_sur_les_seules_phrases_lues_deux_fois():
    doubles = {
        (f"E01:{i}-9", nom): {code}
        for i, deux in enumerate(("R-SENS R-SENS", "R-SENS -", "- -"))
        for nom, code in zip(("ana", "bob"), deux.split(), strict=True)
    }
    seules = {("E02:0-9", "ana"): {"R-SENS"}}
    ac1 = mesurer_accord(table(doubles | seules), GRILLE)["ac1"].iloc[0]
    assert ac1 == pytest.approx(ac1_gwet([[1, 1, 0], [1, 0, 0]]))
    assert ac1 != pytest.approx(ac1_gwet([[1, 1, 0, 1], [1, 0, 0, None]]))


def test_le_tiret_dit_non_et_l_absence_ne_dit_rien():
    lu = table({("a", "ana"): {"R-SENS"}, ("a", "bob"): {"-"}, ("b", "ana"): {"R-SENS"}, ("b", "bob"): {"R-SENS"}})
    assert mesurer_accord(lu, GRILLE)["pourcentage"].iloc[0] == 0.5
    pas_lu = lu.drop(index=lu.index[lu["code"] == "-"])
    assert mesurer_accord(pas_lu, GRILLE)[["unites", "pourcentage"]].iloc[0].tolist() == [1, 1]


def test_a_trois_codeurs_kappa_est_indefini_et_les_lectures_manquantes_permises():
    trois = {**DEUX, ("a", "cle"): {"-"}, ("e", "cle"): {"-"}}
    accord = mesurer_accord(table(trois), GRILLE).set_index("code")
    assert accord["kappa"].isna().all()
    assert accord.loc["R-SENS", ["unites", "codeurs"]].tolist() == [5, 3]
    valeurs = [[1, 0, 1, 0, 0], [1, 1, 1, 0, None], [0, None, None, None, 0]]
    assert accord.loc["R-SENS", "alpha"] == pytest.approx(alpha_krippendorff(valeurs))
    assert accord.loc["R-SENS", "pourcentage"] == pytest.approx((1 / 3 + 0 + 1 + 1 + 1) / 5)


def test_l_arbitrage_et_ceux_qui_ont_suivi_la_machine_sont_exclus_d_office():
    codages = table({**DEUX, ("a", "arbitrage"): {"O-SENS"}, ("b", "zoe"): {"R-SENS"}})
    codages.loc[codages["codeur"] == "zoe", "origine"] = "0.90:indices:sens"
    pd.testing.assert_frame_equal(mesurer_accord(codages, GRILLE), mesurer_accord(table(DEUX), GRILLE))
    accord = mesurer_accord(codages, GRILLE, ["bob", "zoe"])
    assert accord[["unites", "codeurs", "pourcentage"]].iloc[0].tolist() == [1, 2, 1]


def test_un_entretien_lu_avec_la_machine_n_ote_pas_les_autres():
    """La suite codée avec des suggestions ne défait pas l'accord mesuré à l'aveugle sur un autre entretien."""
    aveugle = {(f"E03:{segment}", codeur): codes for (segment, codeur), codes in DEUX.items()}
    suite = table({("E04:a", "ana"): {"R-SENS"}, ("E04:b", "ana"): {"-"}, ("E04:b", "bob"): {"R-SENS"}})
    suite.loc[0, "origine"] = "0.90:indices:sens"
    codages = pd.concat([table(aveugle), suite], ignore_index=True)
    pd.testing.assert_frame_equal(mesurer_accord(codages, GRILLE), mesurer_accord(table(aveugle), GRILLE))
    # Not even the sentence of that interview where nothing was accepted: the machine was seen there too.
    assert mesurer_accord(codages, GRILLE, ["ana", "bob"])["unites"].iloc[0] == len(DEUX) // 2 + 1


def test_une_feuille_recopiee_est_signalee():
    poses = {(f"E01:{rang}", codeur): {"R-SENS"} for rang in range(10) for codeur in ("ana", "zoe")}
    assert [copie.message for copie in reperer_copies(table(poses))] == [
        "ana et zoe posent partout les mêmes codes (10 phrases)"
    ]
    assert not reperer_copies(table(poses | {("E01:0", "zoe"): {"O-SENS"}}))
    assert not reperer_copies(table({cle: codes for cle, codes in poses.items() if cle[0] != "E01:0"}))


def test_un_codeur_inconnu_est_signale():
    with pytest.raises(ErreurDonnees) as erreur:
        mesurer_accord(table(DEUX), GRILLE, ["anna", "arbitrage"])
    assert str(erreur.value).splitlines() == [
        "table codages : codeur sans codage (« anna »). Vouliez-vous dire « ana » ?",
        "table codages : codeur sans codage (« arbitrage »). Choix possibles : ana, bob.",
    ]


@pytest.mark.parametrize("decisions", [{}, {("a", "ana"): {"R-SENS"}}, {("a", "ana"): {"-"}, ("b", "bob"): {"-"}}])
def test_sans_phrase_commune_tout_est_indefini(decisions):
    accord = mesurer_accord(table(decisions), GRILLE)
    assert len(accord) == len(IDS) + 2
    assert (accord[["unites", "usages", "codeurs"]] == 0).all(axis=None)
    assert accord[["pourcentage", "kappa", "alpha", "ac1", "alpha_masi"]].isna().all(axis=None)


def test_une_dimension_sans_code_est_indefinie():
    accord = mesurer_accord(table(DEUX), grille_de(*IDS[:3])).set_index("code")
    assert accord.loc["prisme", ["kappa", "alpha", "pourcentage", "alpha_masi"]].isna().all()


uniques = st.dictionaries(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["ana", "bob"])), st.sampled_from(IDS[:3]), min_size=1
)


@settings(max_examples=50)
@given(uniques)
def test_a_un_code_par_phrase_la_dimension_retrouve_les_coefficients_ordinaires(choix):
    communs = [s for s in "abcdefgh" if (s, "ana") in choix and (s, "bob") in choix]
    valeurs = [[choix[segment, codeur] for segment in communs] for codeur in ("ana", "bob")]
    codages = table({cle: {code} for cle, code in choix.items()})
    accord = mesurer_accord(codages, GRILLE, sorted(set(codages["codeur"]))).set_index("code")
    assert egaux(accord.loc["theme", "alpha"], alpha_krippendorff(valeurs))
    assert egaux(accord.loc["theme", "kappa"], kappa_cohen(*valeurs))
    assert egaux(accord.loc["theme", "alpha_masi"], alpha_krippendorff(valeurs))


libres = st.dictionaries(
    st.tuples(st.sampled_from("abcde"), st.sampled_from(["ana", "bob", "cle", "arbitrage"])),
    st.one_of(st.just({"-"}), st.sets(st.sampled_from(IDS), min_size=1)),
)


@settings(max_examples=50)
@given(libres)
def test_chaque_mesure_est_celle_de_son_coefficient(decisions):
    """Sums by interview give what the coefficients give on the answers themselves."""
    accord = mesurer_accord(table(decisions), GRILLE).set_index("code")
    avis = {cle: codes for cle, codes in decisions.items() if cle[1] != "arbitrage"}
    lecteurs = {place: [nom for lieu, nom in avis if lieu == place] for place, _ in avis}
    communs = sorted(place for place, noms in lecteurs.items() if len(noms) > 1)
    noms = sorted({nom for place in communs for nom in lecteurs[place]})
    lus = [[avis.get((place, nom)) for place in communs] for nom in noms]
    for code in IDS:
        valeurs = [[None if codes is None else code in codes for codes in ligne] for ligne in lus]
        assert egaux(accord.loc[code, "alpha"], alpha_krippendorff(valeurs))
        assert egaux(accord.loc[code, "ac1"], ac1_gwet(valeurs))
        if len(noms) == 2:
            assert egaux(accord.loc[code, "kappa"], kappa_cohen(*valeurs))
    for dimension in ("theme", "prisme"):
        siens = set(GRILLE.ids(dimension))
        cases = [[None if codes is None else codes & siens for codes in ligne] for ligne in lus]
        assert egaux(accord.loc[dimension, "alpha_masi"], alpha_masi(cases))


@settings(max_examples=50)
@given(libres)
def test_le_pourcentage_et_les_desaccords_disent_la_meme_chose(decisions):
    codages = table(decisions)
    accord = mesurer_accord(codages, GRILLE).set_index("code")
    discutes = set(lister_desaccords(codages)["code"])
    for code in IDS:
        assert not accord.loc[code, "unites"] or (accord.loc[code, "pourcentage"] < 1) == (code in discutes)


@settings(max_examples=50)
@given(libres)
def test_les_desaccords_opposent_tous_les_lecteurs(decisions):
    desaccords = lister_desaccords(table(decisions))
    assert tuple(desaccords.columns) == DESACCORDS
    trouves = {
        (ligne.segment, ligne.code): (set(ligne.pour.split()), set(ligne.contre.split()))
        for ligne in desaccords.itertuples()
    }
    avis = {cle: codes for cle, codes in decisions.items() if cle[1] != "arbitrage"}
    attendus = {}
    for (segment, un), (autre_segment, autre) in combinations(avis, 2):
        for code in IDS if segment == autre_segment else ():
            if (code in avis[segment, un]) != (code in avis[segment, autre]):
                lecteurs = {codeur for place, codeur in avis if place == segment}
                pour = {codeur for codeur in lecteurs if code in avis[segment, codeur]}
                attendus[segment, code] = (pour, lecteurs - pour)
    assert trouves == attendus


def test_les_codeurs_d_un_desaccord_sont_separes_par_une_espace_et_tries():
    desaccords = lister_desaccords(
        table(
            {
                ("b", "zoe"): {"-"},
                ("b", "ana"): {"O-SENS", "R-SENS"},
                ("b", "bob"): {"R-SENS"},
                ("a", "ana"): {"R-SENS"},
                ("a", "arbitrage"): {"-"},
            }
        )
    )
    assert desaccords.values.tolist() == [["b", "O-SENS", "ana", "bob zoe"], ["b", "R-SENS", "ana bob", "zoe"]]
