"""Lire des documents LibreOffice."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lecture import lire_entretien
from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.opendocument import lire_odt

MANIFESTE = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def dits(lu) -> list[str]:
    return [paragraphe.texte for paragraphe in lu.paragraphes]


@pytest.mark.parametrize(
    ("corps", "attendu"),
    [
        (
            "<text:p>un<text:s text:c='4'/>deux<text:s/>trois<text:tab/>quatre<text:line-break/>cinq</text:p>",
            ["un    deux trois quatre\ncinq"],
        ),
        (
            "<text:h>Titre</text:h><text:list><text:list-item><text:p>un</text:p></text:list-item></text:list>",
            ["Titre", "un"],
        ),
        ("<text:p>sur\n    deux lignes\n</text:p>", ["sur     deux lignes"]),
        ("<text:p>the\u0301 numé\u00adrique\u00a0?</text:p>", ["thé numérique\u00a0?"]),
        ("<text:p>a<text:s text:c='999999999'/>b</text:p>", ["a" + " " * 100 + "b"]),
        ("<text:p>a<text:s text:c='-3'/>b</text:p>", ["ab"]),
        ("<text:p>a<text:s text:c='beaucoup'/>b</text:p>", ["a b"]),
        ("entre deux<text:p>oui</text:p>entre deux", ["oui"]),
        (
            "<text:p>avant <draw:frame> <draw:text-box><text:p>cadre</text:p></draw:text-box></draw:frame>"
            "après</text:p>",
            ["avant après", "cadre"],
        ),
        ("<text:p><text:a>lien</text:a> <text:date>le 3 mai</text:date></text:p>", ["lien le 3 mai"]),
        ("<text:p><inconnu>gardé</inconnu></text:p>", ["gardé"]),
        ("<text:h><text:number>1.</text:number>Titre</text:h>", ["Titre"]),
    ],
)
def test_un_document_libreoffice_se_lit_sans_rien_a_dire(corps, attendu, odt):
    lu = lire_odt(odt(corps))
    assert dits(lu) == attendu
    assert lu.constats == ()


@pytest.mark.parametrize(
    ("corps", "attendu", "constat"),
    [
        (
            "<text:p>oui<office:annotation><text:p>non</text:p></office:annotation> et"
            "<office:annotation-end/> voilà</text:p>",
            ["oui et voilà"],
            "1 commentaire laissé de côté",
        ),
        (
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>non</text:p></text:deletion>"
            "</text:changed-region><text:changed-region><text:deletion><text:p>ni</text:p></text:deletion>"
            "</text:changed-region></text:tracked-changes><text:p>oui<text:change/></text:p>",
            ["oui"],
            "2 suppressions suivies laissées de côté",
        ),
        (
            "<text:p>oui<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>une note</text:p>"
            "<text:p>longue</text:p></text:note-body></text:note> fin</text:p><text:p>suite</text:p>",
            ["oui fin", "[Note : une note longue]", "suite"],
            "1 note de bas de page ou de fin mise entre crochets après son paragraphe",
        ),
        (
            "<text:p>oui<draw:frame><draw:image/><svg:title>Logo</svg:title><svg:desc>Un arbre</svg:desc></draw:frame>"
            "</text:p>",
            ["oui"],
            "2 descriptions d'images laissées de côté",
        ),
        (
            "<text:p>soit <draw:frame><draw:object xlink:href='./Object 1'/></draw:frame></text:p>",
            ["soit"],
            "1 objet incorporé laissé de côté",
        ),
    ],
)
def test_ce_qui_n_est_pas_dit_est_compte(corps, attendu, constat, odt):
    lu = lire_odt(odt(corps))
    assert dits(lu) == attendu
    assert lu.constats == (constat,)


def test_les_en_tetes_de_page_sont_laisses_et_comptes(odt):
    page = "<style:header><text:p>Étude</text:p></style:header><style:footer><text:p/></style:footer>"
    styles = f"<office:master-styles><style:master-page>{page}</style:master-page></office:master-styles>"
    lu = lire_odt(odt("<text:p>oui</text:p>", feuille=styles))
    assert dits(lu) == ["oui"]
    assert lu.constats == ("1 en-tête ou pied de page laissé de côté",)


STYLES = """
<style:style style:name="Fort" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="T2" style:family="text" style:parent-style-name="Fort"/>
<style:style style:name="Maigre" style:family="text"><style:text-properties fo:font-weight="normal"/></style:style>
<style:style style:name="P1" style:family="paragraph"><style:text-properties fo:font-weight="700"/></style:style>
<style:style style:name="Boucle" style:family="text" style:parent-style-name="Boucle"/>
<text:list-style style:name="L1">
<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="i" style:num-prefix="(" style:num-suffix=")"/>
<text:list-level-style-number text:level="3" style:num-format="A" text:display-levels="3" text:start-value="2"/>
</text:list-style>
<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>
<text:list-style style:name="L3"><text:list-level-style-number text:level="1" style:num-format=""/></text:list-style>
<text:outline-style style:name="Outline"><text:outline-level-style text:level="1" style:num-format="I"
 style:num-suffix="."/></text:outline-style>
