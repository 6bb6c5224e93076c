"""Ouvrir une archive ou un XML sans lui faire confiance."""

import io
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.lecture.archive import IllisibleError, descendre, epurer, lire_xml, lire_xml_nu


class Suite:
    """Une cible qui garde ce qu'elle reçoit."""

    def __init__(self):
        self.recu = []

    def start(self, tag, attrs):
        self.recu.append(f"<{tag}>")

    def data(self, data):
        self.recu.append(data)

    def end(self, tag):
        self.recu.append(f"</{tag}>")

    def close(self):
        return "".join(self.recu)


class Rien:
    """Une cible qui ne garde rien."""


def zipper(methode=zipfile.ZIP_DEFLATED, **pieces):
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", methode) as archive:
        for nom, contenu in pieces.items():
            archive.writestr(nom, contenu)
    return tampon.getvalue()


def noms(octets):
    return zipfile.ZipFile(io.BytesIO(octets)).namelist()


def test_une_piece_facultative_peut_manquer():
    octets = zipper(corps="<a/>")
    assert lire_xml(octets, "notes", Suite(), facultative=True) is None
    assert lire_xml(octets, "corps", Suite(), facultative=True) == "<a></a>"
    with pytest.raises(IllisibleError, match="la pièce notes manque"):
        lire_xml(octets, "notes", Suite())


def test_une_piece_facultative_abimee_est_refusee():
    with pytest.raises(IllisibleError, match="son XML est mal formé"):
        lire_xml(zipper(corps="<a/>", notes="<a>"), "notes", Suite(), facultative=True)


def test_un_xml_seul_se_lit():
    assert lire_xml_nu("<a>Élodie <b/>oui</a>".encode(), Suite()) == "<a>Élodie <b></b>oui</a>"


def test_un_xml_seul_se_lit_dans_l_encodage_qu_il_dit():
    assert lire_xml_nu('<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode("latin-1"), Suite()) == "<a>é</a>"


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"", "son XML est mal formé"),
        (b"<a>", "son XML est mal formé"),
        (b"pas du XML", "son XML est mal formé"),
        (b'<!DOCTYPE a SYSTEM "a.dtd"><a/>', "il déclare des entités"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "il déclare des entités"),
        (b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>', "il déclare des entités"),
        (b"<a>&absente;</a>", "son XML est mal formé"),
        (b'<?xml version="1.0" encoding="absent"?><a/>', "tronqué ou abîmé"),
    ],
)
def test_un_xml_seul_malsain_est_refuse(octets, message):
    with pytest.raises(IllisibleError, match=message) as prise:
        lire_xml_nu(octets, Suite())
    assert prise.value.remede


def test_un_xml_seul_demesure_est_refuse_sans_etre_lu(monkeypatch):
    monkeypatch.setattr("ess_analyse.lecture.archive._PLAFOND", 100)
    with pytest.raises(IllisibleError, match="document démesuré"):
        lire_xml_nu(b"<a>" + b"x" * 100 + b"</a>", Suite())


def test_la_profondeur_se_borne():
    assert descendre(0) == 1
    assert descendre(999) == 1000
    with pytest.raises(IllisibleError, match="trop imbriqués"):
        descendre(1000)


def test_une_archive_aux_pieces_innombrables_est_refusee_avant_d_etre_ouverte(monkeypatch):
    octets = zipper(**{f"p{rang}": "<a/>" for rang in range(20)})
    assert lire_xml(octets, "p3", Suite()) == "<a></a>"
    monkeypatch.setattr("ess_analyse.lecture.archive._PIECES", 19)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(IllisibleError, match="ses pièces sont trop nombreuses"):
        lire_xml(octets, "p3", Suite())


# --- refaire une archive saine -------------------------------------------------------------------------------------


