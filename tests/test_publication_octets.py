"""De n'importe quel fichier aux textes qu'il contient : formats vrais, faits à la main, abîmés ou démesurés."""

import base64
import bz2
import gzip
import io
import json
import lzma
import sqlite3
import struct
import subprocess
import tarfile
import tempfile
import zipfile
import zlib
from html.entities import codepoint2name
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.publication import octets as module
from ess_analyse.publication.octets import extraits, lire_dossier, lire_tout
from ess_analyse.publication.octets.textes import debaliser, decoder_texte, defaire

NOM = "Ysoline"


def lieux(octets, nom="a", cherche=NOM, *, secours=False):
    """Dire où un nom se lit ; les lectures de secours seulement si on les demande."""
    return {
        (extrait.lieu, extrait.nature)
        for extrait in lire_tout(octets, nom)
        if cherche in extrait.texte and extrait.secours <= secours
    }


def defauts(octets, nom="a"):
    return [(extrait.lieu, extrait.defaut) for extrait in lire_tout(octets, nom) if extrait.defaut]


def zipper(pieces, methode=zipfile.ZIP_DEFLATED):
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", methode) as archive:
        for nom, contenu in pieces.items():
            archive.writestr(nom, contenu)
    return tampon.getvalue()


# --- textes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("&Eacute;lodie &#201;lodie &#xC9;lodie", "Élodie Élodie Élodie"),
        ("&amp;amp;Eacute;lodie", "Élodie"),
        (r"\u00c9lodie \u{c9}lodie \U000000c9lodie \xc9lodie \xc3\x89lodie", "Élodie Élodie Élodie Élodie Élodie"),
        ("%C3%89lodie %C9lodie %u00C9lodie", "Élodie Élodie Élodie"),
        (r"\'c9lodie", "Élodie"),
        (r"\ud83d\ude42 ok", "🙂 ok"),
        (r"fin\nÉlodie", "fin Élodie"),
        (r"a\/b", "a/b"),
        ("E\u0301lo\u00addie\u200b &ZeroWidthSpace;&shy;", "Élodie "),
        ("ﬁn d’été\u00a0!", "fin d’été !"),
        (r"\u{110000}", "\ufffd"),
        ("100 % de 5 %", "100 % de 5 %"),
    ],
)
def test_les_echappements_sont_defaits(ecrit, lu):
    assert defaire(ecrit) == lu


def test_les_echappements_d_une_feuille_de_style_ne_sont_defaits_que_la():
    assert defaire(r'content: "\c9 lodie"', css=True) == 'content: "Élodie"'
    assert defaire(r"\c9 lodie") == r"\c9 lodie"


def test_un_trait_d_union_conditionnel_ne_se_voit_qu_en_bout_de_ligne():
    assert defaire("Yso&shy;line, Yso\u00ad\nline") == "Ysoline, Yso-\nline"


@given(st.text(alphabet="aé\u00ad\n&#10;\\nux%0A<b>\t", max_size=60))
def test_defaire_ne_deplace_aucune_ligne(texte):
    assert defaire(texte).count("\n") == texte.count("\n")
    assert debaliser(texte, tout=True).count("\n") == texte.count("\n")
    assert debaliser(texte, tout=False).count("\n") == texte.count("\n")


def test_les_balises_d_une_ligne_recollent_et_les_autres_separent():
    source = "<td>Yso<b>li</b>ne</td><td>Ana</td><w:t>Yso</w:t><w:t>line</w:t>"
    assert debaliser(source, tout=False) == " Ysoline  Ana Ysoline"
    assert debaliser(source, tout=True) == "YsolineAnaYsoline"


@pytest.mark.parametrize("octets", [b"\x00\x01\x02", b"\x93\x01\x02abc", bytes(range(256))])
def test_des_octets_quelconques_ne_sont_pas_du_texte(octets):
    assert decoder_texte(octets) is None


def test_un_texte_garde_ses_lignes_et_un_script_aussi():
    page = "<p>un</p>\n<script>\nvar a = 'Ysoline';\n</script>\n<p>Ysoline</p>"
    vus = [
        (extrait.nature, extrait.ligne + extrait.texte.count("\n", 0, extrait.texte.index(NOM)))
        for extrait in lire_tout(page.encode(), "page.html")
        if NOM in extrait.texte
    ]
    assert set(vus) == {("code", 3), ("texte", 5)}


@pytest.mark.parametrize("nom", ["site.js", "site.css", "module.mjs"])
def test_un_programme_est_du_code(nom):
    assert lieux(b"/* Ysoline */", nom) == {("", "code")}


