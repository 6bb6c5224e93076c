"""Remplacer les noms réels par ceux d'une clé qu'une personne a validée."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
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
_JOINTURE = re.compile(r"[\s‐‑-]+")
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
        Nom vide ou en double, pseudonyme absent, mal formé ou qui contient un vrai nom, nature ou validation inconnue.
        Aucun message ne répète un nom réel : il peut être envoyé tel quel à qui aide.
    """
    cle = _lire(chemin).apply(lambda colonne: colonne.str.strip())
    nom, problemes = relatif(chemin), []
    motif = motif_noms(cle["reel"])
    for ligne, rang in zip(cle.index, cle.itertuples(index=False), strict=True):
        if not rang.reel:
            problemes.append(Probleme(nom, ligne, "nom réel vide", remede="écrivez-le ou retirez la ligne"))
        if rang.valide not in ("oui", "non", ""):
            problemes.append(Probleme(nom, ligne, "validation inconnue", rang.valide, "écrivez « oui » ou « non »"))
        if rang.nature not in _NATURES:
            problemes.append(Probleme(nom, ligne, "nature inconnue", rang.nature, proposer(rang.nature, _NATURES)))
        if rang.valide == "oui" and not rang.pseudonyme:
            problemes.append(Probleme(nom, ligne, "pseudonyme manquant", remede="donnez-en un avant de valider"))
        if motif.search(rang.pseudonyme) or motif.search(_en_tete(rang.pseudonyme)):
            problemes.append(
                Probleme(nom, ligne, "ce pseudonyme contient un nom réel de la clé", remede="choisissez-en un autre")
            )
        if re.search(r"[:\n]", rang.pseudonyme):
            problemes.append(
                Probleme(
                    nom,
                    ligne,
                    "ce pseudonyme ne peut pas nommer un locuteur",
                    remede="retirez-en les deux-points et les sauts de ligne",
                )
            )
    formes = cle["reel"].map(_forme)
    problemes += [
        Probleme(nom, ligne, "nom réel en double", remede="gardez une seule ligne")
        for ligne in cle.index[formes.duplicated() & (cle["reel"] != "")]
    ]
    lever(sorted(problemes))
    return cle[cle["valide"] == "oui"]


def _lire(chemin: Path) -> pd.DataFrame:
    try:
        return lire_table(chemin, CLE)
    except ErreurDonnees as erreur:
        # A row cut wrong, or a key without its header, would show real names.
        lever(
            replace(probleme, valeur=probleme.valeur if probleme.valeur in CLE else "") for probleme in erreur.problemes
        )
        raise


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
    noms = sorted({_joindre(nom) for nom in noms if nom.strip()}, key=lambda nom: (-len(nom), nom))
    pleins = [_formes(nom) for nom in noms if not _ARTICLE.match(nom)]
    nus = [_formes(_ARTICLE.sub("", nom)) for nom in noms if _ARTICLE.match(nom)]
    article = r"(?P<article>(?i:le|la|les|du|au|des|aux)\s{1,2}|(?i:l)['’])"
    # An underscore is no letter: « _Rose_ » in Markdown and « E11_Rose.odt » name her too.
    return re.compile(
        rf"(?<![^\W_])(?:{article}(?P<nu>{'|'.join(nus) or '(?!)'})|(?P<nom>{'|'.join(pleins) or '(?!)'}))(?![^\W_])"
    )


def _formes(nom: str) -> str:
    return "|".join("".join(map(_motif_signe, forme)) for forme in dict.fromkeys((nom, nom.upper())))


def _motif_signe(signe: str) -> str:
    if signe in "'’":
        return "['’]"
    if _JOINTURE.match(signe):
        return r"[\s‐‑-]{1,3}"
    # Capitals are often typed without their accent: « Elodie », « HELENE ».
    return f"[{signe}{_sans_accent(signe)}]" if signe.isupper() and not signe.isascii() else re.escape(signe)


def _sans_accent(texte: str) -> str:
    return "".join(signe for signe in unicodedata.normalize("NFD", texte) if not unicodedata.combining(signe))


