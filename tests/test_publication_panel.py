"""Le panel : des comptes et des étendues, des statuts que l'on comprend."""

from __future__ import annotations

import pandas as pd
import pytest

from ess_analyse.modele import STRUCTURES
from ess_analyse.publication import Panel, decrire_panel, lire_structures
from ess_analyse.publication.panel import developper_sigles


def structures(*lignes):
    """Des structures : leur statut, leur secteur, leurs permanents."""
    table = pd.DataFrame(lignes, columns=["statut", "secteur", "permanents"])
    return table.assign(insertion=pd.NA, etp=5.0)


def test_rien_a_dire_sans_structure():
    panel = decrire_panel(structures(), 3)
    assert panel == Panel()
    assert str(panel) == ""


def test_le_panel_se_dit_en_une_phrase():
    panel = decrire_panel(structures(("EI", "tri", 5), ("EI", "tri", 9), ("GIE", "légumes", 7)), 3)
    assert panel.statuts == "entreprise d'insertion (EI), 2 ; GIE, 1"
    assert str(panel) == (
        "Le panel réunit 3 structures : de 5 à 9 salariés permanents, 5 équivalents temps plein chacune. "
        "Statuts : entreprise d'insertion (EI), 2 ; GIE, 1. Secteurs : légumes ; tri."
    )


@pytest.mark.parametrize(("combien", "seuil", "dit"), [(3, 3, True), (2, 3, False), (2, 2, True), (0, 0, False)])
def test_une_etendue_demande_assez_de_structures(combien, seuil, dit):
    lignes = [("", "", 4 + rang if rang < combien else pd.NA) for rang in range(4)]
    assert ("permanents" in decrire_panel(structures(*lignes), seuil).tailles) is dit


def test_ce_que_l_equipe_n_a_pas_rempli_ne_laisse_pas_de_vide(tmp_path):
    (tmp_path / "structures.csv").write_text(
        ";".join(STRUCTURES) + "\nS1;Le garage;;;;;;\nS2;Le jardin;ACI;;2;;;\n", encoding="utf-8"
    )
    panel = decrire_panel(lire_structures(tmp_path / "structures.csv"), 3)
    assert str(panel) == "Le panel réunit 2 structures. Statuts : atelier et chantier d'insertion (ACI), 1."
    assert str(panel._replace(statuts="")) == "Le panel réunit 2 structures."


@pytest.mark.parametrize(
    ("texte", "developpe"),
    [
        ("ACI, 2 ; association et ACI, 1", "atelier et chantier d'insertion (ACI), 2 ; association et ACI, 1"),
        ("AI, EI", "association intermédiaire (AI), entreprise d'insertion (EI)"),
        ("atelier et chantier d'insertion (ACI)", "atelier et chantier d'insertion (ACI)"),
        ("aci, MAIRIE, EIRL", "aci, MAIRIE, EIRL"),
        ("", ""),
    ],
)
def test_un_sigle_est_developpe_une_fois(texte, developpe):
    assert developper_sigles(texte) == developpe
