"""Les mesures des suggestions : les mêmes que scikit-learn, et encadrées par entretien."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from ess_analyse.coefficients import alpha_krippendorff
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, RIEN
from ess_analyse.suggestions.evaluation import ENCADREMENT, EVALUATION, JUGEES, confondre, encadrer, evaluer
from ess_analyse.suggestions.evaluation.confrontation import confronter

NOMS = ("R-CHARGE", "R-MOYENS", "O-COMP", "O-SERVICE")
GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    (
        *(Code(nom, "theme", nom, "…", *[()] * 5) for nom in NOMS),
        *(Code(nom, "prisme", nom, "…", *[()] * 5) for nom in ("P-GESTION", "P-PRODUCTION")),
    ),
)


def proposes(*lignes):
    """Une suggestion par ligne : segment, code, score, retenue ; les rangs suivent les scores."""
    table = pd.DataFrame(lignes, columns=["segment", "code", "score", "retenu"])
    rangs = table.groupby("segment")["score"].rank(ascending=False, method="first").astype(int)
    return table.assign(rang=rangs)[list(JUGEES)]


def decides(*lignes, codeur="ana"):
    return pd.DataFrame([(segment, codeur, code, "humain") for segment, code in lignes], columns=CODAGES)


@st.composite
def confrontations(tirer, entretiens=4, phrases=4, plancher=0):
    """Des scores de chaque phrase (0 : hors de la liste), retenus à partir de 0,5, et ce que les personnes ont mis."""
    lignes, codes = [], []
    for entretien in range(tirer(st.integers(1, entretiens))):
        for phrase in range(tirer(st.integers(1, phrases))):
            segment = f"E{entretien:02}:{phrase * 10}-{phrase * 10 + 9}"
            scores = tirer(st.lists(st.integers(plancher, 20), min_size=4, max_size=4))
            lignes += [
                (segment, nom, note / 20, note >= 10) for nom, note in zip(NOMS, scores, strict=True) if note > 0
            ]
            codes += [(segment, nom) for nom in sorted(tirer(st.sets(st.sampled_from(NOMS)))) or [RIEN]]
    return proposes(*lignes), decides(*codes)


def deplier(suggestions, codages):
    face = confronter(suggestions, codages, GRILLE, "theme")
    return face.vrais, face.poses, face.scores


# ─── Évaluer ───


@given(confrontations())
def test_precision_rappel_f1_et_rappel_parmi_k_sont_ceux_de_scikit_learn(cas):
    vrais, poses, scores = deplier(*cas)
    table = evaluer(*cas, GRILLE)
    assert tuple(table.columns) == EVALUATION
    for nom, mesure in (("precision", precision_score), ("rappel", recall_score), ("f1", f1_score)):
        attendu = [
            *mesure(vrais, poses, average=None, zero_division=np.nan),
            mesure(vrais, poses, average="micro", zero_division=np.nan),
        ]
        np.testing.assert_allclose(table[nom], attendu)
    definis = table["f1"].iloc[:-1].dropna()
    assert table["f1_macro"].iloc[-1] == pytest.approx(definis.mean(), nan_ok=True)
    rangs = pd.DataFrame(np.nan_to_num(scores, nan=-1)).rank(axis=1, ascending=False, method="first").to_numpy()
    parmi = vrais & (rangs <= 3) & ~np.isnan(scores)
    profonde = (~np.isnan(scores)).sum(axis=1).max() >= 3
    attendu = parmi.sum() / vrais.sum() if vrais.any() and profonde else np.nan
    assert table["rappel_3"].iloc[-1] == pytest.approx(attendu, nan_ok=True)


@given(confrontations())
def test_les_valences_sont_l_alpha_de_coefficients(cas):
    vrais, poses, scores = deplier(*cas)
    ensemble = evaluer(*cas, GRILLE).set_index("code").loc["ensemble"]

    def lire(table):
        return [f"{int(ligne[:2].any())}{int(ligne[2:].any())}" for ligne in table]

    attendu = alpha_krippendorff([lire(vrais), lire(poses)])
    assert ensemble["valence"] == pytest.approx(attendu, nan_ok=True)
    personnes, machine = [], []
    for vrai, score in zip(vrais, scores, strict=True):
        if vrai[:2].any() != vrai[2:].any() and not np.isnan(score).all():
            personnes.append("R" if vrai[:2].any() else "O")
            machine.append(NOMS[int(np.nanargmax(score))][0])
    assert ensemble["valence_risque"] == pytest.approx(alpha_krippendorff([personnes, machine]), nan_ok=True)


def test_la_valence_de_risque_oublie_le_rien_le_mixte_et_la_machine_muette():
    # By hand, on a, b and c only: R-R, O-O, O-R; three R and three O among six answers.
    table = evaluer(
        proposes(
            ("a", "R-CHARGE", 0.01, False),
            ("b", "O-COMP", 0.9, True),
            ("c", "R-MOYENS", 0.6, True),
            ("c", "O-COMP", 0.5, True),
            ("d", "R-MOYENS", 0.6, True),
            ("e", "R-MOYENS", 0.6, True),
        ),
        decides(
            ("a", "R-MOYENS"),
            ("b", "O-SERVICE"),
            ("c", "O-COMP"),
            ("d", RIEN),
            ("e", "R-CHARGE"),
            ("e", "O-COMP"),
            ("f", "O-COMP"),
        ),
        GRILLE,
    )
    assert table["valence_risque"].iloc[-1] == pytest.approx(1 - (1 / 3) / (2 * 9 / 30))
    assert table["valence_risque"].iloc[:-1].isna().all()


def test_le_prisme_n_a_pas_de_valence():
    table = evaluer(
        proposes(("a", "P-GESTION", 0.6, True), ("b", "P-GESTION", 0.6, True)),
        decides(("a", "P-GESTION"), ("b", "P-PRODUCTION")),
        GRILLE,
        dimension="prisme",
    )
    assert table[["valence", "valence_risque"]].isna().all().all()
    assert table["f1"].iloc[-1] == 0.5


def test_une_liste_coupee_trop_haut_ne_dit_rien_des_rangs_plus_bas():
    decisions = decides(("a", "R-CHARGE"), ("b", "O-SERVICE"))
    entiere = [(nom, code, 0.9 - rang / 10, False) for nom in "ab" for rang, code in enumerate(NOMS)]
    coupee = [ligne for ligne in entiere if ligne[1] != "O-SERVICE"]
    ensembles = [evaluer(proposes(*lignes), decisions, GRILLE).iloc[-1] for lignes in (entiere, coupee)]
    assert [ensemble["rappel_3"] for ensemble in ensembles] == [0.5, 0.5]
    assert ensembles[0]["rappel_5"] == 1
    assert np.isnan(ensembles[1]["rappel_5"])


# ─── Encadrer ───


def quatre_entretiens():
    """Deux entretiens où la machine a tout bon, deux où elle a tout faux."""
    lignes = [(f"E{n}:{d}-{d + 5}", n <= 2) for n in range(1, 5) for d in range(0, 100, 10)]
    return (
        proposes(*[(segment, "R-CHARGE", 0.7, True) for segment, _ in lignes]),
        decides(*[(segment, "R-CHARGE" if bon else RIEN) for segment, bon in lignes]),
    )


@given(confrontations(plancher=1), st.integers(0, 5))
@settings(max_examples=25)
def test_chaque_tirage_est_l_evaluation_d_entretiens_retires_avec_remise(cas, graine):
    """Le calcul par comptes vaut, tirage par tirage, celui qu'on ferait en recopiant les phrases."""
    suggestions, codages = cas
    entretiens = sorted({segment.split(":")[0] for segment in codages["segment"]})
    parts = np.full(len(entretiens), 1 / len(entretiens))
    tires = np.random.default_rng(graine).multinomial(len(entretiens), parts, size=8)
    recopies = []
    for poids in tires:
        copies = [
            tuple(
                table[table["segment"].str.startswith(nom)].assign(segment=lambda t, k=k: t["segment"] + f"_{k}")
                for table in (suggestions, codages)
            )
            for nom, fois in zip(entretiens, poids, strict=True)
            for k in range(fois)
        ]
        recopies.append(evaluer(*(pd.concat(tables) for tables in zip(*copies, strict=True)), GRILLE).set_index("code"))
    table = encadrer(suggestions, codages, GRILLE, tirages=8, graine=graine)
    for ligne in table.itertuples():
        valeurs = pd.Series([mesures.loc[ligne.code, ligne.mesure] for mesures in recopies])
        assert ligne.tirages == valeurs.notna().sum()
        if ligne.entretiens > 1:
            assert ligne.bas == pytest.approx(valeurs.quantile(0.025), nan_ok=True)
            assert ligne.haut == pytest.approx(valeurs.quantile(0.975), nan_ok=True)


