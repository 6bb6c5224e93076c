"""Le site de démonstration entier, tel que ses lecteurs le reçoivent."""

from __future__ import annotations

import importlib
import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_table
from ess_analyse.lecture import lire_corpus
from ess_analyse.pages.matiere import AUDIT
from ess_analyse.pseudonymes import lire_cle
from ess_analyse.publication import chercher_noms
from ess_analyse.rendu import rendre_site
from ess_analyse.rendu.balayage import balayer

RACINE = Path(__file__).parents[1]
SOURCES = sorted(
    chemin.relative_to(RACINE).as_posix()
    for motif in (
        "*.qmd",
        "rapports/*.qmd",
        "rapports/enseignements/*.qmd",
        "rapports/fiches/*.qmd",
        "rapports/verbatims/*.qmd",
        "rapports/api/*.qmd",
        "notebooks/*.ipynb",
    )
    for chemin in RACINE.glob(motif)
)
PAGES = [Path(nom).with_suffix(".html").as_posix() for nom in SOURCES]
COURTES = ("404.html", "index.html", "rapports/accessibilite.html")
AUDITER = "relancez « python -m benchmarks accessibilite »"
REFAIRE = "relisez le changement, puis relancez « python -m tests.structure »"


@pytest.fixture(scope="module")
def outils():
    """Les modules du dépôt qui ne sont pas installés avec le paquet : la structure d'une page, l'audit d'un site."""
    with pytest.MonkeyPatch.context() as rustine:
        rustine.syspath_prepend(RACINE / "tests")
        rustine.syspath_prepend(RACINE)
        yield {
            "structure": importlib.import_module("structure"),
            "audit": importlib.import_module("benchmarks.accessibilite"),
        }


@pytest.fixture(scope="module")
def structure(outils):
    return outils["structure"]


@pytest.fixture(scope="module")
def site(demonstration_rendue):
    return demonstration_rendue / "_site"


@pytest.fixture(scope="module")
def htmls(site):
    return {page: (site / page).read_text(encoding="utf-8") for page in PAGES}


def test_toutes_les_pages_sont_la(site):
    assert sorted(chemin.relative_to(site).as_posix() for chemin in site.rglob("*.html")) == sorted(PAGES)
    assert len(PAGES) >= 31


def test_aucun_nom_de_la_cle_ne_sort(site):
    cle = lire_cle(Etude(RACINE).cle)
    assert len(cle) > 100
    assert chercher_noms(site, cle) == []


def test_chaque_page_dit_que_le_corpus_est_fictif(htmls):
    for page, html in htmls.items():
        assert "fictif" in html, page


def test_chaque_page_se_partage_se_suit_et_mene_aux_mentions(htmls):
    for page, html in htmls.items():
        tete, _, corps = html.partition("</head>")
        metas = dict(re.findall(r'<meta property="og:([^"]*)" content="([^"]*)">', tete))
        assert set(metas) == {"title", "description", "site_name", "locale"}, page
        assert metas["title"], page
        (flux,) = [lien.valeur for lien in balayer(tete).liens if lien.texte.startswith('<link rel="alternate"')]
        assert flux.endswith("rapports/donnees/enseignements.xml"), page
        pied = corps[corps.rindex("<footer") :]
        assert "rapports/mentions.html" in pied or 'href="mentions.html"' in pied or "../mentions.html" in pied, page


def test_le_pied_de_page_dit_l_etat_que_la_declaration_declare(htmls):
    pied = htmls["index.html"][htmls["index.html"].rindex("<footer") :]
    (etat,) = re.findall(r"Accessibilité\s: ([^<]*)</a>", pied)
    assert f"Ce site est <strong>{etat}</strong>" in htmls["rapports/accessibilite.html"]


def test_chaque_preuve_mene_a_des_mots_du_corpus(htmls, structure):
    """De chaque lien de preuve à l'ancre, de l'ancre aux mots, des mots à la tranche de la transcription."""
    corpus, liees = lire_corpus(Etude(RACINE).corpus), set()
    ancres = {page: set(balayer(html).ancres) for page, html in htmls.items()}
    for page, html in htmls.items():
        for lien in balayer(html).liens:
            chemin, _, ancre = lien.valeur.partition("#")
            if re.fullmatch(r"v-\w+-\d+-\d+", ancre):
                cible = structure.situer(page, chemin) or page
                assert ancre in ancres[cible], (page, lien.valeur)
                liees.add(ancre)
    assert len(liees) > 100
    for ancre in liees:
        entretien, debut, fin = re.fullmatch(r"v-(\w+)-(\d+)-(\d+)", ancre).groups()
        assert corpus.extrait(f"{entretien}:{debut}-{fin}").strip()


