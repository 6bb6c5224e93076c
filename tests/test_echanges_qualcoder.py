import random
import sqlite3
import unicodedata
from contextlib import closing
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.echanges import lignes, qualcoder
from ess_analyse.echanges.lignes import Mesure
from ess_analyse.echanges.projet import INCONNUE
from ess_analyse.echanges.qualcoder import lire_qualcoder
from ess_analyse.echanges.refi.conventions import decrire
from ess_analyse.erreurs import ErreurDonnees

SCHEMA = (Path(__file__).parent / "donnees" / "qualcoder" / "projet.sql").read_text(encoding="utf-8")
TABLES = SCHEMA.partition("INSERT INTO")[0]
E01 = "Élodie : Ben oui 🙂, on ressaisit tout.\nDeux fois, à la main.\n"
E02 = "Léo : La caisse marche.\nOn est formés 🎉, à peine."


@pytest.fixture
def fabriquer(tmp_path):
    """Écrire un projet : le fictif des données, changé par du SQL."""

    def faire(*requetes, dossier="etude.qda", schema=SCHEMA):
        chemin = tmp_path / dossier / "data.qda"
        chemin.parent.mkdir(exist_ok=True)
        chemin.unlink(missing_ok=True)
        with closing(sqlite3.connect(chemin)) as connexion:
            connexion.executescript(schema)
            for requete, *valeurs in requetes:
                connexion.execute(requete, valeurs)
            connexion.commit()
        return chemin.parent

    return faire


@pytest.fixture
def coder(fabriquer):
    """Coder un texte : ``coder(texte, (debut, fin, mots), …)`` rend les codages."""

    def faire(texte, *poses):
        requetes = [
            ("INSERT INTO source (id, name, fulltext) VALUES (1, 'a', ?)", texte),
            ("INSERT INTO code_name (cid, name) VALUES (1, 'Sens')",),
            *[
                ("INSERT INTO code_text (cid, fid, pos0, pos1, seltext, owner) VALUES (1, 1, ?, ?, ?, 'ana')", *p)
                for p in poses
            ],
        ]
        return lire_qualcoder(fabriquer(*requetes, schema=TABLES))

    return faire


def refus(chemin) -> str:
    with pytest.raises(ErreurDonnees) as capture:
        lire_qualcoder(chemin)
    return str(capture.value)


def dire(projet) -> set[tuple[str, str]]:
    return {(probleme.message.replace("\u00a0", " "), probleme.valeur) for probleme in projet.ecartes}


def test_un_projet_se_lit_dossier_ou_fichier(fabriquer):
    dossier = fabriquer()
    projet = lire_qualcoder(dossier)
    assert projet.codages.equals(lire_qualcoder(dossier / "data.qda").codages)
    assert projet.fichier.endswith("etude.qda")


def test_les_textes_sont_propres(fabriquer):
    """La marque d'ordre que QualCoder garde et les CR LF n'y sont plus."""
    sources = lire_qualcoder(fabriquer()).sources
    assert [(source.nom, source.texte) for source in sources] == [("E01.txt", E01), ("E02.txt", E02)]


def test_souris_et_codage_automatique_tombent_sur_leurs_mots(fabriquer):
    codages = lire_qualcoder(fabriquer()).codages
    trouves = codages[codages["debut"] > INCONNUE]
    assert trouves[["source", "debut", "texte", "codeur", "code"]].values.tolist() == [
        ["E01.txt", 20, "on ressaisit tout.\nDeux fois", "ana", "Charge"],
        ["E01.txt", 39, "Deux fois", "bob", "Charge"],
        ["E01.txt", 50, "à la main", "bob", "Santé"],
        ["E02.txt", 6, "La caisse marche.", "ana", "Soutien"],
        ["E02.txt", 24, "On est formés", "bob", "-"],
        ["E02.txt", 41, "à peine", "bob", "Soutien"],
    ]
    textes = {"E01.txt": E01, "E02.txt": E02}
    assert all(textes[c.source][c.debut : c.fin] == c.texte for c in trouves.itertuples())
    assert trouves.iloc[0]["date"] == "2026-03-02 10:00:00"


