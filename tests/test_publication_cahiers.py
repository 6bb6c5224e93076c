"""Ce qu'un cahier ou une page trahit sans qu'on le voie."""

import json
from pathlib import Path

import pytest

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.publication import cahiers, verifier_cahiers

RACINE = Path(__file__).parents[1]
CHEMIN = "un chemin de la machine se lit ici"
COMPTE = "le nom d'un utilisateur de la machine se lit ici"
TRACE = "une trace d'erreur se lit ici"
FICHIER = "l'adresse d'un fichier de la machine se lit ici"


@pytest.fixture
def verifier(ecrire, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def faire(contenu, nom="a.ipynb"):
        ecrire(f"n/{nom}", contenu)
        return [(p.fichier.removeprefix("n/"), p.ligne, p.message) for p in verifier_cahiers(tmp_path / "n")]

    return faire


def cahier(*sorties, source="1", **metadonnees):
    cellules = [
        {"cell_type": "markdown", "source": ["# Titre\n"], "metadata": {}},
        {"cell_type": "code", "source": source, "outputs": list(sorties), "metadata": {}},
    ]
    return json.dumps({"cells": cellules, "metadata": metadonnees, "nbformat": 4, "nbformat_minor": 5})


def flux(*lignes):
    return {"output_type": "stream", "name": "stdout", "text": [f"{ligne}\n" for ligne in lignes]}


SORTIE = "a.ipynb (cellule 2, sortie 1)"


def test_l_etat_des_widgets_est_refuse(verifier):
    assert verifier(cahier(widgets={"application/vnd.jupyter.widget-state+json": {}})) == [
        ("a.ipynb", 0, "le cahier garde l'état de ses widgets")
    ]
    vue = {"output_type": "display_data", "data": {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}}
    assert verifier(cahier(vue)) == [(SORTIE, 0, "cette sortie est un widget")]
    script = '<p>\n<script type="application/vnd.jupyter.widget-state+json">{}</script>'
    verifier(cahier())
    assert verifier(script, "b.html") == [("b.html", 2, "la page contient l'état d'un widget")]


@pytest.mark.parametrize(
    "chemin",
    [
        "/home/camille/etude/a.csv",
        "/Users/camille/Documents",
        r"C:\Users\camille\etude",
        r"C:\\Users\\camille",
        "D:/Utilisateurs/camille",
        "/root/etude",
        "/tmp/ipykernel_12/a.py",
        "/var/folders/x1/T",
        "'/home/camille'",
        "<module>(/tmp/a.py)",
    ],
)
def test_un_chemin_de_la_machine_est_refuse_partout(verifier, chemin):
    assert verifier(cahier(flux("lu", f"dans {chemin}"))) == [(SORTIE, 0, CHEMIN)]
    assert verifier(cahier(source=["a = 1\n", f"lire({chemin!r})"])) == [("a.ipynb (cellule 2)", 2, CHEMIN)]
    html = chemin.replace("<", "&lt;").replace("/", "<span>/</span>")
    assert (verifier(f"<p>\n{html}", "b.html")[-1]) == ("b.html", 2, CHEMIN)


@pytest.mark.parametrize(
    "innocent",
    [
        "https://exemple.org/home/camille/a",
        "../home/camille",
        "data/tmp/a.csv",
        "et/ou",
        "le dossier /home",
        "100 km/h, 3/4",
        "ana@exemple.org",
        "C:\\",
        "l'erreur est humaine",
    ],
)
def test_ce_qui_ne_dit_rien_de_la_machine_passe(verifier, innocent):
    assert verifier(cahier(flux(innocent), source=innocent)) == []
    assert verifier(f'<a href="/home/camille/index.html">{innocent}</a>', "b.html") == []


def test_l_adresse_d_un_fichier_est_refusee_dans_un_lien(verifier):
    assert verifier('<a href="file:///srv/etude/a.csv">a</a>', "b.html") == [("b.html", 1, FICHIER)]
    sortie = {"output_type": "display_data", "data": {"text/html": ["<a href='file:///srv/etude/a.csv'>a</a>"]}}
    assert (SORTIE, 0, FICHIER) in verifier(cahier(sortie))


def test_le_nom_d_un_compte_est_refuse_la_ou_une_machine_l_ecrit(verifier, monkeypatch):
    monkeypatch.setattr(cahiers.getpass, "getuser", lambda: "camille")
    cahiers._motif_compte.cache_clear()
    assert verifier(cahier(flux("camille@poste"))) == [(SORTIE, 0, COMPTE)]
    assert verifier(cahier(flux("/srv/camille/etude"))) == [(SORTIE, 0, COMPTE)]
    assert verifier(cahier(flux("Avec camille, on pèse."))) == []
    cahiers._motif_compte.cache_clear()


@pytest.mark.parametrize("compte", ["root", ""])
def test_un_compte_que_tout_le_monde_a_ne_dit_rien(verifier, monkeypatch, compte):
    monkeypatch.setattr(cahiers.getpass, "getuser", lambda: compte)
    cahiers._motif_compte.cache_clear()
    assert verifier(cahier(flux("root@poste", "/srv/root/a"))) == []
    cahiers._motif_compte.cache_clear()


def test_une_machine_sans_compte_ne_fait_pas_tomber_le_controle(verifier, monkeypatch):
    def echouer():
        raise OSError

    monkeypatch.setattr(cahiers.getpass, "getuser", echouer)
    cahiers._motif_compte.cache_clear()
    assert verifier(cahier(flux("rien"))) == []
    cahiers._motif_compte.cache_clear()


def test_une_invite_de_commande_donne_un_compte(verifier):
    assert verifier(cahier(flux("camille@portable:~/etude$ ls"))) == [(SORTIE, 0, COMPTE)]


def test_une_trace_d_erreur_est_refusee(verifier):
    erreur = {"output_type": "error", "ename": "KeyError", "evalue": "x", "traceback": []}
    assert verifier(cahier(erreur)) == [(SORTIE, 0, "cette sortie est une erreur")]
    assert verifier(cahier(flux("Traceback (most recent call last):"))) == [(SORTIE, 0, TRACE)]
    page = "<pre>\n<span>Traceback</span> (most recent call last)</pre>"
    verifier(cahier())
    assert verifier(page, "b.html") == [("b.html", 2, TRACE)]


def test_une_sortie_demesuree_est_refusee(verifier):
    assert verifier(cahier(flux("a" * 999_000))) == []
    assert verifier(cahier(flux("a" * 1_000_001))) == [(SORTIE, 0, "cette sortie est démesurée")]


@pytest.mark.parametrize("contenu", ["{", '{"cells": 3}', "[]", '{"cells": ["a"]}', "\x00"])
def test_un_cahier_abime_est_dit(verifier, contenu):
    assert verifier(contenu) == [("a.ipynb", 0, "ce n'est pas un cahier Jupyter")]


def test_chaque_probleme_a_son_remede_et_aucun_le_nom_du_compte(verifier, tmp_path):
    verifier(cahier(flux("/home/camille/a"), {"output_type": "error", "ename": "KeyError"}, widgets={}))
    problemes = verifier_cahiers(tmp_path / "n")
    assert len(problemes) == 3
    assert all(probleme.remede for probleme in problemes)
    assert "camille" not in "".join(map(str, problemes))


def test_les_dossiers_caches_et_les_autres_fichiers_ne_sont_pas_lus(verifier):
    verifier("/home/camille/a", "a.txt")
    assert verifier(cahier(flux("/home/camille/a")), ".ipynb_checkpoints/a.ipynb") == []


def test_un_dossier_absent_se_dit(tmp_path):
    with pytest.raises(ErreurDonnees, match="dossier introuvable"):
        verifier_cahiers(tmp_path / "absent")


def test_les_cahiers_de_la_demonstration_passent():
    assert verifier_cahiers(RACINE / "notebooks") == []