def test_une_archive_epuree_n_a_que_ses_pieces_xml_saines():
    octets = zipper(
        **{
            "mimetype": "application/x",
            "content.xml": "<a/>",
            "sans_extension": "\ufeff  <a/>",
            "dessin.vml": "<a><br></a>",
            "image.png": b"\x89PNG",
            "macros.bin": "non",
            "vide": "",
        }
    )
    assert noms(epurer(octets, lambda nom: Rien())) == ["mimetype", "content.xml", "sans_extension"]


def test_chaque_piece_gardee_est_examinee_sous_son_nom():
    vus = []
    epurer(zipper(**{"b.xml": "<a/>", "a.xml": "<b/>", "x.bin": "x"}), lambda nom: vus.append(nom) or Rien())
    assert vus == ["b.xml", "a.xml"]


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}\.xml", fullmatch=True), st.text("ab<>& \n", max_size=20), max_size=5))
def test_une_archive_epuree_redit_les_memes_pieces(textes):
    pieces = {nom: f"<a>{texte.replace('&', '&amp;').replace('<', '&lt;')}</a>" for nom, texte in textes.items()}
    lues = zipfile.ZipFile(io.BytesIO(epurer(zipper(**pieces), lambda nom: Rien())))
    assert {nom: lues.read(nom).decode() for nom in lues.namelist()} == pieces


def test_un_nom_qui_traverse_les_dossiers_n_ecrit_rien(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    octets = zipper(**{"../../mal.xml": "<a/>", "/tmp/mal.xml": "<a/>", "corps": "<a/>"})
    assert lire_xml(octets, "corps", Suite()) == "<a></a>"
    epurer(octets, lambda nom: Rien())
    assert list(tmp_path.rglob("*")) == []
    assert not (tmp_path.parent / "mal.xml").exists()


def test_un_refus_de_l_examen_est_celui_de_l_archive():
    class Severe:
        def start(self, tag, attrs):
            raise IllisibleError("trop", "moins")

    with pytest.raises(IllisibleError, match="trop"):
        epurer(zipper(corps="<a/>"), lambda nom: Severe())


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"rien", "tronqué ou abîmé"),
        (bytes.fromhex("D0CF11E0A1B11AE1"), "mot de passe, ou d'un ancien format"),
        (zipper(corps="<a/>")[:-30], "tronqué ou abîmé"),
        (zipper(zipfile.ZIP_LZMA, corps="<a/>"), "compressé d'une façon inconnue"),
        (zipper(corps='<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "il déclare des entités"),
    ],
)
def test_une_archive_malsaine_ne_s_epure_pas(octets, message):
    with pytest.raises(IllisibleError, match=message):
        epurer(octets, lambda nom: Rien())


def test_une_archive_chiffree_ne_s_epure_pas():
    octets = bytearray(zipper(corps="<a/>"))
    octets[6] |= 1
    octets[octets.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(IllisibleError, match="protégé par un mot de passe"):
        epurer(bytes(octets), lambda nom: Rien())


def test_deux_gigaoctets_annonces_ne_sont_pas_crus():
    octets = bytearray(zipper(corps="<a/>"))
    for place in (octets.index(b"PK\x03\x04") + 22, octets.index(b"PK\x01\x02") + 24):
        octets[place : place + 4] = struct.pack("<I", 2**31)
    tracemalloc.start()
    try:
        # What is announced changes nothing: what is read counts.
        assert noms(epurer(bytes(octets), lambda nom: Rien())) == ["corps"]
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("pieces", [1, 8])
def test_une_bombe_ne_s_epure_pas_et_reste_en_memoire_bornee(pieces):
    # One piece too big, or eight that are too big together.
    contenu = b"<a>" + b"x" * (80 * 2**20 // pieces) + b"</a>"
    octets = zipper(**{f"p{rang}": contenu for rang in range(pieces)})
    del contenu
    tracemalloc.start()
    try:
        with pytest.raises(IllisibleError, match="démesuré une fois décompressé"):
            epurer(octets, lambda nom: Rien())
        assert tracemalloc.get_traced_memory()[1] < 150e6
    finally:
        tracemalloc.stop()