"""


@pytest.mark.parametrize(
    ("corps", "gras"),
    [
        ("<text:p><text:span text:style-name='Fort'>Rose :</text:span> oui</text:p>", 6),
        ("<text:p><text:span text:style-name='T2'>Rose </text:span>oui</text:p>", 4),
        ("<text:p text:style-name='P1'>Rose<text:span text:style-name='Maigre'> oui</text:span></text:p>", 4),
        ("<text:p>Rose <text:span text:style-name='Fort'>oui</text:span></text:p>", 0),
        ("<text:p><text:span text:style-name='Boucle'>Rose</text:span></text:p>", 0),
    ],
)
def test_le_gras_de_tete_est_mesure(corps, gras, odt):
    [paragraphe] = lire_odt(odt(corps, STYLES)).paragraphes
    assert paragraphe.gras == gras


def test_un_numero_automatique_est_ecrit_en_tete_une_puce_ne_l_est_pas(odt):
    def item(dedans: str, attributs: str = "") -> str:
        return f"<text:list-item {attributs}>{dedans}</text:list-item>"

    corps = (
        "<text:h text:outline-level='1'>Cadre</text:h>"
        "<text:h text:outline-level='1' text:is-list-header='true'>Nu</text:h>"
        "<text:list text:style-name='L1'>"
        + item("<text:p>un</text:p><text:p>suite de un</text:p>")
        + item(
            "<text:p>deux</text:p><text:list>"
            + item("<text:p>i</text:p>")
            + item("<text:p>ii</text:p><text:list>" + item("<text:p>B</text:p>") + "</text:list>")
            + "</text:list>"
        )
        + "<text:list-header><text:p>sans numéro</text:p></text:list-header>"
        + "</text:list><text:p>entre</text:p>"
        + f"<text:list text:style-name='L1' text:continue-numbering='true'>{item('<text:p>trois</text:p>')}</text:list>"
        + f"<text:list text:style-name='L1'>{item('<text:p>de nouveau un</text:p>')}</text:list>"
        + "<text:list text:style-name='L1'>"
        + item("<text:p>neuf</text:p>", "text:start-value='9'")
        + item("<text:p>dix</text:p>")
        + f"</text:list><text:list text:style-name='L2'>{item('<text:p>puce</text:p>')}</text:list>"
        + f"<text:list text:style-name='L3'>{item('<text:p>rien</text:p>')}</text:list>"
        + "<text:h text:outline-level='1'>Suite</text:h>"
    )
    assert dits(lire_odt(odt(corps, STYLES))) == [
        "I. Cadre",
        "Nu",
        "1. un",
        "suite de un",
        "2. deux",
        "(i) i",
        "(ii) ii",
        "2.ii.B B",
        "sans numéro",
        "entre",
        "3. trois",
        "1. de nouveau un",
        "9. neuf",
        "10. dix",
        "puce",
        "rien",
        "II. Suite",
    ]


def test_un_tableau_d_un_tour_par_ligne_donne_les_locuteurs(odt):
    lignes = [("Claire", "Ça va ?"), ("Rose", "Oui."), ("Claire", "Bien.")]
    corps = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{case}</text:p></table:table-cell>" for case in cases)
        + "</table:table-row>"
        for cases in lignes
    )
    lu = lire_odt(odt(f"<table:table><table:table-header-rows>{corps}</table:table-header-rows></table:table>"))
    assert [(un.locuteur, un.texte) for un in lu.paragraphes] == lignes


# --- de vrais documents --------------------------------------------------------------------------------------------

RICHE = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>t</title></head><body>
<h1>Entretien</h1><p><b>Claire&nbsp;:</b> Ça <i>va</i>&nbsp;?<p><b>Rose :</b> On ressaisit<br>tout.
<p><b>Claire :</b> Bien.<p><b>Rose :</b> Oui.</body></html>"""


@pytest.fixture(scope="session")
def bureau(convertir, entretien_simple, tmp_path_factory) -> Path:
    """Des documents que LibreOffice a écrits, dans les deux formats, à partir des mêmes sources."""
    dossier = tmp_path_factory.mktemp("bureau")
    (dossier / "simple.txt").write_text(entretien_simple, encoding="utf-8")
    (dossier / "page.html").write_text(RICHE, encoding="utf-8")
    convertir("odt", dossier, dossier / "simple.txt")
    convertir("odt", dossier, dossier / "page.html", infilter="HTML (StarWriter)")
    convertir("docx", dossier, dossier / "simple.txt", dossier / "page.odt")
    return dossier


@pytest.mark.parametrize("extension", ["docx", "odt"])
def test_un_vrai_document_rend_les_memes_tours_que_le_texte(extension, bureau, paroles, tours_simples):
    entretien = lire_entretien(bureau / f"simple.{extension}")
    assert entretien == lire_entretien(bureau / "simple.txt")
    assert paroles(entretien) == tours_simples


