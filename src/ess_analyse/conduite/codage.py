"""De la phrase au code : suggérer, tirer un échantillon, coder, s'accorder, trancher."""

from __future__ import annotations

import pandas as pd

from ess_analyse.accord import lire_echantillon, lister_communs, lister_lecteurs, mesurer_accord, reperer_copies
from ess_analyse.codages import ARBITRAGE, avancement, est_relecture
from ess_analyse.coefficients import ecrire_coefficient
from ess_analyse.conduite.etapes import A_FAIRE, FACULTATIF, FAIT, PLUS_TARD, REPARER, Etape
from ess_analyse.conduite.lecture_etude import LectureEtude
from ess_analyse.conduite.phrases import dire_probleme
from ess_analyse.erreurs import ErreurDonnees, compter, relatif
from ess_analyse.feuilles import lire_feuille

__all__ = ["arbitrer", "coder", "mesurer", "suggerer", "tirer"]

_SANS_CORPUS = "pas encore de phrase"
_VERIFIER = "ess-analyse verifier"
_PRENOM = "prenom"
"""Ce que la personne remplace par le sien ; la commande marche aussi telle quelle."""


def _pret(lue: LectureEtude) -> bool:
    return lue.corpus is not None and lue.grille is not None


def _lues(lue: LectureEtude) -> set[str]:
    return set(lue.codages["segment"])


def suggerer(lue: LectureEtude) -> Etape:
    """Les suggestions sont-elles celles de ces phrases ?"""
    nom = "Faire suggérer des codes"
    if not _pret(lue):
        return Etape("suggerer", nom, PLUS_TARD, _SANS_CORPUS)
    lues = _lues(lue)
    if lue.deplaces or "codages" in lue.problemes:
        return Etape("suggerer", nom, PLUS_TARD, "les feuilles de codage sont à réparer d'abord")
    chemin, phrases = lue.etude.suggestions, set(lue.segments["segment"])
    constat = f"pas de {relatif(chemin)}"
    if chemin.is_file():
        try:
            table = pd.read_csv(chemin, sep=";", encoding="utf-8-sig", usecols=["segment"], dtype="str")
            places = set(table["segment"])
        except (ValueError, OSError):
            places = set()
        if places == phrases:
            return Etape("suggerer", nom, FAIT, f"{compter(phrases, 'phrase lue')} par la machine")
        constat = "les suggestions ne sont plus celles de ces phrases"
    return Etape(
        "suggerer",
        nom,
        FACULTATIF if phrases <= lues else A_FAIRE,
        constat,
        "La machine propose des codes, avec les mots qui en sont la cause ; elle ne code pas, une personne décide.",
        "ess-analyse suggerer",
    )


def tirer(lue: LectureEtude) -> Etape:
    """A-t-on tiré ce que toute l'équipe code ?"""
    nom = "Tirer l'échantillon commun"
    if not _pret(lue):
        return Etape("echantillon", nom, PLUS_TARD, _SANS_CORPUS)
    if lue.etude.echantillon.is_file():
        try:
            tires, avis = lire_echantillon(lue.etude.echantillon, lue.grille, lue.corpus.documents)
        except ErreurDonnees as erreur:
            return Etape("echantillon", nom, REPARER, dire_probleme(erreur.problemes), commande=_VERIFIER)
        constat = f"{compter(len(tires), 'entretien')} ({', '.join(tires['entretien'])})"
        return Etape("echantillon", nom, FAIT, constat + (f" ; {avis[0].message}" if avis else ""))
    entretiens = int(lue.corpus.documents["type"].eq("entretien").sum())
    return Etape(
        "echantillon",
        nom,
        FACULTATIF,
        "pas d'échantillon",
        "Si vous êtes plusieurs : les mêmes entretiens, codés par tous sans se voir, disent si la grille est claire.",
        "ess-analyse echantillon --part 0.2" if entretiens > 1 else "",
    )


def coder(lue: LectureEtude) -> Etape:
    """Toutes les phrases ont-elles été lues par quelqu'un ?"""
    nom = "Coder"
    if not _pret(lue):
        return Etape("coder", nom, PLUS_TARD, _SANS_CORPUS)
    if lue.deplaces:
        return Etape("coder", nom, REPARER, dire_probleme(lue.deplaces), commande="ess-analyse recaler")
    try:
        ou_en_est = avancement(lue.etude.codages, lue.segments) if lue.etude.codages.is_dir() else pd.DataFrame()
    except ErreurDonnees as erreur:
        return Etape("coder", nom, REPARER, dire_probleme(erreur.problemes), commande=_VERIFIER)
    lues = _lues(lue)
    if "codages" in lue.problemes:
        return Etape("coder", nom, REPARER, dire_probleme(lue.problemes["codages"]), commande=_VERIFIER)
    personnes = [une for une in ou_en_est.itertuples(index=False) if une.codeur != ARBITRAGE]
    dits = [f"{une.codeur} {une.lus} sur {une.total}" for une in personnes]
    restent = lue.segments[~lue.segments["segment"].isin(lues)]
    if restent.empty:
        return Etape("coder", nom, FAIT, f"toutes les phrases sont lues ({', '.join(dits)})")
    combien = f"{compter(len(restent), 'phrase')} que personne n'a encore lue{'s' * (len(restent) > 1)}"
    document, qui, aveugle = _choisir(lue, restent, personnes)
    # Without « --aveugle », the sheet would show what the machine proposes, and no longer measure agreement.
    portee = "".join([" --aveugle", *(f" --document {commun}" for commun in _lire_communs(lue))]) if aveugle else ""
    return Etape(
        "coder",
        nom,
        # Whoever writes findings has decided that enough was read.
        FACULTATIF if lue.enseignements else A_FAIRE,
        combien + (f" ; {', '.join(dits)}" if dits else ""),
        "Une personne lit chaque phrase et décide ; « - » veut dire « lue, rien à coder », vide « pas encore lue ».",
        f"ess-analyse relire {document} --codeur {qui}" + " --aveugle" * aveugle,
        (f"Remplacez « {_PRENOM} » par votre prénom ou un surnom, sans espace",) * (qui == _PRENOM),
        f"ess-analyse feuille --codeur {qui}{portee}, pour coder dans un tableur plutôt que dans la page",
    )


