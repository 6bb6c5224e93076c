"""Lire ce qu'un projet ajoute à l'en-tête HTML de ses pages : des liens et des mentions, jamais de code."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from ess_analyse.erreurs import Probleme
from ess_analyse.rendu.balayage import balayer
from ess_analyse.rendu.choix import impubliable
from ess_analyse.rendu.liens import Lieux, lier
from ess_analyse.rendu.projet import Projet
from ess_analyse.rendu.sources import Ligne, Source, lire_lignes

__all__ = ["lire_entetes"]

_PLACE = ("format", "html", "include-in-header")
_RELATIONS = {"alternate", "author", "help", "license"}
"""Ce qu'un lien de l'en-tête peut dire sans rien charger."""


def lire_entetes(projet: Projet, lieux: Lieux, problemes: list[Probleme]) -> str:
    """Lire et vérifier ``format.html.include-in-header``.

    Parameters
    ----------
    projet : Projet
        Le projet ; la clé nomme un fichier, en contient le texte (``text:``), ou une liste des deux.
    lieux : Lieux
        Ce que le site contient ; reçoit les fichiers vers lesquels ces liens mènent.
    problemes : list of Probleme
        Reçoit fichiers absents, éléments refusés, liens cassés ou relatifs à une page.

    Returns
    -------
    str
        Du HTML à mettre dans l'en-tête de chaque page, liens depuis la racine du site.
    """
    morceaux = []
    for lignes in _lire(projet, problemes):
        source = Source("_quarto.yml", {}, tuple(lignes))
        html = source.texte.strip()
        refuses = list(_refuser(html))
        problemes += [
            source.probleme(
                refuse,
                "élément refusé dans l'en-tête HTML",
                refuse,
                'n\'y mettez que <link rel="alternate"> (ou author, help, license) et <meta name=…>',
            )
            for refuse in refuses
        ]
        relatifs = [lien.valeur for lien in balayer(html).liens if not lien.valeur.startswith(("/", "http"))]
        problemes += [
            source.probleme(valeur, "lien d'en-tête qui ne part pas de la racine", valeur, "commencez-le par « / »")
            for valeur in relatifs
        ]
        if html and not refuses and not relatifs:
            morceaux.append(lier(html, source, lieux, problemes, base=""))
    return "\n".join(morceaux)


def _lire(projet: Projet, problemes: list[Probleme]) -> Iterator[list[Ligne]]:
    html: Any = projet.arbre.valeur.get("format")
    html = html.get("html") if isinstance(html, dict) else None
    demandes = html.get("include-in-header") if isinstance(html, dict) else None
    for demande in demandes if isinstance(demandes, list) else [demandes] if demandes else []:
        if isinstance(demande, dict) and isinstance(demande.get("text"), str):
            ligne = projet.probleme(_PLACE, "").ligne
            yield [Ligne("_quarto.yml", ligne, texte) for texte in demande["text"].split("\n")]
            continue
        nom = demande.get("file") if isinstance(demande, dict) else demande
        chemin = posixpath.normpath(str(nom).lstrip("/"))
        refus = impubliable(chemin)
        if refus or not (projet.racine / chemin).is_file():
            message, remede = refus or ("fichier introuvable", "vérifiez son nom, depuis la racine du projet")
            problemes.append(projet.probleme(_PLACE, message, nom, remede))
        elif (projet.racine / chemin).read_bytes().strip():
            yield lire_lignes(projet.racine / chemin, projet.racine)


class _Elements(HTMLParser):
    """Relève ce qui n'est ni un lien vers une autre forme de la page, ni une mention."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.refuses: list[str] = []

    def handle_starttag(self, tag, attrs):
        attributs = {nom: valeur or "" for nom, valeur in attrs}
        lien = tag == "link" and "href" in attributs and set(attributs.get("rel", "").lower().split()) <= _RELATIONS
        lien = lien and bool(attributs.get("rel"))
        mention = tag == "meta" and "name" in attributs and "http-equiv" not in attributs
        evenement = any(nom.startswith("on") for nom in attributs)
        if evenement or not (lien or mention):
            self.refuses.append(self.get_starttag_text() or f"<{tag}>")

    def handle_data(self, data):
        # What an element already refused contains is refused with it.
        if data.strip() and not self.refuses:
            self.refuses.append(data.strip().split("\n")[0])


def _refuser(html: str) -> list[str]:
    lecteur = _Elements()
    lecteur.feed(html)
    lecteur.close()
    return lecteur.refuses
