"""La commande `arbitrer`, telle qu'une équipe l'emploie : la page, le tableur, le bilan."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import ess_analyse as ess
from ess_analyse.cli.arbitrage import arbitrer
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.relecture.arbitrage import Arbitrage

LONGUE, HEIN, CAISSE = "E01:37-62", "E01:63-80", "E02:38-62"
LANCER = (
    "import pathlib, sys; from ess_analyse.cli.arbitrage import arbitrer; arbitrer(sys.argv[1:], obj=pathlib.Path())"
)


def lancer(*arguments: str):
    return CliRunner().invoke(arbitrer, arguments, obj=Path())


@pytest.fixture
def atelier(etude):
    """L'étude codée aussi par Paul, qui se sépare de Léa sur trois phrases."""
    feuille = lire_feuille(etude / "data/codages/lea.csv")
    codes = feuille["segment"].map({LONGUE: "O-SOUTIEN P-GESTION", HEIN: "-", CAISSE: "-"})
    ess.ecrire_table(etude / "data/codages/paul.csv", feuille.assign(codes=codes.fillna(feuille["codes"])))
    return Etude(etude)


def decider(atelier, *gestes):
    seance = Arbitrage(atelier, "E01")
    for geste, segment, valeur in gestes:
        seance.decider(geste, segment, valeur, empreinte=seance.empreinte)


def test_le_tableur_dit_ou_ecrire_puis_porte(atelier):
    resultat = lancer("--tableur")
    assert resultat.exit_code == 0, resultat.output
    assert "data/desaccords.csv : 3 phrases en désaccord." in resultat.output
    assert "3 désaccords à trancher" in resultat.output
    assert "dans la feuille d'arbitrage" not in resultat.output
    texte = atelier.desaccords.read_text(encoding="utf-8-sig")
    ligne = next(ligne for ligne in texte.split("\n") if ligne.startswith(HEIN))
    texte = texte.replace(ligne, ligne[:-1] + "R-CHARGE;oui")
    autre = next(ligne for ligne in texte.split("\n") if ligne.startswith(LONGUE))
    atelier.desaccords.write_text(texte.replace(autre, f"{autre}à voir"), encoding="utf-8-sig")
    resultat = lancer("--tableur")
    assert "1 décision et 1 raison seule dans la feuille d'arbitrage." in resultat.output
    assert "2 désaccords à trancher" in resultat.output
    feuille = lire_feuille(atelier.codages / "arbitrage.csv").set_index("segment")
    assert tuple(feuille.loc[HEIN, ["codes", "memo"]]) == ("R-CHARGE", "oui")


def test_le_bilan_en_json(atelier):
    decider(atelier, ("accepter", LONGUE, "O-SOUTIEN"), ("memo", LONGUE, "à deux"), ("accepter", HEIN, "R-CHARGE"))
    bilan = json.loads(lancer("--bilan", "--json").output)
    assert {nom: bilan[nom] for nom in ("phrases", "arbitrees", "sans_raison", "restantes")} == {
        "phrases": 3,
        "arbitrees": 2,
        "sans_raison": 1,
        "restantes": 1,
    }
    codes = {ligne["code"]: ligne for ligne in bilan["codes"]}
    assert codes["R-CHARGE"] == {"code": "R-CHARGE", "discutes": 2, "gardes": 1, "ecartes": 1, "restants": 0}
    assert codes["O-SOUTIEN"] == {"code": "O-SOUTIEN", "discutes": 2, "gardes": 1, "ecartes": 0, "restants": 1}
    assert "P-GESTION" not in codes
    confusion = {"un": "R-CHARGE", "autre": "O-SOUTIEN", "phrases": 1, "garde_un": 0, "garde_autre": 1}
    assert bilan["confusions"] == [confusion]
    assert bilan["a_preciser"] == {code: ["quand elle ne le dit pas"] for code in ("R-CHARGE", "O-SOUTIEN")}


