"""Juger si un mot peut ouvrir un nom, d'après sa casse, le lexique, les listes et ses voisins."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ess_analyse.langue import Entite, charger_lexique
from ess_analyse.pseudonymes.contextes import ORAUX, TITRES, annonce_un_lieu, annonce_une_personne, contigus
from ess_analyse.pseudonymes.lieux import chercher_lieu
from ess_analyse.pseudonymes.mots import Mot
from ess_analyse.pseudonymes.neutres import est_neutre
from ess_analyse.pseudonymes.noms import NOMS_QUI_SONT_DES_MOTS
from ess_analyse.pseudonymes.prenoms import chercher_prenom, est_un_surnom

__all__ = [
    "COURT",
    "DOUTEUX",
    "FAIBLE",
    "PRENOM_AVANT_TOUT",
    "PRENOM_CONNU",
    "PROBABLE",
    "SIGLE_MAX",
    "SUR",
    "TexteLu",
    "est_courant",
    "est_un_mot_outil",
    "juger",
]

SUR, PROBABLE, DOUTEUX, FAIBLE = 1, 2, 3, 4
"""Du plus au moins certain : ce qu'une personne lit d'abord."""
_MOT_OUTIL = 300
"""En deçà de ce rang, un mot est un mot outil, non un nom, quelle que soit sa capitale."""
PRENOM_AVANT_TOUT = 2_000
"""En deçà de ce rang, un prénom après « madame » en est un ; au-delà, c'est plutôt un nom de famille."""
PRENOM_CONNU = 4_000
"""Au-delà de ce rang, un prénom est si rare que le mot peut être tout autre chose."""
COURT = 3
"""En deçà, un mot sans capitale n'est pas pris pour un nom."""
SIGLE_MAX = 6
"""Un mot en capitales plus long est plutôt un nom crié qu'un sigle."""
_SURNOM = 10_000
"""En deçà de ce rang, « max » ou « pat » est aussi un mot."""
_ABREGES = frozenset(("m", "mm", "mr", "mme", "mmes", "mlle", "dr", "pr", "me"))
_NATURES = {"PER": "personne", "LOC": "lieu", "ORG": "organisation"}


@dataclass(frozen=True)
class TexteLu:
    """Un texte, ses mots, ce que l'apprentissage y a vu, et les mots à ne pas regarder.

    Attributes
    ----------
    ecartes : frozenset of int
        Les rangs des mots qui ne désignent personne, ou que la clé connaît déjà.
    """

    texte: str
    mots: Sequence[Mot]
    entites: Sequence[Entite]
    ecartes: frozenset[int]

    def suit(self, rang: int) -> bool:
        """Dire si un mot suit le précédent sans ponctuation."""
        return 0 < rang < len(self.mots) and contigus(self.texte, self.mots[rang - 1], self.mots[rang])

    def avant(self, rang: int) -> str:
        """Rendre le mot d'avant, en minuscules, ou rien s'il en est séparé ; « M. » est suivi d'un point."""
        return self.mots[rang - 1].minuscule if self.suit(rang) or self._abrege(rang) else ""

    def _abrege(self, rang: int) -> bool:
        if rang == 0 or self.mots[rang - 1].minuscule not in _ABREGES:
            return False
        return self.texte[self.mots[rang - 1].fin : self.mots[rang].debut].strip() == "."

    def nature(self, debut: int, fin: int) -> str:
        """Rendre la nature que l'apprentissage donne à une place, ou rien."""
        sortes = [entite.sorte for entite in self.entites if entite.debut < fin and debut < entite.fin]
        return next((_NATURES[sorte] for sorte in sortes if sorte in _NATURES), "")


@functools.lru_cache(maxsize=65536)
def est_courant(mot: str) -> bool:
    """Dire si un mot, ou chaque moitié d'un mot composé, se lit comme un mot ordinaire.

    Parameters
    ----------
    mot : str
        En minuscules.

    Returns
    -------
    bool
        Faux pour un prénom composé (« marie-rose »), dont chaque moitié est pourtant un mot.

    Examples
    --------
    >>> [est_courant(mot) for mot in ("quarante-six", "marie-rose", "sandrine")]
    [True, False, False]
    """
    lexique = charger_lexique()
    parts = [part for part in re.split(r"[-‐‑'’]", mot) if part]
    if len(parts) < 2 or mot in lexique:
        return lexique.est_courant(mot)
    compose = all(map(chercher_prenom, parts))
    return not compose and all(part in lexique or lexique.est_courant(part) for part in parts)


def est_un_mot_outil(mot: str, limite: int = _MOT_OUTIL) -> bool:
    """Dire si un mot est parmi les plus fréquents du français.

    Parameters
    ----------
    mot : str
        En minuscules.
    limite : int
        Le rang en deçà duquel il l'est.

    Returns
    -------
    bool
        Vrai pour « avec ».

    Examples
    --------
    >>> est_un_mot_outil("avec"), est_un_mot_outil("ressourcerie")
    (True, False)
    """
    rang = charger_lexique().rang(mot)
    return rang is not None and rang < limite


