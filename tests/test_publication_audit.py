"""L'audit : ce qu'un lecteur retrouve des cellules masquées, et ce qu'il ne retrouve pas."""

from __future__ import annotations

import io
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.publication.audit import (
    LIENS,
    Cellule,
    Lien,
    _encadrer_ensemble,
    _encadrer_seule,
    auditer_tables,
    composantes,
    poser_equations,
)

VIDE = float("nan")


def lignes(*rangees, colonnes, codes=("R-SENS", "O-SENS", "O-COM")):
    return pd.DataFrame(
        [(code, *rangee) for code, rangee in zip(codes, rangees, strict=False)], columns=["code", *colonnes]
    )


def dits(tables, **options):
    return [(p.fichier, p.valeur, p.message.rsplit("qui vaut ")[-1]) for p in auditer_tables(tables, **options)]


def test_une_cellule_seule_dont_le_total_est_dans_une_autre_table_est_rendue():
    tables = {
        "codes": lignes((12,), (20,), colonnes=["segments"]),
        "code_structure": lignes((9, VIDE), (8, 12), colonnes=["S1", "S2"]),
    }
    assert dits(tables) == [("code_structure", "R-SENS × S2", "3")]


def test_le_probleme_dit_ou_il_est_et_quoi_faire():
    tables = {
        "codes": lignes((12,), colonnes=["segments"]),
        "code_fonction": lignes((9, VIDE), colonnes=["encadrement", "direction"]),
    }
    (probleme,) = auditer_tables(tables)
    assert str(probleme) == (
        "code_fonction : les totaux publiés rendent une cellule masquée, qui vaut 3 (« R-SENS × direction »). "
        "Masquez une autre cellule de la même ligne ou de la même colonne, ou le total."
    )


@pytest.mark.parametrize(
    ("rangee", "total", "attendu"),
    [
        ((VIDE, VIDE, 9), 11, "1"),  # two of at least 1 that make 2
        ((VIDE, VIDE, 9), 12, "de 1 à 2"),  # at most 2: known to be small
        ((VIDE, VIDE, 9), 13, None),  # from 1 to 3: the threshold is possible
        ((VIDE, VIDE, VIDE), 3, "1"),
        ((VIDE, VIDE, VIDE), 5, None),
        ((VIDE, 0, 0), 7, "7"),
    ],
)
def test_l_encadrement_doit_contenir_le_seuil_et_deux_valeurs(rangee, total, attendu):
    tables = {
        "codes": lignes((total,), colonnes=["segments"]),
        "code_structure": lignes(rangee, colonnes=["S1", "S2", "S3"]),
    }
    assert {message for _, _, message in dits(tables)} == ({attendu} if attendu else set())


def test_un_seuil_plus_haut_demande_un_encadrement_plus_large():
    tables = {
        "codes": lignes((13,), colonnes=["segments"]),
        "code_structure": lignes((VIDE, VIDE, 9), colonnes=["S1", "S2", "S3"]),
    }
    assert dits(tables) == []
    assert [message for _, _, message in dits(tables, seuil=5)] == ["de 1 à 3"] * 2


def test_un_total_masque_ne_rend_rien():
    tables = {
        "codes": lignes((VIDE,), (20,), colonnes=["segments"]),
        "code_structure": lignes((9, VIDE), (8, 12), colonnes=["S1", "S2"]),
    }
    assert dits(tables) == []


def test_un_total_masque_que_l_autre_table_rend_est_rendu_et_avec_lui_la_cellule():
    tables = {
        "codes": lignes((VIDE,), colonnes=["segments"]),
        "code_structure": lignes((9, VIDE), colonnes=["S1", "S2"]),
        "code_fonction": lignes((4, 6), colonnes=["encadrement", "direction"]),
    }
    assert dits(tables) == [("code_structure", "R-SENS × S2", "1"), ("codes", "R-SENS × segments", "10")]


def test_la_diagonale_des_cooccurrences_redit_le_total():
    codes = ("R-SENS", "O-SENS")
    tables = {
        "codes": lignes((VIDE,), (20,), colonnes=["segments"]),
        "code_structure": lignes((9, VIDE), (8, 12), colonnes=["S1", "S2"]),
        "cooccurrences": lignes((12, 1), (1, 20), colonnes=codes),
    }
    assert ("code_structure", "R-SENS × S2", "3") in dits(tables)


