"""Lire les paroles d'un fichier de sous-titres."""

from __future__ import annotations

import html
import re

__all__ = ["lire_soustitres"]

_TEMPS = re.compile(r"^\s*(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?\s*-->")
_HORS_PAROLE = re.compile(r"(?:NOTE|STYLE|REGION)\b|\d+\s*$")
_VOIX = re.compile(r"<v(?:\.[\w.-]+)?\s+(?P<nom>[^>]+)>")
_BALISE = re.compile(r"</?[a-zA-Z][^<>]*>|<[\d:.]+>")


def lire_soustitres(texte: str) -> list[str]:
    r"""Lire les répliques d'un fichier WebVTT ou SubRip.

    Parameters
    ----------
    texte : str
        Le contenu du fichier.

    Returns
    -------
    list of str
        Une réplique par élément, dans l'ordre ; une voix (``<v Nom>``) devient l'étiquette ``Nom : ``, les réglages,
        notes et styles sont écartés.

    Examples
    --------
    >>> lire_soustitres("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Claire>Bonjour,\nmerci.</v>\n")
    ['Claire : Bonjour, merci.']
    """
    repliques, commence = [], False
    for bloc in re.split(r"\n\s*\n", texte.strip()):
        lignes = bloc.split("\n")
        rang = next((i for i, ligne in enumerate(lignes[:2]) if _TEMPS.match(ligne)), -1)
        commence |= rang >= 0
        # A blank line inside a cue leaves words without a time: they are speech too.
        if not commence or (rang < 0 and _HORS_PAROLE.match(bloc)):
            continue
        # Two voices may share one cue: each opens its own line.
        dit = _VOIX.sub(lambda voix: f"\n{voix['nom'].strip()} : ", " ".join(lignes[rang + 1 :]))
        repliques += [
            propre for ligne in dit.split("\n") if (propre := " ".join(html.unescape(_BALISE.sub("", ligne)).split()))
        ]
    return repliques
