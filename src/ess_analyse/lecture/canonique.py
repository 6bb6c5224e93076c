"""Le corpus canonique laissé sur le disque : ses entretiens se lisent un à un, ses défauts se disent tous ensemble."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.fichiers import decoder, lire_table, lire_texte, reconnaitre_cellules
from ess_analyse.modele import DIFFUSION, DIFFUSIONS, DOCUMENTS, TEMPS, TYPES, Entretien, Place, Tour

__all__ = ["TABLE", "CorpusSurDisque", "juger_ecrit", "lire_documents", "placer_tours"]

TABLE = "corpus.csv"
"""La table des documents : le dossier qui l'a est un corpus canonique."""

_IDENTIFIANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}", re.ASCII)
_SECONDES = re.compile(r"\d{1,9}(?:[.,]\d+)?", re.ASCII)


@dataclass(frozen=True, eq=False)
class CorpusSurDisque:
    """Un corpus canonique dont les textes restent sur le disque : un entretien est relu chaque fois qu'il sert.

    Ne sont en mémoire que les tables qui le décrivent (``corpus.csv``, ``temps.csv``, ``diffusion.csv``). Le parcourir
    en entier le vérifie : quand le dernier entretien est lu, tous les problèmes du dossier sont levés ensemble.

    Parameters
    ----------
    dossier : Path
        Le dossier du corpus.
    documents : DataFrame
        Sa table des documents.
    """

    dossier: Path
    documents: pd.DataFrame

    @classmethod
    def ouvrir(cls, dossier: Path) -> CorpusSurDisque:
        """Lire la table des documents, et elle seule."""
        dossier = Path(dossier)
        return cls(dossier, lire_documents(dossier / TABLE))

    def __len__(self) -> int:
        return len(self.documents)

    def __getitem__(self, identifiant: str) -> Entretien:
        return self._dater(self._lire(identifiant, self._types[identifiant]))[0]

    def __iter__(self) -> Iterator[Entretien]:
        nom, longueurs = relatif(self.dossier / TABLE), {}
        problemes, mal_dates, deplaces = [], [], []
        for ligne, document in zip(self.documents.index, self.documents.itertuples(index=False), strict=True):
            problemes += _juger_description(document, nom, ligne)
            if not _IDENTIFIANT.fullmatch(document.entretien):
                continue
            try:
                entretien = self._lire(document.entretien, document.type)
            except ErreurDonnees as erreur:
                problemes += erreur.problemes
                continue
            longueurs[entretien.identifiant] = len(entretien.texte)
            entretien, fautes, ailleurs = self._dater(entretien)
            mal_dates += fautes
            deplaces += ailleurs
            yield entretien
        noms = self.documents["entretien"]
        problemes += [
            Probleme(nom, ligne, "document en double", noms[ligne], "gardez une seule ligne")
            for ligne in noms.index[noms.duplicated()]
        ]
        lever(problemes)
        mal_dates += self._dire_inconnus(longueurs)
        lever([*self._juger_diffusions(longueurs), *self._temps[1], *sorted(mal_dates), *sorted(deplaces)])

    @cached_property
    def diffusions(self) -> tuple[tuple[Place, str], ...]:
        """Les passages dont la diffusion n'est pas celle de leur document ; à lire une fois le corpus parcouru."""
        return tuple((Place.lire(passage.segment), passage.diffusion) for passage in self._passages[0].itertuples())

    def _lire(self, identifiant: str, type_: str) -> Entretien:
        return _analyser(identifiant, lire_texte(self.dossier / f"{identifiant}.txt"), type_)

    def _dater(self, entretien: Entretien) -> tuple[Entretien, list[Probleme], list[Probleme]]:
        """Donner leur temps aux tours ; dire les temps mal écrits, et ceux dont le tour n'est plus là."""
        rangs = self._rangs_des_temps.get(entretien.identifiant)
        if rangs is None:
            return entretien, [], []
        places = {str(place): tour for place, tour in placer_tours(entretien)}
        lus, fautes, deplaces = _juger_temps(self._temps[0].iloc[rangs], places, relatif(self.dossier / "temps.csv"))
        tours = tuple(replace(tour, temps=lus.get(place)) for place, tour in places.items())
        return replace(entretien, tours=tours), fautes, deplaces

    def _dire_inconnus(self, connus: Mapping[str, int]) -> Iterator[Probleme]:
        nom, lignes = relatif(self.dossier / "temps.csv"), self._temps[0].index.tolist()
        for entretien, rangs in self._rangs_des_temps.items():
            if entretien not in connus:
                for rang in rangs:
                    yield Probleme(nom, lignes[rang], "document inconnu", entretien, proposer(entretien, connus))

    def _juger_diffusions(self, longueurs: Mapping[str, int]) -> Iterator[Probleme]:
        (table, problemes), nom = self._passages, relatif(self.dossier / "diffusion.csv")
        yield from problemes
        for ligne, passage in zip(table.index, table.itertuples(index=False), strict=True):
            if passage.diffusion not in DIFFUSIONS:
                remede = proposer(passage.diffusion, DIFFUSIONS)
                yield Probleme(nom, ligne, "diffusion inconnue", passage.diffusion, remede)
            try:
                place = Place.lire(passage.segment)
            except ValueError:
                yield Probleme(nom, ligne, "place mal écrite", passage.segment, "écrivez par exemple E01:71-95")
                continue
            longueur = longueurs.get(place.entretien)
            if longueur is None:
                remede = proposer(place.entretien, longueurs)
                yield Probleme(nom, ligne, "document inconnu", place.entretien, remede)
            elif place.fin > longueur:
                remede = f"ce texte finit à {longueur} ; retrouvez la place du passage"
                yield Probleme(nom, ligne, "place hors du texte", passage.segment, remede)

    @cached_property
    def _types(self) -> dict[str, str]:
        return dict(zip(self.documents["entretien"], self.documents["type"], strict=True))

    @cached_property
    def _passages(self) -> tuple[pd.DataFrame, tuple[Probleme, ...]]:
        table, problemes = _lire_facultative(self.dossier / "diffusion.csv", DIFFUSION[:2], DIFFUSION[2:])
        return reconnaitre_cellules(table, {"diffusion": DIFFUSIONS}), problemes

    @cached_property
    def _temps(self) -> tuple[pd.DataFrame, tuple[Probleme, ...]]:
        return _lire_facultative(self.dossier / "temps.csv", TEMPS, ())

    @cached_property
    def _rangs_des_temps(self) -> dict[str, np.ndarray]:
        """Le rang de chaque ligne de ``temps.csv``, par entretien."""
        segments = self._temps[0]["segment"].str.strip()
        return segments.groupby(segments.str.split(":", n=1).str[0]).indices


