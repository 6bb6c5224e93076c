"""Remettre des documents : la porte d'abord, et jamais à la place de ce que l'équipe a retouché."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ess_analyse.cache import empreindre, ouvrir_magasin
from ess_analyse.cli.etape import lire_cle_etude
from ess_analyse.erreurs import Probleme, lever, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_ensemble
from ess_analyse.modele import Corpus
from ess_analyse.publication import verifier_publication

__all__ = ["remettre"]

_ECRITS = "documents"
"""La sorte, dans le magasin, des empreintes de ce qui a été remis."""


def remettre(
    etude: Etude,
    corpus: Corpus,
    segments: pd.DataFrame,
    dossier: Path,
    contenus: Mapping[str, bytes],
    autres: list[Probleme] | None = None,
    cle: pd.DataFrame | None = None,
    *,
    remplacer: bool,
) -> None:
    """Préparer des documents à côté, et ne les montrer que si rien de personnel n'en sort, ni rien ne s'en perd.

    Parameters
    ----------
    etude : Etude
        L'étude.
    corpus : Corpus
        Son corpus : ce qui y est restreint ne sort pas.
    segments : DataFrame
        Ses phrases.
    dossier : Path
        Où les documents sont remis.
    contenus : mapping of str to bytes
        Le nom de chaque document → ses octets.
    autres : list of Probleme, optional
        Ce qui, déjà, empêche de les remettre.
    cle : DataFrame, optional
        La clé, si elle est déjà lue.
    remplacer : bool
        Vrai pour remplacer aussi un document qui a été retouché.

    Raises
    ------
    ErreurDonnees
        Si la porte refuse un document, ou si celui qu'il remplacerait n'est plus tel qu'il a été écrit.
    """
    chemins = {dossier / nom: octets for nom, octets in contenus.items()}
    if not remplacer:
        lever(_trouver_retouches(etude, chemins))
    with tempfile.TemporaryDirectory() as provisoire:
        for nom, octets in contenus.items():
            (Path(provisoire) / nom).write_bytes(octets)
        problemes = verifier_publication(
            Path(provisoire),
            cle=lire_cle_etude(etude) if cle is None else cle,
            corpus=corpus,
            segments=segments,
            autres=autres or (),
        )
        lieux = relatif(Path(provisoire)), relatif(dossier)
        lever(replace(probleme, fichier=probleme.fichier.replace(*lieux)) for probleme in problemes)
    ecrire_ensemble(chemins)
    magasin = ouvrir_magasin(etude.racine)
    for chemin, octets in chemins.items():
        magasin.ranger(_ECRITS, _nommer(etude, chemin), empreindre(octets).encode())


def _trouver_retouches(etude: Etude, chemins: Mapping[Path, bytes]) -> list[Probleme]:
    """Lister les documents déjà là qui ne sont pas tels qu'ils ont été écrits : l'équipe y a mis du sien."""
    magasin = ouvrir_magasin(etude.racine)
    remede = "renommez-le pour le garder, ou ajoutez --remplacer"
    return [
        Probleme(relatif(chemin), 0, "ce document a pu être retouché : il n'est plus tel qu'écrit ici", remede=remede)
        for chemin, octets in chemins.items()
        if chemin.is_file()
        and (present := chemin.read_bytes()) != octets
        and magasin.prendre(_ECRITS, _nommer(etude, chemin)) != empreindre(present).encode()
    ]


def _nommer(etude: Etude, chemin: Path) -> str:
    """Nommer un document dans le magasin, où que l'étude soit rangée."""
    lieu, racine = chemin.resolve(), etude.racine.resolve()
    return empreindre((lieu.relative_to(racine) if lieu.is_relative_to(racine) else lieu).as_posix())
