"""Retrouver des noms dans un texte : toutes leurs écritures, et rien d'autre."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Container, Iterable
from string import ascii_letters, ascii_uppercase

import pandas as pd

from ess_analyse.pseudonymes.ambigus import NOMS_COURANTS, PRENOMS_COURANTS
from ess_analyse.pseudonymes.numeros import lire_numero, motif_numero

__all__ = ["aplatir", "forme", "inverser", "motif_cle", "motif_noms"]

_Ecriture = Callable[[str], str]

ARTICLE = re.compile(r"^(?:(?:le|la|les) |l['’])", re.IGNORECASE)
JOINTURE = re.compile(r"[\s‐‑-]+")
_MOTS_DE_LIAISON = "à au aux d de des du en et l la le les sous sur un une"
_LIAISONS = frozenset(_MOTS_DE_LIAISON.split())
_LETTRES_MIN = 3
"""En deçà, une forme sans capitales (« ar », « lo ») est trop souvent autre chose qu'un nom."""

_TITRES = ("chez", "docteur", "dr", r"m\.", "mademoiselle", "madame", "mlle", "mme", "monsieur", "mr", "tata", "tonton")
_DEVANT = ("à", "avec", "appelle", "appelait")
_OUVERTURES = ("alors", "bah", "ben", "comme", "donc", "là", "mais", "puis", "quand", "que")
_SUITE = r"(?=,?\s(?i:elle|il|a\sdit|m['’]a|m['’]avait|me\sdit|nous\sa|t['’]a|vous\sa)(?![^\W_]))"

_SAINT = re.compile(r"(?<![^\W_])st(e?s?)\.?(?= )")
_SAINT_ENTIER = re.compile(r"(?:saint|st)(e?s?)", re.IGNORECASE)


def motif_noms(noms: Iterable[str], *, souple: bool = False, courants: Container[str] | None = None) -> re.Pattern[str]:
    """Composer le motif qui retrouve des noms, le plus long d'abord, entre limites de mots.

    Parameters
    ----------
    noms : iterable of str
        Les noms ; un article initial (« La Remise ») se retrouve aussi contracté (« du », « au », « des », « aux »).
    souple : bool
        Retrouver aussi un nom de personne écrit sans capitales ni accents (« sandrine », « elodie »). Un nom qui est
        aussi un mot (« rose », « claire ») ne l'est alors que dans un contexte de personne : « madame rose », « avec
        claire », « ben rose elle m'a dit ». Un nom de lieu ou d'organisation (« La Remise », « Coup de Main »), que
        rien ne distingue sans ses capitales d'un groupe de mots, les garde ; ses accents deviennent indifférents.
    courants : container of str, optional
        Un lexique du français, en minuscules : avec lui, un nom de lieu ou d'organisation est retrouvé lui aussi sans
        capitales, sauf si tous ses mots sont des mots du lexique. Il ne change rien aux noms de personne, qu'un
        lexique contient souvent (« marc », « jean », « martine »).

    Returns
    -------
    re.Pattern
        Groupe ``nom``, ou groupes ``article`` et ``nu`` pour un nom à article. Apostrophes droites ou courbes, traits
        d'union et espaces insécables se valent, « Saint » et « St » aussi, et les séparateurs d'un numéro ; le nom
        d'une personne vient avant ou après son prénom. Sans ``souple``, la casse est celle de la clé, ou tout en
        capitales.

    Notes
    -----
    La nature d'un nom se devine à sa forme : plusieurs mots à capitale sans article ni mot de liaison sont une
    personne. Quand elle est connue, ``motif_cle`` décide mieux.

    Examples
    --------
    >>> [m["nom"] for m in motif_noms(["Rose", "Marie-Rose"]).finditer("Marie-Rose et ROSE, en rose, Rosette.")]
    ['Marie-Rose', 'ROSE']
    >>> dit = "ben j'ai dit à sandrine que la rose de madame rose est rose"
    >>> [m.span("nom") for m in motif_noms(["Sandrine", "Rose"], souple=True).finditer(dit)]
    [(15, 23), (46, 50)]
    """
    noms = list(noms)
    directs = [(nom, _choisir_ecriture(nom, "", courants) if souple else _exact) for nom in noms]
    return _composer([*directs, *((inverser(nom), _inverse if souple else _exact) for nom in noms)])


