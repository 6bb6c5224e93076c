"""Ce que seule l'équipe peut dire de sa méthode : ``data/methode.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ess_analyse.arbre import Arbre, lire_arbre
from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.fichiers import lire_texte
from ess_analyse.pages.transparence.points import Point, lire_points

__all__ = ["lire_methode"]

_SANS_CONTENU = re.compile(r"(?:\s|#[^\n]*)*")
# A blank to fill in, alone or in brackets among words that are already written.
_A_COMPLETER = re.compile(r"(?:^[\W_]*|\[[\W_]*)[àa] compl[ée]ter\b", re.IGNORECASE)


def lire_methode(chemin: Path) -> dict[str, str]:
    r"""Lire ce que l'équipe dit de sa méthode, point par point.

    Parameters
    ----------
    chemin : Path
        ``data/methode.yml`` : une clé par point (:func:`~ess_analyse.pages.transparence.lire_points`), un texte libre.

    Returns
    -------
    dict of str to str
        Clé → texte. Ce qui est vide, ou encore « à compléter », n'y est pas : c'est un manque.

    Raises
    ------
    ErreurDonnees
        Fichier absent ou illisible, clé inconnue ou en double, valeur qui n'est pas un texte.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     chemin = Path(dossier, "methode.yml")
    ...     _ = chemin.write_text("genre: Deux femmes.\nlieu: à compléter\nguide:\n", encoding="utf-8")
    ...     lire_methode(chemin)
    {'genre': 'Deux femmes.'}
    """
    texte = lire_texte(chemin)
    if _SANS_CONTENU.fullmatch(texte):
        return {}
    arbre = lire_arbre(texte, relatif(chemin))
    if not isinstance(arbre.valeur, dict):
        remede = "écrivez une clé et un texte par point : « lieu: Dans un bureau fermé. »"
        lever([arbre.probleme((), "des clés sont attendues", arbre.valeur, remede)])
    # A key without a text is not a mistake: it is what remains to be written.
    pleines = {cle: valeur for cle, valeur in arbre.valeur.items() if valeur is not None}
    textes, problemes = replace(arbre, valeur=pleines).valider(dict[str, str])
    problemes += [*arbre.problemes, *_cles_inconnues(arbre)]
    lever(sorted(problemes, key=lambda probleme: probleme.ligne))
    return {cle: dit for cle, dit in textes.items() if dit and not _A_COMPLETER.search(dit)}


def _cles_inconnues(arbre: Arbre) -> Iterator[Probleme]:
    points = {point.cle: point for point in lire_points() if point.cle}
    renvois = {point.ancre: point for point in lire_points() if not point.cle}
    for cle in arbre.valeur:
        if cle not in points:
            remede = proposer(cle, points) or _situer(cle, {**renvois, **{p.ancre: p for p in points.values()}})
            yield arbre.probleme((cle,), "clé inconnue", cle, remede)


def _situer(cle: str, points: dict[str, Point]) -> str:
    """Dire la clé d'un point que l'on a désigné par son numéro."""
    point = points.get("-".join(re.findall(r"[a-z]+|\d+", cle.lower())))
    if point is None:
        return "« rapports/donnees/transparence.csv » dit la clé de chaque point"
    if point.cle:
        return f"la clé de ce point est « {point.cle} »"
    return f"ce point renvoie à COREQ {', '.join(map(str, point.renvoi))} : écrivez là-bas"
