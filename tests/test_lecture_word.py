"""Lire des documents Word : ce qui est dit est gardé, ce qui est laissé est compté."""

import io
import re
import subprocess
import sys
import unicodedata
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lecture import depouiller, lire_entretien
from ess_analyse.lecture.archive import IllisibleError, lire_xml
from ess_analyse.lecture.numerotation import Compteurs, Niveau, ecrire_nombre
from ess_analyse.lecture.word import lire_docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def dits(lu) -> list[str]:
    return [paragraphe.texte for paragraphe in lu.paragraphes]


def p(texte: str, props: str = "") -> str:
    return f"<w:p><w:pPr>{props}</w:pPr><w:r><w:t>{texte}</w:t></w:r></w:p>"


def ligne(*cases: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{p(case)}</w:tc>" for case in cases) + "</w:tr>"


# --- le texte ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("corps", "attendu"),
    [
        (
            "<w:p><w:r><w:t>Bon</w:t></w:r><w:r><w:t xml:space='preserve'>jour à </w:t></w:r>"
            "<w:r><w:t>tous</w:t></w:r></w:p>",
            ["Bonjour à tous"],
        ),
        (
            "<w:p><w:r><w:t>un</w:t><w:br/><w:t>deux</w:t><w:cr/><w:t>trois</w:t><w:tab/><w:t>quatre</w:t></w:r></w:p>",
            ["un\ndeux\ntrois quatre"],
        ),
        ("<w:p><w:r><w:t>porte</w:t><w:noBreakHyphen/><w:t>parole</w:t></w:r></w:p>", ["porte-parole"]),
        ("<w:p><w:r><w:t>numé</w:t><w:softHyphen/><w:t>ri\u00adque</w:t></w:r></w:p>", ["numérique"]),
        ("<w:p><w:r><w:t>Ça va\u00a0? À 9\u202fh</w:t></w:r></w:p>", ["Ça va\u00a0? À 9\u202fh"]),
        ("<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr><w:r><w:t>oui</w:t></w:r></w:p>", ["oui"]),
        ("<w:p><w:r><w:t>sur\n  deux\tlignes&#13;de XML</w:t></w:r></w:p>", ["sur   deux lignes de XML"]),
        ("<w:p/><w:p><w:r><w:t> </w:t></w:r></w:p><w:p><w:r><w:t>seul</w:t></w:r></w:p>", ["seul"]),
        ("<w:p><w:r><w:t>caf&#233; &amp; th\u0065\u0301 &lt;b&gt;</w:t></w:r></w:p>", ["café & thé <b>"]),
        (
            "<w:sdt><w:sdtPr><w:alias w:val='Nom'/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>un</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt><w:p><w:sdt><w:sdtContent><w:r><w:t>deux</w:t></w:r></w:sdtContent></w:sdt></w:p>",
            ["un", "deux"],
        ),
        ("<w:p><w:r><w:t>a</w:t><w:sym w:font='X' w:char='20AC'/></w:r></w:p>", ["a€"]),
        (
            "<w:p><w:hyperlink><w:r><w:t>lien</w:t></w:r></w:hyperlink>"
            "<w:smartTag><w:r><w:t> vu</w:t></w:r></w:smartTag></w:p>",
            ["lien vu"],
        ),
        (f"<w:tbl>{ligne('a', 'b')}</w:tbl>", ["a", "b"]),
        (f"<w:tbl><w:tr><w:tc><w:tbl>{ligne('a', 'b')}</w:tbl>{p('c')}</w:tc></w:tr></w:tbl>", ["a", "b", "c"]),
    ],
)
def test_un_document_word_se_lit_sans_rien_a_dire(corps, attendu, docx):
    lu = lire_docx(docx(corps))
    assert dits(lu) == attendu
    assert lu.constats == ()


def test_un_cadre_est_lu_une_fois_apres_le_paragraphe_qui_le_porte(docx):
    cadre = f"<w:txbxContent>{p('cadre')}</w:txbxContent>"
    corps = (
        "<w:p><w:r><w:t>avant </w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice Requires='wps'>{cadre}</mc:Choice><mc:Fallback>{cadre}</mc:Fallback>"
        "</mc:AlternateContent></w:r><w:r><w:t>après</w:t></w:r></w:p>"
    )
    assert dits(lire_docx(docx(corps))) == ["avant après", "cadre"]


def test_un_cadre_que_seule_l_ancienne_ecriture_donne_est_lu(docx):
    cadre = f"<mc:Fallback><w:txbxContent>{p('cadre')}</w:txbxContent></mc:Fallback>"
    cadre = f"<mc:AlternateContent>{cadre}</mc:AlternateContent>"
    assert dits(lire_docx(docx(f"<w:p><w:r>{cadre}<w:t>texte</w:t></w:r></w:p>"))) == ["texte", "cadre"]


