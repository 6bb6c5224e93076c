"""Écrire en HTML l'arbre JSON de pandoc."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ess_analyse.erreurs import Probleme
from ess_analyse.rendu.balises import attributs, balise, echapper, typographier
from ess_analyse.rendu.blocs import preparer
from ess_analyse.rendu.composants import ecrire_composant
from ess_analyse.rendu.noeuds import Noeud, en_clair
from ess_analyse.rendu.renvois import Renvois, numeroter
from ess_analyse.rendu.sources import Source
from ess_analyse.rendu.tables import ecrire_table
from ess_analyse.rendu.texte import TexteCourant

__all__ = ["Document", "Ecrivain", "Titre", "composer"]

_STYLES = {"LowerAlpha": "a", "UpperAlpha": "A", "LowerRoman": "i", "UpperRoman": "I"}


@dataclass(frozen=True)
class Titre:
    """Un titre de la page, pour sa table des matières."""

    niveau: int
    identifiant: str
    texte: str


@dataclass(frozen=True)
class Document:
    """Une page en HTML, sans gabarit.

    Attributes
    ----------
    html : str
        Le corps, notes comprises.
    meta : dict of str to (str, str)
        Les champs de l'en-tête qui sont du Markdown : leur HTML et leur texte seul.
    titres : tuple of Titre
        Dans l'ordre de la page.
    renvois : Renvois
        Ses étiquettes et leurs numéros.
    """

    html: str
    meta: dict[str, tuple[str, str]]
    titres: tuple[Titre, ...]
    renvois: Renvois


def composer(arbre: Noeud, source: Source, mots: dict[str, str], sections: bool, problemes: list[Probleme]) -> Document:
    """Composer le HTML d'une page.

    Parameters
    ----------
    arbre : dict
        L'arbre JSON de pandoc.
    source : Source
        La page, pour situer les problèmes.
    mots : dict of str to str
        Les mots du site (`mots.MOTS`).
    sections : bool
        Si les titres sont numérotés.
    problemes : list of Probleme
        Reçoit références irrésolues et images sans texte alternatif.

    Returns
    -------
    Document
        La page.
    """
    blocs = preparer(arbre, source, mots["section-title-references"], problemes)
    meta = {cle: valeur["c"] for cle, valeur in arbre["meta"].items() if valeur["t"] in ("MetaInlines", "MetaBlocks")}
    if "title" not in meta and blocs and blocs[0]["t"] == "Header" and blocs[0]["c"][0] == 1:
        meta["title"] = blocs.pop(0)["c"][2]
    renvois = numeroter(blocs, sections)
    ecrivain = Ecrivain(source, mots, renvois, problemes)
    corps = ecrivain.sections(blocs)
    champs = {cle: (ecrivain.melange(valeur), typographier(en_clair(valeur))) for cle, valeur in meta.items()}
    return Document(corps + ecrivain.ecrire_notes(), champs, tuple(ecrivain.titres), renvois)


@dataclass
class Ecrivain(TexteCourant):
    """Écrit les nœuds un à un, et retient notes et titres au passage."""

    titres: list[Titre] = field(default_factory=list)
    onglets: int = 0

    def melange(self, noeuds: list[Noeud]) -> str:
        """Écrire des blocs ou du texte courant, selon ce que c'est."""
        en_blocs = noeuds and noeuds[0]["t"] in ("Para", "Plain", "BulletList", "OrderedList", "Div", "BlockQuote")
        return self.blocs(noeuds) if en_blocs else self.inlines(noeuds)

    def sections(self, blocs: list[Noeud]) -> str:
        """Écrire les blocs d'une page en emboîtant ses sections."""
        sortie, ouverts = [], []
        for bloc in blocs:
            if bloc["t"] != "Header":
                sortie.append(self.bloc(bloc))
                continue
            niveau, (identifiant, classes, paires), _ = bloc["c"]
            while ouverts and ouverts[-1] >= niveau:
                ouverts.pop()
                sortie.append("</section>\n")
            ouverts.append(niveau)
            sortie.append(
                f"<section{attributs([identifiant, [f'niveau{niveau}', *classes], paires])}>\n"
                + self.titre(bloc, retenir=True)
            )
        return "".join(sortie) + "</section>\n" * len(ouverts)

    def blocs(self, blocs: list[Noeud]) -> str:
        """Écrire une suite de blocs."""
        return "".join(map(self.bloc, blocs))

    def bloc(self, bloc: Noeud) -> str:
        """Écrire un bloc."""
        ecrire: Callable[[Any], str] | None = getattr(self, f"_{bloc['t'].lower()}", None)
        if ecrire is not None:
            return ecrire(bloc.get("c")) + "\n"
        return ecrire_composant(self, bloc) + "\n"

    def titre(self, bloc: Noeud, identifiant: str = "", *, retenir: bool = False) -> str:
        """Écrire un titre, et le retenir s'il doit être dans la table des matières."""
        niveau, (ancre, classes, _), inlines = bloc["c"]
        numero = self.renvois.titres.get(ancre, "")
        texte = (f'<span class="numero">{numero}</span> ' if numero else "") + self.inlines(inlines)
        if retenir and "unlisted" not in classes:
            self.titres.append(Titre(niveau, ancre, typographier(f"{numero} {en_clair(inlines)}".strip())))
        return balise(f"h{niveau}", texte, [identifiant, [], []]) + "\n"

    def ecrire_notes(self) -> str:
        """Écrire les notes de bas de page."""
        if not self.notes:
            return ""
        titre = f'<h2 id="ess-notes">{echapper(self.mots["section-title-footnotes"])}</h2>'
        entrees = "".join(self.notes)
        return (
            f'<section class="notes" role="doc-endnotes" aria-labelledby="ess-notes">\n'
            f"{titre}\n<ol>\n{entrees}</ol>\n</section>\n"
        )

    def _para(self, inlines: list[Noeud]) -> str:
        return balise("p", self.inlines(inlines))

    def _plain(self, inlines: list[Noeud]) -> str:
        return self.inlines(inlines)

    def _header(self, contenu: list) -> str:
        return self.titre({"t": "Header", "c": contenu}, contenu[1][0])

    def _horizontalrule(self, _: None) -> str:
        return "<hr>"

    def _blockquote(self, blocs: list[Noeud]) -> str:
        return balise("blockquote", "\n" + self.blocs(blocs))

    def _lineblock(self, lignes: list[list[Noeud]]) -> str:
        return balise("p", "<br>\n".join(map(self.inlines, lignes)), ["", ["vers"], []])

    def _bulletlist(self, entrees: list[list[Noeud]]) -> str:
        return balise("ul", "\n" + "".join(balise("li", self.blocs(entree)) + "\n" for entree in entrees))

    def _orderedlist(self, contenu: list) -> str:
        (debut, style, _), entrees = contenu
        autres = ({"start": str(debut)} if debut != 1 else {}) | (
            {"type": _STYLES[style["t"]]} if style["t"] in _STYLES else {}
        )
        return balise(
            "ol", "\n" + "".join(balise("li", self.blocs(entree)) + "\n" for entree in entrees), None, **autres
        )

    def _definitionlist(self, entrees: list) -> str:
        return balise(
            "dl",
            "\n"
            + "".join(
                balise("dt", self.inlines(terme))
                + "\n"
                + "".join(balise("dd", self.blocs(blocs)) + "\n" for blocs in definitions)
                for terme, definitions in entrees
            ),
        )

    def _codeblock(self, contenu: list) -> str:
        attr, code = contenu
        return f"<pre{attributs(attr)}><code>{echapper(code)}</code></pre>"

    def _rawblock(self, contenu: list) -> str:
        return contenu[1] if contenu[0] in ("html", "html5") else ""

    def _table(self, contenu: list) -> str:
        return ecrire_table(self, contenu)