def test_une_donnee_en_base64_est_decodee_et_retiree_du_texte():
    code = base64.b64encode(b"<svg><text>Ysoline</text></svg>" * 9).decode()
    for page in (f'<img src="data:image/svg+xml;base64,{code}">', f"\n{code}\n"):
        assert all("codé" in lieu for lieu, _ in lieux(page.encode(), "page.html"))
        assert lieux(page.encode(), "page.html", code) == set()


def test_une_donnee_en_base64_coupee_en_lignes_est_decodee():
    code = base64.encodebytes(b"bonjour " * 20 + b"Ysoline").decode()
    assert lieux(f"debut\n\n{code}".encode(), "a.txt") == {("donnée codée en base64, ligne 3", "texte")}
    assert lieux(json.dumps({"a": code}).encode(), "a.json") == {("donnée codée en base64, ligne 1", "texte")}


def test_un_mot_qui_se_decode_par_hasard_n_est_pas_retire():
    mot = base64.b64encode(b"bonjour!!").decode()
    assert ("", "texte") in lieux(f"le mot {mot} reste".encode(), "a.txt", mot)


ECHAPPEMENTS = {
    "entités": lambda nom: "".join(f"&#{ord(signe)};" for signe in nom),
    "entités nommées": lambda nom: "".join(
        f"&{codepoint2name[ord(signe)]};" if ord(signe) in codepoint2name else signe for signe in nom
    ),
    "hexadécimal": lambda nom: "".join(f"&#x{ord(signe):X};" for signe in nom),
    "json": lambda nom: "".join(f"\\u{ord(signe):04x}" for signe in nom),
    "adresse": lambda nom: "".join(f"%{octet:02X}" for octet in nom.encode()),
    "base64": lambda nom: "data:text/plain;base64," + base64.b64encode(f"voici {nom} !".encode()).decode(),
    "base64 nu": lambda nom: base64.b64encode(f"voici {nom} !".encode()).decode(),
    "balises": lambda nom: "<i></i>".join(nom),
    "svg": lambda nom: "".join(f'<tspan x="1">{signe}</tspan>' for signe in nom),
    "césure": lambda nom: "&shy;".join(nom),
    "accent à part": lambda nom: nom.replace("é", "e\u0301").replace("É", "E\u0301"),
}
EMBALLAGES = {
    "tel quel": lambda octets: octets,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": lambda octets: zipper({"a/b.txt": octets}),
    "deux zip": lambda octets: zipper({"b.zip": zipper({"a.txt": octets})}),
    "utf-16": lambda octets: octets.decode().encode("utf-16"),
}


@given(
    st.sampled_from(["Élodie", "Ysoline", "Zoé-Maïa", "Fatou"]),
    st.lists(st.sampled_from(sorted(ECHAPPEMENTS)), min_size=1, max_size=2),
    st.sampled_from(sorted(EMBALLAGES)),
    st.sampled_from(["<p>{}</p>", "a\n{}, b", '{{"cle": "{}"}}', "« {} »"]),
)
def test_un_nom_echappe_de_n_importe_quelle_facon_est_lu(nom, echappements, emballage, gabarit):
    texte = nom
    for echappement in echappements:
        texte = ECHAPPEMENTS[echappement](texte)
    octets = EMBALLAGES[emballage](gabarit.format(texte).encode())
    assert lieux(octets, "fichier", nom)


# --- images ----------------------------------------------------------------------------------------------------------


def segment(sorte, contenu):
    return struct.pack(">I", len(contenu)) + sorte + contenu + struct.pack(">I", zlib.crc32(sorte + contenu))


