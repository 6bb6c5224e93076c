"""Trouver qui parle, ce qui est dit et quand dans un tableau d'un tour par ligne."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import mean

from ess_analyse.erreurs import proposer
from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.horodatage import lire_moments
from ess_analyse.lecture.paragraphes import Depouillement, Paragraphe, propre

__all__ = ["ROLES", "lire_lignes"]

ROLES = ("locuteur", "texte", "debut", "fin")
_TITRES = {
    "locuteur": r"(?:inter)?locut(?:eur|rice)s?|(?:interven|particip)ante?s?|speakers?|qui(?: parle)?|noms?|personnes?",
    "texte": r"textes?|paroles?|propos|verbatims?|transcriptions?|contenus?|text|content|transcript",
    "debut": r"debuts?|start(?: time)?|time ?codes?|horodatages?|temps|minutage|from",
    "fin": r"fins?|end(?: time)?|to",
}
_LIGNES_DE_TITRES = 10
"""Lignes où chercher celle des titres, sous le nom de l'étude ou la date."""
_LETTRES = re.compile("[A-Z]{1,2}")
_NOM_LONG = 40
_NOMBRE = re.compile(r"(\d{1,9}(?:[.,]\d{1,9})?)\s*s?")
_DUREE = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?")
"""Une durée d'un jour ou plus, telle qu'OpenDocument l'écrit."""
_JOUR = 86_400
_ORIGINE = dt.datetime(1899, 12, 30)
"""Le jour zéro des tableurs : une durée y est un instant de ce jour ou des suivants."""
_DUREE_LONGUE = dt.timedelta(days=31)

Cellule = str | int | float | bool | dt.date | dt.time | dt.datetime | dt.timedelta


@dataclass(frozen=True)
class _Plan:
    """Où est chaque rôle, quelles lignes viennent avant les tours, et comment on l'a su."""

    roles: Mapping[str, int]
    debut: int
    titres: Sequence[str]
    devine: bool


def lire_lignes(lignes: Sequence[Sequence[Cellule]], colonnes: Mapping[str, str] | None = None) -> Depouillement | None:
    """Lire un tour par ligne d'un tableau.

    Parameters
    ----------
    lignes : sequence of sequence
        Les cellules, ligne par ligne, vides comprises.
    colonnes : mapping of str to str, optional
        Rôle (``locuteur``, ``texte``, ``debut``, ``fin``) → titre de sa colonne, ou sa lettre. Sans lui, les colonnes
        sont devinées à leur titre, puis à leur contenu.

    Returns
    -------
    Depouillement or None
        Rien si aucune colonne ne peut être celle des paroles.

    Raises
    ------
    IllisibleError
        Si une colonne demandée manque.

    Examples
    --------
    >>> lu = lire_lignes([["Qui", "Parole"], ["Rose", "On trie."], ["Zoé", "Ah bon ?"]])
    >>> [(p.locuteur, p.texte) for p in lu.paragraphes]
    [('Rose', 'On trie.'), ('Zoé', 'Ah bon ?')]
    >>> print(*lu.constats)
    colonnes devinées : locuteur = « Qui », texte = « Parole » ; confirmez par --colonnes locuteur=Qui,texte=Parole
    """
    textes = [[_ecrire(cellule) for cellule in ligne] for ligne in lignes]
    plan = _demander(textes, colonnes) if colonnes else _deviner_titres(textes) or _deviner_contenu(textes, lignes)
    if plan is None:
        return None
    paragraphes, constats, muettes = [], _dire_plan(plan, textes), 0
    moments = [role for role in ("debut", "fin") if role in plan.roles and "debut" in plan.roles]
    en_jours = _est_en_jours([ligne[plan.roles[role]] for ligne in lignes[plan.debut :] for role in moments])
    nom, illisibles = None, 0
    for ligne, ecrites in zip(lignes[plan.debut :], textes[plan.debut :], strict=True):
        valeurs = {role: ecrites[rang] for role, rang in plan.roles.items()}
        nom = " ".join(valeurs.get("locuteur", "").split()).rstrip(" :\u00a0\u202f") or nom
        if not valeurs["texte"]:
            muettes += any(ecrites)
            continue
        bornes = [_lire_temps(ligne[plan.roles[role]], en_jours) for role in moments]
        illisibles += sum(borne is None for borne in bornes)
        paragraphes.append(Paragraphe(valeurs["texte"], nom, _reunir(bornes)))
    if "fin" not in plan.roles:
        paragraphes = [_prolonger(un, deux) for un, deux in pairwise([*paragraphes, None])]
    if muettes:
        constats.append(f"{muettes} ligne{'s' * (muettes > 1)} sans parole laissée{'s' * (muettes > 1)} de côté")
    if illisibles:
        constats.append(f"{illisibles} temps vide{'s' * (illisibles > 1)} ou illisible{'s' * (illisibles > 1)}")
    return Depouillement(tuple(paragraphes), tuple(constats))


def _ecrire(cellule: Cellule) -> str:
    """Écrire une cellule comme un tableur français la montre."""
    match cellule:
        case bool():
            return "vrai" if cellule else "faux"
        case float() if cellule.is_integer():
            return str(int(cellule))
        case float():
            return str(cellule).replace(".", ",")
        case dt.datetime():
            return cellule.strftime("%d/%m/%Y %H:%M:%S")
        case dt.date():
            return cellule.strftime("%d/%m/%Y")
    return propre(str(cellule))


def _plier(titre: str) -> str:
    decompose = unicodedata.normalize("NFD", titre.casefold())
    sans_accent = "".join(signe for signe in decompose if not unicodedata.combining(signe))
    return " ".join(re.sub(r"[_:*]", " ", sans_accent).split())


def _demander(textes: Sequence[Sequence[str]], colonnes: Mapping[str, str]) -> _Plan:
    """Trouver les colonnes demandées, par leur titre ou par leur lettre."""
    for role in colonnes:
        if role not in ROLES:
            raise IllisibleError(f"rôle de colonne inconnu (« {role} »)", proposer(role, ROLES))
    for debut, titres in enumerate(textes[:_LIGNES_DE_TITRES], start=1):
        plies = [_plier(titre) for titre in titres]
        if all(_plier(titre) in plies for titre in colonnes.values()):
            roles = {role: plies.index(_plier(titre)) for role, titre in colonnes.items()}
            return _completer(_Plan(roles, debut, titres, False))
    largeur = max(map(len, textes), default=0)
    if all(_LETTRES.fullmatch(lettre) and _numeroter(lettre) < largeur for lettre in colonnes.values()):
        return _completer(_Plan({role: _numeroter(lettre) for role, lettre in colonnes.items()}, 0, (), False))
    titres = next((ligne for ligne in textes if any(ligne)), ())
    absente = next((titre for titre in colonnes.values() if _plier(titre) not in map(_plier, titres)), "")
    remede = proposer(absente, filter(None, titres)) or f"colonnes de ce fichier : {', '.join(filter(None, titres))}"
    raise IllisibleError(f"colonne introuvable (« {absente} »)", remede)


def _completer(plan: _Plan) -> _Plan:
    if "texte" not in plan.roles:
        raise IllisibleError("la colonne des paroles n'est pas dite", "ajoutez par exemple texte=Parole à --colonnes")
    return plan


def _numeroter(lettre: str) -> int:
    return sum((ord(signe) - 64) * 26**rang for rang, signe in enumerate(reversed(lettre))) - 1


def _deviner_titres(textes: Sequence[Sequence[str]]) -> _Plan | None:
    for debut, titres in enumerate(textes[:_LIGNES_DE_TITRES], start=1):
        roles = {}
        for rang, titre in enumerate(titres):
            for role, motif in _TITRES.items():
                if role not in roles and rang not in roles.values() and re.fullmatch(motif, _plier(titre)):
                    roles[role] = rang
        if "texte" in roles and len(roles) > 1:
            return _Plan(roles, debut, titres, True)
    return None


def _deviner_contenu(textes: Sequence[Sequence[str]], lignes: Sequence[Sequence[Cellule]]) -> _Plan | None:
    """Prendre la colonne la plus longue pour les paroles, et pour les noms celle dont peu de valeurs reviennent."""
    largeur = max(map(len, textes), default=0)
    pleines = {rang: [ligne[rang] for ligne in textes if ligne[rang]] for rang in range(largeur)}
    pleines = {rang: valeurs for rang, valeurs in pleines.items() if valeurs}
    temps = [rang for rang in pleines if all(_est_temps(ligne[rang]) for ligne in lignes if ligne[rang] != "")]
    dites = {
        rang: mean(map(len, valeurs))
        for rang, valeurs in pleines.items()
        if rang not in temps and not all(map(_est_nombre, valeurs))
    }
    if not dites:
        return None
    roles = {"texte": max(dites, key=dites.__getitem__)}
    noms = {
        rang: len(set(pleines[rang])) / len(pleines[rang])
        for rang in dites
        if rang != roles["texte"] and _revient(pleines[rang])
    }
    if noms:
        roles["locuteur"] = min(noms, key=noms.__getitem__)
    roles |= dict(zip(("debut", "fin"), temps, strict=False))
    return _Plan(roles, _compter_titres(textes, roles), (), True)


def _revient(valeurs: Sequence[str]) -> bool:
    return 2 * len(set(valeurs)) <= len(valeurs) + 1 and len(valeurs) > 1 and max(map(len, valeurs)) <= _NOM_LONG


