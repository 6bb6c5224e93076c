"""Le composant dans un vrai JupyterLab : des touches qui n'atteignent pas le notebook, un fichier qui ne garde rien."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

import anywidget
import nbformat
import pandas as pd
import pytest

import ess_analyse as ess
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.modele import RAISONS, SUGGESTIONS
from ess_analyse.relecture import relire, widget
from ess_analyse.relecture.page import composer_module, lire_fichier

RACINE = Path(__file__).parents[1]
PLAINTE = "Les plannings dévorent mes soirées."
E03 = f"""\
Enquêtrice : Racontez-moi votre semaine.

Ophélie : {PLAINTE} Heureusement, la coopérative voisine prête son tableur. \
Nous bricolons pourtant des étiquettes manuscrites.

Enquêtrice : Depuis longtemps ?

Ophélie : Depuis l'inauguration du hangar, autrefois une biscuiterie.
"""
E04 = "Enquêtrice : Une anecdote ?\n\nBaptiste : Le cadenas électronique s'obstine chaque vendredi.\n"
CELLULE = """\
import ess_analyse as ess
ess.relire("E03", codeur="{codeur}")"""
ATTENTE = 60
"""Ce qu'un JupyterLab et un noyau peuvent mettre à démarrer sur une machine occupée, en secondes."""


@pytest.fixture(scope="module")
def etude_jupyter(tmp_path_factory):
    """Deux entretiens inventés, la grille de la démonstration, une suggestion."""
    etude = Etude(tmp_path_factory.mktemp("jupyter") / "etude")
    etude.corpus.mkdir(parents=True)
    for nom, texte in (("E03", E03), ("E04", E04)):
        (etude.corpus / f"{nom}.txt").write_text(texte, encoding="utf-8")
    colonnes = ["entretien", "type", "structure", "fonction", "date", "diffusion"]
    lignes = [(nom, "entretien", "S1", "direction", "2025-03", "publique") for nom in ("E03", "E04")]
    ess.ecrire_table(etude.documents, pd.DataFrame(lignes, columns=colonnes))
    shutil.copy(RACINE / "data/grille.yml", etude.grille)
    debut, indice = E03.index(PLAINTE), E03.index("soirées")
    place = f"E03:{debut}-{debut + len(PLAINTE)}"
    proposee = (place, "R-CHARGE", 0.82, 1, True, "indices", "soirées", indice, indice + len("soirées"), "", "")
    ess.ecrire_suggestions(
        etude.suggestions, pd.DataFrame([proposee], columns=[*SUGGESTIONS, *RAISONS]).convert_dtypes()
    )
    return etude


@pytest.fixture
def etude_neuve(etude_jupyter):
    shutil.rmtree(etude_jupyter.codages, ignore_errors=True)
    return etude_jupyter


@pytest.fixture(scope="module")
def jupyter(exiger, etude_jupyter, tmp_path_factory):
    """Un JupyterLab sur cette machine seulement, loin des réglages de la personne ; rend son adresse."""
    exiger("chromium")
    dossier, jeton = tmp_path_factory.mktemp("lab"), secrets.token_urlsafe(16)
    noms = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    places = {f"JUPYTER_{nom}": dossier / nom for nom in noms}
    places |= {f"JUPYTERLAB_{nom}_DIR": dossier / nom for nom in ("SETTINGS", "WORKSPACES")}
    places |= {"HOME": dossier, "IPYTHONDIR": dossier / "ipython"}
    _regler(dossier / "SETTINGS")
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    options += [f"--ServerApp.root_dir={etude_jupyter.racine}", "--LabApp.extension_manager=readonly"]
    environ = os.environ | {nom: str(place) for nom, place in places.items()} | {"JUPYTER_TOKEN": jeton}
    with (
        (dossier / "journal").open("w", encoding="utf-8") as journal,
        subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=etude_jupyter.racine,
            env=environ,
            stdout=journal,
            stderr=journal,
        ) as programme,
    ):
        try:
            yield f"{_attendre_adresse(dossier, programme)}lab/tree/cahier.ipynb?token={jeton}"
        finally:
            programme.terminate()
            try:
                programme.wait(timeout=20)
            except subprocess.TimeoutExpired:
                programme.kill()


