"""Ce que coûte un passage où rien n'a changé, ou un seul entretien, ou un seul enseignement ; et une grande étude."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

import ess_analyse as ess
from ess_analyse.modele import DOCUMENTS

FOIS = 20
"""Combien de fois le corpus de démonstration : 460 documents, une étude nationale."""
GRANDE = 1000
"""Documents de la grande étude."""
_LAISSES = (".*", "_site*", "src", "tests", "benchmarks", "__pycache__", "restitutions", "depot", "documents")

__all__ = ["copier", "grossir", "mesurer", "mesurer_grande"]


def mesurer(etude: ess.Etude) -> Iterator[tuple[str, float, str, float]]:
    """Mesurer chaque passage par la commande, dans un processus neuf, et le comparer à une référence.

    Parameters
    ----------
    etude : Etude
        L'étude de démonstration.

    Yields
    ------
    tuple of (str, float, str, float)
        Ce qui est mesuré, ses secondes de processeur, la référence, les siennes.
    """
    with _copie(etude, 1) as seule:
        _lancer(seule, "suggerer")  # what is learnt from the examples is kept once for all studies
        premier = _lancer(seule, "suggerer", "--force")
        yield "démonstration, suggerer la première fois", premier, "la seconde fois", _lancer(seule, "suggerer")
    with _copie(etude, FOIS) as grosse:
        premier = _lancer(grosse, "suggerer")
        yield f"corpus × {FOIS}, suggerer la première fois", premier, "la seconde fois", _lancer(grosse, "suggerer")
        _ajouter(grosse.corpus / "E01x1.txt", "\nVoilà.\n")
        yield "un entretien modifié", _lancer(grosse, "suggerer"), "tout refaire", premier
        with _copie(etude, 1, ["E01"]) as une:
            shutil.rmtree(une.codages)
            lui_seul = _lancer(une, "suggerer")
        _ajouter(grosse.corpus / "E01x1.txt", "\nOui.\n")
        yield "un entretien modifié", _lancer(grosse, "suggerer"), "une étude de ce seul entretien", lui_seul
        _decider_autrement(grosse)
        yield "une décision changée", _lancer(grosse, "suggerer"), "tout refaire", premier
    with _copie(etude, 1) as seule:
        premier = _lancer(seule, "site")
        yield "site la première fois", premier, "la seconde fois", _lancer(seule, "site")
        _retoucher_un_enseignement(seule)
        yield "site, un enseignement modifié", _lancer(seule, "site"), "la première fois", premier


def mesurer_grande(etude: ess.Etude) -> Iterator[tuple[str, float]]:
    """Mesurer une étude de mille documents.

    Parameters
    ----------
    etude : Etude
        L'étude de démonstration, répétée.

    Yields
    ------
    tuple of (str, float)
        La commande, ses secondes de processeur.
    """
    with _copie(etude, -(-GRANDE // len(list(etude.corpus.glob("*.txt"))))) as grande:
        for commande in ("suggerer", "suggerer", "pages", "pages", "site", "site"):
            yield commande, _lancer(grande, commande)
        _retoucher_un_enseignement(grande)
        yield "site, un enseignement modifié", _lancer(grande, "site")


def copier(etude: ess.Etude, dossier: Path, garder: list[str] | None = None) -> ess.Etude:
    """Copier une étude, avec tous ses documents ou quelques-uns seulement."""
    shutil.copytree(etude.racine, dossier, ignore=shutil.ignore_patterns(*_LAISSES), dirs_exist_ok=True)
    copie = ess.Etude(dossier)
    if garder is not None:
        table = ess.lire_table(copie.documents, DOCUMENTS)
        ess.ecrire_table(copie.documents, table[table["entretien"].isin(garder)])
        copie.temps.unlink(missing_ok=True)
        for chemin in copie.corpus.glob("*.txt"):
            if chemin.stem not in garder:
                chemin.unlink()
    return copie


def grossir(copie: ess.Etude, fois: int) -> None:
    """Répéter les documents d'une étude ; les codages restent ceux des premiers."""
    table = ess.lire_table(copie.documents, DOCUMENTS)
    tables = [table]
    for tour in range(1, fois):
        tables.append(table.assign(entretien=table["entretien"] + f"x{tour}"))
        for nom in table["entretien"]:
            shutil.copy(copie.corpus / f"{nom}.txt", copie.corpus / f"{nom}x{tour}.txt")
    ess.ecrire_table(copie.documents, pd.concat(tables))


@contextmanager
def _copie(etude: ess.Etude, fois: int, garder: list[str] | None = None) -> Iterator[ess.Etude]:
    with tempfile.TemporaryDirectory() as dossier:
        copie = copier(etude, Path(dossier) / "etude", garder)
        grossir(copie, fois)
        yield copie


def _lancer(etude: ess.Etude, *arguments: str) -> float:
    """Lancer une commande, et rendre ce qu'elle coûte au processeur ; à défaut de le savoir, sa durée."""
    debut = _compter()
    commande = [sys.executable, "-m", "ess_analyse", "--etude", str(etude.racine), *arguments]
    fini = subprocess.run(commande, capture_output=True, text=True, encoding="utf-8", check=False)
    if fini.returncode:
        raise RuntimeError(fini.stderr)
    return _compter() - debut


def _compter() -> float:
    try:
        import resource
    except ImportError:
        return time.perf_counter()
    enfants = resource.getrusage(resource.RUSAGE_CHILDREN)
    return enfants.ru_utime + enfants.ru_stime


def _ajouter(chemin: Path, texte: str) -> None:
    chemin.write_text(chemin.read_text(encoding="utf-8") + texte, encoding="utf-8")


def _retoucher_un_enseignement(etude: ess.Etude) -> None:
    _ajouter(sorted(etude.enseignements.glob("*.md"))[0], "\nUne phrase de plus.\n")


def _decider_autrement(etude: ess.Etude) -> None:
    chemin = next(iter(sorted(etude.codages.glob("arbitrage.csv"))))
    lignes = chemin.read_text(encoding="utf-8-sig").split("\n")
    rang = next(rang for rang, ligne in enumerate(lignes) if ";-;" in ligne)
    lignes[rang] = lignes[rang].replace(";-;", ";R-COMP;", 1)
    chemin.write_text("\n".join(lignes), encoding="utf-8-sig")
