"""Aucune étiquette montrée ne désigne quelqu'un, même à qui connaît les structures et la règle."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.modele import DOCUMENTS
from ess_analyse.publication.familles import NON_DITES, PERSONNES, elargir_familles
from ess_analyse.publication.singularites import SINGULARITES, signaler_singularites, verifier_singularites

UNE = "une personne de la structure"
FONCTIONS = pd.DataFrame(
    {
        "fonction": ["direction", "CIP", "salarié en insertion", "administrateur", "équipe"],
        "famille": [
            "direction et administration",
            "accompagnement",
            "salariés en insertion",
            "gouvernance",
            "équipe observée",
        ],
    }
)


def documents_de(*lignes):
    """Des documents : ``(structure, fonction)``, ou ``(structure, fonction, type)``."""
    return pd.DataFrame(
        [
            (f"D{n:02}", (suite or ["entretien"])[0], structure, fonction, "2025-03", "publique")
            for n, (structure, fonction, *suite) in enumerate(lignes)
        ],
        columns=DOCUMENTS,
        dtype="str",
    )


def panel_de(**effectifs):
    """Un panel : ``S1=(permanents, insertion, etp)``, None quand on ne sait pas."""
    table = pd.DataFrame(
        [(nom, f"La structure {nom}", *nombres) for nom, nombres in effectifs.items()],
        columns=["structure", "libelle", "permanents", "insertion", "etp"],
    )
    return table.astype({"permanents": "Float64", "insertion": "Float64", "etp": "Float64"})


# --- élargir ---------------------------------------------------------------------------------------------------------


def test_une_fonction_seule_dans_sa_structure_est_elargie_une_grande_famille_est_montree():
    documents = documents_de(("S1", "direction"), ("S1", "salarié en insertion"))
    assert elargir_familles(documents, panel_de(S1=(7, 28, 24)), FONCTIONS).tolist() == [UNE, "salariés en insertion"]


@pytest.mark.parametrize(("permanents", "montree"), [(4, False), (5, True), (90, True)])
def test_montrer_la_grande_famille_ne_doit_pas_faire_deviner_les_autres(permanents, montree):
    """Si l'on nomme les salariés en insertion, « une personne » est l'un des permanents : combien sont-ils ?"""
    documents = documents_de(("S1", "direction"), ("S1", "salarié en insertion"))
    familles = elargir_familles(documents, panel_de(S1=(permanents, 28, None)), FONCTIONS).tolist()
    assert familles == [UNE, "salariés en insertion" if montree else UNE]


def test_ce_qui_est_montre_ne_depend_pas_de_qui_a_ete_entendu():
    """Permanents et insertion nommés, il ne resterait que les administrateurs : la petite famille cède d'abord."""
    fonctions = FONCTIONS.replace({"direction et administration": "salariés permanents"})
    panel = panel_de(S1=(7, 28, None))
    sans = documents_de(("S1", "direction"), ("S1", "salarié en insertion"))
    assert elargir_familles(sans, panel, fonctions).tolist() == ["salariés permanents", "salariés en insertion"]
    avec = documents_de(("S1", "direction"), ("S1", "salarié en insertion"), ("S1", "administrateur"))
    assert elargir_familles(avec, panel, fonctions).tolist() == [UNE, "salariés en insertion", UNE]
    muets = documents_de(("S1", "direction"), ("S1", "administrateur"))
    assert elargir_familles(muets, panel, fonctions).tolist() == [UNE, UNE]


def test_plusieurs_documents_valent_autant_de_personnes_quand_l_effectif_est_inconnu():
    beaucoup = documents_de(*[("S1", "CIP")] * PERSONNES)
    assert set(elargir_familles(beaucoup, panel_de(S1=(None, None, None)), FONCTIONS)) == {"accompagnement"}
    assert set(elargir_familles(beaucoup.iloc[1:], panel_de(S1=(None, None, None)), FONCTIONS)) == {UNE}


def test_une_famille_montree_pour_ses_documents_cede_si_une_autre_est_elargie():
    documents = documents_de(*[("S1", "CIP")] * PERSONNES, ("S1", "direction"))
    assert set(elargir_familles(documents, panel_de(S1=(40, 10, None)), FONCTIONS)) == {UNE}


