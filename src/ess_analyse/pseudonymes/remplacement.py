"""Remplacer les noms d'une clé, en français correct, sans perdre une place."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import chain, takewhile
from typing import NamedTuple

import pandas as pd

from ess_analyse.modele import Corpus, Entretien, Place, verifier_colonnes
from ess_analyse.pseudonymes.accords import accorder, en_tete
from ess_analyse.pseudonymes.motif import JOINTURE, aplatir, forme, inverser, motif_cle

__all__ = ["RELEVE", "compter_remplacements", "pseudonymiser", "remplacer"]

RELEVE = ("pseudonyme", "nature", "entretien", "occurrences")

_DEBUT_DE_PHRASE = re.compile(r"(?:^|[.!?…][»”]?\s|\n|« ?)\s*$")
_RECUL = 16
"""Signes relus avant un nom : assez pour « jusqu'aux » et son espace."""


class _Ligne(NamedTuple):
    reel: str
    pseudonyme: str
    nature: str


class _Retouche(NamedTuple):
    """Des signes à remplacer : un nom (avec sa ligne), ou le petit mot qui s'accorde devant lui."""

    debut: int
    fin: int
    texte: str
    ligne: _Ligne | None


def remplacer(texte: str, cle: pd.DataFrame, *, courants: Container[str] | None = None) -> str:
    """Remplacer dans un texte les noms réels par leurs pseudonymes, en français correct.

    Parameters
    ----------
    texte : str
        N'importe quel texte.
    cle : DataFrame
        Colonnes ``reel, pseudonyme``, et ``nature`` si elle est connue : toutes les lignes sont appliquées, en une
        seule passe, à toutes les écritures que ``motif_cle`` retrouve.
    courants : container of str, optional
        Un lexique du français, comme pour ``motif_noms``.

    Returns
    -------
    str
        Le texte ; élisions et contractions suivent le pseudonyme, les capitales le nom remplacé.

    Notes
    -----
    Devant un h de prénom (« Hervé », « Héloïse »), l'oral dit « d'Hervé » comme « de Hervé » : ce qui est écrit reste.
    « l'Émilie » devient « la Marion » ou « le Bruno » quand « elle » ou « il » suit ; sinon l'article tombe
    (« Marion »), ce qui est toujours juste pour une personne. Un lieu ou une organisation se remplace mieux par un
    pseudonyme qui a son article (« le fleuve »).

    Examples
    --------
    >>> cle = pd.DataFrame({"reel": ["Émilie", "La Grange"], "pseudonyme": ["Marion", "la ressourcerie"]})
    >>> remplacer("Les clés d'Émilie sont à La Grange. La Grange ouvre !", cle)
    'Les clés de Marion sont à la ressourcerie. La ressourcerie ouvre !'
    >>> remplacer("ben l'émilie, elle ressaisit", cle)
    'ben la marion, elle ressaisit'
    """
    return _ecrire(texte, _Regles(cle, courants).retouches(texte))


def pseudonymiser(corpus: Corpus, cle: pd.DataFrame, *, courants: Container[str] | None = None) -> Corpus:
    """Appliquer la clé à tout un corpus : textes, locuteurs et description des documents.

    Parameters
    ----------
    corpus : Corpus
        Le corpus tel que lu.
    cle : DataFrame
        Les lignes validées, telles que ``lire_cle`` les rend.
    courants : container of str, optional
        Un lexique du français, comme pour ``motif_noms``.

    Returns
    -------
    Corpus
        Un nouveau corpus, avec autant de tours et aux mêmes temps ; les passages de ``diffusions`` suivent leurs mots,
        et un passage qui s'arrête au milieu d'un nom le prend en entier.

    Examples
    --------
    >>> from ess_analyse.modele import DOCUMENTS
    >>> dit = Entretien.depuis_texte("E01", "Jade : La clé d'Émilie.")
    >>> documents = pd.DataFrame([("E01", "entretien", "", "", "", "publique")], columns=DOCUMENTS)
    >>> corpus = Corpus((dit,), documents, ((Place("E01", 14, 22), "restreinte"),))
    >>> rendu = pseudonymiser(corpus, pd.DataFrame({"reel": ["Jade", "Émilie"], "pseudonyme": ["Anna", "Marion"]}))
    >>> rendu["E01"].texte, str(rendu.diffusions[0][0]), rendu.extrait(rendu.diffusions[0][0])
    ('Anna : La clé de Marion.', 'E01:14-23', 'de Marion')
    """
    paroles, etiquettes = _Regles(cle, courants), _Regles(cle, courants, etiquette=True)
    retouches = {entretien.identifiant: _retoucher(entretien, paroles, etiquettes) for entretien in corpus}
    entretiens = tuple(
        Entretien(
            entretien.identifiant,
            _ecrire(entretien.texte, siennes := retouches[entretien.identifiant]),
            tuple(
                replace(
                    tour,
                    locuteur=_ecrire(tour.locuteur, etiquettes.retouches(tour.locuteur)),
                    debut=_deplacer(tour.debut, siennes),
                    fin=_deplacer(tour.fin, siennes, fin=True),
                )
                for tour in entretien.tours
            ),
        )
        for entretien in corpus
    )
    documents = corpus.documents.copy()
    for colonne in ("structure", "fonction"):
        documents[colonne] = [_ecrire(cellule, paroles.retouches(cellule)) for cellule in documents[colonne]]
    return replace(
        corpus, entretiens=entretiens, documents=documents, diffusions=tuple(_suivre(corpus.diffusions, retouches))
    )


