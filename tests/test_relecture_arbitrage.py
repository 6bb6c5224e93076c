"""La séance d'arbitrage : chaque avis en vue, la décision de l'équipe à part, les feuilles des codeurs intactes."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ess_analyse as ess
from ess_analyse.accord import classer_desaccords
from ess_analyse.codages import ARBITRAGE
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.relecture.arbitrage import Arbitrage, Avis
from ess_analyse.relecture.feuille import Conflit
from ess_analyse.relecture.gestes import GESTES, appliquer
from ess_analyse.relecture.seance import Seance
from ess_analyse.relecture.vue import decrire, decrire_ligne

QUESTION, LONGUE, HEIN = "E01:13-28", "E01:37-62", "E01:63-80"
CAISSE, CAMION = "E02:38-62", "E02:63-82"
PAUL = {
    LONGUE: ("O-SOUTIEN P-GESTION", "ils s'y mettent à deux"),
    HEIN: ("-", ""),
    CAISSE: ("-", ""),
    CAMION: ("O-SOUTIEN", ""),
}


@pytest.fixture
def atelier(etude):
    """L'étude codée aussi par Paul, qui se sépare de Léa sur quatre phrases."""
    feuille = lire_feuille(etude / "data/codages/lea.csv").set_index("segment", drop=False)
    for segment, (codes, memo) in PAUL.items():
        feuille.loc[segment, ["codes", "memo"]] = codes, memo
    ess.ecrire_table(etude / "data/codages/paul.csv", feuille)
    return Etude(etude)


@pytest.fixture
def seance(atelier):
    return Arbitrage(atelier, "E01")


def decider(seance, geste, segment, valeur=""):
    return seance.decider(geste, segment, valeur, empreinte=seance.empreinte)


def lire(atelier):
    return ess.lire_codages(
        atelier.codages, ess.segmenter(ess.lire_corpus(atelier.corpus)), ess.lire_grille(atelier.grille)
    )


def arbitres(atelier):
    """Par phrase, les codes que l'avis consolidé en retient, triés, quand il vient de l'arbitrage."""
    avis = ess.consolider(lire(atelier))
    return avis[avis["codeur"] == ARBITRAGE].groupby("segment")["code"].agg(" ".join).to_dict()


def reecrire(atelier, codeur, segment, **cellules):
    feuille = lire_feuille(atelier.codages / f"{codeur}.csv")
    for colonne, cellule in cellules.items():
        feuille.loc[feuille["segment"] == segment, colonne] = cellule
    ess.ecrire_table(atelier.codages / f"{codeur}.csv", feuille)


def test_pour_chaque_code_avance_qui_est_pour_qui_est_contre_et_leur_memo(seance):
    soutien, charge, gestion = seance.propositions(LONGUE)
    assert (soutien.code, charge.code, gestion.code) == ("R-CHARGE", "O-SOUTIEN", "P-GESTION")
    assert soutien.raisons[:2] == ("pour : lea", "contre : paul (« ils s'y mettent à deux »)")
    assert charge.raisons[:2] == ("pour : paul (« ils s'y mettent à deux »)", "contre : lea")
    assert soutien.raisons[2].startswith("R-CHARGE ou O-SOUTIEN ? Aucune autre ne pose cette question ; α de")
    assert gestion.raisons == ("pour : lea, paul (« ils s'y mettent à deux »)", "posé par tous")
    assert seance.propositions(QUESTION) == []
    assert (seance.attente(LONGUE), seance.attente(QUESTION)) == ("à trancher", "")


def test_seul_un_code_de_la_question_porte_sa_raison(atelier):
    reecrire(atelier, "paul", HEIN, codes="P-GESTION")
    premier, second = Arbitrage(atelier, "E01").propositions(HEIN)
    assert len(premier.raisons) == 3
    assert second.raisons[:2] in {("pour : lea", "contre : paul"), ("pour : paul", "contre : lea")}
    assert len(second.raisons) == 2


@pytest.mark.parametrize(
    ("geste", "valeur", "codes"),
    [
        ("accepter", "R-CHARGE", "P-GESTION R-CHARGE"),
        ("ajouter", "O-SOUTIEN", "O-SOUTIEN P-GESTION"),
        ("refuser", "R-CHARGE", "P-GESTION"),
        ("refuser", "P-GESTION", "-"),
        ("refuser-toutes", "", "P-GESTION"),
        ("rien", "", "-"),
    ],
)
def test_la_premiere_decision_garde_ce_que_tous_ont_pose(seance, atelier, geste, valeur, codes):
    decider(seance, geste, LONGUE, valeur)
    assert arbitres(atelier) == {LONGUE: codes}