def motif_cle(cle: pd.DataFrame, *, courants: Container[str] | None = None, etiquette: bool = False) -> re.Pattern[str]:
    """Composer le motif de tout ce que ``remplacer`` remplace : la forme souple, selon la nature de chaque nom.

    Parameters
    ----------
    cle : DataFrame
        Colonne ``reel``, et ``nature`` si elle est connue.
    courants : container of str, optional
        Un lexique du français, comme pour ``motif_noms``.
    etiquette : bool
        Le texte est l'étiquette d'un locuteur ou un nom de fichier : « rose » y nomme une personne.

    Returns
    -------
    re.Pattern
        Les mêmes groupes que ``motif_noms``.

    Examples
    --------
    >>> cle = pd.DataFrame({"reel": ["Morvelle", "Le Relais"], "nature": ["lieu", "organisation"]})
    >>> [m[0] for m in motif_cle(cle).finditer("à morvelle, au Relais, un relais")]
    ['morvelle', 'au Relais']
    """
    natures = cle["nature"] if "nature" in cle else [""] * len(cle)
    noms = list(zip(cle["reel"], natures, strict=True))
    directs = [
        (nom, _libre if etiquette and _assez_long(nom) else _choisir_ecriture(nom, nature, courants))
        for nom, nature in noms
    ]
    return _composer([*directs, *((inverser(*nom), _libre if etiquette else _inverse) for nom in noms)])


def aplatir(texte: str) -> str:
    """Ôter d'un nom sa casse, ses accents, et ce qui distingue ses apostrophes, ses jointures et ses abréviations.

    Examples
    --------
    >>> aplatir("MARIE‑ÈVE N’Diaye"), aplatir("St-Étienne"), aplatir("+33 6.12.34.56.78")
    ("marie eve n'diaye", 'saint etienne', '0612345678')
    """
    if numero := lire_numero(texte):
        return numero.casefold()
    texte = _sans_accent(texte).casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return _SAINT.sub(r"saint\1", JOINTURE.sub(" ", _sans_accent(texte)))


def forme(nom: str) -> tuple[bool, str]:
    """Dire si un nom a un article, et comment il s'écrit sans lui, apostrophes et jointures confondues.

    Examples
    --------
    >>> forme("La  Roue-Libre"), forme("l’Envol"), forme("Rose")
    ((True, 'Roue Libre'), (True, 'Envol'), (False, 'Rose'))
    """
    nom = _joindre(nom)
    return bool(ARTICLE.match(nom)), JOINTURE.sub(" ", ARTICLE.sub("", nom).replace("’", "'"))


def inverser(nom: str, nature: str = "") -> str:
    """Écrire le nom d'une personne avant son prénom, ou après.

    Parameters
    ----------
    nom : str
        Un nom de la clé.
    nature : str
        Sa nature ; vide, elle se devine à sa forme.

    Returns
    -------
    str
        L'autre ordre ; vide si ce n'est pas le nom d'une personne, en plusieurs mots.

    Examples
    --------
    >>> inverser("Martine Dupuis"), inverser("Jean Le Gall"), inverser("Jean-Luc"), inverser("Coup de Main")
    ('Dupuis Martine', 'Le Gall Jean', '', '')
    """
    premier, _, reste = _joindre(nom).partition(" ")
    est_personne = not ARTICLE.match(_joindre(nom)) and _est_personne(nom, nature)
    return f"{reste} {premier}" if reste and est_personne and premier.lower() not in _LIAISONS else ""


