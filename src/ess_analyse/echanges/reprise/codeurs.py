"""Donner aux personnes d'un autre logiciel le nom de leur feuille de codage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ess_analyse.codages import ARBITRAGE, CODEUR, MAJORITE, RELECTURE, est_reserve
from ess_analyse.echanges.reprise.mots import plier_mots
from ess_analyse.erreurs import Probleme, lever, proposer

__all__ = ["nommer_codeurs"]

_MOT = re.compile(r"[^\W_]+")
_RELECTURE = re.compile(r"(.+)(@\d{4}-\d{2}-\d{2})", re.DOTALL)
_RESERVES = (ARBITRAGE, MAJORITE)
_INCONNU = "le fichier ne dit pas qui a codé"
_IMPOSSIBLE = "ce nom ne peut être celui d'une feuille"


def nommer_codeurs(
    codeurs: Iterable[str], choix: str | Mapping[str, str] | None, fichier: str, connus: Iterable[str] = ()
) -> dict[str, str]:
    """Donner un nom de feuille à chaque codeur d'un fichier.

    Parameters
    ----------
    codeurs : iterable of str
        Les noms du fichier ; vide pour les passages dont il ne dit pas l'auteur.
    choix : str, mapping of str to str, or None
        Le nom de l'unique codeur, ou « nom là-bas » → nom ici. « arbitrage » n'est pris que dit ainsi, et
        « majorite » jamais : ces noms l'emportent sur les autres avis.
    fichier : str
        Le nom du fichier, pour les messages.
    connus : iterable of str
        Les codeurs qui ont déjà une feuille : un nom qui ne diffère que par sa casse ou ses accents est le leur.

    Returns
    -------
    dict of str to str
        Nom là-bas → nom ici, sans accent, ni espace, ni capitale. Un nom réservé n'y est pas.

    Raises
    ------
    ErreurDonnees
        Si un passage n'a pas de codeur et que rien ne dit qui, ou si un nom ne peut être celui d'une feuille.

    Examples
    --------
    >>> nommer_codeurs(["Ana Martín", "Noémie", "arbitrage"], None, "etude.qdpx", ["Noémie"])
    {'Ana Martín': 'ana-martin', 'Noémie': 'Noémie'}
    """
    noms = sorted(set(codeurs))
    decides = _lire_choix(noms, choix, fichier)
    siens, nommes, problemes = {_plier(connu): connu for connu in connus}, {}, []
    for nom in noms:
        nomme = decides.get(nom) or siens.get(_plier(nom)) or _plier(nom)
        if not _peut_nommer(nomme) and nomme not in (*_RESERVES, *siens.values()):
            remede = "dites-le avec --codeur NOM" if len(noms) == 1 else f"dites-le avec --codeur « {nom}=NOM »"
            problemes.append(Probleme(fichier, 0, _INCONNU if not nomme else _IMPOSSIBLE, nom, remede))
        elif nom in decides or nomme not in _RESERVES:
            nommes[nom] = nomme
    lever(problemes or _trouver_doubles(nommes, decides, fichier))
    return nommes


def _peut_nommer(nom: str) -> bool:
    return bool(CODEUR.fullmatch(nom)) and not est_reserve(nom.partition(RELECTURE)[0])


def _plier(nom: str) -> str:
    relecture = _RELECTURE.fullmatch(nom)
    base, suite = relecture.groups() if relecture else (nom, "")
    # Folded, a sign may become several, which a file name cannot bear: « ¼ » becomes « 1⁄4 ».
    plie = "-".join(_MOT.findall(plier_mots(base)))
    return plie + suite if plie else ""


def _lire_choix(noms: list[str], choix: str | Mapping[str, str] | None, fichier: str) -> dict[str, str]:
    if choix is None:
        return {}
    if isinstance(choix, str):
        if len(noms) > 1:
            remede = f"écrivez --codeur « NOM LÀ-BAS=NOM ICI » pour chacun : {', '.join(noms)}"
            lever([Probleme(fichier, 0, f"{len(noms)} personnes ont codé ce fichier", choix, remede)])
        choix = dict.fromkeys(noms, choix)
    problemes = [
        Probleme(fichier, 0, "ce fichier n'a pas ce codeur", nom, proposer(nom, noms))
        for nom in choix
        if nom not in noms
    ]
    for nom in dict.fromkeys(choix.values()):
        if not CODEUR.fullmatch(nom):
            remede = "lettres, chiffres et tirets seulement, dont une lettre"
            problemes.append(Probleme("--codeur", 0, "nom impossible", nom, remede))
        elif not _peut_nommer(nom):
            problemes.append(Probleme("--codeur", 0, "nom de codeur réservé", nom, "donnez-en un autre"))
    lever(problemes)
    return dict(choix)


def _trouver_doubles(nommes: Mapping[str, str], decides: Mapping[str, str], fichier: str) -> list[Probleme]:
    """Refuser que deux personnes partagent une feuille : leur accord serait faussé sans que rien ne le montre."""
    par_nom: dict[str, list[str]] = {}
    for nom, nomme in nommes.items():
        par_nom.setdefault(nomme, []).append(nom)
    return [
        Probleme(
            fichier,
            0,
            f"deux codeurs auraient la feuille de {nomme}",
            " et ".join(noms),
            f"donnez un autre nom à l'un d'eux : --codeur « {noms[-1]}=NOM »",
        )
        for nomme, noms in par_nom.items()
        if len(noms) > 1 and not decides.keys() >= set(noms)
    ]
