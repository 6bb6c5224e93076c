"""Proposer sans jamais tenir tout le corpus : les documents entrent un à un, leurs suggestions sortent de même."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing

import pandas as pd

from ess_analyse.grille import Grille
from ess_analyse.modele import SEGMENTS
from ess_analyse.suggestions.demande import Demande
from ess_analyse.suggestions.documents import couper_tables
from ess_analyse.suggestions.exemples import lire_exemples

__all__ = ["suggerer_en_flux"]


def suggerer_en_flux(
    documents: Iterable[pd.DataFrame],
    grille: Grille,
    codages: pd.DataFrame | None = None,
    *,
    lus: pd.DataFrame | None = None,
    exemples: pd.DataFrame | None = None,
    seuil: float | Mapping[str, float] | None = None,
    rangs: int = 5,
    processus: int | str = 1,
    dask: str | None = None,
) -> Iterator[pd.DataFrame]:
    """Proposer des codes document après document, en mémoire bornée quelle que soit la taille du corpus.

    Ce sont les suggestions de :func:`~ess_analyse.suggestions.suggerer`, dans le même ordre. Il n'y a jamais en mémoire
    que les documents en cours : deux groupes de quelques milliers de phrases par travailleur.

    Parameters
    ----------
    documents : iterable of DataFrame
        Les segments (colonnes ``SEGMENTS``) d'un document ou de plusieurs qui se suivent ; un générateur convient, et
        ``segmenter_un_a_un(ouvrir_corpus(dossier))`` les prend au disque.
    grille : Grille
        Les codes.
    codages : DataFrame, optional
        Ce que des personnes ont décidé, comme pour ``suggerer``.
    lus : DataFrame, optional
        Les segments dont parlent les codages ; nécessaires avec eux.
    exemples, seuil, rangs
        Comme pour ``suggerer``.
    processus, dask
        Comme pour :func:`~ess_analyse.repartition.repartir`.

    Yields
    ------
    DataFrame
        Les suggestions d'un document (d'une part d'un très long document), dans l'ordre où ils sont entrés.

    Raises
    ------
    ErreurDonnees
        Comme ``suggerer`` ; à la première demande, pour ce qui ne dépend pas des documents.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> code = Code("R-CHARGE", "theme", "Charge", "Le travail en trop", (), (), ("Je n'ai plus le temps.",), (),
    ...             ("ressaisir",))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (code,))
    >>> segments = pd.DataFrame([("E01:9-27", "E01", 1, "Marion", 9, 27, "On ressaisit tout.")], columns=SEGMENTS)
    >>> sans = pd.DataFrame({"texte": [], "codes": []}, dtype="str")
    >>> [table["score"].tolist() for table in suggerer_en_flux([segments], grille, exemples=sans)]
    [[0.575]]
    """
    from ess_analyse.suggestions.travail import calculer, noter

    exemples = lire_exemples() if exemples is None else exemples
    demande = Demande(pd.DataFrame(columns=SEGMENTS) if lus is None else lus, grille, codages, exemples, seuil, rangs)
    with closing(calculer(noter, demande, couper_tables(documents), processus=processus, dask=dask)) as tables:
        for table in tables:
            yield table.reset_index(drop=True)
