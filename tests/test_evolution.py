"""Renommer, fusionner, supprimer un code : tout ce qui le cite suit, rien d'autre ne bouge, rien n'est perdu."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import ess_analyse as ess
from ess_analyse.cli.controle import controler
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.evolution import (
    JOURNAL,
    appliquer_evolution,
    lire_journal,
    preparer_fusion,
    preparer_renommage,
    preparer_suppression,
)
from ess_analyse.feuilles import couper_codes, lire_feuille
from ess_analyse.fichiers import ecrire_table, lire_table, lire_texte
from ess_analyse.grille import lire_grille

RACINE = Path(__file__).parents[1]
JOUR = date(2026, 11, 22)
GRILLE = """\
# La grille, et ses commentaires : R-CHARGE y est nommé, et n'y change pas.
version: 1   # celle de la grille

dimensions:
  - {id: theme, libelle: Thème}
  - {id: prisme, libelle: Prisme}

codes:
  # ── risques ──

  - id: R-CHARGE  # le premier
    dimension: theme
    libelle: "Charge de travail"
    definition: >-
      Le travail en trop,
      hors R-MOYENS et R-CHARGE-X.
    inclure: [La double saisie, "Le soir, encore"]
    exclure:
      - "L'outil est mauvais : R-MOYENS."
    exemples:
      - On ressaisit trois fois la même pesée.
      - "Je tape tout : deux fois."
    contre_exemples: ['Le logiciel plante.', On respire.]
    indices:
      - ressaisir
      - deux fois   # un indice

  # ── les moyens ──
  - id: R-MOYENS
    dimension: theme
    libelle: Moyens techniques
    definition: Un outil qui manque.
    inclure:
      - La double saisie
      - L'outil plante
    exclure: ["On a trop à faire : R-CHARGE ou R-SANTE."]
    exemples: [Le logiciel plante.]
    contre_exemples: [La caisse marche.]
    indices: [plante, temps mort]
    sauf:
      - plante verte
      - deux fois
  - {id: R-SANTE, dimension: theme, libelle: Santé, definition: Le corps., inclure: [Les yeux], exclure: [L'ennui],
     exemples: [J'ai mal au dos.], contre_exemples: [Je vois bien.], indices: [mal au dos]}

  - id: O-SOUTIEN
    dimension: theme
    libelle: Soutien
    definition: On s'aide.
    inclure: [L'entraide]
    exclure: ["Seule la charge est dite : R-CHARGE."]
    exemples: [Un collègue me montre.]
    contre_exemples: [Je suis seule.]
    indices: [me montrer]
  - id: P-GESTION
    dimension: prisme
    libelle: Gestion
    definition: La maison.
    inclure: [La paie]
    exclure: [L'atelier]
    exemples: [Je fais la paie.]
    contre_exemples: [Je soude.]
    indices: [paie]
"""
LEA = """\
segment;locuteur;texte;codes;origine;memo
E01:13-28;Enquêtrice;Et les pesées ?;-;;
E01:37-62;Véra;On les ressaisit le soir.;R-CHARGE, P-GESTION;R-CHARGE:0.82:indices:ressaisir|O-SOUTIEN:0.31:modele:;
E01:63-80;Véra;C'est long, hein.;R-CHARGE|R-MOYENS;R-MOYENS:0.4:modele:|R-CHARGE:0.7:indices:long;"R-CHARGE ; à voir"
E02:13-28;Enquêtrice;Qui vous aide ?;;R-CHARGE:0.35:modele:;
E02:38-62;Samir;Awa me montre la caisse.;O-SOUTIEN;;
E02:63-82;Samir;Le camion est bleu.;R-CHARGE;;
"""
PAUL = """\
"segment","locuteur","texte","codes"
"E01:37-62","Véra","On les ressaisit le soir.","R-MOYENS"
"E01:63-80","Véra","C'est long, hein.","-"
"""
FICHE = """\
---
numero: F1
titre: La caisse
temps: Un samedi
lieu: La boutique
acteurs: [Une salariée]
actions: ["Elle montre [@E02:38-62]."]
consequences: [On attend]
causes: [La panne]
agir: [En parler]
codes:
  - R-CHARGE   # d'abord
  # puis
  - "R-MOYENS"
---

On lit « Awa me montre la caisse » [@E02:38-62]. Le code R-CHARGE est nommé ici.
"""
AUTODIAGNOSTIC = """\
numero;prisme;code;question;aide;enseignements
Q1;P-GESTION;R-CHARGE;Qui ressaisit ?;;1
Q2;P-GESTION;R-MOYENS;Qui répare ?;;1
"""
SUGGESTIONS = """\
segment;code;score;rang;retenu;methode;indice;debut;fin
E01:37-62;R-CHARGE;0.82;1;oui;indices;ressaisit;44;53
E01:37-62;R-MOYENS;0.40;2;non;modele;;;
E02:38-62;O-SOUTIEN;0.60;1;oui;modele;;;
"""
FICHIERS = {
    "data/grille.yml": GRILLE,
    "data/etude.yml": "fictif: oui\nseuils:\n  R-CHARGE: 0.35  # mesuré\n  R-MOYENS: 0.5\n",
    "data/codages/lea.csv": LEA,
    "data/codages/lea@2026-03-01.csv": LEA.replace("R-CHARGE|R-MOYENS", "R-MOYENS"),
    "data/codages/arbitrage.csv": LEA.replace("R-CHARGE, P-GESTION", "R-CHARGE"),
    "data/codages/paul.csv": PAUL,
    "data/exemples/a.csv": 'texte;codes;registre\nJe cours.;R-CHARGE O-SOUTIEN;oral\n"Rien ; rien.";R-CHARGE;\n',
    "data/fiches/F1.md": FICHE,
    "data/autodiagnostic.csv": AUTODIAGNOSTIC,
    "data/suggestions.csv": SUGGESTIONS,
    "data/perdus.csv": "ou;segment;locuteur;texte;codes;origine;memo;raison\n"
    "data/codages/lea.csv;E01:90-99;Véra;Ah.;R-CHARGE;R-CHARGE:0.6:modele:;;phrase ôtée\n",
}


def poser(racine: Path, nom: str, contenu: str | bytes) -> Path:
    chemin = racine / nom
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_bytes(contenu if isinstance(contenu, bytes) else contenu.encode("utf-8"))
    return chemin


@pytest.fixture
def atelier(etude):
    """L'étude de la suite, avec tout ce qui peut citer un code."""
    for nom, contenu in FICHIERS.items():
        poser(etude, nom, contenu)
    enseignement = lire_texte(etude / "data/enseignements/1-ressaisie.md")
    poser(etude, "data/enseignements/1-ressaisie.md", enseignement.replace("[R-CHARGE]", "[R-MOYENS, 'R-CHARGE']"))
    return Etude(etude)


def photographier(etude: Etude) -> dict[str, bytes]:
    return {
        c.relative_to(etude.racine).as_posix(): c.read_bytes() for c in sorted(etude.data.rglob("*")) if c.is_file()
    }


def changes(avant: dict[str, bytes], apres: dict[str, bytes]) -> dict[str, list[tuple[str, str]]]:
    """Rendre, fichier par fichier, les lignes changées d'un état à l'autre."""
    lignes = {}
    for nom in avant:
        couples = zip(avant[nom].decode().splitlines(), apres[nom].decode().splitlines(), strict=True)
        if differentes := [couple for couple in couples if couple[0] != couple[1]]:
            lignes[nom] = differentes
    return lignes


def renommer(etude: Etude, code: str, vers: str = "", libelle: str = "", raison: str = "mieux dit"):
    evolution = preparer_renommage(etude, code, vers, libelle=libelle, raison=raison, le=JOUR)
    appliquer_evolution(evolution)
    return evolution


def fusionner(etude: Etude, *codes: str, vers: str):
    evolution = preparer_fusion(etude, codes, vers, raison="confondus", le=JOUR)
    appliquer_evolution(evolution)
    return evolution


def fautes(action, *arguments, **options) -> list[str]:
    with pytest.raises(ErreurDonnees) as levee:
        action(*arguments, **{"raison": "x", "le": JOUR} | options)
    return [str(probleme) for probleme in levee.value.problemes]


def lus(etude: Etude) -> dict[str, int]:
    """Compter les phrases lues de chaque feuille."""
    return {
        chemin.stem: sum(bool(couper_codes(codes)) for codes in lire_feuille(chemin)["codes"])
        for chemin in sorted(etude.codages.glob("*.csv"))
    }


# ── renommer ──


def test_un_renommage_suit_partout_et_ne_touche_que_lui(atelier):
    avant = photographier(atelier)
    evolution = renommer(atelier, "R-CHARGE", "R-SURCHARGE")
    apres = photographier(atelier)
    lignes = changes(avant, apres)
    assert set(apres) - set(avant) == {"data/evolutions/v1.yml", "data/evolutions/v2.csv", "data/journal_grille.csv"}
    assert lignes.pop("data/grille.yml") == [
        ("version: 1   # celle de la grille", "version: 2   # celle de la grille"),
        ("  - id: R-CHARGE  # le premier", "  - id: R-SURCHARGE  # le premier"),
        *(
            (ligne, ligne.replace("R-CHARGE", "R-SURCHARGE"))
            for ligne in (
                '    exclure: ["On a trop à faire : R-CHARGE ou R-SANTE."]',
                '    exclure: ["Seule la charge est dite : R-CHARGE."]',
            )
        ),
    ]
    assert {nom: len(siennes) for nom, siennes in lignes.items()} == {
        "data/autodiagnostic.csv": 1,
        "data/codages/arbitrage.csv": 4,
        "data/codages/lea.csv": 4,
        "data/codages/lea@2026-03-01.csv": 4,
        "data/enseignements/1-ressaisie.md": 1,
        "data/etude.yml": 1,
        "data/exemples/a.csv": 2,
        "data/fiches/F1.md": 1,
        "data/perdus.csv": 1,
        "data/suggestions.csv": 1,
    }
    assert lignes["data/fiches/F1.md"] == [("  - R-CHARGE   # d'abord", "  - R-SURCHARGE   # d'abord")]
    assert ("codes: [R-MOYENS, 'R-CHARGE']", "codes: [R-MOYENS, 'R-SURCHARGE']") in lignes[
        "data/enseignements/1-ressaisie.md"
    ]
    assert lignes["data/codages/lea.csv"][1][1] == (
        "E01:63-80;Véra;C'est long, hein.;R-SURCHARGE|R-MOYENS;"
        'R-MOYENS:0.4:modele:|R-SURCHARGE:0.7:indices:long;"R-CHARGE ; à voir"'
    )
    assert (evolution.version, evolution.codages, evolution.feuilles) == (2, 8, ("arbitrage", "lea", "lea@2026-03-01"))


def test_un_code_dont_le_nom_en_contient_un_autre_n_est_pas_touche(atelier):
    renommer(atelier, "R-CHARGE", "R-SURCHARGE")
    assert "hors R-MOYENS et R-CHARGE-X." in lire_texte(atelier.grille)


def test_aller_et_retour_rendent_les_memes_octets(atelier):
    avant = photographier(atelier)
    renommer(atelier, "R-CHARGE", "R-SURCHARGE", "Trop de travail : toujours")
    assert lire_grille(atelier.grille)["R-SURCHARGE"].libelle == "Trop de travail : toujours"
    renommer(atelier, "R-SURCHARGE", "R-CHARGE", "Charge de travail")
    apres = photographier(atelier)
    assert changes(avant, {nom: apres[nom] for nom in avant}) == {
        "data/grille.yml": [("version: 1   # celle de la grille", "version: 3   # celle de la grille")]
    }


@pytest.mark.parametrize(
    ("encodage", "saut"), [("utf-8", "\r\n"), ("utf-8-sig", "\n"), ("cp1252", "\r\n"), ("utf-8", "\r")]
)
def test_encodages_et_fins_de_ligne_sont_gardes(atelier, encodage, saut):
    for chemin in (atelier.grille, atelier.codages / "lea.csv", atelier.fiches / "F1.md", atelier.reglages):
        if saut != "\r" or chemin.suffix == ".csv":
            texte = lire_texte(chemin).replace("─", "-").replace("\n", saut)
            chemin.write_bytes(texte.encode(encodage))
    avant = photographier(atelier)
    renommer(atelier, "R-CHARGE", "R-SURCHARGE")
    assert lire_feuille(atelier.codages / "lea.csv")["codes"].tolist()[1] == "R-SURCHARGE, P-GESTION"
    renommer(atelier, "R-SURCHARGE", "R-CHARGE")
    apres = photographier(atelier)
    assert {nom for nom in avant if avant[nom] != apres[nom]} == {"data/grille.yml"}
    assert apres["data/grille.yml"] == avant["data/grille.yml"].replace(b"version: 1", b"version: 3")


def test_une_feuille_en_utf_16_devient_utf_8_sans_rien_perdre(atelier):
    chemin = atelier.codages / "lea.csv"
    chemin.write_bytes(LEA.encode("utf-16"))
    renommer(atelier, "R-CHARGE", "R-SURCHARGE")
    assert chemin.read_bytes().decode("utf-8-sig") == re.sub(r'(?<!")R-CHARGE', "R-SURCHARGE", LEA)


def test_un_libelle_que_l_encodage_ne_sait_pas_ecrire_fait_passer_en_utf_8(atelier):
    atelier.grille.write_bytes(GRILLE.replace("─", "-").encode("cp1252"))
    renommer(atelier, "R-CHARGE", libelle="Charge → surcharge")
    assert lire_grille(atelier.grille)["R-CHARGE"].libelle == "Charge → surcharge"


@pytest.mark.parametrize(
    ("code", "libelle", "ligne"),
    [
        ("R-CHARGE", 'Dit « "trop" » \\ là', '    libelle: "Dit « \\"trop\\" » \\\\ là"'),
        ("R-MOYENS", "Outils : ce qui manque", '    libelle: "Outils : ce qui manque"'),
        ("R-MOYENS", "Moyens  d'agir ", "    libelle: Moyens d'agir"),
        ("O-SOUTIEN", "no # oui", '    libelle: "no # oui"'),
        ("P-GESTION", "12", '    libelle: "12"'),
    ],
)
def test_un_libelle_seul_change_une_seule_ligne(atelier, code, libelle, ligne):
    avant = photographier(atelier)
    evolution = renommer(atelier, code, libelle=libelle)
    lignes = changes(avant, photographier(atelier))
    assert list(lignes) == ["data/grille.yml"]
    assert [apres for _, apres in lignes["data/grille.yml"]] == ["version: 2   # celle de la grille", ligne]
    assert evolution.codages == 0
    assert f"« {' '.join(libelle.split())} »" in lire_journal(atelier.journal_grille)["vers"].iloc[0]


def test_un_libelle_entre_accolades_garde_ses_guillemets_quand_il_en_faut(atelier):
    renommer(atelier, "R-SANTE", "R-CORPS", "Santé, corps")
    assert '- {id: R-CORPS, dimension: theme, libelle: "Santé, corps", definition:' in lire_texte(atelier.grille)


def test_les_passages_repris_d_un_autre_logiciel_suivent(atelier):
    repris = (
        "segment;texte;codeur;code_origine;code;origine\nE01:37-50;On les;ana;Charge;R-CHARGE P-GESTION;0.8:modele:\n"
    )
    poser(atelier.racine, "data/reprises/ana.csv", repris)
    renommer(atelier, "R-CHARGE", "R-SURCHARGE")
    assert lire_texte(atelier.reprises / "ana.csv") == repris.replace("R-CHARGE", "R-SURCHARGE")


def test_un_code_ecrit_deux_fois_dans_un_en_tete_est_renomme_deux_fois(atelier):
    fiche = FICHE.replace("  # puis\n", "  - R-CHARGE\n")
    poser(atelier.racine, "data/fiches/F1.md", fiche)
    renommer(atelier, "R-CHARGE", "R-SURCHARGE")
    assert lire_texte(atelier.fiches / "F1.md") == fiche.replace("- R-CHARGE", "- R-SURCHARGE")


def test_les_suggestions_acceptees_gardent_leur_score(atelier):
    segments = ess.segmenter(ess.lire_corpus(atelier.corpus))
    avant = ess.lire_codages(atelier.codages, segments, lire_grille(atelier.grille), relectures=True)
    renommer(atelier, "R-CHARGE", "R-SURCHARGE")
    apres = ess.lire_codages(atelier.codages, segments, lire_grille(atelier.grille), relectures=True)
    pd.testing.assert_frame_equal(avant.replace({"code": {"R-CHARGE": "R-SURCHARGE"}}), apres)
    assert "0.82:indices:ressaisir" in set(apres.loc[apres["code"] == "R-SURCHARGE", "origine"])


def test_ce_que_le_renommage_ne_fait_pas_est_dit(atelier):
    poser(atelier.racine, "data/echantillon.csv", "entretien\nE01\n")
    poser(atelier.racine, "data/desaccords.csv", "segment;decision\nE01:37-62;R-CHARGE\n")
    notebook = {"cells": [{"source": ["df['R-CHARGE']"]}, {"source": "", "outputs": ["R-CHARGE"]}]}
    poser(atelier.racine, "notebooks/n.ipynb", json.dumps(notebook))
    poser(atelier.racine, "data/methode.yml", "a: b\nb: On parle de R-CHARGE.\n")
    fige = atelier.echantillon.read_bytes()
    avis = renommer(atelier, "R-CHARGE", "R-SURCHARGE").avis
    assert [un.split(" : ")[0] for un in avis] == [
        "les suggestions viennent de l'ancienne grille",
        "l'échantillon (data/echantillon.csv) est figé avec la grille d'avant, et n'a pas changé",
        "la table data/desaccords.csv vient de l'ancienne grille",
        "les pages et les notebooks disent encore l'ancienne grille",
        "des textes nomment encore R-CHARGE, à relire",
    ]
    assert avis[-1].endswith("data/fiches/F1.md, ligne 17 ; data/methode.yml, ligne 2 ; notebooks/n.ipynb, cellule 1")
    assert atelier.echantillon.read_bytes() == fige
    assert lire_table(atelier.desaccords, ("segment", "decision"))["decision"].tolist() == ["R-SURCHARGE"]


def test_les_exemples_du_programme_ne_suivent_pas_et_c_est_dit(atelier):
    shutil.rmtree(atelier.exemples)
    avis = renommer(atelier, "R-CHARGE", "R-SURCHARGE").avis
    assert any("que le programme apporte disent encore R-CHARGE" in un for un in avis)
    assert not any("que le programme apporte" in un for un in renommer(atelier, "R-SURCHARGE", "R-AUTRE").avis)


@pytest.mark.parametrize(
    ("code", "options", "message"),
    [
        ("R-CHARG", {"vers": "R-X"}, "data/grille.yml : code inconnu (« R-CHARG »). Vouliez-vous dire « R-CHARGE » ?"),
        (
            "r-charge",
            {"vers": "R-X"},
            "data/grille.yml : code inconnu (« r-charge »). Vouliez-vous dire « R-CHARGE » ?",
        ),
        ("R-CHARGE", {}, "data/grille.yml : rien à renommer : le code s'appelle déjà ainsi (« R-CHARGE »)."),
        ("R-CHARGE", {"vers": "R-CHARGE", "libelle": "Charge de travail"}, "data/grille.yml : rien à renommer"),
        (
            "R-CHARGE",
            {"vers": "R-MOYENS"},
            "data/grille.yml : cet identifiant est déjà celui d'un code (« R-MOYENS »).",
        ),
        (
            "R-CHARGE",
            {"vers": "r-surcharge"},
            "grille après ce geste, ligne 11 : identifiant mal formé (« r-surcharge »).",
        ),
        (
            "R-CHARGE",
            {"vers": "R-À CÔTÉ: x"},
            "grille après ce geste, ligne 11 : identifiant mal formé (« R-À CÔTÉ: x »).",
        ),
        (
            "R-CHARGE",
            {"vers": "O-CHARGE"},
            "nouvel identifiant : changement de famille depuis R-CHARGE (« O-CHARGE »).",
        ),
        ("R-CHARGE", {"libelle": "moyens Techniques"}, "grille après ce geste, ligne 31 : libellé en double"),
        ("R-CHARGE", {"libelle": "a\x07b"}, "libellé : signe invisible interdit."),
        ("R-CHARGE", {"vers": "R-X", "raison": " \n "}, "raison : raison vide. Dites pourquoi en une phrase"),
    ],
)
def test_un_renommage_refuse_dit_pourquoi_et_n_ecrit_rien(atelier, code, options, message):
    avant = photographier(atelier)
    dites = fautes(preparer_renommage, atelier, code, **options)
    assert dites[0].startswith(message), dites
    assert photographier(atelier) == avant


def test_un_nom_deja_ecrit_quelque_part_est_refuse_avec_toutes_ses_places(atelier):
    poser(atelier.racine, "data/exemples/a.csv", "texte;codes\nOui.;-\nBon.;R-VIEUX\n")
    poser(atelier.racine, "data/grille.yml", GRILLE.replace("[L'entraide]", '["L\'entraide ; R-VIEUX sinon"]'))
    assert fautes(preparer_renommage, atelier, "R-CHARGE", vers="R-VIEUX") == [
        f"{ou} : ce nom est déjà écrit, pour un code qui n'existe pas (« R-VIEUX »). "
        "Choisissez un autre identifiant, ou corrigez d'abord cette ligne."
        for ou in ("data/exemples/a.csv, ligne 3", "data/grille.yml, ligne 50")
    ]


def test_toutes_les_fautes_d_un_coup(atelier):
    poser(atelier.racine, "data/scission.csv", "feuille;segment;texte;codes;nouveau\n")
    dites = fautes(preparer_renommage, atelier, "R-RIEN", vers="R-MOYENS", raison="")
    assert [dite.split(" : ")[0] for dite in dites] == [
        "raison",
        "data/scission.csv",
        "data/grille.yml",
        "data/grille.yml",
    ]


# ── ce qui s'oppose à tout geste ──


def test_une_feuille_restee_dans_un_classeur_arrete_tout(atelier):
    poser(atelier.racine, "data/codages/ana.xlsx", b"PK")
    [dite] = fautes(preparer_renommage, atelier, "R-CHARGE", vers="R-X")
    assert dite.startswith("data/codages/ana.xlsx : classeur de tableur, qui n'est pas lu.")


def test_toutes_les_feuilles_illisibles_sont_dites(atelier):
    poser(atelier.racine, "data/codages/ana.csv", "segment;locuteur;texte;codes\nE01:1-2;R-CHARGE\n")
    poser(atelier.racine, "data/codages/bob.csv", 'segment;locuteur;texte;codes\n"E01:1-2;a;b;R-CHARGE\n')
    dites = fautes(preparer_suppression, atelier, "R-CHARGE")
    assert [dite.split(" (")[0] for dite in dites] == [
        "data/codages/ana.csv, ligne 2 : 2 cellules au lieu de 4",
        "data/codages/bob.csv, ligne 2 : guillemet mal placé ou jamais fermé. Fermez-le, et doublez ceux qui sont dans "
        "le texte d'une cellule.",
    ]


def test_tous_les_fichiers_vides_sont_dits(atelier):
    poser(atelier.racine, "data/codages/ana.csv", "")
    poser(atelier.racine, "data/exemples/b.csv", " \n")
    dites = fautes(preparer_renommage, atelier, "R-CHARGE", vers="R-X")
    assert [dite.split(" : ")[0] for dite in dites] == ["data/codages/ana.csv", "data/exemples/b.csv"]


@pytest.mark.parametrize(
    ("nom", "contenu", "message"),
    [
        ("data/etude.yml", "seuils: 3\n", "data/etude.yml, ligne 1 : seuils mal écrits"),
        ("data/grille.yml", "a: &b c\n", "data/grille.yml, ligne 1"),
        ("data/fiches/F2.md", "sans en-tête\n", "data/fiches/F2.md, ligne 1 : en-tête manquant"),
        ("data/codages/vide.csv", "", "data/codages/vide.csv : fichier vide"),
        (
            "data/suggestions.csv",
            "segment;code\nE01:1-2;R-CHARGE\n",
            "data/suggestions.csv, ligne 1 : colonne manquante",
        ),
        ("data/codages/nul.csv", b"a\x00b;c", "data/codages/nul.csv : ce fichier n'est pas du texte"),
    ],
)
def test_un_fichier_abime_est_dit_et_rien_n_est_ecrit(atelier, nom, contenu, message):
    poser(atelier.racine, nom, contenu)
    avant = photographier(atelier)
    assert fautes(preparer_renommage, atelier, "R-CHARGE", vers="R-X")[0].startswith(message)
    assert photographier(atelier) == avant


def test_une_version_que_le_journal_a_depassee_est_refusee(atelier):
    renommer(atelier, "R-CHARGE", "R-X")
    poser(atelier.racine, "data/grille.yml", lire_texte(atelier.grille).replace("version: 2", "version: 1"))
    assert fautes(preparer_renommage, atelier, "R-X", vers="R-Y") == [
        "data/grille.yml : version déjà dépassée (« 1 »). Écrivez « version: 2 », celle du dernier changement."
    ]


def test_un_changement_absent_du_journal_est_dit(atelier):
    renommer(atelier, "R-CHARGE", "R-X")
    atelier.journal_grille.unlink()
    [dite] = fautes(preparer_renommage, atelier, "R-X", vers="R-Y")
    assert dite.startswith("data/evolutions/v2.csv : le journal de la grille ne dit rien de ce changement.")


def test_un_fichier_change_entre_temps_arrete_l_ecriture(atelier):
    evolution = preparer_renommage(atelier, "R-CHARGE", "R-X", raison="x", le=JOUR)
    poser(atelier.racine, "data/codages/paul.csv", PAUL.replace('"-"', '"R-SANTE"'))
    avant = photographier(atelier)
    with pytest.raises(ErreurDonnees, match=r"data/codages/paul\.csv : ce fichier vient de changer"):
        appliquer_evolution(evolution)
    assert photographier(atelier) == avant


def test_une_ecriture_impossible_ne_change_rien(atelier):
    poser(atelier.racine, "data/evolutions", "un fichier à la place du dossier")
    avant = photographier(atelier)
    with pytest.raises(ErreurDonnees, match="écriture impossible"):
        renommer(atelier, "R-CHARGE", "R-X")
    assert photographier(atelier) == avant


# ── fusionner ──


def test_une_fusion_reunit_les_consignes_sans_doublon(atelier):
    fusionner(atelier, "R-MOYENS", "R-CHARGE", vers="R-CHARGE")
    code = lire_grille(atelier.grille)["R-CHARGE"]
    assert code.inclure == ("La double saisie", "Le soir, encore", "L'outil plante")
    assert code.exclure == ("L'outil est mauvais : R-MOYENS.", "On a trop à faire : R-CHARGE ou R-SANTE.")
    assert code.exemples[-1] == "Le logiciel plante."
    assert code.contre_exemples == ("On respire.", "La caisse marche.")
    assert code.indices == ("ressaisir", "deux fois", "plante", "temps mort")
    assert code.sauf == ("plante verte",)
    assert code.libelle == "Charge de travail"
    assert lire_grille(atelier.grille).ids() == ("R-CHARGE", "R-SANTE", "O-SOUTIEN", "P-GESTION")


def test_une_fusion_ecrit_ou_il_faut_et_garde_les_commentaires(atelier):
    fusionner(atelier, "R-MOYENS", vers="R-CHARGE")
    texte = lire_texte(atelier.grille)
    assert '    inclure: [La double saisie, "Le soir, encore", "L\'outil plante"]\n' in texte or (
        '    inclure: [La double saisie, "Le soir, encore", L\'outil plante]\n' in texte
    )
    assert (
        "      - deux fois   # un indice\n      - plante\n      - temps mort\n    sauf:\n      - plante verte\n"
        in texte
    )
    assert "\n  # ── les moyens ──\n  - {id: R-SANTE," in texte
    assert "  - id: R-CHARGE  # le premier\n" in texte


def test_une_fusion_dans_un_code_entre_accolades(atelier):
    fusionner(atelier, "R-MOYENS", vers="R-SANTE")
    code = lire_grille(atelier.grille)["R-SANTE"]
    assert code.inclure == ("Les yeux", "La double saisie", "L'outil plante")
    assert code.sauf == ("plante verte", "deux fois")
    assert code.exclure[-1] == "On a trop à faire : R-CHARGE ou R-SANTE."


def test_une_fusion_suit_dans_les_feuilles_sans_perdre_une_lecture(atelier):
    avant = lus(atelier)
    evolution = fusionner(atelier, "R-MOYENS", vers="R-CHARGE")
    lea = lire_feuille(atelier.codages / "lea.csv")
    assert lea.loc[4, "codes"] == "R-CHARGE"
    assert lea.loc[4, "origine"] == "R-CHARGE:0.7:indices:long"
    assert lire_feuille(atelier.codages / "paul.csv").loc[2, "codes"] == "R-CHARGE"
    assert '"R-CHARGE"\n"E01:63-80"' in lire_texte(atelier.codages / "paul.csv")
    assert lus(atelier) == avant
    assert (evolution.codages, evolution.feuilles) == (4, ("arbitrage", "lea", "lea@2026-03-01", "paul"))


def test_la_suggestion_que_la_personne_avait_acceptee_l_emporte_sur_un_meilleur_score(atelier):
    ligne = "E02:63-82;Samir;Le camion est bleu.;R-MOYENS;R-CHARGE:0.9:modele:|R-MOYENS:0.3:indices:camion;"
    poser(atelier.racine, "data/codages/lea.csv", LEA.replace(LEA.splitlines()[-1], ligne))
    fusionner(atelier, "R-MOYENS", vers="R-CHARGE")
    assert lire_feuille(atelier.codages / "lea.csv").loc[7, "origine"] == "R-CHARGE:0.3:indices:camion"


def test_une_fusion_reunit_ce_qui_cite_les_deux(atelier):
    evolution = fusionner(atelier, "R-MOYENS", vers="R-CHARGE")
    assert "codes: ['R-CHARGE']" in lire_texte(atelier.enseignements / "1-ressaisie.md")
    assert "codes:\n  - R-CHARGE   # d'abord\n  # puis\n---" in lire_texte(atelier.fiches / "F1.md")
    assert lire_table(atelier.autodiagnostic, ("code",), ("numero", "prisme", "question", "aide", "enseignements"))[
        "code"
    ].tolist() == ["R-CHARGE", "R-CHARGE"]
    assert lire_texte(atelier.suggestions) == SUGGESTIONS.replace("E01:37-62;R-MOYENS;0.40;2;non;modele;;;\n", "")
    assert lire_texte(atelier.reglages) == FICHIERS["data/etude.yml"].replace("  R-MOYENS: 0.5\n", "")
    assert any("le seuil « R-MOYENS: 0.5 » est ôté" in un for un in evolution.avis)


def test_une_suggestion_du_code_absorbe_remplace_une_plus_faible(atelier):
    poser(atelier.racine, "data/suggestions.csv", SUGGESTIONS.replace("0.40", "0.95"))
    fusionner(atelier, "R-MOYENS", vers="R-CHARGE")
    assert "E01:37-62;R-CHARGE;0.95;2;non;modele;;;\n" in lire_texte(atelier.suggestions)
    assert "0.82" not in lire_texte(atelier.suggestions)


def test_les_consignes_a_relire_sont_dites_avec_leur_ligne(atelier):
    evolution = fusionner(atelier, "R-MOYENS", vers="R-CHARGE")
    [avis] = [un for un in evolution.avis if "le distinguent encore" in un]
    lignes = [int(ligne) for ligne in re.findall(r"\d+", avis.rpartition("ligne")[2])]
    texte = lire_texte(atelier.grille).splitlines()
    assert all("R-MOYENS" in texte[ligne - 1] or "R-CHARGE" in texte[ligne - 1] for ligne in lignes)
    assert len(lignes) == 3


def test_plusieurs_codes_rejoignent_le_meme(atelier):
    fusionner(atelier, "R-MOYENS", "R-SANTE", vers="R-CHARGE")
    grille = lire_grille(atelier.grille)
    assert grille.ids() == ("R-CHARGE", "O-SOUTIEN", "P-GESTION")
    assert grille["R-CHARGE"].indices[-1] == "mal au dos"


@pytest.mark.parametrize(
    ("codes", "vers", "messages"),
    [
        (["R-CHARGE"], "R-CHARGE", ["data/grille.yml : rien à fusionner : un code seul (« R-CHARGE »)."]),
        (["R-CHARGE", "R-MOYEN"], "R-DUR", ["code inconnu (« R-MOYEN »)", "code inconnu (« R-DUR »)"]),
        (
            ["O-SOUTIEN", "P-GESTION"],
            "R-CHARGE",
            [
                "O-SOUTIEN et R-CHARGE ne sont pas de la même famille",
                "P-GESTION et R-CHARGE ne sont pas de la même dimension",
            ],
        ),
    ],
)
def test_une_fusion_refusee_dit_tout(atelier, codes, vers, messages):
    dites = fautes(preparer_fusion, atelier, codes, vers)
    assert len(dites) == len(messages)
    assert all(message in dite for message, dite in zip(messages, dites, strict=True))


def test_une_fusion_sans_plus_aucun_contre_exemple_est_refusee(atelier):
    texte = GRILLE.replace("['Le logiciel plante.', On respire.]", "[Le logiciel plante.]")
    poser(atelier.racine, "data/grille.yml", texte.replace("[La caisse marche.]", '["je tape tout : deux fois."]'))
    [dite] = fautes(preparer_fusion, atelier, ["R-MOYENS"], "R-CHARGE")
    assert dite.startswith("data/grille.yml : la fusion n'aurait plus aucun contre-exemple.")


# ── supprimer ──


def test_un_code_encore_cite_n_est_pas_supprime(atelier):
    poser(atelier.racine, "data/desaccords.csv", "segment;decision\nE01:37-62;R-CHARGE\n")
    dites = fautes(preparer_suppression, atelier, "R-CHARGE")
    assert [dite.split(" (")[0] for dite in dites] == [
        "data/enseignements/1-ressaisie.md, ligne 5 : le code est encore cité",
        "data/fiches/F1.md, ligne 12 : le code est encore cité",
        "data/autodiagnostic.csv, ligne 2 : le code est encore cité",
        "data/desaccords.csv, ligne 2 : le code est encore cité",
        "data/grille.yml, ligne 36 : le code est encore nommé par R-MOYENS",
        "data/grille.yml, ligne 51 : le code est encore nommé par O-SOUTIEN",
    ]


@pytest.fixture
def libre(atelier):
    """La même étude, où plus rien ne cite R-CHARGE."""
    for chemin in (atelier.grille, atelier.fiches / "F1.md", atelier.enseignements / "1-ressaisie.md"):
        texte = lire_texte(chemin)
        texte = re.sub(r"\"On a trop[^\"]*\"|\"Seule la[^\"]*\"", "Rien", texte)
        texte = texte.replace("  - R-CHARGE   # d'abord\n", "").replace(", 'R-CHARGE'", "")
        poser(atelier.racine, chemin.relative_to(atelier.racine).as_posix(), texte)
    poser(atelier.racine, "data/autodiagnostic.csv", AUTODIAGNOSTIC.replace("R-CHARGE", "R-MOYENS"))
    return atelier


def test_une_suppression_laisse_lue_une_phrase_qui_n_avait_que_lui(libre):
    avant = lus(libre)
    evolution = preparer_suppression(libre, "R-CHARGE", raison="trop vague", le=JOUR)
    appliquer_evolution(evolution)
    lea = lire_feuille(libre.codages / "lea.csv")
    assert lea["codes"].tolist() == ["-", "P-GESTION", "R-MOYENS", "", "O-SOUTIEN", "-"]
    assert lea["origine"].tolist() == ["", "O-SOUTIEN:0.31:modele:", "R-MOYENS:0.4:modele:", "", "", ""]
    assert lea.loc[4, "memo"] == "R-CHARGE ; à voir"
    assert lus(libre) == avant
    assert "R-CHARGE" not in lire_grille(libre.grille)
    assert lire_table(libre.exemples / "a.csv", ("texte", "codes"), ("registre",))["codes"].tolist() == [
        "O-SOUTIEN",
        "-",
    ]
    assert lire_texte(libre.suggestions) == "".join(SUGGESTIONS.splitlines(keepends=True)[i] for i in (0, 2, 3))
    assert lire_texte(libre.reglages) == "fictif: oui\nseuils:\n  R-MOYENS: 0.5\n"
    assert controler_tout(libre) == []
    assert evolution.codages == 8


def controler_tout(etude: Etude) -> list[str]:
    return [str(probleme) for probleme in controler(etude)]


def test_le_dernier_seuil_ote_laisse_des_reglages_lisibles(libre):
    poser(libre.racine, "data/etude.yml", "seuils:\n  R-CHARGE: 0.35\n")
    appliquer_evolution(preparer_suppression(libre, "R-CHARGE", raison="x", le=JOUR))
    assert ess.lire_reglages(libre.reglages).seuils == {}
    poser(libre.racine, "data/etude.yml", "seuils: {R-SANTE: 0.1, R-MOYENS: 0.35, O-SOUTIEN: 0.2}\n")
    appliquer_evolution(preparer_fusion(libre, ["R-MOYENS"], "R-SANTE", raison="x", le=JOUR))
    assert lire_texte(libre.reglages) == "seuils: {R-SANTE: 0.1, O-SOUTIEN: 0.2}\n"


def test_le_bloc_supprime_part_seul(libre):
    avant = lire_texte(libre.grille)
    appliquer_evolution(preparer_suppression(libre, "R-CHARGE", raison="x", le=JOUR))
    debut, fin = avant.index("  - id: R-CHARGE"), avant.index("  # ── les moyens")
    assert lire_texte(libre.grille) == (avant[:debut] + avant[fin:]).replace("version: 1", "version: 2")


def test_le_seul_code_d_une_grille_reste(etude):
    texte = lire_texte(etude / "data/grille.yml")
    poser(etude, "data/grille.yml", texte[: texte.index("  - id: O-SOUTIEN")])
    [dite] = fautes(preparer_suppression, Etude(etude), "R-CHARGE")
    assert dite.startswith("data/grille.yml : c'est le seul code de la grille (« R-CHARGE »).")


# ── ce qui permet de revenir ──


GARDE = ("feuille", "ligne", "segment", "codes_avant", "codes_apres", "origine_avant", "origine_apres")


def revenir(etude: Etude, version: int) -> None:
    """Revenir d'un geste comme une personne le ferait, avec ce que ``data/evolutions`` garde."""
    shutil.copy(etude.evolutions / f"v{version - 1}.yml", etude.grille)
    for nom, changements in lire_table(etude.evolutions / f"v{version}.csv", GARDE).groupby("feuille"):
        if not nom.startswith("data/codages/"):
            continue
        feuille = lire_feuille(etude.racine / nom)
        lignes = changements["ligne"].astype(int)
        for colonne in ("codes", "origine"):
            assert feuille.loc[lignes, colonne].tolist() == changements[f"{colonne}_apres"].tolist()
            feuille.loc[lignes, colonne] = changements[f"{colonne}_avant"].tolist()
        ecrire_table(etude.racine / nom, feuille)


@pytest.mark.parametrize("geste", ["fusionner", "supprimer"])
def test_ce_qui_est_garde_suffit_a_revenir(libre, geste):
    feuilles = {chemin: lire_feuille(chemin) for chemin in libre.codages.glob("*.csv")}
    grille = libre.grille.read_bytes()
    if geste == "fusionner":
        fusionner(libre, "R-CHARGE", vers="R-MOYENS")
    else:
        appliquer_evolution(preparer_suppression(libre, "R-CHARGE", raison="x", le=JOUR))
    assert not all(lire_feuille(chemin).equals(feuille) for chemin, feuille in feuilles.items())
    revenir(libre, 2)
    assert all(lire_feuille(chemin).equals(feuille) for chemin, feuille in feuilles.items())
    assert libre.grille.read_bytes() == grille


def test_chaque_ligne_changee_est_gardee_avec_ses_codes_d_avant(atelier):
    avant = {chemin: lire_feuille(chemin) for chemin in atelier.codages.glob("*.csv")}
    fusionner(atelier, "R-MOYENS", vers="R-CHARGE")
    garde = lire_table(atelier.evolutions / "v2.csv", GARDE)
    for chemin, feuille in avant.items():
        apres = lire_feuille(chemin)
        differe = (feuille[["codes", "origine"]] != apres[["codes", "origine"]]).any(axis=1)
        siennes = garde[garde["feuille"] == f"data/codages/{chemin.name}"]
        assert siennes["ligne"].astype(int).tolist() == differe.index[differe].tolist()
        assert siennes["codes_avant"].tolist() == feuille.loc[differe, "codes"].tolist()
        assert siennes["origine_avant"].tolist() == feuille.loc[differe, "origine"].tolist()
        assert siennes["codes_apres"].tolist() == apres.loc[differe, "codes"].tolist()
    autres = garde[~garde["feuille"].str.startswith("data/codages/")]
    assert autres["feuille"].tolist() == [
        "data/enseignements/1-ressaisie.md",
        "data/fiches/F1.md",
        "data/autodiagnostic.csv",
        "data/etude.yml",
    ]
    assert autres["codes_avant"].tolist() == ["R-MOYENS R-CHARGE", "R-CHARGE R-MOYENS", "R-MOYENS", "R-MOYENS: 0.5"]
    assert (atelier.evolutions / "v1.yml").read_bytes() == GRILLE.encode()


# ── le journal ──


def test_le_journal_garde_chaque_geste_dans_l_ordre(atelier):
    renommer(atelier, "R-CHARGE", "R-SURCHARGE", raison="= plus\nclair")
    fusionner(atelier, "R-MOYENS", "R-SURCHARGE", vers="R-SURCHARGE")
    journal, feuilles = lire_journal(atelier.journal_grille), "arbitrage lea lea@2026-03-01"
    assert journal.columns.tolist() == list(JOURNAL)
    assert journal.values.tolist() == [
        [2, "2026-11-22", "renommer", "R-CHARGE", "R-SURCHARGE", "= plus clair", 8, feuilles],
        [3, "2026-11-22", "fusionner", "R-MOYENS R-SURCHARGE", "R-SURCHARGE", "confondus", 4, f"{feuilles} paul"],
    ]
    assert ";'= plus clair;" in lire_texte(atelier.journal_grille)


@pytest.mark.parametrize(
    ("ligne", "message"),
    [
        ("deux;2026-11-22;renommer;a;b;c;1;d", "ligne 2 : « version » mal écrit (« deux »)."),
        ("2;2026-11-22;renommer;a;b;c;peu;d", "ligne 2 : « codages » mal écrit (« peu »)."),
        (
            "2;22/11/2026;renommer;a;b;c;1;d",
            "ligne 2 : date mal écrite (« 22/11/2026 »). Écrivez par exemple 2026-11-22.",
        ),
        ("1;2026-11-22;renommer;a;b;c;1;d", "ligne 2 : version qui ne suit pas la précédente (« 1 »)."),
    ],
)
def test_un_journal_retouche_est_dit(atelier, ligne, message):
    poser(atelier.racine, "data/journal_grille.csv", ";".join(JOURNAL) + "\n" + ligne + "\n")
    with pytest.raises(ErreurDonnees) as levee:
        lire_journal(atelier.journal_grille)
    [dite] = map(str, levee.value.problemes)
    assert f"journal_grille.csv, {message}" in dite


def test_deux_ecritures_sont_identiques(atelier):
    un, deux = (preparer_renommage(atelier, "R-CHARGE", "R-X", raison="x", le=JOUR) for _ in range(2))
    assert un.contenus == deux.contenus
    assert hashlib.sha256(b"".join(un.contenus.values())).hexdigest()


# ── l'étude de démonstration ──


@pytest.fixture
def demonstration(tmp_path, monkeypatch):
    shutil.copytree(
        RACINE / "data", tmp_path / "data", ignore=shutil.ignore_patterns("brut", "suggestions.csv", "identifiants")
    )
    poser(tmp_path, "data/suggestions.csv", SUGGESTIONS.splitlines()[0] + "\nE01:13-99;R-MOYENS;0.3;1;non;modele;;;\n")
    monkeypatch.chdir(tmp_path)
    return Etude(tmp_path)


def test_la_demonstration_reste_en_ordre_apres_chaque_geste(demonstration):
    avant, lectures = photographier(demonstration), lus(demonstration)
    assert controler_tout(demonstration) == []
    # The words counted by theme are to be counted again, and the check says so.
    shutil.rmtree(demonstration.lexicometrie)
    avant = photographier(demonstration)
    assert renommer(demonstration, "R-MOYENS", "R-OUTILS").codages > 100
    assert controler_tout(demonstration) == []
    renommer(demonstration, "R-OUTILS", "R-MOYENS")
    apres = photographier(demonstration)
    assert {nom for nom in avant if avant[nom] != apres[nom]} == {"data/grille.yml"}
    fusionner(demonstration, "R-MOYENS", "R-DONNEES", vers="R-MOYENS")
    assert controler_tout(demonstration) == []
    assert lus(demonstration) == lectures
    assert len(fautes(preparer_suppression, demonstration, "R-SANTE")) == 6
