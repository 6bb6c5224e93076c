"""Faire suivre à chaque tour sa place dans l'enregistrement."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ess_analyse.corrections.deplacements import Etat
from ess_analyse.erreurs import relatif
from ess_analyse.fichiers import lire_table, table_en_octets
from ess_analyse.modele import MOTIF_PLACE, TEMPS, Place

__all__ = ["recaler_temps"]

_RAISON = "aucun tour ne dit plus ces mots"


def recaler_temps(etat: Etat, chemin: Path) -> bytes | None:
    """Écrire la table des temps, chaque ligne à la place qu'a maintenant son tour.

    Parameters
    ----------
    etat : Etat
        Complété au passage : ce qui n'a plus de tour est mis de côté, son temps dans la colonne du mémo.
    chemin : Path
        ``data/corpus/temps.csv``.

    Returns
    -------
    bytes or None
        Rien si la table ne change pas. Rien n'est demandé à la personne : un tour dont les mots ont changé garde son
        temps. Deux tours réunis ont le temps des deux.
    """
    table, nom = lire_table(chemin, TEMPS), relatif(chemin, etat.racine)
    lignes: dict[str, tuple[str, str]] = {}
    for segment, debut, fin in table.itertuples(index=False, name=None):
        arrivee = _arrivee(etat, segment.strip())
        if arrivee is None:
            etat.perdus.append((nom, segment, "", "", "", "", f"de {debut} à {fin} secondes", _RAISON))
            continue
        etat.sures[nom] += arrivee != segment
        lignes[arrivee] = _etendre(lignes.get(arrivee), (debut, fin))
    suivie = pd.DataFrame([(tour, *bornes) for tour, bornes in lignes.items()], columns=TEMPS, dtype="str")
    return None if suivie.equals(table.reset_index(drop=True)) else table_en_octets(suivie)


def _arrivee(etat: Etat, segment: str) -> str | None:
    trouve = MOTIF_PLACE.fullmatch(segment)
    if not trouve or trouve["entretien"] not in etat.choisis:
        return segment
    nom, debut, fin = trouve["entretien"], int(trouve["debut"]), int(trouve["fin"])
    tours = [(tour.debut, tour.fin) for tour in etat.corpus[nom].tours]
    if nom not in etat.anciens:
        return segment if (debut, fin) in tours else None
    place = etat.anciens[nom].suivre(debut, fin).place
    arrivee = next((tour for tour in tours if place and tour[0] <= place[0] < tour[1]), None)
    return arrivee and str(Place(nom, *arrivee))


def _etendre(une: tuple[str, str] | None, autre: tuple[str, str]) -> tuple[str, str]:
    if une is None:
        return autre

    def secondes(temps: str) -> float:
        return float(temps.replace(",", "."))

    return min(une[0], autre[0], key=secondes), max(une[1], autre[1], key=secondes)
