import dataclasses
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from ess_analyse import suggestions as module
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, PREAMBULE, RAISONS, RIEN, SEGMENTS, SUGGESTIONS
from ess_analyse.suggestions import (
    SEUIL,
    documents,
    ecrire_suggestions,
    evaluer,
    lire_suggestions,
    proposition,
    savoir,
)
from ess_analyse.suggestions.evaluation import EVALUATION
from ess_analyse.suggestions.regles import compter, lire, peser

# What the machine learns from its own examples is tested apart: here, only from the codebook and from people.
SANS = pd.DataFrame({"texte": [], "codes": []}, dtype="str")
suggerer = partial(module.suggerer, exemples=SANS)
suggerer_par_plis = partial(module.suggerer_par_plis, exemples=SANS)


def code(identifiant, exemples, indices, contre=("Bonjour.",), sauf=(), dimension="theme"):
    listes = (tuple(liste) for liste in (exemples, contre, indices, sauf))
    return Code(identifiant, dimension, identifiant.lower(), "…", (), (), *listes)


GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    (
        code(
            "R-CHARGE",
            ["Je ressaisis tout le soir.", "On tape deux fois la même fiche."],
            ["ressaisir", "pas le temps", "fiche"],
            sauf=["fiche de paie"],
        ),
        code("R-MOYENS", ["Le réseau tombe dans le hangar."], ["réseau", "tomber en panne"]),
        code("O-COMP", ["Elle apprend à se servir du tableur."], ["apprendre", "fiche"]),
        code("O-SERVICE", ["Le devis part en dix minutes."], ["gain de temps"]),
        code("P-GESTION", ["Je fais la paie et les factures."], ["facture"], dimension="prisme"),
        code("P-PRODUCTION", ["On trie les meubles."], ["trier", "fiche"], dimension="prisme"),
    ),
)
PHRASES = [
    "On ressaisit tout, pas le temps.",
    "Il fait beau.",
    "Le réseau est tombé.",
    "Elle apprend vite.",
    "La fiche de paie arrive.",
    "Une fiche traîne.",
]


def poser(phrases=PHRASES, entretien="E01", locuteur="Marion", depart=100):
    lignes = []
    for rang, texte in enumerate(phrases):
        debut = depart + sum(len(avant) + 1 for avant in phrases[:rang])
        fin = debut + len(texte)
        lignes.append((f"{entretien}:{debut}-{fin}", entretien, 1, locuteur, debut, fin, texte))
    return pd.DataFrame(lignes, columns=SEGMENTS)


def coder(segments, codes, codeur="Anne"):
    lignes = [
        (segment, codeur, pose, "humain")
        for segment, poses in zip(segments["segment"], codes, strict=True)
        for pose in poses.split()
    ]
    return pd.DataFrame(lignes, columns=CODAGES)


def trouver_ligne(table, segments, rang, identifiant):
    [ligne] = table[(table["segment"] == segments["segment"][rang]) & (table["code"] == identifiant)].to_dict("records")
    return ligne


@pytest.fixture(scope="module")
def segments():
    return poser()


@pytest.fixture(scope="module")
def froides(segments):
    return suggerer(segments, GRILLE)


def test_la_table_a_ses_colonnes_et_ses_types(froides):
    assert tuple(froides.columns) == (*SUGGESTIONS, *RAISONS)
    assert [str(froides[nom].dtype) for nom in ("score", "rang", "retenu", "debut", "fin")] == [
        "float64",
        "int64",
        "bool",
        "Int64",
        "Int64",
    ]
    assert not froides.duplicated(["segment", "code"]).any()
    assert froides["score"].between(0, 1).all()
    assert froides.attrs == {}


def test_chaque_segment_a_ses_codes_classes_meme_sous_le_seuil(segments, froides):
    dimension = froides["code"].str.startswith("P-")
    for _, groupe in froides.groupby([froides["segment"], dimension]):
        assert groupe["rang"].tolist() == list(range(1, len(groupe) + 1))
        assert groupe["score"].is_monotonic_decreasing
    assert froides["segment"].unique().tolist() == segments["segment"].tolist()
    assert (~froides["retenu"]).any()