def png(*segments, apres=b""):
    dessin = segment(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), segment(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + dessin[0] + b"".join(segments) + dessin[1] + segment(b"IEND", b"") + apres


def exif(nom, ordre="<"):
    """Un Exif d'un champ (l'auteur) et d'un sous-répertoire (le commentaire), et l'auteur comme Windows l'écrit."""
    auteur, windows = nom.encode() + b"\0", nom.encode("utf-16-le") + b"\0\0"
    commentaire = b"UNICODE\0" + nom.encode("utf-16-le")
    place = 8 + 2 + 3 * 12 + 4
    corps = struct.pack(f"{ordre}H", 3)
    corps += struct.pack(f"{ordre}HHII", 0x013B, 2, len(auteur), place)
    corps += struct.pack(f"{ordre}HHII", 0x9C9D, 1, len(windows), place + len(auteur))
    sous = place + len(auteur) + len(windows)
    corps += struct.pack(f"{ordre}HHII", 0x8769, 4, 1, sous) + struct.pack(f"{ordre}I", 0) + auteur + windows
    corps += struct.pack(f"{ordre}HHHIII", 1, 0x9286, 7, len(commentaire), sous + 18, 0) + commentaire
    return (b"II*\0" if ordre == "<" else b"MM\0*") + struct.pack(f"{ordre}I", 8) + corps


EXIF = {f"métadonnées Exif, {champ}" for champ in ("auteur", "commentaire")}


@pytest.mark.parametrize(
    ("segments", "lieu"),
    [
        (segment(b"tEXt", b"Author\0Ysoline"), "métadonnée Author"),
        (segment(b"zTXt", b"Comment\0\0" + zlib.compress(b"vu par Ysoline")), "métadonnée Comment"),
        (segment(b"iTXt", b"Title\0\0\0fr\0Titre\0Ysoline"), "métadonnée Title"),
        (segment(b"iTXt", b"Title\0\1\0fr\0Titre\0" + zlib.compress(b"Ysoline")), "métadonnée Title"),
        (segment(b"prIV", b"Ysoline"), "segment prIV"),
        (
            segment(b"zTXt", b"Raw profile type xmp\0\0" + zlib.compress(b"\nxmp\n7\n" + b"Ysoline".hex().encode())),
            "métadonnée Raw profile type xmp",
        ),
    ],
)
def test_les_textes_d_un_png_sont_lus(segments, lieu):
    assert lieux(png(segments), "figure.png") == {(lieu, "texte")}


@pytest.mark.parametrize("ordre", "<>")
def test_l_exif_est_lu_dans_chaque_image(ordre):
    brut = exif(NOM, ordre)
    jpeg = b"\xff\xd8" + b"\xff\xe1" + struct.pack(">H", len(brut) + 8) + b"Exif\0\0" + brut + b"\xff\xda\0\2\xff\xd9"
    webp = b"EXIF" + struct.pack("<I", len(brut)) + brut
    images = {
        "a.png": png(segment(b"eXIf", brut)),
        "a.jpg": jpeg,
        "a.tif": brut,
        "a.webp": b"RIFF" + struct.pack("<I", len(webp) + 4) + b"WEBP" + webp,
    }
    for nom, octets in images.items():
        assert {lieu for lieu, _ in lieux(octets, nom)} == EXIF, nom


@pytest.mark.parametrize(
    ("marque", "contenu", "lieu"),
    [
        (0xFE, b"vu par Ysoline", "commentaire"),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<dc:creator>Ysoline</dc:creator>", "métadonnées XMP"),
        (0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 40 + b"<a>Ysoline</a>", "métadonnées XMP"),
        (0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0c\x1c\x02\x50\0\x07Ysoline", "métadonnée IPTC 80"),
    ],
)
def test_ce_qu_un_jpeg_dit_de_lui_est_lu(marque, contenu, lieu):
    octets = b"\xff\xd8\xff" + bytes([marque]) + struct.pack(">H", len(contenu) + 2) + contenu + b"\xff\xd9"
    assert lieux(octets, "photo.jpg") == {(lieu, "texte")}


def test_ce_qui_suit_une_image_est_lu():
    cache = zipper({"notes.txt": "Ysoline"})
    attendu = {("après la fin de l'image › notes.txt", "texte")}
    assert lieux(png(apres=cache), "a.png") == attendu
    assert lieux(b"\xff\xd8\xff\xd9" + cache, "a.jpg") == attendu


def test_un_exif_qui_tourne_en_rond_finit():
    boucle = b"II*\0" + struct.pack("<IH", 8, 1) + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    assert lieux(boucle, "a.tif") == set()


def test_un_texte_de_png_abime_est_un_defaut():
    octets = png(segment(b"zTXt", b"Comment\0\0pas du zlib"))
    assert defauts(octets, "a.png") == [("métadonnée Comment", "données compressées abîmées")]


# --- cahiers, bases, RTF ---------------------------------------------------------------------------------------------


def cahier(*cellules, **metadonnees):
    return json.dumps({"cells": cellules, "metadata": metadonnees, "nbformat": 4, "nbformat_minor": 5}).encode()


def cellule(source="", sorties=(), **reste):
    return {"cell_type": "code", "source": source, "outputs": list(sorties), "metadata": {}} | reste


IMAGE = base64.b64encode(png(segment(b"tEXt", b"Author\0Ysoline"))).decode()


@pytest.mark.parametrize(
    ("octets", "lieu"),
    [
        (cahier(cellule("1"), cellule(["a = 1\n", "# Ysoline"])), "cellule 2"),
        (cahier(cellule(sorties=[{"output_type": "stream", "text": ["vu\n", "Ysoline"]}])), "cellule 1, sortie 1"),
        (cahier(cellule(sorties=[{"data": {"text/html": "<b>Yso</b>line"}}])), "cellule 1, sortie 1"),
        (
            cahier(cellule(sorties=[{"data": {"image/png": IMAGE + "\n"}}])),
            "cellule 1, sortie 1 › donnée codée en base64 › métadonnée Author",
        ),
        (
            cahier(cellule(sorties=[{"output_type": "error", "traceback": ["Ysoline"]}])),
            "cellule 1, sortie 1",
        ),
        (cahier(cellule(metadata={"tags": ["Ysoline"]})), "cellule 1, métadonnées"),
        (cahier(cellule(attachments={"Ysoline.png": {"image/png": "AAAA"}})), "cellule 1, pièce jointe"),
        (cahier(cellule(), authors=[{"name": "Ysoline"}]), "métadonnées du cahier"),
    ],
)
def test_chaque_coin_d_un_cahier_est_lu(octets, lieu):
    assert lieux(octets, "a.ipynb") == {(lieu, "texte")}


@pytest.mark.parametrize("octets", [b'{"cells": 3, "a": "Ysoline"}', b"Ysoline", b'{"cells": ["Ysoline"]}', b"[1, {"])
def test_un_faux_cahier_est_lu_comme_un_texte(octets):
    assert lieux(octets, "a.ipynb") == ({("", "texte")} if b"Ysoline" in octets else set())
    assert defauts(octets, "a.ipynb") == []


def base_de(*lignes, table="paroles"):
    with tempfile.TemporaryDirectory() as dossier:
        base = sqlite3.connect(Path(dossier) / "a.db")
        base.execute(f'CREATE TABLE "{table}" (a TEXT, b BLOB)')
        base.executemany(f'INSERT INTO "{table}" VALUES (?, ?)', lignes)
        base.commit()
        base.close()
        return (Path(dossier) / "a.db").read_bytes()


def test_une_base_est_lue_ligne_par_ligne():
    octets = base_de(("rien", None), ("Ysoline", gzip.compress(b"Ysoline")))
    attendus = {("table paroles, ligne 2", "texte"), ("table paroles, ligne 2 › décompressé", "texte")}
    assert lieux(octets, "a.db") == attendus
    assert ("schéma", "texte") in lieux(base_de(table='Yso""line'), "a.db", 'Yso""line')


def test_une_base_abimee_est_un_defaut():
    octets = base_de(("Ysoline", None))
    assert defauts(octets[:2000] + b"\xff" * 3000, "a.db") == [("", "base de données abîmée")]


def test_un_rtf_est_lu():
    assert ("texte", "texte") in lieux(rb"{\rtf1\ansi bonjour {\b Yso}line\par}", "a.rtf")
    assert lieux(rb"{\rtf1\ansi bonjour \'c9lodie\par}", "a.rtf", "Élodie")


# --- archives et documents de bureau ---------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = {"[Content_Types].xml": "<Types/>"}


def docx(corps, **pieces):
    return zipper(TYPES | {"word/document.xml": f"<w:document {W}><w:body>{corps}</w:body></w:document>"} | pieces)


def test_un_mot_coupe_entre_deux_morceaux_d_un_paragraphe_est_lu():
    corps = (
        "<w:p><w:r><w:t>Un</w:t></w:r></w:p><w:p><w:pPr><w:b/></w:pPr>"
        "<w:r><w:t>Yso</w:t></w:r>\n<w:r><w:rPr/><w:t>line</w:t></w:r><w:r><w:tab/></w:r><w:r><w:t>ici</w:t></w:r></w:p>"
    ).replace("\n", "")
    assert lieux(docx(corps), "a.docx") == {("word/document.xml, paragraphe 2", "texte")}
    assert lieux(docx(corps), "a.docx", "Ysoline ici") == {("word/document.xml, paragraphe 2", "texte")}


@pytest.mark.parametrize(
    ("pieces", "lieu"),
    [
        ({"docProps/core.xml": "<a><dc:creator>Ysoline</dc:creator></a>"}, "docProps/core.xml, dc:creator"),
        ({"word/comments.xml": '<w:comment w:author="Ysoline"/>'}, "word/comments.xml, attribut w:author"),
        ({"word/comments.xml": "<w:p>Ysoline</w:p>"}, "word/comments.xml, paragraphe 1"),
        ({"word/document2.xml": "<a><!-- Ysoline --></a>"}, "word/document2.xml, remarque"),
        (
            {"word/media/image1.png": png(segment(b"tEXt", b"Author\0Ysoline"))},
            "word/media/image1.png › métadonnée Author",
        ),
        ({"word/_rels/a.rels": '<a Target="https://x.fr/%59soline"/>'}, "word/_rels/a.rels, attribut Target"),
        (
            {"word/embeddings/a.docx": docx("<w:p>Ysoline</w:p>")},
            "word/embeddings/a.docx › word/document.xml, paragraphe 1",
        ),
    ],
)
def test_chaque_piece_d_un_document_word_est_lue(pieces, lieu):
    assert lieux(docx("<w:p>rien</w:p>", **pieces), "a.docx") == {(lieu, "texte")}


def test_les_cellules_d_un_classeur_sont_nommees():
    octets = zipper(
        TYPES
        | {
            "xl/sharedStrings.xml": "<sst><si><t>un</t></si><si><t>Yso</t><r><t>line</t></r></si></sst>",
            "xl/worksheets/sheet2.xml": '<row><c r="A1" t="s"><v>0</v></c><c r="B4" s="1" t="s"><v>1</v></c></row>',
            "xl/worksheets/sheet3.xml": '<row><c r="C7" t="inlineStr"><is><t>Ysoline</t></is></c></row>',
        }
    )
    assert lieux(octets, "a.xlsx") == {
        ("xl/sharedStrings.xml, feuille 2, cellule B4", "texte"),
        ("xl/worksheets/sheet3.xml, feuille 3, cellule C7", "texte"),
    }


def test_un_zip_dit_le_nom_le_contenu_et_les_commentaires_de_ses_pieces():
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.comment = b"fait par Ysoline"
        piece = zipfile.ZipInfo("Ysoline/a.txt")
        piece.comment = b"de Ysoline"
        archive.writestr(piece, "vu\nYsoline")
    assert lieux(tampon.getvalue(), "a.zip") == {
        ("commentaire de l'archive", "texte"),
        ("Ysoline/a.txt", "nom"),
        ("Ysoline/a.txt", "texte"),
        ("commentaire de Ysoline/a.txt", "texte"),
    }


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_un_tar_est_lu(mode):
    tampon = io.BytesIO()
    with tarfile.open(fileobj=tampon, mode=mode) as archive:
        fiche = tarfile.TarInfo("a.txt")
        fiche.uname, fiche.size = "Ysoline", 7
        archive.addfile(fiche, io.BytesIO(b"Ysoline"))
    lus = {lieu.removeprefix("décompressé › ") for lieu, _ in lieux(tampon.getvalue(), "a.tar")}
    assert lus == {"a.txt, propriétaire", "a.txt"}


def test_un_zip_colle_derriere_autre_chose_est_lu():
    assert ("a.txt", "texte") in lieux(b"\x00MZ\x01\x02" * 50 + zipper({"a.txt": "Ysoline"}), "a.exe")


def test_un_format_inconnu_est_lu_octet_par_octet():
    for encodage in ("utf-8", "utf-16-le", "utf-16-be", "cp1252"):
        octets = b"\x00\x01\x02\x03" + "Ysolène".encode(encodage) + b"\x00\x03"
        assert lieux(octets, "a.bin", "Ysolène", secours=True) == {("", "binaire")}


# --- ce qui ne peut pas être lu --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "document chiffré ou d'un ancien format"),
        (b"7z\xbc\xaf\x27\x1c....", "archive 7z"),
        (b"Rar!\x1a\x07\0....", "archive rar"),
        (b"\x28\xb5\x2f\xfd....", "archive zstd"),
        (b"age-encryption.org/v1\n....", "fichier chiffré"),
        (gzip.compress(b"bonjour" * 100)[:-30], "archive abîmée"),
        (zipper({"a.txt": "bonjour"})[:-10], "archive abîmée"),
        (zipper({"a.txt": "bonjour"}).replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\x40"), "archive abîmée"),
        (b"%PDF-1.7\nrien", "PDF abîmé"),
    ],
)
def test_ce_qui_ne_peut_etre_lu_est_dit(octets, message):
    ((lieu, defaut),) = defauts(octets)
    assert (lieu, defaut[: len(message)]) == ("", message)


def test_une_piece_chiffree_ou_abimee_n_empeche_pas_de_lire_les_autres():
    octets = bytearray(zipper({"a.txt": "secret " * 50, "b.txt": "Ysoline"}))
    entete = octets.index(b"PK\x01\x02")
    octets[entete + 8] |= 1
    assert defauts(bytes(octets)) == [("a.txt", "archive chiffrée")]
    assert ("b.txt", "texte") in lieux(bytes(octets))
    octets[entete + 8] &= 0xFE
    octets[36:42] = b"\xff" * 6
    assert defauts(bytes(octets)) == [("a.txt", "archive abîmée")]
    assert ("b.txt", "texte") in lieux(bytes(octets))


def test_une_bombe_est_refusee_en_memoire_bornee(monkeypatch):
    monkeypatch.setattr(extraits, "PLAFOND", 100_000)
    for bombe in (zipper({"a.txt": b"0" * 200_000}), gzip.compress(b"0" * 200_000), bz2.compress(b"0" * 200_000)):
        assert [defaut for _, defaut in defauts(bombe)] == ["trop gros pour être contrôlé"]
    image = png(segment(b"zTXt", b"Comment\0\0" + zlib.compress(b"0" * 200_000)))
    assert defauts(image) == [("métadonnée Comment", "trop gros pour être contrôlé")]


def test_des_archives_trop_nombreuses_ou_trop_emboitees_sont_refusees(monkeypatch):
    octets = b"Ysoline"
    for _ in range(9):
        octets = zipper({"a.zip": octets})
    assert [defaut for _, defaut in defauts(octets)] == ["archives trop emboîtées pour être contrôlées"]
    monkeypatch.setattr(module, "_TOTAL", 10_000)
    plusieurs = zipper({f"{rang}.txt": "bonjour " * 500 for rang in range(4)})
    assert {defaut for _, defaut in defauts(plusieurs)} == {"trop gros pour être contrôlé"}


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"PK\x03\x04"]))
def test_aucun_bruit_ne_fait_tomber_la_lecture(bruit, tete):
    assert all(isinstance(extrait.texte, str) for extrait in lire_tout(tete + bruit, "a"))


