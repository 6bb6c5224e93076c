"""Reconnaître qui parle : des paragraphes aux tours de parole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from ess_analyse.erreurs import proposer
from ess_analyse.lecture.etiquettes import Etiquette, lire_etiquette, lire_nom_demande, lire_nom_marque, plier
from ess_analyse.lecture.horodatage import lire_moments
from ess_analyse.lecture.noms import abreger_noms, mettre_en_etiquette
from ess_analyse.lecture.paragraphes import Paragraphe
from ess_analyse.lecture.plausibilite import trier_noms
from ess_analyse.modele import PREAMBULE, QUESTION, REPONSE

__all__ = ["AUCUN", "Parole", "Tours", "reconnaitre_tours"]

AUCUN = "aucun"
_MARQUES = ("horodatage", "initiale", "gras", "ligne")
_QUESTION_LONGUE = 60
_PROPOSES = 50
"""Noms lus, les plus fréquents, parmi lesquels chercher celui qu'une personne a voulu écrire."""


class Parole(NamedTuple):
    """Un tour de parole : qui, quoi, quand (en secondes)."""

    locuteur: str
    texte: str
    temps: tuple[float, float] | None = None


@dataclass(frozen=True)
class Tours:
    """Les tours reconnus.

    Attributes
    ----------
    paroles : tuple of Parole
        Dans l'ordre.
    constats : tuple of str
        Ce qu'il faut dire à la personne, une phrase par chose.
    absents : tuple of (str, str)
        Les noms demandés que rien n'ouvre, chacun avec ce qui lui ressemble.
    """

    paroles: tuple[Parole, ...]
    constats: tuple[str, ...] = ()
    absents: tuple[tuple[str, str], ...] = ()


def reconnaitre_tours(
    paragraphes: Sequence[Paragraphe], *, suite: str = "\n", locuteurs: Sequence[str] | None = None
) -> Tours:
    r"""Reconnaître les tours de parole d'une suite de paragraphes.

    Un locuteur que le format donne (voix, colonne) l'emporte toujours. Sinon sont essayés, dans l'ordre : un nom devant
    chaque tour (« Claire : », « CLAIRE – », précédé ou suivi d'un horodatage) quand ces noms reviennent ; un nom et un
    horodatage seuls sur leur ligne ; « Q. » et « R. » ; des noms en gras ; des noms seuls sur leur ligne ; des
    questions sans nom, chacune suivie de sa réponse. Un horodatage lu avec un nom quitte le texte et devient le temps
    du tour, si le format n'en donne pas d'autre ; le tour dure alors jusqu'au suivant.

    Parameters
    ----------
    paragraphes : sequence of Paragraphe
        Dans l'ordre.
    suite : str
        Ce qui joint un paragraphe sans nom au tour qu'il continue.
    locuteurs : sequence of str, optional
        Les seuls noms qui ouvrent un tour, comparés sans casse ni accents ; « aucun » pour ne pas chercher ; vide pour
        les reconnaître.

    Returns
    -------
    Tours
        Ce qui précède le premier tour a pour locuteur « Préambule ». Sans tour reconnu, les paragraphes, locuteur
        vide : aucun mot n'est perdu.

    Examples
    --------
    >>> dits = ["Claire : Ça va ?", "Rose : Oui.", "Enfin bon.", "[01:02] Claire : Bien."]
    >>> for parole in reconnaitre_tours([Paragraphe(dit) for dit in dits]).paroles:
    ...     print(tuple(parole))
    ('Claire', 'Ça va ?', None)
    ('Rose', 'Oui.\nEnfin bon.', None)
    ('Claire', 'Bien.', (62.0, 62.0))
    """
    noms = [locuteurs] if isinstance(locuteurs, str) else locuteurs or ()
    demandes = {plie: nom for nom in noms if (plie := plier(nom))}
    paragraphes, constats = abreger_noms(paragraphes)
    connus = {plier(p.locuteur) for p in paragraphes if p.locuteur}
    if set(demandes) == {AUCUN}:
        etiquettes = [None] * len(paragraphes)
    elif demandes or connus:
        etiquettes = _lire_etiquettes(paragraphes, {*demandes}, connus)
    else:
        etiquettes, doutes = _reconnaitre(paragraphes)
        constats += doutes
    absents = _lister_absents(demandes, etiquettes, paragraphes)
    if not connus and not any(etiquettes):
        seuls = () if set(demandes) == {AUCUN} or demandes else _lire_questions(paragraphes)
        return Tours(tuple(seuls or (Parole("", p.texte, p.temps) for p in paragraphes)), tuple(constats), absents)
    tours = _Tours(suite)
    for etiquette, paragraphe in zip(_dater(etiquettes, paragraphes), paragraphes, strict=True):
        tours.ajouter(etiquette, paragraphe)
    return Tours(tours.finir(), (*tours.constater(), *constats), absents)


