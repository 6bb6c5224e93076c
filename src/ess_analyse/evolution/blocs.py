"""Trouver dans un YAML où chaque chose est écrite, pour l'y changer, l'y ajouter ou l'en ôter."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator

from ess_analyse.arbre import lire_arbre
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.evolution.brut import Retouche

__all__ = ["ajouter", "ajouter_cle", "composer", "entree", "lire_valeur", "oter", "remplacer", "tranche"]


def composer(texte: str):
    """Rendre les nœuds d'un YAML déjà vérifié, chacun avec sa place dans le texte.

    Parameters
    ----------
    texte : str
        Un YAML que :func:`~ess_analyse.arbre.lire_arbre` accepte.

    Returns
    -------
    ruamel.yaml.nodes.Node
        La racine.
    """
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).compose(texte)


def entree(bloc, cle: str):
    """Rendre le nœud d'une clé d'un bloc, ou rien si elle n'y est pas."""
    return next((valeur for nom, valeur in _entrees(bloc) if nom.value == cle), None)


def lire_valeur(noeud) -> str:
    """Rendre le texte d'un nœud comme :func:`~ess_analyse.arbre.lire_arbre` le lirait."""
    return re.sub(r"[ \t\r\n]+", " ", unicodedata.normalize("NFC", noeud.value)).strip(" ")


def tranche(texte: str, noeud) -> tuple[int, int]:
    r"""Rendre la place de ce qu'un nœud contient, sans les blancs ni les commentaires qui le suivent.

    Parameters
    ----------
    texte : str
        Le YAML.
    noeud : ruamel.yaml.nodes.Node
        Un de ses nœuds.

    Returns
    -------
    debut, fin : int
        Une tranche Python.

    Examples
    --------
    >>> yaml = "a:\n  - b\n  - >-\n    c\n\n# fin\nd: 1\n"
    >>> debut, fin = tranche(yaml, entree(composer(yaml), "a"))
    >>> yaml[debut:fin]
    '- b\n  - >-\n    c'
    """
    debut, fin = noeud.start_mark.index, noeud.end_mark.index
    if isinstance(noeud.value, list) and noeud.value and not noeud.flow_style:
        dernier = noeud.value[-1]
        return debut, tranche(texte, dernier[1] if isinstance(dernier, tuple) else dernier)[1]
    return debut, debut + len(texte[debut:fin].rstrip())


def remplacer(texte: str, noeud, valeur: str, *, flux: bool = False) -> Retouche:
    """Mettre une autre valeur à la place d'un texte, entre les mêmes guillemets s'il en a.

    Parameters
    ----------
    texte : str
        Le YAML.
    noeud : ruamel.yaml.nodes.Node
        Le texte à remplacer.
    valeur : str
        Ce qu'il doit dire, sans saut de ligne.
    flux : bool
        S'il est entre crochets ou accolades, où plus de signes demandent des guillemets.
    """
    if noeud.style == "'":
        neuf = "'" + valeur.replace("'", "''") + "'"
    elif noeud.style == '"':
        neuf = json.dumps(valeur, ensure_ascii=False)
    else:
        neuf = _ecrire(valeur, flux)
    return Retouche(*tranche(texte, noeud), neuf)


def ajouter(texte: str, liste, noeuds: Iterable, apres) -> Iterator[Retouche]:
    """Ajouter à une liste des textes écrits ailleurs dans le même YAML.

    Parameters
    ----------
    texte : str
        Le YAML.
    liste : ruamel.yaml.nodes.Node
        La liste.
    noeuds : iterable of ruamel.yaml.nodes.Node
        Les textes, recopiés tels quels quand ils tiennent sur une ligne.
    apres : ruamel.yaml.nodes.Node
        L'élément de la liste qu'ils doivent suivre.

    Yields
    ------
    Retouche
        Une par texte.
    """
    fin = tranche(texte, apres)[1]
    for noeud in noeuds:
        ecrit = _recopier(texte, noeud, bool(liste.flow_style))
        if liste.flow_style:
            yield Retouche(fin, fin, f", {ecrit}")
        else:
            place = _bout_de_ligne(texte, fin)
            yield Retouche(place, place, f"{_saut(texte)}{' ' * liste.start_mark.column}- {ecrit}")


