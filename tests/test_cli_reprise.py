"""`ess-analyse reprendre`, telle qu'une personne l'emploie."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import ess_analyse as ess
from ess_analyse.cli import principal
from ess_analyse.cli.reprise import reprendre
from ess_analyse.echanges.refi import exporter_qdc, exporter_qdpx
from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.feuilles import lire_feuille
from ess_analyse.fichiers import lire_table, lire_texte
from ess_analyse.retrait.registre import lire_colonnes

TABLEAU = """\
Document;Extrait;Code;Codeur;Mémo
E01;On les ressaisit;Charge de travail;Ana;Sandrine l'a dit
E01;C'est long, hein;Surcharge;Ana;
E02;me montre la caisse;Entraide;Ana;
"""
MONTRE, RESSAISIT, LONG = "E02:38-62", "E01:37-62", "E01:63-80"


def lancer(*arguments: str, code: int = 0) -> str:
    resultat = CliRunner().invoke(reprendre, arguments, obj=Path.cwd(), prog_name="reprendre", terminal_width=200)
    if isinstance(resultat.exception, ErreurDonnees):
        assert code == 1, resultat.exception
        return resultat.output + str(resultat.exception)
    assert resultat.exit_code == code, resultat.output
    return resultat.output


def photographier(racine: Path) -> dict[str, str]:
    return {
        chemin.relative_to(racine).as_posix(): hashlib.sha256(chemin.read_bytes()).hexdigest()
        for chemin in sorted(racine.rglob("*"))
        if chemin.is_file()
    }


def lire(codeur: str = "ana") -> dict[str, tuple[str, str]]:
    feuille = lire_feuille(Path(f"data/codages/{codeur}.csv"))
    return {ligne.segment: (ligne.codes, ligne.memo) for ligne in feuille.itertuples() if ligne.codes or ligne.memo}


@pytest.fixture
def base(etude):
    corpus = ess.lire_corpus(Path("data/corpus"))
    return corpus, ess.segmenter(corpus), ess.lire_grille(Path("data/grille.yml"))


@pytest.fixture
def qdpx(base):
    """Le codage de Léa, tel qu'un autre logiciel le rend, et sa feuille ôtée."""
    corpus, segments, grille = base
    exporter_qdpx(Path("retour.qdpx"), corpus, grille, ess.lire_codages(Path("data/codages"), segments, grille))
    Path("data/codages/lea.csv").rename("lea.csv")
    return Path("retour.qdpx")


@pytest.fixture
def tableau(etude):
    Path("codage.csv").write_text(TABLEAU, encoding="utf-8")
    return Path("codage.csv")


def test_un_projet_revient_dans_sa_feuille(qdpx):
    sortie = lancer("retour.qdpx")
    assert "même texte" in sortie
    assert "Repris : 6 phrases. Écrits : data/codages/lea.csv, data/reprises/retour-qdpx.csv." in sortie
    avant = lire_feuille(Path("lea.csv"))
    assert lire("lea") == {ligne.segment: (ligne.codes, "") for ligne in avant.itertuples()}


def test_relancer_ne_change_rien_et_le_dit(qdpx, etude):
    lancer("retour.qdpx")
    fige = photographier(etude)
    assert "Rien de nouveau à reprendre" in lancer("retour.qdpx")
    assert photographier(etude) == fige


def test_un_essai_n_ecrit_rien(qdpx, etude):
    fige = photographier(etude)
    assert "Rien n'a été écrit. Sans --essai : 6 phrases." in lancer("retour.qdpx", "--essai")
    assert photographier(etude) == fige


def test_un_conflit_se_montre_avec_les_deux_versions(qdpx):
    texte = lire_texte(Path("lea.csv")).replace(";O-SOUTIEN;", ";R-CHARGE;")
    Path("data/codages/lea.csv").write_text(texte, encoding="utf-8")
    sortie = lancer("retour.qdpx")
    assert "Conflits : la feuille est gardée telle quelle" in sortie
    assert "O-SOUTIEN" in sortie
    assert lire("lea")[MONTRE] == ("R-CHARGE", "")


