"""Reconnaître un tableau dont chaque ligne est un tour de parole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ess_analyse.lecture.horodatage import lire_moments
from ess_analyse.lecture.paragraphes import Paragraphe

__all__ = ["Repliques", "lire_repliques"]

Cellule = Sequence[Paragraphe]

_MOTS_D_UN_NOM = 4
_SIGNES_D_UN_NOM = 40
_COLONNES = 5
_TITRES = {
    "nom": r"(?:inter)?locut(?:eur|rice)s?|intervenant(?:e|s|es)?|qui(?: parle)?|noms?|personnes?|speaker",
    "parole": r"paroles?|propos|textes?|verbatims?|transcriptions?|contenus?|discours|tours?(?: de parole)?|dit|text",
    "temps": r"temps|minut(?:age|es?)|heures?|horodatages?|time ?codes?|d[ée]buts?|time",
    "numero": r"n°|no\.?|num[ée]ros?|ligne|#|id",
}
_FIN_DE_NOM = " \u00a0\u202f:–—-"


@dataclass(frozen=True)
class Repliques:
    """Les tours lus dans un tableau.

    Attributes
    ----------
    paragraphes : tuple of Paragraphe
        Le premier de chaque ligne porte le locuteur et le temps de la ligne.
    entete : str
        Le texte de la ligne de titres, vide s'il n'y en a pas.
    numeros : int
        Nombre de numéros de ligne laissés de côté.
    """

    paragraphes: tuple[Paragraphe, ...]
    entete: str = ""
    numeros: int = 0


def lire_repliques(lignes: Sequence[Sequence[Cellule]]) -> Repliques | None:
    """Lire un tableau « locuteur | parole », s'il en est un.

    Une colonne de noms est reconnue à son titre, ou à ses noms courts dont l'un revient après un autre ; une colonne de
    minutage ou de numéros de ligne peut l'accompagner. Une case de nom vide continue le tour d'avant.

    Parameters
    ----------
    lignes : sequence of sequence of sequence of Paragraphe
        Les paragraphes de chaque case de chaque ligne.

    Returns
    -------
    Repliques or None
        Rien si ce n'est pas un tel tableau.

    Examples
    --------
    >>> dits = [("Zoé", "Ça va ?"), ("Rose", "Oui."), ("Zoé", "Bien.")]
    >>> lignes = [[[Paragraphe(case)] for case in ligne] for ligne in dits]
    >>> [(p.locuteur, p.texte) for p in lire_repliques(lignes).paragraphes]
    [('Zoé', 'Ça va ?'), ('Rose', 'Oui.'), ('Zoé', 'Bien.')]
    """
    pleines = [ligne for ligne in lignes if any(ligne)]
    largeur = max(map(len, pleines), default=0)
    if not 2 <= largeur <= _COLONNES or any(len(ligne) != largeur for ligne in pleines):
        return None
    titres = [_reconnaitre_titre(_dire(case)) for case in pleines[0]]
    entete = "nom" in titres and "parole" in titres
    corps = pleines[1:] if entete else pleines
    textes = [[_dire(ligne[rang]) for ligne in corps] for rang in range(largeur)]
    roles = titres if entete else _deviner(textes)
    if not corps or "nom" not in roles or "parole" not in roles or roles.count("nom") > 1:
        return None
    if None in roles and entete:
        return None
    noms = [texte.strip(_FIN_DE_NOM) for texte in textes[roles.index("nom")]]
    if not all(map(_est_un_nom, filter(None, noms))) or not (entete or _reviennent(noms)):
        return None
    temps = textes[roles.index("temps")] if "temps" in roles else [""] * len(corps)
    paragraphes: list[Paragraphe] = []
    for ligne, nom, moment in zip(corps, noms, temps, strict=True):
        dits = [dit for role, case in zip(roles, ligne, strict=True) if role == "parole" for dit in case]
        if dits:
            paragraphes += [replace(dits[0], locuteur=nom or None, temps=lire_moments(moment)), *dits[1:]]
    numeros = sum(
        bool(texte) for role, colonne in zip(roles, textes, strict=True) if role == "numero" for texte in colonne
    )
    return Repliques(tuple(paragraphes), " | ".join(map(_dire, pleines[0])) if entete else "", numeros)


def _dire(case: Cellule) -> str:
    return " ".join(paragraphe.texte for paragraphe in case)


def _reconnaitre_titre(texte: str) -> str | None:
    texte = texte.strip(_FIN_DE_NOM)
    return next((role for role, motif in _TITRES.items() if re.fullmatch(motif, texte, re.IGNORECASE)), None)


def _deviner(textes: Sequence[Sequence[str]]) -> list[str | None]:
    """Dire ce que tient chaque colonne : les minutages et les numéros se voient, puis un nom, puis la parole."""
    roles: list[str | None] = []
    for colonne in textes:
        dits = [texte for texte in colonne if texte]
        if dits and all(lire_moments(texte) for texte in dits):
            roles.append("temps")
        elif len(dits) > 1 and _se_suivent(dits):
            roles.append("numero")
        else:
            roles.append("parole" if "nom" in roles else "nom")
    return roles


def _se_suivent(dits: Sequence[str]) -> bool:
    if not all(re.fullmatch(r"\d{1,5}[.)]?", dit) for dit in dits):
        return False
    return all(avant < apres for avant, apres in pairwise(int(dit.rstrip(".)")) for dit in dits))


def _est_un_nom(texte: str) -> bool:
    court = len(texte) <= _SIGNES_D_UN_NOM and len(texte.split()) <= _MOTS_D_UN_NOM
    return court and bool(re.match(r"[^\W_]", texte)) and not re.search(r"[?!…;,]|\w{3}\.$", texte)


def _reviennent(noms: Sequence[str]) -> bool:
    """Dire si un nom revient après un autre : des thèmes, eux, sont groupés."""
    suite = [nom for nom in noms if nom]
    suite = [nom for rang, nom in enumerate(suite) if not rang or nom != suite[rang - 1]]
    return len(set(suite)) < len(suite) and bool(suite) and suite[0][0].isupper()
