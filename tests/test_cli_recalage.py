"""Corriger un texte déjà codé, puis `ess-analyse recaler`, telle qu'une personne l'emploie."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal
from ess_analyse.corrections import appliquer_recalage, preparer_recalage
from ess_analyse.corrections.attente import ATTENTES
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.fichiers import ecrire_table, lire_table, lire_texte

ENSEIGNEMENT = "data/enseignements/1-ressaisie.md"


def lancer(*arguments: str, code: int = 0) -> str:
    resultat = CliRunner().invoke(principal, arguments, prog_name="ess-analyse")
    assert resultat.exit_code == code, resultat.output
    return resultat.output


def modifier(chemin: str, avant: str, apres: str) -> None:
    texte = lire_texte(Path(chemin))
    assert avant in texte, chemin
    Path(chemin).write_text(texte.replace(avant, apres), encoding="utf-8")


def photographier(racine: Path) -> dict[str, str]:
    return {
        chemin.relative_to(racine).as_posix(): hashlib.sha256(chemin.read_bytes()).hexdigest()
        for chemin in sorted(racine.rglob("*"))
        if chemin.is_file()
    }


def decider(decision: str, **cellules: str) -> None:
    table = lire_table(Path("data/recalage.csv"), ATTENTES)
    ecrire_table(Path("data/recalage.csv"), table.assign(decision=decision, **cellules))


def lea() -> dict[str, tuple[str, str]]:
    feuille = lire_feuille(Path("data/codages/lea.csv"))
    return {ligne.texte: (ligne.segment, ligne.codes) for ligne in feuille.itertuples()}


@pytest.fixture
def fautive(etude):
    """Une faute corrigée dans une phrase que Léa a codée et qu'un enseignement cite."""
    modifier("data/corpus/E01.txt", "ressaisit le soir", "ressaisit chaque soir")
    modifier(ENSEIGNEMENT, "« On les ressaisit le soir » ", "")
    return etude


def test_rien_a_faire_se_dit_et_n_ecrit_rien(etude):
    # A coder's sheet made before any text came holds no line.
    (etude / "data/codages/vide.csv").write_text("segment;locuteur;texte;codes;origine;memo\n", encoding="utf-8")
    avant = photographier(etude)
    assert "Rien à recaler" in lancer("recaler")
    assert photographier(etude) == avant


def test_un_tour_ajoute_deplace_tout_en_silence(etude):
    modifier("data/corpus/E01.txt", "Enquêtrice : Et", "Enquêtrice : Bonjour à vous.\n\nEnquêtrice : Et")
    sortie = lancer("recaler")
    assert "data/codages/lea.csv" in sortie
    assert "confirm" not in sortie
    assert lea()["On les ressaisit le soir."] == ("E01:67-92", "R-CHARGE P-GESTION")
    assert "[@E01:67-92]" in lire_texte(Path(ENSEIGNEMENT))
    assert not Path("data/recalage.csv").exists()
    lancer("verifier")
    fige = photographier(etude)
    assert "Rien à recaler" in lancer("recaler")
    assert photographier(etude) == fige


def test_des_lignes_vides_suivent_le_texte_et_ne_se_comptent_pas(etude):
    for dossier in ("codages", "enseignements"):
        for fichier in (etude / "data" / dossier).iterdir():
            fichier.unlink()
    lancer("feuille", "--codeur", "lea")
    modifier("data/corpus/E01.txt", "Enquêtrice : Et", "Enquêtrice : Bonjour à vous.\n\nEnquêtrice : Et")
    assert lancer("recaler") == (
        "✓ Des lignes encore vides ont suivi le texte ; rien de codé ni de cité n'a changé de place.\n"
    )
    assert lea()["On les ressaisit le soir."] == ("E01:67-92", "")


