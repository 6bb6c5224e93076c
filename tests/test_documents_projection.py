"""Le diaporama tel qu'il est projeté : pptx relu par LibreOffice et par un lecteur XML, page HTML au navigateur."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from ess_analyse.cli.documents import reunir_fonds
from ess_analyse.documents import composer_diaporama, en_docx, en_html, en_pptx
from ess_analyse.documents.barres import Barre, Barres
from ess_analyse.documents.diapositives import Bloc, Diapositive, couper, ecrire_diapositives, mesurer, ranger
from ess_analyse.documents.impression import Document
from ess_analyse.documents.modele_pptx import composer_modele_pptx
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.pages.edition import preparer_edition
from ess_analyse.pages.matiere import rassembler

RACINE = Path(__file__).parents[1]
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
CORPS = {40.0, 26.0, 22.0, 20.0, 15.0, 10.0}
"""Les corps de notre modèle : LibreOffice réduit un texte qui déborde, on le verrait à un autre corps."""
LONG = "Une phrase de la demande, longue, avec des mots comme déshumanisation ou extraordinairement. "
BARRES = Barres("essai", (Barre("Charge « du » soir & matin", "risque", (12,)),), ("phrases",))


@pytest.fixture(scope="module")
def demonstration() -> Document:
    etude = Etude(RACINE)
    return composer_diaporama(reunir_fonds(etude, preparer_edition(etude, rassembler(etude))))


@pytest.fixture(scope="module")
def excessif() -> Document:
    """Des titres et des textes bien trop longs, une image, des paroles pleines de majuscules."""
    blocs = [Bloc(un, mesurer(un)) for un in couper(LONG * 30, 880)]
    parole = "MAINTENANT ON RECOMMENCE TOUT LE SOIR, WAGONS COMPRIS. " * 4
    paroles = [Bloc(f"> « {parole}»\\\n> [La source]{{.source}}", 3 * mesurer(parole)) for _ in range(6)]
    puces = [Bloc(f"- {LONG}", mesurer(LONG)) for _ in range(40)]
    diapositives = [
        *ranger("Un titre qui n'en finit pas, " * 9, blocs, "Note : " + LONG),
        *ranger("Une figure", [Bloc("![](essai)", 14)]),
        *ranger("Des paroles", paroles),
        *ranger("Des puces", puces),
    ]
    return Document("Un titre d'étude, " * 8, "Un sous-titre", ecrire_diapositives(diapositives), (BARRES,))


@pytest.fixture(scope="module")
def pptx(demonstration) -> bytes:
    return en_pptx(demonstration)


@pytest.fixture(scope="module")
def pdfs(exiger, convertir, pptx, excessif, tmp_path_factory) -> dict[str, PdfReader]:
    """Les deux diaporamas, relus par LibreOffice."""
    if not Path(exiger("soffice")).resolve().with_name("simpress").exists():
        exiger("simpress")
    dossier = tmp_path_factory.mktemp("projection")
    for nom, octets in {"demonstration": pptx, "excessif": en_pptx(excessif)}.items():
        (dossier / f"{nom}.pptx").write_bytes(octets)
    convertir("pdf", dossier, *sorted(dossier.glob("*.pptx")))
    return {nom: PdfReader(dossier / f"{nom}.pdf") for nom in ("demonstration", "excessif")}


def pieces(octets: bytes, motif: str) -> list[ElementTree.Element]:
    """Les pièces XML d'un pptx, dans l'ordre des diapositives."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        noms = [nom for nom in archive.namelist() if re.fullmatch(motif, nom)]
        rangs = sorted(noms, key=lambda nom: int(re.search(r"(\d+)\.xml", nom)[1]))
        return [ElementTree.fromstring(archive.read(nom)) for nom in rangs]


def dit(element: ElementTree.Element) -> str:
    return "".join(mot.text or "" for mot in element.iter(f"{A}t"))


def titres(octets: bytes) -> list[str]:
    return [
        dit(forme)
        for diapositive in pieces(octets, r"ppt/slides/slide\d+\.xml")
        for forme in diapositive.iter(f"{P}sp")
        if (place := forme.find(f".//{P}ph")) is not None and place.get("type") in ("title", "ctrTitle")
    ]


def textes(page) -> list[tuple[str, float, float]]:
    """Ce qui est écrit sur une page : les mots, leur hauteur, leur corps."""
    trouves = []

    def noter(texte, matrice, place, _police, corps):
        if texte.strip():
            hauteur = place[5] * matrice[3] + matrice[5]
            trouves.append((texte.strip(), hauteur, round(corps * place[3] * matrice[3], 0)))

    page.extract_text(visitor_text=noter)
    return trouves


