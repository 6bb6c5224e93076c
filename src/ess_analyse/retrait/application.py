"""Faire un retrait, dans un ordre où une interruption ne laisse jamais la parole retirée en ligne."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_ensemble, exiger_inchanges, seul_dans
from ess_analyse.retrait.preparation import ECARTE, Retrait
from ess_analyse.retrait.registre import inscrire

__all__ = ["retirer"]


def retirer(
    etude: Etude,
    retrait: Retrait,
    le: date,
    motif: str = "demande",
    oublier: Callable[[tuple[int, ...]], None] | None = None,
) -> None:
    """Retirer un document d'une étude.

    Le site d'abord, puis le registre : dès lors :func:`ess_analyse.retrait.retraits_inacheves` interdit de publier tant
    que tout n'est pas fini. Puis les caches, les citations, les codages, la description ; la clé ; enfin le texte, ce
    qui a été reçu, et la table qui dit quel fichier était quel document. Interrompu, un retrait se relance : ce qui est
    fait ne l'est pas deux fois.

    Parameters
    ----------
    etude : Etude
        L'étude.
    retrait : Retrait
        Ce que :func:`ess_analyse.retrait.preparer_retrait` vient de rendre.
    le : date
        Le jour du retrait, pour le registre.
    motif : str
        Une clé de :data:`ess_analyse.retrait.MOTIFS`.
    oublier : callable, optional
        Reçoit les numéros des lignes de la clé qui ne servent plus (parfois aucun), tant que la source est encore là
        pour les retrouver : à elle d'ôter ces lignes, et les contextes que les autres citent.

    Raises
    ------
    ErreurDonnees
        Si une feuille, une table ou un récit a changé depuis qu'il a été lu : rien n'est alors effacé ni écrit. Si un
        fichier ne peut être effacé ou écrit : relancez quand ce sera possible.
    """
    with seul_dans(etude.codages, creer=False):
        exiger_inchanges(retrait.lus)
        for site in retrait.sites:
            _effacer(site)
        inscrire(etude.registre, retrait.document, le, motif)
        for cache in retrait.caches:
            _effacer(cache)
        ecrire_ensemble(retrait.contenus)
    if oublier is not None:
        oublier(tuple(retrait.cle["ligne"]))
    for chemin in retrait.effaces:
        _effacer(chemin)
    ecrire_ensemble(retrait.origines)


def _effacer(chemin: Path) -> None:
    """Effacer un fichier ou un dossier ; un site disparaît d'un coup, avant d'être vidé."""
    try:
        if not chemin.is_dir() or chemin.is_symlink():
            chemin.unlink(missing_ok=True)
            return
        ecart = Path(tempfile.mkdtemp(dir=chemin.parent, prefix=chemin.name + ECARTE))
        # Windows refuses to replace a folder, even an empty one.
        ecart.rmdir()
        shutil.rmtree(chemin.replace(ecart))
    except OSError:
        remede = "fermez les programmes qui l'ouvrent, vérifiez vos droits, puis relancez la même commande"
        raise ErreurDonnees([Probleme(relatif(chemin), 0, "effacement impossible", remede=remede)]) from None
