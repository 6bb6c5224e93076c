"""Les touches, dans un vrai navigateur : le pavé numérique, une touche tenue, un conflit au retour en arrière."""

from __future__ import annotations

import time

import pandas as pd
import pytest

import ess_analyse as ess
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.modele import SUGGESTIONS
from ess_analyse.relecture import Seance

QUESTION, LONGUE, HEIN = "E01:13-28", "E01:37-62", "E01:63-80"
PROPOSEES = [
    (segment, code, score, rang, True, "modele", "", None, None)
    for segment in (QUESTION, LONGUE, HEIN)
    for rang, (code, score) in enumerate([("R-CHARGE", 0.8), ("O-SOUTIEN", 0.5)], start=1)
]


@pytest.fixture
def atelier(etude):
    ess.ecrire_suggestions(
        etude / "data/suggestions.csv", pd.DataFrame(PROPOSEES, columns=SUGGESTIONS).convert_dtypes()
    )
    return Etude(etude)


@pytest.fixture
def page(atelier, visiter, servir_seance):
    with servir_seance(Seance(atelier, "claire", "E01")) as adresse:
        ouverte = visiter(adresse)
        attendre(ouverte, f"document.activeElement.dataset.segment === '{QUESTION}'")
        yield ouverte


def attendre(page, condition):
    limite = time.monotonic() + 15
    while not page.evaluate(condition):
        assert time.monotonic() < limite, condition
        page.wait_for_timeout(10)


def frapper(page, **evenement):
    """Envoyer une touche telle qu'un système l'envoie ; dire si la page l'a prise."""
    pose = {"bubbles": True, "cancelable": True} | evenement
    return page.evaluate("pose => !document.activeElement.dispatchEvent(new KeyboardEvent('keydown', pose))", pose)


def enregistrees(page, nombre):
    attendre(page, f"performance.getEntriesByName('touche-enregistree').length === {nombre}")


def codes(atelier):
    return list(lire_feuille(atelier.codages / "claire.csv")["codes"])


@pytest.mark.parametrize(
    ("code", "key"),
    [("Numpad2", "ArrowDown"), ("Numpad1", "End"), ("NumpadDecimal", "Delete"), ("Numpad0", "Insert")],
)
def test_le_pave_sans_chiffre_ne_fait_rien(atelier, page, code, key):
    frapper(page, code="Digit2", key="2")
    enregistrees(page, 1)
    assert frapper(page, code=code, key=key)
    attendre(page, "document.querySelector('[id$=-annonce]').textContent.includes('Pavé numérique')")
    assert page.get_attribute(".phrase[aria-selected=true]", "data-segment") == QUESTION
    # A next decision is written after whatever the key had asked for.
    page.keyboard.press("j")
    frapper(page, code="Digit1", key="1")
    enregistrees(page, 2)
    assert codes(atelier) == ["O-SOUTIEN", "R-CHARGE", ""]


def test_le_pave_chiffre_accepte_et_avec_maj_refuse(atelier, page):
    frapper(page, code="Numpad1", key="1")
    enregistrees(page, 1)
    assert codes(atelier)[0] == "R-CHARGE"
    frapper(page, code="Numpad1", key="1", shiftKey=True)
    enregistrees(page, 2)
    assert codes(atelier)[0] == "-"


def test_les_touches_de_la_rangee_gardent_suppr_et_fin(atelier, page):
    frapper(page, code="Digit1", key="1")
    enregistrees(page, 1)
    frapper(page, code="Delete", key="Delete")
    enregistrees(page, 2)
    assert codes(atelier)[0] == ""
    frapper(page, code="End", key="End")
    assert page.get_attribute(".phrase[aria-selected=true]", "data-segment") == HEIN


def test_une_touche_tenue_ne_decide_qu_une_fois(atelier, page):
    for repeat in (False, True, True):
        assert frapper(page, code="Digit0", key="0", repeat=repeat)
    enregistrees(page, 1)
    page.keyboard.press("1")
    enregistrees(page, 2)
    assert codes(atelier) == ["-", "R-CHARGE", ""]
    for repeat in (False, True, True):
        assert frapper(page, code="KeyZ", key="z", repeat=repeat)
    enregistrees(page, 3)
    page.keyboard.press("m")
    page.keyboard.type("noté")
    page.keyboard.press("Control+Enter")
    enregistrees(page, 4)
    assert codes(atelier) == ["-", "", ""]


@pytest.mark.parametrize(("bas", "haut"), [("j", "k"), ("ArrowDown", "ArrowUp")])
def test_se_deplacer_se_repete(page, bas, haut):
    for touche, arrivee in ((bas, HEIN), (haut, QUESTION)):
        for repeat in (False, True):
            frapper(page, code="", key=touche, repeat=repeat)
        assert page.get_attribute(".phrase[aria-selected=true]", "data-segment") == arrivee


def test_une_touche_tapee_avant_un_conflit_n_ecrase_pas_l_autre_main(atelier, page):
    table = lire_feuille(atelier.codages / "claire.csv")
    table.loc[table["segment"] == LONGUE, "codes"] = "O-SOUTIEN"
    ess.ecrire_table(atelier.codages / "claire.csv", table)
    page.evaluate(
        "for (let n = 0; n < 3; n += 1) document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key: '0', code: 'Digit0', bubbles: true}))"
    )
    attendre(page, "document.querySelector('[id$=-d-conflit]').open")
    page.click("[id$=-refaire]")
    attendre(page, "document.querySelector('[id$=-alerte]').textContent.includes('n’ont rien décidé')")
    attendre(page, f"document.activeElement.dataset.segment === '{LONGUE}'")
    page.keyboard.press("End")
    page.keyboard.press("0")
    enregistrees(page, 2)
    assert codes(atelier) == ["-", "O-SOUTIEN", "-"]
    assert page.inner_text("[id$=-alerte]") == ""


@pytest.mark.parametrize(("touche", "refaisable"), [("z", False), ("Shift+Z", False), ("1", True)])
def test_un_conflit_ne_propose_d_ecrire_qu_une_decision(atelier, page, touche, refaisable):
    page.keyboard.press("1")
    enregistrees(page, 1)
    if touche == "Shift+Z":
        page.keyboard.press("z")
        enregistrees(page, 2)
    chemin = atelier.codages / "claire.csv"
    chemin.write_text(chemin.read_text(encoding="utf-8-sig") + "\n", encoding="utf-8")
    page.keyboard.press(touche)
    attendre(page, "document.querySelector('[id$=-d-conflit]').open")
    assert page.is_visible("[id$=-refaire]") == refaisable
    page.click("[id$=-recharger]")
    attendre(page, "!document.querySelector('[id$=-d-conflit]').open")