def test_chaque_structure_est_jugee_a_part():
    documents = documents_de(("S1", "salarié en insertion"), ("S2", "salarié en insertion"))
    panel = panel_de(S1=(7, 28, None), S2=(7, 3, None))
    assert elargir_familles(documents, panel, FONCTIONS).tolist() == ["salariés en insertion", UNE]


@pytest.mark.parametrize(
    ("genre", "attendue"),
    [
        ("entretien", UNE),
        ("observation", "une observation dans la structure"),
        ("document", "un document de la structure"),
    ],
)
def test_l_etiquette_elargie_dit_de_quoi_elle_parle(genre, attendue):
    documents = documents_de(("S1", "CIP", genre), ("S2", "CIP"))
    panel = panel_de(S1=(7, 28, None), S2=(7, 28, None))
    assert elargir_familles(documents, panel, FONCTIONS).tolist() == [attendue, UNE]


def test_une_colonne_qui_reunit_des_etiquettes_elargies_a_un_titre_pour_chacune():
    genres = ("entretien", "observation", "document")
    documents = documents_de(*[("S1", "direction", genre) for genre in genres])
    assert {*elargir_familles(documents, panel_de(S1=(7, 28, 24)), FONCTIONS)} == {*NON_DITES}


def test_les_equivalents_temps_plein_sont_un_minimum_de_personnes():
    documents = documents_de(("S1", "direction"), ("S1", "salarié en insertion"))
    assert elargir_familles(documents, panel_de(S1=(None, 28, 24)), FONCTIONS).tolist() == [UNE, UNE]
    assert elargir_familles(documents, panel_de(S1=(None, 28, 33)), FONCTIONS).tolist() == [
        UNE,
        "salariés en insertion",
    ]


def test_une_equipe_observee_ne_designe_personne():
    documents = documents_de(("S1", "équipe", "observation"), ("S1", "direction"))
    assert elargir_familles(documents, panel_de(S1=(7, 28, None)), FONCTIONS).tolist() == ["équipe observée", UNE]


def test_sans_structure_la_famille_reste():
    assert elargir_familles(documents_de(("", "direction")), panel_de(), FONCTIONS).tolist() == [
        "direction et administration"
    ]


def test_sans_famille_rien_n_est_invente():
    documents = documents_de(("S1", "gardien"), ("S1", ""))
    assert elargir_familles(documents, panel_de(S1=(7, 28, None)), FONCTIONS).tolist() == ["", ""]


@pytest.mark.parametrize(
    ("famille", "montree"),
    [
        ("salariés en insertion", True),
        ("Salarié·es en insertion", True),
        ("personnes en parcours d'insertion", True),
        ("en insertion", True),
        ("équipe permanente", True),
        ("permanents", True),
        # One counsellor is not twenty-eight employees.
        ("conseillers en insertion", False),
        ("accompagnement de l'insertion", False),
        ("insertion", False),
        ("direction permanente", False),
    ],
)
def test_un_effectif_du_panel_ne_vaut_que_pour_la_famille_qu_il_compte(famille, montree):
    fonctions = pd.DataFrame({"fonction": ["x"], "famille": [famille]})
    familles = elargir_familles(documents_de(("S1", "x")), panel_de(S1=(28, 28, None)), fonctions)
    assert familles.tolist() == [famille if montree else UNE]


def test_deux_familles_qui_se_partagent_un_effectif_ne_l_ont_ni_l_une_ni_l_autre():
    fonctions = pd.DataFrame({"fonction": ["x", "y"], "famille": ["salariés en insertion", "personnes en parcours"]})
    documents = documents_de(("S1", "x"), ("S1", "y"))
    assert set(elargir_familles(documents, panel_de(S1=(9, 28, None)), fonctions)) == {UNE}


def test_l_index_des_documents_est_garde():
    documents = documents_de(("S1", "direction"), ("S1", "CIP")).set_index(pd.Index([7, 3], name="ligne"))
    assert elargir_familles(documents, panel_de(S1=(7, 28, None)), FONCTIONS).index.tolist() == [7, 3]


