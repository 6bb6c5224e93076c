"""Lire un PDF : recoller ce que la mise en page a coupé, écarter ce qu'elle a ajouté."""

import io
import logging
import re
import subprocess
import sys
import unicodedata
import zlib
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.imprime import lire_pdf

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
MISE_EN_PAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="{OASIS}:office:1.0" xmlns:text="{OASIS}:text:1.0" xmlns:style="{OASIS}:style:1.0"
 xmlns:fo="{OASIS}:xsl-fo-compatible:1.0" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles>
<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="P" style:family="paragraph"><style:paragraph-properties fo:text-align="%s"/>
<style:text-properties fo:language="fr" fo:country="FR" fo:hyphenate="true" fo:hyphenation-remain-char-count="2"
 fo:hyphenation-push-char-count="2"/></style:style>
<style:page-layout style:name="pm1"><style:page-layout-properties fo:page-width="15cm" fo:page-height="20cm"
 fo:margin-top="2cm" fo:margin-bottom="2cm" fo:margin-left="2cm" fo:margin-right="2cm"/></style:page-layout>
</office:automatic-styles><office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm1">
<style:header><text:p>Étude sur le tri</text:p></style:header><style:footer><text:p>Page
 <text:page-number text:select-page="current">1</text:page-number></text:p></style:footer></style:master-page>
</office:master-styles><office:body><office:text>%s</office:text></office:body></office:document>
"""
MOTS = re.findall(
    r"\S+",
    "le tri du matin passe avant la pesée et l'organisation de l'atelier dépend beaucoup du numérique car chaque "
    "bénévole reprend ensuite le tableur partagé sans vraiment savoir qui l'a complété la veille",
)
PHRASES = [
    " ".join(MOTS[(3 * n + k) % len(MOTS)] for k in range(4 + (n * 17) % 60)).capitalize() + "." for n in range(40)
]
TOURS = [f"{'Enquêtrice' if n % 2 == 0 else 'Élodie'} : {phrase}" for n, phrase in enumerate(PHRASES)]
NOTES = """<text:p><text:span text:style-name="B">Élodie :</text:span> oui<text:note text:note-class="footnote">
<text:note-citation>1</text:note-citation><text:note-body><text:p>Une note.</text:p></text:note-body></text:note>.
</text:p><text:list><text:list-item><text:p>Une puce</text:p></text:list-item></text:list>
<text:p>Insé\u00a0cable, œuvre, 5 €</text:p>
"""
IMAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="{OASIS}:office:1.0" xmlns:text="{OASIS}:text:1.0" xmlns:draw="{OASIS}:drawing:1.0"
 xmlns:svg="{OASIS}:svg-compatible:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:body><office:text><text:p><draw:frame svg:width="5cm" svg:height="5cm"><draw:image><office:binary-data>
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==</office:binary-data>
</draw:image></draw:frame></text:p></office:text></office:body></office:document>
"""


@pytest.fixture(scope="session")
def pdf(convertir, tmp_path_factory):
    """Des PDF que LibreOffice a écrits."""
    dossier = tmp_path_factory.mktemp("imprime")
    corps = "".join(f'<text:p text:style-name="P">{tour}</text:p>' for tour in TOURS)
    sources = {
        "justifie.fodt": MISE_EN_PAGE % ("justify", corps),
        "gauche.fodt": MISE_EN_PAGE % ("start", corps),
        "notes.fodt": MISE_EN_PAGE % ("start", NOTES),
        "fixe.txt": "\n".join(TOURS),
        "image.fodt": IMAGE,
    }
    for nom, source in sources.items():
        (dossier / nom).write_text(source, encoding="utf-8")
    convertir("pdf", dossier, *(dossier / nom for nom in sources))
    lus = {nom.partition(".")[0]: (dossier / nom).with_suffix(".pdf").read_bytes() for nom in sources}
    secret = '{"EncryptFile":{"type":"boolean","value":"true"},"DocumentOpenPassword":{"type":"string","value":"x"}}'
    convertir(f"pdf:writer_pdf_Export:{secret}", dossier, dossier / "fixe.txt")
    return lus | {"chiffre": (dossier / "fixe.pdf").read_bytes()}