# Le pptx


def test_chaque_diapositive_a_un_titre_et_un_seul(pptx, demonstration):
    attendus = re.findall(r"^# (.+)$", demonstration.markdown, re.MULTILINE)
    attendus = [re.sub(r"\\(.)", r"\1", titre) for titre in attendus]
    assert titres(pptx) == [demonstration.titre, *attendus]
    assert len(set(titres(pptx))) == len(titres(pptx)) > 25


def test_tout_est_en_francais(pptx):
    with zipfile.ZipFile(io.BytesIO(pptx)) as archive:
        textes_xml = {nom: archive.read(nom).decode() for nom in archive.namelist() if nom.endswith(".xml")}
    assert "<dc:language>fr-FR</dc:language>" in textes_xml["docProps/core.xml"]
    langues = {langue for texte in textes_xml.values() for langue in re.findall(r'\blang="([^"]+)"', texte)}
    assert langues == {"fr-FR"}
    diapositives = [texte for nom, texte in textes_xml.items() if nom.startswith("ppt/slides/slide")]
    assert not [texte for texte in diapositives if re.search(r"<a:rPr(?![^>]*lang=)", texte)]


def test_chaque_image_a_son_texte_de_remplacement(pptx, demonstration):
    decrites = [
        image.get("descr")
        for diapositive in pieces(pptx, r"ppt/slides/slide\d+\.xml")
        for image in diapositive.iterfind(f".//{P}pic/{P}nvPicPr/{P}cNvPr")
    ]
    assert decrites == [barres.alternative for barres in demonstration.barres]
    assert len(decrites) == 2


def test_une_alternative_garde_ses_signes(excessif):
    (image,) = [i for d in pieces(en_pptx(excessif), r"ppt/slides/slide\d+\.xml") for i in d.iter(f"{P}pic")]
    assert image.find(f".//{P}cNvPr").get("descr") == BARRES.alternative
    assert "& matin" in BARRES.alternative


def test_rien_de_la_machine_ni_de_l_heure(pptx, demonstration):
    assert pptx == en_pptx(demonstration)
    with zipfile.ZipFile(io.BytesIO(pptx)) as archive:
        assert {piece.date_time[0] for piece in archive.infolist()} == {1980}
        assert not [nom for nom in archive.namelist() if re.search(rb"/tmp/|/home/|[A-Z]:\\", archive.read(nom))]
        assert archive.testzip() is None


def test_les_notes_ont_toutes_les_preuves_d_un_enseignement(pptx):
    notes = [dit(note) for note in pieces(pptx, r"ppt/notesSlides/notesSlide\d+\.xml")]
    premier = next(note for note in notes if "E02:5714-5817" in note)
    assert "E01:6195-6361" in premier
    assert premier.count("«") >= 15
    assert not [note for note in notes if "[@" in note]


def test_aucune_piece_n_est_la_sans_que_rien_n_y_mene(pptx):
    with zipfile.ZipFile(io.BytesIO(pptx)) as archive:
        noms = set(archive.namelist())
        declarees = set(re.findall(r'PartName="/([^"]+)"', archive.read("[Content_Types].xml").decode()))
        assert len(noms) == len(archive.namelist())
        assert not [nom for nom in noms if b"Click to edit" in archive.read(nom)]
    assert declarees <= noms
    parties = {nom for nom in noms if not nom.endswith((".rels", ".png")) and nom != "[Content_Types].xml"}
    assert parties == declarees


def test_le_modele_a_les_dispositions_que_pandoc_demande():
    with zipfile.ZipFile(io.BytesIO(composer_modele_pptx())) as archive:
        noms = archive.namelist()
        lues = [
            ElementTree.fromstring(archive.read(nom)) for nom in noms if "/slideLayout" in nom and "rels" not in nom
        ]
        for nom in noms:
            ElementTree.fromstring(archive.read(nom))
        cibles = re.findall(r'PartName="/([^"]+)"', archive.read("[Content_Types].xml").decode())
    assert set(cibles) <= set(noms)
    assert {un.find(f"{P}cSld").get("name") for un in lues} >= {"Title Slide", "Title and Content", "Blank"}


