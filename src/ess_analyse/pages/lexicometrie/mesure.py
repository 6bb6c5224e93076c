"""Compter les mots de l'étude, comme on peut les publier."""

from __future__ import annotations

from itertools import takewhile
from typing import NamedTuple

import pandas as pd

from ess_analyse import lexicometrie as lexico
from ess_analyse.grille import Grille
from ess_analyse.lexicometrie.mots import lire_documents, lire_structures, ont_des_structures
from ess_analyse.lexicometrie.publiable import STRUCTURES
from ess_analyse.modele import Corpus
from ess_analyse.pages.lexicometrie.gardees import COLONNES, Comptes, mesurer_empreintes
from ess_analyse.publication.reels import plier

__all__ = ["BANAL", "REGLAGE", "Reglage", "compter_mots"]

BANAL = 2
"""Un score de spécificité d'au moins tant : moins d'une chance sur cent, si les mots tombaient au hasard."""
_PROFIL, _TYPIQUES, _DESSINES = 15, 40, 36
_NOMMANTS = ("NOUN", "ADJ")
"""Les mots que l'arbre relie : les verbes les plus courants (dire, faire, aller) y cacheraient tous les autres."""
_COURT = 4
"""Une recherche de moins de lettres trouverait le mot au milieu de tant d'autres."""


class Reglage(NamedTuple):
    """Ce que l'on choisit d'une classification : combien de classes, quelle taille d'unité de contexte."""

    classes: int = 4
    taille: int = 10


REGLAGE = Reglage()


def compter_mots(
    mots: pd.DataFrame,
    segments: pd.DataFrame,
    corpus: Corpus,
    grille: Grille,
    avis: pd.DataFrame,
    seuil: int,
    reglage: Reglage = REGLAGE,
) -> Comptes:
    """Compter les mots d'une étude : lexique, classes, arbre de similitude, mots de chaque thème.

    Parameters
    ----------
    mots : DataFrame
        Les mots (:func:`ess_analyse.langue.lemmatiser`).
    segments, corpus, grille
        L'étude.
    avis : DataFrame
        Les codages consolidés ; sans eux, aucun mot de thème.
    seuil : int
        Le plus petit nombre de documents publiable.
    reglage : Reglage
        Le nombre de classes et la taille des unités de contexte.

    Returns
    -------
    Comptes
        Rien qui ne puisse être publié : mots, cellules et arêtes de ``seuil`` documents au moins et, s'il y a plusieurs
        structures, de deux au moins ; phrases désignées par leur seule place
        (:mod:`ess_analyse.lexicometrie.publiable`).
    """
    publics = lexico.retenir_publiables(mots, segments, corpus)
    nommables = lexico.lister_publiables(publics, seuil, documents=corpus.documents)
    lexique = lexico.dresser_lexique(publics)
    montres = lexique[lexique["mot"].isin(nommables) & lexique["pleine"]]
    classement = lexico.classer_reinert(publics, **reglage._asdict())
    poses = avis[avis["segment"].isin(publics["segment"]) & avis["code"].isin(grille.ids("theme"))]
    tables = {
        "lexique": montres.assign(cherche=[_chercher(formes) for formes in montres["formes"]]),
        **_classer(publics, segments, corpus, classement, nommables, seuil),
        "stabilite": _deplacer(publics, classement, reglage),
        "arbre": _relier(publics, montres, corpus.documents, seuil),
        "specificites": _specifier(publics, poses, grille, set(montres["mot"]), corpus.documents, seuil),
    }
    nombres = {
        **reglage._asdict(),
        "seuil": seuil,
        "mots": len(publics),
        "differents": len(lexique),
        "phrases": len(classement.segments),
        "classees": int((classement.segments["classe"] > 0).sum()),
    }
    rangees = {nom: tables[nom][list(colonnes)].reset_index(drop=True) for nom, colonnes in COLONNES.items()}
    return Comptes(nombres, mesurer_empreintes(corpus, segments, avis, seuil, grille), rangees)


