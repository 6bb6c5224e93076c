"""Lire un projet de QualCoder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ess_analyse.echanges.bases import Base, demesure, ouvrir_base
from ess_analyse.echanges.graduations import Graduation, compter_utf16, memes_mots
from ess_analyse.echanges.lignes import CHEMINS, PROFONDEUR, Mesure, en_reprises
from ess_analyse.echanges.projet import CODES_REPRIS, INCONNUE, Projet, Source
from ess_analyse.echanges.refi.conventions import comprendre, est_lu_rien, trouver_origine
from ess_analyse.erreurs import Probleme, relatif
from ess_analyse.modele import RIEN

__all__ = ["lire_qualcoder"]

_BASE = "data.qda"
_SIGNE = re.compile(r"\r\n?|.", re.DOTALL)
_A_COMPTER = re.compile("[\ufeff\r\U00010000-\U0010ffff]")
"""Ce sur quoi les façons de compter de QualCoder ne s'accordent pas."""
_FINS_DE_QT = str.maketrans({"\u2028": "\n", "\u2029": "\n"})
_CROISEMENTS = 20_000_000
"""Ce que joindre deux tables peut coûter, en comparaisons et en signes recopiés : un projet en demande des milliers."""
_APERCU = 60
_HORS_TEXTE = {
    "code_image": "codages d'image ou de page PDF laissés de côté",
    "code_av": "codages de son ou de vidéo laissés de côté",
}


class _Texte:
    """Un texte, et les façons dont QualCoder a pu y compter."""

    def __init__(self, brut: str, mesure: Mesure):
        self._brut, self._mesure = brut, mesure

    @cached_property
    def graduations(self) -> tuple[Graduation, ...]:
        """Les façons de compter que ce texte permet de distinguer, la sélection à la souris d'abord."""
        if not _A_COMPTER.search(self._brut):
            return (Graduation.simple(self._brut),)
        choix = product((1, 2), (True, False), (1, 0))
        toutes = [Graduation.depuis(_graduer(self._brut, *un)) for un in choix]
        return tuple({tuple(une.departs): une for une in toutes}.values())

    @property
    def propre(self) -> str:
        """Le texte tel que l'étude le lit."""
        return self.graduations[0].texte

    def situer(self, debut: int, fin: int, mots: str) -> tuple[int, int, str]:
        """Trouver un passage par la première façon de compter qui redit ses mots ; sinon, ses mots seuls."""
        self._mesure.ajouter(min(fin - debut, len(self._brut)), len(self.graduations))
        for graduation in self.graduations:
            if place := graduation.situer(debut, fin):
                trouves = graduation.texte[slice(*place)]
                if not mots or memes_mots(trouves, mots):
                    return (*place, trouves)
        return INCONNUE, INCONNUE, mots.translate(_FINS_DE_QT).strip()


class _Passage(NamedTuple):
    """Un codage ou une annotation, une fois sa place trouvée."""

    fichier: int
    codeur: str
    debut: int
    fin: int
    mots: str
    code: str
    memo: str
    date: str
    origine: str


def lire_qualcoder(chemin: Path) -> Projet:
    """Lire un projet de QualCoder, des versions 1 à 4.

    Deux façons de compter cohabitent dans un même projet : une sélection à la souris compte des unités UTF-16, fins de
    ligne pour une (Qt) ; un codage automatique compte des points de code. Les mots que QualCoder garde avec chaque
    codage disent laquelle ; si aucune ne les redit, la position est ``INCONNUE`` et les mots font foi. Une annotation
    rejoint le mémo des passages que la même personne a codés au même endroit. Source : le code de QualCoder
    (``code_text.py``, ``manage_files.py``), branche principale de 2026.

    Parameters
    ----------
    chemin : Path
        Le dossier ``.qda`` du projet, ou son fichier ``data.qda``.

    Returns
    -------
    Projet
        Les catégories (et, depuis la version 4, les codes mères) sont des dossiers ; attributs, cas et mémo d'un
        document sont ses variables. Les codages ont une colonne de plus, ``origine``, que l'export de ce programme a
        mise dans leur mémo ; vide si le mémo n'en dit rien.

    Raises
    ------
    ErreurDonnees
        Fichier qui n'est pas un projet de QualCoder, abîmé, encore ouvert ou piégé.

    Examples
    --------
    >>> lire_qualcoder(Path("absent.qda"))
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: absent.qda : fichier introuvable. Vérifiez son nom et son dossier.
    """
    chemin = Path(chemin)
    with ouvrir_base(chemin / _BASE if chemin.is_dir() else chemin) as base:
        return _lire(base, relatif(chemin))