def test_des_mots_que_le_texte_n_a_plus_font_foi(fabriquer):
    perdu = lire_qualcoder(fabriquer()).codages.iloc[0]
    assert perdu[["debut", "fin", "texte", "code"]].tolist() == [INCONNUE, INCONNUE, "on saisissait tout", "Santé"]


def test_categories_et_codes(fabriquer):
    codes = lire_qualcoder(fabriquer()).codes
    assert codes.values.tolist() == [
        ["Charge", "Charge", "Risque / Travail", "Trop de travail"],
        ["Santé", "Santé", "Risque", ""],
        ["Soutien", "Soutien", "", ""],
    ]


def test_une_annotation_rejoint_les_codages_de_la_meme_personne(fabriquer):
    codages = lire_qualcoder(fabriquer()).codages.set_index(["texte", "codeur"])
    assert codages.loc[("on ressaisit tout.\nDeux fois", "ana"), "memo"] == "À revoir\n\nLe mot revient souvent"
    assert codages.loc[("Deux fois", "bob"), "memo"] == ""


def test_la_description_que_notre_export_donne_a_un_passage_n_est_pas_un_memo(fabriquer):
    """QualCoder, qui importe notre projet, fait de la description de chaque passage le mémo de ses codages."""
    dit = decrire({"Charge": "0.82:indices:tout", "Santé": "humain", "-": "humain"}, "À revoir")
    codages = lire_qualcoder(fabriquer(("DELETE FROM annotation",), ("UPDATE code_text SET memo = ?", dit))).codages
    assert set(codages["memo"]) == {"À revoir"}
    assert set(zip(codages["code"], codages["origine"], strict=True)) == {
        ("Charge", "0.82:indices:tout"),
        ("Santé", "humain"),
        ("-", "humain"),
        ("Soutien", ""),
    }


def test_les_variables_d_un_document(fabriquer):
    sources = lire_qualcoder(fabriquer()).sources
    assert sources[0].variables == {
        "mémo": "Entretien du matin",
        "structure": "S1",
        "cas": "Élodie",
        "fonction": "encadrement",
    }
    assert sources[1].variables == {"cas": "Léo"}


def test_deux_cas_dans_un_document(fabriquer):
    dossier = fabriquer(
        ("INSERT INTO case_text (caseid, fid, pos0, pos1) VALUES (2, 1, 0, 3)",),
        ("INSERT INTO attribute (name, attr_type, value, id) VALUES ('fonction', 'case', 'encadrement', 2)",),
    )
    variables = lire_qualcoder(dossier).sources[0].variables
    assert (variables["cas"], variables["fonction"]) == ("Élodie ; Léo", "encadrement")


def test_ce_que_l_etude_ne_peut_tenir_est_dit(fabriquer):
    assert dire(lire_qualcoder(fabriquer())) == {
        ("codages d'un document ou d'un code supprimé, laissés de côté : 1", ""),
        (
            "annotation laissée de côté : la même personne n'a rien codé au même endroit",
            "Élodie → Pseudonyme à vérifier",
        ),
        ("codages d'image ou de page PDF laissés de côté : 2", "affiche.png"),
        ("codages de son ou de vidéo laissés de côté : 1", "reunion.mp3"),
        ("entrées du journal laissées de côté : 1", ""),
        ("mémo de catégorie laissé de côté", "Risque → Ce qui pèse"),
    }


def test_un_projet_d_une_vieille_version(fabriquer):
    """La base v1 n'a ni ctid, ni avid, ni important, ni av_text_id, ni journal."""
    dossier = fabriquer(
        ("CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text)",),
        ("CREATE TABLE code_text (cid integer, fid integer, seltext text, pos0 integer, pos1 integer, owner text)",),
        ("CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text)",),
        ("INSERT INTO source VALUES (1, 'a', 'Ben oui.', NULL, NULL)",),
        ("INSERT INTO code_name VALUES (1, 'Sens', NULL, 4, 'ana')",),
        ("INSERT INTO code_text VALUES (1, 1, 'oui', 4, 7, NULL)",),
        schema="",
    )
    projet = lire_qualcoder(dossier)
    assert projet.codages.values.tolist() == [["a", 4, 7, "oui", "", "Sens", "", "", ""]]
    assert projet.codes.values.tolist() == [["Sens", "Sens", "", ""]]


