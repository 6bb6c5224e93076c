"""Lire les transcriptions telles qu'elles arrivent : vraies, tordues ou hostiles."""

import io
import re
import subprocess
import tracemalloc
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lecture import (
    EXTENSIONS,
    attribuer_identifiants,
    ecrire_corpus,
    lire_corpus,
    lire_entretien,
    lister_sources,
)
from ess_analyse.lecture.archive import IllisibleError, lire_xml
from ess_analyse.lecture.balisage import debaliser
from ess_analyse.lecture.bureautique import lire_docx, lire_odt
from ess_analyse.lecture.soustitres import lire_soustitres
from ess_analyse.lecture.tours import lire_etiquette, reconnaitre_tours
from ess_analyse.modele import Entretien

TRANSCRIPTION = """\
Entretien du matin, salle du fond.
Enquêtrice : Ça va ? On commence à 9 h 10…
Élodie : Ben « oui ». L'œuvre d'accueil, on l'a numérisée – enfin, presque.
Et puis on ressaisit tout, deux fois.
Enquêtrice : Deux fois ?
Élodie : Oui : le matin, et le soir.
"""
TOURS = [
    ("Préambule", "Entretien du matin, salle du fond."),
    ("Enquêtrice", "Ça va ? On commence à 9 h 10…"),
    (
        "Élodie",
        "Ben « oui ». L'œuvre d'accueil, on l'a numérisée – enfin, presque.\nEt puis on ressaisit tout, deux fois.",
    ),
    ("Enquêtrice", "Deux fois ?"),
    ("Élodie", "Oui : le matin, et le soir."),
]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
ODF = " ".join(
    f'xmlns:{nom}="{OASIS}:{uri}:1.0"'
    for nom, uri in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "svg": "svg-compatible",
    }.items()
)
ODF += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'


def zipper(piece: str, contenu: str | bytes, methode: int = zipfile.ZIP_DEFLATED) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", methode) as archive:
        archive.writestr(piece, contenu)
    return tampon.getvalue()


def docx(corps: str, prologue: str = "") -> bytes:
    xml = f'<?xml version="1.0" encoding="UTF-8"?>{prologue}<w:document {W} {MC}><w:body>{corps}</w:body></w:document>'
    return zipper("word/document.xml", xml)


def odt(corps: str) -> bytes:
    return zipper(
        "content.xml",
        f"<office:document-content {ODF}><office:body><office:text>{corps}</office:text>"
        "</office:body></office:document-content>",
    )


def paroles(entretien: Entretien) -> list[tuple[str, str]]:
    return [(tour.locuteur, entretien.extrait(tour.debut, tour.fin)) for tour in entretien.tours]