def _regler(dossier):
    reglages = {
        "@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True},
        "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    for nom, valeurs in reglages.items():
        chemin = dossier / f"{nom}.jupyterlab-settings"
        chemin.parent.mkdir(parents=True)
        chemin.write_text(json.dumps(valeurs), encoding="utf-8")


def _attendre_adresse(dossier, programme):
    limite = time.monotonic() + ATTENTE
    while time.monotonic() < limite and programme.poll() is None:
        for fiche in (dossier / "RUNTIME_DIR").glob("jpserver-*.json"):
            try:
                return json.loads(fiche.read_text(encoding="utf-8"))["url"]
            except ValueError:
                continue
        time.sleep(0.1)
    raise AssertionError((dossier / "journal").read_text(encoding="utf-8"))


def ecrire_cahier(etude, *codeurs):
    cellules = [nbformat.v4.new_markdown_cell("# Un cahier")]
    cellules += [nbformat.v4.new_code_cell(CELLULE.format(codeur=codeur)) for codeur in codeurs]
    cellules.append(nbformat.v4.new_code_cell("1 + 1"))
    noyau = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cellules, metadata=noyau), etude.racine / "cahier.ipynb")


def lire_cahier(etude):
    return (etude.racine / "cahier.ipynb").read_text(encoding="utf-8")


@pytest.fixture
def ouvrir_cahier(navigateur, jupyter, etude_neuve):
    """Ouvrir un notebook et en exécuter les cellules ; une requête vers ailleurs fait échouer le test."""
    contextes, ennuis = [], []

    def un(*codeurs, largeur=1280, theme="light"):
        ecrire_cahier(etude_neuve, *codeurs)
        contexte = navigateur.new_context(viewport={"width": largeur, "height": 900}, color_scheme=theme)
        contextes.append(contexte)
        page = contexte.new_page()
        page.on(
            "request",
            lambda requete: (
                requete.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))
                or ennuis.append(requete.url)
            ),
        )
        page.goto(jupyter)
        page.get_by_text("(ipykernel) | Idle").wait_for(timeout=ATTENTE * 1000)
        page.locator(".jp-CodeCell .cm-content").first.click()
        for rang in range(len(codeurs)):
            page.keyboard.press("Shift+Enter")
            page.locator(".ess-relire[data-prete]").nth(rang).wait_for(timeout=ATTENTE * 1000)
        return page

    yield un
    for contexte in contextes:
        contexte.close()
    assert ennuis == []


@pytest.fixture
def violations_du_composant():
    from axe_playwright_python.sync_playwright import Axe

    def lister(page):
        reponse = Axe().run(page, context=".ess-relire").response
        return [(regle["id"], noeud["html"][:120]) for regle in reponse["violations"] for noeud in regle["nodes"]]

    return lister


def compter_cellules(page):
    return page.locator(".jp-Notebook .jp-Cell").count()


def attendre_compte(page, texte, rang=0):
    page.locator(".ess-relire [id$=-compte]").nth(rang).filter(has_text=texte).wait_for()


def enregistrer(page, etude):
    avant = lire_cahier(etude)
    page.locator(".jp-MarkdownCell .jp-InputPrompt").first.click()
    page.keyboard.press("Control+s")
    limite = time.monotonic() + ATTENTE
    # Jupyter writes the file in place: it may be read while still empty or cut short.
    while not _est_entier(texte := lire_cahier(etude)) or texte == avant:
        assert time.monotonic() < limite
        page.wait_for_timeout(50)
    return texte


def _est_entier(texte):
    try:
        return bool(json.loads(texte))
    except ValueError:
        return False


def mots_de_l_entretien():
    """Les mots de l'entretien que le composant lui-même n'emploie pas."""
    composant = composer_module() + lire_fichier("relire.css") + CELLULE

    def mots(texte):
        return set(re.findall(r"\w{5,}", texte.lower()))

    propres = mots(E03 + E04) - mots(composant)
    assert len(propres) >= 20
    return propres


def verifier_que_rien_n_est_garde(texte):
    assert {mot for mot in mots_de_l_entretien() if mot in texte.lower()} == set()
    assert json.loads(texte)["metadata"]["widgets"]
    assert "exécutez cette cellule" in texte


