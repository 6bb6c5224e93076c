"""Masquer les petites cellules : rien ne les rend, ni une soustraction, ni une autre table, ni la règle elle-même."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.publication.audit import Cellule, Lien, auditer_tables
from ess_analyse.publication.cellules import _Ecarts, masquer_petites_cellules, masquer_tables


def tables(effectifs, lignes=None, colonnes=None):
    effectifs = np.array(effectifs)
    axes = {
        "index": lignes or [f"R-{n}" for n in range(effectifs.shape[0])],
        "columns": colonnes or [f"S{n}" for n in range(effectifs.shape[1])],
    }
    return pd.DataFrame(effectifs * 10, **axes), pd.DataFrame(effectifs, **axes)


def masques(table):
    return [tuple(ou) for ou in np.argwhere(table.isna().to_numpy())]


# --- ce qui est masqué -----------------------------------------------------------------------------------------------


def test_seules_les_cellules_d_un_ou_deux_documents_sont_masquees():
    table, effectifs = tables([[0, 1, 2], [3, 4, 0]])
    masquee = masquer_petites_cellules(table, effectifs, totaux=False)
    assert masques(masquee) == [(0, 1), (0, 2)]
    assert masquee.iloc[1].tolist() == [30, 40, 0]


def test_le_seuil_se_choisit():
    table, effectifs = tables([[4, 5]])
    assert masques(masquer_petites_cellules(table, effectifs, seuil=5, totaux=False)) == [(0, 0)]


def test_une_cellule_d_une_seule_structure_est_masquee_meme_avec_beaucoup_de_documents():
    table, effectifs = tables([[9, 8, 0], [7, 6, 5]], colonnes=["direction", "encadrement", "insertion"])
    structures = pd.DataFrame([[3, 1, 0], [2, 2, 2]], index=table.index, columns=table.columns)
    assert masques(masquer_petites_cellules(table, effectifs, totaux=False, structures=structures)) == [(0, 1)]
    assert masques(masquer_petites_cellules(table, effectifs, totaux=False)) == []


def test_une_cellule_seule_est_accompagnee_de_la_plus_petite_autre():
    table, effectifs = tables([[9, 1, 5, 0]])
    assert masques(masquer_petites_cellules(table, effectifs)) == [(0, 1), (0, 2)]


def test_sans_total_publie_une_cellule_seule_le_reste():
    table, effectifs = tables([[9, 1, 5, 0]])
    assert masques(masquer_petites_cellules(table, effectifs, totaux=False)) == [(0, 1)]


@pytest.mark.parametrize(
    ("totaux", "attendus"),
    [(True, 4), ("lignes", 2), ("colonnes", 2), (False, 1)],
)
def test_les_totaux_publies_se_disent_par_axe(totaux, attendus):
    table, effectifs = tables([[1, 5, 9], [6, 7, 9], [9, 9, 9]])
    masquee = masquer_petites_cellules(table, effectifs, totaux=totaux)
    assert len(masques(masquee)) == attendus
    assert masques(masquee)[0] == (0, 0)


def test_un_total_dans_la_table_compte_meme_sans_les_autres():
    table, effectifs = tables([[9, 1, 5, 15]], colonnes=["S1", "S2", "S3", "Total"])
    assert masques(masquer_petites_cellules(table, effectifs, totaux=False)) == [(0, 1), (0, 2)]


def test_un_total_dans_la_table_est_masque_quand_rien_d_autre_ne_peut_l_etre():
    table, effectifs = tables([[0, 2, 0, 2], [0, 3, 0, 3]], colonnes=["S1", "S2", "S3", "total"])
    masquee = masquer_petites_cellules(table, effectifs, totaux=False)
    assert masques(masquee) == [(0, 1), (0, 3)]


def test_un_total_lui_meme_masque_ne_trahit_personne():
    table, effectifs = tables([[3, 1, 2]], colonnes=["S1", "S2", "total"])
    assert {(0, 1), (0, 2)} <= set(masques(masquer_petites_cellules(table, effectifs, totaux=False)))


def test_la_regle_elle_meme_ne_rend_rien():
    """Trois 1 masqués dont le total publié est 3 valent chacun 1 : qui sait que les zéros sont laissés le sait."""
    effectifs = pd.DataFrame([[1, 1, 1, 9]], columns=["S1", "S2", "S3", "S4"])
    masquee = masquer_petites_cellules(effectifs.assign(S4=50), effectifs)
    assert masquee.isna().all(axis=None)


def test_quand_rien_ne_suffit_le_total_doit_etre_masque_et_l_est_s_il_est_donne():
    effectifs = pd.DataFrame([[1, 1, 1]], index=["R-SENS"], columns=["S1", "S2", "S3"])
    seule = masquer_petites_cellules(effectifs, effectifs)
    codes = pd.DataFrame({"segments": [3]}, index=["R-SENS"])
    assert seule.isna().all(axis=None)
    assert len(auditer_tables({"codes": codes, "code_structure": seule})) == 3
    liees = masquer_tables({"codes": codes, "code_structure": effectifs}, {"codes": codes, "code_structure": effectifs})
    assert liees["codes"].isna().all(axis=None)
    assert auditer_tables(liees) == []


def test_les_libelles_et_les_proportions_gardent_leur_type():
    table = pd.DataFrame({"libelle": ["Sens"], "S1": [0.5], "S2": [3]})
    masquee = masquer_petites_cellules(table, pd.DataFrame({"S1": [1], "S2": [2]}))
    assert masquee["libelle"].tolist() == ["Sens"]
    assert masquee.dtypes.astype(str).to_dict() == {"libelle": "str", "S1": "float64", "S2": "Int64"}
    assert masquee[["S1", "S2"]].isna().all(axis=None)


def test_une_proportion_ne_s_additionne_pas():
    table = pd.DataFrame({"S1": [0.5, 0.25], "S2": [0.5, 0.75]})
    effectifs = pd.DataFrame({"S1": [1, 4], "S2": [5, 6]})
    assert masques(masquer_petites_cellules(table, effectifs)) == [(0, 0)]


def test_une_table_vide_le_reste():
    table, effectifs = tables(np.zeros((0, 3), dtype=int))
    assert masquer_petites_cellules(table, effectifs).empty


@pytest.mark.parametrize(
    ("autre", "structures"),
    [
        (pd.DataFrame({"S9": [1]}), None),
        (pd.DataFrame({"S1": [1]}, index=[4]), None),
        (pd.DataFrame({"S1": [1]}), pd.DataFrame({"S1": [1]}, index=[4])),
    ],
)
def test_des_effectifs_d_une_autre_table_sont_refuses(autre, structures):
    with pytest.raises(ErreurDonnees, match="lignes et les colonnes"):
        masquer_petites_cellules(pd.DataFrame({"S1": [1]}), autre, structures=structures)


# --- ce qu'un lecteur retrouve ---------------------------------------------------------------------------------------


def retrouver(masquee, vraie, lignes=True, colonnes=True):
    """Encadrer chaque cellule masquée en nombres entiers, sachant les totaux des axes demandés et la règle."""
    inconnues = masques(masquee)
    rangs = {ou: n for n, ou in enumerate(inconnues)}
    equations, membres = [], []
    for axe, publies in ((1, lignes), (0, colonnes)):
        for rang in range(vraie.shape[1 - axe]) if publies else ():
            dedans = [ou for ou in inconnues if ou[1 - axe] == rang]
            if dedans:
                equations.append([float(ou in dedans) for ou in inconnues])
                membres.append(sum(vraie.iat[ou] for ou in dedans))
    contrainte = LinearConstraint(np.array(equations), membres, membres) if equations else ()
    bornes = {}
    for ou, n in rangs.items():
        extremes = [
            milp(s * np.eye(len(rangs))[n], constraints=contrainte, integrality=1, bounds=Bounds(1, 10_000)).fun
            for s in (1, -1)
        ]
        bornes[ou] = (round(extremes[0]), round(-extremes[1]))
    return bornes


@st.composite
def etudes(tirer, lignes=5, colonnes=5):
    """Tirer une table de phrases et ses documents : autant de phrases que de documents au moins."""
    hauteur, largeur = tirer(st.integers(1, lignes)), tirer(st.integers(1, colonnes))
    grille = st.lists(
        st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), min_size=largeur, max_size=largeur),
        min_size=hauteur,
        max_size=hauteur,
    )
    tire = np.array(tirer(grille))
    documents = tire[:, :, 0]
    axes = {"index": [f"R-{n}" for n in range(hauteur)], "columns": [f"S{n}" for n in range(largeur)]}
    return (
        pd.DataFrame(np.where(documents > 0, documents + tire[:, :, 1], 0), **axes),
        pd.DataFrame(documents, **axes),
    )


@given(etudes(), st.sampled_from([2, 3, 5]), st.sampled_from(["lignes", "colonnes"]))
def test_aucune_petite_cellule_n_est_rendue_par_les_totaux_d_un_axe(etude, seuil, axe):
    table, effectifs = etude
    masquee = masquer_petites_cellules(table, effectifs, seuil, totaux=axe)
    trouvees = retrouver(masquee, table, axe == "lignes", axe == "colonnes")
    rangees = (effectifs if axe == "lignes" else effectifs.T).to_numpy()
    cachees = (masquee if axe == "lignes" else masquee.T).isna().to_numpy()
    for (i, j), (bas, haut) in trouvees.items():
        rang = i if axe == "lignes" else j
        sans_total = rangees[rang].sum() < seuil or (rangees[rang] > 0).sum() < 2
        epuisee = (cachees[rang] == (rangees[rang] > 0)).all()
        assert (bas == 1 and haut >= seuil) or sans_total or epuisee


@given(etudes())
def test_aucune_petite_cellule_n_est_rendue_par_les_totaux_des_deux_axes(etude):
    """Totaux compris dans la table : ceux qu'il faut masquer aussi le sont, donc la promesse est sans réserve."""
    table, effectifs = (
        pd.concat([avec := t.assign(total=t.sum(axis=1)), avec.sum().to_frame("ensemble").T]) for t in etude
    )
    masquee = masquer_petites_cellules(table, effectifs, totaux=False)
    assert auditer_tables({"t": masquee}) == []
    petites = (effectifs >= 1) & (effectifs < 3)
    assert masquee.isna().where(petites, True).all(axis=None)


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 6), st.sampled_from([1, 1, 1, -1])), min_size=1, max_size=6),
    st.data(),
)
@settings(max_examples=100)
def test_une_somme_seule_se_compense_comme_par_programmation_lineaire(rangee, donnees):
    """Les mêmes cellules, à coût égal comprises : le plus petit masque d'une ligne se choisit sans solveur."""
    cellules = [Cellule("codes", 0, rang) for rang in range(len(rangee))]
    valeurs, documents = ({c: un[rang] for c, un in zip(cellules, rangee, strict=True)} for rang in (0, 1))
    totaux = {cellule for cellule, (_, _, signe) in zip(cellules, rangee, strict=True) if signe < 0}
    equation = [(cellule, signe) for cellule, (_, _, signe) in zip(cellules, rangee, strict=True)]
    ecarts = _Ecarts([equation], valeurs, documents, totaux)
    masque = donnees.draw(st.sets(st.sampled_from(cellules), min_size=1))
    couts = [0 if cellule in masque else cout for cellule, cout in zip(cellules, ecarts.couts, strict=True)]
    rang = donnees.draw(st.sampled_from(sorted(cellules.index(cellule) for cellule in masque)))
    ecart = donnees.draw(st.integers(-4, 4).filter(bool))
    choisies, attendues = (
        None if trouve is None else [c for c, bouge in zip(cellules, trouve, strict=True) if bouge and c not in masque]
        for trouve in (ecarts._compenser(rang, ecart, couts), ecarts._resoudre(rang, ecart, couts))
    )
    assert choisies == attendues


