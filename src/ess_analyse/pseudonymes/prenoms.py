"""Les prénoms donnés en France, du plus au moins courant : les reconnaître, en choisir un autre.

Source : Insee, « Fichier des prénoms » (état civil, naissances en France de 1900 à 2016), Licence Ouverte / Etalab.
``prenoms_f.txt`` et ``prenoms_m.txt`` : un prénom par ligne, dans l'ordre de fréquence ; pour les plus donnés, dans
leur graphie la plus courante, ``;époque`` : la décennie (1961 à 1991) où le prénom est le mieux classé, 1931 s'il
était surtout donné avant, 2001 s'il l'est surtout depuis. La liste est entière : mesuré sur 20 000 mots de parole, ses
prénoms rares n'ajoutent aucun faux nom sans capitale, parce qu'un mot courant n'y est pas pris pour un prénom.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from importlib import resources
from typing import Literal

from ess_analyse.pseudonymes.motif import aplatir

__all__ = [
    "DIMINUTIFS",
    "EPICENES",
    "ORIGINES",
    "Prenom",
    "chercher_prenom",
    "est_compose",
    "est_un_surnom",
    "lister_prenoms",
]

Genre = Literal["f", "m", "fm"]

EPICENES = (
    "Camille", "Claude", "Dominique", "Alix", "Sacha", "Charlie", "Maxime", "Andréa", "Ange", "Lou",
    "Eden", "Loïs", "Yaël", "Swan", "Noa",
)  # fmt: skip
"""Des prénoms que femmes et hommes portent, pour remplacer un prénom dont on ne sait pas le genre."""

DIMINUTIFS = {
    "f": (
        "Caro", "Véro", "Isa", "Nath", "Steph", "Mimi", "Lulu", "Juju", "Mado", "Zaza", "Cricri", "Nanou",
        "Titine", "Babeth", "Gaby", "Lili", "Sandy", "Kathy", "Ninie",
    ),
    "m": (
        "Momo", "Jojo", "Ludo", "Manu", "Fred", "Seb", "Nico", "Alex", "Tony", "Lolo", "Dédé", "Gégé", "Bébert",
        "Jeannot", "Pierrot", "Titi", "Guigui", "Titou", "Vince", "Greg", "Matt", "Ben", "Mick", "Riton",
        "Dom", "Phil", "Pat", "Jeff", "Cédou", "Zizou",
    ),
}  # fmt: skip
"""Des surnoms tirés d'un prénom, que l'état civil ne connaît guère."""

ORIGINES = (
    {
        "f": (
            "Fatima", "Samira", "Karima", "Nadia", "Leïla", "Yasmina", "Malika", "Farida", "Khadija", "Naïma", "Houria",
            "Rachida", "Amina", "Salima", "Soraya", "Zohra", "Latifa", "Djamila", "Hanane", "Sonia", "Assia", "Inès",
            "Nora", "Aïcha", "Sabrina", "Warda", "Ouarda", "Hayat", "Siham", "Imane",
        ),
        "m": (
            "Mohamed", "Karim", "Rachid", "Farid", "Samir", "Nabil", "Mehdi", "Ahmed", "Ali", "Youssef", "Hakim",
            "Mourad", "Kamel", "Nasser", "Abdel", "Omar", "Khaled", "Mounir", "Said", "Bilal", "Sofiane", "Nordine",
            "Hassan", "Mustapha", "Yacine", "Brahim", "Djamel", "Tarek", "Walid", "Anis",
        ),
    },
    {
        "f": (
            "Fatou", "Awa", "Aminata", "Mariam", "Aïssatou", "Kadiatou", "Bintou", "Oumou", "Assa", "Coumba",
            "Rokia", "Hawa", "Maïmouna", "Djeneba", "Adama", "Salimata", "Khady", "Ndeye", "Ramata", "Fanta",
        ),
        "m": (
            "Mamadou", "Moussa", "Ibrahima", "Amadou", "Bakary", "Oumar", "Cheikh", "Abdoulaye", "Seydou", "Boubacar",
            "Souleymane", "Modibo", "Lassana", "Demba", "Moustapha", "Sekou", "Samba", "Ousmane", "Alassane", "Drissa",
        ),
    },
)  # fmt: skip
"""Des prénoms qui se ressemblent par leur origine : un récit d'exil ou de discrimination y perdrait son sens sans."""

_REPANDU = 500
"""On ne remplace que par l'un des prénoms les plus donnés : un prénom rare se remarque."""
_PARTICULE = 2
"""Jusqu'à tant de lettres, la moitié d'un prénom composé est plutôt un mot (« de la »)."""
_PORTE = 900
"""Au-delà de ce rang dans une liste, un prénom n'y est qu'une exception (« Rose » parmi les garçons)."""
_RARE = 15
"""Un prénom des deux listes n'est dit des deux genres que si son rang dans l'une est moins de tant de fois l'autre."""


