"""Les études que la mesure des incréments compose sont de vraies études ; aucun test ne chronomètre."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import ess_analyse as ess

RACINE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def banc():
    """Le module de la mesure, qui n'est pas installé avec le paquet."""
    with pytest.MonkeyPatch.context() as rustine:
        rustine.syspath_prepend(RACINE)
        yield importlib.import_module("benchmarks.increments")


@pytest.fixture(scope="module")
def copie(banc, tmp_path_factory):
    return banc.copier(ess.Etude(RACINE), tmp_path_factory.mktemp("copie"), ["E01", "O01"])


def test_une_copie_ne_garde_que_ce_qu_on_demande(copie):
    corpus = ess.lire_corpus(copie.corpus)
    assert list(corpus.documents["entretien"]) == ["E01", "O01"]
    assert not (copie.racine / "src").exists()
    assert not (copie.racine / ".ess").exists()


def test_un_corpus_repete_se_lit_et_les_codages_restent_ceux_des_premiers(banc, tmp_path):
    copie = banc.copier(ess.Etude(RACINE), tmp_path)
    avant = ess.lire_corpus(copie.corpus)
    banc.grossir(copie, 3)
    corpus, grille = ess.lire_corpus(copie.corpus), ess.lire_grille(copie.grille)
    assert len(corpus.documents) == 3 * len(avant.documents)
    segments = ess.segmenter(corpus)
    codages = ess.lire_codages(copie.codages, segments, grille)
    assert set(codages["segment"]) <= set(ess.segmenter(avant)["segment"])


def test_une_seule_decision_change(banc, tmp_path):
    copie = banc.copier(ess.Etude(RACINE), tmp_path)
    segments, grille = ess.segmenter(ess.lire_corpus(copie.corpus)), ess.lire_grille(copie.grille)
    avant = ess.consolider(ess.lire_codages(copie.codages, segments, grille))
    banc._decider_autrement(copie)
    apres = ess.consolider(ess.lire_codages(copie.codages, segments, grille))
    lignes = [set(map(tuple, table[["segment", "code"]].values)) for table in (avant, apres)]
    assert len(lignes[0] - lignes[1]) == len(lignes[1] - lignes[0]) == 1


def test_une_commande_qui_echoue_n_est_pas_mesuree(banc, copie):
    with pytest.raises(RuntimeError, match="n'existe pas"):
        banc._lancer(copie, "suggere")
