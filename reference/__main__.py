"""Écrire la documentation du logiciel (`rapports/api/`), tirée des docstrings : `python -m reference`."""

from __future__ import annotations

import sys
from pathlib import Path

from reference.pages import ecrire_pages


def principal(arguments: list[str]) -> int:
    """Écrire les pages qui ont changé ; rien n'est à choisir."""
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    if arguments:
        print(f"Rien n'est à choisir, et « {' '.join(arguments)} » est de trop : python -m reference.", file=sys.stderr)
        return 2
    racine = Path(__file__).resolve().parents[1]
    changees = ecrire_pages(racine)
    print("\n".join(chemin.relative_to(racine).as_posix() for chemin in changees) or "La référence était à jour.")
    return 0


if __name__ == "__main__":
    sys.exit(principal(sys.argv[1:]))
