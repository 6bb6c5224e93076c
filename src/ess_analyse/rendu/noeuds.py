"""Parcourir l'arbre JSON de pandoc."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["Noeud", "attribut", "en_clair", "parcourir"]

Noeud = dict[str, Any]
"""Un nœud : ``t`` dit son genre, ``c`` ce qu'il contient."""


def parcourir(noeud: Any) -> Iterator[Noeud]:
    """Visiter tous les nœuds, dans l'ordre de la lecture."""
    if isinstance(noeud, dict):
        if "t" in noeud:
            yield noeud
        for valeur in noeud.values():
            if isinstance(valeur, dict | list):
                yield from parcourir(valeur)
    else:
        for valeur in noeud:
            if isinstance(valeur, dict | list):
                yield from parcourir(valeur)


def en_clair(noeud: Any) -> str:
    """Donner le texte d'un morceau d'arbre, sans mise en forme ni notes.

    Examples
    --------
    >>> en_clair([{"t": "Str", "c": "Oui"}, {"t": "Space"}, {"t": "Emph", "c": [{"t": "Str", "c": "non"}]}])
    'Oui non'
    """
    if isinstance(noeud, list):
        return "".join(map(en_clair, noeud))
    if not isinstance(noeud, dict):
        return ""
    genre, contenu = noeud.get("t"), noeud.get("c")
    if genre == "Str":
        return contenu
    if genre in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if genre in ("Code", "Math"):
        return contenu[1]
    if genre in ("Note", "RawBlock"):
        return ""
    if genre == "RawInline":
        sans_balises = re.sub(r"(?s)<annotation.*?</annotation>|<[^>]*>", "", contenu[1])
        return html.unescape(sans_balises) if contenu[0] in ("html", "html5") else ""
    if genre == "Quoted":
        return f"« {en_clair(contenu[1])} »"
    return en_clair(contenu)


def attribut(attr: list, cle: str) -> str | None:
    """Lire une clé d'un attribut de pandoc ``[id, classes, paires]``."""
    return next((valeur for nom, valeur in attr[2] if nom == cle), None)
