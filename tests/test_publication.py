import base64
import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.modele import CODAGES, DOCUMENTS, SEGMENTS
from ess_analyse.publication import (
    chercher_noms,
    decrire_sources,
    lire_fonctions,
    lire_structures,
    masquer_petites_cellules,
    verbatims_publiables,
)

CLE = pd.DataFrame({"reel": ["Élodie", "Élodie Vantour", "La Belle Étape", "Jean-Luc", "Ana"]})


@pytest.fixture
def trouver(ecrire, tmp_path):
    def faire(contenu, nom="page.html"):
        ecrire(f"_site/{nom}", contenu)
        return [(probleme.ligne, probleme.valeur) for probleme in chercher_noms(tmp_path / "_site", CLE)]

    return faire


# --- chercher des noms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contenu", "ligne"),
    [
        ("un\ndeux d’Élodie", 2),
        ("ÉLODIE", 1),
        ("<p>\n<b>&Eacute;lodie</b>", 2),
        ("&#201;lodie", 1),
        ("&#xC9;lodie", 1),
        ("E\u0301lodie", 1),
        ("href='/%C3%89lodie'", 1),
        ('{"a": "\\u00c9lodie"}', 1),
        ('"fin\\n\\u00c9lodie"', 1),
        ('"fin\\nÉlodie"', 1),
        ("var a = '\\xc9lodie'", 1),
        ("\\u{c9}lodie", 1),
        ("&amp;Eacute;lodie", 1),
        ('"&Eacute;lod\\u0069e"', 1),
        ("Élo\u00addie", 1),
        ("Élo&shy;die", 1),
        ("\n\nÉlo<wbr>die", 3),
        ("x\n<w:t>Élo</w:t></w:r><w:r><w:t>die</w:t>", 2),
    ],
)
def test_un_nom_est_trouve_sous_tous_ses_deguisements(trouver, contenu, ligne):
    assert trouver(contenu) == [(ligne, "É…")]


@pytest.mark.parametrize(
    "contenu",
    [
        "Mélodie",
        "élodie",
        "Élodies",
        "ana",
        "Anatole",
        "la belle étape",
        "Jean et Luc",
        "E01 &amp; E02",
        "100 %",
    ],
)
def test_ce_qui_n_est_pas_un_nom_n_est_pas_signale(trouver, contenu):
    assert trouver(contenu) == []


def test_un_nom_coupe_par_un_retour_a_la_ligne_est_trouve_a_sa_premiere_ligne(trouver):
    assert trouver("<p>avec\n   <i>Jean</i>-Luc, à La\n   Belle Étape</p>") == [(2, "B…"), (2, "J…")]


@pytest.mark.parametrize(
    "octets",
    [
        "Vu Élodie".encode("cp1252"),
        "Vu Élodie".encode("utf-16"),
        "Vu Élodie".encode("utf-8-sig"),
    ],
)
def test_les_encodages_courants_sont_decodes(trouver, octets):
    assert trouver(octets, "liste.txt") == [(1, "É…")]


@pytest.mark.parametrize("encodage", ["utf-8", "cp1252", "utf-16-be"])
def test_un_nom_est_trouve_dans_les_metadonnees_d_un_binaire(trouver, encodage):
    octets = b"\x89PNG\r\n\x00\x00Author\x00\x00" + "Élodie".encode(encodage) + b"\x00\x00\xff\xfe"
    assert trouver(octets, "photo.png") == [(0, "É…")]


def test_un_nom_court_dans_un_binaire_est_tenu_pour_un_hasard(trouver):
    assert trouver(b"\x00\x01 Ana \x00", "photo.png") == []
    assert trouver("Ana", "page.txt") == [(1, "A…")]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_un_nom_est_trouve_dans_une_piece_d_archive(ecrire, tmp_path, compression):
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", compression) as archive:
        archive.writestr("word/document.xml", "<w:t>Bonjour\n</w:t><w:t>Élodie</w:t>" * 20)
        archive.writestr("media/Jean-Luc.txt", "rien")
    ecrire("_site/rapport.docx", tampon.getvalue())
    lieux = {
        (probleme.fichier.rsplit("/_site/")[-1], probleme.message.rsplit(" ", 1)[-1])
        for probleme in chercher_noms(tmp_path / "_site", CLE)
    }
    assert ("rapport.docx (word/document.xml)", "fichier") in lieux
    assert ("rapport.docx (media/J….txt)", "pièce") in lieux


def test_une_archive_abimee_ne_cache_pas_le_reste(trouver):
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "rien " * 200)
    octets = bytearray(tampon.getvalue())
    octets[40:60] = b"\xff" * 20
    assert trouver(bytes(octets), "abime.zip") == []
    assert trouver("Élodie", "page.txt") == [(1, "É…")]


