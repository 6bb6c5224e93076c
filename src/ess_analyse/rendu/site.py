"""Composer un site entier : lire, vérifier tout, puis seulement écrire."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.rendu.balayage import Balayage, balayer
from ess_analyse.rendu.cahier import Cahier, lire_cahier
from ess_analyse.rendu.document import Document
from ess_analyse.rendu.entetes import lire_entetes
from ess_analyse.rendu.feuilles import lire_feuilles
from ess_analyse.rendu.liens import Lieux, lier
from ess_analyse.rendu.navigation import Navigation, lire_navigation
from ess_analyse.rendu.pandoc import Analyse, Pandoc
from ess_analyse.rendu.partage import lire_image
from ess_analyse.rendu.projet import Projet, lire_projet
from ess_analyse.rendu.raccourcis import lire_source
from ess_analyse.rendu.reprises import Reprises
from ess_analyse.rendu.signalements import annexes, dire_avertissements, preciser_renvois
from ess_analyse.rendu.sources import Source, lire_lignes

__all__ = ["Page", "Site", "composer_site"]

_CHAMPS = ("title", "subtitle", "abstract", "author", "date", "nocite")


@dataclass(frozen=True)
class Page:
    """Une page composée.

    Attributes
    ----------
    source : Source
        D'où elle vient.
    reglages : mapping
        Ceux du projet, puis de son ``format.html``, puis de son en-tête.
    document : Document
        Son HTML, tel que pandoc et nous l'avons écrit.
    html : str
        Le même, liens réécrits.
    feuilles : tuple of str
        Les feuilles de style du projet qu'elle appelle, depuis la racine.
    image : str
        Son image d'aperçu, depuis la racine ; vide s'il n'y en a pas.
    """

    source: Source
    reglages: Mapping[str, Any]
    document: Document
    html: str
    feuilles: tuple[str, ...] = ()
    image: str = ""

    @property
    def titre(self) -> str:
        """Son titre, en texte seul."""
        return self.document.meta.get("title", ("", ""))[1].strip() or Path(self.source.nom).stem


@dataclass
class Site:
    """Un site composé, pas encore écrit.

    Attributes
    ----------
    pages : dict of str to Page
        Par chemin de source, dans l'ordre du rendu.
    copies : set of str
        Les fichiers du projet à recopier.
    pied : dict of str to str
        Le pied de page de chaque place, en HTML, liens depuis la racine.
    entetes : str
        Ce que le projet ajoute à l'en-tête de ses pages, liens depuis la racine.
    """

    projet: Projet
    navigation: Navigation
    pandoc: Pandoc
    reprises: Reprises
    pages: dict[str, Page] = field(default_factory=dict)
    copies: set[str] = field(default_factory=set)
    pied: dict[str, str] = field(default_factory=dict)
    entetes: str = ""


def composer_site(racine: Path, a_venir: Iterable[str] = ()) -> tuple[Site, list[Probleme]]:
    """Composer toutes les pages d'un projet, sans rien écrire que le cache.

    Parameters
    ----------
    racine : Path
        Le dossier qui contient ``_quarto.yml``.
    a_venir : iterable of str
        Les fichiers du projet qu'un lien peut viser avant qu'ils y soient.

    Returns
    -------
    site : Site
        Ce qui a pu être composé.
    problemes : list of Probleme
        Tout ce qui ne va pas, dans toutes les pages.

    Raises
    ------
    ErreurDonnees
        Si ``_quarto.yml`` ne peut être lu.
    """
    projet, problemes = lire_projet(racine)
    navigation, fautes = lire_navigation(projet)
    problemes += fautes
    site = Site(projet, navigation, Pandoc(projet.racine), Reprises(projet.racine))
    sources = _lire_sources(projet, problemes)
    reglages = {nom: _reglages(projet, source) for nom, source in sources.items()}
    analyses = _analyser(site, sources, reglages, problemes)
    documents, balayages = {}, {}
    attendus: dict[str, list[Probleme]] = {}
    for nom, analyse in analyses.items():
        attendus[nom] = dire_avertissements(analyse, sources[nom])
        numerotees = reglages[nom].get("number-sections") is True
        documents[nom], balayages[nom] = site.reprises.composer(
            analyse, sources[nom], dict(projet.mots), numerotees, attendus[nom]
        )
    for nom in documents:
        problemes += preciser_renvois(attendus[nom], nom, documents)
    _lier(site, sources, reglages, documents, balayages, problemes, a_venir)
    fichiers = list(dict.fromkeys(probleme.fichier for probleme in problemes))
    return site, sorted(set(problemes), key=lambda un: (fichiers.index(un.fichier), un.ligne, un.message, un.valeur))


def _lire_sources(projet: Projet, problemes: list[Probleme]) -> dict[str, Source]:
    cahiers: dict[Path, Cahier] = {}
    fabriques: dict[str, bytes] = {}

    def ouvrir(chemin: Path) -> Cahier:
        if chemin not in cahiers:
            neuf = lire_cahier(chemin, projet.racine, projet.reglages)
            problemes.extend(neuf.problemes)
            problemes.extend(
                Probleme(neuf.nom, 0, "figures de même nom que celles d'un autre notebook", autre.nom, "renommez l'un")
                for autre in cahiers.values()
                if autre.ressources.keys() & neuf.ressources.keys()
            )
            cahiers[chemin] = neuf
        fabriques.update(cahiers[chemin].ressources)
        return cahiers[chemin]

    sources = {}
    for nom in projet.pages:
        fabriques.clear()
        try:
            chemin = projet.racine / nom
            lignes = ouvrir(chemin).lignes if nom.endswith(".ipynb") else lire_lignes(chemin, projet.racine)
            source, fautes = lire_source(projet, nom, lignes, lambda chemin: ouvrir(chemin).cellules)
        except ErreurDonnees as erreur:
            problemes.extend(erreur.problemes)
            continue
        problemes.extend(fautes)
        sources[nom] = Source(nom, source.meta, source.lignes, dict(fabriques))
    return sources


def _reglages(projet: Projet, source: Source) -> dict[str, Any]:
    formats = source.meta.get("format")
    html = formats.get("html") if isinstance(formats, dict) else None
    return projet.reglages | (html if isinstance(html, dict) else {}) | dict(source.meta)


def _analyser(
    site: Site, sources: Mapping[str, Source], reglages: Mapping[str, dict[str, Any]], problemes: list[Probleme]
) -> dict[str, Analyse]:
    pied = {f"pied-{cote}": texte for cote, texte in site.navigation.pied.items() if isinstance(texte, str)}

    def une(nom: str) -> tuple[Analyse | None, list[Probleme]]:
        source, propres, fautes = sources[nom], reglages[nom], []
        champs = {cle: source.meta[cle] for cle in _CHAMPS if cle in source.meta}
        champs |= {"lang": str(propres.get("lang", "fr")), "link-citations": True}
        # The footer is Markdown too: it travels with the home page rather than in a process of its own.
        champs |= pied if source.adresse == "index.html" else {}
        bibliographies = list(annexes(site.projet, source, "bibliography", fautes))
        styles = list(annexes(site.projet, source, "csl", fautes))
        try:
            return site.pandoc.analyser(source.texte, champs, bibliographies, styles[0] if styles else None), fautes
        except ErreurDonnees as erreur:
            fautes += (Probleme(nom, 0, un.message, un.valeur, un.remede) for un in erreur.problemes)
            return None, fautes

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as equipe:
        resultats = dict(zip(sources, equipe.map(une, sources), strict=True))
    problemes += [faute for _, fautes in resultats.values() for faute in fautes]
    return {nom: analyse for nom, (analyse, _) in resultats.items() if analyse is not None}


def _lier(
    site: Site,
    sources: Mapping[str, Source],
    reglages: Mapping[str, dict[str, Any]],
    documents: Mapping[str, Document],
    balayages: Mapping[str, Balayage],
    problemes: list[Probleme],
    a_venir: Iterable[str],
) -> None:
    absentes = {nom for nom in site.projet.pages if nom not in documents}
    lieux = Lieux(
        site.projet.racine,
        {nom: Source(nom).adresse for nom in site.projet.pages},
        # Links to a page that could not be read are not called broken: its own problems say enough.
        {nom: {*balayage.ancres, "ess-contenu"} for nom, balayage in balayages.items()}
        | {nom: _Toutes() for nom in absentes},
        {chemin for source in sources.values() for chemin in source.ressources}
        | {chemin for chemin in a_venir if not (site.projet.racine / chemin).exists()},
    )
    for nom, document in documents.items():
        html = lier(document.html, sources[nom], lieux, problemes, balayage=balayages[nom])
        feuilles = tuple(lire_feuilles(site.projet, sources[nom], lieux.copies, problemes))
        image = lire_image(site.projet, sources[nom], lieux)
        site.pages[nom] = Page(sources[nom], reglages[nom], document, html, feuilles, image)
        for cle, (pied, _) in document.meta.items():
            if cle.startswith("pied-"):
                site.pied[cle.removeprefix("pied-")] = pied
    for cote, pied in site.pied.items():
        faux = Source("_quarto.yml", {}, tuple(lire_lignes(site.projet.racine / "_quarto.yml", site.projet.racine)))
        for lien in balayer(pied).liens:
            if not lien.valeur.startswith(("/", "http", "mailto:", "#")):
                problemes.append(
                    faux.probleme(
                        lien.valeur,
                        "lien du pied de page qui ne part pas de la racine",
                        lien.valeur,
                        "commencez-le par « / »",
                    )
                )
        site.pied[cote] = lier(pied, faux, lieux, problemes, base="")
    site.entetes = lire_entetes(site.projet, lieux, problemes)
    site.copies = lieux.copies | set(site.projet.ressources)


class _Toutes(set):
    """Les ancres d'une page illisible : on ne peut en dire absente aucune."""

    def __contains__(self, _: object) -> bool:
        return True
