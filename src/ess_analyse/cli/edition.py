"""Écrire les pages et rendre le site : ce que « pages » et « site » font quand quelque chose a changé."""

from __future__ import annotations

from pathlib import Path

import ess_analyse as ess
from ess_analyse.cache import Magasin, lire_secret, ouvrir_magasin
from ess_analyse.cli.joints import joindre
from ess_analyse.cli.publication import verifier_sortie
from ess_analyse.corrections import sceller_preuves, textes_corriges
from ess_analyse.erreurs import lever
from ess_analyse.etude import Etude
from ess_analyse.pages.edition import preparer_edition
from ess_analyse.pages.matiere import rassembler
from ess_analyse.pages.textes import Textes, lire_textes
from ess_analyse.retrait import retraits_inacheves

__all__ = ["editer_pages", "editer_site"]


def editer_pages(etude: Etude, *, force: bool = False) -> list[Path]:
    """Écrire les pages ; rend les fichiers qui ont changé."""
    return _ecrire_pages(etude, _ouvrir_sur(etude, force=force), force=force)[0]


def editer_site(etude: Etude, moteur: str, *, force: bool = False) -> list[Path]:
    """Écrire les pages, rendre le site, le remplacer si la porte le laisse sortir ; rend les pages qui ont changé."""
    magasin = _ouvrir_sur(etude, force=force)
    ecrites, lus = _ecrire_pages(etude, magasin, force=force)
    ess.rendre_site(
        etude.racine, etude.site, moteur, lambda rendu: lever(verifier_sortie(etude, rendu, lus, magasin=magasin))
    )
    return ecrites


def _ouvrir_sur(etude: Etude, *, force: bool) -> Magasin | None:
    """Ouvrir le magasin de ce que nul autre n'a pu écrire ; rien s'il faut tout refaire, ou sans secret."""
    secret = None if force else lire_secret()
    return None if secret is None else ouvrir_magasin(etude.racine, secret)


def _ecrire_pages(etude: Etude, magasin: Magasin | None, *, force: bool) -> tuple[list[Path], Textes]:
    """Écrire les pages, et garder les mots de ce qu'elles citent ; refuser des preuves que leur texte a quittées.

    Rend ce qui a changé, et les textes lus.
    """
    lever(retraits_inacheves(etude))
    lus = lire_textes(etude, magasin)
    lever(textes_corriges(etude, lus[1]))
    edition = preparer_edition(etude, rassembler(etude, lus), magasin)
    ecrites = ess.ecrire_pages(etude, edition)
    sceller_preuves(etude, lus[1])
    return [*ecrites, *joindre(etude, edition, force=force)], lus