def _analyser(identifiant: str, texte: str, type_: str) -> Entretien:
    return Entretien.depuis_texte(identifiant, texte, parle=type_ == "entretien")


def juger_ecrit(entretien: Entretien, type_: str, nom: str) -> list[Probleme]:
    r"""Dire ce qui, d'un entretien, ne se relirait pas tel quel une fois écrit.

    Parameters
    ----------
    entretien : Entretien
        L'entretien.
    type_ : str
        Le type de son document : seul un « entretien » a des locuteurs.
    nom : str
        Le nom de son fichier, pour les messages.

    Returns
    -------
    list of Probleme
        Un par tour qui changerait, ou un pour le texte entier.

    Examples
    --------
    >>> bloc = Entretien.depuis_paroles("E01", [("", "Note : on arrive.")])
    >>> [probleme.message for probleme in juger_ecrit(bloc, "entretien", "E01.txt")], juger_ecrit(bloc, "document", "")
    (['ce début se relirait comme un nom de locuteur'], [])
    """
    try:
        relu = decoder(entretien.texte.encode("utf-8"))[0]
    except UnicodeError:
        relu = ""
    if "\0" in relu or relu != entretien.texte or not relu.strip():
        remede = "ôtez-en les signes invisibles, ou donnez-lui une parole"
        return [Probleme(nom, 0, "ce texte ne se relirait pas tel quel", remede=remede)]
    tours = {(tour.locuteur, tour.debut, tour.fin) for tour in _analyser(entretien.identifiant, relu, type_).tours}
    return [
        _juger_tour(tour, entretien.extrait(tour.debut, tour.fin), nom)
        for tour in entretien.tours
        if (tour.locuteur, tour.debut, tour.fin) not in tours
    ]


