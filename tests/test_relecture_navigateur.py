"""La page de relecture, dans un vrai navigateur : un entretien codé au clavier, tué au milieu, fini ; accessibilité."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

import ess_analyse as ess
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.relecture import Seance

RACINE = Path(__file__).parents[1]
ENTRETIEN = "E06"


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """L'entretien le plus court de l'étude de démonstration, sans aucun codage."""
    racine = tmp_path_factory.mktemp("relire") / "etude"
    entiere, courte = Etude(RACINE), Etude(racine)
    courte.corpus.mkdir(parents=True)
    shutil.copy(entiere.corpus / f"{ENTRETIEN}.txt", courte.corpus)
    shutil.copy(entiere.grille, courte.grille)
    documents = pd.read_csv(entiere.documents, sep=";", dtype="str", keep_default_na=False, encoding="utf-8-sig")
    ess.ecrire_table(courte.documents, documents[documents["entretien"] == ENTRETIEN])
    segments, grille = ess.segmenter(ess.lire_corpus(entiere.corpus)), ess.lire_grille(entiere.grille)
    codages = ess.consolider(ess.lire_codages(entiere.codages, segments, grille))
    suggestions = ess.suggerer(segments, grille, codages)
    siennes = suggestions["segment"].str.partition(":")[0] == ENTRETIEN
    ess.ecrire_suggestions(courte.suggestions, suggestions[siennes])
    return courte


@pytest.fixture
def atelier(demonstration):
    shutil.rmtree(demonstration.codages, ignore_errors=True)
    return demonstration


@contextmanager
def lancer(atelier):
    """Lancer la commande, rendre le programme et l'adresse de sa page."""
    commande = [sys.executable, "-m", "ess_analyse", "relire", ENTRETIEN, "--codeur", "claire", "--sans-navigateur"]
    with subprocess.Popen(
        commande, cwd=atelier.racine, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as programme:
        try:
            yield programme, re.search(r"http://\S+", programme.stdout.readline())[0]
        finally:
            programme.kill()


@pytest.fixture
def servir(servir_seance):
    """Servir la page sans lancer la commande, et rendre son adresse."""

    def une(atelier, aveugle=False, entretien=ENTRETIEN):
        return servir_seance(Seance(atelier, "claire", entretien, aveugle=aveugle))

    return une


def courante(page):
    return page.get_attribute(".phrase[aria-selected=true]", "data-segment")


def attendre(page, condition):
    """Attendre sans rien faire évaluer dans la page : sa politique l'interdit, à raison."""
    limite = time.monotonic() + 15
    while not page.evaluate(condition):
        assert time.monotonic() < limite, condition
        page.wait_for_timeout(10)


def attendre_lues(page, nombre):
    attendre(page, f"document.querySelector('[id$=-compte]').textContent.startsWith('Phrases lues : {nombre} sur')")


def attendre_enregistrees(page, nombre):
    attendre(page, f"performance.getEntriesByName('touche-enregistree').length === {nombre}")


def feuille(atelier):
    return lire_feuille(atelier.codages / "claire.csv").set_index("segment")


def decider(rang, proposees, codes):
    """Choisir quoi faire d'une phrase : les touches, et les codes qu'elles doivent donner."""
    if proposees and rang % 3 == 0:
        return ["Digit1"], [proposees[0]]
    if proposees and rang % 3 == 1:
        return ["Shift+Digit1"], ["-"]
    if proposees:
        return ["x"], ["-"]
    if rang % 5 == 2:
        code = codes[rang % len(codes)]
        return ["a", *code, "Enter"], [code]
    return ["Digit0"], ["-"]


def test_un_entretien_code_au_clavier_tue_au_milieu_repris_et_fini(atelier, visiter):
    segments = ess.segmenter(ess.lire_corpus(atelier.corpus))
    grille = ess.lire_grille(atelier.grille)
    suggestions = ess.lire_suggestions(atelier.suggestions, segments, grille)
    retenues = suggestions[suggestions["retenu"]].sort_values(["rang", "code"])
    retenues = retenues.sort_values("code", key=lambda codes: codes.str[0] == "P", kind="stable")
    retenues = retenues.groupby("segment")["code"].agg(list)
    siens = segments[segments["entretien"] == ENTRETIEN]
    assert siens["texte"].str.split().str.len().sum() >= 1000
    attendues = {}

    def coder(page, phrases, deja):
        for rang, phrase in enumerate(phrases, start=deja):
            assert courante(page) == phrase
            touches, attendues[phrase] = decider(rang, retenues.get(phrase, []), grille.ids())
            for touche in touches:
                page.keyboard.press(touche)
            if touches[-1] != "Digit0":
                page.keyboard.press("j")
        attendre_lues(page, len(attendues))

    ordre = list(siens["segment"])
    with lancer(atelier) as (programme, adresse):
        page = visiter(adresse)
        coder(page, ordre[:35], 0)
        programme.kill()
        programme.wait()
        page.keyboard.press("0")
        attendre(page, "document.querySelector('[id$=-alerte]').textContent.includes('s’est arrêté')")
    assert {phrase: codes.split() for phrase, codes in feuille(atelier)["codes"].items() if codes} == attendues
    with lancer(atelier) as (programme, adresse):
        page = visiter(adresse)
        coder(page, ordre[35:], 35)
        page.click("[id$=-terminer]")
        attendre(page, "document.querySelector('[id$=-alerte]').textContent.startsWith('Terminé')")
        assert programme.wait(timeout=20) == 0
    assert {phrase: codes.split() for phrase, codes in feuille(atelier)["codes"].items()} == attendues
    assert [codes for codes in attendues.values() if codes != ["-"]]

    tableur = atelier.racine / "tableur/claire.csv"
    ess.ecrire_feuille(tableur, siens, suggestions)
    saisie = lire_feuille(tableur)
    ess.ecrire_table(tableur, saisie.assign(codes=[", ".join(attendues[phrase]) for phrase in saisie["segment"]]))
    page_, tableur_ = (
        ess.lire_codages(chemin, segments, grille) for chemin in (atelier.codages / "claire.csv", tableur)
    )
    pd.testing.assert_frame_equal(page_, tableur_)
    assert set(page_["origine"]) > {"humain"}


def test_des_touches_plus_rapides_que_l_enregistrement_ne_perdent_rien(atelier, visiter, servir):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        page.evaluate(
            "for (let n = 0; n < 30; n += 1) document.activeElement.dispatchEvent("
            "new KeyboardEvent('keydown', {key: '0', code: 'Digit0', bubbles: true}))"
        )
        attendre_lues(page, 30)
        page.keyboard.press("z")
        attendre_lues(page, 29)
        assert courante(page) == feuille(atelier).index[29]
        page.keyboard.press("Shift+Z")
        attendre_lues(page, 30)
    assert list(feuille(atelier)["codes"][:31]) == ["-"] * 30 + [""]


def test_memo_effacer_et_naviguer(atelier, visiter, servir):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        ordre = list(feuille(atelier).index)
        page.keyboard.press("m")
        page.keyboard.type("à revoir\navec l'équipe ?")
        page.keyboard.press("Escape")
        page.keyboard.press("m")
        page.keyboard.press("Control+Enter")
        attendre_enregistrees(page, 1)
        assert feuille(atelier).loc[ordre[0], "memo"] == "à revoir\navec l'équipe ?"
        assert page.inner_text("[id$=-memo-lu]").startswith("Mémo : à revoir")
        page.keyboard.press("0")
        attendre_lues(page, 1)
        page.keyboard.press("k")
        page.keyboard.press("Delete")
        attendre_lues(page, 0)
        for touche, rang in (("End", -1), ("ArrowUp", -2), ("Home", 0), ("ArrowDown", 1), ("ArrowUp", 0)):
            page.keyboard.press(touche)
            assert courante(page) == ordre[rang]
        page.keyboard.press("i")
        attendre(page, f"!document.querySelector('[data-segment=\"{ordre[0]}\"]:focus')")
        page.keyboard.press("n")
        attendre(page, "document.activeElement.dataset.lue === 'non'")


def test_un_clavier_francais_code_avec_les_memes_touches(atelier, visiter, servir):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        envoyer = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, %s}))"
        page.evaluate(envoyer % "key: 'à', code: 'Digit0'")
        attendre_lues(page, 1)
        page.evaluate(envoyer % "key: 'Z', code: 'KeyW'")
        attendre_lues(page, 0)
        page.evaluate(envoyer % "key: '?', code: 'Comma', shiftKey: true")
        assert page.is_visible("[id$=-d-aide]")


