"""Lire un RTF : ce que LibreOffice et Word écrivent, et ce qu'un malveillant peut écrire."""

import subprocess
import sys
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.riche import lire_rtf

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
FODT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="{OASIS}:office:1.0" xmlns:text="{OASIS}:text:1.0" xmlns:table="{OASIS}:table:1.0"
 xmlns:draw="{OASIS}:drawing:1.0" xmlns:svg="{OASIS}:svg-compatible:1.0" xmlns:style="{OASIS}:style:1.0"
 xmlns:fo="{OASIS}:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:automatic-styles><style:style style:name="B" style:family="text"><style:text-properties
 fo:font-weight="bold"/></style:style><style:page-layout style:name="pm1"/>
<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1"
 style:num-suffix="."/></text:list-style></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm1"><style:header>
<text:p>EN-TÊTE</text:p></style:header></style:master-page></office:master-styles>
<office:body><office:text>
<text:tracked-changes>
<text:changed-region xml:id="i1" text:id="i1"><text:insertion><office:change-info><dc:creator>Zoé</dc:creator>
<dc:date>2025-01-02T10:00:00</dc:date></office:change-info></text:insertion></text:changed-region>
<text:changed-region xml:id="d1" text:id="d1"><text:deletion><office:change-info><dc:creator>Zoé</dc:creator>
<dc:date>2025-01-02T10:00:00</dc:date></office:change-info><text:p>JAMAIS</text:p></text:deletion></text:changed-region>
</text:tracked-changes>
<text:h text:outline-level="1">Un titre</text:h>
<text:p><text:span text:style-name="B">Élodie :</text:span> Ça va <text:change-start
 text:change-id="i1"/>vraiment<text:change-end text:change-id="i1"/> ?<text:change text:change-id="d1"/>
L’œuvre – 5 € … 😀 Łódź {{accolades}} \\contre</text:p>
<text:p>Rose : On ressaisit<office:annotation><dc:creator>Zoé</dc:creator><dc:date>2025-01-02T10:00:00</dc:date>
<text:p>REMARQUE</text:p></office:annotation> tout<text:line-break/>deux<text:s text:c="3"/>fois<text:tab/>ici<text:note
 text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>Une note.</text:p>
