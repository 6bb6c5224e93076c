"""Relire : une personne, un entretien, ce que la machine en propose."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from ess_analyse.accord import lister_communs
from ess_analyse.codages import lire_codages, lire_origine
from ess_analyse.etude import Etude
from ess_analyse.modele import CODAGES, RIEN, est_une_parole
from ess_analyse.relecture.affiche import Mots, Proposition
from ess_analyse.relecture.commune import SeanceCommune
from ess_analyse.relecture.feuille import FeuilleOuverte
from ess_analyse.suggestions import lire_suggestions, ordonner_lecture

__all__ = ["Seance"]

_METHODES = {
    "indices": "indice de la grille",
    "modele": "appris des exemples",
    "indices+modele": "indice de la grille, et appris des exemples",
}
_NUANCES = {
    "negation": "la phrase le nie",
    "reduction": "la phrase le réduit",
    "conditionnel": "la phrase le suppose",
    "question": "la phrase le demande",
}


class _Montree(NamedTuple):
    """Ce que la machine a montré d'une phrase, tel que la feuille le garde."""

    code: str
    score: str
    methode: str
    indice: str


class Seance(SeanceCommune):
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
        Ne montrer aucune suggestion, dans aucun document ; un entretien de l'échantillon commun n'en montre jamais.

    Raises
    ------
    ErreurDonnees
        Document inconnu, ou toutes les fautes de la feuille, des suggestions, de la grille ou du corpus.
    """

    def __init__(self, etude: Etude, codeur: str, entretien: str | None = None, *, aveugle: bool = False):
        self._toujours_aveugle = aveugle
        super().__init__(etude, codeur, entretien)

    @property
    def aveugle(self) -> bool:
        """Si le document ouvert se lit sans suggestion."""
        return self._est_aveugle(self.entretien)

    @property
    def mots(self) -> Mots:
        """Les mots de la page."""
        return Mots(
            titre=f"Relire {self.entretien}, {self.codeur}",
            consigne="Lecture à l’aveugle : aucune suggestion n’est montrée." if self.aveugle else "",
            quoi="Suggestions",
            sans="Aucune suggestion pour cette phrase.",
            suite="" if self.suggestions is None else "Prochaine incertaine",
            memo="Mémo",
            compte="Phrases lues",
            fini="Tout est lu",
        )

    def propositions(self, segment: str) -> list[Proposition]:
        """Rendre ce que la machine montre d'une phrase, dimension par dimension ; rien si elle est lue à l'aveugle."""
        if self.aveugle:
            return []
        # What is unreadable is left: of a sentence that is decided, the commands tell it.
        origine = lire_origine(self._feuille.origine(segment))[0]
        lues = [_Montree(code, *suite.split(":", 2)) for code, suite in origine.items()]
        dimensions = [dimension.id for dimension in self.grille.dimensions]
        connues = {code.id: dimensions.index(code.dimension) for code in self.grille}
        lues.sort(key=lambda lue: connues.get(lue.code, len(dimensions)))
        raisons = self._raisons(segment) if lues else {}
        ligne = self.segments.iloc[self._ordre.index(segment)]
        return [_presenter(lue, raisons.get(lue.code, {}), ligne) for lue in lues]

    def attente(self, segment: str) -> str:
        """Dire qu'une phrase sans décision n'est pas lue."""
        return "non lue"

    def prochaine_incertaine(self, apres: str | None = None) -> str | None:
        """Trouver la phrase non lue où la machine hésite le plus, autre que celle-ci ; rien en aveugle.

        L'ordre est celui de :func:`~ess_analyse.ordonner_lecture`, sans part au hasard ni phrase d'enquêteur.
        """
        if self.suggestions is None:
            return None
        lus = [(segment, self.codeur, RIEN, "") for segment in self._ordre if self._feuille.est_lue(segment)]
        ordre = ordonner_lecture(
            self.suggestions,
            self.segments[self.segments["locuteur"].map(est_une_parole).astype("bool")],
            pd.DataFrame(lus, columns=CODAGES, dtype="str"),
            part_au_hasard=0.0,
        )
        douteuses = ordre.loc[ordre["incertitude"] > 0, "segment"]
        return next((segment for segment in douteuses if segment != apres), None)

    def _lire(self) -> None:
        super()._lire()
        self._communs = lister_communs(self.etude.echantillon, self.grille)

    def _est_aveugle(self, entretien: str) -> bool:
        return self._toujours_aveugle or entretien in self._communs

    def _verifier(self) -> None:
        if self._chemin.exists():
            lire_codages(self._chemin, self._tous, self.grille)

    def _demander(self) -> dict[str, list[str]]:
        return {nom: list(phrases) for nom, phrases in self._tous.groupby("entretien", sort=False)["segment"]}

    def _choisir(self) -> str:
        connus = list(self._demandees)
        if not self._chemin.exists():
            return connus[0]
        siens = FeuilleOuverte(self._chemin)
        restants = [nom for nom in connus if not all(map(siens.est_lue, self._demandees[nom]))]
        presents = (nom for nom in restants if any(phrase in siens for phrase in self._demandees[nom]))
        return next(presents, next(iter(restants), connus[0]))

    def _suggerer(self, segments: pd.DataFrame) -> pd.DataFrame | None:
        if self._est_aveugle(segments["entretien"].iloc[0]) or not self.etude.suggestions.is_file():
            return None
        toutes = lire_suggestions(self.etude.suggestions, self._tous, self.grille)
        return toutes[toutes["segment"].isin(segments["segment"])].reset_index(drop=True)

    def _raisons(self, segment: str) -> dict[str, dict]:
        if self.suggestions is None:
            return {}
        siennes = self.suggestions[self.suggestions["segment"] == segment].astype(object)
        return {ligne["code"]: ligne for ligne in siennes.where(siennes.notna(), None).to_dict("records")}


def _presenter(lue: _Montree, raison: dict, ligne: pd.Series) -> Proposition:
    textes = [
        f"« {lue.indice} »" if lue.indice else "",
        _METHODES.get(lue.methode, lue.methode),
        f"score {lue.score.replace('.', ',')}",
        *(_NUANCES.get(nuance, nuance) for nuance in (raison.get("nuance") or "").split()),
    ]
    return Proposition(
        lue.code, tuple(filter(None, textes)), raison.get("exemple") or "", _placer(lue.indice, raison, ligne)
    )


def _placer(indice: str, raison: dict, ligne: pd.Series) -> tuple[int, int] | None:
    if raison.get("debut") is not None:
        return int(raison["debut"]) - int(ligne["debut"]), int(raison["fin"]) - int(ligne["debut"])
    debut = ligne["texte"].find(indice) if indice else -1
    return None if debut < 0 else (debut, debut + len(indice))
