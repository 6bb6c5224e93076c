"""Les spécificités : les nombres publiés, un calcul exact, un autre calcul, et ce qui doit toujours tenir."""

from __future__ import annotations

from fractions import Fraction
from math import comb, log10

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.langue import LEMMES
from ess_analyse.lexicometrie import croiser_mots, mesurer_specificites, parts_des_codes, parts_des_documents
from ess_analyse.lexicometrie.hypergeometrique import mesurer_surprise


def surprendre(k, f, t, corpus):
    return float(mesurer_surprise(np.array([k]), np.array([f]), np.array([t]), corpus)[0])


def calculer_exactement(k, f, t, corpus):
    """La même surprise, en fractions d'entiers : aucun arrondi avant le logarithme."""
    mode = (t + 1) * (f + 1) // (corpus + 2)
    bornes = range(k, min(f, t) + 1) if k > mode else range(max(0, f + t - corpus), k + 1)
    p = Fraction(sum(comb(f, i) * comb(corpus - f, t - i) for i in bornes), comb(corpus, t))
    valeur = log10(p.numerator) - log10(p.denominator)
    return -valeur if k > mode else valeur


def composer_mots(phrases):
    """``[(segment, "mot mot")]`` → une table de mots, tous des noms."""
    lignes = [
        (segment, rang, rang * 10, rang * 10 + len(mot), mot, mot, "NOUN")
        for segment, texte in phrases
        for rang, mot in enumerate(texte.split(), start=1)
    ]
    return pd.DataFrame(lignes, columns=LEMMES).astype({"segment": "str", "lemme": "str", "forme": "str"})


# Lafon (1980), corpus des discours de Robespierre, T = 61 449 ; probabilités et scores publiés avec le paquet R
# « textometry » (jeu « robespierre », sorties de ses propres tests).
@pytest.mark.parametrize(
    ("k", "t", "probabilite", "score"),
    [(4, 1084, 0.4001917, -0.3977), (14, 6903, 6.693709e-05, -4.1743)],
    ids=["D9", "D4"],
)
def test_le_mot_peuple_chez_robespierre(k, t, probabilite, score):
    trouve = surprendre(k, 296, t, 61449)
    assert trouve == pytest.approx(score, abs=5e-5)
    assert 10 ** -abs(trouve) == pytest.approx(probabilite, rel=1e-6)


# Lafon (1980), p. 139 : trois A et deux B, trois mots tirés. P(3 A) = 1/10, P(2 A) = 6/10, P(1 A) = 3/10.
def test_le_petit_exemple_de_lafon():
    assert surprendre(3, 3, 3, 5) == pytest.approx(1)
    assert 10 ** surprendre(1, 3, 3, 5) == pytest.approx(3 / 10)
    assert 10 ** surprendre(2, 3, 3, 5) == pytest.approx(9 / 10)


@st.composite
def cas(draw):
    corpus = draw(st.integers(2, 400))
    f, t = draw(st.integers(1, corpus)), draw(st.integers(1, corpus))
    return draw(st.integers(max(0, f + t - corpus), min(f, t))), f, t, corpus


@given(cas())
def test_le_calcul_en_entiers_exacts_dit_la_meme_chose(tirage):
    assert surprendre(*tirage) == pytest.approx(calculer_exactement(*tirage), abs=1e-9)


@pytest.mark.parametrize(
    "tirage",
    [(900, 1000, 4000, 20_000), (0, 3000, 6000, 20_000), (2990, 3000, 10_000, 20_000)],
    ids=["tres-sur", "absent", "ecrasant"],
)
def test_une_probabilite_minuscule_ne_se_perd_pas(tirage):
    trouve = surprendre(*tirage)
    assert abs(trouve) > 400
    assert trouve == pytest.approx(calculer_exactement(*tirage), rel=1e-9)


def test_scipy_dit_la_meme_chose():
    from scipy.stats import hypergeom

    tirages = np.random.default_rng(8)
    f, t = tirages.integers(1, 3000, 200), tirages.integers(1, 20_000, 200)
    k = tirages.hypergeometric(f, 60_000 - f, t)
    scores = mesurer_surprise(k, f, t, 60_000)
    queues = np.where(scores > 0, hypergeom.logsf(k - 1, 60_000, f, t), hypergeom.logcdf(k, 60_000, f, t))
    assert np.abs(scores) * -np.log(10) == pytest.approx(queues, rel=1e-7, abs=1e-9)


