"""Les feuilles de codage : des tables qu'une personne remplit dans un tableur, et que rien n'abîme."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.fichiers import ecrire_table, lire_table, seul_dans
from ess_analyse.grille import ecrire_code
from ess_analyse.modele import FEUILLE, SUGGESTIONS, verifier_colonnes

__all__ = [
    "Reperes",
    "couper_codes",
    "ecrire_feuille",
    "lire_feuille",
    "lister_feuilles",
    "parcourir_feuilles",
]

_CLASSEURS = (".xlsx", ".xls", ".ods")
# What a spreadsheet turns into a formula, a number, a date or a boolean (measured: Calc 7.4, en-US and fr-FR).
_FRAGILE = re.compile(
    r"[=+\-@\t].*|(?=.*\d)(?:[\W\d_]|jan|f[eé]v|feb|mar|a[pv]r|ma[iy]|jui|jun|jul|ao[uû]|aug|sep|oct|nov|d[eé]c"
    r"|lun|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun).{0,40}|vrai|faux|true|false",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Reperes:
    """Où chaque texte se trouve dans le corpus d'aujourd'hui, pour reconnaître une phrase qui a bougé.

    Attributes
    ----------
    textes : dict
        Segment → texte, dans l'ordre du corpus.

    Examples
    --------
    >>> segments = pd.DataFrame([("E01:9-17", "E01", "Ben oui.")], columns=["segment", "entretien", "texte"])
    >>> Reperes.depuis(segments).ailleurs("E01:5-13", "Ben oui.")
    ['E01:9-17']
    """

    textes: dict[str, str]

    @classmethod
    def depuis(cls, segments: pd.DataFrame) -> Reperes:
        """Relever les places d'une table de segments."""
        verifier_colonnes(segments, ("segment", "entretien", "texte"), "segments")
        return cls(dict(zip(segments["segment"].tolist(), segments["texte"].tolist(), strict=True)))

    def reconnait(self, segment: str, texte: str) -> bool:
        """Dire si ce texte est bien celui de ce segment, aux blancs et aux pertes du tableur près."""
        return segment in self.textes and empreinte(texte) == empreinte(self.textes[segment])

    def ailleurs(self, segment: str, texte: str) -> list[str]:
        """Trouver les segments du même entretien qui portent ce texte."""
        return self._places.get((segment.partition(":")[0], empreinte(texte)), [])

    @cached_property
    def _places(self) -> dict[tuple[str, str], list[str]]:
        # Every sentence of the corpus: only a line whose words have moved asks for it.
        places = defaultdict(list)
        for segment, texte in self.textes.items():
            places[segment.partition(":")[0], empreinte(texte)].append(segment)
        return dict(places)


def ecrire_feuille(chemin: Path, segments: pd.DataFrame, suggestions: pd.DataFrame | None = None) -> bool:
    """Écrire la feuille d'un codeur, ou compléter celle qu'il a commencée.

    Une ligne où une personne a écrit (``codes`` ou ``memo``) est gardée telle quelle, toutes cellules comprises ; si
    son segment a disparu, elle passe en fin de feuille. Les autres lignes sont refaites. Un texte qu'un tableur
    prendrait pour une formule, un nombre ou une date reçoit une apostrophe en tête, que la lecture ignore.

    Parameters
    ----------
    chemin : Path
        ``data/codages/<codeur>.csv``.
    segments : DataFrame
        Les segments à lire, dans l'ordre voulu.
    suggestions : DataFrame, optional
        Ce que la machine propose ; seules les lignes retenues sont montrées, dans leur rang, et ``codes`` reste vide.
        Sans elles, la feuille est aveugle.

    Returns
    -------
    bool
        Vrai si le fichier a changé.

    Raises
    ------
    ErreurDonnees
        Si la feuille existante ne peut être lue, ou si un autre programme écrit dans son dossier ; elle n'est alors pas
        touchée.

    Examples
    --------
    >>> import tempfile
    >>> segments = pd.DataFrame([("E01:9-17", "Marion", "Ben oui.")], columns=FEUILLE[:3])
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     chemin = Path(dossier, "camille.csv")
    ...     ecrire_feuille(chemin, segments), ecrire_feuille(chemin, segments)
    ...     print(chemin.read_text(encoding="utf-8-sig"))
    (True, False)
    segment;locuteur;texte;codes;origine;memo
    E01:9-17;Marion;Ben oui.;;;
    """
    verifier_colonnes(segments, FEUILLE[:3], "segments")
    montrees = _montrer(suggestions)
    feuille = segments[list(FEUILLE[:3])].assign(
        texte=[proteger(texte) for texte in segments["texte"]],
        codes="",
        origine=[montrees.get(segment, "") for segment in segments["segment"]],
        memo="",
    )
    # What a page decides between the reading and the writing must not be lost.
    with seul_dans(Path(chemin).parent):
        return ecrire_table(chemin, _completer(chemin, feuille) if Path(chemin).exists() else feuille)


