"""Lire et écrire le corpus canonique : un texte par entretien, et les tables qui les décrivent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import lever, relatif
from ess_analyse.fichiers import ecrire_table, ecrire_texte, lire_table
from ess_analyse.lecture.canonique import TABLE, CorpusSurDisque, juger_ecrit, placer_tours
from ess_analyse.lecture.sources import Lecture, lire_sources
from ess_analyse.modele import DOCUMENTS, TEMPS, Corpus, Entretien, Place

__all__ = ["ecrire_corpus", "lire_corpus", "ouvrir_corpus", "reunir"]


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
    if not (Path(dossier) / TABLE).is_file():
        return reunir(lire_sources(dossier, identifiants))
    ouvert = CorpusSurDisque.ouvrir(dossier)
    entretiens = tuple(ouvert)
    return Corpus(entretiens, ouvert.documents, ouvert.diffusions)


def ouvrir_corpus(dossier: Path) -> Corpus | CorpusSurDisque:
    """Ouvrir un corpus sans le lire : ses entretiens viendront un à un, quelle que soit sa taille.

    Parameters
    ----------
    dossier : Path
        Comme pour :func:`lire_corpus`.

    Returns
    -------
    CorpusSurDisque
        À parcourir (``for entretien in corpus``), ce qui vérifie tout le dossier ; ``corpus["E01"]`` relit un
        entretien. De transcriptions, dont rien n'est encore fait, un :class:`~ess_analyse.Corpus`, en mémoire.

    Raises
    ------
    ErreurDonnees
        Ce que la table des documents a de fautif ; le reste, tout ensemble, à la fin du parcours.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     e01 = Entretien.depuis_paroles("E01", [("Marion", "Ben oui.")])
    ...     _ = ecrire_corpus(dossier, Corpus((e01,), pd.DataFrame([("E01", "entretien", "", "", "", "publique")],
    ...                                                            columns=DOCUMENTS)))
    ...     corpus = ouvrir_corpus(dossier)
    ...     len(corpus), [entretien.identifiant for entretien in corpus], corpus["E01"].tours[0].locuteur
    (1, ['E01'], 'Marion')
    """
    return CorpusSurDisque.ouvrir(dossier) if (Path(dossier) / TABLE).is_file() else lire_corpus(dossier)


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

    Raises
    ------
    ErreurDonnees
        Si un tour, une fois écrit, ne se relirait pas tel quel (un locuteur avec deux-points, une parole sans locuteur
        qui commence comme une étiquette), ou si un fichier ne peut être écrit. Rien n'est écrit dans le premier cas.
    """
    dossier = Path(dossier)
    lever(
        probleme
        for entretien, type_ in zip(corpus, corpus.documents["type"], strict=True)
        for probleme in juger_ecrit(entretien, type_, relatif(dossier / f"{entretien.identifiant}.txt"))
    )
    documents, table = corpus.documents, dossier / TABLE
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
        for place, tour in placer_tours(entretien)
        if tour.temps
    ]
    if chemin.is_file():
        connus = lire_table(chemin, TEMPS)
        ecrits = [entretien.identifiant for entretien in corpus]
        gardes = connus[~connus["segment"].str.split(":").str[0].isin(ecrits)]
        lignes += list(gardes.itertuples(index=False, name=None))
    if lignes:
        lignes.sort(key=lambda ligne: Place.lire(ligne[0]))
        return [chemin] * ecrire_table(chemin, pd.DataFrame(lignes, columns=TEMPS, dtype="str"))
    existait = chemin.exists()
    chemin.unlink(missing_ok=True)
    return [chemin] * existait
