"""La place d'un mot : la coordonnée qui relie tout."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["MOTIF_PLACE", "Place"]

MOTIF_PLACE = re.compile(r"(?P<entretien>[A-Za-z0-9][A-Za-z0-9_-]*):(?P<debut>\d+)-(?P<fin>\d+)")


class Place(NamedTuple):
    """Une place dans un entretien : ``(entretien, debut, fin)``, en points de code, fin exclue.

    Examples
    --------
    >>> Place.lire("E01:71-95")
    Place(entretien='E01', debut=71, fin=95)
    >>> str(Place("E01", 71, 95))
    'E01:71-95'
    """

    entretien: str
    debut: int
    fin: int

    def __str__(self) -> str:
        return f"{self.entretien}:{self.debut}-{self.fin}"

    @classmethod
    def lire(cls, segment: str) -> Place:
        """Lire l'identifiant d'un segment.

        Parameters
        ----------
        segment : str
            Par exemple ``E01:71-95``.

        Returns
        -------
        Place
            La même place, en nombres.

        Raises
        ------
        ValueError
            Si ce n'est pas un identifiant de segment.
        """
        trouve = MOTIF_PLACE.fullmatch(segment)
        if not trouve or int(trouve["debut"]) >= int(trouve["fin"]):
            raise ValueError(f"« {segment} » n'est pas une place ; écrivez par exemple E01:71-95")
        return cls(trouve["entretien"], int(trouve["debut"]), int(trouve["fin"]))
