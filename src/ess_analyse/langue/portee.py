"""Ce qui nie, réduit ou suppose un indice, lu dans l'arbre de dépendances de sa phrase."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ess_analyse.langue.tournures import (
    ABSENCES,
    ADJOINTS,
    ARTICLES,
    AUTANT,
    DECROITRE,
    DESINENCES,
    DEVANT,
    DOUTES,
    FINI,
    HYPOTHESES,
    IMPARFAITS_EN_IR,
    NULS,
    OPINIONS,
    PAROLES,
    PAS,
    PORTEE_DE_PLUTOT,
    RACINES_DU_CONDITIONNEL,
    REDUIT,
    REPRISES,
    SANS_RIEN_NIER,
    SUITES_DE_PAS,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

__all__ = ["lire_portee"]


def lire_portee(indice: Span) -> set[str]:
    """Dire ce que la phrase fait d'un indice, en remontant de lui vers ses gouverneurs.

    Parameters
    ----------
    indice : spacy.tokens.Span
        Dans un document dont l'arbre et les catégories sont posés ; ses propres mots ne comptent pas.

    Returns
    -------
    set of str
        ``negation`` ou ``reduction``, jamais les deux : ce qui nie une négation ou une réduction l'annule ;
        ``conditionnel`` ; ``question``, si elle est indirecte (« je me demande si »).
    """
    trouvees: set[str] = set()
    chemin = list(_remonter(indice))
    noeuds = {noeud for noeud, *_ in chemin}
    lu = _lire_devant(indice)
    moindre = lu if lu is not None and _est_moindre(lu) else None
    # A « pas » that the climb will meet on its verb must not count twice.
    niee = lu is not None and lu is not moindre and not (_forme(lu) in PAS and lu.head in noeuds)
    negatif = any(_forme(mot) in PAS | DEVANT | {"sans"} for mot in indice)
    polarite = "reduction" if moindre is not None or _est_reduit(indice) else "negation" if niee else ""
    # French negations agree: in « sans y être jamais formés », the second adds nothing to the first.
    niee = niee or negatif
    nie_ouvert = suppose_ouvert = True
    for noeud, venu, nie, suppose in chemin:
        nie_ouvert, suppose_ouvert = nie_ouvert and nie, suppose_ouvert and suppose
        if venu is not None and venu.dep_ in ("ccomp", "advcl"):
            niee = False
        if nie_ouvert:
            if moindre not in (noeud, *noeud.children) and (lexicale := _lire_gouverneur(noeud, venu, indice)):
                polarite, niee = "" if polarite else lexicale, False
            if not niee and _est_nie(noeud, indice):
                polarite, niee = "" if polarite else "negation", True
        if suppose_ouvert and _est_suppose(noeud, indice):
            trouvees.add("question" if _est_doute(noeud) else "conditionnel")
    return trouvees | ({polarite} if polarite else set())


def _remonter(indice: Span) -> Iterator[tuple[Token, Token | None, bool, bool]]:
    """Donner chaque gouverneur, d'où l'on y vient, et si négation puis hypothèse portent encore à travers cet arc."""
    noeud, venu, vus = _reprendre(indice), None, set()
    nie = suppose = True
    yield indice.root, None, True, True
    if noeud != indice.root:
        yield noeud, indice.root, True, True
    while noeud.dep_ != "ROOT" and noeud.i not in vus:
        vus.add(noeud.i)
        nie, suppose = _traverser(noeud)
        if not (nie or suppose):
            return
        noeud, venu = noeud.head, noeud
        yield noeud, venu, nie, suppose


def _reprendre(indice: Span) -> Token:
    """Rendre le verbe qui reprend un indice détaché (« l'entraide, ça marche pas »), ou la tête de l'indice."""
    suite = indice.doc[indice.end : indice.end + 2]
    detache = len(suite) == 2 and suite[0].text == "," and _forme(suite[1]) in REPRISES
    return suite[1].head if detache and indice.root.dep_ in ("ROOT", "dep", "dislocated") else indice.root


def _traverser(noeud: Token) -> tuple[bool, bool]:
    """Dire si négation, puis hypothèse, descendent du gouverneur d'un mot jusqu'à lui."""
    dep, tete = noeud.dep_, noeud.head
    if dep in ("acl:relcl", "parataxis"):
        return False, False
    if dep == "advcl":
        return False, _a_enfant(noeud, {"pour", "afin"}) and noeud.morph.get("VerbForm") != ["Fin"]
    if dep == "conj":
        autonome = any(enfant.dep_.startswith(("nsubj", "expl:subj")) for enfant in noeud.children)
        libre = not (autonome or _a_enfant(noeud, {"mais", "alors", "donc"}))
        return libre and noeud.morph.get("VerbForm") != ["Fin"], libre
    if dep == "ccomp":
        opine = bool(OPINIONS.fullmatch(_forme(tete)) or _forme(tete).startswith(("évit", "prév")))
        return opine and not _a_enfant(noeud, {"si", "s'"}), not PAROLES.fullmatch(_forme(tete))
    if dep.startswith(("obl", "nmod")):
        doc, debut = noeud.doc, max(noeud.i - 4, 0)
        if ADJOINTS.search(doc[debut : noeud.i].text_with_ws):
            return False, False
        if _a_enfant(noeud, {"sans"}):
            return False, True
    return True, True


def _lire_gouverneur(noeud: Token, venu: Token | None, indice: Span) -> str:
    """Lire dans un mot lui-même qu'il nie ou réduit ce qu'il gouverne."""
    forme = _forme(noeud)
    if noeud in indice or venu is None:
        return "negation" if _a_plutot_que(noeud) else ""
    if venu.dep_ == "conj":
        return ""
    avant = _forme(noeud.nbor(-1)) if noeud.i else ""
    if ABSENCES.fullmatch(forme):
        exige = {"lieu": avant == "au", "faute": avant not in ("la", "ma", "sa", "leur", "une")}
        return "negation" if exige.get(forme, not venu.dep_.startswith("nsubj")) else ""
    if _est_moindre(noeud) or any(
        fixe.dep_ == "fixed" and _est_moindre(fixe) and fixe not in indice for fixe in noeud.children
    ):
        return "reduction"
    if not REDUIT.fullmatch(forme):
        return "negation" if _a_plutot_que(noeud) else ""
    if forme == "fin":
        return "" if any(enfant.dep_ == "case" for enfant in noeud.children) else "reduction"
    if forme.startswith("lutt"):
        return "reduction" if _a_enfant(venu, {"contre"}) else ""
    if venu.dep_.startswith("nsubj"):
        subit = venu.dep_ == "nsubj:pass" or any(
            enfant.dep_ in ("aux:pass", "expl:pass", "expl:comp", "cop") for enfant in noeud.children
        )
        return "reduction" if subit or DECROITRE.fullmatch(forme) else ""
    cases = {_forme(enfant) for enfant in venu.children if enfant.dep_ == "case"}
    permis = {"de", "d'", "du", "des", "contre"} | ({"à", "au", "aux"} if forme.startswith("échapp") else set())
    return "reduction" if cases <= permis else ""


def _est_nie(noeud: Token, indice: Span) -> bool:
    """Dire si une négation pend à un mot, hors de l'indice."""
    doc = noeud.doc
    if noeud not in indice and _est_rien(noeud):
        return True
    for enfant in noeud.children:
        if enfant in indice:
            continue
        forme = _forme(enfant)
        if _nie_comme_pas(enfant) or (
            enfant.dep_ == "advmod" and any(_nie_comme_pas(petit) for petit in enfant.children if petit not in indice)
        ):
            return True
        if forme in DEVANT - {"non"} and enfant.i < noeud.i:
            return True
        if enfant.dep_ != "conj" and _est_rien(enfant):
            return True
        if forme == "sans" and _forme(noeud) not in SANS_RIEN_NIER and not _suit(enfant, SANS_RIEN_NIER):
            # « pas sans » is a way of saying « avec ».
            return not (enfant.i and _forme(doc[enfant.i - 1]) in PAS)
    return _a_ne_plus(noeud, indice)


def _est_rien(mot: Token) -> bool:
    """Reconnaître « rien », « personne », « aucun » et « nul » employés seuls."""
    forme = _forme(mot)
    if forme == "personne":
        return not any(enfant.dep_ in ("det", "nummod", "amod") for enfant in mot.children)
    if forme in NULS:
        return mot.dep_ != "det"
    return forme == "rien" and not _suit(mot, {"que", "qu'"})


def _nie_comme_pas(mot: Token) -> bool:
    if _forme(mot) not in PAS:
        return False
    # « je ne crois pas que » opens a clause of its own ; « ce n'est pas que » does not.
    if _suit(mot, SUITES_DE_PAS) and not (mot.nbor().dep_ == "mark" and mot.nbor().head != mot.head):
        return False
    if _forme(mot) != "jamais":
        return True
    suite = mot.doc[mot.i + 1 : mot.i + 6]
    return not (mot.i and _forme(mot.nbor(-1)) == "si") and not any(_forme(apres) in AUTANT for apres in suite)


def _a_ne_plus(noeud: Token, indice: Span) -> bool:
    """Reconnaître « ne … plus » sur un verbe, et « plus du tout » ; « plus » seul reste indécis."""
    doc = noeud.doc
    for plus in doc[max(noeud.i - 3, 0) : noeud.i + 4]:
        if _forme(plus) != "plus" or plus in indice or not plus.i or _suit(plus, {"que", "qu'"}):
            continue
        ne = any(_forme(enfant) in ("ne", "n'") and 0 < plus.i - enfant.i <= 4 for enfant in noeud.children)
        if ne and doc[plus.i - 1].pos_ in ("VERB", "AUX"):
            return True
        if doc[plus.i + 1 : plus.i + 3].text.lower() == "du tout":
            return True
    return False


def _lire_devant(indice: Span) -> Token | None:
    """Rendre le mot collé à l'indice qui le nie ou l'amoindrit (« aucune », « pas de », « sans », « moins de »)."""
    doc, rang = indice.doc, indice.start - 1
    if rang >= 0 and _forme(doc[rang]) in DEVANT:
        return doc[rang]
    while rang >= 0 and _forme(doc[rang]) in ARTICLES:
        rang -= 1
    if rang < 0:
        return None
    mot = doc[rang]
    if _forme(mot) in ("sans", "ni"):
        return None if rang and _forme(doc[rang - 1]) in PAS else mot
    if _forme(doc[indice.start - 1]) in ("de", "d'", _forme(mot)) and _est_moindre(mot):
        return mot
    return mot if _nie_comme_pas(mot) else None


def _est_reduit(indice: Span) -> bool:
    """Reconnaître ce qui réduit l'indice de tout près (« fini les », « réduite »)."""
    if FINI.search(indice.doc[max(indice.start - 4, 0) : indice.start].text_with_ws):
        return True
    epithetes = (enfant for mot in indice for enfant in mot.children if enfant.dep_ in ("amod", "acl"))
    return any(
        mot.i >= indice.end and REDUIT.fullmatch(_forme(mot)) and not _suit(mot, {"à", "au"}) for mot in epithetes
    )


def _est_moindre(mot: Token) -> bool:
    if _forme(mot) not in ("moins", "peu"):
        return False
    return not (mot.i and _forme(mot.nbor(-1)) in ("au", "à", "du", "ou", "un", "peu"))


def _est_suppose(noeud: Token, indice: Span) -> bool:
    """Dire si un mot est au conditionnel, sous un « si », ou sous une hypothèse en toutes lettres."""
    if noeud not in indice and noeud.pos_ == "VERB" and _forme(noeud).startswith("risqu"):
        return True
    formes = [noeud, *(enfant for enfant in noeud.children if enfant.dep_.startswith(("aux", "cop")))]
    if any(_est_au_conditionnel(mot) for mot in formes):
        return True
    if any(_est_si(mot) for mot in noeud.children if mot not in indice):
        return True
    return bool(HYPOTHESES.match(noeud.doc[noeud.left_edge.i : noeud.i + 1].text))


def _est_si(mot: Token) -> bool:
    """Reconnaître le « si » d'une hypothèse, non celui de « si, si » ni de « si lourd »."""
    if _forme(mot) not in ("si", "s'") or mot.dep_ != "mark" or mot.i + 1 == len(mot.doc):
        return False
    if _forme(mot) == "s'":
        return _suit(mot, {"il", "ils"})
    return mot.nbor().text != "," and mot.nbor().pos_ != "ADJ"


def _est_doute(noeud: Token) -> bool:
    return noeud.dep_ == "ccomp" and _a_enfant(noeud, {"si", "s'"}) and bool(DOUTES.fullmatch(_forme(noeud.head)))


def _est_au_conditionnel(mot: Token) -> bool:
    if mot.pos_ not in ("VERB", "AUX"):
        return False
    # The model often takes a conditional for an imperfect (« changerait »), and « allez » for a conditional.
    forme = RACINES_DU_CONDITIONNEL.fullmatch(_forme(mot))
    if "Cnd" in mot.morph.get("Mood"):
        return _forme(mot).endswith(DESINENCES)
    return bool(forme and not IMPARFAITS_EN_IR.fullmatch(forme[1]))


def _a_plutot_que(noeud: Token) -> bool:
    doc, bord = noeud.doc, noeud.left_edge.i
    debut = bord if _forme(doc[bord]) == "plutôt" else bord - 1
    proche = noeud.i - debut <= PORTEE_DE_PLUTOT
    return proche and debut >= 0 and _forme(doc[debut]) == "plutôt" and _suit(doc[debut], {"que", "qu'"})


def _a_enfant(mot: Token, formes: set[str]) -> bool:
    return any(_forme(enfant) in formes for enfant in mot.children)


def _suit(mot: Token, formes: frozenset[str] | set[str]) -> bool:
    doc: Doc = mot.doc
    return mot.i + 1 < len(doc) and _forme(doc[mot.i + 1]) in formes


def _forme(mot: Token) -> str:
    return mot.lower_.replace("’", "'")
