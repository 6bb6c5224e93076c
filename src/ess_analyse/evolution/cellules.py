"""Trouver dans un CSV où chaque cellule est écrite, pour n'en changer que quelques-unes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ess_analyse.erreurs import relatif
from ess_analyse.evolution.brut import Brut, Retouche
from ess_analyse.fichiers import analyser_table, trouver_separateur

__all__ = ["Cellule", "Rangee", "lire_rangees", "remplir"]


class Cellule(NamedTuple):
    """Une cellule : ce qu'elle dit, et la tranche du fichier où elle est écrite, guillemets compris."""

    valeur: str
    debut: int
    fin: int


class Rangee(NamedTuple):
    """Une rangée : sa première ligne dans le fichier, sa tranche jusqu'à la suivante, ses cellules."""

    ligne: int
    debut: int
    fin: int
    cellules: dict[str, Cellule]

    def lire(self, colonne: str) -> str:
        """Rendre ce que dit une cellule, rien si la colonne manque."""
        return self.cellules[colonne].valeur if colonne in self.cellules else ""


def lire_rangees(brut: Brut, colonnes: Sequence[str]) -> list[Rangee]:
    """Lire les rangées d'une table, avec leurs places.

    Parameters
    ----------
    brut : Brut
        Un CSV.
    colonnes : sequence of str
        Les colonnes exigées ; les autres sont lues aussi.

    Returns
    -------
    list of Rangee
        Sans l'en-tête ni les rangées vides.

    Raises
    ------
    ErreurDonnees
        Comme :func:`~ess_analyse.fichiers.analyser_table`.
    """
    lignes = [(ligne, lues) for ligne, lues in _lire_lignes(brut.texte) if any(lue.valeur.strip() for lue in lues)]
    noms = [cellule.valeur.strip() for cellule in lignes[0][1]]
    normal = unicodedata.normalize("NFC", re.sub(r"\r\n?", "\n", brut.texte))
    analyser_table(normal, relatif(brut.chemin), colonnes, [nom for nom in noms if nom not in colonnes])
    bornes = [cellules[0].debut for _, cellules in lignes] + [len(brut.texte)]
    return [
        Rangee(ligne, bornes[rang], bornes[rang + 1], dict(zip(noms, cellules, strict=True)))
        for rang, (ligne, cellules) in enumerate(lignes)
        if rang
    ]


def remplir(cellule: Cellule, valeur: str, texte: str) -> Retouche:
    """Changer ce que dit une cellule ; des codes n'ont jamais besoin de guillemets qu'elle n'aurait pas."""
    if texte.startswith('"', cellule.debut):
        valeur = '"' + valeur.replace('"', '""') + '"'
    return Retouche(cellule.debut, cellule.fin, valeur)


def _lire_lignes(texte: str) -> Iterator[tuple[int, list[Cellule]]]:
    """Découper comme le module csv, que la table satisfait, mais sans perdre les places."""
    signes = re.escape(trouver_separateur(texte))
    motif = re.compile(
        rf'(?P<mots>"[^"]*(?:""[^"]*)*"(?=[{signes}\r\n]|\Z)|[^{signes}\r\n]*)(?P<suite>[{signes}]|\r\n?|\n|\Z)'
    )
    place, ligne, premiere, cellules = 0, 1, 1, []
    while place < len(texte) or cellules:
        trouve = motif.match(texte, place)
        mots, suite = trouve["mots"], trouve["suite"]
        nu = mots[1:-1].replace('""', '"') if mots.startswith('"') and mots != '"' else mots
        cellules.append(Cellule(unicodedata.normalize("NFC", nu), *trouve.span("mots")))
        ligne += trouve[0].count("\n") or trouve[0].count("\r")
        place = trouve.end()
        if suite[:1] not in ("\r", "\n", ""):
            continue
        yield premiere, cellules
        premiere, cellules = ligne, []
