"""Où mène un lien vers des paroles : la liste qui en montre une, la recherche qui en montre plusieurs."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ess_analyse.modele import Place
from ess_analyse.pages.typographie import adresse
from ess_analyse.publication.reels import plier

if TYPE_CHECKING:
    from ess_analyse.pages.verbatims import Verbatim

__all__ = ["Adresses", "Liste", "Recherche", "adresser_recherche", "ranger_listes"]

_CRITERES = ("mots", "code", "avec", "prisme", "structure", "famille")
_PAR_PAGE = 150_000
"""Octets de citations qu'une page porte : avec ses balises, ses styles et ses scripts, elle pèse moins de 300 ko."""
_BALISES = 620
"""Octets de balises autour d'une citation, mesurés sur la démonstration et arrondis au-dessus."""


@dataclass(frozen=True)
class Liste:
    """Une page de citations : toutes celles d'une structure, ou une part quand elles sont nombreuses.

    Attributes
    ----------
    nom : str
        Celui de la page et de ses données, sans extension.
    structure, libelle : str
        L'identifiant et le libellé de la structure, vides pour un document qui n'en a pas.
    part, parts : int
        Son rang, à partir de 1, et le nombre de pages de la structure.
    verbatims : tuple of Verbatim
        Dans l'ordre du corpus.
    """

    nom: str
    structure: str
    libelle: str
    part: int
    parts: int
    verbatims: tuple[Verbatim, ...]

    @property
    def documents(self) -> dict[str, list[Verbatim]]:
        """Les citations de chaque document."""
        return {nom: list(dites) for nom, dites in groupby(self.verbatims, key=lambda un: un.place.entretien)}

    @property
    def titre(self) -> str:
        """Ce que montre la page."""
        libelle = self.libelle or "Hors de toute structure"
        return f"{libelle} ({self.part} sur {self.parts})" if self.parts > 1 else libelle

    @property
    def nombre(self) -> int:
        """Combien de citations."""
        return len(self.verbatims)

    @property
    def debuts(self) -> str:
        """Le début de la première citation de chaque document : d'une adresse, la page retrouve la liste."""
        return " ".join(f"{nom}:{dites[0].place.debut}" for nom, dites in self.documents.items())


def ranger_listes(verbatims: Iterable[Verbatim], structures: Iterable[str] = ()) -> tuple[Liste, ...]:
    """Ranger les citations par structure, sur des pages assez légères.

    Une structure, plutôt qu'un document : c'est ainsi qu'on lit une étude. Une part, plutôt qu'une longue page : un
    téléphone l'ouvre. Une part finit à la fin d'un document tant qu'il tient sur une page.

    Parameters
    ----------
    verbatims : iterable of Verbatim
        Les citations publiables ; celles qu'une autre contient sont montrées avec elle.
    structures : iterable of str
        L'ordre des structures ; celles qui n'y sont pas viennent ensuite.

    Returns
    -------
    tuple of Liste
        Sans liste vide.
    """
    par_structure: dict[str, list[Verbatim]] = {structure: [] for structure in structures}
    for verbatim in verbatims:
        if not verbatim.contenue:
            par_structure.setdefault(verbatim.structure, []).append(verbatim)
    dites = {structure: siens for structure, siens in par_structure.items() if siens}
    noms = _nommer(dites)
    listes = []
    for structure, siens in dites.items():
        parts = _couper(sorted(siens, key=lambda un: un.place))
        for rang, part in enumerate(parts, start=1):
            nom = noms[structure] + (f"_{rang}" if rang > 1 else "")
            listes.append(Liste(nom, structure, part[0].libelle, rang, len(parts), tuple(part)))
    return tuple(listes)


def _nommer(structures: Collection[str]) -> dict[str, str]:
    """Donner à chaque structure un nom de fichier sûr partout, que deux structures ne partagent pas."""
    noms: dict[str, str] = {}
    for structure in structures:
        sigle = re.sub(r"[^a-z0-9]+", "-", plier(structure)).strip("-") or ("autre" if structure else "aucune")
        nom = next(nom for nom in _essayer(f"structure-{sigle}") if nom not in noms.values())
        noms[structure] = nom
    return noms


def _essayer(nom: str) -> Iterator[str]:
    yield nom
    yield from (f"{nom}-{rang}" for rang in count(2))