def test_un_locuteur_change_est_recopie_dans_la_feuille(etude):
    modifier("data/corpus/E01.txt", "Véra : ", "Véronique : ")
    lancer("recaler")
    feuille = lire_feuille(Path("data/codages/lea.csv"))
    assert set(feuille.loc[feuille["segment"].str.startswith("E01"), "locuteur"]) == {"Enquêtrice", "Véronique"}
    lancer("verifier")


def test_verifier_dirige_vers_recaler(fautive):
    sortie = lancer("verifier", code=1)
    assert "data/corpus/E01.txt : le texte n'est plus celui qui a été codé ou cité" in sortie
    assert "ess-analyse recaler E01" in sortie


def test_une_faute_corrigee_est_montree_cote_a_cote_et_attend(fautive):
    sortie = lancer("recaler")
    assert "E01:37-62 → E01:37-66 (mots changés" in sortie
    assert "avant   On les ressaisit le soir." in sortie
    assert "après   On les ressaisit chaque soir." in sortie
    assert lea()["On les ressaisit le soir."] == ("E01:37-62", "R-CHARGE P-GESTION")
    assert lea()["C'est long, hein."][0] == "E01:67-84"
    assert "[@E01:37-62]" in lire_texte(Path(ENSEIGNEMENT))
    assert "nouvelle place à confirmer (« E01:37-62 »)" in lancer("verifier", code=1)
    fige = photographier(fautive)
    lancer("recaler")
    assert photographier(fautive) == fige


def test_verifier_dit_une_fois_par_document_que_ses_suggestions_sont_d_avant(etude):
    lignes = "".join(
        f"E0{un}:9{rang}00-9{rang}09;R-CHARGE;0.5;1;oui;modele;mot;0;3\n" for un in (1, 2) for rang in (1, 2)
    )
    tete = "segment;code;score;rang;retenu;methode;indice;debut;fin\n"
    (etude / "data/suggestions.csv").write_text(tete + lignes, encoding="utf-8")
    dit = [ligne for ligne in lancer("verifier", code=1).splitlines() if "suggestions.csv" in ligne]
    assert dit == [
        f"✗ data/suggestions.csv, ligne {ligne} : suggestions d'un texte d'avant (« {un} »). "
        "Refaites-les : ess-analyse suggerer."
        for ligne, un in ((2, "E01"), (4, "E02"))
    ]


def test_un_texte_corrige_ne_noie_ni_la_feuille_ni_la_page_sous_ses_vieilles_suggestions(etude):
    tete = "segment;code;score;rang;retenu;methode;indice;debut;fin\n"
    lignes = "".join(f"E01:9{rang}00-9{rang}09;R-CHARGE;0.5;1;oui;modele;mot;0;3\n" for rang in (1, 2, 3))
    (etude / "data/suggestions.csv").write_text(tete + lignes, encoding="utf-8")
    dit = (
        "✗ data/suggestions.csv, ligne 2 : suggestions d'un texte d'avant (« E01 »). "
        "Refaites-les : ess-analyse suggerer.\n"
    )
    assert lancer("feuille", "--codeur", "neuve", code=1) == dit
    assert lancer("relire", "E02", "--codeur", "neuve", "--sans-navigateur", code=1) == dit


def test_oui_deplace_la_decision_et_la_preuve(fautive):
    lancer("recaler")
    decider("oui")
    lancer("recaler")
    assert lea()["On les ressaisit chaque soir."] == ("E01:37-66", "R-CHARGE P-GESTION")
    assert "[@E01:37-66]" in lire_texte(Path(ENSEIGNEMENT))
    assert not Path("data/recalage.csv").exists()
    lancer("verifier")


def test_confirmer_accepte_tout_d_un_coup_et_le_dit(fautive):
    sortie = lancer("recaler", "--confirmer")
    assert "1 phrase confirmée : codages et preuves suivent, avec les nouveaux mots." in sortie
    assert "0 place" not in sortie
    assert lea()["On les ressaisit chaque soir."] == ("E01:37-66", "R-CHARGE P-GESTION")
    lancer("verifier")


