"""Suivre des phrases d'un ancien texte à un nouveau, quand de l'ancien il ne reste qu'elles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ess_analyse.feuilles import empreinte

__all__ = ["Arrivee", "Phrase", "Suivi"]

_MOTS_SURS = 5
"""Mots à partir desquels une phrase que chaque texte n'a qu'une fois se reconnaît à elle seule. Mesuré sur la
démonstration : des 630 phrases plus courtes, 8 se répètent dans leur entretien ; des 2 102 autres, aucune."""

_FAUTES = 80
_PROCHE = 60
_LOINTAINE = 75
_PARTIE = 90
"""Ressemblances, sur 100, de rapidfuzz : à la même place, dans le même passage, ailleurs, et d'une phrase coupée ou
jointe. Elles ne décident que de ce qui est proposé à la personne, jamais d'un déplacement."""


class Phrase(NamedTuple):
    """Une phrase, et où elle était.

    Attributes
    ----------
    debut, fin : int
        Sa place, fin exclue.
    locuteur : str
        Qui la dit.
    texte : str
        Ses mots.
    """

    debut: int
    fin: int
    locuteur: str
    texte: str


class Arrivee(NamedTuple):
    """Où une place de l'ancien texte se retrouve.

    Attributes
    ----------
    place : tuple of (int, int) or None
        La nouvelle place ; rien si elle est perdue.
    raison : str
        Pourquoi une personne doit confirmer ; vide si c'est sûr.
    texte : str
        L'ancien texte, vide si aucune feuille ne l'a gardé.
    """

    place: tuple[int, int] | None
    raison: str
    texte: str


@dataclass(frozen=True)
class Suivi:
    """Où chaque phrase d'un ancien texte est arrivée dans le nouveau.

    Attributes
    ----------
    anciennes, nouvelles : tuple of Phrase
        Les phrases des deux textes, dans l'ordre ; il peut en manquer à l'ancien.
    rangs : tuple of (int or None)
        Pour chaque ancienne, le rang de la nouvelle.
    raisons : tuple of str
        Pour chaque ancienne, pourquoi son rang est à confirmer ; vide s'il est sûr.

    Examples
    --------
    >>> avant = [Phrase(6, 10, "Ana", "Oui."), Phrase(11, 39, "Ana", "On ressaisit tout le soir.")]
    >>> apres = [Phrase(6, 10, "Ana", "Oui."), Phrase(17, 21, "Ana", "Oui."), Phrase(22, 50, "Ana", avant[1].texte)]
    >>> suivi = Suivi.entre(avant, apres)
    >>> suivi.suivre(11, 39).place, suivi.suivre(6, 10).raison
    ((22, 50), 'phrase répétée')
    """

    anciennes: tuple[Phrase, ...]
    nouvelles: tuple[Phrase, ...]
    rangs: tuple[int | None, ...]
    raisons: tuple[str, ...]

    @classmethod
    def entre(cls, anciennes: Sequence[Phrase], nouvelles: Sequence[Phrase]) -> Suivi:
        """Retrouver des phrases.

        Une phrase d'au moins cinq mots que chaque texte n'a qu'une fois est reconnue d'abord, même déplacée. Entre
        deux phrases ainsi reconnues, les autres le sont si rien ne manque ni ne s'ajoute, aux fautes près : une phrase
        brève ou répétée (« Oui. ») ne l'est que par ce qui l'entoure. Le reste est proposé par ressemblance
        (rapidfuzz), à confirmer.

        Parameters
        ----------
        anciennes, nouvelles : sequence of Phrase
            Dans l'ordre des textes.

        Returns
        -------
        Suivi
            Une phrase n'est sûre que si ses mots sont les mêmes.
        """
        return _Recherche(anciennes, nouvelles).conclure()

    def suivre(self, debut: int, fin: int) -> Arrivee:
        """Retrouver une place, d'une ou de plusieurs phrases, ou d'une partie de phrase.

        Parameters
        ----------
        debut, fin : int
            Une tranche de l'ancien texte.

        Returns
        -------
        Arrivee
            Sûre si toutes ses phrases le sont et se suivent encore.
        """
        touchees = [rang for rang, une in enumerate(self.anciennes) if une.debut < fin and debut < une.fin]
        if not touchees:
            return Arrivee(None, "ancien texte inconnu", "")
        texte = " ".join(self.anciennes[rang].texte for rang in touchees)
        trouves = [self.rangs[rang] for rang in touchees if self.rangs[rang] is not None]
        if not trouves:
            return Arrivee(None, "phrase ôtée", texte)
        premiere, derniere = self.nouvelles[min(trouves)], self.nouvelles[max(trouves)]
        raison = next(filter(None, (self.raisons[rang] for rang in touchees)), "")
        if not raison and trouves != list(range(trouves[0], trouves[0] + len(touchees))):
            raison = "phrases qui ne se suivent plus"
        if not raison and not all(_se_suivent(*(self.anciennes[k] for k in paire)) for paire in pairwise(touchees)):
            raison = "ancien texte incomplet"
        a, b = premiere.debut, derniere.fin
        if not raison:
            a += max(0, debut - self.anciennes[touchees[0]].debut)
            b -= max(0, self.anciennes[touchees[-1]].fin - fin)
        return Arrivee((a, b), raison, texte) if a < b else Arrivee(None, "phrase ôtée", texte)


