"""Les pages : ce qu'elles disent, d'où vient chaque chiffre, ce qu'elles ne réécrivent pas."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_table, lire_texte
from ess_analyse.modele import Place
from ess_analyse.pages import ecrire_pages
from ess_analyse.pages.chaleur import Lien, etiquette, table_de_chaleur, table_simple
from ess_analyse.pages.matiere import ABLATION, rassembler
from ess_analyse.pages.panel import compter_documents, nommer_familles
from ess_analyse.pages.typographie import adresse, en_html, en_mois, en_yaml, lier_preuves, typographier
from ess_analyse.pages.verbatims import lister_verbatims
from ess_analyse.publication.ecrits import ECRITS, JOINTS, SUIVIS, TABLES

RACINE = Path(__file__).parents[1]


@pytest.fixture
def pages(etude):
    """L'étude dont les pages viennent d'être écrites."""
    ecrire_pages(Etude(etude))
    return etude / "rapports"


def test_les_pages_du_depot_sont_a_jour(tmp_path):
    """Les morceaux gardés dans git sont ceux que les données donnent aujourd'hui."""
    import shutil

    for nom in ("data", "rapports"):
        shutil.copytree(RACINE / nom, tmp_path / nom)
    for nom in ("404.qmd", "index.qmd", "_quarto.yml"):
        shutil.copy(RACINE / nom, tmp_path / nom)
    assert [chemin.relative_to(tmp_path).as_posix() for chemin in ecrire_pages(Etude(tmp_path))] == []


def test_seconde_ecriture_ne_change_rien(etude):
    assert ecrire_pages(Etude(etude))
    assert ecrire_pages(Etude(etude)) == []


def test_les_pages_de_l_etude_sont_posees_une_fois(pages, etude):
    for nom in ("index.qmd", "_quarto.yml", "rapports/methode.qmd"):
        (etude / nom).write_text("à moi", encoding="utf-8")
    ecrire_pages(Etude(etude))
    assert all((etude / nom).read_text(encoding="utf-8") == "à moi" for nom in ("index.qmd", "_quarto.yml"))


def test_un_enseignement_retire_emporte_sa_page(pages, etude):
    assert (pages / "enseignements/e1.qmd").exists()
    (etude / "data/enseignements/1-ressaisie.md").unlink()
    assert pages / "enseignements/e1.qmd" in ecrire_pages(Etude(etude))
    assert not (pages / "enseignements/e1.qmd").exists()
    assert (pages / "enseignements/index.qmd").exists()


def test_ce_que_l_equipe_range_dans_les_rapports_y_reste(pages, etude):
    miens = [
        pages / nom
        for nom in (
            "donnees/annexe.pdf",
            "donnees/annexe.csv",
            "enseignements/en-bref.qmd",
            "fiches/foire.qmd",
            "verbatims/a-lire.qmd",
        )
    ]
    perimes = [
        pages / nom
        for nom in (
            "donnees/plan.csv",
            "donnees/plan.ics",
            "enseignements/e9.qmd",
            "fiches/f9.qmd",
            "verbatims/structure-s9.qmd",
            "verbatims/structure-s9.js",
        )
    ]
    for chemin in (*miens, *perimes):
        chemin.parent.mkdir(exist_ok=True)
        chemin.write_text("à moi", encoding="utf-8")
    assert set(ecrire_pages(Etude(etude))) == set(perimes)
    assert [chemin.read_text(encoding="utf-8") for chemin in miens] == ["à moi"] * len(miens)
    assert not any(chemin.exists() for chemin in perimes)


def test_tout_ce_que_les_pages_ecrivent_est_connu_de_qui_efface():
    """La démonstration écrit toutes les tables : aucune n'est oubliée, aucune n'est de trop."""
    ranges = {chemin.name for chemin in (RACINE / "rapports/donnees").iterdir() if chemin.is_file()}
    assert ranges - {Path(nom).name for nom in JOINTS} == {*(f"{nom}.csv" for nom in TABLES), *SUIVIS}
    connus = {chemin for motif in ECRITS for chemin in (RACINE / "rapports").glob(motif)}
    pages = {
        chemin
        for nom in ("enseignements", "fiches", "verbatims")
        for chemin in (RACINE / "rapports" / nom).glob("*.qmd")
    }
    assert {chemin.name for chemin in pages - connus} == {"index.qmd"}


