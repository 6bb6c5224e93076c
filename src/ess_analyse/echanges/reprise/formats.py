"""Reconnaître de quel logiciel vient un fichier, à son nom et à ce qu'il contient."""

from __future__ import annotations

from pathlib import Path

from ess_analyse.echanges.bases import est_base
from ess_analyse.echanges.projet import Projet
from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.fichiers import lire_texte

__all__ = ["QDC", "QDPX", "QUALCODER", "TABLEUR", "TAGUETTE", "lire_projet", "reconnaitre_format"]

QDPX, QDC, TAGUETTE, QUALCODER, TABLEUR = "qdpx", "qdc", "taguette", "qualcoder", "tableur"
_EXTENSIONS = {
    ".qdpx": QDPX,
    ".qdc": QDC,
    ".qda": QUALCODER,
    ".sqlite3": TAGUETTE,
    ".sqlite": TAGUETTE,
    ".db": TAGUETTE,
    ".csv": TABLEUR,
    ".ods": TABLEUR,
    ".tsv": TABLEUR,
    ".xlsx": TABLEUR,
}
_TITRES_DE_TAGUETTE = (
    ({"id", "document", "tag", "content"}, {"collection"}),
    ({"tag", "description"}, {"color", "parent", "number of highlights", "number of documents"}),
)
"""Les colonnes que Taguette et LibreQDA écrivent toujours, et celles qu'ils y ajoutent selon leur version."""


def reconnaitre_format(chemin: Path) -> str:
    """Dire de quelle sorte est un fichier à reprendre.

    Parameters
    ----------
    chemin : Path
        Un fichier, ou le dossier ``.qda`` d'un projet QualCoder.

    Returns
    -------
    str
        ``qdpx``, ``qdc``, ``taguette``, ``qualcoder`` ou ``tableur``.

    Raises
    ------
    ErreurDonnees
        Fichier absent, ou d'un format qui ne se reprend pas.

    Examples
    --------
    >>> reconnaitre_format(Path("etude.nvp"))
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: etude.nvp : fichier introuvable. Vérifiez son nom et son dossier.
    """
    chemin, nom, extension = Path(chemin), relatif(chemin), Path(chemin).suffix.lower()
    if not chemin.exists():
        raise ErreurDonnees([Probleme(nom, 0, "fichier introuvable", remede="vérifiez son nom et son dossier")])
    if chemin.is_dir():
        if extension == ".qda" or (chemin / "data.qda").is_file():
            return QUALCODER
        remede = "donnez un fichier, ou le dossier .qda d'un projet QualCoder"
        raise ErreurDonnees([Probleme(nom, 0, "ce dossier n'est pas un projet", remede=remede)])
    if extension not in _EXTENSIONS:
        remede = f"exportez-le là-bas dans un format lu ({', '.join(_EXTENSIONS)})"
        raise ErreurDonnees([Probleme(nom, 0, "format qui ne se reprend pas", extension or "aucun", remede)])
    sorte = _EXTENSIONS[extension]
    if sorte == TAGUETTE and not est_base(chemin):
        remede = "enregistrez-le à nouveau dans le logiciel qui l'a fait"
        raise ErreurDonnees([Probleme(nom, 0, "ce n'est pas une base de données SQLite", remede=remede)])
    if extension == ".csv":
        titres = {titre.strip(' "\t').casefold() for titre in lire_texte(chemin).partition("\n")[0].split(",")}
        if any(voulus <= titres <= voulus | permis for voulus, permis in _TITRES_DE_TAGUETTE):
            return TAGUETTE
    return sorte


def lire_projet(chemin: Path, sorte: str, projet: str | None = None) -> Projet:
    """Lire un projet d'un autre logiciel ; un tableau se lit par :func:`~ess_analyse.echanges.tableur.lire_tableur`.

    Parameters
    ----------
    chemin : Path
        Le fichier.
    sorte : str
        Ce que :func:`reconnaitre_format` en a dit.
    projet : str, optional
        Le projet voulu, si le fichier en contient plusieurs.

    Returns
    -------
    Projet
        Ce qu'il contient.

    Raises
    ------
    ErreurDonnees
        S'il ne peut être lu.
    """
    if sorte == QDPX:
        from ess_analyse.echanges.refi import lire_qdpx

        return lire_qdpx(chemin)
    if sorte == QDC:
        from ess_analyse.echanges.refi import lire_qdc

        return lire_qdc(chemin)
    if sorte == QUALCODER:
        from ess_analyse.echanges.qualcoder import lire_qualcoder

        return lire_qualcoder(chemin)
    from ess_analyse.echanges.taguette import lire_taguette

    return lire_taguette(chemin, projet)
