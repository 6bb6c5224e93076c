"""Ce que plusieurs fichiers de tests emploient."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import threading
import unicodedata
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from ess_analyse.cli import principal
from ess_analyse.modele import DOCUMENTS, Corpus, Entretien
from ess_analyse.relecture import Serveur
from ess_analyse.rendu import rendre_site, verifier_projet

RACINE = Path(__file__).parents[1]

# A project to render, not tests: nbval would run its notebook.
collect_ignore = ["exemples_rendu"]

# Derandomized: a red suite is red again on the next machine; the deadline would fail on a busy one.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    max_examples=30,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("explorer", settings.get_profile("suite"), derandomize=False, max_examples=300)
settings.load_profile("suite")


def pytest_make_parametrize_id(val, argname):
    """Nommer un cas fait d'octets par son argument : une archive porte l'heure, et chaque processus aurait ses noms."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session", autouse=True)
def cache_des_tests(request):
    """Garder ce que la machine apprend des exemples à côté de la suite, d'un passage à l'autre, hors du vrai cache."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for variable in ("XDG_CACHE_HOME", "WIN_PD_OVERRIDE_LOCAL_APPDATA"):
            monkeypatch.setenv(variable, str(request.config.cache.mkdir("suggestions")))
        yield


@pytest.fixture(scope="session")
def exiger():
    """Rendre le chemin d'un programme ; sans lui, sauter le test, ou le faire échouer en intégration continue."""

    def chercher(programme: str) -> str:
        if chemin := shutil.which(programme):
            return chemin
        raison = f"{programme} n'est pas installé sur cette machine"
        if os.environ.get("CI"):
            pytest.fail(raison)
        return pytest.skip(raison)

    return chercher


@pytest.fixture
def ecrire(tmp_path):
    """Écrire un fichier dans un dossier neuf : du texte en UTF-8, ou des octets tels quels."""

    def poser(nom: str, contenu: str | bytes):
        chemin = tmp_path / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_bytes(contenu if isinstance(contenu, bytes) else contenu.encode("utf-8"))
        return chemin

    return poser


@pytest.fixture(scope="session")
def composer():
    """Composer un corpus : ``composer(E01="Claire : Ça va ?", O01=…)`` ; un texte sans locuteur est une observation."""

    def faire(**textes: str) -> Corpus:
        entretiens = tuple(
            Entretien.depuis_texte(nom, texte.strip() + "\n", parle=not nom.startswith("O"))
            for nom, texte in textes.items()
        )
        lignes = [
            (nom, "observation" if nom.startswith("O") else "entretien", "S1", "direction", "2025-03", "publique")
            for nom in textes
        ]
        return Corpus(entretiens, pd.DataFrame(lignes, columns=DOCUMENTS, dtype="str"))

    return faire


ESPACES_WORD = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
ESPACES_ODF = " ".join(
    f'xmlns:{nom}="{OASIS}:{uri}:1.0"'
    for nom, uri in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "svg": "svg-compatible",
        "style": "style",
        "fo": "xsl-fo-compatible",
    }.items()
)
ESPACES_ODF += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'


@pytest.fixture(scope="session")
def zipper():
    """Mettre des pièces dans une archive : ``zipper({"content.xml": "<a/>"})``."""

    def faire(pieces: dict[str, str | bytes], methode: int = zipfile.ZIP_DEFLATED) -> bytes:
        tampon = io.BytesIO()
        with zipfile.ZipFile(tampon, "w", methode) as archive:
            for nom, contenu in pieces.items():
                archive.writestr(nom, contenu)
        return tampon.getvalue()

    return faire


