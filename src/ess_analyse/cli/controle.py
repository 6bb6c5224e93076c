"""Contrôler toute l'étude, et réunir tous ses problèmes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ess_analyse as ess
from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer, relatif
from ess_analyse.fichiers import lire_table
from ess_analyse.modele import FONCTIONS, STRUCTURES, Corpus, Etude
from ess_analyse.rendu import verifier_projet

__all__ = ["controler"]


def controler(etude: Etude) -> list[Probleme]:
    """Contrôler ce qui est écrit dans une étude.

    Parameters
    ----------
    etude : Etude
        Ce qui n'est pas encore écrit n'est pas un problème, sauf le corpus et la grille.

    Returns
    -------
    list of Probleme
        Dans l'ordre des étapes ; une étape que les précédentes rendent illisible n'est pas contrôlée.
    """
    problemes: list[Probleme] = []

    def essayer(lire: Callable[..., Any], chemin: Path, *suite: Any, exige: bool = False) -> Any:
        if not (exige or chemin.exists()):
            return None
        try:
            return lire(chemin, *suite)
        except ErreurDonnees as erreur:
            problemes.extend(erreur.problemes)
            return None

    if etude.cle.is_file():
        essayer(ess.lire_cle, etude.cle)
    corpus = essayer(ess.lire_corpus, etude.corpus, exige=True)
    grille = essayer(ess.lire_grille, etude.grille, exige=True)
    if corpus is None:
        return problemes
    problemes += _decrire(etude, corpus)
    if grille is not None:
        segments = ess.segmenter(corpus)
        essayer(ess.lire_suggestions, etude.suggestions, segments, grille)
        essayer(ess.lire_codages, etude.codages, segments, grille)
        enseignements = essayer(ess.lire_enseignements, etude.enseignements, corpus, segments, grille)
        essayer(ess.lire_fiches, etude.fiches, corpus, segments, grille)
        if enseignements is not None:
            essayer(ess.lire_plan, etude.plan, segments, enseignements)
            essayer(ess.lire_autodiagnostic, etude.autodiagnostic, grille, enseignements)
    return problemes + (verifier_projet(etude.racine) if (etude.racine / "_quarto.yml").exists() else [])


def _decrire(etude: Etude, corpus: Corpus) -> list[Probleme]:
    """Vérifier que la description des documents parle de structures et de fonctions connues."""
    nom, problemes = relatif(etude.documents), []
    for chemin, colonnes in ((etude.structures, STRUCTURES), (etude.fonctions, FONCTIONS)):
        if not chemin.is_file():
            continue
        colonne = colonnes[0]
        connues = set(lire_table(chemin, colonnes)[colonne])
        problemes += [
            Probleme(nom, ligne, f"{colonne} inconnue", valeur, proposer(valeur, connues))
            for ligne, valeur in corpus.documents[colonne].items() if valeur and valeur not in connues
        ]
    return problemes
