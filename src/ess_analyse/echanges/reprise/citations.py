"""Retrouver dans un document de l'étude ce qu'un autre logiciel y a codé."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from ess_analyse.corrections import Deplacement
from ess_analyse.echanges.projet import INCONNUE, Source
from ess_analyse.echanges.reprise.mots import TextePlie, plier_mots

__all__ = ["Absent", "Citations", "Effort", "Lieu"]

_MOTS_SURS = 5
"""Mots à partir desquels une citation est cherchée par ressemblance. Mesuré sur la démonstration : une phrase de trois
mots trouve son pareil à 90 sur 100 dans un entretien où elle n'est pas."""
_APPROCHEE = 85
"""Ressemblance exigée d'une citation de cinq mots ou plus, sur 100. Mesuré sur la démonstration : de 46 992 recherches
d'une phrase dans un entretien qui n'est pas le sien, 64 l'atteignent, et ce sont des formules (« Qu'est-ce que vous
avez fait ? ») ; de 495 phrases d'au moins douze mots dont un a été ôté, ajouté ou changé, 96 % la gardent."""
_CHANGEE = 60
"""Ressemblance qu'un passage suivi par ses voisins doit garder : un mot sur cinq devenu pseudonyme en laisse 70."""
_DEMESURE = 10
"""Fois que le texte d'une source peut contenir celui du document : l'alignement garde leur produit en mémoire."""
_EFFORT = 8_000_000_000
"""Signes d'une citation fois signes de son document, en tout : une minute environ. Mesuré : 20 ms pour huit mots dans
60 000 signes, soit trois mille citations comme celle-là."""
_LONGUE = 6_000
"""Signes d'une citation à partir desquels chaque comparaison coûte davantage : mesuré, trois fois plus à 13 000."""
_MEME, _SUIVI = "même place", "mêmes mots, suivis"


class Lieu(NamedTuple):
    """Où une citation est dans le document de l'étude.

    Attributes
    ----------
    debut, fin : int
        Une tranche de son texte.
    comment : str
        Comment elle a été retrouvée.
    """

    debut: int
    fin: int
    comment: str


class Absent(NamedTuple):
    """Pourquoi une citation n'est pas reprise.

    Attributes
    ----------
    raison : str
        Ce qui manque, sans point final.
    lieux : tuple of (int, int)
        Où elle pourrait être.
    """

    raison: str
    lieux: tuple[tuple[int, int], ...] = ()


