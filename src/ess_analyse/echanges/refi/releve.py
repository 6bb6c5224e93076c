"""Mettre en lignes les codages d'un projet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from ess_analyse.echanges.graduations import memes_mots, presser
from ess_analyse.echanges.projet import INCONNUE, REPRISES
from ess_analyse.echanges.refi.codes import Livre
from ess_analyse.echanges.refi.constats import Constats
from ess_analyse.echanges.refi.conventions import comprendre, trouver_origine
from ess_analyse.echanges.refi.passages import Document, Passage
from ess_analyse.echanges.refi.positions import Regle, Texte
from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.modele import RIEN

__all__ = ["Releve"]

_COLONNES = (*REPRISES, "origine")
_SIGNES = 100_000_000
"""Signes des citations et des mémos d'un projet : cent heures de parole codées vingt fois en font moins."""
_CITATION = 12
"""Signes d'un nom à partir desquels il peut être une citation entière : plus court, ce peut être une étiquette."""
_ECART = 0.1
"""Part de sa longueur dont une citation entière peut différer de son passage : des signes y comptent pour deux."""
_FOUILLES = 500_000_000
"""Signes des textes où chercher des citations, en tout : dix secondes au plus."""


class Releve:
    """Relever les codages d'un projet, en comptant ceux qui ne peuvent pas l'être.

    Parameters
    ----------
    livre : Livre
        Ses codes.
    personnes, notes : mapping of str to str
        Le nom de chaque personne et le texte de chaque note, par GUID.
    cas : collection of str
        Les GUID de ses cas, que certains programmes codent comme des thèmes.
    constats : Constats
        Où compter ce qui n'est pas repris.

    Attributes
    ----------
    notes_lues : set of str
        Les notes qui tiennent à un passage relevé.
    """

    def __init__(
        self,
        livre: Livre,
        personnes: Mapping[str, str],
        notes: Mapping[str, str],
        cas: Collection[str],
        constats: Constats,
    ):
        self._livre, self._personnes, self._notes, self._cas = livre, personnes, notes, cas
        self._constats, self._signes, self._fouilles = constats, 0, 0
        self._lignes: list[tuple] = []
        self.notes_lues: set[str] = set()

    def relever(self, nom: str, document: Document, regle: Regle) -> None:
        """Relever les passages d'un document, dans l'ordre des places, puis des codeurs et des codes."""
        texte, lignes = document.texte.propre, {}
        for passage in document.passages:
            debut, fin = (document.texte.convertir(place, regle) for place in (passage.debut, passage.fin))
            dedans = passage.debut >= 0 and debut < fin <= len(texte)
            self._ajouter(fin - debut if dedans else 0)
            mots = texte[debut:fin] if dedans else ""
            if self._cite_ailleurs(passage, mots, document.texte):
                self._constats.compter("ailleurs")
                debut, fin, mots = INCONNUE, INCONNUE, passage.citation
                self._ajouter(len(mots))
            elif not dedans:
                self._constats.compter("hors")
                continue
            for codeur, code, memo, date, origine in self._lire_codages(passage):
                self._ajouter(len(memo))
                ligne = (nom, debut, fin, mots, codeur, code, memo, date, origine)
                self._constats.compter("double", int(ligne in lignes))
                lignes[ligne] = None
        self._lignes += sorted(lignes, key=lambda ligne: (ligne[1], ligne[2], ligne[4], ligne[5]))

    def en_table(self) -> pd.DataFrame:
        """Rendre les codages relevés."""
        types = {nom: "int64" if nom in ("debut", "fin") else "str" for nom in _COLONNES}
        return pd.DataFrame(self._lignes, columns=list(_COLONNES)).astype(types)

    def _lire_codages(self, passage: Passage) -> Iterator[tuple[str, str, str, str, str]]:
        origines, reste = comprendre(passage.description)
        notes = self._reunir(passage.notes)
        # Our own descriptions say the note again, for programs that show no notes.
        commun = _joindre("" if reste.strip() == notes else reste.strip(), notes)
        poses = [pose for pose in passage.codages if self._est_repris(pose.code)]
        # A memo outlives the codes that could not be taken: it still belongs to these words.
        for pose in poses or [passage.codages[0]._replace(code="")]:
            memo = _joindre(commun, self._reunir(pose.notes))
            code = self._livre.designations.get(pose.code, "")
            if not code and not memo:
                self._constats.compter("vide", int(not any(autre.code for autre in passage.codages)))
                continue
            self._constats.compter("anonyme", int(bool(pose.codeur) and pose.codeur not in self._personnes))
            nom = code if code == RIEN else self._livre.noms.get(pose.code, "")
            origine = trouver_origine(origines, nom) if code else ""
            yield self._personnes.get(pose.codeur, ""), code, memo, pose.date, origine

    def _cite_ailleurs(self, passage: Passage, mots: str, texte: Texte) -> bool:
        """Dire si un passage a pour nom une citation entière que le texte a bien, mais pas à sa place."""
        nom = passage.citation
        ecart = abs(len(nom) - (passage.fin - passage.debut))
        if len(nom) < _CITATION or ecart > _ECART * len(nom) or memes_mots(nom, mots):
            return False
        self._fouilles += len(texte.propre)
        return self._fouilles <= _FOUILLES and presser(nom) in texte.presse

    def _est_repris(self, code: str) -> bool:
        if code and code not in self._livre.designations:
            self._constats.compter("cas" if code in self._cas else "pendant")
            return False
        return bool(code)

    def _reunir(self, guids: tuple[str, ...]) -> str:
        lues = [guid for guid in dict.fromkeys(guids) if guid in self._notes]
        self.notes_lues.update(lues)
        return _joindre(*dict.fromkeys(self._notes[guid] for guid in lues))

    def _ajouter(self, signes: int) -> None:
        self._signes += signes
        if self._signes > _SIGNES:
            raise IllisibleError("projet démesuré : ses passages se recouvrent trop", "vérifiez d'où il vient")


def _joindre(*memos: str) -> str:
    return "\n\n".join(filter(None, memos))
