"""Le corpus canonique : ce qui est écrit se relit, ce qui est mal écrit se dit."""

import weakref
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lecture import CorpusSurDisque, ecrire_corpus, lire_corpus, ouvrir_corpus
from ess_analyse.modele import DOCUMENTS, Corpus, Entretien, Place

ENTETE = "entretien;type;structure;fonction;date;diffusion\n"


def test_un_corpus_ecrit_se_relit_a_la_lettre(ecrire, tmp_path, entretien_simple):
    ecrire("brut/E01.txt", entretien_simple)
    ecrire("brut/O01.txt", "Il est 9 h : on trie.\n\nFin.")
    corpus = lire_corpus(tmp_path / "brut")
    ecrits = ecrire_corpus(tmp_path / "corpus", corpus)
    assert [chemin.name for chemin in ecrits] == ["E01.txt", "O01.txt", "corpus.csv"]
    relu = lire_corpus(tmp_path / "corpus")
    assert relu.entretiens == corpus.entretiens
    assert relu.documents.values.tolist() == corpus.documents.values.tolist()
    assert relu.diffusions == ()
    assert ecrire_corpus(tmp_path / "corpus", relu) == []


def test_une_description_remplie_par_une_personne_est_gardee(ecrire, tmp_path, entretien_simple):
    ecrire("brut/E02.txt", entretien_simple)
    ecrire_corpus(tmp_path / "corpus", lire_corpus(tmp_path / "brut"))
    table = tmp_path / "corpus" / "corpus.csv"
    remplie = table.read_bytes().replace(b"E02;entretien;;;;restreinte", b"E02;entretien;S1;tri;2025;publique")
    table.write_bytes(remplie)
    ecrire("brut/E01.txt", entretien_simple)
    ecrits = ecrire_corpus(tmp_path / "corpus", lire_corpus(tmp_path / "brut"))
    assert [chemin.name for chemin in ecrits] == ["E01.txt", "corpus.csv"]
    assert lire_corpus(tmp_path / "corpus").documents.values.tolist() == [
        ["E01", "entretien", "", "", "", "restreinte"],
        ["E02", "entretien", "S1", "tri", "2025", "publique"],
    ]


def test_toutes_les_fautes_de_la_description_sont_dites_ensemble(ecrire, tmp_path):
    ecrire("corpus/E01.txt", "Claire : Oui.\n")
    ecrire(
        "corpus/corpus.csv",
        ENTETE
        + "E01;entretient;S1;;;publique\n../E02;entretien;;;;publique\n"
        + "E03;entretien;;;;prive\nE01;entretien;;;;publique\n",
    )
    with pytest.raises(ErreurDonnees) as prise:
        lire_corpus(tmp_path / "corpus")
    assert [(p.ligne, p.message, p.valeur) for p in prise.value.problemes] == [
        (2, "type inconnu", "entretient"),
        (3, "identifiant mal formé", "../E02"),
        (4, "diffusion inconnue", "prive"),
        (0, "fichier introuvable", ""),
        (5, "document en double", "E01"),
    ]
    assert "Vouliez-vous dire « entretien » ?" in str(prise.value)


@pytest.mark.parametrize("date", ["", "2026", "2026-09", " 2026-09-14 "])
def test_une_date_est_une_annee_un_mois_ou_un_jour(ecrire, tmp_path, date):
    ecrire("corpus/E01.txt", "Claire : Oui.\n")
    ecrire("corpus/corpus.csv", ENTETE + f"E01;entretien;;;{date};publique\n")
    assert lire_corpus(tmp_path / "corpus").documents["date"].tolist() == [date.strip()]


@pytest.mark.parametrize("date", ["demain", "12/04/2024", "2026-13", "2026-02-30", "20260914", "2026-9", "sept-26"])
def test_une_date_mal_ecrite_est_dite_avec_son_remede(ecrire, tmp_path, date):
    ecrire("corpus/E01.txt", "Claire : Oui.\n")
    ecrire("corpus/corpus.csv", ENTETE + f"E01;entretien;;;{date};publique\n")
    with pytest.raises(ErreurDonnees, match=rf"ligne 2 : date mal écrite \(« {date} »\).*2026-09"):
        lire_corpus(tmp_path / "corpus")