def textes(octets):
    return [paragraphe.texte for paragraphe in lire_pdf(octets).paragraphes]


def lettres(texte):
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", texte)))


@pytest.mark.parametrize("nom", ["justifie", "gauche", "fixe"])
def test_un_vrai_entretien_retrouve_ses_paragraphes(nom, pdf):
    # A justified line spreads its spaces, which the page then doubles.
    assert [re.sub(" +", " ", texte) for texte in textes(pdf[nom])] == TOURS


@pytest.mark.parametrize("nom", ["justifie", "gauche"])
def test_ce_qui_revient_a_chaque_page_est_laisse_et_dit(nom, pdf):
    constats = lire_pdf(pdf[nom]).constats
    pages = len(re.findall(rb"/Type/Page\b", pdf[nom]))
    assert pages > 2
    assert f"en-tête ou pied de page laissé de côté : « Étude sur le tri » ({pages} fois)" in constats
    assert f"en-tête ou pied de page laissé de côté : « Page 1 » ({pages} fois)" in constats


def test_notes_puces_et_gras_d_une_vraie_page(pdf):
    lu = lire_pdf(pdf["notes"])
    assert [(p.texte, p.gras) for p in lu.paragraphes] == [
        ("Étude sur le tri", 0),
        ("Élodie : oui.", len("Élodie :")),
        ("Une puce", 0),
        ("Insé\u00a0cable, œuvre, 5 €", 0),
        ("1 Une note.", 0),
    ]
    assert "1 appel de note laissé de côté" in lu.constats
    assert "en-tête ou pied de page laissé de côté : « Page 1 » (1 fois)" in lu.constats


def test_un_vrai_pdf_protege_est_refuse(pdf):
    with pytest.raises(IllisibleError, match="protégé par un mot de passe") as prise:
        lire_pdf(pdf["chiffre"])
    assert "sans mot de passe" in prise.value.remede


def test_un_vrai_pdf_d_images_est_refuse(pdf):
    with pytest.raises(IllisibleError, match="ses pages sont des images") as prise:
        lire_pdf(pdf["image"])
    assert "OCR" in prise.value.remede


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_un_vrai_pdf_tronque_est_refuse(part, pdf):
    octets = pdf["justifie"]
    with pytest.raises(IllisibleError, match="tronqué ou abîmé"):
        lire_pdf(octets[: int(part * len(octets))])


def test_rien_n_est_journalise_et_rien_n_est_derange(pdf, caplog):
    journal = logging.getLogger("pypdf")
    avant = (journal.propagate, list(journal.handlers))
    with suppress(IllisibleError):
        lire_pdf(pdf["gauche"].replace(b"endobj", b"endobi"))
    assert caplog.records == []
    assert (journal.propagate, journal.handlers) == avant


# --- PDF à la main -------------------------------------------------------------------------------------------------


def fabriquer(*pages, police=b"/Helvetica", compresser=False):
    """Écrire un PDF dont chaque page est une suite de lignes ``(x, y, texte)``, ou un flux tel quel."""
    objets = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type1/BaseFont%s/Encoding/WinAnsiEncoding>>" % police,
    ]
    enfants = []
    for page in pages:
        flux = (
            page
            if isinstance(page, bytes)
            else b"".join(
                b"BT /F1 %d Tf %d %d Td (%s) Tj ET\n"
                % (corps[0] if corps else 12, x, y, re.sub(r"([()\\])", r"\\\1", dit).encode("cp1252"))
                for x, y, dit, *corps in page
            )
        )
        filtre = b"/Filter/FlateDecode" if compresser else b""
        flux = zlib.compress(flux) if compresser else flux
        objets.append(b"<<%s/Length %d>>stream\n%s\nendstream" % (filtre, len(flux), flux))
        enfants.append(len(objets) + 1)
        objets.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
            % len(objets)
        )
    objets[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(enfants), b" ".join(b"%d 0 R" % n for n in enfants))
    sortie, places = io.BytesIO(), []
    sortie.write(b"%PDF-1.4\n")
    for numero, objet in enumerate(objets, start=1):
        places.append(sortie.tell())
        sortie.write(b"%d 0 obj%s endobj\n" % (numero, objet))
    debut = sortie.tell()
    sortie.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objets) + 1))
    sortie.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    sortie.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objets) + 1, debut))
    return sortie.getvalue()


