"""Une étape faite : ce qu'elle a lu, ce qu'elle a écrit, ce qu'elle en a dit."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from ess_analyse.cache.empreintes import empreindre_arbre
from ess_analyse.cache.magasin import Magasin

__all__ = ["Jalon", "lire_jalon", "poser_jalon"]

_SORTE = "jalons"


class Jalon(NamedTuple):
    """Une étape faite, et le compte rendu qu'elle en a gardé."""

    etape: str
    bilan: Any


def lire_jalon(
    magasin: Magasin, etape: str, entrees: str | None, racine: Path, sorties: Iterable[Path]
) -> Jalon | None:
    """Retrouver une étape déjà faite, si ni ce qu'elle lit ni ce qu'elle a écrit n'a changé.

    Parameters
    ----------
    magasin : Magasin
        Celui de l'étude.
    etape : str
        Son nom (``suggerer``).
    entrees : str or None
        L'empreinte de tout ce qu'elle lit, programme et réglages compris ; rien pour ne demander que si ce qu'elle a
        écrit est intact.
    racine : Path
        Le dossier de l'étude.
    sorties : iterable of Path
        Les fichiers et les dossiers qu'elle écrit, pris entiers.

    Returns
    -------
    Jalon or None
        Rien si l'étape est à refaire.
    """
    octets = magasin.prendre(_SORTE, etape)
    if octets is None:
        return None
    garde = json.loads(octets)
    if entrees not in (None, garde.get("entrees")) or garde.get("sorties") != empreindre_arbre(racine, sorties):
        return None
    return Jalon(etape, garde.get("bilan"))


def poser_jalon(
    magasin: Magasin, etape: str, entrees: str, racine: Path, sorties: Iterable[Path], bilan: Any = None
) -> None:
    """Garder qu'une étape est faite.

    Parameters
    ----------
    magasin, etape, entrees, racine, sorties
        Comme pour :func:`lire_jalon`.
    bilan : anything JSON can write
        De quoi redire ce qu'elle a fait sans la refaire.
    """
    contenu = {"entrees": entrees, "sorties": empreindre_arbre(racine, sorties), "bilan": bilan}
    magasin.ranger(_SORTE, etape, json.dumps(contenu, ensure_ascii=False).encode())
