"""La grille : les codes d'une étude, tels qu'une chercheuse les écrit dans ``grille.yml``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from ess_analyse.arbre import Arbre, lire_arbre
from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.fichiers import TIRETS, lire_texte
from ess_analyse.modele import RIEN

__all__ = ["Code", "Dimension", "Grille", "ecrire_code", "lire_grille"]

_ID_CODE = re.compile(r"[ROP]-[A-Z][A-Z0-9]*")
_ID_DIMENSION = re.compile(r"[a-z][a-z0-9_]*")
_CHAMPS = {"id": "identifiant", "libelle": "libellé", "indices": "indice"}
_LISTES = {
    "inclure": "inclure",
    "exclure": "exclure",
    "exemples": "exemples",
    "contre_exemples": "exemples",
    "indices": "indices",
    "sauf": "indices",
}


@dataclass(frozen=True)
class Dimension:
    """Une manière de coder, indépendante des autres : le thème, le prisme."""

    id: str
    libelle: str

    __pydantic_config__: ClassVar = {"extra": "forbid"}


@dataclass(frozen=True)
class Code:
    """Un code et son mode d'emploi.

    Attributes
    ----------
    id : str
        Famille, tiret, mot : ``R-CHARGE`` (risque), ``O-SERVICE`` (opportunité), ``P-GESTION`` (prisme).
    dimension : str
        L'identifiant de sa dimension.
    libelle, definition : str
        Ce qu'on montre, et ce que le code veut dire.
    inclure, exclure : tuple of str
        Quand l'employer, quand ne pas l'employer.
    exemples, contre_exemples : tuple of str
        Des phrases entières qui l'ont, ou qui semblent l'avoir.
    indices : tuple of str
        Les mots qui l'annoncent, écrits une fois : leurs flexions sont retrouvées.
    sauf : tuple of str
        Les locutions qui contiennent un indice mais ne comptent pas.
    """

    id: str
    dimension: str
    libelle: str
    definition: str
    inclure: tuple[str, ...]
    exclure: tuple[str, ...]
    exemples: tuple[str, ...]
    contre_exemples: tuple[str, ...]
    indices: tuple[str, ...]
    sauf: tuple[str, ...] = ()

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    @property
    def famille(self) -> str:
        """``R``, ``O`` ou ``P``."""
        return self.id.partition("-")[0]


@dataclass(frozen=True)
class Grille:
    """Les codes d'une étude, dans l'ordre du fichier.

    Attributes
    ----------
    version : int
        À partir de 1 ; chaque changement par ``ess-analyse grille`` l'augmente de 1.
    dimensions : tuple of Dimension
        Les manières de coder.
    codes : tuple of Code
        Les codes.

    Examples
    --------
    >>> code = Code("R-CHARGE", "theme", "Charge de travail", "…", (), (), ("On ressaisit tout.",), (), ("ressaisir",))
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (code,))
    >>> grille["R-CHARGE"].famille, "O-SENS" in grille, grille.ids("theme"), len(grille)
    ('R', False, ('R-CHARGE',), 1)
    """

    version: int
    dimensions: tuple[Dimension, ...]
    codes: tuple[Code, ...]

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    def __iter__(self) -> Iterator[Code]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, identifiant: str) -> Code:
        return self._index[identifiant]

    def __contains__(self, identifiant: str) -> bool:
        return identifiant in self._index

    def ids(self, dimension: str | None = None) -> tuple[str, ...]:
        """Rendre les identifiants des codes, de toutes les dimensions ou d'une seule."""
        return tuple(code.id for code in self if dimension in (None, code.dimension))

    def configurer_indices(self, dimension: str | None = None) -> dict[str, dict[str, list[str]]]:
        """Rendre de quoi configurer le composant spaCy ``ess_indices``, pour toutes les dimensions ou une seule.

        Parameters
        ----------
        dimension : str, optional
            L'identifiant d'une dimension.

        Returns
        -------
        dict
            ``indices`` et ``sauf``, chacun de chaque code à ses locutions ; un code sans locution n'y est pas.

        Examples
        --------
        >>> code = Code("R-CHARGE", "theme", "Charge", "…", (), (), (), (), ("temps",), ("temps plein",))
        >>> Grille(1, (Dimension("theme", "Thème"),), (code,)).configurer_indices()
        {'indices': {'R-CHARGE': ['temps']}, 'sauf': {'R-CHARGE': ['temps plein']}}
        """
        codes = [code for code in self if dimension in (None, code.dimension)]
        return {
            champ: {code.id: list(getattr(code, champ)) for code in codes if getattr(code, champ)}
            for champ in ("indices", "sauf")
        }

    @cached_property
    def _index(self) -> dict[str, Code]:
        return {code.id: code for code in self.codes}


