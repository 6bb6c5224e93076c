"""Plusieurs programmes sur les mêmes feuilles : chacun son tour, sous Windows aussi, et rien ne se perd."""

from __future__ import annotations

import sys
import threading
import time
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

import ess_analyse as ess
from ess_analyse import feuilles
from ess_analyse.corrections import recalage, textes
from ess_analyse.echanges.reprise import feuilles as reprise
from ess_analyse.etude import Etude
from ess_analyse.evolution import changement
from ess_analyse.feuilles import lire_feuille
from ess_analyse.fichiers import seul_dans, verrou
from ess_analyse.modele import FEUILLE
from ess_analyse.relecture import Conflit, Etat, FeuilleOuverte, feuille, preparer_feuille, tableur
from ess_analyse.retrait import application

# The substitute for the lock of Windows is built on it.
fcntl = pytest.importorskip("fcntl")

QUESTION, LONGUE, HEIN = "E01:13-28", "E01:37-62", "E01:63-80"
ARBITREE = "segment;texte;decision;raison\nE01:37-62;{texte};O-SOUTIEN;vu ensemble\n"


@pytest.fixture(params=["posix", "windows"])
def systeme(request, monkeypatch):
    """Le verrou de ce système, puis celui de Windows : le dossier n'y est pas tenu, un fichier l'est."""
    if request.param == "windows":
        remplacer_par_windows(monkeypatch)
    return request.param


def remplacer_par_windows(monkeypatch, tenu=False):
    gestes = []

    def locking(descripteur, mode, octets):
        gestes.append((mode, octets))
        if tenu and mode == 1:
            raise OSError(36, "Resource deadlock avoided")
        fcntl.flock(descripteur, fcntl.LOCK_EX if mode == 1 else fcntl.LOCK_UN)

    monkeypatch.setattr(verrou, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(LK_LOCK=1, LK_UNLCK=0, locking=locking))
    return gestes


def ensemble(*taches):
    fils = [threading.Thread(target=tache) for tache in taches]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()


def test_un_seul_a_la_fois_dans_un_dossier(systeme, tmp_path):
    dedans, vus = [], []

    def entrer():
        with seul_dans(tmp_path / "codages"):
            dedans.append(1)
            time.sleep(0.05)
            vus.append(len(dedans))
            dedans.pop()

    ensemble(entrer, entrer)
    assert vus == [1, 1]
    assert list((tmp_path / "codages").iterdir()) == []


@pytest.mark.usefixtures("systeme")
def test_qui_tient_un_dossier_y_entre_encore(tmp_path):
    with seul_dans(tmp_path), seul_dans(tmp_path / "."):
        pass
    assert list(tmp_path.iterdir()) == []


def test_un_dossier_absent_n_est_tenu_que_si_l_on_va_y_ecrire(tmp_path):
    with seul_dans(tmp_path / "codages", creer=False):
        assert not (tmp_path / "codages").exists()
    (tmp_path / "fichier").touch()
    with pytest.raises(ess.ErreurDonnees, match="écriture impossible"), seul_dans(tmp_path / "fichier"):
        pass


def tenu(dossier) -> bool:
    """Dire si un autre fil en est empêché."""
    refus = []

    def entrer():
        try:
            with seul_dans(dossier):
                pass
        except ess.ErreurDonnees as erreur:
            refus.append(str(erreur))

    ensemble(entrer)
    return any("un autre programme y écrit" in un for un in refus)


def test_un_dossier_tenu_trop_longtemps_est_dit_et_un_disque_qui_ne_tient_rien_laisse_entrer(tmp_path, monkeypatch):
    monkeypatch.setattr(verrou, "_ATTENTE", 0)
    with seul_dans(tmp_path):
        assert tenu(tmp_path)

    def flock(*arguments):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", flock)
    with seul_dans(tmp_path):
        assert not tenu(tmp_path)


PLAN = SimpleNamespace(
    lus={},
    contenus={"": b""},
    attentes=(),
    effaces=(),
    sites=(),
    caches=(),
    document="E01",
    origines={},
    cle={"ligne": ()},
)


@pytest.mark.parametrize(
    ("module", "ecriture", "commande"),
    [
        (feuilles, "ecrire_table", lambda e, c, s: ess.ecrire_feuille(e.codages / "lea.csv", s)),
        (recalage, "ecrire_ensemble", lambda e, c, s: recalage.appliquer_recalage(e, PLAN)),
        (changement, "ecrire_ensemble", lambda e, c, s: changement.appliquer_evolution(plan(dossier=e.codages))),
        (reprise, "ecrire_ensemble", lambda e, c, s: reprise.appliquer_reprise(plan(dossier=e.codages))),
        (textes, "ecrire_ensemble", lambda e, c, s: textes.suivre_textes(e, c, changer(c))),
        (application, "ecrire_ensemble", lambda e, c, s: application.retirer(e, PLAN, date(2025, 1, 1))),
        (tableur, "ecrire_table", lambda e, c, s: tableur.arbitrer_au_tableur(e)),
    ],
    ids=["feuille", "recaler", "grille", "reprendre", "cle appliquer", "retirer", "arbitrer"],
)
def test_tout_ce_qui_recrit_une_feuille_tient_leur_dossier(module, ecriture, commande, etude, monkeypatch):
    atelier, vus = Etude(etude), []
    corpus = ess.lire_corpus(atelier.corpus)
    segments = ess.segmenter(corpus)
    ess.ecrire_feuille(atelier.codages / "ana.csv", segments)
    ana = lire_feuille(atelier.codages / "ana.csv")
    ess.ecrire_table(atelier.codages / "ana.csv", ana.assign(codes="O-SOUTIEN"))
    monkeypatch.setattr(verrou, "_ATTENTE", 0)
    monkeypatch.setattr(module, ecriture, lambda *arguments: vus.append(tenu(atelier.codages)) or [])
    commande(atelier, corpus, segments)
    assert vus[0]
    assert not tenu(atelier.codages)


