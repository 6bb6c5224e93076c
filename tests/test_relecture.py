"""La séance : chaque décision est dans la feuille, rien ne se perd, rien ne s'écrase."""

from __future__ import annotations

import shutil
import threading
import time
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ess_analyse as ess
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.modele import FEUILLE, RAISONS, SUGGESTIONS
from ess_analyse.relecture import GESTES, Conflit, Etat, FeuilleOuverte, Seance, decrire, preparer_feuille
from ess_analyse.relecture.feuille import montrer_memo, ranger_memo
from ess_analyse.relecture.gestes import appliquer, nettoyer_memo

QUESTION, LONGUE, HEIN = "E01:13-28", "E01:37-62", "E01:63-80"
PHRASES = [QUESTION, LONGUE, HEIN]
PROPOSEES = [
    (LONGUE, "R-CHARGE", 0.82, 1, True, "indices", "ressaisit", 44, 53, "negation", "On ressaisit trois fois."),
    (LONGUE, "P-GESTION", 0.41, 1, True, "modele", "le soir", 54, 61, "", ""),
    (LONGUE, "O-SOUTIEN", 0.10, 2, False, "modele", "", None, None, "", ""),
    (HEIN, "R-CHARGE", 0.45, 1, True, "modele", "long", 69, 73, "", ""),
    (QUESTION, "R-CHARGE", 0.5, 1, False, "modele", "", None, None, "", ""),
]


@pytest.fixture
def atelier(etude):
    """La petite étude, avec des suggestions."""
    ess.ecrire_suggestions(
        etude / "data/suggestions.csv", pd.DataFrame(PROPOSEES, columns=[*SUGGESTIONS, *RAISONS]).convert_dtypes()
    )
    return Etude(etude)


@pytest.fixture
def seance(atelier):
    return Seance(atelier, "claire", "E01")


def lire(atelier, codeur="claire"):
    return lire_feuille(atelier.codages / f"{codeur}.csv").set_index("segment")


def decider(seance, geste, segment, valeur=""):
    return seance.decider(geste, segment, valeur, empreinte=seance.empreinte)


def test_ouvrir_ecrit_une_feuille_sans_aucun_code(seance, atelier):
    feuille = lire(atelier)
    assert list(feuille.index) == PHRASES
    assert set(feuille["codes"]) == {""}
    assert feuille.loc[LONGUE, "origine"] == "P-GESTION:0.41:modele:le soir|R-CHARGE:0.82:indices:ressaisit"
    assert seance.avancement() == (0, 3)


def test_chaque_geste_est_aussitot_dans_la_feuille(seance, atelier):
    assert decider(seance, "accepter", LONGUE, "R-CHARGE")
    assert lire(atelier).loc[LONGUE, "codes"] == "R-CHARGE"
    decider(seance, "ajouter", LONGUE, "O-SOUTIEN")
    assert lire(atelier).loc[LONGUE, "codes"] == "R-CHARGE O-SOUTIEN"
    decider(seance, "refuser", LONGUE, "R-CHARGE")
    assert lire(atelier).loc[LONGUE, "codes"] == "O-SOUTIEN"
    decider(seance, "refuser", HEIN, "R-CHARGE")
    assert lire(atelier).loc[HEIN, "codes"] == "-"
    decider(seance, "rien", QUESTION)
    decider(seance, "memo", QUESTION, "à revoir ;\nvraiment")
    assert tuple(lire(atelier).loc[QUESTION, ["codes", "memo"]]) == ("-", "à revoir ;\nvraiment")
    assert seance.avancement() == (3, 3)
    decider(seance, "effacer", QUESTION)
    assert tuple(lire(atelier).loc[QUESTION, ["codes", "memo"]]) == ("", "à revoir ;\nvraiment")