@pytest.mark.parametrize("rangs", [1, 2, 9])
def test_rangs_borne_chaque_dimension(segments, rangs):
    table = suggerer(segments, GRILLE, rangs=rangs)
    assert len(table) == len(segments) * (min(rangs, 4) + min(rangs, 2))


def test_un_indice_est_cite_a_sa_place_dans_l_entretien(segments, froides):
    ligne = trouver_ligne(froides, segments, 2, "R-MOYENS")
    assert (ligne["rang"], ligne["retenu"], ligne["indice"]) == (1, True, "réseau")
    assert ligne["methode"].startswith("indices")
    assert (ligne["debut"], ligne["fin"]) == (segments["debut"][2] + 3, segments["debut"][2] + 9)


def test_l_indice_le_plus_sur_est_cite(segments, froides):
    assert trouver_ligne(froides, segments, 0, "R-CHARGE")["indice"] == "pas le temps"


def test_sauf_ote_l_indice_du_code(segments, froides):
    assert not trouver_ligne(froides, segments, 4, "R-CHARGE")["methode"].startswith("indices")
    assert trouver_ligne(froides, segments, 4, "O-COMP")["indice"] == "fiche"


def test_toute_place_est_dans_son_segment_et_y_montre_les_mots(segments, froides):
    table = froides.merge(segments, on="segment", suffixes=("", "_segment")).dropna(subset="debut")
    assert len(table)
    for ligne in table.to_dict("records"):
        assert ligne["debut_segment"] <= ligne["debut"] < ligne["fin"] <= ligne["fin_segment"]
        mots = ligne["texte"][ligne["debut"] - ligne["debut_segment"] : ligne["fin"] - ligne["debut_segment"]]
        assert ligne["methode"] != "modele" or mots == ligne["indice"]


def test_sans_mot_en_cause_l_indice_est_vide(segments, froides):
    sans = froides[froides["debut"].isna()]
    assert len(sans)
    assert (sans["indice"] == "").all()
    assert sans["fin"].isna().all()
    assert (sans["methode"] == "modele").all()


def test_le_modele_dit_ses_mots():
    segments = poser(["Le tableur rame."])
    ligne = trouver_ligne(suggerer(segments, GRILLE), segments, 0, "O-COMP")
    assert (ligne["methode"], ligne["indice"], ligne["debut"], ligne["fin"]) == ("modele", "tableur", 103, 110)


def test_sans_rien_avoir_lu_le_modele_seul_pese_peu(segments, froides):
    assert froides.loc[froides["methode"] == "modele", "score"].max() <= 0.3


@pytest.mark.parametrize("locuteur", ["Enquêtrice", "Enquêteur", "Q", "Question", PREAMBULE])
def test_rien_n_est_retenu_de_ce_que_nul_participant_ne_dit(locuteur):
    table = suggerer(poser(locuteur=locuteur), GRILLE)
    assert len(table)
    assert not table["retenu"].any()


def test_un_indice_partage_vaut_moins_dans_sa_dimension_seulement():
    poids = peser(GRILLE)
    assert poids["R-CHARGE", "ressaisir"] == 2 * poids["R-CHARGE", "fiche"] == 2 * poids["O-COMP", "fiche"]
    assert poids["P-PRODUCTION", "fiche"] == poids["R-CHARGE", "ressaisir"]
    assert poids["R-CHARGE", "pas le temps"] > poids["R-CHARGE", "ressaisir"]


def test_un_indice_refuse_s_eteint_et_un_indice_confirme_s_affirme():
    avant, phrases = peser(GRILLE), lire(["Une fiche."] * 10, GRILLE)
    decisions = np.full((10, len(GRILLE)), np.nan)
    decisions[:, 0], decisions[:, 2] = 0, 1
    apres = peser(GRILLE, compter(phrases, decisions, GRILLE))
    assert apres["R-CHARGE", "fiche"] < avant["R-CHARGE", "fiche"] / 3
    assert apres["O-COMP", "fiche"] > 0.75
    assert apres["P-PRODUCTION", "fiche"] == avant["P-PRODUCTION", "fiche"]