def _lire(base: Base, nom: str) -> Projet:
    facultatives = {"fulltext": str, "memo": str}
    fichiers = {ligne["id"]: ligne for ligne in base.lire("source", {"id": int, "name": str}, facultatives)}
    mesure = Mesure(nom)
    textes = {numero: _Texte(fichier["fulltext"], mesure) for numero, fichier in fichiers.items()}
    codes = _lire_codes(base)
    passages, perdus = _lire_codages(base, textes, codes)
    memos, seules = _joindre(passages, _lire_annotations(base, textes), nom)
    lignes = sorted(
        (fichiers[p.fichier]["name"], p.debut, p.fin, p.mots, p.codeur, p.code, memo, p.date, p.origine)
        for p, memo in zip(passages, memos, strict=True)
    )
    employes = {passage.fichier for passage in passages}
    variables = _lire_variables(base, fichiers)
    sources = tuple(
        Source(fichier["name"], textes[numero].propre, variables[numero])
        for numero, fichier in fichiers.items()
        if fichier["fulltext"] or numero in employes
    )
    livre = pd.DataFrame([code for code in codes.values() if not est_lu_rien(code[0])], columns=list(CODES_REPRIS))
    ecartes = [_laisser(nom, quoi, combien) for quoi, combien in sorted(perdus.items())]
    ecartes += [*_dire_seules(nom, seules), *_dire_autres(base, nom, fichiers)]
    origines = pd.Series([origine for *_, origine in lignes], dtype="str")
    codages = en_reprises(nom, (ligne[:-1] for ligne in lignes)).assign(origine=origines)
    return Projet(nom, sources, livre.astype("str"), codages, tuple(ecartes))


def _lire_codes(base: Base) -> dict[int, tuple[str, str, str, str]]:
    categories = base.lire("code_cat", {"catid": int, "name": str}, {"supercatid": int}, exigee=False)
    dossiers = {ligne["catid"]: (ligne["name"], ligne["supercatid"]) for ligne in categories}
    lignes = base.lire("code_name", {"cid": int, "name": str}, {"memo": str, "catid": int, "supercid": int})
    meres = {ligne["cid"]: (ligne["name"], ligne["supercid"]) for ligne in lignes}
    rayons = {ligne["cid"]: ligne["catid"] for ligne in lignes}
    codes, signes = {}, 0
    for ligne in lignes:
        lignee = _remonter(ligne["supercid"], meres)
        rayon = rayons[lignee[0] if lignee else ligne["cid"]]
        chemin = [dossiers[n][0] for n in _remonter(rayon, dossiers)] + [meres[n][0] for n in lignee]
        if (signes := signes + sum(map(len, chemin))) > CHEMINS:
            raise demesure(base.nom)
        codes[ligne["cid"]] = (ligne["name"], ligne["name"], " / ".join(chemin), ligne["memo"].strip())
    return codes


def _remonter(numero: int | None, noeuds: Mapping[int, tuple[str, int | None]]) -> list[int]:
    """Lister un nœud et ses ancêtres, le plus haut d'abord ; une boucle s'arrête où elle se referme."""
    lignee: list[int] = []
    while numero in noeuds and numero not in lignee and len(lignee) < PROFONDEUR:
        lignee.insert(0, numero)
        numero = noeuds[numero][1]
    return lignee


def _lire_codages(
    base: Base, textes: Mapping[int, _Texte], codes: Mapping[int, tuple[str, ...]]
) -> tuple[list[_Passage], Counter[str]]:
    colonnes = {"cid": int, "fid": int, "pos0": int, "pos1": int}
    passages, perdus = [], Counter()
    for pose in base.lire("code_text", colonnes, {"seltext": str, "owner": str, "date": str, "memo": str}):
        if pose["fid"] not in textes or pose["cid"] not in codes:
            perdus["codages d'un document ou d'un code supprimé, laissés de côté"] += 1
            continue
        place = textes[pose["fid"]].situer(pose["pos0"], pose["pos1"], pose["seltext"])
        if not place[2]:
            perdus["codages hors du texte, ou sans mots, laissés de côté"] += 1
            continue
        nom = codes[pose["cid"]][0]
        code = RIEN if est_lu_rien(nom) else nom
        # QualCoder makes a memo of the description that an export gives to a passage.
        origines, memo = comprendre(pose["memo"].strip())
        origine = trouver_origine(origines, code)
        passages.append(_Passage(pose["fid"], pose["owner"], *place, code, memo.strip(), pose["date"], origine))
    return passages, perdus


def _lire_annotations(base: Base, textes: Mapping[int, _Texte]) -> Iterator[_Passage]:
    colonnes = {"fid": int, "pos0": int, "pos1": int}
    for ligne in base.lire("annotation", colonnes, {"memo": str, "owner": str}, exigee=False):
        if ligne["fid"] in textes and (memo := ligne["memo"].strip()):
            place = textes[ligne["fid"]].situer(ligne["pos0"], ligne["pos1"], "")
            yield _Passage(ligne["fid"], ligne["owner"], *place, "", memo, "", "")