def _reconnaitre(paragraphes: Sequence[Paragraphe]) -> tuple[list[Etiquette | None], list[str]]:
    etiquettes = [lire_etiquette(p) for p in paragraphes]
    retenus, constats = trier_noms(etiquettes, paragraphes)
    if retenus:
        # Once speakers are known, their name in bold opens a turn too, with or without a colon.
        gras = [lire_nom_marque(p, "gras") for p in paragraphes]
        etiquettes = [
            e if e and e.nom in retenus else (g if g and g.nom in retenus else None)
            for e, g in zip(etiquettes, gras, strict=True)
        ]
        return etiquettes, constats
    for marque in _MARQUES:
        etiquettes = [lire_nom_marque(p, marque) for p in paragraphes]
        noms = _reviennent(etiquettes, len(paragraphes))
        if noms:
            return [e if e and e.nom in noms else None for e in etiquettes], constats
    return [None] * len(paragraphes), constats


def _reviennent(etiquettes: Sequence[Etiquette | None], paragraphes: int) -> set[str]:
    """Trouver les noms qui reviennent et se répondent, assez souvent pour que ce soit un entretien."""
    fois = Counter(e.nom for e in etiquettes if e)
    noms = {nom for nom, combien in fois.items() if combien > 1}
    suite = [e.nom for e in etiquettes if e and e.nom in noms]
    alternent = sum(avant != apres for avant, apres in pairwise(suite))
    # Page headers and section titles come back too, but they neither answer each other nor fill the text.
    assez = len(noms) > 1 and len(suite) >= max(4, paragraphes / 5) and alternent >= len(suite) / 2
    return noms if assez else set()


def _lire_etiquettes(paragraphes: Sequence[Paragraphe], demandes: set[str], connus: set[str]) -> list[Etiquette | None]:
    """Lire les noms demandés, ou à défaut ceux que le format donne ailleurs, tous écrits d'une seule façon."""
    etiquettes = [lire_nom_demande(p, demandes or connus) for p in paragraphes]
    # A name alone on its line may be an answer (« Rose »), in a text that writes « Rose : » before each turn.
    separes = {plier(e.nom) for e in etiquettes if e and not e.seul} | connus
    etiquettes = [None if e and e.seul and plier(e.nom) in separes else e for e in etiquettes]
    for rang, (etiquette, paragraphe) in enumerate(zip(etiquettes, paragraphes, strict=True)):
        if etiquette and paragraphe.locuteur and plier(etiquette.nom) != plier(paragraphe.locuteur):
            etiquettes[rang] = None
    formes: dict[str, Counter[str]] = {}
    for nom in [e.nom for e in etiquettes if e] + [p.locuteur for p in paragraphes if p.locuteur]:
        formes.setdefault(plier(nom), Counter())[nom] += 1
    noms = {plie: formes_.most_common(1)[0][0] for plie, formes_ in formes.items()}
    return [etiquette and etiquette._replace(nom=noms[plier(etiquette.nom)]) for etiquette in etiquettes]


def _lister_absents(demandes, etiquettes, paragraphes) -> tuple[tuple[str, str], ...]:
    trouves = {plier(e.nom) for e in etiquettes if e} | {plier(p.locuteur) for p in paragraphes if p.locuteur}
    manquants = [nom for plie, nom in demandes.items() if plie not in trouves and plie != AUCUN]
    if not manquants:
        return ()
    lus = Counter(e.nom for e in map(lire_etiquette, paragraphes) if e)
    lus.update(p.locuteur for p in paragraphes if p.locuteur)
    return tuple((nom, proposer(nom, [lu for lu, _ in lus.most_common(_PROPOSES)])) for nom in manquants)


