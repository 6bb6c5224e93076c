"""Les notes : relues par un vrai lecteur de CommonMark et un vrai lecteur de YAML ; chaque lien mène à un bloc."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from ruamel.yaml import YAML

from ess_analyse.codages import lire_codages, lire_memos
from ess_analyse.echanges.notes import PERTES, echapper, exporter_notes
from ess_analyse.enseignements import Enseignement, lire_enseignements
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Grille, lire_grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import CODAGES, MEMOS, Corpus, Place
from ess_analyse.segments import segmenter

DONNEES = Path(__file__).parents[1] / "data"
E01 = "Enquêtrice : Ça va ?\n\nMarion : Ben oui. On ressaisit #tout, [[deux]] fois.\nLe *soir*."
GRILLE = Grille(
    1,
    (),
    (
        Code(
            "R-CHARGE",
            "theme",
            "Charge [de] travail",
            "Trop.",
            ("ça déborde",),
            (),
            ("On ressaisit.",),
            ("Non.",),
            ("x",),
        ),
        Code("O-SOUTIEN", "theme", "Pratiques soutenantes", "Aide.", *[()] * 5),
    ),
)
ETIQUETTE = re.compile(r"(?<![\w\\])#([\w/-]*[^\W\d][\w/-]*)")
LIEN = re.compile(r"(?<!\\)\[\[([^\[\]|#]+)(?:#\^([A-Za-z0-9-]+))?(?:\|([^\[\]]+))?\]\]")


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
    memos = pd.DataFrame([(place["On"], "ana", "À *revoir*.")], columns=MEMOS)
    return corpus, segments, codages, memos, place


def separer(chemin: Path) -> tuple[dict, str]:
    """Lire une note comme le font les outils : l'en-tête YAML, puis le corps."""
    texte = chemin.read_text(encoding="utf-8")
    entete = re.match(r"---\n(.*?)\n---\n", texte, re.DOTALL)
    return (YAML(typ="safe").load(entete[1]), texte[entete.end() :]) if entete else ({}, texte)


def rendre(markdown: str) -> str:
    """Rendre le texte que l'on lirait."""
    return html.unescape(re.sub(r"<[^>]+>", "", MarkdownIt("commonmark").render(markdown)))


def test_un_fichier_par_document_par_code_et_un_lisez_moi(etude, tmp_path):
    corpus, segments, codages, memos, _ = etude
    ecrits = exporter_notes(tmp_path, corpus, segments, GRILLE, codages, memos=memos)
    assert sorted(chemin.relative_to(tmp_path).as_posix() for chemin in ecrits) == [
        "Lisez-moi.md",
        "codes/O-SOUTIEN.md",
        "codes/R-CHARGE.md",
        "documents/E01.md",
        "documents/O01.md",
    ]
    assert exporter_notes(tmp_path, corpus, segments, GRILLE, codages, memos=memos) == []


def test_l_entete_d_un_document_le_decrit(etude, tmp_path):
    corpus, segments, codages, *_ = etude
    decrits = corpus.documents.assign(fonction=['"no": [dire]', ""])
    exporter_notes(tmp_path, Corpus(corpus.entretiens, decrits), segments, GRILLE, codages)
    assert separer(tmp_path / "documents/E01.md")[0] == {
        "document": "E01",
        "type": "entretien",
        "structure": "S1",
        "fonction": '"no": [dire]',
        "date": "2025-03",
        "diffusion": "publique",
    }
    assert "fonction" not in separer(tmp_path / "documents/O01.md")[0]


def test_chaque_phrase_du_document_est_la_et_les_codees_ont_etiquettes_et_bloc(etude, tmp_path):
    corpus, segments, codages, _, place = etude
    exporter_notes(tmp_path, corpus, segments, GRILLE, codages)
    corps = separer(tmp_path / "documents/E01.md")[1]
    debut, fin = Place.lire(place["On"])[1:]
    assert [ligne for ligne in rendre(corps).splitlines() if ligne] == [
        "E01",
        "Enquêtrice",
        "Ça va ?",
        "Marion",
        "Ben oui.",
        f"On ressaisit #tout, [[deux]] fois. #R-CHARGE (ana, bob) #O-SOUTIEN (bob) ^p{debut}-{fin}",
        "Le *soir*.",
    ]
    assert ETIQUETTE.findall(corps) == ["R-CHARGE", "O-SOUTIEN"]
    assert not LIEN.findall(corps)


def test_une_note_de_code_porte_sa_definition_et_ses_citations(etude, tmp_path):
    corpus, segments, codages, memos, place = etude
    lecon = Enseignement(
        2, "La _ressaisie_", "R", (), (), (), (Place.lire(place["La"]),), "…", (Place.lire(place["On"]),), Path("2.md")
    )
    exporter_notes(tmp_path, corpus, segments, GRILLE, codages, memos=memos, enseignements=[lecon])
    entete, corps = separer(tmp_path / "codes/R-CHARGE.md")
    assert entete == {"aliases": ["Charge [de] travail"], "tags": ["R-CHARGE"], "dimension": "theme", "citations": 2}
    vu = [ligne.strip() for ligne in rendre(corps).splitlines() if ligne.strip()]
    assert vu == [
        "Charge [de] travail",
        "Risque > Charge [de] travail",
        "Trop.",
        "Inclure",
        "ça déborde",
        "Exemples",
        "On ressaisit.",
        "Contre-exemples",
        "Non.",
        "Citations",
        "On ressaisit #tout, [[deux]] fois.",
        f"— Marion, [[E01#^p{place['On'][4:]}|{place['On']}]]",
        "Codé par ana : suggestion acceptée (indices, score 0,82, « ressaisir »), bob : humain.",
        "Cité par l'enseignement 2 : La _ressaisie_.",
        "Mémo de ana : À *revoir*.",
        "La balance est en panne.",
        f"— [[O01#^p{place['La'][4:]}|{place['La']}]]",
        "Codé par ana : humain.",
        "Opposé à l'enseignement 2 : La _ressaisie_.",
    ]


