"""Trouver où commencent les phrases d'une parole sans ponctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["debuts_probables", "est_sans_ponctuation"]

_LONG = 60
"""En mots. Aucune phrase du corpus de démonstration n'en a plus de 59 : au-delà, un tour en dit plusieurs."""
_MOTS_PAR_SIGNE = 30
"""Dans les tours ponctués du corpus de démonstration, une virgule ou un point revient au moins tous les huit mots."""
_COURT = 4
"""En mots. Une phrase plus courte serait le plus souvent un morceau de la précédente."""
_PORTEE = 12
"""En mots. Jusqu'où « quand… » ou « si… » annonce le sujet principal."""
_RECUL = 8
"""En mots. Jusqu'où une phrase peut commencer avant son marqueur ou son sujet."""

_SIGNE = re.compile(r"[.,;:!?…](?=\s|\Z)")
_MOT = re.compile(r"\w+(?:-\w+)*'?")

# Without punctuation, in the demonstration corpus, each frequent one opens a sentence about one time in two or more
# (« et puis » 11 of 14, « mais » 21 of 41); the rare ones (« par contre », « mais bon ») are there by usage.
_MARQUEURS = frozenset(("mais", "donc", "alors", "enfin", "ensuite", "maintenant", "or"))
_MARQUEURS_DOUBLES = frozenset(
    ("du coup", "et puis", "et là", "mais bon", "par contre", "en revanche", "sauf que", "au début")
)
_PAS_MARQUEUR_APRES = frozenset(("ou", "oui", "non", "que", "qu'", "parce", "puis"))
_CONJONCTIONS = frozenset(("et", "mais", "donc", "alors", "puis", "ben", "bon", "bah", "ah", "oh"))
_SUJETS = frozenset(("je", "j'", "tu", "on", "c'", "il", "elle", "ils", "elles", "vous"))
_TEXTE_VERBES_DE_CA = """
m' me n' ne te nous vous fait va prend marche sert dépend veut a s' se y tombe change existe répond tourne faisait
allait prenait marchait avait sera serait
"""
_VERBES_DE_CA = frozenset(_TEXTE_VERBES_DE_CA.split())
_TEXTE_ARTICLES = """
le la les l' un une mon ma mes ton ta tes son sa ses ce cette cet ces notre nos votre vos leur leurs chaque certains
"""
_ARTICLES = frozenset(_TEXTE_ARTICLES.split())
_TEXTE_VERBES = """
a ont est sont était étaient avait avaient va vont fait font peut peuvent doit doivent n' ne se s' sera serait aura
aurait veut veulent dit prend tombe passe arrive vient viennent m' me nous vous lui y
"""
_VERBES = frozenset(_TEXTE_VERBES.split())
"""Juste après « la caisse », ils en font un sujet."""
_TEXTE_LIENS = """
que qu' qui dont où si s' quand comme lorsque lorsqu' puisque puisqu' car et ou ni ne n' le la les l' un une des du
de d' à au aux pour sans par sur sous dans avec chez entre vers contre selon en parce afin tandis pendant lui eux ça
même est sont jusqu' quoi mon ma mes son sa ses ce cette ces leur leurs notre nos votre vos dit dis dire disait
disent disais répond répondu demande demandé crois pense
"""
_LIENS = _SUJETS | frozenset(_TEXTE_LIENS.split())
"""Un sujet qui les suit appartient à ce qu'ils ont commencé."""
_ANNONCES = frozenset(("quand", "si", "lorsque", "dès"))
_PAS_ANNONCE_APRES = frozenset(("que", "qu'", "même", "comme", "sauf"))
_TEXTE_CADRES = """
moi|toi|nous|eux|lui|bon|ben|bah|ah|oui|non|là|puis|après|avant|maintenant|parfois|hier|depuis|déjà|euh|voilà
franchement|souvent|dedans|sinon|pourtant|dehors|ici|en fait|du coup|un jour|le soir|le matin|le midi|au début
au final|en vrai|une fois|en plus|pour moi|chez nous|par contre|à midi|aujourd' hui|à la fin|l' autre jour
l' autre fois|à chaque fois|tous les jours
"""
_CADRES = frozenset(tuple(mots.split()) for mots in re.split(r"[|\n]", _TEXTE_CADRES.strip()))
"""Ce qui se dit devant le sujet : la phrase commence avant."""
_DOUBLES = frozenset(tuple(mots.split()) for mots in _MARQUEURS_DOUBLES)
_EVEILS = frozenset(
    _MARQUEURS | {mot for mot, _ in _DOUBLES} | _SUJETS | _ARTICLES | _ANNONCES | {"ça", "personne", "quelqu'"}
)
"""Les seuls mots où quelque chose peut commencer : les autres sont passés d'un coup d'œil."""


