"""Le vocabulaire français : la racine de chaque mot retrouve un indice quelle qu'en soit la flexion."""

from __future__ import annotations

import functools
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy import Language, Vocab

__all__ = ["charger_langue", "charger_vocabulaire"]

_ELISIONS = {
    "c'": "ce",
    "d'": "de",
    "j'": "je",
    "jusqu'": "jusque",
    "l'": "le",
    "lorsqu'": "lorsque",
    "m'": "me",
    "n'": "ne",
    "puisqu'": "puisque",
    "qu'": "que",
    "quoiqu'": "quoique",
    "s'": "se",
    "t'": "te",
}
# Words whose stem Snowball shares with an unrelated one (donner, formation, saisir, CAF, devoir, direct, compter), or
# does not share with their own plural.
_A_PART = {
    "appuis": "appui",
    "café": "café",
    "cafés": "café",
    "compta": "compta",
    "devis": "devis",
    "direction": "direction",
    "directions": "direction",
    "donnée": "donnée",
    "données": "donnée",
    "emplois": "emploi",
    "essais": "essai",
    "format": "formats",
    "formats": "formats",
    "jeux": "jeu",
    "permanence": "permanence",
    "permanences": "permanence",
    "sais": "savoir",
}
# Snowball reads these plural nouns as verbs in the first person (connexions, opinions, permissions).
_PLURIELS = ("nions", "sions", "xions")


@functools.cache
def charger_langue() -> Language:
    """Charger le découpage français en mots, où la forme ``NORM`` de chaque mot est sa racine.

    La racine est celle de l'algorithme Snowball pour le français (Porter), accents gardés ; les élisions sont
    rétablies (« d' » vaut « de ») et les deux apostrophes confondues. Elle est calculée une fois par forme du
    vocabulaire, non par mot lu. Le chargement prend 3 à 6 s, une fois par processus.

    Returns
    -------
    spacy.Language
        Un pipeline réduit au découpage en mots, partagé : ne le modifiez pas.

    Notes
    -----
    Une racine n'est pas un lemme : « ressaisir », « ressaisie » et « ressaisissons » n'en font qu'une, mais
    « perdre » et « perdu » en font deux ; « travail » et « travaux » de même.

    Examples
    --------
    >>> [mot.norm_ for mot in charger_langue()("Les données ressaisies d'hier")]
    ['le', 'donnée', 'ressais', 'de', 'hi']
    """
    import spacy
    from spacy.attrs import NORM

    nlp = spacy.blank("fr", vocab=charger_vocabulaire())
    for drapeau, lire in nlp.Defaults.lex_attr_getters.items():
        nlp.vocab.add_flag(lire, drapeau)
    # A NORM set by a tokenizer exception would hide the stem of its lexeme.
    nlp.tokenizer.rules = {
        forme: [{nom: valeur for nom, valeur in mot.items() if nom != NORM} for mot in mots]
        for forme, mots in nlp.tokenizer.rules.items()
    }
    return nlp


@functools.cache
def charger_vocabulaire() -> Vocab:
    """Charger le vocabulaire français sans le découpage : de quoi relire des mots déjà découpés, en moitié moins."""
    from snowballstemmer import stemmer
    from spacy import Vocab
    from spacy.attrs import IS_STOP, LANG, NORM
    from spacy.lang.lex_attrs import LEX_ATTRS, is_stop

    raciner, vides = stemmer("french").stemWord, _lire_mots_vides()

    def norme(forme: str) -> str:
        forme = forme.lower().replace("’", "'")
        return _ELISIONS.get(forme) or _A_PART.get(forme) or raciner(forme[:-1] if forme.endswith(_PLURIELS) else forme)

    propres = {LANG: lambda _: "fr", IS_STOP: functools.partial(is_stop, stops=vides), NORM: norme}
    return Vocab(lex_attr_getters={**LEX_ATTRS, **propres})


def _lire_mots_vides() -> set[str]:
    # The package spacy.lang.fr compiles, as soon as it is imported, the two seconds of expressions that cut words.
    chemin = Path(find_spec("spacy.lang.fr").origin).with_name("stop_words.py")
    spec = spec_from_file_location("ess_analyse_mots_vides", chemin)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.STOP_WORDS