def test_un_effectif_sous_le_seuil_ne_s_ecrit_ni_ne_se_deduit():
    types = ["entretien"] * 19 + ["observation"] * 4
    familles = ["insertion"] * 2 + ["permanents"] * 6 + ["une personne de la structure"] * 11 + ["équipe"] * 4
    documents = pd.DataFrame({"type": types, "famille": familles})
    table = compter_documents(documents, 3).set_index(["Type", "Fonctions"])["Documents"]
    assert table.to_dict() == {
        ("entretien", "insertion"): "masqué",
        # 19 interviews in all: six and eleven shown would give two.
        ("entretien", "permanents"): "masqué",
        ("entretien", "personnes dont la fonction n'est pas dite"): "11",
        ("observation", "équipe"): "4",
    }


def test_la_page_du_panel_dit_pourquoi_un_nombre_est_masque(pages):
    texte = lire_texte(pages / "_fragments/panel.qmd")
    assert "<td>permanents</td><td>masqué</td>" in texte
    assert "moins de 3 documents, ou qui en ferait deviner un" in texte
    assert (
        "Le panel réunit 1 structure. Statuts\xa0: atelier et chantier d’insertion (ACI), 1. Secteurs\xa0: tri."
        in texte
    )


def test_seules_les_familles_que_l_equipe_a_ecrites_sont_nommees():
    documents = pd.DataFrame({"entretien": ["E1", "E2", "O1"], "type": ["entretien", "entretien", "observation"]})
    dites = [("E1", "permanents"), ("E2", "une personne de la structure"), ("O1", "équipe observée")]
    verbatims = [SimpleNamespace(place=Place(nom, 0, 1), famille=famille) for nom, famille in dites]
    familles = frozenset({"permanents", "équipe observée", "gouvernance"})
    assert nommer_familles(SimpleNamespace(documents=documents, familles=familles), verbatims) == ["permanents"]


def test_les_recherches_replient_toutes_les_lettres_de_meme():
    dossier = RACINE / "src/ess_analyse"
    regle = lire_texte(dossier / "pages/gabarits/plier.js").strip()
    assert regle.startswith("const plat =")
    assert regle in lire_texte(dossier / "rendu/site.js")
    for nom in ("verbatims", "plan"):
        assert '{% include "plier.js" %}' in (script := lire_texte(dossier / f"pages/gabarits/{nom}.js"))
        assert "normalize(" not in script
        assert "parametres.size" not in script, "les navigateurs d'avant 2023 ne l'ont pas"


def test_le_plan_du_site_mene_a_tout_ce_que_le_menu_propose():
    menu = lire_texte(RACINE / "_quarto.yml").split("sidebar:")[1].split("page-footer:")[0]
    plan = "".join(lire_texte(RACINE / f"rapports/{nom}.qmd") for nom in ("plan-du-site", "_fragments/plan_du_site"))
    for page in set(re.findall(r"^ +- (\S+\.(?:qmd|ipynb))$", menu, re.MULTILINE)) - {"rapports/plan-du-site.qmd"}:
        adresse = page.removeprefix("rapports/") if page.startswith("rapports/") else f"../{page}"
        assert f"]({adresse})" in plan


def test_les_signes_des_tableaux_sont_dits_avant_eux():
    texte = lire_texte(RACINE / "rapports/_fragments/risques.qmd")
    assert 0 < texte.index("moins de 3 documents la portent, ou une seule structure (sauf dans") < texte.index("<table")


def test_la_grille_range_ses_codes_par_famille_et_replie_leurs_consignes():
    texte = lire_texte(RACINE / "rapports/_fragments/grille.qmd")
    assert re.findall("^## (.+)$", texte, re.MULTILINE) == ["Risques", "Opportunités", "Prismes"]
    assert texte.index("## Risques") < texte.index("### Sens du travail et transition {#code-R-SENS}")
    assert texte.count("<details ") == texte.count("</details>") == texte.count("\n### ") == 23
    for cible in set(re.findall('href="#(code-[^"]+)"', texte)):
        assert f"{{#{cible}}}" in texte, cible


def test_un_nombre_de_documents_dit_sur_combien():
    liste = lire_texte(RACINE / "rapports/_fragments/enseignements.qmd")
    assert len(re.findall(r"dans \d+ documents? sur 23 et \d structures? sur 7</p>", liste)) == 6
    assert "974 phrases sur 2\u202f732 lues" in lire_texte(RACINE / "rapports/_fragments/risques.qmd")


