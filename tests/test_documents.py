"""L'impression : PDF accessible, docx à vrais styles, rien de la machine, rien d'hostile."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from ess_analyse.documents.barres import Barre, Barres, dessiner
from ess_analyse.documents.ecriture import en_markdown, en_table
from ess_analyse.documents.impression import Document, compter_pages, en_docx, en_pdf
from ess_analyse.documents.modele_docx import composer_modele
from ess_analyse.erreurs import ErreurDonnees

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BARRES = Barres(
    "themes",
    (Barre("Charge de travail", "risque", (12.5, 8)), Barre("Pratiques soutenantes", "opportunite", (3, 40))),
    ("Chez vous", "Panel"),
    " %",
)
CORPS = """\
# Un premier titre

L’eau « vive »^[1](#p-1)^ ; un mot **gras**.

![Des barres](themes)

> « On écrit trois fois. »\\
> [La ressourcerie, E01:3-9]{.source}

::: chiffres
- **2\u202f732** phrases lues
- **7** structures
:::

::: avis
À relire.
:::

::: {.decale de=1}
## Un sous-titre

#### Un titre trop profond
:::

::: saut
:::

# Un second titre

| Thème | Phrases |
|:------|--------:|
| Charge | 12 |
| Soutien | · |

: Une table {.chaleur}

1. []{#p-1}« Trois fois »

Terme
:   Sa définition.
"""


@pytest.fixture(scope="module")
def document():
    return Document("L’étude : l’eau", "Un sous-titre *brut*", CORPS, (BARRES,), sommaire=True)


@pytest.fixture(scope="module")
def pdf(document):
    return en_pdf(document)


@pytest.fixture(scope="module")
def docx(document):
    return en_docx(document)


def texte_du_pdf(octets: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(octets)).pages)


def elements(octets: bytes) -> list[DictionaryObject]:
    """Tous les éléments de l'arbre de structure."""
    racine, trouves = PdfReader(io.BytesIO(octets)).trailer["/Root"]["/StructTreeRoot"], []

    def descendre(noeud):
        noeud = noeud.get_object()
        if isinstance(noeud, ArrayObject):
            for un in noeud:
                descendre(un)
        elif isinstance(noeud, DictionaryObject):
            if "/S" in noeud:
                trouves.append(noeud)
            if "/K" in noeud:
                descendre(noeud["/K"])

    descendre(racine["/K"])
    return trouves


def styles(octets: bytes) -> dict[str, str]:
    """Le style de chaque paragraphe : texte → nom du style."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        feuille = ElementTree.fromstring(archive.read("word/styles.xml"))
        corps = ElementTree.fromstring(archive.read("word/document.xml"))
    noms = {style.get(f"{W}styleId"): style.find(f"{W}name").get(f"{W}val") for style in feuille.iter(f"{W}style")}
    trouves = {}
    for paragraphe in corps.iter(f"{W}p"):
        style = paragraphe.find(f"{W}pPr/{W}pStyle")
        texte = "".join(mot.text or "" for mot in paragraphe.iter(f"{W}t"))
        trouves[texte] = noms[style.get(f"{W}val")] if style is not None else "Normal"
    return trouves


# Le PDF


def test_le_pdf_se_dit_accessible(pdf):
    racine = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert racine["/Lang"] == "fr-FR"
    assert racine["/MarkInfo"]["/Marked"]
    assert racine["/ViewerPreferences"]["/DisplayDocTitle"]
    xmp = racine["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp


def test_le_titre_est_celui_du_document_et_n_est_pas_du_markdown(pdf):
    assert PdfReader(io.BytesIO(pdf)).metadata.title == "L’étude : l’eau"
    assert "Un sous-titre *brut*" in texte_du_pdf(pdf)


def test_les_signets_suivent_les_titres_sans_sauter_de_niveau(pdf):
    lecteur = PdfReader(io.BytesIO(pdf))
    titres = [signet.title for signet in lecteur.outline if not isinstance(signet, list)]
    assert [titre for titre in titres if "titre" in titre] == ["Un premier titre", "Un second titre"]
    genres = [element["/S"] for element in elements(pdf)]
    assert {"/H1", "/H2", "/H3"} <= set(genres)
    assert "/H4" not in genres


def test_une_figure_a_son_alternative_dans_l_arbre(pdf):
    dites = [element["/Alt"] for element in elements(pdf) if "/Alt" in element]
    assert BARRES.alternative in dites


def test_une_table_a_des_en_tetes(pdf):
    genres = [element["/S"] for element in elements(pdf)]
    assert genres.count("/TH") == 2
    assert genres.count("/TD") == 4


def test_les_polices_sont_incorporees(pdf):
    polices = [
        police.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for page in PdfReader(io.BytesIO(pdf)).pages
        for police in page["/Resources"]["/Font"].values()
    ]
    assert polices
    assert all(any(cle.startswith("/FontFile") for cle in police) for police in polices)


def test_le_pdf_n_a_ni_date_ni_hasard(document, pdf):
    assert pdf == en_pdf(document)
    assert "/CreationDate" not in PdfReader(io.BytesIO(pdf)).metadata
    assert b"/tmp" not in pdf


def test_le_sommaire_et_la_typographie(pdf):
    texte = texte_du_pdf(pdf)
    assert "Table des matières" in texte
    assert "L’eau « vive »" in texte
    assert "2\u202f732" in texte or "2 732" in texte


def test_un_appel_mene_a_sa_preuve(pdf):
    liens = [
        lien.get_object()
        for page in PdfReader(io.BytesIO(pdf)).pages
        for lien in page.get("/Annots", ())
        if lien.get_object()["/Subtype"] == "/Link"
    ]
    assert liens
    assert all("/URI" not in lien.get("/A", {}) for lien in liens)


def test_un_corps_plus_petit_fait_moins_de_pages():
    long = Document("Long", "", "\n\n".join(["Une phrase qui tient presque toute une ligne de la page."] * 120))
    assert compter_pages(en_pdf(long, 7)) < compter_pages(en_pdf(long, 14))


# Ce qui vient d'une étude peut être maladroit, ou hostile


def test_rien_de_la_machine_n_entre_par_une_image():
    corps = (
        "# Titre\n\nAvant ![un mot](/etc/hostname) et ![autre](http://exemple.invalide/a.png) après.\n\n![seule](x.png)"
    )
    hostile = Document("Images", "", corps)
    texte = re.sub(r"\s+", " ", texte_du_pdf(en_pdf(hostile)))
    assert "Avant un mot et autre après." in texte
    assert "seule" in texte
    with zipfile.ZipFile(io.BytesIO(en_docx(hostile))) as archive:
        assert not [nom for nom in archive.namelist() if "media" in nom]


@pytest.mark.parametrize(
    "marque",
    [
        '`#read("/etc/hostname")`{=typst}',
        '```{=typst}\n#panic("non")\n```',
        '#panic("non")',
        "<script>non</script>",
        "\\input{/etc/hostname}",
    ],
)
def test_aucun_code_d_un_autre_langage_n_est_execute(marque):
    assert en_pdf(Document("Code", "", f"# Titre\n\n{marque}\n")).startswith(b"%PDF-")


def test_une_mise_en_page_impossible_est_dite_sans_trace():
    with pytest.raises(ErreurDonnees) as leve:
        en_pdf(Document("Liens", "", "# Titre\n\n[nulle part](#absente)\n"))
    (probleme,) = leve.value.problemes
    assert probleme.fichier == "Liens"
    assert "la mise en page a échoué" in probleme.message
    assert "absente" in probleme.message
    assert "/tmp" not in str(probleme)


@settings(max_examples=15)
@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], max_codepoint=0x17F), min_size=1))
def test_un_texte_brut_reste_du_texte(texte):
    """Aucun signe d'une parole n'est pris pour une marque : le docx rend les mêmes caractères."""
    mots = " ".join(texte.split())
    octets = en_docx(Document("Brut", "", f"> x{en_markdown(mots)}x\n"))
    attendu = " ".join(f"x{mots}x".replace("\u00a0", " ").split())
    assert attendu in {" ".join(dit.replace("\u00a0", " ").split()) for dit in styles(octets)}


def test_un_paragraphe_garde_le_signe_par_quoi_il_commence():
    dits = [f"{tete} mot" for tete in ("(1)", "a.", "iv)", "A)")]
    assert set(dits) <= set(styles(en_docx(Document("Brut", "", "\n\n".join(dits)))))


def test_un_texte_sur_plusieurs_lignes_reste_un_paragraphe():
    assert en_markdown("a\nb\r\nc") == "a b c"


def test_une_table_garde_ses_colonnes_quand_une_cellule_contient_une_barre():
    table = en_table(["A", "B"], [[en_markdown("x|y"), "z"]], [1, -1], "Légende")
    octets = en_docx(Document("Table", "", table))
    assert {"x|y", "z", "Légende"} <= set(styles(octets))


def test_les_largeurs_d_une_table_sont_relatives():
    trait = en_table(["A", "B"], [], [3, -1], "x").split("\n")[1]
    gauche, droite = trait.strip("|").split("|")
    assert gauche.startswith(":")
    assert droite.endswith(":")
    assert gauche.count("-") == pytest.approx(3 * droite.count("-"), rel=0.05)


# Le docx


def test_le_docx_emploie_de_vrais_styles(docx):
    dits = styles(docx)
    assert dits["L’étude : l’eau"] == "Title"
    assert dits["Un premier titre"] == "heading 1"
    assert dits["Un sous-titre"] == "heading 2"
    assert dits["Un titre trop profond"] == "heading 3"
    assert dits["À relire."] == "Encadré"
    assert dits["Des barres"] == "Image Caption"
    assert dits["Une table"] == "Table Caption"
    assert next(style for texte, style in dits.items() if "trois fois. »" in texte) == "Quote"


def test_les_legendes_viennent_du_style_legende():
    with zipfile.ZipFile(io.BytesIO(composer_modele())) as archive:
        feuille = ElementTree.fromstring(archive.read("word/styles.xml"))
    bases = {
        style.get(f"{W}styleId"): style.find(f"{W}basedOn").get(f"{W}val")
        for style in feuille.iter(f"{W}style")
        if style.find(f"{W}basedOn") is not None
    }
    assert bases["TableCaption"] == bases["ImageCaption"] == "Caption"
    assert set(bases.values()) <= {style.get(f"{W}styleId") for style in feuille.iter(f"{W}style")}


def test_le_docx_repete_l_en_tete_de_ses_tables(docx):
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        corps = ElementTree.fromstring(archive.read("word/document.xml"))
    (table,) = corps.iter(f"{W}tbl")
    premiere, *suite = table.iter(f"{W}tr")
    assert premiere.find(f"{W}trPr/{W}tblHeader") is not None
    assert all(ligne.find(f"{W}trPr/{W}tblHeader") is None for ligne in suite)


def test_le_docx_dit_sa_langue_son_titre_et_ses_images(docx):
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        pieces = {nom: archive.read(nom).decode("utf-8", "ignore") for nom in archive.namelist() if nom.endswith("xml")}
    assert re.search('<w:lang [^>]*w:val="fr-FR"', pieces["word/styles.xml"])
    assert "<dc:title>L’étude : l’eau</dc:title>" in pieces["docProps/core.xml"]
    assert BARRES.alternative in pieces["word/document.xml"]
    assert "NUMPAGES" in "".join(texte for nom, texte in pieces.items() if "footer" in nom)


def test_le_docx_n_a_ni_heure_ni_hasard(document, docx):
    assert docx == en_docx(document)
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        assert {piece.date_time[0] for piece in archive.infolist()} == {1980}
        assert "1980-01-01" in archive.read("docProps/core.xml").decode()


def test_libreoffice_relit_le_docx(docx, convertir, tmp_path):
    chemin = tmp_path / "essai.docx"
    chemin.write_bytes(docx)
    convertir("odt", tmp_path, chemin)
    convertir("pdf", tmp_path, chemin)
    with zipfile.ZipFile(tmp_path / "essai.odt") as archive:
        odt = archive.read("content.xml").decode() + archive.read("styles.xml").decode()
    assert "Un premier titre" in odt
    assert re.search(r'<text:h[^>]*text:outline-level="1"', odt)
    assert "table:table-header-rows" in odt
    assert {"Quote", "caption", "Encadré"} <= set(re.findall('style:style style:name="([^"]+)"', odt))
    assert "On écrit trois fois" in texte_du_pdf((tmp_path / "essai.pdf").read_bytes())


# Les barres


def test_l_alternative_dit_chaque_valeur():
    assert BARRES.alternative == (
        "Diagramme en barres. Risques : Charge de travail, Chez vous 12,5 %, Panel 8 %. "
        "Opportunités : Pratiques soutenantes, Chez vous 3 %, Panel 40 %."
    )


def test_une_seule_serie_n_est_pas_nommee():
    barres = Barres("a", (Barre("Charge", "risque", (12,)),), ("phrases",))
    assert barres.alternative == "Diagramme en barres. Risques : Charge, 12."


@pytest.mark.parametrize(("forme", "debut"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_un_dessin_est_toujours_le_meme(forme, debut):
    dessin = dessiner(BARRES, forme)
    assert dessin.startswith(debut)
    assert dessin == dessiner(BARRES, forme)


def test_un_dessin_tient_des_valeurs_nulles():
    nulles = Barres("a", (Barre("Rien", "risque", (0, 0)),), ("Chez vous", "Panel"), " %")
    assert dessiner(nulles, "svg") != dessiner(BARRES, "svg")