</text:note-body></text:note>.</text:p>
<text:p><draw:frame text:anchor-type="paragraph" svg:width="5cm" svg:height="2cm"><draw:text-box>
<text:p>Dans un cadre.</text:p></draw:text-box></draw:frame></text:p>
<text:p>Claire : voir <text:a xlink:type="simple" xlink:href="https://exemple.fr/a">le site</text:a>.</text:p>
<text:list><text:list-item><text:p>Une puce</text:p></text:list-item></text:list>
<text:list text:style-name="N"><text:list-item><text:p>Un numéro</text:p></text:list-item></text:list>
<table:table><table:table-column table:number-columns-repeated="2"/>{{lignes}}</table:table>
<text:p><draw:frame text:anchor-type="as-char" svg:width="1cm" svg:height="1cm"><draw:image><office:binary-data>
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==</office:binary-data>
</draw:image></draw:frame> après l'image, nume\u0301\u00adrique, porte\u2011parole, insé\u00a0cable</text:p>
<text:p/><text:p>Rose : Fin.</text:p>
</office:text></office:body></office:document>
"""
CASE = "<table:table-cell><text:p>{}</text:p></table:table-cell>"


def fodt(*lignes):
    rangees = "".join(f"<table:table-row>{''.join(map(CASE.format, ligne))}</table:table-row>" for ligne in lignes)
    return FODT.replace("{{", "{").replace("}}", "}").replace("{lignes}", rangees)


@pytest.fixture(scope="session")
def rtf(convertir, tmp_path_factory):
    """De vrais RTF, écrits par LibreOffice : leurs octets, par nom."""
    dossier = tmp_path_factory.mktemp("riche")
    tours = [("Claire", "Ça va ?"), ("Rose", "Oui."), ("Claire", "Bien."), ("Rose", "Voilà.")]
    sources = {"riche": fodt(("Une case", "Autre case"), ("Bas", "Coin")), "tours": fodt(*tours)}
    for nom, source in sources.items():
        (dossier / f"{nom}.fodt").write_text(source, encoding="utf-8")
    convertir("rtf", dossier, *(dossier / f"{nom}.fodt" for nom in sources))
    return {nom: (dossier / f"{nom}.rtf").read_bytes() for nom in sources}


def textes(octets):
    return [paragraphe.texte for paragraphe in lire_rtf(octets).paragraphes]


def corps(texte):
    return b"{\\rtf1\\ansi\\ansicpg1252 " + texte + b"}"


def test_un_vrai_rtf_garde_ce_qui_est_dit_et_tait_le_reste(rtf):
    assert textes(rtf["riche"]) == [
        "Un titre",
        "Élodie : Ça va vraiment ? L’œuvre – 5 € … 😀 Łódź {accolades} \\contre",
        "Rose : On ressaisit tout\ndeux   fois ici.",
        "[Note : Une note.]",
        "Dans un cadre.",
        "Claire : voir le site.",
        "Une puce",
        "1. Un numéro",
        "Une case",
        "Autre case",
        "Bas",
        "Coin",
        "après l'image, numérique, porte\u2011parole, insé\u00a0cable",
        "Rose : Fin.",
    ]


def test_un_vrai_rtf_dit_ce_qui_est_laisse_de_cote(rtf):
    assert lire_rtf(rtf["riche"]).constats == (
        "1 insertion suivie gardée",
        "1 suppression suivie laissée de côté",
        "1 commentaire laissé de côté",
        "1 note de bas de page ou de fin mise entre crochets après son paragraphe",
        "1 en-tête ou pied de page laissé de côté",
        "1 image laissée de côté",
    )


def test_le_gras_qui_ouvre_un_vrai_paragraphe_se_mesure(rtf):
    gras = {paragraphe.texte[: paragraphe.gras] for paragraphe in lire_rtf(rtf["riche"]).paragraphes}
    assert gras == {"", "Un titre", "Élodie :"}


def test_un_vrai_tableau_de_paroles_rend_ses_tours(rtf):
    lu = lire_rtf(rtf["tours"])
    assert [(p.locuteur, p.texte) for p in lu.paragraphes if p.locuteur] == [
        ("Claire", "Ça va ?"),
        ("Rose", "Oui."),
        ("Claire", "Bien."),
        ("Rose", "Voilà."),
    ]
    assert "1 tableau lu comme une suite de tours" in lu.constats


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8, 0.97])
def test_un_vrai_rtf_tronque_est_refuse(part, rtf):
    with pytest.raises(IllisibleError, match="tronqué ou abîmé") as prise:
        lire_rtf(rtf["riche"][: int(part * len(rtf["riche"]))])
    assert "réenregistrez-le" in prise.value.remede


# --- RTF à la main -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "attendu"),
    [
        (rb"un\par deux\par", ["un", "deux"]),
        (rb"sans fin", ["sans fin"]),
        (rb"\'c9lodie, \'9cuvre, 5 \'80", ["Élodie, œuvre, 5 €"]),
        ("Élodie, œuvre brute".encode("cp1252"), ["Élodie, œuvre brute"]),
        (rb"\u201?lodie \u201\'c9 \uc0\u201lodie \uc2\u201ab!", ["Élodie É Élodie É!"]),
        (rb"\u-3913?\u-2280", ["\uf0b7\uf718"]),
        (rb"\uc0\u55357\u56832  oui", ["😀 oui"]),
        (rb"\u55357? seul", ["\ufffd seul"]),
        (rb"{\uc2{\u201??}\u201??}", ["ÉÉ"]),
        (rb"a\tab b\line c\~d\_e\-f", ["a b\nc\u00a0d\u2011ef"]),
        (rb"\lquote a\rquote  \ldblquote b\rdblquote  \endash  \emdash  \bullet", ["‘a’ “b” – — •"]),
        (b"mot\r\ncoup\\'e9\r\n ici", ["motcoupé ici"]),
        (b"un\\\ndeux\\\r\ntrois", ["un", "deux", "trois"]),
        (rb"{\field{\*\fldinst HYPERLINK https://a.fr}{\fldrslt le site}}", ["le site"]),
        (rb"{\field{\*\fldinst PAGE}{\fldrslt 3}}", ["3"]),
        (rb"{\*\inconnu cache}visible", ["visible"]),
        (rb"{\info{\author Zo\'e9}{\title T}}oui", ["oui"]),
        (rb"{\pict\pngblip 89504e47}oui", ["oui"]),
        (rb"{\pict\bin5 {}}\a}oui", ["oui"]),
        (rb"{\pict\bin3 }}}}{\b gras}", ["gras"]),
        (rb"oui{\footnote \chftn la note} non\par fin", ["oui non", "[Note : la note]", "fin"]),
        (rb"oui{\*\footnote\ftnalt en fin} non", ["oui non", "[Note : en fin]"]),
        (rb"oui{\footnote un\par deux{\b\'e9}}", ["oui", "[Note : un deuxé]"]),
        (
            rb"a{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt cadre\par suite\par}}{\shprslt cadre}}b",
            ["ab", "cadre", "suite"],
        ),
        (rb"a{\*\do{\dptxbx{\dptxbxtext ancien}}}b", ["ab", "ancien"]),
        (rb"a{\object{\*\objdata 00}{\result{image}}}b", ["ab", "image"]),
        (rb"oui {\deleted jamais}{\revised aussi}", ["oui aussi"]),
        (rb"{\deleted a{\b b}\plain c}", ["c"]),
        (rb"{\listtext\f3\'b7\tab}un\par{\listtext o\tab}deux\par{\listtext 2)\tab}x", ["un", "deux", "2) x"]),
        (rb"{\pntext a.\tab}un", ["a. un"]),
        (rb"{\header haut}{\footerf bas}oui", ["oui"]),
        (rb"\trowd\intbl a\cell b\cell\row\pard apr\'e8s", ["a", "b", "après"]),
        (rb"\trowd\intbl a\par b\cell c\cell\row", ["a", "b", "c"]),
        (rb"\pard\intbl\itap2 x\nestcell y\nestcell\nestrow\intbl a\cell\row", ["x", "y", "a"]),
        (rb"avant\trowd\intbl a\cell", ["avanta"]),
        (rb"a\lbr3 b\column c", ["a\nbc"]),
        (rb"\v cach\'e9\v0 , garde", ["caché, garde"]),
        (b"", []),
    ],
)
def test_un_rtf_se_lit(source, attendu):
    assert textes(corps(source)) == attendu


@pytest.mark.parametrize(
    ("octets", "attendu"),
    [
        (rb"{\rtf1\ansi\ansicpg1250 \'a3\'f3d\'9f}", "Łódź"),
        (rb"{\rtf1\mac \'8e}", "é"),
        (rb"{\rtf1\pc \'82}", "é"),
        (rb"{\rtf1\ansi\ansicpg65001 \'c3\'a9}", "é"),
        (rb"{\rtf1\ansi\ansicpg99999 \'e9}", "é"),
        (rb"{\rtf1\ansi{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}\f0\'e9{\f1\'e6}\'e9}", "éжé"),
        (rb"{\rtf1\ansi\deff1{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset238 B;}}\f0\'e9\plain\'9f}", "éź"),
        (rb"{\rtf1\ansi{\fonttbl{\f0\fcharset128 A;}}\f0\'82\'a0}", "あ"),
        (rb"{\rtf1\ansi{\fonttbl{\f0\fcharset78 A;}}\f0\'e9}", "é"),
        (rb"{\rtf1 \'e9}", "é"),
    ],
)
def test_chaque_jeu_de_caracteres_se_lit(octets, attendu):
    assert textes(octets) == [attendu]


def test_un_signe_illisible_est_remplace_et_dit():
    lu = lire_rtf(corps(rb"a\'81b\par\'81"))
    assert [paragraphe.texte for paragraphe in lu.paragraphes] == ["a\ufffdb", "\ufffd"]
    assert lu.constats == ("2 signes illisibles, à la place : « \ufffd »",)


@pytest.mark.parametrize(
    ("source", "gras"),
    [
        (rb"{\b Rose :} oui", 6),
        (rb"\b Rose\b0  : oui", 4),
        (rb"\b Rose :\plain  oui", 6),
        (rb"{\b Ro}{\b se :} oui", 6),
        (rb" {\b Rose :} oui", 6),
        (rb"oui {\b Rose}", 0),
        (rb"{\b tout}", 4),
        (rb"oui", 0),
    ],
)
def test_le_gras_en_tete_se_mesure(source, gras):
    [paragraphe] = lire_rtf(corps(source)).paragraphes
    assert paragraphe.gras == gras


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf"]), min_size=1), max_size=6),
    st.booleans(),
)
def test_toutes_les_lettres_d_un_rtf_sont_lues(dits, coupe):
    def ecrire(signe):
        if signe in "{}\\":
            return f"\\{signe}"
        if ord(signe) < 128:
            return signe
        unites = signe.encode("utf-16-le")
        numeros = [int.from_bytes(unites[i : i + 2], "little", signed=True) for i in range(0, len(unites), 2)]
        return "".join(f"\\u{numero}?" for numero in numeros)

    lignes = ["".join(map(ecrire, dit)) for dit in dits]
    source = ("\\par\n" if coupe else "{\\par}").join(lignes)
    lues = "".join(textes(corps(source.encode("ascii"))))
    attendues = unicodedata.normalize("NFC", "\n".join(dits))
    assert "".join(filter(str.isalnum, lues)) == "".join(filter(str.isalnum, attendues))


# --- documents hostiles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"du texte", "ce n'est pas un document RTF"),
        (b"PK\x03\x04", "ce n'est pas un document RTF"),
        (b"{\\rtf1 ", "tronqué ou abîmé"),
        (b"{\\rtf1 {a}", "tronqué ou abîmé"),
        (b"{\\rtf1 \\bin2147483647 a}", "tronqué ou abîmé"),
        (b"{\\rtf1 " + b"{" * 2000 + b"}" * 2001, "trop imbriqués"),
        (b"{\\rtf1 " + b"{}" * 800_000 + b"}", "document démesuré"),
        (b"{\\rtf1 " + b"\\par " * 400_000 + b"}", "document démesuré"),
        (b"{\\rtf1 " + b"a" * 6_000_000 + b"}", "document démesuré"),
    ],
)
def test_un_rtf_hostile_est_refuse(octets, message):
    with pytest.raises(IllisibleError, match=message) as prise:
        lire_rtf(octets)
    assert prise.value.remede


def test_ce_qui_suit_la_derniere_accolade_n_est_pas_lu():
    assert textes(corps(b"oui") + b"{\\rtf1 non}") == ["oui"]


@pytest.mark.parametrize(
    "motif", ["b'\\\\b \\\\u233?a\\\\b0 b'", "b'{\\\\footnote a}'", "b'\\\\trowd\\\\intbl\\\\cell\\\\row '"]
)
@pytest.mark.skipif(sys.platform != "linux", reason="la mémoire prise se lit dans /proc")
def test_un_rtf_au_plafond_reste_en_memoire_bornee(motif):
    code = f"""
from pathlib import Path
from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.riche import lire_rtf
lire_rtf(b"{{\\\\rtf1 a}}")
def sommet():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
avant = sommet()
motif = {motif}
try:
    lire_rtf(b"{{\\\\rtf1 " + motif * (740_000 // (motif.count(92) + motif.count(123))) + b"}}")
except IllisibleError:
    pass
print(sommet() - avant)
"""
    sortie = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert int(sortie.stdout) < 150_000


SAIN = corps(
    rb"{\fonttbl{\f0\fcharset0 A;}}\b Rose :\b0  oui\par\trowd\intbl a\cell b\cell\row\pard\u233?t\'e9{\footnote x}\par"
)


@settings(max_examples=400)
@given(
    st.lists(st.tuples(st.integers(0, len(SAIN) - 1), st.integers(0, 255)), min_size=1, max_size=4),
    st.integers(0, len(SAIN)),
)
def test_un_rtf_abime_n_importe_ou_est_lu_ou_refuse(alterations, longueur):
    octets = bytearray(SAIN)
    for place, valeur in alterations:
        octets[place] = valeur
    for essai in (bytes(octets), bytes(octets[:longueur])):
        # Any other exception fails the test.
        with suppress(IllisibleError):
            lire_rtf(essai)
