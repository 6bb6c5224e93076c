"""Ce que coûte un grand corpus : débit, temps selon la taille, mémoire, sur un processus ou plusieurs.

Chaque mesure est un processus neuf qui recopie la démonstration autant de fois qu'il faut, sous d'autres noms. Les
débits sont ceux du régime établi : une fois passées les premières phrases, dont la durée, démarrage compris, est donnée
à part. Le coût selon la taille est compté en temps de calcul du processus, que ses voisins ne changent guère.
Recopié, un corpus n'a pas de mot neuf, et spaCy retient les mots déjà coupés : la référence les oublie à chaque
document.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

import ess_analyse as ess

__all__ = [
    "ETIQUETTES",
    "MODES",
    "TAILLES",
    "Releve",
    "copier",
    "mesurer",
    "pente",
    "presenter",
    "prolonger",
    "relever",
]

TAILLES = (12, 24, 48)
"""Combien de fois la démonstration, pour la mémoire et le coût selon la taille : plus petit, le démarrage pèse plus que
les phrases, et cache ce qu'elles ajoutent."""
COPIES = 24
"""Combien de fois, pour comparer les débits : assez pour que chaque travailleur ait plusieurs groupes de phrases."""
REGIME = 8000
"""En phrases : ce qui passe avant qu'un débit se mesure, quatre groupes, soit deux par travailleur."""
GROUPE = 2000
"""En phrases : de même, avant que le coût d'un seul processus se mesure."""
CIBLES = (1_000_000, 10_000_000, 100_000_000)
"""En mots : où la mémoire est prolongée."""
MODES = {
    "nu": "`nlp.pipe` nu",
    "flux": "`suggerer_en_flux`, un processus",
    "processus": "`suggerer_en_flux`, deux processus",
    "dask": '`suggerer_en_flux`, `dask="local"`, deux travailleurs',
    "commande": "la commande `suggerer`",
}
"""Ce qui est mesuré : le nom du mode, et comment il se dit."""
DEBITS = ("nu", "flux", "processus", "dask")
MEMOIRES = ("flux", "commande")
ETIQUETTES = (
    *(f"débit, {MODES[mode]}" for mode in DEBITS),
    *(
        f"{quoi}, {MODES[mode]}"
        for mode in MEMOIRES
        for quoi in ("mémoire", "mémoire prolongée", "coût selon la taille")
    ),
)
"""Les lignes de la table imprimée, et de celle de la documentation."""


class Releve(NamedTuple):
    """Ce qu'un processus a mesuré de lui-même.

    Attributes
    ----------
    mots : int
        Combien de mots, en tout.
    etablis : int
        Combien après les premières phrases.
    demarrage, secondes, calcul : float
        En secondes : jusqu'à la fin des premières phrases ; ensuite ; ce que ce processus seul a calculé ensuite.
    mio, travailleur : float
        La mémoire la plus haute de ce processus, et du plus gros de ceux qu'il a lancés, en mébioctets.
    """

    mots: int
    etablis: int
    demarrage: float
    secondes: float
    calcul: float
    mio: float
    travailleur: float

    @property
    def debit(self) -> float:
        """En mots par seconde, au régime établi."""
        return self.etablis / self.secondes


def mesurer(etude: ess.Etude) -> None:
    """Mesurer, et imprimer la table que la documentation reprend."""
    if importlib.util.find_spec("resource") is None:
        print("echelle : la mémoire ne se mesure pas sous ce système")
        return
    # What is learnt once and kept is not what is measured here.
    relever(etude, "flux", 1, GROUPE)
    debits = {mode: relever(etude, mode, COPIES, REGIME) for mode in DEBITS}
    tailles = {mode: [relever(etude, mode, fois, GROUPE) for fois in TAILLES] for mode in MEMOIRES}
    print(f"echelle : {os.cpu_count()} cœurs, Python {sys.version.split()[0]}")
    print(presenter(debits, tailles))


def presenter(debits: dict[str, Releve], tailles: dict[str, Sequence[Releve]]) -> str:
    """Composer la table, en Markdown."""
    nu, lignes = debits["nu"].debit, []
    for releve in debits.values():
        part = "" if releve is debits["nu"] else f", soit {_dire(releve.debit / nu, 2)} × `nlp.pipe` nu"
        travailleur = f" et {_dire(releve.travailleur)} par travailleur" if releve.travailleur else ""
        attente = f"{_dire(releve.demarrage, 1)} s pour les premières phrases"
        memoire = f"{_dire(releve.mio)} Mio{travailleur}"
        lignes.append(f"{_dire(releve.debit)} mots par seconde{part} ; {attente} ; {memoire}")
    for releves in tailles.values():
        lignes.append(" ; ".join(f"{_dire(un.mio)} Mio pour {_dire(un.mots)} mots" for un in releves))
        prolongee = prolonger([un.mots for un in releves], [un.mio for un in releves])
        lignes.append(" ; ".join(f"{_dire(mio)} Mio pour {_dire(mots)} mots" for mots, mio in prolongee.items()))
        droite = pente([un.etablis for un in releves], [un.calcul for un in releves])
        lignes.append(f"pente log-log {_dire(droite, 2)}")
    lignes = [f"| {nom} | {ligne} |" for nom, ligne in zip(ETIQUETTES, lignes, strict=True)]
    return "\n".join(["| mesure | résultat |", "|---|---|", *lignes])


def pente(tailles: Sequence[float], couts: Sequence[float]) -> float:
    """Rendre l'exposant du coût : 1 s'il double avec la taille, 2 s'il quadruple."""
    return statistics.linear_regression([math.log(x) for x in tailles], [math.log(y) for y in couts]).slope


def prolonger(mots: Sequence[float], mio: Sequence[float]) -> dict[int, float]:
    """Prolonger la mémoire depuis la plus grande taille mesurée, par la plus raide des montées entre deux tailles."""
    points = itertools.pairwise(zip(mots, mio, strict=True))
    montee = max(0, *((apres[1] - avant[1]) / (apres[0] - avant[0]) for avant, apres in points))
    return {cible: max(mio[0], mio[-1] + montee * (cible - mots[-1])) for cible in CIBLES}


def relever(etude: ess.Etude, mode: str, fois: int, avant: int) -> Releve:
    """Mesurer un mode dans un processus neuf, une fois passées les phrases d'avant."""
    commande = [sys.executable, "-m", "benchmarks.echelle", str(etude.racine), mode, str(fois), str(avant)]
    dit = subprocess.run(commande, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]).stdout
    return Releve(*json.loads(dit))


def copier(segments: pd.DataFrame, fois: int) -> Iterator[pd.DataFrame]:
    """Rendre un à un les documents, autant de fois qu'il faut, sous d'autres noms, sans en tenir plus d'un."""
    documents = [table for _, table in segments.groupby("entretien", sort=False)]
    for tour in range(fois):
        for table in documents:
            nom = f"{table['entretien'].iloc[0]}x{tour}"
            yield table.assign(entretien=nom, segment=nom + ":" + table["segment"].str.split(":").str[1])


def _travailler(etude: ess.Etude, mode: str, fois: int, avant: int) -> Releve:
    import resource

    segments = ess.segmenter(ess.lire_corpus(etude.corpus))
    mots = segments["texte"].str.split().str.len().groupby(segments["entretien"], sort=False).sum().tolist() * fois
    phrases = segments.groupby("entretien", sort=False).size().tolist() * fois
    premiers = next(rang for rang, cumul in enumerate(itertools.accumulate(phrases), start=1) if cumul >= avant)
    debut = time.perf_counter()
    for rang, _ in enumerate(_ACTIONS[mode](etude, copier(segments, fois)), start=1):
        if rang == premiers:
            etabli, calcul = time.perf_counter(), time.process_time()
    fin, calcul = time.perf_counter(), time.process_time() - calcul
    unite = 2**20 if sys.platform == "darwin" else 2**10
    mio = (resource.getrusage(qui).ru_maxrss / unite for qui in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Releve(sum(mots), sum(mots[premiers:]), etabli - debut, fin - etabli, calcul, *mio)


def _decouper(etude: ess.Etude, documents: Iterator[pd.DataFrame]) -> Iterator[None]:
    nlp = ess.charger_langue()
    for document in documents:
        nlp.tokenizer.rules = nlp.tokenizer.rules  # empties its cache
        for _ in nlp.pipe(document["texte"].tolist()):
            pass
        yield


def _proposer(etude: ess.Etude, documents: Iterator[pd.DataFrame], **partage) -> Iterator[pd.DataFrame]:
    from ess_analyse.suggestions.flux import suggerer_en_flux

    grille, exemples = ess.lire_grille(etude.grille), ess.lire_exemples(etude.exemples)
    return suggerer_en_flux(documents, grille, exemples=exemples, **partage)


def _commander(etude: ess.Etude, documents: Iterator[pd.DataFrame]) -> Iterator[object]:
    """Faire ce que fait la commande, du corpus en mémoire au fichier écrit, sans cache."""
    from ess_analyse.suggestions import Demande, ecrire_parts, proposer_parts

    grille, exemples = ess.lire_grille(etude.grille), ess.lire_exemples(etude.exemples)
    gardees = []
    for part in proposer_parts(Demande(pd.concat(documents, ignore_index=True), grille, None, exemples)):
        gardees.append(part)
        yield part
    with tempfile.TemporaryDirectory() as dossier:
        ecrire_parts(Path(dossier) / "suggestions.csv", gardees, grille)


_ACTIONS = {
    "nu": _decouper,
    "flux": _proposer,
    "processus": lambda etude, documents: _proposer(etude, documents, processus=2),
    "dask": lambda etude, documents: _proposer(etude, documents, processus=2, dask="local"),
    "commande": _commander,
}


def _dire(nombre: float, decimales: int = 0) -> str:
    return f"{nombre:,.{decimales}f}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")


if __name__ == "__main__":
    racine, quoi, *nombres = sys.argv[1:]
    print(json.dumps(_travailler(ess.Etude(Path(racine)), quoi, *map(int, nombres))))
