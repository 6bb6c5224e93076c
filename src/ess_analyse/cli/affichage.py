"""Dire à la personne ce qui a été fait."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["accorder_sorties", "afficher_comptes", "afficher_table", "dire", "progresser"]


def accorder_sorties() -> None:
    """Faire que tout puisse être dit, quel que soit l'encodage d'ici.

    Un fichier ou un autre programme reçoit de l'UTF-8, où rien ne se perd ; un terminal garde son encodage, et montre
    « ? » à la place d'un signe qu'il n'a pas.
    """
    for flux in (sys.stdout, sys.stderr):
        if isinstance(flux, io.TextIOWrapper):
            flux.reconfigure(encoding=flux.encoding if flux.isatty() else "utf-8", errors="replace")


def dire(message: str, signe: str = "✓") -> None:
    """Dire une phrase, précédée d'un signe."""
    click.secho(f"{signe} ", fg="green" if signe == "✓" else "yellow", nl=False)
    click.echo(message)


def afficher_table(table: pd.DataFrame, titre: str, *, en_json: bool = False) -> None:
    """Afficher une table au terminal, ou l'écrire en JSON pour un autre programme."""
    if en_json:
        click.echo(table.to_json(orient="records", force_ascii=False, indent=2))
        return
    from pandas.api.types import is_numeric_dtype

    cellules = table.astype("object").where(table.notna(), None)
    _dessiner(titre, {nom: is_numeric_dtype(table[nom]) for nom in table}, cellules.itertuples(index=False))


def afficher_comptes(comptes: Mapping[str, int], colonnes: tuple[str, str], titre: str, *, en_json: bool) -> None:
    """Afficher des nombres et ce qu'ils comptent, comme :func:`afficher_table`, sans charger pandas."""
    if en_json:
        lignes = [dict(zip(colonnes, compte, strict=True)) for compte in comptes.items()]
        click.echo(json.dumps(lignes, ensure_ascii=False, indent=2))
        return
    _dessiner(titre, dict(zip(colonnes, (False, True), strict=True)), comptes.items())


def _dessiner(titre: str, colonnes: Mapping[str, bool], lignes: Iterable[Iterable[object]]) -> None:
    """Dessiner une table au terminal ; ``colonnes`` dit lesquelles sont des nombres."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    grille = Table(title=titre, title_justify="left")
    for nom, en_nombres in colonnes.items():
        grille.add_column(nom.replace("_", " "), overflow="fold", justify="right" if en_nombres else "left")
    for ligne in lignes:
        # « [téléphone] » is a pseudonym, not one of rich's own marks.
        grille.add_row(*map(escape, map(_ecrire, ligne)))
    # Without a terminal, rich would fold the table to 80 columns and cut the codes.
    console = Console()
    console.width = console.width if console.is_terminal else 110
    console.print(grille)


def _ecrire(cellule: object) -> str:
    if cellule is None:
        return "—"
    return f"{cellule:.2f}".replace(".", ",") if isinstance(cellule, float) else str(cellule)


@contextmanager
def progresser(titre: str, total: int, *, muet: bool = False) -> Iterator[Callable[[int], None]]:
    """Montrer où en est un long travail, sur la sortie d'erreur d'un terminal ; ailleurs, se taire.

    Parameters
    ----------
    titre : str
        Ce qui se fait.
    total : int
        Combien il y a à faire.
    muet : bool
        Ne rien montrer, même à un terminal.

    Yields
    ------
    callable
        Reçoit combien vient d'être fait.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    colonnes = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    cache = muet or not console.is_terminal
    with Progress(*colonnes, console=console, transient=True, disable=cache) as barre:
        tache = barre.add_task(titre, total=total)
        yield lambda nombre: barre.advance(tache, nombre)
