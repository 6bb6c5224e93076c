"""La commande exporter : le bon format, rien d'écrasé, rien de publié sans passer la porte."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from ess_analyse.cli import principal
from ess_analyse.cli.export import exporter
from ess_analyse.cli.formats import FORMATS
from ess_analyse.erreurs import ErreurDonnees

RESTREINT = "segment;diffusion;motif\nE01:63-80;restreinte;\n"
BOB = "segment;locuteur;texte;codes;origine;memo\nE01:37-62;Véra;On les ressaisit le soir.;O-SOUTIEN;;Bizarre.\n"


def lancer(*arguments: str):
    return CliRunner().invoke(exporter, arguments, obj=Path())


def reussir(*arguments: str) -> str:
    resultat = lancer(*arguments)
    assert resultat.exit_code == 0, resultat.output + repr(resultat.exception)
    return resultat.output


def echouer(*arguments: str) -> str:
    """Rendre ce que dirait la commande ; rien ne doit être apparu dans le dossier."""
    avant = {chemin: chemin.stat().st_mtime_ns for chemin in Path().rglob("*")}
    resultat = lancer(*arguments)
    assert resultat.exit_code != 0, resultat.output
    assert {chemin: chemin.stat().st_mtime_ns for chemin in Path().rglob("*")} == avant
    if isinstance(resultat.exception, ErreurDonnees):
        return str(resultat.exception)
    assert isinstance(resultat.exception, SystemExit)
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", resultat.output).split())


def lire_csv(nom: str) -> list[dict[str, str]]:
    texte = Path(nom).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte, newline=""), delimiter=";"))


@pytest.mark.parametrize(
    "nom", ["etude.qdpx", "grille.qdc", "etude.sqlite3", "c.xlsx", "c.CSV", "corpus.txt", "a.jsonld", "e.rtf"]
)
def test_l_extension_dit_le_format_et_les_pertes_sont_dites(nom, etude):
    dit = reussir(f"exports/{nom}")
    assert f"exports/{nom} écrit." in dit
    assert "Ce que ce format ne tient pas :\n  - " in dit
    assert Path("exports", nom).stat().st_size
    assert ("ne le déposez pas tel quel" in dit) is (nom != "grille.qdc")


def test_chaque_fichier_a_la_forme_de_son_format(etude):
    for nom in ("e.qdpx", "e.sqlite3", "a.jsonld", "e.rtf", "corpus.txt", "c.xlsx"):
        reussir(nom)
    assert "project.qde" in zipfile.ZipFile("e.qdpx").namelist()
    with closing(sqlite3.connect("e.sqlite3")) as base:
        assert ("tags",) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert json.loads(Path("a.jsonld").read_text(encoding="utf-8"))["type"] == "AnnotationCollection"
    assert Path("e.rtf").read_bytes().startswith(b"{\\rtf1")
    assert Path("corpus.txt").read_text(encoding="utf-8").startswith("**** *doc_E01 ")
    assert CalamineWorkbook.from_path("c.xlsx").sheet_names == ["Lisez-moi", "Citations"]


def test_un_dossier_de_notes_ou_de_textes(etude):
    reussir("notes", "--format", "notes")
    assert "#R-CHARGE (lea)" in Path("notes/documents/E01.md").read_text(encoding="utf-8")
    reussir("textes", "--format", "textes")
    assert "{R-CHARGE, P-GESTION}" in Path("textes/E01.txt").read_text(encoding="utf-8-sig")


def test_le_format_peut_etre_dit(etude):
    reussir("annotations.json", "--format", "annotations")
    assert json.loads(Path("annotations.json").read_text(encoding="utf-8"))["total"] == 6


@pytest.mark.parametrize("nom", ["etude.zip", "dossier", "citations.ods"])
def test_une_extension_inconnue_donne_les_connues(nom, etude):
    dit = echouer(nom)
    assert all(extension in dit for extensions, _ in FORMATS.values() for extension in extensions)
    assert "--format notes" in dit


def test_un_format_qui_n_ecrit_pas_cette_extension_le_dit(etude):
    assert echouer("c.pdf", "--format", "citations").startswith("c.pdf : extension inconnue (« .pdf »)")


def test_les_citations_de_tous_d_une_personne_ou_consolidees(etude):
    Path("data/codages/bob.csv").write_text(BOB, encoding="utf-8")
    reussir("tous.csv")
    reussir("bob.csv", "--codeur", "bob")
    reussir("avis.csv", "--consolide")
    tous, bob, avis = (lire_csv(f"{nom}.csv") for nom in ("tous", "bob", "avis"))
    assert {ligne["codeur"] for ligne in tous} == {"bob", "lea"}
    assert [(ligne["code"], ligne["memo"]) for ligne in bob] == [("O-SOUTIEN", "Bizarre.")]
    # Two coders disagree on that sentence: nothing of it is kept.
    assert "E01:37-62" not in {ligne["place"] for ligne in avis}
    assert len(tous) == 5


def test_un_enseignement_qui_cite_la_phrase_est_dit(etude):
    reussir("c.csv")
    cites = {ligne["place"]: ligne["enseignements"] for ligne in lire_csv("c.csv")}
    # A lone number would be one for a spreadsheet: it is protected like any other text.
    assert cites == {"E01:37-62": "'1", "E01:63-80": "", "E02:38-62": ""}


def test_un_codeur_inconnu_est_dit(etude):
    dit = echouer("c.csv", "--codeur", "leo")
    assert dit == "data/codages : ce codeur n'a rien codé (« leo »). Vouliez-vous dire « lea » ?"


def test_iramuteq_par_tour_avec_l_enqueteur_ou_un_seul_code(etude):
    reussir("tours.txt", "--par", "tour", "--avec-enqueteur")
    texte = Path("tours.txt").read_text(encoding="utf-8")
    assert texte.count("****") == 4
    assert "*loc_Enquetrice" in texte
    reussir("code.txt", "--code", "O-SOUTIEN")
    assert Path("code.txt").read_text(encoding="utf-8").splitlines()[1:] == ["Awa me montre la caisse."]
    assert "code inconnu (« O-SOUTIENT »). Vouliez-vous dire « O-SOUTIEN »" in echouer("x.txt", "--code", "O-SOUTIENT")


def test_rien_a_exporter_nomme_le_fichier_demande(etude):
    Path("data/codages/lea.csv").write_text(BOB.replace("O-SOUTIEN", "-"), encoding="utf-8")
    assert echouer("vide.txt", "--code", "R-CHARGE").startswith("vide.txt : rien à exporter.")


@pytest.mark.parametrize(
    ("arguments", "dit"),
    [
        (["c.csv", "--codeur", "lea", "--consolide"], "un codeur, ou l'avis de tous"),
        (["c.csv", "--codeur", "lea", "--publiable"], "un codeur, ou l'avis de tous"),
        (["e.qdpx", "--publiable"], "seules les citations"),
        (["g.qdc", "--codeur", "lea"], "n'a que la grille"),
        (["g.qdc", "--consolide"], "n'a que la grille"),
        (["l.csv", "--format", "livre-taguette", "--codeur", "lea"], "n'a que la grille"),
        (["c.csv", "--par", "tour"], "pour IRaMuTeQ seulement"),
        (["e.rtf", "--code", "R-CHARGE"], "pour IRaMuTeQ seulement"),
        (["c.csv", "--format", "word"], "word"),
    ],
)
def test_des_options_qui_ne_vont_pas_ensemble_sont_refusees(arguments, dit, etude):
    assert dit in echouer(*arguments)


@pytest.mark.parametrize(("cible", "options"), [("_site/e.qdpx", ()), ("data", ("--format", "notes"))])
def test_un_export_ne_va_ni_parmi_ce_que_l_equipe_ecrit_ni_la_ou_il_serait_publie(cible, options, etude):
    dit = echouer(cible, *options)
    assert dit.startswith(f"{cible} : ce dossier")
    assert "Exportez ailleurs" in dit


def test_un_fichier_qui_dit_autre_chose_n_est_jamais_ecrase_sans_le_dire(etude):
    Path("c.csv").write_text("mes notes\n", encoding="utf-8")
    assert echouer("c.csv") == (
        "c.csv : ce fichier existe et dit autre chose. Donnez un autre nom, ou ajoutez --remplacer."
    )
    reussir("c.csv", "--remplacer")
    assert len(lire_csv("c.csv")) == 4
    avant = Path("c.csv").stat().st_mtime_ns
    reussir("c.csv")
    assert Path("c.csv").stat().st_mtime_ns == avant


def test_une_note_que_quelqu_un_a_reprise_n_est_pas_ecrasee(etude):
    reussir("notes", "--format", "notes")
    reprise = Path("notes/codes/R-CHARGE.md")
    reprise.write_text(reprise.read_text(encoding="utf-8") + "\nMon idée.\n", encoding="utf-8")
    Path("notes/documents/E07.md").write_text("Une note d'avant.\n", encoding="utf-8")
    assert echouer("notes", "--format", "notes").startswith("notes/codes/R-CHARGE.md : ce fichier existe")
    dit = reussir("notes", "--format", "notes", "--remplacer")
    assert "Mon idée" not in reprise.read_text(encoding="utf-8")
    assert "Ne viennent pas de l'étude d'aujourd'hui" in dit
    assert "notes/documents/E07.md" in dit
    assert Path("notes/documents/E07.md").is_file()


def test_les_passages_restreints_sont_comptes(etude):
    Path("data/corpus/diffusion.csv").write_text(RESTREINT, encoding="utf-8")
    assert "contient des passages restreints (1 phrase) : ne le déposez pas" in reussir("e.qdpx")
    assert "restreints" not in reussir("g.qdc")


def test_publiable_ne_garde_que_ce_qui_peut_sortir(etude):
    Path("data/corpus/diffusion.csv").write_text(RESTREINT, encoding="utf-8")
    Path("data/codages/bob.csv").write_text(BOB, encoding="utf-8")
    dit = reussir("c.csv", "--publiable")
    assert "Ni nom de la clé, ni parole restreinte ne s'y lit" in dit
    lignes = lire_csv("c.csv")
    assert [(ligne["place"], ligne["code"]) for ligne in lignes] == [("E02:38-62", "O-SOUTIEN")]
    assert not {"codeur", "memo", "locuteur", "date", "type"} & set(lignes[0])
    contenu = Path("c.csv").read_text(encoding="utf-8-sig")
    assert "encadrement" not in contenu
    assert "Véra" not in contenu
    assert (lignes[0]["structure"], lignes[0]["fonction"]) == ("La ressourcerie", "permanents")


@pytest.mark.parametrize("nom", ["c.csv", "c.xlsx"])
def test_un_nom_de_la_cle_arrete_l_export_publiable_et_rien_n_est_ecrit(nom, etude):
    for chemin in (Path("data/corpus/E02.txt"), Path("data/codages/lea.csv")):
        texte = chemin.read_text(encoding="utf-8-sig")
        assert "Awa me montre" in texte
        # The sentence keeps its place: both names count as many characters.
        chemin.write_text(texte.replace("Awa me montre la", "Fatou me montre"), encoding="utf-8")
    feuille = Path("data/codages/lea.csv")
    feuille.write_text(feuille.read_text(encoding="utf-8").replace("E02:38-62", "E02:38-61"), encoding="utf-8")
    feuille.write_text(feuille.read_text(encoding="utf-8").replace("E02:63-82", "E02:62-81"), encoding="utf-8")
    lecon = Path("data/enseignements/1-ressaisie.md")
    lecon.write_text(lecon.read_text(encoding="utf-8").replace("E02:63-82", "E02:62-81"), encoding="utf-8")
    dit = echouer(nom, "--publiable")
    assert dit.startswith(nom)
    assert "un nom réel de la clé se lit dans ce fichier (« F… »)" in dit
    assert "Fatou" not in dit
    reussir(nom)


def test_le_lien_mene_a_une_ancre_du_site_rendu(etude):
    reussir("avant.csv")
    assert {ligne["lien"] for ligne in lire_csv("avant.csv")} == {""}
    assert CliRunner().invoke(principal, ["site"]).exit_code == 0
    reussir("exports/c.csv")
    page = Path("_site/rapports/verbatims/structure-s1.html").read_text(encoding="utf-8")
    lies = [ligne for ligne in lire_csv("exports/c.csv") if ligne["lien"]]
    assert {ligne["place"] for ligne in lies} == {"E01:37-62", "E01:63-80", "E02:38-62"}
    for ligne in lies:
        fichier, _, ancre = ligne["lien"].partition("#")
        assert (Path("exports") / fichier).resolve() == Path("_site/rapports/verbatims/structure-s1.html").resolve()
        assert page.count(f'id="{ancre}"') == 1
        assert ligne["place"].replace(":", "-") in ancre


def test_dans_un_fichier_publiable_le_lien_est_une_adresse_du_web_ou_rien(etude):
    assert CliRunner().invoke(principal, ["site"]).exit_code == 0
    reussir("sans.csv", "--publiable")
    assert {ligne["lien"] for ligne in lire_csv("sans.csv")} == {""}
    quarto = Path("_quarto.yml").read_text(encoding="utf-8")
    avec = quarto.replace("website:\n", 'website:\n  site-url: "https://etude.invalid/web/"\n')
    Path("_quarto.yml").write_text(avec, encoding="utf-8")
    reussir("avec.csv", "--publiable")
    liens = {ligne["lien"] for ligne in lire_csv("avec.csv")}
    assert "https://etude.invalid/web/rapports/verbatims/structure-s1.html#v-E02-38-62" in liens


def test_lisez_moi_dit_l_etude_et_de_qui_sont_les_codages(etude):
    Path("_quarto.yml").write_text('website:\n  title: "Peser deux fois"\n', encoding="utf-8")
    Path("data/etude.yml").write_text("fictif: oui\n", encoding="utf-8")
    reussir("c.xlsx", "--codeur", "lea")
    dits = dict(CalamineWorkbook.from_path("c.xlsx").get_sheet_by_name("Lisez-moi").to_python()[:3])
    assert dits == {"Étude": "Peser deux fois", "Paroles": "Fictives.", "Codages": "De lea."}


def test_sans_codages_la_grille_s_exporte_et_le_reste_dit_ce_qui_manque(etude):
    Path("data/codages/lea.csv").unlink()
    Path("data/codages").rmdir()
    reussir("g.qdc")
    reussir("corpus.txt")
    assert "data/codages : dossier introuvable" in echouer("e.qdpx")


def test_une_etude_qui_n_a_encore_ni_enseignements_ni_panel_s_exporte(etude):
    Path("data/enseignements/1-ressaisie.md").unlink()
    Path("data/enseignements").rmdir()
    for nom in ("structures.csv", "fonctions.csv"):
        Path("data", nom).unlink()
    reussir("e.qdpx")
    reussir("c.csv", "--publiable")
    assert {(ligne["structure"], ligne["fonction"], ligne["enseignements"]) for ligne in lire_csv("c.csv")} == {
        ("S1", "", "")
    }


def test_l_aide_nomme_chaque_format(etude):
    aide = lancer("--help").output
    assert all(nom in aide for nom in FORMATS)


def test_la_grille_seule_pour_taguette(etude):
    sortie = reussir("livre.csv", "--format", "livre-taguette")
    assert "ni textes, ni codages" in sortie
    assert "restreint" not in sortie
    with Path("livre.csv").open(encoding="utf-8-sig", newline="") as fichier:
        noms = [ligne["tag"] for ligne in csv.DictReader(fichier)]
    assert len(noms) == len(set(noms))
    assert {ident for ident in ("R-CHARGE", "P-GESTION") if any(ident in nom for nom in noms)} == {
        "R-CHARGE",
        "P-GESTION",
    }