def _choisir(lue: LectureEtude, restent: pd.DataFrame, personnes: list) -> tuple[str, str, bool]:
    """Choisir qui reprend, et où : l'échantillon commun d'abord, puis la première feuille commencée, puis le reste."""
    communs, places = _lire_communs(lue), set(lue.segments["segment"])
    commencees = []
    for une in personnes:
        if une.lus < une.total and not est_relecture(une.codeur):
            feuille = lire_feuille(lue.etude.codages / f"{une.codeur}.csv")
            vides = feuille.loc[feuille["codes"].str.strip().eq(""), "segment"].str.strip()
            commencees += [(place.partition(":")[0], une.codeur) for place in vides if place in places]
    qui = next((une.codeur for une in personnes if not est_relecture(une.codeur)), _PRENOM)
    choix = [*commencees, *((document, qui) for document in restent["entretien"].drop_duplicates())]
    document, qui = min(choix, key=lambda un: un[0] not in communs)
    return document, qui, document in communs


def _lire_communs(lue: LectureEtude) -> tuple[str, ...]:
    """Lister les entretiens que tous codent à l'aveugle ; rien si la table ne se lit pas."""
    try:
        return lister_communs(lue.etude.echantillon, lue.grille)
    except ErreurDonnees:
        return ()


def mesurer(lue: LectureEtude) -> Etape:
    """Deux personnes posent-elles les mêmes codes ?"""
    nom, pourquoi = "Mesurer l'accord", "Un code sur lequel on ne s'accorde pas ne se compte pas : il se précise."
    communes = _lectures(lue)
    if not communes:
        etat = FACULTATIF if _pret(lue) else PLUS_TARD
        return Etape("accord", nom, etat, "aucune phrase lue par deux personnes", pourquoi)
    mesures = mesurer_accord(lue.codages, lue.grille).set_index("code")
    aveugles = int(mesures["unites"].max())
    if not aveugles:
        constat = f"{compter(communes, 'phrase lue')} par deux personnes, aucune à l'aveugle"
        return Etape("accord", nom, FACULTATIF, constat, pourquoi, "ess-analyse accord")
    if copies := reperer_copies(lue.codages):
        return Etape("accord", nom, FACULTATIF, f"{copies[0].message} : une copie ?", pourquoi, "ess-analyse accord")
    alphas = [
        f"α = {ecrire_coefficient(mesures.loc[dimension.id, 'alpha'])} ({dimension.libelle})"
        for dimension in lue.grille.dimensions
        if dimension.id in mesures.index and pd.notna(mesures.loc[dimension.id, "alpha"])
    ]
    phrases = f"{compter(aveugles, 'phrase lue')} par deux personnes"
    return Etape("accord", nom, FAIT, " ; ".join([phrases, *alphas]), pourquoi, "ess-analyse accord")


def arbitrer(lue: LectureEtude) -> Etape:
    """Les désaccords sont-ils tranchés ?"""
    nom, communes = "Trancher les désaccords", _lectures(lue)
    if not communes:
        return Etape("arbitrer", nom, PLUS_TARD, "aucun désaccord à trancher")
    separent = {segment for segment, avis in communes.items() if len(set(avis)) > 1}
    tranchees = set(lue.codages.loc[lue.codages["codeur"] == ARBITRAGE, "segment"])
    restent = len(separent - tranchees)
    if not restent:
        return Etape("arbitrer", nom, FAIT, f"{compter(len(separent), 'désaccord')}, tous tranchés")
    return Etape(
        "arbitrer",
        nom,
        A_FAIRE,
        f"{compter(restent, 'désaccord')} à trancher",
        "Tant qu'un désaccord n'est pas tranché, la phrase n'a que les codes que la plupart y ont posés.",
        "ess-analyse arbitrer",
        ("Regardez d'abord où l'on se sépare : ess-analyse accord", "Tranchez à plusieurs, et écrivez pourquoi"),
        "ess-analyse arbitrer --bilan",
    )


def _lectures(lue: LectureEtude) -> dict[str, list[frozenset[str]]]:
    """Réunir les avis des phrases que deux personnes au moins ont lues."""
    avis: dict[str, dict[str, set[str]]] = {}
    lecteurs = set(lister_lecteurs(lue.codages)) if len(lue.codages) else set()
    for segment, codeur, code in lue.codages[["segment", "codeur", "code"]].itertuples(index=False):
        if codeur in lecteurs:
            avis.setdefault(segment, {}).setdefault(codeur, set()).add(code)
    return {segment: [*map(frozenset, dits.values())] for segment, dits in avis.items() if len(dits) > 1}
