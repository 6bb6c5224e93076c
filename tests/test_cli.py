"""La commande, telle qu'une personne l'emploie : ce qu'elle dit, ce qu'elle écrit, ce qu'elle n'abîme pas."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal
from ess_analyse.cli.affichage import afficher_table
from ess_analyse.cli.etape import prevenir_sans_cle
from ess_analyse.etude import Etude

RACINE = Path(__file__).parents[1]


def modifier(chemin: str, avant: str, apres: str) -> None:
    fichier = Path(chemin)
    texte = fichier.read_text(encoding="utf-8")
    assert avant in texte, chemin
    fichier.write_text(texte.replace(avant, apres), encoding="utf-8")


def lancer(*arguments: str):
    return CliRunner().invoke(principal, arguments, prog_name="ess-analyse")


def photographier(racine: Path) -> dict[str, str]:
    """Relever ce qu'une étude contient ; ce que la machine a compris et peut recompter n'en est pas."""
    return {
        chemin.relative_to(racine).as_posix(): hashlib.sha256(chemin.read_bytes()).hexdigest()
        for chemin in sorted(racine.rglob("*"))
        if chemin.is_file() and chemin.relative_to(racine).parts[0] != ".ess"
    }


def test_aide_en_francais():
    sortie = lancer("--help").output
    assert "Emploi :" in sortie
    assert "Commandes" in sortie
    assert not {"Usage:", "Show this message and exit.", "Commands"} & set(sortie.splitlines())


def test_mauvais_emploi_dit_en_francais():
    resultat = lancer("sit")
    assert resultat.exit_code == 2
    assert "La commande 'sit' n'existe pas" in resultat.output
    assert "Vouliez-vous dire 'site' ?" in resultat.output
    assert lancer("feuille").exit_code == 2
    assert lancer("exporter", "etude.zip").exit_code == 2


def test_hors_d_une_etude(tmp_path):
    resultat = lancer("--etude", str(tmp_path), "suggerer")
    assert resultat.exit_code == 1
    assert "ne fait partie d'aucune étude" in resultat.output


@pytest.mark.parametrize(("au_terminal", "lu"), [(False, ("✓", "utf-8")), (True, ("?", "cp1252"))])
def test_un_encodage_pauvre_n_arrete_pas_une_commande_qui_a_ecrit(etude, monkeypatch, au_terminal, lu):
    octets = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(octets, encoding="cp1252"))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: au_terminal)
    principal.main(["feuille", "--codeur", "zoé"], prog_name="ess-analyse", standalone_mode=False)
    sys.stdout.flush()
    signe, encodage = lu
    assert click.unstyle(octets.getvalue().decode(encodage)).startswith(f"{signe} data/codages/zoé.csv")
    assert (etude / "data/codages/zoé.csv").is_file()


@pytest.mark.parametrize("commande", ["importer", "verifier", "accord"])
def test_interrompue_une_commande_finit_en_francais_par_130(etude, monkeypatch, commande):
    def interrompre(dossier):
        raise KeyboardInterrupt

    monkeypatch.setattr(Etude, "trouver", interrompre)
    resultat = CliRunner().invoke(principal, [commande])
    assert resultat.exit_code == 130
    assert resultat.output == "\nInterrompu. Chaque fichier est entier : relancez la même commande.\n"


def test_importer_applique_la_cle_et_se_repete_sans_rien_changer(etude):
    corpus = (etude / "data/corpus/E01.txt").read_text(encoding="utf-8")
    assert "Véra : On les ressaisit" in corpus
    assert "Sandrine" not in corpus
    avant = photographier(etude)
    resultat = lancer("importer", "--json")
    assert resultat.exit_code == 0
    assert [ligne["entretien"] for ligne in json.loads(resultat.output)] == ["E01", "E02"]
    assert photographier(etude) == avant


def test_importer_reconnait_un_fichier_renomme_et_dit_un_texte_en_double(etude):
    Path("data/brut/E01_Sandrine.txt").rename("data/brut/matin.txt")
    avant = photographier(etude / "data/corpus")
    assert "E01 : son fichier a été renommé, et reconnu à son contenu." in lancer("importer").output
    assert photographier(etude / "data/corpus") == avant
    Path("data/brut/copie.txt").write_bytes(Path("data/brut/matin.txt").read_bytes())
    assert "! E03 a le même texte que E01" in lancer("importer").output
    Path("data/brut/matin.txt").unlink()
    assert "! E03 a le même texte que E01" in lancer("importer").output


def test_importer_garde_un_texte_corrige_a_la_main(etude):
    modifier("data/corpus/E01.txt", "hein", "vraiment")
    avant = photographier(etude)
    resultat = lancer("importer")
    assert resultat.exit_code == 1
    assert "a été corrigé depuis son import" in resultat.output
    assert "--forcer" in resultat.output
    assert photographier(etude) == avant
    assert lancer("importer", "--forcer").exit_code == 0
    assert "hein" in (etude / "data/corpus/E01.txt").read_text(encoding="utf-8")


def test_importer_sans_cle_previent_et_ne_publie_rien(tmp_path, monkeypatch):
    (tmp_path / "data/brut").mkdir(parents=True)
    (tmp_path / "data/brut/note.txt").write_text("Une note.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    resultat = lancer("importer")
    assert resultat.exit_code == 0
    assert "Aucune clé" in resultat.output
    assert "restreinte" in (tmp_path / "data/corpus/corpus.csv").read_text(encoding="utf-8-sig")


def test_des_crochets_ne_sont_pas_une_mise_en_forme(capsys):
    afficher_table(pd.DataFrame({"pseudonyme": ["[téléphone]"], "documents_apres": [1]}), "Noms remplacés")
    dit = capsys.readouterr().out
    assert "[téléphone]" in dit
    assert "documents apres" in dit


def test_sans_cle_ici_un_site_ne_se_dit_pas_sur(tmp_path, capsys):
    prevenir_sans_cle(Etude(tmp_path))
    assert "aucun nom n'a été cherché" in capsys.readouterr().out
    (tmp_path / "data").mkdir()
    (tmp_path / "data/etude.yml").write_text("fictif: oui\n", encoding="utf-8")
    prevenir_sans_cle(Etude(tmp_path))
    assert capsys.readouterr().out == "", "personne ne se cache derrière des données inventées"


def test_suggerer_explique_et_ne_code_rien(etude):
    codages = photographier(etude / "data/codages")
    assert lancer("suggerer").exit_code == 0
    suggestions = pd.read_csv(etude / "data/suggestions.csv", sep=";", encoding="utf-8-sig")
    corpus = "".join(chemin.read_text(encoding="utf-8") for chemin in (etude / "data/corpus").glob("*.txt"))
    mots = suggestions.loc[suggestions["methode"] == "modele", "indice"].dropna()
    assert len(mots)
    assert all(mot in corpus for mot in mots)
    assert photographier(etude / "data/codages") == codages


def test_feuille_aveugle_ou_non(etude):
    lancer("suggerer")
    assert lancer("feuille", "--codeur", "paul", "--document", "E01").exit_code == 0
    assert lancer("feuille", "--codeur", "ines", "--aveugle").exit_code == 0
    lue = (etude / "data/codages/paul.csv").read_text(encoding="utf-8-sig")
    aveugle = (etude / "data/codages/ines.csv").read_text(encoding="utf-8-sig")
    assert "R-CHARGE:" in lue
    assert "E02:" not in lue
    assert "R-CHARGE:" not in aveugle
    assert lancer("feuille", "--codeur", "paul", "--document", "E9").exit_code == 1
    lancer("echantillon")
    sortie = lancer("feuille", "--codeur", "paul").output
    assert "Sans suggestion, pour mesurer l'accord : E01, E02 (échantillon commun)." in sortie
    assert "R-CHARGE:" not in (etude / "data/codages/paul.csv").read_text(encoding="utf-8-sig")
    assert lancer("feuille", "--codeur", "../paul").exit_code == 2


def test_feuille_ne_touche_pas_a_ce_qui_est_decide(etude):
    avant = (etude / "data/codages/lea.csv").read_text(encoding="utf-8-sig")
    assert lancer("feuille", "--codeur", "lea", "--aveugle").exit_code == 0
    apres = (etude / "data/codages/lea.csv").read_text(encoding="utf-8-sig")
    assert all(ligne.split(";")[3] in apres for ligne in avant.splitlines())
    assert apres.count("R-CHARGE") == avant.count("R-CHARGE")


def test_verifier_tout_en_ordre(etude):
    resultat = lancer("verifier")
    assert resultat.exit_code == 0, resultat.output
    assert "Tout est en ordre" in resultat.output
    assert json.loads(lancer("verifier", "--json").output) == []


def test_verifier_dit_tous_les_problemes_d_un_coup(etude):
    modifier("data/codages/lea.csv", "O-SOUTIEN", "O-SOUTIN")
    modifier("data/enseignements/1-ressaisie.md", "« On les ressaisit le soir »", "« On les ressaisit le matin »")
    modifier("data/corpus/corpus.csv", "encadrement", "encadrament")
    resultat = lancer("verifier")
    assert resultat.exit_code == 1
    for morceau in (
        "data/codages/lea.csv, ligne 6",
        "O-SOUTIEN",
        "data/enseignements/1-ressaisie.md",
        "encadrement",
        "problèmes à corriger",
    ):
        assert morceau in resultat.output
    assert len(json.loads(lancer("verifier", "--json").output)) >= 3


def test_accord_et_exports(etude):
    (etude / "data/codages/paul.csv").write_bytes((etude / "data/codages/lea.csv").read_bytes())
    lignes = json.loads(lancer("accord", "--json").output)
    assert {ligne["code"]: ligne["alpha"] for ligne in lignes}["R-CHARGE"] == 1
    assert "Accord entre codeurs" in lancer("accord").output
    assert lancer("exporter", "etude.qdpx").exit_code == 0
    assert lancer("exporter", "grille.qdc").exit_code == 0
    assert (etude / "etude.qdpx").read_bytes().startswith(b"PK")


def test_pages_ne_reecrit_jamais_celles_de_l_etude(etude):
    assert lancer("pages").exit_code == 0
    modifier("index.qmd", "ce que nous avons appris", "nos leçons")
    assert "Les pages étaient à jour" in lancer("pages").output
    assert "nos leçons" in (etude / "index.qmd").read_text(encoding="utf-8")


def test_site_publie_puis_refuse_un_nom_qui_sortirait(etude):
    assert lancer("site").exit_code == 0, lancer("site").output
    publie = photographier(etude / "_site")
    assert "index.html" in publie
    modifier("index.qmd", "{{<", "Merci à Sandrine.\n\n{{<")
    resultat = lancer("site")
    assert resultat.exit_code == 1
    assert "index.qmd, ligne 6" in resultat.output, "le fichier que l'on peut corriger, non la page rendue"
    assert "Sandrine" not in resultat.output
    assert photographier(etude / "_site") == publie
    assert not list(etude.glob("_site.*"))


def test_site_n_efface_pas_un_dossier_qui_n_est_pas_un_site(etude):
    (etude / "_site").mkdir()
    (etude / "_site/memoire.docx").write_bytes(b"trois ans de travail")
    resultat = lancer("site")
    assert resultat.exit_code == 1
    assert "autre chose qu'un site rendu" in resultat.output
    assert (etude / "_site/memoire.docx").read_bytes() == b"trois ans de travail"


def test_ecriture_impossible_dite_sans_trace(etude):
    (etude / "data/suggestions.csv").mkdir()
    resultat = lancer("suggerer")
    assert resultat.exit_code == 1
    assert not isinstance(resultat.exception, Exception)
    assert "suggestions.csv" in resultat.output
    assert "écriture impossible" in resultat.output


def _tronquer_docx(etude: Path) -> None:
    (etude / "data/brut/E03.docx").write_bytes(b"PK\x03\x04 un document coup")


FAUTES = {
    "fichier absent": (lambda etude: (etude / "data/corpus/E01.txt").unlink(), "verifier", ["E01.txt", "introuvable"]),
    "fichier vide": (lambda etude: (etude / "data/brut/E03.txt").write_text(" \n"), "importer", ["E03.txt", "vide"]),
    "code inconnu": (
        lambda etude: modifier("data/codages/lea.csv", "R-CHARGE P", "R-CHARG P"),
        "verifier",
        ["lea.csv, ligne 3", "R-CHARG", "ouliez-vous dire « R-CHARGE »"],
    ),
    "identifiant en double dans la grille": (
        lambda etude: modifier("data/grille.yml", "id: O-SOUTIEN", "id: R-CHARGE"),
        "suggerer",
        ["grille.yml, ligne", "R-CHARGE"],
    ),
    "segment déplacé": (
        lambda etude: modifier("data/corpus/E01.txt", "Véra : On", "Véra : Ben on"),
        "verifier",
        ["lea.csv, ligne 3", "E01:37-62"],
    ),
    "citation retapée": (
        lambda etude: modifier("data/enseignements/1-ressaisie.md", "« On les", "« On le"),
        "pages",
        ["1-ressaisie.md, ligne", "On le ressaisit"],
    ),
    "YAML cassé": (lambda etude: modifier("data/grille.yml", "codes:", "codes: ["), "suggerer", ["grille.yml, ligne"]),
    "encodage inconnu": (
        lambda etude: (etude / "data/brut/E03.txt").write_bytes(b"caf\x81\x8d\xff"),
        "importer",
        ["E03.txt", "UTF-8"],
    ),
    "docx tronqué": (_tronquer_docx, "importer", ["E03.docx", "tronqué"]),
    "enseignement sans preuve": (
        lambda etude: modifier("data/enseignements/1-ressaisie.md", " [@E01:37-62]", ""),
        "pages",
        ["1-ressaisie.md", "preuve"],
    ),
}


@pytest.mark.parametrize("commande", ["suggerer", "feuille --codeur lea", "accord"])
def test_sans_document_rien_n_est_ecrit_et_la_commande_suivante_est_dite(etude, commande):
    table = Path("data/corpus/corpus.csv")
    table.write_text(table.read_text(encoding="utf-8-sig").splitlines()[0] + "\n", encoding="utf-8")
    for reste in (*table.parent.glob("*.txt"), *Path("data/codages").iterdir()):
        reste.unlink()
    avant = photographier(etude)
    resultat = lancer(*commande.split())
    assert resultat.exit_code == 1
    assert "data/corpus/corpus.csv : aucun document. Importez vos textes : ess-analyse importer." in resultat.output
    assert photographier(etude) == avant


def test_un_seul_se_dit_au_singulier(etude):
    Path("data/brut/E02_Karim.txt").unlink()
    Path("data/corpus/E02.txt").unlink()
    Path("data/corpus/corpus.csv").unlink()
    resultat = lancer("importer")
    assert "✓ 1 document ; 1 fichier écrit dans data/corpus." in resultat.output


@pytest.mark.parametrize("faute", FAUTES)
def test_entree_fautive_dite_clairement_et_rien_de_perdu(etude, faute):
    abimer, commande, attendus = FAUTES[faute]
    abimer(etude)
    avant = photographier(etude)
    resultat = lancer(commande)
    assert resultat.exit_code == 1
    assert not isinstance(resultat.exception, Exception), resultat.exception
    assert "Traceback" not in resultat.output
    for attendu in attendus:
        assert attendu in resultat.output
    assert photographier(etude) == avant


def test_importer_la_demonstration_n_y_change_rien(tmp_path, monkeypatch):
    """La première commande du README laisse le dépôt tel qu'il est."""
    for nom in ("brut", "corpus", "prive"):
        shutil.copytree(RACINE / "data" / nom, tmp_path / "data" / nom)
    for nom in ("etude.yml", "fonctions.csv", "structures.csv"):
        shutil.copy(RACINE / "data" / nom, tmp_path / "data")
    avant = {chemin: chemin.read_bytes() for chemin in tmp_path.rglob("*") if chemin.is_file()}
    monkeypatch.chdir(tmp_path)
    resultat = lancer("importer")
    assert resultat.exit_code == 0, resultat.output
    assert {chemin: chemin.read_bytes() for chemin in tmp_path.rglob("*") if chemin.is_file()} == avant
