"""Les phrases et les tables gardées d'un passage à l'autre sont celles que l'on referait."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import ess_analyse as ess
from ess_analyse.cache import Magasin
from ess_analyse.etude import Etude
from ess_analyse.pages import gardes, textes
from ess_analyse.pages.gardes import reprendre_tables
from ess_analyse.pages.textes import lire_textes

ENTETE = "entretien;type;structure;fonction;date;diffusion\n"
DECRITS = "E01;entretien;S1;direction;2025-03;publique\nE02;entretien;S1;direction;2025-03;publique\n"
DITS = {"E01": "Marion : Ben oui. On ressaisit tout.\n\nAna : D'accord.\n", "E02": "Léo : Un 😀 mot. Voilà.\n"}
CODES = pd.DataFrame({"segments": [4, None]}, index=pd.Index(["R-SENS", "O-SENS"], name="code"), dtype="Int64")
TABLES = {"codes": CODES.assign(entretiens=CODES["segments"]), "code_prisme": CODES.iloc[:0]}


@pytest.fixture
def etude(tmp_path):
    (tmp_path / "data/corpus").mkdir(parents=True)
    (tmp_path / "data/corpus/corpus.csv").write_text(ENTETE + DECRITS, encoding="utf-8")
    for nom, texte in DITS.items():
        (tmp_path / f"data/corpus/{nom}.txt").write_text(texte, encoding="utf-8")
    return Etude(tmp_path)


@pytest.fixture
def magasin(tmp_path):
    return Magasin(tmp_path / "cache", b"de cette machine")


@pytest.fixture
def coupes(monkeypatch):
    """Combien de fois le corpus est réellement coupé."""
    faits = []
    monkeypatch.setattr(textes, "segmenter", lambda corpus: faits.append(1) or ess.segmenter(corpus))
    return faits


def test_les_phrases_reprises_sont_celles_que_l_on_couperait(etude, magasin, coupes):
    attendues = ess.segmenter(ess.lire_corpus(etude.corpus))
    for _ in range(2):
        pd.testing.assert_frame_equal(lire_textes(etude, magasin)[1], attendues)
    assert len(coupes) == 1
    (garde,) = (magasin.dossier / "phrases").iterdir()
    assert b"ressaisit" not in garde.read_bytes(), "seules les places sont gardées"


def test_un_texte_corrige_est_recoupe_et_l_ancien_oublie(etude, magasin, coupes):
    lire_textes(etude, magasin)
    (etude.corpus / "E02.txt").write_text("Léo : Un mot de plus. Voilà.\n", encoding="utf-8")
    assert lire_textes(etude, magasin)[1]["texte"].tolist()[-2:] == ["Un mot de plus.", "Voilà."]
    assert len(coupes) == 2
    assert len(list((magasin.dossier / "phrases").iterdir())) == 1


@pytest.mark.parametrize("secret", [b"", b"d'une autre machine"])
def test_des_places_venues_d_ailleurs_ne_sont_pas_crues(etude, magasin, coupes, secret):
    lire_textes(etude, magasin)
    lire_textes(etude, Magasin(magasin.dossier, secret))
    assert len(coupes) == 2


def test_un_corpus_vide_se_reprend_aussi(etude, magasin):
    (etude.corpus / "corpus.csv").write_text(ENTETE, encoding="utf-8")
    for chemin in etude.corpus.glob("*.txt"):
        chemin.unlink()
    premier, second = (lire_textes(etude, magasin)[1] for _ in range(2))
    pd.testing.assert_frame_equal(premier, second)
    assert second.empty


def test_les_tables_masquees_se_reprennent_telles_quelles(magasin):
    faits = []
    for entree in ("a", "a", "b"):
        reprises = reprendre_tables(magasin, (entree,), lambda: faits.append(1) or TABLES)
        assert list(reprises) == list(TABLES)
        for nom, table in TABLES.items():
            pd.testing.assert_frame_equal(reprises[nom], table)
    assert len(faits) == 2
    assert len(list((magasin.dossier / "tables").iterdir())) == 1


@pytest.mark.parametrize("faute", ["sans secret", "autre secret", "programme"])
def test_une_table_venue_d_ailleurs_ou_d_un_autre_programme_est_recomptee(magasin, monkeypatch, faute):
    """Une table remplacée montrerait une petite cellule."""
    faux = {"sans secret": b"d'ailleurs", "autre secret": b"d'ailleurs", "programme": magasin.secret}[faute]
    reprendre_tables(replace(magasin, secret=faux), ("a",), lambda: {"codes": CODES.fillna(1)})
    if faute == "programme":
        monkeypatch.setattr(gardes, "empreindre_programme", lambda: "une ligne a changé")
    lecteur = replace(magasin, secret=b"") if faute == "sans secret" else magasin
    assert reprendre_tables(lecteur, ("a",), lambda: TABLES)["codes"]["segments"].isna().sum() == 1
