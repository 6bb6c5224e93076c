"""Ôter d'un récit ce qu'il tient d'un document : ses preuves, et les paroles qu'il en recopie."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ess_analyse.enseignements.citations import citations, mal_ecrites, paroles_citees, retapee
from ess_analyse.erreurs import Probleme
from ess_analyse.modele import MOTIF_PLACE, Place
from ess_analyse.segments import couper

__all__ = ["RETIREE", "Affirmation", "aplatir", "nettoyer", "nettoyer_cellule", "nettoyer_recit", "verifier_nettoye"]

RETIREE = "[citation retirée]"
"""Ce qui remplace, entre guillemets, les paroles recopiées d'un document retiré."""

# Where a proof stood, while a text is being rewritten; no text file may hold it (lire_texte refuses it).
_TROU = "\0"
_LIGNE_VIDEE = re.compile(r"(?m)^[ \t]*(?:[-*>]|\d+[.)])?[ \t]*\0[\0 \t]*(?:\n+|\Z)")
_AVANT = re.compile("[ \t\u00a0\u202f]*\0[\0 \t\u00a0\u202f]*\0|[ \t\u00a0\u202f]+\0")
# Within a paragraph, a line break is a space, but not before the next item of a list.
_SUITE_DE_LIGNE = re.compile(r"\n(?![ \t]*(?:[-*>]|\d+[.)])[ \t])")
_EN_TETE_DE_LIGNE = re.compile(r"(?m)^([ \t]*)\0[ \t]+")


@dataclass(frozen=True)
class Affirmation:
    """Une phrase qui a perdu sa dernière preuve.

    Attributes
    ----------
    ligne : int
        Sa ligne, une fois le retrait fait ; dans l'en-tête, celle où était la preuve.
    phrase : str
        Ses mots, sans preuve ni parole recopiée.
    """

    ligne: int
    phrase: str


def aplatir(texte: str) -> str:
    """Recoller les lignes d'un paragraphe, sans changer aucune position."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", texte)


def nettoyer(texte: str, document: str, tranche: Callable[[Place], str]) -> str:
    r"""Ôter d'un texte les preuves d'un document, et les paroles recopiées qu'elles suivent.

    Parameters
    ----------
    texte : str
        De la prose Markdown, ou une cellule.
    document : str
        Le document retiré.
    tranche : callable
        Rend les mots d'une place, ou rien si elle n'existe plus.

    Returns
    -------
    str
        Le texte ; un signe nul tient la place de chaque groupe de preuves entièrement ôté, sauf s'il était seul sur sa
        ligne. Des paroles recopiées qu'une autre preuve du même groupe porte aussi sont gardées.

    Examples
    --------
    >>> nettoyer("« On note », dit-elle [@E05:1-9]. Oui [@E05:1-9; @E01:3-4].", "E05", lambda place: "On note.")
    '« [citation retirée] », dit-elle\x00. Oui [@E01:3-4].'
    """
    plat, retouches = aplatir(texte), []
    for debut, mots, places in paroles_citees(plat):
        ailleurs = [dit for place in places if place.entretien != document and (dit := tranche(place))]
        if all(place.entretien != document for place in places) or (ailleurs and not retapee(mots, ailleurs)):
            continue
        marge = len(mots) - len(mots.lstrip()), len(mots.rstrip())
        retouches.append((debut + 1, debut + 1 + len(mots), mots[: marge[0]] + RETIREE + mots[marge[1] :]))
    for debut, fin, places in citations(plat):
        gardees = [f"@{place}" for place in places if place.entretien != document]
        if len(gardees) < len(places):
            retouches.append((debut, fin, f"[{'; '.join(gardees)}]" if gardees else _TROU))
    return _combler(_appliquer(texte, retouches))


def _combler(texte: str) -> str:
    """Refermer les trous : ni ligne vide, ni espace avant le point."""
    texte = _LIGNE_VIDEE.sub("", texte)
    return _EN_TETE_DE_LIGNE.sub(r"\1" + _TROU, _AVANT.sub(_TROU, texte))


def _appliquer(texte: str, retouches: list[tuple[int, int, str]]) -> str:
    sortie, ici = [], 0
    for debut, fin, neuf in sorted(retouches):
        sortie += [texte[ici:debut], neuf]
        ici = fin
    return "".join(sortie) + texte[ici:]


def nettoyer_cellule(cellule: str, document: str, tranche: Callable[[Place], str]) -> str:
    """Ôter d'une cellule les preuves d'un document, crochets ou non.

    Parameters
    ----------
    cellule : str
        Par exemple la colonne ``preuves`` du plan d'actions.
    document : str
        Le document retiré.
    tranche : callable
        Rend les mots d'une place.

    Returns
    -------
    str
        La cellule ; telle quelle si elle ne cite pas le document.

    Examples
    --------
    >>> nettoyer_cellule("E01:2-5 E05:1-9 E02:4-8", "E05", lambda place: "")
    'E01:2-5 E02:4-8'
    """
    if f"{document}:" not in cellule:
        return cellule
    cellule = nettoyer(cellule, document, tranche).replace(_TROU, "")
    return re.sub(rf"(?<![\w/@-])@?{re.escape(document)}:\d+-\d+(?!\w)[ \u00a0]*", "", cellule).rstrip()


def nettoyer_recit(
    texte: str, corps: int, document: str, tranche: Callable[[Place], str]
) -> tuple[str, list[Affirmation]]:
    """Ôter d'un enseignement ou d'une fiche ce qu'il tient d'un document, en-tête compris.

    Parameters
    ----------
    texte : str
        Le fichier : un en-tête YAML entre deux lignes ``---``, puis la prose.
    corps : int
        Où la prose commence.
    document : str
        Le document retiré.
    tranche : callable
        Rend les mots d'une place.

    Returns
    -------
    texte : str
        Le fichier, tel qu'une personne l'aurait corrigé : rien d'autre n'y bouge.
    affirmations : list of Affirmation
        Les phrases qui n'ont plus aucune preuve, dans l'ordre.
    """
    from ruamel.yaml import YAML

    debut = texte.index("\n") + 1
    fin = texte.rfind("\n", 0, corps - 1) + 1
    entete = texte[debut:fin]
    # A YAML alias shows the same text twice.
    retouches = list(dict.fromkeys(_retoucher(YAML(typ="safe", pure=True).compose(entete), entete, document, tranche)))
    neuf = texte[:debut] + _appliquer(entete, [retouche[:3] for retouche in retouches]) + texte[fin:corps]
    orphelines = [phrase for *_, phrase in retouches if phrase]
    trous = [trou.start() for trou in re.finditer(_TROU, neuf)]
    affirmations = [
        Affirmation(neuf.count("\n", 0, trou) + 1, phrase) for trou, phrase in zip(trous, orphelines, strict=True)
    ]
    prose = nettoyer(texte[corps:], document, tranche)
    avant = neuf.count("\n")
    affirmations += [Affirmation(avant + ligne, phrase) for ligne, phrase in _phrases_sans_preuve(prose)]
    return (neuf + prose).replace(_TROU, ""), affirmations


def _retoucher(
    noeud: Any, texte: str, document: str, tranche: Callable[[Place], str]
) -> Iterator[tuple[int, int, str, str]]:
    """Rendre ce qui change dans l'en-tête : où, par quoi, et la phrase qui a perdu sa dernière preuve."""
    genre, debut, fin = type(noeud).__name__, noeud.start_mark.index, noeud.end_mark.index
    if genre == "MappingNode":
        for _, valeur in noeud.value:
            yield from _retoucher(valeur, texte, document, tranche)
    elif genre == "SequenceNode":
        retouches = [list(_retoucher(entree, texte, document, tranche)) for entree in noeud.value]
        vides = [_est_vide(entree, suite, document) for entree, suite in zip(noeud.value, retouches, strict=True)]
        if not any(vides):
            yield from (retouche for suite in retouches for retouche in suite)
        elif noeud.flow_style:
            gardees = [
                (suite[0][2] if suite else texte[entree.start_mark.index : entree.end_mark.index])
                for entree, suite, vide in zip(noeud.value, retouches, vides, strict=True)
                if not vide
            ]
            yield debut, fin, f"[{', '.join(gardees)}]".replace(_TROU, ""), ""
        else:
            for entree, suite, vide in zip(noeud.value, retouches, vides, strict=True):
                if not vide:
                    yield from suite
                    continue
                # A folded text ends after its line break, any other before it.
                suivante = texte.find("\n", entree.end_mark.index - 1) + 1
                yield texte.rfind("\n", 0, entree.start_mark.index) + 1, suivante or len(texte), "", ""
    elif f"{document}:" in texte[debut:fin]:
        neuf = nettoyer(texte[debut:fin], document, tranche)
        phrase = ""
        if _TROU in neuf and not any(citations(aplatir(neuf))):
            phrase = " ".join(neuf.replace(_TROU, "").strip(" \n\"'>|-").split())
        # One hole for each sentence left without proof: they are matched again by their order.
        premier, trou, reste = neuf.partition(_TROU)
        yield debut, fin, premier + (trou if phrase else "") + reste.replace(_TROU, ""), phrase