def ajouter_cle(texte: str, bloc, cle: str, noeuds: Iterable) -> Retouche:
    """Ajouter à la fin d'un bloc une clé et sa liste de textes, écrits ailleurs dans le même YAML."""
    fin, flux = tranche(texte, bloc.value[-1][1])[1], bool(bloc.flow_style)
    ecrits = [_recopier(texte, noeud, flux) for noeud in noeuds]
    if flux:
        return Retouche(fin, fin, f", {cle}: [{', '.join(ecrits)}]")
    place, retrait = _bout_de_ligne(texte, fin), " " * bloc.start_mark.column
    lignes = [f"{retrait}{cle}:", *(f"{retrait}  - {ecrit}" for ecrit in ecrits)]
    return Retouche(place, place, "".join(_saut(texte) + ligne for ligne in lignes))


def oter(texte: str, contenant, noeuds: Iterable) -> Iterator[Retouche]:
    """Ôter des éléments d'une liste, ou des entrées d'un bloc, avec leurs lignes.

    Parameters
    ----------
    texte : str
        Le YAML.
    contenant : ruamel.yaml.nodes.Node
        La liste ou le bloc.
    noeuds : iterable of ruamel.yaml.nodes.Node
        Des éléments de la liste, ou des valeurs du bloc ; il doit en rester un autre.

    Yields
    ------
    Retouche
        Une par élément ; les commentaires écrits entre les autres restent.
    """
    elements = [element if isinstance(element, tuple) else (element, element) for element in contenant.value]
    vises = {id(noeud) for noeud in noeuds}
    otes = [id(valeur) in vises for _, valeur in elements]
    for rang, (cle, valeur) in enumerate(elements):
        if not otes[rang]:
            continue
        debut, fin = cle.start_mark.index, tranche(texte, valeur)[1]
        if not contenant.flow_style:
            debut = _puce(texte, contenant, elements, rang) if cle is valeur else debut
            tete = texte.rfind("\n", 0, debut) + 1
            if not texte[tete:debut].strip():
                yield Retouche(tete, _lignes_suivantes(texte, tete, fin), "")
                continue
        # Between brackets, or after the dash of a list: up to the next one, or from the last one that stays.
        restent = [autre for autre in range(rang) if not otes[autre]]
        if rang + 1 < len(elements) and not (restent and all(otes[rang:])):
            yield Retouche(debut, elements[rang + 1][0].start_mark.index, "")
        else:
            avant = tranche(texte, elements[rang - 1][1])[1] if rang else debut
            yield Retouche(avant, fin, "")


def _entrees(bloc) -> list[tuple]:
    return [paire for paire in bloc.value if isinstance(paire, tuple)] if isinstance(bloc.value, list) else []


def _recopier(texte: str, noeud, flux: bool) -> str:
    debut, fin = tranche(texte, noeud)
    ligne = "\n" not in texte[debut:fin] and noeud.style not in ("|", ">")
    if ligne and (noeud.style or not flux):
        return texte[debut:fin]
    return _ecrire(lire_valeur(noeud), flux)


def _ecrire(valeur: str, flux: bool) -> str:
    """Écrire un texte nu s'il se relit pareil, entre guillemets sinon."""
    try:
        lu = lire_arbre(f"[{valeur}]" if flux else f"- {valeur}\n", "").valeur
    except ErreurDonnees:
        lu = None
    return valeur if lu == [valeur] else json.dumps(valeur, ensure_ascii=False)


def _saut(texte: str) -> str:
    return "\r\n" if "\r\n" in texte else "\n"


def _bout_de_ligne(texte: str, place: int) -> int:
    return re.compile(r"[^\r\n]*").match(texte, place).end()


def _puce(texte: str, liste, elements: list[tuple], rang: int) -> int:
    """Trouver le tiret d'un élément : il peut être seul sur sa ligne, après des commentaires."""
    if not rang:
        return liste.start_mark.index
    depuis = _bout_de_ligne(texte, tranche(texte, elements[rang - 1][1])[1])
    return re.compile(r"^[ \t]*(-)(?=\s)", re.MULTILINE).search(texte, depuis).start(1)


def _lignes_suivantes(texte: str, tete: int, fin: int) -> int:
    """Dire où finit ce qu'on ôte : sa dernière ligne, et la ligne vide qui doublerait celle d'avant."""
    fin = re.compile(r"[^\n]*(?:\n|\Z)").match(texte, fin).end()
    avant = texte[:tete]
    if avant[len(avant.rstrip()) :].count("\n") > 1:
        fin = re.compile(r"(?:[ \t\r]*\n)*").match(texte, fin).end()
    return fin
