"""La porte : un vrai nom planté n'importe où est trouvé, et son lieu est dit sans lui."""

import base64
import gzip
import io
import json
import struct
import subprocess
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.etude import Etude
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import DOCUMENTS, Corpus
from ess_analyse.pseudonymes import lire_cle
from ess_analyse.publication import verifier_publication
from ess_analyse.segments import segmenter

RACINE = Path(__file__).parents[1]
REELS = ["Ysoline", "Ysoline Kerbrat", "Rose", "AR", "Le Bastingage"]
CLE = pd.DataFrame({"reel": REELS, "nature": ["personne"] * 4 + ["organisation"]})
PAGE = "<!DOCTYPE html>\n<html lang='fr'>\n<body>\n{}\n</body></html>\n"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>Rapport</dc:title><meta:initial-creator>{auteur}</meta:initial-creator></office:meta>
<office:body><office:text><text:p>{corps}</text:p></office:text></office:body></office:document>
"""


def zipper(**pieces):
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in pieces.items():
            archive.writestr(nom, contenu)
    return tampon.getvalue()


def docx(corps):
    document = f"<w:document {W}><w:body>{corps}</w:body></w:document>"
    return zipper(**{"[Content_Types].xml": "<Types/>", "word/document.xml": document})


def png(cle, texte):
    def segment(sorte, contenu):
        return struct.pack(">I", len(contenu)) + sorte + contenu + struct.pack(">I", zlib.crc32(sorte + contenu))

    entete = segment(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    dessin = segment(b"IDAT", zlib.compress(b"\0\0")) + segment(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + entete + segment(b"tEXt", cle + b"\0" + texte) + dessin


def cahier(sortie):
    cellules = [{"cell_type": "code", "source": "vu", "metadata": {}, "outputs": [sortie]}]
    return json.dumps({"cells": cellules, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


LIEUX = {
    "page": ("index.html", PAGE.format("<p>Vu avec ysoline.</p>"), "index.html", 4),
    "verbatim": ("a.html", PAGE.format("<blockquote>Ben Yso<em>line</em>, elle note.</blockquote>"), "a.html", 4),
    "étiquette de figure": (
        "a.html",
        PAGE.format("<figure>\n<figcaption>Ce que dit Ysoline</figcaption></figure>"),
        "a.html",
        5,
    ),
    "SVG": ("f/a.svg", "<svg>\n<text>Yso<tspan dx='1'>line</tspan></text></svg>", "f/a.svg", 2),
    "table": ("d/a.csv", "qui;quoi\nMarion;rien\nYsoline;vend\n", "d/a.csv", 3),
    "mémo": ("d/memos.json", '{"memos": [\n"relu avec Yso\\u006cine"]}', "d/memos.json", 2),
    "nom de fichier": ("photos/ysoline-1.txt", "rien", "photos/Y…-1.txt", 0),
    "index JSON": ("index.js", 'window.index=[{"t":"le bureau de Ysoline"}]', "index.js", 1),
    "texte alternatif": ("a.html", PAGE.format('<img src="a.png" alt="Ysoline au tri">'), "a.html", 4),
    "image": ("a.png", png(b"Author", b"Ysoline"), "a.png (métadonnée Author)", 0),
    "image dans la page": (
        "a.html",
        PAGE.format(f'<img src="data:image/png;base64,{base64.b64encode(png(b"Author", b"Ysoline")).decode()}">'),
        "a.html (donnée codée en base64, ligne 4 › métadonnée Author)",
        0,
    ),
    "sortie de notebook": (
        "n/a.ipynb",
        cahier({"output_type": "stream", "name": "stdout", "text": ["1\n", "Ysoline\n"]}),
        "n/a.ipynb (cellule 1, sortie 1)",
        0,
    ),
    "docx": (
        "a.docx",
        docx("<w:p><w:r><w:t>un</w:t></w:r></w:p><w:p><w:r><w:t>Yso</w:t></w:r><w:r><w:t>line</w:t></w:r></w:p>"),
        "a.docx (word/document.xml, paragraphe 2)",
        0,
    ),
    "qdpx": (
        "a.qdpx",
        zipper(**{"project.qde": "<Project>\n<Case name='Ysoline'/></Project>", "Sources/E01.txt": "rien"}),
        "a.qdpx (project.qde)",
        2,
    ),
    "zip de docx": (
        "a.zip",
        zipper(**{"b/a.docx": docx("<w:p>Ysoline</w:p>")}),
        "a.zip (b/a.docx › word/document.xml, paragraphe 1)",
        0,
    ),
    "gzip": ("a.txt.gz", gzip.compress(b"un\nYsoline"), "a.txt.gz (décompressé)", 2),
}


@pytest.fixture
def verifier(ecrire, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def faire(nom, contenu, **options):
        ecrire(f"_site/{nom}", contenu)
        return verifier_publication(tmp_path / "_site", **{"cle": CLE} | options)

    return faire


@pytest.mark.parametrize("ou", LIEUX)
def test_un_nom_plante_est_trouve_et_son_lieu_est_dit_sans_lui(verifier, ou):
    nom, contenu, lieu, ligne = LIEUX[ou]
    (probleme,) = verifier(nom, contenu)
    assert (probleme.fichier, probleme.ligne, probleme.valeur) == (f"_site/{lieu}", ligne, "Y…")
    assert "soline" not in str(probleme)
    assert probleme.remede


@pytest.fixture(scope="session")
def imprimes(exiger, tmp_path_factory):
    """De vrais documents téléchargeables, faits par LibreOffice."""
    soffice, dossier = exiger("soffice"), tmp_path_factory.mktemp("imprimes")
    (dossier / "auteur.fodt").write_text(FODT.format(auteur="Ysoline Kerbrat", corps="Rien à dire."), encoding="utf-8")
    (dossier / "corps.fodt").write_text(FODT.format(auteur="L'équipe", corps="Vu avec Ysoline."), encoding="utf-8")
    (dossier / "table.csv").write_text("qui,quoi\nMarion,rien\nYsoline,vend\n", encoding="utf-8")
    for format_, *sources in [("docx", "auteur", "corps"), ("pdf", "auteur", "corps"), ("xlsx", "table")]:
        fichiers = [dossier / f"{source}.{'csv' if source == 'table' else 'fodt'}" for source in sources]
        profil = f"-env:UserInstallation={(dossier / 'profil').as_uri()}"
        commande = [soffice, "--headless", profil, "--convert-to", format_, "--outdir", dossier, *fichiers]
        subprocess.run(commande, check=True, capture_output=True, timeout=120)
    return dossier


@pytest.mark.parametrize(
    ("nom", "lieu"),
    [
        ("auteur.pdf", "métadonnée Author"),
        ("corps.pdf", "page 1"),
        ("auteur.docx", "docProps/core.xml, dc:creator"),
        ("corps.docx", "word/document.xml, paragraphe 1"),
        ("table.xlsx", "xl/sharedStrings.xml, feuille 1, cellule A3"),
    ],
)
def test_un_nom_est_trouve_dans_un_vrai_document_a_telecharger(verifier, imprimes, nom, lieu):
    problemes = verifier(f"rapports/{nom}", (imprimes / nom).read_bytes())
    assert f"_site/rapports/{nom} ({lieu})" in {probleme.fichier for probleme in problemes}
    assert {probleme.valeur for probleme in problemes} == {"Y…"}
    assert not any(mot in str(probleme).lower() for probleme in problemes for mot in ("soline", "kerbrat"))


@pytest.mark.parametrize("nom", ["auteur.docx", "corps.pdf", "table.xlsx"])
def test_un_vrai_document_sans_nom_passe(verifier, imprimes, nom):
    cle = pd.DataFrame({"reel": ["Gwendal", "Rose", "AR"]})
    assert verifier(nom, (imprimes / nom).read_bytes(), cle=cle) == []


def test_un_document_de_pandoc_est_lu(verifier, tmp_path):
    import pypandoc

    source = "---\ntitle: Le plan d'Ysoline\n---\n\nRien.\n"
    pypandoc.convert_text(source, "docx", format="markdown", outputfile=str(tmp_path / "a.docx"))
    problemes = verifier("a.docx", (tmp_path / "a.docx").read_bytes())
    assert "_site/a.docx (docProps/core.xml, dc:title)" in {probleme.fichier for probleme in problemes}


def test_tout_est_dit_a_la_fois_et_trie(verifier, ecrire, composer):
    corpus = composer(E01="Léo : On ne s'en sert plus jamais ici.")
    corpus = replace(corpus, documents=corpus.documents.assign(diffusion="restreinte"))
    ecrire("_site/b.html", "<p>On ne s’en <b>sert</b> plus jamais ici, dit Rose dans /home/rose.kerbrat/a</p>")
    ecrire("_site/c.zip", b"7z\xbc\xaf\x27\x1c")
    autres = [Probleme("table des codes", 3, "cellule trop petite")]
    problemes = verifier("a.txt", "Ysoline", corpus=corpus, segments=segmenter(corpus), autres=autres)
    assert [(p.fichier, p.message.split()[0]) for p in problemes] == [
        ("_site/a.txt", "un"),
        ("_site/b.html", "un"),
        ("_site/b.html", "un"),
        ("_site/b.html", "une"),
        ("_site/c.zip", "archive"),
        ("table des codes", "cellule"),
    ]
    assert problemes == sorted(problemes)


def test_un_nom_du_chemin_est_masque_dans_tous_les_problemes(verifier):
    problemes = verifier("Ysoline/a.html", "<p>/home/anonyme/a</p>")
    assert {probleme.fichier for probleme in problemes} == {"_site/Y…/a.html"}
    assert len(problemes) == 2


def test_sans_cle_ni_corpus_seules_les_traces_de_la_machine_sont_cherchees(verifier):
    assert verifier("a.html", "<p>Ysoline</p>", cle=None) == []
    assert len(verifier("b.html", "<p>/home/anonyme/a</p>", cle=None)) == 1


def test_un_dossier_absent_et_une_cle_mal_formee_se_disent(tmp_path, verifier):
    with pytest.raises(ErreurDonnees, match="dossier introuvable"):
        verifier_publication(tmp_path / "absent", cle=CLE)
    with pytest.raises(ErreurDonnees, match="table clé : colonne manquante"):
        verifier("a.txt", "rien", cle=pd.DataFrame({"nom": ["a"]}))


def test_le_site_de_la_demonstration_passe(demonstration_rendue):
    etude = Etude(RACINE)
    corpus = lire_corpus(etude.corpus)
    site = demonstration_rendue / "_site"
    assert verifier_publication(site, cle=lire_cle(etude.cle), corpus=corpus, segments=segmenter(corpus)) == []


def test_un_corpus_vide_ne_dit_rien(verifier):
    corpus = Corpus((), pd.DataFrame(columns=DOCUMENTS, dtype="str"))
    assert verifier("a.txt", "rien", corpus=corpus, segments=segmenter(corpus)) == []
