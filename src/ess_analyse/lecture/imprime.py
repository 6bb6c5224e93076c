"""Lire les paragraphes d'un PDF, dont les lignes sont coupées et les pages numérotées."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile
from typing import Any, NamedTuple

from ess_analyse.lecture.analyseur import Jauge
from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.etiquettes import lire_etiquette
from ess_analyse.lecture.paragraphes import Depouillement, Paragraphe, propre

__all__ = ["lire_pdf"]

_PAGES = 1000
_BORNES = {
    **dict.fromkeys(
        (
            "array_based_stream_maximum_output_length",
            "lzw_maximum_output_length",
            "run_length_maximum_output_length",
            "stream_decoding_work_maximum_length",
            "zlib_maximum_output_length",
            "zlib_maximum_recovery_input_length",
        ),
        16_000_000,
    ),
    "stream_parsing_work_maximum_count": 300_000,
    "xform_maximum_invocations_per_extraction": 100,
    "page_tree_maximum_entries": 10_000,
    "page_tree_maximum_page_entries": 10_000,
}
"""Ce que pypdf peut décompresser et analyser par flux : dix fois la page de texte la plus dense."""
_COUT = 4
"""Ce que coûte un ordre de dessin, en éléments d'une jauge : une page de texte en a de cent à trois mille."""
_LOIN, _PETIT = 1e6, 0.1
"""Points au-delà desquels rien n'est sur une page, et corps que nul ne lit : une page abîmée dit n'importe quoi."""
_FIN = 4096
"""Octets, à la fin du fichier, où sa marque de fin doit se trouver."""
_ETROITS, _LARGES = frozenset("fijlrtI.,:;!'’|()[] \u00a0\u202f-"), frozenset("mwMWŒœ—…%@")
_FIXES = re.compile("Mono|Courier|Consol|Typewriter", re.IGNORECASE)
_BORD = 0.75
"""Part de la page que le texte occupe au moins : une page de répliques courtes ne montre pas sa marge."""
_SERRE = 0.97
"""Part de la largeur qu'une ligne coupée par la mise en page remplit, à l'erreur d'estimation près."""
_INTERLIGNE = 1.4
"""Écart, en interlignes courants, qui vaut une ligne vide."""
_BORDS = 2
"""Lignes du haut et du bas d'une page qui peuvent être un en-tête ou un pied."""
_DETACHE = 1.8
"""Écart, en corps, qui les détache du texte."""
_PUCE = re.compile(r"[\ue000-\uf8ff•◦▪●○■‣]+\s*")
_LISTE = re.compile(r"(?:[-*–—]|\d{1,2}[.)])\s")
_PAGE = re.compile(r"page\s*\d{1,4}(?:\s*(?:/|sur|de)\s*\d{1,4})?", re.IGNORECASE)
"""Un numéro de page qui se dit tel : une seule page suffit à le reconnaître."""
_FOLIO = re.compile(r"(?:p(?:age|\.)?\s*)?[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:/|sur|de)\s*\d{1,4})?", re.IGNORECASE)
_NUMEROS = re.compile(r"^\d{1,4}\b|\b\d{1,4}(?:\s*(?:/|sur|de)\s*\d{1,4})?$")
"""Le numéro de page qui ouvre ou finit une ligne d'en-tête."""
_COUPE = re.compile(r"([^\W\d_][\w’'-]*)-$")
_MOT_LONG = 60
"""Signes de la fin d'une ligne où chercher un mot coupé."""
_SUITE = re.compile(r"[^\W\d_]+")
_ENCLITIQUES = re.compile("ce|ci|elles?|en|ils?|je|l[aàe]|les|leur|lui|moi|mêmes?|nous|on|t|toi|tu|vous|y")
"""Ce qu'un vrai trait d'union joint le plus souvent au mot qui le précède."""
_REFAIRE = "demandez-le en .docx ou en .odt, ou réenregistrez-le depuis votre lecteur de PDF"


@dataclass
class _Ligne:
    """Une ligne de la page : son texte, où elle commence, sa hauteur, son corps, son gras."""

    texte: str
    gauche: float
    hauteur: float
    corps: float
    fixe: bool
    gras: int
    page: int

    def mesurer(self, texte: str) -> float:
        """Estimer la largeur d'un texte : les fontes se ressemblent assez pour comparer deux lignes d'une page."""
        if self.fixe:
            return 0.6 * self.corps * len(texte)
        return self.corps * sum(
            0.3 if signe in _ETROITS else 0.85 if signe in _LARGES else 0.68 if signe.isupper() else 0.5
            for signe in texte
        )

    @property
    def droite(self) -> float:
        """Où elle finit, à peu près."""
        return self.gauche + self.mesurer(self.texte)


class _Morceau(NamedTuple):
    """Un texte que la page écrit d'un trait."""

    texte: str
    x: float
    y: float
    corps: float
    police: str

    @property
    def gras(self) -> bool:
        return "Bold" in self.police or "Black" in self.police


class _Page:
    """Recevoir les morceaux de texte d'une page et les réunir en lignes."""

    def __init__(self, numero: int, jauge: Jauge):
        self.numero, self.jauge = numero, jauge
        self.morceaux: list[_Morceau] = []
        self.lignes: list[_Ligne] = []
        self.appels = 0

    def compter(self, *_: Any) -> None:
        """Compter un ordre de dessin de plus."""
        self.jauge.ajouter(elements=_COUT)

    def recevoir(self, texte: str, cm: Sequence[float], tm: Sequence[float], police: Any, corps: float) -> None:
        self.jauge.ajouter(signes=len(texte))
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        echelle = abs(tm[3] * cm[3]) or abs(tm[1] * cm[1]) or 1.0
        # In this order, what is not a number is replaced too.
        x, y, corps = (max(-_LOIN, min(_LOIN, mesure)) for mesure in (x, y, abs(corps) * echelle))
        nom = str(police.get("/BaseFont", "")) if police else ""
        for rang, ligne in enumerate(texte.split("\n")):
            if rang:
                self.finir()
            if ligne:
                self.morceaux.append(_Morceau(ligne, x, y, max(_PETIT, corps), nom))

    def finir(self) -> None:
        morceaux, self.morceaux = self.morceaux, []
        dits = [morceau for morceau in morceaux if morceau.texte.strip()]
        if not dits:
            return
        premier, long = dits[0], max(dits, key=lambda morceau: len(morceau.texte))
        # A note's number: small, raised, and not the first thing on its line.
        appels = {m for m in dits[1:] if m.texte.strip().isdigit() and m.corps < 0.8 * long.corps and m.y > premier.y}
        self.appels += len(appels)
        gardes = [morceau for morceau in morceaux if morceau not in appels]
        tete = takewhile(lambda morceau: morceau.gras or not morceau.texte.strip(), gardes)
        gras = len(propre("".join(morceau.texte for morceau in tete)))
        if texte := propre("".join(morceau.texte for morceau in gardes)):
            fixe = bool(_FIXES.search(long.police))
            self.lignes.append(_Ligne(texte, premier.x, premier.y, long.corps, fixe, gras, self.numero))


def lire_pdf(octets: bytes) -> Depouillement:
    """Lire les paragraphes d'un PDF fait de texte.

    Les lignes que la mise en page a coupées sont recollées : un paragraphe finit là où le mot suivant aurait tenu sur
    la ligne, avant un nom de locuteur ou un point de liste, à un écart, à un changement de corps.

    Parameters
    ----------
    octets : bytes
        Le fichier.

    Returns
    -------
    Depouillement
        Les paragraphes ; en-têtes, pieds, numéros de page, appels de note et puces sont écartés, et dits.

    Raises
    ------
    IllisibleError
        PDF protégé, tronqué, abîmé, démesuré, ou sans aucun texte.
    """
    lignes, largeur, constats = _lire_lignes(octets)
    lignes, marges = _oter_marges(lignes)
    paragraphes, recolles = _recoller(lignes, largeur)
    constats += [f"en-tête ou pied de page laissé de côté : « {texte} » ({n} fois)" for texte, n in marges.items()]
    if recolles:
        pluriel = "s" * (recolles > 1)
        constats.append(f"{recolles} mot{pluriel} coupé{pluriel} en fin de ligne recollé{pluriel}")
    return Depouillement(tuple(paragraphes), tuple(constats))


def _lire_lignes(octets: bytes) -> tuple[list[_Ligne], float, list[str]]:
    if b"%PDF-" not in octets[:1024]:
        raise IllisibleError("ce n'est pas un PDF, malgré son nom", _REFAIRE)
    if b"%%EOF" not in octets[-_FIN:]:
        raise IllisibleError("document tronqué ou abîmé", _REFAIRE)
    pages, jauge, largeur = [], Jauge(), 0.0
    with _proteger():
        for numero, page in enumerate(_ouvrir(octets), start=1):
            largeur = max(largeur, float(page.mediabox.width))
            pages.append(lue := _Page(numero, jauge))
            page.extract_text(visitor_text=lue.recevoir, visitor_operand_before=lue.compter)
            lue.finir()
    muettes = [str(page.numero) for page in pages if not page.lignes]
    if len(muettes) == len(pages):
        remede = "faites-le passer par une reconnaissance de caractères (OCR), ou demandez la transcription en .docx"
        raise IllisibleError("aucun texte dans ce PDF : ses pages sont des images", remede)
    constats = []
    if muettes:
        constats.append(f"page{'s' * (len(muettes) > 1)} sans texte (des images ?) : {', '.join(muettes)}")
    if appels := sum(page.appels for page in pages):
        constats.append(f"{appels} appel{'s' * (appels > 1)} de note laissé{'s' * (appels > 1)} de côté")
    return [ligne for page in pages for ligne in page.lignes], largeur, constats


def _ouvrir(octets: bytes) -> Any:
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError

    lecteur = PdfReader(io.BytesIO(octets))
    try:
        # Many readable files are only protected against changes: their reading password is empty.
        ferme = lecteur.is_encrypted and lecteur.decrypt("") == PasswordType.NOT_DECRYPTED
    except (DependencyError, NotImplementedError):
        ferme = True
    if ferme:
        raise IllisibleError("document protégé par un mot de passe", "enregistrez-en une copie sans mot de passe")
    if len(lecteur.pages) > _PAGES:
        raise IllisibleError(f"document démesuré : plus de {_PAGES} pages", "coupez-le en plusieurs fichiers")
    return lecteur.pages


@contextmanager
def _proteger() -> Iterator[None]:
    """Borner pypdf, taire ses remarques, et traduire en refus tout ce qu'un fichier abîmé lui fait lever."""
    from pypdf import apply_configuration
    from pypdf.errors import LimitReachedError

    journal, silence = logging.getLogger("pypdf"), logging.NullHandler()
    propage, journal.propagate = journal.propagate, False
    journal.addHandler(silence)
    try:
        with apply_configuration(**_BORNES):
            yield
    except IllisibleError:
        raise
    except (LimitReachedError, MemoryError):
        raise IllisibleError("document démesuré", "vérifiez d'où il vient, il n'a pas été lu") from None
    except Exception:
        # A damaged file makes the library fail in any of its thousands of lines, with any exception.
        raise IllisibleError("document tronqué ou abîmé", _REFAIRE) from None
    finally:
        journal.removeHandler(silence)
        journal.propagate = propage


def _oter_marges(lignes: Sequence[_Ligne]) -> tuple[list[_Ligne], Counter[str]]:
    """Mettre de côté ce qui revient en haut ou en bas d'au moins la moitié des pages.

    Un texte y revient à la lettre, ou, s'il est détaché du reste, au numéro de page près.
    """
    pages = [list(groupe) for _, groupe in groupby(lignes, key=lambda ligne: ligne.page)]
    places: dict[tuple[str, int], list[_Ligne]] = {}
    for page in pages:
        for ligne, detachee in _lister_bords(page):
            texte = ligne.texte
            if detachee:
                texte = "#" if _FOLIO.fullmatch(texte) else _NUMEROS.sub("#", texte)
            places.setdefault((texte, round(ligne.hauteur / ligne.corps)), []).append(ligne)
    otees, marges = set(), Counter()
    for meme in places.values():
        revient = len(meme) > 1 and 2 * len(meme) >= len(pages)
        if revient or _PAGE.fullmatch(meme[0].texte):
            otees |= set(map(id, meme))
            marges[meme[0].texte] += len(meme)
    return [ligne for ligne in lignes if id(ligne) not in otees], marges


def _lister_bords(page: Sequence[_Ligne]) -> list[tuple[_Ligne, bool]]:
    """Lister les lignes du haut et du bas, et dire si un écart les détache ; un nom de locuteur n'est pas une marge."""
    debout = sorted(page, key=lambda ligne: -ligne.hauteur)
    bords: dict[int, tuple[_Ligne, bool]] = {}
    for sens in (debout, debout[::-1]):
        detachee = False
        for dehors, dedans in reversed(list(pairwise(sens[: _BORDS + 1]))):
            detachee |= abs(dehors.hauteur - dedans.hauteur) > _DETACHE * dedans.corps
            bords[id(dehors)] = dehors, detachee or bords.get(id(dehors), (None, False))[1]
    return [bord for bord in bords.values() if not lire_etiquette(Paragraphe(bord[0].texte))]


def _recoller(lignes: Sequence[_Ligne], largeur: float) -> tuple[list[Paragraphe], int]:
    """Réunir en paragraphes les lignes que la mise en page a coupées."""
    if not lignes:
        return [], 0
    bord = max(sorted(ligne.droite for ligne in lignes)[int(0.95 * (len(lignes) - 1))], _BORD * largeur)
    ecarts = [un.hauteur - deux.hauteur for un, deux in pairwise(lignes) if un.page == deux.page]
    descentes = sorted(ecart for ecart in ecarts if ecart > 0) or [0.0]
    # The smallest gaps are those inside a paragraph, whatever separates paragraphs.
    interligne = descentes[len(descentes) // 5]
    vocabulaire = Counter(mot.casefold() for ligne in lignes for mot in re.findall(r"[\w’'-]+", ligne.texte))
    blocs, recolles = [[lignes[0]]], 0
    for avant, ligne in pairwise(lignes):
        if _coupe(blocs[-1], avant, ligne, bord, interligne):
            blocs.append([ligne])
        else:
            blocs[-1].append(ligne)
    paragraphes = []
    for bloc in blocs:
        morceaux = [bloc[0].texte]
        for ligne in bloc[1:]:
            recolles += _joindre(morceaux, ligne.texte, vocabulaire)
        texte = "".join(morceaux)
        nu = _PUCE.sub("", texte, count=1) if _PUCE.match(texte) else texte
        if nu:
            paragraphes.append(Paragraphe(nu, gras=max(0, bloc[0].gras - len(texte) + len(nu))))
    return paragraphes, recolles


def _coupe(bloc: Sequence[_Ligne], avant: _Ligne, ligne: _Ligne, bord: float, interligne: float) -> bool:
    """Dire si un paragraphe finit entre ces deux lignes."""
    if _PUCE.match(ligne.texte) or _LISTE.match(ligne.texte) or lire_etiquette(Paragraphe(ligne.texte)):
        return True
    if abs(ligne.corps - avant.corps) > 0.05 * avant.corps or (avant.gras == len(avant.texte)) != (
        ligne.gras == len(ligne.texte)
    ):
        return True
    if ligne.page == avant.page and not 0 <= avant.hauteur - ligne.hauteur <= _INTERLIGNE * interligne:
        return True
    if len(bloc) > 1 and ligne.gauche > avant.gauche + ligne.corps:
        return True
    mot = ligne.texte.split(maxsplit=1)[0]
    return avant.droite + avant.mesurer(f" {mot}") < _SERRE * bord


def _joindre(morceaux: list[str], suite: str, vocabulaire: Counter[str]) -> bool:
    """Joindre à un paragraphe sa ligne suivante ; un trait d'union qui n'est là que pour la coupure disparaît."""
    coupe, reste = _COUPE.search(morceaux[-1][-_MOT_LONG:]), _SUITE.match(suite)
    if not coupe or not reste or not reste[0].islower():
        morceaux += [" ", suite]
        return False
    entier, compose = f"{coupe[1]}{reste[0]}".casefold(), f"{coupe[1]}-{reste[0]}".casefold()
    vrai = vocabulaire[compose] > vocabulaire[entier] or "-" in coupe[1] or _ENCLITIQUES.fullmatch(reste[0])
    if not vrai or vocabulaire[entier]:
        morceaux[-1] = morceaux[-1][:-1]
    morceaux.append(suite)
    return not vrai or bool(vocabulaire[entier])
