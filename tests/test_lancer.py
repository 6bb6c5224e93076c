"""`lancer.py` : ce qu'il installe, ce qu'il lance, ce qu'il dit quand cela ne va pas."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).parents[1]


@pytest.fixture
def lancer(monkeypatch, tmp_path):
    """Charger `lancer.py` sur un dossier vide ; les programmes qu'il lancerait sont notés, pas lancés."""
    spec = importlib.util.spec_from_file_location("lancer", RACINE / "lancer.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.appels = []
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "python")
    monkeypatch.setattr(module, "TEMOIN", tmp_path / ".venv" / "installe.txt")

    def creer(dossier, **_):
        Path(dossier).mkdir(parents=True)
        (Path(dossier) / "python").touch()

    monkeypatch.setattr(module.venv, "create", creer)

    def noter(commande, **_):
        module.appels.append([*map(str, commande)])
        return 0

    monkeypatch.setattr(module.subprocess, "run", noter)
    monkeypatch.setattr(module.subprocess, "call", noter)
    return module


def test_bibliotheque_standard_seulement():
    arbre = ast.parse((RACINE / "lancer.py").read_text(encoding="utf-8"))
    imports = [noeud for noeud in ast.walk(arbre) if isinstance(noeud, ast.Import)]
    noms = {alias.name.split(".")[0] for noeud in imports for alias in noeud.names}
    noms |= {noeud.module.split(".")[0] for noeud in ast.walk(arbre) if isinstance(noeud, ast.ImportFrom)}
    assert noms <= set(sys.stdlib_module_names)


def test_installe_une_fois_puis_lance(lancer):
    assert lancer.main(["tests", "-q"]) == 0
    premiers = len(lancer.appels)
    assert premiers == 4
    amorce = (lancer.VENV / "amorce.txt").read_text(encoding="utf-8")
    assert amorce.startswith("uv==")
    assert "--hash=sha256:" in amorce
    assert amorce.count("==") == 1
    assert "--require-hashes" in lancer.appels[1]
    assert lancer.appels[-1][1:] == ["-m", "pytest", "-n", "auto", "--dist", "loadfile", "-q"]
    lancer.main(["tests"])
    assert len(lancer.appels) == premiers + 1


def test_reinstalle_quand_le_verrou_change(lancer, monkeypatch, tmp_path):
    lancer.main(["verifier"])
    autre = tmp_path / "requirements.txt"
    autre.write_text((RACINE / "requirements.txt").read_text(encoding="utf-8") + "# autre\n", encoding="utf-8")
    monkeypatch.setattr(lancer, "VERROU", autre)
    avant = len(lancer.appels)
    lancer.main(["verifier"])
    assert len(lancer.appels) == avant + 4


def test_site_enchaine_les_etapes_et_s_arrete_a_la_premiere_faute(lancer, monkeypatch, capsys):
    lancer.main(["site"])
    assert [appel[-1] for appel in lancer.appels[-5:]] == ["importer", "suggerer", "verifier", "accord", "site"]
    monkeypatch.setattr(lancer.subprocess, "call", lambda commande, **_: int(commande[-1] == "verifier"))
    capsys.readouterr()
    assert lancer.main(["site"]) == 1
    assert "accord" not in capsys.readouterr().out


def test_toute_autre_commande_va_a_ess_analyse(lancer):
    lancer.main(["site", "--moteur", "quarto"])
    assert lancer.appels[-1][1:] == ["-m", "ess_analyse", "site", "--moteur", "quarto"]


def test_les_notebooks_sont_ceux_du_projet_d_ou_qu_on_lance(lancer, monkeypatch):
    dossiers = []
    monkeypatch.setattr(lancer.subprocess, "call", lambda commande, cwd=None: dossiers.append((commande, cwd)) or 0)
    assert lancer.main(["notebooks", "--force"]) == 0
    commande, dossier = dossiers[-1]
    assert commande[1:] == ["-m", "ess_analyse", "notebooks", "--force"]
    assert dossier == RACINE


def test_aide_et_echec_d_installation(lancer, monkeypatch, capsys):
    assert lancer.main([]) == 2
    assert lancer.main(["--help"]) == 0
    assert "lancer.py site" in capsys.readouterr().out
    assert not lancer.appels

    def echouer(commande, **_):
        raise subprocess.CalledProcessError(1, commande)

    monkeypatch.setattr(lancer.subprocess, "run", echouer)
    assert lancer.main(["site"]) == 1
    assert "L'installation a échoué" in capsys.readouterr().err
    assert not lancer.TEMOIN.exists()


def test_vieux_python_refuse(lancer, monkeypatch, capsys):
    monkeypatch.setattr(lancer.sys, "version_info", (3, 9))
    assert lancer.main(["site"]) == 1
    assert "Python 3.11" in capsys.readouterr().err
