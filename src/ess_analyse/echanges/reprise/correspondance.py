"""Faire correspondre les codes d'un autre logiciel à ceux de la grille."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ess_analyse.echanges.codes import FAMILLES
from ess_analyse.echanges.projet import CODES_REPRIS
from ess_analyse.echanges.refi.conventions import est_lu_rien
from ess_analyse.echanges.reprise.mots import plier_mots
from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.feuilles import couper_codes, proteger
from ess_analyse.fichiers import TIRETS, lire_table, table_en_octets
from ess_analyse.grille import Code, Grille
from ess_analyse.modele import RIEN

__all__ = [
    "CORRESPONDANCE",
    "INCONNUS",
    "associer_codes",
    "decider_codes",
    "deviner_famille",
    "lire_correspondance",
    "lister_inconnus",
    "rendre_correspondance",
    "separer_identifiant",
]

INCONNUS = ("code", "nom", "dossier", "usages", "proposition")
CORRESPONDANCE = (*INCONNUS, "vers")
_COLONNES = (("code", "vers"), INCONNUS[1:])
_IDENTIFIANT = re.compile(r"\W*([ROP])[-_]([A-Z][A-Z0-9]*)(?=[\s:.,;|)\]]|$)[\s:.,;|)\]–—-]*", re.IGNORECASE)
_PROCHE = 60
"""Ressemblance d'un nom à un libellé, sur 100, à partir de laquelle il est proposé, jamais pris."""


def associer_codes(codes: pd.DataFrame, grille: Grille) -> dict[str, str]:
    """Reconnaître les codes de la grille parmi ceux d'un autre logiciel.

    Par identifiant (« R-CHARGE », « R-CHARGE Charge de travail »), ou par libellé, sans casse ni accents. Un dossier
    « Risque », « Opportunité » ou « Prisme » dit la famille : un libellé d'une autre famille n'est pas pris. Deux codes
    de même nom que rien ne distingue ne le sont pas non plus. De deux codes de même identifiant, seul l'est celui qui
    porte le libellé de la grille, ou aucun libellé.

    Parameters
    ----------
    codes : DataFrame
        ``code, nom, dossier, definition``.
    grille : Grille
        Les codes de l'étude.

    Returns
    -------
    dict of str to str
        Code là-bas → code de la grille, ou ``-``. Un code qui n'y est pas est inconnu.

    Examples
    --------
    >>> charge = Code("R-CHARGE", "theme", "Charge de travail", "…", (), (), (), (), ())
    >>> codes = [("1", "charge de Travail", "Risques", ""), ("2", "Charge de travail", "Opportunités", "")]
    >>> associer_codes(pd.DataFrame(codes, columns=CODES_REPRIS), Grille(1, (), (charge,)))
    {'1': 'R-CHARGE'}
    """
    libelles: dict[str, list[Code]] = {}
    for code in grille:
        libelles.setdefault(plier_mots(code.libelle), []).append(code)
    homonymes = Counter((plier_mots(nom), deviner_famille(dossier)) for nom, dossier in _noms(codes))
    partages = Counter(_identifier(code, nom) for code, nom in codes[["code", "nom"]].itertuples(index=False))
    associes = {}
    for code, nom, dossier in codes[list(CODES_REPRIS[:3])].itertuples(index=False):
        famille, plie = deviner_famille(dossier), plier_mots(nom)
        identifiant, reste = _identifier(code, nom), plier_mots(separer_identifiant(nom)[1])
        if identifiant in grille:
            if partages[identifiant] == 1 or reste in ("", plier_mots(grille[identifiant].libelle)):
                associes[code] = identifiant
        elif RIEN in (code, nom.strip()) or est_lu_rien(nom):
            associes[code] = RIEN
        elif homonymes[plie, famille] == 1:
            choix = [un.id for un in libelles.get(plie, ()) if famille in ("", un.famille)]
            if len(choix) == 1:
                associes[code] = choix[0]
    return associes


def decider_codes(
    codes: pd.DataFrame, grille: Grille, correspondance: Mapping[str, tuple[str, ...]] | None = None
) -> dict[str, tuple[str, ...]]:
    """Dire ce que devient chaque code d'un autre logiciel : ce qu'une personne en a décidé, sinon ce qui se reconnaît.

    Parameters
    ----------
    codes : DataFrame
        ``code, nom, dossier, definition``.
    grille : Grille
        Les codes de l'étude.
    correspondance : mapping of str to tuple of str, optional
        Ce que :func:`lire_correspondance` a lu.

    Returns
    -------
    dict of str to tuple of str
        Code là-bas → codes de la grille, ou ``-`` ; aucun s'il est laissé de côté. Un code qui n'y est pas est inconnu.
    """
    decides = correspondance or {}
    reconnus = {code: (un,) for code, un in associer_codes(codes, grille).items()}
    return reconnus | {code: decides[_nu(code)] for code in codes["code"] if _nu(code) in decides}


def _identifier(code: str, nom: str) -> str:
    return separer_identifiant(nom)[0] or separer_identifiant(code)[0]


def _noms(codes: pd.DataFrame) -> list[tuple[str, str]]:
    return list(codes[["nom", "dossier"]].itertuples(index=False, name=None))


def separer_identifiant(nom: str) -> tuple[str, str]:
    """Séparer l'identifiant qui ouvre un nom de code de ce qui le suit.

    Parameters
    ----------
    nom : str
        Le nom d'un code.

    Returns
    -------
    identifiant : str
        Vide si le nom n'en a pas.
    reste : str
        Le libellé.

    Examples
    --------
    >>> separer_identifiant("r-charge : Charge de travail"), separer_identifiant("Charge")
    (('R-CHARGE', 'Charge de travail'), ('', 'Charge'))
    """
    trouve = _IDENTIFIANT.match(nom.translate(TIRETS))
    if not trouve:
        return "", nom.strip()
    return f"{trouve[1]}-{trouve[2]}".upper(), nom[trouve.end() :].strip()