def _joindre(
    passages: Sequence[_Passage], annotations: Iterable[_Passage], nom: str
) -> tuple[list[str], list[_Passage]]:
    """Réunir le mémo de chaque codage et les annotations de son codeur au même endroit ; rendre celles qui restent."""
    memos = [[passage.memo] for passage in passages]
    rayons: dict[tuple[int, str], list[int]] = {}
    for rang, passage in enumerate(passages):
        rayons.setdefault((passage.fichier, passage.codeur), []).append(rang)
    seules, cout = [], 0
    for annotation in annotations:
        voisins = rayons.get((annotation.fichier, annotation.codeur), [])
        touches = [r for r in voisins if passages[r].debut < annotation.fin and annotation.debut < passages[r].fin]
        cout += len(voisins) + len(touches) * len(annotation.memo)
        if cout > _CROISEMENTS:
            raise demesure(nom)
        for rang in touches:
            memos[rang].append(annotation.memo)
        seules += [] if touches else [annotation]
    return ["\n\n".join(filter(None, memo)) for memo in memos], seules


def _lire_variables(base: Base, fichiers: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, str]]:
    valeurs: dict[int, list[tuple[str, str]]] = {n: [("mémo", f["memo"].strip())] for n, f in fichiers.items()}
    des_cas: dict[int, list[tuple[str, str]]] = {}
    for ligne in base.lire("cases", {"caseid": int, "name": str}, exigee=False):
        des_cas[ligne["caseid"]] = [("cas", ligne["name"])]
    for ligne in base.lire("attribute", {"name": str, "attr_type": str, "id": int}, {"value": str}, exigee=False):
        porteurs = {"file": valeurs, "case": des_cas}.get(ligne["attr_type"], {})
        if ligne["id"] in porteurs:
            porteurs[ligne["id"]].append((ligne["name"], ligne["value"]))
    liens = base.lire("case_text", {"caseid": int, "fid": int}, exigee=False)
    cout = 0
    for cas, fichier in dict.fromkeys((lien["caseid"], lien["fid"]) for lien in liens):
        siennes = des_cas.get(cas, []) if fichier in valeurs else []
        cout += sum(len(mot) for paire in siennes for mot in paire)
        if cout > _CROISEMENTS:
            raise demesure(base.nom)
        valeurs.setdefault(fichier, []).extend(siennes)
    return {numero: _reunir(valeurs[numero]) for numero in fichiers}


def _reunir(valeurs: Iterable[tuple[str, str]]) -> dict[str, str]:
    reunies: dict[str, list[str]] = {}
    for nom, valeur in dict.fromkeys(valeurs):
        if valeur:
            reunies.setdefault(nom, []).append(valeur)
    return {nom: " ; ".join(siennes) for nom, siennes in reunies.items()}


def _dire_seules(nom: str, annotations: Iterable[_Passage]) -> Iterator[Probleme]:
    for annotation in annotations:
        lieu = _abreger(annotation.mots) or "hors du texte"
        message = "annotation laissée de côté : la même personne n'a rien codé au même endroit"
        yield Probleme(nom, 0, message, f"{lieu} → {_abreger(annotation.memo)}")


def _dire_autres(base: Base, nom: str, fichiers: Mapping[int, Mapping[str, Any]]) -> Iterator[Probleme]:
    for table, quoi in _HORS_TEXTE.items():
        combien = Counter(ligne["id"] for ligne in base.lire(table, {"id": int}, exigee=False))
        yield from (_laisser(nom, quoi, combien[n], f["name"]) for n, f in fichiers.items() if combien[n])
    if entrees := base.lire("journal", {"jid": int}, exigee=False):
        yield _laisser(nom, "entrées du journal laissées de côté", len(entrees))
    for ligne in base.lire("code_cat", {"name": str}, {"memo": str}, exigee=False):
        if ligne["memo"].strip():
            message = "mémo de catégorie laissé de côté"
            yield Probleme(nom, 0, message, f"{ligne['name']} → {_abreger(ligne['memo'])}")


def _graduer(brut: str, fin_de_ligne: int, utf16: bool, marque: int) -> Iterator[tuple[str, int]]:
    corps = brut.removeprefix("\ufeff")
    if corps != brut:
        yield "", marque
    for trouve in _SIGNE.finditer(corps):
        signe = trouve[0]
        if signe[0] == "\r":
            yield "\n", fin_de_ligne if len(signe) == 2 else 1
        else:
            yield signe, compter_utf16(signe) if utf16 else 1


def _laisser(nom: str, quoi: str, combien: int, valeur: str = "") -> Probleme:
    return Probleme(nom, 0, f"{quoi}\u00a0: {combien}", valeur)


def _abreger(texte: str) -> str:
    return " ".join(texte.split())[:_APERCU]
