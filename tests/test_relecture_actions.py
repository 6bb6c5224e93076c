"""Ce qu'une fenêtre peut demander : les mêmes contrôles et les mêmes réponses pour la page et pour le notebook."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ess_analyse as ess
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.modele import RAISONS, SUGGESTIONS
from ess_analyse.relecture import ACTIONS, GESTES, Seance, executer
from ess_analyse.relecture.actions import TAILLE

QUESTION, LONGUE, HEIN = "E01:13-28", "E01:37-62", "E01:63-80"
PROPOSEES = [
    (LONGUE, "R-CHARGE", 0.82, 1, True, "indices", "ressaisit", 44, 53, "", ""),
    ("E02:38-62", "O-SOUTIEN", 0.71, 1, True, "indices", "me montre", 42, 51, "", ""),
]


@pytest.fixture
def atelier(etude):
    """La petite étude, avec une suggestion par entretien."""
    ess.ecrire_suggestions(
        etude / "data/suggestions.csv", pd.DataFrame(PROPOSEES, columns=[*SUGGESTIONS, *RAISONS]).convert_dtypes()
    )
    return Etude(etude)


@pytest.fixture
def seance(atelier):
    return Seance(atelier, "claire", "E01")


def feuille(atelier):
    return lire_feuille(atelier.codages / "claire.csv").set_index("segment")


def rien(seance, segment=QUESTION, **autres):
    return {"geste": "rien", "segment": segment, "empreinte": seance.empreinte, "entretien": seance.entretien} | autres


def test_etat_donne_tout_l_entretien(seance):
    etat = executer(seance, "etat", {})
    assert etat["entretien"] == "E01"
    assert [ligne["segment"] for tour in etat["tours"] for ligne in tour["phrases"]] == [QUESTION, LONGUE, HEIN]
    assert etat["entretiens"] == [{"nom": "E01", "lues": 0, "total": 3}, {"nom": "E02", "lues": 0, "total": 3}]


def test_decider_annuler_retablir_et_chercher(seance, atelier):
    lu = executer(seance, "decider", rien(seance))
    assert (lu["ligne"]["codes"], lu["lues"], lu["empreinte"]) == (["-"], 1, seance.empreinte)
    assert feuille(atelier).loc[QUESTION, "codes"] == "-"
    for action, attendu in (("annuler", []), ("retablir", ["-"])):
        lu = executer(seance, action, {"empreinte": lu["empreinte"]})
        assert (lu["ligne"]["segment"], lu["ligne"]["codes"]) == (QUESTION, attendu)
    assert executer(seance, "retablir", {"empreinte": lu["empreinte"]})["ligne"] is None
    assert executer(seance, "non-lue", {"segment": QUESTION}) == {"segment": LONGUE}
    assert executer(seance, "incertaine", {"segment": QUESTION}) == {"segment": LONGUE}
    assert executer(seance, "terminer", {})["lues"] == 1


@pytest.mark.parametrize("action", ["effacer-tout", "", None, 3, ["etat"], {"etat": 1}])
def test_une_action_inconnue_est_refusee(seance, action):
    assert executer(seance, action, {}) == {"probleme": "action inconnue"}


@pytest.mark.parametrize(
    "corps", [None, [], "texte", 3, {"segment": 1}, {1: "segment"}, {"segment": None}, {"valeur": "é" * (TAILLE + 1)}]
)
@pytest.mark.parametrize("action", ["decider", "ouvrir", "terminer"])
def test_une_demande_mal_formee_est_refusee(seance, action, corps):
    assert executer(seance, action, corps) == {"probleme": "demande mal formée ou trop longue"}


def test_un_memo_de_plusieurs_pages_est_garde(seance, atelier):
    memo = "Une page de plus. " * 3000
    assert len(memo) < TAILLE
    executer(seance, "decider", rien(seance, geste="memo", valeur=memo))
    assert feuille(atelier).loc[QUESTION, "memo"] == memo.strip()


@pytest.mark.parametrize(
    ("autres", "message"),
    [
        ({"geste": "ajouter", "valeur": "R-CHARG"}, "Vouliez-vous dire « R-CHARGE »"),
        ({"segment": "E02:13-28"}, "phrase absente de cet entretien"),
        ({"geste": ""}, "geste inconnu"),
        ({"geste": "accepter", "valeur": "R-CHARGE"}, "code qui n'est pas proposé ici"),
    ],
)
def test_un_geste_impossible_est_dit_et_rien_n_est_ecrit(seance, atelier, autres, message):
    avant = (atelier.codages / "claire.csv").read_bytes()
    assert message in executer(seance, "decider", rien(seance) | autres)["probleme"]
    assert (atelier.codages / "claire.csv").read_bytes() == avant


def test_un_conflit_est_montre_puis_la_feuille_se_recharge(seance, atelier):
    chemin = atelier.codages / "claire.csv"
    table = lire_feuille(chemin)
    table.loc[table.index[0], "codes"] = "R-CHARGE"
    ess.ecrire_table(chemin, table)
    assert executer(seance, "decider", rien(seance)) == {
        "conflit": {
            "segment": QUESTION,
            "lu": {"codes": [], "memo": ""},
            "voulu": {"codes": ["-"], "memo": ""},
            "fichier": {"codes": ["R-CHARGE"], "memo": ""},
        }
    }
    assert executer(seance, "recharger", {})["tours"][0]["phrases"][0]["codes"] == ["R-CHARGE"]
    assert executer(seance, "decider", rien(seance))["ligne"]["codes"] == ["-"]


def test_ouvrir_complete_la_feuille_et_oublie_ce_qui_s_annulait(seance, atelier):
    executer(seance, "decider", rien(seance))
    assert set(feuille(atelier).index.str[:3]) == {"E01"}
    etat = executer(seance, "ouvrir", {"entretien": "E02"})
    assert (etat["entretien"], etat["depart"], etat["annulable"]) == ("E02", "E02:13-28", False)
    assert etat["entretiens"] == [{"nom": "E01", "lues": 1, "total": 3}, {"nom": "E02", "lues": 0, "total": 3}]
    assert feuille(atelier).loc["E02:38-62", "origine"] == "O-SOUTIEN:0.71:indices:me montre"
    assert executer(seance, "annuler", {"empreinte": seance.empreinte})["ligne"] is None
    assert feuille(atelier).loc[QUESTION, "codes"] == "-"
    assert executer(seance, "ouvrir", {"entretien": "E01"})["lues"] == 1


def test_ouvrir_a_l_aveugle_reste_aveugle(atelier):
    seance = Seance(atelier, "claire", "E01", aveugle=True)
    etat = executer(seance, "ouvrir", {"entretien": "E02"})
    assert not any(ligne["suggestions"] for tour in etat["tours"] for ligne in tour["phrases"])
    assert "aveugle" in etat["consigne"]
    assert set(feuille(atelier)["origine"]) == {""}


@pytest.mark.parametrize("entretien", ["E03", "", "../E01"])
def test_ouvrir_un_document_inconnu_laisse_la_seance_ou_elle_est(seance, entretien):
    executer(seance, "decider", rien(seance))
    assert "document inconnu ou vide" in executer(seance, "ouvrir", {"entretien": entretien})["probleme"]
    assert (seance.entretien, seance.annulable) == ("E01", True)
    assert executer(seance, "decider", rien(seance, LONGUE))["lues"] == 2


def test_ouvrir_avec_une_feuille_fautive_laisse_la_seance_ou_elle_est(seance, atelier):
    chemin = atelier.codages / "claire.csv"
    chemin.write_text("n'importe quoi", encoding="utf-8")
    assert "probleme" in executer(seance, "ouvrir", {"entretien": "E02"})
    assert seance.entretien == "E01"
    assert chemin.read_text(encoding="utf-8") == "n'importe quoi"


def test_ouvrir_remet_une_feuille_disparue(seance, atelier):
    executer(seance, "decider", rien(seance))
    (atelier.codages / "claire.csv").unlink()
    executer(seance, "ouvrir", {"entretien": "E02"})
    assert list(feuille(atelier).index.str[:3]) == ["E01"] * 3 + ["E02"] * 3
    assert feuille(atelier).loc[QUESTION, "codes"] == "-"


@pytest.mark.parametrize("action", ["decider", "annuler", "retablir", "non-lue", "incertaine"])
def test_une_fenetre_restee_sur_un_autre_entretien_n_agit_pas(seance, atelier, action):
    executer(seance, "decider", rien(seance))
    executer(seance, "ouvrir", {"entretien": "E02"})
    reponse = executer(seance, action, rien(seance, entretien="E01"))
    assert reponse["entretien"] == "E02"
    assert reponse["probleme"].startswith("une autre fenêtre est passée à E02 : rien n'a été écrit ici.")
    assert list(feuille(atelier)["codes"]) == ["-", "", "", "", "", ""]


TEXTES = st.one_of(
    st.sampled_from([QUESTION, LONGUE, "E02:13-28", "R-CHARGE", "O-SOUTIEN", "E01", "E02", "\ud800", *GESTES]),
    st.text(max_size=12),
)
CORPS = st.dictionaries(st.sampled_from(["segment", "geste", "valeur", "empreinte", "entretien"]), TEXTES)


@given(st.lists(st.tuples(st.sampled_from(sorted(ACTIONS)), CORPS, st.booleans()), max_size=8))
def test_aucune_suite_de_demandes_ne_casse_la_seance_ni_n_ecrit_sans_le_dire(seance, atelier, demandes):
    chemin = atelier.codages / "claire.csv"
    for action, corps, a_jour in demandes:
        avant = chemin.read_bytes()
        reponse = executer(seance, action, corps | ({"empreinte": seance.empreinte} if a_jour else {}))
        assert json.dumps(reponse, ensure_ascii=False).encode()
        if "probleme" in reponse or "conflit" in reponse:
            assert chemin.read_bytes() == avant
    assert executer(seance, "ouvrir", {"entretien": "E01"})["entretien"] == "E01"
    segments, grille = ess.segmenter(ess.lire_corpus(atelier.corpus)), ess.lire_grille(atelier.grille)
    assert set(ess.lire_codages(chemin, segments, grille)["codeur"]) <= {"claire"}
