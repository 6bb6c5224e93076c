"""Le moteur embarqué rend un projet Quarto entier : ce que chaque construction devient, et ce que le site garantit."""

import hashlib
import json
import os
import posixpath
import re
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.rendu import rendre_site, reprises, verifier_projet
from ess_analyse.rendu.balayage import balayer
from ess_analyse.rendu.balises import attributs, balise, espacer, typographier
from ess_analyse.rendu.choix import choisir_fichiers
from ess_analyse.rendu.dataframes import legender_table, nettoyer_table
from ess_analyse.rendu.document import composer
from ess_analyse.rendu.liens import Lieux, depuis, lier
from ess_analyse.rendu.pandoc import Pandoc
from ess_analyse.rendu.recherche import ecrire_index, extraire
from ess_analyse.rendu.site import composer_site
from ess_analyse.rendu.sources import Source

EXEMPLE = Path(__file__).parent / "exemples_rendu"
QUARTO = "project:\n  type: website\nwebsite:\n  title: Essai\nlang: fr\n"


def ecrire(racine, **fichiers):
    """Écrire un projet : `index="…"` donne index.qmd, `rapports__a="…"` rapports/a.qmd."""
    textes = {"_quarto.yml": QUARTO} | {
        nom.replace("__", "/") + ("" if "." in nom else ".qmd"): texte for nom, texte in fichiers.items()
    }
    for nom, texte in textes.items():
        chemin = racine / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte, encoding="utf-8")
    return racine


def corps(racine, nom="index"):
    """Le corps d'une page composée sans problème."""
    site, problemes = composer_site(racine)
    assert problemes == []
    return site.pages[f"{nom}.qmd"].html


