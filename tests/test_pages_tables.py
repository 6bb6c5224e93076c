"""Les tables publiées : ce qu'elles comptent, ce qu'elles masquent, ce qu'un lecteur y retrouve."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from ess_analyse.codages import consolider
from ess_analyse.enseignements import Enseignement
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, DOCUMENTS, SEGMENTS, Corpus, Entretien, Place
from ess_analyse.pages.matiere import ABLATION, Matiere, rassembler
from ess_analyse.pages.tables import composer_tables, compter_publiable
from ess_analyse.pages.verbatims import lister_verbatims
from ess_analyse.publication.audit import auditer_tables
from ess_analyse.publication.singularites import signaler_singularites, verifier_singularites
from ess_analyse.publication.sources import decrire_sources, lire_fonctions, lire_structures
from ess_analyse.tableaux import croiser_codes

RACINE = Path(__file__).parents[1]
PHRASE = "Voilà. "
THEMES, PRISMES = ("R-SENS", "R-CHARGE", "O-SOUTIEN"), ("P-GESTION", "P-PRODUCTION")
GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    tuple(Code(nom, "prisme" if nom in PRISMES else "theme", nom.title(), "…", *[()] * 5) for nom in THEMES + PRISMES),
)
FONCTIONS = pd.DataFrame(
    {
        "fonction": ["direction", "salarié en insertion", "équipe"],
        "famille": ["direction et administration", "salariés en insertion", "équipe observée"],
    }
)
PANEL = pd.DataFrame(
    {
        "structure": ["S1", "S2", "S3"],
        "libelle": ["La ressourcerie", "Les jardins", "Le garage"],
        "permanents": [7, 9, 8],
        "insertion": [28, 22, 30],
    }
)


def matiere_de(*documents, **autres):
    """Une étude : ``(structure, fonction, codes de chaque phrase)``, et la diffusion si elle n'est pas publique."""
    decrits, entretiens, segments, codages = [], [], [], []
    for rang, (structure, fonction, phrases, *diffusion) in enumerate(documents):
        nom = f"{'O' if fonction == 'équipe' else 'E'}{rang:02}"
        genre = "observation" if fonction == "équipe" else "entretien"
        decrits.append((nom, genre, structure, fonction, "2025-03", *(diffusion or ["publique"])))
        entretiens.append(Entretien.depuis_texte(nom, "Marion : " + PHRASE * len(phrases), parle=genre == "entretien"))
        for numero, codes in enumerate(phrases):
            debut = len("Marion : ") + numero * len(PHRASE)
            segment = f"{nom}:{debut}-{debut + 6}"
            segments.append((segment, nom, 0, "Marion", debut, debut + 6, PHRASE.strip()))
            codages += [(segment, "ana", code, "humain") for code in codes.split() or ["-"]]
    corpus = Corpus(tuple(entretiens), pd.DataFrame(decrits, columns=DOCUMENTS, dtype="str"))
    codages = pd.DataFrame(codages, columns=CODAGES, dtype="str")
    return Matiere(
        corpus=corpus,
        segments=pd.DataFrame(segments, columns=SEGMENTS),
        grille=GRILLE,
        codages=codages,
        consolide=consolider(codages),
        structures=PANEL,
        sources=decrire_sources(corpus.documents, PANEL, FONCTIONS),
        ablation=pd.DataFrame(columns=ABLATION, dtype="str"),
        **{"enseignements": (), "fiches": (), "plan": (), "questions": ()} | autres,
    )


def table(tables, nom):
    return tables[nom].set_index("code")


# --- une étude assez grande pour qu'il reste quelque chose -----------------------------------------------------------


@pytest.fixture
def grande():
    """Trois structures, douze entretiens, deux observations."""
    return matiere_de(
        *[("S1", "salarié en insertion", ["R-SENS P-GESTION", "R-SENS R-CHARGE", ""])] * 3,
        ("S1", "direction", ["R-SENS", "O-SOUTIEN"]),
        *[("S2", "salarié en insertion", ["R-SENS P-PRODUCTION", "R-CHARGE"])] * 4,
        *[("S3", "salarié en insertion", ["R-SENS", "O-SOUTIEN P-GESTION"])] * 3,
        ("S3", "direction", ["R-SENS R-CHARGE"]),
        ("S1", "équipe", ["R-SENS"]),
        ("S2", "équipe", ["R-CHARGE"]),
    )


def test_les_tables_gardent_leurs_colonnes(grande):
    tables = composer_tables(grande, lister_verbatims(grande))
    assert {nom: list(t.columns) for nom, t in tables.items() if nom != "accord"} == {
        "codes": ["code", "libelle", "segments", "entretiens", "structures"],
        "code_structure": ["code", "S1", "S2", "S3"],
        "code_fonction": ["code", "salariés en insertion", "une personne de la structure", "équipe observée"],
        "code_prisme": ["code", *PRISMES],
        "cooccurrences": ["code", *THEMES],
        "verbatims": ["place", "texte", "codes", "structure", "famille"],
        "grille": ["code", "dimension", "libelle", "definition"],
        "saturation": ["documents", "themes"],
    }
    assert tables["codes"]["code"].tolist() == [*THEMES, *PRISMES]
    assert all(tables[nom]["code"].tolist() == list(THEMES) for nom in ("code_structure", "code_prisme"))


def test_ce_qui_reste_est_ce_que_les_codages_comptent(grande):
    tables = composer_tables(grande, [])
    assert table(tables, "codes").loc["R-SENS", ["segments", "entretiens", "structures"]].tolist() == [16, 13, 3]
    for nom, par in (("code_structure", "structure"), ("code_fonction", "famille"), ("code_prisme", "prisme")):
        vraie = croiser_codes(grande.consolide, grande.segments, grande.documents, GRILLE, par=par)
        publiee = table(tables, nom)
        assert ((publiee == vraie) | publiee.isna()).all(axis=None)
        assert not publiee.isna().where(vraie == 0, False).any(axis=None)
        assert publiee.notna().any(axis=None)


def test_le_seuil_recu_est_celui_de_toutes_les_tables(grande):
    masquees = {
        seuil: {nom: int(t.isna().sum(axis=None)) for nom, t in composer_tables(grande, [], seuil).items()}
        for seuil in (2, 3, 6, 50)
    }
    for nom in ("codes", "code_structure", "code_fonction", "code_prisme", "cooccurrences"):
        nombres = [masquees[seuil][nom] for seuil in (2, 3, 6, 50)]
        assert nombres == sorted(nombres)
        assert nombres[-1] > 0
    tout = composer_tables(grande, [], 50)
    assert tout["codes"][["segments", "entretiens", "structures"]].isna().all(axis=None)


def test_l_audit_ne_retrouve_rien_a_aucun_seuil(grande):
    for seuil in (2, 3, 5, 8):
        assert auditer_tables(composer_tables(grande, [], seuil), seuil) == []


def test_un_code_d_une_seule_structure_est_masque_sauf_dans_la_table_par_structure():
    etude = matiere_de(
        *[("S1", "salarié en insertion", ["O-SOUTIEN P-GESTION", "R-SENS"])] * 5,
        *[("S2", "salarié en insertion", ["R-SENS"])] * 4,
    )
    tables = composer_tables(etude, [])
    assert table(tables, "codes").loc["O-SOUTIEN", ["segments", "entretiens", "structures"]].isna().all()
    assert pd.isna(table(tables, "code_fonction").at["O-SOUTIEN", "salariés en insertion"])
    assert pd.isna(table(tables, "code_prisme").at["O-SOUTIEN", "P-GESTION"])
    assert pd.isna(table(tables, "cooccurrences").at["O-SOUTIEN", "O-SOUTIEN"])
    assert table(tables, "code_structure").loc["R-SENS"].tolist() == [5, 4]
    assert pd.isna(table(tables, "code_structure").at["O-SOUTIEN", "S1"]), "le total masqué y serait rendu"
    assert auditer_tables(tables) == []


def test_dans_une_etude_d_une_structure_aucune_cellule_ne_l_isole():
    etude = matiere_de(*[("S1", "salarié en insertion", ["R-SENS P-GESTION"])] * 4)
    tables = composer_tables(etude, [])
    assert table(tables, "codes").loc["R-SENS", ["segments", "entretiens", "structures"]].tolist() == [4, 4, 1]
    assert table(tables, "code_prisme").at["R-SENS", "P-GESTION"] == 4


def test_deux_codes_dits_ensemble_par_trop_peu_de_documents_sont_masques_des_deux_cotes():
    ensemble = [
        ("S1", "salarié en insertion", ["R-SENS R-CHARGE"]),
        ("S2", "salarié en insertion", ["R-SENS R-CHARGE"]),
    ]
    seuls = [(s, "salarié en insertion", ["R-SENS", "R-CHARGE O-SOUTIEN"]) for s in ("S1", "S2", "S3") for _ in "ab"]
    cooccurrences = table(composer_tables(matiere_de(*ensemble, *seuls), []), "cooccurrences")
    assert cooccurrences.isna().to_numpy().sum() == 2
    assert pd.isna(cooccurrences.at["R-SENS", "R-CHARGE"])
    assert pd.isna(cooccurrences.at["R-CHARGE", "R-SENS"])
    assert cooccurrences.at["O-SOUTIEN", "R-CHARGE"] == 6
    assert np.diag(cooccurrences).tolist() == [8, 8, 6]


