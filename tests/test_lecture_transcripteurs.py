"""Lire ce que Whisper, ses cousins et ELAN écrivent."""

import json
import re
import tracemalloc
import unicodedata
from contextlib import suppress
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.transcripteurs import lire_eaf, lire_whisper

# As openai-whisper writes it, its unused fields included.
WHISPER = {
    "text": " Ça va ? Oui, ça va.",
    "segments": [
        {
            "id": 0,
            "seek": 0,
            "start": 0.0,
            "end": 1.5,
            "text": " Ça va ?",
            "tokens": [50364, 1097],
            "temperature": 0.0,
            "avg_logprob": -0.2,
            "words": [{"word": " Ça", "start": 0.0, "end": 0.4, "probability": 0.9}],
        },
        {"id": 1, "seek": 0, "start": 1.5, "end": 62.25, "text": " Oui, ça va.", "tokens": []},
    ],
    "language": "fr",
}
# As whisper.cpp -oj writes it.
CPP = {
    "systeminfo": "AVX = 1",
    "model": {"type": "medium", "audio": {"ctx": 1500}},
    "params": {"language": "fr", "translate": False},
    "result": {"language": "fr"},
    "transcription": [
        {
            "timestamps": {"from": "00:00:00,000", "to": "00:00:01,500"},
            "offsets": {"from": 0, "to": 1500},
            "text": " Ça va ?",
        },
        {
            "timestamps": {"from": "00:00:01,500", "to": "00:01:02,250"},
            "offsets": {"from": 1500, "to": 62250},
            "text": " Oui, ça va.",
        },
    ],
}
DITS = [("Ça va ?", None, (0.0, 1.5)), ("Oui, ça va.", None, (1.5, 62.25))]


def lire(objet):
    return [(p.texte, p.locuteur, p.temps) for p in lire_whisper(json.dumps(objet)).paragraphes]


def lettres(texte):
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", texte)))


@pytest.mark.parametrize("objet", [WHISPER, CPP, WHISPER["segments"], {"segments": WHISPER["segments"]}])
def test_chaque_cousin_de_whisper_rend_les_memes_paroles(objet):
    assert lire(objet) == DITS


def test_des_temps_ecrits_en_heures_se_lisent_aussi():
    sans = [{cle: valeur for cle, valeur in segment.items() if cle != "offsets"} for segment in CPP["transcription"]]
    assert lire({"transcription": sans}) == DITS
    assert lire([{"start": "00:00:00.000", "end": "0:01,5", "text": "Ça va ?"}]) == DITS[:1]


def test_un_texte_seul_est_un_paragraphe_sans_temps():
    assert lire({"text": " Ça va ? "}) == [("Ça va ?", None, None)]


def test_les_segments_d_un_meme_locuteur_se_suivent_en_un_paragraphe():
    suite = [
        ("Ça va ?", 0, 1.5, "SPEAKER_00"),
        ("Dites.", 1.5, 2, "SPEAKER_00"),
        ("Oui.", 2, 3, "SPEAKER_01"),
        ("Bien.", 3, 4, "SPEAKER_00"),
    ]
    segments = [{"text": f" {t}", "start": a, "end": b, "speaker": qui} for t, a, b, qui in suite]
    assert lire({"segments": segments}) == [
        ("Ça va ? Dites.", "SPEAKER_00", (0.0, 2.0)),
        ("Oui.", "SPEAKER_01", (2.0, 3.0)),
        ("Bien.", "SPEAKER_00", (3.0, 4.0)),
    ]


def test_un_segment_sans_locuteur_reste_seul():
    segments = [{"text": "a", "speaker": "A"}, {"text": "b"}, {"text": "c"}, {"text": "d", "speaker": "A"}]
    assert lire(segments) == [("a", "A", None), ("b", None, None), ("c", None, None), ("d", "A", None)]


@pytest.mark.parametrize(
    ("locuteur", "attendu"),
    [("Élodie", "Élodie"), (" Mme\n Petit ", "Mme Petit"), (0, "0"), ("0", "0"), ("?", None), ("", None), (None, None)],
)
def test_le_locuteur_est_garde_tel_qu_il_est_ecrit(locuteur, attendu):
    assert lire([{"text": "oui", "speaker": locuteur}]) == [("oui", attendu, None)]


