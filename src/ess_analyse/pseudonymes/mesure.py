"""Mesurer ce qu'une clé masque, sur des textes où chaque identifiant a été marqué à l'avance."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, relatif
from ess_analyse.fichiers import lire_texte
from ess_analyse.langue import nommer
from ess_analyse.modele import DOCUMENTS, Corpus, Entretien, verifier_colonnes
from ess_analyse.pseudonymes.cle import CLE
from ess_analyse.pseudonymes.motif import aplatir, motif_cle

__all__ = ["MARQUES", "lire_marques", "mesurer_masquage", "nommer_cle", "relever_masques"]

MARQUES = ("entretien", "debut", "fin", "nature", "texte")
_MARQUE = re.compile(r"\{\{(?P<nature>[^{}|]+)\|(?P<texte>[^{}|]+)\}\}")
_MOT = re.compile(r"\w+")
# Left unmasked at the edge of a name, they say nothing of anyone.
_LIAISONS = frozenset(
    ("à", "au", "aux", "chez", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "m", "madame", "mme")
)


def lire_marques(dossier: Path) -> tuple[Corpus, pd.DataFrame]:
    """Lire des textes où chaque identifiant est écrit ``{{nature|texte}}``.

    Parameters
    ----------
    dossier : Path
        Des fichiers ``.txt`` au format du corpus canonique.

    Returns
    -------
    corpus : Corpus
        Les mêmes textes, sans les marques, à diffusion restreinte.
    marques : DataFrame
        ``MARQUES`` : la place de chaque identifiant dit dans les paroles, étiquettes de locuteur exceptées.

    Raises
    ------
    ErreurDonnees
        Dossier sans fichier, marque mal fermée.
    """
    chemins = sorted(Path(dossier).glob("*.txt"))
    if not chemins:
        remede = "donnez un dossier de fichiers .txt marqués"
        raise ErreurDonnees([Probleme(relatif(dossier), 0, "aucun texte", remede=remede)])
    entretiens, lignes, problemes = [], [], []
    for chemin in chemins:
        texte, places, restant = "", [], lire_texte(chemin)
        while trouve := _MARQUE.search(restant):
            texte += restant[: trouve.start()]
            places.append((len(texte), len(texte) + len(trouve["texte"]), trouve["nature"], trouve["texte"]))
            texte, restant = texte + trouve["texte"], restant[trouve.end() :]
        entretien = Entretien.depuis_texte(chemin.stem, texte + restant)
        if "{{" in restant or "}}" in restant:
            ligne = (texte + restant).count("\n", 0, len(texte) + restant.find("{{" if "{{" in restant else "}}")) + 1
            remede = "écrivez {{nature|texte}}"
            problemes.append(Probleme(relatif(chemin), ligne, "marque mal écrite", remede=remede))
        dits = [(tour.debut, tour.fin) for tour in entretien.tours]
        entretiens.append(entretien)
        lignes += [
            (chemin.stem, *place)
            for place in places
            if any(debut <= place[0] and place[1] <= fin for debut, fin in dits)
        ]
    lever(problemes)
    documents = [(entretien.identifiant, "entretien", "", "", "", "restreinte") for entretien in entretiens]
    corpus = Corpus(tuple(entretiens), pd.DataFrame(documents, columns=DOCUMENTS, dtype="str"))
    return corpus, pd.DataFrame(lignes, columns=MARQUES)


def relever_masques(corpus: Corpus, cle: pd.DataFrame, *, courants: Container[str] | None = None) -> pd.DataFrame:
    """Relever tout ce qu'une clé remplacerait dans les paroles d'un corpus.

    Parameters
    ----------
    corpus : Corpus
        Le corpus tel que lu.
    cle : DataFrame
        Colonnes ``reel`` et ``nature`` : toutes les lignes sont cherchées.
    courants : container of str, optional
        Un lexique du français, comme pour :func:`ess_analyse.pseudonymes.motif_cle`.

    Returns
    -------
    DataFrame
        ``MARQUES``, dans l'ordre des textes ; ``nature`` est vide.

    Examples
    --------
    >>> documents = pd.DataFrame([("E01", "entretien", "", "", "", "publique")], columns=DOCUMENTS)
    >>> corpus = Corpus((Entretien.depuis_texte("E01", "Ana : Voyez Émilie."),), documents)
    >>> cle = pd.DataFrame({"reel": ["Émilie"], "nature": ["personne"]})
    >>> relever_masques(corpus, cle)[["debut", "fin", "texte"]].values.tolist()
    [[12, 18, 'Émilie']]
    """
    verifier_colonnes(cle, CLE[:1], "clé")
    motif = motif_cle(cle, courants=courants)
    lignes = [
        (entretien.identifiant, tour.debut + trouve.start(), tour.debut + trouve.end(), "", trouve[0])
        for entretien in corpus
        for tour in entretien.tours
        for trouve in motif.finditer(entretien.extrait(tour.debut, tour.fin))
    ]
    return pd.DataFrame(lignes, columns=MARQUES)


def nommer_cle(corpus: Corpus) -> pd.DataFrame:
    """Faire une clé des seules entités qu'un modèle de langue reconnaît, pour comparer.

    Parameters
    ----------
    corpus : Corpus
        Le corpus tel que lu.

    Returns
    -------
    DataFrame
        Colonnes de la clé ; chaque forme une fois, ``pseudonyme`` vide.
    """
    natures = {"PER": "personne", "LOC": "lieu", "ORG": "organisation", "MISC": "autre"}
    dits = [entretien.extrait(tour.debut, tour.fin) for entretien in corpus for tour in entretien.tours]
    formes = {
        texte[entite.debut : entite.fin]: natures[entite.sorte]
        for texte, entites in zip(dits, nommer(dits), strict=True)
        for entite in entites
    }
    return pd.DataFrame([(forme, "", nature, "") for forme, nature in sorted(formes.items())], columns=CLE)


def mesurer_masquage(marques: pd.DataFrame, masquees: pd.DataFrame, par: str = "nature") -> pd.DataFrame:
    """Comparer ce qui devait être masqué et ce qui l'a été.

    Parameters
    ----------
    marques : DataFrame
        Ce qui devait l'être (``MARQUES``).
    masquees : DataFrame
        Ce qu'une clé remplace (:func:`relever_masques`).
    par : str
        La colonne de ``marques`` qui sépare les lignes.

    Returns
    -------
    DataFrame
        Une ligne par valeur de ``par``, puis ``ensemble`` : ``mentions``, ``masquées`` (aucun mot n'en reste, petits
        mots de liaison exceptés), ``rappel``, ``formes`` (sans casse ni accents) et ``formes trouvées`` (dont toutes
        les mentions sont masquées). Dans la seule ligne ``ensemble``, ``en trop`` : ce qui a été remplacé sans toucher
        aucune marque.

    Examples
    --------
    >>> marques = pd.DataFrame([("E01", 0, 6, "personne", "Émilie"), ("E01", 9, 14, "lieu", "Tours")], columns=MARQUES)
    >>> masquees = pd.DataFrame([("E01", 0, 6, "", "Émilie"), ("E01", 20, 24, "", "rose")], columns=MARQUES)
    >>> mesurer_masquage(marques, masquees)[["mentions", "masquées", "rappel", "en trop"]].loc["ensemble"].tolist()
    [2.0, 1.0, 0.5, 1.0]
    """
    par_document = {nom: list(zip(t["debut"], t["fin"], strict=True)) for nom, t in masquees.groupby("entretien")}
    lignes = [
        (partie, aplatir(m.texte), _est_masquee(m.texte, m.debut, par_document.get(m.entretien, ())))
        for partie, m in zip(marques[par], marques.itertuples(index=False), strict=True)
    ]
    jugees = pd.DataFrame(lignes, columns=[par, "forme", "masquee"])
    parties = [*jugees.groupby(par), ("ensemble", jugees)]
    bilan = pd.DataFrame([_resumer(partie) for _, partie in parties], index=[nom for nom, _ in parties])
    bilan["en trop"] = pd.Series({"ensemble": _compter_en_trop(marques, masquees)}, dtype="Int64").reindex(bilan.index)
    return bilan.rename_axis(par)


def _resumer(jugees: pd.DataFrame) -> dict[str, float]:
    formes = jugees.groupby("forme")["masquee"].all()
    return {
        "mentions": len(jugees),
        "masquées": int(jugees["masquee"].sum()),
        "rappel": jugees["masquee"].mean(),
        "formes": len(formes),
        "formes trouvées": int(formes.sum()),
    }


def _est_masquee(texte: str, debut: int, places: Iterable[tuple[int, int]]) -> bool:
    return all(
        any(a <= debut + mot.start() and debut + mot.end() <= b for a, b in places)
        for mot in _MOT.finditer(texte)
        if mot[0].lower() not in _LIAISONS
    )


def _compter_en_trop(marques: pd.DataFrame, masquees: pd.DataFrame) -> int:
    attendues = {nom: list(zip(t["debut"], t["fin"], strict=True)) for nom, t in marques.groupby("entretien")}
    return sum(
        not any(a < m.fin and m.debut < b for a, b in attendues.get(m.entretien, ()))
        for m in masquees.itertuples(index=False)
    )