def test_le_format_strict_se_lit_comme_l_autre(zipper):
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    genre = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    lu = lire_docx(
        zipper(
            {
                "_rels/.rels": f'<Relationships xmlns="{rels}"><Relationship Id="a" Type="{genre}/officeDocument" '
                'Target="/texte/corps.xml"/></Relationships>',
                "texte/_rels/corps.xml.rels": f'<Relationships xmlns="{rels}"><Relationship Id="a" '
                f'Type="{genre}/footnotes" Target="bas.xml"/></Relationships>',
                "texte/corps.xml": f'<w:document xmlns:w="{strict}"><w:body><w:p><w:r><w:rPr><w:b/></w:rPr>'
                '<w:t>Oui</w:t></w:r><w:r><w:t>.</w:t><w:footnoteReference w:id="2"/></w:r></w:p></w:body>'
                "</w:document>",
                "texte/bas.xml": f'<w:footnotes xmlns:w="{strict}"><w:footnote w:id="2">{p("Sûr")}</w:footnote>'
                "</w:footnotes>",
            }
        )
    )
    assert [(un.texte, un.gras) for un in lu.paragraphes] == [("Oui.", 3), ("[Note : Sûr]", 0)]


@pytest.mark.parametrize("encodage", ["utf-8", "utf-16", "iso-8859-1"])
def test_un_xml_dans_un_autre_encodage_se_lit(encodage, zipper):
    xml = f'<?xml version="1.0" encoding="{encodage}"?><w:p {W}><w:t>Élodie</w:t></w:p>'
    assert dits(lire_docx(zipper({"word/document.xml": xml.encode(encodage)}))) == ["Élodie"]


def test_les_accents_decomposes_d_un_document_ne_cachent_pas_les_locuteurs(ecrire, docx, paroles):
    corps = "".join(p(dit) for dit in ("Élodie : Ça va ?", "Zoé : Oui.") * 2)
    chemin = ecrire("E01.docx", docx(unicodedata.normalize("NFD", corps)))
    assert paroles(lire_entretien(chemin)) == [("Élodie", "Ça va ?"), ("Zoé", "Oui.")] * 2


# --- les modifications suivies -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("corps", "attendu", "constats"),
    [
        (
            "<w:p><w:r><w:t>oui </w:t></w:r><w:ins><w:r><w:t>ajout</w:t></w:r></w:ins><w:del><w:r>"
            "<w:delText>retrait</w:delText></w:r></w:del><w:r><w:t> non</w:t></w:r></w:p>",
            ["oui ajout non"],
            ("1 insertion suivie gardée", "1 suppression suivie laissée de côté"),
        ),
        (
            "<w:p><w:moveFrom><w:r><w:t>avant</w:t></w:r></w:moveFrom></w:p>"
            "<w:p><w:moveTo><w:r><w:t>après</w:t></w:r></w:moveTo></w:p>",
            ["après"],
            ("1 passage déplacé lu à sa nouvelle place",),
        ),
        (
            "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>deux moitiés </w:t></w:r></w:p>"
            "<w:p><w:r><w:t>d'une phrase</w:t></w:r></w:p><w:p><w:r><w:t>fin</w:t></w:r></w:p>",
            ["deux moitiés d'une phrase", "fin"],
            (),
        ),
        ("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>à la fin</w:t></w:r></w:p>", ["à la fin"], ()),
        (
            "<w:p><w:pPr><w:rPr><w:ins/></w:rPr><w:pPrChange><w:pPr><w:pStyle w:val='a'/></w:pPr></w:pPrChange></w:pPr>"
            "<w:r><w:rPr><w:rPrChange><w:rPr><w:b/></w:rPr></w:rPrChange></w:rPr><w:t>oui</w:t></w:r></w:p>",
            ["oui"],
            (),
        ),
        (
            f"<w:tbl>{ligne('a', 'b')}<w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('retirée')}</w:tc></w:tr></w:tbl>",
            ["a", "b"],
            (),
        ),
    ],
)
def test_l_ajoute_est_garde_le_supprime_est_laisse(corps, attendu, constats, docx):
    lu = lire_docx(docx(corps))
    assert dits(lu) == attendu
    assert lu.constats == constats
    assert [un.gras for un in lu.paragraphes] == [0] * len(attendu)


# --- ce qui entoure le texte ---------------------------------------------------------------------------------------