def test_le_json_dit_tout(qdpx):
    dit = json.loads(lancer("retour.qdpx", "--json"))
    assert [source["document"] for source in dit["sources"]] == ["E01", "E02"]
    assert len(dit["passages"]) == 7
    assert dit["bilan"] == [{"codeur": "lea", "reprises": 6, "lues": 0, "deja": 0, "conflits": 0}]
    assert dit["ecrits"] == ["data/codages/lea.csv", "data/reprises/retour-qdpx.csv"]
    assert (dit["inconnus"], dit["introuvables"], dit["conflits"], dit["essai"]) == ([], [], [], False)


def test_ce_que_le_fichier_dit_des_documents_et_que_l_etude_ignore_est_montre_pseudonymise(qdpx):
    assert "Variables" not in lancer("retour.qdpx", "--essai")
    with zipfile.ZipFile(qdpx) as archive:
        pieces = {nom: archive.read(nom) for nom in archive.namelist()}
    pieces["project.qde"] = pieces["project.qde"].replace(b">encadrement<", b">comme Fatou<")
    with zipfile.ZipFile(qdpx, "w") as archive:
        for nom, octets in pieces.items():
            archive.writestr(nom, octets)
    sortie = lancer("retour.qdpx", "--essai")
    assert "comme Awa" in sortie
    assert "Variables non reprises" in sortie
    dite = {"source": "E02", "document": "E02", "variable": "fonction", "valeur": "comme Awa"}
    assert json.loads(lancer("retour.qdpx", "--essai", "--json"))["variables"] == [dite]


# A table of quotations


def test_les_colonnes_d_un_tableau_sont_montrees_et_attendent_une_confirmation(tableau, etude):
    fige = photographier(etude)
    sortie = lancer("codage.csv", code=1)
    assert "document = Document" in sortie
    assert "On les ressaisit" in sortie
    assert '--colonnes "document=Document,citation=Extrait,code=Code,codeur=Codeur,memo=Mémo"' in sortie
    assert photographier(etude) == fige


def test_un_tableau_non_confirme_se_dit_aussi_en_json(tableau):
    dit = json.loads(lancer("codage.csv", "--json", code=1))
    assert dit == {
        "colonnes": "document=Document,citation=Extrait,code=Code,codeur=Codeur,memo=Mémo",
        "laissees": [],
    }


def test_les_codes_inconnus_attendent_une_decision(tableau, etude):
    fige = photographier(etude)
    sortie = lancer("codage.csv", "--oui", code=1)
    assert "Codes que la grille n'a pas" in sortie
    assert "Rien n'est encore repris." in sortie
    nouveaux = {nom: empreinte for nom, empreinte in photographier(etude).items() if nom not in fige}
    assert list(nouveaux) == ["data/reprises/codage-csv-correspondance.csv"]
    table = lire_table(
        Path("data/reprises/codage-csv-correspondance.csv"),
        ("code", "nom", "dossier", "usages", "proposition", "vers"),
    )
    assert table[["code", "usages", "vers"]].values.tolist() == [["Entraide", "1", ""], ["Surcharge", "1", ""]]


def test_la_table_remplie_fait_reprendre(tableau):
    lancer("codage.csv", "--oui", code=1)
    chemin = Path("data/reprises/codage-csv-correspondance.csv")
    assert "aucune ligne n'est remplie" in lancer("codage.csv", "--oui", "--correspondance", str(chemin), code=1)
    lignes = [
        ligne + {"Entraide": "O-SOUTIEN", "Surcharge": ""}.get(ligne.split(";")[0], "")
        for ligne in lire_texte(chemin).split("\n")
    ]
    chemin.write_text("\n".join(lignes), encoding="utf-8")
    sortie = lancer("codage.csv", "--oui", "--correspondance", str(chemin))
    assert "Repris : 2 phrases." in sortie
    assert lire() == {RESSAISIT: ("R-CHARGE", "Véra l'a dit"), MONTRE: ("O-SOUTIEN", "")}
    gardes = lire_table(Path("data/reprises/codage-csv.csv"), ("segment", "code_origine", "code"), PASSAGES)
    assert gardes[["code_origine", "code"]].values.tolist() == [
        ["Charge de travail", "R-CHARGE"],
        ["Surcharge", ""],
        ["Entraide", "O-SOUTIEN"],
    ]


