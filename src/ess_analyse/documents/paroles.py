"""Les paroles que l'on peut proposer de rendre à une structure ; une personne de l'équipe décide de chacune.

**Contre qui.** Un collègue, un responsable de la structure, qui connaît chacun, sait qui a été entendu, et a pu l'être
lui-même. Le site ne dit d'une parole que sa structure, parmi toutes celles du panel ; réunies sur quelques pages pour
cette structure seule, les mêmes paroles diraient qui.

**La règle.** Une parole n'est candidate que si au moins :data:`TEMOINS` entretiens de la structure peuvent être cités
(davantage si le seuil de l'étude est plus haut) : qui reconnaît ses propres mots hésite alors encore entre deux
personnes. Son thème est porté par au moins :data:`PORTEURS` d'entre eux. Aucun nom connu de l'étude, aucun mot d'une
fonction ni aucun des :data:`MOTS_DE_PERSONNES` ne s'y lit. Ce qui est restreint, et ce qui n'a pas été dit par une
personne interrogée, n'est pas candidat. Une candidate n'est imprimée que si une personne l'a gardée
(:mod:`ess_analyse.documents.tri`), et l'est sans fonction ni place, par ordre alphabétique.

**Ce qui n'est pas protégé.** Une tournure, un fait que tous connaissent : seule la personne qui décide le voit. Et une
parole rendue est aussi une parole publiée : le site groupe les verbatims par document, on peut donc l'y retrouver avec
ses voisines, et savoir que le même entretien les dit toutes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable

from ess_analyse.documents.fonds import Citation, Fonds
from ess_analyse.modele import Place, est_une_parole

__all__ = [
    "MOTS_DE_PERSONNES",
    "PAR_THEME",
    "PORTEURS",
    "TEMOINS",
    "choisir_ailleurs",
    "compter_temoins",
    "exiger_temoins",
    "lister_candidates",
]

TEMOINS = 3
PORTEURS = 2
PAR_THEME = 3
"""Assez pour entendre un thème, trop peu pour que l'on reconstitue un entretien."""

_LONGUEURS = range(30, 261)
"""En deçà, une exclamation ; au-delà, un récit que l'on reconnaît."""
_RACINE = 6
"""Les lettres qui suffisent à reconnaître un mot d'une fonction (« encadr », « délégu »)."""
_MOT_PLEIN = 3

MOTS_DE_PERSONNES = (
    *(r"patron\w*", r"chef\w*", r"direct\w*", r"presid\w*", r"encadr\w*", r"conseil\w*", r"delegu\w*", r"tresor\w*"),
    *(r"responsab\w*", r"maris?", r"femmes?", r"epou(?:x|ses?)", r"compagn(?:on|e)s?", r"fils", r"filles?"),
    *(r"enceintes?", r"hospitalis\w*", r"malad\w*", "ans"),
)
"""Les mots qui, dans une petite structure, désignent une personne sans la nommer : il n'y a qu'un patron, qu'une
trésorière, qu'une collègue enceinte ou de cinquante-sept ans. Sans accents. La liste est large exprès : une parole
écartée à tort n'est qu'une parole de moins, une parole gardée à tort dit qui a parlé."""

_MOTS_COMMUNS = {
    *("aux", "avec", "des", "les", "par", "pour", "sur", "une"),
    *("atelie", "charge", "equipe", "insert", "person", "salari", "servic", "techni", "travai"),
}
"""Les débuts de mots qu'une fonction contient sans rien désigner : « personnel » écarterait chaque « personne »,
« chargé d'insertion » chaque « charge »."""


def lister_candidates(
    fonds: Fonds, structure: str, themes: Iterable[str], noms: Collection[str] = ()
) -> dict[str, list[str]]:
    """Lister les paroles d'une structure que l'on peut proposer de lui rendre.

    Parameters
    ----------
    fonds : Fonds
        Les paroles publiables.
    structure : str
        La structure.
    themes : iterable of str
        Les codes dont on veut des paroles.
    noms : collection of str
        Les pseudonymes de l'étude ; ceux des locuteurs sont connus.

    Returns
    -------
    dict of str to list of str
        Code → paroles, par ordre alphabétique, chacune sous un seul thème. Vide si trop peu de personnes ont été
        entendues.
    """
    if compter_temoins(fonds, structure) < exiger_temoins(fonds):
        return {}
    designe = _reconnaitre(fonds, noms)
    dites = [parole for parole in _dites(fonds) if parole.structure == structure]
    choix: dict[str, list[str]] = {}
    deja: set[str] = set()
    for code in themes:
        portees = [parole for parole in dites if code in parole.codes]
        if len({parole.place.entretien for parole in portees}) < PORTEURS:
            continue
        textes = sorted({p.texte for p in portees if len(p.texte) in _LONGUEURS and not designe(p.texte)} - deja)
        if textes:
            choix[code] = textes
            deja |= set(textes)
    return choix


