"""Par où chacun peut entrer dans le site : ce qui le concerne, et combien il y en trouvera."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from ess_analyse.enseignements import COLLECTIVE, Action
from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.transparence.effectifs import accorder
from ess_analyse.publication.reels import plier

__all__ = ["Entree", "ouvrir_entrees"]

_DIRECTION = "direction"
_SALARIES = "salarié"


class Entree(NamedTuple):
    """Une façon d'entrer : qui l'on est, et où aller.

    Attributes
    ----------
    titre, ancre : str
        « Je dirige une structure », et l'identifiant de son titre.
    liens : tuple of (str, str, str)
        Texte, adresse depuis la racine du site, ce que l'on y trouve.
    """

    titre: str
    ancre: str
    liens: tuple[tuple[str, str, str], ...]


def ouvrir_entrees(matiere: Matiere) -> tuple[Entree, ...]:
    """Ouvrir trois entrées dans le site, d'après ce que l'étude contient déjà.

    Parameters
    ----------
    matiere : Matiere
        L'étude.

    Returns
    -------
    tuple of Entree
        Diriger, travailler, financer ou accompagner ; ce qui n'est pas encore écrit n'y est pas proposé, et
        une entrée qui ne mènerait nulle part n'y est pas.
    """
    lecons = ("Les enseignements", "rapports/enseignements/index.html", "chacun en une phrase, avec ses preuves")
    fiches = ("Des situations vécues", "rapports/fiches/index.html", f"{accorder(len(matiere.fiches), 'fiche')} à lire")
    paroles = ("Les paroles", "rapports/verbatims.html", "ce qui a été dit, et dans quel contexte")
    questions = accorder(len(matiere.questions), "question")
    point = ("Faire le point chez moi", "rapports/autodiagnostic.html", f"{questions}, rien ne quitte votre appareil")
    methode = ("Panel et méthode", "rapports/methode.html", "avec qui, comment, jusqu'où l'on peut conclure")
    droits = ("Ma parole, mes droits", "rapports/protection-des-donnees.html", "qui la garde, comment la reprendre")
    donnees = ("Les données", "rapports/donnees.html", "les tables qui portent chaque chiffre")
    diriger = (
        *[point] * bool(matiere.questions),
        *_actions(matiere, "Ce que portent les directions", {"pilote": _DIRECTION}, _pilote(_DIRECTION)),
        *[fiches] * bool(matiere.fiches),
        *[lecons] * bool(matiere.enseignements),
    )
    travailler = (
        *[fiches] * bool(matiere.fiches),
        paroles,
        *_actions(matiere, "Ce que portent les salariés", {"pilote": _SALARIES}, _pilote(_SALARIES)),
        droits,
    )
    financer = (
        *_actions(matiere, "Les actions collectives", {"portee": COLLECTIVE}, lambda une: une.portee == COLLECTIVE),
        *[lecons] * bool(matiere.enseignements),
        methode,
        donnees,
    )
    entrees = (
        Entree("Je dirige une structure", "je-dirige", diriger),
        Entree("J'y travaille", "j-y-travaille", travailler),
        Entree("Je finance ou j'accompagne", "je-finance", financer),
    )
    return tuple(entree for entree in entrees if entree.liens)


def _pilote(mot: str):
    return lambda action: plier(mot) in plier(action.pilote)


def _actions(matiere: Matiere, texte: str, question: dict[str, str], garde) -> list[tuple[str, str, str]]:
    actions: list[Action] = [action for action in matiere.plan if garde(action)]
    adresse = f"rapports/plan-actions.html?{urlencode(question)}"
    return [(texte, adresse, f"{accorder(len(actions), 'action')}, par qui et pour quand")] * bool(actions)