PASSAGES = ("texte", "codeur", "origine", "phrases", "memo", "date", "reconnu")


def test_on_peut_reprendre_sans_les_inconnus(tableau):
    sortie = lancer("codage.csv", "--oui", "--sans-les-inconnus")
    assert "Codes laissés de côté : la grille ne les a pas" in sortie
    assert list(lire()) == [RESSAISIT]


def test_un_essai_n_ecrit_pas_la_table(tableau, etude):
    fige = photographier(etude)
    lancer("codage.csv", "--oui", "--essai", code=1)
    assert photographier(etude) == fige


def test_un_memo_venu_d_ailleurs_prend_les_pseudonymes(tableau):
    lancer("codage.csv", "--oui", "--sans-les-inconnus")
    ecrits = [*Path("data/codages").glob("*.csv"), *Path("data/reprises").glob("*.csv")]
    assert not any("Sandrine" in lire_texte(chemin) for chemin in ecrits)
    assert any("Véra l'a dit" in lire_texte(chemin) for chemin in ecrits)


@pytest.mark.parametrize("option", ["--tout-lu", "--lus=E01"])
def test_tout_lu_remplit_ce_qui_reste(tableau, option):
    Path("codage.csv").write_text("Document;Extrait;Code\nE01;On les ressaisit;Charge de travail\n", encoding="utf-8")
    sortie = lancer("codage.csv", "--oui", "--codeur", "ana", option)
    assert "Repris : 3 phrases." in sortie
    assert lire() == {"E01:13-28": ("-", ""), RESSAISIT: ("R-CHARGE", ""), LONG: ("-", "")}


def test_un_passage_introuvable_est_dit_et_le_document_n_est_pas_tenu_pour_lu(tableau):
    Path("codage.csv").write_text(TABLEAU + "E01;Rien de tel n'est dit ici;R-CHARGE;Ana;\n", encoding="utf-8")
    sortie = lancer("codage.csv", "--oui", "--sans-les-inconnus", "--tout-lu")
    assert "ces mots n'y sont pas" in sortie
    assert "E01 n'est pas tenu pour lu par ana : un passage n'y a pas été retrouvé." in sortie
    assert lire()["E02:13-28"] == ("-", "")
    assert "E01:13-28" not in lire()


def test_sans_codeur_la_commande_demande_qui(tableau, etude):
    Path("codage.csv").write_text("Document;Extrait;Code\nE01;On les ressaisit;R-CHARGE\n", encoding="utf-8")
    fige = photographier(etude)
    assert "le fichier ne dit pas qui a codé. Dites-le avec --codeur NOM." in lancer("codage.csv", "--oui", code=1)
    assert photographier(etude) == fige


def test_chaque_codeur_peut_recevoir_un_nom(tableau):
    Path("codage.csv").write_text(TABLEAU.replace("hein;Surcharge;Ana", "hein;R-CHARGE;Bob"), encoding="utf-8")
    lancer("codage.csv", "--oui", "--sans-les-inconnus", "--codeur", "Ana=noemie", "--codeur", "Bob=paul")
    assert (list(lire("noemie")), list(lire("paul"))) == ([RESSAISIT], [LONG])


def test_une_source_mal_nommee_se_designe(tableau):
    Path("codage.csv").write_text(TABLEAU.replace("E01", "Sandrine.docx"), encoding="utf-8")
    sortie = lancer("codage.csv", "--oui", "--sans-les-inconnus")
    assert "source non reconnue" in sortie
    lancer("codage.csv", "--oui", "--sans-les-inconnus", "--source", "Sandrine.docx=E01")
    assert lire()[RESSAISIT][0] == "R-CHARGE"


def test_un_titre_peut_contenir_une_virgule(tableau):
    Path("codage.csv").write_text("Ce qui est dit, entier;Où;Tri\nOn les ressaisit;E01;R-CHARGE\n", encoding="utf-8")
    colonnes = "citation=Ce qui est dit, entier,document=Où,code=Tri"
    lancer("codage.csv", "--colonnes", colonnes, "--codeur", "ana")
    assert list(lire()) == [RESSAISIT]


