"""Dire d'où vient une parole sans dire de qui, et ne citer que ce qui est public."""

from __future__ import annotations

import pandas as pd
import pytest

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.modele import CODAGES, DOCUMENTS, SEGMENTS, Corpus, Entretien, Place
from ess_analyse.publication.sources import decrire_sources, lire_fonctions, lire_structures, verbatims_publiables

DOCS = pd.DataFrame(
    [
        ("E01", "entretien", "S1", "gérante", "2025-03", "publique"),
        ("E02", "entretien", "S2", "aide à domicile", "2025-03", "restreinte"),
        ("O01", "observation", "S1", "", "2025-03", "publique"),
    ],
    columns=DOCUMENTS,
    dtype="str",
)
CORPUS = Corpus(tuple(Entretien.depuis_texte(nom, "Voilà. " * 9) for nom in DOCS["entretien"]), DOCS)
PANEL = pd.DataFrame(
    {
        "structure": ["S1", "S2"],
        "libelle": ["Une ressourcerie", "Une association"],
        "permanents": [7, 2],
        "insertion": [28, 30],
    }
)
FAMILLES = pd.DataFrame(
    {
        "fonction": ["gérante", "comptable", "aide à domicile"],
        "famille": ["équipe permanente", "équipe permanente", "personnes en parcours"],
    }
)
ENTETE_PANEL = "structure;libelle;statut;secteur;permanents;insertion;etp;territoire\n"


def segments_de(*lignes):
    return pd.DataFrame(
        [(f"{e}:{n}-{n + 1}", e, 1, qui, n, n + 1, "Voilà.") for n, (e, qui) in enumerate(lignes)], columns=SEGMENTS
    )


def codages_de(segments, code="R-SENS"):
    return pd.DataFrame([(segment, "ana", code, "humain") for segment in segments], columns=CODAGES)


# --- ce qui se cite --------------------------------------------------------------------------------------------------


def test_seules_les_paroles_publiques_dites_et_codees_sont_publiables():
    segments = segments_de(
        ("E01", "Marion"),
        ("E01", "Enquêtrice"),
        ("E01", "Question"),
        ("E01", "Préambule"),
        ("E01", ""),
        ("E02", "Léo"),
        ("O01", "Marion"),
        ("E01", "Marion"),
        ("E01", "Marion"),
    )
    codages = pd.concat([codages_de(segments["segment"][:7]), codages_de(segments["segment"][7:8], "-")])
    publiables = verbatims_publiables(segments, codages, CORPUS)
    assert publiables[["segment", "codes"]].values.tolist() == [["E01:0-1", "R-SENS"]]
    assert list(publiables.columns) == [*SEGMENTS, "codes"]


def test_la_diffusion_d_un_passage_l_emporte_sur_celle_du_document():
    segments = segments_de(("E01", "Marion"), ("E01", "Marion"), ("E02", "Léo"), ("E02", "Léo"))
    diffusions = ((Place("E01", 1, 2), "restreinte"), (Place("E02", 3, 4), "publique"))
    corpus = Corpus(CORPUS.entretiens, DOCS, diffusions)
    publiables = verbatims_publiables(segments, codages_de(segments["segment"]), corpus)
    assert publiables["segment"].tolist() == ["E01:0-1", "E02:3-4"]


def test_les_codes_de_plusieurs_codeurs_sont_reunis_une_fois():
    segments = segments_de(("E01", "Marion"))
    codages = pd.DataFrame(
        [
            ("E01:0-1", codeur, code, "humain")
            for codeur, code in [("ana", "R-SENS"), ("bob", "O-SENS"), ("bob", "R-SENS")]
        ],
        columns=CODAGES,
    )
    assert verbatims_publiables(segments, codages, CORPUS)["codes"].tolist() == ["R-SENS O-SENS"]


def test_sans_codage_rien_n_est_publiable():
    vide = verbatims_publiables(segments_de(("E01", "Marion")), pd.DataFrame(columns=CODAGES, dtype="str"), CORPUS)
    assert (len(vide), list(vide.columns)) == (0, [*SEGMENTS, "codes"])


# --- ce que l'on dit d'une source ------------------------------------------------------------------------------------


def test_une_source_se_dit_par_sa_famille_jamais_par_son_intitule():
    sources = decrire_sources(DOCS, PANEL, FAMILLES)
    assert sources.values.tolist() == [
        ["E01", "Une ressourcerie", "équipe permanente"],
        ["E02", "Une association", "personnes en parcours"],
        ["O01", "Une ressourcerie", ""],
    ]
    assert not sources.isin(set(FAMILLES["fonction"])).any(axis=None)


