"""Arbitrer : quels désaccords apprennent le plus, et ce que leurs arbitrages disent de la grille."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from ess_analyse.accord.mesures import lister_desaccords, mesurer_accord
from ess_analyse.accord.releves import verifier_codes
from ess_analyse.codages import ARBITRAGE, est_relecture
from ess_analyse.coefficients import ecrire_coefficient
from ess_analyse.grille import Grille

__all__ = ["CLASSEMENT", "Bilan", "classer_desaccords", "dresser_bilan", "lister_lecteurs"]

CLASSEMENT = (
    "segment",
    "rang",
    "sorte",
    "codes",
    "question",
    "semblables",
    "alpha",
    "autres",
    "arbitre",
    "raison",
)

FRONTIERE, COTE, ETENDUE = "frontière", "côté", "étendue"
_OPPOSEES = {"R", "O"}
_TYPES = ("str", "int64", "str", "str", "str", "int64", "float64", "str", "bool", "str")


class _Jugement(NamedTuple):
    """Ce qu'une question apprend ; le plus petit est celui qui apprend le plus."""

    poids: float
    rangs: tuple[int, ...]
    code: str
    alpha: float
    conclusion: str


def classer_desaccords(codages: pd.DataFrame, grille: Grille) -> pd.DataFrame:
    """Classer les phrases en désaccord, celles qui apprennent le plus d'abord.

    Une phrase pose une ou plusieurs questions. Deux codes d'une même dimension en font une (« R-CHARGE ou R-MOYENS ? »)
    si quelqu'un a posé le premier sans le second, et quelqu'un d'autre le second sans le premier : c'est une affaire de
    **frontière**, ou de **côté** quand l'un est un risque et l'autre une opportunité. Un code que les uns ont posé, et
    à la place duquel les autres n'ont rien mis, en fait une à lui seul (« R-CHARGE ou non ? ») : c'est une affaire
    d'**étendue**.

    Ce qu'une question apprend est le produit de deux nombres : combien de phrases la posent, et ce qui manque à α pour
    valoir 1 (celui de ses deux codes où l'on s'accorde le moins). Une question qui revient souvent sur un code mal
    partagé est une affaire de grille ; une question isolée sur un code bien partagé, une étourderie. Une phrase est
    rangée à celle de ses questions qui apprend le plus ; les phrases d'une même question se suivent, dans l'ordre du
    corpus, pour être tranchées de la même façon.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine``. ``arbitrage`` et les secondes lectures ne sont pas des avis : le
        rang n'en dépend pas.
    grille : Grille
        Les codes.

    Returns
    -------
    DataFrame
        Une ligne par phrase en désaccord, triée : ``segment``, ``rang`` (à partir de 1), ``sorte``, ``codes`` (ceux de
        la question, séparés par une espace), ``question``, ``semblables`` (phrases qui la posent, celle-ci comprise),
        ``alpha`` (le plus bas de ses codes, entre tous les lecteurs), ``autres`` (les autres questions de la phrase),
        ``arbitre`` (si l'arbitrage l'a déjà tranchée), ``raison`` (pourquoi ce rang).

    Raises
    ------
    ErreurDonnees
        Si un codage a un code que la grille n'a pas.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import CODAGES
    >>> codes = tuple(Code(nom, "theme", nom, "…", *[()] * 5) for nom in ("R-CHARGE", "R-MOYENS"))
    >>> avis = [("E01:0-9", "ana", "R-CHARGE", "humain"), ("E01:0-9", "bob", "R-MOYENS", "humain")]
    >>> codages = pd.DataFrame(avis, columns=CODAGES)
    >>> classer_desaccords(codages, Grille(1, (Dimension("theme", "Thème"),), codes))[["sorte", "question"]].values
    ... # doctest: +NORMALIZE_WHITESPACE
    array([['frontière', 'R-CHARGE ou R-MOYENS ?']], dtype=object)
    """
    posees = _poser(codages, grille)
    semblables = posees["codes"].value_counts().to_dict()
    jugements = (
        _juger(semblables, mesurer_accord(codages, grille, lister_lecteurs(codages)), grille) if semblables else {}
    )
    arbitres = set(codages.loc[codages["codeur"] == ARBITRAGE, "segment"])
    phrases = []
    for place, (segment, questions) in enumerate(posees.groupby("segment", sort=False)["codes"]):
        triees = sorted(questions, key=jugements.get)
        phrases.append((jugements[triees[0]], place, segment, triees))
    lignes = [
        (
            segment,
            rang,
            _classer(codes, grille),
            " ".join(codes),
            _demander(codes),
            semblables[codes],
            jugement.alpha,
            " ".join(map(_demander, autres)),
            segment in arbitres,
            _raisonner(semblables[codes], jugement),
        )
        for rang, (jugement, _, segment, (codes, *autres)) in enumerate(sorted(phrases), start=1)
    ]
    return pd.DataFrame(lignes, columns=CLASSEMENT).astype(dict(zip(CLASSEMENT, _TYPES, strict=True)))


