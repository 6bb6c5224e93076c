"""Répartir : chaque tâche une fois, un seul état par travailleur, rien qui survive à qui a demandé."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.repartition import lire_dask, lire_processus, repartir
from ess_analyse.repartition.options import compter_coeurs
from ess_analyse.repartition.travail import Issue, mener

TACHES = Path(__file__).parent / "donnees/repartition"
POSIX = pytest.mark.skipif(os.name != "posix", reason="les signaux d'un groupe de processus sont ceux de POSIX")


@pytest.fixture(scope="module")
def taches():
    with pytest.MonkeyPatch.context() as rustine:
        rustine.syspath_prepend(TACHES)
        import taches_reparties

        yield taches_reparties


def attendre_que(condition, delai=20):
    """Attendre sans chronométrer : seul l'échec prend tout le délai."""
    fin = time.monotonic() + delai
    while not condition() and time.monotonic() < fin:
        time.sleep(0.02)
    return condition()


def vivants(pids):
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


# ─── L'ordonnancement, sans processus ───


class Aleatoire:
    """Un exécutant qui finit les tâches dans l'ordre et par les paquets qu'on lui dicte."""

    def __init__(self, fenetre, tirer, ratees=frozenset()):
        self.fenetre, self._tirer, self._ratees = fenetre, tirer, ratees
        self.en_cours, self.soumises = [], []

    def soumettre(self, rang, tache):
        assert tache == f"t{rang}"
        self.en_cours.append(rang)
        self.soumises.append(rang)

    def attendre(self):
        combien = self._tirer(st.integers(1, len(self.en_cours)))
        faites = self._tirer(st.permutations(self.en_cours))[:combien]
        self.en_cours = [rang for rang in self.en_cours if rang not in faites]
        return [(rang, Issue(panne="en panne") if rang in self._ratees else Issue(rang * 10)) for rang in faites]


@given(st.data(), st.integers(0, 25), st.integers(1, 6), st.booleans())
def test_chaque_tache_sort_une_fois_et_la_fenetre_tient(data, nombre, fenetre, en_ordre):
    prises, rendues = [], []

    def source():
        for rang in range(nombre):
            prises.append(rang)
            assert len(prises) - len(rendues) <= fenetre + 1
            yield f"t{rang}"

    executant = Aleatoire(fenetre, data.draw)
    for rang, resultat in mener(executant, source(), en_ordre, None):
        assert resultat == rang * 10
        rendues.append(rang)
    assert sorted(rendues) == list(range(nombre)) == executant.soumises
    assert not en_ordre or rendues == sorted(rendues)


@given(st.data(), st.integers(1, 20), st.integers(1, 6))
def test_ce_qui_est_fait_est_rendu_avant_que_la_panne_soit_dite(data, nombre, fenetre):
    ratee = data.draw(st.integers(0, nombre - 1))
    executant, rendues = Aleatoire(fenetre, data.draw, {ratee}), []
    faits = mener(executant, (f"t{rang}" for rang in range(nombre)), False, str.upper)
    with pytest.raises(ErreurDonnees) as erreur:
        rendues.extend(rang for rang, _ in faits)
    assert str(erreur.value) == f"T{ratee} : ce travail a échoué (en panne)."
    assert set(rendues) == set(executant.soumises) - set(executant.en_cours) - {ratee}


def test_une_source_qui_echoue_est_entendue(taches):
    def source():
        yield 1
        raise ErreurDonnees([])

    with pytest.raises(ErreurDonnees):
        list(repartir(taches.carre, source()))


# ─── Ce qui est demandé ───


@pytest.mark.parametrize(("valeur", "attendu"), [(1, 1), ("4", 4), (" 256 ", 256), (0, None), ("AUTO", None)])
def test_combien_de_processus(valeur, attendu):
    assert lire_processus(valeur) == (attendu or compter_coeurs())


@pytest.mark.parametrize("valeur", [-1, 257, "deux", "", "1.5", "²", True])
def test_un_nombre_de_processus_impossible_est_refuse(valeur):
    with pytest.raises(ErreurDonnees, match=r"--processus : nombre de processus impossible.*« auto »"):
        lire_processus(valeur)


def test_les_coeurs_permis_sont_comptes(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 7}, raising=False)
    assert compter_coeurs() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert compter_coeurs() == 1


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        ("local", "local"),
        (" Local", "local"),
        ("127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("tcp://localhost:1/", "tcp://localhost:1"),
        ("tcp://[::1]:8786", "tcp://[::1]:8786"),
        ("tls://calcul.exemple.org:8786", "tls://calcul.exemple.org:8786"),
    ],
)
def test_une_adresse_de_grappe(valeur, attendu):
    assert lire_dask(valeur) == attendu


