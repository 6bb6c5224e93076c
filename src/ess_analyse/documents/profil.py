"""Le profil d'une structure face au panel, d'après les seules cellules que le site publie.

Une part de phrases calculée sur tous les thèmes rendrait, par différence, la somme de ceux qui sont masqués. Les parts
ne portent donc que sur les thèmes montrés pour la structure, chez elle comme dans le panel : ce document ne dit rien
qui ne se recalcule avec les tables du site.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ess_analyse.documents.fonds import Fonds

__all__ = ["PRIORITES", "Part", "Profil", "dresser_profil"]

PRIORITES = 3
"""Ce dont une équipe peut se saisir en une réunion."""


@dataclass(frozen=True)
class Part:
    """La place d'un thème : les phrases de la structure, sa part chez elle et dans le panel, en pour cent."""

    code: str
    phrases: int
    part: float
    panel: float

    @property
    def ecart(self) -> float:
        """De combien de points la structure en parle plus que le panel."""
        return round(self.part - self.panel, 1)


@dataclass(frozen=True)
class Profil:
    """Le profil d'une structure.

    Attributes
    ----------
    parts : tuple of Part
        Les thèmes montrés, dans l'ordre de la grille.
    masques : tuple of str
        Ceux qui ne le sont pas : trop peu de documents les portent.
    """

    parts: tuple[Part, ...]
    masques: tuple[str, ...]

    def parts_de(self, famille: str) -> tuple[Part, ...]:
        """Garder les thèmes montrés d'une famille (``R`` ou ``O``)."""
        return tuple(part for part in self.parts if part.code.startswith(f"{famille}-"))

    @property
    def codes_prioritaires(self) -> tuple[str, ...]:
        """Les thèmes prioritaires, risques d'abord."""
        return tuple(part.code for famille in "RO" for part in self.priorites(famille))

    def priorites(self, famille: str) -> tuple[Part, ...]:
        """Choisir ce qui distingue la structure : les thèmes au-dessus du panel, les plus écartés d'abord.

        Parameters
        ----------
        famille : str
            ``R`` ou ``O``.

        Returns
        -------
        tuple of Part
            Au plus :data:`PRIORITES` ; vide si rien ne dépasse le panel.

        Examples
        --------
        >>> profil = Profil((Part("R-A", 9, 60.0, 70.0), Part("R-B", 5, 30.0, 20.0), Part("R-C", 0, 0.0, 10.0)), ())
        >>> [part.code for part in profil.priorites("R")]
        ['R-B']
        """
        choix = [part for part in self.parts_de(famille) if part.ecart > 0]
        return tuple(sorted(choix, key=lambda part: (-part.ecart, -part.phrases, part.code))[:PRIORITES])


def dresser_profil(fonds: Fonds, structure: str) -> Profil:
    """Comparer une structure au panel, thème par thème.

    Parameters
    ----------
    fonds : Fonds
        Ses tables ``codes`` et ``code_structure``, masquées.
    structure : str
        Son identifiant.

    Returns
    -------
    Profil
        Vide si aucun thème ne peut être montré.
    """
    themes = list(fonds.grille.ids("theme"))
    chez_elle = _colonne(fonds.tables.get("code_structure"), structure, themes)
    panel = _colonne(fonds.tables.get("codes"), "segments", themes)
    montres = [code for code in themes if pd.notna(chez_elle[code]) and pd.notna(panel[code])]
    totaux = [max(int(compte[montres].sum()), 1) for compte in (chez_elle, panel)]
    parts = tuple(
        Part(
            code,
            int(chez_elle[code]),
            *(round(100 * int(c[code]) / t, 1) for c, t in zip((chez_elle, panel), totaux, strict=True)),
        )
        for code in montres
    )
    if not any(part.phrases for part in parts):
        return Profil((), tuple(themes))
    return Profil(parts, tuple(code for code in themes if code not in montres))


def _colonne(table: pd.DataFrame | None, colonne: str, themes: list[str]) -> pd.Series:
    vide = pd.Series(pd.NA, index=themes, dtype="Int64")
    if table is None or colonne not in table:
        return vide
    return table.set_index("code")[colonne].reindex(themes).astype("Int64")
