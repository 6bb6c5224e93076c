"""La grille d'une étude neuve : la nôtre, une à écrire, ou celle d'un livre de codes."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.fichiers import lire_texte
from ess_analyse.grille import Grille

__all__ = ["choisir_grille"]

_REPRISE = """\
# La grille de l'étude, reprise de {fichier}.
#
# Complétez ce qui porte « à remplir » (identifiants, définitions, listes), relisez les identifiants proposés, puis
# lancez « ess-analyse verifier ».
"""


def choisir_grille(choix: str) -> str:
    """Écrire la grille d'une étude neuve.

    Parameters
    ----------
    choix : str
        ``ess`` (les risques et les opportunités du numérique au travail), ``vide`` (un code à remplacer, avec le mode
        d'emploi), ou le chemin d'un livre de codes REFI-QDA (``.qdc``).

    Returns
    -------
    str
        Du YAML. Celui d'un livre de codes n'est complet que si le livre l'était.

    Raises
    ------
    ErreurDonnees
        Choix inconnu, fichier absent ou illisible, livre sans aucun code.

    Examples
    --------
    >>> from ess_analyse.conduite import A_REMPLACER
    >>> A_REMPLACER in choisir_grille("vide"), "R-CHARGE" in choisir_grille("ess")
    (True, True)
    """
    if choix == "ess":
        return lire_texte(_notre_grille())
    if choix == "vide":
        return (files("ess_analyse.nouveau") / "modele_grille.yml").read_text(encoding="utf-8")
    if Path(choix).suffix.casefold() != ".qdc":
        remede = "écrivez « ess », « vide », ou le nom d'un fichier .qdc"
        raise ErreurDonnees([Probleme("--grille", 0, "grille inconnue", choix, remede)])
    return _reprendre(Path(choix))


def _notre_grille() -> Path:
    installee = Path(str(files("ess_analyse.nouveau"))) / "grille.yml"
    # A wheel carries it (pyproject.toml); in a working copy it is that of the demonstration.
    return installee if installee.is_file() else Path(__file__).parents[3] / "data/grille.yml"


def _reprendre(chemin: Path) -> str:
    from ess_analyse.echanges import lire_qdc
    from ess_analyse.echanges.reprise import composer_grille

    projet = lire_qdc(chemin)
    if projet.codes.empty:
        raise ErreurDonnees([*projet.ecartes, Probleme(relatif(chemin), 0, "aucun code dans ce fichier")])
    texte = composer_grille(projet.codes, Grille(1, (), ()), chemin.name)
    return _REPRISE.format(fichier=chemin.name) + "\nversion:" + texte.partition("\nversion:")[2]
