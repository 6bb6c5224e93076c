"""Les diagrammes en barres : un dessin, et tout ce qu'il montre écrit en toutes lettres."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from ess_analyse.documents.ecriture import sans_controles

__all__ = ["Barre", "Barres", "dessiner"]

_POINTS_PAR_POUCE = 200
_SORTES = {"risque": "Risques", "opportunite": "Opportunités"}


@dataclass(frozen=True)
class Barre:
    """Une ligne du diagramme : son libellé, ``risque`` ou ``opportunite``, une valeur par série."""

    libelle: str
    sorte: str
    valeurs: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "libelle", sans_controles(self.libelle))


@dataclass(frozen=True)
class Barres:
    """Un diagramme en barres.

    Parameters
    ----------
    nom : str
        Le nom du fichier, sans extension.
    lignes : tuple of Barre
        Risques, puis opportunités.
    series : tuple of str
        Le nom de chaque valeur d'une ligne.
    unite : str
        Ce qui suit chaque nombre (`` %``), ou rien.
    """

    nom: str
    lignes: tuple[Barre, ...]
    series: tuple[str, ...]
    unite: str = ""

    @property
    def alternative(self) -> str:
        """Ce que le dessin montre, pour qui ne le voit pas.

        Examples
        --------
        >>> Barres("a", (Barre("Charge", "risque", (12.5, 8)),), ("vous", "panel"), " %").alternative
        'Diagramme en barres. Risques : Charge, vous 12,5 %, panel 8 %.'
        """
        phrases = []
        for sorte, nom in _SORTES.items():
            lignes = [
                f"{ligne.libelle}, "
                + ", ".join(self._dire(*paire) for paire in zip(self.series, ligne.valeurs, strict=True))
                for ligne in self.lignes
                if ligne.sorte == sorte
            ]
            phrases += [f"{nom} : {' ; '.join(lignes)}."] * bool(lignes)
        return " ".join(["Diagramme en barres.", *phrases])

    def ecrire(self, valeur: float) -> str:
        """Écrire une valeur à la française."""
        return (f"{valeur:.1f}".replace(".", ",") if isinstance(valeur, float) else str(valeur)) + self.unite

    def _dire(self, serie: str, valeur: float) -> str:
        return f"{serie} {self.ecrire(valeur)}" if len(self.series) > 1 else self.ecrire(valeur)


def dessiner(barres: Barres, forme: Literal["svg", "png"]) -> bytes:
    """Dessiner un diagramme.

    Parameters
    ----------
    barres : Barres
        Ce qu'il montre.
    forme : {"svg", "png"}
        Pour un PDF, ou pour un traitement de texte.

    Returns
    -------
    bytes
        Le dessin, toujours le même pour les mêmes valeurs.
    """
    import typst

    maximum = max([*(valeur for ligne in barres.lignes for valeur in ligne.valeurs), 1])
    donnees = {
        "series": barres.series if len(barres.series) > 1 else (),
        "groupes": [
            {
                "sorte": sorte,
                "titre": titre,
                "lignes": [
                    {
                        "libelle": ligne.libelle,
                        "valeurs": [
                            {"part": 100 * valeur / maximum, "texte": barres.ecrire(valeur)} for valeur in ligne.valeurs
                        ],
                    }
                    for ligne in barres.lignes
                    if ligne.sorte == sorte
                ],
            }
            for sorte, titre in _SORTES.items()
        ],
    }
    source = (files("ess_analyse.documents") / "gabarits/barres.typ").read_bytes()
    return typst.compile(
        source,
        format=forme,
        ppi=_POINTS_PAR_POUCE,
        ignore_system_fonts=True,
        sys_inputs={"donnees": json.dumps(donnees, ensure_ascii=False)},
    )
