"""Dans quel ordre lire ce qui n'est pas encore lu, pour apprendre vite et pour mesurer sans biais."""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256
from math import floor

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.modele import CODAGES, SEGMENTS, verifier_colonnes
from ess_analyse.suggestions.evaluation.confrontation import JUGEES

__all__ = ["HASARD", "INCERTAINE", "LECTURE", "ordonner_lecture"]

LECTURE = ("segment", "rang", "raison", "incertitude", "code")
INCERTAINE, HASARD = "incertaine", "hasard"


def ordonner_lecture(
    suggestions: pd.DataFrame,
    segments: pd.DataFrame,
    codages: pd.DataFrame | None = None,
    *,
    part_au_hasard: float = 0.2,
    graine: int = 0,
) -> pd.DataFrame:
    """Ranger les phrases non lues dans l'ordre où les lire.

    Deux listes s'entrelacent. Les phrases incertaines, où la machine hésite le plus, sont celles dont elle apprend le
    plus vite ; mais ce qu'on mesure sur elles est plus noir que le vrai. Les phrases tirées au hasard parmi toutes
    celles qui ne sont pas lues n'apprennent que par chance ; mais ce qu'on mesure sur elles seules vaut pour le corpus.

    Parameters
    ----------
    suggestions : DataFrame
        Colonnes ``SUGGESTIONS`` ; ôtez-en d'abord les codes d'une dimension que l'équipe ne code pas.
    segments : DataFrame
        Colonnes ``SEGMENTS`` ; ôtez-en d'abord ce que personne ne lira.
    codages : DataFrame, optional
        Colonnes ``CODAGES`` : ce qui est déjà lu, ``-`` compris. Pour l'ordre d'une seule personne, ses seuls codages.
    part_au_hasard : float
        La part des phrases tirées au hasard, de 0 à 1, dans toute tête de la liste, à une phrase près.
    graine : int
        La même donne le même hasard.

    Returns
    -------
    DataFrame
        Une ligne par phrase non lue : ``segment``, ``rang`` (à partir de 1), ``raison`` (``incertaine`` ou
        ``hasard``), ``incertitude`` (en bits, la somme sur les codes montrés), ``code`` (le premier de la machine,
        vide si elle n'en a aucun).

    Raises
    ------
    ErreurDonnees
        Colonne manquante, part hors de 0 à 1.

    Notes
    -----
    Incertitude : l'entropie d'un oui ou non de chance ``score``, sommée sur les codes de la phrase ; elle culmine à
    0,5 (Settles, 2012, *Active Learning*, chap. 2). Diversité : la valeur d'une phrase est divisée par le nombre de
    phrases déjà placées de son premier code, et de son entretien ; et deux phrases incertaines de suite n'ont ni le
    même premier code ni le même entretien tant qu'un autre choix existe.

    Le hasard ne dépend que de la graine et de la place de la phrase : ni de la machine, qui apprend entre-temps, ni
    de l'ordre des tables. Une phrase ``hasard`` le reste donc quand on reprend la liste après en avoir lu la tête.
    Gardez la raison à côté de ce qui est lu : la part d'erreur se mesure sur ces seules phrases.

    Examples
    --------
    >>> segments = pd.DataFrame([(f"E01:{n}0-{n}9", "E01", 1, "Marion", 10 * n, 10 * n + 9, "…") for n in range(1, 5)],
    ...                         columns=SEGMENTS)
    >>> proposes = pd.DataFrame([(segment, "R-SENS", score, 1, False)
    ...                          for segment, score in zip(segments["segment"], (0.1, 0.5, 0.9, 0.3))],
    ...                         columns=JUGEES)
    >>> ordonner_lecture(proposes, segments, part_au_hasard=0.25)[["segment", "raison"]].values.tolist()
    [['E01:20-29', 'incertaine'], ['E01:40-49', 'incertaine'], ['E01:30-39', 'incertaine'], ['E01:10-19', 'hasard']]
    """
    verifier_colonnes(suggestions, JUGEES, "suggestions")
    verifier_colonnes(segments, SEGMENTS, "segments")
    if not 0 <= part_au_hasard <= 1:
        remede = "écrivez un nombre de 0 à 1"
        raise ErreurDonnees([Probleme("lecture", 0, "part au hasard impossible", str(part_au_hasard), remede)])
    lus = set()
    if codages is not None:
        verifier_colonnes(codages, CODAGES, "codages")
        lus = set(codages["segment"])
    restent = _decrire(suggestions, segments[~segments["segment"].isin(lus)], graine)
    # 0.29 × 100 is 28.999… in binary: counted as a fraction, it is 29.
    part = Fraction(part_au_hasard).limit_denominator(10_000)
    tires = restent.nsmallest(floor(part * len(restent)), "tirage").assign(raison=HASARD)
    choisis = _varier(restent.drop(index=tires.index)).assign(raison=INCERTAINE)
    # Row n is drawn at random when the share of the first n reaches one more sentence.
    au_hasard = [floor(part * (rang + 1)) > floor(part * rang) for rang in range(len(restent))]
    listes = {True: iter(tires.index), False: iter(choisis.index)}
    table = pd.concat([tires, choisis]).loc[[next(listes[sorte]) for sorte in au_hasard]]
    table["rang"] = np.arange(1, len(table) + 1)
    return table[list(LECTURE)].reset_index(drop=True)


