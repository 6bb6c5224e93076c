"""Le site rendu, dans un vrai navigateur : accessibilité, recherche, clavier, thèmes, petits écrans, impression."""

import shutil
from pathlib import Path

import pytest

from ess_analyse.rendu import rendre_site

PAGES = (
    "index.html",
    "rapports/enseignement.html",
    "rapports/composants.html",
    "rapports/verbatims.html",
    "rapports/methode.html",
    "notebooks/comptes.html",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    racine = tmp_path_factory.mktemp("navigateur") / "site"
    shutil.copytree(Path(__file__).parent / "exemples_rendu", racine)
    rendre_site(racine)
    return racine / "_site"


@pytest.mark.parametrize(("largeur", "theme"), [(1280, "light"), (390, "dark"), (320, "light")])
@pytest.mark.parametrize("nom", PAGES)
def test_aucune_violation_d_accessibilite_et_rien_ne_deborde(ouvrir, violations, nom, largeur, theme):
    page = ouvrir(nom, largeur, theme)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_aucune_violation_tout_deplie_menu_et_recherche_ouverts(ouvrir, violations, theme):
    page = ouvrir("rapports/composants.html", 390, theme)
    page.click("#ess-menu")
    page.evaluate("document.querySelectorAll('details').forEach((un) => { un.open = true; })")
    assert violations(page) == []
    page.keyboard.press("Control+k")
    page.fill("#ess-mots", "saisie")
    page.wait_for_selector("#ess-resultats li")
    assert violations(page) == []


def test_la_recherche_ignore_accents_casse_et_ligatures(ouvrir):
    page = ouvrir("rapports/composants.html")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "ess-mots"
    page.keyboard.type("SOEUR oedi")
    page.wait_for_function("document.querySelector('#ess-compte').textContent === '1 résultat'")
    assert page.inner_text("#ess-resultats mark") == "sœur"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verbatims.html#v-E05-3-60")


def test_la_recherche_dit_ce_qu_elle_trouve_et_se_ferme(ouvrir):
    page = ouvrir("index.html")
    page.click("#ess-ouvrir-recherche")
    assert page.get_attribute("#ess-compte", "aria-live") == "polite"
    page.fill("#ess-mots", "introuvablement")
    page.wait_for_function("document.querySelector('#ess-compte').textContent === 'Aucun résultat'")
    page.fill("#ess-mots", "")
    assert "Tapez" in page.inner_text("#ess-compte")
    page.keyboard.press("Escape")
    assert not page.is_visible("#ess-recherche")
    assert page.evaluate("document.activeElement.id") == "ess-ouvrir-recherche"


def test_la_recherche_n_ecrit_jamais_de_balises(ouvrir):
    page = ouvrir("index.html")
    page.keyboard.press("/")
    page.fill("#ess-mots", "carnet")
    page.wait_for_selector("#ess-resultats li")
    assert set(page.eval_on_selector_all("#ess-resultats *", "(n) => n.map((un) => un.tagName)")) <= {
        "LI",
        "A",
        "STRONG",
        "SMALL",
        "P",
        "SPAN",
        "MARK",
    }


def test_le_theme_suit_le_systeme_puis_le_choix_et_s_en_souvient(ouvrir, site):
    page = ouvrir("index.html", theme="dark")
    fond = "getComputedStyle(document.body).backgroundColor"
    sombre = page.evaluate(fond)
    assert page.get_attribute("#ess-theme", "aria-pressed") == "true"
    page.click("#ess-theme")
    clair = page.evaluate(fond)
    assert sombre != clair
    page.goto((site / "rapports/methode.html").as_uri())
    assert page.evaluate(fond) == clair
    assert page.get_attribute("#ess-theme", "aria-pressed") == "false"


def test_le_premier_arret_du_clavier_mene_au_contenu(ouvrir):
    page = ouvrir("rapports/enseignement.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "ess-contenu"


def test_chaque_arret_du_clavier_se_voit(ouvrir):
    page = ouvrir("rapports/composants.html")
    for _ in range(40):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); "
            "return [document.activeElement.tagName, s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        assert style[0] == "BODY" or (style[1] != "none" and style[2] >= 2), style


def test_les_onglets_vont_au_clavier(ouvrir):
    page = ouvrir("rapports/composants.html")
    onglets = page.locator("[role=tab]")
    assert onglets.all_inner_texts() == ["Direction", "Équipe", "Financeur"]
    onglets.first.focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("[role=tab][aria-selected=true]").inner_text() == "Financeur"
    assert page.locator("[role=tabpanel]:visible").inner_text().startswith("changer un formulaire")
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.textContent") == "Direction"


def test_une_ancre_dans_un_onglet_l_ouvre(ouvrir):
    page = ouvrir("rapports/composants.html#onglets-1-2")
    assert page.locator("[role=tab][aria-selected=true]").inner_text() == "Équipe"


def test_sans_javascript_tout_se_lit(ouvrir):
    page = ouvrir("rapports/composants.html", 390, java_script_enabled=False)
    for texte in ("Ce que la direction peut décider seule.", "changer un formulaire", "Accueil"):
        assert page.get_by_text(texte, exact=False).first.is_visible()
    assert not page.is_visible("#ess-ouvrir-recherche")
    assert not page.is_visible("#ess-theme")


def test_le_menu_du_telephone_s_ouvre_et_se_ferme(ouvrir):
    page = ouvrir("index.html", 390)
    assert not page.is_visible("#ess-navigation")
    page.click("#ess-menu")
    assert page.get_attribute("#ess-menu", "aria-expanded") == "true"
    assert page.is_visible("#ess-navigation")
    page.keyboard.press("Escape")
    assert not page.is_visible("#ess-navigation")
    assert page.evaluate("document.activeElement.id") == "ess-menu"


def test_la_barre_laterale_se_replie_sur_un_telephone_seulement(ouvrir):
    ouvertes = "[...document.querySelectorAll('.laterale ul details')].map((un) => un.open)"
    page = ouvrir("rapports/verbatims.html")
    assert page.evaluate(ouvertes) == [True, True]
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function("!document.querySelector('.laterale .repli').open")
    page.click(".laterale .repli > summary")
    assert page.evaluate(ouvertes) == [True, False]


def test_ce_qui_defile_s_atteint_au_clavier_et_cela_seulement(ouvrir):
    page = ouvrir("rapports/enseignement.html")
    assert page.locator("#tbl-temps").get_attribute("tabindex") is None
    page = ouvrir("rapports/composants.html", 320)
    assert page.locator("pre").last.get_attribute("tabindex") == "0"


def test_l_impression_ne_garde_que_le_texte(ouvrir):
    page = ouvrir("rapports/composants.html", theme="dark")
    page.emulate_media(media="print", color_scheme="light")
    for cache in (".bandeau", ".laterale", ".sommaire", ".voisines", "[role=tablist]"):
        assert not page.is_visible(cache), cache
    assert page.locator(".volet").all_inner_texts()[2].startswith("Financeur")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_la_mesure_tient_en_une_soixantaine_de_signes(ouvrir):
    page = ouvrir("rapports/enseignement.html")
    signes = page.evaluate(
        "(() => { const p = document.querySelector('.corps > section > p'); const r = document.createRange();"
        " r.selectNodeContents(p);"
        " const lignes = new Set([...r.getClientRects()].map((un) => Math.round(un.bottom / 12))).size;"
        " return p.textContent.length / lignes; })()"
    )
    assert 45 <= signes <= 85
