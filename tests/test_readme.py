"""Ce que le README promet est vrai."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ess_analyse.cli import principal

RACINE = Path(__file__).parents[1]
README = (RACINE / "README.md").read_text(encoding="utf-8")


def test_la_chaine_en_dix_lignes_marche(tmp_path, monkeypatch):
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    assert len([ligne for ligne in code.splitlines() if ligne and not ligne.startswith("import")]) == 10
    shutil.copytree(RACINE / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    noms: dict = {}
    exec(code, noms)
    assert len(noms["suggestions"]) > len(noms["segments"])
    assert noms["accord"]["alpha"].notna().any()
    assert noms["comptes"]["segments"].sum() > 0
    assert (tmp_path / "rapports/enseignements/e1.qmd").exists()
    assert (tmp_path / "data/corpus/E01.txt").read_bytes() == (RACINE / "data/corpus/E01.txt").read_bytes()


def test_chaque_commande_citee_existe_et_chaque_commande_est_citee():
    citees = set(re.findall(r"^\| `ess-analyse (\w+)", README, re.MULTILINE))
    assert citees == set(principal.commands)


def test_chaque_sous_commande_citee_existe():
    citees = set(re.findall(r"^\| `ess-analyse (cle|publication) (\w+)", README, re.MULTILINE))
    assert len(citees) >= 3
    for groupe, sous_commande in citees:
        assert sous_commande in principal.commands[groupe].commands


@pytest.mark.parametrize("nom", ["README.md", "README.en.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_chaque_lien_mene_quelque_part(nom):
    texte = (RACINE / nom).read_text(encoding="utf-8")
    for cible in re.findall(r"\]\((?!http)([^)#]+)\)", texte):
        assert (RACINE / cible).exists(), cible


def test_architecture_nomme_chaque_piece():
    texte = (RACINE / "ARCHITECTURE.md").read_text(encoding="utf-8")
    pieces = {chemin.stem for chemin in (RACINE / "src/ess_analyse").iterdir() if not chemin.name.startswith("__")}
    pieces -= {"cli"}
    assert pieces <= set(re.findall(r"^\| `(\w+)`", texte, re.MULTILINE))
