"""L'autodiagnostic : ce que pèse une question, à quoi elle mène, et ce que la page contient."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.enseignements.objets import Action, Enseignement, Fiche, Question
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_texte
from ess_analyse.modele import Place
from ess_analyse.pages import ecrire_pages
from ess_analyse.pages.autodiagnostic import preparer_autodiagnostic
from ess_analyse.pages.matiere import rassembler
from ess_analyse.pages.verbatims import lister_verbatims

RACINE = Path(__file__).parents[1]
MODELE = RACINE / "src/ess_analyse/pages"
PLACES = [Place("E01", debut, debut + 5) for debut in range(0, 60, 10)]
THEMES = ["R-CHARGE", "R-SENS", "O-SOUTIEN"]
PRISMES = ["P-GESTION", "P-PRODUCTION"]
QUESTIONS = """\
numero;prisme;code;question;aide;enseignements
Q1;P-GESTION;R-CHARGE;Une pesée est écrite une seule fois.;Suivez-la jusqu'au soir.;1
Q2;P-GESTION;O-SOUTIEN;Chacun sait qui appeler.;;
"""
PLAN = """\
numero;portee;theme;axe;action;pilote;echeance;indicateur;enseignements;preuves
A1;S1;Temps;Une balance;Peser une fois;Direction;2026-03;Une écriture;1;
A2;collective;Temps;Un relevé;Compter les saisies;Groupe;2026-04;Un compte;1;
"""


def lecon(numero, preuves=(), fiches=()):
    """Un enseignement réduit à ses liens."""
    return Enseignement(numero, f"Leçon {numero}", "", (), fiches, (), (), "", tuple(preuves), Path("e.md"))


def fiche(numero, codes=()):
    return Fiche(numero, f"Fiche {numero}", "", "", (), (), (), (), (), codes, "", (), Path("f.md"))


def action(numero, enseignements, preuves=(), portee="collective"):
    return Action(numero, portee, "", f"Axe {numero}", "", "", "2026-01", "", enseignements, tuple(preuves))


def question(numero, code="R-CHARGE", enseignements=(1,), prisme="P-GESTION"):
    return Question(numero, prisme, code, f"Question {numero}", "", enseignements)


def preparer(questions, enseignements=(), fiches=(), plan=(), citations=None):
    matiere = SimpleNamespace(
        questions=tuple(questions),
        enseignements=tuple(enseignements),
        fiches=tuple(fiches),
        plan=tuple(plan),
        grille=[SimpleNamespace(id=code) for code in [*THEMES, *PRISMES]],
    )
    verbatims = [SimpleNamespace(place=place, codes=codes) for place, codes in (citations or {}).items()]
    return preparer_autodiagnostic(matiere, verbatims)


def lignes(page):
    return {ligne["q"].numero: ligne for groupe in page["prismes"].values() for ligne in groupe}


def test_une_question_pese_les_citations_de_son_theme():
    citations = {PLACES[0]: ("R-CHARGE",), PLACES[1]: ("R-SENS", "R-CHARGE"), PLACES[2]: ("R-SENS",)}
    questions = [question("Q1"), question("Q2", "R-SENS"), question("Q3", "O-SOUTIEN"), question("Q4", "R-SENS", ())]
    page = preparer(questions, [lecon(1, PLACES[:3])], citations=citations)
    assert {numero: ligne["poids"] for numero, ligne in lignes(page).items()} == {"Q1": 2, "Q2": 2, "Q3": 0, "Q4": 0}


def test_une_citation_de_deux_enseignements_ne_compte_qu_une_fois():
    page = preparer(
        [question("Q1", enseignements=(1, 2))],
        [lecon(1, PLACES[:2]), lecon(2, PLACES[1:3])],
        citations=dict.fromkeys(PLACES[:3], ("R-CHARGE",)),
    )
    assert lignes(page)["Q1"]["poids"] == 3


def test_ce_qui_ne_peut_pas_etre_cite_ne_pese_rien():
    page = preparer([question("Q1")], [lecon(1, PLACES)], citations={PLACES[0]: ("R-CHARGE",)})
    assert lignes(page)["Q1"]["poids"] == 1


def test_les_fiches_du_theme_passent_seules_sinon_toutes():
    fiches = [fiche("F1", ("R-CHARGE",)), fiche("F2", ("R-SENS",)), fiche("F3", ("R-CHARGE",))]
    page = preparer([question("Q1"), question("Q2", "O-SOUTIEN")], [lecon(1, fiches=("F2", "F1"))], fiches)
    assert lignes(page)["Q1"]["liens"] == ["1", "F1"]
    assert lignes(page)["Q2"]["liens"] == ["1", "F1", "F2"]


def test_les_actions_du_theme_puis_les_collectives_puis_celles_d_une_structure():
    plan = [
        action("A1", (1,), PLACES[:1]),
        action("A2", (1,), PLACES[1:2]),
        action("A3", (1,), PLACES[:1], "S1"),
        action("A4", (2,), PLACES[:1]),
        action("A5", (3,), (), "S1"),
    ]
    citations = {PLACES[0]: ("R-CHARGE",), PLACES[1]: ("R-SENS",)}
    questions = [question("Q1"), question("Q2", "O-SOUTIEN"), question("Q3", enseignements=(3,))]
    page = preparer(questions, [lecon(1), lecon(2), lecon(3)], plan=plan, citations=citations)
    assert {numero: ligne["liens"] for numero, ligne in lignes(page).items()} == {
        "Q1": ["1", "A1"],
        "Q2": ["1", "A1", "A2"],
        "Q3": ["3", "A5"],
    }


def test_prismes_dans_l_ordre_des_questions_themes_dans_celui_de_la_grille():
    questions = [
        question("Q1", "O-SOUTIEN", (), "P-PRODUCTION"),
        question("Q2", "R-CHARGE", (), "P-GESTION"),
        question("Q3", "R-CHARGE", (), "P-PRODUCTION"),
    ]
    page = preparer(questions)
    assert {prisme: [une["q"].numero for une in groupe] for prisme, groupe in page["prismes"].items()} == {
        "P-PRODUCTION": ["Q1", "Q3"],
        "P-GESTION": ["Q2"],
    }
    assert list(page["prismes"]) == ["P-PRODUCTION", "P-GESTION"]
    assert page["themes"] == ["R-CHARGE", "O-SOUTIEN"]


def test_seuls_les_enseignements_demandes_sont_donnes_a_lire():
    page = preparer([question("Q1", enseignements=(2,))], [lecon(1), lecon(2, fiches=("F1",))], [fiche("F1")])
    assert [suite["e"].numero for suite in page["suites"]] == [2]
    assert [une.numero for une in page["suites"][0]["fiches"]] == ["F1"]


def test_sans_question_rien_n_est_prepare():
    assert preparer([], [lecon(1)]) == {"prismes": {}, "themes": [], "suites": []}


@st.composite
def etudes(tirer):
    """Une étude au hasard : questions, leçons, fiches, actions et citations liées n'importe comment."""
    sous = lambda parmi: tuple(tirer(st.lists(st.sampled_from(parmi), unique=True)))  # noqa: E731
    lecons = [lecon(n, sous(PLACES), sous(["F1", "F2", "F3"])) for n in range(1, tirer(st.integers(1, 4)) + 1)]
    numeros = [une.numero for une in lecons]
    fiches = [fiche(f"F{n}", sous(THEMES)) for n in (1, 2, 3)]
    portees = st.sampled_from(["collective", "S1"])
    plan = [action(f"A{n}", sous(numeros), sous(PLACES), tirer(portees)) for n in range(1, tirer(st.integers(1, 5)))]
    questions = [
        question(f"Q{n}", tirer(st.sampled_from(THEMES)), sous(numeros), tirer(st.sampled_from(PRISMES)))
        for n in range(1, tirer(st.integers(1, 6)))
    ]
    citations = {place: sous(THEMES) for place in sous(PLACES)}
    return questions, lecons, fiches, plan, citations


