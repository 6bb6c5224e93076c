"""Ce que coûte une décision dans la page de relecture : de la touche, et de la requête, à la feuille écrite."""

from __future__ import annotations

import http.client
import json
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ess_analyse as ess
from ess_analyse.relecture import Seance, Serveur

DECISIONS = 60


def mesurer(etude: ess.Etude) -> None:
    """Coder une soixantaine de phrases de la démonstration, et dire la médiane."""
    with tempfile.TemporaryDirectory() as dossier:
        copie = ess.Etude(Path(dossier))
        shutil.copytree(etude.corpus, copie.corpus)
        for fichier in (etude.grille, etude.suggestions):
            shutil.copy(fichier, copie.data)
        seance = Seance(copie, "mesure")
        with servir(seance) as serveur:
            _dire("requête → feuille écrite", _par_requetes(serveur))
        touches = _par_touches(Seance(copie, "touches"))
        if touches:
            _dire("touche → enregistré, dans chromium", touches)
        else:
            print("relire : la touche ne se mesure pas, chromium ou Playwright manque")


@contextmanager
def servir(seance: Seance) -> Iterator[Serveur]:
    """Servir une séance dans un autre fil."""
    with Serveur(seance) as serveur:
        fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.05})
        fil.start()
        try:
            yield serveur
        finally:
            serveur.shutdown()
            fil.join()


def _par_requetes(serveur: Serveur) -> list[float]:
    durees, empreinte = [], serveur.seance.empreinte
    entetes = {"X-Ess-Jeton": serveur.jeton, "Origin": f"http://{serveur.hote}", "Content-Type": "application/json"}
    connexion = http.client.HTTPConnection(serveur.hote)
    for segment in serveur.seance.segments["segment"][:DECISIONS]:
        corps = json.dumps({"geste": "rien", "segment": segment, "empreinte": empreinte})
        debut = time.perf_counter()
        connexion.request("POST", "/api/decider", corps, entetes)
        empreinte = json.loads(connexion.getresponse().read())["empreinte"]
        durees.append(time.perf_counter() - debut)
    connexion.close()
    return durees


def _par_touches(seance: Seance) -> list[float]:
    chemin = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return []
    if chemin is None:
        return []
    lire = "performance.getEntriesByName('touche-enregistree').map((une) => une.duration)"
    with servir(seance) as serveur, sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path=chemin, args=["--no-sandbox", "--disable-gpu"])
        page = navigateur.new_page()
        page.goto(serveur.adresse)
        page.wait_for_selector("[aria-selected=true]:focus")
        for faites in range(1, min(DECISIONS, len(seance.segments)) + 1):
            page.keyboard.press("0")
            while len(page.evaluate(lire)) < faites:
                page.wait_for_timeout(2)
        durees = [milliemes / 1000 for milliemes in page.evaluate(lire)]
        navigateur.close()
    return durees


def _dire(quoi: str, durees: list[float]) -> None:
    mediane = statistics.median(durees)
    pire = statistics.quantiles(durees, n=20)[-1]
    print(
        f"relire : {quoi} : {mediane * 1000:.0f} ms (médiane de {len(durees)} ; 95 % sous {pire * 1000:.0f} ms), "
        f"soit {60 / mediane:.0f} décisions par minute permises"
    )