def test_les_raccourcis_se_coupent(atelier, visiter, servir):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        page.keyboard.press("?")
        page.uncheck("[id$=-raccourcis]")
        page.keyboard.press("Escape")
        page.keyboard.press("m")
        assert not page.is_visible("[id$=-d-memo]")
        page.keyboard.press("ArrowDown")
        page.click("[data-touche='0']")
        attendre_lues(page, 1)


def test_le_choix_d_un_code_montre_sa_definition_et_ses_exemples(atelier, visiter, servir):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        page.keyboard.press("a")
        assert page.evaluate("document.activeElement.id").endswith("-champ")
        page.keyboard.type("competences")
        premier = page.inner_text("[id$=-choix] [aria-selected=true]")
        assert "COMP" in premier
        assert page.get_attribute("[id$=-champ]", "aria-activedescendant").endswith("-choix-0")
        page.keyboard.press("ArrowDown")
        code = re.search(r"[ROP]-[A-Z]+", page.inner_text("[id$=-choix] [aria-selected=true]"))[0]
        definition = page.inner_text("[id$=-definition]")
        connu = ess.lire_grille(atelier.grille)[code]
        assert connu.definition in definition
        assert connu.exemples[0] in definition
        page.keyboard.press("Enter")
        attendre_lues(page, 1)
        assert feuille(atelier)["codes"].iloc[0] == code
        assert page.evaluate("document.activeElement.getAttribute('role')") == "option"