@given(etudes(4, 4))
def test_deux_axes_publies_ailleurs_sont_sans_reserve_sauf_ou_tout_est_deja_masque(etude):
    table, effectifs = etude
    masquee = masquer_petites_cellules(table, effectifs)
    cachees, documents = masquee.isna().to_numpy(), effectifs.to_numpy()
    assert cachees[(documents > 0) & (documents < 3)].all()
    assert not cachees[documents == 0].any()
    assert (masquee.to_numpy()[~cachees] == table.to_numpy()[~cachees]).all()
    rendues = {ou for ou, (bas, haut) in retrouver(masquee, table).items() if haut < 3 or bas == haut}
    for i, j in rendues:
        ligne, colonne = documents[i], documents[:, j]
        sans_total = any(axe.sum() < 3 or (axe > 0).sum() < 2 for axe in (ligne, colonne))
        assert sans_total or (cachees[i] == (ligne > 0)).all() or (cachees[:, j] == (colonne > 0)).all()


@given(etudes())
def test_masquer_ne_change_ni_la_table_recue_ni_le_resultat_d_une_seconde_fois(etude):
    table, effectifs = etude
    avant = table.copy()
    une, deux = (masquer_petites_cellules(table, effectifs) for _ in range(2))
    pd.testing.assert_frame_equal(table, avant)
    pd.testing.assert_frame_equal(une, deux)