# ─── La même structure sous les deux moteurs ───


def test_le_site_a_la_structure_enregistree(site, structure):
    """Titres, liens, figures, tables et paroles de chaque page : ce qu'un moteur ne doit ni perdre, ni ajouter."""
    assert structure.relever_site(site) == json.loads(structure.LISTE.read_text(encoding="utf-8")), REFAIRE


def test_la_liste_enregistree_est_petite_et_relisible(structure):
    texte = structure.LISTE.read_text(encoding="utf-8")
    assert texte == structure.ecrire_liste(json.loads(texte))
    assert len(texte) < 80_000
    assert max(map(len, texte.splitlines())) < 4_000


@pytest.mark.parametrize("nom", [nom for nom in SOURCES if nom.endswith(".qmd")])
def test_pandoc_lit_dans_la_page_ce_que_la_liste_en_dit(demonstration_rendue, structure, nom):
    """L'arbre de pandoc, qui est aussi celui de Quarto, sans une ligne de notre moteur."""
    enregistree = json.loads(structure.LISTE.read_text(encoding="utf-8"))
    assert structure.lire_arbre(demonstration_rendue, nom).en_liste() == enregistree[nom.replace(".qmd", ".html")]


def test_quarto_rend_la_structure_enregistree(tmp_path, structure):
    """Le seul test qui puisse être sauté en intégration continue : aucun registre de paquets n'offre Quarto."""
    if shutil.which("quarto") is None:
        pytest.skip(
            "Quarto n'est pas installé : il vient de conda-forge (environment.yml), pas d'un registre de paquets"
        )
    racine = structure.copier(tmp_path / "etude")
    rendre_site(racine, moteur="quarto")
    assert structure.relever_site(racine / "_site") == json.loads(structure.LISTE.read_text(encoding="utf-8"))


PAGE_DE_QUARTO = """<!DOCTYPE html><html><body><nav><h2 id="toc-title">Sur cette page</h2></nav>
<main class="content" id="quarto-document-content">
<header id="title-block-header"><h1 class="title">A’</h1></header>
<section id="s" class="level2"><h2 class="anchored"><span class="header-section-number">1</span> Où ? « Là »</h2>
<div id="fig-x" class="quarto-float"><figure><div><a href="../b.html#z">b</a> <img src="i.svg" alt="I">
</div><figcaption>Figure&nbsp;1: Une vue</figcaption></figure></div>
<table class="table"><caption>Tableau 2 : Deux</caption><thead><tr><th>a</th><th colspan="2">b</th></tr></thead>
<tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody></table>
<blockquote class="verbatim blockquote"><p id="v-E01-1-2">Oui</p></blockquote></section>
<section role="doc-endnotes"><h2>Notes</h2><a href="c.html">c</a></section>
</main><footer><a href="d.html">d</a></footer></body></html>"""
PAGE_D_ICI = """<main id="ess-contenu"><nav class="ariane"><a href="../index.html">Accueil</a></nav><h1>A'</h1>
<section id="s"><h2><span class="numero">1</span> Où\u202f? «\u00a0Là\u00a0»</h2>
<figure id="fig-x"><a href="../b.html">b</a><img src="i.svg" alt="I">
<figcaption><span class="numero">Figure 1 :</span> Une vue</figcaption></figure>
<table><caption><span class="numero">Tableau 2 :</span> Deux</caption><tr><th>a<th colspan="2">b</tr>
<tr><td>1</td><td>2</td><td>3</td></tr></table><blockquote class="verbatim" id="v-E01-1-2">Oui</blockquote></section>
<section class="notes"><h2>Notes</h2></section><nav class="voisines"><a href="e.html">e</a></nav></main>"""


def test_deux_ecritures_d_une_page_ont_une_structure(structure):
    """Ce que chaque moteur ajoute de lui-même (numéros, sommaire, notes, voisines) n'en est pas."""
    attendue = {
        "titres": ["1 A'", '2 Où? "Là"'],
        "liens": ["b.html"],
        "figures": ["Une vue"],
        "tables": ["Deux | 2 × 3"],
        "paroles": 1,
        "ancres": 1,
    }
    assert structure.relever(PAGE_DE_QUARTO, "r/a.html").en_liste() == attendue
    assert structure.relever(PAGE_D_ICI, "r/a.html").en_liste() == attendue


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("<h2 class", "<h3 class"),
        ("../b.html#z", "../b2.html#z"),
        ("Une vue", "Une autre vue"),
        ("<tr><td>1</td><td>2</td><td>3</td></tr>", ""),
        ('class="verbatim ', 'class="'),
        ("v-E01-1-2", "x"),
        ('<img src="i.svg" alt="I">', ""),
    ],
)
def test_ce_qu_un_moteur_perd_se_voit(structure, avant, apres):
    assert avant in PAGE_DE_QUARTO
    changee = structure.relever(PAGE_DE_QUARTO.replace(avant, apres), "r/a.html").en_liste()
    assert changee != structure.relever(PAGE_DE_QUARTO, "r/a.html").en_liste()