@pytest.mark.parametrize("refaire", [False, True])
def test_un_conflit_se_montre_et_se_regle_au_clavier(atelier, visiter, violations, refaire, servir):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        table = lire_feuille(atelier.codages / "claire.csv")
        table.loc[table.index[0], "codes"] = "R-SENS"
        ess.ecrire_table(atelier.codages / "claire.csv", table)
        page.keyboard.press("0")
        page.wait_for_selector("[id$=-d-conflit][open]")
        lignes = page.locator("[id$=-etats] tr").all_inner_texts()
        assert [ligne.split("\t")[1] for ligne in lignes] == ["aucune décision", "rien à coder", "R-SENS"]
        assert feuille(atelier)["codes"].iloc[0] == "R-SENS"
        assert violations(page) == []
        page.keyboard.press("Escape")
        assert page.is_visible("[id$=-d-conflit]")
        page.focus("[id$=-refaire]" if refaire else "[id$=-recharger]")
        page.keyboard.press("Enter")
        page.wait_for_selector("[id$=-d-conflit]", state="hidden")
        attendre(page, "document.activeElement.getAttribute('role') === 'option'")
        if refaire:
            attendre_enregistrees(page, 1)
        attendre_lues(page, 1)
    assert feuille(atelier)["codes"].iloc[0] == ("-" if refaire else "R-SENS")


def test_a_l_aveugle_aucune_suggestion_n_est_a_l_ecran(atelier, visiter, servir):
    with servir(atelier, aveugle=True) as adresse:
        page = visiter(adresse)
        assert "aveugle" in page.inner_text("[id$=-mode]")
        assert page.locator("mark").count() == 0
        assert not page.is_visible("[id$=-incertaine]")
        page.keyboard.press("1")
        page.keyboard.press("0")
        attendre_lues(page, 1)
    assert set(feuille(atelier)["origine"]) == {""}


@pytest.mark.parametrize(("largeur", "theme"), [(1280, "light"), (390, "dark")])
def test_aucune_violation_d_accessibilite_et_rien_ne_deborde(atelier, visiter, violations, largeur, theme, servir):
    with servir(atelier) as adresse:
        page = visiter(adresse, largeur, theme)
        segment = page.locator(".phrase:has(mark)").first.get_attribute("data-segment")
        page.click(f"[data-segment='{segment}']")
        page.keyboard.press("1")
        attendre_lues(page, 1)
        assert page.locator("[id$=-suggestions] li").count() >= 1
        assert page.inner_text("[id$=-suggestions] .code").startswith(("Risque : ", "Opportunité : ", "Prisme : "))
        premiere = page.locator("[id$=-suggestions] li").first.bounding_box()
        assert premiere["y"] + premiere["height"] <= page.viewport_size["height"]
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur
        for touche in ("?", "a", "m"):
            page.keyboard.press(touche)
            page.wait_for_selector("dialog[open]")
            assert violations(page) == []
            page.keyboard.press("Escape")


@pytest.mark.parametrize("largeur", [1280, 390])
def test_la_phrase_courante_reste_visible(atelier, visiter, largeur, servir):
    with servir(atelier) as adresse:
        page = visiter(adresse, largeur)
        for touche in ("End", "Home", *["j"] * 25):
            page.keyboard.press(touche)
            haut, bas, panneau = page.evaluate(
                "(() => { const r = document.activeElement.getBoundingClientRect();"
                " const p = document.querySelector('.panneau').getBoundingClientRect();"
                " return [r.top, r.bottom, p.left === 0 ? p.top : innerHeight]; })()"
            )
            assert haut >= 0
            assert bas <= panneau