def test_une_note_suit_son_paragraphe_entre_crochets_sans_couper_la_parole(ecrire, docx, paroles):
    corps = p("Claire : Ça va ?") + (
        "<w:p><w:r><w:t>Rose : On ressaisit</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r>"
        "<w:r><w:t xml:space='preserve'> tout.</w:t></w:r><w:r><w:endnoteReference w:id='2'/></w:r></w:p>"
    )
    corps += p("Deux fois.") + p("Claire : Ah.") + p("Rose : Oui.")
    notes = "<w:footnote w:type='separator' w:id='0'><w:p><w:r><w:t>--</w:t></w:r></w:p></w:footnote>"
    notes += f"<w:footnote w:id='2'>{p('Dans le tableur.')}{p('Claire : celui de 2019.')}</w:footnote>"
    notes += f"<w:footnote w:id='3'>{p('jamais appelée')}</w:footnote>"
    octets = docx(corps, footnotes=notes, endnotes=f"<w:endnote w:id='2'>{p('Le soir.')}</w:endnote>")
    lu = depouiller(ecrire("E01.docx", octets))
    assert paroles(lu.entretien) == [
        ("Claire", "Ça va ?"),
        (
            "Rose",
            "On ressaisit tout.\n[Note : Dans le tableur. Claire : celui de 2019.]\n[Note : Le soir.]\nDeux fois.",
        ),
        ("Claire", "Ah."),
        ("Rose", "Oui."),
    ]
    assert lu.constats == (
        "2 notes de bas de page ou de fin mises entre crochets après leur paragraphe",
        "1 note que rien n'appelle laissée de côté",
    )


