"""Remplacer les preuves d'une prose par des appels, et lister ce à quoi ils mènent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ess_analyse.documents.ecriture import abreger
from ess_analyse.documents.fonds import Citation, Fonds
from ess_analyse.enseignements import citations
from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.modele import Place

__all__ = ["Appels", "citer", "dire_mots", "dire_source", "lister_seules", "sans_preuves", "trouver"]

_AVANT = re.compile(r"[ \u00a0\u202f]+$")


def citer(fonds: Fonds, place: Place) -> str:
    """Écrire une parole et sa source, en bloc de citation Markdown.

    Parameters
    ----------
    fonds : Fonds
        Les paroles publiables.
    place : Place
        L'une d'elles.

    Returns
    -------
    str
        « … », puis une ligne qui dit d'où elle vient, assez largement.
    """
    return f"> « {dire_mots(fonds, place)} »\\\n> [{dire_source(fonds, place)}]{{.source}}"


def dire_mots(fonds: Fonds, place: Place, signes: int | None = None) -> str:
    """Écrire en Markdown les mots d'une parole publiable ; au-delà de ``signes``, « […] » remplace la suite."""
    texte = trouver(fonds, place).texte
    return fonds.brut(texte if signes is None else abreger(texte, signes, " […]"))


def dire_source(fonds: Fonds, place: Place) -> str:
    """Écrire en Markdown d'où vient une parole publiable, assez largement pour ne désigner personne."""
    parole = trouver(fonds, place)
    libelles = ", ".join(filter(None, (parole.libelle, parole.famille)))
    return fonds.brut(", ".join(filter(None, (libelles, str(place)))))


def trouver(fonds: Fonds, place: Place) -> Citation:
    """Trouver une parole, si elle est publiable ; une autre est refusée."""
    if place not in fonds.par_place:
        remede = "citez une phrase publique, codée ou citée par un enseignement, une fiche ou une action"
        raise ErreurDonnees([Probleme(_situer(fonds, place), 0, "preuve qui n'est pas publiable", str(place), remede)])
    return fonds.par_place[place]


def _situer(fonds: Fonds, place: Place) -> str:
    """Dire quel fichier de l'équipe cite une preuve."""
    for lecon in fonds.enseignements:
        if place in (*lecon.preuves, *lecon.contre):
            return relatif(lecon.chemin)
    for fiche in fonds.fiches:
        if place in fiche.preuves:
            return relatif(fiche.chemin)
    return "data/plan.csv" if any(place in action.preuves for action in fonds.plan) else "data/synthese.md"


def sans_preuves(texte: str) -> str:
    """Ôter d'une phrase les preuves qu'elle cite.

    Examples
    --------
    >>> sans_preuves("Peser une fois [@E01:3-9].")
    'Peser une fois.'
    """
    return _remplacer(texte, lambda _: "")


def lister_seules(texte: str) -> list[Place]:
    r"""Lister les preuves qu'un texte donne en entier : chacune est seule dans son paragraphe.

    Examples
    --------
    >>> lister_seules("Peser [@E01:3-9].\n\n[@E02:0-7]")
    [Place(entretien='E02', debut=0, fin=7)]
    """
    blocs = (bloc.strip() for bloc in texte.split("\n\n"))
    return [
        place
        for bloc in blocs
        for debut, fin, places in citations(bloc)
        if fin - debut == len(bloc)
        for place in places
    ]


@dataclass
class Appels:
    """Les preuves d'une partie, numérotées dans l'ordre où la prose les cite.

    Parameters
    ----------
    fonds : Fonds
        Les paroles publiables.
    prefixe : str
        Ce qui distingue les adresses de cette partie de celles des autres.
    """

    fonds: Fonds
    prefixe: str
    places: list[Place] = field(default_factory=list)

    def prose(self, texte: str) -> str:
        """Écrire une prose : une preuve seule dans son paragraphe est citée en entier, les autres ont un numéro."""
        blocs = [self._bloc(bloc) for bloc in re.split(r"\n{2,}", texte.strip())]
        return "\n\n".join(blocs)

    def phrase(self, texte: str) -> str:
        """Écrire une phrase, chaque preuve devenant un numéro qui mène à sa parole."""
        return self.fonds.typographier(_remplacer(texte, self._appeler))

    def liste(self) -> str:
        """Lister les paroles appelées, chacune à son adresse."""
        return "\n".join(
            f"{rang}. []{{#{self.prefixe}-{rang}}}« {dire_mots(self.fonds, place)} » "
            f"[{dire_source(self.fonds, place)}]{{.source}}"
            for rang, place in enumerate(self.places, start=1)
        )

    def _bloc(self, bloc: str) -> str:
        if seules := lister_seules(bloc):
            return "\n\n".join(citer(self.fonds, place) for place in seules)
        return self.phrase(bloc)

    def _appeler(self, places: tuple[Place, ...]) -> str:
        self.places += [place for place in dict.fromkeys(places) if place not in self.places]
        rangs = [self.places.index(place) + 1 for place in places]
        return "^" + ",".join(f"[{rang}](#{self.prefixe}-{rang})" for rang in rangs) + "^"


def _remplacer(texte: str, ecrire: Callable[[tuple[Place, ...]], str]) -> str:
    morceaux, fin = [], 0
    for debut, suite, places in citations(texte):
        morceaux += [_AVANT.sub("", texte[fin:debut]), ecrire(places)]
        fin = suite
    return "".join(morceaux) + texte[fin:]
