"""Les commandes `accord` et `echantillon`, telles qu'une équipe les emploie."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal


def lancer(*arguments: str):
    return CliRunner().invoke(principal, arguments, prog_name="ess-analyse")


@pytest.fixture
def double(etude):
    """L'étude codée aussi par Paul, comme Léa à une phrase près."""
    lea = (etude / "data/codages/lea.csv").read_text(encoding="utf-8")
    paul = lea.replace(";C'est long, hein.;R-CHARGE;", ";C'est long, hein.;-;")
    assert paul != lea
    (etude / "data/codages/paul.csv").write_text(paul, encoding="utf-8")
    return etude


def test_accord_donne_toutes_les_mesures_en_json(double):
    lignes = {ligne["code"]: ligne for ligne in json.loads(lancer("accord", "--json").output)}
    assert set(lignes) == {"R-CHARGE", "O-SOUTIEN", "P-GESTION", "theme", "prisme"}
    charge = lignes["R-CHARGE"]
    assert (charge["unites"], charge["codeurs"], charge["usages"], charge["pourcentage"]) == (6, 2, 3, 0.833)
    assert (charge["kappa"], charge["alpha"], charge["ac1"]) == (0.571, 0.593, 0.733)
    assert charge["conclusion"] == "trop rare"
    # Only E01 carries the code: nothing is known of its variety.
    assert charge["alpha_bas"] is charge["alpha_haut"] is charge["alpha_masi"] is None
    assert lignes["theme"]["alpha_bas"] <= lignes["theme"]["alpha"] <= lignes["theme"]["alpha_haut"]
    assert lignes["theme"]["alpha_masi"] is not None
    assert lignes["theme"]["ac1"] is None


def test_accord_affiche_une_table_et_dit_comment_la_lire(double):
    sortie = lancer("accord").output
    for morceau in ("Accord entre codeurs, sur 6 phrases", "κ", "AC1", "α MASI", "conclusion", "trop rare", "theme"):
        assert morceau in sortie
    # Two decimals would round an agreement up to what concludes otherwise.
    assert "0,593" in sortie
    assert "bornes de α à 95 %" in sortie
    assert "Sur 2 entretiens, ces bornes sont trop étroites" in sortie
    assert "Aucune seconde lecture" in lancer("accord", "--constance").output


def test_accord_des_seuls_codeurs_nommes(double):
    feuille = (double / "data/codages/lea.csv").read_bytes()
    (double / "data/codages/zoe.csv").write_bytes(feuille)
    assert {ligne["codeurs"] for ligne in json.loads(lancer("accord", "--json").output)} == {3}
    lignes = json.loads(lancer("accord", "--codeurs", "lea, zoe", "--json").output)
    assert {ligne["pourcentage"] for ligne in lignes} == {1}
    resultat = lancer("accord", "--codeurs", "lea,zoee")
    assert resultat.exit_code == 1
    assert "ouliez-vous dire « zoe »" in resultat.output
    resultat = lancer("accord", "--codeurs", "lea")
    assert resultat.exit_code == 2
    assert "deux noms au moins" in resultat.output


def test_accord_sans_double_lecture_le_dit(etude):
    resultat = lancer("accord")
    assert resultat.exit_code == 0
    assert "Aucune phrase n'a été lue à l'aveugle par deux personnes" in resultat.output


def test_accord_dit_pourquoi_des_phrases_lues_deux_fois_ne_comptent_pas(double):
    paul = double / "data/codages/paul.csv"
    guidees = paul.read_text(encoding="utf-8")
    for code in ("R-CHARGE", "O-SOUTIEN"):
        guidees = guidees.replace(f"{code};;", f"{code};{code}:0.90:indices:x;")
        guidees = guidees.replace(f"{code} P-GESTION;;", f"{code} P-GESTION;{code}:0.90:indices:x;")
    paul.write_text(guidees, encoding="utf-8")
    sortie = " ".join(lancer("accord").output.split())
    assert "6 phrases lues par deux personnes ne comptent pas" in sortie
    assert "ess-analyse accord --codeurs lea,paul" in sortie
    assert "ess-analyse echantillon" in sortie


