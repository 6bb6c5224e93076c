import re
import unicodedata
import uuid
import zipfile
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, Place
from ess_analyse.echanges.refi import exporter_qdc, exporter_qdpx
from ess_analyse.segments import segmenter

ESPACES = {"p": "urn:QDA-XML:project:1.0", "c": "urn:QDA-XML:codebook:1.0"}
# The sequences of Project.xsd and Codebook.xsd (2019), for the elements that we write.
ORDRES = {
    "Project": [
        "Users",
        "CodeBook",
        "Variables",
        "Cases",
        "Sources",
        "Notes",
        "Links",
        "Sets",
        "Graphs",
        "Description",
        "NoteRef",
    ],
    "Users": ["User"],
    "CodeBook": ["Codes", "Sets"],
    "Codes": ["Code"],
    "Code": ["Description", "NoteRef", "Code"],
    "Variables": ["Variable"],
    "Variable": ["Description"],
    "Cases": ["Case"],
    "Case": ["Description", "CodeRef", "VariableValue", "SourceRef", "SelectionRef"],
    "VariableValue": ["VariableRef", "TextValue"],
    "Sources": ["TextSource"],
    "TextSource": ["Description", "PlainTextContent", "PlainTextSelection", "Coding", "NoteRef", "VariableValue"],
    "PlainTextSelection": ["Description", "Coding", "NoteRef"],
    "Coding": ["CodeRef", "NoteRef"],
}
EXIGES = {
    "Project": {"name"},
    "User": {"guid"},
    "Code": {"guid", "name", "isCodable"},
    "Variable": {"guid", "name", "typeOfVariable"},
    "Case": {"guid"},
    "TextSource": {"guid"},
    "PlainTextSelection": {"guid", "startPosition", "endPosition"},
    "Coding": {"guid"},
    "CodeRef": {"targetGUID"},
    "SourceRef": {"targetGUID"},
    "VariableRef": {"targetGUID"},
}


def code(nom, libelle="Sens", **autres):
    champs = {
        "definition": "Ce que c'est.",
        "inclure": ("Ceci.",),
        "exclure": (),
        "exemples": ("Dit ainsi.",),
        "contre_exemples": (),
        "indices": (),
    } | autres
    return Code(nom, "prisme" if nom[0] == "P" else "theme", libelle, **champs)


GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    (
        code("R-SENS"),
        code("R-CHARGE", "Charge\x0b & temps <perdu>", definition="Trop\x00 long."),
        code("O-SENS"),
        code("P-GESTION", "Gestion"),
    ),
)


@pytest.fixture(scope="module")
def corpus(composer):
    return composer(
        E01="Enquêtrice : Ça va ?\n\nMarion : Ben oui 🙂 enfin. On ressaisit tout, l’été.",
        E02="Léo : La caisse marche.",
        O01="9 h. Le tiroir.",
    )


@pytest.fixture(scope="module")
def codages(corpus):
    segments = list(segmenter(corpus)["segment"])
    lignes = [
        (segments[1], "ana", "R-SENS"),
        (segments[1], "ana", "O-SENS"),
        (segments[1], "bob", "R-SENS"),
        (segments[2], "ana", "R-CHARGE"),
        (segments[2], "bob", "-"),
        (segments[3], "bob", "P-GESTION"),
    ]
    return pd.DataFrame([(*ligne, "humain") for ligne in lignes], columns=CODAGES)


@pytest.fixture
def relire(tmp_path, corpus, codages):
    def faire(corpus=corpus, grille=GRILLE, codages=codages):
        assert exporter_qdpx(tmp_path / "etude.qdpx", corpus, grille, codages)
        archive = zipfile.ZipFile(tmp_path / "etude.qdpx")
        pieces = {nom: archive.read(nom) for nom in archive.namelist()}
        archive.close()
        return ET.fromstring(pieces["project.qde"]), pieces

    return faire


def nom_de(element):
    return element.tag.partition("}")[2]


def verifier_schema(racine):
    for parent in racine.iter():
        rangs = [ORDRES[nom_de(parent)].index(nom_de(enfant)) for enfant in parent]
        assert rangs == sorted(rangs), nom_de(parent)
        assert EXIGES.get(nom_de(parent), set()) <= set(parent.attrib), nom_de(parent)
        assert len(parent) or nom_de(parent) not in ("Users", "Codes", "Variables", "Cases", "Sources")


def test_le_projet_suit_l_ordre_et_les_attributs_du_schema(relire):
    projet, _ = relire()
    assert projet.tag == "{urn:QDA-XML:project:1.0}Project"
    assert projet.get("origin").startswith("ess_analyse ")
    assert [nom_de(enfant) for enfant in projet] == ["Users", "CodeBook", "Variables", "Cases", "Sources"]
    verifier_schema(projet)


