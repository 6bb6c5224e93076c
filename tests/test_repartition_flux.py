"""De vraies suggestions, réparties et en flux : la table d'un seul processus, même si un travailleur est tué."""

from __future__ import annotations

import importlib
import inspect
import logging
import tempfile
from pathlib import Path

import pandas as pd
import psutil
import pytest

import ess_analyse as ess
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.modele import CODAGES
from ess_analyse.suggestions import Demande, documents, inventorier, proposer_parts, suggerer_en_flux

RACINE = Path(__file__).parents[1]
SANS = pd.DataFrame({"texte": [], "codes": []}, dtype="str")
DOCUMENTS = 6


@pytest.fixture(scope="module")
def grille():
    return ess.lire_grille(ess.Etude(RACINE).grille)


@pytest.fixture(scope="module")
def segments():
    """Quelques documents de la démonstration."""
    tous = ess.segmenter(ess.lire_corpus(ess.Etude(RACINE).corpus))
    return tous[tous["entretien"].isin(tous["entretien"].unique()[:DOCUMENTS])].reset_index(drop=True)


@pytest.fixture(scope="module")
def codages(segments):
    """Ce qu'une personne a décidé des phrases du premier document."""
    siens = segments[segments["entretien"] == segments["entretien"][0]]["segment"]
    codes = ["-" if rang % 3 else "R-CHARGE" for rang in range(len(siens))]
    return pd.DataFrame({"segment": siens, "codeur": "lea", "code": codes, "origine": "humain"})[list(CODAGES)]


@pytest.fixture(scope="module")
def reference(segments, grille, codages):
    return ess.suggerer(segments, grille, codages, exemples=SANS)


@pytest.fixture
def petits_groupes(monkeypatch):
    """Une tâche par document ou presque : de quoi tuer quelqu'un au milieu."""
    monkeypatch.setattr(documents, "_PAQUET", 20)


def un_a_un(segments):
    return (table for _, table in segments.groupby("entretien", sort=False))


def proposer(segments, grille, codages):
    lus = segments[segments["segment"].isin(codages["segment"])]
    return suggerer_en_flux(un_a_un(segments), grille, codages, lus=lus, exemples=SANS)


def enfants():
    return {fils.pid: fils for fils in psutil.Process().children(recursive=True) if "spawn_main" in str(fils.cmdline())}


def test_le_flux_rend_la_table_entiere_document_par_document(segments, grille, codages, reference):
    tables = list(proposer(segments, grille, codages))
    assert len(tables) == DOCUMENTS
    assert all(table["segment"].str.split(":").str[0].nunique() == 1 for table in tables)
    pd.testing.assert_frame_equal(pd.concat(tables, ignore_index=True), reference, check_exact=True)


def test_le_flux_ne_prend_que_ce_qu_il_peut_tenir(segments, grille, codages, petits_groupes):
    prises = []

    def source():
        for table in un_a_un(segments):
            prises.append(len(table))
            yield table

    lus = segments[segments["segment"].isin(codages["segment"])]
    flux = suggerer_en_flux(source(), grille, codages, lus=lus, exemples=SANS)
    assert inspect.isgenerator(flux)
    assert not prises
    for rang, _ in enumerate(flux, start=1):
        assert len(prises) <= rang + 1
    assert len(prises) == DOCUMENTS


def test_le_flux_dit_ce_qui_manque(segments, grille, codages):
    with pytest.raises(ErreurDonnees, match="segment absent de la table des segments"):
        next(suggerer_en_flux(un_a_un(segments), grille, codages, exemples=SANS))
    with pytest.raises(ErreurDonnees, match="segments"):
        list(suggerer_en_flux([segments.drop(columns="texte")], grille, exemples=SANS))
    with pytest.raises(ErreurDonnees, match="code inconnu"):
        list(suggerer_en_flux([], grille, exemples=SANS, seuil={"R-RIEN": 0.5}))
    assert list(suggerer_en_flux([], grille, exemples=SANS)) == []
    assert list(suggerer_en_flux([segments.iloc[:0]], grille, exemples=SANS)) == []


def test_un_travailleur_dask_tue_au_milieu_de_suggerer_ne_change_pas_la_table(
    segments, grille, codages, reference, petits_groupes, tmp_path, monkeypatch
):
    importlib.import_module("distributed")  # which sets the level of its own log
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    moi, niveau = psutil.Process(), logging.getLogger("distributed").level
    deja = {lien.laddr for lien in moi.net_connections("inet")}

    def n_ecouter_qu_ici(neufs):
        liens = [lien for processus in (moi, *neufs) for lien in processus.net_connections("inet")]
        ecoutes = {lien.laddr for lien in liens if lien.status == psutil.CONN_LISTEN} - deja
        assert len(ecoutes) >= 3
        assert {adresse.ip for adresse in ecoutes} == {"127.0.0.1"}
        assert {lien.raddr.ip for lien in liens if lien.raddr and lien.laddr not in deja} == {"127.0.0.1"}

    enfants_d_avant = enfants()
    # `suggerer` is these parts, put together; one by one, there is a middle in which to kill.
    demande = Demande(segments, grille, codages, SANS), inventorier([segments])
    parts = proposer_parts(*demande, processus=2, dask="local")
    tables = [next(parts).en_table()]
    neufs = {pid: fils for pid, fils in enfants().items() if pid not in enfants_d_avant}
    assert len(neufs) == 2
    n_ecouter_qu_ici(neufs.values())
    victime = max(neufs.values(), key=lambda fils: sum(fils.cpu_times()[:2]))
    victime.kill()
    tables.extend(part.en_table() for part in parts)
    assert not victime.is_running()
    assert enfants().keys() <= enfants_d_avant.keys()
    assert len(tables) == DOCUMENTS
    table = pd.concat(tables, ignore_index=True)
    assert not table.duplicated(["segment", "code"]).any()
    pd.testing.assert_frame_equal(table, reference, check_exact=True)
    assert not list(tmp_path.iterdir())
    assert logging.getLogger("distributed").level == niveau