def test_chaque_acteur_d_une_fiche_a_sa_ligne():
    texte = lire_texte(RACINE / "rapports/fiches/f1.qmd")
    assert "\nQui\n:   Une salariée en insertion, à la caisse\n:   Une collègue du rayon\n" in texte


def test_la_page_des_donnees_dit_les_raisons_du_masque(pages):
    texte = " ".join(lire_texte(pages / "donnees.qmd").split())
    assert (
        "trop peu de documents la portent, ou une seule structure (sauf dans la table par structure) ; ou bien" in texte
    )


def test_une_preuve_mene_a_la_phrase_entendue(pages):
    page, verbatims = (lire_texte(pages / nom) for nom in ("enseignements/e1.qmd", "verbatims/structure-s1.qmd"))
    assert "](../verbatims/structure-s1.qmd#v-E01-37-62){.preuve}" in page
    assert 'id="v-E01-37-62"' in verbatims
    assert "On les ressaisit le soir." in verbatims
    assert "[@" not in page


def test_chaque_adresse_liee_existe(pages):
    adresses = re.findall(r'id="(v-[^"]+)"', lire_texte(pages / "verbatims/structure-s1.qmd"))
    assert len(adresses) == len(ancres := set(adresses))
    liees = {
        ancre
        for chemin in pages.rglob("*.qmd")
        for ancre in re.findall(r"structure-s1\.(?:qmd|html)#(v-[\w-]+)", lire_texte(chemin))
    }
    assert liees
    assert liees <= ancres


def test_les_verbatims_taisent_le_reste(pages):
    texte = lire_texte(pages / "verbatims/structure-s1.qmd") + lire_texte(pages / "verbatims/structure-s1.js")
    assert 'id="v-E01-13-28"' not in texte, "la question n'est pas une citation"
    assert "13-28" not in texte
    assert "permanents" in texte
    assert "encadrement" not in texte, "l'intitulé exact désignerait la personne"


def test_un_document_restreint_n_est_jamais_cite(etude):
    documents = etude / "data/corpus/corpus.csv"
    documents.write_text(
        documents.read_text(encoding="utf-8-sig").replace(
            "E02;entretien;S1;encadrement;2025-03;publique", "E02;entretien;S1;encadrement;2025-03;restreinte"
        ),
        encoding="utf-8",
    )
    enseignement = etude / "data/enseignements/1-ressaisie.md"
    enseignement.write_text(enseignement.read_text(encoding="utf-8").replace("[E02:63-82]", "[]"), encoding="utf-8")
    ecrire_pages(Etude(etude))
    publie = "".join(
        lire_texte(chemin) for chemin in (etude / "rapports").rglob("*") if chemin.suffix in (".qmd", ".csv", ".js")
    )
    assert "montre la caisse" not in publie


def test_un_passage_restreint_n_est_ni_cite_ni_montre_autour_d_une_citation(etude):
    (etude / "data/corpus/diffusion.csv").write_text(
        "segment;diffusion;motif\nE01:63-80;restreinte;sa demande\n", encoding="utf-8"
    )
    ecrire_pages(Etude(etude))
    publie = "".join(
        lire_texte(chemin) for chemin in (etude / "rapports").rglob("*") if chemin.suffix in (".qmd", ".csv", ".js")
    )
    assert "On les ressaisit le soir." in publie
    assert "est long, hein" not in publie
    liste = lire_texte(etude / "rapports/verbatims/structure-s1.qmd")
    assert re.search(r"<p>[^<]*<mark>\[…\]</mark> \[…\]", liste), "le contexte dit qu'il y est coupé"


def test_rien_n_est_ecrit_si_les_donnees_ne_tiennent_pas(etude):
    enseignement = etude / "data/enseignements/1-ressaisie.md"
    enseignement.write_text(
        enseignement.read_text(encoding="utf-8").replace("@E01:37-62", "@E01:37-99"), encoding="utf-8"
    )
    with pytest.raises(ErreurDonnees, match=r"1-ressaisie\.md"):
        ecrire_pages(Etude(etude))
    assert not (etude / "rapports").exists()


