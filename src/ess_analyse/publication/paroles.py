"""Chercher, dans ce qui va être publié, les phrases que personne n'a permis de citer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import Probleme, relatif
from ess_analyse.modele import SEGMENTS, Corpus, verifier_colonnes
from ess_analyse.publication.noms import situer
from ess_analyse.publication.octets import Extrait, lire_dossier
from ess_analyse.publication.reels import plier

__all__ = ["Paroles", "chercher_paroles_restreintes"]

_MOTS = 5
"""En deçà, une phrase (« C'est long, hein. ») n'est à personne."""
_MOT = re.compile(r"[^\W_]+")

Suite = tuple[str, ...]


class Paroles:
    """Les phrases à ne pas citer, prêtes à être cherchées dans n'importe quel texte.

    Une phrase est une suite de mots : la ponctuation, les guillemets, les apostrophes, les espaces, les accents et la
    casse ne comptent pas. Chacune est rangée sous son mot le plus rare : un texte est lu une fois, quel que soit le
    nombre de phrases.

    Parameters
    ----------
    corpus : Corpus
        Ce qui dit quelles places sont publiques.
    segments : DataFrame
        Les phrases du corpus.

    Attributes
    ----------
    suites : dict of tuple to str
        Les mots de chacune de ces phrases, et sa place.
    """

    def __init__(self, corpus: Corpus, segments: pd.DataFrame):
        verifier_colonnes(segments, SEGMENTS, "segments")
        publics, suites = [], {}
        permis = corpus.sont_publics(segments["segment"])
        colonnes = (colonne.tolist() for colonne in (segments["segment"], segments["texte"], permis))
        for place, texte, public in zip(*colonnes, strict=True):
            if public:
                publics.append(texte)
            elif sum(any(map(str.isalnum, mot)) for mot in texte.split()) >= _MOTS:
                suites.setdefault(_suite(texte), place)
        self._ranger(suites)
        # What a public passage says word for word is not given away by a restricted one.
        deja = {place for texte in dict.fromkeys(publics) for _, place in self.trouver(texte)}
        self.suites = {suite: place for suite, place in suites.items() if place not in deja}
        self._ranger(self.suites)

    def _ranger(self, suites: dict[Suite, str]) -> None:
        frequences = Counter(mot for suite in suites for mot in suite)
        self._index: dict[str, list[tuple[int, Suite, str]]] = {}
        for suite, place in suites.items():
            rang = min(range(len(suite)), key=lambda rang: (frequences[suite[rang]], -len(suite[rang]), rang))
            self._index.setdefault(suite[rang], []).append((rang, suite, place))

    def trouver(self, texte: str) -> list[tuple[int, str]]:
        """Trouver les phrases qui se lisent dans un texte.

        Parameters
        ----------
        texte : str
            Le texte, sans balises.

        Returns
        -------
        list of (int, str)
            Le rang de son premier mot dans le texte, et sa place dans le corpus.
        """
        if self._index.keys().isdisjoint(map(plier, _MOT.findall(texte))):
            return []
        mots = _suite(texte)
        trouvees = []
        for place, mot in enumerate(mots):
            for rang, suite, segment in self._index.get(mot, ()):
                if place >= rang and mots[place - rang : place - rang + len(suite)] == suite:
                    trouvees.append((place - rang, segment))
        return trouvees

    def relever(self, fichier: str, extrait: Extrait) -> Iterator[Probleme]:
        """Relever les phrases d'un extrait.

        Parameters
        ----------
        fichier : str
            Le chemin du fichier, montrable.
        extrait : Extrait
            Un de ses textes.

        Yields
        ------
        Probleme
            Un par phrase et par ligne ; la phrase n'y est pas, seulement sa place dans le corpus.
        """
        if extrait.nature == "nom" or extrait.secours:
            return
        for rang, segment in self.trouver(extrait.texte):
            yield Probleme(
                situer(fichier, extrait.lieu),
                _ligne(extrait, rang),
                "une phrase dont la diffusion est restreinte se lit dans ce fichier",
                segment,
                "retirez-la, ou, si la personne est d'accord, rendez ce passage public dans la table de diffusion",
            )


def _suite(texte: str) -> Suite:
    return tuple(map(plier, _MOT.findall(texte)))


def _ligne(extrait: Extrait, rang: int) -> int:
    if not extrait.ligne:
        return 0
    for numero, mot in enumerate(_MOT.finditer(extrait.texte)):
        if numero == rang:
            return extrait.ligne + extrait.texte.count("\n", 0, mot.start())
    return extrait.ligne


def chercher_paroles_restreintes(dossier: Path, corpus: Corpus, segments: pd.DataFrame) -> list[Probleme]:
    r"""Chercher dans un dossier les phrases d'au moins cinq mots dont la diffusion n'est pas publique.

    Parameters
    ----------
    dossier : Path
        Par exemple ``_site``.
    corpus : Corpus
        Ce qui dit quelles places sont publiques (:meth:`ess_analyse.modele.Corpus.est_public`).
    segments : DataFrame
        Les phrases du corpus.

    Returns
    -------
    list of Probleme
        Un par phrase, par lieu et par ligne, trié. Une phrase qui se lit mot pour mot dans un passage public n'en est
        pas un.

    Raises
    ------
    ErreurDonnees
        Si le dossier n'existe pas.

    Examples
    --------
    >>> import tempfile
    >>> from ess_analyse.modele import DOCUMENTS, Entretien
    >>> e01 = Entretien.depuis_texte("E01", "Marion : On l’a ressaisi trois fois hier.\n")
    >>> ligne = ["E01", "entretien", "S1", "direction", "2025-03", "restreinte"]
    >>> corpus = Corpus((e01,), pd.DataFrame([ligne], columns=DOCUMENTS))
    >>> segments = pd.DataFrame([["E01:9-40", "E01", 1, "Marion", 9, 40, e01.extrait(9, 40)]], columns=SEGMENTS)
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     _ = Path(dossier, "a.html").write_text("<p>« on l'a <b>ressaisi</b> trois fois hier ! »", encoding="utf-8")
    ...     problemes = chercher_paroles_restreintes(Path(dossier), corpus, segments)
    >>> [(probleme.ligne, probleme.valeur) for probleme in problemes]
    [(1, 'E01:9-40')]
    """
    dossier, paroles = Path(dossier), Paroles(corpus, segments)
    problemes = set()
    for chemin, extrait in lire_dossier(dossier):
        problemes |= set(paroles.relever(relatif(dossier / chemin), extrait))
    return sorted(problemes)
