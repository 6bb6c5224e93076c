"""Ce qui, autour d'un mot, dit qu'il nomme une personne, un lieu ou une organisation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ess_analyse.pseudonymes.mots import Mot

__all__ = [
    "ARTICLES",
    "LIAISONS",
    "ORAUX",
    "ROLES",
    "TITRES",
    "annonce_un_lieu",
    "annonce_une_organisation",
    "annonce_une_personne",
    "contigus",
    "est_une_commune",
    "est_une_rue",
    "est_une_voie",
    "lire_type",
]

ARTICLES = {"le": "le", "la": "la", "les": "les", "l'": "l'", "du": "le", "au": "le", "des": "les", "aux": "les"}
LIAISONS = frozenset(("de", "du", "des", "d'", "la", "le", "les", "l'"))
TITRES = {
    **dict.fromkeys(
        ("madame", "mme", "mesdames", "mademoiselle", "mlle", "sœur", "tata", "tatie", "tante", "mamie", "mémé"), "f"
    ),
    **dict.fromkeys(("monsieur", "m", "mr", "messieurs", "tonton", "oncle", "papi", "papy", "pépé"), "m"),
    **dict.fromkeys(("docteur", "dr", "maître", "me", "professeur", "pr", "chef"), ""),
}
"""Ce qui précède un nom de personne, et le genre que cela dit."""

_TEXTE_ORAUX = """
ben bah beh hein euh heu hum mmh oh ah eh ouais mouais nan ok ouh oups pfff pouf bof tac toc an or
"""
ORAUX = frozenset(_TEXTE_ORAUX.split())
"""Des mots de la parole, dont plusieurs sont aussi des prénoms : jamais des noms sans capitale."""

ROLES = re.compile(
    r"(?i)(?:speaker|locut|interv|particip|répond|voix|personne|inconnu|direct|encadr|anim|salari|coord|présid|vice|"
    r"tréso|secr|respons|charg|conseil|cip|form|admin|bénév|stagi|client|gérant|chef|délégu|homme|femme|tous|groupe|"
    r"ensemble|équipe|usag|bénéf|public|élu|techn|éduc|assist|compta|cadre|membre|habitant|observ)"
)
"""Comment commence une étiquette de locuteur qui dit un rôle et non un nom."""

_LIEUX = """
rue avenue boulevard place impasse allée allées chemin route quai square passage faubourg hameau lieu-dit lieudit bourg
village commune ville quartier cité zone zac za zi forêt bois lac étang rivière fleuve vallée pont gare port île pays
canton plateau parc plage cap rond-point carrefour arrêt serre côte butte canal marais
"""
_ORGANISATIONS = """
association asso entreprise société boîte cabinet garage hôtel restaurant resto café bar brasserie lycée collège école
université fac faculté crèche foyer centre résidence ehpad clinique hôpital maison ferme ressourcerie recyclerie régie
coopérative scop scic fondation fédération groupe mutuelle banque mairie agence syndicat institut cfa chantier jardin
jardins domaine atelier ateliers théâtre cinéma supermarché magasin boulangerie épicerie pharmacie réseau collectif
comité club stade salle église paroisse mosquée imprimerie usine laverie blanchisserie communauté métropole tribunal
prison caisse organisme centrale groupement
"""
_OUTILS = "logiciel application appli plateforme outil site progiciel"
_TYPES = {
    **dict.fromkeys(_LIEUX.split(), "lieu"),
    **dict.fromkeys(_ORGANISATIONS.split(), "organisation"),
    **dict.fromkeys(_OUTILS.split(), "autre"),
}
_TEXTE_COMMUNES = """
ville commune village bourg mairie gare région canton métropole communauté agence antenne
"""
_COMMUNES = frozenset(_TEXTE_COMMUNES.split())
_TEXTE_VOIES = """
rue avenue boulevard place impasse allée allées chemin route quai square passage faubourg
"""
_VOIES = frozenset(_TEXTE_VOIES.split())
_RUES = frozenset(("rue", "avenue", "boulevard", "impasse", "allée", "allées"))

_CHEZ = frozenset(("chez", "avec"))
_APPELER = re.compile(r"(?:appell?(?:e|es|ent|ait|é|ée)|prénomm?(?:e|é|ée)|nommée?|surnommée?)$")
_DIRE_A = re.compile(
    r"(?:di(?:s|t|re|sais|sait)|demand|parl|donn|téléphon|montr|envo|expliqu|écri|prêt|laiss|confi|répond|racont|pass|"
    r"appren|appris|propos|fai(?:t|s)|rend)"
)
_TEXTE_OUVERTURES = """
et mais que qu' donc alors puis quand si comme ben bah oui non là parce voilà
"""
_OUVERTURES = frozenset(_TEXTE_OUVERTURES.split())
_TEXTE_SUJET_FAIT = """
elle il m' nous lui s' a est avait était dit disait va fait vient arrive part n' ne se
"""
_SUJET_FAIT = frozenset(_TEXTE_SUJET_FAIT.split())
_VIVRE = re.compile(
    r"(?:habit|viv|vis|vit|venai|vien|né|née|nés|parti|partie|allé|allée|vais|va|aller|monté|montée|descend|arriv|install|"
    r"déménag|boss|travaill|retourn|gare|ville|mairie|région|agence|antenne|hôpital|préfecture|tribunal|côté|originaire)"
)
_AGIR = re.compile(
    r"(?:direct|présid|tréso|secrét|gérant|salari|encadr|conseill|bénévol|équip|collègu|boss|travaill|client|financ|"
    r"partenair|fourniss|embauch|recrut|adhér|accueilli|chef|responsable)"
)
_VERS = frozenset(("à", "de", "d'", "sur", "vers"))


def lire_type(mot: str) -> str:
    """Dire de quelle nature est un nom que ce mot précède (« rue », « lycée », « logiciel »).

    Examples
    --------
    >>> [lire_type(mot) for mot in ("rue", "lycée", "demain")]
    ['lieu', 'organisation', '']
    """
    return _TYPES.get(mot, "")


def est_une_voie(mot: Mot) -> bool:
    """Dire si ce mot est celui d'une adresse : « rue de Paris » est un nom, « mairie de Paris » en contient un."""
    return mot.minuscule in _VOIES