def test_ce_que_tous_ont_pose_ne_revient_pas_une_fois_ote(seance, atelier):
    decider(seance, "rien", LONGUE)
    decider(seance, "accepter", LONGUE, "R-CHARGE")
    assert arbitres(atelier) == {LONGUE: "R-CHARGE"}
    decider(seance, "effacer", LONGUE)
    assert arbitres(atelier) == {}


def test_les_feuilles_des_codeurs_ne_changent_pas_d_un_octet(seance, atelier):
    avant = {nom: (atelier.codages / f"{nom}.csv").read_bytes() for nom in ("lea", "paul")}
    for geste, segment, valeur in [
        ("accepter", LONGUE, "O-SOUTIEN"),
        ("memo", LONGUE, "c'est de l'entraide"),
        ("refuser-toutes", HEIN, ""),
        ("ajouter", QUESTION, "P-GESTION"),
    ]:
        decider(seance, geste, segment, valeur)
    seance.annuler(empreinte=seance.empreinte)
    seance.retablir(empreinte=seance.empreinte)
    seance.ouvrir("E02")
    decider(seance, "accepter", CAISSE, "O-SOUTIEN")
    assert {nom: (atelier.codages / f"{nom}.csv").read_bytes() for nom in avant} == avant
    assert arbitres(atelier) == {
        LONGUE: "O-SOUTIEN P-GESTION",
        HEIN: "-",
        QUESTION: "P-GESTION",
        CAISSE: "O-SOUTIEN",
    }
    feuille = lire_feuille(atelier.codages / "arbitrage.csv").set_index("segment")
    assert feuille.loc[LONGUE, "memo"] == "c'est de l'entraide"
    assert set(feuille["origine"]) == {""}


def test_la_decision_d_une_phrase_sans_desaccord_l_emporte(seance, atelier):
    assert seance.avancement() == (0, 2)
    decider(seance, "ajouter", QUESTION, "R-CHARGE")
    assert seance.avancement() == (0, 2)
    assert arbitres(atelier) == {QUESTION: "R-CHARGE"}


def test_un_seul_lecteur_n_est_pas_un_desaccord_mais_son_avis_est_montre(atelier):
    reecrire(atelier, "paul", CAISSE, codes="")
    seance = Arbitrage(atelier, "E02")
    assert [lu.raisons for lu in seance.propositions(CAISSE)] == [("pour : lea",)]
    assert seance.attente(CAISSE) == ""
    decider(seance, "ajouter", CAISSE, "P-GESTION")
    assert arbitres(atelier) == {CAISSE: "O-SOUTIEN P-GESTION"}


def test_le_prochain_desaccord_suit_le_classement_et_l_avancement_les_compte(seance, atelier):
    rang = classer_desaccords(lire(atelier), seance.grille).set_index("segment")["rang"]
    premier, second = sorted([LONGUE, HEIN], key=rang.get)
    assert seance.depart() == premier
    assert seance.prochaine_incertaine() == premier
    assert seance.prochaine_incertaine(premier) == second
    assert seance.prochaine_incertaine(second) == premier
    assert seance.prochaine_non_lue() == LONGUE
    assert seance.prochaine_non_lue(LONGUE) == HEIN
    decider(seance, "refuser-toutes", premier)
    assert seance.avancement() == (1, 2)
    assert seance.prochaine_incertaine(premier) == second
    assert seance.prochaine_incertaine(second) is None
    decider(seance, "refuser-toutes", second)
    assert seance.avancement() == (2, 2)
    assert (seance.prochaine_incertaine(), seance.prochaine_non_lue()) == (None, None)
    assert seance.depart() == QUESTION


def test_l_entretien_du_desaccord_le_plus_instructif_s_ouvre_puis_le_suivant_est_propose(atelier):
    seance = Arbitrage(atelier)
    premier = seance.avis.classement["segment"].iloc[0].partition(":")[0]
    autre = {"E01": "E02", "E02": "E01"}[premier]
    assert seance.entretien == premier
    assert [un["nom"] for un in seance.entretiens()] == [premier, autre]
    assert {(un["lues"], un["total"]) for un in seance.entretiens()} == {(0, 2)}
    while segment := seance.prochaine_incertaine():
        decider(seance, "refuser-toutes", segment)
    assert [un["lues"] for un in seance.entretiens()] == [2, 0]
    assert Arbitrage(atelier).entretien == autre
    seance.ouvrir(autre)
    while segment := seance.prochaine_incertaine():
        decider(seance, "refuser-toutes", segment)
    assert Arbitrage(atelier).entretien == premier


