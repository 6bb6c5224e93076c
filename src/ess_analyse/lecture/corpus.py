"""Lire et écrire le corpus canonique : un texte par entretien, et les tables qui les décrivent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.fichiers import ecrire_table, ecrire_texte, lire_table, lire_texte
from ess_analyse.lecture.sources import Lecture, lire_sources
from ess_analyse.modele import DIFFUSION, DIFFUSIONS, DOCUMENTS, TEMPS, TYPES, Corpus, Entretien, Place, Tour

__all__ = ["ecrire_corpus", "lire_corpus", "reunir"]

_SECONDES = re.compile(r"\d{1,9}(?:[.,]\d+)?", re.ASCII)


def lire_corpus(dossier: Path, identifiants: Mapping[str, str] | None = None) -> Corpus:
    """Lire un dossier de transcriptions, ou le corpus canonique qui en a été fait.

    Parameters
    ----------
    dossier : Path
        Un dossier de transcriptions (``data/brut``), ou le dossier du corpus (``data/corpus``), reconnu à son
        ``corpus.csv``.
    identifiants : mapping of str to str, optional
        Fichier → identifiant, pour les transcriptions déjà connues.

    Returns
    -------
    Corpus
        Un entretien par fichier. Depuis des transcriptions, la description est à compléter : ``type`` est deviné, et
        ``diffusion`` est « restreinte » jusqu'à ce qu'une personne en décide autrement. Depuis le corpus, avec le temps
        des tours (``temps.csv``) et la diffusion des passages (``diffusion.csv``) quand ces tables existent.

    Raises
    ------
    ErreurDonnees
        Tous les problèmes du dossier ensemble.
    """
    dossier = Path(dossier)
    if (dossier / "corpus.csv").is_file():
        return _lire_canonique(dossier)
    return reunir(lire_sources(dossier, identifiants))


def reunir(lectures: Iterable[Lecture]) -> Corpus:
    """Réunir des transcriptions lues en un corpus dont la description est à compléter.

    Parameters
    ----------
    lectures : iterable of Lecture
        Les transcriptions.

    Returns
    -------
    Corpus
        Trié par identifiant ; ``type`` est deviné, ``diffusion`` est « restreinte ».
    """
    entretiens = sorted((lecture.entretien for lecture in lectures), key=lambda entretien: entretien.identifiant)
    lignes = [(entretien.identifiant, _deviner_type(entretien), "", "", "", "restreinte") for entretien in entretiens]
    return Corpus(tuple(entretiens), pd.DataFrame(lignes, columns=DOCUMENTS, dtype="str"))


def _deviner_type(entretien: Entretien) -> str:
    if any(tour.locuteur for tour in entretien.tours):
        return "entretien"
    return "observation" if entretien.identifiant.startswith("O") else "document"


def _lire_canonique(dossier: Path) -> Corpus:
    chemin = dossier / "corpus.csv"
    documents, nom = lire_table(chemin, DOCUMENTS), relatif(chemin)
    problemes, entretiens = [], []
    for ligne, document in zip(documents.index, documents.itertuples(index=False), strict=True):
        for valeur, choix, quoi in (
            (document.type, TYPES, "type inconnu"),
            (document.diffusion, DIFFUSIONS, "diffusion inconnue"),
        ):
            if valeur not in choix:
                problemes.append(Probleme(nom, ligne, quoi, valeur, proposer(valeur, choix)))
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", document.entretien):
            remede = "lettres, chiffres et tirets seulement"
            problemes.append(Probleme(nom, ligne, "identifiant mal formé", document.entretien, remede))
            continue
        try:
            texte = lire_texte(dossier / f"{document.entretien}.txt")
            entretiens.append(Entretien.depuis_texte(document.entretien, texte, parle=document.type == "entretien"))
        except ErreurDonnees as erreur:
            problemes += erreur.problemes
    problemes += [
        Probleme(nom, ligne, "document en double", documents.at[ligne, "entretien"], "gardez une seule ligne")
        for ligne in documents.index[documents["entretien"].duplicated()]
    ]
    lever(problemes)
    textes = {entretien.identifiant: entretien for entretien in entretiens}
    diffusions = _lire_diffusions(dossier / "diffusion.csv", textes, problemes)
    temps = _lire_temps(dossier / "temps.csv", textes, problemes)
    lever(problemes)
    return Corpus(tuple(_dater(entretien, temps) for entretien in entretiens), documents, diffusions)


def _lire_facultative(chemin: Path, colonnes, facultatives, problemes: list[Probleme]) -> pd.DataFrame:
    if chemin.is_file():
        try:
            return lire_table(chemin, colonnes, facultatives)
        except ErreurDonnees as erreur:
            problemes += erreur.problemes
    return pd.DataFrame(columns=[*colonnes, *facultatives], dtype="str")


def _lire_diffusions(
    chemin: Path, entretiens: Mapping[str, Entretien], problemes: list[Probleme]
) -> tuple[tuple[Place, str], ...]:
    """Lire les passages dont la diffusion n'est pas celle de leur document."""
    table, nom, lues = _lire_facultative(chemin, DIFFUSION[:2], DIFFUSION[2:], problemes), relatif(chemin), []
    for ligne, passage in zip(table.index, table.itertuples(index=False), strict=True):
        if passage.diffusion not in DIFFUSIONS:
            remede = proposer(passage.diffusion, DIFFUSIONS)
            problemes.append(Probleme(nom, ligne, "diffusion inconnue", passage.diffusion, remede))
        try:
            place = Place.lire(passage.segment)
        except ValueError:
            problemes.append(Probleme(nom, ligne, "place mal écrite", passage.segment, "écrivez par exemple E01:71-95"))
            continue
        entretien = entretiens.get(place.entretien)
        if entretien is None:
            remede = proposer(place.entretien, entretiens)
            problemes.append(Probleme(nom, ligne, "document inconnu", place.entretien, remede))
        elif place.fin > len(entretien.texte):
            remede = f"ce texte finit à {len(entretien.texte)} ; retrouvez la place du passage"
            problemes.append(Probleme(nom, ligne, "place hors du texte", passage.segment, remede))
        else:
            lues.append((place, passage.diffusion))
    return tuple(lues)