def test_la_somme_des_risques_par_prisme_ne_rend_pas_une_cellule():
    """Les sommes par prisme sont publiées : une seule cellule masquée dans une colonne serait rendue."""
    autres = [(s, "salarié en insertion", ["R-SENS P-GESTION", "R-SENS P-PRODUCTION"]) for s in ("S1", "S2", "S3")] * 3
    un = [("S1", "salarié en insertion", ["R-CHARGE P-GESTION"]), ("S2", "salarié en insertion", ["O-SOUTIEN"])]
    prisme = table(composer_tables(matiere_de(*autres, *un), []), "code_prisme")
    assert prisme["P-GESTION"].isna().tolist() == [True, True, False]
    assert prisme["P-PRODUCTION"].tolist() == [9, 0, 0]


# --- ce qui est restreint --------------------------------------------------------------------------------------------


def test_un_document_restreint_n_est_compte_nulle_part(grande):
    """Ce qu'il dit serait la différence entre les totaux et les citations."""
    documents = grande.corpus.documents.copy()
    documents.loc[[0, 4], "diffusion"] = "restreinte"
    tus = set(documents.loc[[0, 4], "entretien"])
    restreinte = replace(grande, corpus=Corpus(grande.corpus.entretiens, documents))
    verbatims = lister_verbatims(restreinte)
    assert {v.place.entretien for v in verbatims}.isdisjoint(tus)
    publics = grande.segments[~grande.segments["entretien"].isin(tus)]
    sans = replace(restreinte, segments=publics)
    tables, attendues = composer_tables(restreinte, verbatims), composer_tables(sans, verbatims)
    for nom in ("codes", "code_structure", "code_fonction", "code_prisme"):
        pd.testing.assert_frame_equal(tables[nom], attendues[nom])
    # Of interviews, the reader counts every sentence: nothing else is in the total.
    entretiens = publics[~publics["entretien"].str.startswith("O")]
    cites = [v for v in verbatims if "R-SENS" in v.codes]
    assert len(cites) == grande.consolide.query("code == 'R-SENS'")["segment"].isin(entretiens["segment"]).sum()
    assert table(tables, "codes").at["R-SENS", "segments"] == len(cites) + 1, "et la phrase de l'observation"


def test_un_passage_restreint_n_est_pas_compte(grande):
    place = Place.lire(grande.segments.loc[0, "segment"])
    corpus = Corpus(grande.corpus.entretiens, grande.corpus.documents, ((place, "restreinte"),))
    avant, apres = (composer_tables(replace(grande, corpus=c), []) for c in (grande.corpus, corpus))
    assert table(avant, "codes").at["R-SENS", "segments"] - table(apres, "codes").at["R-SENS", "segments"] == 1
    assert (
        table(avant, "cooccurrences").at["R-SENS", "R-SENS"] - table(apres, "cooccurrences").at["R-SENS", "R-SENS"] == 1
    )


# --- les autres tables -----------------------------------------------------------------------------------------------


def test_l_accord_reste_entier_sauf_les_usages_d_un_code_masque(grande):
    codages = pd.concat([grande.codages, grande.codages.assign(codeur="bob")], ignore_index=True)
    tables = composer_tables(replace(grande, codages=codages), [])
    accord = tables["accord"].set_index("code")
    assert pd.isna(table(tables, "codes").at["P-PRODUCTION", "segments"]), "une seule structure le porte"
    assert accord.index[accord["usages"].isna()].tolist() == ["P-PRODUCTION"]
    assert accord.loc["R-SENS", ["usages", "alpha"]].tolist() == [32, 1]
    assert accord["alpha"].notna().all()
    assert accord["conclusion"].notna().all()


def test_le_soutien_compte_les_etiquettes_montrees_non_les_intitules(grande):
    places = tuple(Place.lire(segment) for segment in grande.segments.drop_duplicates("entretien")["segment"])
    lecon = Enseignement(1, "…", "…", (), (), (), (), "…", places, Path("1-a.md"))
    soutien = composer_tables(replace(grande, enseignements=(lecon,)), [])["soutien"]
    assert soutien.loc[0, ["preuves", "documents", "structures", "fonctions"]].tolist() == [14, 14, 3, 3]
    assert grande.documents["fonction"].nunique() == 3
    memes = grande.documents.assign(famille="une personne de la structure")[
        ["entretien", "libelle_structure", "famille"]
    ]
    soutien = composer_tables(replace(grande, enseignements=(lecon,), sources=memes), [])["soutien"]
    assert soutien.loc[0, "fonctions"] == 1


