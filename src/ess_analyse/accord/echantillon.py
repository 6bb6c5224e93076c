"""L'échantillon que toute l'équipe code à l'aveugle : tiré, figé avec la version de la grille, relu."""

from __future__ import annotations

import hashlib
import json
import math
import random
import re
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.fichiers import ecrire_table, lire_table, reconnaitre
from ess_analyse.grille import Grille
from ess_analyse.modele import DOCUMENTS, FONCTIONS, verifier_colonnes

__all__ = [
    "ECHANTILLON",
    "empreindre_grille",
    "figer_echantillon",
    "lire_echantillon",
    "lister_communs",
    "tirer_echantillon",
]

ECHANTILLON = ("entretien", "strate", "graine", "grille", "empreinte")

# One interview has no variety; two is the least that an interval by interview can say anything of.
_MINIMUM = 2
# Draws tried before giving up on balancing the families as well as the structures.
_ESSAIS = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")


def tirer_echantillon(
    documents: pd.DataFrame, fonctions: pd.DataFrame | None = None, *, part: float = 0.2, graine: int
) -> pd.DataFrame:
    """Tirer les entretiens que toute l'équipe codera à l'aveugle, structures et familles de fonctions représentées.

    Parameters
    ----------
    documents : DataFrame
        Colonnes ``DOCUMENTS`` ; seuls les entretiens (``type``) sont tirés.
    fonctions : DataFrame, optional
        Colonnes ``fonction, famille`` ; sans elles, chaque fonction est sa propre famille.
    part : float
        La part des entretiens à tirer, de 0 (exclu) à 1 ; deux entretiens au moins.
    graine : int
        La même tire les mêmes entretiens, sur toute machine.

    Returns
    -------
    DataFrame
        ``entretien, strate`` (structure et famille) ``, graine``, dans l'ordre des documents.

    Raises
    ------
    ErreurDonnees
        Moins de deux entretiens, part hors de 0 à 1, ou fonction absente de la table des fonctions.

    Notes
    -----
    Tirage systématique dans les entretiens rangés par structure puis par famille, l'ordre des unes et des autres
    étant lui-même tiré : chaque structure, et chaque famille d'une structure, reçoit sa part à moins d'un entretien
    près (Ardilly, 2006, *Les techniques de sondage*, 2e éd.). Le tirage est refait jusqu'à ce qu'il en soit de même
    de chaque famille, toutes structures ensemble ; à défaut, le plus proche de 200 essais est gardé.

    Examples
    --------
    >>> documents = pd.DataFrame([(f"E0{rang}", "entretien", f"S{rang % 2}", "gérante", "2025-03", "publique")
    ...                           for rang in range(1, 7)], columns=DOCUMENTS)
    >>> tirer_echantillon(documents, part=0.3, graine=1)["strate"].tolist()
    ['S1 · gérante', 'S0 · gérante']
    """
    verifier_colonnes(documents, DOCUMENTS, "documents")
    cadre = documents[documents["type"] == "entretien"]
    cadre = cadre.assign(**{nom: cadre[nom].astype("object").fillna("") for nom in ("structure", "fonction")})
    familles = _classer(cadre, fonctions)
    problemes = []
    if not 0 < part <= 1:
        problemes.append(Probleme("échantillon", 0, "part hors de 0 à 1", str(part), "écrivez par exemple 0.2"))
    if len(cadre) < _MINIMUM:
        remede = "l'accord ne se mesure pas sur un seul : attendez d'en avoir d'autres"
        problemes.append(Probleme("table documents", 0, "moins de deux entretiens à tirer", str(len(cadre)), remede))
    lever(problemes)
    structures = [structure or "sans structure" for structure in cadre["structure"]]
    lignes = list(zip(cadre["entretien"], structures, familles, strict=True))
    nombre = max(_MINIMUM, math.floor(part * len(lignes) + 0.5))
    hasard = random.Random(graine)
    essais = (_tirer(lignes, nombre, hasard) for _ in range(_ESSAIS))
    tires = _plus_juste(essais, lignes, nombre)
    return pd.DataFrame(
        [(ligne[0], f"{ligne[1]} · {ligne[2]}", graine) for ligne in lignes if ligne in tires], columns=ECHANTILLON[:3]
    )


