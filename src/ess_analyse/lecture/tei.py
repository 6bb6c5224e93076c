"""Lire une transcription de parole en TEI."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from ess_analyse.lecture.analyseur import Jauge
from ess_analyse.lecture.archive import IllisibleError, descendre, lire_xml_nu
from ess_analyse.lecture.horodatage import MOMENT, lire_moment
from ess_analyse.lecture.paragraphes import Depouillement, Paragraphe, propre

__all__ = ["lire_tei"]

_ID = "{http://www.w3.org/XML/1998/namespace}id"
_TUS = {
    "pause": "pause{s} laissée{s} de côté",
    **dict.fromkeys(("vocal", "kinesic", "incident", "event"), "bruit{s} ou geste{s} laissé{s} de côté"),
    **dict.fromkeys(("desc", "note"), "note{s} ou description{s} laissée{s} de côté"),
    "del": "suppression{s} laissée{s} de côté",
    "gap": "passage{s} inaudible{s}",
    "stage": "indication{s} de scène laissée{s} de côté",
    **dict.fromkeys(("corr", "reg", "expan"), "correction{s} laissée{s} de côté au profit de ce qui est dit"),
    "spanGrp": "couche{s} d'annotation laissée{s} de côté",
    "shift": "",
    "fw": "",
    "figure": "image{s} laissée{s} de côté",
}
_BLOCS = frozenset({"head", "p", "ab", "item", "cell", "l"})
_LIGNES = frozenset({"p", "ab", "l", "lb"})
_PORTEURS = frozenset({"u", "sp", "annotationBlock"})
_NOMS = frozenset({"persName", "name"})
_UNITES = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_NOMBRE = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_COLLE = ("'", "’", "-", "(", "«")
_BLANCS = re.compile(r"[ \t\r\n]+")


class _Tei:
    """Recevoir un document TEI : qui est qui, quand est quoi, et ce qui est dit."""

    def __init__(self):
        self.jauge, self.pile = Jauge(), []
        self.muet, self.en_texte = 0, False
        self.tus: Counter[str] = Counter()
        self.noms: dict[str, str] = {}
        self.personne = self.defaut = ""
        self.nom: list[str] | None = None
        self.instants: dict[str, tuple[str, str, str]] = {}
        self.unite = 1.0
        self.porteurs: list[dict[str, str]] = []
        self.courant: list[str] = []
        self.ancres: list[str] = []
        self.paroles: list[tuple[str, dict[str, str], tuple[str, str]]] = []

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        descendre(len(self.pile))
        self.jauge.ouvrir(attrs)
        nom = tag.rpartition("}")[2]
        if not self.pile and nom not in ("TEI", "teiCorpus", "TEI.2"):
            remede = "exportez la transcription en TEI, ou dans un autre format lu"
            raise IllisibleError("ce n'est pas un document TEI, malgré son nom", remede)
        self.pile.append(nom)
        if self.muet:
            self.muet += 1
        elif nom in ("person", "personGrp"):
            self.jauge.ajouter(contenants=1)
            self.personne = attrs.get(_ID, "")
            self.defaut = attrs.get("n", "")
        elif nom in _NOMS and self.personne:
            self.nom = []
        elif nom == "timeline":
            self.unite = _UNITES.get(attrs.get("unit", "s"), 1.0)
        elif nom == "when":
            self.jauge.ajouter(contenants=1)
            self.instants[attrs.get(_ID, "")] = tuple(attrs.get(cle, "") for cle in ("interval", "since", "absolute"))
        elif nom == "text":
            self.en_texte = True
        elif self.en_texte:
            self._ouvrir(nom, attrs)

    def _ouvrir(self, nom: str, attrs: dict[str, str]) -> None:
        if nom in _TUS:
            self.tus[_TUS[nom]] += bool(_TUS[nom])
            # A pause between two words is not said, but they remain two words.
            self.courant.append(" ")
            self.muet = 1
        elif nom in _PORTEURS:
            self._finir()
            propres = {cle: attrs[cle] for cle in ("who", "start", "end") if attrs.get(cle)}
            self.porteurs.append({**(self.porteurs[-1] if self.porteurs else {}), **propres})
        elif nom == "anchor":
            self.ancres[1:] = [attrs.get("synch", "")]
        elif nom == "speaker" and self.porteurs:
            self.nom = []
        elif nom in ("w", "pc"):
            self._espacer(nom)
        elif nom in _BLOCS and not self.porteurs:
            self._finir()

    def _espacer(self, nom: str) -> None:
        """Séparer d'une espace les mots balisés un à un, quel que soit le blanc qui est entre eux."""
        while self.courant and self.courant[-1].isspace():
            self.courant.pop()
        if nom == "w" and self.courant and not self.courant[-1].endswith(_COLLE):
            self.courant.append(" ")

    def data(self, data: str) -> None:
        if self.muet:
            return
        self.jauge.ajouter(signes=len(data))
        if self.nom is not None:
            self.nom.append(data)
        elif self.en_texte:
            self.courant.append(_BLANCS.sub(" ", data))

    def end(self, tag: str) -> None:
        nom = self.pile.pop()
        if self.muet:
            self.muet -= 1
        elif nom in ("person", "personGrp"):
            self.noms.setdefault(self.personne, propre(self.defaut))
            self.personne = ""
        elif self.nom is not None and nom in (*_NOMS, "speaker"):
            lu, self.nom = " ".join(propre("".join(self.nom)).split()), None
            if nom == "speaker" and self.porteurs:
                self.porteurs[-1]["nom"] = lu.rstrip(" .:\u00a0\u202f")
            elif lu:
                self.noms.setdefault(self.personne, lu)
        elif nom == "text":
            self._finir()
            self.en_texte = False
        elif self.en_texte:
            self._fermer(nom)

    def _fermer(self, nom: str) -> None:
        if nom in _PORTEURS and self.porteurs:
            self._finir()
            self.porteurs.pop()
        elif nom in _BLOCS and not self.porteurs:
            self._finir()
        elif nom in _LIGNES:
            self.courant.append("\n")

    def close(self) -> _Tei:
        return self

    def nommer(self, who: str) -> str | None:
        """Nommer ceux qui parlent ensemble ; un renvoi que l'en-tête ne résout pas se nomme lui-même."""
        renvois = [renvoi.rpartition("#")[2] for renvoi in who.split()]
        noms = [self.noms.get(renvoi) or propre(renvoi) for renvoi in renvois]
        # The name of one person may be said a million times in one attribute.
        self.jauge.ajouter(elements=len(noms), signes=sum(map(len, noms)))
        return " et ".join(noms) or None

    def _finir(self) -> None:
        texte = propre(re.sub(r" *\n\s*", "\n", re.sub(" {2,}", " ", "".join(self.courant))))
        ancres, self.courant, self.ancres = self.ancres, [], []
        if not texte:
            return
        self.jauge.ajouter(contenants=1)
        porteur = self.porteurs[-1] if self.porteurs else {}
        bornes = porteur.get("start", ""), porteur.get("end", "")
        self.paroles.append(
            (texte, porteur, bornes if all(bornes) else (ancres[0], ancres[-1]) if ancres else ("", ""))
        )


