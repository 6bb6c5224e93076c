"""Arbitrer dans un tableur : les désaccords côte à côte, puis les décisions portées dans la feuille d'arbitrage."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from ess_analyse.codages import ARBITRAGE
from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.feuilles import Reperes, couper_codes, proteger
from ess_analyse.fichiers import (
    analyser_table,
    ecrire_table,
    exiger_inchanges,
    lire_texte,
    photographier,
    seul_dans,
    trouver_separateur,
)
from ess_analyse.grille import Grille, lire_grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import RIEN
from ess_analyse.relecture.arbitrage import Avis
from ess_analyse.relecture.feuille import Conflit, Etat, FeuilleOuverte, montrer_memo, preparer_feuille
from ess_analyse.relecture.gestes import nettoyer_memo
from ess_analyse.segments import segmenter

__all__ = ["DESACCORDS", "Report", "arbitrer_au_tableur"]

DESACCORDS = (
    "segment",
    "locuteur",
    "avant",
    "texte",
    "apres",
    "question",
    "semblables",
    ARBITRAGE,
    "decision",
    "raison",
)
"""Les colonnes de ``data/desaccords.csv``, sans celles des codeurs (``avis_<codeur>``, avant ``question``)."""

_EXIGEES = ("segment", "texte", "decision", "raison")
_AVIS = "avis_"
_RIEN_POSE = "rien à coder"


class Report(NamedTuple):
    """Ce qu'un passage par le tableur a fait.

    Attributes
    ----------
    lignes : int
        Phrases en désaccord dans la table.
    portees : int
        Phrases dont la décision ou la raison est portée dans la feuille d'arbitrage.
    restantes : int
        Désaccords que l'arbitrage n'a pas tranchés.
    raisons : int
        Parmi les phrases portées, celles dont seule la raison l'est.
    """

    lignes: int
    portees: int
    restantes: int
    raisons: int = 0


class _Ligne(NamedTuple):
    """Ce que la personne a rempli : les cellules telles qu'elles sont, et où."""

    numero: int
    segment: str
    decision: str
    raison: str


def arbitrer_au_tableur(etude: Etude) -> Report:
    """Porter les décisions de ``data/desaccords.csv`` dans la feuille d'arbitrage, puis refaire la table.

    La table a une ligne par phrase en désaccord, celles qui apprennent le plus d'abord. La personne remplit
    ``decision`` (les codes retenus, séparés par une espace, ceux que tous ont posés étant gardés d'eux-mêmes ; ou ``-``
    si aucun des codes discutés n'est retenu) et ``raison``. Ces cellules ne sont jamais changées. Une ligne remplie
    dont la phrase n'est plus en désaccord est portée aussi, et gardée en fin de table.

    Parameters
    ----------
    etude : Etude
        L'étude.

    Returns
    -------
    Report
        Ce qui a été fait.

    Raises
    ------
    ErreurDonnees
        Toutes les fautes des feuilles et de la table : code inconnu, phrase absente ou en double, décision ou raison
        différente de ce que la feuille d'arbitrage dit déjà ; ou aucun désaccord. Rien n'est alors écrit. Si la table
        a changé pendant ce temps : elle n'est pas refaite, et relancer ne porte rien deux fois.
    """
    with seul_dans(etude.codages, creer=False):
        return _arbitrer(etude)


def _arbitrer(etude: Etude) -> Report:
    table_lue = photographier([etude.desaccords])
    grille, segments = lire_grille(etude.grille), segmenter(lire_corpus(etude.corpus))
    avis = Avis.lire(etude, segments, grille)
    remplies, problemes = _lire(etude, Reperes.depuis(segments))
    if not remplies:
        avis.exiger_un_desaccord(etude)
    chemin = etude.codages / f"{ARBITRAGE}.csv"
    ouverte = FeuilleOuverte(chemin) if chemin.exists() else None
    decisions: dict[str, Etat] = {}
    lus: dict[str, Etat] = {}
    for ligne in remplies:
        segment = ligne.segment
        etat = ouverte.etat(segment) if ouverte is not None and segment in ouverte else Etat((), "")
        voulu = _vouloir(ligne, etat, avis.acquis(segment), grille)
        problemes += _controler(ligne, etat, voulu, grille, relatif(etude.desaccords), relatif(chemin))
        if voulu != etat:
            lus[segment], decisions[segment] = etat, voulu
    lever(sorted(problemes))
    if decisions:
        _porter(etude, segments, lus, decisions)
        avis = Avis.lire(etude, segments, grille)
    table = _tabler(avis, segments, remplies)
    exiger_inchanges(table_lue)
    ecrire_table(etude.desaccords, table)
    seules = sum(lus[segment].codes == voulu.codes for segment, voulu in decisions.items())
    return Report(len(avis.classement), len(decisions), int((~avis.classement["arbitre"]).sum()), seules)


