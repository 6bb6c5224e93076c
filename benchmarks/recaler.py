"""Ce que coûte un recalage de cent entretiens corrigés, comparé à leur seul découpage en phrases."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

import pandas as pd

import ess_analyse as ess
from ess_analyse.corrections import preparer_recalage
from ess_analyse.feuilles import lire_feuille, lister_feuilles
from ess_analyse.modele import DOCUMENTS

ENTRETIENS = 100
PASSAGES = 3
AJOUT = "Enquêtrice : On peut commencer quand vous voulez.\n\n"

__all__ = ["mesurer"]


def mesurer(etude: ess.Etude) -> tuple[int, float, float]:
    """Recopier la démonstration jusqu'à cent entretiens, ajouter un tour en tête de chacun, puis mesurer.

    Parameters
    ----------
    etude : Etude
        L'étude de démonstration.

    Returns
    -------
    lignes : int
        Combien de lignes de feuille sont à déplacer.
    recalage, decoupage : float
        Les médianes, en secondes : préparer le recalage ; lire et découper les mêmes textes.
    """
    with tempfile.TemporaryDirectory() as dossier:
        copie = ess.Etude(Path(dossier))
        lignes = _grossir(etude, copie)
        recalage = _mediane(lambda: preparer_recalage(copie))
        decoupage = _mediane(lambda: ess.segmenter(ess.lire_corpus(copie.corpus)))
    return lignes, recalage, decoupage


def _grossir(etude: ess.Etude, copie: ess.Etude) -> int:
    documents = ess.lire_table(etude.documents, DOCUMENTS)
    parles = documents[documents["type"] == "entretien"]
    noms = [(nom, f"{nom}x{tour}") for tour in range(ENTRETIENS) for nom in parles["entretien"]][:ENTRETIENS]
    for nom, nouveau in noms:
        texte = (etude.corpus / f"{nom}.txt").read_text(encoding="utf-8")
        copie.corpus.mkdir(parents=True, exist_ok=True)
        (copie.corpus / f"{nouveau}.txt").write_text(AJOUT + texte, encoding="utf-8")
    lignes = parles.set_index("entretien").loc[[nom for nom, _ in noms]].reset_index()
    ess.ecrire_table(copie.documents, lignes.assign(entretien=[nouveau for _, nouveau in noms]))
    total = 0
    for chemin in lister_feuilles(etude.codages)[0]:
        feuille = lire_feuille(chemin)
        feuille[["entretien", "place"]] = feuille["segment"].str.split(":", expand=True)
        morceaux = [feuille[feuille["entretien"] == nom].assign(entretien=nouveau) for nom, nouveau in noms]
        grande = pd.concat(morceaux)
        grande["segment"] = grande.pop("entretien") + ":" + grande.pop("place")
        total += len(grande)
        ess.ecrire_table(copie.codages / chemin.name, grande)
    for nom in ("enseignements", "fiches"):
        shutil.copytree(etude.data / nom, copie.data / nom)
    return total


def _mediane(action) -> float:
    durees = []
    for _ in range(PASSAGES):
        debut = time.perf_counter()
        action()
        durees.append(time.perf_counter() - debut)
    return statistics.median(durees)
