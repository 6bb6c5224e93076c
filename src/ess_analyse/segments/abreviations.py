"""Dire si un point abrège un mot ou finit une phrase."""

from __future__ import annotations

import re

__all__ = ["AMORCES", "est_abrege"]

_ARTICLES = frozenset(("le", "la", "les", "l", "du", "de", "des", "d"))
_TEXTE_AMORCES = """
je j tu on nous vous il elle ils elles c ça cela ce cet cette ces ceux celui celle un une mon ma mes notre nos votre
vos leur leurs son sa ses et mais donc or ni car alors après avant puis ensuite enfin voilà oui non bon ben bah ah
oh euh quand si comme parce puisque lorsque pendant depuis maintenant hier demain là ici moi toi lui eux qui que
quoi qu où comment pourquoi combien quel quelle quels quelles dans sur sous avec sans pour par chez en à au aux y
tout toute tous toutes chacun chaque personne rien plus pas même aussi encore toujours jamais déjà parfois souvent
sinon sauf selon vers entre dès bref résultat pourtant
"""
AMORCES = _ARTICLES | frozenset(_TEXTE_AMORCES.split())
"""Les mots, en minuscules, qui ouvrent une phrase et ne sont pas des noms propres."""

_TITRES = frozenset(("m", "mm", "mme", "mmes", "mlle", "mlles", "dr", "drs", "pr", "me", "mgr", "st", "ste", "cf"))
_MOIS = frozenset(("janv", "févr", "avr", "juil", "sept", "oct", "nov", "déc"))
# « p. 12 », « vol. 2 », « max. 12 » : without a number behind, the same letters are a word that ends.
_NUMEROTES = frozenset(
    ("p", "pp", "n", "no", "nos", "art", "chap", "fig", "vol", "tab", "réf", "al", "min", "max", "tél")
)
_COURANTS = frozenset(("env", "av", "bd", "bld", "resp", "éd", "coll", "ex"))
# « plan B », « Mme B » : the letter is a name of its own.
_TEXTE_ETIQUETTES = """
plan permis groupe vitamine option classe catégorie point niveau solution bâtiment salle équipe annexe zone ligne
type lettre hépatite cas bloc lot variante scénario quai sortie porte allée section série note face formule
hypothèse taille volet axe phase fiche
"""
_ETIQUETTES = frozenset(_TEXTE_ETIQUETTES.split())
_MOT = re.compile(r"[^\W\d_]*")
_ANNEE = re.compile(r"(?:19|20)\d\d\b")
_NUMERO = re.compile(r"\+?\d|[A-Z]{1,4}(?=[\s.,;)\d-])")
_SIGLE = re.compile(r"(?:[^\W\d_]\.-?)+[^\W\d_]")
_HEURE = re.compile(r"\d*h")
_ATTACHES = re.compile(r"[«“\"'’(\[]")


def est_abrege(mot: str, avant: str, apres: str) -> bool:
    """Dire si le point qui suit un mot l'abrège.

    Parameters
    ----------
    mot : str
        Ce qui précède le point, depuis le dernier blanc.
    avant : str
        Le mot d'avant, ou rien.
    apres : str
        Ce qui suit le point, à partir d'une majuscule ou d'un chiffre.

    Examples
    --------
    >>> est_abrege("M", "avec", "Leroy"), est_abrege("B", "plan", "Leroy"), est_abrege("sept", "en", "2024")
    (True, False, True)
    """
    mot, avant = _ATTACHES.split(mot)[-1], _ATTACHES.split(avant)[-1].lower().rstrip(".")
    bas, suivant = mot.lower(), _MOT.match(apres)[0].lower()
    if len(mot) == 1 and mot.isupper() and avant in _ETIQUETTES:
        return False
    if bas in _TITRES and (len(mot) == 1 or not mot.isupper() or bas == "mm"):
        return mot != "m" or suivant not in AMORCES
    if len(mot) == 1 and mot.isupper():
        return suivant not in AMORCES or (suivant in _ARTICLES and avant not in _TITRES)
    if len(mot) > 1 and mot.isupper() and mot.isalpha():
        return False
    if bas in _MOIS:
        return bool(_ANNEE.match(apres))
    if bas in _NUMEROTES:
        return bool(_NUMERO.match(apres))
    if bas in _COURANTS:
        return suivant not in AMORCES or (bas == "ex" and avant in ("par", "p"))
    if _SIGLE.fullmatch(mot):
        return suivant not in AMORCES or mot in ("N.B", "P.S") or ("-" in mot and suivant in _ARTICLES)
    return bool(_HEURE.fullmatch(bas)) and apres[:1].isdigit()