def lettres(texte: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", texte)))


# --- de vrais documents, faits par LibreOffice ---------------------------------------------------------------------

RICHE = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {ODF} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:body><office:text>
<text:tracked-changes>
<text:changed-region xml:id="i1" text:id="i1"><text:insertion><office:change-info><dc:creator>Zoé</dc:creator>
<dc:date>2025-01-02T10:00:00</dc:date></office:change-info></text:insertion></text:changed-region>
<text:changed-region xml:id="d1" text:id="d1"><text:deletion><office:change-info><dc:creator>Zoé</dc:creator>
<dc:date>2025-01-02T10:00:00</dc:date></office:change-info><text:p>JAMAIS</text:p></text:deletion></text:changed-region>
</text:tracked-changes>
<text:h text:outline-level="1">Un titre</text:h>
<text:p>Claire : Ça <text:span>va</text:span> <text:change-start text:change-id="i1"/>vraiment
<text:change-end text:change-id="i1"/>?<text:change text:change-id="d1"/></text:p>
<text:p>Rose : On ressaisit<office:annotation><dc:creator>Zoé</dc:creator><dc:date>2025-01-02T10:00:00</dc:date>
<text:p>REMARQUE</text:p></office:annotation> tout<text:line-break/>deux<text:s text:c="3"/>fois<text:tab/>ici.</text:p>
<text:p><draw:frame text:anchor-type="paragraph" svg:width="5cm" svg:height="2cm"><draw:text-box>
<text:p>Dans un cadre.</text:p></draw:text-box></draw:frame></text:p><text:p>Claire : Bien.</text:p>
<text:list><text:list-item><text:p>Un point</text:p></text:list-item></text:list>
<table:table><table:table-column/><table:table-row><table:table-cell><text:p>Une case</text:p></table:table-cell>
</table:table-row></table:table>
<text:p/>
<text:p>Rose : Fin.</text:p>
</office:text></office:body></office:document>
"""
HTML = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>t</title></head><body>
<h1>Entretien</h1><p><b>Claire&nbsp;:</b> Ça <i>va</i>&nbsp;?<p><b>Rose :</b> On ressaisit<br>tout.
<p><b>Claire :</b> Bien.<p><b>Rose :</b> Oui.</body></html>"""


@pytest.fixture(scope="session")
def bureau(exiger, tmp_path_factory):
    """Des documents que LibreOffice a écrits, dans les deux formats, à partir des mêmes sources."""
    soffice, dossier = exiger("soffice"), tmp_path_factory.mktemp("bureau")

    def convertir(format_: str, *fichiers: Path, **options: str) -> None:
        commande = [
            soffice,
            "--headless",
            f"-env:UserInstallation={(dossier / 'profil').as_uri()}",
            *(f"--{nom}={valeur}" for nom, valeur in options.items()),
            "--convert-to",
            format_,
            "--outdir",
            dossier,
            *fichiers,
        ]
        subprocess.run(commande, check=True, capture_output=True, timeout=120)

    textes = {"simple.txt": TRANSCRIPTION, "riche.fodt": RICHE, "page.html": HTML}
    for nom, texte in textes.items():
        (dossier / nom).write_text(texte, encoding="utf-8")
    for format_ in ("docx", "odt"):
        convertir(format_, dossier / "simple.txt", dossier / "riche.fodt")
    convertir("odt", dossier / "page.html", infilter="HTML (StarWriter)")
    convertir("docx", dossier / "page.odt")
    return dossier


def test_un_texte_se_lit_tour_par_tour(bureau):
    assert paroles(lire_entretien(bureau / "simple.txt")) == TOURS


@pytest.mark.parametrize("extension", ["docx", "odt"])
def test_un_vrai_document_rend_les_memes_tours_que_le_texte(extension, bureau):
    texte, document = lire_entretien(bureau / "simple.txt"), lire_entretien(bureau / f"simple.{extension}")
    assert document == texte


@pytest.mark.parametrize(("extension", "lire"), [("docx", lire_docx), ("odt", lire_odt)])
def test_un_vrai_document_riche_garde_ce_qui_est_dit_et_tait_le_reste(extension, lire, bureau):
    paragraphes = lire((bureau / f"riche.{extension}").read_bytes())
    assert [re.sub(" +", " ", paragraphe) for paragraphe in paragraphes] == [
        "Un titre",
        "Claire : Ça va vraiment ?",
        "Rose : On ressaisit tout\ndeux fois ici.",
        "Dans un cadre.",
        "Claire : Bien.",
        "Un point",
        "Une case",
        "Rose : Fin.",
    ]


@pytest.mark.parametrize("extension", ["docx", "odt"])
def test_un_document_venu_du_web_rend_ses_tours(extension, bureau):
    assert paroles(lire_entretien(bureau / f"page.{extension}")) == [
        ("Préambule", "Entretien"),
        ("Claire", "Ça va\u00a0?"),
        ("Rose", "On ressaisit\ntout."),
        ("Claire", "Bien."),
        ("Rose", "Oui."),
    ]


@pytest.mark.parametrize("extension", ["docx", "odt"])
@pytest.mark.parametrize("quart", [1, 2, 3])
def test_un_vrai_document_tronque_est_refuse_en_francais(extension, quart, bureau, tmp_path):
    octets = (bureau / f"simple.{extension}").read_bytes()
    (tmp_path / f"a.{extension}").write_bytes(octets[: len(octets) * quart // 4])
    with pytest.raises(ErreurDonnees, match=rf"a\.{extension} : document tronqué ou abîmé\. Ouvrez-le"):
        lire_entretien(tmp_path / f"a.{extension}")


@pytest.mark.parametrize(
    ("extension", "autre", "piece"),
    [
        ("docx", "odt", "word/document.xml"),
        ("odt", "docx", "content.xml"),
    ],
)
def test_un_vrai_document_renomme_est_refuse(extension, autre, piece, bureau, tmp_path):
    (tmp_path / f"a.{extension}").write_bytes((bureau / f"simple.{autre}").read_bytes())
    with pytest.raises(ErreurDonnees, match=f"la pièce {piece} manque : ce n'est pas le format que son nom annonce"):
        lire_entretien(tmp_path / f"a.{extension}")


# --- docx à la main ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("corps", "attendu"),
    [
        (
            "<w:p><w:r><w:t>Bon</w:t></w:r><w:r><w:t xml:space='preserve'>jour à </w:t></w:r>"
            "<w:r><w:t>tous</w:t></w:r></w:p>",
            ["Bonjour à tous"],
        ),
        (
            "<w:p><w:r><w:t>oui </w:t></w:r><w:ins><w:r><w:t>ajout</w:t></w:r></w:ins><w:del><w:r>"
            "<w:delText>retrait</w:delText><w:t>retrait</w:t></w:r></w:del><w:r><w:t> non</w:t></w:r></w:p>",
            ["oui ajout non"],
        ),
        (
            "<w:p><w:moveFrom><w:r><w:t>avant</w:t></w:r></w:moveFrom></w:p>"
            "<w:p><w:moveTo><w:r><w:t>après</w:t></w:r></w:moveTo></w:p>",
            ["après"],
        ),
        (
            "<w:p><w:r><w:t>un</w:t><w:br/><w:t>deux</w:t><w:cr/><w:t>trois</w:t><w:tab/><w:t>quatre</w:t></w:r></w:p>",
            ["un\ndeux\ntrois quatre"],
        ),
        ("<w:p><w:r><w:t>porte</w:t><w:noBreakHyphen/><w:t>parole</w:t></w:r></w:p>", ["porte-parole"]),
        ("<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr><w:r><w:t>oui</w:t></w:r></w:p>", ["oui"]),
        (
            "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent>"
            "<w:p><w:r><w:t>cadre</w:t></w:r></w:p>"
            "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>cadre</w:t></w:r></w:p></w:txbxContent>"
            "</mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>suite</w:t></w:r></w:p>",
            ["cadre", "suite"],
        ),
        ("<w:p><w:r><w:fldChar/><w:instrText>PAGE</w:instrText><w:t>3</w:t></w:r></w:p>", ["3"]),
        ("<w:p><w:r><w:t>sur\n  deux\tlignes&#13;de XML</w:t></w:r></w:p>", ["sur   deux lignes de XML"]),
        ("<w:p/><w:p><w:r><w:t> </w:t></w:r></w:p><w:p><w:r><w:t>seul</w:t></w:r></w:p>", ["seul"]),
        (
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr>"
            "</w:tbl>",
            ["a", "b"],
        ),
        ("<w:p><w:r><w:t>caf&#233; &amp; th\u0065\u0301 &lt;b&gt;</w:t></w:r></w:p>", ["café & thé <b>"]),
    ],
)
def test_un_document_word_se_lit(corps, attendu):
    assert lire_docx(docx(corps)) == attendu


@pytest.mark.parametrize(
    ("corps", "attendu"),
    [
        (
            "<text:p>un<text:s text:c='4'/>deux<text:s/>trois<text:tab/>quatre<text:line-break/>cinq</text:p>",
            ["un    deux trois quatre\ncinq"],
        ),
        (
            "<text:p>oui<office:annotation><text:p>non</text:p></office:annotation> et"
            "<office:annotation-end/> voilà</text:p>",
            ["oui et voilà"],
        ),
        (
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>non</text:p></text:deletion></text:changed-region>"
            "</text:tracked-changes><text:p>oui</text:p>",
            ["oui"],
        ),
        (
            "<text:p>oui<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>une note</text:p>"
            "</text:note-body></text:note> fin</text:p>",
            ["oui", "une note", "fin"],
        ),
        (
            "<text:p>oui<draw:frame><svg:title>Logo</svg:title><svg:desc>Un arbre</svg:desc></draw:frame></text:p>",
            ["oui"],
        ),
        (
            "<text:h>Titre</text:h><text:list><text:list-item><text:p>un</text:p></text:list-item></text:list>",
            ["Titre", "un"],
        ),
        ("<text:p>sur\n    deux lignes\n</text:p>", ["sur     deux lignes"]),
        ("<text:p>the\u0301</text:p>", ["thé"]),
        ("<text:p>a<text:s text:c='999999999'/>b</text:p>", ["a" + " " * 100 + "b"]),
        ("<text:p>a<text:s text:c='-3'/>b</text:p>", ["ab"]),
        ("entre deux<text:p>oui</text:p>entre deux", ["oui"]),
    ],
)
def test_un_document_libreoffice_se_lit(corps, attendu):
    assert lire_odt(odt(corps)) == attendu


@pytest.mark.parametrize("encodage", ["utf-8", "utf-16", "iso-8859-1"])
def test_un_xml_dans_un_autre_encodage_se_lit(encodage):
    xml = f'<?xml version="1.0" encoding="{encodage}"?><w:p {W}><w:t>Élodie</w:t></w:p>'
    assert lire_docx(zipper("word/document.xml", xml.encode(encodage))) == ["Élodie"]


def test_les_accents_decomposes_d_un_document_ne_cachent_pas_les_locuteurs(ecrire):
    corps = "".join(f"<w:p><w:r><w:t>{dit}</w:t></w:r></w:p>" for dit in ("Élodie : Ça va ?", "Zoé : Oui.") * 2)
    chemin = ecrire("E01.docx", docx(unicodedata.normalize("NFD", corps)))
    assert paroles(lire_entretien(chemin)) == [("Élodie", "Ça va ?"), ("Zoé", "Oui.")] * 2


# --- sous-titres ---------------------------------------------------------------------------------------------------

VTT = """WEBVTT - Entretien
Kind: captions

STYLE
::cue { color: red }

REGION
id:bas

NOTE une remarque
sur deux lignes

premier
00:01.000 --> 00:02.500 align:start position:10%
<v Claire>Bonjour,
<i>merci</i> d'être là&nbsp;!</v>

00:00:03.000 --> 00:00:04.000
<v.fort Rose Petit>Oui &amp; non.<00:00:03.500> Voilà.</v>


00:00:05.000 --> 00:00:06.000
<v Claire>Bien. <v Rose Petit>Oui.

00:00:07.000 --> 00:00:08.000
- Ah ?
"""


def test_un_vtt_garde_les_voix_et_ecarte_le_reste():
    assert lire_soustitres(VTT) == [
        "Claire : Bonjour, merci d'être là !",
        "Rose Petit : Oui & non. Voilà.",
        "Claire : Bien.",
        "Rose Petit : Oui.",
        "- Ah ?",
    ]


def test_un_vtt_rend_des_tours(ecrire):
    assert paroles(lire_entretien(ecrire("E05.vtt", VTT))) == [
        ("Claire", "Bonjour, merci d'être là !"),
        ("Rose Petit", "Oui & non. Voilà."),
        ("Claire", "Bien."),
        ("Rose Petit", "Oui. - Ah ?"),
    ]


@pytest.mark.parametrize("fin", ["\n", "\r\n"])
def test_un_srt_rend_des_tours_quel_que_soit_l_encodage(fin, ecrire):
    srt = fin.join(
        [
            "1",
            "00:00:01,000 --> 00:00:02,000",
            "Claire : Ça va",
            "ou quoi ?",
            "",
            "",
            "2",
            "00:00:02,000 --> 00:00:03,000",
            "Élodie : <b>Oui</b>.",
            "",
            "3",
            "00:00:03,000 --> 00:00:04,000",
            "Enfin…",
            "",
            "4",
            "00:00:04,000 --> 00:00:05,000",
            "Claire : Bon.",
            "",
        ]
    )
    attendu = [("Claire", "Ça va ou quoi ?"), ("Élodie", "Oui. Enfin…"), ("Claire", "Bon.")]
    assert paroles(lire_entretien(ecrire("E08.srt", srt))) == attendu
    assert paroles(lire_entretien(ecrire("E09.srt", srt.encode("cp1252")))) == attendu


@pytest.mark.parametrize(
    "srt",
    [
        "1\n00:00:01,000 --> 00:00:02,000\nUn.\n\nDeux.\n\n2\n00:00:03,000 --> 00:00:04,000\nTrois.\n",
        "1\n00:00:01 --> 00:00:02\nUn. Deux.\n\n2\n00:00:03 --> 00:00:04\nTrois.\n",
        "00:01,000 --> 00:02,000\nUn.\n \n\n\n\nDeux.\n\n00:03,000 --> 00:04,000\nTrois.",
        "1\n\n00:00:01,000 --> 00:00:02,000\nUn. Deux.\n\n\n\n2\n\n00:00:03,000 --> 00:00:04,000\nTrois.",
    ],
)
def test_un_srt_mal_espace_ne_perd_ni_mot_ni_ordre(srt):
    assert " ".join(lire_soustitres(srt)) == "Un. Deux. Trois."


def test_un_fichier_de_sous_titres_sans_paroles_est_refuse(ecrire):
    with pytest.raises(ErreurDonnees, match=r"aucun texte dans ce fichier\. Vérifiez que c'est le bon"):
        lire_entretien(ecrire("E01.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n"))


_REPLIQUE = st.from_regex(r"[A-Za-zéèàç]{1,8}( [A-Za-zéèàç',!?]{1,8}){0,4}", fullmatch=True)


@given(st.lists(_REPLIQUE.filter(lambda dit: not re.match("NOTE|STYLE|REGION", dit)), min_size=1, max_size=8))
def test_toutes_les_repliques_d_un_srt_sont_lues(repliques):
    srt = "".join(
        f"{rang}\n00:00:{rang:02d},000 --> 00:00:{rang + 1:02d},000\n{dit}\n\n"
        for rang, dit in enumerate(repliques, start=1)
    )
    assert lire_soustitres(srt) == repliques


# --- textes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_un_texte_se_lit_dans_chaque_encodage(encodage, ecrire):
    chemin = ecrire("E03.txt", TRANSCRIPTION.replace("\n", "\r\n").encode(encodage))
    assert paroles(lire_entretien(chemin)) == TOURS


def test_des_lignes_coupees_a_largeur_fixe_sont_recollees(ecrire):
    texte = """\
Claire : Vous pouvez me raconter une journée ordinaire,
depuis l'ouverture des portes jusqu'au dernier camion
du soir ?

Rose : On arrive à huit heures, on ouvre le tableur et on
reprend les pesées de la veille une par une.

Claire : Et ensuite ?

Rose : Deux choses surtout, que je vous donne dans l'ordre :
- trier ce qui est arrivé dans la nuit sans étiquette,
- peser le reste.
"""
    assert paroles(lire_entretien(ecrire("E01.txt", texte))) == [
        (
            "Claire",
            "Vous pouvez me raconter une journée ordinaire, depuis l'ouverture des portes jusqu'au dernier "
            "camion du soir ?",
        ),
        ("Rose", "On arrive à huit heures, on ouvre le tableur et on reprend les pesées de la veille une par une."),
        ("Claire", "Et ensuite ?"),
        (
            "Rose",
            "Deux choses surtout, que je vous donne dans l'ordre :\n- trier ce qui est arrivé dans la nuit sans "
            "étiquette,\n- peser le reste.",
        ),
    ]


@pytest.mark.parametrize("forme", ["{} : ", "{}: ", "{} – ", "[00:01:02] {} : "])
def test_des_tours_longs_sans_ligne_vide_ne_sont_pas_recolles(forme, ecrire):
    tours = [
        ("Claire", "Est-ce que vous pouvez me raconter votre matinée ?"),
        ("Rose", "On arrive à huit heures et on ouvre tout de suite."),
        ("Claire", "Et après, est-ce que vous passez par le tableur ?"),
        ("Rose", "Oui, on y passe bien deux heures avec les pesées."),
    ]
    texte = "\n".join(forme.format(nom) + dit for nom, dit in tours)
    assert paroles(lire_entretien(ecrire("E01.txt", texte))) == tours


def test_des_lignes_courtes_ne_sont_pas_recollees(ecrire):
    assert paroles(lire_entretien(ecrire("O01.txt", "Matin\nIl pleut.\nOn trie.\n"))) == [
        ("", "Matin"),
        ("", "Il pleut."),
        ("", "On trie."),
    ]


# --- qui parle -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("un", "deux", "noms"),
    [
        ("Claire : ", "Rose : ", ("Claire", "Rose")),
        ("Claire: ", "Rose: ", ("Claire", "Rose")),
        ("Claire\u00a0: ", "Rose\u202f: ", ("Claire", "Rose")),
        ("Claire :\u00a0", "Rose :\u00a0", ("Claire", "Rose")),
        ("CLAIRE – ", "ROSE — ", ("CLAIRE", "ROSE")),
        ("Q : ", "R : ", ("Q", "R")),
        ("Q. : ", "R. : ", ("Q.", "R.")),
        ("Q. – ", "R. – ", ("Q.", "R.")),
        ("[00:01:02] Claire : ", "[01:02] Rose : ", ("Claire", "Rose")),
        ("00:01:02.500 Claire : ", "(00:01:02) Rose : ", ("Claire", "Rose")),
        ("Mme Le Goff : ", "Jean-Marc N'Diaye : ", ("Mme Le Goff", "Jean-Marc N'Diaye")),
        ("Enquêteur 1 : ", "Locuteur 2 : ", ("Enquêteur 1", "Locuteur 2")),
        ("Élodie : ", "Œdipe : ", ("Élodie", "Œdipe")),
    ],
)
def test_les_etiquettes_de_locuteur_sont_reconnues(un, deux, noms):
    paragraphes = [f"{un}Ça va ?", f"{deux}Oui.", "Enfin bon.", f"{un}Bien.", f"{deux}Voilà."]
    assert reconnaitre_tours(paragraphes) == [
        (noms[0], "Ça va ?"),
        (noms[1], "Oui.\nEnfin bon."),
        (noms[0], "Bien."),
        (noms[1], "Voilà."),
    ]


@pytest.mark.parametrize(
    "paragraphe",
    [
        "Ça commence à 9:30 le matin.",
        "moi : je trie.",
        "Une phrase bien trop longue pour un nom : oui.",
        "https://exemple.fr : le site.",
        "Claire:oui",
        "- Claire : oui",
        "12 : oui",
        ": oui",
        "",
        "Claire",
        "Claire - oui",
        "Je dis « non » : voilà",
        "Une Phrase De Cinq Mots : oui",
    ],
)
def test_ce_qui_n_est_pas_une_etiquette_n_en_est_pas_une(paragraphe):
    assert lire_etiquette(paragraphe) is None


def test_une_etiquette_peut_etre_seule_sur_sa_ligne():
    assert lire_etiquette("Mme Petit :") == ("Mme Petit", "")


def test_un_nom_seul_sur_sa_ligne_ouvre_le_tour_qui_suit():
    paragraphes = [
        "Claire :",
        "Ça va ?",
        "Rose :",
        "Oui.",
        "Trois choses :",
        "le tri,",
        "Claire :",
        "Bien.",
        "Rose : Non.",
    ]
    assert reconnaitre_tours(paragraphes) == [
        ("Claire", "Ça va ?"),
        ("Rose", "Oui.\nTrois choses :\nle tri,"),
        ("Claire", "Bien."),
        ("Rose", "Non."),
    ]


def test_un_nom_entendu_une_fois_parmi_des_locuteurs_connus_est_un_locuteur():
    paragraphes = ["Claire : Ça va ?", "Rose : Oui.", "Paul : Bonjour !", "Claire : Bien.", "Rose : Oui."]
    assert [nom for nom, _ in reconnaitre_tours(paragraphes)] == ["Claire", "Rose", "Paul", "Claire", "Rose"]


def test_deux_paragraphes_du_meme_nom_font_un_tour():
    assert reconnaitre_tours(["Claire : un", "Claire : deux", "Rose : trois", "Rose : quatre"], suite=" ") == [
        ("Claire", "un deux"),
        ("Rose", "trois quatre"),
    ]


def test_les_questions_sans_nom_separent_les_tours():
    paragraphes = [
        "Entretien de juin.",
        "Ça va ?",
        "Oui.",
        "Plutôt.",
        "Et le tri ?",
        "On trie.",
        "Et l'outil ?",
        "Bof.",
    ]
    assert reconnaitre_tours(paragraphes) == [
        ("Préambule", "Entretien de juin."),
        ("Question", "Ça va ?"),
        ("Réponse", "Oui.\nPlutôt."),
        ("Question", "Et le tri ?"),
        ("Réponse", "On trie."),
        ("Question", "Et l'outil ?"),
        ("Réponse", "Bof."),
    ]


@pytest.mark.parametrize(
    "paragraphes",
    [
        [],
        ["Un seul."],
        ["Ça va ?", "Oui.", "Et toi ?", "Non."],
        ["Objectif : former.", "Public : tous.", "Lieu : l'atelier."],
        ["Il est 9 h.", "On trie.", "Qui pèse ?", "Personne.", "On range.", "On balaie.", "On ferme."],
    ],
)
def test_un_document_sans_tours_garde_ses_paragraphes(paragraphes):
    assert reconnaitre_tours(paragraphes) == [("", paragraphe) for paragraphe in paragraphes]


_OUVERTURE = st.sampled_from(
    [
        "",
        "",
        "Claire : ",
        "Rose: ",
        "ROSE – ",
        "[00:01:02] Paul : ",
        "Q. – ",
        "R. – ",
        "- ",
        "1. ",
        "Trois choses :",
        "Claire :",
        "  ",
        "Élodie ",
    ]
)
_DIT = st.lists(
    st.sampled_from(["Ça va ?", "Oui.", "on ressaisit tout le matin et le soir", "à 9:30 ", "« bon »", " ", "…"]),
    max_size=4,
).map("".join)
_LIGNE = st.builds(str.__add__, _OUVERTURE, _DIT)
_HORODATAGE = re.compile(r"\[00:01:02\]")
_NOMS = re.compile("Claire|Rose|ROSE|Paul|Élodie|[QR]|Préambule|Question|Réponse|Trois choses")


def dites(texte: str) -> str:
    return lettres(_NOMS.sub("", _HORODATAGE.sub("", texte)))


# The name of a speaker who goes on is written once, whatever the source did: names do not count.
@given(
    texte=st.lists(_LIGNE, max_size=15).map("\n".join).filter(dites),
    encodage=st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
)
def test_toutes_les_lettres_d_un_texte_sont_dans_l_entretien(texte, encodage, ecrire):
    entretien = lire_entretien(ecrire("E01.txt", texte.encode(encodage)))
    lu = "\n".join(dit for _, dit in paroles(entretien))
    assert dites(lu) == dites(texte)
    parle = any(tour.locuteur for tour in entretien.tours)
    assert Entretien.depuis_texte("E01", entretien.texte, parle=parle) == entretien


_MORCEAU = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1)