def deviner_famille(dossier: str) -> str:
    """Trouver la famille que dit un dossier de codes.

    Parameters
    ----------
    dossier : str
        Son chemin.

    Returns
    -------
    str
        ``R``, ``O``, ``P`` ; vide s'il n'en dit aucune, ou plusieurs.

    Examples
    --------
    >>> deviner_famille("Thèmes / Opportunités"), deviner_famille("Divers")
    ('O', '')
    """
    mots = {mot.removesuffix("s") for mot in plier_mots(dossier).split()}
    familles = [famille for famille, nom in FAMILLES.items() if plier_mots(nom) in mots]
    return familles[0] if len(familles) == 1 else ""


def lister_inconnus(codes: pd.DataFrame, usages: Mapping[str, int], grille: Grille) -> pd.DataFrame:
    """Lister des codes que la grille n'a pas, avec ce qu'ils pourraient y être.

    Parameters
    ----------
    codes : DataFrame
        ``code, nom, dossier, definition`` des inconnus.
    usages : mapping of str to int
        Combien de passages portent chacun.
    grille : Grille
        Où chercher une proposition.

    Returns
    -------
    DataFrame
        ``code, nom, dossier, usages, proposition``, les plus employés d'abord.
    """
    lignes = [
        (code, nom, dossier, usages.get(code, 0), _proposer(code, nom, dossier, grille))
        for code, nom, dossier in codes[list(CODES_REPRIS[:3])].itertuples(index=False)
    ]
    lignes.sort(key=lambda ligne: (-ligne[3], ligne[0]))
    return pd.DataFrame(lignes, columns=INCONNUS).astype(
        {colonne: "int64" if colonne == "usages" else "str" for colonne in INCONNUS}
    )


def _proposer(code: str, nom: str, dossier: str, grille: Grille) -> str:
    from rapidfuzz import fuzz, process

    if (identifiant := _identifier(code, nom)) in grille:
        return identifiant
    famille = deviner_famille(dossier)
    choix = {un.id: plier_mots(un.libelle) for un in grille if famille in ("", un.famille)}
    trouve = process.extractOne(plier_mots(nom), choix, scorer=fuzz.token_set_ratio, score_cutoff=_PROCHE)
    return trouve[2] if trouve else ""


def rendre_correspondance(chemin: Path, inconnus: pd.DataFrame) -> bytes:
    """Préparer la table où une personne dit ce que deviennent les codes inconnus.

    Parameters
    ----------
    chemin : Path
        Là où elle sera écrite ; si elle existe, ses lignes sont gardées telles quelles, et complétées.
    inconnus : DataFrame
        ``code, nom, dossier, usages, proposition``.

    Returns
    -------
    bytes
        La table, ``vers`` étant vide pour les codes qui n'y étaient pas.

    Raises
    ------
    ErreurDonnees
        Si la table existante ne peut être lue.
    """
    neuves = inconnus.assign(vers="", usages=inconnus["usages"].astype("str"))
    for colonne in ("code", "nom", "dossier"):
        neuves[colonne] = neuves[colonne].map(proteger)
    if chemin.is_file():
        table = lire_table(chemin, *_COLONNES)
        connus = {_nu(code) for code in table["code"]}
        neuves = pd.concat([table, neuves[~neuves["code"].map(_nu).isin(connus)]])
    return table_en_octets(neuves[list(CORRESPONDANCE)])


def lire_correspondance(chemin: Path, grille: Grille) -> dict[str, tuple[str, ...]]:
    r"""Lire ce qu'une personne a décidé des codes d'un autre logiciel.

    Parameters
    ----------
    chemin : Path
        Une table ``code;vers`` : ``vers`` porte un code de la grille (ou plusieurs, séparés par une espace), ``-`` pour
        « lu, rien à coder », ou rien pour laisser ce code de côté.
    grille : Grille
        Les codes permis.

    Returns
    -------
    dict of str to tuple of str
        Code là-bas → codes de la grille ; aucun s'il est laissé de côté.

    Raises
    ------
    ErreurDonnees
        Code de la grille inconnu, code là-bas écrit deux fois, ou table où rien n'est encore décidé.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     table = Path(dossier, "codes.csv")
    ...     _ = table.write_text("code;vers\nRas;-\nDivers;\n", encoding="utf-8")
    ...     lire_correspondance(table, Grille(1, (), ()))
    {'Ras': ('-',), 'Divers': ()}
    """
    table, nom = lire_table(chemin, *_COLONNES), relatif(chemin)
    problemes, lus, permis = [], {}, [*grille.ids(), RIEN]
    for ligne, code, vers in table[["code", "vers"]].itertuples():
        codes = tuple(couper_codes(vers))
        problemes += [
            Probleme(nom, ligne, "code inconnu de la grille", un, proposer(un.upper(), permis))
            for un in codes
            if un not in permis
        ]
        if RIEN in codes and len(codes) > 1:
            problemes.append(Probleme(nom, ligne, "« - » mêlé à des codes", vers, "gardez les codes, ou « - » seul"))
        if _nu(code) in lus:
            problemes.append(Probleme(nom, ligne, "code en double", code, "gardez une ligne"))
        lus[_nu(code)] = codes
    if not problemes and not any(lus.values()):
        remede = "écrivez dans « vers » un code de la grille ou « - », ou relancez avec --sans-les-inconnus"
        problemes.append(Probleme(nom, 0, "aucune ligne n'est remplie", remede=remede))
    lever(problemes)
    return lus


def _nu(code: str) -> str:
    return code.strip().removeprefix("'")
