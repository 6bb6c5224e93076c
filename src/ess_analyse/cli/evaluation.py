"""Dire ce que valent les suggestions sur une étude déjà codée en partie."""

from __future__ import annotations

import json

import click
import pandas as pd

import ess_analyse as ess
from ess_analyse.cli.affichage import afficher_table, dire
from ess_analyse.cli.etape import en_json, etape
from ess_analyse.erreurs import Probleme, compter, lever, relatif
from ess_analyse.etude import Etude
from ess_analyse.grille import Grille
from ess_analyse.modele import est_une_parole
from ess_analyse.suggestions import SEUIL

__all__ = ["evaluer"]

_COLONNES = {
    "code": "code",
    "usages": "usages",
    "precision": "précision",
    "rappel": "rappel",
    "f1": "F1",
    "rappel_3": "rappel@3",
    "rappel_5": "rappel@5",
}
_MESURES = _COLONNES | {"f1": "F1 micro", "f1_macro": "F1 macro", "valence": "valence (α)"}
_MESURES |= {"valence_risque": "risque ou opportunité (α)"}
_PAIRES = {"unites": "phrases", "f1": "F1", "alpha": "α", "valence": "valence (α)", "valence_risque": "R ou O (α)"}


@click.command()
@click.option(
    "--plis",
    type=click.IntRange(min=2),
    default=5,
    show_default=True,
    metavar="NOMBRE",
    help="En combien de parts les entretiens codés sont partagés.",
)
@click.option(
    "--precision",
    type=click.FloatRange(0, 1),
    metavar="PART",
    help="Dire aussi le seuil qu'il faudrait à chaque code pour que cette part de ses suggestions soit juste (0.5).",
)
@en_json
@etape
def evaluer(etude: Etude, plis: int, precision: float | None, en_json: bool) -> None:
    """Mesurer ce que valent les suggestions, sur ce que des personnes ont codé.

    Chaque entretien est jugé par une machine qui n'a rien appris de lui. Rien n'est écrit.
    """
    segments, grille = ess.segmenter(ess.lire_corpus(etude.corpus)), ess.lire_grille(etude.grille)
    reglages = ess.lire_reglages(etude.reglages, grille.ids())
    codages = _lire_codages(etude, segments, grille)
    avis = ess.consolider(codages)
    exemples = ess.lire_exemples(etude.exemples) if etude.exemples.is_dir() else None
    suggestions = ess.suggerer_par_plis(segments, grille, avis, plis, exemples=exemples, seuil=reglages.seuils)
    tables = {
        "codes": ess.evaluer(suggestions, avis, grille),
        "ensemble": ess.encadrer(suggestions, avis, grille).query("code == 'ensemble'").drop(columns="code"),
        "calibration": ess.mesurer_calibration(suggestions, avis, grille),
        "humains": ess.comparer_humains(suggestions, codages, grille),
    }
    if precision is not None:
        tables["seuils"] = _choisir(suggestions, segments, avis, grille, precision)
    ecart = ess.erreur_de_calibration(tables["calibration"])
    if en_json:
        _ecrire_json(tables, ecart)
        return
    _montrer(tables, ecart)
    if precision is not None:
        _conseiller(tables["seuils"], precision)


def _lire_codages(etude: Etude, segments: pd.DataFrame, grille: Grille) -> pd.DataFrame:
    remede = "codez des phrases d'au moins deux entretiens : ess-analyse feuille --codeur NOM"
    manque = Probleme(relatif(etude.codages), 0, "il faut au moins deux entretiens codés pour évaluer", remede=remede)
    if not etude.codages.is_dir():
        lever([manque])
    codages = ess.lire_codages(etude.codages, segments, grille)
    if segments.loc[segments["segment"].isin(codages["segment"]), "entretien"].nunique() < 2:
        lever([manque])
    return codages


def _choisir(
    suggestions: pd.DataFrame, segments: pd.DataFrame, avis: pd.DataFrame, grille: Grille, precision: float
) -> pd.DataFrame:
    questions = segments.loc[~segments["locuteur"].map(est_une_parole).astype("bool"), "segment"]
    courbe = ess.courbe_des_seuils(suggestions[~suggestions["segment"].isin(questions)], avis, grille)
    return ess.choisir_seuils(courbe, precision, commun=SEUIL)


def _ecrire_json(tables: dict[str, pd.DataFrame], ecart: float) -> None:
    contenu = {nom: json.loads(table.to_json(orient="records")) for nom, table in tables.items()}
    contenu["erreur_de_calibration"] = None if pd.isna(ecart) else round(ecart, 4)
    click.echo(json.dumps(contenu, ensure_ascii=False, indent=2))


def _montrer(tables: dict[str, pd.DataFrame], ecart: float) -> None:
    codes = tables["codes"]
    employes = codes[(codes["usages"] > 0) | (codes["proposes"] > 0)]
    afficher_table(employes[[*_COLONNES]].rename(columns=_COLONNES), "Suggestions par plis, code par code")
    ensemble = tables["ensemble"].assign(mesure=tables["ensemble"]["mesure"].map(_MESURES))
    entretiens = int(ensemble["entretiens"].iloc[0])
    titre = f"Ensemble, et ce qu'il serait sur d'autres entretiens (95 %, {compter(entretiens, 'entretien')})"
    afficher_table(ensemble[["mesure", "valeur", "bas", "haut"]], titre)
    if tables["humains"].empty:
        dire(
            "Personne n'a codé à l'aveugle les mêmes phrases qu'une autre : rien à quoi comparer la machine. "
            "Pour savoir pourquoi : ess-analyse accord",
            "!",
        )
    else:
        paires = tables["humains"].assign(paire=tables["humains"]["premier"] + " – " + tables["humains"]["second"])
        afficher_table(paires[["paire", *_PAIRES]].rename(columns=_PAIRES), "La machine à côté des personnes")
    if not pd.isna(ecart):
        lu = f"{ecart:.3f}".replace(".", ",")
        dire(
            f"Calibration (ECE) : la part confirmée s'écarte en moyenne du score annoncé de {lu} ; "
            "à 0, chaque score dirait vrai."
        )


def _conseiller(seuils: pd.DataFrame, precision: float) -> None:
    choisis = seuils[seuils["raison"] == "choisi"]
    part = f"{precision:.2f}".replace(".", ",")
    if choisis.empty:
        dire(f"Aucun code n'atteint une précision de {part} sur assez de phrases : gardez le seuil commun.", "!")
        return
    dire(f"Pour une précision de {part} (mesurée sur ces mêmes phrases : un peu flatteuse), dans data/etude.yml :")
    click.echo("seuils:")
    for code, seuil in zip(choisis["code"], choisis["seuil"], strict=True):
        click.echo(f"  {code}: {seuil:.2f}")
    autres = seuils[seuils["raison"] != "choisi"]
    for raison, siens in autres.groupby("raison", sort=True)["code"]:
        dire(f"{raison[0].upper()}{raison[1:]}, au seuil commun : {', '.join(siens)}.", "!")
