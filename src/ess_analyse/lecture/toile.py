"""Lire les paragraphes d'une page HTML."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

from ess_analyse.lecture.analyseur import Jauge
from ess_analyse.lecture.archive import IllisibleError, descendre
from ess_analyse.lecture.balisage import desechapper, ramener_numeros
from ess_analyse.lecture.composition import Brouillon, joindre
from ess_analyse.lecture.paragraphes import Depouillement, Paragraphe
from ess_analyse.lecture.repliques import lire_repliques

__all__ = ["lire_html"]

_SIGNES = 32_000_000
"""Signes qu'une page peut avoir, images incorporées ôtées : mille fois un entretien d'une heure."""
_BALISES = 1_000_000
"""Chevrons ouvrants d'une page : mille fois ceux d'un entretien d'une heure."""
_BLOC = 64 * 1024
"""Signes donnés à la fois, et signes qu'une balise peut avoir : html.parser relit ce qui n'est pas fermé."""
_HORS_TEXTE = re.compile(r"<!(?=--)|<(?=[!?])|<(?P<nom>script|style)(?=[\s/>])", re.IGNORECASE)
_FERMES = {
    "<!": re.compile(r"--!?>"),
    "<": re.compile(">"),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}
_INCORPORE = re.compile(r"data:[\w/+.;=-]{0,100};base64,[A-Za-z0-9+/=%\s]*+")
_BLOCS = re.compile(
    "address|article|aside|blockquote|body|caption|center|d[dlt]|details|dialog|div|fieldset|figcaption|figure|footer|"
    "form|h[1-6]|header|hr|html|legend|li|main|menu|[ou]l|option|p|pre|section|summary|t[dhr]|table|tbody|tfoot|thead"
)
_TUS = {
    "nav": "menu{s} de navigation laissé{s} de côté",
    "svg": "dessin{s} laissé{s} de côté",
    "del": "suppression{s} suivie{s} laissée{s} de côté",
    "template": "gabarit{s} laissé{s} de côté",
    "head": "",
}
_EN_TETE = frozenset({"base", "link", "meta", "noscript", "title"})
_VIDES = {"img": "image{s} laissée{s} de côté"}
_APPEL = "appel{s} de note laissé{s} de côté"
_CLASSE_APPEL = re.compile(r"sd(?:foot|end)note", re.IGNORECASE)
_LIEN_APPEL = re.compile(r"#_?(?:sd)?(?:ftn|edn|fn|footnote|endnote)", re.IGNORECASE)
_MARGE = "en-tête{s} ou pied{s} de page laissé{s} de côté"
_GRAS = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_ENCRES = frozenset({"b", "strong", "span", "font"})
_BLANCS = re.compile(r"[ \t\r\n\f]+")
_NOTE = re.compile(r"sd(?:foot|end)note\d+")
"""L'identifiant que LibreOffice donne au bloc d'une note."""
_REFAIRE = "rouvrez-la dans votre navigateur et enregistrez-la de nouveau, page complète"


class _Table:
    """Les cases d'un tableau, ligne par ligne, et ce qui est écrit autour d'elles."""

    def __init__(self):
        self.autour: list[Paragraphe] = []
        self.lignes: list[list[list[Paragraphe]]] = []
        self.case: list[Paragraphe] | None = None

    def ouvrir_ligne(self) -> None:
        self.lignes.append([])
        self.case = None

    def ouvrir_case(self) -> None:
        if not self.lignes:
            self.ouvrir_ligne()
        self.case = []
        self.lignes[-1].append(self.case)


class _Encres:
    """Les éléments ouverts qui mettent, ou non, ce qu'ils contiennent en gras."""

    def __init__(self):
        self.pile: list[tuple[str, bool]] = []
        self.ouverts: Counter[str] = Counter()
        self.gras = 0

    def ouvrir(self, tag: str, gras: bool) -> None:
        descendre(len(self.pile))
        self.pile.append((tag, gras))
        self.ouverts[tag] += 1
        self.gras += gras

    def fermer(self, tag: str) -> None:
        """Fermer le dernier élément de ce nom, et ceux qu'il contient et que rien n'a fermés."""
        ferme = "" if self.ouverts[tag] else tag
        while ferme != tag:
            ferme, gras = self.pile.pop()
            self.ouverts[ferme] -= 1
            self.gras -= gras


class _Page(HTMLParser):
    """Réunir le texte d'une page par bloc."""

    def __init__(self):
        super().__init__()
        self.paragraphes: list[Paragraphe] = []
        self.tables: list[_Table] = []
        self.tete: list[str] = []
        self.reste: list[str] = []
        self.encres = _Encres()
        self.muet, self.emboites = "", 0
        self.note, self.divisions = 0, 0
        self.brut = False
        self.jauge = Jauge()
        self.tus: Counter[str] = Counter()
        self.titres: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.jauge.ajouter(elements=len(attrs))
        if self.muet == "head" and tag not in _EN_TETE | {"head"}:
            self.muet = ""
        if self.muet:
            self.emboites += tag == self.muet
            return
        attributs = {nom: valeur or "" for nom, valeur in attrs}
        if tag in _TUS:
            self._taire(tag, _TUS[tag])
        elif tag == "a" and (
            _CLASSE_APPEL.match(attributs.get("class", "")) or _LIEN_APPEL.match(attributs.get("href", ""))
        ):
            self._taire(tag, _APPEL)
        elif tag == "div" and attributs.get("title") in ("header", "footer"):
            self._taire(tag, _MARGE)
        elif tag == "br":
            self._dire("\n")
        elif tag in _VIDES:
            self.tus[_VIDES[tag]] += 1
        elif tag in _ENCRES:
            self.encres.ouvrir(tag, tag in ("b", "strong") or bool(_GRAS.search(attributs.get("style", ""))))
        elif _BLOCS.fullmatch(tag):
            self._ouvrir(tag)
            self._suivre_note(tag, attributs.get("id", ""))

    def handle_endtag(self, tag: str) -> None:
        if self.muet:
            self.emboites -= tag == self.muet
            if not self.emboites:
                self.muet = ""
        elif tag in _ENCRES:
            self.encres.fermer(tag)
        elif _BLOCS.fullmatch(tag):
            self._finir()
            self.brut &= tag != "pre"
            if tag == "div" and self.divisions:
                self._finir_note()
            elif tag == "table" and self.tables:
                self._fermer_table()
            elif tag in ("td", "th", "tr") and self.tables:
                self.tables[-1].case = None

    def handle_data(self, data: str) -> None:
        if self.muet:
            return
        for rang, ligne in enumerate(data.split("\n") if self.brut else (data,)):
            if rang:
                self._finir()
            if ligne:
                self._dire(_BLANCS.sub(" ", ligne))

    def terminer(self) -> None:
        """Finir ce que la page n'a pas fermé."""
        if self.muet:
            raise IllisibleError(f"page tronquée ou abîmée : un élément <{self.muet}> ne se ferme pas", _REFAIRE)
        self._finir()
        while self.tables:
            self._fermer_table()

    def _taire(self, tag: str, quoi: str) -> None:
        self.muet, self.emboites = tag, 1
        if quoi:
            self.tus[quoi] += 1

    def _ouvrir(self, tag: str) -> None:
        self._finir()
        # Browsers let bold leak out of a paragraph whose <b> is not closed; a name in bold is one paragraph's.
        self.encres = _Encres()
        self.brut |= tag == "pre"
        self.jauge.ajouter(contenants=tag in ("table", "tr", "td", "th"))
        if tag == "table":
            descendre(len(self.tables))
            self.tables.append(_Table())
        elif self.tables and tag == "tr":
            self.tables[-1].ouvrir_ligne()
        elif self.tables and tag in ("td", "th"):
            self.tables[-1].ouvrir_case()

    def _suivre_note(self, tag: str, identifiant: str) -> None:
        if tag == "div" and (self.divisions or _NOTE.fullmatch(identifiant)):
            if not self.divisions:
                self.note = len(self.paragraphes)
            self.divisions += 1

    def _finir_note(self) -> None:
        self.divisions -= 1
        if not self.divisions and (note := joindre(self.paragraphes[self.note :])):
            self.paragraphes[self.note :] = [Paragraphe(f"[Note : {note}]")]

    def _dire(self, texte: str) -> None:
        self.jauge.ajouter(signes=len(texte))
        (self.tete if not self.reste and (self.encres.gras or not texte.strip()) else self.reste).append(texte)

    def _finir(self) -> None:
        self.jauge.ajouter(elements=1)
        if not self.tete and not self.reste:
            return
        brouillon = Brouillon()
        brouillon.morceaux = [(_serrer(self.tete), True), (_serrer(self.reste), False)]
        self.tete, self.reste = [], []
        self.jauge.ajouter(contenants=bool(paragraphes := brouillon.composer()))
        self._ici().extend(paragraphes)

    def _ici(self) -> list[Paragraphe]:
        """Rendre où va le paragraphe courant : la case ouverte, le tour d'un tableau, ou la page."""
        if not self.tables:
            return self.paragraphes
        table = self.tables[-1]
        return table.autour if table.case is None else table.case

    def _fermer_table(self) -> None:
        table = self.tables.pop()
        self._ici().extend(table.autour)
        if repliques := lire_repliques(table.lignes):
            self._ici().extend(repliques.paragraphes)
            self.tus["tableau{s} lu{s} comme suite de tours"] += 1
            self.tus["numéro{s} de ligne de tableau laissé{s} de côté"] += repliques.numeros
            self.titres += [repliques.entete] if repliques.entete else []
        else:
            self._ici().extend(p for ligne in table.lignes for case in ligne for p in case)


def _serrer(morceaux: list[str]) -> str:
    return re.sub(r" *\n *", "\n", re.sub(" {2,}", " ", "".join(morceaux)))


def _elaguer(texte: str, tus: Counter[str]) -> str:
    """Ôter ce que html.parser relit sans fin quand c'est mal fermé : commentaires, déclarations, scripts, styles."""
    texte, gardes, place = _INCORPORE.sub("", texte), [], 0
    while ouvrant := _HORS_TEXTE.search(texte, place):
        quoi = (ouvrant["nom"] or ouvrant[0]).lower()
        fermant = _FERMES[quoi].search(texte, ouvrant.end())
        if not fermant:
            message = f"page tronquée ou abîmée : « {ouvrant[0][:20]} » ne se ferme pas"
            raise IllisibleError(message, _REFAIRE)
        if quoi in ("script", "style"):
            tus[f"élément{{s}} <{quoi}> laissé{{s}} de côté"] += 1
        elif quoi == "<!" and not texte.startswith("--[if", ouvrant.end()):
            tus["commentaire{s} laissé{s} de côté"] += 1
        gardes.append(texte[place : ouvrant.start()])
        place = fermant.end()
    return "".join([*gardes, texte[place:]])


def lire_html(texte: str) -> Depouillement:
    r"""Lire les paragraphes d'une page HTML.

    Parameters
    ----------
    texte : str
        La page, décodée.

    Returns
    -------
    Depouillement
        Un paragraphe par bloc, un saut de ligne par ``<br>`` ; chaque ligne d'un tableau « locuteur | parole » est un
        tour. Scripts, styles, menus, commentaires, appels de note et images sont écartés, et dits.

    Raises
    ------
    IllisibleError
        Si la page est tronquée au milieu d'un élément écarté, ou démesurée.

    Examples
    --------
    >>> lire_html("<p><b>Rose&nbsp;:</b> Oui,<br>on trie.</p>").paragraphes
    (Paragraphe(texte='Rose\xa0: Oui,\non trie.', locuteur=None, temps=None, gras=6),)
    """
    if len(texte) > _SIGNES or texte.count("<") > _BALISES:
        raise IllisibleError("page démesurée", "vérifiez d'où elle vient, elle n'a pas été lue")
    page = _Page()
    texte = ramener_numeros(_elaguer(texte, page.tus))
    for debut in range(0, len(texte), _BLOC):
        page.feed(texte[debut : debut + _BLOC])
        if len(page.rawdata) > _BLOC:
            raise IllisibleError("page tronquée ou abîmée : une balise ne se ferme pas", _REFAIRE)
    # What is left is not a tag: closing the parser on it would read it again from each « < ».
    reste, page.rawdata = page.rawdata, ""
    page.handle_data(desechapper(reste))
    page.terminer()
    constats = [f"{n} {quoi.format(s='s' * (n > 1))}" for quoi, n in page.tus.items() if n]
    constats += [f"en-tête de tableau laissé de côté : « {titre} »" for titre in page.titres]
    return Depouillement(tuple(page.paragraphes), tuple(constats))