def test_echantillon_tire_fige_et_dit_la_suite(double):
    resultat = lancer("echantillon", "--part", "0.2", "--graine", "3")
    assert resultat.exit_code == 0, resultat.output
    fige = (double / "data/echantillon.csv").read_text(encoding="utf-8-sig").splitlines()
    assert fige[0] == "entretien;strate;graine;grille;empreinte"
    assert [ligne.split(";")[:4] for ligne in fige[1:]] == [
        ["E01", "S1 · permanents", "3", "1"],
        ["E02", "S1 · permanents", "3", "1"],
    ]
    assert "ess-analyse feuille --codeur NOM --aveugle --document E01 --document E02" in resultat.output
    assert "déjà figés" in lancer("echantillon", "--graine", "3").output


def test_echantillon_refuse_d_ecraser_sans_refaire(double):
    lancer("echantillon")
    avant = (double / "data/echantillon.csv").read_bytes()
    resultat = lancer("echantillon", "--graine", "2")
    assert resultat.exit_code == 1
    assert "déjà figé" in resultat.output
    assert "--refaire" in resultat.output
    assert (double / "data/echantillon.csv").read_bytes() == avant
    tires = json.loads(lancer("echantillon", "--graine", "2", "--refaire", "--json").output)
    assert [ligne["graine"] for ligne in tires] == [2, 2]
    assert (double / "data/echantillon.csv").read_bytes() != avant
    assert lancer("echantillon", "--part", "0").exit_code == 2


def test_accord_sur_l_echantillon_seul_et_grille_changee(double):
    resultat = lancer("accord", "--echantillon")
    assert resultat.exit_code == 1
    assert "aucun échantillon figé" in resultat.output
    lancer("echantillon")
    fige = double / "data/echantillon.csv"
    fige.write_text("".join(fige.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")
    lignes = json.loads(lancer("accord", "--echantillon", "--json").stdout)
    assert {ligne["unites"] for ligne in lignes} == {3}
    paul = double / "data/codages/paul.csv"
    paul.write_text("".join(paul.read_text(encoding="utf-8").splitlines(keepends=True)[:3]), encoding="utf-8")
    resultat = lancer("accord", "--echantillon")
    assert "il reste 1 phrase sur 3 à faire lire par deux personnes" in resultat.output
    assert "la grille a changé" not in resultat.output
    grille = double / "data/grille.yml"
    texte = grille.read_text(encoding="utf-8")
    grille.write_text(texte.replace("Ce que contient Gestion", "Tout ce que contient Gestion"), encoding="utf-8")
    resultat = lancer("accord", "--echantillon", "--json")
    assert "la grille a changé depuis que l'échantillon est figé" in resultat.stderr
    assert json.loads(resultat.stdout)


def test_constance_compare_les_deux_lectures_d_une_personne(double):
    lea = double / "data/codages/lea.csv"
    (double / "data/codages/lea@2026-03-01.csv").write_bytes((double / "data/codages/paul.csv").read_bytes())
    lignes = json.loads(lancer("accord", "--constance", "--json").output)
    assert {(ligne["codeur"], ligne["relecture"]) for ligne in lignes} == {("lea", "2026-03-01")}
    assert lignes[0]["alpha"] == 0.593
    assert "lui-même" in lancer("accord", "--constance", "--codeurs", "lea").output
    assert {ligne["codeurs"] for ligne in json.loads(lancer("accord", "--json").output)} == {2}
    assert lancer("verifier").exit_code == 0
    lea.unlink()
    assert "seconde lecture sans la première" in lancer("verifier").output


def test_une_seconde_lecture_ne_change_ni_les_pages_ni_les_exports(double):
    assert lancer("pages").exit_code == 0
    lancer("exporter", "avant.qdpx")
    avant = {chemin: chemin.read_bytes() for chemin in sorted((double / "rapports").rglob("*")) if chemin.is_file()}
    (double / "data/codages/lea@2026-03-01.csv").write_bytes((double / "data/codages/paul.csv").read_bytes())
    assert "Les pages étaient à jour" in lancer("pages").output
    assert {chemin: chemin.read_bytes() for chemin in avant} == avant
    lancer("exporter", "apres.qdpx")
    assert (double / "apres.qdpx").read_bytes() == (double / "avant.qdpx").read_bytes()
