"""Le lexique, sa richesse, la concordance : ce qui est compté, à sa place exacte."""

from __future__ import annotations

import re
import time
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.langue import LEMMES, lemmatiser
from ess_analyse.lexicometrie import chercher_concordance, dresser_lexique, est_pleine, mesurer_richesse
from ess_analyse.lexicometrie.motifs import compiler_expression, compiler_mots
from ess_analyse.lexicometrie.mots import lire_documents
from ess_analyse.modele import DOCUMENTS, Corpus, Entretien, Place
from ess_analyse.segments import segmenter

E01 = """\
Enquêtrice : Vous ressaisissez tout ? La double saisie, c'est long.

Véra : On ressaisit les pesées le soir. Puis l’éco-organisme les redemande. La double saisie, c'est moi !
Le\tcamion attend.
"""
E02 = "Samir : Moi je pèse. On me demande la caisse. La caisse, elle demande rien.\n"
E03 = "Awa : Personne ne doit lire ça. On ressaisit en secret.\n"
O01 = "La caisse est fermée. Et il ressaisit une fiche. Bonjour madame, bonjour monsieur.\n"


@pytest.fixture(scope="module")
def corpus():
    textes = {"E01": E01, "E02": E02, "E03": E03, "O01": O01}
    lignes = [
        (
            nom,
            "observation" if nom == "O01" else "entretien",
            "S1",
            "",
            "",
            "restreinte" if nom == "E03" else "publique",
        )
        for nom in textes
    ]
    entretiens = tuple(Entretien.depuis_texte(nom, texte, parle=nom != "O01") for nom, texte in textes.items())
    passage = E01.index("La double saisie, c'est moi")
    restreint = Place("E01", passage, passage + len("La double saisie, c'est moi !"))
    return Corpus(entretiens, pd.DataFrame(lignes, columns=DOCUMENTS), ((restreint, "restreinte"),))


@pytest.fixture(scope="module")
def segments(corpus):
    return segmenter(corpus)


@pytest.fixture(scope="module")
def mots(segments):
    return lemmatiser(segments)


def test_chaque_mot_est_a_sa_place_exacte(corpus, segments, mots):
    assert tuple(mots.columns) == LEMMES
    for mot in mots.itertuples():
        place = Place.lire(mot.segment)
        assert place.debut <= mot.debut < mot.fin <= place.fin
        assert corpus.extrait(Place(place.entretien, mot.debut, mot.fin)) == mot.forme
    assert (mots.groupby("segment")["rang"].agg(list).map(lambda rangs: rangs == list(range(1, len(rangs) + 1)))).all()
    assert lire_documents(mots).tolist() == [segment.split(":")[0] for segment in mots["segment"]]
    # Nothing but words, and no word lost.
    assert mots["forme"].str.contains(r"\w").all()
    lettres = re.sub(r"[\W_]", "", "".join(segments["texte"]))
    assert re.sub(r"[\W_]", "", "".join(mots["forme"])) == lettres


@pytest.mark.parametrize(
    ("forme", "lemme"),
    [
        ("ressaisit", "ressaisir"),
        ("caisse", "caisse"),
        ("Puis", "puis"),
        ("l’", "le"),
        ("c'", "ce"),
        ("pèse", "peser"),
        ("elle", "lui"),
        ("demande", "demander"),
        ("madame", "madame"),
        ("monsieur", "monsieur"),
    ],
    ids=[
        "verbe",
        "nom",
        "invariable",
        "elision",
        "pronom-elide",
        "accent",
        "pronom",
        "verbe-nom",
        "madame",
        "monsieur",
    ],
)
def test_les_lemmes_attendus(mots, forme, lemme):
    assert set(mots.loc[mots["forme"] == forme, "lemme"]) == {lemme}


class Magasin:
    """Un cache en mémoire, qui compte ce qu'on lui demande."""

    def __init__(self):
        self.rayons, self.pris = {}, Counter()

    def prendre(self, sorte, cle):
        octets = self.rayons.get((sorte, cle))
        self.pris[octets is not None] += 1
        return octets

    def ranger(self, sorte, cle, octets):
        self.rayons[sorte, cle] = octets


def test_un_document_deja_lu_ne_l_est_plus_par_le_modele(segments, mots, monkeypatch):
    magasin = Magasin()
    pd.testing.assert_frame_equal(lemmatiser(segments, magasin), mots)
    assert magasin.pris == {False: 4}

    def refuser():
        raise AssertionError("le modèle est chargé")

    monkeypatch.setattr("ess_analyse.langue.lemmes._charger_lemmes", refuser)
    pd.testing.assert_frame_equal(lemmatiser(segments, magasin), mots)
    assert magasin.pris == {False: 4, True: 4}
    change = segments.assign(texte=segments["texte"].where(segments["entretien"] != "E02", "Autre chose."))
    with pytest.raises(AssertionError, match="le modèle est chargé"):
        lemmatiser(change, magasin)


