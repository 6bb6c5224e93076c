"""Garder ce que la machine a appris d'une étude : relire coûte une fraction d'apprendre, et donne les mêmes scores."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd

from ess_analyse.grille import Grille
from ess_analyse.suggestions.classifieur import Adaptation
from ess_analyse.suggestions.depart import Depart
from ess_analyse.suggestions.savoir import Savoir
from ess_analyse.suggestions.traits import Traits

__all__ = ["relire_savoir", "savoir_en_octets"]


def savoir_en_octets(savoir: Savoir) -> bytes:
    """Écrire en nombres et en texte ce que l'étude ajoute au départ, qui est gardé ailleurs : relire n'exécute rien."""
    textes = {
        "poids": [[*cle, poids] for cle, poids in savoir.poids.items()],
        "seuils": savoir.seuils,
    }
    tables = {"lus": savoir.lus}
    if savoir.adaptation is not None:
        appris = savoir.adaptation
        textes |= dict(zip(("mots", "lettres"), appris.traits_.noms, strict=True))
        tables |= {"idf_mots": appris.traits_.mots_.idf_, "idf_lettres": appris.traits_.lettres_.idf_}
        tables |= {"coef": appris.coef_, "pentes": appris.pente_, "constantes": appris.intercept_}
    memoire = io.BytesIO()
    octets = np.frombuffer(json.dumps(textes, ensure_ascii=False).encode(), dtype=np.uint8)
    np.savez_compressed(memoire, textes=octets, **tables)
    return memoire.getvalue()


def relire_savoir(octets: bytes, grille: Grille, depart: Depart, exemples: pd.DataFrame) -> Savoir:
    """Relire ce que :func:`savoir_en_octets` a écrit, pour la même grille et les mêmes exemples.

    Parameters
    ----------
    octets : bytes
        Ce qui a été gardé.
    grille : Grille
        Les codes.
    depart : Depart
        Celui de la grille et des exemples.
    exemples : DataFrame
        Ceux d'où le départ vient.

    Returns
    -------
    Savoir
        Le même qu'appris.
    """
    with np.load(io.BytesIO(octets), allow_pickle=False) as tables:
        textes, lus = json.loads(tables["textes"].tobytes()), tables["lus"]
        adaptation = _relire_adaptation(tables, textes, depart) if "coef" in tables else None
    poids = {(code, indice): valeur for code, indice, valeur in textes["poids"]}
    return Savoir(grille, depart, exemples, adaptation, poids, lus, textes["seuils"])


def _relire_adaptation(tables, textes: dict, depart: Depart) -> Adaptation:
    traits = Traits().restaurer(textes["mots"], tables["idf_mots"], textes["lettres"], tables["idf_lettres"])
    return Adaptation(depart).restaurer(traits, tables["coef"], tables["pentes"], tables["constantes"])
