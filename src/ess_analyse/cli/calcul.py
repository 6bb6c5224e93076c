"""Lire l'étude, calculer ses suggestions, les écrire : ce que « suggerer » fait quand quelque chose a changé."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import ess_analyse as ess
from ess_analyse.cache import Magasin
from ess_analyse.cli.affichage import progresser
from ess_analyse.cli.etape import exiger_documents
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lister_feuilles, parcourir_feuilles
from ess_analyse.suggestions import Demande, ecrire_parts, oublier_parts, proposer_parts

__all__ = ["calculer_suggestions"]


def calculer_suggestions(
    etude: Etude, magasin: Magasin, exemples: Path, processus: str, dask: str | None, *, force: bool, muet: bool
) -> dict:
    """Calculer et écrire les suggestions d'une étude.

    Parameters
    ----------
    etude : Etude
        L'étude.
    magasin : Magasin
        Où chaque part est gardée dès qu'elle est faite.
    exemples : Path
        Les phrases d'où la machine apprend d'abord.
    processus, dask : str
        Ce que la personne a demandé : combien de processus, quelle grappe.
    force : bool
        Oublier les parts gardées.
    muet : bool
        Ne pas montrer où en est le calcul.

    Returns
    -------
    dict
        ``phrases``, ``suggerees`` et ``retenues`` (code → nombre, dans l'ordre de la grille).
    """
    partage = {}
    if processus != "1" or dask is not None:
        from ess_analyse.repartition import lire_dask, lire_processus

        partage = {"processus": lire_processus(processus), "dask": dask and lire_dask(dask)}
    corpus = ess.ouvrir_corpus(etude.corpus)
    exiger_documents(etude, corpus.documents)
    inventaire = ess.inventorier(ess.segmenter_un_a_un(corpus), _lister_codes(etude.codages))
    grille = ess.lire_grille(etude.grille)
    codages = _lire_avis(etude, corpus.documents["entretien"], inventaire.lues, grille)
    seuils = ess.lire_reglages(etude.reglages, grille.ids()).seuils
    if force:
        oublier_parts(magasin)
    demande = Demande(inventaire.lues, grille, codages, ess.lire_exemples(exemples), seuils)
    with progresser("Suggestions", inventaire.phrases, muet=muet) as avancer:
        parts = proposer_parts(demande, inventaire, cache=magasin, suivre=avancer, **partage)
        bilan = ecrire_parts(etude.suggestions, parts, grille)
    return bilan | {"retenues": {code: bilan["retenues"][code] for code in grille.ids("theme")}}


def _lister_codes(dossier: Path) -> set[str]:
    """Rendre les documents où quelqu'un a décidé quelque chose ; ce que les feuilles ont de fautif se dit après."""
    if not dossier.is_dir():
        return set()
    decides = (
        feuille.loc[feuille["codes"].str.strip() != "", "segment"]
        for _, feuille in parcourir_feuilles(lister_feuilles(dossier)[0], [])
    )
    return {place.strip().partition(":")[0] for places in decides for place in places}


def _lire_avis(etude: Etude, documents: pd.Series, lues: pd.DataFrame, grille: ess.Grille) -> pd.DataFrame | None:
    """Lire un avis par phrase codée ; d'un document où personne n'a codé, il suffit de savoir qu'il existe."""
    if not etude.codages.is_dir():
        return None
    autres = documents[~documents.isin(lues["entretien"])]
    connus = pd.concat([lues, pd.DataFrame({"segment": autres, "entretien": autres, "texte": ""})])
    return ess.consolider(ess.lire_codages(etude.codages, connus, grille))
