"""Ce qu'un changement de grille ne fait pas lui-même, et que quelqu'un doit refaire ou relire."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from ess_analyse.erreurs import relatif
from ess_analyse.etude import Etude
from ess_analyse.evolution.migration import motif_des_codes
from ess_analyse.fichiers import decoder
from ess_analyse.suggestions import lire_exemples

__all__ = ["lister_restes"]


def lister_restes(etude: Etude, contenus: Mapping[Path, bytes], quittes: Collection[str]) -> Iterator[str]:
    """Dire ce qui reste à refaire ou à relire après un changement.

    Parameters
    ----------
    etude : Etude
        L'étude.
    contenus : mapping of Path to bytes
        Ce qui va être écrit.
    quittes : collection of str
        Les codes qui ne sont plus dans la grille.

    Yields
    ------
    str
        Une phrase par chose à faire ; son premier mot peut prendre une capitale.
    """
    if etude.suggestions.is_file():
        yield "les suggestions viennent de l'ancienne grille : relancez « ess-analyse suggerer »"
    if etude.echantillon.is_file():
        yield (
            f"l'échantillon ({relatif(etude.echantillon)}) est figé avec la grille d'avant, et n'a pas changé : "
            "« ess-analyse accord » le rappellera ; pour mesurer de nouveau, recodez l'échantillon puis "
            "« ess-analyse echantillon --refaire »"
        )
    if etude.desaccords.is_file():
        table = f"la table {relatif(etude.desaccords)}"
        yield f"{table} vient de l'ancienne grille : relancez « ess-analyse arbitrer --tableur »"
    if any(etude.notebooks.glob("*.ipynb")) or etude.rapports.is_dir():
        refaire = "« ess-analyse pages », « ess-analyse notebooks »"
        yield f"les pages et les notebooks disent encore l'ancienne grille : {refaire}"
    if not quittes:
        return
    if not etude.exemples.is_dir() and (connus := _codes_livres() & set(quittes)):
        yield (
            f"les phrases d'exemple que le programme apporte disent encore {', '.join(sorted(connus))} : "
            "la machine n'apprendra plus d'elles ce code"
        )
    if mentions := list(_lister_mentions(etude, contenus, quittes)):
        yield f"des textes nomment encore {', '.join(sorted(quittes))}, à relire : {' ; '.join(mentions)}"


def _codes_livres() -> set[str]:
    return set(" ".join(lire_exemples()["codes"].unique()).split())


def _lister_mentions(etude: Etude, contenus: Mapping[Path, bytes], codes: Collection[str]) -> Iterator[str]:
    motif = motif_des_codes(codes)
    chemins = [
        *sorted(etude.enseignements.glob("*.md")),
        *sorted(etude.fiches.glob("*.md")),
        etude.plan,
        etude.methode,
        etude.racine / "index.qmd",
        *sorted(etude.rapports.glob("*.qmd")),
        *sorted(etude.notebooks.glob("*.ipynb")),
    ]
    for chemin in chemins:
        octets = contenus.get(chemin) or (chemin.read_bytes() if chemin.is_file() else b"")
        try:
            lignes = (
                _lire_sources(octets) if chemin.suffix == ".ipynb" else enumerate(decoder(octets)[0].split("\n"), 1)
            )
            trouvees = [str(rang) for rang, ligne in lignes if motif.search(ligne)]
        except ValueError:
            continue
        if trouvees:
            mot = "cellule" if chemin.suffix == ".ipynb" else "ligne"
            yield f"{relatif(chemin)}, {mot}{'s' * (len(trouvees) > 1)} {', '.join(trouvees)}"


def _lire_sources(octets: bytes) -> Iterator[tuple[int, str]]:
    """Lire ce qui est écrit dans un notebook, sans ses sorties : elles se recalculent."""
    cellules = json.loads(octets).get("cells", [])
    return ((rang, "".join(cellule.get("source", ""))) for rang, cellule in enumerate(cellules, 1))
