"""Arbitrer au tableur : la table côte à côte, les décisions portées, rien d'écrasé, rien de perdu."""

from __future__ import annotations

import os
import shutil
import subprocess

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ess_analyse as ess
from ess_analyse.codages import ARBITRAGE
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.relecture import FeuilleOuverte, tableur
from ess_analyse.relecture.arbitrage import Arbitrage
from ess_analyse.relecture.tableur import DESACCORDS, Report, arbitrer_au_tableur

QUESTION, LONGUE, HEIN = "E01:13-28", "E01:37-62", "E01:63-80"
CAISSE, CAMION = "E02:38-62", "E02:63-82"
PAUL = {LONGUE: ("O-SOUTIEN P-GESTION", "=deux"), HEIN: ("-", ""), CAISSE: ("-", ""), CAMION: ("O-SOUTIEN", "")}
AVIS = ("avis_lea", "avis_paul")


@pytest.fixture
def atelier(etude):
    """L'étude codée aussi par Paul, qui se sépare de Léa sur quatre phrases."""
    feuille = lire_feuille(etude / "data/codages/lea.csv").set_index("segment", drop=False)
    for segment, (codes, memo) in PAUL.items():
        feuille.loc[segment, ["codes", "memo"]] = codes, memo
    ess.ecrire_table(etude / "data/codages/paul.csv", feuille)
    return Etude(etude)


def lire(atelier, avis=AVIS):
    return ess.lire_table(atelier.desaccords, DESACCORDS, avis).set_index("segment", drop=False)


def remplir(atelier, segment, avis=AVIS, **cellules):
    table = lire(atelier, avis)
    for colonne, cellule in cellules.items():
        table.loc[segment, colonne] = cellule
    ess.ecrire_table(atelier.desaccords, table)


def lire_codages(atelier):
    segments, grille = ess.segmenter(ess.lire_corpus(atelier.corpus)), ess.lire_grille(atelier.grille)
    return ess.lire_codages(atelier.codages, segments, grille)


def arbitres(atelier):
    codages = lire_codages(atelier)
    return codages[codages["codeur"] == ARBITRAGE].groupby("segment")["code"].agg(" ".join).to_dict()


def memo(atelier, segment):
    return FeuilleOuverte(atelier.codages / "arbitrage.csv").etat(segment).memo


def octets(atelier):
    return {chemin.name: chemin.read_bytes() for chemin in atelier.data.rglob("*.csv")}


def test_la_table_met_les_avis_cote_a_cote_dans_l_ordre_du_classement(atelier):
    assert arbitrer_au_tableur(atelier) == Report(lignes=4, portees=0, restantes=4)
    assert not (atelier.codages / "arbitrage.csv").exists()
    entete = atelier.desaccords.read_text(encoding="utf-8-sig").split("\n")[0]
    assert entete == (
        "segment;locuteur;avant;texte;apres;avis_lea;avis_paul;question;semblables;arbitrage;decision;raison"
    )
    table = lire(atelier)
    assert list(table.index) == list(Arbitrage(atelier).avis.classement["segment"])
    longue = table.loc[LONGUE]
    assert (longue["locuteur"], longue["texte"]) == ("Véra", "On les ressaisit le soir.")
    assert (longue["avant"], longue["apres"]) == ("Et les pesées ?", "C'est long, hein.")
    assert longue["avis_lea"] == "R-CHARGE P-GESTION"
    assert longue["avis_paul"] == "O-SOUTIEN P-GESTION — =deux"
    assert (longue["question"], longue["semblables"]) == ("R-CHARGE ou O-SOUTIEN ?", "1")
    assert table.loc[HEIN, "avis_paul"] == "rien à coder"
    assert table.loc[HEIN, "apres"] == table.loc[CAMION, "apres"] == ""
    assert set(table["decision"] + table["raison"] + table["arbitrage"]) == {""}


