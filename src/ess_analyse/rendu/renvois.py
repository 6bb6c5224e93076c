"""Numéroter figures, tableaux et sections d'une page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ess_analyse.rendu.noeuds import Noeud, parcourir

__all__ = ["Renvoi", "Renvois", "numeroter", "proches"]


class Renvoi(NamedTuple):
    """Ce à quoi on peut renvoyer ; ``numero`` est vide si la section n'est pas numérotée."""

    genre: str
    numero: str


@dataclass
class Renvois:
    """Les numéros d'une page.

    Attributes
    ----------
    cibles : dict of str to Renvoi
        Par étiquette (``fig-x``, ``tbl-x``, ``sec-x``).
    titres : dict of str to str
        Le numéro de chaque titre, par identifiant ; vide si les sections ne sont pas numérotées.
    """

    cibles: dict[str, Renvoi] = field(default_factory=dict)
    titres: dict[str, str] = field(default_factory=dict)


def numeroter(blocs: list[Noeud], sections: bool) -> Renvois:
    """Numéroter une page préparée.

    Parameters
    ----------
    blocs : list of dict
        Les blocs de la page, dans l'ordre.
    sections : bool
        Si les titres sont numérotés (``number-sections``).

    Returns
    -------
    Renvois
        Figures et tableaux comptés chacun de leur côté ; une figure dans une figure est « 1 (a) ».
    """
    renvois, compteur = Renvois(), _Compteur()
    titres = [noeud["c"] for noeud in parcourir(blocs) if noeud["t"] == "Header"]
    premier = min((niveau for niveau, _, _ in titres), default=1)
    dedans: dict[int, str] = {}
    for noeud in parcourir(blocs):
        if noeud["t"] == "Header":
            niveau, (identifiant, classes, _), _ = noeud["c"]
            numero = compteur.titre(niveau - premier) if sections and "unnumbered" not in classes else ""
            renvois.titres[identifiant] = numero
            if identifiant.startswith("sec-"):
                renvois.cibles.setdefault(identifiant, Renvoi("sec", numero))
            continue
        identifiant = _identifiant(noeud)
        genre = identifiant[:3]
        if genre not in ("fig", "tbl") or identifiant[3:4] != "-":
            continue
        numero = dedans.get(id(noeud)) or compteur.suivant(genre)
        renvois.cibles.setdefault(identifiant, Renvoi(genre, numero))
        if noeud["t"] == "Legende":
            internes = [autre for autre in parcourir(noeud["blocs"]) if _identifiant(autre).startswith(f"{genre}-")]
            dedans |= {id(autre): f"{numero}\u00a0({chr(97 + rang % 26)})" for rang, autre in enumerate(internes)}
    return renvois


def proches(etiquette: str, pages: Mapping[str, Iterable[str]]) -> str | None:
    """Trouver la page qui porte une étiquette absente de celle-ci."""
    return next((page for page, cibles in sorted(pages.items()) if etiquette in cibles), None)


class _Compteur:
    def __init__(self):
        self.rangs: dict[str, int] = {}
        self.sections: list[int] = []

    def suivant(self, genre: str) -> str:
        self.rangs[genre] = self.rangs.get(genre, 0) + 1
        return str(self.rangs[genre])

    def titre(self, profondeur: int) -> str:
        self.sections = [*self.sections, *[0] * (profondeur + 1)][: profondeur + 1]
        self.sections[profondeur] += 1
        return ".".join(map(str, self.sections))


def _identifiant(noeud: Noeud) -> str:
    if noeud["t"] in ("Figure", "Table"):
        return noeud["c"][0][0]
    return noeud["attr"][0] if noeud["t"] == "Legende" else ""
