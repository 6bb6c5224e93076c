"""Le fil de preuve : descendre de l'affirmation à la parole, remonter de la parole à ce qui la cite."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.enseignements import PLAN
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_texte
from ess_analyse.modele import Place
from ess_analyse.pages import ecrire_pages
from ess_analyse.pages.fil import Renvoi, affirmer, mesurer_solidite, remonter, separer_resume
from ess_analyse.pages.matiere import rassembler
from ess_analyse.pages.panorama import ouvrir_entrees
from ess_analyse.pages.verbatims import lister_verbatims

ACTIONS = [
    "A1;collective;Temps;Fixer;Fixer des heures;Groupe des directions;2026-02;Une règle;1;E01:37-62",
    "A2;S1;Temps;Peser;Peser une fois;Salariés du quai;2026-12;Une pesée;;E02:38-62",
]


@pytest.fixture
def planifiee(etude):
    """La petite étude, avec un plan de deux actions."""
    (etude / "data/plan.csv").write_text("\n".join([";".join(PLAN), *ACTIONS, ""]), encoding="utf-8")
    return etude


def test_une_affirmation_va_de_sa_phrase_a_ses_preuves():
    corps = (
        "## Titre\n\nOn *dépanne* d'abord. On ressaisit « tout » [@E03:12-40], puis l'on trie [@E01:7-9; @E02:1-4].\n\n"
        "[@E01:7-9]\n\nRien ici.\n\n- Une puce [@E04:1-2] [@E04:5-9]."
    )
    assert affirmer(corps) == (
        ("On ressaisit « tout »", (Place("E03", 12, 40),)),
        ("Puis l'on trie", (Place("E01", 7, 9), Place("E02", 1, 4))),
        ("Une puce", (Place("E04", 1, 2), Place("E04", 5, 9))),
    )


def test_une_phrase_qui_finit_dans_des_guillemets_finit_la():
    (une,) = affirmer("Il dit : « Non. » Elle insiste, et note [@E01:7-9].")
    assert une.texte == "Elle insiste, et note"
    (autre,) = affirmer("On le sait. Elle dit : « Non. Pas le soir » [@E01:7-9].")
    assert autre.texte == "Elle dit : « Non. Pas le soir »"


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 99)), min_size=1, max_size=6))
def test_aucune_preuve_d_un_paragraphe_ne_se_perd(bornes):
    places = [Place("E01", debut, debut + taille) for debut, taille in bornes]
    prose = "Un début. " + " ".join(f"Fait {rang} [@{place}]." for rang, place in enumerate(places))
    assert [place for une in affirmer(prose) for place in une.places] == places


def test_le_resume_se_separe_du_reste():
    assert separer_resume("Un.\n\n## En résumé\n\nBref [@E01:1-2].\n\n## Après\n\nDeux.") == (
        "Un.\n\n## Après\n\nDeux.",
        "Bref [@E01:1-2].",
    )
    assert separer_resume("## Un\n\nDeux.") == ("## Un\n\nDeux.", "")


def test_de_la_parole_on_remonte_a_tout_ce_qui_la_cite(planifiee):
    matiere = rassembler(Etude(planifiee))
    renvois = remonter(matiere, lister_verbatims(matiere))
    lecon = Renvoi("enseignement 1", "enseignements/e1.html")
    assert renvois == {
        "E01:37-62": (lecon, Renvoi("action A1", "plan-actions.html#action-A1")),
        "E02:38-62": (Renvoi("action A2", "plan-actions.html#action-A2"),),
        "E02:63-82": (Renvoi("enseignement 1, qu'elle nuance", lecon.adresse),),
    }


def test_une_citation_plus_longue_porte_les_renvois_de_celle_qu_elle_contient(etude):
    enseignement = etude / "data/enseignements/1-ressaisie.md"
    texte = enseignement.read_text(encoding="utf-8")
    enseignement.write_text(texte.replace("## En résumé", "Cela dure [@E01:37-80].\n\n## En résumé"), encoding="utf-8")
    matiere = rassembler(Etude(etude))
    renvois = remonter(matiere, lister_verbatims(matiere))
    assert renvois["E01:37-80"] == (Renvoi("enseignement 1", "enseignements/e1.html"),)
    assert "E01:37-62" not in renvois, "elle n'est montrée que dans la plus longue"


def test_chaque_renvoi_mene_a_une_ancre_et_chaque_cellule_a_des_citations(planifiee):
    ecrire_pages(Etude(planifiee))
    rapports = planifiee / "rapports"
    verbatims = lire_texte(rapports / "verbatims/structure-s1.qmd")
    assert 'citée par\u00a0: <a href="../enseignements/e1.html">enseignement 1</a>, <a' in verbatims
    for ancre in re.findall(r'href="plan-actions\.html#([\w-]+)"', verbatims):
        assert f'id="{ancre}"' in lire_texte(rapports / "_fragments/plan.qmd")


def test_la_solidite_dit_les_nombres_que_les_preuves_montrees_disent_deja():
    soutien = {"preuves": 2, "contre": 0, "documents": 2, "structures": 1, "fonctions": 4}
    accord = pd.DataFrame(
        [("R-A", 0.797, "provisoire"), ("O-A", float("nan"), ""), ("R-B", 0.9, "fiable")],
        columns=["code", "alpha", "conclusion"],
    )

    class Lecon:
        codes = ("O-A", "R-A")

    dite = mesurer_solidite(Lecon, soutien, accord)
    assert (dite["documents"], dite["structures"], dite["fonctions"]) == (2, 1, 4)
    assert (dite["preuves"], dite["contre"]) == (2, 0)
    assert dite["accord"] == [("R-A", "0,797", "provisoire")]


def test_la_page_d_un_enseignement_dit_tout_ce_qui_le_porte(planifiee):
    ecrire_pages(Etude(planifiee))
    page = lire_texte(planifiee / "rapports/enseignements/e1.qmd")
    titres = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert titres == [
        "En résumé",
        "Ce qui se passe",
        "Les paroles contraires {#contre}",
        "Agir",
        "Sa solidité",
        "Le fil de preuve {#fil}",
    ]
    assert "](../plan-actions.qmd#action-A1)" in page
    assert "février\u00a02026" in page
    preuves = '<a href="#fil">1<span class="lecteur"> preuve, dans le fil</span></a>'
    assert f"<dt>Preuves</dt><dd>{preuves}, montrée avec ses mots et son contexte</dd>" in page
    assert '<a href="#contre">1<span class="lecteur"> parole contraire, plus haut<' in page
    assert 'class="etiquette risque" href="../verbatims.html?code=R-CHARGE"' in page
    assert "<dt>Documents</dt><dd>1</dd>\n<dt>Structures</dt><dd>1 sur 1</dd>" in page, "trop peu pour dire sur combien"
    liste = lire_texte(planifiee / "rapports/_fragments/enseignements.qmd")
    assert '<a href="e1.html#fil">1 preuve<span class="lecteur">' in liste
    assert "</a>, dans 1 document et 1 structure sur 1</p>" in liste
    (soutien,) = pd.read_csv(planifiee / "rapports/donnees/soutien.csv", sep=";").to_dict("records")
    assert (soutien["preuves"], soutien["documents"], soutien["structures"]) == (1, 1, 1)
    assert "<summary>1 affirmation, avec ses preuves</summary>" in page
    assert 'href="../verbatims/structure-s1.html#v-E01-37-62">E01:37-62</a>' in page


def test_trois_entrees_ne_proposent_que_ce_qui_est_ecrit(planifiee):
    matiere = rassembler(Etude(planifiee))
    entrees = {entree.ancre: entree for entree in ouvrir_entrees(matiere)}
    assert list(entrees) == ["je-dirige", "j-y-travaille", "je-finance"]
    liens = {ancre: {adresse: dit for _, adresse, dit in entree.liens} for ancre, entree in entrees.items()}
    assert liens["je-dirige"]["rapports/plan-actions.html?pilote=direction"] == "1 action, par qui et pour quand"
    assert "rapports/plan-actions.html?pilote=salari%C3%A9" in liens["j-y-travaille"]
    assert "rapports/plan-actions.html?portee=collective" in liens["je-finance"]
    toutes = {adresse for adresses in liens.values() for adresse in adresses}
    assert "rapports/autodiagnostic.html" not in toutes, "aucune question n'est écrite"
    assert "rapports/fiches/index.html" not in toutes, "aucune fiche n'est écrite"
    vide = replace(matiere, plan=(), enseignements=())
    assert [entree.ancre for entree in ouvrir_entrees(vide)] == ["j-y-travaille", "je-finance"]


def test_l_accueil_dit_combien_avec_qui_et_par_ou_entrer(planifiee):
    ecrire_pages(Etude(planifiee))
    accueil = lire_texte(planifiee / "rapports/_fragments/accueil.qmd")
    assert '<a href="rapports/methode.html"><strong>1</strong> <span>structure</span></a></li>' in accueil
    assert '<a href="rapports/verbatims.html"><strong>moins de 3</strong> <span>entretiens</span></a></li>' in accueil
    assert '<a href="rapports/risques-opportunites.html">3 codées</a>' in accueil
    assert "Qui parle\n:   Permanents\u202f; la fonction" in accueil
    assert "viennent de" not in accueil
    assert "La ressaisie mange les soirées" in accueil
    assert accueil.count("<h3>") == 3
    assert "direction," not in accueil, "l'intitulé exact d'une fonction ne s'y lit pas"
