"""Le corpus d'IRaMuTeQ, relu par un lecteur écrit d'après sa documentation et ce que son lecteur fait."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.echanges.iramuteq import PERTES, exporter_iramuteq
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import CODAGES, DOCUMENTS, Corpus, Entretien, est_enqueteur
from ess_analyse.segments import segmenter

DONNEES = Path(__file__).parents[1] / "data"
E01 = "Enquêtrice : Ça va ?\n\nMarion : Ben oui. On ressaisit tout.\nLe soir.\n\nEnquêtrice : Seule ?\n\nMarion : Oui."
E02 = "Karim : Le camion est bleu."
O01 = "La balance est en panne."


@dataclass
class Texte:
    """Un texte, tel qu'IRaMuTeQ le voit."""

    etoiles: list[str]
    thematiques: list[str] = field(default_factory=list)
    lignes: list[str] = field(default_factory=list)

    @property
    def variables(self) -> dict[str, str]:
        return dict(etoile[1:].split("_", 1) for etoile in self.etoiles)


def lire(chemin: Path) -> list[Texte]:
    """Relire un corpus : coupé à toute fin de ligne d'Unicode, sans tolérer ce qui y serait perdu."""
    textes: list[Texte] = []
    # No utf-8-sig here: a mark would hide the first starred line.
    for ligne in chemin.read_bytes().decode("utf-8").splitlines():
        if ligne.startswith("****"):
            assert not textes or textes[-1].lignes, "un texte vide serait ôté avec ses variables"
            mots = ligne.split()
            assert mots[0] == "****"
            textes.append(Texte(mots[1:]))
        elif ligne.startswith("-*"):
            textes[-1].thematiques.append(ligne.split()[0])
        elif ligne.strip():
            textes[-1].lignes.append(ligne)
    assert textes[-1].lignes
    for texte in textes:
        assert all(re.fullmatch(r"\*[a-z]+_[A-Za-z0-9]+", etoile) for etoile in texte.etoiles)
        noms = [etoile.split("_")[0] for etoile in texte.etoiles]
        assert len(noms) == len(set(noms)), "une variable n'a qu'une modalité par texte"
        assert not re.search(r"[*_$]", " ".join(texte.lignes))
    return textes


def exporter(tmp_path: Path, corpus: Corpus, **options) -> list[Texte]:
    chemin = tmp_path / "corpus.txt"
    exporter_iramuteq(chemin, corpus, segmenter(corpus), **options)
    return lire(chemin)


def decrire(corpus: Corpus, **colonnes: list[str]) -> Corpus:
    return Corpus(corpus.entretiens, corpus.documents.assign(**colonnes))


def test_un_texte_par_document_avec_ses_variables(composer, tmp_path):
    corpus = decrire(
        composer(E01=E01, O01=O01), fonction=["salarié en insertion", "équipe"], date=["2025-09-02", "2024"]
    )
    entretien, observation = exporter(tmp_path, corpus)
    assert entretien.variables == {
        "doc": "E01",
        "type": "entretien",
        "struct": "S1",
        "fonction": "salarieEnInsertion",
        "date": "20250902",
        "annee": "2025",
    }
    assert entretien.lignes == ["Ben oui. On ressaisit tout. Le soir.", "Oui."]
    assert (observation.variables["type"], observation.variables["annee"]) == ("observation", "2024")
    assert observation.lignes == [O01]


def test_un_texte_par_tour_avec_qui_parle(composer, tmp_path):
    textes = exporter(tmp_path, composer(E01=E01.replace("Marion", "Élodie B."), O01=O01), par="tour")
    assert [(texte.variables.get("loc"), texte.lignes) for texte in textes] == [
        ("ElodieB", ["Ben oui. On ressaisit tout. Le soir."]),
        ("ElodieB", ["Oui."]),
        (None, [O01]),
    ]


def test_les_questions_et_le_preambule_se_gardent_si_on_le_demande(composer, tmp_path):
    corpus = composer(E01="Préambule : Salle du fond.\n\n" + E01)
    (sans,) = exporter(tmp_path, corpus)
    (avec,) = exporter(tmp_path, corpus, enqueteur=True)
    assert sans.lignes == ["Ben oui. On ressaisit tout. Le soir.", "Oui."]
    assert avec.lignes == ["Salle du fond.", "Ça va ?", sans.lignes[0], "Seule ?", "Oui."]


def test_seulement_les_phrases_d_un_code(composer, tmp_path):
    corpus = composer(E01=E01, E02=E02)
    segments = segmenter(corpus)
    place = dict(zip(segments["texte"], segments["segment"], strict=True))
    codages = pd.DataFrame(
        [
            (place["On ressaisit tout."], "ana", "R-CHARGE", "humain"),
            (place["On ressaisit tout."], "bob", "R-CHARGE", "humain"),
            (place["Ben oui."], "ana", "O-SENS", "humain"),
            (place["Le camion est bleu."], "ana", "-", "humain"),
        ],
        columns=CODAGES,
    )
    (texte,) = exporter(tmp_path, corpus, codages=codages, code="R-CHARGE")
    assert texte.lignes == ["On ressaisit tout."]
    assert (texte.variables["doc"], texte.variables["code"]) == ("E01", "RCHARGE")
    with pytest.raises(ErreurDonnees, match="Donnez l'argument « codages »"):
        exporter(tmp_path, corpus, code="R-CHARGE")