def test_les_longues_listes_sont_abregees(tableau):
    lignes = "".join(f"E01;Jamais dit, numéro {rang};R-CHARGE;Ana;\n" for rang in range(30))
    Path("codage.csv").write_text(TABLEAU + lignes, encoding="utf-8")
    sortie = lancer("codage.csv", "--oui", "--sans-les-inconnus")
    assert "numéro 9" in sortie
    assert "numéro 25" not in sortie
    dit = json.loads(lancer("codage.csv", "--oui", "--sans-les-inconnus", "--json"))
    assert len(dit["introuvables"]) == 30


def test_une_source_inconnue_n_est_pas_cachee_par_les_autres(tableau):
    lignes = "".join(f"E01{signe};Jamais dit;R-CHARGE;Ana;\n" for signe in "abcdefghijkl")
    Path("codage.csv").write_text(TABLEAU + lignes, encoding="utf-8")
    sortie = lancer("codage.csv", "--oui", "--sans-les-inconnus")
    assert "Sources (les 10 premiers sur 14" in sortie
    assert "aucun document n'a ce nom" in sortie
    assert "Sources que l'étude n'a pas : 12. Importez-les d'abord" in sortie
    assert "son nom" not in sortie


def test_ce_qui_n_est_repris_qu_a_peu_pres_est_a_relire(tableau):
    Path("codage.csv").write_text(
        "Document;Extrait;Code\nE01;Et la pesée ? On les ressaisit le soir, c'est long;R-CHARGE\n", encoding="utf-8"
    )
    Path("data/corpus/E01.txt").write_text("Véra : Et les pesées ? On les ressaisit le soir. C'est long, hein.\n")
    sortie = lancer("codage.csv", "--oui", "--codeur", "ana")
    assert "À relire : 1 passage dont" in sortie
    assert "mots approchés" in sortie


def test_les_ecartes_sont_abreges(qdpx, monkeypatch):
    from ess_analyse.echanges import refi

    lire = refi.lire_qdpx
    ecartes = tuple(Probleme("retour.qdpx", 0, f"image numéro {rang}") for rang in range(12))
    monkeypatch.setattr(refi, "lire_qdpx", lambda chemin: replace(lire(chemin), ecartes=ecartes))
    sortie = lancer("retour.qdpx")
    assert "image numéro 9" in sortie
    assert "image numéro 10" not in sortie
    assert "Ce que l'étude ne peut tenir (les 10 premiers sur 12" in sortie
    assert len(json.loads(lancer("retour.qdpx", "--json"))["ecartes"]) == 12


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--colonnes", "Extrait"), 2, "citation=Extrait,code=Code"),
        (("--oui", "--source", "E01"), 2, "nom là-bas=nom ici"),
        (("--oui", "--codeur", "Ana=x", "--codeur", "Bob"), 2, "nom là-bas=nom ici"),
        (("--oui", "--sans-les-inconnus", "--lus", "E1"), 1, "document inconnu"),
        (("--oui", "--codeur", "a/b"), 1, "nom impossible"),
        (("--colonnes", "citation=Extrai,code=Code"), 1, "Vouliez-vous dire « Extrait » ?"),
        (("--oui", "--correspondance", "absente.csv"), 1, "absente.csv : fichier introuvable"),
    ],
)
def test_une_option_mal_ecrite_est_dite_et_n_ecrit_rien(tableau, etude, options, code, message):
    fige = photographier(etude)
    assert message in lancer("codage.csv", *options, code=code)
    assert photographier(etude) == fige


@pytest.mark.parametrize(
    ("nom", "contenu", "message"),
    [
        ("x.nvpx", b"x", "format qui ne se reprend pas"),
        ("x.qdpx", b"PK\x03\x04", "x.qdpx : "),
        ("x.qdc", b"<a>", "x.qdc : "),
        ("x.sqlite3", b"x", "ce n'est pas une base de données SQLite"),
        ("x.xlsx", b"PK\x03\x04", "tronqué ou abîmé"),
        ("x.qda", b"x", "x.qda"),
    ],
)
def test_un_fichier_abime_est_refuse_en_francais(etude, nom, contenu, message):
    Path(nom).write_bytes(contenu)
    fige = photographier(etude)
    assert message in lancer(nom, code=1)
    assert photographier(etude) == fige


