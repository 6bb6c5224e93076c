"""`ess-analyse` et `ess-analyse etat` : dire où l'on en est, et quoi taper."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal
from ess_analyse.conduite import ETATS


def lancer(*arguments: str):
    return CliRunner().invoke(principal, arguments, prog_name="ess-analyse")


@pytest.fixture
def ailleurs(tmp_path, monkeypatch):
    (tmp_path / "ailleurs").mkdir()
    monkeypatch.chdir(tmp_path / "ailleurs")
    return tmp_path / "ailleurs"


def test_sans_commande_hors_d_une_etude_aide_et_nouveau(ailleurs):
    resultat = lancer()
    assert resultat.exit_code == 0
    assert "Emploi :" in resultat.output
    assert resultat.output.rstrip().endswith("ess-analyse nouveau mon-etude")
    assert list(ailleurs.iterdir()) == []


def test_etat_hors_d_une_etude_est_une_erreur(ailleurs):
    resultat = lancer("etat")
    assert resultat.exit_code == 1
    assert "ne fait partie d'aucune étude" in resultat.output


def test_sans_commande_dans_une_etude_la_prochaine_etape(etude):
    resultat = lancer()
    assert resultat.exit_code == 0
    assert resultat.output == lancer("etat").output
    lignes = resultat.output.splitlines()
    assert lignes[0].startswith("✓ Déposer les transcriptions")
    assert "Prochaine étape : rendre le site" in lignes
    assert lignes[lignes.index("Tapez :") + 1] == "  ess-analyse site"


def test_d_un_sous_dossier_ou_de_loin(etude, monkeypatch, tmp_path_factory):
    ici = lancer().output
    monkeypatch.chdir(etude / "data")
    assert "Prochaine étape : rendre le site" in lancer().output
    monkeypatch.chdir(tmp_path_factory.mktemp("loin"))
    assert "Prochaine étape : rendre le site" in lancer("--etude", str(etude)).output
    assert ici


def test_ce_que_la_personne_fait_est_numerote_avant_la_commande(etude):
    cle = etude / "data/prive/cle.csv"
    cle.write_text(cle.read_text(encoding="utf-8").replace("Awa;personne;oui", "Awa;personne;"), encoding="utf-8")
    sortie = lancer().output
    assert "\nÀ faire vous-même :\n  1. Ouvrez data/prive/cle.csv dans un tableur.\n  2. " in sortie
    assert "\nPuis tapez :\n  ess-analyse cle appliquer\n" in sortie
    assert sortie.index("À faire") < sortie.index("Puis tapez")
    assert "Fatou" not in sortie


def test_un_probleme_est_dit_avec_son_lieu(etude):
    corpus = etude / "data/corpus/corpus.csv"
    corpus.write_text(corpus.read_text(encoding="utf-8-sig").replace("publique", "publiq"), encoding="utf-8")
    sortie = lancer().output
    assert re.search(
        r"^✗ Décrire les documents +data/corpus/corpus.csv, ligne 2 : diffusion inconnue", sortie, re.MULTILINE
    )
    assert "\nTapez :\n  ess-analyse verifier\n" in sortie
    assert "Traceback" not in sortie


def test_en_json_pour_un_autre_programme(etude):
    resultat = lancer("etat", "--json")
    assert resultat.exit_code == 0
    dit = json.loads(resultat.output)
    assert dit["prochaine"] == "site"
    par_cle = {etape["cle"]: etape for etape in dit["etapes"]}
    assert set(par_cle["coder"]) == {"cle", "nom", "etat", "constat", "pourquoi", "commande", "a_la_main", "ensuite"}
    assert {etape["etat"] for etape in dit["etapes"]} <= set(ETATS)
    assert str(etude) not in resultat.output


def test_une_etude_a_jour_le_dit_et_propose_la_suite(etude):
    assert lancer("site").exit_code == 0
    sortie = lancer().output
    assert "Tout est à jour" in sortie
    assert json.loads(lancer("etat", "--json").output)["prochaine"] is None
    for commande in re.findall(r"^  ess-analyse (\w+)", sortie, re.MULTILINE):
        assert commande in principal.commands
    # Saved again without a change, the codebook is newer than the site: there is still nothing to do.
    grille = Path("data/grille.yml")
    grille.write_bytes(grille.read_bytes())
    assert "Tout est à jour" in lancer().output
    grille.write_text(grille.read_text(encoding="utf-8") + "# relue\n", encoding="utf-8")
    assert "Prochaine étape : rendre le site" in lancer().output
    assert lancer("site").exit_code == 0
    # Something else than the command wrote the site: only the gate itself can say that no name is in it.
    accueil = Path("_site/index.html")
    propre = accueil.read_text(encoding="utf-8")
    accueil.write_text(propre.replace("</body>", "<p>Sandrine</p></body>"), encoding="utf-8")
    sortie = lancer().output
    assert "▸ Passer la porte de publication  rien ne prouve que ce site l'ait passée" in sortie
    assert "\nTapez :\n  ess-analyse publication verifier\n" in sortie
    assert lancer("publication", "verifier").exit_code == 1
    assert "rien ne prouve" in lancer().output
    accueil.write_text(propre.replace("</body>", "<p>Samir</p></body>"), encoding="utf-8")
    assert lancer("publication", "verifier").exit_code == 0
    assert "Tout est à jour" in lancer().output
    Path("data/plan.csv").write_text("a", encoding="utf-8")
    assert "Prochaine étape : rendre le site" in lancer().output


def test_les_colonnes_sont_alignees(etude):
    lignes = [ligne for ligne in lancer().output.splitlines() if ligne[:2] in ("✓ ", "▸ ", "✗ ", "○ ", "· ")]
    etapes = [ligne for ligne in lignes if "   ▸" not in ligne]
    assert len(etapes) > 10
    assert {ligne[33] for ligne in etapes} == {" "}
    assert all(ligne[34] != " " for ligne in etapes)