def empreintes(dossier):
    return {
        chemin.relative_to(dossier).as_posix(): hashlib.sha256(chemin.read_bytes()).hexdigest()
        for chemin in sorted(dossier.rglob("*"))
        if chemin.is_file()
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Le site d'essai, rendu une fois pour toutes ces lectures."""
    racine = tmp_path_factory.mktemp("essai") / "site"
    shutil.copytree(EXEMPLE, racine)
    rendre_site(racine)
    return racine / "_site"


@pytest.fixture(scope="module")
def pages(site):
    return {chemin.relative_to(site).as_posix(): chemin.read_text("utf-8") for chemin in sorted(site.rglob("*.html"))}


# Le site entier


def test_toutes_les_pages_choisies_sont_rendues_et_elles_seules(pages):
    assert sorted(pages) == [
        "index.html",
        "notebooks/comptes.html",
        "rapports/composants.html",
        "rapports/enseignement.html",
        "rapports/methode.html",
        "rapports/verbatims.html",
    ]


def test_le_rendu_donne_ses_pages_dans_l_ordre_de_render(tmp_path):
    racine = shutil.copytree(EXEMPLE, tmp_path / "site")
    rendues = rendre_site(racine, tmp_path / "ailleurs")
    assert rendues[0] == tmp_path / "ailleurs/index.html"
    assert all(chemin.is_file() for chemin in rendues)
    assert not (racine / "_site").exists()


def test_deux_rendus_donnent_les_memes_octets_avec_et_sans_cache(tmp_path):
    racine = shutil.copytree(EXEMPLE, tmp_path / "site")
    rendre_site(racine)
    premier = empreintes(racine / "_site")
    rendre_site(racine)
    assert empreintes(racine / "_site") == premier
    shutil.rmtree(racine / ".ess")
    rendre_site(racine)
    assert empreintes(racine / "_site") == premier


def test_une_page_changee_est_la_seule_repassee_dans_pandoc(tmp_path):
    racine = shutil.copytree(EXEMPLE, tmp_path / "site")
    premier, _ = composer_site(racine)
    assert len(premier.pandoc.lances) == len(premier.pages)
    assert composer_site(racine)[0].pandoc.lances == []
    page = racine / "rapports/methode.md"
    page.write_text(page.read_text("utf-8") + "\nUne phrase de plus.\n", encoding="utf-8")
    assert len(composer_site(racine)[0].pandoc.lances) == 1


def test_une_page_reprise_dit_ce_qu_elle_disait_et_une_page_fautive_n_est_pas_gardee(tmp_path, monkeypatch):
    faites = []
    monkeypatch.setattr(reprises, "composer", lambda *recu: faites.append(recu[1].nom) or composer(*recu))
    racine = ecrire(tmp_path, index="# Un\n\n[x](autre.qmd#a)\n", autre="# Deux {#a}\n\nVoir @fig-absente.\n")
    (premier, fautes), (second, memes) = composer_site(racine), composer_site(racine)
    assert sorted(faites) == ["autre.qmd", "autre.qmd", "index.qmd"]
    assert fautes == memes != []
    assert [page.document for page in premier.pages.values()] == [page.document for page in second.pages.values()]
    assert [page.html for page in premier.pages.values()] == [page.html for page in second.pages.values()]


def test_le_cache_se_cache_de_git_et_se_nettoie(tmp_path):
    racine = ecrire(tmp_path, index="# Un\n")
    rendre_site(racine)
    assert (racine / ".ess/.gitignore").read_text() == "*\n"
    ancien = set((racine / ".ess/rendu").iterdir())
    ecrire(racine, index="# Deux\n")
    rendre_site(racine)
    assert len(set((racine / ".ess/rendu").iterdir())) == 1
    assert ancien.isdisjoint((racine / ".ess/rendu").iterdir())


def test_un_cache_abime_ne_gene_pas(tmp_path):
    racine = ecrire(tmp_path, index="# Un\n")
    rendre_site(racine)
    for fichier in (racine / ".ess/rendu").iterdir():
        fichier.write_text("{", encoding="utf-8")
    assert "Un" in rendre_site(racine)[0].read_text("utf-8")


def test_un_rendu_qui_echoue_laisse_l_ancien_site(tmp_path):
    racine = ecrire(tmp_path, index="# Un\n")
    rendre_site(racine)
    avant = empreintes(racine / "_site")
    ecrire(racine, index="[cassé](rien.qmd)\n")
    with pytest.raises(ErreurDonnees, match="lien cassé"):
        rendre_site(racine)
    assert empreintes(racine / "_site") == avant
    assert sorted(chemin.name for chemin in racine.iterdir()) == [".ess", "_quarto.yml", "_site", "index.qmd"]


def test_un_dossier_qui_n_est_pas_un_site_n_est_jamais_efface(tmp_path):
    racine = ecrire(tmp_path / "projet", index="# Un\n")
    precieux = tmp_path / "precieux/these.docx"
    precieux.parent.mkdir()
    precieux.write_text("dix ans de travail")
    with pytest.raises(ErreurDonnees, match="autre chose qu'un site rendu"):
        rendre_site(racine, precieux.parent)
    with pytest.raises(ErreurDonnees, match="contient le projet lui-même"):
        rendre_site(racine, tmp_path)
    assert precieux.read_text() == "dix ans de travail"


def test_les_pages_retirees_disparaissent_du_site(tmp_path):
    racine = ecrire(tmp_path, index="# Un\n", autre="# Autre\n")
    rendre_site(racine)
    (racine / "autre.qmd").unlink()
    rendre_site(racine)
    assert not (racine / "_site/autre.html").exists()


def test_aucune_adresse_distante_n_est_appelee(site, pages):
    for html in pages.values():
        appels = [lien for lien in balayer(html).liens if lien.balise not in ("a", "form")]
        distants = [lien.valeur for lien in appels if re.match(r"[a-z]+:|//", lien.valeur)]
        assert [valeur for valeur in distants if not valeur.startswith("https://exemple.invalid/")] == []
    for feuille in site.rglob("*.css"):
        assert "http" not in re.sub(r'\[href\^="http"\]', "", feuille.read_text("utf-8"))
    for script in (site / "site_libs").glob("*.js"):
        assert not re.search(
            r"\bfetch\(|XMLHttpRequest|https?://", script.read_text("utf-8").split("essRecherche = ")[0]
        )


def test_tous_les_liens_du_site_menent_quelque_part(site, pages):
    ancres = {nom: set(balayer(html).ancres) for nom, html in pages.items()}
    for nom, html in pages.items():
        for lien in balayer(html).liens:
            if re.match(r"[a-z]+:|//", lien.valeur):
                continue
            chemin, _, ancre = lien.valeur.partition("#")
            cible = (site / nom).parent / chemin if chemin else site / nom
            assert cible.is_file(), (nom, lien.valeur)
            vise = os.path.relpath(cible, site)
            assert not ancre or ancre in ancres[vise], (nom, lien.valeur)


def test_le_gabarit_dit_la_langue_le_titre_et_le_partage(pages):
    html = pages["rapports/enseignement.html"]
    assert '<html lang="fr"' in html
    assert "ne se parlent pas – L&#39;atelier de la Lisse</title>" in html
    assert '<link rel="canonical" href="https://exemple.invalid/atelier/rapports/enseignement.html">' in html
    assert '<meta property="og:site_name" content="L&#39;atelier de la Lisse">' in html
    assert '<link rel="icon" href="../rapports/images/signe.svg">' in html
    assert (
        '<meta name="description" content="La double saisie, d&#39;où elle vient, ce qu&#39;on peut en faire.">' in html
    )


def test_la_navigation_sait_ou_l_on_est(pages):
    html = pages["rapports/composants.html"]
    assert html.count('aria-current="page"') == 2  # la barre latérale et le fil d'Ariane
    assert re.search(r'class="ariane".*?Accueil</a>.*?Comprendre.*?Tous les composants', html, re.DOTALL)
    assert re.search(r'rel="prev" href="enseignement.html".*rel="next" href="verbatims.html"', html, re.DOTALL)
    assert '<a class="precedente"' not in pages["index.html"]
    assert 'href="../notebooks/comptes.html">Les chiffres</a>' in html
    assert 'href="methode.html">La méthode, en détail</a>' in html


def test_le_pied_de_page_mene_aux_memes_lieux_depuis_toutes_les_pages(pages):
    assert '<a href="rapports/methode.html">La méthode</a>' in pages["index.html"]
    assert '<a href="../rapports/methode.html">La méthode</a>' in pages["notebooks/comptes.html"]
    assert '<a href="../donnees/comptes.csv">les données</a>' in pages["notebooks/comptes.html"]
    assert "Étude <strong>fictive</strong>" in pages["index.html"]


def test_le_sommaire_suit_les_titres_et_se_retire(pages):
    html = pages["rapports/enseignement.html"]
    sommaire = html[html.index('class="sommaire"') : html.index('class="corps"')]
    assert re.findall(r'href="#([^"]*)">([^<]*)<', sommaire) == [
        ("sec-passe", "1 Ce qui se passe"),
        ("ce-que-cela-coûte", "1.1 Ce que cela coûte"),
        ("ce-que-cela-apprend", "1.2 Ce que cela apprend"),
        ("sec-agir", "2 Agir"),
        ("references", "Références"),
    ]
    assert 'class="sommaire"' not in pages["rapports/verbatims.html"]


def test_les_ressources_citees_et_demandees_sont_recopiees(site):
    for nom in (
        "donnees/comptes.csv",
        "rapports/images/courbe-a.svg",
        "rapports/essai.css",
        "rapports/images/signe.svg",
    ):
        assert (site / nom).read_bytes() == (EXEMPLE / nom).read_bytes()
    assert (site / "site_libs/figures/notebooks-comptes-fig-mois.svg").read_text("utf-8").startswith("<svg")
    assert not (site / "preparer.py").exists()
    assert "<loc>https://exemple.invalid/atelier/index.html</loc>" in (site / "sitemap.xml").read_text("utf-8")


def test_chaque_page_a_ses_reperes_et_un_seul_grand_titre(pages):
    for nom, html in pages.items():
        assert html.count("<main ") == html.count("<h1") == 1, nom
        assert html.index('class="evitement" href="#ess-contenu"') < html.index('id="ess-contenu"')
        noms = re.findall(r'<nav[^>]*aria-label="([^"]*)"', html)
        assert len(noms) == len(set(noms)) >= 2
        ancres = balayer(html).ancres
        assert len(ancres) == len(set(ancres))


# Le texte


@pytest.mark.parametrize(
    ("markdown", "attendu"),
    [
        (
            "Un *mot* **fort** ~~barré~~ H~2~O 2^e^",
            "<p>Un <em>mot</em> <strong>fort</strong> <del>barré</del> H<sub>2</sub>O 2<sup>e</sup></p>",
        ),
        ("Vraiment ? Oui : « là » !", "<p>Vraiment\u202f? Oui\u00a0: «\u00a0là\u00a0»\u202f!</p>"),
        ('Un "mot" cité', "<p>Un «\u00a0mot\u00a0» cité</p>"),
        ("Terme\n:   Sa définition", "<dl>\n<dt>Terme</dt>\n<dd>Sa définition\n</dd>\n</dl>"),
        ("3. trois\n4. quatre", '<ol start="3">\n<li>trois\n</li>\n<li>quatre\n</li>\n</ol>'),
        ("a. un\nb. deux", '<ol type="a">\n<li>un\n</li>\n<li>deux\n</li>\n</ol>'),
        ("| Un vers\n| puis un autre", '<p class="vers">Un vers<br>\npuis un autre</p>'),
        ("> Cité", "<blockquote>\n<p>Cité</p>\n</blockquote>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("[mot]{.essai lang=en}", '<p><span class="essai" lang="en">mot</span></p>'),
        ("::: {.resume}\nTexte\n:::", '<div class="resume">\n<p>Texte</p>\n</div>'),
        ("```{=html}\n<b>brut</b>\n```", "<b>brut</b>"),
        ("```{=typst}\n#brut\n```", ""),
        ("***", "<hr>"),
        ("Un<br>deux", "<p>Un<br>deux</p>"),
        ("[site](https://exemple.invalid/)", '<p><a href="https://exemple.invalid/">site</a></p>'),
    ],
)
def test_le_markdown_devient_du_html(tmp_path, markdown, attendu):
    assert corps(ecrire(tmp_path, index=markdown + "\n")).strip() == attendu


def test_le_code_montre_est_colore_sans_ancres_de_lignes(tmp_path):
    html = corps(ecrire(tmp_path, index='```{.python}\nx = "a"\n```\n\n```\nbrut\n```\n'))
    assert '<span class="st">&quot;a&quot;</span>' in html
    assert "cb1" not in html
    assert "<pre><code>brut</code></pre>" in html


def test_les_formules_sont_en_mathml(tmp_path):
    html = corps(ecrire(tmp_path, index="Soit $x^2$.\n"))
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html
    assert "script" not in html


def test_les_notes_vont_et_reviennent(tmp_path):
    html = corps(ecrire(tmp_path, index="Un[^a] deux^[Note *deux*.].\n\n[^a]: Note un.\n"))
    assert re.findall(r'id="appel(\d)" href="#note(\d)"', html) == [("1", "1"), ("2", "2")]
    assert '<li id="note2"><p>Note <em>deux</em>. <a class="retour" href="#appel2"' in html
    assert html.count('role="doc-endnotes"') == 1


def test_le_premier_titre_devient_celui_de_la_page_s_il_n_y_en_a_pas(tmp_path):
    site, _ = composer_site(ecrire(tmp_path, index="# Mon *titre* ?\n\nTexte\n", b="Sans titre\n"))
    assert site.pages["index.qmd"].titre == "Mon titre\u202f?"
    assert "<h1>" not in site.pages["index.qmd"].html
    assert site.pages["b.qmd"].titre == "b"


# Les blocs de Quarto


@pytest.mark.parametrize(
    ("genre", "titre"),
    [
        ("note", "Note"),
        ("tip", "Astuce"),
        ("warning", "Avertissement"),
        ("important", "Important"),
        ("caution", "Mise en garde"),
    ],
)
def test_un_encadre_sans_titre_prend_celui_de_son_genre(tmp_path, genre, titre):
    html = corps(ecrire(tmp_path, index=f"::: {{.callout-{genre}}}\nTexte\n:::\n"))
    assert f'<div class="callout callout-{genre}">' in html
    assert f"</span> {titre}</p>" in html


def test_un_encadre_prend_son_titre_de_l_attribut_ou_du_premier_titre(tmp_path):
    html = corps(
        ecrire(tmp_path, index='::: {.callout-tip title="A"}\nx\n:::\n\n::: {.callout-tip}\n## B *b*\n\nx\n:::\n')
    )
    assert "Astuce\u00a0: </span>A</p>" in html
    assert "Astuce\u00a0: </span>B <em>b</em></p>" in html
    assert "<h2" not in html


@pytest.mark.parametrize(("replie", "ouvert"), [("true", ""), ("false", " open")])
def test_un_encadre_replie_est_un_details(tmp_path, replie, ouvert):
    html = corps(ecrire(tmp_path, index=f'::: {{.callout-note collapse="{replie}" #ici}}\nx\n:::\n'))
    assert f'<details id="ici" class="callout callout-note"{ouvert}>' in html
    assert '<summary class="callout-titre">' in html


def test_les_onglets_sont_des_sections_titrees_hors_du_sommaire(tmp_path):
    texte = "::: {.panel-tabset group=g}\n## Un\n\nA\n\n### Dessous\n\n## Deux\n\nB\n:::\n\n## Après\n"
    site, problemes = composer_site(ecrire(tmp_path, index=texte))
    html = site.pages["index.qmd"].html
    assert problemes == []
    assert 'data-groupe="g" data-titre="Un, Deux"' in html
    assert re.findall(r'<section class="volet" id="([^"]*)">', html) == ["onglets-1-1", "onglets-1-2"]
    assert [titre.texte for titre in site.pages["index.qmd"].document.titres] == ["Après"]


def test_une_disposition_met_chaque_image_dans_sa_case(tmp_path):
    (tmp_path / "a.svg").write_text("<svg/>")
    texte = "::: {layout-ncol=2}\n![A](a.svg)\n![B](a.svg)\n:::\n"
    html = corps(ecrire(tmp_path, index=texte))
    assert 'class="disposition" style="--colonnes:2"' in html
    assert re.findall(r'<div>(?:<p>|<figure>\s*)?<img src="a.svg" alt="(.)"', html) == ["A", "B"]


def test_ce_qui_est_pour_un_autre_format_n_est_pas_rendu(tmp_path):
    texte = "".join(
        f'::: {{.content-{sorte} {cle}="{fmt}"}}\n{sorte}-{cle}-{fmt}\n:::\n\n'
        for sorte in ("visible", "hidden")
        for cle in ("when-format", "unless-format")
        for fmt in ("html", "typst")
    )
    assert re.findall(r"(visible|hidden)-(when|unless)-format-(html|typst)", corps(ecrire(tmp_path, index=texte))) == [
        ("visible", "when", "html"),
        ("visible", "unless", "typst"),
        ("hidden", "when", "typst"),
        ("hidden", "unless", "html"),
    ]


def test_les_tables_ont_legende_portee_et_alignement(tmp_path):
    html = corps(ecrire(tmp_path, index="| a | b |\n|:--|--:|\n| 1 | 2 |\n\n: Légende {#tbl-x}\n\nVoir @tbl-x.\n"))
    assert '<caption><span class="numero">Tableau\u00a01\u00a0:</span> Légende</caption>' in html
    assert '<th class="gauche" scope="col">a</th><th class="droite" scope="col">b</th>' in html
    assert '<td class="droite">2</td>' in html
    assert '<div id="tbl-x" class="table-large">' in html
    assert 'href="#tbl-x">Tableau\u00a01</a>' in html


def test_une_tete_de_table_vide_n_est_pas_ecrite(tmp_path):
    assert "<thead>" not in corps(ecrire(tmp_path, index="|  |  |\n|--|--|\n| 1 | 2 |\n"))


# Les renvois


def test_figures_tableaux_et_sections_sont_comptes_a_part(tmp_path):
    (tmp_path / "a.svg").write_text("<svg/>")
    texte = (
        "---\nnumber-sections: true\n---\n\n## Un\n\n![A](a.svg){#fig-a}\n\n### Un un {#sec-uu}\n\n"
        "![B](a.svg){#fig-b}\n\n"
        "| a |\n|---|\n| 1 |\n\n: T {#tbl-t}\n\n## Deux {#sec-deux}\n\n"
        "@fig-a, @fig-b, @tbl-t, @sec-uu, @Sec-deux, -@fig-b, [voir @fig-a], [@fig-a; @fig-b].\n"
    )
    html = corps(ecrire(tmp_path, index=texte))
    assert re.findall(r'class="renvoi" href="#([^"]*)">([^<]*)<', html) == [
        ("fig-a", "Figure\u00a01"),
        ("fig-b", "Figure\u00a02"),
        ("tbl-t", "Tableau\u00a01"),
        ("sec-uu", "section\u00a01.1"),
        ("sec-deux", "Section\u00a02"),
        ("fig-b", "2"),
        ("fig-a", "1"),
        ("fig-a", "Figure\u00a01"),
        ("fig-b", "Figure\u00a02"),
    ]
    assert '<h3><span class="numero">1.1</span> Un un</h3>' in html
    assert '<figcaption><span class="numero">Figure\u00a02\u00a0:</span> B</figcaption>' in html


def test_une_figure_de_figures_numerote_ses_parties(tmp_path):
    (tmp_path / "a.svg").write_text("<svg/>")
    texte = (
        "::: {#fig-t layout-ncol=2}\n![A](a.svg){#fig-a}\n\n![B](a.svg){#fig-b}\n\nEnsemble\n:::\n\n"
        "![C](a.svg){#fig-c}\n\n@fig-t @fig-b @fig-c\n"
    )
    html = corps(ecrire(tmp_path, index=texte))
    assert re.findall(r'class="renvoi"[^>]*>([^<]*)<', html) == [
        "Figure\u00a01",
        "Figure\u00a01\u00a0(b)",
        "Figure\u00a02",
    ]
    assert '<span class="numero">(b)</span> B' in html


def test_un_tableau_html_etiquete_prend_sa_legende(tmp_path):
    texte = "::: {#tbl-h}\n```{=html}\n<table><tr><td>1</td></tr></table>\n```\n\nLa légende\n:::\n\n@tbl-h\n"
    html = corps(ecrire(tmp_path, index=texte))
    assert '<table><caption><span class="numero">Tableau\u00a01\u00a0:</span> La légende</caption>' in html


def test_une_image_etiquetee_sans_legende_est_une_figure(tmp_path):
    (tmp_path / "a.svg").write_text("<svg/>")
    html = corps(ecrire(tmp_path, index='![](a.svg){#fig-a fig-alt="Une courbe"}\n\n@fig-a\n'))
    assert '<figure id="fig-a">' in html
    assert 'alt="Une courbe"' in html
    assert '<figcaption><span class="numero">Figure\u00a01\u00a0:</span></figcaption>' in html


def test_les_citations_sont_faites_par_citeproc_en_francais(pages):
    html = pages["rapports/enseignement.html"]
    assert '<a href="#ref-essai2020">Durand et Petit 2020</a>' in html
    assert "Durand, Lise, et Omar Petit. 2020." in html
    assert 'class="references csl-bib-body hanging-indent" role="list"' in html


def test_une_bibliographie_changee_fait_relire_la_page(tmp_path):
    racine = ecrire(tmp_path, index="---\nbibliography: b.bib\n---\n\n@a2020\n")
    (racine / "b.bib").write_text("@book{a2020, author={Un, A}, title={T}, year={2020}}")
    assert "Un" in corps(racine)
    (racine / "b.bib").write_text("@book{a2020, author={Deux, A}, title={T}, year={2020}}")
    assert "Deux" in corps(racine)


# Les raccourcis


def test_include_meta_var_et_saut_de_page(tmp_path):
    racine = ecrire(
        tmp_path,
        **{"_variables.yml": "a:\n  b: '**douze**'\n"},
        _fragments__x="---\ntitle: x\n---\n\nInclus, {{< meta serie >}}.\n",
        index="---\nserie: 3\n---\n\n{{< include _fragments/x.qmd >}}\n\n{{< var a.b >}}\n\n"
        "{{< pagebreak >}}\n\n`{{{< meta x >}}}`\n",
    )
    html = corps(racine)
    assert "<p>Inclus, 3.</p>" in html
    assert "<strong>douze</strong>" in html
    assert '<span class="saut-de-page"></span>' in html
    assert "<code>{{&lt; meta x &gt;}}</code>" in html


def test_une_inclusion_part_du_fichier_qui_inclut_ou_de_la_racine(tmp_path):
    racine = ecrire(
        tmp_path,
        index="# I\n",
        rapports__a="{{< include _f/un.qmd >}}\n\n{{< include /_g/trois.qmd >}}\n",
        rapports___f__un="{{< include deux.qmd >}}\n",
        rapports___f__deux="Deux.\n",
        _g__trois="Trois.\n",
    )
    html = corps(racine, "rapports/a")
    assert "Deux." in html
    assert "Trois." in html


def test_une_sortie_de_notebook_citee_garde_son_numero_et_dit_d_ou_elle_vient(pages):
    html = pages["rapports/enseignement.html"]
    assert '<caption><span class="numero">Tableau\u00a02\u00a0:</span> Phrases et entretiens par code</caption>' in html
    assert 'Source\u00a0: <a href="../notebooks/comptes.html">comptes</a>' in html


# Les liens


def test_les_liens_vers_les_sources_deviennent_des_liens_vers_les_pages(tmp_path):
    racine = ecrire(
        tmp_path,
        index="[a](rapports/a.qmd#ici) [b](/rapports/a.html?q=1#ici) [c](rapports/a.qmd)\n",
        rapports__a="## T {#ici}\n\n[x](../index.qmd) [y](#ici)\n\n"
        "```{=html}\n<a class='z' href='../index.qmd'>z</a>\n```\n",
    )
    site, problemes = composer_site(racine)
    assert problemes == []
    assert re.findall(r'href="([^"]*)"', site.pages["index.qmd"].html) == [
        "rapports/a.html#ici",
        "rapports/a.html?q=1#ici",
        "rapports/a.html",
    ]
    assert re.findall(r"href=[\"']([^\"']*)", site.pages["rapports/a.qmd"].html) == [
        "../index.html",
        "#ici",
        "../index.html",
    ]


def test_un_lien_vers_un_dossier_mene_a_son_accueil(tmp_path):
    racine = ecrire(tmp_path, index="[r](rapports/)\n", rapports__index="# R\n")
    assert 'href="rapports/index.html"' in corps(racine)


def test_les_ancres_accentuees_valent_avec_ou_sans_pourcents(tmp_path):
    racine = ecrire(tmp_path, index="## Été\n\n[a](#été) [b](#%C3%A9t%C3%A9)\n")
    assert verifier_projet(racine) == []


@given(
    st.lists(
        st.sampled_from(
            [
                '<a href="a.qmd">',
                "</a>",
                "<br/>",
                "<p id=x>",
                "texte é\n",
                "<!-- <a href=b> -->",
                "<svg>",
                "</svg>",
                "&amp;",
            ]
        )
    )
)
def test_une_page_sans_lien_a_changer_n_est_pas_touchee(morceaux):
    html = "".join(morceaux).replace('href="a.qmd"', 'href="https://exemple.invalid/"')
    problemes = []
    lieux = Lieux(Path(), {"index.qmd": "index.html"}, {"index.qmd": set()})
    assert lier(html, Source("index.qmd"), lieux, problemes) == html


@given(
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4),
    st.lists(st.sampled_from(["a", "d"]), max_size=3),
)
def test_un_chemin_relatif_mene_toujours_a_sa_cible(vers, dossier):
    adresse = "/".join([*dossier, "page.html"])
    cible = "/".join([*vers, "x.html"])
    assert posixpath.normpath(posixpath.join(*dossier, depuis(adresse, cible))) == cible


# La recherche


def test_l_index_a_une_entree_par_section_et_par_citation(site):
    texte = (site / "site_libs/recherche.js").read_text("utf-8")
    entrees = json.loads(texte.removeprefix("window.essRecherche = ").rstrip().removesuffix(";"))
    adresses = [entree[0] for entree in entrees]
    assert len(adresses) == len(set(adresses))
    assert "rapports/verbatims.html#v-E05-3-60" in adresses
    assert next(e for e in entrees if e[0].endswith("#v-E05-3-60"))[1:3] == ["Verbatims", "Les paroles"]
    assert "read_csv" not in texte
    assert "Cette phrase est inventée" not in texte


def test_une_page_se_retire_de_la_recherche(tmp_path):
    racine = ecrire(tmp_path, index="# Un\n\nvisible\n", b="---\nsearch: false\n---\n\nsecret\n")
    rendre_site(racine)
    index = (racine / "_site/site_libs/recherche.js").read_text("utf-8")
    assert "visible" in index
    assert "secret" not in index


def test_l_index_ne_ferme_jamais_son_script():
    assert "</script>" not in ecrire_index(extraire("<p>&lt;/script&gt;</p>", "a.html", "A"))


@given(st.lists(st.text("abcé ", min_size=1), max_size=6))
def test_l_index_ne_perd_ni_n_invente_un_mot(textes):
    html = "".join(
        f'<section id="s{rang}"><h2>T{rang}</h2><p>{texte}</p></section>' for rang, texte in enumerate(textes)
    )
    entrees = extraire(html, "p.html", "P")
    assert " ".join(entree.texte for entree in entrees).split() == " ".join(textes).split()
    assert [entree.section for entree in entrees if entree.section] == [f"T{rang}" for rang in range(len(textes))]


# Les pièces


@pytest.mark.parametrize(
    ("avant", "apres", "espace"),
    [
        ("mot", "?", "\u202f"),
        ("mot", "!", "\u202f"),
        ("mot", ";", "\u202f"),
        ("mot", ":", "\u00a0"),
        ("mot", "»", "\u00a0"),
        ("«", "mot", "\u00a0"),
        ("12", "%", "\u00a0"),
        ("8", "h", "\u00a0"),
        ("h", "43,", "\u00a0"),
        ("n°", "2005", "\u00a0"),
        ("(art.", "5,", "\u00a0"),
        ("§", "1,", "\u00a0"),
        ("un", "h", " "),
        ("mot", "mot", " "),
        ("mot", ":-)", "\u00a0"),
        ("a", "?b", " "),
    ],
)
def test_l_espace_est_celle_du_francais(avant, apres, espace):
    assert espacer(avant, apres) == espace


@given(st.text("ab ?:!»«", max_size=30))
def test_la_typographie_ne_change_aucun_mot(texte):
    assert re.sub(r"[ \u00a0\u202f]", " ", typographier(texte)) == texte


def test_les_attributs_inconnus_deviennent_des_donnees():
    assert attributs(["i", ["a", "b"], [["key", 'v"'], ["aria-label", "x"], ["fig-alt", "tu"]]]) == (
        ' id="i" class="a b" data-key="v&quot;" aria-label="x"'
    )
    assert balise("p", "x", None, lang="fr") == '<p lang="fr">x</p>'


def test_une_table_a_plusieurs_index_garde_ses_etendues():
    html = nettoyer_table(
        '<table border="1" class="dataframe"><thead><tr><th></th><th colspan="2">A</th></tr></thead>'
        '<tbody><tr><th rowspan="2">x</th><td>1</td><td>2</td></tr></tbody></table>'
    )
    assert '<th scope="colgroup" colspan="2">A</th>' in html
    assert '<th scope="rowgroup" rowspan="2">x</th>' in html
    assert "<td></td>" in html


def test_seules_les_colonnes_de_nombres_sont_a_droite():
    html = nettoyer_table(
        '<div>\n<table border="1" class="dataframe"><thead><tr style="text-align: right;">'
        "<th></th><th>n</th><th>mot</th></tr></thead>"
        "<tbody><tr><th>0</th><td>1,5</td><td>3 jours</td></tr>"
        "<tr><th>1</th><td>NaN</td><td>4</td></tr></tbody></table>\n</div>"
    )
    assert html.startswith('<table class="dataframe">')
    assert '<th scope="col" class="droite">n</th>' in html
    assert '<th scope="col">mot</th>' in html
    assert html.count('class="droite"') == 3


def test_une_legende_remplace_celle_de_la_table():
    assert (
        legender_table("<table><caption>a</caption><tr></tr></table>", "b")
        == "<table><caption>b</caption><tr></tr></table>"
    )


def test_les_motifs_gardent_leur_ordre_et_retirent(tmp_path):
    for nom in ("b.qmd", "a.qmd", "d/c.qmd", "d/e/f.qmd"):
        (tmp_path / nom).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / nom).touch()
    assert choisir_fichiers(tmp_path, ["d", "*.qmd", "!a.qmd"]) == ["d/c.qmd", "d/e/f.qmd", "b.qmd"]