def test_une_cellule_vide_ne_donne_pas_de_variable(composer, tmp_path):
    (texte,) = exporter(tmp_path, decrire(composer(E02=E02), fonction=[""], date=[""]))
    assert texte.variables == {"doc": "E02", "type": "entretien", "struct": "S1"}


def test_deux_valeurs_qui_se_ressemblent_gardent_deux_modalites(composer, tmp_path):
    corpus = decrire(composer(E01=E01, E02=E02, E03=E02), fonction=["C.I.P", "C-I-P", "дирекция"])
    assert [texte.variables["fonction"] for texte in exporter(tmp_path, corpus)] == ["CIP", "CIPx2", "m"]


@pytest.mark.parametrize(
    "hostile",
    [
        "**** *faux_oui",
        "-*thematique et la suite",
        "un prix de 10 $ par jour",
        "il y a _rire_ ici",
        "fin de ligne\u2028**** *faux_oui",
        "saut de page\x0c**** *faux_oui",
        "ligne\x85-*faux",
        "0001 *vieux format d'Alceste",
        "£$£ fin",
    ],
)
def test_ce_qu_iramuteq_se_reserve_est_neutralise_sans_perdre_un_mot(hostile, tmp_path, lettres):
    entretien = Entretien.depuis_paroles("E01", [("Ana", f"Avant. {hostile}. Après.")])
    documents = pd.DataFrame([["E01", "entretien", "S1", "direction", "2025-03", "publique"]], columns=DOCUMENTS)
    (texte,) = exporter(tmp_path, Corpus((entretien,), documents))
    assert not texte.thematiques
    assert lettres(" ".join(texte.lignes)) == lettres(f"Avant. {hostile}. Après.")


def test_un_texte_qui_ne_contiendrait_plus_rien_n_est_pas_ecrit(composer, tmp_path):
    assert [t.variables["doc"] for t in exporter(tmp_path, composer(E01="Ana : ***", E02=E02))] == ["E02"]


def test_sans_rien_a_ecrire_le_fichier_n_est_pas_cree(composer, tmp_path):
    corpus = composer(E01="Enquêtrice : Ça va ?")
    with pytest.raises(ErreurDonnees, match=r"rien à exporter\. Le corpus n'a aucune parole"):
        exporter(tmp_path, corpus)
    vide = pd.DataFrame(columns=CODAGES)
    with pytest.raises(ErreurDonnees, match=r"rien à exporter\. Aucune phrase n'est codée R-SENS"):
        exporter(tmp_path, composer(E02=E02), codages=vide, code="R-SENS")
    assert not list(tmp_path.iterdir())


def test_une_decoupe_inconnue_est_dite(composer, tmp_path):
    with pytest.raises(ErreurDonnees, match=r"découpe inconnue \(« tours »\)\. Vouliez-vous dire « tour »"):
        exporter(tmp_path, composer(E02=E02), par="tours")


def test_utf_8_sans_marque_fins_de_ligne_simples_et_octets_stables(composer, tmp_path):
    corpus, chemin = composer(E01=E01, E02=E02), tmp_path / "corpus.txt"
    assert exporter_iramuteq(chemin, corpus, segmenter(corpus))
    octets = chemin.read_bytes()
    assert octets.startswith(b"**** *doc_E01")
    assert b"\r" not in octets
    assert not exporter_iramuteq(chemin, corpus, segmenter(corpus))
    assert chemin.read_bytes() == octets


def test_les_pertes_sont_des_phrases():
    assert all(perte.endswith(".") for perte in PERTES)


_MODALITE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12)


@given(st.lists(st.tuples(_MODALITE, _MODALITE), min_size=1, max_size=5), st.sampled_from(["document", "tour"]))
def test_toute_etude_aux_noms_hostiles_se_relit(tmp_path, decrits, par):
    noms = [f"E{rang:02}" for rang in range(len(decrits))]
    entretiens = tuple(Entretien.depuis_paroles(nom, [("Ana", "Oui."), ("Bob", "Non.")]) for nom in noms)
    lignes = [(nom, "entretien", a, b, "2025", "publique") for nom, (a, b) in zip(noms, decrits, strict=True)]
    corpus = Corpus(entretiens, pd.DataFrame(lignes, columns=DOCUMENTS, dtype="str"))
    textes = exporter(tmp_path, corpus, par=par)
    assert len(textes) == len(noms) * (2 if par == "tour" else 1)
    for variable, colonne in (("struct", 0), ("fonction", 1)):
        lues = {(t.variables["doc"], t.variables[variable]) for t in textes if variable in t.variables}
        # Two documents share a value exactly when they share a modality.
        dites = {nom: decrit[colonne] for nom, decrit in zip(noms, decrits, strict=True) if decrit[colonne]}
        assert {nom for nom, _ in lues} == set(dites)
        assert len({lue for _, lue in lues}) == len(set(dites.values()))


def test_sur_la_demonstration_aucun_mot_ne_se_perd(tmp_path, lettres):
    corpus = lire_corpus(DONNEES / "corpus")
    textes = exporter(tmp_path, corpus)
    assert [texte.variables["doc"] for texte in textes] == [entretien.identifiant for entretien in corpus]
    for texte, entretien in zip(textes, corpus, strict=True):
        dits = [
            entretien.extrait(tour.debut, tour.fin)
            for tour in entretien.tours
            if not est_enqueteur(tour.locuteur) and tour.locuteur != "Préambule"
        ]
        assert lettres(" ".join(texte.lignes)) == lettres(" ".join(dits))
