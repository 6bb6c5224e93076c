"""Les réglages d'une étude : est-elle fictive, quelles cellules publie-t-elle, à partir de quel score suggère-t-on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import ClassVar, Literal

from ess_analyse.arbre import Arbre, lire_arbre
from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.fichiers import lire_texte

__all__ = ["CONFORMITES", "MENTIONS", "Reglages", "lire_reglages"]

MENTIONS = (
    "editeur",
    "direction",
    "contact",
    "hebergeur",
    "licence",
    "donnees",
    "conformite",
    "audit",
    "declaration",
    "derogations",
)
"""Ce que seule l'équipe peut dire du site qu'elle publie : qui, où, sous quelle licence, audité quand et par qui."""
CONFORMITES = ("totale", "partielle", "non conforme")
"""Les états de conformité que le RGAA connaît."""
_A_COMPLETER = re.compile(r"[\W_]*[àa] (?:compl[ée]ter|[ée]crire)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Reglages:
    """Ce que ``data/etude.yml`` règle ; tout y est facultatif.

    Attributes
    ----------
    identifiant : str
        Le nom du dossier de la clé dans les données de l'utilisateur : lettres, chiffres, tirets.
    fictif : {"oui", "non"}
        « oui » si personne ne se cache derrière les données : elles peuvent alors entrer dans un dépôt.
    seuil : int
        Le plus petit nombre de documents derrière une cellule publiée, au moins 2.
    seuils : mapping of str to float
        Code → score, de 0 à 1, à partir duquel une suggestion de ce code est retenue ; un code absent garde celui de
        :func:`~ess_analyse.suggestions.suggerer`. ``ess-analyse evaluer --precision`` dit lesquels écrire.
    mentions : mapping of str to str
        Clé de `MENTIONS` → texte, pour les pages Mentions et Accessibilité ; ce qui est vide ou « à compléter » n'y est
        pas.

    Examples
    --------
    >>> Reglages(seuil=5).fictif
    'non'
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    identifiant: str = ""
    fictif: Literal["oui", "non"] = "non"
    seuil: int = 3
    seuils: Mapping[str, object] = field(default_factory=dict)
    mentions: Mapping[str, object] = field(default_factory=dict)


def lire_reglages(chemin: Path, codes: Collection[str] | None = None) -> Reglages:
    """Lire les réglages d'une étude.

    Parameters
    ----------
    chemin : Path
        ``data/etude.yml`` ; absent, tous les réglages sont ceux par défaut.
    codes : collection of str, optional
        Ceux de la grille : un seuil donné à un autre code est alors refusé.

    Returns
    -------
    Reglages
        Les réglages.

    Raises
    ------
    ErreurDonnees
        Réglage inconnu, mal écrit, seuil si bas qu'une cellule pourrait désigner une personne, score hors de 0 à 1,
        code inconnu ; mention inconnue, ou conformité affirmée sans audit.
    """
    if not Path(chemin).is_file():
        return Reglages()
    arbre = lire_arbre(lire_texte(chemin), relatif(chemin))
    seuils = arbre.valeur.get("seuils", {}) if isinstance(arbre.valeur, dict) else {}
    if not isinstance(seuils, dict):
        remede = "écrivez un code par ligne, en retrait : « R-CHARGE: 0.3 »"
        lever([arbre.probleme(("seuils",), "seuils mal écrits", seuils, remede)])
    mentions = arbre.valeur.get("mentions", {}) if isinstance(arbre.valeur, dict) else {}
    if not isinstance(mentions, dict):
        remede = "écrivez une mention par ligne, en retrait : « contact: bonjour@exemple.fr »"
        lever([arbre.probleme(("mentions",), "mentions mal écrites", mentions, remede)])
    reglages, problemes = arbre.valider(Reglages, [champ.name for champ in fields(Reglages)])
    lever(problemes)
    if not re.fullmatch(r"[A-Za-z0-9-]*", reglages.identifiant):
        remede = "lettres sans accent, chiffres et tirets seulement"
        problemes.append(arbre.probleme(("identifiant",), "identifiant mal formé", reglages.identifiant, remede))
    if reglages.seuil < 2:
        remede = "au moins 2 : une cellule qui repose sur un seul document désigne qui l'a dit"
        problemes.append(arbre.probleme(("seuil",), "seuil trop bas", reglages.seuil, remede))
    problemes += _problemes_seuils(arbre, reglages.seuils, codes)
    ecrites = {cle: " ".join(dit.split()) for cle, dit in reglages.mentions.items() if isinstance(dit, str)}
    ecrites = {cle: dit for cle, dit in ecrites.items() if dit and not _A_COMPLETER.match(dit)}
    problemes += _problemes_mentions(arbre, reglages.mentions, ecrites)
    lever(problemes)
    return replace(reglages, mentions=ecrites)


def _problemes_seuils(arbre: Arbre, seuils: Mapping[str, object], codes: Collection[str] | None) -> Iterator[Probleme]:
    for code, seuil in seuils.items():
        if codes is not None and code not in codes:
            yield arbre.probleme(("seuils", code), "code inconnu", code, proposer(code, codes))
        # In Python, true is a number.
        if isinstance(seuil, bool) or not isinstance(seuil, int | float) or not 0 <= seuil <= 1:
            remede = "écrivez un nombre de 0 à 1, avec un point"
            yield arbre.probleme(("seuils", code), f"seuil de {code} mal écrit", seuil, remede)


def _problemes_mentions(arbre: Arbre, mentions: Mapping[str, object], ecrites: Mapping[str, str]) -> Iterator[Probleme]:
    for cle, dit in mentions.items():
        if cle not in MENTIONS:
            yield arbre.probleme(("mentions", cle), "mention inconnue", cle, proposer(cle, MENTIONS))
        elif dit is not None and not isinstance(dit, str):
            yield arbre.probleme(("mentions", cle), "un texte est attendu", dit, "mettez-le entre guillemets")
    conformite = ecrites.get("conformite", CONFORMITES[-1])
    if conformite not in CONFORMITES:
        remede = proposer(conformite, CONFORMITES) or "choix possibles : " + ", ".join(CONFORMITES)
        yield arbre.probleme(("mentions", "conformite"), "état de conformité inconnu", conformite, remede)
    elif conformite != CONFORMITES[-1] and "audit" not in ecrites:
        remede = "dites dans « audit » qui a vérifié les critères, quand, et quelle part est respectée"
        yield arbre.probleme(("mentions", "conformite"), "conformité affirmée sans audit", conformite, remede)