def test_le_seuil_se_donne_pour_tous_ou_par_code(segments):
    assert suggerer(segments, GRILLE, seuil=0)["retenu"].all()
    assert not suggerer(segments, GRILLE, seuil=1)["retenu"].any()
    par_code = suggerer(segments, GRILLE, seuil={"R-MOYENS": 1})
    assert not par_code.loc[par_code["code"] == "R-MOYENS", "retenu"].any()
    attendu = par_code[par_code["code"] != "R-MOYENS"]
    assert attendu["retenu"].tolist() == (attendu["score"] >= SEUIL).tolist()


def test_le_score_d_un_segment_ne_depend_pas_des_autres(segments, froides):
    seul = suggerer(segments.iloc[[2]], GRILLE)
    attendu = froides[froides["segment"] == segments["segment"][2]].reset_index(drop=True)
    pd.testing.assert_frame_equal(seul, attendu)


def test_un_grand_corpus_est_lu_par_paquets(segments, froides, monkeypatch):
    monkeypatch.setattr(documents, "_PAQUET", 2)
    pd.testing.assert_frame_equal(suggerer(segments, GRILLE), froides)


def test_deux_fois_donnent_pareil_quel_que_soit_l_ordre_des_codages(segments):
    codages = coder(segments, ["R-CHARGE", "-", "R-MOYENS", "O-COMP", "-", "-"])
    pd.testing.assert_frame_equal(suggerer(segments, GRILLE, codages), suggerer(segments, GRILLE, codages[::-1]))


def test_aucun_segment_donne_une_table_vide():
    table = suggerer(poser([]), GRILLE)
    assert table.empty
    assert tuple(table.columns) == (*SUGGESTIONS, *RAISONS)


def test_une_grille_d_un_seul_code_se_lit():
    seule = Grille(1, GRILLE.dimensions, (dataclasses.replace(GRILLE["R-MOYENS"], contre_exemples=()),))
    table = suggerer(poser(), seule)
    assert table["retenu"].sum() == 1


def test_les_codages_apprennent_un_mot_que_la_grille_ignore():
    segments = poser(["La zigouillette grince.", "Il fait beau.", "La zigouillette chauffe.", "Voilà."] * 5)
    codages = coder(segments, ["R-MOYENS", "-", "R-MOYENS", "-"] * 5)
    froide = trouver_ligne(suggerer(segments, GRILLE), segments, 0, "R-MOYENS")
    apprise = trouver_ligne(suggerer(segments, GRILLE, codages), segments, 0, "R-MOYENS")
    assert apprise["score"] > froide["score"]
    assert apprise["rang"] == 1
    assert apprise["indice"].endswith("zigouillette")


def test_rien_a_coder_s_apprend_aussi():
    segments = poser(["Le réseau est en panne.", "Le réseau des anciens.", "Ça va."] * 5)
    codages = coder(segments, ["-", "-", "-"] * 5)
    avant = trouver_ligne(suggerer(segments, GRILLE), segments, 1, "R-MOYENS")
    assert trouver_ligne(suggerer(segments, GRILLE, codages), segments, 1, "R-MOYENS")["score"] < avant["score"] / 2


def test_une_dimension_que_personne_n_a_codee_n_apprend_rien():
    segments = poser(["La facture part."] * 12)
    decisions = savoir._decider(coder(segments, ["R-CHARGE"] * 12), GRILLE)
    assert decisions[["P-GESTION", "P-PRODUCTION"]].isna().all().all()
    assert decisions["R-CHARGE"].eq(1).all()
    assert decisions["O-COMP"].eq(0).all()


def test_de_plusieurs_codeurs_la_majorite_stricte_l_emporte(segments):
    trois = segments.head(3)
    avis = pd.concat(
        [
            coder(trois, ["R-CHARGE", "R-CHARGE", "R-CHARGE"], "A"),
            coder(trois, ["R-CHARGE", "-", "O-COMP"], "B"),
            coder(trois.head(2), ["O-COMP", "-"], "C"),
        ]
    )
    decisions = savoir._decider(avis, GRILLE)
    assert decisions["R-CHARGE"].tolist() == [1, 0, 0]
    assert decisions["O-COMP"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("codages", "message"),
    [
        ([("E01:1-2", "A", "R-CHARGE", "")], "segment absent de la table des segments (« E01:1-2 »)"),
        ([("E01:100-132", "A", "R-CHARG", "")], "code inconnu (« R-CHARG »). Vouliez-vous dire « R-CHARGE » ?"),
    ],
)
def test_un_codage_etranger_est_refuse(segments, codages, message):
    with pytest.raises(ErreurDonnees) as levee:
        suggerer(segments, GRILLE, pd.DataFrame(codages, columns=CODAGES))
    assert message in str(levee.value)