def test_une_etude_qui_commence_a_deja_ses_pages(etude):
    import shutil

    for nom in ("codages", "enseignements"):
        shutil.rmtree(etude / "data" / nom)
    (etude / "data/structures.csv").unlink()
    (etude / "data/fonctions.csv").unlink()
    ecrire_pages(Etude(etude))
    assert "Aucun enseignement n'est encore écrit" in lire_texte(etude / "rapports/_fragments/accueil.qmd")
    assert "Aucune phrase n'est encore codée" in lire_texte(etude / "rapports/_fragments/risques.qmd")
    assert "Aucune citation" in lire_texte(etude / "rapports/_fragments/verbatims.qmd")
    assert "Ces chiffres" not in lire_texte(etude / "rapports/fiche-modele.qmd"), "il n'y en a pas encore"
    assert not (etude / "rapports/verbatims").exists()


def test_petites_cellules_masquees_partout(pages):
    table = pd.read_csv(pages / "donnees/code_structure.csv", sep=";").set_index("code")
    assert pd.isna(table.at["R-CHARGE", "S1"]), "un seul document la porte"
    assert 'class="masque"' in lire_texte(pages / "_fragments/risques.qmd")


def test_les_tables_a_telecharger_sont_celles_montrees(pages):
    noms = {chemin.stem for chemin in (pages / "donnees").glob("*.csv")}
    liees = set(re.findall(r'href="donnees/(\w+)\.csv"', lire_texte(pages / "_fragments/donnees.qmd")))
    assert liees == noms


def test_sans_mesures_la_fiche_du_modele_le_dit(pages):
    assert "Aucune mesure" in lire_texte(pages / "_fragments/modele.qmd")
    assert "{{< include _fragments/modele.qmd >}}" in lire_texte(pages / "fiche-modele.qmd")


def test_les_chiffres_de_la_fiche_sont_ceux_des_mesures(etude):
    mesures = pd.DataFrame(
        [
            ("main tenue à l'écart", "modèle complet", 12345, 7, 12345, 0.35, 0.5123, 0.4, 0.6, 0.7, 0.3, 0.8),
            ("main tenue à l'écart", "mots seuls", 12345, 7, 12345, 0.35, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99),
            ("à froid", "modèle complet", 12345, 7, 90, 0.35, 0.2, 0.1, 0.3, 0.4, float("nan"), 0.2),
            ("à froid", "règles seules", 12345, 7, 90, 0.35, 0.11, 0.1, 0.3, 0.4, 0.1, 0.2),
        ],
        columns=ABLATION,
    )
    (etude / "data/mesures").mkdir()
    ecrire_table(etude / "data/mesures/ablation.csv", mesures)
    ecrire_pages(Etude(etude))
    texte = lire_texte(etude / "rapports/_fragments/modele.qmd")
    assert "12\u202f345 phrases d'exemple, écrites par 7 mains" in texte.replace("\u00a0", "\u202f")
    assert "score de 0,35" in texte
    lignes = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', texte)
    assert lignes == [
        ("Main tenue à l’écart", "modèle complet", "0,51"),
        ("À froid", "modèle complet", "0,20"),
        ("À froid", "règles seules", "0,11"),
    ]
    assert "0,99" not in texte
    assert "<td>—</td>" in texte


def test_des_mesures_mal_rangees_sont_dites(etude):
    (etude / "data/mesures").mkdir()
    (etude / "data/mesures/ablation.csv").write_text("epreuve;modele\nà froid;modèle complet\n", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match=r"ablation\.csv, ligne 1 : colonne manquante"):
        ecrire_pages(Etude(etude))


def test_la_fiche_du_modele_est_la_meme_dans_une_etude_neuve():
    demo, neuve = (
        lire_texte(RACINE / dossier / "rapports/fiche-modele.qmd") for dossier in ("", "src/ess_analyse/pages/projet")
    )
    assert demo == neuve
    assert not re.search(r"\b0,\d", demo), "un chiffre recopié à la main vieillit"
    for attendu in ("inventées", "Coder sans personne", "surveiller des salariés", "cache", "seuils", "réseau"):
        assert attendu in demo
    for projet in (RACINE, RACINE / "src/ess_analyse/pages/projet"):
        assert "rapports/fiche-modele.qmd" in lire_texte(projet / "_quarto.yml")
    assert "](fiche-modele.qmd)" in lire_texte(RACINE / "rapports/methode.qmd")


