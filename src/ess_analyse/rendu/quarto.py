"""Rendre par Quarto quand il est installé, sans laisser passer ce qu'il ne dit qu'à mi-voix."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever

__all__ = ["rendre_par_quarto"]

_COULEURS = re.compile(r"\x1b\[[0-9;]*m")
_AVERTIT = re.compile(r"^\s*(?:\[?WARN(?:ING)?\]?\b)[:\s]*(?P<dit>.+)$", re.MULTILINE)


def rendre_par_quarto(racine: Path, sortie: Path) -> None:
    """Appeler ``quarto render``.

    Parameters
    ----------
    racine : Path
        Le projet.
    sortie : Path
        Le dossier à remplir.

    Raises
    ------
    ErreurDonnees
        Si Quarto manque, échoue, ou avertit : il rend un lien cassé avec un simple ``WARN`` et le code 0.
    """
    programme = shutil.which("quarto")
    if programme is None:
        raise ErreurDonnees(
            [
                Probleme(
                    "quarto",
                    0,
                    "Quarto n'est pas installé",
                    remede="installez-le par environment.yml, ou choisissez le moteur « embarque »",
                )
            ]
        )
    fini = subprocess.run(
        [programme, "render", str(racine), "--output-dir", str(sortie)],
        cwd=racine,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    dit = _COULEURS.sub("", fini.stdout + "\n" + fini.stderr)
    lever(Probleme("quarto", 0, trouve["dit"].strip()) for trouve in _AVERTIT.finditer(dit))
    if fini.returncode:
        derniers = " ".join(dit.split())[-400:]
        raise ErreurDonnees([Probleme("quarto", 0, f"Quarto a échoué (code {fini.returncode}) : {derniers}")])