def figer_echantillon(chemin: Path, echantillon: pd.DataFrame, grille: Grille, *, refaire: bool = False) -> bool:
    """Écrire l'échantillon avec la version de la grille qui doit servir à le coder.

    Parameters
    ----------
    chemin : Path
        ``data/echantillon.csv``.
    echantillon : DataFrame
        Ce que rend :func:`tirer_echantillon`.
    grille : Grille
        La grille d'aujourd'hui.
    refaire : bool
        Remplacer un échantillon déjà figé. Sans cela, on ne choisit pas son échantillon après l'avoir codé.

    Returns
    -------
    bool
        Vrai si le fichier a changé ; figer deux fois le même échantillon ne change rien.

    Raises
    ------
    ErreurDonnees
        Si un autre échantillon, ou une autre version de la grille, y est déjà figé.

    Examples
    --------
    >>> import tempfile
    >>> tire = pd.DataFrame([("E03", "S1 · équipe permanente", 1)], columns=ECHANTILLON[:3])
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     chemin = Path(dossier, "echantillon.csv")
    ...     figer_echantillon(chemin, tire, Grille(1, (), ())), figer_echantillon(chemin, tire, Grille(1, (), ()))
    (True, False)
    """
    verifier_colonnes(echantillon, ECHANTILLON[:3], "echantillon")
    fige = echantillon.assign(grille=grille.version, empreinte=empreindre_grille(grille))[list(ECHANTILLON)]
    if Path(chemin).exists() and not refaire:
        ancien = lire_table(chemin, ECHANTILLON).reset_index(drop=True)
        if not ancien.equals(fige.astype("str").reset_index(drop=True)):
            remede = "gardez-le ; pour en changer avant tout codage : ess-analyse echantillon --refaire"
            raise ErreurDonnees([Probleme(relatif(chemin), 0, "un autre échantillon est déjà figé", remede=remede)])
    return ecrire_table(chemin, fige)


def lire_echantillon(
    chemin: Path, grille: Grille, documents: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, list[Probleme]]:
    """Lire l'échantillon figé, et dire ce qui a changé depuis.

    Parameters
    ----------
    chemin : Path
        ``data/echantillon.csv``.
    grille : Grille
        La grille d'aujourd'hui.
    documents : DataFrame, optional
        Les documents d'aujourd'hui, pour signaler un entretien qui n'y est plus.

    Returns
    -------
    echantillon : DataFrame
        Colonnes ``entretien, strate, graine, grille, empreinte``, en texte.
    avis : list of Probleme
        Ce qui n'empêche pas de lire : la grille n'est plus celle de l'échantillon, un entretien a été retiré.

    Raises
    ------
    ErreurDonnees
        Fichier absent ou vide, entretien vide ou en double, empreinte illisible ou qui n'est pas la même partout.
    """
    nom = relatif(chemin)
    if not Path(chemin).is_file():
        remede = "tirez-le par « ess-analyse echantillon »"
        raise ErreurDonnees([Probleme(nom, 0, "aucun échantillon figé", remede=remede)])
    table = lire_table(chemin, ECHANTILLON).apply(lambda colonne: colonne.str.strip())
    lever(_verifier(table, nom))
    avis = []
    if table["empreinte"].iloc[0] != empreindre_grille(grille):
        remede = "les phrases codées avant et après n'ont pas suivi les mêmes règles : recodez, puis figez de nouveau"
        avis.append(Probleme(nom, 0, "la grille a changé depuis que l'échantillon est figé", remede=remede))
    if documents is not None:
        avis += [
            Probleme(nom, ligne, "entretien qui n'est plus dans le corpus", entretien, "retirez sa ligne")
            for ligne, entretien in table["entretien"].items()
            if entretien not in set(documents["entretien"])
        ]
    return table.reset_index(drop=True), avis


def lister_communs(chemin: Path, grille: Grille) -> tuple[str, ...]:
    """Lister, dans l'ordre du fichier, les entretiens que chacun code à l'aveugle ; aucun sans échantillon figé.

    Raises
    ------
    ErreurDonnees
        Si l'échantillon ne se lit pas : mieux vaut s'arrêter que montrer une suggestion de trop.

    Examples
    --------
    >>> lister_communs(Path("absent.csv"), Grille(1, (), ()))
    ()
    """
    return tuple(lire_echantillon(chemin, grille)[0]["entretien"]) if Path(chemin).is_file() else ()


