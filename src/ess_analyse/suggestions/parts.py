"""Les suggestions document par document : chaque part ne dépend que de son document et de ce que la machine sait."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ess_analyse.cache import Magasin
from ess_analyse.fichiers import ecrire_morceaux, table_en_octets
from ess_analyse.grille import Grille
from ess_analyse.langue import ARBRES, INDICES, MOTS, nommer_analyse
from ess_analyse.modele import RAISONS, SUGGESTIONS
from ess_analyse.suggestions.demande import SAVOIR, Demande
from ess_analyse.suggestions.inventaire import Inventaire
from ess_analyse.suggestions.tables import depuis_textes, en_textes, typer

__all__ = ["Part", "ecrire_parts", "oublier_parts", "proposer_parts"]

_PARTS = "parts"


class Part(NamedTuple):
    """Les suggestions d'un document, telles que le fichier les aura, et ce qu'il y a à en dire.

    Attributes
    ----------
    lignes : bytes
        Les lignes du CSV, sans l'en-tête.
    phrases : int
        Combien de phrases le document a.
    suggerees : int
        Combien ont au moins une suggestion retenue.
    retenues : dict of str to int
        Combien de suggestions sont retenues, par code.
    """

    lignes: bytes
    phrases: int
    suggerees: int
    retenues: dict[str, int]

    @classmethod
    def depuis_table(cls, table: pd.DataFrame) -> Part:
        """Composer la part d'une table."""
        lignes = table_en_octets(en_textes(table)).split(b"\n", 1)[1]
        retenues = table[table["retenu"]]
        comptes = retenues["code"].value_counts().to_dict()
        return cls(lignes, table["segment"].nunique(), retenues["segment"].nunique(), comptes)

    @classmethod
    def depuis_octets(cls, octets: bytes) -> Part:
        """Relire ce que :meth:`en_octets` a écrit."""
        bilan, lignes = zlib.decompress(octets).split(b"\n", 1)
        return cls(lignes, **json.loads(bilan))

    def en_octets(self) -> bytes:
        """Mettre la part sous la forme où elle est gardée."""
        bilan = {"phrases": self.phrases, "suggerees": self.suggerees, "retenues": self.retenues}
        return zlib.compress(json.dumps(bilan).encode() + b"\n" + self.lignes)

    def en_table(self) -> pd.DataFrame:
        """Relire les suggestions, types compris."""
        colonnes = [*SUGGESTIONS, *RAISONS]
        lignes = list(csv.reader(io.StringIO(self.lignes.decode(), newline=""), delimiter=";", strict=True))
        return depuis_textes(pd.DataFrame(lignes, columns=colonnes, dtype="str"))


def proposer_parts(
    demande: Demande,
    inventaire: Inventaire,
    *,
    cache: Magasin | None = None,
    processus: int = 1,
    dask: str | None = None,
    suivre: Callable[[int], object] = lambda phrases: None,
) -> Iterator[Part]:
    """Proposer les codes de chaque document, sans refaire ceux que le cache a déjà, ni en tenir plus que nécessaire.

    Une part est gardée dès qu'elle est faite : un calcul interrompu reprend où il en était, et rend les mêmes octets
    que d'un trait. Quand toutes sont faites, le cache oublie ce qui ne vient plus du corpus.

    Parameters
    ----------
    demande : Demande
        Ce qui est demandé.
    inventaire : Inventaire
        De quels documents ; ne sont repris que ceux qui sont à noter.
    cache : Magasin, optional
        Où garder les parts, ce que spaCy a lu et ce que la machine a appris.
    processus : int
        Combien de processus se partagent les documents.
    dask : str, optional
        L'adresse d'une grappe, ou ``local`` : elle se partage les documents à leur place.
    suivre : callable
        Reçoit le nombre de phrases faites, à mesure.

    Yields
    ------
    Part
        Une par document, dans leur ordre.

    Raises
    ------
    ErreurDonnees
        Si un document à noter n'est plus celui de l'inventaire.
    """
    cles = [demande.nommer(fiche) for fiche in inventaire]
    manquants = {rang for rang, cle in enumerate(cles) if cache is None or cache.prendre(_PARTS, cle) is None}
    suivre(sum(fiche.phrases for rang, fiche in enumerate(inventaire) if rang not in manquants))
    with closing(_calculer(demande, inventaire.reprendre(manquants), cache, processus, dask)) as calcul:
        for rang, (fiche, cle) in enumerate(zip(inventaire, cles, strict=True)):
            octets = None if rang in manquants else cache.prendre(_PARTS, cle)
            if octets is None:
                # What was kept a moment ago may have gone since: it is then not one of those being made.
                octets = next(calcul if rang in manquants else _calculer(demande, inventaire.reprendre({rang}), cache))
                if cache is not None:
                    cache.ranger(_PARTS, cle, octets)
            if rang in manquants:
                suivre(fiche.phrases)
            yield Part.depuis_octets(octets)
    if cache is not None:
        _nettoyer(cache, demande, inventaire, cles)


