"""La commande deposer : rien ne sort sans passer la porte, rien n'est perdu si elle refuse."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from jsonschema import Draft201909Validator
from referencing import Registry

from ess_analyse.cli.versement import deposer
from ess_analyse.codages import lire_codages
from ess_analyse.echanges.refi import lire_qdpx
from ess_analyse.echanges.versement.dictionnaire import COLONNES
from ess_analyse.enseignements.tables import PLAN as COLONNES_DU_PLAN
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_table
from ess_analyse.grille import lire_grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import CODAGES, SEGMENTS, Place
from ess_analyse.segments import segmenter

DEPOT = Path(__file__).parents[1]
SCHEMA = DEPOT / "tests/donnees/datacite/datacite-v4.5.json"
NOM = "Fatou"
CITATION = """\
titre: Les pesées
auteurs:
  - nom: Martin
    prenom: Ana
annee: 2026
editeur: Zenodo
description: Deux entretiens.
univers: Une ressourcerie inventée.
licence: CC-BY-4.0
"""
FICHE = """\
---
numero: F1
titre: La pesée
temps: Le soir.
lieu: Au quai.
acteurs: [Une personne]
actions: ["On les ressaisit [@E01:37-62]."]
consequences: [Du retard]
causes: [Deux outils]
agir: [Un seul outil]
codes: [R-CHARGE]
---