@given(confrontations())
def test_l_encadrement_reprend_les_valeurs_d_evaluer(cas):
    table, mesures = encadrer(*cas, GRILLE, tirages=20), evaluer(*cas, GRILLE).set_index("code")
    assert tuple(table.columns) == ENCADREMENT
    for ligne in table.itertuples():
        assert ligne.valeur == pytest.approx(mesures.loc[ligne.code, ligne.mesure], nan_ok=True)
    bornees = table.dropna(subset=["bas", "haut"])
    assert (bornees["bas"] <= bornees["haut"]).all()
    assert table["code"].drop_duplicates().tolist() == [*NOMS, "ensemble"]


def test_on_tire_des_entretiens_et_non_des_phrases():
    table = encadrer(*quatre_entretiens(), GRILLE).set_index(["code", "mesure"])
    ligne = table.loc[("ensemble", "precision")]
    assert ligne["valeur"] == 0.5
    # Forty sentences drawn one by one would keep within 0.35 and 0.65.
    assert (ligne["bas"], ligne["haut"]) == (0.0, 1.0)
    assert ligne["entretiens"] == 4


def test_un_code_d_un_seul_entretien_n_a_pas_de_bornes():
    suggestions, codages = quatre_entretiens()
    codages.loc[0, "code"] = "O-COMP"
    table = encadrer(suggestions, codages, GRILLE).set_index(["code", "mesure"])
    rappel = table.loc[("O-COMP", "rappel")]
    assert (rappel["valeur"], rappel["entretiens"]) == (0.0, 1)
    assert pd.isna(rappel["bas"])
    assert pd.isna(rappel["haut"])
    assert rappel["tirages"] < 1000
    assert table.loc[("R-MOYENS", "f1"), "entretiens"] == 0