@pytest.mark.parametrize(
    "valeur",
    ["", "tcp://", "tcp://127.0.0.1", "http://127.0.0.1:8786", "tcp://127.0.0.1:port", "tcp://[::1", "tcp://a:1/b"],
)
def test_ce_qui_n_est_pas_une_adresse_est_refuse(valeur):
    with pytest.raises(ErreurDonnees, match=r"--dask : ce n'est pas une adresse.*« local »"):
        lire_dask(valeur)


@pytest.mark.parametrize("valeur", ["tcp://10.0.0.4:8786", "calcul.exemple.org:8786", "tcp://127.0.0.1.exemple.org:1"])
def test_en_clair_rien_ne_sort_de_la_machine(valeur):
    with pytest.raises(ErreurDonnees, match=r"partiraient en clair hors de cette machine.*tls://.*ssh -L"):
        lire_dask(valeur)


def test_une_fonction_qui_ne_s_importe_pas_est_refusee_avant_de_commencer(taches):
    def locale(x):
        return x

    principale = type(locale)(locale.__code__, {}, "f")
    principale.__module__ = principale.__qualname__ = "__main__"
    for fonction in (lambda x: x, locale, functools.partial(taches.carre, 2), principale):
        with pytest.raises(
            ErreurDonnees, match=r"cette fonction ne s'importe pas d'un autre processus.*un fichier \.py"
        ):
            repartir(fonction, [1])
    with pytest.raises(ErreurDonnees) as erreur:
        repartir(locale, [1], preparer=locale)
    assert len(erreur.value.problemes) == 2
    with pytest.raises(ErreurDonnees, match="des arguments sans rien qui les prépare"):
        repartir(taches.carre, [1], arguments=(2,))


def test_des_arguments_qui_ne_s_envoient_pas_sont_refuses(taches, tmp_path):
    impossibles = {"processus": 2, "preparer": taches.preparer, "arguments": (tmp_path, lambda: 1)}
    with pytest.raises(ErreurDonnees, match="les arguments de la préparation ne peuvent pas être envoyés"):
        list(repartir(taches.multiplier, [1], **impossibles))


# ─── Seul, ou à plusieurs : la même chose ───


@pytest.mark.parametrize("processus", [1, 2], ids=["seul", "deux processus"])
def test_les_resultats_sont_ceux_d_une_boucle(taches, processus):
    assert sorted(repartir(taches.carre, range(30), processus=processus)) == [(n, n * n) for n in range(30)]


def test_seul_rien_n_est_lance(taches):
    assert list(repartir(taches.qui, [0, 0])) == [(0, os.getpid()), (1, os.getpid())]


@pytest.mark.parametrize("processus", [1, 3], ids=["seul", "trois processus"])
def test_chacun_se_prepare_une_fois(taches, tmp_path, processus):
    travail = {"preparer": taches.preparer, "arguments": (tmp_path, 7), "processus": processus, "en_ordre": True}
    faits = list(repartir(taches.multiplier, iter(range(24)), **travail))
    assert [(rang, produit) for rang, (produit, _) in faits] == [(n, 7 * n) for n in range(24)]
    prepares = [int(trace.name.split("-")[0]) for trace in tmp_path.iterdir()]
    assert sorted(prepares) == sorted({pid for _, (_, pid) in faits})
    assert len(prepares) == processus


def test_sans_tache_rien_ne_se_prepare(taches, tmp_path):
    assert list(repartir(taches.multiplier, [], processus=2, preparer=taches.preparer, arguments=(tmp_path, 1))) == []
    assert not list(tmp_path.iterdir())


def test_le_calcul_d_un_travailleur_n_emploie_qu_un_fil(taches):
    ((_, fils),) = repartir(taches.compter_fils, [0], processus=2)
    assert fils
    assert set(fils) == {1}


@pytest.mark.parametrize("processus", [1, 2], ids=["seul", "deux processus"])
def test_les_problemes_de_donnees_remontent_tels_quels(taches, processus):
    with pytest.raises(ErreurDonnees) as erreur:
        list(repartir(taches.refuser_3, range(6), processus=processus))
    assert [str(probleme) for probleme in erreur.value.problemes] == [
        "E03, ligne 4 : phrase vide (« … »).",
        "E03, ligne 9 : code inconnu (« R-SEN »).",
    ]
    assert str(erreur.value).count("\n") == 1


@pytest.mark.parametrize("processus", [1, 2], ids=["seul", "deux processus"])
def test_une_preparation_impossible_se_dit(taches, processus):
    with pytest.raises(ErreurDonnees, match=r"^modele : le modèle manque\.$"):
        list(repartir(taches.jamais, [1, 2], processus=processus, preparer=taches.echouer_a_preparer))


