"""Le classeur : deux feuilles, des textes qui restent des textes, les mêmes octets."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree as ET

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from ess_analyse.echanges.classeur import en_classeur

XLSX = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LISEZ_MOI = [("Étude", "Essai"), ("Diffusion", "Ne le déposez pas.")]
TABLE = pd.DataFrame(
    {
        "code": ["R-SENS", "O-SENS"],
        "score": pd.array([0.82, None], "Float64"),
        "lien": ["../_site/v.html#v-E01-0-3", ""],
    }
)


def lire(octets: bytes, feuille: str) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(octets)).get_sheet_by_name(feuille).to_python()


def piece(octets: bytes, nom: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        return ET.fromstring(archive.read(nom))


def test_lisez_moi_vient_en_premier():
    octets = en_classeur("Citations", TABLE, LISEZ_MOI, {})
    assert CalamineWorkbook.from_filelike(io.BytesIO(octets)).sheet_names == ["Lisez-moi", "Citations"]
    assert lire(octets, "Lisez-moi") == [list(ligne) for ligne in LISEZ_MOI]


def test_un_nombre_est_un_nombre_et_un_vide_reste_vide():
    lignes = lire(en_classeur("Citations", TABLE, LISEZ_MOI, {}), "Citations")
    assert lignes == [["code", "score", "lien"], ["R-SENS", 0.82, "../_site/v.html#v-E01-0-3"], ["O-SENS", "", ""]]


def test_filtre_volet_fige_largeurs_et_renvoi_a_la_ligne():
    octets = en_classeur("Citations", TABLE, LISEZ_MOI, {"code": 42})
    feuille, styles = piece(octets, "xl/worksheets/sheet2.xml"), piece(octets, "xl/styles.xml")
    assert feuille.find(f"{XLSX}autoFilter").get("ref") == "A1:C3"
    volet = feuille.find(f".//{XLSX}pane")
    assert (volet.get("state"), volet.get("ySplit"), volet.get("topLeftCell")) == ("frozen", "1", "A2")
    largeurs = [float(colonne.get("width")) for colonne in feuille.iter(f"{XLSX}col")]
    assert 42 <= largeurs[0] < 43.5
    assert all(alignement.get("wrapText") == "1" for alignement in styles.iter(f"{XLSX}alignment"))


def test_un_lien_relatif_mene_au_fichier_voisin_et_a_son_ancre():
    octets = en_classeur("Citations", TABLE, LISEZ_MOI, {})
    relations = piece(octets, "xl/worksheets/_rels/sheet2.xml.rels")
    (cible,) = [relation.get("Target") for relation in relations]
    assert cible.replace("\\", "/") == "../_site/v.html"
    (lien,) = piece(octets, "xl/worksheets/sheet2.xml").iter(f"{XLSX}hyperlink")
    assert (lien.get("ref"), lien.get("location")) == ("C2", "v-E01-0-3")


def test_un_lien_du_web_est_garde_tel_quel():
    table = TABLE.assign(lien=["https://exemple.invalid/rapports/verbatims.html#v-E01-0-3", ""])
    (relation,) = piece(en_classeur("Citations", table, LISEZ_MOI, {}), "xl/worksheets/_rels/sheet2.xml.rels")
    assert relation.get("Target") == "https://exemple.invalid/rapports/verbatims.html"


def test_aucune_cellule_n_est_une_formule():
    table = pd.DataFrame(
        {"citation": ["=1+1", "{=A1}", "+33", "-2", "@SUM(A1)", "http://exemple.invalid", "12", "vrai"]}
    )
    octets = en_classeur("Citations", table, [("=1+1", "=A1")], {})
    for feuille in ("sheet1", "sheet2"):
        racine = piece(octets, f"xl/worksheets/{feuille}.xml")
        assert not list(racine.iter(f"{XLSX}f"))
        assert {cellule.get("t") for cellule in racine.iter(f"{XLSX}c")} == {"s"}
    assert [ligne[0] for ligne in lire(octets, "Citations")[1:]] == list(table["citation"])


def test_une_cellule_trop_longue_pour_un_tableur_est_coupee_sans_echec():
    lignes = lire(en_classeur("Citations", pd.DataFrame({"citation": ["é" * 40_000]}), LISEZ_MOI, {}), "Citations")
    assert lignes[1][0] == "é" * 32_767


def test_deux_ecritures_donnent_les_memes_octets_et_aucune_date_d_horloge():
    un, deux = (en_classeur("Citations", TABLE, LISEZ_MOI, {}) for _ in range(2))
    assert un == deux
    with zipfile.ZipFile(io.BytesIO(un)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        dates = set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", archive.read("docProps/core.xml").decode()))
    assert dates == {"2000-01-01T00:00:00Z"}


def test_une_table_vide_a_encore_ses_titres():
    octets = en_classeur("Citations", TABLE.iloc[:0], LISEZ_MOI, {})
    assert lire(octets, "Citations") == [["code", "score", "lien"]]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1), min_size=1))
def test_tout_texte_revient_tel_quel(textes):
    table = pd.DataFrame({"citation": textes}, dtype="str")
    lignes = lire(en_classeur("Citations", table, LISEZ_MOI, {}), "Citations")
    assert [ligne[0] for ligne in lignes[1:]] == textes
