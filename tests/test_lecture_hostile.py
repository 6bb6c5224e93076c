"""Lire des fichiers écrits pour nuire : chacun est refusé en une phrase, ou lu sans que son coût s'emballe."""

import gc
import io
import json
import re
import subprocess
import sys
import time
import warnings
import zipfile
import zlib
from contextlib import suppress

import pytest

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lecture import depouiller

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TABLEUR = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LIENS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PAQUET = "http://schemas.openxmlformats.org/package/2006"
CLASSEUR = "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
A_MACROS = "vnd.ms-excel.sheet.macroEnabled.main+xml"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
ODF = " ".join(f'xmlns:{nom}="{OASIS}:{nom}:1.0"' for nom in ("manifest", "office", "style", "table", "text"))
PHRASE = "Rose : on trie le matin."
LIGNE = b"une ligne assez longue pour remplir toute la largeur de la page ou presque"


# --- de quoi fabriquer les fichiers ---------------------------------------------------------------------------------


def zipper(*pieces):
    """Mettre dans une archive des pièces ``(nom, contenu)``, même de même nom."""
    tampon = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in pieces:
            archive.writestr(nom, contenu)
    return tampon.getvalue()


def word(racine, contenu):
    return f"<w:{racine} {WORD}>{contenu}</w:{racine}>"


def docx(corps, *autres, **pieces):
    """Composer un ``.docx`` : son corps, ses autres pièces telles quelles, ou par leur nom et leur contenu."""
    lettres = {"document": f"<w:body>{corps}</w:body>", **pieces}
    return zipper(*((f"word/{nom}.xml", word(nom, contenu)) for nom, contenu in lettres.items()), *autres)


def p(texte, avant="", attributs=""):
    return f"<w:p{attributs}>{avant}<w:r><w:t>{texte}</w:t></w:r></w:p>"


def liste(*modeles):
    """Décrire une liste numérotée, un modèle par niveau."""
    niveaux = "".join(
        f'<w:lvl w:ilvl="{rang}"><w:numFmt w:val="decimal"/><w:lvlText w:val="{modele}"/></w:lvl>'
        for rang, modele in enumerate(modeles)
    )
    lien = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    return f'<w:abstractNum w:abstractNumId="0">{niveaux}</w:abstractNum>{lien}'


def numerote(texte, rang=0):
    return p(texte, f'<w:pPr><w:numPr><w:ilvl w:val="{rang}"/><w:numId w:val="1"/></w:numPr></w:pPr>')


def relier(*liens):
    cibles = "".join(
        f'<Relationship Id="r{rang}" Type="{LIENS}/{usage}" Target="{cible}"/>'
        for rang, (usage, cible) in enumerate(liens)
    )
    return f'<Relationships xmlns="{PAQUET}/relationships">{cibles}</Relationships>'


def entourer(entetes):
    """Donner à un ``.docx`` autant d'en-têtes, et le lien qui mène à chacun."""
    return [
        ("word/_rels/document.xml.rels", relier(*(("header", f"h{rang}.xml") for rang in range(len(entetes))))),
        *((f"word/h{rang}.xml", word("hdr", p(entete))) for rang, entete in enumerate(entetes)),
    ]


def xlsx(lignes, *autres, sorte=CLASSEUR):
    types = f'<Types xmlns="{PAQUET}/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/'
    feuilles = f'<sheets><sheet name="F" sheetId="1" xmlns:r="{LIENS}" r:id="r0"/></sheets>'
    return zipper(
        ("[Content_Types].xml", f'{types}{sorte}"/></Types>'),
        ("_rels/.rels", relier(("officeDocument", "xl/workbook.xml"))),
        ("xl/workbook.xml", f"<workbook {TABLEUR}>{feuilles}</workbook>"),
        ("xl/_rels/workbook.xml.rels", relier(("worksheet", "worksheets/sheet1.xml"))),
        ("xl/worksheets/sheet1.xml", f"<worksheet {TABLEUR}><sheetData>{lignes}</sheetData></worksheet>"),
        *autres,
    )


def ligne(*textes):
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{texte}</t></is></c>' for texte in textes) + "</row>"


