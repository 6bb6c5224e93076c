"""Le tableau des formats ne promet rien qu'un test ne tienne."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

from ess_analyse import echanges
from ess_analyse.cli.formats import FORMATS
from ess_analyse.echanges import annotations, citations, iramuteq, notes, refi, taguette, texte_riche
from ess_analyse.echanges.reprise import formats

RACINE = Path(__file__).parents[1]
PAGE = (RACINE / "docs/formats.md").read_text(encoding="utf-8")
TENUS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
LIGNES = [ligne for ligne in PAGE.splitlines() if ligne.startswith("| ") and not ligne.startswith("| format")]


@pytest.mark.parametrize(("fichier", "test"), TENUS, ids=[test for _, test in TENUS])
def test_chaque_test_nomme_existe_et_verifie(fichier, test):
    arbre = ast.parse((RACINE / fichier).read_text(encoding="utf-8"))
    fonction = next(noeud for noeud in ast.walk(arbre) if isinstance(noeud, ast.FunctionDef) and noeud.name == test)
    assert any(isinstance(noeud, ast.Assert | ast.With) for noeud in ast.walk(fonction))


def test_chaque_ligne_nomme_son_test():
    assert len(LIGNES) > 15
    assert [ligne for ligne in LIGNES if not re.search(r"`tests/[\w/]+\.py::\w+` \|$", ligne)] == []


@pytest.mark.parametrize("nom", [nom for nom in echanges.__all__ if nom.startswith("exporter_")])
def test_tous_les_exports_ont_le_meme_ordre_et_nomment_ce_qui_est_facultatif(nom):
    parametres = inspect.signature(getattr(echanges, nom)).parameters.values()
    places = [un.name for un in parametres if un.kind is not un.KEYWORD_ONLY]
    assert places[0] in ("chemin", "dossier")
    assert places[1:] == [un for un in ("corpus", "segments", "grille", "codages", "citations") if un in places]
    assert all(un.kind is un.KEYWORD_ONLY for un in parametres if un.default is not un.empty)


def test_chaque_format_ecrit_a_sa_ligne():
    lignes = " ".join(re.findall(r"`exporter [^`]+`", PAGE))
    manquants = [
        nom
        for nom, (extensions, _) in FORMATS.items()
        if f"--format {nom}" not in lignes and not any(extension in lignes for extension in extensions)
    ]
    assert manquants == []


@pytest.mark.parametrize("sorte", [formats.QDPX, formats.QDC, formats.TAGUETTE, formats.QUALCODER, formats.TABLEUR])
def test_chaque_format_repris_a_sa_ligne(sorte):
    revient = PAGE.partition("## Ce qui revient")[2].partition("\nFichiers abîmés")[0]
    assert sorte in revient.casefold()


@pytest.mark.parametrize(
    "pertes",
    [
        refi.PERTES,
        taguette.PERTES,
        citations.PERTES,
        iramuteq.PERTES,
        notes.PERTES,
        annotations.PERTES,
        texte_riche.PERTES_RTF,
        texte_riche.PERTES_TEXTES,
    ],
)
def test_ce_qui_se_perd_est_dit_comme_la_commande_le_dit(pertes):
    dites = "\n".join(f"- {perte}" for perte in pertes)
    assert f"\n{dites}\n" in PAGE


def test_le_readme_y_mene():
    assert "docs/formats.md" in (RACINE / "README.md").read_text(encoding="utf-8")