def ecrire_code(mot: str) -> str:
    """Écrire un code comme la grille l'écrit, malgré ce que la correction automatique d'un tableur en fait.

    Parameters
    ----------
    mot : str
        Un mot d'une cellule de codes.

    Returns
    -------
    str
        L'identifiant en capitales, au trait d'union simple, ou « - » ; le mot tel quel s'il n'en a pas la forme.

    Examples
    --------
    >>> ecrire_code("r–moyens"), ecrire_code("—"), ecrire_code("charge")
    ('R-MOYENS', '-', 'charge')
    """
    ecrit = mot.translate(TIRETS).upper()
    return ecrit if ecrit == RIEN or _ID_CODE.fullmatch(ecrit) else mot


def lire_grille(chemin: Path) -> Grille:
    """Lire et vérifier une grille.

    Parameters
    ----------
    chemin : Path
        Un fichier YAML 1.2 : ``version`` (celle de la grille), ``dimensions`` (``id``, ``libelle``) et ``codes`` (les
        clés de :class:`Code`). ``no``, ``on`` et ``yes`` y sont des mots ; ancres, alias et étiquettes y sont refusés.

    Returns
    -------
    Grille
        La grille, blancs des textes réduits à une espace.

    Raises
    ------
    ErreurDonnees
        Tous les problèmes du fichier, dans l'ordre de ses lignes.
    """
    arbre = lire_arbre(lire_texte(chemin), relatif(chemin))
    cles = {champ.name for forme in (Grille, Dimension, Code) for champ in fields(forme)}
    grille, problemes = arbre.valider(Grille, cles)
    problemes += [*arbre.problemes, *_controler(arbre)]
    lever(sorted(dict.fromkeys(problemes), key=lambda probleme: probleme.ligne))
    return grille


def _controler(arbre: Arbre) -> Iterator[Probleme]:
    """Vérifier le sens de ce dont la forme est bonne, même si le reste ne l'est pas."""
    version = arbre.valeur.get("version") if isinstance(arbre.valeur, dict) else None
    # In Python, true is a number; a number with a fraction is told by its form.
    if isinstance(version, int | float) and (isinstance(version, bool) or (version < 1 and version % 1 == 0)):
        remede = "écrivez un nombre entier à partir de 1 : chaque changement de la grille l'augmente"
        yield arbre.probleme(("version",), "version de la grille mal écrite", version, remede)
    yield from _controler_noms(arbre, "dimensions", _ID_DIMENSION, "écrivez un mot en minuscules, sans accent")
    yield from _controler_noms(arbre, "codes", _ID_CODE, "écrivez R-, O- ou P- puis un mot en capitales, sans accent")
    dimensions = [bloc["id"] for _, bloc in _blocs(arbre, "dimensions") if isinstance(bloc.get("id"), str)]
    for place, bloc in _blocs(arbre, "codes"):
        dimension = bloc.get("dimension")
        if isinstance(dimension, str) and dimension and dimension not in dimensions:
            remede = proposer(dimension, dimensions)
            yield arbre.probleme((*place, "dimension"), "dimension inconnue", dimension, remede)
        yield from _controler_listes(arbre, place, bloc)