@pytest.mark.parametrize("nom", ["demonstration", "excessif"])
def test_libreoffice_montre_tout_et_rien_ne_deborde(pdfs, nom, pptx, excessif):
    lecteur = pdfs[nom]
    attendus = titres(pptx if nom == "demonstration" else en_pptx(excessif))
    assert len(lecteur.pages) == len(attendus)
    for page, titre in zip(lecteur.pages, attendus, strict=True):
        ecrits = textes(page)
        assert re.sub(r"\s", "", titre)[:40] in re.sub(r"\s", "", page.extract_text())
        assert {corps for *_, corps in ecrits} <= CORPS, titre
        pieds = [hauteur for _, hauteur, corps in ecrits if corps == 10]
        assert all(hauteur < 45 for hauteur in pieds)
        assert all(49 < hauteur < 530 for _, hauteur, corps in ecrits if corps != 10), titre


def test_un_code_d_un_autre_langage_n_est_pas_execute():
    corps = (
        "# Titre\n\n`<a:t>non</a:t>`{=openxml} <script>non()</script> ![x](/etc/hostname) ![y](http://x.invalide/y)\n"
    )
    hostile = Document("<b>Titre</b> & co", "", corps)
    octets = en_pptx(hostile)
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert not [nom for nom in archive.namelist() if "media" in nom]
    assert titres(octets) == ["<b>Titre</b> & co", "Titre"]
    html = en_html(hostile).decode()
    assert "<script>non" not in html
    assert "<h1>&lt;b&gt;Titre&lt;/b&gt; &amp; co</h1>" in html
    assert "<img" not in html
    assert "invalide" not in html


def test_sans_diapositive_il_reste_le_titre():
    vide = Document("Seul", "Sous-titre", ecrire_diapositives([]))
    assert titres(en_pptx(vide)) == ["Seul"]
    assert b"<h1>Seul</h1>" in en_html(vide)


def test_une_conversion_impossible_est_dite_sans_trace(monkeypatch):
    monkeypatch.setattr("ess_analyse.documents.impression._LECTURE", "langue-inconnue")
    for ecrire in (en_pptx, en_html):
        with pytest.raises(ErreurDonnees, match="conversion impossible") as leve:
            ecrire(Document("Essai", "", "# A\n"))
        assert "/tmp" not in str(leve.value)


def test_aucun_caractere_de_controle_ne_casse_le_xml():
    libelle = Barres("essai", (Barre("Char\x01ge", "risque", (12,)),), ("phrases",))
    markdown = "# A\x01\n\nx\x0by&#1;z&#xFFFE; `c&#2;`\n\n![](essai)\n\n::: notes\nn\x02\n:::\n"
    document = Document("Un\x0btitre\x01", "Sous\x1f-titre", markdown, (libelle,))
    for octets in (en_pptx(document), en_docx(document)):
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            for nom in archive.namelist():
                if nom.endswith((".xml", ".rels")):
                    ElementTree.fromstring(archive.read(nom))
    assert titres(en_pptx(document)) == ["Un titre", "A"]
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", en_html(document).decode())


# La page HTML


@pytest.fixture(scope="module")
def site(demonstration, tmp_path_factory):
    dossier = tmp_path_factory.mktemp("diaporama")
    (dossier / "diaporama.html").write_bytes(en_html(demonstration))
    une = Diapositive("La suite", (Bloc(f"**{LONG}**", 2),))
    haute = Diapositive("Une diapositive haute", tuple(Bloc(LONG, 2) for _ in range(60)))
    suite = [Diapositive("Avant", (Bloc("x", 2),)), haute, Diapositive("Après", (Bloc("x", 2),))]
    (dossier / "haut.html").write_bytes(en_html(Document("Haut", "", ecrire_diapositives(suite))))
    (dossier / "petit.html").write_bytes(en_html(Document("Petit", "", ecrire_diapositives([une] * 3))))
    return dossier


def test_la_page_se_suffit(site, demonstration):
    html = (site / "diaporama.html").read_text(encoding="utf-8")
    assert html.encode() == en_html(demonstration)
    assert not re.search(r'(?:src|href)="(?!data:|#)', html)
    assert "http:" not in re.sub(r'xmlns(?::\w+)?="[^"]*"', "", html)
    assert html.count("<section") == len(re.findall(r"^# ", demonstration.markdown, re.MULTILINE))
    assert all(f'alt="{barres.alternative}"' in html for barres in demonstration.barres)


