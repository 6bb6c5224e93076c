"""Commencer une étude."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import click

from ess_analyse.cli.affichage import dire
from ess_analyse.erreurs import ErreurDonnees, compter, relatif
from ess_analyse.etude import Etude
from ess_analyse.publication import poser_crochet
from ess_analyse.reglages import Reglages

__all__ = ["nouveau"]


@click.command()
@click.argument("dossier", metavar="DOSSIER", type=click.Path(path_type=Path))
@click.option("--titre", help="Le titre du site ; par défaut, le nom du dossier.")
@click.option(
    "--fictive/--reelle",
    "fictive",
    default=None,
    help="« --fictive » seulement si personne ne se cache derrière les textes. Par défaut, réelle.",
)
@click.option("--seuil", type=int, help=f"Le plus petit nombre de documents publiable ({Reglages.seuil} par défaut).")
@click.option(
    "--grille",
    default="ess",
    show_default=True,
    metavar="ess|vide|FICHIER.qdc",
    help="La nôtre, une à écrire, ou un livre de codes d'un autre logiciel.",
)
@click.option(
    "--programme",
    default="",
    metavar="ADRESSE",
    help="D'où installer ess_analyse ailleurs, par exemple git+https://…@v0.1.0 ; par défaut, d'où il vient ici.",
)
@click.option("--git", "avec_git", is_flag=True, help="Suivre l'étude dans git, contrôle compris.")
def nouveau(
    dossier: Path,
    titre: str | None,
    fictive: bool | None,
    seuil: int | None,
    grille: str,
    programme: str,
    avec_git: bool,
) -> None:
    """Créer le dossier d'une étude, prêt à recevoir des transcriptions."""
    from ess_analyse.nouveau import creer_etude, nommer_etude

    if avec_git and shutil.which("git") is None:
        raise click.UsageError("git n'est pas installé : installez-le, ou retirez --git")
    if _au_terminal():
        titre = titre or click.prompt("Titre de l'étude", default=nommer_etude(dossier))
        if fictive is None:
            # click asks « Y/n » in every language.
            oui_non = click.Choice(["oui", "non"], case_sensitive=False)
            fictive = click.prompt("De vraies personnes ont-elles parlé ?", type=oui_non, default="oui") == "non"
        if seuil is None:
            question = "Sur combien de documents au moins repose un nombre publié ?"
            seuil = click.prompt(question, type=click.IntRange(min=2), default=Reglages.seuil)
    creation = creer_etude(
        dossier,
        titre=titre or "",
        fictive=bool(fictive),
        seuil=Reglages.seuil if seuil is None else seuil,
        grille=grille,
        programme=programme,
    )
    dire("Ce dossier est prêt." if _est_ici(dossier) else f"{relatif(dossier)} est prêt.")
    if avec_git:
        _suivre(creation.etude)
    _dire_la_suite(creation, dossier)


def _au_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _suivre(etude: Etude) -> None:
    try:
        subprocess.run(["git", "init", "--quiet"], cwd=etude.racine, check=True, capture_output=True, timeout=60)
        poser_crochet(etude.racine)
    except (subprocess.SubprocessError, OSError, ErreurDonnees):
        # The study is whole: only its history could not be started.
        dire("git n'a pas pu suivre l'étude : lancez-y « git init », puis « ess-analyse publication proteger ».", "!")
        return
    dire("git la suit ; il refusera d'enregistrer les données reçues, la clé et les noms.")


def _dire_la_suite(creation, dossier: Path) -> None:
    from ess_analyse.nouveau import PAQUETS

    if creation.a_completer:
        dire(
            f"Une chose à faire avant tout : compléter {relatif(dossier / 'data/grille.yml')} "
            f"({compter(creation.a_completer, 'point')}, que « ess-analyse verifier » dit ligne par ligne).",
            signe="!",
        )
    if f"./{PAQUETS}/" in (creation.etude.racine / "requirements.txt").read_text(encoding="utf-8"):
        dire(
            "Pour l'installer sur un autre ordinateur, lisez LISEZ-MOI.md : ess_analyse n'est pas sur PyPI.", signe="!"
        )
    click.echo("\nTapez maintenant :")
    aller = "" if _est_ici(dossier) else f"  cd {_citer(relatif(dossier))}\n"
    click.secho(f"{aller}  ess-analyse", bold=True)


def _est_ici(dossier: Path) -> bool:
    return dossier.resolve() == Path.cwd()


def _citer(chemin: str) -> str:
    return f'"{chemin}"' if " " in chemin else chemin
