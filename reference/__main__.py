"""`python -m reference`."""

from pathlib import Path

from reference.pages import ecrire_pages

if __name__ == "__main__":
    racine = Path(__file__).resolve().parents[1]
    changees = ecrire_pages(racine)
    print("\n".join(chemin.relative_to(racine).as_posix() for chemin in changees) or "La référence était à jour.")
