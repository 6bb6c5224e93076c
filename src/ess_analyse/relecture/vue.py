"""Ce que la page montre d'une séance, prêt pour JSON : les textes y sont déjà coupés, le navigateur n'y touche pas."""

from __future__ import annotations

from itertools import groupby, pairwise

from ess_analyse.grille import Code
from ess_analyse.modele import est_enqueteur
from ess_analyse.relecture.affiche import Proposition
from ess_analyse.relecture.commune import SeanceCommune
from ess_analyse.relecture.feuille import Conflit, Etat

__all__ = ["decrire", "decrire_conflit", "decrire_etat", "decrire_ligne", "decrire_suivi"]


def decrire(seance: SeanceCommune) -> dict:
    """Décrire toute la séance.

    Parameters
    ----------
    seance : SeanceCommune
        La séance.

    Returns
    -------
    dict
        ``entretien``, ``codeur``, ``grille``, ``tours`` (``locuteur``, ``enqueteur``, ``phrases``), ``depart`` (la
        phrase par où commencer), les mots de la page (``titre``, ``consigne``, ``quoi``, ``sans``, ``suite``, ``memo``,
        ``compte``, ``fini`` : voir :class:`~ess_analyse.relecture.affiche.Mots`) et le suivi (:func:`decrire_suivi`).
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
            **seance.mots._asdict(),
            "grille": [_decrire_code(code, dict(_dimensions(seance))) for code in seance.grille],
            "tours": tours,
            "depart": seance.depart(),
            **decrire_suivi(seance),
        }


def decrire_suivi(seance: SeanceCommune) -> dict:
    """Décrire où en est la séance : empreinte, phrases décidées, entretiens, ce qui peut être annulé ou rétabli."""
    lues, total = seance.avancement()
    return {
        "empreinte": seance.empreinte,
        "lues": lues,
        "total": total,
        "entretiens": seance.entretiens(),
        "annulable": seance.annulable,
        "retablissable": seance.retablissable,
    }


def decrire_ligne(seance: SeanceCommune, segment: str) -> dict:
    """Décrire une phrase : ses morceaux, ses codes, son mémo, ses suggestions.

    Parameters
    ----------
    seance : SeanceCommune
        La séance.
    segment : str
        La phrase.

    Returns
    -------
    dict
        ``segment``, ``morceaux`` (liste de ``[texte, familles]``, les familles étant celles des propositions dont
        ce morceau est l'indice), ``codes``, ``memo``, ``attente`` (ce qu'une phrase sans décision attend, ou rien),
        ``suggestions`` (``code``, ``libelle``, ``decision``, ``raisons``, ``exemple``).
    """
    ligne = seance.segments.loc[seance.segments["segment"] == segment].iloc[0]
    propositions, etat = seance.propositions(segment), seance.etat(segment)
    return {
        "segment": segment,
        "morceaux": _couper(ligne["texte"], [(lu.place, lu.code[0]) for lu in propositions if lu.place]),
        **decrire_etat(etat),
        "attente": "" if etat.codes else seance.attente(segment),
        "suggestions": [_decrire_proposition(lu, seance, etat) for lu in propositions],
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


def _dimensions(seance: SeanceCommune) -> list[tuple[str, str]]:
    return [(dimension.id, dimension.libelle) for dimension in seance.grille.dimensions]


def _decrire_code(code: Code, dimensions: dict[str, str]) -> dict:
    champs = ("id", "libelle", "definition", "inclure", "exclure", "exemples", "contre_exemples", "indices")
    return {champ: getattr(code, champ) for champ in champs} | {"dimension": dimensions[code.dimension]}


def _decrire_proposition(lu: Proposition, seance: SeanceCommune, etat: Etat) -> dict:
    return {
        "code": lu.code,
        "libelle": seance.grille[lu.code].libelle if lu.code in seance.grille else "",
        "decision": "acceptée" if lu.code in etat.codes else "refusée" if etat.codes else "proposée",
        "raisons": list(lu.raisons),
        "exemple": lu.exemple,
    }


def _couper(texte: str, places: list[tuple[tuple[int, int], str]]) -> list[list]:
    bornes = sorted({0, len(texte), *(borne for place, _ in places for borne in place)})
    return [
        [
            texte[debut:fin],
            sorted({famille for (a, b), famille in places if a <= debut and fin <= b}, key="ROP".find),
        ]
        for debut, fin in pairwise(bornes)
    ]