def test_chaque_arret_du_clavier_se_voit_et_la_page_s_annonce(atelier, visiter, servir):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        assert page.title() == f"Relire {ENTRETIEN}, claire"
        assert page.get_attribute("[id$=-annonce]", "aria-live") == "polite"
        page.keyboard.press("0")
        attendre(page, "document.querySelector('[id$=-annonce]').textContent.includes('Phrases lues : 1 sur')")
        for _ in range(20):
            page.keyboard.press("Tab")
            nom, genre, epaisseur = page.evaluate(
                "(() => { const s = getComputedStyle(document.activeElement); "
                "return [document.activeElement.tagName, s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
            )
            assert nom == "BODY" or (genre != "none" and epaisseur >= 2)


@pytest.fixture
def paire(etude):
    """Deux entretiens de trois phrases chacun."""
    return Etude(etude)


def attendre_entretien(page, nom):
    attendre(page, f"document.querySelector('h1').textContent === 'Relire {nom}, claire'")
    attendre(page, "document.activeElement.getAttribute('role') === 'option'")


def attendre_texte(page, selecteur, morceau):
    attendre(page, f"document.querySelector('{selecteur}').textContent.includes('{morceau}')")


def test_changer_d_entretien_et_finir_au_clavier(paire, visiter, violations, servir):
    with servir(paire, entretien="E01") as adresse:
        page = visiter(adresse)
        choix = page.locator("[id$=-entretiens] option")
        assert choix.all_inner_texts() == ["E01, phrases lues : 0 sur 3", "E02, phrases lues : 0 sur 3"]
        page.keyboard.press("0")
        attendre_lues(page, 1)
        assert choix.first.inner_text() == "E01, phrases lues : 1 sur 3"
        page.keyboard.press("e")
        assert page.evaluate("document.activeElement.tagName") == "SELECT"
        page.keyboard.press("0")
        page.keyboard.press("ArrowDown")
        assert page.input_value("[id$=-entretiens]") == "E02"
        assert page.inner_text("h1") == "Relire E01, claire"
        page.keyboard.press("Enter")
        attendre_entretien(page, "E02")
        assert page.title() == "Relire E02, claire"
        assert page.inner_text("[id$=-compte]") == "Phrases lues : 0 sur 3"
        assert courante(page) == "E02:13-28"
        assert page.get_attribute("[id$=-annuler]", "aria-disabled") == "true"
        for _ in range(3):
            page.keyboard.press("0")
        attendre_lues(page, 3)
        assert page.inner_text("[id$=-texte-fin]") == "Tout est lu dans E02. Ensuite : E01, phrases lues : 1 sur 3."
        attendre_texte(page, "[id$=-annonce]", "Tout est lu dans E02")
        assert violations(page) == []
        page.keyboard.press("n")
        attendre(page, "document.activeElement.textContent === 'Ouvrir E01'")
        page.keyboard.press("Enter")
        attendre_entretien(page, "E01")
        assert not page.is_visible("[id$=-fin]")
        assert courante(page) == "E01:37-62"
        page.keyboard.press("0")
        page.keyboard.press("0")
        attendre_lues(page, 3)
        assert page.inner_text("[id$=-texte-fin]") == "Tout est lu, dans tous les entretiens."
        assert not page.is_visible("[id$=-suivant]")
        page.keyboard.press("Delete")
        attendre_lues(page, 2)
        assert not page.is_visible("[id$=-fin]")
    assert list(feuille(paire)["codes"]) == ["-", "-", "", "-", "-", "-"]


def test_echap_revient_de_la_liste_a_la_phrase_sans_rien_ouvrir(paire, visiter, servir):
    with servir(paire, entretien="E01") as adresse:
        page = visiter(adresse)
        page.keyboard.press("e")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Escape")
        assert courante(page) == page.evaluate("document.activeElement.dataset.segment") == "E01:13-28"
        assert page.inner_text("h1") == "Relire E01, claire"


