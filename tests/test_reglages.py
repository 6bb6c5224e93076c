"""Les réglages d'une étude."""

from __future__ import annotations

import pytest

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.reglages import Reglages, lire_reglages


def test_sans_fichier_les_reglages_sont_les_plus_prudents(tmp_path):
    assert lire_reglages(tmp_path / "etude.yml") == Reglages(identifiant="", fictif="non", seuil=3)


def test_les_reglages_se_lisent(ecrire):
    chemin = ecrire("etude.yml", "identifiant: jardins-3f2a\nfictif: oui\nseuil: 5\n")
    assert lire_reglages(chemin) == Reglages("jardins-3f2a", "oui", 5)


def test_les_seuils_se_lisent_par_code(ecrire):
    chemin = ecrire("etude.yml", "seuils:\n  R-CHARGE: 0.34\n  O-COM: 1\n")
    assert lire_reglages(chemin).seuils == {"R-CHARGE": 0.34, "O-COM": 1}
    assert lire_reglages(chemin, ("R-CHARGE", "O-COM")) == lire_reglages(chemin)


@pytest.mark.parametrize(
    ("seuils", "attendus"),
    [
        ("\n  R-CHARG: 0.3", ["etude.yml, ligne 3 : code inconnu (« R-CHARG »). Vouliez-vous dire « R-CHARGE » ?"]),
        ("\n  R-CHARGE: 0,3", ["ligne 3 : seuil de R-CHARGE mal écrit (« 0,3 »)", "de 0 à 1, avec un point"]),
        ("\n  R-CHARGE: 30", ["ligne 3 : seuil de R-CHARGE mal écrit (« 30 »)"]),
        ("\n  R-CHARGE: -0.1", ["seuil de R-CHARGE mal écrit"]),
        ("\n  R-CHARGE: true", ["seuil de R-CHARGE mal écrit"]),
        ("\n  R-CHARGE:", ["seuil de R-CHARGE mal écrit"]),
        (" 0.3", ["etude.yml, ligne 2 : seuils mal écrits (« 0.3 »)", "un code par ligne, en retrait"]),
        ("\n  - 0.3", ["etude.yml, ligne 2 : seuils mal écrits"]),
        ("\n  R-CHARG: 0.3\n  O-COM: beaucoup", ["ligne 3 : code inconnu", "ligne 4 : seuil de O-COM mal écrit"]),
    ],
)
def test_un_seuil_fautif_est_dit_a_sa_ligne(seuils, attendus, ecrire):
    with pytest.raises(ErreurDonnees) as erreur:
        lire_reglages(ecrire("etude.yml", f"fictif: oui\nseuils:{seuils}\n"), ("R-CHARGE", "O-COM"))
    for attendu in attendus:
        assert attendu in str(erreur.value)


@pytest.mark.parametrize("seuil", [0, 0.5, 1, 1.0001, -1, float("nan")])
def test_un_seuil_va_de_0_a_1_bornes_comprises(seuil, ecrire):
    chemin = ecrire("etude.yml", f"seuils: {{R-CHARGE: {seuil}}}\n")
    if 0 <= seuil <= 1:
        assert lire_reglages(chemin).seuils == {"R-CHARGE": seuil}
    else:
        with pytest.raises(ErreurDonnees, match="seuil de R-CHARGE mal écrit"):
            lire_reglages(chemin)


def test_sans_la_grille_un_code_ne_peut_etre_verifie(ecrire):
    assert lire_reglages(ecrire("etude.yml", "seuils: {R-INVENTE: 0.3}\n")).seuils == {"R-INVENTE": 0.3}


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("fictif: peut-être\n", "etude.yml, ligne 1 : valeur inacceptable (« peut-être »)"),
        ("fictif: oui\nseuille: 4\n", "etude.yml, ligne 2 : clé inconnue (« seuille »). Vouliez-vous dire « seuil » ?"),
        ("seuil: 1\n", "etude.yml, ligne 1 : seuil trop bas (« 1 »). Au moins 2"),
        ("identifiant: ../ailleurs\n", "identifiant mal formé (« ../ailleurs »)"),
        ("seuil: beaucoup\n", "un nombre entier est attendu"),
    ],
)
def test_un_reglage_fautif_est_dit(texte, attendu, ecrire):
    with pytest.raises(ErreurDonnees) as erreur:
        lire_reglages(ecrire("etude.yml", texte))
    assert attendu in str(erreur.value)


def test_toutes_les_fautes_de_valeur_sont_dites_ensemble(ecrire):
    with pytest.raises(ErreurDonnees) as erreur:
        lire_reglages(ecrire("etude.yml", "identifiant: a/b\nseuil: 0\n"))
    assert len(erreur.value.problemes) == 2


def test_les_mentions_se_lisent_et_ce_qui_reste_a_ecrire_manque(ecrire):
    texte = (
        "mentions:\n  editeur: >-\n    Une équipe,\n    ici\n  contact:\n"
        "  licence: à compléter\n  donnees: À écrire par le DPO\n"
    )
    assert lire_reglages(ecrire("etude.yml", texte)).mentions == {"editeur": "Une équipe, ici"}
    assert lire_reglages(ecrire("etude.yml", "mentions: {}\nseuil: 4\n")).mentions == {}


@pytest.mark.parametrize(
    ("mentions", "attendu"),
    [
        ("\n  editeurs: A", "etude.yml, ligne 2 : mention inconnue (« editeurs »). Vouliez-vous dire « editeur » ?"),
        ("\n  contact: [a]", "etude.yml, ligne 2 : un texte est attendu"),
        ("\n  contact: a\n  conformite: partiel\n  audit: x", "ligne 3 : état de conformité inconnu (« partiel »)"),
        ("\n  conformite: partielle", "ligne 2 : conformité affirmée sans audit (« partielle »)"),
        ("\n  conformite: totale\n  audit: à compléter", "ligne 2 : conformité affirmée sans audit (« totale »)"),
        (" rien", "etude.yml, ligne 1 : mentions mal écrites (« rien »)"),
    ],
)
def test_une_mention_fautive_est_dite_a_sa_ligne(mentions, attendu, ecrire):
    with pytest.raises(ErreurDonnees) as erreur:
        lire_reglages(ecrire("etude.yml", f"mentions:{mentions}\n"))
    assert attendu in str(erreur.value)


def test_une_conformite_appuyee_sur_un_audit_est_gardee(ecrire):
    texte = "mentions: {conformite: partielle, audit: 'Par A, en mars : 70 %'}\n"
    assert lire_reglages(ecrire("etude.yml", texte)).mentions["conformite"] == "partielle"
