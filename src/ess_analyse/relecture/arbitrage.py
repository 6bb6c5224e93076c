"""Arbitrer : les phrases où les codeurs se séparent, ce que chacun en a dit, la décision de l'équipe."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ess_analyse.accord import classer_desaccords, lister_lecteurs
from ess_analyse.codages import ARBITRAGE, lire_codages, lire_memos
from ess_analyse.erreurs import Probleme, lever, relatif
from ess_analyse.etude import Etude
from ess_analyse.grille import Grille
from ess_analyse.modele import RIEN
from ess_analyse.relecture.affiche import Mots, Proposition
from ess_analyse.relecture.commune import SeanceCommune
from ess_analyse.relecture.feuille import montrer_memo

__all__ = ["Arbitrage", "Avis"]


@dataclass(frozen=True, eq=False)
class Avis:
    """Ce que les codeurs ont dit de chaque phrase.

    Attributes
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine`` ; arbitrage compris, secondes lectures non.
    codeurs : tuple of str
        Ceux dont l'avis compte, triés.
    classement : DataFrame
        Les désaccords, ceux qui apprennent le plus d'abord (:func:`~ess_analyse.accord.classer_desaccords`).
    poses : dict
        Phrase → codeur → codes, dans l'ordre de la grille ; aucun code si la personne n'a rien vu à y coder.
    memos : dict
        (codeur, phrase) → ce qu'il en a noté.
    """

    codages: pd.DataFrame
    codeurs: tuple[str, ...]
    classement: pd.DataFrame
    poses: dict[str, dict[str, tuple[str, ...]]]
    memos: dict[tuple[str, str], str]

    @classmethod
    def lire(cls, etude: Etude, segments: pd.DataFrame, grille: Grille) -> Avis:
        """Lire les feuilles d'une étude, et classer leurs désaccords.

        Parameters
        ----------
        etude : Etude
            L'étude.
        segments : DataFrame
            Les segments de son corpus.
        grille : Grille
            Ses codes.

        Returns
        -------
        Avis
            Tout ce qui a été décidé et noté.

        Raises
        ------
        ErreurDonnees
            Toutes les fautes des feuilles ; ou si aucune phrase n'a été lue par deux personnes.
        """
        codages = lire_codages(etude.codages, segments, grille)
        codeurs = lister_lecteurs(codages)
        lectures, poses = codages[codages["codeur"].isin(codeurs)], {}
        for segment, codeur, code in zip(lectures["segment"], lectures["codeur"], lectures["code"], strict=True):
            codes = poses.setdefault(segment, {}).setdefault(codeur, ())
            poses[segment][codeur] = codes if code == RIEN else (*codes, code)
        if not any(len(siens) > 1 for siens in poses.values()):
            remede = "faites coder les mêmes entretiens à l'aveugle par deux personnes (ess-analyse echantillon)"
            lever([Probleme(relatif(etude.codages), 0, "aucune phrase n'a été lue par deux personnes", remede=remede)])
        notes = lire_memos(etude.codages, segments).itertuples()
        memos = {(note.codeur, note.segment): montrer_memo(note.memo) for note in notes}
        return cls(codages, tuple(codeurs), classer_desaccords(codages, grille), poses, memos)

    def exiger_un_desaccord(self, etude: Etude) -> None:
        """Dire, s'il n'y a rien à arbitrer, que les codeurs sont d'accord.

        Parameters
        ----------
        etude : Etude
            L'étude dont ce sont les avis.

        Raises
        ------
        ErreurDonnees
            S'il n'y a aucun désaccord.
        """
        if self.classement.empty:
            message = "aucun désaccord : les phrases lues par deux personnes ou plus ont reçu les mêmes codes de toutes"
            lever([Probleme(relatif(etude.codages), 0, message)])

    def raisons(self) -> dict[str, str]:
        """Rendre, par phrase, la raison que l'arbitrage a écrite."""
        return {segment: memo for (codeur, segment), memo in self.memos.items() if codeur == ARBITRAGE}

    def partager(self, segment: str) -> dict[str, tuple[list[str], list[str]]]:
        """Dire qui a posé chaque code avancé pour une phrase, et qui l'a lue sans le poser.

        Parameters
        ----------
        segment : str
            La phrase.

        Returns
        -------
        dict
            Code → (pour, contre).
        """
        siens = self.poses.get(segment, {})
        return {
            code: (
                [codeur for codeur in sorted(siens) if code in siens[codeur]],
                [codeur for codeur in sorted(siens) if code not in siens[codeur]],
            )
            for codes in siens.values()
            for code in codes
        }

    def acquis(self, segment: str) -> tuple[str, ...]:
        """Lister les codes que tous ceux qui ont lu une phrase y ont posés."""
        return tuple(code for code, (_, contre) in self.partager(segment).items() if not contre)

    def nommer(self, segment: str, codeurs: list[str]) -> str:
        """Nommer des codeurs, chacun avec ce qu'il a noté d'une phrase."""
        notes = {codeur: self.memos.get((codeur, segment), "") for codeur in codeurs}
        return ", ".join(f"{codeur} (« {note} »)" if note else codeur for codeur, note in notes.items())


