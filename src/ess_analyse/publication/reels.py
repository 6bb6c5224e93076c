"""Reconnaître les noms réels d'une clé dans un texte, quelle que soit sa nature."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

import pandas as pd

from ess_analyse.pseudonymes import motif_cle, motif_noms
from ess_analyse.publication.octets import Extrait

__all__ = ["Noms", "plier"]

_COURT = 5
"""Lettres : en deçà, un nom « trouvé » dans des octets quelconques n'est le plus souvent qu'un hasard."""
_SIGLE = 3
"""Lettres : jusque-là, un nom n'est cherché que tel que la clé l'écrit, « ar » ou « lu » étant partout."""

_MOT = re.compile(r"[^\W_]+")
_ARTICLE = re.compile(r"^(?:(?:le|la|les) |l['’])", re.IGNORECASE)
_BORD_AVANT = re.compile(r"(?:\A|[\s\"'`«»“‘’(>_—–])\Z")
_BORD_APRES = re.compile(r"\Z|[\s\"'`»”’<_]|[.,;:!?…)]+(?:[\s\"'`<]|\Z)")
_TETE = re.compile(r"(?:\A|[.!?…][\"»”)]* |[>«“\"(\[•*–—-] ?)\Z")
_PHRASE_AVANT = re.compile(r"[^\W\d_]{2,}[,;:.!?…»\"]? (?:[«(] ?)?\Z")
_PHRASE_APRES = re.compile(r"(?: ?[»)])?[,;:.!?…]? [^\W\d_]{2,}")
_ALENTOURS = 24
"""Signes regardés de part et d'autre d'un mot pour dire s'il est dans une phrase."""