def est_sans_ponctuation(texte: str) -> bool:
    """Dire si un tour est long et presque sans ponctuation, comme en donne une transcription automatique.

    Parameters
    ----------
    texte : str
        Les paroles d'un tour.

    Examples
    --------
    >>> est_sans_ponctuation("on trie " * 40), est_sans_ponctuation("On trie, oui. " * 40)
    (True, False)
    """
    # A word and its blank are two characters at least: a short turn is known without being split.
    if len(texte) < 2 * _LONG:
        return False
    mots = len(texte.split())
    return mots > _LONG and len(_SIGNE.findall(texte)) * _MOTS_PAR_SIGNE < mots


def debuts_probables(texte: str) -> Iterator[int]:
    """Trouver où une phrase commence sans doute, d'après les marqueurs du discours et les sujets.

    Une frontière est posée devant un marqueur (« du coup », « et puis », « mais bon », « donc »…), et devant un sujet
    (« je », « on », « c'est », « la caisse a… ») que rien ne rattache à ce qui précède, si la phrase en cours a déjà le
    sien ; elle recule devant ce qui cadre ce sujet (« moi », « le matin », « quand il pleut »). « Parce que » et
    « voilà » n'ouvrent presque jamais une phrase (2 fois sur 22, 2 fois sur 8 dans le corpus de démonstration).

    Parameters
    ----------
    texte : str
        Les paroles d'un tour sans ponctuation.

    Yields
    ------
    int
        La place du premier mot d'une phrase ; dans l'ordre.

    Examples
    --------
    >>> texte = "on ressaisit tout à la main du coup ça prend des heures le soir je suis vidée"
    >>> [texte[place:] for place in debuts_probables(texte)]
    ['du coup ça prend des heures le soir je suis vidée', 'le soir je suis vidée']
    """
    mots, places = _decouper(texte)
    debut, annonce, a_sujet = 0, None, False
    for rang, mot in enumerate(mots):
        if mot not in _EVEILS:
            continue
        depart, sujet = None, _est_sujet(mots, rang)
        if _est_marqueur(mots, rang):
            depart = _reculer(mots, debut, rang)
        elif sujet and a_sujet:
            cadre = _reculer_cadre(mots, debut, rang)
            if annonce is not None and cadre - annonce <= _PORTEE:
                cadre = annonce
            depart = _reculer(mots, debut, cadre)
        if depart is not None and depart - debut >= _COURT:
            debut, annonce, a_sujet = depart, None, sujet
            if texte[places[depart] - 1].isspace():
                yield places[depart]
        elif sujet:
            annonce, a_sujet = None, True
        elif mot in _ANNONCES and a_sujet and mots[rang - 1] not in _PAS_ANNONCE_APRES:
            annonce = rang


def _decouper(texte: str) -> tuple[list[str], list[int]]:
    mots, places = [], []
    # Lowercase changes the length of a few letters: only the words are lowered, never the text the places are in.
    for trouve in _MOT.finditer(texte.replace("’", "'")):
        mots.append(trouve[0].lower())
        places.append(trouve.start())
    return mots, places


def _suivants(mots: list[str], rang: int) -> tuple[str, str]:
    suivant = mots[rang + 1] if rang + 1 < len(mots) else ""
    return suivant, mots[rang + 2] if rang + 2 < len(mots) else ""


def _est_marqueur(mots: list[str], rang: int) -> bool:
    if rang == 0 or mots[rang - 1] in _PAS_MARQUEUR_APRES:
        return False
    suivant, _ = _suivants(mots, rang)
    return (mots[rang], suivant) in _DOUBLES or (mots[rang] in _MARQUEURS and suivant not in ("que", "qu'"))


def _est_sujet(mots: list[str], rang: int) -> bool:
    mot, avant = mots[rang], mots[rang - 1] if rang else ""
    suivant, apres = _suivants(mots, rang)
    if mot in _SUJETS or (mot == "ça" and suivant in _VERBES_DE_CA) or (mot in _ARTICLES and apres in _VERBES):
        return avant not in _LIENS
    return mot == "quelqu'" or (mot, suivant) in (("les", "gens"), ("personne", "n'"), ("personne", "ne"))


def _reculer(mots: list[str], debut: int, rang: int) -> int:
    plancher = max(debut, rang - _RECUL)
    while rang - 1 > plancher and mots[rang - 1] in _CONJONCTIONS:
        rang -= 1
    return rang


def _reculer_cadre(mots: list[str], debut: int, rang: int) -> int:
    plancher = max(debut, rang - _RECUL)
    while True:
        tailles = (n for n in (1, 2, 3) if rang - n > plancher and tuple(mots[rang - n : rang]) in _CADRES)
        if (taille := next(tailles, 0)) == 0:
            return rang
        rang -= taille