def test_des_suggestions_ne_se_prennent_pas_pour_des_codages(segments, froides):
    with pytest.raises(ErreurDonnees, match="table codages : colonne manquante"):
        suggerer(segments, GRILLE, froides)


def test_un_seuil_pour_un_code_inconnu_est_refuse(segments):
    with pytest.raises(ErreurDonnees, match="Vouliez-vous dire « R-MOYENS »"):
        suggerer(segments, GRILLE, seuil={"R-MOYEN": 0.5})


@pytest.mark.parametrize(
    ("reglage", "message"),
    [
        *[({"rangs": rangs}, "« rangs » impossible") for rangs in (0, -1, 1.5)],
        *[({"seuil": seuil}, "seuil impossible") for seuil in ("0.3", np.nan, 2, -0.1)],
        ({"seuil": {"R-MOYENS": None}}, "seuil impossible pour R-MOYENS"),
        ({"seuil": {"": 0.5}}, "code inconnu"),
        ({"plis": 1}, "« plis » impossible"),
    ],
)
def test_un_reglage_impossible_est_refuse(segments, reglage, message):
    suggerer_ = suggerer_par_plis if "plis" in reglage else suggerer
    with pytest.raises(ErreurDonnees, match=message):
        suggerer_(segments, GRILLE, coder(segments, ["-"] * 6), **reglage)


# ---- plis


@pytest.fixture(scope="module")
def quatre():
    segments = pd.concat(
        [poser([*PHRASES, f"Le mot{numero}.", f"Mot{numero} !"], f"E0{numero}") for numero in range(1, 5)],
        ignore_index=True,
    )
    return segments, coder(segments, ["R-CHARGE", "-", "R-MOYENS", "O-COMP", "-", "-", "R-MOYENS", "R-MOYENS"] * 4)


def test_jamais_le_meme_entretien_en_apprentissage_et_en_test(quatre, monkeypatch):
    segments, codages = quatre
    appris, testes = [], []
    lire_codages, proposer = savoir.lire_codages, proposition.proposer_codes

    def espionner_codages(connus, grille, codes):
        appris.append(set(connus["entretien"]) | {segment.split(":")[0] for segment in codes["segment"]})
        return lire_codages(connus, grille, codes)

    def espionner_proposer(tus, *reste):
        testes.append(set(tus["entretien"]))
        return proposer(tus, *reste)

    monkeypatch.setattr(savoir, "lire_codages", espionner_codages)
    monkeypatch.setattr(proposition, "proposer_codes", espionner_proposer)
    suggerer_par_plis(segments, GRILLE, codages, plis=3)
    assert len(appris) == len(testes) == 3
    assert all(not connus & tus for connus, tus in zip(appris, testes, strict=True))
    assert sorted(entretien for tus in testes for entretien in tus) == ["E01", "E02", "E03", "E04"]


def test_un_mot_propre_a_un_entretien_n_y_pese_pas(quatre):
    segments, codages = quatre
    dedans, dehors = suggerer(segments, GRILLE, codages), suggerer_par_plis(segments, GRILLE, codages)
    assert dedans["indice"].str.contains("mot1", case=False).any()
    assert not dehors["indice"].str.contains(r"mot\d", case=False).any()


def test_les_plis_couvrent_les_entretiens_codes_dans_leur_ordre(quatre):
    segments, codages = quatre
    tout = pd.concat([segments, poser(entretien="E09")], ignore_index=True)
    table = suggerer_par_plis(tout, GRILLE, codages)
    assert table["segment"].unique().tolist() == segments["segment"].tolist()
    assert [str(kind) for kind in table.dtypes] == [str(kind) for kind in suggerer(segments, GRILLE).dtypes]
    pd.testing.assert_frame_equal(table, suggerer_par_plis(tout, GRILLE, codages))


