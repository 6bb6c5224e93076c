"""Les phrases d'exemple : lues, complètes, variées, et utiles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import lire_grille
from ess_analyse.modele import SEGMENTS
from ess_analyse.suggestions import SEUIL, lire_exemples, suggerer
from ess_analyse.suggestions.exemples import decider_exemples

RACINE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def grille():
    return lire_grille(RACINE / "data/grille.yml")


@pytest.fixture(scope="module")
def exemples(grille):
    return lire_exemples(RACINE / "data/exemples", grille)


def test_les_exemples_livres_sont_ceux_du_depot(exemples):
    pd.testing.assert_frame_equal(lire_exemples(), exemples)


def test_chaque_theme_a_ses_exemples_et_le_silence_aussi(exemples, grille):
    poses = exemples["codes"].str.split().explode().value_counts()
    assert len(exemples) >= 20_000
    assert poses[list(grille.ids("theme"))].min() >= 500
    assert poses["-"] >= 5000
    assert set(poses.index) == {*grille.ids("theme"), "-"}


def test_les_exemples_viennent_de_plusieurs_mains_sans_doublon(exemples):
    assert exemples["main"].nunique() >= 8
    assert exemples["main"].value_counts(normalize=True).max() < 0.2
    assert not exemples["texte"].str.casefold().duplicated().any()


def test_un_exemple_est_une_phrase(exemples):
    mots = exemples["texte"].str.split().str.len()
    assert mots.between(1, 75).all()
    assert mots.ge(5).mean() > 0.9
    assert mots.quantile(0.9) - mots.quantile(0.1) >= 15


def test_le_lisez_moi_compte_juste(exemples):
    annonce = (RACINE / "data/exemples/LISEZ-MOI.md").read_text(encoding="utf-8")
    assert f"{len(exemples):,} phrases **inventées**".replace(",", " ") in annonce
    assert f"\n{exemples['main'].nunique()} mains les ont écrites" in annonce
    campagnes = exemples["main"].str.extract("^(suivis|usuels)_")[0].fillna("autres").value_counts()
    for nombre in campagnes:
        assert f"| {nombre:,} |".replace(",", " ") in annonce


def test_les_phrases_d_un_extrait_se_suivent():
    for chemin in sorted((RACINE / "data/exemples").glob("suivis_*.csv")):
        extraits = pd.read_csv(chemin, sep=";", encoding="utf-8-sig")["extrait"]
        assert extraits.is_monotonic_increasing, chemin.name


def test_tous_ont_ete_relus():
    for chemin in sorted((RACINE / "data/exemples").glob("*.csv")):
        table = pd.read_csv(chemin, sep=";", encoding="utf-8-sig")
        assert set(table["relecture"]) == {"gardee", "corrigee"}, chemin.name


def test_une_faute_est_dite_avec_sa_ligne(ecrire, tmp_path, grille):
    ecrire("ana.csv", "texte;codes\nOn ressaisit.;R-CHARG\n;R-SENS\nRien.;-\n")
    with pytest.raises(ErreurDonnees) as erreur:
        lire_exemples(tmp_path, grille)
    assert [(p.ligne, p.message, p.remede) for p in erreur.value.problemes] == [
        (2, "code inconnu", "vouliez-vous dire « R-CHARGE » ?"),
        (3, "cellule vide", "écrivez la phrase et ses codes, ou « - »"),
    ]


def test_un_dossier_sans_exemple_donne_une_table_vide(tmp_path):
    assert lire_exemples(tmp_path).columns.tolist() == ["texte", "codes", "main"]


def test_un_code_sans_exemple_n_est_ni_vrai_ni_faux(grille):
    exemples = pd.DataFrame({"texte": ["a", "b", "c"], "codes": ["R-SENS O-COM", "-", "R-CHARGE"]})
    decisions = decider_exemples(exemples, grille)
    ids = list(grille.ids())
    assert decisions[:, ids.index("R-SENS")].tolist() == [1, 0, 0]
    assert np.isnan(decisions[:, ids.index("P-GESTION")]).all()


def test_une_main_cachee_est_devinee_par_les_autres(exemples, grille):
    cachee = exemples[exemples["main"] == "rapports"].reset_index(drop=True)
    debuts = (cachee["texte"].str.len() + 1).cumsum().shift(fill_value=0)
    fins = debuts + cachee["texte"].str.len()
    lignes = [
        (f"E01:{a}-{b}", "E01", 1, "Ana", a, b, texte)
        for a, b, texte in zip(debuts, fins, cachee["texte"], strict=True)
    ]
    segments = pd.DataFrame(lignes, columns=SEGMENTS)
    autres = exemples[exemples["main"].isin(["contrastes", "etudes", "paroles", "syntheses", "terrain"])]
    table = suggerer(segments, grille, exemples=autres)
    vrais = dict(zip(segments["segment"], cachee["codes"].str.split(), strict=True))
    retenues = table[table["retenu"] & table["code"].isin(grille.ids("theme"))]
    justes = sum(code in vrais[segment] for segment, code in zip(retenues["segment"], retenues["code"], strict=True))
    attendus = sum(len([code for code in codes if code != "-"]) for codes in vrais.values())
    f1 = 2 * justes / (len(retenues) + attendus)
    assert f1 > 0.55, (f1, SEUIL)
