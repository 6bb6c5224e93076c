"""Faire le point : relever chaque étape, de l'état réel du dossier."""

from __future__ import annotations

from collections.abc import Callable

from ess_analyse.conduite import codage, debut, restitution
from ess_analyse.conduite.etapes import Point
from ess_analyse.conduite.lecture_etude import LectureEtude
from ess_analyse.etude import Etude

__all__ = ["faire_le_point"]

_ETAPES = (
    debut.deposer,
    debut.proteger,
    debut.pseudonymiser,
    debut.importer,
    debut.decrire,
    debut.tenir_grille,
    codage.suggerer,
    codage.tirer,
    codage.coder,
    codage.mesurer,
    codage.arbitrer,
    restitution.ecrire,
    restitution.suivre,
    restitution.rendre,
    restitution.passer_porte,
)


def faire_le_point(etude: Etude, *, est_rendu: Callable[[], bool] | None = None) -> Point:
    """Dire où en est une étude, et ce qu'il faut faire ensuite.

    Tout est calculé de ce que le dossier contient : rien n'est noté quelque part, et une étape défaite redevient à
    faire. Ce qui ne se lit pas n'arrête rien : l'étape est « à réparer », et dit comment. Le site est tenu pour à jour
    tant qu'aucun fichier dont il est fait n'est plus récent que lui.

    Parameters
    ----------
    etude : Etude
        Le dossier ; rien n'y est écrit.
    est_rendu : callable, optional
        Dit si le site est celui de ces données, malgré un fichier plus récent que lui (enregistré sans changement, par
        exemple). Appelé seulement dans ce cas.

    Returns
    -------
    Point
        Les étapes dans l'ordre, et ``prochaine``, la première à faire.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     point = faire_le_point(Etude(Path(dossier)))
    >>> point.prochaine.cle, point["importer"].etat
    ('deposer', 'plus tard')
    """
    lue = LectureEtude(etude, est_rendu)
    return Point(tuple(etape for relever in _ETAPES if (etape := relever(lue)) is not None))
