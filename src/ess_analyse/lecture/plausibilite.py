"""Trier ce qui ouvre les paragraphes : des noms de locuteurs, ou des mots suivis de deux-points."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ess_analyse.lecture.etiquettes import Etiquette, est_mot_courant
from ess_analyse.lecture.horodatage import lire_moments
from ess_analyse.lecture.paragraphes import Paragraphe
from ess_analyse.modele import est_enqueteur

__all__ = ["trier_noms"]

_PARTICULES = {"de", "du", "des", "le", "la", "les", "d", "von", "van", "ben", "el", "et"}
_MINUSCULES = re.compile(r"(?<![^\W_])[^\W\d_A-Z]+(?![^\W_])")
_CIVILITE = re.compile(r"(?:M|Mr|Mme|Mlle|Dr|Pr|Me)\b\.?\s")
_PRESQUE_TOUS = 0.8
_DIALOGUE = 4
"""Tours qui suffisent quand une personne qui enquête en ouvre, si longues que soient les réponses."""
_CITES = 5
"""Paragraphes douteux dont le rang est dit."""


def trier_noms(etiquettes: Sequence[Etiquette | None], paragraphes: Sequence[Paragraphe]) -> tuple[set[str], list[str]]:
    """Garder, des noms lus devant les paragraphes, ceux qui sont des locuteurs.

    Un nom doit revenir, n'être pas un mot courant (« Attention : »), et porter la marque que presque tous portent
    (gras, capitales, horodatage). Une fois ces noms connus, un nom entendu une seule fois en est un s'il s'écrit comme
    un nom : civilité, numéro, enquêteur, marque commune à tous, ou, dans un document dont presque chaque paragraphe
    ouvre un tour, capitale à chaque mot et jamais en minuscules ailleurs.

    Parameters
    ----------
    etiquettes : sequence of Etiquette or None
        Ce qui a été lu devant chaque paragraphe.
    paragraphes : sequence of Paragraphe
        Les paragraphes.

    Returns
    -------
    noms : set of str
        Les locuteurs ; vide si trop peu de paragraphes ouvrent un tour pour que ce soit un entretien.
    constats : list of str
        Les noms douteux, gardés ou écartés.

    Examples
    --------
    >>> noms = ["Claire", "Rose", "Attention", "Claire", "Rose", "Paul", "Rose"]
    >>> trier_noms([Etiquette(nom, "Oui.") for nom in noms], [Paragraphe("Oui.")] * 7)[0] == {"Claire", "Rose", "Paul"}
    True
    """
    lues = [e for e in etiquettes if e and not est_mot_courant(e.nom)]
    fois = Counter(e.nom for e in lues)
    frequents = [e for e in lues if fois[e.nom] > 1]
    marques = [marque for marque in _MARQUES if sum(map(marque, frequents)) >= _PRESQUE_TOUS * max(len(frequents), 1)]
    siennes: dict[str, list[Etiquette]] = {}
    for etiquette in frequents:
        siennes.setdefault(etiquette.nom, []).append(etiquette)
    frequents_noms = {nom for nom, liste in siennes.items() if all(any(map(marque, liste)) for marque in marques)}
    ouverts = sum(e.nom in frequents_noms for e in lues)
    parlants = sum(not lire_moments(p.texte) for p in paragraphes)
    dialogue = ouverts >= _DIALOGUE and len(frequents_noms) > 1 and any(map(est_enqueteur, frequents_noms))
    if ouverts < max(2, parlants / 5) and not dialogue:
        return set(), []
    # A name that nothing follows on its line and that never comes back announces a list (« Trois choses : »).
    uniques = [e for e in lues if e.nom not in frequents_noms and e.dit]
    sans_nom = parlants - ouverts - len(uniques)
    dense = sans_nom <= max(1, (1 - _PRESQUE_TOUS) * parlants)
    minuscules = {mot for p in paragraphes for mot in _MINUSCULES.findall(p.texte)} if uniques else set()
    gardes = {e.nom for e in uniques if fois[e.nom] == 1 and _s_ecrit_comme_un_nom(e, marques, dense, minuscules)}
    noms_uniques = {e.nom for e in uniques} - gardes
    ouvreurs = [(rang, e.nom) for rang, e in enumerate(etiquettes, start=1) if e]
    constats = _citer(
        [rang for rang, nom in ouvreurs if nom in gardes],
        ("nom n'ouvre qu'un tour", "noms n'ouvrent qu'un tour"),
        "vérifiez que c'est un locuteur",
    ) + _citer(
        [rang for rang, nom in ouvreurs if nom in noms_uniques],
        ("début de paragraphe suivi de deux-points", "débuts de paragraphe suivis de deux-points"),
        "lu comme du texte, non comme un locuteur",
    )
    return frequents_noms | gardes, constats


def _citer(rangs: Sequence[int], formes: tuple[str, str], suite: str) -> list[str]:
    """Dire où regarder, sans écrire de nom : un constat se recopie et se transmet."""
    if not rangs:
        return []
    places = ", ".join(map(str, rangs[:_CITES])) + "…" * (len(rangs) > _CITES)
    paragraphes = "paragraphes" if len(rangs) > 1 else "paragraphe"
    return [f"{len(rangs)} {formes[len(rangs) > 1]} ({paragraphes} {places}) : {suite}"]


def _s_ecrit_comme_un_nom(etiquette: Etiquette, marques, dense: bool, minuscules: set[str]) -> bool:
    nom = etiquette.nom
    if not all(marque(etiquette) for marque in marques):
        return False
    if marques or est_enqueteur(nom) or _CIVILITE.match(nom) or re.search(r"\d", nom):
        return True
    mots = re.findall(r"[^\W_]+", nom)
    if not dense or not all(mot[0].isupper() or mot in _PARTICULES for mot in mots):
        return False
    return not all(mot.lower() in minuscules for mot in mots)


def _est_en_gras(etiquette: Etiquette) -> bool:
    return etiquette.gras


def _est_en_capitales(etiquette: Etiquette) -> bool:
    lettres = [signe for signe in etiquette.nom if signe.isalpha()]
    return len(lettres) > 1 and all(map(str.isupper, lettres))


def _est_horodatee(etiquette: Etiquette) -> bool:
    return etiquette.moment is not None


_MARQUES = (_est_en_gras, _est_en_capitales, _est_horodatee)
