"""Le RTF, relu par LibreOffice et par striprtf ; les textes pour Sonal, dont il ne manque pas une lettre."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from striprtf.striprtf import rtf_to_text

from ess_analyse.codages import lire_codages
from ess_analyse.echanges.texte_riche import (
    PERTES_RTF,
    PERTES_TEXTES,
    en_rtf,
    exporter_rtf,
    exporter_textes,
)
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Grille, lire_grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import CODAGES, MEMOS, Corpus, Place
from ess_analyse.segments import segmenter

DONNEES = Path(__file__).parents[1] / "data"
E01 = "Enquêtrice : Ça va ?\n\nMarion : Ben oui. On ressaisit {tout}.\nLe soir – « seule » 🙂.\n\nEnquêtrice : Seule ?"
GRILLE = Grille(
    1,
    (),
    (
        Code("R-CHARGE", "theme", "Charge de travail", "…", *[()] * 5),
        Code("O-SOUTIEN", "theme", "Pratiques soutenantes", "…", *[()] * 5),
    ),
)
MARQUE = re.compile(r" \{[ROP]-[A-Z0-9]+(?:, [ROP]-[A-Z0-9]+)*\}")


@pytest.fixture
def etude(composer):
    corpus = composer(E01=E01, O01="La balance est en panne.")
    segments = segmenter(corpus)
    place = {texte.split()[0]: segment for segment, texte in zip(segments["segment"], segments["texte"], strict=True)}
    codages = pd.DataFrame(
        [
            (place["On"], "ana", "R-CHARGE", "0.82:indices:ressaisir"),
            (place["On"], "bob", "R-CHARGE", "humain"),
            (place["On"], "bob", "O-SOUTIEN", "humain"),
            (place["Ben"], "ana", "-", "humain"),
            (place["La"], "ana", "R-CHARGE", "humain"),
        ],
        columns=CODAGES,
    )
    memos = pd.DataFrame(
        [(place["On"], "ana", "À {revoir} \\ vite."), (place["Ben"], "bob", "Ton las.")], columns=MEMOS
    )
    return corpus, segments, codages, memos, place


def lire_par_libreoffice(convertir, chemin: Path) -> str:
    convertir("txt:Text (encoded):UTF8", chemin.parent, chemin)
    return chemin.with_suffix(".txt").read_text(encoding="utf-8-sig")


def relire(rtf: str) -> str:
    """Relire par striprtf, qui laisse les lettres hors du plan de base en deux moitiés."""
    return rtf_to_text(rtf).encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def attendu(place: dict[str, str]) -> list[str]:
    codes = "R-CHARGE Charge de travail (ana, bob), O-SOUTIEN Pratiques soutenantes (bob)"
    return [
        "E01 · entretien · S1 · direction · 2025-03 · publique",
        "Enquêtrice : Ça va ?",
        f"Marion : Ben oui. [{place['Ben']}, mémo de bob : Ton las.] On ressaisit {{tout}}. "
        f"[{codes}, {place['On']}, mémo de ana : À {{revoir}} \\ vite.]",
        "Le soir – « seule » 🙂.",
        "Enquêtrice : Seule ?",
        "O01 · observation · S1 · direction · 2025-03 · publique",
        f"La balance est en panne. [R-CHARGE Charge de travail (ana), {place['La']}]",
    ]


def test_libreoffice_relit_chaque_mot_du_rtf(etude, tmp_path, convertir):
    corpus, segments, codages, memos, place = etude
    assert exporter_rtf(tmp_path / "etude.rtf", corpus, segments, GRILLE, codages, memos=memos)
    texte = lire_par_libreoffice(convertir, tmp_path / "etude.rtf")
    assert [ligne for ligne in texte.splitlines() if ligne] == attendu(place)


def test_un_autre_lecteur_y_lit_la_meme_chose(etude, tmp_path):
    corpus, segments, codages, memos, place = etude
    exporter_rtf(tmp_path / "etude.rtf", corpus, segments, GRILLE, codages, memos=memos)
    texte = relire((tmp_path / "etude.rtf").read_text(encoding="ascii"))
    assert [ligne.strip() for ligne in texte.splitlines() if ligne.strip()] == attendu(place)


def test_le_locuteur_est_en_gras_et_lui_seul(etude, tmp_path):
    corpus, segments, codages, memos, _ = etude
    exporter_rtf(tmp_path / "etude.rtf", corpus, segments, GRILLE, codages, memos=memos)
    contenu = (tmp_path / "etude.rtf").read_text(encoding="ascii")
    gras = re.findall(r"\\b (.*?)\\b0", contenu)
    assert [relire(r"{\rtf1\ansi\uc1 " + mot + "}") for mot in gras] == ["Enquêtrice", "Marion", "Enquêtrice"]


def test_un_passage_restreint_est_marque(etude, tmp_path):
    corpus, segments, codages, _, place = etude
    restreint = Corpus(corpus.entretiens, corpus.documents, ((Place.lire(place["On"]), "restreinte"),))
    exporter_rtf(tmp_path / "etude.rtf", restreint, segments, GRILLE, codages)
    texte = relire((tmp_path / "etude.rtf").read_text(encoding="ascii"))
    assert texte.count("diffusion restreinte") == 1
    assert f"{place['On']}, diffusion restreinte]" in texte


def test_le_rtf_est_de_l_ascii_et_ne_change_pas_d_une_fois_sur_l_autre(etude, tmp_path):
    corpus, segments, codages, memos, _ = etude
    chemin = tmp_path / "etude.rtf"
    assert exporter_rtf(chemin, corpus, segments, GRILLE, codages, memos=memos)
    octets = chemin.read_bytes()
    assert octets.isascii()
    assert octets.startswith(b"{\\rtf1")
    assert not exporter_rtf(chemin, corpus, segments, GRILLE, codages, memos=memos)
    assert chemin.read_bytes() == octets


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))))
def test_tout_texte_s_ecrit_en_rtf_et_s_y_relit(texte):
    assert en_rtf(texte).isascii()
    assert relire(r"{\rtf1\ansi\uc1 x" + en_rtf(texte) + "x}") == f"x{texte}x"


def test_les_signes_de_commande_n_ouvrent_rien():
    assert en_rtf("a{\\b}\tb\nc\x00\x1b") == r"a\{\\b\}\tab b\line c"
    assert en_rtf("🙂") == r"\u-10179?\u-8638?"


def test_un_texte_par_document_avec_ses_codes_entre_accolades(etude, tmp_path):
    corpus, segments, codages, _, _ = etude
    ecrits = exporter_textes(tmp_path / "t", corpus, segments, GRILLE, codages)
    assert [chemin.name for chemin in ecrits] == ["E01.txt", "O01.txt"]
    octets = ecrits[0].read_bytes()
    assert octets.startswith(b"\xef\xbb\xbf")
    assert octets.count(b"\r\n") == octets.count(b"\n")
    texte = octets.decode("utf-8-sig")
    assert "On ressaisit {tout}. {R-CHARGE, O-SOUTIEN}\r\nLe soir" in texte
    assert "Ben oui. On" in texte
    assert exporter_textes(tmp_path / "t", corpus, segments, GRILLE, codages) == []


def test_codes_otes_le_texte_est_celui_du_corpus(tmp_path):
    corpus, grille = lire_corpus(DONNEES / "corpus"), lire_grille(DONNEES / "grille.yml")
    segments = segmenter(corpus)
    codages = lire_codages(DONNEES / "codages", segments, grille)
    codees = codages.loc[codages["code"] != "-", "segment"]
    exporter_textes(tmp_path, corpus, segments, grille, codages)
    for entretien in corpus:
        texte = (tmp_path / f"{entretien.identifiant}.txt").read_text(encoding="utf-8-sig")
        assert MARQUE.sub("", texte) == entretien.texte
        places = codees[codees.str.startswith(f"{entretien.identifiant}:")]
        assert len(MARQUE.findall(texte)) == places.nunique()


def test_libreoffice_ouvre_la_demonstration_entiere(tmp_path, convertir, lettres):
    corpus, grille = lire_corpus(DONNEES / "corpus"), lire_grille(DONNEES / "grille.yml")
    segments = segmenter(corpus)
    codages = lire_codages(DONNEES / "codages", segments, grille)
    exporter_rtf(tmp_path / "etude.rtf", corpus, segments, grille, codages)
    texte = lire_par_libreoffice(convertir, tmp_path / "etude.rtf")
    sans_marques = re.sub(r" \[[^\[\]]*[EO]\d\d:\d+-\d+\]", "", texte)
    for entretien in corpus:
        assert lettres(entretien.texte) in lettres(sans_marques)


def test_un_code_inconnu_est_dit_et_rien_n_est_ecrit(etude, tmp_path):
    corpus, segments, codages, _, _ = etude
    faux = codages.assign(code="R-CHARGES")
    with pytest.raises(ErreurDonnees, match="code inconnu"):
        exporter_rtf(tmp_path / "etude.rtf", corpus, segments, GRILLE, faux)
    with pytest.raises(ErreurDonnees, match="code inconnu"):
        exporter_textes(tmp_path / "t", corpus, segments, GRILLE, faux)
    assert not list(tmp_path.iterdir())


def test_les_pertes_sont_des_phrases():
    assert all(perte.endswith(".") for perte in (*PERTES_RTF, *PERTES_TEXTES))
