"""Le journal de la grille : ce qu'elle a connu, quand, pourquoi, et combien de codages ont suivi."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import Probleme, lever, relatif
from ess_analyse.feuilles import proteger
from ess_analyse.fichiers import lire_table

__all__ = ["JOURNAL", "inscrire_geste", "lire_journal"]

JOURNAL = ("version", "date", "geste", "codes", "vers", "raison", "codages", "feuilles")


def lire_journal(chemin: Path) -> pd.DataFrame:
    """Lire le journal de la grille.

    Parameters
    ----------
    chemin : Path
        ``data/journal_grille.csv`` ; absent, la grille n'a pas encore changé par ``ess-analyse grille``.

    Returns
    -------
    DataFrame
        ``version`` (celle que le geste a donnée à la grille), ``date``, ``geste``, ``codes``, ``vers``, ``raison``,
        ``codages`` (combien de codes décidés ont changé, toutes feuilles comptées) et ``feuilles``, en texte sauf
        ``version`` et ``codages``.

    Raises
    ------
    ErreurDonnees
        Version, nombre de codages ou date mal écrits, version qui ne suit pas la précédente.

    Examples
    --------
    >>> lire_journal(Path("absent.csv")).empty
    True
    """
    if not Path(chemin).is_file():
        vide = pd.DataFrame(columns=JOURNAL, dtype="str").rename_axis("ligne")
        return vide.astype({"version": "int64", "codages": "int64"})
    table, nom, precedente = lire_table(chemin, JOURNAL), relatif(chemin), 1
    problemes = []
    for ligne, rangee in table.iterrows():
        for colonne in ("version", "codages"):
            if not rangee[colonne].strip().isdecimal():
                remede = "remettez le nombre que la commande avait écrit"
                problemes.append(Probleme(nom, ligne, f"« {colonne} » mal écrit", rangee[colonne], remede))
        if not _est_date(rangee["date"].strip()):
            problemes.append(Probleme(nom, ligne, "date mal écrite", rangee["date"], "écrivez par exemple 2026-11-22"))
        if rangee["version"].strip().isdecimal():
            version = int(rangee["version"])
            if version <= precedente:
                remede = "chaque geste monte la version : remettez les lignes dans l'ordre, sans en ôter"
                problemes.append(Probleme(nom, ligne, "version qui ne suit pas la précédente", str(version), remede))
            precedente = version
    lever(problemes)
    raisons = table["raison"].str.removeprefix("'")
    return table.assign(raison=raisons).astype({"version": "int64", "codages": "int64"})


def inscrire_geste(
    journal: pd.DataFrame, version: int, le: date, geste: str, codes: str, vers: str, raison: str, codages: int, ou: str
) -> pd.DataFrame:
    """Ajouter un geste au journal.

    Parameters
    ----------
    journal : DataFrame
        Ce que rend :func:`lire_journal`.
    version : int
        Celle que le geste donne à la grille.
    le : date
        Le jour du geste.
    geste, codes, vers, raison : str
        Ce qui est fait, à quels codes, vers quels codes, pourquoi.
    codages : int
        Combien de codes décidés changent.
    ou : str
        Les feuilles où ils sont.

    Returns
    -------
    DataFrame
        La table à écrire : une raison qu'un tableur prendrait pour une formule y est protégée.

    Examples
    --------
    >>> table = inscrire_geste(lire_journal(Path("absent.csv")), 2, date(2026, 11, 22), "supprimer", "R-SENS", "",
    ...                        "= jamais employé", 0, "")
    >>> table[["version", "date", "raison"]].values.tolist()
    [[2, '2026-11-22', "'= jamais employé"]]
    """
    neuve = pd.DataFrame([(version, le.isoformat(), geste, codes, vers, raison, codages, ou)], columns=JOURNAL)
    table = pd.concat([journal, neuve]) if len(journal) else neuve
    return table.assign(raison=table["raison"].map(proteger))


def _est_date(texte: str) -> bool:
    try:
        return date.fromisoformat(texte).isoformat() == texte
    except ValueError:
        return False