def test_non_met_la_decision_de_cote_et_la_preuve_est_refusee(fautive):
    lancer("recaler")
    decider("non")
    lancer("recaler")
    assert "On les ressaisit le soir." not in lea()
    perdus = Path("data/perdus.csv").read_text(encoding="utf-8-sig")
    assert "data/codages/lea.csv;E01:37-62;Véra;On les ressaisit le soir.;R-CHARGE P-GESTION;;;mots changés" in perdus
    assert "[@E01]" in lire_texte(Path(ENSEIGNEMENT))
    assert "citation mal écrite (« [@E01] »)" in lancer("verifier", code=1)


def test_un_texte_corrige_encore_fait_suivre_ce_qui_attend(fautive):
    lancer("recaler")
    modifier("data/corpus/E01.txt", "Enquêtrice : Et", "Enquêtrice : Bonjour à vous.\n\nEnquêtrice : Et")
    lancer("recaler")
    assert lire_table(Path("data/recalage.csv"), ATTENTES)["vers"].tolist() == ["E01:67-96"]
    decider("oui")
    lancer("recaler")
    assert lea()["On les ressaisit chaque soir."] == ("E01:67-96", "R-CHARGE P-GESTION")
    lancer("verifier")


def test_un_oui_sur_des_mots_qui_ont_change_est_redemande(fautive):
    lancer("recaler")
    modifier("data/corpus/E01.txt", "chaque soir", "chaque jour")
    decider("oui")
    lancer("recaler")
    table = lire_table(Path("data/recalage.csv"), ATTENTES)
    assert table[["nouveau", "decision"]].values.tolist() == [["On les ressaisit chaque jour.", ""]]
    assert lea()["On les ressaisit le soir."][0] == "E01:37-62"


def test_une_phrase_otee_est_gardee_a_part_et_sa_preuve_attend(etude):
    modifier("data/corpus/E01.txt", "On les ressaisit le soir. ", "")
    sortie = lancer("recaler")
    assert "Décisions perdues" in sortie
    assert "1 décision gardée à part" in sortie
    assert "Preuves perdues" in sortie
    assert "On les ressaisit le soir." not in lea()
    assert "R-CHARGE P-GESTION" in Path("data/perdus.csv").read_text(encoding="utf-8-sig")
    assert lire_table(Path("data/recalage.csv"), ATTENTES)["ou"].tolist() == [ENSEIGNEMENT]
    decider("oui")
    assert "« oui » sans nouvelle place" in lancer("recaler", code=1)
    lancer("feuille", "--codeur", "lea")
    fige = photographier(etude)
    decider("")
    lancer("recaler")
    assert photographier(etude)["data/codages/lea.csv"] == fige["data/codages/lea.csv"]


def test_deux_phrases_jointes_joignent_leurs_decisions(etude):
    modifier("data/corpus/E01.txt", "le soir. C'est long, hein.", "le soir, c'est long, hein.")
    modifier(ENSEIGNEMENT, "« On les ressaisit le soir » ", "")
    lancer("recaler", "--confirmer")
    assert lea()["On les ressaisit le soir, c'est long, hein."] == ("E01:37-80", "R-CHARGE P-GESTION")
    lancer("verifier")


def test_un_passage_restreint_le_reste_en_attendant(etude):
    Path("data/corpus/diffusion.csv").write_text("segment;diffusion;motif\nE02:63-82;restreinte;nom\n", "utf-8")
    modifier(ENSEIGNEMENT, "contre: [E02:63-82]", "contre: []")
    modifier("data/corpus/E02.txt", "Le camion est bleu.", "Le camion est tout bleu.")
    lancer("recaler")
    assert lire_texte(Path("data/corpus/diffusion.csv")).splitlines()[1:] == [
        "E02:63-82;restreinte;nom",
        "E02:63-87;restreinte;nom",
    ]
    lancer("recaler", "--confirmer")
    assert lire_texte(Path("data/corpus/diffusion.csv")).splitlines()[1:] == ["E02:63-87;restreinte;nom"]
    lancer("verifier")