def test_une_matrice_symetrique_redit_ce_qu_elle_masque_d_un_seul_cote():
    cooccurrences = lignes((12, VIDE), (4, 20), colonnes=["R-SENS", "O-SENS"])
    tables = {"codes": lignes((12,), (20,), colonnes=["segments"]), "cooccurrences": cooccurrences}
    assert dits(tables) == [("cooccurrences", "R-SENS × O-SENS", "4")]
    cooccurrences.loc[1, "R-SENS"] = VIDE
    assert dits(tables) == []


def test_les_totaux_de_la_table_comptent_dans_les_deux_sens():
    table = pd.DataFrame(
        {"S1": [5, VIDE, 9], "S2": [VIDE, VIDE, 20], "Total": [9, 20, 29]}, index=["R-SENS", "O-SENS", "ensemble"]
    )
    assert {valeur for _, valeur, _ in dits({"t": table})} == {"O-SENS × S1", "O-SENS × S2", "R-SENS × S2"}
    table.loc["R-SENS", "S1"] = VIDE
    assert dits({"t": table}) == []


def test_sans_total_publie_rien_ne_se_rend():
    table = lignes((9, VIDE), (8, 12), colonnes=["S1", "S2"])
    assert dits({"code_structure": table}) == []
    assert dits({"code_structure": table, "codes": lignes((12,), (20,), colonnes=["entretiens"])}) == []


def test_une_ligne_sans_total_du_meme_nom_n_est_pas_liee():
    tables = {
        "codes": lignes((12,), colonnes=["segments"], codes=("P-GESTION",)),
        "code_structure": lignes((9, VIDE), colonnes=["S1", "S2"]),
    }
    assert dits(tables) == []


def test_une_mesure_absente_n_est_pas_une_cellule_masquee():
    """Dans l'accord, un α non défini est vide : aucune équation ne le contient."""
    accord = pd.DataFrame({"code": ["R-SENS"], "usages": [4], "alpha": [VIDE], "conclusion": ["trop rare"]})
    assert dits({"accord": accord}) == []


def test_une_table_de_texte_est_ignoree():
    verbatims = pd.DataFrame({"place": ["E01:1-9"], "texte": ["Ben oui."], "structure": ["S1"]})
    assert dits({"verbatims": verbatims}) == []


def test_des_totaux_qui_se_contredisent_sont_dits():
    tables = {
        "codes": lignes((8,), colonnes=["segments"]),
        "code_structure": lignes((9, VIDE), colonnes=["S1", "S2"]),
    }
    (probleme,) = auditer_tables(tables)
    assert probleme.message == "aucune valeur d'une cellule masquée ne donne les totaux publiés"
    assert probleme.remede == "refaites les tables"


def test_d_autres_liens_peuvent_etre_donnes():
    tables = {
        "codes": lignes((12,), colonnes=["phrases"]),
        "code_age": lignes((9, VIDE), colonnes=["jeunes", "anciens"]),
    }
    assert dits(tables) == []
    assert dits(tables, liens=[Lien("code_age", "codes", "phrases")]) == [("code_age", "R-SENS × anciens", "3")]


@pytest.mark.parametrize("entier", ["int64", "Int64", "float64"])
def test_les_tables_relues_d_un_csv_et_celles_en_memoire_se_valent(entier):
    codes = lignes((12,), (20,), colonnes=["segments"]).astype({"segments": entier})
    par = lignes((9, 3), (8, 12), colonnes=["S1", "S2"]).astype({"S1": entier, "S2": "Int64"})
    par.loc[0, "S2"] = pd.NA
    relues = {
        nom: pd.read_csv(io.StringIO(table.to_csv(sep=";", index=False)), sep=";")
        for nom, table in {"codes": codes, "code_structure": par}.items()
    }
    assert dits({"codes": codes, "code_structure": par}) == dits(relues) == [("code_structure", "R-SENS × S2", "3")]