@pytest.mark.parametrize("processus", [1, 2], ids=["seul", "deux processus"])
def test_toute_autre_erreur_nomme_la_tache_et_garde_sa_trace(taches, processus):
    with pytest.raises(ErreurDonnees) as erreur:
        list(repartir(taches.diviser, [3, 0], processus=processus))
    assert str(erreur.value) == "tâche n° 2 : ce travail a échoué (ZeroDivisionError : division by zero)."
    assert "in diviser" in erreur.value.__notes__[0]
    with pytest.raises(ErreurDonnees, match=r"^document E05 : ce travail a échoué \(SystemExit : 5\)\."):
        list(repartir(taches.partir, [5], processus=processus, nommer="document E0{}".format))


def test_ce_qui_ne_voyage_pas_se_dit(taches):
    with pytest.raises(
        ErreurDonnees, match=r"tâche n° 1 : ce travail a échoué \(TypeError : cannot pickle 'generator'"
    ):
        list(repartir(taches.rendre_un_generateur, [4], processus=2))
    with pytest.raises(ErreurDonnees, match=r"son résultat ne se relit pas ; ValueError"):
        list(repartir(taches.rendre_perfide, [4], processus=2))
    with pytest.raises(ErreurDonnees, match=r"tâche n° 2 .*elle ne peut pas être envoyée à un autre processus"):
        list(repartir(taches.carre, [4, lambda: 1], processus=2))


def test_un_resultat_et_une_tache_plus_gros_qu_un_tuyau_passent(taches):
    textes = ["a" * 3_000_000, "b" * 3_000_000, "c" * 10, "d" * 3_000_000]
    faits = list(repartir(taches.multiplier, textes, processus=2, preparer=int, arguments=("2",), en_ordre=True))
    assert [fait[0] for _, fait in faits] == [2 * texte for texte in textes]


# ─── Mourir ───


@pytest.mark.parametrize("en_ordre", [False, True])
def test_un_travailleur_tue_est_remplace_sans_perte_ni_double(taches, tmp_path, en_ordre):
    ordres = [(str(tmp_path), nombre, 7) for nombre in range(16)]
    faits = list(repartir(taches.mourir_une_fois, ordres, processus=2, en_ordre=en_ordre))
    assert sorted(faits) == [(n, n * n) for n in range(16)]
    essais = {int(trace.name): len(trace.read_text()) for trace in tmp_path.iterdir()}
    assert essais.pop(7) == 2
    assert set(essais.values()) == {1}


def test_une_tache_qui_tue_toujours_est_nommee(taches):
    rendus, faits = [], repartir(taches.mourir_sur_2, range(8), processus=2, nommer="E0{}".format)
    with pytest.raises(ErreurDonnees) as erreur:
        rendus.extend(rang for rang, _ in faits)
    code = -signal.SIGKILL if os.name == "posix" else signal.SIGTERM
    assert str(erreur.value) == (
        f"E02 : ce travail a échoué (3 processus y sont morts l'un après l'autre, code {code}). "
        "S'il manque de mémoire, demandez moins de processus."
    )
    assert 2 not in rendus
    assert len(rendus) == len(set(rendus))


def test_cesser_d_iterer_arrete_les_travailleurs(taches):
    faits = repartir(taches.attendre, [0, 0, *[60] * 9], processus=2)
    pids = {pid for _, (_, pid) in zip(range(2), faits, strict=False)}
    assert vivants(pids)
    faits.close()
    assert not vivants(pids)


PROGRAMME = """
import sys
sys.path.insert(0, sys.argv[1])
from taches_reparties import tenir
from ess_analyse.repartition import repartir
if __name__ == "__main__":
    list(repartir(tenir, [sys.argv[2]] * 4, processus=2))
"""


@pytest.fixture
def programme(tmp_path):
    """Un programme dont deux travailleurs sont au travail, et leurs pids."""
    script, traces = tmp_path / "programme.py", tmp_path / "traces"
    script.write_text(PROGRAMME, encoding="utf-8")
    traces.mkdir()
    commande = [sys.executable, str(script), str(TACHES), str(traces)]
    with subprocess.Popen(commande, stderr=subprocess.PIPE, text=True, start_new_session=True) as lance:
        assert attendre_que(lambda: len(list(traces.iterdir())) == 2)
        yield lance, [int(trace.name) for trace in traces.iterdir()]
        lance.kill()


@POSIX
def test_ctrl_c_arrete_tout_et_un_seul_le_dit(programme):
    lance, pids = programme
    os.killpg(lance.pid, signal.SIGINT)
    _, erreurs = lance.communicate(timeout=30)
    assert lance.returncode == -signal.SIGINT
    assert erreurs.count("Traceback") == erreurs.count("KeyboardInterrupt") == 1
    assert "SpawnProcess" not in erreurs
    assert attendre_que(lambda: not vivants(pids))


@POSIX
def test_les_travailleurs_ne_survivent_pas_a_un_programme_tue(programme):
    lance, pids = programme
    lance.kill()
    lance.wait()
    assert attendre_que(lambda: not vivants(pids))