Un soir, « On les ressaisit le soir » [@E01:37-62].
"""
PLAN = (
    "numero;portee;theme;axe;action;pilote;echeance;indicateur;enseignements;preuves\n"
    "A1;collective;Peser;Une fois;Ne peser qu'une fois;Direction;2026-09;Nombre de pesées;1;E01:37-62\n"
)
QUESTIONS = "numero;prisme;code;question;aide;enseignements\nQ1;P-GESTION;R-CHARGE;Pèse-t-on une fois ?;;1\n"


def lancer(*arguments: str):
    return CliRunner().invoke(deposer, arguments, obj=Path())


def reussir(*arguments: str) -> str:
    resultat = lancer(*arguments)
    assert resultat.exit_code == 0, resultat.output + repr(resultat.exception)
    return resultat.output


def photographier(racine: Path) -> dict[str, bytes]:
    return {f.relative_to(racine).as_posix(): f.read_bytes() for f in sorted(racine.rglob("*")) if f.is_file()}


def refuser(*arguments: str) -> str:
    """Rendre ce que dirait la commande ; rien ne doit avoir changé ni être apparu."""
    avant = photographier(Path()), sorted(Path().rglob("*"))
    resultat = lancer(*arguments)
    assert resultat.exit_code == 1, resultat.output
    assert isinstance(resultat.exception, ErreurDonnees), repr(resultat.exception)
    assert (photographier(Path()), sorted(Path().rglob("*"))) == avant
    return str(resultat.exception)


def ecrire(nom: str, texte: str) -> None:
    chemin = Path(nom)
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_text(texte, encoding="utf-8")


def remplacer(nom: str, avant: str, apres: str) -> None:
    texte = Path(nom).read_text(encoding="utf-8-sig")
    assert avant in texte
    ecrire(nom, texte.replace(avant, apres))


@pytest.fixture
def deposable(etude):
    """L'étude, de quoi la citer, et tout ce qu'elle peut contenir."""
    ecrire("data/depot.yml", CITATION)
    ecrire("data/fiches/F1.md", FICHE)
    ecrire("data/plan.csv", PLAN)
    ecrire("data/autodiagnostic.csv", QUESTIONS)
    return etude


def test_une_etude_entiere_se_depose(deposable):
    dit = reussir("depot")
    assert "depot : documents déposés, 2 ; phrases, 6." in dit
    assert "documents absents, 0 ; passages masqués, 0 ; phrases codées ôtées, 0." in dit
    assert "Relisez avant d'envoyer." in dit
    assert sorted(photographier(Path("depot"))) == [
        "LICENCE.txt",
        "LISEZ-MOI.md",
        "SHA256SUMS",
        "autodiagnostic.csv",
        "codages.csv",
        "datacite.json",
        "ddi.xml",
        "dictionnaire.csv",
        "documents.csv",
        "enseignements/1-ressaisie.md",
        "etude.qdpx",
        "fiches/F1.md",
        "grille.qdc",
        "grille.yml",
        "plan.csv",
        "segments.csv",
        "textes/E01.txt",
        "textes/E02.txt",
    ]
    for nom in ("grille.yml", "enseignements/1-ressaisie.md", "fiches/F1.md"):
        assert (Path("depot") / nom).read_bytes() == (Path("data") / nom).read_bytes()
    assert set(lire_table(Path("depot/codages.csv"), CODAGES)["codeur"]) == {"codeur 1"}
    assert not Path("depot.zip").exists()
    notice = Path("depot/LISEZ-MOI.md").read_text(encoding="utf-8")
    assert "pseudonymisés, non anonymisés" in notice
    assert "Martin, Ana (2026). Les pesées [jeu de données]. Zenodo." in notice


def test_sans_citation_un_modele_est_ecrit_et_rien_n_est_depose(etude):
    resultat = lancer("depot")
    assert resultat.exit_code == 1
    assert str(resultat.exception) == (
        "data/depot.yml : rien ne dit encore comment citer ce dépôt. Un modèle vient d'y être écrit : remplissez-le, "
        "puis relancez la commande."
    )
    assert not Path("depot").exists()
    modele = Path("data/depot.yml").read_text(encoding="utf-8")
    assert modele.startswith("# Comment citer")
    dit = refuser("depot")
    assert "rien n'est encore écrit ici (« titre »)" in dit
    assert Path("data/depot.yml").read_text(encoding="utf-8") == modele


def verbatim() -> None:
    for nom in ("data/corpus/E01.txt", "data/codages/lea.csv"):
        remplacer(nom, "C'est long, hein.", f"C'est long {NOM}.")


def codage() -> None:
    ligne = "le soir.;R-CHARGE P-GESTION;"
    remplacer("data/codages/lea.csv", f"{ligne};", f"{ligne}R-CHARGE:0.82:indices:{NOM};")


def codeur() -> None:
    Path("data/codages/lea.csv").rename(f"data/codages/{NOM}.csv")


def memo() -> None:
    remplacer("data/codages/lea.csv", "C'est long, hein.;R-CHARGE;;", f"C'est long, hein.;R-CHARGE;;voir {NOM}")


def enseignement() -> None:
    remplacer("data/enseignements/1-ressaisie.md", "Une pesée, deux écritures.", f"{NOM} écrit deux fois.")


def nom_de_fichier() -> None:
    Path("data/enseignements/1-ressaisie.md").rename(f"data/enseignements/1-{NOM}.md")


def fiche() -> None:
    remplacer("data/fiches/F1.md", "[Une personne]", f"[{NOM}]")


def plan() -> None:
    remplacer("data/plan.csv", "Direction", NOM)


def question() -> None:
    remplacer("data/autodiagnostic.csv", "Pèse-t-on", f"{NOM} pèse-t-elle")


def grille() -> None:
    remplacer("data/grille.yml", "version: 1\n", f"# Merci à {NOM}.\nversion: 1\n")


def structure() -> None:
    remplacer("data/structures.csv", "La ressourcerie", f"La ressourcerie de {NOM}")


def description() -> None:
    remplacer("data/depot.yml", "Deux entretiens.", f"Deux entretiens avec {NOM}.")


def mot_cle() -> None:
    ecrire("data/depot.yml", f"{CITATION}mots_cles: [pesée, {NOM}]\n")


def financement() -> None:
    ecrire("data/depot.yml", f"{CITATION}financements:\n  - nom: Fondation {NOM}\n")


@pytest.mark.parametrize(
    ("planter", "options", "lieux"),
    [
        (verbatim, (), ["depot/textes/E01.txt, ligne 3", "depot/segments.csv", "depot/etude.qdpx"]),
        (codage, (), ["depot/codages.csv", "depot/etude.qdpx"]),
        (codeur, ("--noms-des-codeurs",), ["depot/codages.csv", "depot/etude.qdpx"]),
        (memo, ("--avec-memos",), ["depot/memos.csv", "depot/etude.qdpx"]),
        (enseignement, (), ["depot/enseignements/1-ressaisie.md"]),
        (nom_de_fichier, (), ["depot/enseignements/1-F….md"]),
        (fiche, (), ["depot/fiches/F1.md"]),
        (plan, (), ["depot/plan.csv, ligne 2"]),
        (question, (), ["depot/autodiagnostic.csv, ligne 2"]),
        (grille, (), ["depot/grille.yml, ligne 1"]),
        (structure, (), ["depot/documents.csv", "depot/etude.qdpx"]),
        (description, (), ["depot/LISEZ-MOI.md", "depot/datacite.json", "depot/ddi.xml"]),
        (mot_cle, (), ["depot/datacite.json", "depot/ddi.xml"]),
        (financement, (), ["depot/datacite.json", "depot/ddi.xml"]),
    ],
    ids=lambda valeur: getattr(valeur, "__name__", ""),
)
def test_un_nom_reel_ou_qu_il_soit_arrete_tout(planter, options, lieux, deposable):
    reussir("depot", "--zip")
    planter()
    dit = refuser("depot", "--zip", *options)
    for lieu in lieux:
        assert f"{lieu}" in dit
    assert "un nom réel de la clé se lit" in dit
    assert NOM not in dit
    assert ".ess-depot" not in dit


def test_un_nom_dans_ce_qui_n_est_pas_depose_ne_gene_pas(deposable):
    memo()
    codeur()
    reussir("depot")
    assert not any(NOM.encode() in octets for octets in photographier(Path("depot")).values())


def test_un_auteur_peut_porter_un_prenom_de_la_cle_mais_cela_est_dit(deposable):
    assert "Le nom d'un auteur est aussi dans la clé" not in reussir("depot")
    remplacer("data/depot.yml", "prenom: Ana", f"prenom: {NOM}")
    assert "Le nom d'un auteur est aussi dans la clé" in reussir("depot")
    assert f"Martin, {NOM} (2026)" in Path("depot/LISEZ-MOI.md").read_text(encoding="utf-8")


def test_une_parole_restreinte_recopiee_arrete_tout(deposable):
    ecrire("data/corpus/diffusion.csv", "segment;diffusion;motif\nE02:38-62;restreinte;\n")
    reussir("depot")
    remplacer("data/plan.csv", "Nombre de pesées", "Awa me montre la caisse")
    dit = refuser("depot")
    assert "depot/plan.csv, ligne 2 : une phrase dont la diffusion est restreinte se lit dans ce fichier" in dit


def test_un_passage_restreint_est_masque_et_compte(deposable):
    ecrire("data/corpus/diffusion.csv", "segment;diffusion;motif\nE01:63-80;restreinte;\nE02:38-50;restreinte;\n")
    dit = reussir("depot")
    assert "documents absents, 0 ; passages masqués, 2 ; phrases codées ôtées, 2." in dit
    texte = Path("depot/textes/E01.txt").read_text(encoding="utf-8")
    assert texte[63:80] == "█" * 17
    assert len(texte) == len(Path("data/corpus/E01.txt").read_text(encoding="utf-8"))
    assert texte[37:62] == "On les ressaisit le soir."
    tables = [
        lire_table(Path("depot") / nom, noms) for nom, noms in (("codages.csv", CODAGES), ("segments.csv", SEGMENTS))
    ]
    assert [{"E01:63-80", "E02:38-62"} & set(table["segment"]) for table in tables] == [set(), set()]
    assert "C'est long" not in "".join(source.texte for source in lire_qdpx(Path("depot/etude.qdpx")).sources)


def test_un_document_restreint_est_absent_et_compte(deposable):
    remplacer(
        "data/corpus/corpus.csv",
        "E02;entretien;S1;encadrement;2025-03;publique",
        "E02;entretien;S1;encadrement;2025-03;restreinte",
    )
    remplacer("data/enseignements/1-ressaisie.md", "contre: [E02:63-82]", "contre: []")
    assert "documents absents, 1 ; passages masqués, 0 ; phrases codées ôtées, 3." in reussir("depot")
    assert [chemin.name for chemin in Path("depot/textes").iterdir()] == ["E01.txt"]
    assert not any(b"Samir" in octets for octets in photographier(Path("depot")).values())


def test_un_enseignement_qui_cite_du_restreint_arrete_tout(deposable):
    ecrire("data/corpus/diffusion.csv", "segment;diffusion;motif\nE01:37-62;restreinte;\n")
    dit = refuser("depot")
    assert "data/enseignements/1-ressaisie.md" in dit
    assert "preuve à diffusion restreinte" in dit


def test_sans_document_public_il_n_y_a_rien_a_deposer(deposable):
    remplacer("data/corpus/corpus.csv", "publique", "restreinte")
    shutil.rmtree("data/enseignements")
    shutil.rmtree("data/fiches")
    for nom in ("data/plan.csv", "data/autodiagnostic.csv"):
        Path(nom).unlink()
    assert "data/corpus/corpus.csv : aucun document n'est public" in refuser("depot")


def test_une_etude_qui_ne_fait_que_commencer_se_depose(etude):
    ecrire("data/depot.yml", CITATION)
    shutil.rmtree("data/codages")
    shutil.rmtree("data/enseignements")
    for nom in ("structures", "fonctions"):
        Path(f"data/{nom}.csv").unlink()
    reussir("depot", "--avec-memos")
    assert lire_table(Path("depot/codages.csv"), CODAGES).empty
    assert not {"plan.csv", "memos.csv"} & set(photographier(Path("depot")))


def test_une_structure_de_trop_peu_de_personnes_arrete_tout(deposable):
    remplacer("data/structures.csv", ";7;28;24;", ";1;2;3;")
    assert "cette structure compte moins de 5 personnes" in refuser("depot")


def test_le_seuil_de_l_etude_tait_ce_qui_est_trop_rare(deposable):
    assert "non dite : E01, E02." in reussir("depot")
    assert set(pd.read_csv("depot/documents.csv", sep=";", keep_default_na=False)["famille"]) == {""}
    ecrire("data/etude.yml", "seuil: 2\n")
    assert "non dite" not in reussir("depot")
    assert set(pd.read_csv("depot/documents.csv", sep=";")["famille"]) == {"permanents"}
    octets = b"".join(photographier(Path("depot")).values())
    assert b"encadrement" not in octets
    assert b"2025-03;" not in octets


@pytest.mark.parametrize(("portees", "gardees"), [(("collective", "S2"), ["A1"]), (("S2", "S1"), None)])
def test_le_plan_ne_dit_pas_une_structure_que_les_documents_taisent(portees, gardees, deposable):
    """Deux structures, un document chacune : aucune n'est dite."""
    remplacer("data/corpus/corpus.csv", "E02;entretien;S1;", "E02;entretien;S2;")
    structure = "S1;La ressourcerie;ACI;tri;7;28;24;ville\n"
    remplacer("data/structures.csv", structure, structure + structure.replace("S1;La", "S2;L'autre"))
    entete, ligne = PLAN.splitlines()
    lignes = [ligne.replace("A1;collective", f"A{rang};{portee}") for rang, portee in enumerate(portees, start=1)]
    ecrire("data/plan.csv", "\n".join([entete, *lignes]) + "\n")
    otees = len(portees) - len(gardees or ())
    assert f"n'étant pas dite : {otees}." in reussir("depot")
    assert (list(lire_table(Path("depot/plan.csv"), COLONNES_DU_PLAN)["numero"]) if gardees else None) == gardees
    assert Path("depot/plan.csv").exists() is bool(gardees)
    notice = Path("depot/LISEZ-MOI.md").read_text(encoding="utf-8")
    assert f"{otees} action{'s' * (otees > 1)} du plan" in notice
    assert "une fiche, une action peut nommer une structure" in notice
    assert not any(b"S2" in octets for nom, octets in photographier(Path("depot")).items() if nom != "SHA256SUMS")


