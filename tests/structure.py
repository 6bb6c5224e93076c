"""Ce qu'une page contient, quel que soit le moteur qui l'a rendue : titres, liens, figures, tables, paroles.

``python -m tests.structure`` refait ``tests/donnees/structure.json`` d'après le site de démonstration, rendu à côté.
"""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

RACINE = Path(__file__).parents[1]
LISTE = RACINE / "tests/donnees/structure.json"
SOURCES = ("rapports", "notebooks", "index.qmd", "404.qmd", "_quarto.yml")
"""Ce que les deux moteurs lisent du dépôt."""
_TITRES = {f"h{niveau}" for niveau in range(1, 7)}
_VIDES = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_NUMERO = re.compile(r"^(?:Figure|Tableau|Table)\W+[\d.]+\W*:?\W*|^[\d.]+\s+(?=\w)")
_INCLUT = re.compile(r"^\{\{< include (\S+) >\}\}$", re.MULTILINE)
_HORS = {"nav", "script", "style", "template"}
_CLASSES_HORS = {"numero", "header-section-number", "lecteur", "anchorjs-link", "voisines", "volet-titre", "notes"}
"""Ce qu'un moteur ajoute de lui-même : numéros, sommaire, pages voisines, notes (rangées chacun à sa façon)."""


@dataclass
class Page:
    """Ce qu'une page contient, assez pour dire qu'un moteur n'a rien perdu, trop peu pour casser à chaque mot."""

    titres: list[str] = field(default_factory=list)
    liens: Counter[str] = field(default_factory=Counter)
    figures: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    paroles: int = 0
    ancres: int = 0

    def en_liste(self) -> dict[str, Any]:
        """Écrire la page pour la liste enregistrée ; ce qui est vide n'y est pas."""
        tout = {
            "titres": self.titres,
            "liens": [cible if fois == 1 else f"{cible} × {fois}" for cible, fois in sorted(self.liens.items())],
            "figures": self.figures,
            "tables": self.tables,
            "paroles": self.paroles,
            "ancres": self.ancres,
        }
        return {cle: valeur for cle, valeur in tout.items() if valeur}


class Lecteur(HTMLParser):
    """Lit le contenu d'une page rendue (son ``main``), ou un fragment de HTML écrit dans une page."""

    def __init__(self, adresse: str, *, fragment: bool = False):
        super().__init__(convert_charrefs=True)
        self.adresse, self.page = adresse, Page()
        self.pile: list[tuple[str, bool]] = []
        self.dedans = 1 if fragment else 0
        self.textes: list[tuple[str, list[str]]] = []
        self.lignes: list[int] = []
        self.colonnes: list[int] = []
        self.legendes: list[str] = []

    @property
    def tait(self) -> bool:
        return not self.dedans or any(hors for _, hors in self.pile)

    def handle_starttag(self, tag, attrs):
        attributs = {nom: valeur or "" for nom, valeur in attrs}
        classes = set(attributs.get("class", "").split())
        self.dedans += tag == "main"
        if not self.tait:
            self.ouvrir(tag, attributs, classes)
        if tag not in _VIDES:
            notes = attributs.get("role") in ("doc-endnotes", "doc-noteref", "doc-backlink")
            self.pile.append((tag, tag in _HORS or bool(classes & _CLASSES_HORS) or notes))

    def ouvrir(self, tag, attributs, classes):
        if tag in _TITRES or tag in ("caption", "figcaption"):
            self.textes.append((tag, []))
        elif tag == "a" and (cible := situer(self.adresse, attributs.get("href", ""))):
            self.page.liens[cible] += 1
        elif tag == "table":
            self.lignes.append(0)
            self.colonnes.append(0)
            self.legendes.append("")
        elif tag == "tr" and self.lignes:
            self.lignes[-1] += 1
            self.cellules = 0
        elif tag in ("td", "th") and self.lignes:
            self.cellules += int(attributs.get("colspan") or 1)
            self.colonnes[-1] = max(self.colonnes[-1], self.cellules)
        elif tag == "img" or (tag == "svg" and attributs.get("role") == "img"):
            self.page.figures.append("")
        elif tag == "blockquote" and "verbatim" in classes:
            self.page.paroles += 1
        if re.match(r"v-\w+-\d+-\d+$", attributs.get("id", "")):
            self.page.ancres += 1

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in _VIDES:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in (ouvert for ouvert, _ in self.pile):
            return
        while self.pile:
            ouvert, _ = self.pile.pop()
            if not self.tait:
                self.fermer(ouvert)
            if ouvert == tag:
                break
        self.dedans -= tag == "main"

    def fermer(self, tag):
        if tag == "table" and self.lignes:
            dimensions = f"{self.lignes.pop()} × {self.colonnes.pop()}"
            self.page.tables.append(f"{self.legendes.pop()} | {dimensions}".removeprefix(" | "))
        if not self.textes or self.textes[-1][0] != tag:
            return
        texte = nettoyer("".join(self.textes.pop()[1]))
        if tag in _TITRES:
            self.page.titres.append(f"{tag[1]} {texte}")
        elif tag == "caption" and self.legendes:
            self.legendes[-1] = texte
        elif self.page.figures:
            self.page.figures[-1] = texte

    def handle_data(self, data):
        if self.textes and not self.tait:
            self.textes[-1][1].append(data)