def juger(t: TexteLu, rang: int) -> int:
    """Dire à quel point un mot peut ouvrir un nom.

    Parameters
    ----------
    t : TexteLu
        Le texte.
    rang : int
        Celui du mot.

    Returns
    -------
    int
        De ``SUR`` (1) à ``FAIBLE`` (4), ou 0 si le mot n'ouvre pas un nom.

    Examples
    --------
    >>> from ess_analyse.pseudonymes.mots import decouper_mots
    >>> texte = "On a vu karim avec Constant, à Pontvieux."
    >>> mots = decouper_mots(texte)
    >>> {mot.forme: juger(TexteLu(texte, mots, (), frozenset()), rang) for rang, mot in enumerate(mots)}
    {'On': 0, 'a': 0, 'vu': 0, 'karim': 1, 'avec': 0, 'Constant': 2, 'à': 0, 'Pontvieux': 2}
    """
    mot = t.mots[rang]
    if est_neutre(mot.forme) or mot.minuscule in ORAUX or mot.minuscule[-1] == "'" or mot.minuscule in TITRES:
        return 0
    if _est_un_mot_outil(t, rang):
        return 0
    if mot.sigle:
        return _juger_sigle(t, rang)
    if mot.forme[0].isupper():
        return _juger_capitale(t, rang)
    return _juger_minuscule(t, rang)


def _est_un_mot_outil(t: TexteLu, rang: int) -> bool:
    mot = t.mots[rang]
    if not est_un_mot_outil(mot.minuscule):
        return False
    if t.avant(rang) in TITRES:
        return mot.minuscule not in NOMS_QUI_SONT_DES_MOTS
    # « l'hôtel du Grand Héron »: a tool word opens a name when its neighbour goes on with it.
    return not (mot.titre and not mot.tete and t.suit(rang + 1) and t.mots[rang + 1].titre)


def _juger_capitale(t: TexteLu, rang: int) -> int:
    mot = t.mots[rang]
    courant = est_courant(mot.minuscule)
    prenom = chercher_prenom(mot.forme)
    connu = bool(prenom and prenom.rang < PRENOM_CONNU) or bool(chercher_lieu(mot.forme))
    if len(mot.forme) == 1:
        return 0
    if t.avant(rang) in TITRES:
        return SUR
    if mot.tete:
        if not courant:
            return SUR if connu else PROBABLE if charger_lexique().rang(mot.forme) else DOUTEUX
        return PROBABLE if prenom and annonce_une_personne(t.texte, t.mots, rang) else 0
    if courant:
        return 0 if _est_un_mois(t, rang) else PROBABLE if connu else DOUTEUX
    return SUR if connu else PROBABLE


def _est_un_mois(t: TexteLu, rang: int) -> bool:
    if t.mots[rang].minuscule not in ("mai", "avril"):
        return False
    chiffre = re.search(r"\d\s*\Z", t.texte[max(0, t.mots[rang].debut - 4) : t.mots[rang].debut])
    return bool(chiffre) or t.avant(rang) in ("en", "de", "d'", "fin", "début", "depuis", "mi")


def _juger_sigle(t: TexteLu, rang: int) -> int:
    mot = t.mots[rang]
    prenom = chercher_prenom(mot.forme) if len(mot.forme) > COURT else None
    if t.avant(rang) in TITRES or (prenom and prenom.rang < PRENOM_CONNU and not est_courant(mot.minuscule)):
        return SUR
    lexique, jamais = charger_lexique(), len(charger_lexique().rangs)
    if est_courant(mot.minuscule):
        crie = any(0 <= voisin < len(t.mots) and t.mots[voisin].sigle for voisin in (rang - 1, rang + 1))
        usuel = (lexique.rang(mot.minuscule) or jamais) < (lexique.rang(mot.forme) or jamais)
        if crie or usuel or len(mot.forme) > SIGLE_MAX:
            return 0
    return PROBABLE if len(mot.forme) > SIGLE_MAX else DOUTEUX


def _juger_minuscule(t: TexteLu, rang: int) -> int:
    mot = t.mots[rang]
    if len(mot.forme) < COURT:
        return 0
    courant, prenom, lieu = est_courant(mot.minuscule), chercher_prenom(mot.forme), chercher_lieu(mot.forme)
    titre = t.avant(rang) in TITRES
    if not courant:
        if prenom or titre:
            mot_aussi = mot.minuscule in charger_lexique() or (prenom and prenom.rang >= PRENOM_CONNU)
            return SUR if titre or not mot_aussi else DOUTEUX
        if lieu:
            return DOUTEUX if mot.minuscule in charger_lexique() else SUR
        return DOUTEUX if annonce_un_lieu(t.mots, rang) else FAIBLE
    if titre and mot.minuscule in NOMS_QUI_SONT_DES_MOTS:
        return PROBABLE
    if prenom and annonce_une_personne(t.texte, t.mots, rang):
        if titre:
            return PROBABLE if prenom.rang < PRENOM_AVANT_TOUT else 0
        return PROBABLE if prenom.rang < PRENOM_CONNU else FAIBLE
    if prenom and est_un_surnom(mot.forme) and not est_un_mot_outil(mot.minuscule, _SURNOM):
        return PROBABLE
    return DOUTEUX if lieu and annonce_un_lieu(t.mots, rang) else 0
