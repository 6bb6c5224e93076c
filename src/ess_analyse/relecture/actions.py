"""Ce qu'une fenêtre peut demander à une séance, et ce qui lui est répondu : la page et le notebook disent pareil."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.relecture.commune import SeanceCommune
from ess_analyse.relecture.feuille import Conflit
from ess_analyse.relecture.vue import decrire, decrire_conflit, decrire_ligne, decrire_suivi

__all__ = ["ACTIONS", "TAILLE", "executer"]

TAILLE = 64 * 1024
"""Ce qu'une demande peut contenir, en caractères (la page la borne en octets) : un mémo de plusieurs pages."""
_SANS_ENTRETIEN = frozenset({"etat", "ouvrir", "recharger", "terminer"})


def executer(seance: SeanceCommune, action: Any, corps: Any) -> dict:
    """Faire ce qu'une fenêtre demande.

    Parameters
    ----------
    seance : SeanceCommune
        La séance.
    action : str
        Une de ``ACTIONS``.
    corps : object
        Ce qui a été reçu, sans confiance. Un dictionnaire de textes est attendu : ``empreinte`` et ``entretien``, ce
        que la fenêtre croit ; ``segment``, ``geste``, ``valeur``, selon l'action.

    Returns
    -------
    dict
        La réponse, prête pour JSON : ``{"conflit": …}`` si la feuille a changé ailleurs, ``{"probleme": "…"}`` si la
        demande est impossible (rien n'est alors écrit), sinon ce que l'action donne.

    Examples
    --------
    >>> executer(None, "effacer-tout", {})
    {'probleme': 'action inconnue'}
    >>> executer(None, "decider", ["E01:9-17"])
    {'probleme': 'demande mal formée ou trop longue'}
    """
    if not isinstance(action, str) or action not in ACTIONS:
        return {"probleme": "action inconnue"}
    if not _est_bien_forme(corps):
        return {"probleme": "demande mal formée ou trop longue"}
    # A lone surrogate, which JSON can carry, could be neither written nor sent back.
    corps = {nom: texte.encode("utf-8", "replace").decode() for nom, texte in corps.items()}
    with seance.verrou:
        vu = corps.get("entretien", seance.entretien)
        if vu != seance.entretien and action not in _SANS_ENTRETIEN:
            return _dire_ailleurs(seance)
        try:
            return ACTIONS[action](seance, corps)
        except Conflit as conflit:
            return {"conflit": decrire_conflit(conflit)}
        except ErreurDonnees as erreur:
            return {"probleme": str(erreur)}
        except OSError as panne:
            cause = panne.strerror or str(panne)
            return {"probleme": f"lecture ou écriture impossible ({cause}). Vérifiez la place libre et vos droits."}


def _est_bien_forme(corps: Any) -> bool:
    return (
        isinstance(corps, dict)
        and all(isinstance(texte, str) for paire in corps.items() for texte in paire)
        and sum(map(len, corps.values())) <= TAILLE
    )


def _dire_ailleurs(seance: SeanceCommune) -> dict:
    probleme = (
        f"une autre fenêtre est passée à {seance.entretien} : rien n'a été écrit ici. "
        "Pour continuer, ouvrez de nouveau votre entretien dans la liste."
    )
    return {"probleme": probleme, "entretien": seance.entretien}


def _decider(seance: SeanceCommune, corps: dict) -> dict:
    segment = corps.get("segment", "")
    seance.decider(corps.get("geste", ""), segment, corps.get("valeur", ""), empreinte=corps.get("empreinte", ""))
    return {"ligne": decrire_ligne(seance, segment), **decrire_suivi(seance)}


def _revenir(seance: SeanceCommune, segment: str | None) -> dict:
    return {"ligne": segment and decrire_ligne(seance, segment), **decrire_suivi(seance)}


def _recharger(seance: SeanceCommune, corps: dict) -> dict:
    seance.recharger()
    return decrire(seance)


def _ouvrir(seance: SeanceCommune, corps: dict) -> dict:
    seance.ouvrir(corps.get("entretien", ""))
    return decrire(seance)


ACTIONS: dict[str, Callable[[SeanceCommune, dict], dict]] = {
    "etat": lambda seance, corps: decrire(seance),
    "decider": _decider,
    "annuler": lambda seance, corps: _revenir(seance, seance.annuler(empreinte=corps.get("empreinte", ""))),
    "retablir": lambda seance, corps: _revenir(seance, seance.retablir(empreinte=corps.get("empreinte", ""))),
    "non-lue": lambda seance, corps: {"segment": seance.prochaine_non_lue(corps.get("segment"))},
    "incertaine": lambda seance, corps: {"segment": seance.prochaine_incertaine(corps.get("segment"))},
    "recharger": _recharger,
    "ouvrir": _ouvrir,
    "terminer": lambda seance, corps: decrire_suivi(seance),
}
"""Ce qu'une fenêtre peut demander, et comment on y répond."""
