"""Lire ce que les personnes ont écrit dans leurs feuilles."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ess_analyse.codages.avis import ordonner
from ess_analyse.codages.noms import HUMAIN, est_relecture, nommer
from ess_analyse.codages.verification import lire_origine, verifier_codeur, verifier_lignes, verifier_relectures
from ess_analyse.erreurs import lever, relatif
from ess_analyse.feuilles import Reperes, couper_codes, lister_feuilles, parcourir_feuilles
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, MEMOS, RIEN, verifier_colonnes

__all__ = ["avancement", "lire_codages", "lire_memos"]


def lire_codages(dossier: Path, segments: pd.DataFrame, grille: Grille, *, relectures: bool = False) -> pd.DataFrame:
    r"""Lire tout ce que les codeurs ont décidé, et vérifier chaque décision.

    Parameters
    ----------
    dossier : Path
        Le dossier des feuilles, ou une seule feuille ; le nom du fichier est celui du codeur. ``paul@2026-03-01.csv``
        est la seconde lecture de Paul : elle est vérifiée comme les autres, mais ne compte pas comme un avis de plus.
    segments : DataFrame
        Les segments du corpus ; le texte de chaque ligne décidée leur est comparé, aux blancs et aux pertes du
        tableur près.
    grille : Grille
        Les codes permis.
    relectures : bool
        Rendre aussi les secondes lectures, sous le nom ``paul@2026-03-01``, pour
        :func:`~ess_analyse.mesurer_constance`.

    Returns
    -------
    DataFrame
        ``segment, codeur, code, origine`` : une ligne par code décidé, ou une ligne ``-`` si la phrase a été lue sans
        rien y coder. Une phrase pas encore lue est absente. ``origine`` est la suggestion acceptée
        (``score:méthode:indice``) ou ``humain``. Triée par place, codeur, ordre de la grille.

    Raises
    ------
    ErreurDonnees
        Toutes les fautes de toutes les feuilles : code inconnu, ``-`` mêlé à des codes, segment déplacé, absent ou en
        double, texte retapé, origine illisible, classeur non converti en CSV, seconde lecture sans date ou sans
        première.

    Examples
    --------
    >>> import tempfile
    >>> segments = pd.DataFrame([("E01:9-17", "E01", "Ben oui.")], columns=["segment", "entretien", "texte"])
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     feuille = "segment;locuteur;texte;codes\nE01:9-17;Marion;Ben oui.;-\n"
    ...     _ = Path(dossier, "ana.csv").write_text(feuille, encoding="utf-8")
    ...     lire_codages(Path(dossier), segments, Grille(1, (), ())).values.tolist()
    [['E01:9-17', 'ana', '-', 'humain']]
    """
    feuilles, problemes = lister_feuilles(dossier)
    reperes, lignes = Reperes.depuis(segments), []
    if Path(dossier).is_dir():
        problemes += verifier_relectures(feuilles)
    for feuille, table in parcourir_feuilles(feuilles, problemes):
        codeur, decidees = nommer(feuille), table[table["codes"].map(lambda cellule: bool(couper_codes(cellule)))]
        problemes += verifier_codeur(relatif(feuille), codeur)
        problemes += verifier_lignes(relatif(feuille), decidees, reperes, grille)
        if est_relecture(codeur) and not relectures:
            continue
        for ligne in decidees.itertuples():
            origines = lire_origine(ligne.origine)[0]
            lignes += [
                (ligne.segment.strip(), codeur, code, origines.get(code, HUMAIN)) for code in couper_codes(ligne.codes)
            ]
    lever(problemes)
    codages = pd.DataFrame(lignes, columns=CODAGES, dtype="str")
    return ordonner(codages, reperes.textes, [RIEN, *grille.ids()])


def lire_memos(dossier: Path, segments: pd.DataFrame) -> pd.DataFrame:
    r"""Lire ce que les codeurs ont noté à côté de leurs décisions.

    Parameters
    ----------
    dossier : Path
        Le dossier des feuilles, ou une seule feuille.
    segments : DataFrame
        Les segments du corpus ; un mémo dont la phrase n'y est plus n'est pas rendu : ``recaler`` la retrouve.

    Returns
    -------
    DataFrame
        ``segment, codeur, memo`` : une ligne par mémo, secondes lectures comprises, triée par place puis codeur.

    Raises
    ------
    ErreurDonnees
        Si le dossier manque ou si une feuille ne peut être lue.

    Examples
    --------
    >>> import tempfile
    >>> segments = pd.DataFrame([("E01:9-17", "E01", "Ben oui.")], columns=["segment", "entretien", "texte"])
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     feuille = "segment;locuteur;texte;codes;memo\nE01:9-17;Marion;Ben oui.;-;À revoir.\n"
    ...     _ = Path(dossier, "ana.csv").write_text(feuille, encoding="utf-8")
    ...     lire_memos(Path(dossier), segments).values.tolist()
    [['E01:9-17', 'ana', 'À revoir.']]
    """
    feuilles, problemes = lister_feuilles(dossier)
    reperes, notes = Reperes.depuis(segments), []
    for feuille, table in parcourir_feuilles(feuilles, problemes):
        notes += [
            (ligne.segment.strip(), nommer(feuille), ligne.memo.strip())
            for ligne in table.itertuples()
            if ligne.memo.strip() and reperes.reconnait(ligne.segment.strip(), ligne.texte)
        ]
    lever(problemes)
    rangs = {segment: rang for rang, segment in enumerate(reperes.textes)}
    notes.sort(key=lambda note: (rangs[note[0]], note[1]))
    return pd.DataFrame(notes, columns=MEMOS, dtype="str")


def avancement(dossier: Path, segments: pd.DataFrame) -> pd.DataFrame:
    """Dire où en est chaque codeur.

    Parameters
    ----------
    dossier : Path
        Le dossier des feuilles, ou une seule feuille.
    segments : DataFrame
        Les segments du corpus.

    Returns
    -------
    DataFrame
        ``codeur``, ``lus`` (segments décidés, ``-`` compris) et ``total`` (segments de sa feuille) ; les lignes dont
        le segment n'est plus dans le corpus ne comptent pas. Une seconde lecture a sa ligne.

    Raises
    ------
    ErreurDonnees
        Si le dossier manque ou si une feuille ne peut être lue.

    Examples
    --------
    >>> import tempfile
    >>> from ess_analyse.feuilles import ecrire_feuille
    >>> segments = pd.DataFrame([("E01:9-17", "E01", "Marion", "Ben oui.")],
    ...                         columns=["segment", "entretien", "locuteur", "texte"])
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     ecrire_feuille(Path(dossier, "ana.csv"), segments)
    ...     avancement(Path(dossier), segments).values.tolist()
    True
    [['ana', 0, 1]]
    """
    verifier_colonnes(segments, ("segment",), "segments")
    feuilles, problemes = lister_feuilles(dossier)
    bilans = []
    for feuille, table in parcourir_feuilles(feuilles, problemes):
        table = table[table["segment"].isin(segments["segment"])]
        lus = table.loc[table["codes"].map(lambda cellule: bool(couper_codes(cellule))), "segment"]
        bilans.append((nommer(feuille), lus.nunique(), table["segment"].nunique()))
    lever(problemes)
    return pd.DataFrame(bilans, columns=["codeur", "lus", "total"])