@given(cas())
def test_la_part_et_le_reste_se_repondent(tirage):
    k, f, t, corpus = tirage
    ici, ailleurs = surprendre(*tirage), surprendre(f - k, f, corpus - t, corpus)
    # What is over-used here is under-used elsewhere, with the same probability; near the mode, both may be banal.
    if ici > log10(2):
        assert ailleurs == pytest.approx(-ici, abs=1e-9)


@given(cas())
def test_le_mot_et_la_part_s_echangent(tirage):
    k, f, t, corpus = tirage
    assert surprendre(k, f, t, corpus) == pytest.approx(surprendre(k, t, f, corpus), abs=1e-9)


@pytest.fixture(scope="module")
def mots():
    return composer_mots(
        [
            ("E01:0-9", "logiciel logiciel bug écran"),
            ("E01:10-19", "logiciel lundi"),
            ("E02:0-9", "logiciel bug camion"),
            ("E02:10-19", "camion camion tournée lundi"),
            ("E03:0-9", "camion logiciel bug"),
        ]
    )


@pytest.fixture(scope="module")
def parts():
    return pd.DataFrame(
        {
            "segment": ["E01:0-9", "E01:10-19", "E02:0-9", "E02:10-19", "E03:0-9", "E03:0-9"],
            "part": ["saisie", "saisie", "saisie", "route", "route", "saisie"],
        }
    )


def test_le_tableau_lexical_compte_les_occurrences_et_les_documents(mots, parts):
    effectifs, documents = croiser_mots(mots, parts), croiser_mots(mots, parts, mesure="documents")
    assert effectifs.loc["logiciel"].to_dict() == {"route": 1, "saisie": 5}
    assert documents.loc["logiciel"].to_dict() == {"route": 1, "saisie": 3}
    assert effectifs.loc["tournée"].to_dict() == {"route": 1, "saisie": 0}
    assert list(effectifs.index) == sorted(set(mots["lemme"]))
    assert (documents <= effectifs).all(axis=None)


def test_un_segment_donne_deux_fois_dans_une_part_n_y_compte_qu_une(mots, parts):
    doubles = pd.concat([parts, parts.head(2)])
    assert croiser_mots(mots, doubles).equals(croiser_mots(mots, parts))


def test_les_specificites_disent_leurs_effectifs(mots, parts):
    table = mesurer_specificites(mots, parts)
    assert list(table.columns) == ["part", "mot", "effectif", "total", "taille", "attendu", "score"]
    assert len(table) == 2 * mots["lemme"].nunique()
    ligne = table[(table["part"] == "saisie") & (table["mot"] == "logiciel")].iloc[0]
    assert (ligne["effectif"], ligne["total"], ligne["taille"]) == (5, 5, 12)
    assert ligne["attendu"] == pytest.approx(12 * 5 / 16)
    assert ligne["score"] == pytest.approx(calculer_exactement(5, 5, 12, 16))
    # A part covers, at most, the whole: what it has of a word is at most all of it.
    assert (table["effectif"] <= table["total"]).all()


def test_une_partition_se_somme(mots):
    partition = pd.DataFrame({"segment": mots["segment"].unique(), "part": ["a", "a", "b", "b", "c"]})
    table = mesurer_specificites(mots, partition)
    sommes = table.groupby("mot")[["effectif", "attendu"]].sum()
    totaux = table.drop_duplicates("mot").set_index("mot")["total"].reindex(sommes.index)
    assert (sommes["effectif"] == totaux).all()
    assert sommes["attendu"].to_numpy() == pytest.approx(totaux.to_numpy())


def test_l_ordre_des_mots_du_corpus_ne_change_rien(mots, parts):
    melanges = mots.sample(frac=1, random_state=3), parts.sample(frac=1, random_state=4)
    pd.testing.assert_frame_equal(mesurer_specificites(*melanges), mesurer_specificites(mots, parts))


def test_les_lignes_vont_du_plus_au_moins_specifique(mots, parts):
    table = mesurer_specificites(mots, parts)
    assert list(dict.fromkeys(table["part"])) == ["route", "saisie"]
    for _, part in table.groupby("part"):
        assert part["score"].is_monotonic_decreasing


def test_un_seuil_ote_ce_que_trop_peu_de_documents_disent(mots, parts):
    montrees = mesurer_specificites(mots, parts, seuil=2)
    # Two documents say « camion » in each part; every other word has a cell of one, that its total would give away.
    assert montrees[["part", "mot"]].values.tolist() == [["route", "camion"], ["saisie", "camion"]]