@given(st.lists(_MORCEAU, max_size=6))
def test_toutes_les_lettres_d_un_document_sont_lues_dans_l_ordre(morceaux):
    propres = [morceau.replace("&", "").replace("<", "") for morceau in morceaux]
    mots = docx("".join(f"<w:p><w:r><w:t>{morceau}</w:t></w:r></w:p>" for morceau in propres))
    libre = odt("".join(f"<text:p>{morceau}</text:p>" for morceau in propres))
    assert lettres("".join(lire_docx(mots))) == lettres("".join(lire_odt(libre))) == lettres("".join(propres))


# --- identifiants, dossiers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fichiers", "connus", "attendu"),
    [
        (["E02_direction.docx", "b.odt", "a.odt"], None, {"E02_direction.docx": "E02", "a.odt": "E01", "b.odt": "E03"}),
        (
            ["O01 tri.txt", "E1.txt", "ABC1234-x.md"],
            None,
            {"O01 tri.txt": "O01", "E1.txt": "E1", "ABC1234-x.md": "ABC1234"},
        ),
        (["E02bis.txt", "e02.txt", "2025.txt"], None, {"2025.txt": "E01", "E02bis.txt": "E02", "e02.txt": "E03"}),
        (["a.odt", "b.odt"], {"b.odt": "E01", "parti.odt": "E02"}, {"a.odt": "E03", "b.odt": "E01"}),
        (["E01_x.odt"], {"E01_x.odt": "E09"}, {"E01_x.odt": "E09"}),
        ([], None, {}),
    ],
)
def test_les_identifiants_ne_disent_rien_des_personnes_et_ne_changent_pas(fichiers, connus, attendu):
    assert attribuer_identifiants(fichiers, connus) == attribuer_identifiants(fichiers[::-1], connus) == attendu


