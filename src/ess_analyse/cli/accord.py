"""Coder à plusieurs : tirer ce que tous codent à l'aveugle, puis mesurer l'accord."""

from __future__ import annotations

import click
import pandas as pd

import ess_analyse as ess
from ess_analyse.accord import lister_lecteurs, reperer_copies
from ess_analyse.cli.affichage import afficher_table, dire
from ess_analyse.cli.etape import en_json, etape, exiger_documents
from ess_analyse.coefficients import ecrire_coefficient
from ess_analyse.erreurs import Probleme, compter, relatif
from ess_analyse.etude import Etude
from ess_analyse.grille import Grille

__all__ = ["accord", "echantillon"]

_TITRES = {
    "codeur": "codeur",
    "relecture": "relecture",
    "code": "code",
    "unites": "phrases",
    "usages": "usages",
    "pourcentage": "accord",
    "kappa": "κ",
    "alpha": "α",
    "alpha_bas": "de",
    "alpha_haut": "à",
    "ac1": "AC1",
    "alpha_masi": "α MASI",
    "conclusion": "conclusion",
}
_PEU = 20
"""Entretiens en deçà desquels les bornes sont trop étroites : Cameron, Gelbach et Miller (2008)."""


@click.command()
@click.option("--codeurs", metavar="A,B", help="Seulement ces codeurs, séparés par une virgule.")
@click.option("--echantillon", "seul", is_flag=True, help="Seulement les entretiens de l'échantillon figé.")
@click.option("--constance", is_flag=True, help="L'accord de chaque codeur avec sa seconde lecture.")
@en_json
@etape
def accord(etude: Etude, codeurs: str | None, seul: bool, constance: bool, en_json: bool) -> None:
    """Mesurer l'accord entre les personnes qui ont codé les mêmes phrases."""
    noms = None if codeurs is None else [nom.strip() for nom in codeurs.split(",") if nom.strip()]
    if noms is not None and len(set(noms)) < (1 if constance else 2):
        raise click.BadParameter("deux noms au moins, séparés par une virgule", param_hint="--codeurs")
    corpus, grille = ess.lire_corpus(etude.corpus), ess.lire_grille(etude.grille)
    exiger_documents(etude, corpus.documents)
    segments = ess.segmenter(corpus)
    codages = ess.lire_codages(etude.codages, segments, grille, relectures=constance)
    if seul:
        fige, avis = ess.lire_echantillon(etude.echantillon, grille, corpus.documents)
        segments = segments[segments["entretien"].isin(fige["entretien"])]
        codages = codages[codages["segment"].isin(segments["segment"])]
        _prevenir(avis)
    if constance:
        mesures = ess.mesurer_constance(codages, grille, noms)
        _montrer(mesures, grille, "Accord de chacun avec lui-même", en_json=en_json)
        if mesures.empty and not en_json:
            dire("Aucune seconde lecture à mesurer : ess-analyse relire --codeur NOM@AAAA-MM-JJ --aveugle", signe="!")
        return
    _prevenir(reperer_copies(codages))
    mesures, entretiens = _encadrer(codages, grille, noms)
    _montrer(mesures, grille, "Accord entre codeurs", en_json=en_json)
    if not en_json:
        _dire_la_suite(mesures, codages, entretiens, len(segments) if seul else 0)


@click.command()
@click.option(
    "--part",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.2,
    show_default=True,
    help="La part des entretiens à tirer (deux au moins).",
)
@click.option("--graine", type=int, default=1, show_default=True, help="La même tire les mêmes entretiens.")
@click.option("--refaire", is_flag=True, help="Remplacer l'échantillon déjà figé.")
@en_json
@etape
def echantillon(etude: Etude, part: float, graine: int, refaire: bool, en_json: bool) -> None:
    """Tirer les entretiens que toute l'équipe code à l'aveugle, et les figer."""
    documents, grille = ess.lire_corpus(etude.corpus).documents, ess.lire_grille(etude.grille)
    fonctions = ess.lire_fonctions(etude.fonctions) if etude.fonctions.is_file() else None
    tires = ess.tirer_echantillon(documents, fonctions, part=part, graine=graine)
    change = ess.figer_echantillon(etude.echantillon, tires, grille, refaire=refaire)
    afficher_table(tires, "Entretiens à coder par tous, à l'aveugle", en_json=en_json)
    if not en_json:
        choix = " ".join(f"--document {entretien}" for entretien in tires["entretien"])
        dire(
            f"{relatif(etude.echantillon)} : {len(tires)} entretiens, {'figés' if change else 'déjà figés'} avec la "
            f"grille d'aujourd'hui. Pour chaque personne : ess-analyse feuille --codeur NOM --aveugle {choix}"
        )


def _encadrer(codages: pd.DataFrame, grille: Grille, noms: list[str] | None) -> tuple[pd.DataFrame, int]:
    """Mettre à côté de chaque α ses bornes, et dire de combien d'entretiens elles viennent."""
    bornes = ess.encadrer_accord(codages, grille, noms)
    bornes = bornes[bornes["mesure"] == "alpha"].set_index("code")
    mesures = ess.mesurer_accord(codages, grille, noms)
    mesures = mesures.assign(
        alpha_bas=mesures["code"].map(bornes["bas"]), alpha_haut=mesures["code"].map(bornes["haut"])
    )
    return mesures, int(bornes["entretiens"].max())


def _montrer(mesures: pd.DataFrame, grille: Grille, titre: str, *, en_json: bool) -> None:
    """Montrer les codes, puis leurs dimensions : elles n'ont pas les mêmes mesures, et la table reste étroite."""
    flottantes = list(mesures.select_dtypes("float"))
    if en_json:
        afficher_table(mesures.round({colonne: 3 for colonne in flottantes}), titre, en_json=True)
        return
    ecrites = mesures.assign(**{colonne: mesures[colonne].map(ecrire_coefficient) for colonne in flottantes})
    if mesures["unites"].nunique() == 1:
        titre += f", sur {compter(int(mesures['unites'].iloc[0]), 'phrase')}"
        ecrites = ecrites.drop(columns="unites")
    des_codes = mesures["code"].isin(grille.ids())
    for choisies, autre in ((des_codes, "alpha_masi"), (~des_codes, "ac1")):
        table = ecrites.loc[choisies, [colonne for colonne in _TITRES if colonne in ecrites and colonne != autre]]
        if len(table):
            afficher_table(table.rename(columns=_TITRES), titre)


def _dire_la_suite(mesures: pd.DataFrame, codages: pd.DataFrame, entretiens: int, phrases: int) -> None:
    lues = int(mesures["unites"].max())
    if not lues:
        dire("Aucune phrase n'a été lue à l'aveugle par deux personnes.", signe="!")
        _remedier(codages)
        return
    if phrases > lues:
        restent = compter(phrases - lues, "phrase")
        dire(f"Dans l'échantillon, il reste {restent} sur {phrases} à faire lire par deux personnes.", signe="!")
    dire(
        "« de » et « à » : bornes de α à 95 %, si l'on avait interrogé d'autres personnes du même panel ; la "
        "conclusion n'en tient pas compte. AC1 : à lire quand un code est rare. "
        "α MASI : l'accord sur tous les codes de la phrase à la fois."
    )
    if entretiens < _PEU:
        dire(
            f"Sur {compter(entretiens, 'entretien')}, ces bornes sont trop étroites : lisez-les comme un minimum.",
            signe="!",
        )


def _remedier(codages: pd.DataFrame) -> None:
    """Dire comment obtenir une mesure, et ce qui s'oppose à celle des feuilles d'aujourd'hui."""
    lecteurs = lister_lecteurs(codages)
    voix = codages[codages["codeur"].isin(lecteurs)].groupby("segment")["codeur"].nunique()
    if doubles := int((voix > 1).sum()):
        dire(
            f"{compter(doubles, 'phrase lue')} par deux personnes ne compte{'nt' * (doubles > 1)} pas : l'une au moins "
            "a accepté des suggestions dans cet entretien. Pour compter tout de même : "
            f"ess-analyse accord --codeurs {','.join(lecteurs)}",
            signe="!",
        )
    dire("Pour coder les mêmes entretiens sans se voir ni voir la machine : ess-analyse echantillon")


def _prevenir(avis: list[Probleme]) -> None:
    for probleme in avis:
        click.secho("! ", fg="yellow", nl=False, err=True)
        click.echo(str(probleme), err=True)