def test_deux_passages_donnent_les_memes_octets(atelier):
    arbitrer_au_tableur(atelier)
    remplir(atelier, LONGUE, decision="R-CHARGE", raison="=la ressaisie")
    arbitrer_au_tableur(atelier)
    une = octets(atelier)
    assert arbitrer_au_tableur(atelier) == Report(lignes=4, portees=0, restantes=3)
    assert octets(atelier) == une


def test_une_cellule_remplie_pendant_qu_on_refait_la_table_n_est_pas_perdue(atelier, monkeypatch):
    arbitrer_au_tableur(atelier)
    tabler = tableur._tabler

    def remplir_ailleurs(*arguments):
        remplir(atelier, LONGUE, decision="R-CHARGE")
        return tabler(*arguments)

    monkeypatch.setattr(tableur, "_tabler", remplir_ailleurs)
    with pytest.raises(ErreurDonnees, match=r"desaccords\.csv : ce fichier vient de changer"):
        arbitrer_au_tableur(atelier)
    assert lire(atelier).loc[LONGUE, "decision"] == "R-CHARGE"


@pytest.mark.parametrize(
    ("decision", "codes"),
    [
        ("R-CHARGE", "R-CHARGE P-GESTION"),
        ("O-SOUTIEN, P-GESTION", "O-SOUTIEN P-GESTION"),
        ("R-CHARGE|O-SOUTIEN", "R-CHARGE O-SOUTIEN P-GESTION"),
        ("P-GESTION", "P-GESTION"),
        ("-", "P-GESTION"),
        ("'-", "P-GESTION"),
    ],
)
def test_une_decision_est_portee_avec_ce_que_tous_ont_pose(atelier, decision, codes):
    arbitrer_au_tableur(atelier)
    avant = {nom: contenu for nom, contenu in octets(atelier).items() if nom in ("lea.csv", "paul.csv")}
    remplir(atelier, LONGUE, decision=decision, raison=" la ressaisie ")
    assert arbitrer_au_tableur(atelier) == Report(lignes=4, portees=1, restantes=3)
    assert arbitres(atelier) == {LONGUE: codes}
    assert memo(atelier, LONGUE) == "la ressaisie"
    ligne = lire(atelier).loc[LONGUE]
    assert (ligne["decision"], ligne["raison"]) == (decision, " la ressaisie ")
    assert ligne["arbitrage"] == codes
    assert {nom: octets(atelier)[nom] for nom in avant} == avant


def test_le_tiret_seul_dit_rien_quand_personne_n_est_d_accord_sur_rien(atelier):
    arbitrer_au_tableur(atelier)
    remplir(atelier, HEIN, decision="-")
    arbitrer_au_tableur(atelier)
    assert arbitres(atelier) == {HEIN: "-"}
    assert lire(atelier).loc[HEIN, "arbitrage"] == "rien à coder"


def test_une_raison_sans_decision_est_portee_seule(atelier):
    arbitrer_au_tableur(atelier)
    remplir(atelier, HEIN, raison="=à revoir")
    assert arbitrer_au_tableur(atelier) == Report(lignes=4, portees=1, restantes=4, raisons=1)
    assert arbitres(atelier) == {}
    assert memo(atelier, HEIN) == "=à revoir"
    assert lire_feuille(atelier.codages / "arbitrage.csv").set_index("segment").loc[HEIN, "memo"] == "'=à revoir"


