"""Lire une transcription TEI : ce qui est dit, par qui, quand ; et rien de ce qui n'est pas dit."""

import re
import tracemalloc
import unicodedata
from contextlib import suppress
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.tei import lire_tei

# As ISO 24624 and the spoken chapter of the TEI guidelines write it.
TEI = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="fr">
  <teiHeader>
    <fileDesc><titleStmt><title>Titre du fichier</title></titleStmt>
      <sourceDesc><recordingStmt><recording type="audio"><p>Un micro.</p></recording></recordingStmt></sourceDesc>
    </fileDesc>
    <profileDesc><particDesc><listPerson>
      <person xml:id="CL" sex="F"><persName><forename>Claire</forename>
        <surname>Petit</surname></persName><persName type="alias">CP</persName><occupation>direction</occupation>
      </person>
      <person xml:id="RO" n="Rose"/>
      <person xml:id="ZO"/>
    </listPerson></particDesc></profileDesc>
  </teiHeader>
  <text>
    <timeline unit="s" origin="#T0">
      <when xml:id="T0" absolute="00:00:00"/>
      <when xml:id="T1" interval="1.5" since="#T0"/>
      <when xml:id="T2" interval="60.75" since="#T1"/>
    </timeline>
    <body><head>Entretien du matin</head><div type="corps">
      <u who="#CL" start="#T0" end="#T1"><seg type="phrase">Ça va
         <pause dur="PT2S"/> vraiment ?</seg> <seg>Dites <del type="faux-depart">j</del> moi.</seg></u>
      <annotationBlock who="#RO" start="#T1" end="#T2"><u><seg><w>J'</w><w>ai</w>
         <w>dit</w> <w>oui</w><pc>.</pc></seg></u><spanGrp type="pos"><span>V</span></spanGrp></annotationBlock>
      <u who="#ZO"><anchor synch="#T0"/>Oui <vocal><desc>rire</desc></vocal><note>très fort</note>
         <unclear>peut-être</unclear> <gap reason="inaudible"/><kinesic><desc>geste</desc></kinesic>
         <anchor synch="#T2"/></u>
      <u who="#CL #RO">ensemble</u><u who="#PERDU">qui ?</u><u>personne</u>
      <incident><desc>porte</desc></incident>
      <sp who="#CL"><speaker>Paul :</speaker><stage>rit</stage><p>Bon.</p><p>Ben <persName>Claire</persName>.</p></sp>
      <p>Fin de<lb/>bande.</p>
    </div></body>
  </text>