def lignes(*dits, y=700, pas=14, x=50):
    return [(x, y - pas * rang, dit) for rang, dit in enumerate(dits)]


LONGUE = "une ligne assez longue pour remplir toute la largeur de la page ou presque"


@pytest.mark.parametrize(
    ("page", "attendu"),
    [
        (lignes(LONGUE, "et la suite."), [f"{LONGUE} et la suite."]),
        (lignes(LONGUE, "finit ici.", "Puis une autre."), [f"{LONGUE} finit ici.", "Puis une autre."]),
        (lignes(LONGUE, f"Rose : {LONGUE}", "oui."), [LONGUE, f"Rose : {LONGUE} oui."]),
        (lignes(LONGUE, f"[00:01:02] Rose : {LONGUE}"), [LONGUE, f"[00:01:02] Rose : {LONGUE}"]),
        (lignes(LONGUE, "- un point", "2. deux"), [LONGUE, "- un point", "2. deux"]),
        (lignes(LONGUE, "• un point"), [LONGUE, "un point"]),
        (
            lignes(LONGUE) + lignes("après un blanc", y=650) + lignes(LONGUE, LONGUE, y=400),
            [LONGUE, "après un blanc", f"{LONGUE} {LONGUE}"],
        ),
        (lignes(f"{LONGUE} numé-", "rique."), [f"{LONGUE} numérique."]),
        (lignes(f"{LONGUE} arc-en-", "ciel."), [f"{LONGUE} arc-en-ciel."]),
        (lignes(f"{LONGUE} dit-", "elle."), [f"{LONGUE} dit-elle."]),
        (lignes(f"{LONGUE} 2020-", "2021."), [f"{LONGUE} 2020- 2021."]),
        (lignes(f"{LONGUE} Saint-", "Denis."), [f"{LONGUE} Saint- Denis."]),
        (
            lignes("porte-parole " + LONGUE[:60] + " porte-", "parole."),
            ["porte-parole " + LONGUE[:60] + " porte-parole."],
        ),
        ([(50, 700, LONGUE, 18), (50, 680, "suite", 12)], [LONGUE, "suite"]),
        ([(50, 700, LONGUE), (50, 686, LONGUE), (80, 672, LONGUE)], [f"{LONGUE} {LONGUE}", LONGUE]),
        ([(50, 700, "oui"), (75, 705, "3", 7), (82, 700, "non")], ["oui non"]),
        ([(50, 700, "3", 7)], ["3"]),
    ],
)
def test_les_lignes_d_une_page_se_recollent(page, attendu):
    assert textes(fabriquer(page)) == attendu


def test_les_mots_recolles_sont_dits():
    assert lire_pdf(fabriquer(lignes(f"{LONGUE} numé-", "rique."))).constats == ("1 mot coupé en fin de ligne recollé",)


def test_un_paragraphe_continue_sur_la_page_suivante():
    assert textes(fabriquer(lignes(LONGUE), lignes("et la suite."))) == [f"{LONGUE} et la suite."]


@pytest.mark.parametrize("folio", ["{}", "- {} -", "Page {}", "page {}/3", "{} sur 3", "p. {}"])
def test_les_numeros_de_page_sont_laisses(folio):
    pages = [[*lignes(f"Rose : oui {n}."), (280, 30, folio.format(n))] for n in (1, 2, 3)]
    lu = lire_pdf(fabriquer(*pages))
    assert [p.texte for p in lu.paragraphes] == ["Rose : oui 1.", "Rose : oui 2.", "Rose : oui 3."]
    assert lu.constats == (f"en-tête ou pied de page laissé de côté : « {folio.format(1)} » (3 fois)",)


def test_une_parole_qui_revient_au_milieu_des_pages_reste():
    pages = [lignes("un", "deux", "Rose : oui.", "trois", "quatre", y=700 - n) for n in (1, 50, 90)]
    assert textes(fabriquer(*pages)).count("Rose : oui.") == 3


def test_une_page_sans_texte_parmi_d_autres_est_dite():
    lu = lire_pdf(fabriquer(lignes("oui"), b"0 0 m 10 10 l S", b""))
    assert lu.constats == ("pages sans texte (des images ?) : 2, 3",)


