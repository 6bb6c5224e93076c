"""Ce que plusieurs fichiers de tests emploient."""

from __future__ import annotations

import os
import shutil

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from ess_analyse.modele import DOCUMENTS, Corpus, Entretien

# Derandomized: a red suite is red again on the next machine; the deadline would fail on a busy one.
settings.register_profile(
    "suite", deadline=None, derandomize=True, max_examples=60, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def exiger():
    """Rendre le chemin d'un programme ; sans lui, sauter le test, ou le faire échouer en intégration continue."""
    def chercher(programme: str) -> str:
        if chemin := shutil.which(programme):
            return chemin
        raison = f"{programme} n'est pas installé sur cette machine"
        if os.environ.get("CI"):
            pytest.fail(raison)
        return pytest.skip(raison)

    return chercher


@pytest.fixture
def ecrire(tmp_path):
    """Écrire un fichier dans un dossier neuf : du texte en UTF-8, ou des octets tels quels."""
    def poser(nom: str, contenu: str | bytes):
        chemin = tmp_path / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_bytes(contenu if isinstance(contenu, bytes) else contenu.encode("utf-8"))
        return chemin

    return poser


@pytest.fixture(scope="session")
def composer():
    """Composer un corpus : ``composer(E01="Claire : Ça va ?", O01=…)`` ; un texte sans locuteur est une observation."""
    def faire(**textes: str) -> Corpus:
        entretiens = tuple(
            Entretien.depuis_texte(nom, texte.strip() + "\n", parle=not nom.startswith("O"))
            for nom, texte in textes.items()
        )
        lignes = [(nom, "observation" if nom.startswith("O") else "entretien", "S1", "direction", "2025-03", "publique")
                  for nom in textes]
        return Corpus(entretiens, pd.DataFrame(lignes, columns=DOCUMENTS, dtype="str"))

    return faire