def test_la_meme_graine_donne_les_memes_bornes_et_une_autre_non():
    cas = quatre_entretiens()
    un, autre = encadrer(*cas, GRILLE, tirages=7), encadrer(*cas, GRILLE, tirages=7, graine=1)
    pd.testing.assert_frame_equal(un, encadrer(*cas, GRILLE, tirages=7))
    assert not un.equals(autre)


def test_sans_codage_rien_n_est_encadre():
    table = encadrer(proposes(("a", "R-CHARGE", 0.5, True)), decides(), GRILLE, tirages=3)
    assert table[["valeur", "bas", "haut"]].isna().all().all()
    assert table["entretiens"].eq(0).all()


@pytest.mark.parametrize("mesurer", [evaluer, encadrer, confondre])
def test_une_dimension_inconnue_est_refusee(mesurer):
    with pytest.raises(ErreurDonnees, match="dimension inconnue") as levee:
        mesurer(proposes(), decides(), GRILLE, dimension="themes")
    assert "Vouliez-vous dire « theme » ?" in str(levee.value)


@pytest.mark.parametrize("mesurer", [evaluer, encadrer, confondre])
def test_des_tables_interverties_sont_refusees(mesurer):
    with pytest.raises(ErreurDonnees, match="table suggestions : colonne manquante"):
        mesurer(decides(), proposes(), GRILLE)


