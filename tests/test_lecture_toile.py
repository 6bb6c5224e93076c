"""Lire une page HTML : celles de LibreOffice, celles du web, et celles qu'un malveillant écrit."""

import re
import time
import tracemalloc
import unicodedata
from contextlib import suppress
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.toile import lire_html

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
FODT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="{OASIS}:office:1.0" xmlns:text="{OASIS}:text:1.0" xmlns:table="{OASIS}:table:1.0"
 xmlns:style="{OASIS}:style:1.0" xmlns:fo="{OASIS}:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:automatic-styles><style:style style:name="B" style:family="text"><style:text-properties
 fo:font-weight="bold"/></style:style><style:page-layout style:name="pm1"/></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm1"><style:header>
<text:p>EN-TÊTE</text:p></style:header></style:master-page></office:master-styles><office:body><office:text>
<text:h text:outline-level="1">Un titre</text:h>
<text:p><text:span text:style-name="B">Élodie :</text:span> Ça va\u00a0? L’œuvre – 5 € 😀 &lt;rires&gt; &amp;
co</text:p>
<text:p>Rose : On ressaisit<office:annotation><dc:creator>Zoé</dc:creator><text:p>REMARQUE</text:p></office:annotation>
 tout<text:line-break/>deux fois<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>
<text:note-body><text:p>Une note.</text:p></text:note-body></text:note>.</text:p>
<text:list><text:list-item><text:p>Une puce, numé\u00adrique</text:p></text:list-item></text:list>
<table:table><table:table-column table:number-columns-repeated="2"/>%s</table:table>
<text:p>Fin.</text:p></office:text></office:body></office:document>
"""
TOURS = [("Claire", "Ça va ?"), ("Rose", "Oui."), ("Claire", "Bien."), ("Rose", "Voilà.")]


@pytest.fixture(scope="session")
def page(convertir, tmp_path_factory):
    """Une page que LibreOffice a écrite."""
    dossier = tmp_path_factory.mktemp("toile")
    rangees = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{case}</text:p></table:table-cell>" for case in tour)
        + "</table:table-row>"
        for tour in TOURS
    )
    (dossier / "page.fodt").write_text(FODT % rangees, encoding="utf-8")
    convertir("html", dossier, dossier / "page.fodt")
    return (dossier / "page.html").read_text(encoding="utf-8")


def textes(page):
    return [paragraphe.texte for paragraphe in lire_html(page).paragraphes]


def lettres(texte):
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", texte)))


def test_une_vraie_page_garde_ce_qui_est_dit_et_tait_le_reste(page):
    lu = lire_html(page)
    assert [(p.locuteur, p.texte) for p in lu.paragraphes] == [
        (None, "Un titre"),
        (None, "Élodie : Ça va\u00a0? L’œuvre – 5 € 😀 <rires> & co"),
        (None, "Rose : On ressaisit tout\ndeux fois."),
        (None, "Une puce, numérique"),
        *TOURS,
        (None, "Fin."),
        (None, "[Note : Une note.]"),
    ]
    assert lu.paragraphes[1].gras == len("Élodie :")
    assert set(lu.constats) == {
        "1 élément <style> laissé de côté",
        "1 commentaire laissé de côté",
        "1 en-tête ou pied de page laissé de côté",
        "2 appels de note laissés de côté",
        "1 tableau lu comme suite de tours",
    }


@pytest.mark.parametrize(
    ("source", "attendu"),
    [
        ("<p>un<p>deux", ["un", "deux"]),
        ("<div>un<div>deux</div>trois</div>", ["un", "deux", "trois"]),
        ("un<br>deux<br/>trois<BR />quatre", ["un\ndeux\ntrois\nquatre"]),
        ("<p> un \n\t deux <i>trois </i> quatre</p>", ["un deux trois quatre"]),
        ("<p>a&nbsp;b&eacute;&#233;&#xE9;&euro;&#128;&amp;lt;</p>", ["a\u00a0bééé€€&lt;"]),
        ("<p>nume&#769;&shy;rique</p>", ["numérique"]),
        ("<p>3 < 5 et a<b>c</b> &inconnue; AT&T</p>", ["3 < 5 et ac &inconnue; AT&T"]),
        ("<ul><li>un<li>deux<ul><li>trois</ul></ul>", ["un", "deux", "trois"]),
        ("<dl><dt>Claire<dd>Oui.</dl>", ["Claire", "Oui."]),
        ("<table><tr><td>a<td>b<tr><td><p>c<p>d</table>e", ["a", "b", "c", "d", "e"]),
        ("<table><caption>t</caption><tr><td>a</td></tr></table>", ["t", "a"]),
        ("<table><tr><td>a<table><tr><td>b</table>c</table>", ["a", "b", "c"]),
        ("<table>hors<tr>ligne<td>a", ["hors", "ligne", "a"]),
        ("<td>seule</td>", ["seule"]),
        ("</table></td></p></div></b>oui", ["oui"]),
        ("<pre>un\n  deux\n\ntrois</pre>quatre\ncinq", ["un", "deux", "trois", "quatre cinq"]),
        ("<script>var a = '<p>non</p>';</script><p>oui", ["oui"]),
        ("<style>p { color: red }</style><p>oui", ["oui"]),
        ("<SCRIPT type=x>non</Script ><p>oui", ["oui"]),
        ("<head><title>non</title><meta charset=utf-8></head><body>oui", ["oui"]),
        ("<head><title>non</title><p>oui", ["oui"]),
        ("<nav>non<nav>non</nav>non</nav>oui", ["oui"]),
        ("<svg><text>non</text></svg>oui<template>non</template>", ["oui"]),
        ("<p>oui <del>jamais</del><ins>aussi</ins>", ["oui aussi"]),
        ("<!-- non --><p>oui<!-- <p>non --> et<!--> voilà<!--non--!>", ["oui et voilà"]),
        ("<!--[if gte mso 9]><xml>non</xml><![endif]-->oui<![if !x]> et<![endif]>", ["oui et"]),
        ("<!DOCTYPE html><?xml version='1'?><![foo[bar]]>oui", ["oui"]),
        ('<img src="data:image/png;base64,AAAA BBBB==" alt="non">oui', ["oui"]),
        ('a<a href="#_ftn1" name="_ftnref1">[1]</a>b<a href="/x">c</a>', ["abc"]),
        (
            '<p>oui</p><div id="sdfootnote1"><div><p>une</p></div><p>note</p></div>fin',
            ["oui", "[Note : une note]", "fin"],
        ),
        ("<p>\x00\x07oui\u200b\ufeff</p>", ["oui"]),
        ("", []),
        ("<p>  </p><br>", []),
        ("<p>oui <", ["oui <"]),
        ("<p>oui <a href='x", ["oui <a href='x"]),
        ("<p>oui &eac", ["oui &eac"]),
    ],
)
def test_une_page_se_lit(source, attendu):
    assert textes(source) == attendu


@pytest.mark.parametrize(
    ("source", "gras"),
    [
        ("<b>Rose :</b> oui", 6),
        ("<strong>Rose</strong> : oui", 4),
        ("<span style='FONT-WEIGHT: 700'>Rose :</span> oui", 6),
        ("<span style='font-weight:bold'><span>Rose</span> :</span> oui", 6),
        ("<span style='font-weight:400'>Rose :</span> oui", 0),
        (" <b>Ro</b><b>se :</b> oui", 6),
        ("<b><i>Rose</i> :</b> oui", 6),
        ("oui <b>Rose</b>", 0),
        ("<p><b>Rose :<p>oui", [6, 0]),
        ("<h1>Titre</h1>", 0),
    ],
)
def test_le_gras_en_tete_se_mesure(source, gras):
    lus = [paragraphe.gras for paragraphe in lire_html(source).paragraphes]
    assert lus == (gras if isinstance(gras, list) else [gras])


def table(*lignes, case="td"):
    return "<table>" + "".join(
        "<tr>" + "".join(f"<{case}>{texte}</{case}>" for texte in ligne) + "</tr>" for ligne in lignes
    )


def test_un_tableau_dont_les_locuteurs_reviennent_est_un_entretien():
    lu = lire_html(table(*TOURS))
    assert [(p.locuteur, p.texte) for p in lu.paragraphes] == TOURS
    assert lu.constats == ("1 tableau lu comme suite de tours",)


def test_un_titre_de_colonnes_est_laisse_et_dit():
    lu = lire_html(table(("Locuteur", "Parole"), *TOURS))
    assert [(p.locuteur, p.texte) for p in lu.paragraphes] == TOURS
    assert any("en-tête de tableau laissé de côté" in constat and "Locuteur" in constat for constat in lu.constats)


def test_un_tableau_sans_locuteurs_qui_reviennent_reste_des_cases():
    lu = lire_html(table(("Objectif", "former"), ("Public", "tous"), ("Lieu", "ici")))
    assert [p.locuteur for p in lu.paragraphes] == [None] * 6


def test_ce_qui_est_laisse_est_compte():
    lu = lire_html(
        "<nav>a</nav><nav>b</nav><script></script><style></style><style></style><img><img><img><svg></svg>"
        "<!-- un --><del>x</del><p>oui"
    )
    assert set(lu.constats) == {
        "2 menus de navigation laissés de côté",
        "1 élément <script> laissé de côté",
        "2 éléments <style> laissés de côté",
        "3 images laissées de côté",
        "1 dessin laissé de côté",
        "1 commentaire laissé de côté",
        "1 suppression suivie laissée de côté",
    }


_INLINE = st.sampled_from(
    ["{}", "<b>{}</b>", "<span class='x'>{}</span>", "<i>{}", "{}</i>", "<br>{}", "<a href='/'>{}</a>"]
)
_CADRE = st.sampled_from(
    ["<p>{}</p>", "<div>{}", "<li>{}</li>", "<td>{}", "<h2>{}</h2>", "<blockquote>{}</blockquote>"]
)
_DIT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@settings(max_examples=200)
@given(st.lists(st.tuples(_CADRE, _INLINE, _DIT), max_size=10))
def test_toutes_les_lettres_d_une_page_sont_lues(morceaux):
    source = "".join(cadre.format(inline.format(escape(dit))) for cadre, inline, dit in morceaux)
    assert lettres("".join(textes(source))) == lettres("".join(dit for *_, dit in morceaux))


@given(st.integers(20, 60))
def test_la_coupe_des_blocs_ne_change_rien(bloc):
    source = "<p class='un'>&eacute;t&eacute; <b>Rose &amp; Zoé</b> :<br/>oui &lt;rires&gt;</p><p>fin &nbsp;</p>" * 3
    attendu = lire_html(source)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("ess_analyse.lecture.toile._BLOC", bloc)
        assert lire_html(source) == attendu


# --- pages hostiles ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("<p>oui<script>non", "« <script » ne se ferme pas"),
        ("<p>oui<!-- non", "« <! » ne se ferme pas"),
        ("<p>oui<! non", "ne se ferme pas"),
        ("<nav>non<p>non", "un élément <nav> ne se ferme pas"),
        ("<p>" + "<a b='" * 30_000, "une balise ne se ferme pas"),
        ("<b>" * 5000 + "x", "trop imbriqués"),
        ("<table>" * 5000 + "x", "trop imbriqués"),
        ("x<p>" * 400_000, "document démesuré"),
        ("x" * 6_000_000, "document démesuré"),
    ],
)
def test_une_page_hostile_est_refusee(source, message):
    with pytest.raises(IllisibleError, match=re.escape(message)) as prise:
        lire_html(source)
    assert prise.value.remede


def test_une_page_demesuree_est_refusee_sans_etre_lue(monkeypatch):
    monkeypatch.setattr("ess_analyse.lecture.toile._SIGNES", 10)
    with pytest.raises(IllisibleError, match="page démesurée"):
        lire_html("<p>onze signes")


@pytest.mark.parametrize(
    "motif",
    [
        "<",
        "<a ",
        "<!--",
        "<![",
        "</",
        "&",
        "<a b='",
        "<!x",
        "<?",
        "&#",
        "<a b=c ",
        "<a/",
        "<a\t",
        "<a b=' \" '=",
        "<script",
    ],
)
@pytest.mark.parametrize("fin", ["", ">", "'\">", "-->"])
def test_une_page_mal_fermee_se_lit_ou_se_refuse_en_temps_borne(motif, fin):
    # html.parser alone is quadratic on these: hours for a megabyte.
    debut = time.process_time()
    with suppress(IllisibleError):
        lire_html(motif * 100_000 + fin)
    assert time.process_time() - debut < 10


def test_une_grosse_page_reste_en_memoire_bornee():
    source = "<p><b>Rose :</b> oui &eacute;</p>" * 10_000
    tracemalloc.start()
    try:
        assert len(lire_html(source).paragraphes) == 10_000
        assert tracemalloc.get_traced_memory()[1] < 15e6
    finally:
        tracemalloc.stop()


_BOUT = st.sampled_from([*"<>/!-?&;#='\" abp\n[]", "<p>", "<td>", "<tr>", "<table>", "<b>", "<!--", "<nav>", "</nav>"])


@settings(max_examples=300)
@given(st.lists(_BOUT, max_size=60).map("".join))
def test_une_page_quelconque_est_lue_ou_refusee(source):
    # Any other exception fails the test.
    with suppress(IllisibleError):
        lire_html(source)
