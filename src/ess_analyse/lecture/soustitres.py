"""Lire les paroles d'un fichier de sous-titres."""

from __future__ import annotations

import re

from ess_analyse.lecture.balisage import desechapper
from ess_analyse.lecture.horodatage import MOMENT, lire_moment
from ess_analyse.lecture.paragraphes import Depouillement, Paragraphe, propre

__all__ = ["lire_soustitres"]

_TEMPS = re.compile(rf"^\s*({MOMENT})\s*-->(?:\s*({MOMENT}))?")
_HORS_PAROLE = re.compile(r"(?:NOTE|STYLE|REGION)\b|\d+\s*$")
_SANS_TEXTE = re.compile(r"WEBVTT|\d*\s*")
_VOIX = re.compile(r"<v(?:\.[\w.-]+)?\s++(?P<nom>[^<>]{1,200})>")
_BLANCS = re.compile(r"[ \t\n]+")
_BALISE = re.compile(r"</?[a-zA-Z][^<>]*>|<[\d:.]+>")


def lire_soustitres(texte: str) -> Depouillement:
    r"""Lire les répliques d'un fichier WebVTT ou SubRip.

    Parameters
    ----------
    texte : str
        Le contenu du fichier.

    Returns
    -------
    Depouillement
        Une réplique par élément, dans l'ordre, avec son temps ; une voix (``<v Nom>``) en est le locuteur. Réglages,
        notes et styles sont laissés et comptés.

    Examples
    --------
    >>> lire_soustitres("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Claire>Bonjour,\nmerci.</v>\n").paragraphes
    (Paragraphe(texte='Bonjour, merci.', locuteur='Claire', temps=(1.0, 2.0), gras=0),)
    """
    repliques: list[Paragraphe] = []
    temps, tus = None, 0
    for bloc in re.split(r"\n\s*\n", texte.strip()):
        lignes = bloc.split("\n")
        rang = next((i for i, ligne in enumerate(lignes[:2]) if _TEMPS.match(ligne)), -1)
        if rang >= 0:
            temps = _lire_temps(lignes[rang])
            tus += rang > 0 and not _SANS_TEXTE.fullmatch(lignes[0])
        # A blank line inside a cue leaves words without a time: they are speech too.
        if temps is None or (rang < 0 and _HORS_PAROLE.match(bloc)):
            tus += not _SANS_TEXTE.fullmatch(bloc)
            continue
        repliques += _lire_repliques(" ".join(lignes[rang + 1 :]), temps)
    forme = "titre, note ou style laissé" if tus == 1 else "titres, notes ou styles laissés"
    return Depouillement(tuple(repliques), (f"{tus} {forme} de côté",) if tus else ())


def _lire_temps(ligne: str) -> tuple[float, float]:
    trouve = _TEMPS.match(ligne)
    debut = lire_moment(trouve[1])
    return debut, max(debut, lire_moment(trouve[2])) if trouve[2] else debut


def _lire_repliques(dit: str, temps: tuple[float, float]) -> list[Paragraphe]:
    """Séparer les voix d'une réplique : deux personnes peuvent en partager une."""
    morceaux = _VOIX.split(dit)
    noms = [None, *(_nettoyer(nom) or None for nom in morceaux[1::2])]
    return [
        Paragraphe(texte, nom, temps)
        for nom, morceau in zip(noms, morceaux[::2], strict=True)
        if (texte := _nettoyer(morceau))
    ]


def _nettoyer(texte: str) -> str:
    return propre(_BLANCS.sub(" ", desechapper(_BALISE.sub("", texte))))
