"""Lire les paragraphes d'un texte simple ou d'un texte Markdown."""

from __future__ import annotations

import re

from ess_analyse.lecture.balisage import debaliser, lister_gras
from ess_analyse.lecture.etiquettes import lire_etiquette
from ess_analyse.lecture.paragraphes import Depouillement, Paragraphe, propre

__all__ = ["lire_txt"]

_PUCE = re.compile(r"\s*(?:[-*•◊–—]|\d{1,2}[.)]|#+)\s")
_LONG_NOM = re.compile(r"[^\W\d_][^:]{0,40} :\s")
_LONGUEUR_D_UN_NOM = 60
_LARGEUR = range(40, 101)
"""Longueurs des lignes qu'un éditeur a coupées à largeur fixe."""


def lire_txt(texte: str) -> Depouillement:
    r"""Lire les paragraphes d'un texte, en recollant les lignes qu'un éditeur a coupées à largeur fixe.

    Parameters
    ----------
    texte : str
        Le contenu d'un ``.txt`` ou d'un ``.md``.

    Returns
    -------
    Depouillement
        Un paragraphe par ligne ; les balises HTML et les marques Markdown sont ôtées.

    Examples
    --------
    >>> [paragraphe.texte for paragraphe in lire_txt("**Claire :** Ça va ?\nRose : Oui.\n").paragraphes]
    ['Claire : Ça va ?', 'Rose : Oui.']
    """
    nu, balises = debaliser(texte)
    gras = lister_gras(texte)
    paragraphes: list[str] = []
    for bloc in re.split(r"\n\s*\n", nu):
        lignes = [propre_ for ligne in bloc.split("\n") if (propre_ := propre(ligne))]
        coupe = len(lignes) > 1 and all(len(ligne) in _LARGEUR for ligne in lignes[:-1])
        for rang, ligne in enumerate(lignes):
            seule = _PUCE.match(ligne) or lire_etiquette(Paragraphe(ligne)) or _LONG_NOM.match(ligne)
            if rang and coupe and not seule:
                paragraphes[-1] += f" {ligne}"
            else:
                paragraphes.append(ligne)
    forme = "balise HTML ôtée" if balises == 1 else "balises HTML ôtées"
    return Depouillement(
        tuple(Paragraphe(texte, gras=_mesurer_gras(texte, gras)) for texte in paragraphes),
        (f"{balises} {forme}",) if balises else (),
    )


def _mesurer_gras(texte: str, gras: set[str]) -> int:
    longueurs = (len(texte), *range(_LONGUEUR_D_UN_NOM, 0, -1)) if gras else ()
    return next((longueur for longueur in longueurs if texte[:longueur] in gras), 0)
