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
