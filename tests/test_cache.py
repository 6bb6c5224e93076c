"""Le magasin ne rend que ce qui est entier, les empreintes changent avec leurs entrées, un jalon ne ment pas."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse import cache
from ess_analyse.cache import (
    Magasin,
    empreindre,
    empreindre_arbre,
    empreindre_programme,
    lire_jalon,
    lire_secret,
    ouvrir_magasin,
    poser_jalon,
)
from ess_analyse.cache import empreintes as module

CLE = "a1b2"


@pytest.fixture
def magasin(tmp_path):
    return Magasin(tmp_path / "cache")


@pytest.fixture
def range_(magasin):
    """Un magasin où un fichier est rangé, et le chemin de ce fichier."""
    magasin.ranger("parts", CLE, b"des octets")
    return magasin, magasin.dossier / "parts" / CLE


# ─── Le magasin ───


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_il_rend_le_dernier_contenu_range(tmp_path_factory, un, deux):
    magasin = Magasin(tmp_path_factory.mktemp("cache"))
    magasin.ranger("mots", CLE, un)
    assert magasin.prendre("mots", CLE) == un
    magasin.ranger("mots", CLE, deux)
    assert magasin.prendre("mots", CLE) == deux
    assert [chemin.name for chemin in (magasin.dossier / "mots").iterdir()] == [CLE]


def test_ce_qui_n_y_est_pas_n_est_rien(magasin):
    assert magasin.prendre("parts", CLE) is None
    assert not magasin.dossier.exists()


@given(st.integers(0, 41), st.integers(1, 255))
def test_un_octet_change_ou_une_fin_perdue_le_rendent_absent(tmp_path_factory, place, ecart):
    magasin = Magasin(tmp_path_factory.mktemp("cache"))
    magasin.ranger("parts", CLE, b"des octets")
    chemin = magasin.dossier / "parts" / CLE
    entier = chemin.read_bytes()
    assert len(entier) == 42
    chemin.write_bytes(entier[:place] + bytes([entier[place] ^ ecart]) + entier[place + 1 :])
    assert magasin.prendre("parts", CLE) is None
    chemin.write_bytes(entier[:place])
    assert magasin.prendre("parts", CLE) is None
    magasin.ranger("parts", CLE, b"des octets")
    assert magasin.prendre("parts", CLE) == b"des octets"


def test_un_fichier_range_sous_un_autre_nom_est_absent(range_):
    magasin, chemin = range_
    for sorte, cle in (("parts", "c3d4"), ("mots", CLE)):
        (magasin.dossier / sorte).mkdir(exist_ok=True)
        (magasin.dossier / sorte / cle).write_bytes(chemin.read_bytes())
        assert magasin.prendre(sorte, cle) is None


def test_une_ecriture_impossible_coute_du_temps_pas_un_resultat(tmp_path):
    (tmp_path / "cache").write_text("un fichier à la place du dossier", encoding="utf-8")
    magasin = Magasin(tmp_path / "cache")
    magasin.ranger("parts", CLE, b"perdu")
    assert magasin.prendre("parts", CLE) is None
    magasin.oter("parts", CLE)
    magasin.nettoyer("parts", [])


def test_oter_n_ote_que_ce_qui_est_nomme(range_):
    magasin, _ = range_
    magasin.ranger("parts", "autre", b"reste")
    magasin.oter("parts", CLE)
    assert magasin.prendre("parts", CLE) is None
    assert magasin.prendre("parts", "autre") == b"reste"


def test_nettoyer_garde_ce_qui_sert_et_ote_les_ecritures_interrompues(range_):
    magasin, chemin = range_
    magasin.ranger("parts", "vieux", b"d'un document retire")
    magasin.ranger("mots", "vieux", b"d'une autre sorte")
    chemin.with_name(".ess-interrompu").write_bytes(b"moit")
    magasin.nettoyer("parts", [CLE])
    assert [petit.name for petit in chemin.parent.iterdir()] == [CLE]
    assert magasin.prendre("mots", "vieux") == b"d'une autre sorte"


ECRIRE = """
import sys
from pathlib import Path
from ess_analyse.cache import Magasin
for _ in range(60):
    Magasin(Path(sys.argv[1])).ranger("parts", "a1b2", sys.argv[2].encode() * 4000)
