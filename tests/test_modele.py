"""Le système de coordonnées : rien n'y entre de travers."""

import re
import unicodedata
from dataclasses import FrozenInstanceError
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ess_analyse import modele
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.modele import (
    DOCUMENTS,
    PREAMBULE,
    Corpus,
    Entretien,
    Place,
    Tour,
    est_une_parole,
    verifier_colonnes,
)

LOCUTEUR = st.from_regex(r"[A-ZÉÈÀ][\w’'.-]{0,12}( [A-ZÉ][\w-]{0,12})?", fullmatch=True)
PAROLE = st.text(
    alphabet=st.one_of(st.sampled_from(" \n\u00a0.,:;?!«»…–’'éàE"), st.characters(codec="utf-8")),
    min_size=1,
    max_size=60,
).filter(lambda parole: parole.strip() and "\r" not in parole)


def paroles_de(entretien: Entretien) -> list[tuple[str, str]]:
    return [(tour.locuteur, entretien.extrait(tour.debut, tour.fin)) for tour in entretien.tours]


# --- places -----------------------------------------------------------------------------------------------------


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,5}", fullmatch=True), st.integers(0, 10**6), st.integers(1, 999))
def test_une_place_s_ecrit_et_se_relit(entretien, debut, longueur):
    place = Place(entretien, debut, debut + longueur)
    assert Place.lire(str(place)) == place


@pytest.mark.parametrize(
    "ecrit",
    [
        "",
        "E01",
        "E01:",
        "E01:3",
        "E01:9-3",
        "E01:3-3",
        "E01:-3-9",
        "E01: 3-9",
        " E01:3-9",
        "E01:3-9\n",
        "É1:3-9",
        "../E01:3-9",
        "E01:3–9",
    ],
)
def test_ce_qui_n_est_pas_une_place_est_refuse_avec_un_exemple(ecrit):
    with pytest.raises(ValueError, match=re.escape(f"« {ecrit} » n'est pas une place ; écrivez par exemple E01:71-95")):
        Place.lire(ecrit)


# --- entretien --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("texte", [unicodedata.normalize("NFD", "É"), "a\r\nb", "a\rb"])
def test_un_texte_qui_ne_serait_pas_relu_tel_quel_est_refuse(texte):
    with pytest.raises(ValueError, match="le texte de E01 n'est pas en NFC avec des fins de ligne simples"):
        Entretien("E01", texte, ())


@pytest.mark.parametrize(
    "tours",
    [
        [("A", -1, 3)],
        [("A", 3, 3)],
        [("A", 4, 3)],
        [("A", 0, 11)],
        [("A", 0, 5), ("B", 4, 8)],
        [("A", 5, 8), ("B", 0, 3)],
    ],
)
def test_un_tour_hors_du_texte_ou_qui_recouvre_un_autre_est_refuse(tours):
    with pytest.raises(ValueError, match="tour hors de sa place dans E01"):
        Entretien("E01", "dix signes", tuple(Tour(*tour) for tour in tours))


def test_deux_tours_peuvent_se_toucher():
    assert len(Entretien("E01", "dix signes", (Tour("A", 0, 4), Tour("B", 4, 10))).tours) == 2