def test_les_codes_emboites_de_la_version_4(fabriquer):
    dossier = fabriquer(
        ("ALTER TABLE code_name ADD supercid integer",),
        ("UPDATE code_name SET supercid = 1 WHERE cid = 3",),
        ("UPDATE code_name SET supercid = 3, catid = NULL WHERE cid = 2",),
    )
    dossiers = lire_qualcoder(dossier).codes.set_index("nom")["dossier"]
    assert dossiers["Soutien"] == "Risque / Travail / Charge"
    assert dossiers["Santé"] == "Risque / Travail / Charge / Soutien"


def test_des_categories_en_boucle(fabriquer):
    dossier = fabriquer(("UPDATE code_cat SET supercatid = 2 WHERE catid = 1",))
    assert lire_qualcoder(dossier).codes.iloc[0]["dossier"] == "Risque / Travail"


SIGNES = st.text(st.sampled_from("abcdé .…🙂👩\u200d\n"), min_size=1, max_size=40)


@given(data=st.data(), texte=SIGNES, marque=st.booleans(), crlf=st.booleans(), souris=st.booleans())
def test_un_passage_revient_sur_ses_mots(data, texte, marque, crlf, souris):
    """À la souris ou automatique, avec ou sans BOM, LF ou CR LF : les mots sont ceux qui étaient codés."""
    texte = unicodedata.normalize("NFC", texte)
    debut = data.draw(st.integers(0, len(texte) - 1))
    fin = data.draw(st.integers(debut + 1, len(texte)))
    mots = texte[debut:fin]
    brut = "\ufeff" * marque + (texte.replace("\n", "\r\n") if crlf else texte)
    tailles = [len(signe.encode("utf-16-le")) // 2 if souris else 1 + (crlf and signe == "\n") for signe in texte]
    places = [marque + place for place in accumulate(tailles, initial=0)]
    lu = qualcoder._Texte(brut, Mesure("etude.qda"))
    place = lu.situer(
        places[debut], places[fin], mots.replace("\n", "\u2029") if souris else mots.replace("\n", "\r\n")
    )
    assert lu.propre == texte
    assert place[2] == mots.strip()
    if mots.strip():
        assert "".join(texte[place[0] : place[1]].split()) == "".join(mots.split())


def test_un_texte_decompose_revient_compose(coder):
    texte = unicodedata.normalize("NFD", "Été : ça va déjà.")
    debut = texte.index("c")
    codages = coder(texte, (debut, debut + 3, texte[debut : debut + 3])).codages
    assert codages[["debut", "fin", "texte"]].values.tolist() == [[6, 8, "ça"]]


@pytest.mark.parametrize(("pose", "attendu"), [((0, 3, None), "Ben"), ((4, 7, ""), "oui")])
def test_un_codage_sans_mots_garde_sa_position(coder, pose, attendu):
    assert coder("Ben oui.", pose).codages["texte"].tolist() == [attendu]


@pytest.mark.parametrize("pose", [(0, 99, ""), (-3, 2, None), (5, 5, ""), (7, 3, ""), (3, 4, "")])
def test_un_codage_sans_mots_hors_du_texte_est_ecarte(coder, pose):
    projet = coder("Ben oui.", pose)
    assert len(projet.codages) == 0
    assert dire(projet) == {("codages hors du texte, ou sans mots, laissés de côté : 1", "")}


def test_un_document_code_dont_le_texte_manque(coder):
    projet = coder(None, (0, 3, "Ben\u2029oui"))
    assert [source.nom for source in projet.sources] == ["a"]
    assert projet.codages[["debut", "texte"]].values.tolist() == [[INCONNUE, "Ben\noui"]]


def test_un_projet_sans_rien(fabriquer):
    projet = lire_qualcoder(fabriquer(schema=TABLES))
    assert (projet.sources, len(projet.codes), len(projet.codages), projet.ecartes) == ((), 0, 0, ())


# Les fichiers abîmés ou hostiles


def test_ce_qui_n_est_pas_un_projet(fabriquer, tmp_path):
    assert "fichier introuvable" in refus(tmp_path / "absent.qda")
    assert "fichier introuvable" in refus(tmp_path)
    (tmp_path / "texte.qda").write_text("un texte", encoding="utf-8")
    assert "ce n'est pas une base SQLite" in refus(tmp_path / "texte.qda")
    assert "une table manque (« source »)" in refus(fabriquer(schema="CREATE TABLE t (a);"))


@pytest.mark.parametrize(
    ("requete", "message"),
    [
        ("DROP TABLE code_text", "une table manque (« code_text »)"),
        ("ALTER TABLE code_name RENAME COLUMN cid TO c", "une colonne manque (« code_name.cid »)"),
        ("UPDATE code_text SET pos0 = 'x'", "type inattendu (« code_text.pos0 »)"),
        ("UPDATE source SET fulltext = x'00ff' WHERE id = 1", "type inattendu (« source.fulltext »)"),
    ],
)
def test_une_base_qui_n_a_pas_la_bonne_forme(fabriquer, requete, message):
    assert message in refus(fabriquer((requete,)))


def test_une_vue_a_la_place_d_une_table(fabriquer):
    dossier = fabriquer(
        ("ALTER TABLE annotation RENAME TO autre",),
        ("CREATE VIEW annotation AS SELECT * FROM autre",),
    )
    projet = lire_qualcoder(dossier)
    assert not any("annotation" in probleme.message for probleme in projet.ecartes)


def test_un_projet_ouvert_dans_qualcoder(fabriquer):
    dossier = fabriquer()
    (dossier / "data.qda-journal").write_bytes(b"x")
    assert "encore ouvert" in refus(dossier)


@pytest.mark.parametrize("borne", ["CHEMINS", "_CROISEMENTS"])
def test_un_projet_demesure(fabriquer, monkeypatch, borne):
    monkeypatch.setattr(qualcoder, borne, 5)
    assert "projet démesuré" in refus(fabriquer())


def test_des_attributs_demesures(fabriquer, monkeypatch):
    monkeypatch.setattr(qualcoder, "_CROISEMENTS", 5)
    assert "projet démesuré" in refus(fabriquer(("DELETE FROM annotation",)))


def test_de_longues_annotations_repetees_sont_refusees_avant_d_etre_citees(fabriquer, monkeypatch):
    pose = "INSERT INTO annotation (fid, pos0, pos1, memo, owner) VALUES (1, 0, 60, 'x', ?)"
    monkeypatch.setattr(lignes, "_SIGNES", 2_000)
    assert len(lire_qualcoder(fabriquer(*((pose, f"zoe {rang}") for rang in range(10)))).codages) == 7
    assert "projet démesuré" in refus(fabriquer(*((pose, f"zoe {rang}") for rang in range(40))))


def test_trop_de_facons_de_compter_essayees_sont_refusees(fabriquer, monkeypatch):
    monkeypatch.setattr(lignes, "_ESSAIS", 20)
    assert "projet démesuré" in refus(fabriquer())


def test_une_position_enorme_ne_coute_que_la_longueur_du_texte(coder, monkeypatch):
    monkeypatch.setattr(lignes, "_SIGNES", 100)
    assert dire(coder("On trie.", (0, 10**12, "On trie."), (5, 2, "trie"))) == set()


def test_des_octets_changes_sont_lus_ou_refuses(fabriquer):
    chemin = fabriquer() / "data.qda"
    octets, tirage, lus = chemin.read_bytes(), random.Random(3), 0
    pleines = [rang for rang in range(0, len(octets), 256) if octets[rang : rang + 256].strip(b"\0")]
    for _ in range(200):
        change = bytearray(octets)
        for _ in range(tirage.choice((1, 2, 8))):
            change[tirage.choice(pleines) + tirage.randrange(256)] = tirage.randrange(256)
        chemin.write_bytes(change)
        try:
            projet = lire_qualcoder(chemin)
        except ErreurDonnees:
            continue
        lus += 1
        textes = {source.nom: source.texte for source in projet.sources}
        for codage in projet.codages[projet.codages["debut"] > INCONNUE].itertuples():
            assert textes[codage.source][codage.debut : codage.fin] == codage.texte
    assert 0 < lus < 200
