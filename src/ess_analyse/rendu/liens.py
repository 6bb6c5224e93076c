"""Vérifier et réécrire les liens d'une page : pages, ancres, images, fichiers à télécharger ; rien ne vient d'ailleurs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from ess_analyse.erreurs import Probleme, proposer
from ess_analyse.rendu.sources import Source

__all__ = ["Balayage", "Lieux", "balayer", "depuis", "lier", "ressources_css"]

_SCHEMA = re.compile(r"(?P<nom>[A-Za-z][A-Za-z0-9+.-]*):|//")
_ATTRIBUTS = {
    "a": ("href",),
    "area": ("href",),
    "img": ("src",),
    "script": ("src",),
    "link": ("href",),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "input": ("src",),
    "form": ("action",),
}
_MENENT = ("a", "area")
_URL_CSS = re.compile(r"url\(\s*['\"]?(?P<url>[^'\")]+)['\"]?\s*\)|@import\s+['\"](?P<importe>[^'\"]+)")


class Lien(NamedTuple):
    """Une adresse écrite dans une page, et où est sa balise."""

    balise: str
    attribut: str
    valeur: str
    debut: int
    texte: str


class Balayage(HTMLParser):
    """Ce qu'une page HTML contient de liens, d'ancres et d'images muettes."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.ancres: list[str] = []
        self.liens: list[Lien] = []
        self.muettes: list[str] = []
        self.styles: list[str] = []
        self._dessins = 0
        self._dans_style = False
        self._lignes = [0, *(trouve.end() for trouve in re.finditer("\n", html))]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributs = {nom: valeur or "" for nom, valeur in attrs}
        self._dessins += tag == "svg"
        self._dans_style = tag == "style"
        # A drawing repeats its inner identifiers from one figure to the next; nobody links to them.
        if "id" in attributs and not self._dessins:
            self.ancres.append(attributs["id"])
        if tag == "a" and attributs.get("name"):
            self.ancres.append(attributs["name"])
        if tag == "img" and "alt" not in attributs:
            self.muettes.append(attributs.get("src", ""))
        self.styles += _adresses_css(attributs.get("style", ""))
        ligne, colonne = self.getpos()
        debut = self._lignes[ligne - 1] + colonne
        for attribut in _ATTRIBUTS.get(tag, ()):
            if attribut in attributs:
                self.liens.append(Lien(tag, attribut, attributs[attribut], debut, self.get_starttag_text() or ""))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        self._dessins -= tag == "svg"
        self._dans_style = False

    def handle_data(self, data):
        if self._dans_style:
            self.styles += _adresses_css(data)


def balayer(html: str) -> Balayage:
    """Balayer une page.

    Examples
    --------
    >>> page = balayer('<p id="x"><a href="b.qmd#y">b</a> <img src="c.png"></p>')
    >>> page.ancres, [lien.valeur for lien in page.liens], page.muettes
    (['x'], ['b.qmd#y', 'c.png'], ['c.png'])
    """
    return Balayage(html)


@dataclass
class Lieux:
    """Ce vers quoi un lien peut mener.

    Attributes
    ----------
    racine : Path
        Le projet.
    pages : mapping of str to str
        L'adresse de chaque page rendue, par son chemin.
    ancres : mapping of str to set of str
        Les ancres de chaque page, par son chemin.
    faits : set of str
        Les fichiers que le rendu fabrique (figures).
    copies : set of str
        Reçoit les fichiers du projet que les pages citent.
    """

    racine: Path
    pages: Mapping[str, str]
    ancres: Mapping[str, set[str]]
    faits: set[str] = field(default_factory=set)
    copies: set[str] = field(default_factory=set)

    def page(self, chemin: str) -> str | None:
        """Trouver la page qu'un chemin désigne, par sa source ou par son adresse."""
        for essai in (chemin, posixpath.join(chemin, "index.html") if chemin != "." else "index.html"):
            for nom, adresse in self.pages.items():
                if essai in (nom, adresse):
                    return nom
        return None


def depuis(adresse: str, vers: str) -> str:
    """Écrire le chemin d'une adresse du site à une autre.

    Examples
    --------
    >>> depuis("rapports/a.html", "index.html"), depuis("index.html", "site_libs/site.css")
    ('../index.html', 'site_libs/site.css')
    """
    return posixpath.relpath(vers, posixpath.dirname(adresse) or ".")


def lier(html: str, source: Source, lieux: Lieux, problemes: list[Probleme], *, base: str | None = None) -> str:
    """Vérifier et réécrire tous les liens d'une page.

    Parameters
    ----------
    html : str
        Le corps de la page.
    source : Source
        La page.
    lieux : Lieux
        Ce que le site contient.
    problemes : list of Probleme
        Reçoit liens cassés, ancres absentes, images introuvables ou muettes, ressources distantes.
    base : str, optional
        Le dossier d'où les chemins partent ; celui de la page par défaut.

    Returns
    -------
    str
        La même page, liens rendus relatifs et ``.qmd`` devenus ``.html``.
    """
    balayage = balayer(html)
    problemes += [
        source.probleme(src, "image sans texte alternatif", src, 'ajoutez alt="…" : ce que l\'image montre')
        for src in balayage.muettes
    ]
    problemes += [
        source.probleme(url, "ressource distante refusée", url, "copiez-la dans le projet")
        for url in balayage.styles
        if _SCHEMA.match(url) and not url.startswith("data:")
    ]
    problemes += (
        [
            source.probleme(f"#{ancre}", "ancre donnée deux fois", ancre, "renommez l'une des deux")
            for ancre in sorted({ancre for ancre in balayage.ancres if balayage.ancres.count(ancre) > 1})
        ]
        if len(set(balayage.ancres)) < len(balayage.ancres)
        else []
    )
    base = posixpath.dirname(source.nom) if base is None else base
    morceaux, fin = [], 0
    for debut, liens in _par_balise(balayage.liens):
        texte = liens[0].texte
        for lien in liens:
            nouveau = _resoudre(lien, base, source, lieux, problemes)
            texte = _remplacer(texte, lien.attribut, nouveau) if nouveau != lien.valeur else texte
        morceaux += [html[fin:debut], texte]
        fin = debut + len(liens[0].texte)
    return "".join(morceaux) + html[fin:]


