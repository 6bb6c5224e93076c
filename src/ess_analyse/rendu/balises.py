"""Écrire des balises HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from itertools import pairwise

__all__ = ["attributs", "balise", "echapper", "espacer", "typographier"]

_PERMIS = {
    "role",
    "lang",
    "dir",
    "style",
    "tabindex",
    "title",
    "hidden",
    "width",
    "height",
    "download",
    "target",
    "rel",
    "start",
    "type",
    "colspan",
    "rowspan",
    "scope",
}
_INTERNES = (
    "layout-ncol",
    "fig-alt",
    "alt",
    "genre",
    "collapse",
    "appearance",
    "icon",
    "group",
    "fig-align",
    "fig-scap",
    "tbl-colwidths",
    "renvoi",
    "nu",
    "number",
)
_FINE = re.compile(r"[;?!](?:\W|$)")
_INSECABLE = re.compile(r"[:»%€](?:\W|$)")
_HEURE = re.compile(r"h(?:\W|$)")


def echapper(texte: str) -> str:
    """Échapper un texte pour du HTML."""
    return html.escape(texte, quote=True)


def balise(nom: str, contenu: str, attr: list | None = None, **autres: str) -> str:
    """Écrire un élément et ses attributs.

    Examples
    --------
    >>> balise("p", "Bonjour", ["a", ["b"], []], lang="fr")
    '<p id="a" class="b" lang="fr">Bonjour</p>'
    """
    return f"<{nom}{attributs(attr or ['', [], []], autres.items())}>{contenu}</{nom}>"


def attributs(attr: list, autres: Iterable[tuple[str, str]] = ()) -> str:
    """Écrire les attributs d'un nœud de pandoc ; les clés inconnues de HTML prennent « data- »."""
    identifiant, classes, paires = attr
    suite = {"id": identifiant} if identifiant else {}
    suite |= {"class": " ".join(classes)} if classes else {}
    for cle, valeur in paires:
        if cle not in _INTERNES:
            connue = cle in _PERMIS or cle.startswith(("aria-", "data-"))
            suite[cle if connue else f"data-{cle}"] = valeur
    for cle, valeur in autres:
        nom = cle.rstrip("_").replace("_", "-")
        # An attribute written twice is invalid HTML, and browsers drop the second: styles are merged.
        suite[nom] = f"{suite[nom].rstrip(';')};{valeur}" if nom == "style" and nom in suite else valeur
    return "".join(f' {cle}="{echapper(str(valeur))}"' for cle, valeur in suite.items())


def espacer(avant: str, apres: str) -> str:
    r"""Choisir l'espace entre deux mots français : fine, insécable ou ordinaire.

    Examples
    --------
    >>> espacer("vraiment", "?") == "\u202f", espacer("dire", ":") == "\u00a0", espacer("un", "mot")
    (True, True, ' ')
    """
    if _FINE.match(apres):
        return "\u202f"
    heure = (avant[-1:].isdigit() and _HEURE.match(apres)) or (avant == "h" and apres[:1].isdigit())
    return "\u00a0" if heure or _INSECABLE.match(apres) or avant.endswith(("«", "n°", "§", "art.")) else " "


def typographier(texte: str) -> str:
    r"""Poser les espaces insécables du français dans un texte sans balises.

    Examples
    --------
    >>> typographier("« Ça va ? »").replace("\u202f", "_").replace("\u00a0", "~")
    '«~Ça va_?~»'
    """
    mots = texte.split(" ")
    return "".join(mot + espacer(mot, suivant) for mot, suivant in pairwise(mots)) + mots[-1]
