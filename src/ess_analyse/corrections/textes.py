"""Changer un texte dont on connaît les deux états : tout ce qui le cite suit."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille, lister_feuilles, proteger
from ess_analyse.fichiers import ecrire_ensemble, lire_texte, seul_dans, table_en_octets
from ess_analyse.modele import MOTIF_PLACE, Corpus, Place

__all__ = ["Deplacement", "suivre_textes"]

_PAROLES = re.compile(r"«[^«»]+»")
_MOTS = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Deplacement:
    """Où chaque place d'un ancien texte se retrouve dans le nouveau.

    Attributes
    ----------
    anciens, nouveaux : tuple of int
        Les débuts, dans chaque texte, des passages qui se correspondent ; le dernier est la fin du texte.
    egaux : tuple of bool
        Pour chaque passage, s'il est resté le même.

    Examples
    --------
    >>> suivi = Deplacement.entre("Ana : Élodie vient. Bien.", "Ana : Marie-Jo vient. Bien.")
    >>> suivi.suivre(6, 19), suivi.suivre(20, 25)
    ((6, 21), (22, 27))
    """

    anciens: tuple[int, ...]
    nouveaux: tuple[int, ...]
    egaux: tuple[bool, ...]

    @classmethod
    def entre(cls, ancien: str, nouveau: str) -> Deplacement:
        """Aligner deux textes mot à mot.

        Parameters
        ----------
        ancien, nouveau : str
            Les deux états d'un même texte.

        Returns
        -------
        Deplacement
            L'alignement de plus petite distance d'insertions et de suppressions (Levenshtein, 1966, sans
            substitution).
        """
        from rapidfuzz.distance import Indel

        mots, neufs = _MOTS.findall(ancien), _MOTS.findall(nouveau)
        debuts, fins = _debuts(mots), _debuts(neufs)
        passages: list[tuple[int, int, bool]] = []
        for pas in Indel.opcodes(mots, neufs):
            egal = pas.tag == "equal"
            # A deletion next to an insertion is one replaced passage.
            if egal or not passages or passages[-1][2]:
                passages.append((debuts[pas.src_start], fins[pas.dest_start], egal))
        anciens, nouveaux, egaux = zip(*passages, strict=True) if passages else ((), (), ())
        return cls((*anciens, len(ancien)), (*nouveaux, len(nouveau)), egaux)

    def suivre(self, debut: int, fin: int) -> tuple[int, int] | None:
        """Retrouver une place.

        Parameters
        ----------
        debut, fin : int
            Une tranche non vide de l'ancien texte.

        Returns
        -------
        tuple of (int, int) or None
            La tranche du nouveau texte ; rien si tout ce qu'elle contenait a été ôté.
        """
        rang, dernier = self._passage(debut), self._passage(fin - 1)
        a = self.nouveaux[rang] + (debut - self.anciens[rang]) * self.egaux[rang]
        b = (
            self.nouveaux[dernier] + (fin - self.anciens[dernier])
            if self.egaux[dernier]
            else self.nouveaux[dernier + 1]
        )
        return (a, b) if a < b else None

    def _passage(self, position: int) -> int:
        return bisect_right(self.anciens, position) - 1


def _debuts(mots: list[str]) -> list[int]:
    debuts = [0]
    for mot in mots:
        debuts.append(debuts[-1] + len(mot))
    return debuts


def suivre_textes(
    etude: Etude, ancien: Corpus, nouveau: Corpus, reecrire: Callable[[str], str] | None = None
) -> list[Path]:
    """Écrire un corpus dont des textes ont changé, et tout ce qui les cite.

    Les feuilles de codage, les enseignements, les fiches, le plan d'actions et la diffusion des passages gardent leurs
    phrases : seules leurs places changent, et dans les feuilles la copie du texte. Une feuille dont une ligne ne
    redit pas l'ancien texte à sa place n'est pas touchée à cette ligne : elle a déjà suivi, ou la vérification la
    signalera.

    Parameters
    ----------
    etude : Etude
        L'étude, qui contient l'ancien corpus.
    ancien, nouveau : Corpus
        Les mêmes documents, avant et après.
    reecrire : callable, optional
        Ce qui a changé les textes : appliqué aussi aux paroles que les récits et le plan recopient entre guillemets.

    Returns
    -------
    list of Path
        Les fichiers dont le contenu a changé, écrits ensemble : tous, ou aucun.

    Raises
    ------
    ErreurDonnees
        Si un fichier ne peut être lu ou écrit ; rien n'est alors changé.
    """
    suivis = {
        entretien.identifiant: Deplacement.entre(entretien.texte, nouveau[entretien.identifiant].texte)
        for entretien in ancien
        if entretien.texte != nouveau[entretien.identifiant].texte
    }
    contenus = {
        etude.corpus / f"{identifiant}.txt": nouveau[identifiant].texte.encode("utf-8") for identifiant in suivis
    }
    if not nouveau.documents.equals(ancien.documents):
        contenus[etude.documents] = table_en_octets(nouveau.documents)
    if not suivis:
        return ecrire_ensemble(contenus)
    with seul_dans(etude.codages, creer=False):
        for chemin in [*lister_citants(etude), *[etude.temps] * etude.temps.is_file()]:
            texte = _suivre_places(lire_texte(chemin), suivis)
            if reecrire is not None:
                texte = _PAROLES.sub(lambda paroles: reecrire(paroles[0]), texte)
            contenus[chemin] = encoder(chemin, texte)
        feuilles = lister_feuilles(etude.codages)[0] if etude.codages.is_dir() else []
        for chemin in feuilles + [etude.preuves] * etude.preuves.is_file():
            contenus[chemin] = _suivre_feuille(chemin, suivis, ancien, nouveau)
        return ecrire_ensemble(contenus)


def lister_citants(etude: Etude) -> list[Path]:
    """Rendre les fichiers, hors feuilles, où une place du corpus est écrite."""
    recits = [chemin for dossier in (etude.enseignements, etude.fiches) for chemin in sorted(dossier.glob("*.md"))]
    return (
        recits
        + [chemin for chemin in (etude.plan, etude.diffusion) if chemin.is_file()]
        + sorted(etude.reprises.glob("*.csv"))
    )


def encoder(chemin: Path, texte: str) -> bytes:
    """Mettre un fichier qui cite le corpus dans son encodage : une table s'ouvre dans un tableur."""
    return texte.encode("utf-8-sig" if chemin.suffix == ".csv" else "utf-8")


