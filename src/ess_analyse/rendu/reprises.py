"""Reprendre une page déjà composée, et ses mots, tant que sa source n'a pas changé."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ess_analyse.cache import decrire_versions, empreindre, empreindre_programme, ouvrir_magasin
from ess_analyse.erreurs import Probleme
from ess_analyse.rendu.balayage import Balayage, Lien, balayer
from ess_analyse.rendu.document import Document, Titre, composer
from ess_analyse.rendu.pandoc import Analyse
from ess_analyse.rendu.recherche import Entree, extraire
from ess_analyse.rendu.renvois import Renvoi, Renvois
from ess_analyse.rendu.sources import Source
from ess_analyse.rendu.styles import sortir_styles

__all__ = ["Reprises"]

_PAGES, _MOTS, _STYLES = "pages", "recherche", "styles"


class Reprises:
    """Ce que le rendu a déjà tiré des mêmes textes, gardé dans l'étude d'un passage à l'autre.

    Une page reprise est lue par la porte comme une page neuve.

    Parameters
    ----------
    racine : Path
        Le projet.
    """

    def __init__(self, racine: Path):
        self._magasin = ouvrir_magasin(racine)
        self._employees: dict[str, set[str]] = {sorte: set() for sorte in (_PAGES, _MOTS, _STYLES)}

    def composer(
        self, analyse: Analyse, source: Source, mots: dict[str, str], sections: bool, problemes: list[Probleme]
    ) -> tuple[Document, Balayage]:
        """Composer le HTML d'une page, et le balayer.

        Parameters
        ----------
        analyse : Analyse
            Ce que pandoc en a lu.
        source, mots, sections, problemes
            Comme pour :func:`ess_analyse.rendu.document.composer`. Une page qui a un problème n'est pas gardée.

        Returns
        -------
        tuple of (Document, Balayage)
            La page ; ses liens et ses ancres.
        """
        neuves: list[Probleme] = []

        def calculer() -> tuple[Document, Balayage]:
            document = composer(analyse.arbre, source, mots, sections, neuves)
            return document, balayer(document.html)

        page = self._reprendre(
            _PAGES,
            (analyse.cle, mots, sections),
            calculer,
            lambda page: None if neuves else {**_decrire(page[0]), "balayage": page[1]._asdict()},
            lambda gardee: (_relire(gardee), _rebalayer(gardee["balayage"])),
        )
        problemes += neuves
        return page

    def extraire(self, html: str, adresse: str, titre: str) -> list[Entree]:
        """Découper une page en sections cherchables, comme :func:`ess_analyse.rendu.recherche.extraire`."""
        return self._reprendre(
            _MOTS,
            (html, adresse, titre),
            lambda: extraire(html, adresse, titre),
            lambda entrees: entrees,
            lambda gardees: [Entree(*une) for une in gardees],
        )

    def sortir_styles(self, html: str) -> tuple[str, str]:
        """Séparer le corps d'une page de ses styles, comme :func:`ess_analyse.rendu.styles.sortir_styles`."""
        if "<style" not in html:
            return html, ""
        return self._reprendre(_STYLES, (html,), lambda: sortir_styles(html), lambda paire: paire, tuple)

    def nettoyer(self) -> None:
        """Oublier ce que ce rendu n'a pas employé."""
        for sorte, employees in self._employees.items():
            self._magasin.nettoyer(sorte, employees)

    def _reprendre(
        self,
        sorte: str,
        entrees: tuple[Any, ...],
        calculer: Callable[[], Any],
        decrire: Callable[[Any], Any],
        relire: Callable[[Any], Any],
    ) -> Any:
        cle = empreindre(*entrees, empreindre_programme(), decrire_versions())
        self._employees[sorte].add(cle)
        if (octets := self._magasin.prendre(sorte, cle)) is not None:
            return relire(json.loads(octets))
        resultat = calculer()
        if (decrit := decrire(resultat)) is not None:
            self._magasin.ranger(sorte, cle, json.dumps(decrit, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        return resultat


def _decrire(document: Document) -> dict[str, Any]:
    return {
        "html": document.html,
        "meta": document.meta,
        "titres": [(titre.niveau, titre.identifiant, titre.texte) for titre in document.titres],
        "cibles": document.renvois.cibles,
        "numeros": document.renvois.titres,
    }


def _relire(gardee: Mapping[str, Any]) -> Document:
    return Document(
        gardee["html"],
        {cle: (html, texte) for cle, (html, texte) in gardee["meta"].items()},
        tuple(Titre(*titre) for titre in gardee["titres"]),
        Renvois({cle: Renvoi(*cible) for cle, cible in gardee["cibles"].items()}, gardee["numeros"]),
    )


def _rebalayer(garde: Mapping[str, list]) -> Balayage:
    return Balayage(**garde | {"liens": [Lien(*lien) for lien in garde["liens"]]})