def compter_remplacements(
    corpus: Corpus, cle: pd.DataFrame, *, courants: Container[str] | None = None, reels: bool = False
) -> pd.DataFrame:
    """Compter ce que ``pseudonymiser`` remplace, sans montrer les noms réels.

    Parameters
    ----------
    corpus : Corpus
        Le corpus tel que lu, avant remplacement.
    cle : DataFrame
        Les lignes validées.
    courants : container of str, optional
        Un lexique du français, comme pour ``motif_noms``.
    reels : bool
        Ajouter la colonne ``reel``, pour qui a la clé sous les yeux.

    Returns
    -------
    DataFrame
        Colonnes ``pseudonyme, nature, entretien, occurrences`` : une ligne par pseudonyme et par document où il
        remplace au moins un mot (paroles, étiquettes, structure et fonction).

    Examples
    --------
    >>> from ess_analyse.modele import DOCUMENTS
    >>> dit = Entretien.depuis_texte("E01", "Jade : Émilie, l'amie d'émilie.")
    >>> corpus = Corpus((dit,), pd.DataFrame([("E01", "entretien", "", "", "", "publique")], columns=DOCUMENTS))
    >>> cle = pd.DataFrame({"reel": ["Jade", "Émilie"], "pseudonyme": ["Anna", "Marion"], "nature": ["personne"] * 2})
    >>> print(compter_remplacements(corpus, cle).to_string(index=False))
    pseudonyme   nature entretien  occurrences
          Anna personne       E01            1
        Marion personne       E01            2
    """
    paroles, etiquettes = _Regles(cle, courants), _Regles(cle, courants, etiquette=True)
    comptes: Counter[tuple[_Ligne, str]] = Counter()
    for entretien, document in zip(corpus, corpus.documents.itertuples(index=False), strict=True):
        cellules = (paroles.retouches(cellule) for cellule in (document.structure, document.fonction))
        for retouche in chain(_retoucher(entretien, paroles, etiquettes), *cellules):
            if retouche.ligne:
                comptes[retouche.ligne, entretien.identifiant] += 1
    colonnes = ["reel"] * reels + list(RELEVE)
    releve = pd.DataFrame(
        [(*ligne, entretien, nombre) for (ligne, entretien), nombre in comptes.items()], columns=["reel", *RELEVE]
    )
    cles = [colonne for colonne in colonnes if colonne != "occurrences"]
    return releve.astype({"occurrences": "int64"}).groupby(cles, as_index=False)["occurrences"].sum()[colonnes]