def test_un_seul_entretien_code_ne_se_partage_pas(segments):
    with pytest.raises(ErreurDonnees, match="au moins deux entretiens codés"):
        suggerer_par_plis(segments, GRILLE, coder(segments, ["-"] * 6))


# ---- fichier


def test_ecrire_puis_lire_rend_la_meme_table(tmp_path, segments, froides):
    chemin = tmp_path / "suggestions.csv"
    assert ecrire_suggestions(chemin, froides)
    assert not ecrire_suggestions(chemin, froides)
    pd.testing.assert_frame_equal(lire_suggestions(chemin, segments, GRILLE), froides)


def test_une_table_sans_ligne_se_relit(tmp_path, segments, froides):
    ecrire_suggestions(tmp_path / "s.csv", froides.head(0))
    pd.testing.assert_frame_equal(lire_suggestions(tmp_path / "s.csv", segments, GRILLE), froides.head(0))


BONNE = "E01:100-132;R-CHARGE;0.82;1;oui;indices;ressaisir;103;112"


@pytest.mark.parametrize(
    ("avant", "apres", "message"),
    [
        ("E01:100-132", "E01:1-2", "suggestions d'un texte d'avant (« E01 »). Refaites-les : ess-analyse suggerer."),
        ("R-CHARGE", "R-CHARG", "code inconnu (« R-CHARG »). Vouliez-vous dire « R-CHARGE » ?"),
        ("0.82", "0,82", "score mal écrit (« 0,82 »). Écrivez un nombre de 0 à 1, avec un point."),
        ("0.82", "1.2", "score mal écrit (« 1.2 »)"),
        ("0.82", "nan", "score mal écrit (« nan »)"),
        (";1;", ";0;", "rang mal écrit (« 0 »)"),
        ("oui", "True", "« retenu » mal écrit (« True »). Choix possibles : non, oui."),
        (";indices;", ";indice;", "« methode » mal écrit (« indice »). Vouliez-vous dire « indices » ?"),
        ("103;112", "103;", "place hors du segment (« 103- »)"),
        ("103;112", "99;112", "place hors du segment (« 99-112 »)"),
        ("103;112", "112;103", "place hors du segment (« 112-103 »)"),
        ("103;112", "103;133", "place hors du segment (« 103-133 »)"),
        ("103;112", "x;y", "place hors du segment (« x-y »)"),
    ],
)
def test_une_ligne_fautive_est_dite(tmp_path, segments, avant, apres, message):
    chemin = tmp_path / "suggestions.csv"
    assert BONNE.count(avant) == 1
    chemin.write_text(f"{';'.join(SUGGESTIONS)}\n{BONNE.replace(avant, apres)}\n", encoding="utf-8")
    with pytest.raises(ErreurDonnees) as levee:
        lire_suggestions(chemin, segments, GRILLE)
    assert f"ligne 2 : {message}" in str(levee.value)
    assert len(levee.value.problemes) == 1


def test_une_ligne_en_double_et_les_autres_fautes_sont_dites_ensemble(tmp_path, segments):
    chemin = tmp_path / "suggestions.csv"
    chemin.write_text(f"{';'.join(SUGGESTIONS)}\n{BONNE}\n{BONNE.replace('0.82', 'x')}\n", encoding="utf-8")
    with pytest.raises(ErreurDonnees) as levee:
        lire_suggestions(chemin, segments, GRILLE)
    assert [(faute.ligne, faute.message) for faute in levee.value.problemes] == [
        (3, "ligne en double (déjà ligne 2)"),
        (3, "score mal écrit"),
    ]


# ---- évaluation


def proposes(*lignes):
    return pd.DataFrame(
        [(segment, nom, 0.5, rang, retenu, "indices", "", None, None) for segment, nom, rang, retenu in lignes],
        columns=SUGGESTIONS,
    )


def decides(*lignes):
    return pd.DataFrame([(segment, "A", nom, "humain") for segment, nom in lignes], columns=CODAGES)


