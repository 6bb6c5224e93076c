"""La page des mesures et la commande qui les fait parlent des mêmes choses."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

import ess_analyse as ess

RACINE = Path(__file__).parents[1]
PAGE = (RACINE / "docs/echelle.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def banc():
    """Le module des mesures, qui n'est pas installé avec le paquet."""
    with pytest.MonkeyPatch.context() as rustine:
        rustine.syspath_prepend(RACINE)
        yield importlib.import_module("benchmarks.echelle")


@pytest.fixture(scope="module")
def table(banc):
    """Une table imprimée, de mesures inventées : la mémoire y tient, ou croît d'un mébioctet pour mille mots."""
    debits = {
        mode: banc.Releve(1000, 900, 2.5, 9 / rang, 9 / rang, 500, 300 * (rang > 2))
        for rang, mode in enumerate(banc.DEBITS, start=1)
    }
    mots = [(1000 * fois, 900 * fois) for fois in banc.TAILLES]
    tailles = {
        "flux": [banc.Releve(tous, etablis, 1, 1, etablis / 9, 500, 0) for tous, etablis in mots],
        "commande": [banc.Releve(tous, etablis, 1, 1, etablis**2, 500 + tous / 1000, 0) for tous, etablis in mots],
    }
    return banc.presenter(debits, tailles).splitlines()


def lignes(texte):
    """Le nom de chaque mesure d'une table."""
    return [
        ligne.split(" | ")[0].removeprefix("| ") for ligne in texte if ligne.startswith(("| débit", "| mém", "| coût"))
    ]


def formes(texte):
    """Chaque résultat, ses nombres ôtés."""
    rangs = (ligne for ligne in texte if ligne.startswith(("| débit", "| mém", "| coût")))
    return [re.sub(r"[\d\u202f,]+", "N", ligne) for ligne in rangs]


def test_la_page_a_les_mesures_de_la_commande_et_elles_seules(table, banc):
    assert lignes(PAGE.splitlines()) == list(banc.ETIQUETTES) == lignes(table)
    assert formes(PAGE.splitlines()) == formes(table)
    assert "`python -m benchmarks echelle`" in PAGE
    assert re.search(r"\bnovembre 2026\b.*\b\w+ cœurs\b", PAGE)


def test_la_page_dit_les_options_de_la_commande():
    from ess_analyse.cli.etapes import suggerer

    options = {option for parametre in suggerer.params for option in parametre.opts}
    citees = set(re.findall(r"--[a-z]+", PAGE)) - {"--host", "--nthreads"}
    assert citees <= options
    assert {"--processus", "--dask"} <= citees


def test_chaque_promesse_est_tenue_par_un_test():
    promesses = re.findall(r"`(tests/\w+\.py)::(\w+)`", PAGE)
    assert len(promesses) == len([ligne for ligne in PAGE.splitlines() if "`tests/" in ligne]) >= 8
    for fichier, test in promesses:
        assert f"def {test}(" in (RACINE / fichier).read_text(encoding="utf-8")


def test_les_nombres_sont_dits_a_la_francaise(table):
    assert table[2] == "| débit, `nlp.pipe` nu | 100 mots par seconde ; 2,5 s pour les premières phrases ; 500 Mio |"
    assert "| 300 mots par seconde, soit 3,00 × `nlp.pipe` nu ; 2,5 s" in table[4]
    assert table[4].endswith("500 Mio et 300 par travailleur |")


def test_la_memoire_est_prolongee_par_sa_plus_raide_montee(banc, table):
    droite = {10**6: 1500, 10**7: 10500, 10**8: 100500}
    assert banc.prolonger([1000, 2000, 3000], [501, 502, 503]) == pytest.approx(droite)
    # What the start hides of the smaller sizes does not flatter the larger ones.
    assert banc.prolonger([1000, 2000, 3000], [502, 502, 503]) == pytest.approx(droite)
    assert banc.prolonger([1000, 2000, 3000], [503, 502, 501]) == dict.fromkeys(banc.CIBLES, 503)
    assert banc.prolonger([10**6, 2 * 10**6, 4 * 10**6], [500, 500, 520])[10**6] == 500
    assert "| 500 Mio pour 1\u202f000\u202f000 mots ; 500 Mio pour 10\u202f000\u202f000 mots" in table[7]


@pytest.mark.parametrize("exposant", [0.5, 1, 2])
def test_la_pente_est_l_exposant_du_cout(banc, exposant):
    assert banc.pente([3, 30, 90], [7 * taille**exposant for taille in (3, 30, 90)]) == pytest.approx(exposant)


def test_un_cout_carre_se_voit(table):
    assert table[8].endswith("| pente log-log 1,00 |")
    assert table[-1].endswith("| pente log-log 2,00 |")


def test_les_copies_sont_des_documents_distincts_et_paresseux(banc):
    segments = ess.segmenter(ess.lire_corpus(ess.Etude(RACINE).corpus))
    copies = banc.copier(segments, 10**9)
    premiers = [next(copies) for _ in range(2 * segments["entretien"].nunique())]
    toutes = pd.concat(premiers)
    assert toutes["segment"].is_unique
    assert toutes["texte"].tolist() == segments["texte"].tolist() * 2
    assert (toutes["segment"].str.split(":").str[0] == toutes["entretien"]).all()


@pytest.mark.skipif(sys.platform == "win32", reason="la mémoire d'un processus s'y demande autrement")
def test_un_releve_vient_d_un_vrai_processus(banc):
    releve = banc.relever(ess.Etude(RACINE), "nu", 1, 1000)
    assert releve.mots > releve.etablis > 0
    assert min(releve.demarrage, releve.secondes, releve.calcul, releve.mio) > 0
    assert releve.debit == releve.etablis / releve.secondes
