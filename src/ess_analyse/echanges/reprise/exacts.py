"""Rendre à un autre logiciel les passages qui en venaient, et non les phrases qu'ils couvrent."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ess_analyse.echanges.reprise.passages import PASSAGES
from ess_analyse.fichiers import lire_table
from ess_analyse.modele import CODAGES, verifier_colonnes

__all__ = ["lire_passages", "rendre_exacts"]

_AUTRE = "-correspondance"


def lire_passages(dossier: Path) -> pd.DataFrame:
    """Lire tous les passages repris d'autres logiciels.

    Parameters
    ----------
    dossier : Path
        ``data/reprises`` ; il peut manquer.

    Returns
    -------
    DataFrame
        Les colonnes ``PASSAGES``, fichier après fichier.

    Raises
    ------
    ErreurDonnees
        Si une table ne peut être lue.

    Examples
    --------
    >>> lire_passages(Path("nulle-part")).empty
    True
    """
    chemins = [chemin for chemin in sorted(Path(dossier).glob("*.csv")) if not chemin.stem.endswith(_AUTRE)]
    vide = pd.DataFrame(columns=PASSAGES, dtype="str")
    return pd.concat([vide, *(lire_table(chemin, PASSAGES) for chemin in chemins)], ignore_index=True)


def rendre_exacts(codages: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Remplacer les phrases codées d'après un passage repris par ce passage, tant que la feuille dit encore son code.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``CODAGES``, de tous les codeurs.
    passages : DataFrame
        Colonnes ``PASSAGES``.

    Returns
    -------
    DataFrame
        Colonnes ``CODAGES``, ``segment`` étant alors la place du passage. Un passage dont une phrase n'a plus le code,
        ou dont la personne n'est plus celle-là, reste en phrases.

    Examples
    --------
    >>> codages = pd.DataFrame([(nom, "ana", "R-SENS", "humain") for nom in ("E01:0-8", "E01:9-18")], columns=CODAGES)
    >>> passage = ("E01:3-18", "trie. On range.", "ana", "Sens", "R-SENS", "", "E01:0-8 E01:9-18", "", "", "place")
    >>> rendre_exacts(codages, pd.DataFrame([passage], columns=PASSAGES)).values.tolist()
    [['E01:3-18', 'ana', 'R-SENS', 'humain']]
    """
    verifier_colonnes(codages, CODAGES, "codages")
    verifier_colonnes(passages, PASSAGES, "passages repris")
    origines = {(segment, codeur, code): origine for segment, codeur, code, origine in codages[list(CODAGES)].values}
    otees: set[tuple[str, str, str]] = set()
    exacts: dict[tuple[str, str, str], str] = {}
    for passage in passages.itertuples():
        for code in passage.code.split():
            phrases = [(phrase, passage.codeur, code) for phrase in passage.phrases.split()]
            if phrases and all(phrase in origines for phrase in phrases):
                otees.update(phrases)
                exacts[passage.segment, passage.codeur, code] = origines[phrases[0]]
    if not exacts:
        return codages
    gardes = codages[[cle not in otees for cle in zip(*(codages[nom] for nom in CODAGES[:3]), strict=True)]]
    ajoutes = pd.DataFrame([(*cle, origine) for cle, origine in exacts.items()], columns=CODAGES, dtype="str")
    return pd.concat([gardes[list(CODAGES)], ajoutes], ignore_index=True)
