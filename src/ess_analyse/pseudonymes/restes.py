"""Chercher ce qui reste après pseudonymisation : noms de la clé, leurs variantes, identifiants, noms inconnus."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from ess_analyse.pseudonymes.identifiants import reperer_identifiants
from ess_analyse.pseudonymes.jugement import FAIBLE, est_courant
from ess_analyse.pseudonymes.motif import aplatir, motif_cle
from ess_analyse.pseudonymes.mots import decouper_mots
from ess_analyse.pseudonymes.reperage import reperer_noms

__all__ = ["RESTES", "chercher_restes"]

RESTES = ("lieu", "ligne", "sorte", "indice", "contexte")

_AUTOUR = 30
"""Signes montrés de part et d'autre d'un reste."""
_LONG = 6
"""En deçà, un nom à une lettre près est trop souvent un autre mot."""
_SOUDE = 5
"""En deçà, un nom sans son trait d'union ni ses espaces est trop souvent un autre mot."""
_PLURIEL = 4
"""En deçà, un nom suivi d'un s est trop souvent un autre mot."""
_INITIALES = re.compile(r"(?<![^\W_])([A-ZÀ-Þ])\.[\s-]?([A-ZÀ-Þ])(?:\.|(?![^\W_]))(?!\s?[A-ZÀ-Þ]\.)")


class _Reste(NamedTuple):
    debut: int
    fin: int
    sorte: str


@dataclass(frozen=True)
class _Cle:
    """Ce que la clé permet de reconnaître, et les mots de l'équipe qui ne nomment aucune personne interrogée."""

    oui: pd.DataFrame
    non: pd.DataFrame
    termes: tuple[str, ...] = ()

    @cached_property
    def noms(self) -> re.Pattern:
        return motif_cle(self.oui)

    @cached_property
    def etiquettes(self) -> re.Pattern:
        """Les noms, dans un texte si court (un nom de fichier) qu'un mot seul y nomme une personne."""
        return motif_cle(self.oui, etiquette=True)

    @cached_property
    def admis(self) -> tuple[re.Pattern, ...]:
        """Ce qui peut rester : les pseudonymes, ce qu'une personne a décidé de garder, les termes de l'équipe."""
        pseudonymes = self.oui[["pseudonyme", "nature"]].set_axis(["reel", "nature"], axis=1)
        termes = "|".join(map(re.escape, sorted(self.termes, key=len, reverse=True)))
        # An empty alternation would match everywhere.
        return motif_cle(pseudonymes), motif_cle(self.non), re.compile(rf"(?<![\w-])(?:{termes or '(?!)'})(?![\w-])")

    @cached_property
    def pseudonymes(self) -> frozenset[str]:
        return frozenset(mot for pseudonyme in self.oui["pseudonyme"] for mot in aplatir(pseudonyme).split())

    @cached_property
    def voisines(self) -> re.Pattern:
        """Une initiale et un pseudonyme de personne : ce qui reste de « S. Kerbrat » quand la clé dit « Kerbrat »."""
        pseudonymes = self.oui.loc[self.oui["nature"] == "personne", "pseudonyme"]
        noms = "|".join(map(re.escape, sorted(pseudonymes, key=len, reverse=True)))
        nom = rf"(?i:{noms or '(?!)'})(?![^\W_])"
        # « M. Castel » is a title before a name, not an initial.
        return re.compile(rf"(?<![^\W_])(?:([A-LN-ZÀ-Þ])\.[ \u00a0]?{nom}|{nom}[ \u00a0]([A-ZÀ-Þ])\.)")

    @cached_property
    def gardes(self) -> frozenset[str]:
        return frozenset(map(aplatir, self.non["reel"]))

    @cached_property
    def simples(self) -> tuple[str, ...]:
        """Les noms en un mot, de personne, de lieu ou d'organisation."""
        noms = self.oui.loc[self.oui["nature"] != "coordonnées", "reel"].map(aplatir)
        return tuple(sorted({nom for nom in noms if re.fullmatch(r"[^\W\d_]+", nom)}))

    @cached_property
    def soudes(self) -> frozenset[str]:
        noms = self.oui.loc[self.oui["nature"] == "personne", "reel"].map(aplatir)
        return frozenset(soude for nom in noms if len(soude := re.sub(r"\W", "", nom)) >= _SOUDE and soude != nom)

    @cached_property
    def initiales(self) -> frozenset[str]:
        return frozenset(aplatir(nom)[0] for nom in self.oui.loc[self.oui["nature"] == "personne", "reel"])