def test_sans_segment_il_n_y_a_pas_de_mot(segments):
    vide = lemmatiser(segments.head(0))
    assert vide.empty
    assert tuple(vide.columns) == LEMMES
    assert dresser_lexique(vide).empty
    with pytest.raises(ErreurDonnees, match=r"colonne manquante .*texte"):
        lemmatiser(segments.drop(columns="texte"))


def composer_mots(texte, nature="NOUN"):
    """« mot/lemme/NATURE … » → des mots d'un segment par document ; le document change à « | »."""
    lignes = []
    for document, phrase in enumerate(texte.split("|"), start=1):
        for rang, ecrit in enumerate(phrase.split(), start=1):
            forme, lemme, categorie = [*ecrit.split("/"), *[ecrit.split("/")[0].lower(), nature]][:3]
            if ecrit.count("/") == 1:
                categorie = nature
            lignes.append((f"E{document:02}:0-99", rang, rang, rang + 1, forme, lemme, categorie))
    return pd.DataFrame(lignes, columns=LEMMES)


def test_le_lexique_compte_formes_et_documents():
    lexique = dresser_lexique(composer_mots("Bons/bon/ADJ bon/bon/NOUN bons/bon/ADJ jour | jour bon/bon/ADJ nuit"))
    assert lexique.values.tolist() == [
        ["bon", "ADJ", True, 4, 2, "bon (2), bons (2)"],
        ["jour", "NOUN", True, 2, 2, "jour (2)"],
        ["nuit", "NOUN", True, 1, 1, "nuit (1)"],
    ]
    formes = dresser_lexique(composer_mots("Bons/bon bons/bon bon"), "forme")
    assert formes[["mot", "effectif"]].values.tolist() == [["bons", 2], ["bon", 1]]


def test_le_lexique_du_corpus_se_somme(mots):
    for unite in ("lemme", "forme"):
        lexique = dresser_lexique(mots, unite)
        assert lexique["effectif"].sum() == len(mots)
        assert lexique["mot"].is_unique
        assert (lexique["documents"] <= lexique["effectif"]).all()
        nombres = lexique["formes"].str.findall(r"\((\d+)\)").map(lambda ecrits: sum(map(int, ecrits)))
        assert nombres.tolist() == lexique["effectif"].tolist()
    pd.testing.assert_frame_equal(dresser_lexique(mots.sample(frac=1, random_state=2), unite), lexique)


def test_les_mots_outils():
    mots = composer_mots("être//VERB avoir/avoir/VERB pas//ADV rapidement/rapidement/ADV comment/comment/ADV le/le/DET")
    mots.loc[0, "lemme"] = "être"
    assert est_pleine(mots).tolist() == [False, False, False, True, False, False]


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=30))
def test_la_richesse_est_celle_des_formules(lettres):
    ligne = mesurer_richesse(composer_mots(" ".join(lettres))).iloc[0]
    comptes = Counter(lettres)
    assert ligne["occurrences"] == len(lettres)
    assert ligne["vocabulaire"] == len(comptes)
    assert ligne["hapax"] == sum(nombre == 1 for nombre in comptes.values())
    assert ligne["part_hapax"] == pytest.approx(ligne["hapax"] / len(comptes))
    assert ligne["guiraud"] == pytest.approx(len(comptes) / len(lettres) ** 0.5)
    assert ligne["ttr"] == pytest.approx(len(comptes) / len(lettres))


def test_la_richesse_par_part_a_une_ligne_par_part_meme_vide():
    mots = composer_mots("a b b | a a")
    parts = pd.DataFrame({"segment": ["E01:0-99", "E01:0-99", "E02:0-99"], "part": ["x", "y", "y"]})
    parts["part"] = pd.Categorical(parts["part"], ["y", "x", "z"])
    table = mesurer_richesse(mots, parts)
    assert table[["part", "occurrences", "vocabulaire", "hapax"]].values.tolist() == [
        ["y", 5, 2, 0],
        ["x", 3, 2, 1],
        ["z", 0, 0, 0],
    ]
    assert table.loc[2, ["part_hapax", "guiraud", "ttr"]].isna().all()
    vides = pd.DataFrame({"segment": ["E01:0-99", "E02:0-99"], "part": ["x", None]})
    assert mesurer_richesse(mots, vides)[["part", "occurrences"]].values.tolist() == [["x", 3]]


