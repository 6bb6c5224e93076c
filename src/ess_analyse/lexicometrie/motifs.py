"""Ce qu'une personne peut chercher : des mots avec jokers, ou une expression régulière dont les essais sont bornés."""

from __future__ import annotations

import math
import re

from ess_analyse.erreurs import ErreurDonnees, Probleme

__all__ = ["compiler_expression", "compiler_mots"]

_LONGUEUR = 200
_SANS_BORNE, _JOKERS = 2, 3
"""Le plus de répétitions sans borne d'une expression, de jokers d'un mot."""
_COMPTEE, _ESSAIS = 50, 20_000
"""Pour combien d'essais compte une répétition sans borne, et combien d'essais sont permis à chaque place d'un texte."""
# Read from left to right, so that an escaped bracket neither opens nor closes a class.
_NEUTRE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_RENVOI = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")
_COMMENTAIRE = re.compile(r"\(\?#|\(\?[a-zA-Z]*x")
_REPETE = re.compile(r"(?<!\()(?:[*+?]|\{(\d*)(,?)(\d*)\})[?+]?")


def compiler_mots(motif: str) -> list[re.Pattern]:
    """Lire une suite de mots, où ``*`` remplace n'importe quelles lettres.

    Parameters
    ----------
    motif : str
        Par exemple « double sais* ».

    Returns
    -------
    list of re.Pattern
        Un motif par mot.

    Raises
    ------
    ErreurDonnees
        Si le motif est vide ou trop long, ou si un mot a plus de trois ``*``.

    Examples
    --------
    >>> [bool(mot.fullmatch("saisie")) for mot in compiler_mots("double sais*")]
    [False, True]
    """
    mots = motif.lower().replace("’", "'").split()
    if not mots or len(motif) > _LONGUEUR:
        _refuser("motif vide ou trop long", motif, f"écrivez un ou quelques mots, {_LONGUEUR} signes au plus")
    for mot in mots:
        if len(re.findall(r"\*+", mot)) > _JOKERS:
            _refuser("trop de « * » dans un mot", mot, f"gardez-en {_JOKERS} au plus")
    return [re.compile(re.sub(r"(?:\\\*)+", ".*", re.escape(mot))) for mot in mots]


def compiler_expression(motif: str) -> re.Pattern:
    """Lire une expression régulière, si le nombre d'essais de sa recherche est borné.

    Le temps d'une recherche suit le nombre de façons de lire un même texte. Sont donc refusés : les groupes répétés qui
    contiennent une répétition ou un choix (« (a+)+ »), les renvois à un groupe, plus de deux répétitions sans borne
    (« * », « + », « {2,} »), et les répétitions variables et les choix dont le produit dépasse 20 000 (« a? » compte
    pour 2, « .{0,99} » pour 100, « a|b|c » pour 3, « .* » pour 50), les commentaires. Ce n'est pas une durée garantie :
    celle d'une expression acceptée peut encore croître comme le cube de la longueur du texte.

    Parameters
    ----------
    motif : str
        Une expression régulière de Python ; les capitales ne comptent pas.

    Returns
    -------
    re.Pattern
        Le motif.

    Raises
    ------
    ErreurDonnees
        Expression vide, trop longue, illisible ou refusée.

    Examples
    --------
    >>> compiler_expression(r"double.? saisies?").findall("La double saisie, les doubles saisies.")
    ['double saisie', 'doubles saisies']
    """
    if not motif.strip() or len(motif) > _LONGUEUR:
        _refuser("expression vide ou trop longue", motif, f"écrivez une expression de {_LONGUEUR} signes au plus")
    try:
        expression = re.compile(motif, re.IGNORECASE)
    except (re.error, OverflowError) as erreur:
        _refuser(f"expression illisible ({erreur})", motif, "vérifiez les parenthèses, les crochets et les « \\ »")
    nu = _NEUTRE.sub("a", motif)
    if _RENVOI.search(motif) or _COMMENTAIRE.search(nu) or _repete_un_groupe(nu) or _essaie_trop(nu):
        remede = "ôtez ce qui répète un groupe, ou bornez les répétitions : « \\w{1,20} » plutôt que « \\w+ »"
        _refuser("expression dont la recherche pourrait ne pas finir", motif, remede)
    return expression


def _repete_un_groupe(nu: str) -> bool:
    """Dire si un groupe répété plus d'une fois contient lui-même une répétition ou un choix."""
    ouvertures = []
    for place, signe in enumerate(nu):
        if signe == "(":
            ouvertures.append(place)
        elif signe == ")" and ouvertures:
            dedans = nu[ouvertures.pop() + 1 : place]
            suite = _REPETE.match(nu, place + 1)
            if suite and suite[0][0] != "?" and (_REPETE.search(dedans.removeprefix("?:")) or "|" in dedans):
                return True
    return False


def _essaie_trop(nu: str) -> bool:
    """Dire si les répétitions variables et les choix font trop de façons de lire un texte."""
    sans_borne, essais = 0, math.prod(_compter_choix(nu))
    for trouve in _REPETE.finditer(nu):
        moins, virgule, plus = trouve.groups()
        if trouve[0][0] == "?":
            essais *= 2
        elif trouve[0][0] in "*+" or (virgule and not plus):
            sans_borne += 1
            essais *= _COMPTEE
        elif virgule:
            essais *= int(plus) - int(moins or 0) + 1
    return sans_borne > _SANS_BORNE or essais > _ESSAIS


def _compter_choix(nu: str) -> list[int]:
    """Compter les branches de chaque groupe, et de l'expression."""
    ouverts, fermes = [1], []
    for signe in nu:
        if signe == "(":
            ouverts.append(1)
        elif signe == ")":
            fermes.append(ouverts.pop())
        elif signe == "|":
            ouverts[-1] += 1
    return fermes + ouverts


def _refuser(message: str, motif: str, remede: str) -> None:
    raise ErreurDonnees([Probleme("concordance", 0, message, motif[:_LONGUEUR], remede)])