@given(etudes())
def test_chaque_lien_d_une_question_mene_quelque_part(etude):
    questions, lecons, *_ = etude
    page = preparer(*etude)
    rangees = lignes(page)
    assert sorted(rangees) == sorted(une.numero for une in questions)
    atteints = {
        numero
        for suite in page["suites"]
        for numero in (str(suite["e"].numero), *(une.numero for une in (*suite["fiches"], *suite["actions"])))
    }
    preuves = {une.numero: set(une.preuves) for une in lecons}
    for ligne in rangees.values():
        assert set(ligne["liens"]) <= atteints
        assert len(set(ligne["liens"])) == len(ligne["liens"])
        siennes = set().union(*(preuves[numero] for numero in ligne["q"].enseignements))
        assert 0 <= ligne["poids"] <= len(siennes)


@given(etudes(), st.randoms())
def test_l_ordre_des_citations_ne_change_rien(etude, hasard):
    *reste, citations = etude
    melees = list(citations.items())
    hasard.shuffle(melees)
    assert preparer(*reste, citations=dict(melees)) == preparer(*reste, citations=citations)


class Lecteur(HTMLParser):
    """Relever les balises d'un morceau, et ce qui n'est pas refermé dans l'ordre."""

    VIDES = ("input", "br", "img", "meta", "link")

    def __init__(self, texte: str):
        super().__init__()
        self.balises, self.pile, self.ecarts = [], [], []
        self.feed(texte)

    def handle_starttag(self, tag, attrs):
        self.balises.append((tag, dict(attrs)))
        if tag not in self.VIDES:
            self.pile.append(tag)

    def handle_endtag(self, tag):
        if not self.pile or self.pile.pop() != tag:
            self.ecarts.append(tag)

    def attributs(self, balise):
        return [attributs for nom, attributs in self.balises if nom == balise]