@functools.lru_cache(maxsize=1 << 18)
def plier(mot: str) -> str:
    """Ramener un mot à ses lettres : ni casse, ni accent, ni ligature.

    Parameters
    ----------
    mot : str
        Un mot.

    Returns
    -------
    str
        Ses lettres, en minuscules.

    Examples
    --------
    >>> plier("ŒUVRÉ")
    'oeuvre'
    """
    lettres = unicodedata.normalize("NFKD", mot.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(signe for signe in lettres if not unicodedata.combining(signe))


class Noms:
    r"""Les noms réels d'une clé, prêts à être cherchés dans n'importe quel texte.

    Parameters
    ----------
    cle : DataFrame
        Colonne ``reel`` : les noms, dont les vides sont ignorés ; et ``nature``, si elle est connue.

    Examples
    --------
    >>> noms = Noms(pd.DataFrame({"reel": ["Élodie", "Morvan"]}))
    >>> [(ligne, initiale) for ligne, initiale, _ in noms.trouver(Extrait("Le mot\nd'élodie, de S. MORVAN", ligne=1))]
    [(2, 'É…'), (2, 'M…')]
    """

    def __init__(self, cle: pd.DataFrame):
        cle = cle[cle["reel"].str.strip() != ""]
        cle = cle.assign(reel=[unicodedata.normalize("NFKC", nom.strip()) for nom in cle["reel"]])
        noms = list(cle["reel"])
        self._exact, self._souple = motif_noms(noms), motif_cle(cle)
        self._etiquette = motif_cle(cle, etiquette=True)
        # A name is looked for only around its longest word: the rest of the text is never scanned by the pattern.
        self._pivots = {
            max(mots, key=lambda mot: (len(mot), mot))
            for nom in noms
            if (mots := [plier(mot) for mot in _MOT.findall(_ARTICLE.sub("", nom))])
        }
        self._marge = 2 * max(map(len, noms), default=0) + 8

    def trouver(self, extrait: Extrait) -> list[tuple[int, str, str]]:
        """Trouver les noms qui se lisent dans un extrait.

        Parameters
        ----------
        extrait : Extrait
            Un texte et sa nature. Dans un programme, un sigle ou un nom en minuscules ne compte que dans une phrase, un
            mot courant que là où l'on écrirait un mot ; dans des octets quelconques, seul un nom d'au moins cinq
            lettres, écrit comme dans la clé, compte.

        Returns
        -------
        list of (int, str, str)
            La ligne (0 si elle n'a pas de sens), l'initiale suivie de « … » (seule à pouvoir être montrée) et le nom
            trouvé, plié.
        """
        texte = _lisible(extrait.texte) if extrait.nature == "nom" else extrait.texte
        reperes = [mot for mot in set(_MOT.findall(texte)) if plier(mot) in self._pivots]
        if not reperes:
            return []
        plat = " ".join(texte.split())
        trouves = [
            trouve for trouve in self._chercher(plat, reperes, extrait.nature) if self._compte(trouve, extrait.nature)
        ]
        return [
            (_ligne(texte, plat, trouve.start(), extrait.ligne), _initiale(trouve), _plier_nom(trouve))
            for trouve in trouves
        ]

    def masquer(self, chemin: str) -> str:
        """Remplacer dans un chemin chaque nom réel par son initiale.

        Parameters
        ----------
        chemin : str
            Un chemin, ou n'importe quel lieu que l'on va montrer.

        Returns
        -------
        str
            Le même, montrable.
        """
        lisible, sortie, fin = _lisible(chemin), "", 0
        # Unescaping may have moved the letters: then the readable form is shown instead.
        brut = chemin if len(chemin) == len(lisible) else lisible
        trouves = list(self._etiquette.finditer(lisible))
        for trouve in trouves:
            sortie += brut[fin : trouve.start()] + _initiale(trouve)
            fin = trouve.end()
        return sortie + brut[fin:] if trouves else chemin

    def _chercher(self, plat: str, reperes: list[str], nature: str) -> Iterator[re.Match]:
        motif = self._etiquette if nature == "nom" else self._souple
        formes = "|".join(map(re.escape, sorted(reperes, key=len, reverse=True)))
        vus = set()
        for repere in re.finditer(rf"(?<![^\W_])(?:{formes})(?![^\W_])", plat):
            for trouve in motif.finditer(plat, max(0, repere.start() - self._marge), repere.end() + self._marge):
                # The end of the window cuts words: only a name around its own longest word is surely whole.
                autour = trouve.start() <= repere.start() and repere.end() <= trouve.end()
                if autour and trouve.span() not in vus:
                    vus.add(trouve.span())
                    yield trouve

    def _compte(self, trouve: re.Match, nature: str) -> bool:
        lettres = len(_plier_nom(trouve))
        exact = self._exact.match(trouve.string, trouve.start()) is not None
        if lettres <= _SIGLE and not exact:
            return False
        if nature == "binaire":
            return exact and lettres >= _COURT
        avant = trouve.string[max(0, trouve.start() - _ALENTOURS) : trouve.start()]
        # A name found alone in lower case is no common word.
        courant = not self._souple.fullmatch(trouve[0].lower())
        if nature != "code":
            # « Aime ton prochain » opens a sentence: its capital says nothing when the key writes « Aimé ».
            return exact or not courant or trouve[0].islower() or not _TETE.search(avant)
        # A program has no reason to write a name that is no common word.
        if exact and lettres > _SIGLE and not courant:
            return True
        if not (_BORD_AVANT.search(avant) and _BORD_APRES.match(trouve.string, trouve.end())):
            return False
        phrase = _PHRASE_AVANT.search(avant) or _PHRASE_APRES.match(trouve.string, trouve.end())
        return bool(phrase) or (exact and lettres > _SIGLE)


def _lisible(nom: str) -> str:
    """Rendre un nom de fichier lisible par le motif : « _ » y tient lieu d'espace."""
    return unicodedata.normalize("NFC", unquote(nom)).replace("_", " ")


def _initiale(trouve: re.Match) -> str:
    return _nom(trouve)[0].upper() + "…"


def _plier_nom(trouve: re.Match) -> str:
    return "".join(map(plier, _MOT.findall(_nom(trouve))))


def _nom(trouve: re.Match) -> str:
    return trouve["nom"] or trouve["nu"]


def _ligne(texte: str, plat: str, place: int, premiere: int) -> int:
    """Retrouver la ligne d'une place du texte dont les blancs ont été réduits : les autres signes y sont les mêmes."""
    if not premiere:
        return 0
    reste = place - plat.count(" ", 0, place)
    for mot in re.finditer(r"\S+", texte):
        if reste < len(mot[0]):
            return premiere + texte.count("\n", 0, mot.start())
        reste -= len(mot[0])
    return premiere
