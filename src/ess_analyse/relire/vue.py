"""Ce que la page montre d'une séance, prêt pour JSON : les textes y sont déjà coupés, le navigateur n'y touche pas."""

from __future__ import annotations

from itertools import groupby, pairwise

from ess_analyse.grille import Code
from ess_analyse.modele import est_enqueteur
from ess_analyse.relire.feuille import Conflit, Etat
from ess_analyse.relire.seance import Proposition, Seance

__all__ = ["decrire", "decrire_conflit", "decrire_etat", "decrire_ligne", "decrire_suivi"]

_METHODES = {
    "indices": "indice de la grille",
    "modele": "appris des exemples",
    "indices+modele": "indice de la grille, et appris des exemples",
}
_NUANCES = {
    "negation": "la phrase le nie",
    "reduction": "la phrase le réduit",
    "conditionnel": "la phrase le suppose",
    "question": "la phrase le demande",
}


def decrire(seance: Seance) -> dict:
    """Décrire toute la séance.

    Parameters
    ----------
    seance : Seance
        La séance.

    Returns
    -------
    dict
        ``entretien``, ``codeur``, ``aveugle``, ``suggestions`` (s'il y en a), ``grille``, ``tours`` (``locuteur``,
        ``enqueteur``, ``phrases``), ``depart`` (la première phrase non lue) et le suivi (:func:`decrire_suivi`).
    """
    with seance.verrou:
        lignes = seance.segments.to_dict("records")
        tours = [
            {
                "locuteur": qui,
                "enqueteur": est_enqueteur(qui),
                "phrases": [decrire_ligne(seance, ligne["segment"]) for ligne in phrases],
            }
            for (_, qui), phrases in groupby(lignes, key=lambda ligne: (ligne["tour"], ligne["locuteur"]))
        ]
        return {
            "entretien": seance.entretien,
            "codeur": seance.codeur,
            "aveugle": seance.aveugle,
            "suggestions": seance.suggestions is not None,
            "grille": [_decrire_code(code, dict(_dimensions(seance))) for code in seance.grille],
            "tours": tours,
            "depart": seance.prochaine_non_lue() or lignes[0]["segment"],
            **decrire_suivi(seance),
        }


def decrire_suivi(seance: Seance) -> dict:
    """Décrire où en est la séance : empreinte, phrases lues, ce qui peut être annulé ou rétabli."""
    lues, total = seance.avancement()
    return {
        "empreinte": seance.empreinte,
        "lues": lues,
        "total": total,
        "annulable": seance.annulable,
        "retablissable": seance.retablissable,
    }


def decrire_ligne(seance: Seance, segment: str) -> dict:
    """Décrire une phrase : ses morceaux, ses codes, son mémo, ses suggestions.

    Parameters
    ----------
    seance : Seance
        La séance.
    segment : str
        La phrase.

    Returns
    -------
    dict
        ``segment``, ``morceaux`` (liste de ``[texte, familles]``, les familles étant celles des suggestions dont
        ce morceau est l'indice), ``codes``, ``memo``, ``suggestions``.
    """
    ligne = seance.segments.loc[seance.segments["segment"] == segment].iloc[0]
    propositions = seance.propositions(segment)
    raisons = {} if seance.suggestions is None else _raisons(seance, segment)
    places = [(_placer(proposition, ligne, raisons), proposition) for proposition in propositions]
    etat = seance.etat(segment)
    return {
        "segment": segment,
        "morceaux": _couper(ligne["texte"], [(place, lu.code[0]) for place, lu in places if place]),
        **decrire_etat(etat),
        "suggestions": [_decrire_proposition(lu, seance, raisons.get(lu.code, {}), etat) for lu in propositions],
    }


def decrire_etat(etat: Etat) -> dict:
    """Décrire ce qui est décidé d'une phrase : ``codes`` et ``memo``."""
    return {"codes": list(etat.codes), "memo": etat.memo}


def decrire_conflit(conflit: Conflit) -> dict:
    """Décrire un conflit : la phrase, ce qui avait été lu, voulu, et ce que dit le fichier (``None`` si rien)."""
    return {
        "segment": conflit.segment,
        "lu": decrire_etat(conflit.lu),
        "voulu": decrire_etat(conflit.voulu),
        "fichier": conflit.fichier and decrire_etat(conflit.fichier),
    }


def _dimensions(seance: Seance) -> list[tuple[str, str]]:
    return [(dimension.id, dimension.libelle) for dimension in seance.grille.dimensions]


def _decrire_code(code: Code, dimensions: dict[str, str]) -> dict:
    champs = ("id", "libelle", "definition", "inclure", "exclure", "exemples", "contre_exemples", "indices")
    return {champ: getattr(code, champ) for champ in champs} | {"dimension": dimensions[code.dimension]}


def _raisons(seance: Seance, segment: str) -> dict[str, dict]:
    siennes = seance.suggestions[seance.suggestions["segment"] == segment]
    return {ligne["code"]: ligne for ligne in siennes.astype(object).where(siennes.notna(), None).to_dict("records")}


def _decrire_proposition(lu: Proposition, seance: Seance, raison: dict, etat: Etat) -> dict:
    libelle = seance.grille[lu.code].libelle if lu.code in seance.grille else ""
    decision = "acceptée" if lu.code in etat.codes else "refusée" if etat.codes else "proposée"
    return {
        "code": lu.code,
        "libelle": libelle,
        "score": lu.score.replace(".", ","),
        "methode": _METHODES.get(lu.methode, lu.methode),
        "indice": lu.indice,
        "nuances": [_NUANCES.get(nuance, nuance) for nuance in (raison.get("nuance") or "").split()],
        "exemple": raison.get("exemple") or "",
        "decision": decision,
    }


def _placer(lu: Proposition, ligne, raisons: dict[str, dict]) -> tuple[int, int] | None:
    raison = raisons.get(lu.code, {})
    if raison.get("debut") is not None:
        return int(raison["debut"]) - int(ligne["debut"]), int(raison["fin"]) - int(ligne["debut"])
    debut = ligne["texte"].find(lu.indice) if lu.indice else -1
    return None if debut < 0 else (debut, debut + len(lu.indice))


def _couper(texte: str, places: list[tuple[tuple[int, int], str]]) -> list[list]:
    bornes = sorted({0, len(texte), *(borne for place, _ in places for borne in place)})
    return [
        [
            texte[debut:fin],
            sorted({famille for (a, b), famille in places if a <= debut and fin <= b}, key="ROP".find),
        ]
        for debut, fin in pairwise(bornes)
    ]