def test_l_evaluation_compte_juste():
    table = evaluer(
        proposes(
            ("a", "R-CHARGE", 1, True),
            ("a", "O-COMP", 4, False),
            ("b", "R-CHARGE", 1, True),
            ("c", "R-MOYENS", 2, False),
            ("z", "R-MOYENS", 1, True),
        ),
        decides(("a", "R-CHARGE"), ("a", "O-COMP"), ("b", RIEN), ("c", "R-MOYENS"), ("d", RIEN)),
        GRILLE,
    )
    assert tuple(table.columns) == EVALUATION
    assert table["code"].tolist() == [*GRILLE.ids("theme"), "ensemble"]
    par_code = table.set_index("code")
    assert par_code.loc["R-CHARGE", ["usages", "proposes", "precision", "rappel"]].tolist() == [1, 2, 0.5, 1.0]
    assert par_code.loc["R-MOYENS", ["usages", "proposes", "rappel", "f1", "rappel_3"]].tolist() == [1, 0, 0, 0, 1]
    assert np.isnan(par_code.loc["R-MOYENS", "precision"])
    assert par_code.loc["O-COMP", ["rappel_3", "rappel_5"]].tolist() == [0.0, 1.0]
    assert par_code.loc["O-SERVICE", ["precision", "rappel", "f1", "rappel_3", "valence"]].isna().all()
    ensemble = par_code.loc["ensemble"]
    assert ensemble[["usages", "proposes", "precision"]].tolist() == [3, 2, 0.5]
    assert ensemble["rappel"] == pytest.approx(1 / 3)
    assert ensemble["rappel_5"] == 1
    assert ensemble["f1_macro"] == pytest.approx((2 / 3 + 0 + 0) / 3)


def test_la_valence_est_l_alpha_de_krippendorff():
    # By hand: machine R, R, none, none; people both, none, none, none; so five none, two R, one both among eight.
    table = evaluer(
        proposes(("a", "R-CHARGE", 1, True), ("b", "R-CHARGE", 1, True)),
        decides(("a", "R-CHARGE"), ("a", "O-COMP"), ("b", RIEN), ("c", RIEN), ("d", RIEN)),
        GRILLE,
    )
    assert table["valence"].iloc[-1] == pytest.approx(1 - 0.5 / (1 - 22 / 56))
    assert table["valence"].iloc[:-1].isna().all()


def test_une_valence_sans_variation_n_est_pas_definie():
    assert np.isnan(evaluer(proposes(), decides(("a", RIEN), ("b", RIEN)), GRILLE)["valence"].iloc[-1])


def test_sans_codage_tout_est_indefini():
    table = evaluer(proposes(("a", "R-CHARGE", 1, True)), decides(), GRILLE)
    assert table[["usages", "proposes"]].eq(0).all().all()
    assert table[["precision", "rappel", "f1", "f1_macro", "rappel_3", "valence"]].isna().all().all()


def test_une_autre_dimension_s_evalue_a_part():
    table = evaluer(proposes(("a", "P-GESTION", 1, True)), decides(("a", "P-GESTION")), GRILLE, dimension="prisme")
    assert table["code"].tolist() == ["P-GESTION", "P-PRODUCTION", "ensemble"]
    assert table["f1"].iloc[-1] == 1
    with pytest.raises(ErreurDonnees, match="dimension inconnue"):
        evaluer(proposes(), decides(), GRILLE, dimension="theme2")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from(GRILLE.ids("theme"))), st.sets(st.sampled_from(GRILLE.ids("theme")))),
        min_size=1,
        max_size=8,
    )
)
def test_les_mesures_sont_celles_de_scikit_learn(paires):
    codes = GRILLE.ids("theme")
    table = evaluer(
        proposes(*[(f"s{rang}", nom, 1, True) for rang, (poses, _) in enumerate(paires) for nom in sorted(poses)]),
        decides(*[(f"s{rang}", nom) for rang, (_, vrais) in enumerate(paires) for nom in sorted(vrais) or [RIEN]]),
        GRILLE,
    )
    poses, vrais = (np.array([[nom in paire[cote] for nom in codes] for paire in paires]) for cote in (0, 1))
    for nom, mesure in (("precision", precision_score), ("rappel", recall_score), ("f1", f1_score)):
        attendu = [
            *mesure(vrais, poses, average=None, zero_division=np.nan),
            mesure(vrais, poses, average="micro", zero_division=np.nan),
        ]
        np.testing.assert_allclose(table[nom].to_numpy(dtype=float), attendu)
