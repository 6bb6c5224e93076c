"""Les mots que le gabarit écrit lui-même, avec ceux que ``_language.yml`` remplace."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["MOTS", "completer"]

MOTS: Mapping[str, str] = MappingProxyType(
    {
        "callout-note-title": "Note",
        "callout-tip-title": "Astuce",
        "callout-warning-title": "Avertissement",
        "callout-important-title": "Important",
        "callout-caution-title": "Mise en garde",
        "crossref-fig-title": "Figure",
        "crossref-tbl-title": "Tableau",
        "crossref-fig-prefix": "Figure",
        "crossref-tbl-prefix": "Tableau",
        "crossref-sec-prefix": "section",
        "toc-title-website": "Sur cette page",
        "section-title-footnotes": "Notes",
        "section-title-references": "Références",
        "section-title-abstract": "Résumé",
        "code-summary": "Voir le code",
    }
)
"""Les clés sont celles de Quarto (fichier ``_language-fr.yml``), le français est le nôtre."""


def completer(remplacements: object) -> dict[str, str]:
    """Donner les mots du site, ceux de l'étude passant devant.

    Parameters
    ----------
    remplacements : object
        Ce que ``_language.yml`` ou la clé ``language`` contient ; les clés que nous n'employons pas sont ignorées.

    Returns
    -------
    dict of str to str
        Toutes les clés de `MOTS`.

    Examples
    --------
    >>> completer({"callout-tip-title": "Conseil", "autre": "x"})["callout-tip-title"]
    'Conseil'
    """
    propres = remplacements if isinstance(remplacements, Mapping) else {}
    return {cle: str(propres.get(cle, mot)) for cle, mot in MOTS.items()}
