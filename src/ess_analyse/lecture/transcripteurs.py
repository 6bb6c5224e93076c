"""Lire ce que les logiciels de transcription écrivent : le JSON de Whisper, les documents ELAN."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple, NoReturn

from ess_analyse.lecture.analyseur import Jauge
from ess_analyse.lecture.archive import IllisibleError, descendre, lire_xml_nu
from ess_analyse.lecture.horodatage import MOMENT, lire_moment
from ess_analyse.lecture.paragraphes import Depouillement, Paragraphe, propre

__all__ = ["lire_eaf", "lire_whisper"]

_SIGNES = 16_000_000
"""Signes d'un JSON : trois heures d'entretien, mot à mot et indentées, en font douze millions."""
_CONTENANTS = 300_000
"""Listes et objets d'un JSON, qui prennent en mémoire trente fois leur texte : cinq heures, mot à mot."""
_VALEURS = 1_500_000
"""Valeurs d'un JSON, dont chacune peut prendre cent octets : trois heures, mot à mot, en ont quatre cent mille."""
_REFAIRE = "refaites la transcription en JSON, ou exportez-la en .vtt ou en .txt"
_CLES = {
    "texte": ("text", "texte"),
    "locuteur": ("speaker", "locuteur"),
    "debut": ("start", "debut", "from"),
    "fin": ("end", "fin", "to"),
}
_SECONDES = 1e9
"""Un temps que nul enregistrement n'atteint : trente ans."""
_UNITES = {"milliseconds": 0.001, "PAL-frames": 0.04, "NTSC-frames": 1001 / 30_000}


class _Dit(NamedTuple):
    """Une parole : qui, quoi, quand."""

    texte: str
    locuteur: str | None
    temps: tuple[float, float] | None


def lire_whisper(texte: str) -> Depouillement:
    """Lire le JSON de Whisper, de WhisperX, de whisper.cpp, ou une liste nue de segments.

    Parameters
    ----------
    texte : str
        Le contenu du fichier : ``{"segments": […]}``, ``{"transcription": […]}``, ``[…]`` ou ``{"text": "…"}``.

    Returns
    -------
    Depouillement
        Les segments consécutifs d'un même locuteur font un paragraphe ; sans locuteur, un paragraphe par segment.

    Raises
    ------
    IllisibleError
        JSON mal formé, démesuré, ou qui n'est pas une transcription.

    Examples
    --------
    >>> lu = lire_whisper('[{"start": 0, "end": 2.5, "text": " Ça va ?", "speaker": "SPEAKER_00"}]')
    >>> lu.paragraphes
    (Paragraphe(texte='Ça va ?', locuteur='SPEAKER_00', temps=(0.0, 2.5), gras=0),)
    """
    segments = [_lire_segment(rang, brut) for rang, brut in enumerate(_trouver_segments(_charger(texte)), start=1)]
    dits = [dit for dit in segments if dit.texte]
    paragraphes = []
    for locuteur, groupe in groupby(dits, key=lambda dit: dit.locuteur):
        suite = list(groupe)
        paragraphes += [_reunir(suite)] if locuteur else [Paragraphe(*dit) for dit in suite]
    constats = []
    if dits and not any(dit.locuteur for dit in dits):
        constats.append("aucun locuteur dans ce fichier : un paragraphe par segment")
    if vides := len(segments) - len(dits):
        constats.append(f"{vides} segment{'s' * (vides > 1)} sans parole laissé{'s' * (vides > 1)} de côté")
    return Depouillement(tuple(paragraphes), tuple(constats))


def _charger(texte: str) -> Any:
    contenants = texte.count("[") + texte.count("{")
    if len(texte) > _SIGNES or contenants > _CONTENANTS or texte.count(",") > _VALEURS:
        raise IllisibleError("document démesuré", "exportez la transcription sans le détail des mots, ou en .vtt")
    try:
        return json.loads(texte, parse_constant=_refuser_nombre)
    except RecursionError:
        remede = "vérifiez d'où il vient, il n'a pas été lu"
        raise IllisibleError("document démesuré : ses éléments sont trop imbriqués", remede) from None
    except json.JSONDecodeError as erreur:
        raise IllisibleError(f"JSON mal formé ou tronqué (ligne {erreur.lineno})", _REFAIRE) from None
    except ValueError:
        raise IllisibleError("JSON mal formé : un nombre y est démesuré", _REFAIRE) from None