@given(st.data())
def test_aucun_document_mutile_ne_fait_tomber_la_lecture(donnees):
    source = donnees.draw(st.sampled_from([docx("<w:p>Ysoline</w:p>"), png(segment(b"eXIf", exif(NOM))), PDF]))
    octets = bytearray(source)
    for _ in range(donnees.draw(st.integers(1, 8))):
        octets[donnees.draw(st.integers(0, len(octets) - 1))] = donnees.draw(st.integers(0, 255))
    assert all(isinstance(extrait.texte, str) for extrait in lire_tout(bytes(octets), "a"))


# --- PDF -------------------------------------------------------------------------------------------------------------


def pdf(pages=(), **options):
    """Écrire un PDF : une ligne de texte par page, et tout ce qu'un PDF peut dire d'autre."""
    from pypdf import PdfWriter
    from pypdf.annotations import Text
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

    document = PdfWriter()
    police = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")}
        | {NameObject("/BaseFont"): NameObject("/Helvetica"), NameObject("/Encoding"): NameObject("/WinAnsiEncoding")}
    )
    for texte in pages or ("rien",):
        page = document.add_blank_page(200, 200)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): police})}
        )
        dessin = DecodedStreamObject()
        dessin.set_data(options.get("dessin", "BT /F1 12 Tf 20 100 Td ({}) Tj ET").format(texte).encode("latin-1"))
        page[NameObject("/Contents")] = document._add_object(dessin.flate_encode())
    if "info" in options:
        document.add_metadata(options["info"])
    if "signet" in options:
        document.add_outline_item(title=options["signet"], page_number=0)
    if "note" in options:
        document.add_annotation(len(document.pages) - 1, Text(rect=(0, 0, 9, 9), text=options["note"]))
    if "joint" in options:
        document.add_attachment(*options["joint"])
    if "alt" in options:
        figure = DictionaryObject({NameObject("/S"): NameObject("/Figure")})
        figure[NameObject("/Alt")] = TextStringObject(options["alt"])
        document._root_object[NameObject("/StructTreeRoot")] = document._add_object(figure)
    if "xmp" in options:
        document.xmp_metadata = options["xmp"]
    if "secret" in options:
        document.encrypt(options["secret"], algorithm="RC4-128")
    tampon = io.BytesIO()
    document.write(tampon)
    return tampon.getvalue()