def _est_vide(entree: Any, retouches: list[tuple[int, int, str, str]], document: str) -> bool:
    """Dire si un élément de liste n'a plus lieu d'être : une place du document, ou une preuve seule."""
    if type(entree).__name__ != "ScalarNode":
        return False
    trouve = MOTIF_PLACE.fullmatch(entree.value.strip())
    if trouve and trouve["entretien"] == document:
        return True
    return bool(retouches) and not retouches[0][2].replace(_TROU, "").strip(" \n\"'>|-")


def _phrases_sans_preuve(prose: str) -> Iterator[tuple[int, str]]:
    """Trouver les phrases d'où une preuve a été ôtée et où il n'en reste aucune, avec leur ligne."""
    for paragraphe in re.finditer(r"(?:[^\n]|\n(?!\n))+", prose):
        morceaux = paragraphe[0].split(_TROU)
        if len(morceaux) == 1:
            continue
        plat = _SUITE_DE_LIGNE.sub(" ", "".join(morceaux))
        phrases, deja = couper(plat), set()
        for rang in range(1, len(morceaux)):
            trou = len("".join(morceaux[:rang]))
            # A proof put after the full stop belongs to the sentence it follows.
            a, b = max((p for p in phrases if p[0] < trou), default=phrases[0] if phrases else (0, 0))
            if a < b and (a, b) not in deja and not any(citations(plat[a:b])):
                deja.add((a, b))
                yield prose.count("\n", 0, paragraphe.start()) + "".join(morceaux).count("\n", 0, a) + 1, plat[a:b]


def verifier_nettoye(texte: str, fichier: str, document: str) -> list[Probleme]:
    """Dire les preuves du document qu'on n'a pas su ôter, parce qu'elles sont mal écrites."""
    remede = "corrigez-la (par exemple [@E03:1204-1290]) ou effacez-la, puis relancez"
    return [
        Probleme(fichier, texte.count("\n", 0, debut) + 1, "citation de ce document mal écrite", ecrit[:60], remede)
        for debut, ecrit in mal_ecrites(texte, [document])
        if document in ecrit
    ]