class _Regles:
    """Une clé prête à l'emploi : son motif, et la ligne de chaque écriture."""

    def __init__(self, cle: pd.DataFrame, courants: Container[str] | None, *, etiquette: bool = False):
        verifier_colonnes(cle, ("reel", "pseudonyme"), "clé")
        self._motif = motif_cle(cle, courants=courants, etiquette=etiquette)
        self._exactes: dict[tuple[bool, str], _Ligne] = {}
        self._souples: dict[tuple[bool, str], _Ligne] = {}
        pseudonymes = [unicodedata.normalize("NFC", pseudonyme) for pseudonyme in cle["pseudonyme"]]
        natures = cle["nature"] if "nature" in cle else [""] * len(cle)
        # Sorted: two rows of one form give the same pseudonym, whatever their order.
        lignes = sorted(map(_Ligne, cle["reel"], pseudonymes, natures))
        directs = [(ligne.reel, ligne) for ligne in lignes]
        for reel, ligne in [*directs, *((inverser(ligne.reel, ligne.nature), ligne) for ligne in lignes)]:
            article, nu = forme(reel)
            self._exactes.setdefault((article, nu), ligne)
            for ecrit in (nu, en_tete(nu), nu.upper()):
                self._souples.setdefault((article, aplatir(ecrit)), ligne)

    def retouches(self, texte: str) -> list[_Retouche]:
        """Lister ce qu'il faut changer dans un texte, dans l'ordre, sans recouvrement."""
        retouches: list[_Retouche] = []
        apostrophe = "’" if texte.count("’") > texte.count("'") else "'"
        for trouve in self._motif.finditer(texte):
            article = trouve["nu"] is not None
            ecrit = trouve["nu"] if article else trouve["nom"]
            fin, debut = trouve.end(), trouve.end() - len(ecrit)
            ligne = self._ligne(article, ecrit)
            borne = max(retouches[-1].fin if retouches else 0, debut - _RECUL)
            avant = texte[borne:debut]
            patronyme = ligne.nature == "personne" and ligne.pseudonyme[:1].isupper()
            pseudonyme, apres = _dans_la_casse(ecrit, ligne), texte[fin : fin + _RECUL]
            accorde, pseudonyme = accorder(avant, pseudonyme, apres, article=article, patronyme=patronyme)
            minuscules = ecrit.islower() and not ligne.reel.islower()
            if not minuscules and _DEBUT_DE_PHRASE.search(texte[max(0, borne - _RECUL) : borne] + accorde):
                pseudonyme = en_tete(pseudonyme)
            if accorde != avant:
                garde = sum(1 for _ in takewhile(lambda deux: deux[0] == deux[1], zip(avant, accorde, strict=False)))
                retouches.append(_Retouche(borne + garde, debut, accorde[garde:].replace("'", apostrophe), None))
            retouches.append(_Retouche(debut, fin, pseudonyme.replace("'", apostrophe), ligne))
        return retouches

    def _ligne(self, article: bool, ecrit: str) -> _Ligne:
        nu = JOINTURE.sub(" ", ecrit.replace("’", "'"))
        return self._exactes.get((article, nu)) or self._souples[article, aplatir(nu)]


def _dans_la_casse(ecrit: str, ligne: _Ligne) -> str:
    """Écrire un pseudonyme comme le nom trouvé : « DELPHINE » → « VÉRA », « Delphine BARBET » → « Véra CASTEL »."""
    reel = forme(ligne.reel)[1]
    if ecrit.islower() and not reel.islower():
        return ligne.pseudonyme.lower()
    if ecrit.isupper() and not reel.isupper():
        return ligne.pseudonyme.upper()
    trouves, reels, mots = ecrit.split(), ligne.reel.split(), ligne.pseudonyme.split(" ")
    if len(reels) != len(mots) or list(map(aplatir, trouves)) != list(map(aplatir, reels)):
        return ligne.pseudonyme
    return " ".join(
        mot.upper() if trouve.isupper() and not connu.isupper() and len(trouve) > 1 else mot
        for trouve, connu, mot in zip(trouves, reels, mots, strict=True)
    )


def _retoucher(entretien: Entretien, paroles: _Regles, etiquettes: _Regles) -> list[_Retouche]:
    """Lister les retouches d'un document : ce qui est dit, et entre deux tours les étiquettes."""
    parties, fin = [], 0
    for tour in entretien.tours:
        parties += [(fin, tour.debut, etiquettes), (tour.debut, tour.fin, paroles)]
        fin = tour.fin
    parties.append((fin, len(entretien.texte), etiquettes))
    return [
        retouche._replace(debut=retouche.debut + debut, fin=retouche.fin + debut)
        for debut, fin, regles in parties
        for retouche in regles.retouches(entretien.texte[debut:fin])
    ]


def _ecrire(texte: str, retouches: Sequence[_Retouche]) -> str:
    morceaux, fin = [], 0
    for retouche in retouches:
        morceaux += [texte[fin : retouche.debut], retouche.texte]
        fin = retouche.fin
    return "".join([*morceaux, texte[fin:]])


def _deplacer(position: int, retouches: Sequence[_Retouche], *, fin: bool = False) -> int:
    """Dire où une position est passée ; au milieu d'une retouche, elle va au début de celle-ci, ou à sa fin."""
    ecart = 0
    for retouche in retouches:
        if retouche.fin <= position:
            ecart += len(retouche.texte) - (retouche.fin - retouche.debut)
        elif retouche.debut < position:
            return retouche.debut + ecart + len(retouche.texte) * fin
    return position + ecart


def _suivre(
    diffusions: Sequence[tuple[Place, str]], retouches: dict[str, list[_Retouche]]
) -> Iterator[tuple[Place, str]]:
    for place, choix in diffusions:
        siennes = retouches[place.entretien]
        debut, fin = _deplacer(place.debut, siennes), _deplacer(place.fin, siennes, fin=True)
        # A passage made of the sole article that fell has no word left.
        if debut < fin:
            yield Place(place.entretien, debut, fin), choix
