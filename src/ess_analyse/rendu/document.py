"""Écrire en HTML l'arbre JSON de pandoc."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ess_analyse.erreurs import Probleme, proposer
from ess_analyse.rendu.balises import attributs, balise, echapper, espacer
from ess_analyse.rendu.blocs import Noeud, attribut, en_clair, preparer
from ess_analyse.rendu.composants import ecrire_composant
from ess_analyse.rendu.renvois import Renvois, numeroter
from ess_analyse.rendu.sources import Source
from ess_analyse.rendu.tables import ecrire_table

__all__ = ["Document", "Ecrivain", "Titre", "composer"]

_SIMPLES = {"Emph": "em", "Strong": "strong", "Underline": "u", "Strikeout": "del", "Superscript": "sup", "Subscript": "sub"}
_STYLES = {"LowerAlpha": "a", "UpperAlpha": "A", "LowerRoman": "i", "UpperRoman": "I"}


@dataclass(frozen=True)
class Titre:
    """Un titre de la page, pour sa table des matières."""

    niveau: int
    identifiant: str
    html: str


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
    problemes += [source.probleme(f"{double}", "étiquette donnée deux fois", double, "renommez l'une des deux")
                  for double in sorted(set(renvois.doubles))]
    ecrivain = Ecrivain(source, mots, renvois, problemes)
    corps = ecrivain.sections(blocs)
    champs = {cle: (ecrivain.melange(valeur), en_clair(valeur)) for cle, valeur in meta.items()}
    return Document(corps + ecrivain.ecrire_notes(), champs, tuple(ecrivain.titres), renvois)


@dataclass
class Ecrivain:
    """Écrit les nœuds un à un, et retient notes et titres au passage."""

    source: Source
    mots: dict[str, str]
    renvois: Renvois
    problemes: list[Probleme]
    notes: list[str] = field(default_factory=list)
    titres: list[Titre] = field(default_factory=list)
    appels: int = 0
    onglets: int = 0

    def refuser(self, motif: str, message: str, valeur: str = "", remede: str = "") -> None:
        """Retenir un problème, situé là où ``motif`` est écrit."""
        self.problemes.append(self.source.probleme(motif, message, valeur, remede))

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
            sortie.append(f"<section{attributs([identifiant, [f'niveau{niveau}', *classes], paires])}>\n" + self.titre(bloc, ""))
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

    def titre(self, bloc: Noeud, identifiant: str) -> str:
        """Écrire un titre et le retenir pour la table des matières."""
        niveau, (ancre, classes, _), inlines = bloc["c"]
        numero = self.renvois.titres.get(ancre, "")
        texte = (f'<span class="numero">{numero}</span> ' if numero else "") + self.inlines(inlines)
        if "unlisted" not in classes:
            self.titres.append(Titre(niveau, ancre, re.sub(r"<(?:a|/a|sup class=\"appel\").*?>(?:\d+</a></sup>)?", "", texte)))
        return balise(f"h{niveau}", texte, [identifiant, [], []]) + "\n"

    def inlines(self, inlines: list[Noeud]) -> str:
        """Écrire du texte courant, avec les espaces insécables du français."""
        morceaux = []
        for rang, inline in enumerate(inlines):
            if inline["t"] in ("Space", "SoftBreak"):
                avant = inlines[rang - 1] if rang else {}
                apres = inlines[rang + 1] if rang + 1 < len(inlines) else {}
                espace = espacer(*(un.get("c", "") if un.get("t") == "Str" else "" for un in (avant, apres)))
                morceaux.append("\n" if espace == " " and inline["t"] == "SoftBreak" else espace)
            else:
                morceaux.append(self.inline(inline))
        return "".join(morceaux)

    def inline(self, inline: Noeud) -> str:
        """Écrire un élément de texte courant."""
        genre, contenu = inline["t"], inline.get("c")
        if genre == "Str":
            return echapper(contenu)
        if genre in _SIMPLES:
            return balise(_SIMPLES[genre], self.inlines(contenu))
        return getattr(self, f"_{genre.lower()}")(contenu)

    def ecrire_notes(self) -> str:
        """Écrire les notes de bas de page."""
        if not self.notes:
            return ""
        entrees = "".join(self.notes)
        return (f'<section class="notes" role="doc-endnotes" aria-labelledby="notes">\n'
                f'<h2 id="notes">{echapper(self.mots["section-title-footnotes"])}</h2>\n<ol>\n{entrees}</ol>\n</section>\n')

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
        autres = ({"start": str(debut)} if debut != 1 else {}) | ({"type": _STYLES[style["t"]]} if style["t"] in _STYLES else {})
        return balise("ol", "\n" + "".join(balise("li", self.blocs(entree)) + "\n" for entree in entrees), None, **autres)

    def _definitionlist(self, entrees: list) -> str:
        return balise("dl", "\n" + "".join(
            balise("dt", self.inlines(terme)) + "\n" + "".join(balise("dd", self.blocs(blocs)) + "\n" for blocs in definitions)
            for terme, definitions in entrees
        ))

    def _codeblock(self, contenu: list) -> str:
        attr, code = contenu
        return f"<pre{attributs(attr)}><code>{echapper(code)}</code></pre>"

    def _rawblock(self, contenu: list) -> str:
        return contenu[1] if contenu[0] in ("html", "html5") else ""

    def _rawinline(self, contenu: list) -> str:
        return self._rawblock(contenu)

    def _table(self, contenu: list) -> str:
        return ecrire_table(self, contenu)

    def _linebreak(self, _: None) -> str:
        return "<br>\n"

    def _smallcaps(self, inlines: list[Noeud]) -> str:
        return balise("span", self.inlines(inlines), ["", ["petites-capitales"], []])

    def _quoted(self, contenu: list) -> str:
        ouvre, ferme = ("‘", "’") if contenu[0]["t"] == "SingleQuote" else ("«\u00a0", "\u00a0»")
        return ouvre + self.inlines(contenu[1]) + ferme

    def _cite(self, contenu: list) -> str:
        return balise("span", self.inlines(contenu[1]), ["", ["citation"], []])

    def _code(self, contenu: list) -> str:
        return balise("code", echapper(contenu[1]), contenu[0])

    def _link(self, contenu: list) -> str:
        attr, inlines, (cible, titre) = contenu
        return balise("a", self.inlines(inlines), attr, href=cible, **({"title": titre} if titre else {}))

    def _image(self, contenu: list) -> str:
        attr, inlines, (cible, titre) = contenu
        alternative = next((valeur for cle in ("fig-alt", "alt") if (valeur := attribut(attr, cle)) is not None), None)
        if alternative is None:
            alternative = " ".join(en_clair(inlines).split())
            if not alternative:
                self.refuser(cible, "image sans texte alternatif", cible,
                             "décrivez-la : ![Légende](image.svg){fig-alt=\"Ce qu'elle montre\"}")
        paires = [[cle, valeur] for cle, valeur in attr[2] if cle not in ("width", "height")]
        tailles = {cle: valeur for cle, valeur in attr[2] if cle in ("width", "height")}
        style = "".join(f"{cle}:{valeur};" for cle, valeur in tailles.items() if not valeur.isdecimal())
        autres = {cle: valeur for cle, valeur in tailles.items() if valeur.isdecimal()} | ({"style": style} if style else {})
        autres |= {"title": titre} if titre and titre != "fig:" else {}
        return f"<img{attributs([attr[0], attr[1], paires], {'src': cible, 'alt': alternative, **autres}.items())}>"

    def _note(self, blocs: list[Noeud]) -> str:
        self.appels += 1
        numero = self.appels
        retour = (f'<a class="retour" href="#appel{numero}" role="doc-backlink" '
                  f'aria-label="Retour à l’appel de note {numero}">↩︎</a>')
        texte = self.blocs(blocs).rstrip()
        texte = texte[:-4] + f" {retour}</p>" if texte.endswith("</p>") else f"{texte} {retour}"
        self.notes.append(f'<li id="note{numero}">{texte}</li>\n')
        self.notes.sort(key=lambda note: int(re.match(r'<li id="note(\d+)"', note)[1]))
        return f'<sup class="appel"><a id="appel{numero}" href="#note{numero}" role="doc-noteref">{numero}</a></sup>'

    def _span(self, contenu: list) -> str:
        attr, inlines = contenu
        if "ess-renvoi" in attr[1]:
            return self._renvoi(attribut(attr, "renvoi") or "", attribut(attr, "nu") == "true")
        return balise("span", self.inlines(inlines), attr)

    def _renvoi(self, etiquette: str, nu: bool) -> str:
        cle = etiquette[0].lower() + etiquette[1:]
        renvoi = self.renvois.cibles.get(cle)
        if renvoi is None:
            self.problemes.append(self.source.probleme(
                f"@{etiquette}", "référence irrésolue", f"@{etiquette}",
                proposer(cle, self.renvois.cibles) or "étiquetez la figure, le tableau ou le titre : {#" + cle + "}"))
            return ""
        if not renvoi.numero:
            self.refuser(f"@{etiquette}", "renvoi à une section sans numéro", f"@{etiquette}",
                         "ajoutez « number-sections: true » à l'en-tête de la page, ou écrivez un lien")
        mot = self.mots[f"crossref-{renvoi.genre}-prefix"]
        mot = mot[0].upper() + mot[1:] if etiquette[0].isupper() else mot
        texte = renvoi.numero if nu else f"{mot}\u00a0{renvoi.numero}"
        return balise("a", echapper(texte), ["", ["renvoi"], []], href=f"#{cle}")
