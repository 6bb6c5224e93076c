"""« ess-analyse notebooks » ne réexécute que ce qu'une entrée a changé, et rend les mêmes octets."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbclient.exceptions import DeadKernelError
from nbconvert.exporters import NotebookExporter
from nbformat import v4

from ess_analyse.cli import notebooks as module
from ess_analyse.cli import principal
from ess_analyse.cli.temoin import surveiller
from ess_analyse.erreurs import ErreurDonnees

TEMOIN = Path(module.__file__).with_name("temoin.py")


def ecrire_cahier(chemin, *cellules):
    chemin.parent.mkdir(parents=True, exist_ok=True)
    contenu = [v4.new_code_cell(source, id=f"c{rang}") for rang, source in enumerate(cellules)]
    noyau = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(v4.new_notebook(cells=contenu, metadata={**noyau, "auteur": "à oublier"}), chemin)


@pytest.fixture(scope="module")
def racine(tmp_path_factory):
    """Une étude de deux notebooks exécutés pour de bon : l'un lit une table, l'autre parcourt un dossier."""
    racine = tmp_path_factory.mktemp("etude")
    for nom in ("lue.csv", "autre.csv", "fiches/a.md"):
        (racine / "data" / nom).parent.mkdir(parents=True, exist_ok=True)
        (racine / "data" / nom).write_text(f"contenu de {nom}\n", encoding="utf-8")
    ecrire_cahier(
        racine / "notebooks/01_lit.ipynb",
        "from pathlib import Path\nprint(Path('../data/lue.csv').read_text())",
        "_ = Path('trace.txt').write_text('écrit, non lu')",
    )
    ecrire_cahier(racine / "notebooks/02_liste.ipynb", "import os\nos.listdir('../data/fiches')")
    resultat = lancer(racine)
    assert resultat.exit_code == 0, resultat.output
    assert resultat.output.count("exécuté.") == 2
    return racine


@pytest.fixture
def executes(monkeypatch):
    """Les notebooks que la commande exécuterait ; aucun noyau n'est lancé, et chacun lit ce qu'il lisait."""
    faits = []

    def noter(chemin, racine):
        faits.append(chemin.name)
        return ["data/lue.csv"] if chemin.name.startswith("01") else ["data/fiches"]

    monkeypatch.setattr(module, "executer", noter)
    return faits


@pytest.fixture
def remettre(racine):
    """Rendre l'étude telle qu'elle était, cache compris."""
    avant = {chemin: chemin.read_bytes() for chemin in racine.rglob("*") if chemin.is_file()}
    yield
    for chemin in [chemin for chemin in racine.rglob("*") if chemin.is_file() and chemin not in avant]:
        chemin.unlink()
    for chemin, octets in avant.items():
        chemin.write_bytes(octets)


def lancer(racine, *arguments):
    return CliRunner().invoke(principal, ["--etude", str(racine), "notebooks", *arguments])


def sorties(chemin):
    return [sortie for cellule in nbformat.read(chemin, as_version=4).cells for sortie in cellule.outputs]


def test_les_sorties_sont_gardees_sans_heure_ni_version(racine):
    chemin = racine / "notebooks/01_lit.ipynb"
    cahier = nbformat.read(chemin, as_version=4)
    assert sorties(chemin)[0].text == "contenu de lue.csv\n\n"
    assert "auteur" not in cahier.metadata
    assert cahier.metadata.get("language_info", {}).keys() <= {"name"}
    assert not any(cellule.metadata for cellule in cahier.cells)
    assert chemin.read_bytes().endswith(b"}\n")


def test_le_cache_sait_ce_que_chacun_a_lu(racine):
    gardes = {
        nom: json.loads(module.ouvrir_magasin(racine).prendre("notebooks", nom))["lus"]
        for nom in ("01_lit.ipynb", "02_liste.ipynb")
    }
    lus = {nom: [lu for lu in siens if lu.startswith("data")] for nom, siens in gardes.items()}
    assert lus == {"01_lit.ipynb": ["data/lue.csv"], "02_liste.ipynb": ["data/fiches"]}
    assert not any("trace.txt" in siens for siens in gardes.values())


def test_rien_n_a_change_rien_n_est_execute(racine, executes):
    resultat = lancer(racine)
    assert resultat.exit_code == 0
    assert executes == []
    assert resultat.output.count("déjà à jour") == 2


@pytest.mark.usefixtures("remettre")
@pytest.mark.parametrize(
    ("nom", "attendus"),
    [
        ("data/lue.csv", ["01_lit.ipynb"]),
        ("data/autre.csv", []),
        ("data/neuf.csv", ["01_lit.ipynb", "02_liste.ipynb"]),
        ("notebooks/02_liste.ipynb", ["02_liste.ipynb"]),
    ],
)
def test_seul_est_refait_ce_qui_lit_ce_qui_a_change(racine, executes, nom, attendus):
    chemin = racine / nom
    chemin.write_text(chemin.read_text(encoding="utf-8") + " " if chemin.exists() else "neuf", encoding="utf-8")
    assert lancer(racine).exit_code == 0
    assert executes == attendus
    executes.clear()
    assert lancer(racine).exit_code == 0
    assert executes == []


@pytest.mark.usefixtures("remettre")
def test_une_autre_version_les_refait_tous(racine, executes, monkeypatch):
    monkeypatch.setattr("ess_analyse.cli.jalons.decrire_versions", lambda *_: {"pandas": "9.9"})
    assert lancer(racine).exit_code == 0
    assert executes == ["01_lit.ipynb", "02_liste.ipynb"]


def test_force_et_un_nom_choisissent(racine, executes):
    assert lancer(racine, "--force", "notebooks/02_liste.ipynb").exit_code == 0
    assert executes == ["02_liste.ipynb"]
    resultat = lancer(racine, "02_list.ipynb")
    assert resultat.exit_code == 1
    assert "Vouliez-vous dire « 02_liste.ipynb » ?" in resultat.output


@pytest.mark.usefixtures("remettre")
def test_une_entree_changee_pendant_l_execution_n_est_pas_tenue_pour_lue(racine, executes, monkeypatch):
    def changer(chemin, racine):
        executes.append(chemin.name)
        (racine / "data/lue.csv").write_text(f"changée {len(executes)} fois\n", encoding="utf-8")
        return ["data/lue.csv"]

    monkeypatch.setattr(module, "executer", changer)
    for _ in range(2):
        assert lancer(racine, "--force", "01_lit.ipynb").exit_code == 0
    monkeypatch.setattr(module, "executer", lambda chemin, racine: executes.append("encore") or [])
    lancer(racine, "01_lit.ipynb")
    assert executes == ["01_lit.ipynb", "01_lit.ipynb", "encore"]


def test_interrompu_garde_ce_qui_est_fait_et_le_dit(racine, monkeypatch):
    def interrompre(chemin, racine):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "executer", interrompre)
    resultat = lancer(racine, "--force")
    assert resultat.exit_code == 130
    assert "Interrompu. Les notebooks déjà exécutés sont gardés" in resultat.output


@pytest.mark.usefixtures("remettre")
def test_une_cellule_qui_echoue_laisse_le_notebook_tel_quel(racine):
    chemin = racine / "notebooks/03_echoue.ipynb"
    ecrire_cahier(chemin, "1 / 0")
    avant = chemin.read_bytes()
    with pytest.raises(ErreurDonnees, match="une cellule échoue : ZeroDivisionError"):
        module.executer(chemin, racine)
    assert chemin.read_bytes() == avant
    chemin.write_text("pas du JSON", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="ce n'est pas un notebook"):
        module.executer(chemin, racine)


@pytest.mark.usefixtures("remettre")
def test_un_noyau_absent_est_dit(racine):
    chemin = racine / "notebooks/03_ailleurs.ipynb"
    ecrire_cahier(chemin, "1")
    chemin.write_text(chemin.read_text(encoding="utf-8").replace("python3", "r-4"), encoding="utf-8")
    with pytest.raises(ErreurDonnees, match=r"noyau absent d'ici \(« r-4 »\)\. .* choisissez le noyau « python3 »"):
        module.executer(chemin, racine)


@pytest.mark.usefixtures("remettre")
def test_un_noyau_qui_meurt_est_dit(racine, monkeypatch):
    def mourir(*_, **__):
        raise DeadKernelError("Kernel died")

    monkeypatch.setattr(NotebookExporter, "from_filename", mourir)
    with pytest.raises(ErreurDonnees, match="le noyau s'est arrêté"):
        module.executer(racine / "notebooks/01_lit.ipynb", racine)


@pytest.mark.usefixtures("remettre")
@pytest.mark.parametrize("geste", [lambda chemin: chemin.write_text("enregistré", encoding="utf-8"), Path.unlink])
def test_ce_qu_une_personne_enregistre_pendant_l_execution_est_garde(racine, monkeypatch, geste):
    chemin = racine / "notebooks/01_lit.ipynb"

    def executer_pendant_que(*_, **__):
        geste(chemin)
        return "{}", {}

    monkeypatch.setattr(NotebookExporter, "from_filename", executer_pendant_que)
    with pytest.raises(ErreurDonnees, match="changé pendant son exécution"):
        module.executer(chemin, racine)
    assert not chemin.exists() or chemin.read_text(encoding="utf-8") == "enregistré"


def test_le_temoin_ne_note_que_les_lectures_de_l_etude(tmp_path):
    """Dans un autre processus : ce que le témoin pose ne s'ôte plus."""
    etude, journal = tmp_path / "etude", tmp_path / "journal.txt"
    (etude / "fiches").mkdir(parents=True)
    (tmp_path / "ailleurs.txt").write_text("a", encoding="utf-8")
    (etude / "né à.txt").write_text("a", encoding="utf-8")
    code = f"""
import os, runpy
from pathlib import Path
runpy.run_path({str(TEMOIN)!r})["surveiller"]({str(etude)!r}, {str(journal)!r})
for _ in range(2):
    Path({str(etude / "né à.txt")!r}).read_text()
Path({str(tmp_path / "ailleurs.txt")!r}).read_text()
open({str(etude / "sortie.txt")!r}, "w").close()
open(os.open({str(etude / "né à.txt")!r}, os.O_RDONLY)).close()
list(os.scandir({str(etude / "fiches")!r}))
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert journal.read_text(encoding="utf-8").splitlines() == ["né à.txt", "fiches"]
    assert runpy.run_path(str(TEMOIN))["__all__"] == [surveiller.__name__]
