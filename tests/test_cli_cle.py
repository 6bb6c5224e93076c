"""La clé, de la proposition à la vérification, telle qu'une personne l'emploie."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_table, lire_table
from ess_analyse.pseudonymes import CLE, CONTEXTE, trouver_cle

DIT = "Enquêtrice : Qui fait quoi ?\n\nSandrine : Ben j'ai dit à mehdi de passer à Pontvieux.\n\nEnquêtrice : Et ?\n"


def lancer(*arguments: str):
    return CliRunner().invoke(principal, arguments, prog_name="ess-analyse")


def ecrire(nom: str, contenu: str | bytes) -> None:
    chemin = Path(nom)
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_bytes(contenu if isinstance(contenu, bytes) else contenu.encode("utf-8"))


@pytest.fixture
def neuve(tmp_path, monkeypatch):
    """Une étude qui n'a que des fichiers reçus ; le dossier de l'utilisateur est à part."""
    monkeypatch.setattr("platformdirs.user_data_path", lambda nom, **_: tmp_path / "utilisateur" / nom)
    (tmp_path / "etude").mkdir()
    monkeypatch.chdir(tmp_path / "etude")
    ecrire("data/brut/E01_Sandrine.txt", DIT)
    return Etude(tmp_path / "etude")


def valider(etude: Etude) -> None:
    chemin = trouver_cle(etude)
    cle = lire_table(chemin, CLE, CONTEXTE)
    ecrire_table(chemin, cle.assign(valide="oui"))


def test_de_la_proposition_au_corpus(neuve):
    resultat = lancer("cle", "proposer")
    assert resultat.exit_code == 0, resultat.output
    assert "Sandrine" not in resultat.output
    chemin = trouver_cle(neuve)
    assert not chemin.is_relative_to(neuve.racine), "la clé ne naît pas dans l'étude"
    cle = lire_table(chemin, CLE, CONTEXTE)
    assert {"Sandrine", "Mehdi", "Pontvieux"} <= set(cle["reel"])
    assert set(cle["valide"]) == {""}
    assert lancer("importer").exit_code == 0
    assert "mehdi" in neuve.corpus.joinpath("E01.txt").read_text(encoding="utf-8"), "rien n'est appliqué sans accord"
    valider(neuve)
    assert lancer("importer").exit_code == 0
    texte = neuve.corpus.joinpath("E01.txt").read_text(encoding="utf-8")
    assert not {"Sandrine", "mehdi", "Pontvieux"} & set(texte.replace(".", " ").split())
    assert lancer("cle", "verifier").exit_code == 0


def test_une_etude_illisible_ne_promet_aucune_cle_et_la_cle_ne_demenage_pas(neuve):
    ecrire("data/brut/E02.docx", b"pas un docx")
    assert lancer("cle", "proposer").exit_code == 1
    assert not neuve.reglages.exists(), "aucune clé n'est faite : rien ne dit qu'il y en a une"
    Path("data/brut/E02.docx").unlink()
    ecrire("data/brut/Entretien Sandrine.txt", "Sandrine : Oui.\n")
    assert lancer("cle", "proposer").exit_code == 0
    assert "y reste, malgré --dans-l-etude" in lancer("cle", "proposer", "--dans-l-etude").output
    dit = lancer("importer").output
    assert "E02 : identifiant donné d'office à « Entretien Sandrine.txt »" in dit


def test_proposer_de_nouveau_ne_perd_aucune_decision(neuve):
    assert lancer("cle", "proposer", "--dans-l-etude").exit_code == 0
    chemin = trouver_cle(neuve)
    assert chemin == neuve.cle
    cle = lire_table(chemin, CLE, CONTEXTE)
    decidee = cle.assign(valide=["non" if nom == "Pontvieux" else "oui" for nom in cle["reel"]])
    ecrire_table(
        chemin,
        decidee.assign(pseudonyme=["Zoé" if n == "Sandrine" else p for n, p in decidee[["reel", "pseudonyme"]].values]),
    )
    ecrire("data/brut/E02.txt", DIT.replace("Pontvieux", "Granville").replace("mehdi", "Sandrine"))
    assert lancer("cle", "proposer").exit_code == 0
    apres = lire_table(chemin, CLE, CONTEXTE).set_index("reel")
    assert apres.loc["Sandrine", ["pseudonyme", "valide"]].tolist() == ["Zoé", "oui"]
    assert apres.loc["Pontvieux", "valide"] == "non"
    assert apres.loc["Granville", "valide"] == ""
    relance = lancer("cle", "proposer").output
    assert "Rien de neuf à proposer." in relance
    assert "attendent encore" in relance
    assert "tableur" not in relance


def test_une_cle_chiffree_sert_avec_sa_phrase(neuve, monkeypatch):
    monkeypatch.setenv("ESS_ANALYSE_PHRASE", "une phrase de passe assez longue")
    lancer("cle", "proposer")
    valider(neuve)
    assert lancer("cle", "chiffrer").exit_code == 0
    assert trouver_cle(neuve).suffix == ".age"
    assert b"Sandrine" not in trouver_cle(neuve).read_bytes()
    assert lancer("importer").exit_code == 0
    assert "Sandrine" not in neuve.corpus.joinpath("E01.txt").read_text(encoding="utf-8")
    monkeypatch.setenv("ESS_ANALYSE_PHRASE", "une autre phrase de passe")
    refus = lancer("importer")
    assert refus.exit_code == 1
    assert "Traceback" not in refus.output
    monkeypatch.setenv("ESS_ANALYSE_PHRASE", "une phrase de passe assez longue")
    assert lancer("cle", "chiffrer").exit_code == 1, "déjà chiffrée"
    assert lancer("cle", "dechiffrer").exit_code == 0
    assert trouver_cle(neuve).suffix == ".csv"
    assert lancer("cle", "dechiffrer").exit_code == 1


@pytest.mark.parametrize("commande", ["appliquer", "verifier", "chiffrer", "dechiffrer"])
def test_sans_cle_le_remede_est_dit(commande, neuve):
    resultat = lancer("cle", commande)
    assert resultat.exit_code == 1
    assert "cle proposer" in resultat.output


def test_appliquer_apres_codage_garde_les_codes_et_les_preuves(etude):
    cle = etude / "data/prive/cle.csv"
    ecrire(cle, cle.read_text(encoding="utf-8") + "Awa;Marguerite;personne;oui\n")
    ecrire("data/codages/lea.csv", Path("data/codages/lea.csv").read_text(encoding="utf-8"))
    cle.write_text(cle.read_text(encoding="utf-8").replace("Fatou;Awa;personne;oui\n", ""), encoding="utf-8")
    resultat = lancer("cle", "appliquer")
    assert resultat.exit_code == 0, resultat.output
    assert "Marguerite me montre la caisse." in (etude / "data/corpus/E02.txt").read_text(encoding="utf-8")
    assert lancer("verifier").exit_code == 0, lancer("verifier").output
    assert "Aucun nom" in lancer("cle", "appliquer").output


def test_verifier_trouve_un_nom_reste_dans_un_memo(etude):
    feuille = etude / "data/codages/lea.csv"
    feuille.write_text(
        feuille.read_text(encoding="utf-8-sig").replace("R-CHARGE P-GESTION;;", "R-CHARGE P-GESTION;;dit par Karim"),
        encoding="utf-8",
    )
    resultat = lancer("cle", "verifier")
    assert resultat.exit_code == 1
    assert "lea.csv" in resultat.output
    assert "Karim" not in resultat.output
    restes = json.loads(lancer("cle", "verifier", "--json").output)
    assert {"data/codages/lea.csv"} <= {reste["lieu"] for reste in restes}


def test_verifier_montre_d_abord_les_noms_de_la_cle_et_dit_ce_qu_il_ne_montre_pas(etude):
    memos = "\n".join(f"- avec Nolwenn{rang}, j'ai {20 + rang % 60} ans" for rang in range(45))
    ecrire("data/enseignements/9-trop.md", f"# Trop\n\n{memos}\n\nDit Karim, sur R-CHARGE [@E01:0-5].\n")
    sortie = lancer("cle", "verifier").output
    assert sortie.index("Noms de la clé qui restent (1)") < sortie.index("À regarder (")
    assert "… et " in sortie
    assert "--json » les donne tous" in sortie
    restes = json.loads(lancer("cle", "verifier", "--json").output)
    assert restes[0]["sorte"] == "nom de la clé"
    assert not [r for r in restes if r["sorte"] == "pseudo" or "R-›" in r["contexte"] or "›l…‹" in r["contexte"]]


def test_les_locuteurs_choisis_sont_gardes_d_un_import_a_l_autre(neuve):
    ecrire("data/brut/E01_Sandrine.txt", "Ana : Oui.\n\nAttention : un pas.\n\nAna : Non.\n\nLéo : Bien.\n")
    resultat = lancer("importer", "--locuteurs", "E01=aucun")
    assert resultat.exit_code == 0, resultat.output
    assert "Attention : un pas." in neuve.corpus.joinpath("E01.txt").read_text(encoding="utf-8")
    bilan = json.loads(lancer("importer", "--json").output)
    assert bilan[0]["locuteurs"] == 0, "le choix n'est pas à redire"
    assert lancer("importer", "--locuteurs", "E01=Ana,Léo").exit_code == 0
    assert "Léo : Bien." in neuve.corpus.joinpath("E01.txt").read_text(encoding="utf-8")


def test_les_colonnes_d_un_tableau_se_choisissent(neuve):
    ecrire("data/brut/E02.csv", "moment;a;b\n1;Ana;Et alors ?\n2;Léo;On ressaisit tout.\n3;Ana;Ah.\n")
    assert lancer("importer", "--colonnes", "E02=locuteur=a,texte=b").exit_code == 0
    assert "Léo : On ressaisit tout." in neuve.corpus.joinpath("E02.txt").read_text(encoding="utf-8")
    faute = lancer("importer", "--colonnes", "E02=locuteur=a,texte=z")
    assert faute.exit_code == 1
    assert "« z »" in faute.output


@pytest.mark.parametrize(
    ("option", "code", "attendu"),
    [
        (("--locuteurs", "Ana"), 2, "E03="),
        (("--locuteurs", "E09=Ana"), 1, "document inconnu"),
        (("--colonnes", "E01=texte"), 2, "locuteur=Qui"),
    ],
)
def test_un_choix_mal_ecrit_est_dit(option, code, attendu, neuve):
    resultat = lancer("importer", *option)
    assert (resultat.exit_code, attendu in resultat.output) == (code, True), resultat.output
