"""Les formats d'export : ce que chacun demande à l'étude, qui l'écrit, ce qu'il ne tient pas."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

import ess_analyse as ess
from ess_analyse.cli.etape import lire_site
from ess_analyse.codages import lire_memos
from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_texte
from ess_analyse.modele import FONCTIONS, STRUCTURES

__all__ = ["FORMATS", "Choix", "Matiere"]

_VERBATIMS = "rapports/verbatims"
_ANCRE = re.compile(r'\bid="(v-[^"]+)"')


@dataclass(frozen=True)
class Choix:
    """Ce que la personne a demandé."""

    codeur: str | None = None
    consolide: bool = False
    publiable: bool = False
    code: str = ""
    par: str = "document"
    enqueteur: bool = False


@dataclass(frozen=True)
class Matiere:
    """L'étude, lue à mesure que le format en a besoin."""

    etude: Etude
    choix: Choix
    cible: Path

    @cached_property
    def corpus(self) -> ess.Corpus:
        """Les textes."""
        return ess.lire_corpus(self.etude.corpus)

    @cached_property
    def segments(self) -> pd.DataFrame:
        """Les phrases."""
        return ess.segmenter(self.corpus)

    @cached_property
    def grille(self) -> ess.Grille:
        """Les codes."""
        return ess.lire_grille(self.etude.grille)

    @cached_property
    def codages(self) -> pd.DataFrame:
        """Les codages demandés : ceux de tous, d'une personne, ou l'avis consolidé."""
        codages = ess.lire_codages(self.etude.codages, self.segments, self.grille)
        if self.choix.consolide:
            return ess.consolider(codages)
        if self.choix.codeur is None:
            return codages
        connus = set(codages["codeur"])
        if self.choix.codeur not in connus:
            remede = proposer(self.choix.codeur, connus)
            nom = relatif(self.etude.codages)
            raise ErreurDonnees([Probleme(nom, 0, "ce codeur n'a rien codé", self.choix.codeur, remede)])
        return codages[codages["codeur"] == self.choix.codeur].reset_index(drop=True)

    @cached_property
    def passages(self) -> pd.DataFrame:
        """Les codages demandés, ce qui vient d'un autre logiciel étant à sa place exacte."""
        from ess_analyse.echanges.reprise import lire_passages, rendre_exacts

        return rendre_exacts(self.codages, lire_passages(self.etude.reprises))

    @cached_property
    def memos(self) -> pd.DataFrame:
        """Les mémos de ceux dont on exporte les codages."""
        memos = lire_memos(self.etude.codages, self.segments)
        return memos if self.choix.codeur is None else memos[memos["codeur"] == self.choix.codeur]

    @cached_property
    def enseignements(self) -> tuple:
        """Les enseignements déjà écrits."""
        if not self.etude.enseignements.is_dir():
            return ()
        return ess.lire_enseignements(self.etude.enseignements, self.corpus, self.segments, self.grille)

    @cached_property
    def structures(self) -> pd.DataFrame:
        """Le panel, vide s'il n'est pas décrit."""
        chemin = self.etude.structures
        return ess.lire_structures(chemin) if chemin.is_file() else pd.DataFrame(columns=STRUCTURES, dtype="str")

    @cached_property
    def sources(self) -> pd.DataFrame:
        """Ce que l'on peut dire de la source de chaque document."""
        chemin = self.etude.fonctions
        fonctions = ess.lire_fonctions(chemin) if chemin.is_file() else pd.DataFrame(columns=FONCTIONS, dtype="str")
        return ess.decrire_sources(self.corpus.documents, self.structures, fonctions)

    @cached_property
    def site(self) -> dict[str, object]:
        """Le bloc ``website`` de ``_quarto.yml``."""
        return lire_site(self.etude)

    @cached_property
    def liens(self) -> dict[str, str]:
        """L'adresse de chaque phrase qui a vraiment son ancre dans le site rendu."""
        from ess_analyse.pages.typographie import adresse

        dossier, url = self.etude.site / _VERBATIMS, str(self.site.get("site-url") or "").rstrip("/")
        # A path to a folder of this machine has nothing to do in a published file.
        if not dossier.is_dir() or (self.choix.publiable and not url):
            return {}
        base = f"{url}/{_VERBATIMS}" if url else Path(os.path.relpath(dossier, self.cible.parent)).as_posix()
        pages = {
            ancre: page.name for page in sorted(dossier.glob("*.html")) for ancre in _ANCRE.findall(lire_texte(page))
        }
        ancres = ((nom, adresse(nom)) for nom in self.segments["segment"])
        return {nom: f"{base}/{pages[ancre]}#{ancre}" for nom, ancre in ancres if ancre in pages}


