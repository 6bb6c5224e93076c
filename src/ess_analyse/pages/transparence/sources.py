"""Ce dont les constats sont tirés : l'étude, ses tables publiées, ses citations publiées."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ess_analyse.modele import est_une_parole
from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.transparence.effectifs import Effectifs
from ess_analyse.pages.verbatims import Verbatim

__all__ = ["Constat", "Sources"]


@dataclass(frozen=True)
class Constat:
    """Ce que l'étude montre d'elle-même sur un point.

    Attributes
    ----------
    texte : str
        En une ou deux phrases, nombres compris.
    liens : tuple of (str, str)
        Nom et adresse, depuis ``rapports/``, de ce qui le montre.
    suffit : bool
        Faux si ce qui est montré ne répond pas au point : un nombre trop petit pour être publié, par exemple.
    """

    texte: str
    liens: tuple[tuple[str, str], ...] = ()
    suffit: bool = True


@dataclass(frozen=True, eq=False)
class Sources:
    """L'étude, telle que les constats la lisent.

    Attributes
    ----------
    matiere : Matiere
        L'étude.
    tables : mapping of str to DataFrame
        Les tables publiées, déjà masquées.
    verbatims : list of Verbatim
        Les citations publiées.
    effectifs : Effectifs
        Le seuil sous lequel un effectif ne s'écrit pas.
    """

    matiere: Matiere
    tables: Mapping[str, pd.DataFrame]
    verbatims: list[Verbatim]
    effectifs: Effectifs

    @cached_property
    def types(self) -> dict[str, int]:
        """Combien de documents de chaque type."""
        return self.matiere.documents["type"].value_counts().to_dict()

    @cached_property
    def types_montrables(self) -> bool:
        """Vrai si chacun de ces nombres peut s'écrire : sinon le total ferait deviner celui qui ne le peut pas."""
        return self.effectifs.montrables(*self.types.values())

    @cached_property
    def interroges(self) -> set[str]:
        """Les noms, pseudonymisés, de celles et ceux qui répondent dans les entretiens."""
        entretiens = set(self.entretiens)
        noms = {tour.locuteur for un in self.matiere.corpus if un.identifiant in entretiens for tour in un.tours}
        return {nom for nom in noms if nom and est_une_parole(nom)}

    @cached_property
    def entretiens(self) -> list[str]:
        """Les documents qui sont des entretiens."""
        documents = self.matiere.documents
        return documents.loc[documents["type"] == "entretien", "entretien"].tolist()

    @cached_property
    def segments_publics(self) -> pd.DataFrame:
        """Les phrases publiques : ce qui est restreint n'est compté dans aucun tableau de codes."""
        segments = self.matiere.segments
        return segments[self.matiere.corpus.sont_publics(segments["segment"])]

    @cached_property
    def codages_publics(self) -> pd.DataFrame:
        """Un avis par phrase publique lue."""
        consolide = self.matiere.consolide
        return consolide[consolide["segment"].isin(self.segments_publics["segment"])]

    @cached_property
    def lus(self) -> int:
        """Combien de documents ont au moins une phrase publique lue."""
        publics = self.segments_publics
        return publics.loc[publics["segment"].isin(self.codages_publics["segment"]), "entretien"].nunique()