def test_aucune_touche_n_atteint_le_notebook_et_les_decisions_sont_dans_la_feuille(
    ouvrir_cahier, etude_neuve, violations_du_composant
):
    page = ouvrir_cahier("claire")
    assert compter_cellules(page) == 3
    assert page.locator(".ess-relire [id$=-terminer]").is_hidden()
    page.locator(".ess-relire .phrase").nth(1).click()
    page.keyboard.press("1")
    attendre_compte(page, "Phrases lues : 1 sur 6")
    page.keyboard.press("ArrowDown")
    for touche in ("d", "d", "0", "0", "a", "Escape", "b", "Shift+M"):
        page.keyboard.press(touche)
    attendre_compte(page, "Phrases lues : 3 sur 6")
    assert page.locator(".ess-relire [id$=-d-memo]").is_visible()
    page.keyboard.type("dd 00 a b")
    page.keyboard.press("Control+Enter")
    page.locator(".ess-relire [id$=-memo-lu]").filter(has_text="dd 00 a b").wait_for()
    # Every kind of element that can hold the focus: a button, the list, the root.
    for place in ("[aria-keyshortcuts='?']", "[id$=-entretiens]", None):
        if place:
            page.locator(f".ess-relire {place}").focus()
        else:
            page.locator(".ess-relire .panneau h2").click()
        for touche in ("d", "d", "b", "Shift+M", "Escape"):
            page.keyboard.press(touche)
    assert compter_cellules(page) == 3
    assert page.locator(".jp-Dialog").count() == 0
    assert violations_du_composant(page) == []
    feuille = lire_feuille(etude_neuve.codages / "claire.csv")
    assert list(feuille["codes"]) == ["", "R-CHARGE", "-", "-", "", ""]
    assert list(feuille["memo"]) == ["", "", "", "", "dd 00 a b", ""]
    page.keyboard.press("e")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    attendre_compte(page, "Phrases lues : 0 sur 2")
    assert compter_cellules(page) == 3
    texte = enregistrer(page, etude_neuve)
    assert len(json.loads(texte)["cells"]) == 3
    verifier_que_rien_n_est_garde(texte)
    page.reload()
    attendre_compte(page, "Phrases lues : 0 sur 2")


def test_deux_composants_du_meme_notebook_ne_se_melent_pas(ouvrir_cahier, etude_neuve):
    page = ouvrir_cahier("ana", "lea")
    assert page.evaluate(
        "(() => { const ids = [...document.querySelectorAll('.ess-relire [id]')].map((element) => element.id);"
        " return [ids.length > 50, new Set(ids).size === ids.length]; })()"
    ) == [True, True]
    page.locator(".ess-relire").nth(0).locator(".phrase").nth(0).click()
    page.keyboard.press("0")
    page.keyboard.press("0")
    attendre_compte(page, "Phrases lues : 2 sur 6", 0)
    attendre_compte(page, "Phrases lues : 0 sur 6", 1)
    page.locator(".ess-relire").nth(1).locator(".phrase").nth(1).click()
    page.keyboard.press("1")
    attendre_compte(page, "Phrases lues : 1 sur 6", 1)
    assert list(lire_feuille(etude_neuve.codages / "ana.csv")["codes"]) == ["-", "-", "", "", "", ""]
    assert list(lire_feuille(etude_neuve.codages / "lea.csv")["codes"]) == ["", "R-CHARGE", "", "", "", ""]


def test_deux_composants_du_meme_codeur_montrent_le_conflit(ouvrir_cahier, etude_neuve, violations_du_composant):
    page = ouvrir_cahier("claire", "claire")
    page.locator(".ess-relire").nth(0).locator(".phrase").nth(0).click()
    page.keyboard.press("0")
    attendre_compte(page, "Phrases lues : 1 sur 6", 0)
    page.locator(".ess-relire").nth(1).locator(".phrase").nth(1).click()
    page.keyboard.press("x")
    page.locator(".ess-relire dialog[open]").filter(has_text="La feuille a changé ailleurs").wait_for()
    assert violations_du_composant(page) == []
    page.keyboard.press("Escape")
    page.locator(".ess-relire [id$=-refaire]:visible").click()
    attendre_compte(page, "Phrases lues : 2 sur 6", 1)
    assert list(lire_feuille(etude_neuve.codages / "claire.csv")["codes"]) == ["-", "-", "", "", "", ""]


@pytest.mark.parametrize("largeur", [1280, 700])
@pytest.mark.parametrize(("theme", "fond"), [("light", "rgb(253, 252, 250)"), ("dark", "rgb(20, 24, 26)")])
def test_le_composant_suit_le_theme_de_jupyterlab_et_ne_deborde_pas(
    ouvrir_cahier, violations_du_composant, theme, fond, largeur
):
    page = ouvrir_cahier("claire", largeur=largeur, theme="dark" if theme == "light" else "light")
    page.evaluate(f"document.body.dataset.jpThemeLight = '{json.dumps(theme == 'light')}'")
    assert page.evaluate("getComputedStyle(document.querySelector('.ess-relire')).backgroundColor") == fond
    page.locator(".ess-relire .phrase").nth(1).click()
    assert violations_du_composant(page) == []
    assert page.evaluate(
        "(() => { const racine = document.querySelector('.ess-relire');"
        " return racine.scrollWidth <= racine.clientWidth; })()"
    )
    for touche in ("?", "a", "m"):
        page.keyboard.press(touche)
        page.locator(".ess-relire dialog[open]").wait_for()
        assert violations_du_composant(page) == []
        page.keyboard.press("Escape")