def test_une_description_se_lit_malgre_les_capitales_du_tableur(ecrire, tmp_path):
    ecrire("corpus/E01.txt", "Claire : Oui.\n\nClaire : Non.\n")
    ecrire("corpus/corpus.csv", ENTETE + "E01;Entretien;S1 ; tri;2025;Publique \n")
    ecrire("corpus/diffusion.csv", "segment;diffusion\nE01:9-13;Restreinte\n")
    lu = lire_corpus(tmp_path / "corpus")
    assert lu.documents.values.tolist() == [["E01", "entretien", "S1", "tri", "2025", "publique"]]
    assert [lu.est_public(place) for place in ("E01:9-13", "E01:24-28")] == [False, True]


def test_un_corpus_enregistre_sous_windows_garde_ses_places(ecrire, tmp_path):
    ecrire("corpus/E01.txt", "Élodie : Ça va ?\r\n\r\nRose : Oui.\r\n".encode("cp1252"))
    ecrire("corpus/corpus.csv", "entretien,type,structure,fonction,date,diffusion\r\nE01,entretien,,,,publique\r\n")
    assert lire_corpus(tmp_path / "corpus").extrait("E01:9-16") == "Ça va ?"


@pytest.mark.parametrize(
    ("locuteur", "parole", "type_", "message"),
    [
        ("Anne : RH", "Bonjour.", "entretien", "ce nom de locuteur ne se relirait pas"),
        ("L" * 80, "Bonjour.", "entretien", "ce nom de locuteur ne se relirait pas"),
        ("Anne", "Bonjour.", "observation", "ce nom de locuteur ne se relirait pas"),
        ("", "Note : on arrive.", "entretien", "ce début se relirait comme un nom de locuteur"),
        ("Anne", "Bon\0jour.", "entretien", "ce texte ne se relirait pas tel quel"),
        ("Anne", "Bon\ud800jour.", "entretien", "ce texte ne se relirait pas tel quel"),
        ("", "\ufeffBonjour.", "document", "ce texte ne se relirait pas tel quel"),
        ("Anne", " ", "entretien", "ce texte ne se relirait pas tel quel"),
    ],
)
def test_un_tour_qui_ne_se_relirait_pas_tel_quel_n_est_pas_ecrit(locuteur, parole, type_, message, tmp_path):
    entretien = Entretien.depuis_paroles("E01", [(locuteur, parole)])
    documents = pd.DataFrame([("E01", type_, "", "", "", "publique")], columns=DOCUMENTS)
    with pytest.raises(ErreurDonnees, match=message):
        ecrire_corpus(tmp_path / "corpus", Corpus((entretien,), documents))
    assert not (tmp_path / "corpus").exists()


# --- le temps des tours --------------------------------------------------------------------------------------------


@pytest.fixture
def corpus(ecrire, tmp_path):
    """Un corpus canonique de deux entretiens."""
    ecrire("corpus/E01.txt", "Claire : Ça va ?\n\nRose : Oui.\n")
    ecrire("corpus/E02.txt", "Claire : Bien.\n")
    ecrire("corpus/corpus.csv", ENTETE + "E01;entretien;;;;publique\nE02;entretien;;;;restreinte\n")
    return tmp_path / "corpus"


def test_le_temps_des_tours_s_ecrit_se_relit_et_se_retire(ecrire, tmp_path):
    ecrire(
        "brut/E01.vtt", "WEBVTT\n\n00:01.5 --> 00:02.25\n<v Claire>Ça va ?\n\n01:00:00.123 --> 01:00:01\n<v Rose>Oui.\n"
    )
    ecrire("brut/E02.txt", "Claire : un\n\nRose : deux\n\nClaire : trois\n\nRose : quatre\n")
    corpus = lire_corpus(tmp_path / "brut")
    assert [chemin.name for chemin in ecrire_corpus(tmp_path / "corpus", corpus)][-1] == "temps.csv"
    table = tmp_path / "corpus" / "temps.csv"
    assert table.read_text("utf-8-sig") == "segment;debut;fin\nE01:9-16;1.5;2.25\nE01:25-29;3600.123;3601\n"
    relu = lire_corpus(tmp_path / "corpus")
    assert relu.entretiens == corpus.entretiens
    assert ecrire_corpus(tmp_path / "corpus", relu) == []
    (tmp_path / "brut" / "E01.vtt").unlink()
    ecrire("brut/E01.txt", "Claire : un\n\nRose : deux\n\nClaire : trois\n\nRose : quatre\n")
    ecrits = ecrire_corpus(tmp_path / "corpus", lire_corpus(tmp_path / "brut"))
    assert [chemin.name for chemin in ecrits] == ["E01.txt", "temps.csv"]
    table.write_text("segment;debut;fin\n", encoding="utf-8")
    assert ecrire_corpus(tmp_path / "corpus", lire_corpus(tmp_path / "brut")) == [table]
    assert not table.exists()