@given(st.lists(st.from_regex(r"([A-Z]{1,3}\d{1,4}[_ ])?[a-z]{1,6}\.txt", fullmatch=True), unique=True, max_size=12))
def test_les_identifiants_attribues_restent_quand_un_fichier_s_ajoute(fichiers):
    avant = attribuer_identifiants(fichiers)
    apres = attribuer_identifiants([*fichiers, "un nouveau.docx"], avant)
    assert {fichier: apres[fichier] for fichier in fichiers} == avant
    assert apres["un nouveau.docx"] not in avant.values()


def test_un_dossier_se_liste_sans_notices_ni_fichiers_caches(ecrire, tmp_path):
    for nom in (
        "b.TXT",
        "a.md",
        "LISEZ-MOI.md",
        "lisezmoi.pdf",
        "README.md",
        ".DS_Store",
        "~$a.docx",
        ".~lock.a.odt#",
        "sous-dossier/c.xyz",
    ):
        ecrire(nom, "x")
    assert [chemin.name for chemin in lister_sources(tmp_path)] == ["a.md", "b.TXT"]


def test_toutes_les_extensions_inconnues_sont_dites_ensemble(ecrire, tmp_path):
    for nom in ("a.pdf", "b", "c.txt", "d.doc"):
        ecrire(nom, "x")
    with pytest.raises(ErreurDonnees) as prise:
        lister_sources(tmp_path)
    assert [(Path(p.fichier).name, p.valeur) for p in prise.value.problemes] == [
        ("a.pdf", ".pdf"),
        ("b", "aucune"),
        ("d.doc", ".doc"),
    ]
    assert ", ".join(EXTENSIONS) in str(prise.value)


