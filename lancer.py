"""Tout installer et tout faire, en une commande : `python3 lancer.py site` ou `python3 lancer.py tests`.

Ce fichier n'emploie que la bibliothèque standard : il marche avant toute installation, sous Linux, macOS et Windows.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

RACINE = Path(__file__).resolve().parent
VENV = RACINE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
VERROU = RACINE / "requirements.txt"
TEMOIN = VENV / "installe.txt"
AIDE = """\
python3 lancer.py site      de la transcription au site publié (_site/index.html)
python3 lancer.py tests     toute la suite de tests, notebooks compris
python3 lancer.py notebooks réexécuter sur place les notebooks dont une entrée a changé (--force : tous)
python3 lancer.py COMMANDE  toute autre commande de ess-analyse (--help les liste)"""


def main(arguments: list[str]) -> int:
    """Installer ce qui manque, puis faire ce qui est demandé."""
    if sys.version_info < (3, 11):  # noqa: UP036 - lancé par un Python que rien n'a encore vérifié
        print(f"Il faut Python 3.11 ou plus récent ; celui-ci est {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    if not arguments or arguments[0] in ("-h", "--help", "aide"):
        print(AIDE)
        return 0 if arguments else 2
    try:
        installer()
    except subprocess.CalledProcessError as erreur:
        print(
            f"L'installation a échoué ({' '.join(map(str, erreur.cmd[1:6]))}…).\n"
            "Vérifiez votre connexion puis relancez la même commande.",
            file=sys.stderr,
        )
        return 1
    if arguments[0] == "tests":
        # A file stays in one process: what it prepares is prepared once.
        tous_les_coeurs = ("-n", "auto", "--dist", "loadfile")
        return subprocess.call([PYTHON, "-m", "pytest", *tous_les_coeurs, *arguments[1:]], cwd=RACINE)
    if arguments[0] == "notebooks":
        return subprocess.call([PYTHON, "-m", "ess_analyse", *arguments], cwd=RACINE)
    if arguments == ["site"]:
        for etape in ("importer", "suggerer", "verifier", "accord", "site"):
            print(f"\n▸ ess-analyse {etape}", flush=True)
            if code := subprocess.call([PYTHON, "-m", "ess_analyse", etape], cwd=RACINE):
                return code
        return 0
    return subprocess.call([PYTHON, "-m", "ess_analyse", *arguments])


def installer() -> None:
    """Créer `.venv` et y installer les versions verrouillées ; rien à faire si elles n'ont pas changé."""
    empreinte = hashlib.sha256(VERROU.read_bytes() + (RACINE / "pyproject.toml").read_bytes()).hexdigest()
    if PYTHON.exists() and TEMOIN.exists() and TEMOIN.read_text() == empreinte:
        return
    print("Installation (une seule fois)…", flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True, clear=VENV.exists())
    # uv installs in seconds what takes pip minutes; pip checks its hash like any other.
    amorce = VENV / "amorce.txt"
    amorce.write_text(_exigence("uv"), encoding="utf-8")
    executer("pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", amorce)
    executer("uv", "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", VERROU)
    executer("uv", "pip", "install", "--quiet", "--python", PYTHON, "--no-deps", "--no-build-isolation", "-e", RACINE)
    TEMOIN.write_text(empreinte)


def executer(module: str, *arguments: object) -> None:
    """Lancer un module de l'environnement ; son échec lève `CalledProcessError`."""
    subprocess.run([PYTHON, "-m", module, *map(str, arguments)], check=True, cwd=RACINE)


def _exigence(nom: str) -> str:
    """Recopier du verrou les lignes d'un seul paquet, empreintes comprises."""
    lignes, garde = [], False
    for ligne in VERROU.read_text(encoding="utf-8").splitlines():
        if not ligne.startswith((" ", "#")):
            garde = ligne.startswith(f"{nom}==")
        if garde:
            lignes.append(ligne)
    return "\n".join(lignes) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