@pytest.mark.parametrize(
    "nom",
    [
        "E01_Élodie.html",
        "La_Belle_Étape.html",
        "photos/Jean-Luc/a.png",
        "E%CC%81lodie.txt",
        "ÉLODIE-2.csv",
    ],
)
def test_un_nom_dans_un_nom_de_fichier_est_trouve_et_masque(ecrire, tmp_path, nom):
    ecrire(f"_site/{nom}", "rien")
    (probleme,) = chercher_noms(tmp_path / "_site", CLE)
    assert probleme.message == "un nom réel de la clé se lit dans le nom de ce fichier"
    assert not any(reel.lower() in str(probleme).lower() for reel in ("lodie", "jean", "étape"))


@given(st.sampled_from(list(CLE["reel"])), st.sampled_from(["<p>{}</p>", "{}", '["{}"]', "a {} b\n"]))
def test_aucun_message_ne_contient_le_nom_qu_il_signale(tmp_path_factory, nom, gabarit):
    dossier = tmp_path_factory.mktemp("site")
    (dossier / "a.txt").write_text(gabarit.format(nom), encoding="utf-8")
    (dossier / "b.json").write_text(json.dumps(gabarit.format(nom)), encoding="utf-8")
    problemes = chercher_noms(dossier, CLE)
    assert {probleme.fichier.rsplit("/", 1)[-1] for probleme in problemes} == {"a.txt", "b.json"}
    dits = "".join(map(str, problemes))
    assert not any(mot in dits for mot in ("lodie", "Vantour", "Étape", "Luc", "Ana"))


def test_un_nom_au_meme_endroit_n_est_dit_qu_une_fois_par_ligne(trouver):
    assert trouver("Élodie et Élodie\nÉlodie") == [(1, "É…"), (2, "É…")]


def test_un_dossier_sans_nom_ne_donne_aucun_probleme_et_un_dossier_absent_se_dit(trouver, tmp_path):
    assert trouver("Marion vend des chaises.") == []
    with pytest.raises(ErreurDonnees, match="dossier introuvable"):
        chercher_noms(tmp_path / "absent", CLE)


def test_une_cle_vide_ne_trouve_rien(ecrire, tmp_path):
    ecrire("_site/a.txt", "Élodie")
    assert chercher_noms(tmp_path / "_site", pd.DataFrame({"reel": ["", " "]})) == []


def test_un_texte_en_base64_reste_une_limite_connue(trouver):
    assert trouver(base64.b64encode("Élodie".encode()).decode()) == []


# --- masquer les petites cellules ------------------------------------------------------------------------------------


def tables(effectifs, lignes=None, colonnes=None):
    effectifs = np.array(effectifs)
    axes = {
        "index": lignes or [f"R-{n}" for n in range(effectifs.shape[0])],
        "columns": colonnes or [f"S{n}" for n in range(effectifs.shape[1])],
    }
    return pd.DataFrame(effectifs * 10, **axes), pd.DataFrame(effectifs, **axes)


def masques(table):
    return [tuple(ou) for ou in np.argwhere(table.isna().to_numpy())]


def test_seules_les_cellules_d_un_ou_deux_documents_sont_masquees():
    table, effectifs = tables([[0, 1, 2], [3, 4, 0]])
    masquee = masquer_petites_cellules(table, effectifs, totaux=False)
    assert masques(masquee) == [(0, 1), (0, 2)]
    assert masquee.iloc[1].tolist() == [30, 40, 0]


def test_le_seuil_se_choisit():
    table, effectifs = tables([[4, 5]])
    assert masques(masquer_petites_cellules(table, effectifs, seuil=5, totaux=False)) == [(0, 0)]


def test_une_cellule_seule_est_accompagnee_de_la_plus_petite_autre():
    table, effectifs = tables([[9, 1, 5, 0]])
    assert masques(masquer_petites_cellules(table, effectifs)) == [(0, 1), (0, 2)]


def test_sans_total_publie_une_cellule_seule_le_reste():
    table, effectifs = tables([[9, 1, 5, 0]])
    assert masques(masquer_petites_cellules(table, effectifs, totaux=False)) == [(0, 1)]


def test_un_total_dans_la_table_compte_meme_sans_les_autres():
    table, effectifs = tables([[9, 1, 5, 15]], colonnes=["S1", "S2", "S3", "Total"])
    assert masques(masquer_petites_cellules(table, effectifs, totaux=False)) == [(0, 1), (0, 2)]


def test_un_total_dans_la_table_est_masque_quand_rien_d_autre_ne_peut_l_etre():
    table, effectifs = tables([[0, 2, 0, 2], [0, 3, 0, 3]], colonnes=["S1", "S2", "S3", "total"])
    masquee = masquer_petites_cellules(table, effectifs, totaux=False)
    assert masques(masquee) == [(0, 1), (0, 3)]


