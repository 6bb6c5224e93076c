"""Ce que coûte un grand corpus : débit, temps selon la taille, mémoire, sur un processus ou plusieurs.

Chaque mesure est un processus neuf qui recopie la démonstration autant de fois qu'il faut, sous d'autres noms. Les
débits sont ceux du régime établi : une fois passées les premières phrases, dont la durée, démarrage compris, est donnée
à part. Le coût selon la taille est compté en temps de calcul du processus, que ses voisins ne changent guère.
Recopié, un corpus n'a pas de mot neuf, et spaCy retient les mots déjà coupés : la référence les oublie à chaque
document. De la commande, tout est mesuré du dehors, sur une étude écrite sur le disque.

`python -m benchmarks.echelle RACINE commande` ne mesure que la mémoire et le coût de la commande.
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
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

import ess_analyse as ess
from benchmarks.increments import copier as copier_etude
from benchmarks.increments import grossir

__all__ = [
    "ETIQUETTES",
    "MODES",
    "TAILLES",
    "Releve",
    "commander",
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
_UNITE = 2**20 if sys.platform == "darwin" else 2**10
"""En octets : ce que le système compte, ramené au mébioctet."""
DEBITS = ("nu", "flux", "processus", "dask")
MEMOIRES = ("flux", "commande")
SUIVIS = ("mémoire", "mémoire prolongée", "coût selon la taille")
ETIQUETTES = (
    *(f"débit, {MODES[mode]}" for mode in DEBITS),
    *(f"{quoi}, {MODES[mode]}" for mode in MEMOIRES for quoi in SUIVIS),
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


def mesurer(etude: ess.Etude, debits: Sequence[str] = DEBITS, memoires: Sequence[str] = MEMOIRES) -> None:
    """Mesurer, et imprimer la table que la documentation reprend, ou les lignes demandées."""
    if importlib.util.find_spec("resource") is None:
        print("echelle : la mémoire ne se mesure pas sous ce système")
        return
    # What is learnt once and kept is not what is measured here.
    relever(etude, "flux", 1, GROUPE)
    releves = {mode: relever(etude, mode, COPIES, REGIME) for mode in debits}
    tailles = {mode: _agrandir(etude, mode) for mode in memoires}
    print(f"echelle : {os.cpu_count()} cœurs, Python {sys.version.split()[0]}")
    print(presenter(releves, tailles))


def presenter(debits: Mapping[str, Releve], tailles: Mapping[str, Sequence[Releve]]) -> str:
    """Composer la table, en Markdown."""
    lignes = [(f"débit, {MODES[mode]}", _dire_debit(releve, debits["nu"])) for mode, releve in debits.items()]
    for mode, releves in tailles.items():
        prolongee = prolonger([un.mots for un in releves], [un.mio for un in releves])
        dits = (
            " ; ".join(f"{_dire(un.mio)} Mio pour {_dire(un.mots)} mots" for un in releves),
            " ; ".join(f"{_dire(mio)} Mio pour {_dire(mots)} mots" for mots, mio in prolongee.items()),
            f"pente log-log {_dire(pente([un.etablis for un in releves], [un.calcul for un in releves]), 2)}",
        )
        lignes += [(f"{quoi}, {MODES[mode]}", dit) for quoi, dit in zip(SUIVIS, dits, strict=True)]
    return "\n".join(["| mesure | résultat |", "|---|---|", *(f"| {nom} | {dit} |" for nom, dit in lignes)])


def _dire_debit(releve: Releve, nu: Releve) -> str:
    part = "" if releve is nu else f", soit {_dire(releve.debit / nu.debit, 2)} × `nlp.pipe` nu"
    travailleur = f" et {_dire(releve.travailleur)} par travailleur" if releve.travailleur else ""
    attente = f"{_dire(releve.demarrage, 1)} s pour les premières phrases"
    return f"{_dire(releve.debit)} mots par seconde{part} ; {attente} ; {_dire(releve.mio)} Mio{travailleur}"


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


def commander(etude: ess.Etude, tailles: Sequence[int]) -> list[Releve]:
    """Mesurer la commande, en tout, sur des études de plusieurs tailles ; la plus petite est ce qui passe avant."""
    mots = sum(len(texte.split()) for texte in ess.segmenter(ess.lire_corpus(etude.corpus))["texte"])
    (attente, avant, _), *mesures = [_commander(etude, fois) for fois in (1, *tailles)]
    return [
        Releve(fois * mots, (fois - 1) * mots, attente, secondes - attente, calcul - avant, mio, 0)
        for fois, (secondes, calcul, mio) in zip(tailles, mesures, strict=True)
    ]


def _commander(etude: ess.Etude, fois: int) -> tuple[float, float, float]:
    """Rendre les secondes de la commande, celles de son calcul, et sa mémoire la plus haute."""
    with tempfile.TemporaryDirectory() as dossier:
        copie = copier_etude(etude, Path(dossier) / "etude")
        grossir(copie, fois)
        debut = time.perf_counter()
        commande = [sys.executable, "-m", "ess_analyse", "--etude", str(copie.racine), "suggerer", "--json"]
        processus = subprocess.Popen(commande, stdout=subprocess.DEVNULL)
        _, etat, usage = os.wait4(processus.pid, 0)
        processus.returncode = os.waitstatus_to_exitcode(etat)
        if processus.returncode:
            raise RuntimeError(f"suggerer a fini par le code {processus.returncode}")
        return time.perf_counter() - debut, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _UNITE


def _agrandir(etude: ess.Etude, mode: str) -> list[Releve]:
    if mode == "commande":
        return commander(etude, TAILLES)
    return [relever(etude, mode, fois, GROUPE) for fois in TAILLES]


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
    mio = (resource.getrusage(qui).ru_maxrss / _UNITE for qui in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Releve(sum(mots), sum(mots[premiers:]), etabli - debut, fin - etabli, calcul, *mio)


def _decouper(etude: ess.Etude, documents: Iterator[pd.DataFrame]) -> Iterator[None]:
    nlp = ess.charger_langue()
    for document in documents:
        nlp.tokenizer.rules = nlp.tokenizer.rules  # empties its cache
        for _ in nlp.pipe(document["texte"].tolist()):
            pass
        yield


def _proposer(etude: ess.Etude, documents: Iterator[pd.DataFrame], **partage) -> Iterator[pd.DataFrame]:
    grille, exemples = ess.lire_grille(etude.grille), ess.lire_exemples(etude.exemples)
    return ess.suggerer_en_flux(documents, grille, exemples=exemples, **partage)


_ACTIONS = {
    "nu": _decouper,
    "flux": _proposer,
    "processus": lambda etude, documents: _proposer(etude, documents, processus=2),
    "dask": lambda etude, documents: _proposer(etude, documents, processus=2, dask="local"),
}


def _dire(nombre: float, decimales: int = 0) -> str:
    return f"{nombre:,.{decimales}f}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")


if __name__ == "__main__":
    racine, quoi, *nombres = sys.argv[1:]
    if nombres:
        print(json.dumps(_travailler(ess.Etude(Path(racine)), quoi, *map(int, nombres))))
    else:
        mesurer(ess.Etude(Path(racine)), (), (quoi,))