def test_le_temps_des_documents_qui_ne_sont_pas_reecrits_est_garde(ecrire, corpus):
    ecrire("corpus/temps.csv", "segment;debut;fin\nE01:9-16;1;2\nE02:9-14;3;4\n")
    lu = lire_corpus(corpus)
    un = Corpus(
        (replace(lu["E02"], tours=(replace(lu["E02"].tours[0], temps=(5.0, 6.0)),)),),
        lu.documents[lu.documents["entretien"] == "E02"],
    )
    assert corpus / "temps.csv" in ecrire_corpus(corpus, un)
    assert [tour.temps for entretien in lire_corpus(corpus) for tour in entretien.tours] == [
        (1.0, 2.0),
        None,
        (5.0, 6.0),
    ]


def test_un_temps_qui_ne_correspond_plus_est_un_probleme(ecrire, corpus):
    lignes = ["E01:9-15;1;2", "E99:9-16;1;2", "E01:9-16;2;1", "E01:9-16;-1;1", "E01:9-16;a;1", "E01;1;2"]
    lignes += ["E02:9-14;1,5;2", "E02:9-14;1;2", "E02:1-14;1;2"]
    ecrire("corpus/temps.csv", "segment;debut;fin\n" + "\n".join(lignes) + "\n")
    with pytest.raises(ErreurDonnees) as prise:
        lire_corpus(corpus)
    assert [(p.ligne, p.message, p.valeur) for p in prise.value.problemes] == [
        (3, "document inconnu", "E99"),
        (4, "temps mal écrit", "2 – 1"),
        (5, "temps mal écrit", "-1 – 1"),
        (6, "temps mal écrit", "a – 1"),
        (9, "tour en double", "E02:9-14"),
        (2, "aucun tour à cette place, ni à 1 autres du même texte", "E01:9-15"),
        (10, "aucun tour à cette place", "E02:1-14"),
    ]
    assert "lancez « ess-analyse recaler E02 »" in str(prise.value)


_TEMPS = st.one_of(
    st.none(),
    st.tuples(st.integers(0, 10**9), st.integers(0, 10**6)).map(
        lambda t: (t[0] / 1000, round(t[0] / 1000 + t[1] / 1000, 3))
    ),
)


@given(temps=st.lists(_TEMPS, min_size=1, max_size=12))
def test_tous_les_temps_au_millieme_se_relisent(temps, tmp_path):
    entretien = Entretien.depuis_paroles("E01", [(f"Locuteur {n % 2}", "Oui.") for n in range(len(temps))], temps)
    documents = pd.DataFrame([("E01", "entretien", "", "", "", "publique")], columns=DOCUMENTS, dtype="str")
    ecrire_corpus(tmp_path, Corpus((entretien,), documents))
    assert (tmp_path / "temps.csv").exists() == any(temps)
    assert [tour.temps for tour in lire_corpus(tmp_path)["E01"].tours] == temps


# --- la diffusion des passages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("motif", ["", ";motif"])
def test_la_diffusion_des_passages_est_lue(motif, ecrire, corpus):
    suite = ";santé" if motif else ""
    ecrire("corpus/diffusion.csv", f"segment;diffusion{motif}\nE01:9-16;restreinte{suite}\nE02:9-14;publique{suite}\n")
    lu = lire_corpus(corpus)
    assert lu.diffusions == ((Place("E01", 9, 16), "restreinte"), (Place("E02", 9, 14), "publique"))
    assert [lu.est_public(place) for place in ("E01:9-16", "E01:25-29", "E02:9-14")] == [False, True, True]