def test_sans_deux_lectures_d_une_phrase_on_le_dit(etude):
    with pytest.raises(ess.ErreurDonnees, match=r"aucune phrase n'a été lue par deux personnes.*echantillon"):
        Arbitrage(Etude(etude))
    assert not (etude / "data/codages/arbitrage.csv").exists()


def test_sans_desaccord_on_le_dit(etude):
    shutil.copy(etude / "data/codages/lea.csv", etude / "data/codages/paul.csv")
    with pytest.raises(ess.ErreurDonnees, match="aucun désaccord"):
        Arbitrage(Etude(etude))
    assert not (etude / "data/codages/arbitrage.csv").exists()


def test_un_document_sans_desaccord_ou_inconnu_est_refuse(atelier):
    reecrire(atelier, "paul", CAISSE, codes="O-SOUTIEN")
    reecrire(atelier, "paul", CAMION, codes="-")
    with pytest.raises(ess.ErreurDonnees, match=r"document sans désaccord \(« E02 »\). Documents en désaccord : E01"):
        Arbitrage(atelier, "E02")
    with pytest.raises(ess.ErreurDonnees, match=r"document inconnu ou vide \(« E1 »\). Vouliez-vous dire « E01 »"):
        Arbitrage(atelier, "E1")
    seance = Arbitrage(atelier)
    with pytest.raises(ess.ErreurDonnees, match="sans désaccord"):
        seance.ouvrir("E02")
    assert seance.entretien == "E01"


def test_une_feuille_d_arbitrage_changee_ailleurs_n_est_jamais_ecrasee(seance, atelier):
    decider(seance, "memo", LONGUE, "à discuter")
    reecrire(atelier, "arbitrage", LONGUE, codes="R-CHARGE")
    avant = (atelier.codages / "arbitrage.csv").read_bytes()
    with pytest.raises(Conflit) as conflit:
        decider(seance, "accepter", LONGUE, "O-SOUTIEN")
    assert conflit.value.lu.codes == ()
    assert set(conflit.value.voulu.codes) == {"P-GESTION", "O-SOUTIEN"}
    assert conflit.value.fichier.codes == ("R-CHARGE",)
    assert (atelier.codages / "arbitrage.csv").read_bytes() == avant
    seance.recharger()
    assert seance.etat(LONGUE).codes == ("R-CHARGE",)


def test_recharger_relit_aussi_les_avis(seance, atelier):
    reecrire(atelier, "paul", HEIN, codes="R-CHARGE", memo="d'accord après tout")
    seance.recharger()
    assert seance.avancement() == (0, 1)
    assert seance.propositions(HEIN)[0].raisons[0] == "pour : lea, paul (« d'accord après tout »)"
    reecrire(atelier, "paul", LONGUE, codes="R-CHARGE P-GESTION")
    seance.recharger()
    assert (seance.entretien, seance.avancement()) == ("E01", (0, 0))
    assert [un["nom"] for un in seance.entretiens()] == ["E02"]
    reecrire(atelier, "paul", LONGUE, codes="R-CHARGES")
    with pytest.raises(ess.ErreurDonnees, match="R-CHARGES"):
        seance.recharger()
    assert seance.propositions(LONGUE)[0].raisons[0].startswith("pour : lea, paul")


def test_les_secondes_lectures_et_la_machine_se_taisent(atelier):
    shutil.copy(atelier.codages / "lea.csv", atelier.codages / "lea@2026-03-01.csv")
    reecrire(atelier, "lea", HEIN, codes="R-CHARGE", origine="R-CHARGE:0.82:indices:long")
    seance = Arbitrage(atelier, "E01")
    assert seance.avis.codeurs == ("lea", "paul")
    assert seance.suggestions is None
    assert [lu.code for lu in seance.propositions(HEIN)] == ["R-CHARGE"]
    assert seance.propositions(HEIN)[0].raisons[:2] == ("pour : lea", "contre : paul")


