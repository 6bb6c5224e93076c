"""Un corpus : des entretiens, la table qui les décrit, ce qu'on peut en citer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ess_analyse.modele.entretiens import Entretien
from ess_analyse.modele.places import Place
from ess_analyse.modele.tables import DOCUMENTS, verifier_colonnes

__all__ = ["Corpus"]


@dataclass(frozen=True, eq=False)
class Corpus:
    """Des entretiens et la table qui les décrit.

    Parameters
    ----------
    entretiens : tuple of Entretien
        Dans l'ordre de la table.
    documents : DataFrame
        Colonnes ``entretien, type, structure, fonction, date, diffusion``, une ligne par entretien, même ordre.
    diffusions : tuple of (Place, str)
        Les passages dont la diffusion n'est pas celle de leur document.

    Raises
    ------
    ValueError
        Si la table et les entretiens ne disent pas la même chose, ou si un identifiant sert deux fois.
    """

    entretiens: tuple[Entretien, ...]
    documents: pd.DataFrame
    diffusions: tuple[tuple[Place, str], ...] = ()

    def __post_init__(self):
        verifier_colonnes(self.documents, DOCUMENTS, "documents")
        if [entretien.identifiant for entretien in self.entretiens] != list(self.documents["entretien"]):
            raise ValueError("la table des documents et les entretiens ne se correspondent pas")
        for double in self.documents.loc[self.documents["entretien"].duplicated(), "entretien"]:
            raise ValueError(f"deux entretiens ont l'identifiant {double}")

    def __iter__(self) -> Iterator[Entretien]:
        return iter(self.entretiens)

    def __len__(self) -> int:
        return len(self.entretiens)

    def __getitem__(self, identifiant: str) -> Entretien:
        return self._index[identifiant]

    def __contains__(self, identifiant: str) -> bool:
        return identifiant in self._index

    def extrait(self, place: Place | str) -> str:
        """Rendre les mots d'une place.

        Parameters
        ----------
        place : Place or str
            Par exemple ``E01:71-95``.

        Returns
        -------
        str
            La tranche du texte.

        Raises
        ------
        KeyError
            Si l'entretien manque.
        ValueError
            Si la place sort du texte.
        """
        place = Place.lire(place) if isinstance(place, str) else place
        texte = self._index[place.entretien].texte
        if place.fin > len(texte):
            raise ValueError(f"{place} sort du texte, qui finit à {len(texte)}")
        return texte[place.debut : place.fin]

    def est_public(self, place: Place | str) -> bool:
        """Dire si les mots d'une place peuvent être cités.

        Parameters
        ----------
        place : Place or str
            Par exemple ``E01:71-95``.

        Returns
        -------
        bool
            Faux dès qu'un mot est dans un passage à diffusion restreinte ; sinon vrai si toute la place est dans un
            passage à diffusion publique, ou si le document est public.

        Raises
        ------
        KeyError
            Si l'entretien manque.
        """
        place = Place.lire(place) if isinstance(place, str) else place
        passages = self._passages.get(place.entretien, ())
        if any(choix == "restreinte" and p.debut < place.fin and place.debut < p.fin for p, choix in passages):
            return False
        return self._publics[place.entretien] or any(
            choix == "publique" and p.debut <= place.debut and place.fin <= p.fin for p, choix in passages
        )

    def sont_publics(self, places: pd.Series) -> pd.Series:
        """Dire de chaque place d'une colonne si ses mots peuvent être cités, comme :meth:`est_public`, mais d'un coup.

        Parameters
        ----------
        places : Series
            Des places, telles que la colonne ``segment`` les écrit.

        Returns
        -------
        Series
            Vrai ou faux, même index.

        Raises
        ------
        KeyError
            Si un entretien manque.
        """
        publics, passages = self._publics, self._passages
        reponses = [
            self.est_public(place) if (entretien := place.partition(":")[0]) in passages else publics[entretien]
            for place in places.tolist()
        ]
        return pd.Series(reponses, index=places.index, dtype="bool")

    @cached_property
    def _publics(self) -> dict[str, bool]:
        return dict(zip(self.documents["entretien"], self.documents["diffusion"] == "publique", strict=True))

    @cached_property
    def _passages(self) -> dict[str, list[tuple[Place, str]]]:
        passages: dict[str, list[tuple[Place, str]]] = {}
        for place, choix in self.diffusions:
            passages.setdefault(place.entretien, []).append((place, choix))
        return passages

    @cached_property
    def _index(self) -> dict[str, Entretien]:
        return {entretien.identifiant: entretien for entretien in self.entretiens}