def test_un_notebook_execute_par_nbconvert_ne_garde_rien(etude_neuve, jupyter, tmp_path):
    ecrire_cahier(etude_neuve, "claire")
    commande = [
        sys.executable,
        "-m",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        "--output",
        tmp_path / "sortie.ipynb",
    ]
    subprocess.run(
        [*commande, etude_neuve.racine / "cahier.ipynb"], check=True, capture_output=True, timeout=ATTENTE * 2
    )
    verifier_que_rien_n_est_garde((tmp_path / "sortie.ipynb").read_text(encoding="utf-8"))


@pytest.fixture
def pont(etude, monkeypatch):
    """Un composant et ce qu'il envoie : ``demander(message)`` rend ce que la page recevrait."""
    composant = relire("E01", codeur="claire")
    envois = []
    monkeypatch.setattr(composant, "send", envois.append)

    def demander(message):
        envois.clear()
        composant._handle_custom_msg(message, [])
        return envois

    return composant, demander


def test_chaque_demande_recoit_sa_reponse_avec_son_numero(pont, etude):
    _, demander = pont
    (envoi,) = demander({"numero": "7-1", "action": "etat", "corps": {}})
    assert envoi["numero"] == "7-1"
    assert envoi["reponse"]["entretien"] == "E01"
    empreinte = envoi["reponse"]["empreinte"]
    corps = {"geste": "rien", "segment": "E01:13-28", "empreinte": empreinte}
    (envoi,) = demander({"numero": "7-2", "action": "decider", "corps": corps})
    assert (envoi["numero"], envoi["reponse"]["lues"]) == ("7-2", 1)
    assert lire_feuille(etude / "data/codages/claire.csv")["codes"].iloc[0] == "-"
    assert list(demander({"numero": "7-3", "action": "decider", "corps": corps})[0]["reponse"]) == ["conflit"]


@pytest.mark.parametrize("message", [None, [], "etat", 3])
def test_un_message_qui_n_est_pas_une_demande_est_ignore(pont, message):
    assert pont[1](message) == []


@pytest.mark.parametrize("message", [{}, {"action": "effacer-tout"}, {"action": "etat", "corps": [1]}])
def test_une_demande_mal_formee_recoit_un_refus(pont, message):
    assert list(pont[1](message)[0]["reponse"]) == ["probleme"]


def test_l_etat_du_composant_ne_dit_rien_de_l_entretien(pont):
    composant, demander = pont
    demander({"numero": "1", "action": "etat", "corps": {}})
    garde = json.dumps(composant.get_state(), default=str) + repr(composant) + str(composant._repr_mimebundle_())
    assert "ressaisit" not in garde
    assert "Véra" not in garde
    assert "claire" not in garde


def test_l_etude_se_donne_par_son_dossier_ou_se_trouve(etude, monkeypatch):
    monkeypatch.chdir(etude / "data/codages")
    for ou in (None, str(etude), etude / "data", Etude(etude)):
        assert isinstance(relire("E01", codeur="ana", etude=ou), anywidget.AnyWidget)
    assert (etude / "data/codages/ana.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"entretien": "E09", "codeur": "ana"}, "document inconnu ou vide"),
        ({"codeur": "../ana"}, "nom mal écrit"),
        ({"codeur": ""}, "nom mal écrit"),
        ({"codeur": "ana", "etude": "/"}, "ne fait partie d'aucune étude"),
    ],
)
def test_une_erreur_se_dit_avant_de_rien_montrer(etude, arguments, message):
    with pytest.raises(ess.ErreurDonnees, match=message):
        relire(**arguments)
    assert not (etude / "data/codages/ana.csv").exists()


def test_sans_anywidget_l_erreur_dit_quoi_faire(etude, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    widget._charger_composant.cache_clear()
    with pytest.raises(ess.ErreurDonnees, match=r"demande anywidget.*pip install anywidget.*ess-analyse relire"):
        relire("E01", codeur="claire")
    assert not (etude / "data/codages/claire.csv").exists()


def test_le_module_du_composant_est_complet_et_n_importe_rien():
    module = composer_module()
    assert not re.search(r"^import |^export (?!default)|import\(", module, re.MULTILINE)
    assert module.count("export default") == 1
    assert "http" not in module.replace("http-equiv", "")
    for nom in ("monter", "monterGrille", "monterConflit", "dessinerPanneau", "frapper", "nommer"):
        assert module.count(f"function {nom}(") == 1


def test_les_modules_reunis_ne_declarent_jamais_deux_fois_le_meme_nom():
    """Chaque fichier est un module à lui seul ; réunis pour le notebook, ils partagent un même espace de noms."""
    noms = re.findall(r"^(?:export )?(?:async )?(?:function|const|let|class) +(\w+)", composer_module(), re.MULTILINE)
    assert len(noms) > 20
    assert sorted(nom for nom in set(noms) if noms.count(nom) > 1) == []