def _composer(noms: Iterable[tuple[str, _Ecriture]]) -> re.Pattern[str]:
    choix: dict[str, _Ecriture] = {}
    for nom, ecriture in noms:
        if nom.strip():
            choix.setdefault(_joindre(nom), ecriture)
    noms = sorted(choix, key=lambda nom: (-len(nom), nom))
    pleins = _alterner((nom, choix[nom]) for nom in noms if not ARTICLE.match(nom))
    nus = _alterner((ARTICLE.sub("", nom), choix[nom]) for nom in noms if ARTICLE.match(nom))
    article = r"(?P<article>(?i:le|la|les|du|au|des|aux)\s{1,2}|(?i:l)['’])"
    # An underscore is no letter: « _Rose_ » in Markdown and « E11_Rose.odt » name her too.
    return re.compile(rf"(?<![^\W_])(?:{article}(?P<nu>{nus})|(?P<nom>{pleins}))(?![^\W_]|[\u0300-\u036f])")


def _alterner(noms: Iterable[tuple[str, _Ecriture]]) -> str:
    """Réunir des noms par initiale : à chaque mot, seuls ceux de la sienne sont essayés."""
    liees = "".join(_LIEES.values())
    groupes: dict[str, list[str]] = {}
    for nom, ecriture in noms:
        initiale = aplatir(nom)[:1]
        groupes.setdefault(initiale if initiale in _variantes() else "", []).append(ecriture(nom))
    return (
        "|".join(
            f"(?=[{_variantes()[initiale]}{liees}])(?:{'|'.join(motifs)})" if initiale else "|".join(motifs)
            for initiale, motifs in groupes.items()
        )
        or "(?!)"
    )


def _est_personne(nom: str, nature: str) -> bool:
    """Deviner à la forme d'un nom dont on ne sait pas la nature si c'est celui d'une personne."""
    return nature == "personne" or (
        not nature
        and not ARTICLE.match(_joindre(nom))
        and nom.upper() != nom
        and all(mot[0].isupper() for mot in re.findall(r"[^\W_]+", nom))
    )


def _choisir_ecriture(nom: str, nature: str, courants: Container[str] | None) -> _Ecriture:
    if not _assez_long(nom):
        return _exact
    mots = re.findall(r"[^\W_]+", nom)
    pleins = [mot for mot in mots if mot.lower() not in _LIAISONS]
    a_article = bool(ARTICLE.match(_joindre(nom)))
    personne = _est_personne(nom, nature)
    if nature == "coordonnées" or (personne and len(pleins) > 1):
        return _libre
    if personne:
        mot = aplatir(pleins[0])
        if mot in PRENOMS_COURANTS:
            return _en_contexte if not a_article else _exact
        return _avec_titre if mot in NOMS_COURANTS else _libre
    if courants is None:
        # Most towns are no common word; most names of organisations are made of some.
        connus = PRENOMS_COURANTS | NOMS_COURANTS
        return _libre if nature == "lieu" and len(mots) == 1 and aplatir(mots[0]) not in connus else _a_capitales
    return _a_capitales if all(mot.lower() in courants or aplatir(mot) in courants for mot in pleins) else _libre


def _assez_long(nom: str) -> bool:
    return sum(map(str.isalnum, nom)) >= _LETTRES_MIN


def _exact(nom: str) -> str:
    if numero := lire_numero(nom):
        return motif_numero(numero)
    formes = (nom, nom[:1].upper() + nom[1:], nom.upper())
    return "|".join("".join(map(_signe_exact, _SIGNES.findall(ecrit))) for ecrit in dict.fromkeys(formes))


def _inverse(nom: str) -> str:
    # « Petit Rose », « Fontaine Claire »: two common words in this order are more often no name.
    mots = {aplatir(mot) for mot in re.findall(r"[^\W_]+", nom)}
    return _libre(nom) if mots.isdisjoint(PRENOMS_COURANTS | NOMS_COURANTS) else _a_capitales(nom)


def _libre(nom: str) -> str:
    return f"{''.join(_signe_libre(signe) for signe in _SIGNES.findall(nom))}|{_exact(nom)}"


def _a_capitales(nom: str) -> str:
    signes = _SIGNES.findall(nom)
    souple = "".join(_signe_libre(signe, capitale=signe[0].isupper()) for signe in signes)
    return f"{souple}|{_exact(nom)}"


