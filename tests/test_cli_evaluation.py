"""La commande `evaluer`, et les seuils par code qu'elle conseille : ce qu'elle dit, et qu'elle n'écrit rien."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from click.testing import CliRunner

import ess_analyse as ess
from ess_analyse.cli import principal

EXEMPLES = """\
texte;codes
On ressaisit tout chaque soir.;R-CHARGE
On ressaisit encore les pesées.;R-CHARGE
Elle me montre comment faire.;O-SOUTIEN
Un collègue me montre la caisse.;O-SOUTIEN
Le camion est rouge.;-
"""


def lancer(*arguments: str):
    return CliRunner().invoke(principal, arguments, prog_name="ess-analyse")


@pytest.fixture
def codee(etude):
    """La petite étude, avec ses propres exemples : la machine en apprend en un instant."""
    (etude / "data/exemples").mkdir()
    (etude / "data/exemples/essai.csv").write_text(EXEMPLES, encoding="utf-8")
    return etude


def regler(etude, texte: str) -> None:
    (etude / "data/etude.yml").write_text(texte, encoding="utf-8")


def mesures(sortie: str) -> dict[str, dict]:
    return {ligne["code"]: ligne for ligne in json.loads(sortie)["codes"]}


def test_l_aide_est_en_francais():
    sortie = lancer("evaluer", "--help").output
    assert "Emploi : ess-analyse evaluer" in sortie
    assert all(option in sortie for option in ("--plis", "--precision", "--json"))
    assert "evaluer" in lancer("--help").output


def test_evaluer_montre_tout_et_n_ecrit_rien(codee):
    avant = {chemin: chemin.read_bytes() for chemin in codee.rglob("*") if chemin.is_file()}
    resultat = lancer("evaluer")
    assert resultat.exit_code == 0, resultat.output
    for attendu in ("R-CHARGE", "ensemble", "rappel@3", "rappel@5", "95 %, 2 entretiens", "valence (α)", "ECE"):
        assert attendu in resultat.output
    assert "Personne n'a codé à l'aveugle les mêmes phrases" in resultat.output
    assert "nan" not in resultat.output
    assert {chemin: chemin.read_bytes() for chemin in codee.rglob("*") if chemin.is_file()} == avant


def test_les_chiffres_sont_ceux_de_la_bibliotheque(codee):
    lus = json.loads(lancer("evaluer", "--json").output)
    assert list(lus) == ["codes", "ensemble", "calibration", "humains", "erreur_de_calibration"]
    etude = ess.Etude(codee)
    segments, grille = ess.segmenter(ess.lire_corpus(etude.corpus)), ess.lire_grille(etude.grille)
    avis = ess.consolider(ess.lire_codages(etude.codages, segments, grille))
    exemples = ess.lire_exemples(etude.exemples)
    proposees = ess.suggerer_par_plis(segments, grille, avis, exemples=exemples)
    attendues = json.loads(ess.evaluer(proposees, avis, grille).to_json(orient="records"))
    assert lus["codes"] == attendues
    assert lus["codes"][-1]["code"] == "ensemble"
    bornes = {ligne["mesure"]: ligne for ligne in lus["ensemble"]}
    assert set(bornes) >= {"precision", "rappel", "f1", "rappel_3", "rappel_5", "valence", "valence_risque"}
    assert bornes["rappel_5"]["bas"] <= bornes["rappel_5"]["valeur"] <= bornes["rappel_5"]["haut"]


def test_la_machine_est_mise_a_cote_des_personnes(codee):
    feuille = codee / "data/codages/lea.csv"
    (codee / "data/codages/paul.csv").write_bytes(feuille.read_bytes())
    paires = json.loads(lancer("evaluer", "--json").output)["humains"]
    assert [ligne["paire"] for ligne in paires] == ["humain-humain", "machine-humain", "machine-humain"]
    assert paires[0]["f1"] == 1
    assert "lea – paul" in lancer("evaluer").output


@pytest.mark.parametrize("reste", ["aucune feuille", "un seul entretien", "rien de lu"])
def test_moins_de_deux_entretiens_codes(codee, reste):
    feuille = codee / "data/codages/lea.csv"
    lignes = feuille.read_text(encoding="utf-8-sig").splitlines()
    if reste == "aucune feuille":
        feuille.unlink()
        feuille.parent.rmdir()
    elif reste == "un seul entretien":
        feuille.write_text("\n".join(ligne for ligne in lignes if not ligne.startswith("E02")), encoding="utf-8")
    else:
        feuille.write_text(f"{lignes[0]}\n", encoding="utf-8")
    resultat = lancer("evaluer")
    assert resultat.exit_code == 1
    assert "il faut au moins deux entretiens codés" in resultat.output
    assert "ess-analyse feuille --codeur NOM" in resultat.output


@pytest.mark.parametrize("fautives", [("--plis", "1"), ("--plis", "deux"), ("--precision", "50")])
def test_un_mauvais_emploi_est_dit(codee, fautives):
    assert lancer("evaluer", *fautives).exit_code == 2


def test_trop_peu_de_phrases_pour_choisir_un_seuil(codee):
    resultat = lancer("evaluer", "--precision", "0.5")
    assert resultat.exit_code == 0, resultat.output
    assert "Aucun code n'atteint une précision de 0,50" in resultat.output
    raisons = json.loads(lancer("evaluer", "--precision", "0.5", "--json").output)["seuils"]
    assert {ligne["raison"] for ligne in raisons} == {"trop rare"}


def test_les_seuils_conseilles_se_copient_tels_quels(codee, monkeypatch):
    choix = pd.DataFrame(
        {"code": ["R-CHARGE", "O-SOUTIEN"], "seuil": [0.4, 0.35], "raison": ["choisi", "trop rare"], "precision": 0.5}
    )
    monkeypatch.setattr(ess, "choisir_seuils", lambda *_, **__: choix)
    sortie = lancer("evaluer", "--precision", "0.5").output
    bloc = sortie[sortie.index("seuils:") : sortie.index("! Trop rare")]
    regler(codee, bloc)
    assert ess.lire_reglages(codee / "data/etude.yml", ("R-CHARGE", "O-SOUTIEN")).seuils == {"R-CHARGE": 0.4}
    assert "Trop rare, au seuil commun : O-SOUTIEN." in sortie


def test_un_seuil_par_code_est_employe(codee):
    assert lancer("suggerer").exit_code == 0
    libres = pd.read_csv(codee / "data/suggestions.csv", sep=";", encoding="utf-8-sig")
    assert (libres.loc[libres["code"] == "R-CHARGE", "retenu"] == "oui").any()
    regler(codee, "seuils:\n  R-CHARGE: 1\n  O-SOUTIEN: 0\n")
    assert lancer("suggerer").exit_code == 0
    regles = pd.read_csv(codee / "data/suggestions.csv", sep=";", encoding="utf-8-sig").set_index("code")["retenu"]
    assert set(regles["R-CHARGE"]) == {"non"}
    assert (regles["O-SOUTIEN"] == "oui").sum() == 4, "toutes les phrases, sauf celles de l'enquêtrice"
    lus = mesures(lancer("evaluer", "--json").output)
    assert (lus["R-CHARGE"]["proposes"], lus["O-SOUTIEN"]["proposes"]) == (0, 4)


@pytest.mark.parametrize("commande", ["suggerer", "evaluer"])
def test_un_seuil_pour_un_code_inconnu_est_refuse(codee, commande):
    regler(codee, "fictif: oui\nseuils:\n  R-CHARG: 0.4\n")
    resultat = lancer(commande)
    assert resultat.exit_code == 1
    assert "etude.yml, ligne 3 : code inconnu (« R-CHARG »). Vouliez-vous dire « R-CHARGE » ?" in resultat.output
    assert not (codee / "data/suggestions.csv").exists()
