"""Écrire les pages du site à partir des données : chaque chiffre, chaque citation vient d'une table ou du corpus."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_octets, ecrire_table, ecrire_texte
from ess_analyse.pages.edition import Edition, preparer_edition
from ess_analyse.pages.matiere import rassembler
from ess_analyse.pages.morceaux import composer_morceaux
from ess_analyse.pages.tables import compter_publiable
from ess_analyse.pages.transparence.releve import relever_points, tabler_points
from ess_analyse.publication.ecrits import ECRITS

__all__ = ["compter_publiable", "ecrire_pages"]

_MORCEAUX = "_fragments/*.qmd"


def ecrire_pages(etude: Etude, edition: Edition | None = None) -> list[Path]:
    """Écrire les pages du site d'une étude.

    Trois sortes de fichiers : ceux que l'étude garde (``_quarto.yml``, ``index.qmd``, ``rapports/*.qmd``) sont posés la
    première fois, jamais réécrits ensuite ; ``rapports/_fragments/``, les pages des enseignements et celles des fiches
    sont toujours refaites ; ``rapports/donnees/`` contient les tables à télécharger. Ce que l'équipe range à côté
    d'elles y reste.

    Parameters
    ----------
    etude : Etude
        Corpus et grille exigés ; ce qui n'est pas encore écrit (codages, enseignements…) laisse des pages qui le
        disent.
    edition : Edition, optional
        Ce que l'on montre de l'étude, s'il est déjà calculé ; sinon elle est lue.

    Returns
    -------
    list of Path
        Les fichiers dont le contenu a changé.

    Raises
    ------
    ErreurDonnees
        Si les données ne tiennent pas ; rien n'est alors écrit.
    """
    edition = edition or preparer_edition(etude, rassembler(etude))
    matiere, verbatims, seuil = edition.matiere, list(edition.verbatims), edition.seuil
    reponses = relever_points(matiere, edition.tables, verbatims, seuil)
    tables = {**edition.tables, "transparence": tabler_points(reponses)}
    morceaux = composer_morceaux(matiere, tables, verbatims, seuil, reponses)
    changes = _poser_projet(etude)
    changes += [
        chemin for nom, texte in sorted(morceaux.items()) if ecrire_texte(chemin := etude.rapports / nom, texte)
    ]
    changes += [
        chemin
        for nom, table in sorted(tables.items())
        if ecrire_table(chemin := etude.rapports / "donnees" / f"{nom}.csv", table)
    ]
    return changes + _retirer_anciens(etude, {*morceaux, *(f"donnees/{nom}.csv" for nom in tables)})


def _poser_projet(etude: Etude) -> list[Path]:
    """Poser les pages que l'étude garde, sans toucher à celles qu'elle a déjà, et la feuille de style."""
    # One style sheet serves both engines: the embedded one carries it, Quarto finds it in the study.
    styles = files("ess_analyse.rendu") / "composants.css"
    changes = []
    with as_file(files("ess_analyse.pages") / "projet") as modele:
        for source in sorted(chemin for chemin in modele.rglob("*") if chemin.is_file()):
            chemin = etude.racine / source.relative_to(modele)
            if not chemin.exists() and ecrire_octets(chemin, source.read_bytes()):
                changes.append(chemin)
    chemin = etude.rapports / "composants.css"
    return changes + [chemin] * ecrire_octets(chemin, styles.read_bytes())


def _retirer_anciens(etude: Etude, noms: set[str]) -> list[Path]:
    """Retirer les fichiers écrits pour un enseignement, une fiche ou une table qui n'existent plus."""
    anciens = [
        chemin
        for motif in (_MORCEAUX, *ECRITS)
        for chemin in sorted(etude.rapports.glob(motif))
        if chemin.relative_to(etude.rapports).as_posix() not in noms
    ]
    for chemin in anciens:
        chemin.unlink()
    return anciens
