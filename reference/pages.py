"""Écrire les pages de la référence, une par tâche, et leur sommaire."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import ess_analyse as ess
from ess_analyse.fichiers import ecrire_texte
from ess_analyse.pages.typographie import en_yaml, typographier
from reference.objets import decrire, lire_paquet, trouver
from reference.prose import en_code, en_prose
from reference.taches import TACHES, Tache, repartir

__all__ = ["composer_pages", "ecrire_pages"]

_DOSSIER = "rapports/api"
_PREMIER = """---
title: "Le logiciel, fonction par fonction"
description: "Ce que la bibliothèque ess_analyse sait faire, rangé par tâche."
---

"""
_CHAPEAU = (
    "Chaque nom s'importe du paquet : `from ess_analyse import lire_corpus`, ou `ess.lire_corpus` après "
    "`import ess_analyse as ess`. Les tests exécutent chaque exemple dans le module où son nom est défini : pour le "
    "refaire chez vous, importez de même les noms qu'il emploie et, au besoin, `from pathlib import Path`, "
    "`import pandas as pd`, `import numpy as np`. Cette référence est tirée du code. Elle ne dit rien de l'étude."
)


def ecrire_pages(racine: Path) -> list[Path]:
    """Récrire la référence, et retirer les pages d'une tâche qui n'est plus.

    Parameters
    ----------
    racine : Path
        Le dépôt.

    Returns
    -------
    list of Path
        Les pages qui ont changé.
    """
    dossier, pages = racine / _DOSSIER, composer_pages(racine)
    changees = [chemin for nom, texte in pages.items() if ecrire_texte(chemin := dossier / nom, texte)]
    for ancienne in sorted(set(dossier.glob("*.qmd")) - {dossier / nom for nom in pages}):
        ancienne.unlink()
        changees.append(ancienne)
    return changees


def composer_pages(racine: Path) -> dict[str, str]:
    """Composer la référence.

    Parameters
    ----------
    racine : Path
        Le dépôt, dont ``src/`` est lu.

    Returns
    -------
    dict of str to str
        Nom du fichier → page ; chaque nom public n'est décrit qu'une fois.

    Raises
    ------
    ValueError
        Si une pièce publique n'a pas de tâche.
    LookupError
        Si un nom public est introuvable.
    """
    paquet, rangs = lire_paquet(str(racine / "src")), repartir(ess._PIECES)
    objets = {nom: trouver(paquet, piece, nom) for noms in rangs.values() for piece, nom in noms}
    adresses = {nom: f"{tache}.qmd#{nom}" for tache, noms in rangs.items() for _, nom in noms}

    def lier(nom: str) -> str:
        dernier = nom.rpartition(".")[2]
        return f"[{en_code(dernier)}]({adresses[dernier]})" if dernier in adresses else en_code(nom)

    taches = [tache for tache in TACHES if tache.nom in rangs]
    pages = {"index.qmd": _sommaire(taches, {t.nom: [nom for _, nom in rangs[t.nom]] for t in taches}, objets, lier)}
    for tache in taches:
        blocs = [bloc for _, nom in rangs[tache.nom] for bloc in decrire(objets[nom], nom, lier)]
        pages[f"{tache.nom}.qmd"] = _page(tache, blocs)
    return pages


def _page(tache: Tache, blocs: Iterable[str]) -> str:
    entete = f"---\ntitle: {en_yaml(tache.titre)}\ndescription: {en_yaml(tache.resume)}\ntoc-depth: 2\n---"
    return "\n\n".join([entete, typographier(tache.resume), *blocs]) + "\n"


def _sommaire(taches: list[Tache], noms: dict[str, list[str]], objets: dict, lier) -> str:
    morceaux = [typographier(_CHAPEAU)]
    for tache in taches:
        morceaux.append(f"## [{typographier(tache.titre)}]({tache.nom}.qmd)")
        morceaux.append("\n".join(f"- {lier(nom)} : {_annoncer(objets[nom])}" for nom in noms[tache.nom]))
    return _PREMIER + "\n\n".join(morceaux) + "\n"


def _annoncer(objet) -> str:
    """Rendre la première phrase d'une docstring."""
    debut = objet.docstring.value.strip().split("\n\n")[0] if objet.docstring else ""
    return en_prose(" ".join(debut.split()), en_code)
