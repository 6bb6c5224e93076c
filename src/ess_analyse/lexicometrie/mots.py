"""Ce que l'on compte : des unités (lemmes ou formes), pleines ou non, dans des parts du corpus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer
from ess_analyse.langue import LEMMES
from ess_analyse.modele import RIEN, verifier_colonnes

if TYPE_CHECKING:
    from scipy import sparse

__all__ = [
    "PARTS",
    "PLEINES",
    "Unite",
    "croiser_mots",
    "croiser_presences",
    "est_pleine",
    "lire_documents",
    "lire_structures",
    "lister_parts",
    "nommer_unites",
    "ont_des_structures",
    "parts_des_codes",
    "parts_des_documents",
    "poser_parts",
]

PARTS = ("segment", "part")
"""Une ligne par segment d'une part ; un segment peut être dans plusieurs parts, ou dans aucune."""
PLEINES = ("NOUN", "PROPN", "VERB", "ADJ", "ADV")
"""Les catégories des mots pleins (:func:`est_pleine` en ôte les auxiliaires et les adverbes outils)."""

Unite = str
_UNITES = ("lemme", "forme")
_MESURES = ("effectif", "documents", "structures")
_AUXILIAIRES = ("avoir", "être")
_ADVERBE_PLEIN = re.compile(r"(?!comment$).+ment")


def nommer_unites(mots: pd.DataFrame, unite: Unite = "lemme") -> pd.Series:
    """Nommer l'unité de chaque mot.

    Parameters
    ----------
    mots : DataFrame
        Les mots (:func:`ess_analyse.langue.lemmatiser`).
    unite : {"lemme", "forme"}
        Le lemme, ou la forme en minuscules.

    Returns
    -------
    Series
        Même index que ``mots``.

    Raises
    ------
    ErreurDonnees
        S'il manque une colonne, ou si l'unité est inconnue.

    Examples
    --------
    >>> mots = pd.DataFrame([("E01:0-9", 1, 0, 4, "Bons", "bon", "NOUN")], columns=LEMMES)
    >>> nommer_unites(mots).tolist(), nommer_unites(mots, "forme").tolist()
    (['bon'], ['bons'])
    """
    verifier_colonnes(mots, LEMMES, "mots")
    verifier_choix("unité inconnue", unite, _UNITES)
    return mots["lemme"] if unite == "lemme" else mots["forme"].str.lower().str.replace("’", "'")


def est_pleine(mots: pd.DataFrame) -> pd.Series:
    """Dire quels mots sont pleins : noms, verbes, adjectifs, adverbes en « -ment ».

    Les autres sont des mots-outils ; « être » et « avoir », partout auxiliaires, et les adverbes qui lient ou nient
    (« pas », « là », « alors ») en sont aussi, comme parmi les formes supplémentaires d'IRaMuTeQ.

    Parameters
    ----------
    mots : DataFrame
        Les mots.

    Returns
    -------
    Series of bool
        Même index que ``mots``.

    Examples
    --------
    >>> lignes = [("E01:0-9", 1, 0, 1, mot, mot, nature) for mot, nature in
    ...           [("bon", "NOUN"), ("avoir", "VERB"), ("pas", "ADV"), ("rarement", "ADV"), ("le", "DET")]]
    >>> est_pleine(pd.DataFrame(lignes, columns=LEMMES)).tolist()
    [True, False, False, True, False]
    """
    verifier_colonnes(mots, LEMMES, "mots")
    outil = mots["lemme"].isin(_AUXILIAIRES)
    outil |= (mots["categorie"] == "ADV") & ~mots["lemme"].str.fullmatch(_ADVERBE_PLEIN)
    return mots["categorie"].isin(PLEINES) & ~outil


def lire_documents(mots: pd.DataFrame) -> pd.Series:
    """Rendre le document de chaque mot, que son segment dit.

    Parameters
    ----------
    mots : DataFrame
        Une colonne ``segment``.

    Returns
    -------
    Series
        Même index que ``mots``.
    """
    codes, segments = pd.factorize(mots["segment"])
    documents = np.array([segment.rpartition(":")[0] for segment in segments], dtype=object)
    return pd.Series(documents[codes] if len(codes) else [], index=mots.index, dtype="str")


