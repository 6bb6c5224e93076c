"""Les noms sous lesquels une feuille s'ouvre : refusés à l'entrée quand elle ne pourrait être lue ensuite."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

import ess_analyse as ess
from ess_analyse.cli import principal
from ess_analyse.codages import lire_codages, verifier_nom
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.relecture import relire

REFUSES = [
    ("majorite", "nom de codeur réservé", "prenez un autre nom"),
    ("majorite@2026-03-01", "nom de codeur réservé", "prenez un autre nom"),
    ("machine", "nom de codeur réservé", "prenez un autre nom"),
    ("Aux", "nom de codeur réservé", "prenez un autre nom"),
    ("--", "nom mal écrit", "dont une lettre"),
    ("claire@2026-99-99", "seconde lecture sans date lisible", "donnez une date qui existe (claire@2026-03-01)"),
    ("claire@2026-02-30", "seconde lecture sans date lisible", "donnez une date qui existe (claire@2026-03-01)"),
    ("claire@2026-03-01", "seconde lecture sans la première", "codez d'abord sous le nom « claire »"),
    ("claire@hier", "nom mal écrit", "lettres, chiffres et tirets seulement"),
    ("a b", "nom mal écrit", "lettres, chiffres et tirets seulement"),
]


def noms(etude):
    return sorted(feuille.name for feuille in (etude / "data/codages").iterdir())


def sortie(*arguments):
    resultat = CliRunner().invoke(principal, list(arguments))
    return resultat.exit_code, " ".join(re.sub("[│╭╮╰╯─]", " ", resultat.output).split())


@pytest.mark.parametrize(("codeur", "message", "remede"), REFUSES)
@pytest.mark.parametrize("commande", [("relire", "--sans-navigateur"), ("feuille",)])
def test_les_commandes_refusent_et_n_ecrivent_rien(etude, commande, codeur, message, remede):
    avant = noms(etude)
    code, dit = sortie(*commande, "--codeur", codeur)
    assert code == 2
    assert message in dit
    assert remede in dit
    assert noms(etude) == avant


@pytest.mark.parametrize(("codeur", "message", "remede"), REFUSES)
def test_le_composant_refuse_et_n_ecrit_rien(etude, codeur, message, remede):
    avant = noms(etude)
    with pytest.raises(ErreurDonnees) as prise:
        relire(codeur=codeur)
    (probleme,) = prise.value.problemes
    assert probleme.message == message
    assert remede in probleme.remede
    assert noms(etude) == avant


def test_relire_envoie_l_arbitrage_a_sa_commande(etude):
    code, dit = sortie("relire", "--codeur", "arbitrage", "--sans-navigateur")
    assert code == 2
    assert "« ess-analyse arbitrer »" in dit
    with pytest.raises(ErreurDonnees, match="ess-analyse arbitrer"):
        relire(codeur="arbitrage")
    assert sortie("feuille", "--codeur", "arbitrage")[0] == 0


def test_une_seconde_lecture_s_ouvre_apres_la_premiere(etude):
    dossier = Etude(etude).codages
    assert verifier_nom("lea@2026-03-01", dossier) == []
    assert [verifier_nom(nom, dossier) for nom in ("C1", "auxane", "com", "Zoé-2", "é")] == [[]] * 5
    assert all(verifier_nom(nom, dossier) for nom in ("-", "12", "_1", "-@2026-03-01", "con", "NUL", "com1", "LPT³"))
    (dossier / "orpheline@2026-03-01.csv").write_bytes((dossier / "lea.csv").read_bytes())
    assert verifier_nom("lea@2026-03-01", dossier) == []
    assert [probleme.valeur for probleme in verifier_nom("orpheline@2026-03-01", dossier)] == ["orpheline"]


@pytest.mark.parametrize("codeur", ["majorite", "machine"])
def test_une_feuille_au_nom_reserve_est_refusee_a_la_lecture(etude, codeur):
    atelier = Etude(etude)
    (atelier.codages / "lea.csv").rename(atelier.codages / f"{codeur}.csv")
    segments, grille = ess.segmenter(ess.lire_corpus(atelier.corpus)), ess.lire_grille(atelier.grille)
    with pytest.raises(ErreurDonnees, match="nom de codeur réservé"):
        lire_codages(atelier.codages, segments, grille)
