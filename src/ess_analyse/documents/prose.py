"""Mettre à l'écran le Markdown que l'équipe écrit : des paragraphes, des puces, des intertitres ; rien ne s'y perd."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ess_analyse.documents.ecriture import en_markdown
from ess_analyse.documents.preuves import sans_preuves

__all__ = ["Morceau", "lire_prose", "proteger"]

Morceau = tuple[str, str]
"""Une sorte (``texte``, ``puce``, ``titre``) et son Markdown, sur une ligne."""

_COMMENTAIRE = re.compile(r"<!--.*?-->", re.DOTALL)
_DEFINITION = re.compile(
    r"^ {0,3}\[\^(?P<nom>[^\]\s]+)\]:[ \t]*(?P<dit>.*(?:\n(?!\s*(?:\n|\Z)| {0,3}\[\^).+)*)", re.MULTILINE
)
_APPEL = re.compile(r"[ \u00a0\u202f]*\[\^(?P<nom>[^\]\s]+)\]")
_NOTE = re.compile(r"[ \u00a0\u202f]*\^\[(?P<dit>[^\[\]]*)\]")
_IMAGE = re.compile(r"!\[(?P<dit>[^\]]*)\]\((?P<nom>[^)]*)\)(?:\{[^}\n]*\})?")
_BARRIERE = re.compile(r"^(?P<signes>`{3,}|~{3,})")
_TITRE = re.compile(r"^#+[ \t]+(?P<titre>.+?)[ \t#]*(?:\{[^}]*\})?$")
_SOULIGNE = re.compile(r"^(?:=+|-+)$")
_FILET = re.compile(r"^(?:(?:[-*_] ?){3,}|:{3,}.*)$")
_PUCE = re.compile(r"^(?:[-*+]|\d+[.)])[ \t]+(?P<dit>.*)$")
_RANGEE = re.compile(r"^\|(?P<cellules>.*?)\|?$")
_TRAITS = re.compile(r"^[\s|:+=-]+$")
_CITE = re.compile(r"^(?:>[ \t]?)+")
_EN_TETE = re.compile(
    r"^(?P<avant>\d*)(?P<marque>#(?=#*(?: |$))|[-+*:](?= |$)|[.)](?<=\d.)(?= |$)|[|>]|[-=`~:](?=[-=`~:]{2}))"
)


def lire_prose(texte: str) -> list[Morceau]:
    r"""Lire du Markdown comme une suite de lignes que l'on peut montrer.

    Parameters
    ----------
    texte : str
        Ce que l'équipe a écrit.

    Returns
    -------
    list of tuple
        Chaque paragraphe, puce ou intertitre. Une rangée de table est une puce ; une image laisse son texte de
        remplacement ; une note suit son appel, entre parenthèses ; une citation et du code deviennent du texte. Ni
        preuve, ni commentaire, ni filet.

    Examples
    --------
    >>> lire_prose("Peser\nune fois [@E01:3-9].\n\n- Qui ?[^1]\n\n[^1]: Chacun.")
    [('texte', 'Peser une fois.'), ('puce', 'Qui ? (Chacun.)')]
    """
    morceaux: list[Morceau] = []
    for sorte, lignes in _grouper(_poser_notes(_COMMENTAIRE.sub("", sans_preuves(texte)))):
        dit = " ".join(" ".join(lignes).split())
        if dit := _IMAGE.sub(_dire_image, dit):
            morceaux.append((sorte, dit))
    return morceaux


def proteger(markdown: str) -> str:
    r"""Rendre au texte ce qui, en tête de ligne, serait la marque d'un titre, d'une liste, d'un bloc.

    Examples
    --------
    >>> print(proteger("# 12"), proteger("3. Peser"), proteger("*Peser*"))
    \# 12 3\. Peser *Peser*
    """
    return _EN_TETE.sub(r"\g<avant>\\\g<marque>", markdown, count=1)


def _poser_notes(texte: str) -> str:
    """Écrire chaque note là où elle est appelée : à la fin, elle ferait une diapositive sans titre."""
    notes = {trouve["nom"]: " ".join(trouve["dit"].split()) for trouve in _DEFINITION.finditer(texte)}
    appelees = {trouve["nom"] for trouve in _APPEL.finditer(_DEFINITION.sub("", texte))}
    texte = _DEFINITION.sub(lambda trouve: "" if trouve["nom"] in appelees else f"{trouve['dit']}\n", texte)
    texte = _APPEL.sub(lambda trouve: f" ({notes[trouve['nom']]})" if notes.get(trouve["nom"]) else trouve[0], texte)
    return _NOTE.sub(lambda trouve: f" ({trouve['dit']})", texte)


def _grouper(texte: str) -> Iterator[tuple[str, list[str]]]:
    """Réunir les lignes d'un même paragraphe, d'une même puce."""
    sorte, lignes, barriere = "texte", [], ""
    for brute in texte.split("\n"):
        ligne = _CITE.sub("", brute.strip()).strip() if not barriere else brute.strip()
        marque = _BARRIERE.match(ligne)
        if marque and (not barriere or marque["signes"].startswith(barriere)):
            yield sorte, lignes
            sorte, lignes, barriere = "texte", [], "" if barriere else marque["signes"]
            continue
        if barriere:
            yield "texte", [en_markdown(ligne)]
            continue
        if lignes and sorte == "texte" and _SOULIGNE.match(ligne):
            yield "titre", lignes
            sorte, lignes = "texte", []
            continue
        seule = _lire_ligne(ligne, debut=not lignes)
        if seule is None:
            lignes.append(ligne)
            continue
        yield sorte, lignes
        sorte, dite = seule
        lignes = [dite] if dite else []
        if sorte == "titre":
            yield sorte, lignes
            sorte, lignes = "texte", []
    yield sorte, lignes


def _lire_ligne(ligne: str, *, debut: bool) -> Morceau | None:
    """Dire ce qu'une ligne commence ; rien si elle continue ce qui la précède."""
    if not ligne or _FILET.match(ligne):
        return "texte", ""
    if debut and (titre := _TITRE.match(ligne)):
        return "titre", titre["titre"]
    if puce := _PUCE.match(ligne):
        return "puce", puce["dit"]
    if ligne[0] in "|+" and _TRAITS.match(ligne):
        return "texte", ""
    if rangee := _RANGEE.match(ligne):
        cellules = [cellule.strip() for cellule in re.split(r"(?<!\\)\|", rangee["cellules"])]
        return "puce", " · ".join(filter(None, cellules))
    return ("texte", ligne.removeprefix(":").strip()) if ligne.startswith((": ", ":\t")) else None


def _dire_image(image: re.Match[str]) -> str:
    return image["dit"].strip() or f"(image {en_markdown(image['nom'].split(' ')[0])})"
