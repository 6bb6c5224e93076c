"""Tous les constats que l'étude sait faire d'elle-même, sous le nom que ``points.yml`` leur donne."""

from __future__ import annotations

from collections.abc import Callable

from ess_analyse.pages.transparence import codage, recueil, resultats
from ess_analyse.pages.transparence.sources import Constat, Sources

__all__ = ["CONSTATS"]

CONSTATS: dict[str, Callable[[Sources], Constat | None]] = {
    nom: getattr(module, nom) for module in (recueil, codage, resultats) for nom in module.__all__
}
