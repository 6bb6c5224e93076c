"""Lire toute une étude pour en retirer un document, et dire d'un coup ce qui s'y oppose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ess_analyse.codages import lire_codages
from ess_analyse.enseignements.entetes import Page, lire_pages
from ess_analyse.erreurs import ErreurDonnees, Probleme, lever
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lister_feuilles
from ess_analyse.fichiers import photographier
from ess_analyse.grille import Grille, lire_grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import CODAGES, Corpus
from ess_analyse.pseudonymes.sources import tables_des_sources
from ess_analyse.reglages import Reglages, lire_reglages
from ess_analyse.retrait.registre import lire_colonnes, lire_registre, trouver_sources
from ess_analyse.segments import segmenter

__all__ = ["Etat", "lignes_du_document", "lire_etat"]


@dataclass(frozen=True, eq=False)
class Etat:
    """Une étude telle qu'elle est avant un retrait.

    Attributes
    ----------
    etude : Etude
        Le dossier.
    registre : DataFrame
        Les retraits déjà inscrits.
    reglages : Reglages
        Dont le seuil des petites cellules.
    corpus : Corpus
        Les textes.
    segments, codages : DataFrame
        Les phrases, et ce que chacun y a codé.
    grille : Grille
        Les codes.
    recits : tuple of Page
        Les enseignements, puis les fiches, tels qu'ils sont écrits : un récit que la vérification refuse (il lui manque
        une preuve) n'empêche pas un retrait, un récit illisible si.
    tables : dict of Path to DataFrame
        Toutes les tables d'où une ligne ou une cellule peut partir, colonnes et ordre gardés.
    lus : dict of Path to bytes or None
        Ce qu'une personne écrit, tel qu'il a été lu.
    """

    etude: Etude
    registre: pd.DataFrame
    reglages: Reglages
    corpus: Corpus
    segments: pd.DataFrame
    codages: pd.DataFrame
    grille: Grille
    recits: tuple[Page, ...]
    tables: dict[Path, pd.DataFrame]
    lus: dict[Path, bytes | None]

    def texte(self, document: str) -> str:
        """Rendre le texte d'un document, même quand un retrait interrompu l'a déjà ôté de la description."""
        if document in self.corpus:
            return self.corpus[document].texte
        chemin = self.etude.corpus / f"{document}.txt"
        return chemin.read_text(encoding="utf-8", errors="replace") if chemin.is_file() else ""

    def contient(self, document: str) -> bool:
        """Dire si quelque chose de ce document est encore dans l'étude."""
        return bool(
            document in self.corpus
            or (self.etude.corpus / f"{document}.txt").exists()
            or trouver_sources(self.etude, document)
            or any(lignes_du_document(table, document).any() for table in self.tables.values())
        )


def lignes_du_document(table: pd.DataFrame, document: str) -> pd.Series:
    """Dire quelles lignes d'une table parlent d'un document."""
    for colonne in ("entretien", "segment"):
        if colonne in table:
            return table[colonne].str.strip().str.split(":").str[0] == document
    return pd.Series(False, index=table.index)


def lire_etat(etude: Etude) -> Etat:
    """Lire tout ce qu'un retrait peut changer.

    Parameters
    ----------
    etude : Etude
        L'étude ; corpus et grille exigés.

    Returns
    -------
    Etat
        L'étude lue.

    Raises
    ------
    ErreurDonnees
        Tous les endroits illisibles ensemble.
    """
    essais = _Essais()
    a_lire = _tables(etude, essais)
    ecrits = [chemin for chemin, _ in a_lire if chemin != etude.suggestions]
    ecrits += [chemin for dossier in (etude.enseignements, etude.fiches) for chemin in sorted(dossier.glob("*.md"))]
    lus = photographier(ecrits)
    registre = essais.lire(lire_registre, etude.registre)
    reglages = essais.lire(lire_reglages, etude.reglages)
    corpus = essais.lire(_lire_corpus, etude)
    grille = essais.lire(lire_grille, etude.grille)
    recits: list[Page] = []
    for dossier in (etude.enseignements, etude.fiches):
        if dossier.is_dir():
            pages, problemes = lire_pages(dossier)
            recits += pages
            essais.problemes += problemes
    tables = {
        chemin: table
        for chemin, exigees in a_lire
        if (table := essais.lire(lire_colonnes, chemin, exigees)) is not None
    }
    segments = codages = None
    if corpus is not None and grille is not None:
        segments = segmenter(corpus)
        codages = pd.DataFrame(columns=CODAGES, dtype="str")
        if etude.codages.is_dir():
            codages = essais.lire(lire_codages, etude.codages, segments, grille)
    lever(dict.fromkeys(essais.problemes))
    return Etat(etude, registre, reglages, corpus, segments, codages, grille, tuple(recits), tables, lus)


def _lire_corpus(etude: Etude) -> Corpus:
    lire_colonnes(etude.documents, ("entretien",))
    return lire_corpus(etude.corpus)


def _tables(etude: Etude, essais: _Essais) -> list[tuple[Path, tuple[str, ...]]]:
    feuilles: list[Path] = []
    if etude.codages.is_dir():
        feuilles, problemes = lister_feuilles(etude.codages)
        essais.problemes += problemes
    tables = [
        (etude.plan, ("numero", "enseignements", "preuves")),
        (etude.autodiagnostic, ("numero",)),
        *((feuille, ("segment", "codes")) for feuille in feuilles),
        (etude.suggestions, ("segment",)),
        (etude.temps, ("segment",)),
        (etude.preuves, ("segment",)),
        (etude.echantillon, ("entretien",)),
        (etude.recalage, ("segment",)),
        (etude.perdus, ("segment",)),
        (etude.desaccords, ("segment",)),
        (etude.scission, ("segment",)),
        *((chemin, ("segment",)) for chemin in sorted(etude.evolutions.glob("v*.csv"))),
        (etude.diffusion, ("segment",)),
        (etude.fonctions, ("fonction",)),
        *((chemin, ()) for chemin in sorted(etude.reprises.glob("*.csv"))),
        (etude.documents, ("entretien", "structure", "fonction")),
        *((chemin, ("fichier", "entretien")) for chemin in tables_des_sources(etude)),
    ]
    return [(chemin, exigees) for chemin, exigees in tables if chemin.is_file()]


class _Essais:
    """Tenter des lectures, et garder ce qui ne va pas dans chacune."""

    def __init__(self) -> None:
        self.problemes: list[Probleme] = []

    def lire(self, lecture: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return lecture(*arguments)
        except ErreurDonnees as erreur:
            self.problemes += erreur.problemes
            return None
