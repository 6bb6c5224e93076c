"""Le site de démonstration entier, tel que ses lecteurs le reçoivent."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ess_analyse.etude import Etude
from ess_analyse.lecture import lire_corpus
from ess_analyse.pseudonymes import lire_cle
from ess_analyse.publication import chercher_noms
from ess_analyse.rendu import rendre_site, verifier_projet

RACINE = Path(__file__).parents[1]
PAGES = sorted(
    chemin.relative_to(RACINE).with_suffix(".html").as_posix()
    for motif in (
        "*.qmd",
        "rapports/*.qmd",
        "rapports/enseignements/*.qmd",
        "rapports/fiches/*.qmd",
        "notebooks/*.ipynb",
    )
    for chemin in RACINE.glob(motif)
)


@pytest.fixture(scope="module")
def projet(tmp_path_factory):
    racine = tmp_path_factory.mktemp("demonstration")
    for nom in ("rapports", "notebooks"):
        shutil.copytree(RACINE / nom, racine / nom)
    for nom in ("index.qmd", "_quarto.yml"):
        shutil.copy(RACINE / nom, racine)
    return racine


@pytest.fixture(scope="module")
def site(projet):
    assert verifier_projet(projet) == []
    rendre_site(projet)
    return projet / "_site"


def test_toutes_les_pages_sont_la(site):
    assert sorted(chemin.relative_to(site).as_posix() for chemin in site.rglob("*.html")) == PAGES
    assert len(PAGES) >= 28


def test_aucun_nom_de_la_cle_ne_sort(site):
    cle = lire_cle(Etude(RACINE).cle)
    assert len(cle) > 100
    assert chercher_noms(site, cle) == []


def test_chaque_page_dit_que_le_corpus_est_fictif(site):
    for page in PAGES:
        assert "fictif" in (site / page).read_text(encoding="utf-8"), page


def test_chaque_preuve_mene_a_des_mots_du_corpus(site):
    """De chaque lien de preuve à l'ancre, de l'ancre aux mots, des mots à la tranche de la transcription."""
    verbatims = (site / "rapports/verbatims.html").read_text(encoding="utf-8")
    ancres = set(re.findall(r'id="(v-[\w-]+)"', verbatims))
    corpus, liees = lire_corpus(Etude(RACINE).corpus), set()
    for page in site.rglob("*.html"):
        liees |= set(re.findall(r'href="[^"]*verbatims\.html#(v-[\w-]+)"', page.read_text(encoding="utf-8")))
    assert len(liees) > 100
    assert liees <= ancres
    for ancre in liees:
        entretien, debut, fin = re.fullmatch(r"v-(\w+)-(\d+)-(\d+)", ancre).groups()
        assert corpus.extrait(f"{entretien}:{debut}-{fin}").strip()


@pytest.mark.parametrize(("largeur", "theme"), [(1280, "light"), (390, "dark"), (390, "light"), (1280, "dark")])
@pytest.mark.parametrize("page", PAGES)
def test_aucune_violation_d_accessibilite(ouvrir, violations, page, largeur, theme):
    ouverte = ouvrir(page, largeur, theme)
    # Hundreds of quotations share one form: the checker reads the first ones, which is twenty times faster.
    ouverte.evaluate("[...document.querySelectorAll('#citations article')].slice(40).forEach((un) => un.remove())")
    assert violations(ouverte) == []
    assert ouverte.evaluate("document.documentElement.scrollWidth") <= largeur


def test_filtrer_les_verbatims(ouvrir):
    page = ouvrir("rapports/verbatims.html")
    toutes = page.locator("#citations article:visible").count()
    page.select_option("select[name=code]", "R-SANTE")
    sante = page.locator("#citations article:visible")
    assert 0 < sante.count() < toutes
    assert f"{sante.count()} citations" in page.inner_text("#compte")
    assert all("R-SANTE" in article.get_attribute("data-c").split() for article in sante.all())
    page.select_option("select[name=code]", "")
    page.fill("input[name=mots]", "TABLETTE Tiroir")
    for texte in page.locator("#citations article:visible blockquote").all_inner_texts():
        assert "tablette" in texte.lower()
        assert "tiroir" in texte.lower()
    page.fill("input[name=mots]", "C'EST")
    assert page.locator("#citations article:visible").count() > 10
    page.fill("input[name=mots]", "mot introuvable ici")
    assert page.inner_text("#compte") == "Aucune citation"


def test_les_filtres_gardent_leur_adresse(ouvrir):
    page = ouvrir("rapports/verbatims.html")
    page.goto(page.url + "?code=O-COOP")
    assert page.input_value("select[name=code]") == "O-COOP"
    assert page.locator("#citations article:visible").count() < page.locator("#citations article").count()


def test_sans_javascript_les_citations_restent_lisibles(ouvrir):
    page = ouvrir("rapports/verbatims.html", java_script_enabled=False)
    assert page.locator("#citations article").count() > 500
    assert not page.is_visible("#filtres")


def test_d_une_preuve_a_sa_phrase_dans_son_contexte(ouvrir):
    page = ouvrir("rapports/enseignements/e1.html")
    page.locator("a.preuve").first.click()
    cible = page.locator(":target")
    assert "verbatims.html#v-" in page.url
    assert cible.inner_text().strip()
    article = page.locator("article", has=cible).or_(page.locator("article:target")).first
    article.locator("summary").click()
    assert article.locator("details p").is_visible()


def test_seconde_execution_identique(projet, site):
    avant = {chemin: chemin.read_bytes() for chemin in sorted(site.rglob("*")) if chemin.is_file()}
    rendre_site(projet)
    assert {chemin: chemin.read_bytes() for chemin in sorted(site.rglob("*")) if chemin.is_file()} == avant
