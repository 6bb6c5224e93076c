"""Les mesures se lancent et se disent en rapports ; aucun test ne chronomètre."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import ess_analyse as ess
from ess_analyse.pages.matiere import ABLATION, MESURES

RACINE = Path(__file__).parents[1]
FAIRE = "relancez « python -m benchmarks ablation »"


def lancer(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments], cwd=RACINE, capture_output=True, text=True, encoding="utf-8"
    )


def test_une_mesure_se_dit_en_rapport_a_une_reference(monkeypatch, capsys):
    monkeypatch.syspath_prepend(RACINE)
    mesures = importlib.import_module("benchmarks.__main__")
    monkeypatch.setattr(mesures, "PASSAGES", 1)
    assert mesures.principal(["import"]) == 0
    lignes = capsys.readouterr().out.splitlines()
    assert len(lignes) == 3
    assert all(re.search(r" = \d+,\d\d × Python nu \(\d+,\d\d s contre \d+,\d\d s\)$", ligne) for ligne in lignes)


def test_une_mesure_inconnue_est_un_mauvais_emploi():
    resultat = lancer("vitesse")
    assert resultat.returncode == 2
    assert "Choix : import, suggestions, site, ablation" in resultat.stderr
    assert not resultat.stdout


def test_l_aide_dit_chaque_mesure_et_n_en_lance_aucune(monkeypatch, capsys):
    monkeypatch.syspath_prepend(RACINE)
    mesures = importlib.import_module("benchmarks.__main__")
    assert mesures.principal(["import", "--help"]) == 0
    dit = capsys.readouterr().out
    assert dit.startswith("Mesurer, et le dire en rapports")
    assert re.findall(r"^  (\w+) +\w.+\.$", dit, re.MULTILINE) == list(mesures.MESURES)
    assert " × " not in dit


# ─── L'ablation ───


@pytest.fixture(scope="module")
def banc():
    """Le module de l'ablation, qui n'est pas installé avec le paquet."""
    with pytest.MonkeyPatch.context() as rustine:
        rustine.syspath_prepend(RACINE)
        yield importlib.import_module("benchmarks.ablation")


@pytest.fixture(scope="module")
def ablation():
    return pd.read_csv(RACINE / "data/mesures/ablation.csv", sep=";", encoding="utf-8-sig")


def test_la_table_d_ablation_a_ses_colonnes_et_ses_lignes(ablation, banc):
    assert tuple(ablation.columns) == ABLATION
    attendues = [(epreuve, variante.nom) for epreuve in banc.EPREUVES for variante in banc.VARIANTES]
    assert list(ablation[["epreuve", "modele"]].itertuples(index=False, name=None)) == attendues
    assert len(attendues) == 20
    assert ablation[list(MESURES)].notna().all(axis=None)
    assert ablation[["f1", "f1_macro", "rappel_3", "rappel_5"]].stack().between(0, 1).all()
    assert (ablation["rappel_3"] <= ablation["rappel_5"]).all()


def test_ecarter_des_mains_laisse_moins_d_exemples(ablation):
    nombres = ablation.groupby("modele")[["exemples", "mains"]].max()
    complet = nombres.loc["modèle complet"]
    for modele in ("sans les exemples « suivis »", "sans les exemples « usuels »"):
        assert (nombres.loc[modele] < complet).all()
    assert (nombres.drop(index=["sans les exemples « suivis »", "sans les exemples « usuels »"]) == complet).all(
        axis=None
    )


def test_la_table_d_ablation_est_celle_d_aujourd_hui(ablation, banc):
    atelier = banc.Atelier(ess.Etude(RACINE))
    seules = banc.VARIANTES[-1]
    assert (seules.nom, seules.modele) == ("règles seules", False)
    refaite = banc.mesurer_a_froid(atelier, seules)
    gardee = ablation[(ablation["epreuve"] == refaite[0]) & (ablation["modele"] == refaite[1])]
    assert gardee.values.tolist() == [list(refaite)], FAIRE
    # Taking the model whole, the ablation must find what `suggerer` finds.
    epreuve = atelier.demonstration
    suggestions = ess.suggerer(epreuve.segments, atelier.grille, exemples=atelier.exemples)
    mesures = ess.evaluer(suggestions, epreuve.codages, atelier.grille).set_index("code").loc["ensemble"]
    modele = atelier.depart.predict_proba(epreuve.phrases)
    entiere = banc.mesurer_a_froid(atelier, banc.VARIANTES[0], modele)
    assert list(entiere[-len(MESURES) :]) == [round(float(mesures[nom]), 4) for nom in MESURES]


def test_deux_variantes_qui_n_apprennent_pas_autrement_partagent_leurs_regressions(banc):
    assert banc.Variante("a", regles=False).regression == banc.Variante("b", nuances=False).regression
    uniques = {variante.regression for variante in banc.VARIANTES}
    assert len(uniques) == 7