def test_les_analyses_et_le_site_comptent_pareil(grande):
    comptes = compter_publiable(
        grande.consolide, grande.segments, grande.documents, grande.grille, grande.corpus, seuil=4
    )
    tables = composer_tables(grande, [], seuil=4)
    for nom, publiee in comptes.items():
        pd.testing.assert_frame_equal(publiee, table(tables, nom).drop(columns="libelle", errors="ignore"))


def test_sans_la_famille_montree_rien_n_est_compte(grande):
    with pytest.raises(ErreurDonnees, match="famille"):
        compter_publiable(grande.consolide, grande.segments, grande.corpus.documents, GRILLE, grande.corpus)


def test_une_etude_sans_codage_a_ses_tables():
    etude = matiere_de(("S1", "direction", ["", ""]))
    vide = replace(etude, codages=etude.codages.iloc[:0], consolide=etude.consolide.iloc[:0])
    tables = composer_tables(vide, [])
    assert tables["codes"]["segments"].tolist() == [0] * 5
    assert "soutien" not in tables


# --- la démonstration ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demonstration():
    matiere = rassembler(Etude(RACINE))
    verbatims = lister_verbatims(matiere)
    return matiere, verbatims, composer_tables(matiere, verbatims)


def test_rien_de_la_demonstration_n_est_rendu(demonstration):
    _, _, tables = demonstration
    assert auditer_tables(tables) == []
    assert tables["code_structure"].isna().sum(axis=None) > 20
    assert tables["code_structure"].set_index("code").notna().sum(axis=None) > 20


def test_aucune_etiquette_de_la_demonstration_ne_designe_quelqu_un(demonstration):
    matiere, verbatims, tables = demonstration
    etude = Etude(RACINE)
    panel, fonctions = lire_structures(etude.structures), lire_fonctions(etude.fonctions)
    documents = matiere.corpus.documents
    publiees = {"sources": matiere.sources, "verbatims": tables["verbatims"]}
    assert verifier_singularites(publiees, documents, panel, fonctions) == []
    elargies = signaler_singularites(documents, panel, fonctions)["documents"].sum()
    assert elargies == (matiere.sources["famille"] == "une personne de la structure").sum() > 0
    assert set(tables["code_fonction"].columns) - {"code"} == set(matiere.sources["famille"])
    assert {v.famille for v in verbatims} <= set(matiere.sources["famille"])


def retrouver_les_familles(table_famille, verbatims, segments):
    """Attaquer en nombres entiers : de quelle famille est chaque document, d'après les citations et une table ?"""
    cites = pd.DataFrame([(v.place.entretien, str(v.place), code) for v in verbatims for code in v.codes])
    cites = cites[cites[1].isin(segments) & cites[0].str.startswith("E")]
    comptes = pd.crosstab(cites[0], cites[2]).reindex(columns=table_famille.index, fill_value=0)
    familles = [famille for famille in table_famille if famille != "équipe observée"]
    taille = (len(comptes), len(familles))
    equations, membres = [], []
    for rang in range(taille[0]):
        choix = np.zeros(taille)
        choix[rang] = 1
        equations.append(choix.ravel())
        membres.append(1)
    for code in table_famille.index:
        for rang, famille in enumerate(familles):
            if pd.notna(table_famille.at[code, famille]):
                somme = np.zeros(taille)
                somme[:, rang] = comptes[code]
                equations.append(somme.ravel())
                membres.append(table_famille.at[code, famille])
    contrainte = LinearConstraint(np.array(equations), membres, membres)
    retrouvees = {}
    for rang, document in enumerate(comptes.index):
        possibles = []
        for place, famille in enumerate(familles):
            bas = np.zeros(taille)
            bas[rang, place] = 1
            essai = milp(np.zeros(bas.size), constraints=contrainte, integrality=1, bounds=Bounds(bas.ravel(), 1))
            possibles += [famille] * essai.success
        if len(possibles) == 1:
            retrouvees[document] = possibles[0]
    return retrouvees


def test_compter_les_vraies_familles_rendrait_celle_de_chaque_entretien(demonstration):
    """Pourquoi la table code × famille compte les étiquettes montrées."""
    matiere, verbatims, tables = demonstration
    vraies = matiere.corpus.documents.merge(lire_fonctions(Etude(RACINE).fonctions), on="fonction", how="left")
    nues = replace(matiere, sources=matiere.sources.assign(famille=list(vraies["famille"])))
    entretiens = vraies.query("type == 'entretien'").set_index("entretien")["famille"]
    segments = set(matiere.segments["segment"])
    trahie = composer_tables(nues, verbatims)["code_fonction"].set_index("code")
    assert retrouver_les_familles(trahie, verbatims, segments) == entretiens.to_dict()
    montrees = matiere.sources.set_index("entretien")["famille"]
    rendues = retrouver_les_familles(table(tables, "code_fonction"), verbatims, segments)
    assert all(famille == montrees[document] for document, famille in rendues.items())