def chercher_restes(textes: Mapping[str, str], cle: pd.DataFrame, *, termes: Iterable[str] = ()) -> pd.DataFrame:
    r"""Chercher dans des textes déjà pseudonymisés ce qui désigne encore quelqu'un.

    Sont cherchés : les noms validés de la clé, leurs variantes (sans accent, sans trait d'union ou soudés, sans
    capitale, au pluriel, à une faute de frappe près quand ils ont au moins six lettres, initiales), les identifiants
    (:func:`~ess_analyse.pseudonymes.identifiants.reperer_identifiants`), et les noms possibles que la clé ne connaît
    pas. Ce que la clé dit de garder (« non »), ses pseudonymes et les mots ordinaires sont laissés.

    Parameters
    ----------
    textes : mapping of str to str
        Le nom d'un lieu (``E01``, ``mémo de Léa``, ``nom de fichier``) et son texte.
    cle : DataFrame
        La clé, toutes lignes (colonnes ``reel, pseudonyme, nature, valide``).
    termes : iterable of str
        Les mots de l'équipe (codes, noms de codeurs) qui, écrits ainsi, ne sont pas des noms inconnus ; ils n'empêchent
        pas d'y trouver un nom de la clé.

    Returns
    -------
    DataFrame
        Colonnes ``RESTES`` : ``lieu``, ``ligne`` (à partir de 1), ``sorte`` (``nom de la clé``, ``nom soudé``,
        ``pluriel``, ``faute de frappe``, ``initiales``, ``nom inconnu``, ou une sorte d'identifiant), ``indice`` (la
        première lettre ou le premier chiffre) et ``contexte``. Aucun nom n'y est écrit : le tout peut être montré.

    Examples
    --------
    >>> cle = pd.DataFrame([["Delphine", "Véra", "personne", "oui"], ["Barbet", "Castel", "personne", "oui"]],
    ...                    columns=["reel", "pseudonyme", "nature", "valide"])
    >>> restes = chercher_restes({"E01": "Véra et les Barbets.\nDelphinne, Kervadec, j'ai 43 ans."}, cle)
    >>> restes[["ligne", "sorte", "indice"]].values.tolist()
    [[1, 'pluriel', 'B…'], [2, 'faute de frappe', 'D…'], [2, 'nom inconnu', 'K…'], [2, 'âge', 'j…']]
    >>> restes["contexte"].iloc[0]
    'Véra et les ›B…‹. D…, K…, j…'
    """
    connus = _Cle(cle[cle["valide"] == "oui"], cle[cle["valide"] == "non"], tuple(termes))
    lignes = []
    for lieu, texte in textes.items():
        restes = _chercher(texte, connus)
        sauts = [saut.start() for saut in re.finditer("\n", texte)]
        for reste in restes:
            ligne = bisect_left(sauts, reste.debut) + 1
            contexte = _montrer(texte, reste, restes)
            lignes.append((_masquer(lieu, connus.etiquettes), ligne, reste.sorte, _indice(texte, reste), contexte))
    return pd.DataFrame(lignes, columns=RESTES).astype({**dict.fromkeys(RESTES, "str"), "ligne": "int64"})


def _chercher(texte: str, connus: _Cle) -> list[_Reste]:
    """Chercher du plus au moins précis ; deux restes ne se recouvrent pas."""
    gardes: list[_Reste] = []
    pris = bytearray(len(texte))
    admis = [trouve.span() for motif in connus.admis for trouve in motif.finditer(texte)]
    for reste in _tous(texte, connus, admis):
        if not any(pris[reste.debut : reste.fin]):
            pris[reste.debut : reste.fin] = b"\1" * (reste.fin - reste.debut)
            gardes.append(reste)
    return sorted(gardes)