def test_la_concordance_trouve_chaque_emploi_d_un_lemme(corpus, segments, mots):
    table = chercher_concordance(segments, mots, "ressaisir")
    assert table["entretien"].tolist() == ["E01", "E01", "E03", "O01"]
    assert table["pivot"].tolist() == ["ressaisissez", "ressaisit", "ressaisit", "ressaisit"]
    for ligne in table.itertuples():
        assert corpus.extrait(Place(ligne.entretien, ligne.debut, ligne.fin)) == ligne.pivot
    assert chercher_concordance(segments, mots, "ressaisit", sur="forme")["entretien"].tolist() == ["E01", "E03", "O01"]


def test_une_suite_de_mots_et_un_joker(segments, mots):
    assert chercher_concordance(segments, mots, "double saisie")["pivot"].tolist() == ["double saisie"] * 2
    assert chercher_concordance(segments, mots, "double  sais*", sur="forme")["pivot"].tolist() == ["double saisie"] * 2
    assert chercher_concordance(segments, mots, "* ressais*", sur="forme")["pivot"].tolist() == [
        "Vous ressaisissez",
        "On ressaisit",
        "On ressaisit",
        "il ressaisit",
    ]
    # A sequence stays in its sentence.
    assert chercher_concordance(segments, mots, "soir puis").empty


def test_le_contexte_reste_dans_le_tour_et_ne_coupe_pas_un_mot(segments, mots):
    ligne = chercher_concordance(segments, mots, "soir", contexte=500).iloc[0]
    assert ligne["gauche"] == "On ressaisit les pesées le"
    assert ligne["droite"].startswith(". Puis l’éco-organisme les redemande.")
    assert ligne["droite"].endswith("Le camion attend.")
    for contexte in range(0, 60):
        courte = chercher_concordance(segments, mots, "soir", contexte=contexte).iloc[0]
        for cote in ("gauche", "droite"):
            assert len(courte[cote]) <= contexte
            assert set(re.findall(r"\w+", courte[cote])) <= set(re.findall(r"\w+", ligne[cote]))
        assert ligne["gauche"].endswith(courte["gauche"])
        assert ligne["droite"].startswith(courte["droite"])


def test_la_concordance_se_trie_sur_ses_contextes(segments, mots):
    def trier(tri):
        return chercher_concordance(segments, mots, "ressaisir", tri=tri)

    assert trier("pivot")["pivot"].tolist() == ["ressaisissez", *["ressaisit"] * 3]
    assert trier("pivot")["entretien"].tolist() == ["E01", "E01", "E03", "O01"]
    assert [droite.split()[0] for droite in trier("droite")["droite"]] == ["en", "les", "tout", "une"]
    assert [gauche.split()[-1] for gauche in trier("gauche")["gauche"]] == ["il", "On", "On", "Vous"]
    assert sorted(map(tuple, trier("gauche").values)) == sorted(map(tuple, trier("place").values))


def test_ce_que_la_concordance_publie(corpus, segments, mots):
    publiee = chercher_concordance(segments, mots, "ressaisir", corpus=corpus, contexte=500)
    # Neither the interviewer, nor the restricted interview, nor the observation, that nobody said.
    assert publiee[["entretien", "locuteur", "pivot"]].values.tolist() == [["E01", "Véra", "ressaisit"]]
    # The context stops before the restricted passage; after it, nothing is taken up again.
    assert publiee.loc[0, "droite"] == "les pesées le soir. Puis l’éco-organisme les redemande."
    assert chercher_concordance(segments, mots, "double saisie", corpus=corpus).empty
    camion = chercher_concordance(segments, mots, "camion", corpus=corpus, contexte=500)
    assert camion["gauche"].tolist() == ["Le"]
    entiere = chercher_concordance(segments, mots, "camion", contexte=500)
    assert "double saisie" in entiere.loc[0, "gauche"]
    expression = chercher_concordance(segments, mots, "saisi|secret|caisse", sur="expression", corpus=corpus)
    assert expression["pivot"].tolist() == ["saisi", "caisse", "caisse"]


def test_une_expression_trouve_ce_que_les_mots_ne_disent_pas(corpus, segments, mots):
    table = chercher_concordance(segments, mots, r"\b(?:on|je) \w{1,20}", sur="expression")
    assert table["pivot"].tolist() == ["On ressaisit", "je pèse", "On me", "On ressaisit"]
    for ligne in table.itertuples():
        assert corpus.extrait(Place(ligne.entretien, ligne.debut, ligne.fin)) == ligne.pivot
    # An empty match is no place.
    assert chercher_concordance(segments, mots, "x*", sur="expression").empty