def test_un_dossier_vide_ou_absent_est_dit(tmp_path):
    with pytest.raises(ErreurDonnees, match="aucune transcription"):
        lire_corpus(tmp_path)
    with pytest.raises(ErreurDonnees, match=r"dossier introuvable\. Créez-le et posez-y les transcriptions"):
        lire_corpus(tmp_path / "absent")


def test_une_extension_inconnue_est_dite_avec_les_formats_lus(ecrire):
    with pytest.raises(ErreurDonnees, match=r"extension inconnue \(« \.pdf »\)\. Formats lus : \.docx, \.md"):
        lire_entretien(ecrire("a.pdf", "x"))


# --- hostile -------------------------------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE b [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' if n else '<!ENTITY a0 "&a;">' for n in range(9))
    + "]>"
)


def _chiffrer(octets: bytes) -> bytes:
    """Lever le drapeau « chiffré » de la pièce, dans son en-tête et dans le répertoire de l'archive."""
    octets = bytearray(octets)
    octets[6] |= 1
    octets[octets.index(b"PK\x01\x02") + 8] |= 1
    return bytes(octets)


HOSTILES = {
    "entites": (docx("<w:p><w:t>&a8;</w:t></w:p>", LAUGHS), "document refusé : il déclare des entités"),
    "entite_externe": (docx("<w:p/>", '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///a">]>'), "il déclare des entités"),
    "dtd": (docx("<w:p/>", '<!DOCTYPE b SYSTEM "b.dtd">'), "document refusé : il déclare des entités"),
    "chiffre": (_chiffrer(docx("<w:p/>")), "document protégé par un mot de passe"),
    "ancien": (bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "protégé par un mot de passe, ou d'un ancien format"),
    "piece": (zipper("word/autre.xml", "<a/>"), "la pièce word/document.xml manque"),
    "texte": (TRANSCRIPTION.encode(), "document tronqué ou abîmé"),
    "xml": (zipper("word/document.xml", "<a><b></a>"), "document abîmé : son XML est mal formé"),
    "xml_vide": (zipper("word/document.xml", ""), "document abîmé : son XML est mal formé"),
    "lzma": (zipper("word/document.xml", f"<a {W}/>", zipfile.ZIP_LZMA), "document compressé d'une façon inconnue"),
    "encodage": (zipper("word/document.xml", '<?xml version="1.0" encoding="absent"?><a/>'), "tronqué ou abîmé"),
    "multi": (zipper("word/document.xml", '<?xml version="1.0" encoding="shift_jis"?><a/>'), "tronqué ou abîmé"),
    "imbrique": (docx("<w:a>" * 5000), "document démesuré : ses éléments sont trop imbriqués"),
    "sans_texte": (docx("<w:p/>"), "aucun texte dans ce fichier"),
}