PDF = pdf(["bonjour"], info={"/Author": NOM})
XMP = (
    b"<?xpacket?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    b"<rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:creator>Ysoline</dc:creator></rdf:Description>"
    b"</rdf:RDF></x:xmpmeta>"
)


@pytest.mark.parametrize(
    ("options", "attendu"),
    [
        ({"pages": ["un", "Ysoline"]}, {"page 2"}),
        ({"info": {"/Author": "Ysoline"}}, {"métadonnée Author"}),
        ({"signet": "Ysoline"}, {"titre ou signet"}),
        ({"pages": ["un", "deux"], "note": "Ysoline"}, {"page 2, annotation"}),
        ({"joint": ("a.txt", b"vu\nYsoline")}, {"pièce jointe"}),
        ({"alt": "Ysoline"}, {"texte alternatif"}),
        ({"xmp": XMP}, {"métadonnées XMP"}),
        (
            {"dessin": "/Span <</ActualText (Ysoline)>> BDC BT /F1 12 Tf (a{}) Tj ET EMC"},
            {"page 1, texte de remplacement"},
        ),
        (
            {"dessin": "/Span <</ActualText <FEFF00590073006F006C0069006E0065>>> BDC BT /F1 9 Tf (a{}) Tj ET EMC"},
            {"page 1, texte de remplacement"},
        ),
    ],
)
def test_chaque_coin_d_un_pdf_est_lu(options, attendu):
    assert {lieu for lieu, _ in lieux(pdf(**options), "a.pdf")} == attendu