# --- tables liées ----------------------------------------------------------------------------------------------------


def lier(structure, famille, documents_structure, documents_famille):
    """Deux ventilations des mêmes phrases, et leurs totaux."""
    codes = structure.sum(axis=1).to_frame("segments")
    appuis = documents_structure.sum(axis=1).to_frame("segments")
    return (
        {"codes": codes, "code_structure": structure, "code_fonction": famille},
        {"codes": appuis, "code_structure": documents_structure, "code_fonction": documents_famille},
    )


def test_la_difference_de_deux_tables_ne_rend_pas_une_cellule():
    structure, documents_structure = tables([[4, 1, 5]])
    famille, documents_famille = tables([[10, 0, 0]], colonnes=["direction", "insertion", "équipe"])
    publiees, effectifs = lier(structure, famille, documents_structure, documents_famille)
    seules = {nom: masquer_petites_cellules(t, effectifs[nom], totaux=False) for nom, t in publiees.items()}
    assert [p.valeur for p in auditer_tables(seules)] == ["R-0 × S1"]
    liees = masquer_tables(publiees, effectifs)
    assert masques(liees["code_structure"]) == [(0, 0), (0, 1)]
    assert masques(liees["code_fonction"]) == masques(liees["codes"]) == []


def test_un_total_petit_est_masque_dans_toutes_les_tables_qui_le_rendraient():
    """Deux documents d'une structure chacun : le total, sa somme par famille et sa diagonale disent la même chose."""
    codes = pd.DataFrame({"segments": [8, 40], "entretiens": [2, 9]}, index=["O-COM", "R-SENS"])
    structure = pd.DataFrame({"S1": [8, 30], "S2": [0, 10]}, index=codes.index)
    paires = pd.DataFrame([[8, 0], [0, 40]], index=codes.index, columns=list(codes.index))
    publiees = {"codes": codes, "code_structure": structure, "cooccurrences": paires}
    effectifs = {
        "codes": pd.DataFrame({"segments": [2, 9], "entretiens": [2, 9]}, index=codes.index),
        "code_structure": pd.DataFrame({"S1": [2, 5], "S2": [0, 4]}, index=codes.index),
        "cooccurrences": pd.DataFrame([[2, 0], [0, 9]], index=codes.index, columns=list(codes.index)),
    }
    masquees = masquer_tables(publiees, effectifs)
    assert {nom: masques(table) for nom, table in masquees.items()} == {
        "codes": [(0, 0), (0, 1)],
        "code_structure": [(0, 0)],
        "cooccurrences": [(0, 0)],
    }


