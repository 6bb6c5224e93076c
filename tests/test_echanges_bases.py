import random
import sqlite3
from contextlib import closing

import pytest

from ess_analyse.echanges import bases
from ess_analyse.echanges.bases import est_base, ouvrir_base
from ess_analyse.erreurs import ErreurDonnees

COLONNES = {"id": int, "nom": str}


@pytest.fixture
def fabriquer(tmp_path):
    """Écrire une base : ``fabriquer("CREATE TABLE …")``."""

    def faire(script: str = "", nom: str = "projet.sqlite3"):
        chemin = tmp_path / nom
        with closing(sqlite3.connect(chemin)) as connexion:
            connexion.executescript("CREATE TABLE t (id integer, nom text); INSERT INTO t VALUES (1, 'Été');" + script)
            connexion.commit()
        return chemin

    return faire


def lire(chemin, table="t", colonnes=COLONNES, facultatives=None, **options):
    with ouvrir_base(chemin) as base:
        return base.lire(table, colonnes, facultatives, **options)


def refus(chemin, *arguments, **options) -> str:
    with pytest.raises(ErreurDonnees) as capture:
        lire(chemin, *arguments, **options)
    return str(capture.value)


def test_une_base_saine_est_lue(fabriquer):
    assert lire(fabriquer()) == [{"id": 1, "nom": "Été"}]


def test_lire_ne_change_ni_la_base_ni_son_dossier(fabriquer):
    chemin = fabriquer()
    avant = chemin.read_bytes(), chemin.stat().st_mtime_ns
    lire(chemin)
    assert (chemin.read_bytes(), chemin.stat().st_mtime_ns) == avant
    assert list(chemin.parent.iterdir()) == [chemin]


def test_un_nom_qui_ressemble_a_une_adresse(fabriquer):
    assert lire(fabriquer(nom="a?mode=rwc&x#y %41 é.db"))


def test_une_colonne_ou_une_table_facultative_manque(fabriquer):
    chemin = fabriquer("INSERT INTO t VALUES (2, NULL);")
    lignes = lire(chemin, colonnes={"id": int}, facultatives={"nom": str, "autre": str, "rang": int})
    assert lignes[1] == {"id": 2, "nom": "", "autre": "", "rang": None}
    assert lire(chemin, "absente", exigee=False) == []


def test_les_colonnes_demandees_et_elles_seules(fabriquer):
    assert lire(fabriquer(), colonnes={"nom": str}) == [{"nom": "Été"}]


def test_un_utf_16_se_lit_pareil(tmp_path):
    with closing(sqlite3.connect(tmp_path / "b.db")) as connexion:
        connexion.executescript(
            "PRAGMA encoding='UTF-16'; CREATE TABLE t (id, nom); INSERT INTO t VALUES (1, 'Été 🙂');"
        )
    assert lire(tmp_path / "b.db")[0]["nom"] == "Été 🙂"


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        (None, "fichier introuvable"),
        (b"", "ce n'est pas une base SQLite"),
        (b"PK\x03\x04 un zip", "ce n'est pas une base SQLite"),
        (b"SQLite format 3\0", "projet tronqué ou abîmé"),
        (b"SQLite format 3\0" + b"\xff" * 5000, "projet tronqué ou abîmé"),
    ],
)
def test_ce_qui_n_est_pas_une_base(tmp_path, contenu, message):
    chemin = tmp_path / "faux.sqlite3"
    if contenu is not None:
        chemin.write_bytes(contenu)
    assert message in refus(chemin)
    assert est_base(chemin) is (contenu or b"").startswith(b"SQLite format 3\0")


def test_un_dossier_n_est_pas_une_base(tmp_path):
    assert "fichier introuvable" in refus(tmp_path)
    assert not est_base(tmp_path)


@pytest.mark.parametrize(("table", "valeur"), [("absente", "absente"), ("vue", "vue"), ("fictive", "fictive")])
def test_une_table_qui_n_en_est_pas_une(fabriquer, table, valeur):
    chemin = fabriquer(
        "CREATE VIEW vue AS SELECT * FROM t; CREATE VIRTUAL TABLE fictive USING fts5(id, nom);"
        "INSERT INTO fictive VALUES (1, 'x');"
    )
    message = refus(chemin, table)
    assert f"une table manque (« {valeur} »)" in message
    assert "ce n'est pas le projet attendu" in message


def test_une_colonne_manque(fabriquer):
    assert "une colonne manque (« t.date »)" in refus(fabriquer(), colonnes={"id": int, "date": str})


@pytest.mark.parametrize("valeur", ["'un'", "1.5", "x'00ff'", "NULL"])
def test_une_valeur_d_un_autre_type(fabriquer, valeur):
    chemin = fabriquer(f"CREATE TABLE u (id, nom text); INSERT INTO u VALUES ({valeur}, 'a');")
    assert "valeur d'un type inattendu (« u.id »)" in refus(chemin, "u")


def test_un_texte_qui_n_est_pas_de_l_utf_8(fabriquer):
    chemin = fabriquer("CREATE TABLE u (id, nom); INSERT INTO u VALUES (1, CAST(x'c3' AS TEXT));")
    assert "tronqué ou abîmé" in refus(chemin, "u")