def est_une_rue(mot: Mot) -> bool:
    """Dire si ce mot n'est guère que celui d'une adresse, même sans numéro ni capitale : « rue pasteur »."""
    return mot.minuscule in _RUES


def est_une_commune(mot: Mot) -> bool:
    """Dire si ce mot annonce une commune : « la mairie de Pontvieux »."""
    return mot.minuscule in _COMMUNES


def contigus(texte: str, avant: Mot, apres: Mot) -> bool:
    """Dire si deux mots se suivent sans ponctuation."""
    entre = texte[avant.fin : apres.debut]
    return not entre.strip("- \u00a0\u202f‐‑") and len(entre) <= 2


def annonce_une_personne(texte: str, mots: Sequence[Mot], rang: int) -> bool:
    """Dire si les voisins d'un mot courant en font le nom d'une personne.

    Parameters
    ----------
    texte : str
        Le texte.
    mots : sequence of Mot
        Ses mots.
    rang : int
        Celui du mot à juger.

    Returns
    -------
    bool
        Vrai pour « madame rose », « avec claire », « j'ai dit à pierre », « ben rose elle m'a dit », « Rose, elle… »,
        « elle s'appelle olive » ; faux pour « la rose », « une pierre ».

    Examples
    --------
    >>> from ess_analyse.pseudonymes.mots import decouper_mots
    >>> texte = "j'ai dit à rose que la rose est rose"
    >>> mots = decouper_mots(texte)
    >>> [annonce_une_personne(texte, mots, rang) for rang, mot in enumerate(mots) if mot.forme == "rose"]
    [True, False, False]
    """
    mot = mots[rang]
    suivi = rang + 1 < len(mots) and mots[rang + 1].minuscule in _SUJET_FAIT and mots[rang + 1].debut - mot.fin <= 2
    if mot.tete or rang == 0:
        return suivi
    avant = mots[rang - 1]
    if not contigus(texte, avant, mot) and texte[avant.fin : mot.debut].strip() != ".":
        return suivi
    if avant.minuscule in TITRES or avant.minuscule in _CHEZ or _APPELER.search(avant.minuscule):
        return True
    if avant.minuscule in ("est", "c'est") and any(mot.minuscule == "prénom" for mot in mots[max(0, rang - 6) : rang]):
        return True
    if avant.minuscule == "à" and rang > 1 and _DIRE_A.match(mots[rang - 2].minuscule):
        return True
    return suivi and avant.minuscule in _OUVERTURES


def annonce_une_organisation(mots: Sequence[Mot], rang: int) -> bool:
    """Dire si les mots d'avant disent que l'on y travaille, la dirige ou traite avec elle.

    Examples
    --------
    >>> from ess_analyse.pseudonymes.mots import decouper_mots
    >>> [annonce_une_organisation(decouper_mots(texte), 3) for texte in ("directrice de la Remise", "le long de Lisse")]
    [True, False]
    """
    return any(_AGIR.match(mot.minuscule) for mot in mots[max(0, rang - 4) : rang])


def annonce_un_lieu(mots: Sequence[Mot], rang: int) -> bool:
    """Dire si les mots d'avant disent que l'on habite, va ou vient là.

    Examples
    --------
    >>> from ess_analyse.pseudonymes.mots import decouper_mots
    >>> [annonce_un_lieu(decouper_mots(texte), 3) for texte in ("il habite à tours", "pas à mon tour")]
    [True, False]
    """
    if rang < 2 or mots[rang - 1].minuscule not in _VERS:
        return False
    return any(_VIVRE.match(mot.minuscule) for mot in mots[max(0, rang - 3) : rang - 1])
