"""Lire un texte sous toutes ses formes : échappé, balisé, codé en base64."""

from __future__ import annotations

import base64
import binascii
import functools
import html
import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePath

from ess_analyse.fichiers import decoder
from ess_analyse.publication.octets.extraits import Extrait, Piece

__all__ = ["debaliser", "decoder_texte", "defaire", "lire_brut", "lire_texte_balise"]

_CODES = frozenset({".js", ".mjs", ".cjs", ".css", ".map"})
_ENCODAGES = ("utf-8", "cp1252", "utf-16-le", "utf-16-be")
_TOURS = 4
"""Échappements emboîtés défaits : du HTML rangé dans du JSON rangé dans une adresse en fait trois."""

_CONTROLE = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_INVISIBLES = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_CONDITIONNEL = re.compile("\u00ad(?=[^\\S\n]*\n)")
"""Un trait d'union conditionnel en bout de ligne : là, il se voit."""
_SAUT_ECHAPPE = re.compile(r"&(?:#0*1[03]|#[xX]0*[aAdD]|NewLine)(?:;|\b)")
_BLANC_ECHAPPE = re.compile(r"\\[nrtbfv]")
_ECHAPPEMENT = re.compile(
    r"\\u\{([0-9a-fA-F]{1,6})\}|\\U([0-9a-fA-F]{8})"
    r"|((?:[\\%]u[0-9a-fA-F]{4})+)"
    r"|((?:\\x[0-9a-fA-F]{2})+|(?:%[0-9a-fA-F]{2})+|(?:\\'[0-9a-fA-F]{2})+)"
)
_CSS = re.compile(r"\\([0-9a-fA-F]{1,6})[ \t\n]?")

_DANS_LA_LIGNE = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|g|i|ins|kbd|mark|nobr|q|r|rPr|rFonts|s|samp|small|span|strike|"
    "strong|sub|sup|t|textPath|tspan|tt|u|var|wbr"
)
_BALISE_DE_LIGNE = re.compile(rf"</?(?:\w+:)?(?:{_DANS_LA_LIGNE})(?![\w:-])[^<>]*>")
_BALISE = re.compile(r"<[^<>]*>")
_SAUTS = re.compile(r"[^\n]+")
_MARQUE = re.compile(r"(?<=[^\W_])(?:[*`~^]+|__)(?=[^\W_])")
_PROGRAMME = re.compile(r"<(script|style)(?=[\s>])[^<>]*>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)

_BASE64 = re.compile(
    r"(?P<donnee>data:[^,\s\"'<>]{0,200};base64,)?"
    r"(?<![A-Za-z0-9+/_-])(?P<code>(?:[A-Za-z0-9+/_-]{60,}\s{1,3})*[A-Za-z0-9+/_-]{4,}={0,2})(?![A-Za-z0-9+/_=-])"
)
_COURT = 8
"""Signes : en deçà, rien de ce que cache une suite de base64 ne nomme quelqu'un."""
_LONG = 64
"""Signes : à partir de là, une suite de base64 qui se décode n'est pas un mot du texte, on l'en retire."""
_ENTETES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"SQLite format 3\0", b"RIFF")


def decoder_texte(octets: bytes) -> str | None:
    r"""Décoder des octets si c'est du texte.

    Parameters
    ----------
    octets : bytes
        Un fichier ou une pièce.

    Returns
    -------
    str or None
        Le texte, ou ``None`` si ces octets n'en sont pas.

    Examples
    --------
    >>> decoder_texte("été".encode("cp1252")), decoder_texte(b"\x00\x01")
    ('été', None)
    """
    try:
        texte, encodage = decoder(octets)
    except UnicodeDecodeError:
        return None
    # Almost any byte is a letter in cp1252, and any two in utf-16: a binary file would pass for text.
    return None if "\0" in texte or (encodage != "utf-8" and _CONTROLE.search(texte)) else texte


def defaire(texte: str, *, css: bool = False) -> str:
    r"""Défaire les échappements d'un texte : JSON, JavaScript, HTML, adresses, RTF, et au besoin CSS.

    Parameters
    ----------
    texte : str
        Le texte tel qu'il est écrit ; les échappements emboîtés sont défaits tour après tour.
    css : bool
        Vrai pour une feuille de style, où ``\e9`` est un caractère.

    Returns
    -------
    str
        En NFKC (« ﬁ » devient « fi », l'insécable une espace), sans signe invisible ; autant de lignes qu'avant.

    Examples
    --------
    >>> defaire(r"d\u2019&Eacute;lo&shy;die, %C3%89lodie, \xc9lodie")
    'd’Élodie, Élodie, Élodie'
    """
    for _ in range(_TOURS):
        avant = texte
        if "\\" in texte or "%" in texte:
            if css:
                texte = _CSS.sub(lambda trouve: _signe(int(trouve[1], 16)) + "\n" * trouve[0].count("\n"), texte)
            # An escaped line break must not leave its letter stuck to the name that follows it.
            texte = _ECHAPPEMENT.sub(_caracteres, _BLANC_ECHAPPE.sub(" ", texte.replace("\\/", "/")))
        if "&" in texte:
            texte = html.unescape(_SAUT_ECHAPPE.sub(" ", texte))
        if texte == avant:
            break
    texte = _CONDITIONNEL.sub("-", texte) if "\u00ad" in texte else texte
    return unicodedata.normalize("NFKC", _INVISIBLES.sub("", texte))


def _caracteres(trouve: re.Match) -> str:
    if point := trouve[1] or trouve[2]:
        return _signe(int(point, 16))
    if trouve[3]:
        unites = bytes.fromhex(re.sub(r"[\\%]u", "", trouve[3]))
        return "".join(_visible(signe) for signe in unites.decode("utf-16-be", errors="replace"))
    octets = bytes.fromhex(re.sub(r"\\x|%|\\'", "", trouve[4]))
    try:
        return "".join(map(_visible, octets.decode("utf-8")))
    except UnicodeDecodeError:
        return "".join(map(_visible, octets.decode("cp1252", errors="replace")))