def _lire(etude: Etude, reperes: Reperes) -> tuple[list[_Ligne], list[Probleme]]:
    """Lire les lignes que la personne a remplies."""
    if not etude.desaccords.is_file():
        return [], []
    texte, nom = lire_texte(etude.desaccords), relatif(etude.desaccords)
    autres = [colonne for colonne in DESACCORDS if colonne not in _EXIGEES]
    table = analyser_table(texte, nom, _EXIGEES, [*autres, *_trouver_avis(texte)])
    remplies, problemes, vues = [], [], {}
    for ligne in table[(table["decision"] + table["raison"]).str.strip() != ""].itertuples():
        segment, texte = ligne.segment.strip(), ligne.texte
        ailleurs = reperes.ailleurs(segment, texte)
        if not reperes.reconnait(segment, texte) and len(ailleurs) == 1:
            segment = ailleurs[0]
        elif not reperes.reconnait(segment, texte):
            remede = "sa phrase a changé : reportez la décision dans la page, puis effacez la ligne"
            problemes.append(Probleme(nom, ligne.Index, "phrase absente du corpus", segment, remede))
            continue
        premiere = vues.setdefault(segment, ligne.Index)
        if premiere != ligne.Index:
            remede = f"elle est remplie ligne {premiere} : gardez une ligne"
            problemes.append(Probleme(nom, ligne.Index, "phrase en double", segment, remede))
        remplies.append(_Ligne(ligne.Index, segment, ligne.decision, ligne.raison))
    return remplies, problemes


def _trouver_avis(texte: str) -> list[str]:
    """Trouver dans l'en-tête les colonnes des codeurs, qui ne sont pas toujours ceux d'aujourd'hui."""
    entete = texte.split("\n", 1)[0]
    try:
        noms = next(csv.reader([entete], delimiter=trouver_separateur(entete)))
    except csv.Error:
        # Reading the whole table says where it is wrong.
        return []
    return [nom for nom in dict.fromkeys(map(str.strip, noms)) if nom.startswith(_AVIS)]


def _codes(ligne: _Ligne) -> list[str]:
    return couper_codes(ligne.decision.strip().removeprefix("'"))


def _vouloir(ligne: _Ligne, etat: Etat, acquis: tuple[str, ...], grille: Grille) -> Etat:
    """Dire ce que la feuille d'arbitrage doit dire de la phrase."""
    codes, memo = _codes(ligne), nettoyer_memo(montrer_memo(ligne.raison))
    tous = {*acquis, *codes} - {RIEN}
    voulus = tuple(code for code in grille.ids() if code in tous) or (RIEN,)
    # What the page has decided may drop a code that all had given: the same cell must not give it back.
    garder = not codes or set(etat.codes) in (set(codes), set(voulus))
    return Etat(etat.codes if garder else voulus, memo or etat.memo)