@pytest.mark.parametrize(
    ("segment", "temps"),
    [
        ({"start": 1, "end": 2}, (1.0, 2.0)),
        ({"start": 2, "end": 1}, (2.0, 2.0)),
        ({"start": 1.23456, "end": 2}, (1.235, 2.0)),
        ({"start": 1}, None),
        ({"start": None, "end": None}, None),
        ({"offsets": {"from": 1500, "to": 2000}}, (1.5, 2.0)),
        ({"offsets": {}}, None),
        ({"offsets": []}, None),
    ],
)
def test_le_temps_est_garde_s_il_est_entier(segment, temps):
    assert lire([{"text": "oui", **segment}]) == [("oui", None, temps)]


def test_ce_qui_est_suppose_est_dit():
    lu = lire_whisper(json.dumps([{"text": "oui"}, {"text": " "}]))
    assert lu.constats == (
        "aucun locuteur dans ce fichier : un paragraphe par segment",
        "1 segment sans parole laissé de côté",
    )
    assert lire_whisper(json.dumps([{"text": "oui", "speaker": "A"}])).constats == ()


def test_les_textes_sont_mis_au_propre():
    assert lire([{"text": "\tnume\u0301\u00adrique\u00a0?\u0007"}]) == [("numérique\u00a0?", None, None)]
    assert lire_whisper(r'[{"text": "a\ud83d b"}]').paragraphes[0].texte == "a\ufffd b"


@pytest.mark.parametrize(
    ("texte", "message"),
    [
        ("", "JSON mal formé ou tronqué (ligne 1)"),
        ('{"segments": [\n{"text": "oui"', "JSON mal formé ou tronqué (ligne 2)"),
        ("<html>", "JSON mal formé ou tronqué (ligne 1)"),
        ('[{"text": "oui", "start": NaN, "end": 1}]', "« NaN » n'est pas un nombre"),
        ('[{"text": "oui", "start": -Infinity, "end": 1}]', "« -Infinity » n'est pas un nombre"),
        (f'[{{"text": "oui", "start": {"9" * 5000}, "end": 1}}]', "un nombre y est démesuré"),
        (f'[{{"text": "oui", "start": {"9" * 4000}, "end": 1}}]', "segment 1 illisible : son début ou sa fin"),
        ('[{"text": "oui", "start": 1e999, "end": 1}]', "segment 1 illisible : son début ou sa fin"),
        ('[{"text": "oui", "start": -1, "end": 1}]', "segment 1 illisible : son début ou sa fin"),
        ('[{"text": "oui", "start": true, "end": 1}]', "segment 1 illisible : son début ou sa fin"),
        ('[{"text": "oui", "start": "hier", "end": 1}]', "segment 1 illisible : son début ou sa fin"),
        ('[{"text": "oui"}, {"text": 3}]', "segment 2 illisible : son texte"),
        ('[{"texte_long": "oui"}]', "segment 1 illisible : son texte"),
        ('[{"text": null}]', "segment 1 illisible : son texte"),
        ('["oui"]', "segment 1 illisible : ce n'est pas un objet"),
        ('[{"text": "oui", "speaker": ["A"]}]', "segment 1 illisible : son locuteur"),
        ('[{"text": "oui", "speaker": true}]', "segment 1 illisible : son locuteur"),
        ('"oui"', "ce JSON n'est pas une transcription"),
        ("{}", "ce JSON n'est pas une transcription"),
        ('{"segments": {}}', "ce JSON n'est pas une transcription"),
        ("null", "ce JSON n'est pas une transcription"),
        ("[" * 100_000, "trop imbriqués"),
        ('{"a":' * 100_000, "trop imbriqués"),
        ("[" * 400_000, "document démesuré"),
        ("[" + "0," * 1_600_000 + "0]", "document démesuré"),
        ('"' + "a" * 17_000_000 + '"', "document démesuré"),
    ],
)
def test_un_json_malsain_est_refuse(texte, message):
    with pytest.raises(IllisibleError, match=re.escape(message)) as prise:
        lire_whisper(texte)
    assert prise.value.remede