def lire_structures(mots: pd.DataFrame, documents: pd.DataFrame) -> pd.Series:
    """Rendre la structure du document de chaque mot.

    Parameters
    ----------
    mots : DataFrame
        Une colonne ``segment``.
    documents : DataFrame
        Colonnes ``entretien, structure`` (:attr:`ess_analyse.Corpus.documents`).

    Returns
    -------
    Series
        Même index que ``mots`` ; NA si le document n'a pas de structure : il n'en compte pas une.

    Raises
    ------
    ErreurDonnees
        S'il manque une colonne.
    """
    verifier_colonnes(documents, ("entretien", "structure"), "documents")
    connues = documents[documents["structure"].fillna("") != ""]
    return lire_documents(mots).map(dict(zip(connues["entretien"], connues["structure"], strict=True)))


def ont_des_structures(documents: pd.DataFrame | None) -> bool:
    """Dire si des documents viennent de plusieurs structures : sinon, dire laquelle n'apprend rien.

    Examples
    --------
    >>> ont_des_structures(pd.DataFrame({"entretien": ["E01", "E02"], "structure": ["S1", "S2"]}))
    True
    >>> ont_des_structures(pd.DataFrame({"entretien": ["E01", "E02"], "structure": ["S1", ""]}))
    False
    """
    if documents is None:
        return False
    verifier_colonnes(documents, ("entretien", "structure"), "documents")
    return len(set(documents["structure"].dropna()) - {""}) > 1


def lister_parts(parts: pd.DataFrame) -> list:
    """Lister les parts, cellules vides ôtées : dans leur ordre si elles en ont un, sinon par ordre alphabétique.

    Examples
    --------
    >>> lister_parts(pd.DataFrame({"segment": ["E01:0-9", "E01:10-19"], "part": ["R", "O"]}))
    ['O', 'R']
    """
    verifier_colonnes(parts, PARTS, "parts")
    colonne = parts["part"]
    return list(colonne.cat.categories) if hasattr(colonne, "cat") else sorted(set(colonne.dropna()))


def poser_parts(parts: pd.DataFrame) -> pd.DataFrame:
    """Dire une fois chaque segment de chaque part ; une cellule vide n'est d'aucune."""
    verifier_colonnes(parts, PARTS, "parts")
    return parts[list(PARTS)].dropna().drop_duplicates()


def parts_des_codes(codages: pd.DataFrame, codes: Sequence[str] | None = None) -> pd.DataFrame:
    """Faire une part des segments de chaque code.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, code``, un avis par segment (:func:`ess_analyse.codages.consolider`).
    codes : sequence of str, optional
        Les codes gardés, dans cet ordre ; par défaut tous, par ordre alphabétique.

    Returns
    -------
    DataFrame
        ``segment, part`` ; ``part`` est une catégorie ordonnée.

    Examples
    --------
    >>> codages = pd.DataFrame({"segment": ["E01:0-9", "E01:10-19"], "code": ["R-SENS", "-"]})
    >>> parts_des_codes(codages).values.tolist()
    [['E01:0-9', 'R-SENS']]
    """
    verifier_colonnes(codages, ("segment", "code"), "codages")
    codes = sorted(set(codages["code"]) - {RIEN}) if codes is None else list(codes)
    poses = codages.loc[codages["code"].isin(codes), ["segment", "code"]].drop_duplicates()
    return _en_parts(poses["segment"], poses["code"], codes)


def parts_des_documents(segments: pd.DataFrame, documents: pd.DataFrame, colonne: str) -> pd.DataFrame:
    """Faire une part des segments des documents qui ont la même valeur dans une colonne.

    Parameters
    ----------
    segments : DataFrame
        Colonnes ``segment, entretien``.
    documents : DataFrame
        Une colonne ``entretien``, et celle-là.
    colonne : str
        Par exemple ``structure``, ``famille`` ou ``type``.

    Returns
    -------
    DataFrame
        ``segment, part``, dans l'ordre des segments ; une cellule vide n'est d'aucune part.

    Raises
    ------
    ErreurDonnees
        Si la colonne n'existe pas.

    Examples
    --------
    >>> segments = pd.DataFrame({"segment": ["E01:0-9", "O01:0-9"], "entretien": ["E01", "O01"]})
    >>> documents = pd.DataFrame({"entretien": ["E01", "O01"], "structure": ["S1", ""]})
    >>> parts_des_documents(segments, documents, "structure").values.tolist()
    [['E01:0-9', 'S1']]
    """
    verifier_colonnes(segments, ("segment", "entretien"), "segments")
    verifier_choix("colonne inconnue", colonne, list(documents.columns))
    valeurs = segments["entretien"].map(dict(zip(documents["entretien"], documents[colonne], strict=True))).fillna("")
    gardes = valeurs.astype("str").str.strip() != ""
    return _en_parts(segments.loc[gardes, "segment"], valeurs[gardes], sorted(set(valeurs[gardes])))