def test_un_total_masque_pour_une_table_l_est_aussi_dans_celle_qui_le_rendrait():
    """« 1, 1, 1 » ne se protège qu'en cachant le total 3, que l'autre ventilation publierait."""
    structure = pd.DataFrame([[1, 1, 1]], index=["R-0"], columns=["S1", "S2", "S3"])
    famille = pd.DataFrame([[3, 0]], index=["R-0"], columns=["direction", "insertion"])
    masquees = masquer_tables(*lier(structure, famille, structure, famille))
    assert masques(masquees["codes"]) == [(0, 0)]
    assert masques(masquees["code_fonction"]) == [(0, 0)]
    assert auditer_tables(masquees) == []


def test_une_structure_isolee_l_est_dans_la_seule_table_ou_on_le_demande():
    structure, documents_structure = tables([[6, 4]])
    famille, documents_famille = tables([[6, 4]], colonnes=["direction", "insertion"])
    publiees, effectifs = lier(structure, famille, documents_structure, documents_famille)
    structures = {"code_fonction": pd.DataFrame([[1, 3]], index=["R-0"], columns=["direction", "insertion"])}
    masquees = masquer_tables(publiees, effectifs, structures=structures)
    assert masques(masquees["code_fonction"]) == [(0, 0), (0, 1)]
    assert masques(masquees["code_structure"]) == []