def test_un_retrait_inacheve_arrete_tout(deposable):
    ecrire("data/registre.csv", "date;acte;document;motif\n2026-01-02;retrait;E02;à la demande de la personne\n")
    assert "ess-analyse retirer E02" in refuser("depot")


def test_un_depot_ne_se_range_pas_dans_l_etude(deposable):
    dit = "notebooks/x : ce dossier ne contient que les analyses. Déposez ailleurs, par exemple dans depot/."
    assert refuser("notebooks/x") == dit


def test_un_dossier_etranger_n_est_jamais_remplace(deposable):
    ecrire("photos/moi.txt", "à moi")
    assert "photos : ce dossier contient autre chose qu'un dépôt fait ici" in refuser("photos")
    assert "ce dossier contient autre chose" in refuser(".")


def test_les_memos_et_les_noms_sont_deposes_si_on_le_demande_en_le_disant(deposable):
    remplacer("data/codages/lea.csv", "C'est long, hein.;R-CHARGE;;", "C'est long, hein.;R-CHARGE;;À revoir.")
    dit = reussir("depot", "--avec-memos", "--noms-des-codeurs")
    assert "Mémos déposés : 1." in dit
    assert "Le nom des codeurs y est" in dit
    assert set(lire_table(Path("depot/codages.csv"), CODAGES)["codeur"]) == {"lea"}
    assert "À revoir." in Path("depot/memos.csv").read_text(encoding="utf-8-sig")
    assert set(lire_qdpx(Path("depot/etude.qdpx")).codages["memo"]) == {"", "À revoir."}
    reussir("depot")
    assert not Path("depot/memos.csv").exists()
    assert not any(b"revoir" in octets for octets in photographier(Path("depot")).values())