@dataclass(frozen=True, eq=False)
class Bilan:
    """Où en est l'arbitrage, et ce qu'il dit de la grille.

    Attributes
    ----------
    phrases, arbitrees, sans_raison : int
        Phrases en désaccord ; celles que l'arbitrage a tranchées ; celles-ci, quand il n'a pas écrit pourquoi.
    codes : DataFrame
        ``code, discutes`` (phrases où l'on s'y sépare), ``gardes, ecartes, restants`` : de quel côté on tranche. Dans
        l'ordre de la grille.
    confusions : DataFrame
        ``un, autre, phrases`` (où l'on a mis l'un pour l'autre), ``garde_un, garde_autre`` (par l'arbitrage ; les deux,
        ou aucun, se peuvent). Les plus fréquentes d'abord.
    """

    phrases: int
    arbitrees: int
    sans_raison: int
    codes: pd.DataFrame
    confusions: pd.DataFrame

    @property
    def restantes(self) -> int:
        """Les phrases en désaccord que l'arbitrage n'a pas tranchées."""
        return self.phrases - self.arbitrees


def dresser_bilan(codages: pd.DataFrame, grille: Grille, raisons: Mapping[str, str]) -> Bilan:
    """Dresser le bilan de l'arbitrage.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine``.
    grille : Grille
        Les codes.
    raisons : mapping of str to str
        Par phrase, ce que l'arbitrage a écrit de sa décision.

    Returns
    -------
    Bilan
        Les comptes.

    Raises
    ------
    ErreurDonnees
        Si un codage a un code que la grille n'a pas.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import CODAGES
    >>> codes = tuple(Code(nom, "theme", nom, "…", *[()] * 5) for nom in ("R-CHARGE", "R-MOYENS"))
    >>> avis = [("E01:0-9", "ana", "R-CHARGE"), ("E01:0-9", "bob", "R-MOYENS"), ("E01:0-9", "arbitrage", "R-MOYENS")]
    >>> codages = pd.DataFrame([(*un, "humain") for un in avis], columns=CODAGES)
    >>> bilan = dresser_bilan(codages, Grille(1, (Dimension("theme", "Thème"),), codes), {})
    >>> bilan.arbitrees, bilan.sans_raison, bilan.confusions.values.tolist()
    (1, 1, [['R-CHARGE', 'R-MOYENS', 1, 0, 1]])
    """
    posees, desaccords = _poser(codages, grille), lister_desaccords(codages)
    arbitres = codages[codages["codeur"] == ARBITRAGE]
    tranchees = set(arbitres["segment"]) & set(desaccords["segment"])
    gardes = set(zip(arbitres["segment"], arbitres["code"], strict=True))
    discutes = {code: list(groupe) for code, groupe in desaccords.groupby("code")["segment"]}
    lignes = []
    for code in filter(discutes.get, grille.ids()):
        tranches = [segment for segment in discutes[code] if segment in tranchees]
        oui = sum((segment, code) in gardes for segment in tranches)
        lignes.append((code, len(discutes[code]), oui, len(tranches) - oui, len(discutes[code]) - len(tranches)))
    paires = posees[posees["codes"].map(len).eq(2)].groupby("codes")["segment"].agg(list)
    confusions = [
        (*paire, len(phrases), *(sum((segment, code) in gardes for segment in phrases) for code in paire))
        for paire, phrases in paires.items()
    ]
    rangs = {nom: rang for rang, nom in enumerate(grille.ids())}
    confusions.sort(key=lambda ligne: (-ligne[2], rangs[ligne[0]], rangs[ligne[1]]))
    return Bilan(
        phrases=desaccords["segment"].nunique(),
        arbitrees=len(tranchees),
        sans_raison=sum(not raisons.get(segment, "").strip() for segment in tranchees),
        codes=pd.DataFrame(lignes, columns=["code", "discutes", "gardes", "ecartes", "restants"]),
        confusions=pd.DataFrame(confusions, columns=["un", "autre", "phrases", "garde_un", "garde_autre"]),
    )


