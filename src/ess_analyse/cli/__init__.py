"""La commande `ess-analyse` : chaque étape de l'étude, en français."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

# click reads its messages through gettext: its catalogue must be in place before it writes any.
import gettext  # isort: skip

os.environ["LANGUAGE"] = "fr"
gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))

import click  # noqa: E402

from ess_analyse.cli.affichage import accorder_sorties  # noqa: E402
from ess_analyse.cli.jalons import interruptible  # noqa: E402
from ess_analyse.erreurs import ErreurDonnees  # noqa: E402

__all__ = ["principal"]


_PIECES = {
    "accord": ("accord", "echantillon"),
    "arbitrage": ("arbitrer",),
    "cle": ("cle",),
    "controle": ("verifier",),
    "documents": ("diaporama", "pdf", "restituer"),
    "etapes": ("pages", "site", "suggerer"),
    "etat": ("etat",),
    "evaluation": ("evaluer",),
    "export": ("exporter",),
    "feuille": ("feuille",),
    "grille": ("grille",),
    "importation": ("importer",),
    "lexique": ("lexique",),
    "notebooks": ("notebooks",),
    "nouveau": ("nouveau",),
    "publication": ("publication", "retirer"),
    "recalage": ("recaler",),
    "relire": ("relire",),
    "reprise": ("reprendre",),
    "versement": ("deposer",),
}


class _ALaDemande(Mapping[str, click.Command]):
    """Les commandes d'après leur nom ; chacune n'est chargée, avec ce dont elle se sert, que si elle est demandée."""

    def __init__(self, pieces: Mapping[str, tuple[str, ...]]):
        self._pieces = {nom: piece for piece, noms in pieces.items() for nom in noms}

    def __getitem__(self, nom: str) -> click.Command:
        return getattr(import_module(f"{__name__}.{self._pieces[nom]}"), nom)

    def __iter__(self) -> Iterator[str]:
        return iter(self._pieces)

    def __len__(self) -> int:
        return len(self._pieces)


class _Commandes(click.Group):
    """Un groupe qui dit clairement les erreurs de données (code 1) et les interruptions (code 130), sans trace."""

    def main(self, *args, **options):
        accorder_sorties()
        return super().main(*args, **options)

    def invoke(self, ctx: click.Context):
        try:
            with interruptible("Chaque fichier est entier : relancez la même commande."):
                return super().invoke(ctx)
        except ErreurDonnees as erreur:
            for probleme in erreur.problemes:
                click.secho("✗ ", fg="red", nl=False, err=True)
                click.echo(str(probleme), err=True)
            if len(erreur.problemes) > 1:
                click.echo(f"{len(erreur.problemes)} problèmes à corriger.", err=True)
            sys.exit(1)


@click.group(
    cls=_Commandes,
    commands=_ALaDemande(_PIECES),
    invoke_without_command=True,
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="ess-analyse", message="%(prog)s %(version)s")
@click.option(
    "--etude",
    "dossier",
    type=click.Path(path_type=Path),
    default=".",
    metavar="DOSSIER",
    help="Le dossier de l'étude (celui qui contient data/). Par défaut, le dossier courant.",
)
@click.pass_context
def principal(contexte: click.Context, dossier: Path) -> None:
    """De la phrase entendue à l'enseignement publié.

    Sans commande, dans le dossier d'une étude : où elle en est, et quoi taper ensuite.

    Les étapes, dans l'ordre : nouveau, cle, importer, suggerer, echantillon, feuille ou relire, verifier, accord,
    arbitrer, evaluer, lexique, notebooks, pages, site, pdf, diaporama, restituer.
    """
    contexte.obj = dossier
    if contexte.invoked_subcommand is None:
        from ess_analyse.cli.etat import accueillir

        accueillir(contexte)