def _juger_tour(tour: Tour, parole: str, nom: str) -> Probleme:
    if tour.locuteur:
        remede = (
            "donnez-lui un nom de 60 signes au plus, sans deux-points ni blanc au bord, dans un document « entretien »"
        )
        return Probleme(nom, 0, "ce nom de locuteur ne se relirait pas", tour.locuteur, remede)
    remede = "nommez qui parle, ou ôtez l'espace avant les deux-points"
    return Probleme(nom, 0, "ce début se relirait comme un nom de locuteur", parole.partition("\n")[0][:60], remede)


def lire_documents(chemin: Path) -> pd.DataFrame:
    """Lire la table des documents ; ``type`` et ``diffusion`` se reconnaissent malgré leur casse, sans être jugés."""
    return reconnaitre_cellules(
        lire_table(chemin, DOCUMENTS),
        {"type": TYPES, "structure": (), "fonction": (), "date": (), "diffusion": DIFFUSIONS},
    )


def placer_tours(entretien: Entretien) -> list[tuple[Place, Tour]]:
    """Donner la place de chaque tour, telle que ``temps.csv`` le désigne."""
    return [(Place(entretien.identifiant, tour.debut, tour.fin), tour) for tour in entretien.tours]


def _juger_description(document, nom: str, ligne: int) -> Iterator[Probleme]:
    for valeur, choix, quoi in (
        (document.type, TYPES, "type inconnu"),
        (document.diffusion, DIFFUSIONS, "diffusion inconnue"),
    ):
        if valeur not in choix:
            yield Probleme(nom, ligne, quoi, valeur, proposer(valeur, choix))
    if not _IDENTIFIANT.fullmatch(document.entretien):
        remede = "lettres, chiffres et tirets seulement"
        yield Probleme(nom, ligne, "identifiant mal formé", document.entretien, remede)
    if document.date and not _est_date(document.date):
        remede = "écrivez l'année et le mois, par exemple 2026-09, ou laissez la cellule vide"
        yield Probleme(nom, ligne, "date mal écrite", document.date, remede)


def _est_date(valeur: str) -> bool:
    """Reconnaître une année, un mois ou un jour : ``2026``, ``2026-09``, ``2026-09-14``."""
    try:
        # A year begins in January, a month on its first day.
        return bool(_DATE.fullmatch(valeur) and date.fromisoformat(f"{valeur}-01-01"[:10]))
    except ValueError:
        return False


def _juger_temps(
    rangees: pd.DataFrame, tours: Mapping[str, Tour], nom: str
) -> tuple[dict[str, tuple[float, float]], list[Probleme], list[Probleme]]:
    """Lire où chaque tour d'un entretien, désigné par sa place, est dans l'enregistrement."""
    lus, fautes, absents = {}, [], []
    for ligne, rangee in zip(rangees.index, rangees.itertuples(index=False), strict=True):
        tour, bornes = rangee.segment.strip(), [valeur.strip() for valeur in (rangee.debut, rangee.fin)]
        debut, fin = (float(b.replace(",", ".")) if _SECONDES.fullmatch(b) else -1.0 for b in bornes)
        if tour not in tours:
            absents.append((ligne, tour))
        elif not 0 <= debut <= fin:
            remede = "écrivez des secondes, le début avant la fin"
            fautes.append(Probleme(nom, ligne, "temps mal écrit", " – ".join(bornes), remede))
        elif tour in lus:
            fautes.append(Probleme(nom, ligne, "tour en double", tour, "gardez une seule ligne"))
        else:
            lus[tour] = (debut, fin)
    return lus, fautes, _dire_deplaces(absents, nom)


def _dire_deplaces(absents: list[tuple[int, str]], nom: str) -> list[Probleme]:
    if not absents:
        return []
    (ligne, tour), *autres = absents
    message = "aucun tour à cette place" + f", ni à {len(autres)} autres du même texte" * bool(autres)
    entretien = tour.partition(":")[0]
    remede = f"si vous avez corrigé ce texte, lancez « ess-analyse recaler {entretien} » ; sinon retirez la ligne"
    return [Probleme(nom, ligne, message, tour, remede)]


def _lire_facultative(chemin: Path, colonnes, facultatives) -> tuple[pd.DataFrame, tuple[Probleme, ...]]:
    problemes: tuple[Probleme, ...] = ()
    if chemin.is_file():
        try:
            return lire_table(chemin, colonnes, facultatives), problemes
        except ErreurDonnees as erreur:
            problemes = erreur.problemes
    return pd.DataFrame(columns=[*colonnes, *facultatives], dtype="str"), problemes
