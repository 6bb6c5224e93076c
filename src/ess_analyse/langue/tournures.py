"""Les mots qui nient, réduisent ou supposent un indice, et ceux qui en ont seulement l'air."""

from __future__ import annotations

import re

__all__ = [
    "ABSENCES",
    "ADJOINTS",
    "ARTICLES",
    "AUTANT",
    "DECLENCHEURS",
    "DECROITRE",
    "DESINENCES",
    "DEVANT",
    "DOUTES",
    "FINI",
    "HYPOTHESES",
    "IMPARFAITS_EN_IR",
    "NULS",
    "OPINIONS",
    "PAROLES",
    "PAS",
    "PORTEE_DE_PLUTOT",
    "RACINES_DU_CONDITIONNEL",
    "REDUIT",
    "REPRISES",
    "SANS_RIEN_NIER",
    "SUITES_DE_PAS",
]

PAS = frozenset({"pas", "jamais", "guère", "nullement", "aucunement"})
NULS = frozenset({"aucun", "aucune", "nul", "nulle"})
DEVANT = NULS | {"zéro", "ni", "non"}
ARTICLES = frozenset({"de", "d'", "du", "des", "un", "une", "le", "la", "les", "l'", "cette", "ce", "moindre"})
# « pas seulement », « pas que », « pas mal de » deny nothing.
SUITES_DE_PAS = frozenset({"seulement", "uniquement", "simplement", "juste", "que", "qu'", "mal"})
AUTANT = frozenset({"autant", "aussi", "tel", "telle", "tels", "telles", "tant"})
SANS_RIEN_NIER = frozenset(
    {"compter", "parler", "oublier", "évoquer", "doute", "cesse", "arrêt", "relâche", "problème"}
)

ABSENCES = re.compile(r"absence|manque|défaut|impossibilité|impossible|incapables?|dépourvue?s?|oubli\w*|faute|lieu")
REDUCTIONS = (
    r"évit\w+|rédui\w+|réduction|limit\w+|préven(?:ir|ez|ons|ait|u|tion)|prévien\w+|supprim\w+|suppression|all[èé]g\w+|"
    r"empêch\w+|combatt?\w*|élimin\w+|atténu\w+|diminu\w+|baiss\w+|lutt\w+|épargn\w+|frein\w+|éradi\w+|résorb\w+|"
    r"minimis\w+|restrei\w+|cess(?:e|é|ai|er)\w*|débarrass\w+|échapp\w+|sort(?:ir|i|ie|is|ent)|arrêt\w*|"
    r"disparaî\w*|disparai\w+|dispar(?:u|ition)\w*|recul\w*|fin"
)
REDUIT = re.compile(REDUCTIONS)
# What happens to their subject, not to their object.
DECROITRE = re.compile(r"diminu\w+|baiss\w+|cess\w+|disp\w+|recul\w*|arrêt\w*")
FINI = re.compile(r"\b(?:fini|terminé)e?s?,?\s+(?:avec\s+)?(?:(?:les?|la|des?|du)\s+|[ld]['’])?$", re.IGNORECASE)
ADJOINTS = re.compile(
    r"\b(?:malgré|à cause d\S*|grâce à|grâce aux?|en raison d\S*|à force d\S*|suite à|pendant|depuis|après|avant|dès|"
    r"lors d\S*)"
    r"\s*(?:(?:les?|la|une?|des|ce|cette|ces|leurs?|nos|notre|mes|mon|ma|son|sa|ses|toute?s?)\s+|l['’])?$",
    re.IGNORECASE,
)
OPINIONS = re.compile(
    r"pens\w+|croi\w*|croy\w+|trouv\w+|sembl\w+|impression|di[stre]\w*|estim\w+|imagin\w+|ve(?:ux|ut|ulent)|voul\w+|"
    r"fau[td]\w*|fall\w+|voi[st]|suppos\w+|considér\w+|paraît|souhait\w+|question|sûre?s?|certaine?s?|convaincue?s?"
)
PAROLES = re.compile(r"di[stre]\w*|préciser|expliquer|raconter|ajouter|parler|rappeler|répondre|signaler|souligner")
DOUTES = re.compile(r"demand\w+|sai[st]|sav\w+|voir|voi[st]|vérifi\w+|ignor\w+|dire|di[st]")
HYPOTHESES = re.compile(r"\b(?:à moins (?:que|d)|au cas où|en cas d|à condition|pourvu qu|à supposer)", re.IGNORECASE)
DESINENCES = ("rais", "rait", "raient", "rions", "riez")
RACINES_DU_CONDITIONNEL = re.compile(
    r"(.*(?:er|ir|[nru]dr|ttr|[îi]tr|(?:de|ce|sui|vi)vr|aur|verr|urr))(?:ais|ait|aient|ions|iez)"
)
IMPARFAITS_EN_IR = re.compile(
    r"(?:re|at|é)?tir|vir|désir|soupir|(?:in|a|re|ex|con|tran)spir|expir|admir|cir|délir|déchir"
)
PORTEE_DE_PLUTOT = 4
"""« plutôt que de se former » : ce qui sépare au plus « plutôt » de ce qu'il écarte."""
REPRISES = frozenset({"ça", "c'", "ce", "elle", "elles", "il", "ils"})

CONDITIONNEL = re.compile(r"\b\w+r(?:ais|ait|aient|ions|iez)\b", re.IGNORECASE)
DECLENCHEURS = {
    "negation": re.compile(
        r"\b(?:pas|jamais|guère|nullement|aucune?|aucunement|nul|nulle|sans|ni|non|rien|personne|zéro|plutôt"
        rf"|{ABSENCES.pattern}|plus du tout)\b|\bn(?:e\s|['’])(?=.{{1,25}}?\bplus\b)",
        re.IGNORECASE,
    ),
    "reduction": re.compile(rf"\b(?:{REDUCTIONS}|moins|peu|finie?s?|terminée?s?)\b", re.IGNORECASE),
    "conditionnel": re.compile(
        rf"\b(?:si|s['’]ils?|risqu\w+)\b|{CONDITIONNEL.pattern}|{HYPOTHESES.pattern}", re.IGNORECASE
    ),
}
"""Pour chaque nuance que l'arbre décide, les mots sans lesquels elle n'est pas : de quoi ne pas analyser pour rien."""