def test_la_page_et_le_tableur_donnent_la_meme_table(atelier):
    arbitrer_au_tableur(atelier)
    for segment, decision, raison in [
        (LONGUE, "R-CHARGE", "la ressaisie"),
        (HEIN, "-", "trop vague"),
        (CAISSE, "O-SOUTIEN P-GESTION", ""),
    ]:
        remplir(atelier, segment, decision=decision, raison=raison)
    arbitrer_au_tableur(atelier)
    tableur, feuille = lire_codages(atelier), lire_feuille(atelier.codages / "arbitrage.csv")
    (atelier.codages / "arbitrage.csv").unlink()
    seance = Arbitrage(atelier, "E01")
    for geste, segment, valeur in [
        ("accepter", LONGUE, "R-CHARGE"),
        ("memo", LONGUE, "la ressaisie"),
        ("refuser", HEIN, "R-CHARGE"),
        ("memo", HEIN, "trop vague"),
    ]:
        seance.decider(geste, segment, valeur, empreinte=seance.empreinte)
    seance.ouvrir("E02")
    seance.decider("accepter", CAISSE, "O-SOUTIEN", empreinte=seance.empreinte)
    seance.decider("ajouter", CAISSE, "P-GESTION", empreinte=seance.empreinte)
    pd.testing.assert_frame_equal(lire_codages(atelier), tableur)
    page = lire_feuille(atelier.codages / "arbitrage.csv")
    pd.testing.assert_frame_equal(page.drop(columns="codes"), feuille.drop(columns="codes"))
    assert list(page["codes"].map(lambda cellule: set(cellule.split()))) == list(
        feuille["codes"].map(lambda cellule: set(cellule.split()))
    )
    # What the page has decided does not contradict what the table says.
    assert arbitrer_au_tableur(atelier) == Report(lignes=4, portees=0, restantes=1)


def test_une_decision_de_la_page_qui_ote_un_code_de_tous_n_est_pas_contredite(atelier):
    seance = Arbitrage(atelier, "E01")
    seance.decider("rien", LONGUE, empreinte=seance.empreinte)
    seance.decider("ajouter", LONGUE, "R-CHARGE", empreinte=seance.empreinte)
    arbitrer_au_tableur(atelier)
    assert lire(atelier).loc[LONGUE, "arbitrage"] == "R-CHARGE"
    remplir(atelier, LONGUE, decision="R-CHARGE")
    assert arbitrer_au_tableur(atelier).portees == 0
    assert arbitres(atelier) == {LONGUE: "R-CHARGE"}


def test_une_decision_deja_prise_autrement_n_est_pas_ecrasee_et_les_deux_sont_dites(atelier):
    seance = Arbitrage(atelier, "E01")
    seance.decider("accepter", LONGUE, "R-CHARGE", empreinte=seance.empreinte)
    seance.decider("memo", LONGUE, "la ressaisie", empreinte=seance.empreinte)
    arbitrer_au_tableur(atelier)
    remplir(atelier, LONGUE, decision="O-SOUTIEN", raison="l'entraide")
    remplir(atelier, HEIN, decision="R-CHARGE")
    avant = octets(atelier)
    with pytest.raises(ess.ErreurDonnees) as erreur:
        arbitrer_au_tableur(atelier)
    decision, raison = map(str, erreur.value.problemes)
    assert f"décision différente pour {LONGUE} (« O-SOUTIEN »)" in decision
    assert "La feuille data/codages/arbitrage.csv dit « P-GESTION R-CHARGE »" in decision
    assert f"raison différente pour {LONGUE} (« l'entraide »)" in raison
    assert "dit « la ressaisie »" in raison
    assert octets(atelier) == avant
    remplir(atelier, LONGUE, decision="", raison="")
    assert arbitrer_au_tableur(atelier).portees == 1
    assert arbitres(atelier)[LONGUE] == "R-CHARGE P-GESTION"


def test_toutes_les_fautes_sont_dites_et_rien_n_est_ecrit(atelier):
    arbitrer_au_tableur(atelier)
    remplir(atelier, LONGUE, decision="r-charg")
    remplir(atelier, HEIN, decision="- R-CHARGE")
    remplir(atelier, CAISSE, decision="non")
    table = lire(atelier)
    faux = table.loc[[CAMION]].assign(texte="Tout autre chose.", decision="-")
    double = table.loc[[HEIN]].assign(decision="R-CHARGE")
    ess.ecrire_table(atelier.desaccords, pd.concat([table, faux, double]))
    avant = octets(atelier)
    with pytest.raises(ess.ErreurDonnees) as erreur:
        arbitrer_au_tableur(atelier)
    dites = "\n".join(map(str, erreur.value.problemes))
    assert len(erreur.value.problemes) == 5
    for morceau in (
        "code inconnu (« R-CHARG »). Vouliez-vous dire « R-CHARGE »",
        "« - » mêlé à des codes (« - R-CHARGE »)",
        "code inconnu (« non »)",
        f"phrase absente du corpus (« {CAMION} »)",
        f"phrase en double (« {HEIN} »)",
    ):
        assert morceau in dites
    assert all(probleme.fichier == "data/desaccords.csv" for probleme in erreur.value.problemes)
    assert all(probleme.ligne > 1 for probleme in erreur.value.problemes)
    assert octets(atelier) == avant