def _refuser_nombre(nom: str) -> NoReturn:
    raise IllisibleError(f"JSON mal formé : « {nom} » n'est pas un nombre", _REFAIRE)


def _trouver_segments(racine: Any) -> list[Any]:
    if isinstance(racine, dict):
        trouves = [racine[cle] for cle in ("segments", "transcription") if isinstance(racine.get(cle), list)]
        # The plainest export holds the whole text, without a segment.
        racine = trouves[0] if trouves else [racine] if isinstance(racine.get("text"), str) else None
    if not isinstance(racine, list):
        raise IllisibleError("ce JSON n'est pas une transcription : ni segments ni texte", _REFAIRE)
    return racine


def _lire_segment(rang: int, brut: Any) -> _Dit:
    if not isinstance(brut, dict):
        _refuser(rang, "ce n'est pas un objet")
    valeurs = {nom: next((brut[cle] for cle in cles if cle in brut), None) for nom, cles in _CLES.items()}
    texte, locuteur = valeurs["texte"], valeurs["locuteur"]
    if not isinstance(texte, str):
        _refuser(rang, "son texte manque ou n'en est pas un")
    if locuteur is not None and (isinstance(locuteur, bool) or not isinstance(locuteur, str | int)):
        _refuser(rang, "son locuteur n'est pas un nom")
    nom = _serrer(str(locuteur)) if locuteur is not None else ""
    # whisper.cpp writes « ? » when it cannot tell the two channels apart.
    return _Dit(propre(texte), nom if nom not in ("", "?") else None, _lire_temps(rang, brut, valeurs))


def _lire_temps(rang: int, brut: Mapping[str, Any], valeurs: Mapping[str, Any]) -> tuple[float, float] | None:
    bornes, unite = (valeurs["debut"], valeurs["fin"]), 1.0
    for cle, facteur in (("timestamps", 1.0), ("offsets", 0.001)):
        if isinstance(brut.get(cle), dict):
            bornes, unite = (brut[cle].get("from"), brut[cle].get("to")), facteur
    if None in bornes:
        return None
    debut, fin = (_lire_seconde(rang, borne, unite) for borne in bornes)
    return debut, max(debut, fin)


def _lire_seconde(rang: int, valeur: Any, unite: float) -> float:
    if isinstance(valeur, str) and re.fullmatch(MOMENT, valeur.strip()):
        return lire_moment(valeur.strip())
    if isinstance(valeur, bool) or not isinstance(valeur, int | float) or not 0 <= valeur < _SECONDES / unite:
        _refuser(rang, "son début ou sa fin n'est pas un temps")
    return round(valeur * unite, 3)


def _serrer(nom: str) -> str:
    return " ".join(propre(nom).split())


def _refuser(rang: int, pourquoi: str) -> NoReturn:
    raise IllisibleError(f"segment {rang} illisible : {pourquoi}", _REFAIRE)


def _reunir(suite: list[_Dit]) -> Paragraphe:
    temps = [dit.temps for dit in suite if dit.temps]
    duree = (temps[0][0], max(fin for _, fin in temps)) if temps else None
    return Paragraphe(" ".join(dit.texte for dit in suite), suite[0].locuteur, duree)


@dataclass
class _Acteur:
    """Une ligne d'annotation d'ELAN : un acteur, et ce qu'il dit entre deux repères."""

    nom: str
    ligne: str
    parent: str
    dits: list[tuple[str, str, str]] = field(default_factory=list)


