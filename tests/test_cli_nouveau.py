"""`ess-analyse nouveau`, tel qu'une personne l'emploie."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

import ess_analyse as ess
from ess_analyse.cli import nouveau as module
from ess_analyse.cli import principal
from ess_analyse.cli.textes import lire_textes
from ess_analyse.etude import Etude
from ess_analyse.nouveau import Creation


def lancer(*arguments: str, entree: str = ""):
    return CliRunner().invoke(principal, ["nouveau", *arguments], prog_name="ess-analyse", input=entree)


@pytest.fixture
def demandes(tmp_path, monkeypatch):
    """Ce qui serait créé, sans le créer : seules les questions et les réponses comptent ici."""
    monkeypatch.chdir(tmp_path)
    recues: list[tuple] = []

    def noter(dossier, **options):
        recues.append((dossier, options))
        Path(dossier).mkdir(parents=True, exist_ok=True)
        (Path(dossier) / "requirements.txt").write_text(
            "ess-analyse @ git+https://exemple.org/e@v1\n", encoding="utf-8"
        )
        return Creation(Etude(Path(dossier).absolute()), ())

    monkeypatch.setattr("ess_analyse.nouveau.creer_etude", noter)
    return recues


@pytest.fixture
def au_terminal(monkeypatch):
    monkeypatch.setattr(module, "_au_terminal", lambda: True)


def test_hors_d_un_terminal_rien_n_est_demande(demandes):
    resultat = lancer("mon-etude")
    assert resultat.exit_code == 0, resultat.output
    assert "?" not in resultat.output
    defaut = {"titre": "", "fictive": False, "seuil": 3, "grille": "ess", "programme": ""}
    assert demandes == [(Path("mon-etude"), defaut)]


def test_au_terminal_trois_questions_et_leurs_defauts(demandes, au_terminal):
    resultat = lancer("mon-etude", entree="\n\n\n")
    assert resultat.exit_code == 0, resultat.output
    assert "Titre de l'étude [Mon etude]" in resultat.output
    assert "De vraies personnes ont-elles parlé ? (oui, non) [oui]" in resultat.output
    assert "Sur combien de documents" in resultat.output
    (_, options), *autres = demandes
    assert not autres
    assert (options["titre"], options["fictive"], options["seuil"]) == ("Mon etude", False, 3)


def test_une_reponse_hors_des_bornes_est_redemandee(demandes, au_terminal):
    resultat = lancer("mon-etude", entree="Le titre\npeut-être\nNon\n1\n5\n")
    assert resultat.exit_code == 0, resultat.output
    options = demandes[0][1]
    assert (options["titre"], options["fictive"], options["seuil"]) == ("Le titre", True, 5)


def test_ce_qui_est_dit_en_option_n_est_pas_redemande(demandes, au_terminal):
    resultat = lancer("mon-etude", "--titre", "T", "--reelle", "--seuil", "4")
    assert resultat.exit_code == 0, resultat.output
    assert "?" not in resultat.output
    assert demandes[0][1] == {"titre": "T", "fictive": False, "seuil": 4, "grille": "ess", "programme": ""}


def test_renoncer_ne_laisse_rien(demandes, au_terminal):
    resultat = lancer("mon-etude", entree="")
    assert resultat.exit_code == 1
    assert "Abandon." in resultat.output
    assert demandes == []


def test_la_suite_est_une_ligne_a_copier(demandes):
    assert lancer("mon étude").output.endswith('Tapez maintenant :\n  cd "mon étude"\n  ess-analyse\n')
    assert lancer(".").output == "✓ Ce dossier est prêt.\n\nTapez maintenant :\n  ess-analyse\n"


def test_une_vraie_creation_suivie_par_git(tmp_path, monkeypatch, exiger):
    exiger("git")
    monkeypatch.chdir(tmp_path)
    resultat = lancer("mon-etude", "--git", "--grille", "vide")
    assert resultat.exit_code == 0, resultat.output
    assert "✓ mon-etude est prêt." in resultat.output
    assert "n'est pas sur PyPI" in resultat.output
    etude = tmp_path / "mon-etude"
    crochet = (etude / ".git/hooks/pre-commit").read_text(encoding="utf-8")
    assert "publication depot" in crochet
    # The folder is prepared beside, then renamed: nothing may still point there.
    assert ".ess-" not in crochet
    (etude / "data/brut/E01.txt").write_text("Nadia : Oui.", encoding="utf-8")
    (etude / "note.txt").write_text("rien", encoding="utf-8")
    subprocess.run(["git", "add", "."], cwd=etude, check=True, capture_output=True)
    suivis = subprocess.run(["git", "ls-files"], cwd=etude, check=True, capture_output=True, text=True).stdout.split()
    assert "note.txt" in suivis
    assert not [nom for nom in suivis if nom.startswith(("data/brut", "data/prive"))]
    resultat = lancer("mon-etude")
    assert resultat.exit_code == 1
    assert "n'est pas vide" in resultat.output
    assert "Traceback" not in resultat.output


def test_un_livre_de_codes_incomplet_est_annonce(tmp_path, monkeypatch, ecrire):
    monkeypatch.chdir(tmp_path)
    ecrire(
        "livre.qdc",
        '<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>'
        '<Code guid="a" name="Charge de travail" isCodable="true"/></Codes></CodeBook>',
    )
    resultat = lancer("mon-etude", "--grille", "livre.qdc")
    assert resultat.exit_code == 0, resultat.output
    assert "Une chose à faire avant tout : compléter mon-etude/data/grille.yml" in resultat.output
    monkeypatch.chdir("mon-etude")
    verifie = CliRunner().invoke(principal, ["verifier"], prog_name="ess-analyse")
    assert verifie.exit_code == 1
    dits = [ligne for ligne in verifie.output.splitlines() if ligne.startswith("✗")]
    assert dits
    assert all(ligne.startswith("✗ data/grille.yml, ligne ") for ligne in dits)


def test_sans_git_l_option_est_refusee_avant_de_rien_creer(demandes, monkeypatch):
    monkeypatch.setattr(module.shutil, "which", lambda _: None)
    resultat = lancer("mon-etude", "--git")
    assert resultat.exit_code == 2
    assert "git n'est pas installé" in resultat.output
    assert demandes == []


def test_git_qui_echoue_laisse_l_etude_et_dit_quoi_faire(demandes, monkeypatch, exiger):
    exiger("git")

    def tomber(*_, **__):
        raise OSError("disque")

    monkeypatch.setattr(module.subprocess, "run", tomber)
    resultat = lancer("mon-etude", "--git")
    assert resultat.exit_code == 0, resultat.output
    assert "lancez-y « git init »" in resultat.output


@pytest.mark.parametrize("argument", ["--seuil=1", "--grille=autre", "--programme=ess-analyse"])
def test_un_mauvais_choix_est_dit_sans_trace(argument, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    resultat = lancer("mon-etude", argument)
    assert resultat.exit_code == 1
    assert f"✗ {argument.partition('=')[0]} : " in resultat.output
    assert list(tmp_path.iterdir()) == []


def test_le_defaut_annonce_est_celui_des_reglages():
    aide = " ".join(lancer("--help").output.split())
    assert f"({ess.Reglages.seuil} par défaut)" in aide


def test_une_page_posee_n_est_pas_relue_tant_que_personne_n_y_ecrit(etude):
    ess.ecrire_pages(Etude(etude))
    page = etude / "rapports/protection-des-donnees.qmd"
    assert page.is_file()
    assert not [nom for nom in lire_textes(Etude(etude)) if nom.startswith("rapports/")]
    page.write_text(page.read_text(encoding="utf-8") + "\nÉcrivez à Nadia.\n", encoding="utf-8")
    (etude / "rapports/a-nous.qmd").write_text("Une page de l'équipe.\n", encoding="utf-8")
    lus = [nom for nom in lire_textes(Etude(etude)) if nom.startswith("rapports/")]
    assert lus == ["rapports/a-nous.qmd", "rapports/protection-des-donnees.qmd"]