def test_chaque_texte_est_celui_du_corpus_sans_marque_ni_retour_chariot(relire, corpus):
    projet, pieces = relire()
    textes = {}
    for source in projet.iterfind(".//p:TextSource", ESPACES):
        assert source.get("plainTextPath") == f"internal://{source.get('guid')}.txt"
        octets = pieces[f"sources/{source.get('guid')}.txt"]
        assert not octets.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in octets
        textes[source.get("name")] = octets.decode("utf-8")
    assert textes == {entretien.identifiant: entretien.texte for entretien in corpus}
    assert len(pieces) == 1 + len(corpus)


def test_les_positions_rendent_les_mots_codes(relire, corpus, codages):
    projet, pieces = relire()
    noms = {c.get("guid"): c.get("name").split()[0] for c in projet.iterfind(".//p:Code", ESPACES)}
    codeurs = {u.get("guid"): u.get("name") for u in projet.iterfind(".//p:User", ESPACES)}
    relus = set()
    for source in projet.iterfind(".//p:TextSource", ESPACES):
        texte = pieces[f"sources/{source.get('guid')}.txt"].decode("utf-8")
        for selection in source.iterfind("p:PlainTextSelection", ESPACES):
            place = Place(source.get("name"), int(selection.get("startPosition")), int(selection.get("endPosition")))
            assert texte[place.debut : place.fin] == corpus.extrait(place)
            relus |= {
                (str(place), codeurs[c.get("creatingUser")], noms[c[0].get("targetGUID")])
                for c in selection.iterfind("p:Coding", ESPACES)
            }
    attendus = {(ligne.segment, ligne.codeur, ligne.code) for ligne in codages.itertuples() if ligne.code != "-"}
    assert relus == attendus
    assert "On ressaisit tout, l’été." in {corpus.extrait(segment) for segment, _, _ in relus}


def test_chaque_codeur_a_une_selection_par_phrase_datee_et_signee(relire):
    projet, _ = relire()
    selections = projet.findall(".//p:PlainTextSelection", ESPACES)
    cles = [(s.get("name"), s.get("creatingUser")) for s in selections]
    assert len(cles) == len(set(cles)) == 4
    autres = [*projet.iterfind(".//p:Coding", ESPACES), *projet.iterfind(".//p:TextSource", ESPACES)]
    for element in [*selections, *autres]:
        assert element.get("creationDateTime") == "2000-01-01T00:00:00Z"
    for selection in selections:
        assert {coding.get("creatingUser") for coding in selection} == {selection.get("creatingUser")}


def test_les_guid_sont_uniques_et_les_renvois_trouvent_leur_cible(relire):
    projet, _ = relire()
    guids = [element.get("guid") for element in projet.iter() if element.get("guid")]
    assert len(guids) == len(set(guids))
    assert {uuid.UUID(guid).version for guid in guids} == {5}
    for element in projet.iter():
        for cle in ("targetGUID", "creatingUser", "creatingUserGUID"):
            assert element.get(cle) in {None, *guids}


def test_les_codes_sont_ranges_en_dossiers_sous_des_noms_uniques(relire):
    projet, _ = relire()
    dossiers = projet.findall("p:CodeBook/p:Codes/p:Code", ESPACES)
    assert [(d.get("name"), d.get("isCodable")) for d in dossiers] == [
        ("Risque", "false"),
        ("Opportunité", "false"),
        ("Prisme", "false"),
    ]
    codes = [c for dossier in dossiers for c in dossier.iterfind("p:Code", ESPACES)]
    assert {c.get("isCodable") for c in codes} == {"true"}
    assert [c.get("name") for c in codes] == [
        "R-SENS Sens",
        "R-CHARGE Charge & temps <perdu>",
        "O-SENS Sens",
        "P-GESTION Gestion",
    ]
    assert all(re.fullmatch("#[0-9A-F]{6}", c.get("color")) for c in codes)
    assert codes[0].find("p:Description", ESPACES).text == (
        "Ce que c'est.\n\nInclure\u00a0:\n- Ceci.\n\nExemples\u00a0:\n- Dit ainsi."
    )


def test_les_documents_sont_decrits_par_des_variables(relire):
    projet, _ = relire()
    variables = {v.get("guid"): v.get("name") for v in projet.iterfind(".//p:Variable", ESPACES)}
    cas = projet.find("p:Cases/p:Case[@name='O01']", ESPACES)
    valeurs = {variables[v[0].get("targetGUID")]: v[1].text for v in cas.iterfind("p:VariableValue", ESPACES)}
    assert valeurs == {
        "type": "observation",
        "structure": "S1",
        "fonction": "direction",
        "date": "2025-03",
        "diffusion": "publique",
    }


