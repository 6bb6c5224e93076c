"""Lire les étiquettes de Taguette comme des codes, et dire qui les a posées."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from ess_analyse.echanges.bases import demesure
from ess_analyse.echanges.lignes import CHEMINS, PROFONDEUR
from ess_analyse.echanges.projet import CODES_REPRIS
from ess_analyse.echanges.refi.conventions import est_lu_rien
from ess_analyse.modele import RIEN

__all__ = ["Auteurs", "designer", "lire_auteurs", "ranger_etiquettes"]

_SEUL = "admin"
"""Le seul utilisateur d'un Taguette qui n'est pas un serveur, et celui de tout projet exporté : ce n'est personne."""


class Auteurs(NamedTuple):
    """Qui a posé quoi, d'après le journal du projet.

    Attributes
    ----------
    poses : dict of (int, int) to (str, str)
        Pour chaque (surlignage, étiquette), qui l'y a mise la première fois, et quand.
    derniers : dict of int to (str, str)
        Pour chaque surlignage, qui l'a touché en dernier, et quand.
    """

    poses: dict[tuple[int, int], tuple[str, str]]
    derniers: dict[int, tuple[str, str]]

    def trouver(self, surlignage: int, etiquette: int) -> tuple[str, str]:
        """Rendre le codeur et la date, vides si le journal ne les dit pas."""
        return self.poses.get((surlignage, etiquette), self.derniers.get(surlignage, ("", "")))


def designer(chemin: str) -> str:
    """Rendre ce qui désigne une étiquette dans les codages.

    Parameters
    ----------
    chemin : str
        Le nom de l'étiquette.

    Returns
    -------
    str
        Ce nom, ou ``-`` si c'est celui d'une lecture sans code.

    Examples
    --------
    >>> designer("R.Charge"), designer("Lu, rien à coder")
    ('R.Charge', '-')
    """
    return RIEN if est_lu_rien(chemin) else chemin


def ranger_etiquettes(fichier: str, etiquettes: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rendre les étiquettes comme des codes, dossiers compris.

    Le dossier est l'étiquette mère quand le fichier la dit (LibreQDA) ; sinon « a.b » est rangée sous « a », si « a »
    est elle-même une étiquette ou en range plusieurs (Taguette n'a pas d'autre hiérarchie) : un point isolé dans un nom
    n'est pas un dossier.

    Parameters
    ----------
    fichier : str
        D'où elles viennent, pour le message.
    etiquettes : sequence of mapping
        ``path``, ``description``, et ``mere`` : le chemin de la mère, vide s'il n'y en a pas.

    Returns
    -------
    DataFrame
        Colonnes ``code, nom, dossier, definition``.

    Raises
    ------
    ErreurDonnees
        Si leurs chemins ensemble sont démesurés.

    Examples
    --------
    >>> etiquettes = [{"path": chemin, "description": "", "mere": ""} for chemin in ("R.Charge", "R.Santé", "lire a.b")]
    >>> ranger_etiquettes("a.db", etiquettes)[["nom", "dossier"]].values.tolist()
    [['Charge', 'R'], ['Santé', 'R'], ['lire a.b', '']]
    """
    meres = {etiquette["path"]: etiquette["mere"] for etiquette in etiquettes}
    fratries = Counter(chemin.rpartition(".")[0] for chemin in meres)
    lignes, signes = [], 0
    for etiquette in etiquettes:
        chemin = etiquette["path"]
        tete, _, nom = chemin.rpartition(".")
        if etiquette["mere"] in meres:
            nom, dossier = chemin, " / ".join(_remonter(chemin, meres))
        elif tete and nom and nom == nom.strip() and (tete in meres or fratries[tete] > 1):
            dossier = " / ".join(tete.split("."))
        else:
            nom, dossier = chemin, ""
        if (signes := signes + len(dossier)) > CHEMINS:
            raise demesure(fichier)
        if designer(chemin) != RIEN:
            lignes.append((chemin, nom, dossier, etiquette["description"]))
    return pd.DataFrame(lignes, columns=list(CODES_REPRIS), dtype="str")


def _remonter(chemin: str, meres: Mapping[str, str]) -> list[str]:
    lignee: list[str] = []
    while (chemin := meres.get(chemin, "")) and chemin not in lignee and len(lignee) < PROFONDEUR:
        lignee.insert(0, chemin)
    return lignee


def lire_auteurs(commandes: Iterable[Mapping[str, Any]]) -> Auteurs:
    """Lire dans le journal d'un projet qui a posé chaque étiquette.

    Un export ramène tous les utilisateurs à ``admin`` : le journal ne dit alors personne.

    Parameters
    ----------
    commandes : iterable of mapping
        ``user_login``, ``date`` et ``payload`` (du JSON), dans l'ordre du journal.

    Returns
    -------
    Auteurs
        Vide si tout est d'``admin``.
    """
    poses: dict[tuple[int, int], tuple[str, str]] = {}
    derniers: dict[int, tuple[str, str]] = {}
    for commande in commandes:
        surlignage, etiquettes = _lire_commande(commande["payload"])
        if surlignage is not None:
            auteur = commande["user_login"], commande["date"]
            derniers[surlignage] = auteur
            for etiquette in etiquettes:
                poses.setdefault((surlignage, etiquette), auteur)
    if {login for login, _ in derniers.values()} | {login for login, _ in poses.values()} <= {_SEUL}:
        poses = {cle: ("", date) for cle, (_, date) in poses.items()}
        derniers = {cle: ("", date) for cle, (_, date) in derniers.items()}
    return Auteurs(poses, derniers)


def _lire_commande(charge: str) -> tuple[int | None, list[int]]:
    """Lire un surlignage dans le journal ; toute autre commande, ou une commande illisible, ne dit rien."""
    try:
        lue = json.loads(charge)
    except (ValueError, RecursionError):
        return None, []
    if not isinstance(lue, dict) or lue.get("type") != "highlight_add" or not isinstance(lue.get("highlight_id"), int):
        return None, []
    etiquettes = lue.get("tags")
    return lue["highlight_id"], [e for e in etiquettes if isinstance(e, int)] if isinstance(etiquettes, list) else []
