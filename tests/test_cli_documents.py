"""Les commandes « pdf » et « restituer » : ce qui est remis, où, et ce qui ne l'est jamais."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from ess_analyse.cli import principal
from ess_analyse.cli.documents import diaporama, pdf, restituer
from ess_analyse.cli.joints import joindre
from ess_analyse.documents import imprimer_synthese, lire_recit
from ess_analyse.echanges import lire_qdc
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.grille import lire_grille
from ess_analyse.pages.edition import preparer_edition
from ess_analyse.pages.matiere import rassembler
from ess_analyse.pages.typographie import typographier

RACINE = Path(__file__).parents[1]
DOCUMENTS = ("rapport.docx", "rapport.pdf", "synthese.docx", "synthese.pdf")
PLAN = """\
numero;portee;theme;axe;action;pilote;echeance;indicateur;enseignements;preuves
A1;collective;Temps;Peser une fois;Installer une balance reliée;Direction;2026-05;Une pesée par objet;1;
A2;S1;Temps;Nommer un relais;Désigner une seconde personne;Direction;2026-06;Deux personnes formées;1;
"""


def lancer(commande, racine: Path, *arguments: str):
    return CliRunner().invoke(commande, list(arguments), obj=racine)


def texte(chemin: Path) -> str:
    """Ce qu'un document dit, espaces réduites."""
    if chemin.suffix == ".pdf":
        dit = "\n".join(page.extract_text() for page in PdfReader(chemin).pages)
    elif chemin.suffix == ".html":
        dit = re.sub(r"<[^>]+>", "", chemin.read_text(encoding="utf-8"))
    else:
        with zipfile.ZipFile(chemin) as archive:
            pieces = [nom for nom in archive.namelist() if re.search(r"word/document|/(?:notesS|s)lide\d+\.xml$", nom)]
            dit = " ".join(re.sub(r"</[wa]:p>", " ", archive.read(nom).decode()) for nom in pieces)
        dit = re.sub(r"<[^>]+>", "", dit)
    return re.sub(r"\s+", " ", dit)


def lire(chemin: Path) -> pd.DataFrame:
    return pd.read_csv(chemin, sep=";", encoding="utf-8-sig", dtype="str", keep_default_na=False)


def contenus(dossier: Path) -> dict[str, bytes]:
    return {chemin.name: chemin.read_bytes() for chemin in sorted(dossier.iterdir())}


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """L'étude de démonstration, ses documents imprimés, un diagnostic remis."""
    racine = tmp_path_factory.mktemp("demonstration")
    shutil.copytree(RACINE / "data", racine / "data", ignore=shutil.ignore_patterns("suggestions.csv", "exemples"))
    for commande, *arguments in ((pdf,), (restituer, "S3")):
        resultat = lancer(commande, racine, *arguments)
        assert resultat.exit_code == 0, resultat.output
    return racine


@pytest.fixture
def planifiee(etude):
    """La petite étude, avec un plan d'actions."""
    (etude / "data/plan.csv").write_text(PLAN, encoding="utf-8")
    return etude


# La démonstration


def test_quatre_documents_et_rien_d_autre(demonstration):
    assert tuple(contenus(demonstration / "documents")) == DOCUMENTS
    assert not (demonstration / "rapports").exists()
    assert not (demonstration / "_site").exists()


def test_la_synthese_de_la_demonstration_a_quatre_pages(demonstration):
    lecteur = PdfReader(demonstration / "documents/synthese.pdf")
    assert len(lecteur.pages) == 4
    tetes = [page.extract_text().split("\n")[0] for page in lecteur.pages[1:]]
    assert tetes == ["Risques et opportunités", "Enseignements", "Plan d’actions"]
    dit = texte(demonstration / "documents/synthese.pdf")
    for numero in range(1, 7):
        assert f" {numero}. " in dit
    assert "A16" in dit