def _dater(etiquettes: Sequence[Etiquette | None], paragraphes: list[Paragraphe]) -> list[Etiquette | None]:
    """Donner à un tour l'horodatage seul sur la ligne qui le précède."""
    etiquettes = list(etiquettes)
    for rang in range(len(etiquettes) - 1, 0, -1):
        etiquette, moments = etiquettes[rang], lire_moments(paragraphes[rang - 1].texte)
        if etiquette and etiquette.nom and etiquette.moment is None and moments and not etiquettes[rang - 1]:
            etiquettes[rang] = etiquette._replace(moment=moments[0])
            etiquettes[rang - 1] = Etiquette("", "")
    return etiquettes


class _Tours:
    """Réunir les paragraphes en tours."""

    def __init__(self, suite: str):
        self.suite = suite
        self.noms: list[str] = []
        self.dits: list[list[str]] = []
        self.temps: list[tuple[float, float] | None] = []
        self.horodatages = self.numeros = 0

    def ajouter(self, etiquette: Etiquette | None, paragraphe: Paragraphe) -> None:
        nom, dit, temps = paragraphe.locuteur or "", paragraphe.texte, paragraphe.temps
        if etiquette:
            nom, dit = nom or mettre_en_etiquette(etiquette.nom), etiquette.dit
            self.horodatages += etiquette.moment is not None
            self.numeros += bool(etiquette.numero)
            if temps is None and etiquette.moment is not None:
                temps = (etiquette.moment, etiquette.moment)
            if not nom:
                return
        if not self.noms or nom not in ("", self.noms[-1]):
            self.noms.append(nom or PREAMBULE)
            self.dits.append([])
            self.temps.append(None)
        if dit:
            self.dits[-1].append(dit)
        if temps:
            connu = self.temps[-1] or temps
            self.temps[-1] = (min(connu[0], temps[0]), max(connu[1], temps[1]))

    def finir(self) -> tuple[Parole, ...]:
        suivant = None
        for rang in range(len(self.temps) - 1, -1, -1):
            temps = self.temps[rang]
            if temps:
                # A lone time stamp says when a turn starts: it lasts until the next one.
                if temps[0] == temps[1] and suivant is not None:
                    self.temps[rang] = (temps[0], max(temps[0], suivant))
                suivant = temps[0]
        return tuple(
            Parole(nom, self.suite.join(dits), temps)
            for nom, dits, temps in zip(self.noms, self.dits, self.temps, strict=True)
            if dits
        )

    def constater(self) -> list[str]:
        def dire(nombre: int, un: str, des: str) -> list[str]:
            return [f"{nombre} {des if nombre > 1 else un}"] if nombre else []

        vides = sum(not dits for dits in self.dits)
        return [
            *dire(
                self.horodatages, "horodatage devenu le temps de son tour", "horodatages devenus le temps de leur tour"
            ),
            *dire(self.numeros, "numéro de tour laissé de côté", "numéros de tours laissés de côté"),
            *dire(vides, "nom que rien ne suit laissé de côté", "noms que rien ne suit laissés de côté"),
        ]


def _lire_questions(paragraphes: Sequence[Paragraphe]) -> list[Parole]:
    """Lire un entretien dont seules les questions, courtes et seules sur leur ligne, séparent les tours."""
    for est_question in (_finit_en_question, lambda p: p.gras == len(p.texte)):
        questions = _separer(paragraphes, est_question)
        if questions:
            return questions
    return []


def _finit_en_question(paragraphe: Paragraphe) -> bool:
    return paragraphe.texte.endswith("?") and len(paragraphe.texte.split()) <= _QUESTION_LONGUE


def _separer(paragraphes: Sequence[Paragraphe], est_question: Callable[[Paragraphe], bool]) -> list[Parole]:
    questions = [est_question(p) for p in paragraphes]
    suivies = sum(q and not r for q, r in pairwise(questions))
    if suivies < 3 or suivies < len(paragraphes) / 5 or suivies < 0.8 * sum(questions):
        return []
    interrogent = sum(q and p.texte.endswith("?") for q, p in zip(questions, paragraphes, strict=True))
    if interrogent < sum(questions) / 2:
        return []
    tours, premiere = _Tours("\n"), questions.index(True)
    for rang, (question, paragraphe) in enumerate(zip(questions, paragraphes, strict=True)):
        nom = PREAMBULE if rang < premiere else QUESTION if question else REPONSE
        tours.ajouter(None, replace(paragraphe, locuteur=nom))
    return list(tours.finir())