def _signe(point: int) -> str:
    return _visible(chr(point)) if point <= 0x10FFFF else "\ufffd"


def _visible(signe: str) -> str:
    # A decoded line break would shift the line numbers of all that follows.
    return " " if signe < " " else signe


def debaliser(texte: str, *, tout: bool) -> str:
    """Ôter les balises d'un texte ; celles qui séparent laissent une espace, sauf si ``tout`` est vrai.

    Parameters
    ----------
    texte : str
        HTML, SVG ou XML.
    tout : bool
        Vrai pour recoller ce que n'importe quelle balise coupe ; faux pour ne recoller qu'à l'intérieur d'une ligne.

    Returns
    -------
    str
        Autant de lignes qu'avant.

    Examples
    --------
    >>> debaliser("<td>Élo<b>die</b></td><td>Ana</td>", tout=False)
    ' Élodie  Ana '
    """
    texte = _BALISE_DE_LIGNE.sub(_sauts, texte)
    texte = _BALISE.sub(_sauts if tout else lambda balise: _sauts(balise) or " ", texte)
    # A mark may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", texte)


def _sauts(balise: re.Match) -> str:
    return _SAUTS.sub("", balise[0]) if "\n" in balise[0] else ""


def _formes(texte: str, nature: str, ligne: int, *, css: bool = False) -> Iterator[Extrait | Piece]:
    """Rendre un texte tel quel, échappements défaits, puis balises ôtées de deux façons, et ce qu'il renferme."""
    brut, integres = _extraire(texte, ligne)
    defait, caches = _extraire(defaire(brut, css=css), ligne)
    # Marks may also stand inside what was escaped: what they leave is undone once more.
    nu, restes = _extraire(defaire(debaliser(defait, tout=True)), ligne)
    yield from (*integres, *caches, *restes)
    vues = [brut, defait, nu, _MARQUE.sub("", nu)]
    if "<" in defait:
        vues.append(debaliser(defait, tout=False))
    for vue in dict.fromkeys(vues):
        yield Extrait(vue, ligne=ligne, nature=nature)


def _extraire(texte: str, ligne: int) -> tuple[str, list[Piece]]:
    """Retirer d'un texte ce qui y est codé en base64, et le rendre décodé."""
    pieces, gardes, fin = [], [], 0
    for trouve in _BASE64.finditer(texte):
        code = trouve["code"]
        if trouve["donnee"]:
            octets = _decoder_base64(code)
        elif len(code) < _COURT:
            continue
        else:
            octets = _decoder_mot(code) if len(code) < _LONG else _decoder_lisible(code)
        if octets is None:
            continue
        ou = f", ligne {ligne + texte.count(chr(10), 0, trouve.start())}" if ligne else ""
        pieces.append(Piece(octets, f"donnée codée en base64{ou}"))
        if trouve["donnee"] or len(code) >= _LONG:
            gardes += [texte[fin : trouve.start()], " ", "\n" * code.count("\n")]
            fin = trouve.end()
    return "".join(gardes) + texte[fin:], pieces


def _decoder_base64(code: str) -> bytes | None:
    code = "".join(code.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(code + "=" * (-len(code) % 4))
    except binascii.Error:
        return None


def _decoder_lisible(code: str) -> bytes | None:
    octets = _decoder_base64(code)
    return octets if octets is not None and _est_lisible(octets) else None


# Any long word might be base64, and a site says the same words over and over.
_decoder_mot = functools.lru_cache(maxsize=1 << 16)(_decoder_lisible)


def _est_lisible(octets: bytes) -> bool:
    if octets.startswith(_ENTETES):
        return True
    try:
        return bool(octets) and "".join(octets.decode("utf-8").split()).isprintable()
    except UnicodeDecodeError:
        return False


def lire_texte_balise(texte: str, nom: str = "", ligne: int = 1) -> Iterator[Extrait | Piece]:
    """Lire un texte, balisé ou non : page, table, programme, feuille de style, dessin, Markdown.

    Parameters
    ----------
    texte : str
        Le texte décodé.
    nom : str
        Son nom de fichier, dont l'extension dit si c'est du code.
    ligne : int
        Le numéro de sa première ligne, 0 s'il n'en a pas.

    Yields
    ------
    Extrait or Piece
        Le texte sous chacune de ses formes ; les scripts et les styles à part, comme du code.
    """
    suffixe = PurePath(nom).suffix.lower()
    if suffixe in _CODES:
        yield from _formes(texte, "code", ligne, css=suffixe == ".css")
        return
    reste = []
    fin = 0
    for trouve in _PROGRAMME.finditer(texte):
        reste += [texte[fin : trouve.start(2)], "\n" * trouve[2].count("\n")]
        fin = trouve.end(2)
        debut = ligne + texte.count("\n", 0, trouve.start(2)) if ligne else 0
        yield from _formes(trouve[2], "code", debut, css=trouve[1].lower() == "style")
    yield from _formes("".join(reste) + texte[fin:], "texte", ligne)


def lire_brut(octets: bytes) -> Iterator[Extrait]:
    """Lire des octets quelconques dans chacun des encodages où un nom pourrait s'y trouver.

    Parameters
    ----------
    octets : bytes
        Un fichier dont on ne connaît pas le format, ou que l'on relit en dernier recours.

    Yields
    ------
    Extrait
        De nature « binaire », en secours.
    """
    for encodage in _ENCODAGES:
        yield Extrait(octets.decode(encodage, errors="replace"), nature="binaire", secours=True)
