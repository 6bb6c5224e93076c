"""Écrire les fichiers d'un dépôt : les données, puis ce qui les décrit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ess_analyse.echanges.refi import exporter_qdc, exporter_qdpx
from ess_analyse.echanges.versement.citation import Citation
from ess_analyse.echanges.versement.datacite import decrire_datacite
from ess_analyse.echanges.versement.ddi import decrire_ddi
from ess_analyse.echanges.versement.dictionnaire import composer_dictionnaire
from ess_analyse.echanges.versement.licences import rediger_licence
from ess_analyse.echanges.versement.notice import rediger_notice
from ess_analyse.echanges.versement.selection import Selection
from ess_analyse.feuilles import proteger
from ess_analyse.fichiers import ecrire_octets, ecrire_table, ecrire_texte
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, MEMOS, SEGMENTS

__all__ = ["Versement", "ecrire_donnees", "ecrire_notices", "lister"]


@dataclass(frozen=True)
class Versement:
    """Tout ce qui sera déposé, la citation mise à part.

    Attributes
    ----------
    selection : Selection
        Ce qui reste du corpus et des codages.
    grille : Grille
        Les codes.
    fichiers : mapping of str to bytes
        Ce qui est déposé tel que l'équipe l'a écrit : chemin dans le dépôt (``grille.yml``, ``enseignements/1-x.md``,
        ``plan.csv``…) → contenu.
    fictif : bool
        Vrai si personne ne se cache derrière les paroles.
    nommes : bool
        Vrai si les codeurs y ont leur nom.
    actions : int
        Actions ôtées du plan : la structure qu'elles concernent n'est pas dite dans les documents déposés.
    """

    selection: Selection
    grille: Grille
    fichiers: Mapping[str, bytes]
    fictif: bool = False
    nommes: bool = False
    actions: int = 0


def ecrire_donnees(dossier: Path, versement: Versement) -> None:
    """Écrire les textes, les tables, la grille, le projet REFI-QDA, et ce que l'équipe a rédigé.

    Parameters
    ----------
    dossier : Path
        Un dossier vide.
    versement : Versement
        Ce qui est déposé.
    """
    choix, grille = versement.selection, versement.grille
    for entretien in choix.corpus:
        ecrire_texte(dossier / "textes" / f"{entretien.identifiant}.txt", entretien.texte)
    ecrire_table(dossier / "documents.csv", choix.documents)
    phrases = choix.segments[list(SEGMENTS)]
    ecrire_table(dossier / "segments.csv", phrases.assign(texte=phrases["texte"].map(proteger).astype("str")))
    ecrire_table(dossier / "codages.csv", choix.codages[list(CODAGES)])
    if choix.memos is not None:
        notes = choix.memos[list(MEMOS)]
        ecrire_table(dossier / "memos.csv", notes.assign(memo=notes["memo"].map(proteger).astype("str")))
    exporter_qdc(dossier / "grille.qdc", grille)
    exporter_qdpx(dossier / "etude.qdpx", choix.corpus, grille, choix.codages, memos=choix.memos)
    for nom, octets in versement.fichiers.items():
        ecrire_octets(dossier / nom, octets)
    tables = {*lister(dossier), "dictionnaire.csv"}
    ecrire_table(dossier / "dictionnaire.csv", composer_dictionnaire(grille, tables))


def ecrire_notices(dossier: Path, versement: Versement, citation: Citation) -> None:
    """Écrire ce qui décrit le dépôt : métadonnées, notice, licence.

    Parameters
    ----------
    dossier : Path
        Le dossier où les données sont déjà écrites.
    versement, citation : Versement, Citation
        Ce qui est déposé, et comment le citer.
    """
    choix = versement.selection
    fiche = decrire_datacite(citation, choix, fictif=versement.fictif)
    ecrire_texte(dossier / "datacite.json", json.dumps(fiche, ensure_ascii=False, indent=2) + "\n")
    ecrire_texte(dossier / "LICENCE.txt", rediger_licence(citation.licence, citation.signer(), citation.annee))
    # Both list the files of the deposit, themselves and the checksums included.
    fichiers = sorted({*lister(dossier), "ddi.xml", "LISEZ-MOI.md", "SHA256SUMS"})
    ecrire_octets(dossier / "ddi.xml", decrire_ddi(citation, choix, fichiers, fictif=versement.fictif))
    ecrire_texte(
        dossier / "LISEZ-MOI.md",
        rediger_notice(
            citation,
            choix,
            fichiers,
            fictif=versement.fictif,
            nommes=versement.nommes,
            actions=versement.actions,
        ),
    )


def lister(dossier: Path) -> list[str]:
    """Lister les fichiers d'un dossier, par leur chemin depuis lui, triés."""
    return sorted(chemin.relative_to(dossier).as_posix() for chemin in dossier.rglob("*") if chemin.is_file())
