"""Une séance : une personne, un entretien, ses décisions une à une. Rien ici ne connaît le réseau."""

from __future__ import annotations

import threading
import unicodedata
from typing import NamedTuple

import pandas as pd

from ess_analyse.codages import lire_codages
from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.grille import Grille, lire_grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import CODAGES, RIEN, est_enqueteur
from ess_analyse.relire.feuille import Etat, FeuilleOuverte, preparer_feuille
from ess_analyse.segments import segmenter
from ess_analyse.suggestions import lire_suggestions, ordonner_lecture

__all__ = ["GESTES", "Proposition", "Seance"]

GESTES = ("accepter", "refuser", "refuser-toutes", "ajouter", "rien", "effacer", "memo")
"""Ce qu'une personne peut décider d'une phrase."""


class Proposition(NamedTuple):
    """Ce que la machine a montré d'une phrase, tel que la feuille le garde."""

    code: str
    score: str
    methode: str
    indice: str


class _Pas(NamedTuple):
    segment: str
    avant: Etat
    apres: Etat


class Seance:
    """Une personne relit un entretien : chaque décision est dans sa feuille avant que la suivante ne commence.

    Une phrase est lue dès qu'une décision y est prise. Ce que la machine a montré sans être accepté y est donc refusé,
    et la feuille suffit à tout retrouver après un arrêt brutal. Une phrase codée à l'aveugle le reste : ses
    suggestions ne sont pas montrées après coup, sans quoi elle ne servirait plus à mesurer l'accord.

    Parameters
    ----------
    etude : Etude
        L'étude.
    codeur : str
        Le nom de la feuille : ``data/codages/<codeur>.csv``, créée ou complétée.
    entretien : str, optional
        Le document à relire ; par défaut, le premier que la personne n'a pas fini, ceux de sa feuille d'abord.
    aveugle : bool
        Ne montrer aucune suggestion.

    Raises
    ------
    ErreurDonnees
        Document inconnu, ou toutes les fautes de la feuille, des suggestions, de la grille ou du corpus.
    """

    def __init__(self, etude: Etude, codeur: str, entretien: str | None = None, *, aveugle: bool = False):
        self.codeur, self.aveugle = codeur, aveugle
        self.grille: Grille = lire_grille(etude.grille)
        self.verrou = threading.RLock()
        self._chemin = etude.codages / f"{codeur}.csv"
        self._tous = segmenter(lire_corpus(etude.corpus))
        self._verifier()
        self.entretien = self._choisir(entretien, relatif(etude.documents))
        self.segments = self._tous[self._tous["entretien"] == self.entretien].reset_index(drop=True)
        self.suggestions = self._lire_suggestions(etude)
        self._ordre = list(self.segments["segment"])
        self._ouvrir()

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

    def propositions(self, segment: str) -> list[Proposition]:
        """Rendre ce que la machine montre d'une phrase, dimension par dimension ; rien si elle est lue à l'aveugle."""
        if self.aveugle:
            return []
        morceaux = (morceau.strip() for morceau in self._feuille.origine(segment).split("|"))
        lues = [Proposition(*morceau.split(":", 3)) for morceau in morceaux if morceau]
        dimensions = [dimension.id for dimension in self.grille.dimensions]
        connues = {code.id: dimensions.index(code.dimension) for code in self.grille}
        return sorted(lues, key=lambda lue: connues.get(lue.code, len(dimensions)))

    def avancement(self) -> tuple[int, int]:
        """Dire combien de phrases de l'entretien sont lues, et combien il y en a."""
        return sum(bool(self.etat(segment).codes) for segment in self._ordre), len(self._ordre)

    def decider(self, geste: str, segment: str, valeur: str = "", *, empreinte: str) -> bool:
        """Prendre une décision et l'écrire.

        Parameters
        ----------
        geste : str
            ``accepter`` et ``ajouter`` posent le code ``valeur`` ; ``refuser`` l'ôte ; ``refuser-toutes`` ôte tout ce
            que la machine montre ; ``rien`` écrit ``-`` ; ``effacer`` remet la phrase en non lue ; ``memo`` note
            ``valeur``.
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
            Geste, phrase ou code inconnu ; code que la machine ne propose pas ; écriture impossible.
        Conflit
            Si la feuille a changé ailleurs ; rien n'est alors écrit.
        """
        with self.verrou:
            self._refuser_inconnus(geste, segment, valeur)
            avant = self.etat(segment)
            apres = self._apres(geste, segment, valeur)
            self._feuille.ecrire(segment, apres, empreinte)
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
        """Relire la feuille telle qu'elle est maintenant ; une feuille disparue est d'abord remise.

        Raises
        ------
        ErreurDonnees
            Toutes ses fautes ; la séance garde alors ce qu'elle savait.
        """
        with self.verrou:
            self._feuille.restaurer()
            self._verifier()
            self._ouvrir()

    def prochaine_non_lue(self, apres: str | None = None) -> str | None:
        """Trouver la prochaine phrase non lue, en reprenant au début s'il le faut ; rien si tout est lu."""
        debut = self._ordre.index(apres) + 1 if apres in self._ordre else 0
        tour = self._ordre[debut:] + self._ordre[:debut]
        return next((segment for segment in tour if not self.etat(segment).codes), None)

    def prochaine_incertaine(self, apres: str | None = None) -> str | None:
        """Trouver la phrase non lue où la machine hésite le plus, autre que celle-ci ; rien en aveugle.

        L'ordre est celui de :func:`~ess_analyse.ordonner_lecture`, sans part au hasard ni phrase d'enquêteur.
        """
        if self.suggestions is None:
            return None
        lus = [(segment, self.codeur, RIEN, "") for segment in self._ordre if self.etat(segment).codes]
        ordre = ordonner_lecture(
            self.suggestions,
            self.segments[~self.segments["locuteur"].map(est_enqueteur).astype("bool")],
            pd.DataFrame(lus, columns=CODAGES, dtype="str"),
            part_au_hasard=0.0,
        )
        douteuses = ordre.loc[ordre["incertitude"] > 0, "segment"]
        return next((segment for segment in douteuses if segment != apres), None)

    def _ouvrir(self) -> None:
        preparer_feuille(self._chemin, self.segments, self.suggestions)
        self._feuille = FeuilleOuverte(self._chemin)
        # Undoing across another hand's changes would overwrite them.
        self._faits: list[_Pas] = []
        self._defaits: list[_Pas] = []

    def _verifier(self) -> None:
        if self._chemin.exists():
            lire_codages(self._chemin, self._tous, self.grille)

    def _choisir(self, entretien: str | None, documents: str) -> str:
        connus = list(dict.fromkeys(self._tous["entretien"]))
        if entretien is None:
            return self._premier_inacheve(connus)
        if entretien not in connus:
            lever([Probleme(documents, 0, "document inconnu ou vide", entretien, proposer(entretien, connus))])
        return entretien

    def _premier_inacheve(self, connus: list[str]) -> str:
        if not self._chemin.exists():
            return connus[0]
        siens = FeuilleOuverte(self._chemin)
        finis, presents = set(), set()
        for nom, phrases in self._tous.groupby("entretien", sort=False)["segment"]:
            etats = [siens.etat(segment).codes if segment in siens else None for segment in phrases]
            if any(codes is not None for codes in etats):
                presents.add(nom)
            if all(etats):
                finis.add(nom)
        restants = [nom for nom in connus if nom not in finis]
        return next((nom for nom in restants if nom in presents), next(iter(restants), connus[0]))

    def _lire_suggestions(self, etude: Etude) -> pd.DataFrame | None:
        if self.aveugle or not etude.suggestions.is_file():
            return None
        toutes = lire_suggestions(etude.suggestions, self._tous, self.grille)
        return toutes[toutes["segment"].isin(self.segments["segment"])].reset_index(drop=True)

    def _refuser_inconnus(self, geste: str, segment: str, valeur: str) -> None:
        nom = relatif(self._chemin)
        problemes = []
        if geste not in GESTES:
            problemes.append(Probleme(nom, 0, "geste inconnu", geste, proposer(geste, GESTES)))
        if segment not in self._ordre:
            problemes.append(Probleme(nom, 0, "phrase absente de cet entretien", segment))
        elif geste == "accepter" and valeur not in (lu.code for lu in self.propositions(segment)):
            problemes.append(Probleme(segment, 0, "code que la machine ne propose pas ici", valeur, "ajoutez-le"))
        elif geste == "ajouter" and valeur not in self.grille:
            problemes.append(Probleme(segment, 0, "code inconnu", valeur, proposer(valeur, self.grille.ids())))
        lever(problemes)

    def _apres(self, geste: str, segment: str, valeur: str) -> Etat:
        codes, memo = self.etat(segment)
        if geste == "memo":
            # Control characters and lone surrogates: a CSV file, or UTF-8, cannot hold them.
            texte = "".join(
                signe for signe in valeur if signe in "\n\t" or unicodedata.category(signe) not in ("Cc", "Cs")
            )
            return Etat(codes, unicodedata.normalize("NFC", texte).strip())
        if geste == "effacer":
            return Etat((), memo)
        if geste in ("accepter", "ajouter"):
            return Etat(tuple(dict.fromkeys([code for code in codes if code != RIEN] + [valeur])), memo)
        otes = {
            "refuser": {valeur},
            "refuser-toutes": {lu.code for lu in self.propositions(segment)},
            "rien": set(codes),
        }[geste]
        return Etat(tuple(code for code in codes if code not in otes) or (RIEN,), memo)

    def _rejouer(self, prise: list[_Pas], remise: list[_Pas], cote: str, empreinte: str) -> str | None:
        with self.verrou:
            if not prise:
                return None
            pas = prise[-1]
            self._feuille.ecrire(pas.segment, getattr(pas, cote), empreinte)
            remise.append(prise.pop())
            return pas.segment
