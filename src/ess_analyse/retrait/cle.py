"""Dire quelles lignes de la clé ne servent plus à personne, sans écrire aucun nom."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lecture import lire_entretien
from ess_analyse.pseudonymes import motif_noms
from ess_analyse.retrait.etat import Etat
from ess_analyse.retrait.registre import trouver_sources

__all__ = ["ORPHELINES", "lister_orphelines"]

ORPHELINES = ("ligne", "pseudonyme", "nature")


def lister_orphelines(
    etat: Etat, document: str, cle: pd.DataFrame, fichiers: Iterable[Path]
) -> tuple[pd.DataFrame, str]:
    """Chercher les noms de la clé qui ne se lisent que dans les sources d'un document.

    Parameters
    ----------
    etat : Etat
        L'étude.
    document : str
        Le document retiré.
    cle : DataFrame
        La clé entière, lignes non validées comprises, index ``ligne``.
    fichiers : iterable of Path
        Les autres fichiers de l'étude : un nom qui s'y lit encore sert encore.

    Returns
    -------
    orphelines : DataFrame
        Colonnes ``ORPHELINES``, sans le nom réel : ``ligne`` est celle de la clé.
    avis : str
        Ce qui empêche de conclure ; vide si tout a été lu.

    Notes
    -----
    Un document qui reste et dont la source n'est plus là retient toute ligne dont il porte le pseudonyme. Une source
    qui reste et ne se lit pas retient toute la clé.
    """
    vides = pd.DataFrame(columns=ORPHELINES)
    siennes = trouver_sources(etat.etude, document)
    if not siennes:
        return vides, "la source n'est plus dans data/brut : les lignes de la clé à oublier n'ont pu être cherchées"
    try:
        propre = "\n".join(map(_lire_source, siennes))
        sources = {
            autre: "\n".join(map(_lire_source, trouver_sources(etat.etude, autre)))
            for autre in etat.corpus.documents["entretien"]
            if autre != document
        }
    except ErreurDonnees as erreur:
        illisible = erreur.problemes[0].fichier
        return vides, f"{illisible} ne se lit pas : les lignes de la clé à oublier n'ont pu être cherchées"
    orphelins_de_source = [etat.corpus[autre].texte for autre, texte in sources.items() if not texte]
    reste = "\n".join([*sources.values(), *map(_lire_libre, fichiers)])
    lignes = []
    for ligne, rangee in cle.iterrows():
        motif = motif_noms([rangee["reel"]])
        if not rangee["reel"].strip() or not motif.search(propre) or motif.search(reste):
            continue
        pseudonyme = re.compile(rf"(?<![^\W_]){re.escape(rangee['pseudonyme'])}(?![^\W_])")
        if not (rangee["pseudonyme"] and any(map(pseudonyme.search, orphelins_de_source))):
            lignes.append((ligne, rangee["pseudonyme"], rangee["nature"]))
    return pd.DataFrame(lignes, columns=ORPHELINES), ""


def _lire_source(chemin: Path) -> str:
    nom = chemin.stem.replace("_", " ")
    return f"{nom}\n{lire_entretien(chemin, 'E01').texte}"


def _lire_libre(chemin: Path) -> str:
    try:
        return chemin.read_text(encoding="utf-8", errors="ignore")
    except OSError:
        return ""