class Arbitrage(SeanceCommune):
    """Trancher les désaccords d'un entretien ; les feuilles des codeurs ne changent jamais.

    Les décisions vont dans ``data/codages/arbitrage.csv``. La décision d'une phrase l'emporte tout entière sur les avis
    des codeurs : ce que tous y ont posé est donc gardé par la première décision, sauf si elle l'ôte.

    Parameters
    ----------
    etude : Etude
        L'étude.
    entretien : str, optional
        Le document à arbitrer ; par défaut, celui du désaccord non tranché qui apprend le plus.

    Raises
    ------
    ErreurDonnees
        Document inconnu ou sans désaccord ; aucun désaccord ; aucune phrase lue par deux personnes ; toutes les fautes
        des feuilles, de la grille ou du corpus.
    """

    avis: Avis

    def __init__(self, etude: Etude, entretien: str | None = None):
        super().__init__(etude, ARBITRAGE, entretien)

    @property
    def mots(self) -> Mots:
        """Les mots de la page."""
        return Mots(
            titre=f"Arbitrer {self.entretien}",
            consigne="Les feuilles des codeurs ne changent pas. Ce que tous ont posé est gardé, sauf si vous l’ôtez.",
            quoi="Avis des codeurs",
            sans="Personne n’a posé de code sur cette phrase.",
            suite="Prochain désaccord",
            memo="Raison",
            compte="Désaccords tranchés",
            fini="Tous les désaccords sont tranchés",
        )

    def propositions(self, segment: str) -> list[Proposition]:
        """Rendre les codes avancés pour une phrase, ceux dont on discute d'abord : pour, contre, et leurs mémos."""
        partages, question = self.avis.partager(segment), self._questions.get(segment)
        demandes = question.codes.split() if question else []
        rangs = {code: rang for rang, code in enumerate([*demandes, *self.grille.ids()])}
        propositions = []
        for code in sorted(partages, key=lambda code: (not partages[code][1], code not in demandes, rangs[code])):
            pour, contre = partages[code]
            raisons = [f"pour : {self.avis.nommer(segment, pour)}"]
            raisons += (
                [f"contre : {self.avis.nommer(segment, contre)}"] if contre else ["posé par tous"] * (len(pour) > 1)
            )
            raisons += [f"{question.question} {_majuscule(question.raison)}"] if code in demandes else []
            propositions.append(Proposition(code, tuple(raisons)))
        return propositions

    def attente(self, segment: str) -> str:
        """Dire qu'un désaccord est à trancher."""
        return "à trancher" if segment in self._questions else ""

    def depart(self) -> str:
        """Choisir le désaccord qui apprend le plus."""
        return self.prochaine_incertaine() or super().depart()

    def prochaine_incertaine(self, apres: str | None = None) -> str | None:
        """Trouver, dans l'entretien, le désaccord non tranché qui vient après celui-ci au classement."""
        ordre = self._demandees.get(self.entretien, [])
        debut = ordre.index(apres) + 1 if apres in ordre else 0
        restants = (nom for nom in ordre[debut:] + ordre[:debut] if nom != apres)
        return next((nom for nom in restants if not self._feuille.est_lue(nom)), None)

    def _verifier(self) -> None:
        avis = Avis.lire(self.etude, self._tous, self.grille)
        avis.exiger_un_desaccord(self.etude)
        self.avis, self._questions = avis, {ligne.segment: ligne for ligne in avis.classement.itertuples()}

    def _demander(self) -> dict[str, list[str]]:
        # The documents in the order of what they teach: the next one is the one to propose.
        demandees: dict[str, list[str]] = {}
        for segment in self.avis.classement["segment"]:
            demandees.setdefault(segment.partition(":")[0], []).append(segment)
        return demandees

    def _choisir(self) -> str:
        classement = self.avis.classement
        restants = classement.loc[~classement["arbitre"], "segment"]
        return next(iter(restants), classement["segment"].iloc[0]).partition(":")[0]

    def _reconnaitre(self, entretien: str) -> str:
        if entretien not in self._demandees and entretien in set(self._tous["entretien"]):
            remede = f"documents en désaccord : {', '.join(sorted(self._demandees))}"
            lever([Probleme(relatif(self.etude.documents), 0, "document sans désaccord", entretien, remede)])
        return super()._reconnaitre(entretien)

    def _acquis(self, segment: str) -> tuple[str, ...]:
        return self.avis.acquis(segment)


def _majuscule(phrase: str) -> str:
    return f"{phrase[0].upper()}{phrase[1:]}."
