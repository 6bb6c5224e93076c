"""Le site de démonstration parcouru comme ses lecteurs le font : au téléphone, à la trace d'un nombre, au clavier."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ess_analyse.rendu import rendre_site

RACINE = Path(__file__).parents[1]
EMPREINTE = re.compile(r"\w+:\d+-\d+")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    racine = tmp_path_factory.mktemp("parcours")
    for nom in ("rapports", "notebooks"):
        shutil.copytree(RACINE / nom, racine / nom)
    for nom in ("index.qmd", "_quarto.yml"):
        shutil.copy(RACINE / nom, racine)
    rendre_site(racine)
    return racine / "_site"


def cite(page) -> str:
    """Lire la citation que l'adresse désigne, elle ou une phrase qu'elle contient."""
    return page.locator("article:target, article:has(:target)").locator("blockquote").text_content().strip()


def test_une_directrice_au_telephone_va_de_l_accueil_a_une_action(ouvrir):
    page = ouvrir("index.html", 390, has_touch=True)
    entree = page.locator("#je-dirige")
    entree.get_by_text("Ce que portent les directions").tap()
    page.wait_for_url("**/plan-actions.html?pilote=direction")
    vues = page.locator("#actions article:visible")
    assert 0 < vues.count() < page.locator("#actions article").count()
    assert page.inner_text("#compte") == f"{vues.count()} actions"
    assert all("direction" in pilote.lower() for pilote in vues.evaluate_all("(n) => n.map((u) => u.dataset.pilote)"))
    page.select_option("select[name=portee]", "S3")
    assert vues.count() == 1
    assert "echeance" not in page.url
    assert "portee=S3" in page.url
    assert page.locator("#actions section:visible").count() == 1, "un thème sans action ne garde pas son titre"
    assert "Pilote" in vues.first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    vues.first.locator("a.preuve").first.tap()
    page.wait_for_url("**/verbatims.html#v-*")
    assert cite(page)


def test_l_echeance_filtre_au_plus_tard_et_l_adresse_garde_tout(ouvrir):
    page = ouvrir("rapports/plan-actions.html")
    limite = page.eval_on_selector("select[name=echeance]", "(n) => n.options[2].value")
    page.select_option("select[name=echeance]", limite)
    vues = page.locator("#actions article:visible")
    assert all(une.get_attribute("data-echeance") <= limite for une in vues.all())
    assert 0 < vues.count() < page.locator("#actions article").count()
    page.fill("input[name=pilote]", "DIRECTION")
    attendues = vues.count()
    page.goto(page.url)
    assert vues.count() == attendues
    page.fill("input[name=pilote]", "personne de ce nom")
    assert page.inner_text("#compte") == "Aucune action"


def test_sans_javascript_le_plan_est_entier(ouvrir):
    page = ouvrir("rapports/plan-actions.html", java_script_enabled=False)
    assert page.locator("#actions article:visible").count() > 10
    assert not page.is_visible("#filtres")
    for nom in ("plan.csv", "plan.ics"):
        assert page.locator(f'a[href$="{nom}"][download]').count() == 1


def test_une_chercheuse_suit_un_nombre_jusqu_a_sa_phrase_et_remonte(ouvrir):
    page = ouvrir("rapports/risques-opportunites.html")
    cellule = page.locator('a[href*="structure=S1"][href*="code=R-MOYENS"]')
    nombre = int(cellule.inner_text().split()[0])
    cellule.click()
    page.wait_for_url("**/verbatims.html?code=R-MOYENS&structure=S1")
    vues = page.locator("#citations article:visible")
    assert 0 < vues.count() <= nombre, (
        "une citation réunit parfois plusieurs phrases ; une observation n'en est pas une"
    )
    assert all("R-MOYENS" in codes.split() for codes in vues.evaluate_all("(n) => n.map((u) => u.dataset.c)"))
    assert set(page.locator("#citations section:visible").evaluate_all("(n) => n.map((u) => u.dataset.s)")) == {"S1"}
    citee = vues.filter(has=page.locator('a[href^="enseignements/"]')).first
    citee.locator("summary").click()
    assert citee.locator("details p").is_visible()
    place = citee.get_attribute("id")
    citee.locator('a[href^="enseignements/"]').first.click()
    page.wait_for_url("**/enseignements/e*.html")
    assert page.locator(f'a[href*="#{place}"]').or_(page.locator("a.preuve")).count() > 0
    page.get_by_text("affirmations, chacune avec ses preuves").click()
    preuve = page.locator("details.fil a.preuve").first
    dite = preuve.inner_text()
    assert EMPREINTE.fullmatch(dite)
    preuve.click()
    page.wait_for_url(f"**/verbatims.html#v-{dite.replace(':', '-')}")
    assert cite(page)


def test_chaque_cellule_liee_montre_au_moins_une_citation(ouvrir):
    page = ouvrir("rapports/risques-opportunites.html")
    adresses = page.eval_on_selector_all("table.chaleur td a", "(n) => n.map((u) => u.href)")
    assert len(adresses) > 50
    page = ouvrir("rapports/verbatims.html")
    montrees = page.evaluate(
        """(adresses) => adresses.map((adresse) => {
          const { code, structure, famille } = Object.fromEntries(new URL(adresse).searchParams);
          return [...document.querySelectorAll("#citations article")].filter((article) => {
            const { s, f } = article.closest("section").dataset;
            const codes = article.dataset.c.split(" ");
            return codes.includes(code) && (!structure || s === structure) && (!famille || f === famille);
          }).length;
        })""",
        adresses,
    )
    assert min(montrees) > 0


def test_les_tableaux_se_filtrent_et_se_rangent(ouvrir):
    page = ouvrir("rapports/risques-opportunites.html")
    lignes = page.locator("#chaleurs table").first.locator("tbody tr:visible")
    toutes = lignes.count()
    page.select_option("select[name=famille]", "opportunite")
    assert 0 < lignes.count() < toutes
    assert all("opportunite" in une.get_attribute("class") for une in lignes.all())
    page.select_option("select[name=famille]", "")
    page.fill("input[name=seuil]", "30")
    assert 0 < lignes.count() < toutes
    assert re.fullmatch(r"\d+ thèmes", page.inner_text("#compte"))
    page.fill("input[name=seuil]", "")
    page.select_option("select[name=tri]", "nombre")
    sommes = lignes.evaluate_all(
        """(lignes) => lignes.map((ligne) => [...ligne.querySelectorAll("td:not(.masque)")]
          .reduce((total, cellule) => total + parseInt(cellule.textContent, 10), 0))"""
    )
    assert sommes == sorted(sommes, reverse=True)
    page.select_option("select[name=tri]", "")
    assert lignes.first.locator("th").inner_text().strip().endswith("Sens du travail et transition")


def test_copier_une_citation_donne_ses_mots_et_sa_reference(ouvrir):
    page = ouvrir("rapports/verbatims.html", permissions=["clipboard-read", "clipboard-write"])
    article = page.locator("#citations article").first
    mots = article.locator("blockquote").text_content()
    article.locator("button").click()
    page.wait_for_function("document.querySelector('#citations article button').textContent === 'Copié'")
    assert page.locator("[role=status]#annonce").text_content() == "Copié", "un lecteur d'écran l'entend aussi"
    copie = page.evaluate("navigator.clipboard.readText()")
    place = article.get_attribute("id").removeprefix("v-").replace("-", ":", 1)
    assert copie.startswith(f"« {mots} » (")
    assert copie.endswith(f", {place})")


def test_une_recherche_ne_distingue_ni_accent_ni_ligature_ni_apostrophe(ouvrir):
    page = ouvrir("rapports/verbatims.html")
    vues = page.locator("#citations article:visible")
    for une, autre in (("d'un", "d’un"), ("meme", "même"), ("oeuvre", "Œuvre")):
        page.fill("input[name=mots]", une)
        compte = vues.count()
        page.fill("input[name=mots]", autre)
        assert vues.count() == compte > 0, une


def test_l_entree_des_salaries_montre_le_mot_entier_et_ses_actions(ouvrir):
    page = ouvrir("index.html")
    lien = page.locator("#j-y-travaille li", has_text="Ce que portent les salariés")
    annonce = lien.locator("small").inner_text()
    lien.locator("a").click()
    page.wait_for_url("**/plan-actions.html?pilote=*")
    assert page.input_value("input[name=pilote]") == "salarié"
    assert annonce.startswith(page.inner_text("#compte"))
    page.fill("input[name=pilote]", "")
    assert "?" not in page.url, "sans filtre, l'adresse est nue"


def test_tout_un_parcours_au_clavier_seul(ouvrir):
    page = ouvrir("rapports/plan-actions.html")

    def avancer(voulu, limite=120):
        for _ in range(limite):
            page.keyboard.press("Tab")
            if page.evaluate(f"document.activeElement.matches({voulu!r})"):
                contour = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert contour != "none", voulu
                return
        pytest.fail(f"le clavier n'atteint pas {voulu}")

    avancer("select[name=theme]")
    page.keyboard.press("ArrowDown")
    assert "theme=" in page.url
    vues = page.locator("#actions article:visible").count()
    assert 0 < vues < page.locator("#actions article").count()
    avancer("#actions article a.preuve")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verbatims.html#v-*")
    avancer("#citations details summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open") is True
    avancer("#citations article button")


@pytest.mark.parametrize("nom", ["index.html", "rapports/plan-actions.html", "rapports/risques-opportunites.html"])
def test_a_320_pixels_rien_ne_deborde_ni_ne_viole(ouvrir, violations, nom):
    page = ouvrir(nom, 320, "dark")
    page.evaluate("document.querySelectorAll('details').forEach((un) => { un.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []
