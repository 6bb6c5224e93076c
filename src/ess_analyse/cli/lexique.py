"""Compter les mots de l'étude, et garder ce que l'on peut en publier."""

from __future__ import annotations

import json
from typing import NamedTuple

import click
import pandas as pd

import ess_analyse as ess
from ess_analyse.cache import ouvrir_magasin
from ess_analyse.cli.affichage import afficher_table, dire
from ess_analyse.cli.etape import en_json, etape
from ess_analyse.cli.jalons import force
from ess_analyse.erreurs import ErreurDonnees, compter, relatif
from ess_analyse.etude import Etude
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, Corpus
from ess_analyse.pages.lexicometrie import (
    Comptes,
    ecrire_comptes,
    lire_comptes,
    mesurer_empreintes,
    verifier_comptes,
)

__all__ = ["lexique"]

_CLASSES, _TAILLE = 4, 10
_MONTRES = 8


class _Entrees(NamedTuple):
    corpus: Corpus
    segments: pd.DataFrame
    grille: Grille
    avis: pd.DataFrame
    seuil: int


@click.command()
@click.option(
    "--classes",
    type=click.IntRange(min=2, max=20),
    default=_CLASSES,
    show_default=True,
    metavar="NOMBRE",
    help="Combien de groupes de mots former.",
)
@click.option(
    "--taille",
    type=click.IntRange(min=0, max=200),
    default=_TAILLE,
    show_default=True,
    metavar="MOTS",
    help="Réunir les phrases voisines jusqu'à tant de mots pleins différents ; 0 : les comparer une à une.",
)
@force
@en_json
@etape
def lexique(etude: Etude, classes: int, taille: int, force: bool, en_json: bool) -> None:
    """Compter les mots de l'étude, pour la page « Les mots de l'étude ».

    Dans data/lexicometrie n'est gardé que ce que l'on peut publier, au seuil de data/etude.yml. Rien n'est refait si ni
    les textes ni les codages n'ont changé.
    """
    entrees = _lire(etude)
    comptes = None if force else _reprendre(etude, entrees, classes, taille)
    changes = []
    if comptes is None:
        comptes = _compter(etude, entrees, classes, taille)
        changes = ecrire_comptes(etude.lexicometrie, comptes)
    if en_json:
        tables = {nom: json.loads(table.to_json(orient="records")) for nom, table in comptes.tables.items()}
        click.echo(json.dumps({"nombres": dict(comptes.nombres), **tables}, ensure_ascii=False, indent=2))
        return
    _montrer(comptes, entrees.grille)
    dire(f"{relatif(etude.lexicometrie)} : {'à jour' if changes else 'déjà à jour'}. La page les lit.")


def _lire(etude: Etude) -> _Entrees:
    corpus, grille = ess.lire_corpus(etude.corpus), ess.lire_grille(etude.grille)
    segments = ess.segmenter(corpus)
    avis = pd.DataFrame(columns=CODAGES, dtype="str")
    if etude.codages.is_dir():
        avis = ess.consolider(ess.lire_codages(etude.codages, segments, grille))
    return _Entrees(corpus, segments, grille, avis, ess.lire_reglages(etude.reglages, grille.ids()).seuil)


def _reprendre(etude: Etude, entrees: _Entrees, classes: int, taille: int) -> Comptes | None:
    """Rendre ce qui est gardé, si c'est ce que l'on demande et que l'étude n'a pas changé."""
    try:
        gardes = lire_comptes(etude.lexicometrie)
    except ErreurDonnees:
        # Missing or damaged, it is made again.
        return None
    empreintes = mesurer_empreintes(entrees.corpus, entrees.segments, entrees.avis, entrees.seuil, entrees.grille)
    voulus = (gardes.nombres["classes"], gardes.nombres["taille"]) == (classes, taille)
    return gardes if voulus and not verifier_comptes(gardes, empreintes, etude.lexicometrie) else None


def _compter(etude: Etude, entrees: _Entrees, classes: int, taille: int) -> Comptes:
    # The language model and scipy are read only when there is something to count.
    from ess_analyse.langue import lemmatiser
    from ess_analyse.pages.lexicometrie.mesure import Reglage, compter_mots

    corpus, segments, grille, avis, seuil = entrees
    mots = lemmatiser(segments, cache=ouvrir_magasin(etude.racine))
    return compter_mots(mots, segments, corpus, grille, avis, seuil, Reglage(classes, taille))


def _montrer(comptes: Comptes, grille: Grille) -> None:
    libelles = {code.id: code.libelle for code in grille}
    nombres, themes = comptes.nombres, comptes.tables["specificites"]
    propres = themes[themes["score"] > 0]
    if len(propres):
        mots = propres.groupby("code", sort=False)["mot"].agg(_reunir).reset_index()
        afficher_table(mots.assign(code=mots["code"].map(libelles)), "Mots propres à chaque thème")
    groupes = comptes.tables["profils"]
    if len(groupes):
        mots = groupes.groupby("classe")["mot"].agg(_reunir)
        phrases = comptes.tables["classes"].set_index("classe")["segments"].rename("phrases")
        afficher_table(pd.concat([phrases, mots], axis=1).reset_index(names="groupe").dropna(), "Groupes de mots")
    stabilite = comptes.tables["stabilite"]["semblables"]
    if len(groupes) and len(stabilite):
        bas, haut = (f"{valeur:.2f}".replace(".", ",") for valeur in (stabilite.min(), stabilite.max()))
        dire(
            f"Aux réglages voisins, les groupes se ressemblent de {bas} à {haut} "
            "(indice de Rand ajusté : 1, les mêmes ; 0, comme au hasard).",
            "!",
        )
    dire(
        f"{compter(nombres['mots'], 'mot public lu')}, {compter(nombres['differents'], 'différent')}, "
        f"{len(comptes.tables['lexique'])} que l'on peut nommer."
    )


def _reunir(mots: pd.Series) -> str:
    return ", ".join(mots.head(_MONTRES))