def test_la_photo_d_un_pdf_et_le_nom_d_une_piece_jointe_sont_lus():
    photo = b"\xff\xd8\xff\xfe\x00\x0dYsoline et\0\xff\xd9"
    assert lieux(pdf(joint=("photo.jpg", photo)), "a.pdf") == {("pièce jointe › commentaire", "texte")}
    assert "pièce jointe" in {lieu for lieu, _ in lieux(pdf(joint=("Ysoline.jpg", b"rien")), "a.pdf")}


def test_un_pdf_chiffre_est_un_defaut():
    assert defauts(pdf(["Ysoline"], secret="motdepasse"), "a.pdf") == [("", "PDF chiffré")]


@pytest.mark.parametrize("cesure", ["-", "\\255"])
def test_un_mot_coupe_en_bout_de_ligne_est_recolle(cesure):
    dessin = f"BT /F1 12 Tf 20 100 Td (avec Yso{cesure}) Tj 0 -14 Td (line {{}}) Tj ET"
    assert lieux(pdf(["ici"], dessin=dessin), "a.pdf") == {("page 1", "texte")}


def test_ce_qu_un_pdf_disait_avant_d_etre_corrige_est_lu():
    from pypdf import PdfReader, PdfWriter

    corrige = PdfWriter(io.BytesIO(pdf(info={"/Author": NOM})), incremental=True)
    corrige.add_metadata({"/Author": "Marion"})
    tampon = io.BytesIO()
    corrige.write(tampon)
    assert PdfReader(tampon).metadata.author == "Marion"
    assert lieux(tampon.getvalue(), "a.pdf") == {("version antérieure, métadonnée Author", "texte")}


FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>Ysoline-titre</dc:title><meta:initial-creator>Ysoline-auteur</meta:initial-creator>
<meta:keyword>Ysoline-clé</meta:keyword></office:meta>
<office:body><office:text>
<text:h text:outline-level="1">Chapitre de Ysoline-signet</text:h>
<text:p>Le texte <text:span>de Yso</text:span>line-corps<office:annotation><dc:creator>Ysoline-relecteur</dc:creator>
<dc:date>2025-01-02T10:00:00</dc:date><text:p>Ysoline-remarque</text:p></office:annotation>.</text:p>
<text:p><draw:frame text:anchor-type="paragraph" svg:width="3cm" svg:height="2cm"><draw:text-box><text:p>Cadre.</text:p>
</draw:text-box><svg:title>Ysoline-image</svg:title><svg:desc>Ysoline-alt</svg:desc></draw:frame></text:p>
<text:p>Une note<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>
<text:p>Ysoline-note</text:p></text:note-body></text:note>.</text:p>
</office:text></office:body></office:document>
"""
EXPORT = (
    'pdf:writer_pdf_Export:{"ExportNotes":{"type":"boolean","value":"true"},'
    '"ExportBookmarks":{"type":"boolean","value":"true"},"UseTaggedPDF":{"type":"boolean","value":"true"}}'
)


@pytest.fixture(scope="session")
def publies(exiger, tmp_path_factory):
    """De vrais documents à publier, faits par LibreOffice à partir de la même source."""
    soffice, dossier = exiger("soffice"), tmp_path_factory.mktemp("publies")
    (dossier / "a.fodt").write_text(FODT, encoding="utf-8")
    (dossier / "b.csv").write_text("qui,quoi\nMarion,rien\nYsoline-cellule,vend\n", encoding="utf-8")
    for format_, source in [
        ("docx", "a.fodt"),
        ("odt", "a.fodt"),
        (EXPORT, "a.fodt"),
        ("xlsx", "b.csv"),
        ("ods", "b.csv"),
    ]:
        profil = f"-env:UserInstallation={(dossier / 'profil').as_uri()}"
        commande = [soffice, "--headless", profil, "--convert-to", format_, "--outdir", dossier, dossier / source]
        subprocess.run(commande, check=True, capture_output=True, timeout=120)
    return dossier


@pytest.mark.parametrize("nom", ["a.docx", "a.odt", "a.pdf"])
def test_rien_de_ce_qu_un_vrai_document_contient_n_echappe(publies, nom):
    textes = [extrait.texte for extrait in lire_tout((publies / nom).read_bytes(), nom) if not extrait.secours]
    # LibreOffice itself leaves these out of what it exports.
    tus = {"a.pdf": {"image"}, "a.docx": {"image", "alt"}}.get(nom, set())
    for quoi in {"titre", "auteur", "signet", "corps", "relecteur", "remarque", "image", "alt", "note"} - tus:
        assert any(f"Ysoline-{quoi}" in texte for texte in textes), quoi
    assert defauts((publies / nom).read_bytes(), nom) == []


@pytest.mark.parametrize(
    ("nom", "cherche", "attendu"),
    [
        ("a.pdf", "Ysoline-corps", "page 1"),
        ("a.pdf", "Ysoline-auteur", "métadonnée Author"),
        ("a.pdf", "Ysoline-alt", "texte alternatif"),
        ("a.docx", "Ysoline-auteur", "docProps/core.xml, dc:creator"),
        ("a.docx", "Ysoline-corps", "word/document.xml, paragraphe 2"),
        ("a.odt", "Ysoline-auteur", "meta.xml, meta:initial-creator"),
        ("b.xlsx", "Ysoline-cellule", "xl/sharedStrings.xml, feuille 1, cellule A3"),
        ("b.ods", "Ysoline-cellule", "content.xml, paragraphe"),
    ],
)
def test_le_lieu_est_dit_dans_un_vrai_document(publies, nom, cherche, attendu):
    lus = {lieu for lieu, _ in lieux((publies / nom).read_bytes(), nom, cherche)}
    assert any(lieu.startswith(attendu) for lieu in lus), lus


def test_un_vrai_docx_de_pandoc_est_lu(tmp_path):
    import pypandoc

    source = "---\ntitle: Ysoline-titre\n---\n\nDu *Yso*line-corps.\n"
    pypandoc.convert_text(source, "docx", format="markdown", outputfile=str(tmp_path / "a.docx"))
    octets = (tmp_path / "a.docx").read_bytes()
    assert ("docProps/core.xml, dc:title", "texte") in lieux(octets, "a.docx", "Ysoline-titre")
    assert {lieu.split(",")[0] for lieu, _ in lieux(octets, "a.docx", "Ysoline-corps")} == {"word/document.xml"}


# --- dossiers --------------------------------------------------------------------------------------------------------


def test_un_dossier_est_lu_en_entier_avec_les_noms_de_fichiers(ecrire, tmp_path):
    ecrire("_site/b/Ysoline.txt", "rien")
    ecrire("_site/a.txt", "Ysoline")
    vus = {
        (chemin.as_posix(), extrait.nature)
        for chemin, extrait in lire_dossier(tmp_path / "_site")
        if NOM in extrait.texte
    }
    assert vus == {("b/Ysoline.txt", "nom"), ("a.txt", "texte")}
    with pytest.raises(ErreurDonnees, match="dossier introuvable"):
        list(lire_dossier(tmp_path / "absent"))


def test_un_fichier_sans_droit_de_lecture_est_un_defaut(ecrire, tmp_path, monkeypatch):
    ecrire("_site/a.txt", "Ysoline")

    def refuser(chemin):
        raise PermissionError(chemin)

    monkeypatch.setattr(Path, "read_bytes", refuser)
    assert [extrait.defaut for _, extrait in lire_dossier(tmp_path / "_site") if extrait.defaut] == [
        "fichier illisible"
    ]
