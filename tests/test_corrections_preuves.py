"""Les mots des preuves sont gardés : un texte corrigé ne change pas ce qu'un enseignement cite sans qu'on le voie."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal
from ess_analyse.corrections import sceller_preuves, textes_corriges
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.fichiers import lire_texte
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import FEUILLE
from ess_analyse.segments import segmenter

ENSEIGNEMENT = Path("data/enseignements/1-ressaisie.md")
PREUVE = "On les ressaisit le soir."
DEMONSTRATION = Etude(Path(__file__).parents[1])


def lancer(*arguments: str, code: int = 0) -> str:
    resultat = CliRunner().invoke(principal, arguments, prog_name="ess-analyse")
    assert resultat.exit_code == code, resultat.output
    return resultat.output


def modifier(chemin: str, avant: str, apres: str) -> None:
    texte = lire_texte(Path(chemin))
    assert avant in texte
    Path(chemin).write_text(texte.replace(avant, apres), encoding="utf-8")


@pytest.fixture
def segments(etude):
    return segmenter(lire_corpus(Etude(etude).corpus))


@pytest.fixture
def scellee(etude, segments):
    """Une étude qui cite E01, que personne n'a codé."""
    sceller_preuves(Etude(etude), segments)
    for feuille in Path("data/codages").iterdir():
        feuille.unlink()
    return Etude(etude)


def test_chaque_preuve_est_gardee_avec_ses_voisines(etude, segments):
    assert sceller_preuves(Etude(etude), segments) == [Etude(etude).preuves]
    table = lire_feuille(Etude(etude).preuves)
    assert tuple(table.columns) == FEUILLE
    assert PREUVE in set(table["texte"])
    assert set(table["codes"]) == set(table["memo"]) == {""}
    ordre = list(segments["segment"])
    rangs = [ordre.index(segment) for segment in table["segment"]]
    assert rangs == sorted(set(rangs))
    cite = ordre.index(table.loc[table["texte"] == PREUVE, "segment"].iloc[0])
    assert {cite - 1, cite + 1} <= set(rangs)
    assert sceller_preuves(Etude(etude), segments) == []


def test_sans_citation_la_table_n_existe_pas(etude, segments):
    sceller_preuves(Etude(etude), segments)
    ENSEIGNEMENT.unlink()
    assert sceller_preuves(Etude(etude), segments) == [Etude(etude).preuves]
    assert not Etude(etude).preuves.exists()
    assert sceller_preuves(Etude(etude), segments) == []


def test_une_place_qui_n_existe_pas_n_est_pas_gardee(etude, segments):
    ENSEIGNEMENT.write_text("[@E01:99990-99999] [@E77:0-9]", encoding="utf-8")
    assert sceller_preuves(Etude(etude), segments) == []


def test_une_phrase_qui_ressemble_a_une_formule_reste_reconnue(etude):
    modifier("data/corpus/E01.txt", PREUVE, "= 3 heures.")
    segments = segmenter(lire_corpus(Etude(etude).corpus))
    place = segments.loc[segments["texte"] == "= 3 heures.", "segment"].iloc[0]
    ENSEIGNEMENT.write_text(f"[@{place}]", encoding="utf-8")
    sceller_preuves(Etude(etude), segments)
    assert "'= 3 heures." in lire_texte(Etude(etude).preuves)
    assert textes_corriges(Etude(etude), segments[:0]) == []
    for feuille in Path("data/codages").iterdir():
        feuille.unlink()
    assert textes_corriges(Etude(etude), segments) == []


def test_segments_sans_colonnes(etude):
    with pytest.raises(ErreurDonnees, match="colonne manquante"):
        sceller_preuves(Etude(etude), pd.DataFrame({"segment": []}))


def test_verifier_voit_une_preuve_corrigee_que_personne_n_a_codee(scellee):
    modifier("data/corpus/E01.txt", "Enquêtrice : Et", "Enquêtrice : Alors, et")
    sortie = lancer("verifier", code=1)
    assert "n'est plus celui qui a été codé ou cité" in sortie
    assert "ess-analyse recaler E01" in sortie


def test_recaler_fait_suivre_une_preuve_que_personne_n_a_codee(scellee):
    avant = lire_texte(ENSEIGNEMENT)
    modifier("data/corpus/E01.txt", "Enquêtrice : Et", "Enquêtrice : Bonjour à vous.\n\nEnquêtrice : Et")
    lancer("recaler")
    apres = lire_texte(ENSEIGNEMENT)
    corpus = lire_corpus(scellee.corpus)
    assert apres != avant
    place = next(mot for mot in apres.replace("[", " ").replace("]", " ").replace(";", " ").split() if "@E01" in mot)
    assert corpus.extrait(place.strip("@.,")) == PREUVE
    lancer("verifier")
    lancer("pages")
    assert PREUVE in set(lire_feuille(scellee.preuves)["texte"])


def test_une_preuve_dont_les_mots_changent_est_a_confirmer(scellee):
    modifier("data/corpus/E01.txt", "ressaisit le soir", "ressaisit chaque soir")
    modifier(str(ENSEIGNEMENT), "« On les ressaisit le soir » ", "")
    sortie = lancer("recaler")
    assert f"avant   {PREUVE}" in sortie
    assert "après   On les ressaisit chaque soir." in sortie
    assert "nouvelle place à confirmer" in lancer("verifier", code=1)
    lancer("recaler", "--confirmer")
    lancer("verifier")


@pytest.mark.parametrize("commande", ["pages", "site"])
def test_pages_et_site_refusent_une_preuve_que_son_texte_a_quittee(scellee, commande):
    avant = scellee.preuves.read_bytes()
    modifier("data/corpus/E01.txt", "ressaisit le soir", "ressaisit chaque soir")
    assert "ess-analyse recaler E01" in lancer(commande, code=1)
    assert scellee.preuves.read_bytes() == avant


def test_la_cle_qui_change_un_texte_change_aussi_les_preuves(scellee):
    modifier("data/corpus/E01.txt", PREUVE, "Karim les ressaisit le soir.")
    modifier(str(ENSEIGNEMENT), "« On les ressaisit le soir » ", "")
    segments = segmenter(lire_corpus(scellee.corpus))
    sceller_preuves(scellee, segments)
    lancer("cle", "appliquer")
    assert "Samir les ressaisit le soir." in set(lire_feuille(scellee.preuves)["texte"])
    assert textes_corriges(scellee, segmenter(lire_corpus(scellee.corpus))) == []


def test_les_preuves_de_la_demonstration_sont_scellees():
    segments = segmenter(lire_corpus(DEMONSTRATION.corpus))
    assert textes_corriges(DEMONSTRATION, segments) == []
    gardees = set(lire_feuille(DEMONSTRATION.preuves)["segment"])
    assert gardees <= set(segments["segment"])
    assert len(gardees) > 500