def test_pandoc_dit_la_ligne_de_ce_qu_il_signale(tmp_path):
    analyse = Pandoc(tmp_path).analyser("un\n\n[^a]: x\n\n[^a]: y\n", {"lang": "fr"})
    assert any(avertissement.rang == 4 for avertissement in analyse.avertissements)


# Le moteur Quarto


def _faux_quarto(dossier, script):
    programme = dossier / "quarto"
    programme.write_text(f"#!/bin/sh\n{script}\n")
    programme.chmod(programme.stat().st_mode | stat.S_IEXEC)


@pytest.mark.skipif(os.name == "nt", reason="le faux Quarto est un script sh")
@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo 'WARN: Unable to resolve link target: a.qmd' >&2", "quarto : Unable to resolve link target: a.qmd"),
        ("printf '\\033[33mWARN\\033[39m: lien' >&2", "quarto : lien"),
        ("echo 'ERROR: non' >&2; exit 3", r"Quarto a échoué \(code 3\).*non"),
    ],
)
def test_les_avertissements_de_quarto_sont_des_erreurs(tmp_path, monkeypatch, script, message):
    racine = ecrire(tmp_path / "projet", index="# Un\n")
    _faux_quarto(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(ErreurDonnees, match=message):
        rendre_site(racine, moteur="quarto")
    assert not (racine / "_site").exists()


@pytest.mark.skipif(os.name == "nt", reason="le faux Quarto est un script sh")
def test_quarto_remplit_le_dossier_du_site(tmp_path, monkeypatch):
    racine = ecrire(tmp_path / "projet", index="# Un\n")
    _faux_quarto(tmp_path, '[ "$1 $3" = "render --output-dir" ] && echo "<p>$2" > "$4/index.html"')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert rendre_site(racine, moteur="quarto")[0].read_text() == f"<p>{racine}\n"


def test_sans_quarto_l_erreur_dit_quoi_faire(tmp_path, monkeypatch):
    racine = ecrire(tmp_path / "projet", index="# Un\n")
    monkeypatch.setattr(shutil, "which", lambda nom: None)
    with pytest.raises(ErreurDonnees, match=r"Quarto n'est pas installé\. Installez-le par environment\.yml"):
        rendre_site(racine, moteur="quarto")


@pytest.mark.parametrize(
    ("partie", "adresse"), [("f/index", "index.html"), ("f", "../f.html")], ids=["index", "voisine"]
)
def test_une_page_hors_de_la_barre_laterale_se_situe_par_ce_qui_ouvre_son_dossier(tmp_path, partie, adresse):
    projet = QUARTO.replace(
        "website:\n",
        "website:\n  page-navigation: true\n  sidebar:\n    contents:\n"
        f"      - section: Lire\n        contents: [{partie}.qmd]\n",
    )
    pages = {partie.replace("/", "__"): "# Fiches\n", "f__a": "# A\n", "f__b": "# B\n"}
    racine = ecrire(tmp_path, **{"_quarto.yml": projet}, index="# I\n", **pages)
    rendre_site(racine)
    html = (racine / "_site" / "f" / "a.html").read_text("utf-8")
    assert re.search(rf'class="ariane".*?Accueil.*?Lire.*?href="{adresse}">Fiches</a>.*?>A</li>', html, re.DOTALL)
    assert f'<a href="{adresse}" aria-current="true">Fiches</a>' in html
    assert 'rel="next" href="b.html"' in html
    assert 'rel="prev"' not in html