def test_un_fichier_absent_est_dit(etude):
    assert "x.qdpx : fichier introuvable" in lancer("x.qdpx", code=1)


def test_des_colonnes_sans_tableau_sont_refusees(qdpx):
    assert "ce fichier n'a pas de colonnes à choisir" in lancer("retour.qdpx", "--colonnes", "code=Code", code=2)


# A codebook


def test_un_livre_de_codes_donne_une_grille_a_relire(base, etude):
    exporter_qdc(Path("grille.qdc"), base[2])
    avant = lire_texte(Path("data/grille.yml"))
    sortie = lancer("grille.qdc")
    assert "data/grille_reprise.yml est à relire. data/grille.yml n'a pas changé." in sortie
    assert sortie.count("même code") == 3
    assert lire_texte(Path("data/grille.yml")) == avant
    assert ess.lire_grille(Path("data/grille_reprise.yml")) == base[2]
    fige = photographier(etude)
    lancer("grille.qdc")
    assert photographier(etude) == fige


def test_un_livre_de_codes_venu_d_ailleurs_prend_les_pseudonymes(etude):
    livre = "tag,description\nFaçon de Sandrine,Ce que Sandrine fait le soir.\n"
    Path("livre.csv").write_text(livre, encoding="utf-8")
    assert "Sandrine" not in lancer("livre.csv")
    reprise = lire_texte(Path("data/grille_reprise.yml"))
    assert "Sandrine" not in reprise
    assert 'libelle: "Façon de Véra"' in reprise
    assert 'definition: "Ce que Véra fait le soir."' in reprise


def test_une_grille_deja_relue_n_est_pas_ecrasee(base, etude):
    exporter_qdc(Path("grille.qdc"), base[2])
    Path("data/grille_reprise.yml").write_text("# la mienne\n", encoding="utf-8")
    fige = photographier(etude)
    assert "une autre grille reprise est déjà là" in lancer("grille.qdc", code=1)
    assert photographier(etude) == fige


def test_un_essai_compare_sans_ecrire(base, etude):
    exporter_qdc(Path("grille.qdc"), base[2])
    fige = photographier(etude)
    assert "Rien n'a été écrit." in lancer("grille.qdc", "--essai")
    assert {ligne["constat"] for ligne in json.loads(lancer("grille.qdc", "--essai", "--json"))} == {"même code"}
    assert photographier(etude) == fige


def test_une_etude_sans_grille_peut_en_reprendre_une(base):
    exporter_qdc(Path("grille.qdc"), base[2])
    Path("data/grille.yml").unlink()
    assert "nouveau" in lancer("grille.qdc")
    assert "R-CHARGE" in lire_texte(Path("data/grille_reprise.yml"))


def test_un_tableau_vide_n_a_rien_a_reprendre(etude):
    Path("vide.csv").write_text("Extrait;Code\n", encoding="utf-8")
    assert "ni codage ni code à reprendre" in lancer("vide.csv", "--oui", code=1)


# Among the other commands


def commander(*arguments: str) -> str:
    resultat = CliRunner().invoke(principal, arguments, prog_name="ess-analyse")
    assert resultat.exit_code == 0, resultat.output
    return resultat.output


def test_les_passages_gardes_suivent_une_correction_et_un_retrait(qdpx):
    assert "Repris : 6 phrases" in commander("reprendre", "retour.qdpx")
    texte = lire_texte(Path("data/corpus/E01.txt")).replace(
        "Enquêtrice : Et", "Enquêtrice : Bonjour.\n\nEnquêtrice : Et"
    )
    Path("data/corpus/E01.txt").write_text(texte, encoding="utf-8")
    commander("recaler")
    chemin = Path("data/reprises/retour-qdpx.csv")
    passages = lire_colonnes(chemin, ("segment", "texte", "phrases"))
    corpus = ess.lire_corpus(Path("data/corpus"))
    assert [corpus.extrait(segment) for segment in passages["segment"]] == list(passages["texte"])
    assert set(passages["phrases"]) == set(lire("lea"))
    commander("retirer", "E01")
    assert set(lire_colonnes(chemin, ("segment",))["segment"].str[:3]) == {"E02"}