def _calculer(demande: Demande, documents: Iterable[pd.DataFrame], *partage) -> Iterator[bytes]:
    """Calculer les parts qui manquent ; rien de lourd n'est chargé s'il n'en manque pas."""
    from ess_analyse.suggestions.travail import calculer, travailler

    yield from calculer(travailler, demande, documents, *partage)


def oublier_parts(cache: Magasin) -> None:
    """Oublier tout ce que le cache a des suggestions d'une étude : parts, mots, arbres, ce qui a été appris."""
    for sorte in (_PARTS, SAVOIR, MOTS, ARBRES, INDICES):
        cache.nettoyer(sorte, [])


def _nettoyer(cache: Magasin, demande: Demande, inventaire: Inventaire, cles: Iterable[str]) -> None:
    """Oublier les documents qui ne sont plus dans le corpus, et ce que d'autres codages avaient appris."""
    indices = demande.grille.configurer_indices()
    locutions = [list(table.values()) for table in indices.values()]
    propres = [indice for code in demande.grille for indice in code.indices]
    analyses = {fiche.analyse for fiche in inventaire}
    tous = [locution for table in locutions for siennes in table for locution in siennes]
    cache.nettoyer(_PARTS, cles)
    cache.nettoyer(SAVOIR, [demande.savoir])
    cache.nettoyer(MOTS, analyses)
    cache.nettoyer(ARBRES, analyses)
    cache.nettoyer(INDICES, [nommer_analyse(tous), nommer_analyse(propres)])


def ecrire_parts(chemin: Path, parts: Iterable[Part], grille: Grille) -> dict[str, Any]:
    """Écrire bout à bout les suggestions de tous les documents, à mesure qu'elles viennent.

    Parameters
    ----------
    chemin : Path
        Le fichier ; c'est, à l'octet, celui de :func:`~ess_analyse.suggestions.ecrire_suggestions`. Il n'est remplacé
        que quand toutes sont là.
    parts : iterable of Part
        Dans l'ordre des documents.
    grille : Grille
        Les codes.

    Returns
    -------
    dict
        ``phrases``, ``suggerees`` et ``retenues`` (par code de la grille), en tout.
    """
    bilan, retenues = Counter(), Counter()

    def parcourir() -> Iterator[bytes]:
        yield table_en_octets(en_textes(typer(pd.DataFrame(columns=list(SUGGESTIONS)))))
        for part in parts:
            retenues.update(part.retenues)
            bilan.update(phrases=part.phrases, suggerees=part.suggerees)
            yield part.lignes

    ecrire_morceaux(chemin, parcourir())
    return {
        "phrases": bilan["phrases"],
        "suggerees": bilan["suggerees"],
        "retenues": {code: retenues[code] for code in grille.ids()},
    }