def test_une_famille_qui_designerait_quelqu_un_est_elargie():
    familles = FAMILLES.replace({"gérante": "aide à domicile", "aide à domicile": "gérante"})
    sources = decrire_sources(DOCS, PANEL, familles)
    assert sources["famille"].tolist() == ["personnes en parcours", "une personne de la structure", ""]
    assert sources["libelle_structure"].tolist() == ["Une ressourcerie", "Une association", "Une ressourcerie"]


def test_une_fonction_se_reconnait_malgre_la_capitale_du_tableur():
    dites = DOCS.assign(fonction=DOCS["fonction"].str.capitalize() + " ")
    assert decrire_sources(dites, PANEL, FAMILLES).equals(decrire_sources(DOCS, PANEL, FAMILLES))


def test_le_nombre_de_personnes_exige_se_choisit():
    assert decrire_sources(DOCS, PANEL, FAMILLES, personnes=8)["famille"][0] == "une personne de la structure"
    assert decrire_sources(DOCS, PANEL, FAMILLES, personnes=7)["famille"][0] == "équipe permanente"


def test_sans_effectif_connu_toute_famille_est_elargie():
    sources = decrire_sources(DOCS, PANEL[["structure", "libelle"]], FAMILLES)
    assert sources["famille"].tolist() == ["une personne de la structure"] * 2 + [""]


def test_ce_qui_n_est_pas_encore_decrit_reste_vide():
    sources = decrire_sources(DOCS, PANEL.iloc[:0], FAMILLES.iloc[:0])
    assert sources.iloc[:, 1:].eq("").all(axis=None)


def test_une_structure_ou_une_fonction_inconnue_est_refusee():
    with pytest.raises(ErreurDonnees) as erreur:
        decrire_sources(DOCS, PANEL.iloc[:1], FAMILLES.iloc[1:].replace("aide à domicile", "aide a domicile"))
    assert [(p.fichier, p.message, p.valeur, p.remede) for p in erreur.value.problemes] == [
        ("document E02", "structure sans description publiable", "S2", "choix possibles : S1"),
        (
            "document E01",
            "fonction sans description publiable",
            "gérante",
            "choix possibles : aide a domicile, comptable",
        ),
        (
            "document E02",
            "fonction sans description publiable",
            "aide à domicile",
            "vouliez-vous dire « aide a domicile » ?",
        ),
    ]


def test_une_famille_qui_repete_un_intitule_est_refusee():
    with pytest.raises(ErreurDonnees, match=r"famille égale à l'intitulé d'une fonction \(« Gérante »\)"):
        decrire_sources(DOCS, PANEL, FAMILLES.replace("équipe permanente", "Gérante"))


# --- le panel et les familles ----------------------------------------------------------------------------------------


def test_le_panel_est_lu_avec_ses_nombres(ecrire):
    panel = lire_structures(
        ecrire(
            "structures.csv", ENTETE_PANEL + "S1;Une ressourcerie;ACI;réemploi;7;28;12,5;bourg\nS2;Un garage;ACI;;;;;\n"
        )
    )
    assert panel["etp"].tolist() == [12.5, pd.NA]
    assert panel["insertion"].sum() == 28


def test_un_panel_lu_suffit_a_decrire_les_sources(ecrire):
    panel = lire_structures(
        ecrire("structures.csv", ENTETE_PANEL + "S1;Une ressourcerie;ACI;;7;28;;\nS2;Un garage;ACI;;;;;\n")
    )
    assert decrire_sources(DOCS, panel, FAMILLES)["famille"].tolist() == [
        "équipe permanente",
        "une personne de la structure",
        "",
    ]


def test_toutes_les_fautes_du_panel_sont_dites(ecrire):
    with pytest.raises(ErreurDonnees) as erreur:
        lire_structures(ecrire("structures.csv", ENTETE_PANEL + "S1;A;;;sept;-2;;\nS1;;;;;;;\n"))
    assert [(p.ligne, p.message, p.valeur) for p in erreur.value.problemes] == [
        (2, "nombre illisible dans « insertion »", "-2"),
        (2, "nombre illisible dans « permanents »", "sept"),
        (3, "cellule vide", "libelle"),
        (3, "structure en double", "S1"),
    ]


def test_toutes_les_fautes_des_familles_sont_dites(ecrire):
    with pytest.raises(ErreurDonnees) as erreur:
        lire_fonctions(ecrire("fonctions.csv", "fonction;famille\ngérante;Gérante\ncomptable;\ncomptable;équipe\n"))
    assert [(p.ligne, p.message, p.valeur) for p in erreur.value.problemes] == [
        (2, "famille égale à l'intitulé d'une fonction", "Gérante"),
        (3, "cellule vide", "famille"),
        (4, "fonction en double", "comptable"),
    ]


def test_des_familles_justes_sont_lues(ecrire):
    familles = lire_fonctions(ecrire("fonctions.csv", "fonction;famille\ngérante; équipe permanente\n"))
    assert familles.values.tolist() == [["gérante", "équipe permanente"]]
