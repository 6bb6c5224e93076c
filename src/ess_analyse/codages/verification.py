"""Juger les lignes décidées d'une feuille : la place, le texte, les codes, l'origine."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from ess_analyse.codages.noms import ARBITRAGE, CODEUR, RELECTURE, est_reserve, nommer
from ess_analyse.erreurs import Probleme, proposer, relatif
from ess_analyse.feuilles import Reperes, couper_codes
from ess_analyse.grille import Grille
from ess_analyse.modele import RIEN, Place

__all__ = ["lire_origine", "verifier_codeur", "verifier_lignes", "verifier_nom", "verifier_relectures"]

_PROPOSITION = re.compile(r"\s*(?P<code>[^:|\s]+):(?P<suite>\d+(?:[.,]\d+)?:[^:|]*:[^|]*)")


def lire_origine(cellule: str) -> tuple[dict[str, str], list[str]]:
    """Lire ce que la machine a montré d'une phrase : code → « score:méthode:indice », et les morceaux illisibles."""
    morceaux = [morceau for morceau in cellule.split("|") if morceau.strip()]
    lus = [(morceau, _PROPOSITION.fullmatch(morceau)) for morceau in morceaux]
    return ({lu["code"]: lu["suite"].strip() for _, lu in lus if lu}, [morceau for morceau, lu in lus if not lu])


def verifier_relectures(feuilles: list[Path]) -> list[Probleme]:
    """Dire les secondes lectures dont la première manque."""
    noms = {nommer(feuille) for feuille in feuilles}
    remede = "remettez la feuille de sa première lecture, ou renommez celle-ci sans « @ » ni date"
    return [
        Probleme(relatif(feuille), 0, "seconde lecture sans la première", premiere, remede)
        for feuille in feuilles
        for premiere, marque, _ in [nommer(feuille).partition(RELECTURE)]
        if marque and premiere not in noms
    ]


def verifier_codeur(fichier: str, codeur: str) -> list[Probleme]:
    """Dire ce qui empêche un nom de fichier d'être celui d'un codeur."""
    codeur, marque, quand = codeur.partition(RELECTURE)
    if marque and not _est_date(quand):
        remede = "nommez la feuille par exemple paul@2026-03-01.csv"
        return [Probleme(fichier, 0, "seconde lecture sans date lisible", quand, remede)]
    if re.search(r"\s", codeur):
        return [Probleme(fichier, 0, "nom de codeur avec une espace", codeur, "renommez le fichier sans espace")]
    if est_reserve(codeur):
        return [Probleme(fichier, 0, "nom de codeur réservé", codeur, "renommez le fichier")]
    return []


def verifier_nom(codeur: str, dossier: Path, *, arbitre: bool = False) -> list[Probleme]:
    """Dire ce qui empêche d'ouvrir une feuille à ce nom.

    Parameters
    ----------
    codeur : str
        Le nom demandé, daté pour une seconde lecture.
    dossier : Path
        Le dossier des feuilles, qui peut manquer.
    arbitre : bool
        Si la feuille d'arbitrage convient aussi.

    Returns
    -------
    list of Probleme
        Au plus un problème.

    Examples
    --------
    >>> verifier_nom("claire", Path("codages"))
    []
    >>> print(*verifier_nom("majorite", Path("codages")))
    codeur : nom de codeur réservé (« majorite »). Prenez un autre nom.
    >>> print(*verifier_nom("claire@2026-99-99", Path("codages")))
    codeur : seconde lecture sans date lisible (« 2026-99-99 »). Donnez une date qui existe (claire@2026-03-01).
    """
    premiere = codeur.partition(RELECTURE)[0]
    if not CODEUR.fullmatch(codeur):
        permis = "lettres, chiffres et tirets seulement, dont une lettre"
        remede = f"{permis} ; suivis d'une date, pour une seconde lecture (ana@2026-03-01)"
        return [Probleme("codeur", 0, "nom mal écrit", codeur, remede)]
    if premiere == ARBITRAGE and not arbitre:
        return [Probleme("codeur", 0, "nom de codeur réservé", codeur, "pour arbitrer : « ess-analyse arbitrer »")]
    if problemes := verifier_codeur("codeur", codeur):
        mal_datee = problemes[0].valeur != premiere
        remede = f"donnez une date qui existe ({premiere}@2026-03-01)" if mal_datee else "prenez un autre nom"
    else:
        problemes = verifier_relectures([*dossier.glob("*.csv"), dossier / f"{codeur}.csv"])
        problemes = [probleme for probleme in problemes if probleme.fichier == relatif(dossier / f"{codeur}.csv")][:1]
        remede = f"codez d'abord sous le nom « {premiere} », sans « @ » ni date"
    return [replace(probleme, fichier="codeur", remede=remede) for probleme in problemes]


def _est_date(texte: str) -> bool:
    # date.fromisoformat also reads « 20260301 », which would not sort among the others.
    try:
        return date.fromisoformat(texte).isoformat() == texte
    except ValueError:
        return False


def verifier_lignes(fichier: str, decidees: pd.DataFrame, reperes: Reperes, grille: Grille) -> list[Probleme]:
    """Dire toutes les fautes des lignes décidées d'une feuille."""
    problemes, vus = [], {}
    for ligne in decidees.itertuples():
        fautes = [
            *_verifier_place(ligne.segment.strip(), ligne.texte, reperes),
            *_verifier_codes(couper_codes(ligne.codes), grille),
        ]
        fautes += [
            ("suggestion illisible dans « origine »", morceau, "remettez-la comme elle était, ou effacez-la")
            for morceau in lire_origine(ligne.origine)[1]
        ]
        premiere = vus.setdefault(ligne.segment.strip(), ligne.Index)
        if premiere != ligne.Index:
            fautes.append(("segment en double", ligne.segment, f"il est décidé ligne {premiere} : gardez une ligne"))
        problemes += [Probleme(fichier, ligne.Index, *faute) for faute in fautes]
    return problemes


def _verifier_place(segment: str, texte: str, reperes: Reperes) -> list[tuple[str, str, str]]:
    if reperes.reconnait(segment, texte):
        return []
    if trouves := reperes.ailleurs(segment, texte):
        remede = f"sa phrase est maintenant en {' ou '.join(trouves[:3])} : lancez « ess-analyse recaler »"
        return [("segment déplacé", segment, remede)]
    if segment in reperes.textes:
        return [("texte retapé", _abreger(texte), f"le corpus dit : « {_abreger(reperes.textes[segment])} »")]
    try:
        entretien = Place.lire(segment).entretien
    except ValueError:
        return [("place mal écrite", segment, "recopiez la place d'origine, par exemple E01:71-95")]
    entretiens = {place.partition(":")[0] for place in reperes.textes}
    if entretien not in entretiens:
        return [("entretien absent du corpus", segment, proposer(entretien, entretiens))]
    remede = "sa phrase a changé : lancez « ess-analyse recaler », qui la retrouve ou garde la décision à part"
    return [("segment absent du corpus", segment, remede)]


def _verifier_codes(codes: list[str], grille: Grille) -> list[tuple[str, str, str]]:
    choix = [*grille.ids(), RIEN]
    fautes = [
        ("code inconnu", code, proposer(code.upper(), choix) or "voyez la grille")
        for code in codes
        if code not in choix
    ]
    if RIEN in codes and len(codes) > 1:
        fautes.append(("« - » mêlé à des codes", " ".join(codes), "gardez les codes, ou « - » seul"))
    return fautes


def _abreger(texte: str) -> str:
    texte = " ".join(texte.split())
    return texte if len(texte) <= 80 else texte[:79] + "…"