TOURS = ligne("Qui", "Parole") + ligne("Rose", "On trie.") + ligne("Zoé", "Ah bon ?")


def odf(sorte, corps, styles="", *autres):
    automatiques = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    contenu = f"{automatiques}<office:body><office:{sorte}>{corps}</office:{sorte}></office:body>"
    return zipper(("content.xml", f"<office:document {ODF}>{contenu}</office:document>"), *autres)


def manifester(chemin):
    entree = f'<manifest:file-entry manifest:full-path="{chemin}"/>'
    return "META-INF/manifest.xml", f"<manifest:manifest {ODF}>{entree}</manifest:manifest>"


def plan(*attributs):
    """Décrire la numérotation des titres d'un ``.odt``."""
    niveaux = "".join(f'<text:outline-level-style style:num-format="1" {dits}/>' for dits in attributs)
    return f"<text:outline-style>{niveaux}</text:outline-style>"


def tei(corps, entete=""):
    return f"<TEI><teiHeader>{entete}</teiHeader><text><body>{corps}</body></text></TEI>"


def personne(nom, identifiant="R"):
    return f'<person xml:id="{identifiant}"><persName>{nom}</persName></person>'


def eaf(attributs="", reperes=""):
    dit = '<ALIGNABLE_ANNOTATION TIME_SLOT_REF1="t0" TIME_SLOT_REF2="t1"><ANNOTATION_VALUE>oui</ANNOTATION_VALUE>'
    ligne = f"<TIER{attributs}><ANNOTATION>{dit}</ALIGNABLE_ANNOTATION></ANNOTATION></TIER>"
    return f"<ANNOTATION_DOCUMENT>{reperes}{ligne}</ANNOTATION_DOCUMENT>"


def rtf(corps):
    return f"{{\\rtf1\\ansi {corps}\\par}}"


def vtt(dit):
    return f"WEBVTT\n\n00:01.000 --> 00:02.000\n{dit}"


def pdf(*objets, fin=b""):
    """Écrire un PDF, dont le premier objet est le catalogue."""
    sortie, places = io.BytesIO(), []
    sortie.write(b"%PDF-1.4\n")
    for numero, objet in enumerate(objets, start=1):
        places.append(sortie.tell())
        sortie.write(b"%d 0 obj%s endobj\n" % (numero, objet))
    debut = sortie.tell()
    sortie.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objets) + 1))
    sortie.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    suite = fin.replace(b"ICI", b"%d" % debut)
    sortie.write(b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objets) + 1, suite, debut))
    return sortie.getvalue()


CATALOGUE, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[4 0 R]>>"
POLICE = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
FLUX = b"<<%s/Length %s>>stream\n%s\nendstream"


def page(contenu, feuille=b"/MediaBox[0 0 595 842]/Contents 5 0 R", ressources=b""):
    """Écrire les cinq premiers objets d'un PDF d'une page."""
    flux = zlib.compress(contenu)
    return (
        CATALOGUE,
        PAGES,
        POLICE,
        b"<</Type/Page/Parent 2 0 R%s/Resources<</Font<</F1 3 0 R>>%s>>>>" % (feuille, ressources),
        FLUX % (b"/Filter/FlateDecode", b"%d" % len(flux), flux),
    )


def ecrits(*dits):
    """Écrire des lignes l'une sous l'autre."""
    suite = b" 0 -14 Td ".join(b"(%s) Tj" % dit for dit in dits)
    return b"BT /F1 12 Tf 50 800 Td %s ET\n" % suite


DIT = ecrits(PHRASE.encode())


# --- ce qui est refusé, et ce qui se lit malgré tout -----------------------------------------------------------------