@pytest.fixture(scope="session")
def docx(zipper):
    """Composer un ``.docx`` : ``docx(corps, footnotes=…)`` ; chaque pièce est le contenu de son élément racine."""
    racines = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes"}
    racines |= {"comments": "comments", "header1": "hdr", "footer1": "ftr"}

    def faire(corps: str, prologue: str = "", **pieces: str) -> bytes:
        def envelopper(racine: str, contenu: str) -> str:
            entete = '<?xml version="1.0" encoding="UTF-8"?>' + prologue
            return f"{entete}<w:{racine} {ESPACES_WORD}>{contenu}</w:{racine}>"

        lettres = {f"word/{nom}.xml": envelopper(racines[nom], contenu) for nom, contenu in pieces.items()}
        return zipper({"word/document.xml": envelopper("document", f"<w:body>{corps}</w:body>"), **lettres})

    return faire


@pytest.fixture(scope="session")
def odt(zipper):
    """Composer un ``.odt`` : le corps, ses styles automatiques, sa feuille de styles."""

    def faire(corps: str, styles: str = "", feuille: str = "") -> bytes:
        contenu = (
            f"<office:document-content {ESPACES_ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{corps}</office:text></office:body></office:document-content>"
        )
        feuille = f"<office:document-styles {ESPACES_ODF}>{feuille}</office:document-styles>"
        return zipper({"content.xml": contenu, "styles.xml": feuille})

    return faire


@pytest.fixture(scope="session")
def paroles():
    """Rendre les tours d'un entretien : ``(locuteur, paroles)``."""

    def lister(entretien: Entretien) -> list[tuple[str, str]]:
        return [(tour.locuteur, entretien.extrait(tour.debut, tour.fin)) for tour in entretien.tours]

    return lister


@pytest.fixture(scope="session")
def lettres():
    """Rendre les lettres et les chiffres d'un texte, le reste ôté."""

    def garder(texte: str) -> str:
        return "".join(filter(str.isalnum, unicodedata.normalize("NFC", texte)))

    return garder


@pytest.fixture(scope="session")
def convertir(exiger, tmp_path_factory):
    """Faire enregistrer des documents par LibreOffice : ``convertir("docx", dossier, fichier)``."""
    profil = tmp_path_factory.mktemp("profil")

    def faire(format_: str, sortie: Path, *documents: Path, **options: str) -> None:
        commande = [
            exiger("soffice"),
            "--headless",
            f"-env:UserInstallation={profil.as_uri()}",
            *(f"--{nom}={valeur}" for nom, valeur in options.items()),
            "--convert-to",
            format_,
            "--outdir",
            sortie,
            *documents,
        ]
        subprocess.run(commande, check=True, capture_output=True, timeout=180)

    return faire


@pytest.fixture(scope="session")
def entretien_simple() -> str:
    """Un petit entretien : un préambule, des accents, un tour de deux paragraphes."""
    return """\
Entretien du matin, salle du fond.
Enquêtrice : Ça va ? On commence à 9 h 10…
Élodie : Ben « oui ». L'œuvre d'accueil, on l'a numérisée – enfin, presque.
Et puis on ressaisit tout, deux fois.
Enquêtrice : Deux fois ?
Élodie : Oui : le matin, et le soir.
"""


@pytest.fixture(scope="session")
def tours_simples() -> list[tuple[str, str]]:
    """Les tours de ``entretien_simple``."""
    return [
        ("Préambule", "Entretien du matin, salle du fond."),
        ("Enquêtrice", "Ça va ? On commence à 9 h 10…"),
        (
            "Élodie",
            "Ben « oui ». L'œuvre d'accueil, on l'a numérisée – enfin, presque.\nEt puis on ressaisit tout, deux fois.",
        ),
        ("Enquêtrice", "Deux fois ?"),
        ("Élodie", "Oui : le matin, et le soir."),
    ]


