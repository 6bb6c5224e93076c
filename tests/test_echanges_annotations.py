"""Les annotations du Web, vérifiées contre la recommandation du W3C (23 février 2017), recopiée ici en un schéma."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import jsonschema
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.codages import lire_codages, lire_memos
from ess_analyse.echanges.annotations import PERTES, exporter_annotations
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Grille, lire_grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import CODAGES, DOCUMENTS, MEMOS, Corpus, Entretien
from ess_analyse.segments import segmenter

DONNEES = Path(__file__).parents[1] / "data"
E01 = "Enquêtrice : Ça va 🙂 ?\n\nMarion : Ben oui 🙂. On ressaisit tout. Le soir."
GRILLE = Grille(
    1,
    (),
    (
        Code("R-CHARGE", "theme", "Charge de travail", "…", *[()] * 5),
        Code("O-SOUTIEN", "theme", "Pratiques soutenantes", "…", *[()] * 5),
    ),
)

# Web Annotation Vocabulary, appendix A: the terms of the JSON-LD context used here, and the classes and motivations.
TERMES = {"@context", "id", "type", "label", "total", "first", "startIndex", "items", "motivation", "purpose"}
TERMES |= {"creator", "generator", "name", "body", "target", "source", "selector", "start", "end", "exact", "prefix"}
TERMES |= {"suffix", "value", "format", "language"}
IRI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:\S+$"}
BUTS = ["assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting", "identifying"]
BUTS += ["linking", "moderating", "questioning", "replying", "tagging"]
AGENT = {
    "type": "object",
    "required": ["id", "type", "name"],
    "properties": {"id": IRI, "type": {"enum": ["Person", "Organization", "Software"]}, "name": {"type": "string"}},
}
POSITION = {
    "type": "object",
    "required": ["type", "start", "end"],
    "properties": {
        "type": {"const": "TextPositionSelector"},
        "start": {"type": "integer", "minimum": 0},
        "end": {"type": "integer", "minimum": 1},
    },
    "additionalProperties": False,
}
MOTS = {
    "type": "object",
    "required": ["type", "exact"],
    "properties": {
        "type": {"const": "TextQuoteSelector"},
        "exact": {"type": "string", "minLength": 1},
        "prefix": {"type": "string"},
        "suffix": {"type": "string"},
    },
    "additionalProperties": False,
}
PRECISE = {
    "type": "object",
    "required": ["type", "source"],
    "properties": {
        "type": {"const": "SpecificResource"},
        "source": {"type": "object", "required": ["id"], "properties": {"id": IRI}},
        "purpose": {"enum": BUTS},
        "selector": {"type": "array", "items": {"oneOf": [POSITION, MOTS]}},
    },
}
TEXTE = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"const": "TextualBody"},
        "value": {"type": "string"},
        "purpose": {"enum": BUTS},
        "format": {"const": "text/plain"},
        "language": {"const": "fr"},
    },
    "additionalProperties": False,
}
ANNOTATION = {
    "type": "object",
    "required": ["id", "type", "target"],
    "properties": {
        "id": IRI,
        "type": {"const": "Annotation"},
        "motivation": {"enum": BUTS},
        "creator": AGENT,
        "generator": {"type": "array", "minItems": 1, "items": AGENT},
        "body": {"type": "array", "minItems": 1, "items": {"oneOf": [PRECISE, TEXTE]}},
        "target": PRECISE,
    },
    "additionalProperties": False,
}
COLLECTION = {
    "type": "object",
    "required": ["@context", "id", "type", "first"],
    "properties": {
        "@context": {"const": "http://www.w3.org/ns/anno.jsonld"},
        "id": IRI,
        "type": {"const": "AnnotationCollection"},
        "label": {"type": "string"},
        "total": {"type": "integer", "minimum": 0},
        "first": {
            "type": "object",
            "required": ["id", "type", "items"],
            "properties": {
                "id": IRI,
                "type": {"const": "AnnotationPage"},
                "startIndex": {"type": "integer", "minimum": 0},
                "items": {"type": "array", "items": ANNOTATION},
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
VERIFIER = jsonschema.Draft202012Validator(COLLECTION)


def termes(valeur) -> set[str]:
    if isinstance(valeur, dict):
        return set(valeur).union(*map(termes, valeur.values()))
    return set().union(*map(termes, valeur)) if isinstance(valeur, list) else set()


def exporter(dossier: Path, *etude, memos=None) -> list[dict]:
    """Exporter, vérifier contre la norme, rendre les annotations."""
    chemin = dossier / "a.jsonld"
    exporter_annotations(chemin, *etude, memos=memos)
    collection = json.loads(chemin.read_text(encoding="utf-8"))
    VERIFIER.validate(collection)
    assert termes(collection) <= TERMES
    annotations = collection["first"]["items"]
    assert collection["total"] == len(annotations)
    assert len({annotation["id"] for annotation in annotations}) == len(annotations)
    for annotation in annotations:
        guid = UUID(annotation["id"].removeprefix("urn:uuid:"))
        assert guid.version == 5
    return annotations


@pytest.fixture
def etude(composer):
    corpus = composer(E01=E01)
    segments = segmenter(corpus)
    place = {texte.split()[0]: segment for segment, texte in zip(segments["segment"], segments["texte"], strict=True)}
    codages = pd.DataFrame(
        [
            (place["On"], "ana", "R-CHARGE", "0.82:indices:ressaisir"),
            (place["On"], "ana", "O-SOUTIEN", "humain"),
            (place["On"], "bob", "R-CHARGE", "humain"),
            (place["Ben"], "bob", "-", "humain"),
        ],
        columns=CODAGES,
    )
    return corpus, segments, GRILLE, codages, place


def test_une_annotation_par_phrase_et_par_codeur(etude, tmp_path):
    *base, _ = etude
    annotations = exporter(tmp_path, *base)
    vues = [(une["target"]["selector"][1]["exact"], une["creator"]["name"]) for une in annotations]
    assert vues == [("Ben oui 🙂.", "bob"), ("On ressaisit tout.", "ana"), ("On ressaisit tout.", "bob")]
    assert {une["motivation"] for une in annotations} == {"classifying"}


def test_les_deux_selecteurs_designent_les_memes_mots(etude, tmp_path):
    corpus, *suite, _ = etude
    texte = corpus["E01"].texte
    for annotation in exporter(tmp_path, corpus, *suite):
        position, mots = annotation["target"]["selector"]
        # Python counts code points, as the recommendation asks: an emoji is one.
        assert texte[position["start"] : position["end"]] == mots["exact"]
        assert texte[: position["start"]].endswith(mots["prefix"])
        assert texte[position["end"] :].startswith(mots["suffix"])
        assert max(len(mots["prefix"]), len(mots["suffix"])) <= 32


def test_un_code_est_un_corps_a_l_adresse_stable(etude, tmp_path):
    *base, _ = etude
    ana = exporter(tmp_path, *base)[1]
    codes = [corps["source"] for corps in ana["body"] if corps["type"] == "SpecificResource"]
    assert codes == [
        {"id": "urn:ess-analyse:code:R-CHARGE", "label": "Risque > Charge de travail"},
        {"id": "urn:ess-analyse:code:O-SOUTIEN", "label": "Opportunité > Pratiques soutenantes"},
    ]


def test_une_suggestion_acceptee_dit_qui_l_avait_proposee(etude, tmp_path):
    *base, _ = etude
    _, ana, bob = exporter(tmp_path, *base)
    assert [agent["id"] for agent in ana["generator"]] == ["urn:ess-analyse:suggestion:indices"]
    dits = [corps["value"] for corps in ana["body"] if corps.get("purpose") == "describing"]
    assert dits == ["R-CHARGE : suggestion acceptée (indices, score 0,82, « ressaisir »)"]
    assert "generator" not in bob


def test_lu_rien_a_coder_est_dit(etude, tmp_path):
    *base, _ = etude
    (corps,) = exporter(tmp_path, *base)[0]["body"]
    assert corps["source"] == {"id": "urn:ess-analyse:code:aucun", "label": "Lu, rien à coder"}


def test_un_memo_est_un_commentaire_de_son_auteur(etude, tmp_path):
    *base, place = etude
    lignes = [(place["On"], "ana", "À revoir."), (place["Le"], "zoe", "Seule ?"), ("E09:0-3", "ana", "Perdu.")]
    annotations = exporter(tmp_path, *base, memos=pd.DataFrame(lignes, columns=MEMOS))
    par_qui = {(une["target"]["selector"][1]["exact"], une["creator"]["name"]): une for une in annotations}
    memos = [
        corps["value"] for corps in par_qui["On ressaisit tout.", "ana"]["body"] if corps["purpose"] == "commenting"
    ]
    assert memos == ["À revoir."]
    seul = par_qui["Le soir.", "zoe"]
    assert (seul["motivation"], [corps["value"] for corps in seul["body"]]) == ("commenting", ["Seule ?"])
    assert len(annotations) == 4


def test_un_avis_consolide_n_est_pas_une_personne(etude, tmp_path):
    corpus, segments, grille, codages, _ = etude
    avis = codages[codages["codeur"] == "bob"].assign(codeur="arbitrage")
    assert {une["creator"]["type"] for une in exporter(tmp_path, corpus, segments, grille, avis)} == {"Organization"}


def test_un_texte_corrige_change_de_source(composer, tmp_path):
    sources = set()
    for texte in ("Ana : Oui. Non.", "Ana : Oui. Nan."):
        corpus = composer(E01=texte)
        segments = segmenter(corpus)
        codages = pd.DataFrame([("E01:6-10", "ana", "R-CHARGE", "humain")], columns=CODAGES)
        (une,) = exporter(tmp_path, corpus, segments, GRILLE, codages)
        assert une["target"]["source"]["label"] == "E01"
        sources.add(une["target"]["source"]["id"])
    assert len(sources) == 2


def test_sans_codage_la_collection_est_vide(etude, tmp_path):
    corpus, segments, grille, codages, _ = etude
    assert exporter(tmp_path, corpus, segments, grille, codages.iloc[:0]) == []


def test_deux_exports_sont_identiques_et_rien_n_y_est_date(etude, tmp_path):
    *base, _ = etude
    chemin = tmp_path / "a.jsonld"
    assert exporter_annotations(chemin, *base)
    octets = chemin.read_bytes()
    assert not exporter_annotations(chemin, *base)
    assert chemin.read_bytes() == octets
    assert not termes(json.loads(octets)) & {"created", "modified", "generated"}


def test_un_code_inconnu_est_refuse(etude, tmp_path):
    corpus, segments, grille, codages, _ = etude
    with pytest.raises(ErreurDonnees, match="code inconnu"):
        exporter_annotations(tmp_path / "a.jsonld", corpus, segments, grille, codages.assign(code="R-CHARGES"))
    assert not list(tmp_path.iterdir())


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))), min_size=1, max_size=4),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
)
def test_toute_etude_donne_une_collection_conforme(tmp_path, paroles, codeur):
    entretien = Entretien.depuis_paroles("E01", [("Ana", parole) for parole in ["Oui.", *paroles]])
    documents = pd.DataFrame([["E01", "entretien", "S1", "direction", "2025-03", "publique"]], columns=DOCUMENTS)
    corpus = Corpus((entretien,), documents)
    segments = segmenter(corpus)
    codages = pd.DataFrame([(s, codeur, "R-CHARGE", "humain") for s in segments["segment"]], columns=CODAGES)
    annotations = exporter(tmp_path, corpus, segments, GRILLE, codages)
    assert [une["target"]["selector"][1]["exact"] for une in annotations] == list(segments["texte"])


def test_la_demonstration_entiere_est_conforme(tmp_path):
    corpus, grille = lire_corpus(DONNEES / "corpus"), lire_grille(DONNEES / "grille.yml")
    segments = segmenter(corpus)
    codages = lire_codages(DONNEES / "codages", segments, grille)
    memos = lire_memos(DONNEES / "codages", segments)
    annotations = exporter(tmp_path, corpus, segments, grille, codages, memos=memos)
    decides = set(zip(codages["segment"], codages["codeur"], strict=True))
    assert len(annotations) == len(decides | set(zip(memos["segment"], memos["codeur"], strict=True)))


def test_les_pertes_sont_des_phrases():
    assert all(perte.endswith(".") for perte in PERTES)
