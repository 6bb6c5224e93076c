"""Repérer par leur forme les numéros, adresses, dates et âges qui désignent une personne ou une structure."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import NamedTuple

from ess_analyse.modele import MOTIF_PLACE
from ess_analyse.pseudonymes.nombres import NOMBRE, lire_nombre

__all__ = ["Identifiant", "reperer_identifiants"]

_VOIE = (
    r"(?:rue|avenue|av\.|boulevard|bd|bld|place|impasse|allées?|chemin|route|quai|square|cours|passage|résidence|"
    r"lotissement|cité|hameau|villa|sentier|esplanade|faubourg|ruelle|venelle|rond-point|lieu-dit|lieudit|montée|côte)"
)
_PARTICULE = r"(?:(?:de|du|des|la|le|les|à|au|aux|et|en|sur)\s|[dl]['’])"
_MOT = r"[^\W\d_][^\W\d_'’-]{0,30}(?:['’-][^\W\d_]{1,30}){0,4}"
_CAPITALE = r"[A-ZÀ-Þ][^\W\d_]{0,30}(?:['’-][^\W\d_]{1,30}){0,5}"
_VILLE = rf"{_CAPITALE}(?:[\s-]{_CAPITALE}){{0,3}}"
_NOMBRE_DIT = rf"(?:\d{{1,3}}|{NOMBRE})"
_MOIS = r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
_ANNEE = rf"(?:(?:19|20)\d{{2}}|mille\sneuf\scents?(?:\s{NOMBRE})?|deux\smille(?:\s{NOMBRE})?|{NOMBRE}|\d{{2}})"
_DATE = (
    rf"(?:(?:\d{{1,2}}(?:er)?|premier|{NOMBRE})\s{_MOIS}(?:\s{_ANNEE})?(?![^\W_])"
    r"|\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:\d{4}|\d{2})(?!\d))"
)
_PERSONNE = (
    r"(?:homme|femme|fille|garçon|fils|gars|dame|monsieur|gamine?|jeune|mère|père|frère|sœur|mari|compagn(?:e|on)|bébé|"
    r"copine?|salariée?|collègue|encadrante?|stagiaire|grande?|petite?|aînée?|derni(?:er|ère)|cadette?|enfant|ado)"
)
_TEXTE_CHOSES = """
y ça cela asso association boîte entreprise structure chantier atelier maison garage camion voiture machine ordinateur
ordi logiciel contrat projet bâtiment immeuble restaurant ressourcerie site convention loi
"""
_CHOSES = _TEXTE_CHOSES.split()
"""Ce qui « a dix ans » sans être quelqu'un ; « il y a dix ans » est une durée."""


class Identifiant(NamedTuple):
    """Ce qui, par sa forme, désigne quelqu'un.

    Attributes
    ----------
    sorte : str
        ``téléphone``, ``courriel``, ``adresse``, ``code postal``, ``siret``, ``siren``, ``sécurité sociale``, ``iban``,
        ``adresse web``, ``pseudo``, ``date de naissance``, ``âge``, ``immatriculation``.
    debut, fin : int
        Sa place, en points de code.
    sur : bool
        Faux quand la forme est bonne mais que la clé de contrôle ne l'est pas, ou que rien autour ne le confirme.
    """

    sorte: str
    debut: int
    fin: int
    sur: bool