def test_ce_qui_entoure_le_texte_est_laisse_et_compte(zipper, docx):
    corps = (
        "<w:p><w:r><w:fldChar/><w:instrText>PAGE</w:instrText><w:t>3</w:t></w:r>"
        "<w:r><w:t xml:space='preserve'> ici</w:t></w:r><m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"
        "<w:r><w:drawing><a:t>légende</a:t></w:drawing><w:sym w:char='F0E0'/></w:r></w:p><w:altChunk r:id='a'/>"
    )
    octets = docx(
        corps,
        comments=f"<w:comment w:id='0'>{p('À revoir')}</w:comment><w:comment w:id='1'>{p('Sûr ?')}</w:comment>",
        header1=p("Étude"),
        footer1=p(" "),
    )
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    liens = "".join(
        f'<Relationship Id="{nom}" Type="http://x/{genre}" Target="{nom}.xml"/>'
        for nom, genre in {"header1": "header", "footer1": "footer", "data1": "diagramData"}.items()
    )
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        pieces = {nom: archive.read(nom) for nom in archive.namelist()}
    pieces["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{rels}">{liens}</Relationships>'
    pieces["word/data1.xml"] = (
        '<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:t>Organigramme</a:t></dgm:dataModel>'
    )
    lu = lire_docx(zipper(pieces))
    assert dits(lu) == ["3 ici"]
    assert lu.constats == (
        "2 commentaires laissés de côté",
        "1 en-tête ou pied de page laissé de côté",
        "1 code de champ laissé de côté, son résultat gardé",
        "1 schéma (SmartArt) laissé de côté",
        "1 équation laissée de côté",
        "1 texte de dessin laissé de côté",
        "1 objet incorporé laissé de côté",
        "1 symbole d'une police spéciale laissé de côté",
    )


# --- le gras, les numéros ------------------------------------------------------------------------------------------

STYLES = """
<w:style w:type="character" w:styleId="Fort"><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Titre"><w:rPr><w:b w:val="true"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Sous"><w:basedOn w:val="Titre"/><w:pPr><w:numPr><w:ilvl w:val="1"/>
<w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Boucle"><w:basedOn w:val="Boucle"/></w:style>
"""


@pytest.mark.parametrize(
    ("corps", "gras"),
    [
        ("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Rose :</w:t></w:r><w:r><w:t> oui</w:t></w:r></w:p>", 6),
        ("<w:p><w:r><w:rPr><w:b w:val='0'/></w:rPr><w:t>Rose :</w:t></w:r></w:p>", 0),
        (
            "<w:p><w:r><w:t> </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>Ro</w:t></w:r>"
            "<w:r><w:rPr><w:b/></w:rPr><w:t>se </w:t></w:r></w:p>",
            4,
        ),
        ("<w:p><w:r><w:t>oui </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>Rose</w:t></w:r></w:p>", 0),
        ("<w:p><w:r><w:rPr><w:rStyle w:val='Fort'/></w:rPr><w:t>Rose</w:t></w:r><w:r><w:t> oui</w:t></w:r></w:p>", 4),
        ("<w:p><w:pPr><w:pStyle w:val='Titre'/></w:pPr><w:r><w:t>Rose</w:t></w:r></w:p>", 4),
        (
            "<w:p><w:pPr><w:pStyle w:val='Titre'/></w:pPr><w:r><w:t>Rose</w:t></w:r><w:r><w:rPr><w:b w:val='false'/>"
            "</w:rPr><w:t> oui</w:t></w:r></w:p>",
            4,
        ),
        ("<w:p><w:pPr><w:pStyle w:val='Boucle'/><w:rPr><w:b/></w:rPr></w:pPr><w:r><w:t>Rose</w:t></w:r></w:p>", 0),
    ],
)
def test_le_gras_de_tete_est_mesure(corps, gras, docx):
    [paragraphe] = lire_docx(docx(corps, styles=STYLES)).paragraphes
    assert paragraphe.gras == gras


def niveau(rang: int, forme: str, modele: str, depart: int = 1) -> str:
    return (
        f"<w:lvl w:ilvl='{rang}'><w:start w:val='{depart}'/><w:numFmt w:val='{forme}'/><w:lvlText w:val='{modele}'/>"
        "</w:lvl>"
    )


LISTES = (
    "<w:abstractNum w:abstractNumId='7'>"
    + niveau(0, "decimal", "%1.")
    + niveau(1, "lowerLetter", "%1.%2)")
    + niveau(2, "upperRoman", "(%3)", 3)
    + "</w:abstractNum><w:abstractNum w:abstractNumId='8'>"
    + niveau(0, "bullet", "\uf0b7")
    + "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='7'/></w:num>"
    "<w:num w:numId='2'><w:abstractNumId w:val='8'/></w:num>"
    "<w:num w:numId='3'><w:abstractNumId w:val='7'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/>"
    "</w:lvlOverride></w:num>"
)


def numerote(texte: str, liste: int, rang: int = 0) -> str:
    return p(texte, f"<w:numPr><w:ilvl w:val='{rang}'/><w:numId w:val='{liste}'/></w:numPr>")


def test_un_numero_automatique_est_ecrit_en_tete_une_puce_ne_l_est_pas(docx):
    corps = (
        numerote("un", 1)
        + numerote("a", 1, 1)
        + p("entre")
        + numerote("b", 1, 1)
        + numerote("iii", 1, 2)
        + numerote("deux", 1)
        + numerote("encore a", 1, 1)
        + numerote("puce", 2)
        + numerote("cinq", 3)
        + numerote("six", 3)
        + p("du style", "<w:pStyle w:val='Sous'/>")
        + p("pas du style", "<w:pStyle w:val='Sous'/><w:numPr><w:numId w:val='0'/></w:numPr>")
        + numerote("liste absente", 9)
    )
    assert dits(lire_docx(docx(corps, numbering=LISTES, styles=STYLES))) == [
        "1. un",
        "1.a) a",
        "entre",
        "1.b) b",
        "(III) iii",
        "2. deux",
        "2.a) encore a",
        "puce",
        "5. cinq",
        "6. six",
        "6.a) du style",
        "pas du style",
        "liste absente",
    ]


def test_des_tours_numerotes_gardent_leur_locuteur(ecrire, docx, paroles):
    corps = "".join(numerote(dit, 1) for dit in ("Claire : Ça va ?", "Rose : Oui.", "Claire : Bien.", "Rose : Voilà."))
    lu = depouiller(ecrire("E01.docx", docx(corps, numbering=LISTES)))
    assert paroles(lu.entretien) == [("Claire", "Ça va ?"), ("Rose", "Oui."), ("Claire", "Bien."), ("Rose", "Voilà.")]
    assert lu.constats == ("4 numéros de tours laissés de côté",)


@pytest.mark.parametrize(
    ("nombre", "forme", "attendu"),
    [
        *((1, "a", "a"), (26, "A", "Z"), (27, "a", "aa"), (9, "i", "ix"), (1994, "I", "MCMXCIV"), (7, "01", "07")),
        *((0, "i", "0"), (5000, "I", "5000"), (3, "一", "3"), (-2, "a", "-2"), (3, "", "")),
    ],
)
def test_les_nombres_s_ecrivent_comme_les_listes_les_affichent(nombre, forme, attendu):
    assert ecrire_nombre(nombre, forme) == attendu


def test_une_liste_oubliee_recommence():
    compteurs, niveaux = Compteurs(), {0: Niveau("1", "%1."), 1: Niveau("a", "%2)")}
    assert [compteurs.avancer("l", rang, niveaux) for rang in (0, 1, 1)] == ["1.", "a)", "b)"]
    compteurs.oublier("l", 1)
    assert [compteurs.avancer("l", rang, niveaux) for rang in (1, 0)] == ["a)", "2."]
    compteurs.oublier("l", 0)
    assert compteurs.avancer("l", 0, niveaux) == "1."


# --- les tableaux d'un tour par ligne ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        (
            [("Claire", "Ça va ?"), ("Rose", "Oui."), ("", "Enfin bon."), ("Claire :", "Bien.")],
            [("Claire", "Ça va ?"), ("Rose", "Oui."), (None, "Enfin bon."), ("Claire", "Bien.")],
        ),
        (
            [("Locuteur", "Parole"), ("Claire", "Ça va ?"), ("Rose", "Oui.")],
            [("Claire", "Ça va ?"), ("Rose", "Oui.")],
        ),
        (
            [("1", "0:01", "Q", "Ça va ?"), ("2", "0:05", "R", "Oui."), ("3", "1:02", "Q", "Bien.")],
            [("Q", "Ça va ?"), ("R", "Oui."), ("Q", "Bien.")],
        ),
    ],
)
def test_un_tableau_d_un_tour_par_ligne_donne_les_locuteurs(lignes, attendu, docx):
    lu = lire_docx(docx("<w:tbl>" + "".join(ligne(*cases) for cases in lignes) + "</w:tbl>"))
    assert [(un.locuteur, un.texte) for un in lu.paragraphes] == attendu
    assert lu.constats[0] == "1 tableau lu comme une suite de tours"


