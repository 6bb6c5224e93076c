"""Préparer l'autodiagnostic : ce que pèse chaque question, et ce que l'étude a à en dire."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ess_analyse.enseignements.objets import COLLECTIVE, Action, Fiche, Question
from ess_analyse.modele import Place
from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.verbatims import Verbatim

__all__ = ["preparer_autodiagnostic"]


def preparer_autodiagnostic(matiere: Matiere, verbatims: Iterable[Verbatim]) -> dict[str, Any]:
    """Ranger les questions par prisme, les peser, et lier chacune à ce qui aide à agir.

    Une question pèse le nombre de citations, parmi les preuves des enseignements auxquels elle renvoie, qui portent
    son thème : la page range les priorités d'abord par réponse, ensuite par ce poids.

    Parameters
    ----------
    matiere : Matiere
        L'étude : ses questions, enseignements, fiches, actions, et sa grille.
    verbatims : iterable of Verbatim
        Les citations publiables : rien d'autre ne compte.

    Returns
    -------
    dict
        ``prismes`` : identifiant du prisme → ses questions, chacune ``q``, ``poids`` et ``liens`` (numéros de ses
        enseignements, fiches et actions, les plus proches de son thème) ; ``themes`` : les codes sondés, dans l'ordre
        de la grille ; ``suites`` : chaque enseignement auquel une question renvoie, avec ses fiches et ses actions.

    Examples
    --------
    >>> from types import SimpleNamespace as Objet
    >>> place = Place("E01", 0, 9)
    >>> lecon = Objet(numero=1, preuves=(place,), fiches=("F1",))
    >>> etude = Objet(
    ...     questions=(Question("Q1", "P-GESTION", "R-CHARGE", "On écrit une seule fois.", "", (1,)),),
    ...     enseignements=(lecon,), fiches=(Objet(numero="F1", codes=("R-SENS",)),), plan=(), grille=())
    >>> page = preparer_autodiagnostic(etude, [Objet(place=place, codes=("R-CHARGE",))])
    >>> [(ligne["q"].numero, ligne["poids"], ligne["liens"]) for ligne in page["prismes"]["P-GESTION"]]
    [('Q1', 1, ['1', 'F1'])]
    """
    codes = {verbatim.place: frozenset(verbatim.codes) for verbatim in verbatims}
    suites = _suivre(matiere)
    prismes: dict[str, list[dict[str, Any]]] = {}
    for question in matiere.questions:
        ligne = {"q": question, "poids": _peser(question, suites, codes), "liens": _lier(question, suites, codes)}
        prismes.setdefault(question.prisme, []).append(ligne)
    sondes = {question.code for question in matiere.questions}
    return {
        "prismes": prismes,
        "themes": [code.id for code in matiere.grille if code.id in sondes],
        "suites": list(suites.values()),
    }


def _suivre(matiere: Matiere) -> dict[int, dict[str, Any]]:
    """Réunir, pour chaque enseignement auquel une question renvoie, ses fiches et ses actions."""
    cites = {numero for question in matiere.questions for numero in question.enseignements}
    return {
        lecon.numero: {
            "e": lecon,
            "fiches": [fiche for fiche in matiere.fiches if fiche.numero in lecon.fiches],
            "actions": [action for action in matiere.plan if lecon.numero in action.enseignements],
        }
        for lecon in matiere.enseignements
        if lecon.numero in cites
    }


def _peser(question: Question, suites: Mapping[int, Any], codes: Mapping[Place, Collection[str]]) -> int:
    preuves = {place for numero in question.enseignements for place in suites[numero]["e"].preuves}
    return sum(question.code in codes.get(place, ()) for place in preuves)


def _lier(question: Question, suites: Mapping[int, Any], codes: Mapping[Place, Collection[str]]) -> list[str]:
    """Nommer les enseignements d'une question, puis leurs fiches et leurs actions qui parlent du même thème."""
    fiches = _sans_double(question, suites, "fiches")
    actions = _sans_double(question, suites, "actions")
    collectives = [action for action in actions if action.portee == COLLECTIVE]
    proches = [action for action in collectives if any(question.code in codes.get(p, ()) for p in action.preuves)]
    return [
        *map(str, question.enseignements),
        *(fiche.numero for fiche in [une for une in fiches if question.code in une.codes] or fiches),
        # Another structure's own action is of little help here, unless nothing else answers.
        *(action.numero for action in proches or collectives or actions),
    ]


def _sans_double(question: Question, suites: Mapping[int, Any], sorte: str) -> Sequence[Fiche | Action]:
    toutes = (une for numero in question.enseignements for une in suites[numero][sorte])
    return list({une.numero: une for une in toutes}.values())
