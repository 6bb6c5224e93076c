"""Ce que l'écriture et la lecture ont en commun : ce que le standard ne prévoit pas, et la phrase qui en tient lieu."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

__all__ = ["DOSSIER_LECTURE", "LU_RIEN", "PERTES", "comprendre", "decrire", "est_lu_rien", "trouver_origine"]

PERTES = (
    "Les indices de la grille et leurs exceptions : la définition, les règles et les exemples d'un code sont réunis en "
    "un seul texte, sa description.",
    "La dimension d'un code : seule sa famille (Risque, Opportunité, Prisme) est un dossier.",
    "Les suggestions que personne n'a acceptées.",
    "La date d'un codage : toutes sont fixées au 1ᵉʳ janvier 2000, pour que deux exports soient identiques.",
    "La diffusion de chaque passage : seule celle du document est une variable.",
    "Les locuteurs et les temps de l'enregistrement : le texte garde le nom de qui parle, en tête de chaque tour.",
    "Les caractères de contrôle, que XML interdit, dans les mémos, les libellés et les noms ; les textes les gardent.",
    "Les enseignements, les fiches et le plan d'actions.",
)
"""Ce qu'un ``.qdpx`` ne peut pas tenir, ou que les autres logiciels n'y liraient pas."""

DOSSIER_LECTURE = "Lecture"
LU_RIEN = "Lu, rien à coder"
"""Le code qui tient lieu de ``-`` : sans lui, une phrase lue ne se distingue pas d'une phrase pas encore lue."""

_FINS = re.compile("[\r\n]+")
_ORIGINE = re.compile(r"Origine(?: de (?P<code>\S+))?\s:(?:\s(?P<phrase>.*))?")
_SUGGESTION = re.compile(r"(?P<score>\d+(?:[.,]\d+)?):(?P<methode>[^:|,]*):(?P<indice>[^:|]*)")
_PHRASE = re.compile(
    r"suggestion acceptée\s: (?P<methode>[^:|,]*), (?P<score>\d+(?:[.,]\d+)?)(?:, «\s(?P<indice>[^:|]*)\s»)?"
)


def est_lu_rien(nom: str) -> bool:
    """Dire si un nom de code est celui d'une lecture sans code, quels que soient sa casse et ses blancs.

    Examples
    --------
    >>> est_lu_rien(" lu,  rien à coder "), est_lu_rien("Rien")
    (True, False)
    """
    return " ".join(unicodedata.normalize("NFC", nom).casefold().split()) == LU_RIEN.casefold()


def decrire(origines: Mapping[str, str], memo: str) -> str:
    """Dire d'où viennent les codes d'un passage, et ce que la personne en a noté.

    La description d'un passage est le seul endroit que tous les logiciels montrent à côté d'un codage.

    Parameters
    ----------
    origines : mapping of str to str
        Pour chaque code, ``humain`` ou la suggestion acceptée (``score:méthode:indice``).
    memo : str
        Le mémo, vide s'il n'y en a pas.

    Returns
    -------
    str
        Une ligne si tous les codes ont la même origine, sinon une par code ; puis le mémo après une ligne vide.

    Examples
    --------
    >>> print(decrire({"R-SENS": "humain", "R-CHARGE": "0.82:indices:ressaisir"}, "").replace("\u00a0", " "))
    Origine de R-CHARGE : suggestion acceptée : indices, 0.82, « ressaisir »
    Origine de R-SENS : humain
    """
    phrases = {code: _en_phrase(origine) for code, origine in sorted(origines.items())}
    if len(set(phrases.values())) == 1:
        lignes = [f"Origine\u00a0: {phrase}" for phrase in set(phrases.values())]
    else:
        lignes = [f"Origine de {code}\u00a0: {phrase}" for code, phrase in phrases.items()]
    return "\n\n".join(filter(None, ["\n".join(lignes), memo]))


def comprendre(description: str) -> tuple[dict[str, str], str]:
    r"""Retrouver dans une description ce que :func:`decrire` y a mis ; tout le reste est un mémo.

    Parameters
    ----------
    description : str
        La description d'un passage, de ce programme ou d'un autre.

    Returns
    -------
    origines : dict of str to str
        L'origine de chaque code, ou celle de tous sous la clé vide ; vide si la description n'en dit rien.
    memo : str
        Ce qui reste.

    Examples
    --------
    >>> comprendre("Origine : suggestion acceptée : indices, 0.82, « ressaisir »\n\nÀ revoir.")
    ({'': '0.82:indices:ressaisir'}, 'À revoir.')
    >>> comprendre("À revoir.")
    ({}, 'À revoir.')
    """
    tete, _, suite = description.partition("\n\n")
    trouvees = [_ORIGINE.fullmatch(ligne) for ligne in tete.split("\n")]
    if not all(trouvees):
        return {}, description
    return {trouvee["code"] or "": _en_origine(trouvee["phrase"] or "") for trouvee in trouvees if trouvee}, suite


def trouver_origine(origines: Mapping[str, str], code: str) -> str:
    """Trouver l'origine d'un code parmi celles que :func:`comprendre` a lues.

    Parameters
    ----------
    origines : mapping of str to str
        Ce que la description en dit.
    code : str
        Le nom du code là-bas, qui commence par son identifiant, ou ``-``.

    Returns
    -------
    str
        Son origine, vide si la description n'en dit rien.

    Examples
    --------
    >>> trouver_origine({"R-SENS": "humain", "R-CHARGE": "0.82:indices:"}, "R-CHARGE Charge de travail")
    '0.82:indices:'
    """
    return origines.get("", origines.get(code.partition(" ")[0], ""))


def _en_phrase(origine: str) -> str:
    # One origin is one line: comprendre cuts the description there.
    lue = _SUGGESTION.fullmatch(origine := _FINS.sub(" ", origine))
    if not lue:
        return origine
    indice = f", «\u00a0{lue['indice']}\u00a0»" if lue["indice"] else ""
    return f"suggestion acceptée\u00a0: {lue['methode']}, {lue['score']}{indice}"


def _en_origine(phrase: str) -> str:
    lue = _PHRASE.fullmatch(phrase)
    return f"{lue['score']}:{lue['methode']}:{lue['indice'] or ''}" if lue else phrase