GRILLE = """\
version: 1
dimensions:
  - id: theme
    libelle: Thème
  - id: prisme
    libelle: Prisme
codes:
"""
CODE = """\
  - id: {id}
    dimension: {dimension}
    libelle: {libelle}
    definition: Ce que contient {libelle}.
    inclure: [quand la phrase le dit]
    exclure: [quand elle ne le dit pas]
    exemples: ["{exemple}"]
    contre_exemples: ["Le camion est bleu, {libelle}."]
    indices: ["{indice}"]
"""
CODES = [
    ("R-CHARGE", "theme", "Charge de travail", "On ressaisit trois fois la même pesée.", "ressaisir"),
    ("O-SOUTIEN", "theme", "Pratiques soutenantes", "Un collègue me montre comment faire.", "me montrer"),
    ("P-GESTION", "prisme", "Gestion", "Pour le bilan de la structure.", "bilan"),
]
E01 = "Enquêtrice : Et les pesées ?\n\nSandrine : On les ressaisit le soir. C'est long, hein.\n"
E02 = "Enquêtrice : Qui vous aide ?\n\nKarim : Fatou me montre la caisse. Le camion est bleu.\n"
ENSEIGNEMENT = """\
---
numero: 1
titre: La ressaisie mange les soirées
resume: On écrit deux fois ce qui a été pesé une fois.
codes: [R-CHARGE]
fiches: []
solutions: ["Peser une seule fois."]
contre: [{contre}]
---

## Ce qui se passe

Les pesées sont reprises en fin de journée : « On les ressaisit le soir » [@{preuve}].

## En résumé

Une pesée, deux écritures.
"""
SEGMENTS = [
    ("E01:13-28", "Enquêtrice", "Et les pesées ?", "-"),
    ("E01:37-62", "Véra", "On les ressaisit le soir.", "R-CHARGE P-GESTION"),
    ("E01:63-80", "Véra", "C'est long, hein.", "R-CHARGE"),
    ("E02:13-28", "Enquêtrice", "Qui vous aide ?", "-"),
    ("E02:38-62", "Samir", "Awa me montre la caisse.", "O-SOUTIEN"),
    ("E02:63-82", "Samir", "Le camion est bleu.", "-"),
]


@pytest.fixture
def etude(tmp_path, monkeypatch):
    """Une petite étude fictive, importée, codée et rédigée, dans le dossier courant."""

    def poser(nom: str, texte: str) -> None:
        chemin = tmp_path / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte, encoding="utf-8")

    poser("data/brut/E01_Sandrine.txt", E01)
    poser("data/brut/E02_Karim.txt", E02)
    poser(
        "data/prive/cle.csv",
        "reel;pseudonyme;nature;valide\nSandrine;Véra;personne;oui\nKarim;Samir;personne;oui\nFatou;Awa;personne;oui\n",
    )
    poser(
        "data/corpus/corpus.csv",
        "entretien;type;structure;fonction;date;diffusion\n"
        "E01;entretien;S1;direction;2025-03;publique\n"
        "E02;entretien;S1;encadrement;2025-03;publique\n",
    )
    poser(
        "data/structures.csv",
        "structure;libelle;statut;secteur;permanents;insertion;etp;territoire\n"
        "S1;La ressourcerie;ACI;tri;7;28;24;ville\n",
    )
    poser("data/fonctions.csv", "fonction;famille\ndirection;permanents\nencadrement;permanents\n")
    poser(
        "data/grille.yml",
        GRILLE
        + "".join(
            CODE.format(id=i, dimension=d, libelle=libelle, exemple=e, indice=n) for i, d, libelle, e, n in CODES
        ),
    )
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(principal, ["importer"]).exit_code == 0
    poser(
        "data/codages/lea.csv",
        "segment;locuteur;texte;codes;origine;memo\n"
        + "".join(f"{segment};{qui};{texte};{codes};;\n" for segment, qui, texte, codes in SEGMENTS),
    )
    poser("data/enseignements/1-ressaisie.md", ENSEIGNEMENT.format(preuve=SEGMENTS[1][0], contre=SEGMENTS[5][0]))
    return tmp_path


