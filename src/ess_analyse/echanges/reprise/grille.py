"""Comparer à la grille de l'étude un livre de codes venu d'ailleurs, et en faire une grille à relire."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

import pandas as pd

from ess_analyse.echanges.projet import CODES_REPRIS
from ess_analyse.echanges.reprise.correspondance import associer_codes, deviner_famille, separer_identifiant
from ess_analyse.echanges.reprise.mots import plier_mots
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.lecture.paragraphes import propre
from ess_analyse.modele import RIEN, verifier_colonnes

__all__ = ["COMPARAISON", "comparer_grille", "composer_grille"]

COMPARAISON = ("code", "dossier", "identifiant", "constat")
_SECTIONS = {
    "inclure": "inclure",
    "exclure": "exclure",
    "exemples": "exemples",
    "contre exemples": "contre_exemples",
}
"""Les titres sous lesquels un export de ce programme range le mode d'emploi d'un code dans sa description."""
_LISTES = (*_SECTIONS.values(), "indices")
_DIMENSIONS = (Dimension("theme", "Thème"), Dimension("prisme", "Prisme"))
_MOT_PLEIN = 4
"""Lettres à partir desquelles un mot d'un libellé peut faire un identifiant : « de », « aux » n'en font pas."""
_ENTETE = """\
# Grille reprise de {fichier}, à relire. data/grille.yml n'a pas changé.
#
# Les codes sont ceux de ce fichier, dans son ordre ; ce qu'il ne dit pas vient de data/grille.yml quand le code y est.
# Complétez ce qui est vide (identifiants, définitions, listes), relisez les identifiants proposés, puis remplacez
# data/grille.yml par ce fichier et lancez « ess-analyse verifier ».
"""


@dataclass(frozen=True)
class _Fiche:
    """Un code du fichier, complété de ce que l'étude en sait."""

    nom: str
    dossier: str
    id: str
    libelle: str
    dimension: str
    definition: str
    listes: dict[str, tuple[str, ...]]
    constat: str


def comparer_grille(codes: pd.DataFrame, grille: Grille) -> pd.DataFrame:
    """Dire en quoi un livre de codes diffère de la grille.

    Parameters
    ----------
    codes : DataFrame
        ``code, nom, dossier, definition``.
    grille : Grille
        Celle de l'étude.

    Returns
    -------
    DataFrame
        ``code`` (son nom là-bas), ``dossier``, ``identifiant`` (celui de la grille, ou celui qui est proposé ; vide si
        rien ne dit sa famille), ``constat`` (nouveau, même code, autre libellé, absent du fichier…).

    Examples
    --------
    >>> codes = pd.DataFrame([("1", "Charge de travail", "Risques", "")], columns=CODES_REPRIS)
    >>> comparer_grille(codes, Grille(1, (), ())).values.tolist()
    [['Charge de travail', 'Risques', 'R-CHARGE', 'nouveau']]
    """
    fiches = list(_ficher(codes, grille))
    pris = {fiche.id for fiche in fiches}
    lignes = [(fiche.nom, fiche.dossier, fiche.id, fiche.constat) for fiche in fiches]
    lignes += [("", "", code.id, "absent du fichier") for code in grille if code.id not in pris]
    return pd.DataFrame(lignes, columns=COMPARAISON, dtype="str")


def composer_grille(codes: pd.DataFrame, grille: Grille, fichier: str) -> str:
    r"""Écrire un livre de codes comme une grille, à relire.

    Parameters
    ----------
    codes : DataFrame
        ``code, nom, dossier, definition``.
    grille : Grille
        Celle de l'étude : elle complète ce que le fichier ne dit pas.
    fichier : str
        D'où viennent les codes.

    Returns
    -------
    str
        Du YAML que :func:`ess_analyse.lire_grille` lit dès que ce qui est vide est rempli.

    Examples
    --------
    >>> codes = pd.DataFrame([("1", "Charge", "Risques", "Trop.\n\nInclure :\n- le soir")], columns=CODES_REPRIS)
    >>> print(composer_grille(codes, Grille(1, (), ()), "f.qdc").partition("codes:\n")[2])
      - id: "R-CHARGE"
        dimension: "theme"
        libelle: "Charge"
        definition: "Trop."
        inclure:
          - "le soir"
        exclure: [] # à remplir
        exemples: [] # à remplir
        contre_exemples: [] # à remplir
        indices: [] # à remplir
    <BLANKLINE>
    """
    dimensions = grille.dimensions or _DIMENSIONS
    lignes = [_ENTETE.format(fichier=_aplatir(fichier)), f"version: {grille.version}", "", "dimensions:"]
    lignes += [f"  - id: {_citer(une.id)}\n    libelle: {_citer(une.libelle)}" for une in dimensions]
    lignes += ["", "codes:"]
    for fiche in _ficher(codes, grille):
        textes = (fiche.dimension, fiche.libelle, fiche.definition)
        lignes.append(f"  - id: {_citer(fiche.id)}{_A_REMPLIR * (not fiche.id)}")
        for champ, texte in zip(("dimension", "libelle", "definition"), textes, strict=True):
            lignes.append(f"    {champ}: {_citer(texte)}{_A_REMPLIR * (not texte)}")
        for champ, textes in fiche.listes.items():
            lignes.append(f"    {champ}:" + ("" if textes else f" []{_A_REMPLIR}"))
            lignes += [f"      - {_citer(texte)}" for texte in textes]
    return "\n".join(lignes) + "\n"


