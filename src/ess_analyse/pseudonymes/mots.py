"""Les mots d'un texte tels qu'un nom s'y cache : leur place, leur casse, ce qui les précède."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Mot", "decouper_mots"]

_MOT = re.compile(r"[^\W\d_]+(?:['’‐‑-][^\W\d_]+)*['’]?")
_ELISION = re.compile(r"(?:[dljnsmtc]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu)['’]", re.IGNORECASE)
_NOM_A_APOSTROPHE = re.compile(r"(?:[NMO]|Mc|Ma)['’][A-ZÀ-Þ]")
"""« N'Diaye », « M'Barek », « O'Connor » : l'apostrophe y est dans le nom."""
_SUFFIXE = re.compile(
    r"-(?:t-)?(?:je|tu|il|elle|on|nous|vous|ils|elles|ce|moi|toi|lui|leur|le|la|les|en|y|là|ci)$", re.IGNORECASE
)
_AVANT = re.compile(r"[\s\"“”«»'‘’(\[–—•*_#-]*\Z")
_ABREGE = re.compile(r"(?:\b(?:M|MM|Mr|Mme|Mmes|Mlle|Dr|Pr|Me|St|Ste|cf|ex|tél)|\b[A-ZÀ-Þ])\.\s*\Z")
_FORTE = ".!?…:;\n"


@dataclass(frozen=True)
class Mot:
    """Un mot d'un texte.

    Attributes
    ----------
    forme : str
        Tel qu'écrit, sans élision (« d' ») ni pronom soudé (« -elle ») ; une élision est un mot à part.
    debut, fin : int
        Sa place, en points de code.
    tete : bool
        Vrai s'il ouvre une phrase, une citation ou une ligne : sa capitale ne veut alors rien dire.
    """

    forme: str
    debut: int
    fin: int
    tete: bool

    @property
    def titre(self) -> bool:
        """Dire s'il commence par une capitale sans être un sigle."""
        return self.forme[:1].isupper() and not self.sigle

    @property
    def sigle(self) -> bool:
        """Dire s'il est tout en capitales, de deux lettres au moins."""
        return len(self.forme) > 1 and self.forme.isupper() and self.forme[-1] not in "'’"

    @property
    def minuscule(self) -> str:
        """Le mot en minuscules, apostrophe droite."""
        return self.forme.lower().replace("’", "'")


def decouper_mots(texte: str) -> list[Mot]:
    """Découper un texte en mots, à la française, sans rien savoir de la langue que ses apostrophes.

    Parameters
    ----------
    texte : str
        N'importe quel texte.

    Returns
    -------
    list of Mot
        Dans l'ordre, sans recouvrement.

    Examples
    --------
    >>> [(mot.forme, mot.tete) for mot in decouper_mots("D'Élodie à N'Diaye. Dit-elle ?")]
    [("D'", True), ('Élodie', False), ('à', False), ("N'Diaye", False), ('Dit', True)]
    """
    mots = []
    for trouve in _MOT.finditer(texte):
        debut, fin = trouve.span()
        tete = _ouvre(texte, debut)
        while not _NOM_A_APOSTROPHE.match(texte, debut) and (elision := _ELISION.match(texte, debut, fin)):
            mots.append(Mot(elision[0], debut, elision.end(), tete))
            debut, tete = elision.end(), False
        fin -= texte[fin - 1] in "'’" and fin > debut
        if suffixe := _SUFFIXE.search(texte, debut, fin):
            fin = suffixe.start()
        if debut < fin:
            mots.append(Mot(texte[debut:fin], debut, fin, tete))
    return mots


def _ouvre(texte: str, debut: int) -> bool:
    # A bounded look back: enough for quotes and spaces, and linear on any noise.
    avant = texte[max(0, debut - 12) : debut]
    coeur = _AVANT.sub("", avant)
    if not coeur:
        return debut <= 12
    return "\n" in avant[len(coeur) :] or (coeur[-1] in _FORTE and not _ABREGE.search(coeur))
