"""Scinder un code : la personne répartit, la commande porte ; rien ne part avant que tout soit réparti."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import ess_analyse as ess
from ess_analyse.cli.controle import controler
from ess_analyse.corrections import appliquer_recalage, preparer_recalage
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.evolution import (
    SCISSION,
    appliquer_evolution,
    lire_journal,
    preparer_renommage,
    preparer_scission,
)
from ess_analyse.feuilles import lire_feuille
from ess_analyse.fichiers import ecrire_table, lire_table, lire_texte
from ess_analyse.grille import lire_grille

JOUR = date(2026, 11, 22)
NEUF = """\
  - id: {id}
    dimension: {dimension}
    libelle: {id}, neuf
    definition: Ce qui est neuf.
    inclure: [quand]
    exclure: [sinon]
    exemples: ["Un exemple de {id}."]
    contre_exemples: ["Un contre-exemple de {id}."]
    indices: ["{id} dit"]
"""
BOB = """\
segment;locuteur;texte;codes;origine;memo
E01:37-62;Véra;On les ressaisit le soir.;R-CHARGE;R-CHARGE:0.82:indices:ressaisir|O-SOUTIEN:0.3:modele:;
E01:63-80;Véra;C'est long, hein.;O-SOUTIEN;R-CHARGE:0.4:modele:;
E02:38-62;Samir;Awa me montre la caisse.;;R-CHARGE:0.3:modele:;
"""


def poser(racine: Path, nom: str, contenu: str) -> None:
    (racine / nom).parent.mkdir(parents=True, exist_ok=True)
    (racine / nom).write_bytes(contenu.encode("utf-8"))


@pytest.fixture
def atelier(etude):
    """L'étude de la suite, deux codes d'arrivée écrits, et deux feuilles qui portent le code à scinder."""
    neufs = [("R-SAISIE", "theme"), ("R-DELAI", "theme"), ("O-ELAN", "theme"), ("P-NEUF", "prisme")]
    blocs = "".join(NEUF.format(id=nom, dimension=dimension) for nom, dimension in neufs)
    poser(etude, "data/grille.yml", lire_texte(etude / "data/grille.yml") + blocs)
    poser(etude, "data/codages/bob.csv", BOB)
    return Etude(etude)


def scinder(etude: Etude, *vers: str, code: str = "R-CHARGE"):
    evolution = preparer_scission(etude, code, vers, raison="deux choses", le=JOUR)
    appliquer_evolution(evolution)
    return evolution


def table(etude: Etude) -> pd.DataFrame:
    return lire_table(etude.scission, SCISSION)


def remplir(etude: Etude, *nouveaux: str) -> None:
    ecrire_table(etude.scission, table(etude).assign(nouveau=nouveaux))


def codes(etude: Etude, nom: str) -> list[str]:
    return lire_feuille(etude.codages / f"{nom}.csv")["codes"].tolist()


def decriter(etude: Etude) -> None:
    chemin = etude.enseignements / "1-ressaisie.md"
    poser(etude.racine, "data/enseignements/1-ressaisie.md", lire_texte(chemin).replace("[R-CHARGE]", "[R-SAISIE]"))


def fautes(etude: Etude, *vers: str, code: str = "R-CHARGE", raison: str = "x") -> list[str]:
    with pytest.raises(ErreurDonnees) as levee:
        preparer_scission(etude, code, vers, raison=raison, le=JOUR)
    return [str(probleme) for probleme in levee.value.problemes]


def photographier(etude: Etude) -> dict[str, bytes]:
    return {str(chemin): chemin.read_bytes() for chemin in sorted(etude.data.rglob("*")) if chemin.is_file()}


def test_la_premiere_fois_la_table_attend_la_personne_et_rien_d_autre_ne_change(atelier):
    avant = photographier(atelier)
    evolution = scinder(atelier, "R-SAISIE", "R-DELAI")
    apres = photographier(atelier)
    assert {nom for nom in apres if apres[nom] != avant.get(nom)} == {str(atelier.scission)}
    assert table(atelier).values.tolist() == [
        ["bob", "E01:37-62", "On les ressaisit le soir.", "R-CHARGE", ""],
        ["lea", "E01:37-62", "On les ressaisit le soir.", "R-CHARGE P-GESTION", ""],
        ["lea", "E01:63-80", "C'est long, hein.", "R-CHARGE", ""],
    ]
    assert (evolution.restent, evolution.version, evolution.codages) == (3, 1, 0)
    assert not scinder(atelier, "R-SAISIE", "R-DELAI").contenus


def test_les_lignes_remplies_sont_portees_les_autres_attendent(atelier):
    scinder(atelier, "R-SAISIE", "R-DELAI")
    remplir(atelier, "", "R-SAISIE, R-DELAI", "R-DELAI")
    evolution = scinder(atelier, "R-SAISIE", "R-DELAI")
    assert (evolution.restent, evolution.version, evolution.codages, evolution.feuilles) == (1, 2, 2, ("lea",))
    assert codes(atelier, "lea")[1:3] == ["R-SAISIE R-DELAI P-GESTION", "R-DELAI"]
    assert codes(atelier, "bob")[0] == "R-CHARGE"
    assert "R-CHARGE" in lire_grille(atelier.grille)
    assert controler(atelier) == []
    assert table(atelier)["nouveau"].tolist() == ["", "R-SAISIE R-DELAI", "R-DELAI"]
    fige = photographier(atelier)
    assert not scinder(atelier, "R-SAISIE", "R-DELAI").contenus
    assert photographier(atelier) == fige


def test_quand_tout_est_reparti_l_ancien_code_quitte_la_grille(atelier):
    poser(atelier.racine, "data/etude.yml", "seuils: {R-CHARGE: 0.3}\n")
    poser(atelier.racine, "data/exemples/a.csv", "texte;codes\nOui.;R-CHARGE\n")
    poser(
        atelier.racine,
        "data/suggestions.csv",
        "segment;code;score;rang;retenu;methode;indice;debut;fin\nE01:37-62;R-CHARGE;0.8;1;oui;modele;;;\n",
    )
    scinder(atelier, "R-SAISIE", "R-DELAI")
    remplir(atelier, "R-SAISIE", "R-SAISIE", "R-DELAI")
    decriter(atelier)
    evolution = scinder(atelier, "R-SAISIE", "R-DELAI")
    assert "R-CHARGE" not in lire_grille(atelier.grille)
    assert not atelier.scission.exists()
    assert controler(atelier) == []
    assert ess.lire_reglages(atelier.reglages).seuils == {}
    assert (
        len(
            lire_table(atelier.suggestions, ("segment",), lire_texte(atelier.suggestions).split("\n")[0].split(";")[1:])
        )
        == 0
    )
    bob = lire_feuille(atelier.codages / "bob.csv")
    assert bob["origine"].tolist() == ["R-SAISIE:0.82:indices:ressaisir|O-SOUTIEN:0.3:modele:", "", ""]
    assert lire_texte(atelier.exemples / "a.csv") == "texte;codes\nOui.;R-CHARGE\n"
    assert any(
        "exemples qui portent encore R-CHARGE, et que la scission ne répartit pas : 1" in un for un in evolution.avis
    )
    journal = lire_journal(atelier.journal_grille)
    assert journal[["version", "geste", "codes", "vers", "codages", "feuilles"]].values.tolist() == [
        [2, "scinder", "R-CHARGE", "R-SAISIE R-DELAI", 3, "bob lea"]
    ]


def test_l_ancien_code_reste_s_il_est_une_arrivee(atelier):
    scinder(atelier, "R-CHARGE", "R-DELAI")
    remplir(atelier, "R-CHARGE", "R-CHARGE R-DELAI", "R-DELAI")
    evolution = scinder(atelier, "R-CHARGE", "R-DELAI")
    assert codes(atelier, "bob")[0] == "R-CHARGE"
    assert codes(atelier, "lea")[1:3] == ["R-CHARGE R-DELAI P-GESTION", "R-DELAI"]
    assert "R-CHARGE" in lire_grille(atelier.grille)
    assert (evolution.codages, evolution.restent, atelier.scission.exists()) == (2, 0, False)
    assert controler(atelier) == []


def test_tout_laisser_a_l_ancien_code_finit_sans_changer_de_version(atelier):
    scinder(atelier, "R-CHARGE", "R-DELAI")
    remplir(atelier, "R-CHARGE", "R-CHARGE", "R-CHARGE")
    avant = photographier(atelier)
    scinder(atelier, "R-CHARGE", "R-DELAI")
    del avant[str(atelier.scission)]
    assert photographier(atelier) == avant


def test_un_code_que_personne_n_a_pose_part_aussitot(atelier):
    for nom in ("lea", "bob"):
        texte = lire_texte(atelier.codages / f"{nom}.csv")
        poser(atelier.racine, f"data/codages/{nom}.csv", texte.replace(";R-CHARGE", ";O-SOUTIEN"))
    decriter(atelier)
    assert fautes(atelier, "R-CHARGE", "R-DELAI")[0].startswith(
        "data/grille.yml : aucun codage à répartir (« R-CHARGE »)."
    )
    evolution = scinder(atelier, "R-SAISIE", "R-DELAI")
    assert (evolution.codages, evolution.version) == (0, 2)
    assert "R-CHARGE" not in lire_grille(atelier.grille)


def test_un_code_encore_cite_reste_et_c_est_dit(atelier):
    scinder(atelier, "R-SAISIE", "R-DELAI")
    remplir(atelier, "R-SAISIE", "R-SAISIE", "R-DELAI")
    evolution = scinder(atelier, "R-SAISIE", "R-DELAI")
    ou = "data/enseignements/1-ressaisie.md, ligne 5"
    assert any("tout est réparti, mais R-CHARGE reste" in un and un.endswith(ou) for un in evolution.avis)
    assert "R-CHARGE" in lire_grille(atelier.grille)
    assert fautes(atelier, "R-SAISIE", "R-DELAI") == [
        f"{ou} : le code est encore cité (« R-CHARGE »). Retirez-le de la liste « codes »."
    ]
    decriter(atelier)
    assert scinder(atelier, "R-SAISIE", "R-DELAI").codages == 0
    assert "R-CHARGE" not in lire_grille(atelier.grille)
    assert not atelier.scission.exists()


def test_la_suggestion_d_un_risque_ne_devient_pas_celle_d_une_opportunite(atelier):
    scinder(atelier, "O-ELAN", "R-DELAI")
    remplir(atelier, "O-ELAN R-DELAI", "O-ELAN", "")
    scinder(atelier, "O-ELAN", "R-DELAI")
    bob = lire_feuille(atelier.codages / "bob.csv")
    assert bob.loc[2, "codes"] == "O-ELAN R-DELAI"
    assert bob.loc[2, "origine"] == "R-DELAI:0.82:indices:ressaisir|O-SOUTIEN:0.3:modele:"


def test_un_codage_fait_entre_temps_s_ajoute_un_codage_retire_s_en_va(atelier):
    scinder(atelier, "R-SAISIE", "R-DELAI")
    remplir(atelier, "", "", "R-DELAI")
    texte = lire_texte(atelier.codages / "lea.csv").replace(
        "On les ressaisit le soir.;R-CHARGE P-GESTION", "On les ressaisit le soir.;P-GESTION"
    )
    poser(
        atelier.racine, "data/codages/lea.csv", texte.replace("Le camion est bleu.;-", "Le camion est bleu.;R-CHARGE")
    )
    poser(atelier.racine, "data/codages/bob.csv", BOB.replace(";R-CHARGE;", ";R-CHARGE O-SOUTIEN;"))
    scinder(atelier, "R-SAISIE", "R-DELAI")
    assert table(atelier)[["feuille", "segment", "codes", "nouveau"]].values.tolist() == [
        ["bob", "E01:37-62", "R-CHARGE O-SOUTIEN", ""],
        ["lea", "E01:63-80", "R-CHARGE", "R-DELAI"],
        ["lea", "E02:63-82", "R-CHARGE", ""],
    ]


def test_une_ligne_remplie_suit_sa_phrase_deplacee_par_une_correction(atelier):
    scinder(atelier, "R-SAISIE", "R-DELAI")
    remplir(atelier, "R-SAISIE", "R-SAISIE", "R-DELAI")
    corpus = atelier.corpus / "E01.txt"
    poser(atelier.racine, "data/corpus/E01.txt", lire_texte(corpus).replace("Enquêtrice : Et", "Enquêtrice : Bon. Et"))
    appliquer_recalage(atelier, preparer_recalage(atelier))
    assert lire_feuille(atelier.codages / "bob.csv")["segment"].tolist()[0] == "E01:42-67"
    decriter(atelier)
    assert scinder(atelier, "R-SAISIE", "R-DELAI").codages == 3
    assert codes(atelier, "lea").count("R-DELAI") == 1
    assert controler(atelier) == []


def test_une_ligne_remplie_dont_la_feuille_a_change_est_dite_avant_d_ecrire(atelier):
    scinder(atelier, "R-SAISIE", "R-DELAI")
    remplir(atelier, "R-SAISIE", "R-SAISIE", "R-DELAI")
    poser(atelier.racine, "data/codages/bob.csv", BOB.replace(";R-CHARGE;", ";R-CHARGE O-SOUTIEN;"))
    lea = lire_feuille(atelier.codages / "lea.csv")
    ecrire_table(atelier.codages / "lea.csv", lea[lea["segment"] != "E01:63-80"])
    avant = photographier(atelier)
    assert fautes(atelier, "R-SAISIE", "R-DELAI") == [
        "data/scission.csv, ligne 2 : E01:37-62 a changé dans la feuille bob (« R-CHARGE »). "
        "La feuille dit maintenant O-SOUTIEN R-CHARGE : effacez cette ligne, puis relancez.",
        "data/scission.csv, ligne 4 : E01:63-80 a changé dans la feuille lea (« R-CHARGE »). "
        "La feuille dit maintenant rien : effacez cette ligne, puis relancez.",
    ]
    assert photographier(atelier) == avant


def test_les_lignes_mal_remplies_sont_toutes_dites(atelier):
    scinder(atelier, "R-SAISIE", "R-DELAI")
    lignes = table(atelier).assign(nouveau=["r-delais", "R-SAISIE R-CHARGE", "-"])
    lignes.loc[5] = ["lea", "E02:63-82", "x", "O-SOUTIEN", ""]
    lignes.loc[6] = lignes.loc[5]
    ecrire_table(atelier.scission, lignes)
    assert [dite.removeprefix("data/scission.csv, ") for dite in fautes(atelier, "R-SAISIE", "R-DELAI")] == [
        "ligne 2 : ce n'est pas un des codes d'arrivée (« R-DELAIS »). Vouliez-vous dire « R-DELAI » ?",
        "ligne 3 : ce n'est pas un des codes d'arrivée (« R-CHARGE »). Choix possibles : R-DELAI, R-SAISIE.",
        "ligne 4 : ce n'est pas un des codes d'arrivée (« - »). Choix possibles : R-DELAI, R-SAISIE.",
        "ligne 5 : cette ligne n'est pas un codage de R-CHARGE (« O-SOUTIEN »). "
        "Finissez d'abord cette répartition-là, ou effacez ce fichier pour y renoncer.",
        "ligne 6 : cette ligne n'est pas un codage de R-CHARGE (« O-SOUTIEN »). "
        "Finissez d'abord cette répartition-là, ou effacez ce fichier pour y renoncer.",
        "ligne 6 : ligne en double (« lea E02:63-82 »). Déjà écrite ligne 5 : gardez-en une.",
    ]


@pytest.mark.parametrize(
    ("vers", "messages"),
    [
        (
            ["R-CHARGE", "R-DELAIS"],
            ["code d'arrivée absent de la grille (« R-DELAIS »). Écrivez-y d'abord ce code et son mode d'emploi (id, "],
        ),
        (["R-CHARGE", "P-NEUF"], ["P-NEUF n'est pas de la dimension de R-CHARGE (« theme »)."]),
        (["R-DELAI", "R-DELAI"], ["scission : moins de deux codes d'arrivée (« R-DELAI »)."]),
        (["R-INCONNU"], ["code d'arrivée absent", "moins de deux codes d'arrivée"]),
    ],
)
def test_des_arrivees_impossibles_sont_dites(atelier, vers, messages):
    dites = fautes(atelier, *vers)
    assert len(dites) == len(messages)
    assert all(message in dite for message, dite in zip(messages, dites, strict=True))


def test_une_arrivee_absente_propose_la_plus_proche(atelier):
    [dite] = fautes(atelier, "R-CHARGE", "R-DELAIS")
    assert dite.endswith("dimension : theme), puis relancez ; sinon, vouliez-vous dire « R-DELAI » ?")


def test_code_inconnu_et_raison_vide_sont_dits_ensemble(atelier):
    dites = fautes(atelier, "R-DELAI", "R-SAISIE", code="R-CHARGES", raison="")
    assert [dite.split(" : ")[1].split(" (")[0] for dite in dites] == [
        "raison vide. Dites pourquoi en une phrase",
        "code inconnu",
    ]


def test_une_phrase_decidee_deux_fois_dans_une_feuille_est_dite(atelier):
    poser(atelier.racine, "data/codages/bob.csv", BOB + BOB.splitlines()[1] + "\n")
    assert fautes(atelier, "R-DELAI", "R-SAISIE") == [
        "data/codages/bob.csv, ligne 5 : segment en double (« E01:37-62 »). Il est décidé ligne 2 : gardez une ligne."
    ]


def test_une_scission_en_cours_arrete_les_autres_gestes(atelier):
    scinder(atelier, "R-SAISIE", "R-DELAI")
    with pytest.raises(ErreurDonnees, match=r"data/scission\.csv : une répartition de codages est commencée"):
        preparer_renommage(atelier, "O-SOUTIEN", "O-AIDE", raison="x", le=JOUR)


def test_une_table_remplie_pendant_qu_on_l_applique_n_est_pas_perdue(atelier):
    scinder(atelier, "R-SAISIE", "R-DELAI")
    remplir(atelier, "R-SAISIE", "", "")
    evolution = preparer_scission(atelier, "R-CHARGE", ("R-SAISIE", "R-DELAI"), raison="x", le=JOUR)
    remplir(atelier, "R-SAISIE", "R-DELAI", "R-DELAI")
    avant = photographier(atelier)
    with pytest.raises(ErreurDonnees, match=r"data/scission\.csv : ce fichier vient de changer"):
        appliquer_evolution(evolution)
    assert photographier(atelier) == avant


def test_les_codages_perdus_restent_a_part(atelier):
    perdu = "ou;segment;locuteur;texte;codes;origine;memo;raison\nlea;E01:90-99;Véra;Ah.;R-CHARGE;;;ôtée\n"
    poser(atelier.racine, "data/perdus.csv", perdu)
    poser(atelier.racine, "data/reprises/a.csv", "segment;code;origine\nE01:37-62;R-CHARGE;\n")
    scinder(atelier, "R-CHARGE", "R-DELAI")
    remplir(atelier, "R-DELAI", "R-DELAI", "R-DELAI")
    evolution = scinder(atelier, "R-CHARGE", "R-DELAI")
    assert any(un.startswith("codages perdus qui portent encore R-CHARGE") for un in evolution.avis)
    assert any(un.startswith("passages repris d'un autre logiciel qui portent encore") for un in evolution.avis)
    assert lire_texte(atelier.perdus) == perdu


def test_un_texte_qu_un_tableur_prendrait_pour_une_formule_est_protege(atelier):
    poser(atelier.racine, "data/codages/bob.csv", BOB.replace("On les ressaisit le soir.", "=1+1"))
    scinder(atelier, "R-SAISIE", "R-DELAI")
    assert table(atelier)["texte"].iloc[0] == "'=1+1"
