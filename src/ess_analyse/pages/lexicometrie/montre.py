"""Ce que la page montre des mots de l'étude, et où chacun mène."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ess_analyse.pages.adresses import adresser_recherche
from ess_analyse.pages.chaleur import Lien
from ess_analyse.pages.lexicometrie.arbre import tracer_arbre
from ess_analyse.pages.lexicometrie.gardees import Comptes, mesurer_empreintes
from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.verbatims import Verbatim
from ess_analyse.publication.reels import plier

__all__ = ["Groupe", "MotDeTheme", "Textes", "donner_tables", "preparer_mots"]

SOLIDE = 0.65
"""Un indice de Rand ajusté plus petit : les deux classements se ressemblent peu (Steinley, 2004)."""
_CITATIONS, _COURANTS = 3, 40


@dataclass(frozen=True)
class Groupe:
    """Un groupe de mots : son numéro, combien de phrases il réunit, ses mots, des citations qui lui ressemblent."""

    numero: int
    phrases: int
    part: int
    mots: tuple[Lien, ...]
    citations: tuple[Verbatim, ...]


@dataclass(frozen=True)
class MotDeTheme:
    """Un mot plus dit, ou moins dit, dans les phrases d'un thème qu'ailleurs."""

    code: str
    mot: Lien
    effectif: int
    total: int
    score: float


class Textes:
    """Ce que la recherche trouverait dans les citations : un mot ne mène qu'à des paroles qu'elle montre.

    Parameters
    ----------
    verbatims : iterable of Verbatim
        Les citations publiables.
    cherches : mapping of str to str
        Ce qu'il faut chercher pour retrouver chaque mot ; vide s'il ne se cherche pas.
    """

    def __init__(self, verbatims: Iterable[Verbatim], cherches: dict[str, str]):
        self._textes = [(plier(un.texte), frozenset(un.codes)) for un in verbatims if not un.contenue]
        self._cherches = cherches

    def lier(self, mot: str, code: str = "") -> Lien:
        """Mener d'un mot aux citations qui le contiennent, d'un thème s'il est donné ; nulle part s'il n'y en a pas."""
        cherche = self._cherches.get(mot, "")
        trouve = cherche and any(cherche in texte and (not code or code in codes) for texte, codes in self._textes)
        return Lien(mot, adresser_recherche(mots=cherche, code=code) if trouve else "", "les citations")


def preparer_mots(matiere: Matiere, verbatims: list[Verbatim], seuil: int) -> dict[str, Any]:
    """Préparer ce que la page dit des mots.

    Parameters
    ----------
    matiere : Matiere
        L'étude, et ce que ``ess-analyse lexique`` y a gardé : ce qui ne vient plus d'elle n'est pas montré.
    verbatims : list of Verbatim
        Les citations publiables.
    seuil : int
        Le plus petit nombre de documents publiable.

    Returns
    -------
    dict of str to Any
        ``etat`` : « absents », « perimes », « trop peu » ou « prets » ; s'ils sont prêts, ce que le gabarit montre.
    """
    comptes = matiere.mots
    if comptes is None:
        return {"etat": "absents"}
    textes_a_jour, codages_a_jour = _comparer(matiere, comptes, seuil)
    if not textes_a_jour:
        return {"etat": "perimes"}
    lexique = comptes.tables["lexique"]
    if lexique.empty:
        return {"etat": "trop peu"}
    textes = Textes(verbatims, dict(zip(lexique["mot"], lexique["cherche"], strict=True)))
    return {
        "etat": "prets",
        "nombres": comptes.nombres,
        "nommes": len(lexique),
        "courants": _montrer_courants(lexique.head(_COURANTS), textes.lier),
        **(groupes := _montrer_groupes(comptes, textes, verbatims)),
        **_montrer_arbre(comptes, textes, numerotes=groupes["solides"]),
        "themes": _montrer_themes(comptes, textes) if codages_a_jour else None,
    }