@dataclass(frozen=True)
class Prenom:
    """Un prénom : sa forme courante, son genre (``f``, ``m``, ou ``fm`` s'il est des deux), son rang, son époque.

    Attributes
    ----------
    rang : int
        Dans la liste de son genre, à partir de 0.
    epoque : int
        La décennie où il était le plus donné ; 0 si on ne la sait pas.
    """

    nom: str
    genre: Genre
    rang: int
    epoque: int


@functools.cache
def _lire(genre: str) -> tuple[Prenom, ...]:
    texte = resources.files(__package__).joinpath(f"prenoms_{genre}.txt").read_text(encoding="utf-8")
    lignes = (ligne.partition(";") for ligne in texte.splitlines())
    return tuple(Prenom(nom, genre, rang, int(epoque or 0)) for rang, (nom, _, epoque) in enumerate(lignes))


@functools.cache
def _index() -> dict[str, Prenom]:
    index: dict[str, Prenom] = {}
    par_genre = [{}, {}]
    for table, genre in zip(par_genre, "fm", strict=True):
        for prenom in _lire(genre):
            courant = table.setdefault(aplatir(prenom.nom), prenom)
            if prenom.epoque and not courant.epoque:
                table[aplatir(prenom.nom)] = replace(prenom, rang=courant.rang)
    femmes, hommes = par_genre
    for cle in {**femmes, **hommes}:
        femme, homme = femmes.get(cle), hommes.get(cle)
        if not (femme and homme):
            index[cle] = femme or homme
            continue
        courant, autre = sorted((femme, homme), key=lambda prenom: prenom.rang)
        mixte = autre.rang < _PORTE and autre.rang + 1 < _RARE * (courant.rang + 1)
        index[cle] = Prenom(courant.nom, "fm", courant.rang, courant.epoque) if mixte else courant
    for genre, noms in DIMINUTIFS.items():
        for rang, nom in enumerate(noms):
            index.setdefault(aplatir(nom), Prenom(nom, genre, rang, 0))
    return index


def chercher_prenom(nom: str) -> Prenom | None:
    """Chercher un prénom, accents, casse et traits d'union mis à part.

    Parameters
    ----------
    nom : str
        Un mot, ou un prénom composé.

    Returns
    -------
    Prenom or None
        Rien si ce n'est ni un prénom donné en France, ni un surnom courant, ni un composé des deux.

    Examples
    --------
    >>> [prenom and (prenom.nom, prenom.genre) for prenom in map(chercher_prenom, ("ELODIE", "Claude", "momo", "Xyz"))]
    [('Elodie', 'f'), ('Claude', 'fm'), ('Momo', 'm'), None]
    """
    cle = aplatir(nom)
    trouve = _index().get(cle)
    if trouve or " " not in cle:
        return trouve
    parts = [_index().get(part) for part in cle.split() if len(part) > _PARTICULE]
    return parts[0] if all(parts) and len(parts) == cle.count(" ") + 1 == 2 else None


def est_un_surnom(nom: str) -> bool:
    """Dire si c'est un surnom courant (« momo », « Ludo »)."""
    return any(aplatir(nom) == aplatir(surnom) for surnoms in DIMINUTIFS.values() for surnom in surnoms)


def est_compose(nom: str) -> bool:
    """Dire si un prénom est composé (« Jean-Marc », « marie rose »)."""
    return " " in aplatir(nom)


@functools.cache
def lister_prenoms(genre: str, epoque: int = 0, *, compose: bool = False) -> tuple[str, ...]:
    """Lister les prénoms courants qui peuvent en remplacer un autre.

    Parameters
    ----------
    genre : str
        ``f``, ``m``, ou ``fm`` : ceux que les deux portent.
    epoque : int
        La décennie ; 0 : toutes.
    compose : bool
        Vrai pour des prénoms composés.

    Returns
    -------
    tuple of str
        Du plus au moins donné, accents compris, sans doublon.

    Examples
    --------
    >>> lister_prenoms("f", 1971)[:3]
    ('Sophie', 'Sandrine', 'Stéphanie')
    """
    if genre == "fm":
        return EPICENES
    return tuple(
        prenom.nom
        for prenom in _lire(genre)[:_REPANDU]
        if prenom.epoque
        and (not epoque or prenom.epoque == epoque)
        and est_compose(prenom.nom) == compose
        and _index()[aplatir(prenom.nom)].genre == genre
        and not any(prenom.nom in groupe[genre] for groupe in ORIGINES)
    )