def _controler(ligne: _Ligne, etat: Etat, voulu: Etat, grille: Grille, nom: str, feuille: str) -> Iterator[Probleme]:
    codes = _codes(ligne)
    inconnus = [code for code in codes if code not in grille and code != RIEN]
    for code in inconnus:
        remede = proposer(code.upper(), [*grille.ids(), RIEN]) or "voyez la grille"
        yield Probleme(nom, ligne.numero, "code inconnu", code, remede)
    if RIEN in codes and len(codes) > 1:
        yield Probleme(nom, ligne.numero, "« - » mêlé à des codes", " ".join(codes), "gardez les codes, ou « - » seul")
    suite = "videz cette cellule pour garder la sienne, ou la sienne pour garder celle-ci, puis relancez"
    if etat.codes and voulu.codes != etat.codes and not inconnus:
        remede = f"la feuille {feuille} dit « {' '.join(etat.codes)} » : {suite}"
        yield Probleme(nom, ligne.numero, f"décision différente pour {ligne.segment}", " ".join(codes), remede)
    if etat.memo and voulu.memo != etat.memo:
        remede = f"la feuille {feuille} dit « {etat.memo} » : {suite}"
        yield Probleme(nom, ligne.numero, f"raison différente pour {ligne.segment}", voulu.memo, remede)


def _porter(etude: Etude, segments: pd.DataFrame, lus: dict[str, Etat], decisions: dict[str, Etat]) -> None:
    """Écrire les décisions, si la feuille dit encore ce qui a été lu."""
    chemin = etude.codages / f"{ARBITRAGE}.csv"
    for entretien in sorted({segment.partition(":")[0] for segment in decisions}):
        preparer_feuille(chemin, segments[segments["entretien"] == entretien])
    feuille = FeuilleOuverte(chemin)
    changes = [segment for segment, lu in lus.items() if segment not in feuille or feuille.etat(segment) != lu]
    try:
        if not changes:
            feuille.ecrire(decisions, feuille.empreinte)
    except Conflit as conflit:
        changes.append(conflit.segment)
    remede = "fermez l'autre fenêtre ou le tableur, puis relancez"
    message = "la feuille vient de changer ailleurs"
    lever(Probleme(relatif(chemin), 0, message, segment, remede) for segment in changes)


def _tabler(avis: Avis, segments: pd.DataFrame, remplies: list[_Ligne]) -> pd.DataFrame:
    """Mettre en table les désaccords, puis les autres lignes remplies."""
    places = {segment: rang for rang, segment in enumerate(segments["segment"])}
    phrases, entretiens = list(segments["texte"]), list(segments["entretien"])
    locuteurs, ecrites = list(segments["locuteur"]), {ligne.segment: ligne for ligne in remplies}
    questions = {ligne.segment: ligne for ligne in avis.classement.itertuples()}
    arbitres = _reunir(avis.codages[avis.codages["codeur"] == ARBITRAGE])

    def voisine(rang: int, pas: int) -> str:
        ailleurs = not 0 <= rang + pas < len(phrases) or entretiens[rang + pas] != entretiens[rang]
        return "" if ailleurs else proteger(phrases[rang + pas])

    lignes = []
    for segment in dict.fromkeys([*questions, *ecrites]):
        rang, question, ecrite = places[segment], questions.get(segment), ecrites.get(segment)
        lignes.append(
            {
                "segment": segment,
                "locuteur": proteger(locuteurs[rang]),
                "avant": voisine(rang, -1),
                "texte": proteger(phrases[rang]),
                "apres": voisine(rang, 1),
                **{f"{_AVIS}{codeur}": _dire_avis(avis, codeur, segment) for codeur in avis.codeurs},
                "question": f"{question.question} {question.autres}".strip() if question else "",
                "semblables": str(question.semblables) if question else "",
                ARBITRAGE: arbitres.get(segment, ""),
                "decision": ecrite.decision if ecrite else "",
                "raison": ecrite.raison if ecrite else "",
            }
        )
    colonnes = [*DESACCORDS[:5], *(f"{_AVIS}{codeur}" for codeur in avis.codeurs), *DESACCORDS[5:]]
    return pd.DataFrame(lignes, columns=colonnes, dtype="str")


def _reunir(arbitres: pd.DataFrame) -> dict[str, str]:
    codes = arbitres.groupby("segment")["code"].agg(" ".join)
    return {segment: _RIEN_POSE if siens == RIEN else siens for segment, siens in codes.items()}


def _dire_avis(avis: Avis, codeur: str, segment: str) -> str:
    poses = avis.poses.get(segment, {}).get(codeur)
    if poses is None:
        return ""
    memo = " ".join(avis.memos.get((codeur, segment), "").split())
    return " — ".join(filter(None, [" ".join(poses) or _RIEN_POSE, memo]))
