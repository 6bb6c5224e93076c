"""Le serveur : cette machine seulement, le jeton, l'hôte, l'origine, des corps bornés, un arrêt propre."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.relecture import Seance, Serveur
from ess_analyse.relecture.actions import TAILLE
from ess_analyse.relecture.page import MODULES
from ess_analyse.relecture.serveur import JETON

QUESTION = "E01:13-28"


@pytest.fixture
def serveur(etude):
    with Serveur(Seance(Etude(etude), "claire", "E01")) as ouvert:
        fil = threading.Thread(target=ouvert.serve_forever, kwargs={"poll_interval": 0.02})
        fil.start()
        yield ouvert
        ouvert.shutdown()
        fil.join()


@pytest.fixture
def demander(serveur):
    """Faire une requête, bonne par défaut : ``demander("POST", "/api/annuler", {}, Origin=None)``."""

    def faire(methode, chemin, corps=None, brut=None, **entetes):
        bons = {"Host": serveur.hote, JETON: serveur.jeton}
        if methode == "POST":
            bons |= {"Origin": f"http://{serveur.hote}", "Content-Type": "application/json"}
        octets = brut if brut is not None else b"" if corps is None else json.dumps(corps).encode()
        if methode == "POST":
            bons["Content-Length"] = str(len(octets))
        bons |= {nom.replace("_", "-"): valeur for nom, valeur in entetes.items()}
        connexion = http.client.HTTPConnection("127.0.0.1", serveur.server_address[1], timeout=10)
        connexion.putrequest(methode, chemin, skip_host=True, skip_accept_encoding=True)
        for nom, valeur in bons.items():
            if valeur is not None:
                connexion.putheader(nom, valeur)
        connexion.endheaders(octets)
        reponse = connexion.getresponse()
        contenu = reponse.read()
        connexion.close()
        return reponse, contenu

    return faire


def rien(serveur, **autres):
    return {"geste": "rien", "segment": QUESTION, "empreinte": serveur.seance.empreinte} | autres


def codes(serveur):
    return serveur.seance.etat(QUESTION).codes


def test_n_ecoute_que_sur_cette_machine(serveur):
    assert serveur.socket.getsockname()[0] == "127.0.0.1"
    assert serveur.socket.family == socket.AF_INET


def test_le_jeton_est_long_et_change_a_chaque_fois(serveur, etude):
    assert len(serveur.jeton) >= 43
    with Serveur(serveur.seance) as autre:
        assert autre.jeton != serveur.jeton


@pytest.mark.parametrize("nom", ["", "page.css", "relire.css", "page.js", *MODULES, "icone.svg"])
def test_la_page_est_servie_avec_ses_gardes(serveur, demander, nom):
    reponse, contenu = demander("GET", f"/{serveur.jeton}/{nom}")
    assert reponse.status == 200
    assert contenu
    assert reponse.headers["Cache-Control"] == "no-store"
    assert reponse.headers["Referrer-Policy"] == "no-referrer"
    assert reponse.headers["X-Content-Type-Options"] == "nosniff"
    assert reponse.headers["Server"] == "ess-analyse"
    regles = dict(regle.strip().split(" ", 1) for regle in reponse.headers["Content-Security-Policy"].split(";"))
    assert regles["default-src"] == regles["frame-ancestors"] == regles["base-uri"] == regles["form-action"] == "'none'"
    assert {valeur for nom, valeur in regles.items() if nom.endswith("-src")} == {"'none'", "'self'"}
    assert not re.search(rb"(?:https?:)?//(?!www\.w3\.org/2000/svg)[\w.]+\.\w+", contenu.replace(b"// ", b""))


def test_la_page_ne_contient_ni_style_ni_script_en_ligne(serveur, demander):
    page = demander("GET", f"/{serveur.jeton}/")[1].decode()
    assert "style=" not in page
    assert not re.search(r"\son\w+=", page)
    assert re.findall(r"<script[^>]*>", page) == ['<script type="module" src="page.js">']
    for nom in ("page.js", *MODULES):
        script = demander("GET", f"/{serveur.jeton}/{nom}")[1].decode()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)


@pytest.mark.parametrize(
    "chemin", ["/", "/index.html", "/mauvais/", "/mauvais/relire.js", "/favicon.ico", "//", "/%C3%A9/"]
)
def test_sans_le_jeton_rien_n_est_servi(demander, chemin):
    reponse, contenu = demander("GET", chemin)
    assert reponse.status == 403
    assert b"<script" not in contenu


@pytest.mark.parametrize("jeton", [None, "", "faux", "é"])
def test_sans_le_jeton_en_en_tete_rien_n_est_dit_ni_fait(serveur, demander, jeton):
    autres = {JETON: jeton and jeton.encode("utf-8")}
    reponse, contenu = demander("POST", "/api/etat", {}, **autres)
    assert (reponse.status, b"pes" in contenu) == (403, False)
    assert demander("POST", "/api/decider", rien(serveur), **autres)[0].status == 403
    assert demander("POST", "/api/terminer", {}, **autres)[0].status == 403
    assert codes(serveur) == ()


@pytest.mark.parametrize("hote", [None, "localhost", "exemple.fr", "127.0.0.1", "127.0.0.1:1", "[::1]"])
def test_un_autre_hote_est_refuse(serveur, demander, hote):
    assert demander("GET", f"/{serveur.jeton}/", Host=hote)[0].status == 403
    assert demander("POST", "/api/decider", rien(serveur), Host=hote)[0].status == 403
    assert codes(serveur) == ()


@pytest.mark.parametrize("origine", [None, "null", "http://exemple.fr", "http://127.0.0.1", "https://{hote}"])
def test_une_autre_origine_ne_decide_rien(serveur, demander, origine):
    origine = origine and origine.format(hote=serveur.hote)
    assert demander("POST", "/api/decider", rien(serveur), Origin=origine)[0].status == 403
    assert demander("POST", "/api/etat", {}, Origin=origine)[0].status == 403
    if origine:
        assert demander("GET", f"/{serveur.jeton}/", Origin=origine)[0].status == 403
    assert codes(serveur) == ()


@pytest.mark.parametrize("methode", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "BIDON"])
def test_les_autres_methodes_sont_refusees(serveur, demander, methode):
    reponse, contenu = demander(methode, "/api/decider")
    assert reponse.status == 405
    assert "Access-Control-Allow-Origin" not in reponse.headers
    assert (contenu == b"") == (methode == "HEAD")


@pytest.mark.parametrize(
    "nom",
    [
        "../serveur.py",
        "..%2fserveur.py",
        "%2e%2e/serveur.py",
        "page.html",
        "composant.html",
        "cahier.js",
        "__init__.py",
        "relire.js?x",
        "/etc/passwd",
        ".",
    ],
)
def test_aucun_autre_fichier_n_est_servi(serveur, demander, nom):
    reponse, contenu = demander("GET", f"/{serveur.jeton}/{nom}")
    assert reponse.status == 404
    assert json.loads(contenu) == {"probleme": "page inconnue"}


def test_rien_ne_se_lit_par_une_simple_adresse(demander):
    reponse, contenu = demander("GET", "/api/etat")
    assert (reponse.status, b"pes" in contenu) == (403, False)


def test_une_demande_de_fin_mal_formee_n_arrete_rien(serveur, demander):
    assert demander("POST", "/api/terminer", [])[0].status == 422
    assert demander("POST", "/api/decider", rien(serveur))[0].status == 200


def test_changer_d_entretien(serveur, demander):
    reponse, contenu = demander("POST", "/api/ouvrir", {"entretien": "E02"})
    assert (reponse.status, json.loads(contenu)["entretien"]) == (200, "E02")
    reponse, contenu = demander("POST", "/api/decider", rien(serveur, entretien="E01"))
    assert reponse.status == 422
    assert "une autre fenêtre est passée à E02" in json.loads(contenu)["probleme"]


def test_une_action_inconnue(demander):
    assert demander("POST", "/api/effacer-tout", {})[0].status == 404
    assert demander("POST", "/", {})[0].status == 404


@pytest.mark.parametrize(
    ("brut", "entetes", "statut"),
    [
        (b"", {"Content-Length": None}, 411),
        (b"", {"Content-Length": "-1"}, 411),
        (b"", {"Content-Length": None, "Transfer-Encoding": "chunked"}, 411),
        (b"", {"Content-Length": str(TAILLE + 1)}, 413),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {"Content-Type": None}, 415),
        (b"", {}, 400),
        (b"{", {}, 400),
        (b"[]", {}, 422),
        (b'{"segment": 1}', {}, 422),
        (b"[" * 50_000, {}, 400),
        (b"\xff\xfe{", {}, 400),
    ],
)
def test_un_corps_mal_forme_ou_trop_long_est_refuse(serveur, demander, brut, entetes, statut):
    assert demander("POST", "/api/decider", brut=brut, **entetes)[0].status == statut
    assert codes(serveur) == ()
    assert demander("POST", "/api/decider", rien(serveur))[0].status == 200


def test_decider_annuler_retablir_chercher(serveur, demander):
    reponse, contenu = demander("POST", "/api/decider", rien(serveur))
    assert reponse.status == 200
    assert reponse.headers["Content-Type"] == "application/json; charset=utf-8"
    lu = json.loads(contenu)
    assert (lu["ligne"]["codes"], lu["lues"], lu["annulable"]) == (["-"], 1, True)
    assert lu["empreinte"] == serveur.seance.empreinte
    for action, attendu in (("annuler", []), ("retablir", ["-"])):
        lu = json.loads(demander("POST", f"/api/{action}", {"empreinte": lu["empreinte"]})[1])
        assert (lu["ligne"]["segment"], lu["ligne"]["codes"]) == (QUESTION, attendu)
    assert json.loads(demander("POST", "/api/non-lue", {"segment": QUESTION})[1]) == {"segment": "E01:37-62"}
    assert json.loads(demander("POST", "/api/incertaine", {"segment": QUESTION})[1]) == {"segment": None}
    etat = json.loads(demander("POST", "/api/etat", {})[1])
    assert (etat["lues"], etat["total"], etat["depart"]) == (1, 3, "E01:37-62")


def test_un_geste_impossible_est_dit_en_francais(serveur, demander):
    reponse, contenu = demander("POST", "/api/decider", rien(serveur, geste="ajouter", valeur="R-CHARG"))
    assert reponse.status == 422
    assert "Vouliez-vous dire « R-CHARGE »" in json.loads(contenu)["probleme"]
    assert demander("POST", "/api/decider", rien(serveur, segment="\ud800"))[0].status == 422


def test_un_conflit_montre_les_etats_et_se_recharge(serveur, demander, etude):
    chemin = etude / "data/codages/claire.csv"
    texte = chemin.read_text(encoding="utf-8")
    chemin.write_text(texte.replace("Et les pesées ?;;", "Et les pesées ?;R-CHARGE;"), encoding="utf-8")
    reponse, contenu = demander("POST", "/api/decider", rien(serveur))
    assert reponse.status == 409
    assert json.loads(contenu)["conflit"] == {
        "segment": QUESTION,
        "lu": {"codes": [], "memo": ""},
        "voulu": {"codes": ["-"], "memo": ""},
        "fichier": {"codes": ["R-CHARGE"], "memo": ""},
    }
    lu = json.loads(demander("POST", "/api/recharger", {})[1])
    assert lu["tours"][0]["phrases"][0]["codes"] == ["R-CHARGE"]
    assert demander("POST", "/api/decider", rien(serveur, empreinte=lu["empreinte"]))[0].status == 200


def test_une_ecriture_impossible_est_dite_et_rien_n_est_cru_ecrit(serveur, demander, monkeypatch, etude):
    def plein(*_):
        raise OSError(28, "plein")

    monkeypatch.setattr("ess_analyse.fichiers.octets._ecrire_a_cote", plein)
    reponse, contenu = demander("POST", "/api/decider", rien(serveur))
    assert reponse.status == 422
    assert "écriture impossible" in json.loads(contenu)["probleme"]
    assert (codes(serveur), serveur.seance.annulable) == ((), False)
    monkeypatch.undo()
    assert demander("POST", "/api/decider", rien(serveur))[0].status == 200


def test_une_panne_de_la_machine_est_dite_a_la_page(serveur, demander, monkeypatch):
    def plein(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ess_analyse.relecture.feuille.seul_dans", plein)
    reponse, contenu = demander("POST", "/api/decider", rien(serveur))
    assert reponse.status == 422
    assert "lecture ou écriture impossible (No space left on device)" in json.loads(contenu)["probleme"]
    assert codes(serveur) == ()


@pytest.mark.parametrize(
    ("panne", "tue"),
    [(ConnectionResetError(), True), (BrokenPipeError(), True), (TimeoutError(), True), (OSError(28, "plein"), False)],
)
def test_seul_un_navigateur_qui_raccroche_ne_se_dit_pas(serveur, capsys, panne, tue):
    try:
        raise panne
    except OSError:
        serveur.handle_error(None, ("127.0.0.1", 1))
    assert (capsys.readouterr().err == "") == tue


def test_des_decisions_simultanees_ne_s_ecrasent_pas(serveur, demander):
    depart = serveur.seance.empreinte
    statuts = []
    fils = [
        threading.Thread(
            target=lambda code=code: statuts.append(
                demander("POST", "/api/decider", rien(serveur, geste="ajouter", valeur=code, empreinte=depart))[
                    0
                ].status
            )
        )
        for code in ("R-CHARGE", "O-SOUTIEN", "P-GESTION")
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(statuts) == [200, 409, 409]
    assert len(codes(serveur)) == 1


@contextmanager
def lancer(etude, *options):
    commande = [
        sys.executable,
        "-m",
        "ess_analyse",
        "relire",
        "E01",
        "--codeur",
        "claire",
        "--sans-navigateur",
        *options,
    ]
    with subprocess.Popen(commande, cwd=etude, stdout=subprocess.PIPE, text=True, encoding="utf-8") as programme:
        try:
            yield programme
        finally:
            programme.kill()


def lire_adresse(programme):
    lues = (re.search(r"http://(127\.0\.0\.1:\d+)/(\S+)/", ligne) for ligne in programme.stdout)
    return next(filter(None, lues)).groups()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C se simule autrement sous Windows")
def test_ctrl_c_arrete_proprement(etude):
    with lancer(etude) as programme:
        lire_adresse(programme)
        programme.send_signal(signal.SIGINT)
        sortie = programme.communicate(timeout=20)[0]
    assert programme.returncode == 0
    assert "E01, tout est enregistré ; phrases lues : 0 sur 3." in sortie


def test_terminer_arrete_le_programme(etude):
    with lancer(etude) as programme:
        hote, jeton = lire_adresse(programme)
        connexion = http.client.HTTPConnection(hote, timeout=10)
        entetes = {JETON: jeton, "Origin": f"http://{hote}", "Content-Type": "application/json"}
        connexion.request("POST", "/api/terminer", "{}", entetes)
        assert connexion.getresponse().status == 200
        connexion.close()
        sortie = programme.communicate(timeout=20)[0]
    assert programme.returncode == 0
    assert "tout est enregistré" in sortie


@pytest.mark.parametrize("codeur", ["../lea", "a b", "lea@hier", ""])
def test_un_nom_de_codeur_mal_ecrit_est_refuse(etude, codeur):
    resultat = CliRunner().invoke(principal, ["relire", "--codeur", codeur, "--sans-navigateur"])
    assert resultat.exit_code == 2
    assert "lettres, chiffres et tirets seulement" in resultat.output


def test_un_port_pris_est_dit(etude, serveur):
    port = str(serveur.server_address[1])
    resultat = CliRunner().invoke(principal, ["relire", "--codeur", "ana", "--port", port, "--sans-navigateur"])
    assert resultat.exit_code == 2
    assert f"le port {port} est pris" in resultat.output


def test_la_commande_ouvre_le_navigateur_et_dit_qu_il_n_y_a_pas_de_suggestion(etude, monkeypatch):
    servies, ouverte = [], threading.Event()
    monkeypatch.setattr("webbrowser.open", lambda _: ouverte.set())
    monkeypatch.setattr(Serveur, "serve_forever", lambda self, poll_interval: servies.append(self.adresse))
    resultat = CliRunner().invoke(principal, ["relire", "E02", "--codeur", "lea"])
    assert resultat.exit_code == 0
    assert ouverte.wait(10)
    assert servies[0] in resultat.output
    assert "Aucune suggestion" in resultat.output
    assert "E02, tout est enregistré ; phrases lues : 3 sur 3." in resultat.output
    assert set(lire_feuille(etude / "data/codages/lea.csv")["origine"]) == {""}