def test_deux_depots_sont_identiques_et_le_zip_suit_si_on_le_demande(deposable):
    dit = reussir("a/depot", "--zip")
    assert "a/depot, a/depot.zip : documents déposés, 2" in dit
    reussir("b/depot", "--zip")
    assert photographier(Path("a")) == photographier(Path("b"))
    with zipfile.ZipFile("a/depot.zip") as archive:
        assert {nom.partition("/")[2] for nom in archive.namelist()} == set(photographier(Path("a/depot")))
    assert "a/depot.zip est d'un dépôt précédent : refaites-le par --zip." in reussir("a/depot")


# La démonstration


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """Le dépôt de l'étude fictive du projet, et ce que la commande en a dit."""
    cible = tmp_path_factory.mktemp("demonstration") / "depot"
    resultat = CliRunner().invoke(deposer, [str(cible), "--zip"], obj=DEPOT)
    assert resultat.exit_code == 0, resultat.output + repr(resultat.exception)
    return cible, resultat.output


def test_la_demonstration_entiere_se_depose(demonstration):
    cible, dit = demonstration
    corpus = lire_corpus(Etude(DEPOT).corpus)
    assert f"documents déposés, {len(corpus)} ;" in dit
    for entretien in corpus:
        assert (cible / f"textes/{entretien.identifiant}.txt").read_bytes().decode("utf-8") == entretien.texte
    assert "Données fictives" in (cible / "LISEZ-MOI.md").read_text(encoding="utf-8")
    assert len(list((cible / "enseignements").iterdir())) == 6