def test_refuser_toutes_garde_ce_que_la_personne_a_ajoute(seance):
    decider(seance, "accepter", LONGUE, "R-CHARGE")
    decider(seance, "ajouter", LONGUE, "O-SOUTIEN")
    decider(seance, "refuser-toutes", LONGUE)
    assert seance.etat(LONGUE).codes == ("O-SOUTIEN",)


def test_ajouter_apres_rien_ote_le_tiret(seance):
    decider(seance, "rien", HEIN)
    decider(seance, "ajouter", HEIN, "O-SOUTIEN")
    assert seance.etat(HEIN).codes == ("O-SOUTIEN",)


def test_l_origine_d_un_code_accepte_est_la_suggestion_celle_d_un_code_ajoute_est_humaine(seance, atelier):
    decider(seance, "accepter", LONGUE, "R-CHARGE")
    decider(seance, "ajouter", LONGUE, "O-SOUTIEN")
    segments, grille = ess.segmenter(ess.lire_corpus(atelier.corpus)), ess.lire_grille(atelier.grille)
    codages = ess.lire_codages(atelier.codages / "claire.csv", segments, grille)
    assert codages[["code", "origine"]].values.tolist() == [
        ["R-CHARGE", "0.82:indices:ressaisit"],
        ["O-SOUTIEN", "humain"],
    ]


@pytest.mark.parametrize(
    ("geste", "segment", "valeur", "message"),
    [
        ("acepter", LONGUE, "R-CHARGE", "geste inconnu .* vouliez-vous dire « accepter »"),
        ("rien", "E02:13-28", "", "phrase absente de cet entretien"),
        ("accepter", LONGUE, "O-SOUTIEN", "code qui n'est pas proposé ici"),
        ("ajouter", LONGUE, "R-CHARG", "code inconnu .* « R-CHARGE »"),
    ],
)
def test_un_geste_impossible_est_refuse_et_rien_n_est_ecrit(seance, atelier, geste, segment, valeur, message):
    avant = (atelier.codages / "claire.csv").read_bytes()
    with pytest.raises(ess.ErreurDonnees, match=f"(?i){message}"):
        decider(seance, geste, segment, valeur)
    assert (atelier.codages / "claire.csv").read_bytes() == avant


def test_annuler_et_retablir_suivent_les_phrases(seance):
    assert seance.annuler(empreinte=seance.empreinte) is None
    decider(seance, "rien", QUESTION)
    decider(seance, "accepter", LONGUE, "R-CHARGE")
    assert not decider(seance, "accepter", LONGUE, "R-CHARGE")
    assert seance.annuler(empreinte=seance.empreinte) == LONGUE
    assert seance.annuler(empreinte=seance.empreinte) == QUESTION
    assert (seance.annulable, seance.retablissable) == (False, True)
    assert seance.retablir(empreinte=seance.empreinte) == QUESTION
    decider(seance, "rien", HEIN)
    assert seance.retablir(empreinte=seance.empreinte) is None
    assert [seance.etat(phrase).codes for phrase in PHRASES] == [("-",), (), ("-",)]


MEMOS = st.text(st.characters(codec=None), max_size=12) | st.sampled_from(["=1+1", "'=a", "''", "12", "+", 'a;b\n"c"'])
PAS = st.tuples(st.sampled_from([*GESTES, "annuler", "retablir"]), st.sampled_from(PHRASES), st.integers(0, 2), MEMOS)