class _Recherche:
    def __init__(self, anciennes: Sequence[Phrase], nouvelles: Sequence[Phrase]):
        self.anciennes, self.nouvelles = tuple(anciennes), tuple(nouvelles)
        self.cles = [empreinte(phrase.texte) for phrase in anciennes]
        self.neuves = [empreinte(phrase.texte) for phrase in nouvelles]
        avant, apres = Counter(self.cles), Counter(self.neuves)
        rangs = {cle: rang for rang, cle in enumerate(self.neuves)}
        self.uniques = {
            rang: rangs[cle] for rang, cle in enumerate(self.cles) if avant[cle] == 1 and apres.get(cle) == 1
        }
        self.sures = {rang: vers for rang, vers in self.uniques.items() if len(self.cles[rang].split()) >= _MOTS_SURS}
        self.tenues = frozenset(self.sures.values())
        self.proposees: dict[int, tuple[int, str]] = {}

    def conclure(self) -> Suivi:
        trous = list(pairwise([(-1, -1), *_charpente(self.sures), (len(self.cles), len(self.neuves))]))
        for trou in trous:
            self._reconnaitre(*trou)
        for (a, vers_a), (b, vers_b) in trous:
            self._proposer(range(a + 1, b), range(vers_a + 1, vers_b))
        rangs = [self.sures.get(rang, self.proposees.get(rang, (None, ""))[0]) for rang in range(len(self.cles))]
        raisons = [
            "" if rang in self.sures else self.proposees.get(rang, (None, "phrase ôtée"))[1]
            for rang in range(len(self.cles))
        ]
        return Suivi(self.anciennes, self.nouvelles, tuple(rangs), tuple(raisons))

    def _reconnaitre(self, debut: tuple[int, int], fin: tuple[int, int]) -> None:
        """Reconnaître les phrases brèves ou répétées d'un passage, par ce qui les entoure."""
        avant, apres = range(debut[0] + 1, fin[0]), range(debut[1] + 1, fin[1])
        if not avant or not self._entier(debut[0], fin[0]):
            return
        if len(avant) == len(apres) and all(self._pareilles(*paire) for paire in zip(avant, apres, strict=True)):
            self.sures |= {
                rang: vers for rang, vers in zip(avant, apres, strict=True) if self.cles[rang] == self.neuves[vers]
            }
            return
        self.sures |= {rang: self.uniques[rang] for rang in avant if self.uniques.get(rang) in apres}

    def _entier(self, debut: int, fin: int) -> bool:
        """Dire si aucune phrase de l'ancien texte ne manque entre deux phrases connues."""
        if debut < 0 and not _ouvre(self.anciennes[0]):
            return False
        bornes = self.anciennes[max(debut, 0) : fin + 1]
        return all(_se_suivent(*paire) for paire in pairwise(bornes))

    def _pareilles(self, rang: int, vers: int) -> bool:
        from rapidfuzz import fuzz

        return self.cles[rang] == self.neuves[vers] or (
            rang not in self.sures
            and vers not in self.tenues
            and fuzz.ratio(self.cles[rang], self.neuves[vers]) >= _FAUTES
        )

    def _proposer(self, avant: range, apres: range) -> None:
        """Proposer une place à chaque phrase que rien de sûr ne retrouve."""
        if all(rang in self.sures for rang in avant):
            return
        prises = {*self.sures.values(), *(vers for vers, raison in self.proposees.values() if raison == _REPETEE)}
        for rang in avant:
            if rang in self.sures:
                continue
            identiques = [vers for vers in apres if self.neuves[vers] == self.cles[rang]]
            identiques += [vers for vers, cle in enumerate(self.neuves) if cle == self.cles[rang]]
            libre = next((vers for vers in identiques if vers not in prises), None)
            if libre is not None:
                prises.add(libre)
                self.proposees[rang] = (libre, _REPETEE)
            elif proche := self._plus_proche(self.cles[rang], apres, prises):
                self.proposees[rang] = proche

    def _plus_proche(self, cle: str, apres: range, prises: set[int]) -> tuple[int, str] | None:
        from rapidfuzz import fuzz, process

        ici = {vers: self.neuves[vers] for vers in apres if vers not in prises}
        partout = {vers: neuve for vers, neuve in enumerate(self.neuves) if vers not in prises}
        essais = ((fuzz.ratio, ici, _PROCHE), (_partie, ici, _PARTIE), (fuzz.ratio, partout, _LOINTAINE))
        for mesure, choix, seuil in essais:
            if trouve := process.extractOne(cle, choix, scorer=mesure, score_cutoff=seuil):
                return trouve[
                    2
                ], "phrase coupée ou jointe" if mesure is _partie else f"mots changés ({trouve[1]:.0f} %)"
        return None


_REPETEE = "phrase répétée"


def _partie(une: str, autre: str, **options: object) -> float:
    from rapidfuzz import fuzz

    # Two words are found in any sentence.
    breve = min(len(une.split()), len(autre.split())) < 3
    return 0 if breve else fuzz.partial_ratio(une, autre, score_cutoff=options.get("score_cutoff"))


def _charpente(sures: dict[int, int]) -> list[tuple[int, int]]:
    """Garder la plus longue suite de phrases reconnues qui n'ont pas changé d'ordre entre elles."""
    from rapidfuzz.distance import Indel

    anciens = list(sures)
    rangs, nouveaux = [sures[rang] for rang in anciens], sorted(sures.values())
    return [
        (anciens[pas.src_start + k], nouveaux[pas.dest_start + k])
        for pas in Indel.opcodes(rangs, nouveaux)
        if pas.tag == "equal"
        for k in range(pas.src_end - pas.src_start)
    ]


def _se_suivent(une: Phrase, autre: Phrase) -> bool:
    etiquette = f"{autre.locuteur} : " if autre.locuteur else ""
    return autre.debut - une.fin in (1, 2, 2 + len(etiquette))


def _ouvre(phrase: Phrase) -> bool:
    return phrase.debut <= len(f"{phrase.locuteur} : ")