@st.composite
def terrains(tirer):
    """Tirer un panel et ce qu'on y a entendu."""
    nombre = st.one_of(st.none(), st.integers(0, 12))
    panel = panel_de(
        **{f"S{n}": (tirer(nombre), tirer(nombre), tirer(nombre)) for n in range(tirer(st.integers(1, 3)))}
    )
    fonction = st.sampled_from(["direction", "CIP", "salarié en insertion", "administrateur", "permanent"])
    entendus = st.lists(st.tuples(st.sampled_from(list(panel["structure"])), fonction), min_size=1, max_size=9)
    fonctions = pd.concat([FONCTIONS, pd.DataFrame({"fonction": ["permanent"], "famille": ["salariés permanents"]})])
    return documents_de(*tirer(entendus)), panel, fonctions


@given(terrains(), st.integers(2, 8))
def test_chaque_etiquette_montree_laisse_le_choix_entre_assez_de_personnes(terrain, personnes):
    """L'attaque par différence : de chaque structure, retirer les familles toujours nommées, compter ce qui reste."""
    documents, panel, fonctions = terrain
    colonnes = {"salariés en insertion": "insertion", "salariés permanents": "permanents"}
    effectifs = panel.set_index("structure")
    montrees = elargir_familles(documents, panel, fonctions, personnes)
    for structure, groupe in montrees.groupby(documents["structure"]):
        connus = effectifs.loc[structure]
        nommees = set(groupe) - {UNE}
        for famille in nommees:
            connu = connus.get(colonnes.get(famille, ""), pd.NA)
            assert (groupe == famille).sum() >= personnes if pd.isna(connu) else connu >= personnes
        if UNE in set(groupe) and nommees:
            assert nommees <= set(colonnes)
            total = max(
                connus[["permanents", "insertion"]].fillna(0).sum(), connus["etp"] if pd.notna(connus["etp"]) else 0
            )
            assert total - sum(connus[colonnes[famille]] for famille in nommees) >= personnes
    elargies = signaler_singularites(documents, panel, fonctions, personnes)
    assert elargies["documents"].sum() == (montrees == UNE).sum()
    publiee = documents.assign(famille=montrees)[["structure", "famille"]]
    permis = verifier_singularites({"sources": publiee}, documents, panel, fonctions, personnes)
    assert all("compte moins de" in probleme.message for probleme in permis)


# --- signaler --------------------------------------------------------------------------------------------------------


def test_signaler_dit_pourquoi_et_propose():
    documents = documents_de(
        ("S1", "direction"), ("S2", "CIP"), ("S2", "CIP"), ("S3", "direction"), ("S3", "salarié en insertion")
    )
    panel = panel_de(S1=(7, 28, 24), S2=(None, None, None), S3=(2, 10, 9))
    table = signaler_singularites(documents, panel, FONCTIONS)
    assert tuple(table.columns) == SINGULARITES
    assert table.drop(columns="effectif").values.tolist() == [
        [
            "S1",
            "direction et administration",
            1,
            "1 document, effectif inconnu",
            "réunissez les salariés permanents en une seule famille (7 personnes), "
            "ou ne donnez que la structure (35 personnes)",
        ],
        [
            "S2",
            "accompagnement",
            2,
            "2 documents, effectif inconnu",
            "ne donnez que la structure, et complétez ses effectifs",
        ],
        [
            "S3",
            "direction et administration",
            1,
            "1 document, effectif inconnu",
            "ne donnez que la structure (12 personnes)",
        ],
        [
            "S3",
            "salariés en insertion",
            1,
            "la montrer laisserait deviner, par différence, les autres sources de la structure",
            "ne donnez que la structure (12 personnes)",
        ],
    ]
    assert table["effectif"].tolist() == [pd.NA, pd.NA, pd.NA, 10]


def test_un_effectif_connu_et_petit_est_dit():
    documents = documents_de(("S1", "salarié en insertion"))
    table = signaler_singularites(documents, panel_de(S1=(2, 1, None)), FONCTIONS)
    assert table[["effectif", "raison", "proposition"]].values.tolist() == [
        [1, "1 document, 1 personne", "ne donnez que la famille"]
    ]


