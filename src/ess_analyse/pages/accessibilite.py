"""Ce que le site dit de lui-même : mentions, déclaration d'accessibilité tirée de l'audit, liens de son en-tête."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

import pandas as pd

from ess_analyse.pages.matiere import Matiere
from ess_analyse.reglages import CONFORMITES, MENTIONS

__all__ = ["Mention", "dire_mentions", "ecrire_entete", "preparer_accessibilite"]

CRITERES_RGAA = 106
"""Le nombre de critères du RGAA 4.1."""
_MENTIONS = {
    "editeur": ("Qui publie ce site", "nom ou raison sociale, statut, adresse, téléphone"),
    "direction": ("Direction de la publication", "la personne qui répond de ce qui est publié"),
    "contact": ("Contact", "une adresse de courriel qui est lue"),
    "hebergeur": ("Hébergement", "nom, adresse et téléphone de l'hébergeur"),
    "licence": ("Licence", "ce que chacun peut faire des textes et des données"),
    "donnees": ("Données personnelles", "à qui écrire pour exercer ses droits"),
}


class Mention(NamedTuple):
    """Une mention, ce que l'équipe en a écrit, et ce qu'il faut y écrire.

    Attributes
    ----------
    cle, titre : str
        Sa clé dans ``data/etude.yml``, son intitulé.
    texte : str
        Ce que l'équipe a écrit ; vide si elle ne l'a pas encore fait.
    attendu : str
        Ce que l'on y attend.
    """

    cle: str
    titre: str
    texte: str
    attendu: str


def dire_mentions(mentions: Mapping[str, object]) -> tuple[Mention, ...]:
    """Ranger les mentions du site, celles qui manquent comprises.

    Parameters
    ----------
    mentions : mapping of str to str
        Ce que l'équipe a écrit (`ess_analyse.reglages.Reglages`).

    Returns
    -------
    tuple of Mention
        Toujours les mêmes, dans le même ordre.

    Examples
    --------
    >>> dire_mentions({"contact": "bonjour@exemple.invalid"})[2].texte
    'bonjour@exemple.invalid'
    """
    return tuple(Mention(cle, *_dire(cle, mentions)) for cle in _MENTIONS)


def _dire(cle: str, mentions: Mapping[str, object]) -> tuple[str, str, str]:
    titre, attendu = _MENTIONS[cle]
    return titre, str(mentions.get(cle, "")), attendu


def preparer_accessibilite(matiere: Matiere) -> dict[str, Any]:
    """Tirer la déclaration d'accessibilité de l'audit enregistré et de ce que l'équipe en dit.

    Sans audit complet de ses critères, le RGAA ne connaît qu'un état, « non conforme » : des contrôles automatiques,
    même tous réussis, n'en permettent pas d'autre.

    Parameters
    ----------
    matiere : Matiere
        L'étude.

    Returns
    -------
    dict
        ``etat``, ``mentions`` ; et, si un audit automatique est enregistré, ``pages``, ``outils``, ``criteres`` (ceux
        qu'il touche), ``echecs`` et ``douteux`` (les contrôles en cause), ``table`` (un contrôle par ligne).
    """
    audit, mentions = matiere.audit, {cle: str(matiere.mentions.get(cle, "")) for cle in MENTIONS}
    nombres = audit[["pages", "echecs", "a_verifier"]].apply(pd.to_numeric, errors="coerce").fillna(0).astype(int)
    audit = audit.assign(**nombres)
    criteres = {critere for dits in audit["criteres"] for critere in str(dits).split()}
    return {
        "etat": mentions["conformite"] or CONFORMITES[-1],
        "mentions": mentions,
        "total": CRITERES_RGAA,
        "pages": int(audit["pages"].max()) if len(audit) else 0,
        "controles": len(audit),
        "outils": sorted(audit["outil"].unique(), key=str.casefold),
        "criteres": sorted(criteres, key=_ranger),
        "echecs": audit[audit["echecs"] > 0].to_dict("records"),
        "douteux": audit[(audit["a_verifier"] > 0) & (audit["echecs"] == 0)].to_dict("records"),
        "table": _tabler(audit),
    }


def _ranger(criteres: object) -> tuple[int, ...]:
    """Ranger « 10.2 » après « 9.1 », et après eux ce qui ne se rattache à aucun critère."""
    nombres = tuple(map(int, re.findall(r"\d+", str(criteres))[:2]))
    return nombres or (CRITERES_RGAA,)


def _tabler(audit: pd.DataFrame) -> pd.DataFrame:
    rangee = audit.iloc[sorted(range(len(audit)), key=lambda rang: _ranger(audit["criteres"].iloc[rang]))]
    regles = rangee["outil"].str.startswith("axe-core")
    return pd.DataFrame(
        {
            "Contrôle": rangee["intitule"],
            "Critères du RGAA": rangee["criteres"]
            .str.replace(" ", ", ")
            .where(rangee["criteres"] != "", ("règle axe " + rangee["controle"]).where(regles, "aucun")),
            "Pages": rangee["pages"],
            "En échec": rangee["echecs"],
            "À vérifier": rangee["a_verifier"],
        }
    )


def ecrire_entete(matiere: Matiere) -> str:
    """Écrire ce que chaque page dit dans son en-tête : où suivre les enseignements ; rien s'il n'y en a pas encore."""
    if not matiere.enseignements:
        return ""
    titre, adresse = escape("Les enseignements"), "/rapports/donnees/enseignements.xml"
    return f'<link rel="alternate" type="application/atom+xml" title="{titre}" href="{adresse}">\n'
