"""Sur une vraie grappe dask de deux travailleurs, en boucle locale : les mêmes promesses."""

from __future__ import annotations

import logging
import os
import re
import sys
import tomllib
from concurrent.futures import CancelledError
from importlib import metadata
from pathlib import Path

import pytest

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.repartition import grappe as module
from ess_analyse.repartition import repartir

RACINE = Path(__file__).parents[1]
TACHES = RACINE / "tests/donnees/repartition"


@pytest.fixture(scope="module")
def taches():
    with pytest.MonkeyPatch.context() as rustine:
        rustine.syspath_prepend(TACHES)
        import taches_reparties

        yield taches_reparties


@pytest.fixture(scope="module")
def ordonnanceur(taches):
    """Une grappe déjà lancée, comme une équipe en aurait une : deux travailleurs d'un fil."""
    from distributed import LocalCluster

    options = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": logging.CRITICAL}
    with LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=None, **options) as lance:
        yield lance


@pytest.fixture(scope="module")
def adresse(ordonnanceur):
    return ordonnanceur.scheduler_address


def restes(ordonnanceur):
    """Ce que la grappe garde de nous : tâches, résultats, préparations."""
    planificateur = ordonnanceur.scheduler
    return [*planificateur.tasks, *(nom for nom in planificateur.worker_plugins if nom.startswith("ess-analyse"))]


def test_la_grappe_d_une_equipe_rend_la_meme_chose_et_ne_garde_rien(taches, tmp_path, ordonnanceur, adresse):
    travail = {"preparer": taches.preparer, "arguments": (tmp_path, 7), "dask": adresse, "en_ordre": True}
    faits = list(repartir(taches.multiplier, iter(range(40)), **travail))
    assert [(rang, produit) for rang, (produit, _) in faits] == [(n, 7 * n) for n in range(40)]
    pids = {pid for _, (_, pid) in faits}
    assert len(pids) == 2
    assert sorted(int(trace.name.split("-")[0]) for trace in tmp_path.iterdir()) == sorted(pids)
    assert os.getpid() not in pids
    assert restes(ordonnanceur) == []


def test_les_taches_sont_prises_au_fur_et_a_mesure(taches, ordonnanceur, adresse):
    prises, rendues = [], []

    def source():
        for nombre in range(30):
            prises.append(nombre)
            yield nombre

    for rang, _ in repartir(taches.carre, source(), dask=adresse):
        rendues.append(rang)
        assert len(prises) - len(rendues) <= 4
        assert len(ordonnanceur.scheduler.tasks) <= 4
    assert sorted(rendues) == list(range(30))


def test_les_erreurs_sont_celles_d_ailleurs(taches, ordonnanceur, adresse):
    with pytest.raises(ErreurDonnees, match=r"^E03, ligne 4 : phrase vide"):
        list(repartir(taches.refuser_3, range(6), dask=adresse))
    with pytest.raises(
        ErreurDonnees, match=r"^tâche n° 2 : ce travail a échoué \(ZeroDivisionError : division by zero"
    ):
        list(repartir(taches.diviser, [3, 0], dask=adresse))
    with pytest.raises(ErreurDonnees, match=r"^modele : le modèle manque\.$"):
        list(repartir(taches.jamais, [1], dask=adresse, preparer=taches.echouer_a_preparer))
    with pytest.raises(ErreurDonnees, match=r"^tâche n° 1 .*elle ne peut pas être envoyée"):
        list(repartir(taches.carre, [lambda: 1], dask=adresse))
    with pytest.raises(ErreurDonnees, match=r"^tâche n° 1 .*son résultat ne se relit pas"):
        list(repartir(taches.rendre_perfide, [1], dask=adresse))
    assert restes(ordonnanceur) == []


def test_cesser_d_iterer_efface_ce_qui_restait(taches, ordonnanceur, adresse):
    faits = repartir(taches.attendre, [0, 0.2, 0.2, 0.2, 0.2], dask=adresse)
    assert next(faits)[0] == 0
    assert restes(ordonnanceur)
    faits.close()
    assert restes(ordonnanceur) == []


def test_des_paquets_differents_sont_refuses(taches, adresse, monkeypatch):
    version = metadata.version
    monkeypatch.setattr(metadata, "version", lambda nom: "0.1" if nom == "spacy" else version(nom))
    attendu = rf"^--dask : des travailleurs n'ont pas les mêmes paquets.* : spacy {version('spacy')}, ici 0\.1 \(«"
    with pytest.raises(ErreurDonnees, match=attendu):
        list(repartir(taches.carre, [1], dask=adresse))


def test_un_paquet_absent_se_dit(monkeypatch):
    from ess_analyse.repartition.greffon import decrire_paquets

    def absent(nom):
        raise metadata.PackageNotFoundError(nom)

    assert decrire_paquets()["ess-analyse"] == metadata.version("ess-analyse")
    monkeypatch.setattr(metadata, "version", absent)
    assert set(decrire_paquets().values()) == {"absent"}


def test_une_grappe_sans_travailleur_ou_absente_se_dit(taches, monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(module, "_DELAI", 1)
    monkeypatch.setattr(module, "_ATTENTE", 1)
    with LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0") as vide:
        vide_a = vide.scheduler_address
        with pytest.raises(ErreurDonnees, match=rf"cette grappe n'a aucun travailleur \(« {vide_a} »\).*dask worker"):
            list(repartir(taches.carre, [1], dask=vide_a))
    with pytest.raises(ErreurDonnees, match=r"aucune grappe ne répond à cette adresse .*« --dask local »"):
        list(repartir(taches.carre, [1], dask=vide_a))


def test_dask_absent_dit_comment_l_installer(taches, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    projet = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    exiges = " ".join(f'"{exigence}"' for exigence in projet["optional-dependencies"]["dask"])
    commande = f"python3 -m pip install {exiges}"
    assert f"\n{commande}\n" in (RACINE / "docs/echelle.md").read_text(encoding="utf-8")
    with pytest.raises(ErreurDonnees, match=re.escape(f"dask n'est pas installé. Installez-le : {commande}")):
        list(repartir(taches.carre, [1], dask="local"))


@pytest.mark.parametrize("erreur", [CancelledError(), OSError("connexion perdue")], ids=["oubliée", "perdue"])
def test_une_grappe_qui_se_tait_se_dit(erreur):
    class Promesse:
        def result(self):
            raise erreur

    with pytest.raises(ErreurDonnees, match=r"^--dask : la grappe a cessé de répondre\. Relancez la commande\.$"):
        module._rapporter(Promesse())


def test_un_travailleur_tue_est_remplace_sans_perte_ni_double(taches, tmp_path, ordonnanceur, adresse):
    ordres = [(str(tmp_path), nombre, 7) for nombre in range(16)]
    faits = list(repartir(taches.mourir_une_fois, ordres, dask=adresse))
    assert sorted(faits) == [(n, n * n) for n in range(16)]
    assert len((tmp_path / "7").read_text()) == 2
    assert restes(ordonnanceur) == []


def test_une_tache_qui_tue_toujours_est_nommee(taches, ordonnanceur, adresse, monkeypatch):
    monkeypatch.setattr(ordonnanceur.scheduler, "allowed_failures", 0)
    with pytest.raises(ErreurDonnees, match=r"^E02 : ce travail a échoué \(plusieurs travailleurs y sont morts"):
        list(repartir(taches.mourir_sur_2, [2], dask=adresse, nommer="E0{}".format))
