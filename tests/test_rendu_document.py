"""Les cas limites d'une page : ce que chaque construction devient, et que nul texte n'y devient une balise."""

import copy
import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.rendu import rendre_site
from ess_analyse.rendu.balises import attributs, balise
from ess_analyse.rendu.dataframes import nettoyer_table
from ess_analyse.rendu.document import composer
from ess_analyse.rendu.mots import MOTS
from ess_analyse.rendu.noeuds import en_clair
from ess_analyse.rendu.pandoc import Pandoc
from ess_analyse.rendu.recherche import ecrire_index, extraire
from ess_analyse.rendu.renvois import numeroter
from ess_analyse.rendu.sources import Source

HOSTILE = "<script>alert(1)</script>"
INOFFENSIF = "&lt;script&gt;alert(1)&lt;/script&gt;"
NUMERO = re.compile(r'<span class="numero">([^<]*)</span>')
RENVOI = re.compile(r'class="renvoi" href="#([^"]*)">([^<]*)<')
# Between two letters: the spaces at the ends of a cell are rightly dropped.
TEXTES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40).map("a{}z".format)
AUCUN = ["", [], []]


@pytest.fixture(scope="module")
def rendre(tmp_path_factory):
    """Composer un texte Markdown : sa page et ses problèmes, sans le reste du site."""
    pandoc = Pandoc(tmp_path_factory.mktemp("document"))

    def une(texte, sections=False, problemes=None, biblio=""):
        fichiers = []
        if biblio:
            fichiers = [pandoc.racine / "b.bib"]
            fichiers[0].write_text(biblio, encoding="utf-8")
        fautes = [] if problemes is None else problemes
        arbre = pandoc.analyser(texte, {"lang": "fr", "link-citations": True}, fichiers).arbre
        page = composer(arbre, Source("index.qmd"), dict(MOTS), sections, fautes)
        assert problemes is not None or fautes == []
        return page

    return une


@pytest.fixture
def html(rendre):
    return lambda texte, **options: rendre(texte, **options).html


def mots(texte):
    """Du texte courant pour pandoc, sans passer par lui."""
    return [{"t": "Str", "c": texte}]


def ecrire_arbre(*blocs):
    """Composer des blocs donnés tels quels ; l'arbre reçu ne sert qu'une fois."""
    arbre = {"meta": {}, "blocks": copy.deepcopy(list(blocs))}
    return composer(arbre, Source("index.qmd"), dict(MOTS), False, [])