def test_le_rapport_a_ses_signets_et_son_sommaire(demonstration):
    lecteur = PdfReader(demonstration / "documents/rapport.pdf")

    def titres(signets):
        for signet in signets:
            yield from titres(signet) if isinstance(signet, list) else [signet.title]

    tous = list(titres(lecteur.outline))
    assert {"Demande", "Risques et opportunités", "Plan d’actions", "Grille"} <= set(tous)
    assert [titre[:2] for titre in tous if re.match(r"F\d\. ", titre)] == [f"F{n}" for n in range(1, 8)]
    assert "Table des matières" in lecteur.pages[0].extract_text()


@pytest.mark.parametrize(
    ("nom", "figure"),
    [
        ("documents/synthese", r"Moyens techniques inadaptés, \d+ ; "),
        ("documents/rapport", r"Moyens techniques inadaptés, \d+ ; "),
        ("restitutions/S3/diagnostic", r"Charge de travail, Votre structure \d+,\d\u00a0%, Ensemble du panel "),
    ],
)
def test_chaque_pdf_se_dit_accessible(demonstration, nom, figure):
    racine = PdfReader(demonstration / f"{nom}.pdf").trailer["/Root"]
    assert racine["/Lang"] == "fr-FR"
    assert racine["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in racine
    assert b"<pdfuaid:part>1</pdfuaid:part>" in racine["/Metadata"].get_object().get_data()
    (alternative,) = _alternatives(racine)
    assert re.match(rf"Diagramme en barres\. Risques : {figure}", alternative)


def _alternatives(racine) -> list[str]:
    trouvees, vus, reste = [], set(), [racine["/StructTreeRoot"]]
    while reste:
        noeud = reste.pop().get_object()
        if isinstance(noeud, list):
            reste += noeud
        elif isinstance(noeud, dict) and id(noeud) not in vus:
            vus.add(id(noeud))
            trouvees += [noeud["/Alt"]] if "/Alt" in noeud else []
            reste += [noeud["/K"]] if "/K" in noeud else []
    return trouvees


def test_chaque_enseignement_est_suivi_de_ses_preuves(demonstration):
    for nom in ("rapport.pdf", "rapport.docx"):
        dit = texte(demonstration / "documents" / nom)
        assert dit.count("Preuves citées") == 13
        assert "E01:5928" not in dit
        assert "E02:5714-5817" in dit
        assert "[@" not in dit


def test_libreoffice_relit_les_docx(demonstration, convertir, tmp_path):
    convertir("pdf", tmp_path, *(demonstration / "documents" / nom for nom in DOCUMENTS if nom.endswith("docx")))
    for nom in ("synthese", "rapport"):
        relu = texte(tmp_path / f"{nom}.pdf")
        assert "Risques et opportunités" in relu
        assert "Reconnaître" in relu or "Inscrire au planning" in relu


def test_deux_impressions_sont_identiques(demonstration):
    avant = contenus(demonstration / "restitutions/S3")
    for chemin in (demonstration / "restitutions/S3").iterdir():
        chemin.unlink()
    assert lancer(restituer, demonstration, "S3").exit_code == 0
    assert contenus(demonstration / "restitutions/S3") == avant


def test_aucun_nom_de_la_cle_nulle_part(demonstration):
    reels = [nom for nom in lire(demonstration / "data/prive/cle.csv")["reel"] if len(nom) > 4]
    documents = [*(demonstration / "documents").iterdir(), *(demonstration / "restitutions").rglob("*.*")]
    dits = {chemin: texte(chemin) for chemin in documents if chemin.suffix in (".pdf", ".docx")}
    assert len(dits) == 6
    assert [
        (chemin.name, nom) for chemin, dit in dits.items() for nom in reels if re.search(rf"\b{re.escape(nom)}\b", dit)
    ] == []


def test_le_diagnostic_va_dans_un_dossier_que_git_ignore(demonstration):
    assert (demonstration / "restitutions/.gitignore").read_text(encoding="utf-8") == "*\n"
    assert tuple(contenus(demonstration / "restitutions/S3")) == ("diagnostic.docx", "diagnostic.pdf")


def test_a_deux_personnes_entendues_le_diagnostic_ne_cite_personne_de_la_structure(demonstration):
    verbatims = _paroles_de("S3")
    dit = texte(demonstration / "restitutions/S3/diagnostic.docx")
    assert "seules deux personnes entendues peuvent être citées" in dit
    assert verbatims
    assert [parole for parole in verbatims if parole in dit] == []
    assert "Le second œuvre, " not in dit


def test_a_trois_personnes_entendues_une_personne_decide_de_chaque_parole(demonstration, tmp_path):
    """Proposer, décider, relancer, restreindre : rien ne sort sans un oui, et ce qui devient restreint ne sort plus."""
    racine = shutil.copytree(demonstration / "data", tmp_path / "data").parent
    feuille, diagnostic = (racine / "restitutions/S1" / nom for nom in ("paroles.csv", "diagnostic.docx"))
    resultat = lancer(restituer, racine, "S1")
    assert resultat.exit_code == 0, resultat.output
    proposees = lire(feuille)
    assert tuple(proposees.columns) == ("code", "texte", "garder")
    assert set(proposees["garder"]) == {""}
    assert f"paroles proposées {len(proposees)}, imprimées 0, à décider {len(proposees)}" in resultat.output
    assert "ouvrez ce fichier, écrivez oui ou non dans la colonne « garder », enregistrez" in resultat.output
    assert "puis relancez « ess-analyse restituer S1 »" in resultat.output
    assert "peut y être retrouvée dans son document, avec ses voisines" in resultat.output
    partie = _entendu(diagnostic)
    assert "elles attendent la décision de l’équipe" in partie
    assert [parole for parole in _paroles_de("S1") if parole in partie] == []

    verbatims = lire(RACINE / "rapports/donnees/verbatims.csv").set_index("texte")["place"]
    cites = "".join(chemin.read_text(encoding="utf-8") for chemin in (racine / "data").glob("*/*.md"))
    cites += (racine / "data/plan.csv").read_text(encoding="utf-8")
    # A cited passage cannot become restricted before the study lets it go.
    libres = [texte for texte in proposees["texte"] if texte in verbatims.index and verbatims[texte] not in cites]
    gardee, restreinte = [texte for texte in libres if len(texte) > 50][:2]
    proposees.loc[proposees["texte"].isin([gardee, restreinte]), "garder"] = "oui"
    proposees.to_csv(feuille, sep=";", index=False, encoding="utf-8-sig")
    resultat = lancer(restituer, racine, "S1")
    assert resultat.exit_code == 0, resultat.output
    assert f"imprimées 2, à décider {len(proposees) - 2}" in resultat.output
    partie = _entendu(diagnostic)
    assert {texte for texte in proposees["texte"] if f"« {_imprime(texte)} »" in partie} == {gardee, restreinte}
    assert not re.search(r"E\d\d:|salariés permanents|une personne de la structure", partie)
    pd.testing.assert_frame_equal(lire(feuille), proposees)

    (racine / "data/corpus/diffusion.csv").write_text(
        f"segment;diffusion;motif\n{verbatims[restreinte]};restreinte;à sa demande\n", encoding="utf-8"
    )
    resultat = lancer(restituer, racine, "S1")
    assert resultat.exit_code == 0, resultat.output
    assert "lignes décidées qui ne sont plus proposées, en fin de fichier : 1" in resultat.output
    partie = _entendu(diagnostic)
    assert _imprime(gardee) in partie
    assert _imprime(restreinte) not in partie
    assert lire(feuille).iloc[-1].to_list()[1:] == [restreinte, "oui"]


def _entendu(chemin: Path) -> str:
    dit = texte(chemin)
    assert "A11" in dit
    assert "A12" not in dit
    return dit.split("Ce que l’on a entendu")[1].split("Vos actions dans le plan")[0]


def _imprime(dit: str) -> str:
    """Ce qu'un document en imprime, espaces réduites."""
    return re.sub(r"\s+", " ", typographier(dit))


def _paroles_de(structure: str) -> list[str]:
    table = lire(RACINE / "rapports/donnees/verbatims.csv")
    longues = table[(table["structure"] == structure) & (table["texte"].str.len() > 30)]
    return [re.sub(r"\s+", " ", dit.replace("'", "’")) for dit in longues["texte"]]


# Une petite étude


def test_le_diaporama_est_ecrit_en_deux_formes_qui_disent_la_meme_chose(planifiee):
    resultat = lancer(diaporama, planifiee)
    assert resultat.exit_code == 0, resultat.output
    assert "documents : diaporama.pptx, diaporama.html." in resultat.output
    assert "data/synthese.md n'a pas de section Demande ni Méthode" in resultat.output
    assert tuple(contenus(planifiee / "documents")) == ("diaporama.html", "diaporama.pptx")
    for nom in contenus(planifiee / "documents"):
        dit = texte(planifiee / "documents" / nom)
        for attendu in ("La ressaisie mange les soirées", "On les ressaisit le soir.", "Installer une balance reliée"):
            assert attendu in dit, nom
    avant = contenus(planifiee / "documents")
    assert lancer(diaporama, planifiee).exit_code == 0
    assert contenus(planifiee / "documents") == avant


@pytest.mark.parametrize(("commande", "retouche"), [(diaporama, "diaporama.pptx"), (pdf, "rapport.docx")])
def test_un_document_retouche_n_est_remplace_que_si_on_le_demande(planifiee, commande, retouche):
    assert lancer(commande, planifiee).exit_code == 0
    lecon = planifiee / "data/enseignements/1-ressaisie.md"
    lecon.write_text(lecon.read_text(encoding="utf-8").replace("soirées", "matinées"), encoding="utf-8")
    assert lancer(commande, planifiee).exit_code == 0, "un document que personne n'a touché se remplace"
    ecrit, chemin = contenus(planifiee / "documents"), planifiee / "documents" / retouche
    chemin.write_bytes(ecrit[retouche] + b"retouche")
    avant = contenus(planifiee / "documents")
    resultat = lancer(commande, planifiee)
    assert isinstance(resultat.exception, ErreurDonnees)
    assert f"documents/{retouche} : ce document a pu être retouché" in str(resultat.exception)
    assert "--remplacer" in str(resultat.exception)
    assert contenus(planifiee / "documents") == avant
    assert lancer(commande, planifiee, "--remplacer").exit_code == 0
    assert contenus(planifiee / "documents") == ecrit


def test_le_diaporama_d_une_etude_sans_codage_ni_panel(etude):
    for nom in ("enseignements", "codages"):
        shutil.rmtree(etude / "data" / nom)
    (etude / "data/structures.csv").unlink()
    resultat = lancer(diaporama, etude, "--sortie", "ailleurs")
    assert resultat.exit_code == 0, resultat.output
    assert "Sans enseignement ni plan d'actions : les documents s'en passent." in resultat.output
    assert "encore" not in texte(etude / "ailleurs/diaporama.pptx")


def test_si_rien_n_est_public_le_diaporama_ne_cite_personne(etude):
    shutil.rmtree(etude / "data/enseignements")
    corpus = etude / "data/corpus/corpus.csv"
    corpus.write_text(corpus.read_text(encoding="utf-8").replace("publique", "restreinte"), encoding="utf-8")
    assert lancer(diaporama, etude).exit_code == 0
    for nom in ("diaporama.pptx", "diaporama.html"):
        assert not re.search("ressaisit le soir|me montre la caisse", texte(etude / "documents" / nom))


def test_on_ne_projette_pas_parmi_les_donnees(etude):
    resultat = lancer(diaporama, etude, "--sortie", "data")
    assert isinstance(resultat.exception, ErreurDonnees)
    assert not list((etude / "data").glob("diaporama*"))


def test_sans_plan_ni_synthese_les_documents_et_la_commande_le_disent(etude):
    resultat = lancer(pdf, etude)
    assert resultat.exit_code == 0, resultat.output
    manque = "data/synthese.md n'a pas de section Demande ni Méthode. Les documents disent qu'il reste à l'écrire."
    assert manque in resultat.output
    assert "Sans plan d'actions : les documents le disent." in resultat.output
    assert "Aucun plan d’actions n’est encore écrit." in texte(etude / "documents/synthese.pdf")
    assert len(PdfReader(etude / "documents/synthese.pdf").pages) == 4


def test_sans_enseignement_ni_codage(etude):
    shutil.rmtree(etude / "data/enseignements")
    shutil.rmtree(etude / "data/codages")
    resultat = lancer(pdf, etude)
    assert resultat.exit_code == 0, resultat.output
    assert "Sans enseignement ni plan d'actions" in resultat.output
    for nom in DOCUMENTS:
        assert "Aucun enseignement n’est encore écrit." in texte(etude / "documents" / nom)


def test_la_synthese_ecrite_par_l_equipe_est_prise(planifiee):
    (planifiee / "data/synthese.md").write_text(
        "# Peser une seule fois\n\n## Demande\n\nAlléger les soirées [@E01:37-62].\n\n## Méthode\n\nÉcouter.\n",
        encoding="utf-8",
    )
    resultat = lancer(pdf, planifiee, "--sortie", "sortie")
    assert resultat.exit_code == 0, resultat.output
    assert "n'a pas de section" not in resultat.output
    for nom in DOCUMENTS:
        dit = texte(planifiee / "sortie" / nom)
        assert "Alléger les soirées" in dit
        assert "Peser une seule fois" in dit
    assert PdfReader(planifiee / "sortie/synthese.pdf").metadata.title == "Peser une seule fois"


def test_une_section_mal_nommee_est_dite_et_rien_n_est_ecrit(etude):
    (etude / "data/synthese.md").write_text("## Demandes\n\nx\n", encoding="utf-8")
    resultat = lancer(pdf, etude)
    assert isinstance(resultat.exception, ErreurDonnees)
    assert "section inconnue (« Demandes »). Vouliez-vous dire « Demande » ?" in str(resultat.exception)
    assert not (etude / "documents").exists()


def test_on_n_imprime_pas_parmi_les_donnees_ni_dans_le_site(etude):
    resultat = lancer(pdf, etude, "--sortie", "rapports/pdf")
    assert isinstance(resultat.exception, ErreurDonnees)
    assert "Choisissez un autre dossier." in str(resultat.exception)


@pytest.mark.parametrize(("commande", "arguments"), [(pdf, ()), (diaporama, ()), (restituer, ("S1",))])
def test_un_nom_de_la_cle_arrete_tout(planifiee, commande, arguments):
    """Le nom d'une personne, planté dans le titre d'un enseignement, ne sort dans aucun document."""
    chemin = planifiee / "data/enseignements/1-ressaisie.md"
    chemin.write_text(
        chemin.read_text(encoding="utf-8").replace("La ressaisie mange", "Sandrine mange"), encoding="utf-8"
    )
    if commande is restituer:
        plan = planifiee / "data/plan.csv"
        plan.write_text(PLAN.replace("Désigner", "Laisser Sandrine désigner"), encoding="utf-8")
    resultat = lancer(commande, planifiee, *arguments)
    assert isinstance(resultat.exception, ErreurDonnees)
    assert "un nom réel de la clé se lit dans ce fichier (« S… »)" in str(resultat.exception)
    assert "Sandrine" not in str(resultat.exception)
    assert not list(planifiee.glob("documents/*"))
    assert not list(planifiee.glob("restitutions/S1/*"))


@pytest.mark.parametrize(("commande", "arguments"), [(pdf, ()), (diaporama, ()), (restituer, ("S1",))])
def test_une_parole_restreinte_arrete_tout(planifiee, commande, arguments):
    """Retapée dans la prose, une parole restreinte est reconnue ; rien n'est montré."""
    (planifiee / "data/corpus/diffusion.csv").write_text(
        "segment;diffusion;motif\nE02:38-62;restreinte;à sa demande\n", encoding="utf-8"
    )
    plan = PLAN.replace("Désigner une seconde personne", "Redire : Awa me montre la caisse")
    (planifiee / "data/plan.csv").write_text(plan, encoding="utf-8")
    resultat = lancer(commande, planifiee, *arguments)
    assert isinstance(resultat.exception, ErreurDonnees)
    assert "une phrase dont la diffusion est restreinte se lit dans ce fichier (« E02:38-62 »)" in str(
        resultat.exception
    )
    assert not list(planifiee.glob("documents/*"))
    assert not list(planifiee.glob("restitutions/S1/*"))


def test_une_parole_restreinte_n_est_citee_nulle_part(planifiee):
    (planifiee / "data/corpus/diffusion.csv").write_text(
        "segment;diffusion;motif\nE02:38-62;restreinte;à sa demande\n", encoding="utf-8"
    )
    assert lancer(pdf, planifiee).exit_code == 0
    assert lancer(diaporama, planifiee).exit_code == 0
    assert lancer(restituer, planifiee, "S1").exit_code == 0
    documents = [*(planifiee / "documents").iterdir(), *(planifiee / "restitutions/S1").iterdir()]
    assert len(documents) == 8
    assert not [chemin.name for chemin in documents if "me montre la caisse" in texte(chemin)]


def test_un_document_deja_remis_reste_tant_que_le_suivant_ne_passe_pas(planifiee):
    assert lancer(restituer, planifiee, "S1").exit_code == 0
    avant = contenus(planifiee / "restitutions/S1")
    (planifiee / "data/plan.csv").write_text(PLAN.replace("Désigner", "Laisser Sandrine désigner"), encoding="utf-8")
    assert lancer(restituer, planifiee, "S1").exit_code == 1
    assert contenus(planifiee / "restitutions/S1") == avant


def test_une_structure_inconnue_fait_proposer(etude):
    resultat = lancer(restituer, etude, "S11")
    assert isinstance(resultat.exception, ErreurDonnees)
    assert "structure inconnue (« S11 »). Vouliez-vous dire « S1 » ?" in str(resultat.exception)
    assert not (etude / "restitutions").exists()


def test_un_identifiant_ne_sort_pas_du_dossier(etude):
    panel = etude / "data/structures.csv"
    panel.write_text(panel.read_text(encoding="utf-8") + "../x;Ailleurs;EI;tri;6;8;9;ville\n", encoding="utf-8")
    resultat = lancer(restituer, etude, "../x")
    assert isinstance(resultat.exception, ErreurDonnees)
    assert "identifiant de structure mal formé" in str(resultat.exception)
    assert not (etude / "x").exists()


def test_sans_panel_la_restitution_le_demande(etude):
    (etude / "data/structures.csv").unlink()
    resultat = lancer(restituer, etude, "S1")
    assert isinstance(resultat.exception, ErreurDonnees)
    assert "data/structures.csv : aucune structure décrite" in str(resultat.exception)


def test_une_decision_illisible_arrete_tout_et_reste_dans_la_feuille(planifiee):
    feuille = planifiee / "restitutions/S1/paroles.csv"
    feuille.parent.mkdir(parents=True)
    feuille.write_text("code;texte;garder\nR-CHARGE;Le soir, on recommence tout.;ok\n", encoding="utf-8")
    avant = feuille.read_bytes()
    resultat = lancer(restituer, planifiee, "S1")
    assert isinstance(resultat.exception, ErreurDonnees)
    assert str(resultat.exception) == (
        "restitutions/S1/paroles.csv, ligne 2 : décision inconnue (« ok »). "
        "Écrivez « oui » ou « non », ou laissez la cellule vide."
    )
    assert tuple(contenus(feuille.parent)) == ("paroles.csv",)
    assert feuille.read_bytes() == avant


def test_une_decision_perimee_reste_et_une_ligne_vide_perimee_part(planifiee):
    feuille = planifiee / "restitutions/S1/paroles.csv"
    feuille.parent.mkdir(parents=True)
    feuille.write_text("code;texte;garder\nR-CHARGE;Une parole.;oui\nR-CHARGE;Une autre.;\n", encoding="utf-8")
    resultat = lancer(restituer, planifiee, "S1")
    assert resultat.exit_code == 0, resultat.output
    assert "en fin de fichier : 1" in resultat.output
    assert lire(feuille).to_numpy().tolist() == [["R-CHARGE", "Une parole.", "oui"]]
    assert "Une parole." not in texte(planifiee / "restitutions/S1/diagnostic.docx")


def test_une_preuve_que_son_texte_a_quittee_arrete_tout(planifiee):
    texte_canonique = planifiee / "data/corpus/E01.txt"
    texte_canonique.write_text(
        texte_canonique.read_text(encoding="utf-8").replace("Et les", "Et toutes les"), encoding="utf-8"
    )
    resultat = lancer(pdf, planifiee)
    assert isinstance(resultat.exception, ErreurDonnees)
    assert not (planifiee / "documents").exists()


def test_la_restitution_prend_le_bon_titre_et_previent(planifiee):
    resultat = lancer(restituer, planifiee, "S1")
    assert resultat.exit_code == 0, resultat.output
    assert "pour La ressourcerie, et pour elle seule." in resultat.output
    assert "Relisez-le avant de le remettre, avec une personne qui connaît l'équipe" in resultat.output
    assert "À remettre" not in resultat.output
    assert not (planifiee / "restitutions/S1/paroles.csv").exists()
    lecteur = PdfReader(io.BytesIO((planifiee / "restitutions/S1/diagnostic.pdf").read_bytes()))
    assert re.sub(r"\s", " ", lecteur.metadata.title) == "La ressourcerie : diagnostic"


# Ce que le site donne à emporter


def rejoindre(racine):
    etude = Etude(racine)
    return joindre(etude, preparer_edition(etude, rassembler(etude)))


def test_les_pages_joignent_la_synthese_et_la_grille(etude):
    donnees = etude / "rapports/donnees"
    assert rejoindre(etude) == [donnees / "grille.qdc", donnees / "synthese.pdf"]
    assert rejoindre(etude) == []
    assert "La ressaisie mange les soirées" in texte(donnees / "synthese.pdf")
    relue = lire_qdc(donnees / "grille.qdc")
    dits = "\n".join(relue.codes["code"])
    assert len(relue.codes) == 3
    assert all(code.libelle in dits for code in lire_grille(etude / "data/grille.yml"))


def test_la_synthese_n_est_reimprimee_que_si_l_etude_a_change(etude, monkeypatch):
    rejoindre(etude)
    imprimees = []

    def imprimer(fonds):
        imprimees.append(fonds)
        return imprimer_synthese(fonds)

    monkeypatch.setattr("ess_analyse.cli.joints.imprimer_synthese", imprimer)
    (etude / "data/brut/E03_Autre.txt").write_text("Reçu, pas encore importé.", encoding="utf-8")
    (etude / "data/suggestions.csv").write_text("segment;code\n", encoding="utf-8")
    assert rejoindre(etude) == []
    assert imprimees == []
    lecon = etude / "data/enseignements/1-ressaisie.md"
    lecon.write_text(lecon.read_text(encoding="utf-8").replace("soirées", "matinées"), encoding="utf-8")
    assert rejoindre(etude) == [etude / "rapports/donnees/synthese.pdf"]
    assert len(imprimees) == 1
    assert "mange les matinées" in texte(etude / "rapports/donnees/synthese.pdf")
    (etude / "_quarto.yml").write_text('website:\n  title: "Le tri et l’écran"\n', encoding="utf-8")
    assert rejoindre(etude) == [etude / "rapports/donnees/synthese.pdf"]
    assert "Le tri et l’écran" in texte(etude / "rapports/donnees/synthese.pdf")


def test_une_synthese_abimee_ou_effacee_est_refaite(etude):
    rejoindre(etude)
    chemin = etude / "rapports/donnees/synthese.pdf"
    avant = chemin.read_bytes()
    for abimer in (chemin.unlink, lambda: chemin.write_bytes(b""), lambda: chemin.write_bytes(b"%PDF-1.7 autre")):
        abimer()
        assert rejoindre(etude) == [chemin]
        assert chemin.read_bytes() == avant


def test_sans_enseignement_pas_de_synthese_et_l_ancienne_s_en_va(etude):
    rejoindre(etude)
    shutil.rmtree(etude / "data/enseignements")
    chemin = etude / "rapports/donnees/synthese.pdf"
    assert rejoindre(etude) == [chemin]
    assert not chemin.exists()
    assert rejoindre(etude) == []


def test_un_nom_plante_dans_la_synthese_arrete_le_site(planifiee):
    """Le nom n'est que dans le PDF : la porte lit aussi ce qui est imprimé, et dit où le corriger."""
    (planifiee / "data/synthese.md").write_text("## Demande\n\nSandrine nous a appelés.\n", encoding="utf-8")
    resultat = CliRunner().invoke(principal, ["site"])
    assert resultat.exit_code == 1, resultat.output
    dit = re.sub(r"\s+", " ", resultat.output)
    assert "data/synthese.md, ligne 3" in dit
    assert "un nom réel de la clé y est écrit, et se lirait dans ce qui sort (« S… »)" in dit
    assert "Sandrine" not in dit
    assert not (planifiee / "_site").exists()


def test_le_site_donne_la_synthese_et_la_grille(planifiee):
    resultat = CliRunner().invoke(principal, ["site"])
    assert resultat.exit_code == 0, resultat.output
    for nom in ("synthese.pdf", "grille.qdc"):
        rendu = planifiee / "_site/rapports/donnees" / nom
        assert rendu.read_bytes() == (planifiee / "rapports/donnees" / nom).read_bytes()


def test_la_synthese_de_la_demonstration_dit_qu_elle_est_fictive():
    recit = lire_recit(RACINE / "data/synthese.md")
    assert {"Demande", "Méthode", "À discuter"} <= set(recit.sections)
    assert "Tout est fictif" in recit.sections["Demande"]


# Des textes abîmés, vides ou démesurés

RECITS = {
    "titre seul": b"# Peser une fois\n",
    "ordre des octets": "\ufeff## Demande\n\nAlléger.\n".encode(),
    "fins de ligne": "## Demande\r\n\r\nAlléger\r\nles soirées.\r\n".encode(),
    "latin": "## Demande\n\nAlléger les soirées.\n".encode("latin-1"),
    "barrière ouverte": "## Demande\n\nAlléger.\n\n```\n## Méthode\n".encode(),
    "marques": b"## Demande\n\n[@] [@E01] [x](#nulle) $a$ \\alpha <b> {{< include x >}} ![i](/etc/hostname)\n",
    "table": b"## Demande\n\n| a |\n|---|\n| b |\n\n1. x\n   - y\n\n> z\n",
    "démesuré": ("## Demande\n\n" + "mot" * 3000 + "\n\n" + "Une phrase. " * 2000).encode(),
}
ABIMES = {
    "vide": b"",
    "octet nul": "## Demande\n\n\x00\x01Alléger.\n".encode(),
    "preuve absente": "## Demande\n\nAlléger [@E09:1-9].\n".encode(),
    "hors section": "Alléger.\n".encode(),
}


@pytest.mark.parametrize("nom", RECITS)
def test_une_synthese_maladroite_donne_quand_meme_un_diaporama(planifiee, nom):
    (planifiee / "data/synthese.md").write_bytes(RECITS[nom])
    resultat = lancer(diaporama, planifiee)
    if nom == "marques":
        # A link that leads nowhere is no fault of a slide show.
        assert "hostname" not in texte(planifiee / "documents/diaporama.html")
    assert resultat.exit_code == 0, (nom, resultat.output, resultat.exception)
    for forme in ("pptx", "html"):
        dit = texte(planifiee / f"documents/diaporama.{forme}")
        assert "La ressaisie mange les soirées" in dit
        assert ("Alléger" in dit) == (b"All" in RECITS[nom])


@pytest.mark.parametrize("nom", ABIMES)
def test_une_synthese_abimee_est_dite_sans_trace_ou_reste_lisible(planifiee, nom):
    (planifiee / "data/synthese.md").write_bytes(ABIMES[nom])
    for commande in (pdf, diaporama):
        resultat = lancer(commande, planifiee)
        assert resultat.exit_code == 0 or isinstance(resultat.exception, ErreurDonnees), resultat.exception
        if resultat.exit_code:
            assert "synthese.md" in str(resultat.exception) or nom == "octet nul"
            assert not (planifiee / "documents").exists()


def test_une_preuve_absente_de_la_prose_d_un_diaporama_n_y_est_pas_lue(planifiee):
    """À l'écran la prose n'a pas d'appels : une preuve qui n'est pas publiable n'en dit rien non plus."""
    (planifiee / "data/synthese.md").write_bytes(ABIMES["preuve absente"])
    assert lancer(diaporama, planifiee).exit_code == 0
    assert "E09" not in texte(planifiee / "documents/diaporama.html")