@given(st.lists(PAS, max_size=14))
def test_quoi_qu_on_fasse_la_feuille_dit_l_etat_et_tout_s_annule(tmp_path_factory, modele, pas):
    racine = tmp_path_factory.mktemp("relire")
    shutil.copytree(modele / "data", racine / "data")
    atelier = Etude(racine)
    seance = Seance(atelier, "claire", "E01")
    depart = {phrase: seance.etat(phrase) for phrase in PHRASES}
    for geste, phrase, rang, memo in pas:
        if geste in ("annuler", "retablir"):
            getattr(seance, geste)(empreinte=seance.empreinte)
            continue
        codes = {"accepter": [lu.code for lu in seance.propositions(phrase)], "memo": [memo]}.get(
            geste, seance.grille.ids()
        )
        if codes:
            decider(seance, geste, phrase, codes[rang % len(codes)])
    fin = {phrase: seance.etat(phrase) for phrase in PHRASES}
    relue = FeuilleOuverte(atelier.codages / "claire.csv")
    assert {phrase: relue.etat(phrase) for phrase in PHRASES} == fin
    assert relue.empreinte == seance.empreinte
    ess.lire_codages(atelier.codages, ess.segmenter(ess.lire_corpus(atelier.corpus)), seance.grille)
    while seance.annulable:
        seance.annuler(empreinte=seance.empreinte)
    if not any(geste == "annuler" for geste, *_ in pas):
        assert {phrase: seance.etat(phrase) for phrase in PHRASES} == depart
        while seance.retablissable:
            seance.retablir(empreinte=seance.empreinte)
        assert {phrase: seance.etat(phrase) for phrase in PHRASES} == fin


@pytest.fixture
def modele(atelier):
    return atelier.racine


@given(MEMOS)
def test_un_memo_se_relit_tel_qu_ecrit(tmp_path_factory, memo):
    chemin = tmp_path_factory.mktemp("memo") / "ana.csv"
    chemin.write_text("segment;locuteur;texte;codes\nE01:9-17;Marion;Ben oui.;-\n", encoding="utf-8")
    feuille = FeuilleOuverte(chemin)
    propre = "".join(signe for signe in memo if signe.isprintable())
    feuille.ecrire({"E01:9-17": Etat(("-",), propre)}, feuille.empreinte)
    assert FeuilleOuverte(chemin).etat("E01:9-17").memo == unicodedata.normalize("NFC", propre)


def test_un_memo_qui_ressemble_a_une_formule_est_protege_du_tableur(seance, atelier):
    decider(seance, "memo", LONGUE, "=SOMME(A1)")
    assert lire(atelier).loc[LONGUE, "memo"] == "'=SOMME(A1)"
    assert seance.etat(LONGUE).memo == "=SOMME(A1)"


def test_un_fichier_change_ailleurs_n_est_jamais_ecrase(seance, atelier):
    chemin = atelier.codages / "claire.csv"
    autre = chemin.read_text(encoding="utf-8-sig").replace("Et les pesées ?;;", "Et les pesées ?;R-CHARGE;")
    chemin.write_text(autre, encoding="utf-8")
    with pytest.raises(Conflit) as conflit:
        decider(seance, "rien", QUESTION)
    assert conflit.value.lu == Etat((), "")
    assert conflit.value.voulu == Etat(("-",), "")
    assert conflit.value.fichier == Etat(("R-CHARGE",), "")
    assert chemin.read_text(encoding="utf-8") == autre
    seance.recharger()
    assert seance.etat(QUESTION).codes == ("R-CHARGE",)
    assert not seance.annulable
    decider(seance, "rien", QUESTION)
    assert lire(atelier).loc[QUESTION, "codes"] == "-"


def test_deux_fenetres_ne_s_ecrasent_pas(atelier):
    une, deux = Seance(atelier, "claire", "E01"), Seance(atelier, "claire", "E01")
    decider(une, "rien", QUESTION)
    for faire in (lambda: decider(deux, "accepter", LONGUE, "R-CHARGE"), lambda: decider(deux, "memo", QUESTION, "x")):
        with pytest.raises(Conflit):
            faire()
    deux.recharger()
    decider(deux, "accepter", LONGUE, "R-CHARGE")
    with pytest.raises(Conflit):
        une.annuler(empreinte=une.empreinte)
    assert list(lire(atelier)["codes"]) == ["-", "R-CHARGE", ""]