_A_REMPLIR = " # à remplir"


def _ficher(codes: pd.DataFrame, grille: Grille) -> Iterator[_Fiche]:
    verifier_colonnes(codes, CODES_REPRIS, "codes repris")
    codes = codes[list(CODES_REPRIS)].map(propre)
    associes, pris = associer_codes(codes, grille), {*grille.ids()}
    familles = {code.famille: code.dimension for code in grille}
    sienne = {"R": "theme", "O": "theme", "P": "prisme"} if not grille.dimensions else {}
    rendus: set[str] = set()
    for code, nom, dossier, description in codes.itertuples(index=False):
        if associes.get(code) == RIEN:
            continue
        identifiant, libelle = separer_identifiant(nom)
        voulu = associes.get(code) or ("" if identifiant in associes.values() else identifiant)
        connu = grille[voulu] if voulu in grille and voulu not in rendus else None
        if connu is not None:
            identifiant = connu.id
        elif not identifiant or identifiant in rendus | pris:
            identifiant = _inventer(libelle, deviner_famille(dossier), rendus | pris)
        rendus.add(identifiant)
        dits = _lire_description(description)
        definition = dits.pop("definition") or (connu.definition if connu else "")
        listes = {champ: dits.get(champ) or (getattr(connu, champ) if connu else ()) for champ in _LISTES}
        if connu is not None and connu.sauf:
            listes["sauf"] = connu.sauf
        constat = "nouveau" if connu is None else _comparer(connu, libelle, definition)
        famille = identifiant.partition("-")[0]
        dimension = familles.get(famille) or sienne.get(famille, "")
        yield _Fiche(nom, dossier, identifiant, libelle or nom, dimension, definition, listes, constat)


def _comparer(connu: Code, libelle: str, definition: str) -> str:
    ecarts = [
        quoi
        for quoi, ici, la_bas in (("libellé", connu.libelle, libelle), ("définition", connu.definition, definition))
        if la_bas and plier_mots(ici) != plier_mots(la_bas)
    ]
    return f"même code, autre {' et autre '.join(ecarts)}" if ecarts else "même code"


def _inventer(libelle: str, famille: str, pris: Container[str]) -> str:
    """Proposer un identifiant : la famille, et le premier mot plein du libellé."""
    mots = [re.sub("[^A-Z0-9]", "", mot.upper()) for mot in plier_mots(libelle).split()]
    mots = [mot for mot in mots if re.match("[A-Z]", mot)]
    if not famille or not mots:
        return ""
    propose = f"{famille}-{next((mot for mot in mots if len(mot) >= _MOT_PLEIN), mots[0])}"
    rang, essai = 1, propose
    while essai in pris:
        rang += 1
        essai = f"{propose}{rang}"
    return essai


def _lire_description(description: str) -> dict[str, object]:
    """Séparer d'une définition les listes qu'un export de ce programme y a jointes."""
    dits: dict[str, object] = {}
    libre: list[str] = []
    for bloc in re.split(r"\n\s*\n", description):
        titre, _, suite = bloc.partition("\n")
        champ = _SECTIONS.get(plier_mots(titre)) if titre.rstrip().endswith(":") else None
        lignes = [ligne.strip() for ligne in suite.split("\n")]
        if champ and all(ligne.startswith("- ") for ligne in lignes):
            dits[champ] = tuple(_aplatir(ligne[2:]) for ligne in lignes)
        else:
            libre.append(_aplatir(bloc))
    return {"definition": " ".join(filter(None, libre)), **dits}


def _aplatir(texte: str) -> str:
    texte = re.sub(r"[ \t\r\n]+", " ", propre(texte))
    return "".join(signe for signe in texte if signe.isprintable() or signe.isspace()).strip()


def _citer(texte: str) -> str:
    """Écrire un texte entre guillemets : une chaîne JSON est une chaîne YAML."""
    return json.dumps(_aplatir(texte), ensure_ascii=False)