def _chercher(formes: str) -> str:
    """Trouver ce qui, cherché dans les citations, retrouve un mot : le début commun de ses formes.

    >>> _chercher("heures (101), h (57), heure (31)"), _chercher("écrit (28), écrire (2)"), _chercher("an (3)")
    ('heure', 'ecri', '')
    """
    pliees = [plier(forme.rsplit(" (", 1)[0]) for forme in formes.split(", ")]
    voisines = [forme for forme in pliees if forme.startswith(pliees[0][:_COURT])]
    trouve = "".join(lettres[0] for lettres in takewhile(lambda un: len(set(un)) == 1, zip(*voisines, strict=False)))
    return trouve if len(trouve) >= _COURT else ""


def _classer(publics, segments, corpus, classement, nommables, seuil) -> dict[str, pd.DataFrame]:
    """Dire chaque classe d'assez de documents et de structures : sa taille, ses mots, ses phrases typiques."""
    classees = classement.segments[classement.segments["classe"] > 0]
    classees = classees.assign(
        entretien=lire_documents(classees), structure=lire_structures(classees, corpus.documents)
    )
    tailles = classees.groupby("classe").agg(
        segments=("segment", "size"), documents=("entretien", "nunique"), structures=("structure", "nunique")
    )
    exigees = STRUCTURES if ont_des_structures(corpus.documents) else 0
    tailles = tailles[(tailles["documents"] >= seuil) & (tailles["structures"] >= exigees)].reset_index()
    if tailles.empty:
        return {nom: pd.DataFrame(columns=COLONNES[nom]) for nom in ("classes", "profils", "typiques")}
    profils = lexico.profiler_classes(publics, classement, seuil=seuil, documents=corpus.documents)
    profils = lexico.rendre_publiable(profils, nommables)
    profils = profils[profils["classe"].isin(tailles["classe"]) & (profils["chi2"] > 0)]
    typiques = lexico.lister_segments_typiques(publics, segments, classement, profils, nombre=_TYPIQUES, corpus=corpus)
    profils = profils.groupby("classe").head(_PROFIL)
    return {"classes": tailles, "profils": profils.assign(chi2=profils["chi2"].round(1)), "typiques": typiques}


def _deplacer(publics: pd.DataFrame, classement: lexico.Classement, reglage: Reglage) -> pd.DataFrame:
    """Refaire la classification à peine autrement, et dire combien elle change (indice de Rand ajusté)."""
    if not (classement.segments["classe"] > 0).any():
        return pd.DataFrame(columns=COLONNES["stabilite"])
    autour = [Reglage(reglage.classes, taille) for taille in _voisines(reglage.taille)]
    autour += [
        Reglage(classes, reglage.taille) for classes in (reglage.classes - 1, reglage.classes + 1) if classes > 1
    ]
    lignes = []
    for autre in autour:
        voisin = lexico.classer_reinert(publics, **autre._asdict())
        semblables = lexico.comparer_classements(classement.segments, voisin.segments)["rand"]
        lignes.append((*autre, round(float(semblables), 2)))
    return pd.DataFrame(lignes, columns=COLONNES["stabilite"])


def _voisines(taille: int) -> list[int]:
    """Les tailles voisines : un cinquième de moins, un cinquième de plus.

    >>> _voisines(10), _voisines(0)
    ([8, 12], [2])
    """
    pas = max(2, round(taille / 5))
    return [autre for autre in (taille - pas, taille + pas) if autre >= 0]


def _relier(publics: pd.DataFrame, montres: pd.DataFrame, documents: pd.DataFrame, seuil: int) -> pd.DataFrame:
    relies = montres.loc[montres["categorie"].isin(_NOMMANTS), "mot"].head(_DESSINES)
    aretes = lexico.mesurer_similitudes(publics, tuple(relies), seuil=seuil, documents=documents)
    return aretes[aretes["arbre"]].rename(columns={"effectif": "phrases"})


def _specifier(publics, poses, grille: Grille, montres: set[str], documents: pd.DataFrame, seuil: int) -> pd.DataFrame:
    parts = lexico.parts_des_codes(poses, grille.ids("theme"))
    table = lexico.mesurer_specificites(publics, parts, seuil=seuil, documents=documents)
    table = table.rename(columns={"part": "code"})
    table = table[table["mot"].isin(montres) & (table["score"].abs() >= BANAL)]
    return table.assign(score=table["score"].round(2))
