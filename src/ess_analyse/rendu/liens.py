"""Vérifier et réécrire les liens d'une page : pages, ancres, images, fichiers ; rien ne vient d'ailleurs."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from urllib.parse import quote, unquote

from ess_analyse.erreurs import Probleme, proposer
from ess_analyse.rendu.balayage import Balayage, Lien, balayer
from ess_analyse.rendu.choix import impubliable
from ess_analyse.rendu.sources import Source

__all__ = ["Lieux", "depuis", "lier"]

_SCHEMA = re.compile(r"(?P<nom>[A-Za-z][A-Za-z0-9+.-]*):|//")
_MENENT = ("a", "area")


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
        Les fichiers que le rendu fabrique (figures), ou qui seront là quand il se fera.
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
        accueil = posixpath.join(chemin, "index.html") if chemin != "." else "index.html"
        return self._noms.get(chemin) or self._noms.get(accueil)

    @cached_property
    def _noms(self) -> dict[str, str]:
        noms: dict[str, str] = {}
        for nom, adresse in self.pages.items():
            noms.setdefault(nom, nom)
            noms.setdefault(adresse, nom)
        return noms


def depuis(adresse: str, vers: str) -> str:
    """Écrire le chemin d'une adresse du site à une autre.

    Examples
    --------
    >>> depuis("rapports/a.html", "index.html"), depuis("index.html", "site_libs/site.css")
    ('../index.html', 'site_libs/site.css')
    """
    return posixpath.relpath(vers, posixpath.dirname(adresse) or ".")


def lier(
    html: str,
    source: Source,
    lieux: Lieux,
    problemes: list[Probleme],
    *,
    base: str | None = None,
    balayage: Balayage | None = None,
) -> str:
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
    balayage : Balayage, optional
        Celui de ``html``, s'il est déjà fait.

    Returns
    -------
    str
        La même page, liens rendus relatifs et ``.qmd`` devenus ``.html``.
    """
    balayage = balayage or balayer(html)
    problemes += [
        source.probleme(src, "image sans texte alternatif", src, 'ajoutez alt="…" : ce que l\'image montre')
        for src in balayage.muettes
    ]
    problemes += [
        source.probleme(url, "ressource distante refusée", url, "copiez-la dans le projet")
        for url in balayage.styles
        if _SCHEMA.match(url) and not url.startswith("data:")
    ]
    problemes += [
        source.probleme(f"#{ancre}", "ancre donnée deux fois", ancre, "renommez l'une des deux")
        for ancre, fois in sorted(Counter(balayage.ancres).items())
        if fois > 1
    ]
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
    if refus := impubliable(cible):
        return source.probleme(motif, refus[0], lien.valeur, refus[1])
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
    if ancre.startswith("ref-") and lien.valeur == f"#{ancre}":
        return  # citeproc has already said that this reference is missing
    remede = (
        proposer(unquote(ancre), (une for une in lieux.ancres[page] if not une.startswith("ess-")))
        or f"ajoutez {{#{ancre}}} au titre visé"
    )
    problemes.append(source.probleme(lien.valeur, "lien cassé : cette page n'a pas cette ancre", lien.valeur, remede))
