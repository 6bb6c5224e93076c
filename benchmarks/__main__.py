"""Mesurer, et le dire en rapports : `python -m benchmarks [import|suggestions|site]`.

Chaque mesure est la médiane de plusieurs passages, comparée à une référence prise au même moment sur la même machine :
les rapports se comparent d'une machine à l'autre, les secondes non.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import ess_analyse as ess

PASSAGES = 5


def principal(arguments: list[str]) -> int:
    """Lancer les mesures demandées, toutes par défaut."""
    inconnues = set(arguments) - set(MESURES)
    if inconnues:
        print(f"Mesure inconnue : {', '.join(sorted(inconnues))}. Choix : {', '.join(MESURES)}.", file=sys.stderr)
        return 2
    for nom in arguments or MESURES:
        MESURES[nom]()
    return 0


def mesurer_import() -> None:
    """Comparer l'import du paquet à un Python nu et à l'import de pandas."""
    nu = _mediane(lambda: _python("pass"))
    for quoi in ("import ess_analyse", "import ess_analyse; ess_analyse.lire_corpus", "import pandas"):
        _dire("import", quoi, _mediane(lambda quoi=quoi: _python(quoi)), "Python nu", nu)


def mesurer_suggestions() -> None:
    """Comparer le débit des suggestions à celui du découpage nu de spaCy, sur un même texte."""
    etude = ess.Etude.trouver(Path(__file__).parent)
    segments, grille = ess.segmenter(ess.lire_corpus(etude.corpus)), ess.lire_grille(etude.grille)
    nlp, textes = ess.charger_langue(), list(segments["texte"])
    mots = sum(len(texte.split()) for texte in textes)

    def decouper() -> None:
        # spaCy remembers every string it has cut: a text read twice would cost nothing the second time.
        nlp.tokenizer.rules = nlp.tokenizer.rules
        for _ in nlp.pipe(textes):
            pass

    def suggerer() -> None:
        nlp.tokenizer.rules = nlp.tokenizer.rules
        ess.suggerer(segments, grille)

    nue, notre = _mediane(decouper), _mediane(suggerer)
    print(f"suggestions : {mots} mots, nlp.pipe nu {mots / nue:.0f} mots/s, suggerer {mots / notre:.0f} mots/s")
    _dire("suggestions", "suggerer (apprentissage compris)", notre, "nlp.pipe nu", nue)


def mesurer_site() -> None:
    """Comparer le rendu du site entier à son second rendu, et au seul démarrage de pandoc pour chaque page."""
    import shutil

    racine = ess.Etude.trouver(Path(__file__).parent).racine
    with tempfile.TemporaryDirectory() as dossier:
        copie = Path(dossier) / "etude"
        shutil.copytree(racine, copie, ignore=shutil.ignore_patterns(".*", "_site*", "src", "tests", "__pycache__"))
        etude = ess.Etude(copie)
        ess.ecrire_pages(etude)
        premier = _duree(lambda: ess.rendre_site(copie, etude.site))
        second = _mediane(lambda: ess.rendre_site(copie, etude.site))
        pages = len(list(etude.site.rglob("*.html")))
    print(f"site : {pages} pages")
    _dire("site", "premier rendu", premier, "second rendu, rien n'ayant changé", second)


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def _duree(action: Callable[[], object]) -> float:
    debut = time.perf_counter()
    action()
    return time.perf_counter() - debut


def _mediane(action: Callable[[], object]) -> float:
    action()
    return statistics.median(_duree(action) for _ in range(PASSAGES))


def _dire(mesure: str, quoi: str, duree: float, reference: str, duree_reference: float) -> None:
    rapport, ici, la = (
        f"{nombre:.2f}".replace(".", ",") for nombre in (duree / duree_reference, duree, duree_reference)
    )
    print(f"{mesure} : {quoi} = {rapport} × {reference} ({ici} s contre {la} s)")


MESURES = {"import": mesurer_import, "suggestions": mesurer_suggestions, "site": mesurer_site}

if __name__ == "__main__":
    sys.exit(principal(sys.argv[1:]))
