"""Lire d'une étude tout ce qui se lit, et garder ce qui s'y oppose au lieu de s'arrêter."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import pandas as pd

from ess_analyse.codages import lire_codages
from ess_analyse.coffre import chercher_egaree, est_chiffree
from ess_analyse.conduite.etapes import Rendu
from ess_analyse.corrections import textes_corriges
from ess_analyse.enseignements import lire_enseignements
from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.etude import Etude
from ess_analyse.grille import Grille, lire_grille
from ess_analyse.lecture import lire_corpus, lister_sources
from ess_analyse.modele import CODAGES, SEGMENTS, Corpus
from ess_analyse.pseudonymes import ouvrir_cle, trouver_cle
from ess_analyse.reglages import Reglages, lire_reglages
from ess_analyse.segments import segmenter

__all__ = ["LectureEtude"]


class LectureEtude:
    """Ce que l'étude contient, lu une fois et seulement si on le demande.

    Ce qui manque est vide ou ``None`` ; ce qui ne se lit pas aussi, et ``problemes`` dit alors pourquoi, pièce par
    pièce.
    """

    def __init__(self, etude: Etude, relire_rendu: Callable[[], Rendu] = Rendu):
        self.etude = etude
        self._relire_rendu = relire_rendu
        self.problemes: dict[str, tuple[Probleme, ...]] = {}

    def _tenter(self, piece: str, lire: Callable[..., Any], *arguments: Any, sinon: Any = None) -> Any:
        try:
            return lire(*arguments)
        except ErreurDonnees as erreur:
            self.problemes[piece] = erreur.problemes
            return sinon

    @cached_property
    def rendu(self) -> Rendu:
        """Ce qui prouve d'où vient le site."""
        return self._tenter("rendu", self._relire_rendu, sinon=Rendu())

    @cached_property
    def reglages(self) -> Reglages:
        """Les réglages, ou ceux par défaut."""
        return self._tenter("reglages", lire_reglages, self.etude.reglages, sinon=Reglages())

    @cached_property
    def sources(self) -> list:
        """Les fichiers de ``data/brut`` ; vide s'il n'y en a pas, ou si l'un d'eux est refusé."""
        return self._tenter("sources", lister_sources, self.etude.brut, sinon=[])

    @cached_property
    def cle(self) -> pd.DataFrame | None:
        """La clé entière, décidée ou non ; rien si elle manque, est chiffrée ou illisible."""
        chemin = self._tenter("cle", trouver_cle, self.etude)
        if chemin is None or est_chiffree(chemin):
            return None
        return self._tenter("cle", lambda: ouvrir_cle(self.etude, toutes=True))

    @cached_property
    def cle_egaree(self) -> list[Probleme]:
        """La clé que l'étude dit avoir, et qui n'est pas sur cet ordinateur ; vide si rien ne manque."""
        return self._tenter("cle", chercher_egaree, self.etude, sinon=[])

    @cached_property
    def corpus(self) -> Corpus | None:
        """Les textes ; rien s'il n'y en a pas encore."""
        if not self.etude.documents.is_file():
            return None
        corpus = self._tenter("corpus", lire_corpus, self.etude.corpus)
        return corpus if corpus is not None and len(corpus) else None

    @cached_property
    def segments(self) -> pd.DataFrame:
        """Les phrases."""
        return pd.DataFrame(columns=list(SEGMENTS)) if self.corpus is None else segmenter(self.corpus)

    @cached_property
    def grille(self) -> Grille | None:
        """Les codes."""
        return self._tenter("grille", lire_grille, self.etude.grille)

    @cached_property
    def deplaces(self) -> tuple[Probleme, ...]:
        """Les textes qui ne sont plus ceux que l'on a codés ou cités."""
        if self.corpus is None:
            return ()
        return tuple(self._tenter("deplaces", textes_corriges, self.etude, self.segments, sinon=()))

    @cached_property
    def codages(self) -> pd.DataFrame:
        """Ce que chacun a décidé."""
        vide = pd.DataFrame(columns=list(CODAGES), dtype="str")
        if self.corpus is None or self.grille is None or not self.etude.codages.is_dir():
            return vide
        return self._tenter("codages", lire_codages, self.etude.codages, self.segments, self.grille, sinon=vide)

    @cached_property
    def enseignements(self) -> tuple:
        """Les leçons écrites."""
        if self.corpus is None or self.grille is None or not self.etude.enseignements.is_dir():
            return ()
        lire = (lire_enseignements, self.etude.enseignements, self.corpus, self.segments, self.grille)
        return self._tenter("enseignements", *lire, sinon=())

    @cached_property
    def recit(self) -> frozenset[str]:
        """Les sections écrites de la synthèse."""
        from ess_analyse.documents import lire_recit

        lu = self._tenter("recit", lire_recit, self.etude.recit)
        return frozenset() if lu is None else frozenset(lu.sections)

    @cached_property
    def methode(self) -> frozenset[str]:
        """Les points de méthode que l'équipe a écrits."""
        from ess_analyse.pages.transparence import lire_methode

        if not self.etude.methode.is_file():
            return frozenset()
        return frozenset(self._tenter("methode", lire_methode, self.etude.methode, sinon={}))