def _controler_noms(arbre: Arbre, cle: str, motif: re.Pattern, remede: str) -> Iterator[Probleme]:
    blocs = _blocs(arbre, cle)
    if isinstance(arbre.valeur, dict) and arbre.valeur.get(cle) == []:
        yield arbre.probleme((cle,), "liste vide", cle, "écrivez au moins un élément")
    vus: dict[tuple[str, str], int] = {}
    for place, bloc in blocs:
        for champ, valeur in bloc.items():
            if valeur == "":
                yield arbre.probleme((*place, champ), "texte vide", champ, "écrivez-le")
        identifiant = bloc.get("id")
        if isinstance(identifiant, str) and identifiant and not motif.fullmatch(identifiant):
            propose = _corriger(identifiant, motif) or remede
            yield arbre.probleme((*place, "id"), "identifiant mal formé", identifiant, propose)
        for champ in ("id", "libelle"):
            valeur = bloc.get(champ)
            if not isinstance(valeur, str) or not valeur:
                continue
            ligne = arbre.lignes[*place, champ]
            premiere = vus.setdefault((champ, valeur.casefold()), ligne)
            if premiere != ligne:
                yield arbre.probleme(
                    (*place, champ),
                    f"{_CHAMPS[champ]} en double",
                    valeur,
                    f"déjà écrit ligne {premiere} : changez l'un des deux",
                )


def _controler_listes(arbre: Arbre, place: tuple, bloc: dict) -> Iterator[Probleme]:
    vus: dict[tuple[str, str], str] = {}
    for champ, liste in bloc.items():
        if not isinstance(liste, list) or champ not in _LISTES:
            continue
        if not liste and champ != "sauf":
            yield arbre.probleme((*place, champ), "liste vide", champ, "écrivez au moins un élément")
        # A cue cannot also be an exception, nor an example a counter-example: each pair shares one memory.
        famille = _LISTES[champ]
        for rang, texte in enumerate(liste):
            ici = (*place, champ, rang)
            if not isinstance(texte, str):
                continue
            if not any(signe.isalnum() for signe in texte):
                yield arbre.probleme(ici, "texte sans aucun mot", texte, "écrivez-le, ou retirez la ligne")
            elif (autre := vus.setdefault((famille, texte.casefold()), champ)) != champ:
                yield arbre.probleme(ici, f"texte à la fois dans « {autre} » et « {champ} »", texte, "gardez-en un")
            elif texte.casefold() in (str(avant).casefold() for avant in liste[:rang]):
                quoi = _CHAMPS.get(champ, "texte")
                yield arbre.probleme(ici, f"{quoi} en double dans ce code", texte, "gardez-en un")
            elif "|" in texte and famille == "indices":
                remede = "retirez-la : elle sépare les suggestions dans une feuille"
                yield arbre.probleme(ici, "barre verticale dans un indice", texte, remede)


def _blocs(arbre: Arbre, cle: str) -> list[tuple[tuple, dict]]:
    liste = arbre.valeur.get(cle) if isinstance(arbre.valeur, dict) else None
    return [
        ((cle, rang), bloc)
        for rang, bloc in enumerate(liste if isinstance(liste, list) else ())
        if isinstance(bloc, dict)
    ]


def _corriger(identifiant: str, motif: re.Pattern) -> str:
    nu = "".join(signe for signe in unicodedata.normalize("NFD", identifiant) if not unicodedata.combining(signe))
    essais = (nu.upper(), re.sub(r"[^A-Z0-9]+", "-", nu.upper()), re.sub(r"[^a-z0-9]+", "_", nu.lower()))
    return next((f"vouliez-vous dire « {essai} » ?" for essai in essais if motif.fullmatch(essai)), "")