@pytest.mark.parametrize("nom", HOSTILES)
def test_un_document_hostile_est_refuse_en_francais(nom, ecrire):
    octets, message = HOSTILES[nom]
    with pytest.raises(ErreurDonnees) as prise:
        lire_entretien(ecrire(f"{nom}.docx", octets))
    [probleme] = prise.value.problemes
    assert message in str(probleme)
    assert probleme.fichier.endswith(f"{nom}.docx")
    assert probleme.remede


@pytest.mark.parametrize(
    ("debut", "motif", "fin"),
    [
        (f"<w:document {W}><w:p><w:t>", b"a" * 2**20, "</w:t></w:p></w:document>"),
        (f"<w:document {W}>", b"<w:a>" * 2**18, ""),
        (f"<w:document {W}>", b"<w:p><w:t>oui</w:t></w:p>" * 2**15, "</w:document>"),
    ],
)
def test_une_bombe_est_refusee_en_memoire_bornee(debut, motif, fin, ecrire, monkeypatch):
    # The real ceiling, 64 MiB, is reached by the first case alone: expat under tracemalloc is slow on many elements.
    if b"<" in motif:
        monkeypatch.setattr("ess_analyse.lecture.archive._PLAFOND", 4 * 2**20)
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as piece:
        piece.write(debut.encode())
        for _ in range(80):
            piece.write(motif)
        piece.write(fin.encode())
    chemin = ecrire("bombe.docx", tampon.getvalue())
    tracemalloc.start()
    try:
        with pytest.raises(ErreurDonnees, match="document démesuré"):
            lire_entretien(chemin)
        assert tracemalloc.get_traced_memory()[1] < 150e6
    finally:
        tracemalloc.stop()