@pytest.fixture(scope="session")
def navigateur(exiger):
    """Un vrai navigateur, lancé une fois."""
    from playwright.sync_api import sync_playwright

    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        ouvert = playwright.chromium.launch(executable_path=exiger("chromium"), args=arguments)
        yield ouvert
        ouvert.close()


@pytest.fixture(scope="session")
def demonstration_rendue(tmp_path_factory):
    """Ce que les moteurs lisent du dépôt, recopié et rendu dans ``_site`` ; à ne pas changer."""
    racine = tmp_path_factory.mktemp("demonstration") / "etude"
    for nom in ("rapports", "notebooks"):
        shutil.copytree(RACINE / nom, racine / nom)
    for nom in ("404.qmd", "index.qmd", "_quarto.yml"):
        shutil.copy(RACINE / nom, racine)
    assert verifier_projet(racine) == []
    rendre_site(racine)
    return racine


@pytest.fixture
def ouvrir(navigateur, site):
    """Ouvrir une page du site ; toute requête hors du disque, toute erreur de script fait échouer le test."""
    contextes, ennuis = [], []

    def une(nom, largeur=1280, theme="light", **autres):
        contexte = navigateur.new_context(viewport={"width": largeur, "height": 900}, color_scheme=theme, **autres)
        contextes.append(contexte)
        page = contexte.new_page()
        page.on("request", lambda requete: requete.url.startswith(("file:", "data:")) or ennuis.append(requete.url))
        page.on("pageerror", lambda erreur: ennuis.append(str(erreur)))
        # Une page quittée avant d'avoir tout lu abandonne ses lectures : ce n'est pas un fichier qui manque.
        page.on(
            "requestfailed",
            lambda requete: requete.failure == "net::ERR_ABORTED" or ennuis.append((requete.url, requete.failure)),
        )
        nom, _, ancre = nom.partition("#")
        page.goto((site / nom).as_uri() + ("#" + ancre if ancre else ""))
        return page

    yield une
    for contexte in contextes:
        contexte.close()
    assert ennuis == []


@pytest.fixture(scope="session")
def violations():
    """Lister ce qu'axe-core reproche à une page ouverte."""
    from axe_playwright_python.sync_playwright import Axe

    def lister(page):
        # What answers a change of size or of theme answers at the next frame.
        page.evaluate("new Promise((suite) => requestAnimationFrame(() => requestAnimationFrame(suite)))")
        # file:// pages cannot be fetched again by the checker; to describe what passes takes it half its time.
        reponse = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]}).response
        return [(regle["id"], noeud["html"][:120]) for regle in reponse["violations"] for noeud in regle["nodes"]]

    return lister


@pytest.fixture
def servir_seance():
    """Servir une séance de relecture dans un autre fil, et rendre l'adresse de sa page."""

    @contextmanager
    def servir(seance):
        with Serveur(seance) as serveur:
            fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02})
            fil.start()
            try:
                yield serveur.adresse
            finally:
                serveur.shutdown()
                fil.join()

    return servir


@pytest.fixture
def visiter(navigateur):
    """Ouvrir une adresse ; une requête vers ailleurs, une erreur de script ou de politique fait échouer le test."""
    contextes, ennuis = [], []

    def une(adresse, largeur=1280, theme="light"):
        contexte = navigateur.new_context(viewport={"width": largeur, "height": 900}, color_scheme=theme)
        contextes.append(contexte)
        page = contexte.new_page()
        page.on("request", lambda requete: requete.url.startswith("http://127.0.0.1:") or ennuis.append(requete.url))
        page.on("pageerror", lambda erreur: ennuis.append(str(erreur)))
        page.on("console", lambda dit: "Content Security Policy" not in dit.text or ennuis.append(dit.text))
        page.goto(adresse)
        page.wait_for_selector("[aria-selected=true]:focus")
        return page

    yield une
    for contexte in contextes:
        contexte.close()
    assert ennuis == []