def test_une_phrase_deplacee_est_suivie_si_ses_mots_sont_les_memes(atelier):
    arbitrer_au_tableur(atelier)
    remplir(atelier, HEIN, decision="R-CHARGE")
    table = lire(atelier)
    ess.ecrire_table(atelier.desaccords, table.assign(segment=table["segment"].replace(HEIN, "E01:163-180")))
    assert arbitrer_au_tableur(atelier).portees == 1
    assert arbitres(atelier) == {HEIN: "R-CHARGE"}
    assert list(lire(atelier)["segment"]).count(HEIN) == 1


def test_une_ligne_remplie_qui_n_est_plus_en_desaccord_est_portee_et_gardee(atelier):
    arbitrer_au_tableur(atelier)
    remplir(atelier, HEIN, decision="R-CHARGE", raison="on l'a relue ensemble")
    paul = lire_feuille(atelier.codages / "paul.csv")
    paul.loc[paul["segment"] == HEIN, "codes"] = "R-CHARGE"
    ess.ecrire_table(atelier.codages / "paul.csv", paul)
    assert arbitrer_au_tableur(atelier) == Report(lignes=3, portees=1, restantes=3)
    table = lire(atelier)
    assert list(table.index)[-1] == HEIN
    assert (table.loc[HEIN, "question"], table.loc[HEIN, "decision"]) == ("", "R-CHARGE")
    assert arbitres(atelier) == {HEIN: "R-CHARGE"}


def test_un_codeur_de_moins_ne_rend_pas_la_table_illisible(atelier):
    (atelier.codages / "zoe.csv").write_bytes((atelier.codages / "paul.csv").read_bytes())
    arbitrer_au_tableur(atelier)
    remplir(atelier, HEIN, (*AVIS, "avis_zoe"), decision="-", raison="r")
    (atelier.codages / "zoe.csv").unlink()
    assert arbitrer_au_tableur(atelier).portees == 1
    assert "zoe" not in atelier.desaccords.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        ("segment;texte;decision\n", "colonne manquante"),
        ("segment;texte;decision;raison;humeur\n", "colonne inconnue"),
        ('segment;texte;decision;raison;"avis_x\n', "guillemet"),
        ("\n\n", "vide"),
        ("segment;texte;decision;raison\nE01:13-28;Et les pesées ?;-\n", "3 cellules au lieu de 4"),
    ],
)
def test_une_table_abimee_est_dite_et_n_est_pas_touchee(atelier, contenu, message):
    atelier.desaccords.write_text(contenu, encoding="utf-8")
    with pytest.raises(ess.ErreurDonnees, match=message):
        arbitrer_au_tableur(atelier)
    assert atelier.desaccords.read_text(encoding="utf-8") == contenu


def test_sans_desaccord_rien_n_est_ecrit(atelier):
    (atelier.codages / "paul.csv").write_bytes((atelier.codages / "lea.csv").read_bytes())
    with pytest.raises(ess.ErreurDonnees, match="aucun désaccord"):
        arbitrer_au_tableur(atelier)
    assert not atelier.desaccords.exists()


