"""Ce que le site donne à emporter : les liens y mènent, un retrait l'efface, une étude clonée l'attend."""

from __future__ import annotations

import shutil

import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal
from ess_analyse.cli.controle import controler
from ess_analyse.documents import imprimer_synthese
from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.etude import Etude
from ess_analyse.publication.ecrits import JOINTS, SYNTHESE
from ess_analyse.rendu import rendre_site, verifier_projet

LIENS = {
    "index.html": ["rapports/donnees/synthese.pdf"],
    "rapports/donnees.html": ["donnees/synthese.pdf", "donnees/grille.qdc"],
    "rapports/grille.html": ["donnees/grille.qdc", "donnees/grille.csv"],
}


def test_l_accueil_et_les_donnees_menent_a_la_synthese_la_grille_au_qdc(etude):
    assert CliRunner().invoke(principal, ["site"]).exit_code == 0
    pages = {nom: (etude / "_site" / nom).read_text(encoding="utf-8") for nom in LIENS}
    assert {nom for nom, page in pages.items() if all(f'href="{lien}"' in page for lien in LIENS[nom])} == set(LIENS)


def test_sans_enseignement_aucun_lien_ne_mene_a_une_synthese(etude):
    shutil.rmtree(etude / "data/enseignements")
    assert CliRunner().invoke(principal, ["pages"]).exit_code == 0
    assert not [page for page in (etude / "rapports").rglob("*.qmd") if "synthese.pdf" in page.read_text("utf-8")]


def test_sur_une_etude_clonee_le_lien_attend_la_commande_et_un_autre_reste_casse(etude):
    assert CliRunner().invoke(principal, ["pages"]).exit_code == 0
    (etude / "rapports" / SYNTHESE).unlink()
    assert verifier_projet(etude) == []
    with pytest.raises(ErreurDonnees, match="lien cassé : page ou fichier introuvable"):
        rendre_site(etude)
    assert CliRunner().invoke(principal, ["site"]).exit_code == 0
    assert (etude / "_site/rapports/donnees/synthese.pdf").exists()
    page = etude / "rapports/donnees.qmd"
    page.write_text(page.read_text(encoding="utf-8") + "\n[x](donnees/autre.pdf)\n", encoding="utf-8")
    assert [probleme.message for probleme in verifier_projet(etude)] == ["lien cassé : page ou fichier introuvable"]


def test_la_grille_a_echanger_est_attendue_meme_pour_verifier(etude):
    assert CliRunner().invoke(principal, ["pages"]).exit_code == 0
    (etude / "rapports/donnees/grille.qdc").unlink()
    assert {probleme.message for probleme in verifier_projet(etude)} == {"lien cassé : page ou fichier introuvable"}


def test_les_preuves_sont_scellees_meme_si_rien_ne_peut_etre_joint(etude, monkeypatch):
    def refuser(*_, **__):
        raise ErreurDonnees([Probleme("data/synthese.md", 0, "la mise en page a échoué")])

    monkeypatch.setattr("ess_analyse.cli.edition.joindre", refuser)
    assert CliRunner().invoke(principal, ["pages"]).exit_code == 1
    assert Etude(etude).preuves.is_file()


def test_force_reimprime_la_synthese(etude, monkeypatch):
    assert CliRunner().invoke(principal, ["pages"]).exit_code == 0
    imprimees = []

    def imprimer(fonds):
        imprimees.append(fonds)
        return imprimer_synthese(fonds)

    monkeypatch.setattr("ess_analyse.cli.joints.imprimer_synthese", imprimer)
    assert CliRunner().invoke(principal, ["pages", "--force"]).exit_code == 0
    assert len(imprimees) == 1


def test_verifier_lit_aussi_les_textes_de_la_synthese(etude):
    (etude / "data/synthese.md").write_text("## Demandes\n\nx\n", encoding="utf-8")
    assert "section inconnue (« Demandes »). Vouliez-vous dire « Demande » ?" in map(
        lambda probleme: str(probleme).partition(" : ")[2], controler(Etude(etude))
    )


def test_un_retrait_efface_ce_qui_est_joint(etude):
    assert CliRunner().invoke(principal, ["pages"]).exit_code == 0
    assert CliRunner().invoke(principal, ["retirer", "E02"]).exit_code == 0
    assert not [joint for joint in JOINTS if (etude / "rapports" / joint).exists()]