"""


def test_deux_processus_qui_rangent_ensemble_ne_melent_rien(tmp_path):
    ecrivains = [subprocess.Popen([sys.executable, "-c", ECRIRE, tmp_path, marque]) for marque in "ab"]
    vus = set()
    while any(ecrivain.poll() is None for ecrivain in ecrivains):
        vus.add(Magasin(tmp_path).prendre("parts", CLE))
        time.sleep(0.01)
    assert vus <= {None, b"a" * 4000, b"b" * 4000}
    assert Magasin(tmp_path).prendre("parts", CLE) in (b"a" * 4000, b"b" * 4000)
    assert [ecrivain.returncode for ecrivain in ecrivains] == [0, 0]


def test_celui_d_une_etude_est_hors_de_git_et_a_soi(tmp_path):
    magasin = ouvrir_magasin(tmp_path)
    assert not list(tmp_path.iterdir())
    magasin.ranger("mots", CLE, b"des paroles")
    assert (tmp_path / ".ess/cache/.gitignore").read_text(encoding="utf-8") == "*\n"
    if sys.platform != "win32":
        assert stat.S_IMODE(magasin.dossier.stat().st_mode) == 0o700


@pytest.mark.parametrize("lu_avec", [b"", b"d'une autre machine"])
def test_ce_qu_un_secret_scelle_n_est_cru_qu_avec_lui(range_, lu_avec):
    sans, _ = range_
    secret = Magasin(sans.dossier, b"de cette machine")
    assert secret.prendre("parts", CLE) is None, "ce qui est sans secret a pu être écrit par n'importe qui"
    secret.ranger("parts", CLE, b"des octets")
    assert secret.prendre("parts", CLE) == b"des octets"
    assert Magasin(sans.dossier, lu_avec).prendre("parts", CLE) is None
    assert "machine" not in repr(secret)


def test_le_secret_reste_le_meme_a_soi_seul_et_se_retire_s_il_est_abime(tmp_path):
    secret = lire_secret(tmp_path / "neuf")
    (fichier,) = (tmp_path / "neuf").iterdir()
    assert (lire_secret(tmp_path / "neuf"), len(secret)) == (secret, 32)
    if sys.platform != "win32":
        assert stat.S_IMODE(fichier.stat().st_mode) == 0o600
    fichier.write_bytes(secret[:5])
    autre = lire_secret(tmp_path / "neuf")
    assert (len(autre), autre != secret, lire_secret(tmp_path / "neuf")) == (32, True, autre)
    assert list((tmp_path / "neuf").iterdir()) == [fichier]


def test_un_secret_qui_ne_peut_etre_garde_n_en_est_pas_un(tmp_path):
    (tmp_path / "fichier").write_text("à la place du dossier", encoding="utf-8")
    assert lire_secret(tmp_path / "fichier") is None


# ─── Les empreintes ───

PARTIES = st.lists(st.one_of(st.text(max_size=4), st.binary(max_size=4), st.integers(), st.none()), max_size=4)


@given(PARTIES, PARTIES)
def test_deux_suites_differentes_ont_deux_empreintes(unes, autres):
    assert (empreindre(*unes) == empreindre(*autres)) == (unes == autres)


def test_un_texte_ses_octets_et_sa_liste_sont_trois_choses():
    assert len({empreindre("[]"), empreindre(b"[]"), empreindre([]), empreindre("[", "]")}) == 4
    assert empreindre("\ud800") != empreindre("\ud801")


def test_l_ordre_des_cles_ne_compte_pas():
    assert empreindre({"a": 1, "b": 2}) == empreindre({"b": 2, "a": 1})


def test_un_arbre_dit_chaque_fichier_sauf_ce_qui_est_cache_ou_exclu(tmp_path):
    for nom in ("data/a.csv", "data/.b.csv", "_site/index.html", ".git/config", "src/__pycache__/x.pyc", "c.md"):
        (tmp_path / nom).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / nom).write_text(nom, encoding="utf-8")
    assert list(empreindre_arbre(tmp_path, [tmp_path], [tmp_path / "_site"])) == ["c.md", "data/a.csv"]
    assert list(empreindre_arbre(tmp_path, [tmp_path / "data", tmp_path / "absent"])) == ["data/a.csv"]
    avant = empreindre_arbre(tmp_path, [tmp_path])
    (tmp_path / "c.md").write_text("d", encoding="utf-8")
    apres = empreindre_arbre(tmp_path, [tmp_path])
    assert {nom for nom in apres if apres[nom] != avant[nom]} == {"c.md"}


def test_un_enregistrement_n_est_pas_lu_mais_se_voit_changer(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_GROS", 3)
    releves = []
    for octets, quand in ((b"abcd", 1), (b"efgh", 1), (b"abcd", 2), (b"abcde", 1)):
        (tmp_path / "E01.mp4").write_bytes(octets)
        os.utime(tmp_path / "E01.mp4", ns=(quand, quand * 10**9))
        releves.append(empreindre_arbre(tmp_path, [tmp_path])["E01.mp4"])
    assert releves[0] == releves[1]
    assert len(set(releves)) == 3


def test_un_fichier_hors_de_l_etude_garde_son_nom_entier(tmp_path):
    (tmp_path / "cle.csv").write_text("a", encoding="utf-8")
    (noms,) = [list(empreindre_arbre(tmp_path / "etude", [tmp_path / "cle.csv"]))]
    assert noms == [(tmp_path / "cle.csv").as_posix()]


def test_une_ligne_du_programme_change_l_empreinte_de_sa_piece_seule(tmp_path, monkeypatch):
    (tmp_path / "langue").mkdir()
    (tmp_path / "grille.py").write_text("b = 1", encoding="utf-8")
    monkeypatch.setattr(module, "files", lambda _: tmp_path)

    def relever():
        empreindre_programme.cache_clear()
        return [empreindre_programme(*pieces) for pieces in (["langue"], ["grille"], [])]

    (tmp_path / "langue/mots.py").write_text("a = 1", encoding="utf-8")
    avant = relever()
    (tmp_path / "langue/mots.py").write_text("a = 2", encoding="utf-8")
    assert [un != deux for un, deux in zip(avant, relever(), strict=True)] == [True, False, True]
    empreindre_programme.cache_clear()


def test_les_versions_disent_ce_qui_manque():
    versions = cache.decrire_versions("pandas", "paquet-qui-n-existe-pas")
    assert versions["paquet-qui-n-existe-pas"] == ""
    assert versions["pandas"].count(".") >= 1
    assert versions["python"].startswith("3.")


# ─── Les jalons ───


@pytest.fixture
def etape(magasin, tmp_path):
    sortie = tmp_path / "sortie.csv"
    sortie.write_text("a;b\n", encoding="utf-8")
    poser_jalon(magasin, "suggerer", "entrees", tmp_path, [sortie], {"phrases": 3})
    return magasin, tmp_path, sortie


def test_une_etape_faite_se_retrouve_avec_son_bilan(etape):
    magasin, racine, sortie = etape
    assert lire_jalon(magasin, "suggerer", "entrees", racine, [sortie]) == ("suggerer", {"phrases": 3})


@pytest.mark.parametrize("change", ["entree", "etape", "sortie", "sortie ôtée", "sortie de plus", "magasin abîmé"])
def test_le_moindre_changement_la_fait_refaire(etape, change):
    magasin, racine, sortie = etape
    nom, entrees, sorties = "suggerer", "entrees", [sortie]
    match change:
        case "entree":
            entrees = "autres"
        case "etape":
            nom = "pages"
        case "sortie":
            sortie.write_text("a;c\n", encoding="utf-8")
        case "sortie ôtée":
            sortie.unlink()
        case "sortie de plus":
            (racine / "b.csv").write_text("b", encoding="utf-8")
            sorties = [sortie, racine / "b.csv"]
        case _:
            chemin = magasin.dossier / "jalons/suggerer"
            chemin.write_bytes(chemin.read_bytes()[:-1])
    assert lire_jalon(magasin, nom, entrees, racine, sorties) is None


def test_un_jalon_d_une_autre_forme_ne_compte_pas(magasin, tmp_path):
    magasin.ranger("jalons", "suggerer", json.dumps({"autre": 1}).encode())
    assert lire_jalon(magasin, "suggerer", "entrees", tmp_path, []) is None