@pytest.fixture
def morceau(etude):
    """Le morceau de la petite étude, une fois ses questions et son plan écrits."""

    def ecrire(questions=QUESTIONS, plan=PLAN):
        (etude / "data/autodiagnostic.csv").write_text(questions, encoding="utf-8")
        (etude / "data/plan.csv").write_text(plan, encoding="utf-8")
        ecrire_pages(Etude(etude))
        return lire_texte(etude / "rapports/_fragments/autodiagnostic.qmd")

    return ecrire


def test_la_petite_etude_donne_ses_questions_pesees_et_liees(morceau, etude):
    page = Lecteur(morceau())
    questions = [une for une in page.attributs("fieldset") if "data-numero" in une]
    assert [(q["data-numero"], q["data-poids"], q["data-liens"]) for q in questions] == [
        ("Q1", "1", "1 A2"),
        ("Q2", "0", ""),
    ]
    assert [q.get("aria-describedby") for q in questions] == ["aide-Q1", None]
    matiere = rassembler(Etude(etude))
    assert lignes(preparer_autodiagnostic(matiere, lister_verbatims(matiere)))["Q1"]["poids"] == 1


def test_quatre_reponses_par_question_aucune_cochee(morceau):
    radios = [une for une in Lecteur(morceau()).attributs("input") if une.get("type") == "radio"]
    assert [(une["name"], une["value"]) for une in radios] == [
        (numero, reponse) for numero in ("Q1", "Q2") for reponse in ("oui", "en partie", "non", "sans objet")
    ]
    assert not any("checked" in une for une in radios)


