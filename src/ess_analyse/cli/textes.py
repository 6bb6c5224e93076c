"""Réunir tout ce que l'équipe a écrit dans une étude, là où un nom a pu rester."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from ess_analyse.erreurs import relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_texte

__all__ = ["lire_origines", "lire_registres", "lire_textes"]


def lire_textes(etude: Etude) -> dict[str, str]:
    """Lire les textes d'une étude où un nom a pu rester.

    Parameters
    ----------
    etude : Etude
        L'étude.

    Returns
    -------
    dict of str to str
        Fichier → texte : le corpus et ses tables, les feuilles de codage (mémos compris), les récits, le plan,
        l'autodiagnostic, les pages que l'équipe a écrites ou changées.
    """
    return _lire(_lister(etude))


def lire_registres(etude: Etude) -> dict[str, str]:
    """Lire ce que le programme écrit d'une étude, où les codeurs sont nommés.

    Parameters
    ----------
    etude : Etude
        L'étude.

    Returns
    -------
    dict of str to str
        Fichier → texte : les tables du recalage, des désaccords, de la scission, le journal de la grille ; et les noms
        de tous les fichiers lus, sous « noms de fichiers ».
    """
    tables = (etude.recalage, etude.perdus, etude.desaccords, etude.scission, etude.journal_grille)
    registres = [chemin for chemin in tables if chemin.is_file()]
    noms = "\n".join(chemin.stem for chemin in [*_lister(etude), *registres])
    return _lire(registres) | {"noms de fichiers": noms}


def lire_origines(etude: Etude) -> dict[str, str]:
    """Lire ce dont les pages sont faites et qu'une personne peut corriger.

    Parameters
    ----------
    etude : Etude
        L'étude.

    Returns
    -------
    dict of str to str
        Fichier → texte : ceux de :func:`lire_textes` qui se publient, la grille, la synthèse, la méthode, les réglages
        et les autres pages.
    """
    autres = [etude.grille, etude.recit, etude.methode, etude.reglages, etude.racine / "_quarto.yml"]
    autres += sorted(etude.racine.glob("*.qmd"))
    publies = [un for un in _lister(etude) if un.parent not in (etude.codages, etude.reprises)]
    return _lire(list(dict.fromkeys([*publies, *(un for un in autres if un.is_file())])))


def _lire(chemins: list[Path]) -> dict[str, str]:
    return {relatif(chemin): lire_texte(chemin) for chemin in chemins if chemin.stat().st_size}


def _lister(etude: Etude) -> list[Path]:
    dossiers = (
        (etude.corpus, "*"),
        (etude.codages, "*.csv"),
        (etude.enseignements, "*.md"),
        (etude.fiches, "*.md"),
        (etude.rapports, "*.qmd"),
        (etude.reprises, "*.csv"),
    )
    chemins = [chemin for dossier, motif in dossiers for chemin in sorted(dossier.glob(motif)) if chemin.is_file()]
    chemins = [chemin for chemin in chemins if chemin.parent != etude.rapports or not _est_du_modele(chemin)]
    seuls = (etude.structures, etude.fonctions, etude.plan, etude.autodiagnostic, etude.racine / "index.qmd")
    return chemins + [chemin for chemin in seuls if chemin.is_file()]


def _est_du_modele(chemin: Path) -> bool:
    """Dire si une page est encore celle que le programme a posée : personne n'y a écrit de nom."""
    modele = files("ess_analyse.pages") / "projet/rapports" / chemin.name
    return modele.is_file() and modele.read_bytes() == chemin.read_bytes()