def test_une_colonne_calculee_n_est_pas_calculee(fabriquer):
    """Une colonne engendrée peut coûter des heures : pour la lecture, elle n'existe pas."""
    chemin = fabriquer("CREATE TABLE u (id, nom AS (hex(zeroblob(16000000)))); INSERT INTO u (id) VALUES (1);")
    assert "une colonne manque (« u.nom »)" in refus(chemin, "u")


def test_une_contrainte_n_est_pas_verifiee(fabriquer, monkeypatch):
    monkeypatch.setattr(bases, "_DELAI", 5)
    lourde = "length(hex(zeroblob(16000000))) + length(hex(zeroblob(16000000))) > id"
    lignes = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3000) "
    chemin = fabriquer(
        f"PRAGMA ignore_check_constraints=ON; CREATE TABLE u (id integer, nom text, CHECK ({lourde}));"
        f"INSERT INTO u {lignes} SELECT n, 'x' FROM r;"
    )
    assert len(lire(chemin, "u")) == 3000


def test_un_declencheur_ne_se_declenche_pas(fabriquer):
    chemin = fabriquer("CREATE TRIGGER piege AFTER INSERT ON t BEGIN DELETE FROM t; END;")
    assert lire(chemin) == [{"id": 1, "nom": "Été"}]


def test_une_vue_qui_prend_le_nom_d_une_table_de_systeme(fabriquer):
    chemin = fabriquer(
        "CREATE VIEW u AS WITH RECURSIVE r(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM r) SELECT * FROM r;"
    )
    assert "une table manque" in refus(chemin, "u", {"id": int})


@pytest.mark.parametrize("suffixe", ["-wal", "-journal"])
def test_une_base_encore_ouverte(fabriquer, suffixe):
    chemin = fabriquer()
    voisin = chemin.with_name(chemin.name + suffixe)
    voisin.write_bytes(b"")
    assert lire(chemin)
    voisin.write_bytes(b"x")
    message = refus(chemin)
    assert f"encore ouvert, ou a été mal fermé (« {voisin.name} »)" in message
    assert "Fermez-le dans le logiciel qui l'a fait" in message


def test_un_vrai_journal_wal(fabriquer):
    """Ce qui n'est encore que dans le journal manquerait sans qu'on le dise."""
    chemin = fabriquer()
    with closing(sqlite3.connect(chemin)) as connexion:
        connexion.execute("PRAGMA journal_mode=WAL")
        connexion.execute("INSERT INTO t VALUES (2, 'b')")
        connexion.commit()
        assert "encore ouvert" in refus(chemin)
    assert len(lire(chemin)) == 2


def test_une_base_verrouillee_se_lit(fabriquer):
    chemin = fabriquer()
    with closing(sqlite3.connect(chemin)) as connexion:
        connexion.execute("BEGIN EXCLUSIVE")
        assert lire(chemin) == [{"id": 1, "nom": "Été"}]


@pytest.mark.parametrize(("borne", "valeur"), [("_PLAFOND", 100), ("_LIGNES", 2), ("_SIGNES", 20)])
def test_une_base_demesuree(fabriquer, monkeypatch, borne, valeur):
    monkeypatch.setattr(bases, borne, valeur)
    chemin = fabriquer("INSERT INTO t VALUES (2, 'quinze lettres.'), (3, 'encore quinze..');")
    assert "projet démesuré. Vérifiez d'où il vient" in refus(chemin)


def test_une_cellule_demesuree(fabriquer, monkeypatch):
    monkeypatch.setattr(bases, "_CELLULE", 5_000)
    assert "projet démesuré" in refus(fabriquer("INSERT INTO t VALUES (2, hex(zeroblob(4000)));"))


def test_une_lecture_sans_fin(fabriquer, monkeypatch):
    monkeypatch.setattr(bases, "_PAS", 100)
    monkeypatch.setattr(bases, "_DELAI", -1)
    lignes = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 500) "
    assert "dont la lecture ne finit pas" in refus(fabriquer(f"INSERT INTO t {lignes} SELECT n, 'x' FROM r;"))


def test_une_base_tronquee(fabriquer):
    chemin = fabriquer("INSERT INTO t VALUES (2, hex(zeroblob(9000)));")
    octets = chemin.read_bytes()
    for taille in (50, 100, 4096, len(octets) - 4096, len(octets) - 1):
        chemin.write_bytes(octets[:taille])
        assert "projet tronqué ou abîmé" in refus(chemin)


def test_des_octets_changes_sont_lus_ou_refuses(fabriquer):
    chemin = fabriquer(
        "INSERT INTO t VALUES (2, hex(zeroblob(600))); CREATE INDEX i ON t (nom); CREATE VIEW v AS SELECT 1;"
    )
    octets, tirage, refuses = chemin.read_bytes(), random.Random(7), 0
    for _ in range(400):
        change = bytearray(octets)
        for _ in range(tirage.choice((1, 3, 20))):
            change[tirage.randrange(16, len(change) if tirage.random() < 0.5 else 200)] = tirage.randrange(256)
        chemin.write_bytes(change)
        try:
            lignes = lire(chemin)
        except ErreurDonnees:
            refuses += 1
        else:
            assert all(isinstance(ligne["id"], int) and isinstance(ligne["nom"], str) for ligne in lignes)
    assert refuses > 50