def test_rien_a_signaler_rend_une_table_vide_a_ses_colonnes():
    table = signaler_singularites(documents_de(("S1", "salarié en insertion")), panel_de(S1=(9, 28, None)), FONCTIONS)
    assert table.empty
    assert tuple(table.columns) == SINGULARITES
    assert table["documents"].sum() == 0


# --- vérifier ce qui est publié --------------------------------------------------------------------------------------

DOCS = documents_de(("S1", "direction"), ("S1", "salarié en insertion"))
PANEL = panel_de(S1=(7, 28, 24))


def problemes(table, panel=PANEL, documents=DOCS):
    return [
        (p.fichier, p.ligne, p.message.split(" :")[0], p.valeur)
        for p in verifier_singularites({"verbatims": table}, documents, panel, FONCTIONS)
    ]


@pytest.mark.parametrize("colonne", ["structure", "libelle_structure"])
def test_une_famille_qui_devait_etre_elargie_est_dite_une_fois(colonne):
    nom = "S1" if colonne == "structure" else "La structure S1"
    table = pd.DataFrame(
        {colonne: [nom] * 3, "famille": ["salariés en insertion"] + ["direction et administration"] * 2}
    )
    assert problemes(table) == [
        (
            "verbatims",
            0,
            "cette famille désigne une personne dans cette structure",
            f"{nom}, direction et administration",
        )
    ]


def test_le_remede_propose_une_etiquette_plus_large():
    table = pd.DataFrame({"structure": ["S1"], "famille": ["direction et administration"]})
    (probleme,) = verifier_singularites({"verbatims": table}, DOCS, PANEL, FONCTIONS)
    assert probleme.message.endswith(": 1 document, effectif inconnu")
    assert probleme.remede == (
        "réunissez les salariés permanents en une seule famille (7 personnes), "
        "ou ne donnez que la structure (35 personnes)"
    )


def test_l_intitule_exact_est_toujours_un_probleme_quelle_que_soit_la_colonne():
    table = pd.DataFrame({"structure": ["S1", "S1"], "fonction": ["Salarié  en insertion", "CIP"]})
    message = "l'intitulé exact d'une fonction est publié avec sa structure"
    assert problemes(table) == [
        ("verbatims", 0, message, "S1, CIP"),
        ("verbatims", 0, message, "S1, Salarié  en insertion"),
    ]


def test_le_numero_de_ligne_du_fichier_est_cite():
    table = pd.DataFrame(
        {"structure": ["S1", "S1"], "famille": [UNE, "direction et administration"]},
        index=pd.Index([2, 3], name="ligne"),
    )
    assert [ligne for _, ligne, _, _ in problemes(table)] == [3]


def test_une_structure_minuscule_est_dite_quelle_que_soit_l_etiquette():
    table = pd.DataFrame({"structure": ["S1"], "famille": [UNE]})
    assert problemes(table, panel_de(S1=(2, 1, 3))) == [
        ("verbatims", 0, "cette structure compte moins de 5 personnes, d'après le panel", "S1")
    ]
    assert problemes(table, panel_de(S1=(None, None, 9))) == []
    assert problemes(table, panel_de(S1=(None, None, None))) == []


def test_une_table_sans_structure_ou_une_ligne_sans_structure_ne_designe_personne():
    assert problemes(pd.DataFrame({"famille": ["direction et administration", "CIP"]})) == []
    assert problemes(pd.DataFrame({"structure": ["", None], "famille": ["direction et administration", "CIP"]})) == []


def test_les_etiquettes_elargies_ne_sont_pas_un_probleme():
    table = DOCS.assign(famille=elargir_familles(DOCS, PANEL, FONCTIONS))[["structure", "famille"]]
    assert problemes(table) == []


def test_une_structure_absente_du_panel_est_jugee_sans_effectif():
    table = pd.DataFrame({"structure": ["S9"], "famille": ["direction et administration"]})
    assert problemes(table, documents=documents_de(("S9", "direction"))) == [
        ("verbatims", 0, "cette famille désigne une personne dans cette structure", "S9, direction et administration")
    ]