def _joindre(nom: str) -> str:
    return re.sub(r"\s+", " ", nom.strip())


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
    return _appliquer(texte, motif_noms(cle["reel"]), _table(cle))


def _table(cle: pd.DataFrame) -> dict[tuple[bool, str], str]:
    """Associer chaque forme écrite d'un nom réel à son pseudonyme, quel que soit l'ordre des lignes."""
    lignes = sorted(zip(cle["reel"], cle["pseudonyme"], strict=True))
    exactes = {_forme(reel): pseudonyme for reel, pseudonyme in lignes}
    capitales = {(article, nu.upper()): pseudonyme.upper() for (article, nu), pseudonyme in exactes.items()}
    table = {**capitales, **exactes}
    return {**{(article, _sans_accent(nu)): pseudonyme for (article, nu), pseudonyme in table.items()}, **table}


def _forme(nom: str) -> tuple[bool, str]:
    nom = _joindre(nom)
    nu = _JOINTURE.sub(" ", _ARTICLE.sub("", nom).replace("’", "'"))
    return bool(_ARTICLE.match(nom)), nu


def _appliquer(texte: str, motif: re.Pattern, table: dict[tuple[bool, str], str]) -> str:
    sortie, fin = "", 0
    for trouve in motif.finditer(texte):
        sortie += texte[fin : trouve.start()]
        fin = trouve.end()
        nu = _JOINTURE.sub(" ", (trouve["nu"] or trouve["nom"]).replace("’", "'"))
        article = bool(trouve["nu"])
        pseudonyme = table.get((article, nu)) or table[article, _sans_accent(nu)]
        if article:
            sortie += _comme(trouve["article"].strip(), _PREPOSITIONS.get(trouve["article"].strip().lower(), ""))
        sortie, pseudonyme = _accorder(sortie, pseudonyme)
        sortie += _en_tete(pseudonyme) if _DEBUT_DE_PHRASE.search(sortie[-9:]) else pseudonyme
    return sortie + texte[fin:]


def _en_tete(mots: str) -> str:
    return mots[:1].upper() + mots[1:]


def _comme(modele: str, mot: str, *, capitales: bool = True) -> str:
    """Écrire un mot avec les capitales d'un autre."""
    if capitales and modele.isupper():
        return mot.upper()
    return _en_tete(mot) if modele[:1].isupper() else mot


def _accorder(avant: str, pseudonyme: str) -> tuple[str, str]:
    """Accorder ce qui précède : « d'Élodie » → « de Marion », « de » + « le chantier » → « du chantier »."""
    if pseudonyme.startswith(_VOYELLES):
        return _PLEIN.sub(r"\g<mot>'", avant), pseudonyme
    capitales = pseudonyme.isupper()
    avant = _ELISION.sub(lambda elide: elide["mot"] + ("E " if capitales and elide["mot"].isupper() else "e "), avant)
    article = next((article for article in ("le ", "les ") if pseudonyme.lower().startswith(article)), None)
    preposition = _PREPOSITION.search(avant)
    if not (article and preposition):
        return avant, pseudonyme
    mot = preposition["mot"]
    contracte = _comme(mot, _CONTRACTIONS[mot.lower(), article], capitales=capitales)
    return avant[: preposition.start()] + contracte, pseudonyme[len(article) :]


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
    motif, table = motif_noms(cle["reel"]), _table(cle)
    entretiens = tuple(
        Entretien.depuis_paroles(
            entretien.identifiant,
            [
                (
                    _appliquer(tour.locuteur, motif, table),
                    _appliquer(entretien.extrait(tour.debut, tour.fin), motif, table),
                )
                for tour in entretien.tours
            ],
        )
        for entretien in corpus
    )
    documents = corpus.documents.copy()
    for colonne in ("structure", "fonction"):
        documents[colonne] = documents[colonne].map(lambda cellule: _appliquer(cellule, motif, table))
    return replace(corpus, entretiens=entretiens, documents=documents)