def ressources_css(css: str) -> list[str]:
    """Lister les adresses qu'une feuille de style appelle.

    Examples
    --------
    >>> ressources_css("a { background: url('fond.svg') } @import 'b.css';")
    ['fond.svg', 'b.css']
    """
    return _adresses_css(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))


def _adresses_css(css: str) -> list[str]:
    return [(trouve["url"] or trouve["importe"]).strip() for trouve in _URL_CSS.finditer(css)]


def _par_balise(liens: Iterable[Lien]) -> Iterable[tuple[int, list[Lien]]]:
    groupes: dict[int, list[Lien]] = {}
    for lien in liens:
        groupes.setdefault(lien.debut, []).append(lien)
    return groupes.items()


def _remplacer(balise: str, attribut: str, valeur: str) -> str:
    motif = rf"(\s{re.escape(attribut)}\s*=\s*)(?:\"[^\"]*\"|'[^']*'|[^\s>]+)"
    return re.sub(motif, lambda trouve: f'{trouve[1]}"{escape(valeur)}"', balise, count=1, flags=re.IGNORECASE)


def _resoudre(lien: Lien, base: str, source: Source, lieux: Lieux, problemes: list[Probleme]) -> str:
    valeur, mene = lien.valeur.strip(), lien.balise in _MENENT
    schema = _SCHEMA.match(valeur)
    if schema:
        nom = (schema["nom"] or "").lower()
        if mene and nom in ("file", "javascript", "data"):
            problemes.append(
                source.probleme(valeur, "adresse refusée", valeur, "liez une page ou un fichier du projet")
            )
        elif not mene and nom != "data":
            problemes.append(source.probleme(valeur, "ressource distante refusée", valeur, "copiez-la dans le projet"))
        return valeur
    reste, _, ancre = valeur.partition("#")
    chemin, interroge, question = reste.partition("?")
    if not chemin:
        _verifier_ancre(ancre, source.nom, lien, source, lieux, problemes)
        return valeur
    nu = unquote(chemin)
    cible = posixpath.normpath(nu.lstrip("/") if nu.startswith("/") else posixpath.join(base, nu))
    page = lieux.page(cible)
    if page:
        _verifier_ancre(ancre, page, lien, source, lieux, problemes)
        cible = lieux.pages[page]
    elif cible in lieux.faits:
        pass
    elif probleme := _dire_absent(cible, lien, source, lieux):
        problemes.append(probleme)
        return valeur
    else:
        lieux.copies.add(cible)
    return quote(depuis(source.adresse, cible)) + interroge + question + ("#" + ancre if ancre else "")


def _dire_absent(cible: str, lien: Lien, source: Source, lieux: Lieux) -> Probleme | None:
    motif = lien.valeur if source.situer(lien.valeur)[1] else unquote(lien.valeur)
    parties = cible.split("/")
    if parties[0] == "..":
        return source.probleme(motif, "ce fichier est hors du projet", lien.valeur, "copiez-le dans le projet")
    if any(partie == "prive" or partie.startswith(".") for partie in parties):
        return source.probleme(motif, "ce fichier est privé : il n'est jamais publié", lien.valeur, "retirez le lien")
    if (lieux.racine / cible).is_file():
        if cible.endswith((".qmd", ".ipynb")):
            return source.probleme(motif, "cette page n'est pas rendue", lien.valeur, "ajoutez-la à project.render")
        return None
    if lien.balise in _MENENT:
        relatives = [depuis(source.nom, page) for page in lieux.pages]
        return source.probleme(
            motif,
            "lien cassé : page ou fichier introuvable",
            lien.valeur,
            proposer(lien.valeur.partition("#")[0], relatives) or "vérifiez son nom et son dossier",
        )
    genre = "image introuvable" if lien.balise in ("img", "image") else "fichier introuvable"
    return source.probleme(motif, genre, lien.valeur, "vérifiez son nom et son dossier")


def _verifier_ancre(ancre: str, page: str, lien: Lien, source: Source, lieux: Lieux, problemes: list[Probleme]) -> None:
    if ancre in ("", "top") or unquote(ancre) in lieux.ancres[page] or lien.balise == "use":
        return
    remede = proposer(unquote(ancre), lieux.ancres[page]) or f"ajoutez {{#{ancre}}} au titre visé"
    problemes.append(source.probleme(lien.valeur, "lien cassé : cette page n'a pas cette ancre", lien.valeur, remede))
