"""Reconnaître les noms réels d'une clé dans un texte, quelle que soit sa nature."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain
from urllib.parse import unquote

import pandas as pd

from ess_analyse.pseudonymes import inverser, lire_numero, motif_cle, motif_noms
from ess_analyse.publication.coutures import COUTURE, cloisonner, decoudre, motif_mot, plier, recoller
from ess_analyse.publication.lies import Juges, Lies, montrer
from ess_analyse.publication.octets import Extrait

__all__ = ["Noms", "plier"]

_COURT = 5
"""Lettres : en deçà, un nom « trouvé » dans des octets quelconques n'est le plus souvent qu'un hasard."""
_SIGLE = 3
"""Lettres : jusque-là, un nom n'est cherché que tel que la clé l'écrit, « ar » ou « lu » étant partout."""
_SOUDE = 4
"""Lettres : en deçà, un nom soudé à un chiffre ou à un mot est trop souvent autre chose."""
_LONG = 6
"""Lettres : à partir de là, un nom sans capitale se reconnaît soudé à un chiffre, ou ses mots l'un à l'autre."""

_MOT = re.compile(r"[^\W_]+")
_CHIFFRES = re.compile(r"[0-9]+")
_FIN_DE_NUMERO = 9
"""Chiffres d'un numéro qu'aucun préfixe ne change, les derniers."""
_SAINT = re.compile(r"(?:saint|st)e?s?")
_ARTICLE = re.compile(r"^(?:(?:le|la|les) |l['’])", re.IGNORECASE)
_BORD_AVANT = re.compile(r"(?:\A|[\s\"'`«»“‘’(>_—–])\Z")
_BORD_APRES = re.compile(r"\Z|[\s\"'`»”’<_]|[.,;:!?…)]+(?:[\s\"'`<]|\Z)")
_TETE = re.compile(r"(?:\A|[.!?…][\"»”)]* |[>«“\"(\[•*–—-] ?)\Z")
_PHRASE_AVANT = re.compile(r"[^\W\d_]{2,}[,;:.!?…»\"]? (?:[«(] ?)?\Z")
_PHRASE_APRES = re.compile(r"(?: ?[»)])?[,;:.!?…]? [^\W\d_]{2,}")
_ALENTOURS = 24
"""Signes regardés de part et d'autre d'un mot pour dire s'il est dans une phrase."""


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
        natures = cle["nature"] if "nature" in cle else pd.Series("", index=cle.index, dtype="str")
        numeros = cle["reel"].map(lire_numero).astype("str")
        self._numeros = {re.sub(r"\D", "", numero)[-_FIN_DE_NUMERO:] for numero in numeros if numero}
        self._motif_numeros = motif_cle(cle[numeros != ""])
        # A name is looked for only around its longest word: the rest of the text is never scanned by the pattern.
        suites = [_plier_mots(nom) for nom in cle.loc[numeros == "", "reel"]]
        self._pivots = {_pivot(suite) for suite in suites if suite}
        self._connus = frozenset(mot for suite in suites for mot in suite if len(mot) >= _COURT)
        self._fins = frozenset(mot[rang:] for mot in self._connus for rang in range(1, len(mot) - 1))
        inverses = [inverser(*nom) for nom in zip(noms, natures, strict=True)]
        complets = cle[pd.Series(inverses, index=cle.index, dtype="str") != ""]
        self._complets = motif_cle(complets)
        self._pivots_complets = {_pivot(_plier_mots(nom)) for nom in complets["reel"]}
        sortes = zip(noms, natures, strict=True)
        personnes = [nom for nom, sorte in sortes if sorte == "personne" or not (sorte or _ARTICLE.match(nom))]
        self._lies = Lies([*personnes, *inverses], [nom for nom in personnes if self._souple.fullmatch(nom.lower())])
        longs = {pivot for pivot in self._pivots if len(pivot) >= _SOUDE}
        self._juges = Juges(self._pivots | self._lies.entiers.keys(), longs, _SOUDE)
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
        nature = extrait.nature
        texte = _lisible(extrait.texte) if nature == "nom" else extrait.texte
        vues = [texte]
        if nature in ("texte", "code"):
            vues.append(recoller(texte, self._connus, self._fins))
        trouves = []
        for vue in dict.fromkeys(vues):
            mots = self._mots(vue, nature)
            a_numero = self._a_numero(vue)
            if mots or a_numero:
                plat = " ".join(vue.split())
                reperes = [*self._reperer(plat, mots, nature), *(self._reperer_numeros(plat) if a_numero else ())]
                trouves += [(_ligne(vue, plat, debut, extrait.ligne), *dit) for debut, _, *dit in reperes]
            if nature != "binaire":
                trouves += [
                    (extrait.ligne and extrait.ligne + vue.count("\n", 0, debut), *dit)
                    for debut, _, *dit in self._lies.reperer(vue, mots)
                ]
        return list(dict.fromkeys(trouves))

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
        trouves = [(trouve.start(), trouve.end(), _initiale(trouve)) for trouve in self._etiquette.finditer(lisible)]
        mots = self._mots(lisible, "nom")
        trouves += [vu[:3] for vu in (*self._reperer(lisible, mots, "nom"), *self._lies.reperer(lisible, mots))]
        for debut, suite, initiale in sorted(trouves):
            sortie += brut[fin:debut] + initiale * (debut >= fin)
            fin = max(fin, suite)
        return sortie + brut[fin:] if trouves else chemin

    def _mots(self, texte: str, nature: str) -> list[str]:
        """Rendre les mots d'un texte dont un nom est fait : au plus vite, car presque aucun texte n'en a."""
        if not self._pivots:
            return []
        mots = set(_MOT.findall(texte))
        # The bytes of an image are as many words that will never be read again.
        if nature == "binaire":
            return [mot for mot in mots if plier(mot) in self._pivots]
        return [mot for mot in mots if self._juges[mot]]

    def _a_numero(self, texte: str) -> bool:
        if not self._numeros:
            return False
        chiffres = "".join(_CHIFFRES.findall(texte))
        return any(numero in chiffres for numero in self._numeros)

    def _reperer_numeros(self, plat: str) -> Iterator[tuple[int, int, str, str]]:
        return map(_situer, self._motif_numeros.finditer(plat))

    def _reperer(self, plat: str, mots: list[str], nature: str) -> Iterator[tuple[int, int, str, str]]:
        """Rendre, de chaque nom d'un texte aux blancs réduits, où il commence et finit, son initiale et ses lettres."""
        motif = self._etiquette if nature == "nom" else self._souple
        reperes = [mot for mot in mots if plier(mot) in self._pivots]
        for trouve in self._chercher(motif, plat, reperes):
            if self._compte(trouve, nature):
                yield _situer(trouve)
        if nature == "binaire":
            return
        if complets := [mot for mot in reperes if plier(mot) in self._pivots_complets]:
            for trouve in self._chercher(self._complets, cloisonner(plat), complets):
                if trouve[0] != plat[trouve.start() : trouve.end()] and self._compte(trouve, nature):
                    yield _situer(trouve)
        yield from self._decoudre(motif, plat, mots, nature)

    def _decoudre(
        self, motif: re.Pattern, plat: str, mots: list[str], nature: str
    ) -> Iterator[tuple[int, int, str, str]]:
        """Chercher les noms soudés à d'autres mots."""
        soudes = {mot: decousu for mot in mots if (decousu := decoudre(mot)) != mot}
        parties = {partie for decousu in soudes.values() for partie in decousu.split(COUTURE)}
        reperes = [partie for partie in parties if len(partie) >= _SOUDE and plier(partie) in self._pivots]
        if not reperes:
            return
        decousu = plat
        for mot, separe in soudes.items():
            decousu = motif_mot(mot).sub(separe, decousu)
        trouves = list(self._chercher(motif, decousu, reperes))
        if complets := [partie for partie in reperes if plier(partie) in self._pivots_complets]:
            trouves += self._chercher(self._complets, cloisonner(decousu), complets)
        for trouve in trouves:
            soude = COUTURE in decousu[max(0, trouve.start() - 1) : trouve.end() + 1]
            if soude and self._compte_soude(trouve, nature):
                debut, fin, *dit = _situer(trouve)
                yield debut - decousu.count(COUTURE, 0, debut), fin - decousu.count(COUTURE, 0, fin), *dit

    def _chercher(self, motif: re.Pattern, plat: str, reperes: list[str]) -> Iterator[re.Match]:
        vus, places = set(), chain.from_iterable(motif_mot(mot).finditer(plat) for mot in reperes)
        for repere in sorted(places, key=re.Match.start):
            for trouve in motif.finditer(plat, max(0, repere.start() - self._marge), repere.end() + self._marge):
                # The end of the window cuts words: only a name around its own longest word is surely whole.
                autour = trouve.start() <= repere.start() and repere.end() <= trouve.end()
                if autour and trouve.span() not in vus:
                    vus.add(trouve.span())
                    yield trouve

    def _compte_soude(self, trouve: re.Match, nature: str) -> bool:
        """Dire si un nom soudé à d'autres mots en est un : un nom court ou un mot courant y serait un hasard."""
        lettres = len(_plier_nom(trouve))
        if nature == "nom":
            return lettres >= _SOUDE
        exact = self._exact.match(trouve.string, trouve.start()) is not None
        if COUTURE in trouve[0]:
            return exact or nature == "texte"
        courant = not self._souple.fullmatch(trouve[0].lower())
        return lettres >= _COURT and not courant and (exact or (nature == "texte" and lettres >= _LONG))

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
    return montrer(_nom(trouve))


def _situer(trouve: re.Match) -> tuple[int, int, str, str]:
    return *trouve.span(), _initiale(trouve), _plier_nom(trouve)


def _plier_mots(nom: str) -> list[str]:
    return [plier(mot) for mot in _MOT.findall(_ARTICLE.sub("", nom))]


def _pivot(mots: list[str]) -> str:
    """Choisir le mot autour duquel chercher un nom : le plus long de ceux qui ne s'abrègent pas."""
    return max([mot for mot in mots if not _SAINT.fullmatch(mot)] or mots, key=lambda mot: (len(mot), mot))


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