def empreindre_grille(grille: Grille) -> str:
    """Rendre l'empreinte de ce qu'une personne lit dans la grille pour coder.

    Parameters
    ----------
    grille : Grille
        La grille.

    Returns
    -------
    str
        Un sha256. Il change avec un code, un libellé, une définition, une règle ou un exemple, et avec leur ordre ; ni
        avec la mise en page du fichier, ni avec ``indices`` et ``sauf``, qui ne parlent qu'à la machine.

    Examples
    --------
    >>> empreindre_grille(Grille(1, (), ()))[:12]
    '2f17f4fb6ac0'
    """
    lus = ("id", "dimension", "libelle", "definition", "inclure", "exclure", "exemples", "contre_exemples")
    contenu = {
        "version": grille.version,
        "dimensions": [[dimension.id, dimension.libelle] for dimension in grille.dimensions],
        "codes": [[getattr(code, champ) for champ in lus] for code in grille],
    }
    return hashlib.sha256(json.dumps(contenu, ensure_ascii=False).encode("utf-8")).hexdigest()


def _classer(cadre: pd.DataFrame, fonctions: pd.DataFrame | None) -> list[str]:
    if fonctions is None or fonctions.empty:
        return [fonction or "sans fonction" for fonction in cadre["fonction"]]
    verifier_colonnes(fonctions, FONCTIONS, "fonctions")
    familles = dict(zip(fonctions["fonction"], fonctions["famille"], strict=True)) | {"": "sans fonction"}
    dites = [reconnaitre(fonction, familles) for fonction in cadre["fonction"]]
    lever(
        Probleme(
            f"document {entretien}",
            0,
            "fonction sans famille",
            fonction,
            proposer(fonction, fonctions["fonction"]) or "décrivez-la dans data/fonctions.csv",
        )
        for entretien, fonction in zip(cadre["entretien"], dites, strict=True)
        if fonction not in familles
    )
    return [familles[fonction] for fonction in dites]


def _tirer(lignes: list[tuple[str, str, str]], nombre: int, hasard: random.Random) -> set[tuple[str, str, str]]:
    """Prendre un entretien tous les N/n, dans l'ordre des structures puis des familles."""
    # Only random() draws the same numbers in every version of Python.
    structures = {structure: hasard.random() for structure in sorted({ligne[1] for ligne in lignes})}
    strates = {strate: hasard.random() for strate in sorted({ligne[1:] for ligne in lignes})}
    rangees = sorted(lignes)
    places = {ligne: (structures[ligne[1]], strates[ligne[1:]], hasard.random()) for ligne in rangees}
    rangees.sort(key=places.__getitem__)
    depart = int(hasard.random() * len(rangees))
    return {rangees[(depart + pas * len(rangees)) // nombre] for pas in range(nombre)}


def _plus_juste(essais, lignes: list[tuple[str, str, str]], nombre: int) -> set[tuple[str, str, str]]:
    """Garder le premier essai où chaque famille a sa part à moins d'un entretien près, sinon le plus proche."""
    familles = sorted({ligne[2] for ligne in lignes})
    parts = {nom: nombre * sum(ligne[2] == nom for ligne in lignes) / len(lignes) for nom in familles}

    def ecart(tires: set[tuple[str, str, str]]) -> float:
        return max(abs(sum(ligne[2] == nom for ligne in tires) - part) for nom, part in parts.items())

    meilleur = None
    for tires in essais:
        if meilleur is None or ecart(tires) < ecart(meilleur):
            meilleur = tires
        if ecart(meilleur) < 1:
            break
    return meilleur


def _verifier(table: pd.DataFrame, nom: str) -> list[Probleme]:
    refaire = "figez-le de nouveau : ess-analyse echantillon --refaire"
    if table.empty:
        return [Probleme(nom, 0, "échantillon vide", remede=refaire)]
    problemes = [
        Probleme(nom, ligne, "cellule vide", "entretien", "remplissez-la, ou retirez la ligne")
        for ligne in table.index[table["entretien"] == ""]
    ]
    problemes += [
        Probleme(nom, ligne, "entretien en double", table.at[ligne, "entretien"], "gardez une seule ligne")
        for ligne in table.index[table["entretien"].duplicated() & (table["entretien"] != "")]
    ]
    problemes += [
        Probleme(nom, ligne, "empreinte de la grille illisible", table.at[ligne, "empreinte"], refaire)
        for ligne in table.index[~table["empreinte"].map(lambda texte: bool(_SHA256.fullmatch(texte)))]
    ]
    if not problemes and table["empreinte"].nunique() > 1:
        problemes.append(Probleme(nom, 0, "plusieurs versions de la grille dans le même échantillon", remede=refaire))
    return sorted(problemes)