def plan(**autres):
    return SimpleNamespace(**vars(PLAN) | autres)


def changer(corpus):
    premier = corpus["E01"]
    neuf = ess.Entretien.depuis_texte("E01", premier.texte.replace("soir", "matin"))
    return ess.Corpus((neuf, *corpus.entretiens[1:]), corpus.documents)


@pytest.mark.usefixtures("systeme")
def test_une_panne_lache_le_dossier(tmp_path):
    with pytest.raises(ZeroDivisionError), seul_dans(tmp_path):
        raise ZeroDivisionError
    with seul_dans(tmp_path):
        pass


def test_sous_windows_un_octet_est_tenu_puis_lache(tmp_path, monkeypatch):
    gestes = remplacer_par_windows(monkeypatch)
    with seul_dans(tmp_path):
        assert [voisin.name for voisin in tmp_path.iterdir()] == [".verrou"]
        assert gestes == [(1, 1)]
    assert gestes == [(1, 1), (0, 1)]


def test_sous_windows_un_dossier_tenu_trop_longtemps_est_dit(tmp_path, monkeypatch):
    remplacer_par_windows(monkeypatch, tenu=True)
    with pytest.raises(ess.ErreurDonnees, match=r"un autre programme y écrit\. Fermez les autres fenêtres"):
        preparer_feuille(tmp_path / "ana.csv", pd.DataFrame())
    assert not (tmp_path / "ana.csv").exists()


@pytest.mark.usefixtures("systeme")
def test_une_decision_prise_pendant_qu_on_prepare_n_est_pas_perdue(etude, monkeypatch):
    atelier = Etude(etude)
    segments, chemin = ess.segmenter(ess.lire_corpus(atelier.corpus)), atelier.codages / "ana.csv"
    entretiens = dict(list(segments.groupby("entretien")))
    preparer_feuille(chemin, entretiens["E01"])
    ouverte, resultats, lire = FeuilleOuverte(chemin), [], feuille.lire_feuille

    def decider():
        try:
            ouverte.ecrire({QUESTION: Etat(("-",), "")}, ouverte.empreinte)
            resultats.append("écrite")
        except Conflit:
            resultats.append("refusée")

    autre = threading.Thread(target=decider)

    def lire_puis_laisser_decider(nom):
        table = lire(nom)
        if nom == chemin:
            autre.start()
            autre.join(timeout=0.3)
        return table

    monkeypatch.setattr(feuille, "lire_feuille", lire_puis_laisser_decider)
    assert preparer_feuille(chemin, entretiens["E02"])
    autre.join()
    ecrite = lire_feuille(chemin).set_index("segment")
    assert resultats == ["refusée"]
    assert ecrite.loc[QUESTION, "codes"] == ""
    assert set(ecrite.index) == set(segments["segment"])


def test_le_tableur_n_ecrase_pas_une_decision_prise_pendant_qu_il_lit(etude, monkeypatch):
    atelier = Etude(etude)
    segments = ess.segmenter(ess.lire_corpus(atelier.corpus))
    siens, chemin = segments[segments["entretien"] == "E01"], atelier.codages / "arbitrage.csv"
    ess.ecrire_feuille(atelier.codages / "ana.csv", siens)
    ana = lire_feuille(atelier.codages / "ana.csv")
    ess.ecrire_table(atelier.codages / "ana.csv", ana.assign(codes="R-CHARGE"))
    texte = segments.set_index("segment").loc[LONGUE, "texte"]
    atelier.desaccords.write_text(ARBITREE.format(texte=texte), encoding="utf-8")
    preparer = tableur.preparer_feuille

    def decider_ailleurs(*arguments):
        preparer(*arguments)
        page = FeuilleOuverte(chemin)
        page.ecrire({LONGUE: Etat(("P-GESTION",), "dans la page")}, page.empreinte)

    monkeypatch.setattr(tableur, "preparer_feuille", decider_ailleurs)
    with pytest.raises(ess.ErreurDonnees, match=rf"la feuille vient de changer ailleurs \(« {LONGUE} »\)"):
        tableur.arbitrer_au_tableur(atelier)
    assert FeuilleOuverte(chemin).etat(LONGUE) == Etat(("P-GESTION",), "dans la page")


@pytest.mark.parametrize("ordre", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_la_ligne_qui_a_des_codes_l_emporte_sur_celle_qui_n_a_qu_un_memo(ordre, tmp_path):
    lignes = [
        (HEIN, "Ana", "Hein.", "R-CHARGE", "", ""),
        (HEIN, "Ana", "Hein.", "", "", "à revoir"),
        (HEIN, "Ana", "Hein.", "", "", ""),
    ]
    ess.ecrire_table(tmp_path / "ana.csv", pd.DataFrame([lignes[rang] for rang in ordre], columns=FEUILLE))
    ouverte = FeuilleOuverte(tmp_path / "ana.csv")
    assert ouverte.etat(HEIN) == Etat(("R-CHARGE",), "")
    assert ouverte.est_lue(HEIN)