def test_les_parts_des_codes_gardent_l_ordre_demande():
    codages = pd.DataFrame({"segment": ["E01:0-9", "E01:0-9", "E02:0-9"], "code": ["R-SENS", "O-COMP", "-"]})
    parts = parts_des_codes(codages, ["R-SENS", "O-COMP", "R-LIEN"])
    assert list(parts["part"].cat.categories) == ["R-SENS", "O-COMP", "R-LIEN"]
    assert parts["segment"].tolist() == ["E01:0-9"] * 2
    mots = composer_mots([("E01:0-9", "bon"), ("E02:0-9", "jour")])
    assert croiser_mots(mots, parts).loc["bon"].to_dict() == {"R-SENS": 1, "O-COMP": 1, "R-LIEN": 0}


def test_une_colonne_inconnue_propose_la_bonne():
    segments = pd.DataFrame({"segment": ["E01:0-9"], "entretien": ["E01"]})
    documents = pd.DataFrame({"entretien": ["E01"], "structure": ["S1"]})
    with pytest.raises(ErreurDonnees, match=r"colonne inconnue .*structur.*structure"):
        parts_des_documents(segments, documents, "structur")


def test_une_mesure_et_une_unite_inconnues_sont_refusees(mots, parts):
    with pytest.raises(ErreurDonnees, match="mesure inconnue"):
        croiser_mots(mots, parts, mesure="docs")
    with pytest.raises(ErreurDonnees, match="unité inconnue"):
        mesurer_specificites(mots, parts, "racine")
    with pytest.raises(ErreurDonnees, match="table documents : table manquante"):
        croiser_mots(mots, parts, mesure="structures")


def test_une_part_vide_n_en_est_pas_une(mots, parts):
    vides = pd.DataFrame({"segment": ["E02:10-19", "E02:0-9"], "part": [None, None]}, dtype="str")
    pd.testing.assert_frame_equal(
        mesurer_specificites(mots, pd.concat([parts.head(2), vides]), seuil=1),
        mesurer_specificites(mots, parts.head(2), seuil=1),
    )


def test_sans_mot_ni_part_les_tables_sont_vides(mots, parts):
    assert mesurer_specificites(mots.head(0), parts).empty
    assert mesurer_specificites(mots, parts.head(0)).empty


def test_ce_qui_n_est_d_aucune_part_ne_se_devine_pas_par_difference():
    phrases = [(f"E0{i}:{j}0-{j}9", "bon") for i in range(1, 5) for j in (1, 2)]
    mots = composer_mots([*phrases, ("E05:0-9", "bon jour")])
    parts = pd.DataFrame({"segment": [un for un, _ in phrases], "part": ["a", "b"] * 4})
    assert set(mesurer_specificites(mots, parts)["mot"]) == {"bon", "jour"}
    # The total of « bon » less both parts would be what E05 alone says: one of the parts goes.
    assert mesurer_specificites(mots, parts, seuil=3)[["part", "mot"]].values.tolist() == [["b", "bon"]]
    couvertes = pd.concat([parts, pd.DataFrame({"segment": ["E05:0-9"], "part": ["a"]})])
    montrees = mesurer_specificites(mots, couvertes, seuil=3)
    assert montrees[["part", "mot"]].values.tolist() == [["a", "bon"], ["b", "bon"]]


def test_une_cellule_d_une_seule_structure_n_est_pas_une_specificite():
    phrases = [(f"E0{i}:{j}0-{j}9", "bon") for i in range(1, 7) for j in (1, 2)]
    mots = composer_mots(phrases)
    parts = pd.DataFrame(
        {"segment": [un for un, _ in phrases], "part": ["ici" if un < "E04" else "là" for un, _ in phrases]}
    )
    lieux = ["S1", "S1", "S1", "S2", "S3", "S2"]
    documents = pd.DataFrame({"entretien": [f"E0{i}" for i in range(1, 7)], "structure": lieux})
    assert len(mesurer_specificites(mots, parts, seuil=3)) == 2
    assert mesurer_specificites(mots, parts, seuil=3, documents=documents).empty
    structures = croiser_mots(mots, parts, mesure="structures", documents=documents)
    assert structures.loc["bon"].to_dict() == {"ici": 1, "là": 2}
