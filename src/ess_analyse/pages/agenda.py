"""Le plan d'actions dans un agenda : chaque échéance est un événement d'une journée (RFC 5545)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from uuid import NAMESPACE_URL, uuid5

from ess_analyse.enseignements import COLLECTIVE, Action

__all__ = ["ecrire_agenda", "plier_ligne"]

_OCTETS = 75
"""RFC 5545, § 3.1 : une ligne n'a pas plus de 75 octets, fin de ligne non comprise."""


def ecrire_agenda(actions: Iterable[Action], structures: Mapping[str, str], date: str) -> str:
    r"""Écrire les échéances d'un plan d'actions au format iCalendar.

    Parameters
    ----------
    actions : iterable of Action
        Le plan ; une échéance ``AAAA-MM`` tombe le dernier jour de son mois.
    structures : mapping of str to str
        Identifiant → libellé de chaque structure.
    date : str
        Le mois ``AAAA-MM`` du dernier document de l'étude. Le format exige de dater l'écriture : celle de l'horloge
        changerait le fichier à chaque rendu.

    Returns
    -------
    str
        Le calendrier, fins de ligne ``\r\n``. L'identifiant d'un événement vient du panel et du numéro de l'action :
        une action récrite remplace l'ancienne dans l'agenda qui l'avait reçue.

    Examples
    --------
    >>> action = Action("A1", "S1", "Temps", "Fixer des heures", "Écrire…", "Direction", "2026-02", "…", (), ())
    >>> [ligne for ligne in ecrire_agenda([action], {"S1": "Le garage"}, "2025-10").split("\r\n") if "DATE:" in ligne]
    ['DTSTART;VALUE=DATE:20260228', 'DTEND;VALUE=DATE:20260301']
    """
    panel = "|".join(sorted(structures.values()))
    lignes = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ess_analyse//Plan d'actions//FR", "CALSCALE:GREGORIAN"]
    for action in actions:
        lignes += [
            "BEGIN:VEVENT",
            f"UID:{uuid5(NAMESPACE_URL, f'ess_analyse/{panel}/{action.numero}')}",
            f"DTSTAMP:{_instant(date)}",
            *_journee(action.echeance),
            f"SUMMARY:{_echapper(f'{action.numero}. {action.axe}')}",
            f"DESCRIPTION:{_echapper(_decrire(action, structures))}",
            f"CATEGORIES:{_echapper(action.theme)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(plier_ligne(ligne) + "\r\n" for ligne in (*lignes, "END:VCALENDAR"))


def plier_ligne(ligne: str) -> str:
    r"""Plier une ligne à 75 octets, sans couper un caractère.

    Examples
    --------
    >>> plier_ligne("é" * 40).split("\r\n ") == ["é" * 37, "é" * 3]
    True
    """
    morceaux, courant, place = [], "", _OCTETS
    for signe in ligne:
        taille = len(signe.encode("utf-8"))
        if taille > place:
            morceaux.append(courant)
            # The space that opens a continuation line counts.
            courant, place = "", _OCTETS - 1
        courant, place = courant + signe, place - taille
    return "\r\n ".join([*morceaux, courant])


def _instant(date: str) -> str:
    trouve = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", date)
    return f"{trouve[1]}{trouve[2]}01T000000Z" if trouve else "20000101T000000Z"


def _journee(echeance: str) -> list[str]:
    annee, mois = map(int, echeance.split("-"))
    suivante, suivant = divmod(annee * 12 + mois, 12)
    dernier = calendar.monthrange(annee, mois)[1]
    return [f"DTSTART;VALUE=DATE:{annee:04}{mois:02}{dernier:02}", f"DTEND;VALUE=DATE:{suivante:04}{suivant + 1:02}01"]


def _decrire(action: Action, structures: Mapping[str, str]) -> str:
    portee = "Action collective" if action.portee == COLLECTIVE else structures.get(action.portee, action.portee)
    return f"{action.action}\nPilote : {action.pilote}\nPortée : {portee}\nIndicateur : {action.indicateur}"


def _echapper(texte: str) -> str:
    texte = re.sub(r"([\\;,])", r"\\\1", texte)
    return re.sub(r"\r\n?|\n", r"\\n", texte)
