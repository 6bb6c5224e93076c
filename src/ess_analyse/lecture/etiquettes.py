"""Lire le nom qui ouvre peut-être un paragraphe, dans toutes les écritures que les équipes emploient."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from ess_analyse.lecture.horodatage import MOMENT, lire_moment
from ess_analyse.lecture.paragraphes import Paragraphe

__all__ = ["Etiquette", "est_mot_courant", "lire_etiquette", "lire_nom_demande", "lire_nom_marque", "plier"]

_BLANC = "[ \u00a0\u202f]"
_BLANCS = rf"{_BLANC}{{0,9}}"
"""Bornés : un paragraphe de millions d'espaces se lirait sans fin."""
_NUMERO = r"(?P<numero>\d{1,4}[.)]\s{1,9})?"
_AVANT = rf"(?:[\[(<]?(?P<avant>{MOMENT})[\])>]?{_BLANCS}(?:[–—-]{_BLANC}{{1,9}})?)?"
_APRES = rf"(?:{_BLANCS}[\[(<]?(?P<apres>{MOMENT})[\])>]?)?"
_NOM = r"(?P<nom>[^\W\d_](?:[^\W_]|[ .'’-]){0,40}?)"
_SEPAREE = re.compile(rf"{_NUMERO}{_AVANT}{_NOM}{_APRES}(?:{_BLANC}?:|{_BLANC}[–—])(?:\s+|$)")
_HORODATEE = re.compile(rf"{_NOM},?{_BLANC}{{1,9}}[\[(<]?(?P<apres>{MOMENT})[\])>]?{_BLANCS}(?:\n|$)")
_INITIALE = re.compile(rf"{_NUMERO}{_AVANT}(?P<nom>[QR]\.)\s+(?=\S)")
_SEULE = re.compile(rf"{_NOM}{_BLANCS}(?:\n|$)")
_DEMANDEE = re.compile(
    rf"{_NUMERO}{_AVANT}(?P<nom>[^\n]{{1,60}}?){_APRES}"
    rf"(?:(?P<separateur>{_BLANC}?:|{_BLANC}[–—-])(?=\s|$)|{_BLANCS}$)\s*",
    re.MULTILINE,
)
_BORDS = " \u00a0\u202f:–—-"
_MOTS_D_UN_NOM = 4
_OUVREURS = re.compile(
    r"(?:je|j|tu|il|elle|on|nous|vous|ils|elles|ça|cela|ce|c|ceci|et|ou|mais|donc|or|ni|car|si|quand|comme|alors|puis"
    r"|ensuite|après|avant|pour|par|avec|sans|dans|en|sur|là|ici|voilà|voici|moi|du|d|au)(?=[ '])"
)
"""Ce qui ouvre une phrase, jamais un nom de plusieurs mots (« Il dit : », « Par exemple : », « Du coup : »)."""
_MOTS_COURANTS = re.compile(
    r"ah|alors|anecdote|aparté|après|attention|aujourd'hui|autrement|avant|avantage|bah|ben|bien|bilan|bon|bref|but|car"
    r"|cause|certes|comment|conclusion|condition|conséquence|constat|conseil|contexte|d'abord|déjà|demain|donc|dommage"
    r"|effectivement|enfin|ensuite|et|euh|évidemment|exemple|finalement|hier|idée|idem|important|inconvénient|info"
    r"|limite|mais|maintenant|merci|mieux|moralité|nb|non|nota|note|objectif|ok|or|ouais|oui|pardon|pareil|parenthèse"
    r"|pire|pourquoi|précision|premièrement|preuve|primo|principe|problème|puis|quoi|rappel|remarque|résultat|résumé"
    r"|risque|sauf|secundo|deuxièmement|sinon|solution|sujet|surprise|surtout|tertio|total|toujours|traduction"
    r"|troisièmement|urgent|verdict|voilà"
)
"""Mots que la parole fait suivre de deux-points ; « question » et « réponse », elles, ouvrent des tours."""


class Etiquette(NamedTuple):
    """Le nom lu en tête d'un paragraphe.

    Attributes
    ----------
    nom : str
        Tel qu'il est écrit.
    dit : str
        Ce qui le suit.
    moment : float or None
        L'horodatage qui l'accompagne, en secondes.
    numero : str
        Le numéro qui le précède, vide s'il n'y en a pas.
    gras : bool
        Vrai si le nom est en gras.
    seul : bool
        Pour un nom demandé : vrai si rien ne le sépare de ce qui suit, qu'un saut de ligne.
    """

    nom: str
    dit: str
    moment: float | None = None
    numero: str = ""
    gras: bool = False
    seul: bool = False


def lire_etiquette(paragraphe: Paragraphe) -> Etiquette | None:
    """Lire un nom séparé de ce qu'il dit par deux-points ou un tiret.

    Parameters
    ----------
    paragraphe : Paragraphe
        Un paragraphe.

    Returns
    -------
    Etiquette or None
        Rien si le paragraphe ne commence pas ainsi.

    Examples
    --------
    >>> lire_etiquette(Paragraphe("[00:01:02] Claire : Ça va ?"))
    Etiquette(nom='Claire', dit='Ça va ?', moment=62.0, numero='', gras=False, seul=False)
    >>> lire_etiquette(Paragraphe("Ça commence à 9:30 le matin."))
    """
    return _garder(_SEPAREE.match(paragraphe.texte), paragraphe)


