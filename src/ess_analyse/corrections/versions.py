"""Retrouver dans les feuilles de codage l'ancien texte d'un entretien corrigé."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ess_analyse.corrections.attente import Attente
from ess_analyse.corrections.suivi import Arrivee, Phrase, Suivi
from ess_analyse.feuilles import Reperes, empreinte
from ess_analyse.modele import Place

__all__ = ["Anciens", "lire_anciens"]


@dataclass(frozen=True)
class Anciens:
    """Ce que les feuilles savent de l'ancien texte d'un entretien.

    Attributes
    ----------
    suivis : tuple of Suivi
        Un par état ancien du texte : un seul si toutes les feuilles datent du même.
    lignes : dict
        (feuille, ligne) → (suivi, rang) des lignes écrites d'après un état ancien.
    actuelles : frozenset of (int, int)
        Les places que des feuilles écrites depuis la correction disent déjà : elles y sont sûres.
    """

    suivis: tuple[Suivi, ...]
    lignes: dict[tuple[Path, int], tuple[int, int]]
    actuelles: frozenset[tuple[int, int]]

    def arrivee(self, feuille: Path, ligne: int) -> tuple[Suivi, int] | None:
        """Retrouver une ligne de feuille : son suivi et son rang, ou rien si elle est à jour."""
        trouvee = self.lignes.get((feuille, ligne))
        return None if trouvee is None else (self.suivis[trouvee[0]], trouvee[1])

    def suivre(self, debut: int, fin: int) -> Arrivee:
        """Retrouver une place qu'un récit ou une table cite sans redire ses mots."""
        arrivees = list(dict.fromkeys(suivi.suivre(debut, fin) for suivi in self.suivis))
        connues = [arrivee for arrivee in arrivees if arrivee.texte] or arrivees
        premiere = next((arrivee for arrivee in connues if arrivee.place), connues[0])
        recente = (debut, fin) in self.actuelles and premiere.place != (debut, fin)
        if recente or len({arrivee.place for arrivee in connues}) > 1:
            return premiere._replace(raison=premiere.raison or "les feuilles ne disent pas toutes la même phrase ici")
        return premiere


def lire_anciens(
    entretien: str,
    feuilles: Mapping[Path, pd.DataFrame],
    reperes: Reperes,
    nouvelles: tuple[Phrase, ...],
    attendues: Mapping[tuple[str, str], Attente],
) -> Anciens | None:
    """Retrouver l'ancien texte d'un entretien.

    Parameters
    ----------
    entretien : str
        Par exemple ``E03``.
    feuilles : mapping of Path to DataFrame
        Les lignes de cet entretien dans chaque feuille.
    reperes : Reperes
        Le corpus d'aujourd'hui.
    nouvelles : tuple of Phrase
        Les phrases d'aujourd'hui de cet entretien.
    attendues : mapping
        (ancienne place, empreinte) → ce qui attend déjà une décision : ces lignes valent pour leur place proposée.

    Returns
    -------
    Anciens or None
        Rien si toutes les feuilles disent le texte d'aujourd'hui.
    """
    etats: list[dict[tuple[int, int], Phrase]] = []
    origines: list[tuple[Path, dict[int, Phrase], int]] = []
    actuelles: set[tuple[int, int]] = set()
    for chemin, table in feuilles.items():
        jour, decalees = _partager(entretien, table, reperes, attendues)
        if not decalees:
            actuelles |= {phrase[:2] for phrase in jour.values()}
            continue
        ancien = _ajouter_inchangees(jour, decalees)
        actuelles |= {phrase[:2] for ligne, phrase in jour.items() if ligne not in ancien}
        places = {phrase[:2]: phrase for phrase in ancien.values()}
        rang = next((rang for rang, etat in enumerate(etats) if _compatibles(etat, places)), len(etats))
        etats[rang:] = [{**(etats[rang] if rang < len(etats) else {}), **places}, *etats[rang + 1 :]]
        origines.append((chemin, ancien, rang))
    if not etats:
        return None
    tries = [sorted(etat.values()) for etat in etats]
    suivis = tuple(Suivi.entre(etat, nouvelles) for etat in tries)
    rangs = [{phrase[:2]: k for k, phrase in enumerate(etat)} for etat in tries]
    lignes = {
        (chemin, ligne): (etat, rangs[etat][phrase[:2]])
        for chemin, ancien, etat in origines
        for ligne, phrase in ancien.items()
    }
    return Anciens(suivis, lignes, frozenset(actuelles))


def _partager(
    entretien: str, table: pd.DataFrame, reperes: Reperes, attendues: Mapping[tuple[str, str], Attente]
) -> tuple[dict[int, Phrase], dict[int, Phrase]]:
    """Séparer les lignes que le corpus redit à leur place de celles qu'il ne redit pas."""
    jour, decalees = {}, {}
    for ligne, segment, locuteur, texte in zip(
        table.index, table["segment"], table["locuteur"], table["texte"], strict=True
    ):
        segment = segment.strip()
        if attendue := attendues.get((segment, empreinte(texte))):
            segment, texte = attendue.vers, attendue.nouveau
        try:
            place = Place.lire(segment)
        except ValueError:
            continue
        if place.entretien == entretien:
            recoit = jour if reperes.reconnait(segment, texte) else decalees
            recoit[ligne] = Phrase(place.debut, place.fin, locuteur, texte.removeprefix("'"))
    return jour, decalees


def _ajouter_inchangees(jour: Mapping[int, Phrase], decalees: Mapping[int, Phrase]) -> dict[int, Phrase]:
    """Rendre aux lignes décalées leurs voisines de l'ancien texte.

    Une feuille refaite depuis la correction mêle les deux états : seules ses lignes d'avant la première décalée sont
    sûrement des deux.
    """
    croisees = _se_croisent(jour.values(), decalees.values())
    limite = min(phrase.debut for phrase in decalees.values())
    voisines = {ligne: phrase for ligne, phrase in jour.items() if not croisees or phrase.fin <= limite}
    return voisines | dict(decalees)


def _se_croisent(unes: Iterable[Phrase], autres: Iterable[Phrase]) -> bool:
    fin, precedente = -1, None
    for phrase, cote in sorted([*((une, 0) for une in unes), *((autre, 1) for autre in autres)]):
        if phrase.debut < fin and cote != precedente:
            return True
        if phrase.fin > fin:
            fin, precedente = phrase.fin, cote
    return False


def _compatibles(etat: Mapping[tuple[int, int], Phrase], places: Mapping[tuple[int, int], Phrase]) -> bool:
    """Dire si deux feuilles peuvent dater du même état du texte."""
    communes = etat.keys() & places.keys()
    if any(empreinte(etat[place].texte) != empreinte(places[place].texte) for place in communes):
        return False
    seules = [places[place] for place in places.keys() - communes]
    return bool(communes) and not _se_croisent(etat.values(), seules)
