"""Les citations d'une liste, en données que la page de recherche charge quand on cherche."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from ess_analyse.pages.adresses import Liste
from ess_analyse.pages.fil import Renvoi
from ess_analyse.pages.typographie import typographier
from ess_analyse.pages.verbatims import Verbatim

__all__ = ["dire_source", "ecrire_citations"]


def ecrire_citations(
    liste: Liste, renvois: Mapping[str, tuple[Renvoi, ...]], prismes: Mapping[str, Collection[str]]
) -> str:
    r"""Écrire les citations d'une liste en JavaScript : ``file://`` n'a pas ``fetch``.

    Parameters
    ----------
    liste : Liste
        La page dont ce sont les données.
    renvois : mapping of str to tuple of Renvoi
        Place d'une citation → ce qui la cite.
    prismes : mapping of str to collection of str
        Place d'une phrase → les prismes que l'on peut en dire.

    Returns
    -------
    str
        Un appel à ``essCitations`` : le nom de la liste, ses documents (identifiant, source, famille, citations), ce
        qui les cite. Une citation y est sa place, ses mots, les codes de chacune de ses phrases, ce qui l'entoure, et
        le rang de ce qui la cite ; rien qui ne soit montré dans la liste, sauf les prismes.

    Examples
    --------
    >>> ecrire_citations(Liste("structure-s1", "S1", "Le garage", 1, 1, ()), {}, {})
    'essCitations("structure-s1",{"documents":[],"renvois":[]});\n'
    """
    rangs: dict[Renvoi, int] = {}
    documents = [
        [
            entretien,
            dire_source(dites[0]),
            dites[0].famille,
            [_decrire(un, rangs, renvois.get(str(un.place), ()), prismes) for un in dites],
        ]
        for entretien, dites in liste.documents.items()
    ]
    cites = [[typographier(renvoi.texte), renvoi.adresse] for renvoi in rangs]
    corps = json.dumps({"documents": documents, "renvois": cites}, ensure_ascii=False, separators=(",", ":"))
    return f"essCitations({json.dumps(liste.nom)},{corps});\n"


def dire_source(verbatim: Verbatim) -> str:
    """Dire de qui vient une citation : la structure et la famille de fonctions, typographiées."""
    return typographier(", ".join(filter(None, (verbatim.libelle, verbatim.famille))))


def _decrire(
    un: Verbatim, rangs: dict[Renvoi, int], cites: tuple[Renvoi, ...], prismes: Mapping[str, Collection[str]]
) -> list:
    codes = [
        " ".join((*siens, *prismes.get(str(place), ())))
        for (place, _), siens in zip(un.phrases, un.themes, strict=True)
    ]
    texte, avant, apres = map(typographier, (un.texte, un.avant, un.apres))
    rangs_cites = [rangs.setdefault(renvoi, len(rangs)) for renvoi in cites]
    return [f"{un.place.debut}-{un.place.fin}", texte, codes, avant, apres, rangs_cites]