def test_essai_montre_sans_ecrire(fautive):
    avant = photographier(fautive)
    assert "Rien n'a été écrit" in lancer("recaler", "--essai")
    assert photographier(fautive) == avant


def test_un_seul_entretien_a_la_fois(fautive):
    modifier("data/corpus/E02.txt", "Enquêtrice : Qui", "Enquêtrice : Alors, qui")
    lancer("recaler", "E02")
    assert lea()["Le camion est bleu."][0] == "E02:70-89"
    assert lea()["C'est long, hein."][0] == "E01:63-80"
    assert "document inconnu (« E9 »)" in lancer("recaler", "E9", code=1)


def test_une_panne_au_milieu_ne_change_rien(fautive, monkeypatch):
    avant = photographier(fautive)

    def panne(self, cible):
        raise OSError("disque plein")

    with monkeypatch.context() as coupure:
        coupure.setattr("pathlib.Path.replace", panne)
        assert "écriture impossible" in lancer("recaler", code=1)
    assert photographier(fautive) == avant


def test_une_decision_prise_pendant_qu_on_cherche_n_est_pas_perdue(etude):
    modifier("data/corpus/E01.txt", "Enquêtrice : Et", "Enquêtrice : Bonjour à vous.\n\nEnquêtrice : Et")
    recalage = preparer_recalage(Etude(etude))
    modifier("data/codages/lea.csv", "R-CHARGE P-GESTION", "R-CHARGE")
    avant = photographier(etude)
    with pytest.raises(ErreurDonnees, match=r"lea\.csv : ce fichier vient de changer"):
        appliquer_recalage(Etude(etude), recalage)
    assert photographier(etude) == avant


def test_une_decision_inconnue_est_dite(fautive):
    lancer("recaler")
    decider("peut-être")
    assert "décision inconnue (« peut-être »)" in lancer("recaler", code=1)


def test_une_place_ecrite_a_la_main_doit_etre_une_phrase(fautive):
    lancer("recaler")
    decider("oui", vers="E01:40-50", nouveau="les ressai")
    modifier("data/recalage.csv", "les ressai", lire_texte(Path("data/corpus/E01.txt"))[40:50])
    assert "n'est pas celle d'une phrase" in lancer("recaler", code=1)


def test_une_feuille_refaite_depuis_la_correction_est_suivie_aussi(etude):
    modifier("data/corpus/E01.txt", "Enquêtrice : Et", "Enquêtrice : Bonjour à vous.\n\nEnquêtrice : Et")
    lancer("feuille", "--codeur", "lea")
    lancer("recaler")
    feuille = lire_feuille(Path("data/codages/lea.csv"))
    assert not feuille["segment"].duplicated().any()
    assert lea()["On les ressaisit le soir."] == ("E01:67-92", "R-CHARGE P-GESTION")
    lancer("verifier")


def test_une_phrase_deja_recodee_est_montree(etude):
    modifier("data/corpus/E01.txt", "Enquêtrice : Et", "Enquêtrice : Bonjour à vous.\n\nEnquêtrice : Et")
    lancer("feuille", "--codeur", "lea")
    modifier(
        "data/codages/lea.csv",
        "E01:67-92;Véra;On les ressaisit le soir.;;",
        "E01:67-92;Véra;On les ressaisit le soir.;O-SOUTIEN;",
    )
    assert "déjà codée à cette place" in lancer("recaler")
    lancer("recaler", "--confirmer")
    assert lea()["On les ressaisit le soir."] == ("E01:67-92", "O-SOUTIEN R-CHARGE P-GESTION")
    lancer("verifier")
