"""Relever, point par point, ce que l'étude montre, ce que l'équipe écrit, ce qui manque."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ess_analyse.feuilles import proteger
from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.transparence.constats import CONSTATS
from ess_analyse.pages.transparence.effectifs import Effectifs
from ess_analyse.pages.transparence.points import LISTES, Point, lire_points
from ess_analyse.pages.transparence.sources import Constat, Sources
from ess_analyse.pages.verbatims import Verbatim

__all__ = ["ETATS", "TRANSPARENCE", "Reponse", "denombrer", "relever_points", "tabler_points"]

CONSTATE, ECRIT, COMPLET, MANQUE = "constaté", "écrit par l'équipe", "constaté et écrit", "manque"
ETATS = (CONSTATE, ECRIT, COMPLET, MANQUE)

_METHODE = "data/methode.yml"
TRANSPARENCE = ("liste", "numero", "domaine", "point", "cle", "etat", "constat", "texte", "voir", "remede")


@dataclass(frozen=True)
class Reponse:
    """La réponse de l'étude à un point.

    Attributes
    ----------
    point : Point
        Ce qui est demandé.
    etat : {"constaté", "écrit par l'équipe", "constaté et écrit", "manque"}
        Où en est la réponse.
    constats : tuple of Constat
        Ce que l'étude montre, même quand cela ne suffit pas.
    texte : str
        Ce que l'équipe écrit.
    renvois : tuple of Reponse
        Les réponses aux points auxquels celui-ci renvoie.
    """

    point: Point
    etat: str
    constats: tuple[Constat, ...] = ()
    texte: str = ""
    renvois: tuple[Reponse, ...] = ()

    @property
    def tenu(self) -> bool:
        """Vrai si la réponse est là."""
        return self.etat != MANQUE

    @property
    def remede(self) -> str:
        """Ce qu'il faut faire pour que le point soit tenu ; vide s'il l'est."""
        if self.tenu:
            return ""
        if self.renvois:
            numeros = ", ".join(str(renvoi.point.numero) for renvoi in self.renvois if not renvoi.tenu)
            return f"répondre à COREQ {numeros}"
        ou = f"écrire la clé « {self.point.cle} » dans {_METHODE}"
        return f"{ou}, ou remplir {self.point.donnees}" if self.point.donnees else ou


def relever_points(
    matiere: Matiere, tables: Mapping[str, pd.DataFrame], verbatims: list[Verbatim], seuil: int = 3
) -> tuple[Reponse, ...]:
    """Répondre à chaque point de COREQ et de SRQR.

    Parameters
    ----------
    matiere : Matiere
        L'étude, textes de l'équipe compris.
    tables : mapping of str to DataFrame
        Les tables publiées, déjà masquées : aucun constat ne compte ce qu'elles cachent.
    verbatims : list of Verbatim
        Les citations publiées.
    seuil : int
        Le plus petit effectif publié.

    Returns
    -------
    tuple of Reponse
        Une par point, dans l'ordre des listes.

    Notes
    -----
    Un point auquel un calcul répond est tenu par un constat ou par un texte ; un point auquel seule l'équipe répond ne
    l'est que par un texte, même quand l'étude montre quelque chose à son sujet ; un point qui renvoie à d'autres ne
    l'est que si tous le sont.
    """
    sources = Sources(matiere, tables, verbatims, Effectifs(seuil))
    constats = {nom: constater(sources) for nom, constater in CONSTATS.items()}
    reponses: dict[tuple[str, int], Reponse] = {}
    for point in lire_points():
        cle = point.liste, point.numero
        if point.renvoi:
            reponses[cle] = _renvoyer(point, tuple(reponses[LISTES[0], numero] for numero in point.renvoi))
        else:
            montres = tuple(constat for nom in point.constats if (constat := constats[nom]))
            reponses[cle] = _repondre(point, montres, matiere.methode.get(point.cle, ""))
    return tuple(reponses.values())


def denombrer(reponses: tuple[Reponse, ...]) -> pd.DataFrame:
    """Compter les points de chaque liste, par domaine et par état.

    Parameters
    ----------
    reponses : tuple of Reponse
        Celles de :func:`relever_points`.

    Returns
    -------
    DataFrame
        Une ligne par domaine : ``liste``, ``domaine``, puis un nombre par état.
    """
    lignes = pd.DataFrame(
        [(reponse.point.liste, reponse.point.domaine, reponse.etat) for reponse in reponses],
        columns=["liste", "domaine", "etat"],
    )
    comptes = lignes.groupby(["liste", "domaine"], sort=False)["etat"].value_counts().unstack(fill_value=0)
    ordre = lignes[["liste", "domaine"]].drop_duplicates().itertuples(index=False, name=None)
    comptes = comptes.reindex(index=pd.MultiIndex.from_tuples(ordre), columns=list(ETATS), fill_value=0)
    return comptes.rename_axis(index=["liste", "domaine"], columns=None).astype("int64").reset_index()


def tabler_points(reponses: tuple[Reponse, ...]) -> pd.DataFrame:
    """Mettre les réponses en table, pour qui les reporte dans un article.

    Parameters
    ----------
    reponses : tuple of Reponse
        Celles de :func:`relever_points`.

    Returns
    -------
    DataFrame
        ``liste, numero, domaine, point, cle, etat, constat, texte, voir, remede``, en texte ; ``cle`` est celle de
        ``data/methode.yml``, ``voir`` donne les adresses de ce qui montre le constat, ou les points de COREQ qui
        répondent.
    """
    lignes = [
        (
            reponse.point.liste,
            str(reponse.point.numero),
            reponse.point.domaine,
            reponse.point.intitule,
            reponse.point.cle,
            reponse.etat,
            " ".join(constat.texte for constat in reponse.constats),
            proteger(reponse.texte),
            _voir(reponse),
            reponse.remede,
        )
        for reponse in reponses
    ]
    return pd.DataFrame(lignes, columns=TRANSPARENCE, dtype="str")


def _repondre(point: Point, constats: tuple[Constat, ...], texte: str) -> Reponse:
    constate = point.reponse == "constat" and any(constat.suffit for constat in constats)
    if texte:
        etat = COMPLET if any(constat.suffit for constat in constats) else ECRIT
    else:
        etat = CONSTATE if constate else MANQUE
    return Reponse(point, etat, constats, texte)


def _renvoyer(point: Point, renvois: tuple[Reponse, ...]) -> Reponse:
    etats = {renvoi.etat for renvoi in renvois}
    etat = MANQUE if MANQUE in etats else etats.pop() if len(etats) == 1 else COMPLET
    return Reponse(point, etat, renvois=renvois)


def _voir(reponse: Reponse) -> str:
    if reponse.renvois:
        return ", ".join(f"COREQ {renvoi.point.numero}" for renvoi in reponse.renvois)
    return " ".join(dict.fromkeys(adresse for constat in reponse.constats for _, adresse in constat.liens))