def test_encadrer_veut_au_moins_un_tirage():
    with pytest.raises(ErreurDonnees, match="il faut au moins un tirage"):
        encadrer(proposes(), decides(), GRILLE, tirages=0)


def test_rien_n_est_change_dans_les_tables_recues():
    suggestions, codages = quatre_entretiens()
    avant = suggestions.copy(), codages.copy()
    encadrer(suggestions, codages, GRILLE, tirages=3)
    confondre(suggestions, codages, GRILLE)
    for table, copie in zip((suggestions, codages), avant, strict=True):
        pd.testing.assert_frame_equal(table, copie)


# ─── Confondre ───

CONFONDUES = (
    proposes(
        ("E01:0-9", "R-MOYENS", 0.6, True),
        ("E01:0-9", "R-CHARGE", 0.3, True),
        ("E01:10-19", "R-MOYENS", 0.8, True),
        ("E01:20-29", "R-MOYENS", 0.1, False),
        ("E01:30-39", "O-COMP", 0.7, True),
        ("E01:40-49", "O-COMP", 0.7, True),
    ),
    decides(
        ("E01:0-9", "R-CHARGE"),
        ("E01:10-19", "R-CHARGE"),
        ("E01:20-29", "R-CHARGE"),
        ("E01:30-39", RIEN),
        ("E01:40-49", "O-COMP"),
        ("E01:40-49", "R-CHARGE"),
    ),
)


def test_les_confusions_se_lisent_de_la_plus_frequente_a_la_plus_rare():
    assert confondre(*CONFONDUES, GRILLE).values.tolist() == [
        ["R-CHARGE", "R-MOYENS", 2, 0.5, "E01:10-19"],
        ["R-CHARGE", "-", 1, 0.25, "E01:20-29"],
        ["-", "O-COMP", 1, 1.0, "E01:30-39"],
    ]


def test_sans_seuil_le_premier_code_parle_toujours():
    assert confondre(*CONFONDUES, GRILLE, retenus=False).values.tolist() == [
        ["R-CHARGE", "R-MOYENS", 3, 0.75, "E01:10-19"],
        ["-", "O-COMP", 1, 1.0, "E01:30-39"],
    ]


def test_un_codage_d_une_autre_dimension_vaut_rien_dans_celle_ci():
    table = confondre(proposes(("a", "R-CHARGE", 0.6, True)), decides(("a", "P-GESTION")), GRILLE)
    assert table[["code", "propose"]].values.tolist() == [["-", "R-CHARGE"]]


def test_qui_dit_juste_ne_confond_rien():
    table = confondre(proposes(("a", "O-COMP", 0.6, True)), decides(("a", "O-COMP"), ("b", RIEN)), GRILLE)
    assert table.empty
    assert confondre(proposes(), decides(), GRILLE).empty


@given(confrontations())
def test_les_confusions_comptent_chaque_code_manque_une_fois(cas):
    vrais, poses, scores = deplier(*cas)
    attendu = 0
    for vrai, pose, score in zip(vrais, poses, scores, strict=True):
        premier = int(np.nanargmax(np.where(pose, score, -1))) if pose.any() else None
        juste = vrai[premier] if premier is not None else not vrai.any()
        attendu += 0 if juste else max(int(vrai.sum()), 1)
    table = confondre(*cas, GRILLE)
    assert table["nombre"].sum() == attendu
    assert table["nombre"].is_monotonic_decreasing
    assert not table.duplicated(["code", "propose"]).any()
    assert (table["code"] != table["propose"]).all()
    assert table["part"].between(0, 1, inclusive="right").all()