def test_un_tableau_garde_ses_minutages_et_dit_ce_qu_il_laisse(docx):
    lignes = [("N°", "Minutage", "Qui", "Propos"), ("1", "0:01", "Q", "Ça va ?"), ("2", "0:05 – 0:09", "R", "Oui.")]
    lu = lire_docx(docx("<w:tbl>" + "".join(ligne(*cases) for cases in lignes) + "</w:tbl>"))
    assert [un.temps for un in lu.paragraphes] == [(1.0, 1.0), (5.0, 9.0)]
    assert lu.constats == (
        "1 tableau lu comme une suite de tours",
        "2 numéros de ligne de tableau laissés de côté",
        "en-tête de tableau laissé de côté : « N° | Minutage | Qui | Propos »",
    )


@pytest.mark.parametrize(
    "lignes",
    [
        [("Charge", "On ressaisit."), ("Charge", "Le soir."), ("Sens", "On trie."), ("Sens", "On pèse.")],
        [("Claire", "Ça va ?"), ("Rose", "Oui.")],
        [("Oui.", "Non."), ("Enfin, bon !", "Si."), ("Oui.", "Non.")],
        [("seul",), ("seul",)],
        [("Claire", "Ça va ?"), ("Rose",), ("Claire", "Bien.")],
        [("1", "2"), ("2", "3"), ("3", "4")],
    ],
)
def test_un_autre_tableau_se_lit_case_par_case(lignes, docx):
    lu = lire_docx(docx("<w:tbl>" + "".join(ligne(*cases) for cases in lignes) + "</w:tbl>"))
    assert [(un.locuteur, un.texte) for un in lu.paragraphes] == [(None, case) for cases in lignes for case in cases]
    assert lu.constats == ()


# --- rien n'est perdu ----------------------------------------------------------------------------------------------

_MORCEAU = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1)
_PROPRE = _MORCEAU.map(lambda texte: texte.replace("&", "").replace("<", "")).filter(str.strip)
_EMPLOIS = {
    "simple": "<w:p><w:r><w:t>{}</w:t></w:r></w:p>",
    "gras": "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r></w:p>",
    "ajoute": "<w:p><w:ins><w:r><w:t>{}</w:t></w:r></w:ins></w:p>",
    "case": "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    "cadre": "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    "</w:p>",
    "controle": "<w:sdt><w:sdtContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    "joint": "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>",
    "supprime": "<w:p><w:del><w:r><w:delText>{}</w:delText></w:r></w:del></w:p>",
    "champ": "<w:p><w:r><w:instrText>{}</w:instrText></w:r></w:p>",
    "equation": "<w:p><m:oMath><m:t>{}</m:t></m:oMath></w:p>",
}
_LAISSES = {"supprime": "suppression", "champ": "champ", "equation": "équation"}


@given(morceaux=st.lists(st.tuples(st.sampled_from(sorted(_EMPLOIS)), _PROPRE), max_size=8))
def test_toutes_les_lettres_sont_lues_dans_l_ordre_ou_comptees(morceaux, docx, lettres):
    lu = lire_docx(docx("".join(_EMPLOIS[emploi].format(texte) for emploi, texte in morceaux)))
    gardes = [texte for emploi, texte in morceaux if emploi not in _LAISSES]
    assert lettres("".join(dits(lu))) == lettres("".join(gardes))
    for emploi, mot in _LAISSES.items():
        fois = sum(un == emploi for un, _ in morceaux)
        assert any(re.match(rf"{fois} .*{mot}", constat) for constat in lu.constats) == bool(fois)