def test_rien_trouve_donne_une_table_vide_aux_bonnes_colonnes(segments, mots):
    vide = chercher_concordance(segments, mots, "introuvable")
    assert list(vide.columns) == ["segment", "entretien", "locuteur", "debut", "fin", "gauche", "pivot", "droite"]
    assert vide.empty


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"motif": "  "}, "motif vide ou trop long"),
        ({"motif": "a" * 300}, "motif vide ou trop long"),
        ({"motif": "bon", "sur": "lemmes"}, r"recherche inconnue .*lemmes.*Vouliez-vous dire « lemme »"),
        ({"motif": "bon", "tri": "gauch"}, "tri inconnu"),
        ({"motif": "bon", "contexte": -1}, "contexte négatif"),
        ({"motif": "(", "sur": "expression"}, "expression illisible"),
        ({"motif": " ", "sur": "expression"}, "expression vide"),
    ],
    ids=["vide", "long", "sur", "tri", "contexte", "illisible", "expression-vide"],
)
def test_une_recherche_fautive_est_refusee(segments, mots, options, message):
    with pytest.raises(ErreurDonnees, match=message):
        chercher_concordance(segments, mots, **options)


@pytest.mark.parametrize(
    "motif",
    [
        "(a+)+b",
        "(a*)*b",
        "(a|a)*b",
        "(?:a|aa)+b",
        "((a{1,9})b?)*c",
        "(x+x+)+y",
        r"(.)\1",
        r"(?P<mot>a)(?P=mot)",
        r"\w+\w+\w+\w+b",
        "([a-z]+)*1",
        "(a+){5,}b",
        "(a?){30}a{30}",
        ".?" * 30,
        ".{0,99}" * 6,
        ".*.*.*",
        ".*?.+?.{2,}",
        "(?:a|a)" * 20,
        "(?:a|b|c)" * 10,
        r"[\\](a+)+[x]",
        "(?#[)(a+)+(?#])",
        "(?x)a #[\n(b+)+ #]",
        "(a+)??" + ".{,9}" * 5,
    ],
)
def test_une_expression_sans_fin_est_refusee(motif):
    with pytest.raises(ErreurDonnees, match="pourrait ne pas finir"):
        compiler_expression(motif)


@pytest.mark.parametrize(
    ("motif", "texte"),
    [
        (r"ressaisi\w*", "ressaisit"),
        (r"(double|triple) saisie", "double saisie"),
        (r"\(\w{1,5}\)", "(oui)"),
        (r"[(+*]", "("),
        (r"\[a\]", "[a]"),
        (r"(?:pas|plus)? formés?", "pas formé"),
        (r"l['’]écran", "l’écran"),
        (r"[]|+]x", "]x"),
        (r"\w+ (?:de|du|des) \w+", "mot de passe"),
        (r"\w{1,20} \w{1,20} \w{1,20}", "on ressaisit tout"),
        (r"a{30}[\\+]{2}\+?", "a" * 30 + "++"),
        (r"\d{2}h(\d{2})?", "08h30"),
    ],
)
def test_une_expression_ordinaire_est_acceptee(motif, texte):
    assert compiler_expression(motif).fullmatch(texte)


MORCEAUX = st.sampled_from(["a", "b", "(", ")", "+", "*", "?", "|", "[ab]", "{2,}", "\\w", ".", "(?:", "{1,3}"])


@given(st.lists(MORCEAUX, min_size=1, max_size=9).map("".join))
def test_une_expression_acceptee_finit_vite(motif):
    try:
        expression = compiler_expression(motif)
    except ErreurDonnees:
        return
    depart = time.perf_counter()
    expression.search("a" * 120 + "!")
    assert time.perf_counter() - depart < 2


def test_un_joker_n_est_pas_une_expression():
    (motif,) = compiler_mots("a.b*")
    assert motif.fullmatch("a.bc")
    assert not motif.fullmatch("axbc")
    assert compiler_mots("l’École")[0].fullmatch("l'école")


def test_un_mot_n_a_que_quelques_jokers():
    (motif,) = compiler_mots("*a**b*")
    assert motif.fullmatch("xaxbx")
    with pytest.raises(ErreurDonnees, match=r"trop de « \* » dans un mot.*Gardez-en 3 au plus"):
        compiler_mots("bon *a*b*c*d")
