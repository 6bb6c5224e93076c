"""La page de relecture, dans un vrai navigateur : un entretien codé au clavier, tué au milieu, fini ; accessibilité."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

import ess_analyse as ess
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.relire import Seance, Serveur

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


@contextmanager
def servir(atelier, aveugle=False):
    """Servir la page sans lancer la commande, et rendre son adresse."""
    with Serveur(Seance(atelier, "claire", ENTRETIEN, aveugle=aveugle)) as serveur:
        fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02})
        fil.start()
        try:
            yield serveur.adresse
        finally:
            serveur.shutdown()
            fil.join()


@pytest.fixture
def visiter(navigateur):
    """Ouvrir une adresse ; une requête vers ailleurs, une erreur de script ou de politique fait échouer le test."""
    contextes, ennuis = [], []

    def une(adresse, largeur=1280, theme="light"):
        contexte = navigateur.new_context(viewport={"width": largeur, "height": 900}, color_scheme=theme)
        contextes.append(contexte)
        page = contexte.new_page()
        page.on("request", lambda requete: requete.url.startswith("http://127.0.0.1:") or ennuis.append(requete.url))
        page.on("pageerror", lambda erreur: ennuis.append(str(erreur)))
        page.on("console", lambda dit: "Content Security Policy" not in dit.text or ennuis.append(dit.text))
        page.goto(adresse)
        page.wait_for_selector("[aria-selected=true]:focus")
        return page

    yield une
    for contexte in contextes:
        contexte.close()
    assert ennuis == []


def courante(page):
    return page.get_attribute(".phrase[aria-selected=true]", "data-segment")


def attendre(page, condition):
    """Attendre sans rien faire évaluer dans la page : sa politique l'interdit, à raison."""
    limite = time.monotonic() + 15
    while not page.evaluate(condition):
        assert time.monotonic() < limite, condition
        page.wait_for_timeout(10)


def attendre_lues(page, nombre):
    attendre(page, f"document.getElementById('compte').textContent.startsWith('Phrases lues : {nombre} sur')")


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
    assert len(siens) >= 50
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
        attendre(page, "document.getElementById('alerte').textContent.includes('s’est arrêté')")
    assert {phrase: codes.split() for phrase, codes in feuille(atelier)["codes"].items() if codes} == attendues
    with lancer(atelier) as (programme, adresse):
        page = visiter(adresse)
        coder(page, ordre[35:], 35)
        page.click("#terminer")
        attendre(page, "document.getElementById('alerte').textContent.startsWith('Terminé')")
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


def test_des_touches_plus_rapides_que_l_enregistrement_ne_perdent_rien(atelier, visiter):
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


def test_memo_effacer_et_naviguer(atelier, visiter):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        ordre = list(feuille(atelier).index)
        page.keyboard.press("m")
        page.keyboard.type("à revoir\navec l'équipe ?")
        page.keyboard.press("Control+Enter")
        attendre_enregistrees(page, 1)
        assert feuille(atelier).loc[ordre[0], "memo"] == "à revoir\navec l'équipe ?"
        assert page.inner_text("#memo-lu").startswith("Mémo : à revoir")
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


def test_un_clavier_francais_code_avec_les_memes_touches(atelier, visiter):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        envoyer = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, %s}))"
        page.evaluate(envoyer % "key: 'à', code: 'Digit0'")
        attendre_lues(page, 1)
        page.evaluate(envoyer % "key: 'Z', code: 'KeyW'")
        attendre_lues(page, 0)
        page.evaluate(envoyer % "key: '?', code: 'Comma', shiftKey: true")
        assert page.is_visible("#d-aide")


def test_les_raccourcis_se_coupent(atelier, visiter):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        page.keyboard.press("?")
        page.uncheck("#raccourcis")
        page.keyboard.press("Escape")
        page.keyboard.press("m")
        assert not page.is_visible("#d-memo")
        page.keyboard.press("ArrowDown")
        page.click("[data-touche='0']")
        attendre_lues(page, 1)