def croiser_mots(
    mots: pd.DataFrame,
    parts: pd.DataFrame,
    unite: Unite = "lemme",
    mesure: str = "effectif",
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compter chaque unité dans chaque part : le tableau lexical.

    Parameters
    ----------
    mots, parts : DataFrame
        Les mots ; leurs parts (``segment, part``).
    unite : {"lemme", "forme"}
        Ce que l'on compte.
    mesure : {"effectif", "documents", "structures"}
        Des occurrences, ou des documents, ou des structures où l'unité est au moins une fois dans la part.
    documents : DataFrame, optional
        Pour compter des structures : colonnes ``entretien, structure``.

    Returns
    -------
    DataFrame
        Index ``mot`` (ordre alphabétique, toutes les unités des mots), une colonne par part, des entiers.

    Raises
    ------
    ErreurDonnees
        S'il manque une colonne ou les documents, si l'unité ou la mesure est inconnue.

    References
    ----------
    Lebart et Salem (1994). *Statistique textuelle*. Dunod (le tableau lexical entier).

    Examples
    --------
    >>> lignes = [("E01:0-9", 1, 0, 4, "bons", "bon", "NOUN"), ("E01:0-9", 2, 5, 8, "bon", "bon", "NOUN")]
    >>> parts = pd.DataFrame({"segment": ["E01:0-9"], "part": ["R-SENS"]})
    >>> croiser_mots(pd.DataFrame(lignes, columns=LEMMES), parts).loc["bon"].to_dict()
    {'R-SENS': 2}
    """
    from scipy import sparse

    verifier_choix("mesure inconnue", mesure, _MESURES)
    noms, etiquettes = nommer_unites(mots, unite), lister_parts(parts)
    porteurs = lire_documents(mots) if mesure != "structures" else lire_structures(mots, documents)
    table = pd.DataFrame({"segment": mots["segment"], "mot": noms, "porteur": porteurs})
    table = table.merge(poser_parts(parts), on="segment")
    if mesure != "effectif":
        table = table.dropna(subset="porteur").drop_duplicates(["mot", "part", "porteur"])
    vocabulaire = pd.Index(sorted(set(noms)), name="mot")
    places = vocabulaire.get_indexer(table["mot"]), pd.Index(etiquettes).get_indexer(table["part"])
    compte = sparse.coo_array((np.ones(len(table), dtype=np.int64), places), (len(vocabulaire), len(etiquettes)))
    return pd.DataFrame(compte.toarray(), index=vocabulaire, columns=pd.Index(etiquettes, name="part"))


def croiser_presences(lignes: np.ndarray, noms: pd.Series, nombre: int, unites: Sequence[str]) -> sparse.csr_array:
    """Dire, ligne par ligne, quelles unités y sont.

    Parameters
    ----------
    lignes : ndarray of int
        La ligne (segment, unité de contexte) de chaque mot.
    noms : Series
        L'unité de chaque mot ; celles qui ne sont pas dans ``unites`` ne comptent pas.
    nombre : int
        Combien de lignes.
    unites : sequence of str
        Les colonnes, dans cet ordre.

    Returns
    -------
    csr_array
        Des 0 et des 1, ``nombre`` × ``len(unites)``, creux.
    """
    from scipy import sparse

    colonnes = pd.Index(unites).get_indexer(noms)
    garde = colonnes >= 0
    places = np.unique(np.stack([np.asarray(lignes)[garde], colonnes[garde]]), axis=1)
    return sparse.csr_array((np.ones(places.shape[1]), (places[0], places[1])), (nombre, len(unites)))


def verifier_choix(message: str, valeur: str, choix: Sequence[str]) -> None:
    """Refuser une valeur qui n'est pas parmi des choix.

    Raises
    ------
    ErreurDonnees
        Avec la valeur la plus proche.
    """
    if valeur not in choix:
        raise ErreurDonnees([Probleme("lexicométrie", 0, message, valeur, proposer(valeur, choix))])


def _en_parts(segments: pd.Series, valeurs: pd.Series, ordre: Sequence[str]) -> pd.DataFrame:
    parts = pd.Categorical(list(valeurs), categories=list(ordre), ordered=True)
    return pd.DataFrame({"segment": list(segments), "part": parts}).astype({"segment": "str"})