def nettoyer(texte: str) -> str:
    """Ôter d'un intitulé ce qui tient au moteur : numéro, sorte d'espace, d'apostrophe, de guillemet."""
    texte = texte.replace("’", "'").replace("\u00ad", "")
    texte = re.sub(r"[«»“”\"]\s?", '"', re.sub(r"\s+", " ", re.sub(r"\s(?=[;:?!»])", "", texte))).strip()
    return _NUMERO.sub("", texte)


def situer(adresse: str, href: str) -> str:
    """Dire où mène un lien, depuis la racine du site ; vide pour la page elle-même et pour ailleurs."""
    chemin = unquote(href).partition("#")[0].partition("?")[0]
    if not chemin or re.match(r"[a-zA-Z][\w+.-]*:|//", chemin):
        return ""
    cible = posixpath.normpath(posixpath.join(posixpath.dirname(adresse), chemin))
    return re.sub(r"\.(?:qmd|ipynb)$", ".html", cible.lstrip("/"))


def relever(html: str, adresse: str, *, fragment: bool = False) -> Page:
    """Relever la structure d'une page rendue, ou d'un fragment."""
    lecteur = Lecteur(adresse, fragment=fragment)
    lecteur.feed(html)
    lecteur.close()
    return lecteur.page


def relever_site(site: Path) -> dict[str, dict[str, Any]]:
    """Relever la structure de chaque page d'un site, rendu par un moteur ou par l'autre."""
    chemins = sorted(site.rglob("*.html"))
    return {
        nom: relever(chemin.read_text(encoding="utf-8"), nom).en_liste()
        for chemin in chemins
        if not (nom := chemin.relative_to(site).as_posix()).startswith("site_libs/")
    }


def lire_arbre(racine: Path, nom: str) -> Page:
    """Relever la structure d'une page dans l'arbre que pandoc en lit, sans rien du moteur qui la rend.

    Parameters
    ----------
    racine : Path
        Le projet.
    nom : str
        Une page ``.qmd``, depuis la racine.

    Returns
    -------
    Page
        Titres, liens, figures, tables et paroles, dans l'ordre de la page ; notes à part.
    """
    import pypandoc

    texte = inclure(racine / nom)
    commande = [pypandoc.get_pandoc_path(), "--from=markdown", "--to=json"]
    arbre = json.loads(subprocess.run(commande, input=texte.encode(), capture_output=True, check=True).stdout)
    page = Page()
    if titre := arbre["meta"].get("title"):
        page.titres.append(f"1 {nettoyer(en_clair(titre))}")
    _visiter(arbre["blocks"], Path(nom).with_suffix(".html").as_posix(), page)
    return page


def inclure(chemin: Path) -> str:
    """Développer les inclusions d'une page, qui partent du fichier qui inclut."""
    texte = chemin.read_text(encoding="utf-8")
    return _INCLUT.sub(lambda trouve: inclure(chemin.parent / trouve[1]), texte)


