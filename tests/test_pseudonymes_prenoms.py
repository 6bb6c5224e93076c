"""Les prénoms et les lieux : reconnus comme ils se disent, remplacés par leurs pareils."""

import pytest

from ess_analyse.pseudonymes.lieux import chercher_lieu, debuts_de_lieux
from ess_analyse.pseudonymes.motif import aplatir
from ess_analyse.pseudonymes.neutres import est_neutre, expressions_neutres
from ess_analyse.pseudonymes.noms import NOMS, NOMS_QUI_SONT_DES_MOTS
from ess_analyse.pseudonymes.prenoms import (
    DIMINUTIFS,
    EPICENES,
    ORIGINES,
    chercher_prenom,
    est_compose,
    est_un_surnom,
    lister_prenoms,
)


@pytest.mark.parametrize(
    ("nom", "genre"),
    [
        ("Sandrine", "f"),
        ("sandrine", "f"),
        ("ELODIE", "f"),
        ("Élodie", "f"),
        ("Rose", "f"),
        ("Fatou", "f"),
        ("Mai", "f"),
        ("Karim", "m"),
        ("Jean-Marc", "m"),
        ("jean marc", "m"),
        ("Olivier", "m"),
        ("Pierre", "m"),
        ("Moussa", "m"),
        ("Camille", "fm"),
        ("Dominique", "fm"),
        ("Claude", "fm"),
        ("Momo", "m"),
        ("véro", "f"),
        ("Marie-Fatou", "f"),
    ],
)
def test_un_prenom_est_reconnu_avec_son_genre(nom, genre):
    assert chercher_prenom(nom).genre == genre


@pytest.mark.parametrize("nom", ["Kervella", "ressourcerie", "", "jean quelque chose", "Xzqw", "de la"])
def test_ce_qui_n_en_est_pas_un_n_est_pas_reconnu(nom):
    assert chercher_prenom(nom) is None


def test_les_listes_sont_entieres_et_dans_l_ordre():
    assert chercher_prenom("Marie").rang == 0
    assert chercher_prenom("Jean").rang == 0
    assert chercher_prenom("Sandrine").epoque == 1971
    assert chercher_prenom("Germaine").epoque == 1931
    assert chercher_prenom("Zyneb").rang > 5000


@pytest.mark.parametrize("genre", ["f", "m"])
@pytest.mark.parametrize("epoque", [0, 1931, 1961, 1971, 1981, 1991, 2001])
def test_chaque_epoque_a_de_quoi_remplacer(genre, epoque):
    noms = lister_prenoms(genre, epoque)
    assert len(noms) >= 10
    assert len({aplatir(nom) for nom in noms}) == len(noms)
    assert not any(est_compose(nom) for nom in noms)
    assert all(chercher_prenom(nom).genre == genre for nom in noms)


def test_un_prenom_compose_se_remplace_par_un_compose():
    assert all(est_compose(nom) for nom in lister_prenoms("m", compose=True))
    assert len(lister_prenoms("f", compose=True)) > 5
    assert lister_prenoms("fm") == EPICENES


def test_les_listes_a_la_main_sont_justes():
    for genre in ("f", "m"):
        for noms in (DIMINUTIFS[genre], *(groupe[genre] for groupe in ORIGINES)):
            assert len({aplatir(nom) for nom in noms}) == len(noms)
    assert all(est_un_surnom(nom) for noms in DIMINUTIFS.values() for nom in noms)
    assert not est_un_surnom("Sandrine")
    assert len(set(NOMS)) == len(NOMS)
    assert "petit" in NOMS_QUI_SONT_DES_MOTS


@pytest.mark.parametrize(
    ("nom", "sorte"),
    [
        ("Nantes", "grande ville"),
        ("nantes", "grande ville"),
        ("Saint-Brieuc", "ville"),
        ("saint brieuc", "ville"),
        ("St-Brieuc", "ville"),
        ("st brieuc", "ville"),
        ("Le Havre", "grande ville"),
        ("La Roche-sur-Yon", "ville"),
        ("Villeneuve-d'Ascq", "ville"),
        ("Bamako", "ville étrangère"),
        ("Alger", "ville étrangère"),
        ("Lisbonne", "ville étrangère"),
        ("Finistère", "département"),
        ("Bretagne", "région"),
    ],
)
def test_un_lieu_est_reconnu(nom, sorte):
    assert chercher_lieu(nom) == sorte


@pytest.mark.parametrize("nom", ["Morvelle", "Sandrine", "Sucre", "Carrefour", "table", "", "st", "le"])
def test_un_mot_ou_un_prenom_n_est_pas_un_lieu(nom):
    assert chercher_lieu(nom) is None


def test_un_lieu_en_plusieurs_mots_se_lit_depuis_le_premier():
    assert debuts_de_lieux()["la"] >= 4
    assert debuts_de_lieux()["saint"] >= 2


@pytest.mark.parametrize("mot", ["RGPD", "CAF", "Excel", "Sénégal", "Noël", "Monsieur", "Covid", "URSSAF", "caf"])
def test_ce_qui_ne_designe_personne_est_neutre(mot):
    assert est_neutre(mot)


@pytest.mark.parametrize("mot", ["Sandrine", "ADMR", "Nantes", "Mai", "Avril", ""])
def test_ce_qui_peut_designer_quelqu_un_ne_l_est_pas(mot):
    assert not est_neutre(mot)


def test_les_expressions_neutres_sont_en_plusieurs_mots_ou_a_tiret():
    assert "France Travail" in expressions_neutres()
    assert len(set(expressions_neutres())) == len(expressions_neutres())