@pytest.mark.parametrize("motif", ['{"":0},', "0.5,", '"éa",'])
def test_un_json_au_plafond_reste_en_memoire_bornee(motif):
    texte = f"[{motif * (290_000 if '{' in motif else 1_490_000)}0]"
    tracemalloc.start()
    try:
        with pytest.raises(IllisibleError):
            lire_whisper(texte)
        assert tracemalloc.get_traced_memory()[1] < 180e6
    finally:
        tracemalloc.stop()


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda enfants: (
        st.lists(enfants, max_size=4)
        | st.dictionaries(
            st.sampled_from(["text", "start", "end", "speaker", "segments", "transcription", "offsets", "from", "to"]),
            enfants,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(_JSON)
def test_un_json_quelconque_est_lu_ou_refuse(objet):
    # Any other exception fails the test.
    with suppress(IllisibleError):
        lire_whisper(json.dumps(objet))


@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from([None, "A", "B"])), max_size=12))
def test_toutes_les_lettres_d_un_json_sont_lues(dits):
    segments = [{"text": texte, "speaker": qui} for texte, qui in dits]
    assert lettres("".join(texte for texte, *_ in lire(segments))) == lettres("".join(texte for texte, _ in dits))


# --- ELAN ----------------------------------------------------------------------------------------------------------

EAF = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2025-01-02T10:00:00+01:00" FORMAT="3.0" VERSION="3.0"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
    <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
        <MEDIA_DESCRIPTOR MEDIA_URL="file:///a.wav" MIME_TYPE="audio/x-wav"/>
        <PROPERTY NAME="lastUsedAnnotationId">5</PROPERTY>
    </HEADER>
    <TIME_ORDER>
        <TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0"/>
        <TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="1500"/>
        <TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="1500"/>
        <TIME_SLOT TIME_SLOT_ID="ts4"/>
        <TIME_SLOT TIME_SLOT_ID="ts5" TIME_VALUE="4500"/>
        <TIME_SLOT TIME_SLOT_ID="ts6" TIME_VALUE="62250"/>
    </TIME_ORDER>
    <TIER LINGUISTIC_TYPE_REF="paroles" PARTICIPANT="Rose  Petit" TIER_ID="R">
        <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts3" TIME_SLOT_REF2="ts4">
            <ANNOTATION_VALUE>Oui, &lt;rire&gt; ça va.</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
        <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts5" TIME_SLOT_REF2="ts6">
            <ANNOTATION_VALUE>Et vous ?</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
    </TIER>
    <TIER LINGUISTIC_TYPE_REF="paroles" TIER_ID="Claire">
        <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a3" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
            <ANNOTATION_VALUE>Ça va ?</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
        <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a4" TIME_SLOT_REF1="ts4" TIME_SLOT_REF2="ts5">
            <ANNOTATION_VALUE>Bien.</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
        <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a6" TIME_SLOT_REF1="ts4" TIME_SLOT_REF2="ts5">
            <ANNOTATION_VALUE/></ALIGNABLE_ANNOTATION></ANNOTATION>
    </TIER>
    <TIER LINGUISTIC_TYPE_REF="traduction" PARENT_REF="R" PARTICIPANT="Rose  Petit" TIER_ID="R-anglais">
        <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a5" ANNOTATION_REF="a1">
            <ANNOTATION_VALUE>Yes.</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
    </TIER>
    <LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="paroles" TIME_ALIGNABLE="true"/>
    <CONSTRAINT DESCRIPTION="x" STEREOTYPE="Symbolic_Association"/>
