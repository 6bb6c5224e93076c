"""Écrire du Markdown que rien de ce qu'on y met ne peut casser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["en_markdown", "en_table"]

_SIGNES = re.compile(r"([\\`*_{}\[\]<>()#+.!|~^$@&=:\"-])")


def en_markdown(texte: str) -> str:
    r"""Écrire un texte brut dans du Markdown : aucun de ses signes n'y est une marque.

    Parameters
    ----------
    texte : str
        Des mots du corpus, un libellé.

    Returns
    -------
    str
        Une seule ligne.

    Examples
    --------
    >>> print(en_markdown("On a 3*4\net [rien]"))
    On a 3\*4 et \[rien\]
    """
    return _SIGNES.sub(r"\\\1", re.sub(r"[\r\n]+", " ", texte))


def en_table(
    entetes: Sequence[str], lignes: Iterable[Sequence[str]], largeurs: Sequence[int], legende: str, classe: str = ""
) -> str:
    r"""Écrire une table Markdown.

    Parameters
    ----------
    entetes : sequence of str
        Le Markdown de chaque en-tête.
    lignes : iterable of sequence of str
        Le Markdown de chaque cellule, sur une ligne.
    largeurs : sequence of int
        La largeur relative de chaque colonne ; négative, ses cellules sont alignées à droite.
    legende : str
        Le Markdown de la légende.
    classe : str
        Ce que la mise en page doit en savoir (``chaleur``, ``vide``…).

    Returns
    -------
    str
        Une table à barres, sa légende dessous.

    Examples
    --------
    >>> print(en_table(["Thème", "Phrases"], [["Charge", "12"]], [3, -1], "Essai"))
    | Thème | Phrases |
    |:----------------------------------------------------------------------------|--------------------------:|
    | Charge | 12 |
    <BLANKLINE>
    : Essai
    """
    # pandoc reads relative widths from the dashes of a table wider than its option « columns », which is set to 1.
    total = sum(map(abs, largeurs))
    traits = [_trait(_TRAITS * abs(largeur) // total, droite=largeur < 0) for largeur in largeurs]
    rangees = [entetes, *lignes]
    texte = [f"| {' | '.join(rangees[0])} |", f"|{'|'.join(traits)}|", *(f"| {' | '.join(r)} |" for r in rangees[1:])]
    attributs = f" {{.{classe}}}" if classe else ""
    return "\n".join([*texte, "", f": {legende}{attributs}"])


_TRAITS = 100


def _trait(longueur: int, *, droite: bool) -> str:
    return "-" * longueur + "-:" if droite else ":-" + "-" * longueur