def test_la_demonstration_se_verifie(demonstration, exiger):
    cible, _ = demonstration
    subprocess.run([exiger("sha256sum"), "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=cible, check=True)
    fiche = json.loads((cible / "datacite.json").read_text(encoding="utf-8"))
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft201909Validator(schema, registry=Registry()).validate(fiche)
    assert fiche["dates"] == [{"date": "2025-03/2025-10", "dateType": "Collected"}]


def test_les_codages_de_la_demonstration_sont_tous_la_et_sur_leurs_mots(demonstration):
    cible, _ = demonstration
    etude = Etude(DEPOT)
    corpus = lire_corpus(etude.corpus)
    codages = lire_codages(etude.codages, segmenter(corpus), lire_grille(etude.grille))
    deposes = lire_table(cible / "codages.csv", CODAGES)
    colonnes = ["segment", "code", "origine"]
    assert sorted(map(tuple, deposes[colonnes].to_numpy())) == sorted(map(tuple, codages[colonnes].to_numpy()))
    assert set(deposes["codeur"]) == {"arbitrage", *(f"codeur {rang}" for rang in range(1, 5))}
    projet = lire_qdpx(cible / "etude.qdpx")
    assert len(projet.codages) == len(codages)
    assert all(
        ligne.texte == corpus.extrait(Place(ligne.source, ligne.debut, ligne.fin))
        for ligne in projet.codages.itertuples()
    )


def test_la_demonstration_ne_dit_ni_fonction_ni_nom_de_codeur(demonstration):
    cible, dit = demonstration
    documents = pd.read_csv(cible / "documents.csv", sep=";", keep_default_na=False).set_index("entretien")
    assert documents.at["E04", "famille"] == "une personne de la structure"
    assert not {"direction", "CIP", "administratif"} & set(documents["famille"])
    rares = documents["famille"].value_counts().drop("")
    assert rares.min() >= 3
    assert "non dite : E03, E11." in dit
    codages = (cible / "codages.csv").read_text(encoding="utf-8-sig")
    assert not re.search(r"(?i)\b(?:lea|noemie|paul|thomas)\b", codages)
    with zipfile.ZipFile(cible / "etude.qdpx") as archive:
        projet = archive.read("project.qde").decode("utf-8")
    assert re.findall(r'<User [^>]*name="([^"]*)"', projet) == [
        "arbitrage",
        *(f"codeur {rang}" for rang in range(1, 5)),
        "ess_analyse",
    ]


def test_le_dictionnaire_de_la_demonstration_decrit_ses_tables(demonstration):
    cible, _ = demonstration
    table = pd.read_csv(cible / "dictionnaire.csv", sep=";", keep_default_na=False)
    for chemin in cible.glob("*.csv"):
        colonnes = list(pd.read_csv(chemin, sep=";", nrows=0, encoding="utf-8-sig").columns)
        assert table.loc[table["fichier"] == chemin.name, "colonne"].tolist() == colonnes == list(COLONNES[chemin.name])
