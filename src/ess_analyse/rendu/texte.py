"""Écrire en HTML le texte courant de pandoc : mots, liens, images, notes, renvois."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from ess_analyse.erreurs import Probleme, proposer
from ess_analyse.rendu.balises import attributs, balise, echapper, espacer
from ess_analyse.rendu.noeuds import Noeud, attribut, en_clair
from ess_analyse.rendu.renvois import Renvois
from ess_analyse.rendu.sources import Source

__all__ = ["TexteCourant"]

_SIMPLES = {
    "Emph": "em",
    "Strong": "strong",
    "Underline": "u",
    "Strikeout": "del",
    "Superscript": "sup",
    "Subscript": "sub",
}


@dataclass
class TexteCourant(ABC):
    """Écrit les éléments en ligne, et retient notes et problèmes au passage."""

    source: Source
    mots: dict[str, str]
    renvois: Renvois
    problemes: list[Probleme]
    notes: list[str] = field(default_factory=list)
    appels: int = 0

    def refuser(self, motif: str, message: str, valeur: str = "", remede: str = "") -> None:
        """Retenir un problème, situé là où ``motif`` est écrit."""
        self.problemes.append(self.source.probleme(motif, message, valeur, remede))

    @abstractmethod
    def blocs(self, blocs: list[Noeud]) -> str:
        """Écrire une suite de blocs (le contenu d'une note)."""

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

    def _rawinline(self, contenu: list) -> str:
        return contenu[1] if contenu[0] in ("html", "html5") else ""

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
                self.refuser(
                    cible,
                    "image sans texte alternatif",
                    cible,
                    'décrivez-la : ![Légende](image.svg){fig-alt="Ce qu\'elle montre"}',
                )
        paires = [[cle, valeur] for cle, valeur in attr[2] if cle not in ("width", "height")]
        tailles = {cle: valeur for cle, valeur in attr[2] if cle in ("width", "height")}
        style = "".join(f"{cle}:{valeur};" for cle, valeur in tailles.items() if not valeur.isdecimal())
        autres = {cle: valeur for cle, valeur in tailles.items() if valeur.isdecimal()} | (
            {"style": style} if style else {}
        )
        autres |= {"title": titre} if titre and titre != "fig:" else {}
        return f"<img{attributs([attr[0], attr[1], paires], {'src': cible, 'alt': alternative, **autres}.items())}>"

    def _note(self, blocs: list[Noeud]) -> str:
        self.appels += 1
        numero = self.appels
        retour = (
            f'<a class="retour" href="#appel{numero}" role="doc-backlink" '
            f'aria-label="Retour à l’appel de note {numero}">↩︎</a>'
        )
        texte = self.blocs(blocs).rstrip()
        texte = texte[:-4] + f" {retour}</p>" if texte.endswith("</p>") else f"{texte} {retour}"
        self.notes.append(f'<li id="note{numero}">{texte}</li>\n')
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
            self.problemes.append(
                self.source.probleme(
                    f"@{etiquette}",
                    "référence irrésolue",
                    f"@{etiquette}",
                    proposer(cle, self.renvois.cibles)
                    or "étiquetez la figure, le tableau ou le titre : {#" + cle + "}",
                )
            )
            return ""
        if not renvoi.numero:
            self.refuser(
                f"@{etiquette}",
                "renvoi à une section sans numéro",
                f"@{etiquette}",
                "ajoutez « number-sections: true » à l'en-tête de la page, ou écrivez un lien",
            )
        mot = self.mots[f"crossref-{renvoi.genre}-prefix"]
        mot = mot[0].upper() + mot[1:] if etiquette[0].isupper() else mot
        texte = renvoi.numero if nu else f"{mot}\u00a0{renvoi.numero}"
        return balise("a", echapper(texte), ["", ["renvoi"], []], href=f"#{cle}")