def test_toutes_les_fautes_de_diffusion_sont_dites_avec_celles_du_temps(ecrire, corpus):
    ecrire(
        "corpus/diffusion.csv",
        "segment;diffusion\nE01;publique\nE1:0-5;publique\nE01:0-99;publique\nE01:9-16;restrinte\n",
    )
    ecrire("corpus/temps.csv", "segment;debut;fin\nE01:9-15;1;2\n")
    with pytest.raises(ErreurDonnees) as prise:
        lire_corpus(corpus)
    assert [(p.ligne, p.message, p.valeur, p.remede) for p in prise.value.problemes] == [
        (2, "place mal écrite", "E01", "écrivez par exemple E01:71-95"),
        (3, "document inconnu", "E1", "vouliez-vous dire « E01 » ?"),
        (4, "place hors du texte", "E01:0-99", "ce texte finit à 30 ; retrouvez la place du passage"),
        (5, "diffusion inconnue", "restrinte", "vouliez-vous dire « restreinte » ?"),
        (
            2,
            "aucun tour à cette place",
            "E01:9-15",
            "si vous avez corrigé ce texte, lancez « ess-analyse recaler E01 » ; sinon retirez la ligne",
        ),
    ]


def test_des_tables_mal_faites_sont_dites_ensemble(ecrire, corpus):
    ecrire("corpus/diffusion.csv", "segment\nE01:0-5\n")
    ecrire("corpus/temps.csv", "segment;debut\nE01:9-16;1\n")
    with pytest.raises(ErreurDonnees) as prise:
        lire_corpus(corpus)
    assert [(p.message, p.valeur) for p in prise.value.problemes] == [
        ("colonne manquante", "diffusion"),
        ("colonne manquante", "fin"),
    ]


# --- le corpus laissé sur le disque ----------------------------------------------------------------------------------


def test_un_corpus_ouvert_donne_les_entretiens_du_corpus_lu_dates_compris(ecrire, corpus):
    ecrire("corpus/temps.csv", "segment;debut;fin\n E01:9-16 ;1,5;2\n")
    lu, ouvert = lire_corpus(corpus), ouvrir_corpus(corpus)
    assert isinstance(ouvert, CorpusSurDisque)
    assert (tuple(ouvert), len(ouvert)) == (lu.entretiens, 2)
    assert ouvert["E01"] == lu["E01"]
    assert ouvert["E01"].tours[0].temps == (1.5, 2.0)
    assert ouvert.documents.equals(lu.documents)


def test_un_corpus_ouvert_ne_tient_qu_un_entretien_et_le_relit_chaque_fois(ecrire, corpus):
    vivants, ouvert = [], ouvrir_corpus(corpus)
    for entretien in ouvert:
        vivants.append(weakref.ref(entretien))
        del entretien
        assert sum(vivant() is not None for vivant in vivants) <= 1
    assert len(vivants) == 2
    ecrire("corpus/E02.txt", "Claire : Mieux.\n")
    assert ouvert["E02"].texte == "Claire : Mieux.\n"


def test_les_bons_entretiens_viennent_puis_tous_les_problemes_ensemble(ecrire, corpus):
    (corpus / "E01.txt").unlink()
    table = (corpus / "corpus.csv").read_text("utf-8")
    ecrire("corpus/corpus.csv", table + "E03;entretien;;;;publik\nE/4;entretien;;;;publique\n")
    ecrire("corpus/E03.txt", "Rose : Oui.\n")
    entretiens = iter(ouvrir_corpus(corpus))
    assert [next(entretiens).identifiant for _ in range(2)] == ["E02", "E03"]
    with pytest.raises(ErreurDonnees) as prise:
        next(entretiens)
    with pytest.raises(ErreurDonnees) as lue:
        lire_corpus(corpus)
    assert prise.value.problemes == lue.value.problemes
    assert [probleme.message for probleme in prise.value.problemes] == [
        "fichier introuvable",
        "diffusion inconnue",
        "identifiant mal formé",
    ]


def test_des_transcriptions_pas_encore_importees_s_ouvrent_aussi(ecrire, tmp_path):
    ecrire("brut/E01.txt", "Claire : un\n\nRose : deux\n\nClaire : trois\n\nRose : quatre\n")
    assert ouvrir_corpus(tmp_path / "brut").entretiens == lire_corpus(tmp_path / "brut").entretiens
