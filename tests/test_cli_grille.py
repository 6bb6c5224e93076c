"""`ess-analyse grille`, telle qu'une personne l'emploie."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal
from ess_analyse.feuilles import lire_feuille
from ess_analyse.fichiers import ecrire_table, lire_table, lire_texte
from ess_analyse.grille import lire_grille

NEUF = """\
  - id: R-DELAI
    dimension: theme
    libelle: Délais
    definition: Le temps qui manque.
    inclure: [quand]
    exclure: [sinon]
    exemples: ["On n'a pas le temps."]
    contre_exemples: ["On a le temps."]
    indices: ["pas le temps"]
"""


def lancer(*arguments: str, code: int = 0) -> str:
    resultat = CliRunner().invoke(principal, ["grille", *arguments], prog_name="ess-analyse")
    assert resultat.exit_code == code, resultat.output
    return resultat.output


def photographier(racine: Path) -> dict[str, bytes]:
    return {str(chemin): chemin.read_bytes() for chemin in sorted(racine.rglob("*")) if chemin.is_file()}


def ajouter_code() -> None:
    Path("data/grille.yml").write_text(lire_texte(Path("data/grille.yml")) + NEUF, encoding="utf-8")


def verifier() -> None:
    resultat = CliRunner().invoke(principal, ["verifier"], prog_name="ess-analyse")
    assert resultat.exit_code == 0, resultat.output


def test_renommer_dit_ce_qui_change_ou_le_lire_et_comment_revenir(etude):
    sortie = lancer("renommer", "R-CHARGE", "R-SURCHARGE", "--libelle", "Surcharge", "--raison", "plus clair")
    assert "Grille version 2 : 2 codages changés dans 1 feuille." in sortie
    assert "data/codages/lea.csv" in sortie
    assert "data/enseignements/1-ressaisie.md" in sortie
    assert "Pour revenir : data/evolutions/v1.yml garde la grille d'avant, data/evolutions/v2.csv" in sortie
    code = lire_grille(etude / "data/grille.yml")["R-SURCHARGE"]
    assert code.libelle == "Surcharge"
    verifier()


def test_essai_montre_et_n_ecrit_rien(etude):
    avant = photographier(etude)
    sortie = lancer("renommer", "R-CHARGE", "R-SURCHARGE", "--raison", "plus clair", "--essai")
    assert "Grille version 2 : 2 codages changés dans 1 feuille. Rien n'a été écrit." in sortie
    assert "Pour revenir" not in sortie
    assert photographier(etude) == avant


def test_fusionner(etude):
    ajouter_code()
    sortie = lancer("fusionner", "R-CHARGE", "R-DELAI", "--en", "R-DELAI", "--raison", "confondus")
    assert "Relisez la définition et les consignes de R-DELAI" in sortie
    assert lire_grille(etude / "data/grille.yml")["R-DELAI"].indices == ("pas le temps", "ressaisir")
    assert lire_feuille(etude / "data/codages/lea.csv")["codes"].tolist()[1:3] == ["R-DELAI P-GESTION", "R-DELAI"]
    verifier()


def test_scinder_de_la_table_vide_a_la_fin(etude):
    ajouter_code()
    geste = ("scinder", "R-CHARGE", "--en", "R-CHARGE", "R-DELAI", "--raison", "deux choses")
    sortie = lancer(*geste)
    assert "La répartition est prête." in sortie
    assert "2 codages à répartir : remplissez « nouveau » dans data/scission.csv, puis relancez." in sortie
    assert "Rien de nouveau" in lancer(*geste)
    table = lire_table(Path("data/scission.csv"), ("feuille", "segment", "texte", "codes", "nouveau"))
    ecrire_table(Path("data/scission.csv"), table.assign(nouveau=["R-DELAI", ""]))
    sortie = lancer(*geste)
    assert "Grille version 2 : 1 codage changé dans 1 feuille." in sortie
    assert "1 codage à répartir : remplissez" in sortie
    ecrire_table(Path("data/scission.csv"), table.assign(nouveau=["R-DELAI", "R-CHARGE"]))
    sortie = lancer(*geste)
    assert "La répartition est terminée." in sortie
    assert "à répartir" not in sortie
    assert not Path("data/scission.csv").exists()
    verifier()


def test_les_arrivees_peuvent_se_repeter_apres_en(etude):
    ajouter_code()
    lancer("scinder", "R-CHARGE", "--en", "R-CHARGE", "--en", "R-DELAI", "--raison", "x", "--essai")
    assert not Path("data/scission.csv").exists()


def test_supprimer_refuse_puis_accepte(etude):
    sortie = lancer("supprimer", "R-CHARGE", "--raison", "vague", code=1)
    assert "✗ data/enseignements/1-ressaisie.md, ligne 5 : le code est encore cité (« R-CHARGE »)." in sortie
    assert "Grille version 2 : 1 codage changé dans 1 feuille." in lancer("supprimer", "O-SOUTIEN", "--raison", "vague")
    assert lire_feuille(etude / "data/codages/lea.csv")["codes"].tolist()[4] == "-"
    verifier()


def test_le_journal_se_montre_et_se_donne_en_json(etude):
    assert "La grille n'a pas encore changé." in lancer("journal")
    assert json.loads(lancer("journal", "--json")) == []
    lancer("renommer", "R-CHARGE", "R-X", "--raison", "parce que", "--date", "2026-11-22")
    sortie = lancer("journal")
    assert "2026-11-22" in sortie
    assert "parce que" in sortie
    [geste] = json.loads(lancer("journal", "--json"))
    assert (geste["version"], geste["codages"], geste["feuilles"]) == (2, 2, "lea")


def test_la_date_du_jour_est_celle_par_defaut(etude):
    avant = date.today()
    lancer("renommer", "R-CHARGE", "R-X", "--raison", "x")
    [geste] = json.loads(lancer("journal", "--json"))
    assert avant <= date.fromisoformat(geste["date"]) <= date.today()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("renommer", "R-CHARGE", "R-X"), "--raison"),
        (("fusionner", "--en", "R-CHARGE", "--raison", "x"), "R-MOYENS R-DONNEES"),
        (("scinder", "R-CHARGE", "--raison", "x"), "--en"),
        (("supprimer", "--raison", "x"), "R-SANTE"),
        (("renommer", "R-CHARGE", "R-X", "--raison", "x", "--date", "22/11/2026"), "22/11/2026"),
    ],
)
def test_un_argument_manquant_se_dit_en_francais(etude, arguments, message):
    sortie = lancer(*arguments, code=2)
    assert message in sortie
    assert not any(anglais in sortie for anglais in ("Missing", "Invalid", "does not match", "Error"))


def test_une_erreur_n_a_pas_de_trace_et_ne_change_rien(etude):
    avant = photographier(etude)
    sortie = lancer("fusionner", "R-CHARG", "--en", "R-CHARGE", "--raison", " ", code=1)
    assert "✗ raison : raison vide." in sortie
    assert "Vouliez-vous dire « R-CHARGE » ?" in sortie
    assert "2 problèmes à corriger." in sortie
    assert photographier(etude) == avant