def test_le_choix_d_un_code_montre_sa_definition_et_ses_exemples(atelier, visiter):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        page.keyboard.press("a")
        assert page.evaluate("document.activeElement.id") == "champ"
        page.keyboard.type("competences")
        premier = page.inner_text("#choix [aria-selected=true]")
        assert "COMP" in premier
        assert page.get_attribute("#champ", "aria-activedescendant") == "c-0"
        page.keyboard.press("ArrowDown")
        code = re.search(r"[ROP]-[A-Z]+", page.inner_text("#choix [aria-selected=true]"))[0]
        definition = page.inner_text("#definition")
        connu = ess.lire_grille(atelier.grille)[code]
        assert connu.definition in definition
        assert connu.exemples[0] in definition
        page.keyboard.press("Enter")
        attendre_lues(page, 1)
        assert feuille(atelier)["codes"].iloc[0] == code
        assert page.evaluate("document.activeElement.getAttribute('role')") == "option"


@pytest.mark.parametrize("refaire", [False, True])
def test_un_conflit_se_montre_et_se_regle_au_clavier(atelier, visiter, violations, refaire):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        table = lire_feuille(atelier.codages / "claire.csv")
        table.loc[table.index[0], "codes"] = "R-SENS"
        ess.ecrire_table(atelier.codages / "claire.csv", table)
        page.keyboard.press("0")
        page.wait_for_selector("#d-conflit[open]")
        lignes = page.locator("#etats tr").all_inner_texts()
        assert [ligne.split("\t")[1] for ligne in lignes] == ["pas encore lue", "rien à coder", "R-SENS"]
        assert feuille(atelier)["codes"].iloc[0] == "R-SENS"
        assert violations(page) == []
        page.keyboard.press("Escape")
        assert page.is_visible("#d-conflit")
        page.focus("#refaire" if refaire else "#recharger")
        page.keyboard.press("Enter")
        page.wait_for_selector("#d-conflit", state="hidden")
        attendre(page, "document.activeElement.getAttribute('role') === 'option'")
        if refaire:
            attendre_enregistrees(page, 1)
        attendre_lues(page, 1)
    assert feuille(atelier)["codes"].iloc[0] == ("-" if refaire else "R-SENS")


def test_a_l_aveugle_aucune_suggestion_n_est_a_l_ecran(atelier, visiter):
    with servir(atelier, aveugle=True) as adresse:
        page = visiter(adresse)
        assert "aveugle" in page.inner_text("#mode")
        assert page.locator("mark").count() == 0
        assert not page.is_visible("#incertaine")
        page.keyboard.press("1")
        page.keyboard.press("0")
        attendre_lues(page, 1)
    assert set(feuille(atelier)["origine"]) == {""}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("largeur", [1280, 390])
def test_aucune_violation_d_accessibilite_et_rien_ne_deborde(atelier, visiter, violations, largeur, theme):
    with servir(atelier) as adresse:
        page = visiter(adresse, largeur, theme)
        segment = page.locator(".phrase:has(mark)").first.get_attribute("data-segment")
        page.click(f"[data-segment='{segment}']")
        page.keyboard.press("1")
        attendre_lues(page, 1)
        assert page.locator("#suggestions li").count() >= 1
        assert page.inner_text("#suggestions .code").startswith(("Risque : ", "Opportunité : ", "Prisme : "))
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur
        for touche in ("?", "a", "m"):
            page.keyboard.press(touche)
            page.wait_for_selector("dialog[open]")
            assert violations(page) == []
            page.keyboard.press("Escape")


@pytest.mark.parametrize("largeur", [1280, 390])
def test_la_phrase_courante_reste_visible(atelier, visiter, largeur):
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


def test_chaque_arret_du_clavier_se_voit_et_la_page_s_annonce(atelier, visiter):
    with servir(atelier) as adresse:
        page = visiter(adresse)
        assert page.title().startswith(f"{ENTRETIEN} · claire")
        assert page.get_attribute("#annonce", "aria-live") == "polite"
        page.keyboard.press("0")
        attendre(page, "document.getElementById('annonce').textContent.includes('Phrases lues : 1 sur')")
        for _ in range(20):
            page.keyboard.press("Tab")
            nom, genre, epaisseur = page.evaluate(
                "(() => { const s = getComputedStyle(document.activeElement); "
                "return [document.activeElement.tagName, s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
            )
            assert nom == "BODY" or (genre != "none" and epaisseur >= 2)
