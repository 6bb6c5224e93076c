"""Écrire du Markdown que rien de ce qu'on y met ne peut casser, et n'en garder que le début."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["abreger", "accorder", "couper_entre_mots", "en_markdown", "en_table", "sans_controles"]

_CONTROLES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Les signes qu'aucun XML n'admet, donc aucun docx ni aucun pptx."""
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


def abreger(texte: str, signes: int, marque: str = "…") -> str:
    """Garder le début d'un texte, coupé entre deux mots et marqué comme tel.

    Examples
    --------
    >>> abreger("Derrière un outil qui marche", 18, " […]")
    'Derrière un […]'
    """
    if len(texte) <= signes:
        return texte
    return next(iter(couper_entre_mots(texte, signes - len(marque))), "").rstrip(" ,;:\u00a0\u202f") + marque


def accorder(nombre: int, nom: str) -> str:
    """Compter, le nom au pluriel à partir de deux.

    Examples
    --------
    >>> accorder(1, "document"), accorder(3, "parole contraire")
    ('1 document', '3 paroles contraires')
    """
    return f"{nombre} {nom if nombre < 2 else nom.replace(' ', 's ') + 's'}"


def sans_controles(texte: str) -> str:
    r"""Ôter d'un texte les caractères de contrôle ; ceux qui vont à la ligne ou à la page laissent une espace.

    Examples
    --------
    >>> sans_controles("Peser\x0bune\x01 fois\n")
    'Peser une fois\n'
    """
    return _CONTROLES.sub(lambda trouve: " " if trouve[0] in "\x0b\x0c" else "", texte)


def couper_entre_mots(texte: str, signes: int) -> Iterator[str]:
    """Couper un texte en morceaux d'au plus ``signes``, entre deux mots ; un mot plus long que cela est coupé.

    Examples
    --------
    >>> list(couper_entre_mots("un outil marche", 8))
    ['un outil', 'marche']
    """
    ligne = ""
    for mot in texte.split(" "):
        while len(mot) > signes:
            if ligne:
                yield ligne
                ligne = ""
            yield mot[:signes]
            mot = mot[signes:]
        if ligne and len(ligne) + 1 + len(mot) > signes:
            yield ligne
            ligne = mot
        else:
            ligne = f"{ligne} {mot}" if ligne else mot
    if ligne:
        yield ligne


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