</ANNOTATION_DOCUMENT>
"""


def test_un_document_elan_rend_ses_tours_dans_l_ordre_du_temps():
    lu = lire_eaf(EAF.encode())
    assert [(p.texte, p.locuteur, p.temps) for p in lu.paragraphes] == [
        ("Ça va ?", "Claire", (0.0, 1.5)),
        ("Oui, <rire> ça va.", "Rose Petit", (1.5, 3.0)),
        ("Bien.", "Claire", (3.0, 4.5)),
        ("Et vous ?", "Rose Petit", (4.5, 62.25)),
    ]
    assert lu.constats == (
        "annotations de « R-anglais » laissées de côté (1) : elles dépendent d'une autre ligne",
        "1 repère sans temps, placé entre leurs voisins",
    )


@pytest.mark.parametrize(
    ("reperes", "attendu"),
    [
        ([None, 1000, None, None, 4000, None], [(0.5, 1.0), (2.0, 3.0), (4.0, 4.0)]),
        ([None, None], [(0.0, 0.0)]),
        ([2000, 1000], [(2.0, 2.0)]),
        ([-5, 1000], [(0.0, 1.0)]),
    ],
)
def test_un_repere_sans_temps_est_place_entre_ses_voisins(reperes, attendu):
    fiches = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="t{rang}"' + (f' TIME_VALUE="{valeur}"' if valeur is not None else "") + "/>"
        for rang, valeur in enumerate(reperes)
    )
    dits = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="t{rang}" TIME_SLOT_REF2="t{rang + 1}">'
        "<ANNOTATION_VALUE>oui</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
        for rang in range(0, len(reperes), 2)
    )
    source = (
        f'<ANNOTATION_DOCUMENT><TIME_ORDER>{fiches}</TIME_ORDER><TIER TIER_ID="A">{dits}</TIER></ANNOTATION_DOCUMENT>'
    )
    assert [p.temps for p in lire_eaf(source.encode()).paragraphes] == attendu


def test_un_temps_se_compte_dans_l_unite_du_document():
    images = EAF.replace('"milliseconds"', '"PAL-frames"').encode()
    assert lire_eaf(images).paragraphes[0].temps == (0.0, 60.0)


def test_un_repere_absent_laisse_la_parole_sans_temps():
    lu = lire_eaf(EAF.replace('TIME_SLOT_REF1="ts1"', 'TIME_SLOT_REF1="perdu"').encode())
    assert (lu.paragraphes[-1].texte, lu.paragraphes[-1].temps) == ("Ça va ?", None)


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"", "son XML est mal formé"),
        (EAF.encode()[:1500], "son XML est mal formé"),
        (b"<TEI/>", "ce n'est pas un document ELAN"),
        (EAF.replace('"1500"', '"bientôt"').encode(), "« bientôt » n'est pas un temps"),
        (EAF.replace('"1500"', f'"{"9" * 5000}"').encode(), "n'est pas un temps"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><ANNOTATION_DOCUMENT/>', "il déclare des entités"),
        (b"<ANNOTATION_DOCUMENT>" + b"<a>" * 3000, "trop imbriqués"),
        (b"<ANNOTATION_DOCUMENT>" + b"<TIER/>" * 400_000, "document démesuré"),
    ],
)
def test_un_document_elan_malsain_est_refuse(octets, message):
    with pytest.raises(IllisibleError, match=message) as prise:
        lire_eaf(octets)
    assert prise.value.remede


_XML = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=30
)


@given(st.lists(_XML, max_size=8), _XML)
def test_toutes_les_lettres_d_un_document_elan_sont_lues(dits, nom):
    annotations = "".join(
        f"<ANNOTATION><ALIGNABLE_ANNOTATION><ANNOTATION_VALUE>{escape(dit)}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>"
        "</ANNOTATION>"
        for dit in dits
    )
    source = f"<ANNOTATION_DOCUMENT><TIER TIER_ID={quoteattr(nom)}>{annotations}</TIER></ANNOTATION_DOCUMENT>"
    lus = lire_eaf(source.encode()).paragraphes
    assert lettres("".join(p.texte for p in lus)) == lettres("".join(dits))


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(EAF.encode()) - 1), st.integers(0, 255)), min_size=1, max_size=4),
    st.integers(0, len(EAF.encode())),
)
def test_un_document_elan_abime_n_importe_ou_est_lu_ou_refuse(alterations, longueur):
    octets = bytearray(EAF.encode())
    for place, valeur in alterations:
        octets[place] = valeur
    for essai in (bytes(octets), bytes(octets[:longueur])):
        # Any other exception fails the test.
        with suppress(IllisibleError):
            lire_eaf(essai)