def test_un_code_sans_citation_a_sa_note(etude, tmp_path):
    corpus, segments, codages, *_ = etude
    exporter_notes(tmp_path, corpus, segments, GRILLE, codages.iloc[:0])
    entete, corps = separer(tmp_path / "codes/O-SOUTIEN.md")
    assert entete["citations"] == 0
    assert corps.endswith("## Citations\n")


def test_un_passage_restreint_est_marque_et_compte(etude, tmp_path):
    corpus, segments, codages, _, place = etude
    restreint = Corpus(corpus.entretiens, corpus.documents, ((Place.lire(place["On"]), "restreinte"),))
    exporter_notes(tmp_path, restreint, segments, GRILLE, codages)
    assert separer(tmp_path / "codes/R-CHARGE.md")[1].count("(diffusion restreinte)") == 1
    lisez_moi = (tmp_path / "Lisez-moi.md").read_text(encoding="utf-8")
    assert "dont 1 phrase à diffusion restreinte : ne les publiez pas" in lisez_moi
    assert all(perte in lisez_moi for perte in PERTES)


def verifier_liens(dossier: Path) -> int:
    """Suivre chaque lien de chaque note jusqu'à son bloc ; rendre leur nombre."""
    notes = {chemin.stem: chemin.read_text(encoding="utf-8") for chemin in dossier.rglob("*.md")}
    assert len(notes) == len(list(dossier.rglob("*.md"))), "deux notes de même nom : un lien ne saurait laquelle suivre"
    nombre = 0
    for texte in notes.values():
        for note, bloc, _ in LIEN.findall(texte):
            nombre += 1
            assert note in notes
            if bloc:
                assert len(re.findall(rf" \^{bloc}$", notes[note], re.MULTILINE)) == 1
    return nombre


def test_chaque_lien_mene_quelque_part_sur_la_demonstration(tmp_path):
    corpus, grille = lire_corpus(DONNEES / "corpus"), lire_grille(DONNEES / "grille.yml")
    segments = segmenter(corpus)
    codages, memos = lire_codages(DONNEES / "codages", segments, grille), lire_memos(DONNEES / "codages", segments)
    lecons = lire_enseignements(DONNEES / "enseignements", corpus, segments, grille)
    exporter_notes(tmp_path, corpus, segments, grille, codages, memos=memos, enseignements=lecons)
    poses = codages[codages["code"] != "-"].drop_duplicates(["segment", "code"])
    assert verifier_liens(tmp_path) == len(poses) + len(corpus) + len(grille)
    for code in grille:
        attendues = (poses["code"] == code.id).sum()
        assert separer(tmp_path / f"codes/{code.id}.md")[0]["citations"] == attendues
    etiquettes = [e for chemin in (tmp_path / "documents").iterdir() for e in ETIQUETTE.findall(separer(chemin)[1])]
    assert len(etiquettes) == len(poses)
    assert set(etiquettes) <= set(grille.ids())


def test_un_document_qui_a_le_nom_d_un_code_est_refuse(composer, tmp_path):
    corpus = composer(**{"r-charge": "Ana : Oui."})
    with pytest.raises(ErreurDonnees, match="document r-charge : ce document a le nom d'une autre note"):
        exporter_notes(tmp_path, corpus, segmenter(corpus), GRILLE, pd.DataFrame(columns=CODAGES))
    assert not list(tmp_path.iterdir())


def test_un_code_inconnu_est_refuse(etude, tmp_path):
    corpus, segments, codages, *_ = etude
    with pytest.raises(ErreurDonnees, match="code inconnu"):
        exporter_notes(tmp_path, corpus, segments, GRILLE, codages.assign(code="R-CHARGES"))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
@example("1. deux 2) trois")
@example("- [ ] à faire ![image](x) <b>gras</b> &amp; `code` ~~non~~ ==oui== %%caché%%")
@example("# titre")
@example("> citation")
@example("--- | a | $x^2$ | ^bloc #étiquette")
@example("***")
@example("+ \\ _")
def test_tout_texte_echappe_se_relit_tel_quel(texte):
    attendu = " ".join(texte.split())
    for cadre in ("{}", "- {}", "> {}", "# x {}"):
        lu = rendre(cadre.format(echapper(texte))).strip("\n")
        assert lu.removeprefix("x ").strip("\n") == (attendu if attendu or cadre != "# x {}" else "x")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1))
def test_un_texte_echappe_n_a_ni_etiquette_ni_lien(texte):
    echappe = echapper(texte)
    assert not ETIQUETTE.findall(echappe)
    assert not LIEN.findall(echappe)