def _lire_temps(
    chemin: Path, entretiens: Mapping[str, Entretien], problemes: list[Probleme]
) -> dict[str, tuple[float, float]]:
    """Lire où chaque tour, désigné par sa place, est dans l'enregistrement."""
    table, nom, lus = _lire_facultative(chemin, TEMPS, (), problemes), relatif(chemin), {}
    tours = {str(place) for entretien in entretiens.values() for place, _ in _placer_tours(entretien)}
    deplaces: dict[str, list[tuple[int, str]]] = {}
    for ligne, rangee in zip(table.index, table.itertuples(index=False), strict=True):
        tour, entretien = rangee.segment.strip(), rangee.segment.strip().partition(":")[0]
        if entretien not in entretiens:
            problemes.append(Probleme(nom, ligne, "document inconnu", entretien, proposer(entretien, entretiens)))
            continue
        if tour not in tours:
            deplaces.setdefault(entretien, []).append((ligne, tour))
            continue
        bornes = [valeur.strip() for valeur in (rangee.debut, rangee.fin)]
        debut, fin = (float(b.replace(",", ".")) if _SECONDES.fullmatch(b) else -1.0 for b in bornes)
        if not 0 <= debut <= fin:
            remede = "écrivez des secondes, le début avant la fin"
            problemes.append(Probleme(nom, ligne, "temps mal écrit", " – ".join(bornes), remede))
        elif tour in lus:
            problemes.append(Probleme(nom, ligne, "tour en double", tour, "gardez une seule ligne"))
        else:
            lus[tour] = (debut, fin)
    for entretien, [(ligne, tour), *autres] in deplaces.items():
        message = "aucun tour à cette place" + f", ni à {len(autres)} autres du même texte" * bool(autres)
        remede = f"si vous avez corrigé ce texte, lancez « ess-analyse recaler {entretien} » ; sinon retirez la ligne"
        problemes.append(Probleme(nom, ligne, message, tour, remede))
    return lus


def _placer_tours(entretien: Entretien) -> list[tuple[Place, Tour]]:
    return [(Place(entretien.identifiant, tour.debut, tour.fin), tour) for tour in entretien.tours]


def _dater(entretien: Entretien, temps: Mapping[str, tuple[float, float]]) -> Entretien:
    tours = tuple(replace(tour, temps=temps.get(str(place))) for place, tour in _placer_tours(entretien))
    return replace(entretien, tours=tours)


def ecrire_corpus(dossier: Path, corpus: Corpus) -> list[Path]:
    """Écrire le corpus canonique : un texte par entretien, et les tables qui les décrivent.

    Parameters
    ----------
    dossier : Path
        Par exemple ``data/corpus``.
    corpus : Corpus
        Pseudonymisé.

    Returns
    -------
    list of Path
        Les fichiers dont le contenu a changé. Une description déjà remplie par une personne est gardée ; un document
        nouveau y ajoute sa ligne. ``temps.csv`` n'existe que si un tour au moins a un temps.
    """
    dossier = Path(dossier)
    documents, table = corpus.documents, dossier / "corpus.csv"
    if table.is_file():
        connus = lire_table(table, DOCUMENTS)
        nouveaux = documents[~documents["entretien"].isin(connus["entretien"])]
        documents = pd.concat([connus, nouveaux]).sort_values("entretien", kind="stable")
    ecrits = [
        chemin
        for entretien in corpus
        if ecrire_texte(chemin := dossier / f"{entretien.identifiant}.txt", entretien.texte)
    ]
    return ecrits + [table] * ecrire_table(table, documents) + _ecrire_temps(dossier / "temps.csv", corpus)


def _ecrire_temps(chemin: Path, corpus: Corpus) -> list[Path]:
    """Écrire le temps des tours ; celui des documents qui ne sont pas dans ce corpus est gardé."""
    lignes = [
        (str(place), *(f"{round(borne, 3):.10g}" for borne in tour.temps))
        for entretien in corpus
        for place, tour in _placer_tours(entretien)
        if tour.temps
    ]
    if chemin.is_file():
        connus = lire_table(chemin, TEMPS)
        ecrits = [entretien.identifiant for entretien in corpus]
        gardes = connus[~connus["segment"].str.partition(":")[0].isin(ecrits)]
        lignes += list(gardes.itertuples(index=False, name=None))
    if lignes:
        lignes.sort(key=lambda ligne: Place.lire(ligne[0]))
        return [chemin] * ecrire_table(chemin, pd.DataFrame(lignes, columns=TEMPS, dtype="str"))
    existait = chemin.exists()
    chemin.unlink(missing_ok=True)
    return [chemin] * existait