def _tous(texte: str, connus: _Cle, admis: list[tuple[int, int]]) -> Iterator[_Reste]:
    for trouve in connus.noms.finditer(texte):
        groupe = "nu" if trouve["nu"] else "nom"
        yield _Reste(*trouve.span(groupe), "nom de la clé")
    yield from _variantes(texte, connus)
    for trouve in _INITIALES.finditer(texte):
        if connus.initiales.issuperset(map(aplatir, trouve.groups())):
            yield _Reste(*trouve.span(), "initiales")
    for trouve in connus.voisines.finditer(texte):
        lettre = trouve[trouve.lastindex]
        # « Nelly Schmitt », written elsewhere, is who « N. Schmitt » is.
        entier = re.escape(trouve[0]).replace(re.escape(f"{lettre}."), rf"{lettre}[^\W_]+")
        if aplatir(lettre) in connus.initiales and not re.search(rf"(?<![^\W_]){entier}", texte, re.IGNORECASE):
            yield _Reste(*trouve.span(trouve.lastindex), "initiales")
    for sorte, debut, fin, _ in reperer_identifiants(texte):
        if aplatir(texte[debut:fin]) not in connus.gardes:
            yield _Reste(debut, fin, sorte)
    for trouve in reperer_noms(texte, (), admis):
        if trouve.certitude < FAIBLE and not connus.pseudonymes.issuperset(aplatir(trouve.forme).split()):
            yield _Reste(trouve.debut, trouve.fin, "nom inconnu")


def _variantes(texte: str, connus: _Cle) -> Iterator[_Reste]:
    vus: dict[str, str] = {}
    for mot in decouper_mots(texte):
        plat = re.sub(r"\W", "", aplatir(mot.forme))
        if mot.forme not in vus:
            vus[mot.forme] = _reconnaitre(mot.forme, plat, connus)
        if vus[mot.forme]:
            yield _Reste(mot.debut, mot.fin, vus[mot.forme])


def _reconnaitre(forme: str, plat: str, connus: _Cle) -> str:
    """Dire de quelle variante d'un nom un mot est l'écriture, ou rien."""
    if plat in connus.pseudonymes or plat in connus.gardes:
        return ""
    if plat in connus.soudes:
        return "nom soudé"
    if plat[-1:] in ("s", "x") and len(plat) > _PLURIEL and plat[:-1] in connus.simples and forme[0].isupper():
        return "pluriel"
    ordinaire = est_courant(forme.lower()) or (forme.islower() and len(plat) < _LONG)
    return "" if ordinaire or not _est_une_faute(plat, connus.simples) else "faute de frappe"


def _est_une_faute(plat: str, noms: Collection[str]) -> bool:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    longs = [nom for nom in noms if len(nom) >= _LONG and nom != plat]
    # One letter too few makes the typed word shorter than the name it misspells.
    return len(plat) >= _LONG - 1 and bool(process.extractOne(plat, longs, scorer=OSA.distance, score_cutoff=1))


def _montrer(texte: str, reste: _Reste, restes: list[_Reste]) -> str:
    """Montrer ce qui entoure un reste, tous les restes masqués."""
    debut, fin = max(0, reste.debut - _AUTOUR), min(len(texte), reste.fin + _AUTOUR)
    sortie, place = "", debut
    # They do not overlap: both their beginnings and their ends are in order.
    premier = bisect_right(restes, debut, key=lambda autre: autre.fin)
    for autre in restes[premier : bisect_left(restes, fin, key=lambda autre: autre.debut)]:
        masque = _indice(texte, autre)
        sortie += texte[place : autre.debut] + (f"›{masque}‹" if autre == reste else masque)
        place = max(place, autre.fin)
    return re.sub(r"\s+", " ", sortie + texte[place:fin]).strip()


def _indice(texte: str, reste: _Reste) -> str:
    return f"{texte[reste.debut]}…"


def _masquer(lieu: str, motif: re.Pattern) -> str:
    return motif.sub(lambda trouve: f"{trouve[0][0]}…", lieu)
