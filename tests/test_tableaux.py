from itertools import permutations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, COMPTES, DOCUMENTS
from ess_analyse.tableaux import compter_codes, compter_cooccurrences, croiser_codes, mesurer_saturation

THEMES, PRISMES = ("R-SENS", "R-CHARGE", "O-SENS"), ("P-PRODUCTION", "P-GESTION")
IDS = (*THEMES, *PRISMES)


def grille_de(*ids):
    codes = tuple(Code(nom, "prisme" if nom[0] == "P" else "theme", nom, "…", (), (), (), (), ()) for nom in ids)
    return Grille(1, (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")), codes)


GRILLE = grille_de(*IDS)
DOCS = pd.DataFrame(
    [
        ("E01", "entretien", "atelier", "direction", "2025-03", "publique"),
        ("E02", "entretien", "", "encadrement", "2025-03", "publique"),
        ("O01", "observation", "atelier", "", "2025-04", "restreinte"),
        ("E03", "entretien", "cantine", "direction", "2025-05", "publique"),
    ],
    columns=DOCUMENTS,
)
SEGMENTS = pd.DataFrame(
    [(f"{entretien}:{rang}-{rang + 1}", entretien) for entretien in DOCS["entretien"] for rang in range(3)],
    columns=["segment", "entretien"],
)
NOMS = list(SEGMENTS["segment"])


def table(decisions, codeur="ana"):
    lignes = [(segment, codeur, code, "humain") for segment, codes in decisions.items() for code in sorted(codes)]
    return pd.DataFrame(lignes, columns=CODAGES, dtype="str")


EXEMPLE = table(
    {
        "E01:0-1": {"R-SENS", "P-GESTION"},
        "E01:1-2": {"R-SENS", "O-SENS"},
        "E01:2-3": {"-"},
        "E02:0-1": {"R-SENS", "P-PRODUCTION"},
        "O01:0-1": {"O-SENS", "P-GESTION"},
        "E03:0-1": {"-"},
    }
)


def test_compter_donne_tous_les_codes_dans_l_ordre_de_la_grille():
    comptes = compter_codes(EXEMPLE, SEGMENTS, DOCS, GRILLE)
    assert tuple(comptes.columns) == COMPTES
    # E02 belongs to no named structure.
    assert comptes.values.tolist() == [
        ["R-SENS", 3, 2, 1],
        ["R-CHARGE", 0, 0, 0],
        ["O-SENS", 2, 2, 1],
        ["P-PRODUCTION", 1, 1, 0],
        ["P-GESTION", 2, 2, 1],
    ]


def test_compter_ramene_d_abord_les_codeurs_a_un_avis():
    double = pd.concat([EXEMPLE, table({"E01:0-1": {"R-SENS"}, "E01:1-2": {"-"}}, "bob")])
    comptes = compter_codes(double, SEGMENTS, DOCS, GRILLE).set_index("code")["segments"]
    assert comptes.to_dict() == {"R-SENS": 2, "R-CHARGE": 0, "O-SENS": 1, "P-PRODUCTION": 1, "P-GESTION": 1}


def test_segments_et_documents_bornent_le_champ():
    entretiens = DOCS[DOCS["type"] == "entretien"]
    assert list(compter_codes(EXEMPLE, SEGMENTS, entretiens, GRILLE)["segments"]) == [3, 0, 1, 1, 1]
    assert list(compter_codes(EXEMPLE, SEGMENTS.iloc[3:], DOCS, GRILLE)["segments"]) == [1, 0, 1, 1, 1]


def test_un_code_absent_de_la_grille_est_une_faute():
    attendu = "table codages : code absent de la grille (« O-SENS »). Vouliez-vous dire « R-SENS » ?"
    for compter in (
        lambda: compter_codes(EXEMPLE, SEGMENTS, DOCS, grille_de("R-SENS", *PRISMES)),
        lambda: compter_cooccurrences(EXEMPLE, grille_de("R-SENS", *PRISMES)),
    ):
        with pytest.raises(ErreurDonnees) as erreur:
            compter()
        assert str(erreur.value) == attendu


def test_croiser_par_structure_compte_segments_ou_entretiens():
    segments = croiser_codes(EXEMPLE, SEGMENTS, DOCS, GRILLE)
    assert (segments.index.name, list(segments.index)) == ("code", list(THEMES))
    assert (segments.columns.name, list(segments.columns)) == ("structure", ["atelier", "cantine", "non renseigné"])
    assert segments.values.tolist() == [[2, 0, 1], [0, 0, 0], [2, 0, 0]]
    entretiens = croiser_codes(EXEMPLE, SEGMENTS, DOCS, GRILLE, mesure="entretiens")
    assert entretiens.values.tolist() == [[1, 0, 1], [0, 0, 0], [2, 0, 0]]


def test_croiser_par_prisme_compte_les_codes_du_meme_segment():
    croise = croiser_codes(EXEMPLE, SEGMENTS, DOCS, GRILLE, par="prisme")
    assert (list(croise.columns), croise.columns.name) == (list(PRISMES), "prisme")
    assert croise.values.tolist() == [[1, 1], [0, 0], [0, 1]]


def test_croiser_le_prisme_par_fonction():
    croise = croiser_codes(EXEMPLE, SEGMENTS, DOCS, GRILLE, par="fonction", dimension="prisme")
    assert list(croise.columns) == ["direction", "encadrement", "non renseigné"]
    assert croise.values.tolist() == [[0, 1, 0], [1, 0, 1]]


def test_croiser_par_une_colonne_ajoutee_suit_l_ordre_de_ses_categories():
    tailles = pd.Categorical(["petite", None, "grande", "petite"], categories=["petite", "moyenne", "grande"])
    croise = croiser_codes(EXEMPLE, SEGMENTS, DOCS.assign(taille=tailles), GRILLE, par="taille")
    assert list(croise.columns) == ["petite", "moyenne", "grande", "non renseigné"]
    assert croise.loc["R-SENS"].tolist() == [2, 0, 0, 1]
    annees = croiser_codes(EXEMPLE, SEGMENTS, DOCS.assign(annee=[2024, 2025, 2024, 2025]), GRILLE, par="annee")
    assert annees.loc["R-SENS"].to_dict() == {"2024": 2, "2025": 1}


@pytest.mark.parametrize("par", ["entretien", "segment", "code"])
def test_croiser_par_entretien_ou_par_une_colonne_au_nom_deja_pris(par):
    croise = croiser_codes(EXEMPLE, SEGMENTS, DOCS.assign(segment="s", code="c"), GRILLE, par=par)
    assert croise.loc["R-SENS"].sum() == 3
    assert list(croise.columns) == {"entretien": ["E01", "E02", "E03", "O01"], "segment": ["s"], "code": ["c"]}[par]


@pytest.mark.parametrize(
    ("reglage", "message"),
    [
        ({"par": "structur"}, "croisement inconnu (« structur »). Vouliez-vous dire « structure » ?"),
        ({"mesure": "mots"}, "mesure inconnue (« mots »). Choix possibles : entretiens, segments."),
        ({"dimension": "thème"}, "dimension inconnue (« thème »). Vouliez-vous dire « theme » ?"),
    ],
)
def test_un_croisement_impossible_est_explique(reglage, message):
    with pytest.raises(ErreurDonnees) as erreur:
        croiser_codes(EXEMPLE, SEGMENTS, DOCS, GRILLE, **reglage)
    assert str(erreur.value) == f"tableau croisé : {message}"


def test_une_table_incomplete_est_refusee():
    with pytest.raises(ErreurDonnees, match=r"table documents : colonne manquante \(« structure »\)"):
        compter_codes(EXEMPLE, SEGMENTS, DOCS.drop(columns="structure"), GRILLE)


def test_un_segment_en_double_est_refuse():
    doubles = pd.concat([SEGMENTS, SEGMENTS.head(1)])
    for mesurer in (compter_codes, croiser_codes):
        with pytest.raises(ErreurDonnees, match=r"table segments : segment en double \(« E01:0-1 »\)"):
            mesurer(EXEMPLE, doubles, DOCS, GRILLE)


def test_les_cooccurrences_ont_les_usages_en_diagonale():
    matrice = compter_cooccurrences(EXEMPLE, GRILLE)
    assert (matrice.index.name, matrice.columns.name) == ("code", "avec")
    assert matrice.values.tolist() == [[3, 0, 1], [0, 0, 0], [1, 0, 2]]
    assert compter_cooccurrences(EXEMPLE, GRILLE, "prisme").values.tolist() == [[1, 0], [0, 2]]
    with pytest.raises(ErreurDonnees, match="dimension inconnue"):
        compter_cooccurrences(EXEMPLE, GRILLE, "famille")


def test_sans_codage_les_tableaux_sont_faits_de_zeros():
    vide = table({})
    assert (compter_codes(vide, SEGMENTS, DOCS, GRILLE).iloc[:, 1:] == 0).all(axis=None)
    assert croiser_codes(vide, SEGMENTS, DOCS, GRILLE).sum(axis=None) == 0
    assert croiser_codes(vide, SEGMENTS, DOCS, GRILLE, par="prisme").shape == (3, 2)
    assert compter_cooccurrences(vide, GRILLE).shape == (3, 3)
    assert list(mesurer_saturation(vide, SEGMENTS).columns) == ["rang", "entretien", "nouveaux", "cumul", "moyenne"]


def test_la_saturation_suit_l_ordre_donne():
    saturation = mesurer_saturation(EXEMPLE, SEGMENTS)
    assert saturation[["rang", "entretien", "nouveaux", "cumul"]].values.tolist() == [
        [1, "E01", 3, 3],
        [2, "E02", 1, 4],
        [3, "O01", 0, 4],
        [4, "E03", 0, 4],
    ]
    inverse = mesurer_saturation(EXEMPLE, SEGMENTS, ["E03", "O01", "E02", "E01"])
    assert inverse["cumul"].tolist() == [0, 2, 4, 4]
    assert inverse["moyenne"].tolist() == saturation["moyenne"].tolist()


def test_un_entretien_pas_encore_lu_n_entre_pas_dans_la_saturation():
    assert mesurer_saturation(EXEMPLE[EXEMPLE["segment"] != "E03:0-1"], SEGMENTS)["entretien"].tolist() == [
        "E01",
        "E02",
        "O01",
    ]


def test_un_ordre_faux_dit_toutes_ses_fautes():
    with pytest.raises(ErreurDonnees) as erreur:
        mesurer_saturation(EXEMPLE, SEGMENTS, ["E01", "E01", "E2", "O01"])
    assert [(p.message, p.valeur) for p in erreur.value.problemes] == [
        ("entretien sans codage", "E2"),
        ("entretien oublié", "E02"),
        ("entretien oublié", "E03"),
        ("entretien répété", "E01"),
    ]


decisions = st.dictionaries(st.sampled_from(NOMS), st.one_of(st.just({"-"}), st.sets(st.sampled_from(IDS), min_size=1)))
pose = settings(max_examples=50)


@pose
@given(decisions)
def test_les_totaux_sont_conserves(choix):
    codages = table(choix)
    comptes = compter_codes(codages, SEGMENTS, DOCS, GRILLE).set_index("code")
    for par in ("structure", "fonction", "type", "diffusion"):
        croise = croiser_codes(codages, SEGMENTS, DOCS, GRILLE, par=par)
        assert croise.sum(axis=1).tolist() == comptes.loc[list(THEMES), "segments"].tolist()
        entretiens = croiser_codes(codages, SEGMENTS, DOCS, GRILLE, par=par, mesure="entretiens")
        assert entretiens.sum(axis=1).tolist() == comptes.loc[list(THEMES), "entretiens"].tolist()
    assert comptes["segments"].sum() == (codages["code"] != "-").sum()
    assert (comptes["structures"] <= comptes["entretiens"]).all()
    assert (comptes["entretiens"] <= comptes["segments"]).all()


@pose
@given(decisions)
def test_les_cooccurrences_sont_symetriques_et_celles_de_scikit_learn(choix):
    from sklearn.preprocessing import MultiLabelBinarizer

    codages = table(choix)
    matrice = compter_cooccurrences(codages, GRILLE)
    presences = MultiLabelBinarizer(classes=THEMES).fit_transform([codes & set(THEMES) for codes in choix.values()])
    attendue = presences.T @ presences if choix else presences.sum() * matrice.to_numpy()
    assert (matrice.to_numpy() == attendue).all()
    assert (matrice.to_numpy() == matrice.to_numpy().T).all()
    comptes = compter_codes(codages, SEGMENTS, DOCS, GRILLE).set_index("code")["segments"]
    assert all(matrice.loc[code, code] == comptes[code] for code in THEMES)


@pose
@given(decisions)
def test_croiser_par_prisme_puis_par_theme_est_une_transposition(choix):
    codages = table(choix)
    par_prisme = croiser_codes(codages, SEGMENTS, DOCS, GRILLE, par="prisme")
    par_theme = croiser_codes(codages, SEGMENTS, DOCS, GRILLE, par="theme", dimension="prisme")
    assert par_prisme.T.values.tolist() == par_theme.values.tolist()
    theme_theme = croiser_codes(codages, SEGMENTS, DOCS, GRILLE, par="theme")
    assert theme_theme.values.tolist() == compter_cooccurrences(codages, GRILLE).values.tolist()


@settings(max_examples=15)
@given(decisions)
def test_la_moyenne_est_celle_de_toutes_les_permutations(choix):
    codages = table(choix)
    saturation = mesurer_saturation(codages, SEGMENTS)
    cumuls = [mesurer_saturation(codages, SEGMENTS, ordre)["cumul"] for ordre in permutations(saturation["entretien"])]
    attendue = pd.concat(cumuls, axis=1).mean(axis=1) if len(saturation) else pd.Series(dtype="float64")
    assert saturation["moyenne"].tolist() == pytest.approx(attendue.tolist())
    assert saturation["cumul"].is_monotonic_increasing
    if len(saturation):
        assert (
            saturation["moyenne"].iloc[-1]
            == saturation["cumul"].iloc[-1]
            == codages["code"].nunique() - ("-" in set(codages["code"]))
        )


@pose
@given(decisions, st.sampled_from(["entretien", "structure"]))
def test_les_cooccurrences_de_groupes_comptent_ceux_ou_les_deux_codes_se_disent_ensemble(choix, quoi):
    groupes = dict(zip(SEGMENTS["segment"], SEGMENTS["entretien"], strict=True))
    if quoi == "structure":
        structures = dict(zip(DOCS["entretien"], DOCS["structure"], strict=True))
        groupes = {nom: structures[groupe] for nom, groupe in groupes.items() if structures[groupe]}
    matrice = compter_cooccurrences(table(choix), GRILLE, groupes=groupes)
    for un in THEMES:
        for autre in THEMES:
            siens = {groupes[nom] for nom, codes in choix.items() if {un, autre} <= codes and nom in groupes}
            assert matrice.at[un, autre] == len(siens)
