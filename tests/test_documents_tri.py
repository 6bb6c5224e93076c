"""Ce que l'équipe décide des paroles d'une structure : rien sans un oui, rien d'écrasé, rien de périmé."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.documents.paroles import PAR_THEME
from ess_analyse.documents.tri import PAROLES, Tri, trier_paroles
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.fichiers import ecrire_table

SOIR, FEUILLE, BUREAU = "Le soir, on recommence.", "= la feuille, encore ?", "Sur mon bureau, toujours."
CANDIDATES = {"R-CHARGE": [SOIR, FEUILLE], "R-SENS": [BUREAU]}


@pytest.fixture
def chemin(tmp_path):
    return tmp_path / "paroles.csv"


def decider(chemin, *lignes: tuple[str, str, str]) -> None:
    ecrire_table(chemin, pd.DataFrame(lignes, columns=PAROLES, dtype="str"))


def lignes(tri: Tri) -> list[tuple[str, str, str]]:
    return list(tri.feuille.itertuples(index=False, name=None))


def test_sans_feuille_tout_est_propose_et_rien_n_est_garde(chemin):
    tri = trier_paroles(chemin, CANDIDATES)
    attendues = [("R-CHARGE", SOIR, ""), ("R-CHARGE", "'" + FEUILLE, ""), ("R-SENS", BUREAU, "")]
    assert lignes(tri) == attendues
    assert (tri.gardees, tri.candidates, tri.attendues, tri.perimees) == ({}, 3, 3, 0)
    assert not chemin.exists()


def test_seul_un_oui_fait_imprimer(chemin):
    decider(chemin, ("R-CHARGE", SOIR, " Oui "), ("R-CHARGE", FEUILLE, "NON"), ("R-SENS", BUREAU, " "))
    tri = trier_paroles(chemin, CANDIDATES)
    assert tri.gardees == {"R-CHARGE": [SOIR]}
    assert (tri.attendues, tri.refusees) == (1, 1)
    assert [garder for *_, garder in lignes(tri)] == [" Oui ", "NON", ""]


def test_ce_qui_n_est_plus_candidat_ne_sort_plus_et_sa_decision_reste(chemin):
    decider(chemin, ("R-CHARGE", SOIR, "oui"), ("R-CHARGE", FEUILLE, ""), ("R-SENS", BUREAU, "non"))
    tri = trier_paroles(chemin, {"R-SENS": [BUREAU]})
    assert tri.gardees == {}
    assert lignes(tri) == [("R-SENS", BUREAU, "non"), ("R-CHARGE", SOIR, "oui")]
    assert (tri.candidates, tri.attendues, tri.perimees) == (1, 0, 1)


def test_une_parole_passee_a_un_autre_theme_est_redemandee(chemin):
    decider(chemin, ("R-CHARGE", SOIR, "oui"))
    tri = trier_paroles(chemin, {"R-SENS": [SOIR]})
    assert tri.gardees == {}
    assert lignes(tri) == [("R-SENS", SOIR, ""), ("R-CHARGE", SOIR, "oui")]


def test_on_imprime_la_parole_d_aujourd_hui_telle_que_le_corpus_la_dit(chemin):
    """Un tableur a rendu l'espace fine par un point d'interrogation, et l'apostrophe protège la formule."""
    exacte = "= la feuille, encore\u202f?"
    decider(chemin, ("R-CHARGE", "'= la feuille, encore??", "oui"))
    assert trier_paroles(chemin, {"R-CHARGE": [exacte]}).gardees == {"R-CHARGE": [exacte]}


def test_une_parole_retapee_dans_la_feuille_n_est_pas_imprimee(chemin):
    decider(chemin, ("R-CHARGE", "Le soir, Sandrine recommence.", "oui"))
    tri = trier_paroles(chemin, CANDIDATES)
    assert (tri.gardees, tri.perimees, tri.attendues) == ({}, 1, 3)


def test_chaque_faute_est_dite_avec_sa_ligne_et_son_remede(chemin):
    decider(
        chemin,
        ("R-CHARGE", SOIR, "peut-être"),
        ("R-SENS", BUREAU, "oui"),
        ("R-SENS", BUREAU, "non"),
        ("R-DEPEND", "Une parole périmée.", "x"),
    )
    avant = chemin.read_bytes()
    with pytest.raises(ErreurDonnees) as leve:
        trier_paroles(chemin, CANDIDATES)
    remede = "écrivez « oui » ou « non », ou laissez la cellule vide"
    assert [(p.ligne, p.message, p.valeur, p.remede) for p in leve.value.problemes] == [
        (2, "décision inconnue", "peut-être", remede),
        (4, "parole décidée deux fois", "", "n'en gardez que la ligne 3"),
        (5, "décision inconnue", "x", remede),
    ]
    assert leve.value.problemes[0].fichier.endswith("paroles.csv")
    assert chemin.read_bytes() == avant


def test_un_theme_ne_garde_pas_plus_de_paroles_qu_il_n_en_faut(chemin):
    textes = [f"Une parole du soir, la {n}." for n in range(PAR_THEME + 2)]
    decider(chemin, *(("R-CHARGE", texte, "oui") for texte in textes))
    assert trier_paroles(chemin, {"R-CHARGE": textes[:PAR_THEME]}).perimees == 2
    with pytest.raises(ErreurDonnees, match=rf"trop de paroles gardées pour ce thème .* Gardez-en {PAR_THEME} au plus"):
        trier_paroles(chemin, {"R-CHARGE": textes})


def test_une_feuille_sans_sa_colonne_est_refusee(chemin):
    chemin.write_text("code;texte\nR-CHARGE;Le soir\n", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match=r"colonne manquante .« garder »"):
        trier_paroles(chemin, CANDIDATES)


TEXTES = st.sampled_from([f"Une parole du soir, la {n}." for n in range(9)])


@given(
    st.lists(TEXTES, unique=True),
    st.dictionaries(TEXTES, st.sampled_from(["oui", "non", "", "  ", "Non"])),
)
def test_rien_d_ecrit_ne_se_perd_et_rien_ne_sort_sans_un_oui_d_aujourd_hui(tmp_path, candidates, decisions):
    chemin = tmp_path / "paroles.csv"
    oui = [texte for texte, garder in decisions.items() if garder == "oui" and texte in candidates]
    for trop in oui[PAR_THEME:]:
        decisions[trop] = "non"
    decider(chemin, *(("R-CHARGE", texte, garder) for texte, garder in decisions.items()))
    tri = trier_paroles(chemin, {"R-CHARGE": candidates})
    ecrites = {texte: garder for _, texte, garder in lignes(tri)}
    assert set(tri.gardees.get("R-CHARGE", [])) == set(oui[:PAR_THEME])
    assert {texte: g for texte, g in decisions.items() if g.strip()} == {t: g for t, g in ecrites.items() if g}
    assert [texte for _, texte, _ in lignes(tri)][: tri.candidates] == candidates
    ecrire_table(chemin, tri.feuille)
    assert lignes(trier_paroles(chemin, {"R-CHARGE": candidates})) == lignes(tri)
