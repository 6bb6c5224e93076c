"""Des tâches et des préparations qu'un autre processus peut importer."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees, Probleme


def carre(nombre):
    return nombre * nombre


def qui(_):
    return os.getpid()


def attendre(secondes):
    time.sleep(secondes)
    return os.getpid()


def preparer(dossier, facteur):
    """Laisser une trace de chaque préparation."""
    Path(dossier, f"{os.getpid()}-{time.monotonic_ns()}").touch()
    return facteur


def multiplier(facteur, nombre):
    time.sleep(0.02)
    return facteur * nombre, os.getpid()


def echouer_a_preparer():
    raise ErreurDonnees([Probleme("modele", 0, "le modèle manque")])


def jamais(prepare, tache):
    raise AssertionError("rien n'était prêt")


def refuser_3(nombre):
    if nombre == 3:
        raise ErreurDonnees([Probleme("E03", 4, "phrase vide", "…"), Probleme("E03", 9, "code inconnu", "R-SEN")])
    return nombre


def diviser(nombre):
    return 12 / nombre


def partir(nombre):
    raise SystemExit(nombre)


def rendre_un_generateur(nombre):
    return (rang for rang in range(nombre))


class Perfide:
    """S'envoie, mais ne se relit pas."""

    def __reduce__(self):
        return int, ("pas un nombre",)


def rendre_perfide(_):
    return Perfide()


def mourir():
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def mourir_une_fois(tache):
    """Tuer son processus la première fois que la tâche est prise ; compter chaque fois."""
    dossier, nombre, fatale = tache
    with Path(dossier, str(nombre)).open("a") as journal:
        journal.write("x")
    if nombre == fatale and Path(dossier, str(nombre)).read_text() == "x":
        mourir()
    return carre(nombre)


def mourir_sur_2(nombre):
    if nombre == 2:
        mourir()
    time.sleep(0.05)
    return nombre


def compter_fils(_):
    """Combien de fils chaque bibliothèque de calcul s'accorde."""
    import numpy as np
    from threadpoolctl import threadpool_info

    np.ones((50, 50)) @ np.ones((50, 50))
    return [bibliotheque["num_threads"] for bibliotheque in threadpool_info()]


def tenir(dossier):
    """Dire qui travaille, puis travailler longtemps."""
    Path(dossier, str(os.getpid())).touch()
    time.sleep(60)
