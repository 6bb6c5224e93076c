"""Scinder un code : une personne répartit ses codages un à un, la commande ne fait que les porter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.evolution.cellules import Rangee, lire_rangees
from ess_analyse.evolution.changement import APRES, Chantier, Evolution, lire_raison
from ess_analyse.evolution.citants import EXEMPLES, FEUILLES, PERDUS, REPRISES, Choix, Migration, Sorte
from ess_analyse.evolution.gestes import dire_seuils, lister_citations
from ess_analyse.evolution.migration import migrer_codes
from ess_analyse.feuilles import couper_codes, empreinte, proteger
from ess_analyse.fichiers import lire_octets, lire_table, table_en_octets

__all__ = ["SCISSION", "preparer_scission"]

SCISSION = ("feuille", "segment", "texte", "codes", "nouveau")

_GARDES = {EXEMPLES: "exemples", PERDUS: "codages perdus", REPRISES: "passages repris d'un autre logiciel"}
"""Ce que personne ne répartit ligne à ligne, et comment le nommer."""

Place = tuple[str, str]
"""Une feuille et un segment."""


@dataclass(frozen=True)
class _Codage:
    """Une ligne de la répartition ; ``codes`` est ce que la feuille disait quand elle y a été écrite."""

    texte: str
    codes: str
    nouveau: str = ""
    ligne: int = 0

    def apres(self, code: str) -> str:
        return migrer_codes(self.codes, {code: tuple(couper_codes(self.nouveau))})


def preparer_scission(etude: Etude, code: str, vers: Iterable[str], *, raison: str, le: date) -> Evolution:
    """Préparer la répartition des codages d'un code entre plusieurs, ou la porter dans les feuilles.

    La première fois, ``data/scission.csv`` reçoit une ligne par codage. Ensuite, les lignes dont ``nouveau`` est rempli
    sont portées dans les feuilles ; une ligne vide reste comme elle est, un codage fait entre-temps s'y ajoute. Quand
    tout est réparti, l'ancien code quitte la grille, s'il n'est pas lui-même une arrivée et si plus rien ne le cite.
    Une suggestion que la personne avait acceptée suit la phrase vers les nouveaux codes de la même famille. Exemples et
    codages perdus ne sont pas répartis. Pour revenir : ``data/evolutions`` garde, à chaque passage, les codes d'avant.

    Parameters
    ----------
    etude : Etude
        L'étude.
    code : str
        Le code à scinder.
    vers : iterable of str
        Les codes d'arrivée, déjà écrits dans la grille ; l'ancien peut en être.
    raison : str
        Ce que le journal en gardera.
    le : date
        Le jour, pour le journal.

    Returns
    -------
    Evolution
        Le changement, que rien n'a encore écrit ; il n'a rien à écrire ni à effacer si rien n'a été rempli depuis.

    Raises
    ------
    ErreurDonnees
        Code inconnu, arrivées absentes de la grille, d'une autre dimension ou trop peu nombreuses, répartition d'un
        autre code, ligne mal remplie ou dont la feuille a changé depuis, code réparti mais encore cité.
    """
    chantier, vers = Chantier(etude), tuple(dict.fromkeys(vers))
    raison, problemes = lire_raison(raison)
    lever([*problemes, *_verifier_arrivees(chantier, code, vers)])
    feuilles = _lire_feuilles(chantier)
    lignes = _lire_lignes(etude.scission, code, vers)
    suivis, a_porter = _suivre(lignes, feuilles, code, relatif(etude.scission))
    if not suivis and code in vers:
        remede = "codez d'abord des phrases, ou retirez-le des codes d'arrivée"
        lever([Probleme(chantier.nom_grille, 0, "aucun codage à répartir", code, remede)])
    restent = sum(not suivi.nouveau for suivi in suivis.values())
    migrations = _migrer(chantier, code, a_porter, quitte=False)
    cites = [] if restent or code in vers else lister_citations(chantier, migrations, code)
    if not (restent or a_porter):
        lever(cites)
    quitte = not (restent or cites or code in vers)
    if a_porter or quitte:
        evolution = _porter(chantier, code, vers, raison, le, a_porter, quitte, cites)
    else:
        evolution = Evolution("scinder", chantier.grille.version, etude.codages, lus=chantier.lus)
    return _ranger(evolution, etude.scission, suivis, restent, fini=quitte or not (restent or cites))


def _verifier_arrivees(chantier: Chantier, code: str, vers: tuple[str, ...]) -> list[Probleme]:
    problemes, grille, nom = chantier.verifier_codes([code]), chantier.grille, chantier.nom_grille
    if problemes:
        return problemes
    dimension = grille[code].dimension
    for arrivee in vers:
        if arrivee not in grille:
            suite = f" ; sinon, {propose}" if (propose := proposer(arrivee, grille.ids())) else ""
            cles = "id, dimension, libelle, definition, inclure, exclure, exemples, contre_exemples, indices"
            remede = (
                f"écrivez-y d'abord ce code et son mode d'emploi ({cles} ; dimension : {dimension}), "
                f"puis relancez{suite}"
            )
            problemes.append(Probleme(nom, 0, "code d'arrivée absent de la grille", arrivee, remede))
        elif grille[arrivee].dimension != dimension:
            remede = "les dimensions se codent à part : la phrase n'aurait plus de code dans la sienne"
            problemes.append(Probleme(nom, 0, f"{arrivee} n'est pas de la dimension de {code}", dimension, remede))
    if len(vers) < 2:
        remede = f"donnez-en deux ou plus après --en ; pour un seul, renommez {code}, ou fusionnez-le avec un autre"
        problemes.append(Probleme("scission", 0, "moins de deux codes d'arrivée", " ".join(vers), remede))
    return problemes


def _lire_feuilles(chantier: Chantier) -> dict[str, dict[str, Rangee]]:
    """Lire ce que chaque feuille a décidé de chaque phrase."""
    lues: dict[str, dict[str, Rangee]] = {}
    problemes = []
    for sorte, brut in chantier.citants:
        if sorte is not FEUILLES:
            continue
        siennes = lues.setdefault(brut.chemin.stem, {})
        for rangee in lire_rangees(brut, sorte.exigees):
            segment = rangee.lire("segment").strip()
            if not couper_codes(rangee.lire("codes")):
                continue
            if segment in siennes:
                remede = f"il est décidé ligne {siennes[segment].ligne} : gardez une ligne"
                problemes.append(Probleme(relatif(brut.chemin), rangee.ligne, "segment en double", segment, remede))
            siennes[segment] = rangee
    lever(problemes)
    return lues


def _lire_lignes(chemin: Path, code: str, vers: tuple[str, ...]) -> dict[Place, _Codage]:
    if not chemin.is_file():
        return {}
    nom, lues, problemes = relatif(chemin), {}, []
    for rang, ligne in lire_table(chemin, SCISSION).iterrows():
        place = ligne["feuille"].strip(), ligne["segment"].strip()
        if code not in couper_codes(ligne["codes"]):
            remede = "finissez d'abord cette répartition-là, ou effacez ce fichier pour y renoncer"
            problemes.append(Probleme(nom, rang, f"cette ligne n'est pas un codage de {code}", ligne["codes"], remede))
        for nouveau in couper_codes(ligne["nouveau"]):
            if nouveau not in vers:
                remede = proposer(nouveau.upper(), vers)
                problemes.append(Probleme(nom, rang, "ce n'est pas un des codes d'arrivée", nouveau, remede))
        if place in lues:
            remede = f"déjà écrite ligne {lues[place].ligne} : gardez-en une"
            problemes.append(Probleme(nom, rang, "ligne en double", " ".join(place), remede))
        lues[place] = _Codage(ligne["texte"], ligne["codes"], " ".join(couper_codes(ligne["nouveau"])), rang)
    lever(problemes)
    return lues


def _suivre(
    lignes: Mapping[Place, _Codage], feuilles: dict[str, dict[str, Rangee]], code: str, nom: str
) -> tuple[dict[Place, _Codage], dict[Place, _Codage]]:
    """Mettre la répartition à jour de ce que disent les feuilles, et en tirer ce qui est à porter."""
    suivis, a_porter, problemes = {}, {}, []
    for (feuille, segment), une in lignes.items():
        place = feuille, _retrouver(feuilles.get(feuille, {}), segment, une.texte)
        rangee = feuilles.get(feuille, {}).get(place[1])
        lus = set(couper_codes(rangee.lire("codes"))) if rangee else set()
        avant, apres = set(couper_codes(une.codes)), set(couper_codes(une.apres(code)))
        if not une.nouveau:
            # Nothing is decided yet: the row follows the sheet.
            suivis |= {place: replace(une, codes=rangee.lire("codes"))} if code in lus else {}
            continue
        suivis[place] = une
        if lus == avant != apres:
            a_porter[place] = une
        elif lus not in (avant, apres):
            dit = " ".join(sorted(lus)) or "rien"
            remede = f"la feuille dit maintenant {dit} : effacez cette ligne, puis relancez"
            problemes.append(
                Probleme(nom, une.ligne, f"{place[1]} a changé dans la feuille {place[0]}", une.codes, remede)
            )
    lever(problemes)
    ordonnes = {}
    for feuille, siennes in feuilles.items():
        for segment, rangee in siennes.items():
            place, codes = (feuille, segment), rangee.lire("codes")
            if place in suivis:
                ordonnes[place] = suivis[place]
            elif code in couper_codes(codes):
                ordonnes[place] = _Codage(proteger(rangee.lire("texte").removeprefix("'")), codes)
    return ordonnes, a_porter


def _retrouver(siennes: Mapping[str, Rangee], segment: str, texte: str) -> str:
    """Suivre une phrase qu'une correction du texte a déplacée depuis, si la feuille ne la dit qu'une fois."""
    entretien, mots = segment.partition(":")[0], empreinte(texte)
    if segment in siennes and empreinte(siennes[segment].lire("texte")) == mots:
        return segment
    memes = [
        autre
        for autre, rangee in siennes.items()
        if autre.partition(":")[0] == entretien and empreinte(rangee.lire("texte")) == mots
    ]
    return memes[0] if len(memes) == 1 else segment


def _migrer(chantier: Chantier, code: str, a_porter: Mapping[Place, _Codage], *, quitte: bool) -> list[Migration]:
    grille, otes = chantier.grille, {code: ()} if quitte else {}

    def choisir(sorte: Sorte, chemin: Path, rangee: Rangee | None) -> Choix:
        if sorte in _GARDES:
            return Choix({}, {})
        if sorte is not FEUILLES:
            return Choix(otes, otes)
        une = a_porter.get((chemin.stem, rangee.lire("segment").strip()))
        if une is None or code not in couper_codes(rangee.lire("codes")):
            return Choix({}, otes)
        nouveaux = tuple(couper_codes(une.nouveau))
        # The machine had seen a risk: it cannot be said to have proposed an opportunity.
        parents = tuple(nouveau for nouveau in nouveaux if grille[nouveau].famille == grille[code].famille)
        return Choix({code: nouveaux}, {code: parents})

    return chantier.migrer({code}, choisir)


def _porter(
    chantier: Chantier,
    code: str,
    vers: tuple[str, ...],
    raison: str,
    le: date,
    a_porter: Mapping[Place, _Codage],
    quitte: bool,
    cites: list[Probleme],
) -> Evolution:
    migrations = _migrer(chantier, code, a_porter, quitte=quitte)
    chantier.livre.monter(chantier.version)
    if quitte:
        chantier.livre.oter(code)
    brut, _ = chantier.livre.relire(APRES)
    avis = [*dire_seuils(migrations), *_dire_gardes(migrations, code, quitte)]
    if cites:
        avis.append(
            f"tout est réparti, mais {code} reste dans la grille tant qu'il est cité ; corrigez, puis relancez : "
            + " ; ".join(f"{cite.fichier}, ligne {cite.ligne}" for cite in cites)
        )
    quittes = {code} if quitte else set()
    return chantier.conclure("scinder", [code], " ".join(vers), raison, le, brut, migrations, quittes, avis)


def _dire_gardes(migrations: Iterable[Migration], code: str, quitte: bool) -> Iterator[str]:
    suite = "la machine n'en apprendra plus rien" if quitte else "récrivez ceux qui relèvent d'un autre code d'arrivée"
    for sorte, quoi in _GARDES.items():
        fin = suite if sorte is EXEMPLES else "ils restent gardés à part, tels quels"
        if nombre := sum(len(une.citations) for une in migrations if une.sorte is sorte):
            yield f"{quoi} qui portent encore {code}, et que la scission ne répartit pas : {nombre} ; {fin}"


def _ranger(
    evolution: Evolution, chemin: Path, suivis: Mapping[Place, _Codage], restent: int, *, fini: bool
) -> Evolution:
    """Ajouter à un changement la table à remplir, ou l'effacer s'il n'y a plus rien à répartir."""
    deja = lire_octets(chemin) if chemin.is_file() else b""
    lus = evolution.lus | ({chemin: deja} if deja else {})
    if fini:
        return replace(evolution, lus=lus, effaces=(chemin,) if deja else ())
    lignes = [(*place, une.texte, une.codes, une.nouveau) for place, une in suivis.items()]
    octets = table_en_octets(pd.DataFrame(lignes, columns=SCISSION, dtype="str"))
    contenus = evolution.contenus | ({chemin: octets} if octets != deja else {})
    return replace(evolution, restent=restent, lus=lus, contenus=contenus)
