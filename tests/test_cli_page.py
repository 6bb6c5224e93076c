"""Ouvrir la page d'une séance : le jeton n'est dans aucun argument, le navigateur n'arrête rien, la panne est dite."""

from __future__ import annotations

import errno
import os
import re
import stat
import threading
from pathlib import Path
from urllib.request import url2pathname

import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal
from ess_analyse.relecture import Serveur


def lancer(*options):
    resultat = CliRunner().invoke(principal, ["relire", "E01", "--codeur", "claire", *options])
    return resultat.exit_code, " ".join(re.sub("[│╭╮╰╯─]", " ", resultat.output).split())


@pytest.fixture
def ouvrir(monkeypatch):
    """Lancer la commande avec un navigateur de remplacement, et rendre ce qui lui a été donné."""
    vus, ouvert = {}, threading.Event()

    def navigateur(adresse):
        fichier = Path(url2pathname(adresse.removeprefix("file://")))
        vus.update(adresse=adresse, fichier=fichier, texte=fichier.read_text(encoding="utf-8"))
        vus.update(droits=stat.S_IMODE(fichier.stat().st_mode))
        ouvert.set()

    def servir(serveur, poll_interval):
        vus.update(page=serveur.adresse, jeton=serveur.jeton, ouvert=ouvert.wait(10))

    monkeypatch.setattr("webbrowser.open", navigateur)
    monkeypatch.setattr(Serveur, "serve_forever", servir)
    return vus


def test_le_navigateur_recoit_un_fichier_prive_ote_a_la_fin(etude, ouvrir):
    code, sortie = lancer()
    assert code == 0
    assert ouvrir["ouvert"]
    assert ouvrir["adresse"].startswith("file://")
    assert ouvrir["jeton"] not in ouvrir["adresse"]
    assert f'content="0; url={ouvrir["page"]}"' in ouvrir["texte"]
    assert ouvrir["page"] in sortie
    assert not ouvrir["fichier"].exists()
    if os.name == "posix":
        assert ouvrir["droits"] == 0o600


def test_un_navigateur_qui_ne_rend_pas_la_main_n_empeche_pas_de_servir(etude, monkeypatch):
    rendre, servies = threading.Event(), []
    monkeypatch.setattr("webbrowser.open", lambda _: rendre.wait(5))
    monkeypatch.setattr(Serveur, "serve_forever", lambda serveur, poll_interval: servies.append(rendre.is_set()))
    assert lancer()[0] == 0
    rendre.set()
    assert servies == [False]


def test_sans_navigateur_rien_n_est_ouvert(etude, monkeypatch):
    ouvertes = []
    monkeypatch.setattr("webbrowser.open", ouvertes.append)
    monkeypatch.setattr(Serveur, "serve_forever", lambda serveur, poll_interval: None)
    assert lancer("--sans-navigateur")[0] == 0
    assert ouvertes == []


@pytest.mark.parametrize(
    ("numero", "cause", "dit"),
    [
        (errno.EADDRINUSE, "in use", "le port 80 est pris"),
        (errno.EACCES, "denied", "le système refuse le port 80"),
        (errno.EADDRNOTAVAIL, "pas d'adresse locale", "le port 80 ne s'ouvre pas : pas d'adresse locale"),
    ],
)
def test_la_vraie_cause_d_un_port_qui_ne_s_ouvre_pas_est_dite(etude, monkeypatch, numero, cause, dit):
    def refuser(*_):
        raise OSError(numero, cause)

    monkeypatch.setattr(Serveur, "server_bind", refuser)
    code, sortie = lancer("--port", "80", "--sans-navigateur")
    assert code == 2
    assert dit in sortie
