"""Les mesures se lancent et se disent en rapports ; aucun test ne chronomètre."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

RACINE = Path(__file__).parents[1]


def lancer(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments], cwd=RACINE, capture_output=True, text=True, encoding="utf-8"
    )


def test_une_mesure_se_dit_en_rapport_a_une_reference():
    resultat = lancer("import")
    assert resultat.returncode == 0, resultat.stderr
    lignes = resultat.stdout.splitlines()
    assert len(lignes) == 3
    assert all(re.search(r" = \d+,\d\d × Python nu \(\d+,\d\d s contre \d+,\d\d s\)$", ligne) for ligne in lignes)


def test_une_mesure_inconnue_est_un_mauvais_emploi():
    resultat = lancer("vitesse")
    assert resultat.returncode == 2
    assert "Choix : import, suggestions, site" in resultat.stderr
    assert not resultat.stdout
