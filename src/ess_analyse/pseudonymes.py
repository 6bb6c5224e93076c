"""Remplacer les noms réels par ceux d'une clé qu'une personne a validée."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.fichiers import lire_table
from ess_analyse.modele import Corpus, Entretien

__all__ = ["CLE", "lire_cle", "motif_noms", "pseudonymiser", "remplacer"]

CLE = ("reel", "pseudonyme", "nature", "valide")
_NATURES = ("personne", "lieu", "organisation", "autre")
_ARTICLE = re.compile(r"^(?:(?:le|la|les) |l['’])", re.IGNORECASE)
_ELISION = re.compile(r"(?P<mot>\b(?:d|qu|jusqu|lorsqu|puisqu|quoiqu))['’]$", re.IGNORECASE)
_PLEIN = re.compile(r"(?P<mot>\b(?:d|qu|jusqu|lorsqu|puisqu|quoiqu))e $", re.IGNORECASE)
_PREPOSITION = re.compile(r"(?P<mot>\b(?:de|à)) $", re.IGNORECASE)
_CONTRACTIONS = {("de", "le "): "du ", ("de", "les "): "des ", ("à", "le "): "au ", ("à", "les "): "aux "}
_PREPOSITIONS = {"du": "de ", "des": "de ", "au": "à ", "aux": "à "}
_DEBUT_DE_PHRASE = re.compile(r"(?:^|[.!?…][»”]?\s|\n|« ?)\s*$")
_VOYELLES = tuple("aàâeéèêëiîïoôuùûœæAÀÂEÉÈÊËIÎÏOÔUÙÛŒÆ")


def lire_cle(chemin: Path) -> pd.DataFrame:
    """Lire la clé : la table nom réel → pseudonyme.

    Parameters
    ----------
    chemin : Path
        CSV ``reel;pseudonyme;nature;valide`` ; ``nature`` : personne, lieu, organisation ou autre ; ``valide`` :
        « oui » quand une personne a validé la ligne.

    Returns
    -------
    DataFrame
        Les lignes validées, mêmes colonnes, index ``ligne``.

    Raises
    ------
    ErreurDonnees
        Nom vide ou en double, pseudonyme absent, pseudonyme qui est le vrai nom de quelqu'un d'autre, nature ou
        validation inconnue.
    """
    cle = lire_table(chemin, CLE).apply(lambda colonne: colonne.str.strip())
    nom, problemes = relatif(chemin), []
    reels = set(cle["reel"])
    for ligne, rang in zip(cle.index, cle.itertuples(index=False), strict=True):
        if not rang.reel:
            problemes.append(Probleme(nom, ligne, "nom réel vide", remede="écrivez-le ou retirez la ligne"))
        if rang.valide not in ("oui", "non", ""):
            problemes.append(Probleme(nom, ligne, "validation inconnue", rang.valide, "écrivez « oui » ou « non »"))
        if rang.nature not in _NATURES:
            problemes.append(Probleme(nom, ligne, "nature inconnue", rang.nature, proposer(rang.nature, _NATURES)))
        if rang.valide == "oui" and not rang.pseudonyme:
            problemes.append(Probleme(nom, ligne, "pseudonyme manquant", remede="donnez-en un avant de valider"))
        if rang.pseudonyme and rang.pseudonyme in reels:
            problemes.append(Probleme(nom, ligne, "ce pseudonyme est aussi un nom réel de la clé",
                                      remede="choisissez-en un autre"))
    problemes += [
        Probleme(nom, ligne, "nom réel en double", remede="gardez une seule ligne")
        for ligne in cle.index[cle["reel"].duplicated()]
    ]
    lever(sorted(problemes))
    return cle[cle["valide"] == "oui"]


def motif_noms(noms: Iterable[str]) -> re.Pattern:
    """Composer le motif qui retrouve des noms, le plus long d'abord, entre limites de mots.

    Parameters
    ----------
    noms : iterable of str
        Les noms ; un article initial (« La Remise ») se retrouve aussi contracté (« du », « au », « des », « aux »).

    Returns
    -------
    re.Pattern
        Groupe ``nom``, ou groupes ``article`` et ``nu`` pour un nom à article. Apostrophes droites ou courbes, traits
        d'union et espaces insécables se valent ; la casse est celle de la clé, ou tout en capitales.

    Examples
    --------
    >>> [m["nom"] for m in motif_noms(["Rose", "Marie-Rose"]).finditer("Marie-Rose et ROSE, en rose, Rosette.")]
    ['Marie-Rose', 'ROSE']
    """
    noms = sorted({nom for nom in noms if nom}, key=lambda nom: (-len(nom), nom))
    pleins = [_formes(nom) for nom in noms if not _ARTICLE.match(nom)]
    nus = [_formes(_ARTICLE.sub("", nom, count=1)) for nom in noms if _ARTICLE.match(nom)]
    article = r"(?P<article>(?i:le|la|les|du|au|des|aux)[ \u00a0\u202f]|(?i:l)['’])"
    return re.compile(
        rf"(?<!\w)(?:{article}(?P<nu>{'|'.join(nus) or '(?!)'})|(?P<nom>{'|'.join(pleins) or '(?!)'}))(?!\w)"
    )


def _formes(nom: str) -> str:
    return "|".join(
        re.escape(forme).replace("'", "['’]").replace("’", "['’]").replace("['['’]]", "['’]")
        .replace(r"\ ", "[ \u00a0\u202f-]").replace(r"\-", "[-‐‑ ]")
        for forme in dict.fromkeys((nom, nom.upper()))
    )


def remplacer(texte: str, cle: pd.DataFrame) -> str:
    """Remplacer dans un texte les noms réels par leurs pseudonymes, en français correct.

    Parameters
    ----------
    texte : str
        N'importe quel texte.
    cle : DataFrame
        Colonnes ``reel, pseudonyme`` : toutes les lignes sont appliquées, en une seule passe.

    Returns
    -------
    str
        Le texte ; élisions et contractions suivent le pseudonyme, les capitales le nom remplacé.

    Examples
    --------
    >>> cle = pd.DataFrame({"reel": ["Élodie", "La Remise"], "pseudonyme": ["Marion", "la ressourcerie"]})
    >>> remplacer("Les clés d'Élodie sont à La Remise. La Remise ouvre !", cle)
    'Les clés de Marion sont à la ressourcerie. La ressourcerie ouvre !'
    """
    table = {
        (bool(_ARTICLE.match(reel)), _forme(_ARTICLE.sub("", reel, count=1))): pseudonyme
        for reel, pseudonyme in zip(cle["reel"], cle["pseudonyme"], strict=True)
    }
    sortie, fin = "", 0
    for trouve in motif_noms(cle["reel"]).finditer(texte):
        sortie += texte[fin:trouve.start()]
        mot, fin = trouve["nu"] or trouve["nom"], trouve.end()
        pseudonyme = table[bool(trouve["nu"]), _forme(mot)]
        if trouve["article"]:
            preposition = _PREPOSITIONS.get(trouve["article"].strip().lower(), "")
            sortie += preposition.capitalize() if trouve["article"][0].isupper() else preposition
        if len(mot) > 1 and mot.isupper():
            pseudonyme = pseudonyme.upper()
        sortie, pseudonyme = _accorder(sortie, pseudonyme)
        sortie += pseudonyme[0].upper() + pseudonyme[1:] if _DEBUT_DE_PHRASE.search(sortie[-9:]) else pseudonyme
    return sortie + texte[fin:]


def _forme(nom: str) -> str:
    return re.sub(r"[-‐‑\u00a0\u202f]", " ", nom.replace("’", "'")).lower()


def _accorder(avant: str, pseudonyme: str) -> tuple[str, str]:
    """Accorder ce qui précède : « d'Élodie » → « de Marion », « de » + « le chantier » → « du chantier »."""
    if pseudonyme.startswith(_VOYELLES):
        return _PLEIN.sub(r"\g<mot>'", avant), pseudonyme
    avant = _ELISION.sub(r"\g<mot>e ", avant)
    article = next((article for article in ("le ", "les ") if pseudonyme.lower().startswith(article)), None)
    preposition = _PREPOSITION.search(avant)
    if not (article and preposition):
        return avant, pseudonyme
    contracte = _CONTRACTIONS[preposition["mot"].lower(), article]
    if preposition["mot"][0].isupper():
        contracte = contracte.capitalize()
    return avant[:preposition.start()] + contracte, pseudonyme[len(article):]


def pseudonymiser(corpus: Corpus, cle: pd.DataFrame) -> Corpus:
    """Appliquer la clé à tout un corpus : textes, locuteurs et description des documents.

    Parameters
    ----------
    corpus : Corpus
        Le corpus tel que lu.
    cle : DataFrame
        Les lignes validées, telles que ``lire_cle`` les rend.

    Returns
    -------
    Corpus
        Un nouveau corpus ; l'ancien n'est pas changé.
    """
    entretiens = tuple(
        Entretien.depuis_paroles(entretien.identifiant, [
            (remplacer(tour.locuteur, cle), remplacer(entretien.extrait(tour.debut, tour.fin), cle))
            for tour in entretien.tours
        ])
        for entretien in corpus
    )
    documents = corpus.documents.copy()
    for colonne in ("structure", "fonction"):
        documents[colonne] = documents[colonne].map(lambda cellule: remplacer(cellule, cle))
    return replace(corpus, entretiens=entretiens, documents=documents)