def lire_nom_marque(paragraphe: Paragraphe, marque: str) -> Etiquette | None:
    r"""Lire un nom que rien ne sépare de ce qu'il dit, sauf sa forme.

    Parameters
    ----------
    paragraphe : Paragraphe
        Un paragraphe.
    marque : {"horodatage", "initiale", "gras", "ligne"}
        Un horodatage qui finit la ligne du nom, « Q. » ou « R. », le gras, ou le nom seul sur sa ligne.

    Returns
    -------
    Etiquette or None
        Rien si le paragraphe ne commence pas ainsi.

    Examples
    --------
    >>> lire_nom_marque(Paragraphe("Claire Petit  0:03\nÇa va ?"), "horodatage").nom
    'Claire Petit'
    >>> lire_nom_marque(Paragraphe("R. Oui."), "initiale").dit
    'Oui.'
    >>> lire_nom_marque(Paragraphe("Claire Ça va ?", gras=6), "gras").dit
    'Ça va ?'
    """
    texte, gras = paragraphe.texte, paragraphe.gras
    match marque:
        case "horodatage":
            return _garder(_HORODATEE.match(texte), paragraphe)
        case "initiale":
            return _garder(_INITIALE.match(texte), paragraphe)
        case "ligne":
            return _garder(_SEULE.match(texte), paragraphe)
    trouve = _SEULE.fullmatch(texte[:gras].rstrip(_BORDS)) if 0 < gras < len(texte) else None
    if not trouve or not _est_nommable(trouve["nom"]) or texte[gras - 1 : gras + 1].isalnum():
        return None
    return Etiquette(trouve["nom"].strip(), texte[gras:].lstrip(_BORDS + "\n"), gras=True)


def lire_nom_demande(paragraphe: Paragraphe, demandes: set[str]) -> Etiquette | None:
    """Lire un nom que la personne a donné, suivi de deux-points, d'un tiret, ou seul sur sa ligne.

    Parameters
    ----------
    paragraphe : Paragraphe
        Un paragraphe.
    demandes : set of str
        Les noms, pliés (:func:`plier`).

    Returns
    -------
    Etiquette or None
        Rien si aucun de ces noms n'ouvre le paragraphe.

    Examples
    --------
    >>> lire_nom_demande(Paragraphe("CLAIRE P. - Oui."), {"claire p"}).dit
    'Oui.'
    """
    for trouve in (_INITIALE.match(paragraphe.texte), _DEMANDEE.match(paragraphe.texte)):
        if trouve and plier(trouve["nom"]) in demandes:
            seul = "separateur" in trouve.groupdict() and not trouve["separateur"]
            return _faire(trouve, paragraphe)._replace(seul=seul)
    etiquette = lire_nom_marque(paragraphe, "gras")
    return etiquette if etiquette and plier(etiquette.nom) in demandes else None


def est_mot_courant(nom: str) -> bool:
    """Dire si ce qui précède deux-points est un mot de la phrase plutôt qu'un nom.

    Parameters
    ----------
    nom : str
        Le nom lu.

    Returns
    -------
    bool
        Vrai pour « Attention », « Par exemple », « Il dit » ; faux pour « Claire », « Question », « La directrice ».

    Examples
    --------
    >>> [est_mot_courant(nom) for nom in ("Attention", "Il dit", "Claire", "Elle")]
    [True, True, False, False]
    """
    bas = " ".join(nom.lower().replace("’", "'").split())
    return bool(_MOTS_COURANTS.fullmatch(bas) or _OUVREURS.match(bas))


def plier(nom: str) -> str:
    r"""Mettre un nom sous une forme qui se compare sans casse, accents ni point final.

    Parameters
    ----------
    nom : str
        Un nom.

    Returns
    -------
    str
        Le nom plié.

    Examples
    --------
    >>> plier("Mme\u00a0LE GOFF :") == plier("mme Le Goff")
    True
    """
    nu = "".join(s for s in unicodedata.normalize("NFKD", nom.casefold()) if not unicodedata.combining(s))
    return " ".join(nu.replace("’", "'").split()).strip(_BORDS + ".")


def _garder(trouve: re.Match | None, paragraphe: Paragraphe) -> Etiquette | None:
    return _faire(trouve, paragraphe) if trouve and _est_nommable(trouve["nom"]) else None


def _est_nommable(nom: str) -> bool:
    return len(nom.split()) <= _MOTS_D_UN_NOM and nom[0].isupper()


def _faire(trouve: re.Match, paragraphe: Paragraphe) -> Etiquette:
    groupes = {"avant": None, "apres": None, "numero": None, **trouve.groupdict()}
    moment = groupes["avant"] or groupes["apres"]
    return Etiquette(
        trouve["nom"].strip(),
        paragraphe.texte[trouve.end() :],
        lire_moment(moment) if moment else None,
        (groupes["numero"] or "").strip(),
        paragraphe.gras >= trouve.end("nom"),
    )