# --- de vrais documents --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def suivi(convertir, tmp_path_factory):
    """Un document que LibreOffice a écrit en docx : suivi, commentaire, notes, liste, tableau, en-tête."""
    dossier = tmp_path_factory.mktemp("suivi")
    (dossier / "suivi.fodt").write_text(FODT, encoding="utf-8")
    convertir("docx", dossier, dossier / "suivi.fodt")
    convertir("odt", dossier, dossier / "suivi.fodt")
    return dossier


FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:automatic-styles>
<style:style style:name="G" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:page-layout style:name="pm1"><style:header-style><style:header-footer-properties fo:min-height="1cm"/>
</style:header-style></style:page-layout>
<text:list-style style:name="L1">
<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>
<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm1">
<style:header><text:p>Étude de novembre</text:p></style:header></style:master-page></office:master-styles>
<office:body><office:text>
<text:tracked-changes>
<text:changed-region xml:id="i1" text:id="i1"><text:insertion><office:change-info><dc:creator>Zoé</dc:creator>
<dc:date>2025-01-02T10:00:00</dc:date></office:change-info></text:insertion></text:changed-region>
<text:changed-region xml:id="d1" text:id="d1"><text:deletion><office:change-info><dc:creator>Zoé</dc:creator>
<dc:date>2025-01-02T10:00:00</dc:date></office:change-info><text:p>JAMAIS</text:p></text:deletion></text:changed-region>
</text:tracked-changes>
<text:p><text:span text:style-name="G">Claire :</text:span> Ça va <text:change-start text:change-id="i1"/>vraiment
<text:change-end text:change-id="i1"/>?<text:change text:change-id="d1"/></text:p>
<text:p><text:span text:style-name="G">Rose :</text:span> On ressaisit<office:annotation><dc:creator>Zoé</dc:creator>
<dc:date>2025-01-02T10:00:00</dc:date><text:p>REMARQUE</text:p></office:annotation> tout<text:note text:id="n1"
 text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>Dans le tableur.</text:p>
</text:note-body></text:note>,<text:line-break/>deux<text:s text:c="3"/>fois<text:tab/>ici, porte\u2011à\u2011porte,
 numé\u00adrique\u00a0!</text:p>
<text:list text:style-name="L1"><text:list-item><text:p>peser</text:p><text:list>
<text:list-item><text:p>le matin</text:p>
</text:list-item><text:list-item><text:p>le soir</text:p></text:list-item></text:list></text:list-item>
<text:list-item><text:p>trier</text:p></text:list-item></text:list>
<text:list text:style-name="L2"><text:list-item><text:p>une puce</text:p></text:list-item></text:list>
<text:p><draw:frame text:anchor-type="paragraph" svg:width="5cm" svg:height="2cm"><draw:text-box>
<text:p>Dans un cadre.</text:p></draw:text-box></draw:frame></text:p>
<text:p><text:span text:style-name="G">Claire :</text:span> Bien.</text:p>
<table:table><table:table-column/><table:table-column/>
<table:table-row><table:table-cell><text:p>Rose</text:p></table:table-cell><table:table-cell><text:p>Oui.</text:p>
</table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>Claire</text:p></table:table-cell><table:table-cell><text:p>Ah.</text:p>
</table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>Rose</text:p></table:table-cell><table:table-cell><text:p>Voilà.</text:p>
</table:table-cell></table:table-row></table:table>
<text:p/><text:p>Fin.</text:p>
</office:text></office:body></office:document>
"""


@pytest.mark.parametrize("extension", ["docx", "odt"])
def test_un_vrai_document_riche_garde_ce_qui_est_dit_et_compte_le_reste(extension, suivi, paroles):
    lu = depouiller(suivi / f"suivi.{extension}")
    assert [(nom, re.sub(" +", " ", dit)) for nom, dit in paroles(lu.entretien)] == [
        ("Claire", "Ça va vraiment ?"),
        (
            "Rose",
            "On ressaisit tout,\ndeux fois ici, porte-à-porte, numérique\u00a0!\n[Note : Dans le tableur.]\n1. peser\n"
            "a) le matin\nb) le soir\n2. trier\nune puce\nDans un cadre.",
        ),
        ("Claire", "Bien."),
        ("Rose", "Oui."),
        ("Claire", "Ah."),
        ("Rose", "Voilà.\nFin."),
    ]
    assert lu.constats == (
        "1 insertion suivie gardée",
        "1 suppression suivie laissée de côté",
        "1 commentaire laissé de côté",
        "1 note de bas de page ou de fin mise entre crochets après son paragraphe",
        "1 en-tête ou pied de page laissé de côté",
        "1 tableau lu comme une suite de tours",
    )
    assert lu.tours == {"Claire": 3, "Rose": 3}
    assert lu.format == extension


# --- hostile -------------------------------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE b [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' if n else '<!ENTITY a0 "&a;">' for n in range(9))
    + "]>"
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override ContentType="{}"/></Types>'
)


def _chiffrer(octets: bytes) -> bytes:
    """Lever le drapeau « chiffré » de la pièce, dans son en-tête et dans le répertoire de l'archive."""
    octets = bytearray(octets)
    octets[6] |= 1
    octets[octets.index(b"PK\x01\x02") + 8] |= 1
    return bytes(octets)


