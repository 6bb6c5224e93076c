"""Ce que toutes les commandes ont en commun : l'étude du dossier choisi, la sortie en JSON, la phrase de la clé."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ess_analyse.arbre import lire_arbre
from ess_analyse.cli.affichage import dire
from ess_analyse.coffre import PHRASE, trouver_cle
from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_texte
from ess_analyse.reglages import lire_reglages

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "demander_phrase",
    "en_json",
    "etape",
    "exiger_documents",
    "lire_cle_etude",
    "lire_site",
    "lire_titre",
    "prevenir_sans_cle",
    "refuser_nom",
]

en_json = click.option("--json", "en_json", is_flag=True, help="Écrire le résultat en JSON, pour un autre programme.")


def etape(fonction: Callable) -> Callable:
    """Donner à une commande l'étude du dossier choisi."""

    @click.pass_obj
    @wraps(fonction)
    def commande(dossier: Path, *args, **options):
        return fonction(Etude.trouver(dossier), *args, **options)

    return commande


def demander_phrase(*, confirmer: bool = False) -> str:
    """Prendre la phrase de passe dans l'environnement, sinon la demander sans la montrer."""
    return os.environ.get(PHRASE) or click.prompt(
        "Phrase de passe de la clé", hide_input=True, confirmation_prompt=confirmer
    )


def lire_cle_etude(etude: Etude, *, toutes: bool = False) -> pd.DataFrame | None:
    """Lire la clé d'une étude, où qu'elle soit rangée ; rien si elle n'en a pas."""
    from ess_analyse.pseudonymes import ouvrir_cle

    chemin = trouver_cle(etude)
    phrase = demander_phrase() if chemin is not None and chemin.suffix == ".age" else None
    return ouvrir_cle(etude, phrase, toutes=toutes)


def prevenir_sans_cle(etude: Etude) -> None:
    """Dire qu'aucun nom n'a pu être cherché, si de vraies personnes ont parlé et que la clé n'est pas ici."""
    if trouver_cle(etude) is None and lire_reglages(etude.reglages).fictif != "oui":
        dire(
            "Il n'y a pas de clé sur cet ordinateur : aucun nom n'a été cherché. Ne publiez rien d'ici.",
            signe="!",
        )


def lire_site(etude: Etude) -> dict[str, object]:
    """Lire le bloc ``website`` de ``_quarto.yml`` ; vide si l'étude n'a pas encore de site."""
    chemin = etude.racine / "_quarto.yml"
    valeur = lire_arbre(lire_texte(chemin), relatif(chemin)).valeur if chemin.is_file() else {}
    bloc = valeur.get("website") if isinstance(valeur, dict) else None
    return bloc if isinstance(bloc, dict) else {}


def lire_titre(etude: Etude) -> str:
    """Lire le titre du site ; vide s'il n'en a pas."""
    return str(lire_site(etude).get("title") or "")


def exiger_documents(etude: Etude, documents: pd.DataFrame) -> None:
    """Refuser une étude où rien n'est importé : une table vide y passerait pour un résultat."""
    if documents.empty:
        remede = "importez vos textes : ess-analyse importer"
        raise ErreurDonnees([Probleme(relatif(etude.documents), 0, "aucun document", remede=remede)])


def refuser_nom(etude: Etude, codeur: str, *, arbitre: bool = False) -> None:
    """Refuser, dès la ligne de commande, un nom sous lequel une feuille ne pourrait être lue."""
    from ess_analyse.codages import verifier_nom

    for probleme in verifier_nom(codeur, etude.codages, arbitre=arbitre):
        dit = f"{probleme.message} (« {probleme.valeur} ») : {probleme.remede}"
        raise click.BadParameter(dit, param_hint="--codeur")