def test_deux_programmes_au_meme_instant_ne_s_ecrasent_pas(atelier, monkeypatch):
    import ess_analyse.relecture.feuille as module

    seances = [Seance(atelier, "claire", "E01") for _ in range(2)]
    ecrire = module.ecrire_octets
    # Long enough for the other one to have checked too, were it not kept waiting.
    monkeypatch.setattr(module, "ecrire_octets", lambda *contenu: (time.sleep(0.2), ecrire(*contenu)))
    resultats = []

    def essayer(seance, segment):
        try:
            resultats.append(decider(seance, "rien", segment))
        except Conflit as conflit:
            resultats.append(conflit.segment)

    fils = [threading.Thread(target=essayer, args=paire) for paire in zip(seances, (QUESTION, LONGUE), strict=True)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    perdue = next(resultat for resultat in resultats if resultat is not True)
    assert resultats.count(True) == 1
    assert lire(atelier).loc[perdue, "codes"] == ""
    assert sorted(lire(atelier)["codes"]) == ["", "", "-"]


def test_une_fenetre_en_retard_sur_la_meme_seance_ne_decide_pas(seance):
    ancienne = seance.empreinte
    decider(seance, "rien", QUESTION)
    with pytest.raises(Conflit):
        seance.decider("rien", LONGUE, empreinte=ancienne)
    assert seance.etat(LONGUE).codes == ()


def test_une_feuille_disparue_ou_illisible_est_un_conflit_et_se_remet(seance, atelier):
    chemin = atelier.codages / "claire.csv"
    decider(seance, "rien", QUESTION)
    chemin.unlink()
    with pytest.raises(Conflit) as conflit:
        decider(seance, "rien", HEIN)
    assert conflit.value.fichier is None
    assert not chemin.exists()
    seance.recharger()
    assert lire(atelier).loc[QUESTION, "codes"] == "-"
    chemin.write_text(chemin.read_text(encoding="utf-8-sig").replace(";memo\n", ";avis\n"), encoding="utf-8")
    with pytest.raises(Conflit) as conflit:
        decider(seance, "rien", HEIN)
    assert conflit.value.fichier is None
    with pytest.raises(ess.ErreurDonnees, match="colonne inconnue \\(« avis »\\)"):
        seance.recharger()
    assert seance.etat(QUESTION).codes == ("-",)


def test_les_lignes_des_autres_entretiens_et_les_decisions_restent(atelier):
    chemin = atelier.codages / "lea.csv"
    avant = lire(atelier, "lea")
    seance = Seance(atelier, "lea", "E01")
    decider(seance, "ajouter", LONGUE, "O-SOUTIEN")
    apres = lire(atelier, "lea")
    attendu = avant.copy()
    attendu.loc[LONGUE, "codes"] = "R-CHARGE P-GESTION O-SOUTIEN"
    pd.testing.assert_frame_equal(apres.reset_index(drop=True), attendu.reset_index(drop=True))
    assert list(apres.index) == list(attendu.index)
    assert chemin.read_bytes().startswith(b"\xef\xbb\xbf")


def test_preparer_garde_les_lignes_vides_des_autres_et_celles_qui_ont_un_memo(tmp_path):
    chemin = tmp_path / "ana.csv"
    lignes = [
        ("E02:0-5", "Karim", "Ah.", "", "R-SENS:0.50:modele:", ""),
        ("E01:90-95", "Ana", "Partie.", "", "", "mon mémo"),
        ("E01:9-17", "Ana", "Vieux texte.", "", "", ""),
        ("E03:0-5", "Léo", "Oh.", "-", "", ""),
    ]
    ess.ecrire_table(chemin, pd.DataFrame(lignes, columns=FEUILLE))
    segments = pd.DataFrame([("E01:9-17", "E01", "Ana", "Ben oui.")], columns=["segment", "entretien", *FEUILLE[1:3]])
    assert preparer_feuille(chemin, segments)
    assert not preparer_feuille(chemin, segments)
    assert lire_feuille(chemin)["texte"].tolist() == ["Ah.", "Ben oui.", "Partie.", "Oh."]
    assert lire_feuille(chemin)["memo"].tolist() == ["", "", "mon mémo", ""]
    assert lire_feuille(chemin)["origine"].tolist() == ["R-SENS:0.50:modele:", "", "", ""]


def test_une_feuille_avec_une_colonne_de_trop_est_refusee_sans_etre_touchee(atelier):
    chemin = atelier.codages / "ana.csv"
    chemin.write_text("segment;locuteur;texte;codes;humeur\nE01:13-28;Q;Et les pesées ?;-;bonne\n", encoding="utf-8")
    avant = chemin.read_bytes()
    with pytest.raises(ess.ErreurDonnees, match="humeur"):
        Seance(atelier, "ana", "E01")
    assert chemin.read_bytes() == avant


def test_a_l_aveugle_rien_de_la_machine_n_est_montre_ni_ecrit(atelier):
    Seance(atelier, "claire", "E01")
    seance = Seance(atelier, "claire", "E01", aveugle=True)
    assert set(lire(atelier)["origine"]) == {""}
    assert seance.prochaine_incertaine() is None
    vue = decrire(seance)
    assert vue["suite"] == ""
    assert all(not phrase["suggestions"] for tour in vue["tours"] for phrase in tour["phrases"])


def test_un_entretien_de_l_echantillon_se_lit_a_l_aveugle(atelier):
    grille = ess.lire_grille(atelier.grille)
    tires = pd.DataFrame([("E01", "S1", 1)], columns=["entretien", "strate", "graine"])
    ess.figer_echantillon(atelier.echantillon, tires, grille)
    seance = Seance(atelier, "claire", "E01")
    assert (seance.aveugle, seance.suggestions) == (True, None)
    assert set(lire(atelier)["origine"]) == {""}
    seance.ouvrir("E02")
    assert not seance.aveugle
    assert seance.suggestions is not None


def test_une_phrase_codee_a_l_aveugle_le_reste(atelier):
    decider(Seance(atelier, "claire", "E01", aveugle=True), "ajouter", LONGUE, "R-CHARGE")
    seance = Seance(atelier, "claire", "E01")
    assert seance.propositions(LONGUE) == []
    assert [lu.code for lu in seance.propositions(HEIN)] == ["R-CHARGE"]


def test_prochaines_phrases(seance):
    assert seance.prochaine_non_lue() == QUESTION
    decider(seance, "rien", QUESTION)
    assert seance.prochaine_non_lue(HEIN) == LONGUE
    # The interviewer's sentence is the most uncertain, but nobody learns from it.
    assert seance.prochaine_incertaine() == LONGUE
    assert seance.prochaine_incertaine(LONGUE) == HEIN
    decider(seance, "rien", LONGUE)
    decider(seance, "rien", HEIN)
    assert (seance.prochaine_non_lue(LONGUE), seance.prochaine_incertaine()) == (None, None)


def test_sans_document_le_premier_inacheve_ceux_de_la_feuille_d_abord(atelier):
    assert Seance(atelier, "neuf").entretien == "E01"
    assert Seance(atelier, "ana", "E02").entretien == "E02"
    assert Seance(atelier, "ana").entretien == "E02"
    assert Seance(atelier, "lea").entretien == "E01"
    with pytest.raises(ess.ErreurDonnees, match="document inconnu ou vide \\(« E09 »\\)"):
        Seance(atelier, "ana", "E09")


def test_la_vue_dit_les_raisons_et_coupe_les_indices(seance):
    decider(seance, "accepter", LONGUE, "R-CHARGE")
    phrase = decrire(seance)["tours"][1]["phrases"][0]
    assert phrase["morceaux"] == [["On les ", []], ["ressaisit", ["R"]], [" ", []], ["le soir", ["P"]], [".", []]]
    charge, gestion = phrase["suggestions"]
    assert charge == {
        "code": "R-CHARGE",
        "libelle": "Charge de travail",
        "decision": "acceptée",
        "raisons": ["« ressaisit »", "indice de la grille", "score 0,82", "la phrase le nie"],
        "exemple": "On ressaisit trois fois.",
    }
    assert gestion["decision"] == "refusée"
    assert decrire(seance)["depart"] == QUESTION


def test_une_suggestion_acceptee_puis_oubliee_par_la_machine_garde_sa_raison(seance, atelier):
    decider(seance, "accepter", LONGUE, "R-CHARGE")
    atelier.suggestions.unlink()
    phrase = decrire(Seance(atelier, "claire", "E01"))["tours"][1]["phrases"][0]
    assert ["ressaisit", ["R"]] in phrase["morceaux"]
    assert [lu["decision"] for lu in phrase["suggestions"]] == ["acceptée", "refusée"]


def test_ouvrir_un_autre_document_garde_tout_et_repart_de_zero(seance, atelier):
    decider(seance, "rien", QUESTION)
    seance.ouvrir("E02")
    assert (seance.entretien, seance.avancement(), seance.annulable) == ("E02", (0, 3), False)
    assert decider(seance, "ajouter", "E02:38-62", "O-SOUTIEN")
    with pytest.raises(ess.ErreurDonnees, match="phrase absente de cet entretien"):
        decider(seance, "rien", LONGUE)
    assert seance.entretiens() == [{"nom": "E01", "lues": 1, "total": 3}, {"nom": "E02", "lues": 1, "total": 3}]
    with pytest.raises(ess.ErreurDonnees, match=r"document inconnu ou vide \(« E09 »\)"):
        seance.ouvrir("E09")
    assert seance.entretien == "E02"
    seance.ouvrir("E01")
    assert seance.etat(QUESTION).codes == ("-",)
    assert [lu.code for lu in seance.propositions(LONGUE)] == ["R-CHARGE", "P-GESTION"]
    assert list(lire(atelier)["codes"]) == ["-", "", "", "", "O-SOUTIEN", ""]


def test_une_feuille_abimee_ailleurs_laisse_la_seance_ou_elle_est(seance, atelier):
    decider(seance, "rien", QUESTION)
    chemin = atelier.codages / "claire.csv"
    chemin.write_text(chemin.read_text(encoding="utf-8-sig").replace(";-;", ";R-CHARG;"), encoding="utf-8")
    avant = chemin.read_bytes()
    with pytest.raises(ess.ErreurDonnees, match="R-CHARG"):
        seance.ouvrir("E02")
    assert (seance.entretien, seance.etat(QUESTION).codes) == ("E01", ("-",))
    assert chemin.read_bytes() == avant


def test_a_l_aveugle_tous_les_documents_le_sont(atelier):
    seance = Seance(atelier, "claire", "E02", aveugle=True)
    seance.ouvrir("E01")
    assert seance.suggestions is None
    assert seance.propositions(LONGUE) == []


def test_la_vue_dit_les_mots_de_la_relecture(atelier):
    vue = decrire(Seance(atelier, "claire", "E01"))
    mots = ("titre", "consigne", "quoi", "suite", "memo", "compte")
    attendus = ["Relire E01, claire", "", "Suggestions", "Prochaine incertaine", "Mémo", "Phrases lues"]
    assert [vue[mot] for mot in mots] == attendus
    assert vue["entretiens"][0] == {"nom": "E01", "lues": 0, "total": 3}
    assert {phrase["attente"] for tour in vue["tours"] for phrase in tour["phrases"]} == {"non lue"}
    aveugle = decrire(Seance(atelier, "claire", "E01", aveugle=True))
    assert (aveugle["suite"], "aveugle" in aveugle["consigne"]) == ("", True)
    atelier.suggestions.unlink()
    sans = decrire(Seance(atelier, "claire", "E01"))
    assert (sans["suite"], sans["consigne"]) == ("", "")


ETATS = st.builds(Etat, st.sampled_from([(), ("-",), ("A",), ("A", "B"), ("B", "C")]), st.sampled_from(["", "vu"]))


@given(
    st.sampled_from(GESTES),
    ETATS,
    st.sampled_from("ABC"),
    st.sets(st.sampled_from("ABC")),
    st.sets(st.sampled_from("AB")),
)
def test_un_geste_laisse_toujours_un_etat_possible(geste, etat, valeur, proposes, acquis):
    acquis = tuple(sorted(acquis))
    apres = appliquer(geste, etat, valeur, proposes=proposes | set(acquis), acquis=acquis)
    assert len(set(apres.codes)) == len(apres.codes)
    assert "-" not in apres.codes or apres.codes == ("-",)
    assert (apres.memo == etat.memo) or geste == "memo"
    assert (apres.codes == etat.codes) or geste != "memo"
    assert bool(apres.codes) == (geste != "effacer" if geste != "memo" else bool(etat.codes))
    if geste in ("accepter", "ajouter"):
        assert set(apres.codes) == {*(etat.codes or acquis), valeur} - {"-"}
    if geste == "refuser":
        assert valeur not in apres.codes
    if geste == "refuser-toutes":
        assert not (proposes - set(acquis)) & set(apres.codes)
        assert set(acquis) & set(etat.codes or acquis) <= set(apres.codes)


@given(MEMOS)
def test_nettoyer_un_memo_deux_fois_ne_change_rien(memo):
    assert nettoyer_memo(nettoyer_memo(memo)) == nettoyer_memo(memo)
    assert montrer_memo(ranger_memo(memo)) == memo


def test_plusieurs_decisions_s_ecrivent_d_un_coup_ou_pas_du_tout(seance, atelier):
    chemin = atelier.codages / "claire.csv"
    feuille = FeuilleOuverte(chemin)
    assert not feuille.est_lue(LONGUE)
    feuille.ecrire({LONGUE: Etat(("R-CHARGE",), ""), HEIN: Etat((), "vu")}, feuille.empreinte)
    assert (feuille.est_lue(LONGUE), feuille.est_lue(HEIN), feuille.est_lue("E09:0-1")) == (True, False, False)
    assert tuple(lire(atelier)["codes"]) == ("", "R-CHARGE", "")
    with pytest.raises(Conflit):
        seance.decider("rien", QUESTION, empreinte=seance.empreinte)
    avant = chemin.read_bytes()
    with pytest.raises(Conflit) as conflit:
        feuille.ecrire({HEIN: Etat(("-",), ""), LONGUE: Etat((), "")}, "une autre empreinte")
    assert (conflit.value.segment, chemin.read_bytes()) == (HEIN, avant)
    assert feuille.est_lue(LONGUE)
    feuille.ecrire({LONGUE: Etat((), "")}, feuille.empreinte)
    assert not feuille.est_lue(LONGUE)
    assert not FeuilleOuverte(chemin).est_lue(LONGUE)


def test_les_deux_voies_donnent_la_meme_table(seance, atelier):
    decider(seance, "accepter", LONGUE, "R-CHARGE")
    decider(seance, "ajouter", LONGUE, "O-SOUTIEN")
    decider(seance, "rien", QUESTION)
    decider(seance, "refuser-toutes", HEIN)
    segments = ess.segmenter(ess.lire_corpus(atelier.corpus))
    tableur = atelier.racine / "tableur/claire.csv"
    siens = segments[segments["entretien"] == "E01"]
    ess.ecrire_feuille(tableur, siens, ess.lire_suggestions(atelier.suggestions, segments, seance.grille))
    feuille = lire_feuille(tableur)
    ess.ecrire_table(tableur, feuille.assign(codes=["-", "R-CHARGE, O-SOUTIEN", "-"]))
    page, saisie = (
        ess.lire_codages(chemin, segments, seance.grille) for chemin in (atelier.codages / "claire.csv", tableur)
    )
    pd.testing.assert_frame_equal(page, saisie)
