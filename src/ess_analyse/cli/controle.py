"""Contrôler toute l'étude, et réunir tous ses problèmes."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import pandas as pd

import ess_analyse as ess
from ess_analyse.accord import lire_echantillon
from ess_analyse.cli.affichage import dire
from ess_analyse.cli.etape import en_json, etape
from ess_analyse.coffre import est_chiffree
from ess_analyse.corrections import textes_corriges
from ess_analyse.documents import lire_recit
from ess_analyse.erreurs import ErreurDonnees, Probleme, lever
from ess_analyse.etude import Etude
from ess_analyse.modele import CODAGES, Corpus
from ess_analyse.pages.lexicometrie import lire_comptes, mesurer_empreintes, verifier_comptes
from ess_analyse.pages.transparence import lire_methode
from ess_analyse.pseudonymes import ouvrir_cle, trouver_cle
from ess_analyse.pseudonymes.sources import lire_connues
from ess_analyse.publication import decrire_sources, lire_fonctions, lire_structures
from ess_analyse.rendu import verifier_projet
from ess_analyse.retrait import retraits_inacheves

__all__ = ["controler", "verifier"]


@click.command()
@en_json
@etape
def verifier(etude: Etude, en_json: bool) -> None:
    """Vérifier toute l'étude et dire tous les problèmes d'un coup."""
    problemes = controler(etude)
    if en_json:
        click.echo(json.dumps([vars(probleme) for probleme in problemes], ensure_ascii=False, indent=2))
        raise SystemExit(1 if problemes else 0)
    lever(problemes)
    dire("Tout est en ordre : corpus, grille, codages, enseignements, fiches, plan d'actions, autodiagnostic, pages.")


def controler(etude: Etude) -> list[Probleme]:
    """Contrôler ce qui est écrit dans une étude.

    Parameters
    ----------
    etude : Etude
        Ce qui n'est pas encore écrit n'est pas un problème, sauf le corpus et la grille.

    Returns
    -------
    list of Probleme
        Dans l'ordre des étapes, chacun une fois ; une étape que les précédentes rendent illisible n'est pas contrôlée.
        Ce que ``conduite`` lit l'est aussi : ce qu'elle dit à réparer est dit ici. Une clé chiffrée n'est pas ouverte.
    """
    essais = _Essais()
    essais.problemes += essais.tenter(retraits_inacheves, etude) or []
    cle = essais.tenter(trouver_cle, etude)
    if cle is not None and not est_chiffree(cle):
        essais.tenter(partial(ouvrir_cle, toutes=True), etude)
    essais.tenter(lire_connues, etude)
    essais.lire(lire_methode, etude.methode)
    essais.lire(lire_recit, etude.recit)
    corpus = essais.lire(ess.lire_corpus, etude.corpus, exige=True)
    structures, fonctions = essais.lire(lire_structures, etude.structures), essais.lire(lire_fonctions, etude.fonctions)
    grille = essais.lire(ess.lire_grille, etude.grille, exige=True)
    if grille is not None:
        essais.lire(ess.lire_reglages, etude.reglages, grille.ids())
    essais.lire(ess.lire_journal, etude.journal_grille)
    if corpus is not None and structures is not None and fonctions is not None:
        essais.tenter(decrire_sources, corpus.documents, structures, fonctions)
    if corpus is not None and grille is not None:
        segments = ess.segmenter(corpus)
        essais.lire(lire_echantillon, etude.echantillon, grille, corpus.documents)
        essais.lire(ess.lire_suggestions, etude.suggestions, segments, grille)
        essais.problemes += essais.tenter(textes_corriges, etude, segments) or []
        codages = essais.lire(ess.lire_codages, etude.codages, segments, grille)
        essais.problemes += essais.tenter(_controler_mots, etude, corpus, segments, codages, grille) or []
        enseignements = essais.lire(ess.lire_enseignements, etude.enseignements, corpus, segments, grille)
        essais.lire(ess.lire_fiches, etude.fiches, corpus, segments, grille)
        if enseignements is not None:
            essais.lire(ess.lire_plan, etude.plan, corpus, segments, enseignements)
            essais.lire(ess.lire_autodiagnostic, etude.autodiagnostic, grille, enseignements)
    if (etude.racine / "_quarto.yml").exists():
        essais.problemes += verifier_projet(etude.racine)
    return list(dict.fromkeys(essais.problemes))


def _controler_mots(
    etude: Etude, corpus: Corpus, segments: pd.DataFrame, codages: pd.DataFrame | None, grille: ess.Grille
) -> list[Probleme]:
    """Dire si les mots comptés ne sont plus ceux de l'étude, ou si leurs tables ne se lisent plus."""
    if not etude.lexicometrie.exists():
        return []
    avis = ess.consolider(codages) if codages is not None else pd.DataFrame(columns=CODAGES, dtype="str")
    empreintes = mesurer_empreintes(corpus, segments, avis, ess.lire_reglages(etude.reglages).seuil, grille)
    return verifier_comptes(lire_comptes(etude.lexicometrie), empreintes, etude.lexicometrie)


class _Essais:
    """Tenter des lectures l'une après l'autre, et garder ce qui ne va pas dans chacune."""

    def __init__(self):
        self.problemes: list[Probleme] = []

    def lire(self, lecture: Callable[..., Any], chemin: Path, *suite: Any, exige: bool = False) -> Any:
        return self.tenter(lecture, chemin, *suite) if exige or chemin.exists() else None

    def tenter(self, action: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return action(*arguments)
        except ErreurDonnees as erreur:
            self.problemes += erreur.problemes
            return None