class Effort:
    """Ce qu'une reprise peut dépenser à approcher des citations, tous documents ensemble."""

    def __init__(self):
        self._reste = _EFFORT

    def permet(self, citation: int, document: int) -> bool:
        """Compter une recherche, et dire si elle peut encore être faite.

        Parameters
        ----------
        citation, document : int
            Leurs longueurs, en signes.

        Returns
        -------
        bool
            Faux dès que tout est dépensé.
        """
        self._reste -= citation * document * (1 + citation // _LONGUE)
        return self._reste >= 0


class Citations:
    r"""Une source d'un autre logiciel, face au document de l'étude.

    Parameters
    ----------
    source : Source
        Son texte peut être vide, ou différer un peu.
    document : TextePlie
        Le texte du document.
    effort : Effort, optional
        Ce qui reste à dépenser, s'il est partagé avec d'autres documents.

    Examples
    --------
    >>> source = Source("E01", "Ana: On trie l'été.\nOn range.")
    >>> citations = Citations(source, TextePlie("Ana : On trie l’été.\n\nBob : On range."))
    >>> citations.situer(5, 19, ""), citations.situer(-1, -1, "on  RANGE").comment
    (Lieu(debut=6, fin=20, comment='mêmes mots, suivis'), 'mots retrouvés')
    """

    def __init__(self, source: Source, document: TextePlie, effort: Effort | None = None):
        self.source, self.document, self._effort = source, document, effort or Effort()

    def situer(self, debut: int, fin: int, texte: str) -> Lieu | Absent:
        """Retrouver une citation.

        Une position est suivie du texte de la source à celui du document (alignement mot à mot), et n'est gardée que
        si les mots y sont, ou s'y ressemblent. Sans position sûre, les mots cités sont cherchés : tels quels, puis
        aux blancs et à la typographie près, puis approchés s'il y en a cinq ou plus. Deux endroits possibles : aucun
        n'est pris.

        Parameters
        ----------
        debut, fin : int
            Sa place dans le texte de la source, ou ``INCONNUE``.
        texte : str
            Les mots cités, s'ils sont connus.

        Returns
        -------
        Lieu or Absent
            Où elle est, ou pourquoi on ne le sait pas.
        """
        if debut == INCONNUE:
            return self._chercher(texte)
        reference = self.source.texte or self.document.texte
        dit = reference[debut:fin] if 0 <= debut < fin <= len(reference) else ""
        # The quoted words are what the person has read: a position that says other words is wrong.
        if texte and plier_mots(texte) != plier_mots(dit):
            return self._chercher(texte)
        if not dit.strip():
            return Absent("position hors du texte" if not dit else "passage vide")
        if not self.source.texte:
            return self._rogner(debut, fin, _MEME) if texte else Absent("le fichier n'en donne ni le texte ni les mots")
        return self._suivre(debut, fin, dit)

    def _suivre(self, debut: int, fin: int, dit: str) -> Lieu | Absent:
        if self.source.texte == self.document.texte:
            return self._rogner(debut, fin, _MEME)
        if len(self.source.texte) > _DEMESURE * len(self.document.texte):
            return Absent("le texte de la source est démesuré à côté de celui du document")
        from rapidfuzz import fuzz

        place = self._deplacer(debut, fin)
        ici = self.document.texte[slice(*place)] if place else ""
        if not ici.strip():
            return Absent("ces mots ne sont plus dans le document")
        avant, apres = plier_mots(dit), plier_mots(ici)
        if avant == apres:
            return self._rogner(*place, _SUIVI)
        reste = fuzz.ratio(avant, apres)
        if reste < _CHANGEE:
            return Absent("les mots ont trop changé", (place,))
        return self._rogner(*place, f"mots changés ({reste:.0f} %)")

    def _chercher(self, texte: str) -> Lieu | Absent:
        mots = plier_mots(texte).split()
        if not mots:
            return Absent("citation sans aucun mot")
        trouves = self.document.chercher(texte)
        if len(trouves) == 1:
            return Lieu(*trouves[0], "mots retrouvés")
        if trouves:
            return Absent(f"ces mots y sont {len(trouves)} fois", tuple(trouves))
        if len(mots) < _MOTS_SURS:
            return Absent("ces mots n'y sont pas, et sont trop peu pour être approchés")
        if not self._effort.permet(len(texte), len(self.document.plie)):
            return Absent("trop de citations à approcher : corrigez leurs mots ou donnez leurs places")
        approches = self.document.approcher(texte, _APPROCHEE)
        if len(approches) == 1:
            (place, score), *_ = approches
            return Lieu(*place, f"mots approchés ({score:.0f} %)")
        if approches:
            return Absent("plusieurs passages y ressemblent", tuple(place for place, _ in approches))
        return Absent("ces mots n'y sont pas")

    def _rogner(self, debut: int, fin: int, comment: str) -> Lieu:
        """Ôter les blancs des bords, qu'une souris sélectionne sans le vouloir."""
        dit = self.document.texte[debut:fin]
        debut += len(dit) - len(dit.lstrip())
        return Lieu(debut, debut + len(dit.strip()), comment)

    @cached_property
    def _deplacer(self) -> Callable[[int, int], tuple[int, int] | None]:
        texte = self.source.texte
        suivi = Deplacement.entre(unicodedata.normalize("NFC", texte), self.document.texte)
        if unicodedata.is_normalized("NFC", texte):
            return suivi.suivre

        def composer(position: int) -> int:
            return len(unicodedata.normalize("NFC", texte[:position]))

        return lambda debut, fin: suivi.suivre(composer(debut), composer(fin))