class _Elan:
    """Recevoir un document ELAN."""

    def __init__(self):
        self.jauge, self.profondeur, self.unite = Jauge(), 0, 0.001
        self.reperes: dict[str, int | None] = {}
        self.acteurs: list[_Acteur] = []
        self.bornes = ("", "")
        self.valeur: list[str] | None = None

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        if not self.profondeur and tag != "ANNOTATION_DOCUMENT":
            raise IllisibleError("ce n'est pas un document ELAN, malgré son nom", "exportez-le d'ELAN en .eaf")
        self.profondeur = descendre(self.profondeur)
        self.jauge.ouvrir(attrs)
        match tag:
            case "HEADER":
                self.unite = _UNITES.get(attrs.get("TIME_UNITS", ""), self.unite)
            case "TIME_SLOT":
                self.jauge.ajouter(contenants=1)
                self.reperes[attrs.get("TIME_SLOT_ID", "")] = _lire_repere(attrs.get("TIME_VALUE"))
            case "TIER":
                self.jauge.ajouter(contenants=1)
                ligne = _serrer(attrs.get("TIER_ID", ""))
                nom = _serrer(attrs.get("PARTICIPANT", "")) or ligne
                self.acteurs.append(_Acteur(nom, ligne, attrs.get("PARENT_REF", "")))
            case "ALIGNABLE_ANNOTATION" | "REF_ANNOTATION":
                self.bornes = (attrs.get("TIME_SLOT_REF1", ""), attrs.get("TIME_SLOT_REF2", ""))
            case "ANNOTATION_VALUE":
                self.valeur = []

    def data(self, data: str) -> None:
        if self.valeur is not None:
            self.jauge.ajouter(signes=len(data))
            self.valeur.append(data)

    def end(self, tag: str) -> None:
        self.profondeur -= 1
        if tag == "ANNOTATION_VALUE" and self.valeur is not None:
            texte, self.valeur = propre("".join(self.valeur)), None
            if texte and self.acteurs:
                self.jauge.ajouter(contenants=1)
                self.acteurs[-1].dits.append((texte, *self.bornes))

    def close(self) -> _Elan:
        return self


def lire_eaf(octets: bytes) -> Depouillement:
    """Lire un document ELAN.

    Parameters
    ----------
    octets : bytes
        Le fichier ``.eaf``.

    Returns
    -------
    Depouillement
        Un paragraphe par annotation des acteurs principaux, dans l'ordre du temps, nommé d'après ``PARTICIPANT`` ou, à
        défaut, ``TIER_ID`` ; les lignes qui en dépendent (traductions, mots, gestes) sont écartées, et dites.

    Raises
    ------
    IllisibleError
        Si ce n'est pas un document ELAN sain, ou s'il est démesuré.
    """
    lu = lire_xml_nu(octets, _Elan())
    instants = _interpoler(lu.reperes)
    dits = [
        _Dit(texte, acteur.nom or None, _situer(instants, debut, fin, lu.unite))
        for acteur in lu.acteurs
        if not acteur.parent
        for texte, debut, fin in acteur.dits
    ]
    dits.sort(key=lambda dit: dit.temps or (math.inf, math.inf))
    ecartes = Counter()
    for acteur in lu.acteurs:
        if acteur.parent and acteur.dits:
            ecartes[acteur.ligne] += len(acteur.dits)
    constats = [
        f"annotations de « {nom} » laissées de côté ({n}) : elles dépendent d'une autre ligne"
        for nom, n in ecartes.items()
    ]
    if sans := sum(valeur is None for valeur in lu.reperes.values()):
        constats.append(f"{sans} repère{'s' * (sans > 1)} sans temps, placé{'s' * (sans > 1)} entre leurs voisins")
    return Depouillement(tuple(Paragraphe(*dit) for dit in dits), tuple(constats))


def _lire_repere(valeur: str | None) -> int | None:
    if valeur is None:
        return None
    if not re.fullmatch(r"\s*-?\d{1,12}\s*", valeur):
        raise IllisibleError(
            f"document ELAN abîmé : « {valeur[:20]} » n'est pas un temps", "réenregistrez-le dans ELAN"
        )
    return max(0, int(valeur))


def _situer(instants: Mapping[str, float], debut: str, fin: str, unite: float) -> tuple[float, float] | None:
    if debut not in instants or fin not in instants:
        return None
    un, deux = (round(instants[repere] * unite, 3) for repere in (debut, fin))
    return un, max(un, deux)


def _interpoler(reperes: Mapping[str, int | None]) -> dict[str, float]:
    """Placer à égale distance de leurs voisins les repères sans temps, qu'ELAN range dans l'ordre."""
    instants: dict[str, float] = {}
    attente: list[str] = []
    avant = 0.0
    for repere, valeur in reperes.items():
        if valeur is None:
            attente.append(repere)
            continue
        instants |= _repartir(attente, avant, max(avant, valeur))
        attente = []
        instants[repere] = avant = float(valeur)
    return instants | dict.fromkeys(attente, avant)


def _repartir(attente: Iterable[str], avant: float, apres: float) -> dict[str, float]:
    attente = list(attente)
    pas = (apres - avant) / (len(attente) + 1)
    return {repere: avant + rang * pas for rang, repere in enumerate(attente, start=1)}