@pytest.mark.parametrize("extension", ["docx", "odt"])
def test_un_document_venu_du_web_rend_ses_tours(extension, bureau, paroles):
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
    ("extension", "autre", "piece"), [("docx", "odt", "word/document.xml"), ("odt", "docx", "content.xml")]
)
def test_un_vrai_document_renomme_est_refuse(extension, autre, piece, bureau, tmp_path):
    (tmp_path / f"a.{extension}").write_bytes((bureau / f"simple.{autre}").read_bytes())
    with pytest.raises(ErreurDonnees, match=f"la pièce {piece} manque : ce n'est pas le format que son nom annonce"):
        lire_entretien(tmp_path / f"a.{extension}")


# --- hostile -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entree", "message", "remede"),
    [
        (
            '<m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry>',
            "mot de passe",
            "sans mot de passe",
        ),
        ('<m:file-entry m:full-path="Basic/Standard/Module1.xml"/>', "document à macros", "sans macros"),
        ('<m:file-entry m:full-path="Scripts/python/a.py"/>', "document à macros", "sans macros"),
    ],
)
def test_un_document_protege_ou_a_macros_est_refuse_clairement(entree, message, remede, zipper):
    manifeste = f'<m:manifest xmlns:m="{MANIFESTE}">{entree}</m:manifest>'
    with pytest.raises(IllisibleError, match=message) as prise:
        lire_odt(zipper({"META-INF/manifest.xml": manifeste, "content.xml": "chiffré"}))
    assert remede in prise.value.remede


def test_un_dossier_de_macros_vide_ne_fait_pas_refuser_un_document(zipper, odt):
    manifeste = f'<m:manifest xmlns:m="{MANIFESTE}"><m:file-entry m:full-path="Basic/"/></m:manifest>'
    contenu = '<a xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><text:p>oui</text:p></a>'
    assert dits(lire_odt(zipper({"META-INF/manifest.xml": manifeste, "content.xml": contenu}))) == ["oui"]


def test_un_document_de_milliers_de_paragraphes_se_lit(odt):
    corps = "<text:p>oui<office:annotation><text:p>non</text:p></office:annotation></text:p>" * 3000
    lu = lire_odt(odt(corps))
    assert dits(lu) == ["oui"] * 3000
    assert lu.constats == ("3000 commentaires laissés de côté",)


_MORCEAU = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1)
_PROPRE = _MORCEAU.map(lambda texte: texte.replace("&", "").replace("<", "")).filter(str.strip)
_EMPLOIS = {
    "simple": "<text:p>{}</text:p>",
    "titre": "<text:h text:outline-level='1'>{}</text:h>",
    "portion": "<text:p><text:span>{}</text:span></text:p>",
    "liste": "<text:list><text:list-item><text:p>{}</text:p></text:list-item></text:list>",
    "case": "<table:table><table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>"
    "</table:table>",
    "cadre": "<text:p><draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></text:p>",
    "section": "<text:section><text:p>{}</text:p></text:section>",
    "supprime": "<text:tracked-changes><text:changed-region><text:deletion><text:p>{}</text:p></text:deletion>"
    "</text:changed-region></text:tracked-changes>",
    "commente": "<text:p><office:annotation><text:p>{}</text:p></office:annotation></text:p>",
}
_LAISSES = {"supprime": "suppression", "commente": "commentaire"}


@given(morceaux=st.lists(st.tuples(st.sampled_from(sorted(_EMPLOIS)), _PROPRE), max_size=8))
def test_toutes_les_lettres_sont_lues_dans_l_ordre_ou_comptees(morceaux, odt, lettres):
    lu = lire_odt(odt("".join(_EMPLOIS[emploi].format(texte) for emploi, texte in morceaux)))
    gardes = [texte for emploi, texte in morceaux if emploi not in _LAISSES]
    assert lettres("".join(dits(lu))) == lettres("".join(gardes))
    for emploi, mot in _LAISSES.items():
        fois = sum(un == emploi for un, _ in morceaux)
        assert any(re.match(rf"{fois} .*{mot}", constat) for constat in lu.constats) == bool(fois)


_ELEMENTS = st.sampled_from(
    [
        "text:p",
        "text:h",
        "text:span",
        "text:list",
        "text:list-item",
        "text:list-header",
        "text:note",
        "text:note-body",
        "text:note-citation",
        "table:table",
        "table:table-row",
        "table:table-cell",
        "draw:frame",
        "draw:text-box",
        "text:s",
        "text:tracked-changes",
        "text:deletion",
        "office:annotation",
        "style:style",
        "style:text-properties",
        "text:list-style",
        "text:list-level-style-number",
    ]
)
_ARBRES = st.recursive(
    st.just("oui"),
    lambda enfants: st.builds(
        lambda nom, dedans: (
            f"<{nom} text:level='1' text:c='x' style:name='a' text:style-name='a'>{''.join(dedans)}</{nom}>"
        ),
        _ELEMENTS,
        st.lists(enfants, max_size=4),
    ),
    max_leaves=25,
)


@settings(max_examples=300)
@given(corps=_ARBRES, styles=_ARBRES)
def test_des_elements_dans_n_importe_quel_ordre_ne_font_rien_tomber(corps, styles, odt):
    assert all(dits(lire_odt(odt(corps, styles))))