def test_deux_exports_sont_identiques_a_l_octet_quel_que_soit_l_ordre_des_codages(tmp_path, corpus, codages):
    exporter_qdpx(tmp_path / "a.qdpx", corpus, GRILLE, codages)
    exporter_qdpx(tmp_path / "b.qdpx", corpus, GRILLE, codages.iloc[::-1])
    assert (tmp_path / "a.qdpx").read_bytes() == (tmp_path / "b.qdpx").read_bytes()
    assert exporter_qdpx(tmp_path / "a.qdpx", corpus, GRILLE, codages) is False
    with zipfile.ZipFile(tmp_path / "a.qdpx") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        noms = archive.namelist()
    assert noms == ["project.qde", *sorted(noms[1:])]


def test_un_texte_corrige_change_de_guid_les_autres_le_gardent(relire, composer, codages):
    avant, _ = relire()
    apres, _ = relire(
        composer(E01="Marion : Autre chose.", E02="Léo : La caisse marche.", O01="9 h. Le tiroir."),
        codages=codages.iloc[:0],
    )
    anciens, nouveaux = (
        {s.get("name"): s.get("guid") for s in projet.iterfind(".//p:TextSource", ESPACES)} for projet in (avant, apres)
    )
    assert [nom for nom in anciens if anciens[nom] == nouveaux[nom]] == ["E02", "O01"]


def test_sans_codage_ni_document_le_projet_reste_conforme(relire, composer, codages):
    for corpus in (composer(), composer(E01="Marion : Oui.")):
        projet, _ = relire(corpus, codages=codages.iloc[:0])
        verifier_schema(projet)
        assert [user.get("name") for user in projet.iterfind(".//p:User", ESPACES)] == ["ess_analyse"]


@given(
    texte=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=40),
    codeur=st.text(min_size=1, max_size=8),
)
def test_tout_texte_et_tout_nom_donnent_un_xml_sain_et_des_positions_justes(tmp_path_factory, composer, texte, codeur):
    texte = unicodedata.normalize("NFC", f"Marion : a{texte}z")
    corpus = composer(E01=texte)
    chemin = tmp_path_factory.mktemp("refi") / "etude.qdpx"
    lignes = [(segment, codeur, "R-SENS", "humain") for segment in segmenter(corpus)["segment"]]
    codages = pd.DataFrame(lignes, columns=CODAGES)
    exporter_qdpx(chemin, corpus, GRILLE, codages)
    with zipfile.ZipFile(chemin) as archive:
        projet = ET.fromstring(archive.read("project.qde"))
        relu = archive.read(archive.namelist()[1]).decode("utf-8")
    assert relu == corpus["E01"].texte
    bornes = [
        (int(s.get("startPosition")), int(s.get("endPosition")))
        for s in projet.iterfind(".//p:PlainTextSelection", ESPACES)
    ]
    assert bornes == sorted(Place.lire(segment)[1:] for segment in codages["segment"])


def test_des_codages_qui_ne_designent_rien_sont_refuses_ensemble(tmp_path, corpus):
    lignes = [
        ("E01:9-12", "ana", "R-SEN", "humain"),
        ("E99:0-3", "ana", "R-SENS", "humain"),
        ("E02:6-999", "ana", "R-SENS", "humain"),
    ]
    with pytest.raises(ErreurDonnees) as erreur:
        exporter_qdpx(tmp_path / "etude.qdpx", corpus, GRILLE, pd.DataFrame(lignes, columns=CODAGES))
    assert [(p.message.split(",")[0], p.valeur) for p in erreur.value.problemes] == [
        ("code inconnu", "R-SEN"),
        ("E02:6-999 sort du texte", ""),
        ("entretien inconnu", "E99:0-3"),
    ]
    assert not (tmp_path / "etude.qdpx").exists()


def test_la_grille_seule_porte_les_memes_guid_que_le_projet(tmp_path, relire):
    assert exporter_qdc(tmp_path / "grille.qdc", GRILLE) is True
    assert exporter_qdc(tmp_path / "grille.qdc", GRILLE) is False
    octets = (tmp_path / "grille.qdc").read_bytes()
    racine = ET.fromstring(octets)
    assert octets.startswith(b"<?xml")
    assert racine.tag == "{urn:QDA-XML:codebook:1.0}CodeBook"
    assert racine.get("origin").startswith("ess_analyse ")
    verifier_schema(racine)
    projet, _ = relire()
    assert [c.get("guid") for c in racine.iterfind(".//c:Code", ESPACES)] == [
        c.get("guid") for c in projet.iterfind(".//p:Code", ESPACES)
    ]