def _compter_titres(textes: Sequence[Sequence[str]], roles: Mapping[str, int]) -> int:
    """Dire si la première ligne est faite de titres : un nom qui ne revient pas, quand tous les autres reviennent."""
    if "locuteur" not in roles:
        return 0
    premier, *autres = [ligne[roles["locuteur"]] for ligne in textes]
    reviennent = all(fois > 1 for nom, fois in Counter(autres).items() if nom)
    return int(bool(premier) and premier not in autres and len(autres) > 2 and reviennent)


def _est_temps(cellule: Cellule) -> bool:
    return not _est_nombre(cellule) and _lire_temps(cellule, False) is not None


def _est_nombre(cellule: Cellule) -> bool:
    if isinstance(cellule, str):
        return bool(_NOMBRE.fullmatch(cellule.strip()))
    return isinstance(cellule, int | float)


def _est_en_jours(cellules: Sequence[Cellule]) -> bool:
    """Reconnaître des heures de tableur, en fractions de jour : nul entretien ne tient en une seconde."""
    nombres = [cellule for cellule in cellules if isinstance(cellule, float) and not isinstance(cellule, bool)]
    return len(nombres) > 1 and 0 < max(nombres) < 1


def _lire_temps(cellule: Cellule, en_jours: bool) -> tuple[float, float] | None:
    """Lire un temps en secondes ; début et fin diffèrent si la cellule dit un intervalle."""
    match cellule:
        case bool():
            return None
        case dt.datetime():
            ecart = cellule - _ORIGINE
            secondes = ecart.total_seconds() if dt.timedelta() <= ecart < _DUREE_LONGUE else None
        case dt.time():
            secondes = cellule.hour * 3600 + cellule.minute * 60 + cellule.second + cellule.microsecond / 1e6
        case dt.timedelta():
            secondes = cellule.total_seconds()
        case int() | float():
            secondes = cellule * _JOUR if en_jours else cellule
        case str():
            if duree := _DUREE.fullmatch(cellule):
                heures, minutes, reste = (float(partie or 0) for partie in duree.groups())
                secondes = heures * 3600 + minutes * 60 + reste
            elif nombre := _NOMBRE.fullmatch(cellule.strip()):
                secondes = float(nombre[1].replace(",", "."))
            else:
                return lire_moments(cellule)
        case _:
            return None
    return None if secondes is None or not 0 <= secondes < 1e9 else (round(secondes, 3),) * 2


def _reunir(bornes: Sequence[tuple[float, float] | None]) -> tuple[float, float] | None:
    if not bornes or bornes[0] is None:
        return None
    fin = bornes[-1] or bornes[0]
    return bornes[0][0], max(bornes[0][0], fin[1])


def _prolonger(paragraphe: Paragraphe, suivant: Paragraphe | None) -> Paragraphe:
    """Faire durer jusqu'au tour suivant une parole dont on ne sait que le début."""
    if not paragraphe.temps or not suivant or not suivant.temps or paragraphe.temps[0] != paragraphe.temps[1]:
        return paragraphe
    return replace(paragraphe, temps=(paragraphe.temps[0], max(paragraphe.temps[0], suivant.temps[0])))


def _dire_plan(plan: _Plan, textes: Sequence[Sequence[str]]) -> list[str]:
    """Dire quelle colonne a été prise pour quoi, et ce qui est laissé."""
    titres = {rang: titre for rang, titre in enumerate(plan.titres) if titre}
    largeur = max(map(len, textes), default=0)
    noms = {rang: titres.get(rang) or _lettrer(rang) for rang in range(largeur)}
    constats = []
    if plan.devine:
        prises = ", ".join(f"{role} = « {noms[plan.roles[role]]} »" for role in ROLES if role in plan.roles)
        option = ",".join(f"{role}={noms[plan.roles[role]]}" for role in ROLES if role in plan.roles)
        constats.append(f"colonnes devinées : {prises} ; confirmez par --colonnes {option}")
    avant = textes[: plan.debut - 1] if plan.titres else textes[: plan.debut]
    constats += [f"ligne laissée de côté : « {' | '.join(filter(None, ligne))} »" for ligne in avant if any(ligne)]
    corps = textes[plan.debut :]
    remplies = {rang for rang in noms if rang in titres or any(ligne[rang] for ligne in corps)}
    autres = [noms[rang] for rang in sorted(remplies - {*plan.roles.values()})]
    if autres:
        pluriel = "s" * (len(autres) > 1)
        constats.append(f"colonne{pluriel} laissée{pluriel} de côté : " + ", ".join(f"« {nom} »" for nom in autres))
    return constats


def _lettrer(rang: int) -> str:
    return (chr(64 + rang // 26) if rang >= 26 else "") + chr(65 + rang % 26)
