"""La concordance : chaque emploi d'un mot, entre ce qui le précède et ce qui le suit."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.lexicometrie.motifs import compiler_expression, compiler_mots
from ess_analyse.lexicometrie.mots import nommer_unites, verifier_choix
from ess_analyse.lexicometrie.publiable import lister_citables
from ess_analyse.modele import SEGMENTS, Corpus, verifier_colonnes

__all__ = ["CONCORDANCE", "chercher_concordance"]

CONCORDANCE = ("segment", "entretien", "locuteur", "debut", "fin", "gauche", "pivot", "droite")
_SUR = ("lemme", "forme", "expression")
_TRIS = ("place", "gauche", "droite", "pivot")


def chercher_concordance(
    segments: pd.DataFrame,
    mots: pd.DataFrame,
    motif: str,
    *,
    sur: str = "lemme",
    contexte: int = 40,
    tri: str = "place",
    corpus: Corpus | None = None,
) -> pd.DataFrame:
    """Chercher tous les emplois d'un mot, d'une suite de mots ou d'une expression, avec leur contexte.

    Parameters
    ----------
    segments, mots : DataFrame
        Les segments du corpus, dans son ordre, et leurs mots.
    motif : str
        Un mot ou plusieurs, séparés par des espaces, qui se suivent ; ``*`` remplace n'importe quelles lettres
        (« ressaisi* »). Ou une expression régulière, cherchée dans chaque phrase sans distinguer les capitales.
    sur : {"lemme", "forme", "expression"}
        À quoi comparer le motif.
    contexte : int
        Combien de signes montrer de chaque côté ; un mot n'est pas coupé, et le contexte reste dans le tour de parole.
    tri : {"place", "gauche", "droite", "pivot"}
        L'ordre du corpus ; celui des mots qui précèdent, du plus proche au plus lointain ; de ceux qui suivent ; du mot
        trouvé.
    corpus : Corpus, optional
        Pour publier : seulement ce qui est public et dit par une personne interrogée, contexte compris.

    Returns
    -------
    DataFrame
        ``segment``, ``entretien``, ``locuteur``, ``debut`` et ``fin`` (du pivot, dans l'entretien), ``gauche``,
        ``pivot``, ``droite``. ``Place(entretien, debut, fin)`` est exactement le pivot.

    Raises
    ------
    ErreurDonnees
        Motif vide, expression illisible ou dont la recherche pourrait ne pas finir, réglage inconnu.

    References
    ----------
    Luhn (1960). Key word-in-context index for technical literature. *American Documentation*, 11(4), 288-295.

    Examples
    --------
    >>> from ess_analyse.langue import LEMMES
    >>> segments = pd.DataFrame([["E01:9-27", "E01", 1, "Véra", 9, 27, "On ressaisit tout."]], columns=SEGMENTS)
    >>> mots = pd.DataFrame([("E01:9-27", 1, 9, 11, "On", "on", "PRON"), ("E01:9-27", 2, 12, 21, "ressaisit",
    ...                      "ressaisir", "VERB"), ("E01:9-27", 3, 22, 26, "tout", "tout", "PRON")], columns=LEMMES)
    >>> chercher_concordance(segments, mots, "ressaisir")[["debut", "gauche", "pivot", "droite"]].values.tolist()
    [[12, 'On', 'ressaisit', 'tout.']]
    """
    verifier_colonnes(segments, SEGMENTS, "segments")
    verifier_choix("recherche inconnue", sur, _SUR)
    verifier_choix("tri inconnu", tri, _TRIS)
    if contexte < 0:
        raise ErreurDonnees([Probleme("concordance", 0, "contexte négatif", contexte, "donnez un nombre de signes")])
    gardes = pd.Series(True, index=segments.index) if corpus is None else lister_citables(segments, corpus)
    permis = segments.assign(garde=gardes).reset_index(drop=True)
    if sur == "expression":
        trouves = _chercher_expression(permis[permis["garde"]], motif)
    else:
        trouves = _chercher_mots(mots, motif, sur)
    rangs = dict(zip(permis["segment"], permis.index, strict=True))
    tours = _Tours(permis, contexte)
    lignes = [
        tours.situer(rangs[segment], debut, fin)
        for segment, debut, fin in trouves
        if segment in rangs and permis.at[rangs[segment], "garde"]
    ]
    lignes.sort(key=_cle(tri))
    types = {**dict.fromkeys(CONCORDANCE, "str"), "debut": "int64", "fin": "int64"}
    return pd.DataFrame([ligne[1:] for ligne in lignes], columns=CONCORDANCE).astype(types)


def _chercher_mots(mots: pd.DataFrame, motif: str, sur: str) -> Iterator[tuple[str, int, int]]:
    """Trouver une suite de mots qui se suivent dans un segment."""
    motifs = compiler_mots(motif)
    noms = nommer_unites(mots, sur)
    codes, uniques = pd.factorize(noms)
    segments, nombre = mots["segment"].to_numpy(), len(mots)
    suivis = pd.Series(True, index=range(nombre)).to_numpy(copy=True)
    for decalage, cherche in enumerate(motifs):
        convient = pd.Series([bool(cherche.fullmatch(nom)) for nom in uniques], dtype="bool").to_numpy()[codes]
        reste = max(nombre - decalage, 0)
        suivis[reste:] = False
        suivis[:reste] &= convient[decalage:] & (segments[:reste] == segments[decalage:])
    debuts, fins = mots["debut"].to_numpy(), mots["fin"].to_numpy()
    for rang in suivis.nonzero()[0]:
        yield segments[rang], int(debuts[rang]), int(fins[rang + len(motifs) - 1])


def _chercher_expression(segments: pd.DataFrame, motif: str) -> Iterator[tuple[str, int, int]]:
    expression = compiler_expression(motif)
    for segment, debut, texte in zip(segments["segment"], segments["debut"], segments["texte"], strict=True):
        for trouve in expression.finditer(texte):
            if trouve[0]:
                yield segment, debut + trouve.start(), debut + trouve.end()


class _Tours:
    """Les phrases dans leur tour de parole, pour en tirer un contexte."""

    def __init__(self, segments: pd.DataFrame, contexte: int):
        self._lignes = list(segments[["segment", "entretien", "locuteur", "debut", "texte"]].itertuples(index=False))
        self._tours = list(zip(segments["entretien"], segments["tour"], strict=True))
        self._gardes = segments["garde"].tolist()
        self._contexte = contexte

    def situer(self, rang: int, debut: int, fin: int) -> tuple:
        """Rendre une ligne de concordance, précédée du rang de sa phrase."""
        ligne = self._lignes[rang]
        ici, la = debut - ligne.debut, fin - ligne.debut
        gauche, droite = [ligne.texte[:ici]], [ligne.texte[la:]]
        for voisin in self._voisins(rang, -1):
            if sum(map(len, gauche)) > self._contexte:
                break
            gauche.insert(0, self._lignes[voisin].texte)
        for voisin in self._voisins(rang, 1):
            if sum(map(len, droite)) > self._contexte:
                break
            droite.append(self._lignes[voisin].texte)
        return (
            rang,
            ligne.segment,
            ligne.entretien,
            ligne.locuteur,
            debut,
            fin,
            _couper_gauche(" ".join(gauche), self._contexte),
            ligne.texte[ici:la],
            _couper_gauche(" ".join(droite)[::-1], self._contexte)[::-1],
        )

    def _voisins(self, rang: int, pas: int) -> Iterator[int]:
        """Parcourir les phrases du même tour, jusqu'à la première qu'on ne peut montrer."""
        voisin = rang + pas
        while 0 <= voisin < len(self._tours) and self._tours[voisin] == self._tours[rang] and self._gardes[voisin]:
            yield voisin
            voisin += pas


def _couper_gauche(texte: str, contexte: int) -> str:
    """Garder la fin d'un texte, sans couper son premier mot."""
    texte = " ".join(texte.split()) + (" " if texte[-1:].isspace() else "")
    if len(texte) <= contexte:
        return texte.strip()
    garde = texte[len(texte) - contexte :]
    if texte[len(texte) - contexte - 1].isalnum() and garde[:1].isalnum():
        garde = re.sub(r"^\w+", "", garde)
    return garde.strip()


def _cle(tri: str):
    def plier(texte: str) -> list[str]:
        return re.findall(r"\w+", texte.casefold())

    def cle(ligne: tuple):
        rang, _, _, _, debut, fin, gauche, pivot, droite = ligne
        place = (rang, debut, fin)
        if tri == "place":
            return place
        voisins = {"gauche": plier(gauche)[::-1], "droite": plier(droite), "pivot": plier(pivot)}
        return voisins[tri], place

    return cle
