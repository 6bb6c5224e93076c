"""Les messages : où, quelle valeur, que faire, tous ensemble."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse import erreurs
from ess_analyse.erreurs import ErreurDonnees, Probleme, compter, lever, proposer, relatif


@pytest.mark.parametrize(
    ("probleme", "attendu"),
    [
        (Probleme("cle.csv", 0, "table vide"), "cle.csv : table vide."),
        (Probleme("cle.csv", 3, "table vide"), "cle.csv, ligne 3 : table vide."),
        (Probleme("cle.csv", 3, "code inconnu", "R-X"), "cle.csv, ligne 3 : code inconnu (« R-X »)."),
        (Probleme("cle.csv", 3, "nom vide", remede="écrivez-le"), "cle.csv, ligne 3 : nom vide. Écrivez-le."),
        (
            Probleme("E01:3-9", 0, "code inconnu", "R-X", "vouliez-vous dire « R-Y » ?"),
            "E01:3-9 : code inconnu (« R-X »). Vouliez-vous dire « R-Y » ?",
        ),
        (Probleme("a", 0, "b", remede="attention !"), "a : b. Attention !"),
        (Probleme("a", 0, "b", remede="fini."), "a : b. Fini."),
    ],
)
def test_un_probleme_se_lit_comme_une_phrase(probleme, attendu):
    assert str(probleme) == attendu


@given(st.integers(0, 10_000))
def test_compter_accorde(nombre):
    dit = compter(nombre, "phrase lue")
    assert dit == compter(range(nombre), "phrase lue")
    assert dit == f"{nombre} " + ("phrases lues" if nombre > 1 else "phrase lue")


def test_les_problemes_se_trient_par_fichier_puis_par_ligne():
    problemes = [Probleme("b", 1, "x"), Probleme("a", 10, "x"), Probleme("a", 2, "y"), Probleme("a", 2, "x")]
    assert [(p.fichier, p.ligne, p.message) for p in sorted(problemes)] == [
        ("a", 2, "x"),
        ("a", 2, "y"),
        ("a", 10, "x"),
        ("b", 1, "x"),
    ]


def test_une_erreur_dit_tous_les_problemes_dans_leur_ordre():
    with pytest.raises(ErreurDonnees) as prise:
        lever(Probleme("a", ligne, "x") for ligne in (2, 1))
    assert str(prise.value) == "a, ligne 2 : x.\na, ligne 1 : x."
    assert [p.ligne for p in prise.value.problemes] == [2, 1]


def test_sans_probleme_rien_n_est_leve():
    assert lever(iter(())) is None


def test_proposer_prefere_le_plus_proche_quel_que_soit_l_ordre_des_choix():
    choix = ["R-SENS", "R-SANTE", "O-SENS", "R-LIEN"]
    assert proposer("R-SEN", choix) == proposer("R-SEN", reversed(choix)) == "vouliez-vous dire « R-SENS » ?"


def test_proposer_enumere_les_choix_s_ils_sont_peu_nombreux_et_lointains():
    assert proposer("zzz", {"oui", "non"}) == "choix possibles : non, oui"


def test_proposer_se_tait_devant_trop_de_choix_ou_aucun():
    assert proposer("zzz", [f"code-{n}" for n in range(9)]) == ""
    assert proposer("zzz", []) == ""


@given(st.text(min_size=1, max_size=12), st.lists(st.text(min_size=1, max_size=12), max_size=10))
def test_proposer_ne_propose_que_ce_qui_est_permis(valeur, choix):
    rendu = proposer(valeur, choix)
    assert rendu == "" or any(permis in rendu for permis in choix)
    if valeur in choix:
        assert rendu == f"vouliez-vous dire « {valeur} » ?"


def test_un_chemin_s_ecrit_depuis_le_dossier_de_l_etude(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert relatif(tmp_path / "data" / "cle.csv") == "data/cle.csv"
    assert relatif(Path("data/cle.csv")) == "data/cle.csv"
    assert relatif(tmp_path / "data" / "cle.csv", tmp_path / "data") == "cle.csv"


def test_un_chemin_hors_de_l_etude_reste_entier(tmp_path):
    assert relatif(tmp_path / "cle.csv", tmp_path / "etude") == str(tmp_path / "cle.csv")


@given(st.builds(Probleme, st.text(min_size=1), st.integers(0, 9), st.text(min_size=1), st.text(), st.text()))
def test_rien_de_ce_qu_un_probleme_contient_n_est_tu(probleme):
    phrase = str(probleme)
    assert probleme.fichier in phrase
    assert probleme.message in phrase
    assert probleme.valeur in phrase
    assert probleme.remede[1:] in phrase


def test_l_interface_publique_est_triee():
    assert erreurs.__all__ == sorted(erreurs.__all__)