def test_un_total_lui_meme_masque_ne_trahit_personne():
    table, effectifs = tables([[3, 1, 2]], colonnes=["S1", "S2", "total"])
    assert masques(masquer_petites_cellules(table, effectifs, totaux=False)) == [(0, 1), (0, 2)]


@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_aucune_cellule_masquee_ne_se_retrouve_par_soustraction(lignes, colonnes, donnees):
    effectifs = donnees.draw(
        st.lists(st.lists(st.integers(0, 6), min_size=colonnes, max_size=colonnes), min_size=lignes, max_size=lignes)
    )
    table, effectifs = tables(effectifs)
    avant = table.copy()
    masquee = masquer_petites_cellules(table, effectifs)
    cachees, documents = masquee.isna().to_numpy(), effectifs.to_numpy()
    assert cachees[(documents > 0) & (documents < 3)].all()
    assert not cachees[documents == 0].any()
    for vues, nombres in [*zip(cachees, documents, strict=True), *zip(cachees.T, documents.T, strict=True)]:
        assert vues.sum() != 1 or (nombres > 0).sum() == 1
    assert (masquee.to_numpy()[~cachees] == table.to_numpy()[~cachees]).all()
    pd.testing.assert_frame_equal(table, avant)


def test_les_libelles_et_les_proportions_gardent_leur_type():
    table = pd.DataFrame({"libelle": ["Sens"], "S1": [0.5], "S2": [3]})
    masquee = masquer_petites_cellules(table, pd.DataFrame({"S1": [1], "S2": [2]}))
    assert masquee["libelle"].tolist() == ["Sens"]
    assert masquee.dtypes.astype(str).to_dict() == {"libelle": "str", "S1": "float64", "S2": "Int64"}
    assert masquee[["S1", "S2"]].isna().all(axis=None)


@pytest.mark.parametrize("autre", [pd.DataFrame({"S9": [1]}), pd.DataFrame({"S1": [1]}, index=[4])])
def test_des_effectifs_d_une_autre_table_sont_refuses(autre):
    with pytest.raises(ErreurDonnees, match="lignes et les colonnes"):
        masquer_petites_cellules(pd.DataFrame({"S1": [1]}), autre)


# --- verbatims et sources --------------------------------------------------------------------------------------------

DOCS = pd.DataFrame(
    [
        ("E01", "entretien", "S1", "gérante", "2025-03", "publique"),
        ("E02", "entretien", "S2", "aide à domicile", "2025-03", "restreinte"),
        ("O01", "observation", "S1", "", "2025-03", "publique"),
    ],
    columns=DOCUMENTS,
    dtype="str",
)
PANEL = pd.DataFrame({"structure": ["S1", "S2"], "libelle": ["Une ressourcerie", "Une association"]})
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
    codages = pd.DataFrame(
        [(segment, "ana", "R-SENS", "humain") for segment in segments["segment"][:7]]
        + [(segments["segment"][7], "ana", "-", "humain")],
        columns=CODAGES,
    )
    publiables = verbatims_publiables(segments, codages, DOCS)
    assert publiables[["segment", "codes"]].values.tolist() == [["E01:0-1", "R-SENS"]]
    assert list(publiables.columns) == [*SEGMENTS, "codes"]


def test_les_codes_de_plusieurs_codeurs_sont_reunis_une_fois():
    segments = segments_de(("E01", "Marion"))
    codages = pd.DataFrame(
        [
            ("E01:0-1", codeur, code, "humain")
            for codeur, code in [("ana", "R-SENS"), ("bob", "O-SENS"), ("bob", "R-SENS")]
        ],
        columns=CODAGES,
    )
    assert verbatims_publiables(segments, codages, DOCS)["codes"].tolist() == ["R-SENS O-SENS"]


def test_sans_codage_rien_n_est_publiable():
    vide = verbatims_publiables(segments_de(("E01", "Marion")), pd.DataFrame(columns=CODAGES, dtype="str"), DOCS)
    assert (len(vide), list(vide.columns)) == (0, [*SEGMENTS, "codes"])


def test_une_source_se_dit_par_sa_famille_jamais_par_son_intitule():
    sources = decrire_sources(DOCS, PANEL, FAMILLES)
    assert sources.values.tolist() == [
        ["E01", "Une ressourcerie", "équipe permanente"],
        ["E02", "Une association", "personnes en parcours"],
        ["O01", "Une ressourcerie", ""],
    ]
    assert not sources.isin(set(FAMILLES["fonction"])).any(axis=None)


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


def test_le_panel_est_lu_avec_ses_nombres(ecrire):
    panel = lire_structures(
        ecrire(
            "structures.csv", ENTETE_PANEL + "S1;Une ressourcerie;ACI;réemploi;7;28;12,5;bourg\nS2;Un garage;ACI;;;;;\n"
        )
    )
    assert panel["etp"].tolist() == [12.5, pd.NA]
    assert panel["insertion"].sum() == 28


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
