"""Ce que l'équipe décide des paroles d'une structure, dans ``restitutions/S3/paroles.csv``.

La machine propose, une personne décide : aucune règle ne voit le fait que tous les collègues connaissent. Une parole
n'est imprimée que si sa ligne dit ``oui`` et qu'elle est encore candidate : ce qui est devenu restreint depuis ne sort
plus. On imprime la parole d'aujourd'hui, jamais les mots de la feuille.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ess_analyse.documents.fonds import Fonds
from ess_analyse.documents.paroles import PAR_THEME, lister_candidates
from ess_analyse.documents.profil import dresser_profil
from ess_analyse.erreurs import Probleme, lever, relatif
from ess_analyse.feuilles import empreinte, proteger
from ess_analyse.fichiers import lire_table

__all__ = ["PAROLES", "Tri", "proposer_paroles", "trier_paroles"]

PAROLES = ("code", "texte", "garder")
_OUI, _NON = "oui", "non"


@dataclass(frozen=True)
class Tri:
    """Ce que l'équipe a décidé des paroles candidates.

    Attributes
    ----------
    feuille : DataFrame
        La feuille à écrire : les candidates, puis ce qui a été décidé de paroles qui ne le sont plus.
    gardees : mapping of str to list of str
        Code → les paroles à imprimer.
    attendues, refusees, perimees : int
        Les candidates à décider, les candidates refusées, et les lignes décidées qui ne sont plus proposées.

    Examples
    --------
    >>> Tri().candidates
    0
    """

    feuille: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PAROLES, dtype="str"))
    gardees: Mapping[str, list[str]] = field(default_factory=dict)
    attendues: int = 0
    refusees: int = 0
    perimees: int = 0

    @property
    def candidates(self) -> int:
        """Le nombre de paroles proposées."""
        return len(self.feuille) - self.perimees


def proposer_paroles(fonds: Fonds, structure: str, noms: Collection[str] = ()) -> dict[str, list[str]]:
    """Proposer les paroles d'une structure qui illustrent ses priorités.

    Parameters
    ----------
    fonds : Fonds
        Ce que l'étude peut montrer.
    structure : str
        Une structure du panel.
    noms : collection of str
        Les pseudonymes de l'étude : une parole qui en contient un n'est pas proposée.

    Returns
    -------
    dict of str to list of str
        Code → paroles, comme :func:`ess_analyse.documents.paroles.lister_candidates`.
    """
    return lister_candidates(fonds, structure, dresser_profil(fonds, structure).codes_prioritaires, noms)


def trier_paroles(chemin: Path, candidates: Mapping[str, Sequence[str]]) -> Tri:
    """Rapprocher les paroles candidates de ce que l'équipe en a décidé.

    Parameters
    ----------
    chemin : Path
        ``restitutions/S3/paroles.csv`` ; il peut manquer.
    candidates : mapping of str to sequence of str
        Code → paroles.

    Returns
    -------
    Tri
        Une cellule remplie n'y est jamais perdue ; une ligne vide qui n'est plus candidate y est ôtée.

    Raises
    ------
    ErreurDonnees
        Si une décision n'est ni ``oui``, ni ``non``, ni vide, si une parole est décidée deux fois, ou si un thème garde
        plus de :data:`~ess_analyse.documents.paroles.PAR_THEME` paroles.

    Examples
    --------
    >>> tri = trier_paroles(Path("absent.csv"), {"R-CHARGE": ["Le soir, on recommence tout."]})
    >>> tri.gardees, tri.attendues, tri.feuille.iloc[0].to_list()
    ({}, 1, ['R-CHARGE', 'Le soir, on recommence tout.', ''])
    """
    table = lire_table(chemin, PAROLES) if chemin.is_file() else Tri().feuille
    decidees = table[table["garder"].str.strip() != ""]
    cles = [(ligne.code.strip(), empreinte(ligne.texte)) for ligne in decidees.itertuples()]
    proposees = {(code, empreinte(texte)): texte for code, textes in candidates.items() for texte in textes}
    lever(_fautes(relatif(chemin), decidees, cles, proposees))
    cellules = dict(zip(cles, decidees["garder"], strict=True))
    lignes = [(code, proteger(texte), cellules.get((code, cle), "")) for (code, cle), texte in proposees.items()]
    perimees = decidees[[cle not in proposees for cle in cles]]
    gardees = defaultdict(list)
    for (code, cle), texte in proposees.items():
        if _decision(cellules.get((code, cle), "")) == _OUI:
            gardees[code].append(texte)
    decisions = [_decision(garder) for *_, garder in lignes]
    return Tri(
        pd.concat([pd.DataFrame(lignes, columns=PAROLES, dtype="str"), perimees], ignore_index=True),
        dict(gardees),
        decisions.count(""),
        decisions.count(_NON),
        len(perimees),
    )


def _fautes(
    nom: str, decidees: pd.DataFrame, cles: list[tuple[str, str]], proposees: Mapping[tuple[str, str], str]
) -> Iterator[Probleme]:
    """Signaler ce qui n'est pas une décision, et ce que l'on ne peut imprimer sans risque."""
    premieres: dict[tuple[str, str], int] = {}
    oui: dict[str, int] = defaultdict(int)
    for cle, (ligne, garder) in zip(cles, decidees["garder"].items(), strict=True):
        decision = _decision(garder)
        if decision not in (_OUI, _NON):
            remede = "écrivez « oui » ou « non », ou laissez la cellule vide"
            yield Probleme(nom, ligne, "décision inconnue", garder, remede)
        if cle in proposees and premieres.setdefault(cle, ligne) != ligne:
            yield Probleme(nom, ligne, "parole décidée deux fois", remede=f"n'en gardez que la ligne {premieres[cle]}")
        elif cle in proposees and decision == _OUI:
            oui[cle[0]] += 1
            if oui[cle[0]] == PAR_THEME + 1:
                remede = f"gardez-en {PAR_THEME} au plus : davantage laisserait reconstituer un entretien"
                yield Probleme(nom, ligne, "trop de paroles gardées pour ce thème", cle[0], remede)


def _decision(cellule: str) -> str:
    return cellule.strip().casefold()