ETIRE = "a" * 4_000_000
ATTRIBUTS = "".join(f' a{rang}="b"' for rang in range(20_000))
DEUX_NOMS = bytearray(docx(p(PHRASE)))
DEUX_NOMS[DEUX_NOMS.index(b"word/document.xml")] = ord("W")
REFUSES = {
    # XML: attributes
    "attribut.docx": (docx(p(PHRASE, attributs=f' w:rsidR="{ETIRE}"')), "document démesuré"),
    "attribut.odt": (odf("text", f'<text:p text:style-name="{ETIRE}">oui</text:p>'), "document démesuré"),
    "attribut.xlsx": (xlsx(f'<row spans="{ETIRE}"/>{TOURS}'), "document démesuré"),
    "attribut.ods": (odf("spreadsheet", f'<table:table table:name="{ETIRE}"/>'), "document démesuré"),
    "attribut.tei": (tei(f'<u who="{ETIRE}">oui</u>'), "document démesuré"),
    "attribut.eaf": (eaf(f' TIER_ID="{ETIRE}"'), "document démesuré"),
    "attributs.docx": (docx(p(PHRASE, attributs=ATTRIBUTS)), "document démesuré"),
    "attributs.tei": (tei(f"<u{ATTRIBUTS}>oui</u>"), "document démesuré"),
    "attributs.xlsx": (xlsx(f"<row{ATTRIBUTS}/>{TOURS}"), "document démesuré"),
    "attribut-double.docx": (docx(p(PHRASE, attributs=' a="b" a="b"')), "son XML est mal formé"),
    **{
        f"attributs-partout{extension}": (contenu, "document démesuré")
        for extension, contenu in {
            ".docx": docx(p("oui", attributs=f' w:rsidR="{"a" * 10_000}"') * 2000),
            ".odt": odf("text", f'<text:p text:style-name="{"a" * 10_000}">oui</text:p>' * 2000),
            ".xlsx": xlsx(f'<row spans="{"a" * 10_000}"/>' * 2000 + TOURS),
            ".tei": tei(f'<u who="{"a" * 10_000}">oui</u>' * 2000),
            ".eaf": eaf("", f'<TIER TIER_ID="{"a" * 10_000}"/>' * 2000),
        }.items()
    },
    # A name or a number that a small file has written again and again
    "numeros.docx": (docx(numerote("oui"), numbering=liste("%1" * 200)), "ses numéros de liste le sont"),
    "numeros.odt": (
        odf("text", "<text:p>oui</text:p>", plan(f'text:level="1" style:num-prefix="{"a" * 300}"')),
        "ses numéros de liste le sont",
    ),
    "ensemble.tei": (tei(f'<u who="{"#R " * 20_000}">oui</u>', personne("a" * 1000)), "document démesuré"),
    "tabulations.docx": (docx(p(PHRASE, "<w:r>" + "<w:tab/>" * 3_100_000 + "</w:r>")), "document démesuré"),
    # Macros
    "macros.xlsx": (xlsx(TOURS, ("xl/vbaProject.bin", b"\xd0\xcf"), sorte=A_MACROS), "document à macros"),
    "macros.ods": (odf("spreadsheet", "", "", manifester("Basic/Standard/Module1.xml")), "document à macros"),
    # Archives
    "parent.docx": (zipper(("../word/document.xml", word("document", p(PHRASE)))), "la pièce word/document.xml manque"),
    "racine.docx": (zipper(("/word/document.xml", word("document", p(PHRASE)))), "la pièce word/document.xml manque"),
    "capitales.docx": (zipper(("WORD/DOCUMENT.XML", word("document", p(PHRASE)))), "la pièce word/document.xml manque"),
    "tableur.docx": (xlsx(TOURS), "aucun texte dans ce fichier"),
    "deux-noms.docx": (bytes(DEUX_NOMS), "tronqué ou abîmé"),
    "innombrables.docx": (docx(p(PHRASE), *((f"p{k}", "") for k in range(10_001))), "ses pièces sont trop nombreuses"),
    "entetes.docx": (docx(p(PHRASE), *entourer(["a" * 8_000_000] * 9)), "document démesuré"),
    # HTML
    "gras.html": ("<b>" * 5000 + PHRASE, "trop imbriqués"),
    "tables.html": ("<table><tr><td>" * 5000 + PHRASE, "trop imbriqués"),
    "cases.html": ("<table><tr>" + "<td>" * 200_000 + PHRASE, "document démesuré"),
    "chevrons.html": (PHRASE + "<" * 1_500_000, "page démesurée"),
    "attribut.html": (f"<p title='{ETIRE}'>{PHRASE}", "une balise ne se ferme pas"),
    "commentaire.html": (f"{PHRASE}<!--{'<!--' * 100_000}", "« <! » ne se ferme pas"),
    # PDF
    "boucle-pages.pdf": (pdf(CATALOGUE, b"<</Type/Pages/Count 1/Kids[2 0 R]>>"), "tronqué ou abîmé"),
    "boucle-objet.pdf": (pdf(CATALOGUE, b"2 0 R"), "tronqué ou abîmé"),
    "boucle-parents.pdf": (
        pdf(*page(DIT, b"/Contents 5 0 R"), b"").replace(b"/Kids[4 0 R]", b"/Kids[4 0 R]/Parent 2 0 R"),
        "tronqué ou abîmé",
    ),
    "boucle-longueur.pdf": (pdf(*page(DIT)[:4], FLUX % (b"", b"5 0 R", DIT)), "document démesuré"),
    "pages.pdf": (
        pdf(CATALOGUE, b"<</Type/Pages/Count 5000/Kids[%s]>>" % (b"4 0 R " * 5000), *page(DIT)[2:]),
        "démesuré",
    ),
}
LUS = {
    "macros-muettes.xlsx": (xlsx(TOURS, ("xl/vbaProject.bin", b"\xd0\xcf")), ["On trie.", "Ah bon ?"]),
    "double.docx": (
        docx(p("non"), ("word/document.xml", word("document", p(PHRASE)))),
        [PHRASE],
    ),
    "remonte.docx": (docx(p(PHRASE), ("../../mal.xml", "<a/>"), ("/tmp/mal.xml", "<a/>"), ("C:\\mal", "")), [PHRASE]),
    "colonnes.html": (f"<table><tr><td colspan=999999999 rowspan=-1>{PHRASE}</table>", [PHRASE]),
    "numero.html": (f"<p title='&#{'9' * 9000};'>{PHRASE} &#{'9' * 9000};", [f"{PHRASE} \ufffd"]),
    "numero.txt": (f"{PHRASE}<br>&#{'9' * 9000};", [PHRASE, "\ufffd"]),
    "numero.vtt": (vtt(f"{PHRASE} &#{'9' * 9000};"), [f"{PHRASE} \ufffd"]),
    "page-geante.pdf": (pdf(*page(DIT, b"/MediaBox[0 0 99999999999999 99999999999999]/Contents 5 0 R")), [PHRASE]),
    "boucle-contenu.pdf": (pdf(*page(DIT, b"/MediaBox[0 0 595 842]/Contents[5 0 R 6 0 R]"), b"[6 0 R]"), [PHRASE]),
    "boucle-table.pdf": (pdf(*page(DIT), fin=b"/Prev ICI"), [PHRASE]),
    "boucle-forme.pdf": (
        pdf(
            *page(DIT + b"/X Do", ressources=b"/XObject<</X 6 0 R>>"),
            FLUX % (b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>", b"5", b"/X Do"),
        ),
        [PHRASE],
    ),
}
LIRE = """
import json, sys
from pathlib import Path
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lecture import depouiller
for chemin in sorted(Path(sys.argv[1]).iterdir()):
    try:
        entretien = depouiller(chemin).entretien
        dit = [entretien.extrait(tour.debut, tour.fin) for tour in entretien.tours]
    except ErreurDonnees as erreur:
        dit = [[probleme.fichier, probleme.message, probleme.remede] for probleme in erreur.problemes]
    print(json.dumps([chemin.name, dit]), flush=True)
"""


@pytest.fixture(scope="session")
def sorts(tmp_path_factory):
    """Ce que devient chaque fichier, lu par un programme à part : ni boucle ni manque de mémoire n'arrête la suite."""
    dossier = tmp_path_factory.mktemp("hostiles")
    for nom, (contenu, _) in (REFUSES | LUS).items():
        (dossier / nom).write_bytes(contenu if isinstance(contenu, bytes) else contenu.encode())
    commande = [sys.executable, "-W", "error", "-c", LIRE, dossier]
    sortie = subprocess.run(commande, capture_output=True, check=False, timeout=300, encoding="utf-8")
    return dict(map(json.loads, sortie.stdout.splitlines())), sortie.stderr


def test_rien_n_echappe_a_la_lecture(sorts):
    lus, erreurs = sorts
    assert erreurs == ""
    assert set(lus) == {*REFUSES, *LUS}


@pytest.mark.parametrize("nom", REFUSES)
def test_un_fichier_hostile_est_refuse_en_une_phrase(nom, sorts):
    [(fichier, message, remede)] = sorts[0][nom]
    assert fichier.endswith(nom)
    assert REFUSES[nom][1] in message
    assert remede
    assert not re.search(r"Error|Traceback|object at", message + remede)


@pytest.mark.parametrize("nom", LUS)
def test_un_fichier_suspect_se_lit_s_il_le_peut(nom, sorts):
    assert sorts[0][nom] == LUS[nom][1]


# --- ce dont le coût suit la taille ----------------------------------------------------------------------------------

_RAPPORT = 8
"""Entre un coût qui suit la taille (quatre fois le temps pour quatre fois le fichier) et un coût qui suit son carré."""
_ESSAIS = 3
CROISSANCES = {
    # n times the same thing, for the n below and for 4 n
    "attributs.docx": (2000, lambda n: docx(p(PHRASE, attributs=f' w:rsidR="{"a" * 900}"') * n)),
    "niveaux.docx": (
        800,
        lambda n: docx("".join(numerote("oui", rang) for rang in range(n)), numbering=liste(*["%1."] * n)),
    ),
    "modele.docx": (600, lambda n: docx(numerote("oui") * n, numbering=liste("%1" * n))),
    "insertions.docx": (200, lambda n: docx(("<w:ins>" * n + p(PHRASE) + "</w:ins>" * n) * 40)),
    "tables.docx": (60, lambda n: docx(("<w:tbl><w:tr><w:tc>" * n + p("a") + "</w:tc></w:tr></w:tbl>" * n) * 40)),
    "entetes.docx": (300, lambda n: docx(p(PHRASE), *entourer(["non"] * n))),
    "pieces.docx": (2000, lambda n: docx(p(PHRASE), *((f"p{rang}", "") for rang in range(n)))),
    "niveaux.odt": (
        3000,
        lambda n: odf(
            "text",
            "".join(f'<text:h text:outline-level="{rang}">oui</text:h>' for rang in range(n)),
            plan(*(f'text:level="{rang}"' for rang in range(n))),
        ),
    ),
    "modele.odt": (
        2500,
        lambda n: odf(
            "text",
            '<text:h text:outline-level="1">oui</text:h>' * n,
            plan(f'text:level="1" style:num-prefix="{"a" * n}"'),
        ),
    ),
    "emboites.tei": (200, lambda n: tei('<u who="#R">' * n + "<u>oui</u>" * 5 * n + "</u>" * n)),
    "ensemble.tei": (1500, lambda n: tei(f'<u who="{"#R " * n}">oui</u>', personne("a" * n))),
    "personnes.tei": (2000, lambda n: tei(PHRASE, "".join(personne("a", f"R{rang}") for rang in range(n)))),
    "ancres.tei": (4000, lambda n: tei("<u>" + '<anchor synch="#T"/>' * n + "oui</u>")),
    "blancs.tei": (60_000, lambda n: tei("<u>a" + " \n" * n + "<w>b</w></u>")),
    "reperes.eaf": (
        3000,
        lambda n: eaf("", "".join(f'<TIME_SLOT TIME_SLOT_ID="t{rang}"/>' for rang in range(n))),
    ),
    "noms.xlsx": (800, lambda n: xlsx("".join(ligne(f"n{rang % (n // 2)}", "une parole") for rang in range(n)))),
    "noms.csv": (1500, lambda n: "".join(f"n{rang % (n // 2)};une parole\n" for rang in range(n))),
    "guillemets.csv": (100_000, lambda n: "Qui;Parole\nA;oui\n" + '"' * n),
    "emboites.html": (5000, lambda n: "<div>" * n + PHRASE),
    "gras.html": (240, lambda n: ("<p>" + "<b>" * n + "a</b>" * n) * 10),
    "gras-fermes.html": (5000, lambda n: "<p>" + "<b>" * 900 + "</font>" * n + PHRASE),
    "chevrons.html": (20_000, lambda n: PHRASE + "<" * n),
    "chevrons-espaces.html": (10_000, lambda n: PHRASE + "< " * n),
    "esperluettes.html": (20_000, lambda n: PHRASE + "&amp;" * n),
    "esperluettes-nues.html": (50_000, lambda n: PHRASE + "&" * n),
    "attributs.html": (6000, lambda n: "<p " + "".join(f"a{rang} " for rang in range(n)) + ">" + PHRASE),
    "pre.html": (30_000, lambda n: "<pre>" + "\n" * n + PHRASE),
    "colonnes.html": (1000, lambda n: "<table>" + '<tr><td colspan="999999999" rowspan="999999999">oui' * n),
    "tables.html": (200, lambda n: ("<table><tr><td>" * n + "oui" + "</table>" * n) * 5),
    "blancs.html": (200_000, lambda n: "<p>a" + "\u00a0 " * n + "b"),
    "commentaires.html": (10_000, lambda n: PHRASE + "<!---->" * n),
    "incorpores.html": (20_000, lambda n: PHRASE + "data:;base64," * n),
    "noms.txt": (1500, lambda n: "".join(f"Nom{rang % (n // 2)} : oui\n" for rang in range(n))),
    "gras.md": (1500, lambda n: "".join(f"**Nom{rang % (n // 2)} :** oui\n" for rang in range(n))),
    "marques.md": (40_000, lambda n: f"{PHRASE}\n" + "**a __b *c " * n),
    "crochets.txt": (40_000, lambda n: f"{PHRASE}\n" + "[00:" * n),
    "balises.txt": (40_000, lambda n: f"{PHRASE}\n" + "<a " * n),
    "entites.txt": (40_000, lambda n: f"{PHRASE}<br>" + "&#" * n),
    "voix.vtt": (50_000, lambda n: vtt("<v" + " " * n + "oui")),
    "voix-ouvertes.vtt": (20_000, lambda n: vtt("<v a" * n)),
    "segments.json": (2000, lambda n: "[" + ",".join(['{"text": "oui", "speaker": "a"}'] * n) + "]"),
    "notes.rtf": (200, lambda n: rtf(("oui" + "{\\footnote non" * n + "}" * n) * 5)),
    "secours.rtf": (2000, lambda n: rtf("\\uc999999999\\u233?" * n + "oui")),
    "cases.rtf": (1000, lambda n: rtf("\\intbl a\\cell " * n + "\\row")),
    "paragraphe.pdf": (80, lambda n: pdf(*page(ecrits(*[LIGNE] * n)))),
    "mot.pdf": (20_000, lambda n: pdf(*page(ecrits(b"a" * n + b"-", b"a" * n, b"a-" * n, b"-" * n)))),
    "pages.pdf": (
        60,
        lambda n: pdf(CATALOGUE, b"<</Type/Pages/Count %d/Kids[%s]>>" % (n, b"4 0 R " * n), *page(DIT)[2:]),
    ),
    "objets.pdf": (2000, lambda n: pdf(*page(DIT), *[b"<<>>"] * n)),
    "sans-table.pdf": (2000, lambda n: pdf(*page(DIT), *[b"<<>>"] * n).replace(b"startxref\n", b"startxref\n9")),
    "etats.pdf": (2000, lambda n: pdf(*page(b"q " * n + DIT))),
}


def durer(chemin, contenu):
    """Mesurer ce que coûte la lecture d'un fichier, refusé ou non."""
    chemin.write_bytes(contenu if isinstance(contenu, bytes) else contenu.encode())
    durees = []
    gc.disable()
    try:
        for _ in range(2):
            debut = time.process_time()
            with suppress(ErreurDonnees):
                depouiller(chemin)
            durees.append(time.process_time() - debut)
    finally:
        gc.enable()
    return min(durees)


@pytest.mark.parametrize("nom", CROISSANCES)
def test_le_cout_d_un_fichier_suit_sa_taille(nom, tmp_path):
    n, fabriquer = CROISSANCES[nom]
    un, quatre = fabriquer(n), fabriquer(4 * n)
    # A busy machine may slow one measure down; a cost that grows too fast grows too fast each time.
    rapports = (durer(tmp_path / nom, quatre) / durer(tmp_path / nom, un) for _ in range(_ESSAIS))
    assert any(rapport < _RAPPORT for rapport in rapports)
