"""Ce qui change pendant une séance : une origine abîmée, la grille, le texte de l'entretien."""

from __future__ import annotations

import pandas as pd
import pytest

import ess_analyse as ess
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.modele import RAISONS, SUGGESTIONS
from ess_analyse.relecture import Seance, decrire, executer

QUESTION, LONGUE, HEIN = "E01:13-28", "E01:37-62", "E01:63-80"
PROPOSEE = (LONGUE, "R-CHARGE", 0.82, 1, True, "indices", "ressaisit", 44, 53, "", "")


@pytest.fixture
def atelier(etude):
    ess.ecrire_suggestions(
        etude / "data/suggestions.csv", pd.DataFrame([PROPOSEE], columns=[*SUGGESTIONS, *RAISONS]).convert_dtypes()
    )
    return Etude(etude)


@pytest.fixture
def seance(atelier):
    return Seance(atelier, "claire", "E01")


def demander(seance, action="decider", **corps):
    return executer(seance, action, {"empreinte": seance.empreinte, "segment": QUESTION} | corps)


def changer(chemin, avant, apres):
    texte = chemin.read_text(encoding="utf-8")
    assert avant in texte
    chemin.write_text(texte.replace(avant, apres), encoding="utf-8")


@pytest.mark.parametrize("abimee", ["R-CHARGE", "R-CHARGE:haut:indices:", "R-CHARGE:0.5", ":::", "n'importe quoi"])
def test_une_origine_abimee_sur_une_ligne_a_memo_seul_n_arrete_rien(atelier, abimee):
    Seance(atelier, "claire", "E01")
    chemin = atelier.codages / "claire.csv"
    table = lire_feuille(chemin)
    table.loc[table["segment"] == LONGUE, ["memo", "origine"]] = [
        "à revoir",
        f"{abimee}|O-SOUTIEN:0.40:modele:le soir",
    ]
    ess.ecrire_table(chemin, table)
    seance = Seance(atelier, "claire", "E01")
    assert [lue.code for lue in seance.propositions(LONGUE)] == ["O-SOUTIEN"]
    assert decrire(seance)["entretien"] == "E01"


@pytest.mark.parametrize("action", ["recharger", "ouvrir"])
def test_recharger_relit_la_grille(seance, atelier, action):
    changer(atelier.grille, "O-SOUTIEN", "O-ENTRAIDE")
    demander(seance, action, entretien="E01")
    assert "O-ENTRAIDE" in seance.grille
    assert demander(seance, geste="ajouter", valeur="O-ENTRAIDE")["ligne"]["codes"] == ["O-ENTRAIDE"]


def test_une_grille_changee_refuse_toute_ecriture_jusqu_au_rechargement(seance, atelier):
    demander(seance, geste="rien")
    avant = (atelier.codages / "claire.csv").read_bytes()
    changer(atelier.grille, "O-SOUTIEN", "O-ENTRAIDE")
    for action, corps in (("decider", {"geste": "ajouter", "valeur": "O-SOUTIEN"}), ("annuler", {})):
        dit = demander(seance, action, **corps)["probleme"]
        assert "data/grille.yml : la grille a changé. Rechargez" in dit
    assert (atelier.codages / "claire.csv").read_bytes() == avant
    demander(seance, "recharger")
    assert "probleme" not in demander(seance, geste="effacer")


@pytest.mark.parametrize("action", ["recharger", "ouvrir"])
def test_un_texte_change_refuse_toute_ecriture_puis_se_relit(seance, atelier, action):
    atelier.suggestions.unlink()
    changer(atelier.corpus / "E01.txt", "pesées", "pesées du jour")
    dit = demander(seance, geste="rien")["probleme"]
    assert "E01.txt : le texte de l'entretien a changé" in dit
    assert "« ess-analyse recaler »" in dit
    demander(seance, action, entretien="E01")
    assert "Et les pesées du jour ?" in list(seance.segments["texte"])
    assert demander(seance, geste="rien", segment=seance.segments["segment"].iloc[0])["ligne"]["codes"] == ["-"]


def test_le_texte_d_un_autre_entretien_n_arrete_rien(seance, atelier):
    autre = atelier.corpus / "E02.txt"
    autre.write_text(autre.read_text(encoding="utf-8") + "\nSamir : Voilà.\n", encoding="utf-8")
    assert demander(seance, geste="rien")["ligne"]["codes"] == ["-"]


def test_une_grille_illisible_au_rechargement_laisse_la_seance_ou_elle_est(seance, atelier):
    grille, bonne = seance.grille, atelier.grille.read_text(encoding="utf-8")
    demander(seance, geste="rien")
    atelier.grille.write_text("version: [", encoding="utf-8")
    assert "grille.yml" in demander(seance, "recharger")["probleme"]
    assert (seance.grille, seance.entretien, seance.annulable) == (grille, "E01", True)
    atelier.grille.write_text(bonne, encoding="utf-8")
    assert demander(seance, "annuler")["ligne"]["codes"] == []


def test_une_feuille_en_faute_avec_la_grille_neuve_laisse_la_grille_ancienne(seance, atelier):
    demander(seance, geste="ajouter", valeur="O-SOUTIEN")
    changer(atelier.grille, "O-SOUTIEN", "O-ENTRAIDE")
    assert "code inconnu (« O-SOUTIEN »)" in demander(seance, "recharger")["probleme"]
    assert "O-SOUTIEN" in seance.grille
    assert "la grille a changé" in demander(seance, geste="rien")["probleme"]


def test_un_entretien_disparu_est_dit_au_rechargement(seance, atelier):
    (atelier.corpus / "E01.txt").unlink()
    assert "le texte de l'entretien a changé" in demander(seance, geste="rien")["probleme"]
    assert "probleme" in demander(seance, "recharger")
    assert seance.entretien == "E01"