def lire_tei(octets: bytes) -> Depouillement:
    """Lire une transcription de parole en TEI.

    Parameters
    ----------
    octets : bytes
        Le fichier.

    Returns
    -------
    Depouillement
        Un paragraphe par ``<u>`` ou ``<sp>``, nommé d'après la personne que ``@who`` désigne, avec son temps si une
        chronologie le donne ; le texte hors parole reste, sans locuteur ; pauses, bruits, gestes, notes, suppressions
        et corrections sont écartés, et dits.

    Raises
    ------
    IllisibleError
        Si ce n'est pas un document TEI sain, ou s'il est démesuré.

    Examples
    --------
    >>> lire_tei(b'<TEI><text><body><u who="#R">Oui <pause/> voila.</u></body></text></TEI>')
    Depouillement(paragraphes=(Paragraphe(texte='Oui voila.', locuteur='R', temps=None, gras=0),),
                  constats=('1 pause laissée de côté',))
    """
    lu = lire_xml_nu(octets, _Tei())
    instants = _dater(lu.instants, lu.unite)
    paragraphes = [
        Paragraphe(texte, porteur.get("nom") or lu.nommer(porteur.get("who", "")), _situer(bornes, instants))
        for texte, porteur, bornes in lu.paroles
    ]
    constats = [f"{n} {quoi.format(s='s' * (n > 1))}" for quoi, n in lu.tus.items() if n]
    return Depouillement(tuple(paragraphes), tuple(constats))


def _situer(bornes: tuple[str, str], instants: Mapping[str, float | None]) -> tuple[float, float] | None:
    debut, fin = (instants.get(borne.rpartition("#")[2]) for borne in bornes)
    return None if debut is None or fin is None else (debut, max(debut, fin))


def _dater(reperes: Mapping[str, tuple[str, str, str]], unite: float) -> dict[str, float | None]:
    """Calculer quand est chaque repère : à tant d'un autre, ou de l'origine."""
    dates: dict[str, float | None] = {}
    for repere in reperes:
        chaine: dict[str, None] = {}
        while repere in reperes and repere not in dates and repere not in chaine:
            chaine[repere] = None
            repere = reperes[repere][1].rpartition("#")[2]
        # Marks that refer to each other in a ring are nowhere in time.
        date = None if repere in chaine else dates.get(repere, 0.0)
        for maillon in reversed(chaine):
            date = dates[maillon] = _avancer(date, *reperes[maillon], unite)
    return dates


def _avancer(date: float | None, intervalle: str, depuis: str, absolu: str, unite: float) -> float | None:
    if re.fullmatch(MOMENT, absolu):
        return lire_moment(absolu)
    if date is not None and _NOMBRE.fullmatch(intervalle):
        return round(date + float(intervalle) * unite, 3)
    return None if intervalle or depuis else 0.0