def _visiter(noeud: Any, adresse: str, page: Page, *, encadre: bool = False) -> None:
    """Lire un nœud de l'arbre de pandoc ; le premier titre d'un encadré n'en est pas un."""
    if isinstance(noeud, list):
        for rang, element in enumerate(noeud):
            titre = encadre and not rang and isinstance(element, dict) and element.get("t") == "Header"
            _visiter(element["c"][2] if titre else element, adresse, page)
        return
    if not isinstance(noeud, dict):
        return
    genre, contenu = noeud.get("t"), noeud.get("c")
    if genre == "Header":
        page.titres.append(f"{contenu[0]} {nettoyer(en_clair(contenu[2]))}")
    elif genre == "Link" and (cible := situer("" if contenu[2][0].startswith("/") else adresse, contenu[2][0])):
        page.liens[cible] += 1
    elif genre == "Image":
        page.figures.append(nettoyer(en_clair(contenu[1])))
    elif genre == "Table":
        lignes = len(contenu[3][1]) + sum(len(corps[2]) + len(corps[3]) for corps in contenu[4]) + len(contenu[5][1])
        tete_vide = not en_clair(contenu[3]).strip() and len(contenu[3][1])
        legende = nettoyer(en_clair(contenu[1]))
        dimensions = f"{lignes - bool(tete_vide)} × {len(contenu[2])}"
        page.tables.append(f"{legende} | {dimensions}".removeprefix(" | "))
    elif genre in ("RawBlock", "RawInline") and contenu[0] == "html":
        _ajouter(page, relever(contenu[1], adresse, fragment=True))
    if genre == "Div":
        _visiter(contenu[1], adresse, page, encadre=any(un.startswith("callout-") for un in contenu[0][1]))
    elif genre not in ("Note", "RawBlock", "RawInline"):
        _visiter(contenu, adresse, page)


def _ajouter(page: Page, autre: Page) -> None:
    page.titres += autre.titres
    page.liens += autre.liens
    page.figures += autre.figures
    page.tables += autre.tables
    page.paroles += autre.paroles
    page.ancres += autre.ancres


def en_clair(noeud: Any) -> str:
    """Donner le texte d'un morceau d'arbre, sans ses notes."""
    if isinstance(noeud, list):
        return "".join(map(en_clair, noeud))
    if not isinstance(noeud, dict):
        return ""
    genre, contenu = noeud.get("t"), noeud.get("c")
    if genre in ("Str", "MetaString"):
        return contenu
    if genre in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if genre in ("Code", "Math"):
        return contenu[1]
    if genre == "Quoted":
        return f'"{en_clair(contenu[1])}"'
    return "" if genre in ("Note", "RawInline", "RawBlock") else en_clair(contenu)


def ecrire_liste(pages: dict[str, dict[str, Any]]) -> str:
    """Écrire la liste : une ligne par page et par sorte d'élément, pour que ``git diff`` dise ce qui a changé."""
    blocs = [
        f" {json.dumps(nom, ensure_ascii=False)}: {{\n"
        + ",\n".join(f"  {json.dumps(cle)}: {json.dumps(valeur, ensure_ascii=False)}" for cle, valeur in page.items())
        + "\n }"
        for nom, page in pages.items()
    ]
    return "{\n" + ",\n".join(blocs) + "\n}\n"


def copier(vers: Path) -> Path:
    """Copier dans un dossier neuf ce que les moteurs lisent du dépôt."""
    vers.mkdir(parents=True)
    for nom in SOURCES:
        copie = shutil.copytree if (RACINE / nom).is_dir() else shutil.copy
        copie(RACINE / nom, vers / nom)
    return vers


def principal() -> int:
    """Refaire la liste enregistrée."""
    from ess_analyse.rendu import rendre_site

    with tempfile.TemporaryDirectory() as dossier:
        racine = copier(Path(dossier) / "etude")
        rendre_site(racine)
        LISTE.write_text(ecrire_liste(relever_site(racine / "_site")), encoding="utf-8")
    print(f"{LISTE.relative_to(RACINE).as_posix()} écrit")
    return 0


if __name__ == "__main__":
    sys.exit(principal())
