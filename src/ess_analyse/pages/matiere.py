"""Réunir, une seule fois, tout ce dont les pages parlent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ess_analyse.codages import consolider, lire_codages
from ess_analyse.enseignements import lire_autodiagnostic, lire_enseignements, lire_fiches, lire_plan
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_table
from ess_analyse.grille import Grille, lire_grille
from ess_analyse.modele import CODAGES, FONCTIONS, STRUCTURES, Corpus
from ess_analyse.pages.lexicometrie.gardees import Comptes, lire_comptes
from ess_analyse.pages.textes import Textes, lire_textes
from ess_analyse.pages.transparence.methode import lire_methode
from ess_analyse.publication import decrire_sources, lire_fonctions, lire_structures
from ess_analyse.reglages import lire_reglages

__all__ = ["ABLATION", "AUDIT", "MESURES", "Matiere", "rassembler"]

MESURES = ("f1", "f1_macro", "rappel_3", "rappel_5", "valence", "valence_risque")
ABLATION = ("epreuve", "modele", "exemples", "mains", "phrases", "seuil", *MESURES)
"""Les colonnes de ``data/mesures/ablation.csv`` : ce que vaut le modèle, entier puis un ingrédient en moins."""
AUDIT = ("controle", "criteres", "intitule", "outil", "pages", "echecs", "a_verifier")
"""Les colonnes de ``data/mesures/accessibilite.csv`` : ce que chaque contrôle automatique a trouvé dans le site."""


@dataclass(frozen=True)
class Matiere:
    """L'étude telle que les pages la lisent ; ce qui n'est pas encore écrit y est vide."""

    corpus: Corpus
    segments: pd.DataFrame
    grille: Grille
    codages: pd.DataFrame
    consolide: pd.DataFrame
    structures: pd.DataFrame
    sources: pd.DataFrame
    enseignements: tuple
    fiches: tuple
    plan: tuple
    questions: tuple
    ablation: pd.DataFrame
    methode: Mapping[str, str] = field(default_factory=dict)
    mentions: Mapping[str, object] = field(default_factory=dict)
    audit: pd.DataFrame = field(default_factory=lambda: _vide(AUDIT))
    familles: frozenset[str] = frozenset()
    mots: Comptes | None = None

    @cached_property
    def documents(self) -> pd.DataFrame:
        """La description des documents, avec la famille de fonctions et le libellé de la structure."""
        return self.corpus.documents.merge(self.sources, on="entretien", how="left", validate="1:1")

    @cached_property
    def noms_structures(self) -> dict[str, str]:
        """Le libellé de chaque structure, d'après son identifiant."""
        return dict(zip(self.structures["structure"], self.structures["libelle"], strict=True))


def rassembler(etude: Etude, lus: Textes | None = None) -> Matiere:
    """Lire tout ce qu'une étude contient déjà.

    Parameters
    ----------
    etude : Etude
        Le corpus et la grille sont exigés ; le reste peut manquer.
    lus : tuple of (Corpus, DataFrame), optional
        Le corpus et ses segments, s'ils sont déjà lus.

    Returns
    -------
    Matiere
        De quoi écrire toutes les pages.

    Raises
    ------
    ErreurDonnees
        Si ce qui est écrit ne tient pas (code inconnu, preuve déplacée…).
    """
    corpus, segments = lus or lire_textes(etude)
    grille = lire_grille(etude.grille)
    codages = _si(etude.codages, lambda c: lire_codages(c, segments, grille), _vide(CODAGES))
    structures = _si(etude.structures, lire_structures, _vide(STRUCTURES))
    fonctions = _si(etude.fonctions, lire_fonctions, _vide(FONCTIONS))
    enseignements = _si(etude.enseignements, lambda c: lire_enseignements(c, corpus, segments, grille), ())
    return Matiere(
        corpus=corpus,
        segments=segments,
        grille=grille,
        codages=codages,
        consolide=consolider(codages),
        structures=structures,
        sources=decrire_sources(corpus.documents, structures, fonctions),
        enseignements=enseignements,
        fiches=_si(etude.fiches, lambda c: lire_fiches(c, corpus, segments, grille), ()),
        plan=_si(etude.plan, lambda c: lire_plan(c, corpus, segments, enseignements), ()),
        questions=_si(etude.autodiagnostic, lambda c: lire_autodiagnostic(c, grille, enseignements), ()),
        ablation=_si(etude.data / "mesures/ablation.csv", lambda c: lire_table(c, ABLATION), _vide(ABLATION)),
        methode=_si(etude.methode, lire_methode, {}),
        mentions=lire_reglages(etude.reglages).mentions,
        audit=_si(etude.data / "mesures/accessibilite.csv", lambda c: lire_table(c, AUDIT), _vide(AUDIT)),
        familles=frozenset(fonctions["famille"]),
        mots=_si(etude.lexicometrie / "etat.csv", lambda c: lire_comptes(c.parent), None),
    )


def _vide(colonnes: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(columns=colonnes, dtype="str")


def _si(chemin: Path, lire: Callable[[Path], Any], sinon: Any) -> Any:
    return lire(chemin) if chemin.exists() else sinon