def test_un_texte_qui_ressemble_a_une_formule_est_protege(etude):
    (etude / "data/corpus/E01.txt").write_text("Q : =1+1\n\nSandrine : =A1. Oui, hein.\n", encoding="utf-8")
    atelier = Etude(etude)
    siens = ess.segmenter(ess.lire_corpus(atelier.corpus))
    for nom, codes in (("lea", "R-CHARGE"), ("paul", "-")):
        ess.ecrire_feuille(atelier.codages / f"{nom}.csv", siens[siens["entretien"] == "E01"])
        feuille = lire_feuille(atelier.codages / f"{nom}.csv")
        ess.ecrire_table(
            atelier.codages / f"{nom}.csv",
            feuille[feuille["segment"].isin(siens["segment"])].assign(codes=codes),
        )
    arbitrer_au_tableur(atelier)
    cellules = lire(atelier)[["avant", "texte", "apres"]].to_numpy().ravel()
    assert any(cellule.startswith("'=") for cellule in cellules)
    assert not [cellule for cellule in cellules if cellule.startswith("=")]
    premier = lire(atelier).index[0]
    remplir(atelier, premier, decision="R-CHARGE")
    assert arbitrer_au_tableur(atelier).portees == 1


CELLULES = st.sampled_from(["", "-", "R-CHARGE", "O-SOUTIEN P-GESTION", "R-CHARGE O-SOUTIEN"])


@settings(max_examples=12)
@given(
    decisions=st.dictionaries(
        st.sampled_from([LONGUE, HEIN, CAISSE, CAMION]), st.tuples(CELLULES, st.sampled_from(["", "vu", "=x", "'y"]))
    )
)
def test_chaque_cellule_remplie_est_portee_une_fois_et_reste(tmp_path_factory, atelier, decisions):
    racine = tmp_path_factory.mktemp("tableur")
    shutil.copytree(atelier.data, racine / "data")
    copie = Etude(racine)
    arbitrer_au_tableur(copie)
    for segment, (decision, raison) in decisions.items():
        remplir(copie, segment, decision=decision, raison=raison)
    remplies = {segment: cellules for segment, cellules in decisions.items() if any(cellules)}
    assert arbitrer_au_tableur(copie).portees == len(remplies)
    assert set(arbitres(copie)) == {segment for segment, (decision, _) in remplies.items() if decision}
    for segment, (decision, raison) in remplies.items():
        assert tuple(lire(copie).loc[segment, ["decision", "raison"]]) == (decision, raison)
        assert set(decision.split()) - {"-"} <= set(arbitres(copie).get(segment, "").split())
    une = octets(copie)
    assert arbitrer_au_tableur(copie).portees == 0
    assert octets(copie) == une


def test_une_table_reenregistree_par_calc_se_relit(atelier, exiger, tmp_path):
    arbitrer_au_tableur(atelier)
    remplir(atelier, LONGUE, decision="R-CHARGE", raison="la ressaisie ; l'œuvre d'un soir")
    remplir(atelier, HEIN, decision="-")
    options = "59,34,76,1,,1036,false,true,false,false"
    sortie = tmp_path / "calc"
    commande = [
        exiger("soffice"),
        f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}",
        "--headless",
        f"--infilter=CSV:{options},false",
        "--convert-to",
        f"csv:Text - txt - csv (StarCalc):{options}",
        "--outdir",
        str(sortie),
        str(atelier.desaccords),
    ]
    resultat = subprocess.run(commande, capture_output=True, text=True, timeout=180, check=False)
    relue = sortie / atelier.desaccords.name
    if not relue.exists():
        raison = f"LibreOffice Calc n'a pas ouvert la table : {resultat.stderr.strip()}"
        pytest.fail(raison) if os.environ.get("CI") else pytest.skip(raison)
    atelier.desaccords.write_bytes(relue.read_bytes())
    assert arbitrer_au_tableur(atelier).portees == 2
    assert arbitres(atelier) == {LONGUE: "R-CHARGE P-GESTION", HEIN: "-"}
    assert memo(atelier, LONGUE) == "la ressaisie ; l'œuvre d'un soir"