def test_lister_verbatims_garde_les_adresses_contenues(etude):
    enseignement = etude / "data/enseignements/1-ressaisie.md"
    enseignement.write_text(
        enseignement.read_text(encoding="utf-8").replace("## En résumé", "Cela dure [@E01:37-80].\n\n## En résumé"),
        encoding="utf-8",
    )
    verbatims = {str(v.place): v for v in lister_verbatims(rassembler(Etude(etude)))}
    assert verbatims["E01:37-62"].contenue
    assert not verbatims["E01:37-80"].contenue
    assert verbatims["E01:37-80"].texte == "On les ressaisit le soir. C'est long, hein."
    assert [str(place) for place, _ in verbatims["E01:37-80"].phrases] == ["E01:37-62", "E01:63-80"]
    assert verbatims["E01:37-80"].codes == ("R-CHARGE",)
    assert verbatims["E01:37-80"].themes == (("R-CHARGE",), ("R-CHARGE",))
    assert [str(place) for place in verbatims["E01:37-80"].ancres] == ["E01:37-62", "E01:63-80"]
    assert verbatims["E01:37-62"].avant == "Et les pesées ?"


def test_typographie():
    assert typographier("Quoi ? « Oui ; non : bon ! »") == "Quoi\u202f? «\u00a0Oui\u202f; non\u00a0: bon\u202f!\u00a0»"
    assert typographier("L'outil") == "L’outil"
    assert typographier("à 10:30 ou http://a.b") == "à 10:30 ou http://a.b"
    assert typographier("à 8 h 43, n° 7, 86 % des 9 hommes") == "à 8\u00a0h\u00a043, n°\u00a07, 86\u00a0% des 9 hommes"
    assert en_html('<b> "oui" & non') == "&lt;b&gt; &quot;oui&quot; &amp; non"
    assert en_yaml('Dire « oui » : "bon"') == '"Dire «\u00a0oui\u00a0»\u00a0: \\"bon\\""'
    assert en_mois("2026-12") == "décembre\u00a02026"
    assert en_mois("2026-13") == "2026-13"
    assert adresse(Place("E01", 1, 2)) == "v-E01-1-2"


def test_lier_preuves_numerote_par_page():
    preuves = (Place("E01", 1, 2), Place("E02", 3, 4))
    texte = lier_preuves("Un [@E02:3-4]. Deux [@E01:1-2; @E02:3-4].", preuves, lambda place: f"{place.entretien}.qmd")
    liens = re.findall(r"\[preuve\u00a0(\d+)\]\((\w+)\.qmd\)", texte)
    assert liens == [("2", "E02"), ("1", "E01"), ("2", "E02")]
    assert lier_preuves("Rien.", (), str) == "Rien."


def test_chaleur_dit_la_valeur_et_masque():
    table = pd.DataFrame(
        {"S1": pd.array([10, 1], dtype="Int64"), "S2": pd.array([pd.NA, 0], dtype="Int64")}, index=["R-CHARGE", "O-COM"]
    )
    html = table_de_chaleur(table, "Titre", {"R-CHARGE": "Charge", "O-COM": "Com"}, {"S1": "Garage"})
    assert re.findall(r'<td class="(\w+)">', html) == ["c5", "masque", "c1", "c0"]
    assert '<th scope="col">Garage</th><th scope="col">S2</th>' in html
    assert "<caption>Titre</caption>" in html
    assert html.count('scope="row"') == 2
    entierement_masquee = pd.DataFrame({"S1": pd.array([pd.NA], dtype="Int64")}, index=["O-COM"])
    assert "masqué" in table_de_chaleur(entierement_masquee, "T", {"O-COM": "Com"}, {})


def test_table_simple_et_etiquettes():
    html = table_simple(pd.DataFrame({"Nom": ["<a>"], "α": [0.5], "n": [None]}), "Légende")
    assert "<td>0,50</td><td>—</td>" in html
    assert "&lt;a&gt;" in html
    assert "<td>−0,06</td>" in table_simple(pd.DataFrame({"Nom": ["a"], "α": [-0.06]}), "Légende")
    html = table_simple(pd.DataFrame({"Nom": [Lien("a", "b?c&d", "e"), Lien("<f>", "")]}), "Légende")
    assert '<th scope="row"><a href="b?c&amp;d">a<span class="lecteur"> : e</span></a></th>' in html
    assert '<th scope="row">&lt;f&gt;</th>' in html, "sans adresse, rien à suivre"
    assert etiquette("R-SENS", "Sens") == '<span class="etiquette risque">Sens</span>'
    assert 'class="etiquette opportunite"' in etiquette("O-SENS", "Sens")
    assert 'class="etiquette prisme"' in etiquette("P-GESTION", "Gestion")