def test_des_touches_tapees_pendant_l_ouverture_ne_decident_de_rien_ailleurs(paire, visiter, servir_seance):
    seance = Seance(paire, "claire", "E01")
    with servir_seance(seance) as adresse:
        page = visiter(adresse)
        page.select_option("[id$=-entretiens]", "E02")
        with seance.verrou:
            page.click("[id$=-ouvrir]")
            for touche in "0a1m":
                page.keyboard.press(touche)
            assert page.locator("dialog[open]").count() == 0
        attendre_entretien(page, "E02")
        assert page.inner_text("[id$=-alerte]") == ""
    assert set(feuille(paire)["codes"]) == {""}


def test_une_fenetre_restee_en_arriere_le_dit_et_revient(paire, visiter, servir):
    with servir(paire, entretien="E01") as adresse:
        ancienne, autre = visiter(adresse), visiter(adresse)
        autre.select_option("[id$=-entretiens]", "E02")
        autre.click("[id$=-ouvrir]")
        attendre_entretien(autre, "E02")
        ancienne.keyboard.press("0")
        attendre_texte(ancienne, "[id$=-alerte]", "une autre fenêtre est passée à E02")
        assert "E01:13-28" in feuille(paire).index
        assert set(feuille(paire)["codes"]) == {""}
        ancienne.click("[id$=-ouvrir]")
        attendre_entretien(ancienne, "E01")
        assert ancienne.inner_text("[id$=-alerte]") == ""
        ancienne.keyboard.press("0")
        attendre_lues(ancienne, 1)


def test_un_refus_d_ouvrir_laisse_continuer(paire, visiter, servir):
    with servir(paire, entretien="E01") as adresse:
        page = visiter(adresse)
        bonne = (paire.codages / "claire.csv").read_bytes()
        (paire.codages / "claire.csv").write_text("autre chose", encoding="utf-8")
        page.select_option("[id$=-entretiens]", "E02")
        page.click("[id$=-ouvrir]")
        attendre_texte(page, "[id$=-alerte]", "claire.csv")
        assert page.inner_text("h1") == "Relire E01, claire"
        (paire.codages / "claire.csv").write_bytes(bonne)
        page.click("[data-segment='E01:37-62']")
        page.keyboard.press("0")
        attendre_lues(page, 1)
        assert page.inner_text("[id$=-alerte]") == ""


def test_un_programme_lent_se_dit_et_rien_ne_se_perd(paire, visiter, servir_seance):
    seance = Seance(paire, "claire", "E01")
    with servir_seance(seance) as adresse:
        page = visiter(adresse)
        with seance.verrou:
            page.keyboard.press("0")
            attendre_texte(page, "[id$=-alerte]", "ne répond pas encore")
        attendre_lues(page, 1)
        assert page.inner_text("[id$=-alerte]") == ""


def test_un_code_va_a_la_phrase_que_montre_la_boite_meme_si_la_page_en_change(paire, visiter, servir_seance):
    seance = Seance(paire, "claire", "E01")
    with servir_seance(seance) as adresse:
        page = visiter(adresse)
        with seance.verrou:
            page.keyboard.press("n")
            page.keyboard.press("a")
        attendre(page, "document.querySelector('.phrase[aria-selected=true]').dataset.segment === 'E01:37-62'")
        assert page.inner_text("[id$=-phrase-ajouter]") == "Et les pesées ?"
        page.keyboard.type("R-CHARGE")
        page.keyboard.press("Enter")
        attendre_lues(page, 1)
    assert list(feuille(paire)["codes"][:2]) == ["R-CHARGE", ""]


def test_un_clic_a_cote_ne_fait_pas_perdre_les_touches(paire, visiter, servir):
    with servir(paire, entretien="E01") as adresse:
        page = visiter(adresse)
        page.click(".panneau h2")
        page.keyboard.press("ArrowDown")
        assert courante(page) == "E01:37-62"
        page.click(".bandeau", position={"x": 2, "y": 2})
        page.keyboard.press("0")
        attendre_lues(page, 1)
        page.keyboard.press("Control+s")
        attendre_texte(page, "[id$=-annonce]", "déjà enregistrées")
        page.keyboard.press("Control+z")
        attendre_lues(page, 0)
        page.keyboard.press("Control+y")
        attendre_lues(page, 1)


def test_la_feuille_de_style_ne_touche_que_le_composant(paire, visiter, servir):
    with servir(paire, entretien="E01") as adresse:
        page = visiter(adresse)
        regles = page.evaluate(
            "Array.from([...document.styleSheets].find((feuille) => feuille.href.endsWith('/relire.css')).cssRules,"
            " (regle) => regle.selectorText)"
        )
        assert regles == [".ess-relire"]