def test_la_vue_dit_les_mots_de_l_arbitrage(seance):
    decider(seance, "accepter", LONGUE, "R-CHARGE")
    vue = decrire(seance)
    assert (vue["titre"], vue["quoi"], vue["suite"]) == ("Arbitrer E01", "Avis des codeurs", "Prochain désaccord")
    assert (vue["memo"], vue["compte"]) == ("Raison", "Désaccords tranchés")
    assert "ne changent pas" in vue["consigne"]
    assert (vue["codeur"], vue["lues"], vue["total"], vue["depart"]) == ("arbitrage", 1, 2, HEIN)
    assert sorted(un["nom"] for un in vue["entretiens"]) == ["E01", "E02"]
    question, (longue, hein) = vue["tours"][0]["phrases"][0], vue["tours"][1]["phrases"]
    assert [phrase["attente"] for phrase in (question, longue, hein)] == ["", "", "à trancher"]
    assert [lu["decision"] for lu in longue["suggestions"]] == ["acceptée", "refusée", "acceptée"]
    assert [lu["decision"] for lu in hein["suggestions"]] == ["proposée"]
    assert longue["suggestions"][0]["libelle"] == "Charge de travail"
    assert longue["suggestions"][0]["raisons"] == list(seance.propositions(LONGUE)[0].raisons)
    assert longue["morceaux"] == [["On les ressaisit le soir.", []]]
    assert decrire_ligne(seance, HEIN) == hein


def test_relire_et_arbitrer_partagent_les_memes_gestes(seance, atelier):
    relecture = Seance(atelier, "claire", "E01")
    for geste, valeur in [("ajouter", "R-CHARGE"), ("ajouter", "O-SOUTIEN"), ("refuser", "R-CHARGE"), ("memo", "vu")]:
        for une in (seance, relecture):
            decider(une, geste, HEIN, valeur)
    assert seance.etat(HEIN) == relecture.etat(HEIN)
    for une in (seance, relecture):
        with pytest.raises(ess.ErreurDonnees, match="geste inconnu"):
            decider(une, "accepté", HEIN)
        assert une.annuler(empreinte=une.empreinte) == HEIN


PAS = st.tuples(
    st.sampled_from([*GESTES, "annuler", "retablir", "ouvrir"]),
    st.sampled_from([QUESTION, LONGUE, HEIN, CAISSE, CAMION]),
    st.sampled_from(["R-CHARGE", "O-SOUTIEN", "P-GESTION"]),
)


@settings(max_examples=25)
@given(pas=st.lists(PAS, max_size=12))
def test_quoi_qu_on_fasse_seul_l_arbitrage_change_et_sa_feuille_dit_l_etat(tmp_path_factory, atelier, pas):
    racine = tmp_path_factory.mktemp("arbitrer")
    shutil.copytree(atelier.data, racine / "data")
    copie = Etude(racine)
    (copie.codages / "arbitrage.csv").unlink(missing_ok=True)
    avant = {nom: (copie.codages / f"{nom}.csv").read_bytes() for nom in ("lea", "paul")}
    seance, attendus = Arbitrage(copie, "E01"), {}
    for geste, segment, code in pas:
        if geste == "ouvrir":
            seance.ouvrir(segment.partition(":")[0])
        elif geste in ("annuler", "retablir"):
            if revenu := getattr(seance, geste)(empreinte=seance.empreinte):
                attendus[revenu] = seance.etat(revenu)
        elif segment.startswith(seance.entretien):
            proposes = [lu.code for lu in seance.propositions(segment)]
            if geste == "accepter" and code not in proposes:
                continue
            voulu = appliquer(geste, seance.etat(segment), code, proposes=proposes, acquis=seance.avis.acquis(segment))
            decider(seance, geste, segment, code)
            attendus[segment] = voulu
    assert {nom: (copie.codages / f"{nom}.csv").read_bytes() for nom in avant} == avant
    lus = lire(copie)
    lus = lus[lus["codeur"] == ARBITRAGE].groupby("segment")["code"].agg(set).to_dict()
    assert lus == {segment: set(etat.codes) for segment, etat in attendus.items() if etat.codes}
    tranches = sum(un["lues"] for un in seance.entretiens())
    assert tranches == len(set(lus) & set(seance.avis.classement["segment"]))


def test_les_avis_se_lisent_tous(atelier):
    segments, grille = ess.segmenter(ess.lire_corpus(atelier.corpus)), ess.lire_grille(atelier.grille)
    avis = Avis.lire(atelier, segments, grille)
    assert avis.poses[QUESTION] == {"lea": (), "paul": ()}
    assert avis.poses[LONGUE] == {"lea": ("R-CHARGE", "P-GESTION"), "paul": ("O-SOUTIEN", "P-GESTION")}
    assert avis.acquis(LONGUE) == ("P-GESTION",)
    assert avis.acquis(QUESTION) == avis.acquis("E09:0-1") == ()
    assert avis.raisons() == {}
    assert len(avis.classement) == 4
    pd.testing.assert_frame_equal(avis.codages, lire(atelier))