def donner_tables(matiere: Matiere, seuil: int) -> dict[str, pd.DataFrame]:
    """Donner à télécharger les tables à jour, et elles seules.

    Parameters
    ----------
    matiere, seuil
        Comme pour :func:`preparer_mots`.

    Returns
    -------
    dict of str to DataFrame
        ``mots``, ``mots_groupes``, ``mots_ensemble`` et ``mots_themes`` ; aucune n'a de cellule à masquer : ce qui ne
        peut être publié n'a pas été gardé (:func:`ess_analyse.pages.lexicometrie.mesure.compter_mots`). Une table vide
        n'y est pas.
    """
    comptes = matiere.mots
    if comptes is None:
        return {}
    textes_a_jour, codages_a_jour = _comparer(matiere, comptes, seuil)
    if not textes_a_jour:
        return {}
    tables = {
        "mots": comptes.tables["lexique"].drop(columns="cherche"),
        "mots_groupes": comptes.tables["profils"].rename(columns={"classe": "groupe"}),
        "mots_ensemble": comptes.tables["arbre"],
    }
    if codages_a_jour:
        tables["mots_themes"] = comptes.tables["specificites"]
    return {nom: table for nom, table in tables.items() if len(table)}


def _comparer(matiere: Matiere, comptes: Comptes, seuil: int) -> tuple[bool, bool]:
    """Dire si les textes, puis les codages, sont ceux que l'on a comptés."""
    empreintes = mesurer_empreintes(matiere.corpus, matiere.segments, matiere.consolide, seuil, matiere.grille)
    a_jour = {nom: comptes.empreintes[nom] == lue for nom, lue in empreintes.items()}
    return a_jour["textes"], a_jour["codages"] and a_jour["grille"]


def _montrer_courants(lexique: pd.DataFrame, lier: Callable[[str], Lien]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Mot": list(map(lier, lexique["mot"])),
            "Fois": lexique["effectif"].tolist(),
            "Documents": lexique["documents"].tolist(),
        }
    )


def _montrer_groupes(comptes: Comptes, textes: Textes, verbatims: list[Verbatim]) -> dict[str, Any]:
    profils, typiques = comptes.tables["profils"], comptes.tables["typiques"]
    par_phrase = {str(place): un for un in verbatims if not un.contenue for place, _ in un.phrases}
    groupes = []
    for classe, phrases in comptes.tables["classes"][["classe", "segments"]].itertuples(index=False):
        siens = typiques.loc[typiques["classe"] == classe].sort_values("rang")["segment"]
        citations = dict.fromkeys(par_phrase[un].place for un in siens if un in par_phrase)
        par_place = {un.place: un for un in par_phrase.values()}
        groupes.append(
            Groupe(
                numero=int(classe),
                phrases=int(phrases),
                part=round(100 * phrases / comptes.nombres["phrases"]),
                mots=tuple(map(textes.lier, profils.loc[profils["classe"] == classe, "mot"])),
                citations=tuple(par_place[place] for place in list(citations)[:_CITATIONS]),
            )
        )
    semblables = comptes.tables["stabilite"]["semblables"]
    return {
        "groupes": [groupe for groupe in groupes if groupe.mots],
        "semblables": (semblables.min(), semblables.max()) if len(semblables) else None,
        "solides": bool(len(semblables)) and bool(semblables.min() >= SOLIDE),
        "repere": SOLIDE,
    }


def _montrer_arbre(comptes: Comptes, textes: Textes, *, numerotes: bool) -> dict[str, Any]:
    aretes, profils = comptes.tables["arbre"], comptes.tables["profils"]
    # A word may characterise two groups: the one it is most bound to. Groups that do not hold number nothing.
    plus = (
        profils.iloc[: len(profils) * numerotes]
        .sort_values("chi2", ascending=False, kind="stable")
        .drop_duplicates("mot")
    )
    classes = dict(zip(plus["mot"], plus["classe"].astype(int), strict=True))
    ranges = aretes.sort_values(["phrases", "mot", "avec"], ascending=[False, True, True])
    table = pd.DataFrame(
        {
            "Mot": list(map(textes.lier, ranges["mot"])),
            "Avec": list(map(textes.lier, ranges["avec"])),
            "Phrases": ranges["phrases"].tolist(),
            "Documents": ranges["documents"].tolist(),
        }
    )
    return {"arbre": tracer_arbre(aretes, classes, "Les mots dits dans les mêmes phrases"), "table_arbre": table}


def _montrer_themes(comptes: Comptes, textes: Textes) -> list[MotDeTheme]:
    return [
        MotDeTheme(code, textes.lier(mot, code), int(effectif), int(total), float(score))
        for code, mot, effectif, total, score in comptes.tables["specificites"].itertuples(index=False)
    ]