def choisir_ailleurs(
    fonds: Fonds, structure: str, themes: Iterable[str], sauf: Collection[Place] = ()
) -> dict[str, list[Citation]]:
    """Choisir, dans le reste du panel, des paroles sur les mêmes thèmes, telles que le site les montre.

    Parameters
    ----------
    fonds : Fonds
        Les paroles publiables.
    structure : str
        Celle à qui on les rend : les siennes n'y sont pas.
    themes : iterable of str
        Les codes.
    sauf : collection of Place
        Les paroles que le document montre déjà ailleurs.

    Returns
    -------
    dict of str to list of Citation
        Code → au plus :data:`PAR_THEME` paroles, de structures différentes et, d'un thème à l'autre, aussi variées que
        possible ; d'abord celles que les enseignements citent.
    """
    citees = {place for lecon in fonds.enseignements for place in lecon.preuves}
    voisines = [p for p in _dites(fonds) if p.structure not in ("", structure) and len(p.texte) in _LONGUEURS]
    choix: dict[str, list[Citation]] = {}
    deja = set(sauf)
    tours: Counter[str] = Counter()
    for code in themes:
        portees = [parole for parole in voisines if code in parole.codes and parole.place not in deja]
        portees.sort(key=lambda parole: (tours[parole.structure], parole.place not in citees, parole.place))
        premieres = {parole.structure: parole for parole in reversed(portees)}
        retenues = [parole for parole in portees if parole is premieres[parole.structure]][:PAR_THEME]
        if retenues:
            choix[code] = retenues
            deja |= {parole.place for parole in retenues}
            tours.update(parole.structure for parole in retenues[:1])
    return choix


def compter_temoins(fonds: Fonds, structure: str) -> int:
    """Compter les entretiens d'une structure dont une parole peut être citée."""
    return len({parole.place.entretien for parole in _dites(fonds) if parole.structure == structure})


def exiger_temoins(fonds: Fonds) -> int:
    """Dire combien d'entretiens doivent pouvoir être cités : jamais moins que le seuil de l'étude."""
    return max(TEMOINS, fonds.seuil)


def _dites(fonds: Fonds) -> list[Citation]:
    """Garder ce qu'une personne interrogée a dit : ni observation, ni document."""
    entretiens = set(fonds.documents.loc[fonds.documents["type"] == "entretien", "entretien"])
    return [parole for parole in fonds.verbatims if not parole.contenue and parole.place.entretien in entretiens]


def _reconnaitre(fonds: Fonds, noms: Collection[str]) -> Callable[[str], bool]:
    """Préparer de quoi dire si une parole nomme quelqu'un, ou le désigne d'un mot."""
    locuteurs = {nom for nom in fonds.segments["locuteur"].unique() if nom and est_une_parole(nom)}
    personnes = {mot for nom in {*locuteurs, *noms} for mot in _mots(nom) if len(mot) >= _MOT_PLEIN}
    dites = {*fonds.fonctions["fonction"], *fonds.documents["fonction"]}
    fonctions = {mot[:_RACINE] for nom in dites for mot in _mots(nom) if len(mot) >= _MOT_PLEIN} - _MOTS_COMMUNS
    gens = re.compile("|".join(MOTS_DE_PERSONNES))

    def designe(texte: str) -> bool:
        mots = set(_mots(texte))
        debuts = {mot[:_RACINE] for mot in mots}
        return bool(mots & personnes or debuts & fonctions or any(map(gens.fullmatch, mots)))

    return designe


def _mots(texte: str) -> list[str]:
    nu = unicodedata.normalize("NFD", texte.casefold())
    return re.findall(r"[^\W_]+", "".join(lettre for lettre in nu if not unicodedata.combining(lettre)))
