"""Faire le point : relever chaque étape, de l'état réel du dossier."""

from __future__ import annotations

from collections.abc import Callable

from ess_analyse.conduite import codage, debut, restitution
from ess_analyse.conduite.etapes import Point, Rendu
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
    restitution.completer,
    restitution.rendre,
    restitution.passer_porte,
)


def faire_le_point(etude: Etude, *, relire_rendu: Callable[[], Rendu] = Rendu) -> Point:
    """Dire où en est une étude, et ce qu'il faut faire ensuite.

    Tout est calculé de ce que le dossier contient : rien n'est noté quelque part, et une étape défaite redevient à
    faire. Ce qui ne se lit pas n'arrête rien : l'étape est « à réparer », et dit comment. Si rien ne prouve de quoi le
    site a été rendu, il est tenu pour à jour tant que rien de ce dont il peut être fait n'est plus récent que lui ;
    mais il n'est dit passé par la porte que si cela est prouvé.

    Parameters
    ----------
    etude : Etude
        Le dossier ; rien n'y est écrit.
    relire_rendu : callable, optional
        Rend un ``Rendu`` : ce qui prouve d'où vient le site. Appelé seulement s'il y a un site. Par défaut, rien.

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
    lue = LectureEtude(etude, relire_rendu)
    return Point(tuple(etape for relever in _ETAPES if (etape := relever(lue)) is not None))