def _completer(chemin: Path, feuille: pd.DataFrame) -> pd.DataFrame:
    ancienne = lire_feuille(chemin)
    ecrites = ancienne[est_ecrite(ancienne)]
    rang = {segment: rang for rang, segment in enumerate(feuille["segment"])}
    feuille = pd.concat([ecrites, feuille[~feuille["segment"].isin(ecrites["segment"])]])
    return feuille.sort_values("segment", key=lambda noms: noms.map(rang).fillna(len(rang)), kind="stable")


def lire_feuille(chemin: Path) -> pd.DataFrame:
    """Lire une feuille telle qu'elle est écrite, sans la juger.

    Parameters
    ----------
    chemin : Path
        La feuille ; ``origine`` et ``memo`` peuvent manquer.

    Returns
    -------
    DataFrame
        Les colonnes d'une feuille, en texte, l'index ``ligne`` donnant la ligne du fichier.

    Raises
    ------
    ErreurDonnees
        Si ce n'est pas une table, ou si une colonne manque ou est inconnue.
    """
    return lire_table(chemin, FEUILLE[:4], FEUILLE[4:])


def lister_feuilles(dossier: Path) -> tuple[list[Path], list[Probleme]]:
    """Trouver les feuilles d'un dossier, et les classeurs qu'il faut encore enregistrer en CSV.

    Parameters
    ----------
    dossier : Path
        Le dossier, ou une seule feuille.

    Returns
    -------
    feuilles : list of Path
        Les fichiers CSV, triés, fichiers cachés exclus.
    problemes : list of Probleme
        Un problème par classeur de tableur, dont les décisions ne seraient pas lues.

    Raises
    ------
    ErreurDonnees
        Si le dossier manque.
    """
    dossier = Path(dossier)
    if not dossier.exists():
        remede = "écrivez d'abord une feuille, ou vérifiez le chemin"
        raise ErreurDonnees([Probleme(relatif(dossier), 0, "dossier introuvable", remede=remede)])
    fichiers = sorted(f for f in dossier.iterdir() if f.name[0] not in ".~") if dossier.is_dir() else [dossier]
    fichiers = [fichier for fichier in fichiers if fichier.suffix.lower() in (".csv", *_CLASSEURS)]
    problemes = [
        Probleme(
            relatif(fichier),
            0,
            "classeur de tableur, qui n'est pas lu",
            remede="enregistrez-le en CSV (point-virgule, UTF-8), puis retirez-le du dossier",
        )
        for fichier in fichiers
        if fichier.suffix.lower() in _CLASSEURS
    ]
    return [fichier for fichier in fichiers if fichier.suffix.lower() == ".csv"], problemes