</TEI>
"""


def lire(corps, entete="", chronologie=""):
    source = f"<TEI><teiHeader>{entete}</teiHeader><text>{chronologie}<body>{corps}</body></text></TEI>"
    return lire_tei(source.encode())


def dites(lu):
    return [(p.texte, p.locuteur, p.temps) for p in lu.paragraphes]


def lettres(texte):
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", texte)))


def test_une_transcription_rend_ses_paroles():
    assert dites(lire_tei(TEI.encode())) == [
        ("Entretien du matin", None, None),
        ("Ça va vraiment ? Dites moi.", "Claire Petit", (0.0, 1.5)),
        ("J'ai dit oui.", "Rose", (1.5, 62.25)),
        ("Oui peut-être", "ZO", (0.0, 62.25)),
        ("ensemble", "Claire Petit et Rose", None),
        ("qui ?", "PERDU", None),
        ("personne", None, None),
        ("Bon.\nBen Claire.", "Paul", None),
        ("Fin de\nbande.", None, None),
    ]


def test_ce_qui_n_est_pas_dit_est_compte():
    assert set(lire_tei(TEI.encode()).constats) == {
        "1 pause laissée de côté",
        "1 suppression laissée de côté",
        "1 couche d'annotation laissée de côté",
        "3 bruits ou gestes laissés de côté",
        "1 note ou description laissée de côté",
        "1 passage inaudible",
        "1 indication de scène laissée de côté",
    }


@pytest.mark.parametrize(
    ("corps", "attendu"),
    [
        ("<u>un\n\t  deux</u>", ["un deux"]),
        ("<u>un<pause/>deux</u>", ["un deux"]),
        ("<u>nume&#x301;&#xAD;rique&#xA0;?</u>", ["numérique\u00a0?"]),
        ("<u><w>peut</w><w>-</w><w>être</w> <w>oui</w><pc>,</pc><w>non</w></u>", ["peut -être oui, non"]),
        ("<u><choice><sic>il a</sic><corr>ils ont</corr></choice> dit</u>", ["il a dit"]),
        ("<u><choice><orig>chais</orig><reg>je ne sais</reg></choice> pas</u>", ["chais pas"]),
        ("<u><foreign>ok</foreign> <emph>bon</emph></u>", ["ok bon"]),
        ("<u><seg>a</seg><seg>b</seg></u>", ["ab"]),
        ("<u><note>non <pause/></note>oui</u>", ["oui"]),
        ("<u>a<u>b</u>c</u>", ["a", "b", "c"]),
        ("<p>un <u>dit</u> deux</p>", ["un", "dit", "deux"]),
        ("<list><item>un</item><item>deux</item></list>", ["un", "deux"]),
        ("<u/><u> </u>", []),
        ("<fw>12</fw><figure><desc>non</desc></figure><u>oui</u>", ["oui"]),
        ("<sp><speaker>A</speaker><l>un</l><l>deux</l></sp>", ["un\ndeux"]),
        ("<speaker>perdu</speaker>", ["perdu"]),
        ("texte nu", ["texte nu"]),
    ],
)
def test_une_parole_se_lit(corps, attendu):
    assert [p.texte for p in lire(corps).paragraphes] == attendu


@pytest.mark.parametrize(
    ("reperes", "temps"),
    [
        ('<when xml:id="a"/><when xml:id="b" interval="2"/>', (0.0, 2.0)),
        ('<when xml:id="b" interval="2" since="#a"/><when xml:id="a" interval="1"/>', (1.0, 3.0)),
        ('<when xml:id="a" absolute="00:01:00"/><when xml:id="b" interval="2" since="#a"/>', (60.0, 62.0)),
        ('<when xml:id="a"/><when xml:id="b" interval="unknown" since="#a"/>', None),
        ('<when xml:id="a" interval="-1"/><when xml:id="b" interval="1" since="#a"/>', None),
        ('<when xml:id="a" interval="1" since="#b"/><when xml:id="b" interval="1" since="#a"/>', None),
        ('<when xml:id="a" interval="5"/><when xml:id="b" interval="2"/>', (5.0, 5.0)),
        ('<when xml:id="a"/>', None),
        ('<when xml:id="a"/><when xml:id="b" interval="2" since="#ailleurs"/>', (0.0, 2.0)),
    ],
)
def test_la_chronologie_date_les_paroles(reperes, temps):
    lu = lire('<u start="#a" end="#b">oui</u>', chronologie=f"<timeline>{reperes}</timeline>")
    assert dites(lu) == [("oui", None, temps)]


@pytest.mark.parametrize(("unite", "temps"), [("s", 90.0), ("ms", 0.09), ("min", 5400.0), ("inconnue", 90.0)])
def test_la_chronologie_a_son_unite(unite, temps):
    reperes = '<when xml:id="a"/><when xml:id="b" interval="90" since="#a"/>'
    lu = lire('<u start="#a" end="#b">oui</u>', chronologie=f'<timeline unit="{unite}">{reperes}</timeline>')
    assert lu.paragraphes[0].temps == (0.0, temps)


def test_une_chronologie_sans_fin_se_calcule_en_temps_borne():
    reperes = "".join(f'<when xml:id="t{n}" interval="1" since="#t{n + 1}"/>' for n in range(100_000))
    lu = lire('<u start="#t99999" end="#t0">oui</u>', chronologie=f"<timeline>{reperes}</timeline>")
    assert lu.paragraphes[0].temps == (1.0, 100_000.0)


def test_un_nom_vaut_mieux_qu_un_renvoi():
    personnes = '<person xml:id="A"><name> Anne\n B </name></person><personGrp xml:id="G" n="Le groupe"/>'
    lu = lire('<u who="#A">un</u><u who="corpus.xml#G">deux</u><u who="A">trois</u>', entete=personnes)
    assert [p.locuteur for p in lu.paragraphes] == ["Anne B", "Le groupe", "Anne B"]


def test_un_corpus_de_plusieurs_textes_se_lit():
    un = "<TEI><teiHeader/><text><body><u>{}</u></body></text></TEI>"
    assert [
        p.texte for p in lire_tei(f"<teiCorpus>{un.format('a')}{un.format('b')}</teiCorpus>".encode()).paragraphes
    ] == [
        "a",
        "b",
    ]


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"", "son XML est mal formé"),
        (TEI.encode()[:1500], "son XML est mal formé"),
        (b"<ANNOTATION_DOCUMENT/>", "ce n'est pas un document TEI"),
        (b"<html><body><u>oui</u></body></html>", "ce n'est pas un document TEI"),
        (b'<!DOCTYPE TEI SYSTEM "tei.dtd"><TEI/>', "il déclare des entités"),
        (
            b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><TEI><text>&b;</text></TEI>',
            "il déclare des entités",
        ),
        (b"<TEI>" + b"<text>" * 3000, "trop imbriqués"),
        (b"<TEI><text>" + b"<u>a</u>" * 400_000, "document démesuré"),
        (b"<TEI><text>" + b"a" * 6_000_000, "document démesuré"),
    ],
)
def test_un_document_malsain_est_refuse(octets, message):
    with pytest.raises(IllisibleError, match=message) as prise:
        lire_tei(octets)
    assert prise.value.remede


def test_un_gros_document_reste_en_memoire_bornee():
    source = b"<TEI><text>" + b"<u who='#A'>oui <pause/> non</u>" * 10_000 + b"</text></TEI>"
    tracemalloc.start()
    try:
        assert len(lire_tei(source).paragraphes) == 10_000
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


_TEXTE = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20
)
_DANS = st.sampled_from(
    ["{}", "<seg>{}</seg>", "<w>{}</w>", "<emph>{}</emph><pause/>", "<note>non</note>{}", "<p>{}</p>"]
)
_AUTOUR = st.sampled_from(
    ["<u who='#A'>{}</u>", "<sp><speaker>X</speaker>{}</sp>", "<p>{}</p>", "<ab>{}</ab>", "<div>{}</div>"]
)


@given(st.lists(st.tuples(_AUTOUR, _DANS, _TEXTE), max_size=8))
def test_toutes_les_lettres_dites_sont_lues(morceaux):
    corps = "".join(autour.format(dans.format(escape(dit))) for autour, dans, dit in morceaux)
    lues = "".join(p.texte for p in lire(corps).paragraphes)
    assert lettres(lues) == lettres("".join(dit for *_, dit in morceaux))


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(TEI.encode()) - 1), st.integers(0, 255)), min_size=1, max_size=4),
    st.integers(0, len(TEI.encode())),
)
def test_un_document_abime_n_importe_ou_est_lu_ou_refuse(alterations, longueur):
    octets = bytearray(TEI.encode())
    for place, valeur in alterations:
        octets[place] = valeur
    for essai in (bytes(octets), bytes(octets[:longueur])):
        # Any other exception fails the test.
        with suppress(IllisibleError):
            lire_tei(essai)


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(sorted(set(re.findall(r"</?[a-zA-Z]+[^<>]*>", TEI.partition("<text>")[2])))), max_size=40
    ).map("".join)
)
def test_des_balises_en_tout_ordre_sont_lues_ou_refusees(corps):
    with suppress(IllisibleError):
        lire(corps)