@pytest.mark.parametrize(("largeur", "theme"), [(1280, "light"), (390, "dark")])
def test_aucune_violation_d_accessibilite_notes_depliees(ouvrir, violations, largeur, theme):
    page = ouvrir("diaporama.html", largeur, theme)
    page.get_by_role("button").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_320_points_rien_ne_defile_de_cote(ouvrir):
    page = ouvrir("diaporama.html", 320)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_les_notes_restent_lisibles_sur_un_petit_ecran(ouvrir):
    page = ouvrir("diaporama.html", 320)
    taille = page.evaluate("getComputedStyle(document.querySelector('.notes')).fontSize")
    assert float(taille.removesuffix("px")) >= 13.5


def test_un_geste_de_la_main_fait_oublier_ou_menait_le_clavier(ouvrir):
    """Deux touches pressées pendant un défilement comptent double ; après un geste, on repart de ce qui est montré."""
    page = ouvrir("diaporama.html")
    titre = "document.activeElement.querySelector('h1, h2').textContent"
    presser = "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}));"
    page.evaluate(presser * 2)
    assert page.evaluate(titre) == "Comment nous avons travaillé"
    page = ouvrir("diaporama.html")
    page.evaluate(presser + "document.dispatchEvent(new Event('wheel'));" + presser)
    assert page.evaluate(titre) == "La demande"


def test_le_clavier_mene_d_une_diapositive_a_l_autre(ouvrir):
    page = ouvrir("diaporama.html", reduced_motion="reduce")
    titre = "document.activeElement.querySelector('h1, h2').textContent"
    for touche, attendu in (
        ("ArrowRight", "La demande"),
        ("PageDown", "Comment nous avons travaillé"),
        ("ArrowLeft", "La demande"),
        ("End", "Ce qui reste à discuter ensemble"),
        ("ArrowRight", "Ce qui reste à discuter ensemble"),
        ("Home", "Numérique et travail"),
        ("PageUp", "Numérique et travail"),
    ):
        page.keyboard.press(touche)
        assert attendu in page.evaluate(titre), touche
        assert abs(page.evaluate("document.activeElement.getBoundingClientRect().top")) < 2 or touche == "End"


def test_une_diapositive_plus_haute_que_l_ecran_se_lit_jusqu_au_bout(ouvrir):
    page = ouvrir("haut.html", reduced_motion="reduce")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    titre = "document.activeElement.querySelector('h1, h2').textContent"
    page.keyboard.press("PageDown")
    assert page.evaluate(titre) == "Une diapositive haute"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(titre) == "Après"


def test_chaque_diapositive_porte_le_nom_de_son_titre(site):
    html = (site / "petit.html").read_text(encoding="utf-8")
    nommees = re.findall(r'<section [^>]*aria-labelledby="([^"]+)"[^>]*>\s*<h2 id="([^"]+)"', html)
    assert [nom == titre for nom, titre in nommees] == [True] * 3
    assert len({nom for nom, _ in nommees}) == 3


@pytest.mark.parametrize("touches", ["Alt+ArrowRight", "Shift+ArrowRight"])
def test_une_touche_du_navigateur_reste_au_navigateur(ouvrir, touches):
    page = ouvrir("diaporama.html", reduced_motion="reduce")
    page.keyboard.press(touches)
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_les_notes_se_deplient_toutes_ou_une_a_une(ouvrir):
    page = ouvrir("diaporama.html")
    ouvertes = "document.querySelectorAll('details[open]').length"
    toutes = page.evaluate("document.querySelectorAll('details').length")
    assert (page.evaluate(ouvertes), toutes > 10) == (0, True)
    page.locator("summary").first.click()
    assert page.evaluate(ouvertes) == 1
    page.get_by_role("button", name="Déplier toutes les notes").click()
    assert page.evaluate(ouvertes) == toutes
    page.get_by_role("button", name="Replier toutes les notes").click()
    assert page.evaluate(ouvertes) == 0


def test_sans_script_tout_se_lit_et_sans_note_le_bouton_se_tait(ouvrir):
    page = ouvrir("diaporama.html", java_script_enabled=False)
    assert page.get_by_text("Ce qui reste à discuter ensemble").is_visible()
    assert not page.get_by_role("button").is_visible()
    assert not ouvrir("petit.html").get_by_role("button").is_visible()


def test_une_diapositive_par_page_imprimee(ouvrir, demonstration):
    page = ouvrir("diaporama.html")
    imprime = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(imprime.pages) == 1 + len(re.findall(r"^# ", demonstration.markdown, re.MULTILINE))
    largeur, hauteur = (float(cote) for cote in imprime.pages[0].mediabox[2:])
    assert largeur > hauteur
    assert "Notes et preuves" not in imprime.pages[8].extract_text()
    page.locator("summary").last.click()
    assert len(PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages) >= len(imprime.pages)