def _decrire(suggestions: pd.DataFrame, segments: pd.DataFrame, graine: int) -> pd.DataFrame:
    """Donner à chaque phrase son incertitude, son premier code, son tirage ; dans l'ordre des places."""
    scores = suggestions["score"].to_numpy(dtype=float).clip(1e-12, 1 - 1e-12)
    bits = pd.Series(-scores * np.log2(scores) - (1 - scores) * np.log2(1 - scores), index=suggestions["segment"])
    tetes = suggestions.sort_values(["rang", "score", "code"], ascending=[True, False, True])
    premiers = tetes.drop_duplicates("segment").set_index("segment")["code"]
    table = segments.sort_values(["entretien", "debut"])[["segment", "entretien"]].reset_index(drop=True)
    return table.assign(
        incertitude=table["segment"].map(bits.groupby(level=0).sum()).astype(float).fillna(0.0).round(6),
        code=table["segment"].map(premiers).fillna("").astype("str"),
        tirage=[int(sha256(f"{graine}|{segment}".encode()).hexdigest()[:16], 16) for segment in table["segment"]],
    )


def _varier(phrases: pd.DataFrame) -> pd.DataFrame:
    """Ranger de la plus incertaine à la moins incertaine, sans s'attarder sur un code ni sur un entretien."""
    rangees = phrases.sort_values("incertitude", ascending=False, kind="stable")
    groupes = rangees.groupby(["code", "entretien"], sort=True)
    files = [list(groupe.index) for _, groupe in groupes]
    codes, entretiens = (pd.factorize(np.array([cle[rang] for cle, _ in groupes], dtype=object))[0] for rang in (0, 1))
    valeurs = rangees["incertitude"].to_dict()
    tetes = np.array([valeurs[file[0]] for file in files])
    restes, prochains = np.array([len(file) for file in files]), np.zeros(len(files), dtype=int)
    poses_codes, poses_entretiens = np.zeros(len(files)), np.zeros(len(files))
    ordre, dernier = [], None
    for _ in range(len(phrases)):
        gains = np.where(restes > 0, tetes / (1 + poses_codes[codes]) / (1 + poses_entretiens[entretiens]), -np.inf)
        if dernier is not None:
            gains = _eviter(gains, codes == codes[dernier], entretiens == entretiens[dernier])
        dernier = int(gains.argmax())
        ordre.append(files[dernier][prochains[dernier]])
        prochains[dernier] += 1
        restes[dernier] -= 1
        poses_codes[codes[dernier]] += 1
        poses_entretiens[entretiens[dernier]] += 1
        if restes[dernier]:
            tetes[dernier] = valeurs[files[dernier][prochains[dernier]]]
    return rangees.loc[ordre]


def _eviter(gains: np.ndarray, meme_code: np.ndarray, meme_entretien: np.ndarray) -> np.ndarray:
    """Écarter le code et l'entretien de la phrase précédente, ou le code seul, ou l'entretien seul, si l'on peut."""
    for exclus in (meme_code | meme_entretien, meme_code, meme_entretien):
        autres = np.where(exclus, -np.inf, gains)
        if np.isfinite(autres).any():
            return autres
    return gains
