"""La page d'arbitrage, dans un vrai navigateur : des désaccords tranchés au clavier, puis relus ; accessibilité."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pandas as pd
import pytest

import ess_analyse as ess
from ess_analyse.codages import ARBITRAGE
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.relecture.arbitrage import Arbitrage
from ess_analyse.relecture.tableur import arbitrer_au_tableur

DEMONSTRATION = Etude(Path(__file__).parents[1])
DOCUMENTS, CODEURS = ("E09", "O03"), ("noemie", "thomas")


@pytest.fixture
def atelier(tmp_path, monkeypatch):
    """Deux documents de la démonstration, codés deux fois, pas encore arbitrés."""
    etude = Etude(tmp_path)
    etude.corpus.mkdir(parents=True)
    for document in DOCUMENTS:
        shutil.copy(DEMONSTRATION.corpus / f"{document}.txt", etude.corpus)
    shutil.copy(DEMONSTRATION.grille, etude.grille)
    documents = pd.read_csv(DEMONSTRATION.documents, sep=";", dtype="str", keep_default_na=False, encoding="utf-8-sig")
    ess.ecrire_table(etude.documents, documents[documents["entretien"].isin(DOCUMENTS)])
    for codeur in CODEURS:
        feuille = lire_feuille(DEMONSTRATION.codages / f"{codeur}.csv")
        siennes = feuille["segment"].str.partition(":")[0].isin(DOCUMENTS)
        ess.ecrire_table(etude.codages / f"{codeur}.csv", feuille[siennes])
    monkeypatch.chdir(tmp_path)
    return etude


def courante(page):
    return page.get_attribute(".phrase[aria-selected=true]", "data-segment")


def attendre(condition):
    limite = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < limite
        time.sleep(0.01)


def presser(page, *touches):
    for touche in touches:
        page.keyboard.press(touche)


def lire(atelier):
    segments, grille = ess.segmenter(ess.lire_corpus(atelier.corpus)), ess.lire_grille(atelier.grille)
    return ess.lire_codages(atelier.codages, segments, grille)


def arbitres(atelier):
    codages = lire(atelier)
    return codages[codages["codeur"] == ARBITRAGE].groupby("segment")["code"].agg(set).to_dict()


def test_trois_desaccords_tranches_au_clavier_et_relus(atelier, visiter, servir_seance):
    avant = {nom: (atelier.codages / f"{nom}.csv").read_bytes() for nom in CODEURS}
    arbitrer_au_tableur(atelier)
    seance = Arbitrage(atelier)
    ordre = [nom for nom in seance.avis.classement["segment"] if nom.startswith(f"{seance.entretien}:")]
    attendus, total = {}, len(ordre)
    with servir_seance(seance) as adresse:
        page = visiter(adresse)
        assert page.title() == f"Arbitrer {seance.entretien}"
        assert f"Désaccords tranchés : 0 sur {total}" in page.inner_text("body")
        assert page.inner_text("body").count("à trancher") >= total
        for rang, (touche, phrase) in enumerate(zip(("Digit1", "Shift+Digit1", "x"), ordre, strict=False), start=1):
            assert courante(page) == phrase
            propositions, acquis = seance.propositions(phrase), seance.avis.acquis(phrase)
            panneau = page.inner_text(".panneau")
            assert all(raison in panneau for lu in propositions for raison in lu.raisons)
            attendus[phrase] = {*acquis, propositions[0].code} if touche == "Digit1" else set(acquis) or {"-"}
            presser(page, touche, "m")
            page.keyboard.type(f"raison {rang}")
            presser(page, "Control+Enter", "i")
            attendre(lambda rang=rang: f"Désaccords tranchés : {rang} sur {total}" in page.inner_text("body"))
            attendre(lambda phrase=phrase: courante(page) != phrase)
    assert arbitres(atelier) == attendus
    avis = ess.consolider(lire(atelier)).groupby("segment")
    for phrase, codes in attendus.items():
        assert set(avis.get_group(phrase)["codeur"]) == {ARBITRAGE}
        assert set(avis.get_group(phrase)["code"]) == codes
    memos = lire_feuille(atelier.codages / "arbitrage.csv").set_index("segment")["memo"]
    assert [memos[phrase] for phrase in ordre[:3]] == ["raison 1", "raison 2", "raison 3"]
    assert {nom: (atelier.codages / f"{nom}.csv").read_bytes() for nom in CODEURS} == avant
    # The table sees what the page has decided, and contradicts none of it.
    assert arbitrer_au_tableur(atelier).portees == 0


def test_l_entretien_fini_la_page_propose_le_suivant(atelier, visiter, servir_seance):
    seance = Arbitrage(atelier)
    premier, suivant = (un["nom"] for un in seance.entretiens())
    for phrase in seance.avis.classement["segment"].iloc[1:]:
        if phrase.startswith(f"{premier}:"):
            seance.decider("refuser-toutes", phrase, empreinte=seance.empreinte)
    seance.ouvrir(premier)
    with servir_seance(seance) as adresse:
        page = visiter(adresse)
        assert seance.attente(courante(page)) == "à trancher"
        presser(page, "x")
        page.wait_for_selector("text=Tous les désaccords sont tranchés dans")
        assert f"Ensuite : {suivant}" in page.inner_text("body")


def test_un_conflit_sur_l_arbitrage_est_montre(atelier, visiter, servir_seance):
    seance = Arbitrage(atelier)
    with servir_seance(seance) as adresse:
        page = visiter(adresse)
        phrase = courante(page)
        feuille = lire_feuille(atelier.codages / "arbitrage.csv")
        feuille.loc[feuille["segment"] == phrase, "codes"] = "R-SENS"
        ess.ecrire_table(atelier.codages / "arbitrage.csv", feuille)
        presser(page, "Digit1")
        page.wait_for_selector("dialog[open]")
        assert "R-SENS" in page.inner_text("dialog[open]")
    assert arbitres(atelier)[phrase] == {"R-SENS"}


@pytest.mark.parametrize(("largeur", "theme"), [(1280, "light"), (390, "dark")])
def test_aucune_violation_d_accessibilite(atelier, visiter, violations, largeur, theme, servir_seance):
    with servir_seance(Arbitrage(atelier)) as adresse:
        page = visiter(adresse, largeur, theme)
        assert violations(page) == []
        phrase = courante(page)
        presser(page, "Digit1", "i")
        attendre(lambda: courante(page) != phrase)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur
