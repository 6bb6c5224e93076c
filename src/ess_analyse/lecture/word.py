"""Lire les paragraphes d'un document Word."""

from __future__ import annotations

import posixpath
from typing import ClassVar

from ess_analyse.lecture.analyseur import Analyseur, Jauge, constater, trouver_attribut
from ess_analyse.lecture.archive import Archive, IllisibleError
from ess_analyse.lecture.composition import Case, Ligne, Note, Tableau, joindre
from ess_analyse.lecture.numerotation import lire_entier
from ess_analyse.lecture.paragraphes import Depouillement
from ess_analyse.lecture.word_styles import ESPACES, Numerotation, Styles, est_vrai

__all__ = ["lire_docx"]

_USAGES = {
    "styles": "word/styles.xml",
    "numbering": "word/numbering.xml",
    "footnotes": "word/footnotes.xml",
    "endnotes": "word/endnotes.xml",
    "comments": "word/comments.xml",
}
"""Où sont d'ordinaire les pièces dont le corps a besoin ; les liens du document ont le dernier mot."""
_ENTOUR = {"header", "footer", "diagramData"}
_SEPARATEURS = {"separator", "continuationSeparator", "continuationNotice"}
_ANCIENS = {
    f"w:{nom}Change" for nom in ("pPr", "rPr", "sectPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "numbering")
} | {"w:delInstrText"}
"""Ce qu'une mise en forme était avant sa modification."""
_TUS = {
    "w:instrText": "champ",
    "w:comment": "commentaire",
    "w:hdr": "entete",
    "w:ftr": "entete",
    "dgm:dataModel": "schema",
    "m:oMath": "equation",
    "a:t": "dessin",
}
_SIGNES = {"w:tab": " ", "w:ptab": " ", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
_CONTENANTS = {"w:tbl": Tableau, "w:tr": Ligne, "w:tc": Case}
_USAGE_PRIVE = range(0xE000, 0xF900)


def lire_docx(octets: bytes) -> Depouillement:
    """Lire les paragraphes d'un fichier Word.

    Les insertions suivies sont gardées ; suppressions, commentaires, en-têtes, codes de champ, équations et schémas
    sont laissés et comptés. Une note devient un paragraphe « [Note : …] » à la suite de celui qui l'appelle : elle ne
    coupe pas la parole et n'ouvre pas de tour. Un numéro automatique est écrit en tête de son paragraphe, une puce ne
    l'est pas. Le texte d'un cadre suit le paragraphe qui le porte.

    Parameters
    ----------
    octets : bytes
        Le fichier.

    Returns
    -------
    Depouillement
        Un paragraphe par élément, dans l'ordre, et ce qui a été laissé de côté.

    Raises
    ------
    IllisibleError
        Si ce n'est pas un document Word sain, ou s'il contient des macros.
    """
    archive, jauge = Archive(octets), Jauge()
    types = archive.lire("[Content_Types].xml", _Types(jauge), facultative=True)
    if types and types.macros:
        raise IllisibleError("document à macros", "enregistrez-en une copie en .docx, sans macros")
    racine = _lire_liens(archive, "", jauge).get("officeDocument", [])
    principale = racine[0] if racine else "word/document.xml"
    liens = _lire_liens(archive, principale, jauge)
    pieces = {usage: (liens.get(usage) or [defaut])[0] for usage, defaut in _USAGES.items()}
    corps = _Corps(
        jauge,
        archive.lire(pieces["styles"], Styles(jauge), facultative=True) or Styles(jauge),
        archive.lire(pieces["numbering"], Numerotation(jauge), facultative=True) or Numerotation(jauge),
    )
    for usage in ("footnotes", "endnotes"):
        archive.lire(pieces[usage], corps, facultative=True)
    archive.lire(principale, corps)
    for piece in dict.fromkeys(
        [pieces["comments"], *(piece for usage in sorted(_ENTOUR) for piece in liens.get(usage, []))]
    ):
        archive.lire(piece, corps, facultative=True)
    corps.comptes["orpheline"] = len(corps.notes)
    return Depouillement(corps.composer(), (*constater(corps.comptes), *corps.constats))


class _Types(Analyseur):
    """Lire la sorte de document que l'archive annonce."""

    espaces: ClassVar = ESPACES
    macros = False

    def ouvrir(self, nom: str, attrs: dict[str, str]) -> None:
        self.macros |= "macroEnabled" in trouver_attribut(attrs, "ContentType")


class _Liens(Analyseur):
    """Lire quelles pièces un document emploie, par usage."""

    espaces: ClassVar = ESPACES

    def __init__(self, jauge: Jauge):
        super().__init__(jauge)
        self.cibles: dict[str, list[str]] = {}

    def ouvrir(self, nom: str, attrs: dict[str, str]) -> None:
        if nom == "rel:Relationship" and trouver_attribut(attrs, "TargetMode") != "External":
            self.jauge.ajouter(contenants=1)
            usage = trouver_attribut(attrs, "Type").rpartition("/")[2]
            self.cibles.setdefault(usage, []).append(trouver_attribut(attrs, "Target"))


def _lire_liens(archive: Archive, piece: str, jauge: Jauge) -> dict[str, list[str]]:
    dossier, nom = posixpath.split(piece)
    lus = archive.lire(posixpath.join(dossier, "_rels", f"{nom}.rels"), _Liens(jauge), facultative=True)
    return {
        # A target is relative to the folder of its source, unless it starts at the root of the archive.
        usage: [posixpath.normpath(posixpath.join("/", dossier, cible)).lstrip("/") for cible in cibles]
        for usage, cibles in (lus.cibles.items() if lus else ())
    }


class _Corps(Analyseur):
    """Lire le corps d'un document, ses notes, et compter ce qui l'entoure."""

    espaces: ClassVar = ESPACES

    def __init__(self, jauge: Jauge, styles: Styles, numerotation: Numerotation):
        super().__init__(jauge)
        self.styles, self.numerotation = styles, numerotation
        self.notes: dict[tuple[str, str], str] = {}
        self._gras: list[bool | None] = []
        """Pour chaque morceau ouvert, le gras qu'il dit lui-même."""
        self._choix: list[bool] = []
        """Pour chaque alternative ouverte, une version a-t-elle déjà été lue."""
        self._note = ("", "")

    def ouvrir(self, nom: str, attrs: dict[str, str]) -> None:
        parent = self.pile[-2] if len(self.pile) > 1 else ""
        if nom in _TUS:
            self.taire(_TUS[nom])
        elif nom in _ANCIENS:
            self.taire()
        elif nom in _SIGNES and parent != "w:tabs":
            self.signer(_SIGNES[nom], self._est_gras())
        elif nom in _CONTENANTS:
            self.empiler(_CONTENANTS[nom]())
        elif nom in ("w:ins", "w:del", "w:moveFrom"):
            self._suivre(nom, parent)
        else:
            self._structurer(nom, attrs)

    def _structurer(self, nom: str, attrs: dict[str, str]) -> None:
        match nom:
            case "w:p":
                self.ouvrir_paragraphe()
            case "w:r":
                self._gras.append(None)
            case "w:sym":
                self._dessiner(trouver_attribut(attrs, "char"))
            case "w:footnoteReference" | "w:endnoteReference":
                self.noter(self.notes.pop((nom.removesuffix("Reference"), trouver_attribut(attrs, "id")), ""))
            case "w:footnote" | "w:endnote":
                if trouver_attribut(attrs, "type") in _SEPARATEURS:
                    self.taire()
                else:
                    self._note = (nom, trouver_attribut(attrs, "id"))
                    self.empiler(Note())
            case "mc:AlternateContent":
                self._choix.append(False)
            case "mc:Choice" | "mc:Fallback" if self.pile[-2:-1] == ["mc:AlternateContent"]:
                # A text box is written twice: the copy for older programs is not read again.
                if self._choix[-1]:
                    self.taire()
                self._choix[-1] = True
            case "w:altChunk":
                self.comptes["incorpore"] += 1
            case _:
                self._mettre_en_forme(nom, attrs)

    def lire(self, texte: str) -> None:
        if self.pile[-1] == "w:t":
            self.ecrire(texte, self._est_gras())

    def clore(self, nom: str) -> None:
        match nom:
            case "w:p":
                self._numeroter()
                self.clore_paragraphe()
            case "w:r":
                self._gras.pop()
            case "mc:AlternateContent":
                self._choix.pop()
            case "w:footnote" | "w:endnote":
                if isinstance(self.contenants[-1], Note) and (texte := joindre(self.contenants.pop().composer())):
                    self.notes[self._note] = texte
            case "w:tbl" | "w:tr" | "w:tc":
                self.depiler(_CONTENANTS[nom])

    def _suivre(self, nom: str, parent: str) -> None:
        """Suivre les modifications : garder l'ajouté, laisser le supprimé et l'ancienne place du déplacé."""
        grand_parent = self.pile[-3] if len(self.pile) > 2 else ""
        if nom == "w:ins":
            self.comptes["insertion"] += parent not in ("w:rPr", "w:trPr", "w:numPr")
        elif parent == "w:rPr" and grand_parent == "w:pPr" and self.brouillon:
            self.brouillon.continue_ = True
        elif parent == "w:trPr":
            ligne = next((c for c in reversed(self.contenants) if isinstance(c, Ligne)), None)
            if ligne:
                ligne.supprimee = True
        elif parent != "w:rPr":
            self.taire("suppression" if nom == "w:del" else "deplacement")

    def _mettre_en_forme(self, nom: str, attrs: dict[str, str]) -> None:
        valeur, brouillon = trouver_attribut(attrs, "val"), self.brouillon
        # The mark at the end of a paragraph has properties of its own: « w:pPr/w:rPr » says nothing of its words.
        du_morceau = self.pile[-3:-1] == ["w:r", "w:rPr"] and bool(self._gras)
        match nom:
            case "w:b" if du_morceau:
                self._gras[-1] = est_vrai(attrs)
            case "w:rStyle" if du_morceau and self._gras[-1] is None:
                self._gras[-1] = self.styles.est_gras(valeur)
            case "w:pStyle" if brouillon:
                brouillon.style = valeur
                brouillon.gras = bool(self.styles.est_gras(valeur))
            case "w:numId" | "w:ilvl" if brouillon and self.pile[-2] == "w:numPr":
                brouillon.numero[nom] = valeur

    def _est_gras(self) -> bool:
        propre = self._gras[-1] if self._gras else None
        return propre if propre is not None else bool(self.brouillon and self.brouillon.gras)

    def _numeroter(self) -> None:
        brouillon = self.brouillon
        if not brouillon or brouillon.continue_ or brouillon.tete or not any(m.strip() for m, _ in brouillon.morceaux):
            return
        du_style = self.styles.trouver_liste(brouillon.style)
        liste, rang = (brouillon.numero.get("w:numId") or du_style[0], brouillon.numero.get("w:ilvl") or du_style[1])
        if liste:
            self.numeroter(self.numerotation.numeroter(liste, lire_entier(rang)))

    def _dessiner(self, code: str) -> None:
        try:
            point = int(code, 16)
        except ValueError:
            point = 0
        # Symbol fonts draw what they like at private places: the letter there says nothing.
        if point in _USAGE_PRIVE or not 0x20 <= point < 0x110000:
            self.comptes["symbole"] += 1
        else:
            self.ecrire(chr(point), self._est_gras())