_MOT = st.text(st.characters(codec="cp1252", categories=["Ll", "Lu", "Nd", "Po"]), min_size=1, max_size=12)


@given(st.lists(st.lists(st.lists(_MOT, min_size=1, max_size=8).map(" ".join), max_size=8), min_size=1, max_size=3))
def test_toutes_les_lettres_d_un_pdf_sont_lues_ou_dites(pages):
    try:
        lu = lire_pdf(fabriquer(*(lignes(*page) for page in pages)))
    except IllisibleError:
        assert not lettres("".join("".join(page) for page in pages))
        return
    # A margin said once stands for each of its lines: the letters, not their number.
    lues = lettres("".join(p.texte for p in lu.paragraphes) + "".join(lu.constats))
    assert set(lettres("".join("".join(page) for page in pages))) <= set(lues)
    if not any("pied de page" in constat for constat in lu.constats):
        assert lettres("".join(p.texte for p in lu.paragraphes)) == lettres("".join("".join(page) for page in pages))


# --- PDF hostiles --------------------------------------------------------------------------------------------------

MESURER = """
import sys, time
from pathlib import Path
from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.imprime import lire_pdf
import pypdf
octets = sys.stdin.buffer.read()
def sommet():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
avant, debut = sommet(), time.process_time()
try:
    lire_pdf(octets)
    message = "lu"
except IllisibleError as erreur:
    message = str(erreur)
memoire = sommet() - avant
print(message, memoire // 1024, int(time.process_time() - debut), sep="|")
"""
BOMBES = {
    "flux": fabriquer(b" " * 200_000_000, compresser=True),
    "ordres": fabriquer(b"BT /F1 12 Tf (a) Tj ET\n" * 200_000, compresser=True),
    "pages": fabriquer(*[b"BT /F1 12 Tf " + b"(a) Tj " * 20_000 + b"ET"] * 40, compresser=True),
    "texte": fabriquer(b"BT /F1 12 Tf (" + b"a" * 12_000_000 + b") Tj ET", compresser=True),
    "tableau": fabriquer(b"[" * 100_000 + b"]" * 100_000 + b" TJ"),
    "nombre": fabriquer(*[b""] * 1200),
}


@pytest.mark.parametrize("nom", BOMBES)
@pytest.mark.skipif(sys.platform != "linux", reason="la mémoire prise se lit dans /proc")
def test_une_bombe_est_refusee_en_memoire_et_temps_bornes(nom):
    sortie = subprocess.run(
        [sys.executable, "-c", MESURER], input=BOMBES[nom], capture_output=True, check=True, timeout=120
    )
    message, megaoctets, secondes = sortie.stdout.decode().strip().split("|")
    assert message.startswith(("document démesuré", "document tronqué ou abîmé", "aucun texte"))
    assert int(megaoctets) < 200
    assert int(secondes) < 60


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"du texte", "ce n'est pas un PDF"),
        (b"PK\x03\x04", "ce n'est pas un PDF"),
        (b"%PDF-1.7\n", "tronqué ou abîmé"),
        (b"%PDF-1.7\n%%EOF", "tronqué ou abîmé"),
        (fabriquer(), "aucun texte dans ce PDF"),
        (fabriquer(b""), "aucun texte dans ce PDF"),
        (fabriquer(lignes("oui")).replace(b"/Kids[5 0 R]", b"/Kids[2 0 R]"), "document|aucun texte"),
    ],
)
def test_un_pdf_malsain_est_refuse(octets, message):
    with pytest.raises(IllisibleError, match=message) as prise:
        lire_pdf(octets)
    assert prise.value.remede


SAIN = fabriquer(lignes("Rose : oui.", "Claire : non."), lignes("Rose : bon."))


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.integers(0, len(SAIN) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, len(SAIN)),
)
def test_un_pdf_abime_n_importe_ou_est_lu_ou_refuse(alterations, longueur):
    octets = bytearray(SAIN)
    for place, valeur in alterations:
        octets[place] = valeur
    for essai in (bytes(octets), bytes(octets[:longueur]) + b"%%EOF"):
        # Any other exception fails the test.
        with suppress(IllisibleError):
            lire_pdf(essai)