def _suivre_places(texte: str, suivis: Mapping[str, Deplacement]) -> str:
    def suivre(trouve: re.Match) -> str:
        if (suivi := suivis.get(trouve["entretien"])) is None:
            return trouve[0]
        debut, fin = int(trouve["debut"]), int(trouve["fin"])
        if not debut < fin <= suivi.anciens[-1] or (place := suivi.suivre(debut, fin)) is None:
            return trouve[0]
        return str(Place(trouve["entretien"], *place))

    return MOTIF_PLACE.sub(suivre, texte)


def _suivre_feuille(chemin: Path, suivis: Mapping[str, Deplacement], ancien: Corpus, nouveau: Corpus) -> bytes:
    feuille = lire_feuille(chemin)
    for ligne, (segment, locuteur, texte) in feuille[["segment", "locuteur", "texte"]].iterrows():
        place = Place.lire(segment) if MOTIF_PLACE.fullmatch(segment) else None
        if place is None or place.entretien not in suivis:
            continue
        avant = ancien[place.entretien].texte
        if place.fin > len(avant) or avant[place.debut : place.fin].split() != texte.lstrip("'").split():
            continue
        if suite := suivis[place.entretien].suivre(place.debut, place.fin):
            feuille.at[ligne, "segment"] = str(Place(place.entretien, *suite))
            feuille.at[ligne, "texte"] = proteger(nouveau[place.entretien].extrait(*suite))
            feuille.at[ligne, "locuteur"] = _locuteur(nouveau, place.entretien, suite[0]) or locuteur
    return table_en_octets(feuille)


def _locuteur(corpus: Corpus, entretien: str, position: int) -> str:
    return next((tour.locuteur for tour in corpus[entretien].tours if tour.debut <= position < tour.fin), "")