@functools.cache
def _motifs() -> tuple[tuple[str, re.Pattern, Callable[[re.Match], bool | None]], ...]:
    """Rendre, du plus au moins précis, chaque sorte, son motif et ce qui dit si une forme trouvée est sûre.

    Every repetition is bounded and starts at a word boundary: no backtracking can grow with the text.
    """
    paire = rf"(?:\d{{2}}|z[ée]ro[\s-]{_chiffre()}|{NOMBRE})"
    point = r"(?:\spoint\s|\.)"
    bout = r"(?:\s(?:tiret|underscore|tiret\sdu\s(?:bas|huit|six)|point)\s|[._-])[\w-]{1,30}"
    domaine = r"(?:fr|com|org|net|eu|bzh|asso|coop|info|io|gouv)"
    sujet = rf"(?:j['’]|(?:elle|il|tu|on|nous|vous|ils|elles|{_PERSONNE})\s)"
    avoir = r"(?:ai|as|a|avons|avez|ont|avais|avait|avaient|aurai|aura|va\savoir|vais\savoir|ai\seu|a\seu)"
    personne = "".join(rf"(?<!\b{chose}\s)" for chose in _CHOSES)
    ans = (
        rf"{_NOMBRE_DIT}\sans(?![^\W_])(?!\s(?:d['’]|de\s|que\s|après\s|plus\stard|avant\s|à\sla\s|dans\s|chez\s|ici))"
    )
    motifs = (
        (
            "courriel",
            rf"(?<![\w.+-])[\w.+-]{{1,64}}(?:{bout}){{0,4}}(?:@|\s(?:arr?obase|at)\s)[\w-]{{1,63}}(?:{bout}){{0,3}}{point}"
            rf"{domaine}",
            _oui,
        ),
        ("courriel", r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.[^\W\d_]{2,24}(?!\w)", _oui),
        ("adresse web", r"(?<!\w)(?:https?://|www\.)[^\s<>«»\"]{1,2000}[^\s<>«»\".,;:!?)…]", _oui),
        (
            "adresse web",
            rf"(?<![\w.@-])(?:www\spoint\s)?[\w-]{{1,63}}(?:{point}[\w-]{{1,63}}){{0,2}}{point}{domaine}",
            _oui,
        ),
        # « [@E02:10-35] » cites the place of an evidence.
        ("pseudo", rf"(?<![\w@.])@(?!{MOTIF_PLACE.pattern})[\w.]{{1,29}}\w|(?<!\w)arr?obase\s[\w.]{{1,29}}\w", _oui),
        ("iban", r"(?<!\w)[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){3,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?", _cle_iban),
        (
            "sécurité sociale",
            r"(?<!\d)[1278][\s.]?\d{2}[\s.]?(?:0[1-9]|1[0-2]|[2-9]\d)[\s.]?(?:\d{2}|2[ABab])[\s.]?\d{3}[\s.]?\d{3}"
            r"(?:[\s.]?\d{2})?",
            _cle_nir,
        ),
        ("siret", r"(?<!\d)\d{3}[\s.]?\d{3}[\s.]?\d{3}[\s.]?\d{5}", _luhn),
        (
            "téléphone",
            r"(?<![\w+])(?:(?:\+|00)33[\s.]?(?:\(0\)[\s.]?)?[1-9]|0[1-9])(?:[\s./-]{0,2}\d{2}){4}"
            r"|(?<![\w+])\+\d{1,3}(?:[\s.-]?\d{2,4}){3,4}",
            _oui,
        ),
        ("téléphone", rf"(?<![^\W_])z[ée]ro[\s-]{_chiffre()}(?:[\s,.-]{{1,3}}{paire}){{4,8}}", _oui),
        ("siren", r"(?<!\d)\d{3}[\s.]?\d{3}[\s.]?\d{3}", _luhn),
        ("immatriculation", r"(?<!\w)[A-Z]{2}[\s-]\d{3}[\s-][A-Z]{2}|(?<!\w)\d{2,4}[\s-][A-Z]{2,3}[\s-]\d{2}", _oui),
        (
            "date de naissance",
            rf"(?<!\w)(?:(?:né|née|nés|nées|naissance|anniversaire|naître)(?:[\s,:]{{1,3}}(?:c['’]est|est|était|c['’]était))?"
            rf"[\s,:]{{1,3}}(?:(?:le|du)\s)?{_DATE}"
            rf"|(?:né|née)\sen\s(?:{_MOIS}\s)?(?:(?:19|20)\d{{2}}|{NOMBRE}))",
            _oui,
        ),
        (
            "adresse",
            rf"(?<!\w)(?!une?\s){_NOMBRE_DIT}(?:\s?(?:bis|ter|quater))?,?\s{_VOIE}\s(?!(?:dans|par|pour|où|qui|que|avec|et)\s)(?:{_PARTICULE}){{0,3}}{_MOT}"
            rf"(?:[\s-](?:{_PARTICULE}){{0,2}}(?-i:{_CAPITALE})){{0,5}}(?:,?\s(?:à\s)?\d{{5}}\s(?-i:{_VILLE}))?",
            _oui,
        ),
        (
            "code postal",
            rf"(?<![\d,.])(?:0[1-9]|[1-8]\d|9[0-8])\d{{3}}(?=\s(?-i:{_VILLE}))|(?<=code\spostal\s)\d{{5}}|"
            r"(?<=code\spostal,\s)\d{5}|(?<=code\spostal\sc['’]est\s)\d{5}",
            _oui,
        ),
        ("âge", rf"(?<![^\W_]){sujet}{avoir}\s{ans}", _age),
        # The subject may be a name: it stays out of the span, or the name would be copied into the replacement.
        ("âge", rf"(?<=[^\W_]\s){personne}(?:a|avait|aura|a\seu|va\savoir)\s{ans}", _age_adulte),
        ("âge", rf"(?<![^\W_])(?:mes|tes|ses|vos|leurs|à)\s{ans}", _age_adulte),
        ("âge", rf"(?<![^\W_])(?:âgée?s?\sde|(?:l['’]âge|{_PERSONNE})\sde)\s{ans}", _age),
        ("âge", rf"(?:(?<=[.!?…]\s)|(?<=\n)|\A|(?<=[a-zà-ÿ],\s)){_NOMBRE_DIT}\sans(?=[,.;])", _age_adulte),
    )
    # Identifiers in capitals (IBAN, number plates) must stay so; all else is written in any case.
    stricts = ("iban", "immatriculation")
    return tuple(
        (sorte, re.compile(rf"{motif}(?![^\W_])", 0 if sorte in stricts else re.IGNORECASE), juge)
        for sorte, motif, juge in motifs
    )


def _chiffre() -> str:
    return "(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf)"


def reperer_identifiants(texte: str) -> list[Identifiant]:
    """Repérer ce qui désigne quelqu'un par sa forme, sans dictionnaire ni contexte lointain.

    Les numéros à clé de contrôle (Siret et Siren : Luhn ; sécurité sociale et IBAN : 97) dont la clé est fausse sont
    rendus aussi, comme douteux : à l'oral, on se trompe d'un chiffre et le numéro désigne encore. Un âge exact est
    celui de quelqu'un (« j'ai 43 ans »), non une durée (« depuis 3 ans », « il y a dix ans »).

    Parameters
    ----------
    texte : str
        N'importe quel texte, tel que dit (« zéro six douze… », « arobase ») ou tel qu'écrit.

    Returns
    -------
    list of Identifiant
        Dans l'ordre du texte, sans recouvrement.

    Examples
    --------
    >>> texte = "Rappelez-moi au 06 12 34 56 78, j'ai 43 ans ; ou sandrine arobase remise point fr."
    >>> [(trouve.sorte, texte[trouve.debut:trouve.fin]) for trouve in reperer_identifiants(texte)]
    [('téléphone', '06 12 34 56 78'), ('âge', "j'ai 43 ans"), ('courriel', 'sandrine arobase remise point fr')]
    """
    trouves: list[Identifiant] = []
    pris = bytearray(len(texte))
    for sorte, motif, juge in _motifs():
        for trouve in motif.finditer(texte):
            sur = juge(trouve)
            if sur is not None and not any(pris[trouve.start() : trouve.end()]):
                pris[trouve.start() : trouve.end()] = b"\1" * (trouve.end() - trouve.start())
                trouves.append(Identifiant(sorte, *trouve.span(), sur))
    return sorted(trouves, key=lambda identifiant: identifiant.debut)


def _oui(trouve: re.Match) -> bool:
    return True


def _chiffres(trouve: re.Match) -> str:
    return re.sub(r"[\s.]", "", trouve[0])


def _luhn(trouve: re.Match) -> bool:
    """Vérifier la clé d'un Siren ou d'un Siret ; ceux de La Poste suivent une autre règle."""
    chiffres = _chiffres(trouve)
    doubles = (int(chiffre) * (1 + rang % 2) for rang, chiffre in enumerate(reversed(chiffres)))
    poste = chiffres.startswith("356000000") and sum(map(int, chiffres)) % 5 == 0
    return poste or sum(sum(divmod(double, 10)) for double in doubles) % 10 == 0


def _cle_nir(trouve: re.Match) -> bool:
    """Vérifier la clé d'un numéro de sécurité sociale : 97 moins le reste du numéro par 97."""
    numero = _chiffres(trouve).upper().replace("2A", "19", 1).replace("2B", "18", 1)
    return len(numero) == 15 and 97 - int(numero[:13]) % 97 == int(numero[13:])


def _cle_iban(trouve: re.Match) -> bool:
    """Vérifier la clé d'un IBAN : les quatre premiers signes mis à la fin, A valant 10, le reste par 97 est 1."""
    signes = _chiffres(trouve)
    return int("".join(str(int(signe, 36)) for signe in signes[4:] + signes[:4])) % 97 == 1


_ANS = re.compile(rf"({_NOMBRE_DIT})\sans\Z", re.IGNORECASE)
_AGE_MAX = 110
_ADULTE = 14
"""En deçà, « Trois ans, quand même » est plutôt une durée."""


def _age(trouve: re.Match) -> bool | None:
    age = lire_nombre(_ANS.search(trouve[0])[1])
    return True if age is not None and age <= _AGE_MAX else None


def _age_adulte(trouve: re.Match) -> bool | None:
    """Sans rien qui dise que l'on parle de quelqu'un, ne retenir que l'âge d'un adulte, et en douter."""
    age = lire_nombre(_ANS.search(trouve[0])[1])
    return False if age is not None and _ADULTE <= age <= _AGE_MAX else None
