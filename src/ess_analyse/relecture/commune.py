"""Ce que toute séance partage : une feuille, un entretien, des décisions une à une. Rien ici ne connaît le réseau."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.grille import Grille, lire_grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.relecture.affiche import Mots, Proposition
from ess_analyse.relecture.feuille import Etat, FeuilleOuverte, preparer_feuille
from ess_analyse.relecture.gestes import GESTES, appliquer
from ess_analyse.segments import segmenter

__all__ = ["SeanceCommune"]


class _Pas(NamedTuple):
    segment: str
    avant: Etat
    apres: Etat


class SeanceCommune(ABC):
    """Une personne décide, phrase après phrase : chaque décision est dans sa feuille avant que la suivante ne commence.

    Une séance précise dit quelles phrases demandent une décision, ce qui est mis en avant à côté de chacune, et dans
    quel ordre y aller.

    Parameters
    ----------
    etude : Etude
        L'étude.
    codeur : str
        Le nom de la feuille : ``data/codages/<codeur>.csv``, créée ou complétée.
    entretien : str, optional
        Le document à ouvrir ; par défaut, celui que la séance choisit.

    Raises
    ------
    ErreurDonnees
        Document inconnu, ou toutes les fautes de la feuille, de la grille ou du corpus.
    """

    def __init__(self, etude: Etude, codeur: str, entretien: str | None = None):
        self.codeur, self.etude = codeur, etude
        self.verrou = threading.RLock()
        self._chemin = etude.codages / f"{codeur}.csv"
        self._lire()
        self._ouvrir(self._choisir() if entretien is None else self._reconnaitre(entretien))

    @property
    @abstractmethod
    def mots(self) -> Mots:
        """Les mots de la page."""

    @abstractmethod
    def propositions(self, segment: str) -> list[Proposition]:
        """Rendre ce qui est mis en avant pour une phrase."""

    @abstractmethod
    def attente(self, segment: str) -> str:
        """Dire ce qu'une phrase sans décision attend ; rien si elle n'en demande pas."""

    @abstractmethod
    def prochaine_incertaine(self, apres: str | None = None) -> str | None:
        """Trouver la phrase où décider apprend le plus, autre que celle-ci ; rien s'il n'y en a plus."""

    @abstractmethod
    def _verifier(self) -> None:
        """Lever toutes les fautes de ce que la séance lit."""

    @abstractmethod
    def _demander(self) -> dict[str, list[str]]:
        """Rendre, par document, les phrases qui demandent une décision."""

    @abstractmethod
    def _choisir(self) -> str:
        """Choisir le document à ouvrir."""

    def _suggerer(self, segments: pd.DataFrame) -> pd.DataFrame | None:
        """Rendre ce que la machine propose de ces phrases ; rien si elle n'a pas la parole."""
        return None

    def _acquis(self, segment: str) -> tuple[str, ...]:
        """Rendre les codes que la première décision garde d'elle-même."""
        return ()

    @property
    def empreinte(self) -> str:
        """L'empreinte de la feuille telle que la séance la connaît."""
        return self._feuille.empreinte

    @property
    def annulable(self) -> bool:
        """S'il reste une décision à annuler."""
        return bool(self._faits)

    @property
    def retablissable(self) -> bool:
        """S'il reste une décision annulée à rétablir."""
        return bool(self._defaits)

    def etat(self, segment: str) -> Etat:
        """Rendre ce qui est décidé d'une phrase."""
        return self._feuille.etat(segment)

    def avancement(self) -> tuple[int, int]:
        """Dire combien de phrases de l'entretien sont décidées, et combien le demandent."""
        return self._compter(self._demandees.get(self.entretien, ()))

    def entretiens(self) -> list[dict]:
        """Dire, de chaque document (``nom``), combien de phrases sont ``lues``, sur le ``total`` qui le demande."""
        comptes = {nom: self._compter(phrases) for nom, phrases in self._demandees.items()}
        return [{"nom": nom, "lues": lues, "total": total} for nom, (lues, total) in comptes.items()]

    def depart(self) -> str:
        """Choisir la phrase par où commencer."""
        return self.prochaine_non_lue() or self._ordre[0]

    def ouvrir(self, entretien: str) -> None:
        """Passer à un autre document ; ce qui a été fait dans le précédent ne s'annule plus.

        Parameters
        ----------
        entretien : str
            Son nom.

        Raises
        ------
        ErreurDonnees
            Document inconnu, ou toutes les fautes de la feuille ; la séance reste alors où elle est.
        """
        with self.verrou:
            self._reprendre(entretien)

    def decider(self, geste: str, segment: str, valeur: str = "", *, empreinte: str) -> bool:
        """Prendre une décision et l'écrire.

        Parameters
        ----------
        geste : str
            ``accepter`` et ``ajouter`` posent le code ``valeur`` ; ``refuser`` l'ôte ; ``refuser-toutes`` ôte tout ce
            qui est proposé, sauf ce qui est acquis ; ``rien`` écrit ``-`` ; ``effacer`` remet la phrase en non lue ;
            ``memo`` note ``valeur``.
        segment : str
            La phrase.
        valeur : str
            Un code de la grille, ou le texte du mémo.
        empreinte : str
            L'empreinte que connaît la fenêtre qui décide.

        Returns
        -------
        bool
            Vrai si quelque chose a changé.

        Raises
        ------
        ErreurDonnees
            Geste, phrase ou code inconnu ; code qui n'est pas proposé ; grille ou texte changés depuis qu'ils ont été
            lus ; écriture impossible.
        Conflit
            Si la feuille a changé ailleurs ; rien n'est alors écrit.
        """
        with self.verrou:
            self._refuser_perimes()
            self._refuser_inconnus(geste, segment, valeur)
            avant = self.etat(segment)
            proposes = [lu.code for lu in self.propositions(segment)]
            apres = appliquer(geste, avant, valeur, proposes=proposes, acquis=self._acquis(segment))
            self._feuille.ecrire({segment: apres}, empreinte)
            if apres != avant:
                self._faits.append(_Pas(segment, avant, apres))
                self._defaits.clear()
            return apres != avant

    def annuler(self, *, empreinte: str) -> str | None:
        """Revenir sur la dernière décision, et rendre sa phrase ; rien s'il n'y en a plus."""
        return self._rejouer(self._faits, self._defaits, "avant", empreinte)

    def retablir(self, *, empreinte: str) -> str | None:
        """Refaire la dernière décision annulée, et rendre sa phrase ; rien s'il n'y en a plus."""
        return self._rejouer(self._defaits, self._faits, "apres", empreinte)

    def recharger(self) -> None:
        """Relire la feuille, la grille et le texte tels qu'ils sont ; une feuille disparue est d'abord remise.

        Raises
        ------
        ErreurDonnees
            Toutes ses fautes ; la séance garde alors ce qu'elle savait.
        """
        with self.verrou:
            self._reprendre(self.entretien)

    def prochaine_non_lue(self, apres: str | None = None) -> str | None:
        """Trouver la prochaine phrase à décider, en reprenant au début s'il le faut ; rien s'il n'en reste pas."""
        demandees = set(self._demandees.get(self.entretien, ()))
        debut = self._ordre.index(apres) + 1 if apres in self._ordre else 0
        tour = self._ordre[debut:] + self._ordre[:debut]
        return next((nom for nom in tour if nom in demandees and not self._feuille.est_lue(nom)), None)

    def _compter(self, phrases: Sequence[str]) -> tuple[int, int]:
        return sum(map(self._feuille.est_lue, phrases)), len(phrases)

    def _reconnaitre(self, entretien: str) -> str:
        if entretien not in self._demandees:
            remede = proposer(entretien, self._demandees)
            lever([Probleme(relatif(self.etude.documents), 0, "document inconnu ou vide", entretien, remede)])
        return entretien

    def _lire(self) -> None:
        # The marks first: a file that changes while it is read then counts as changed.
        self._marque_grille = _marquer(self.etude.grille)
        self._marques_textes = {texte: _marquer(texte) for texte in sorted(self.etude.corpus.glob("*.txt"))}
        self.grille: Grille = lire_grille(self.etude.grille)
        self._tous = segmenter(lire_corpus(self.etude.corpus))
        self._verifier()
        self._demandees = self._demander()

    def _reprendre(self, entretien: str) -> None:
        self._feuille.restaurer()
        avant = dict(vars(self))
        try:
            self._lire()
            if entretien != self.entretien or entretien not in set(self._tous["entretien"]):
                self._reconnaitre(entretien)
            self._ouvrir(entretien)
        except BaseException:
            vars(self).update(avant)
            raise

    def _ouvrir(self, entretien: str) -> None:
        segments = self._tous[self._tous["entretien"] == entretien].reset_index(drop=True)
        suggestions = self._suggerer(segments)
        preparer_feuille(self._chemin, segments, suggestions)
        self._feuille = FeuilleOuverte(self._chemin)
        self.entretien, self.segments, self.suggestions = entretien, segments, suggestions
        self._ordre = list(segments["segment"])
        # Undoing across another hand's changes would overwrite them.
        self._faits: list[_Pas] = []
        self._defaits: list[_Pas] = []

    def _refuser_perimes(self) -> None:
        recharger = "rechargez l'entretien (bouton « Ouvrir »)"
        if _marquer(self.etude.grille) != self._marque_grille:
            lever([Probleme(relatif(self.etude.grille), 0, "la grille a changé", remede=recharger)])
        texte = self.etude.corpus / f"{self.entretien}.txt"
        if _marquer(texte) != self._marques_textes.get(texte):
            remede = f"lancez « ess-analyse recaler », puis {recharger}"
            lever([Probleme(relatif(texte), 0, "le texte de l'entretien a changé", remede=remede)])

    def _refuser_inconnus(self, geste: str, segment: str, valeur: str) -> None:
        nom = relatif(self._chemin)
        problemes = []
        if geste not in GESTES:
            problemes.append(Probleme(nom, 0, "geste inconnu", geste, proposer(geste, GESTES)))
        if segment not in self._ordre:
            problemes.append(Probleme(nom, 0, "phrase absente de cet entretien", segment))
        elif geste == "accepter" and valeur not in (lu.code for lu in self.propositions(segment)):
            problemes.append(Probleme(segment, 0, "code qui n'est pas proposé ici", valeur, "ajoutez-le"))
        elif geste == "ajouter" and valeur not in self.grille:
            problemes.append(Probleme(segment, 0, "code inconnu", valeur, proposer(valeur, self.grille.ids())))
        lever(problemes)

    def _rejouer(self, prise: list[_Pas], remise: list[_Pas], cote: str, empreinte: str) -> str | None:
        with self.verrou:
            if not prise:
                return None
            self._refuser_perimes()
            pas = prise[-1]
            self._feuille.ecrire({pas.segment: getattr(pas, cote)}, empreinte)
            remise.append(prise.pop())
            return pas.segment


def _marquer(fichier: Path) -> str:
    """Rendre l'empreinte d'un fichier ; rien s'il ne se lit pas."""
    try:
        return sha256(fichier.read_bytes()).hexdigest()
    except OSError:
        return ""