def test_un_document_juste_sous_le_plafond_se_lit(monkeypatch):
    octets = docx("<w:p><w:t>oui</w:t></w:p>")
    taille = zipfile.ZipFile(io.BytesIO(octets)).getinfo("word/document.xml").file_size
    monkeypatch.setattr("ess_analyse.lecture.archive._PLAFOND", taille)
    assert lire_docx(octets) == ["oui"]
    monkeypatch.setattr("ess_analyse.lecture.archive._PLAFOND", taille - 1)
    with pytest.raises(IllisibleError, match="démesuré"):
        lire_docx(octets)


def test_un_document_de_milliers_de_paragraphes_se_lit():
    assert lire_docx(docx("<w:p><w:t>oui</w:t></w:p>" * 3000)) == ["oui"] * 3000
    assert (
        lire_odt(odt("<text:p>oui<office:annotation><text:p>non</text:p></office:annotation></text:p>" * 3000))
        == ["oui"] * 3000
    )


def test_la_taille_annoncee_par_l_archive_n_est_pas_crue():
    octets = bytearray(docx("<w:p><w:t>" + "oui" * 1000 + "</w:t></w:p>"))
    repertoire = octets.index(b"PK\x01\x02")
    octets[repertoire + 24 : repertoire + 28] = (5).to_bytes(4, "little")
    with pytest.raises(IllisibleError):
        lire_docx(bytes(octets))


SAIN = docx("".join(f"<w:p><w:r><w:t>Claire : {n}</w:t></w:r></w:p>" for n in range(30)))


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(SAIN) - 1), st.integers(0, 255)), min_size=1, max_size=4),
    st.integers(0, len(SAIN)),
)
def test_un_document_abime_n_importe_ou_est_lu_ou_refuse_proprement(alterations, longueur):
    octets = bytearray(SAIN)
    for place, valeur in alterations:
        octets[place] = valeur
    for essai in (bytes(octets), bytes(octets[:longueur])):
        try:
            lu = lire_docx(essai)
        except IllisibleError as erreur:
            lu = [str(erreur), erreur.remede]
        # Any other exception fails the test.
        assert all(lu)


def test_une_faute_du_programme_n_est_pas_prise_pour_un_document_abime():
    class Cible:
        def start(self, tag, attrs):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lire_xml(docx("<w:p/>"), "word/document.xml", Cible())


# --- corpus --------------------------------------------------------------------------------------------------------


