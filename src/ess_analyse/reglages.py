"""Les réglages d'une étude : est-elle fictive, à partir de combien de documents publie-t-on une cellule."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar, Literal

from ess_analyse.arbre import lire_arbre
from ess_analyse.erreurs import lever, relatif
from ess_analyse.fichiers import lire_texte

__all__ = ["Reglages", "lire_reglages"]


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

    Examples
    --------
    >>> Reglages(seuil=5).fictif
    'non'
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    identifiant: str = ""
    fictif: Literal["oui", "non"] = "non"
    seuil: int = 3


def lire_reglages(chemin: Path) -> Reglages:
    """Lire les réglages d'une étude.

    Parameters
    ----------
    chemin : Path
        ``data/etude.yml`` ; absent, tous les réglages sont ceux par défaut.

    Returns
    -------
    Reglages
        Les réglages.

    Raises
    ------
    ErreurDonnees
        Réglage inconnu, mal écrit, ou seuil si bas qu'une cellule pourrait désigner une personne.
    """
    if not Path(chemin).is_file():
        return Reglages()
    arbre = lire_arbre(lire_texte(chemin), relatif(chemin))
    reglages, problemes = arbre.valider(Reglages, [champ.name for champ in fields(Reglages)])
    lever(problemes)
    if not re.fullmatch(r"[A-Za-z0-9-]*", reglages.identifiant):
        remede = "lettres sans accent, chiffres et tirets seulement"
        problemes.append(arbre.probleme(("identifiant",), "identifiant mal formé", reglages.identifiant, remede))
    if reglages.seuil < 2:
        remede = "au moins 2 : une cellule qui repose sur un seul document désigne qui l'a dit"
        problemes.append(arbre.probleme(("seuil",), "seuil trop bas", reglages.seuil, remede))
    lever(problemes)
    return reglages