def _qdpx(m: Matiere, chemin: Path) -> tuple[str, ...]:
    from ess_analyse.echanges.refi import PERTES, exporter_qdpx

    exporter_qdpx(chemin, m.corpus, m.grille, m.passages, memos=m.memos, structures=m.structures)
    return PERTES


def _qdc(m: Matiere, chemin: Path) -> tuple[str, ...]:
    from ess_analyse.echanges.refi import exporter_qdc

    exporter_qdc(chemin, m.grille)
    return ("Tout sauf la grille : ni textes, ni codages.", "Les indices de la grille et leurs exceptions.")


def _taguette(m: Matiere, chemin: Path) -> tuple[str, ...]:
    from ess_analyse.echanges.taguette import PERTES, exporter_taguette

    exporter_taguette(chemin, m.corpus, m.grille, m.passages)
    return PERTES


def _livre_taguette(m: Matiere, chemin: Path) -> tuple[str, ...]:
    from ess_analyse.echanges.taguette import exporter_livre_taguette

    exporter_livre_taguette(chemin, m.grille)
    return ("Tout sauf la grille : ni textes, ni codages.",)


def _citations(m: Matiere, chemin: Path) -> tuple[str, ...]:
    from ess_analyse.echanges.citations import PERTES, composer_citations, exporter_citations

    citations = composer_citations(
        m.corpus,
        m.segments,
        m.grille,
        m.codages,
        memos=m.memos,
        enseignements=m.enseignements,
        liens=m.liens,
        sources=m.sources if m.choix.publiable else None,
    )
    avis = f"De {m.choix.codeur}." if m.choix.codeur else "L'avis consolidé." if m.choix.consolide else ""
    fictif = ess.lire_reglages(m.etude.reglages).fictif == "oui"
    exporter_citations(chemin, citations, titre=str(m.site.get("title") or ""), fictif=fictif, avis=avis)
    return PERTES


def _iramuteq(m: Matiere, chemin: Path) -> tuple[str, ...]:
    from ess_analyse.echanges.iramuteq import PERTES, exporter_iramuteq

    choix = m.choix
    if choix.code and choix.code not in m.grille:
        remede = proposer(choix.code, m.grille.ids())
        raise ErreurDonnees([Probleme(relatif(m.etude.grille), 0, "code inconnu", choix.code, remede)])
    codages = m.codages if choix.code else None
    reglages = {"par": choix.par, "enqueteur": choix.enqueteur, "codages": codages, "code": choix.code}
    exporter_iramuteq(chemin, m.corpus, m.segments, **reglages)
    return PERTES


def _notes(m: Matiere, chemin: Path) -> tuple[str, ...]:
    from ess_analyse.echanges.notes import PERTES, exporter_notes

    exporter_notes(chemin, m.corpus, m.segments, m.grille, m.codages, memos=m.memos, enseignements=m.enseignements)
    return PERTES


def _annotations(m: Matiere, chemin: Path) -> tuple[str, ...]:
    from ess_analyse.echanges.annotations import PERTES, exporter_annotations

    exporter_annotations(chemin, m.corpus, m.segments, m.grille, m.codages, memos=m.memos)
    return PERTES


def _rtf(m: Matiere, chemin: Path) -> tuple[str, ...]:
    from ess_analyse.echanges.texte_riche import PERTES_RTF, exporter_rtf

    exporter_rtf(chemin, m.corpus, m.segments, m.grille, m.codages, memos=m.memos)
    return PERTES_RTF


def _textes(m: Matiere, chemin: Path) -> tuple[str, ...]:
    from ess_analyse.echanges.texte_riche import PERTES_TEXTES, exporter_textes

    exporter_textes(chemin, m.corpus, m.segments, m.grille, m.codages)
    return PERTES_TEXTES


FORMATS: dict[str, tuple[tuple[str, ...], Callable[[Matiere, Path], tuple[str, ...]]]] = {
    "qdpx": ((".qdpx",), _qdpx),
    "qdc": ((".qdc",), _qdc),
    "taguette": ((".sqlite3", ".db"), _taguette),
    "citations": ((".xlsx", ".csv"), _citations),
    "iramuteq": ((".txt",), _iramuteq),
    "annotations": ((".jsonld",), _annotations),
    "rtf": ((".rtf",), _rtf),
    "notes": ((), _notes),
    "textes": ((), _textes),
    "livre-taguette": ((), _livre_taguette),
}
"""Format → extensions qui le disent (aucune : seul ``--format`` peut le dire), et qui l'écrit."""