def test_une_colonne_entierement_masquee_reste_une_colonne_de_nombres():
    tables = {
        "codes": lignes((11,), (8,), colonnes=["segments"]),
        "code_structure": pd.DataFrame({"code": ["R-SENS", "O-SENS"], "S1": [9, 3], "S2": [None, None]}),
    }
    assert dits(tables) == [("code_structure", "R-SENS × S2", "2"), ("code_structure", "O-SENS × S2", "5")]


def test_les_liens_du_site_sont_ceux_des_tables_publiees():
    assert {lien.table for lien in LIENS} == {"code_structure", "code_fonction", "cooccurrences"}
    assert {(lien.total, lien.colonne) for lien in LIENS} == {("codes", "segments")}


@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_les_equations_sont_vraies_des_tables_entieres(hauteur, largeur, donnees):
    nombres = np.array(
        donnees.draw(
            st.lists(
                st.lists(st.integers(0, 9), min_size=largeur, max_size=largeur), min_size=hauteur, max_size=hauteur
            )
        )
    )
    codes = [f"R-{n}" for n in range(hauteur)]
    table = pd.DataFrame(nombres, index=codes, columns=[f"S{n}" for n in range(largeur)])
    totaux = pd.DataFrame({"segments": table.sum(axis=1)}, index=codes)
    avec_marges = table.assign(total=table.sum(axis=1))
    avec_marges.loc["ensemble"] = avec_marges.sum()
    tables = {"codes": totaux, "code_structure": table, "croisee": avec_marges}
    equations = poser_equations(tables, LIENS)
    assert len(equations) == hauteur + (hauteur + 1) + (largeur + 1)
    for equation in equations:
        assert sum(k * tables[c.table].iat[c.ligne, c.colonne] for c, k in equation) == 0


@given(st.lists(st.sampled_from([1, 1, 1, -1]), min_size=1, max_size=5), st.integers(-4, 9))
def test_une_equation_seule_s_encadre_comme_par_programmation_lineaire(signes, somme):
    cellules = [Cellule("codes", 0, rang) for rang in range(len(signes))]
    bornes = _encadrer_seule(list(zip(cellules, signes, strict=True)), somme)
    attendues = _encadrer_ensemble(cellules, np.array([signes], dtype=float), [somme])
    assert list(bornes) == cellules
    assert [bornes[cellule] for cellule in cellules] == [pytest.approx(attendues[cellule]) for cellule in cellules]


@given(st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=8))
def test_les_equations_d_un_groupe_sont_celles_qui_se_touchent_de_proche_en_proche(rangs):
    groupes = composantes([[(Cellule("codes", 0, rang), 1) for rang in equation] for equation in rangs])
    assert sorted(rang for groupe in groupes for rang in groupe) == list(range(len(rangs)))
    assert groupes == sorted(sorted(groupe) for groupe in groupes)
    touchees = [{cellule for rang in groupe for cellule in rangs[rang]} for groupe in groupes]
    assert all(touchees[un].isdisjoint(touchees[autre]) for un in range(len(groupes)) for autre in range(un))
    for groupe in groupes:
        atteintes, reste = set(rangs[groupe[0]]), set(groupe[1:])
        while suivante := next((rang for rang in reste if atteintes & set(rangs[rang])), None):
            atteintes |= set(rangs[suivante])
            reste.remove(suivante)
        assert not reste


def test_l_audit_d_une_grande_etude_prend_peu_de_temps():
    hasard = np.random.default_rng(0)
    codes = [f"R-{n}" for n in range(23)]
    tables, depart = {"codes": pd.DataFrame({"code": codes, "segments": 0})}, time.perf_counter()
    for nom, largeur in (("code_structure", 12), ("code_fonction", 12)):
        nombres = hasard.poisson(4, (23, largeur))
        tables[nom] = pd.DataFrame(np.where(nombres < 4, np.nan, nombres), columns=[f"m{n}" for n in range(largeur)])
        tables[nom].insert(0, "code", codes)
        tables["codes"]["segments"] = np.maximum(tables["codes"]["segments"], nombres.sum(axis=1))
    auditer_tables(tables)
    assert time.perf_counter() - depart < 20