def test_un_entretien_ne_se_modifie_pas():
    entretien = Entretien("E01", "a", ())
    with pytest.raises(FrozenInstanceError):
        entretien.texte = "b"


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Claire : Ça va ?\n\nRose : Oui.\n", [("Claire", "Ça va ?"), ("Rose", "Oui.")]),
        ("Claire : un\ndeux\n\nRose : Oui.", [("Claire", "un\ndeux"), ("Rose", "Oui.")]),
        ("\n\n\nClaire : un\n\n\n\n\nRose : deux\n\n\n", [("Claire", "un"), ("Rose", "deux")]),
        ("Sans étiquette.\n", [("", "Sans étiquette.")]),
        ("Claire : elle a dit : non.\n", [("Claire", "elle a dit : non.")]),
        ("Rendez-vous à 9:30 : on verra.\n", [("", "Rendez-vous à 9:30 : on verra.")]),
        ("Claire :\u00a0pas une étiquette.\n", [("", "Claire :\u00a0pas une étiquette.")]),
        ("x" * 62 + " : trop long pour un nom\n", [("", "x" * 62 + " : trop long pour un nom")]),
        ("Claire : \n\nRose : oui\n", [("Rose", "oui")]),
        ("Claire : oui   \n", [("Claire", "oui")]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_les_tours_se_retrouvent_dans_le_texte(texte, attendu):
    assert paroles_de(Entretien.depuis_texte("E01", texte)) == attendu


def test_une_observation_n_a_pas_de_locuteur():
    texte = "Matériel : deux postes.\n\nIl est 9 h.\n"
    assert paroles_de(Entretien.depuis_texte("O01", texte, parle=False)) == [
        ("", "Matériel : deux postes."),
        ("", "Il est 9 h."),
    ]


def test_composer_ecrit_le_format_canonique():
    entretien = Entretien.depuis_paroles(
        "E01",
        [
            ("Claire", "  Ça va ?\n\n \nBien ?  "),
            ("Rose", " \n "),
            ("Rose", "Oui."),
            ("", "Rires."),
        ],
    )
    assert entretien.texte == "Claire : Ça va ?\nBien ?\n\nRose : Oui.\n\nRires.\n"
    assert paroles_de(entretien) == [("Claire", "Ça va ?\nBien ?"), ("Rose", "Oui."), ("", "Rires.")]


def test_composer_ramene_les_fins_de_ligne():
    assert Entretien.depuis_paroles("E01", [("Ana", "un\r\n\r\ndeux\rtrois")]).texte == "Ana : un\ndeux\ntrois\n"


def test_composer_recompose_les_accents_des_noms_comme_des_paroles():
    decompose = unicodedata.normalize("NFD", "Élodie")
    entretien = Entretien.depuis_paroles("E01", [(decompose, decompose)])
    assert paroles_de(entretien) == [("Élodie", "Élodie")]


def test_composer_sans_paroles_donne_un_texte_sans_tour():
    assert Entretien.depuis_paroles("E01", [("Claire", " ")]) == Entretien("E01", "\n", ())


@given(st.lists(st.tuples(LOCUTEUR, PAROLE), min_size=1, max_size=6))
def test_le_texte_compose_redonne_les_memes_tours(paroles):
    entretien = Entretien.depuis_paroles("E01", paroles)
    assert Entretien.depuis_texte("E01", entretien.texte) == entretien
    assert Entretien.depuis_paroles("E01", paroles_de(entretien)) == entretien


@given(st.lists(PAROLE, min_size=1, max_size=6))
def test_une_note_composee_redonne_les_memes_blocs(paroles):
    entretien = Entretien.depuis_paroles("O01", [("", parole) for parole in paroles])
    assert Entretien.depuis_texte("O01", entretien.texte, parle=False) == entretien


@given(st.lists(st.tuples(LOCUTEUR, PAROLE), max_size=6))
def test_composer_ne_perd_aucun_signe_ecrit(paroles):
    entretien = Entretien.depuis_paroles("E01", paroles)
    ecrit = unicodedata.normalize("NFC", "".join(f"{nom} : {parole}" for nom, parole in paroles))
    assert "".join(entretien.texte.split()) == "".join(ecrit.split())


@given(st.text(max_size=120).map(lambda texte: unicodedata.normalize("NFC", texte.replace("\r", "\n"))))
def test_tout_texte_se_lit_et_seules_les_etiquettes_sont_hors_des_tours(texte):
    assume(unicodedata.is_normalized("NFC", texte))
    entretien = Entretien.depuis_texte("O01", texte, parle=False)
    assert "".join("".join(dit for _, dit in paroles_de(entretien)).split()) == "".join(texte.split())


def test_un_tres_long_bloc_se_lit():
    long = "Claire : " + "mot " * 300_000
    assert Entretien.depuis_texte("E01", long).tours == (Tour("Claire", 9, len(long) - 1),)


# --- corpus -----------------------------------------------------------------------------------------------------


@pytest.fixture
def corpus(composer):
    return composer(E01="Claire : Ça va ?\n\nRose : Oui.", O01="Il est 9 h.")


def test_un_corpus_se_parcourt_dans_l_ordre_de_la_table(corpus):
    assert [entretien.identifiant for entretien in corpus] == ["E01", "O01"]
    assert len(corpus) == 2
    assert "O01" in corpus
    assert "O02" not in corpus
    assert corpus["O01"].texte == "Il est 9 h.\n"


def test_un_verbatim_est_une_tranche_du_corpus(corpus):
    assert corpus.extrait("E01:9-16") == corpus.extrait(Place("E01", 9, 16)) == "Ça va ?"


@pytest.mark.parametrize(
    ("place", "erreur"),
    [
        ("E02:0-3", KeyError),
        ("E01:9-400", ValueError),
        ("E01:9", ValueError),
        (Place("O01", 0, 13), ValueError),
    ],
)
def test_une_place_hors_du_corpus_est_refusee(corpus, place, erreur):
    with pytest.raises(erreur):
        corpus.extrait(place)


def test_une_place_hors_du_texte_dit_ou_il_finit(corpus):
    with pytest.raises(ValueError, match="O01:0-99 sort du texte, qui finit à 12"):
        corpus.extrait("O01:0-99")


def test_la_table_et_les_entretiens_doivent_se_correspondre(corpus):
    entretiens, documents = corpus.entretiens, corpus.documents
    for autres, table in [(entretiens[:1], documents), (entretiens[::-1], documents), (entretiens, documents[:1])]:
        with pytest.raises(ValueError, match="ne se correspondent pas"):
            Corpus(autres, table)


def test_un_identifiant_ne_sert_qu_une_fois(corpus):
    double = pd.concat([corpus.documents[:1]] * 2)
    with pytest.raises(ValueError, match="deux entretiens ont l'identifiant E01"):
        Corpus(corpus.entretiens[:1] * 2, double)


def test_une_description_incomplete_est_refusee(corpus):
    with pytest.raises(ErreurDonnees, match=r"table documents : colonne manquante \(« date »\)"):
        Corpus(corpus.entretiens, corpus.documents.drop(columns="date"))


def test_deux_corpus_se_comparent_sans_erreur(corpus):
    assert corpus == corpus
    assert corpus != Corpus(corpus.entretiens, corpus.documents.copy())
    assert len({corpus, corpus}) == 1


# --- étude ------------------------------------------------------------------------------------------------------


def test_l_etude_se_trouve_depuis_n_importe_lequel_de_ses_dossiers(tmp_path):
    profond = tmp_path / "data" / "codages"
    profond.mkdir(parents=True)
    assert Etude.trouver(profond) == Etude.trouver(tmp_path) == Etude(tmp_path)


def test_l_etude_se_trouve_depuis_un_chemin_relatif(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    assert Etude.trouver(Path()) == Etude(tmp_path)


def test_hors_d_une_etude_le_message_dit_que_faire(tmp_path):
    with pytest.raises(ErreurDonnees, match="ne fait partie d'aucune étude") as prise:
        Etude.trouver(tmp_path)
    assert "--etude" in str(prise.value)
    assert str(tmp_path) in str(prise.value)


def test_un_fichier_nomme_data_n_est_pas_une_etude(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(ErreurDonnees):
        Etude.trouver(tmp_path)


def test_chaque_chose_a_sa_place_dans_l_etude_et_se_documente():
    places = {nom: valeur for nom, valeur in vars(Etude).items() if isinstance(valeur, property)}
    chemins = [getattr(Etude(Path("etude")), nom) for nom in places]
    assert len(set(chemins)) == len(chemins) >= 15
    assert all(chemin.is_relative_to("etude") for chemin in chemins)
    assert all(place.__doc__.endswith(".") for place in places.values())
    assert Etude(Path("etude")).cle == Path("etude/data/prive/cle.csv")


@pytest.mark.parametrize(
    ("cible", "dit"),
    [
        ("data", "que ce que l'équipe écrit"),
        ("data/codages/lea.csv", "que ce que l'équipe écrit"),
        ("raccourci/c.csv", "que ce que l'équipe écrit"),
        ("notebooks/x/y", "que les analyses"),
        ("rapports/donnees/c.csv", "celui des pages publiées"),
        ("_site/e.qdpx", "celui du site publié"),
        ("restitutions/S1", "celui des diagnostics"),
        (".ess/cache", "que la machine recalcule"),
        (".git/hooks", "celui de git"),
        ("exports/../_site", "celui du site publié"),
        ("exports/data/e.qdpx", None),
        ("_site.zip", None),
    ],
)
def test_ce_qui_sort_de_l_etude_ne_va_ni_parmi_ce_qui_s_ecrit_ni_parmi_ce_qui_se_publie(tmp_path, cible, dit):
    (tmp_path / "data").mkdir()
    if cible.startswith("raccourci"):
        (tmp_path / "raccourci").symlink_to(tmp_path / "data")
    problemes = Etude(tmp_path).refuser_sortie(tmp_path / cible, "choisissez un autre dossier")
    assert [dit in str(un) and "Choisissez un autre dossier." in str(un) for un in problemes] == [True] * bool(dit)


# --- colonnes ---------------------------------------------------------------------------------------------------


def test_toutes_les_colonnes_manquantes_sont_dites_ensemble():
    with pytest.raises(ErreurDonnees) as prise:
        verifier_colonnes(pd.DataFrame({"segment": [], "autre": []}), ("segment", "codeur", "code"), "codages")
    assert [probleme.valeur for probleme in prise.value.problemes] == ["codeur", "code"]


def test_des_colonnes_en_plus_sont_permises():
    assert verifier_colonnes(pd.DataFrame(columns=["a", "b"]), ("b",), "x") is None


def test_les_colonnes_de_chaque_table_sont_uniques():
    tables = {nom: getattr(modele, nom) for nom in modele.__all__ if isinstance(getattr(modele, nom), tuple)}
    assert set(tables) >= {"SEGMENTS", "CODAGES", "DOCUMENTS", "FEUILLE"}
    assert all(len(set(colonnes)) == len(colonnes) for colonnes in tables.values())
    assert DOCUMENTS[0] == "entretien"


@pytest.mark.parametrize(
    ("place", "attendu"),
    [
        ("E01:0-10", True),
        ("E01:0-11", False),
        ("E01:15-16", False),
        ("E01:20-30", True),
        ("E02:0-5", False),
        ("E02:5-9", True),
        ("E02:4-9", False),
        ("E02:5-20", False),
    ],
)
def test_un_passage_l_emporte_sur_son_document(place, attendu, composer):
    corpus = composer(E01="Ana : " + "ba " * 20, E02="Léo : " + "bo " * 20)
    documents = corpus.documents.assign(diffusion=["publique", "restreinte"])
    passages = ((Place("E01", 10, 20), "restreinte"), (Place("E02", 5, 12), "publique"))
    assert Corpus(corpus.entretiens, documents, passages).est_public(place) is attendu


def test_la_diffusion_d_un_document_inconnu_n_est_pas_devinee(composer):
    with pytest.raises(KeyError):
        composer(E01="Ana : oui").est_public("E09:1-2")
    with pytest.raises(KeyError):
        composer(E01="Ana : oui").sont_publics(pd.Series(["E09:1-2"]))


@given(
    st.lists(st.sampled_from(["publique", "restreinte"]), min_size=2, max_size=2),
    st.lists(
        st.tuples(st.sampled_from(["E01", "E02"]), st.integers(0, 8), st.sampled_from(["publique", "restreinte"]))
    ),
    st.lists(st.tuples(st.sampled_from(["E01", "E02"]), st.integers(0, 10))),
)
def test_la_diffusion_d_une_colonne_est_celle_de_chacune_de_ses_places(composer, documents, passages, places):
    corpus = composer(E01="Ana : ba ba ba.", E02="Léo : bo bo bo.")
    decrits = corpus.documents.assign(diffusion=documents)
    passages = tuple((Place(nom, debut, debut + 3), choix) for nom, debut, choix in passages)
    corpus = Corpus(corpus.entretiens, decrits, passages)
    colonne = pd.Series([str(Place(nom, debut, debut + 2)) for nom, debut in places], index=range(5, 5 + len(places)))
    publics = corpus.sont_publics(colonne.astype("str"))
    assert publics.to_dict() == {rang: corpus.est_public(place) for rang, place in colonne.items()}
    assert publics.dtype == bool


def test_un_tour_garde_sa_place_dans_l_enregistrement():
    entretien = Entretien.depuis_paroles("E01", [("Ana", "Oui."), ("Léo", "Non.")], [(0.5, 1.25), None])
    assert [tour.temps for tour in entretien.tours] == [(0.5, 1.25), None]


@pytest.mark.parametrize(
    ("locuteur", "attendu"),
    [("Ana", True), ("", True), ("Réponse", True), (PREAMBULE, False), ("Enquêteur 2", False), ("Q.", False)],
)
def test_seul_qui_repond_ou_peut_repondre_parle(locuteur, attendu):
    assert est_une_parole(locuteur) is attendu
