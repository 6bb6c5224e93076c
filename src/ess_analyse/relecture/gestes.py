"""Les gestes : de ce qui est décidé d'une phrase à ce qui le sera."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from ess_analyse.modele import RIEN
from ess_analyse.relecture.feuille import Etat

__all__ = ["GESTES", "appliquer", "nettoyer_memo"]

GESTES = ("accepter", "refuser", "refuser-toutes", "ajouter", "rien", "effacer", "memo")
"""Ce qu'une personne peut décider d'une phrase."""


def appliquer(
    geste: str, etat: Etat, valeur: str = "", *, proposes: Collection[str] = (), acquis: tuple[str, ...] = ()
) -> Etat:
    """Dire ce qu'un geste fait d'une phrase.

    Parameters
    ----------
    geste : str
        L'un de ``GESTES``.
    etat : Etat
        Ce qui est décidé de la phrase.
    valeur : str
        Le code posé ou ôté, ou le texte du mémo.
    proposes : collection of str
        Les codes mis en avant pour cette phrase.
    acquis : tuple of str
        Ceux que la première décision garde d'elle-même.

    Returns
    -------
    Etat
        Ce qui en sera décidé.

    Examples
    --------
    >>> appliquer("refuser", Etat((), ""), "R-SENS", proposes=["R-SENS"])
    Etat(codes=('-',), memo='')
    >>> appliquer("accepter", Etat((), ""), "R-SENS", proposes=["R-SENS"], acquis=("P-GESTION",))
    Etat(codes=('P-GESTION', 'R-SENS'), memo='')
    """
    if geste == "memo":
        return Etat(etat.codes, nettoyer_memo(valeur))
    if geste == "effacer":
        return Etat((), etat.memo)
    codes = [code for code in etat.codes or acquis if code != RIEN]
    if geste in ("accepter", "ajouter"):
        return Etat(tuple(dict.fromkeys([*codes, valeur])), etat.memo)
    otes = {"refuser": {valeur}, "refuser-toutes": set(proposes) - set(acquis), "rien": set(codes)}[geste]
    return Etat(tuple(code for code in codes if code not in otes) or (RIEN,), etat.memo)


def nettoyer_memo(texte: str) -> str:
    r"""Ôter d'un mémo ce qu'un fichier CSV, ou l'UTF-8, ne peut garder.

    Parameters
    ----------
    texte : str
        Ce que la personne a écrit.

    Returns
    -------
    str
        En NFC, sans signe de commande hors sauts de ligne et tabulations, sans blanc autour.

    Examples
    --------
    >>> nettoyer_memo(" à revoir\n\x07vite ")
    'à revoir\nvite'
    """
    # Control characters and lone surrogates.
    propre = "".join(signe for signe in texte if signe in "\n\t" or unicodedata.category(signe) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", propre).strip()
