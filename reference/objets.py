"""Une fonction, une classe : sa signature, ce que sa docstring en dit, ses exemples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from reference.prose import en_code, en_prose

if TYPE_CHECKING:
    import griffe

__all__ = ["decrire", "lire_paquet", "trouver"]

_LARGEUR = 88
_TITRES = {
    "parameters": "Paramètres",
    "other parameters": "Autres paramètres",
    "attributes": "Attributs",
    "returns": "Renvoie",
    "yields": "Rend, un à un",
    "raises": "Lève",
    "warns": "Avertit",
    "examples": "Exemple",
    "Notes": "Notes",
    "References": "Sources",
    "See Also": "Voir aussi",
}
# What doctest wants above an error, and no reader needs: the publication gate takes it for a notebook that failed.
_ENTETE = re.compile(r"^Traceback \(most recent call last\):\n(?:    \.\.\.\n)?", re.MULTILINE)
Lier = Callable[[str], str]


def lire_paquet(dossier: str) -> griffe.Module:
    """Lire le paquet sans l'exécuter."""
    import griffe

    return griffe.load("ess_analyse", search_paths=[dossier], docstring_parser="numpy", allow_inspection=False)


def trouver(paquet: griffe.Module, piece: str, nom: str) -> griffe.Object:
    """Trouver un nom public, là où il est défini.

    Parameters
    ----------
    paquet : griffe.Module
        Le paquet.
    piece, nom : str
        La pièce, et le nom qu'elle donne ; une pièce qui le charge à la demande est fouillée.

    Returns
    -------
    griffe.Object
        La fonction, la classe ou la donnée.

    Raises
    ------
    LookupError
        S'il n'est nulle part.
    """
    module = paquet[piece]
    if nom in module.members:
        objet = module[nom]
        return objet.final_target if objet.is_alias else objet
    for objet in _fouiller(module):
        if objet.name == nom:
            return objet
    raise LookupError(f"ess_analyse.{piece} n'a pas de {nom}")


def _fouiller(module: griffe.Module) -> Iterator[griffe.Object]:
    for membre in module.members.values():
        if membre.is_alias:
            continue
        if membre.is_module:
            yield from _fouiller(membre)
        else:
            yield membre


def decrire(objet: griffe.Object, nom: str, lier: Lier, niveau: int = 2) -> Iterator[str]:
    """Décrire un objet, en Markdown.

    Parameters
    ----------
    objet : griffe.Object
        Une fonction, une classe, une donnée.
    nom : str
        Son nom public, ou ``Classe.methode``.
    lier : callable
        Comme pour :func:`reference.prose.en_prose`.
    niveau : int
        Celui de son titre.

    Yields
    ------
    str
        Un bloc à la fois ; les membres publics d'une classe la suivent.
    """
    yield f"{'#' * niveau} {en_code(nom)} {{#{nom}}}"
    if signature := _signer(objet, nom):
        yield f"```python\n{signature}\n```"
    for section in objet.docstring.parsed if objet.docstring else ():
        yield from _ecrire_section(section, lier)
    if objet.is_class:
        for membre in objet.members.values():
            if not (membre.is_alias or membre.name.startswith("_")) and membre.docstring:
                yield from decrire(membre, f"{nom}.{membre.name}", lier, niveau + 1)


def _signer(objet: griffe.Object, nom: str) -> str:
    """Écrire l'appel d'une fonction ou d'une classe, sur une ligne s'il y tient."""
    if objet.is_function:
        parametres, rend = [p for p in objet.parameters if p.name not in ("self", "cls")], objet.returns
    elif objet.is_class:
        parametres, rend = [p for p in objet.parameters if p.name not in ("self", "cls")], None
    else:
        return ""
    suite = f" -> {rend}" if rend and str(rend) != "None" else ""
    dits = list(_dire_parametres(parametres))
    ligne = f"{nom}({', '.join(dits)}){suite}"
    if len(ligne) <= _LARGEUR:
        return ligne
    return f"{nom}(\n" + "".join(f"    {dit},\n" for dit in dits) + f"){suite}"


def _dire_parametres(parametres: list[Any]) -> Iterator[str]:
    etoile = False
    for parametre in parametres:
        genre = parametre.kind.value if parametre.kind else ""
        if genre == "keyword-only" and not etoile:
            yield "*"
        etoile = etoile or genre in ("keyword-only", "variadic positional")
        marque = {"variadic positional": "*", "variadic keyword": "**"}.get(genre, "")
        annotation = f": {parametre.annotation}" if parametre.annotation else ""
        defaut = f" = {parametre.default}" if parametre.default and not marque else ""
        yield f"{marque}{parametre.name}{annotation}{defaut}"


def _ecrire_section(section: Any, lier: Lier) -> Iterator[str]:
    genre = section.kind.value
    if genre == "text":
        yield en_prose(section.value, lier)
    elif genre == "examples":
        yield f"**{_TITRES[genre]}**"
        for quoi, texte in section.value:
            yield f"```pycon\n{_ENTETE.sub('', texte)}\n```" if quoi.value == "examples" else en_prose(texte, lier)
    elif genre == "admonition":
        titre = section.title or section.value.annotation
        yield f"**{_TITRES.get(titre, titre)}**"
        yield en_prose(section.value.description.strip(), lier)
    else:
        yield f"**{_TITRES[genre]}**"
        groupes = groupby(section.value, key=lambda un: (str(un.annotation or ""), un.description))
        yield "\n\n".join(_dire_elements(list(groupe), lier) for _, groupe in groupes)


def _dire_elements(elements: list[Any], lier: Lier) -> str:
    """Écrire des paramètres, un résultat ou une erreur : les termes qui partagent une description, puis elle."""
    element = elements[0]
    noms, annotation = [un.name for un in elements if getattr(un, "name", "")], str(element.annotation or "")
    nom = ", ".join(f"**{en_code(un)}**" for un in noms)
    termes = [nom] * bool(nom)
    if annotation:
        termes.append(lier(annotation) if not nom else f"*{en_prose(annotation, lier, francaise=False)}*")
    dit = en_prose(element.description.strip(), lier).replace("\n", "\n    ")
    return f"{' : '.join(termes) or '·'}\n:   {dit}"
