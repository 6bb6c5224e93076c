"""Lire le plan d'actions et l'autodiagnostic, et vérifier d'où ils viennent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from ess_analyse.enseignements.objets import COLLECTIVE, Action, Enseignement, Question
from ess_analyse.enseignements.preuves import Reperes
from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.fichiers import lire_table, reconnaitre_cellules
from ess_analyse.grille import Grille
from ess_analyse.modele import Corpus, Place

__all__ = ["PLAN", "QUESTIONS", "lire_autodiagnostic", "lire_plan"]

PLAN = ("numero", "portee", "theme", "axe", "action", "pilote", "echeance", "indicateur", "enseignements", "preuves")
QUESTIONS = ("numero", "prisme", "code", "question", "aide", "enseignements")


def lire_plan(
    chemin: Path, corpus: Corpus, segments: pd.DataFrame, enseignements: Iterable[Enseignement]
) -> tuple[Action, ...]:
    """Lire le plan d'actions.

    Parameters
    ----------
    chemin : Path
        CSV ``numero;portee;theme;axe;action;pilote;echeance;indicateur;enseignements;preuves`` : ``numero`` A1…,
        ``portee`` ``collective`` ou une structure, ``echeance`` AAAA-MM, ``enseignements`` et ``preuves`` séparés par
        des espaces ; l'une de ces deux cellules au moins est remplie.
    corpus : Corpus
        Les textes, leur diffusion, les structures qui peuvent porter une action.
    segments : DataFrame
        Les segments du corpus.
    enseignements : iterable of Enseignement
        Ceux auxquels une action peut renvoyer.

    Returns
    -------
    tuple of Action
        Dans l'ordre du fichier.

    Raises
    ------
    ErreurDonnees
        Tous les problèmes du fichier.
    """
    table, nom = _lire(chemin, PLAN), relatif(chemin)
    reperes = Reperes.depuis(segments, corpus)
    portees = {COLLECTIVE, *corpus.documents["structure"]} - {""}
    connus, problemes, actions = {lecon.numero for lecon in enseignements}, _numeros(table, nom, "A"), []
    table = reconnaitre_cellules(table, {"portee": sorted(portees)})
    problemes += _vides(table, nom, PLAN[1:8])
    for ligne in table.itertuples():
        lecons, ecarts = _lecons(ligne.enseignements, connus, nom, ligne.Index)
        preuves, mauvaises = _preuves(ligne.preuves, reperes, nom, ligne.Index)
        problemes += [*ecarts, *mauvaises]
        if ligne.echeance and not re.fullmatch(r"\d{4}-(?:0[1-9]|1[0-2])", ligne.echeance):
            problemes.append(
                Probleme(nom, ligne.Index, "échéance mal écrite", ligne.echeance, "écrivez par exemple 2026-09")
            )
        if ligne.portee and ligne.portee not in portees:
            problemes.append(
                Probleme(nom, ligne.Index, "portée inconnue", ligne.portee, proposer(ligne.portee, portees))
            )
        if not ligne.enseignements and not ligne.preuves:
            problemes.append(
                Probleme(
                    nom,
                    ligne.Index,
                    "action que rien ne soutient",
                    ligne.numero,
                    "donnez l'enseignement ou la parole d'où elle vient",
                )
            )
        actions.append(Action(*ligne[1:9], enseignements=lecons, preuves=preuves))
    lever(sorted(set(problemes)))
    return tuple(actions)


def lire_autodiagnostic(chemin: Path, grille: Grille, enseignements: Iterable[Enseignement]) -> tuple[Question, ...]:
    """Lire les questions de l'autodiagnostic.

    Parameters
    ----------
    chemin : Path
        CSV ``numero;prisme;code;question;aide;enseignements`` : ``numero`` Q1…, ``prisme`` un code ``P-…``, ``code`` un
        code de risque ou d'opportunité ; ``aide`` et ``enseignements`` peuvent être vides.
    grille : Grille
        Les codes.
    enseignements : iterable of Enseignement
        Ceux auxquels une question peut renvoyer.

    Returns
    -------
    tuple of Question
        Dans l'ordre du fichier.

    Raises
    ------
    ErreurDonnees
        Tous les problèmes du fichier.
    """
    table, nom = _lire(chemin, QUESTIONS), relatif(chemin)
    prismes = [code.id for code in grille if code.famille == "P"]
    themes = [code.id for code in grille if code.famille != "P"]
    connus, problemes, questions = {lecon.numero for lecon in enseignements}, _numeros(table, nom, "Q"), []
    table = reconnaitre_cellules(table, {"prisme": prismes, "code": themes})
    problemes += _vides(table, nom, QUESTIONS[1:4])
    for ligne in table.itertuples():
        lecons, ecarts = _lecons(ligne.enseignements, connus, nom, ligne.Index)
        problemes += ecarts
        for message, valeur, choix in (("prisme inconnu", ligne.prisme, prismes), ("code inconnu", ligne.code, themes)):
            if valeur and valeur not in choix:
                problemes.append(Probleme(nom, ligne.Index, message, valeur, proposer(valeur, choix)))
        questions.append(Question(*ligne[1:6], enseignements=lecons))
    lever(sorted(set(problemes)))
    return tuple(questions)


def _lire(chemin: Path, colonnes: Sequence[str]) -> pd.DataFrame:
    return lire_table(chemin, colonnes).apply(lambda colonne: colonne.str.strip())


def _numeros(table: pd.DataFrame, nom: str, lettre: str) -> list[Probleme]:
    mauvais = table.index[~table["numero"].str.fullmatch(rf"{lettre}[1-9]\d*")]
    doubles = table.index[table["numero"].duplicated() & (table["numero"] != "")]
    return [
        *(
            Probleme(nom, ligne, "numéro mal écrit", table.at[ligne, "numero"], f"écrivez par exemple {lettre}1")
            for ligne in mauvais
        ),
        *(
            Probleme(nom, ligne, "numéro en double", table.at[ligne, "numero"], "donnez-en un autre")
            for ligne in doubles
        ),
    ]


def _vides(table: pd.DataFrame, nom: str, colonnes: Iterable[str]) -> Iterator[Probleme]:
    return (
        Probleme(nom, ligne, "cellule vide", colonne, "remplissez-la")
        for colonne in colonnes
        for ligne in table.index[table[colonne] == ""]
    )


def _lecons(cellule: str, connus: set[int], nom: str, ligne: int) -> tuple[tuple[int, ...], list[Probleme]]:
    lecons, problemes = [], []
    for mot in dict.fromkeys(re.split(r"[\s,;]+", cellule) if cellule else ()):
        if mot.isdecimal() and int(mot) in connus:
            lecons.append(int(mot))
        else:
            problemes.append(Probleme(nom, ligne, "enseignement inconnu", mot, proposer(mot, map(str, connus))))
    return tuple(lecons), problemes


def _preuves(cellule: str, reperes: Reperes, nom: str, ligne: int) -> tuple[tuple[Place, ...], list[Probleme]]:
    preuves, problemes = [], []
    for mot in dict.fromkeys(cellule.split()):
        try:
            preuve = Place.lire(mot)
        except ValueError:
            remede = "écrivez par exemple E03:1204-1290, plusieurs séparées par une espace"
            problemes.append(Probleme(nom, ligne, "place mal écrite", mot, remede))
            continue
        problemes += [Probleme(nom, ligne, message, mot, remede) for message, remede in reperes.juger(preuve)]
        preuves.append(preuve)
    return tuple(preuves), problemes
