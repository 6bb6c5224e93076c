"""Faire tenir la synthèse sur quatre pages : plus petit, puis plus court, jamais illisible."""

from __future__ import annotations

import io
from typing import NamedTuple

from ess_analyse.documents.composition import RETRAITS, composer_synthese
from ess_analyse.documents.fonds import Fonds
from ess_analyse.documents.impression import TAILLE, Document, compter_pages, en_pdf

__all__ = ["PAGES", "Synthese", "imprimer_synthese"]

PAGES = 4
_TAILLES = (TAILLE, 10, 9.5)
_PLUS_PETITE = 9
"""En points : le plus petit corps qu'on lise sans peine."""


class Synthese(NamedTuple):
    """La synthèse imprimée, ce dont elle vient, et combien de pages elle a."""

    document: Document
    pdf: bytes
    pages: int


def imprimer_synthese(fonds: Fonds) -> Synthese:
    """Imprimer la synthèse sur quatre pages.

    Parameters
    ----------
    fonds : Fonds
        Ce que l'étude peut montrer.

    Returns
    -------
    Synthese
        Le premier essai qui tient : le texte est d'abord un peu plus petit, puis la partie qui déborde de sa page
        laisse au rapport ses paroles ou une part de ses actions. ``pages`` dépasse quatre si rien n'y suffit : les
        textes de ``data/synthese.md`` sont alors à raccourcir.
    """
    for taille in _TAILLES:
        synthese = _imprimer(fonds, (), taille)
        if synthese.pages <= PAGES:
            return synthese
    tus: tuple[str, ...] = ()
    while synthese.pages > PAGES and (suivant := _trouver_retrait(synthese.pdf, tus)):
        tus = (*tus, suivant)
        synthese = _imprimer(fonds, tus, taille)
    return synthese if synthese.pages <= PAGES else _imprimer(fonds, tus, _PLUS_PETITE)


def _imprimer(fonds: Fonds, tus: tuple[str, ...], taille: float) -> Synthese:
    document = composer_synthese(fonds, tus)
    pdf = en_pdf(document, taille)
    return Synthese(document, pdf, compter_pages(pdf))


def _trouver_retrait(pdf: bytes, tus: tuple[str, ...]) -> str:
    """Dire ce que peut encore laisser la première partie qui déborde de sa page ; rien s'il n'y en a plus."""
    from pypdf import PdfReader

    lecteur = PdfReader(io.BytesIO(pdf))
    debuts = {
        signet.title: lecteur.get_destination_page_number(signet)
        for signet in lecteur.outline
        if not isinstance(signet, list)
    }
    parties = sorted((debut, titre) for titre, debut in debuts.items() if titre in RETRAITS)
    fins = [debut for debut, _ in parties[1:]] + [len(lecteur.pages)]
    for (debut, titre), fin in zip(parties, fins, strict=True):
        if fin - debut > 1 and (restent := [retrait for retrait in RETRAITS[titre] if retrait not in tus]):
            return restent[0]
    return ""