HOSTILES = {
    "entites": (lambda docx, _: docx("<w:p><w:t>&a8;</w:t></w:p>", LAUGHS), "document refusé : il déclare des entités"),
    "entite_externe": (
        lambda docx, _: docx("<w:p/>", '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///a">]>'),
        "il déclare des entités",
    ),
    "dtd": (lambda docx, _: docx("<w:p/>", '<!DOCTYPE b SYSTEM "b.dtd">'), "document refusé : il déclare des entités"),
    "entites_des_notes": (
        lambda _, zipper: zipper({"word/document.xml": f"<w:p {W}/>", "word/footnotes.xml": f"{LAUGHS}<a>&a8;</a>"}),
        "il déclare des entités",
    ),
    "chiffre": (lambda docx, _: _chiffrer(docx("<w:p/>")), "document protégé par un mot de passe"),
    "ancien": (
        lambda *_: bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600,
        "protégé par un mot de passe, ou d'un ancien",
    ),
    "macros": (
        lambda _, zipper: zipper(
            {
                "[Content_Types].xml": TYPES.format("application/vnd.ms-word.document.macroEnabled.main+xml"),
                "word/document.xml": f"<w:p {W}><w:t>oui</w:t></w:p>",
            }
        ),
        "document à macros",
    ),
    "piece": (lambda _, zipper: zipper({"word/autre.xml": "<a/>"}), "la pièce word/document.xml manque"),
    "texte": (lambda *_: b"Claire : oui. " * 50, "document tronqué ou abîmé"),
    "xml": (lambda _, zipper: zipper({"word/document.xml": "<a><b></a>"}), "document abîmé : son XML est mal formé"),
    "xml_vide": (lambda _, zipper: zipper({"word/document.xml": ""}), "document abîmé : son XML est mal formé"),
    "lzma": (
        lambda _, zipper: zipper({"word/document.xml": f"<a {W}/>"}, zipfile.ZIP_LZMA),
        "document compressé d'une façon inconnue",
    ),
    "encodage": (
        lambda _, zipper: zipper({"word/document.xml": '<?xml version="1.0" encoding="absent"?><a/>'}),
        "tronqué ou abîmé",
    ),
    "imbrique": (lambda docx, _: docx("<w:a>" * 5000), "document démesuré : ses éléments sont trop imbriqués"),
    "noms": (lambda docx, _: docx("".join(f"<a{n}/>" for n in range(3000))), "document démesuré"),
    "sans_texte": (lambda docx, _: docx("<w:p/>"), "aucun texte dans ce fichier"),
}


@pytest.mark.parametrize("nom", HOSTILES)
def test_un_document_hostile_est_refuse_en_francais(nom, ecrire, docx, zipper):
    faire, message = HOSTILES[nom]
    with pytest.raises(ErreurDonnees) as prise:
        lire_entretien(ecrire(f"{nom}.docx", faire(docx, zipper)))
    [probleme] = prise.value.problemes
    assert message in str(probleme)
    assert probleme.fichier.endswith(f"{nom}.docx")
    assert probleme.remede


# In a program of its own: tracing each allocation would take four times as long, and miss what expat keeps.
MESURER = """
import sys
from pathlib import Path
import ess_analyse.lecture.word
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lecture import lire_entretien
def sommet():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
avant = sommet()
try:
    lire_entretien(Path(sys.argv[1]))
except ErreurDonnees as erreur:
    print(erreur, (sommet() - avant) // 1024, sep="|")
"""