def test_un_dossier_devient_un_corpus_trie_et_restreint(ecrire, tmp_path):
    ecrire("b.txt", TRANSCRIPTION)
    ecrire("O01_tri.txt", "Il est 9 h.\n\nOn trie.")
    ecrire("E01_x.docx", docx("<w:p><w:t>Un compte rendu.</w:t></w:p>"))
    corpus = lire_corpus(tmp_path)
    assert corpus.documents[["entretien", "type", "diffusion"]].values.tolist() == [
        ["E01", "document", "restreinte"],
        ["E02", "entretien", "restreinte"],
        ["O01", "observation", "restreinte"],
    ]
    assert paroles(corpus["E02"]) == TOURS


def test_tous_les_problemes_d_un_dossier_sont_dits_ensemble(ecrire, tmp_path):
    ecrire("E01_a.txt", "un")
    ecrire("E01_b.txt", "deux")
    ecrire("E02.txt", " ")
    ecrire("E03.docx", "pas un docx")
    with pytest.raises(ErreurDonnees) as prise:
        lire_corpus(tmp_path)
    assert [(Path(p.fichier).name, p.message) for p in prise.value.problemes] == [
        ("E02.txt", "fichier vide"),
        ("E03.docx", "document tronqué ou abîmé"),
        (tmp_path.name, "deux fichiers ont le même identifiant"),
    ]
    assert prise.value.problemes[-1].valeur == "E01"


def test_un_corpus_ecrit_se_relit_a_la_lettre(ecrire, tmp_path):
    ecrire("brut/E01.txt", TRANSCRIPTION)
    ecrire("brut/O01.txt", "Il est 9 h : on trie.\n\nFin.")
    corpus = lire_corpus(tmp_path / "brut")
    ecrits = ecrire_corpus(tmp_path / "corpus", corpus)
    assert [chemin.name for chemin in ecrits] == ["E01.txt", "O01.txt", "corpus.csv"]
    relu = lire_corpus(tmp_path / "corpus")
    assert relu.entretiens == corpus.entretiens
    assert relu.documents.values.tolist() == corpus.documents.values.tolist()
    assert ecrire_corpus(tmp_path / "corpus", relu) == []


def test_une_description_remplie_par_une_personne_est_gardee(ecrire, tmp_path):
    ecrire("brut/E02.txt", TRANSCRIPTION)
    ecrire_corpus(tmp_path / "corpus", lire_corpus(tmp_path / "brut"))
    table = tmp_path / "corpus" / "corpus.csv"
    remplie = table.read_bytes().replace(b"E02;entretien;;;;restreinte", b"E02;entretien;S1;tri;2025;publique")
    table.write_bytes(remplie)
    ecrire("brut/E01.txt", TRANSCRIPTION)
    ecrits = ecrire_corpus(tmp_path / "corpus", lire_corpus(tmp_path / "brut"))
    assert [chemin.name for chemin in ecrits] == ["E01.txt", "corpus.csv"]
    assert lire_corpus(tmp_path / "corpus").documents.values.tolist() == [
        ["E01", "entretien", "", "", "", "restreinte"],
        ["E02", "entretien", "S1", "tri", "2025", "publique"],
    ]


def test_toutes_les_fautes_de_la_description_sont_dites_ensemble(ecrire, tmp_path):
    ecrire("corpus/E01.txt", "Claire : Oui.\n")
    ecrire(
        "corpus/corpus.csv",
        "entretien;type;structure;fonction;date;diffusion\n"
        "E01;entretient;S1;;;publique\n../E02;entretien;;;;publique\nE03;entretien;;;;prive\nE01;entretien;;;;publique\n",
    )
    with pytest.raises(ErreurDonnees) as prise:
        lire_corpus(tmp_path / "corpus")
    assert [(p.ligne, p.message, p.valeur) for p in prise.value.problemes] == [
        (2, "type inconnu", "entretient"),
        (3, "identifiant mal formé", "../E02"),
        (4, "diffusion inconnue", "prive"),
        (0, "fichier introuvable", ""),
        (5, "document en double", "E01"),
    ]
    assert "Vouliez-vous dire « entretien » ?" in str(prise.value)


def test_un_corpus_enregistre_sous_windows_garde_ses_places(ecrire, tmp_path):
    ecrire("corpus/E01.txt", "Élodie : Ça va ?\r\n\r\nRose : Oui.\r\n".encode("cp1252"))
    ecrire("corpus/corpus.csv", "entretien,type,structure,fonction,date,diffusion\r\nE01,entretien,,,,publique\r\n")
    assert lire_corpus(tmp_path / "corpus").extrait("E01:9-16") == "Ça va ?"


def test_balisage_colle_dans_un_texte(ecrire):
    chemin = ecrire(
        "D01.txt",
        "# Axes\n\n**Former** les *équipes*\t<ul style='list-style: none'> "
        "Un guide.<br>Un tutorat &amp; un relais.</ul>\n\nElle dit <rires> 2 * 3 * 4 et snake_case.\n",
    )
    entretien = lire_entretien(chemin)
    lignes = [entretien.extrait(tour.debut, tour.fin) for tour in entretien.tours]
    assert lignes == [
        "Axes",
        "Former les équipes",
        "Un guide.",
        "Un tutorat & un relais.",
        "Elle dit <rires> 2 * 3 * 4 et snake_case.",
    ]


def test_balisage_sans_balise_rien_ne_change():
    texte = "Il a coché 3 < 5 et a > b, *voilà tout.\nR&D &amp; co"
    assert debaliser(texte) == texte