def _couper(verbatims: list[Verbatim]) -> list[list[Verbatim]]:
    parts: list[list[Verbatim]] = [[]]
    charge = 0
    for _, document in groupby(verbatims, key=lambda un: un.place.entretien):
        dites = list(document)
        poids = [_peser(un) for un in dites]
        if parts[-1] and charge + sum(poids) > _PAR_PAGE:
            parts.append([])
            charge = 0
        for un, sien in zip(dites, poids, strict=True):
            if parts[-1] and charge + sien > _PAR_PAGE:
                parts.append([])
                charge = 0
            parts[-1].append(un)
            charge += sien
    return parts


def _peser(verbatim: Verbatim) -> int:
    paroles = (verbatim.texte, verbatim.avant, verbatim.apres)
    balises = _BALISES + 120 * len(verbatim.codes) + 60 * len(verbatim.ancres)
    return balises + sum(len(dite.encode()) for dite in paroles)


class Adresses:
    """L'adresse de chaque citation, depuis n'importe quelle page.

    Parameters
    ----------
    listes : iterable of Liste
        Les pages qui les montrent.
    """

    def __init__(self, listes: Iterable[Liste]):
        self._pages = {
            str(ancre): liste.nom for liste in listes for un in liste.verbatims for ancre in (un.place, *un.ancres)
        }

    def __call__(self, place: Place | str, racine: str = "", extension: str = "html") -> str:
        """Donner l'adresse d'une citation.

        Parameters
        ----------
        place : Place or str
            Celle d'une citation, ou d'une phrase qu'elle contient.
        racine : str
            Ce qui mène à ``rapports/`` depuis la page qui porte le lien.
        extension : str
            ``qmd`` dans un lien Markdown, que les moteurs réécrivent ; ``html`` dans du HTML.
        """
        return f"{racine}verbatims/{self._pages[str(place)]}.{extension}#{adresse(place)}"

    def depuis(self, racine: str, extension: str = "html") -> Callable[[Place | str], str]:
        """Fixer d'où l'on part."""
        return lambda place: self(place, racine, extension)


def adresser_recherche(racine: str = "", **criteres: str) -> str:
    """Donner l'adresse de la page de recherche déjà filtrée.

    Parameters
    ----------
    racine : str
        Ce qui mène à ``rapports/`` depuis la page qui porte le lien.
    **criteres : str
        ``mots``, ``code``, ``avec`` (un second thème, dans la même phrase), ``prisme``, ``structure``, ``famille`` ;
        une valeur vide ne filtre pas.

    Returns
    -------
    str
        Une adresse, pas encore échappée pour du HTML.

    Examples
    --------
    >>> adresser_recherche("../", structure="S1", code="R-SENS")
    '../verbatims.html?code=R-SENS&structure=S1'
    >>> adresser_recherche(mots="tablette tiroir")
    'verbatims.html?mots=tablette+tiroir'
    """
    inconnus = sorted(criteres.keys() - set(_CRITERES))
    if inconnus:
        raise TypeError(f"la recherche n'a pas de filtre nommé {', '.join(inconnus)}")
    question = urlencode([(nom, criteres[nom]) for nom in _CRITERES if criteres.get(nom)])
    return f"{racine}verbatims.html" + (f"?{question}" if question else "")


class Recherche:
    """Ce que la page de recherche trouverait : un nombre ne mène qu'à des paroles qu'elle montre.

    Parameters
    ----------
    verbatims : iterable of Verbatim
        Les citations publiables.
    prismes : mapping of str to collection of str
        Place d'une phrase → les prismes que l'on peut en dire (:func:`ess_analyse.pages.prismes.dire_prismes`).
    """

    def __init__(self, verbatims: Iterable[Verbatim], prismes: Mapping[str, Collection[str]]):
        self._phrases = {
            (frozenset((*codes, *prismes.get(str(place), ()))), un.structure, un.famille)
            for un in verbatims
            if not un.contenue
            for (place, _), codes in zip(un.phrases, un.themes, strict=True)
        }

    def adresser(self, racine: str = "", *, code: str, avec: str = "", prisme: str = "", **source: str) -> str:
        """Donner l'adresse des citations dont une même phrase porte tous ces codes, vide s'il n'y en a aucune.

        Parameters
        ----------
        racine : str
            Ce qui mène à ``rapports/``.
        code, avec, prisme : str
            Les codes.
        **source : str
            ``structure``, ``famille``.
        """
        voulus = {code, avec, prisme} - {""}
        structure, famille = source.get("structure", ""), source.get("famille", "")
        trouve = any(
            voulus <= codes and structure in ("", la_sienne) and famille in ("", de_qui)
            for codes, la_sienne, de_qui in self._phrases
        )
        return adresser_recherche(racine, code=code, avec=avec, prisme=prisme, **source) if trouve else ""