@pytest.mark.parametrize(
    ("debut", "motif", "fin"),
    [
        (f"<w:document {W}><w:p><w:t>", b"a" * 2**20, "</w:t></w:p></w:document>"),
        (f"<w:document {W}>", b"<w:a>" * 2**18, ""),
        (f"<w:document {W}>", b"<w:p><w:t>oui</w:t></w:p>" * 2**15, "</w:document>"),
        (f"<w:document {W}><w:tbl><w:tr>", b"<w:tc/>" * 2**17, "</w:tr></w:tbl></w:document>"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="la mémoire prise se lit dans /proc")
def test_une_bombe_est_refusee_en_memoire_bornee(debut, motif, fin, ecrire):
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as piece:
        piece.write(debut.encode())
        for _ in range(80):
            piece.write(motif)
        piece.write(fin.encode())
    commande = [sys.executable, "-c", MESURER, ecrire("bombe.docx", tampon.getvalue())]
    sortie = subprocess.run(commande, capture_output=True, check=True, timeout=120, encoding="utf-8")
    message, megaoctets = sortie.stdout.rsplit("|", 1)
    assert "document démesuré" in message
    assert int(megaoctets) < 150


def test_une_bombe_en_plusieurs_pieces_est_refusee(docx, monkeypatch):
    monkeypatch.setattr("ess_analyse.lecture.analyseur._ELEMENTS", 250)
    octets = docx("<w:p/>" * 100, footnotes="<w:a/>" * 100)
    assert lire_docx(octets).paragraphes == ()
    with pytest.raises(IllisibleError, match="démesuré"):
        lire_docx(docx("<w:p/>" * 100, footnotes="<w:a/>" * 100, comments="<w:a/>" * 100))


def test_un_document_de_milliers_de_paragraphes_se_lit(docx):
    assert dits(lire_docx(docx("<w:p><w:t>oui</w:t></w:p>" * 3000))) == ["oui"] * 3000


def test_la_taille_annoncee_par_l_archive_n_est_pas_crue(docx):
    octets = bytearray(docx("<w:p><w:t>" + "oui" * 1000 + "</w:t></w:p>"))
    repertoire = octets.index(b"PK\x01\x02")
    octets[repertoire + 24 : repertoire + 28] = (5).to_bytes(4, "little")
    with pytest.raises(IllisibleError):
        lire_docx(bytes(octets))


@pytest.fixture(scope="session")
def sain(docx) -> bytes:
    notes = "".join(f"<w:footnote w:id='{n}'>{p('note')}</w:footnote>" for n in range(3))
    corps = "".join(numerote(f"Claire : {n}", 1, n % 3) for n in range(20)) + f"<w:tbl>{ligne('a', 'b')}</w:tbl>"
    return docx(corps, numbering=LISTES, styles=STYLES, footnotes=notes)


@settings(max_examples=400)
@given(
    alterations=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4),
    longueur=st.integers(0, 10**6),
)
def test_un_document_abime_n_importe_ou_est_lu_ou_refuse_proprement(alterations, longueur, sain):
    octets = bytearray(sain)
    for place, valeur in alterations:
        octets[place % len(sain)] = valeur
    for essai in (bytes(octets), bytes(octets[: longueur % len(sain)])):
        try:
            lu = dits(lire_docx(essai))
        except IllisibleError as erreur:
            lu = [str(erreur), erreur.remede]
        # Any other exception fails the test.
        assert all(lu)


_ELEMENTS = st.sampled_from(
    [
        "w:p",
        "w:r",
        "w:t",
        "w:tbl",
        "w:tr",
        "w:tc",
        "w:ins",
        "w:del",
        "w:pPr",
        "w:rPr",
        "w:numPr",
        "w:trPr",
        "w:b",
        "w:pStyle",
        "w:numId",
        "w:footnoteReference",
        "w:sym",
        "mc:AlternateContent",
        "mc:Choice",
        "mc:Fallback",
        "w:footnote",
        "w:txbxContent",
        "w:sdt",
        "w:instrText",
        "w:noBreakHyphen",
    ]
)
_ARBRES = st.recursive(
    st.just("oui"),
    lambda enfants: st.builds(
        lambda nom, dedans: f"<{nom} w:val='1' w:id='1' w:char='zz'>{''.join(dedans)}</{nom}>",
        _ELEMENTS,
        st.lists(enfants, max_size=4),
    ),
    max_leaves=25,
)


@settings(max_examples=300)
@given(corps=_ARBRES, notes=_ARBRES)
def test_des_elements_dans_n_importe_quel_ordre_ne_font_rien_tomber(corps, notes, docx):
    assert all(dits(lire_docx(docx(corps, footnotes=notes, styles=notes, numbering=notes, comments=corps))))


def test_une_faute_du_programme_n_est_pas_prise_pour_un_document_abime(docx):
    class Cible:
        def start(self, tag, attrs):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lire_xml(docx("<w:p/>"), "word/document.xml", Cible())