class _Lecteur(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.balises, self.texte = [], ""

    def handle_starttag(self, tag, attrs):
        self.balises.append(tag)

    def handle_data(self, data):
        self.texte += data

    def handle_comment(self, data):
        self.balises.append("commentaire")

    handle_decl = handle_pi = unknown_decl = handle_comment


def relire(html):
    """Les balises qu'un navigateur verrait, dans l'ordre, et le texte qu'il montrerait."""
    lecteur = _Lecteur()
    lecteur.feed(html)
    lecteur.close()
    return lecteur.balises, lecteur.texte


# Les encadrés


def test_un_titre_d_encadre_est_du_texte_et_dit_son_genre(html):
    sortie = html(f'::: {{.callout-note title="{HOSTILE} *x*"}}\nTexte\n:::\n')
    assert f'<span class="lecteur">Note\u00a0: </span>{INOFFENSIF} *x*</p>' in sortie
    assert "title=" not in sortie


def test_un_titre_d_encadre_vide_revient_a_celui_du_genre(html):
    sortie = html('::: {.callout-tip title=""}\nTexte\n:::\n')
    assert '<span class="signe" aria-hidden="true">✓</span> Astuce</p>' in sortie
    assert "lecteur" not in sortie


def test_un_encadre_replie_sans_titre_garde_un_resume_et_cache_ses_reglages(html):
    sortie = html('::: {.callout-warning collapse=true appearance="simple" icon=false}\nTexte\n:::\n')
    assert sortie.startswith('<details class="callout callout-warning">\n<summary class="callout-titre">')
    assert "</span> Avertissement</summary>" in sortie
    assert not re.search("collapse|appearance|icon|open", sortie)


def test_un_encadre_dans_un_encadre_et_dans_une_liste_garde_sa_place(html):
    sortie = html(
        ":::: {.callout-note collapse=true}\n::: {.callout-tip}\nDedans\n:::\n::::\n\n"
        "- puce\n\n  ::: {.callout-caution}\n  Prudence\n  :::\n"
    )
    encadre = ["p", "span", "div", "p"]
    assert relire(sortie)[0] == [
        *("details", "summary", "span", "div", "div", *encadre),
        *("ul", "li", "p", "div", *encadre),
    ]
    assert sortie.index("Dedans") < sortie.index("</details>") < sortie.index("Prudence") < sortie.index("</li>")


def test_un_titre_au_milieu_d_un_encadre_reste_hors_du_sommaire(rendre):
    page = rendre("::: {.callout-note}\nUn.\n\n## Dedans\n\nDeux.\n:::\n\n## Dehors\n")
    assert '<h2 id="dedans">Dedans</h2>' in page.html
    assert [titre.identifiant for titre in page.titres] == ["dehors"]


# Les onglets


def test_deux_groupes_d_onglets_ont_leurs_propres_ancres(html):
    un = "::: {.panel-tabset group=langue}\n## A\n\na\n\n## B\n\nb\n:::\n\n"
    sortie = html(un + un + un.replace(" group=langue", ""))
    ancres = re.findall(r'class="volet" id="([^"]*)"', sortie)
    assert ancres == [f"onglets-{rang}-{volet}" for rang in (1, 2, 3) for volet in (1, 2)]
    assert sortie.count('<div class="onglets" data-groupe="langue"') == 2
    assert sortie.count('<div class="onglets" data-titre=') == 1
    titres = re.findall(r'<h2 class="volet-titre" id="([^"]*)">', sortie)
    assert len(set(titres)) == len(titres) == 6


def test_le_nom_des_onglets_est_du_texte_dit_une_fois(html):
    sortie = html(
        '::: {.panel-tabset group="\\"><b>"}\n## Un[^n] *mot* "dit" ? `a<b`\n\nA\n\n## \\<i>\n\nB\n:::\n\n[^n]: Note.\n'
    )
    assert 'data-titre="Un mot «\u00a0dit\u00a0»\u202f? a&lt;b, &lt;i&gt;"' in sortie
    assert 'data-groupe="&quot;&gt;&lt;b&gt;"' in sortie
    assert re.findall(r'id="note(\d)"', sortie) == ["1"]
    assert re.findall(r'id="appel(\d)"', sortie) == ["1"]


def test_un_onglet_contient_des_blocs_de_quarto(html):
    sortie = html(":::: {.panel-tabset}\n### A\n\n::: {.callout-tip}\nx\n:::\n\n#### Sous-titre\n\ny\n::::\n")
    assert sortie.count('class="volet"') == 1
    assert '<div class="callout callout-tip">' in sortie
    assert '<h4 id="sous-titre">Sous-titre</h4>' in sortie


# Les sections


def test_un_niveau_saute_et_une_section_sans_numero_ne_decalent_rien(rendre):
    page = rendre(
        "# Page\n\n## A\n\n#### B\n\n## C {.unnumbered}\n\n## D {.unlisted}\n\n### E {-}\n\n### F\n", sections=True
    )
    assert [(titre.niveau, titre.texte) for titre in page.titres] == [
        (2, "1 A"),
        (4, "1.0.1 B"),
        (2, "C"),
        (3, "E"),
        (3, "2.1 F"),
    ]
    assert '<h2><span class="numero">2</span> D</h2>' in page.html
    assert "<h2>C</h2>" in page.html


def test_les_sections_s_emboitent_et_se_ferment(html):
    sortie = html("Avant\n\n## A\n\n### B\n\n## C\n")
    assert re.findall(r"<(/?section)[^>]*?(?: class=\"(niveau\d)\")?>", sortie) == [
        ("section", "niveau2"),
        ("section", "niveau3"),
        ("/section", ""),
        ("/section", ""),
        ("section", "niveau2"),
        ("/section", ""),
    ]
    assert sortie.index("Avant") < sortie.index("<section")


def test_la_numerotation_part_du_plus_haut_titre_present(html):
    assert NUMERO.findall(html("### A\n\n#### B\n\n### C\n", sections=True)) == ["1", "1.1", "2"]
    assert NUMERO.findall(html("### A\n\n#### B\n")) == []


def test_un_titre_dit_ses_formules_et_son_code_en_clair(rendre):
    page = rendre("# Si $a<b$ `#x`{=typst}?\n\n## `<i>` et $c > d$\n")
    assert page.meta["title"][1] == "Si a<b\u202f?"
    assert page.titres[0].texte == "<i> et c>d"
    assert "<code>&lt;i&gt;</code> et <math" in page.html


# Les notes


def test_les_notes_gardent_leurs_blocs_et_leur_retour(html):
    sortie = html("Un[^a] deux[^b] trois^[Trois `a<b`.].\n\n[^a]: Puces\n\n    - x\n\n[^b]: Code\n\n        y\n")
    notes = sortie[sortie.index('role="doc-endnotes"') :]
    assert re.findall(r'<a id="appel(\d)" href="#note\1" role="doc-noteref">\1</a>', sortie) == ["1", "2", "3"]
    assert re.findall(r'href="#appel(\d)" role="doc-backlink"', notes) == ["1", "2", "3"]
    assert '</ul> <a class="retour" href="#appel1"' in notes
    assert '<pre><code>y</code></pre> <a class="retour" href="#appel2"' in notes
    assert '<code>a&lt;b</code>. <a class="retour" href="#appel3"' in notes
    assert "</a></p></li>" in notes


def test_une_note_appelee_deux_fois_a_deux_retours_distincts(html):
    sortie = html("Un[^a] et deux[^a].\n\n[^a]: Même note.\n")
    assert re.findall(r'id="((?:appel|note)\d)"', sortie) == ["appel1", "appel2", "note1", "note2"]
    assert sortie.count("Même note.") == 2


def test_une_note_dans_un_titre_ou_une_table_ne_passe_pas_au_sommaire(rendre):
    page = rendre("## Titre^[Du titre.]\n\n| a |\n|---|\n| x^[De la case.] |\n")
    assert page.titres[0].texte == "Titre"
    assert page.html.index("De la case.") > page.html.index("</table>")
    assert re.findall(r'<li id="note\d"><p>([^<]*\.) <a', page.html) == ["Du titre.", "De la case."]


def test_sans_note_pas_de_section_de_notes(html):
    assert html("Rien.\n") == "<p>Rien.</p>\n"


# Les listes


def test_les_definitions_s_emboitent(html):
    sortie = html("A\n\n:   un\n\n    B\n    :   deux\n\n:   autre\n\nC *c*\n:   `x`\n")
    assert relire(sortie)[0] == ["dl", "dt", "dd", "p", "dl", "dt", "dd", "dd", "p", "dt", "em", "dd", "code"]
    assert "<dt>B</dt>\n<dd>deux\n</dd>\n</dl>" in sortie


@pytest.mark.parametrize(
    ("markdown", "attendu"),
    [
        ("- [ ] à faire\n- [x] fait", "<ul>\n<li>☐ à faire\n</li>\n<li>☒ fait\n</li>\n</ul>"),
        ("II. deux", '<ol start="2" type="I">\n<li>deux\n</li>\n</ol>'),
        ("i. un\nii. deux", '<ol type="i">\n<li>un\n</li>\n<li>deux\n</li>\n</ol>'),
        ("- a\n    1. b", "<ul>\n<li>a\n<ol>\n<li>b\n</li>\n</ol>\n</li>\n</ul>"),
        ("- a\n\n- b", "<ul>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ul>"),
        ("> a\n>\n> > b", "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>"),
    ],
)
def test_les_listes_et_citations_s_emboitent(html, markdown, attendu):
    assert html(markdown + "\n").strip() == attendu


# Les figures et les renvois


def test_une_figure_de_figures_a_une_case_par_partie(html):
    sortie = html(
        '::: {#fig-t layout-ncol=2}\n![A](a.svg){#fig-a}\n\n![B](b.svg){#fig-b}\n\nEnsemble "<"\n:::\n\n'
        "@Fig-t, @fig-b et @fig-b, [-@fig-a; -@fig-b], [voir @fig-t p. 3].\n"
    )
    assert re.findall(r'<figure id="([^"]*)"', sortie) == ["fig-t", "fig-a", "fig-b"]
    assert sortie.count('<div><figure id="fig-') == 2
    assert NUMERO.findall(sortie) == ["(a)", "(b)", "Figure\u00a01\u00a0:"]
    assert "</span> Ensemble «\u00a0&lt;\u00a0»</figcaption>" in sortie
    assert RENVOI.findall(sortie) == [
        ("fig-t", "Figure\u00a01"),
        ("fig-b", "Figure\u00a01\u00a0(b)"),
        ("fig-b", "Figure\u00a01\u00a0(b)"),
        ("fig-a", "1\u00a0(a)"),
        ("fig-b", "1\u00a0(b)"),
        ("fig-t", "1"),
    ]
    assert re.search(r"voir\s<a[^>]*>1</a>\sp\.\s3\.</p>", sortie)


def test_un_renvoi_precede_ce_qu_il_montre_et_se_repete(html):
    sortie = html("Voir @tbl-x, puis @tbl-x.\n\n| a |\n|---|\n| 1 |\n\n: L {#tbl-x}\n\nEncore @tbl-x.\n")
    assert RENVOI.findall(sortie) == [("tbl-x", "Tableau\u00a01")] * 3
    assert sortie.count('id="tbl-x"') == 1


def test_un_renvoi_dans_un_titre_mene_a_sa_figure(html):
    assert "<h2>Selon <a" in html('## Selon @fig-a\n\n![x](a.svg){#fig-a}\n\n::: {lang="en"}\n@fig-a\n:::\n')


def test_un_renvoi_irresolu_propose_l_etiquette_la_plus_proche(rendre):
    problemes = []
    page = rendre("![x](a.svg){#fig-courbe}\n\n@fig-coubre et @sec-a\n\n## A {#sec-a}\n", problemes=problemes)
    assert [(un.message, un.valeur) for un in problemes] == [
        ("référence irrésolue", "@fig-coubre"),
        ("renvoi à une section sans numéro", "@sec-a"),
    ]
    assert "fig-courbe" in problemes[0].remede
    assert "fig-coubre" not in page.html


def test_les_figures_sans_etiquette_ne_comptent_pas(html):
    sortie = html("![Sans](a.svg)\n\n![Avec](a.svg){#fig-a}\n")
    assert "<figcaption>Sans</figcaption>" in sortie
    assert NUMERO.findall(sortie) == ["Figure\u00a01\u00a0:"]


@given(st.lists(st.sampled_from(["fig", "tbl"]), max_size=8))
def test_chaque_genre_compte_de_un_en_un(genres):
    blocs = [{"t": "Figure", "c": [[f"{genre}-{rang}", [], []], [None, []], []]} for rang, genre in enumerate(genres)]
    cibles = numeroter(blocs, False).cibles
    for genre in ("fig", "tbl"):
        suite = [int(renvoi.numero) for renvoi in cibles.values() if renvoi.genre == genre]
        assert suite == list(range(1, genres.count(genre) + 1))


def test_une_image_dit_taille_style_et_texte_sans_attribut_double(html):
    sortie = html(
        '![A](a.svg){width=50% height=20 style="border:0"}\n\n'
        f'![Une *lé*](b.svg "t<"){{#fig-x .c fig-alt="{HOSTILE}\\"" width=300}}\n\n![](c.svg){{fig-alt=""}}\n'
    )
    assert '<img style="border:0;width:50%;" src="a.svg" alt="A" height="20">' in sortie
    assert f'<img class="c" src="b.svg" alt="{INOFFENSIF}&quot;" width="300" title="t&lt;">' in sortie
    assert "</span> Une <em>lé</em></figcaption>" in sortie
    assert '<img src="c.svg" alt="">' in sortie


def test_une_disposition_garde_son_style(html):
    sortie = html('::: {layout-ncol=3 .large style="color:red;"}\na\n\nb\n:::\n')
    assert '<div class="disposition large" style="color:red;--colonnes:3">' in sortie
    assert "<div><p>a</p></div>\n<div><p>b</p></div>" in sortie


# Les tables


def test_une_table_garde_cases_vides_alignement_et_chevrons(html):
    sortie = html("| a |  | c |\n|:-:|--|--:|\n|  | `x|y` | \\<b> |\n| 1 |  | **3** |\n")
    assert '<tr><th class="centre" scope="col">a</th><td></td><th class="droite" scope="col">c</th></tr>' in sortie
    assert '<tr><td class="centre"></td><td><code>x|y</code></td><td class="droite">&lt;b&gt;</td></tr>' in sortie
    assert '<tr><td class="centre">1</td><td></td><td class="droite"><strong>3</strong></td></tr>' in sortie


def test_une_longue_table_reste_dans_son_cadre_sans_largeurs(html):
    sortie = html("| a | b |\n|-----|---------------|\n| " + "mot " * 60 + "| x |\n" + "| y | z |\n" * 80)
    assert sortie.startswith('<div class="table-large">\n<table>')
    assert sortie.count("<tr>") == 82
    assert "width" not in sortie
    assert "<col" not in sortie


def test_une_table_en_grille_a_des_listes_et_des_etendues(html):
    sortie = html(
        "+---+-----+---+\n| a       | b |\n+===+=====+==:+\n| 1 | - l | x |\n|   | - m |   |\n+---+-----+---+\n"
    )
    assert '<th colspan="2" scope="colgroup">a</th><th class="droite" scope="col">b</th>' in sortie
    assert '<tr><td>1</td><td><ul>\n<li>l\n</li>\n<li>m\n</li>\n</ul></td><td class="droite">x</td></tr>' in sortie


def test_la_legende_d_une_table_sans_etiquette_n_a_pas_de_numero(html):
    sortie = html("| a |\n|---|\n| 1 |\n\n: Une *légende* : \\<b>\n")
    assert "<caption>Une <em>légende</em>\u00a0: &lt;b&gt;</caption>" in sortie


def test_une_table_de_pandas_est_accessible_et_echappee():
    donnees = pd.DataFrame(
        {"n": [1.5, None], "mot": [HOSTILE, "x" * 200], "jour": ["2024-01-02", "—"]},
        index=pd.Index(["a", "b"], name="code"),
    )
    with pd.option_context("display.max_colwidth", None):
        propre = nettoyer_table(donnees._repr_html_())
    assert propre.startswith('<table class="dataframe">')
    assert '<th scope="row">a</th>' in propre
    assert '<td class="droite">NaN</td>' in propre
    assert f"<td>{INOFFENSIF}</td>" in propre
    assert "<td>2024-01-02</td>" in propre
    assert "x" * 200 in propre
    assert relire(propre)[0].count("th") == 6
    sans_index = nettoyer_table(donnees.to_html(index=False))
    assert 'scope="row"' not in sans_index
    assert '<td class="droite">1.5</td>' in sans_index


# Le code, la langue, la typographie


def test_le_code_garde_ses_espaces_et_ses_chevrons(html):
    sortie = html(
        "`« a ? b : c »` ?\n\n```\n« x ? » : <b>&amp;\n```\n\n``` {.python}\nx = '<b>'  # « a ? »\n```\n\n"
        '```{.zzz cle="<"}\n</code>\n```\n'
    )
    assert "<code>« a ? b : c »</code>\u202f?</p>" in sortie
    assert "<pre><code>« x ? » : &lt;b&gt;&amp;amp;</code></pre>" in sortie
    assert '<pre class="zzz" data-cle="&lt;"><code>&lt;/code&gt;</code></pre>' in sortie
    assert "« a ? »" in relire(sortie)[1]
    assert "b" not in relire(sortie)[0]


def test_l_espace_insecable_traverse_la_mise_en_forme_et_les_fins_de_ligne(html):
    assert html("**Gras** : *mot*\n? « *la* » [x](#) !\n") == (
        '<p><strong>Gras</strong>\u00a0: <em>mot</em>\u202f? «\u00a0<em>la</em>\u00a0» <a href="#">x</a>\u202f!</p>\n'
    )


def test_la_langue_d_un_passage_est_dite(html):
    sortie = html("Le mot [workflow]{lang=en} et\n\n::: {lang=en}\nA quote\n:::\n\n> [Hola]{lang=es dir=ltr}\n")
    assert re.findall(r'<(\w+) lang="(\w+)"', sortie) == [("span", "en"), ("div", "en"), ("span", "es")]
    assert 'dir="ltr"' in sortie


def test_guillemets_simples_petites_capitales_et_souligne(html):
    assert html("'un' et [xix]{.smallcaps} [u]{.underline}\n") == (
        '<p>‘un’ et <span class="petites-capitales">xix</span> <u>u</u></p>\n'
    )


def test_une_formule_seule_est_un_bloc_et_garde_sa_source(html):
    sortie = html("$$\nx<y\n$$\n\net $\\alpha$.\n")
    assert sortie.count('display="block"') == sortie.count('display="inline"') == 1
    assert '<annotation encoding="application/x-tex">\\alpha</annotation>' in sortie
    assert "<mo>&lt;</mo>" in sortie


# Les citations


def test_les_citations_se_groupent_et_ne_sont_listees_qu_une_fois(rendre):
    biblio = "@book{a2020, author={Un, A}, title={<b>T}, year={2020}}\n@book{b2021, author={Deux, B}, year={2021}}"
    page = rendre("@a2020 et [@b2021, p. 3; -@a2020], [voir @a2020].\n", biblio=biblio)
    assert page.html.count('id="ref-a2020"') == page.html.count('id="ref-b2021"') == 1
    assert page.html.count('href="#ref-a2020"') == 3
    assert page.html.count('role="listitem"') == 2
    assert "<h2>Références</h2>" in page.html
    assert page.titres[-1].texte == "Références"
    assert "b" not in relire(page.html)[0]


def test_un_titre_ecrit_avant_les_references_n_est_pas_double(html):
    sortie = html(
        "@a2020\n\n## Lire\n\n::: {#refs}\n:::\n", biblio="@book{a2020, author={Un, A}, title={T}, year={2020}}"
    )
    assert "Références" not in sortie
    assert sortie.index("<h2>Lire</h2>") < sortie.index('id="ref-a2020"')


def test_sans_citation_pas_de_references(html):
    assert html("Rien.\n", biblio="@book{a2020, author={Un, A}, year={2020}}") == "<p>Rien.</p>\n"


# Le texte hostile


def test_un_attribut_hostile_devient_une_donnee_inoffensive(html):
    sortie = html(
        "[x]{foo='\"><script>' onclick='a()'} [l](u \"t<>\"){target=_blank}\n\n::: {#a .b onload=x}\nq\n:::\n"
    )
    assert '<span data-foo="&quot;&gt;&lt;script&gt;" data-onclick="a()">x</span>' in sortie
    assert '<a target="_blank" href="u" title="t&lt;&gt;">l</a>' in sortie
    assert '<div id="a" class="b" data-onload="x">' in sortie


@pytest.mark.parametrize(
    "markdown",
    ["\\<script>alert(1)\\</script>", "`<script>alert(1)</script>`", "&lt;script>alert(1)&lt;/script>"],
)
@pytest.mark.parametrize("moule", ["{}", "## {}", "- {}", "> {}", "x^[{}]", "| a |\n|---|\n| {} |", "T\n:   {}"])
def test_le_texte_hostile_est_montre_partout_tel_qu_il_est_ecrit(html, moule, markdown):
    balises, texte = relire(html(moule.format(markdown) + "\n"))
    assert HOSTILE in texte
    assert "script" not in balises


@given(TEXTES)
def test_un_texte_quelconque_ressort_lisible_et_jamais_comme_balise(texte):
    cellule = [AUCUN, {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": mots(texte)}]]
    table = [
        AUCUN,
        [None, []],
        [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]],
        [AUCUN, []],
        [[AUCUN, 0, [], [[AUCUN, [cellule]]]]],
        [AUCUN, []],
    ]
    page = ecrire_arbre(
        {"t": "Para", "c": mots(texte)},
        {"t": "Header", "c": [2, ["h", [], []], mots(texte)]},
        {"t": "Table", "c": table},
        {"t": "CodeBlock", "c": [AUCUN, texte]},
    )
    balises, dit = relire(page.html)
    assert balises == ["p", "section", "h2", "div", "table", "tbody", "tr", "td", "pre", "code"]
    assert dit.count(texte) == 4
    assert page.titres[0].identifiant == "h"


@given(TEXTES, TEXTES)
def test_un_attribut_quelconque_se_relit_sans_perte(valeur, autre):
    lus = []

    class Lecteur(HTMLParser):
        def handle_starttag(self, tag, attrs):
            lus.append((tag, dict(attrs)))

    Lecteur().feed(balise("p", "", ["i", ["c"], [["title", valeur], ["cle", autre]]]))
    assert lus == [("p", {"id": "i", "class": "c", "title": valeur, "data-cle": autre})]


@given(st.lists(st.tuples(st.sampled_from(["style", "title", "cle", "data-cle"]), st.sampled_from("ab")), max_size=5))
def test_aucun_attribut_n_est_ecrit_deux_fois(paires):
    noms = re.findall(r' ([\w-]+)="', attributs(["", [], [list(paire) for paire in paires]], [("style", "c")]))
    assert len(noms) == len(set(noms))
    assert noms.count("style") == 1


@given(st.lists(TEXTES, max_size=4))
def test_deux_compositions_donnent_la_meme_page(textes):
    blocs = [
        bloc
        for rang, texte in enumerate(textes)
        for bloc in (
            {"t": "Header", "c": [1 + rang % 3, [f"t{rang}", [], []], mots(texte)]},
            {"t": "Para", "c": [*mots(texte), {"t": "Note", "c": [{"t": "Para", "c": mots(texte)}]}]},
        )
    ]
    page = ecrire_arbre(*blocs)
    assert page == ecrire_arbre(*blocs)
    assert page.html.count('role="doc-noteref"') == page.html.count('role="doc-backlink"') == len(textes)


@pytest.mark.parametrize(
    ("noeud", "attendu"),
    [
        ({"t": "RawInline", "c": ["html", "a &lt; b<br>"]}, "a < b"),
        ({"t": "RawInline", "c": ["typst", "#pagebreak()"]}, ""),
        ({"t": "Note", "c": [{"t": "Para", "c": [{"t": "Str", "c": "x"}]}]}, ""),
        ({"t": "Quoted", "c": [{"t": "DoubleQuote"}, [{"t": "Str", "c": "x"}]]}, "« x »"),
        ({"t": "RawInline", "c": ["html", "<mi>x</mi><annotation>\nx\n</annotation>"]}, "x"),
    ],
)
def test_le_texte_seul_ne_garde_ni_balise_ni_note(noeud, attendu):
    assert en_clair([noeud]) == attendu


# La recherche


def test_l_index_garde_accents_ligatures_et_mots_entiers():
    entrees = extraire(
        '<p>Un<br>x<em>y</em>z</p><section id="s"><h2>Cœur <em>été</em> &amp; c.</h2>'
        "<p>ﬁn&nbsp;: l’œuvre</p><ul><li>a</li><li>b</li></ul></section>",
        "p.html",
        "Pagé",
    )
    assert [tuple(entree) for entree in entrees] == [
        ("p.html", "Pagé", "", "Un xyz"),
        ("p.html#s", "Pagé", "Cœur été & c.", "ﬁn : l’œuvre a b"),
    ]
    ligne = ecrire_index(entrees).splitlines()[2]
    assert "œuvre" in ligne
    assert json.loads(ligne) == list(entrees[1])


def test_l_index_ignore_notes_code_masque_et_onglets_comme_sections():
    entrees = extraire(
        '<section id="s"><h2>T</h2><section class="volet" id="o"><h3>V</h3><p>v</p></section>'
        '<div class="cellule-code"><pre>import</pre></div><script>s()</script><pre>visible</pre>'
        '<div class="notes"><p>note</p></div><article id="q"><p>dit</p></article><p>après</p></section>',
        "p.html",
        "P",
    )
    assert [(entree.adresse, entree.section, entree.texte) for entree in entrees] == [
        ("p.html", "", ""),
        ("p.html#s", "T", "V v visible après"),
        ("p.html#q", "T", "dit"),
    ]


def test_l_index_ne_dit_pas_deux_fois_une_formule(html):
    (entree,) = extraire(html("Soit $x<y$ ici.\n"), "p.html", "P")
    assert entree.texte.replace(" ", "") == "Soitx<yici."


# Le gabarit

QUARTO = """project:
  type: website
website:
  title: "Essai <b> : oui"
  description: Du site
  site-url: https://exemple.invalid/base/
  open-graph: true
  page-navigation: true
  sidebar:
    contents:
      - index.qmd
      - section: "Partie <i>"
        contents: [r/a.qmd, r/b.qmd]
      - r/c.qmd
lang: fr
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Un petit site aux titres hostiles, rendu une fois."""
    racine = tmp_path_factory.mktemp("gabarit")
    (racine / "r").mkdir()
    textes = {
        "_quarto.yml": QUARTO,
        "index.qmd": '---\ntitle: "Essai \\\\<b> : oui"\n---\n\nAccueil\n',
        "r/a.qmd": f'---\ntitle: "A & `{HOSTILE}` ?"\ndescription: \'Dit "a<b"\'\n---\n\n## S\n\nx\n',
        "r/b.qmd": "---\ntitle: B\nlang: en\ntoc-title: 'Ici <u>'\n---\n\n## Sous `<i>`\n\n### Plus\n\n#### Trop\n",
        "r/c.qmd": "---\ntitle: C\nsubtitle: Sous *titre*\nauthor: Ada\ndate: '2024'\nabstract: Bref\n"
        "page-layout: full\ntoc: false\n---\n\n## S\n\nfin\n",
    }
    for nom, texte in textes.items():
        (racine / nom).write_text(texte, encoding="utf-8")
    return {chemin.name: chemin.read_text("utf-8") for chemin in rendre_site(racine)}


def metas(html):
    return dict(re.findall(r'<meta (?:name|property)="([^"]*)" content="([^"]*)">', html))


def test_le_partage_dit_ce_que_quarto_dit_et_rien_d_autre(pages):
    accueil, page = metas(pages["index.html"]), metas(pages["a.html"])
    for dites in (accueil, page):
        assert [cle for cle in dites if cle.startswith("og:")] == ["og:title", "og:description", "og:site_name"]
    assert '<link rel="canonical" href="https://exemple.invalid/base/">' in pages["index.html"]
    assert '<link rel="canonical" href="https://exemple.invalid/base/r/a.html">' in pages["a.html"]
    assert accueil["og:site_name"] == page["og:site_name"] == "Essai &lt;b&gt; : oui"


def test_la_description_est_celle_de_la_page_sinon_du_site(pages):
    assert metas(pages["a.html"])["description"] == "Dit &#34;a&lt;b&#34;"
    assert metas(pages["a.html"])["og:description"] == metas(pages["a.html"])["description"]
    assert metas(pages["b.html"])["og:description"] == "Du site"
    assert metas(pages["c.html"])["description"] == "Du site"
    assert metas(pages["c.html"])["og:description"] == "Bref", "sans description, Quarto partage le résumé"


def test_un_titre_hostile_est_du_texte_partout_ou_il_est_repete(pages):
    html = pages["a.html"]
    assert f"<title>A &amp; {INOFFENSIF}\u202f? – Essai &lt;b&gt; : oui</title>" in html
    assert metas(html)["og:title"] == f"A &amp; {INOFFENSIF}\u202f? – Essai &lt;b&gt; : oui"
    assert f"<h1>A &amp; <code>{INOFFENSIF}</code>\u202f?</h1>" in html
    for page in pages.values():
        assert "alert(1)</script>" not in page
        assert f'href="{"r/" if "accueil" in page else ""}a.html"' in page
        assert not {"b", "i", "u"} & set(relire(page)[0])


def test_le_fil_d_ariane_passe_par_la_partie_et_finit_par_la_page(pages):
    def fil(nom):
        ariane = re.search(r'class="ariane".*?</nav>', pages[nom], re.DOTALL)
        return re.findall(r"<li[^>]*>(.*?)</li>", ariane[0]) if ariane else []

    accueil = '<a href="../index.html">Accueil</a>'
    assert fil("index.html") == []
    assert fil("b.html") == [accueil, "Partie &lt;i&gt;", "B"]
    assert fil("c.html") == [accueil, "C"]


def test_les_voisines_suivent_la_barre_laterale_d_un_dossier_a_l_autre(pages):
    voisines = {nom: re.findall(r'rel="(prev|next)" href="([^"]*)"', html) for nom, html in pages.items()}
    assert voisines == {
        "index.html": [("next", "r/a.html")],
        "a.html": [("prev", "../index.html"), ("next", "b.html")],
        "b.html": [("prev", "a.html"), ("next", "c.html")],
        "c.html": [("prev", "b.html")],
    }
    assert f"<span>Page précédente</span> A &amp; {INOFFENSIF}\u202f?</a>" in pages["b.html"]


def test_seule_la_section_de_la_page_est_ouverte(pages):
    partie = "<details{}>\n<summary>Partie &lt;i&gt;</summary>"
    assert partie.format(" open") in pages["a.html"]
    assert partie.format("") in pages["c.html"]
    assert '<a href="c.html" aria-current="page">C</a>' in pages["c.html"]


def test_le_theme_est_lu_avant_les_feuilles_et_sait_les_deux(pages):
    for nom, html in pages.items():
        racine = "./" if nom == "index.html" else "../"
        script = html.index(f'<script src="{racine}site_libs/theme.js"></script>')
        assert script < html.index('rel="stylesheet"') < html.index("</head>")
        assert metas(html)["color-scheme"] == "light dark"
        assert '<span class="lecteur">Thème sombre</span>' in html
        assert f'data-racine="{racine}"' in html


def test_la_page_dit_sa_langue_son_sommaire_et_sa_profondeur(pages):
    html = pages["b.html"]
    assert '<html lang="en"' in html
    assert '<nav class="sommaire" aria-label="Ici &lt;u&gt;">' in html
    assert re.findall(r'<li><a href="#([^"]*)">([^<]*)</a>', html) == [("sous-i", "Sous &lt;i&gt;"), ("plus", "Plus")]
    assert "<h4>Trop</h4>" in html


def test_la_tete_de_page_dit_sous_titre_signature_et_resume(pages):
    html = pages["c.html"]
    assert '<p class="surtitre">Sous <em>titre</em></p>' in html
    assert '<p class="signature">Ada · 2024</p>' in html
    assert '<p class="resume-titre">Résumé</p>\nBref</div>' in html
    assert '<body class="pleine avec-lateral"' in html
    assert 'class="sommaire"' not in html
    assert "signature" not in pages["b.html"]