def test_balises_fermees_ancres_uniques_adresses_locales(morceau):
    page = Lecteur(re.sub(r"<script.*?</script>", "", morceau(), flags=re.DOTALL))
    assert page.ecarts == page.pile == []
    ancres = [attributs["id"] for _, attributs in page.balises if "id" in attributs]
    assert len(ancres) == len(set(ancres))
    assert {cle["aria-describedby"] for _, cle in page.balises if "aria-describedby" in cle} <= set(ancres)
    liens = page.attributs("a")
    actions = {f"plan-actions.html#action-{numero}" for numero in ("A1", "A2")}
    assert {lien["href"] for lien in liens} == {"#resultats", "enseignements/e1.html", *actions}
    assert {lien["data-lien"] for lien in liens if "data-lien" in lien} == {"1", "A1", "A2"}


def test_aucun_formulaire_ne_peut_etre_envoye(morceau):
    """Sans script aussi : ``method="dialog"`` hors d'un dialogue ne fait rien, et rien n'est gardé des cases."""
    formulaires = Lecteur(morceau()).attributs("form")
    assert {(une["method"], une["autocomplete"], une.get("action")) for une in formulaires} == {("dialog", "off", None)}
    assert all(une["aria-label"] for une in formulaires)


def test_le_script_n_a_aucun_moyen_d_envoyer():
    script = lire_texte(MODELE / "gabarits/autodiagnostic.js")
    assert "localStorage" in script
    moyens = (
        r"fetch|XMLHttpRequest|sendBeacon|WebSocket|EventSource|import\b|cookie|indexedDB|postMessage|<form|\.submit"
    )
    assert re.findall(moyens, script) == []
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script) == []
    style = lire_texte(MODELE / "gabarits/autodiagnostic.css")
    assert "url(" not in style
    assert "@import" not in style
    assert set(re.findall(r"https?://[^\"']+", script + style)) == {"http://www.w3.org/2000/svg"}


def test_une_question_hostile_reste_du_texte(morceau):
    texte = morceau(QUESTIONS.replace("Chacun sait", '<script>alert(1)</script> "&" chacun sait'))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;&quot; chacun sait" in texte
    assert "<script>alert" not in texte


def test_la_page_dit_ce_qui_manque(morceau, etude):
    ecrire_pages(Etude(etude))
    assert "pas encore écrites" in lire_texte(etude / "rapports/_fragments/autodiagnostic.qmd")
    assert morceau(QUESTIONS.splitlines()[0] + "\n", PLAN.splitlines()[0] + "\n").strip().endswith("encore écrites.")


def test_sans_script_la_page_le_dit_et_reste_un_questionnaire(morceau):
    texte = morceau()
    assert texte.count('class="sans-script"') == 2
    assert "cochez à la main" in texte
    assert "commencer" in texte
    caches = [attributs["id"] for _, attributs in Lecteur(texte).balises if "hidden" in attributs]
    assert caches == ["atelier", "barre", "retablir", "resultats", "radar"]


def test_la_regle_des_priorites_est_ecrite(morceau):
    assert "D’abord vos « non », puis vos « en partie »." in morceau()


def test_la_page_annonce_que_rien_ne_sort_et_se_pose_dans_une_etude_neuve():
    demo, neuve = (lire_texte(dossier / "rapports/autodiagnostic.qmd") for dossier in (RACINE, MODELE / "projet"))
    assert demo == neuve
    assert "**Rien ne quitte votre appareil.**" in demo
    assert "{{< include _fragments/autodiagnostic.qmd >}}" in demo


def test_le_corpus_de_demonstration_tient_en_une_page_legere():
    texte = lire_texte(RACINE / "rapports/_fragments/autodiagnostic.qmd")
    assert len(texte.encode()) < 100_000
    questions = [une for une in Lecteur(texte).attributs("fieldset") if "data-numero" in une]
    assert len(questions) == 36
    assert all(une["data-liens"] for une in questions)
    assert len({une["data-poids"] for une in questions}) > 5, "un poids égal partout ne rangerait rien"