def _avec_titre(nom: str) -> str:
    devant = "|".join(rf"(?<=\b{titre}\s)" for titre in _TITRES)
    return f"{_exact(nom)}|{_exact(_sans_accent(nom))}|(?i:{devant})(?:{_libre(nom)})"


def _en_contexte(nom: str) -> str:
    devant = "|".join(rf"(?<=\b{mot}\s)" for mot in _DEVANT)
    ouverture = "|".join([r"\A", r"(?<=\n)", r"(?<=[,;:!?…«—–-]\s)", *(rf"(?<=\b{mot}\s)" for mot in _OUVERTURES)])
    return f"{_avec_titre(nom)}|(?i:{devant})(?:{_libre(nom)})|(?i:{ouverture})(?:{_libre(nom)}){_SUITE}"


_SIGNES = re.compile(r"(?<![^\W_])(?i:saint|st)(?i:e?s?)(?=[\s‐‑-])|(?i:œ|oe|æ|ae|ß|ss)|[\s‐‑-]|.", re.DOTALL)
_ACCENTUEES = (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00))
"""Latin-1, latin étendu A et B, latin étendu additionnel : le français, et les prénoms d'ailleurs."""
_LIEES = {"oe": "œŒ", "ae": "æÆ", "ss": "ßẞ"}
_LIGATURES = {ecrit: lettres for lettres, liees in _LIEES.items() for ecrit in (lettres, liees[0])}
_BARREES = str.maketrans("ĐđĦħıŁłØøŦŧ", "DdHhiLlOoTt")
"""Les lettres qu'Unicode ne décompose pas, et qu'un clavier français écrit sans leur barre : Łukasz, Yıldız, Øyvind."""


def _signe_exact(signe: str) -> str:
    if signe in "'’":
        return "['’]"
    if JOINTURE.match(signe):
        return r"[\s‐‑-]{1,4}"
    if saint := _SAINT_ENTIER.fullmatch(signe):
        ecrits = [f"{debut}{saint[1].lower()}" for debut in ("saint", "st")]
        if signe[0].isupper():
            ecrits = [ecrit.upper() if signe.isupper() else ecrit.capitalize() for ecrit in ecrits]
        return rf"(?:{ecrits[0]}|{ecrits[1]}\.?)"
    # Capitals are often typed without their accent: « Elodie », « HELENE ».
    return f"[{signe}{_sans_accent(signe)}]" if signe.isupper() and not signe.isascii() else re.escape(signe)


def _signe_libre(signe: str, *, capitale: bool = False) -> str:
    if lettres := _LIGATURES.get(signe.lower()):
        petite, grande = _LIEES[lettres]
        premiere = _variantes()[lettres[0].upper() if capitale else lettres[0]]
        return f"(?:[{grande}{'' if capitale else petite}]|[{premiere}][{_variantes()[lettres[1]]}])"
    if saint := _SAINT_ENTIER.fullmatch(signe):
        return rf"{'S' if capitale else '[Ss]'}(?i:aint{saint[1]}|t{saint[1]}\.?)"
    base = _sans_accent(signe)
    if variantes := _variantes().get(base if capitale else base.lower()):
        return f"[{variantes}]"
    casses = [casse for casse in {signe.lower(), signe.upper()} - {signe} if aplatir(casse) == aplatir(signe)]
    return (
        _signe_exact(signe) if capitale or not casses else f"(?:{'|'.join(map(re.escape, [signe, *sorted(casses)]))})"
    )


@functools.cache
def _variantes() -> dict[str, str]:
    """Associer à chaque lettre toutes ses écritures accentuées ; à une minuscule, ses capitales aussi."""
    variantes = dict.fromkeys(ascii_letters, "")
    for signe in [*ascii_letters, *map(chr, _ACCENTUEES)]:
        if (base := _sans_accent(signe)) in variantes:
            variantes[base] += signe
    return variantes | {lettre.lower(): variantes[lettre.lower()] + variantes[lettre] for lettre in ascii_uppercase}


def _sans_accent(texte: str) -> str:
    nus = "".join(signe for signe in unicodedata.normalize("NFD", texte) if not unicodedata.combining(signe))
    return nus.translate(_BARREES)


def _joindre(nom: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", nom).strip())