def parcourir_feuilles(chemins: Iterable[Path], problemes: list[Probleme]) -> Iterator[tuple[Path, pd.DataFrame]]:
    """Lire des feuilles l'une après l'autre, sans s'arrêter à celle qui ne peut l'être.

    Parameters
    ----------
    chemins : iterable of Path
        Les feuilles.
    problemes : list of Probleme
        Reçoit les fautes de celles qui ne sont pas rendues, à qui appelle de les lever.

    Yields
    ------
    chemin : Path
        Une feuille lisible.
    table : DataFrame
        Ses lignes, comme :func:`lire_feuille` les rend.

    Examples
    --------
    >>> problemes = []
    >>> list(parcourir_feuilles([Path("absente.csv")], problemes)), len(problemes)
    ([], 1)
    """
    for chemin in chemins:
        try:
            table = lire_feuille(chemin)
        except ErreurDonnees as erreur:
            problemes += erreur.problemes
        else:
            yield chemin, table


def proteger(texte: str) -> str:
    """Mettre une apostrophe devant un texte qu'un tableur prendrait pour une formule, un nombre ou une date.

    Parameters
    ----------
    texte : str
        Une phrase.

    Returns
    -------
    str
        La même, que la lecture d'une feuille reconnaît avec ou sans l'apostrophe.

    Examples
    --------
    >>> proteger("= c'est pareil"), proteger("Ben oui.")
    ("'= c'est pareil", 'Ben oui.')
    """
    return "'" * bool(_FRAGILE.fullmatch(texte)) + texte


def est_ecrite(feuille: pd.DataFrame) -> pd.Series:
    """Dire de chaque ligne d'une feuille si une personne y a écrit (``codes`` ou ``memo``)."""
    return (feuille["codes"] + feuille["memo"]).str.strip() != ""


def empreinte(texte: str) -> str:
    """Réduire une phrase à ce qui la fait reconnaître, telle que le corpus la dit ou qu'un tableur l'a rendue.

    Parameters
    ----------
    texte : str
        Une phrase, avec ou sans l'apostrophe qui la protège.

    Returns
    -------
    str
        Les mêmes mots et la même ponctuation, aux blancs et aux signes que Windows-1252 n'a pas près.

    Examples
    --------
    >>> empreinte("'= c'est  pareil") == empreinte("= c'est pareil"), empreinte("Ça va\u202f?") == empreinte("Ça va??")
    (True, True)
    """
    # A spreadsheet that saves in Windows-1252 writes "?" for what it cannot encode, the narrow no-break space first.
    return " ".join(texte.lstrip("'").encode("cp1252", "replace").decode("cp1252").split())


def couper_codes(cellule: str) -> list[str]:
    """Séparer les codes d'une cellule, sans doublon, dans l'ordre où ils sont écrits.

    Parameters
    ----------
    cellule : str
        Codes séparés par espace, virgule, point-virgule, barre ou saut de ligne, en capitales ou non.

    Returns
    -------
    list of str
        Vide si la phrase n'est pas encore lue.

    Examples
    --------
    >>> couper_codes("R-SENS, o-comp|r–sens ")
    ['R-SENS', 'O-COMP']
    """
    return list(dict.fromkeys(ecrire_code(mot) for mot in re.split(r"[\s,;|]+", cellule) if mot))


def _montrer(suggestions: pd.DataFrame | None) -> dict[str, str]:
    if suggestions is None:
        return {}
    verifier_colonnes(suggestions, SUGGESTIONS[:7], "suggestions")
    montrees = defaultdict(list)
    for ligne in suggestions[suggestions["retenu"].astype(bool)].sort_values(["rang", "code"]).itertuples():
        # The cell's own separators may stand in the interview.
        indice = "" if pd.isna(ligne.indice) else " ".join(re.sub("[|:]", " ", ligne.indice).split())
        montrees[ligne.segment].append(f"{ligne.code}:{ligne.score:.2f}:{ligne.methode}:{indice}")
    return {segment: "|".join(propositions) for segment, propositions in montrees.items()}