def test_le_bilan_a_lire(atelier):
    sortie = lancer("--bilan").output
    assert "De quel côté on tranche" in sortie
    assert "Codes mis l'un pour l'autre" in sortie
    assert "! 3 phrases en désaccord : 0 tranchée, 3 à trancher." in sortie
    assert "Les plus confondus : R-CHARGE et O-SOUTIEN (1 phrase)" in sortie
    assert "  R-CHARGE : quand elle ne le dit pas\n  O-SOUTIEN : quand elle ne le dit pas\n" in sortie
    assert "Aucune de ces lignes ne nomme l'autre code." in sortie
    grille = atelier.grille.read_text(encoding="utf-8")
    atelier.grille.write_text(grille.replace("quand elle ne le dit pas", "voir O-SOUTIEN", 1), encoding="utf-8")
    assert "ne nomme l'autre" not in lancer("--bilan").output
    decider(atelier, ("accepter", LONGUE, "O-SOUTIEN"), ("refuser-toutes", HEIN, ""), ("memo", HEIN, "non"))
    assert (
        "! 3 phrases en désaccord : 2 tranchées (dont 1 sans raison écrite), 1 à trancher." in lancer("--bilan").output
    )


def test_un_bilan_sans_desaccord_est_vide(atelier):
    (atelier.codages / "paul.csv").write_bytes((atelier.codages / "lea.csv").read_bytes())
    assert lancer("--bilan").output == "✓ 0 phrase en désaccord : 0 tranchée, 0 à trancher.\n"
    bilan = json.loads(lancer("--bilan", "--json").output)
    assert (bilan["phrases"], bilan["codes"], bilan["confusions"], bilan["a_preciser"]) == (0, [], [], {})


@pytest.mark.parametrize("arguments", [(), ("--tableur",), ("--bilan",), ("E01",)])
def test_sans_deux_lecteurs_chaque_voie_le_dit(etude, arguments):
    erreur = lancer(*arguments).exception
    assert isinstance(erreur, ess.ErreurDonnees)
    assert "aucune phrase n'a été lue par deux personnes" in str(erreur)


@pytest.mark.parametrize(
    ("arguments", "dit"),
    [
        (("--tableur", "--bilan"), "un seul à la fois"),
        (("E01", "--tableur"), "un seul à la fois"),
        (("E01", "--bilan"), "un seul à la fois"),
        (("--json",), "--json ne va qu'avec --bilan"),
        (("--tableur", "--json"), "--json ne va qu'avec --bilan"),
    ],
)
def test_des_options_qui_ne_vont_pas_ensemble_sont_refusees(atelier, arguments, dit):
    resultat = lancer(*arguments)
    assert resultat.exit_code == 2
    assert dit in resultat.output


def test_un_port_pris_est_dit(atelier):
    import socket

    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen()
        resultat = lancer("E01", "--sans-navigateur", "--port", str(prise.getsockname()[1]))
    assert resultat.exit_code == 2
    assert "est pris" in resultat.output


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C s'envoie autrement sous Windows")
def test_la_commande_dit_l_adresse_et_finit_par_un_bilan(atelier):
    commande = [sys.executable, "-c", LANCER, "E02", "--sans-navigateur"]
    with subprocess.Popen(commande, stdout=subprocess.PIPE, text=True, encoding="utf-8") as programme:
        try:
            assert re.match(r"✓ E02, arbitrage : http://127\.0\.0\.1:\d+/", programme.stdout.readline())
            assert "Terminer" in programme.stdout.readline()
            programme.send_signal(signal.SIGINT)
            fin = programme.stdout.read()
            assert programme.wait(timeout=30) == 0
        finally:
            programme.kill()
    assert "E02, tout est enregistré ; désaccords tranchés : 0 sur 1." in fin
    assert "3 phrases en désaccord : 0 tranchée, 3 à trancher." in fin
