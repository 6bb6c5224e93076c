"""Trouver, dans un tableau de citations codées, ce que chaque colonne est."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ess_analyse.echanges.reprise.mots import plier_mots
from ess_analyse.erreurs import Probleme, proposer
from ess_analyse.modele import MOTIF_PLACE

__all__ = ["EXIGES", "ROLES", "Plan", "chercher_colonnes", "dire_absence"]

# Each role's titles, the surest first. Dedoose's were checked in programs that read them; MAXQDA's, ATLAS.ti's and
# NVivo's are from memory: that is why a person confirms.
_TITRES = {
    "document": (
        r"documents?(?: name)?|nom d[ue] (?:document|fichier)|media title",
        r"(?:sources?|fichiers?|files?)(?: name)?|entretiens?|interviews?|transcript(?:ion)?s?",
    ),
    "citation": (
        r"quotation content|contenu de la citation|excerpt copy|coded text|texte (?:code|surligne)",
        r"citations?|extraits?|verbatims?|quot(?:e|ation)s?|excerpts?|passages?|highlights?",
        r"textes?|text|segments?(?: codes?)?|coded segments?|content|contenu",
    ),
    "code": (
        r"codes applied combined",
        r"codes?(?: names?)?|noms? d[ue]s? codes?|hierarchical name",
        r"tags?|noeuds?|nodes?|etiquettes?|themes?|categories?",
    ),
    "codeur": (
        r"codeu(?:r|se)s?|coders?|code par|coded by|excerpt creator",
        r"created by|cree par|users?|utilisateurs?",
    ),
    "memo": (r"memos?|commentaires?|comments?|notes?|remarques?",),
    "date": (r"dates? de codage|excerpt date|cree le|created",),
    "debut": (r"debuts?|start(?: position| offset)?|position de debut|beginning",),
    "fin": (r"fins?|end(?: position| offset)?|position de fin",),
    "place": (r"places?|excerpt range",),
    "origine": (r"origines?",),
}
ROLES = tuple(_TITRES)
EXIGES = ("citation", "code")
_LIGNES_DE_TITRES = 10
"""Lignes où chercher celle des titres, sous un titre ou une date."""
_APERCU = 300
_LETTRES = re.compile("[A-Z]{1,2}")


class Plan(NamedTuple):
    """Où est chaque rôle dans une feuille.

    Attributes
    ----------
    titres : tuple of str
        Un par colonne, ou sa lettre.
    roles : dict of str to int
        Rôle → rang de sa colonne.
    debut : int
        Le rang de la première ligne sous les titres.
    """

    titres: tuple[str, ...]
    roles: dict[str, int]
    debut: int


def chercher_colonnes(lignes: Sequence[Sequence[str]], colonnes: Mapping[str, str] | None = None) -> Plan | None:
    """Trouver les colonnes d'une feuille, à leur titre.

    Parameters
    ----------
    lignes : sequence of sequence of str
        Les cellules, toutes les lignes ayant la même largeur.
    colonnes : mapping of str to str, optional
        Rôle → titre de sa colonne, ou sa lettre ; deviné sinon.

    Returns
    -------
    Plan or None
        Rien s'il y manque une colonne demandée, celle des citations ou celle des codes.

    Examples
    --------
    >>> chercher_colonnes([["Entretien", "Verbatim", "Nœud"], ["E01", "On trie.", "Geste"]]).roles
    {'document': 0, 'citation': 1, 'code': 2}
    """
    if colonnes is None:
        return _deviner(lignes)
    return _demander(lignes, colonnes) if all(role in colonnes for role in EXIGES) else None


def _deviner(lignes: Sequence[Sequence[str]]) -> Plan | None:
    for debut, titres in enumerate(lignes[:_LIGNES_DE_TITRES], start=1):
        plies = [plier_mots(titre) for titre in titres]
        places = [rang for rang, _ in enumerate(titres) if _est_de_places([ligne[rang] for ligne in lignes[debut:]])]
        roles = {"place": places[0]} if places else {}
        for role, motifs in _TITRES.items():
            libres = [(rang, plie) for rang, plie in enumerate(plies) if rang not in roles.values()]
            rangs = (rang for motif in motifs for rang, plie in libres if re.fullmatch(motif, plie))
            if role not in roles and (rang := next(rangs, None)) is not None:
                roles[role] = rang
        if all(role in roles for role in EXIGES):
            return _composer(titres, roles, debut)
    return None


def _est_de_places(valeurs: Sequence[str]) -> bool:
    pleines = [valeur for valeur in valeurs if valeur]
    return bool(pleines) and all(MOTIF_PLACE.fullmatch(valeur) for valeur in pleines)


def _demander(lignes: Sequence[Sequence[str]], colonnes: Mapping[str, str]) -> Plan | None:
    """Trouver les colonnes demandées par leur titre, ou par leur lettre si aucune ligne n'a ces titres."""
    for debut, titres in enumerate(lignes[:_LIGNES_DE_TITRES], start=1):
        plies = [plier_mots(titre) for titre in titres]
        if all(plier_mots(titre) in plies for titre in colonnes.values()):
            return _composer(titres, {role: plies.index(plier_mots(titre)) for role, titre in colonnes.items()}, debut)
    largeur = max(map(len, lignes), default=0)
    rangs = {role: _numeroter(lettre) for role, lettre in colonnes.items() if _LETTRES.fullmatch(lettre)}
    if len(rangs) == len(colonnes) and all(rang < largeur for rang in rangs.values()):
        return _composer([""] * largeur, rangs, 0)
    return None