def lister_lecteurs(codages: pd.DataFrame) -> list[str]:
    """Lister ceux dont l'avis compte : ni l'arbitrage, ni les secondes lectures.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine``.

    Returns
    -------
    list of str
        Triés.

    Examples
    --------
    >>> lister_lecteurs(pd.DataFrame({"codeur": ["paul", "arbitrage", "ana@2026-03-01", "ana"]}))
    ['ana', 'paul']
    """
    return sorted(nom for nom in set(codages["codeur"]) - {ARBITRAGE} if not est_relecture(nom))


def _poser(codages: pd.DataFrame, grille: Grille) -> pd.DataFrame:
    """Lister les questions que chaque phrase pose : un ou deux codes."""
    verifier_codes(codages, grille)
    lignes = []
    for segment, groupe in lister_desaccords(codages).groupby("segment", sort=False):
        camps = {ligne.code: (set(ligne.pour.split()), set(ligne.contre.split())) for ligne in groupe.itertuples()}
        discutes = [code for code in grille.ids() if code in camps]
        paires = [paire for paire in combinations(discutes, 2) if _s_opposent(*paire, camps, grille)]
        apparies = {code for paire in paires for code in paire}
        lignes += [(segment, codes) for codes in (*paires, *((code,) for code in discutes if code not in apparies))]
    return pd.DataFrame(lignes, columns=["segment", "codes"], dtype="object")


def _s_opposent(un: str, autre: str, camps: dict[str, tuple[set, set]], grille: Grille) -> bool:
    (pour_un, contre_un), (pour_autre, contre_autre) = camps[un], camps[autre]
    memes = grille[un].dimension == grille[autre].dimension
    return memes and bool(pour_un & contre_autre) and bool(pour_autre & contre_un)


def _classer(codes: tuple[str, ...], grille: Grille) -> str:
    if len(codes) == 1:
        return ETENDUE
    return COTE if {grille[code].famille for code in codes} == _OPPOSEES else FRONTIERE


def _demander(codes: tuple[str, ...]) -> str:
    return f"{' ou '.join(codes) if len(codes) > 1 else f'{codes[0]} ou non'} ?"


def _juger(semblables: Mapping[tuple, int], mesures: pd.DataFrame, grille: Grille) -> dict[tuple, _Jugement]:
    mesures, rangs = mesures.set_index("code"), {nom: rang for rang, nom in enumerate(grille.ids())}
    jugements = {}
    for codes, nombre in semblables.items():
        # A pair is as blurred as the worse of its two codes.
        pire = min(codes, key=mesures["alpha"].get)
        alpha, conclusion = float(mesures.loc[pire, "alpha"]), mesures.loc[pire, "conclusion"]
        jugements[codes] = _Jugement(
            -nombre * (1 - alpha), tuple(rangs[code] for code in codes), pire, alpha, conclusion
        )
    return jugements


def _raisonner(semblables: int, jugement: _Jugement) -> str:
    combien = f"{semblables} phrases posent cette question" if semblables > 1 else "aucune autre ne pose cette question"
    return f"{combien} ; α de {jugement.code} : {ecrire_coefficient(jugement.alpha)} ({jugement.conclusion})"