def test_d_autres_liens_se_donnent():
    table, effectifs = tables([[9, 1, 5]])
    totaux = table.sum(axis=1).to_frame("phrases")
    publiees = {"ensemble": totaux, "code_age": table}
    appuis = {"ensemble": totaux, "code_age": effectifs}
    assert len(masques(masquer_tables(publiees, appuis)["code_age"])) == 1
    liees = masquer_tables(publiees, appuis, liens=[Lien("code_age", "ensemble", "phrases")])
    assert len(masques(liees["code_age"])) == 2


@given(etudes(), etudes(), st.sampled_from([2, 3, 5]))
@settings(max_examples=100)
def test_aucune_cellule_de_tables_liees_n_est_rendue(une, autre, seuil):
    """Les mêmes phrases ventilées de deux façons : l'audit des trois tables, totaux compris, ne retrouve rien."""
    (structure, documents_structure), (famille, documents_famille) = une, autre
    commun = structure.index.intersection(famille.index)
    structure, documents_structure = structure.loc[commun], documents_structure.loc[commun]
    famille, documents_famille = famille.loc[commun].copy(), documents_famille.loc[commun].copy()
    ecart = structure.sum(axis=1) - famille.sum(axis=1)
    # The same sentences in both tables: what is missing goes to one more modality.
    for table, manque in ((famille, ecart.clip(lower=0)), (structure, (-ecart).clip(lower=0))):
        table["reste"] = manque
    documents_famille["reste"] = np.minimum(famille["reste"], 4)
    documents_structure = documents_structure.assign(reste=np.minimum(structure["reste"], 4))
    publiees, effectifs = lier(structure, famille, documents_structure, documents_famille)
    masquees = masquer_tables(publiees, effectifs, seuil)
    assert auditer_tables(masquees, seuil) == []
    for nom, table in masquees.items():
        petites = (effectifs[nom] >= 1) & (effectifs[nom] < seuil)
        assert table.isna().where(petites, True).all(axis=None)
        assert not table.isna().where(publiees[nom] == 0, False).any(axis=None)


def test_une_grande_etude_est_masquee_en_quelques_secondes_et_l_audit_n_y_retrouve_rien():
    hasard = np.random.default_rng(7)
    codes = [f"R-{n:02}" for n in range(23)]
    frequences = hasard.choice([0.5, 2, 4], (23, 1))
    documents = {
        nom: pd.DataFrame(hasard.poisson(frequences, (23, 12)), codes, [f"{nom[5]}{n}" for n in range(12)])
        for nom in ("code_structure", "code_fonction")
    }
    nombres = {nom: table + table.gt(0) * hasard.poisson(3, (23, 12)) for nom, table in documents.items()}
    manque = nombres["code_structure"].sum(axis=1) - nombres["code_fonction"].sum(axis=1)
    nombres["code_structure"]["reste"], nombres["code_fonction"]["reste"] = (
        (-manque).clip(lower=0),
        manque.clip(lower=0),
    )
    for nom, table in documents.items():
        table["reste"] = nombres[nom]["reste"].clip(upper=6)
    nombres["codes"] = nombres["code_structure"].sum(axis=1).to_frame("segments")
    documents["codes"] = documents["code_structure"].sum(axis=1).to_frame("segments")
    depart = time.perf_counter()
    masquees = masquer_tables(nombres, documents)
    duree = time.perf_counter() - depart
    assert duree < 20
    assert auditer_tables(masquees) == []
    cachees = masquees["code_structure"].isna().to_numpy()
    assert not cachees.all()
    assert (nombres["code_structure"].to_numpy()[cachees] > 0).all()