def _composer(titres: Sequence[str], roles: Mapping[str, int], debut: int) -> Plan:
    nommes = tuple(titre or _lettrer(rang) for rang, titre in enumerate(titres))
    return Plan(nommes, {role: roles[role] for role in ROLES if role in roles}, debut)


def _numeroter(lettre: str) -> int:
    return sum((ord(signe) - 64) * 26**rang for rang, signe in enumerate(reversed(lettre))) - 1


def _lettrer(rang: int) -> str:
    return (chr(64 + rang // 26) if rang >= 26 else "") + chr(65 + rang % 26)


def dire_absence(
    nom: str, feuilles: Sequence[Sequence[Sequence[str]]], colonnes: Mapping[str, str] | None = None
) -> Probleme:
    """Dire pourquoi aucune feuille n'a les colonnes qu'il faut.

    Parameters
    ----------
    nom : str
        Le fichier.
    feuilles : sequence of sequence of sequence of str
        Les lignes de chacune.
    colonnes : mapping of str to str, optional
        Ce qui était demandé.

    Returns
    -------
    Probleme
        Le rôle ou le titre en cause, et les colonnes du fichier.

    Examples
    --------
    >>> print(dire_absence("f.csv", [[["Extrait", "Tri"]]], {"citation": "Extraits", "code": "Tri"}))
    f.csv : colonne introuvable (« Extraits »). Vouliez-vous dire « Extrait » ?
    """
    titres = next((ligne for lignes in feuilles for ligne in lignes if any(ligne)), ())
    choix = f"colonnes de ce fichier : {', '.join(filter(None, titres))[:_APERCU]}"
    manquant = next((role for role in EXIGES if colonnes and role not in colonnes), "")
    if manquant:
        return Probleme("--colonnes", 0, "une colonne manque", manquant, f"ajoutez {manquant}=… ; {choix}")
    plies = {plier_mots(titre) for titre in titres}
    absente = next((titre for titre in (colonnes or {}).values() if plier_mots(titre) not in plies), "")
    if absente:
        return Probleme(nom, 0, "colonne introuvable", absente, proposer(absente, filter(None, titres)) or choix)
    remede = f"dites lesquelles, par exemple --colonnes citation=Extrait,code=Code,document=Source ; {choix}"
    return Probleme(nom, 0, "aucune colonne de citations et de codes n'est reconnue", remede=remede)