# ─── Accessibilité et validité ───


def test_chaque_page_est_du_html_valide(site, outils, exiger):
    """Le Nu Html Checker du W3C, sans rien lui taire : une erreur, une ligne."""
    exiger("java")
    messages = outils["audit"].valider(sorted(site.rglob("*.html")))
    assert [(un["url"].rpartition("_site/")[2], un.get("lastLine"), un["message"]) for un in messages] == []


def test_le_verificateur_de_html_voit_une_faute(tmp_path, outils, exiger):
    exiger("java")
    page = tmp_path / "a.html"
    page.write_text('<!doctype html><html lang="fr"><title>A</title><ul><p>x</p></ul>', encoding="utf-8")
    assert len(outils["audit"].valider([page])) == 1


@pytest.mark.parametrize("page", [page for page in PAGES if page != "404.html"])
def test_aucune_violation_d_accessibilite(ouvrir, violations, page):
    """Chaque page claire et large, puis sombre et étroite ; l'audit enregistré croise les quatre."""
    ouverte = ouvrir(page, 1280, "light")
    # Hundreds of quotations share one form: the checker reads the first ones, which is twenty times faster.
    ouverte.evaluate("[...document.querySelectorAll('.citations article')].slice(40).forEach((un) => un.remove())")
    assert violations(ouverte) == []
    assert ouverte.evaluate("document.documentElement.scrollWidth") <= 1280
    ouverte.set_viewport_size({"width": 390, "height": 900})
    ouverte.emulate_media(color_scheme="dark")
    assert violations(ouverte) == []
    assert ouverte.evaluate("document.documentElement.scrollWidth") <= 390


def test_un_audit_court_ne_contredit_pas_celui_qui_est_enregistre(site, outils, exiger):
    """Ce que la déclaration d'accessibilité dit du site est encore vrai, page introuvable comprise."""
    exiger("chromium")
    exiger("java")
    # This file already holds a browser: each thread has its own.
    with ThreadPoolExecutor(1) as a_part:
        court = a_part.submit(outils["audit"].auditer, site, COURTES, [(390, "light")]).result().set_index("controle")
    garde = lire_table(RACINE / "data/mesures/accessibilite.csv", AUDIT).set_index("controle")
    assert set(outils["audit"].CONTROLES) <= set(court.index)
    assert len(court) > 40
    assert court["pages"].max() == len(COURTES)
    assert court.loc[court["echecs"] > 0, "echecs"].to_dict() == {}
    assert set(court.index) <= set(garde.index), AUDITER
    for colonne in ("criteres", "intitule"):
        assert court[colonne].to_dict() == garde.loc[court.index, colonne].to_dict(), AUDITER


# ─── Parcourir ───


def test_d_une_preuve_a_sa_phrase_dans_son_contexte(ouvrir):
    page = ouvrir("rapports/enseignements/e1.html")
    page.locator("a.preuve").first.click()
    page.wait_for_url("**#v-*")
    cible = page.locator(":target")
    assert cible.inner_text().strip()
    article = page.locator("article", has=cible).or_(page.locator("article:target")).first
    article.locator("summary").click()
    assert article.locator("details p").is_visible()


def test_sans_javascript_toutes_les_citations_se_lisent(ouvrir, htmls):
    page = ouvrir("rapports/verbatims.html", java_script_enabled=False)
    assert not page.is_visible("#filtres")
    listes = page.locator("#listes a").evaluate_all("(liens) => liens.map((un) => un.getAttribute('href'))")
    assert len(listes) >= 7
    assert sum(htmls[f"rapports/{liste}"].count("<article") for liste in listes) > 500
    page.locator("#listes a").first.click()
    page.wait_for_url("**/verbatims/structure-*.html")
    citation = page.locator(".citations article").first
    assert citation.locator("blockquote").is_visible()
    citation.locator("summary").click()
    assert citation.locator("details p").is_visible()


def test_seconde_execution_identique(demonstration_rendue, site):
    avant = {chemin: chemin.read_bytes() for chemin in sorted(site.rglob("*")) if chemin.is_file()}
    rendre_site(demonstration_rendue)
    assert {chemin: chemin.read_bytes() for chemin in sorted(site.rglob("*")) if chemin.is_file()} == avant
