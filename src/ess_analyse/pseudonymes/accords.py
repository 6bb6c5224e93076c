"""Accorder ce qui précède un nom remplacé : élisions, contractions, articles."""

from __future__ import annotations

import re

from ess_analyse.pseudonymes.motif import aplatir

__all__ = ["accorder", "en_tete"]

_ESPACE = "[ \u00a0\u202f]"
_MOTS_ELIDES = "d|qu|jusqu|lorsqu|puisqu|quoiqu"
_ELIDE = re.compile(rf"(?P<mot>\b(?:{_MOTS_ELIDES}))['’]$", re.IGNORECASE)
_PLEIN = re.compile(rf"(?P<mot>\b(?:{_MOTS_ELIDES}))e{_ESPACE}$", re.IGNORECASE)
_DETERMINANT = re.compile(r"(?P<mot>\b(?:le|la|les|du|des|au|aux)\s{1,2}|\bl['’])$", re.IGNORECASE)
_PREPOSITION = re.compile(rf"(?P<mot>\b(?:de|à)){_ESPACE}$", re.IGNORECASE)
_ARTICLE_PROPRE = re.compile(r"(?:le|la|les|un|une) |l['’]", re.IGNORECASE)
_AUTRE_DETERMINANT = re.compile(
    rf"\b(?P<mot>ce|cet|cette|ces|chaque|leurs?|[mts](?:a|es|on)|nos|notre|vos|votre){_ESPACE}$", re.IGNORECASE
)
_CONTRACTIONS = {("de", "le "): "du ", ("de", "les "): "des ", ("à", "le "): "au ", ("à", "les "): "aux "}
_INDEFINIS = ("un ", "une ")
_SANS_ARTICLE = {"du": "de ", "des": "de ", "au": "à ", "aux": "à "}
_DEVANT_VOYELLE = {"le": "l'", "la": "l'", "du": "de l'", "au": "à l'"}
_GENRES = ((re.compile(r"(?i),?\selle\b"), "la "), (re.compile(r"(?i),?\sil\b"), "le "))
_VOYELLES = tuple("aeiou")
_VOYELLE, _CONSONNE, _H_DE_PRENOM = "voyelle", "consonne", "h"
_H_ASPIRES = """
haie haies hague haine hainaut hall halle halles hambourg hameau hanovre haras harlem hasard haut haute hautes hauts
havre haye heron hetre hetres hibou hollande hongrie houx huit hutte
"""
_ASPIRES = frozenset(_H_ASPIRES.split())


def accorder(avant: str, pseudonyme: str, apres: str, *, article: bool, patronyme: bool = False) -> tuple[str, str]:
    """Accorder les petits mots qui précèdent un nom avec le pseudonyme qui le remplace.

    Parameters
    ----------
    avant : str
        Ce qui précède le nom, article compris ; une quinzaine de signes suffisent.
    pseudonyme : str
        Dans la casse voulue.
    apres : str
        Ce qui suit le nom : « elle » ou « il » y disent le genre.
    article : bool
        L'article écrit devant le nom fait partie du nom (« La Grange ») : il part avec lui.
    patronyme : bool
        Le pseudonyme est un nom de famille : son article ne se contracte pas (« de Le Bihan »).

    Returns
    -------
    avant, pseudonyme : str
        Les deux, accordés ; l'article du pseudonyme passe dans ``avant`` quand il s'y contracte.

    Examples
    --------
    >>> accorder("Les clés d'", "Marion", ".", article=False)
    ('Les clés de ', 'Marion')
    >>> accorder("On va à la ", "le chantier", ".", article=True)
    ('On va au ', 'chantier')
    """
    initiale, capitales = _initiale(pseudonyme), pseudonyme.isupper()
    propre = None if patronyme else _ARTICLE_PROPRE.match(pseudonyme)
    if determinant := _DETERMINANT.search(avant):
        mot = determinant["mot"].strip().lower().replace("’", "'")
        nouveau = determinant["mot"]
        if article or propre:
            nouveau = _SANS_ARTICLE.get(mot, "")
        elif initiale == _VOYELLE and mot in _DEVANT_VOYELLE:
            nouveau = _DEVANT_VOYELLE[mot]
        elif initiale == _CONSONNE and mot == "l'":
            nouveau, le = "", next((le for suite, le in _GENRES if suite.match(apres)), "")
            pseudonyme = (le.upper() if capitales else le) + pseudonyme
            propre = _ARTICLE_PROPRE.match(pseudonyme) if le else None
        if nouveau != determinant["mot"]:
            avant = avant[: determinant.start()] + _comme(determinant["mot"], nouveau, capitales=capitales)
    elif (autre := _AUTRE_DETERMINANT.search(avant)) and propre and propre[0].lower() not in _INDEFINIS:
        pseudonyme, propre = pseudonyme[propre.end() :], None
        if autre["mot"].lower() == "ce" and _initiale(pseudonyme) == _VOYELLE:
            avant = avant[: autre.end("mot")] + ("T" if capitales else "t") + avant[autre.end("mot") :]
        return avant, pseudonyme
    if initiale == _VOYELLE:
        return _PLEIN.sub(r"\g<mot>'", avant), pseudonyme
    if initiale == _CONSONNE:
        avant = _ELIDE.sub(lambda elide: elide["mot"] + ("E " if capitales and elide["mot"].isupper() else "e "), avant)
    preposition = _PREPOSITION.search(avant)
    if propre and preposition and (preposition["mot"].lower(), propre[0].lower()) in _CONTRACTIONS:
        contracte = _CONTRACTIONS[preposition["mot"].lower(), propre[0].lower()]
        avant = avant[: preposition.start()] + _comme(preposition["mot"], contracte, capitales=capitales)
        pseudonyme = pseudonyme[propre.end() :]
    return avant, pseudonyme


def _initiale(pseudonyme: str) -> str:
    mot, suivante = re.split(r"[ ']", aplatir(pseudonyme), maxsplit=1)[0], aplatir(pseudonyme)[1:2]
    if mot.startswith("h") and mot not in _ASPIRES:
        return _H_DE_PRENOM if pseudonyme[0].isupper() else _VOYELLE
    if mot.startswith("y"):
        return _VOYELLE if suivante.isalpha() and suivante not in _VOYELLES else _CONSONNE
    return _VOYELLE if mot.startswith(_VOYELLES) else _CONSONNE


def en_tete(mots: str) -> str:
    """Mettre une capitale à des mots qui ouvrent une phrase."""
    return mots[:1].upper() + mots[1:]


def _comme(modele: str, mot: str, *, capitales: bool) -> str:
    """Écrire un mot avec les capitales d'un autre ; une lettre seule (« À ») ne dit pas si le reste en a."""
    if modele.isupper() and capitales:
        return mot.upper()
    return en_tete(mot) if modele[:1].isupper() else mot
